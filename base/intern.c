#include "base/intern.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

void intern_init(Interner *in) {
    *in = (Interner){.mask = 1023};
    arena_init(&in->arena);
    in->slots = xcalloc(in->mask + 1, sizeof *in->slots);
}

void intern_fini(Interner *in) {
    arena_fini(&in->arena);
    free(in->slots);
    *in = (Interner){0};
}

static const Name **find(const Name **slots, size_t mask, uint32_t hash, const char *s, size_t n) {
    size_t i = hash & mask;
    while (slots[i] && !(slots[i]->hash == hash && slots[i]->len == n && !memcmp(slots[i]->text, s, n))) i = (i + 1) & mask;
    return &slots[i];
}

static void grow(Interner *in) {
    size_t mask = in->mask * 2 + 1;
    const Name **slots = xcalloc(mask + 1, sizeof *slots);
    for (size_t i = 0; i <= in->mask; i++) {
        const Name *n = in->slots[i];
        if (n) *find(slots, mask, n->hash, n->text, n->len) = n;
    }
    free(in->slots);
    in->slots = slots;
    in->mask = mask;
}

const Name *intern(Interner *in, const char *s, size_t n) {
    uint32_t hash = (uint32_t)XXH3_64bits(s, n);
    const Name **slot = find(in->slots, in->mask, hash, s, n);
    if (*slot) return *slot;
    Name *name = arena_alloc(&in->arena, sizeof *name + n + 1);
    name->len = (uint32_t)n;
    name->hash = hash;
    memcpy(name->text, s, n);
    utf8proc_int32_t first = 0;
    if (n) utf8proc_iterate((const uint8_t *)s, (utf8proc_ssize_t)n, &first);
    name->exported = utf8proc_category(first) == UTF8PROC_CATEGORY_LU;
    *slot = name;
    if (++in->count * 2 > in->mask) grow(in);
    return name;
}

const Name *intern_cstr(Interner *in, const char *s) { return intern(in, s, strlen(s)); }
