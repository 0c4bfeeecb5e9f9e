// runs.c — many runs of one program, and what they showed together.
//
// Runs 0 and 1 go first: from them comes how many points a run has (PCT wants to know) and how long one may take before it counts as one that does
// not end. Everything else follows from the first seed, so the same command finds the same. Results arrive in the order of their ends and are put
// together by their numbers.
#include "cli/runs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/platform.h"
#include "cli/tries.h"

// Virtual time: some 250 million loop passes; the runs after the first two get a multiple of what those took.
#define FIRST_NS INT64_C(500000000)
#define LEAST_NS INT64_C(20000000)
enum { TIMES_LONGER = 30, DEPTH = 4, OUTPUTS_KEPT = 4096, REAL_LIMIT_S = 60 };

typedef struct Shown { // runs that showed the same
    Finding *finding;  // NULL: an output or a status
    uint64_t hash;     // of the output, or the status
    uint32_t runs, first, best; // how many; the number of the first one, and of the simplest
} Shown;

typedef struct Row { Shown *at; uint32_t n, cap; } Row;

typedef struct Search {
    const Settings *s;
    Schedule only; // -strategy
    uint64_t seed, steps, depth;
    int64_t longest_ns;
    uint32_t done, clean, endless, late, lost, endless_first, lost_first;
    int lost_signal;
    Row findings, outputs, statuses;
    int status;
} Search;

static Schedule plan(void *ctx, uint32_t i) {
    const Search *x = ctx;
    return tries_mixture(i, x->seed, (uint32_t)x->depth, x->steps, x->s->chosen ? &x->only : NULL);
}

// A student understands Go's order best, then few changes of priority, then a random walk.
static uint32_t difficulty(const Search *x, uint32_t i) {
    Schedule s = plan((void *)x, i);
    return s.strategy == STRATEGY_FIFO ? 0 : s.strategy == STRATEGY_PCT ? s.depth : SCHEDULE_MAX_DEPTH + 1;
}
static bool simpler(const Search *x, uint32_t i, uint32_t than) {
    uint32_t a = difficulty(x, i), b = difficulty(x, than);
    return a != b ? a < b : i < than;
}

static Shown *add_shown(Row *r, uint32_t i) {
    if (r->n == r->cap) r->at = xrealloc(r->at, (r->cap = r->cap ? r->cap * 2 : 16) * sizeof *r->at);
    r->at[r->n] = (Shown){.first = i, .best = i};
    return &r->at[r->n++];
}

// True: run i is now the best one to show it.
static bool count_shown(const Search *x, Shown *s, uint32_t i) {
    s->runs++;
    if (i < s->first) s->first = i;
    if (s->runs == 1 || !simpler(x, i, s->best)) return s->runs == 1;
    s->best = i;
    return true;
}

static void count_number(const Search *x, Row *r, uint64_t v, uint32_t i) {
    Shown *s = NULL;
    for (uint32_t k = 0; k < r->n && !s; k++)
        if (r->at[k].hash == v) s = &r->at[k];
    if (!s) {
        if (r->n == OUTPUTS_KEPT) return;
        s = add_shown(r, i);
        s->hash = v;
    }
    count_shown(x, s, i);
}

static void count_finding(Search *x, Finding *f, uint32_t i) {
    Row *r = &x->findings;
    Shown *s = NULL;
    for (uint32_t k = 0; k < r->n && !s; k++)
        if (r->at[k].finding->kind == f->kind && !strcmp(r->at[k].finding->key, f->key)) s = &r->at[k];
    if (!s) s = add_shown(r, i);
    if (!count_shown(x, s, i)) {
        finding_free(f);
        return;
    }
    if (s->finding) finding_free(s->finding);
    s->finding = f;
}

static int rank(int status) {
    switch (status) {
    case EXIT_FINE: return 0;
    case EXIT_LEAK: return 1;
    case EXIT_RACE: return 2;
    case EXIT_TIMEOUT: case EXIT_LIMIT: case EXIT_INTERRUPT: return 4;
    default: return 3;
    }
}

// Is the status one that a finding explains?
static bool explained(const TryResult *r) {
    if (r->status == EXIT_FINE) return true;
    for (const Finding *f = r->findings; f; f = f->next) {
        bool ends = f->kind == FINDING_PANIC || f->kind == FINDING_FATAL || f->kind == FINDING_DEADLOCK || f->kind == FINDING_PARTIAL_DEADLOCK;
        if (r->status == EXIT_PANIC ? ends : r->status == EXIT_RACE || r->status == EXIT_LEAK || r->status == EXIT_LIMIT) return true;
    }
    return false;
}

static bool take(void *ctx, TryResult *r) {
    Search *x = ctx;
    x->done++;
    if (!r->ended && r->signal != SIGKILL) {
        if (!x->lost++ || r->index < x->lost_first) x->lost_first = r->index, x->lost_signal = r->signal;
        x->status = EXIT_INTERNAL;
        return true;
    }
    if (!r->ended) {
        x->late++;
        if (rank(x->status) < rank(EXIT_TIMEOUT)) x->status = EXIT_TIMEOUT;
        return true;
    }
    if (rank(r->status) > rank(x->status) && x->status != EXIT_INTERNAL) x->status = r->status;
    if (r->figures.over) {
        if (!x->endless++ || simpler(x, r->index, x->endless_first)) x->endless_first = r->index;
    } else {
        if (r->status == EXIT_FINE) count_number(x, &x->outputs, r->figures.output_hash, r->index);
        if (!explained(r)) count_number(x, &x->statuses, (uint64_t)r->status, r->index);
        else if (!r->findings) x->clean++;
        if (r->index < 2 && r->figures.used_ns > x->longest_ns) x->longest_ns = r->figures.used_ns;
    }
    if (r->index < 2 && r->figures.steps > x->steps) x->steps = r->figures.steps;
    for (Finding *f = r->findings, *next; f; f = next) {
        next = f->next;
        f->next = NULL;
        if (f->kind == FINDING_LIMIT && r->figures.over) finding_free(f); // told as a run that does not end
        else count_finding(x, f, r->index);
    }
    r->findings = NULL;
    return true;
}

// --- telling --------------------------------------------------------------------------------------------------

static int by_first(const void *a, const void *b) {
    const Shown *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}
static int rarest_first(const void *a, const void *b) {
    const Shown *x = a, *y = b;
    return x->runs != y->runs ? (x->runs < y->runs ? -1 : 1) : by_first(a, b);
}

static void put_replay(const Search *x, const Replay *replay, uint32_t i, Buf *out) {
    Schedule s = plan((void *)x, i);
    replay_command(replay, &s, out);
}

static void tell_finding(const Search *x, const Replay *replay, Shown *s, const RuntimeOptions *o, const Sources *sources, Buf *out) {
    Buf command;
    buf_init(&command);
    put_replay(x, replay, s->best, &command);
    finding_replay(s->finding, "%s", buf_str(&command));
    buf_fini(&command);
    finding_render(s->finding, sources, o->colour, out);
    buf_printf(out, "  seen in %u of %u runs\n\n", s->runs, x->done);
    s->finding->count = s->runs;
}

static void tell_endless(const Search *x, const Replay *replay, int64_t limit, Buf *out) {
    buf_printf(out, "gol: %u of %u runs did not end within %gs of virtual time (a loop that waits without end?); -timeout D gives them more\n",
               x->endless, x->done, (double)limit / 1e9);
    buf_puts(out, "  replay: ");
    put_replay(x, replay, x->endless_first, out);
    buf_puts(out, x->s->timeout_ns ? "\n\n" : "  (add -timeout 10s)\n\n");
}

static void tell_others(Search *x, const Replay *replay, Buf *out) {
    for (uint32_t k = 0; k < x->statuses.n; k++) {
        const Shown *s = &x->statuses.at[k];
        buf_printf(out, "gol: exit status %u in %u of %u runs\n  replay: ", (unsigned)s->hash, s->runs, x->done);
        put_replay(x, replay, s->best, out);
        buf_puts(out, "\n\n");
    }
    if (x->outputs.n > 1) {
        qsort(x->outputs.at, x->outputs.n, sizeof *x->outputs.at, rarest_first);
        const Shown *s = &x->outputs.at[0];
        buf_printf(out, "gol: the program printed %u different outputs; the rarest was seen in %u of %u runs\n  replay: ", x->outputs.n, s->runs, x->done);
        put_replay(x, replay, s->best, out);
        buf_puts(out, "\n\n");
    }
    if (x->late) buf_printf(out, "gol: %u of %u runs were stopped after %d s\n", x->late, x->done, REAL_LIMIT_S);
    if (x->lost) {
        buf_printf(out, "gol: internal error: %u of %u runs died (signal %d)\n  replay: ", x->lost, x->done, x->lost_signal);
        put_replay(x, replay, x->lost_first, out);
        buf_putc(out, '\n');
    }
}

static void sum_up(const Search *x, const char *cut, Buf *out) {
    buf_printf(out, "gol: %u run%s%s: ", x->done, x->done == 1 ? "" : "s", cut);
    if (x->findings.n) buf_printf(out, "%u finding%s; ", x->findings.n, x->findings.n == 1 ? "" : "s");
    if (x->clean == x->done) buf_puts(out, "nothing found in these schedules\n");
    else buf_printf(out, "%u run%s showed nothing\n", x->clean, x->clean == 1 ? "" : "s");
}

static void write_out(const Buf *b) {
    fwrite(b->data, 1, b->len, stderr);
    fflush(stderr);
}

static volatile int interrupted; // the one thing a signal handler can reach
static void on_interrupt(int signal) { (void)signal, interrupted = 1; }

int runs_search(const Settings *s, const Module *m, const RuntimeOptions *options, const Replay *replay) {
    Search x = {.s = s, .only = s->schedule, .seed = s->seeded ? s->seed : 1, .depth = DEPTH};
    if (s->chosen && s->schedule.depth) x.depth = s->schedule.depth;
    RuntimeOptions o = *options;
    o.clock = s->clock == CLOCK_REAL ? CLOCK_REAL : CLOCK_VIRTUAL;
    o.max_used_ns = s->timeout_ns ? s->timeout_ns : FIRST_NS;
    const Sources *sources = m->sources;
    int64_t begun = platform_now();
    TryJob job = {.module = m, .options = &o, .plan = plan, .take = take, .ctx = &x, .end = s->runs < 2 ? 1 : 2, .parallel = platform_cpus(),
                  .deadline = s->budget_ns ? begun + s->budget_ns : INT64_MAX, .each_ns = (int64_t)REAL_LIMIT_S * 1000000000,
                  .input = tries_input(), .stop = &interrupted};
    struct sigaction before, ours = {.sa_handler = on_interrupt};
    interrupted = 0;
    sigaction(SIGINT, &ours, &before);
    bool all = tries_run(&job);
    if (all && s->runs > 2) {
        if (!s->timeout_ns && x.longest_ns && x.longest_ns * TIMES_LONGER < FIRST_NS)
            o.max_used_ns = x.longest_ns * TIMES_LONGER > LEAST_NS ? x.longest_ns * TIMES_LONGER : LEAST_NS;
        if (!s->timeout_ns && x.endless == 2) o.max_used_ns = FIRST_NS / 5; // a server, or stuck: more of the same
        job.first = 2;
        job.end = (uint32_t)s->runs;
        all = tries_run(&job);
    }
    sigaction(SIGINT, &before, NULL);
    if (x.findings.n) qsort(x.findings.at, x.findings.n, sizeof *x.findings.at, by_first);
    Buf out;
    buf_init(&out);
    Finding *list = NULL, **last = &list;
    for (uint32_t k = 0; k < x.findings.n; k++) {
        tell_finding(&x, replay, &x.findings.at[k], options, sources, &out);
        *last = x.findings.at[k].finding;
        last = &(*last)->next;
    }
    if (x.endless) tell_endless(&x, replay, o.max_used_ns, &out);
    tell_others(&x, replay, &out);
    sum_up(&x, all ? "" : interrupted ? " (interrupted)" : " (the budget is used up)", &out);
    write_out(&out);
    buf_fini(&out);
    if (interrupted) x.status = EXIT_INTERRUPT;
    if (options->at_end) options->at_end(options->at_end_ctx, list, x.status);
    for (Finding *f = list, *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
    free(x.findings.at);
    free(x.outputs.at);
    free(x.statuses.at);
    return x.status;
}
