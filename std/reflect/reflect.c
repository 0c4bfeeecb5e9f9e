// reflect.c — the natives of package reflect: the runtime's type table, and memory read and written by type.
// A type is its id in the table. A place is an ordinary pointer, often into the middle of an object, as *byte; the gol side sees
// to it that it points to a live value of that type, and to the range of an index.
#include <stdlib.h>
#include <utf8proc.h>

#include "runtime/map.h"
#include "std/leaf.h"

static const RType *type_at(const NativeCall *c, int i) { return &leaf_types(c)[c->args[i]]; }
static uint32_t bytes_of(const RType *t) { return t->elem_size; }

static bool ret_text(NativeCall *c, int i, const char *text) {
    return leaf_ret_bytes_as_str(c, i, text ? text : "", text ? strlen(text) : 0);
}

// --- types

NATIVE(std_reflect_typeOf) {
    call->args[0] = iface_type(call->args[0]);
    return NATIVE_OK;
}

NATIVE(std_reflect_typeName) {
    const RType *t = type_at(call, 0);
    return ret_text(call, 0, t->name) ? NATIVE_OK : NATIVE_NOMEM;
}

// func typeFacts(t int) (kind, elem, key, size, count int, named, comparable bool); count: a row's length, a struct's fields, a func's
// parameters, an interface's methods
NATIVE(std_reflect_typeFacts) {
    const RType *t = type_at(call, 0);
    bool basic = t->kind <= RK_COMPLEX128 || t->kind == RK_STRING;
    uint64_t count = t->kind == RK_ARRAY ? t->len
        : t->kind == RK_STRUCT           ? t->nfields
        : t->kind == RK_FUNC             ? t->nparams
        : t->kind == RK_INTERFACE        ? t->nimethods
                                         : t->nmethods;
    const Word facts[] = {t->kind, t->elem, t->key, t->go_size, count, basic || (t->flags & RT_NAMED), (t->flags & RT_COMPARABLE) != 0};
    memcpy(call->args, facts, sizeof facts);
    return NATIVE_OK;
}

NATIVE(std_reflect_typePkg) { return ret_text(call, 0, type_at(call, 0)->pkg_path) ? NATIVE_OK : NATIVE_NOMEM; }

// func typeField(t, i int) (name, tag, pkg string, typ, words, offset int, embedded, exported bool); offset: in compiled Go, in bytes
NATIVE(std_reflect_typeField) {
    const RType *types = leaf_types(call), *t = type_at(call, 0);
    const RField *f = &t->fields[call->args[1]];
    uint64_t offset = 0;
    for (const RField *g = t->fields; g <= f; g++) {
        const RType *u = &types[g->type];
        uint64_t align = u->go_align ? u->go_align : 1;
        offset = (offset + align - 1) / align * align;
        if (g < f) offset += u->go_size;
    }
    if (!ret_text(call, 0, f->name) || !ret_text(call, 1, f->tag) || !ret_text(call, 2, f->pkg)) return NATIVE_NOMEM;
    call->args[3] = f->type;
    call->args[4] = f->offset;
    call->args[5] = offset;
    call->args[6] = f->embedded;
    call->args[7] = f->exported;
    return NATIVE_OK;
}

// func typeSignature(t int) (params, results, dir int, variadic bool)
NATIVE(std_reflect_typeSignature) {
    const RType *t = type_at(call, 0);
    const Word facts[] = {t->nparams, t->nresults, t->dir, (t->flags & RT_VARIADIC) != 0};
    memcpy(call->args, facts, sizeof facts);
    return NATIVE_OK;
}

// func typeParam(t, i int, result bool) int
NATIVE(std_reflect_typeParam) {
    const RType *t = type_at(call, 0);
    call->args[0] = (call->args[2] ? t->results : t->params)[call->args[1]];
    return NATIVE_OK;
}

NATIVE(std_reflect_typeImplements) {
    const char *missing;
    const RType *t = type_at(call, 0), *i = type_at(call, 1);
    call->args[0] = i->kind == RK_INTERFACE && type_implements(t, i, &missing);
    return NATIVE_OK;
}

// func pointerTo(t int) int: 0 when the program has no such type
NATIVE(std_reflect_pointerTo) {
    const RType *types = leaf_types(call);
    uint32_t n = vm_of(call->worker)->m->ntypes;
    TypeId found = 0, elem = (TypeId)call->args[0];
    for (TypeId t = TYPE_FIRST_FREE; t < n && !found; t++)
        if (types[t].kind == RK_POINTER && types[t].elem == elem && !(types[t].flags & RT_NAMED)) found = t;
    call->args[0] = found;
    return NATIVE_OK;
}

// func typeMethod(t, i int) (name string, id, sig int): in no special order; sig: its func type, without receiver
NATIVE(std_reflect_typeMethod) {
    const RType *t = type_at(call, 0);
    const Module *m = vm_of(call->worker)->m;
    Word i = call->args[1];
    uint32_t id = t->kind == RK_INTERFACE ? t->imethods[i] : t->methods[i].id;
    if (!ret_text(call, 0, m->method_names[id])) return NATIVE_NOMEM;
    call->args[1] = id;
    call->args[2] = m->method_types[id];
    return NATIVE_OK;
}

// func callerOf(t int) func(f any, method int, args []any) []any: what calls funcs of type t, and methods of that signature (compiler/gen_reflect.c)
NATIVE(std_reflect_callerOf) {
    uint32_t caller = __atomic_load_n(&type_at(call, 0)->caller, __ATOMIC_ACQUIRE);
    call->args[0] = (Word)(caller ? vm_of(call->worker)->m->funcs[caller - 1]->static_closure : NULL);
    return NATIVE_OK;
}

// func methodCount(t int) int
NATIVE(std_reflect_methodCount) {
    call->args[0] = type_at(call, 0)->nmethods;
    return NATIVE_OK;
}

// func isUpper(r rune) bool
NATIVE(std_reflect_isUpper) {
    call->args[0] = utf8proc_category((utf8proc_int32_t)call->args[0]) == UTF8PROC_CATEGORY_LU;
    return NATIVE_OK;
}

// --- places

// func offset(p *byte, bytes int) *byte
NATIVE(std_reflect_offset) {
    call->args[0] += call->args[1];
    return NATIVE_OK;
}

// func stride(t int) int: bytes from one element of this type to the next
NATIVE(std_reflect_stride) {
    call->args[0] = bytes_of(type_at(call, 0));
    return NATIVE_OK;
}

// func target(v any) *byte: what a pointer points to, where a slice's elements are, the map or channel itself; nil for nil
NATIVE(std_reflect_target) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word scratch, p = LOAD_PTR(iface_words(types, call->args[0], &scratch));
    if (t->kind == RK_SLICE && p) p = (Word)((const SliceHeader *)p)->data;
    call->args[0] = p;
    return NATIVE_OK;
}

// func load(t int, p *byte) any
NATIVE(std_reflect_load) {
    Word out;
    leaf_reads(call, (const void *)call->args[1], bytes_of(type_at(call, 0)));
    if (!leaf_box(call, (TypeId)call->args[0], (const void *)call->args[1], &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

static const Word *words_for(NativeCall *c, const RType *t, const Word *v, Word *scratch) {
    return t->kind == RK_INTERFACE ? v : iface_words(leaf_types(c), *v, scratch);
}

// func store(t int, p *byte, v any): v is of type t, or t is an interface
NATIVE(std_reflect_store) {
    const RType *t = type_at(call, 0);
    Word scratch;
    leaf_writes(call, (void *)call->args[1], bytes_of(t));
    slice_move(t, (void *)call->args[1], words_for(call, t, &call->args[2], &scratch), 1);
    return NATIVE_OK;
}

// --- numbers and text

// func bits(v any) uint64: of a bool or an integer, extended
NATIVE(std_reflect_bits) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word scratch;
    call->args[0] = leaf_load(t, iface_words(types, call->args[0], &scratch));
    return NATIVE_OK;
}

// func float(v any) float64
NATIVE(std_reflect_float) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word scratch, w = LOAD_PTR(iface_words(types, call->args[0], &scratch));
    if (t->kind == RK_FLOAT32) {
        float f;
        memcpy(&f, &w, 4);
        leaf_ret_double(call, 0, (double)f);
    } else {
        call->args[0] = w;
    }
    return NATIVE_OK;
}

// func text(v any) string: of a string of any type
NATIVE(std_reflect_text) {
    Word scratch;
    call->args[0] = LOAD_PTR(iface_words(leaf_types(call), call->args[0], &scratch));
    return NATIVE_OK;
}

// func fromBits(t int, bits uint64) any: a bool or an integer of type t, cut to its width; a float from its bits
NATIVE(std_reflect_fromBits) {
    const RType *t = type_at(call, 0);
    Word at = call->args[1], out;
    if (t->kind == RK_FLOAT32) {
        float f = (float)leaf_double(call, 1);
        at = 0;
        memcpy(&at, &f, 4);
    }
    if (!leaf_box(call, (TypeId)call->args[0], &at, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func fromText(t int, s string) any
NATIVE(std_reflect_fromText) {
    Word out;
    if (!iface_make(call->worker, (TypeId)call->args[0], &call->args[1], 0, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func retag(t int, v any) any: the same words as a value of type t, whose underlying type is that of v's
NATIVE(std_reflect_retag) {
    Word scratch, out;
    if (!leaf_box(call, (TypeId)call->args[0], iface_words(leaf_types(call), call->args[1], &scratch), &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// --- made values

// func zero(t int) any: the zero value of a type that is no interface
NATIVE(std_reflect_zero) {
    const RType *t = type_at(call, 0);
    Word *memory = xcalloc(t->words + 1, sizeof(Word)), out;
    bool fine = leaf_box(call, (TypeId)call->args[0], memory, &out);
    free(memory);
    if (!fine) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func fresh(t int) *byte: a new variable of the type
NATIVE(std_reflect_fresh) {
    void *p = heap_alloc(call->worker, (TypeId)call->args[0], 0);
    if (!p) return NATIVE_NOMEM;
    call->args[0] = (Word)p;
    return NATIVE_OK;
}

// func pointer(t int, p *byte) any: p as a value of the pointer type t
NATIVE(std_reflect_pointer) {
    Word out;
    if (!iface_make(call->worker, (TypeId)call->args[0], &call->args[1], 0, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func makeSlice(t, len, cap int) any
NATIVE(std_reflect_makeSlice) {
    TypeId t = (TypeId)call->args[0];
    SliceReg s;
    Word out;
    if (!slice_make(call->worker, leaf_types(call)[t].elem, call->args[1], call->args[2], 0, &s)) return NATIVE_NOMEM;
    const Word regs[] = {s.data, s.len, s.cap};
    if (!iface_make(call->worker, t, regs, 0, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

static SliceReg slice_in(NativeCall *c, int i) {
    Word scratch;
    SliceReg s;
    slice_unpack((const SliceHeader *)LOAD_PTR(iface_words(leaf_types(c), c->args[i], &scratch)), &s);
    return s;
}

NATIVE(std_reflect_sliceCap) {
    call->args[0] = slice_in(call, 0).cap;
    return NATIVE_OK;
}

// func cut(v any, i, j, k int) any: v[i:j:k] of a slice, in range
NATIVE(std_reflect_cut) {
    TypeId t = iface_type(call->args[0]);
    SliceReg s = slice_in(call, 0);
    uint64_t i = call->args[1], j = call->args[2], k = call->args[3];
    const Word regs[] = {k > i ? s.data + i * bytes_of(&leaf_types(call)[leaf_types(call)[t].elem]) : s.data, j - i, k - i};
    Word out;
    if (!iface_make(call->worker, t, regs, 0, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

// func move(t int, to, from *byte, n int): n elements of type t
NATIVE(std_reflect_move) {
    uint64_t bytes = call->args[3] * bytes_of(type_at(call, 0));
    leaf_reads(call, (const void *)call->args[2], bytes);
    leaf_writes(call, (void *)call->args[1], bytes);
    if (call->args[3]) slice_move(type_at(call, 0), (void *)call->args[1], (const void *)call->args[2], call->args[3]);
    return NATIVE_OK;
}

// --- maps

static Map *map_in(NativeCall *c, bool to_write) {
    Word scratch;
    Map *m = (Map *)LOAD_PTR(iface_words(leaf_types(c), c->args[0], &scratch));
    if (m && to_write) leaf_writes(c, m, sizeof(Word));
    else if (m) leaf_reads(c, m, sizeof(Word));
    return m;
}

// func makeMap(t int) any
NATIVE(std_reflect_makeMap) {
    Word m = (Word)map_new(call->worker, (TypeId)call->args[0], 0, 0), out;
    if (!m || !iface_make(call->worker, (TypeId)call->args[0], &m, 0, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    return NATIVE_OK;
}

static NativeStatus map_problem(NativeCall *c, MapStatus s) {
    switch (s) {
    case MAP_OK: return NATIVE_OK;
    case MAP_NOMEM: return NATIVE_NOMEM;
    case MAP_CONCURRENT_WRITE: c->fatal = "concurrent map writes"; return NATIVE_FATAL;
    case MAP_CONCURRENT_READ: c->fatal = "concurrent map read and map write"; return NATIVE_FATAL;
    case MAP_CONCURRENT_ITERATION: c->fatal = "concurrent map iteration and map write"; return NATIVE_FATAL;
    case MAP_UNHASHABLE: case MAP_NIL: case MAP_ROOM: case MAP_AGAIN: case MAP_END: break;
    }
    c->fatal = "reflect: an operation that was to be checked before"; // the gol side asks for both
    return NATIVE_FATAL;
}

// func mapGet(m, key any) (v any, found bool)
NATIVE(std_reflect_mapGet) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word scratch, out = 0;
    const Word *value = NULL;
    TypeId bad;
    MapStatus s = map_get(call->worker, map_in(call, false), words_for(call, &types[t->key], &call->args[1], &scratch), &value, &bad);
    if (s != MAP_OK) return map_problem(call, s);
    if (value && !leaf_box(call, t->elem, value, &out)) return NATIVE_NOMEM;
    call->args[0] = out;
    call->args[1] = value != NULL;
    return NATIVE_OK;
}

// func mapSet(m, key, v any)
NATIVE(std_reflect_mapSet) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word key, value;
    TypeId bad;
    return map_problem(call, map_set(call->worker, map_in(call, true), words_for(call, &types[t->key], &call->args[1], &key),
                                     words_for(call, &types[t->elem], &call->args[2], &value), &bad));
}

// func mapDelete(m, key any)
NATIVE(std_reflect_mapDelete) {
    const RType *types = leaf_types(call), *t = &types[iface_type(call->args[0])];
    Word key;
    TypeId bad;
    return map_problem(call, map_delete(call->worker, map_in(call, true), words_for(call, &types[t->key], &call->args[1], &key), &bad));
}

// func floatBits(f float64) uint64: the register is the same
NATIVE(std_reflect_floatBits) {
    (void)call;
    return NATIVE_OK;
}
