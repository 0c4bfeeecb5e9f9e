// chan.c — channels and select.
//
// A blocked goroutine stands in the channel's queue with a Waiter: its own, or for a select one of an array. Who completes the operation
// copies the value from or to the stack slots of the blocked one and makes it ready; it then goes on behind its instruction with
// nothing left to do, except that a select's other waiters must leave their queues: the scheduler does that (select_finish) before the
// goroutine runs. Until then they stand there as losers, which everybody who meets them drops.
//
// Invariants (channel locked): a non-empty recvq of live waiters means an empty buffer and an empty sendq of live waiters, except for a
// select that waits on both sides; a non-empty sendq means a full buffer.
//
// With one worker nothing here needs a lock, so the operations are compiled twice (chan_ops.inc). Threads that are no workers (the
// reader of standard input) do not touch channels.
#include <stdlib.h>

#include "runtime/chan_int.h"
#include "runtime/hooks.h"
#include "runtime/misuse.h"

Chan *chan_new(Worker *w, TypeId chan_type, uint64_t cap, uint32_t site) {
    const RType *elem = &w->rt->types[w->rt->types[chan_type].elem];
    bool mem = elem->flags & RT_MEM;
    uint64_t words = mem ? 1 : elem->words, size;
    if (__builtin_mul_overflow(words * sizeof(Word), cap, &size) || size > SIZE_MAX / 2) return NULL;
    if (UNLIKELY(w->rt->race != NULL) && !words) size = cap < CHAN_PLACES ? cap : CHAN_PLACES; // hook_slot_key
    Chan *c = heap_alloc_object(w, TYPE_CHAN_OBJ, sizeof(Chan) + size, site);
    if (!c) return NULL;
    lock_init(&c->lock, RANK_CHAN);
    c->elem_words = (uint32_t)words;
    c->elem = elem->id;
    c->flags = mem ? CHAN_MEM : 0;
    c->cap = cap;
    return c;
}

uint64_t chan_len(const Chan *c) { return c ? __atomic_load_n(&c->count, __ATOMIC_RELAXED) : 0; }
uint64_t chan_cap(const Chan *c) { return c ? c->cap : 0; }

// --- select's own ---------------------------------------------------------------------------------------------

// Locks the channels of the arms in the order of their addresses, each once.
static uint32_t lock_all(const SelectArm *arms, uint32_t n, Chan **locked) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        Chan *c = arms[i].chan;
        if (!c) continue;
        uint32_t at = count;
        while (at > 0 && locked[at - 1] > c) at--;
        if (at > 0 && locked[at - 1] == c) continue;
        for (uint32_t k = count; k > at; k--) locked[k] = locked[k - 1];
        locked[at] = c;
        count++;
    }
    for (uint32_t i = 0; i < count; i++) lock_take(&locked[i]->lock);
    return count;
}

// All channels locked: waits on every arm.
static void select_enqueue(Worker *w, G *g, const SelectArm *arms, uint32_t n, uint32_t index_slot) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) count += arms[i].chan != NULL;
    g->waiter.on = NULL;
    g->waiter.slot = index_slot;
    g->stack[index_slot] = 0;
    g->select_state = 0;
    g->select_count = count;
    g->select_waiters = NULL;
    if (count) {
        Waiter *x = g->select_waiters = xmalloc(count * sizeof *x);
        g->flags |= GF_SELECT;
        for (uint32_t i = 0; i < n; i++) {
            Chan *c = arms[i].chan;
            if (!c) continue;
            *x = (Waiter){.g = g, .on = c, .slot = arms[i].slot, .ok_slot = arms[i].is_send ? NO_SLOT : arms[i].ok_slot,
                          .case_index = (uint16_t)i, .is_send = arms[i].is_send, .is_select = true};
            queue_push(arms[i].is_send ? &c->sendq : &c->recvq, x++);
        }
    }
    sched_park(w, g, n == 0 ? WAIT_SELECT_EMPTY : WAIT_SELECT);
}

// g was woken by one case: its other waiters leave their queues. Each channel is locked even when the waiter is out already: who took it
// out may still be looking at it.
void select_finish(Worker *w, G *g) {
    for (uint32_t i = 0; i < g->select_count; i++) {
        Waiter *x = &g->select_waiters[i];
        Chan *c = x->on;
        if (!w->single) lock_take(&c->lock);
        if (x->queued) queue_remove(x->is_send ? &c->sendq : &c->recvq, x);
        if (!w->single) lock_drop(&c->lock);
    }
    free(g->select_waiters);
    g->select_waiters = NULL;
    g->flags &= (uint8_t)~GF_SELECT;
}

// The default was taken.
static void select_in_vain(Worker *w, const G *g) {
    if (w->asked_pc != g->pc || w->asked_g != g->id) {
        w->asked_pc = g->pc;
        w->asked_g = g->id;
        w->asked_n = 0;
    }
    w->asked_n++;
}

#define MANY 0
#include "runtime/chan_ops.inc"
#undef MANY
#define MANY 1
#include "runtime/chan_ops.inc"
#undef MANY

// --- the two, chosen ------------------------------------------------------------------------------------------

ChanStatus chan_send(Worker *w, G *g, Chan *c, uint32_t slot) {
    if (UNLIKELY(!c)) {
        sched_park(w, g, WAIT_CHAN_SEND_NIL);
        return CHAN_PARKED;
    }
    return LIKELY(w->single) ? send_one(w, g, c, slot) : send_many(w, g, c, slot);
}

ChanStatus chan_recv(Worker *w, G *g, Chan *c, uint32_t slot, uint32_t ok_slot) {
    if (UNLIKELY(!c)) {
        sched_park(w, g, WAIT_CHAN_RECV_NIL);
        return CHAN_PARKED;
    }
    return LIKELY(w->single) ? recv_one(w, g, c, slot, ok_slot) : recv_many(w, g, c, slot, ok_slot);
}

ChanStatus chan_close(Worker *w, G *g, Chan *c) {
    if (UNLIKELY(!c)) return CHAN_NIL_CLOSE;
    return w->single ? close_one(w, g, c) : close_many(w, g, c);
}

bool chan_offer(Worker *w, Chan *c, const Word *value) {
    return w->single ? offer_one(w, c, value) : offer_many(w, c, value);
}

ChanStatus chan_select(Worker *w, G *g, const SelectArm *arms, uint32_t n, bool has_default, uint32_t index_slot) {
    return w->single ? select_one(w, g, arms, n, has_default, index_slot) : select_many(w, g, arms, n, has_default, index_slot);
}

bool chan_woken_by_close_of_send(G *g) {
    if (LIKELY(!(g->flags & GF_SEND_CLOSED))) return false;
    g->flags &= (uint8_t)~GF_SEND_CLOSED;
    return true;
}

// --- for the collector ----------------------------------------------------------------------------------------

static void mark_value(const Chan *c, const RType *types, const Word *value, GcMarker *m) {
    if (c->flags & CHAN_MEM) gc_mark_pointer(m, value[0]);
    else if (!(types[c->elem].flags & RT_NOSCAN)) gc_mark_words(m, value, c->elem_words, types[c->elem].slots);
}

void chan_scan(Chan *c, const RType *types, GcMarker *m) {
    for (const Waiter *x = c->recvq.first; x; x = x->next) gc_wake(m, x->g);
    for (const Waiter *x = c->sendq.first; x; x = x->next) gc_wake(m, x->g);
    if (!(c->flags & CHAN_MEM) && (types[c->elem].flags & RT_NOSCAN)) return;
    for (uint64_t i = 0, at = c->head; i < c->count; i++) {
        mark_value(c, types, c->buf + at * c->elem_words, m);
        at = at + 1 == c->cap ? 0 : at + 1;
    }
}

static void scan_waiter(const Waiter *x, const G *g, const RType *types, GcMarker *m) {
    gc_mark_pointer(m, (Word)x->on);
    if (x->is_send) mark_value(x->on, types, g->stack + x->slot, m);
}

void chan_scan_waiting(G *g, const RType *types, GcMarker *m) {
    if (g->flags & GF_SELECT) {
        for (uint32_t i = 0; i < g->select_count; i++) scan_waiter(&g->select_waiters[i], g, types, m);
    } else if (g->waiter.on) {
        if (g->wait_reason == WAIT_CHAN_SEND || g->wait_reason == WAIT_CHAN_RECV) scan_waiter(&g->waiter, g, types, m);
        else gc_mark_pointer(m, (Word)g->waiter.on); // a lock, maybe inside an object
    }
}
