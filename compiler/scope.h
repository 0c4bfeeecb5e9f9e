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
// The name in the scope chain nearest to `name` by edit distance (at most 2 and less than half its length), or NULL.
const Name *scope_nearest(const Scope *s, const Name *name);
// The distance itself: insertions, deletions, replacements and swaps of neighbours; stops at `limit`.
uint32_t name_distance(const char *a, size_t na, const char *b, size_t nb, uint32_t limit);
