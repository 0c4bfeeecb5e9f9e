#include "vm/opcodes.h"

const OpInfo op_info[OP_COUNT] = {
#define X(name, a, b, c, extra, algebra) {#name, OPERAND_##a, OPERAND_##b, OPERAND_##c, OPERAND_##extra, algebra},
#include "vm/opcodes.def"
#undef X
};

uint32_t op_length(const Instr *i) {
    if (i->op == OP_SLICE || i->op == OP_MAPNEXT) return 3;
    return op_info[i->op].extra == OPERAND____ ? 1 : 2;
}

// 16-bit jumps count from the next instruction, which is behind the EXTRA words; so do those inside an EXTRA word.
bool op_jump_target(const Func *f, uint32_t at, uint32_t *target) {
    const Instr *i = &f->code[at];
    const OpInfo *info = &op_info[i->op];
    int64_t next = (int64_t)at + op_length(i), off;
    if (info->b == OPERAND_J32) off = instr_sbc(*i);
    else if (info->c == OPERAND_J) off = (int16_t)i->c;
    else if (info->extra == OPERAND_J32) off = instr_sbc(i[1]);
    else return false;
    *target = (uint32_t)(next + off);
    return true;
}

bool op_ends_block(Opcode op) {
    return op == OP_JMP || op == OP_JMPB || op == OP_RET || op == OP_RET0 || op == OP_RET1 || op == OP_PANIC ||
           op == OP_UNREACHABLE || op == OP_GOEND || op == OP_PANICRET || op == OP_RECRET;
}
