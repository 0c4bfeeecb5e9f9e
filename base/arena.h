// arena.h — a region allocator: many small allocations, freed all at once. Not thread-safe.
#pragma once
#include <stdarg.h>

#include "base/base.h"

typedef struct ArenaChunk ArenaChunk;
typedef struct Arena {
    ArenaChunk *chunks;
    char *at, *end;
} Arena;

void arena_init(Arena *a);
void arena_fini(Arena *a); // frees everything allocated from it

// n zeroed bytes, aligned to 16. Never NULL.
void *arena_alloc(Arena *a, size_t n);
char *arena_strndup(Arena *a, const char *s, size_t n); // a NUL is added
char *arena_printf(Arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(Arena *a, const char *fmt, va_list ap); // ap is used up
#define arena_new(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), sizeof(T) * (size_t)(n)))
