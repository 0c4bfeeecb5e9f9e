// Schedules as strings, and findings as bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/finding_pack.h"
#include "runtime/schedule.h"

static void round_trip(const char *text) {
    ScheduleName n;
    Buf b;
    buf_init(&b);
    assert_true(schedule_read(text, &n));
    schedule_write(&n, &b);
    assert_string_equal(buf_str(&b), text);
    buf_fini(&b);
}

static void test_names(void **state) {
    (void)state;
    round_trip("5f3a09c1-fifo-17");
    round_trip("00000000-random-0");
    round_trip("ffffffff-pct3.120-18446744073709551615");
    round_trip("5f3a09c1-pct20.0-1-1.21");
    round_trip("5f3a09c1-fifo-17-r");
    round_trip("5f3a09c1-random-17-1.18-r");
    ScheduleName n;
    assert_true(schedule_read("5f3a09c1-pct3.120-17-1.21", &n));
    assert_int_equal(n.program, 0x5f3a09c1);
    assert_int_equal(n.schedule.strategy, STRATEGY_PCT);
    assert_int_equal(n.schedule.depth, 3);
    assert_int_equal(n.schedule.steps, 120);
    assert_int_equal(n.schedule.seed, 17);
    assert_int_equal(n.lang_minor, 21);
    assert_false(n.real_clock);
}

static void test_bad_names(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "x", "5f3a09c1", "5f3a09c1-", "5f3a09c1-fifo", "5f3a09c1-fifo-", "5f3a09c1-fifo-x", "5f3a09c-fifo-1", "5f3a09c10-fifo-1",
        "5f3a09c1-lifo-1", "5f3a09c1-pct-1", "5f3a09c1-pct0.1-1", "5f3a09c1-pct21.1-1", "5f3a09c1-pct3.-1", "5f3a09c1-fifo-1-2.1",
        "5f3a09c1-fifo-1-1.", "5f3a09c1-fifo-1-r-", "5f3a09c1-fifo-1 ", "5f3a09c1-fifo-18446744073709551616", "-5f3a09c-fifo-1", "5F3A09C1-fifo-1",
    };
    ScheduleName n;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (schedule_read(bad[i], &n)) fail_msg("read as a schedule: %s", bad[i]);
}

static void test_strategies(void **state) {
    (void)state;
    Schedule s = {.seed = 9};
    assert_true(schedule_read_strategy("pct", &s));
    assert_int_equal(s.depth, 3);
    assert_int_equal(s.seed, 9);
    assert_true(schedule_read_strategy("pct:5", &s));
    assert_int_equal(s.depth, 5);
    assert_true(schedule_read_strategy("pct:2:77", &s));
    assert_int_equal(s.depth, 2);
    assert_int_equal(s.steps, 77);
    assert_true(schedule_read_strategy("random", &s));
    assert_int_equal(s.strategy, STRATEGY_RANDOM);
    assert_true(schedule_read_strategy("fifo", &s));
    static const char *const bad[] = {"", "fif", "fifo:1", "random1", "pct:", "pct:0", "pct:21", "pct:3:", "pct:3:x", "pct3"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (schedule_read_strategy(bad[i], &s)) fail_msg("read as a strategy: %s", bad[i]);
}

static Finding *sample(void) {
    Finding *f = finding_new(FINDING_RACE, "race on %s", "x");
    FindingPart *p = finding_part(f, 12, 3, "goroutine 3 writes");
    finding_frame(f, p, (FindingFrame){"main.worker", 12, false});
    finding_frame(f, p, (FindingFrame){"main.main", 40, false});
    finding_detail(f, 7, "started here");
    finding_part(f, 0, 0, "%s", "");
    finding_why(f, "nothing orders them");
    finding_help(f, "lock");
    finding_key(f, "race|12|12");
    f->count = 5;
    f->next = finding_new(FINDING_PANIC, "panic: no");
    finding_raw(f->next, "panic: no\n\n", 11);
    finding_key(f->next, "panic");
    return f;
}

static void free_all(Finding *f) {
    for (Finding *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
}

static void test_pack(void **state) {
    (void)state;
    Finding *a = sample();
    Buf b, again;
    buf_init(&b);
    buf_init(&again);
    finding_pack(a, &b);
    Finding *c = finding_unpack(buf_str(&b), b.len);
    assert_non_null(c);
    finding_pack(c, &again);
    assert_int_equal(b.len, again.len);
    assert_memory_equal(buf_str(&b), buf_str(&again), b.len);
    assert_string_equal(c->head, "race on x");
    assert_int_equal(c->count, 5);
    assert_string_equal(c->why, "nothing orders them");
    assert_null(c->raw);
    assert_int_equal(c->parts->nframes, 2);
    assert_string_equal(c->parts->frames[1].func, "main.main");
    assert_true(c->parts->next->detail);
    assert_string_equal(c->next->raw, "panic: no\n\n");
    free_all(c);
    // Cut anywhere, as by a process that died while it wrote: nothing, or whole findings.
    for (size_t n = 0; n < b.len; n++) {
        char *cut = xmalloc(n + 1); // of its own, so that a read too far is seen by a sanitizer
        memcpy(cut, buf_str(&b), n);
        free_all(finding_unpack(cut, n));
        free(cut);
    }
    buf_fini(&b);
    buf_fini(&again);
    free_all(a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_strategies),
        cmocka_unit_test(test_pack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
