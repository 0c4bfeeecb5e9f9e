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
#include "std/testing/testing.h"

// Virtual time: some 250 million loop passes; the runs after the first two get a multiple of what those took, at first. A schedule may need more than that: whoever
// used it up is tried again with FIRST_NS before it counts as a run that does not end.
#define FIRST_NS INT64_C(500000000)
#define LEAST_NS INT64_C(20000000)
enum { TIMES_LONGER = 30, DEPTH = 4, OUTPUTS_KEPT = 4096, AGAIN = 8 };
#if defined(GOL_HOSTILE) || defined(GOL_ASAN) || defined(GOL_TSAN)
enum { REAL_LIMIT_S = 180 }; // what takes a second elsewhere may take a minute on a busy machine
#else
enum { REAL_LIMIT_S = 60 };
#endif

typedef struct Shown { // runs that showed the same
    Finding *finding;  // NULL: an output or a status
    uint64_t hash;     // of the output, or the status
    uint32_t runs, first, best; // how many; the number of the first one, and of the simplest
} Shown;

typedef struct Row { Shown *at; uint32_t n, cap; } Row;

typedef struct Search {
    const Settings *s;
    const char *test; // the one test that runs, or NULL: a program
    Schedule only; // -strategy
    uint64_t seed, steps, depth;
    int64_t longest_ns, limit_ns; // of the first two runs; how long one may take
    bool cut_short;          // the runs under way have less than FIRST_NS
    uint32_t *again, nagain; // of these the ones that used it up
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
        if ((f->kind == FINDING_TEST || f->kind == FINDING_RACE) && r->status == EXIT_COMPILE) return true;
        if (r->status == EXIT_PANIC ? ends : r->status == EXIT_RACE || r->status == EXIT_LEAK || r->status == EXIT_LIMIT) return true;
    }
    return false;
}

static bool take(void *ctx, TryResult *r) {
    Search *x = ctx;
    if (x->cut_short && r->ended && r->figures.over) {
        x->again[x->nagain++] = r->index;
        return true;
    }
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

// --- what was cut short ---------------------------------------------------------------------------------------

static Schedule plan_again(void *ctx, uint32_t i) { return plan(ctx, ((const Search *)ctx)->again[i]); }

static bool take_again(void *ctx, TryResult *r) {
    const Search *x = ctx;
    r->index = x->again[r->index];
    return take(ctx, r);
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

// Some of them at a time; once one has really not ended, the others are believed without a proof.
static bool try_again(Search *x, TryJob job) {
    x->cut_short = false;
    job.plan = plan_again;
    job.take = take_again;
    if (x->nagain) qsort(x->again, x->nagain, sizeof *x->again, by_number); // the same ones, whoever was the quicker
    for (job.first = 0; job.first < x->nagain && !x->endless; job.first = job.end) {
        job.end = x->nagain - job.first < AGAIN ? x->nagain : job.first + AGAIN;
        if (!tries_run(&job)) return false;
    }
    for (uint32_t i = job.first; i < x->nagain; i++) {
        TryResult r = {.index = x->again[i], .ended = true, .status = EXIT_TIMEOUT, .figures = {.over = true}};
        take(x, &r);
    }
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
    buf_printf(out, "  seen in %u of %u runs%s%s\n\n", s->runs, x->done, x->test ? " of " : "", x->test ? x->test : "");
    s->finding->count = s->runs;
}

static void tell_endless(const Search *x, const Replay *replay, Buf *out) {
    buf_printf(out, "gol: %u of %u runs%s%s did not end within %gs of virtual time (a loop that waits without end?); -timeout D gives them more\n",
               x->endless, x->done, x->test ? " of " : "", x->test ? x->test : "", (double)x->limit_ns / 1e9);
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
    if (x->outputs.n > 1 && !x->test) { // a test says itself what it should come to
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
    fwrite(buf_str(b), 1, b->len, stderr);
    fflush(stderr);
}

static volatile int interrupted; // the one thing a signal handler can reach
static void on_interrupt(int signal) { (void)signal, interrupted = 1; }

typedef struct Told { Finding *first, *last; Buf text; } Told; // of all searches together

// All runs of one search. False: stopped before the last.
static bool search(Search *x, const Module *m, const RuntimeOptions *options, int64_t deadline) {
    const Settings *s = x->s;
    RuntimeOptions o = *options;
    o.clock = s->clock == CLOCK_REAL ? CLOCK_REAL : CLOCK_VIRTUAL;
    x->limit_ns = s->timeout_ns ? s->timeout_ns : FIRST_NS;
    o.max_used_ns = x->limit_ns;
    TryJob job = {.module = m, .options = &o, .plan = plan, .take = take, .ctx = x, .end = s->runs < 2 ? 1 : 2, .parallel = platform_cpus(),
                  .deadline = deadline, .each_ns = (int64_t)REAL_LIMIT_S * 1000000000, .input = tries_input(), .stop = &interrupted};
    bool all = tries_run(&job);
    if (!all || s->runs <= 2) return all;
    if (!s->timeout_ns && x->longest_ns && x->longest_ns * TIMES_LONGER < FIRST_NS)
        x->limit_ns = x->longest_ns * TIMES_LONGER > LEAST_NS ? x->longest_ns * TIMES_LONGER : LEAST_NS;
    if (!s->timeout_ns && x->endless == 2) x->limit_ns = FIRST_NS / 5; // a server, or stuck: more of the same
    o.max_used_ns = x->limit_ns;
    job.first = 2;
    job.end = (uint32_t)s->runs;
    x->cut_short = !s->timeout_ns && x->endless < 2 && x->limit_ns < FIRST_NS;
    x->again = xcalloc((size_t)s->runs, sizeof *x->again);
    all = tries_run(&job);
    if (x->cut_short) x->limit_ns = o.max_used_ns = FIRST_NS;
    return all && try_again(x, job);
}

static void tell(Search *x, const Replay *replay, const RuntimeOptions *options, const Sources *sources, Told *told) {
    if (x->findings.n) qsort(x->findings.at, x->findings.n, sizeof *x->findings.at, by_first);
    for (uint32_t k = 0; k < x->findings.n; k++) {
        Finding *f = x->findings.at[k].finding;
        tell_finding(x, replay, &x->findings.at[k], options, sources, &told->text);
        if (told->last) told->last->next = f;
        else told->first = f;
        told->last = f;
    }
    if (x->endless) tell_endless(x, replay, &told->text);
    tell_others(x, replay, &told->text);
}

static void search_fini(Search *x) { // the findings are in Told
    free(x->again);
    free(x->findings.at);
    free(x->outputs.at);
    free(x->statuses.at);
}

static Search search_of(const Settings *s, const char *test) {
    Search x = {.s = s, .test = test, .only = s->schedule, .seed = s->seeded ? s->seed : 1, .depth = DEPTH};
    if (s->chosen && s->schedule.depth) x.depth = s->schedule.depth;
    return x;
}

static int search_program(const Settings *s, const Module *m, const RuntimeOptions *options, const Replay *replay, int64_t deadline, Told *told) {
    Search x = search_of(s, NULL);
    bool all = search(&x, m, options, deadline);
    tell(&x, replay, options, m->sources, told);
    sum_up(&x, all ? "" : interrupted ? " (interrupted)" : " (the budget is used up)", &told->text);
    search_fini(&x);
    return x.status;
}

// Whether -run wants the test; *bad: its pattern is none.
static bool wanted(const Settings *s, const char *name, bool *bad) {
    *bad = false;
    if (!s->test.run) return true;
    char *pattern = xstrdup(s->test.run);
    pattern[strcspn(pattern, "/")] = 0;
    bool ok = testing_matches(pattern, name, bad);
    if (*bad) fprintf(stderr, "gol: -run=%s: \"%s\" is not a regular expression\n", s->test.run, pattern);
    free(pattern);
    return ok;
}

// Each test by itself, under its own schedules: so it is known which one failed, and a replay runs nothing else.
static int search_tests(const Settings *s, const Module *m, const RuntimeOptions *options, const Replay *replay, const Harness *tests, int64_t deadline, Told *told) {
    int status = EXIT_FINE;
    uint32_t ran = 0, bad = 0;
    bool all = true, wrong;
    for (uint32_t i = 0; i < tests->n && all && !(bad && s->test.fail_fast); i++) {
        if (!wanted(s, tests->names[i], &wrong)) {
            if (wrong) return EXIT_USAGE;
            continue;
        }
        RuntimeOptions o = *options;
        Replay again = *replay;
        Arena words;
        arena_init(&words);
        o.argv = harness_args(&words, &s->test, tests->names[i], options->argv, &o.argc);
        again.test = tests->names[i];
        Search x = search_of(s, tests->names[i]);
        all = search(&x, m, &o, deadline);
        tell(&x, &again, options, m->sources, told);
        write_out(&told->text);
        buf_clear(&told->text);
        if (x.status) bad++;
        if (rank(x.status) > rank(status)) status = x.status;
        ran++;
        search_fini(&x);
        arena_fini(&words);
    }
    printf("%s\t%s\t%lld runs of each of %u test%s", bad ? "FAIL" : "ok  ", m->sources->files[0]->path, (long long)s->runs, ran, ran == 1 ? "" : "s");
    printf("%s", all ? "" : interrupted ? " (interrupted)" : " (the budget is used up)");
    if (bad) printf(": %u with findings\n", bad);
    else puts(ran ? ": nothing found in these schedules" : " [no tests to run]");
    fflush(stdout);
    return status;
}

int runs_search(const Settings *s, const Module *m, const RuntimeOptions *options, const Replay *replay, const Harness *tests) {
    int64_t deadline = s->budget_ns ? platform_now() + s->budget_ns : INT64_MAX;
    struct sigaction before, ours = {.sa_handler = on_interrupt};
    Told told = {0};
    interrupted = 0;
    sigaction(SIGINT, &ours, &before);
    int status = tests ? search_tests(s, m, options, replay, tests, deadline, &told) : search_program(s, m, options, replay, deadline, &told);
    sigaction(SIGINT, &before, NULL);
    write_out(&told.text);
    buf_fini(&told.text);
    if (interrupted) status = EXIT_INTERRUPT;
    if (options->at_end) options->at_end(options->at_end_ctx, told.first, status);
    for (Finding *f = told.first, *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
    return status;
}
