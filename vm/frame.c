#include "vm/frame.h"

uint32_t frame_instr_before(const Func *f, uint32_t next) {
    uint32_t at = next ? next - 1 : 0;
    while (at && f->code[at].op == OP_EXTRA) at--;
    return at;
}

void frame_top(const G *g, Frame *f) {
    uintptr_t saved = (uintptr_t)g->pc;
    const Instr *pc = (const Instr *)(saved & ~(uintptr_t)PC_TAGS);
    f->g = g;
    f->called_exact = false;
    f->base = g->stack + g->base;
    f->func = (const Func *)f->base[FRAME_FUNC];
    f->at = (uint32_t)(pc - f->func->code);
    f->state = FRAME_AT;
    if (saved & PC_PARKED) {
        f->at = frame_instr_before(f->func, f->at);
        f->state = FRAME_PARKED;
    }
}

bool frame_below(Frame *f) {
    Word link = f->base[FRAME_LINK];
    if (!(uint32_t)link) return false;
    const Instr *pc = (const Instr *)f->base[FRAME_PC];
    f->base -= (uint32_t)link;
    f->func = (const Func *)f->base[FRAME_FUNC];
    f->at = (uint32_t)(pc - f->func->code);
    f->state = FRAME_AT;
    f->called_exact = (link & FRAME_EXACT) != 0;
    if (!f->called_exact) {
        f->at = frame_instr_before(f->func, f->at);
        f->state = FRAME_CALLING;
    }
    return true;
}

Pos frame_pos(const Frame *f) {
    return f->func->pos && f->at < f->func->ncode ? f->func->pos[f->at] : 0;
}
