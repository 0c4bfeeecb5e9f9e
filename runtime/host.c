#include "runtime/host.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/stdin.h"
#include "runtime/race.h"
#include "runtime/sched_int.h"

enum { PATIENCE = 100 }; // looks: some milliseconds

void host_init(Runtime *rt) {
    Worker *w = rt->visitor = aligned_alloc(64, (sizeof(Worker) + 63) / 64 * 64);
    if (!w) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    memset(w, 0, sizeof *w);
    w->rt = rt;
    w->vm = rt->vm;
    w->index = rt->nworkers;
}

void host_begin(Runtime *rt) { runtime_begin(rt); }

Worker *host_stop_world(Runtime *rt) {
    stop_by_visitor(rt);
    Worker *w = rt->visitor;
    w->race = rt->workers[0].race; // whose worker stands still
    w->ledger = rt->workers[0].ledger;
    w->last_wait_group = NULL; // what it remembers may have died
    memset(w->ledger_cache, 0, sizeof w->ledger_cache);
    memset(w->place_cache, 0, sizeof w->place_cache);
    return w;
}

void host_start_world(Runtime *rt) {
    Worker *w = rt->visitor;
    lock_take(&rt->lock);
    sched_publish_all_locked(w); // the world is stopped: wakes nobody
    lock_drop(&rt->lock);
    sched_start_world(w);
}

void host_foreground_stopped(Worker *w, G *g) {
    Runtime *rt = w->rt;
    __atomic_store_n(&rt->foreground, g, __ATOMIC_RELAXED);
    rt->foreground_how = HOW_RETURNED;
    g->parent_id = 0;
    race_acquire(w, g, &rt->session_key);
    rt->kill_hard = false;
    g->flags |= GF_MAIN;
    g_set_status(g, G_RUNNABLE);
    sched_push(w, g);
    // A person waits for it: it goes before what is already in the workers' own queues.
    for (int i = 0; i < rt->nworkers; i++) rt->workers[i].until_global = 0;
}

// The worker stops at its next look, as if the host's thread had asked for it.
static void stop_for_visitor_locked(Worker *w) {
    if (!w->rt->stopper) w->rt->stopper = w->rt->visitor;
    __atomic_fetch_or(&w->poll, POLL_STOP, __ATOMIC_SEQ_CST);
}

void host_freeze(Runtime *rt) { rt->frozen = true; }

void host_step_stopped(Runtime *rt) {
    rt->stepping = 1;
    __atomic_fetch_or(&rt->workers[0].poll, POLL_STEP, __ATOMIC_SEQ_CST); // so that sched_next goes the slow way
}

void host_step_over_stopped(Runtime *rt) {
    rt->stepping = 0;
    __atomic_fetch_and(&rt->workers[0].poll, ~(uint32_t)POLL_STEP, __ATOMIC_SEQ_CST);
}

void host_steps(Worker *w, const G *g) {
    Runtime *rt = w->rt;
    if (g && rt->stepping == 1) {
        rt->stepping = 2;
        rt->host->taken(rt->host->ctx, g);
    } else if (!g && rt->stepping == 2) {
        rt->stepping = 0;
        __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_STEP, __ATOMIC_SEQ_CST);
        lock_take(&rt->lock);
        stop_for_visitor_locked(w);
        lock_drop(&rt->lock);
        rt->host->news(rt->host->ctx, NEWS_STEPPED);
    }
}

void host_foreground_ended(Worker *w, G *g, HostHow how) {
    Runtime *rt = w->rt;
    race_release(w, g, &rt->session_key);
    lock_take(&rt->lock);
    __atomic_store_n(&rt->foreground, NULL, __ATOMIC_RELAXED);
    if (rt->foreground_how == HOW_RETURNED) rt->foreground_how = how;
    if (rt->frozen) stop_for_visitor_locked(w);
    lock_drop(&rt->lock);
    rt->host->news(rt->host->ctx, NEWS_ENDED);
}

// Zeros of a larger type than any before. What there was is still pointed to.
static void more_zeros(Runtime *rt, uint64_t words) {
    uint64_t bytes = rt->zero_bytes;
    while (bytes < words * sizeof(Word)) bytes *= 2;
    void *p = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    OldZeros *old = xmalloc(sizeof *old);
    *old = (OldZeros){rt->old_zeros, rt->zero_mem, rt->zero_bytes};
    rt->old_zeros = old;
    rt->zero_mem = p;
    rt->zero_bytes = bytes;
}

void host_types_stopped(Runtime *rt, uint32_t ntypes) {
    uint64_t most = 0;
    for (uint32_t i = rt->ntypes; i < ntypes; i++)
        if ((rt->types[i].flags & RT_MEM) && rt->types[i].words > most) most = rt->types[i].words;
    if (most * sizeof(Word) > rt->zero_bytes) more_zeros(rt, most);
    rt->ntypes = ntypes;
    heap_types_grown(rt->heap, ntypes);
}

// --- ending a goroutine ---------------------------------------------------------------------------------------

void host_kill_stopped(Worker *w, G *g, bool hard) {
    Runtime *rt = w->rt;
    if (hard && g == rt->foreground) rt->kill_hard = true;
    rt->patience = hard ? 0 : PATIENCE;
    g->flags |= GF_KILL;
    switch (g_status(g)) {
    case G_WAITING:
        if (!leave_queues(w, g)) break;
        rt->patience = 0; // it has not got what it waited for
        g_set_status(g, G_RUNNABLE);
        sched_push(w, g);
        break;
    case G_RUNNING:
        for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_KILL, __ATOMIC_SEQ_CST);
        break;
    case G_RUNNABLE: case G_IDLE: case G_DEAD:
        break;
    }
}

bool host_detach_stopped(Worker *w) {
    Runtime *rt = w->rt;
    G *g = rt->foreground;
    bool hangs = false;
    lock_take(&rt->lock); // who comes back from the system takes it first
    for (int i = 0; i < rt->nworkers; i++) hangs |= rt->workers[i].current == g && rt->workers[i].native_blocked;
    if (hangs) {
        g->flags &= (uint8_t)~GF_MAIN;
        __atomic_store_n(&rt->foreground, NULL, __ATOMIC_RELAXED);
    }
    lock_drop(&rt->lock);
    return hangs;
}

bool host_ends_here(Runtime *rt, G *g) {
    bool own;
    if (!rt->patience || !rt->hooks->pos) return true;
    rt->hooks->pos(rt, g, &own);
    if (own || (g->flags & (GF_SELECT | GF_RETRY | GF_IO))) return true;
    rt->patience--;
    return false;
}

void host_resume_killed(Worker *w, G *g) {
    if (g->flags & GF_SELECT) select_finish(w, g);
    if (g->flags & GF_RETRY) leave_turn(w, g);
    if (g->flags & GF_IO) stdin_free(g);
    g->flags &= (uint8_t)~(GF_KILL | GF_SEND_CLOSED);
    w->rt->hooks->unwind(w, g, w->rt->kill_hard && g == w->rt->foreground);
}

// The foreground first: the person who has entered it waits for it, and who asks for a little beside it is not to blame. Until it has ended the others try
// again and again.
bool host_no_memory(Worker *w, uint64_t need) {
    Runtime *rt = w->rt;
    if (!sched_stop_world(w)) return false;
    G *g = rt->foreground;
    bool own = !g || g == w->current, ending = !own && (g->flags & GF_KILL);
    if (!ending) gc_report_no_memory(rt, need);
    if (!ending && !own) {
        rt->foreground_how = HOW_DIED;
        host_kill_stopped(w, g, false);
    }
    sched_start_world(w);
    return own;
}

// --- the end --------------------------------------------------------------------------------------------------

// False: it hangs in the system, and is left there.
static bool join(Runtime *rt, Worker *w) {
    int64_t begun = platform_now();
    for (;;) {
        lock_take(&rt->lock);
        bool started = w->started, left = w->left, hangs = w->native_blocked;
        lock_drop(&rt->lock);
        if (!started) return true;
        if (left) return pthread_join(w->thread, NULL) == 0;
        if (hangs && platform_now() - begun > 100 * 1000 * 1000) return pthread_detach(w->thread) != 0;
        platform_sleep(20 * 1000);
    }
}

bool host_end(Runtime *rt) {
    runtime_exit(rt, EXIT_FINE);
    bool all = true;
    for (int i = 0; i < rt->nworkers; i++) all &= join(rt, &rt->workers[i]);
    stdin_stop(rt);
    return all;
}
