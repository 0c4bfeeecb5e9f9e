// check_range.c — loops with a range clause.
#include <string.h>

#include "compiler/checker.h"

// Key and value types of a range over t; false when it has none.
static bool range_types(Checker *c, Expr *x, Type **key, Type **value, const char **why) {
    Type *u = under(x->type), *integer = c->u->basic[T_INT];
    *key = *value = NULL;
    *why = "";
    switch (u->kind) {
    case T_STRING: case T_UNTYPED_STRING:
        *key = integer;
        *value = c->u->rune_type;
        return true;
    case T_ARRAY: *key = integer; *value = u->u.array.elem; return true;
    case T_SLICE: *key = integer; *value = u->u.slice.elem; return true;
    case T_MAP: *key = u->u.map.key; *value = u->u.map.value; return true;
    case T_CHAN:
        *key = u->u.chan.elem;
        if (u->u.chan.dir == CHAN_SEND) {
            *why = ": receive from send-only channel";
            return false;
        }
        return true;
    case T_POINTER:
        if (under(u->u.pointer.elem)->kind != T_ARRAY) return false;
        *key = integer;
        *value = under(u->u.pointer.elem)->u.array.elem;
        return true;
    case T_FUNC: { // func(yield func(K, V) bool)
        const Type *yield = u->u.func.nparams == 1 ? under(u->u.func.params[0]) : NULL;
        if (u->u.func.nresults || u->u.func.variadic) *why = ": func must be func(yield func(...) bool): no result";
        else if (!yield || yield->kind != T_FUNC) *why = ": func must be func(yield func(...) bool): argument is not func";
        else if (yield->u.func.nresults != 1 || !is_boolean(yield->u.func.results[0])) *why = ": func must be func(yield func(...) bool): yield func does not return bool";
        else if (yield->u.func.nparams > 2 || yield->u.func.variadic) *why = ": func must be func(yield func(...) bool): yield func has too many parameters";
        else {
            if (yield->u.func.nparams > 0) *key = yield->u.func.params[0];
            if (yield->u.func.nparams > 1) *value = yield->u.func.params[1];
            return true;
        }
        return false;
    }
    default:
        if (is_integer(x->type)) {
            *key = x->type;
            return true;
        }
        return false;
    }
}

static void range_target(Checker *c, Stmt *s, Expr *e, Type *t, Object **var) {
    *var = NULL;
    if (!s->u.range.define) {
        Type *want = check_lhs(c, e);
        if (!t) return;
        if (!want) {
            e->type = t;
            return;
        }
        Expr x = {.kind = E_BAD, .mode = MODE_VALUE, .type = t, .start = e->start, .end = e->end};
        assign_to(c, &x, want, "range clause");
        return;
    }
    if (e->kind != E_NAME) {
        check_error_at(c, DIAG_DEFINE, e, "non-name %s on left side of :=", expr_text(c, e));
        check_expr(c, e);
        return;
    }
    Object *o = new_object(c, O_VAR, (Ident){e->u.name.name, e->start}, t ? t : c->u->basic[T_INVALID]);
    o->used = !t;
    e->u.name.obj = e->u.name.name == c->blank ? NULL : o;
    e->mode = MODE_VAR;
    e->type = o->type;
    *var = o;
}

// ---- loops over functions (types.h: RangeFunc) ----

FuncInfo *range_function(FuncInfo *f) {
    while (f && f->range) f = f->outer;
    return f;
}

// A variable that no text names, of the function that we are in; the bodies of loops capture it.
static Object *hidden_var(Checker *c, const char *name, Type *t, Pos pos) {
    Object *o = new_object(c, O_VAR, (Ident){intern_cstr(&c->p->names, name), pos}, t);
    o->used = true;
    o->assigns = 1;
    return o;
}

static RangeFunc *enter_func(Checker *c, Stmt *s, Type *yield) {
    RangeFunc *r = arena_new(c->a, RangeFunc);
    r->stmt = s;
    r->outer = c->env.range;
    r->root = r->outer ? r->outer->root : r;
    r->state = hidden_var(c, "state of the loop", c->u->basic[T_INT], s->pos);
    if (r == r->root) r->next = hidden_var(c, "way out of the loop", c->u->basic[T_INT], s->pos);
    FuncInfo *outer = c->env.fn, *f = arena_new(c->a, FuncInfo);
    f->name = arena_printf(c->a, "%s-range%u", outer->name, ++outer->nranges);
    f->sig = yield;
    f->pkg = c->env.pkg;
    f->pos = s->pos;
    f->outer = outer;
    f->body = s->u.range.body;
    f->checked = true;
    f->range = r;
    f->nparams = yield->u.func.nparams;
    f->params = arena_array(c->a, Object *, f->nparams + 1);
    r->body = f;
    s->u.range.func = r;
    c->env.range = r;
    c->env.fn = f;
    mention_var(c, r->state, NULL);
    mention_var(c, r->root->next, NULL);
    return r;
}

static void make_params(Checker *c, RangeFunc *r, Object **vars) {
    FuncInfo *f = r->body;
    for (uint32_t i = 0; i < f->nparams; i++) {
        f->params[i] = vars[i] ? vars[i] : new_object(c, O_VAR, (Ident){.pos = r->stmt->pos}, f->sig->u.func.params[i]);
        f->params[i]->is_param = true;
    }
}

void range_frame(Checker *c) {
    RangeFunc *root = c->env.range->root;
    if (!root->frame) {
        FuncInfo *inside = c->env.fn;
        c->env.fn = range_function(inside);
        root->frame = hidden_var(c, "frame", c->u->basic[T_INT], root->stmt->pos);
        root->frame->assigns = 0; // captured by value
        c->env.fn = inside;
    }
    mention_var(c, root->frame, NULL);
}

void range_exit(Checker *c, Stmt *s) {
    RangeFunc *root = c->env.range->root;
    RangeExit *e = arena_new(c->a, RangeExit);
    e->stmt = s;
    e->from = c->env.fn;
    e->code = root->exits ? root->exits->code + 1 : 1;
    e->next = root->exits;
    root->exits = e;
    FuncInfo *f = range_function(c->env.fn);
    uint32_t n = s->kind == S_RETURN && s->u.ret.results.len && f->sig->kind == T_FUNC ? f->sig->u.func.nresults : 0;
    if (!n) return;
    if (!root->results) {
        FuncInfo *inside = c->env.fn;
        c->env.fn = f;
        root->results = arena_array(c->a, Object *, n);
        for (uint32_t i = 0; i < n; i++) root->results[i] = hidden_var(c, "result", f->sig->u.func.results[i], root->stmt->pos);
        c->env.fn = inside;
    }
    for (uint32_t i = 0; i < n; i++) mention_var(c, root->results[i], NULL);
}

void check_range(Checker *c, Stmt *s, const Name *name) {
    Expr *x = s->u.range.x, *k = s->u.range.key, *v = s->u.range.value;
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true, .continues = true};
    open_scope(c);
    check_expr(c, x);
    Type *key = NULL, *value = NULL, *yield = NULL;
    const char *why = "";
    if (!bad(x)) {
        bool is_const_int = x->mode == MODE_CONST && is_untyped(x->type) && is_numeric(x->type);
        if (is_const_int) { // for i := range 10; a typed i gives its type to the constant
            Type *t = c->u->basic[T_INT];
            if (k && !s->u.range.define && k->kind != E_BAD && !(k->kind == E_NAME && k->u.name.name == c->blank)) {
                check_expr(c, k);
                if (!bad(k) && is_integer(k->type)) t = k->type;
            }
            if (!is_integer(x->type) && !const_to_kind(c->a, x->cv, CV_INT)) {
                check_error_at(c, DIAG_RANGE, x, "cannot range over %s", describe(c, x));
                expr_bad(c, x);
            } else {
                convert_untyped(c, x, t);
            }
        } else {
            use_default_type(c, x);
        }
    }
    if (!bad(x) && !is_invalid(under(x->type))) {
        Type *u = under(x->type);
        if (expr_is_nil(x)) {
            help(c, check_error_at(c, DIAG_RANGE, x, "cannot range over nil"), "give it a type first: var list []int");
        } else if (!range_types(c, x, &key, &value, &why)) {
            Diag *d = check_error_at(c, DIAG_RANGE, x, "cannot range over %s%s", describe(c, x), why);
            if (u->kind == T_POINTER) help(c, d, "it is a pointer: range over *%s", expr_text(c, x));
            else if (u->kind == T_STRUCT) help(c, d, "a struct has fields, no elements: name them one by one");
            else if (u->kind == T_CHAN) help(c, d, "%s gives only the sending end; take a chan or a <-chan here", type_name(c, x->type));
            else if (is_float(x->type)) help(c, d, "write int(%s), or for x := 0.0; x < %s; x++ {", expr_text(c, x), expr_text(c, x));
            else if (u->kind == T_FUNC && u->u.func.nresults == 1) help(c, d, "call it: range %s()", expr_text(c, x));
            else help(c, d, "slices, arrays, strings, maps, channels and integers can be ranged over");
            key = value = NULL;
        } else if ((is_integer(x->type) || u->kind == T_FUNC) && c->p->lang_minor < 22 && !c->env.pkg->is_std && !c->env.pkg->is_script) {
            Diag *d = check_error_at(c, DIAG_RANGE, x, "cannot range over %s: requires go1.22 or later", describe(c, x));
            const char *i = k && k->kind == E_NAME && k->u.name.name != c->blank ? k->u.name.name->text : "i";
            if (u->kind == T_FUNC) help(c, d, "call it with a func of your own, which returns true to go on");
            else help(c, d, "the version asked for is go1.%d; in every version: for %s := 0; %s < %s; %s++ {", c->p->lang_minor, i, i, expr_text(c, x), i);
            key = value = NULL;
        } else if (k && !key) {
            help(c, check_error_at(c, DIAG_RANGE, k, "range over %s permits no iteration variables", describe(c, x)), "write for range %s {", expr_text(c, x));
        } else if (v && !value) {
            help(c, check_error_at(c, DIAG_RANGE, v, "range over %s permits only one iteration variable", describe(c, x)), u->kind == T_CHAN ? "a channel gives one value at a time: for v := range %s" : "write one variable: for v := range %s", expr_text(c, x));
        } else if (u->kind == T_FUNC && c->env.fn && s->u.range.body) yield = under(u->u.func.params[0]);
    }
    Object *vars[2] = {NULL, NULL};
    Env outside = c->env;
    if (yield) flow.range = enter_func(c, s, yield);
    if (k) range_target(c, s, k, key, &vars[0]);
    if (v) range_target(c, s, v, value, &vars[1]);
    if (vars[0]) declare_local(c, vars[0]);
    if (vars[1]) declare_local(c, vars[1]);
    if (flow.range) make_params(c, flow.range, vars);
    c->env.flow = &flow;
    check_block(c, s->u.range.body);
    c->env.flow = flow.outer;
    c->env.fn = outside.fn;
    c->env.range = outside.range;
    close_scope(c);
}
