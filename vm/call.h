// call.h — pieces of calls that the loop and the panic machinery share.
#pragma once
#include "runtime/iface.h"
#include "vm/state.h"

// The one word that a method of v's dynamic type takes as receiver (RMethod.func).
static inline Word call_receiver(const RType *types, Word v) {
    Word tag = v >> IFACE_SHIFT;
    if (LIKELY(tag - 1 < IFACE_MAX_TAG)) return v & IFACE_PAYLOAD_MASK;
    if (!tag && (types[header_type((const void *)v)].flags & RT_PTRSHAPED)) return LOAD_PTR((const Word *)v);
    return v;
}

// Makes slots [0, need + slack) of the stack exist; g->stack may change. False: Go's limit is passed; the stack overflow has been
// reported and the program is ending.
bool call_room(Worker *w, G *g, uint32_t need);
// A new goroutine that will run f with these arguments; not yet ready.
G *call_new_g(Worker *w, const Func *f, const Closure *c, const Word *args, uint32_t nargs, uint32_t go_pos);
