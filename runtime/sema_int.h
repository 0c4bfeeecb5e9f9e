// sema_int.h — the words and queues of locks, for sema.c and leave.c. (What the words hold, and when they change: sema.c.)
#pragma once
#include "runtime/sema.h"
#include "runtime/worker.h"

enum { LOCKED = 1, WOKEN = 2, STARVING = 4, ONE_WAITER = 8, STARVE_NS = 1000 * 1000 };
#define MAX_READERS (1 << 30)

static inline Word load(const Word *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
static inline bool cas(Word *p, Word old, Word new_value) {
    return __atomic_compare_exchange_n(p, &old, new_value, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}
// One worker: nobody comes between.
static inline bool cas_of(const Worker *w, Word *p, Word old, Word new_value) {
    if (!w->single) return cas(p, old, new_value);
    if (load(p) != old) return false;
    __atomic_store_n(p, new_value, __ATOMIC_RELAXED);
    return true;
}

static inline SemaBucket *bucket_of(Worker *w, const void *addr) {
    uint64_t h = ((uintptr_t)addr >> 3) * 0x9E3779B97F4A7C15u;
    return &w->rt->sema[h >> 56];
}
_Static_assert(SEMA_BUCKETS == 256, "bucket_of takes 8 bits");

static inline Waiter **find_waiters(SemaBucket *b, const void *addr) {
    Waiter **link = &b->first;
    while (*link && (*link)->on != addr) link = &(*link)->prev;
    return link;
}

static inline G *take_first(SemaBucket *b, const void *addr) {
    Waiter **link = find_waiters(b, addr), *x = *link;
    if (!x) return NULL;
    if (x->next) {
        x->next->tail = x->tail;
        x->next->prev = x->prev;
        *link = x->next;
    } else *link = x->prev;
    x->on = NULL;
    return x->g;
}

// Takes x, which is there, out of the queue for addr.
static inline G *take_waiter(SemaBucket *b, const void *addr, Waiter *x) {
    Waiter *head = *find_waiters(b, addr), *before = head;
    if (x == head) return take_first(b, addr);
    while (before->next != x) before = before->next;
    before->next = x->next;
    if (head->tail == x) head->tail = before;
    x->on = NULL;
    return x->g;
}

// RWMutex.
static inline int32_t *readers(Word *m) { return (int32_t *)&m[1]; }      // active readers; - MAX_READERS: a writer is there or waits
static inline int32_t *departing(Word *m) { return (int32_t *)&m[1] + 1; } // readers that the waiting writer waits for (bucket locked)

static inline int32_t load32(const int32_t *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }
static inline bool cas32(int32_t *p, int32_t old, int32_t new_value) {
    return __atomic_compare_exchange_n(p, &old, new_value, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
}

// Notification lists.
static inline uint32_t *tickets(Word *list) { return (uint32_t *)list; }
static inline uint32_t *notified(Word *list) { return (uint32_t *)list + 1; }

// sema.c: the mutex m was released; `starving` as its word said at that moment.
SemaStatus mutex_wake(Worker *w, G *g, Word *m, bool starving);
// leave.c: true: who had this ticket of the list has left (and is forgotten). The list's bucket is locked. To be asked when rt->left_tickets is not NULL.
bool leave_was_ticket(Runtime *rt, const Word *list, uint32_t ticket);
