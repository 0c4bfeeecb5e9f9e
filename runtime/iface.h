// iface.h — interface words: boxing, dynamic type, equality, hash. The encoding stands in word.h.
#pragma once
#include "runtime/heap.h"

// The dynamic type of v, 0 for nil.
static inline TypeId iface_type(Word v) {
    if (!v) return 0;
    Word tag = v >> IFACE_SHIFT;
    if (tag) return (TypeId)(tag & IFACE_MAX_TAG);
    return header_type((const void *)v);
}
// The value's words in register form (a slice as three, a MEM value as a pointer to read-only memory) -> interface word.
// False: no memory.
bool iface_make(Worker *w, TypeId t, const Word *regs, uint32_t site, Word *out);
// Writes the value in register form to regs; v's dynamic type is t.
void iface_value(const RType *t, Word v, Word *regs);
// A pointer to the value's words at rest; scratch (one word) serves scalars. For printing, hashing, map keys.
const Word *iface_words(const RType *types, Word v, Word *scratch);

// Go's ==. Returns 0 or 1, or -1 when it must panic: *bad is the uncomparable type.
int iface_equal(const RType *types, Word a, Word b, TypeId *bad);
// == over the words at rest of a value of type t.
int value_equal(const RType *types, TypeId t, const Word *a, const Word *b, TypeId *bad);
// Hash over the words at rest, agreeing with value_equal (NaN: random from *seed_state; +0 == -0). False: unhashable, *bad set.
bool value_hash(const RType *types, TypeId t, const Word *v, uint64_t seed, uint64_t *seed_state, uint64_t *out, TypeId *bad);
// Words at rest -> register form (narrow scalars extended, slices as three, MEM as the pointer itself).
void value_load(const RType *t, const Word *p, Word *regs);
// Copies the words at rest, one by one.
void value_copy(const RType *t, Word *to, const Word *from);
// The function index of method id in the concrete type's method set, or -1.
int64_t type_method(const RType *t, uint32_t method_id);
// Does concrete type t implement interface type i? *missing is the first missing method's name.
bool type_implements(const RType *t, const RType *i, const char **missing);
