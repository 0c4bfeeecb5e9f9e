// commands.c — the table of commands.
#include "cli/commands.h"

#include <string.h>

#include "base/near.h"

const Command commands[] = {
    {"run", CMD_RUN, ARGS_PROGRAM, "FILE [arguments]", "run a program",
     "FILE is a gol or Go program: one with `package main`, or a script. `-` is standard input. Everything after FILE\n"
     "belongs to the program (os.Args), except more files of the package, which end in .go or .gol. A folder stands for all\n"
     "files of its package. `gol FILE` is the same, and a file whose first line is `#!/usr/bin/env gol` can be run by its name.\n\n"
     "Exit status: the program's own; 1 compile error; 2 panic or deadlock; 3 leak, with -leaks=error; 64 usage; 66 data\n"
     "race, lock or misuse finding; 70 internal error of gol; 124 time limit; 125 another limit; 130 interrupted.\n\n"
     "Ctrl-\\ (SIGQUIT) prints where every goroutine is and what it waits for, and the program goes on.",
     command_run},
    {"test", CMD_TEST | CMD_RUN, ARGS_SOURCES, "[FILE...|FOLDER|FOLDER/...]", "run the tests of a package",
     "Finds functions `func TestName(t *testing.T)` and examples, `func ExampleName()` with a closing comment `// Output:` that says what\n"
     "they print (or `// Unordered output:`), and runs them, watched like any other run. Without a file: those of this folder;\n"
     "`./...`: those of this folder and of all below, one after the other. A\n"
     "function `TestMain(m *testing.M)` is called instead, and calls m.Run.\n\n"
     "The flags of `gol run` count as well. `gol test -runs 100` gives every test 100 different schedules: each failure and finding is told once, with\n"
     "the number of runs that showed it and the command that shows it again.\n\n"
     "Exit status: 0 when all tests pass, 1 when one fails; else as of a run.",
     command_test},
    {"check", CMD_CHECK, ARGS_SOURCES, "FILE", "compile a program without running it, and look for likely mistakes",
     "Prints every error and warning, and notes on what may be right but is worth a word; status 1 when there is an error.", command_check},
    {"repl", CMD_REPL, ARGS_SOURCES, "[FILE...]", "enter Go, one input at a time (also `gol` alone, at a terminal)",
     "FILEs are loaded first. An expression shows its value; what is declared stays; goroutines live on between the prompts, and what they print or do\n"
     "wrong appears above the line being typed. `:help` lists the commands. The history is kept in $XDG_STATE_HOME/gol/history.\n\n"
     "Without a terminal, `gol repl < FILE` writes a transcript that can be compared: prompts, inputs and answers, on standard output. It has -seed 1\n"
     "then, unless -seed, -workers or -clock=real say otherwise.\n\n"
     "Exit status: 0, or what os.Exit was called with; 64 usage; 125 a limit; 130 a transcript that was interrupted.",
     command_repl},
    {"fmt", CMD_FMT, ARGS_SOURCES, "[FILE|FOLDER...]", "bring programs into canonical form",
     "Rewrites files in the layout of gofmt and prints the names of those it changed. Comments and line breaks are kept; formatting twice\n"
     "changes nothing more. A folder stands for all .go and .gol files in it and below. Without a file, or with `-`, standard input is\n"
     "formatted to standard output. A file that is not well formed stays as it is.\n\n"
     "Exit status: 1 when a file has errors, or with -check when one is not in canonical form; 64 when a file cannot be read.",
     command_fmt},
    {"doc", CMD_DOC, ARGS_DOC, "[PACKAGE|FILE] [NAME]", "what a package, a type or a function is for",
     "`gol doc sync`, `gol doc sync.Mutex`, `gol doc sync.Mutex.Lock` and `gol doc strings Builder` show the standard library, `gol doc len` Go's own\n"
     "names, `gol doc FILE` and `gol doc FILE NAME` a program. `gol doc NAME` looks in the package of this folder first; without a word it\n"
     "shows that package. `gol doc std` lists the packages of the standard library. Small letters stand for capital ones: strings.builder is strings.Builder.\n\n"
     "Exit status: 1 when there is nothing of that name.",
     command_doc},
    {"explain", CMD_EXPLAIN, ARGS_PAGES, "CODE|TOPIC", "the long form of a diagnostic",
     "`gol explain GOL0301` (or 301) says why, with a wrong and a right program. Without a code it lists them all.", command_explain},
    {"dump", CMD_DUMP, ARGS_STAGE, "tokens|ast|bytecode FILE", "show how gol sees a program",
     "tokens: the lexer's output, with the semicolons it added. ast: the syntax tree. bytecode: what the VM runs.", command_dump},
    {"completion", CMD_COMPLETION, ARGS_WORDS, "bash|zsh|fish", "a script that teaches a shell to complete gol's words",
     "bash: source <(gol completion bash) in ~/.bashrc; zsh: gol completion zsh > a folder of $fpath/_gol; fish: gol completion fish >\n"
     "~/.config/fish/completions/gol.fish. `make install` puts all three where the shells look. The scripts ask `gol completion words\n"
     "WORD...` what the last WORD may become.", command_completion},
    {"version", CMD_VERSION, ARGS_NONE, "", "which gol this is", "", command_version},
    {"help", CMD_HELP, ARGS_HELP, "[COMMAND|TOPIC]", "this help, that of a command, or a topic",
     "Without a word it lists the commands and the topics. A flag's name will do, too: `gol help race`. With -man it is the man page gol.1.", command_help},
    {NULL, 0, ARGS_NONE, NULL, NULL, NULL, NULL},
};

// What the go command has beside these.
static const struct { const char *name, *instead; } of_go[] = {
    {"build", "a program needs no building; gol run FILE runs it, gol check FILE compiles it and says what is wrong"},
    {"install", "a program needs no building; a file whose first line is #!/usr/bin/env gol is run by its name"},
    {"vet", "gol check FILE looks for likely mistakes, and gol run warns of them"},
    {"get", "there is nothing to fetch: the standard library is built in (gol doc std), and other modules cannot be imported"},
    {"mod", "there are no modules: a program is a file, or the files of a folder (gol run FOLDER), and the standard library is built in"},
    {"work", "there are no modules: a program is a file, or the files of a folder (gol run FOLDER)"},
    {"list", "gol doc std lists the packages of the standard library, gol test -list . the tests of this folder"},
    {"env", "gol help environment tells what gol reads from the environment"},
    {"generate", "a program is run as it stands: nothing is generated"},
    {"clean", "gol keeps no files that could be removed"},
    {"fix", "gol fmt FILE lays a program out, gol check FILE says what is wrong with it"},
    {"tool", "gol help lists the commands, gol dump shows what gol makes of a program, gol run -trace=text what the scheduler does"},
    {"telemetry", "gol sends nothing to anybody"},
    {NULL, NULL},
};

const char *command_of_go(const char *name) {
    for (size_t i = 0; of_go[i].name; i++)
        if (!strcmp(of_go[i].name, name)) return of_go[i].instead;
    return NULL;
}

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
