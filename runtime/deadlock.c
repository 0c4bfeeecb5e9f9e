// deadlock.c — what is said when nobody can run any more. (Whether that is so is found out in sched.c, where a worker falls asleep.)
#include "runtime/stuck.h"

void deadlock_report(Runtime *rt) {
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), NULL);
    // Main ended by Goexit and all others have returned: nobody waits, and nobody can end the program.
    Finding *f = finding_new(FINDING_DEADLOCK, s.n ? "fatal error: all goroutines are asleep - deadlock!"
                                                   : "fatal error: no goroutines (main called runtime.Goexit) - deadlock!");
    if (s.n) stuck_tell(&s, f);
    stuck_fini(&s);
    finding_report_take(rt, f);
}
