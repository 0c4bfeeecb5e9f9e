// time.After in a select in a loop: every pass makes a new timer, so each time another case is taken the time-out begins again, and it
// may never come. A warning where the loop goes on after another case, is left when the time is out, and the time is meant for all passes: the loop counts
// or waits for so many (a whole task), or a case comes by itself again and again (a ticker, a send). A loop that only takes values until none has come for
// so long is right as it is, and one that goes on when the time is out does something meanwhile: notes.
#include "compiler/lint_check.h"

// Whether control leaves the loop at the end of these statements.
static bool leaves(StmtList body, const Stmt *loop) {
    if (!body.len) return false;
    const Stmt *last = body.items[body.len - 1];
    switch ((StmtKind)last->kind) {
    case S_RETURN: case S_GOTO: return true;
    case S_BREAK: return last->u.branch.target == loop || (last->u.branch.target && last->u.branch.target->pos < loop->pos);
    case S_CONTINUE: return last->u.branch.target && last->u.branch.target->pos < loop->pos;
    case S_EXPR: return lint_ends_program(last->u.expr.x);
    case S_BLOCK: return leaves(last->u.block->stmts, loop);
    case S_IF:
        return last->u.ifs.els && leaves(last->u.ifs.then->stmts, loop) && leaves((StmtList){(Stmt **)&last->u.ifs.els, 1}, loop);
    case S_BAD: case S_EMPTY: case S_DECL: case S_LABELED: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO:
    case S_DEFER: case S_FALLTHROUGH: case S_SWITCH: case S_TYPESWITCH: case S_SELECT: case S_FOR: case S_RANGE: break;
    }
    return false;
}

// The loop has an end of its own: it counts, or compares how far it is. (`for running {` may be anything.)
static bool has_end(const Stmt *loop) {
    if (loop->kind == S_RANGE) return true;
    const Expr *cond = loop->u.fors.cond;
    return cond && lint_bare(cond)->kind == E_BINARY;
}

// A case that needs nobody who has something to say: the clock's, or a send.
static bool comes_by_itself(const CommClause *c) {
    const Expr *from = lint_received_from(c->comm);
    if (!from) return c->comm->kind == S_SEND;
    const Type *t = from->type ? type_under(from->type) : NULL;
    return t && t->kind == T_CHAN && lint_is_named(t->u.chan.elem, "time", "Time");
}

static void check(Lint *l, const Stmt *select, const Stmt *loop) {
    const CommClause *timed = NULL;
    const Expr *after = NULL;
    bool goes_on = false, whole = has_end(loop);
    for (uint32_t i = 0; i < select->u.select.ncases; i++) {
        const CommClause *c = &select->u.select.cases[i];
        if (!c->comm) return; // with a default it is another mistake: lint_select.c
        const Expr *from = lint_received_from(c->comm), *call = from ? lint_call(from) : NULL;
        if (call && lint_is_func(lint_callee(call), "time", "After")) timed = c, after = call;
        else if (!leaves(c->body, loop)) goes_on = true, whole |= comes_by_itself(c);
    }
    if (!timed || !goes_on) return;
    const char *text = lint_text(l, after);
    Diag *d = !leaves(timed->body, loop)
        ? lint_note(l, after->start, after->end, "a new timer at each pass: this case is taken only when no other was for so long")
        : whole ? lint_warn(l, after->start, after->end, "a new timer at each pass: whenever another case is taken, the time-out begins again")
                : lint_note(l, after->start, after->end, "a new timer at each pass: the time-out begins again with each value, and ends the loop when none has come for so long");
    lint_help(l, d, "for one time-out over all passes make it before the loop: timeout := %s", text);
}

typedef struct Loop { Lint *l; const Stmt *loop; } Loop;

static bool inside(Walk *w, Stmt *s) {
    Loop *o = w->p;
    if (s->kind == S_SELECT) check(o->l, s, o->loop);
    return s->kind != S_FOR && s->kind != S_RANGE; // a loop of its own
}

static bool no_literals(Walk *w, Expr *e) {
    (void)w;
    return e->kind != E_FUNCLIT;
}

void lint_after_stmt(Lint *l, Stmt *s) {
    const Block *body = s->kind == S_FOR ? s->u.fors.body : s->kind == S_RANGE ? s->u.range.body : NULL;
    if (!body) return;
    Loop o = {l, s};
    Walk w = {.stmt = inside, .expr = no_literals, .p = &o};
    walk_stmts(&w, body->stmts);
}
