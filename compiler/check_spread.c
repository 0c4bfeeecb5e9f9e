// A builtin called with the several results of a function: append(f()), println(f()). (Go spec, "Calls": the special case of f(g(...)).) The call
// becomes one of a function literal, which is the ordinary case:
//
//     append(f())   ->   func(a0 []T, a1 T) []T { return append(a0, a1) }(f())
//
// Types and parameters have names that no program can write.
#include "compiler/checker.h"

static Ident hidden(Checker *c, const char *what, uint32_t i, Pos pos) {
    const char *text = arena_printf(c->a, "(%s %u)", what, i);
    return (Ident){intern_cstr(&c->p->names, text), pos};
}

static Expr *new_expr(Checker *c, ExprKind kind, const Expr *at) {
    Expr *e = arena_new(c->a, Expr);
    *e = (Expr){.kind = (uint8_t)kind, .pos = at->start, .start = at->start, .end = at->end, .depth = 1};
    return e;
}

static Expr *new_name(Checker *c, Ident id, const Expr *at) {
    Expr *e = new_expr(c, E_NAME, at);
    e->u.name.name = id.name;
    return e;
}

static Expr *new_call(Checker *c, const Expr *call, const Expr *at, uint32_t n) {
    const Expr *f = call->u.call.fun;
    while (f->kind == E_PAREN) f = f->u.paren.x;
    Expr *e = new_expr(c, E_CALL, at);
    e->depth = 3;
    e->u.call.fun = new_name(c, (Ident){f->u.name.name, at->start}, at);
    e->u.call.lparen = e->u.call.rparen = at->end - 1;
    e->u.call.args = (ExprList){.items = arena_array(c->a, Expr *, n), .len = n};
    for (uint32_t i = 0; i < n; i++) e->u.call.args.items[i] = new_name(c, hidden(c, "argument", i, at->start), at);
    return e;
}

// A field of a parameter or result list; the type is an alias in the current scope.
static Field new_field(Checker *c, const char *what, uint32_t i, Type *t, bool named, const Expr *at) {
    Ident alias = hidden(c, what, i, at->start);
    Object *o = new_object(c, O_TYPE, alias, t);
    o->is_tparam = o->used = true;
    declare(c, c->env.scope, o);
    Field f = {.type = new_name(c, alias, at), .pos = at->start};
    if (named) {
        f.names = arena_new(c->a, Ident);
        f.names[0] = hidden(c, "argument", i, at->start);
        f.nnames = 1;
    }
    return f;
}

// What the builtin gives for arguments of these types; reports what does not fit. False after an error.
static bool result_of(Checker *c, const Expr *call, const Expr *at, const Type *args, Type **result) {
    open_scope(c);
    for (uint32_t i = 0; i < args->u.tuple.n; i++) {
        Object *v = new_object(c, O_VAR, hidden(c, "argument", i, at->start), args->u.tuple.items[i]);
        v->func = c->env.fn;
        v->used = true;
        declare(c, c->env.scope, v);
    }
    Expr *probe = new_call(c, call, at, args->u.tuple.n);
    check_call(c, probe);
    close_scope(c);
    *result = probe->mode == MODE_NOVALUE ? NULL : probe->type;
    return probe->mode != MODE_NONE;
}

void check_spread_builtin(Checker *c, Expr *call) {
    Expr *at = call->u.call.args.items[0];
    const Type *args = at->type;
    Type *result;
    expr_bad(c, call);
    if (!result_of(c, call, at, args, &result)) return;
    uint32_t n = args->u.tuple.n;
    open_scope(c);
    Expr *type = new_expr(c, E_FUNCTYPE, at), *lit = new_expr(c, E_FUNCLIT, at);
    FieldList params = {.items = arena_array(c->a, Field, n), .len = n};
    for (uint32_t i = 0; i < n; i++) params.items[i] = new_field(c, "type", i, args->u.tuple.items[i], true, at);
    type->u.functype.params = params;
    Stmt *s = arena_new(c->a, Stmt);
    *s = (Stmt){.kind = result ? S_RETURN : S_EXPR, .pos = at->start, .end = at->end, .depth = 4};
    Expr *inner = new_call(c, call, at, n);
    if (result) {
        type->u.functype.results = (FieldList){.items = arena_new(c->a, Field), .len = 1};
        type->u.functype.results.items[0] = new_field(c, "result", 0, result, false, at);
        s->u.ret.results = (ExprList){.items = arena_new(c->a, Expr *), .len = 1};
        s->u.ret.results.items[0] = inner;
    } else {
        s->u.expr.x = inner;
    }
    Block *body = arena_new(c->a, Block);
    *body = (Block){.stmts = {.items = arena_new(c->a, Stmt *), .len = 1}, .lbrace = at->start, .rbrace = at->end, .depth = 5};
    body->stmts.items[0] = s;
    lit->depth = type->depth = 6;
    lit->u.func.type = type;
    lit->u.func.body = body;
    call->u.call.fun = lit;
    call->u.call.builtin = B_NONE;
    check_func_lit(c, lit);
    close_scope(c);
    assign_arguments(c, call, lit->type);
    call->mode = result ? MODE_VALUE : MODE_NOVALUE;
    call->type = result ? result : new_tuple(c, NULL, 0);
}

Builtin called_builtin(const Expr *call) {
    const Expr *f = call->u.call.fun;
    if (f->kind != E_FUNCLIT) return (Builtin)call->u.call.builtin;
    const FieldList *params = &f->u.func.type->u.functype.params;
    if (!params->len || !params->items[0].nnames || params->items[0].names[0].name->text[0] != '(') return B_NONE;
    const Stmt *s = f->u.func.body->stmts.items[0];
    const Expr *inner = s->kind == S_RETURN ? s->u.ret.results.items[0] : s->u.expr.x;
    return (Builtin)inner->u.call.builtin;
}
