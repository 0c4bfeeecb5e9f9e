#include "vm/call.h"

#include "vm/defer.h"
#include "vm/trace.h"

bool call_room(Worker *w, G *g, uint32_t need) {
    need += STACK_SLACK;
#ifdef GOL_HOSTILE
    // g_grow_stack moves the stack even when it is large enough, and grows it by as little as it can; but programs with
    // deep stacks shall end some day.
    if (g->stack_cap >= 1 << 12) {
        if (need <= g->stack_cap) return true;
        if (need < g->stack_cap * 2) need = g->stack_cap * 2;
    }
#else
    if (need <= g->stack_cap) return true;
#endif
    if (g_grow_stack(w, g, need)) return true;
    trace_stack_overflow(w, g);
    return false;
}

G *call_new_g(Worker *w, const Func *f, const Closure *c, const Word *args, uint32_t nargs, uint32_t go_pos) {
    G *g = g_new(w, FRAME_HEADER + f->nslots + STACK_SLACK, f, go_pos);
    Word *base = g->stack + FRAME_HEADER;
    base[FRAME_PC] = (Word)vm_start_func.code;
    base[FRAME_FUNC] = (Word)f;
    base[FRAME_LINK] = 0;
    for (uint32_t i = 0; i < nargs; i++) base[i] = args[i];
    if (c) base[f->nparams] = (Word)c;
    g->base = FRAME_HEADER;
    g->pc = f->code;
    return g;
}
