// Predicates on types, and the three great relations: identical is in types.c; assignable and implements are here.
#include <string.h>

#include "compiler/checker.h"

bool is_untyped(const Type *t) { return t->kind >= T_UNTYPED_BOOL && t->kind <= T_UNTYPED_NIL; }
bool is_typed(const Type *t) { return !is_untyped(t); }
static uint8_t kind_of(const Type *t) { return (t->kind == T_NAMED ? t->u.named.underlying : t)->kind; }
bool is_boolean(Type *t) { uint8_t k = kind_of(t); return k == T_BOOL || k == T_UNTYPED_BOOL; }
bool is_integer(Type *t) {
    uint8_t k = kind_of(t);
    return (k >= T_INT && k <= T_UINTPTR) || k == T_UNTYPED_INT || k == T_UNTYPED_RUNE;
}
bool is_unsigned(Type *t) { uint8_t k = kind_of(t); return k >= T_UINT && k <= T_UINTPTR; }
bool is_float(Type *t) { uint8_t k = kind_of(t); return k == T_FLOAT32 || k == T_FLOAT64 || k == T_UNTYPED_FLOAT; }
bool is_complex(Type *t) { uint8_t k = kind_of(t); return k == T_COMPLEX64 || k == T_COMPLEX128 || k == T_UNTYPED_COMPLEX; }
bool is_numeric(Type *t) {
    uint8_t k = kind_of(t);
    return (k >= T_INT && k <= T_COMPLEX128) || (k >= T_UNTYPED_INT && k <= T_UNTYPED_COMPLEX);
}
bool is_string(Type *t) { uint8_t k = kind_of(t); return k == T_STRING || k == T_UNTYPED_STRING; }
bool is_const_type(Type *t) {
    uint8_t k = kind_of(t);
    return (k >= T_BOOL && k <= T_STRING) || (k >= T_UNTYPED_BOOL && k <= T_UNTYPED_STRING);
}
bool is_ordered(Type *t) { return (is_numeric(t) && !is_complex(t)) || is_string(t); }
bool is_invalid(const Type *t) { return t->kind == T_INVALID; }
bool is_named(const Type *t) { return t->kind == T_NAMED || t->kind <= T_UNTYPED_NIL; }
bool has_nil(Type *t) {
    switch (kind_of(t)) {
    case T_SLICE: case T_POINTER: case T_FUNC: case T_INTERFACE: case T_MAP: case T_CHAN: case T_UNTYPED_NIL:
    case T_UNSAFE_POINTER: return true;
    default: return false;
    }
}
static bool broken_list(Type *const *list, uint32_t n, uint32_t depth);

static bool broken(const Type *t, uint32_t depth) {
    if (depth > 8) return false;
    switch (t->kind) {
    case T_INVALID: return true;
    case T_NAMED: return t->u.named.underlying->kind == T_INVALID || t->u.named.underlying->broken;
    case T_POINTER: return broken(t->u.pointer.elem, depth + 1);
    case T_SLICE: return broken(t->u.slice.elem, depth + 1);
    case T_ARRAY: return t->u.array.len < 0 || broken(t->u.array.elem, depth + 1);
    case T_MAP: return broken(t->u.map.key, depth + 1) || broken(t->u.map.value, depth + 1);
    case T_CHAN: return broken(t->u.chan.elem, depth + 1);
    case T_FUNC: return broken_list(t->u.func.params, t->u.func.nparams, depth + 1) || broken_list(t->u.func.results, t->u.func.nresults, depth + 1);
    case T_TUPLE: return broken_list(t->u.tuple.items, t->u.tuple.n, depth + 1);
    case T_STRUCT: case T_INTERFACE: return t->broken;
    default: return false;
    }
}

static bool broken_list(Type *const *list, uint32_t n, uint32_t depth) {
    for (uint32_t i = 0; i < n; i++)
        if (broken(list[i], depth)) return true;
    return false;
}

bool is_broken(const Type *t) { return broken(t, 0); }

bool is_bytes_or_runes(Type *t) {
    if (kind_of(t) != T_SLICE) return false;
    uint8_t k = kind_of(under(t)->u.slice.elem);
    return k == T_UINT8 || k == T_INT32;
}

Type *default_type(Checker *c, Type *t) {
    switch (t->kind) {
    case T_UNTYPED_BOOL: return c->u->basic[T_BOOL];
    case T_UNTYPED_INT: return c->u->basic[T_INT];
    case T_UNTYPED_RUNE: return c->u->rune_type;
    case T_UNTYPED_FLOAT: return c->u->basic[T_FLOAT64];
    case T_UNTYPED_COMPLEX: return c->u->basic[T_COMPLEX128];
    case T_UNTYPED_STRING: return c->u->basic[T_STRING];
    default: return t;
    }
}

uint32_t int_bits(const Type *basic) {
    switch (basic->kind) {
    case T_INT8: case T_UINT8: return 8;
    case T_INT16: case T_UINT16: return 16;
    case T_INT32: case T_UINT32: return 32;
    default: return 64;
    }
}

bool expr_is_nil(const Expr *e) { return e->mode == MODE_NIL; }

// ---- constructors ----

Type *new_type(Checker *c, TypeKind kind) {
    Type *t = arena_new(c->a, Type);
    t->kind = (uint8_t)kind;
    return t;
}
Type *new_pointer(Checker *c, Type *elem) {
    Type *t = new_type(c, T_POINTER);
    t->u.pointer.elem = elem;
    return t;
}
Type *new_slice(Checker *c, Type *elem) {
    Type *t = new_type(c, T_SLICE);
    t->u.slice.elem = elem;
    return t;
}
Type *new_array(Checker *c, Type *elem, int64_t len) {
    Type *t = new_type(c, T_ARRAY);
    t->u.array.elem = elem;
    t->u.array.len = len;
    return t;
}
Type *new_map(Checker *c, Type *key, Type *value) {
    Type *t = new_type(c, T_MAP);
    t->u.map.key = key;
    t->u.map.value = value;
    return t;
}
Type *new_chan(Checker *c, Type *elem, ChanDir dir) {
    Type *t = new_type(c, T_CHAN);
    t->u.chan.elem = elem;
    t->u.chan.dir = (uint8_t)dir;
    return t;
}
Type *new_tuple(Checker *c, Type **items, uint32_t n) {
    Type *t = new_type(c, T_TUPLE);
    t->u.tuple.items = items;
    t->u.tuple.n = n;
    return t;
}
Type *new_func(Checker *c, Type **params, uint32_t nparams, Type **results, uint32_t nresults, bool variadic) {
    Type *t = new_type(c, T_FUNC);
    t->u.func.params = params;
    t->u.func.nparams = nparams;
    t->u.func.results = results;
    t->u.func.nresults = nresults;
    t->u.func.variadic = variadic;
    return t;
}

// ---- relations ----

// Two structs that differ in their tags alone may be converted (Go spec, "Conversions").
bool identical_ignore_tags(Checker *c, const Type *a, const Type *b) {
    if (a == b) return true;
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case T_STRUCT:
        if (a->u.strct.n != b->u.strct.n) return false;
        for (uint32_t i = 0; i < a->u.strct.n; i++) {
            const TField *f = &a->u.strct.fields[i], *g = &b->u.strct.fields[i];
            if (f->embedded != g->embedded || f->name != g->name || (f->name && !f->name->exported && f->pkg != g->pkg) ||
                !identical_ignore_tags(c, f->type, g->type))
                return false;
        }
        return true;
    case T_POINTER: return identical_ignore_tags(c, a->u.pointer.elem, b->u.pointer.elem);
    case T_SLICE: return identical_ignore_tags(c, a->u.slice.elem, b->u.slice.elem);
    case T_ARRAY: return a->u.array.len == b->u.array.len && identical_ignore_tags(c, a->u.array.elem, b->u.array.elem);
    case T_MAP:
        return identical_ignore_tags(c, a->u.map.key, b->u.map.key) && identical_ignore_tags(c, a->u.map.value, b->u.map.value);
    case T_CHAN: return a->u.chan.dir == b->u.chan.dir && identical_ignore_tags(c, a->u.chan.elem, b->u.chan.elem);
    case T_FUNC:
        if (a->u.func.nparams != b->u.func.nparams || a->u.func.nresults != b->u.func.nresults || a->u.func.variadic != b->u.func.variadic) return false;
        for (uint32_t i = 0; i < a->u.func.nparams; i++)
            if (!identical_ignore_tags(c, a->u.func.params[i], b->u.func.params[i])) return false;
        for (uint32_t i = 0; i < a->u.func.nresults; i++)
            if (!identical_ignore_tags(c, a->u.func.results[i], b->u.func.results[i])) return false;
        return true;
    default: return type_identical(a, b);
    }
}

const char *incomparable_reason(Checker *c, Type *t) {
    Type *u = under(t);
    if (type_is_stand_in(t)) return "incomparable types in type set";
    switch (u->kind) {
    case T_SLICE: return "slice can only be compared to nil";
    case T_MAP: return "map can only be compared to nil";
    case T_FUNC: return "func can only be compared to nil";
    case T_STRUCT:
        for (uint32_t i = 0; i < u->u.strct.n; i++) {
            TField *f = &u->u.strct.fields[i];
            if (!type_comparable(f->type))
                return arena_printf(c->a, "struct containing %s cannot be compared", type_name(c, f->type));
        }
        return "";
    case T_ARRAY:
        return type_comparable(u->u.array.elem) ? "" : arena_printf(c->a, "%s cannot be compared", type_name(c, t));
    default: return "";
    }
}

// A method by its name alone, whatever its case, to explain a near miss.
static Object *near_method(Type *t, const Name *name) {
    if (t->kind == T_POINTER) t = t->u.pointer.elem;
    if (t->kind != T_NAMED) return NULL;
    for (uint32_t i = 0; i < t->u.named.nmethods; i++) {
        Object *m = t->u.named.methods[i];
        if (m->name->len == name->len && !strcasecmp(m->name->text, name->text)) return m;
    }
    return NULL;
}

static const char *signature_text(Checker *c, const Type *t) {
    const char *s = type_name(c, t);
    return strncmp(s, "func", 4) ? s : s + 4;
}

bool implements(Checker *c, Type *v, Type *iface, const char **why) {
    Type *t = under(iface);
    if (why) *why = "";
    if (t->kind != T_INTERFACE) return false;
    if (is_invalid(v) || is_invalid(under(v))) return true;
    Type *holder = under(v)->kind == T_POINTER ? under(under(v)->u.pointer.elem) : under(v);
    if (holder->broken || t->broken) return true; // an error about it was reported
    const char *verb = "does not implement";
    for (uint32_t i = 0; i < t->u.iface.n; i++) {
        TMethod *m = &t->u.iface.methods[i];
        Selection sel;
        LookupResult r = lookup_member(v, false, m->pkg, m->name, c->a, &sel);
        bool found = r == LOOKUP_OK && sel.kind != SEL_FIELD;
        if (found) {
            if (sel.kind == SEL_METHOD) {
                resolve_object(c, sel.method);
                sel.type = sel.method->type;
            }
            if (type_identical(sel.type, m->type) || is_broken(sel.type) || is_broken(m->type)) continue;
        }
        if (r == LOOKUP_NONE && method_lost(c, m->name)) continue;
        if (!why) return false;
        const char *vn = type_name(c, v), *tn = type_name(c, iface), *mn = m->name->text;
        if (found) {
            *why = arena_printf(c->a, "%s %s %s (wrong type for method %s): have %s%s, want %s%s", vn, verb, tn, mn, mn,
                                signature_text(c, sel.type), mn, signature_text(c, m->type));
        } else if (r == LOOKUP_NEEDS_POINTER) {
            *why = arena_printf(c->a, "%s %s %s (method %s has pointer receiver)", vn, verb, tn, mn);
        } else if (v->kind == T_POINTER && type_is_interface(v->u.pointer.elem)) {
            *why = arena_printf(c->a, "type %s is pointer to interface, not interface", vn);
        } else {
            Object *near = near_method(v, m->name);
            if (near) resolve_object(c, near);
            if (near)
                *why = arena_printf(c->a, "%s %s %s (missing method %s): have %s%s, want %s%s", vn, verb, tn, mn, near->name->text,
                                    signature_text(c, near->type), mn, signature_text(c, m->type));
            else
                *why = arena_printf(c->a, "%s %s %s (missing method %s)", vn, verb, tn, mn);
        }
        return false;
    }
    return true;
}

bool assignable(Checker *c, Expr *e, Type *t, const char **why) {
    if (why) *why = "";
    Type *v = e->type;
    if (is_invalid(v) || is_invalid(t) || v == t) return true;
    if (type_identical(v, t)) return true;
    Type *vu = under(v), *tu = under(t);
    if (is_invalid(vu) || is_invalid(tu)) return true;
    if (is_untyped(v)) {
        if (expr_is_nil(e)) return has_nil(t);
        if (tu->kind == T_INTERFACE) return tu->u.iface.n == 0;
        if (e->mode == MODE_CONST) return tu->kind <= T_STRING && const_fits_type(c, e->cv, tu, NULL, NULL);
        return v->kind == T_UNTYPED_BOOL && is_boolean(t);
    }
    if (tu->kind == T_INTERFACE) return implements(c, v, t, why);
    bool v_named = is_named(v), t_named = is_named(t);
    if (type_identical(vu, tu) && (!v_named || !t_named)) return true;
    if (vu->kind == T_INTERFACE && why) { // the other way round would hold: what is missing is an assertion
        if (implements(c, t, v, NULL)) *why = "need type assertion";
        return false;
    }
    if (vu->kind == T_CHAN && tu->kind == T_CHAN && vu->u.chan.dir == CHAN_BOTH && type_identical(vu->u.chan.elem, tu->u.chan.elem))
        return !v_named || !t_named;
    return false;
}
