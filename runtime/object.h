// object.h — the heap's own objects. Every object is preceded by one header word: {type id : 32, allocation site : 32};
// pointers point behind it. Bit 31 of the type id says "a row of elements of this type" (a slice's backing store).
#pragma once
#include "runtime/type.h"

#define HEADER_ROW 0x80000000u
static inline uint32_t header_type(const void *obj) { return (uint32_t)GUEST_LOAD(Word, (const Word *)obj - 1); }
static inline uint32_t header_site(const void *obj) { return (uint32_t)(GUEST_LOAD(Word, (const Word *)obj - 1) >> 32); }

// Immutable. bytes are inline (data == (char *)(s + 1)) or inside another object, which data keeps alive.
typedef struct Str {
    const uint8_t *data;
    uint64_t len;
} Str;

// Immutable: a slice at rest. data may be interior. A nil slice is a NULL SliceHeader; an empty one has a data pointer
// (zero_base when nothing was allocated).
typedef struct SliceHeader {
    void *data;
    uint64_t len, cap;
} SliceHeader;

// A slice in registers: three consecutive words. nil: data == NULL. Lengths are in elements.
typedef struct SliceReg {
    Word data, len, cap;
} SliceReg;

// A func value. words[] are the captured values, as the function's capture_slots say. Immutable.
struct Func;
typedef struct Closure {
    const struct Func *func;
    Word words[];
} Closure;

extern Word zero_base[2]; // what a pointer to nothing points to: &struct{}{}, make([]int, 0)
