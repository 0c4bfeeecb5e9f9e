// The table of checks, the one walk over the main package that calls them, and their reports.
#include "compiler/lint_check.h"
#include "compiler/lint_facts.h"

#include <string.h>

static const LintCheck checks[] = {
    {DIAG_COPIED_LOCK, .func = lint_copy_func, .stmt = lint_copy_stmt, .expr = lint_copy_expr},
    {DIAG_LOST_CANCEL, .func = lint_cancel_func},
    {DIAG_ADD_IN_GOROUTINE, .program = lint_waitgroup_program},
    {DIAG_EMPTY_SECTION, .list = lint_empty_section_list},
    {DIAG_DEFER_LOCK, .list = lint_defer_lock_list},
    {DIAG_LOOP_VARIABLE, .stmt = lint_loop_stmt},
    {DIAG_UNREACHABLE, .func = lint_dead_func},
    {DIAG_DEAD_CASE, .stmt = lint_select_stmt},
    {DIAG_EARLY_ARGUMENT, .stmt = lint_go_argument_stmt},
    {DIAG_UNUSED_RESULT, .stmt = lint_unused_stmt},
    {DIAG_SELF_ASSIGN, .stmt = lint_self_stmt},
    {DIAG_PRINTF, .expr = lint_printf_expr},
    {DIAG_AFTER_IN_LOOP, .stmt = lint_after_stmt},
    {DIAG_FATAL_IN_GOROUTINE, .expr = lint_fatal_expr},
    {DIAG_ATOMIC_ASSIGN, .stmt = lint_atomic_stmt},
    {DIAG_NEEDS_POINTER, .expr = lint_pointer_expr},
    {DIAG_CHARACTER, .expr = lint_character_expr},
};

// ---- reporting

static bool said(const Diags *d, DiagCode code, Pos pos) {
    for (uint32_t i = d->count; i-- > 0;)
        if (d->items[i].pos == pos && d->items[i].code == code) return true;
    return false;
}

static Diag *add(Lint *l, bool note, Pos pos, Pos end, const char *fmt, va_list ap) {
    if ((note && !l->notes) || said(l->d, l->check->code, pos)) return NULL;
    const char *text = arena_vprintf(&l->d->arena, fmt, ap);
    return (note ? diag_note : diag_add)(l->d, l->check->code, pos, end, "%s", text);
}

Diag *lint_warn(Lint *l, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = add(l, false, pos, end, fmt, ap);
    va_end(ap);
    return d;
}

Diag *lint_warn_at(Lint *l, const Expr *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = add(l, false, e->start, e->end, fmt, ap);
    va_end(ap);
    return d;
}

Diag *lint_note(Lint *l, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = add(l, true, pos, end, fmt, ap);
    va_end(ap);
    return d;
}

void lint_help(Lint *l, Diag *d, const char *fmt, ...) {
    if (!d) return;
    va_list ap;
    va_start(ap, fmt);
    diag_help(l->d, d, "%s", arena_vprintf(&l->d->arena, fmt, ap));
    va_end(ap);
}

void lint_label(Lint *l, Diag *d, Pos pos, const char *fmt, ...) {
    if (!d) return;
    va_list ap;
    va_start(ap, fmt);
    diag_label(l->d, d, pos, "%s", arena_vprintf(&l->d->arena, fmt, ap));
    va_end(ap);
}

// ---- the walk

#define EACH(l, hook, ...) \
    for (size_t i_ = 0; i_ < COUNT_OF(checks); i_++) \
        if (checks[i_].hook) { \
            (l)->check = &checks[i_]; \
            checks[i_].hook(__VA_ARGS__); \
        }

static bool on_stmt(Walk *w, Stmt *s) {
    EACH((Lint *)w->p, stmt, w->p, s)
    return true;
}

static void on_list(Walk *w, StmtList list) {
    EACH((Lint *)w->p, list, w->p, list)
}

static bool on_expr(Walk *w, Expr *e) {
    Lint *l = w->p;
    EACH(l, expr, l, e)
    if (e->kind == E_FUNCLIT) {
        LintFunc *f = facts_func(l, e);
        if (!f) return false;
        l->fn = f;
        EACH(l, func, l, f)
    }
    return true;
}

static void on_left(Walk *w, Expr *e) {
    Lint *l = w->p;
    if (e->kind == E_FUNCLIT && l->fn && l->fn->lit == e) l->fn = l->fn->outer;
}

static void check_all(Lint *l) {
    Walk w = {.stmt = on_stmt, .expr = on_expr, .list = on_list, .left = on_left, .p = l};
    for (LintFunc *f = l->funcs; f; f = f->next) {
        if (f->lit) continue; // met inside another, or inside an initialiser
        l->fn = f;
        EACH(l, func, l, f)
        walk_stmts(&w, f->body);
    }
    l->fn = NULL;
    const Package *main = l->p->main;
    for (uint32_t i = 0; i < main->nfiles; i++)
        for (uint32_t k = 0; k < main->files[i]->ndecls; k++) walk_decl(&w, main->files[i]->decls[k]);
    EACH(l, program, l)
}

void lint_program(Program *p, bool notes) {
    Lint l = {.p = p, .d = &p->diags, .notes = notes};
    arena_init(&l.arena);
    facts_gather(&l);
    check_all(&l);
    facts_free(&l);
    arena_fini(&l.arena);
}
