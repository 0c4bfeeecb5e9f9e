// race_report.c — the words for a race.
#include "runtime/race_report.h"

#include "runtime/finding.h"
#include "runtime/worker.h"

static void part(Finding *f, Runtime *rt, const RaceSide *s, const char *when) {
    FindingFrame at = {0};
    if (rt->hooks->place) rt->hooks->place(rt, s->pc, &at);
    FindingPart *p = finding_part(f, at.pos, s->goroutine, "goroutine %llu %s%s %s", (unsigned long long)s->goroutine,
                                  s->atomic ? "atomically " : "", s->write ? "writes" : "reads", when);
    finding_frame(f, p, at.func, at.pos);
    for (uint32_t i = 0; i < s->ncallers; i++)
        if (rt->hooks->place && rt->hooks->place(rt, s->callers[i], &at)) finding_frame(f, p, at.func, at.pos);
}

bool race_report(Worker *w, G *g, const RaceFound *found) {
    (void)g;
    Finding *f = finding_new(FINDING_RACE, "data race");
    part(f, w->rt, &found->before, "first");
    part(f, w->rt, &found->now, "then");
    finding_why(f, "Nothing orders these two accesses.");
    return finding_report_take(w->rt, f);
}
