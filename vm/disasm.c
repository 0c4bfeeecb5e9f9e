// disasm.c — one line per instruction: index, source line, name, operands as the opcode table names them.
#include "vm/disasm.h"

#include <inttypes.h>
#include <string.h>

#include "vm/opcodes.h"

static void put_string(Buf *out, const Str *s) {
    buf_putc(out, '"');
    for (uint64_t i = 0; i < s->len && i < 40; i++) {
        uint8_t c = s->data[i];
        if (c == '"' || c == '\\') buf_printf(out, "\\%c", c);
        else if (c == '\n') buf_puts(out, "\\n");
        else if (c < 32 || c == 127) buf_printf(out, "\\x%02x", c);
        else buf_putc(out, c);
    }
    buf_puts(out, s->len > 40 ? "\"..." : "\"");
}

static void put_reg(Buf *out, const char *prefix, uint16_t r) {
    if (r == NO_REG) buf_puts(out, " -");
    else buf_printf(out, " %s%u", prefix, r);
}

// One operand; `wide` is b and c together; `next` the index behind the instruction.
static void operand(const Module *m, uint8_t kind, uint16_t v, uint32_t wide, uint32_t next, Buf *out) {
    switch (kind) {
    case OPERAND_DS: case OPERAND_DP: case OPERAND_DI: case OPERAND_D3: case OPERAND_DX: put_reg(out, "r", v); break;
    case OPERAND_UD: case OPERAND_U: case OPERAND_U3: case OPERAND_UX: put_reg(out, "r", v); break;
    case OPERAND_I: buf_printf(out, " #%d", (int16_t)v); break;
    case OPERAND_N: buf_printf(out, " %u", v); break;
    case OPERAND_J: buf_printf(out, " ->%" PRId64, (int64_t)next + (int16_t)v); break;
    case OPERAND_K32:
        buf_printf(out, " K%u=%" PRId64, wide, wide < m->nconsts ? (int64_t)m->consts[wide] : 0);
        break;
    case OPERAND_S32:
        buf_putc(out, ' ');
        if (wide < m->nstrings) put_string(out, m->strings[wide]);
        break;
    case OPERAND_F32: buf_printf(out, " %s", wide < m->nfuncs ? m->funcs[wide]->name : "?"); break;
    case OPERAND_T32: buf_printf(out, " %s", wide && wide < m->ntypes ? m->types[wide].name : "-"); break;
    case OPERAND_G32: buf_printf(out, " G%u", wide); break;
    case OPERAND_J32: buf_printf(out, " ->%" PRId64, (int64_t)next + (int32_t)wide); break;
    case OPERAND_I32: buf_printf(out, " #%d", (int32_t)wide); break;
    default: break;
    }
}

static uint32_t line_of(const Module *m, Pos pos) { return pos && m->sources ? source_place(m->sources, pos).line : 0; }

void disasm_func(const Module *m, const Func *f, Buf *out) {
    buf_printf(out, "func %s  params %u results %u slots %u%s%s%s%s\n", f->name, f->nparams, f->nresults, f->nslots,
               f->flags & FUNC_CLOSURE ? " closure" : "", f->flags & FUNC_HAS_DEFER ? " defers" : "",
               f->flags & FUNC_THUNK ? " thunk" : "", f->flags & FUNC_NATIVE ? " native" : "");
    for (uint32_t at = 0; at < f->ncode;) {
        const Instr *i = &f->code[at];
        const OpInfo *info = &op_info[i->op < OP_COUNT ? i->op : 0];
        uint32_t n = op_length(i), next = at + n, wide = instr_bc(*i);
        buf_printf(out, "  %4u  L%-4u %-8s", at, line_of(m, f->pos[at]), info->name);
        operand(m, info->a, i->a, wide, next, out);
        operand(m, info->b, i->b, wide, next, out);
        operand(m, info->c, i->c, wide, next, out);
        if (n > 1) {
            const Instr *x = i + 1;
            if (info->extra == OPERAND_R3) {
                buf_puts(out, " [");
                put_reg(out, "r", x->a);
                put_reg(out, "r", x->b);
                put_reg(out, "r", x->c);
                buf_puts(out, " ]");
            } else operand(m, info->extra, 0, instr_bc(*x), next, out);
            if (n > 2) operand(m, OPERAND_T32, 0, instr_bc(i[2]), next, out);
        }
        if (i->op == OP_LDN || i->op == OP_LDCAP || i->op == OP_STN) buf_printf(out, " {off %u, n %u}", f->memrefs[i->c].off, f->memrefs[i->c].n);
        if (i->op == OP_CALLI) buf_printf(out, " .%s", m->method_names[f->sites[i->c].method_id]);
        if ((f->flags & FUNC_HAS_DEFER) && at == f->recover_pc) buf_puts(out, "   ; after a recovered panic");
        buf_putc(out, '\n');
        at = next;
    }
}

void disasm_module(const Module *m, bool all, Buf *out) {
    for (uint32_t i = 0; i < m->nfuncs; i++) {
        const Func *f = m->funcs[i];
        if (!f->ncode || (!all && (f->flags & FUNC_STD) && i != m->entry)) continue;
        disasm_func(m, f, out);
        buf_putc(out, '\n');
    }
}
