// sched_int.h — what sched.c (queues, and who runs next) and sched_poll.c (a worker looks up from its goroutine) share.
#pragma once
#include "runtime/worker.h"

// Is a worker idle, and none awake that looks for work? A hint: see the top of sched.c.
static inline bool somebody_sleeps(const Runtime *rt) {
    return __atomic_load_n(&rt->nidle, __ATOMIC_RELAXED) != 0 && __atomic_load_n(&rt->nspinning, __ATOMIC_RELAXED) == 0;
}

// GOMAXPROCS leaves it out: it gives away what it has and stays idle.
static inline bool benched(const Worker *w) { return w->index >= __atomic_load_n(&w->rt->max_procs, __ATOMIC_RELAXED); }

// --- sched.c
// Whatever waits for w goes to the global queue, where another worker finds it. rt->lock is held.
void sched_publish_all_locked(Worker *w);

// --- sched_poll.c
bool sched_slice_over(Worker *w, int64_t now); // has the running goroutine had its time?
