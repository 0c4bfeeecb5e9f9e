#include "vm/verify.h"

#include <stdlib.h>

#include "vm/effects.h"
#include "vm/liveness.h"

typedef struct Check {
    Vm *vm;
    const Func *f;
    uint32_t at;
} Check;

static void wrong(const Check *c, const char *what, uint64_t value) {
    Place p = source_place(c->vm->m->sources, c->f->pos ? c->f->pos[c->at] : c->f->decl_pos);
    gol_bug("bytecode of %s, instruction %u (%s), %s:%u: %s (%llu)", c->f->name, c->at,
            c->f->code[c->at].op < OP_COUNT ? op_info[c->f->code[c->at].op].name : "?", p.file ? p.file->path : "?", p.line, what,
            (unsigned long long)value);
}

static void check_registers(void *ctx, uint32_t reg, uint32_t n) {
    const Check *c = ctx;
    if (reg + n > c->f->nslots && reg + n > c->f->nparams + 1) wrong(c, "register out of the frame", reg + n - 1);
}
static void check_def(void *ctx, uint32_t reg, uint32_t n, const uint8_t *kinds, uint32_t from) {
    (void)kinds;
    check_registers(ctx, reg, n);
    if (!kinds) check_registers(ctx, from, n);
}
static void check_clobber(void *ctx, uint32_t reg) { check_registers(ctx, reg, 0); }

static void check_live(void *ctx, uint32_t reg, uint8_t kind) {
    const Check *c = ctx;
    if (kind == REG_CONFLICT) wrong(c, "a register is a pointer on one path and not on another", reg);
    // What only the recover epilogue reads is zeroed by the function's first instructions.
    if (kind == REG_UNDEF && !(c->f->flags & FUNC_HAS_DEFER)) wrong(c, "a register is read that was never defined", reg);
}

static void check_index(const Check *c, uint8_t operand, uint32_t value) {
    const Module *m = c->vm->m;
    switch ((int)operand) {
    case OPERAND_K32: if (value >= m->nconsts) wrong(c, "no such constant", value); break;
    case OPERAND_S32: if (value >= m->nstrings) wrong(c, "no such string", value); break;
    case OPERAND_F32: if (value >= m->nfuncs || !m->funcs[value]) wrong(c, "no such function", value); break;
    case OPERAND_T32: if (value >= m->ntypes) wrong(c, "no such type", value); break;
    case OPERAND_G32: if (value >= m->nglobals && value) wrong(c, "no such global", value); break;
    default: break;
    }
}

// Indices into the function's own tables.
static void check_tables(const Check *c, const Instr *i) {
    const Func *f = c->f;
    switch ((int)i->op) {
    case OP_LDN: case OP_LDCAP: case OP_STN: if (i->c >= f->nmemrefs) wrong(c, "no such memref", i->c); break;
    case OP_CALLC: case OP_CALLM: if (instr_bc(i[1]) >= f->nmemrefs) wrong(c, "no such memref", instr_bc(i[1])); break;
    case OP_CALLI:
        if (i->c >= f->nsites) wrong(c, "no such call site", i->c);
        if (instr_bc(i[1]) >= f->nmemrefs) wrong(c, "no such memref", instr_bc(i[1]));
        break;
    case OP_SELECT: if (i->b >= f->nselects) wrong(c, "no such select", i->b); break;
    case OP_CALLN:
        if (!(c->vm->m->funcs[instr_bc(*i)]->flags & FUNC_NATIVE)) wrong(c, "not a native function", instr_bc(*i));
        break;
    case OP_CALL:
        if (i->a < FRAME_HEADER) wrong(c, "no room for the callee's header", i->a);
        break;
    default: break;
    }
}

void verify_func(Vm *vm, const Func *f) {
    Check c = {vm, f, 0};
    uint8_t *starts = xcalloc(f->ncode + 4, 1);
    for (uint32_t at = 0; at < f->ncode;) {
        const Instr *i = &f->code[at];
        c.at = at;
        if (i->op >= OP_COUNT || i->op == OP_EXTRA) wrong(&c, "not an instruction", i->op);
        starts[at] = 1;
        uint32_t n = op_length(i);
        if (at + n > f->ncode) wrong(&c, "operands missing at the end", n);
        for (uint32_t k = 1; k < n; k++)
            if (i[k].op != OP_EXTRA) wrong(&c, "an operand word is missing", k);
        const OpInfo *info = &op_info[i->op];
        check_index(&c, info->b, instr_bc(*i));
        if (info->extra != OPERAND____) check_index(&c, info->extra, instr_bc(i[1]));
        if (n == 3) check_index(&c, OPERAND_T32, instr_bc(i[2]));
        check_tables(&c, i);
        at += n;
        if (at == f->ncode && !op_ends_block((Opcode)i->op)) wrong(&c, "the code runs out of the function", at);
    }
    for (uint32_t at = 0; at < f->ncode; at += op_length(&f->code[at])) {
        uint32_t target;
        c.at = at;
        if (op_jump_target(f, at, &target) && (target >= f->ncode || !starts[target])) wrong(&c, "jump to nowhere", target);
        EffectSink sink = {&c, check_registers, check_def, check_clobber};
        effects_of(vm->m, f, at, &sink);
    }
    if ((f->flags & FUNC_HAS_DEFER) && (f->recover_pc >= f->ncode || !starts[f->recover_pc]))
        wrong(&c, "recover_pc is nowhere", f->recover_pc);
    for (uint32_t at = 0; at < f->ncode; at += op_length(&f->code[at])) {
        c.at = at;
        liveness_each(vm, f, at, check_live, &c);
    }
    free(starts);
}

void verify_funcs(Vm *vm, uint32_t from) {
    for (uint32_t i = from; i < vm->m->nfuncs; i++)
        if (vm->m->funcs[i] && vm->m->funcs[i]->ncode) verify_func(vm, vm->m->funcs[i]);
}
