// loop_help.h — small pieces of instructions, for loop.c alone.
#pragma once
#include <math.h>
#include <string.h>

#include "runtime/iface.h"
#include "runtime/map.h"
#include "runtime/slice.h"
#include "vm/state.h"

// The position of the instruction before pc, for allocation sites and go statements.
static inline Pos loop_site(const Func *f, const uint64_t *pc) { return f->pos ? f->pos[pc - 1 - (const uint64_t *)f->code] : 0; }

// Where g, whose pc and base are saved, stands in the program's own code.
Pos loop_own_site(Worker *w, const G *g);

static inline double loop_f64(Word w) {
    double d;
    memcpy(&d, &w, sizeof d);
    return d;
}
static inline Word loop_bits(double d) {
    Word w;
    memcpy(&w, &d, sizeof w);
    return w;
}
static inline float loop_f32(Word w) {
    float f;
    uint32_t bits = (uint32_t)w;
    memcpy(&f, &bits, sizeof f);
    return f;
}
// Go's min and max of float64: NaN when one is NaN, -0 before +0.
static inline Word loop_minmax(Word x, Word y, bool max) {
    double a = loop_f64(x), b = loop_f64(y);
    if (a != a) return x;
    if (b != b) return y;
    if (a == b) return max ? x & y : x | y; // only the signs of zeros differ
    return (a < b) != max ? x : y;
}
static inline Word loop_bits32(float f) {
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}
// As cvttsd2si: what does not fit (and NaN) is INT64_MIN.
static inline Word loop_f2i(double d) {
    return d >= -0x1p63 && d < 0x1p63 ? (Word)(int64_t)d : UINT64_C(1) << 63;
}
static inline Word loop_f2u(double d) { return d < 0x1p63 ? loop_f2i(d) : loop_f2i(d - 0x1p63) ^ UINT64_C(1) << 63; }

static inline void loop_move_registers(Word *to, const Word *from, uint32_t n) {
    if (to <= from)
        for (uint32_t i = 0; i < n; i++) to[i] = from[i];
    else
        while (n--) to[n] = from[n];
}
// Guest memory to guest memory, overlapping allowed: word by word, each word whole.
static inline void loop_copy_words(Word *to, const Word *from, uint64_t n) {
    if (to <= from)
        for (uint64_t i = 0; i < n; i++) PUBLISH(to + i, LOAD_PTR(from + i));
    else
        while (n--) PUBLISH(to + n, LOAD_PTR(from + n));
}
// A value in register form becomes an element in memory (not of a slice type: those are packed first).
static inline void loop_store_element(const RType *t, void *at, const Word *regs) {
    if (t->flags & RT_MEM) {
        loop_copy_words(at, (const Word *)regs[0], t->words);
        return;
    }
    switch (t->elem_size) {
    case 1: GUEST_STORE(uint8_t, at, regs[0]); break;
    case 2: GUEST_STORE(uint16_t, at, regs[0]); break;
    case 4: GUEST_STORE(uint32_t, at, regs[0]); break;
    case 8: PUBLISH(at, regs[0]); break;
    default:
        for (uint32_t i = 0; i < t->words; i++) PUBLISH((Word *)at + i, regs[i]);
    }
}
// Where the words at rest of a register-form value stand (map keys and values; slices are packed before).
static inline const Word *loop_words(const RType *t, const Word *regs) {
    return t->flags & RT_MEM ? (const Word *)regs[0] : regs;
}
// Words that a value of t takes where it stands "at rest in registers": channels, maps.
static inline uint32_t loop_rest_words(const RType *t) { return t->flags & RT_MEM ? 1 : t->words; }

// The dynamic type of v implements the interface type i; remembered, because looking is slow.
static inline bool loop_implements(Vm *vm, TypeId t, TypeId i) {
    uint64_t *memo = &vm->implements[(t * 31 + i) % VM_IMPLEMENTS_MEMO];
    uint64_t tag = ((uint64_t)t << 32 | (uint64_t)i << 1), seen = __atomic_load_n(memo, __ATOMIC_RELAXED);
    if (LIKELY((seen & ~UINT64_C(1)) == tag)) return seen & 1;
    const char *missing;
    bool yes = type_implements(&vm->m->types[t], &vm->m->types[i], &missing);
    __atomic_store_n(memo, tag | yes, __ATOMIC_RELAXED);
    return yes;
}

// An interface word from a value in register form: what needs no memory, here.
static inline bool loop_make_iface(Worker *w, const RType *t, const Word *regs, Pos site, Word *out) {
    Word v = regs[0];
    if (LIKELY(t->id <= IFACE_MAX_TAG)) {
        if ((t->flags & RT_PTRSHAPED) && t->kind != RK_SLICE) {
            *out = (Word)t->id << IFACE_SHIFT | v;
            return true;
        }
        if (t->kind >= RK_BOOL && t->kind <= RK_UINTPTR && (Word)((int64_t)(v << 16) >> 16) == v) {
            *out = (Word)(IFACE_SCALAR | t->id) << IFACE_SHIFT | (v & IFACE_PAYLOAD_MASK);
            return true;
        }
    }
    return iface_make(w, t->id, regs, site, out);
}
static inline void loop_iface_value(const RType *t, Word v, Word *regs) {
    if ((t->flags & RT_PTRSHAPED) && t->kind != RK_SLICE && v >> IFACE_SHIFT) regs[0] = v & IFACE_PAYLOAD_MASK;
    else if (t->kind >= RK_INT && t->kind <= RK_INT64 && v >> IFACE_SHIFT) regs[0] = (Word)((int64_t)(v << 16) >> 16);
    else iface_value(t, v, regs);
}

// What no allocation can exceed (Go's maxAlloc); sizes above are the program's mistake.
#define LOOP_MAX_ALLOC (UINT64_C(1) << 47)
enum { LOOP_FEW_ARMS = 8, LOOP_NATIVE_COST = 8, MAP_ROWS_COST = 1024 /* of MAP_AGAIN */ };
#ifdef GOL_HOSTILE
#define LOOP_MUST_GROW(condition) ((void)(condition), true) // stacks move at every call
#else
#define LOOP_MUST_GROW(condition) UNLIKELY(condition)
#endif

// --- loop_help.c: rare or long, out of the loop's way
// The method of a call site in type t; writes the site's cache unless it has missed too often.
uint32_t loop_find_method(Vm *vm, CallSite *site, TypeId t);
void loop_print(Worker *w, Buf *line, const RType *t, const Word *regs, uint32_t flags, bool more);
bool loop_runes(Worker *w, const Str *s, Pos site, SliceReg *out); // []rune(s)
uint64_t loop_byte_cap(uint64_t n); // what Go's []byte(string) allocates for n bytes
// --- long instructions: in pieces, between which the world may stop (g is saved, as before the instruction; nothing in the heap moves)
enum { LOOP_PIECE = 1 << 15 }; // bytes
void loop_pause(Worker *w);
void loop_zero(Worker *w, void *p, uint64_t bytes);
// As loop_copy_words; fresh: the new object that `to` is, or NULL.
void loop_copy_long(Worker *w, Word *to, const Word *from, uint64_t n, const void *fresh);
int loop_compare(Worker *w, const Str *a, const Str *b, bool equal);    // as str_compare; equal: 0 or not
int loop_equal(Worker *w, const RType *types, TypeId t, const Word *a, const Word *b, TypeId *bad); // as value_equal
int loop_equal_iface(Worker *w, const RType *types, Word a, Word b, TypeId *bad); // as iface_equal
// to[0..2) = x[0..2) / y[0..2), complex128s; to may be x or y.
void loop_divide_complex(Word *to, const Word *x, const Word *y);
