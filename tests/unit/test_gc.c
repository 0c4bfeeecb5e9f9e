// test_gc.c — what the collector keeps and what it drops; several markers; random graphs against a model.
#include "tests/unit/heap_fixture.h"

#include <pthread.h>

static Word *node(Word left, Word right) {
    Word *p = heap_alloc(fx_worker(0), T_NODE, 0);
    assert_non_null(p);
    PUBLISH(p, left);
    PUBLISH(p + 1, right);
    return p;
}

static void test_shapes(void **state) {
    (void)state;
    fx_init(0, 1);
    Worker *w = fx_worker(0);
    // every kind of object that leads to a node: it and the node live
    struct { Word *p; int objects; } s[16];
    int n = 0;
    Word *p;
#define HOLD(alloc, store, k)  (p = (alloc), assert_non_null(p), (store), s[n].p = p, s[n++].objects = (k))
    HOLD(heap_alloc(w, T_PTR, 0), p[0] = (Word)node(0, 0), 2);
    HOLD(heap_alloc(w, T_POINTS, 0), (p[0] = (Word)node(0, 0), p[1] = (Word)node(0, 0), p[2] = (Word)heap_alloc_row(w, TYPE_INT, 4, 0)), 3);
    HOLD(heap_alloc(w, T_MATRIX, 0), p[299] = (Word)node(0, 0), 2);
    HOLD(heap_alloc(w, T_WIDE, 0), p[100] = (Word)node(0, 0), 2);
    HOLD(heap_alloc(w, T_BIG, 0), p[4999] = (Word)node(0, 0), 2);
    HOLD(heap_alloc_row(w, T_PTR, 3000, 0), p[2999] = (Word)node(0, 0), 2);
    HOLD(heap_alloc_row(w, TYPE_INT, 3000, 0), p[5] = (Word)node(0, 0), 1); // not a pointer
    HOLD(heap_alloc_row(w, T_MATRIX, 7, 0), p[6 * 300] = (Word)node(0, 0), 2);
    HOLD(heap_alloc_object(w, TYPE_CLOSURE_OBJ, 16, 0), p[1] = (Word)node(0, 0), 2);
    HOLD(heap_alloc_object(w, TYPE_CONSERVATIVE_OBJ, 32, 0), (p[0] = 17, p[1] = (Word)T_PTR << 48 | (Word)node(0, 0), p[3] = (Word)node(0, 0)), 3);
    const SliceHeader *h;
    slice_pack(w, &(SliceReg){(Word)heap_alloc_row(w, T_PTR, 3, 0), 3, 3}, 0, &h);
    HOLD((Word *)(uintptr_t)h, ((Word *)h->data)[2] = (Word)node(0, 0), 3);
    const Str *str, *piece;
    str_new(w, "0123456789012345678901234567890123456789", 40, &str);
    str_slice(w, str, 2, 40, &piece);
    HOLD((Word *)(uintptr_t)piece, (void)0, 2);
    HOLD((Word *)(uintptr_t)str, (void)0, 1);
#undef HOLD
    uint64_t total = 0;
    for (int i = 0; i < n; i++) {
        fx.roots[i] = (Word)s[i].p + (i % 2 && i != 12 ? 8 : 0); // interior pointers hold, too
        if (i != 12) total += (uint64_t)s[i].objects;
    }
    assert_int_equal(fx_collect(), total);
    assert_int_equal(fx_collect(), total);
    memset(fx.roots, 0, sizeof fx.roots);
    fx.roots[0] = (Word)s[0].p;
    assert_int_equal(fx_collect(), s[0].objects);
    fx.roots[0] = 0;
    assert_int_equal(fx_collect(), 0);
    fx_fini();
}

static void test_ifaces(void **state) {
    (void)state;
    fx_init(0, 1);
    Worker *w = fx_worker(0);
    Word big = UINT64_C(1) << 60, ptr = (Word)node(0, 0), five = 5, pair[2] = {1, 0};
    const Str *str;
    str_new(w, "hello", 5, &str);
    pair[1] = (Word)str;
    assert_true(iface_make(w, TYPE_INT, &big, 0, &fx.ifaces[0]));  // boxed
    assert_true(iface_make(w, T_PTR, &ptr, 0, &fx.ifaces[1]));     // tagged
    assert_true(iface_make(w, TYPE_INT, &five, 0, &fx.ifaces[2])); // inline
    assert_true(iface_make(w, T_PAIR, pair, 0, &fx.ifaces[3]));    // boxed, with a string
    assert_int_equal(fx_collect(), 4);
    assert_int_equal(fx_collect(), 4);
    memset(fx.ifaces, 0, sizeof fx.ifaces);
    assert_int_equal(fx_collect(), 0);
    fx_fini();
}

// A long list, and its pieces garbage between the collections: many epochs, more than a mark byte counts.
static void test_epochs(void **state) {
    (void)state;
    fx_init(0, 1);
    uint64_t length = 0;
    for (int round = 0; round < 700; round++) {
        for (int i = 0; i < 10; i++) {
            fx.roots[0] = (Word)node(fx.roots[0], (Word)node(0, 0));
            node(0, 0);
            length++;
        }
        if (round % 100 == 50) fx.roots[0] = 0, length = 0;
        assert_int_equal(fx_collect(), length * 2);
    }
    uint64_t seen = 0;
    for (Word *p = (Word *)fx.roots[0]; p; p = (Word *)p[0]) seen++;
    assert_int_equal(seen, length);
    fx_fini();
}

static void *mark_thread(void *cycle) {
    gc_cycle_mark(cycle, 1);
    return NULL;
}

static uint64_t collect_with(int threads) {
    GcSource s = fx_source();
    HeapStats st;
    pthread_t t[8];
    GcCycle *c = gc_cycle_begin(fx.heap, &s);
    for (int i = 1; i < threads; i++) pthread_create(&t[i], NULL, mark_thread, c);
    gc_cycle_mark(c, 0);
    for (int i = 1; i < threads; i++) pthread_join(t[i], NULL);
    gc_cycle_end(c);
    heap_stats(fx.heap, &st);
    return st.live_objects;
}

static Word tree(int depth) { return depth == 0 ? 0 : (Word)node(tree(depth - 1), tree(depth - 1)); }

static uint64_t count(Word t) { return t ? 1 + count(((Word *)t)[0]) + count(((Word *)t)[1]) : 0; }

// Two markers may meet at an object and both count it, so the number of objects is a lower bound then.
static void test_parallel(void **state) {
    (void)state;
    fx_init(0, 1);
    for (int i = 0; i < 20; i++) {
        fx.roots[0] = tree(12 + i % 3);
        for (int j = 0; j < 3000; j++) fx.roots[1] = (Word)node(fx.roots[1], 0);
        Word *row = heap_alloc_row(fx_worker(0), T_PTR, 100000, 0);
        for (int j = 0; j < 100000; j += 10) row[j] = (Word)node(0, 0);
        fx.roots[2] = (Word)row;
        uint64_t n = collect_with(1 + i % 4), expected = ((UINT64_C(1) << (12 + i % 3)) - 1) + 3000 * (UINT64_C(1) + (uint64_t)i) + 10001;
        assert_in_range(n, expected, expected + expected / 100 + 100);
        assert_int_equal(count(fx.roots[0]), (1 << (12 + i % 3)) - 1);
    }
    fx_fini();
}

// Random graphs: after each collection, walk the graph; contents must be what was written.
enum { SLOTS = 64 };
static void test_random(void **state) {
    (void)state;
    fx_init(0, 1);
    Worker *w = fx_worker(0);
    srand(7);
    uint64_t serial = 0;
    // each root: a row of pointers whose first element's target holds serial numbers
    uint64_t numbers[SLOTS] = {0};
    uint64_t sizes[SLOTS] = {0};
    for (int round = 0; round < 30000; round++) {
        int k = rand() % SLOTS;
        uint64_t n = 1 + (uint64_t)(rand() % 20 == 0 ? rand() % 20000 : rand() % 40);
        Word *row = heap_alloc_row(w, T_PTR, n, 0), *data = heap_alloc_row(w, TYPE_INT, n, 0);
        assert_true(row && data);
        row[n - 1] = (Word)(data + n - 1); // interior
        for (uint64_t i = 0; i < n; i++) data[i] = serial;
        fx.roots[k] = (Word)row;
        sizes[k] = n;
        numbers[k] = serial++;
        if (round % 97 == 0 || heap_wants_gc(fx.heap)) {
            fx_collect();
            for (int i = 0; i < SLOTS; i++) {
                if (!fx.roots[i]) continue;
                uint64_t m = sizes[i];
                Word *r = (Word *)fx.roots[i], *d = (Word *)r[m - 1] - (m - 1);
                for (uint64_t j = 0; j + 1 < m; j++) assert_int_equal(r[j], 0);
                for (uint64_t j = 0; j < m; j++) assert_int_equal(d[j], numbers[i]);
            }
        }
    }
    fx_fini();
}

// Many workers allocate at once; between the rounds, all stop and mark together.
enum { WORKERS = 4, ROUNDS = 12 };
static pthread_barrier_t barrier;
static GcCycle *shared_cycle;

static void *torture_thread(void *arg) {
    int id = (int)(intptr_t)arg;
    Worker *w = fx_worker(id);
    uint64_t x = (uint64_t)id + 1;
    for (int round = 0; round < ROUNDS; round++) {
        Word list = 0;
        uint64_t kept = 0;
        for (int i = 0; i < 20000; i++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
            Word *p = x >> 40 & 31 ? heap_alloc(w, T_NODE, 0) : heap_alloc_row(w, T_PTR, 1 + (x >> 45) % 300, 0);
            if (!p) gol_bug("no memory");
            if (GUEST_LOAD(Word, p)) gol_bug("not zero");
            if (i % 16 == 0) {
                PUBLISH(p, list);
                list = (Word)p;
                kept++;
            }
        }
        PUBLISH(&fx.roots[id], list);
        pthread_barrier_wait(&barrier);
        if (id == 0) {
            GcSource s = fx_source();
            shared_cycle = gc_cycle_begin(fx.heap, &s);
        }
        pthread_barrier_wait(&barrier);
        gc_cycle_mark(shared_cycle, id);
        pthread_barrier_wait(&barrier);
        if (id == 0) gc_cycle_end(shared_cycle);
        pthread_barrier_wait(&barrier);
        uint64_t seen = 0;
        for (Word p = list; p; p = LOAD_PTR(p)) seen++;
        if (seen != kept) gol_bug("%d of %d objects", (int)seen, (int)kept);
    }
    return NULL;
}

static void test_workers(void **state) {
    (void)state;
    fx_init(0, WORKERS);
    pthread_t t[WORKERS];
    pthread_barrier_init(&barrier, NULL, WORKERS);
    for (intptr_t i = 1; i < WORKERS; i++) pthread_create(&t[i], NULL, torture_thread, (void *)i);
    torture_thread((void *)0);
    for (int i = 1; i < WORKERS; i++) pthread_join(t[i], NULL);
    pthread_barrier_destroy(&barrier);
    fx_fini();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),   cmocka_unit_test(test_ifaces), cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_parallel), cmocka_unit_test(test_random), cmocka_unit_test(test_workers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
