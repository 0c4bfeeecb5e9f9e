#include "runtime/pace.h"

#include <stdlib.h>

#include "runtime/stdout.h"
#include "runtime/partial.h"

void pace_begin(Runtime *rt, G *main_g) {
    rt->pace = xcalloc(1, sizeof *rt->pace);
    runtime_begin(rt);
    main_g->flags |= GF_MAIN;
    rt->partial.main = main_g;
    sched_go(&rt->workers[0], main_g);
}

static bool is_over(const Runtime *rt) { return __atomic_load_n(&rt->exit_status, __ATOMIC_SEQ_CST) >= 0; }

PaceState pace_run(Runtime *rt, int64_t budget) {
    struct Pace *p = rt->pace;
    Worker *w = &rt->workers[0];
    if (is_over(rt)) return PACE_OVER;
    p->left = budget;
    p->waits = false;
    __atomic_fetch_and(&w->poll, ~(uint32_t)POLL_PAUSE, __ATOMIC_SEQ_CST);
    G *g = p->interrupted;
    p->interrupted = NULL;
    if (!g) g = sched_next(w);
    if (g) rt->hooks->run(w, g);
    stdout_flush(rt, NULL);
    if (is_over(rt)) return PACE_OVER;
    return p->waits ? PACE_WAITS : PACE_MORE;
}

int pace_end(Runtime *rt) {
    int status = EXIT_FINE;
    if (is_over(rt)) status = runtime_end(rt);
    else {
        runtime_exit(rt, EXIT_FINE);
        stdin_stop(rt);
    }
    free(rt->pace);
    rt->pace = NULL;
    return status;
}
