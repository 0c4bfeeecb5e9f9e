// Calls of generic functions: the type arguments that are not written are found by unifying the types of the parameters
// with those of the arguments, then by the core types of the constraints (Go spec, "Type inference").
#include <string.h>

#include "compiler/checker.h"

typedef struct Infer {
    Checker *c;
    Generic *g;
    Type **targs; // NULL: not known yet
    const Expr *at;
} Infer;

// ---- types with type parameters in them ----

static bool any_tparam(Type *const *list, uint32_t n);

bool has_tparam(const Type *t) {
    switch (t->kind) {
    case T_TYPEPARAM: return true;
    case T_NAMED: return t->u.named.obj && t->u.named.obj->targs && any_tparam(t->u.named.obj->targs, t->u.named.obj->ntargs);
    case T_POINTER: return has_tparam(t->u.pointer.elem);
    case T_SLICE: return has_tparam(t->u.slice.elem);
    case T_ARRAY: return has_tparam(t->u.array.elem);
    case T_MAP: return has_tparam(t->u.map.key) || has_tparam(t->u.map.value);
    case T_CHAN: return has_tparam(t->u.chan.elem);
    case T_FUNC: return any_tparam(t->u.func.params, t->u.func.nparams) || any_tparam(t->u.func.results, t->u.func.nresults);
    case T_TUPLE: return any_tparam(t->u.tuple.items, t->u.tuple.n);
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            if (has_tparam(t->u.strct.fields[i].type)) return true;
        return false;
    case T_INTERFACE:
        for (uint32_t i = 0; i < t->u.iface.n; i++)
            if (has_tparam(t->u.iface.methods[i].type)) return true;
        for (uint32_t i = 0; i < t->u.iface.nunions; i++)
            for (uint32_t k = 0; k < t->u.iface.unions[i].n; k++)
                if (has_tparam(t->u.iface.unions[i].terms[k].type)) return true;
        return false;
    default: return false;
    }
}

static bool any_tparam(Type *const *list, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (has_tparam(list[i])) return true;
    return false;
}

static Type **substitute_list(Checker *c, Type **list, uint32_t n, Generic *g, Type **targs, const Expr *at) {
    Type **out = arena_array(c->a, Type *, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        out[i] = substitute(c, list[i], g, targs, at);
        if (!out[i]) return NULL;
    }
    return out;
}

// t with the arguments in place of the parameters; NULL when one is not known, or t is of a kind that does not matter here.
Type *substitute(Checker *c, Type *t, Generic *g, Type **targs, const Expr *at) {
    if (!has_tparam(t)) return t;
    Type *x, *y;
    switch (t->kind) {
    case T_TYPEPARAM:
        for (uint32_t i = 0; i < g->n; i++)
            if (g->params[i] == t) return targs[i];
        return NULL;
    case T_NAMED: {
        Object *o = t->u.named.obj;
        Type **list = substitute_list(c, o->targs, o->ntargs, g, targs, at);
        Object *inst = list ? instantiate(c, o->origin, list, o->ntargs, at) : NULL;
        return inst ? inst->type : NULL;
    }
    case T_POINTER: x = substitute(c, t->u.pointer.elem, g, targs, at); return x ? new_pointer(c, x) : NULL;
    case T_SLICE: x = substitute(c, t->u.slice.elem, g, targs, at); return x ? new_slice(c, x) : NULL;
    case T_ARRAY: x = substitute(c, t->u.array.elem, g, targs, at); return x ? new_array(c, x, t->u.array.len) : NULL;
    case T_CHAN: x = substitute(c, t->u.chan.elem, g, targs, at); return x ? new_chan(c, x, (ChanDir)t->u.chan.dir) : NULL;
    case T_MAP:
        x = substitute(c, t->u.map.key, g, targs, at);
        y = substitute(c, t->u.map.value, g, targs, at);
        return x && y ? new_map(c, x, y) : NULL;
    case T_FUNC: {
        Type **params = substitute_list(c, t->u.func.params, t->u.func.nparams, g, targs, at);
        Type **results = substitute_list(c, t->u.func.results, t->u.func.nresults, g, targs, at);
        return params && results ? new_func(c, params, t->u.func.nparams, results, t->u.func.nresults, t->u.func.variadic) : NULL;
    }
    default: return NULL;
    }
}

// ---- unification ----

static bool unify(Infer *in, Type *p, Type *a, int depth);

static bool unify_list(Infer *in, Type **p, Type **a, uint32_t n, int depth) {
    for (uint32_t i = 0; i < n; i++)
        if (!unify(in, p[i], a[i], depth)) return false;
    return true;
}

static bool unify(Infer *in, Type *p, Type *a, int depth) {
    if (depth > 60) return false;
    if (!has_tparam(p)) {
        if (type_identical(p, a)) return true;
        // Between a channel and its one-way view, or a defined type and its literal, assignment decides later.
        return depth == 0 || (is_named(p) != is_named(a) && type_identical(under(p), under(a)));
    }
    if (p->kind == T_TYPEPARAM) {
        for (uint32_t i = 0; i < in->g->n; i++) {
            if (in->g->params[i] != p) continue;
            if (in->targs[i] && !type_identical(in->targs[i], a)) {
                // One of the two may be a defined type whose literal is the other: the defined one wins.
                Type *t = in->targs[i];
                if (is_named(t) == is_named(a) || !type_identical(under(t), under(a))) return false;
                if (is_named(a)) in->targs[i] = a;
                return true;
            }
            in->targs[i] = a;
            return true;
        }
        return false;
    }
    if (p->kind == T_NAMED) {
        Object *o = p->u.named.obj, *x = a->kind == T_NAMED ? a->u.named.obj : NULL;
        if ((!x || x->origin != o->origin) && type_is_interface(p)) return depth == 0; // whatever implements it: nothing is learnt
        if (!x && is_named(a) == false) return unify(in, under(p), a, depth + 1);
        if (!x || x->origin != o->origin) return false;
        return unify_list(in, o->targs, x->targs, o->ntargs, depth + 1);
    }
    if (a->kind == T_NAMED) a = under(a);
    if (p->kind != a->kind) return p->kind == T_INTERFACE && depth == 0;
    depth++;
    switch (p->kind) {
    case T_POINTER: return unify(in, p->u.pointer.elem, a->u.pointer.elem, depth);
    case T_SLICE: return unify(in, p->u.slice.elem, a->u.slice.elem, depth);
    case T_ARRAY: return p->u.array.len == a->u.array.len && unify(in, p->u.array.elem, a->u.array.elem, depth);
    case T_CHAN:
        return (p->u.chan.dir == a->u.chan.dir || (depth == 1 && a->u.chan.dir == CHAN_BOTH)) && unify(in, p->u.chan.elem, a->u.chan.elem, depth);
    case T_MAP: return unify(in, p->u.map.key, a->u.map.key, depth) && unify(in, p->u.map.value, a->u.map.value, depth);
    case T_FUNC:
        return p->u.func.nparams == a->u.func.nparams && p->u.func.nresults == a->u.func.nresults && p->u.func.variadic == a->u.func.variadic &&
               unify_list(in, p->u.func.params, a->u.func.params, p->u.func.nparams, depth) &&
               unify_list(in, p->u.func.results, a->u.func.results, p->u.func.nresults, depth);
    case T_STRUCT:
        if (p->u.strct.n != a->u.strct.n) return false;
        for (uint32_t i = 0; i < p->u.strct.n; i++)
            if (p->u.strct.fields[i].name != a->u.strct.fields[i].name || !unify(in, p->u.strct.fields[i].type, a->u.strct.fields[i].type, depth)) return false;
        return true;
    default: return true;
    }
}

// ---- constraints ----

// The one type that all of a constraint's types have as their underlying type, or NULL.
static Type *core_type(Type *k, bool *tilde, int depth) {
    Type *u = under(k), *core = NULL;
    if (u->kind != T_INTERFACE || depth > 20) return NULL;
    *tilde = false;
    for (uint32_t i = 0; i < u->u.iface.nunions; i++) {
        TypeUnion *un = &u->u.iface.unions[i];
        if (un->n != 1) continue;
        if (type_is_interface(un->terms[0].type)) {
            core = core_type(un->terms[0].type, tilde, depth + 1);
        } else {
            *tilde = un->terms[0].tilde;
            core = un->terms[0].type;
        }
        if (core) return core;
    }
    for (uint32_t i = 0; i < u->u.iface.nembeds && !core; i++) {
        Type *e = u->u.iface.embeds[i];
        core = type_is_interface(e) ? core_type(e, tilde, depth + 1) : e;
    }
    return core;
}

static bool infer_from_constraints(Infer *in) {
    for (uint32_t round = 0; round <= in->g->n; round++) {
        bool changed = false;
        for (uint32_t i = 0; i < in->g->n; i++) {
            bool tilde = false;
            Type *core = core_type(in->g->constraints[i], &tilde, 0);
            if (!core) continue;
            if (in->targs[i]) {
                if (!has_tparam(core)) continue;
                Type *known[64];
                uint32_t n = in->g->n < 64 ? in->g->n : 64;
                memcpy(known, in->targs, sizeof *known * n);
                if (!unify(in, core, tilde ? under(in->targs[i]) : in->targs[i], 1)) {
                    Type *t = in->targs[i];
                    check_error_at(in->c, DIAG_TYPE_SETS, in->at, "%s does not satisfy %s%s", type_name(in->c, t), tilde ? "~" : "", type_name(in->c, core));
                    return false;
                }
                changed |= memcmp(known, in->targs, sizeof *known * n) != 0;
            } else if ((in->targs[i] = substitute(in->c, core, in->g, in->targs, in->at))) {
                changed = true;
            }
        }
        if (!changed) break;
    }
    return true;
}

// ---- operands ----

static void becomes(Checker *c, Expr *f, Object *inst) {
    f->kind = E_NAME;
    f->u.name.name = inst->name;
    f->u.name.obj = inst;
    f->mode = MODE_VALUE;
    f->type = inst->type;
    inst->origin->used = true;
    depend(c, inst);
    reach(c, inst);
}

static uint32_t explicit_args(Checker *c, Expr *index, Type **targs, uint32_t max) {
    ExprList l = index->u.index.indices;
    for (uint32_t i = 0; i < l.len; i++) {
        Type *t = check_type(c, l.items[i]);
        if (i < max) targs[i] = t;
    }
    return l.len;
}

static bool all_valid(Type **targs, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (targs[i] && is_invalid(targs[i])) return false;
    return true;
}

static const char *cannot_infer(Infer *in) {
    for (uint32_t i = 0; i < in->g->n; i++)
        if (!in->targs[i]) return in->g->params[i]->u.basic.name;
    return NULL;
}

void instantiate_operand(Checker *c, Expr *e, Object *g) {
    generic_resolve(c, g);
    Generic *gen = g->info_decl->generic;
    Infer in = {.c = c, .g = gen, .targs = arena_array(c->a, Type *, gen->n + 1), .at = e};
    memset(in.targs, 0, sizeof *in.targs * (gen->n + 1));
    g->used = true;
    uint32_t n = explicit_args(c, e, in.targs, gen->n);
    expr_bad(c, e);
    if (!all_valid(in.targs, gen->n)) return;
    if (n > gen->n) {
        check_error_at(c, DIAG_GENERICS, e, "got %u type arguments but %s has %u type parameter%s", n, g->name->text, gen->n, plural(gen->n));
        return;
    }
    if (!infer_from_constraints(&in)) return;
    const char *missing = cannot_infer(&in);
    if (missing) {
        check_error_at(c, DIAG_GENERICS, e, "cannot use generic function %s without instantiation: cannot infer %s", g->name->text, missing);
        return;
    }
    Object *inst = instantiate(c, g, in.targs, gen->n, e);
    if (inst) becomes(c, e, inst);
}

static Type *param_type(Type *sig, uint32_t i, bool spread) {
    uint32_t n = sig->u.func.nparams;
    if (sig->u.func.variadic && !spread && i + 1 >= n) return sig->u.func.params[n - 1]->u.slice.elem;
    return i < n ? sig->u.func.params[i] : NULL;
}

static int untyped_rank(const Type *t) { return t->kind == T_UNTYPED_NIL ? -1 : (int)t->kind; }

static bool infer_from_arguments(Infer *in, Expr *call, Type *sig) {
    Checker *c = in->c;
    ExprList args = call->u.call.args;
    bool spread = call->u.call.ellipsis;
    Type **said = arena_array(c->a, Type *, in->g->n + 1); // what was written is not asked again: arguments are assigned to it
    memcpy(said, in->targs, sizeof *said * in->g->n);
    if (args.len == 1 && args.items[0]->mode == MODE_VALUE && args.items[0]->type->kind == T_TUPLE) {
        Type *tuple = args.items[0]->type;
        for (uint32_t i = 0; i < tuple->u.tuple.n; i++) {
            Type *p = param_type(sig, i, false);
            if (p && has_tparam(p) && !substitute(c, p, in->g, said, call) && !unify(in, p, tuple->u.tuple.items[i], 0)) {
                check_error_at(c, DIAG_CANNOT_USE, args.items[0], "type %s of %s does not match %s", type_name(c, tuple->u.tuple.items[i]), expr_text(c, args.items[0]), type_name(c, p));
                return false;
            }
        }
        return true;
    }
    for (uint32_t i = 0; i < args.len; i++) {
        Type *p = param_type(sig, i, spread), *a = args.items[i]->type;
        if (!p || !has_tparam(p) || is_untyped(a) || bad(args.items[i]) || substitute(c, p, in->g, said, call)) continue;
        if (unify(in, p, a, 0)) continue;
        Type *known = substitute(c, p, in->g, in->targs, call);
        Diag *d = check_error_at(c, DIAG_CANNOT_USE, args.items[i], known && p->kind == T_TYPEPARAM ? "type %s of %s does not match inferred type %s for %s" : "type %s of %s does not match %s%.0s",
                       type_name(c, a), expr_text(c, args.items[i]), type_name(c, known && p->kind == T_TYPEPARAM ? known : p), type_name(c, p));
        if (known && is_numeric(known) && is_numeric(a)) help(c, d, "%s stands for one type in a call: convert one argument, as in %s(%s)", type_name(c, p), type_name(c, known), expr_text(c, args.items[i]));
        else if (known && p->kind == T_TYPEPARAM) help(c, d, "%s stands for one type in a call", type_name(c, p));
        return false;
    }
    return true;
}

// What only untyped constants say: the default type of the largest kind among them.
static bool infer_from_untyped(Infer *in, Expr *call, Type *sig) {
    ExprList args = call->u.call.args;
    Type *largest[64] = {0};
    uint32_t n = in->g->n < 64 ? in->g->n : 64;
    for (uint32_t i = 0; i < args.len; i++) {
        Type *p = param_type(sig, i, call->u.call.ellipsis), *a = args.items[i]->type;
        if (!p || p->kind != T_TYPEPARAM || bad(args.items[i]) || !is_untyped(a) || a->kind == T_UNTYPED_NIL) continue;
        for (uint32_t k = 0; k < n; k++) {
            if (in->g->params[k] != p || in->targs[k]) continue;
            if (largest[k] && is_numeric(a) != is_numeric(largest[k])) {
                check_error_at(in->c, DIAG_CANNOT_USE, args.items[i], "default type %s of %s does not match inferred type %s for %s", type_name(in->c, default_type(in->c, a)),
                               expr_text(in->c, args.items[i]), type_name(in->c, default_type(in->c, largest[k])), type_name(in->c, p));
                return false;
            }
            if (!largest[k] || untyped_rank(a) > untyped_rank(largest[k])) largest[k] = a;
        }
    }
    for (uint32_t k = 0; k < n; k++)
        if (largest[k]) in->targs[k] = default_type(in->c, largest[k]);
    return true;
}

static Object *infer(Infer *in, Expr *call, Object *g) {
    Checker *c = in->c;
    Type *sig = in->g->sig;
    if (!sig || sig->kind != T_FUNC || is_broken(sig)) return NULL;
    ExprList args = call->u.call.args;
    for (uint32_t i = 0; i < args.len; i++)
        if (bad(args.items[i])) return NULL;
    if (!infer_from_arguments(in, call, sig)) return NULL;
    if (!infer_from_constraints(in)) return NULL;
    if (!infer_from_untyped(in, call, sig) || !infer_from_constraints(in)) return NULL;
    const char *missing = cannot_infer(in);
    if (missing) {
        bool tuple = args.len == 1 && args.items[0]->type->kind == T_TUPLE;
        uint32_t want = sig->u.func.nparams, have = tuple ? args.items[0]->type->u.tuple.n : args.len;
        if (!sig->u.func.variadic && have != want) {
            check_error(c, DIAG_ARG_COUNT, call->u.call.rparen, call->u.call.rparen + 1, "%s arguments in call to %s: have %s, want %u", have < want ? "not enough" : "too many",
                        g->name->text, have_text(c, args), want);
            return NULL;
        }
        Diag *d = check_error(c, DIAG_GENERICS, call->u.call.rparen, call->u.call.rparen + 1, "in call to %s, cannot infer %s", g->name->text, missing);
        help(c, d, "say it: %s[...](...)", g->name->text);
        return NULL;
    }
    return instantiate(c, g, in->targs, in->g->n, call->u.call.fun);
}

bool infer_call(Checker *c, Expr *call, Object *g) {
    Expr *f = call->u.call.fun;
    while (f->kind == E_PAREN) f = f->u.paren.x;
    ExprList args = call->u.call.args;
    generic_resolve(c, g);
    Generic *gen = g->info_decl->generic;
    Infer in = {.c = c, .g = gen, .targs = arena_array(c->a, Type *, gen->n + 1), .at = f};
    memset(in.targs, 0, sizeof *in.targs * (gen->n + 1));
    g->used = true;
    bool ok = true;
    if (f->kind == E_INDEX) {
        uint32_t n = explicit_args(c, f, in.targs, gen->n);
        if (n > gen->n) {
            check_error_at(c, DIAG_GENERICS, f, "got %u type arguments but %s has %u type parameter%s", n, g->name->text, gen->n, plural(gen->n));
            ok = false;
        }
        ok = ok && all_valid(in.targs, gen->n);
    }
    if (args.len == 1) {
        check_raw(c, args.items[0], NULL);
        Expr *e = args.items[0];
        if (!(e->mode == MODE_VALUE && e->type->kind == T_TUPLE)) check_value(c, e);
    } else {
        for (uint32_t i = 0; i < args.len; i++) check_expr(c, args.items[i]);
    }
    Object *inst = ok ? infer(&in, call, g) : NULL;
    if (!inst || inst->type->kind != T_FUNC) return false;
    becomes(c, f, inst);
    if (call->u.call.fun != f) {
        call->u.call.fun->mode = MODE_VALUE;
        call->u.call.fun->type = inst->type;
    }
    return true;
}
