// gen_place.c — places: what stands left of '=', and what the same expressions load. gen_place evaluates the operands
// (pointers, indices, keys) once; gen_load, gen_store and gen_addr then make the access.
#include "compiler/gen_int.h"

enum { MAX_OFF = 0xFFFF };

LVal gen_reg_place(Type *t, Reg r, Gen *g) {
    if (gen_rep(g, t) == REP_MEM) return (LVal){.kind = LV_MEM, .type = t, .base = r, .nonnil = true};
    return (LVal){.kind = LV_REG, .type = t, .base = r};
}

LVal gen_obj_place(Fn *fn, Object *o) {
    Loc l = gen_loc(fn, o);
    LVal v = {.type = o->type, .base = l.reg, .nonnil = true};
    switch (l.kind) {
    case LOC_REG: v.kind = LV_REG; break;
    case LOC_CELL:
        v.kind = LV_MEM;
        v.pair = under(o->type)->kind == T_ARRAY && gen_rep(fn->g, o->type) == REP_MEM;
        break;
    case LOC_GLOBAL:
        v.kind = LV_GLOBAL;
        v.off = l.reg;
        break;
    case LOC_SHARED:
        v.kind = LV_MEM;
        v.base = gen_alloc(fn, 1);
        gen_emit_bc(fn, OP_LDGP, v.base, l.reg);
        break;
    case LOC_NONE:
        if (!fn->dead) gol_bug("variable %s (in %s) has no place yet", o->name ? o->name->text : "?", fn->f->name);
        v.kind = LV_REG;
        break;
    }
    return v;
}

// --- memory

Opcode gen_load_op(Rep r) {
    switch (r) {
    case REP_U8: return OP_LD8U;
    case REP_S8: return OP_LD8S;
    case REP_U16: return OP_LD16U;
    case REP_S16: return OP_LD16S;
    case REP_U32: return OP_LD32U;
    case REP_S32: return OP_LD32S;
    case REP_PTR: return OP_LDP;
    case REP_IFACE: return OP_LDIF;
    case REP_SLICE: return OP_LDSL;
    case REP_NONE: case REP_W64: case REP_WORDS: case REP_MEM: break;
    }
    return OP_LD64;
}
static Opcode store_op(Rep r) {
    switch (r) {
    case REP_U8: case REP_S8: return OP_ST8;
    case REP_U16: case REP_S16: return OP_ST16;
    case REP_U32: case REP_S32: return OP_ST32;
    case REP_PTR: return OP_STP;
    case REP_IFACE: return OP_STIF;
    case REP_SLICE: return OP_STSL;
    case REP_NONE: case REP_W64: case REP_WORDS: case REP_MEM: break;
    }
    return OP_ST64;
}
static Opcode index_op(Rep r) {
    switch (r) {
    case REP_U8: return OP_IX8U;
    case REP_S8: return OP_IX8S;
    case REP_U16: return OP_IX16U;
    case REP_S16: return OP_IX16S;
    case REP_U32: return OP_IX32U;
    case REP_S32: return OP_IX32S;
    case REP_PTR: return OP_IXP;
    case REP_IFACE: return OP_IXI;
    case REP_SLICE: return OP_IXSL;
    case REP_NONE: case REP_W64: case REP_WORDS: case REP_MEM: break;
    }
    return OP_IX64;
}
static Opcode set_index_op(Rep r) {
    switch (r) {
    case REP_U8: case REP_S8: return OP_SX8;
    case REP_U16: case REP_S16: return OP_SX16;
    case REP_U32: case REP_S32: return OP_SX32;
    case REP_PTR: return OP_SXP;
    case REP_IFACE: return OP_SXI;
    case REP_SLICE: return OP_SXSL;
    case REP_NONE: case REP_W64: case REP_WORDS: case REP_MEM: break;
    }
    return OP_SX64;
}
static Opcode slot_load_op(uint8_t s) { return s == SLOT_POINTER ? OP_LDP : s == SLOT_IFACE ? OP_LDIF : OP_LD64; }
static Opcode slot_store_op(uint8_t s) { return s == SLOT_POINTER ? OP_STP : s == SLOT_IFACE ? OP_STIF : OP_ST64; }

// Offsets of more than 16 bits are made smaller by moving the base.
static void near_base(Fn *fn, Reg *base, uint32_t *off) {
    while (*off > MAX_OFF) {
        Reg r = gen_alloc(fn, 1);
        gen_emit(fn, OP_ADDR, r, *base, MAX_OFF);
        *base = r;
        *off -= MAX_OFF;
    }
}

void gen_load_mem(Fn *fn, Type *t, Reg dst, Reg base, uint32_t off) {
    Rep rep = gen_rep(fn->g, t);
    Reg mark = fn->top;
    near_base(fn, &base, &off);
    if (rep == REP_NONE) gen_emit(fn, OP_NILCHK, base, 0, 0);
    else if (rep == REP_MEM) gen_emit(fn, OP_ADDR, dst, base, off);
    else if (rep == REP_WORDS) {
        uint32_t n = gen_regs(fn->g, t);
        const uint8_t *slots = gen_reg_slots(fn->g, t);
        if (n == 1) gen_emit(fn, slot_load_op(slots[0]), dst, base, off);
        else gen_emit(fn, OP_LDN, dst, base, gen_memref(fn, off, n, slots));
    } else gen_emit(fn, gen_load_op(rep), dst, base, off);
    fn->top = mark;
}

void gen_store_mem(Fn *fn, Type *t, Reg base, uint32_t off, Reg src) {
    Rep rep = gen_rep(fn->g, t);
    Reg mark = fn->top;
    near_base(fn, &base, &off);
    if (rep == REP_NONE) gen_emit(fn, OP_NILCHK, base, 0, 0);
    else if (rep == REP_MEM) {
        Reg at = base;
        if (off) gen_emit(fn, OP_ADDR, at = gen_alloc(fn, 1), base, off);
        gen_emit(fn, OP_COPYMEM, at, src, 0);
        gen_extra_bc(fn, gen_type(fn->g, t));
    } else if (rep == REP_WORDS) {
        uint32_t n = gen_regs(fn->g, t);
        const uint8_t *slots = gen_reg_slots(fn->g, t);
        if (n == 1) gen_emit(fn, slot_store_op(slots[0]), base, src, off);
        else gen_emit(fn, OP_STN, base, src, gen_memref(fn, off, n, slots));
    } else gen_emit(fn, store_op(rep), base, src, off);
    fn->top = mark;
}

static LVal global_memory(Fn *fn, const LVal *l) {
    Reg base = gen_alloc(fn, 1);
    gen_emit_bc(fn, OP_GADDR, base, l->off);
    return (LVal){.kind = LV_MEM, .type = l->type, .base = base, .nonnil = true, .pos = l->pos};
}

void gen_settle(Fn *fn, LVal *l) {
    if (l->kind != LV_ELEM) return;
    Rep rep = gen_rep(fn->g, l->type);
    if (rep != REP_WORDS && rep != REP_MEM && rep != REP_NONE) return;
    Reg at = gen_alloc(fn, 1);
    if (l->pos) fn->at = l->pos;
    gen_emit(fn, OP_IXADDR, at, l->base, l->index);
    gen_extra_bc(fn, gen_rtype(fn->g, l->type)->elem_size);
    *l = (LVal){.kind = LV_MEM, .type = l->type, .base = at, .nonnil = true, .pos = l->pos};
}

static Reg load_raw(Fn *fn, const LVal *l, Reg want) {
    Rep rep = gen_rep(fn->g, l->type);
    Opcode op = OP_NOP;
    switch (rep) {
    case REP_SLICE: op = OP_UNPACK; break;
    case REP_U8: op = OP_EXT8U; break;
    case REP_S8: op = OP_EXT8S; break;
    case REP_U16: op = OP_EXT16U; break;
    case REP_S16: op = OP_EXT16S; break;
    case REP_U32: op = OP_EXT32U; break;
    case REP_S32: op = OP_EXT32S; break;
    case REP_NONE: case REP_W64: case REP_PTR: case REP_IFACE: case REP_WORDS: case REP_MEM: break;
    }
    if (op == OP_NOP) {
        if (want == NO_REG) return l->base;
        gen_mov(fn, l->type, want, l->base);
        return want;
    }
    if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, l->type));
    gen_emit(fn, op, want, l->base, 0);
    return want;
}

static Reg load_map(Fn *fn, const LVal *l, Reg want) {
    Rep rep = gen_rep(fn->g, l->type);
    Reg mark = fn->top, at = rep == REP_SLICE || want == NO_REG ? gen_alloc(fn, 1 + gen_words(fn->g, l->type)) : want;
    gen_emit(fn, OP_MAPGET, at, l->base, l->index);
    gen_extra_bc(fn, gen_type(fn->g, l->map));
    if (rep == REP_SLICE) {
        if (want == NO_REG) {
            fn->top = mark;
            want = gen_alloc(fn, 3);
        }
        gen_emit(fn, OP_UNPACK, want, at, 0);
        at = want;
    }
    return at;
}

// m[i][j]: the inner slice has just been taken out of m into a temporary. One instruction does both.
static bool load_2d(Fn *fn, const LVal *l, Rep rep, Reg want) {
    Opcode op = rep == REP_W64 ? OP_IXX64 : rep == REP_U8 ? OP_IXX8U : rep == REP_PTR ? OP_IXXP : OP_NOP;
    if (op == OP_NOP || fn->dead || !fn->n || fn->last_bound == fn->n) return false;
    Instr i = fn->code[fn->n - 1];
    if (i.op != OP_IXSL || i.a != l->base) return false;
    fn->n--;
    gen_emit(fn, op, want, i.b, i.c);
    gen_extra(fn, l->index, NO_REG, NO_REG);
    return true;
}

// *l += y where one instruction can do it; false when none can.
bool gen_update(Fn *fn, LVal *l, Op op, Expr *y) {
    Type *t = l->type;
    bool f = under(t)->kind == T_FLOAT64;
    if (gen_rep(fn->g, t) != REP_W64 || !(f || gen_type_integer(t))) return false;
    if (op != OPR_ADD && !(f && op == OPR_SUB)) return false;
    bool elem = l->kind == LV_ELEM && op == OPR_ADD, mem = l->kind == LV_MEM && l->off <= MAX_OFF;
    if (!elem && !mem) return false;
    Pos at = fn->at;
    Reg r = gen_as(fn, y, t, NO_REG);
    fn->at = at;
    if (elem) gen_emit(fn, f ? OP_ADDXF : OP_ADDX, l->base, l->index, r);
    else gen_emit(fn, f ? (op == OPR_ADD ? OP_ADDMF : OP_SUBMF) : OP_ADDM, l->base, r, l->off);
    return true;
}

Reg gen_load(Fn *fn, LVal *l, Reg want) {
    if (l->kind == LV_REG) {
        if (l->raw) return load_raw(fn, l, want);
        if (want == NO_REG) return l->base;
        gen_mov(fn, l->type, want, l->base);
        return want;
    }
    if (l->pos) fn->at = l->pos;
    Rep rep = gen_rep(fn->g, l->type);
    if (l->kind == LV_MAP) return load_map(fn, l, want);
    if (rep == REP_MEM) return gen_addr(fn, l, want);
    if (want == NO_REG) want = gen_alloc(fn, gen_regs(fn->g, l->type));
    Reg mark = fn->top;
    gen_settle(fn, l);
    if (l->kind == LV_GLOBAL) {
        if (rep == REP_W64) gen_emit_bc(fn, OP_LDG, want, l->off);
        else if (rep == REP_PTR) gen_emit_bc(fn, OP_LDGP, want, l->off);
        else if (rep == REP_IFACE) gen_emit_bc(fn, OP_LDGI, want, l->off);
        else if (rep == REP_SLICE) gen_emit_bc(fn, OP_LDGSL, want, l->off);
        else if (rep != REP_NONE) {
            LVal m = global_memory(fn, l);
            gen_load_mem(fn, l->type, want, m.base, 0);
        }
    } else if (l->kind == LV_ELEM && l->once && load_2d(fn, l, rep, want)) {
    } else if (l->kind == LV_ELEM) gen_emit(fn, index_op(rep), want, l->base, l->index);
    else if (l->kind == LV_STRIX) gen_emit(fn, OP_STRIX, want, l->base, l->index);
    else gen_load_mem(fn, l->type, want, l->base, l->off);
    fn->top = mark;
    return want;
}

void gen_store(Fn *fn, LVal *l, Reg src) {
    Rep rep = gen_rep(fn->g, l->type);
    Reg mark = fn->top;
    if (l->pos) fn->at = l->pos;
    gen_settle(fn, l);
    switch (l->kind) {
    case LV_BLANK: case LV_STRIX: break;
    case LV_REG:
        if (l->raw && rep == REP_SLICE) gen_emit(fn, OP_PACK, l->base, src, 0);
        else gen_mov(fn, l->type, l->base, src);
        break;
    case LV_MEM: gen_store_mem(fn, l->type, l->base, l->off, src); break;
    case LV_GLOBAL:
        if (rep == REP_W64) gen_emit_bc(fn, OP_STG, src, l->off);
        else if (rep == REP_PTR) gen_emit_bc(fn, OP_STGP, src, l->off);
        else if (rep == REP_IFACE) gen_emit_bc(fn, OP_STGI, src, l->off);
        else if (rep != REP_NONE) {
            LVal m = global_memory(fn, l);
            gen_store_mem(fn, l->type, m.base, 0, src);
        }
        break;
    case LV_ELEM: gen_emit(fn, set_index_op(rep), l->base, l->index, src); break;
    case LV_MAP:
        if (rep == REP_SLICE) {
            Reg p = gen_alloc(fn, 1);
            gen_emit(fn, OP_PACK, p, src, 0);
            src = p;
        }
        gen_emit(fn, OP_MAPSET, l->base, l->index, src);
        gen_extra_bc(fn, gen_type(fn->g, l->map));
        break;
    }
    fn->top = mark;
}

void gen_store_expr(Fn *fn, LVal *l, Expr *e) {
    Reg mark = fn->top;
    if (l->kind == LV_REG && gen_single_write(fn->g, e) && !(l->raw && gen_rep(fn->g, l->type) == REP_SLICE)) {
        gen_as(fn, e, l->type, l->base);
    } else {
        Reg r = gen_as(fn, e, l->type, NO_REG);
        gen_store(fn, l, r);
    }
    fn->top = mark;
}

Reg gen_addr(Fn *fn, LVal *l, Reg want) {
    gen_settle(fn, l);
    if (l->pos) fn->at = l->pos;
    switch (l->kind) {
    case LV_MEM:
        if (l->off == 0 && l->nonnil) {
            if (want == NO_REG) return l->base;
            gen_emit(fn, OP_MOVP, want, l->base, 0);
            return want;
        }
        if (want == NO_REG) want = gen_alloc(fn, 1);
        uint32_t off = l->off;
        Reg base = l->base, mark = fn->top;
        near_base(fn, &base, &off);
        gen_emit(fn, OP_ADDR, want, base, off);
        fn->top = mark;
        return want;
    case LV_GLOBAL:
        if (want == NO_REG) want = gen_alloc(fn, 1);
        gen_emit_bc(fn, OP_GADDR, want, l->off);
        return want;
    case LV_ELEM:
        if (want == NO_REG) want = gen_alloc(fn, 1);
        gen_emit(fn, OP_IXADDR, want, l->base, l->index);
        gen_extra_bc(fn, gen_rtype(fn->g, l->type)->elem_size);
        return want;
    case LV_MAP: return load_map(fn, l, want); // MEM: a pointer that is only read
    case LV_REG: { // only a value without words, or in code that is never reached
        if (want == NO_REG) want = gen_alloc(fn, 1);
        gen_emit_bc(fn, OP_NEW, want, gen_type(fn->g, l->type));
        gen_store_mem(fn, l->type, want, 0, l->base);
        return want;
    }
    case LV_BLANK: case LV_STRIX: break;
    }
    gol_bug("no address of this place");
}

// --- parts

LVal gen_deref(Fn *fn, LVal x) {
    Type *p = under(x.type);
    LVal l = {.kind = LV_MEM, .type = p->u.pointer.elem, .pos = x.pos};
    l.base = gen_load(fn, &x, NO_REG);
    return l;
}

LVal gen_field(Fn *fn, LVal x, Type *st, uint32_t index) {
    gen_settle(fn, &x);
    const RType *r = gen_rtype(fn->g, st);
    uint32_t off = r->fields[index].offset;
    LVal l = x;
    l.type = under(st)->u.strct.fields[index].type;
    l.pair = false;
    if (x.kind == LV_REG) {
        l.base = x.base + off;
        l.raw = true;
        if (gen_rep(fn->g, l.type) == REP_MEM) gol_bug("a struct in registers with an array inside");
    } else if (x.kind == LV_MEM || x.kind == LV_GLOBAL) l.off = x.off + off;
    else if (x.kind == LV_MAP) { // a copy of the value
        Reg v = load_map(fn, &x, NO_REG);
        return gen_field(fn, gen_reg_place(x.type, v, fn->g), st, index);
    }
    return l;
}

LVal gen_path(Fn *fn, LVal x, const uint32_t *path, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (under(x.type)->kind == T_POINTER) x = gen_deref(fn, x);
        x = gen_field(fn, x, x.type, path[i]);
    }
    return x;
}

// (address, length) of an array, side by side.
static Reg array_pair(Fn *fn, LVal *arr, int64_t len) {
    if (arr->kind == LV_MEM && arr->pair && arr->off == 0) return arr->base;
    Reg pair = gen_alloc(fn, 2);
    if (arr->kind == LV_REG) gen_emit(fn, OP_LDNIL, pair, 1, 0);
    else gen_addr(fn, arr, pair);
    gen_load_int(fn, pair + 1, len);
    return pair;
}

static LVal index_array(Fn *fn, Expr *e, LVal arr, Expr *ix) {
    Type *at = under(arr.type);
    Type *elem = at->u.array.elem;
    uint32_t size = gen_rtype(fn->g, elem)->elem_size;
    int64_t k;
    gen_settle(fn, &arr);
    if (arr.kind == LV_MAP) {
        arr = gen_reg_place(arr.type, load_map(fn, &arr, NO_REG), fn->g);
    }
    if (ix->cv && const_int64(ix->cv, &k) && k >= 0 && k < at->u.array.len && arr.kind != LV_REG && (uint64_t)k * size % 8 == 0 &&
        (uint64_t)k * size / 8 + arr.off <= MAX_OFF) {
        LVal l = arr;
        l.type = elem;
        l.off += (uint32_t)((uint64_t)k * size / 8);
        l.pair = false;
        l.pos = e->pos;
        return l;
    }
    Reg pair = array_pair(fn, &arr, at->u.array.len);
    LVal l = {.kind = LV_ELEM, .type = elem, .base = pair, .pos = e->pos};
    l.index = gen_expr(fn, ix, NO_REG);
    return l;
}

static Reg map_key(Fn *fn, Expr *key, Type *map) { return gen_as(fn, key, under(map)->u.map.key, NO_REG); }

static LVal index_place(Fn *fn, Expr *e) {
    Expr *x = e->u.index.x, *ix = e->u.index.indices.items[0];
    Type *u = under(x->type);
    LVal l = {.type = e->type, .pos = e->pos};
    if (!(fn->nhoists && ix->cv)) gen_hoist2(fn, x, ix);
    switch (u->kind) {
    case T_POINTER: {
        LVal p = {.kind = LV_MEM, .type = u->u.pointer.elem, .pos = e->pos};
        p.base = gen_expr(fn, x, NO_REG);
        return index_array(fn, e, p, ix);
    }
    case T_ARRAY: return index_array(fn, e, gen_place(fn, x), ix);
    case T_SLICE:
        l.kind = LV_ELEM;
        l.type = u->u.slice.elem;
        l.base = gen_expr(fn, x, NO_REG);
        l.index = gen_expr(fn, ix, NO_REG);
        return l;
    case T_MAP:
        l.kind = LV_MAP;
        l.type = u->u.map.value;
        l.map = x->type;
        l.base = gen_expr(fn, x, NO_REG);
        l.index = map_key(fn, ix, x->type);
        return l;
    default:
        l.kind = LV_STRIX;
        l.type = fn->g->p->universe.basic[T_UINT8];
        l.base = gen_expr(fn, x, NO_REG);
        l.index = gen_expr(fn, ix, NO_REG);
        return l;
    }
}

// Whether the field at the end of the path lies inside the value: no pointer on the way.
static bool in_place(Type *t, const uint32_t *path, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (under(t)->kind != T_STRUCT) return false;
        t = under(t)->u.strct.fields[path[i]].type;
    }
    return true;
}

LVal gen_place(Fn *fn, Expr *e) {
    e = gen_strip(e);
    if (gen_is_blank(e)) return (LVal){.kind = LV_BLANK, .type = e->type};
    switch (e->kind) {
    case E_NAME:
        if (e->u.name.obj && e->u.name.obj->kind == O_VAR) return gen_obj_place(fn, e->u.name.obj);
        break;
    case E_STAR: {
        LVal l = {.kind = LV_MEM, .type = e->type, .pos = e->pos};
        l.base = gen_expr(fn, e->u.star.x, NO_REG);
        return l;
    }
    case E_SELECTOR: {
        if (!e->u.sel.selection) {
            if (e->u.sel.obj && e->u.sel.obj->kind == O_VAR) return gen_obj_place(fn, e->u.sel.obj);
            break;
        }
        if (e->u.sel.selection->kind != SEL_FIELD) break;
        LVal x = gen_place(fn, e->u.sel.x);
        const Selection *s = e->u.sel.selection;
        const Pos through = x.kind == LV_MEM && in_place(x.type, s->path, s->npath) ? x.pos : 0; // p.s.f: what may fault is p.s, where s is a struct
        x = gen_path(fn, x, e->u.sel.selection->path, e->u.sel.selection->npath);
        x.pos = through ? through : e->u.sel.sel.pos ? e->u.sel.sel.pos : e->pos;
        return x;
    }
    case E_INDEX:
        if (!e->cv) return index_place(fn, e);
        break;
    default: break;
    }
    return gen_reg_place(e->type, gen_expr(fn, e, NO_REG), fn->g);
}
