// hooks.h — the one place through which every synchronisation passes, for the race detector, the lock-order graph and the
// recording of schedules. Each is called by the goroutine that acts, or for the parked one by its waker, while the object's lock is held (so that
// the order of calls is the order of events).
//
// What is ordered here is what the Go memory model says, and no more ("The Go Memory Model", 2022), with one clock for each key:
//   channel     the slot of its buffer: a send acquires what the receive that emptied the slot left there, a receive what the send left. What goes
//               past the buffer to a waiting receiver passes through a slot all the same. Unbuffered: both are ordered both ways. A close
//               releases into a key of its own, which a receive that returns because of it acquires. len and cap order nothing.
//   Mutex       its first word. A failed TryLock orders nothing.
//   RWMutex     two clocks: what writers left (first word; readers and writers acquire it) and what readers left (second word; only writers do).
//   WaitGroup   its first word: every Add below zero merges, Wait acquires.
//   Cond        nothing beyond its Locker, as in Go.
//   timer       the timer: starting it is before what it fires.
// Accesses that Go's detector makes out of misuse are here too: the first Add of a WaitGroup "reads" a word that the first Wait "writes", so that
// an Add that nothing orders before Wait is a race. (A send reads and a close writes the channel itself: vm/ops_chan.inc.)
#pragma once
#include "runtime/chan_int.h"
#include "runtime/ledger.h"
#include "runtime/race.h"

#define HOOK static inline __attribute__((always_inline)) void
#define RACE(call)                        \
    do {                                  \
        if (UNLIKELY(w->race != NULL)) call; \
    } while (0)

#define LEDGER(call)                     \
    do {                                 \
        if (UNLIKELY(w->ledger)) call; \
    } while (0)

// The clock of a place in the buffer. Elements without words still have one byte each (chan_new).
static inline const void *hook_slot_key(const Chan *c, uint64_t at) {
    return c->elem_words ? (const char *)(c->buf + at * c->elem_words) : (const char *)c->buf + at % CHAN_PLACES;
}
static inline const void *hook_close_key(const Chan *c) { return &c->closed; }

HOOK hook_go(Worker *w, G *child) { LEDGER(ledger_go(w, child)); }
HOOK hook_end(Worker *w, G *g) { (void)w, (void)g; }
// Into, out of the buffer's place `at`. g NULL: a timer sends, whose start has released into the place (hook_timer_start).
HOOK hook_chan_send(Worker *w, G *g, Chan *c, uint64_t at) {
    if (g) RACE(race_pass(w, g, hook_slot_key(c, at)));
    LEDGER(ledger_send(w, g, c));
}
HOOK hook_chan_recv(Worker *w, G *g, Chan *c, uint64_t at) {
    RACE(race_pass(w, g, hook_slot_key(c, at)));
    LEDGER(ledger_recv(w, g, c));
}
// Handed over without the buffer, c being unbuffered.
HOOK hook_chan_direct(Worker *w, G *from, G *to, Chan *c) {
    if (from) RACE(race_handoff(w, from, to));
    LEDGER(ledger_send(w, from, c));
    LEDGER(ledger_recv(w, to, c));
}
HOOK hook_chan_recv_closed(Worker *w, G *g, Chan *c) {
    RACE(race_acquire(w, g, hook_close_key(c)));
    LEDGER(ledger_recv_closed(w, g, c));
}
HOOK hook_chan_close(Worker *w, G *g, Chan *c) {
    RACE(race_release(w, g, hook_close_key(c)));
    LEDGER(ledger_close(w, g, c));
}
// Before a lock is given up, after it was taken. wlock, wunlock, rlock, runlock: of an RWMutex.
HOOK hook_lock(Worker *w, G *g, const Word *m) {
    RACE(race_acquire_used(w, g, m));
    LEDGER(ledger_lock(w, g, m, false));
}
HOOK hook_unlock(Worker *w, G *g, const Word *m) {
    RACE(race_release(w, g, m));
    LEDGER(ledger_unlock(w, g, m, false));
}
HOOK hook_wlock(Worker *w, G *g, const Word *m) {
    RACE(race_acquire(w, g, m));
    RACE(race_acquire(w, g, m + 1));
    LEDGER(ledger_lock(w, g, m, false));
}
HOOK hook_wunlock(Worker *w, G *g, const Word *m) {
    RACE(race_release(w, g, m));
    LEDGER(ledger_unlock(w, g, m, false));
}
HOOK hook_rlock(Worker *w, G *g, const Word *m) {
    RACE(race_acquire(w, g, m));
    LEDGER(ledger_lock(w, g, m, true));
}
HOOK hook_runlock(Worker *w, G *g, const Word *m) {
    RACE(race_release_merge(w, g, m + 1));
    LEDGER(ledger_unlock(w, g, m, true));
}
// Before the hook of a lock that TryLock or TryRLock has just taken: who only tries waits for nobody.
HOOK hook_tried(Worker *w) { w->tried = true; }
HOOK hook_wait_begin(Worker *w, G *g, const Word *wg) { LEDGER(ledger_wait_begin(w, g, wg)); } // WaitGroup.Wait waits
HOOK hook_wait_done(Worker *w, G *g, const Word *wg) {                                         // WaitGroup.Wait returns
    RACE(race_acquire(w, g, wg));
    LEDGER(ledger_wait_done(w, g, wg));
}
HOOK hook_wait_add(Worker *w, G *g, const Word *wg, int64_t d) { // before the count changes
    if (d < 0) RACE(race_release_merge(w, g, wg));
    LEDGER(ledger_wait_add(w, g, wg, d));
}
HOOK hook_wait_first_add(Worker *w, G *g, const Word *wg) { RACE(race_read(w, g, wg + 1, sizeof(Word))); }   // the count was 0
HOOK hook_wait_first_waiter(Worker *w, G *g, const Word *wg) { RACE(race_write(w, g, wg + 1, sizeof(Word))); } // nobody waited yet
HOOK hook_sema_acquire(Worker *w, G *g, const Word *s) { RACE(race_acquire(w, g, s)); }
HOOK hook_sema_release(Worker *w, G *g, const Word *s) { RACE(race_release_merge(w, g, s)); }
// Signal or Broadcast; nobody: it finds nobody waiting.
HOOK hook_notify(Worker *w, const Word *list, bool nobody) { LEDGER(ledger_notify(w, w->current, list, nobody)); }
HOOK hook_notified(Worker *w, G *g, const Word *list) { LEDGER(ledger_notified(w, g, list)); }
// A timer is started; its function's goroutine is made. c: the channel that it sends on instead, which has room for one.
HOOK hook_timer_start(Worker *w, G *g, const void *timer, Chan *c) {
    RACE(race_release_merge(w, g, timer));
    if (c) RACE(race_release_merge(w, g, hook_slot_key(c, 0)));
}
HOOK hook_timer_go(Worker *w, G *child, const void *timer) { RACE(race_acquire(w, child, timer)); }
#undef HOOK
#undef RACE
#undef LEDGER
