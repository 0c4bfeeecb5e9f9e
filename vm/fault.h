// fault.h — what goes wrong while a program runs, in Go's words, as panic values. They are values of TYPE_RUNTIME_ERROR: a string
// type (std/runtime: `type rtError string`, with methods Error and RuntimeError) that holds the whole text, "runtime error: "
// included where Go has it.
#pragma once
#include "vm/state.h"

typedef enum Fault {
    FAULT_NIL_POINTER, FAULT_DIVIDE, FAULT_SHIFT, FAULT_MAKESLICE_LEN, FAULT_MAKESLICE_CAP, FAULT_MAKECHAN, FAULT_NIL_MAP,
    FAULT_SEND_CLOSED, FAULT_CLOSE_CLOSED, FAULT_CLOSE_NIL, FAULT_GROWSLICE, FAULT_NIL_PANIC
} Fault;

// All of these may collect (g->pc and g->base are saved).
Word fault_value(Worker *w, G *g, Fault f);
Word fault_text(Worker *w, G *g, const char *fmt, ...) PRINTF_LIKE(3, 4);
Word fault_index(Worker *w, G *g, Word index, Word len);
// s[lo:hi:max] over something of length len and capacity cap; which of lo, hi, max are given. kind: 'c' slice, 's' string, 'a' array.
typedef struct SliceFault {
    Word lo, hi, max, len, cap;
    bool has_hi, has_max;
    char kind;
} SliceFault;
Word fault_slice(Worker *w, G *g, const SliceFault *s);
// v.(target) failed; iface: the static type of v (0: not known).
Word fault_assert(Worker *w, G *g, Word v, TypeId target, TypeId iface);
Word fault_type(Worker *w, G *g, const char *what, TypeId t); // "hash of unhashable type ", "comparing uncomparable type "

// The method that says the text of a panic value (Error, or String), or NULL.
const Func *fault_text_method(const Vm *vm, Word v);
