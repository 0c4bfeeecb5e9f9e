// compiled.h — a module from a text, for unit tests of what runs modules. A text that does not compile fails the test with its diagnostics.
#ifndef GOL_TESTS_COMPILED_H
#define GOL_TESTS_COMPILED_H

#include <string.h>

#include "compiler/gen.h"
#include "std/bind.h"

static NativeFn compiled_bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

// The caller gives both back: module_free, program_fini.
static Module *compiled(Program *program, const char *text) {
    const CheckFile file = {"x.gol", text, strlen(text)};
    const CheckOptions o = {.files = &file, .nfiles = 1, .lang_minor = 22};
    const GenOptions g = {.bind = compiled_bind};
    Module *m = program_check(program, &o) ? generate(program, &g) : NULL;
    if (!m) {
        Buf why = {0};
        diags_render(&program->diags, &why, false);
        fail_msg("%s", buf_str(&why));
    }
    return m;
}

#endif
