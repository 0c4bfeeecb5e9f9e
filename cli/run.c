// run.c — run and check: the pipeline from a text to a running program.
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
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
    input_fini(&in);
    return not_built("check");
}
