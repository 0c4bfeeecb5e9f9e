// gen_range.c — loops. The condition stands at the bottom, so that a pass costs one fused backward branch.
//
// Since Go 1.22 each pass has variables of its own; that can be seen only when somebody else holds one (a closure, a pointer),
// so only boxed variables are made anew. Before 1.22 one variable serves all passes.
#include "compiler/gen_int.h"

bool gen_per_iteration(Fn *fn, Object *o) { return fn->g->p->lang_minor >= 22 && gen_boxed(o); }

typedef struct Loop {
    Target target;
    Label top;
    bool live;
} Loop;

// Jumps to `check` at the bottom; the body begins.
static void loop_begin(Fn *fn, Loop *l, Stmt *s, Label check, bool to_check) {
    l->target = (Target){.outer = fn->targets, .stmt = s, .has_cont = true};
    l->target.brk = gen_label(fn);
    l->target.cont = gen_label(fn);
    l->top = gen_label(fn);
    l->live = !fn->dead;
    if (to_check) gen_jmp(fn, check);
    gen_bind_live(fn, l->top, l->live);
    fn->targets = &l->target;
}
static void loop_body(Fn *fn, Loop *l, Block *b) {
    gen_block(fn, b);
    fn->targets = l->target.outer;
    gen_bind(fn, l->target.cont);
}

// Cheap enough to be tested twice: once before the first pass, and at the bottom.
static bool is_simple(Expr *e) {
    e = gen_strip(e);
    if (e->cv || e->kind == E_NAME) return true;
    if (e->kind == E_CALL) return e->u.call.builtin == B_LEN && is_simple(e->u.call.args.items[0]);
    if (e->kind == E_SELECTOR) return e->u.sel.selection && e->u.sel.selection->kind == SEL_FIELD && is_simple(e->u.sel.x);
    return false;
}
static bool is_simple_test(Expr *e) {
    e = gen_strip(e);
    return e->kind == E_BINARY && e->op >= OPR_EQ && e->op <= OPR_GE && is_simple(e->u.binary.x) && is_simple(e->u.binary.y);
}
// A limit that fits no immediate operand is loaded once, before the loop.
static void hoist_limit(Fn *fn, Expr *cond) {
    Expr *y = gen_strip(cond)->u.binary.y;
    int64_t k;
    if (!y->cv || !gen_type_integer(y->type) || gen_small_const(gen_strip(y), &k) || !gen_type_integer(gen_strip(cond)->u.binary.x->type)) return;
    fn->hoisted_reg = gen_const_value(fn, y->cv, y->type, NO_REG);
    fn->hoisted = y;
}

void gen_for(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    if (s->u.fors.init) gen_stmt(fn, s->u.fors.init);
    Loop l;
    Label check = gen_label(fn);
    Expr *cond = s->u.fors.cond, *outer_hoisted = fn->hoisted;
    Reg outer_reg = fn->hoisted_reg;
    bool twice = cond && !cond->cv && is_simple_test(cond);
    if (twice) {
        hoist_limit(fn, cond);
        fn->at = s->pos;
        gen_cond(fn, cond, false, check);
    }
    Expr *hoisted = fn->hoisted;
    Reg hoisted_reg = fn->hoisted_reg;
    loop_begin(fn, &l, s, check, cond && !twice);
    loop_body(fn, &l, s->u.fors.body);
    fn->hoisted = hoisted;
    fn->hoisted_reg = hoisted_reg;
    for (uint32_t i = 0; i < s->u.fors.nvars; i++) {
        Object *o = s->u.fors.vars[i];
        if (o && !o->script_shared && gen_per_iteration(fn, o) && !fn->dead) gen_new_cell(fn, o);
    }
    if (s->u.fors.post) gen_stmt(fn, s->u.fors.post);
    if (!twice) gen_bind(fn, check);
    fn->at = s->pos;
    if (cond) gen_cond(fn, cond, true, l.top);
    else if (!fn->dead) gen_jmp(fn, l.top);
    if (twice) gen_bind(fn, check);
    gen_bind(fn, l.target.brk);
    fn->hoisted = outer_hoisted;
    fn->hoisted_reg = outer_reg;
    fn->top = mark;
}

// --- range

typedef struct RangeVar { // key or value
    Expr *e;     // NULL: not there, or blank
    Object *o;   // define: the variable
    Type *t;     // of what the range produces
    Reg direct;  // the variable's register, when it can be written without more ado
} RangeVar;

// Since 1.22 the variable is new in each pass; before, it is made once, and assigned: a capture must see that.
static RangeVar range_var(Fn *fn, Stmt *s, Expr *e, Type *t) {
    RangeVar v = {.e = e, .t = t, .direct = NO_REG};
    if (!e || gen_is_blank(e)) {
        v.e = NULL;
        return v;
    }
    if (!s->u.range.define) return v;
    v.o = gen_strip(e)->u.name.obj;
    if (v.o->script_shared) {
        v.o = NULL;
        return v;
    }
    bool shared = fn->g->p->lang_minor < 22;
    if (shared) v.o->assigns++;
    if (gen_by_value(fn, v.o)) v.direct = gen_declare(fn, v.o).reg;
    else if (shared || !gen_boxed(v.o)) gen_declare(fn, v.o); // nobody holds it: one place serves all passes
    return v;
}

// The pass's value stands at src.
static void range_set(Fn *fn, RangeVar *v, Reg src) {
    if (!v->e) return;
    if (!v->o) {
        gen_assign_value(fn, v->e, v->t, src);
        return;
    }
    if (v->direct != NO_REG) {
        gen_mov(fn, v->t, v->direct, src);
        return;
    }
    if (fn->g->p->lang_minor < 22 || !gen_boxed(v->o)) {
        LVal l = gen_obj_place(fn, v->o);
        gen_store(fn, &l, src);
        return;
    }
    if (gen_rep(fn->g, v->t) == REP_MEM) {
        Reg own = gen_alloc(fn, 1);
        gen_emit(fn, OP_CLONE, own, src, 0);
        gen_extra_bc(fn, gen_type(fn->g, v->t));
        src = own;
    }
    gen_declare_init(fn, v->o, src);
}
// Both: existing variables are assigned in parallel, as by `k, v = key, value`.
static void range_set2(Fn *fn, RangeVar *k, Reg ksrc, RangeVar *v, Reg vsrc) {
    if (k->e && v->e && !k->o && !v->o) gen_assign_two(fn, k->e, k->t, ksrc, v->e, v->t, vsrc);
    else {
        range_set(fn, k, ksrc);
        range_set(fn, v, vsrc);
    }
}
static Reg range_reg(Fn *fn, RangeVar *v) {
    if (v->direct != NO_REG) return v->direct;
    return gen_alloc(fn, gen_regs(fn->g, v->t));
}
// The body cannot change the variable, so it may be the loop's own counter.
static bool is_counter(const RangeVar *v) { return v->direct != NO_REG && v->o->assigns == 0; }

static Type *int_type(Fn *fn) { return fn->g->p->universe.basic[T_INT]; }

static void range_int(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    Type *t = s->u.range.key && !gen_is_blank(s->u.range.key) ? gen_strip(s->u.range.key)->type : gen_default_type(fn->g, x->type);
    if (s->u.range.define && s->u.range.key && !gen_is_blank(s->u.range.key)) t = gen_strip(s->u.range.key)->u.name.obj->type;
    Reg n = gen_alloc(fn, 1);
    gen_as(fn, x, t, n);
    RangeVar key = range_var(fn, s, s->u.range.key, t);
    Reg i = is_counter(&key) ? key.direct : gen_alloc(fn, 1);
    bool wide = gen_type_unsigned(t) && gen_type_bits(t) == 64;
    gen_load_int(fn, i, 0);
    Loop l;
    Label none = gen_label(fn);
    gen_jcc(fn, wide ? OP_JEQI : OP_JLEI, n, 0, none);
    loop_begin(fn, &l, s, none, false);
    Reg mark = fn->top;
    if (i != key.direct) range_set(fn, &key, i);
    loop_body(fn, &l, s->u.range.body);
    fn->top = mark;
    fn->at = s->u.range.range_pos;
    gen_emit(fn, OP_ADDI, i, i, 1);
    gen_jcc(fn, wide ? OP_JLTU : OP_JLT, i, n, l.top);
    gen_bind(fn, none);
    gen_bind(fn, l.target.brk);
}

// Elements of (data, len) at row.
static void range_row(Fn *fn, Stmt *s, Reg row, Type *elem) {
    RangeVar key = range_var(fn, s, s->u.range.key, int_type(fn)), value = range_var(fn, s, s->u.range.value, elem);
    Reg i = is_counter(&key) ? key.direct : gen_alloc(fn, 1);
    gen_load_int(fn, i, 0);
    Loop l;
    Label none = gen_label(fn);
    gen_jcc(fn, OP_JLEI, row + 1, 0, none);
    loop_begin(fn, &l, s, none, false);
    Reg mark = fn->top;
    fn->at = s->u.range.range_pos;
    Reg v = NO_REG;
    if (value.e) {
        LVal at = {.kind = LV_ELEM, .type = elem, .base = row, .index = i};
        v = gen_rep(fn->g, elem) == REP_MEM ? gen_load(fn, &at, NO_REG) : gen_load(fn, &at, range_reg(fn, &value));
    }
    if (i != key.direct) range_set2(fn, &key, i, &value, v);
    else range_set(fn, &value, v);
    loop_body(fn, &l, s->u.range.body);
    fn->top = mark;
    fn->at = s->u.range.range_pos;
    gen_emit(fn, OP_ADDI, i, i, 1);
    gen_jcc(fn, OP_JLT, i, row + 1, l.top);
    gen_bind(fn, none);
    gen_bind(fn, l.target.brk);
}

static void range_slice(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    Reg row = gen_alloc(fn, 3);
    gen_as(fn, x, x->type, row);
    range_row(fn, s, row, under(x->type)->u.slice.elem);
}

static void range_array(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    bool pointer = under(x->type)->kind == T_POINTER;
    Type *arr = pointer ? under(x->type)->u.pointer.elem : x->type;
    bool values = s->u.range.value && !gen_is_blank(s->u.range.value);
    Reg row = gen_alloc(fn, 2), mark = fn->top;
    // Not evaluated at all where the length is constant and no element is wanted. (Go's compiler does look whether an assertion holds.)
    if (!values && !expr_has_call(x) && gen_strip(x)->kind != E_TYPEASSERT) gen_emit(fn, OP_LDNIL, row, 1, 0);
    else if (pointer) {
        gen_expr(fn, x, row);
        if (values && under(arr)->u.array.len) gen_emit(fn, OP_NILCHK, row, 0, 0);
    } else if (values && gen_rep(fn->g, arr) == REP_MEM) gen_owned(fn, x, arr, row); // the range sees the array as it was
    else {
        gen_effects(fn, x);
        gen_emit(fn, OP_LDNIL, row, 1, 0);
    }
    fn->top = mark;
    gen_load_int(fn, row + 1, under(arr)->u.array.len);
    range_row(fn, s, row, under(arr)->u.array.elem);
}

static void range_string(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    Reg str = gen_alloc(fn, 1);
    gen_as(fn, x, gen_default_type(fn->g, x->type), str);
    RangeVar key = range_var(fn, s, s->u.range.key, int_type(fn));
    RangeVar value = range_var(fn, s, s->u.range.value, fn->g->p->universe.basic[T_INT32]);
    Reg it = gen_alloc(fn, 3);
    gen_load_int(fn, it, 0);
    Loop l;
    loop_begin(fn, &l, s, 0, false);
    gen_bind_live(fn, l.target.cont, l.live);
    Label top = l.target.cont;
    Reg mark = fn->top;
    fn->at = s->u.range.range_pos;
    gen_emit(fn, OP_STRNEXT, it, str, 0);
    gen_jump_extra(fn, l.target.brk, 0);
    range_set2(fn, &key, it + 1, &value, it + 2);
    gen_block(fn, s->u.range.body);
    fn->top = mark;
    fn->targets = l.target.outer;
    if (!fn->dead) gen_jmp(fn, top);
    gen_bind(fn, l.target.brk);
}

static void range_map(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    Type *m = under(x->type);
    RangeVar key = range_var(fn, s, s->u.range.key, m->u.map.key), value = range_var(fn, s, s->u.range.value, m->u.map.value);
    Reg it = gen_alloc(fn, 1), mark = fn->top, r = gen_expr(fn, x, NO_REG);
    fn->at = s->u.range.range_pos;
    gen_emit(fn, OP_MAPITER, it, r, 0);
    gen_extra_bc(fn, gen_type(fn->g, x->type));
    fn->top = mark;
    Loop l;
    loop_begin(fn, &l, s, 0, false);
    gen_bind_live(fn, l.target.cont, l.live);
    Reg k = NO_REG, v = NO_REG;
    bool slice = gen_rep(fn->g, m->u.map.value) == REP_SLICE;
    if (key.e) k = range_reg(fn, &key);
    if (value.e) v = slice ? gen_alloc(fn, 1) : range_reg(fn, &value);
    fn->at = s->u.range.range_pos;
    gen_emit(fn, OP_MAPNEXT, it, k, v);
    gen_jump_extra(fn, l.target.brk, 1);
    gen_extra_bc(fn, gen_type(fn->g, x->type));
    if (value.e && slice) {
        Reg u = range_reg(fn, &value);
        gen_emit(fn, OP_UNPACK, u, v, 0);
        v = u;
    }
    range_set2(fn, &key, k, &value, v);
    gen_block(fn, s->u.range.body);
    fn->top = mark;
    fn->targets = l.target.outer;
    if (!fn->dead) gen_jmp(fn, l.target.cont);
    gen_bind(fn, l.target.brk);
}

static void range_chan(Fn *fn, Stmt *s) {
    Expr *x = s->u.range.x;
    Type *elem = under(x->type)->u.chan.elem;
    bool slice = gen_rep(fn->g, elem) == REP_SLICE;
    uint32_t n = gen_words(fn->g, elem);
    if (gen_rep(fn->g, elem) == REP_MEM) n = 1;
    RangeVar value = range_var(fn, s, s->u.range.key, elem);
    Reg c = gen_alloc(fn, 1), v = gen_alloc(fn, n + 1), mark = fn->top;
    gen_expr(fn, x, c);
    fn->top = mark;
    Loop l;
    loop_begin(fn, &l, s, 0, false);
    gen_bind_live(fn, l.target.cont, l.live);
    fn->at = s->u.range.range_pos ? s->u.range.range_pos : s->pos;
    gen_emit(fn, OP_RECV, v, c, 1);
    gen_extra_bc(fn, gen_type(fn->g, elem));
    gen_jbool(fn, v + n, false, l.target.brk);
    if (value.e && slice) {
        Reg u = range_reg(fn, &value);
        gen_emit(fn, OP_UNPACK, u, v, 0);
        range_set(fn, &value, u);
    } else range_set(fn, &value, v);
    gen_block(fn, s->u.range.body);
    fn->top = mark;
    fn->targets = l.target.outer;
    if (!fn->dead) gen_jmp(fn, l.target.cont);
    gen_bind(fn, l.target.brk);
}

void gen_range(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    Type *u = under(s->u.range.x->type);
    if (gen_type_integer(u)) range_int(fn, s);
    else if (gen_type_string(u)) range_string(fn, s);
    else switch (u->kind) {
        case T_SLICE: range_slice(fn, s); break;
        case T_ARRAY: case T_POINTER: range_array(fn, s); break;
        case T_MAP: range_map(fn, s); break;
        case T_CHAN: range_chan(fn, s); break;
        default: gen_range_func(fn, s); break;
        }
    fn->top = mark;
}
