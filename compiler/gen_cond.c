// gen_cond.c — comparisons, and conditions as jumps: `if a < b && c != nil` is two fused branches and no bool.
#include "compiler/gen_int.h"

typedef enum CmpKind { CMP_INT, CMP_UINT, CMP_F64, CMP_F32, CMP_STR, CMP_IFACE, CMP_NIL, CMP_VALUE } CmpKind;

static bool is_nil(Expr *e) { return gen_strip(e)->mode == MODE_NIL || e->mode == MODE_NIL; }

static CmpKind kind_of_type(Type *t) {
    Type *u = under(t);
    switch (u->kind) {
    case T_UINT: case T_UINT64: case T_UINTPTR: return CMP_UINT;
    case T_FLOAT64: case T_UNTYPED_FLOAT: return CMP_F64;
    case T_FLOAT32: return CMP_F32;
    case T_STRING: case T_UNTYPED_STRING: return CMP_STR;
    case T_INTERFACE: return CMP_IFACE;
    case T_STRUCT: case T_ARRAY: case T_COMPLEX64: case T_COMPLEX128: case T_UNTYPED_COMPLEX: return CMP_VALUE;
    default: return CMP_INT;
    }
}

typedef struct Comparison {
    CmpKind kind;
    Op op;
    Type *t;
    Reg a, b;
    bool imm; // b is the constant k instead
    int64_t k;
} Comparison;

static Op negated(Op op) {
    switch ((int)op) {
    case OPR_EQ: return OPR_NE;
    case OPR_NE: return OPR_EQ;
    case OPR_LT: return OPR_GE;
    case OPR_LE: return OPR_GT;
    case OPR_GT: return OPR_LE;
    case OPR_GE: return OPR_LT;
    default: gol_bug("no comparison");
    }
}
static Op mirrored(Op op) {
    switch ((int)op) {
    case OPR_LT: return OPR_GT;
    case OPR_LE: return OPR_GE;
    case OPR_GT: return OPR_LT;
    case OPR_GE: return OPR_LE;
    default: return op;
    }
}

// Evaluates the operands.
static Comparison comparison(Fn *fn, Expr *e, bool want_imm) {
    Expr *x = e->u.binary.x, *y = e->u.binary.y;
    Comparison c = {.op = (Op)e->op, .t = x->type};
    gen_hoist2(fn, x, y);
    if (is_nil(x)) {
        Expr *swap = x;
        x = y;
        y = swap;
        c.t = x->type;
    }
    if (is_nil(y)) {
        c.kind = CMP_NIL;
        c.a = is_nil(x) ? gen_as(fn, x, c.t, NO_REG) : gen_expr(fn, x, NO_REG);
        c.imm = true;
        fn->at = e->pos;
        return c;
    }
    if (is_iface(x->type) || is_iface(y->type)) {
        if (!is_iface(c.t)) c.t = y->type;
        c.kind = CMP_IFACE;
        c.a = gen_as(fn, x, c.t, NO_REG);
        c.b = gen_as(fn, y, c.t, NO_REG);
        fn->at = e->pos;
        return c;
    }
    if (x->cv && !y->cv) c.t = y->type;
    c.kind = kind_of_type(c.t);
    bool ints = c.kind == CMP_INT || c.kind == CMP_UINT;
    if (want_imm && ints && gen_small_const(gen_strip(x), &c.k)) {
        Expr *swap = x;
        x = y;
        y = swap;
        c.op = mirrored(c.op);
    }
    c.a = gen_as(fn, x, c.t, NO_REG);
    bool ordered = c.op != OPR_EQ && c.op != OPR_NE;
    if (want_imm && ints && gen_small_const(gen_strip(y), &c.k) && !(c.kind == CMP_UINT && ordered && c.k != 0)) c.imm = true;
    else if (want_imm && ints && y->cv && const_kind(y->cv) == CV_BOOL) {
        c.imm = true;
        c.k = const_bool(y->cv);
    } else c.b = y == fn->hoisted ? fn->hoisted_reg : gen_as(fn, y, c.t, NO_REG);
    fn->at = e->pos;
    return c;
}

// --- as jumps

static void jump_imm(Fn *fn, const Comparison *c, Op op, Label l) {
    uint32_t k = (uint16_t)(int16_t)c->k;
    if (c->kind == CMP_UINT && op != OPR_EQ && op != OPR_NE) { // against 0
        switch ((int)op) {
        case OPR_GT: op = OPR_NE; break;
        case OPR_LE: op = OPR_EQ; break;
        case OPR_GE: gen_jmp(fn, l); return; // always; what follows is dead
        default: return;                     // < 0: never
        }
    }
    Opcode code = OP_NOP;
    switch ((int)op) {
    case OPR_EQ: code = OP_JEQI; break;
    case OPR_NE: code = OP_JNEI; break;
    case OPR_LT: code = OP_JLTI; break;
    case OPR_LE: code = OP_JLEI; break;
    case OPR_GT: code = OP_JGTI; break;
    case OPR_GE: code = OP_JGEI; break;
    default: gol_bug("no comparison");
    }
    gen_jcc(fn, code, c->a, k, l);
}
static void jump_int(Fn *fn, const Comparison *c, Op op, Label l) {
    Reg a = c->a, b = c->b;
    bool u = c->kind == CMP_UINT;
    if (op == OPR_GT || op == OPR_GE) {
        a = c->b;
        b = c->a;
        op = mirrored(op);
    }
    Opcode code = op == OPR_EQ ? OP_JEQ : op == OPR_NE ? OP_JNE : op == OPR_LT ? (u ? OP_JLTU : OP_JLT) : u ? OP_JLEU : OP_JLE;
    gen_jcc(fn, code, a, b, l);
}
static void jump_f64(Fn *fn, const Comparison *c, Op op, bool sense, Label l) {
    Reg a = c->a, b = c->b;
    if (op == OPR_GT || op == OPR_GE) {
        a = c->b;
        b = c->a;
        op = mirrored(op);
    }
    Opcode code = OP_NOP;
    if (op == OPR_EQ || op == OPR_NE) code = (op == OPR_EQ) == sense ? OP_JEQF : OP_JNEF;
    else if (op == OPR_LT) code = sense ? OP_JLTF : OP_JNLTF;
    else code = sense ? OP_JLEF : OP_JNLEF;
    gen_jcc(fn, code, a, b, l);
}

// The bool of a comparison that has no fused form. `inverted` is set when the opcode computes the opposite.
static void compare_to(Fn *fn, const Comparison *c, Reg dst, bool *inverted) {
    Reg a = c->a, b = c->b;
    Op op = c->op;
    *inverted = false;
    if (op == OPR_GT || op == OPR_GE) {
        a = c->b;
        b = c->a;
        op = mirrored(op);
    }
    int form = op == OPR_EQ ? 0 : op == OPR_NE ? 1 : op == OPR_LT ? 2 : 3;
    static const Opcode ops[][4] = {
        [CMP_INT] = {OP_EQ, OP_NE, OP_LT, OP_LE},           [CMP_UINT] = {OP_EQ, OP_NE, OP_LTU, OP_LEU},
        [CMP_F64] = {OP_EQF, OP_NEF, OP_LTF, OP_LEF},       [CMP_F32] = {OP_EQF32, OP_NEF32, OP_LTF32, OP_LEF32},
        [CMP_STR] = {OP_EQS, OP_NES, OP_LTS, OP_LES},       [CMP_IFACE] = {OP_EQI, OP_NEI, OP_NOP, OP_NOP},
        [CMP_NIL] = {OP_EQ, OP_NE, OP_NOP, OP_NOP},         [CMP_VALUE] = {OP_EQV, OP_EQV, OP_NOP, OP_NOP},
    };
    if (c->kind == CMP_VALUE) {
        *inverted = op == OPR_NE;
        if (gen_rep(fn->g, c->t) == REP_NONE) {
            gen_load_int(fn, dst, 1);
            return;
        }
        gen_emit(fn, OP_EQV, dst, a, b);
        gen_extra_bc(fn, gen_type(fn->g, c->t));
        return;
    }
    gen_emit(fn, ops[c->kind][form], dst, a, b);
}

static void jump_compare(Fn *fn, const Comparison *c, bool sense, Label l) {
    if (c->imm) {
        jump_imm(fn, c, sense ? c->op : negated(c->op), l);
        return;
    }
    switch (c->kind) {
    case CMP_INT: case CMP_UINT: jump_int(fn, c, sense ? c->op : negated(c->op), l); return;
    case CMP_F64: jump_f64(fn, c, c->op, sense, l); return;
    case CMP_F32: case CMP_STR: case CMP_IFACE: case CMP_NIL: case CMP_VALUE: break;
    }
    bool inverted;
    Reg mark = fn->top, t = gen_alloc(fn, 1);
    compare_to(fn, c, t, &inverted);
    gen_jbool(fn, t, sense != inverted, l);
    fn->top = mark;
}

void gen_equal_jump(Fn *fn, Type *t, Reg x, Reg y, bool sense, Label l) {
    Comparison c = {.kind = kind_of_type(t), .op = OPR_EQ, .t = t, .a = x, .b = y};
    jump_compare(fn, &c, sense, l);
}

void gen_cond(Fn *fn, Expr *e, bool sense, Label l) {
    e = gen_strip(e);
    Reg mark = fn->top;
    if (e->cv) {
        if (const_bool(e->cv) == sense) {
            fn->at = e->pos;
            gen_jmp(fn, l);
        }
        return;
    }
    if (e->kind == E_UNARY && e->op == OPR_NOT) {
        gen_cond(fn, e->u.unary.x, !sense, l);
        return;
    }
    if (e->kind == E_BINARY) {
        Op op = (Op)e->op;
        if (op == OPR_LAND || op == OPR_LOR) {
            if ((op == OPR_LOR) == sense) {
                gen_cond(fn, e->u.binary.x, sense, l);
                gen_cond(fn, e->u.binary.y, sense, l);
            } else {
                Label over = gen_label(fn);
                gen_cond(fn, e->u.binary.x, !sense, over);
                gen_cond(fn, e->u.binary.y, sense, l);
                gen_bind(fn, over);
            }
            return;
        }
        if (op >= OPR_EQ && op <= OPR_GE) {
            Comparison c = comparison(fn, e, true);
            jump_compare(fn, &c, sense, l);
            fn->top = mark;
            return;
        }
    }
    Reg r = gen_expr(fn, e, NO_REG);
    gen_jbool(fn, r, sense, l);
    fn->top = mark;
}

// --- as values

Reg gen_compare(Fn *fn, Expr *e, Reg want) {
    Op op = (Op)e->op;
    if (op == OPR_LAND || op == OPR_LOR) {
        if (want == NO_REG) { // nobody reads the register meanwhile
            Reg out = gen_alloc(fn, 1);
            Label end = gen_label(fn);
            gen_expr(fn, e->u.binary.x, out);
            gen_jbool(fn, out, op == OPR_LOR, end);
            gen_expr(fn, e->u.binary.y, out);
            gen_bind(fn, end);
            return out;
        }
        Label no = gen_label(fn), end = gen_label(fn);
        gen_cond(fn, e, false, no);
        gen_load_int(fn, want, 1);
        gen_jmp(fn, end);
        gen_bind(fn, no);
        gen_load_int(fn, want, 0);
        gen_bind(fn, end);
        return want;
    }
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top;
    Comparison c = comparison(fn, e, false);
    if (c.kind == CMP_NIL) {
        c.b = gen_alloc(fn, 1);
        gen_load_int(fn, c.b, 0);
    }
    bool inverted;
    compare_to(fn, &c, want, &inverted);
    if (inverted) gen_emit(fn, OP_NOTB, want, want, 0);
    fn->top = mark;
    return want;
}
