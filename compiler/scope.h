// scope.h — names to objects, one table per block. Scopes and their tables live in the program's arena.
#pragma once
#include "base/arena.h"
#include "compiler/types.h"

Scope *scope_new(Arena *a, Scope *parent);
// In this scope alone.
Object *scope_find(const Scope *s, const Name *name);
// Here or further out; *where (may be NULL) gets the scope that has it.
Object *scope_lookup(Scope *s, const Name *name, Scope **where);
// NULL when inserted; else the object of that name which is already there. A name "_" is the caller's business.
Object *scope_insert(Arena *a, Scope *s, Object *o);
// What a session has declared over its inputs: each name with everything it ever stood for, newest first. A scope with `past` set sees it as it was
// when fewer than `time` objects had been entered: so a declaration keeps the meaning of its names, whatever is declared later, and a look-up
// costs the same after one input and after a hundred thousand.
typedef struct PastEntry {
    Object *obj;
    uint32_t older;  // index + 1 of what the name stood for before, 0: nothing
} PastEntry;
typedef struct Past {
    PastEntry *entries; // in order of declaration
    uint32_t n, cap;
    struct PastName { const Name *name; uint32_t newest; } *names; // hashed; newest: index + 1 in entries, 0 after past_shrink
    uint32_t nnames, mask;
} Past;
void past_init(Past *p);
void past_fini(Past *p);
void past_add(Past *p, Object *o);
void past_shrink(Past *p, uint32_t n); // forgets all but the first n
Object *past_find(const Past *p, const Name *name, uint32_t time);
Scope *past_scope(Arena *a, const Past *p, Scope *parent); // as it is now

// The name in the scope chain nearest to `name` by edit distance (at most 2 and less than half its length), or NULL.
const Name *scope_nearest(const Scope *s, const Name *name);
// The distance itself: insertions, deletions, replacements and swaps of neighbours; stops at `limit`.
uint32_t name_distance(const char *a, size_t na, const char *b, size_t nb, uint32_t limit);
