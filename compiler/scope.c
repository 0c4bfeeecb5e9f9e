// Scopes. Most blocks declare a handful of names: those are searched in a row. From nine on the table is hashed by the
// interned name's hash, with open addressing.
#include "compiler/scope.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LINEAR = 8 };

Scope *scope_new(Arena *a, Scope *parent) {
    Scope *s = arena_new(a, Scope);
    s->parent = parent;
    return s;
}

static Object **slot(Object **items, uint32_t cap, const Name *name) {
    uint32_t i = name->hash & (cap - 1);
    while (items[i] && items[i]->name != name) i = (i + 1) & (cap - 1);
    return &items[i];
}

Object *scope_find(const Scope *s, const Name *name) {
    if (s->past) return past_find(s->past, name, s->time);
    if (s->cap <= LINEAR) {
        for (uint32_t i = 0; i < s->count; i++)
            if (s->items[i]->name == name) return s->items[i];
        return NULL;
    }
    return *slot(s->items, s->cap, name);
}

Object *scope_lookup(Scope *s, const Name *name, Scope **where) {
    for (; s; s = s->parent) {
        Object *o = scope_find(s, name);
        if (o) {
            if (where) *where = s;
            return o;
        }
    }
    return NULL;
}

static void grow(Arena *a, Scope *s) {
    uint32_t cap = s->cap ? s->cap * 4 : 4;
    if (s->cap == 4) cap = LINEAR;
    Object **items = arena_array(a, Object *, cap);
    if (cap <= LINEAR) {
        if (s->count) memcpy(items, s->items, sizeof *items * s->count);
    } else {
        for (uint32_t i = 0; i < s->cap; i++)
            if (s->items[i]) *slot(items, cap, s->items[i]->name) = s->items[i];
    }
    s->items = items;
    s->cap = cap;
}

Object *scope_insert(Arena *a, Scope *s, Object *o) {
    Object *old = scope_find(s, o->name);
    if (old) return old;
    if (s->cap <= LINEAR ? s->count == s->cap : s->count * 2 >= s->cap) grow(a, s);
    if (s->cap <= LINEAR) s->items[s->count] = o;
    else *slot(s->items, s->cap, o->name) = o;
    s->count++;
    return NULL;
}

uint32_t name_distance(const char *a, size_t na, const char *b, size_t nb, uint32_t limit) {
    enum { MAX = 40 };
    uint8_t rows[3][MAX + 1];
    if (na > MAX || nb > MAX || (na > nb ? na - nb : nb - na) > limit) return limit + 1;
    uint8_t *before = rows[0], *prev = rows[1], *now = rows[2];
    for (size_t j = 0; j <= nb; j++) prev[j] = (uint8_t)j;
    for (size_t i = 1; i <= na; i++) {
        now[0] = (uint8_t)i;
        for (size_t j = 1; j <= nb; j++) {
            int same = a[i - 1] == b[j - 1];
            if (!same && tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1])) same = 1; // case is free
            int d = prev[j - 1] + !same;
            if (prev[j] + 1 < d) d = prev[j] + 1;
            if (now[j - 1] + 1 < d) d = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < d) d = before[j - 2] + 1;
            now[j] = (uint8_t)d;
        }
        uint8_t *t = before;
        before = prev;
        prev = now;
        now = t;
    }
    return prev[nb];
}

typedef struct Nearest {
    const Name *name, *best;
    uint32_t limit, best_distance;
} Nearest;

static void consider(Nearest *w, const Object *o) {
    if (!o || o->name == w->name || o->kind == O_BAD) return;
    uint32_t d = name_distance(w->name->text, w->name->len, o->name->text, o->name->len, w->limit);
    if (d < w->best_distance && (o->name->len > 2 || d == 0)) {
        w->best_distance = d;
        w->best = o->name;
    }
}

const Name *scope_nearest(const Scope *s, const Name *name) {
    Nearest w = {.name = name, .limit = name->len >= 5 ? 2 : name->len >= 2 ? 1 : 0};
    w.best_distance = w.limit + 1;
    for (; s && w.limit; s = s->parent) {
        for (uint32_t i = 0; i < (s->cap <= LINEAR ? s->count : s->cap); i++) consider(&w, s->items[i]);
        for (uint32_t i = s->past ? s->time : 0; i--;) consider(&w, s->past->entries[i].obj);
    }
    return w.best;
}

// ---- the past of a session ----

static struct PastName *past_slot(const Past *p, const Name *name) {
    uint32_t i = name->hash & p->mask;
    while (p->names[i].name && p->names[i].name != name) i = (i + 1) & p->mask;
    return &p->names[i];
}

void past_init(Past *p) {
    *p = (Past){.mask = 63};
    p->names = xcalloc(p->mask + 1, sizeof *p->names);
}

void past_fini(Past *p) {
    free(p->entries);
    free(p->names);
}

static void past_widen(Past *p) {
    struct PastName *old = p->names;
    uint32_t n = p->mask + 1;
    p->mask = n * 2 - 1;
    p->names = xcalloc(p->mask + 1, sizeof *p->names);
    for (uint32_t i = 0; i < n; i++)
        if (old[i].name) *past_slot(p, old[i].name) = old[i];
    free(old);
}

void past_add(Past *p, Object *o) {
    if (p->n == p->cap) p->entries = xrealloc(p->entries, sizeof *p->entries * (p->cap = p->cap ? p->cap * 2 : 64));
    if (p->nnames * 2 > p->mask) past_widen(p);
    struct PastName *slot_of = past_slot(p, o->name);
    if (!slot_of->name) {
        slot_of->name = o->name;
        p->nnames++;
    }
    p->entries[p->n++] = (PastEntry){o, slot_of->newest};
    slot_of->newest = p->n;
}

void past_shrink(Past *p, uint32_t n) {
    while (p->n > n) {
        const PastEntry *e = &p->entries[--p->n];
        past_slot(p, e->obj->name)->newest = e->older;
    }
}

Object *past_find(const Past *p, const Name *name, uint32_t time) {
    uint32_t i = past_slot(p, name)->newest;
    while (i > time) i = p->entries[i - 1].older;
    return i ? p->entries[i - 1].obj : NULL;
}

Scope *past_scope(Arena *a, const Past *p, Scope *parent) {
    Scope *s = scope_new(a, parent);
    s->past = p;
    s->time = p->n;
    return s;
}
