// A loop's variable in a function literal that runs when the loop has moved on, below go1.22: all passes share one variable there. As in
// vet's loopclosure only where the go or defer statement is the last of the body: after an earlier one the pass
// may wait for the goroutine, and all would be well.
#include "compiler/lint_check.h"

enum { PER_PASS_SINCE = 22 };

typedef struct Search {
    Lint *l;
    Object *vars[8];
    uint32_t n;
    bool defers;
} Search;

static bool found(Walk *w, Expr *e) {
    Search *s = w->p;
    for (uint32_t i = 0; i < s->n && e->kind == E_NAME; i++) {
        const Object *v = s->vars[i];
        if (e->u.name.obj != v) continue;
        Diag *d = lint_warn_at(s->l, e, "%s is one variable for all passes of the loop: %s reads what it holds by then", v->name->text,
                               s->defers ? "the deferred function" : "the goroutine");
        lint_label(s->l, d, v->pos, "shared by all passes before go1.22");
        lint_help(s->l, d, "give each pass its own: %s := %s before the %s statement", v->name->text, v->name->text, s->defers ? "defer" : "go");
    }
    return true;
}

static void add(Search *s, const Expr *e) {
    Object *v = e ? lint_var(e) : NULL;
    if (v && s->n < COUNT_OF(s->vars)) s->vars[s->n++] = v;
}

// The literal that g.Go(func...) of an errgroup starts.
static Expr *group_go(const Stmt *s) {
    const Expr *call = s->kind == S_EXPR ? lint_call(s->u.expr.x) : NULL;
    if (!call || call->u.call.args.len != 1) return NULL;
    return lint_is_method(lint_callee(call), "golang.org/x/sync/errgroup", "Group", "Go") ? call->u.call.args.items[0] : NULL;
}

void lint_loop_stmt(Lint *l, Stmt *s) {
    if (l->p->lang_minor >= PER_PASS_SINCE || (s->kind != S_FOR && s->kind != S_RANGE)) return;
    const Block *body = s->kind == S_FOR ? s->u.fors.body : s->u.range.body;
    if (!body || !body->stmts.len) return;
    Search search = {.l = l};
    if (s->kind == S_RANGE) {
        if (s->u.range.key) add(&search, s->u.range.key);
        if (s->u.range.value) add(&search, s->u.range.value);
    } else if (s->u.fors.post && s->u.fors.post->kind == S_INCDEC) {
        add(&search, s->u.fors.post->u.incdec.x);
    } else if (s->u.fors.post && s->u.fors.post->kind == S_ASSIGN) {
        for (uint32_t i = 0; i < s->u.fors.post->u.assign.lhs.len; i++) add(&search, s->u.fors.post->u.assign.lhs.items[i]);
    }
    const Stmt *last = body->stmts.items[body->stmts.len - 1];
    const Expr *lit = group_go(last);
    if ((last->kind == S_GO || last->kind == S_DEFER) && lint_bare(last->u.go.call)->kind == E_CALL) {
        lit = lint_bare(last->u.go.call)->u.call.fun;
        search.defers = last->kind == S_DEFER;
    }
    lit = lint_bare(lit);
    if (!lit || lit->kind != E_FUNCLIT || !lit->u.func.body) return;
    Walk w = {.expr = found, .p = &search};
    walk_stmts(&w, lit->u.func.body->stmts);
}
