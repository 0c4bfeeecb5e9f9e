// watch.c — from a frame to what the race detector keeps of its callers.
//
// The id of a frame's calling context (the last few callers' return addresses, interned) is kept in the frame's link word, above FRAME_EXACT. A call
// writes that word anew, so the id can never be another call's; it is found when the frame makes its first record.
#include "vm/watch.h"

#include "runtime/race_state.h"
#include "vm/defer.h"
#include "vm/loop_help.h"

enum { CONTEXT_SHIFT = WATCH_CONTEXT_SHIFT, ASK_UP = 16 };
_Static_assert(FRAME_EXACT == UINT64_C(1) << (CONTEXT_SHIFT - 1), "the context stands above the flag");

static bool is_std(const Word *base) { return ((const Func *)base[FRAME_FUNC])->flags & FUNC_STD; }
static uint32_t known_context(const Word *base) { return (uint32_t)(base[FRAME_LINK] >> CONTEXT_SHIFT); }
static uint32_t keep_context(Word *base, uint32_t id) {
    base[FRAME_LINK] = (base[FRAME_LINK] & ((UINT64_C(1) << CONTEXT_SHIFT) - 1)) | (Word)id << CONTEXT_SHIFT;
    return id;
}

// Where base returns to; marked when that is behind a call, and not where the caller goes on by itself. Of a deferred call its defer statement.
static const void *return_of(const G *g, const Word *base) {
    uintptr_t pc = (uintptr_t)base[FRAME_PC];
    if (LIKELY(!(base[FRAME_LINK] & FRAME_EXACT))) return (const void *)(pc | PC_PARKED);
    const DeferAt *d = defer_under_way(g, (uint32_t)(base - (uint32_t)base[FRAME_LINK] - g->stack));
    return d ? (const void *)((uintptr_t)d->pc | PC_DEFERRED) : (const void *)pc;
}

static uint32_t intern_context(Worker *w, const G *g, const Word *base) {
    const void *pc[RACE_CONTEXT_FRAMES];
    uint32_t n = 0;
    while (n < RACE_CONTEXT_FRAMES && (uint32_t)base[FRAME_LINK]) {
        const void *back = return_of(g, base);
        base -= (uint32_t)base[FRAME_LINK];
        // Of calls inside std only the one that the program made is told.
        if (!is_std(base) || !(uint32_t)base[FRAME_LINK] || !is_std(base - (uint32_t)base[FRAME_LINK])) pc[n++] = back;
    }
    return race_context(w->race->rs, pc, n, (uint32_t)base[FRAME_LINK] != 0);
}

// Where it returns to and the caller's own context decide, which is remembered. `up`: how many callers may be asked first.
static uint32_t find_context(Worker *w, const G *g, Word *base, uint32_t up) {
    uint32_t distance = (uint32_t)base[FRAME_LINK], caller = 0;
    if (LIKELY(distance)) {
        caller = known_context(base - distance);
        if (!caller && up) caller = find_context(w, g, base - distance, up - 1);
    }
    if (UNLIKELY(!caller)) return keep_context(base, intern_context(w, g, base));
    const void *back = return_of(g, base);
    RaceCall *memo = &w->race->calls[((uintptr_t)back >> 3 ^ caller * 31) & (RACE_CALLS - 1)];
    if (UNLIKELY(memo->pc != back || memo->caller != caller)) *memo = (RaceCall){back, caller, intern_context(w, g, base)};
    return keep_context(base, memo->context);
}

uint32_t watch_context(Worker *w, G *g) {
    Word *base = g->stack + g->base;
    uint32_t known = known_context(base);
    return LIKELY(known) ? known : find_context(w, g, base, ASK_UP);
}

static inline bool as_before(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t kind) {
    uint32_t context = known_context(g->stack + g->base);
    return context && race_as_before(w->race, g, at, ((1u << bytes) - 1) << ((uintptr_t)at & 7), kind, context);
}

void watch_read(Worker *w, G *g, const void *at, uint32_t bytes) {
    if (!as_before(w, g, at, bytes, RACE_READS)) race_access(w, g, at, bytes, RACE_READS, watch_context(w, g));
}
void watch_write(Worker *w, G *g, const void *at, uint32_t bytes) {
    if (!as_before(w, g, at, bytes, RACE_WRITES)) race_access(w, g, at, bytes, RACE_WRITES, watch_context(w, g));
}
void watch_update(Worker *w, G *g, const void *at, uint32_t bytes) {
    if (as_before(w, g, at, bytes, RACE_WRITES)) return;
    race_update(w, g, at, bytes, watch_context(w, g));
}

void watch_range(Worker *w, G *g, const void *at, uint64_t bytes, bool write) {
    const char *from = at;
    for (;;) {
        uint64_t n = bytes < LOOP_PIECE ? bytes : LOOP_PIECE;
        if (write) race_write(w, g, from, n);
        else race_read(w, g, from, n);
        if (LIKELY(!(bytes -= n))) return;
        from += n;
        loop_pause(w);
    }
}
