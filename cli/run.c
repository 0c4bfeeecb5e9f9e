// run.c — run, check and dump: the pipeline from a text to a running program.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
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

int command_dump(const Settings *s, int argc, char **argv) {
    static const char *const kinds[] = {"tokens", "ast", "bytecode"};
    size_t kind = COUNT_OF(kinds);
    if (argc > 0)
        for (kind = 0; kind < COUNT_OF(kinds) && strcmp(kinds[kind], argv[0]); kind++) {}
    if (kind == COUNT_OF(kinds)) {
        const char *meant = argc > 0 ? near_word(argv[0], kinds, COUNT_OF(kinds)) : NULL;
        fprintf(stderr, "gol: dump what? tokens, ast or bytecode%s%s%s\n", meant ? "; did you mean gol dump " : "",
                meant ? meant : "", meant ? "?" : "");
        return EXIT_USAGE;
    }
    Input in;
    int used;
    if (!command_input(command_find("dump"), s, argc - 1, argv + 1, &in, &used)) return EXIT_USAGE;
    input_fini(&in);
    return not_built("dump");
}
