#include "base/freelist.h"

void *freelist_refill(FreeList *l) {
    FreeNode *p = l->full;
    l->full = NULL;
    if (!p && l->shared && __atomic_load_n(&l->shared->chains, __ATOMIC_RELAXED)) {
        lock_take(&l->shared->lock);
        p = l->shared->chains;
        if (p) __atomic_store_n(&l->shared->chains, p->chain, __ATOMIC_RELAXED);
        lock_drop(&l->shared->lock);
    }
    if (!p) return NULL;
    l->first = p->next;
    l->n = FREE_CHAIN - 1;
    return p;
}

void freelist_spill(FreeList *l) {
    if (l->full) {
        lock_take(&l->shared->lock);
        l->full->chain = l->shared->chains;
        __atomic_store_n(&l->shared->chains, l->full, __ATOMIC_RELAXED);
        lock_drop(&l->shared->lock);
    }
    l->full = l->first;
    l->first = NULL;
    l->n = 0;
}
