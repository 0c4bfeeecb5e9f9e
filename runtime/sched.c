// sched.c — which goroutine runs next, on which worker, and what a worker does when there is none.
//
// Order is Go's: `go` and ready put the goroutine into run_next, which kicks the one that was there to the tail of the ring;
// Gosched goes to the global queue, of which every 61st switch and an empty ring take; timers are looked at before work is stolen.
// Taken from run_next a goroutine inherits the rest of its waker's time slice, so that two that wake each other cannot keep out
// the rest. run_next is its worker's alone: a hand-off costs no atomic operation and wakes nobody. When the waker runs on
// (sched_poll sees it some microseconds later) and somebody is idle, it is published in the ring.
//
// The ring is the one of Go and of Arora, Blumofe and Plaxton: the owner writes tail (release; pairs with the thief's acquire),
// everybody takes at head by CAS. A thief takes half. Who fills the global queue through a ring that is full goes behind all of them at its next
// poll: a million goroutines that are started in a row do not stand there at once, and run while what they were given is in the cache.
//
// Going idle: a worker without work steals for a few microseconds ("spinning", one at a time), then joins the idle ones under rt->lock. A
// producer looks at nidle without a fence: it may miss a worker that is just falling asleep, and does not lose anything, for
// its work stands in its own ring and its next poll looks again. What comes from outside (input, timers) goes through rt->lock
// and cannot be missed. So "all are idle" under rt->lock, with an empty global queue, no timer and nothing pending
// outside, is exact: rings of idle workers are empty, a thief and a worker that fires a timer are not idle, and only workers fill rings.
#include "runtime/events.h"
#include "runtime/explore.h"
#include "runtime/hooks.h"
#include "runtime/host.h"
#include "runtime/pace.h"
#include "runtime/partial.h"
#include "runtime/perturb.h"
#include "runtime/sched_int.h"

// --- the ring -------------------------------------------------------------------------------------------------

uint32_t sched_ring_len(const Worker *w) {
    return __atomic_load_n(&w->tail, __ATOMIC_RELAXED) - __atomic_load_n(&w->head, __ATOMIC_RELAXED);
}

// The ring is full: half of it and g go to the global queue. False: a thief was quicker, try again.
static bool overflow(Worker *w, G *g, uint32_t head) {
    Runtime *rt = w->rt;
    G *half[RING_SIZE / 2];
    for (uint32_t i = 0; i < RING_SIZE / 2; i++) half[i] = __atomic_load_n(&w->ring[(head + i) % RING_SIZE], __ATOMIC_RELAXED);
    if (!__atomic_compare_exchange_n(&w->head, &head, head + RING_SIZE / 2, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return false;
    lock_take(&rt->lock);
    for (uint32_t i = 0; i < RING_SIZE / 2; i++) gqueue_push(&rt->global, half[i]);
    gqueue_push(&rt->global, g);
    if (rt->global.n > CROWD) w->crowds = true;
    lock_drop(&rt->lock);
    return true;
}

void sched_push(Worker *w, G *g) {
    for (;;) {
        uint32_t head = __atomic_load_n(&w->head, __ATOMIC_ACQUIRE), tail = w->tail;
        if (LIKELY(tail - head < RING_SIZE)) {
            __atomic_store_n(&w->ring[tail % RING_SIZE], g, __ATOMIC_RELAXED);
            __atomic_store_n(&w->tail, tail + 1, __ATOMIC_RELEASE);
            return;
        }
        if (overflow(w, g, head)) return;
    }
}

static G *ring_pop(Worker *w) {
    uint32_t head = __atomic_load_n(&w->head, __ATOMIC_ACQUIRE);
    if (w->single) {
        if (head == w->tail) return NULL;
        w->head = head + 1;
        if (head + 2 < w->tail) g_prefetch(w->ring[(head + 2) % RING_SIZE]);
        return w->ring[head % RING_SIZE];
    }
    for (;;) {
        if (head == w->tail) return NULL;
        G *g = __atomic_load_n(&w->ring[head % RING_SIZE], __ATOMIC_RELAXED);
        if (__atomic_compare_exchange_n(&w->head, &head, head + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return g;
    }
}

// Half of victim's ring goes to the end of w's (which is empty); one of them is returned.
static G *steal_from(Worker *w, Worker *victim) {
    for (;;) {
        uint32_t head = __atomic_load_n(&victim->head, __ATOMIC_ACQUIRE), tail = __atomic_load_n(&victim->tail, __ATOMIC_ACQUIRE);
        uint32_t n = tail - head;
        n -= n / 2;
        if (n == 0) return NULL;
        if (n > RING_SIZE / 2) continue; // head and tail were read at different times
        for (uint32_t i = 0; i < n; i++) {
            G *g = __atomic_load_n(&victim->ring[(head + i) % RING_SIZE], __ATOMIC_RELAXED);
            __atomic_store_n(&w->ring[(w->tail + i) % RING_SIZE], g, __ATOMIC_RELAXED);
        }
        if (!__atomic_compare_exchange_n(&victim->head, &head, head + n, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
        if (UNLIKELY(w->traced)) event_steals(w, victim, n);
        G *last = w->ring[(w->tail + n - 1) % RING_SIZE];
        __atomic_store_n(&w->tail, w->tail + n - 1, __ATOMIC_RELEASE);
        return last;
    }
}

// --- making runnable ------------------------------------------------------------------------------------------

static inline void put_next(Worker *w, G *g) {
    G *kicked = w->run_next;
    w->run_next = g;
    if (kicked) {
        sched_push(w, kicked);
        if (!w->single && UNLIKELY(somebody_sleeps(w->rt))) sched_wake_one(w->rt);
    }
}

void sched_go(Worker *w, G *g) {
    hook_go(w, g);
    if (UNLIKELY(w->traced)) event_created(w, g);
    put_next(w, g);
}

void sched_ready(Worker *w, G *g) {
#ifndef NDEBUG
    if (g->stuck_since) gol_bug("goroutine %llu runs, which nothing could wake", (unsigned long long)g->id);
#endif
    if (UNLIKELY(w->traced)) event_ready(w, g);
    g_set_status(g, G_RUNNABLE);
    put_next(w, g);
}

// At the end of the global queue.
static void put_last(Worker *w, G *g) {
    w->crowds = false;
    lock_take(&w->rt->lock);
    gqueue_push(&w->rt->global, g);
    lock_drop(&w->rt->lock);
}

void sched_yield_g(Worker *w, G *g) {
    Runtime *rt = w->rt;
    if (UNLIKELY(w->traced)) event_yields(w, g);
    g_set_status(g, G_RUNNABLE);
    put_last(w, g);
    if (!w->single && UNLIKELY(somebody_sleeps(rt))) sched_wake_one(rt);
}

void sched_preempt(Worker *w, G *g) {
    if (UNLIKELY(w->rt->pace != NULL) && w->rt->pace->interrupted == g) return; // it is not its time that is over, but the host's
    if (UNLIKELY(w->traced)) event_preempted(w, g);
    g_set_status(g, G_RUNNABLE);
    if (UNLIKELY(w->crowds)) put_last(w, g);
    else sched_push(w, g);
}

void sched_park(Worker *w, G *g, WaitReason reason) {
    if (UNLIKELY(w->traced)) event_parks(w, g, reason);
    g->waiting_since = w->seen;
    g->wait_reason = (uint8_t)reason;
    g_set_status(g, G_WAITING);
}

// Pairs with rest(): who falls asleep clears wake first and looks at poll after it.
void sched_wake_all(Runtime *rt) {
    for (int i = 0; i < rt->nworkers; i++) {
        __atomic_store_n(&rt->workers[i].wake, 1, __ATOMIC_SEQ_CST);
        futex_wake(&rt->workers[i].wake, 1);
    }
}

// Under rt->lock: starts or wakes the thread of an idle worker.
static void wake_locked(Runtime *rt, Worker *w) {
    w->idle = false;
    __atomic_store_n(&rt->nidle, rt->nidle - 1, __ATOMIC_RELAXED);
    if (rt->keeper == w) rt->keeper = NULL;
    if (!w->started) {
        w->started = true;
        if (!platform_thread(&w->thread, sched_worker_main, w)) {
            w->started = false; // the system refuses threads: this worker stays away for good
            if (w->spinning) {
                w->spinning = false;
                __atomic_fetch_sub(&rt->nspinning, 1, __ATOMIC_SEQ_CST);
            }
            rt->nblocked++;
            rt->nrefused++;
        }
        return;
    }
    __atomic_store_n(&w->wake, 1, __ATOMIC_SEQ_CST);
    futex_wake(&w->wake, 1);
}

static Worker *find_idle_locked(Runtime *rt) {
    Worker *found = NULL;
    for (int i = 0; i < rt->nworkers; i++) {
        Worker *w = &rt->workers[i];
        if (!w->idle || benched(w)) continue;
        if (w->started) return w;
        if (!found) found = w;
    }
    return found;
}

void sched_wake_one(Runtime *rt) {
    uint32_t none = 0;
    if (!__atomic_compare_exchange_n(&rt->nspinning, &none, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return;
    lock_take(&rt->lock);
    Worker *w = __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0 && !rt->stopper ? find_idle_locked(rt) : NULL;
    if (w) {
        w->spinning = true;
        wake_locked(rt, w);
    } else __atomic_fetch_sub(&rt->nspinning, 1, __ATOMIC_SEQ_CST);
    lock_drop(&rt->lock);
}

void sched_inject_locked(Runtime *rt, G *g) {
    g_set_status(g, G_RUNNABLE);
    gqueue_push(&rt->global, g);
    Worker *w = find_idle_locked(rt);
    if (w && !rt->stopper && __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) wake_locked(rt, w);
}

void sched_wake_idle_locked(Runtime *rt) {
    for (Worker *w; (w = find_idle_locked(rt));) wake_locked(rt, w);
}

// --- choosing -------------------------------------------------------------------------------------------------

// Go's globrunqget: a fair share of the global queue, at most half a ring, of which the first is returned.
static G *take_global(Worker *w, uint32_t max) {
    Runtime *rt = w->rt;
    if (__atomic_load_n(&rt->global.n, __ATOMIC_RELAXED) == 0) return NULL;
    lock_take(&rt->lock);
    uint32_t n = rt->global.n / (uint32_t)rt->nworkers + 1;
    if (n > rt->global.n) n = rt->global.n;
    if (n > max) n = max;
    G *first = n ? gqueue_pop(&rt->global) : NULL;
    for (uint32_t i = 1; i < n; i++) sched_push(w, gqueue_pop(&rt->global)); // fits: the ring is empty when max > 1
    lock_drop(&rt->lock);
    return first;
}

static void stop_spinning(Worker *w) {
    if (!w->spinning) return;
    w->spinning = false;
    __atomic_fetch_sub(&w->rt->nspinning, 1, __ATOMIC_SEQ_CST);
}

static G *steal(Worker *w) {
    Runtime *rt = w->rt;
    if (!w->spinning) {
        uint32_t none = 0; // one spinner is enough
        if (!__atomic_compare_exchange_n(&rt->nspinning, &none, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return NULL;
        w->spinning = true;
    }
    for (int round = 0; round < 60; round++) {
        uint32_t first = choice_pick(w, CHOICE_STEAL, (uint32_t)rt->nworkers);
        for (int i = 0; i < rt->nworkers; i++) {
            Worker *victim = &rt->workers[(first + (uint32_t)i) % (uint32_t)rt->nworkers];
            if (victim == w) continue;
            G *g = steal_from(w, victim);
            if (g) {
                stop_spinning(w);
                if (sched_ring_len(w) && somebody_sleeps(rt)) sched_wake_one(rt);
                return g;
            }
        }
        if (__atomic_load_n(&rt->global.n, __ATOMIC_RELAXED)) break;
        if (__atomic_load_n(&w->poll, __ATOMIC_RELAXED)) break;
        for (int i = 0; i < 8; i++) cpu_relax();
    }
    stop_spinning(w);
    return NULL;
}

// Everybody is idle (rt->lock is held) and nothing can come from outside.
static bool is_deadlock(const Runtime *rt) {
    return rt->nidle + rt->nrefused == (uint32_t)rt->nworkers && rt->global.n == 0 && rt->ntimers == 0 && rt->npending_io == 0 &&
           rt->nblocked == rt->nrefused && !rt->stopper && __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0 &&
           !__atomic_load_n(&rt->interrupted, __ATOMIC_RELAXED);
}

// Where the virtual clock jumps to when the next timer is due at `due`. A ticker of nanoseconds that nobody waits for would make a clock of endless small steps; on a
// machine it does not, for each tick takes it some time. So after many jumps that woke nobody the steps become longer. A sleep among such ticks ends up to
// VAIN_STEP late; nothing else notices.
static int64_t jump_to(Runtime *rt, int64_t due) {
    enum { VAIN_FREE = 2000, VAIN_STEP = 100 * 1000 };
    uint64_t switches = partial_switches(rt);
    if (switches != rt->jump_switches) rt->vain_jumps = 0;
    rt->jump_switches = switches;
    int64_t least = rt->virtual_now;
    if (rt->vain_jumps < VAIN_FREE) rt->vain_jumps++;
    else if (!rt->frozen) least += VAIN_STEP;
    return due > least ? due : least;
}

// Sleeps until there may be work. The worker's ring and run_next are empty.
static void rest(Worker *w) {
    Runtime *rt = w->rt;
    lock_take(&rt->lock);
    if (rt->stopper) {
        stop_wait_locked(w);
        lock_drop(&rt->lock);
        return;
    }
    if (rt->global.n && !benched(w)) {
        lock_drop(&rt->lock);
        return;
    }
    w->current = NULL;
    w->idle = true;
    __atomic_store_n(&rt->nidle, rt->nidle + 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&w->wake, 0, __ATOMIC_SEQ_CST); // pairs with sched_wake_all
    bool stay = (__atomic_load_n(&w->poll, __ATOMIC_SEQ_CST) & ~(uint32_t)POLL_STEP) == 0;
    if (stay && is_deadlock(rt)) {
        if (rt->host) rt->host->news(rt->host->ctx, NEWS_ASLEEP);
        else {
            deadlock_report(rt);
            runtime_exit(rt, EXIT_PANIC);
            stay = false;
        }
    }
    for (int i = 0; stay && i < rt->nworkers && !benched(w); i++)
        if (sched_ring_len(&rt->workers[i])) stay = false; // came while the last one went to sleep
    // One of the idle workers sleeps only until the next timer is due (or the time limit).
    int64_t due = __atomic_load_n(&rt->timer_next, __ATOMIC_RELAXED);
    if (partial_due(rt) < due) due = partial_due(rt);
    // Between two statements of a session with a seed time stands still.
    if (UNLIKELY(rt->frozen) && !__atomic_load_n(&rt->foreground, __ATOMIC_RELAXED)) due = INT64_MAX;
    if (rt->virtual_clock && due != INT64_MAX) {
        if (rt->npending_io == 0) {
            rt->virtual_now = jump_to(rt, due);
            rt->used_ns += JUMP_NS;
            stay = false;
        }
        due += platform_now() - rt->virtual_now; // as real time, for a wait on input
    }
    if (rt->deadline < due) due = rt->deadline;
    int64_t unwritten = stdout_due(rt);
    if (unwritten < due) due = unwritten;
    int64_t timeout = -1;
    if (due != INT64_MAX && !benched(w) && (!rt->keeper || due < rt->keeper_due)) {
        rt->keeper = w;
        rt->keeper_due = due;
        timeout = due - platform_now();
        if (timeout <= 0) stay = false;
    }
    lock_drop(&rt->lock);
    if (UNLIKELY(rt->pace != NULL) && stay) {
        rt->pace->waits = true;
        rt->pace->until = due;
        stay = false;
    }
    int64_t slept = rt->virtual_clock ? platform_now() : 0;
    if (UNLIKELY(w->traced) && stay) event_worker(w, "sleeps: no work");
    if (stay) futex_wait(&w->wake, 0, timeout);
    if (UNLIKELY(w->traced) && stay) event_worker(w, "wakes");
    lock_take(&rt->lock);
    if (rt->virtual_clock && stay && (!rt->host || rt->npending_io)) rt->virtual_now += platform_now() - slept; // (no time passes between two statements)
    w->seen = clock_now(rt);
    if (rt->keeper == w) rt->keeper = NULL;
    if (w->idle) {
        w->idle = false;
        __atomic_store_n(&rt->nidle, rt->nidle - 1, __ATOMIC_RELAXED);
    }
    if (rt->stopper) stop_wait_locked(w);
    lock_drop(&rt->lock);
}

void sched_publish_all_locked(Worker *w) {
    Runtime *rt = w->rt;
    G *g = w->run_next;
    w->run_next = NULL;
    if (g) gqueue_push(&rt->global, g);
    while ((g = ring_pop(w))) gqueue_push(&rt->global, g);
    if (rt->stopper) return;
    Worker *other = find_idle_locked(rt);
    if (other && (rt->global.n || rt->ntimers)) wake_locked(rt, other);
}

int runtime_set_workers(Worker *w, int n) {
    Runtime *rt = w->rt;
    int before = runtime_workers(rt);
    if (n < 1 || n == before) return before;
    lock_take(&rt->lock);
    __atomic_store_n(&rt->max_procs, n, __ATOMIC_RELAXED);
    if (!rt->single) {
        for (int i = 0; i < rt->nworkers; i++)
            if (benched(&rt->workers[i])) __atomic_fetch_or(&rt->workers[i].poll, POLL_BENCH, __ATOMIC_SEQ_CST);
        if (rt->global.n && !rt->stopper) {
            Worker *other = find_idle_locked(rt);
            if (other) wake_locked(rt, other);
        }
    }
    lock_drop(&rt->lock);
    return before;
}

// A worker without work looks for goroutines that nothing can wake, if it is time.
static bool search_stuck(Worker *w) {
    if (LIKELY(!partial_wanted(w->rt, clock_now(w->rt), true))) return false;
    partial_force(w->rt);
    gc_collect(w, 0);
    return true;
}

// Go's order: the global queue when it has its turn, run-next, the ring, the global queue, timers, other workers' rings. NULL: nothing, or (in run_next) what a
// timer made ready. *inherits: came from run_next.
static G *next_in_order(Worker *w, bool *inherits) {
    Runtime *rt = w->rt;
    G *g;
    if (w->until_global == 0 && (g = take_global(w, 1))) return g;
    if ((g = w->run_next)) {
        w->run_next = NULL;
        *inherits = true;
        return g;
    }
    if ((g = ring_pop(w))) return g;
    if ((g = take_global(w, RING_SIZE / 2))) return g;
    if (__atomic_load_n(&rt->timer_next, __ATOMIC_RELAXED) != INT64_MAX) {
        timer_run_due(w, clock_now(rt));
        if (w->run_next) return NULL;
    }
    if (!w->single && (g = steal(w))) return g;
    stop_spinning(w);
    return NULL;
}

// Anything but "run_next is there and nobody wants anything". *inherits: came from run_next.
static G *next_slow(Worker *w, bool *inherits) {
    Runtime *rt = w->rt;
    *inherits = false;
    for (;;) {
        if (pace_is_spent(rt)) return NULL;
        uint32_t poll = __atomic_load_n(&w->poll, __ATOMIC_RELAXED);
        if (UNLIKELY(poll & POLL_STEP)) host_steps(w, NULL);
        if (UNLIKELY(poll) && !sched_asked(w)) {
            stop_spinning(w);
            return NULL;
        }
        if (UNLIKELY(benched(w))) {
            stop_spinning(w);
            lock_take(&rt->lock);
            sched_publish_all_locked(w);
            lock_drop(&rt->lock);
            stdout_flush_idle(rt);
            rest(w);
            continue;
        }
        if (--w->handoffs == 0) {
            w->handoffs = 256;
            if (UNLIKELY(rt->pace != NULL)) rt->pace->left -= PACE_SWITCHES * PACE_SWITCH_COST;
            int64_t now = clock_advance(rt, 256 * SWITCH_NS);
            if (!sched_tick(w, now)) continue; // sees POLL_EXIT
            if (sched_slice_over(w, now) && w->run_next) { // two that wake each other have had their time
                sched_push(w, w->run_next);
                w->run_next = NULL;
            }
        }
        G *g;
        if (UNLIKELY(w->perturbed)) perturb_switch(w);
        if (UNLIKELY(rt->explorer)) {
            if ((g = explore_next(w))) return g;
        } else {
            if ((g = next_in_order(w, inherits))) return g;
            if (w->run_next) continue; // a timer's
        }
        if (search_stuck(w)) continue;
        stdout_flush_idle(rt);
        rest(w);
    }
}

G *sched_next(Worker *w) {
    for (;;) {
        G *g = w->run_next;
        bool inherits = true;
        if (LIKELY(g && w->until_global && w->handoffs > 1 && !__atomic_load_n(&w->poll, __ATOMIC_RELAXED))) {
            w->run_next = NULL;
            w->handoffs--;
        } else {
            g = next_slow(w, &inherits);
            if (!g) return NULL;
            stop_spinning(w);
            if (UNLIKELY(__atomic_load_n(&w->poll, __ATOMIC_RELAXED) & POLL_STEP)) host_steps(w, g);
        }
        if (UNLIKELY(g->flags & (GF_SELECT | GF_RETRY | GF_KILL)) && !sched_resume(w, g)) continue;
        if (!inherits) {
            w->slice_start = 0;
            w->until_global = w->until_global ? w->until_global - 1 : w->global_every;
        }
        g_set_status(g, G_RUNNING);
        w->current = g;
        count_up(&w->switches);
        if (UNLIKELY(w->traced)) event_runs(w, g, inherits);
        return g;
    }
}

bool sched_resume(Worker *w, G *g) {
    if (UNLIKELY(g->flags & GF_KILL) && host_ends_here(w->rt, g)) {
        host_resume_killed(w, g);
        return true;
    }
    if (g->flags & GF_SELECT) select_finish(w, g);
    return !(g->flags & GF_RETRY) || sema_retry(w, g);
}
