// run.c — run and check: the pipeline from a text to a running program.
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "compiler/check.h"
#include "runtime/runtime.h"

static int not_built(const char *what) {
    fprintf(stderr, "gol: %s is not part of this build yet\n", what);
    return EXIT_INTERNAL;
}

int command_run(const Settings *s, int argc, char **argv) {
    Input in;
    int used;
    if (!command_input(command_find("run"), s, argc, argv, &in, &used)) return EXIT_USAGE;
    input_fini(&in);
    return not_built("run");
}

int command_check(const Settings *s, int argc, char **argv) {
    Input in;
    int used;
    if (!command_input(command_find("check"), s, argc, argv, &in, &used)) return EXIT_USAGE;
    Program p;
    CheckOptions o = {.path = in.path, .text = buf_str(&in.text), .len = in.text.len, .lang_minor = s->lang_minor, .library = true};
    bool ok = program_check(&p, &o);
    Buf text;
    buf_init(&text);
    diags_render(&p.diags, &text, options_color(s));
    fwrite(buf_str(&text), 1, text.len, stderr);
    buf_fini(&text);
    program_fini(&p);
    input_fini(&in);
    return ok ? EXIT_FINE : EXIT_COMPILE;
}
