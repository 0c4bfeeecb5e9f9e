// leaf.h — what the natives of std share: arguments in, results out, bytes to and from guest memory. A native sees its
// parameters as registers in c->args (vm/native.h); "i" is always an index into them, in words.
#pragma once
#include <string.h>

#include "base/buf.h"
#include "runtime/breath.h"
#include "runtime/iface.h"
#include "runtime/race.h"
#include "runtime/slice.h"
#include "runtime/str.h"
#include "runtime/worker.h"
#include "vm/native.h"
#include "vm/state.h"

// NATIVE(std_pkg_Name) { ... return NATIVE_OK; } — `call` is the parameter; the prototype that stands in the generated
// table (std/bind.h) is said again here.
#define NATIVE(name)                                                                                                              \
    NativeStatus name(NativeCall *call);                                                                                           \
    NativeStatus name(NativeCall *call)

static inline const RType *leaf_types(const NativeCall *c) { return vm_of(c->worker)->m->types; }

static inline const Str *leaf_str(const NativeCall *c, int i) { return (const Str *)c->args[i]; }
static inline SliceReg leaf_slice(const NativeCall *c, int i) { return (SliceReg){c->args[i], c->args[i + 1], c->args[i + 2]}; }
static inline double leaf_double(const NativeCall *c, int i) {
    double d;
    memcpy(&d, &c->args[i], 8);
    return d;
}
static inline void leaf_ret_double(NativeCall *c, int i, double d) { memcpy(&c->args[i], &d, 8); }
static inline void leaf_ret_slice(NativeCall *c, int i, SliceReg s) {
    c->args[i] = s.data;
    c->args[i + 1] = s.len;
    c->args[i + 2] = s.cap;
}
// Around work on `bytes` bytes of strings and byte slices that the arguments hold: others need not wait for it (runtime/breath.h). Between the two nothing is allocated
// and no argument or result is written; pointers that are read from the program's memory (elements) may die.
static inline Breath leaf_breath(const NativeCall *c, uint64_t bytes) {
    breath_owe(c->worker, bytes);
    if (LIKELY(bytes < BREATH_BYTES)) return (Breath){0};
    c->worker->breathes = true;
    Breath b = breath_begin(c->worker, NULL, bytes);
    c->worker->breathes = false;
    return b;
}
static inline void leaf_breath_end(const NativeCall *c, Breath b) { breath_end(c->worker, b); }
// Between two pieces of what is long otherwise: the world may stop here. new, new_too: what has been allocated so far, or NULL; other new objects and elements that were
// read from the program's memory may die.
static inline void leaf_pause(const NativeCall *c, const void *new, const void *new_too) {
    c->worker->breathes = true;
    c->worker->held_too = new_too;
    breath_pause(c->worker, new);
    c->worker->held_too = NULL;
    c->worker->breathes = false;
}

// False: no memory.
static inline bool leaf_ret_bytes_as_str(NativeCall *c, int i, const void *bytes, size_t n) {
    const Str *s;
    if (!str_new(c->worker, bytes, n, &s)) return false;
    c->args[i] = (Word)s;
    return true;
}

// For the race detector: the native reads or writes `bytes` at `at`, on behalf of the line of the program that called it. Said once for each
// piece of the program's memory that a native looks at or changes (elements, what pointers point to), not for its arguments, strings or what
// it has just allocated.
static inline void leaf_reads(const NativeCall *c, const void *at, uint64_t bytes) {
    if (UNLIKELY(c->worker->race != NULL) && bytes) race_read(c->worker, c->g, at, bytes);
}
static inline void leaf_writes(const NativeCall *c, const void *at, uint64_t bytes) {
    if (UNLIKELY(c->worker->race != NULL) && bytes) race_write(c->worker, c->g, at, bytes);
}
// The slice argument at i, all of whose elements (of elem_size bytes each) are read.
static inline SliceReg leaf_slice_read(const NativeCall *c, int i, uint32_t elem_size) {
    SliceReg s = leaf_slice(c, i);
    leaf_reads(c, (const void *)s.data, s.len * elem_size);
    return s;
}
// The elements of all slices in the value at rest at p (a part of an interface's value: what formatting reads).
void leaf_reads_value(const NativeCall *c, const RType *t, const Word *p);

// Bytes of a []byte. Others may be writing them: under the thread sanitizer each byte is read by itself.
static inline void leaf_read(void *to, const void *guest, size_t n) {
#ifdef GOL_TSAN
    for (size_t i = 0; i < n; i++) ((uint8_t *)to)[i] = GUEST_LOAD(uint8_t, (const uint8_t *)guest + i);
#else
    if (n) memcpy(to, guest, n);
#endif
}
static inline void leaf_write(void *guest, const void *from, size_t n) {
#ifdef GOL_TSAN
    for (size_t i = 0; i < n; i++) GUEST_STORE(uint8_t, (uint8_t *)guest + i, ((const uint8_t *)from)[i]);
#else
    if (n) memcpy(guest, from, n);
#endif
}
// buf = append(buf, bytes...). False: no memory, nothing changed.
static inline bool leaf_append(NativeCall *c, SliceReg *buf, const void *bytes, size_t n) {
    if (!n) return true; // a nil buf stays nil: nothing stands behind its end
    if (buf->cap - buf->len < n) {
        SliceReg grown;
        leaf_reads(c, (const void *)buf->data, buf->len);
        c->worker->breathes = true; // there is no other new object than buf
        bool fine = slice_grow(c->worker, TYPE_UINT8, buf, n, 0, &grown);
        c->worker->breathes = false;
        if (!fine) return false;
        *buf = grown;
    }
    leaf_writes(c, (const uint8_t *)buf->data + buf->len, n);
    breath_owe(c->worker, n);
    c->worker->breathes = true;
    Breath b = breath_begin(c->worker, (const void *)buf->data, n);
    leaf_write((uint8_t *)buf->data + buf->len, bytes, n);
    breath_end(c->worker, b);
    c->worker->breathes = false;
    buf->len += n;
    return true;
}
// A new []byte with these bytes. False: no memory.
static inline bool leaf_ret_bytes(NativeCall *c, int i, const void *bytes, size_t n) {
    SliceReg s;
    if (!slice_make(c->worker, TYPE_UINT8, n, n, 0, &s)) return false;
    leaf_write((void *)s.data, bytes, n);
    leaf_ret_slice(c, i, s);
    return true;
}

// The word at rest at p, of type t, as a register (narrow integers extended; a slice stays packed).
static inline Word leaf_load(const RType *t, const void *p) {
    switch (t->elem_size) {
    case 1:
        return t->flags & RT_SIGNED ? (Word)(int64_t)(int8_t)GUEST_LOAD(uint8_t, p) : GUEST_LOAD(uint8_t, p);
    case 2:
        return t->flags & RT_SIGNED ? (Word)(int64_t)(int16_t)GUEST_LOAD(uint16_t, p) : GUEST_LOAD(uint16_t, p);
    case 4:
        return t->flags & RT_SIGNED ? (Word)(int64_t)(int32_t)GUEST_LOAD(uint32_t, p) : GUEST_LOAD(uint32_t, p);
    default:
        return LOAD_PTR(p);
    }
}
// The value of type t that lies at rest at p, as an interface word (an interface's own word when t is one). False: no memory.
bool leaf_box(NativeCall *c, TypeId t, const void *p, Word *out);
