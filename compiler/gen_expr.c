// gen_expr.c — expressions: dispatch, constants, conversion on assignment, ownership of memory values, assertions, slices.
#include "compiler/gen_int.h"

#include <string.h>

Expr *gen_strip(Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e;
}
bool gen_is_blank(Expr *e) {
    e = gen_strip(e);
    return e->kind == E_NAME && e->u.name.name && !strcmp(e->u.name.name->text, "_");
}

// No operand is read after `want` has been written.
bool gen_single_write(Gen *g, Expr *e) {
    (void)g;
    e = gen_strip(e);
    if (e->cv) return true;
    if (e->kind == E_COMPOSITE) return false;
    if (e->kind == E_UNARY && e->op == OPR_ADDR) return gen_strip(e->u.unary.x)->kind != E_COMPOSITE;
    if (e->kind == E_CALL && e->u.call.is_conversion) return gen_single_write(g, e->u.call.args.items[0]);
    return true;
}

bool gen_fresh(Expr *e) {
    e = gen_strip(e);
    if (e->kind == E_COMPOSITE) return true;
    if (e->kind != E_CALL) return false;
    if (e->u.call.is_conversion) return gen_fresh(e->u.call.args.items[0]);
    return e->u.call.builtin == B_NONE;
}

// --- constants

static uint32_t float32_bits(float f) {
    uint32_t b;
    memcpy(&b, &f, sizeof b);
    return b;
}
static Word float64_bits(double f) {
    Word b;
    memcpy(&b, &f, sizeof b);
    return b;
}
Reg gen_const_value(Fn *fn, const struct ConstVal *cv, Type *t, Reg want) {
    Type *u = under(t);
    if (gen_type_complex(u)) return gen_complex_const(fn, cv, u, want);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    if (const_kind(cv) == CV_BOOL) {
        gen_load_int(fn, want, const_bool(cv));
        return want;
    }
    if (const_kind(cv) == CV_STRING) {
        size_t n;
        const char *s = const_string(cv, &n);
        if (n) gen_emit_bc(fn, OP_LDSTR, want, gen_string(fn->g, s, n));
        else gen_emit(fn, OP_LDNIL, want, 1, 0);
        return want;
    }
    if (u->kind == T_FLOAT32) gen_load_int(fn, want, (int64_t)float32_bits(const_float32(cv)));
    else if (gen_type_float(u)) gen_load_int(fn, want, (int64_t)float64_bits(const_float64(cv)));
    else {
        int64_t i;
        uint64_t w;
        if (const_int64(cv, &i)) gen_load_int(fn, want, i);
        else if (const_uint64(cv, &w)) gen_load_int(fn, want, (int64_t)w);
        else gen_not_done(fn->g, fn->at, "this constant");
    }
    return want;
}

// --- values as an assignment wants them

static bool is_nil(Expr *e) { return e->mode == MODE_NIL || gen_strip(e)->mode == MODE_NIL; }

Reg gen_to_iface(Fn *fn, Type *t, Reg src, Reg want) {
    t = gen_default_type(fn->g, t);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    gen_emit(fn, OP_MKIFACE, want, src, 0);
    gen_extra_bc(fn, gen_iface_type(fn->g, t));
    return want;
}

Reg gen_as(Fn *fn, Expr *e, Type *t, Reg want) {
    if (is_nil(e)) {
        if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, t));
        fn->at = e->pos;
        gen_zero(fn, t, want);
        return want;
    }
    if (is_iface(t) && !is_iface(e->type)) {
        if (want == NO_REG) want = gen_alloc(fn, 1);
        Reg mark = fn->top;
        Type *from = gen_default_type(fn->g, e->type);
        Reg r = e->cv ? gen_const_value(fn, e->cv, from, NO_REG) : gen_expr(fn, e, NO_REG);
        fn->at = e->pos;
        gen_to_iface(fn, from, r, want);
        fn->top = mark;
        return want;
    }
    if (e->cv) {
        fn->at = e->pos;
        return gen_const_value(fn, e->cv, t, want);
    }
    return gen_expr(fn, e, want);
}

Reg gen_owned(Fn *fn, Expr *e, Type *t, Reg want) {
    if (gen_rep(fn->g, t) != REP_MEM || gen_fresh(e)) return gen_as(fn, e, t, want);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top, r = gen_as(fn, e, t, NO_REG);
    fn->at = e->pos; // by which reports know the copy
    gen_emit(fn, OP_CLONE, want, r, 0);
    gen_extra_bc(fn, gen_type(fn->g, t));
    fn->top = mark;
    return want;
}

void gen_effects(Fn *fn, Expr *e) {
    Reg mark = fn->top;
    if (!e->cv && e->mode != MODE_NIL) {
        Expr *x = gen_strip(e);
        if (x->kind == E_CALL) gen_call_results(fn, x);
        else if (gen_rep(fn->g, e->type) == REP_MEM) gen_owned(fn, e, e->type, NO_REG); // `_ = x` reads all of x
        else gen_expr(fn, e, NO_REG);
    }
    fn->top = mark;
}

// --- conversions

static bool is_bytes(Type *t) {
    t = under(t);
    return t->kind == T_SLICE && under(t->u.slice.elem)->kind == T_UINT8;
}
static bool is_runes(Type *t) {
    t = under(t);
    return t->kind == T_SLICE && under(t->u.slice.elem)->kind == T_INT32;
}

static Opcode ext_op(Type *t) {
    switch (gen_type_bits(t)) {
    case 8: return gen_type_unsigned(t) ? OP_EXT8U : OP_EXT8S;
    case 16: return gen_type_unsigned(t) ? OP_EXT16U : OP_EXT16S;
    case 32: return gen_type_unsigned(t) ? OP_EXT32U : OP_EXT32S;
    default: return OP_NOP;
    }
}
// Every value of `from` is a value of `to`, in the same 64 bits.
static bool int_fits(Type *from, Type *to) {
    uint32_t fb = gen_type_bits(from), tb = gen_type_bits(to);
    if (tb == 64) return true;
    if (gen_type_unsigned(from) == gen_type_unsigned(to)) return fb <= tb;
    return gen_type_unsigned(from) && fb < tb;
}

static Reg same(Fn *fn, Type *t, Reg src, Reg want) {
    if (want == NO_REG) return src;
    gen_mov(fn, t, want, src);
    return want;
}
static Reg one(Fn *fn, Opcode op, Reg src, Reg want, uint32_t n) {
    if (want == NO_REG) want = gen_alloc(fn, n);
    gen_emit(fn, op, want, src, 0);
    return want;
}

static Reg convert_number(Fn *fn, Type *from, Type *to, Reg src, Reg want) {
    bool ff = gen_type_float(from), tf = gen_type_float(to);
    bool f32 = under(from)->kind == T_FLOAT32, t32 = under(to)->kind == T_FLOAT32;
    if (!ff && !tf) {
        if (int_fits(from, to)) return same(fn, to, src, want);
        return one(fn, ext_op(to), src, want, 1);
    }
    if (ff && tf) {
        if (f32 == t32) return same(fn, to, src, want);
        return one(fn, f32 ? OP_F32F : OP_F2F32, src, want, 1);
    }
    bool wide = gen_type_unsigned(ff ? to : from) && gen_type_bits(ff ? to : from) == 64;
    if (tf) return one(fn, t32 ? (wide ? OP_U2F32 : OP_I2F32) : wide ? OP_U2F : OP_I2F, src, want, 1);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    if (f32) {
        Reg mark = fn->top, t = gen_alloc(fn, 1);
        gen_emit(fn, OP_F32F, t, src, 0);
        gen_emit(fn, wide ? OP_F2U : OP_F2I, want, t, 0);
        fn->top = mark;
    } else gen_emit(fn, wide ? OP_F2U : OP_F2I, want, src, 0);
    if (ext_op(to) != OP_NOP) gen_emit(fn, ext_op(to), want, want, 0);
    return want;
}

Reg gen_convert_reg(Fn *fn, Type *from, Type *to, Reg src, Reg want) {
    if (is_iface(to)) return is_iface(from) ? same(fn, to, src, want) : gen_to_iface(fn, from, src, want);
    bool fs = gen_type_string(from), ts = gen_type_string(to);
    if (ts && !fs) {
        if (is_bytes(from)) return one(fn, OP_B2S, src, want, 1);
        if (is_runes(from)) return one(fn, OP_R2S, src, want, 1);
        if (gen_type_integer(from)) return one(fn, OP_RUNE2S, src, want, 1);
    }
    if (fs && is_bytes(to)) return one(fn, OP_S2B, src, want, 3);
    if (fs && is_runes(to)) return one(fn, OP_S2R, src, want, 3);
    if ((gen_type_integer(from) || gen_type_float(from)) && (gen_type_integer(to) || gen_type_float(to)))
        return convert_number(fn, from, to, src, want);
    if (gen_type_complex(from) && gen_type_complex(to)) return gen_complex_convert(fn, from, to, src, want);
    Type *uf = under(from), *ut = under(to);
    if (uf->kind == T_SLICE && (ut->kind == T_ARRAY || ut->kind == T_POINTER)) {
        Type *arr = ut->kind == T_ARRAY ? ut : under(ut->u.pointer.elem);
        if (ut->kind == T_ARRAY && gen_rep(fn->g, to) != REP_MEM) return src;
        if (want == NO_REG) want = gen_alloc(fn, 1);
        gen_emit(fn, OP_SL2ARR, want, src, 0);
        gen_emit_bc(fn, OP_EXTRA, ut->kind == T_ARRAY, (uint32_t)arr->u.array.len);
        return want;
    }
    return same(fn, to, src, want);
}

Reg gen_convert(Fn *fn, Expr *e, Reg want) {
    Expr *x = e->u.call.args.items[0];
    Type *to = e->type, *from = x->type;
    if (is_nil(x) || is_iface(to) || (x->cv && gen_rep(fn->g, to) != REP_SLICE && !gen_type_string(to))) return gen_as(fn, x, to, want);
    uint32_t n = gen_regs(fn->g, to);
    Reg mark = fn->top, r = gen_expr(fn, x, NO_REG);
    fn->at = e->pos;
    Reg out = gen_convert_reg(fn, from, to, r, want);
    if (want != NO_REG) fn->top = mark;
    else if (out >= mark) fn->top = out + n;
    gen_need(fn, fn->top + 1);
    return out;
}

// --- assertions, comma-ok

static Reg assertion(Fn *fn, Expr *e, bool ok, Reg want) {
    Type *t = e->type;
    if (ok && t->kind == T_TUPLE) t = t->u.tuple.items[0];
    if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, t) + ok);
    Reg mark = fn->top, x = gen_expr(fn, e->u.assert.x, NO_REG);
    fn->at = e->pos;
    if (is_iface(t)) gen_emit(fn, OP_ASSERTI, want, x, ok);
    else gen_emit(fn, OP_ASSERT, want, x, ok);
    TypeId from = gen_type(fn->g, e->u.assert.x->type);
    gen_emit_bc(fn, OP_EXTRA, from <= 0xFFFF ? from : 0, gen_type(fn->g, t));
    fn->top = mark;
    return want;
}

Reg gen_comma_ok(Fn *fn, Expr *e, Reg want) {
    e = gen_strip(e);
    if (e->kind == E_TYPEASSERT) return assertion(fn, e, true, want);
    if (e->kind == E_UNARY) return gen_recv(fn, e, true, want);
    Type *map = e->u.index.x->type, *t = under(map)->u.map.value;
    uint32_t n = gen_regs(fn->g, t);
    if (want == NO_REG) want = gen_alloc(fn, n + 1);
    Reg mark = fn->top;
    bool slice = gen_rep(fn->g, t) == REP_SLICE;
    Reg m = gen_expr(fn, e->u.index.x, NO_REG);
    Reg k = gen_as(fn, e->u.index.indices.items[0], under(map)->u.map.key, NO_REG);
    Reg at = slice ? gen_alloc(fn, 2) : want;
    fn->at = e->pos;
    gen_emit(fn, OP_MAPGET2, at, m, k);
    gen_extra_bc(fn, gen_type(fn->g, map));
    if (slice) {
        gen_emit(fn, OP_UNPACK, want, at, 0);
        gen_emit(fn, OP_MOV, want + 3, at + 1, 0);
    }
    fn->top = mark;
    return want;
}

// --- x[lo:hi:max]

static Reg slice_expr(Fn *fn, Expr *e, Reg want) {
    Expr *x = e->u.slice.x;
    Type *u = under(x->type);
    bool string = gen_type_string(u);
    if (want == NO_REG) want = gen_alloc(fn, string ? 1 : 3);
    Reg mark = fn->top, src;
    Expr *bounds[3];
    ExprList all = {bounds, 0};
    if (e->u.slice.lo) bounds[all.len++] = e->u.slice.lo;
    if (e->u.slice.hi) bounds[all.len++] = e->u.slice.hi;
    if (e->u.slice.max) bounds[all.len++] = e->u.slice.max;
    Expr *first[1] = {x};
    gen_hoist(fn, (ExprList){u->kind == T_ARRAY ? first : NULL, u->kind == T_ARRAY}, (ExprList){first, u->kind != T_ARRAY}, NULL);
    gen_hoist_call(fn, x, all);
    Type *elem = NULL;
    if (string) src = gen_expr(fn, x, NO_REG);
    else if (u->kind == T_SLICE) {
        elem = u->u.slice.elem;
        src = gen_expr(fn, x, NO_REG);
    } else { // an array, or a pointer to one
        LVal l = u->kind == T_POINTER ? (LVal){.kind = LV_MEM, .type = u->u.pointer.elem, .base = gen_expr(fn, x, NO_REG), .pos = e->pos}
                                      : gen_place(fn, x);
        Type *arr = under(l.type);
        elem = arr->u.array.elem;
        src = gen_alloc(fn, 3);
        gen_addr(fn, &l, src);
        gen_load_int(fn, src + 1, arr->u.array.len);
        gen_load_int(fn, src + 2, arr->u.array.len);
    }
    Reg lo = e->u.slice.lo ? gen_expr(fn, e->u.slice.lo, NO_REG) : NO_REG;
    Reg hi = e->u.slice.hi ? gen_expr(fn, e->u.slice.hi, NO_REG) : NO_REG;
    Reg max = e->u.slice.max ? gen_expr(fn, e->u.slice.max, NO_REG) : NO_REG;
    fn->at = e->pos;
    if (string) {
        gen_emit(fn, OP_SLICES, want, src, 0);
        gen_extra(fn, lo, hi, NO_REG);
    } else {
        gen_emit(fn, OP_SLICE, want, src, 0);
        gen_extra(fn, lo, hi, max);
        gen_emit_bc(fn, OP_EXTRA, u->kind != T_SLICE, gen_type(fn->g, elem));
    }
    fn->top = mark;
    return want;
}

static Reg selector(Fn *fn, Expr *e, Reg want) {
    Selection *s = e->u.sel.selection;
    if (!s) {
        Object *o = e->u.sel.obj;
        if (o->kind == O_FUNC) return gen_func_value(fn, o, want);
        LVal l = gen_obj_place(fn, o);
        l.pos = e->pos;
        return gen_load(fn, &l, want);
    }
    if (s->kind == SEL_METHOD_EXPR) return gen_method_expr(fn, e, want);
    if (s->kind != SEL_FIELD) return gen_method_value(fn, e, want);
    uint32_t n = gen_regs(fn->g, e->type);
    Reg mark = fn->top;
    if (want != NO_REG) {
        LVal l = gen_place(fn, e);
        gen_load(fn, &l, want);
        fn->top = mark;
        return want;
    }
    // The temporary comes before its operands, so that they can be given back.
    Reg out = gen_alloc(fn, n);
    LVal l = gen_place(fn, e);
    if (l.kind == LV_REG) {
        Reg r = gen_load(fn, &l, NO_REG);
        if (r < mark) fn->top = mark;
        else fn->top = r + n;
        gen_need(fn, fn->top + 1);
        return r;
    }
    gen_load(fn, &l, out);
    fn->top = out + n;
    return out;
}

static Reg index_expr(Fn *fn, Expr *e, Reg want) {
    if (e->u.index.indices.len != 1 || e->u.index.x->mode == MODE_TYPE || under(e->u.index.x->type)->kind == T_FUNC) {
        gen_not_done(fn->g, e->pos, "generics");
        return want == NO_REG ? gen_alloc(fn, 3) : want;
    }
    if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, e->type));
    Reg mark = fn->top;
    LVal l = gen_place(fn, e);
    l.once = l.kind == LV_ELEM && l.base >= mark;
    gen_load(fn, &l, want);
    fn->top = mark;
    return want;
}

Reg gen_expr(Fn *fn, Expr *e, Reg want) {
    e = gen_strip(e);
    for (uint32_t i = 0; i < fn->nhoists; i++) {
        if (fn->hoists[i].e != e) continue;
        if (want == NO_REG) return fn->hoists[i].r;
        gen_mov(fn, e->type, want, fn->hoists[i].r);
        return want;
    }
    if (e->cv && e->mode == MODE_CONST) {
        fn->at = e->pos;
        return gen_const_value(fn, e->cv, e->type, want);
    }
    if (e->mode == MODE_NIL) return gen_as(fn, e, e->type, want);
    switch (e->kind) {
    case E_NAME: {
        Object *o = e->u.name.obj;
        if (!o) break;
        if (o->kind == O_FUNC) return gen_func_value(fn, o, want);
        fn->at = e->pos;
        LVal l = gen_obj_place(fn, o);
        return gen_load(fn, &l, want);
    }
    case E_FUNCLIT: return gen_funclit(fn, e, want);
    case E_COMPOSITE: return gen_composite(fn, e, want);
    case E_SELECTOR: return selector(fn, e, want);
    case E_INDEX: return index_expr(fn, e, want);
    case E_SLICE: return slice_expr(fn, e, want);
    case E_TYPEASSERT: return assertion(fn, e, false, want);
    case E_CALL: return gen_call(fn, e, want);
    case E_STAR: {
        if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, e->type));
        Reg mark = fn->top;
        LVal l = gen_place(fn, e);
        gen_load(fn, &l, want);
        fn->top = mark;
        return want;
    }
    case E_UNARY: return gen_unary(fn, e, want);
    case E_BINARY: return gen_binary(fn, e, want);
    default: break;
    }
    gol_bug("expression of kind %d has no value", e->kind);
}
