// Channels and select with 1, 2 and 8 workers: every value arrives exactly once, whoever waits is woken.
#include "tests/unit/fake_vm.h"

static const int worker_counts[] = {1, 2, 8};
#define EACH_COUNT(n) for (size_t i_ = 0; i_ < COUNT_OF(worker_counts); i_++) for (int n = worker_counts[i_], o_ = 1; o_; o_ = 0)

// --- order, as Go's with one processor

static uint64_t order[16];
static uint32_t norder;
static void note(uint64_t x) { order[__atomic_fetch_add(&norder, 1, __ATOMIC_RELAXED) % 16] = x; }

static Act noting(Worker *w, G *g, Word *v) { // v[0] name, v[1] channel to report on
    if (g->base == 0) {
        note(v[0]);
        g->base = 1;
        return act(chan_send(w, g, (Chan *)v[1], 0));
    }
    return END;
}
static Act order_main(Worker *w, G *g, Word *v) {
    switch (g->base) {
    case 0:
        v[1] = (Word)new_chan(w, 10);
        for (Word i = 1; i <= 5; i++) fake_go(w, noting, i, v[1], 0);
        v[0] = 5;
        g->base = 1;
        return GO_ON;
    default:
        if (v[0]-- == 0) return END;
        return act(chan_recv(w, g, (Chan *)v[1], 3, NO_SLOT));
    }
}
static void test_order(void **state) {
    (void)state;
#ifdef GOL_HOSTILE
    skip(); // preempted between two starts, main gives its place away
#endif
    norder = 0;
    assert_int_equal(fake_program(1, order_main, 0, 0, (RuntimeOptions){0}), 0);
    const uint64_t want[] = {5, 1, 2, 3, 4}; // the last one started, then as started
    assert_memory_equal(order, want, sizeof want);
}

// close readies its waiters from the last to the first, as Go does; the last one readied runs first
static Act close_waiter(Worker *w, G *g, Word *v) {
    if (g->base == 0) {
        g->base = 1;
        v[4] = v[5] = 77;
        return act(chan_recv(w, g, (Chan *)v[1], 4, 5));
    }
    if (v[4] != 0 || v[5] != 0) gol_bug("closed channel gave %llu, %llu", (unsigned long long)v[4], (unsigned long long)v[5]);
    note(v[0]);
    return END;
}
static Act close_main(Worker *w, G *g, Word *v) {
    switch (g->base++) {
    case 0:
        v[1] = (Word)new_chan(w, 0);
        for (Word i = 1; i <= 4; i++) fake_go(w, close_waiter, i, v[1], 0);
        return YIELD; // waiters queue up as 4, 1, 2, 3
    case 1: return act(chan_close(w, g, (Chan *)v[1]));
    case 2: return YIELD;
    default: return END;
    }
}
static void test_close_order(void **state) {
    (void)state;
#ifdef GOL_HOSTILE
    skip(); // preempted at every step, they wait in another order
#endif
    norder = 0;
    assert_int_equal(fake_program(1, close_main, 0, 0, (RuntimeOptions){0}), 0);
    const uint64_t want[] = {4, 3, 2, 1}; // they wait as 4 1 2 3, are readied last to first, and the last readied runs first
    assert_memory_equal(order, want, sizeof want);
}

// --- ping-pong

static Act pong(Worker *w, G *g, Word *v) { // v[0] in, v[1] out
    switch (g->base) {
    case 0: g->base = 1; return act(chan_recv(w, g, (Chan *)v[0], 4, 5));
    case 1: if (!v[5]) return END; g->base = 0; return act(chan_send(w, g, (Chan *)v[1], 4));
    }
    return END;
}
static Act ping(Worker *w, G *g, Word *v) { // v[0] rounds
    switch (g->base) {
    case 0:
        v[1] = (Word)new_chan(w, 0), v[2] = (Word)new_chan(w, 0);
        fake_go(w, pong, v[1], v[2], 0);
        g->base = 1;
        return GO_ON;
    case 1:
        if (v[3] == v[0]) {
            g->base = 3;
            return act(chan_close(w, g, (Chan *)v[1]));
        }
        v[3]++;
        g->base = 2;
        return act(chan_send(w, g, (Chan *)v[1], 3));
    case 2: g->base = 4; return act(chan_recv(w, g, (Chan *)v[2], 4, 5));
    case 4: if (v[4] != v[3] || v[5] != 1) gol_bug("lost a value"); g->base = 1; return GO_ON;
    }
    return END;
}
static void test_ping_pong(void **state) {
    (void)state;
    EACH_COUNT(n) assert_int_equal(fake_program(n, ping, (Word)fake_scaled(200000), 0, (RuntimeOptions){0}), 0);
}

// --- selects over two channels, senders and receivers that select too; the sum must come out

enum { SELECTORS = 6 };
static uint64_t sum_sent, sum_got;
typedef struct Shared {
    Chan *a, *b, *done, *finished;
} Shared;

static Act select_sender(Worker *w, G *g, Word *v) { // v[0] a, v[1] b, v[2] left; v[3] finished
    if (g->base == 1) {
        if (v[4] > 1) gol_bug("index %llu", (unsigned long long)v[4]);
        __atomic_fetch_add(&sum_sent, v[2], __ATOMIC_RELAXED);
        v[2]--;
        g->base = 0;
    }
    if (g->base == 2) return END;
    if (v[2] == 0) {
        g->base = 2;
        return act(chan_send(w, g, (Chan *)v[3], 2));
    }
    SelectArm arms[2] = {{(Chan *)v[0], 2, NO_SLOT, true}, {(Chan *)v[1], 2, NO_SLOT, true}};
    g->base = 1;
    return act(chan_select(w, g, arms, 2, false, 4));
}
static Act select_receiver(Worker *w, G *g, Word *v) { // v[0] a, v[1] b, v[2] done, v[3] finished
    if (g->base == 1) {
        g->base = 0;
        if (v[4] == 2) {
            g->base = 2;
            return act(chan_send(w, g, (Chan *)v[3], 4));
        }
        if (v[6] != 1) gol_bug("ok is %llu", (unsigned long long)v[6]);
        __atomic_fetch_add(&sum_got, v[5], __ATOMIC_RELAXED);
    }
    if (g->base == 2) return END;
    SelectArm arms[3] = {{(Chan *)v[0], 5, 6, false}, {(Chan *)v[1], 5, 6, false}, {(Chan *)v[2], 7, 8, false}};
    g->base = 1;
    return act(chan_select(w, g, arms, 3, false, 4));
}
static Act select_main(Worker *w, G *g, Word *v) { // v[0] values per sender, v[1] capacity
    switch (g->base) {
    case 0:
        v[2] = (Word)new_chan(w, v[1]), v[3] = (Word)new_chan(w, v[1]), v[4] = (Word)new_chan(w, 0), v[5] = (Word)new_chan(w, 0);
        for (int i = 0; i < SELECTORS; i++) {
            Word s[] = {v[2], v[3], v[0], v[5]}, r[] = {v[2], v[3], v[4], v[5]};
            sched_go(w, fake_g(w, select_sender, s, 4));
            sched_go(w, fake_g(w, select_receiver, r, 4));
        }
        g->base = 1;
        return GO_ON;
    case 1: // all senders have finished; then the buffers run empty, then done
        if (v[6] == SELECTORS) {
            if (chan_len((Chan *)v[2]) || chan_len((Chan *)v[3])) return YIELD;
            g->base = 2;
            return act(chan_close(w, g, (Chan *)v[4]));
        }
        v[6]++;
        return act(chan_recv(w, g, (Chan *)v[5], 8, NO_SLOT));
    case 2:
        if (v[7] == SELECTORS) return END;
        v[7]++;
        return act(chan_recv(w, g, (Chan *)v[5], 8, NO_SLOT));
    }
    return END;
}
static void test_select(void **state) {
    (void)state;
    EACH_COUNT(n) {
        for (Word cap = 0; cap < 3; cap++) {
            sum_sent = sum_got = 0;
            assert_int_equal(fake_program(n, select_main, (Word)fake_scaled(20000), cap, (RuntimeOptions){0}), 0);
            assert_int_equal(sum_sent, sum_got);
            assert_true(sum_sent > 0);
        }
    }
}

// --- select: fairness, default, send on closed

static uint64_t chosen[3];
static Act fair_main(Worker *w, G *g, Word *v) {
    switch (g->base) {
    case 0:
        for (int i = 0; i < 3; i++) v[1 + i] = (Word)new_chan(w, 1);
        g->base = 1;
        return GO_ON;
    case 1:
        if (v[0]-- == 0) {
            g->base = 3;
            return GO_ON;
        }
        for (int i = 0; i < 3; i++) {
            SelectArm put = {(Chan *)v[1 + i], 0, NO_SLOT, true};
            if (chan_select(w, g, &put, 1, true, 6) != CHAN_DONE) gol_bug("parked with a default");
        }
        SelectArm arms[3];
        for (int i = 0; i < 3; i++) arms[i] = (SelectArm){(Chan *)v[1 + i], 5, NO_SLOT, false};
        if (chan_select(w, g, arms, 3, true, 6) != CHAN_DONE) gol_bug("parked with a default");
        chosen[v[6]]++;
        return GO_ON;
    default: {
        Chan *c = new_chan(w, 0);
        SelectArm one = {c, 0, NO_SLOT, true}, nil = {NULL, 0, NO_SLOT, true};
        chan_select(w, g, &one, 1, true, 6);
        if (v[6] != (Word)-1) gol_bug("not the default");
        chan_select(w, g, &nil, 1, true, 6);
        if (v[6] != (Word)-1) gol_bug("not the default");
        chan_close(w, g, c);
        if (chan_select(w, g, &one, 1, true, 6) != CHAN_CLOSED_SEND) gol_bug("sent on a closed channel");
        if (chan_close(w, g, c) != CHAN_CLOSED_CLOSE) gol_bug("closed twice");
        if (chan_close(w, g, NULL) != CHAN_NIL_CLOSE) gol_bug("closed nil");
        return END;
    }
    }
}
static void test_fair(void **state) {
    (void)state;
    memset(chosen, 0, sizeof chosen);
    assert_int_equal(fake_program(1, fair_main, 30000, 0, (RuntimeOptions){0}), 0);
    for (int i = 0; i < 3; i++) assert_in_range(chosen[i], 9000, 11000);
}

// --- a sender that waits when its channel is closed

static Act closed_sender(Worker *w, G *g, Word *v) {
    if (g->base == 0) {
        g->base = 1;
        return act(chan_send(w, g, (Chan *)v[0], 1));
    }
    note(chan_woken_by_close_of_send(g) ? 1 : 2);
    return END;
}
static Act closed_select_sender(Worker *w, G *g, Word *v) {
    SelectArm arms[2] = {{(Chan *)v[0], 1, NO_SLOT, true}, {NULL, 2, NO_SLOT, false}};
    if (g->base == 0) {
        g->base = 1;
        return act(chan_select(w, g, arms, 2, false, 3));
    }
    note(chan_woken_by_close_of_send(g) ? 1 : 2);
    return END;
}
static Act closing_main(Worker *w, G *g, Word *v) {
    switch (g->base++) {
    case 0:
        v[0] = (Word)new_chan(w, 0);
        fake_go(w, closed_sender, v[0], 5, 0);
        fake_go(w, closed_select_sender, v[0], 5, 0);
        return YIELD;
    case 1: return act(chan_close(w, g, (Chan *)v[0]));
    case 2: return YIELD;
    default: return END;
    }
}
static void test_close_of_senders(void **state) {
    (void)state;
    norder = 0;
    assert_int_equal(fake_program(1, closing_main, 0, 0, (RuntimeOptions){0}), 0);
    assert_int_equal(norder, 2);
    assert_int_equal(order[0] + order[1], 2);
}

// --- collections while goroutines wait and channels die

static Act churn(Worker *w, G *g, Word *v) { // v[0] rounds, v[1] report channel
    switch (g->base) {
    case 0:
        if (v[0] == 0) {
            g->base = 9;
            return act(chan_send(w, g, (Chan *)v[1], 0));
        }
        v[0]--;
        v[2] = (Word)new_chan(w, v[0] % 3);
        v[3] = (Word)new_chan(w, v[0] % 2);
        if (!v[2] || !v[3]) gol_bug("no memory");
        v[4] = v[0];
        fake_go(w, pong, v[2], v[3], 0);
        g->base = 1;
        return act(chan_send(w, g, (Chan *)v[2], 4));
    case 1: g->base = 2; return v[0] % 7 ? GO_ON : YIELD;
    case 2: g->base = 3; return act(chan_recv(w, g, (Chan *)v[3], 5, NO_SLOT));
    case 3:
        if (v[5] != v[4]) gol_bug("got %llu", (unsigned long long)v[5]);
        if (v[0] % 50 == 0 && !gc_collect(w, 0)) gol_bug("no memory");
        g->base = 0;
        return act(chan_close(w, g, (Chan *)v[2]));
    }
    return END;
}
static Act churn_main(Worker *w, G *g, Word *v) { // v[0] rounds
    if (g->base == 0) {
        v[1] = (Word)new_chan(w, 0);
        for (int i = 0; i < 4; i++) fake_go(w, churn, v[0], v[1], 0);
        g->base = 1;
    }
    if (v[2]++ == 4) return END;
    return act(chan_recv(w, g, (Chan *)v[1], 5, NO_SLOT));
}
static void test_collections(void **state) {
    (void)state;
#ifdef GOL_HOSTILE
    skip(); // every allocation is refused once there, and these goroutines of C do not ask again
#endif
    EACH_COUNT(n) assert_int_equal(fake_program(n, churn_main, (Word)fake_scaled(5000), 0, (RuntimeOptions){0}), 0);
}

static int setup(void **state) {
    (void)state;
    fake_init();
    return 0;
}
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),      cmocka_unit_test(test_close_order), cmocka_unit_test(test_ping_pong),
        cmocka_unit_test(test_select),     cmocka_unit_test(test_fair),        cmocka_unit_test(test_close_of_senders),
        cmocka_unit_test(test_collections),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
