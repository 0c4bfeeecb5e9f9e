// value.c — looking into values of any type, for fmt, sort and the like (std/internal/value/value.gol). Kinds are numbered as
// reflect's. A part of a value comes out as an interface of its own.
#include <stdlib.h>

#include "runtime/map.h"
#include "std/leaf.h"

static const RType *type_of(const NativeCall *c) { return &leaf_types(c)[iface_type(c->args[0])]; }

static NativeStatus ret_name(NativeCall *c, const char *name) {
    return leaf_ret_bytes_as_str(c, 0, name, strlen(name)) ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_internal_value_Kind) {
    call->args[0] = call->args[0] ? type_of(call)->kind : 0;
    return NATIVE_OK;
}

NATIVE(std_internal_value_HasMethods) {
    call->args[0] = call->args[0] && type_of(call)->nmethods > 0;
    return NATIVE_OK;
}

NATIVE(std_internal_value_Comparable) {
    call->args[0] = (type_of(call)->flags & RT_COMPARABLE) != 0;
    return NATIVE_OK;
}

NATIVE(std_internal_value_TypeName) {
    return ret_name(call, call->args[0] ? type_of(call)->name : "<nil>");
}

// func ElemType(v any) (name string, kind int)
NATIVE(std_internal_value_ElemType) {
    const RType *e = &leaf_types(call)[type_of(call)->elem];
    if (!leaf_ret_bytes_as_str(call, 0, e->name, strlen(e->name))) return NATIVE_NOMEM;
    call->args[1] = e->kind;
    return NATIVE_OK;
}

static bool row_of(const RType *types, Word v, const uint8_t **at, uint64_t *len) {
    const RType *t = &types[iface_type(v)];
    Word scratch;
    const Word *w = iface_words(types, v, &scratch);
    if (t->kind == RK_ARRAY) {
        *at = (const uint8_t *)w;
        *len = t->len;
        return true;
    }
    if (t->kind != RK_SLICE) return false;
    SliceReg s;
    slice_unpack((const SliceHeader *)LOAD_PTR(w), &s);
    *at = (const uint8_t *)s.data;
    *len = s.len;
    return true;
}

// The map in v; the race detector sees it read, as len and range do.
static Map *map_read(const NativeCall *c, Word v, Word *scratch) {
    Map *m = (Map *)LOAD_PTR(iface_words(leaf_types(c), v, scratch));
    if (m) leaf_reads(c, m, sizeof(Word));
    return m;
}

NATIVE(std_internal_value_Len) {
    const RType *types = leaf_types(call), *t = type_of(call);
    Word scratch, v = call->args[0];
    const uint8_t *at;
    uint64_t n = 0;
    if (t->kind == RK_STRUCT) n = t->nfields;
    else if (t->kind == RK_MAP) n = map_len(map_read(call, v, &scratch));
    else if (t->kind == RK_STRING) n = str_len((const Str *)LOAD_PTR(iface_words(types, v, &scratch)));
    else row_of(types, v, &at, &n);
    call->args[0] = n;
    return NATIVE_OK;
}

// func Elem(v any, i int) any: element of an array or slice; i is in range
NATIVE(std_internal_value_Elem) {
    const RType *types = leaf_types(call), *t = type_of(call);
    const uint8_t *at;
    uint64_t n, i = call->args[1];
    Word out = 0;
    if (row_of(types, call->args[0], &at, &n) && i < n) {
        uint32_t size = types[t->elem].elem_size;
        leaf_reads(call, at + i * size, size);
        if (!leaf_box(call, t->elem, at + i * size, &out)) return NATIVE_NOMEM;
    }
    call->args[0] = out;
    return NATIVE_OK;
}

// func Field(v any, i int) (x any, exported bool)
NATIVE(std_internal_value_Field) {
    const RType *types = leaf_types(call), *t = type_of(call);
    const RField *f = &t->fields[call->args[1]];
    Word scratch, out;
    if (!leaf_box(call, f->type, iface_words(types, call->args[0], &scratch) + f->offset, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    call->args[1] = f->exported;
    return NATIVE_OK;
}

NATIVE(std_internal_value_Promotes) {
    const RField *f = &type_of(call)->fields[call->args[1]];
    call->args[0] = f->embedded && !f->exported && leaf_types(call)[f->type].kind == RK_STRUCT;
    return NATIVE_OK;
}

// func Integer(v any) (n int, is bool)
NATIVE(std_internal_value_Integer) {
    Word scratch, v = call->args[0];
    const RType *t = v ? type_of(call) : NULL;
    bool is = t && t->kind >= RK_INT && t->kind <= RK_UINTPTR;
    int64_t n = is ? (int64_t)leaf_load(t, iface_words(leaf_types(call), v, &scratch)) : 0;
    call->args[0] = (Word)n;
    call->args[1] = is && ((t->flags & RT_SIGNED) || n >= 0);
    return NATIVE_OK;
}

NATIVE(std_internal_value_FieldName) { return ret_name(call, type_of(call)->fields[call->args[1]].name); }

NATIVE(std_internal_value_FieldTypeName) {
    return ret_name(call, leaf_types(call)[type_of(call)->fields[call->args[1]].type].name);
}

// func KeyTypeName(v any) string: of a map
NATIVE(std_internal_value_KeyTypeName) { return ret_name(call, leaf_types(call)[type_of(call)->key].name); }

// func Deref(v any) any: what a pointer that is not nil points to
NATIVE(std_internal_value_Deref) {
    const RType *types = leaf_types(call), *t = type_of(call);
    Word scratch, out, p = LOAD_PTR(iface_words(types, call->args[0], &scratch));
    leaf_reads(call, (const void *)p, types[t->elem].elem_size);
    if (!leaf_box(call, t->elem, (const void *)p, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func Address(v any) uintptr: address of a pointer, chan, func, map, or of a slice's elements; 0 for nil
NATIVE(std_internal_value_Address) {
    const RType *types = leaf_types(call), *t = type_of(call);
    Word scratch, p = LOAD_PTR(iface_words(types, call->args[0], &scratch));
    if (t->kind == RK_SLICE && p) p = (Word)((const SliceHeader *)p)->data;
    call->args[0] = p;
    return NATIVE_OK;
}

// ---- map entries in the order in which fmt prints them

typedef struct Entry {
    Word key, value;
} Entry;

// Keys nested deeper than this are taken as equal: their order is nobody's, and the C stack is small.
enum { DEEPEST_KEY = 200 };

static int compare_at(const RType *types, TypeId id, const Word *a, const Word *b, int depth);

static int compare_iface(const RType *types, Word a, Word b, int depth) {
    if (!a || !b) return (a != 0) - (b != 0);
    TypeId ta = iface_type(a), tb = iface_type(b);
    if (ta != tb) return ta < tb ? -1 : 1;
    Word sa, sb;
    return depth > DEEPEST_KEY ? 0 : compare_at(types, ta, iface_words(types, a, &sa), iface_words(types, b, &sb), depth + 1);
}

static int compare_double(double a, double b) {
    if (a != a || b != b) return (a == a) - (b == b);
    return (a > b) - (a < b);
}

static double float_at(const RType *t, const Word *p) {
    if (t->kind == RK_FLOAT32 || t->kind == RK_COMPLEX64) {
        uint32_t bits = GUEST_LOAD(uint32_t, p);
        float f;
        memcpy(&f, &bits, 4);
        return (double)f;
    }
    Word bits = GUEST_LOAD(Word, p);
    double d;
    memcpy(&d, &bits, 8);
    return d;
}

static int compare_at(const RType *types, TypeId id, const Word *a, const Word *b, int depth) {
    const RType *t = &types[id];
    int r;
    switch ((int)t->kind) {
    case RK_STRING: return str_compare((const Str *)LOAD_PTR(a), (const Str *)LOAD_PTR(b));
    case RK_FLOAT32: case RK_FLOAT64: return compare_double(float_at(t, a), float_at(t, b));
    case RK_COMPLEX64: case RK_COMPLEX128:
        r = compare_double(float_at(t, a), float_at(t, b));
        return r ? r : compare_double(float_at(t, a + 1), float_at(t, b + 1));
    case RK_INTERFACE: return compare_iface(types, LOAD_PTR(a), LOAD_PTR(b), depth);
    case RK_STRUCT:
        for (uint32_t i = 0; i < t->nfields; i++) {
            r = compare_at(types, t->fields[i].type, a + t->fields[i].offset, b + t->fields[i].offset, depth);
            if (r) return r;
        }
        return 0;
    case RK_ARRAY:
        for (uint64_t i = 0; i < t->len; i++) {
            uint64_t off = i * types[t->elem].elem_size;
            r = compare_at(types, t->elem, (const Word *)((const char *)a + off), (const Word *)((const char *)b + off), depth);
            if (r) return r;
        }
        return 0;
    default: {
        Word x = leaf_load(t, a), y = leaf_load(t, b);
        if (t->flags & RT_SIGNED) return ((int64_t)x > (int64_t)y) - ((int64_t)x < (int64_t)y);
        return (x > y) - (x < y);
    }
    }
}

static int compare_entries(const void *a, const void *b, void *types) {
    return compare_iface(types, ((const Entry *)a)->key, ((const Entry *)b)->key, 0);
}

// func Entries(m any) (keys, values []any), sorted by key; entries whose interfaces come from an interface type stay what they are
NATIVE(std_internal_value_Entries) {
    enum { AT_ONCE = 256 };
    const RType *types = leaf_types(call), *t = type_of(call);
    Word scratch;
    Map *m = map_read(call, call->args[0], &scratch);
    uint64_t cap = map_len(m), n = 0;
    SliceReg both; // the keys, then the values: one new object that keeps all others alive
    call->worker->breathes = true;
    bool fine = slice_make(call->worker, TYPE_ANY, 2 * cap, 2 * cap, 0, &both);
    call->worker->breathes = false;
    if (!fine) return NATIVE_NOMEM;
    Word *keys = (Word *)both.data, *values = keys + cap;
    MapIter *it = mapiter_new(call->worker, m);
    if (!it) return NATIVE_NOMEM;
    MapStatus s = MAP_OK;
    while (fine && n < cap) {
        const Word *k, *v;
        Word key, value;
        s = mapiter_next(call->worker, it, &k, &v);
        if (s != MAP_AGAIN && s != MAP_OK) break;
        if (s == MAP_OK) {
            fine = leaf_box(call, t->key, k, &key) && leaf_box(call, t->elem, v, &value);
            if (!fine) break;
            PUBLISH(keys + n, key);
            PUBLISH(values + n, value);
            n++;
        }
        if (s == MAP_AGAIN || n % AT_ONCE == 0) leaf_pause(call, keys, it);
    }
    Entry *e = xmalloc((n + 1) * sizeof *e);
    if (fine) {
        for (uint64_t i = 0; i < n; i++) e[i] = (Entry){keys[i], values[i]};
        breath_owe(call->worker, n * 1024);
        call->worker->breathes = true;
        Breath b = breath_begin(call->worker, keys, n * 256);
        qsort_r(e, n, sizeof *e, compare_entries, (void *)types);
        breath_end(call->worker, b);
        call->worker->breathes = false;
        for (uint64_t i = 0; i < n; i++) { // no pause here: for a moment an entry stands in e alone
            PUBLISH(keys + i, e[i].key);
            PUBLISH(values + i, e[i].value);
        }
        leaf_ret_slice(call, 0, (SliceReg){(Word)keys, n, n});
        leaf_ret_slice(call, 3, (SliceReg){(Word)values, n, n});
    }
    free(e);
    if (s == MAP_CONCURRENT_ITERATION) {
        call->fatal = "concurrent map iteration and map write";
        return NATIVE_FATAL;
    }
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

// func Swap(slice any, i, j int): exchanges two elements of a slice; false when an index is out of range
NATIVE(std_internal_value_Swap) {
    const RType *types = leaf_types(call), *t = type_of(call);
    const uint8_t *at;
    uint64_t n, i = call->args[1], j = call->args[2];
    if (!row_of(types, call->args[0], &at, &n) || i >= n || j >= n) {
        call->args[0] = false;
        return NATIVE_OK;
    }
    uint32_t size = types[t->elem].elem_size;
    leaf_reads(call, at + i * size, size);
    leaf_reads(call, at + j * size, size);
    leaf_writes(call, at + i * size, size);
    leaf_writes(call, at + j * size, size);
    uint8_t *a = (uint8_t *)(uintptr_t)at + i * size, *b = (uint8_t *)(uintptr_t)at + j * size;
    if (size < 8) {
        for (uint32_t k = 0; k < size; k++) {
            uint8_t x = GUEST_LOAD(uint8_t, a + k), y = GUEST_LOAD(uint8_t, b + k);
            GUEST_STORE(uint8_t, a + k, y);
            GUEST_STORE(uint8_t, b + k, x);
        }
    } else {
        for (uint32_t k = 0; k < size; k += 8) {
            Word x = LOAD_PTR(a + k), y = LOAD_PTR(b + k);
            PUBLISH(a + k, y);
            PUBLISH(b + k, x);
        }
    }
    call->args[0] = true;
    return NATIVE_OK;
}

// ---- storing through a pointer to a type of the program's own

static const RType *target(const NativeCall *c, Word **p) {
    const RType *types = leaf_types(c), *t = type_of(c);
    Word scratch;
    *p = (Word *)LOAD_PTR(iface_words(types, c->args[0], &scratch));
    return &types[t->elem];
}

NATIVE(std_internal_value_Bits) {
    Word *p;
    call->args[0] = target(call, &p)->elem_size * 8;
    return NATIVE_OK;
}

NATIVE(std_internal_value_SetBits) {
    Word *p, v = call->args[1];
    const RType *t = target(call, &p);
    if (!p) return NATIVE_OK;
    leaf_writes(call, p, t->elem_size);
    switch (t->elem_size) {
    case 1: GUEST_STORE(uint8_t, p, v); break;
    case 2: GUEST_STORE(uint16_t, p, v); break;
    case 4: GUEST_STORE(uint32_t, p, v); break;
    default: GUEST_STORE(Word, p, v);
    }
    return NATIVE_OK;
}

NATIVE(std_internal_value_SetFloat) {
    Word *p;
    const RType *t = target(call, &p);
    if (!p) return NATIVE_OK;
    leaf_writes(call, p, t->elem_size);
    if (t->elem_size == 4) {
        float f = (float)leaf_double(call, 1);
        uint32_t bits;
        memcpy(&bits, &f, 4);
        GUEST_STORE(uint32_t, p, bits);
    } else {
        GUEST_STORE(Word, p, call->args[1]);
    }
    return NATIVE_OK;
}

NATIVE(std_internal_value_SetString) {
    Word *p;
    target(call, &p);
    if (!p) return NATIVE_OK;
    leaf_writes(call, p, sizeof(Word));
    PUBLISH(p, call->args[1]);
    return NATIVE_OK;
}
