// test_base.c — arena, buffer, interning, source positions.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/intern.h"
#include "base/source.h"
#include "std/embed.h"

static void buf_grows(void **state) {
    (void)state;
    Buf b;
    buf_init(&b);
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 1000; i++) buf_printf(&b, "%d,", i);
    assert_int_equal(b.len, 3890);
    assert_memory_equal(b.data, "0,1,2,3,", 8);
    assert_string_equal(b.data + b.len - 8, "998,999,");
    buf_fini(&b);
}

static void arena_is_zeroed_and_aligned(void **state) {
    (void)state;
    Arena a;
    arena_init(&a);
    for (size_t n = 1; n < 100000; n = n * 3 + 1) {
        unsigned char *p = arena_alloc(&a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
        memset(p, 0xFF, n);
    }
    arena_fini(&a);
}

static void positions_resolve(void **state) {
    (void)state;
    Sources s;
    sources_init(&s);
    const SourceFile *a = sources_add(&s, "a", "one\ntwo\r\n", 9, false);
    const SourceFile *b = sources_add(&s, "b", "\xEF\xBB\xBFx", 4, false);
    Place p = source_place(&s, a->base + 5);
    assert_ptr_equal(p.file, a);
    assert_int_equal(p.line, 2);
    assert_int_equal(p.column, 2);
    uint32_t len;
    const char *line = source_line(a, 2, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(line, "two", 3);
    p = source_place(&s, b->base);
    assert_ptr_equal(p.file, b);
    assert_int_equal(b->len, 1);
    assert_null(source_place(&s, 0).file);
    sources_fini(&s);
}

static void embedded_packages_are_found(void **state) {
    (void)state;
    uint32_t n;
    assert_null(embed_package("no/such/package", &n));
    assert_int_equal(n, 0);
    for (uint32_t i = 0; i < embedded_count; i++) {
        const EmbeddedFile *f = embed_package(embedded_files[i].package, &n);
        assert_true(f <= &embedded_files[i] && &embedded_files[i] < f + n);
        assert_int_equal(strlen(embedded_files[i].text), embedded_files[i].len);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buf_grows),
        cmocka_unit_test(arena_is_zeroed_and_aligned),
        cmocka_unit_test(positions_resolve),
        cmocka_unit_test(embedded_packages_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
