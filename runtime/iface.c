// iface.c — interface words, and equality and hash over values at rest.
//
// Equality never compares words first: a NaN is not equal to itself, zeros of both signs are, and a type that cannot be
// compared must panic even when both words are the same. The types table is found from any of its entries: t - t->id.
#include "runtime/iface.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/heap_state.h"
#include "runtime/slice.h"
#include "runtime/str.h"

static const RType *table_of(const RType *t) { return t - t->id; }

// ---- values at rest and in registers

static Word load_scalar(const RType *t, const Word *p) {
    bool sign = (t->flags & RT_SIGNED) != 0;
    switch (t->elem_size) {
    case 1: return sign ? (Word)(int64_t)(int8_t)GUEST_LOAD(uint8_t, p) : GUEST_LOAD(uint8_t, p);
    case 2: return sign ? (Word)(int64_t)(int16_t)GUEST_LOAD(uint16_t, p) : GUEST_LOAD(uint16_t, p);
    case 4: return sign ? (Word)(int64_t)(int32_t)GUEST_LOAD(uint32_t, p) : GUEST_LOAD(uint32_t, p);
    default: return LOAD_PTR(p);
    }
}

// Struct fields one by one: the upper bytes of a narrow field at rest mean nothing.
static void load_fields(const RType *types, const RType *t, const Word *p, Word *regs) {
    for (uint32_t i = 0; i < t->nfields; i++) {
        const RType *f = &types[t->fields[i].type];
        uint32_t at = t->fields[i].offset;
        if (f->kind == RK_STRUCT) load_fields(types, f, p + at, regs + at);
        else if (f->words == 1) regs[at] = load_scalar(f, p + at);
        else for (uint32_t j = 0; j < f->words; j++) regs[at + j] = LOAD_PTR(p + at + j);
    }
}

void value_load(const RType *t, const Word *p, Word *regs) {
    if (t->flags & RT_MEM) regs[0] = (Word)p;
    else if (t->kind == RK_SLICE) slice_unpack((const SliceHeader *)LOAD_PTR(p), (SliceReg *)regs);
    else if (t->kind == RK_STRUCT) load_fields(table_of(t), t, p, regs);
    else if (t->words == 1) regs[0] = load_scalar(t, p);
    else for (uint32_t i = 0; i < t->words; i++) regs[i] = LOAD_PTR(p + i);
}

void value_copy(const RType *t, Word *to, const Word *from) {
    for (uint32_t i = 0; i < t->words; i++) PUBLISH(to + i, LOAD_PTR(from + i));
}

// ---- interface words

static bool is_scalar(const RType *t) { return t->kind >= RK_BOOL && t->kind <= RK_FLOAT64; }

bool iface_make(Worker *w, TypeId id, const Word *regs, uint32_t site, Word *out) {
    const RType *t = &worker_heap(w)->types[id];
    Word tag = (Word)id << IFACE_SHIFT, packed;
    const Word *words = regs;
    if (is_scalar(t) && id <= IFACE_MAX_TAG) {
        Word v = regs[0];
        if (t->kind == RK_FLOAT64 ? (v & 0xFFFF) == 0 : (Word)((int64_t)(v << 16) >> 16) == v) {
            if (t->kind == RK_FLOAT64) v >>= 16;
            *out = (Word)IFACE_SCALAR << IFACE_SHIFT | tag | (v & IFACE_PAYLOAD_MASK);
            return true;
        }
    }
    if (t->kind == RK_SLICE) {
        const SliceHeader *h;
        if (!slice_pack(w, (const SliceReg *)regs, site, &h)) return false;
        packed = (Word)h;
        words = &packed;
    } else if (t->flags & RT_MEM) {
        words = (const Word *)regs[0];
    }
    if (t->flags & RT_PTRSHAPED) {
        *out = tag | words[0];
        return true;
    }
    Word *box = t->words ? heap_alloc_inline(worker_heap(w), t, site) : heap_alloc_object(w, id, 0, site);
    if (!box) return false;
    value_copy(t, box, words);
    *out = (Word)box;
    return true;
}

const Word *iface_words(const RType *types, Word v, Word *scratch) {
    Word tag = v >> IFACE_SHIFT;
    if (!tag) return (const Word *)v;
    Word payload = v & IFACE_PAYLOAD_MASK;
    if (!(tag & IFACE_SCALAR)) *scratch = payload;
    else if (types[tag & IFACE_MAX_TAG].kind == RK_FLOAT64) *scratch = payload << 16;
    else *scratch = (Word)((int64_t)(payload << 16) >> 16);
    return scratch;
}

void iface_value(const RType *t, Word v, Word *regs) {
    Word scratch;
    value_load(t, iface_words(table_of(t), v, &scratch), regs);
}

// ---- equality and hash

static double load_double(const Word *p) {
    Word bits = GUEST_LOAD(Word, p);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static float load_float(const Word *p) {
    uint32_t bits = GUEST_LOAD(uint32_t, p);
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static const Word *element(const RType *e, const Word *row, uint64_t i) {
    return (const Word *)((const char *)row + i * e->elem_size);
}

static bool is_blank(const RField *f) { return f->name && f->name[0] == '_' && !f->name[1]; }

// Interfaces can hold arrays and structs that hold interfaces, as deep as a program likes. The C stack is small, so beyond DEEP
// levels the way into the value is kept in memory: one cursor for each struct or array on it.
enum { DEEP = 200 };

typedef struct Cursor {
    TypeId type;
    const Word *a, *b; // b: NULL when hashing
    uint64_t next;     // part
} Cursor;

typedef struct Cursors {
    Cursor *at;
    size_t n, cap;
} Cursors;

static void cursor_push(Cursors *c, TypeId type, const Word *a, const Word *b) {
    if (c->n == c->cap) c->at = xrealloc(c->at, (c->cap = c->cap ? c->cap * 2 : 64) * sizeof *c->at);
    c->at[c->n++] = (Cursor){type, a, b, 0};
}

// The next field or element at the cursor: its type and where it begins, in bytes. False: there is none.
static bool cursor_next(const RType *types, Cursor *c, TypeId *part, uint64_t *offset) {
    const RType *t = &types[c->type];
    if (t->kind == RK_ARRAY) {
        if (c->next >= t->len) return false;
        *part = t->elem;
        *offset = c->next++ * types[t->elem].elem_size;
        return true;
    }
    while (c->next < t->nfields) {
        const RField *f = &t->fields[c->next++];
        if (is_blank(f)) continue;
        *part = f->type;
        *offset = (uint64_t)f->offset * sizeof(Word);
        return true;
    }
    return false;
}

static bool has_parts(const RType *t) { return t->kind == RK_STRUCT || t->kind == RK_ARRAY; }

static int equal_at(const RType *types, TypeId id, const Word *a, const Word *b, TypeId *bad, int depth);

static int equal_deep(const RType *types, TypeId id, const Word *a, const Word *b, TypeId *bad) {
    Cursors c = {0};
    cursor_push(&c, id, a, b);
    int r = 1;
    while (c.n && r == 1) {
        Cursor *top = &c.at[c.n - 1];
        TypeId part;
        uint64_t offset;
        if (!cursor_next(types, top, &part, &offset)) {
            c.n--;
            continue;
        }
        const Word *x = (const Word *)((const char *)top->a + offset), *y = (const Word *)((const char *)top->b + offset);
        Word sx, sy;
        if (types[part].kind == RK_INTERFACE) {
            Word v = LOAD_PTR(x), w = LOAD_PTR(y);
            part = iface_type(v);
            r = part == iface_type(w);
            if (!r || !part) continue;
            x = iface_words(types, v, &sx);
            y = iface_words(types, w, &sy);
        }
        if (has_parts(&types[part]) && (types[part].flags & RT_COMPARABLE) && x != &sx) cursor_push(&c, part, x, y);
        else r = equal_at(types, part, x, y, bad, 0);
    }
    free(c.at);
    return r;
}

static int equal_iface(const RType *types, Word a, Word b, TypeId *bad, int depth) {
    TypeId t = iface_type(a);
    if (t != iface_type(b)) return 0;
    if (t == 0) return 1;
    Word sa, sb;
    return equal_at(types, t, iface_words(types, a, &sa), iface_words(types, b, &sb), bad, depth);
}

static int equal_at(const RType *types, TypeId id, const Word *a, const Word *b, TypeId *bad, int depth) {
    const RType *t = &types[id];
    if (!(t->flags & RT_COMPARABLE)) {
        *bad = id;
        return -1;
    }
    if (t->flags & RT_PLAIN_EQ) {
        for (uint32_t i = 0; i < t->words; i++)
            if (GUEST_LOAD(Word, a + i) != GUEST_LOAD(Word, b + i)) return 0;
        return 1;
    }
    int r;
    switch (t->kind) {
    case RK_FLOAT32: return load_float(a) == load_float(b);
    case RK_FLOAT64: return load_double(a) == load_double(b);
    case RK_COMPLEX64: return load_float(a) == load_float(b) && load_float(a + 1) == load_float(b + 1);
    case RK_COMPLEX128: return load_double(a) == load_double(b) && load_double(a + 1) == load_double(b + 1);
    case RK_STRING: return str_equal((const Str *)LOAD_PTR(a), (const Str *)LOAD_PTR(b));
    case RK_INTERFACE: return equal_iface(types, LOAD_PTR(a), LOAD_PTR(b), bad, depth + 1);
    case RK_STRUCT:
        if (depth > DEEP) return equal_deep(types, id, a, b, bad);
        for (uint32_t i = 0; i < t->nfields; i++) {
            const RField *f = &t->fields[i];
            if (is_blank(f)) continue;
            if ((r = equal_at(types, f->type, a + f->offset, b + f->offset, bad, depth + 1)) != 1) return r;
        }
        return 1;
    case RK_ARRAY: {
        if (depth > DEEP) return equal_deep(types, id, a, b, bad);
        const RType *e = &types[t->elem];
        for (uint64_t i = 0; i < t->len; i++)
            if ((r = equal_at(types, t->elem, element(e, a, i), element(e, b, i), bad, depth + 1)) != 1) return r;
        return 1;
    }
    default: return load_scalar(t, a) == load_scalar(t, b);
    }
}

int iface_equal(const RType *types, Word a, Word b, TypeId *bad) { return equal_iface(types, a, b, bad, 0); }
int value_equal(const RType *types, TypeId id, const Word *a, const Word *b, TypeId *bad) {
    return equal_at(types, id, a, b, bad, 0);
}

static uint64_t mix(uint64_t h, uint64_t v) {
    unsigned __int128 p = (unsigned __int128)(h ^ v ^ UINT64_C(0xA0761D6478BD642F)) * UINT64_C(0xE7037ED1A0B428DB);
    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static uint64_t hash_double(double d, uint64_t h, uint64_t *seed_state) {
    if (d == 0) return mix(h, 0);
    if (d != d) return mix(h, *seed_state += UINT64_C(0x9E3779B97F4A7C15)); // a NaN is never found again
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return mix(h, bits);
}

static bool hash_at(const RType *types, TypeId id, const Word *v, uint64_t *state, uint64_t *h, TypeId *bad, int depth);

static bool hash_deep(const RType *types, TypeId id, const Word *v, uint64_t *state, uint64_t *h, TypeId *bad) {
    Cursors c = {0};
    cursor_push(&c, id, v, NULL);
    bool fine = true;
    while (c.n && fine) {
        Cursor *top = &c.at[c.n - 1];
        TypeId part;
        uint64_t offset;
        if (!cursor_next(types, top, &part, &offset)) {
            c.n--;
            continue;
        }
        const Word *x = (const Word *)((const char *)top->a + offset);
        Word scratch;
        if (types[part].kind == RK_INTERFACE) {
            Word i = LOAD_PTR(x);
            *h = mix(*h, part = iface_type(i));
            if (!part) continue;
            x = iface_words(types, i, &scratch);
        }
        if (has_parts(&types[part]) && (types[part].flags & RT_COMPARABLE) && x != &scratch) cursor_push(&c, part, x, NULL);
        else fine = hash_at(types, part, x, state, h, bad, 0);
    }
    free(c.at);
    return fine;
}

static bool hash_at(const RType *types, TypeId id, const Word *v, uint64_t *state, uint64_t *h, TypeId *bad, int depth) {
    const RType *t = &types[id];
    if (!(t->flags & RT_COMPARABLE)) {
        *bad = id;
        return false;
    }
    switch (t->kind) {
    case RK_FLOAT32: *h = hash_double((double)load_float(v), *h, state); return true;
    case RK_FLOAT64: *h = hash_double(load_double(v), *h, state); return true;
    case RK_COMPLEX64:
        *h = hash_double((double)load_float(v + 1), hash_double((double)load_float(v), *h, state), state);
        return true;
    case RK_COMPLEX128: *h = hash_double(load_double(v + 1), hash_double(load_double(v), *h, state), state); return true;
    case RK_STRING: *h = str_hash((const Str *)LOAD_PTR(v), *h); return true;
    case RK_INTERFACE: {
        Word i = LOAD_PTR(v), scratch;
        TypeId dynamic = iface_type(i);
        *h = mix(*h, dynamic);
        return dynamic == 0 || hash_at(types, dynamic, iface_words(types, i, &scratch), state, h, bad, depth + 1);
    }
    case RK_STRUCT:
        if (depth > DEEP) return hash_deep(types, id, v, state, h, bad);
        for (uint32_t i = 0; i < t->nfields; i++) {
            const RField *f = &t->fields[i];
            if (!is_blank(f) && !hash_at(types, f->type, v + f->offset, state, h, bad, depth + 1)) return false;
        }
        return true;
    case RK_ARRAY:
        if (depth > DEEP) return hash_deep(types, id, v, state, h, bad);
        for (uint64_t i = 0; i < t->len; i++)
            if (!hash_at(types, t->elem, element(&types[t->elem], v, i), state, h, bad, depth + 1)) return false;
        return true;
    default: *h = mix(*h, load_scalar(t, v)); return true;
    }
}

bool value_hash(const RType *types, TypeId t, const Word *v, uint64_t seed, uint64_t *seed_state, uint64_t *out, TypeId *bad) {
    *out = seed;
    return hash_at(types, t, v, seed_state, out, bad, 0);
}

uint64_t str_hash(const Str *s, uint64_t seed) { return XXH3_64bits_withSeed(str_data(s), str_len(s), seed); }

// ---- method sets

int64_t type_method(const RType *t, uint32_t id) {
    uint32_t lo = 0, hi = t->nmethods;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (t->methods[mid].id < id) lo = mid + 1;
        else hi = mid;
    }
    return lo < t->nmethods && t->methods[lo].id == id ? (int64_t)t->methods[lo].func : -1;
}

bool type_implements(const RType *t, const RType *i, const char **missing) {
    for (uint32_t k = 0; k < i->nimethods; k++)
        if (type_method(t, i->imethods[k]) < 0) {
            if (missing) *missing = i->inames[k];
            return false;
        }
    return true;
}
