// watch.c — from a frame to what the race detector keeps of its callers.
//
// The id of a frame's calling context (the last few callers' return addresses, interned) is kept in the frame's link word, above FRAME_EXACT. A call
// writes that word anew, so the id can never be another call's; it is found when the frame makes its first record.
#include "vm/watch.h"

#include "runtime/race_state.h"

enum { CONTEXT_SHIFT = 33 };
_Static_assert(FRAME_EXACT == UINT64_C(1) << (CONTEXT_SHIFT - 1), "the context stands above the flag");

static bool is_std(const Word *base) { return ((const Func *)base[FRAME_FUNC])->flags & FUNC_STD; }

static uint32_t find_context(Worker *w, Word *base) {
    const void *pc[RACE_CONTEXT_FRAMES];
    uint32_t n = 0;
    const Word *at = base;
    while (n < RACE_CONTEXT_FRAMES && (uint32_t)at[FRAME_LINK]) {
        const void *back = (const void *)at[FRAME_PC];
        at -= (uint32_t)at[FRAME_LINK];
        // Of calls inside std only the one that the program made is told.
        if (!is_std(at) || !(uint32_t)at[FRAME_LINK] || !is_std(at - (uint32_t)at[FRAME_LINK])) pc[n++] = back;
    }
    uint32_t id = race_context(w->race->rs, pc, n, (uint32_t)at[FRAME_LINK] != 0);
    base[FRAME_LINK] = (base[FRAME_LINK] & ((UINT64_C(1) << CONTEXT_SHIFT) - 1)) | (Word)id << CONTEXT_SHIFT;
    return id;
}

uint32_t watch_context(Worker *w, G *g) {
    Word *base = g->stack + g->base;
    uint32_t known = (uint32_t)(base[FRAME_LINK] >> CONTEXT_SHIFT);
    return LIKELY(known) ? known : find_context(w, base);
}

void watch_read(Worker *w, G *g, const void *at, uint32_t bytes) { race_access(w, g, at, bytes, RACE_READS, watch_context(w, g)); }
void watch_write(Worker *w, G *g, const void *at, uint32_t bytes) { race_access(w, g, at, bytes, RACE_WRITES, watch_context(w, g)); }
void watch_update(Worker *w, G *g, const void *at, uint32_t bytes) {
    race_access(w, g, at, bytes, RACE_READS | RACE_WRITES, watch_context(w, g));
}
