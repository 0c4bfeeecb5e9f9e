#include "vm/defer.h"

#include <stdlib.h>
#include <string.h>

#include "vm/call.h"
#include "vm/fault.h"
#include "vm/trace.h"

static const Instr panic_code[] = {{OP_PANICRET, 0, 0, 0}, {OP_UNREACHABLE, 0, 0, 0}};
static const Instr recover_code[] = {{OP_RECRET, 0, 0, 0}, {OP_UNREACHABLE, 0, 0, 0}};
static const Instr start_code[] = {{OP_GOEND, 0, 0, 0}, {OP_UNREACHABLE, 0, 0, 0}};
const Func vm_panic_func = {.code = panic_code, .ncode = 2, .name = "panic", .flags = FUNC_STD};
const Func vm_recover_func = {.code = recover_code, .ncode = 2, .name = "recover", .flags = FUNC_STD};
// Not a frame: where a goroutine's first function returns to.
const Func vm_start_func = {.code = start_code, .ncode = 2, .name = "start", .flags = FUNC_STD};

bool defer_push(G *g, uint32_t frame, const Instr *pc, const Func *f, const Closure *c, const Word *args, uint32_t nargs) {
    DeferStack *s = g->defers;
    uint32_t words = (uint32_t)(sizeof(DeferRecord) / sizeof(Word)) + nargs;
    uint32_t top = s ? s->top : 0;
    if (UNLIKELY(top + words > DEFER_LIMIT)) return false;
    if (!s || top + words > s->cap) {
        uint32_t cap = s ? s->cap * 2 : 16;
        while (cap < top + words) cap *= 2;
        s = xrealloc(s, sizeof *s + cap * sizeof(Word));
        if (!g->defers) s->last = NO_RECORD, s->top = 0;
        s->cap = cap;
        g->defers = s;
    }
    DeferRecord *d = (DeferRecord *)(s->words + top);
    d->func = f;
    d->closure = c;
    d->at = (DeferAt){.by = (const Func *)(g->stack + frame)[FRAME_FUNC], .pc = pc};
    d->panic = NULL;
    d->frame = frame;
    d->nargs = nargs;
    d->prev = s->last;
    for (uint32_t i = 0; i < nargs; i++) d->args[i] = args[i];
    s->last = top;
    s->top = top + words;
    return true;
}

static const DeferRecord *below(const G *g, const DeferRecord *d) {
    return d->prev == NO_RECORD ? NULL : (const DeferRecord *)(((DeferStack *)g->defers)->words + d->prev);
}

const DeferAt *defer_under_way(const G *g, uint32_t runner) {
    if (!runner) return NULL;
    for (const DeferRecord *d = defer_last(g); d; d = below(g, d))
        if (d->at.runner == runner) return &d->at;
    for (const Panic *p = g->panics; p; p = p->link)
        for (const DeferAt *a = p->aborts; a; a = a->next)
            if (a->runner == runner) return a;
    return NULL;
}

enum { TOKEN_FRAME_BITS = 28 }; // a stack has fewer slots: Go's limit is 1 GB

Word defer_token(const G *g, uint32_t frame) { return (Word)g->id << TOKEN_FRAME_BITS | frame; }

bool defer_frame(const G *g, Word token, uint32_t *frame) {
    *frame = (uint32_t)(token & ((UINT64_C(1) << TOKEN_FRAME_BITS) - 1));
    return token >> TOKEN_FRAME_BITS == (Word)g->id;
}

bool defer_move(G *g, Word token) {
    DeferStack *s = g->defers;
    uint32_t moved = s->last, frame;
    DeferRecord *d = (DeferRecord *)(s->words + moved);
    if (!defer_frame(g, token, &frame)) {
        defer_pop(g);
        return false;
    }
    d->frame = frame;
    uint32_t *link = &s->last;
    *link = d->prev;
    while (*link != NO_RECORD && ((DeferRecord *)(s->words + *link))->frame > frame) link = &((DeferRecord *)(s->words + *link))->prev;
    d->prev = *link;
    *link = moved;
    return true;
}

// Puts a frame of f on the saved frame; g stands at its first instruction. False: the stack is used up, the program has ended.
static bool push_frame(Worker *w, G *g, const Func *f) {
    const Func *below = (const Func *)(g->stack + g->base)[FRAME_FUNC];
    uint32_t distance = below->nslots + FRAME_HEADER;
    if (!call_room(w, g, g->base + distance + f->nslots)) return false;
    Word *base = g->stack + g->base + distance;
    PUBLISH(&base[FRAME_PC], (uintptr_t)g->pc & ~(uintptr_t)PC_TAGS);
    base[FRAME_FUNC] = (Word)f;
    base[FRAME_LINK] = distance | FRAME_EXACT;
    g->base += distance;
    g->pc = f->code;
    return true;
}

PanicNext defer_call(Worker *w, G *g, const Func *f, const Closure *c, const Word *args, uint32_t nargs) {
    if (!f) return panic_start(w, g, fault_value(w, g, FAULT_NIL_POINTER), false);
    if (!push_frame(w, g, f)) return PANIC_DEAD;
    Word *base = g->stack + g->base;
    for (uint32_t i = 0; i < nargs; i++) base[i] = args[i];
    if (c) base[f->nparams] = (Word)c;
    return PANIC_RUN;
}

PanicNext panic_start(Worker *w, G *g, Word value, bool goexit) {
    if (!push_frame(w, g, &vm_panic_func)) return PANIC_DEAD;
    Panic *p = xcalloc(1, sizeof *p);
    p->link = g->panics;
    p->value = value;
    p->frame = g->base;
    p->goexit = goexit;
    g->panics = p;
    return PANIC_RUN;
}

bool defer_next(Worker *w, G *g, uint32_t frame, PanicNext *next) {
    DeferRecord *d = defer_last(g);
    if (d && d->at.runner == frame && !d->panic) {
        defer_pop(g);
        d = defer_last(g);
    }
    if (!d || d->frame != frame || d->at.runner) return false;
    d->at.runner = frame;
    *next = defer_call(w, g, d->func, d->closure, d->args, d->nargs);
    return true;
}

static void drop_panic(G *g) {
    Panic *p = g->panics;
    g->panics = p->link;
    for (DeferAt *a = p->aborts, *next; a; a = next) next = a->next, free(a);
    free(p);
}

static PanicNext recovered(Worker *w, G *g, uint32_t frame) {
    drop_panic(g);
    Panic *outer = g->panics;
    if (outer && outer->goexit && outer->aborted) {
        // A Goexit that the panic had cut short goes on: nothing stops it.
        outer->aborted = outer->running = false;
        g->base = outer->frame;
        g->pc = vm_panic_func.code;
        return PANIC_RUN;
    }
    while (g->panics && ((Panic *)g->panics)->aborted) drop_panic(g);
    const Func *f = (const Func *)(g->stack + frame)[FRAME_FUNC];
    g->base = frame;
    g->pc = f->code + f->recover_pc;
    return push_frame(w, g, &vm_recover_func) ? PANIC_RUN : PANIC_DEAD;
}

// Asks the values of all panics under way for their text, one call of gol code after the other, as Go does before it
// prints; then prints.
static PanicNext print_next(Worker *w, G *g, Panic *top) {
    Panic *below = top->link;
    if (below && below->printing) {
        trace_panic_while_printing(w, g, top);
        return PANIC_DEAD;
    }
    for (Panic *p = top->printing ? top->printing->link : top; p; p = p->link) {
        if (p->goexit || p->has_text) continue;
        const Func *f = fault_text_method(vm_of(w), p->value);
        if (!f) continue;
        top->printing = p;
        Word self = call_receiver(vm_of(w)->m->types, p->value);
        return defer_call(w, g, f, NULL, &self, 1);
    }
    trace_panic(w, g);
    return PANIC_DEAD;
}

PanicNext panic_step(Worker *w, G *g) {
    Panic *p = g->panics;
    if (p->printing) {
        p->printing->text = (const Str *)(g->stack + g->base)[FRAME_HEADER];
        p->printing->has_text = true;
        return print_next(w, g, p);
    }
    if (p->running) {
        uint32_t frame = defer_last(g)->frame;
        defer_pop(g);
        p->running = false;
        if (p->recovered) return recovered(w, g, frame);
    }
    for (;;) {
        DeferRecord *d = defer_last(g);
        if (!d) break;
        if (d->at.runner) {
            if (d->panic) d->panic->aborted = true;
            DeferAt *a = xmalloc(sizeof *a);
            *a = d->at;
            a->next = p->aborts;
            p->aborts = a;
            defer_pop(g);
            continue;
        }
        d->at.runner = g->base;
        d->panic = p;
        p->running = true;
        return defer_call(w, g, d->func, d->closure, d->args, d->nargs);
    }
    return p->goexit ? PANIC_ENDED : print_next(w, g, p);
}

PanicNext recover_step(Worker *w, G *g) {
    Word *base = g->stack + g->base;
    uint32_t frame = g->base - (uint32_t)base[FRAME_LINK];
    PanicNext next;
    if (defer_next(w, g, frame, &next)) return next;
    g->base = frame;
    g->pc = (const void *)base[FRAME_PC];
    return PANIC_RUN;
}

static uint32_t caller_of(const G *g, uint32_t at) { return at - (uint32_t)(g->stack + at)[FRAME_LINK]; }
static const Func *func_of(const G *g, uint32_t at) { return (const Func *)(g->stack + at)[FRAME_FUNC]; }

// Only the function that was deferred may recover, not one that it calls. Thunks are the generator's, and between them.
// In `defer recover()` a thunk is recover itself: what counts is the function that runs it.
Word panic_recover(G *g, uint32_t at) {
    Panic *p = g->panics;
    if (!p || p->goexit || p->recovered || p->printing) return 0;
    if (func_of(g, at)->flags & FUNC_THUNK) at = caller_of(g, at);
    if (func_of(g, at) == &vm_recover_func) at = caller_of(g, at);
    do {
        at = caller_of(g, at);
        if (at == p->frame) {
            p->recovered = true;
            return p->value;
        }
    } while ((func_of(g, at)->flags & FUNC_THUNK) && caller_of(g, at) != at);
    return 0;
}

// The recover epilogue of a function that defers needs nothing but the result variables (Func.recover_pc): as good a place as any to leave a frame at.
void defer_unwind(Worker *w, G *g, bool hard) {
    DeferRecord *d = NULL;
    while (!hard && (d = defer_last(g)) && d->at.runner) {
        if (d->panic) d->panic->aborted = true;
        defer_pop(g);
    }
    if (d) {
        g->base = d->frame;
        g->pc = func_of(g, d->frame)->code + func_of(g, d->frame)->recover_pc;
        if (panic_start(w, g, 0, true) == PANIC_RUN) return;
    }
    if (g->defers || g->panics) defer_free(g);
    g->base = FRAME_HEADER;
    g->pc = vm_start_func.code;
}

void defer_free(G *g) {
    while (g->panics) drop_panic(g);
    free(g->defers);
    g->defers = NULL;
}

void defer_scan(G *g, GcMarker *m) {
    for (Panic *p = g->panics; p; p = p->link) {
        gc_mark_iface(m, p->value);
        gc_mark_pointer(m, (Word)p->text);
    }
    for (const DeferRecord *d = defer_last(g); d; d = below(g, d)) {
        if (d->at.runner) continue; // its frame has what it needs
        if (d->closure) gc_mark_pointer(m, (Word)d->closure);
        if (d->func) gc_mark_words(m, d->args, d->nargs, d->func->param_slots);
    }
}
