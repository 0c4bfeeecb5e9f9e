// print.h — print, println and the values in panic messages, as Go's runtime writes them (not fmt's way: floats as
// +1.500000e+000).
#pragma once
#include "base/buf.h"
#include "vm/state.h"

// A value in register form.
void print_value(Runtime *rt, Buf *out, const RType *t, const Word *regs);
// A panic's value: `main.MyErr{...}` never; basic kinds by value, named ones as main.T(5), all else as (main.T) 0xc000.
void print_panic_value(Runtime *rt, Buf *out, const RType *types, Word v);
