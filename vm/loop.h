// loop.h — the interpreter loop.
#pragma once
#include "vm/state.h"

// RuntimeHooks.run: runs goroutines on this worker, beginning with g, until sched_next says that there are none or the
// program has ended.
void loop_run(Worker *w, G *g);
void loop_run_watched(Worker *w, G *g); // the same, looking for data races: loop_run goes over to it when the second goroutine starts
// The same for a run in which the order is a choice.
void loop_run_explore(Worker *w, G *g);
