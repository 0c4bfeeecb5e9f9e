// A runtime that lives on: the functions of one program stand for the statements of a session, run one after the other.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runtime/finding.h"
#include "runtime/worker.h"
#include "vm/host_int.h"
#include "tests/unit/compiled.h"

typedef struct Fixture {
    Program program;
    Module *m;
    Host *h;
    pthread_mutex_t lock;
    Buf out, told; // what the statements printed (tagged when in the background), and what was reported
    int reports, foreground_reports;
} Fixture;

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
    x->m = compiled(&x->program, text);
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

// Every function that is to be found must be reachable; not as a value, which could lie anywhere.
#define MAIN(calls) "var off bool\nfunc main() { if off { " #calls " } }\n"

static void test_one_after_the_other(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar n = 40\n"
              "func a() { n++; fmt.Println(\"a\", n) }\n"
              "func b() { n++; fmt.Println(\"b\", n) }\n" MAIN(a(); b()));
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
              "func end() { close(in); _, ok := <-out; fmt.Println(ok) }\n" MAIN(begin(); send(); get(); end()));
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
              "func good() { fmt.Println(len(xs)) }\n" MAIN(bad(); good()));
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

// --- ends

static void test_a_panic_in_the_background(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar done = make(chan bool)\n"
              "func bad() { go func() { defer close(done); panic(\"boom\") }(); <-done }\n"
              "func good() { fmt.Println(\"fine\") }\n" MAIN(bad(); good()));
    assert_int_equal(run(&x, "bad"), HOST_DONE);
    while (host_alive(x.h)) usleep(50);
    const char *told = TOLD(&x);
    HAS(told, "panic: boom");
    HAS(told, "In a program this would have ended everything");
    assert_int_equal(x.foreground_reports, 0);
    assert_int_equal(run(&x, "good"), HOST_DONE);
    assert_string_equal(OUT(&x), "fine\n");
    stop(&x);
}

static void test_fatal_errors(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"runtime\"; \"sync\")\nvar mu, own sync.Mutex\nvar f func()\n"
              "func unlock() { own.Lock(); defer own.Unlock(); mu.Unlock() }\n"
              "func nilgo() { go f() }\n"
              "func deep() { var r func(int) int; r = func(n int) int { return r(n+1) + 1 }; defer fmt.Println(\"deferred\"); r(0) }\n"
              "func goexit() { defer fmt.Println(\"deferred\"); runtime.Goexit() }\n"
              "func good() { own.Lock(); own.Unlock(); fmt.Println(\"fine\") }\n" MAIN(unlock(); nilgo(); deep(); goexit(); good()));
    static const struct {
        const char *func, *told, *printed;
    } ends[] = {
        {"unlock", "fatal error: sync: unlock of unlocked mutex", ""},
        {"nilgo", "fatal error: go of nil func value", ""},
        {"deep", "fatal error: stack overflow", "deferred\n"},
        {"goexit", "runtime.Goexit has ended this statement", "deferred\n"},
    };
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        assert_int_equal(run(&x, ends[i].func), HOST_PANICKED);
        HAS(TOLD(&x), ends[i].told);
        assert_string_equal(OUT(&x), ends[i].printed);
        assert_int_equal(run(&x, "good"), HOST_DONE);
        assert_string_equal(OUT(&x), "fine\n");
    }
    stop(&x);
}

static void test_no_memory(void **state) {
    (void)state;
    Fixture x;
    const RuntimeOptions o = {.workers = 2, .race = RACE_ON, .max_heap = 64 << 20};
    start_with(&x, "package main\nimport \"fmt\"\n"
                   "func eat() { defer fmt.Println(\"deferred\"); var all [][]byte; for { all = append(all, make([]byte, 1<<20)) } }\n"
                   "func huge() { fmt.Println(len(make([]int, 1<<30))) }\n"
                   "func good() { fmt.Println(len(make([]byte, 20<<20))) }\n" MAIN(eat(); huge(); good()), &o);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(run(&x, i % 2 ? "huge" : "eat"), HOST_PANICKED);
        HAS(TOLD(&x), "fatal error: out of memory");
        assert_string_equal(OUT(&x), i % 2 ? "" : "deferred\n");
        assert_int_equal(run(&x, "good"), HOST_DONE);
        assert_string_equal(OUT(&x), "20971520\n");
    }
    stop(&x);
}

static void test_exit(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"log\"; \"os\")\nvar block = make(chan int)\n"
              "func background() { go func() { <-block }(); go func() { for {} }() }\n"
              "func bye() { defer fmt.Println(\"never\"); fmt.Println(\"bye\"); os.Exit(3) }\n"
              "func fatal() { log.SetFlags(0); log.Fatal(\"fatal\") }\n" MAIN(background(); bye(); fatal()));
    assert_int_equal(run(&x, "background"), HOST_DONE);
    assert_int_equal(run(&x, "bye"), HOST_EXITED);
    assert_int_equal(host_status(x.h), 3);
    assert_string_equal(OUT(&x), "bye\n");
    assert_int_equal(run(&x, "fatal"), HOST_EXITED);
    assert_string_equal(OUT(&x), "");
    stop(&x);
}

// --- stuck

static const char *table(Fixture *x, void (*of)(Host *, Buf *)) {
    static char text[4096];
    Buf b = {0};
    of(x->h, &b);
    snprintf(text, sizeof text, "%s", buf_str(&b));
    buf_fini(&b);
    return text;
}


static void test_stuck_alone(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"sync\")\nvar jobs = make(chan int)\nvar mu sync.Mutex\nvar wg sync.WaitGroup\n"
              "func workers() { for i := 0; i < 2; i++ { go func() { for j := range jobs { fmt.Println(\"job\", j); wg.Done() } }() } }\n"
              "func recv() { defer fmt.Println(\"deferred\"); <-make(chan int) }\n"
              "func twice() { mu.Lock(); defer mu.Unlock(); mu.Lock() }\n"
              "func wait() { wg.Add(1); defer wg.Done(); wg.Wait() }\n"
              "func none() { select {} }\n"
              "func work() { wg.Add(1); jobs <- 1; wg.Wait() }\n" MAIN(workers(); recv(); twice(); wait(); none(); work()));
    assert_int_equal(run(&x, "workers"), HOST_DONE);
    while (!strstr(table(&x, host_channels), "2 receivers")) usleep(50);
    static const char *const funcs[] = {"recv", "twice", "wait", "none"};
    for (size_t i = 0; i < COUNT_OF(funcs); i++) {
        assert_int_equal(run(&x, funcs[i]), HOST_STUCK);
        const char *told = TOLD(&x);
        HAS(told, "all goroutines are asleep - deadlock!");
        assert_string_equal(OUT(&x), i == 0 ? "deferred\n" : "");
        assert_int_equal(x.foreground_reports, (int)i + 1);
    }
    assert_int_equal(run(&x, "work"), HOST_DONE);
    assert_string_equal(OUT(&x), "[bg]job 1\n");
    assert_int_equal(host_alive(x.h), 2);
    assert_int_equal(x.reports, (int)COUNT_OF(funcs));
    stop(&x);
}

// Others tick on; nothing that they do leads to what the statement waits for, or it does.
static void test_stuck_beside_others(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"time\")\nvar never, ticks = make(chan int), make(chan int, 1)\nvar busy = true\n"
              "func ticker() { go func() { for i := 0; ; i++ { time.Sleep(time.Millisecond); select { case ticks <- i: default: } } }() }\n"
              "func stuck() { <-never }\n"
              "func later() { c := make(chan int); time.AfterFunc(60*time.Millisecond, func() { c <- 5 }); fmt.Println(<-c) }\n"
              "func woken() { <-ticks; <-ticks; fmt.Println(\"ticked\") }\n" MAIN(ticker(); stuck(); later(); woken()));
    assert_int_equal(run(&x, "ticker"), HOST_DONE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(run(&x, "stuck"), HOST_STUCK);
        HAS(TOLD(&x), "deadlock: this statement can never finish");
        assert_int_equal(run(&x, "later"), HOST_DONE);
        assert_int_equal(run(&x, "woken"), HOST_DONE);
        assert_string_equal(OUT(&x), "5\nticked\n");
    }
    assert_int_equal(x.reports, 3);
    stop(&x);
}

static void wait_for_reports(Fixture *x, int n) {
    for (int got = 0; got < n; usleep(200)) {
        pthread_mutex_lock(&x->lock);
        got = x->reports;
        pthread_mutex_unlock(&x->lock);
    }
}

// A variable of the session leads to what a goroutine waits for: it is not lost. Without one it is.
static void test_lost_in_the_background(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport \"fmt\"\nvar c = make(chan int)\n"
              "func keep() { go func() { fmt.Println(\"got\", <-c) }() }\n"
              "func lose() { d := make(chan int); go func() { d <- 1 }() }\n"
              "func send() { c <- 1 }\n" MAIN(keep(); lose(); send()));
    assert_int_equal(run(&x, "keep"), HOST_DONE);
    assert_int_equal(run(&x, "lose"), HOST_DONE);
    wait_for_reports(&x, 1);
    const char *told = TOLD(&x);
    HAS(told, "a goroutine can never run again");
    HAS(told, "x.gol:5");
    assert_int_equal(run(&x, "send"), HOST_DONE);
    assert_int_equal(x.reports, 1);
    assert_int_equal(x.foreground_reports, 0);
    stop(&x);
}

// --- interrupts

typedef struct Finger { // a person at the keyboard
    Fixture *x;
    bool waits; // presses when the statement waits; else when it has printed something
    int times;
} Finger;

static void *press(void *ctx) {
    Finger *f = ctx;
    const Host *h = f->x->h;
    for (int i = 0; i < f->times; i++) {
        for (bool ready = false; !ready; usleep(50)) {
            const G *g = __atomic_load_n(&h->vm.rt->foreground, __ATOMIC_RELAXED);
            if (f->waits) ready = g && g_status(g) == G_WAITING;
            else {
                pthread_mutex_lock(&f->x->lock);
                ready = f->x->out.len > 0 && strchr(buf_str(&f->x->out), (char)('1' + i));
                pthread_mutex_unlock(&f->x->lock);
            }
        }
        host_interrupt(f->x->h);
    }
    return NULL;
}

// When the statement is in the system.
static void *press_inside(void *ctx) {
    Finger *f = ctx;
    Runtime *rt = f->x->h->vm.rt;
    for (bool inside = false; !inside; usleep(50)) {
        lock_take(&rt->lock);
        for (int i = 0; i < rt->nworkers; i++) inside |= rt->workers[i].native_blocked;
        lock_drop(&rt->lock);
    }
    host_interrupt(f->x->h);
    return NULL;
}

static HostEnd run_and_press(Fixture *x, const char *func, bool waits, int times) {
    pthread_t t;
    Finger f = {x, waits, times};
    pthread_create(&t, NULL, press, &f);
    HostEnd end = run(x, func);
    pthread_join(t, NULL);
    return end;
}

// Each waits for something that a goroutine could do which always may: so none is stuck.
static void test_interrupts_of_who_waits(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"sync\"; \"time\")\n"
              "var c, d = make(chan int), make(chan int)\nvar mu sync.Mutex\nvar rw, rr sync.RWMutex\nvar wg sync.WaitGroup\nvar cond = sync.NewCond(&sync.Mutex{})\n"
              "var helper = make(chan func())\n"
              "func begin() { wg.Add(1); go func() { mu.Lock(); rw.Lock(); rr.RLock(); for { select { case f := <-helper: f(); case <-time.After(time.Hour):\n"
              " mu.Unlock(); rw.Unlock(); rr.RUnlock(); wg.Done(); cond.Signal(); c <- 1; <-c; d <- 1; <-d } } }(); helper <- func() {} }\n"
              "func recv() { <-c }\nfunc send() { c <- 1 }\nfunc sel() { select { case <-c: case d <- 1: } }\n"
              "func lock() { mu.Lock(); defer mu.Unlock() }\nfunc rlock() { rw.RLock() }\nfunc wlock() { rr.Lock() }\nfunc wwlock() { rw.Lock() }\n"
              "func wait() { wg.Wait() }\nfunc condwait() { cond.L.Lock(); defer cond.L.Unlock(); cond.Wait() }\nfunc sleep() { time.Sleep(time.Hour) }\n"
              "func good() { helper <- func() { mu.Unlock(); rw.Unlock(); rr.RUnlock(); wg.Done() }; mu.Lock(); mu.Unlock(); rw.Lock(); rw.Unlock(); rr.Lock(); rr.Unlock()\n"
              " wg.Wait(); cond.L.Lock(); cond.L.Unlock(); rw.RLock(); rw.RUnlock(); helper <- func() { mu.Lock(); rw.Lock(); rr.RLock(); wg.Add(1) }\n"
              " helper <- func() {}; fmt.Println(\"fine\") }\n"
              MAIN(begin(); recv(); send(); sel(); lock(); rlock(); wlock(); wwlock(); wait(); condwait(); sleep(); good()));
    assert_int_equal(run(&x, "begin"), HOST_DONE);
    static const char *const funcs[] = {"recv", "send", "sel", "lock", "rlock", "wlock", "wwlock", "wait", "condwait", "sleep"};
    for (size_t i = 0; i < COUNT_OF(funcs); i++) {
        assert_int_equal(run_and_press(&x, funcs[i], true, 1), HOST_INTERRUPTED);
        assert_string_equal(TOLD(&x), "");
        assert_int_equal(run(&x, "good"), HOST_DONE);
        assert_string_equal(OUT(&x), "fine\n");
    }
    stop(&x);
}

// What a statement that is ended had announced is taken back: a place in a condition's list, a writer's turn.
static void test_others_go_on_when_one_leaves(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"runtime\"; \"sync\")\nvar cond = sync.NewCond(&sync.Mutex{})\nvar woken, out, in = make(chan int, 9), make(chan int), make(chan int, 9)\n"
              "var rw sync.RWMutex\n"
              "func background() { go func() { cond.L.Lock(); cond.Wait(); cond.L.Unlock(); woken <- 1 }() }\n"
              "func park() { cond.L.Lock(); defer cond.L.Unlock(); cond.Wait() }\n"
              "func signal() { cond.L.Lock(); cond.Signal(); cond.Signal(); cond.L.Unlock(); <-woken; <-woken; fmt.Println(\"both\") }\n"
              "func read() { ready := make(chan bool); go func() { rw.RLock(); ready <- true; <-out; rw.RUnlock() }(); <-ready }\n"
              "func write() { go func() { for rw.TryRLock() { rw.RUnlock(); runtime.Gosched() }; fmt.Println(1); rw.RLock(); in <- 1; <-out; rw.RUnlock() }(); rw.Lock() }\n"
              "func after() { <-in; out <- 1; out <- 1; rw.Lock(); rw.Unlock(); fmt.Println(\"free\") }\n"
              MAIN(background(); park(); signal(); read(); write(); after()));
    assert_int_equal(run(&x, "background"), HOST_DONE);
    while (!strstr(table(&x, host_locks), "cond: 1 goroutine waiting")) usleep(50);
    assert_int_equal(run(&x, "park"), HOST_STUCK);
    HAS(TOLD(&x), "deadlock");
    assert_int_equal(run(&x, "background"), HOST_DONE);
    while (!strstr(table(&x, host_locks), "cond: 2 goroutines waiting")) usleep(50);
    assert_int_equal(run(&x, "signal"), HOST_DONE);
    assert_string_equal(OUT(&x), "both\n");
    assert_int_equal(run(&x, "read"), HOST_DONE);
    assert_int_equal(run(&x, "write"), HOST_STUCK); // when both others wait as well
    HAS(TOLD(&x), "deadlock");
    assert_string_equal(OUT(&x), "[bg]1\n");
    assert_int_equal(run(&x, "after"), HOST_DONE);
    assert_string_equal(OUT(&x), "free\n");
    assert_string_equal(TOLD(&x), "");
    stop(&x);
}

static void test_interrupts_of_who_runs(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"fmt\"; \"os\")\nvar n int\n"
              "func loop() { defer fmt.Println(\"deferred\"); fmt.Println(1); for { n++ } }\n"
              "func hangs() { defer func() { fmt.Println(2); for {} }(); fmt.Println(1); for {} }\n"
              "func recovers() { defer func() { fmt.Println(recover()) }(); fmt.Println(1); for {} }\n"
              "func panics() { defer func() { panic(\"in deferred\") }(); fmt.Println(1); for {} }\n"
              "func good() { fmt.Println(\"fine\") }\n"
              "func read() { var b [1]byte; os.Stdin.Read(b[:]) }\n" MAIN(loop(); hangs(); recovers(); panics(); good(); read()));
    assert_int_equal(run_and_press(&x, "loop", false, 1), HOST_INTERRUPTED);
    assert_string_equal(OUT(&x), "1\ndeferred\n");
    assert_int_equal(run_and_press(&x, "hangs", false, 2), HOST_INTERRUPTED);
    assert_string_equal(OUT(&x), "1\n2\n");
    assert_int_equal(run_and_press(&x, "recovers", false, 1), HOST_INTERRUPTED);
    assert_string_equal(OUT(&x), "1\n<nil>\n");
    assert_string_equal(TOLD(&x), "");
    assert_int_equal(run_and_press(&x, "panics", false, 1), HOST_PANICKED);
    HAS(TOLD(&x), "panic: in deferred");
    assert_string_equal(OUT(&x), "1\n");
    int ends[2], in = dup(0);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], 0);
    assert_int_equal(run_and_press(&x, "read", true, 1), HOST_INTERRUPTED);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(run(&x, "read"), HOST_DONE); // the first one has not swallowed it, and holds no lock
    assert_string_equal(TOLD(&x), "");
    dup2(in, 0);
    close(in);
    close(ends[0]);
    close(ends[1]);
    host_interrupt(x.h); // nothing runs: it means the next one
    assert_int_equal(run(&x, "good"), HOST_INTERRUPTED);
    host_interrupt(x.h);
    host_forget_interrupt(x.h);
    assert_int_equal(run(&x, "good"), HOST_DONE);
    assert_string_equal(OUT(&x), "fine\n");
    stop(&x);
}

// --- values

static const char *show_up_to(Fixture *x, const char *name, size_t max) {
    static char text[4096];
    const NameTable *t = &x->m->names;
    Buf b = {0};
    for (uint32_t i = 0; i < t->nglobals; i++)
        if (!strcmp(t->globals[i].text, name)) host_show(x->h, t->globals[i].type, t->globals[i].word, name, max, &b);
    snprintf(text, sizeof text, "%s", buf_str(&b));
    buf_fini(&b);
    return text;
}
#define SHOWS(x, name, words) assert_string_equal(show_up_to(x, name, 2000), words)

static void test_values(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"errors\"; \"fmt\"; \"sync\"; \"sync/atomic\"; \"time\")\n"
              "type Point struct { X, Y int }\ntype Node struct { Value int; Next *Node }\ntype Celsius float64\ntype Pair struct { a, b interface{} }\n"
              "type Box struct { name string; points []Point; tags map[string]int; in, out *Point; f func() }\n"
              "func square(n int) string { return \"\" }\n"
              "var n, neg = 42, int8(-3)\nvar f, g, h = 2.5, 3.0, 1e100\nvar z = 1 - 2i\nvar ok = true\nvar r = 'x'\nvar cold Celsius = -4.25\n"
              "var s = \"a \\\"b\\\"\\n\\x01\u00e9\"\nvar ints = []int{1, 2, 3}\nvar none []int\nvar empty = []int{}\nvar bytes, raw = []byte(\"hi\"), []byte{1, 255}\n"
              "var arr = [3]bool{true}\nvar p = Point{1, 2}\nvar pp = &p\nvar np *Point\nvar points = []Point{{1, 2}, {3, 4}}\nvar ptrs = []*Point{&p, nil}\n"
              "var m = map[string]int{\"b\": 2, \"a\": 1}\nvar nm map[int]bool\nvar mp = map[int]Point{3: {1, 2}, -1: {}}\n"
              "var a, b, c, d, e interface{} = 1, \"x\", 2.0, int8(3), Point{1, 2}\nvar nothing interface{}\nvar err = errors.New(\"boom\")\nvar noerr error\n"
              "var fn = square\nvar nilfn func(int) string\nvar wait = 1500 * time.Millisecond\nvar long = 2*time.Hour + 3*time.Second\nvar box = Box{name: \"b\", points: points, in: &p}\n"
              "var ring = &Node{1, &Node{2, nil}}\nvar pair = Pair{1, []string{\"q\"}}\nvar nested = [][]int{{1}, nil, {2, 3}}\nvar pi = &n\n"
              "var mu, held sync.Mutex\nvar rw sync.RWMutex\nvar wg sync.WaitGroup\nvar once sync.Once\nvar count atomic.Int64\nvar pmu = &mu\n"
              "var when, zero = time.Date(2024, 2, 29, 23, 59, 58, 120000000, time.UTC), []time.Time{{}}\nvar wrapped = fmt.Errorf(\"no: %w\", err)\n"
              "var jobs, none2 = make(chan int, 4), make(chan string)\nvar nilchan chan int\nvar done = make(chan struct{})\n"
              "func set() { ring.Next.Next = ring; held.Lock(); rw.RLock(); wg.Add(2); once.Do(func() {}); count.Store(7); jobs <- 1; jobs <- 2; close(done)\n"
              " _, _, _, _, _, _, _ = none, np, nm, nothing, noerr, nilfn, nilchan; go func() { <-none2 }()\n go func() { held.Lock() }(); go func() { wg.Wait() }() }\n"
              "func main() { if ok != true { set() } }\n");
    SHOWS(&x, "mu", "sync.Mutex mu: unlocked");
    SHOWS(&x, "once", "sync.Once once: not done");
    assert_int_equal(run(&x, "set"), HOST_DONE);
    while (!strstr(show_up_to(&x, "none2", 99), "waiting") || !strstr(show_up_to(&x, "held", 99), "waiting") || !strstr(show_up_to(&x, "wg", 99), "waiting")) usleep(50);
    static const char *const values[][2] = {
        {"n", "42"}, {"neg", "-3"}, {"f", "2.5"}, {"g", "3"}, {"h", "1e+100"}, {"z", "(1-2i)"}, {"ok", "true"}, {"r", "120"}, {"cold", "-4.25"},
        {"s", "\"a \\\"b\\\"\\n\\x01\u00e9\""}, {"ints", "[]int{1, 2, 3}"}, {"none", "[]int(nil)"}, {"empty", "[]int{}"}, {"bytes", "[]byte(\"hi\")"},
        {"raw", "[]byte{1, 255}"}, {"arr", "[3]bool{true, false, false}"}, {"p", "Point{X: 1, Y: 2}"}, {"pp", "&Point{X: 1, Y: 2}"}, {"np", "(*Point)(nil)"},
        {"points", "[]Point{{X: 1, Y: 2}, {X: 3, Y: 4}}"}, {"ptrs", "[]*Point{&Point{X: 1, Y: 2}, nil}"}, {"m", "map[string]int{\"a\": 1, \"b\": 2}"},
        {"nm", "map[int]bool(nil)"}, {"mp", "map[int]Point{-1: {X: 0, Y: 0}, 3: {X: 1, Y: 2}}"}, {"a", "1"}, {"b", "\"x\""}, {"c", "2.0"}, {"d", "int8(3)"},
        {"e", "Point{X: 1, Y: 2}"}, {"nothing", "any(nil)"}, {"err", "&errors.errorString{s: \"boom\"}"}, {"noerr", "error(nil)"},
        {"fn", "func(int) string square, x.gol:8"}, {"nilfn", "(func(int) string)(nil)"}, {"wait", "1.5s (1500000000)"}, {"long", "2h0m3s (7203000000000)"},
        {"box", "Box{name: \"b\", points: []Point{{X: 1, Y: 2}, {X: 3, Y: 4}}, tags: nil, in: &Point{X: 1, Y: 2}, out: nil, f: nil}"},
        {"ring", "&Node{Value: 1, Next: &Node{Value: 2, Next: &Node{...}}}"}, {"pair", "Pair{a: 1, b: []string{\"q\"}}"}, {"nested", "[][]int{{1}, nil, {2, 3}}"},
        {"pi", "&42"}, {"held", "sync.Mutex held: locked by goroutine 2 since line 53 of x.gol, 1 waiting"}, {"rw", "sync.RWMutex rw: locked for reading by 1 goroutine"},
        {"wg", "sync.WaitGroup wg: counter 2, 1 waiting"}, {"once", "sync.Once once: done"}, {"count", "atomic.Int64 count: 7"}, {"pmu", "*sync.Mutex pmu: unlocked"},
        {"when", "2024-02-29 23:59:58.12 UTC"}, {"zero", "[]time.Time{time.Time(0001-01-01 00:00:00 UTC)}"},
        {"wrapped", "&fmt.wrapError{msg: \"no: boom\", err: &errors.errorString{s: \"boom\"}}"},
        {"jobs", "chan int jobs: 2 of 4 full"}, {"none2", "chan string none2: unbuffered, 1 receiver waiting"},
        {"nilchan", "chan int nilchan: nil: who sends or receives waits for ever"}, {"done", "chan struct {} done: closed"},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++) SHOWS(&x, values[i][0], values[i][1]);
    assert_string_equal(show_up_to(&x, "points", 20), "[]Point{{X: 1, Y: 2}, ...}");
    stop(&x);
}

static void test_tables(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nimport (\"sync\"; \"time\")\n"
              "type Account struct { mu sync.Mutex; sum int }\n"
              "var jobs, never = make(chan int, 4), make(chan string)\nvar mu sync.Mutex\nvar acc Account\nvar wg sync.WaitGroup\n"
              "func worker() {\n for j := range jobs { _ = j }\n}\n"
              "func set() {\n mu.Lock()\n acc.mu.Lock(); acc.mu.Unlock()\n wg.Add(1)\n go worker()\n go worker()\n"
              " go func() { mu.Lock() }()\n go func() { wg.Wait() }()\n go time.Sleep(time.Hour)\n}\n"
              "func end() { mu.Unlock(); close(jobs); wg.Done(); close(never) }\n" MAIN(set(); end()));
    assert_string_equal(table(&x, host_goroutines), "");
    assert_string_equal(table(&x, host_locks), "");
    assert_int_equal(run(&x, "set"), HOST_DONE);
    while (!strstr(table(&x, host_locks), "wg: counter 1, 1 waiting") || !strstr(table(&x, host_locks), "2 of x.gol") ||
           !strstr(table(&x, host_goroutines), "lock `mu`") || !strstr(table(&x, host_channels), "2 receivers")) usleep(50);
    const char *text = table(&x, host_goroutines);
    HAS(text, "5 goroutines:\n");
    HAS(text, "  goroutine 3 (worker) at x.gol:9: waiting to receive from `jobs`");
    HAS(text, "; started at x.gol:15\n");
    HAS(text, "asleep (time.Sleep)");
    text = table(&x, host_channels);
    assert_string_equal(text, "2 channels:\n  chan int jobs: 0 of 4 full, 2 receivers waiting: goroutine 3 (worker), goroutine 4 (worker)\n"
                              "  chan string never: unbuffered\n");
    text = table(&x, host_locks);
    HAS(text, "3 locks and the like:\n  sync.Mutex mu: locked by goroutine 2 since line 12 of x.gol, 1 waiting: goroutine 5 (func literal in set)\n"
              "  sync.Mutex acc.mu: unlocked\n  sync.WaitGroup wg: counter 1, 1 waiting: goroutine 6 (func literal in set)\n");
    assert_int_equal(run(&x, "end"), HOST_DONE);
    while (host_alive(x.h) > 1) usleep(50);
    HAS(table(&x, host_channels), "chan int jobs: closed\n");
    stop(&x);
}

// With a seed nothing runs between two statements.
static void test_steps(void **state) {
    (void)state;
    Fixture x;
    const RuntimeOptions o = {.seeded = true, .seed = 1, .race = RACE_ON};
    start_with(&x, "package main\nimport (\"fmt\"; \"time\")\nvar c, d = make(chan int), make(chan int)\n"
                   "func a() {\n go func() { fmt.Println(\"one\"); c <- 1\n fmt.Println(\"two\") }()\n go func() { v := <-c; fmt.Println(\"got\", v)\n"
                   " time.Sleep(time.Hour); fmt.Println(\"woken\") }()\n}\n"
                   "func pass() { time.Sleep(2 * time.Hour) }\n"
                   "func stuck() { <-d }\n" MAIN(a(); pass(); stuck()), &o);
    assert_int_equal(run(&x, "a"), HOST_DONE);
    assert_string_equal(OUT(&x), "");
    assert_int_equal(host_alive(x.h), 2);
#ifdef GOL_HOSTILE // which preempts everywhere: the steps are small
    for (Buf b = {0}; host_step(x.h, &b) != STEP_NONE; buf_fini(&b)) {}
    HAS(OUT(&x), "[bg]got 1\n");
#else
    static const struct {
        const char *line, *out;
        HostStep how;
    } steps[] = {
        {"goroutine 4 (func literal in a) ran from x.gol:7 to x.gol:7: waiting to receive from `c`\n", "", STEP_WAITS},
        {"goroutine 3 (func literal in a) ran from x.gol:5 to its end\n", "[bg]one\n[bg]two\n", STEP_ENDED},
        {"goroutine 4 (func literal in a) ran from x.gol:7 to x.gol:8: asleep (time.Sleep)\n", "[bg]got 1\n", STEP_WAITS},
    };
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        Buf b = {0};
        assert_int_equal(host_step(x.h, &b), steps[i].how);
        assert_string_equal(buf_str(&b), steps[i].line);
        assert_string_equal(OUT(&x), steps[i].out);
        buf_fini(&b);
    }
#endif
    Buf b = {0};
    assert_int_equal(host_step(x.h, &b), STEP_NONE); // time passes with statements
    assert_int_equal(run(&x, "pass"), HOST_DONE);
    assert_string_equal(OUT(&x), "[bg]woken\n");
    assert_int_equal(run(&x, "stuck"), HOST_STUCK);
    HAS(TOLD(&x), "all goroutines are asleep");
    assert_int_equal(host_step(x.h, &b), STEP_NONE);
    stop(&x);
}

// Between two statements standard input is the prompt's.
static void test_input_of_the_background(void **state) {
    (void)state;
    Fixture x;
    int ends[2], in = dup(0);
    char c = 0;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], 0);
    start(&x, "package main\nimport (\"fmt\"; \"os\")\nvar got = make(chan string)\n"
              "func begin() { ready := make(chan bool); go func() { var b [1]byte; ready <- true; for { os.Stdin.Read(b[:]); got <- string(b[:]) } }(); <-ready }\n"
              "func get() { fmt.Println(<-got) }\n" MAIN(begin(); get()));
    assert_int_equal(run(&x, "begin"), HOST_DONE);
    for (int i = 0; i < 3; i++) {
        while (!strstr(table(&x, host_goroutines), "waiting for input")) usleep(50);
        assert_int_equal(write(ends[1], "p", 1), 1);
        assert_int_equal(read(0, &c, 1), 1); // nobody else takes it
        assert_int_equal(c, 'p');
        assert_int_equal(write(ends[1], "b", 1), 1);
        assert_int_equal(run(&x, "get"), HOST_DONE);
        assert_string_equal(OUT(&x), "b\n");
    }
    assert_string_equal(TOLD(&x), "");
    stop(&x);
    dup2(in, 0);
    close(in);
    close(ends[0]);
    close(ends[1]);
}

// Opening a pipe that nobody writes to hangs in the system: the statement is given up, and ends when it comes back.
static void test_interrupts_of_the_system(void **state) {
    (void)state;
    Fixture x;
    char dir[] = "/tmp/gol-host-XXXXXX", path[64], text[512];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/pipe", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(text, sizeof text, "package main\nimport (\"fmt\"; \"os\")\n"
             "func hang() { defer fmt.Println(\"deferred\"); fmt.Println(1); os.Open(\"%s\"); for {} }\n"
             "func good() { fmt.Println(\"fine\") }\n" MAIN(hang(); good()), path);
    start(&x, text);
    pthread_t t;
    Finger f = {&x, false, 1};
    pthread_create(&t, NULL, press_inside, &f);
    assert_int_equal(run(&x, "hang"), HOST_INTERRUPTED);
    pthread_join(t, NULL);
    assert_string_equal(OUT(&x), "1\n");
    assert_int_equal(run(&x, "good"), HOST_DONE);
    assert_string_equal(OUT(&x), "fine\n");
    assert_int_equal(host_alive(x.h), 1);
    int fd = open(path, O_WRONLY);
    while (host_alive(x.h)) usleep(50);
    assert_string_equal(OUT(&x), "[bg]deferred\n");
    close(fd);
    unlink(path);
    rmdir(dir);
    stop(&x);
}

static void test_a_statement_takes_little_time(void **state) {
    (void)state;
    Fixture x;
    start(&x, "package main\nvar n int\nfunc a() { n++ }\n" MAIN(a()));
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
        cmocka_unit_test(test_a_panic_in_the_background),
        cmocka_unit_test(test_fatal_errors),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_exit),
        cmocka_unit_test(test_stuck_alone),
        cmocka_unit_test(test_stuck_beside_others),
        cmocka_unit_test(test_lost_in_the_background),
        cmocka_unit_test(test_interrupts_of_who_waits),
        cmocka_unit_test(test_others_go_on_when_one_leaves),
        cmocka_unit_test(test_interrupts_of_who_runs),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_input_of_the_background),
        cmocka_unit_test(test_interrupts_of_the_system),
        cmocka_unit_test(test_a_statement_takes_little_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
