// Explored runs: the same seed goes the same way, different seeds go every way, and PCT keeps its promise.
#include <string.h>

#include "fake_vm.h"
#include "runtime/explore.h"

enum { THREADS = 3, STEPS = 2, ORDER = THREADS * STEPS };
static char order[ORDER + 1]; // who took each step: one program runs at a time
static uint32_t taken;

// v[0] name, v[1] steps done. Each step is a point, as a channel operation would be.
static Act stepper(Worker *w, G *g, Word *v) {
    if (v[1] == STEPS) return END;
    if (explore_point(w, g, POINT_SYNC, NULL)) return LEAVE;
    order[taken++] = (char)('a' + v[0]);
    v[1]++;
    return GO_ON;
}

static Act starter(Worker *w, G *g, Word *v) { // v[0] started
    (void)g;
    if (v[0] < THREADS) {
        fake_go(w, stepper, v[0]++, 0, 0);
        return GO_ON;
    }
    return taken == ORDER ? END : YIELD;
}

static const char *run(Strategy strategy, uint32_t depth, uint64_t seed) {
    memset(order, 0, sizeof order);
    taken = 0;
    Schedule s = {.strategy = strategy, .depth = depth, .steps = ORDER, .seed = seed};
    assert_int_equal(fake_program(1, starter, 0, 0, (RuntimeOptions){.seeded = true, .seed = seed, .schedule = s}), 0);
    assert_int_equal(taken, ORDER);
    return order;
}

static void test_repeats(void **state) {
    (void)state;
    static const Strategy strategies[] = {STRATEGY_RANDOM, STRATEGY_PCT};
    for (size_t k = 0; k < COUNT_OF(strategies); k++)
        for (uint64_t seed = 0; seed < 50; seed++) {
            char first[ORDER + 1];
            strcpy(first, run(strategies[k], 3, seed));
            for (int i = 0; i < 3; i++) assert_string_equal(run(strategies[k], 3, seed), first);
        }
}

// Six steps of three goroutines, two each: 6! / (2! 2! 2!) = 90 orders.
static void test_every_order(void **state) {
    (void)state;
    enum { ORDERS = 90, RUNS = 6000 };
    static char seen[ORDERS][ORDER + 1];
    int n = 0;
    for (uint64_t seed = 0; seed < RUNS && n < ORDERS; seed++) {
        run(STRATEGY_RANDOM, 0, seed);
        int i = 0;
        while (i < n && strcmp(seen[i], order)) i++;
        if (i == n) strcpy(seen[n++], order);
    }
    assert_int_equal(n, ORDERS);
}

// Depth 1 is priorities alone: nobody is interrupted, and each of the 3! orders of the goroutines comes up about as often as the others. (The
// starter gives way at once, so that it is never the one that matters.)
static void test_priorities(void **state) {
    (void)state;
    enum { RUNS = 1200 };
    static const char *const orders[] = {"aabbcc", "aaccbb", "bbaacc", "bbccaa", "ccaabb", "ccbbaa"};
    int count[COUNT_OF(orders)] = {0}, whole = 0;
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        run(STRATEGY_PCT, 1, seed);
        for (size_t i = 0; i < COUNT_OF(orders); i++)
            if (!strcmp(order, orders[i])) count[i]++, whole++;
    }
    assert_int_equal(whole, RUNS);
    for (size_t i = 0; i < COUNT_OF(orders); i++) assert_in_range(count[i], RUNS / 30, RUNS / 2);
}

// The position of the nth step (0, 1) of a goroutine.
static int at(char who, int nth) {
    for (int i = 0; i < ORDER; i++)
        if (order[i] == who && nth-- == 0) return i;
    return -1;
}

// A bug of depth d is d orders that must all hold; with n goroutines (the starter is one) and k points PCT of depth d shows it with
// probability 1 / (n k^(d-1)) at least.
static void test_promise(void **state) {
    (void)state;
    enum { RUNS = 3000, N = THREADS + 1, K = ORDER };
    int two = 0, three = 0;
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        run(STRATEGY_PCT, 2, seed);
        two += at('a', 0) < at('b', 0) && at('b', 0) < at('a', 1);
        run(STRATEGY_PCT, 3, seed);
        three += at('c', 0) < at('b', 0) && at('b', 0) < at('a', 0) && at('a', 0) < at('c', 1);
    }
    assert_in_range(two, RUNS / (N * K), RUNS);
    assert_in_range(three, RUNS / (N * K * K), RUNS);
}

// The change points' priorities are independent of their order: c, who interrupted b, who interrupted a, can be left before either goes on.
static void test_falls(void **state) {
    (void)state;
    bool inward = false, outward = false;
    for (uint64_t seed = 0; seed < 3000 && !(inward && outward); seed++) {
        run(STRATEGY_PCT, 3, seed);
        inward |= !strcmp(order, "abccba");
        outward |= !strcmp(order, "abccab");
    }
    assert_true(inward && outward);
}

int main(void) {
    fake_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repeats),
        cmocka_unit_test(test_every_order),
        cmocka_unit_test(test_priorities),
        cmocka_unit_test(test_promise),
        cmocka_unit_test(test_falls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
