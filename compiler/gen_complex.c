// gen_complex.c — complex numbers. A value is two registers and two words, real part first, each a float as it is elsewhere: only arithmetic
// and conversion need code of their own, everything else moves them as it moves a struct of two floats.
//
// Products and quotients of complex64 are computed in float64 and rounded at the end, as compiled Go does it.
#include "compiler/gen_int.h"

static bool narrow(Type *t) { return under(t)->kind == T_COMPLEX64; }

// Both parts from one width to the other; dst may be src.
static void resize(Fn *fn, bool to_narrow, Reg dst, Reg src) {
    for (uint32_t i = 0; i < 2; i++) gen_emit(fn, to_narrow ? OP_F2F32 : OP_F32F, dst + i, src + i, 0);
}

Reg gen_complex_convert(Fn *fn, Type *from, Type *to, Reg src, Reg want) {
    if (narrow(from) == narrow(to)) {
        if (want == NO_REG) return src;
        gen_mov(fn, to, want, src);
        return want;
    }
    if (want == NO_REG) want = gen_alloc(fn, 2);
    resize(fn, narrow(to), want, src);
    return want;
}

// (a + bi)(c + di) = (ac - bd) + (ad + bc)i, each product rounded by itself.
static void multiply(Fn *fn, Reg dst, Reg x, Reg y) {
    Reg t = gen_alloc(fn, 2);
    gen_emit(fn, OP_MULF, dst, x, y);
    gen_emit(fn, OP_MULF, t, x + 1, y + 1);
    gen_emit(fn, OP_SUBF, dst, dst, t);
    gen_emit(fn, OP_MULF, dst + 1, x, y + 1);
    gen_emit(fn, OP_MULF, t + 1, x + 1, y);
    gen_emit(fn, OP_ADDF, dst + 1, dst + 1, t + 1);
}

void gen_complex_op(Fn *fn, Op op, Type *t, Reg dst, Reg x, Reg y) {
    Reg mark = fn->top, out = gen_alloc(fn, 2); // dst may be x or y, of which both parts are read twice
    if (op == OPR_ADD || op == OPR_SUB) {
        Opcode code = narrow(t) ? (op == OPR_ADD ? OP_ADDF32 : OP_SUBF32) : op == OPR_ADD ? OP_ADDF : OP_SUBF;
        for (uint32_t i = 0; i < 2; i++) gen_emit(fn, code, out + i, x + i, y + i);
    } else {
        if (narrow(t)) {
            Reg wide = gen_alloc(fn, 4);
            resize(fn, false, wide, x);
            resize(fn, false, wide + 2, y);
            x = wide;
            y = wide + 2;
        }
        if (op == OPR_MUL) multiply(fn, out, x, y);
        else gen_emit(fn, OP_DIVC, out, x, y);
        if (narrow(t)) resize(fn, true, out, out);
    }
    gen_mov(fn, t, dst, out);
    fn->top = mark;
}

Reg gen_complex_binary(Fn *fn, Expr *e, Reg want) {
    if (want == NO_REG) want = gen_alloc(fn, 2);
    Reg mark = fn->top;
    gen_hoist2(fn, e->u.binary.x, e->u.binary.y);
    Reg x = gen_as(fn, e->u.binary.x, e->type, NO_REG), y = gen_as(fn, e->u.binary.y, e->type, NO_REG);
    fn->at = e->pos;
    gen_complex_op(fn, (Op)e->op, e->type, want, x, y);
    fn->top = mark;
    return want;
}

Reg gen_complex_negate(Fn *fn, Expr *e, Reg want) {
    if (want == NO_REG) want = gen_alloc(fn, 2);
    Reg mark = fn->top, r = gen_expr(fn, e->u.unary.x, NO_REG);
    fn->at = e->pos;
    for (uint32_t i = 0; i < 2; i++) gen_emit(fn, narrow(e->type) ? OP_NEGF32 : OP_NEGF, want + i, r + i, 0);
    fn->top = mark;
    return want;
}

// complex(x, y)
Reg gen_complex_make(Fn *fn, Expr *e, Reg want) {
    ExprList a = e->u.call.args;
    if (want == NO_REG) want = gen_alloc(fn, 2);
    Reg mark = fn->top, out = gen_alloc(fn, 2);
    Type *part = fn->g->p->universe.basic[narrow(e->type) ? T_FLOAT32 : T_FLOAT64];
    gen_hoist(fn, (ExprList){0}, a, NULL);
    for (uint32_t i = 0; i < 2; i++) {
        Reg r = gen_as(fn, a.items[i], part, out + i);
        if (r != out + i) gen_mov(fn, part, out + i, r);
    }
    gen_mov(fn, e->type, want, out);
    fn->top = mark;
    return want;
}

// real(x), imag(x)
Reg gen_complex_part(Fn *fn, Expr *e, bool imaginary, Reg want) {
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top, r = gen_expr(fn, e->u.call.args.items[0], NO_REG);
    gen_emit(fn, OP_MOV, want, r + imaginary, 0);
    fn->top = mark;
    return want;
}

Reg gen_complex_const(Fn *fn, const struct ConstVal *cv, Type *t, Reg want) {
    Type *part = fn->g->p->universe.basic[narrow(t) ? T_FLOAT32 : T_FLOAT64];
    if (want == NO_REG) want = gen_alloc(fn, 2);
    gen_const_value(fn, const_real(&fn->g->tmp, (ConstVal *)cv), part, want);
    gen_const_value(fn, const_imag(&fn->g->tmp, (ConstVal *)cv), part, want + 1);
    return want;
}
