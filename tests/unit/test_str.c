// test_str.c — strings: sharing, concatenation, comparison, UTF-8.
#include "tests/unit/heap_fixture.h"

#define W fx_worker(0)

static const Str *make_str(const char *s, uint64_t n) {
    const Str *out;
    assert_true(str_new(W, s, n, &out));
    return out;
}
#define S(lit) make_str(lit, sizeof(lit) - 1)

static void test_basics(void **state) {
    (void)state;
    fx_init(0, 1);
    const Str *s;
    assert_null(S(""));
    assert_ptr_equal(S("a"), S("a"));
    assert_ptr_equal(S("\0"), S("\0"));
    assert_int_equal(header_type(S("z")), TYPE_STR_OBJ);
    const Str *long_one = S("the quick brown fox jumps over the lazy dog");
    assert_true(str_slice(W, long_one, 0, 43, &s));
    assert_ptr_equal(s, long_one);
    assert_true(str_slice(W, long_one, 4, 40, &s));
    assert_ptr_equal(s->data, long_one->data + 4); // shared
    assert_true(str_slice(W, s, 1, 36, &s));
    assert_ptr_equal(s->data, long_one->data + 5);
    assert_true(str_slice(W, long_one, 4, 9, &s));
    assert_true(str_equal(s, S("quick")) && s->data != long_one->data + 4);
    assert_true(str_slice(W, long_one, 4, 4, &s));
    assert_null(s);
    assert_true(str_slice(W, NULL, 0, 0, &s));
    assert_null(s);
    Word parts[5] = {(Word)S("ab"), 0, (Word)S("c"), (Word)S("defg"), 0};
    assert_true(str_concat(W, parts, 5, &s));
    assert_true(str_equal(s, S("abcdefg")));
    assert_true(str_concat(W, parts, 2, &s));
    assert_ptr_equal(s, (const Str *)parts[0]);
    assert_true(str_concat(W, parts + 1, 1, &s));
    assert_null(s);
    assert_true(str_compare(S("abc"), S("abd")) < 0);
    assert_true(str_compare(S("abc"), S("ab")) > 0);
    assert_true(str_compare(NULL, S("a")) < 0);
    assert_int_equal(str_compare(NULL, NULL), 0);
    assert_true(str_compare(S("a\0b"), S("a\0c")) < 0);
    assert_int_equal(str_hash(S("hello world"), 5), str_hash(S("hello world"), 5));
    assert_true(str_hash(S("hello world"), 5) != str_hash(S("hello world"), 6));
    fx_fini();
}

static void test_utf8(void **state) {
    (void)state;
    fx_init(0, 1);
    uint8_t b[4];
    int32_t r;
    for (int32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        uint32_t n = utf8_encode(b, c);
        assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        assert_int_equal(utf8_decode(b, n, &r), n);
        assert_int_equal(r, c);
        for (uint32_t cut = 1; cut < n; cut++) {
            assert_int_equal(utf8_decode(b, cut, &r), 1);
            assert_int_equal(r, 0xFFFD);
        }
    }
    assert_int_equal(utf8_encode(b, -1), 3);
    assert_int_equal(utf8_encode(b, INT64_MAX), 3);
    assert_int_equal(utf8_encode(b, 0xD800), 3);
    static const char *bad[] = {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                "\xFF", "\xE2\x28\xA1", "\xF0\x9F\x98\x28"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(utf8_decode((const uint8_t *)bad[i], strlen(bad[i]), &r), 1);
        assert_int_equal(r, 0xFFFD);
    }
    const Str *s;
    int32_t runes[] = {'a', 0xE4, 0x20AC, 0x1F600, -5};
    assert_true(str_from_runes(W, runes, 5, &s));
    assert_true(str_equal(s, S("aä€😀\xEF\xBF\xBD")));
    assert_true(str_from_runes(W, runes, 0, &s));
    assert_null(s);
    assert_true(str_from_runes(W, runes, 1, &s));
    assert_ptr_equal(s, S("a"));
    assert_true(str_from_rune(W, 0x20AC, &s));
    assert_true(str_equal(s, S("€")));
    fx_fini();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_basics), cmocka_unit_test(test_utf8)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
