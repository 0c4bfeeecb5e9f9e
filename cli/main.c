// main.c — the gol command: which command a person asked for. The commands themselves stand in the files beside this one.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "cli/commands.h"
#include "runtime/runtime.h"

const Command commands[] = {
    {"run", CMD_RUN, "FILE [arguments]", "run a program",
     "FILE is a gol or Go program: one with `package main`, or a script. `-` is standard input. Everything after FILE\n"
     "belongs to the program (os.Args), except more files of the package, which end in .go or .gol. A folder stands for all\n"
     "files of its package. `gol FILE` is the same, and a file whose first line is `#!/usr/bin/env gol` can be run by its name.\n\n"
     "Exit status: the program's own; 1 compile error; 2 panic or deadlock; 3 leak, with -leaks=error; 64 usage; 66 data\n"
     "race, lock or misuse finding; 70 internal error of gol; 124 time limit; 125 another limit; 130 interrupted.\n\n"
     "Ctrl-\\ (SIGQUIT) prints where every goroutine is and what it waits for, and the program goes on.",
     command_run},
    {"test", CMD_TEST | CMD_RUN, "[FILE...|FOLDER]", "run the tests of a package",
     "Finds functions `func TestName(t *testing.T)` and runs them, watched like any other run. Without a file: those of this\n"
     "folder. The flags of `gol run` count as well.\n\n"
     "Exit status: 0 when all tests pass, 1 when one fails; else as of a run.",
     command_test},
    {"check", CMD_CHECK, "FILE", "compile a program without running it, and look for likely mistakes",
     "Prints every error and warning, and notes on what may be right but is worth a word; status 1 when there is an error.", command_check},
    {"dump", CMD_DUMP, "tokens|ast|bytecode FILE", "show how gol sees a program",
     "tokens: the lexer's output, with the semicolons it added. ast: the syntax tree. bytecode: what the VM runs.", command_dump},
    {"explain", CMD_EXPLAIN, "CODE|TOPIC", "the long form of a diagnostic",
     "`gol explain GOL0301` (or 301) says why, with a wrong and a right program. Without a code it lists them all.", command_explain},
    {"version", CMD_VERSION, "", "which gol this is", "", command_version},
    {"help", CMD_HELP, "[COMMAND]", "this help, or that of a command", "", command_help},
    {NULL, 0, NULL, NULL, NULL, NULL},
};

const Command *command_find(const char *name) {
    for (const Command *c = commands; c->name; c++)
        if (!strcmp(c->name, name)) return c;
    return NULL;
}

const char *command_near(const char *name) {
    const char *names[16];
    size_t n = 0;
    for (const Command *c = commands; c->name; c++) names[n++] = c->name;
    return near_word(name, names, n);
}

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
    if (argc < 2) return command_help(NULL, 0, NULL);
    const char *word = argv[1];
    const Command *c = command_find(word);
    if (c) return dispatch(c, argc - 2, argv + 2);
    if (!strcmp(word, "-h") || !strcmp(word, "-help") || !strcmp(word, "--help")) return command_help(NULL, argc - 2, argv + 2);
    if (!strcmp(word, "-version") || !strcmp(word, "--version")) return command_version(NULL, 0, NULL);
    if (word[0] != '-' && no_file(word)) {
        const char *meant = command_near(word);
        fprintf(stderr, "gol: no command and no file is called %s", word);
        if (meant) fprintf(stderr, "; did you mean gol %s?\n", meant);
        else fputs(" (see: gol help)\n", stderr);
        return EXIT_USAGE;
    }
    return dispatch(command_find("run"), argc - 1, argv + 1); // gol FILE, gol -e CODE, gol -
}
