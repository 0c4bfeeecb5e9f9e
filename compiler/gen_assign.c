// gen_assign.c — assignments, definitions, declarations. Go's order: the operands of index expressions and pointer
// indirections on the left and the values on the right are evaluated first, then the assignments are made from left to right.
#include "compiler/gen_int.h"

#include <string.h>

static bool is_call_of_many(ExprList rhs, uint32_t n) {
    return rhs.len == 1 && n > 1 && gen_strip(rhs.items[0])->kind == E_CALL;
}

// --- assignment

void gen_assign_value(Fn *fn, Expr *lhs, Type *t, Reg src) {
    if (gen_is_blank(lhs)) return;
    Reg mark = fn->top;
    LVal l = gen_place(fn, lhs);
    Reg r = gen_convert_reg(fn, t, l.type, src, NO_REG);
    gen_store(fn, &l, r);
    fn->top = mark;
}

static void store_converted(Fn *fn, LVal *l, Type *t, Reg src) {
    if (l->kind == LV_BLANK) return;
    Reg mark = fn->top, r = gen_convert_reg(fn, t, l->type, src, NO_REG);
    gen_store(fn, l, r);
    fn->top = mark;
}

// A place keeps its operands while other variables are assigned: those that are variables themselves are copied.
static void hold(Fn *fn, LVal *l, Reg mark) {
    if (l->kind == LV_MEM && l->base < mark && !l->nonnil) {
        Reg r = gen_alloc(fn, 1);
        gen_emit(fn, OP_MOVP, r, l->base, 0);
        l->base = r;
    }
    if (l->kind == LV_ELEM || l->kind == LV_STRIX) {
        if (l->index < mark) {
            Reg r = gen_alloc(fn, 1);
            gen_emit(fn, OP_MOV, r, l->index, 0);
            l->index = r;
        }
        if (l->base < mark) {
            Reg r = gen_alloc(fn, 2);
            gen_emit(fn, OP_MOVP, r, l->base, 0);
            gen_emit(fn, OP_MOV, r + 1, l->base + 1, 0);
            l->base = r;
        }
    }
    if (l->kind == LV_MAP) {
        Type *key = under(l->map)->u.map.key;
        if (l->base < mark) {
            Reg r = gen_alloc(fn, 1);
            gen_emit(fn, OP_MOVP, r, l->base, 0);
            l->base = r;
        }
        if (l->index < mark && gen_regs(fn->g, key)) {
            Reg r = gen_alloc(fn, gen_regs(fn->g, key));
            gen_mov(fn, key, r, l->index);
            l->index = r;
        }
    }
}

static LVal *places(Fn *fn, ExprList lhs, Reg mark, bool *any_reg) {
    LVal *l = arena_array(&fn->g->tmp, LVal, lhs.len);
    *any_reg = false;
    for (uint32_t i = 0; i < lhs.len; i++) {
        l[i] = gen_place(fn, lhs.items[i]);
        if (l[i].kind == LV_REG) *any_reg = true;
    }
    if (*any_reg)
        for (uint32_t i = 0; i < lhs.len; i++) hold(fn, &l[i], mark);
    return l;
}

void gen_assign_two(Fn *fn, Expr *a, Type *at, Reg asrc, Expr *b, Type *bt, Reg bsrc) {
    Reg mark = fn->top;
    Expr *items[2] = {a, b};
    bool any_reg;
    LVal *l = places(fn, (ExprList){items, 2}, mark, &any_reg);
    store_converted(fn, &l[0], at, asrc);
    store_converted(fn, &l[1], bt, bsrc);
    fn->top = mark;
}

static Type *target_type(const LVal *l, Expr *value, Gen *g) {
    return l->kind == LV_BLANK ? gen_default_type(g, value->type) : l->type;
}

static void assign_parallel(Fn *fn, ExprList lhs, ExprList rhs) {
    Gen *g = fn->g;
    Reg mark = fn->top;
    bool any_reg;
    LVal *l = places(fn, lhs, mark, &any_reg);
    uint32_t n = lhs.len;
    Reg *r = arena_array(&g->tmp, Reg, n);
    // The last value may go straight to its variable: all others have been read then.
    LVal *last = &l[n - 1];
    bool direct = last->kind == LV_REG && !last->raw && gen_single_write(g, rhs.items[n - 1]);
    for (uint32_t i = 0; i + 1 < n; i++)
        if (l[i].kind == LV_REG && direct) {
            uint32_t a = l[i].base, b = last->base;
            if (a < b + gen_regs(g, last->type) && b < a + gen_regs(g, l[i].type)) direct = false;
        }
    for (uint32_t i = 0; i < n; i++) {
        Type *t = target_type(&l[i], rhs.items[i], g);
        if (i + 1 == n && direct) {
            gen_as(fn, rhs.items[i], t, last->base);
            r[i] = NO_REG;
            break;
        }
        if (l[i].kind == LV_BLANK && gen_strip(rhs.items[i])->mode == MODE_NIL) continue;
        Reg above = fn->top;
        r[i] = gen_owned(fn, rhs.items[i], t, NO_REG);
        if (r[i] < above && any_reg) { // a variable that may be assigned meanwhile
            Reg copy = gen_alloc(fn, gen_regs(g, t));
            gen_mov(fn, t, copy, r[i]);
            r[i] = copy;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        if (r[i] != NO_REG && l[i].kind != LV_BLANK) gen_store(fn, &l[i], r[i]);
    fn->top = mark;
}

static void assign_tuple(Fn *fn, ExprList lhs, Expr *value) {
    Reg mark = fn->top;
    bool any_reg;
    LVal *l = places(fn, lhs, mark, &any_reg);
    Reg r = gen_call_results(fn, gen_strip(value));
    for (uint32_t i = 0; i < lhs.len; i++) {
        Type *t = value->type->u.tuple.items[i];
        store_converted(fn, &l[i], t, r);
        r += gen_regs(fn->g, t);
    }
    fn->top = mark;
}

static Type *comma_ok_type(Expr *e) {
    e = gen_strip(e);
    if (e->type->kind == T_TUPLE) return e->type->u.tuple.items[0];
    return e->type;
}
static void assign_comma_ok(Fn *fn, ExprList lhs, Expr *value) {
    Reg mark = fn->top;
    bool any_reg;
    LVal *l = places(fn, lhs, mark, &any_reg);
    Type *t = comma_ok_type(value);
    Reg r = gen_comma_ok(fn, value, NO_REG);
    store_converted(fn, &l[0], t, r);
    store_converted(fn, &l[1], fn->g->p->universe.basic[T_BOOL], r + gen_regs(fn->g, t));
    fn->top = mark;
}

static void assign_op(Fn *fn, Expr *lhs, Op op, Expr *rhs, Pos pos) {
    Reg mark = fn->top;
    LVal l = gen_place(fn, lhs);
    fn->at = pos;
    if (gen_update(fn, &l, op, rhs)) {
        fn->top = mark;
        return;
    }
    if (l.kind == LV_REG && !l.raw) gen_arith_assign(fn, op, l.type, l.base, l.base, rhs);
    else {
        gen_settle(fn, &l); // the address of an element is used twice
        Reg x = gen_load(fn, &l, NO_REG), r = gen_alloc(fn, gen_regs(fn->g, l.type));
        fn->at = pos;
        gen_arith_assign(fn, op, l.type, r, x, rhs);
        gen_store(fn, &l, r);
    }
    fn->top = mark;
}

void gen_incdec(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    LVal l = gen_place(fn, s->u.incdec.x);
    Type *t = l.type;
    bool dec = s->u.incdec.dec;
    fn->at = s->pos;
    bool direct = l.kind == LV_REG && !l.raw;
    if (!direct && gen_type_integer(t)) {
        Expr one = {.kind = E_BASICLIT, .mode = MODE_CONST, .type = t, .pos = s->pos};
        one.cv = const_new_int(&fn->g->tmp, dec ? -1 : 1);
        if (gen_update(fn, &l, OPR_ADD, &one)) {
            fn->top = mark;
            return;
        }
    }
    gen_settle(fn, &l);
    Reg x = direct ? l.base : gen_load(fn, &l, NO_REG), r = direct ? x : gen_alloc(fn, gen_regs(fn->g, t));
    if (gen_type_complex(t)) {
        Reg one = gen_complex_const(fn, const_new_int(&fn->g->tmp, 1), t, NO_REG);
        gen_complex_op(fn, dec ? OPR_SUB : OPR_ADD, t, r, x, one);
    } else if (gen_type_integer(t)) {
        gen_emit(fn, OP_ADDI, r, x, (uint16_t)(dec ? -1 : 1));
        gen_ext(fn, t, r);
    } else {
        bool f32 = under(t)->kind == T_FLOAT32;
        Reg one = gen_alloc(fn, 1);
        gen_load_int(fn, one, f32 ? 0x3F800000 : 0x3FF0000000000000);
        gen_emit(fn, f32 ? (dec ? OP_SUBF32 : OP_ADDF32) : dec ? OP_SUBF : OP_ADDF, r, x, one);
    }
    if (!direct) gen_store(fn, &l, r);
    fn->top = mark;
}

void gen_assign(Fn *fn, Stmt *s) {
    ExprList lhs = s->u.assign.lhs, rhs = s->u.assign.rhs;
    if (s->u.assign.op) {
        Reg mark = fn->top;
        gen_hoist2(fn, lhs.items[0], rhs.items[0]);
        assign_op(fn, lhs.items[0], (Op)s->u.assign.op, rhs.items[0], s->pos);
        fn->top = mark;
        return;
    }
    Reg before = fn->top;
    if (lhs.len == rhs.len) gen_hoist(fn, lhs, rhs, NULL);
    if (lhs.len == 1 && rhs.len == 1) {
        Reg mark = fn->top;
        if (gen_is_blank(lhs.items[0])) gen_effects(fn, rhs.items[0]);
        else {
            LVal l = gen_place(fn, lhs.items[0]);
            gen_store_expr(fn, &l, rhs.items[0]);
        }
        fn->top = mark;
    } else if (lhs.len == rhs.len) assign_parallel(fn, lhs, rhs);
    else if (is_call_of_many(rhs, lhs.len)) assign_tuple(fn, lhs, rhs.items[0]);
    else assign_comma_ok(fn, lhs, rhs.items[0]);
    fn->top = before;
}

// --- new variables

static bool blank_obj(const Object *o) { return !o || !o->name || !strcmp(o->name->text, "_"); }

// Results at r, one after the other, become the new variables without a move, when each can stay where it is.
static bool adopt_all(Fn *fn, Object **objs, Type *const *types, uint32_t n, Reg r) {
    for (uint32_t i = 0; i < n; i++) {
        if (blank_obj(objs[i])) continue;
        if (gen_fixed(objs[i]) || !gen_by_value(fn, objs[i])) return false;
        if (is_iface(objs[i]->type) != is_iface(types[i])) return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!blank_obj(objs[i])) objs[i]->slot = (int64_t)((uint64_t)r << 8 | LOC_REG);
        r += gen_regs(fn->g, types[i]);
    }
    fn->top = r;
    gen_need(fn, fn->top + 1);
    return true;
}

static void declare_from(Fn *fn, Object **objs, Type *const *types, uint32_t n, Reg r) {
    if (adopt_all(fn, objs, types, n, r)) return;
    for (uint32_t i = 0; i < n; i++) {
        if (!blank_obj(objs[i])) {
            Reg v = gen_convert_reg(fn, types[i], objs[i]->type, r, NO_REG);
            Type *t = objs[i]->type;
            gen_declare_init(fn, objs[i], v);
            (void)t;
        }
        r += gen_regs(fn->g, types[i]);
    }
}

void gen_var_init(Fn *fn, Object **objs, uint32_t n, Expr **values, uint32_t nvalues) {
    if (!nvalues) {
        for (uint32_t i = 0; i < n; i++) {
            if (blank_obj(objs[i])) continue;
            Loc l = gen_declare(fn, objs[i]);
            if (l.kind == LOC_REG) gen_zero(fn, objs[i]->type, l.reg);
            else if (l.kind == LOC_SHARED) { // a new variable each time control comes here
                Reg mark = fn->top, r = gen_alloc(fn, 1);
                gen_var_cell(fn, objs[i], r);
                gen_emit_bc(fn, OP_STGP, r, l.reg);
                fn->top = mark;
            }
        }
        return;
    }
    if (n == nvalues) {
        if (n > 1) gen_hoist(fn, (ExprList){0}, (ExprList){values, n}, NULL);
        for (uint32_t i = 0; i < n; i++) {
            if (!blank_obj(objs[i])) gen_declare_expr(fn, objs[i], values[i]);
            else if (objs[i] && objs[i]->type && is_iface(objs[i]->type)) {
                Reg mark = fn->top;
                gen_as(fn, values[i], objs[i]->type, NO_REG);
                fn->top = mark;
            } else gen_effects(fn, values[i]);
        }
        return;
    }
    Expr *v = values[0];
    if (gen_strip(v)->kind == E_CALL) {
        Reg r = gen_call_results(fn, gen_strip(v));
        declare_from(fn, objs, v->type->u.tuple.items, n, r);
    } else {
        Type *types[2] = {comma_ok_type(v), fn->g->p->universe.basic[T_BOOL]};
        declare_from(fn, objs, types, 2, gen_comma_ok(fn, v, NO_REG));
    }
}

static bool is_new(Expr *lhs) {
    lhs = gen_strip(lhs);
    return lhs->u.name.obj && lhs->u.name.obj->pos == lhs->pos;
}

void gen_define(Fn *fn, ExprList lhs, ExprList rhs) {
    bool all_new = true;
    Object **objs = arena_array(&fn->g->tmp, Object *, lhs.len);
    for (uint32_t i = 0; i < lhs.len; i++) {
        bool blank = gen_is_blank(lhs.items[i]);
        objs[i] = blank ? NULL : gen_strip(lhs.items[i])->u.name.obj;
        if (!blank && !is_new(lhs.items[i])) all_new = false;
    }
    if (all_new) {
        gen_var_init(fn, objs, lhs.len, rhs.items, rhs.len);
        return;
    }
    // Some are old: new ones are declared first and everything is assigned at the end. The right side cannot see the new
    // ones, so it does not matter that they exist already.
    Type **types = arena_array(&fn->g->tmp, Type *, lhs.len);
    Reg *r = arena_array(&fn->g->tmp, Reg, lhs.len);
    uint32_t n = lhs.len;
    for (uint32_t i = 0; i < n; i++)
        if (objs[i] && is_new(lhs.items[i])) gen_declare(fn, objs[i]);
    Reg mark = fn->top;
    if (rhs.len == n) {
        gen_hoist(fn, (ExprList){0}, rhs, NULL);
        for (uint32_t i = 0; i < n; i++) {
            types[i] = objs[i] ? objs[i]->type : gen_default_type(fn->g, rhs.items[i]->type);
            Reg above = fn->top;
            r[i] = gen_owned(fn, rhs.items[i], types[i], NO_REG);
            if (r[i] < above) {
                Reg copy = gen_alloc(fn, gen_regs(fn->g, types[i]));
                gen_mov(fn, types[i], copy, r[i]);
                r[i] = copy;
            }
        }
    } else {
        Expr *v = rhs.items[0];
        bool call = gen_strip(v)->kind == E_CALL;
        Reg at = call ? gen_call_results(fn, gen_strip(v)) : gen_comma_ok(fn, v, NO_REG);
        for (uint32_t i = 0; i < n; i++) {
            types[i] = call ? v->type->u.tuple.items[i] : i ? fn->g->p->universe.basic[T_BOOL] : comma_ok_type(v);
            r[i] = at;
            at += gen_regs(fn->g, types[i]);
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!objs[i]) continue;
        LVal l = gen_obj_place(fn, objs[i]);
        store_converted(fn, &l, types[i], r[i]);
    }
    fn->top = mark;
}

void gen_decl(Fn *fn, Decl *d) {
    if (d->kind != D_VAR) return;
    gen_var_init(fn, d->u.value.objs, d->u.value.nnames, d->u.value.values.items, d->u.value.values.len);
}
