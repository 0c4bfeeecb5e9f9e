// Type expressions. A type that is mentioned while it is being declared is fine as long as nobody looks inside: what looks
// inside (method sets, map keys, containment) waits in the queue.
#include <string.h>

#include "compiler/checker.h"

static Type *is_type(Expr *e, Type *t) {
    e->mode = MODE_TYPE;
    e->type = t;
    return t;
}

static Type *not_type(Checker *c, Expr *e) {
    expr_bad(c, e);
    return e->type;
}

// ---- structs ----

static void check_embedded(Checker *c, void *p) {
    TField *f = p;
    Type *t = f->type;
    bool pointer = t->kind == T_POINTER;
    Type *u = under(pointer ? t->u.pointer.elem : t);
    if (u->kind == T_POINTER) check_error(c, DIAG_EMBED, f->pos, 0, "embedded field type cannot be a pointer");
    else if (pointer && u->kind == T_INTERFACE) {
        Diag *d = check_error(c, DIAG_EMBED, f->pos, 0, "embedded field type cannot be a pointer to an interface");
        help(c, d, "embed the interface itself: it can hold a pointer");
    }
}

static const Name *embedded_name(const Expr *e) {
    for (;;) switch (e->kind) {
    case E_STAR: e = e->u.star.x; break;
    case E_PAREN: e = e->u.paren.x; break;
    case E_SELECTOR: return e->u.sel.sel.name;
    case E_INDEX: e = e->u.index.x; break;
    case E_NAME: return e->u.name.name;
    default: return NULL;
    }
}

static Type *struct_type(Checker *c, Expr *e) {
    FieldList *l = &e->u.structt.fields;
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) n += l->items[i].nnames ? l->items[i].nnames : 1;
    Type *t = new_type(c, T_STRUCT);
    TField *fields = arena_array(c->a, TField, n + 1);
    n = 0;
    for (uint32_t i = 0; i < l->len; i++) {
        Field *f = &l->items[i];
        Type *ft = check_type_or_invalid(c, f->type);
        for (uint32_t k = 0; k < (f->nnames ? f->nnames : 1); k++) {
            TField *out = &fields[n++];
            *out = (TField){.type = ft, .tag = f->tag, .tag_len = f->tag_len, .pkg = c->env.pkg, .embedded = !f->nnames,
                            .name = f->nnames ? f->names[k].name : embedded_name(f->type), .pos = f->nnames ? f->names[k].pos : f->type->start};
            if (!out->name) out->name = c->blank;
            if (out->embedded && is_invalid(ft)) t->broken = true;
            if (out->embedded && !is_invalid(ft)) later(c, check_embedded, out);
            if (out->name == c->blank) continue;
            for (uint32_t j = 0; j + 1 < n; j++)
                if (fields[j].name == out->name) {
                    Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, out->pos, out->pos + out->name->len, "%s redeclared in this struct", out->name->text);
                    label(c, d, fields[j].pos, "other declaration of %s", out->name->text);
                    out->name = c->blank;
                    break;
                }
        }
    }
    t->u.strct.fields = fields;
    t->u.strct.n = n;
    return t;
}

// ---- interfaces ----

typedef struct IfaceJob {
    Type *type;
    Expr *expr;
} IfaceJob;

static void add_method(Checker *c, Type *t, TMethod m, uint32_t *cap, Pos at) {
    uint32_t n = t->u.iface.n, i = 0;
    int order = 1;
    while (i < n && (order = method_order(t->u.iface.methods[i].name, t->u.iface.methods[i].pkg, m.name, m.pkg)) < 0) i++;
    if (i < n && !order) {
        TMethod *old = &t->u.iface.methods[i];
        if (old->pos != m.pos && !type_identical(old->type, m.type)) {
            Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, at, 0, "duplicate method %s", m.name->text);
            label(c, d, old->pos, "other declaration of %s", m.name->text);
        }
        return;
    }
    if (n == *cap) {
        *cap = *cap ? *cap * 2 : 4;
        TMethod *grown = arena_array(c->a, TMethod, *cap);
        if (n) memcpy(grown, t->u.iface.methods, sizeof *grown * n);
        t->u.iface.methods = grown;
    }
    memmove(&t->u.iface.methods[i + 1], &t->u.iface.methods[i], sizeof m * (n - i));
    t->u.iface.methods[i] = m;
    t->u.iface.n = n + 1;
}

static void complete_interface(Checker *c, Type *t, const Pos *embed_pos) {
    if (t->complete) return;
    t->complete = true; // a cycle of embedding is reported by check_recursive
    uint32_t cap = 0, explicit_n = t->u.iface.n;
    TMethod *explicit = t->u.iface.methods;
    t->u.iface.n = 0;
    t->u.iface.methods = NULL;
    for (uint32_t i = 0; i < explicit_n; i++) add_method(c, t, explicit[i], &cap, explicit[i].pos);
    for (uint32_t i = 0; i < t->u.iface.nembeds; i++) {
        Type *e = under(t->u.iface.embeds[i]);
        if (e->kind != T_INTERFACE) continue;
        complete_interface(c, e, NULL);
        t->broken |= e->broken;
        for (uint32_t k = 0; k < e->u.iface.n; k++) add_method(c, t, e->u.iface.methods[k], &cap, embed_pos ? embed_pos[i] : e->u.iface.methods[k].pos);
    }
}

static void finish_interface(Checker *c, void *p) {
    IfaceJob *job = p;
    FieldList *l = &job->expr->u.iface.elems;
    uint32_t k = 0;
    Pos *embed_pos = arena_array(c->a, Pos, job->type->u.iface.nembeds + 1);
    for (uint32_t i = 0; i < l->len; i++) {
        if (l->items[i].nnames) continue;
        Expr *x = l->items[i].type;
        if (x->mode != MODE_TYPE) continue;
        Type *e = job->type->u.iface.embeds[k];
        embed_pos[k++] = x->start;
        if (is_invalid(e) || is_invalid(under(e))) continue;
    }
    complete_interface(c, job->type, embed_pos);
}

static Type *interface_type(Checker *c, Expr *e) {
    FieldList *l = &e->u.iface.elems;
    if (!l->len) return c->u->any_type;
    Type *t = new_type(c, T_INTERFACE);
    TMethod *methods = arena_array(c->a, TMethod, l->len);
    Type **embeds = arena_array(c->a, Type *, l->len);
    uint32_t n = 0, nembeds = 0;
    for (uint32_t i = 0; i < l->len; i++) {
        Field *f = &l->items[i];
        if (f->nnames) {
            Ident id = f->names[0];
            if (id.name == c->blank) {
                check_error(c, DIAG_BLANK, id.pos, id.pos + 1, "methods must have a unique non-blank name");
                continue;
            }
            Type *sig = check_signature(c, f->type);
            bool twice = false;
            for (uint32_t k = 0; k < n && !twice; k++)
                if (methods[k].name == id.name) {
                    Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, id.pos, id.pos + id.name->len, "duplicate method %s", id.name->text);
                    label(c, d, methods[k].pos, "other declaration of %s", id.name->text);
                    twice = true;
                }
            if (!twice) methods[n++] = (TMethod){.name = id.name, .type = sig, .pkg = c->env.pkg, .pos = id.pos};
            continue;
        }
        if (f->type->kind == E_BINARY || f->type->kind == E_UNARY) {
            if (!t->u.iface.unions) t->u.iface.unions = arena_array(c->a, TypeUnion, l->len);
            t->u.iface.unions[t->u.iface.nunions++] = type_union(c, f->type);
            continue;
        }
        c->constraint_ok = true;
        Type *x = check_type_or_invalid(c, f->type);
        c->constraint_ok = false;
        if (!is_invalid(x)) embeds[nembeds++] = x;
        else t->broken = true;
    }
    t->u.iface.methods = methods;
    t->u.iface.n = n;
    t->u.iface.embeds = embeds;
    t->u.iface.nembeds = nembeds;
    IfaceJob *job = arena_new(c->a, IfaceJob);
    *job = (IfaceJob){.type = t, .expr = e};
    later(c, finish_interface, job);
    return t;
}

// ---- functions ----

static uint32_t count_fields(const FieldList *l) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) n += l->items[i].nnames ? l->items[i].nnames : 1;
    return n;
}

static Type **field_types(Checker *c, FieldList *l, const Name ***names, bool *variadic) {
    uint32_t total = count_fields(l), n = 0;
    Type **types = arena_array(c->a, Type *, total + 1);
    *names = total && l->items[0].nnames ? arena_array(c->a, const Name *, total) : NULL;
    for (uint32_t i = 0; i < l->len; i++) {
        Field *f = &l->items[i];
        Type *t;
        if (f->type->kind == E_ELLIPSIS && f->type->u.ellipsis.elem) {
            t = check_type_or_invalid(c, f->type->u.ellipsis.elem);
            if (variadic && i + 1 == l->len && f->nnames <= 1) {
                *variadic = true;
                t = new_slice(c, t);
            } else {
                help(c, check_error_at(c, DIAG_VARIADIC, f->type, "%s", variadic ? "can only use ... with final parameter in list" : "can only use ... with a parameter, not with a result"),
                     "%s", variadic ? "the ... parameter takes all that is left: move it to the end" : "return a slice: []T");
            }
            is_type(f->type, t);
        } else {
            t = check_type_or_invalid(c, f->type);
        }
        for (uint32_t k = 0; k < (f->nnames ? f->nnames : 1); k++) {
            if (*names && f->nnames) (*names)[n] = f->names[k].name;
            types[n++] = t;
        }
    }
    return types;
}

// `int a`: the name of a type as the parameter's name, and a name of nothing as its type. Told once, and then read as it was meant.
static void turned_around(Checker *c, FieldList *l) {
    for (uint32_t i = 0; i < l->len; i++) {
        Field *f = &l->items[i];
        if (f->nnames != 1 || f->type->kind != E_NAME || f->names[0].name == c->blank) continue;
        const Object *as_type = scope_find(c->u->scope, f->names[0].name);
        if (!as_type || as_type->kind != O_TYPE || scope_lookup(c->env.scope, f->type->u.name.name, NULL)) continue;
        const Ident type = f->names[0];
        const Name *name = f->type->u.name.name;
        Diag *d = check_error_at(c, DIAG_UNDEFINED, f->type, "undefined: %s", name->text);
        help(c, d, "the name comes first and the type behind it: %s %s", name->text, type.name->text);
        f->names[0] = (Ident){name, f->type->start};
        f->type->u.name.name = type.name;
        f->type->u.name.obj = NULL;
    }
}

static void duplicate_params(Checker *c, Expr *e) {
    FieldList *lists[] = {&e->u.functype.params, &e->u.functype.results};
    Ident seen[32];
    uint32_t n = 0;
    for (int l = 0; l < 2; l++)
        for (uint32_t i = 0; i < lists[l]->len; i++)
            for (uint32_t k = 0; k < lists[l]->items[i].nnames; k++) {
                Ident id = lists[l]->items[i].names[k];
                if (id.name == c->blank) continue;
                for (uint32_t j = 0; j < n; j++)
                    if (seen[j].name == id.name) {
                        Diag *d = check_error(c, DIAG_REDECLARED, id.pos, id.pos + id.name->len, "duplicate argument %s", id.name->text);
                        label(c, d, seen[j].pos, "the first %s", id.name->text);
                    }
                if (n < COUNT_OF(seen)) seen[n++] = id;
            }
}

Type *check_signature(Checker *c, Expr *e) {
    Type *t = new_type(c, T_FUNC);
    turned_around(c, &e->u.functype.params);
    bool variadic = false;
    if (e->u.functype.tparams.len)
        check_error_at(c, DIAG_GENERICS, e, "a function type has no type parameters");
    t->u.func.params = field_types(c, &e->u.functype.params, &t->u.func.param_names, &variadic);
    t->u.func.nparams = count_fields(&e->u.functype.params);
    t->u.func.variadic = variadic;
    t->u.func.results = field_types(c, &e->u.functype.results, &t->u.func.result_names, NULL);
    t->u.func.nresults = count_fields(&e->u.functype.results);
    if (!c->env.pkg->is_std) duplicate_params(c, e);
    return is_type(e, t);
}

// ---- the rest ----

static void map_key(Checker *c, void *p) {
    Expr *e = p;
    Type *key = e->u.map.key->type;
    if (is_invalid(key) || is_invalid(under(key)) || type_comparable(key)) return;
    Diag *d = check_error_at(c, DIAG_MAP_KEY, e->u.map.key, "invalid map key type %s", type_name(c, key));
    help(c, d, "a key is found by ==, which %s does not have; an array or a string may serve", type_name(c, key));
}

int64_t check_array_len(Checker *c, Expr *e) {
    check_expr(c, e);
    if (bad(e)) return -1;
    if (e->mode != MODE_CONST) {
        Diag *d = check_error_at(c, DIAG_ARRAY_LENGTH, e, "%s", is_integer(e->type) || e->kind == E_NAME
            ? arena_printf(c->a, "invalid array length %s", expr_text(c, e)) : arena_printf(c->a, "array length %s must be constant", describe(c, e)));
        help(c, d, "the length of an array is part of its type: use a slice, make([]T, %s)", expr_text(c, e));
        return -1;
    }
    ConstVal *v = is_untyped(e->type) || is_integer(e->type) ? const_to_kind(c->a, e->cv, CV_INT) : NULL;
    int64_t n;
    if (!v) {
        check_error_at(c, DIAG_ARRAY_LENGTH, e, "array length %s must be integer", describe(c, e));
        return -1;
    }
    if (!const_int64(v, &n) || n < 0) {
        check_error_at(c, DIAG_ARRAY_LENGTH, e, "invalid array length %s", describe(c, e));
        return -1;
    }
    if (is_untyped(e->type)) convert_untyped(c, e, c->u->basic[T_INT]);
    return n;
}

// Bytes, roughly; enough to see that no machine has them.
static double rough_size(const Type *t, uint32_t depth) {
    if (depth > 50) return 8;
    switch (t->kind) {
    case T_NAMED: return rough_size(t->u.named.underlying, depth + 1);
    case T_ARRAY: return (double)t->u.array.len * rough_size(t->u.array.elem, depth + 1);
    case T_STRUCT: {
        double n = 0;
        for (uint32_t i = 0; i < t->u.strct.n; i++) n += rough_size(t->u.strct.fields[i].type, depth + 1);
        return n;
    }
    default: return t->kind == T_BOOL || t->kind == T_INT8 || t->kind == T_UINT8 ? 1 : 8;
    }
}

static void check_size(Checker *c, void *p) {
    Expr *e = p;
    if (!e->type || e->type->kind != T_ARRAY || rough_size(e->type, 0) < 0x1p47) return;
    check_error_at(c, DIAG_ARRAY_LENGTH, e, "invalid array length: type %s larger than address space", type_name(c, e->type));
}

static Type *array_type(Checker *c, Expr *e) {
    Expr *len = e->u.array.len;
    if (!len) {
        Type *elem = check_type_or_invalid(c, e->u.array.elem);
        return is_invalid(elem) ? not_type(c, e) : is_type(e, new_slice(c, elem));
    }
    if (len->kind == E_ELLIPSIS) {
        check_error_at(c, DIAG_ARRAY_LENGTH, e, "invalid use of [...] array (outside a composite literal)");
        check_type_or_invalid(c, e->u.array.elem);
        return not_type(c, e);
    }
    int64_t n = check_array_len(c, len);
    Type *elem = check_type_or_invalid(c, e->u.array.elem);
    if (n < 0 || is_invalid(elem)) return not_type(c, e);
    if (n > 1 << 20 || elem->kind != T_NAMED) later(c, check_size, e);
    return is_type(e, new_array(c, elem, n));
}

static void no_constraint(Checker *c, void *p) {
    Expr *e = p;
    if (e->mode != MODE_TYPE || !is_constraint(c, e->type)) return;
    Diag *d = check_error_at(c, DIAG_TYPE_SETS, e, e->type == c->u->comparable_type ? "cannot use type %s outside a type constraint: interface is (or embeds) comparable"
                             : "cannot use type %s outside a type constraint: interface contains type constraints", type_name(c, e->type));
    help(c, d, "it says which types a type parameter may stand for; no value has it");
}

// An interface with a type set serves as a constraint only.
void check_not_constraint(Checker *c, Expr *e) {
    Type *t = e->type;
    if (t->kind == T_NAMED ? t != c->u->error_type && (!t->complete || t->u.named.underlying->kind == T_INTERFACE) : t->kind == T_INTERFACE && t != c->u->any_type) {
        if (c->depth) later(c, no_constraint, e);
        else no_constraint(c, e);
    }
}

Type *check_type_or_invalid(Checker *c, Expr *e) {
    bool constraint_ok = c->constraint_ok;
    Object *generic;
    c->constraint_ok = false;
    switch ((ExprKind)e->kind) {
    case E_NAME: check_name(c, e, true); break;
    case E_SELECTOR: check_selector(c, e, true); break;
    case E_PAREN: {
        Type *t = check_type_or_invalid(c, e->u.paren.x);
        return is_invalid(t) ? not_type(c, e) : is_type(e, t);
    }
    case E_STAR: {
        Type *t = check_type_or_invalid(c, e->u.star.x);
        return is_invalid(t) ? not_type(c, e) : is_type(e, new_pointer(c, t));
    }
    case E_ARRAYTYPE: return array_type(c, e);
    case E_STRUCTTYPE: return is_type(e, struct_type(c, e));
    case E_FUNCTYPE: return check_signature(c, e);
    case E_INTERFACETYPE:
        is_type(e, interface_type(c, e));
        break;
    case E_MAPTYPE: {
        Type *k = check_type_or_invalid(c, e->u.map.key), *v = check_type_or_invalid(c, e->u.map.value);
        if (is_invalid(k) || is_invalid(v)) return not_type(c, e);
        later(c, map_key, e);
        return is_type(e, new_map(c, k, v));
    }
    case E_CHANTYPE: {
        Type *t = check_type_or_invalid(c, e->u.chan.elem);
        return is_invalid(t) ? not_type(c, e) : is_type(e, new_chan(c, t, (ChanDir)e->u.chan.dir));
    }
    case E_INDEX:
        generic = generic_of(c, e->u.index.x);
        if (generic && generic->kind == O_TYPE) {
            instantiate_type(c, e, generic);
            if (bad(e)) return not_type(c, e);
            break;
        }
        if (is_invalid(check_type_or_invalid(c, e->u.index.x))) return not_type(c, e);
        {
            Diag *d = check_error_at(c, DIAG_GENERICS, e, "%s is not a generic type", expr_text(c, e->u.index.x));
            const Expr *n = e->u.index.indices.items[0];
            if (n->kind == E_BASICLIT) help(c, d, "the length of an array stands in front: [%s]%s", expr_text(c, n), expr_text(c, e->u.index.x));
            else help(c, d, "leave out the brackets, or declare it with type parameters");
        }
        return not_type(c, e);
    case E_ELLIPSIS:
        check_error_at(c, DIAG_VARIADIC, e, "invalid use of ...");
        return not_type(c, e);
    case E_BAD: return not_type(c, e);
    case E_BASICLIT: case E_FUNCLIT: case E_COMPOSITE: case E_KEYVALUE: case E_SLICE: case E_TYPEASSERT: case E_CALL:
    case E_UNARY: case E_BINARY:
        check_error_at(c, DIAG_NOT_TYPE, e, "%s is not a type", expr_text(c, e));
        return not_type(c, e);
    }
    if (e->mode == MODE_TYPE && !constraint_ok) check_not_constraint(c, e);
    if (e->mode == MODE_TYPE) return e->type;
    if (!bad(e)) {
        Diag *d = check_error_at(c, DIAG_NOT_TYPE, e, "%s is not a type", expr_text(c, e));
        if (e->mode == MODE_PACKAGE) help(c, d, "a type of the package is written %s.Name", expr_text(c, e));
    }
    return not_type(c, e);
}

Type *check_type(Checker *c, Expr *e) {
    Type *t = check_type_or_invalid(c, e);
    if (!c->depth && c->nlater) run_later(c);
    return t;
}

// ---- types that contain themselves ----

typedef struct Walk {
    Type *path[256]; // named types, each held by the one before
    uint32_t n;
    Type *seen[256];
    uint32_t nseen;
} Walk;

static bool contains(Checker *c, Type *t, Walk *w, Type *goal) {
    switch (t->kind) {
    case T_ARRAY: return contains(c, t->u.array.elem, w, goal);
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            if (contains(c, t->u.strct.fields[i].type, w, goal)) return true;
        return false;
    case T_INTERFACE:
        for (uint32_t i = 0; i < t->u.iface.nembeds; i++)
            if (contains(c, t->u.iface.embeds[i], w, goal)) return true;
        return false;
    case T_NAMED:
        if (t == goal) return true;
        for (uint32_t i = 0; i < w->nseen; i++)
            if (w->seen[i] == t) return false;
        if (w->nseen == COUNT_OF(w->seen)) return false;
        w->seen[w->nseen++] = t;
        w->path[w->n++] = t;
        if (contains(c, t->u.named.underlying, w, goal)) return true;
        w->n--;
        return false;
    default: return false;
    }
}

void check_recursive(Checker *c, void *p) {
    Type *t = p;
    Walk w = {.n = 0};
    if (!contains(c, t->u.named.underlying, &w, t)) return;
    w.path[w.n < COUNT_OF(w.path) ? w.n++ : w.n - 1] = t;
    Object *first = t->u.named.obj; // tell it where a reader meets the cycle first
    for (uint32_t i = 0; i < w.n; i++)
        if (w.path[i]->u.named.obj->pos < first->pos) first = w.path[i]->u.named.obj;
    const char *name = first->name->text;
    Diag *d = check_error(c, DIAG_RECURSIVE_TYPE, first->pos, first->pos + first->name->len, "invalid recursive type %s", name);
    if (t->u.named.underlying->kind == T_INTERFACE) help(c, d, "%s embeds itself", name);
    else help(c, d, "a %s would hold a whole %s, and so on without end; hold a pointer instead: *%s", name, name, name);
    for (uint32_t i = 0; i < w.n; i++) w.path[i]->u.named.underlying = c->u->basic[T_INVALID];
}
