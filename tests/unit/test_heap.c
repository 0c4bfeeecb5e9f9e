// test_heap.c — size classes, rows, large objects, limits, and that poisoned memory is seen (address build).
#include "tests/unit/heap_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include "runtime/heap_block.h"

static void is_zero(const void *p, size_t n) {
    for (size_t i = 0; i < n; i++) assert_int_equal(((const uint8_t *)p)[i], 0);
}

static void test_classes(void **state) {
    (void)state;
    fx_init(0, 1);
    for (uint64_t words = 1; words < 9000; words++) {
        uint8_t c = heap_class_of(words, false);
        assert_int_equal(heap_class_of(words, true), c + 1);
        if (c < 2) {
            assert_true(words > 4096 - 1 - 1 - HEAP_REDZONE_WORDS);
            continue;
        }
        uint64_t cell = fx.workers[0].heap->run[c].size / 8;
        assert_true(cell >= words + 1);
        if (words <= 31) assert_int_equal(cell, words + 1 + HEAP_REDZONE_WORDS);
        assert_true(cell <= (words + 1 + HEAP_REDZONE_WORDS) * 3 / 2 + 1);
        if (c >= 4) assert_true(fx.workers[0].heap->run[c - 2].size / 8 < words + 1 + HEAP_REDZONE_WORDS); // the smallest that fits
    }
    fx_fini();
}

static void test_layout(void **state) {
    (void)state;
    fx_init(0, 1);
    const RType *t = fx.types;
    assert_int_equal(t[T_NODE].words, 2);
    assert_int_equal(t[T_NODE].ptr_mask, 3);
    assert_true(t[T_NODE].flags & RT_PLAIN_EQ);
    assert_int_equal(t[T_PAIR].go_size, 24);
    assert_int_equal(t[T_PAIR].ptr_mask, 2);
    assert_int_equal(t[T_POINTS].words, 3);
    assert_int_equal(t[T_POINTS].iface_mask, 1);
    assert_int_equal(t[T_POINTS].ptr_mask, 4);
    assert_int_equal(t[T_POINTS].go_size, 48);
    assert_false(t[T_POINTS].flags & RT_COMPARABLE);
    assert_int_equal(t[T_ARRAY].words, 1);
    assert_int_equal(t[T_ARRAY].go_size, 5);
    assert_true(t[T_ARRAY].flags & RT_MEM && t[T_ARRAY].flags & RT_NOSCAN);
    assert_int_equal(t[T_MATRIX].words, 300);
    assert_int_equal(t[T_WIDE].words, 101);
    assert_int_equal(t[T_WIDE].slots[0], SLOT_SCALAR);
    assert_int_equal(t[T_WIDE].slots[100], SLOT_POINTER);
    assert_int_equal(t[T_EMPTY].words, 0);
    assert_int_equal(t[T_PADDED].words, 2);
    assert_int_equal(t[T_PADDED].go_size, 8);
    assert_int_equal(t[TYPE_STRING].go_size, 16);
    assert_int_equal(t[TYPE_SLICE_INT].reg_words, 3);
    fx_fini();
}

static void test_alloc(void **state) {
    (void)state;
    fx_init(0, 1);
    Worker *w = fx_worker(0);
    char *before = NULL;
    for (int i = 0; i < 100000; i++) {
        Word *p = heap_alloc(w, T_NODE, 7);
        assert_non_null(p);
        is_zero(p, 16);
        assert_int_equal(header_type(p), T_NODE);
        assert_int_equal(header_site(p), 7);
        assert_true((char *)p != before);
        before = (char *)p;
        p[0] = p[1] = ~(Word)0;
    }
    for (uint64_t n = 1; n < 200000; n = n * 5 / 4 + 1) {
        uint8_t *p = heap_alloc_row(w, TYPE_UINT8, n, 1);
        is_zero(p, n);
        memset(p, 0xFF, n);
        assert_int_equal(header_type(p), TYPE_UINT8 | HEADER_ROW);
        assert_true(heap_object_size(fx.heap, p) >= n);
    }
    assert_ptr_equal(heap_alloc(w, T_EMPTY, 0), zero_base);
    assert_ptr_equal(heap_alloc_row(w, T_EMPTY, 1000, 0), zero_base);
    assert_ptr_equal(heap_alloc_row(w, TYPE_INT, 0, 0), zero_base);
    assert_null(heap_alloc_row(w, TYPE_INT, UINT64_MAX / 8, 0));
    assert_null(heap_alloc_row(w, TYPE_INT, UINT64_C(1) << 61, 0));
    assert_int_equal(heap_object_size(fx.heap, &fx), 0);
    fx_fini();
}

// Memory that comes back is zeroed, whatever size it comes back as.
static void test_reuse(void **state) {
    (void)state;
    fx_init(0, 1);
    Worker *w = fx_worker(0);
    HeapStats st;
    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 400; i++) {
            uint64_t n = 1 + (uint64_t)rand() % (i % 50 ? 300 : 30000);
            Word *p = heap_alloc_row(w, TYPE_INT, n, 0);
            assert_non_null(p);
            is_zero(p, n * 8);
            memset(p, 0xAB, n * 8);
        }
        assert_int_equal(fx_collect(), 0);
    }
    heap_stats(fx.heap, &st);
    assert_true(st.reserved_bytes < 16 << 20);
    assert_int_equal(st.collections, 300);
    assert_int_equal(st.used_bytes, 0);
    fx_fini();
}

static void test_limit(void **state) {
    (void)state;
    fx_init(10 << 20, 1);
    Worker *w = fx_worker(0);
    assert_null(heap_alloc_row(w, TYPE_UINT8, 1 << 30, 0));
    assert_true(heap_over_limit(fx.heap, 1 << 30));
    uint64_t n = 0;
    for (Word *p; (p = heap_alloc(w, T_NODE, 0)); n++) {
        p[0] = fx.roots[0];
        fx.roots[0] = (Word)p;
    }
    assert_in_range(n, (10 << 20) / 32 - 1000, (10 << 20) / 24);
    assert_int_equal(fx_collect(), n);
    HeapTypeUse use[4];
    heap_alloc_row(w, TYPE_INT, 10, 0);
    assert_true(heap_largest_types(fx.heap, use, 4) >= 1);
    assert_int_equal(use[0].type, T_NODE);
    assert_false(use[0].row);
    assert_int_equal(use[0].objects, n);
    fx.roots[0] = 0;
    assert_int_equal(fx_collect(), 0);
    assert_non_null(heap_alloc(w, T_NODE, 0));
    fx_fini();
}

#ifdef GOL_ASAN
#include <sanitizer/common_interface_defs.h>

static void child_dies(void (*f)(void)) {
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        freopen("/dev/null", "w", stderr);
        __sanitizer_set_report_path("stderr"); // not to where the runner looks for reports
        f();
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void use_after_sweep(void) {
    volatile Word *p = heap_alloc(fx_worker(0), T_NODE, 0);
    fx_collect();
    _exit((p[0] & 1) != 0);
}
static void use_after_sweep_large(void) {
    volatile Word *p = heap_alloc(fx_worker(0), T_BIG, 0);
    fx_collect();
    _exit((p[3000] & 1) != 0);
}
static void overrun(void) {
    volatile uint8_t *p = heap_alloc_row(fx_worker(0), TYPE_UINT8, 5, 0);
    heap_alloc_row(fx_worker(0), TYPE_UINT8, 5, 0);
    p[5] = 1;
}
static void overrun_words(void) {
    volatile Word *p = heap_alloc(fx_worker(0), T_NODE, 0);
    heap_alloc(fx_worker(0), T_NODE, 0);
    p[2] = 1;
}
static void overrun_large(void) {
    volatile Word *p = heap_alloc_row(fx_worker(0), TYPE_INT, 50000, 0);
    p[50000] = 1;
}
static void use_of_free(void) {
    volatile Word *p = heap_alloc(fx_worker(0), T_NODE, 0);
    p[100] = 1;
}
static void nothing_wrong(void) {
    volatile uint8_t *p = heap_alloc_row(fx_worker(0), TYPE_UINT8, 5, 0);
    p[4] = 1;
}

static void test_poison(void **state) {
    (void)state;
    fx_init(0, 1);
    child_dies(use_after_sweep);
    child_dies(use_after_sweep_large);
    child_dies(overrun);
    child_dies(overrun_words);
    child_dies(overrun_large);
    child_dies(use_of_free);
    pid_t pid = fork();
    if (pid == 0) {
        nothing_wrong();
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fx_fini();
}
#else
static void test_poison(void **state) {
    (void)state;
    skip();
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes), cmocka_unit_test(test_layout), cmocka_unit_test(test_alloc),
        cmocka_unit_test(test_reuse),   cmocka_unit_test(test_limit),  cmocka_unit_test(test_poison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
