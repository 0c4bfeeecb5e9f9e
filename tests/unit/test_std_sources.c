// Every package of std as a whole passes the checker: a program reaches only parts of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "compiler/check.h"
#include "std/embed.h"

static void whole_packages(void **state) {
    (void)state;
    int wrong = 0;
    for (uint32_t i = 0; i < embedded_count; i++) {
        if (i && !strcmp(embedded_files[i].package, embedded_files[i - 1].package)) continue;
        char text[300];
        int n = snprintf(text, sizeof text, "package main\n\nimport _ \"%s\"\n\nfunc main() {}\n", embedded_files[i].package);
        const CheckFile file = {"test", text, (size_t)n};
        const CheckOptions o = {.files = &file, .nfiles = 1, .lang_minor = 22, .whole_std = true};
        Program p;
        if (!program_check(&p, &o)) {
            wrong++;
            Buf out;
            buf_init(&out);
            diags_render(&p.diags, &out, false);
            print_error("%s:\n%s", embedded_files[i].package, buf_str(&out));
            buf_fini(&out);
        }
        program_fini(&p);
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_packages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
