// explore.h — a run in which the order of goroutines is a choice: with one worker, by a strategy other than Go's order. Searching for the
// schedule that shows a rare bug is many such runs with different seeds (cli/runs.c); each is repeated by its seed.
//
// random: a walk: at each point where something visible happens, anybody who can run may go on. How often the walk leaves a running
//   goroutine, and how readily time passes while somebody could run, is drawn from the seed, too: some bugs need many switches, some few.
// pct: Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS
//   2010: each goroutine has a random priority, the highest runs; at depth - 1 random points the one that runs falls below all others. Of n
//   goroutines and k points a bug of depth d shows with probability at least 1 / (n * k^(d-1)). Who calls Gosched or spins for a long time
//   falls to the bottom: a loop that waits for somebody must not starve him. And
//   a run that is much longer than expected goes on as a random walk: those who keep waking each other must not starve the rest either.
//
// Points: before an operation on a channel, a lock, an atomic, a timer, a go statement; before an access to memory that a second goroutine has
// touched; and between the read and the write of `x++`. The loop that has them is a variant of its own (vm/loop_explore.c), so that other runs pay
// nothing. Everything here is called by the one worker; nothing parks or collects.
#pragma once
#include "runtime/sched.h"
#include "runtime/schedule.h"

typedef struct Explorer Explorer;

// NULL for STRATEGY_FIFO: the scheduler's own order.
Explorer *explore_new(Runtime *rt, const Schedule *s);
void explore_free(Explorer *e);

typedef enum PointKind { POINT_NONE, POINT_SYNC, POINT_ACCESS } PointKind;

// g is about to do something visible; `at`: the memory it touches, NULL: not known, as good as shared. True: somebody else shall run first; the loop
// saves g in front of the instruction, calls sched_preempt and takes the next goroutine.
bool explore_point(Worker *w, G *g, PointKind kind, const void *at);
// Between the read and the write of an update of the word at `at`, of which *x was read. True: as above; when the instruction is executed again,
// the same call gives back in *x what was read then.
bool explore_half(Worker *w, G *g, const void *at, Word *x);

// --- for sched.c
// Who runs next; NULL: nobody can. Takes over what the scheduler's queues hold.
G *explore_next(Worker *w);
// g's fuel is used up and others can run: shall they?
bool explore_slice(Worker *w, G *g);
uint64_t explore_steps(const Explorer *e); // points so far
