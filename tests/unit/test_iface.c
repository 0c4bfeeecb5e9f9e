// test_iface.c — interface words there and back, equality, hashes, method sets.
#include "tests/unit/heap_fixture.h"

#define W fx_worker(0)

static Word make(TypeId t, const Word *regs) {
    Word out;
    assert_true(iface_make(W, t, regs, 0, &out));
    assert_int_equal(iface_type(out), t);
    return out;
}

static Word bits(double d) {
    Word w;
    memcpy(&w, &d, 8);
    return w;
}

static void test_scalars(void **state) {
    (void)state;
    fx_init(0, 1);
    static const Word values[] = {0, 1, 127, ~(Word)0, ~(Word)0 - 127, 1 << 20, UINT64_C(1) << 46, UINT64_C(1) << 47, UINT64_C(1) << 48,
                                  UINT64_C(1) << 63, ~UINT64_C(0) >> 1, ~(UINT64_C(1) << 47) + 1, UINT64_C(0x8000000000000001)};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        Word back;
        iface_value(&fx.types[TYPE_INT], make(TYPE_INT, &values[i]), &back);
        assert_int_equal(back, values[i]);
        iface_value(&fx.types[TYPE_UINT64], make(TYPE_UINT64, &values[i]), &back);
        assert_int_equal(back, values[i]);
        iface_value(&fx.types[TYPE_FLOAT64], make(TYPE_FLOAT64, &values[i]), &back);
        assert_int_equal(back, values[i]);
    }
    Word minus = (Word)-3, back;
    iface_value(&fx.types[TYPE_INT8], make(TYPE_INT8, &minus), &back);
    assert_int_equal(back, minus);
    Word f32 = 0xC0490FDB;
    iface_value(&fx.types[TYPE_FLOAT32], make(TYPE_FLOAT32, &f32), &back);
    assert_int_equal(back, f32);
    fx_fini();
}

static void test_values(void **state) {
    (void)state;
    fx_init(0, 1);
    Word back[8], slice[3] = {(Word)heap_alloc_row(W, TYPE_INT, 5, 0), 2, 5};
    iface_value(&fx.types[TYPE_SLICE_INT], make(TYPE_SLICE_INT, slice), back);
    assert_memory_equal(back, slice, sizeof slice);
    Word nil_slice[3] = {0, 0, 0};
    Word v = make(TYPE_SLICE_INT, nil_slice);
    assert_true(v != 0); // holds a nil slice, is not nil
    iface_value(&fx.types[TYPE_SLICE_INT], v, back);
    assert_memory_equal(back, nil_slice, sizeof nil_slice);
    Word nil_pointer = 0;
    assert_true(make(T_PTR, &nil_pointer) != 0);
    assert_true(make(TYPE_STRING, &nil_pointer) != 0);
    // a struct: narrow fields are extended on the way out, whatever the upper bytes were
    Word pair[2] = {0xFFFFFFFFFFFFFF85, 0};
    iface_value(&fx.types[T_PAIR], make(T_PAIR, pair), back);
    assert_int_equal(back[0], pair[0]);
    Word odd[2] = {0x1234567812345685, 0};
    iface_value(&fx.types[T_PAIR], make(T_PAIR, odd), back);
    assert_int_equal(back[0], (Word)(int64_t)-123);
    // MEM: the box is a copy
    Word *array = heap_alloc(W, T_ARRAY, 0), reg = (Word)array;
    memcpy(array, "\1\2\3\4\5", 5);
    v = make(T_ARRAY, &reg);
    ((uint8_t *)array)[0] = 9;
    iface_value(&fx.types[T_ARRAY], v, back);
    assert_memory_equal((void *)back[0], "\1\2\3\4\5", 5);
    Word empty = 0;
    v = make(T_EMPTY, &empty);
    fx.ifaces[0] = v;
    fx_collect();
    assert_int_equal(iface_type(v), T_EMPTY);
    fx_fini();
}

static void test_equal(void **state) {
    (void)state;
    fx_init(0, 1);
    const RType *t = fx.types;
    TypeId bad = 0;
    Word one = 1, nan = bits(__builtin_nan("")), zero = bits(0.0), minus = bits(-0.0), big = UINT64_C(1) << 62;
    assert_int_equal(iface_equal(t, 0, 0, &bad), 1);
    assert_int_equal(iface_equal(t, 0, make(TYPE_INT, &one), &bad), 0);
    assert_int_equal(iface_equal(t, make(TYPE_INT, &one), make(TYPE_INT, &one), &bad), 1);
    assert_int_equal(iface_equal(t, make(TYPE_INT, &big), make(TYPE_INT, &big), &bad), 1); // two boxes
    assert_int_equal(iface_equal(t, make(TYPE_INT, &one), make(TYPE_INT64, &one), &bad), 0);
    Word n = make(TYPE_FLOAT64, &nan);
    assert_int_equal(iface_equal(t, n, n, &bad), 0);
    assert_int_equal(iface_equal(t, make(TYPE_FLOAT64, &zero), make(TYPE_FLOAT64, &minus), &bad), 1);
    Word slice[3] = {0, 0, 0}, s = make(TYPE_SLICE_INT, slice);
    assert_int_equal(iface_equal(t, s, s, &bad), -1);
    assert_int_equal(bad, TYPE_SLICE_INT);
    assert_int_equal(iface_equal(t, s, make(TYPE_INT, &one), &bad), 0); // other type: no panic
    const Str *a, *b;
    str_new(W, "hello", 5, &a), str_new(W, "hello", 5, &b);
    Word sa = (Word)a, sb = (Word)b;
    assert_int_equal(iface_equal(t, make(TYPE_STRING, &sa), make(TYPE_STRING, &sb), &bad), 1);
    // structs compare their declared bytes, and the interface inside
    Word p[2] = {1, sa}, q[2] = {0xFF01, sb};
    assert_int_equal(value_equal(t, T_PAIR, p, q, &bad), 1);
    uint64_t hp = 0, hq = 0, state1 = 0;
    assert_true(value_hash(t, T_PAIR, p, 3, &state1, &hp, &bad) && value_hash(t, T_PAIR, q, 3, &state1, &hq, &bad));
    assert_int_equal(hp, hq);
    Word k1[2] = {make(TYPE_STRING, &sa), zero}, k2[2] = {make(TYPE_STRING, &sb), minus}, k3[2] = {s, zero}, k4[2] = {s, zero};
    assert_int_equal(value_equal(t, T_KEYED, k1, k2, &bad), 1);
    assert_true(value_hash(t, T_KEYED, k1, 3, &state1, &hp, &bad) && value_hash(t, T_KEYED, k2, 3, &state1, &hq, &bad));
    assert_int_equal(hp, hq);
    assert_int_equal(value_equal(t, T_KEYED, k3, k4, &bad), -1);
    assert_false(value_hash(t, T_KEYED, k3, 3, &state1, &hp, &bad));
    assert_true(value_hash(t, TYPE_FLOAT64, &nan, 3, &state1, &hp, &bad) && value_hash(t, TYPE_FLOAT64, &nan, 3, &state1, &hq, &bad));
    assert_true(hp != hq);
    Word x = 0x0504030201, y = 0xAA0504030201 | UINT64_C(0xBBBB) << 48;
    assert_int_equal(value_equal(t, T_ARRAY, &x, &y, &bad), 1);
    y ^= 0x0100;
    assert_int_equal(value_equal(t, T_ARRAY, &x, &y, &bad), 0);
    fx_fini();
}

static void test_methods(void **state) {
    (void)state;
    const RMethod methods[] = {{3, 30, "A"}, {5, 50, "B"}, {9, 90, "C"}};
    RType t = {.methods = methods, .nmethods = 3}, none = {.nmethods = 0};
    for (uint32_t id = 0; id < 12; id++) assert_int_equal(type_method(&t, id), id == 3 ? 30 : id == 5 ? 50 : id == 9 ? 90 : -1);
    const uint32_t want[] = {9, 4};
    const char *names[] = {"C", "X"}, *missing = NULL;
    RType i = {.imethods = want, .inames = names, .nimethods = 2}, any = {.nimethods = 0};
    assert_false(type_implements(&t, &i, &missing));
    assert_string_equal(missing, "X");
    i.nimethods = 1;
    assert_true(type_implements(&t, &i, NULL));
    assert_false(type_implements(&none, &i, NULL));
    assert_true(type_implements(&none, &any, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scalars), cmocka_unit_test(test_values), cmocka_unit_test(test_equal),
                                       cmocka_unit_test(test_methods)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
