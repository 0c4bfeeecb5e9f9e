// sched_poll.c — a worker looks up from the goroutine it runs: timers, limits, signals, stops, the time slice, and what a native that
// waits in the system leaves to others.
//
// The loop asks when its fuel is used up (sched_poll), sched.c between two goroutines. Each wish of others is a bit in w->poll, set
// before its worker is woken (sched_wake_all), so that a worker which falls asleep meanwhile sees it (rest in sched.c).
#include "runtime/events.h"
#include "runtime/explore.h"
#include "runtime/host.h"
#include "runtime/pace.h"
#include "runtime/partial.h"
#include "runtime/perturb.h"
#include "runtime/sched_int.h"

// --- what others want -----------------------------------------------------------------------------------------

// Timers, output that lies too long, -timeout.
bool sched_tick(Worker *w, int64_t now) {
    Runtime *rt = w->rt;
    if (now >= __atomic_load_n(&rt->timer_next, __ATOMIC_RELAXED)) timer_run_due(w, now);
    stdout_flush_old(rt, now);
    bool used_up = rt->used_ns > rt->max_used_ns; // virtual time
    if (UNLIKELY(used_up || (rt->deadline != INT64_MAX && platform_now() >= rt->deadline))) {
        partial_before_cut(w);
        if (sched_stop_world(w)) {
            if (__atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
                char head[112];
                (used_up ? used_up_words : timeout_words)(rt, head, sizeof head);
                goroutines_report(rt, FINDING_LIMIT, head);
                runtime_exit(rt, EXIT_TIMEOUT);
            }
            sched_start_world(w);
        }
        return false;
    }
    return true;
}

// SIGQUIT: the first worker to see it prints the table, and the run goes on.
static void print_table(Worker *w) {
    Runtime *rt = w->rt;
    while (__atomic_load_n(&rt->quit_asked, __ATOMIC_SEQ_CST)) {
        if (!sched_stop_world(w)) continue; // somebody else's stop, perhaps for this
        if (__atomic_exchange_n(&rt->quit_asked, 0, __ATOMIC_SEQ_CST)) goroutines_table(rt);
        sched_start_world(w);
    }
}

// What others want of this worker. False: the runtime ends.
bool sched_asked(Worker *w) {
    Runtime *rt = w->rt;
    uint32_t poll = __atomic_load_n(&w->poll, __ATOMIC_SEQ_CST);
    if (poll & POLL_EXIT) return false;
    if (poll & POLL_INTERRUPT) {
        partial_before_cut(w);
        if (sched_stop_world(w)) {
            if (__atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
                goroutines_report(rt, FINDING_INTERRUPT, "interrupted");
                runtime_exit(rt, EXIT_INTERRUPT);
            }
            sched_start_world(w);
        }
        return false;
    }
    if (poll & POLL_LIMIT) {
        if (sched_stop_world(w)) {
            if (__atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
                limit_report(rt);
                runtime_exit(rt, EXIT_LIMIT);
            }
            sched_start_world(w);
        }
        return false;
    }
    if (poll & POLL_QUIT) {
        __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_QUIT, __ATOMIC_SEQ_CST);
        print_table(w);
        if (gstack_live(rt) > 1) { // and what can never go on is told behind it
            partial_force(rt);
            gc_collect(w, 0);
        }
    }
    if (poll & POLL_SIGNAL) {
        __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_SIGNAL, __ATOMIC_SEQ_CST);
        signal_deliver(rt);
    }
    if (poll & POLL_STOP) {
        stop_here(w);
        if (__atomic_load_n(&w->poll, __ATOMIC_SEQ_CST) & POLL_EXIT) return false;
    }
    if (poll & POLL_KILL) __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_KILL, __ATOMIC_SEQ_CST); // seen by what sched_poll does next
    if (poll & POLL_BENCH) __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_BENCH, __ATOMIC_SEQ_CST);
    return true;
}

// --- fuel -----------------------------------------------------------------------------------------------------

// Has the running goroutine had its time? What passed while the system ran somebody else on this processor (a long gap between two
// looks at the clock) counts little: on a busy machine the order of a program shall be the same. It counts, though: where every gap is long (one long operation after
// the other, a slow build) the goroutine must come to its end, or it would keep the worker for ever.
bool sched_slice_over(Worker *w, int64_t now) {
    int64_t gap = now - w->last_look;
    w->last_look = w->seen = now;
    if (w->slice_start == 0) {
        w->slice_start = now;
        // With a seed the length of each slice is a choice as well: another seed, another place to be preempted at.
        w->slice_ns = w->rt->virtual_clock ? SLICE_NS / 4 + (int64_t)choice_pick(w, CHOICE_PREEMPT, SLICE_NS / 4 * 3) : SLICE_NS;
    }
    else if (gap > SLICE_NS / 10) w->slice_start += gap - SLICE_NS / 10;
    return now - w->slice_start > w->slice_ns;
}

// The rest of the slice is over: whoever was to run next takes his place in the queue like everybody else.
static void publish_next(Worker *w) {
    if (!w->run_next) return;
    sched_push(w, w->run_next);
    w->run_next = NULL;
}

// False: g has to go. used: fuel since the last time.
static bool look_up(Worker *w, G *g, int64_t used, int64_t *fuel) {
    Runtime *rt = w->rt;
    w->granted = *fuel = FUEL;
    if (UNLIKELY(__atomic_load_n(&w->poll, __ATOMIC_RELAXED)) && !sched_asked(w)) return false;
    if (UNLIKELY(g->flags & GF_KILL) && host_ends_here(rt, g)) return false; // sched_next ends it
    if (UNLIKELY(heap_wants_gc(rt->heap))) gc_collect(w, 0);
    else if (UNLIKELY(partial_wanted(rt, w->last_look, false))) {
        partial_force(rt);
        gc_collect(w, 0);
    }
    int64_t now = clock_advance(rt, used > 0 ? used * FUEL_NS : 0);
    if (!sched_tick(w, now)) return false;
    if (!w->single) gstack_note_peak(rt);
    if (UNLIKELY(benched(w))) { // sched_next gives away what is here
        publish_next(w);
        return false;
    }
    if (UNLIKELY(rt->explorer)) {
        if (!explore_slice(w, g)) return true;
        w->preemptions++;
        return false;
    }
    if (UNLIKELY(w->perturbed)) {
        bool away = perturb_poll(w, fuel);
        w->granted = *fuel;
        if (!away) return true;
        publish_next(w);
        w->preemptions++;
        return false;
    }
    bool others = w->run_next || sched_ring_len(w) || __atomic_load_n(&rt->global.n, __ATOMIC_RELAXED) ||
                  UNLIKELY(__atomic_load_n(&w->poll, __ATOMIC_RELAXED) & POLL_STEP);
#ifdef GOL_HOSTILE
    w->granted = *fuel = 1 + choice_pick(w, CHOICE_PREEMPT, 4);
    if (others && choice_pick(w, CHOICE_PREEMPT, 2)) {
        publish_next(w);
        w->preemptions++;
        return false;
    }
#endif
    bool over = sched_slice_over(w, now) || w->crowds;
    if (!others) return true;
    if (over) {
        publish_next(w);
        w->preemptions++;
        return false;
    }
    if (!w->single && somebody_sleeps(rt)) {
        publish_next(w);
        sched_wake_one(rt);
    }
    return true;
}

bool sched_poll(Worker *w, G *g, int64_t *fuel) {
    // Time passes by what was used, not by how often the loop asks: a poll that a collection brought about costs none.
    int64_t used = w->granted - *fuel;
    return look_up(w, g, used, fuel) && pace_pay(w, g, used);
}

bool gc_wanted(const Worker *w) { return heap_wants_gc(w->rt->heap); }

// --- natives that wait in the system --------------------------------------------------------------------------

void native_block_enter(Worker *w) {
    Runtime *rt = w->rt;
    if (w->single) return; // nobody could run what is published
    if (UNLIKELY(w->traced)) event_system(w, true);
    lock_take(&rt->lock);
    w->native_blocked = true;
    rt->nblocked++;
    stop_poke_locked(rt);
    sched_publish_all_locked(w);
    lock_drop(&rt->lock);
}

void native_block_leave(Worker *w) {
    Runtime *rt = w->rt;
    if (w->single) return;
    lock_take(&rt->lock);
    w->native_blocked = false;
    rt->nblocked--;
    if (rt->stopper) stop_wait_locked(w);
    lock_drop(&rt->lock);
    if (UNLIKELY(w->traced)) event_system(w, false);
}
