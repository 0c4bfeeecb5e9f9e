#include "runtime/readers.h"

#include <stdlib.h>
#include <string.h>

typedef struct Share {
    _Alignas(64) Lock lock;
    uint32_t n, cap;
    Act *act;
} Share;

struct Readers {
    uint32_t nshares;
    Share share[];
};

static Readers *readers_of(const LedgerRec *r) { return __atomic_load_n(&r->readers, __ATOMIC_ACQUIRE); } // pairs with make's release

static Readers *make(Worker *w, LedgerRec *r) {
    lock_take(&r->lock);
    Readers *x = r->readers;
    if (!x) {
        const uint32_t n = (uint32_t)w->rt->nworkers;
        const size_t bytes = sizeof *x + n * sizeof(Share);
        x = aligned_alloc(64, (bytes + 63) / 64 * 64);
        if (!x) x = xmalloc(SIZE_MAX / 2); // ends the process
        memset(x, 0, bytes);
        x->nshares = n;
        for (uint32_t i = 0; i < n; i++) lock_init(&x->share[i].lock, RANK_READERS);
        __atomic_store_n(&r->readers, x, __ATOMIC_RELEASE);
    }
    lock_drop(&r->lock);
    return x;
}

// (A host's own worker comes behind the others.)
static Share *share_of(Readers *x, const Worker *w) { return &x->share[(uint32_t)w->index % x->nshares]; }

void readers_add(Worker *w, LedgerRec *r, const G *g, Pos pos) {
    Readers *x = readers_of(r);
    if (UNLIKELY(!x)) x = make(w, r);
    Share *p = share_of(x, w);
    lock_take(&p->lock);
    if (p->n == p->cap) p->act = xrealloc(p->act, (p->cap = p->cap ? p->cap * 2 : 4) * sizeof(Act));
    p->act[p->n++] = (Act){.g = g->id, .start = g->start, .pos = pos};
    lock_drop(&p->lock);
}

// Index + 1.
static uint32_t find_locked(const Share *p, uint64_t g) {
    for (uint32_t i = p->n; i > 0; i--)
        if (p->act[i - 1].g == g) return i;
    return 0;
}

static bool drop_from(Share *p, uint64_t g, bool anybody) {
    lock_take(&p->lock);
    uint32_t i = anybody ? p->n != 0 : find_locked(p, g);
    if (i) p->act[i - 1] = p->act[--p->n];
    lock_drop(&p->lock);
    return i != 0;
}

void readers_drop(Worker *w, LedgerRec *r, uint64_t g) {
    Readers *x = readers_of(r);
    if (!x || drop_from(share_of(x, w), g, false)) return;
    for (int anybody = 0; anybody < 2; anybody++)
        for (uint32_t i = 0; i < x->nshares; i++)
            if (drop_from(&x->share[i], g, anybody)) return;
}

bool readers_has(const LedgerRec *r, uint64_t g) {
    Act a;
    return readers_one(r, g, &a) && a.g == g;
}

bool readers_one(const LedgerRec *r, uint64_t g, Act *out) {
    Readers *x = readers_of(r);
    bool any = false;
    for (uint32_t i = 0; x && i < x->nshares; i++) {
        Share *p = &x->share[i];
        lock_take(&p->lock);
        const uint32_t at = find_locked(p, g);
        if (at) *out = p->act[at - 1];
        else if (p->n && !any) *out = p->act[0];
        any |= p->n != 0;
        lock_drop(&p->lock);
        if (at) return true;
    }
    return any;
}

void readers_free(LedgerRec *r) {
    Readers *x = r->readers;
    for (uint32_t i = 0; x && i < x->nshares; i++) free(x->share[i].act);
    free(x);
    r->readers = NULL;
}
