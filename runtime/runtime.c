// runtime.c — a runtime's life: made, run to its end once, freed.
#include "runtime/runtime.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/explore.h"
#include "runtime/finding.h"
#include "runtime/host.h"
#include "runtime/ledger.h"
#include "runtime/stdout.h"
#include "runtime/partial.h"
#include "runtime/race_state.h"

// Streams of different seeds and kinds have nothing in common.
static uint64_t choice_stream(uint64_t seed, uint64_t kind) {
    uint64_t z = (seed ^ kind * 0xD1342543DE82EF95u) * 0x9E3779B97F4A7C15u + kind;
    z = (z ^ z >> 29) * 0xBF58476D1CE4E5B9u;
    return z ^ z >> 32;
}

Runtime *runtime_new(const RuntimeOptions *o, const RuntimeHooks *hooks, const RType *types, uint32_t ntypes, void *vm) {
    Runtime *rt = aligned_alloc(64, (sizeof(Runtime) + 63) / 64 * 64);
    if (!rt) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    memset(rt, 0, sizeof *rt);
    rt->options = *o;
    rt->hooks = hooks;
    rt->types = types;
    rt->ntypes = ntypes;
    rt->vm = vm;
    lock_init(&rt->lock, RANK_RUNTIME);
    lock_init(&rt->timer_lock, RANK_TIMER);
    lock_init(&rt->slab_lock, RANK_SLAB);
    lock_init(&rt->finalizers.lock, RANK_FINALIZER);
    lock_init(&rt->pools.lock, RANK_POOLS);
    for (uint32_t i = 0; i < SEMA_BUCKETS; i++) lock_init(&rt->sema[i].lock, RANK_SEMA);
    rt->heap = heap_state_new(types, ntypes, o->max_heap);
    heap_may_refuse(rt->heap);
    rt->nworkers = o->workers > 0 ? o->workers : o->seeded || o->clock == CLOCK_VIRTUAL ? 1 : platform_cpus(); // a run that repeats: one
    if (rt->nworkers > 256) rt->nworkers = 256;
    if (o->schedule.strategy != STRATEGY_FIFO) rt->nworkers = 1; // choosing who runs next means one at a time
    rt->host = o->host;
    rt->single = rt->nworkers == 1 && !rt->host; // the host's thread comes between
    rt->max_procs = rt->nworkers;
    rt->virtual_clock = rt->nworkers == 1 && (o->clock == CLOCK_VIRTUAL || (o->clock == CLOCK_BY_SEED && o->seeded));
    rt->virtual_now = VIRTUAL_START;
    rt->exit_status = -1;
    rt->timer_next = INT64_MAX;
    rt->deadline = INT64_MAX;
    rt->max_used_ns = o->max_used_ns > 0 ? o->max_used_ns : INT64_MAX;
    rt->next_id = 1;
    uint64_t seed = o->seeded ? o->seed : o->perturbed ? o->perturb : platform_entropy();
    rt->options.seed = seed;
    Schedule schedule = o->schedule;
    schedule.seed = seed;
    if (rt->single) rt->explorer = explore_new(rt, &schedule);
    uint64_t most = 8;
    for (uint32_t i = 0; i < ntypes; i++)
        if ((types[i].flags & RT_MEM) && types[i].words > most) most = types[i].words;
    rt->zero_bytes = most * sizeof(Word);
    void *zero = mmap(NULL, rt->zero_bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    rt->zero_mem = zero == MAP_FAILED ? NULL : zero;
    rt->workers = aligned_alloc(64, sizeof(Worker) * (size_t)rt->nworkers);
    if (!rt->workers) (void)xmalloc(SIZE_MAX / 2);
    memset(rt->workers, 0, sizeof(Worker) * (size_t)rt->nworkers);
    for (int i = 0; i < rt->nworkers; i++) {
        Worker *w = &rt->workers[i];
        w->rt = rt;
        w->vm = vm;
        w->index = i;
        w->single = rt->single;
        w->handoffs = 1;
        w->until_global = rt->explorer || o->perturbed ? 0 : GLOBAL_FIRST;
        w->global_every = rt->explorer || o->perturbed ? 0 : GLOBAL_EVERY - 1;
        w->traced = o->trace_fd > 0;
        w->perturbed = o->perturbed;
        w->heap = heap_worker_new(rt->heap);
        w->heap->owner = w;
        heap_worker_seed(w->heap, seed);
        for (int k = 0; k < CHOICE_KINDS; k++)
            w->choice[k] = choice_stream(seed, (uint64_t)(i * CHOICE_KINDS + k));
        w->idle = true; // its thread is started when it is woken for the first time
    }
    rt->nidle = (uint32_t)rt->nworkers;
    if (rt->host) host_init(rt);
    else {
        rt->workers[0].started = true; // the caller of runtime_run
        rt->workers[0].idle = false;
        rt->nidle--;
    }
    if (o->race != RACE_OFF) rt->race = race_new(rt);
    stdin_init(rt);
    stdout_init(rt);
    findings_init(rt);
    if (o->race != RACE_OFF) ledger_init(rt);
    return rt;
}

static void unmap_zero(Runtime *rt) {
    if (rt->zero_mem) munmap((void *)(uintptr_t)rt->zero_mem, rt->zero_bytes);
    for (OldZeros *x = rt->old_zeros, *next; x; x = next) {
        next = x->next;
        munmap((void *)(uintptr_t)x->mem, x->bytes);
        free(x);
    }
}

void runtime_free(Runtime *rt) {
    partial_fini(rt);
    finalizer_fini(rt);
    pools_fini(rt);
    race_free(rt);
    ledger_fini(rt);
    gstack_fini(rt);
    timer_fini(rt);
    leave_fini(rt);
    stdin_fini(rt);
    stdout_fini(rt);
    explore_free(rt->explorer);
    address_fini(rt);
    findings_fini(rt);
    unmap_zero(rt);
    heap_state_free(rt->heap);
    free(rt->workers);
    free(rt->visitor);
    free(rt);
}

Worker *runtime_first_worker(Runtime *rt) { return &rt->workers[0]; }
void *runtime_vm(Runtime *rt) { return rt->vm; }
void *worker_vm(Worker *w) { return w->vm; }
Runtime *worker_runtime(Worker *w) { return w->rt; }
const RuntimeOptions *runtime_options(const Runtime *rt) { return &rt->options; }
int runtime_workers(Runtime *rt) { return __atomic_load_n(&rt->max_procs, __ATOMIC_RELAXED); }
uint64_t runtime_random(Worker *w) { return choice_next(w, CHOICE_RAND); }
bool runtime_is_virtual(const Runtime *rt) { return rt->virtual_clock; }
// Under the virtual clock a program begins when Go's playground does: at 23:00 UTC on 10 November 2009.
int64_t runtime_wall(Runtime *rt) {
    return rt->virtual_clock ? INT64_C(1257894000) * 1000000000 + (rt->virtual_now - VIRTUAL_START) : platform_wall();
}
int64_t runtime_now(Runtime *rt) { return clock_advance(rt, LOOK_NS); }

void runtime_note_outside(Runtime *rt) {
    if (rt->options.inside_only) _exit(EXIT_OUTSIDE);
    __atomic_store_n(&rt->outside, true, __ATOMIC_RELAXED);
}

static void fill_figures(Runtime *rt, RunFigures *f) {
    *f = (RunFigures){.steps = rt->explorer ? explore_steps(rt->explorer) : 0, .used_ns = rt->used_ns, .outside = rt->outside,
                      .over = rt->used_ns > rt->max_used_ns};
    for (int i = 0; i < rt->nworkers; i++) {
        f->switches += rt->workers[i].switches;
        f->created += rt->workers[i].created;
    }
    stdout_figures(rt, &f->output_hash, &f->output_bytes);
}

void runtime_exit(Runtime *rt, int status) {
    int running = -1;
    if (!__atomic_compare_exchange_n(&rt->exit_status, &running, status, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return;
    for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_EXIT, __ATOMIC_SEQ_CST);
    sched_wake_all(rt);
    if (rt->host) rt->host->news(rt->host->ctx, NEWS_OVER);
}

// This worker takes no part any more: nobody waits for it to stop.
static void worker_leave(Worker *w) {
    Runtime *rt = w->rt;
    lock_take(&rt->lock);
    if (w->spinning) {
        w->spinning = false;
        __atomic_fetch_sub(&rt->nspinning, 1, __ATOMIC_SEQ_CST);
    }
    rt->nblocked++;
    w->left = true;
    stop_poke_locked(rt);
    lock_drop(&rt->lock);
}

static void say_missed(Runtime *rt) {
    Buf b;
    buf_init(&b);
    race_say_missed(rt->race, &b);
    if (b.len) stdout_report(rt, buf_str(&b), b.len);
    buf_fini(&b);
}

// The last words, and the status. What the program printed is out.
static int finish(Runtime *rt) {
    stdout_flush(rt, NULL);
    int status = findings_status(rt, limit_status(rt, __atomic_load_n(&rt->exit_status, __ATOMIC_SEQ_CST)));
    if (rt->race) race_count_up(rt->race);
    if (rt->options.figures) fill_figures(rt, rt->options.figures);
    if (rt->race) say_missed(rt);
    findings_finish(rt, status);
    if (rt->options.stats) stats_report(rt);
    return status;
}

// Waits until the worker has seen that the runtime ends; false: it was never started. One that hangs in the system (a native that
// reads from a pipe) cannot be waited for: the process ends without it.
static bool wait_left(Runtime *rt, Worker *w) {
    int64_t begun = platform_now();
    for (;;) {
        lock_take(&rt->lock);
        bool started = w->started, left = w->left, hangs = w->native_blocked;
        lock_drop(&rt->lock);
        if (!started || left) return started;
        if (hangs && platform_now() - begun > 100 * 1000 * 1000 && !__atomic_exchange_n(&rt->abandoned, true, __ATOMIC_SEQ_CST)) {
            _exit(finish(rt));
        }
        platform_sleep(hangs ? 1000 * 1000 : 20 * 1000);
    }
}

void *sched_worker_main(void *arg) {
    Worker *w = arg;
    G *g = sched_next(w);
    if (g) w->rt->hooks->run(w, g);
    worker_leave(w);
    if (!w->rt->host && __atomic_load_n(&w->rt->exit_status, __ATOMIC_SEQ_CST) >= 0) wait_left(w->rt, &w->rt->workers[0]); // it may be the one that hangs
    return NULL;
}

void runtime_begin(Runtime *rt) {
    rt->started = platform_now();
    rt->last_flush = clock_now(rt);
    for (int i = 0; i < rt->nworkers; i++) rt->workers[i].seen = rt->last_flush;
    if (rt->options.timeout_ns > 0) rt->deadline = rt->started + rt->options.timeout_ns;
    partial_start(rt);
}

int runtime_run(Runtime *rt, G *main_g) {
    Worker *w = &rt->workers[0];
    w->thread = pthread_self();
    runtime_begin(rt);
    main_g->flags |= GF_MAIN;
    rt->partial.main = main_g;
    signal_attach(rt);
    sched_go(w, main_g);
    G *g = sched_next(w);
    if (g) rt->hooks->run(w, g);
    return runtime_end(rt);
}

int runtime_end(Runtime *rt) {
    runtime_exit(rt, EXIT_FINE); // when run returned of its own
    worker_leave(&rt->workers[0]);
    for (int i = 1; i < rt->nworkers; i++) {
        if (wait_left(rt, &rt->workers[i])) pthread_join(rt->workers[i].thread, NULL);
    }
    signal_detach(rt);
    int status = finish(rt);
    stdin_stop(rt);
    return status;
}
