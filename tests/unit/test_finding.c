// Findings: their text, told once and counted, the line that sums up, and what a run's status becomes.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_vm.h"
#include "runtime/finding.h"
#include "runtime/names.h"

static const char text[] = "package main\n"                  // 1
                           "\n"                              // 2
                           "var counter int\n"               // 3
                           "func add() {\n"                  // 4
                           "\tcounter++  \n"                 // 5
                           "}\n"                             // 6
                           "func main() { go add(); add() }"; // 7
static Sources sources;
static const SourceFile *file;
static Pos at(uint32_t line) { return file->base + file->lines[line - 1]; }

static Finding *a_race(void) {
    Finding *f = finding_new(FINDING_RACE, "WARNING: DATA RACE on `%s`", "counter");
    FindingPart *p = finding_part(f, 0, 7, "goroutine %d (add) writes `counter`", 7);
    finding_frame(f, p, (FindingFrame){"main.add", at(5), false});
    finding_frame(f, p, (FindingFrame){"main.main.func1", at(7), false});
    finding_detail(f, at(7), "started by main");
    finding_part(f, at(5), 1, "goroutine 1 (main) read `counter`");
    finding_detail(f, 0, "it read 41");
    finding_why(f, "Nothing orders the two.");
    finding_why(f, "%s", "No lock is held.");
    finding_help(f, "lock a sync.Mutex around both");
    finding_replay(f, "gol run -seed 4 x.gol");
    return f;
}

static void test_text(void **state) {
    (void)state;
    Finding *f = a_race();
    Buf b = {0};
    finding_render(f, &sources, false, &b);
    assert_string_equal(buf_str(&b), "WARNING: DATA RACE on `counter`\n"
                                     "  goroutine 7 (add) writes `counter`\n"
                                     "      x.gol:5: counter++\n"
                                     "      called from func literal in main, x.gol:7: func main() { go add(); add() }\n"
                                     "      started by main, x.gol:7: func main() { go add(); add() }\n"
                                     "  goroutine 1 (main) read `counter`\n"
                                     "      x.gol:5: counter++\n"
                                     "      it read 41\n"
                                     "  Nothing orders the two. No lock is held.\n"
                                     "  help: lock a sync.Mutex around both\n"
                                     "  replay: gol run -seed 4 x.gol\n");
    buf_clear(&b);
    finding_render(f, &sources, true, &b);
    assert_non_null(strstr(buf_str(&b), "\033[1;31mWARNING: DATA RACE on `counter`\033[0m\n"));
    buf_fini(&b);
    finding_free(f);
}

// Long things stay short: many parts, deep calls, a long line, and control characters.
static void test_limits(void **state) {
    (void)state;
    Finding *f = finding_new(FINDING_LEAK, "many");
    FindingPart *first = finding_part(f, 0, 1, "p");
    for (int i = 0; i < 40; i++) finding_frame(f, first, (FindingFrame){"main.f", at(5), false});
    for (int i = 0; i < 20; i++) finding_part(f, 0, 1, "q");
    Buf b = {0};
    finding_render(f, &sources, false, &b);
    uint32_t lines = 0;
    for (const char *p = buf_str(&b); (p = strchr(p, '\n')); p++) lines++;
    assert_in_range(lines, 10, 15);
    assert_non_null(strstr(buf_str(&b), "... and 13 more\n"));
    assert_non_null(strstr(buf_str(&b), "... and 28 more calls\n"));
    buf_fini(&b);
    finding_free(f);
}

typedef struct Seen {
    uint32_t n;
    uint64_t count;
    int status;
} Seen;
static void at_end(void *ctx, Finding *first, int status) {
    Seen *s = ctx;
    s->status = status;
    for (; first; first = first->next) {
        s->n++;
        s->count += first->count;
    }
}

// Standard error of what f does, as a string.
static char *errors_of(void (*f)(Runtime *), Runtime *rt) {
    static char out[16384];
    char name[] = "/tmp/gol-finding-XXXXXX";
    int fd = mkstemp(name), saved = dup(2);
    assert_true(fd >= 0 && saved >= 0);
    unlink(name);
    dup2(fd, 2);
    f(rt);
    dup2(saved, 2);
    close(saved);
    ssize_t n = pread(fd, out, sizeof out - 1, 0);
    close(fd);
    out[n > 0 ? n : 0] = 0;
    return out;
}

static void report_some(Runtime *rt) {
    assert_int_equal(findings_status(rt, 0), 0);
    assert_true(finding_report_take(rt, finding_new(FINDING_LEAK, "leaked")));
    assert_int_equal(findings_status(rt, 0), rt->options.leaks == LEAKS_ERROR ? 3 : 0);
    assert_true(finding_report_take(rt, a_race()));
    assert_false(finding_report_take(rt, a_race()));
    assert_int_equal(findings_status(rt, 0), 66);
    assert_true(finding_report_take(rt, finding_new(FINDING_PARTIAL_DEADLOCK, "stuck")));
    assert_int_equal(findings_status(rt, 0), 2);
    assert_int_equal(findings_status(rt, 7), 7);
    assert_int_equal(findings_status(rt, 124), 124);
    assert_int_equal(findings_count(rt, FINDING_RACE), 1);
    assert_int_equal(findings_count(rt, FINDING_KIND_COUNT), 3);
    findings_finish(rt, 2);
    findings_finish(rt, 2);
    assert_false(finding_report_take(rt, finding_new(FINDING_LEAK, "too late")));
}
static void test_told_once(void **state) {
    (void)state;
    for (LeakMode mode = LEAKS_UNASKED; mode <= LEAKS_ERROR; mode++) {
        Seen seen = {0};
        RuntimeOptions o = {.workers = 1, .sources = &sources, .at_end = at_end, .at_end_ctx = &seen, .leaks = mode};
        Runtime *rt = runtime_new(&o, &fake_hooks, fake_types, T_COUNT, NULL);
        const char *err = errors_of(report_some, rt);
        const char *race = strstr(err, "DATA RACE");
        assert_non_null(race);
        assert_null(strstr(race + 1, "DATA RACE"));
        assert_null(strstr(err, "too late"));
        const char *sum = strstr(err, "gol: 3 findings: 1 data race (GOL0701), 1 partial deadlock (GOL0703), 1 leak (GOL0704); see: gol explain CODE\n");
        assert_non_null(sum);
        assert_null(strstr(sum + strlen("gol: 3 findings:"), "findings:"));
        assert_int_equal(seen.n, 3);
        assert_int_equal(seen.count, 4);
        assert_int_equal(seen.status, 2);
        runtime_free(rt);
    }
}

static void no_words(Runtime *rt) { findings_finish(rt, 0); }
static void panic_only(Runtime *rt) {
    Finding *f = finding_new(FINDING_PANIC, "panic: x");
    finding_raw(f, "panic: x\n\ntrace\n", 16);
    finding_report_take(rt, f);
    findings_finish(rt, 2);
}
// Nothing is summed up where nothing was found, or where Go's own words say all.
static void test_no_sum(void **state) {
    (void)state;
    RuntimeOptions o = {.workers = 1};
    Runtime *rt = runtime_new(&o, &fake_hooks, fake_types, T_COUNT, NULL);
    assert_string_equal(errors_of(no_words, rt), "");
    runtime_free(rt);
    rt = runtime_new(&o, &fake_hooks, fake_types, T_COUNT, NULL);
    assert_string_equal(errors_of(panic_only, rt), "panic: x\n\ntrace\n");
    runtime_free(rt);
}

static void different(Runtime *rt) {
    for (int i = 0; i < 250; i++) finding_report_take(rt, finding_new(FINDING_MISUSE, "m"));
    for (int i = 0; i < 250; i++) {
        Finding *f = finding_new(FINDING_LEAK, "l%d", i);
        finding_key(f, "%d", i);
        finding_report_take(rt, f);
    }
    findings_finish(rt, 0);
}
static void test_many(void **state) {
    (void)state;
    Seen seen = {0};
    RuntimeOptions o = {.workers = 1, .at_end = at_end, .at_end_ctx = &seen};
    Runtime *rt = runtime_new(&o, &fake_hooks, fake_types, T_COUNT, NULL);
    const char *err = errors_of(different, rt);
    assert_non_null(strstr(err, "gol: 251 findings: 250 leaks (GOL0704), 1 misuse (GOL0706)"));
    assert_non_null(strstr(err, "gol: 51 of them were not told\n"));
    assert_int_equal(seen.n, 200);
    runtime_free(rt);
}

static void test_func_names(void **state) {
    (void)state;
    static const char *const names[][2] = {{"main.worker", "worker"}, {"main.main.func1", "func literal in main"},
        {"main.run.func2.1", "func literal in run"}, {"main.function", "function"}, {"main.x.func", "x.func"},
        {"main.(*Bank).Move", "(*Bank).Move"}, {"sync.(*Mutex).Lock", "sync.(*Mutex).Lock"}, {"main.(*T).m.func1", "func literal in (*T).m"}};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        Buf b = {0};
        name_func(names[i][0], &b);
        assert_string_equal(buf_str(&b), names[i][1]);
        buf_fini(&b);
    }
}

static int setup(void **state) {
    (void)state;
    fake_init();
    sources_init(&sources);
    file = sources_add(&sources, "x.gol", text, strlen(text), false);
    return 0;
}
static int teardown(void **state) {
    (void)state;
    sources_fini(&sources);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text), cmocka_unit_test(test_limits), cmocka_unit_test(test_told_once),
        cmocka_unit_test(test_no_sum), cmocka_unit_test(test_many), cmocka_unit_test(test_func_names),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
