// Gathers the facts: every function of the program, and every mention of a variable or field.
#include "compiler/lint_facts.h"

#include <stdlib.h>

// ---- the table: open addressing by pointer

static uint32_t slot_of(const Facts *t, const void *key) {
    uint32_t i = (uint32_t)(((uintptr_t)key >> 4) * 0x9E3779B97F4A7C15u >> 32) & (t->cap - 1);
    while (t->slots[i] && t->slots[i]->key != key) i = (i + 1) & (t->cap - 1);
    return i;
}

static void grow(Facts *t) {
    Facts bigger = {.cap = t->cap ? t->cap * 2 : 64, .n = t->n};
    bigger.slots = xcalloc(bigger.cap, sizeof *bigger.slots);
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->slots[i]) bigger.slots[slot_of(&bigger, t->slots[i]->key)] = t->slots[i];
    free(t->slots);
    *t = bigger;
}

static Fact *fact(Lint *l, const void *key) {
    Facts *t = l->facts;
    if (2 * t->n >= t->cap) grow(t);
    uint32_t i = slot_of(t, key);
    if (!t->slots[i]) {
        t->slots[i] = arena_new(&l->arena, Fact);
        t->slots[i]->key = key;
        t->n++;
    }
    return t->slots[i];
}

Fact *facts_find(const Lint *l, const void *key) {
    return key && l->facts->cap ? l->facts->slots[slot_of(l->facts, key)] : NULL;
}

LintFunc *facts_func(const Lint *l, const Expr *lit) {
    Fact *f = facts_find(l, lit);
    return f ? f->func : NULL;
}

// ---- variables and fields

static const TField *field_at(Type *t, const uint32_t *path, uint32_t n) {
    const TField *f = NULL;
    for (uint32_t i = 0; i < n; i++) {
        t = type_under(t);
        if (t->kind == T_POINTER) t = type_under(t->u.pointer.elem);
        if (t->kind != T_STRUCT || path[i] >= t->u.strct.n) return NULL;
        f = &t->u.strct.fields[path[i]];
        t = f->type;
    }
    return f;
}

const void *facts_key(const Expr *e) {
    e = lint_bare(e);
    while (e && (e->kind == E_STAR || (e->kind == E_UNARY && e->op == OPR_ADDR)))
        e = lint_bare(e->kind == E_STAR ? e->u.star.x : e->u.unary.x);
    if (!e) return NULL;
    if (e->kind == E_NAME) return lint_var(e);
    if (e->kind != E_SELECTOR) return NULL;
    if (!e->u.sel.selection) return e->u.sel.obj && e->u.sel.obj->kind == O_VAR ? e->u.sel.obj : NULL;
    const Selection *s = e->u.sel.selection;
    return s->kind == SEL_FIELD ? field_at(s->recv, s->path, s->npath) : NULL;
}

// The wait group whose method is called: the variable or field before the dot, or the embedded field that the call goes through.
static const void *group_of(const Expr *call) {
    const Expr *fun = lint_bare(call->u.call.fun);
    const Selection *s = fun->u.sel.selection;
    return s->npath ? field_at(s->recv, s->path, s->npath) : facts_key(fun->u.sel.x);
}

static bool is_group(Type *t) {
    if (t && type_under(t)->kind == T_POINTER) t = type_under(t)->u.pointer.elem;
    return t && lint_is_named(t, "sync", "WaitGroup");
}

static Fact *fact_of(Lint *l, const Expr *e, const void *key) {
    Fact *f = fact(l, key);
    e = lint_bare(e);
    while (e->kind == E_STAR || e->kind == E_UNARY) e = lint_bare(e->kind == E_STAR ? e->u.star.x : e->u.unary.x);
    if (e->kind == E_SELECTOR && e->u.sel.selection) f->is_field = true;
    return f;
}

// ---- the walk

static void add_use(Lint *l, GroupUse **list, Fact *f, GroupUse use) {
    GroupUse *u = arena_new(&l->arena, GroupUse);
    *u = use;
    while (*list) list = &(*list)->next; // in source order
    *list = u;
    f->ngroup++;
}

static void group_call(Lint *l, Expr *call) {
    const Object *m = lint_callee(call);
    static const char *const names[] = {"Add", "Done", "Wait"};
    bool deferred = l->started && l->started->kind == S_DEFER && lint_bare(l->started->u.go.call) == call;
    for (size_t i = 0; m && i < COUNT_OF(names); i++) {
        if (!lint_is_method(m, "sync", "WaitGroup", names[i])) continue;
        const void *key = group_of(call);
        if (!key) return;
        Fact *f = fact(l, key);
        GroupUse **lists[] = {&f->adds, &f->dones, &f->waits};
        add_use(l, lists[i], f, (GroupUse){.at = call, .fn = l->fn, .deferred = deferred});
    }
}

// go f(&wg) and go f(wg) of a pointer: f's parameter is the same group.
static void group_passed(Lint *l, Stmt *go) {
    Expr *call = lint_call(go->u.go.call);
    const Object *callee = call ? lint_callee(call) : NULL;
    if (!callee || callee->recv || !callee->info || !callee->info->checked || callee->pkg != l->p->main) return;
    for (uint32_t i = 0; i < call->u.call.args.len && i < callee->info->nparams; i++) {
        Expr *a = call->u.call.args.items[i];
        if (!a->type || type_under(a->type)->kind != T_POINTER || !is_group(a->type)) continue;
        const void *key = facts_key(a);
        if (!key) continue;
        Fact *f = fact(l, key);
        add_use(l, &f->passes, f, (GroupUse){.at = call, .fn = l->fn, .param = callee->info->params[i], .go = go});
    }
}

static void func_started(Lint *l, Stmt *go) {
    Expr *call = lint_call(go->u.go.call);
    const Object *callee = call ? lint_callee(call) : NULL;
    if (!callee || callee->pkg != l->p->main) return;
    Fact *f = fact(l, callee);
    GroupUse **list = &f->starts;
    while (*list) list = &(*list)->next;
    *list = arena_new(&l->arena, GroupUse);
    **list = (GroupUse){.at = call, .fn = l->fn, .go = go};
    f->nstarts++;
}

static void channel_use(Lint *l, const Expr *e, size_t offset) {
    const void *key = facts_key(e);
    if (key && lint_bare(e)->kind != E_UNARY) ++*(uint32_t *)((char *)fact(l, key) + offset);
}

static void declared(Lint *l, Object *o, ExprList values, uint32_t i, uint32_t n) {
    if (!o || o->kind != O_VAR) return;
    Fact *f = fact(l, o);
    if (values.len == n) f->init = values.items[i];
    f->declared = values.len == n || !values.len;
}

static void declaration(Lint *l, Decl *d) {
    if (d->kind != D_VAR || !d->u.value.objs) return;
    for (uint32_t i = 0; i < d->u.value.nnames; i++) declared(l, d->u.value.objs[i], d->u.value.values, i, d->u.value.nnames);
}

static LintFunc *new_func(Lint *l, FuncInfo *info, StmtList body, Pos start, Pos end) {
    LintFunc *f = arena_new(&l->arena, LintFunc), **last = &l->funcs;
    *f = (LintFunc){.info = info, .body = body, .start = start, .end = end};
    if (l->last_func) last = &l->last_func->next;
    *last = f;
    l->last_func = f;
    return f;
}

static bool on_expr(Walk *w, Expr *e) {
    Lint *l = w->p;
    switch ((ExprKind)e->kind) {
    case E_NAME: {
        Object *o = lint_var(e);
        if (o && o->pos != e->pos) fact(l, o)->uses++;
        if (e->u.name.obj && e->u.name.obj->kind == O_FUNC) fact(l, e->u.name.obj)->uses++;
        break;
    }
    case E_SELECTOR: {
        const Selection *how = e->u.sel.selection;
        if (how && how->method) fact(l, how->method)->uses++;
        else if (how && how->kind != SEL_FIELD) fact(l, e->u.sel.sel.name)->uses++;
        const void *key = facts_key(e);
        if (key) {
            fact_of(l, e, key)->uses++;
        } else if (e->u.sel.selection && e->u.sel.selection->npath) { // a promoted method is a use of what it is promoted from
            const Selection *s = e->u.sel.selection;
            for (uint32_t n = 1; n <= s->npath; n++)
                if ((key = field_at(s->recv, s->path, n))) {
                    fact(l, key)->uses++;
                    fact(l, key)->is_field = true;
                }
        }
        break;
    }
    case E_UNARY:
        if (e->op == OPR_RECV) channel_use(l, e->u.unary.x, offsetof(Fact, receives));
        break;
    case E_CALL:
        group_call(l, e);
        if (e->u.call.args.len != 1) break;
        if (e->u.call.builtin == B_CLOSE) channel_use(l, e->u.call.args.items[0], offsetof(Fact, closes));
        if (e->u.call.builtin == B_LEN || e->u.call.builtin == B_CAP) channel_use(l, e->u.call.args.items[0], offsetof(Fact, lengths));
        break;
    case E_FUNCLIT: {
        if (!e->u.func.body) return false;
        LintFunc *f = new_func(l, e->u.func.info, e->u.func.body->stmts, e->u.func.body->lbrace, e->u.func.body->rbrace);
        f->lit = e;
        f->outer = l->fn;
        if (l->started && lint_bare(l->started->u.go.call->u.call.fun) == e) f->started_by = l->started;
        fact(l, e)->func = f;
        l->fn = f;
        break;
    }
    case E_BAD: case E_BASICLIT: case E_COMPOSITE: case E_KEYVALUE: case E_PAREN: case E_INDEX: case E_SLICE: case E_TYPEASSERT:
    case E_STAR: case E_BINARY: case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE:
    case E_CHANTYPE: case E_ELLIPSIS: break;
    }
    return true;
}

static void on_left(Walk *w, Expr *e) {
    Lint *l = w->p;
    if (e->kind == E_FUNCLIT && l->fn && l->fn->lit == e) l->fn = l->fn->outer;
}

static bool on_stmt(Walk *w, Stmt *s) {
    Lint *l = w->p;
    if (s->kind == S_GO) {
        group_passed(l, s);
        func_started(l, s);
    }
    if ((s->kind == S_GO || s->kind == S_DEFER) && lint_bare(s->u.go.call)->kind == E_CALL) l->started = s;
    if (s->kind == S_SEND) channel_use(l, s->u.send.chan, offsetof(Fact, sends));
    if (s->kind == S_RANGE && s->u.range.x->type && type_under(s->u.range.x->type)->kind == T_CHAN)
        channel_use(l, s->u.range.x, offsetof(Fact, receives));
    if (s->kind == S_DECL)
        for (uint32_t i = 0; i < s->u.decl.len; i++) declaration(l, s->u.decl.items[i]);
    if (s->kind == S_DEFINE)
        for (uint32_t i = 0; i < s->u.define.lhs.len; i++) {
            Object *o = lint_var(s->u.define.lhs.items[i]);
            if (o && o->pos == s->u.define.lhs.items[i]->pos) declared(l, o, s->u.define.rhs, i, s->u.define.lhs.len);
        }
    return true;
}

void facts_gather(Lint *l) {
    l->facts = arena_new(&l->arena, Facts);
    Walk w = {.stmt = on_stmt, .expr = on_expr, .left = on_left, .p = l};
    const Package *main = l->p->main;
    if (main->script_main) {
        l->fn = new_func(l, main->script_main, main->script_main->script, 0, UINT32_MAX);
        l->fn->is_main = true;
        walk_stmts(&w, l->fn->body);
    }
    for (uint32_t i = main->first_func; i < main->nfuncs; i++) {
        Object *o = main->funcs[i];
        if (!o->info || !o->info->checked || !o->info->body) continue;
        const Block *b = o->info->body;
        l->fn = new_func(l, o->info, b->stmts, b->lbrace, b->rbrace);
        l->fn->decl = o;
        l->fn->is_main = o == main->main;
        walk_stmts(&w, l->fn->body);
    }
    l->fn = NULL;
    for (uint32_t i = 0; i < main->nfiles; i++)
        for (uint32_t k = 0; k < main->files[i]->ndecls; k++) {
            declaration(l, main->files[i]->decls[k]);
            walk_decl(&w, main->files[i]->decls[k]);
        }
}

void facts_free(Lint *l) {
    free(l->facts->slots);
}
