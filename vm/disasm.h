// disasm.h — bytecode as text, for `gol dump bytecode` and for our own eyes. Driven by the opcode table.
#pragma once
#include "base/buf.h"
#include "vm/module.h"

void disasm_func(const Module *m, const Func *f, Buf *out);
// Every function; those of std only when `all`.
void disasm_module(const Module *m, bool all, Buf *out);
