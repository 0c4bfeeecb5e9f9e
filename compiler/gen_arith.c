// gen_arith.c — arithmetic: typed operations with constant operands, wrap-around of narrow integers, shifts, string
// concatenation.
//
// Integers in registers are always extended to 64 bits, so only results that can leave the type's range are extended again.
#include "compiler/gen_int.h"

typedef struct Operand { // of an integer operation
    bool imm;            // a constant of 16 bits
    int64_t k;
    Reg r;
} Operand;

bool gen_small_const(Expr *e, int64_t *out) {
    return e->cv && const_kind(e->cv) != CV_BOOL && const_kind(e->cv) != CV_STRING && gen_type_integer(e->type) &&
           const_int64(e->cv, out) && *out >= INT16_MIN && *out <= INT16_MAX;
}
static Operand operand(Fn *fn, Expr *e) {
    Operand o = {0};
    e = gen_strip(e);
    if (gen_small_const(e, &o.k)) o.imm = true;
    else o.r = gen_expr(fn, e, NO_REG);
    return o;
}
static Reg in_reg(Fn *fn, Operand *o) {
    if (o->imm) {
        o->r = gen_alloc(fn, 1);
        gen_load_int(fn, o->r, o->k);
        o->imm = false;
    }
    return o->r;
}

void gen_ext(Fn *fn, Type *t, Reg r) {
    bool u = gen_type_unsigned(t);
    switch (gen_type_bits(t)) {
    case 8: gen_emit(fn, u ? OP_EXT8U : OP_EXT8S, r, r, 0); break;
    case 16: gen_emit(fn, u ? OP_EXT16U : OP_EXT16S, r, r, 0); break;
    case 32: gen_emit(fn, u ? OP_EXT32U : OP_EXT32S, r, r, 0); break;
    default: break;
    }
}

static int log2_of(int64_t k) {
    if (k <= 0 || (k & (k - 1))) return -1;
    return __builtin_ctzll((uint64_t)k);
}

static bool imm_ok(Op op, int64_t k, bool wide_unsigned) {
    switch ((int)op) {
    case OPR_SUB: return -k >= INT16_MIN && -k <= INT16_MAX;
    case OPR_QUO: case OPR_REM: return k != 0 && (!wide_unsigned || log2_of(k) >= 0);
    default: return true;
    }
}

// dst = x op k
static void int_imm(Fn *fn, Op op, Type *t, Reg dst, Reg x, int64_t k) {
    bool wide = gen_type_unsigned(t) && gen_type_bits(t) == 64;
    uint16_t c = (uint16_t)(int16_t)k;
    switch ((int)op) {
    case OPR_ADD: gen_emit(fn, OP_ADDI, dst, x, c); break;
    case OPR_SUB: gen_emit(fn, OP_ADDI, dst, x, (uint16_t)(int16_t)-k); break;
    case OPR_MUL: gen_emit(fn, OP_MULI, dst, x, c); break;
    case OPR_QUO:
        if (k == 1) {
            gen_mov(fn, t, dst, x);
            return;
        }
        if (k == -1) gen_emit(fn, OP_NEG, dst, x, 0);
        else if (wide) gen_emit(fn, OP_SHRUI, dst, x, (uint32_t)log2_of(k));
        else {
            if (log2_of(k) > 0) gen_emit(fn, OP_DIVSH, dst, x, (uint32_t)log2_of(k));
            else gen_emit(fn, OP_DIVI, dst, x, c);
            return;
        }
        break;
    case OPR_REM:
        if (k == 1 || k == -1) gen_load_int(fn, dst, 0);
        else if (wide) gen_emit(fn, OP_ANDI, dst, x, (uint32_t)(k - 1));
        else if (log2_of(k) > 0) gen_emit(fn, OP_REMSH, dst, x, (uint32_t)log2_of(k));
        else gen_emit(fn, OP_REMI, dst, x, c);
        return;
    case OPR_AND: gen_emit(fn, OP_ANDI, dst, x, c); return;
    case OPR_OR: gen_emit(fn, OP_ORI, dst, x, c); return;
    case OPR_XOR: gen_emit(fn, OP_XORI, dst, x, c); return;
    case OPR_ANDNOT: gen_emit(fn, OP_ANDI, dst, x, (uint16_t)(int16_t)~k); return;
    default: gol_bug("no constant form of operator %d", op);
    }
    gen_ext(fn, t, dst);
}

static void int_op(Fn *fn, Op op, Type *t, Reg dst, Operand x, Operand y) {
    bool u = gen_type_unsigned(t), wide = u && gen_type_bits(t) == 64;
    if (x.imm && !y.imm && (op == OPR_ADD || op == OPR_MUL || op == OPR_AND || op == OPR_OR || op == OPR_XOR)) {
        Operand swap = x;
        x = y;
        y = swap;
    }
    if (y.imm && imm_ok(op, y.k, wide)) {
        int_imm(fn, op, t, dst, in_reg(fn, &x), y.k);
        return;
    }
    if (x.imm && op == OPR_SUB) {
        gen_emit(fn, OP_RSUBI, dst, in_reg(fn, &y), (uint16_t)(int16_t)x.k);
        gen_ext(fn, t, dst);
        return;
    }
    Reg a = in_reg(fn, &x), b = in_reg(fn, &y);
    Opcode code = OP_NOP;
    bool ext = false;
    switch ((int)op) {
    case OPR_ADD: code = OP_ADD; ext = true; break;
    case OPR_SUB: code = OP_SUB; ext = true; break;
    case OPR_MUL: code = OP_MUL; ext = true; break;
    case OPR_QUO: code = wide ? OP_DIVU : OP_DIV; ext = !u; break;
    case OPR_REM: code = wide ? OP_REMU : OP_REM; break;
    case OPR_AND: code = OP_AND; break;
    case OPR_OR: code = OP_OR; break;
    case OPR_XOR: code = OP_XOR; break;
    case OPR_ANDNOT: code = OP_ANDN; break;
    default: gol_bug("operator %d is no integer operation", op);
    }
    gen_emit(fn, code, dst, a, b);
    if (ext) gen_ext(fn, t, dst);
}

static void shift(Fn *fn, Op op, Type *t, Reg dst, Reg x, Expr *count) {
    bool u = gen_type_unsigned(t);
    uint64_t k;
    if (count->cv && const_uint64(count->cv, &k)) {
        if (op == OPR_SHL) {
            if (k >= 64) gen_load_int(fn, dst, 0);
            else {
                gen_emit(fn, OP_SHLI, dst, x, (uint32_t)k);
                gen_ext(fn, t, dst);
            }
        } else if (u) {
            if (k >= 64) gen_load_int(fn, dst, 0);
            else gen_emit(fn, OP_SHRUI, dst, x, (uint32_t)k);
        } else gen_emit(fn, OP_SHRI, dst, x, k >= 64 ? 63 : (uint32_t)k);
        return;
    }
    Pos at = fn->at;
    Reg c = gen_expr(fn, count, NO_REG);
    fn->at = at;
    if (!gen_type_unsigned(count->type)) gen_emit(fn, OP_SHCHK, c, 0, 0);
    gen_emit(fn, op == OPR_SHL ? OP_SHL : u ? OP_SHRU : OP_SHR, dst, x, c);
    if (op == OPR_SHL) gen_ext(fn, t, dst);
}

static void float_op(Fn *fn, Op op, Type *t, Reg dst, Reg x, Reg y) {
    bool s = under(t)->kind == T_FLOAT32;
    Opcode code = OP_NOP;
    switch ((int)op) {
    case OPR_ADD: code = s ? OP_ADDF32 : OP_ADDF; break;
    case OPR_SUB: code = s ? OP_SUBF32 : OP_SUBF; break;
    case OPR_MUL: code = s ? OP_MULF32 : OP_MULF; break;
    case OPR_QUO: code = s ? OP_DIVF32 : OP_DIVF; break;
    default: gol_bug("operator %d is no float operation", op);
    }
    gen_emit(fn, code, dst, x, y);
}

// --- strings

static uint32_t concat_count(Expr *e) {
    e = gen_strip(e);
    if (e->kind == E_BINARY && e->op == OPR_ADD && !e->cv) return concat_count(e->u.binary.x) + concat_count(e->u.binary.y);
    return 1;
}
static Reg concat_leaves(Fn *fn, Expr *e, Reg at) {
    e = gen_strip(e);
    if (e->kind == E_BINARY && e->op == OPR_ADD && !e->cv) return concat_leaves(fn, e->u.binary.y, concat_leaves(fn, e->u.binary.x, at));
    gen_expr(fn, e, at);
    return at + 1;
}
static void concat(Fn *fn, Reg dst, Reg first, Expr *e, Pos pos) { // first: a string before e, or NO_REG
    uint32_t n = concat_count(e) + (first != NO_REG);
    Reg base = gen_alloc(fn, n), at = base;
    if (first != NO_REG) gen_emit(fn, OP_MOVP, at++, first, 0);
    concat_leaves(fn, e, at);
    fn->at = pos;
    gen_emit(fn, OP_CONCAT, dst, base, n);
}

// --- expressions

Reg gen_binary(Fn *fn, Expr *e, Reg want) {
    Op op = (Op)e->op;
    if (op >= OPR_LAND && op <= OPR_GE) return gen_compare(fn, e, want);
    Type *t = e->type;
    if (gen_type_complex(t)) return gen_complex_binary(fn, e, want);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top;
    Expr *x = e->u.binary.x, *y = e->u.binary.y;
    gen_hoist2(fn, x, y);
    if (gen_type_string(t)) concat(fn, want, NO_REG, e, e->pos);
    else if (op == OPR_SHL || op == OPR_SHR) {
        Reg r = x->cv ? gen_const_value(fn, x->cv, t, NO_REG) : gen_expr(fn, x, NO_REG);
        fn->at = e->pos;
        shift(fn, op, t, want, r, gen_strip(y));
    } else if (gen_type_float(t)) {
        Reg a = gen_as(fn, x, t, NO_REG), b = gen_as(fn, y, t, NO_REG);
        fn->at = e->pos;
        float_op(fn, op, t, want, a, b);
    } else {
        Operand a = operand(fn, x), b = operand(fn, y);
        fn->at = e->pos;
        int_op(fn, op, t, want, a, b);
    }
    fn->top = mark;
    return want;
}

void gen_arith_assign(Fn *fn, Op op, Type *t, Reg dst, Reg x, Expr *y) {
    Reg mark = fn->top;
    Pos at = fn->at;
    if (gen_type_string(t)) concat(fn, dst, x, y, at);
    else if (op == OPR_SHL || op == OPR_SHR) shift(fn, op, t, dst, x, gen_strip(y));
    else if (gen_type_float(t)) {
        Reg b = gen_as(fn, y, t, NO_REG);
        fn->at = at;
        float_op(fn, op, t, dst, x, b);
    } else if (gen_type_complex(t)) {
        Reg b = gen_as(fn, y, t, NO_REG);
        fn->at = at;
        gen_complex_op(fn, op, t, dst, x, b);
    } else {
        Operand a = {.r = x}, b = operand(fn, y);
        fn->at = at;
        int_op(fn, op, t, dst, a, b);
    }
    fn->top = mark;
}

Reg gen_unary(Fn *fn, Expr *e, Reg want) {
    Expr *x = e->u.unary.x;
    Type *t = e->type;
    if (e->op == OPR_RECV) return gen_recv(fn, e, false, want);
    if (e->op == OPR_ADD) return gen_expr(fn, x, want);
    if (e->op == OPR_ADDR) {
        Expr *inner = gen_strip(x);
        if (inner->kind == E_COMPOSITE) return gen_composite_new(fn, inner, want);
        if (want == NO_REG) {
            Reg mark = fn->top, out = gen_alloc(fn, 1);
            LVal l = gen_place(fn, inner);
            Reg r = gen_addr(fn, &l, NO_REG);
            if (r < mark) {
                fn->top = mark;
                return r;
            }
            if (r != out) gen_emit(fn, OP_MOVP, out, r, 0);
            fn->top = out + 1;
            return out;
        }
        Reg mark = fn->top;
        LVal l = gen_place(fn, inner);
        gen_addr(fn, &l, want);
        fn->top = mark;
        return want;
    }
    if (gen_type_complex(t)) return gen_complex_negate(fn, e, want);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top, r = gen_expr(fn, x, NO_REG);
    fn->at = e->pos;
    switch (e->op) {
    case OPR_NOT: gen_emit(fn, OP_NOTB, want, r, 0); break;
    case OPR_SUB:
        if (gen_type_float(t)) gen_emit(fn, under(t)->kind == T_FLOAT32 ? OP_NEGF32 : OP_NEGF, want, r, 0);
        else {
            gen_emit(fn, OP_NEG, want, r, 0);
            gen_ext(fn, t, want);
        }
        break;
    case OPR_XOR:
        gen_emit(fn, OP_COM, want, r, 0);
        if (gen_type_unsigned(t)) gen_ext(fn, t, want);
        break;
    default: gol_bug("no unary operator %d", e->op);
    }
    fn->top = mark;
    return want;
}
