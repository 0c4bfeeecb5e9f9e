// gen_call.c — calls, go and defer. Arguments are generated right into the window at the top of the registers, three slots
// above what is in use; the results come back at the same place.
#include "compiler/gen_int.h"

#include <string.h>

typedef enum CalleeKind { CALLEE_FUNC, CALLEE_CLOSURE, CALLEE_IFACE } CalleeKind;
typedef struct Callee {
    CalleeKind kind;
    Func *f;
    Reg value;       // closure, or interface
    Type *sig;
    Selection *sel;  // a method: its receiver comes first
    LVal recv;
    uint32_t method_id;
    Pos method; // of its name
} Callee;

// The value receiver or pointer that method s->method wants, from x, on which the method was selected.
void gen_put_receiver(Fn *fn, LVal x, Selection *s, Reg at, Pos method) {
    Reg mark = fn->top;
    bool value = !s->method->ptr_recv && under(s->method->recv)->kind != T_POINTER;
    if (under(x.type)->kind == T_POINTER && (s->npath || value)) { // x itself may be nil: that is told at the method's name
        x = gen_deref(fn, x);
        if (method) x.pos = method;
    }
    x = gen_path(fn, x, s->path, s->npath);
    bool pointer = under(x.type)->kind == T_POINTER;
    if (s->method->ptr_recv) {
        if (pointer) gen_load(fn, &x, at);
        else gen_addr(fn, &x, at);
    } else {
        if (pointer && under(s->method->recv)->kind != T_POINTER) x = gen_deref(fn, x);
        if (gen_rep(fn->g, x.type) == REP_MEM) {
            Reg r = gen_addr(fn, &x, NO_REG);
            gen_emit(fn, OP_CLONE, at, r, 0);
            gen_extra_bc(fn, gen_type(fn->g, x.type));
        } else gen_load(fn, &x, at);
    }
    fn->top = mark;
}

static uint32_t method_id_at(Gen *g, Type *iface, uint32_t index) {
    const TMethod *m = &under(iface)->u.iface.methods[index];
    return gen_method_id(g, m->name, m->pkg, m->type);
}

static Callee resolve(Fn *fn, Expr *fun) {
    Gen *g = fn->g;
    fun = gen_strip(fun);
    Callee c = {.kind = CALLEE_CLOSURE, .sig = under(fun->type)};
    if (fun->kind == E_NAME && fun->u.name.obj && fun->u.name.obj->kind == O_FUNC) {
        c.kind = CALLEE_FUNC;
        c.f = gen_func_of(g, fun->u.name.obj);
        return c;
    }
    if (fun->kind == E_SELECTOR) {
        Selection *s = fun->u.sel.selection;
        if (!s && fun->u.sel.obj && fun->u.sel.obj->kind == O_FUNC) {
            c.kind = CALLEE_FUNC;
            c.f = gen_func_of(g, fun->u.sel.obj);
            return c;
        }
        if (s && s->kind == SEL_METHOD) {
            c.kind = CALLEE_FUNC;
            c.f = gen_func_of(g, s->method);
            c.sel = s;
            c.recv = gen_place(fn, fun->u.sel.x);
            if (!c.recv.pos) c.recv.pos = fun->pos;
            c.method = fun->pos;
            return c;
        }
        if (s && s->kind == SEL_IFACE_METHOD) {
            c.kind = CALLEE_IFACE;
            LVal x = gen_path(fn, gen_place(fn, fun->u.sel.x), s->path, s->npath);
            c.value = gen_load(fn, &x, NO_REG);
            c.method_id = method_id_at(g, x.type, s->iface_index);
            return c;
        }
    }
    if (fun->kind == E_FUNCLIT) {
        FuncInfo *info = fun->u.func.info;
        Func *f = info->gen ? info->gen : gen_func_lit(g, info);
        gen_set_captures(g, f, info);
        if (!(f->flags & FUNC_CLOSURE)) {
            c.kind = CALLEE_FUNC;
            c.f = f;
            return c;
        }
    }
    c.value = gen_expr(fn, fun, NO_REG);
    return c;
}

static void argument(Fn *fn, Expr *e, Type *t) {
    Reg at = gen_alloc(fn, gen_regs(fn->g, t)), mark = fn->top;
    gen_owned(fn, e, t, at);
    fn->top = mark;
}

// Results of a call, standing at `from`, become the arguments.
static void spread(Fn *fn, Type *sig, Type *tuple, Reg from) {
    uint32_t np = sig->u.func.nparams, n = tuple->u.tuple.n, fixed = sig->u.func.variadic ? np - 1 : np;
    for (uint32_t i = 0; i < fixed; i++) {
        Type *t = sig->u.func.params[i];
        Reg at = gen_alloc(fn, gen_regs(fn->g, t)), mark = fn->top;
        gen_convert_reg(fn, tuple->u.tuple.items[i], t, from, at);
        from += gen_regs(fn->g, tuple->u.tuple.items[i]);
        fn->top = mark;
    }
    if (!sig->u.func.variadic) return;
    Type *elem = under(sig->u.func.params[np - 1])->u.slice.elem;
    Reg at = gen_alloc(fn, 3), mark = fn->top;
    if (n == fixed) {
        gen_emit(fn, OP_LDNIL, at, 3, 0);
        return;
    }
    Reg k = gen_alloc(fn, 1);
    gen_load_int(fn, k, n - fixed);
    gen_emit(fn, OP_MKSLICE, at, k, k);
    gen_extra_bc(fn, gen_type(fn->g, elem));
    for (uint32_t i = fixed; i < n; i++) {
        Reg above = fn->top;
        LVal l = {.kind = LV_ELEM, .type = elem, .base = at, .index = k};
        Reg r = gen_convert_reg(fn, tuple->u.tuple.items[i], elem, from, NO_REG);
        gen_load_int(fn, k, i - fixed);
        gen_store(fn, &l, r);
        from += gen_regs(fn->g, tuple->u.tuple.items[i]);
        fn->top = above;
    }
    fn->top = mark;
}

static void arguments(Fn *fn, Expr *e, Type *sig) {
    ExprList a = e->u.call.args;
    uint32_t np = sig->u.func.nparams;
    for (uint32_t i = 0; i < np; i++) {
        Type *t = sig->u.func.params[i];
        if (i + 1 == np && sig->u.func.variadic && !e->u.call.ellipsis) {
            Reg at = gen_alloc(fn, 3), mark = fn->top;
            gen_slice_of(fn, t, a.len > i ? a.items + i : NULL, a.len - i, at);
            fn->top = mark;
        } else argument(fn, a.items[i], t);
    }
}

static const uint8_t *result_slots(Gen *g, Type *sig, uint32_t *n) {
    *n = 0;
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) *n += gen_regs(g, sig->u.func.results[i]);
    if (sig->u.func.nresults == 1) return gen_reg_slots(g, sig->u.func.results[0]);
    uint8_t *s = arena_alloc(g->arena, *n + 1), *p = s;
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) {
        uint32_t k = gen_regs(g, sig->u.func.results[i]);
        memcpy(p, gen_reg_slots(g, sig->u.func.results[i]), k);
        p += k;
    }
    return s;
}

static uint32_t call_site(Fn *fn, uint32_t method_id) {
    if (fn->nsites == fn->sites_cap) fn->sites = gen_grow(fn->sites, &fn->sites_cap, fn->nsites + 1, sizeof(CallSite));
    fn->sites[fn->nsites] = (CallSite){.method_id = method_id};
    return fn->nsites++;
}

void gen_emit_calli(Fn *fn, Type *sig, Reg window, Reg iface, uint32_t method_id) {
    uint32_t n;
    const uint8_t *slots = result_slots(fn->g, sig, &n);
    uint32_t args = 0;
    for (uint32_t i = 0; i < sig->u.func.nparams; i++) args += gen_regs(fn->g, sig->u.func.params[i]);
    uint32_t ref = gen_memref(fn, args, n, slots);
    gen_emit(fn, OP_CALLI, window, iface, call_site(fn, method_id));
    gen_extra_bc(fn, ref);
}
void gen_emit_callm(Fn *fn, Type *sig, Reg window, Reg iface, Reg method) {
    uint32_t n, args = 0;
    const uint8_t *slots = result_slots(fn->g, sig, &n);
    for (uint32_t i = 0; i < sig->u.func.nparams; i++) args += gen_regs(fn->g, sig->u.func.params[i]);
    uint32_t ref = gen_memref(fn, args, n, slots);
    gen_emit(fn, OP_CALLM, window, iface, method);
    gen_extra_bc(fn, ref);
}
void gen_emit_callc(Fn *fn, Type *sig, Reg window, Reg closure, uint32_t nargs) {
    uint32_t n;
    const uint8_t *slots = result_slots(fn->g, sig, &n);
    uint32_t ref = gen_memref(fn, 0, n, slots);
    gen_emit(fn, OP_CALLC, window, closure, nargs);
    gen_extra_bc(fn, ref);
}

typedef struct Window {
    Reg at;
    uint32_t nargs, nresults;
} Window;

// Arguments (and receiver) into a fresh window.
static Window fill_window(Fn *fn, Expr *e, Callee *c) {
    Type *sig = c->sig;
    ExprList a = e->u.call.args;
    Reg from = NO_REG;
    if (a.len == 1 && a.items[0]->type && a.items[0]->type->kind == T_TUPLE && !a.items[0]->cv)
        from = gen_call_results(fn, gen_strip(a.items[0]));
    Window w = {.at = fn->top + FRAME_HEADER};
    fn->top = w.at;
    gen_need(fn, w.at);
    if (c->sel) {
        Reg at = gen_alloc(fn, gen_regs(fn->g, c->sel->method->recv));
        gen_put_receiver(fn, c->recv, c->sel, at, c->method);
    } else if (c->kind == CALLEE_IFACE) gen_alloc(fn, 1);
    if (from != NO_REG) spread(fn, sig, a.items[0]->type, from);
    else arguments(fn, e, sig);
    w.nargs = fn->top - w.at;
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) w.nresults += gen_regs(fn->g, sig->u.func.results[i]);
    gen_need(fn, w.at + w.nargs + 2);
    gen_need(fn, w.at + w.nresults + 2);
    return w;
}

Reg gen_call_results(Fn *fn, Expr *e) {
    e = gen_strip(e);
    if (e->u.call.is_conversion || e->u.call.builtin) return gen_call(fn, e, NO_REG);
    gen_hoist_call(fn, e->u.call.fun, e->u.call.args);
    Callee c = resolve(fn, e->u.call.fun);
    Window w = fill_window(fn, e, &c);
    fn->at = e->pos;
    switch (c.kind) {
    case CALLEE_FUNC: gen_emit_bc(fn, c.f->flags & FUNC_NATIVE ? OP_CALLN : OP_CALL, w.at, c.f->index); break;
    case CALLEE_CLOSURE: gen_emit_callc(fn, c.sig, w.at, c.value, w.nargs); break;
    case CALLEE_IFACE: gen_emit_calli(fn, c.sig, w.at, c.value, c.method_id); break;
    }
    fn->top = w.at;
    return gen_alloc(fn, w.nresults);
}

Reg gen_call(Fn *fn, Expr *e, Reg want) {
    if (e->u.call.is_conversion) return gen_convert(fn, e, want);
    if (e->u.call.builtin) return gen_builtin(fn, e, want);
    Reg mark = fn->top, r = gen_call_results(fn, e);
    if (want == NO_REG) return r;
    gen_mov(fn, e->type, want, r);
    fn->top = mark;
    return want;
}

// --- go and defer

void gen_go_defer(Fn *fn, Stmt *s) {
    bool go = s->kind == S_GO;
    Expr *e = gen_strip(s->u.go.call);
    Reg mark = fn->top;
    Window w;
    if (e->u.call.builtin || e->u.call.is_conversion) {
        w.at = fn->top + FRAME_HEADER;
        fn->top = w.at;
        gen_need(fn, w.at);
        Func *f = gen_builtin_thunk(fn, e);
        gen_need(fn, fn->top + 2);
        fn->at = s->pos;
        gen_emit_bc(fn, go ? OP_GO : OP_DEFER, w.at, f->index);
        if (!go) gen_range_defer(fn);
        fn->top = mark;
        return;
    }
    gen_hoist_call(fn, e->u.call.fun, e->u.call.args);
    Callee c = resolve(fn, e->u.call.fun);
    w = fill_window(fn, e, &c);
    fn->at = s->pos;
    switch (c.kind) {
    case CALLEE_FUNC: {
        Func *f = c.f->flags & FUNC_NATIVE ? gen_call_thunk(fn->g, c.f) : c.f;
        gen_emit_bc(fn, go ? OP_GO : OP_DEFER, w.at, f->index);
        break;
    }
    case CALLEE_CLOSURE: gen_emit(fn, go ? OP_GOC : OP_DEFERC, w.at, c.value, w.nargs); break;
    case CALLEE_IFACE: {
        gen_emit(fn, OP_NILCHK, c.value, 0, 0);
        gen_emit(fn, OP_MOVI, w.at, c.value, 0);
        gen_emit_bc(fn, go ? OP_GO : OP_DEFER, w.at, gen_iface_thunk(fn->g, c.sig, c.method_id)->index);
        break;
    }
    }
    if (!go) gen_range_defer(fn);
    fn->top = mark;
}
