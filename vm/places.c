#include "vm/places.h"

#include <string.h>

#include "runtime/race_report.h"
#include "vm/defer.h"

bool places_is_shown(const Func *f) { return !(f->flags & FUNC_THUNK) && f != &vm_panic_func && f != &vm_recover_func; }

bool places_told(const Frame *f, Told *out) {
    const DeferAt *d = f->called_exact ? defer_under_way(f->g, (uint32_t)(f->base - f->g->stack)) : NULL;
    if (d && f->func == &vm_panic_func) *out = (Told){d->by, 0, true};
    else *out = (Told){f->func, frame_pos(f), d != NULL};
    if (d && d->by->pos) out->pos = d->by->pos[d->pc - d->by->code];
    return places_is_shown(out->func) && !(f->func == &vm_panic_func && out->func->flags & FUNC_STD);
}

const char *places_func_name(const Func *f) { return f->name ? f->name : "?"; }

uint32_t places_frames(Runtime *rt, const G *g, FindingFrame *out, uint32_t max) {
    (void)rt;
    if (!g->pc || !g->stack) return 0;
    uint32_t n = 0;
    Frame f;
    frame_top(g, &f);
    for (bool more = true; more;) {
        Told told;
        bool shown = places_told(&f, &told);
        more = frame_below(&f);
        bool inside = (told.func->flags & FUNC_STD) && more && (f.func->flags & FUNC_STD) && places_is_shown(f.func);
        if (!shown || inside) continue;
        if (n < max) out[n] = (FindingFrame){places_func_name(told.func), told.pos, told.at_end};
        n++;
    }
    return n;
}

static const Instr *instr_in(const Func *f, uintptr_t at, bool behind) {
    if (!f || !f->code || at < (uintptr_t)f->code || at >= (uintptr_t)(f->code + f->ncode)) return NULL;
    uint32_t index = (uint32_t)((at - (uintptr_t)f->code) / sizeof(Instr));
    return f->code + (behind ? frame_instr_before(f, index + 1) : index);
}

const Instr *places_instr(const Vm *vm, const void *pc, const Func **in) {
    bool behind = ((uintptr_t)pc & PC_PARKED) != 0;
    uintptr_t at = ((uintptr_t)pc & ~(uintptr_t)PC_TAGS) - (behind ? sizeof(Instr) : 0);
    const Instr *found = NULL;
    for (uint32_t i = 0; !found && i < vm->m->nfuncs; i++) found = instr_in(*in = vm->m->funcs[i], at, behind);
    for (const ReplacedFunc *r = vm->replaced; !found && r; r = r->next) found = instr_in(*in = r->func, at, behind);
    return found && places_is_shown(*in) ? found : NULL;
}

bool places_at(Runtime *rt, const void *pc, FindingFrame *out) {
    const Func *f;
    const Instr *i = places_instr(runtime_vm(rt), pc, &f);
    if (!i) return false;
    *out = (FindingFrame){places_func_name(f), f->pos && places_is_shown(f) ? f->pos[i - f->code] : 0, ((uintptr_t)pc & PC_DEFERRED) != 0};
    return true;
}

int places_access_kind(Runtime *rt, const void *pc) {
    const Func *f;
    const Vm *vm = runtime_vm(rt);
    const Instr *i = places_instr(vm, pc, &f);
    if (!i) return ACCESS_PLAIN;
    switch (i->op) {
    case OP_ADDM: case OP_ADDMF: case OP_SUBMF: case OP_ADDX: case OP_ADDXF: return ACCESS_UPDATE;
    case OP_APPEND: case OP_APPENDS: case OP_APPENDT: return ACCESS_APPEND;
    case OP_MAPGET: case OP_MAPGET2: case OP_MAPSET: case OP_MAPDEL: case OP_MAPLEN: case OP_MAPCLEAR: case OP_MAPITER: case OP_MAPNEXT:
        return ACCESS_MAP;
    case OP_SEND: case OP_SELECT: return ACCESS_SEND;
    case OP_CLOSECH: return ACCESS_CLOSE;
    case OP_CALLN: {
        const char *native = vm->m->funcs[instr_bc(*i)]->name;
        if (!native) return ACCESS_PLAIN;
        if (!strcmp(native, "sync.WaitGroup.Add")) return ACCESS_ADD;
        if (!strcmp(native, "sync.WaitGroup.Wait")) return ACCESS_WAIT;
        return ACCESS_PLAIN;
    }
    default: return ACCESS_PLAIN;
    }
}
