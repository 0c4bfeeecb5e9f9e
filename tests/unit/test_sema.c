// Mutex, RWMutex, WaitGroup, semaphores and notification lists under contention, with 1, 2 and 8 workers.
#include "tests/unit/fake_vm.h"

static const int worker_counts[] = {1, 2, 8};
#define EACH_COUNT(n) for (size_t i_ = 0; i_ < COUNT_OF(worker_counts); i_++) for (int n = worker_counts[i_], o_ = 1; o_; o_ = 0)
enum { MANY = 8 };

// What the goroutines share: outside the heap, since any address serves as a lock.
static Word wg, mu, rw[2], sem, list;
static volatile uint64_t a, b; // guarded by the lock under test
static uint64_t in_section;    // atomic
static Word rounds;

static void done(Worker *w, G *g) {
    const char *why;
    waitgroup_add(w, g, &wg, -1, &why);
}
static Act unlocked(SemaStatus s, const char *why) {
    if (s == SEMA_FATAL || s == SEMA_PANIC) gol_bug("%s", why);
    return s == SEMA_PARKED ? PARKED : GO_ON;
}

// Starts MANY of v[0] and waits for them.
static Act crowd_main(Worker *w, G *g, Word *v) {
    const char *why;
    if (g->base++) return END;
    wg = mu = rw[0] = rw[1] = sem = list = 0;
    a = b = in_section = 0;
    waitgroup_add(w, g, &wg, MANY, &why);
    for (Word i = 0; i < MANY; i++) fake_go(w, (Proc)v[0], rounds, i, 0);
    return act(waitgroup_wait(w, g, &wg, &why));
}
static void crowd(int n, Proc p, int size) {
    rounds = (Word)fake_scaled(size);
    assert_int_equal(fake_program(n, crowd_main, (Word)p, 0, (RuntimeOptions){0}), 0);
}

static Act mutex_user(Worker *w, G *g, Word *v) { // v[0] rounds
    const char *why;
    switch (g->base) {
    case 0:
        if (v[0]-- == 0) return done(w, g), END;
        g->base = 1;
        if (v[0] % 16 == 0) return mutex_try_lock(w, g, &mu) ? GO_ON : (g->base = 0, YIELD);
        return act(mutex_lock(w, g, &mu));
    case 1:
        if (__atomic_fetch_add(&in_section, 1, __ATOMIC_RELAXED)) gol_bug("two inside");
        a = a + 1;
        g->base = 2;
        if (v[0] % 1000 == 1) { // now and then so long that others starve, while newcomers barge in
            g_sleep_park(w, g, 1200000);
            return PARKED;
        }
        return v[0] % 64 == 0 ? YIELD : GO_ON;
    case 2:
        __atomic_fetch_sub(&in_section, 1, __ATOMIC_RELAXED);
        g->base = 3;
        why = "";
        return unlocked(mutex_unlock(w, g, &mu, &why), why);
    default:
        v[5]++;
        g->base = 0;
        return GO_ON;
    }
}
static void test_mutex(void **state) {
    (void)state;
    EACH_COUNT(n) {
        crowd(n, mutex_user, 30000);
        assert_in_range(a, MANY * rounds * 8 / 10, MANY * rounds);
        assert_int_equal(mu, 0);
    }
}

// A lock that is nearly always held, by somebody who takes it again at once: starving waiters must get it.
static Act greedy(Worker *w, G *g, Word *v) {
    const char *why = "";
    switch (g->base) {
    case 0:
        if (v[0]-- == 0) return done(w, g), END;
        g->base = 1;
        return act(mutex_lock(w, g, &mu));
    case 1:
        a = a + 1;
        g->base = 2;
        g_sleep_park(w, g, 200000);
        return PARKED;
    default:
        g->base = 0;
        return unlocked(mutex_unlock(w, g, &mu, &why), why);
    }
}
static void test_starving(void **state) {
    (void)state;
    EACH_COUNT(n) {
        crowd(n, greedy, 30);
        assert_int_equal(a, MANY * rounds);
        assert_int_equal(mu, 0);
    }
}

static Act rw_user(Worker *w, G *g, Word *v) { // v[0] rounds, v[1] index: 0 and 1 write
    const char *why = "";
    switch (g->base) {
    case 0:
        if (v[0]-- == 0) return done(w, g), END;
        if (v[1] < 2) {
            g->base = 1;
            if (v[0] % 8 == 0) return rwmutex_try_lock(w, g, rw) ? GO_ON : (g->base = 0, YIELD);
            return act(rwmutex_lock(w, g, rw));
        }
        g->base = 3;
        if (v[0] % 8 == 0) return rwmutex_try_rlock(w, g, rw) ? GO_ON : (g->base = 0, YIELD);
        return act(rwmutex_rlock(w, g, rw));
    case 1:
        if (__atomic_load_n(&in_section, __ATOMIC_RELAXED)) gol_bug("a writer among readers");
        a = a + 1;
        g->base = 2;
        return v[0] % 16 == 0 ? YIELD : GO_ON;
    case 2:
        b = b + 1;
        g->base = 0;
        return unlocked(rwmutex_unlock(w, g, rw, &why), why);
    case 3:
        __atomic_fetch_add(&in_section, 1, __ATOMIC_RELAXED);
        if (a != b) gol_bug("a reader among writers");
        g->base = 4;
        return v[0] % 16 == 0 ? YIELD : GO_ON;
    default:
        if (a != b) gol_bug("a writer among readers");
        __atomic_fetch_sub(&in_section, 1, __ATOMIC_RELAXED);
        g->base = 0;
        return unlocked(rwmutex_runlock(w, g, rw, &why), why);
    }
}
static void test_rwmutex(void **state) {
    (void)state;
    EACH_COUNT(n) {
        crowd(n, rw_user, 20000);
        assert_true(a == b && a > 0);
        assert_true(rw[0] == 0 && rw[1] == 0);
    }
}

static Act sema_user(Worker *w, G *g, Word *v) { // at most 3 inside
    switch (g->base) {
    case 0:
        if (v[0]-- == 0) return done(w, g), END;
        if (v[1] == 0 && v[3]++ == 0)
            for (int i = 0; i < 3; i++) sema_release(w, g, &sem);
        g->base = 1;
        return act(sema_acquire(w, g, &sem, WAIT_SEMA));
    case 1:
        if (__atomic_add_fetch(&in_section, 1, __ATOMIC_RELAXED) > 3) gol_bug("too many inside");
        g->base = 2;
        return v[0] % 8 == 0 ? YIELD : GO_ON;
    default:
        __atomic_fetch_sub(&in_section, 1, __ATOMIC_RELAXED);
        sema_release(w, g, &sem);
        g->base = 0;
        return GO_ON;
    }
}
static void test_sema(void **state) {
    (void)state;
    EACH_COUNT(n) {
        crowd(n, sema_user, 20000);
        assert_int_equal(sem, 3);
    }
}

// A queue of one under a Cond: producers and consumers, all on one list.
static Act cond_user(Worker *w, G *g, Word *v) { // v[1] odd: consumer
    const char *why = "";
    bool consumer = v[1] & 1;
    switch (g->base) {
    case 0:
        if (v[0]-- == 0) return done(w, g), END;
        g->base = 1;
        return act(mutex_lock(w, g, &mu));
    case 1:
        if (a == (consumer ? 1u : 0u)) {
            g->base = 4;
            return GO_ON;
        }
        v[3] = notify_add(w, &list);
        g->base = 2;
        return unlocked(mutex_unlock(w, g, &mu, &why), why);
    case 2: g->base = 3; return act(notify_wait_for(w, g, &list, (uint32_t)v[3]));
    case 3: g->base = 1; return act(mutex_lock(w, g, &mu));
    case 4:
        a = consumer ? 0 : 1;
        b = b + 1;
        notify_all(w, &list);
        g->base = 0;
        return unlocked(mutex_unlock(w, g, &mu, &why), why);
    }
    return END;
}
static void test_cond(void **state) {
    (void)state;
    EACH_COUNT(n) {
        crowd(n, cond_user, 3000);
        assert_int_equal(b, MANY * rounds);
    }
}

// Signal wakes one, in the order of waiting.
static uint64_t order[8];
static uint32_t norder;
static Act cond_waiter(Worker *w, G *g, Word *v) {
    if (g->base++ == 0) return act(notify_wait(w, g, &list));
    order[norder++] = v[0];
    return END;
}
static Act signal_main(Worker *w, G *g, Word *v) {
    switch (g->base++) {
    case 0:
        list = 0, norder = 0;
        for (Word i = 1; i <= 4; i++) fake_go(w, cond_waiter, i, 0, 0);
        return YIELD; // they wait as 4, 1, 2, 3
    case 1: notify_one(w, &list); return YIELD;
    case 2:
        if (norder != 1) gol_bug("woke %u", norder);
        notify_one(w, &list);
        return YIELD;
    case 3: notify_all(w, &list); return YIELD;
    default: notify_one(w, &list); return (void)v, END;
    }
}
static void test_signal(void **state) {
    (void)state;
    assert_int_equal(fake_program(1, signal_main, 0, 0, (RuntimeOptions){0}), 0);
    const uint64_t want[] = {4, 1, 3, 2};
    assert_memory_equal(order, want, sizeof want);
}

static Act misuse_main(Worker *w, G *g, Word *v) {
    const char *why = "";
    Word zero[2] = {0, 0};
    (void)v;
    if (mutex_unlock(w, g, zero, &why) != SEMA_FATAL || strcmp(why, "sync: unlock of unlocked mutex")) gol_bug("%s", why);
    if (rwmutex_unlock(w, g, zero, &why) != SEMA_FATAL || strcmp(why, "sync: Unlock of unlocked RWMutex")) gol_bug("%s", why);
    if (rwmutex_runlock(w, g, zero, &why) != SEMA_FATAL || strcmp(why, "sync: RUnlock of unlocked RWMutex")) gol_bug("%s", why);
    if (waitgroup_add(w, g, zero, -1, &why) != SEMA_PANIC || strcmp(why, "sync: negative WaitGroup counter")) gol_bug("%s", why);
    // words that a racy program has copied or damaged: anything but a crash or a hang
    for (Word i = 0; i < 3000; i++) {
        Word bad[2] = {i * 0x9E3779B97F4A7C15u >> (i % 64), i * 0xD1342543DE82EF95u >> (i % 61)};
        switch (i % 5) {
        case 0: if (bad[0] & 1 && !(bad[0] & 4)) mutex_unlock(w, g, bad, &why); break;
        case 1: rwmutex_runlock(w, g, bad, &why); break;
        case 2: if (!(bad[0] & 4)) rwmutex_unlock(w, g, bad, &why); break;
        case 3: waitgroup_add(w, g, bad, -1, &why); break;
        case 4: sema_release(w, g, bad), notify_one(w, bad), notify_all(w, bad); break;
        }
    }
    return END;
}
static void test_misuse(void **state) {
    (void)state;
    EACH_COUNT(n) assert_int_equal(fake_program(n, misuse_main, 0, 0, (RuntimeOptions){0}), 0);
}

static int setup(void **state) {
    (void)state;
    fake_init();
    return 0;
}
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mutex), cmocka_unit_test(test_starving), cmocka_unit_test(test_rwmutex), cmocka_unit_test(test_sema),
        cmocka_unit_test(test_cond),  cmocka_unit_test(test_signal),   cmocka_unit_test(test_misuse),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
