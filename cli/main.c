// main.c — the gol command: which command a person asked for. Their table is cli/commands.c, and each stands in a file beside it.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "runtime/runtime.h"

// Whether `gol WORD` can only be a mistyped command: no file of that name, and nothing in it that looks like a path.
static bool no_file(const char *word) {
    struct stat st;
    return *word && stat(word, &st) != 0 && !strpbrk(word, "./");
}

static int dispatch(const Command *c, int argc, char **argv) {
    Settings s;
    settings_init(&s);
    int used = options_parse(&s, c, argc, argv);
    if (used < 0) return EXIT_USAGE;
    if (s.help) return help_on(c);
    return c->run(&s, argc - used, argv + used);
}

// Who starts gol with a standard stream closed would else see the first file that gol opens take its number.
static void open_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) exit(EXIT_USAGE);
}

int main(int argc, char **argv) {
    open_standard_streams();
    if (argc < 2) return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? dispatch(command_find("repl"), 0, argv) : command_help(NULL, 0, NULL);
    const char *word = argv[1];
    const Command *c = command_find(word);
    if (c) return dispatch(c, argc - 2, argv + 2);
    if (!strcmp(word, "-h") || !strcmp(word, "-help") || !strcmp(word, "--help")) return command_help(NULL, argc - 2, argv + 2);
    if (!strcmp(word, "-version") || !strcmp(word, "--version")) return command_version(NULL, 0, NULL);
    if (word[0] != '-' && no_file(word) && command_of_go(word)) {
        fprintf(stderr, "gol: there is no gol %s: %s\n", word, command_of_go(word));
        return EXIT_USAGE;
    }
    if (word[0] != '-' && no_file(word)) {
        const char *meant = command_near(word);
        char file[256];
        for (int i = 0; i < 2; i++) { // its ending was forgotten
            struct stat st;
            snprintf(file, sizeof file, "%s.%s", word, i ? "go" : "gol");
            if (stat(file, &st) == 0) meant = file, i = 1;
        }
        fprintf(stderr, "gol: no command and no file is called %s", word);
        if (meant) fprintf(stderr, "; did you mean gol %s?\n", meant);
        else fputs(" (see: gol help)\n", stderr);
        return EXIT_USAGE;
    }
    return dispatch(command_find("run"), argc - 1, argv + 1); // gol FILE, gol -e CODE, gol -
}
