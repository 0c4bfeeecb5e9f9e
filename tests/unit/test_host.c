// A runtime that lives on: the functions of one program stand for the statements of a session, run one after the other.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compiler/gen.h"
#include "runtime/finding.h"
#include "std/bind.h"
#include "vm/host.h"

typedef struct Fixture {
    Program program;
    Module *m;
    Host *h;
    pthread_mutex_t lock;
    Buf out, told; // what the statements printed (tagged when in the background), and what was reported
    int reports, foreground_reports;
} Fixture;

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

static void output(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n) {
    Fixture *x = ctx;
    pthread_mutex_lock(&x->lock);
    if (!foreground) buf_puts(&x->out, goroutine ? "[bg]" : "[gol]");
    if (fd == 2) buf_puts(&x->out, "[err]");
    buf_put(&x->out, data, n);
    pthread_mutex_unlock(&x->lock);
}

static void report(void *ctx, const Finding *f, bool foreground) {
    Fixture *x = ctx;
    pthread_mutex_lock(&x->lock);
    finding_render(f, x->m->sources, false, &x->told);
    x->reports++;
    x->foreground_reports += foreground;
    pthread_mutex_unlock(&x->lock);
}

static void compile(Fixture *x, const char *text) {
    memset(x, 0, sizeof *x);
    pthread_mutex_init(&x->lock, NULL);
    const CheckFile file = {"x.gol", text, strlen(text)};
    const CheckOptions o = {.files = &file, .nfiles = 1, .lang_minor = 22};
    const GenOptions g = {.bind = bind};
    if (program_check(&x->program, &o)) x->m = generate(&x->program, &g);
    if (!x->m) {
        Buf why = {0};
        diags_render(&x->program.diags, &why, false);
        fail_msg("%s", buf_str(&why));
    }
}

static void start_with(Fixture *x, const char *text, const RuntimeOptions *o) {
    compile(x, text);
    const HostEvents e = {output, report, x};
    x->h = host_new(x->m, o, &e);
    assert_int_equal(host_run(x->h, x->m->entry), HOST_DONE);
}

static void start(Fixture *x, const char *text) {
    const RuntimeOptions o = {.workers = 2, .race = RACE_ON};
    start_with(x, text, &o);
}

static void stop(Fixture *x) {
    host_free(x->h);
    module_free(x->m);
    program_fini(&x->program);
    buf_fini(&x->out);
    buf_fini(&x->told);
    pthread_mutex_destroy(&x->lock);
}

static uint32_t find(const Fixture *x, const char *name) {
    for (uint32_t i = 0; i < x->m->nfuncs; i++)
        if (x->m->funcs[i] && x->m->funcs[i]->name && !strncmp(x->m->funcs[i]->name, "main.", 5) && !strcmp(x->m->funcs[i]->name + 5, name)) return i;
    fail_msg("no function %s", name);
    return 0;
}

static HostEnd run(Fixture *x, const char *name) { return host_run(x->h, find(x, name)); }

static const char *take(Fixture *x, Buf *b) {
    static char text[8192];
    pthread_mutex_lock(&x->lock);
    snprintf(text, sizeof text, "%s", buf_str(b));
    buf_clear(b);
    pthread_mutex_unlock(&x->lock);
    return text;
}
#define OUT(x) take(x, &(x)->out)
#define TOLD(x) take(x, &(x)->told)
#define HAS(text, part) assert_non_null(strstr(text, part))

// Every function that is to be found must be reachable.
#define MAIN(...) "func main() { _ = []func(){" #__VA_ARGS__ "} }\n"

static void test_one_after_the_other(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar n = 40\n"
              "func a() { n++; fmt.Println(\"a\", n) }\n"
              "func b() { n++; fmt.Println(\"b\", n) }\n" MAIN(a, b));
    assert_int_equal(run(&x, "a"), HOST_DONE);
    assert_int_equal(run(&x, "b"), HOST_DONE);
    assert_int_equal(run(&x, "a"), HOST_DONE);
    assert_string_equal(OUT(&x), "a 41\nb 42\na 43\n");
    assert_int_equal(x.reports, 0);
    assert_int_equal(host_alive(x.h), 0);
    stop(&x);
}

static void test_goroutines_live_on(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar in, out = make(chan int), make(chan int)\n"
              "func begin() { go func() { for v := range in { println(\"got\", v); out <- v * v }; close(out) }() }\n"
              "func send() { in <- 7 }\n"
              "func get() { fmt.Println(<-out) }\n"
              "func end() { close(in); _, ok := <-out; fmt.Println(ok) }\n" MAIN(begin, send, get, end));
    assert_int_equal(run(&x, "begin"), HOST_DONE);
    assert_int_equal(run(&x, "send"), HOST_DONE);
    assert_int_equal(run(&x, "get"), HOST_DONE);
    assert_string_equal(OUT(&x), "[bg][err]got 7\n49\n");
    assert_int_equal(host_alive(x.h), 1);
    assert_int_equal(run(&x, "end"), HOST_DONE);
    assert_string_equal(OUT(&x), "false\n");
    assert_string_equal(TOLD(&x), "");
    stop(&x);
}

static void test_a_panic_ends_the_statement(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar xs []int\n"
              "func bad() { defer fmt.Println(\"deferred\"); fmt.Println(xs[3]) }\n"
              "func good() { fmt.Println(len(xs)) }\n" MAIN(bad, good));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(run(&x, "bad"), HOST_PANICKED);
        const char *told = TOLD(&x);
        HAS(told, "panic: runtime error: index out of range [3] with length 0");
        HAS(told, "main.bad(...)\n    x.gol:4");
        assert_null(strstr(told, "In a program"));
        assert_string_equal(OUT(&x), "deferred\n");
    }
    assert_int_equal(x.foreground_reports, 2);
    assert_int_equal(run(&x, "good"), HOST_DONE);
    assert_string_equal(OUT(&x), "0\n");
    stop(&x);
}

static void test_a_statement_takes_little_time(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nvar n int\nfunc a() { n++ }\n" MAIN(a));
    uint32_t a = find(&x, "a");
    enum { N = 10000 };
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int i = 0; i < N; i++) assert_int_equal(host_run(x.h, a), HOST_DONE);
    clock_gettime(CLOCK_MONOTONIC, &to);
    double us = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e3 / N;
    print_message("%.1f us per statement\n", us);
    assert_true(us < 1000);
    stop(&x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_after_the_other),
        cmocka_unit_test(test_goroutines_live_on),
        cmocka_unit_test(test_a_panic_ends_the_statement),
        cmocka_unit_test(test_a_statement_takes_little_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
