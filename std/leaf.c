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

// As deep as C formats by itself: a slice or array of basic values or of plain structs.
void leaf_reads_value(const NativeCall *c, const RType *t, const Word *p) {
    const RType *types = leaf_types(c);
    if (t->kind == RK_SLICE) {
        const SliceHeader *h = (const SliceHeader *)LOAD_PTR(p);
        if (h) leaf_reads(c, h->data, h->len * types[t->elem].elem_size);
    } else if (t->kind == RK_STRUCT) {
        for (uint32_t i = 0; i < t->nfields; i++) leaf_reads_value(c, &types[t->fields[i].type], p + t->fields[i].offset);
    }
}
