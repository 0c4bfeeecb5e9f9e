// Statements that control never reaches: below a return, a panic, a loop without end, a select {}. As in vet's `unreachable`, by the shape
// of the code alone: a condition may always go both ways, and a label that a goto names is reached.
#include "compiler/lint_check.h"

typedef struct Dead {
    Lint *l;
    const Stmt *left[64];   // statements that a break leaves; labels that a goto names
    uint32_t nleft;
    bool full;              // more than there is room for: nothing is said
    const Stmt *ender;      // what ended the way here
} Dead;

static bool find_target(Walk *w, Stmt *s) {
    Dead *d = w->p;
    if (s->kind != S_BREAK && s->kind != S_GOTO) return true;
    if (d->nleft == COUNT_OF(d->left)) d->full = true;
    else d->left[d->nleft++] = s->u.branch.target;
    return true;
}

static bool no_literals(Walk *w, Expr *e) {
    (void)w;
    return e->kind != E_FUNCLIT;
}

static bool is_left(const Dead *d, const Stmt *s) {
    for (uint32_t i = 0; i < d->nleft; i++)
        if (d->left[i] == s) return true;
    return false;
}

static bool stmts(Dead *d, StmtList l, bool alive);

static bool end(Dead *d, const Stmt *s) {
    d->ender = s;
    return false;
}

static bool clauses(Dead *d, const Stmt *s, const CaseClause *list, uint32_t n) {
    bool any = is_left(d, s), has_default = false;
    for (uint32_t i = 0; i < n; i++) {
        has_default |= list[i].is_default;
        any |= stmts(d, list[i].body, true);
    }
    return any || !has_default || end(d, s);
}

static bool stmt(Dead *d, Stmt *s, bool alive) {
    if (s->kind == S_LABELED && is_left(d, s)) alive = true;
    if (!alive && s->kind != S_EMPTY) {
        Diag *g = lint_warn(d->l, lint_start(s), s->end, "this is never reached");
        if (d->ender) lint_label(d->l, g, lint_start(d->ender), "nothing goes on from here");
        lint_help(d->l, g, "remove it, or move it up");
        alive = true; // once is enough
    }
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: case S_DECL: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO: case S_DEFER: return alive;
    case S_BREAK: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: case S_RETURN: return end(d, s);
    case S_EXPR: return lint_bare(s->u.expr.x)->kind == E_CALL && lint_bare(s->u.expr.x)->u.call.builtin == B_PANIC ? end(d, s) : alive;
    case S_LABELED: return stmt(d, s->u.labeled.stmt, alive);
    case S_BLOCK: return stmts(d, s->u.block->stmts, alive);
    case S_IF: {
        bool then = stmts(d, s->u.ifs.then->stmts, alive);
        if (!s->u.ifs.els) return true;
        return stmt(d, s->u.ifs.els, true) || then || end(d, s);
    }
    case S_FOR:
        if (s->u.fors.body) stmts(d, s->u.fors.body->stmts, alive);
        return s->u.fors.cond || is_left(d, s) || end(d, s);
    case S_RANGE:
        if (s->u.range.body) stmts(d, s->u.range.body->stmts, alive);
        return true;
    case S_SWITCH: return clauses(d, s, s->u.sw.cases, s->u.sw.ncases);
    case S_TYPESWITCH: return clauses(d, s, s->u.tsw.cases, s->u.tsw.ncases);
    case S_SELECT: {
        bool any = is_left(d, s);
        for (uint32_t i = 0; i < s->u.select.ncases; i++) any |= stmts(d, s->u.select.cases[i].body, true);
        return any || end(d, s);
    }
    }
    return alive;
}

static bool stmts(Dead *d, StmtList l, bool alive) {
    for (uint32_t i = 0; i < l.len; i++) alive = stmt(d, l.items[i], alive);
    return alive;
}

void lint_dead_func(Lint *l, LintFunc *f) {
    Dead d = {.l = l};
    Walk w = {.stmt = find_target, .expr = no_literals, .p = &d};
    walk_stmts(&w, f->body);
    if (!d.full) stmts(&d, f->body, true);
}
