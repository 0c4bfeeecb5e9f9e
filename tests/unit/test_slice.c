// test_slice.c — capacities as Go's, moving elements, appending.
#include "tests/unit/heap_fixture.h"

#define W fx_worker(0)

static uint64_t cap_after(TypeId elem, uint64_t len, uint64_t cap, uint64_t more) {
    SliceReg s = {(Word)zero_base, 0, 0}, out;
    if (cap) assert_true(slice_make(W, elem, len, cap, 0, &s));
    assert_true(slice_grow(W, elem, &s, more, 0, &out));
    assert_int_equal(out.len, len);
    if (heap_wants_gc(fx.heap)) fx_collect();
    return out.cap;
}

// What Go 1.19 prints for cap() while appending one element at a time.
static void grows(TypeId elem, const uint64_t *caps, size_t n) {
    SliceReg s = {0, 0, 0};
    for (size_t i = 0; i < n; i++) {
        SliceReg out;
        fx.roots[0] = s.data;
        assert_true(slice_grow(W, elem, &s, 1, 0, &out));
        assert_int_equal(out.cap, caps[i]);
        s = (SliceReg){out.data, out.cap, out.cap};
        if (heap_wants_gc(fx.heap)) fx_collect();
    }
}

static void test_growth(void **state) {
    (void)state;
    fx_init(0, 1);
    static const uint64_t ints[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792, 2560, 3408, 5120, 7168, 9216, 12288, 16384};
    static const uint64_t bytes[] = {8, 16, 32, 64, 128, 256, 512, 896, 1408, 2048, 3072, 4096, 5376, 6912, 9472, 12288, 16384, 21760, 28672, 40960};
    static const uint64_t strs[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 848, 1280, 1792, 2560, 3584, 5120, 6656, 8704, 11264};
    static const uint64_t int32s[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 864, 1344, 2048, 3072, 4096, 5440, 7168, 10240};
    grows(TYPE_INT, ints, COUNT_OF(ints));
    grows(TYPE_UINT8, bytes, COUNT_OF(bytes));
    grows(TYPE_STRING, strs, COUNT_OF(strs));
    grows(TYPE_INT32, int32s, COUNT_OF(int32s));
    assert_int_equal(cap_after(TYPE_INT, 0, 0, 5), 6);
    assert_int_equal(cap_after(TYPE_INT, 5, 5, 1), 10);
    assert_int_equal(cap_after(TYPE_UINT8, 5, 5, 1), 16);
    assert_int_equal(cap_after(T_PAIR, 3, 3, 1), 6);
    assert_int_equal(cap_after(T_PAIR, 0, 0, 3), 3);
    assert_int_equal(cap_after(T_ARRAY, 0, 0, 3), 3);
    assert_int_equal(cap_after(T_EMPTY, 0, 0, 7), 7);
    assert_int_equal(cap_after(TYPE_INT, 2, 10, 8), 10);
    SliceReg s = {(Word)zero_base, 5, 5}, out;
    assert_false(slice_grow(W, TYPE_INT, &s, UINT64_MAX - 2, 0, &out));
    assert_false(slice_grow(W, TYPE_INT, &s, INT64_MAX, 0, &out));
    fx_fini();
}

static void test_move(void **state) {
    (void)state;
    fx_init(0, 1);
    static const TypeId elems[] = {TYPE_UINT8, TYPE_INT16, TYPE_INT32, TYPE_INT, TYPE_STRING, T_PAIR};
    srand(3);
    for (int i = 0; i < 3000; i++) {
        const RType *e = &fx.types[elems[i % 6]];
        uint64_t n = (uint64_t)rand() % 100, from = (uint64_t)rand() % 50, to = (uint64_t)rand() % 50;
        uint64_t bytes = 150 * e->elem_size;
        char *p = heap_alloc_row(W, elems[i % 6], 150, 0), *model = malloc(bytes);
        for (uint64_t j = 0; j < bytes; j++) p[j] = (char)rand();
        memcpy(model, p, bytes);
        slice_move(e, p + to * e->elem_size, p + from * e->elem_size, n);
        memmove(model + to * e->elem_size, model + from * e->elem_size, n * e->elem_size);
        assert_memory_equal(model, p, bytes);
        memset(p, 0, bytes);
        free(model);
    }
    fx_fini();
}

static void test_append(void **state) {
    (void)state;
    fx_init(0, 1);
    SliceReg s = {0, 0, 0}, more, out;
    const Str *str, *back;
    assert_true(str_new(W, "häß\xff", 6, &str));
    assert_true(slice_append_str(W, &s, str, 0, &s));
    assert_true(slice_append_str(W, &s, NULL, 0, &s));
    assert_int_equal(s.len, 6);
    assert_int_equal(s.cap, 8);
    assert_true(slice_append_slice(W, TYPE_UINT8, &s, &s, 0, &out)); // itself
    assert_int_equal(out.len, 12);
    assert_true(str_new(W, (void *)out.data, out.len, &back));
    assert_memory_equal(back->data, "häß\xffhäß\xff", 12);
    assert_true(slice_runes(W, str, 0, &more));
    assert_int_equal(more.len, 4);
    assert_int_equal(((int32_t *)more.data)[1], 0xE4);
    assert_int_equal(((int32_t *)more.data)[3], 0xFFFD);
    assert_true(slice_from_str(W, NULL, 0, &more));
    assert_non_null((void *)more.data); // empty, not nil
    assert_true(slice_make(W, TYPE_STRING, 3, 10, 0, &more));
    const SliceHeader *h;
    assert_true(slice_pack(W, &more, 0, &h));
    slice_unpack(h, &out);
    assert_memory_equal(&out, &more, sizeof out);
    assert_true(slice_pack(W, &(SliceReg){0, 0, 0}, 0, &h));
    assert_null(h);
    fx_fini();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_growth), cmocka_unit_test(test_move), cmocka_unit_test(test_append)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
