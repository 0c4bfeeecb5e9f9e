#include "vm/effects.h"

typedef struct Effects {
    const EffectSink *sink;
    const Module *m;
    const Func *f;
    const Instr *i;
} Effects;

static const uint8_t kind_scalar[4] = {REG_SCALAR, REG_SCALAR, REG_SCALAR, REG_SCALAR};
static const uint8_t kind_pointer[1] = {REG_POINTER};
static const uint8_t kind_iface[1] = {REG_IFACE};
static const uint8_t kind_slice[3] = {REG_POINTER, REG_SCALAR, REG_SCALAR};

static RegKind of_slot(uint8_t slot) {
    return slot == SLOT_POINTER ? REG_POINTER : slot == SLOT_IFACE ? REG_IFACE : REG_SCALAR;
}

static void use(const Effects *e, uint32_t reg, uint32_t n) {
    if (reg != NO_REG && n) e->sink->use(e->sink->ctx, reg, n);
}
static void def(const Effects *e, uint32_t reg, uint32_t n, const uint8_t *kinds) {
    if (reg != NO_REG && n) e->sink->def(e->sink->ctx, reg, n, kinds, 0);
}
static void def_slots(const Effects *e, uint32_t reg, uint32_t n, const uint8_t *slots) {
    for (uint32_t i = 0; i < n; i++) {
        uint8_t k = slots ? of_slot(slots[i]) : REG_SCALAR;
        def(e, reg + i, 1, &k);
    }
}

static const RType *type(const Effects *e, uint32_t word) { return &e->m->types[instr_bc(e->i[word])]; }

// Register form.
static void def_value(const Effects *e, uint32_t reg, const RType *t) {
    if (t->flags & RT_MEM) def(e, reg, 1, kind_pointer);
    else if (t->kind == RK_SLICE) def(e, reg, 3, kind_slice);
    else def_slots(e, reg, t->reg_words, t->slots);
}
// Words at rest, MEM as a pointer: what channels and maps move.
static uint32_t rest_words(const RType *t) { return t->flags & RT_MEM ? 1 : t->words; }
static void def_rest(const Effects *e, uint32_t reg, const RType *t) {
    if (t->flags & RT_MEM) def(e, reg, 1, kind_pointer);
    else def_slots(e, reg, t->words, t->slots);
}

static void operand_use(const Effects *e, uint8_t kind, uint32_t reg) {
    if (kind == OPERAND_U || kind == OPERAND_UD) use(e, reg, 1);
    if (kind == OPERAND_U3) use(e, reg, 3);
}
static void operand_def(const Effects *e, uint8_t kind, uint32_t reg) {
    if (kind == OPERAND_DS || kind == OPERAND_UD) def(e, reg, 1, kind_scalar);
    if (kind == OPERAND_DP) def(e, reg, 1, kind_pointer);
    if (kind == OPERAND_DI) def(e, reg, 1, kind_iface);
    if (kind == OPERAND_D3) def(e, reg, 3, kind_slice);
}

static void select_effects(const Effects *e) {
    const SelectTable *t = &e->f->selects[e->i->b];
    for (uint32_t i = 0; i < t->ncases; i++) {
        const SelectCase *c = &t->cases[i];
        use(e, c->chan, 1);
        if (c->dir) use(e, c->value, rest_words(&e->m->types[c->type]));
    }
    for (uint32_t i = 0; i < t->ncases; i++) {
        const SelectCase *c = &t->cases[i];
        if (c->dir) continue;
        if (c->value != NO_REG) def_rest(e, c->value, &e->m->types[c->type]);
        def(e, c->ok, 1, kind_scalar);
    }
    def(e, e->i->a, 1, kind_scalar);
}

static void clobber(const Effects *e) { e->sink->clobber(e->sink->ctx, effects_window(e->f, (uint32_t)(e->i - e->f->code))); }

// What the table leaves open (UX, DX). Plain operands have been reported as uses before, and are as definitions after.
static void special(const Effects *e) {
    uint32_t a = e->i->a, b = e->i->b, c = e->i->c;
    const Func *callee;
    const MemRef *ref;
    switch ((int)e->i->op) {
    case OP_MOVN:
        use(e, b, c);
        if (c) e->sink->def(e->sink->ctx, a, c, NULL, b);
        break;
    case OP_LDNIL:
        for (uint32_t k = 0; k < b; k++) def(e, a + k, 1, (const uint8_t[]){REG_NIL});
        break;
    case OP_LDN:
    case OP_LDCAP: ref = &e->f->memrefs[c]; def_slots(e, a, ref->n, ref->slots); break;
    case OP_STN: use(e, b, e->f->memrefs[c].n); break;
    case OP_DIVC:
        use(e, b, 2);
        use(e, c, 2);
        def(e, a, 2, kind_scalar);
        break;
    case OP_EQV: use(e, b, type(e, 1)->reg_words); use(e, c, type(e, 1)->reg_words); break;
    case OP_IX8U: case OP_IX8S: case OP_IX16U: case OP_IX16S: case OP_IX32U: case OP_IX32S: case OP_IX64: case OP_IXP:
    case OP_IXI: case OP_IXSL: case OP_IXADDR: case OP_IXX64: case OP_IXX8U: case OP_IXXP: use(e, b, 2); break;
    case OP_SX8: case OP_SX16: case OP_SX32: case OP_SX64: case OP_SXP: case OP_SXI: case OP_SXSL: case OP_ADDX: case OP_ADDXF:
        use(e, a, 2);
        break;
    case OP_APPEND: use(e, c, type(e, 1)->reg_words); break;
    case OP_CONCAT: use(e, b, c); break;
    case OP_STRNEXT: use(e, a, 1); def(e, a, 3, kind_scalar); break;
    case OP_MKIFACE: use(e, b, type(e, 1)->reg_words); break;
    case OP_IVAL: def_value(e, a, type(e, 1)); break;
    case OP_ASSERT:
        def_value(e, a, type(e, 1));
        if (c) def(e, a + type(e, 1)->reg_words, 1, kind_scalar);
        break;
    case OP_ASSERTI:
        def(e, a, 1, kind_iface);
        if (c) def(e, a + 1, 1, kind_scalar);
        break;
    case OP_CALL:
        callee = e->m->funcs[instr_bc(*e->i)];
        use(e, a, callee->nparams);
        clobber(e);
        def_slots(e, a, callee->nresults, callee->result_slots);
        break;
    case OP_CALLC:
        ref = &e->f->memrefs[instr_bc(e->i[1])];
        use(e, a, c);
        clobber(e);
        def_slots(e, a, ref->n, ref->slots);
        break;
    case OP_CALLI: case OP_CALLM:
        ref = &e->f->memrefs[instr_bc(e->i[1])];
        use(e, a + 1, ref->off); // the argument words
        clobber(e);
        def_slots(e, a, ref->n, ref->slots);
        break;
    case OP_CALLN:
        callee = e->m->funcs[instr_bc(*e->i)];
        use(e, a, callee->nparams);
        def_slots(e, a, callee->nresults, callee->result_slots);
        break;
    case OP_RET: use(e, a, b); break;
    case OP_CLOSURE: use(e, b, e->m->funcs[instr_bc(e->i[1])]->ncaptures); break;
    case OP_GO: case OP_DEFER: use(e, a, e->m->funcs[instr_bc(*e->i)]->nparams); break;
    case OP_GOC: case OP_DEFERC: use(e, a, c); break;
    case OP_SEND: use(e, b, rest_words(type(e, 1))); break;
    case OP_RECV:
        def_rest(e, a, type(e, 1));
        if (c) def(e, a + rest_words(type(e, 1)), 1, kind_scalar);
        break;
    case OP_SELECT: select_effects(e); break;
    case OP_MAPGET: case OP_MAPGET2: {
        const RType *t = type(e, 1), *value = &e->m->types[t->elem];
        use(e, c, rest_words(&e->m->types[t->key]));
        def_rest(e, a, value);
        if (e->i->op == OP_MAPGET2) def(e, a + rest_words(value), 1, kind_scalar);
        break;
    }
    case OP_MAPSET:
        use(e, b, rest_words(&e->m->types[type(e, 1)->key]));
        use(e, c, rest_words(&e->m->types[type(e, 1)->elem]));
        break;
    case OP_MAPDEL: use(e, b, rest_words(&e->m->types[type(e, 1)->key])); break;
    case OP_MAPNEXT:
        if (b != NO_REG) def_rest(e, b, &e->m->types[type(e, 2)->key]);
        if (c != NO_REG) def_rest(e, c, &e->m->types[type(e, 2)->elem]);
        break;
    case OP_PRINT:
        if (instr_bc(e->i[1])) use(e, a, type(e, 1)->reg_words);
        break;
    default: break;
    }
}

void effects_of(const Module *m, const Func *f, uint32_t at, const EffectSink *sink) {
    Effects e = {sink, m, f, &f->code[at]};
    const OpInfo *info = &op_info[e.i->op];
    operand_use(&e, info->a, e.i->a);
    operand_use(&e, info->b, e.i->b);
    operand_use(&e, info->c, e.i->c);
    if (info->extra == OPERAND_R3) {
        use(&e, e.i[1].a, 1);
        use(&e, e.i[1].b, 1);
        if (e.i->op == OP_SLICE) use(&e, e.i[1].c, 1);
    }
    special(&e);
    operand_def(&e, info->a, e.i->a);
    operand_def(&e, info->b, e.i->b);
    operand_def(&e, info->c, e.i->c);
}

uint32_t effects_window(const Func *f, uint32_t at) {
    uint32_t a = f->code[at].a;
    return a > FRAME_HEADER ? a - FRAME_HEADER : 0;
}
