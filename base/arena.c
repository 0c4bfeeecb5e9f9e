#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ArenaChunk {
    ArenaChunk *next;
    char pad[8]; // keeps the data behind it aligned to 16
};

enum { CHUNK_BYTES = 64 * 1024, ALIGN = 16 };

void arena_init(Arena *a) { *a = (Arena){0}; }

void arena_fini(Arena *a) {
    for (ArenaChunk *c = a->chunks; c;) {
        ArenaChunk *next = c->next;
        free(c);
        c = next;
    }
    *a = (Arena){0};
}

void *arena_alloc(Arena *a, size_t n) {
    n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (n > (size_t)(a->end - a->at)) {
        size_t room = n > CHUNK_BYTES / 4 ? n : CHUNK_BYTES;
        ArenaChunk *c = xmalloc(sizeof *c + room);
        if (room == n && a->chunks) { // a chunk of its own: the current one stays current
            c->next = a->chunks->next;
            a->chunks->next = c;
            return memset(c + 1, 0, n);
        }
        c->next = a->chunks;
        a->chunks = c;
        a->at = (char *)(c + 1);
        a->end = a->at + room;
    }
    void *p = a->at;
    a->at += n;
    return memset(p, 0, n);
}

char *arena_strndup(Arena *a, const char *s, size_t n) {
    char *p = arena_alloc(a, n + 1);
    if (n) memcpy(p, s, n);
    return p;
}

char *arena_vprintf(Arena *a, const char *fmt, va_list ap) {
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

char *arena_printf(Arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}
