#include "std/leaf.h"

bool leaf_box(NativeCall *c, TypeId id, const void *p, Word *out) {
    const RType *t = &leaf_types(c)[id];
    if (t->kind == RK_INTERFACE) {
        *out = LOAD_PTR(p);
        return true;
    }
    Word regs[MAX_REG_STRUCT + 3];
    value_load(t, p, regs);
    return iface_make(c->worker, id, regs, 0, out);
}
