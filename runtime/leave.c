// leave.c — a goroutine that is ended while it waits (host.h) leaves the queues it stands in, and what it had announced there is taken back: a writer
// that waited for readers lets in the readers that waited for it, a mutex is handed on, a signal goes to the next one.
#include <stdlib.h>

#include "runtime/chan_int.h"
#include "runtime/hooks.h"
#include "runtime/host.h"
#include "runtime/sema_int.h"

// A place in a notification list whose goroutine has gone: who signals passes over it.
typedef struct LeftTicket {
    struct LeftTicket *next;
    const Word *list;
    uint32_t ticket;
} LeftTicket;

bool leave_was_ticket(Runtime *rt, const Word *list, uint32_t ticket) {
    lock_take(&rt->lock);
    LeftTicket **link = &rt->left_tickets, *x;
    while ((x = *link) && (x->list != list || x->ticket != ticket)) link = &x->next;
    if (x) __atomic_store_n(link, x->next, __ATOMIC_RELAXED);
    lock_drop(&rt->lock);
    free(x);
    return x != NULL;
}

static void keep_ticket(Runtime *rt, const Word *list, uint32_t ticket) {
    LeftTicket *x = xmalloc(sizeof *x);
    lock_take(&rt->lock);
    *x = (LeftTicket){rt->left_tickets, list, ticket};
    __atomic_store_n(&rt->left_tickets, x, __ATOMIC_RELAXED);
    lock_drop(&rt->lock);
}

// What Broadcast has passed is no longer asked for, and a list that has died never is.
void leave_purge(Runtime *rt) {
    for (LeftTicket **link = &rt->left_tickets, *x; (x = *link);) {
        if (gc_survives(rt->heap, x->list) && (int32_t)(x->ticket - *notified((Word *)(uintptr_t)x->list)) >= 0) {
            link = &x->next;
            continue;
        }
        *link = x->next;
        free(x);
    }
}

void leave_fini(Runtime *rt) {
    for (LeftTicket *x = rt->left_tickets, *next; x; x = next) {
        next = x->next;
        free(x);
    }
}

// The mutex m, which g holds or (not owner) was woken for, goes on without g.
static void pass_on(Worker *w, G *g, Word *m, bool owner) {
    Word old, now;
    do {
        old = load(m);
        now = old & ~(Word)(owner ? LOCKED | STARVING : WOKEN);
    } while (!cas(m, old, now));
    mutex_wake(w, g, m, false); // if nobody has it, and somebody waits
}

void leave_turn(Worker *w, G *g) {
    Word *m = g->waiter.on;
    bool owner = g->waiter.ok;
    if (owner && g->wait_reason == WAIT_MUTEX) hook_unlock(w, g, m);
    g->flags &= (uint8_t)~GF_RETRY;
    g->waiter.on = NULL;
    pass_on(w, g, m, owner);
}

static void leave_channel(Waiter *x) {
    Chan *c = x->on;
    lock_take(&c->lock);
    if (x->queued) queue_remove(x->is_send ? &c->sendq : &c->recvq, x);
    lock_drop(&c->lock);
    x->on = NULL;
}

static void leave_mutex(Word *m) {
    Word now = load(m) - ONE_WAITER;
    if (now < ONE_WAITER) now &= ~(Word)STARVING;
    __atomic_store_n(m, now, __ATOMIC_RELAXED);
}

// g has the writers' mutex and waits for the readers that are still there: `inside` is their count.
static void leave_writer(Worker *w, G *g, SemaBucket *b, int32_t *inside) {
    Word *m = (Word *)((uintptr_t)inside - sizeof(Word) - sizeof(int32_t));
    GQueue woken = {0};
    __atomic_store_n(inside, 0, __ATOMIC_RELAXED);
    __atomic_fetch_add(readers(m), MAX_READERS, __ATOMIC_SEQ_CST);
    for (G *x; (x = take_first(b, readers(m)));) {
        hook_rlock(w, x, m);
        gqueue_push(&woken, x);
    }
    lock_drop(&b->lock);
    for (G *x; (x = gqueue_pop(&woken));) sched_ready(w, x);
    pass_on(w, g, m, true);
}

static void leave_lock(Worker *w, G *g) {
    void *at = g->waiter.on;
    SemaBucket *b = bucket_of(w, at);
    lock_take(&b->lock);
    take_waiter(b, at, &g->waiter);
    switch ((WaitReason)g->wait_reason) {
    case WAIT_MUTEX: leave_mutex(at); break;
    case WAIT_RWMUTEX_R: __atomic_fetch_sub((int32_t *)at, 1, __ATOMIC_SEQ_CST); break;
    case WAIT_RWMUTEX_W:
        if ((uintptr_t)at & 4) {
            leave_writer(w, g, b, at);
            return;
        }
        leave_mutex(at);
        break;
    case WAIT_WAITGROUP: __atomic_fetch_sub((Word *)at, 1, __ATOMIC_SEQ_CST); break;
    case WAIT_COND: keep_ticket(w->rt, at, g->ticket); break;
    case WAIT_ONCE: case WAIT_SEMA: __atomic_fetch_sub((Word *)at, (Word)1 << 32, __ATOMIC_SEQ_CST); break;
    case WAIT_NONE: case WAIT_CHAN_SEND: case WAIT_CHAN_RECV: case WAIT_CHAN_SEND_NIL: case WAIT_CHAN_RECV_NIL: case WAIT_SELECT: case WAIT_SELECT_EMPTY:
    case WAIT_SLEEP: case WAIT_IO: case WAIT_COUNT:
        break;
    }
    lock_drop(&b->lock);
}

bool leave_queues(Worker *w, G *g) {
    switch ((WaitReason)g->wait_reason) {
    case WAIT_CHAN_SEND: case WAIT_CHAN_RECV: leave_channel(&g->waiter); break;
    case WAIT_SELECT:
        if (g->flags & GF_SELECT) select_finish(w, g);
        break;
    case WAIT_MUTEX: case WAIT_RWMUTEX_R: case WAIT_RWMUTEX_W: case WAIT_WAITGROUP: case WAIT_COND: case WAIT_ONCE: case WAIT_SEMA:
        leave_lock(w, g);
        break;
    case WAIT_SLEEP: timer_wake_none(w->rt, g); break;
    case WAIT_IO: return stdin_leave(w->rt, g);
    case WAIT_NONE: case WAIT_CHAN_SEND_NIL: case WAIT_CHAN_RECV_NIL: case WAIT_SELECT_EMPTY: case WAIT_COUNT:
        break;
    }
    return true;
}
