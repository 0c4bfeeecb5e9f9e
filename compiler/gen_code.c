// gen_code.c — instructions, labels and registers of one function while it is generated.
//
// Jumps are recorded and resolved at the end. A fused compare-and-branch reaches 32767 instructions; one that does not is
// widened there to
//       Jcc  +1 ;  JMP +1 ;  JMP target
// which shifts what follows, so widening is repeated until nothing changes.
#include <stdlib.h>
#include <string.h>

#include "compiler/gen_int.h"

enum { MAX_REGS = 0xFF00 };

void gen_fn_init(Fn *fn, Gen *g, Func *f) {
    memset(fn, 0, sizeof *fn);
    fn->g = g;
    fn->f = f;
    fn->at = f->decl_pos;
}

void gen_need(Fn *fn, Reg end) {
    if (end > fn->max) fn->max = end;
    if (end > MAX_REGS) fn->too_large = true;
}
Reg gen_alloc(Fn *fn, uint32_t n) {
    Reg r = fn->top;
    fn->top += n;
    if (fn->too_large) r = fn->top = 0;
    gen_need(fn, fn->top + 1); // + 1: a value without words still names a register
    return r;
}

uint32_t gen_emit(Fn *fn, Opcode op, Reg a, Reg b, uint32_t c) {
    if (fn->dead) return fn->n;
    if (fn->n == fn->cap) {
        fn->code = gen_grow(fn->code, &fn->cap, fn->n + 1, sizeof(Instr));
        fn->pos = xrealloc(fn->pos, fn->cap * sizeof(Pos));
    }
    if (a > 0xFFFF || b > 0xFFFF || c > 0xFFFF) fn->too_large = true;
    fn->code[fn->n] = (Instr){(uint16_t)op, (uint16_t)a, (uint16_t)b, (uint16_t)c};
    fn->pos[fn->n] = fn->at;
    return fn->n++;
}
uint32_t gen_emit_bc(Fn *fn, Opcode op, Reg a, uint32_t bc) { return gen_emit(fn, op, a, bc & 0xFFFF, bc >> 16); }
void gen_extra(Fn *fn, Reg a, Reg b, Reg c) { gen_emit(fn, OP_EXTRA, a, b, c); }
void gen_extra_bc(Fn *fn, uint32_t bc) { gen_emit_bc(fn, OP_EXTRA, 0, bc); }

// --- labels and jumps

Label gen_label(Fn *fn) {
    if (fn->nlabels == fn->labels_cap) fn->labels = gen_grow(fn->labels, &fn->labels_cap, fn->nlabels + 1, sizeof(LabelInfo));
    fn->labels[fn->nlabels] = (LabelInfo){-1, 0};
    return fn->nlabels++;
}
// A jump to the very next instruction, which has just been emitted, is taken back.
static void drop_jump(Fn *fn, Label l) {
    if (!fn->n || !fn->njumps || !fn->dead || fn->last_bound == fn->n) return;
    const Jump *j = &fn->jumps[fn->njumps - 1];
    if (j->at != fn->n - 1 || j->label != l || fn->code[j->at].op != OP_JMP) return;
    fn->n--;
    fn->njumps--;
    fn->labels[l].refs--;
    fn->dead = false;
}
void gen_bind(Fn *fn, Label l) {
    drop_jump(fn, l);
    fn->labels[l].at = fn->last_bound = fn->n;
    if (fn->labels[l].refs) fn->dead = false;
}
void gen_bind_live(Fn *fn, Label l, bool live) {
    gen_bind(fn, l);
    if (live) fn->dead = false;
}
static void jump_add(Fn *fn, uint32_t at, Label l, JumpKind kind, uint32_t span) {
    if (fn->dead) return;
    fn->labels[l].refs++;
    if (fn->njumps == fn->jumps_cap) fn->jumps = gen_grow(fn->jumps, &fn->jumps_cap, fn->njumps + 1, sizeof(Jump));
    fn->jumps[fn->njumps++] = (Jump){at, l, (uint8_t)kind, (uint8_t)span};
}
static bool bound(Fn *fn, Label l) { return fn->labels[l].at >= 0; }

void gen_jmp(Fn *fn, Label l) {
    uint32_t at = gen_emit_bc(fn, bound(fn, l) ? OP_JMPB : OP_JMP, 0, 0);
    jump_add(fn, at, l, JUMP_BC, 1);
    fn->dead = true;
}

// Forward and backward forms of the same branch, and its opposite (OP_COUNT: there is none).
typedef struct JccForms {
    uint16_t forward, backward, opposite;
} JccForms;
static const JccForms jcc_forms[] = {
    {OP_JEQ, OP_JEQB, OP_JNE},       {OP_JNE, OP_JNEB, OP_JEQ},       {OP_JLT, OP_JLTB, OP_COUNT},
    {OP_JLE, OP_JLEB, OP_COUNT},     {OP_JLTU, OP_JLTUB, OP_COUNT},   {OP_JLEU, OP_JLEUB, OP_COUNT},
    {OP_JEQI, OP_JEQIB, OP_JNEI},    {OP_JNEI, OP_JNEIB, OP_JEQI},    {OP_JLTI, OP_JLTIB, OP_JGEI},
    {OP_JLEI, OP_JLEIB, OP_JGTI},    {OP_JGTI, OP_JGTIB, OP_JLEI},    {OP_JGEI, OP_JGEIB, OP_JLTI},
    {OP_JEQF, OP_COUNT, OP_JNEF},    {OP_JNEF, OP_COUNT, OP_JEQF},    {OP_JLTF, OP_JLTFB, OP_JNLTF},
    {OP_JLEF, OP_JLEFB, OP_JNLEF},   {OP_JNLTF, OP_COUNT, OP_JLTF},   {OP_JNLEF, OP_COUNT, OP_JLEF},
};
static const JccForms *forms_of(uint32_t op) {
    for (size_t i = 0; i < COUNT_OF(jcc_forms); i++)
        if (jcc_forms[i].forward == op || jcc_forms[i].backward == op) return &jcc_forms[i];
    return NULL;
}

// i++ and the loop's test in one: when the increment has just been emitted and nothing jumps between the two.
static Opcode counting_op(const Fn *fn, Opcode op, Reg a, uint32_t b) {
    if (fn->dead || !fn->n || fn->last_bound == fn->n) return OP_NOP;
    const Instr *i = &fn->code[fn->n - 1];
    if (i->op != OP_ADDI || i->a != a || i->b != a || i->c != 1) return OP_NOP;
    switch ((int)op) {
    case OP_JLT: return b == a ? OP_NOP : OP_INCJLT;
    case OP_JLE: return b == a ? OP_NOP : OP_INCJLE;
    case OP_JLTI: return OP_INCJLTI;
    case OP_JLEI: return OP_INCJLEI;
    default: return OP_NOP;
    }
}

void gen_jcc(Fn *fn, Opcode op, Reg a, uint32_t b, Label l) {
    if (bound(fn, l)) {
        Opcode counting = counting_op(fn, op, a, b);
        if (counting != OP_NOP) {
            fn->n--;
            uint32_t here = gen_emit(fn, counting, a, b & 0xFFFF, 0);
            jump_add(fn, here, l, JUMP_C16, 1);
            return;
        }
        const JccForms *f = forms_of(op);
        if (f->backward == OP_COUNT) {
            Label over = gen_label(fn);
            gen_jcc(fn, (Opcode)f->opposite, a, b, over);
            gen_jmp(fn, l);
            gen_bind(fn, over);
            return;
        }
        op = (Opcode)f->backward;
    }
    uint32_t at = gen_emit(fn, op, a, b & 0xFFFF, 0);
    jump_add(fn, at, l, JUMP_C16, 1);
}
void gen_jbool(Fn *fn, Reg r, bool sense, Label l) {
    Opcode op = bound(fn, l) ? (sense ? OP_JTB : OP_JFB) : sense ? OP_JT : OP_JF;
    uint32_t at = gen_emit_bc(fn, op, r, 0);
    jump_add(fn, at, l, JUMP_BC, 1);
}
void gen_jump_extra(Fn *fn, Label l, uint32_t more) {
    uint32_t at = gen_emit_bc(fn, OP_EXTRA, 0, 0);
    jump_add(fn, at, l, JUMP_EXTRA, 1 + more);
}

// --- moves

static Opcode mov_op(uint8_t slot) {
    switch (slot) {
    case SLOT_POINTER: return OP_MOVP;
    case SLOT_IFACE: return OP_MOVI;
    default: return OP_MOV;
    }
    return OP_MOV;
}
void gen_mov_slots(Fn *fn, const uint8_t *slots, uint32_t n, Reg dst, Reg src) {
    if (dst == src || n == 0) return;
    if (n == 1) gen_emit(fn, mov_op(slots[0]), dst, src, 0);
    else if (n == 2 && (dst < src || dst > src + 1)) {
        gen_emit(fn, mov_op(slots[0]), dst, src, 0);
        gen_emit(fn, mov_op(slots[1]), dst + 1, src + 1, 0);
    } else gen_emit(fn, OP_MOVN, dst, src, n);
}
void gen_mov(Fn *fn, Type *t, Reg dst, Reg src) {
    if (dst == src) return;
    switch (gen_rep(fn->g, t)) {
    case REP_NONE: return;
    case REP_PTR: case REP_MEM: gen_emit(fn, OP_MOVP, dst, src, 0); return;
    case REP_IFACE: gen_emit(fn, OP_MOVI, dst, src, 0); return;
    case REP_SLICE: gen_emit(fn, OP_MOV3, dst, src, 0); return;
    case REP_WORDS: gen_mov_slots(fn, gen_reg_slots(fn->g, t), gen_regs(fn->g, t), dst, src); return;
    case REP_U8: case REP_S8: case REP_U16: case REP_S16: case REP_U32: case REP_S32: case REP_W64: break;
    }
    gen_emit(fn, OP_MOV, dst, src, 0);
}

uint32_t gen_memref(Fn *fn, uint32_t off, uint32_t n, const uint8_t *slots) {
    for (uint32_t i = 0; i < fn->nmemrefs; i++) {
        const MemRef *m = &fn->memrefs[i];
        if (m->off == off && m->n == n && (m->slots == slots || (n && !memcmp(m->slots, slots, n)))) return i;
    }
    if (fn->nmemrefs == fn->memrefs_cap)
        fn->memrefs = gen_grow(fn->memrefs, &fn->memrefs_cap, fn->nmemrefs + 1, sizeof(MemRef));
    fn->memrefs[fn->nmemrefs] = (MemRef){off, n, slots};
    return fn->nmemrefs++;
}

void gen_load_int(Fn *fn, Reg dst, int64_t v) {
    if (v >= INT32_MIN && v <= INT32_MAX) gen_emit_bc(fn, OP_LDI, dst, (uint32_t)(int32_t)v);
    else gen_emit_bc(fn, OP_LDK, dst, gen_const(fn->g, (Word)v));
}
void gen_zero(Fn *fn, Type *t, Reg dst) {
    switch (gen_rep(fn->g, t)) {
    case REP_NONE: return;
    case REP_MEM: gen_emit_bc(fn, OP_NEW, dst, gen_type(fn->g, t)); return;
    case REP_PTR: case REP_IFACE: case REP_SLICE: case REP_WORDS:
        gen_emit(fn, OP_LDNIL, dst, gen_regs(fn->g, t), 0);
        return;
    case REP_U8: case REP_S8: case REP_U16: case REP_S16: case REP_U32: case REP_S32: case REP_W64: break;
    }
    gen_emit_bc(fn, OP_LDI, dst, 0);
}

// --- the end of a function

static uint32_t counted_branch(uint32_t op) {
    switch (op) {
    case OP_INCJLT: return OP_JLT;
    case OP_INCJLE: return OP_JLE;
    case OP_INCJLTI: return OP_JLTI;
    case OP_INCJLEI: return OP_JLEI;
    default: return OP_NOP;
    }
}
static bool is_backward_op(uint32_t op) {
    const JccForms *f = forms_of(op);
    return f && f->backward == op;
}

// New index of each old instruction when the jumps marked in `wide` take two more words.
static void layout_positions(const Fn *fn, const bool *wide, uint32_t *at_new) {
    uint32_t shift = 0;
    for (uint32_t i = 0; i <= fn->n; i++) {
        at_new[i] = i + shift;
        if (i < fn->n && wide[i]) shift += 2 + (counted_branch(fn->code[i].op) != OP_NOP);
    }
}
static int64_t jump_distance(const Fn *fn, const Jump *j, const uint32_t *at_new) {
    return (int64_t)at_new[fn->labels[j->label].at] - ((int64_t)at_new[j->at] + j->span);
}

static void widen(Fn *fn) {
    bool *wide = xcalloc(fn->n + 1, sizeof *wide);
    uint32_t *at_new = xcalloc(fn->n + 1, sizeof *at_new);
    bool changed = true, any = false;
    while (changed) {
        changed = false;
        layout_positions(fn, wide, at_new);
        for (uint32_t i = 0; i < fn->njumps; i++) {
            const Jump *j = &fn->jumps[i];
            if (j->kind != JUMP_C16 || wide[j->at]) continue;
            int64_t d = jump_distance(fn, j, at_new);
            if (d < INT16_MIN || d > INT16_MAX) wide[j->at] = changed = any = true;
        }
    }
    if (any) {
        uint32_t n = at_new[fn->n];
        Instr *code = xcalloc(n, sizeof *code);
        Pos *pos = xcalloc(n, sizeof *pos);
        for (uint32_t i = 0; i < fn->n; i++) {
            uint32_t to = at_new[i];
            code[to] = fn->code[i];
            pos[to] = fn->pos[i];
            if (!wide[i]) continue;
            if (counted_branch(code[to].op) != OP_NOP) { // apart again
                code[to + 1] = code[to];
                code[to + 1].op = (uint16_t)forms_of(counted_branch(code[to].op))->backward;
                code[to] = (Instr){OP_ADDI, code[to].a, code[to].a, 1};
                pos[to + 1] = pos[to];
                to++;
            }
            bool back = is_backward_op(code[to].op);
            code[to].op = forms_of(code[to].op)->forward;
            code[to].c = 1;
            code[to + 1] = (Instr){OP_JMP, 0, 1, 0};
            code[to + 2] = (Instr){back ? OP_JMPB : OP_JMP, 0, 0, 0};
            pos[to + 1] = pos[to + 2] = pos[to];
        }
        for (uint32_t i = 0; i < fn->njumps; i++) {
            Jump *j = &fn->jumps[i];
            if (wide[j->at]) {
                j->at = at_new[j->at + 1] - 1;
                j->kind = JUMP_BC;
            } else j->at = at_new[j->at];
        }
        for (uint32_t i = 0; i < fn->nlabels; i++)
            if (fn->labels[i].at >= 0) fn->labels[i].at = at_new[fn->labels[i].at];
        free(fn->code);
        free(fn->pos);
        fn->code = code;
        fn->pos = pos;
        fn->n = n;
    }
    free(wide);
    free(at_new);
}

static void resolve(Fn *fn) {
    if (fn->n > INT16_MAX) widen(fn);
    for (uint32_t i = 0; i < fn->njumps; i++) {
        const Jump *j = &fn->jumps[i];
        if (fn->labels[j->label].at < 0) gol_bug("%s: a jump to a label that is not bound", fn->f->name);
        int64_t d = fn->labels[j->label].at - ((int64_t)j->at + j->span);
        if (j->kind == JUMP_C16) fn->code[j->at].c = (uint16_t)(int16_t)d;
        else {
            fn->code[j->at].b = (uint16_t)((uint32_t)(int32_t)d & 0xFFFF);
            fn->code[j->at].c = (uint16_t)((uint32_t)(int32_t)d >> 16);
        }
    }
}

static void *keep(Gen *g, const void *p, size_t n) {
    if (!n) return NULL;
    void *q = arena_alloc(g->arena, n);
    memcpy(q, p, n);
    return q;
}

void gen_finish(Fn *fn) {
    Gen *g = fn->g;
    Func *f = fn->f;
    // A jump to the very end (from code that never gets there) needs an instruction to point to.
    fn->dead = false;
    gen_emit(fn, OP_UNREACHABLE, 0, 0, 0);
    if (fn->too_large) {
        diag_add(&g->p->diags, DIAG_FUNC_TOO_LARGE, f->decl_pos, 0, "function %s is too large: it needs more than 65,000 registers",
                 f->name);
        g->failed = true;
    } else if (!g->failed || (g->grows && !fn->info)) { // a thunk is whole, and may be somebody else's too
        resolve(fn);
        f->code = keep(g, fn->code, fn->n * sizeof(Instr));
        f->pos = keep(g, fn->pos, fn->n * sizeof(Pos));
        f->ncode = fn->n;
        f->nslots = fn->max + 1;
        f->selects = keep(g, fn->selects, fn->nselects * sizeof(SelectTable));
        f->nselects = fn->nselects;
        f->sites = keep(g, fn->sites, fn->nsites * sizeof(CallSite));
        f->nsites = fn->nsites;
        f->memrefs = keep(g, fn->memrefs, fn->nmemrefs * sizeof(MemRef));
        f->nmemrefs = fn->nmemrefs;
        if (f->flags & FUNC_HAS_DEFER) f->recover_pc = (uint32_t)fn->labels[fn->recover].at;
    }
    free(fn->code);
    free(fn->pos);
    free(fn->labels);
    free(fn->jumps);
    free(fn->gotos);
    free(fn->hoists);
    free(fn->selects);
    free(fn->sites);
    free(fn->memrefs);
}
