// runtime.h — one runtime: heap, goroutines, workers. No global state: everything hangs off a Runtime; two can live in
// one process.
#pragma once
#include "base/buf.h"
#include "runtime/goroutine.h"

typedef enum ClockChoice { CLOCK_BY_SEED, CLOCK_REAL, CLOCK_VIRTUAL } ClockChoice; // by seed: virtual when seeded

typedef struct RuntimeOptions {
    int workers;         // 0: as many as processors
    uint64_t seed;       // of every random choice (select, map start, math/rand's default source)
    bool seeded;
    ClockChoice clock;   // virtual needs one worker
    uint64_t max_heap;   // bytes; 0: no limit
    int64_t timeout_ns;  // 0: none
    bool stats;
    int argc;            // the program's own arguments, argv[0] is the file
    char **argv;
} RuntimeOptions;

struct GcMarker;
// What the VM gives the runtime: the runtime never sees bytecode.
typedef struct RuntimeHooks {
    // Runs goroutines on this worker, beginning with g, until there is nothing to run (returns) or the runtime stops.
    // The loop gets the next goroutine with sched_next().
    void (*run)(Worker *w, G *g);
    // Marks everything reachable from g's frames, defers and panics. Called with the world stopped, by a marking thread.
    void (*scan)(Runtime *rt, G *g, struct GcMarker *m);
    // Marks what the module keeps (globals). World stopped.
    void (*scan_roots)(Runtime *rt, struct GcMarker *m);
    // Marks what a Closure's captures (obj of RK_OBJ_CLOSURE) or a defer record (RK_OBJ_DEFER) hold. World stopped.
    void (*scan_object)(void *obj, uint8_t kind, struct GcMarker *m);
    // One line for reports: where g stands. "main.worker", "/path/x.gol:12". False when unknown.
    bool (*where)(Runtime *rt, const G *g, Buf *func, Buf *place);
    // g has ended: the VM frees what it kept for it.
    void (*ended)(G *g);
} RuntimeHooks;

// Exit statuses (DIAGNOSTICS.md).
enum { EXIT_FINE = 0, EXIT_COMPILE = 1, EXIT_PANIC = 2, EXIT_LEAK = 3, EXIT_USAGE = 64, EXIT_RACE = 66, EXIT_INTERNAL = 70,
       EXIT_TIMEOUT = 124, EXIT_LIMIT = 125, EXIT_INTERRUPT = 130, // a closed pipe ends silently, as a SIGPIPE would
       EXIT_PIPE = 141 };
