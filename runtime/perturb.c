#include "runtime/perturb.h"

#include "runtime/worker.h"

enum { FUEL_MOST = 400, SPINS_MOST = 4000, NAP_NS_MOST = 200 * 1000 };

static bool one_in(Worker *w, uint32_t n) { return choice_pick(w, CHOICE_PERTURB, n) == 0; }

// A short delay mostly, so that others get some instructions ahead; sometimes one that lets a whole time slice of theirs pass.
static void delay(Worker *w) {
    if (w->rt->virtual_clock) return; // nobody runs meanwhile
    if (one_in(w, 16)) platform_sleep(1000 + (int64_t)choice_pick(w, CHOICE_PERTURB, NAP_NS_MOST));
    else for (uint32_t i = choice_pick(w, CHOICE_PERTURB, SPINS_MOST); i > 0; i--) cpu_relax();
}

bool perturb_poll(Worker *w, int64_t *fuel) {
    *fuel = 1 + (int64_t)choice_pick(w, CHOICE_PERTURB, FUEL_MOST);
    if (one_in(w, 4)) delay(w);
    return one_in(w, 3);
}

void perturb_switch(Worker *w) {
    if (one_in(w, 8)) delay(w);
    if (w->run_next && one_in(w, 4)) { // loses its place to those in the ring, and may be stolen
        sched_push(w, w->run_next);
        w->run_next = NULL;
        if (!w->single && __atomic_load_n(&w->rt->nidle, __ATOMIC_RELAXED)) sched_wake_one(w->rt);
    }
}
