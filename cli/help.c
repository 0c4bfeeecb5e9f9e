// help.c — help, version, and what a command says when its arguments are wrong.
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "runtime/runtime.h"

#define GOL_VERSION "0.1"
const char gol_version[] = GOL_VERSION;

#if defined GOL_ASAN
#define BUILD "address sanitizer"
#elif defined GOL_TSAN
#define BUILD "thread sanitizer"
#elif defined GOL_HOSTILE
#define BUILD "hostile"
#elif defined NDEBUG
#define BUILD "release"
#else
#define BUILD "debug"
#endif

int command_version(const Settings *s, int argc, char **argv) {
    (void)s;
    if (argc > 0) {
        fprintf(stderr, "gol: version takes no argument, and was given %s\n", argv[0]);
        return EXIT_USAGE;
    }
#ifdef __clang__
    const char *compiler = "clang";
#else
    const char *compiler = "gcc";
#endif
    printf("gol " GOL_VERSION " (Go 1.22, " BUILD " build by %s " __VERSION__ ")\n", compiler);
    return EXIT_FINE;
}

int help_on(const Command *c) {
    printf("usage: gol %s%s%s%s\n\n%s\n", c->name, c->bit & (CMD_RUN | CMD_CHECK | CMD_DUMP) ? " [flags]" : "", *c->args ? " " : "",
           c->args, c->summary);
    if (*c->details) printf("\n%s\n", c->details);
    puts("\nflags (-x, --x, -x=v and -x v all do):");
    options_print(c);
    return EXIT_FINE;
}

int command_help(const Settings *s, int argc, char **argv) {
    (void)s;
    if (argc > 0) {
        const Command *c = command_find(argv[0]);
        if (c) return help_on(c);
        const char *meant = command_near(argv[0]);
        fprintf(stderr, "gol: no help on %s", argv[0]);
        if (meant) fprintf(stderr, "; did you mean gol help %s?\n", meant);
        else fputs(" (see: gol help)\n", stderr);
        return EXIT_USAGE;
    }
    puts("gol runs Go programs and scripts, and watches their goroutines.\n\n"
         "  gol FILE [arguments]   run a program: one with `package main`, or a script without\n"
         "  gol -e 'CODE'          run a line of code: gol -e 'fmt.Println(6 * 7)'\n"
         "  gol -                  run what comes from standard input\n\ncommands:");
    for (const Command *c = commands; c->name; c++) {
        char left[48];
        snprintf(left, sizeof left, "%s %s", c->name, c->args);
        printf("  %-30s%s\n", left, c->summary);
    }
    puts("\n`gol help run` lists the flags of a run, `gol explain CODE` explains a report.");
    return EXIT_FINE;
}

bool command_input(const Command *c, const Settings *s, int argc, char **argv, Input *in, int *used) {
    if (s->code) {
        in->path = "-e";
        buf_init(&in->text);
        buf_puts(&in->text, s->code);
        in->more = NULL;
        in->owned = NULL;
        *used = 0;
        return true;
    }
    if (argc < 1) {
        fprintf(stderr, "gol: %s what? usage: gol %s %s\n", c->name, c->name, c->args);
        return false;
    }
    return input_read_package(in, argc, argv, s->test.on, used);
}
