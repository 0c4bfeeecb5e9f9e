// The cancel function of context.WithCancel, WithTimeout or WithDeadline that some way to a return does not use (or that is thrown away
// at once): the context and what waits for it live on until the parent ends. As vet's lostcancel: any mention is a use, main is
// exempt (the program ends with it). The ways are followed through the structure of the code; a function with a goto is left alone.
#include <string.h>

#include "compiler/lint_check.h"

enum { MAX_NESTED = 64 };

typedef struct Target { const Stmt *s; bool broken, continued; } Target;

// A way is "open" when the cancel function exists and has not been mentioned since.
typedef struct Ways {
    const Object *v;
    const Stmt *def;
    Pos lost; // the first return that an open way reaches
    Target targets[MAX_NESTED];
    uint32_t n;
    bool given_up;
} Ways;

static bool stmts(Ways *w, StmtList l, bool open);

static bool uses(Ways *w, Expr *e) { return e && lint_mentions(e, w->v); }

static Target *enter(Ways *w, const Stmt *s) {
    if (w->n == MAX_NESTED) {
        w->given_up = true;
        return &w->targets[MAX_NESTED - 1];
    }
    w->targets[w->n] = (Target){.s = s};
    return &w->targets[w->n++];
}

static void branch(Ways *w, const Stmt *s, bool open) {
    for (uint32_t i = w->n; i-- > 0;)
        if (w->targets[i].s == s->u.branch.target) {
            if (s->kind == S_BREAK) w->targets[i].broken |= open;
            else w->targets[i].continued |= open;
            return;
        }
    w->given_up |= open;
}

static bool stmt(Ways *w, Stmt *s, bool open);

static bool clauses(Ways *w, const Stmt *s, CaseClause *list, uint32_t n, bool open) {
    Target *t = enter(w, s);
    bool has_default = false, falls = false, out = false;
    for (uint32_t i = 0; i < n; i++) {
        has_default |= list[i].is_default;
        for (uint32_t k = 0; k < list[i].exprs.len && s->kind == S_SWITCH; k++)
            if (uses(w, list[i].exprs.items[k])) open = false;
        bool here = stmts(w, list[i].body, open || falls);
        uint32_t len = list[i].body.len;
        falls = len && list[i].body.items[len - 1]->kind == S_FALLTHROUGH && here;
        if (!falls) out |= here;
    }
    out |= t->broken || (!has_default && open);
    w->n--;
    return out;
}

// Each loop is gone through twice: the second time with what its first pass brings back to its head.
static bool for_loop(Ways *w, Stmt *s, bool open) {
    bool is_for = s->kind == S_FOR, out = false;
    if (is_for && s->u.fors.init) open = stmt(w, s->u.fors.init, open);
    if (!is_for && uses(w, s->u.range.x)) open = false;
    const Block *body = is_for ? s->u.fors.body : s->u.range.body;
    for (int pass = 0; pass < 2; pass++) {
        Target *t = enter(w, s);
        if (is_for && uses(w, s->u.fors.cond)) open = false;
        if (!is_for || s->u.fors.cond) out |= open;
        bool back = stmts(w, body ? body->stmts : (StmtList){0}, open);
        back |= t->continued;
        out |= t->broken;
        w->n--;
        if (is_for && s->u.fors.post) back = stmt(w, s->u.fors.post, back);
        open |= back;
    }
    return out;
}

static bool mentions(Ways *w, Stmt *s) { return lint_stmt_mentions(s, w->v); }

static bool stmt(Ways *w, Stmt *s, bool open) {
    if (s == w->def) return true;
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: case S_FALLTHROUGH: return open;
    case S_DECL: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO: case S_DEFER: return open && !mentions(w, s);
    case S_EXPR: return open && !mentions(w, s) && !lint_ends_program(s->u.expr.x);
    case S_RETURN:
        if (open && !mentions(w, s) && !(w->v->is_result && !s->u.ret.results.len) && !w->lost) w->lost = s->pos;
        return false;
    case S_BREAK: case S_CONTINUE: branch(w, s, open); return false;
    case S_GOTO: w->given_up = true; return false;
    case S_LABELED: return stmt(w, s->u.labeled.stmt, open);
    case S_BLOCK: return stmts(w, s->u.block->stmts, open);
    case S_IF: {
        if (s->u.ifs.init) open = stmt(w, s->u.ifs.init, open);
        if (uses(w, s->u.ifs.cond)) open = false;
        bool then = stmts(w, s->u.ifs.then->stmts, open);
        return (s->u.ifs.els ? stmt(w, s->u.ifs.els, open) : open) || then;
    }
    case S_SWITCH:
        if (s->u.sw.init) open = stmt(w, s->u.sw.init, open);
        return clauses(w, s, s->u.sw.cases, s->u.sw.ncases, open && !uses(w, s->u.sw.tag));
    case S_TYPESWITCH:
        if (s->u.tsw.init) open = stmt(w, s->u.tsw.init, open);
        return clauses(w, s, s->u.tsw.cases, s->u.tsw.ncases, open && !uses(w, s->u.tsw.x));
    case S_SELECT: {
        Target *t = enter(w, s);
        bool out = false;
        for (uint32_t i = 0; i < s->u.select.ncases; i++) {
            CommClause *c = &s->u.select.cases[i];
            out |= stmts(w, c->body, c->comm ? stmt(w, c->comm, open) : open);
        }
        out |= t->broken;
        w->n--;
        return out;
    }
    case S_FOR: case S_RANGE: return for_loop(w, s, open);
    }
    return open;
}

static bool stmts(Ways *w, StmtList l, bool open) {
    for (uint32_t i = 0; i < l.len; i++) open = stmt(w, l.items[i], open);
    return open;
}

// ---- where such a function comes from

typedef struct Search { Lint *l; LintFunc *f; } Search;

static const char *makes_cancel(ExprList values) {
    static const char *const makers[] = {"WithCancel", "WithTimeout", "WithDeadline", "WithCancelCause", "WithTimeoutCause", "WithDeadlineCause"};
    const Expr *call = values.len == 1 ? lint_call(values.items[0]) : NULL;
    for (size_t i = 0; call && i < COUNT_OF(makers); i++)
        if (lint_is_func(lint_callee(call), "context", makers[i])) return makers[i];
    return NULL;
}

static bool no_literals(Walk *w, Expr *e) {
    (void)w;
    return e->kind != E_FUNCLIT;
}

// Whether the function hands the context to its caller: a deferred cancel would end it before the caller has it.
typedef struct Leaves { const Object *ctx; bool found; } Leaves;
static bool on_return(Walk *w, Stmt *s) {
    Leaves *x = w->p;
    for (uint32_t i = 0; s->kind == S_RETURN && i < s->u.ret.results.len; i++) {
        Expr *e = lint_bare(s->u.ret.results.items[i]);
        if (e->kind == E_UNARY && e->op == OPR_ADDR) e = lint_bare(e->u.unary.x);
        x->found |= lint_var(e) == x->ctx || (e->kind == E_COMPOSITE && lint_mentions(e, x->ctx)); // itself, or in a struct
    }
    return true;
}
static bool is_returned(const Search *s, const Object *ctx) {
    if (!ctx) return false;
    Leaves x = {.ctx = ctx, .found = ctx->is_result};
    Walk w = {.stmt = on_return, .expr = no_literals, .p = &x};
    walk_stmts(&w, s->f->body);
    return x.found;
}

static void made(Search *s, Stmt *def, const Object *ctx, const Object *v, Pos pos, bool blank, const char *maker) {
    Lint *l = s->l;
    const bool returned = is_returned(s, ctx);
    if (blank) {
        Diag *d = lint_warn(l, pos, 0, "the cancel function of context.%s is thrown away", maker);
        lint_help(l, d, returned ? "return it beside the context, so that the caller can call it" : "give it a name and call it: defer cancel()");
        return;
    }
    if (!v || v->func != s->f->info || s->f->is_main) return;
    Ways w = {.v = v, .def = def};
    if (stmts(&w, s->f->body, false) && !w.lost) w.lost = s->f->end;
    if (w.given_up || !w.lost) return;
    Diag *d = lint_warn(l, pos, pos + v->name->len, "%s is not called on every way out of the function", v->name->text);
    lint_label(l, d, w.lost, w.lost == s->f->end ? "the function may end here without it" : "this return may come without it");
    if (returned) lint_help(l, d, "return %s beside the context, so that the caller can call it", v->name->text);
    else lint_help(l, d, "write defer %s() on the next line: else the context lives until its parent ends", v->name->text);
}

static bool is_blank(const Expr *e) { return e->kind == E_NAME && !strcmp(e->u.name.name->text, "_"); }

static bool on_stmt(Walk *w, Stmt *s) {
    ExprList lhs = {0}, rhs = {0};
    if (s->kind == S_DEFINE) lhs = s->u.define.lhs, rhs = s->u.define.rhs;
    if (s->kind == S_ASSIGN) lhs = s->u.assign.lhs, rhs = s->u.assign.rhs;
    const char *maker;
    if (lhs.len == 2 && (maker = makes_cancel(rhs))) made(w->p, s, lint_var(lhs.items[0]), lint_var(lhs.items[1]), lhs.items[1]->start, is_blank(lhs.items[1]), maker);
    for (uint32_t i = 0; s->kind == S_DECL && i < s->u.decl.len; i++) {
        const Decl *d = s->u.decl.items[i];
        if (d->kind != D_VAR || d->u.value.nnames != 2 || !(maker = makes_cancel(d->u.value.values))) continue;
        Ident id = d->u.value.names[1];
        made(w->p, s, d->u.value.objs ? d->u.value.objs[0] : NULL, d->u.value.objs ? d->u.value.objs[1] : NULL, id.pos, !strcmp(id.name->text, "_"), maker);
    }
    return true;
}

void lint_cancel_func(Lint *l, LintFunc *f) {
    Search s = {l, f};
    Walk w = {.stmt = on_stmt, .expr = no_literals, .p = &s};
    walk_stmts(&w, f->body);
}
