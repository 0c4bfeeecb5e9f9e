// Type parameters, by instantiation: every list of type arguments has an instance of the generic declaration, an ordinary
// function or defined type made from a copy of its tree, in a scope where each type parameter is an alias of its argument.
// The generic declaration itself keeps its tree untouched; of it only the signature is checked (on a copy, with the type
// parameters standing for themselves), which inference needs. It is checked for all type arguments with stand-ins (generic_check.c).
#include <string.h>

#include "compiler/checker.h"
#include "grammar/clone.h"

// An instance that leads to another, and so on: this deep, or so many where each leads to several, and there is no end.
enum { MAX_INSTANCES_DEEP = 100, MANY_INSTANCES = 200, MANY_DEEP = 8 };

void generic_new(Checker *c, DeclInfo *di, FieldList tparams) {
    Generic *g = arena_new(c->a, Generic);
    g->tparams = tparams;
    for (uint32_t i = 0; i < tparams.len; i++) g->n += tparams.items[i].nnames;
    di->generic = g;
}

// ---- what a generic declaration mentions ----

static void mark_name(void *p, const Name *name) {
    Object *o = scope_lookup(p, name, NULL);
    if (o) o->used = true;
}

void generic_mark_names(Checker *c, DeclInfo *di) {
    Arena scratch;
    (void)c;
    arena_init(&scratch);
    Cloner cl = {.arena = &scratch, .on_name = mark_name, .p = di->file_scope};
    clone_decl(&cl, di->decl, true);
    arena_fini(&scratch);
}

bool generic_receiver(const Decl *d) {
    if (!d->u.func.recv) return false;
    const Expr *e = d->u.func.recv->type;
    while (e && (e->kind == E_STAR || e->kind == E_PAREN)) e = e->kind == E_STAR ? e->u.star.x : e->u.paren.x;
    return e && e->kind == E_INDEX;
}

// ---- names ----

Object *generic_of(Checker *c, Expr *e) {
    Object *o = NULL;
    if (e->kind == E_NAME) {
        if (e->u.name.obj && e->u.name.obj->targs) return NULL; // an instance already
        o = lookup_name(c, e->u.name.name);
    } else if (e->kind == E_SELECTOR && e->u.sel.x->kind == E_NAME) {
        Object *p = lookup_name(c, e->u.sel.x->u.name.name);
        if (!p || p->kind != O_PACKAGE || !e->u.sel.sel.name->exported) return NULL;
        o = scope_find(p->imported->scope, e->u.sel.sel.name);
        if (o && o->info_decl && o->info_decl->generic) p->used = true;
    }
    return o && o->info_decl && o->info_decl->generic ? o : NULL;
}

void generic_unnamed(Checker *c, const Expr *e, Object *g) {
    if (g->kind == O_TYPE) {
        Diag *d = check_error_at(c, DIAG_GENERICS, e, "cannot use generic type %s without instantiation", expr_text(c, e));
        help(c, d, "give it its type arguments: %s[...]", expr_text(c, e));
    } else {
        Diag *d = check_error_at(c, DIAG_GENERICS, e, "cannot use generic function %s without instantiation", expr_text(c, e));
        help(c, d, "give it its type arguments: %s[...]", expr_text(c, e));
    }
}

// ---- constraints ----

static const char *term_text(Checker *c, TypeTerm t) { return arena_printf(c->a, "%s%s", t.tilde ? "~" : "", type_name(c, t.type)); }

// Is there a type that both terms of a union stand for? (Of types that are not known yet, and of interfaces, nothing is said.)
static bool overlap(TypeTerm x, TypeTerm y) {
    if (is_invalid(x.type) || is_invalid(y.type) || has_tparam(x.type) || has_tparam(y.type)) return false;
    if (is_invalid(under(x.type)) || is_invalid(under(y.type)) || type_is_interface(x.type) || type_is_interface(y.type)) return false;
    return type_identical(y.tilde ? under(x.type) : x.type, x.tilde ? under(y.type) : y.type);
}

// An interface among several terms may only say types.
static void no_methods(Checker *c, const Expr *e, Type *t) {
    if (e->kind == E_UNARY) return; // ~, of which more has been said
    if (t == c->u->comparable_type) check_error_at(c, DIAG_TYPE_SETS, e, "cannot use comparable in union");
    else if (t->kind != T_TYPEPARAM && type_is_interface(t) && under(t)->u.iface.n)
        check_error_at(c, DIAG_TYPE_SETS, e, "cannot use %s in union (%s contains methods)", type_name(c, t), type_name(c, t));
}

TypeUnion type_union(Checker *c, Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    if (e->kind == E_BINARY && e->op == OPR_OR) {
        TypeUnion x = type_union(c, e->u.binary.x), y = type_union(c, e->u.binary.y), out;
        if (x.n == 1) no_methods(c, e->u.binary.x, x.terms[0].type);
        if (y.n == 1) no_methods(c, e->u.binary.y, y.terms[0].type);
        out.n = x.n + y.n;
        out.terms = arena_array(c->a, TypeTerm, out.n + 1);
        if (x.n) memcpy(out.terms, x.terms, sizeof *x.terms * x.n);
        if (y.n) memcpy(out.terms + x.n, y.terms, sizeof *y.terms * y.n);
        for (uint32_t i = 0; y.n == 1 && i < x.n; i++)
            if (overlap(x.terms[i], y.terms[0])) {
                check_error_at(c, DIAG_TYPE_SETS, e->u.binary.y, "overlapping terms %s and %s", term_text(c, y.terms[0]), term_text(c, x.terms[i]));
                break;
            }
        return out;
    }
    TypeTerm *term = arena_new(c->a, TypeTerm);
    if (e->kind == E_UNARY && e->op == OPR_TILDE) {
        term->tilde = true;
        e = e->u.unary.x;
    }
    c->constraint_ok = true;
    term->type = check_type_or_invalid(c, e);
    c->constraint_ok = false;
    if (term->type->kind == T_TYPEPARAM)
        check_error_at(c, DIAG_TYPE_SETS, e, "type in term %s cannot be a type parameter", term_text(c, *term));
    else if (term->tilde && !is_invalid(term->type) && type_is_interface(term->type))
        check_error_at(c, DIAG_TYPE_SETS, e, "invalid use of ~ (%s is an interface)", type_name(c, term->type));
    else if (term->tilde && !is_invalid(term->type) && term->type->kind == T_NAMED && term->type->complete && !is_invalid(under(term->type)))
        check_error_at(c, DIAG_TYPE_SETS, e, "invalid use of ~ (underlying type of %s is %s)", type_name(c, term->type), type_name(c, under(term->type)));
    return (TypeUnion){term, 1};
}

static bool constraint(Checker *c, Type *t, int depth) {
    if (t == c->u->comparable_type) return true;
    Type *u = under(t);
    if (u->kind != T_INTERFACE || depth > 50) return false;
    if (u->u.iface.nunions) return true;
    for (uint32_t i = 0; i < u->u.iface.nembeds; i++) {
        Type *e = u->u.iface.embeds[i];
        if (is_invalid(under(e)) || e->kind == T_TYPEPARAM) continue;
        if (!type_is_interface(e) || constraint(c, e, depth + 1)) return true;
    }
    return false;
}

bool is_constraint(Checker *c, Type *t) { return constraint(c, t, 0); }

static const char *union_text(Checker *c, const TypeUnion *u) {
    const char *s = "";
    for (uint32_t i = 0; i < u->n; i++)
        s = arena_printf(c->a, "%s%s%s", s, i ? " | " : "", term_text(c, u->terms[i]));
    return s;
}

static bool in_set(Checker *c, Type *t, Type *iface, const char **why, int depth);

static bool in_union(Checker *c, Type *t, const TypeUnion *u, int depth) {
    for (uint32_t i = 0; i < u->n; i++) {
        TypeTerm term = u->terms[i];
        if (is_invalid(term.type) || has_tparam(term.type)) return true;
        if (type_is_interface(term.type) ? in_set(c, t, term.type, NULL, depth + 1)
                                         : type_identical(term.type, term.tilde ? under(t) : t)) return true;
    }
    return false;
}

// Whether t satisfies the constraint; *why (may be NULL) gets what is missing.
static bool in_set(Checker *c, Type *t, Type *iface, const char **why, int depth) {
    if (depth > 50) return true;
    if (iface == c->u->comparable_type) {
        if (type_comparable(t)) return true;
        if (why) *why = "";
        return false;
    }
    Type *u = under(iface);
    if (u->kind != T_INTERFACE) return is_invalid(u) || type_identical(t, iface);
    const char *missing = "";
    if (u->u.iface.n && !implements(c, t, iface, &missing)) {
        const char *paren = strchr(missing, '(');
        if (why) *why = paren ? paren : missing;
        return false;
    }
    for (uint32_t i = 0; i < u->u.iface.nunions; i++)
        if (!in_union(c, t, &u->u.iface.unions[i], depth)) {
            if (why && type_is_interface(t)) *why = "";
            else if (why) *why = arena_printf(c->a, "(%s missing in %s)", type_name(c, t), union_text(c, &u->u.iface.unions[i]));
            return false;
        }
    for (uint32_t i = 0; i < u->u.iface.nembeds; i++) {
        Type *e = u->u.iface.embeds[i];
        if (has_tparam(e)) continue;
        if (!type_is_interface(e)) {
            if (type_identical(t, e) || is_invalid(e)) continue;
            if (why) *why = arena_printf(c->a, "(%s missing in %s)", type_name(c, t), type_name(c, e));
            return false;
        }
        if (!in_set(c, t, e, why, depth + 1)) return false;
    }
    return true;
}

// The constraint that a type parameter's expression says, always an interface.
static Type *check_constraint(Checker *c, Expr *e) {
    const Expr *bare = e;
    while (bare->kind == E_PAREN) bare = bare->u.paren.x;
    TypeUnion u;
    if (bare->kind == E_BINARY || bare->kind == E_UNARY) {
        u = type_union(c, e);
    } else {
        c->constraint_ok = true;
        Type *t = check_type_or_invalid(c, e);
        c->constraint_ok = false;
        if (t->kind == T_TYPEPARAM) {
            check_error_at(c, DIAG_TYPE_SETS, e, "cannot use a type parameter as constraint");
            return c->u->basic[T_INVALID];
        }
        if (type_is_interface(t) || is_invalid(under(t))) return t;
        u = (TypeUnion){arena_new(c->a, TypeTerm), 1};
        u.terms[0].type = t;
    }
    Type *t = new_type(c, T_INTERFACE);
    t->complete = true;
    t->u.iface.unions = arena_new(c->a, TypeUnion);
    t->u.iface.unions[0] = u;
    t->u.iface.nunions = 1;
    return t;
}

// ---- scopes of instances ----

static Scope *bind(Checker *c, Scope *parent, const Generic *g, Type **types) {
    Scope *s = scope_new(c->a, parent);
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->tparams.len; i++)
        for (uint32_t k = 0; k < g->tparams.items[i].nnames; k++, n++) {
            Object *o = new_object(c, O_TYPE, g->tparams.items[i].names[k], types[n]);
            o->is_tparam = true;
            o->used = true;
            o->func = NULL;
            declare(c, s, o);
        }
    return s;
}

// The constraints, once per type parameter, checked in the current scope.
static Type **check_constraints(Checker *c, const Generic *g) {
    Cloner cl = {.arena = c->a};
    Type **out = arena_array(c->a, Type *, g->n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->tparams.len; i++) {
        Type *t = check_constraint(c, clone_expr(&cl, g->tparams.items[i].type));
        for (uint32_t k = 0; k < g->tparams.items[i].nnames; k++) out[n++] = t;
    }
    return out;
}

// A generic object on its own: type parameters that stand for themselves, the constraints and the signature.
void generic_resolve(Checker *c, Object *o) {
    DeclInfo *di = o->info_decl;
    Generic *g = di->generic;
    if (g->resolved) return;
    g->resolved = true;
    Env saved = c->env;
    g->params = arena_array(c->a, Type *, g->n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->tparams.len; i++)
        for (uint32_t k = 0; k < g->tparams.items[i].nnames; k++) {
            Type *t = g->params[n++] = new_type(c, T_TYPEPARAM);
            t->complete = true;
            t->u.basic.name = g->tparams.items[i].names[k].name->text;
        }
    c->env = (Env){.pkg = di->pkg, .decl = di};
    c->env.scope = bind(c, di->file_scope, g, g->params);
    c->depth++;
    g->constraints = check_constraints(c, g);
    if (o->kind == O_FUNC) {
        Cloner cl = {.arena = c->a};
        Expr *ft = clone_expr(&cl, di->decl->u.func.type);
        ft->u.functype.tparams = (FieldList){0};
        g->sig = check_signature(c, ft);
    }
    c->depth--;
    if (!c->depth) run_later(c);
    c->env = saved;
}

// ---- instances ----

typedef struct Verify {
    Generic *g;
    Object *inst;
    Type **constraints;
    Pos pos, end;
} Verify;

static void verify(Checker *c, void *p) {
    Verify *v = p;
    for (uint32_t i = 0; i < v->g->n; i++) {
        const char *why = "";
        Type *t = v->inst->targs[i], *k = v->constraints[i];
        if (is_invalid(t) || is_invalid(k) || is_invalid(under(t)) || has_tparam(t) || in_set(c, t, k, &why, 0)) continue;
        const char *kn = k->kind == T_INTERFACE && k->u.iface.nunions == 1 && !k->u.iface.n ? union_text(c, k->u.iface.unions) : type_name(c, k);
        help(c, check_error(c, DIAG_TYPE_SETS, v->pos, v->end, "%s does not satisfy %s%s%s", type_name(c, t), kn, *why ? " " : "", why), "the type argument must be one that the constraint allows");
        v->inst->type = c->u->basic[T_INVALID];
        return;
    }
}

static DeclInfo *instance_info(Checker *c, DeclInfo *from, Object *o, Decl *d) {
    DeclInfo *di = arena_new(c->a, DeclInfo);
    *di = (DeclInfo){.obj = o, .pkg = from->pkg, .file_scope = from->file_scope, .decl = d, .id = ++c->next_id, .from = from};
    di->owner = di;
    o->info_decl = di;
    o->pkg = from->pkg;
    o->decl = d;
    PUSH(c, c->instances, c->ninstances, c->instances_cap, di);
    return di;
}

Object *instance_method(Checker *c, DeclInfo *inst, Object *m) {
    Object *o = new_object(c, O_FUNC, (Ident){m->name, m->pos}, NULL);
    o->func = NULL;
    o->check_state = 0;
    o->ptr_recv = m->ptr_recv;
    DeclInfo *di = instance_info(c, m->info_decl, o, m->decl);
    di->is_method = true;
    di->holder = inst->obj;
    di->asked = inst->asked;
    di->inst_depth = inst->inst_depth;
    return o;
}

static void instance_methods(Checker *c, DeclInfo *origin, DeclInfo *inst) {
    inst->methods = arena_array(c->a, Object *, origin->nmethods + 1);
    for (uint32_t i = 0; i < origin->nmethods; i++)
        if (generic_receiver(origin->methods[i]->decl)) inst->methods[inst->nmethods++] = instance_method(c, inst, origin->methods[i]);
}

// Before the signature of an instance's method is looked at: its own tree, and its own names of the type arguments.
void prepare_method(Checker *c, Object *m) {
    DeclInfo *di = m->info_decl;
    Cloner cl = {.arena = c->a};
    m->decl = di->decl = clone_decl(&cl, di->from->decl, false);
    Expr *e = di->decl->u.func.recv->type;
    while (e->kind == E_STAR || e->kind == E_PAREN) e = e->kind == E_STAR ? e->u.star.x : e->u.paren.x;
    ExprList names = e->u.index.indices;
    if (names.len != di->holder->ntargs)
        check_error_at(c, DIAG_RECEIVER, e, "receiver declares %u type parameter%s, but receiver base type declares %u", names.len, plural(names.len), di->holder->ntargs);
    Scope *s = scope_new(c->a, di->file_scope);
    for (uint32_t i = 0; i < names.len && i < di->holder->ntargs; i++) {
        if (names.items[i]->kind != E_NAME) {
            check_error_at(c, DIAG_RECEIVER, names.items[i], "receiver type parameter %s must be an identifier", expr_text(c, names.items[i]));
            continue;
        }
        Object *o = new_object(c, O_TYPE, (Ident){names.items[i]->u.name.name, names.items[i]->pos}, di->holder->targs[i]);
        o->is_tparam = true;
        o->used = true;
        o->func = NULL;
        declare(c, s, o);
    }
    di->file_scope = s;
    m->recv = m->ptr_recv ? new_pointer(c, di->holder->type) : di->holder->type;
}

static const Name *instance_name(Checker *c, Object *g, Type **targs, uint32_t n) {
    Buf b;
    buf_init(&b);
    buf_printf(&b, "%s[", g->name->text);
    for (uint32_t i = 0; i < n; i++) {
        if (i) buf_putc(&b, ',');
        type_write(&b, targs[i], NULL);
    }
    buf_putc(&b, ']');
    const Name *name = intern_cstr(&c->p->names, buf_str(&b));
    buf_fini(&b);
    return name;
}

static Object *find_instance(Generic *g, Type **targs) {
    for (uint32_t i = 0; i < g->ninstances; i++) {
        uint32_t k = 0;
        while (k < g->n && type_identical(g->instances[i]->targs[k], targs[k])) k++;
        if (k == g->n) return g->instances[i];
    }
    return NULL;
}

Object *instantiate(Checker *c, Object *o, Type **targs, uint32_t n, const Expr *at) {
    DeclInfo *di = o->info_decl;
    Generic *g = di->generic;
    generic_resolve(c, o);
    if (n != g->n) {
        help(c, check_error_at(c, DIAG_GENERICS, at, "%s type arguments for type %s: have %u, want %u", n < g->n ? "not enough" : "too many", o->name->text, n, g->n), "give it %u, between brackets", g->n);
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++)
        if (is_invalid(targs[i])) return NULL;
    Object *inst = find_instance(g, targs);
    if (inst) {
        if (inst->check_state == 0 || !inst->type) resolve_object(c, inst);
        if (!inst->type || !is_invalid(inst->type)) return inst;
        Verify again = *inst->info_decl->verify; // told at every place that asks
        again.pos = at->start;
        again.end = at->end;
        verify(c, &again);
        return NULL;
    }
    uint32_t deep = c->env.decl ? c->env.decl->inst_depth + 1 : 1;
    if (deep > MAX_INSTANCES_DEEP || (deep > MANY_DEEP && g->ninstances > MANY_INSTANCES)) {
        Diag *d = check_error(c, DIAG_GENERICS, o->pos, o->pos + o->name->len, "instantiation cycle: %s needs instances of itself without end", o->name->text);
        help(c, d, "each instance asks for one with a larger type argument");
        return NULL;
    }
    Cloner cl = {.arena = c->a};
    Decl *d = clone_decl(&cl, di->decl, false);
    inst = new_object(c, (ObjKind)o->kind, (Ident){instance_name(c, o, targs, n), o->pos}, NULL);
    inst->func = NULL;
    inst->check_state = 0;
    inst->used = true;
    inst->origin = o;
    inst->ntargs = n;
    inst->targs = arena_array(c->a, Type *, n + 1);
    memcpy(inst->targs, targs, sizeof *targs * n);
    DeclInfo *info = instance_info(c, di, inst, d);
    info->file_scope = bind(c, di->file_scope, g, inst->targs);
    info->asked = at->start;
    info->inst_depth = deep;
    if (o->kind == O_TYPE) {
        d->u.type.tparams = (FieldList){0};
        d->u.type.obj = inst;
        instance_methods(c, di, info);
        // In a session an instance is checked as a whole at once: it may outlive the input that asked for it, and what is wrong in it must not.
        for (uint32_t i = 0; c->trial && o->pkg == c->p->main && i < info->nmethods; i++) reach(c, info->methods[i]);
    } else {
        d->u.func.type->u.functype.tparams = (FieldList){0};
        d->u.func.obj = inst;
    }
    if (g->ninstances == g->cap) {
        g->cap = g->cap ? g->cap * 2 : 4;
        Object **grown = arena_array(c->a, Object *, g->cap);
        if (g->ninstances) memcpy(grown, g->instances, sizeof *grown * g->ninstances);
        g->instances = grown;
    }
    g->instances[g->ninstances++] = inst;
    // The constraints in terms of the arguments; what they ask for is looked at when no declaration is half done.
    Env saved = c->env;
    c->env = (Env){.pkg = di->pkg, .scope = info->file_scope, .decl = info};
    c->depth++;
    Verify *v = arena_new(c->a, Verify);
    *v = (Verify){.g = g, .inst = inst, .constraints = check_constraints(c, g), .pos = at->start, .end = at->end};
    info->verify = v;
    c->env = saved;
    c->depth--;
    if (c->depth) {
        later(c, verify, v);
    } else {
        run_later(c);
        verify(c, v);
        if (inst->type && is_invalid(inst->type)) {
            inst->check_state = 2;
            return NULL;
        }
    }
    resolve_object(c, inst);
    return is_invalid(inst->type) ? NULL : inst;
}

Type *instantiate_type(Checker *c, Expr *e, Object *g) {
    ExprList l = e->u.index.indices;
    Type **targs = arena_array(c->a, Type *, l.len + 1);
    for (uint32_t i = 0; i < l.len; i++) targs[i] = check_type_or_invalid(c, l.items[i]);
    Object *inst = instantiate(c, g, targs, l.len, e);
    g->used = true;
    if (!inst) {
        expr_bad(c, e);
        return e->type;
    }
    e->mode = MODE_TYPE;
    e->type = inst->type;
    return inst->type;
}
