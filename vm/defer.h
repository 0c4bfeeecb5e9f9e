// defer.h — deferred calls, panics, recover and Goexit, as Go orders them.
//
// Deferred calls are records in a stack of their own, one per goroutine (G.defers), made at the first defer. RUNDEFERS runs
// those of the current frame. A panic pushes a frame of its own (function vm_panic_func, no slots) on the
// panicking one, so that what panicked still stands in traces, and runs every deferred call of the goroutine from there. Its
// one instruction, PANICRET, is where those calls return to; panic_step decides what comes next. A record stays on the
// stack, marked, while it runs: a nested panic that comes to it knows by that that the earlier one, if it ran it, is over
// ("aborted"). Goexit is a panic that cannot be recovered and prints nothing.
// After recover() the stack is cut to the frame that had deferred the call, and a frame of vm_recover_func is put on it, which
// runs that frame's other deferred calls and then goes on at recover_pc.
//
// Everything here is called by the goroutine's own worker, with g->pc and g->base saved.
#pragma once
#include "vm/state.h"

// A deferred call that has begun, for reports: they tell its defer statement, not where the function ended.
typedef struct DeferAt {
    const Func *by;    // where the statement stands; of the body of a loop over a function not the frame's own
    const Instr *pc;   // and which of its instructions that is
    uint32_t runner;   // what called it: the frame that deferred it, or the panic's; 0: it has not been called
    struct DeferAt *next; // Panic.aborts
} DeferAt;

typedef struct Panic {
    struct Panic *link;     // the panic that was under way when this one began
    Word value;             // interface
    const Str *text;        // what Error() or String() of the value said, once it was asked
    uint32_t frame;         // slot offset of its own frame
    bool recovered, aborted, goexit;
    bool running;           // a deferred call is under way
    bool has_text;
    struct Panic *printing; // the program ends: whose text is being made
    DeferAt *aborts;        // the calls under way that it came through: their records are gone, their frames stand in the trace
} Panic;

typedef struct DeferRecord {
    const Func *func;       // NULL: a nil func was deferred
    const Closure *closure; // or NULL
    DeferAt at;
    Panic *panic;           // who started it
    uint32_t frame;         // slot offset of the frame that deferred it
    uint32_t nargs;
    uint32_t prev;          // offset of the record below in DeferStack.words, NO_RECORD at the bottom
    Word args[];
} DeferRecord;
#define NO_RECORD UINT32_MAX
enum { DEFER_LIMIT = 1 << 27 };

typedef struct DeferStack {
    uint32_t last; // offset of the last record, or NO_RECORD
    uint32_t top, cap;
    Word words[];
} DeferStack;

static inline DeferRecord *defer_last(const G *g) {
    DeferStack *s = g->defers;
    return s && s->last != NO_RECORD ? (DeferRecord *)(s->words + s->last) : NULL;
}
// What was moved (defer_move) is not on top in memory: its words are free when all above it have gone.
static inline void defer_pop(G *g) {
    DeferStack *s = g->defers;
    DeferRecord *d = (DeferRecord *)(s->words + s->last);
    if (LIKELY(s->last + (uint32_t)(sizeof *d / sizeof(Word)) + d->nargs == s->top)) s->top = s->last;
    s->last = d->prev;
    if (s->last == NO_RECORD) s->top = 0;
}
// False: the goroutine holds as many as it may (DEFER_LIMIT words).
bool defer_push(G *g, uint32_t frame, const Instr *pc, const Func *f, const Closure *c, const Word *args, uint32_t nargs);
// The call that the frame at `runner` has under way, or was leaving by a panic; NULL: none.
const DeferAt *defer_under_way(const G *g, uint32_t runner);

// The body of a loop over a function defers for the function around the loop: it pushes the record, and then moves it below those of the frames between.
// token: which frame of which goroutine. False: g is another goroutine; the record is gone.
Word defer_token(const G *g, uint32_t frame);
bool defer_frame(const G *g, Word token, uint32_t *frame); // false: of another goroutine
bool defer_move(G *g, Word token);

typedef enum PanicNext {
    PANIC_RUN,   // g->pc and g->base say how to go on
    PANIC_ENDED, // Goexit has run everything: the goroutine ends
    PANIC_DEAD   // the program has ended; the loop returns
} PanicNext;

extern const Func vm_panic_func, vm_recover_func, vm_start_func;

// Begins a panic with an interface word (or Goexit) at the instruction g->pc.
PanicNext panic_start(Worker *w, G *g, Word value, bool goexit);
PanicNext panic_step(Worker *w, G *g);   // OP_PANICRET
PanicNext recover_step(Worker *w, G *g); // OP_RECRET
// recover(), called in this frame of g.
Word panic_recover(G *g, uint32_t at);
// Calls f from the saved frame, which is one of vm_panic_func or vm_recover_func or stands at a RUNDEFERS.
PanicNext defer_call(Worker *w, G *g, const Func *f, const Closure *c, const Word *args, uint32_t nargs);
// Calls what `frame` deferred last from the saved frame, which comes here again when the call has returned. False: there is nothing more.
bool defer_next(Worker *w, G *g, uint32_t frame, PanicNext *next);
// g, which is not running, is to end (runtime/host.h): its deferred calls are run from the frame that deferred the last one, as by Goexit; hard, or when
// there are none, it ends at once. The frames above are gone, so it does not matter where g stood, nor in what state.
void defer_unwind(Worker *w, G *g, bool hard);
void defer_free(G *g); // everything that g has of these
void defer_scan(G *g, struct GcMarker *m);
