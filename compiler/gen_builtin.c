// gen_builtin.c — the predeclared functions. Those that may stand after go and defer are generated from registers
// (apply), so that a thunk can do them later with arguments evaluated now.
#include "compiler/gen_int.h"

#include <string.h>

enum { MAX_EFFECT_ARGS = 256 };

static Type *basic(Fn *fn, TypeKind k) { return fn->g->p->universe.basic[k]; }

// --- close, panic, print, println, delete, copy, clear

// The types to which the arguments of such a builtin are converted.
static uint32_t effect_types(Fn *fn, Expr *e, Type **out) {
    ExprList a = e->u.call.args;
    uint32_t n = a.len > MAX_EFFECT_ARGS ? MAX_EFFECT_ARGS : a.len;
    for (uint32_t i = 0; i < n; i++) {
        Type *t = gen_default_type(fn->g, a.items[i]->type);
        if (t->kind == T_UNTYPED_NIL) t = fn->g->p->universe.any_type;
        out[i] = t;
    }
    if (e->u.call.builtin == B_PANIC) out[0] = fn->g->p->universe.any_type;
    if (e->u.call.builtin == B_DELETE) out[1] = under(out[0])->u.map.key;
    return n;
}

static void print_one(Fn *fn, Type *t, Reg r, uint32_t flags) {
    gen_emit(fn, OP_PRINT, r, flags, 0);
    gen_extra_bc(fn, t ? gen_type(fn->g, t) : 0);
}

// Does it with arguments at regs; the result (of copy) goes to want.
static void apply(Fn *fn, Builtin b, const Type *const *ctypes, const Reg *regs, uint32_t n, Reg want) {
    Type *const *types = (Type *const *)ctypes;
    Reg mark = fn->top;
    switch (b) {
    case B_CLOSE: gen_emit(fn, OP_CLOSECH, regs[0], 0, 0); break;
    case B_PANIC:
        gen_emit(fn, OP_PANIC, regs[0], 0, 0);
        fn->dead = true;
        break;
    case B_DELETE:
        gen_emit(fn, OP_MAPDEL, regs[0], regs[1], 0);
        gen_extra_bc(fn, gen_type(fn->g, types[0]));
        break;
    case B_COPY: {
        if (want == NO_REG) want = gen_alloc(fn, 1);
        if (gen_type_string(types[1])) gen_emit(fn, OP_COPYT, want, regs[0], regs[1]);
        else {
            gen_emit(fn, OP_COPY, want, regs[0], regs[1]);
            gen_extra_bc(fn, gen_type(fn->g, under(types[0])->u.slice.elem));
        }
        break;
    }
    case B_CLEAR:
        if (under(types[0])->kind == T_MAP) gen_emit(fn, OP_MAPCLEAR, regs[0], 0, 0);
        else {
            gen_emit(fn, OP_CLEARSL, regs[0], 0, 0);
            gen_extra_bc(fn, gen_type(fn->g, under(types[0])->u.slice.elem));
        }
        break;
    case B_PRINT: case B_PRINTLN: {
        bool ln = b == B_PRINTLN;
        for (uint32_t i = 0; i < n; i++) print_one(fn, types[i], regs[i], (ln && i ? 1 : 0) | (ln && i + 1 == n ? 2 : 0));
        if (ln && !n) print_one(fn, NULL, 0, 2);
        break;
    }
    case B_RECOVER: gen_emit(fn, OP_RECOVER, gen_alloc(fn, 1), 0, 0); break; // defer recover(): stops a panic in some places
    case B_NONE: case B_APPEND: case B_CAP: case B_COMPLEX: case B_IMAG: case B_LEN: case B_MAKE: case B_MAX:
    case B_MIN: case B_NEW: case B_REAL: break;
    }
    fn->top = mark;
}

static void effect(Fn *fn, Expr *e, Reg want) {
    Type *types[MAX_EFFECT_ARGS];
    Reg regs[MAX_EFFECT_ARGS], mark = fn->top;
    uint32_t n = effect_types(fn, e, types);
    gen_hoist(fn, (ExprList){0}, e->u.call.args, NULL);
    if (e->u.call.args.len > n) gen_not_done(fn->g, e->pos, "a builtin with more than 256 arguments");
    for (uint32_t i = 0; i < n; i++) regs[i] = gen_as(fn, e->u.call.args.items[i], types[i], NO_REG);
    fn->at = e->pos;
    apply(fn, (Builtin)e->u.call.builtin, (const Type *const *)types, regs, n, want);
    fn->top = mark;
}

Func *gen_builtin_thunk(Fn *fn, Expr *e) {
    Gen *g = fn->g;
    Type *types[MAX_EFFECT_ARGS];
    Reg regs[MAX_EFFECT_ARGS];
    uint32_t n = effect_types(fn, e, types), total = 0;
    if (e->u.call.args.len > n) gen_not_done(g, e->pos, "a builtin with more than 256 arguments");
    Func *f = gen_func_new(g, "builtin", e->pos, FUNC_THUNK);
    uint8_t slots[MAX_EFFECT_ARGS * MAX_REG_STRUCT];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = gen_regs(g, types[i]);
        Reg at = gen_alloc(fn, k), mark = fn->top;
        gen_owned(fn, e->u.call.args.items[i], types[i], at);
        fn->top = mark;
        memcpy(slots + total, gen_reg_slots(g, types[i]), k);
        regs[i] = total;
        total += k;
    }
    uint8_t *kept = arena_alloc(g->arena, total + 1);
    memcpy(kept, slots, total);
    f->param_slots = kept;
    f->nparams = total;
    Fn thunk;
    gen_fn_init(&thunk, g, f);
    thunk.top = total + 1;
    gen_need(&thunk, total + 2);
    apply(&thunk, (Builtin)e->u.call.builtin, (const Type *const *)types, regs, n, NO_REG);
    gen_emit(&thunk, OP_RET0, 0, 0, 0);
    gen_finish(&thunk);
    return f;
}

// --- the others

static Reg length(Fn *fn, Expr *e, bool cap, Reg want) {
    Expr *x = e->u.call.args.items[0];
    Type *u = under(x->type);
    Opcode op = OP_NOP;
    switch (u->kind) {
    case T_STRING: case T_UNTYPED_STRING: op = OP_STRLEN; break;
    case T_MAP: op = OP_MAPLEN; break;
    case T_CHAN: op = cap ? OP_CHCAP : OP_CHLEN; break;
    case T_SLICE: {
        if (want == NO_REG) return gen_expr(fn, x, NO_REG) + (cap ? 2 : 1);
        Reg mark = fn->top, r = gen_expr(fn, x, NO_REG);
        gen_emit(fn, OP_MOV, want, r + (cap ? 2 : 1), 0);
        fn->top = mark;
        return want;
    }
    default: // an array, or a pointer to one
        gen_effects(fn, x);
        if (want == NO_REG) want = gen_alloc(fn, 1);
        gen_load_int(fn, want, (u->kind == T_POINTER ? under(u->u.pointer.elem) : u)->u.array.len);
        return want;
    }
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top, r = gen_expr(fn, x, NO_REG);
    fn->at = e->pos;
    gen_emit(fn, op, want, r, 0);
    fn->top = mark;
    return want;
}

static Reg append(Fn *fn, Expr *e, Reg want) {
    ExprList a = e->u.call.args;
    Type *t = e->type, *elem = under(t)->u.slice.elem;
    if (a.len == 1) return gen_as(fn, a.items[0], t, want);
    if (want == NO_REG) want = gen_alloc(fn, 3);
    Reg mark = fn->top;
    gen_hoist(fn, (ExprList){0}, a, NULL);
    Reg s = gen_as(fn, a.items[0], t, NO_REG);
    if (e->u.call.ellipsis) {
        Expr *y = a.items[1];
        bool string = gen_type_string(y->type);
        Reg r = gen_as(fn, y, string ? y->type : t, NO_REG);
        fn->at = e->pos;
        gen_emit(fn, string ? OP_APPENDT : OP_APPENDS, want, s, r);
        if (!string) gen_extra_bc(fn, gen_type(fn->g, elem));
    } else if (a.len == 2) {
        Reg r = gen_as(fn, a.items[1], elem, NO_REG);
        fn->at = e->pos;
        gen_emit(fn, OP_APPEND, want, s, r);
        gen_extra_bc(fn, gen_type(fn->g, elem));
    } else {
        Reg r = gen_slice_of(fn, t, a.items + 1, a.len - 1, NO_REG);
        fn->at = e->pos;
        gen_emit(fn, OP_APPENDS, want, s, r);
        gen_extra_bc(fn, gen_type(fn->g, elem));
    }
    fn->top = mark;
    return want;
}

static Reg size_arg(Fn *fn, Expr *e) {
    return e->cv ? gen_const_value(fn, e->cv, basic(fn, T_INT), NO_REG) : gen_expr(fn, e, NO_REG);
}
static Reg make(Fn *fn, Expr *e, Reg want) {
    ExprList a = e->u.call.args;
    Type *t = e->type, *u = under(t);
    if (want == NO_REG) want = gen_alloc(fn, u->kind == T_SLICE ? 3 : 1);
    Reg mark = fn->top, n = a.len > 1 ? size_arg(fn, a.items[1]) : NO_REG;
    if (u->kind == T_SLICE) {
        Reg cap = a.len > 2 ? size_arg(fn, a.items[2]) : n;
        fn->at = e->pos;
        gen_emit(fn, OP_MKSLICE, want, n, cap);
        gen_extra_bc(fn, gen_type(fn->g, u->u.slice.elem));
    } else {
        fn->at = e->pos;
        gen_emit(fn, u->kind == T_MAP ? OP_MKMAP : OP_MKCHAN, want, n, 0);
        gen_extra_bc(fn, gen_type(fn->g, t));
    }
    fn->top = mark;
    return want;
}

static Reg min_max(Fn *fn, Expr *e, bool max, Reg want) {
    ExprList a = e->u.call.args;
    Type *t = e->type;
    Reg out = gen_alloc(fn, 1), mark = fn->top;
    bool single = under(t)->kind == T_FLOAT32;
    gen_as(fn, a.items[0], t, out);
    for (uint32_t i = 1; i < a.len; i++) {
        Reg r = gen_as(fn, a.items[i], t, NO_REG);
        fn->at = e->pos;
        if (gen_type_float(t)) {
            if (single) { // in float64, which holds every float32
                Reg x = gen_alloc(fn, 2);
                gen_emit(fn, OP_F32F, x, out, 0);
                gen_emit(fn, OP_F32F, x + 1, r, 0);
                gen_emit(fn, max ? OP_MAXF : OP_MINF, x, x, x + 1);
                gen_emit(fn, OP_F2F32, out, x, 0);
            } else gen_emit(fn, max ? OP_MAXF : OP_MINF, out, out, r);
        } else {
            Label keep = gen_label(fn);
            Reg lo = max ? r : out, hi = max ? out : r;
            if (gen_type_string(t)) {
                Reg b = gen_alloc(fn, 1);
                gen_emit(fn, OP_LES, b, lo, hi);
                gen_jbool(fn, b, true, keep);
            } else gen_jcc(fn, gen_type_unsigned(t) && gen_type_bits(t) == 64 ? OP_JLEU : OP_JLE, lo, hi, keep);
            gen_mov(fn, t, out, r);
            gen_bind(fn, keep);
        }
        fn->top = mark;
    }
    if (want == NO_REG) return out;
    gen_mov(fn, t, want, out);
    fn->top = out;
    return want;
}

Reg gen_builtin(Fn *fn, Expr *e, Reg want) {
    Builtin b = (Builtin)e->u.call.builtin;
    switch (b) {
    case B_LEN: case B_CAP: return length(fn, e, b == B_CAP, want);
    case B_APPEND: return append(fn, e, want);
    case B_MAKE: return make(fn, e, want);
    case B_NEW:
        if (want == NO_REG) want = gen_alloc(fn, 1);
        fn->at = e->pos;
        gen_emit_bc(fn, OP_NEW, want, gen_type(fn->g, under(e->type)->u.pointer.elem));
        return want;
    case B_MIN: case B_MAX: return min_max(fn, e, b == B_MAX, want);
    case B_RECOVER:
        if (want == NO_REG) want = gen_alloc(fn, 1);
        fn->at = e->pos;
        if (fn->info && fn->info->range) gen_emit(fn, OP_RECOVERF, want, gen_loc(fn, fn->info->range->root->frame).reg, 0);
        else gen_emit(fn, OP_RECOVER, want, 0, 0);
        return want;
    case B_COPY:
        if (want == NO_REG) want = gen_alloc(fn, 1);
        effect(fn, e, want);
        return want;
    case B_CLOSE: case B_PANIC: case B_PRINT: case B_PRINTLN: case B_DELETE: case B_CLEAR:
        effect(fn, e, NO_REG);
        return want == NO_REG ? fn->top : want;
    case B_COMPLEX: return gen_complex_make(fn, e, want);
    case B_REAL: case B_IMAG: return gen_complex_part(fn, e, b == B_IMAG, want);
    case B_NONE: break;
    }
    gol_bug("no builtin %d", b);
}
