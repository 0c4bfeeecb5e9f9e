// test_map.c — maps against a simple model, iteration during changes, odd keys, and several threads without any lock.
#include "tests/unit/heap_fixture.h"

#include <pthread.h>

#define W fx_worker(0)

static bool iter_next(Worker *w, MapIter *it, const Word **k, const Word **v) { return mapiter_next(w, it, k, v) == MAP_OK; }
static void put(Map *m, Word k, Word v) {
    TypeId bad;
    assert_int_equal(map_set(W, m, &k, &v, &bad), MAP_OK);
}
static bool get(Map *m, Word k, Word *v) {
    TypeId bad;
    const Word *p;
    assert_int_equal(map_get(W, m, &k, &p, &bad), MAP_OK);
    if (p) *v = *p;
    return p != NULL;
}
static void del(Map *m, Word k) {
    TypeId bad;
    assert_int_equal(map_delete(W, m, &k, &bad), MAP_OK);
}

// Entries of an iteration: each at most once, exactly the ones the model has.
static void check_iteration(Map *m, const bool *have, const Word *values, uint64_t n) {
    static bool seen[65536];
    memset(seen, 0, sizeof seen);
    MapIter *it = mapiter_new(W, m);
    const Word *k, *v;
    uint64_t count = 0;
    while (iter_next(W, it, &k, &v)) {
        assert_true(*k < n && have[*k] && !seen[*k]);
        assert_int_equal(*v, values[*k]);
        seen[*k] = true;
        count++;
    }
    assert_int_equal(count, map_len(m));
}

static void random_run(uint32_t range, int steps, int seed) {
    static bool have[65536];
    static Word values[65536];
    memset(have, 0, sizeof have);
    srand((unsigned)seed);
    Map *m = map_new(W, T_MAP_INT, (uint64_t)(rand() % 3 ? 0 : rand() % 100), 1);
    fx.roots[0] = (Word)m;
    uint64_t count = 0;
    for (int i = 0; i < steps; i++) {
        Word k = (Word)rand() % range, v = 0;
        int what = rand() % 100;
        if (what < 45) {
            count += !have[k];
            have[k] = true;
            put(m, k, values[k] = (Word)rand());
        } else if (what < 80) {
            count -= have[k];
            have[k] = false;
            del(m, k);
        } else if (what < 99 || rand() % 20) {
            assert_int_equal(get(m, k, &v), have[k]);
            if (have[k]) assert_int_equal(v, values[k]);
        } else {
            assert_int_equal(map_clear(W, m), MAP_OK);
            memset(have, 0, sizeof have);
            count = 0;
        }
        assert_int_equal(map_len(m), count);
        if (i % (range < 5000 ? 500 : 5003) == 0) check_iteration(m, have, values, range);
        if (i % 3001 == 0) fx_collect();
    }
}

static void test_model(void **state) {
    (void)state;
    fx_init(0, 1);
    for (int seed = 0; seed < 30; seed++) random_run((uint32_t[]){6, 10, 40, 300, 4000}[seed % 5], 6000, seed);
    for (int seed = 0; seed < 4; seed++) random_run(60000, 200000, seed); // large enough to be moved in steps
    fx_fini();
}

static const Str *make_str(const char *s) {
    const Str *out;
    assert_true(str_new(W, s, strlen(s), &out));
    return out;
}

static void test_strings(void **state) {
    (void)state;
    fx_init(0, 1);
    Map *m = map_new(W, T_MAP_STR, 0, 0);
    fx.roots[0] = (Word)m;
    char name[32];
    for (Word i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "key%ld", (long)i);
        put(m, (Word)make_str(name), i);
        if (i % 1000 == 0) fx_collect();
    }
    put(m, 0, 77); // ""
    fx_collect();
    Word v;
    for (Word i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "key%ld", (long)i);
        assert_true(get(m, (Word)make_str(name), &v));
        assert_int_equal(v, i);
    }
    assert_true(get(m, 0, &v));
    assert_int_equal(v, 77);
    assert_false(get(m, (Word)make_str("key5000"), &v));
    fx_fini();
}

static Word box(TypeId t, Word v) {
    Word out;
    assert_true(iface_make(W, t, &v, 0, &out));
    return out;
}

static Word bits(double d) {
    Word w;
    memcpy(&w, &d, 8);
    return w;
}

static void test_odd_keys(void **state) {
    (void)state;
    fx_init(0, 1);
    Word v, node = (Word)heap_alloc(W, T_NODE, 0), slice[3] = {(Word)zero_base, 0, 0};
    TypeId bad = 0;
    const Word *p;
    Map *m = map_new(W, T_MAP_ANY, 0, 0);
    fx.roots[0] = (Word)m;
    put(m, box(TYPE_INT, 1), node);
    put(m, box(TYPE_INT64, 1), 0);
    put(m, box(TYPE_FLOAT64, bits(1)), 0);
    put(m, box(TYPE_STRING, (Word)make_str("1")), 0);
    put(m, 0, 0);
    put(m, box(TYPE_INT, 1), 0);
    put(m, box(TYPE_STRING, (Word)make_str("1")), 0);
    assert_int_equal(map_len(m), 5);
    assert_true(get(m, box(TYPE_INT, 1), &v));
    assert_false(get(m, box(TYPE_INT8, 1), &v));
    Word unhashable;
    assert_true(iface_make(W, TYPE_SLICE_INT, slice, 0, &unhashable));
    assert_int_equal(map_get(W, m, &unhashable, &p, &bad), MAP_UNHASHABLE);
    assert_int_equal(bad, TYPE_SLICE_INT);
    assert_int_equal(map_set(W, m, &unhashable, &v, &bad), MAP_UNHASHABLE);
    assert_int_equal(map_delete(W, m, &unhashable, &bad), MAP_UNHASHABLE);
    assert_false(map_key_ok(W, T_MAP_ANY, &unhashable, &bad));
    assert_int_equal(map_set(W, NULL, &v, &v, &bad), MAP_NIL);

    // NaN: each store a new entry, none is ever found; zeros of both signs are one key
    Map *f = map_new(W, T_MAP_FLOAT, 0, 0);
    fx.roots[1] = (Word)f;
    for (int i = 0; i < 20; i++) put(f, bits(__builtin_nan("")), 0);
    put(f, bits(0.0), 0);
    put(f, bits(-0.0), 0);
    assert_int_equal(map_len(f), 21);
    assert_false(get(f, bits(__builtin_nan("")), &v));
    del(f, bits(__builtin_nan("")));
    assert_int_equal(map_len(f), 21);
    MapIter *it = mapiter_new(W, f);
    fx.roots[3] = (Word)it;
    const Word *k;
    int n = 0;
    while (iter_next(W, it, &k, &p)) {
        if (n++ == 3) for (int i = 1; i < 500; i++) put(f, bits(i), 0); // it grows under the iterator: the NaNs are still produced
        fx_collect();
    }
    assert_int_equal(n, 21);
    it = mapiter_new(W, f);
    assert_true(iter_next(W, it, &k, &p));
    map_clear(W, f);
    assert_false(iter_next(W, it, &k, &p));

    // keys of one byte, whose upper bytes mean nothing; values without size
    Map *s = map_new(W, T_MAP_SET, 0, 0);
    fx.roots[2] = (Word)s;
    for (int i = 0; i < 1000; i++) {
        Word key = (Word)rand() << 8 | (Word)(i % 100);
        assert_int_equal(map_set(W, s, &key, zero_base, &bad), MAP_OK);
    }
    assert_int_equal(map_len(s), 100);
    Word minus = 0xFFFE; // int8(-2)
    assert_int_equal(map_set(W, s, &minus, zero_base, &bad), MAP_OK);
    bool found = false;
    for (it = mapiter_new(W, s); iter_next(W, it, &k, &p);) found |= *k == (Word)-2; // in its register form
    assert_true(found);

    // struct keys with an interface and a float inside
    Map *q = map_new(W, T_MAP_KEYED, 0, 0);
    fx.roots[4] = (Word)q;
    Word key[2] = {box(TYPE_STRING, (Word)make_str("a longer string")), bits(0.0)}, str = (Word)make_str("v");
    assert_int_equal(map_set(W, q, key, &str, &bad), MAP_OK);
    fx_collect();
    Word same[2] = {box(TYPE_STRING, (Word)make_str("a longer string")), bits(-0.0)};
    assert_int_equal(map_get(W, q, same, &p, &bad), MAP_OK);
    assert_non_null(p);
    assert_true(str_equal((const Str *)*p, make_str("v")));
    fx_fini();
}

// Go's rules: removed before reached: not produced; changed: produced with the new value; nothing twice.
static void test_iteration(void **state) {
    (void)state;
    fx_init(0, 1);
    for (int seed = 0; seed < 200; seed++) {
        srand((unsigned)seed);
        Map *m = map_new(W, T_MAP_INT, 0, 0);
        Word n = 1 + (Word)rand() % 60;
        bool removed[4096] = {0}, seen[4096] = {0};
        Word value[4096] = {0};
        for (Word i = 0; i < n; i++) put(m, i, value[i] = i);
        MapIter *it = mapiter_new(W, m);
        const Word *k, *v;
        Word produced = 0, kills = 0, fresh = n;
        while (iter_next(W, it, &k, &v)) {
            Word key = *k;
            assert_false(seen[key]);
            assert_false(removed[key]);
            assert_int_equal(*v, value[key]);
            seen[key] = true;
            produced += key < n;
            for (int i = 0; i < 3; i++) {
                Word other = (Word)rand() % n;
                if (rand() % 4 == 0 && !removed[other] && !seen[other]) {
                    removed[other] = true;
                    kills++;
                    del(m, other);
                } else if (!removed[other]) {
                    put(m, other, value[other] = (Word)rand());
                }
                if (seed % 2 && fresh < 4000) put(m, fresh, value[fresh] = 1), fresh++;
            }
        }
        assert_int_equal(produced + kills, n);
    }
    // the same while a large table is being moved: an iterator from before, one from the middle
    for (int seed = 0; seed < 40; seed++) {
        static bool removed[30000], seen[2][30000];
        static Word value[30000];
        memset(removed, 0, sizeof removed), memset(seen, 0, sizeof seen);
        srand((unsigned)seed);
        Map *m = map_new(W, T_MAP_INT, 0, 0);
        fx.roots[0] = (Word)m;
        Word n = 5120 + (Word)(seed % 8 * 20), added = n; // 5120 rows fill a table
        for (Word i = 0; i < n; i++) put(m, i, value[i] = i);
        MapIter *its[2] = {mapiter_new(W, m), NULL};
        Word there[2] = {n, 0}, kills[2] = {0, 0}, produced[2] = {0, 0};
        bool all[2] = {false, false};
        for (int step = 0; !all[0] || !all[1]; step++) {
            if (step == 30 + seed * 3) its[1] = mapiter_new(W, m), there[1] = added, kills[1] = 0;
            if (step > 30 + seed * 3 || !its[1]) {
                Word k = (Word)rand() % n;
                if (rand() % 4 == 0 && !removed[k] && !seen[0][k] && !seen[1][k]) {
                    removed[k] = true, kills[0]++, kills[1]++;
                    del(m, k);
                } else if (!removed[k]) {
                    put(m, k, value[k] = (Word)rand());
                }
                if (added < 20000 && rand() % 2) put(m, added, value[added] = 7), added++;
            }
            for (int j = 0; j < 2; j++) {
                const Word *k, *v;
                if (!its[j] || all[j]) continue;
                if (!iter_next(W, its[j], &k, &v)) {
                    all[j] = true;
                    continue;
                }
                assert_true(*k < there[j]);
                assert_false(seen[j][*k]);
                assert_false(removed[*k]);
                assert_int_equal(*v, value[*k]);
                seen[j][*k] = true;
                produced[j]++;
            }
        }
        assert_int_equal(produced[0] + kills[0], there[0]);
        Word gone = 0;
        for (Word k = 0; k < n; k++) gone += removed[k] && !seen[1][k];
        assert_int_equal(produced[1] + gone, there[1]);
    }
    fx.roots[0] = 0;
    // the start is random
    int first[5] = {0};
    Map *m = map_new(W, T_MAP_INT, 0, 0);
    for (Word i = 0; i < 5; i++) put(m, i, i);
    for (int i = 0; i < 500; i++) {
        const Word *k, *v;
        assert_true(iter_next(W, mapiter_new(W, m), &k, &v));
        first[*k]++;
    }
    for (int i = 0; i < 5; i++) assert_true(first[i] > 50);
    const Word *k, *v;
    assert_false(iter_next(W, mapiter_new(W, NULL), &k, &v));
    fx_fini();
}

static void test_large(void **state) {
    (void)state;
    fx_init(0, 1);
    Map *m = map_new(W, T_MAP_INT, 0, 0);
    fx.roots[0] = (Word)m;
    Word v;
    for (Word i = 0; i < 200000; i++) {
        put(m, i * 0x100000001, i);
        if (heap_wants_gc(fx.heap)) fx_collect();
    }
    fx_collect();
    for (Word i = 0; i < 200000; i++) assert_true(get(m, i * 0x100000001, &v) && v == i);
    for (Word i = 0; i < 200000; i += 2) del(m, i * 0x100000001);
    assert_int_equal(map_len(m), 100000);
    for (Word i = 0; i < 200000; i++) assert_int_equal(get(m, i * 0x100000001, &v), i % 2);
    // used as a queue: memory stays bounded
    for (Word i = 0; i < 300000; i++) {
        put(m, UINT64_C(1) << 50 | i, i);
        del(m, UINT64_C(1) << 50 | i);
        if (heap_wants_gc(fx.heap)) fx_collect();
    }
    fx_collect();
    HeapStats st;
    heap_stats(fx.heap, &st);
    assert_true(st.live_bytes < 20 << 20);
    fx_fini();
}

static void test_no_memory(void **state) {
    (void)state;
    fx_init(5 << 20, 1);
    Map *m = map_new(W, T_MAP_INT, 0, 0);
    fx.roots[0] = (Word)m;
    assert_null(map_new(W, T_MAP_INT, 1 << 30, 0));
    Word i, v;
    TypeId bad;
    for (i = 0;; i++) {
        MapStatus s = map_set(W, m, &i, &i, &bad);
        if (s == MAP_NOMEM) {
            fx_collect();
            if (map_set(W, m, &i, &i, &bad) == MAP_NOMEM) break;
        }
    }
    assert_int_equal(map_len(m), i);
    for (Word k = 0; k < i; k++) assert_true(get(m, k, &v) && v == k);
    assert_false(get(m, i, &v));
    fx_fini();
}

// Racy use by several threads: any status, but never a bad key, a torn pointer or an endless loop.
enum { THREADS = 4 };
static Map *racy_int, *racy_str, *racy_any;
static pthread_barrier_t barrier;
static GcCycle *cycle;
static uint64_t concurrent_writes;

static void *racy_thread(void *arg) {
    int id = (int)(intptr_t)arg;
    Worker *w = fx_worker(id);
    uint64_t x = (uint64_t)id * 77 + 1;
    TypeId bad;
    const Word *k, *v;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 3000; i++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
            Word key = x >> 33 & 1023, value = key * 3;
            const Str *s;
            char text[24];
            if (!str_new(w, text, (uint64_t)snprintf(text, sizeof text, "text %d", (int)key), &s)) gol_bug("memory");
            Word str = (Word)s, any;
            if (!iface_make(w, x & 64 ? TYPE_STRING : TYPE_INT, x & 64 ? &str : &key, 0, &any)) gol_bug("memory");
            Word *n = heap_alloc(w, T_NODE, 0);
            Word node = (Word)n;
            MapStatus st = MAP_OK;
            switch (x >> 50 & 7) {
            case 0: case 1: st = map_set(w, racy_int, &key, &value, &bad); break;
            case 2: st = map_set(w, racy_str, &str, &value, &bad); break;
            case 3: st = map_set(w, racy_any, &any, &node, &bad); break;
            case 4:
                st = map_delete(w, racy_int, &key, &bad);
                map_delete(w, racy_str, &str, &bad);
                map_delete(w, racy_any, &any, &bad);
                break;
            case 5:
                if (map_get(w, racy_int, &key, &v, &bad) == MAP_OK && v && GUEST_LOAD(Word, v) != value && GUEST_LOAD(Word, v)) gol_bug("bad value");
                if (map_get(w, racy_str, &str, &v, &bad) == MAP_OK && v && GUEST_LOAD(Word, v) != value && GUEST_LOAD(Word, v)) gol_bug("bad value");
                if (map_get(w, racy_any, &any, &v, &bad) == MAP_OK && v) {
                    Word *p = (Word *)LOAD_PTR(v);
                    if (p && (GUEST_LOAD(Word, p) || header_type(p) != T_NODE)) gol_bug("bad node");
                }
                break;
            case 6: {
                MapIter *it = mapiter_new(w, racy_str);
                for (int j = 0; j < 50 && iter_next(w, it, &k, &v); j++) {
                    const Str *t = (const Str *)LOAD_PTR(k);
                    if (t && (t->len < 6 || memcmp(t->data, "text ", 5))) gol_bug("bad key");
                }
                break;
            }
            default:
                if ((x >> 53 & 127) == 0) map_clear(w, x & 1 ? racy_int : racy_any);
            }
            if (st == MAP_CONCURRENT_WRITE) __atomic_add_fetch(&concurrent_writes, 1, __ATOMIC_RELAXED);
        }
        pthread_barrier_wait(&barrier);
        if (id == 0) {
            GcSource s = fx_source();
            cycle = gc_cycle_begin(fx.heap, &s);
        }
        pthread_barrier_wait(&barrier);
        gc_cycle_mark(cycle, id);
        pthread_barrier_wait(&barrier);
        if (id == 0) gc_cycle_end(cycle);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

static void test_racy(void **state) {
    (void)state;
    fx_init(0, THREADS);
    racy_int = map_new(W, T_MAP_INT, 0, 0), racy_str = map_new(W, T_MAP_STR, 0, 0), racy_any = map_new(W, T_MAP_ANY, 0, 0);
    fx.roots[0] = (Word)racy_int, fx.roots[1] = (Word)racy_str, fx.roots[2] = (Word)racy_any;
    pthread_t t[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (intptr_t i = 1; i < THREADS; i++) pthread_create(&t[i], NULL, racy_thread, (void *)i);
    racy_thread((void *)0);
    for (int i = 1; i < THREADS; i++) pthread_join(t[i], NULL);
    pthread_barrier_destroy(&barrier);
    // What is left is whole: as many entries as the count says.
    Map *maps[] = {racy_int, racy_str, racy_any};
    for (int i = 0; i < 3; i++) {
        const Word *k, *v;
        uint64_t n = 0;
        MapIter *it = mapiter_new(W, maps[i]);
        while (iter_next(W, it, &k, &v)) n++;
        assert_int_equal(n, map_len(maps[i]));
    }
    fx_fini();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model),     cmocka_unit_test(test_strings), cmocka_unit_test(test_odd_keys),
        cmocka_unit_test(test_iteration), cmocka_unit_test(test_large),   cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_racy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
