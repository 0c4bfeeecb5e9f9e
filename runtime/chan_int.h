// chan_int.h — the channel itself, for chan.c and select.c.
#pragma once
#include "runtime/chan.h"
#include "runtime/worker.h"

typedef struct WaitQueue {
    Waiter *first, *last;
} WaitQueue;

enum { CHAN_PLACES = 1 << 16 }; // elements without words: so many places of the buffer are told apart
enum { CHAN_MEM = 1 }; // elements are pointers to memory of their own (RT_MEM types)

struct Chan {
    Lock lock; // many workers only
    uint32_t elem_words;
    TypeId elem;
    uint16_t flags;
    bool closed;
    uint64_t count, cap, head; // elements: in the buffer, its size, index of the first
    WaitQueue recvq, sendq;
    ChanRec *rec; // runtime/ledger.h
    Word buf[]; // cap * elem_words
};

static inline void queue_push(WaitQueue *q, Waiter *x) {
    x->next = NULL;
    x->prev = q->last;
    x->queued = true;
    if (q->last) q->last->next = x;
    else q->first = x;
    q->last = x;
}
static inline void queue_remove(WaitQueue *q, Waiter *x) {
    if (x->prev) x->prev->next = x->next;
    else q->first = x->next;
    if (x->next) x->next->prev = x->prev;
    else q->last = x->prev;
    x->queued = false;
}
static inline void words_copy(Word *to, const Word *from, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) to[i] = from[i];
}
// Read by len() and by who looks before he locks.
static inline void set_count(Chan *c, uint64_t n) { __atomic_store_n(&c->count, n, __ATOMIC_RELAXED); }

// What a receive from a closed channel gives.
static inline void words_zero(Worker *w, const Chan *c, Word *to) {
    if (UNLIKELY(c->flags & CHAN_MEM)) to[0] = (Word)w->rt->zero_mem;
    else
        for (uint32_t i = 0; i < c->elem_words; i++) to[i] = 0;
}
