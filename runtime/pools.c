#include "runtime/pools.h"

#include <stdlib.h>

#include "runtime/worker.h"

void pools_add(Runtime *rt, Pool *p) {
    Pools *x = &rt->pools;
    lock_take(&x->lock);
    if (x->n == x->cap) x->all = xrealloc(x->all, (x->cap = x->cap ? x->cap * 2 : 16) * sizeof(Pool *));
    x->all[x->n++] = p;
    lock_drop(&x->lock);
}

void pools_empty(Runtime *rt) {
    for (uint32_t i = 0; i < rt->pools.n; i++) {
        Pool *p = rt->pools.all[i];
        if (GUEST_LOAD(Word, &p->lock)) continue; // somebody is in the middle of Get or Put: the next time
        PUBLISH(&p->old_private, LOAD_PTR(&p->private));
        PUBLISH(&p->old_shared, LOAD_PTR(&p->shared));
        PUBLISH(&p->private, 0);
        PUBLISH(&p->shared, 0);
    }
}

void pools_purge(Runtime *rt) {
    Pools *x = &rt->pools;
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++)
        if (gc_survives(rt->heap, x->all[i])) x->all[n++] = x->all[i];
    x->n = n;
}

void pools_fini(Runtime *rt) { free(rt->pools.all); }
