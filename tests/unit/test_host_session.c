// The two halves of a session together: inputs are compiled into a program that grows, and run by a host.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "compiler/session.h"
#include "runtime/finding.h"
#include "std/bind.h"
#include "vm/host.h"

typedef struct Prompt {
    Session *s;
    Host *h;
    pthread_mutex_t lock;
    Buf said;
    int inputs, reports;
} Prompt;

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

static void output(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n) {
    Prompt *p = ctx;
    (void)goroutine, (void)fd;
    pthread_mutex_lock(&p->lock);
    if (!foreground) buf_puts(&p->said, "[bg]");
    buf_put(&p->said, data, n);
    pthread_mutex_unlock(&p->lock);
}

static void report(void *ctx, const Finding *f, bool foreground) {
    Prompt *p = ctx;
    (void)foreground;
    pthread_mutex_lock(&p->lock);
    finding_render(f, session_module(p->s)->sources, false, &p->said);
    p->reports++;
    pthread_mutex_unlock(&p->lock);
}

static void open_prompt(Prompt *p) {
    memset(p, 0, sizeof *p);
    pthread_mutex_init(&p->lock, NULL);
    const SessionOptions so = {.bind = bind, .lang_minor = 22};
    p->s = session_new(&so);
    const RuntimeOptions o = {.workers = 2, .race = RACE_ON};
    const HostEvents e = {output, report, p};
    p->h = host_new(session_module(p->s), &o, &e);
    assert_int_equal(host_run(p->h, session_module(p->s)->entry), HOST_DONE);
}

static void close_prompt(Prompt *p) {
    host_free(p->h);
    session_free(p->s);
    buf_fini(&p->said);
    pthread_mutex_destroy(&p->lock);
}

// What the terminal would show for one input: what it printed, what was reported, and its values.
static const char *enter_as(Prompt *p, const char *text, HostEnd expected) {
    static char shown[8192];
    SessionInput in;
    char name[16];
    HostEnd end = HOST_DONE;
    snprintf(name, sizeof name, "[%d]", ++p->inputs);
    session_input(p->s, name, text, strlen(text), false, &in);
    if (in.status == SESSION_WRONG) {
        diags_render(in.diags, &p->said, false);
        fail_msg("%s", buf_str(&p->said));
    }
    for (const SessionPatch *x = in.patches; x; x = x->next) {
        if (x->kind == PATCH_FUNC) host_patch_func(p->h, x->index, x->func);
        else host_patch_methods(p->h, x->index, x->methods, x->nmethods);
    }
    if (in.status == SESSION_RUN) end = host_run(p->h, in.entry);
    assert_int_equal(end, expected);
    pthread_mutex_lock(&p->lock);
    Buf all = p->said;
    p->said = (Buf){0};
    pthread_mutex_unlock(&p->lock);
    for (const SessionValue *v = end == HOST_DONE ? in.values : NULL; v; v = v->next) {
        host_show(p->h, v->rtype, v->global, v->variable, 200, &all);
        buf_putc(&all, '\n');
    }
    snprintf(shown, sizeof shown, "%s", buf_str(&all));
    buf_fini(&all);
    return shown;
}
#define ENTER(p, text, shows) assert_string_equal(enter_as(p, text, HOST_DONE), shows)
#define HAS(text, part) assert_non_null(strstr(text, part))

static void test_the_lesson(void **state) {
    (void)state;
    Prompt p;
    open_prompt(&p);
    ENTER(&p, "jobs := make(chan int, 4)", "");
    ENTER(&p, "jobs", "chan int jobs: 0 of 4 full\n");
    ENTER(&p, "import \"fmt\"", "");
    ENTER(&p, "go func() { for i := 0; i < 3; i++ { jobs <- i * i }; close(jobs) }()", "");
    while (!strstr(enter_as(&p, "jobs", HOST_DONE), "closed")) usleep(50);
    ENTER(&p, "jobs", "chan int jobs: closed, 3 values left\n");
    ENTER(&p, "<-jobs", "0\n");
    ENTER(&p, "for j := range jobs { fmt.Println(\"job\", j) }", "job 1\njob 4\n");
    ENTER(&p, "done := make(chan bool)", "");
    const char *told = enter_as(&p, "<-done", HOST_STUCK);
    HAS(told, "all goroutines are asleep - deadlock!");
    HAS(told, "]:1: <-done");
    ENTER(&p, "1 + 2", "3\n");
    close_prompt(&p);
}

// What a goroutine is in the middle of stays as it was; whoever calls next calls the new one.
static void test_replaced_functions(void **state) {
    (void)state;
    Prompt p;
    open_prompt(&p);
    ENTER(&p, "func f() int { return 1 }", "");
    ENTER(&p, "func g() int { return f() * 10 }", "");
    ENTER(&p, "g()", "10\n");
    ENTER(&p, "in, out := make(chan int), make(chan int)", "");
    ENTER(&p, "func serve() { for range in { out <- f() } }", "");
    ENTER(&p, "go serve()", "");
    ENTER(&p, "in <- 0; <-out", "1\n");
    ENTER(&p, "func f() int { return 2 }", "");
    ENTER(&p, "g()", "20\n");
    ENTER(&p, "in <- 0; <-out", "2\n");
    ENTER(&p, "func serve() {}", "");
    ENTER(&p, "in <- 0; <-out", "2\n"); // the goroutine is still in the old one, which alone mentions out
    ENTER(&p, "type T struct{ n int }", "");
    ENTER(&p, "var any1 interface{} = T{3}", "");
    ENTER(&p, "_, is := any1.(interface{ String() string }); is", "false\n");
    ENTER(&p, "func (t T) String() string { return \"a T\" }", "");
    ENTER(&p, "import \"fmt\"", "");
    ENTER(&p, "fmt.Sprint(any1)", "\"a T\"\n");
    ENTER(&p, "func (t T) String() string { return \"another T\" }", "");
    ENTER(&p, "fmt.Sprint(any1)", "\"another T\"\n");
    HAS(enter_as(&p, "<-out", HOST_STUCK), "deadlock");
    assert_int_equal(p.reports, 1);
    close_prompt(&p);
}

static void test_many_inputs(void **state) {
    (void)state;
    Prompt p;
    open_prompt(&p);
    char text[256], shows[32];
    ENTER(&p, "n := 0; c := make(chan int); go func() { for v := range c { n += v } ; c = nil }()", "");
    for (int i = 0; i < 500; i++) {
        snprintf(text, sizeof text, "type T%d struct{ a [%d]int }; v%d := T%d{}; func f%d() int { return len(v%d.a) + %d }", i, i % 50 + 1, i, i, i, i, i);
        ENTER(&p, text, "");
        snprintf(text, sizeof text, "f%d()", i);
        snprintf(shows, sizeof shows, "%d\n", i % 50 + 1 + i);
        ENTER(&p, text, shows);
        if (i % 50 == 0) ENTER(&p, "import \"runtime\"; runtime.GC(); c <- 1", "");
    }
    close_prompt(&p);
}

// Goroutines of an earlier input are not ordered with a later one; statements are with each other.
static void test_races_between_inputs(void **state) {
    (void)state;
    Prompt p;
    open_prompt(&p);
    ENTER(&p, "n := 0; done := make(chan bool)", "");
    ENTER(&p, "n++", "");
    ENTER(&p, "n++", "");
    ENTER(&p, "import \"time\"; go func() { n++; time.Sleep(time.Hour) }()", "");
    ENTER(&p, "time.Sleep(time.Millisecond)", "");
    assert_int_equal(p.reports, 0);
    const char *told = enter_as(&p, "n++", HOST_DONE);
    HAS(told, "DATA RACE");
    HAS(told, "`n`");
    HAS(told, "[4]:1");
    HAS(told, "[6]:1");
    close_prompt(&p);
}

static void test_two_at_once(void **state) {
    (void)state;
    Prompt p, q;
    open_prompt(&p);
    open_prompt(&q);
    ENTER(&p, "x := 1; go func() { for {} }()", "");
    ENTER(&q, "x := \"two\"; go func() { for {} }()", "");
    ENTER(&p, "x", "1\n");
    ENTER(&q, "x", "\"two\"\n");
    close_prompt(&p);
    ENTER(&q, "x + x", "\"twotwo\"\n");
    close_prompt(&q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_lesson),
        cmocka_unit_test(test_replaced_functions),
        cmocka_unit_test(test_many_inputs),
        cmocka_unit_test(test_races_between_inputs),
        cmocka_unit_test(test_two_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
