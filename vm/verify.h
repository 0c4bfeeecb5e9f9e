// verify.h — debug builds check every module before it runs: a mistake of the generator stops here, with the function and the
// instruction, and not as a bad pointer an hour later.
#pragma once
#include "vm/state.h"

// Operands are in range, jumps hit instructions, code cannot run out of the function, every register that is read has been
// defined on the way, and where paths meet its kind is the same. Stops with gol_bug at the first mistake.
void verify_func(Vm *vm, const Func *f);
void verify_funcs(Vm *vm, uint32_t from); // those with an index from `from` on
