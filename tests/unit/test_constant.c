// Constants: literals, exact arithmetic, rounding, limits.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "compiler/constant.h"

static Arena arena;

static ConstVal *integer(const char *s) { return const_parse_int(&arena, s, strlen(s)); }
static ConstVal *number(const char *s) { return const_parse_float(&arena, s, strlen(s)); }
static ConstVal *op(Op o, ConstVal *x, ConstVal *y) { return const_binary(&arena, o, x, y, true); }

static const char *text(const ConstVal *v) {
    static char out[200];
    Buf b;
    buf_init(&b);
    const_write(&b, v);
    snprintf(out, sizeof out, "%s", buf_str(&b));
    buf_fini(&b);
    return out;
}

static void literals(void **state) {
    (void)state;
    assert_string_equal(text(integer("0")), "0");
    assert_string_equal(text(integer("0x_ff")), "255");
    assert_string_equal(text(integer("0b1010_1010")), "170");
    assert_string_equal(text(integer("0o17")), "15");
    assert_string_equal(text(integer("017")), "15");
    assert_string_equal(text(integer("9223372036854775807")), "9223372036854775807");
    assert_string_equal(text(integer("9223372036854775808")), "9223372036854775808");
    assert_string_equal(text(integer("0xFFFF_FFFF_FFFF_FFFF_FFFF")), "1208925819614629174706175");
    assert_true(const_float64(number("1e3")) == 1000);
    assert_true(const_float64(number(".5")) == 0.5);
    assert_true(const_float64(number("0x1p-2")) == 0.25);
    assert_true(const_float64(number("0x1.8p1")) == 3);
    assert_true(const_float64(number("1_0.2_5")) == 10.25);
    double re, im;
    const_complex(const_parse_imag(&arena, "0123i", 5), &re, &im);
    assert_true(re == 0 && im == 123);
    const_complex(const_parse_imag(&arena, "0x10i", 5), &re, &im);
    assert_true(im == 16);
    const_complex(const_parse_imag(&arena, "1.5e1i", 6), &re, &im);
    assert_true(im == 15);
}

// What strtod rounds, we must round alike.
static void rounding(void **state) {
    (void)state;
    static const char *const samples[] = {
        "0.1", "0.2", "0.3", "1e23", "8.5e22", "9007199254740993", "9007199254740993.0000000001", "1.7976931348623157e308",
        "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072014e-308",
        "2.2250738585072011e-308", "123456789012345678901234567890", "3.14159265358979323846264338327950288419716939937510582097494459",
        "1e-320", "6.02214076e23", "179769313486231570000000000000000000000e270", "5e-324",
    };
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        double want = strtod(samples[i], NULL), got = const_float64(number(samples[i]));
        if (want != got) fail_msg("%s: %.17g, not %.17g", samples[i], got, want);
        float wantf = strtof(samples[i], NULL), gotf = const_float32(number(samples[i]));
        if (wantf != gotf && !(isinf(wantf) && isinf(gotf))) fail_msg("%s as float32: %.9g, not %.9g", samples[i], (double)gotf, (double)wantf);
    }
    assert_true(isinf(const_float64(number("1.8e308"))));
    assert_null(const_round(&arena, number("1.8e308"), false));
    assert_null(const_round(&arena, number("3.5e38"), true));
    assert_true(const_float64(const_round(&arena, number("0.1"), true)) == (double)0.1f);
}

static void exact(void **state) {
    (void)state;
    ConstVal *third = const_binary(&arena, OPR_QUO, number("1.0"), number("3.0"), false);
    assert_true(const_compare(op(OPR_MUL, third, number("3.0")), OPR_EQ, number("1.0")));
    assert_true(const_compare(op(OPR_ADD, number("0.1"), number("0.2")), OPR_EQ, number("0.3"))); // unlike float64
    ConstVal *big = const_shift(&arena, integer("1"), OPR_SHL, 100);
    assert_string_equal(text(big), "1267650600228229401496703205376");
    assert_string_equal(text(const_shift(&arena, big, OPR_SHR, 98)), "4");
    assert_string_equal(text(const_shift(&arena, integer("7"), OPR_SHR, 1)), "3");
    assert_string_equal(text(const_shift(&arena, const_new_int(&arena, -7), OPR_SHR, 1)), "-4");
    assert_string_equal(text(op(OPR_SUB, big, big)), "0");
}

static void integers(void **state) {
    (void)state;
    ConstVal *minus7 = const_new_int(&arena, -7), *two = integer("2"), *min = const_new_int(&arena, INT64_MIN);
    assert_string_equal(text(op(OPR_QUO, minus7, two)), "-3");
    assert_string_equal(text(op(OPR_REM, minus7, two)), "-1");
    assert_string_equal(text(op(OPR_QUO, min, const_new_int(&arena, -1))), "9223372036854775808");
    assert_string_equal(text(op(OPR_REM, min, const_new_int(&arena, -1))), "0");
    assert_string_equal(text(op(OPR_MUL, min, min)), "85070591730234615865843651857942052864");
    assert_string_equal(text(op(OPR_ANDNOT, integer("12"), integer("10"))), "4");
    assert_string_equal(text(op(OPR_AND, minus7, integer("0x1_0000_0000_0000_0000F"))), "295147905179352825865");
    assert_string_equal(text(const_unary(&arena, OPR_XOR, integer("5"), 0)), "-6");
    assert_string_equal(text(const_unary(&arena, OPR_XOR, integer("5"), 8)), "250");
    assert_string_equal(text(const_unary(&arena, OPR_XOR, integer("0"), 64)), "18446744073709551615");
    int64_t i;
    uint64_t u;
    assert_true(const_int64(min, &i) && i == INT64_MIN);
    assert_false(const_int64(integer("9223372036854775808"), &i));
    assert_true(const_uint64(integer("18446744073709551615"), &u) && u == UINT64_MAX);
    assert_false(const_uint64(integer("18446744073709551616"), &u));
    assert_false(const_uint64(minus7, &u));
    assert_true(const_fits(const_new_int(&arena, -128), 8, false));
    assert_false(const_fits(const_new_int(&arena, -129), 8, false));
    assert_false(const_fits(const_new_int(&arena, 128), 8, false));
    assert_true(const_fits(const_new_int(&arena, 255), 8, true));
    assert_false(const_fits(const_new_int(&arena, 256), 8, true));
    assert_false(const_fits(const_new_int(&arena, -1), 64, true));
    assert_true(const_fits(min, 64, false));
    assert_false(const_fits(op(OPR_SUB, min, integer("1")), 64, false));
}

static void kinds(void **state) {
    (void)state;
    assert_non_null(const_to_kind(&arena, number("2.0"), CV_INT));
    assert_null(const_to_kind(&arena, number("2.5"), CV_INT));
    assert_int_equal(const_kind(const_to_kind(&arena, integer("3"), CV_COMPLEX)), CV_COMPLEX);
    ConstVal *z = const_make_complex(&arena, integer("3"), integer("4"));
    assert_null(const_to_kind(&arena, z, CV_FLOAT));
    assert_string_equal(text(op(OPR_MUL, z, z)), "(-7 + 24i)");
    assert_true(const_compare(const_binary(&arena, OPR_QUO, op(OPR_MUL, z, z), z, false), OPR_EQ, z));
    assert_true(const_compare(const_new_string(&arena, "ab", 2), OPR_LT, const_new_string(&arena, "b", 1)));
    assert_true(const_compare(integer("3"), OPR_EQ, number("3.0")));
}

// A number beyond 10^10000 is refused at once, not computed.
static void limits(void **state) {
    (void)state;
    clock_t begin = clock();
    assert_null(number("1e100000000"));
    assert_null(number("1e999999999999999999"));
    assert_null(number("0x1p99999999"));
    assert_int_equal(const_sign(number("1e-100000000")), 0);
    assert_non_null(number("1e10000"));
    assert_null(number("1e10001"));
    ConstVal *v = number("1.000001");
    for (int i = 0; i < 60 && v; i++) v = op(OPR_MUL, v, v); // squared 60 times: ends as too large
    assert_null(v);
    ConstVal *w = number("0.999");
    for (int i = 0; i < 60; i++) w = op(OPR_MUL, w, w);
    assert_true(const_float64(w) == 0);
    assert_true((double)(clock() - begin) / CLOCKS_PER_SEC < 2);
}

int main(void) {
    arena_init(&arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals), cmocka_unit_test(rounding), cmocka_unit_test(exact),
        cmocka_unit_test(integers), cmocka_unit_test(kinds), cmocka_unit_test(limits),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_fini(&arena);
    return failed;
}
