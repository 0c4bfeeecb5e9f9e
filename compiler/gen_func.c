// gen_func.c — a function's frame: parameters, captures, results; where variables live; how it is left.
//
// A variable lives in registers unless somebody else can reach it while it changes: address-taken, or captured and assigned
// after its declaration, or a captured result (return assigns it). Then it is a cell in the heap. A variable that is captured
// and never assigned is copied into the closure.
#include "compiler/gen_int.h"

static bool is_array(Type *t) { return under(t)->kind == T_ARRAY; }

bool gen_boxed(Object *o) { return o->addr_taken || (o->captured && (o->assigns > 0 || o->is_result)); }

bool gen_by_value(Fn *fn, Object *o) { return !gen_boxed(o) && gen_rep(fn->g, o->type) != REP_MEM; }

static void set_loc(Object *o, LocKind kind, Reg reg) { o->slot = (int64_t)((uint64_t)reg << 8 | kind); }

Loc gen_loc(Fn *fn, Object *o) {
    if (o->is_global) {
        if (!o->slot) set_loc(o, LOC_GLOBAL, gen_global(fn->g, o));
    } else if (o->script_shared) return (Loc){LOC_SHARED, gen_shared_slot(fn->g, o)};
    else if (o->func != fn->info) {
        for (uint32_t i = 0; i < fn->info->ncaptures; i++)
            if (fn->info->captures[i] == o) return fn->capture_locs[i];
        gol_bug("%s is not among the captures of %s", o->name->text, fn->f->name);
    }
    return (Loc){(LocKind)(o->slot & 0xFF), (Reg)(o->slot >> 8)};
}

static uint32_t var_regs(Fn *fn, Object *o) {
    if (gen_rep(fn->g, o->type) == REP_MEM) return is_array(o->type) ? 2 : 1;
    return gen_boxed(o) ? 1 : gen_regs(fn->g, o->type);
}
static void array_len(Fn *fn, Type *t, Reg at) {
    if (is_array(t)) gen_load_int(fn, at, under(t)->u.array.len);
}

// Memory for a variable. Its allocation site is its declaration, which is how reports know its name.
void gen_var_cell(Fn *fn, Object *o, Reg r) {
    Pos at = fn->at;
    fn->at = o->pos;
    gen_emit_bc(fn, OP_NEW, r, gen_type(fn->g, o->type));
    fn->at = at;
    gen_name_cell(fn->g, o);
}

Loc gen_declare(Fn *fn, Object *o) {
    if (gen_fixed(o)) return gen_loc(fn, o);
    Reg r = gen_alloc(fn, var_regs(fn, o));
    bool mem = gen_rep(fn->g, o->type) == REP_MEM;
    if (mem || gen_boxed(o)) {
        gen_var_cell(fn, o, r);
        if (mem) array_len(fn, o->type, r + 1);
        set_loc(o, LOC_CELL, r);
    } else set_loc(o, LOC_REG, r);
    return gen_loc(fn, o);
}

void gen_declare_init(Fn *fn, Object *o, Reg src) {
    Type *t = o->type;
    if (gen_fixed(o)) {
        LVal l = gen_obj_place(fn, o);
        gen_store(fn, &l, src);
        return;
    }
    Reg r = gen_alloc(fn, var_regs(fn, o));
    if (gen_rep(fn->g, t) == REP_MEM) { // src owns its memory: the variable takes it over
        gen_emit(fn, OP_MOVP, r, src, 0);
        array_len(fn, t, r + 1);
        set_loc(o, LOC_CELL, r);
    } else if (gen_boxed(o)) {
        gen_var_cell(fn, o, r);
        gen_store_mem(fn, t, r, 0, src);
        set_loc(o, LOC_CELL, r);
    } else {
        gen_mov(fn, t, r, src);
        set_loc(o, LOC_REG, r);
    }
}

// The variable is the value at r, which is a temporary at the top.
static void adopt(Fn *fn, Object *o, Reg r) {
    fn->top = r + gen_regs(fn->g, o->type);
    set_loc(o, LOC_REG, r);
}
void gen_declare_expr(Fn *fn, Object *o, Expr *e) {
    Reg mark = fn->top;
    if (!gen_fixed(o) && gen_by_value(fn, o)) {
        Reg r = gen_owned(fn, e, o->type, NO_REG);
        if (r >= mark) adopt(fn, o, r);
        else {
            fn->top = mark;
            gen_declare_init(fn, o, r);
        }
        return;
    }
    if (gen_fixed(o)) {
        Reg r = gen_owned(fn, e, o->type, NO_REG);
        gen_declare_init(fn, o, r);
        fn->top = mark;
        return;
    }
    // The variable's register comes first, the value above it is given back.
    Reg var = gen_alloc(fn, var_regs(fn, o)), above = fn->top;
    if (gen_rep(fn->g, o->type) == REP_MEM) {
        gen_owned(fn, e, o->type, var);
        array_len(fn, o->type, var + 1);
    } else {
        Reg r = gen_owned(fn, e, o->type, NO_REG);
        gen_var_cell(fn, o, var);
        gen_store_mem(fn, o->type, var, 0, r);
    }
    set_loc(o, LOC_CELL, var);
    fn->top = above;
}

void gen_new_cell(Fn *fn, Object *o) {
    Loc l = gen_loc(fn, o);
    Reg mark = fn->top, old = gen_alloc(fn, 1);
    if (gen_rep(fn->g, o->type) == REP_MEM) {
        Pos at = fn->at;
        fn->at = o->pos;
        gen_emit(fn, OP_CLONE, old, l.reg, 0);
        gen_extra_bc(fn, gen_type(fn->g, o->type));
        fn->at = at;
        gen_name_cell(fn->g, o);
        gen_emit(fn, OP_MOVP, l.reg, old, 0);
    } else {
        Reg v = gen_alloc(fn, gen_regs(fn->g, o->type));
        gen_load_mem(fn, o->type, v, l.reg, 0);
        gen_var_cell(fn, o, l.reg);
        gen_store_mem(fn, o->type, l.reg, 0, v);
    }
    fn->top = mark;
}

// --- entry

static void enter_param(Fn *fn, Object *o, Type *t, Reg at) {
    if (!o) return;
    if (gen_rep(fn->g, t) == REP_MEM) {
        if (is_array(t)) {
            Reg pair = gen_alloc(fn, 2);
            gen_emit(fn, OP_MOVP, pair, at, 0);
            array_len(fn, t, pair + 1);
            at = pair;
        }
        set_loc(o, LOC_CELL, at);
    } else if (gen_boxed(o)) {
        Reg cell = gen_alloc(fn, 1);
        gen_var_cell(fn, o, cell);
        gen_store_mem(fn, t, cell, 0, at);
        set_loc(o, LOC_CELL, cell);
    } else set_loc(o, LOC_REG, at);
}

// Captured words stand in the closure in the order of info->captures; all are loaded at once.
static void enter_captures(Fn *fn, FuncInfo *info, Reg closure) {
    Gen *g = fn->g;
    fn->capture_locs = arena_array(&g->tmp, Loc, info->ncaptures + 1);
    uint32_t total = fn->f->ncaptures;
    Reg first = gen_alloc(fn, total), r = first; // total may be 0: a captured struct{} has a place, but no words
    if (total) gen_emit(fn, OP_LDCAP, first, closure, gen_memref(fn, 1, total, fn->f->capture_slots));
    for (uint32_t i = 0; i < info->ncaptures; i++) {
        Object *o = info->captures[i];
        if (o->script_shared) continue;
        if (gen_by_value(fn, o)) {
            fn->capture_locs[i] = (Loc){LOC_REG, r};
            r += gen_regs(g, o->type);
        } else {
            fn->capture_locs[i] = (Loc){LOC_CELL, r++};
        }
    }
    for (uint32_t i = 0; i < info->ncaptures; i++) { // an array's length stands beside its address
        Object *o = info->captures[i];
        if (o->script_shared || gen_by_value(fn, o) || !is_array(o->type) || gen_rep(g, o->type) != REP_MEM) continue;
        Reg pair = gen_alloc(fn, 2);
        gen_emit(fn, OP_MOVP, pair, fn->capture_locs[i].reg, 0);
        array_len(fn, o->type, pair + 1);
        fn->capture_locs[i].reg = pair;
    }
}

static void set_captures(Gen *g, Fn *fn, Func *f, FuncInfo *info) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < info->ncaptures; i++) {
        Object *o = info->captures[i];
        if (!o->script_shared) n += gen_by_value(fn, o) ? gen_regs(g, o->type) : 1;
    }
    if (!n) return;
    uint8_t *slots = arena_alloc(g->arena, n);
    f->ncaptures = n;
    f->capture_slots = slots;
    f->flags |= FUNC_CLOSURE;
    for (uint32_t i = 0; i < info->ncaptures; i++) {
        Object *o = info->captures[i];
        if (o->script_shared) continue;
        if (gen_by_value(fn, o)) {
            const uint8_t *s = gen_reg_slots(g, o->type);
            for (uint32_t k = gen_regs(g, o->type); k--;) *slots++ = *s++;
        } else *slots++ = SLOT_POINTER;
    }
}
void gen_set_captures(Gen *g, Func *f, FuncInfo *info) {
    if (f->capture_slots || (f->flags & FUNC_CLOSURE)) return;
    Fn fn = {.g = g};
    set_captures(g, &fn, f, info);
}

static void enter_results(Fn *fn, FuncInfo *info, Type *sig) {
    uint32_t n = sig->u.func.nresults;
    bool defers = info->has_defer;
    if (!n || (!info->nresults && !defers)) return;
    fn->result_locs = arena_array(&fn->g->tmp, Loc, n);
    fn->results_plain = true;
    Reg first = fn->top;
    for (uint32_t i = 0; i < n; i++) {
        Type *t = sig->u.func.results[i];
        Object *o = info->nresults ? info->results[i] : NULL;
        bool mem = gen_rep(fn->g, t) == REP_MEM, cell = mem || (o && gen_boxed(o));
        if (cell) fn->results_plain = false;
        fn->result_locs[i] = (Loc){cell ? LOC_CELL : LOC_REG, gen_alloc(fn, o ? var_regs(fn, o) : mem ? 2 : gen_regs(fn->g, t))};
        if (o) set_loc(o, fn->result_locs[i].kind, fn->result_locs[i].reg);
    }
    if (fn->top > first) gen_emit(fn, OP_LDNIL, first, fn->top - first, 0);
}
static void enter_result_cells(Fn *fn, Type *sig) {
    if (!fn->result_locs) return;
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) {
        Loc l = fn->result_locs[i];
        if (l.kind != LOC_CELL) continue;
        Type *t = sig->u.func.results[i];
        Object *o = fn->info->nresults ? fn->info->results[i] : NULL;
        if (o) gen_var_cell(fn, o, l.reg);
        else gen_emit_bc(fn, OP_NEW, l.reg, gen_type(fn->g, t));
        if (gen_rep(fn->g, t) == REP_MEM) array_len(fn, t, l.reg + 1);
    }
}

// --- leaving

static bool has_defer(const Fn *fn) { return fn->f->flags & FUNC_HAS_DEFER; }

static void ret(Fn *fn, Reg first, uint32_t n) {
    if (n == 0) gen_emit(fn, OP_RET0, 0, 0, 0);
    else if (n == 1) gen_emit(fn, OP_RET1, first, 0, 0);
    else gen_emit(fn, OP_RET, first, n, 0);
    fn->dead = true;
}

static void ret_results(Fn *fn) {
    Type *sig = fn->info ? under(fn->info->sig) : NULL;
    uint32_t n = sig ? sig->u.func.nresults : 0, total = fn->f->nresults;
    if (!total || !fn->result_locs) {
        ret(fn, 0, 0);
        return;
    }
    if (fn->results_plain) {
        ret(fn, fn->result_locs[0].reg, total);
        return;
    }
    Reg mark = fn->top, out = gen_alloc(fn, total), r = out;
    for (uint32_t i = 0; i < n; i++) {
        Type *t = sig->u.func.results[i];
        Loc l = fn->result_locs[i];
        if (l.kind == LOC_REG) gen_mov(fn, t, r, l.reg);
        else if (gen_rep(fn->g, t) == REP_MEM) {
            gen_emit(fn, OP_CLONE, r, l.reg, 0);
            gen_extra_bc(fn, gen_type(fn->g, t));
        } else gen_load_mem(fn, t, r, l.reg, 0);
        r += gen_regs(fn->g, t);
    }
    fn->top = mark;
    ret(fn, out, total);
}

void gen_leave(Fn *fn) {
    if (has_defer(fn)) gen_emit(fn, OP_RUNDEFERS, 0, 0, 0);
    ret_results(fn);
}

// The local variable's own memory can be handed out: nobody sees it afterwards.
static bool dies_here(Fn *fn, Expr *e) {
    e = gen_strip(e);
    if (e->kind != E_NAME || !e->u.name.obj) return false;
    Object *o = e->u.name.obj;
    return o->kind == O_VAR && !o->is_global && o->func == fn->info && !o->captured && !o->addr_taken && !o->script_shared;
}
static Reg return_value(Fn *fn, Expr *e, Type *t, Reg want) {
    if (!has_defer(fn) && dies_here(fn, e)) return gen_as(fn, e, t, want);
    return gen_owned(fn, e, t, want);
}

// All results into registers side by side; returns the first.
static Reg collect_results(Fn *fn, ExprList l, Type *sig) {
    uint32_t n = sig->u.func.nresults;
    if (n == 1) return return_value(fn, l.items[0], sig->u.func.results[0], NO_REG);
    uint32_t regs = 0;
    for (uint32_t i = 0; i < n; i++) regs += gen_regs(fn->g, sig->u.func.results[i]);
    if (l.len == 1) { // return f()
        Expr *call = gen_strip(l.items[0]);
        Reg from = gen_call_results(fn, call);
        Type *tuple = call->type;
        bool same = true;
        for (uint32_t i = 0; i < n; i++) same &= is_iface(tuple->u.tuple.items[i]) == is_iface(sig->u.func.results[i]);
        if (same) return from;
        Reg out = gen_alloc(fn, regs), r = out;
        for (uint32_t i = 0; i < n; i++) {
            gen_convert_reg(fn, tuple->u.tuple.items[i], sig->u.func.results[i], from, r);
            from += gen_regs(fn->g, tuple->u.tuple.items[i]);
            r += gen_regs(fn->g, sig->u.func.results[i]);
        }
        return out;
    }
    Reg out = gen_alloc(fn, regs), r = out;
    for (uint32_t i = 0; i < n; i++) {
        return_value(fn, l.items[i], sig->u.func.results[i], r);
        r += gen_regs(fn->g, sig->u.func.results[i]);
    }
    return out;
}

// `return a, 10` where a is the first result already: nothing is stored there. (A closure may be reading it, and would be seen to race.)
static bool is_result(const Fn *fn, ExprList l, uint32_t i) {
    const Expr *e = l.len > i ? gen_strip(l.items[i]) : NULL;
    return e && fn->info->nresults == l.len && e->kind == E_NAME && e->u.name.obj == fn->info->results[i];
}

static void store_results(Fn *fn, Type *sig, ExprList list, Reg from) {
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) {
        Type *t = sig->u.func.results[i];
        Loc l = fn->result_locs[i];
        if (is_result(fn, list, i)) {
            from += gen_regs(fn->g, t);
            continue;
        }
        if (l.kind == LOC_REG) gen_mov(fn, t, l.reg, from);
        else if (gen_rep(fn->g, t) == REP_MEM) {
            gen_emit(fn, OP_COPYMEM, l.reg, from, 0);
            gen_extra_bc(fn, gen_type(fn->g, t));
        } else gen_store_mem(fn, t, l.reg, 0, from);
        from += gen_regs(fn->g, t);
    }
}

Reg gen_results(Fn *fn, Stmt *s, Type *sig) {
    gen_hoist(fn, (ExprList){0}, s->u.ret.results, NULL);
    return collect_results(fn, s->u.ret.results, sig);
}
void gen_return_regs(Fn *fn, Type *sig, Reg from) {
    if (!has_defer(fn) && (!fn->result_locs || fn->results_plain)) ret(fn, from, fn->f->nresults);
    else {
        store_results(fn, sig, (ExprList){0}, from);
        gen_leave(fn);
    }
}

void gen_return(Fn *fn, Stmt *s) {
    ExprList l = s->u.ret.results;
    Reg mark = fn->top;
    if (gen_range_leave(fn, s)) return;
    if (!l.len) {
        fn->at = s->pos;
        gen_leave(fn);
        return;
    }
    Type *sig = under(fn->info->sig);
    gen_hoist(fn, (ExprList){0}, l, NULL);
    if (!has_defer(fn) && (!fn->result_locs || fn->results_plain)) {
        Reg r = collect_results(fn, l, sig);
        fn->at = s->pos;
        ret(fn, r, fn->f->nresults);
    } else {
        Expr *e = l.items[0];
        Reg at = fn->result_locs[0].reg;
        if (sig->u.func.nresults == 1 && fn->results_plain && gen_single_write(fn->g, e)) gen_owned(fn, e, sig->u.func.results[0], at);
        else store_results(fn, sig, l, collect_results(fn, l, sig));
        fn->at = s->pos;
        gen_leave(fn);
    }
    fn->top = mark;
}

// A script's func main is called after its last statement, before its deferred calls; a return at top level ends the script
// without it.
static void call_script_main(Fn *fn) {
    Object *main = fn->g->p->main->main;
    if (!main || fn->dead) return;
    Reg window = fn->top + FRAME_HEADER;
    gen_need(fn, window + 2);
    gen_emit_bc(fn, OP_CALL, window, gen_func_of(fn->g, main)->index);
}

void gen_body(Gen *g, Func *f, FuncInfo *info) {
    Fn fn_;
    Fn *fn = &fn_;
    gen_fn_init(fn, g, f);
    fn->info = info;
    Type *sig = info->sig ? under(info->sig) : NULL;
    gen_set_captures(g, f, info);
    gen_names_of_body(g, info);
    if (info->has_defer) {
        f->flags |= FUNC_HAS_DEFER;
        fn->recover = gen_label(fn);
    }
    fn->top = f->nparams + (f->flags & FUNC_CLOSURE ? 1 : 0);
    gen_need(fn, f->nparams + 2);
    if (sig) enter_results(fn, info, sig);
    enter_captures(fn, info, f->nparams);
    Reg at = 0;
    if (info->recv) {
        enter_param(fn, info->recv, info->recv->type, at);
        at += gen_regs(g, info->recv->type);
    }
    for (uint32_t i = 0; sig && i < sig->u.func.nparams; i++) {
        Type *t = sig->u.func.params[i];
        if (i < info->nparams) enter_param(fn, info->params[i], t, at);
        at += gen_regs(g, t);
    }
    if (sig) enter_result_cells(fn, sig);
    if (info->range) gen_range_body(fn);
    else if (info->body) {
        gen_stmts(fn, info->body->stmts);
        fn->at = info->body->rbrace;
    } else {
        gen_stmts(fn, info->script);
        call_script_main(fn);
    }
    if (!fn->dead) {
        if (f->nresults == 0 || fn->result_locs) gen_leave(fn);
    }
    if (info->has_defer) {
        gen_bind_live(fn, fn->recover, true);
        ret_results(fn);
    }
    gen_finish(fn);
}
