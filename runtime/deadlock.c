// deadlock.c — what is said when nobody can run any more. (Whether that is so is found out in sched.c, where a worker falls asleep.)
#include "runtime/stuck.h"
#include "runtime/worker.h"

void deadlock_report(Runtime *rt) {
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), NULL);
    // Main ended by Goexit and all others have returned: nobody waits, and nobody can end the program.
    Finding *f = finding_new(FINDING_DEADLOCK, s.n ? "fatal error: all goroutines are asleep - deadlock!"
                                                   : "fatal error: no goroutines (main called runtime.Goexit) - deadlock!");
    if (s.n) stuck_tell(&s, f);
    stuck_fini(&s);
    uint32_t n = rt->finalizers.n;
    if (n == 1) finding_why(f, "A finalizer was set and has not run: finalizers run after a collection, and nobody collects while all goroutines wait.");
    else if (n) finding_why(f, "%u finalizers were set and have not run: they run after a collection, and nobody collects while all goroutines wait.", n);
    finding_report_take(rt, f);
}
