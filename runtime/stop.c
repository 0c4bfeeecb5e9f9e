// stop.c — stopping the world, and collections.
//
// One worker at a time is the stopper. It sets POLL_STOP for the others and waits until each of them is stopped (waits in
// stop_wait_locked), idle, or inside a native that waits in the system. All three change under rt->lock, and who leaves one of the
// latter two looks at rt->stopper before it goes on; so the sum can be trusted. While they wait, stopped workers help to
// mark. nstopped counts those that are waiting at this moment, also when the next stop begins before they have woken.
#include "runtime/ledger.h"
#include "runtime/partial.h"
#include "runtime/race_state.h"

enum { WORTH_HELP = 30000 }; // objects

// rt->lock held: the sum has changed.
void stop_poke_locked(Runtime *rt) {
    if (!rt->stopper) return;
    __atomic_store_n(&rt->stopper_wake, 1, __ATOMIC_SEQ_CST);
    futex_wake(&rt->stopper_wake, 1);
}

static void help_marking_locked(Worker *w) {
    Runtime *rt = w->rt;
    GcCycle *cycle = rt->cycle;
    rt->nmarking++;
    lock_drop(&rt->lock);
    gc_cycle_mark(cycle, w->index);
    lock_take(&rt->lock);
    rt->nmarking--;
    stop_poke_locked(rt);
}

void stop_wait_locked(Worker *w) {
    Runtime *rt = w->rt;
    GcCycle *helped = NULL;
    uint64_t helped_stop = 0;
    rt->nstopped++;
    stop_poke_locked(rt);
    while (rt->stopper) {
        if (rt->cycle && !(helped == rt->cycle && helped_stop == rt->nstops)) {
            helped = rt->cycle;
            helped_stop = rt->nstops;
            help_marking_locked(w);
            continue;
        }
        uint32_t phase = rt->stop_phase;
        lock_drop(&rt->lock);
        futex_wait(&rt->stop_phase, phase, -1);
        lock_take(&rt->lock);
    }
    rt->nstopped--;
}

void stop_here(Worker *w) {
    lock_take(&w->rt->lock);
    if (w->rt->stopper) stop_wait_locked(w);
    lock_drop(&w->rt->lock);
}

static void wait_poked_locked(Runtime *rt) {
    __atomic_store_n(&rt->stopper_wake, 0, __ATOMIC_SEQ_CST);
    lock_drop(&rt->lock);
    for (int i = 0; i < 200 && !__atomic_load_n(&rt->stopper_wake, __ATOMIC_ACQUIRE); i++) cpu_relax();
    futex_wait(&rt->stopper_wake, 0, -1);
    lock_take(&rt->lock);
}

// What the others did between being asked to stop and standing still, in processor time: on a busy machine the time that passes says
// how long they waited for a processor. One that was stopped already has done nothing but wake up. Who waits in the system, or is
// breathing (breath.h), was not waited for.
static void weigh_stop_locked(Worker *w, bool begins) {
    Runtime *rt = w->rt;
    for (int i = 0; i < rt->nworkers; i++) {
        Worker *o = &rt->workers[i];
        if (begins) o->worked = -1;
        if (o == w || !o->started || o->left || o->idle || o->native_blocked) continue;
        if (begins) o->worked = platform_worked(o->thread);
        else if (o->worked >= 0) {
            int64_t n = platform_worked(o->thread) - o->worked;
            if (n > rt->stop_work_max) rt->stop_work_max = n;
        }
    }
}

bool sched_stop_world(Worker *w) {
    Runtime *rt = w->rt;
    if (rt->single) {
        rt->stopper = w;
        rt->nstops++;
        return true;
    }
    lock_take(&rt->lock);
    if (rt->stopper) {
        stop_wait_locked(w);
        lock_drop(&rt->lock);
        return false;
    }
    rt->stopper = w;
    rt->nstops++;
    if (UNLIKELY(rt->options.stats)) weigh_stop_locked(w, true);
    int64_t begun = platform_now();
    for (int i = 0; i < rt->nworkers; i++)
        if (&rt->workers[i] != w) __atomic_fetch_or(&rt->workers[i].poll, POLL_STOP, __ATOMIC_SEQ_CST);
    while (rt->nstopped + rt->nidle + rt->nblocked < (uint32_t)rt->nworkers - 1) wait_poked_locked(rt);
    int64_t took = platform_now() - begun;
    rt->stop_ns_total += took;
    if (took > rt->stop_ns_max) rt->stop_ns_max = took;
    if (UNLIKELY(rt->options.stats)) weigh_stop_locked(w, false);
    lock_drop(&rt->lock);
    return true;
}

// As sched_stop_world, by nobody who counts: all workers have to stand still. Who is stopping it already goes first.
void stop_by_visitor(Runtime *rt) {
    lock_take(&rt->lock);
    while (rt->stopper && rt->stopper != rt->visitor) {
        uint32_t phase = rt->stop_phase;
        lock_drop(&rt->lock);
        futex_wait(&rt->stop_phase, phase, -1);
        lock_take(&rt->lock);
    }
    rt->stopper = rt->visitor; // perhaps it is so already (host_freeze)
    rt->nstops++;
    for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_STOP, __ATOMIC_SEQ_CST);
    while (rt->nstopped + rt->nidle + rt->nblocked < (uint32_t)rt->nworkers) wait_poked_locked(rt);
    lock_drop(&rt->lock);
}

void sched_start_world(Worker *w) {
    Runtime *rt = w->rt;
    if (rt->single) {
        rt->stopper = NULL;
        return;
    }
    lock_take(&rt->lock);
    rt->stopper = NULL;
    for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_and(&rt->workers[i].poll, ~(uint32_t)POLL_STOP, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&rt->stop_phase, 1, __ATOMIC_SEQ_CST);
    futex_wake(&rt->stop_phase, rt->nworkers);
    bool wake = rt->global.n && rt->nidle; // something was injected meanwhile
    lock_drop(&rt->lock);
    if (wake) sched_wake_one(rt);
}

// --- collections ----------------------------------------------------------------------------------------------

void gc_scan_g(Runtime *rt, G *g, GcMarker *m) {
    rt->hooks->scan(rt, g, m);
    if (g->waiter.on || (g->flags & GF_SELECT)) chan_scan_waiting(g, rt->types, m);
}
static void scan_g(void *ctx, G *g, GcMarker *m) { gc_scan_g(ctx, g, m); }
static void scan_roots(void *ctx, GcMarker *m) {
    Runtime *rt = ctx;
    if (rt->hooks->scan_roots && !rt->partial.searching) {
        rt->hooks->scan_roots(rt, m);
        if (!rt->finalizers.n) partial_keep(rt, m); // else later: finalizer.c
    }
    finalizer_scan_roots(rt, m);
    timer_scan(rt, m);
    for (int i = 0; i < rt->nworkers; i++) {
        if (rt->workers[i].held) gc_mark_pointer(m, (Word)rt->workers[i].held);
        if (rt->workers[i].held_too) gc_mark_pointer(m, (Word)rt->workers[i].held_too);
    }
}

static void collect_stopped(Worker *w) {
    Runtime *rt = w->rt;
    GcSource source = {.all = gstack_all(rt), .scan_g = scan_g, .scan_roots = scan_roots,
                       .scan_object = rt->hooks->scan_object, .ctx = rt};
    bool asked = __atomic_load_n(&rt->partial.force, __ATOMIC_RELAXED); // for a search
#ifdef GOL_HOSTILE
    asked |= !w->collects_all; // else nothing would ever be got from a pool
#endif
    if (!asked) pools_empty(rt);
    bool search = partial_prepare(rt, source.all, &source);
    finalizer_prepare(rt, &source, search);
    GcCycle *cycle = gc_cycle_begin(rt->heap, &source);
    if (!rt->single) {
        lock_take(&rt->lock);
        rt->cycle = cycle;
        __atomic_fetch_add(&rt->stop_phase, 1, __ATOMIC_SEQ_CST);
        futex_wake(&rt->stop_phase, rt->nworkers);
        HeapStats h;
        heap_stats(rt->heap, &h);
        // With much to do the idle ones help too: woken, they find the world stopped and a cycle under way.
        if (h.live_objects > WORTH_HELP) sched_wake_idle_locked(rt);
        lock_drop(&rt->lock);
    }
    gc_cycle_mark(cycle, w->index);
    if (!rt->single) {
        lock_take(&rt->lock);
        rt->cycle = NULL;
        while (rt->nmarking) wait_poked_locked(rt);
        lock_drop(&rt->lock);
    }
    finalizer_keep(rt, cycle);
    race_collect(rt);
    ledger_purge(rt);
    pools_purge(rt);
    leave_purge(rt);
    gc_cycle_end(cycle);
}

void gc_collect_stopped(Worker *w) {
    collect_stopped(w);
    partial_judge(w->rt);
    finalizer_start(w);
}

void gc_report_no_memory(Runtime *rt, uint64_t need) {
    enum { TYPES = 5 };
    HeapTypeUse use[TYPES];
    uint32_t n = heap_largest_types(rt->heap, use, TYPES);
    Buf b = {0};
    buf_puts(&b, "fatal error: out of memory\n\n");
    buf_printf(&b, "the heap may hold %.1f MB (%s)", (double)heap_limit(rt->heap) / (1 << 20),
               rt->options.max_heap ? "-max-heap" : "nine tenths of this machine's memory; -max-heap sets it");
    if (need && need < UINT64_MAX / 8) buf_printf(&b, ", and %.1f MB more were asked for", (double)need / (1 << 20));
    buf_puts(&b, "\n");
    for (uint32_t i = 0; i < n; i++)
        buf_printf(&b, "%8.1f MB in %llu %s%s%s\n", (double)use[i].bytes / (1 << 20), (unsigned long long)use[i].objects,
                   use[i].row ? "rows of elements " : "objects of type ", rt->types[use[i].type].name,
                   i == 0 ? ", the most of all" : "");
    Finding *f = finding_new(FINDING_LIMIT, "fatal error: out of memory");
    finding_raw(f, buf_str(&b), b.len);
    buf_fini(&b);
    finding_report_take(rt, f);
}

void gc_collect_all(Worker *w) {
    Runtime *rt = w->rt;
    while (__atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
        if (!sched_stop_world(w)) continue; // what the other one stopped it for may have been something else
        // A search would bring back what finalizers wait for.
        bool force = __atomic_exchange_n(&rt->partial.force, false, __ATOMIC_RELAXED);
        w->collects_all = true;
        gc_collect_stopped(w);
        w->collects_all = false;
        if (force) partial_force(rt);
        sched_start_world(w);
        return;
    }
}

bool gc_collect(Worker *w, uint64_t need_bytes) {
    Runtime *rt = w->rt;
    for (;;) {
        if (sched_stop_world(w)) {
            gc_collect_stopped(w);
            bool over = heap_over_limit(rt->heap, need_bytes);
            if (finalizer_may_help(w, over)) over = false;
            if (over && !rt->host && __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
                gc_report_no_memory(rt, need_bytes);
                runtime_exit(rt, EXIT_LIMIT);
            }
            sched_start_world(w);
            return !over;
        }
        // Somebody else has collected just now; that may be enough.
        if (__atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) >= 0) return false;
        if (!heap_over_limit(rt->heap, need_bytes)) return true;
    }
}
