// opcodes.h — what the opcode table says, as data: for the disassembler, the verifier and liveness.
#pragma once
#include "vm/module.h"

typedef enum OperandKind {
    OPERAND____, // unused
    OPERAND_DS, OPERAND_DP, OPERAND_DI, OPERAND_D3, OPERAND_DX, OPERAND_UD, // defines
    OPERAND_U, OPERAND_U3, OPERAND_UX,                                      // reads
    OPERAND_I, OPERAND_N, OPERAND_J,                                        // 16 bits
    OPERAND_K32, OPERAND_S32, OPERAND_F32, OPERAND_T32, OPERAND_G32, OPERAND_J32, OPERAND_I32, // b and c together
    OPERAND_R3 // in an EXTRA word: up to three registers
} OperandKind;

typedef struct OpInfo {
    const char *name;
    uint8_t a, b, c, extra; // OperandKind
    const char *algebra;
} OpInfo;

extern const OpInfo op_info[OP_COUNT];

// How many words the instruction takes: 1, 2 or 3.
uint32_t op_length(const Instr *i);
// The words that follow hold a jump, or the instruction's own: its target, as an index into the function's code; false when it
// does not jump. at is the instruction's index.
bool op_jump_target(const Func *f, uint32_t at, uint32_t *target);
// Control never falls through to the next instruction.
bool op_ends_block(Opcode op);
