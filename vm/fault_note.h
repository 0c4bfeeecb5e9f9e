// fault_note.h — what a panic of the machine means, for a learner: which expression was nil, how many elements there were, and what to do.
#pragma once
#include "vm/frame.h"
#include "vm/state.h"

// head is the panic's first line, top the innermost frame that is shown. What is known goes to note (empty: nothing), *help is a sentence or
// NULL. Only what the source text and the instruction say for certain is named.
void fault_note(const Vm *vm, const char *head, const Frame *top, Buf *note, const char **help);
