#include "cli/research.h"

#include <stdio.h>
#include <string.h>

#include "base/platform.h"
#include "cli/tries.h"

#define RESEARCH_NS INT64_C(2000000000)
#define USED_NS INT64_C(100000000) // virtual time of one try
enum { TRIES = 400, DEPTH = 4 };

typedef struct Research {
    Finding *first;
    const Replay *replay;
    uint64_t steps;
    uint32_t tried, missing;
    bool outside;
} Research;

// An interrupt and a limit were not the schedule's doing. A test says by itself what failed, mostly the same in every run; `gol test -runs` looks further.
static bool by_schedule(FindingKind k) { return k != FINDING_INTERRUPT && k != FINDING_LIMIT && k != FINDING_TEST; }

// What ends a program with one goroutine happens again anyway.
static bool wanted(const Finding *f, const RunFigures *figures) {
    if (f->replay || !by_schedule(f->kind)) return false;
    return figures->created > 1 || (f->kind != FINDING_PANIC && f->kind != FINDING_FATAL && f->kind != FINDING_DEADLOCK);
}

// Who is stuck together with whom differs from schedule to schedule; for the rest the place is the finding.
static bool same(const Finding *a, const Finding *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == FINDING_DEADLOCK || a->kind == FINDING_PARTIAL_DEADLOCK || a->kind == FINDING_LEAK)
        return !a->parts || !b->parts || a->parts->pos == b->parts->pos || !strcmp(a->key, b->key);
    return !strcmp(a->key, b->key);
}

static Schedule plan(void *ctx, uint32_t i) {
    const Research *x = ctx;
    return tries_mixture(i, 1, DEPTH, x->steps, NULL);
}

static bool take(void *ctx, TryResult *r) {
    Research *x = ctx;
    if (r->outside) return !(x->outside = true);
    x->tried++;
    if (r->figures.steps > x->steps && r->index < 2) x->steps = r->figures.steps;
    for (Finding *f = x->first; f; f = f->next) {
        if (f->replay || !by_schedule(f->kind)) continue;
        for (const Finding *g = r->findings; g; g = g->next) {
            if (!same(f, g)) continue;
            Schedule s = plan(x, r->index);
            Buf command;
            buf_init(&command);
            replay_command(x->replay, &s, &command);
            finding_replay(f, "%s", buf_str(&command));
            buf_fini(&command);
            x->missing--;
            break;
        }
    }
    return x->missing > 0;
}

// One line for each schedule, however many findings it shows.
static void tell(const Research *x, const RunFigures *figures, double seconds) {
    uint32_t findings = 0, without = 0;
    for (const Finding *f = x->first; f; f = f->next) {
        if (!f->replay) {
            without += wanted(f, figures);
            continue;
        }
        bool told = false;
        for (const Finding *g = x->first; g != f && !told; g = g->next) told = g->replay && !strcmp(g->replay, f->replay);
        if (!told) fprintf(stderr, "replay: %s\n", f->replay);
        findings++;
    }
    if (!without) return;
    const char *what = !findings ? "this" : without == 1 ? "one finding" : "some findings";
    if (figures->outside || x->outside)
        fprintf(stderr, "replay: not known: the program reads or changes what is outside of it, so it was not run again; gol run -seed N shows its own line\n");
    else
        fprintf(stderr, "replay: no schedule that shows %s again was found in %u tries (%.1f s); search on with gol run -runs 2000\n", what,
                x->tried, seconds);
}

void research(const Replay *replay, const Module *m, const RuntimeOptions *options, const RunFigures *figures, int64_t input, Finding *first) {
    Research x = {.first = first, .replay = replay};
    for (const Finding *f = first; f; f = f->next) x.missing += wanted(f, figures);
    if (x.missing == 0) return;
    int64_t begun = platform_now();
    if (!figures->outside) {
        RuntimeOptions o = *options;
        o.clock = CLOCK_VIRTUAL;
        o.max_used_ns = USED_NS;
        o.inside_only = true;
        TryJob job = {.module = m, .options = &o, .plan = plan, .take = take, .ctx = &x, .parallel = platform_cpus(),
                      .deadline = begun + RESEARCH_NS, .each_ns = RESEARCH_NS, .input = input};
        static const uint32_t ends[] = {1, 2, TRIES}; // Go's order is the easiest to follow; then one run that counts its points
        for (size_t i = 0; i < COUNT_OF(ends); i++) {
            job.end = ends[i];
            if (!tries_run(&job)) break;
            job.first = job.end;
        }
    }
    fflush(stdout);
    tell(&x, figures, (double)(platform_now() - begun) / 1e9);
}
