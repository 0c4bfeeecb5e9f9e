// runtime.h — one runtime: heap, goroutines, workers. No global state: everything hangs off a Runtime; two can live in
// one process.
#pragma once
#include "base/buf.h"
#include "runtime/goroutine.h"
#include "runtime/schedule.h"

typedef enum ClockChoice { CLOCK_BY_SEED, CLOCK_REAL, CLOCK_VIRTUAL } ClockChoice; // by seed: virtual when seeded

struct Finding; // runtime/finding.h
struct FindingFrame;

// What is said of goroutines that main's end left behind. Unasked: the ones that are blocked for ever. Asked for: those that were merely stopped, too.
typedef enum LeakMode { LEAKS_UNASKED, LEAKS_REPORT, LEAKS_ERROR, LEAKS_OFF } LeakMode;

typedef enum RaceMode { RACE_OFF, RACE_ON, RACE_HALT } RaceMode; // halt: the run ends at the first race

// What a run came to, for who starts many of them.
typedef struct RunFigures {
    uint64_t steps;       // points of an explored run (runtime/explore.h)
    uint64_t switches;
    uint64_t created;     // goroutines
    uint64_t output_hash, output_bytes; // of standard output
    int64_t used_ns;      // virtual time that was used, without jumps
    bool over;            // max_used_ns was passed
    bool outside;         // it touched what another run would find changed: files, the environment, input that comes only once
} RunFigures;

typedef struct RuntimeOptions {
    int workers;         // 0: as many as processors
    uint64_t seed;       // of every random choice (select, map start, math/rand's default source)
    bool seeded;
    ClockChoice clock;   // virtual needs one worker
    Schedule schedule;   // one worker: who runs next; its seed is the one above
    RaceMode race;
    uint64_t max_heap;   // bytes; 0: no limit
    int64_t timeout_ns;  // 0: none
    int64_t max_used_ns; // virtual time that the program may use (jumps do not count); 0: no limit
    uint64_t max_goroutines; // at once; 0: no limit
    uint64_t max_output; // bytes of standard output and standard error; 0: no limit
    LeakMode leaks;
    bool stats;
    bool perturbed;      // the run is shaken (runtime/perturb.h)
    uint64_t perturb;    // which way
    int trace_fd;        // -trace: where the lines go; 0: nowhere
    bool colour;         // of reports on standard error
    const struct Sources *sources; // of the program, for reports (vm_run fills it in)
    const struct NameTable *names; // runtime/names.h; likewise
    // Called once when the run is over, on the thread that ends it, with the findings in the order in which they were told, for the machine
    // formats. NULL: none.
    void (*at_end)(void *ctx, struct Finding *first, int status);
    void *at_end_ctx;
    const char *replay;  // the command that repeats this run, told with each finding; NULL: none is known
    const struct HostHooks *host; // runtime/host.h: the runtime lives on between the statements of a session; NULL: an ordinary run
    bool quiet;          // nothing is written; the figures say what it would have been
    bool inside_only;    // a run that would touch files, the environment or a terminal ends the process with status EXIT_OUTSIDE instead
    RunFigures *figures; // filled in at the end; NULL: not wanted
    int argc;            // the program's own arguments, argv[0] is the file
    char **argv;
} RuntimeOptions;

// The program is about to do what another run would notice; called by the natives that do so.
void runtime_note_outside(Runtime *rt);

struct GcMarker;
struct GcSource;
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
    // The call path of g, innermost first, without what is hidden in traces; at most `max` are written, the number of all is returned. g stands still.
    // May be NULL, as may the next two.
    uint32_t (*frames)(Runtime *rt, const G *g, struct FindingFrame *out, uint32_t max);
    // Where an instruction of the program stands; false: it is none.
    bool (*place)(Runtime *rt, const void *pc, struct FindingFrame *out);
    const char *(*func_name)(const struct Func *f); // "main.worker"
    // What race_context gave for the callers of the frame in which g stands (pc and base are saved); 0: unknown. May be NULL.
    uint32_t (*context)(Worker *w, G *g);
    // The AccessKind (runtime/race_report.h) of the instruction at pc, in the form of G.pc. May be NULL.
    int (*access_kind)(Runtime *rt, const void *pc);
    // For finding goroutines that nothing can wake (NULL: no such search). From watch_code to watch_code_end, scan and scan_object also mark the
    // globals that the code of what they scan mentions; watch_code fills in *s what concerns globals.
    void (*watch_code)(Runtime *rt, struct GcSource *s);
    void (*watch_code_end)(Runtime *rt);
    bool (*global_reached)(Runtime *rt, const void *p); // p is in the globals, and its variable was marked; or it is not in the globals
    // Marks what the variables of main.main or the script hold, also those that are not used again and after its return, when its type is one for
    // which keeps[type] is set. World stopped. May be NULL.
    void (*scan_kept)(Runtime *rt, G *main_g, const uint8_t *keeps, struct GcMarker *m);
    // Is some function of the program itself (not of std) under way in g?
    bool (*is_own)(Runtime *rt, const G *g);
    // For the ledger (all may be NULL). Where g stands, in the program's own code; *fixed: that follows from g->pc alone.
    uint32_t (*pos)(Runtime *rt, const G *g, bool *fixed);
    // Was this new goroutine given `addr`, or an object that holds it, as an argument or captured?
    bool (*started_with)(Runtime *rt, const G *g, const Word *addr);
    // g has returned: from where (0: not known).
    uint32_t (*ended_at)(Runtime *rt, const G *g);
    // g, which is not running, is to end: it goes on by running its deferred calls, or (hard, or there are none) ends at once. Never with an ordinary
    // run; may be NULL there. The caller is the worker that runs it next.
    void (*unwind)(Worker *w, G *g, bool hard);
    // g has ended: the VM frees what it kept for it.
    void (*ended)(G *g);
} RuntimeHooks;

// Exit statuses (DIAGNOSTICS.md).
enum { EXIT_FINE = 0, EXIT_COMPILE = 1, EXIT_PANIC = 2, EXIT_LEAK = 3, EXIT_USAGE = 64, EXIT_RACE = 66, EXIT_INTERNAL = 70,
       EXIT_TIMEOUT = 124, EXIT_LIMIT = 125, EXIT_INTERRUPT = 130, EXIT_OUTSIDE = 77, // a closed pipe ends silently, as a SIGPIPE would
       EXIT_PIPE = 141 };
