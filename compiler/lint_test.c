// t.Fatal and its relatives in a goroutine that the test starts: they end the goroutine that calls them, so the test itself goes on (and may
// wait for ever for what was ended). Of a t that belongs to the test outside; a subtest started in the goroutine has its own.
#include "compiler/lint_check.h"

void lint_fatal_expr(Lint *l, Expr *e) {
    static const char *const ending[] = {"FailNow", "Fatal", "Fatalf", "Skip", "Skipf", "SkipNow"};
    const Expr *call = lint_call(e);
    const Object *m = call ? lint_callee(call) : NULL;
    bool ends = false;
    for (size_t i = 0; m && i < COUNT_OF(ending); i++) ends |= lint_is_method(m, "testing", "common", ending[i]);
    if (!ends) return;
    const Expr *fun = lint_bare(call->u.call.fun);
    const Object *t = fun->kind == E_SELECTOR ? lint_var(fun->u.sel.x) : NULL;
    for (const LintFunc *f = l->fn; f && t; f = f->outer) {
        if (t->func == f->info) return; // its own
        if (!f->started_by || f->started_by->kind != S_GO) continue;
        Diag *d = lint_warn_at(l, call, "%s ends this goroutine, not the test", lint_text(l, call->u.call.fun));
        lint_label(l, d, f->started_by->pos, "the goroutine begins here");
        lint_help(l, d, "call %s.Error and return, or send the error to the test", t->name->text);
        return;
    }
}
