// Assignments that do nothing good: `x = x`, and `x = atomic.AddInt64(&x, 1)`, whose plain store undoes what the
// atomic operation was for.
#include "compiler/lint_check.h"

// m[k] = m[k] puts an element there if there was none.
static bool is_map_element(const Expr *e) {
    e = lint_bare(e);
    return e->kind == E_INDEX && e->u.index.x->type && type_under(e->u.index.x->type)->kind == T_MAP;
}

void lint_self_stmt(Lint *l, Stmt *s) {
    if (s->kind != S_ASSIGN || s->u.assign.op || s->u.assign.lhs.len != s->u.assign.rhs.len) return;
    for (uint32_t i = 0; i < s->u.assign.lhs.len; i++) {
        const Expr *x = s->u.assign.lhs.items[i];
        if (!lint_same(x, s->u.assign.rhs.items[i]) || (lint_bare(x)->kind == E_NAME && !lint_var(x)) || is_map_element(x)) continue;
        Diag *d = lint_warn(l, x->start, s->u.assign.rhs.items[i]->end, "%s is assigned to itself", lint_text(l, x));
        lint_help(l, d, "remove it, or name what was meant (a field and a parameter of one name?)");
    }
}

void lint_atomic_stmt(Lint *l, Stmt *s) {
    static const char *const adding[] = {"AddInt32", "AddInt64", "AddUint32", "AddUint64", "AddUintptr"};
    if (s->kind != S_ASSIGN || s->u.assign.op || s->u.assign.lhs.len != s->u.assign.rhs.len) return;
    for (uint32_t i = 0; i < s->u.assign.lhs.len; i++) {
        const Expr *x = lint_bare(s->u.assign.lhs.items[i]), *call = lint_call(s->u.assign.rhs.items[i]);
        if (!call || call->u.call.args.len != 2) continue;
        const Object *f = lint_callee(call);
        bool atomic = false;
        for (size_t k = 0; k < COUNT_OF(adding); k++) atomic |= lint_is_func(f, "sync/atomic", adding[k]);
        if (!atomic) continue;
        const Expr *arg = lint_bare(call->u.call.args.items[0]);
        bool same = arg->kind == E_UNARY && arg->op == OPR_ADDR ? lint_same(x, arg->u.unary.x)
                                                                : x->kind == E_STAR && lint_same(x->u.star.x, arg);
        if (!same) continue;
        Diag *d = lint_warn(l, x->start, call->end, "%s is written again, without atomic: a change by another goroutine in between is lost", lint_text(l, x));
        lint_help(l, d, "call atomic.%s for its effect and drop the assignment", f->name->text);
    }
}
