// Locks keep threads out, and builds with assertions stop where two are taken against their ranks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka wants these four first
#include <cmocka.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/lock.h"

enum { THREADS = 4, ROUNDS = 20000 };
static Lock shared;
static uint64_t counted;

static void *count(void *unused) {
    for (int i = 0; i < ROUNDS; i++) {
        lock_take(&shared);
        counted++;
        lock_drop(&shared);
    }
    return unused;
}

static void keeps_out(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    lock_init(&shared, RANK_RUNTIME);
    counted = 0;
    for (int i = 0; i < THREADS; i++) assert_true(platform_thread(&threads[i], count, NULL));
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(counted, THREADS * ROUNDS);
}

// How a process ends that takes a, then b. (gol_bug ends it.)
static int status_of(Lock *a, Lock *b) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(1);
        lock_take(a);
        lock_take(b);
        lock_drop(a);
        lock_drop(b);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

static void ranks_are_checked(void **state) {
    (void)state;
    Lock chans[2], rt, out, any;
    lock_init(&chans[0], RANK_CHAN);
    lock_init(&chans[1], RANK_CHAN);
    lock_init(&rt, RANK_RUNTIME);
    lock_init(&out, RANK_OUTPUT);
    lock_init(&any, RANK_NONE);
    assert_int_equal(status_of(&rt, &out), 0);
    assert_int_equal(status_of(&chans[0], &chans[1]), 0);
    assert_int_equal(status_of(&out, &any), 0);
#ifndef NDEBUG
    assert_int_not_equal(status_of(&out, &rt), 0);
    assert_int_not_equal(status_of(&chans[1], &chans[0]), 0);
    assert_int_not_equal(status_of(&rt, &chans[0]), 0);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_out), cmocka_unit_test(ranks_are_checked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
