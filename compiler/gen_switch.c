// gen_switch.c — switch and type switch: all tests first, in order, each a jump to its clause; then the clauses.
#include "compiler/gen_int.h"

#include <stdlib.h>

static Target push(Fn *fn, Stmt *s) {
    Target t = {.outer = fn->targets, .stmt = s};
    t.brk = gen_label(fn);
    return t;
}

static void one_case(Fn *fn, Expr *tag, Reg r, Expr *e, Label l) {
    Reg mark = fn->top;
    int64_t k;
    fn->at = e->pos;
    if (is_iface(tag->type) != is_iface(e->type) && e->mode != MODE_NIL) { // one of them becomes an interface
        Type *t = is_iface(tag->type) ? tag->type : e->type;
        Reg a = is_iface(tag->type) ? r : gen_to_iface(fn, tag->type, r, NO_REG);
        Reg b = gen_as(fn, e, t, NO_REG);
        fn->at = e->pos;
        gen_equal_jump(fn, t, a, b, true, l);
    } else if (e->mode == MODE_NIL) gen_jcc(fn, OP_JEQI, r, 0, l);
    else if (gen_type_integer(tag->type) && gen_small_const(gen_strip(e), &k)) gen_jcc(fn, OP_JEQI, r, (uint16_t)(int16_t)k, l);
    else {
        Reg b = gen_as(fn, e, tag->type, NO_REG);
        fn->at = e->pos;
        gen_equal_jump(fn, tag->type, r, b, true, l);
    }
    fn->top = mark;
}

static bool ends_with_fallthrough(StmtList l) {
    if (!l.len) return false;
    Stmt *s = l.items[l.len - 1];
    while (s->kind == S_LABELED) s = s->u.labeled.stmt;
    return s->kind == S_FALLTHROUGH;
}

// --- integer cases that are all constants: a binary search

typedef struct IntCase {
    int64_t k;
    Label body;
} IntCase;

static int by_value(const void *a, const void *b) {
    int64_t x = ((const IntCase *)a)->k, y = ((const IntCase *)b)->k;
    return x < y ? -1 : x > y;
}
static void search(Fn *fn, Reg r, const IntCase *c, uint32_t n, Label otherwise) {
    if (n <= 3) {
        for (uint32_t i = 0; i < n; i++) gen_jcc(fn, OP_JEQI, r, (uint16_t)(int16_t)c[i].k, c[i].body);
        gen_jmp(fn, otherwise);
        return;
    }
    Label low = gen_label(fn);
    uint32_t half = n / 2;
    gen_jcc(fn, OP_JLTI, r, (uint16_t)(int16_t)c[half].k, low);
    search(fn, r, c + half, n - half, otherwise);
    gen_bind(fn, low);
    search(fn, r, c, half, otherwise);
}
static bool search_cases(Fn *fn, Stmt *s, Reg r, const Label *bodies, Label otherwise) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->u.sw.ncases; i++) n += s->u.sw.cases[i].exprs.len;
    if (n < 6 || !gen_type_integer(s->u.sw.tag->type)) return false;
    IntCase *all = arena_array(&fn->g->tmp, IntCase, n), *at = all;
    for (uint32_t i = 0; i < s->u.sw.ncases; i++)
        for (uint32_t k = 0; k < s->u.sw.cases[i].exprs.len; k++, at++) {
            Expr *e = gen_strip(s->u.sw.cases[i].exprs.items[k]);
            if (is_iface(e->type) || !gen_small_const(e, &at->k)) return false;
            at->body = bodies[i];
        }
    qsort(all, n, sizeof *all, by_value);
    for (uint32_t i = 1; i < n; i++)
        if (all[i].k == all[i - 1].k) return false;
    search(fn, r, all, n, otherwise);
    return true;
}

void gen_switch(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    if (s->u.sw.init) gen_stmt(fn, s->u.sw.init);
    Target target = push(fn, s);
    Expr *tag = s->u.sw.tag;
    Reg r = 0;
    if (tag) {
        Type *t = gen_default_type(fn->g, tag->type);
        r = tag->cv ? gen_const_value(fn, tag->cv, t, NO_REG) : gen_expr(fn, tag, NO_REG);
        if (r < mark && gen_rep(fn->g, t) != REP_NONE) { // a variable: the tests see the value it had
            Reg copy = gen_alloc(fn, gen_regs(fn->g, t));
            gen_mov(fn, t, copy, r);
            r = copy;
        }
    }
    uint32_t n = s->u.sw.ncases;
    Label *bodies = arena_array(&fn->g->tmp, Label, n + 1), otherwise = target.brk;
    for (uint32_t i = 0; i < n; i++) bodies[i] = gen_label(fn);
    for (uint32_t i = 0; i < n; i++)
        if (s->u.sw.cases[i].is_default) otherwise = bodies[i];
    bool searched = tag && search_cases(fn, s, r, bodies, otherwise);
    for (uint32_t i = 0; i < n && !searched; i++) {
        CaseClause *c = &s->u.sw.cases[i];
        for (uint32_t k = 0; k < c->exprs.len; k++) {
            Reg above = fn->top;
            if (tag) one_case(fn, tag, r, c->exprs.items[k], bodies[i]);
            else if (is_iface(c->exprs.items[k]->type)) {
                Type *t = c->exprs.items[k]->type, *bt = fn->g->p->universe.basic[T_BOOL];
                Reg x = gen_expr(fn, c->exprs.items[k], NO_REG), b = gen_alloc(fn, 2);
                gen_load_int(fn, b, 1);
                gen_to_iface(fn, bt, b, b + 1);
                gen_equal_jump(fn, t, x, b + 1, true, bodies[i]);
            } else gen_cond(fn, c->exprs.items[k], true, bodies[i]);
            fn->top = above;
        }
    }
    if (!searched) gen_jmp(fn, otherwise);
    fn->targets = &target;
    Label outer_fall = fn->fallthrough;
    for (uint32_t i = 0; i < n; i++) {
        CaseClause *c = &s->u.sw.cases[i];
        gen_bind(fn, bodies[i]);
        fn->fallthrough = i + 1 < n ? bodies[i + 1] : target.brk;
        Reg above = fn->top;
        gen_stmts(fn, c->body);
        fn->top = above;
        if (!fn->dead && !ends_with_fallthrough(c->body)) gen_jmp(fn, target.brk);
    }
    fn->fallthrough = outer_fall;
    gen_bind(fn, target.brk);
    fn->targets = target.outer;
    fn->top = mark;
}

static void type_test(Fn *fn, Expr *e, Reg x, Reg id, Label l) {
    fn->at = e->pos;
    Reg mark = fn->top;
    if (e->mode == MODE_NIL || (e->kind == E_NAME && e->u.name.obj && e->u.name.obj->kind == O_NIL)) gen_jcc(fn, OP_JEQI, id, 0, l);
    else if (is_iface(e->type)) {
        Label no = gen_label(fn);
        Reg b = gen_alloc(fn, 1);
        gen_jcc(fn, OP_JEQI, id, 0, no);
        gen_emit(fn, OP_IMPL, b, x, 0);
        gen_extra_bc(fn, gen_type(fn->g, e->type));
        gen_jbool(fn, b, true, l);
        gen_bind(fn, no);
    } else {
        TypeId t = gen_type(fn->g, e->type);
        if (t <= INT16_MAX) gen_jcc(fn, OP_JEQI, id, t, l);
        else {
            Reg k = gen_alloc(fn, 1);
            gen_load_int(fn, k, t);
            gen_jcc(fn, OP_JEQ, id, k, l);
        }
    }
    fn->top = mark;
}

// The clause's variable: the value as the clause's one type, else the interface itself.
static void bind_clause(Fn *fn, CaseClause *c, Reg x) {
    Object *o = c->var;
    if (!o) return;
    Type *t = o->type;
    Reg v = x;
    fn->at = c->pos;
    if (!is_iface(t)) {
        v = gen_alloc(fn, gen_regs(fn->g, t));
        gen_emit(fn, OP_IVAL, v, x, 0);
        gen_extra_bc(fn, gen_type(fn->g, t));
        if (gen_rep(fn->g, t) == REP_MEM) {
            gen_emit(fn, OP_CLONE, v, v, 0);
            gen_extra_bc(fn, gen_type(fn->g, t));
        } else if (gen_by_value(fn, o) && !o->script_shared) {
            o->slot = (int64_t)((uint64_t)v << 8 | LOC_REG);
            return;
        }
    }
    gen_declare_init(fn, o, v);
}

void gen_typeswitch(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    if (s->u.tsw.init) gen_stmt(fn, s->u.tsw.init);
    Target target = push(fn, s);
    Expr *xe = gen_strip(s->u.tsw.x);
    if (xe->kind == E_TYPEASSERT && !xe->u.assert.type) xe = xe->u.assert.x;
    Reg x = gen_expr(fn, xe, NO_REG);
    if (x < mark) {
        Reg copy = gen_alloc(fn, 1);
        gen_emit(fn, OP_MOVI, copy, x, 0);
        x = copy;
    }
    Reg id = gen_alloc(fn, 1);
    gen_emit(fn, OP_ITYPE, id, x, 0);
    uint32_t n = s->u.tsw.ncases;
    Label *bodies = arena_array(&fn->g->tmp, Label, n + 1), otherwise = target.brk;
    for (uint32_t i = 0; i < n; i++) {
        CaseClause *c = &s->u.tsw.cases[i];
        bodies[i] = gen_label(fn);
        if (c->is_default) otherwise = bodies[i];
        for (uint32_t k = 0; k < c->exprs.len; k++) type_test(fn, gen_strip(c->exprs.items[k]), x, id, bodies[i]);
    }
    gen_jmp(fn, otherwise);
    fn->targets = &target;
    for (uint32_t i = 0; i < n; i++) {
        CaseClause *c = &s->u.tsw.cases[i];
        gen_bind(fn, bodies[i]);
        Reg above = fn->top;
        bind_clause(fn, c, x);
        gen_stmts(fn, c->body);
        fn->top = above;
        if (!fn->dead) gen_jmp(fn, target.brk);
    }
    gen_bind(fn, target.brk);
    fn->targets = target.outer;
    fn->top = mark;
}
