// A call whose result is all it is good for, as a statement: `errors.New("x")`, `strings.ToUpper(s)`, `ctx.Done()` without the arrow. The list
// has only functions that neither change anything nor can panic, and TryLock, whose answer must be looked at.
#include <string.h>

#include "compiler/lint_check.h"

static const struct { const char *package, *names; } pure[] = {
    {"errors", "New Is Unwrap Join"},
    {"fmt", "Errorf Sprint Sprintf Sprintln"},
    {"context", "Background TODO WithCancel WithCancelCause WithDeadline WithTimeout WithValue WithoutCancel Cause"},
    {"sort", "Reverse SearchInts SearchStrings"},
    {"strings", "Compare Contains ContainsAny ContainsRune Count Cut CutPrefix CutSuffix EqualFold Fields HasPrefix HasSuffix Index IndexAny "
                "IndexByte IndexRune Join LastIndex NewReader Replace ReplaceAll Split SplitAfter SplitN Title ToLower ToTitle "
                "ToUpper Trim TrimLeft TrimPrefix TrimRight TrimSpace TrimSuffix"},
    {"strconv", "Itoa Quote FormatBool"},
    {"time", "After Since Until NewTimer"},
    {"sync", "NewCond OnceFunc OnceValue OnceValues"},
};

static bool has_word(const char *list, const char *word) {
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (!p[n] || p[n] == ' ')) return true;
    return false;
}

static bool is_pure(const Object *f) {
    for (size_t i = 0; i < COUNT_OF(pure); i++)
        if (!f->recv && f->pkg && !strcmp(f->pkg->path, pure[i].package) && has_word(pure[i].names, (f->origin ? f->origin : f)->name->text)) return true;
    return false;
}

// x.String() and x.Error(), of whatever type.
static bool is_text_method(const Expr *call) {
    const Expr *f = lint_bare(call->u.call.fun);
    if (f->kind != E_SELECTOR || !f->u.sel.selection || f->u.sel.selection->kind == SEL_FIELD || f->u.sel.selection->kind == SEL_METHOD_EXPR) return false;
    const Type *t = call->type;
    return !call->u.call.args.len && t && t->kind == T_STRING && (!strcmp(f->u.sel.sel.name->text, "String") || !strcmp(f->u.sel.sel.name->text, "Error"));
}

static bool is_context_method(const Expr *call, const char *name) {
    const Expr *f = lint_bare(call->u.call.fun);
    return f->kind == E_SELECTOR && f->u.sel.selection && f->u.sel.selection->kind == SEL_IFACE_METHOD && !strcmp(f->u.sel.sel.name->text, name) &&
           lint_is_named(f->u.sel.x->type, "context", "Context");
}

void lint_unused_stmt(Lint *l, Stmt *s) {
    if (s->kind != S_EXPR) return;
    const Expr *call = lint_call(s->u.expr.x);
    if (!call) return;
    const Object *f = lint_callee(call);
    const char *name = lint_text(l, call->u.call.fun);
    if (is_context_method(call, "Done") || lint_is_func(f, "time", "After")) {
        Diag *d = lint_warn_at(l, call, "%s only gives a channel, and nothing receives from it: this does not wait", name);
        lint_help(l, d, "write <-%s", lint_text(l, call));
    } else if (lint_is_method(f, "sync", "Mutex", "TryLock") || lint_is_method(f, "sync", "RWMutex", "TryLock") || lint_is_method(f, "sync", "RWMutex", "TryRLock")) {
        Diag *d = lint_warn_at(l, call, "%s may fail, and nothing looks at its answer", name);
        lint_help(l, d, "write if %s { ... }, or wait with Lock", lint_text(l, call));
    } else if ((f && is_pure(f)) || is_text_method(call) || is_context_method(call, "Err") || is_context_method(call, "Value")) {
        Diag *d = lint_warn_at(l, call, "the result of %s is not used, and it does nothing else", name);
        lint_help(l, d, "use the result or remove the call");
    }
}
