// sched.h — goroutines on workers: FIFO ring per worker with steal-half, a global queue, a private run-next slot,
// futex parking, timers, exact global deadlock detection, stop-the-world.
#pragma once
#include "runtime/runtime.h"

// Creates the runtime (workers not started). hooks are kept. types is the module's table.
Runtime *runtime_new(const RuntimeOptions *o, const RuntimeHooks *hooks, const RType *types, uint32_t ntypes, void *vm);
void runtime_free(Runtime *rt);
void *runtime_vm(Runtime *rt);   // what was given as vm
void *worker_vm(Worker *w);      // the same, from a worker
Runtime *worker_runtime(Worker *w);
const RuntimeOptions *runtime_options(const Runtime *rt);
Worker *runtime_first_worker(Runtime *rt); // for making the first goroutine, before runtime_run

// Runs main_g and everything it starts, to the end: main returned, panic, deadlock, os.Exit, limit. Returns the exit status.
int runtime_run(Runtime *rt, G *main_g);
// Ends the run from any thread, once: the first caller's status counts. Workers stop at their next poll.
void runtime_exit(Runtime *rt, int status);

// A new goroutine, not yet ready, with a stack of at least `slots` slots. Never NULL (out of memory ends the run).
G *g_new(Worker *w, uint32_t slots, const struct Func *start, uint32_t go_pos);
void g_free(Worker *w, G *g); // has ended; its memory may be reused at once
// Doubles g's stack until `need` slots fit; false when the limit (stack overflow) is passed. Only by its own worker; slots keep
// their offsets, pointers into the stack change.
bool g_grow_stack(Worker *w, G *g, uint32_t need);

void sched_go(Worker *w, G *g);    // a new goroutine: run-next, as Go
void sched_ready(Worker *w, G *g); // woken by the running goroutine: run-next, inheriting the rest of the budget
// (sched_yield is POSIX's.)
void sched_yield_g(Worker *w, G *g); // running -> back of the global queue (Gosched); the caller then takes sched_next
void sched_preempt(Worker *w, G *g); // budget used up -> back of the local queue
// Marks g as waiting; after it the goroutine may already be running elsewhere. Called with the lock of what it waits for held, or
// with g not yet visible to a waker.
void sched_park(Worker *w, G *g, WaitReason reason);
// The next goroutine for this worker: run-next, own ring, global queue every 64 switches, stealing, timers; blocks until there
// is one. NULL: the runtime is stopping, return from hooks.run. Must be called with no guest pointer in C variables (safepoint).
G *sched_next(Worker *w);

// Fuel. The loop keeps a counter in a register and calls sched_poll when it is used up (every back-edge and call costs 1): handles
// stop-the-world, preemption, exit. True: go on with this goroutine; false: give it up (the VM saves it and calls sched_preempt, then
// sched_next). Blocks while the world is stopped. *fuel is what is left (0 or below: all was used) and is refilled.
// Keep the fuel over switches (do not refill it at sched_next): goroutines that only hand over to each other must poll too. g->pc and
// g->base are saved before the call (a collection may look).
bool sched_poll(Worker *w, G *g, int64_t *fuel);
// For a report about all goroutines: true: all others stand still until sched_start_world; false: somebody else stopped the world, and has
// finished. The caller is at a safepoint with everything saved.
bool sched_stop_world(Worker *w);
void sched_start_world(Worker *w);
// Collects now; the caller is at a safepoint with everything saved. Blocks. False: `need_bytes` more would still pass the limit: "out of
// memory" has been reported and the runtime ends (a host's lives on: host_no_memory).
bool gc_collect(Worker *w, uint64_t need_bytes);
// runtime.GC: a whole collection, which also finds what finalizers wait for.
void gc_collect_all(Worker *w);
bool gc_wanted(const Worker *w); // the heap has grown enough: the VM polls soon

// Bracket around a native that may wait in the system (write to a pipe): the worker counts as stopped, its queue is published.
void native_block_enter(Worker *w);
void native_block_leave(Worker *w);

// Timers (4-ary heap). when: ns of runtime_now. fire is called on a worker, with no locks held, and may ready goroutines.
typedef struct Timer {
    int64_t when, period;
    void (*fire)(Worker *w, struct Timer *t, int64_t now);
    void *arg;
    uint32_t heap_index; // 0: not armed
    uint64_t seq;        // creation order breaks ties
} Timer;
void timer_start(Worker *w, Timer *t);
bool timer_stop(Worker *w, Timer *t); // true: it was armed
int64_t runtime_now(Runtime *rt);     // monotonic ns
int64_t runtime_wall(Runtime *rt);    // since 1970, ns
bool runtime_is_virtual(const Runtime *rt); // time is what the program uses, and jumps when all sleep
void g_sleep_park(Worker *w, G *g, int64_t ns); // time.Sleep

// Standard input and output: runtime/stdin.h, runtime/stdout.h.

// Mutex, RWMutex, WaitGroup, Cond: runtime/sema.h.

int runtime_num_goroutine(Runtime *rt);
int runtime_workers(Runtime *rt);
// runtime.GOMAXPROCS: at most n workers run goroutines from now on (never more than the runtime was made with). Returns the setting before;
// n < 1 only asks. The caller goes on where it is until its next switch.
int runtime_set_workers(Worker *w, int n);
uint64_t runtime_random(Worker *w); // choice stream: seeded

