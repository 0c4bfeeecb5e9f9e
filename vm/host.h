// host.h — a runtime that lives on between inputs: the running half of a REPL. Its workers are threads of their own; goroutines that an input started go
// on while the person types. The caller's thread (the prompt's) is no worker.
//
// One foreground statement at a time: a goroutine that host_run starts and waits for. Whatever goes wrong ends that goroutine or the one it happened in,
// never the host: a panic, a fatal error of one goroutine, a deadlock, a race is told through HostEvents.report, and the session goes on. Only
// os.Exit (and log.Fatal) ends it, and a limit of the whole (-max-heap, which first ends the foreground statement).
//
// A prompt that waits is no source of input for the foreground statement: when nothing that can still run, be woken by a timer or by input leads to what
// the statement waits for, it is stuck, which is told at once. Goroutines in the background are not called deadlocked while a variable of the session leads
// to what they wait for: the next input may wake them. (runtime/partial.h; the session's globals are roots for all but the foreground statement.)
//
// Each foreground statement happens after the ones before it, and after the inputs that declared what it uses; nothing else orders it with goroutines in
// the background, so a race with one of them is a race.
#pragma once
#include "base/buf.h"
#include "vm/vm.h"

typedef struct Host Host;

typedef enum HostEnd {
    HOST_DONE,        // it returned
    HOST_PANICKED,    // panic, fatal error, runtime.Goexit: told
    HOST_STUCK,       // it can never finish: told; its goroutine was ended, its deferred calls were run
    HOST_INTERRUPTED, // host_interrupt: ended likewise, its deferred calls were run
    HOST_EXITED       // the program called os.Exit, or a limit was passed: host_status; the host runs nothing any more
} HostEnd;

// Called on any thread, one call at a time (the host's own lock, innermost), must not call the host. `goroutine` is 0 for what gol itself says.
typedef struct HostEvents {
    void (*output)(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n); // whole writes, never cut by the host
    void (*report)(void *ctx, const struct Finding *f, bool foreground); // what a detector found, a panic's trace, a deadlock
    void *ctx;
} HostEvents;

// m is session_module's: it may have grown before each host_run, which takes a copy of the struct. Options as for vm_run; standard input is the process's, and the program's only
// while a statement runs: a goroutine in the background that reads waits meanwhile. NULL never.
Host *host_new(Module *m, const RuntimeOptions *o, const HostEvents *e);
// Ends every goroutine, frees everything.
void host_free(Host *h);
int host_status(const Host *h);

// What has changed in the module since: applies the patches with the world stopped, takes in new functions, types and globals. Before the host_run of
// the input they came with. (Declared in compiler/session.h; the layers keep vm from seeing it, so they are given one by one.)
void host_patch_func(Host *h, uint32_t index, Func *func);
void host_patch_methods(Host *h, TypeId type, const RMethod *methods, uint32_t n);

// Runs m->funcs[entry] as the foreground statement. Blocks until it has ended.
HostEnd host_run(Host *h, uint32_t entry);
// Ends the foreground statement, also one that loops or waits; nothing else. Async-signal-safe. Without a foreground statement it means the next one (who
// presses Ctrl-C right behind Enter means that), unless it is forgotten before.
void host_interrupt(Host *h);
void host_forget_interrupt(Host *h);

// Values, as the person sees them, in Go's syntax: `[]int{1, 2, 3}`, `Point{X: 1, Y: 2}`, `map[string]int{"a": 1}`, `&Node{...}`, cycles and depth cut with
// `...`. Pointers, channels, funcs and locks never as addresses: `chan int jobs: 2 of 4 full, 1 receiver waiting`; a mutex says who holds it and since
// which line, a wait group its counter, a func its signature, name and place. The world is stopped meanwhile; no code of the program runs.
// variable: the name to show it by, or NULL. max: about how many characters are wanted at most.
void host_show(Host *h, TypeId type, uint32_t global, const char *variable, size_t max, Buf *out);

// Tables for people, one line each with a head line; "" when there is nothing. World stopped.
void host_goroutines(Host *h, Buf *out); // number, function, state, since when, place, started where
void host_channels(Host *h, Buf *out);   // name, type, full/capacity, who waits, closed
void host_locks(Host *h, Buf *out);      // name, kind, holder and line, who waits
uint32_t host_alive(Host *h);            // goroutines besides the foreground statement

// Where the goroutines stand, so that a person can follow the scheduler. Only with the virtual clock (RuntimeOptions.seeded, one worker): there nothing runs
// between two calls of host_run and host_step, and time passes in host_run alone.
// Lets the next goroutine run up to its next switch; writes one line: which, from where to where, why it stopped.
typedef enum HostStep { STEP_NONE, STEP_ENDED, STEP_WAITS, STEP_GOES_ON } HostStep; // nothing can run now; it could run on, but its turn is over
HostStep host_step(Host *h, Buf *out);
