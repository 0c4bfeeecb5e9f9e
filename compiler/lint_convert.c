// Values that are not what the callee can use: a number where Scan or Unmarshal must be given the address of a variable (it fails in every run), and
// string(n) of a number, which is a character and not the number's digits (right when that is meant, so it is only a note).
#include <string.h>

#include "compiler/lint_check.h"

static const struct { const char *package, *name; uint32_t first; bool all; } storing[] = {
    {"fmt", "Scan", 0, true}, {"fmt", "Scanln", 0, true}, {"fmt", "Scanf", 1, true}, {"fmt", "Sscan", 1, true}, {"fmt", "Sscanln", 1, true},
    {"fmt", "Sscanf", 2, true}, {"fmt", "Fscan", 1, true}, {"fmt", "Fscanln", 1, true}, {"fmt", "Fscanf", 2, true}, {"encoding/json", "Unmarshal", 1, false},
};

void lint_pointer_expr(Lint *l, Expr *e) {
    const Expr *call = lint_call(e);
    const Object *f = call ? lint_callee(call) : NULL;
    if (!f || call->u.call.ellipsis) return;
    for (size_t i = 0; i < COUNT_OF(storing); i++) {
        if (!lint_is_func(f, storing[i].package, storing[i].name)) continue;
        const ExprList args = call->u.call.args;
        for (uint32_t k = storing[i].first; k < args.len && (storing[i].all || k == storing[i].first); k++) {
            const Expr *a = args.items[k];
            Type *t = a->type ? type_under(a->type) : NULL;
            if (!t || (t->kind < T_BOOL || t->kind > T_STRING) || a->mode == MODE_NIL) continue; // what may hold a pointer is not looked into
            Diag *d = lint_warn_at(l, a, "%s stores through a pointer, and %s is of type %s: it can store nothing", lint_text(l, call->u.call.fun), lint_text(l, a), lint_type(l, a->type));
            lint_help(l, d, a->mode == MODE_VAR ? "give it the variable's address: &%s" : "give it the address of a variable, not %s", lint_text(l, a));
        }
        return;
    }
}

void lint_character_expr(Lint *l, Expr *e) {
    if (e->kind != E_CALL || !e->u.call.is_conversion || e->u.call.args.len != 1 || !e->type || type_under(e->type)->kind != T_STRING) return;
    const Expr *a = e->u.call.args.items[0];
    const uint8_t k = a->type ? type_under(a->type)->kind : T_INVALID;
    if (a->cv || k < T_INT || k > T_UINTPTR || k == T_UINT8 || k == T_INT32) return;
    Diag *d = lint_note(l, e->start, e->end, "%s is the character with that number, not its digits", lint_text(l, e));
    lint_help(l, d, "strconv.Itoa(%s), or fmt.Sprint(%s), makes the digits; if the character is meant, write string(rune(%s))", lint_text(l, a), lint_text(l, a), lint_text(l, a));
}
