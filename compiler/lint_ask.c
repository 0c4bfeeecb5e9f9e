// Questions about a tree that several checks ask.
#include <string.h>

#include "compiler/lint_check.h"
#include "compiler/lookup.h"

Expr *lint_bare(const Expr *e) {
    while (e && e->kind == E_PAREN) e = e->u.paren.x;
    return (Expr *)e;
}

const char *lint_text(Lint *l, const Expr *e) {
    enum { LONGEST = 40 };
    Place p = source_place(&l->p->sources, e->start);
    if (!p.file || e->end < e->start) return "?";
    const char *text = p.file->text + (e->start - p.file->base);
    uint32_t len = e->end - e->start, n = 0;
    while (n < len && n < LONGEST && text[n] != '\n') n++;
    while (n < len && n && (text[n] & 0xC0) == 0x80) n--;
    return arena_printf(&l->arena, "%.*s%s", (int)n, text, n < len ? "..." : "");
}

const char *lint_type(Lint *l, const Type *t) {
    return type_str(&l->arena, t, l->p->main);
}

Object *lint_var(const Expr *e) {
    e = lint_bare(e);
    return e && e->kind == E_NAME && e->u.name.obj && e->u.name.obj->kind == O_VAR ? e->u.name.obj : NULL;
}

Expr *lint_call(const Expr *e) {
    e = lint_bare(e);
    return e && e->kind == E_CALL && !e->u.call.is_conversion && !e->u.call.builtin ? (Expr *)e : NULL;
}

Object *lint_callee(const Expr *call) {
    const Expr *f = lint_bare(call->u.call.fun);
    if (f->kind == E_INDEX) f = lint_bare(f->u.index.x); // f[int](x)
    Object *o = NULL;
    if (f->kind == E_NAME) o = f->u.name.obj;
    else if (f->kind == E_SELECTOR && !f->u.sel.selection) o = f->u.sel.obj;
    else if (f->kind == E_SELECTOR && f->u.sel.selection->kind == SEL_METHOD) o = f->u.sel.selection->method;
    return o && o->kind == O_FUNC ? o : NULL;
}

bool lint_is_func(const Object *f, const char *package, const char *name) {
    if (!f || f->recv || !f->pkg || strcmp(f->pkg->path, package)) return false;
    const Object *o = f->origin ? f->origin : f;
    return !strcmp(o->name->text, name);
}

bool lint_is_named(const Type *t, const char *package, const char *name) {
    if (!t || t->kind != T_NAMED) return false;
    const Object *o = t->u.named.obj;
    if (!o->pkg || strcmp(o->pkg->path, package)) return false;
    return !strcmp((o->origin ? o->origin : o)->name->text, name);
}

bool lint_is_method(const Object *f, const char *package, const char *type, const char *name) {
    if (!f || !f->recv || strcmp(f->name->text, name)) return false;
    const Type *t = f->recv->kind == T_POINTER ? f->recv->u.pointer.elem : f->recv;
    return lint_is_named(t, package, type);
}

bool lint_locks(const Expr *call, const char **name, Expr **x) {
    static const char *const locking[] = {"Lock", "Unlock", "RLock", "RUnlock"};
    const Expr *f = lint_bare(call->u.call.fun);
    if (call->u.call.args.len || f->kind != E_SELECTOR || !f->u.sel.selection) return false;
    const Object *m = f->u.sel.selection->method;
    if (f->u.sel.selection->kind == SEL_METHOD ? !lint_is_method(m, "sync", "Mutex", m->name->text) && !lint_is_method(m, "sync", "RWMutex", m->name->text)
        : f->u.sel.selection->kind != SEL_IFACE_METHOD || !lint_is_named(f->u.sel.x->type, "sync", "Locker")) return false;
    for (size_t i = 0; i < COUNT_OF(locking); i++)
        if (!strcmp(f->u.sel.sel.name->text, locking[i])) {
            *name = locking[i];
            *x = f->u.sel.x;
            return true;
        }
    return false;
}

static bool same_lists(ExprList a, ExprList b) {
    if (a.len != b.len) return false;
    for (uint32_t i = 0; i < a.len; i++)
        if (!lint_same(a.items[i], b.items[i])) return false;
    return true;
}

bool lint_same(const Expr *a, const Expr *b) {
    a = lint_bare(a);
    b = lint_bare(b);
    if (!a || !b) return !a && !b;
    if (a->kind != b->kind) return false;
    switch ((ExprKind)a->kind) {
    case E_NAME: return a->u.name.obj ? a->u.name.obj == b->u.name.obj : a->u.name.name == b->u.name.name;
    case E_BASICLIT: return a->u.lit.len == b->u.lit.len && !memcmp(a->u.lit.text, b->u.lit.text, a->u.lit.len);
    case E_SELECTOR: return a->u.sel.sel.name == b->u.sel.sel.name && lint_same(a->u.sel.x, b->u.sel.x);
    case E_INDEX: return lint_same(a->u.index.x, b->u.index.x) && same_lists(a->u.index.indices, b->u.index.indices);
    case E_STAR: return lint_same(a->u.star.x, b->u.star.x);
    case E_UNARY: return a->op == b->op && a->op != OPR_RECV && lint_same(a->u.unary.x, b->u.unary.x);
    case E_BINARY: return a->op == b->op && lint_same(a->u.binary.x, b->u.binary.x) && lint_same(a->u.binary.y, b->u.binary.y);
    case E_BAD: case E_FUNCLIT: case E_COMPOSITE: case E_KEYVALUE: case E_PAREN: case E_SLICE: case E_TYPEASSERT: case E_CALL:
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: case E_ELLIPSIS: break;
    }
    return false;
}

typedef struct Mention { const Object *v; bool found; } Mention;

static bool mention_expr(Walk *w, Expr *e) {
    Mention *m = w->p;
    if (e->kind == E_NAME && e->u.name.obj == m->v) m->found = true;
    return !m->found;
}

bool lint_mentions(Expr *e, const Object *v) {
    Mention m = {.v = v};
    Walk w = {.expr = mention_expr, .p = &m};
    walk_expr(&w, e);
    return m.found;
}

bool lint_stmt_mentions(Stmt *s, const Object *v) {
    Mention m = {.v = v};
    Walk w = {.expr = mention_expr, .p = &m};
    walk_stmt(&w, s);
    return m.found;
}

static bool finds_return(Walk *w, Stmt *s) {
    if (s->kind == S_RETURN || s->kind == S_GOTO) *(bool *)w->p = true;
    return true;
}

static bool no_literals(Walk *w, Expr *e) {
    (void)w;
    return e->kind != E_FUNCLIT;
}

// A function of the program whose last statement ends the program, without a return before it.
static bool ends_program(const Expr *e, int depth);

static bool never_returns(const Object *f, int depth) {
    if (!f->info || !f->info->body || !f->info->body->stmts.len || f->pkg->is_std) return false;
    StmtList body = f->info->body->stmts;
    const Stmt *last = body.items[body.len - 1];
    if (last->kind != S_EXPR || lint_bare(last->u.expr.x)->kind != E_CALL) return false;
    const Expr *call = lint_bare(last->u.expr.x);
    if (!depth || !ends_program(call, depth - 1)) return false;
    bool returns = false;
    Walk w = {.stmt = finds_return, .expr = no_literals, .p = &returns};
    walk_stmts(&w, body);
    return !returns;
}

static bool ends_program(const Expr *e, int depth) {
    static const struct { const char *package, *name; } last[] = {
        {"os", "Exit"}, {"runtime", "Goexit"}, {"log", "Fatal"}, {"log", "Fatalf"}, {"log", "Fatalln"},
        {"log", "Panic"}, {"log", "Panicf"}, {"log", "Panicln"}};
    e = lint_bare(e);
    if (!e || e->kind != E_CALL) return false;
    if (e->u.call.builtin == B_PANIC) return true;
    const Object *f = lint_call(e) ? lint_callee(e) : NULL;
    for (size_t i = 0; f && i < COUNT_OF(last); i++)
        if (lint_is_func(f, last[i].package, last[i].name)) return true;
    return f && never_returns(f, depth);
}

bool lint_ends_program(const Expr *e) {
    enum { DEEPEST = 8 };
    return ends_program(e, DEEPEST);
}

Expr *lint_received_from(const Stmt *comm) {
    const Expr *e = NULL;
    if (comm && comm->kind == S_EXPR) e = comm->u.expr.x;
    else if (comm && comm->kind == S_ASSIGN && comm->u.assign.rhs.len == 1) e = comm->u.assign.rhs.items[0];
    else if (comm && comm->kind == S_DEFINE && comm->u.define.rhs.len == 1) e = comm->u.define.rhs.items[0];
    e = lint_bare(e);
    return e && e->kind == E_UNARY && e->op == OPR_RECV ? lint_bare(e->u.unary.x) : NULL;
}

Pos lint_start(const Stmt *s) {
    switch ((StmtKind)s->kind) {
    case S_EXPR: return s->u.expr.x->start;
    case S_SEND: return s->u.send.chan->start;
    case S_INCDEC: return s->u.incdec.x->start;
    case S_ASSIGN: return s->u.assign.lhs.items[0]->start;
    case S_DEFINE: return s->u.define.lhs.items[0]->start;
    case S_BAD: case S_EMPTY: case S_DECL: case S_LABELED: case S_GO: case S_DEFER: case S_RETURN: case S_BREAK: case S_CONTINUE:
    case S_GOTO: case S_FALLTHROUGH: case S_BLOCK: case S_IF: case S_SWITCH: case S_TYPESWITCH: case S_SELECT: case S_FOR:
    case S_RANGE: break;
    }
    return s->pos;
}
