// partial.h — goroutines that nothing can ever wake, found while the rest of the program goes on (partial deadlocks), and at its end (leaks).
//
// After GOLF (Saioc and others, ASPLOS 2025): a collection that begins with the goroutines that can run or will be woken from outside (timers, input) and
// with those globals that their code mentions, and takes in a waiting goroutine only when what it waits for has been reached. What
// remains can never run again: nobody who can still do anything has a way to the channel or lock. It is then marked like everything else, so
// that it stays as it is.
//
// docs/design/deadlock.md says why this is exact, and what it cannot see.
#pragma once
#include "runtime/worker.h"

// Before a collection (world stopped): all are the live goroutines. True: the collection searches too; *s is set up for that.
bool partial_prepare(Runtime *rt, G *all, GcSource *s);
// In a collection that does not search: main's variables keep what leads to channels and locks, also when they are not used again, so that the next search
// can say what main still had.
void partial_keep(Runtime *rt, GcMarker *m);
void partial_fini(Runtime *rt);
bool partial_is_live(const G *g); // in a search: so far
// After it, world still stopped: tells what has become certain.
void partial_judge(Runtime *rt);

void partial_start(Runtime *rt); // the run begins
// Is it time to search? By a worker that has nothing to do (idle) or at a poll, with the clock's time.
bool partial_wanted(Runtime *rt, int64_t now, bool idle);
// Until when the last worker to fall idle (rt->lock held) may sleep at most: INT64_MAX: as long as it likes.
int64_t partial_due(const Runtime *rt);
// The next collection searches, whether it is time or not. Any worker.
static inline void partial_force(Runtime *rt) { __atomic_store_n(&rt->partial.force, true, __ATOMIC_RELAXED); }

// Host (host.h): tells a foreground that can never go on, if that is so: nothing leads to what it waits for that runs, or that a timer or input will wake.
// The prompt is no such thing; and goroutines in the background are stuck only when no variable of the session leads to them. World stopped by w; collects.
bool partial_foreground(Worker *w);

// Main has returned, or the program called os.Exit (leaks false): tells what is certain and was not told yet. The caller is at a safepoint.
void partial_at_end(Worker *w, bool leaks);

// The run is about to be ended from outside (time limit, Ctrl-C): tells what is certain by now. At a safepoint; collects.
void partial_before_cut(Worker *w);

// The sum of all switches so far: did anything run since?
uint64_t partial_switches(const Runtime *rt);
// leak.c: main has returned; is_leaked says of which goroutines it is certain that nothing can wake them.
void leak_report(Runtime *rt, bool (*is_leaked)(const G *g));
