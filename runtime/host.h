// host.h — a runtime that lives on between the statements of a session (vm/host.h): what is different from an ordinary run, where nothing of this is used.
//
// RuntimeOptions.host makes a runtime a host's. All its workers have threads of their own; there is no main goroutine whose return ends it, and nobody
// calls it deadlocked when all sleep: the host's thread, which is no worker, waits until there is something to do. What would end a program ends the
// goroutine that did it (RuntimeHooks.unwind), and is told through these hooks. One goroutine at a time is the foreground: it has GF_MAIN.
//
// The host's thread acts on the runtime with the world stopped, as Runtime.visitor: a Worker without a thread that runs nothing. What it makes ready goes
// to the global queue when the world goes on. So a goroutine can be taken out of any queue without a race with who wakes it: no worker is inside an
// operation then (runtime/leave.c). The one thread that is not stopped is the reader of standard input (stdin.c), which takes rt->lock.
#pragma once
#include "runtime/runtime.h"

typedef enum HostNews { NEWS_ENDED = 1, NEWS_ASLEEP = 2, NEWS_OVER = 4, NEWS_STEPPED = 8 } HostNews;
typedef enum HostHow { HOW_RETURNED, HOW_GOEXIT, HOW_DIED } HostHow; // died: of a panic, a fatal error or want of memory, which was told

// Called on any thread; none may call the runtime.
typedef struct HostHooks {
    void *ctx;
    // A whole write. g NULL: gol itself says it. With the output's lock held.
    void (*output)(void *ctx, const G *g, int fd, const void *data, size_t n);
    void (*report)(void *ctx, const struct Finding *f); // with the findings' lock held
    // With any lock held. The foreground has ended; nobody runs, and nothing can come from outside (to be looked at with the world stopped: it may have
    // passed); the runtime ends (exit_status says how); a step is over, and the world stopped.
    void (*news)(void *ctx, HostNews what);
    void (*taken)(void *ctx, const G *g); // a step: g is the one that runs now
} HostHooks;

void host_init(Runtime *rt); // by runtime_new

// --- by the host's thread
// The workers are idle afterwards: their threads begin when there is something to run.
void host_begin(Runtime *rt);
// Ends all goroutines and threads; then runtime_free. False: a worker hangs in the system, so nothing may be freed.
bool host_end(Runtime *rt);
Worker *host_stop_world(Runtime *rt); // blocks; returns Runtime.visitor
void host_start_world(Runtime *rt);

// Between two statements nothing shall run: as soon as the foreground has ended, the world is stopped for the host's thread, which has to call
// host_stop_world before anything else. One worker.
void host_freeze(Runtime *rt);

// --- with the world stopped
// When it is started, one goroutine runs up to its next switch; then it is stopped as above, and NEWS_STEPPED told.
void host_step_stopped(Runtime *rt);
void host_step_over_stopped(Runtime *rt); // there was nothing to run
// Makes g, a new goroutine, the foreground, ready to run, and ordered after the foregrounds before it.
void host_foreground_stopped(Worker *w, G *g);
// True: the foreground is inside a call of the system, which nobody can end (it reads from a pipe). It is the foreground no longer, goes on in the
// background, and ends there when the call returns, if it was killed.
bool host_detach_stopped(Worker *w);
// The module has grown: there are so many types now.
void host_types_stopped(Runtime *rt, uint32_t ntypes);
// g ends as soon as it can: its deferred calls are run first, unless hard. It leaves whatever it waits for. Again while they run, hard: without the rest.
void host_kill_stopped(Worker *w, G *g, bool hard);

// --- by the VM and the scheduler, on a worker
// The foreground, which has GF_MAIN, ends; before it is freed.
void host_foreground_ended(Worker *w, G *g, HostHow how);
// May g, which was killed, end where it stands? Inside std a little later is better: std's own locks are held for a moment.
bool host_ends_here(Runtime *rt, G *g);
// sched_resume: g, which was killed, is about to run.
void host_resume_killed(Worker *w, G *g);

// next_slow in sched.c, while Runtime.stepping: before a goroutine is chosen (g NULL), and when it was.
void host_steps(Worker *w, const G *g);
// gc_collect(w, need) was in vain. It is told, and somebody ends: the foreground, or else the goroutine that asked. True: that one. The caller is at a
// safepoint with everything saved.
bool host_no_memory(Worker *w, uint64_t need);

// leave.c: g (waiting; world stopped) leaves the queues it stands in. What that lets go on is made ready on w. False: input woke it just now.
bool leave_queues(Worker *w, G *g);
// g, killed, was woken for a lock and has not tried it yet: gives its turn (or the lock) to the next one. Not stopped.
void leave_turn(Worker *w, G *g);
