// x.f, x.m, T.m, pkg.Name and x.(T).
#include <string.h>

#include "compiler/advice.h"

// ---- pkg.Name ----

static const Name *nearest_export(Package *pkg, const Name *name) {
    const Name *best = NULL;
    uint32_t limit = name->len >= 5 ? 3 : name->len >= 3 ? 2 : 1, best_d = limit + 1;
    for (uint32_t i = 0; i < pkg->nobjects; i++) {
        Object *o = pkg->objects[i];
        if (!o->name->exported || o->info_decl->is_method) continue;
        uint32_t d = name_distance(name->text, name->len, o->name->text, o->name->len, limit);
        if (d < best_d) {
            best_d = d;
            best = o->name;
        }
    }
    return best;
}

static void package_member(Checker *c, Expr *e, Package *pkg) {
    Ident sel = e->u.sel.sel;
    const char *prefix = e->u.sel.x->u.name.name->text;
    Object *o = scope_find(pkg->scope, sel.name);
    if (o && !sel.name->exported) {
        check_error(c, DIAG_UNEXPORTED, sel.pos, sel.pos + sel.name->len, "name %s not exported by package %s", sel.name->text, pkg->name->text);
        o = NULL;
    } else if (!o) {
        Diag *d = check_error(c, DIAG_UNDEFINED, sel.pos, sel.pos + sel.name->len, "undefined: %s.%s", prefix, sel.name->text);
        const Name *near = nearest_export(pkg, sel.name);
        if (near) help(c, d, "did you mean %s.%s?", prefix, near->text);
        else help(c, d, "gol's package %s has no %s", pkg->path, sel.name->text);
    }
    if (!o) {
        expr_bad(c, e);
        return;
    }
    resolve_object(c, o);
    e->u.sel.obj = o;
    if (o->info_decl && o->info_decl->generic) {
        generic_unnamed(c, e, o);
        expr_bad(c, e);
        return;
    }
    if (is_invalid(o->type)) {
        expr_bad(c, e);
        return;
    }
    e->type = o->type;
    switch ((ObjKind)o->kind) {
    case O_CONST:
        e->mode = MODE_CONST;
        e->cv = o->cv;
        return;
    case O_TYPE: e->mode = MODE_TYPE; return;
    case O_VAR:
        depend(c, o);
        e->mode = MODE_VAR;
        return;
    case O_FUNC:
        depend(c, o);
        reach(c, o);
        e->mode = MODE_VALUE;
        return;
    case O_BAD: case O_PACKAGE: case O_BUILTIN: case O_NIL: case O_LABEL: break;
    }
    expr_bad(c, e);
}

// ---- x.name ----

static void add_near(const Name *have, const Name *name, const Name **best, uint32_t *best_d) {
    uint32_t d = name_distance(name->text, name->len, have->text, have->len, 2);
    if (d < *best_d && (d == 0 || name->len > 2)) {
        *best_d = d;
        *best = have;
    }
}

static const Name *nearest_member(Type *t, const Name *name, uint32_t depth, const Name **best, uint32_t *best_d) {
    if (t->kind == T_POINTER) t = t->u.pointer.elem;
    if (t->kind == T_NAMED)
        for (uint32_t i = 0; i < t->u.named.nmethods; i++) add_near(t->u.named.methods[i]->name, name, best, best_d);
    Type *u = under(t);
    if (u->kind == T_STRUCT)
        for (uint32_t i = 0; i < u->u.strct.n; i++) {
            add_near(u->u.strct.fields[i].name, name, best, best_d);
            if (u->u.strct.fields[i].embedded && depth < 4) nearest_member(u->u.strct.fields[i].type, name, depth + 1, best, best_d);
        }
    else if (u->kind == T_INTERFACE)
        for (uint32_t i = 0; i < u->u.iface.n; i++) add_near(u->u.iface.methods[i].name, name, best, best_d);
    return *best;
}

static void no_member(Checker *c, Expr *e, LookupResult r, Type *t) {
    Ident sel = e->u.sel.sel;
    Expr *x = e->u.sel.x;
    const char *text = expr_text(c, e), *tn = type_name(c, t);
    Pos end = sel.pos + sel.name->len;
    if (r == LOOKUP_AMBIGUOUS) {
        Diag *d = check_error(c, DIAG_AMBIGUOUS, sel.pos, end, "ambiguous selector %s", text);
        help(c, d, "two embedded types have a %s at the same depth: name the one you mean, as in %s.Inner.%s", sel.name->text, expr_text(c, x), sel.name->text);
        return;
    }
    const char *kind = x->mode == MODE_TYPE ? "method" : "field or method";
    if (t->kind == T_POINTER && type_is_interface(t->u.pointer.elem)) {
        Diag *d = check_error(c, DIAG_NO_MEMBER, sel.pos, end, "%s undefined (type %s is pointer to interface, not interface)", text, tn);
        help(c, d, "an interface can hold a pointer itself: take %s instead of %s", type_name(c, t->u.pointer.elem), tn);
        return;
    }
    if (r == LOOKUP_NEEDS_POINTER && x->mode == MODE_TYPE) {
        Diag *d = check_error(c, DIAG_NO_MEMBER, sel.pos, end, "invalid method expression %s (needs pointer receiver (*%s).%s)", text, tn, sel.name->text);
        help(c, d, "write (*%s).%s", tn, sel.name->text);
        return;
    }
    if (r == LOOKUP_NEEDS_POINTER) {
        Diag *d = check_error(c, DIAG_NO_MEMBER, sel.pos, end, "cannot call pointer method %s on %s", sel.name->text, tn);
        help(c, d, "%s has no address here; put it into a variable first", expr_text(c, x));
        return;
    }
    Diag *d;
    Selection hidden;
    LookupResult any = lookup_member(t, true, NULL, sel.name, c->a, &hidden);
    if (any == LOOKUP_OK && !sel.name->exported) {
        d = check_error(c, DIAG_UNEXPORTED, sel.pos, end, "%s undefined (cannot refer to unexported %s %s)", text, hidden.kind == SEL_FIELD ? "field" : "method", sel.name->text);
        help(c, d, "names that begin with a lower-case letter are visible in their own package only");
        return;
    }
    if (r == LOOKUP_NONE) input_missing(c, sel.pos, sel.name, t);
    const Name *best = NULL;
    uint32_t best_d = 3;
    nearest_member(t, sel.name, 0, &best, &best_d);
    if (best && best_d == 0) {
        lookup_member(t, true, c->env.pkg, best, c->a, &hidden);
        d = check_error(c, DIAG_NO_MEMBER, sel.pos, end, "%s undefined (type %s has no %s %s, but does have %s %s)", text, tn, kind, sel.name->text,
                        hidden.kind == SEL_FIELD ? "field" : "method", best->text);
        help(c, d, "did you mean %s?", best->text);
        return;
    }
    d = check_error(c, DIAG_NO_MEMBER, sel.pos, end, "%s undefined (type %s has no %s %s)", text, tn, kind, sel.name->text);
    if (best && (x->mode == MODE_TYPE || best_d < 2 || best->len > 4)) help(c, d, "did you mean %s?", best->text);
    else if (t->kind == T_POINTER && t->u.pointer.elem->kind == T_POINTER) help(c, d, "%s is a pointer to a pointer; write (*%s).%s", expr_text(c, x), expr_text(c, x), sel.name->text);
    else advice_member(c, d, x, t, sel.name);
}

static void method_expression(Checker *c, Expr *e, Selection *s, Type *t) {
    Type *sig = s->type;
    uint32_t n = sig->u.func.nparams;
    Type **params = arena_array(c->a, Type *, n + 1);
    params[0] = t;
    if (n) memcpy(params + 1, sig->u.func.params, sizeof *params * n);
    s->iface = s->kind == SEL_IFACE_METHOD;
    s->kind = SEL_METHOD_EXPR;
    s->type = new_func(c, params, n + 1, sig->u.func.results, sig->u.func.nresults, sig->u.func.variadic);
    e->mode = MODE_VALUE;
    e->type = s->type;
}

// A method with pointer receiver, called on a variable: its address is taken, unless a pointer is passed on the way.
static void take_address_path(Expr *x, const Selection *s) {
    Type *t = s->recv;
    for (uint32_t i = 0; i < s->npath; i++) {
        Type *u = under(t);
        if (u->kind == T_POINTER) return;
        t = u->u.strct.fields[s->path[i]].type;
    }
    take_address(x);
}

void check_selector(Checker *c, Expr *e, bool as_type) {
    Expr *x = e->u.sel.x;
    Ident sel = e->u.sel.sel;
    e->u.sel.obj = NULL;
    e->u.sel.selection = NULL;
    if (x->kind == E_NAME && x->u.name.name != c->blank) {
        Object *o = lookup_name(c, x->u.name.name);
        if (o && o->kind == O_PACKAGE) {
            o->used = true;
            x->u.name.obj = o;
            x->mode = MODE_PACKAGE;
            x->type = c->u->basic[T_INVALID];
            package_member(c, e, o->imported);
            return;
        }
    }
    if (as_type) {
        check_expr_or_type(c, x);
        if (!bad(x)) check_error_at(c, DIAG_NOT_TYPE, e, "%s is not a type", expr_text(c, e));
        expr_bad(c, e);
        return;
    }
    check_expr_or_type(c, x);
    expr_bad(c, e);
    if (bad(x)) return;
    if (sel.name == c->blank) {
        check_error(c, DIAG_BLANK, sel.pos, sel.pos + 1, "cannot refer to blank field or method");
        return;
    }
    if (expr_is_nil(x)) {
        check_error_at(c, DIAG_NO_MEMBER, e, "invalid use of nil in selector expression");
        return;
    }
    if (is_untyped(x->type)) use_default_type(c, x);
    if (bad(x)) return;
    Type *t = x->type;
    if (is_invalid(under(t))) return;
    Selection *s = arena_new(c->a, Selection);
    LookupResult r = lookup_member(t, x->mode == MODE_VAR, c->env.pkg, sel.name, c->a, s);
    if (r != LOOKUP_OK) {
        Type *holder = under(t)->kind == T_POINTER ? under(under(t)->u.pointer.elem) : under(t);
        if (r == LOOKUP_NONE && (holder->broken || is_invalid(holder) || method_lost(c, sel.name))) return;
        no_member(c, e, r, t);
        return;
    }
    if (s->method) {
        resolve_object(c, s->method);
        s->method->used = true;
        s->type = s->method->type;
        depend(c, s->method);
        reach(c, s->method);
        if (is_invalid(s->type)) return;
    }
    e->u.sel.selection = s;
    if (x->mode == MODE_TYPE) {
        if (s->kind == SEL_FIELD) {
            e->u.sel.selection = NULL;
            check_error(c, DIAG_NO_MEMBER, sel.pos, sel.pos + sel.name->len, "%s undefined (type %s has no method %s)", expr_text(c, e), type_name(c, t), sel.name->text);
            return;
        }
        method_expression(c, e, s, t);
        return;
    }
    if (is_invalid(s->type)) return;
    e->type = s->type;
    if (s->kind == SEL_FIELD) {
        bool through_pointer = under(t)->kind == T_POINTER;
        Type *at = through_pointer ? under(t)->u.pointer.elem : t;
        for (uint32_t i = 0; i + 1 < s->npath; i++) {
            at = under(at)->u.strct.fields[s->path[i]].type;
            if (under(at)->kind == T_POINTER) {
                through_pointer = true;
                at = under(at)->u.pointer.elem;
            }
        }
        e->mode = x->mode == MODE_VAR || through_pointer ? MODE_VAR : MODE_VALUE;
        return;
    }
    if (s->method && s->method->ptr_recv && s->indirect) take_address_path(x, s);
    e->mode = MODE_VALUE;
}

// ---- x.(T) ----

bool check_assertion(Checker *c, Expr *x, Type *t, const Expr *at) {
    if (type_is_interface(t)) return true; // what the dynamic type has is not known
    const char *why = "";
    if (c->env.decl && c->env.decl->from) return true; // an instance: impossible for this T is possible for another
    if (implements(c, t, x->type, &why)) return true;
    Diag *d = check_error_at(c, DIAG_IMPOSSIBLE_ASSERT, at, "impossible type assertion: %s.(%s): %s", expr_text(c, x), type_name(c, t), why);
    if (strstr(why, "pointer receiver")) help(c, d, "only *%s has the method: ask for .(*%s)", type_name(c, t), type_name(c, t));
    else help(c, d, "a %s can never be in that interface: give it the method, or ask for another type", type_name(c, t));
    return false;
}

void check_type_assert(Checker *c, Expr *e) {
    Expr *x = e->u.assert.x;
    check_expr(c, x);
    expr_bad(c, e);
    if (!e->u.assert.type) {
        if (!bad(x)) {
            Diag *d = check_error_at(c, DIAG_TYPE_GUARD, e, "invalid syntax tree: use of .(type) outside type switch");
            help(c, d, "x.(type) stands only in switch v := x.(type) { ... }");
        }
        return;
    }
    Type *t = check_type(c, e->u.assert.type);
    if (bad(x) || is_invalid(t)) return;
    if (!type_is_interface(x->type)) {
        if (is_invalid(under(x->type))) return;
        Diag *d = check_error_at(c, DIAG_NOT_INTERFACE, x, "invalid operation: %s is not an interface", describe(c, x));
        if (expr_is_nil(x)) return;
        if (is_numeric(x->type) && is_numeric(t))
            help(c, d, "its type is known to be %s; a conversion is written %s(%s)", type_name(c, x->type), type_name(c, t), expr_text(c, x));
        else advice_value(c, d, x, t, "");
        help(c, d, "its type is known to be %s; an assertion asks what an interface holds", type_name(c, x->type));
        return;
    }
    if (!check_assertion(c, x, t, e)) return;
    e->mode = MODE_COMMAOK;
    e->type = t;
}
