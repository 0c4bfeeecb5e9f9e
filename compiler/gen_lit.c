// gen_lit.c — composite literals. A struct in registers is filled field by field; one in memory, and every array, gets
// fresh zeroed memory that nobody else can see until it is complete, so only what is not zero is stored.
#include "compiler/gen_int.h"

static void fill_mem(Fn *fn, Expr *e, Type *t, Reg base, uint32_t off);

static uint32_t field_index(Type *st, Expr *key) {
    key = gen_strip(key);
    for (uint32_t i = 0; i < st->u.strct.n; i++)
        if (st->u.strct.fields[i].name == key->u.name.name) return i;
    gol_bug("no field of that name in a literal");
}
static Expr *struct_item(Type *st, ExprList l, uint32_t i, uint32_t *field) {
    Expr *v = l.items[i];
    *field = i;
    if (v->kind != E_KEYVALUE) return v;
    *field = field_index(st, v->u.kv.key);
    return v->u.kv.value;
}
// Element i of an array or slice literal; *index is updated to its place.
static Expr *array_item(ExprList l, uint32_t i, int64_t *index) {
    Expr *v = l.items[i];
    *index = i ? *index + 1 : 0;
    if (v->kind != E_KEYVALUE) return v;
    const_int64(v->u.kv.key->cv, index);
    return v->u.kv.value;
}

static bool is_zero(Expr *e) {
    if (gen_strip(e)->mode == MODE_NIL) return true;
    if (!e->cv || is_iface(e->type)) return false;
    int64_t i;
    size_t n;
    switch (const_kind(e->cv)) {
    case CV_BOOL: return !const_bool(e->cv);
    case CV_STRING: return const_string(e->cv, &n), n == 0;
    case CV_INT: return const_int64(e->cv, &i) && i == 0;
    case CV_FLOAT: case CV_COMPLEX: case CV_UNKNOWN: break;
    }
    return false;
}

static bool is_inline_literal(Gen *g, Expr *e, Type *t) {
    uint8_t k = under(t)->kind;
    e = gen_strip(e);
    return e->kind == E_COMPOSITE && (k == T_STRUCT || k == T_ARRAY) && !is_iface(t) && under(e->type)->kind == k && gen_words(g, t) > 0;
}

// One value into zeroed memory.
static void fill_one(Fn *fn, Expr *v, Type *t, Reg base, uint32_t off) {
    if (is_zero(v) && !(is_iface(t) && v->cv)) return;
    Reg mark = fn->top;
    if (is_inline_literal(fn->g, v, t)) fill_mem(fn, gen_strip(v), t, base, off);
    else {
        Reg r = gen_as(fn, v, t, NO_REG);
        gen_store_mem(fn, t, base, off, r);
    }
    fn->top = mark;
}

// Elements of a row that begins at base + off (or, packed, at the pair (address, length)).
static void fill_row(Fn *fn, Expr *e, Type *elem, Reg base, uint32_t off, Reg pair) {
    ExprList l = e->u.comp.elems;
    uint32_t size = gen_rtype(fn->g, elem)->elem_size, words = gen_words(fn->g, elem);
    int64_t index = 0;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *v = array_item(l, i, &index);
        if (size >= 8 || words == 0) {
            fill_one(fn, v, elem, base, off + (uint32_t)index * words);
            continue;
        }
        if (is_zero(v)) continue;
        Reg mark = fn->top;
        LVal at = {.kind = LV_ELEM, .type = elem, .base = pair};
        Reg r = gen_as(fn, v, elem, NO_REG);
        at.index = gen_alloc(fn, 1);
        gen_load_int(fn, at.index, index);
        gen_store(fn, &at, r);
        fn->top = mark;
    }
}

static void fill_mem(Fn *fn, Expr *e, Type *t, Reg base, uint32_t off) {
    Type *u = under(t);
    ExprList l = e->u.comp.elems;
    if (u->kind == T_STRUCT) {
        const RField *fields = gen_rtype(fn->g, t)->fields;
        for (uint32_t i = 0; i < l.len; i++) {
            uint32_t f;
            Expr *v = struct_item(u, l, i, &f);
            fill_one(fn, v, u->u.strct.fields[f].type, base, off + fields[f].offset);
        }
        return;
    }
    Reg mark = fn->top, pair = base;
    if (gen_rtype(fn->g, u->u.array.elem)->elem_size < 8) {
        LVal m = {.kind = LV_MEM, .type = t, .base = base, .off = off, .nonnil = true};
        pair = gen_alloc(fn, 2);
        gen_addr(fn, &m, pair);
        gen_load_int(fn, pair + 1, u->u.array.len);
    }
    fill_row(fn, e, u->u.array.elem, base, off, pair);
    fn->top = mark;
}

static void fill_regs(Fn *fn, Expr *e, Type *t, Reg dst) {
    Type *u = under(t);
    ExprList l = e->u.comp.elems;
    uint32_t n = gen_regs(fn->g, t), given = 0;
    const RField *fields = gen_rtype(fn->g, t)->fields;
    for (uint32_t i = 0; i < l.len; i++) {
        uint32_t f;
        struct_item(u, l, i, &f);
        given += gen_words(fn->g, u->u.strct.fields[f].type);
    }
    if (given < n) gen_emit(fn, OP_LDNIL, dst, n, 0);
    for (uint32_t i = 0; i < l.len; i++) {
        uint32_t f;
        Expr *v = struct_item(u, l, i, &f);
        Type *ft = u->u.strct.fields[f].type;
        Reg at = dst + fields[f].offset, mark = fn->top;
        if (gen_rep(fn->g, ft) == REP_SLICE) {
            Reg r = gen_as(fn, v, ft, NO_REG);
            gen_emit(fn, OP_PACK, at, r, 0);
        } else if (is_inline_literal(fn->g, v, ft)) fill_regs(fn, gen_strip(v), ft, at);
        else gen_as(fn, v, ft, at);
        fn->top = mark;
    }
}

static Reg make_row(Fn *fn, Type *elem, int64_t len, Reg want) {
    Reg mark = fn->top, n = gen_alloc(fn, 1);
    gen_load_int(fn, n, len);
    gen_emit(fn, OP_MKSLICE, want, n, n);
    gen_extra_bc(fn, gen_type(fn->g, elem));
    fn->top = mark;
    return want;
}

static Reg slice_literal(Fn *fn, Expr *e, Reg want) {
    Type *elem = under(e->type)->u.slice.elem;
    int64_t index = 0, len = 0;
    for (uint32_t i = 0; i < e->u.comp.elems.len; i++) {
        array_item(e->u.comp.elems, i, &index);
        if (index + 1 > len) len = index + 1;
    }
    if (want == NO_REG) want = gen_alloc(fn, 3);
    Reg mark = fn->top;
    gen_hoist(fn, (ExprList){0}, e->u.comp.elems, NULL);
    fn->at = e->pos;
    make_row(fn, elem, len, want);
    fill_row(fn, e, elem, want, 0, want);
    fn->top = mark;
    return want;
}

Reg gen_slice_of(Fn *fn, Type *slice, Expr **items, uint32_t n, Reg want) {
    if (want == NO_REG) want = gen_alloc(fn, 3);
    if (!n) {
        gen_emit(fn, OP_LDNIL, want, 3, 0);
        return want;
    }
    Expr lit = {.kind = E_COMPOSITE, .type = slice, .pos = items[0]->pos};
    lit.u.comp.elems = (ExprList){items, n};
    return slice_literal(fn, &lit, want);
}

static Reg map_literal(Fn *fn, Expr *e, Reg want) {
    Type *u = under(e->type);
    ExprList l = e->u.comp.elems;
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg start = fn->top;
    gen_hoist(fn, (ExprList){0}, l, NULL);
    Reg mark = fn->top, hint = gen_alloc(fn, 1);
    fn->at = e->pos;
    gen_load_int(fn, hint, l.len);
    gen_emit(fn, OP_MKMAP, want, l.len ? hint : NO_REG, 0);
    gen_extra_bc(fn, gen_type(fn->g, e->type));
    fn->top = mark;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *kv = l.items[i];
        LVal at = {.kind = LV_MAP, .type = u->u.map.value, .map = e->type, .base = want, .pos = kv->pos};
        at.index = gen_as(fn, kv->u.kv.key, u->u.map.key, NO_REG);
        gen_store_expr(fn, &at, kv->u.kv.value);
        fn->top = mark;
    }
    fn->top = start;
    return want;
}

Reg gen_composite(Fn *fn, Expr *e, Reg want) {
    Type *t = e->type, *u = under(t);
    if (u->kind == T_POINTER) return gen_composite_new(fn, e, want); // {...} for &T{...} inside another literal
    if (u->kind == T_SLICE) return slice_literal(fn, e, want);
    if (u->kind == T_MAP) return map_literal(fn, e, want);
    if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, t));
    Reg mark = fn->top;
    gen_hoist(fn, (ExprList){0}, e->u.comp.elems, NULL);
    switch ((int)gen_rep(fn->g, t)) {
    case REP_NONE:
        for (uint32_t i = 0; i < e->u.comp.elems.len; i++) {
            Expr *v = e->u.comp.elems.items[i];
            gen_effects(fn, v->kind == E_KEYVALUE ? v->u.kv.value : v);
        }
        break;
    case REP_MEM:
        fn->at = e->pos;
        gen_emit_bc(fn, OP_NEW, want, gen_type(fn->g, t));
        fill_mem(fn, e, t, want, 0);
        break;
    default: fill_regs(fn, e, t, want); break;
    }
    fn->top = mark;
    return want;
}

Reg gen_composite_new(Fn *fn, Expr *e, Reg want) {
    Type *t = e->type, *u = under(t);
    if (u->kind == T_POINTER) {
        t = u->u.pointer.elem;
        u = under(t);
    }
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top;
    gen_hoist(fn, (ExprList){0}, e->u.comp.elems, NULL);
    fn->at = e->pos;
    gen_emit_bc(fn, OP_NEW, want, gen_type(fn->g, t));
    if ((u->kind == T_STRUCT || u->kind == T_ARRAY) && gen_words(fn->g, t)) fill_mem(fn, e, t, want, 0);
    else {
        Expr value = *e;
        value.type = t;
        Reg r = gen_composite(fn, &value, NO_REG);
        gen_store_mem(fn, t, want, 0, r);
    }
    fn->top = mark;
    return want;
}
