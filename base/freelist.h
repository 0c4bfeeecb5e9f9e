// freelist.h — free memory of one kind, kept by one thread. What is taken on one thread is often given back on another (a goroutine that was started here
// ends there), so whole chains of it go to a place that all threads share, and come from there: no thread can hoard what another one has to make anew.
#pragma once
#include "base/lock.h"

enum { FREE_CHAIN = 64 };

typedef struct FreeNode { // stands in the free memory
    struct FreeNode *next, *chain;
} FreeNode;

typedef struct FreeShared {
    Lock lock; // RANK_POOL, or zero
    FreeNode *chains;
} FreeShared;

typedef struct FreeList {
    FreeNode *first, *full; // full: a chain kept aside, so that nobody takes and gives the same one again and again
    uint32_t n;             // about how many from first
    FreeShared *shared;     // NULL: there is one thread
} FreeList;

void *freelist_refill(FreeList *l);
void freelist_spill(FreeList *l);

// NULL: there is none. The memory is as it was given, but for its first two words.
static inline void *freelist_take(FreeList *l) {
    FreeNode *p = l->first;
    if (UNLIKELY(!p)) return freelist_refill(l);
    l->first = p->next;
    l->n--;
    return p;
}
static inline void freelist_give(FreeList *l, void *memory) {
    FreeNode *p = memory;
    p->next = l->first;
    l->first = p;
    if (UNLIKELY(++l->n >= FREE_CHAIN) && l->shared) freelist_spill(l);
}
