// gen_types.c — the compiler's types as the runtime sees them: one RType per distinct type, found by structure.
//
// A type gets its id before its parts are looked at, because types are recursive. What the layout needs (fields, array
// elements) is made at once; what it does not need (what a pointer, map or func speaks of) is queued, since it may be a type
// whose layout is being made just now.
#include <stdlib.h>
#include <string.h>

#include "compiler/gen_int.h"

enum { TS_LAID_OUT = 1, TS_IFACE = 2, TS_REFLECTED = 4 /* made by make_pointers */ };
enum { MAX_TYPES = 1 << 16 };

Type *gen_default_type(Gen *g, Type *t) {
    Type **basic = g->p->universe.basic;
    switch (t->kind) {
    case T_UNTYPED_BOOL: return basic[T_BOOL];
    case T_UNTYPED_INT: return basic[T_INT];
    case T_UNTYPED_RUNE: return basic[T_INT32];
    case T_UNTYPED_FLOAT: return basic[T_FLOAT64];
    case T_UNTYPED_COMPLEX: return basic[T_COMPLEX128];
    case T_UNTYPED_STRING: return basic[T_STRING];
    default: return t;
    }
}

// --- basic facts

bool gen_type_integer(Type *t) {
    t = under(t);
    return (t->kind >= T_INT && t->kind <= T_UINTPTR) || t->kind == T_UNTYPED_INT || t->kind == T_UNTYPED_RUNE;
}
bool gen_type_unsigned(Type *t) {
    t = under(t);
    return t->kind >= T_UINT && t->kind <= T_UINTPTR;
}
bool gen_type_float(Type *t) {
    t = under(t);
    return t->kind == T_FLOAT32 || t->kind == T_FLOAT64 || t->kind == T_UNTYPED_FLOAT;
}
bool gen_type_complex(Type *t) {
    t = under(t);
    return t->kind == T_COMPLEX64 || t->kind == T_COMPLEX128 || t->kind == T_UNTYPED_COMPLEX;
}
bool gen_type_string(Type *t) {
    t = under(t);
    return t->kind == T_STRING || t->kind == T_UNTYPED_STRING;
}
uint32_t gen_type_bits(Type *t) {
    switch (under(t)->kind) {
    case T_INT8: case T_UINT8: return 8;
    case T_INT16: case T_UINT16: return 16;
    case T_INT32: case T_UINT32: case T_FLOAT32: case T_UNTYPED_RUNE: return 32;
    default: return 64;
    }
}

Rep gen_rep(Gen *g, Type *t) {
    Type *u = under(t);
    switch (u->kind) {
    case T_BOOL: case T_UINT8: case T_UNTYPED_BOOL: return REP_U8;
    case T_INT8: return REP_S8;
    case T_UINT16: return REP_U16;
    case T_INT16: return REP_S16;
    case T_UINT32: case T_FLOAT32: return REP_U32;
    case T_INT32: case T_UNTYPED_RUNE: return REP_S32;
    case T_INT: case T_INT64: case T_UINT: case T_UINT64: case T_UINTPTR: case T_FLOAT64: case T_UNTYPED_INT:
    case T_UNTYPED_FLOAT: return REP_W64;
    case T_STRING: case T_POINTER: case T_FUNC: case T_MAP: case T_CHAN: case T_UNTYPED_STRING: case T_UNTYPED_NIL:
    case T_UNSAFE_POINTER: return REP_PTR;
    case T_INTERFACE: return REP_IFACE;
    case T_SLICE: return REP_SLICE;
    case T_ARRAY: case T_STRUCT: {
        const RType *r = gen_rtype(g, t);
        return r->flags & RT_MEM ? REP_MEM : r->words == 0 ? REP_NONE : REP_WORDS;
    }
    case T_COMPLEX64: case T_COMPLEX128: case T_UNTYPED_COMPLEX: return REP_WORDS;
    case T_TYPEPARAM:
        gen_type(g, t); // refuses
        break;
    case T_INVALID: case T_TUPLE: case T_NAMED: break;
    }
    return REP_W64;
}

uint32_t gen_words(Gen *g, Type *t) {
    Type *u = under(t);
    if (u->kind == T_ARRAY || u->kind == T_STRUCT) return gen_rtype(g, t)->words;
    return gen_type_complex(u) ? 2 : 1;
}
uint32_t gen_regs(Gen *g, Type *t) {
    Type *u = under(t);
    if (u->kind == T_TUPLE) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < u->u.tuple.n; i++) n += gen_regs(g, u->u.tuple.items[i]);
        return n;
    }
    switch (gen_rep(g, u)) {
    case REP_NONE: return 0;
    case REP_SLICE: return 3;
    case REP_WORDS: return gen_words(g, t);
    case REP_U8: case REP_S8: case REP_U16: case REP_S16: case REP_U32: case REP_S32: case REP_W64: case REP_PTR:
    case REP_IFACE: case REP_MEM: break;
    }
    return 1;
}
static const uint8_t slots_scalar[MAX_REG_STRUCT + 1] = {SLOT_SCALAR};
static const uint8_t slots_pointer[] = {SLOT_POINTER}, slots_iface[] = {SLOT_IFACE};
static const uint8_t slots_slice[] = {SLOT_POINTER, SLOT_SCALAR, SLOT_SCALAR};
const uint8_t *gen_reg_slots(Gen *g, Type *t) {
    switch (gen_rep(g, t)) {
    case REP_PTR: case REP_MEM: return slots_pointer;
    case REP_IFACE: return slots_iface;
    case REP_SLICE: return slots_slice;
    case REP_WORDS: {
        if (gen_type_complex(t)) break;
        const uint8_t *s = gen_rtype(g, t)->slots;
        return s ? s : slots_scalar;
    }
    case REP_NONE: case REP_U8: case REP_S8: case REP_U16: case REP_S16: case REP_U32: case REP_S32: case REP_W64: break;
    }
    return slots_scalar;
}
const uint8_t *gen_rest_slots(Gen *g, Type *t) {
    if (gen_rep(g, t) == REP_SLICE) return slots_pointer;
    if (gen_rep(g, t) != REP_MEM) return gen_reg_slots(g, t);
    const RType *r = gen_rtype(g, t);
    uint8_t *s = arena_alloc(g->arena, r->words + 1);
    if (r->kind == RK_ARRAY) {
        const RType *e = &g->m->types[r->elem];
        if (e->words && e->elem_size == e->words * 8 && r->slots)
            for (uint32_t i = 0; i < r->words; i++) s[i] = r->slots[i % e->words];
    } else if (r->slots) memcpy(s, r->slots, r->words);
    return s;
}

// --- identity

static uint32_t mix(uint32_t h, uint32_t x) { return (h ^ x) * 0x9E3779B1u + (h << 6); }
static uint32_t mix_ptr(uint32_t h, const void *p) { return mix(h, (uint32_t)((uintptr_t)p >> 4)); }
static uint32_t type_hash(const Type *t, int depth) {
    uint32_t h = t->kind * 0x85EBCA6Bu;
    if (depth > 4) return h;
    switch (t->kind) {
    case T_NAMED: return t->u.named.obj ? mix_ptr(h, t->u.named.obj->name) : h;
    case T_ARRAY: return mix(type_hash(t->u.array.elem, depth + 1) ^ h, (uint32_t)t->u.array.len);
    case T_SLICE: return mix(h, type_hash(t->u.slice.elem, depth + 1));
    case T_POINTER: return mix(h, type_hash(t->u.pointer.elem, depth + 1));
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            h = mix(mix_ptr(h, t->u.strct.fields[i].name), type_hash(t->u.strct.fields[i].type, depth + 1));
        return h;
    case T_FUNC:
        for (uint32_t i = 0; i < t->u.func.nparams; i++) h = mix(h, type_hash(t->u.func.params[i], depth + 1));
        for (uint32_t i = 0; i < t->u.func.nresults; i++) h = mix(h, type_hash(t->u.func.results[i], depth + 1) + 1);
        return h;
    case T_INTERFACE:
        for (uint32_t i = 0; i < t->u.iface.n; i++) h = mix_ptr(h, t->u.iface.methods[i].name);
        return h;
    case T_MAP: return mix(mix(h, type_hash(t->u.map.key, depth + 1)), type_hash(t->u.map.value, depth + 1));
    case T_CHAN: return mix(mix(h, type_hash(t->u.chan.elem, depth + 1)), t->u.chan.dir);
    default: return h;
    }
}

static TypeId fixed_basic(uint8_t k) {
    switch (k) {
    case T_BOOL: case T_UNTYPED_BOOL: return TYPE_BOOL;
    case T_INT: case T_UNTYPED_INT: return TYPE_INT;
    case T_INT8: return TYPE_INT8;
    case T_INT16: return TYPE_INT16;
    case T_INT32: case T_UNTYPED_RUNE: return TYPE_INT32;
    case T_INT64: return TYPE_INT64;
    case T_UINT: return TYPE_UINT;
    case T_UINT8: return TYPE_UINT8;
    case T_UINT16: return TYPE_UINT16;
    case T_UINT32: return TYPE_UINT32;
    case T_UINT64: return TYPE_UINT64;
    case T_UINTPTR: return TYPE_UINTPTR;
    case T_FLOAT32: return TYPE_FLOAT32;
    case T_FLOAT64: case T_UNTYPED_FLOAT: return TYPE_FLOAT64;
    case T_STRING: case T_UNTYPED_STRING: return TYPE_STRING;
    default: return 0;
    }
}
static TypeId fixed_composite(const Type *t) {
    if (t->kind == T_INTERFACE) return t->u.iface.n == 0 && t->u.iface.nembeds == 0 ? TYPE_ANY : 0;
    if (t->kind != T_SLICE) return 0;
    const Type *e = t->u.slice.elem;
    switch (e->kind) {
    case T_STRING: return TYPE_SLICE_STRING;
    case T_UINT8: return TYPE_SLICE_BYTE;
    case T_INT: return TYPE_SLICE_INT;
    case T_INT32: return TYPE_SLICE_RUNE;
    case T_INTERFACE: return fixed_composite(e) ? TYPE_SLICE_ANY : 0;
    default: return 0;
    }
}

static uint8_t rkind_of(const Type *u) {
    if (fixed_basic(u->kind)) return (uint8_t)(RK_BOOL + (fixed_basic(u->kind) - TYPE_BOOL));
    switch (u->kind) {
    case T_ARRAY: return RK_ARRAY;
    case T_SLICE: return RK_SLICE;
    case T_STRUCT: return RK_STRUCT;
    case T_POINTER: return RK_POINTER;
    case T_FUNC: return RK_FUNC;
    case T_INTERFACE: return RK_INTERFACE;
    case T_MAP: return RK_MAP;
    case T_CHAN: return RK_CHAN;
    case T_UNSAFE_POINTER: return RK_UNSAFE_POINTER;
    case T_COMPLEX64: return RK_COMPLEX64;
    case T_COMPLEX128: return RK_COMPLEX128;
    default: return RK_INVALID;
    }
}
static uint8_t rkind_basic(uint8_t k) {
    switch (k) {
    case T_FLOAT32: return RK_FLOAT32;
    case T_FLOAT64: return RK_FLOAT64;
    case T_STRING: return RK_STRING;
    default: return 0;
    }
}

// --- making entries

static void queue_type(Gen *g, TypeId id) {
    if (g->type_queue_len == g->type_queue_cap)
        g->type_queue = gen_grow(g->type_queue, &g->type_queue_cap, g->type_queue_len + 1, sizeof(TypeId));
    g->type_queue[g->type_queue_len++] = id;
}
static void queue_methods(Gen *g, TypeId id) {
    if (g->type_state[id] & TS_IFACE) return;
    g->type_state[id] |= TS_IFACE;
    if (g->method_queue_len == g->method_queue_cap)
        g->method_queue = gen_grow(g->method_queue, &g->method_queue_cap, g->method_queue_len + 1, sizeof(TypeId));
    g->method_queue[g->method_queue_len++] = id;
}

static TypeId intern_type(Gen *g, Type *t);

static void fill_struct(Gen *g, RType *r, Type *u) {
    r->nfields = u->u.strct.n;
    RField *fields = arena_array(g->arena, RField, u->u.strct.n + 1);
    for (uint32_t i = 0; i < u->u.strct.n; i++) {
        const TField *f = &u->u.strct.fields[i];
        fields[i].name = f->name->text;
        fields[i].tag = f->tag ? arena_strndup(g->arena, f->tag, f->tag_len) : "";
        fields[i].exported = f->name->exported;
        fields[i].pkg = f->name->exported || !f->pkg ? "" : f->pkg->path;
        fields[i].embedded = f->embedded;
        fields[i].type = intern_type(g, f->type);
    }
    r->fields = fields;
}

// What the layout does not need.
static void fill_rest(Gen *g, TypeId id) {
    RType *r = &g->m->types[id];
    Type *u = under(g->type_of[id]);
    switch (u->kind) {
    case T_SLICE: r->elem = intern_type(g, u->u.slice.elem); break;
    case T_POINTER: r->elem = intern_type(g, u->u.pointer.elem); break;
    case T_CHAN: r->elem = intern_type(g, u->u.chan.elem); break;
    case T_MAP:
        r->key = intern_type(g, u->u.map.key);
        r->elem = intern_type(g, u->u.map.value);
        break;
    case T_FUNC: {
        r->nparams = u->u.func.nparams;
        r->nresults = u->u.func.nresults;
        TypeId *params = arena_array(g->arena, TypeId, r->nparams + 1), *results = arena_array(g->arena, TypeId, r->nresults + 1);
        for (uint32_t i = 0; i < r->nparams; i++) params[i] = intern_type(g, u->u.func.params[i]);
        for (uint32_t i = 0; i < r->nresults; i++) results[i] = intern_type(g, u->u.func.results[i]);
        r->params = params;
        r->results = results;
        if (u->u.func.variadic) r->flags |= RT_VARIADIC;
        break;
    }
    case T_INTERFACE: {
        r->nimethods = u->u.iface.n;
        uint32_t *ids = arena_array(g->arena, uint32_t, r->nimethods + 1);
        const char **names = arena_array(g->arena, const char *, r->nimethods + 1);
        for (uint32_t i = 0; i < r->nimethods; i++) {
            ids[i] = gen_method_id(g, u->u.iface.methods[i].name, u->u.iface.methods[i].pkg, u->u.iface.methods[i].type);
            names[i] = u->u.iface.methods[i].name->text;
        }
        r->imethods = ids;
        r->inames = names;
        break;
    }
    default: break;
    }
}

static void fill_layout(Gen *g, TypeId id, Type *t) {
    RType *r = &g->m->types[id];
    Type *u = under(t);
    r->id = id;
    r->kind = rkind_basic(u->kind);
    if (!r->kind) r->kind = rkind_of(u);
    if (t->kind == T_NAMED) {
        r->flags |= RT_NAMED;
        const Object *o = t->u.named.obj;
        r->pkg_path = o && o->pkg ? o->pkg->path : "";
    } else r->pkg_path = "";
    Buf b;
    buf_init(&b);
    type_write(&b, t, NULL);
    r->name = arena_strndup(g->arena, buf_str(&b), b.len);
    buf_fini(&b);
    if (u->kind == T_STRUCT) fill_struct(g, r, u);
    if (u->kind == T_ARRAY) {
        r->elem = intern_type(g, u->u.array.elem);
        r->len = (uint64_t)u->u.array.len;
    }
    if (u->kind == T_CHAN) r->dir = u->u.chan.dir;
    type_layout(g->m->types, r);
    g->type_state[id] |= TS_LAID_OUT;
}

static void table_insert(Gen *g, uint32_t h, TypeId id) {
    uint32_t i = h & g->type_mask;
    while (g->type_table[i]) i = (i + 1) & g->type_mask;
    g->type_table[i] = id;
}
static TypeId table_find(Gen *g, uint32_t h, Type *t) {
    for (uint32_t i = h & g->type_mask; g->type_table[i]; i = (i + 1) & g->type_mask)
        if (type_identical(g->type_of[g->type_table[i]], t)) return g->type_table[i];
    return 0;
}

static bool refuse_type(Gen *g, Type *t) {
    const char *what = NULL;
    switch (under(t)->kind) {
    case T_TYPEPARAM: what = "generics"; break;
    case T_UNSAFE_POINTER: what = "unsafe.Pointer"; break;
    case T_INVALID: case T_TUPLE: gol_bug("a type of kind %d is no type of a value", under(t)->kind);
    default: return false;
    }
    Pos pos = t->kind == T_NAMED && t->u.named.obj ? t->u.named.obj->pos : 0;
    gen_not_done(g, pos, what);
    return true;
}

static TypeId intern_type(Gen *g, Type *t) {
    if (t->kind == T_UNTYPED_COMPLEX) t = gen_default_type(g, t);
    if (t->rtype) return t->rtype - 1;
    TypeId id = t->kind == T_NAMED ? 0 : fixed_basic(t->kind);
    if (!id && t->kind != T_NAMED) id = fixed_composite(t);
    if (id) {
        t->rtype = id + 1;
        g->type_of[id] = t;
        if (t->rt_used) queue_methods(g, id); // of a field that reflect takes the address of
        return id;
    }
    if (refuse_type(g, t)) return TYPE_INT;
    uint32_t h = type_hash(t, 0);
    id = table_find(g, h, t);
    if (!id) {
        if (g->m->ntypes == MAX_TYPES) {
            gen_not_done(g, 0, "programs with more than 65,536 types");
            return TYPE_INT;
        }
        id = g->m->ntypes++;
        t->rtype = id + 1;
        g->type_of[id] = t;
        table_insert(g, h, id);
        fill_layout(g, id, t);
        queue_type(g, id);
        if (t->rt_used) queue_methods(g, id);
    }
    t->rtype = id + 1;
    if (t->rt_used) queue_methods(g, id);
    return id;
}

TypeId gen_type(Gen *g, Type *t) {
    if (t->rtype) return t->rtype - 1;
    g->type_depth++;
    TypeId id = intern_type(g, t);
    g->type_depth--;
    if (!g->type_depth) {
        g->type_depth++;
        while (g->type_queue_len) fill_rest(g, g->type_queue[--g->type_queue_len]);
        g->type_depth--;
    }
    return id;
}
const RType *gen_rtype(Gen *g, Type *t) { return &g->m->types[gen_type(g, t)]; }

TypeId gen_iface_type(Gen *g, Type *t) {
    TypeId id = gen_type(g, t);
    if (g->type_of[id]) queue_methods(g, id);
    return id;
}

// --- methods

static int by_id(const void *a, const void *b) {
    uint32_t x = ((const RMethod *)a)->id, y = ((const RMethod *)b)->id;
    return x < y ? -1 : x > y;
}

typedef struct MethodTable { // of a module that grows
    const RMethod *methods;
    const Object **of; // the method behind each
    uint32_t n;
} MethodTable;

void gen_tables_new(Gen *g, uint32_t n) { g->tables = xcalloc(n, sizeof *g->tables); }

// The entry of the table as it is that serves the same method, so that no second wrapper is made.
static const RMethod *same_entry(const MethodTable *t, uint32_t method_id, const Object *m) {
    for (uint32_t i = 0; t && i < t->n; i++) {
        const Object *had = t->of[i];
        if (t->methods[i].id == method_id) return had == m || (had && m && had->slot && had->slot == m->slot) ? &t->methods[i] : NULL;
    }
    return NULL;
}

// A method of std that nothing calls: the checker has not looked at it.
static bool not_reached(const MethodSetItem *item) {
    const Object *m = item->sel.kind == SEL_METHOD ? item->sel.method : NULL;
    return m && (m->is_native ? !m->type : !m->info || !m->info->checked);
}

// The table of a type as it should be; *fresh: something in it is new.
static uint32_t make_methods(Gen *g, TypeId id, RMethod **out, bool *fresh) {
    Type *t = g->type_of[id];
    Type *u = under(t);
    *out = NULL;
    *fresh = false;
    if (u->kind == T_INTERFACE) return 0;
    if (t->kind != T_NAMED && u->kind != T_STRUCT && !(u->kind == T_POINTER)) return 0;
    MethodSetItem *items;
    uint32_t n = type_method_set(t, &g->tmp, &items);
    if (!n && !(g->grows && g->tables[id].n)) return 0;
    RMethod *methods = arena_array(g->arena, RMethod, n + 1);
    const Object **of = g->grows ? arena_array(g->arena, const Object *, n + 1) : NULL;
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++) {
        const Object *m = items[i].sel.method;
        if (not_reached(&items[i])) continue;
        uint32_t method_id = gen_method_id(g, items[i].name, items[i].pkg, m ? m->type : items[i].sel.type);
        const RMethod *had = same_entry(g->grows ? &g->tables[id] : NULL, method_id, m);
        if (!had) *fresh = true;
        methods[k++] = (RMethod){method_id, had ? had->func : gen_method_wrapper(g, t, &items[i])->index, items[i].name->text};
    }
    qsort(methods, k, sizeof *methods, by_id);
    for (uint32_t i = 0; of && i < n; i++) {
        if (not_reached(&items[i])) continue;
        const Object *m = items[i].sel.method;
        uint32_t method_id = gen_method_id(g, items[i].name, items[i].pkg, m ? m->type : items[i].sel.type), at = 0;
        while (at < k && methods[at].id != method_id) at++;
        if (at < k) of[at] = m;
    }
    *fresh |= of && g->tables[id].n != k;
    if (of) g->tables[id] = (MethodTable){methods, of, k};
    *out = methods;
    return k;
}
void gen_method_table(Gen *g, TypeId id) {
    RMethod *methods;
    bool fresh;
    uint32_t n = make_methods(g, id, &methods, &fresh);
    g->m->types[id].nmethods = n;
    __atomic_store_n(&g->m->types[id].methods, methods, __ATOMIC_RELEASE); // a session's program may run: vm/mentions.c looks at all types
}

static bool uses_reflect(const Gen *g) {
    for (uint32_t i = 0; i < g->p->npackages; i++)
        if (!strcmp(g->p->packages[i]->path, "reflect")) return true;
    return false;
}

// Through reflect a program can take the address of every part of a value, and store it in an interface.
static void make_pointers(Gen *g) {
    if (g->pointers_done == g->method_queue_len || !uses_reflect(g)) return;
    while (g->pointers_done < g->method_queue_len) {
        TypeId id = g->method_queue[g->pointers_done++];
        if (!g->type_of[id] || (g->type_state[id] & TS_REFLECTED)) continue;
        Type *pointer = arena_new(g->arena, Type);
        pointer->kind = T_POINTER;
        pointer->complete = true;
        pointer->u.pointer.elem = g->type_of[id];
        uint32_t before = g->m->ntypes;
        TypeId made = gen_iface_type(g, pointer);
        if (made >= before) g->type_state[made] |= TS_REFLECTED;
    }
}

void gen_method_tables(Gen *g) {
    do {
        make_pointers(g);
        while (g->method_queue_done < g->method_queue_len) gen_method_table(g, g->method_queue[g->method_queue_done++]);
    } while (g->pointers_done < g->method_queue_len && uses_reflect(g));
}
bool gen_method_table_changed(Gen *g, TypeId id, RMethod **out, uint32_t *n) {
    bool fresh;
    *n = make_methods(g, id, out, &fresh);
    return fresh;
}
