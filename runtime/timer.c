// timer.c — timers: one 4-ary heap per runtime, ordered by (when, order of starting). Sleeping goroutines stand in it without a Timer
// of their own. timer_next is read by everybody without the lock, to know whether a look at the clock is worth while.
// A Timer may lie in guest memory, where a racy program can copy others over it: its fields are read and written as guest words.
#include <stdlib.h>

#include "runtime/race.h"
#include "runtime/worker.h"

static bool before(const TimerEntry *a, const TimerEntry *b) {
    return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

static void place(Runtime *rt, uint32_t i, TimerEntry e) {
    rt->timers[i] = e;
    if (!(e.what & 1)) GUEST_STORE(uint32_t, &((Timer *)e.what)->heap_index, i + 1);
}

static void sift_up(Runtime *rt, uint32_t i, TimerEntry e) {
    while (i > 0) {
        uint32_t parent = (i - 1) / 4;
        if (!before(&e, &rt->timers[parent])) break;
        place(rt, i, rt->timers[parent]);
        i = parent;
    }
    place(rt, i, e);
}

static void sift_down(Runtime *rt, uint32_t i, TimerEntry e) {
    for (;;) {
        uint32_t first = i * 4 + 1, best = first;
        if (first >= rt->ntimers) break;
        for (uint32_t k = first + 1; k < first + 4 && k < rt->ntimers; k++)
            if (before(&rt->timers[k], &rt->timers[best])) best = k;
        if (!before(&rt->timers[best], &e)) break;
        place(rt, i, rt->timers[best]);
        i = best;
    }
    place(rt, i, e);
}

static void note_first(Runtime *rt) {
    __atomic_store_n(&rt->timer_next, rt->ntimers ? rt->timers[0].when : INT64_MAX, __ATOMIC_RELAXED);
}

static void add_locked(Runtime *rt, int64_t when, uintptr_t what) {
    if (rt->ntimers == rt->timers_cap) {
        rt->timers_cap = rt->timers_cap ? rt->timers_cap * 2 : 64;
        rt->timers = xrealloc(rt->timers, rt->timers_cap * sizeof *rt->timers);
    }
    sift_up(rt, rt->ntimers++, (TimerEntry){when, ++rt->timer_seq, what});
    note_first(rt);
}

static void remove_locked(Runtime *rt, uint32_t i) {
    TimerEntry last = rt->timers[--rt->ntimers];
    if (i < rt->ntimers) {
        if (i > 0 && before(&last, &rt->timers[(i - 1) / 4])) sift_up(rt, i, last);
        else sift_down(rt, i, last);
    }
    note_first(rt);
}

// A Timer in guest memory may have been overwritten by a copy of another or of itself: heap_index alone proves nothing.
// Its place in the heap plus 1, 0: not armed.
static uint32_t place_of(const Runtime *rt, const Timer *t) {
    uint32_t i = GUEST_LOAD(uint32_t, &t->heap_index);
    return i && i <= rt->ntimers && rt->timers[i - 1].what == (uintptr_t)t ? i : 0;
}

void timer_start(Worker *w, Timer *t) {
    Runtime *rt = w->rt;
    if (rt->race && !w->race) race_start(rt); // it may start a goroutine
    lock_take(&rt->timer_lock);
    uint32_t at = place_of(rt, t);
    if (at) remove_locked(rt, at - 1);
    add_locked(rt, GUEST_LOAD(int64_t, &t->when), (uintptr_t)t);
    GUEST_STORE(uint64_t, &t->seq, rt->timer_seq);
    lock_drop(&rt->timer_lock);
}

bool timer_stop(Worker *w, Timer *t) {
    Runtime *rt = w->rt;
    lock_take(&rt->timer_lock);
    uint32_t at = place_of(rt, t);
    if (at) remove_locked(rt, at - 1);
    GUEST_STORE(uint32_t, &t->heap_index, 0);
    lock_drop(&rt->timer_lock);
    return at != 0;
}

static uint64_t *sleeper_at(Runtime *rt, uint64_t id, uint32_t i) { return &rt->slept[(id * 0x9E3779B97F4A7C15u >> 54) + i]; }
_Static_assert(SLEEPERS == 1 << 10, "sleeper_at takes 10 bits");

static void note_slept(Runtime *rt, uint64_t id) {
    for (uint32_t i = 0; i < SLEEPER_TRIES; i++) {
        uint64_t *at = sleeper_at(rt, id, i), seen = __atomic_load_n(at, __ATOMIC_RELAXED);
        if (seen == id) return;
        if (!seen && __atomic_compare_exchange_n(at, &seen, id, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
    }
}

bool timer_has_slept(Runtime *rt, uint64_t id) {
    for (uint32_t i = 0; i < SLEEPER_TRIES; i++)
        if (__atomic_load_n(sleeper_at(rt, id, i), __ATOMIC_RELAXED) == id) return true;
    return false;
}

void g_sleep_park(Worker *w, G *g, int64_t ns) {
    Runtime *rt = w->rt;
    int64_t now = clock_now(rt);
    note_slept(rt, g->id);
    int64_t when = ns > INT64_MAX - 1 - now ? INT64_MAX - 1 : now + ns;
    sched_park(w, g, WAIT_SLEEP);
    lock_take(&rt->timer_lock);
    add_locked(rt, when, (uintptr_t)g | 1);
    lock_drop(&rt->timer_lock);
}

void timer_wake_none(Runtime *rt, G *g) {
    lock_take(&rt->timer_lock);
    uint32_t i = 0;
    while (i < rt->ntimers && rt->timers[i].what != ((uintptr_t)g | 1)) i++;
    if (i < rt->ntimers) remove_locked(rt, i);
    lock_drop(&rt->timer_lock);
}

void timer_run_due(Worker *w, int64_t now) {
    Runtime *rt = w->rt;
    if (now < __atomic_load_n(&rt->timer_next, __ATOMIC_RELAXED)) return;
    w->firing = true;
    lock_take(&rt->timer_lock);
    while (rt->ntimers && rt->timers[0].when <= now) {
        TimerEntry e = rt->timers[0];
        remove_locked(rt, 0);
        if (e.what & 1) {
            lock_drop(&rt->timer_lock);
            sched_ready(w, (G *)(e.what & ~(uintptr_t)1));
        } else {
            Timer *t = (Timer *)e.what;
            GUEST_STORE(uint32_t, &t->heap_index, 0);
            int64_t period = GUEST_LOAD(int64_t, &t->period), when = GUEST_LOAD(int64_t, &t->when);
            if (period > 0) { // ticks that nobody took are left out
                if (when > now) when = now; // (overwritten meanwhile)
                if (__builtin_add_overflow(when, period * (1 + (now - when) / period), &when)) when = INT64_MAX - 1;
                GUEST_STORE(int64_t, &t->when, when);
                add_locked(rt, when, e.what);
            }
            void (*fire)(Worker *, Timer *, int64_t) = (void (*)(Worker *, Timer *, int64_t))GUEST_LOAD(Word, &t->fire);
            lock_drop(&rt->timer_lock);
            if (fire) fire(w, t, now);
        }
        lock_take(&rt->timer_lock);
    }
    lock_drop(&rt->timer_lock);
    w->firing = false;
}

// An armed timer keeps itself (it may lie in the heap) and its argument alive.
void timer_scan(Runtime *rt, GcMarker *m) {
    for (uint32_t i = 0; i < rt->ntimers; i++) {
        if (rt->timers[i].what & 1) continue;
        Timer *t = (Timer *)rt->timers[i].what;
        gc_mark_pointer(m, (Word)t);
        gc_mark_pointer(m, GUEST_LOAD(Word, &t->arg));
    }
}

void timer_fini(Runtime *rt) { free(rt->timers); }
