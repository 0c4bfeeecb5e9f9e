// Selectors: fields and methods of a type, promoted ones included (Go spec, "Selectors" and "Struct types"). Breadth
// first through embedded fields; two at the same depth hide each other and all that is deeper.
#include "compiler/lookup.h"

#include <stdlib.h>
#include <string.h>

typedef struct Step { // a path, from its end
    const struct Step *prev;
    uint32_t index, len;
} Step;

typedef struct Candidate {
    Type *type;
    const Step *path;
    bool indirect;  // a pointer was passed on the way
    bool multiples; // the same type stands several times at this depth: whatever it has is ambiguous
    bool pointer;   // the last step's type is a pointer to `type`
} Candidate;

enum { MAX_LEVEL = 64 };

static Type *deref(Type *t, bool *pointer) {
    *pointer = t->kind == T_POINTER;
    return *pointer ? t->u.pointer.elem : t;
}

static void take_path(Arena *a, const Step *path, const uint32_t *last, Selection *out) {
    uint32_t n = (path ? path->len : 0) + (last ? 1 : 0);
    out->npath = n;
    if (!n) return;
    out->path = arena_array(a, uint32_t, n);
    if (last) out->path[--n] = *last;
    for (; path; path = path->prev) out->path[--n] = path->index;
}

static bool matches(const Name *name, const Package *pkg, const Name *have, const Package *have_pkg) {
    return name == have && (name->exported || pkg == have_pkg || !pkg);
}

static uint32_t add_next(Candidate *next, uint32_t n, Candidate c) {
    if (c.type->kind == T_NAMED)
        for (uint32_t i = 0; i < n; i++)
            if (next[i].type == c.type) {
                next[i].multiples = true;
                return n;
            }
    if (n == MAX_LEVEL) return n;
    next[n] = c;
    return n + 1;
}

LookupResult lookup_member(Type *t, bool addressable, const Package *pkg, const Name *name, Arena *a, Selection *out) {
    *out = (Selection){.recv = t};
    bool pointer, named_pointer = false;
    if (t->kind == T_NAMED && t->u.named.underlying->kind == T_POINTER) { // has fields, but no methods
        named_pointer = true;
        t = t->u.named.underlying;
    }
    Type *base = deref(t, &pointer);
    if (pointer && type_is_interface(base)) return LOOKUP_NONE;
    Candidate levels[2][MAX_LEVEL], *now = levels[0], *next = levels[1];
    Type *seen[4 * MAX_LEVEL];
    uint32_t nnow = 1, nseen = 0;
    now[0] = (Candidate){.type = base, .indirect = pointer, .pointer = pointer};
    while (nnow) {
        uint32_t nnext = 0, found = 0;
        bool method_needs_pointer = false;
        for (uint32_t i = 0; i < nnow; i++) {
            Candidate *c = &now[i];
            Type *u = c->type;
            if (u->kind == T_NAMED) {
                bool again = false;
                for (uint32_t k = 0; k < nseen && !again; k++) again = seen[k] == u;
                if (again) continue;
                if (nseen < COUNT_OF(seen)) seen[nseen++] = u;
                uint32_t k = 0, n = u->u.named.nmethods;
                Object **methods = u->u.named.methods;
                while (k < n && !matches(name, pkg, methods[k]->name, methods[k]->pkg)) k++;
                if (k < n) {
                    if (++found > 1 || c->multiples) return LOOKUP_AMBIGUOUS;
                    out->kind = SEL_METHOD;
                    out->method = methods[k];
                    out->type = methods[k]->type;
                    out->indirect = methods[k]->ptr_recv != c->pointer;
                    method_needs_pointer = methods[k]->ptr_recv && !c->indirect;
                    take_path(a, c->path, NULL, out);
                    continue;
                }
                u = u->u.named.underlying;
            }
            if (u->kind == T_STRUCT) {
                for (uint32_t k = 0; k < u->u.strct.n; k++) {
                    TField *f = &u->u.strct.fields[k];
                    if (f->name && matches(name, pkg, f->name, f->pkg)) {
                        if (++found > 1 || c->multiples) return LOOKUP_AMBIGUOUS;
                        out->kind = SEL_FIELD;
                        out->type = f->type;
                        method_needs_pointer = false;
                        take_path(a, c->path, &k, out);
                        continue;
                    }
                    if (found || !f->embedded) continue;
                    bool p;
                    Type *e = deref(f->type, &p);
                    if (e->kind != T_NAMED && e->kind != T_STRUCT && e->kind != T_INTERFACE) continue;
                    Step *s = arena_new(a, Step);
                    *s = (Step){.prev = c->path, .index = k, .len = c->path ? c->path->len + 1 : 1};
                    nnext = add_next(next, nnext, (Candidate){.type = e, .path = s, .indirect = c->indirect || p,
                                                              .multiples = c->multiples, .pointer = p});
                }
            } else if (u->kind == T_INTERFACE) {
                for (uint32_t k = 0; k < u->u.iface.n; k++) {
                    TMethod *m = &u->u.iface.methods[k];
                    if (!matches(name, pkg, m->name, m->pkg)) continue;
                    if (++found > 1 || c->multiples) return LOOKUP_AMBIGUOUS;
                    out->kind = SEL_IFACE_METHOD;
                    out->iface = true;
                    out->iface_index = k;
                    out->type = m->type;
                    method_needs_pointer = false;
                    take_path(a, c->path, NULL, out);
                }
            }
        }
        if (found) {
            if (named_pointer && out->kind != SEL_FIELD) return LOOKUP_NONE;
            return method_needs_pointer && !addressable ? LOOKUP_NEEDS_POINTER : LOOKUP_OK;
        }
        Candidate *swap = now;
        now = next;
        next = swap;
        nnow = nnext;
    }
    return LOOKUP_NONE;
}

bool type_lookup(Type *t, bool addressable, const Package *pkg, const Name *name, Arena *a, Selection *out) {
    return lookup_member(t, addressable, pkg, name, a, out) == LOOKUP_OK;
}

int method_order(const Name *a, const Package *pa, const Name *b, const Package *pb) {
    if (a == b && (a->exported || pa == pb)) return 0;
    int c = strcmp(a->text, b->text);
    return c ? c : strcmp(pa ? pa->path : "", pb ? pb->path : "");
}

// ---- whole method sets ----

typedef struct Names {
    MethodSetItem *items;
    uint32_t n, cap;
    Type *seen[MAX_LEVEL];
    uint32_t nseen;
} Names;

static void add_name(Names *s, const Name *name, Package *pkg) {
    for (uint32_t i = 0; i < s->n; i++)
        if (s->items[i].name == name && (name->exported || s->items[i].pkg == pkg)) return;
    if (s->n == s->cap) s->items = xrealloc(s->items, sizeof *s->items * (s->cap = s->cap ? s->cap * 2 : 16));
    s->items[s->n++] = (MethodSetItem){.name = name, .pkg = pkg};
}

static void collect_names(Names *s, Type *t) {
    bool p;
    t = deref(t, &p);
    if (t->kind == T_NAMED) {
        for (uint32_t i = 0; i < s->nseen; i++)
            if (s->seen[i] == t) return;
        if (s->nseen == MAX_LEVEL) return;
        s->seen[s->nseen++] = t;
        for (uint32_t i = 0; i < t->u.named.nmethods; i++) add_name(s, t->u.named.methods[i]->name, t->u.named.methods[i]->pkg);
        t = t->u.named.underlying;
    }
    if (t->kind == T_STRUCT) {
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            if (t->u.strct.fields[i].embedded) collect_names(s, t->u.strct.fields[i].type);
    } else if (t->kind == T_INTERFACE) {
        for (uint32_t i = 0; i < t->u.iface.n; i++) add_name(s, t->u.iface.methods[i].name, t->u.iface.methods[i].pkg);
    }
}

static int by_name(const void *a, const void *b) {
    const MethodSetItem *x = a, *y = b;
    return method_order(x->name, x->pkg, y->name, y->pkg);
}

uint32_t type_method_set(Type *t, Arena *a, MethodSetItem **out) {
    Names s = {0};
    *out = NULL;
    collect_names(&s, t);
    uint32_t n = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        MethodSetItem item = s.items[i];
        if (lookup_member(t, false, item.pkg, item.name, a, &item.sel) == LOOKUP_OK && item.sel.kind != SEL_FIELD) s.items[n++] = item;
    }
    if (n) {
        qsort(s.items, n, sizeof *s.items, by_name);
        *out = arena_array(a, MethodSetItem, n);
        memcpy(*out, s.items, sizeof **out * n);
    }
    free(s.items);
    return n;
}
