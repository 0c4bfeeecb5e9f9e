// sema.c — locks, wait groups, semaphores and notification lists: words in guest memory, and queues of goroutines keyed by the
// words' addresses (a table of buckets, each with a lock, as in Go's sema.go and WebKit's ParkingLot).
//
// Without contention an operation is one CAS on the word (with one worker: a plain load and store). What joins or leaves a queue does
// so under the bucket's lock together with the change of the word that says so; so whoever sees in the word that somebody waits
// finds him in the queue after taking the bucket's lock, and no wake-up can be lost and none needs to be remembered.
//
// Mutex is Go's: an unlock wakes one waiter, who competes with newcomers (barging); one that has waited for more than 1 ms puts the
// lock into starving mode, in which it is handed over in order. A woken waiter's second try is made by the scheduler when its turn has
// come (GF_RETRY, sema_retry): it either owns the lock when it runs, or waits again at the front.
// RWMutex is Go's too: a writer announces itself by making the reader count negative and waits for the readers that were there; new
// readers wait for it; its unlock lets in all readers that waited, before the next writer.
#include "runtime/sema.h"

#include "runtime/hooks.h"
#include "runtime/misuse.h"
#include "runtime/sema_int.h"

// --- queues ---------------------------------------------------------------------------------------------------

// With b locked: g waits at addr, behind or before the others. The bucket may be unlocked when this is done, and not before.
static void wait_at(Worker *w, SemaBucket *b, void *addr, G *g, bool front, WaitReason reason) {
    Waiter *x = &g->waiter, **link = find_waiters(b, addr), *head = *link;
    x->on = addr;
    x->is_send = x->is_select = x->ok = false;
    x->next = NULL;
    if (!head) {
        x->tail = x;
        x->prev = NULL;
        *link = x;
    } else if (front) {
        x->next = head;
        x->tail = head->tail;
        x->prev = head->prev;
        *link = x;
    } else {
        head->tail->next = x;
        head->tail = x;
    }
    sched_park(w, g, reason);
}

static void take_all(SemaBucket *b, const void *addr, GQueue *out) {
    Waiter **link = find_waiters(b, addr), *x = *link;
    if (!x) return;
    *link = x->prev;
    while (x) {
        Waiter *next = x->next;
        x->on = NULL;
        gqueue_push(out, x->g);
        x = next;
    }
}

static void ready_all(Worker *w, GQueue *q) {
    G *g;
    while ((g = gqueue_pop(q))) sched_ready(w, g);
}

// --- Mutex ----------------------------------------------------------------------------------------------------

// True: g has the lock. False: it waits. `again`: it has waited before, and was woken (the WOKEN bit is its).
static bool mutex_slow(Worker *w, G *g, Word *m, bool again, WaitReason reason) {
    bool starving = again && clock_now(w->rt) - g->wait_since > STARVE_NS;
    int spins = 0;
    for (;;) {
        Word old = load(m);
        if (!w->single && spins < 4 && (old & (LOCKED | STARVING)) == LOCKED && !w->run_next && !sched_ring_len(w)) {
            for (int i = 0; i < 30; i++) cpu_relax(); // its holder runs on another worker, perhaps not for long
            spins++;
            continue;
        }
        Word new_value = old;
        if (!(old & STARVING)) new_value |= LOCKED;
        if (again) new_value &= ~(Word)WOKEN;
        if (!(old & (LOCKED | STARVING))) {
            if (cas_of(w, m, old, new_value)) return true;
            continue;
        }
        new_value += ONE_WAITER;
        if (starving && (old & LOCKED)) new_value |= STARVING;
        SemaBucket *b = bucket_of(w, m);
        lock_take(&b->lock);
        if (cas_of(w, m, old, new_value)) {
            if (!again) g->wait_since = clock_now(w->rt);
            g->flags &= (uint8_t)~GF_RETRY;
            wait_at(w, b, m, g, again, reason);
            lock_drop(&b->lock);
            return false;
        }
        lock_drop(&b->lock);
    }
}

static bool mutex_take(Worker *w, G *g, Word *m, WaitReason reason) {
    if (LIKELY(cas_of(w, m, 0, LOCKED))) return true;
    return mutex_slow(w, g, m, false, reason);
}

SemaStatus mutex_lock(Worker *w, G *g, Word *m) {
    if (!mutex_take(w, g, m, WAIT_MUTEX)) return SEMA_PARKED;
    hook_lock(w, g, m);
    return SEMA_DONE;
}

bool mutex_try_lock(Worker *w, G *g, Word *m) {
    Word old = load(m);
    if ((old & (LOCKED | STARVING)) || !cas_of(w, m, old, old | LOCKED)) return false;
    hook_tried(w);
    hook_lock(w, g, m);
    return true;
}

// The lock was released; `starving` as the word said at that moment: nobody but the first waiter may take it then. Otherwise somebody
// may have come in the meantime, and he will do the rest.
SemaStatus mutex_wake(Worker *w, G *g, Word *m, bool starving) {
    SemaBucket *b = bucket_of(w, m);
    for (;;) {
        Word old = load(m);
        if (starving) { // hand the lock over
            lock_take(&b->lock);
            G *next = take_first(b, m);
            if (!next) { // a damaged word
                __atomic_store_n(m, 0, __ATOMIC_RELAXED);
                lock_drop(&b->lock);
                return SEMA_DONE;
            }
            for (;;) {
                old = load(m);
                Word waiters = old / ONE_WAITER, new_value = (old & ~(Word)STARVING) - (waiters ? ONE_WAITER : 0);
                new_value |= LOCKED;
                if (waiters > 1 && clock_now(w->rt) - next->wait_since > STARVE_NS) new_value |= STARVING;
                if (cas_of(w, m, old, new_value)) break;
            }
            next->waiter.ok = true; // owns it
            if (next->wait_reason == WAIT_RWMUTEX_W) {
                next->flags |= GF_RETRY;
                next->waiter.on = m;
            } else hook_lock(w, next, m);
            lock_drop(&b->lock);
            sched_ready(w, next);
            sched_preempt(w, g);
            return SEMA_PARKED;
        }
        if (old < ONE_WAITER || (old & (LOCKED | WOKEN | STARVING))) return SEMA_DONE;
        lock_take(&b->lock);
        if (cas_of(w, m, old, (old - ONE_WAITER) | WOKEN)) {
            G *next = take_first(b, m);
            if (next) {
                next->flags |= GF_RETRY;
                next->waiter.on = m; // not in the queue, but alive until it has tried
                next->waiter.ok = false;
            } else __atomic_fetch_and(m, ~(Word)WOKEN, __ATOMIC_RELAXED); // a copied lock: nobody waits for this one
            lock_drop(&b->lock);
            if (next) sched_ready(w, next);
            return SEMA_DONE;
        }
        lock_drop(&b->lock);
    }
}

static SemaStatus mutex_release(Worker *w, G *g, Word *m, const char **why) {
    if (LIKELY(cas_of(w, m, LOCKED, 0))) return SEMA_DONE;
    for (;;) {
        Word old = load(m);
        if (!(old & LOCKED)) {
            *why = "sync: unlock of unlocked mutex";
            misuse_unlock(w, g, m, false, *why);
            return SEMA_FATAL;
        }
        if (!cas_of(w, m, old, old - LOCKED)) continue;
        return old == LOCKED ? SEMA_DONE : mutex_wake(w, g, m, old & STARVING);
    }
}

SemaStatus mutex_unlock(Worker *w, G *g, Word *m, const char **why) {
    hook_unlock(w, g, m);
    return mutex_release(w, g, m, why);
}

// --- RWMutex --------------------------------------------------------------------------------------------------

// Adds one to the readers (or takes one off) if nobody writes or waits to write.
static inline bool change_readers(const Worker *w, Word *m, int32_t by) {
    for (;;) {
        int32_t r = load32(readers(m));
        if (r < 0 || (by < 0 && r == 0)) return false;
        if (w->single) {
            __atomic_store_n(readers(m), r + by, __ATOMIC_RELAXED);
            return true;
        }
        if (cas32(readers(m), r, r + by)) return true;
    }
}

SemaStatus rwmutex_rlock(Worker *w, G *g, Word *m) {
    if (UNLIKELY(!change_readers(w, m, 1))) {
        SemaBucket *b = bucket_of(w, &m[1]);
        lock_take(&b->lock);
        if (!change_readers(w, m, 1)) {
            __atomic_fetch_add(readers(m), 1, __ATOMIC_SEQ_CST);
            wait_at(w, b, readers(m), g, false, WAIT_RWMUTEX_R);
            lock_drop(&b->lock);
            return SEMA_PARKED;
        }
        lock_drop(&b->lock);
    }
    hook_rlock(w, g, m);
    return SEMA_DONE;
}

bool rwmutex_try_rlock(Worker *w, G *g, Word *m) {
    if (!change_readers(w, m, 1)) return false;
    hook_tried(w);
    hook_rlock(w, g, m);
    return true;
}

SemaStatus rwmutex_runlock(Worker *w, G *g, Word *m, const char **why) {
    hook_runlock(w, g, m);
    if (LIKELY(change_readers(w, m, -1))) return SEMA_DONE;
    SemaBucket *b = bucket_of(w, &m[1]);
    lock_take(&b->lock);
    if (change_readers(w, m, -1)) {
        lock_drop(&b->lock);
        return SEMA_DONE;
    }
    int32_t r = load32(readers(m));
    if (r == 0 || r <= -MAX_READERS) {
        lock_drop(&b->lock);
        *why = "sync: RUnlock of unlocked RWMutex";
        misuse_unlock(w, g, m, true, *why);
        return SEMA_FATAL;
    }
    __atomic_fetch_sub(readers(m), 1, __ATOMIC_SEQ_CST);
    G *writer = NULL;
    if (__atomic_sub_fetch(departing(m), 1, __ATOMIC_RELAXED) == 0) { // the last one lets the writer in
        writer = take_first(b, departing(m));
        if (writer) hook_wlock(w, writer, m);
    }
    lock_drop(&b->lock);
    if (writer) sched_ready(w, writer);
    return SEMA_DONE;
}

// g has the writers' mutex: announces itself, and waits for the readers that are there.
static bool writer_enter(Worker *w, G *g, Word *m) {
    if (w->single && load(&m[1]) == 0) {
        __atomic_store_n(readers(m), -MAX_READERS, __ATOMIC_RELAXED);
        return true;
    }
    SemaBucket *b = bucket_of(w, &m[1]);
    lock_take(&b->lock);
    int32_t r = __atomic_fetch_sub(readers(m), MAX_READERS, __ATOMIC_SEQ_CST);
    if (r > 0) {
        __atomic_store_n(departing(m), r, __ATOMIC_RELAXED);
        wait_at(w, b, departing(m), g, false, WAIT_RWMUTEX_W);
    }
    lock_drop(&b->lock);
    return r <= 0;
}

SemaStatus rwmutex_lock(Worker *w, G *g, Word *m) {
    if (!mutex_take(w, g, m, WAIT_RWMUTEX_W)) return SEMA_PARKED;
    if (!writer_enter(w, g, m)) return SEMA_PARKED;
    hook_wlock(w, g, m);
    return SEMA_DONE;
}

bool rwmutex_try_lock(Worker *w, G *g, Word *m) {
    if (load32(readers(m)) != 0) return false;
    SemaBucket *b = bucket_of(w, &m[1]);
    lock_take(&b->lock); // keeps out who would wait for what may be taken back below
    bool done = cas32(readers(m), 0, -MAX_READERS);
    if (done) {
        Word old = load(m);
        done = !(old & (LOCKED | STARVING)) && cas(m, old, old | LOCKED);
        if (!done) __atomic_fetch_add(readers(m), MAX_READERS, __ATOMIC_SEQ_CST);
    }
    lock_drop(&b->lock);
    if (done) {
        hook_tried(w);
        hook_wlock(w, g, m);
    }
    return done;
}

SemaStatus rwmutex_unlock(Worker *w, G *g, Word *m, const char **why) {
    SemaBucket *b = bucket_of(w, &m[1]);
    GQueue woken = {0};
    lock_take(&b->lock);
    int32_t r = load32(readers(m));
    if (r >= 0) {
        lock_drop(&b->lock);
        *why = "sync: Unlock of unlocked RWMutex";
        misuse_unlock(w, g, m, false, *why);
        return SEMA_FATAL;
    }
    hook_wunlock(w, g, m);
    __atomic_fetch_add(readers(m), MAX_READERS, __ATOMIC_SEQ_CST);
    take_all(b, readers(m), &woken);
    for (G *x = woken.first; x; x = x->next) hook_rlock(w, x, m);
    lock_drop(&b->lock);
    ready_all(w, &woken);
    return mutex_release(w, g, m, why);
}

// A woken waiter for a mutex tries again.
bool sema_retry(Worker *w, G *g) {
    Word *m = g->waiter.on;
    bool writer = g->wait_reason == WAIT_RWMUTEX_W;
    if (!g->waiter.ok && !mutex_slow(w, g, m, true, (WaitReason)g->wait_reason)) return false;
    g->flags &= (uint8_t)~GF_RETRY;
    g->waiter.on = NULL;
    if (!writer) {
        hook_lock(w, g, m);
        return true;
    }
    if (!writer_enter(w, g, m)) return false;
    hook_wlock(w, g, m);
    return true;
}

// --- WaitGroup ------------------------------------------------------------------------------------------------

SemaStatus waitgroup_add(Worker *w, G *g, Word *wg, int64_t delta, const char **why) {
    Word add = (Word)delta << 32, now;
    hook_wait_add(w, g, wg, delta);
    if (w->single) {
        now = load(wg) + add;
        __atomic_store_n(wg, now, __ATOMIC_RELAXED);
    } else now = __atomic_add_fetch(wg, add, __ATOMIC_SEQ_CST);
    int32_t count = (int32_t)(now >> 32);
    uint32_t waiters = (uint32_t)now;
    if (UNLIKELY(count < 0)) {
        *why = "sync: negative WaitGroup counter";
        misuse_negative(w, g, wg);
        return SEMA_PANIC;
    }
    if (UNLIKELY(waiters && delta > 0 && count == (int32_t)delta)) {
        *why = "sync: WaitGroup misuse: Add called concurrently with Wait";
        return SEMA_PANIC;
    }
    if (delta > 0 && count == (int32_t)delta) hook_wait_first_add(w, g, wg);
    if (LIKELY(count > 0 || waiters == 0)) return SEMA_DONE;
    SemaBucket *b = bucket_of(w, wg);
    GQueue woken = {0};
    lock_take(&b->lock);
    __atomic_store_n(wg, 0, __ATOMIC_SEQ_CST);
    take_all(b, wg, &woken);
    for (G *x = woken.first; x; x = x->next) hook_wait_done(w, x, wg);
    lock_drop(&b->lock);
    ready_all(w, &woken);
    return SEMA_DONE;
}

SemaStatus waitgroup_wait(Worker *w, G *g, Word *wg, const char **why) {
    (void)why;
    // acquire pairs with the Done that made it 0
    if ((int32_t)(__atomic_load_n(wg, __ATOMIC_ACQUIRE) >> 32) != 0) {
        SemaBucket *b = bucket_of(w, wg);
        lock_take(&b->lock);
        for (;;) {
            Word old = __atomic_load_n(wg, __ATOMIC_SEQ_CST);
            if ((int32_t)(old >> 32) == 0) break;
            if (!cas(wg, old, old + 1)) continue;
            if ((uint32_t)old == 0) hook_wait_first_waiter(w, g, wg);
            hook_wait_begin(w, g, wg);
            wait_at(w, b, wg, g, false, WAIT_WAITGROUP);
            lock_drop(&b->lock);
            return SEMA_PARKED;
        }
        lock_drop(&b->lock);
    }
    hook_wait_done(w, g, wg);
    return SEMA_DONE;
}

// --- semaphore: {waiters : 32, value : 32} --------------------------------------------------------------------

SemaStatus sema_acquire(Worker *w, G *g, Word *s, WaitReason reason) {
    SemaBucket *b = NULL;
    for (;;) {
        Word old = load(s);
        if ((uint32_t)old) {
            if (!cas(s, old, old - 1)) continue;
            if (b) lock_drop(&b->lock);
            hook_sema_acquire(w, g, s);
            return SEMA_DONE;
        }
        if (!b) {
            b = bucket_of(w, s);
            lock_take(&b->lock);
            continue;
        }
        if (!cas(s, old, old + ((Word)1 << 32))) continue;
        wait_at(w, b, s, g, false, reason);
        lock_drop(&b->lock);
        return SEMA_PARKED;
    }
}

void sema_release(Worker *w, G *g, Word *s) {
    hook_sema_release(w, g, s);
    for (;;) {
        Word old = load(s);
        if (old >> 32 == 0) {
            if (cas(s, old, old + 1)) return;
            continue;
        }
        SemaBucket *b = bucket_of(w, s);
        lock_take(&b->lock);
        G *next = take_first(b, s);
        // handed over; without a waiter the word was copied or damaged, and is put right
        while (!cas(s, old, next ? old - ((Word)1 << 32) : (Word)((uint32_t)old + 1))) old = load(s);
        if (next) hook_sema_acquire(w, next, s);
        lock_drop(&b->lock);
        if (next) sched_ready(w, next);
        return;
    }
}

// --- notification lists (Cond): {next to notify : 32, next ticket : 32}, as Go's notifyList -------------------------

uint32_t notify_add(Worker *w, Word *list) {
    (void)w;
    return __atomic_fetch_add(tickets(list), 1, __ATOMIC_SEQ_CST);
}

SemaStatus notify_wait_for(Worker *w, G *g, Word *list, uint32_t ticket) {
    SemaBucket *b = bucket_of(w, list);
    lock_take(&b->lock);
    if ((int32_t)(ticket - __atomic_load_n(notified(list), __ATOMIC_RELAXED)) < 0) { // it came between the two
        lock_drop(&b->lock);
        return SEMA_DONE;
    }
    g->ticket = ticket;
    wait_at(w, b, list, g, false, WAIT_COND);
    lock_drop(&b->lock);
    return SEMA_PARKED;
}

SemaStatus notify_wait(Worker *w, G *g, Word *list) { return notify_wait_for(w, g, list, notify_add(w, list)); }

// Takes the waiter with this ticket out of the queue.
static G *take_ticket(SemaBucket *b, const void *addr, uint32_t ticket) {
    for (Waiter *x = *find_waiters(b, addr); x; x = x->next)
        if (x->g->ticket == ticket) return take_waiter(b, addr, x);
    return NULL;
}

void notify_one(Worker *w, Word *list) {
    bool nobody = __atomic_load_n(tickets(list), __ATOMIC_SEQ_CST) == __atomic_load_n(notified(list), __ATOMIC_SEQ_CST);
    hook_notify(w, list, nobody);
    if (nobody) return;
    SemaBucket *b = bucket_of(w, list);
    lock_take(&b->lock);
    uint32_t next;
    do {
        next = __atomic_load_n(notified(list), __ATOMIC_RELAXED);
        if (next == __atomic_load_n(tickets(list), __ATOMIC_SEQ_CST)) {
            lock_drop(&b->lock);
            return;
        }
        __atomic_store_n(notified(list), next + 1, __ATOMIC_SEQ_CST);
    } while (UNLIKELY(__atomic_load_n(&w->rt->left_tickets, __ATOMIC_RELAXED) != NULL) && leave_was_ticket(w->rt, list, next));
    G *g = take_ticket(b, list, next); // NULL: it has its ticket and will not fall asleep
    if (g) hook_notified(w, g, list);
    lock_drop(&b->lock);
    if (g) sched_ready(w, g);
}

void notify_all(Worker *w, Word *list) {
    bool nobody = __atomic_load_n(tickets(list), __ATOMIC_SEQ_CST) == __atomic_load_n(notified(list), __ATOMIC_SEQ_CST);
    hook_notify(w, list, nobody);
    if (nobody) return;
    SemaBucket *b = bucket_of(w, list);
    GQueue woken = {0};
    lock_take(&b->lock);
    __atomic_store_n(notified(list), __atomic_load_n(tickets(list), __ATOMIC_SEQ_CST), __ATOMIC_SEQ_CST);
    take_all(b, list, &woken);
    for (G *x = woken.first; x; x = x->next) hook_notified(w, x, list);
    lock_drop(&b->lock);
    ready_all(w, &woken);
}

uint32_t sema_waiters(Runtime *rt, const void *addr) {
    uint32_t n = 0;
    for (const Waiter *x = *find_waiters(bucket_of(&rt->workers[0], addr), addr); x; x = x->next) n++;
    return n;
}
