#include "vm/attest.h"

#include "runtime/worker.h"
#include "vm/opcodes.h"
#include "vm/places.h"

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
    while (frame_below(&f))
        if (is_own(f.func)) return frame_pos(&f);
    return first; // std all the way down
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
    if (p >= (Word)vm->globals && p < (Word)(vm->globals + vm->nglobals)) return false;
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

// A function with one way out returned there. (Which of several it was is not kept.)
Pos attest_ended_at(Runtime *rt, const G *g) {
    (void)rt;
    const Func *f = g->start;
    Pos pos = 0;
    if (!f || !f->code || !f->pos) return 0;
    for (uint32_t at = 0; at < f->ncode; at += op_length(&f->code[at])) {
        uint16_t op = f->code[at].op;
        if (op != OP_RET && op != OP_RET0 && op != OP_RET1) continue;
        if (pos && pos != f->pos[at]) return 0;
        pos = f->pos[at];
    }
    return pos;
}
