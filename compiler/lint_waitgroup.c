// wg.Add in the goroutine that it counts: Wait may come first, see zero and go on. Said only where nothing can have come between:
//   - every Add of this wait group in the program stands in such a goroutine (so that no goroutine that adds is itself counted),
//   - the group is used in no other way (nobody else can have added),
//   - Wait stands in the function that starts the goroutine, or in another goroutine that it starts, further down,
//   - and on the way from the go statement to the Wait nothing waits for anything: no receive, no lock, no call of a function
//     that is not known to do without (the goroutine could have said there that it has added).
#include <string.h>

#include "compiler/lint_facts.h"

typedef struct Between {
    const void *group;
    Pos from, to;
    const Stmt *go;  // its loop counts as a whole
    bool waits;
} Between;

static bool harmless(const Between *b, const Expr *call) {
    static const char *const packages[] = {"fmt", "strings", "strconv", "errors", "math", "math/rand", "sort", "unicode", "time"};
    if (call->u.call.builtin || call->u.call.is_conversion) return true;
    const Object *f = lint_callee(call);
    if (!f || !f->pkg || !f->pkg->is_std) return false;
    if (lint_is_method(f, "sync", "WaitGroup", "Add") || lint_is_method(f, "sync", "WaitGroup", "Done"))
        return facts_key(lint_bare(call->u.call.fun)->u.sel.x) == b->group;
    for (size_t i = 0; i < COUNT_OF(packages); i++)
        if (!f->recv && !strcmp(f->pkg->path, packages[i])) return true;
    return false;
}

static bool between_expr(Walk *w, Expr *e) {
    Between *b = w->p;
    if (e->kind == E_FUNCLIT) return e->start < b->to && b->to < e->end; // a literal that has the Wait in it
    if (e->start < b->from || e->start >= b->to) return true;
    if (e->kind == E_UNARY && e->op == OPR_RECV) b->waits = true;
    if (e->kind == E_CALL && e->end < b->to && !harmless(b, e)) b->waits = true;
    return true;
}

static bool between_stmt(Walk *w, Stmt *s) {
    Between *b = w->p;
    if ((s->kind == S_FOR || s->kind == S_RANGE) && s->pos <= b->go->pos && b->go->pos < s->end && b->to >= s->end && s->pos < b->from)
        b->from = s->pos;
    Pos at = lint_start(s);
    if (s->kind == S_GO && s != b->go && b->to < s->end) return true; // its call is no call of ours; its literal has the Wait
    if (s->kind == S_GO || s->kind == S_DEFER) {
        const Expr *call = lint_bare(s->u.go.call);
        for (uint32_t i = 0; call->kind == E_CALL && i < call->u.call.args.len; i++) walk_expr(w, call->u.call.args.items[i]);
        return false;
    }
    if (at < b->from || at >= b->to) return true;
    if (s->kind == S_SEND || s->kind == S_SELECT) b->waits = true;
    if (s->kind == S_RANGE && s->u.range.x->type && type_under(s->u.range.x->type)->kind == T_CHAN) b->waits = true;
    return true;
}

// A Wait that nothing keeps from running before what `go` starts in function f.
static const GroupUse *early_wait(const Fact *group, const Stmt *go, LintFunc *f) {
    for (const GroupUse *u = group->waits; u; u = u->next) {
        bool own = u->fn == f, other = u->fn && u->fn->outer == f && u->fn->started_by && u->fn->started_by->kind == S_GO;
        if (!own && !other) continue;
        Between b = {.group = group->key, .from = go->end, .to = u->deferred ? f->end : u->at->start, .go = go};
        if (b.to <= b.from) continue;
        Walk w = {.stmt = between_stmt, .expr = between_expr, .p = &b};
        walk_stmts(&w, f->body); // finds the loop
        b.waits = false;
        walk_stmts(&w, f->body);
        if (!b.waits) return u;
    }
    return NULL;
}

static bool in_goroutine(const GroupUse *add) {
    return add->fn && add->fn->outer && add->fn->started_by && add->fn->started_by->kind == S_GO;
}

// The Add stands in a function that runs in no other way than by go: the fact of it; else NULL. (What has methods of an exported name may be called by std.)
static const Fact *only_started(const Lint *l, const GroupUse *add) {
    const Object *o = add->fn ? add->fn->decl : NULL;
    const Fact *f = facts_find(l, o), *by_name;
    if (!f || !f->starts || f->uses != f->nstarts) return NULL;
    if (!o->recv) return f;
    by_name = facts_find(l, o->name);
    return (by_name && by_name->uses) || o->name->text[0] < 'a' ? NULL : f;
}

// The Add inside f, of `go f(&wg)`: f must do nothing else with it than Add and Done.
static const GroupUse *add_of_callee(Lint *l, const GroupUse *pass) {
    const Fact *p = facts_find(l, pass->param);
    return p && p->adds && p->uses == p->ngroup && !p->waits && !p->passes && !pass->param->assigns ? p->adds : NULL;
}

static bool fresh(const Fact *f) {
    const Expr *e = lint_bare(f->init);
    if (!e) return true;
    if (e->kind == E_UNARY && e->op == OPR_ADDR) e = lint_bare(e->u.unary.x);
    return e->kind == E_COMPOSITE || (e->kind == E_CALL && e->u.call.builtin == B_NEW);
}

static void tell(Lint *l, const GroupUse *add, const GroupUse *wait) {
    if (!wait) return;
    Diag *d = lint_warn_at(l, add->at, "Add in the goroutine that it counts: Wait may run before it and see zero");
    lint_label(l, d, wait->at->start, "this Wait does not wait for a goroutine that has not begun");
    lint_help(l, d, "call Add before the go statement");
}

static void check(Lint *l, const Fact *f) {
    if (!f->waits || f->uses != f->ngroup || (!f->adds && !f->passes) || !fresh(f)) return;
    const Object *o = f->is_field ? NULL : f->key;
    if (o && (!f->declared || o->assigns || o->is_param || o->is_result || o->is_receiver)) return;
    for (const GroupUse *a = f->adds; a; a = a->next)
        if (!in_goroutine(a) && !only_started(l, a)) return;
    for (const GroupUse *p = f->passes; p; p = p->next) {
        const Fact *inner = facts_find(l, p->param);
        if (inner && inner->adds && !add_of_callee(l, p)) return;
    }
    for (const GroupUse *a = f->adds; a; a = a->next) {
        const Fact *func = in_goroutine(a) ? NULL : only_started(l, a);
        const GroupUse *wait = func ? NULL : early_wait(f, a->fn->started_by, a->fn->outer);
        for (const GroupUse *s = func ? func->starts : NULL; s && !wait; s = s->next)
            if (s->fn) wait = early_wait(f, s->go, s->fn);
        tell(l, a, wait);
    }
    for (const GroupUse *p = f->passes; p; p = p->next) {
        const GroupUse *a = p->fn ? add_of_callee(l, p) : NULL;
        if (a) tell(l, a, early_wait(f, p->go, p->fn));
    }
}

void lint_waitgroup_program(Lint *l) {
    for (uint32_t i = 0; i < l->facts->cap; i++)
        if (l->facts->slots[i]) check(l, l->facts->slots[i]);
}
