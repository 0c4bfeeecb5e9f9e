// lint_format.h — one directive of a Printf format, taken apart (package fmt, "Printing"), and which types a verb can print.
#pragma once
#include "compiler/types.h"

typedef enum FormatKind { // what an operand may be
    FMT_BOOL = 1, FMT_INT = 2, FMT_RUNE = 4, FMT_STRING = 8, FMT_FLOAT = 16, FMT_COMPLEX = 32, FMT_POINTER = 64, FMT_ERROR = 128,
    FMT_ANY = 255
} FormatKind;

typedef struct Verb {
    char verb;
    const char *flags;  // those that mean something to it; '.' stands for a precision
    unsigned kinds;     // FormatKind
    const char *prints; // in words
} Verb;

const Verb *format_verb(uint32_t c); // NULL: no verb of fmt's

typedef enum DirectiveFault { DIRECTIVE_FINE, DIRECTIVE_UNFINISHED, DIRECTIVE_BAD_INDEX } DirectiveFault;

typedef struct Directive {
    const char *text;   // from the %
    uint32_t len;
    uint32_t verb;      // code point
    char flags[8];
    uint32_t args[3];   // the arguments read, counted from 0: a * width, a * precision, the operand
    uint32_t nargs;
    uint32_t next;      // the argument that the next directive begins with
    bool indexed;       // %[2]d
    DirectiveFault fault;
} Directive;

// text begins with '%'; arg: which argument comes next; nargs: how many there are (an index beyond them is a fault).
Directive format_directive(const char *text, size_t len, uint32_t arg, uint32_t nargs);

// Whether a verb of these kinds prints a value of type t (as an operand, so that a pointer to a struct is printed as &{...}).
bool format_accepts(unsigned kinds, Type *t, Arena *a);
// T (or *T, for a value that is a pointer) has a method String() string or Error() string.
bool format_has_text(Type *t, Arena *a);
// It has a method Format, so any verb and flag may mean something to it.
bool format_is_own(Type *t, Arena *a);
