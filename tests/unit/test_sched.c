// The scheduler: stacks, sleeping, timers, preemption, deadlock found exactly, input, exits.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "runtime/stdin.h"
#include "tests/unit/fake_vm.h"

static const int worker_counts[] = {1, 2, 8};
#define EACH_COUNT(n) for (size_t i_ = 0; i_ < COUNT_OF(worker_counts); i_++) for (int n = worker_counts[i_], o_ = 1; o_; o_ = 0)

// Runs a program in a child, so that standard error can be read; -1 when it did not end well.
static int in_child(int workers, Proc p, Word a, RuntimeOptions o, char *err, size_t n) {
    char path[] = "/tmp/gol-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd, 2);
        _exit(fake_program(workers, p, a, 0, o));
    }
    int status = 0;
    waitpid(pid, &status, 0);
    ssize_t got = pread(fd, err, n - 1, 0);
    err[got > 0 ? got : 0] = 0;
    close(fd);
    unlink(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// --- many goroutines

static Act counted(Worker *w, G *g, Word *v) { // v[0] WaitGroup, v[1] counter
    (void)g;
    const char *why;
    __atomic_fetch_add((Word *)v[1], 1, __ATOMIC_RELAXED);
    waitgroup_add(w, g, (Word *)v[0], -1, &why);
    return END;
}
static Act spawn_main(Worker *w, G *g, Word *v) { // v[0] goroutines, v[1] counter
    static Word wg; // not in the heap: any address will do
    const char *why;
    if (g->base == 0) {
        wg = 0;
        g->base = 1;
    }
    if (v[2] < v[0]) {
        v[2]++;
        waitgroup_add(w, g, &wg, 1, &why);
        fake_go(w, counted, (Word)&wg, v[1], 0);
        return GO_ON;
    }
    if (g->base == 2) return END;
    g->base = 2;
    return act(waitgroup_wait(w, g, &wg, &why));
}
static void test_spawn(void **state) {
    (void)state;
    EACH_COUNT(n) {
        Word count = 0, want = (Word)fake_scaled(300000);
        assert_int_equal(fake_program(n, spawn_main, want, (Word)&count, (RuntimeOptions){0}), 0);
        assert_int_equal(count, want);
    }
}

// --- stacks

static Act deep_main(Worker *w, G *g, Word *v) { // v[0] slots to reach
    Word want = v[0];
    for (uint32_t need = VARS; need < want; need = need + need / 3 + 1) {
        for (uint32_t i = 1; i < g->stack_cap; i++) g->stack[i] = i * 3;
        uint32_t had = g->stack_cap;
        if (!g_grow_stack(w, g, need)) gol_bug("no stack of %u", need);
        if (g->stack_cap < need) gol_bug("too small");
        for (uint32_t i = 1; i < had && i < need; i++)
            if (g->stack[i] != i * 3) gol_bug("slot %u lost at %u", i, need);
    }
    if (g_grow_stack(w, g, 200000000)) gol_bug("a stack without end");
    return END;
}
static void test_stack(void **state) {
    (void)state;
    assert_int_equal(fake_program(1, deep_main, 3000000, 0, (RuntimeOptions){0}), 0);
}

// --- sleep and timers

static uint64_t order[64];
static uint32_t norder;
static void note(uint64_t x) { order[__atomic_fetch_add(&norder, 1, __ATOMIC_RELAXED) % 64] = x; }

static Act sleeper(Worker *w, G *g, Word *v) { // v[0] ms, v[1] wg
    const char *why;
    if (g->base == 0) {
        g->base = 1;
        g_sleep_park(w, g, (int64_t)v[0] * 1000000);
        return PARKED;
    }
    note(v[0]);
    waitgroup_add(w, g, (Word *)v[1], -1, &why);
    return END;
}
static Act sleep_main(Worker *w, G *g, Word *v) {
    static Word wg;
    const char *why;
    (void)v;
    if (g->base++) return END;
    wg = 0;
    const Word ms[] = {300, 50, 200, 100};
    waitgroup_add(w, g, &wg, 4, &why);
    for (int i = 0; i < 4; i++) fake_go(w, sleeper, ms[i], (Word)&wg, 0);
    return act(waitgroup_wait(w, g, &wg, &why));
}
static void test_sleep(void **state) {
    (void)state;
    EACH_COUNT(n) {
        norder = 0;
        assert_int_equal(fake_program(n, sleep_main, 0, 0, (RuntimeOptions){0}), 0);
        assert_int_equal(norder, 4);
        const uint64_t want[] = {50, 100, 200, 300};
        assert_memory_equal(order, want, sizeof want);
    }
}

static void tick(Worker *w, Timer *t, int64_t now) {
    (void)now;
    Word one = 1;
    chan_offer(w, t->arg, &one);
}
static Act timer_main(Worker *w, G *g, Word *v) {
    static Timer many[200], ticker;
    switch (g->base) {
    case 0: {
        v[0] = (Word)new_chan(w, 1000);
        int64_t now = runtime_now(w->rt);
        for (int i = 0; i < 200; i++) {
            many[i] = (Timer){.when = now + 1000000 + (i * 7919 % 200) * 50000, .fire = tick, .arg = (void *)v[0]};
            timer_start(w, &many[i]);
        }
        for (int i = 0; i < 200; i += 2) // half of them are stopped again
            if (!timer_stop(w, &many[i])) gol_bug("was not armed");
        if (timer_stop(w, &many[0])) gol_bug("stopped twice");
        g->base = 1;
        return GO_ON;
    }
    case 1:
        if (v[1]++ < 100) return act(chan_recv(w, g, (Chan *)v[0], 5, NO_SLOT));
        if (w->rt->ntimers) gol_bug("timers left");
        ticker = (Timer){.when = runtime_now(w->rt) + 1000000, .period = 1000000, .fire = tick, .arg = (void *)v[0]};
        timer_start(w, &ticker);
        v[1] = 0;
        g->base = 2;
        return GO_ON;
    case 2:
        if (v[1]++ < 5) return act(chan_recv(w, g, (Chan *)v[0], 5, NO_SLOT));
        if (!timer_stop(w, &ticker)) gol_bug("the ticker is not armed");
        return END;
    }
    return END;
}
static void test_timers(void **state) {
    (void)state;
    EACH_COUNT(n) assert_int_equal(fake_program(n, timer_main, 0, 0, (RuntimeOptions){0}), 0);
}

// --- preemption: one loops for ever, the other must come to its turn

static Act looping(Worker *w, G *g, Word *v) { return (void)w, (void)g, v[0]++, GO_ON; }
static Act preempt_main(Worker *w, G *g, Word *v) {
    if (g->base++ == 0) {
        fake_go(w, looping, 0, 0, 0);
        return YIELD;
    }
    return v[0]++ < 3 ? YIELD : END;
}
static void test_preemption(void **state) {
    (void)state;
    EACH_COUNT(n) assert_int_equal(fake_program(n, preempt_main, 0, 0, (RuntimeOptions){0}), 0);
}

// --- deadlock: found when it is one, and never else

static Act stuck(Worker *w, G *g, Word *v) {
    g->base = 7;
    return act(chan_send(w, g, (Chan *)v[0], 1));
}
static Act deadlock_main(Worker *w, G *g, Word *v) { // v[0] rounds of busy work before
    switch (g->base) {
    case 0:
        v[1] = (Word)new_chan(w, 0);
        for (int i = 0; i < 3; i++) fake_go(w, stuck, v[1], 0, 0);
        g->base = 1;
        return GO_ON;
    case 1:
        if (v[0]-- > 0) return v[0] % 3 ? GO_ON : YIELD;
        g->base = 12;
        return act(chan_recv(w, g, NULL, 5, NO_SLOT));
    }
    return END;
}
static void test_deadlock(void **state) {
    (void)state;
    char err[4096];
    EACH_COUNT(n) {
        assert_int_equal(in_child(n, deadlock_main, 1000, (RuntimeOptions){0}, err, sizeof err), 2);
        assert_string_equal(err, "fatal error: all goroutines are asleep - deadlock!\n"
                                 "  goroutine 1 (main) waits to receive from a nil channel, which nobody can send on\n"
                                 "  3 goroutines wait to send on a channel\n"
                                 "  help: make the channel before it is used: `ch = make(chan T)`\n"
                                 "gol: 1 finding: 1 deadlock; see: gol explain GOL0702\n");
    }
}

// Hand-overs, sleeps and short idle times: any false deadlock ends the program with 2.
static Act relay(Worker *w, G *g, Word *v) { // v[0] in, v[1] out: hands on, now and then after a sleep
    switch (g->base) {
    case 0: g->base = 1; return act(chan_recv(w, g, (Chan *)v[0], 4, 5));
    case 1:
        g->base = 2;
        if (v[4] % 5 == 0) {
            g_sleep_park(w, g, (int64_t)choice_pick(w, CHOICE_RAND, 30000));
            return PARKED;
        }
        return v[4] % 3 ? GO_ON : YIELD;
    default: g->base = 0; return act(chan_send(w, g, (Chan *)v[1], 4));
    }
}
static Act relay_main(Worker *w, G *g, Word *v) { // v[0] rounds
    switch (g->base) {
    case 0: {
        Chan *first = new_chan(w, 0), *c = first;
        for (int i = 0; i < 5; i++) {
            Chan *next = new_chan(w, 0);
            fake_go(w, relay, (Word)c, (Word)next, 0);
            c = next;
        }
        v[1] = (Word)first, v[2] = (Word)c;
        g->base = 1;
        return GO_ON;
    }
    case 1:
        if (v[0]-- == 0) return END;
        g->base = 2;
        return act(chan_send(w, g, (Chan *)v[1], 0));
    default: g->base = 1; return act(chan_recv(w, g, (Chan *)v[2], 6, NO_SLOT));
    }
}
static void test_no_false_deadlock(void **state) {
    (void)state;
    EACH_COUNT(n) {
        assert_int_equal(fake_program(n, relay_main, (Word)fake_scaled(5000), 0, (RuntimeOptions){0}), 0);
        for (int k = 0; k < 20; k++)
            assert_int_equal(fake_program(n, relay_main, (Word)fake_scaled(50), 0, (RuntimeOptions){0}), 0);
    }
}

// --- input

static Act read_main(Worker *w, G *g, Word *v) {
    if (g->base == 0 && !stdin_done(g)) {
        if (!stdin_try(w, g, 100)) {
            stdin_park(w, g, 100);
            return PARKED;
        }
    }
    const uint8_t *data;
    int64_t n = stdin_result(g, &data);
    if (n > 0 && (n != 5 || memcmp(data, "hello", 5))) gol_bug("read something else");
    stdin_free(g);
    if (n > 0) {
        v[0]++;
        return GO_ON;
    }
    if (v[0] != 1) gol_bug("read %d times", (int)v[0]);
    return END;
}
static void test_input(void **state) {
    (void)state;
    EACH_COUNT(n) {
        int p[2], old = dup(0);
        assert_int_equal(pipe(p), 0);
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            close(p[0]);
            usleep(30000);
            if (write(p[1], "hello", 5) != 5) _exit(1);
            usleep(30000);
            _exit(0);
        }
        close(p[1]);
        dup2(p[0], 0);
        close(p[0]);
        assert_int_equal(fake_program(n, read_main, 0, 0, (RuntimeOptions){0}), 0);
        dup2(old, 0);
        close(old);
        waitpid(pid, NULL, 0);
    }
}
// The main goroutine ends while another reads: the reader's thread must not hold up the end.
static Act abandoning_main(Worker *w, G *g, Word *v) {
    (void)v;
    if (g->base++ == 0) {
        fake_go(w, read_main, 0, 0, 0);
        return YIELD;
    }
    if (g->base == 2) {
        g_sleep_park(w, g, 2000000);
        return PARKED;
    }
    return END;
}
static void test_abandoned_input(void **state) {
    (void)state;
    int p[2], old = dup(0);
    assert_int_equal(pipe(p), 0);
    dup2(p[0], 0);
    EACH_COUNT(n) assert_int_equal(fake_program(n, abandoning_main, 0, 0, (RuntimeOptions){0}), 0);
    dup2(old, 0);
    close(old), close(p[0]), close(p[1]);
}

// --- ends

static Act sleep_long(Worker *w, G *g, Word *v) {
    if (g->base++ == 1) return END;
    if (v[0]) return g->base = 0, GO_ON; // busy
    g_sleep_park(w, g, 60000000000);
    return PARKED;
}
static void test_timeout(void **state) {
    (void)state;
    char err[4096];
    EACH_COUNT(n) {
        for (Word busy = 0; busy < 2; busy++) {
            RuntimeOptions o = {.timeout_ns = 30000000};
            assert_int_equal(in_child(n, sleep_long, busy, o, err, sizeof err), EXIT_TIMEOUT);
            assert_non_null(strstr(err, "goroutine 1"));
        }
    }
}
static Act interrupted(Worker *w, G *g, Word *v) {
    if (g->base == 0) kill(getpid(), SIGINT);
    return sleep_long(w, g, v);
}
static void test_interrupt(void **state) {
    (void)state;
    char err[4096];
    EACH_COUNT(n) {
        for (Word busy = 0; busy < 2; busy++) {
            assert_int_equal(in_child(n, interrupted, 0, (RuntimeOptions){0}, err, sizeof err), EXIT_INTERRUPT);
            assert_non_null(strstr(err, "goroutine 1"));
        }
    }
}

static int setup(void **state) {
    (void)state;
    fake_init();
    return 0;
}
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spawn),      cmocka_unit_test(test_stack),       cmocka_unit_test(test_sleep),
        cmocka_unit_test(test_timers),     cmocka_unit_test(test_preemption),  cmocka_unit_test(test_deadlock),
        cmocka_unit_test(test_no_false_deadlock), cmocka_unit_test(test_input), cmocka_unit_test(test_abandoned_input),
        cmocka_unit_test(test_timeout),    cmocka_unit_test(test_interrupt),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
