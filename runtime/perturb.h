// perturb.h — -perturb N shakes a run with many workers: short fuel, unasked switches, delays, run-next goroutines given away. Orders that a quiet machine
// hardly ever shows become common. N seeds the choices, but threads stay threads: another run with the same N may differ.
// Called by a worker, with no lock held, at a safepoint.
#pragma once
#include "runtime/sched.h"

// At a poll: true: the running goroutine is to give way. *fuel is set to what it gets until the next one.
bool perturb_poll(Worker *w, int64_t *fuel);
// Before a worker takes its next goroutine.
void perturb_switch(Worker *w);
