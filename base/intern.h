// intern.h — one pointer per distinct name, so that names compare with ==. Not thread-safe: the front end's only.
#pragma once
#include "base/arena.h"

typedef struct Name {
    uint32_t len, hash;
    bool exported; // begins with an upper-case letter (Go spec, "Exported identifiers")
    char text[];   // NUL-terminated
} Name;

typedef struct Interner {
    Arena arena;
    const Name **slots;
    size_t count, mask;
} Interner;

void intern_init(Interner *in);
void intern_fini(Interner *in);
const Name *intern(Interner *in, const char *s, size_t n);
const Name *intern_cstr(Interner *in, const char *s);
