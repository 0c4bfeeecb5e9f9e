// test_diag.c — how diagnostics are shown; near words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/near.h"

static void shows_line_and_labels(void **state) {
    (void)state;
    Sources s;
    Diags d;
    Buf out;
    sources_init(&s);
    diags_init(&d, &s);
    buf_init(&out);
    const char *text = "var x int\n\tx = \"\xE4\xB8\xAD\" + name\n";
    const SourceFile *f = sources_add(&s, "a.gol", text, strlen(text), false);
    Pos at = f->base + 23;
    Diag *g = diag_add(&d, DIAG_SYNTAX, at, 0, "no %s here", "name");
    diag_label(&d, g, f->base + 4, "declared here");
    diag_help(&d, g, "remove it");
    diag_add(&d, DIAG_SYNTAX, at, 0, "a consequence, never shown");
    diag_add(&d, DIAG_SYNTAX, f->base + 11, f->base + 12, "first");
    diags_render(&d, &out, false);
    assert_string_equal(buf_str(&out), "error[GOL0201]: first\n"
                                       " --> a.gol:2:2\n"
                                       "  |\n"
                                       "2 |     x = \"\xE4\xB8\xAD\" + name\n"
                                       "  |     ^\n"
                                       "\n"
                                       "error[GOL0201]: no name here\n"
                                       " --> a.gol:2:14\n"
                                       "  |\n"
                                       "2 |     x = \"\xE4\xB8\xAD\" + name\n"
                                       "  |                ^^^^\n"
                                       "  |\n"
                                       "1 | var x int\n"
                                       "  |     - declared here\n"
                                       "  = help: remove it\n"
                                       "\n");
    assert_int_equal(d.errors, 2);
    buf_fini(&out);
    diags_fini(&d);
    sources_fini(&s);
}

static void many_errors_are_cut(void **state) {
    (void)state;
    Sources s;
    Diags d;
    Buf out;
    sources_init(&s);
    diags_init(&d, &s);
    buf_init(&out);
    char text[5000];
    memset(text, 'x', sizeof text);
    const SourceFile *f = sources_add(&s, "a.gol", text, sizeof text, false);
    for (Pos i = 0; i < sizeof text; i++) diag_add(&d, DIAG_BAD_CHAR, f->base + i, 0, "bad");
    assert_int_equal(d.errors, 5000);
    diags_render(&d, &out, true);
    assert_non_null(strstr(buf_str(&out), "and 4980 more errors\n"));
    assert_true(out.len < 20 * 1000);
    buf_fini(&out);
    diags_fini(&d);
    sources_fini(&s);
}

static void near_words(void **state) {
    (void)state;
    const char *const known[] = {"Println", "Printf", "Sprint", "x"};
    assert_string_equal(near_word("println", known, 4), "Println");
    assert_string_equal(near_word("Pirntf", known, 4), "Printf");
    assert_null(near_word("zzz", known, 4));
    assert_null(near_word("y", known, 4));
    assert_int_equal(near_distance("abc", "acb", 3), 1);
    assert_int_equal(near_distance("same", "same", 3), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_line_and_labels),
        cmocka_unit_test(many_errors_are_cut),
        cmocka_unit_test(near_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
