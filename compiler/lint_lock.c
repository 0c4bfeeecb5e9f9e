// Two slips at a lock. `mu.Lock(); mu.Unlock()` in a row, where `defer mu.Unlock()` was meant: what follows is not protected. An empty
// section can be meant (it waits until the holder is through), so it is a warning only where what follows in the block writes
// to something that the lock's owner shares with others. And `defer mu.Lock()` after `mu.Lock()`, where Unlock was
// meant: at the end the function locks a second time and waits for itself.
#include <string.h>

#include "compiler/lint_check.h"

// The call in `x.Lock()`, or NULL.
static Expr *call_in(const Stmt *s, StmtKind kind) {
    if (s->kind != kind) return NULL;
    return lint_call(kind == S_EXPR ? s->u.expr.x : s->u.go.call);
}

// The variable at the root of c.mu, (*p).x[i].mu.
static Object *root(const Expr *e) {
    for (;;) {
        e = lint_bare(e);
        switch ((ExprKind)e->kind) {
        case E_SELECTOR:
            if (!e->u.sel.selection) return e->u.sel.obj && e->u.sel.obj->kind == O_VAR ? e->u.sel.obj : NULL;
            e = e->u.sel.x;
            break;
        case E_INDEX: e = e->u.index.x; break;
        case E_STAR: e = e->u.star.x; break;
        case E_UNARY: e = e->u.unary.x; break;
        case E_NAME: return lint_var(e);
        case E_BAD: case E_BASICLIT: case E_FUNCLIT: case E_COMPOSITE: case E_KEYVALUE: case E_PAREN: case E_SLICE: case E_TYPEASSERT:
        case E_CALL: case E_BINARY: case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE:
        case E_CHANTYPE: case E_ELLIPSIS: return NULL;
        }
    }
}

typedef struct Section {
    Lint *l;
    const Object *owner; // of the lock: c of c.mu; mu itself
    bool locks;          // locked again below
    bool writes;
} Section;

static void written(Section *s, const Expr *e) {
    const Object *v = root(e);
    if (!v || s->locks) return;
    bool plain = lint_bare(e)->kind == E_NAME;
    // A field beside the lock, or a variable that other functions can reach.
    if ((!plain && v == s->owner) || v->is_global || v->captured || v->script_shared) s->writes = true;
}

static bool section_stmt(Walk *w, Stmt *st) {
    Section *s = w->p;
    if (st->kind == S_INCDEC) written(s, st->u.incdec.x);
    if (st->kind == S_ASSIGN)
        for (uint32_t i = 0; i < st->u.assign.lhs.len; i++) written(s, st->u.assign.lhs.items[i]);
    return true;
}

static bool section_expr(Walk *w, Expr *e) {
    Section *s = w->p;
    const char *name;
    Expr *x;
    if (lint_call(e) && lint_locks(e, &name, &x)) s->locks = true;
    return e->kind != E_FUNCLIT;
}

void lint_empty_section_list(Lint *l, StmtList list) {
    for (uint32_t i = 0; i + 1 < list.len; i++) {
        const Expr *a = call_in(list.items[i], S_EXPR), *b = call_in(list.items[i + 1], S_EXPR);
        const char *lock, *unlock;
        Expr *x, *y;
        if (!a || !b || !lint_locks(a, &lock, &x) || !lint_locks(b, &unlock, &y) || !lint_same(x, y)) continue;
        bool reading = !strcmp(lock, "RLock") && !strcmp(unlock, "RUnlock");
        if (!reading && (strcmp(lock, "Lock") || strcmp(unlock, "Unlock"))) continue;
        Section s = {.l = l, .owner = root(x)};
        Walk w = {.stmt = section_stmt, .expr = section_expr, .p = &s};
        for (uint32_t k = i + 2; k < list.len; k++) walk_stmt(&w, list.items[k]);
        const char *text = lint_text(l, x);
        Diag *d;
        if (s.writes && !reading) {
            d = lint_warn(l, a->start, a->end, "%s is unlocked at once: it protects nothing of what follows", text);
            lint_label(l, d, b->start, "here");
            lint_help(l, d, "defer %s.%s() keeps it locked until the function ends", text, unlock);
        } else {
            d = lint_note(l, a->start, a->end, "%s is unlocked at once: nothing is done under the lock", text);
            lint_help(l, d, "fine if this only waits for the holder; else defer %s.%s() was meant", text, unlock);
        }
    }
}

void lint_defer_lock_list(Lint *l, StmtList list) {
    for (uint32_t i = 0; i + 1 < list.len; i++) {
        const Expr *a = call_in(list.items[i], S_EXPR), *b = call_in(list.items[i + 1], S_DEFER);
        const char *first, *second;
        Expr *x, *y;
        if (!a || !b || !lint_locks(a, &first, &x) || !lint_locks(b, &second, &y) || !lint_same(x, y)) continue;
        if (strcmp(first, second) || (strcmp(first, "Lock") && strcmp(first, "RLock"))) continue;
        const char *text = lint_text(l, x), *un = first[0] == 'R' ? "RUnlock" : "Unlock";
        Diag *d = lint_warn(l, list.items[i + 1]->pos, b->end, "defer %s.%s() locks again when the function ends; nothing unlocks", text, second);
        lint_label(l, d, a->start, "locked here");
        lint_help(l, d, "write defer %s.%s()", text, un);
    }
}
