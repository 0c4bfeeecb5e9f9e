// host.c — the foreground statement from its start to its end, and what may come between. (What runs and stops: runtime/host.h. Values: show.h. Tables:
// host_tables.c.)
//
// The thread of who calls is no worker: it sleeps on `news` while the foreground runs, and acts with the world stopped. Between two calls the background
// goes on; with a seed (one worker, the virtual clock) the world is kept stopped instead, so that a session can be repeated and followed step by step.
#include "vm/host.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/host.h"
#include "runtime/names.h"
#include "runtime/partial.h"
#include "runtime/worker.h"
#include "vm/call.h"
#include "vm/host_int.h"
#include "vm/show.h"
#include "vm/trace.h"
#include "vm/verify.h"

enum { GLOBALS = MODULE_GLOBALS };
enum { INTERRUPT = 1 << 8 }; // in Host.news, beside HostNews
enum { LOOK_COST = 20 }; // a look may take a twentieth of the time
enum { LOOK_FIRST = 2 * 1000 * 1000, LOOK_LAST = 100 * 1000 * 1000 }; // ns between two looks at a foreground that waits

// --- events ---------------------------------------------------------------------------------------------------

static void output(void *ctx, const G *g, int fd, const void *data, size_t n) {
    Host *h = ctx;
    pthread_mutex_lock(&h->telling);
    h->events.output(h->events.ctx, g ? g->id : 0, g && (g->flags & GF_MAIN), fd, data, n);
    pthread_mutex_unlock(&h->telling);
}

static bool is_about(const Finding *f, uint64_t id) {
    for (const FindingPart *p = f->parts; p; p = p->next)
        if (p->goroutine == id) return true;
    return false;
}

static void report(void *ctx, const Finding *f) {
    Host *h = ctx;
    uint64_t id = __atomic_load_n(&h->foreground, __ATOMIC_RELAXED);
    pthread_mutex_lock(&h->telling);
    h->events.report(h->events.ctx, f, id && is_about(f, id));
    pthread_mutex_unlock(&h->telling);
}

static void put_news(Host *h, uint32_t what) {
    __atomic_fetch_or(&h->news, what, __ATOMIC_SEQ_CST);
    futex_wake(&h->news, 1);
}
static void news(void *ctx, HostNews what) { put_news(ctx, what); }

static void taken(void *ctx, const G *g) {
    Host *h = ctx;
    h->stepped = (Stepped){.g = g, .id = g->id};
    Buf func = {0};
    name_live_goroutine(h->vm.rt, g, &h->stepped.name);
    trace_where(h->vm.rt, g, &func, &h->stepped.from);
    buf_fini(&func);
}

// --- life -----------------------------------------------------------------------------------------------------

Host *host_new(Module *m, const RuntimeOptions *o, const HostEvents *e) {
    Host *h = xcalloc(1, sizeof *h);
    h->events = *e;
    h->hooks = (HostHooks){.ctx = h, .output = output, .report = report, .news = news, .taken = taken};
    pthread_mutex_init(&h->telling, NULL);
    RuntimeOptions own = *o;
    own.host = &h->hooks;
    h->grown = m;
    h->module = *m;
    vm_init(&h->vm, &h->module, &own, GLOBALS);
    host_begin(h->vm.rt);
    stdin_hold(h->vm.rt, true);
    h->frozen = h->vm.virtual_time;
    if (h->frozen) {
        host_freeze(h->vm.rt);
        host_stop_world(h->vm.rt);
    }
    return h;
}

void host_free(Host *h) {
    Runtime *rt = h->vm.rt;
    runtime_exit(rt, EXIT_FINE);
    if (h->frozen) host_start_world(rt);
    if (!host_end(rt)) return; // a native that the system holds: its memory stays
    vm_fini(&h->vm);
    for (HostPatch *p = h->patches, *next; p; p = next) {
        next = p->next;
        free(p);
    }
    pthread_mutex_destroy(&h->telling);
    free(h);
}

int host_status(const Host *h) {
    int status = __atomic_load_n(&h->vm.rt->exit_status, __ATOMIC_SEQ_CST);
    return status < 0 ? EXIT_FINE : status;
}

static bool is_over(const Host *h) { return __atomic_load_n(&h->vm.rt->exit_status, __ATOMIC_SEQ_CST) >= 0; }

Worker *host_hold(Host *h) { return h->frozen ? h->vm.rt->visitor : host_stop_world(h->vm.rt); }
void host_let_go(Host *h) {
    if (!h->frozen) host_start_world(h->vm.rt);
}

// --- growth ---------------------------------------------------------------------------------------------------

static HostPatch *new_patch(Host *h) {
    HostPatch **link = &h->patches;
    while (*link) link = &(*link)->next;
    return *link = xcalloc(1, sizeof **link);
}

void host_patch_func(Host *h, uint32_t index, Func *func) {
    HostPatch *p = new_patch(h);
    p->index = index;
    p->func = func;
}

void host_patch_methods(Host *h, TypeId type, const RMethod *methods, uint32_t n) {
    HostPatch *p = new_patch(h);
    p->index = type;
    p->methods = methods;
    p->nmethods = n;
}

static void replace_func(Vm *vm, uint32_t index, Func *func) {
    Func *old = vm->m->funcs[index];
    if (old == func) return;
    if (old) {
        ReplacedFunc *r = xmalloc(sizeof *r);
        *r = (ReplacedFunc){vm->replaced, old, 0};
        vm->replaced = r;
        vm->nreplaced++;
    }
    vm->m->funcs[index] = func;
#ifndef NDEBUG
    if (func->ncode) verify_func(vm, func);
#endif
}

// What was remembered of the type's methods is forgotten.
static void replace_methods(Vm *vm, const HostPatch *p) {
    RType *t = &vm->m->types[p->index];
    t->methods = p->methods;
    t->nmethods = p->nmethods;
    memset(vm->implements, 0, sizeof vm->implements);
    for (uint32_t i = 0; i < vm->m->nfuncs; i++) {
        Func *f = vm->m->funcs[i];
        for (uint32_t k = 0; f && k < f->nsites; k++)
            if (f->sites[k].cache >> 32 == p->index) f->sites[k].cache = 0;
    }
}

// World stopped.
static void take_in(Host *h) {
    Vm *vm = &h->vm;
    h->module = *h->grown;
    for (HostPatch *p = h->patches, *next; p; p = next) {
        next = p->next;
        if (p->func) replace_func(vm, p->index, p->func);
        else replace_methods(vm, p);
        mentions_free(vm);
        free(p);
    }
    h->patches = NULL;
    if (vm->rt->ntypes != vm->m->ntypes) host_types_stopped(vm->rt, vm->m->ntypes);
    vm_grow(vm);
}

// --- a statement ----------------------------------------------------------------------------------------------

static void end_foreground(Host *h, Worker *w, HostEnd why) {
    bool again = h->ending;
    h->ending = true;
    h->why = why;
    host_kill_stopped(w, h->vm.rt->foreground, again);
}

// Where nothing runs between two statements, the end of this one has stopped the world for us.
static void go_on(Host *h) {
    if (!h->frozen || h->vm.rt->foreground) host_start_world(h->vm.rt);
}

static void interrupted(Host *h) {
    Worker *w = host_stop_world(h->vm.rt);
    if (h->vm.rt->foreground) {
        end_foreground(h, w, HOST_INTERRUPTED);
        if (host_detach_stopped(w)) put_news(h, NEWS_ENDED);
    }
    go_on(h);
}

// Time or input will wake it.
static bool is_awaited(const G *g) { return g_status(g) != G_WAITING || g->wait_reason == WAIT_SLEEP || g->wait_reason == WAIT_IO; }

// The foreground is looked at: does it wait for what can never come? How long that took.
static int64_t look(Host *h) {
    const G *g = __atomic_load_n(&h->vm.rt->foreground, __ATOMIC_RELAXED);
    if (!g || g_status(g) != G_WAITING) return 0;
    int64_t begun = platform_now();
    Worker *w = host_stop_world(h->vm.rt);
    g = h->vm.rt->foreground;
    if (g && !is_awaited(g) && partial_foreground(w)) end_foreground(h, w, HOST_STUCK);
    go_on(h);
    return platform_now() - begun;
}

static HostEnd end_of(Host *h) {
    Runtime *rt = h->vm.rt;
    if (rt->foreground_how == HOW_DIED) return HOST_PANICKED;
    if (h->ending) return h->why;
    if (rt->foreground_how == HOW_RETURNED) return HOST_DONE;
    Finding *f = finding_new(FINDING_FATAL, "runtime.Goexit has ended this statement");
    finding_report_take(rt, f);
    return HOST_PANICKED;
}

static HostEnd wait_for_end(Host *h) {
    for (int64_t pause = LOOK_FIRST;;) {
        uint32_t now = __atomic_load_n(&h->news, __ATOMIC_SEQ_CST);
        if (now & NEWS_ENDED) break;
        if (now & NEWS_OVER) return HOST_EXITED;
        if (!now) {
            futex_wait(&h->news, 0, pause);
            int64_t took = __atomic_load_n(&h->news, __ATOMIC_SEQ_CST) ? 0 : look(h);
            pause = pause < LOOK_LAST / 2 ? pause * 2 : LOOK_LAST;
            if (pause < took * LOOK_COST) pause = took * LOOK_COST;
            continue;
        }
        __atomic_fetch_and(&h->news, ~(uint32_t)(NEWS_ASLEEP | INTERRUPT), __ATOMIC_SEQ_CST);
        if (now & INTERRUPT) interrupted(h);
        else look(h);
    }
    return is_over(h) ? HOST_EXITED : end_of(h);
}

static bool fits(Host *h) {
    if (h->grown->nglobals <= GLOBALS) return true;
    Finding *f = finding_new(FINDING_LIMIT, "gol: the variables of this session take more than %d MB; :reset begins anew", GLOBALS * 8 >> 20);
    finding_report_take(h->vm.rt, f);
    return false;
}

HostEnd host_run(Host *h, uint32_t entry) {
    Runtime *rt = h->vm.rt;
    if (is_over(h)) return HOST_EXITED;
    if (!fits(h)) return HOST_PANICKED;
    Worker *w = host_hold(h);
    take_in(h);
    G *g = call_new_g(runtime_first_worker(rt), h->vm.m->funcs[entry], NULL, NULL, 0, 0);
    h->ending = false;
    __atomic_store_n(&h->news, is_over(h) ? NEWS_OVER : 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&h->foreground, g->id, __ATOMIC_SEQ_CST); // pairs with host_interrupt: one of the two sees the other
    host_foreground_stopped(w, g);
    if (__atomic_exchange_n(&h->interrupted, false, __ATOMIC_SEQ_CST)) end_foreground(h, w, HOST_INTERRUPTED); // before it has begun
    stdin_hold(rt, false);
    host_start_world(rt);
    HostEnd end = wait_for_end(h);
    stdin_hold(rt, true);
    __atomic_store_n(&h->foreground, 0, __ATOMIC_RELAXED);
    if (h->frozen) host_stop_world(rt);
    return end;
}

void host_interrupt(Host *h) {
    __atomic_store_n(&h->interrupted, true, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&h->foreground, __ATOMIC_SEQ_CST) && __atomic_exchange_n(&h->interrupted, false, __ATOMIC_SEQ_CST)) put_news(h, INTERRUPT);
}

void host_forget_interrupt(Host *h) { __atomic_store_n(&h->interrupted, false, __ATOMIC_SEQ_CST); }

uint32_t host_alive(Host *h) {
    uint32_t n = 0;
    host_hold(h); // the foreground may have told of its end before it was freed
    for (const G *g = gstack_all(h->vm.rt); g; g = g->all_next) n += !(g->flags & GF_MAIN);
    host_let_go(h);
    return n;
}

void host_show(Host *h, TypeId type, uint32_t global, const char *variable, size_t max, Buf *out) {
    Worker *w = host_hold(h);
    show_value(&h->vm, w, type, h->vm.globals + global, variable, max, out);
    host_let_go(h);
}

static HostStep put_step(Host *h, Buf *out) {
    Runtime *rt = h->vm.rt;
    const Stepped *s = &h->stepped;
    Buf to = {0}, func = {0};
    HostStep how = STEP_ENDED;
    buf_printf(out, "%s ran from %s", buf_str(&s->name), s->from.len ? buf_str(&s->from) : "its beginning");
    if (s->g->id != s->id || g_status(s->g) == G_IDLE) buf_puts(out, " to its end");
    else {
        if (trace_where(rt, s->g, &func, &to)) buf_printf(out, " to %s", buf_str(&to));
        buf_puts(out, ": ");
        goroutine_put_state(rt, s->g, out);
        how = g_status(s->g) == G_WAITING ? STEP_WAITS : STEP_GOES_ON;
    }
    buf_putc(out, '\n');
    buf_fini(&to);
    buf_fini(&func);
    return how;
}

// Nobody is left to run. (Timers wait until a statement lets time pass.)
static bool is_idle(Runtime *rt) {
    lock_take(&rt->lock);
    bool idle = rt->nidle == (uint32_t)rt->nworkers && !rt->global.n;
    lock_drop(&rt->lock);
    return idle;
}

HostStep host_step(Host *h, Buf *out) {
    enum { LOOK = 5 * 1000 * 1000 };
    Runtime *rt = h->vm.rt;
    if (!h->frozen || is_over(h)) return STEP_NONE;
    __atomic_store_n(&h->news, 0, __ATOMIC_SEQ_CST);
    host_step_stopped(rt);
    host_start_world(rt);
    uint32_t now;
    while (!(now = __atomic_load_n(&h->news, __ATOMIC_SEQ_CST)) && !is_idle(rt)) futex_wait(&h->news, 0, LOOK);
    host_stop_world(rt);
    host_step_over_stopped(rt);
    bool stepped = __atomic_load_n(&h->news, __ATOMIC_SEQ_CST) & NEWS_STEPPED;
    HostStep how = stepped ? put_step(h, out) : STEP_NONE;
    buf_fini(&h->stepped.name);
    buf_fini(&h->stepped.from);
    return how;
}
