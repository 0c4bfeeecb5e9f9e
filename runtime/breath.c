#include "runtime/breath.h"

// Inside a native the pc stands behind the call, tagged as parked: its registers are taken for results there. A call of a native is one word.
enum { PARKED = 1, TAGS = 7 };

Breath breath_slow(Worker *w, const void *fresh) {
    G *g = w->current;
    Breath b = {.on = true, .pc = g->pc};
    uintptr_t pc = (uintptr_t)g->pc;
    if (pc & PARKED) g->pc = (const void *)((pc & ~(uintptr_t)TAGS) - sizeof(Word));
    w->held = fresh;
    native_block_enter(w);
    return b;
}

void breath_over(Worker *w, Breath b) {
    native_block_leave(w);
    w->held = NULL;
    w->current->pc = b.pc;
}
