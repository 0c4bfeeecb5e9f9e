#include "vm/places.h"

#include "vm/defer.h"

bool places_is_shown(const Func *f) { return !(f->flags & FUNC_THUNK) && f != &vm_panic_func && f != &vm_recover_func; }

const char *places_func_name(const Func *f) { return f->name ? f->name : "?"; }

uint32_t places_frames(Runtime *rt, const G *g, FindingFrame *out, uint32_t max) {
    (void)rt;
    if (!g->pc || !g->stack) return 0;
    uint32_t n = 0;
    Frame f;
    frame_top(g, &f);
    for (bool more = true; more;) {
        const Func *func = f.func;
        Pos pos = frame_pos(&f);
        more = frame_below(&f);
        bool inside = (func->flags & FUNC_STD) && more && (f.func->flags & FUNC_STD) && places_is_shown(f.func);
        if (!places_is_shown(func) || inside) continue;
        if (n < max) out[n] = (FindingFrame){places_func_name(func), pos};
        n++;
    }
    return n;
}

bool places_at(Runtime *rt, const void *pc, FindingFrame *out) {
    const Vm *vm = runtime_vm(rt);
    uintptr_t at = (uintptr_t)pc & ~(uintptr_t)PC_TAGS;
    for (uint32_t i = 0; i < vm->m->nfuncs; i++) {
        const Func *f = vm->m->funcs[i];
        if (!f || !f->code || at < (uintptr_t)f->code || at >= (uintptr_t)(f->code + f->ncode)) continue;
        uint32_t index = (uint32_t)((at - (uintptr_t)f->code) / sizeof(Instr));
        *out = (FindingFrame){places_func_name(f), f->pos ? f->pos[index] : 0};
        return true;
    }
    return false;
}
