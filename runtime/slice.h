// slice.h — slices in registers (SliceReg) over rows in the heap. Element moves are word-wise or of the declared width, with
// relaxed accesses. "false" means no memory, unless said otherwise.
#pragma once
#include "runtime/heap.h"

bool slice_make(Worker *w, TypeId elem, uint64_t len, uint64_t cap, uint32_t site, SliceReg *out); // sizes already checked
bool slice_pack(Worker *w, const SliceReg *s, uint32_t site, const SliceHeader **out);             // nil packs to NULL
static inline void slice_unpack(const SliceHeader *h, SliceReg *out) {
    if (h) *out = (SliceReg){(Word)h->data, h->len, h->cap};
    else *out = (SliceReg){0, 0, 0};
}
// Room for `more` elements behind len, growing as Go 1.19 does (capacities are visible): out has the new data and cap, old len.
bool slice_grow(Worker *w, TypeId elem, const SliceReg *s, uint64_t more, uint32_t site, SliceReg *out);
// Copies n elements, overlapping allowed (as memmove), with relaxed word or width accesses.
void slice_move(const RType *elem, void *dst, const void *src, uint64_t n);
// The same for what may be long: others need not wait for it (breath.h). fresh: the new object that dst lies in, or any other.
void slice_move_long(Worker *w, const RType *elem, void *dst, const void *src, uint64_t n, const void *fresh);
bool slice_append_slice(Worker *w, TypeId elem, const SliceReg *s, const SliceReg *more, uint32_t site, SliceReg *out);
bool slice_append_str(Worker *w, const SliceReg *s, const Str *more, uint32_t site, SliceReg *out); // append([]byte, string...)
bool slice_from_str(Worker *w, const Str *s, uint32_t site, SliceReg *out); // []byte(string)
bool slice_runes(Worker *w, const Str *s, uint32_t site, SliceReg *out);    // []rune(string)
// The size Go 1.19 would allocate for so many bytes.
uint64_t slice_go_round(uint64_t bytes);
