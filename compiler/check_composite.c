// T{...} and func literals.
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "compiler/checker.h"

// ---- keys given twice ----

typedef struct KeySet { // constants by value; the table lives while one literal or switch is checked
    struct Key { ConstVal *v; Type *t; Pos pos; } *slots;
    uint32_t cap, n;
} KeySet;

static uint64_t hash_const(const ConstVal *v) {
    int64_t i;
    size_t n;
    switch ((int)const_kind(v)) {
    case CV_STRING: {
        const char *s = const_string(v, &n);
        return XXH3_64bits(s, n);
    }
    case CV_BOOL: return const_bool(v);
    case CV_INT: case CV_FLOAT:
        if (const_int64(v, &i)) return XXH3_64bits(&i, sizeof i);
        {
            double d = const_float64(v);
            return XXH3_64bits(&d, sizeof d);
        }
    default: return 7;
    }
}

static Pos key_add(KeySet *s, ConstVal *v, Type *t, Pos pos) {
    if (s->n * 2 >= s->cap) {
        uint32_t cap = s->cap ? s->cap * 4 : 32;
        struct Key *slots = xcalloc(cap, sizeof *slots);
        for (uint32_t i = 0; i < s->cap; i++) {
            if (!s->slots[i].v) continue;
            uint64_t h = hash_const(s->slots[i].v) & (cap - 1);
            while (slots[h].v) h = (h + 1) & (cap - 1);
            slots[h] = s->slots[i];
        }
        free(s->slots);
        s->slots = slots;
        s->cap = cap;
    }
    uint64_t h = hash_const(v) & (s->cap - 1);
    for (; s->slots[h].v; h = (h + 1) & (s->cap - 1))
        if (const_kind(s->slots[h].v) == const_kind(v) && type_identical(s->slots[h].t, t) && const_compare(s->slots[h].v, OPR_EQ, v)) return s->slots[h].pos;
    s->slots[h] = (struct Key){v, t, pos};
    s->n++;
    return 0;
}

ConstSet *const_set_new(void) { return xcalloc(1, sizeof(KeySet)); }
Pos const_set_add(ConstSet *s, ConstVal *v, Type *t, Pos pos) { return key_add((KeySet *)s, v, t, pos); }
void const_set_free(ConstSet *s) {
    free(((KeySet *)s)->slots);
    free(s);
}

// ---- elements ----

// may_elide: of an array, slice or map, whose elements need not say their type.
static void element(Checker *c, Expr *v, Type *t, bool may_elide, const char *context) {
    check_raw(c, v, may_elide ? t : NULL);
    check_value(c, v);
    assign_to(c, v, t, context);
}

static void struct_literal(Checker *c, Expr *e, Type *t, Type *u) {
    ExprList l = e->u.comp.elems;
    if (!l.len) return;
    const char *tn = type_name(c, t);
    if (l.items[0]->kind == E_KEYVALUE) {
        Pos *seen = arena_array(c->a, Pos, u->u.strct.n + 1);
        for (uint32_t i = 0; i < l.len; i++) {
            Expr *kv = l.items[i];
            if (kv->kind != E_KEYVALUE) {
                help(c, check_error_at(c, DIAG_LITERAL, kv, "mixture of field:value and value elements in struct literal"), "give all fields their names, or none");
                check_expr(c, kv);
                continue;
            }
            Expr *k = kv->u.kv.key;
            if (k->kind != E_NAME) {
                help(c, check_error_at(c, DIAG_LITERAL, k, "invalid field name %s in struct literal", expr_text(c, k)), "a field is named without quotes: Name: value");
                check_expr(c, kv->u.kv.value);
                continue;
            }
            const Name *name = k->u.name.name;
            uint32_t f = 0;
            while (f < u->u.strct.n && !(u->u.strct.fields[f].name == name && (name->exported || u->u.strct.fields[f].pkg == c->env.pkg))) f++;
            if (f == u->u.strct.n || name == c->blank) {
                Diag *d = check_error_at(c, DIAG_NO_MEMBER, k, "unknown field %s in struct literal of type %s", name->text, tn);
                Selection s;
                const Name *best = NULL;
                uint32_t best_d = 3;
                for (uint32_t j = 0; j < u->u.strct.n; j++) {
                    const Name *n = u->u.strct.fields[j].name;
                    uint32_t dist = name_distance(n->text, n->len, name->text, name->len, 2);
                    if (dist < best_d && (n->exported || u->u.strct.fields[j].pkg == c->env.pkg)) {
                        best_d = dist;
                        best = n;
                    }
                }
                if (lookup_member(t, true, c->env.pkg, name, c->a, &s) == LOOKUP_OK && s.kind == SEL_FIELD)
                    help(c, d, "%s belongs to the embedded %s: write %s: ...{%s: ...}", name->text, u->u.strct.fields[s.path[0]].name->text, u->u.strct.fields[s.path[0]].name->text, name->text);
                else if (best) help(c, d, "did you mean %s?", best->text);
                check_expr(c, kv->u.kv.value);
                continue;
            }
            TField *field = &u->u.strct.fields[f];
            k->mode = MODE_VAR;
            k->type = field->type;
            kv->type = field->type;
            element(c, kv->u.kv.value, field->type, false, "struct literal");
            if (seen[f]) {
                Diag *d = check_error_at(c, DIAG_DUPLICATE_KEY, k, "duplicate field name %s in struct literal", name->text);
                label(c, d, seen[f], "the first");
            }
            seen[f] = k->start;
        }
        return;
    }
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *v = l.items[i];
        if (v->kind == E_KEYVALUE) {
            help(c, check_error_at(c, DIAG_LITERAL, v, "mixture of field:value and value elements in struct literal"), "give all fields their names, or none");
            check_expr(c, v->u.kv.value);
            continue;
        }
        if (i >= u->u.strct.n) {
            check_expr(c, v);
            help(c, check_error_at(c, DIAG_LITERAL, v, "too many values in struct literal of type %s", tn), "%s has %u field%s", tn, (unsigned)u->u.strct.n, plural(u->u.strct.n));
            for (i++; i < l.len; i++) check_expr(c, l.items[i]);
            return;
        }
        TField *field = &u->u.strct.fields[i];
        if (!field->name->exported && field->pkg != c->env.pkg) {
            help(c, check_error_at(c, DIAG_UNEXPORTED, v, "implicit assignment to unexported field %s in struct literal of type %s", field->name->text, tn), "give the fields their names, as in Name: value, and leave out those of lower case");
            check_expr(c, v);
            continue;
        }
        element(c, v, field->type, false, "struct literal");
    }
    if (l.len < u->u.strct.n) {
        Diag *d = check_error(c, DIAG_LITERAL, e->u.comp.rbrace, e->u.comp.rbrace + 1, "too few values in struct literal of type %s", tn);
        help(c, d, "give all %u in order, or name them: %s: ...", u->u.strct.n, u->u.strct.fields[0].name->text);
    }
}

// Array and slice elements; returns the length that the indices make.
static int64_t indexed_elements(Checker *c, ExprList l, Type *elem, int64_t len) {
    int64_t index = 0, max = 0;
    bool any_key = false;
    KeySet seen = {0};
    for (uint32_t i = 0; i < l.len; i++) any_key |= l.items[i]->kind == E_KEYVALUE;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *e = l.items[i], *v = e;
        bool valid = true;
        if (e->kind == E_KEYVALUE) {
            Expr *k = e->u.kv.key;
            v = e->u.kv.value;
            int64_t at;
            check_expr(c, k);
            valid = false;
            if (bad(k)) {
            } else if (k->mode != MODE_CONST) {
                check_error_at(c, DIAG_LITERAL, k, "index %s must be integer constant", expr_text(c, k));
            } else if (check_index_value(c, k, len, &at, "index")) {
                index = at;
                valid = true;
            }
            e->type = elem;
        } else if (len >= 0 && index >= len) {
            help(c, check_error_at(c, DIAG_INDEX_RANGE, v, "index %lld out of bounds: an array of %lld element%s gets more", (long long)index, (long long)len, plural((uint32_t)len)), "leave some out, or write [...]: the array is then as long as its list");
            valid = false;
        }
        if (valid && any_key) {
            Pos first = key_add(&seen, const_new_int(c->a, index), c->u->basic[T_INT], e->start);
            if (first) {
                Diag *d = check_error_at(c, DIAG_DUPLICATE_KEY, e->kind == E_KEYVALUE ? e->u.kv.key : e, "duplicate index %lld in array or slice literal", (long long)index);
                label(c, d, first, "the first");
            }
        }
        index++;
        if (index > max) max = index;
        element(c, v, elem, true, "array or slice literal");
    }
    free(seen.slots);
    return max;
}

static void map_literal(Checker *c, Expr *e, Type *u) {
    ExprList l = e->u.comp.elems;
    KeySet seen = {0};
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *kv = l.items[i];
        if (kv->kind != E_KEYVALUE) {
            Diag *d = check_error_at(c, DIAG_LITERAL, kv, "missing key in map literal");
            help(c, d, "every element of a map is written key: value");
            check_raw(c, kv, u->u.map.value);
            continue;
        }
        Expr *k = kv->u.kv.key;
        element(c, k, u->u.map.key, true, "map literal");
        if (!bad(k) && k->mode == MODE_CONST && const_kind(k->cv) != CV_BOOL) {
            Pos first = key_add(&seen, k->cv, k->type, k->start);
            if (first) {
                Diag *d = check_error_at(c, DIAG_DUPLICATE_KEY, k, "duplicate key %s in map literal", expr_text(c, k));
                label(c, d, first, "the first");
            }
        }
        element(c, kv->u.kv.value, u->u.map.value, true, "map literal");
        kv->type = u->u.map.value;
    }
    free(seen.slots);
}

void check_composite(Checker *c, Expr *e, Type *hint) {
    Type *t, *u;
    Expr *te = e->u.comp.type;
    bool open_array = te && te->kind == E_ARRAYTYPE && te->u.array.len && te->u.array.len->kind == E_ELLIPSIS;
    expr_bad(c, e);
    if (open_array) {
        Type *elem = check_type(c, te->u.array.elem);
        t = is_invalid(elem) ? elem : new_array(c, elem, -1);
        te->mode = MODE_TYPE;
        te->type = t;
        u = t;
    } else if (te) {
        t = check_type(c, te);
        u = under(t);
    } else if (hint) { // elided: T or *T of the literal around it
        t = hint;
        u = under(t);
        if (u->kind == T_POINTER) u = under(u->u.pointer.elem);
    } else {
        help(c, check_error_at(c, DIAG_LITERAL, e, "invalid composite literal: missing type in composite literal"), "write the type before the brace: []int{...}");
        t = u = c->u->basic[T_INVALID];
    }
    ExprList l = e->u.comp.elems;
    switch (u->kind) {
    case T_STRUCT: struct_literal(c, e, t->kind == T_POINTER ? t->u.pointer.elem : t, u); break;
    case T_ARRAY: {
        int64_t n = indexed_elements(c, l, u->u.array.elem, open_array ? -1 : u->u.array.len);
        if (open_array) u->u.array.len = n;
        break;
    }
    case T_SLICE: indexed_elements(c, l, u->u.slice.elem, -1); break;
    case T_MAP: map_literal(c, e, u); break;
    default:
        for (uint32_t i = 0; i < l.len; i++) {
            Expr *v = l.items[i];
            if (v->kind == E_KEYVALUE) v = v->u.kv.value;
            if (v->kind != E_COMPOSITE || v->u.comp.type) check_raw(c, v, NULL);
        }
        if (!is_invalid(t) && !is_invalid(u)) {
            Diag *d = check_error_at(c, DIAG_LITERAL, te ? te : e, "invalid composite literal type %s", type_name(c, t));
            if (u->kind == T_POINTER) help(c, d, "make the value and take its address: &%s{...}", type_name(c, u->u.pointer.elem));
            else help(c, d, "only structs, arrays, slices and maps are written with { }; a conversion is %s(x)", type_name(c, t));
        }
        return;
    }
    e->mode = MODE_VALUE;
    e->type = t;
}

// ---- func literals ----

static const char *literal_name(Checker *c) {
    FuncInfo *f = c->env.fn;
    if (!f) return arena_printf(c->a, "%s.glob..func%u", c->env.pkg->path, ++c->env.pkg->nlits);
    bool in_literal = f->outer || strstr(f->name, ".glob..func");
    return arena_printf(c->a, in_literal ? "%s.%u" : "%s.func%u", f->name, ++f->nlits);
}

static void literal_body(Checker *c, void *p) {
    Expr *e = p;
    check_func_body(c, e->u.func.info, e->u.func.body, c->env.scope);
}

void check_func_lit(Checker *c, Expr *e) {
    Type *sig = check_signature(c, e->u.func.type);
    if (!c->depth && c->nlater) run_later(c);
    FuncInfo *f = new_func_info(c, sig, e->u.func.type, literal_name(c), e->start);
    f->outer = c->env.fn;
    e->u.func.info = f;
    e->mode = MODE_VALUE;
    e->type = sig;
    if (c->env.fn) literal_body(c, e);
    else later(c, literal_body, e); // a package-level initialiser: types may be half done
}
