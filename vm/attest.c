#include "vm/attest.h"

#include "runtime/worker.h"
#include "vm/liveness.h"
#include "vm/places.h"

enum { STD_FRAMES = 300 };

static bool is_own(const Func *f) { return !(f->flags & FUNC_STD) && places_is_shown(f); }

Pos attest_pos(Runtime *rt, const G *g, bool *fixed) {
    (void)rt;
    *fixed = false;
    if (!g->pc || !g->stack) return 0;
    Frame f;
    frame_top(g, &f);
    *fixed = is_own(f.func);
    if (LIKELY(*fixed)) return frame_pos(&f);
    Pos first = frame_pos(&f);
    Told told;
    for (int n = 0; n < STD_FRAMES && frame_below(&f); n++)
        if (places_told(&f, &told) && is_own(told.func)) return told.pos;
    return first; // std all the way down, or so deep in it that asking at each lock would take longer than the work
}

bool attest_is_own(Runtime *rt, const G *g) {
    (void)rt;
    if (!g->pc || !g->stack) return false;
    Frame f;
    frame_top(g, &f);
    do
        if (is_own(f.func)) return true;
    while (frame_below(&f));
    return false;
}

static bool leads_to(Runtime *rt, Word p, uint8_t kind, const Word *addr) {
    if (kind != SLOT_POINTER || !p) return false;
    if (p == (Word)addr) return true;
    const Vm *vm = runtime_vm(rt);
    if (p >= (Word)vm->globals && p < (Word)(vm->globals + vm->m->nglobals)) return false;
    return p < (Word)addr && (Word)addr - p < heap_object_size(rt->heap, (const void *)p);
}

bool attest_started_with(Runtime *rt, const G *g, const Word *addr) {
    Frame f;
    frame_top(g, &f);
    const Func *func = f.func;
    for (uint32_t i = 0; i < func->nparams; i++)
        if (leads_to(rt, f.base[i], func->param_slots ? func->param_slots[i] : SLOT_SCALAR, addr)) return true;
    if (!(func->flags & FUNC_CLOSURE)) return false;
    const Closure *c = (const Closure *)f.base[func->nparams];
    for (uint32_t i = 0; i < func->ncaptures; i++)
        if (leads_to(rt, c->words[i], func->capture_slots ? func->capture_slots[i] : SLOT_SCALAR, addr)) return true;
    return false;
}

// Who left by Goexit did not return.
Pos attest_ended_at(Runtime *rt, const G *g) {
    (void)rt;
    const Func *f = g->start;
    uint32_t at;
    if (!f || !f->code || !f->pos || !g->stack) return 0;
    const Frame first = {.base = g->stack + FRAME_HEADER, .func = f};
    return first.base[FRAME_FUNC] == (Word)f && liveness_returned_at(&first, &at) ? f->pos[at] : 0;
}
