// pace.h — a run in pieces: for a program whose host has a thread for other things as well (a page in a browser, a window, another program). The host's
// thread is the only worker, and only while it is inside pace_run; nothing here needs a second thread or sleeps.
//
// A run in pieces does what the same run in one piece does: a piece ends between two polls, whoever ran goes on first in the next one, with the fuel it had left
// and its time slice. Made by vm/vm.c (vm_new); the runtime has one worker and no host (host.h).
#pragma once
#include "runtime/worker.h"

typedef enum PaceState {
    PACE_MORE,  // the budget is used up
    PACE_WAITS, // nobody can run before `until`, or before input comes
    PACE_OVER   // the run has an exit status
} PaceState;

struct Pace {
    G *interrupted; // goes on first
    int64_t left;   // of the budget
    int64_t until;  // PACE_WAITS: on platform_now's clock; INT64_MAX: only input can wake somebody
    bool waits;
};

void pace_begin(Runtime *rt, G *main_g);
// budget: about so many backward jumps and calls, taken in portions of some thousand; a switch of goroutines costs a few.
PaceState pace_run(Runtime *rt, int64_t budget);
// After PACE_OVER: the last words, and the exit status. Before it: the run is given up in silence.
int pace_end(Runtime *rt);

// --- for sched.c and sched_poll.c
enum { PACE_SWITCHES = 256, PACE_SWITCH_COST = 10 };
static inline bool pace_is_spent(const Runtime *rt) { return UNLIKELY(rt->pace != NULL) && (rt->pace->left <= 0 || rt->pace->waits); }
// False: the piece ends, g is the one that goes on in the next.
static inline bool pace_pay(Worker *w, G *g, int64_t used) {
    struct Pace *p = w->rt->pace;
    if (LIKELY(!p) || (p->left -= used) > 0) return true;
    p->interrupted = g;
    __atomic_fetch_or(&w->poll, POLL_PAUSE, __ATOMIC_SEQ_CST); // so that sched_next looks
    return false;
}
