// repl_complete.h — how a word may go on: :commands and their arguments, and names of the session.
#pragma once
#include "base/buf.h"
#include "compiler/session.h"

typedef struct Completion {
    char *name;
    char *what; // its type or what it does; "" when there is nothing to say
} Completion;

typedef struct Completions {
    size_t from; // where the word begins
    Completion *items; // in order
    size_t n, cap;
} Completions;

void completions_init(Completions *c);
void completions_fini(Completions *c);
void completions_add(Completions *c, const char *name, const char *what); // copies
// How many bytes all names have in common at their beginning.
size_t completions_common(const Completions *c);
// For the person, when there are several: names with what they are when they are few, else in columns. Lines end with `newline`.
void completions_list(const Completions *c, int columns, const char *newline, Buf *out);
// What may stand at text[at].
void completions_find(Completions *c, Session *s, const char *text, size_t len, size_t at);
