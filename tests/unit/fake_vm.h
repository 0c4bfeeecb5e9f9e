// fake_vm.h — a VM of C functions for testing the runtime alone. A goroutine's "code" is a function that is called again and
// again: g->base says where it goes on, g->stack[] are its variables. It sets g->base before it does what may park.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/chan.h"
#include "runtime/sema.h"
#include "runtime/worker.h"

typedef enum Act { GO_ON, PARKED, YIELD, LEAVE, END } Act; // LEAVE: preempted at a point
typedef Act (*Proc)(Worker *w, G *g, Word *v);

enum { T_CHAN_INT = TYPE_FIRST_FREE, T_CHAN_EMPTY, T_EMPTY, T_COUNT, VARS = 24 };
static RType fake_types[T_COUNT];

static inline G *fake_g(Worker *w, Proc p, const Word *args, int n) {
    G *g = g_new(w, VARS, NULL, 0);
    g->pc = (const void *)p;
    for (int i = 0; i < VARS; i++) g->stack[i] = i < n ? args[i] : 0;
    return g;
}
static inline void fake_go(Worker *w, Proc p, Word a, Word b, Word c) {
    Word args[] = {a, b, c};
    sched_go(w, fake_g(w, p, args, 3));
}
static inline Act act(int status) { // of chan_* and of sema's: 0 done, 1 parked
    if (status > 1) gol_bug("fake program: status %d", status);
    return status ? PARKED : GO_ON;
}

static inline void fake_run(Worker *w, G *g) {
    int64_t fuel = 0;
    for (;;) {
        Act a = ((Proc)g->pc)(w, g, g->stack);
        if (a == GO_ON) {
            if (--fuel >= 0) continue;
            if (sched_poll(w, g, &fuel)) continue;
            sched_preempt(w, g);
        } else if (a == YIELD) sched_yield_g(w, g);
        else if (a == LEAVE) sched_preempt(w, g);
        else if (a == END) {
            if (g->flags & GF_MAIN) {
                runtime_exit(w->rt, EXIT_FINE);
                return;
            }
            g_free(w, g);
        }
        g = sched_next(w);
        if (!g) return;
    }
}
static inline void fake_scan(Runtime *rt, G *g, struct GcMarker *m) {
    (void)rt;
    gc_mark_words(m, g->stack, VARS, NULL);
}
static inline bool fake_where(Runtime *rt, const G *g, Buf *func, Buf *place) {
    (void)rt;
    buf_puts(func, g->flags & GF_MAIN ? "main.main" : "main.worker");
    buf_printf(place, "x.gol:%u", g->base);
    return true;
}

static const RuntimeHooks fake_hooks = {.run = fake_run, .scan = fake_scan, .where = fake_where};

static inline void fake_init(void) {
    types_init_fixed(fake_types);
    fake_types[T_EMPTY] = (RType){.kind = RK_STRUCT, .name = "struct {}", .flags = RT_NOSCAN};
    fake_types[T_CHAN_INT] = (RType){.kind = RK_CHAN, .words = 1, .reg_words = 1, .elem = TYPE_INT, .name = "chan int"};
    fake_types[T_CHAN_EMPTY] = (RType){.kind = RK_CHAN, .words = 1, .reg_words = 1, .elem = T_EMPTY, .name = "chan struct {}"};
    for (TypeId i = TYPE_FIRST_FREE; i < T_COUNT; i++) fake_types[i].id = i;
}

// Runs `main_proc` on n workers; the exit status.
static inline int fake_program(int workers, Proc main_proc, Word a, Word b, RuntimeOptions o) {
    o.workers = workers;
    Runtime *rt = runtime_new(&o, &fake_hooks, fake_types, T_COUNT, NULL);
    Word args[] = {a, b};
    int status = runtime_run(rt, fake_g(runtime_first_worker(rt), main_proc, args, 2));
    runtime_free(rt);
    return status;
}
static inline int fake_scaled(int n) {
    const char *s = getenv("GOL_TEST_SCALE");
    int k = (int)(n * (s ? atof(s) : 1.0));
    return k < 10 ? 10 : k;
}
static inline Chan *new_chan(Worker *w, uint64_t cap) { return chan_new(w, T_CHAN_INT, cap, 0); }
