// options.h — what a person may say after `gol`: one table of flags (cli/options.c) and one of commands (cli/commands.c), and a parser by Go's
// rules: -x, --x, -x=v, -x v; the first word that is no flag ends them; `--` does too. Everything after FILE is the program's. Parsing, help, the
// hints on mistyped words, the man page (cli/manpage.c) and the completions of three shells (cli/completion.c) come from the two tables.
#pragma once
#include "base/buf.h"
#include "cli/doc.h"
#include "cli/fmt.h"
#include "runtime/runtime.h"

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;

enum { LANG_DEFAULT = 22 };
typedef enum ReportFormat { REPORT_TEXT, REPORT_JSON, REPORT_SARIF, REPORT_JUNIT } ReportFormat; // as the flag's words

typedef enum TraceForm { TRACE_NONE, TRACE_TEXT } TraceForm;

typedef struct TestSettings { // gol test's own
    bool on;
    bool verbose, small; // -v, -short
    bool fail_fast;      // -failfast
    int64_t count;       // -count; 0: not given
    int64_t bench_ns;    // -benchtime; 0: not given
    const char *run;     // -run, or NULL
    const char *bench;   // -bench, or NULL
    const char *list;    // -list, or NULL
} TestSettings;

typedef struct Settings {
    int64_t workers;     // 0: as many as processors
    uint64_t seed;
    bool seeded;
    ClockChoice clock;   // -clock
    Schedule schedule;   // -strategy; its seed is the one above
    bool chosen;         // -strategy was given
    const char *schedule_name; // -schedule, or NULL: a run that is repeated
    uint32_t program;    // of it: which program it belongs to
    int64_t runs;        // -runs; 0: one ordinary run
    bool perturbed;      // -perturb was given
    uint64_t perturb;
    TraceForm trace;     // -trace
    const char *trace_file; // NULL: standard error
    int64_t budget_ns;   // of all runs together; 0: none
    const char *again[64]; // flags that a repeated run needs too, as they were given: "-max-heap=1M"
    size_t nagain;
    RaceMode race;       // -race
    bool warnings;       // look for likely mistakes before the run
    bool stats;
    bool help, man;      // man: gol help -man
    bool more;           // gol version -v
    int lang_minor;      // 22, or N of -lang=go1.N
    int64_t timeout_ns;  // 0: none
    uint64_t max_heap;   // bytes; 0: no limit
    uint64_t max_goroutines, max_output; // 0: no limit
    LeakMode leaks;
    ReportFormat report; // -report
    const char *report_file; // NULL: the format's own
    ColorMode color;
    const char *code;    // -e, or NULL
    TestSettings test;
    DocStyle doc;
    FmtSettings fmt;
} Settings;

// What a flag's value is: how it is read, and what a shell offers for it.
typedef enum ValueKind {
    VALUE_NONE,     // a flag alone; -x=false takes it back
    VALUE_SWITCH,   // on or off; alone it is on
    VALUE_WORDS,    // one of Option.arg's, an enum that begins at Option.first
    VALUE_TEXT, VALUE_FILE,
    VALUE_TEST,     // a pattern for names of tests
    VALUE_NUMBER,   // from Option.min to Option.max
    VALUE_DURATION, VALUE_SIZE, VALUE_LANG, VALUE_STRATEGY, VALUE_SCHEDULE
} ValueKind;

typedef struct Option {
    const char *name;
    ValueKind kind;
    size_t field;        // in Settings
    unsigned commands;   // CMD_* that know it
    const char *arg;     // the value in a usage line, words with | between; NULL: none
    const char *help;    // one line
    const char *implied; // its value when it stands alone; NULL: a value must follow
    unsigned first;      // of VALUE_WORDS: the enum's value for the first word
    uint64_t min, max;   // of VALUE_NUMBER
    size_t given;        // the field that says that it was given; 0: none
} Option;

extern const Option flag_options[]; // ends with {NULL}

// What the words after the flags are: what a shell offers for them.
typedef enum ArgKind {
    ARGS_NONE,
    ARGS_PROGRAM, // a program's files, then what the program wants
    ARGS_SOURCES, // a program's files or folder
    ARGS_STAGE,   // one of the words with | between that Command.args begins with, then a program's file
    ARGS_WORDS,   // one of the words with | between of Command.args
    ARGS_PAGES,   // a code or topic of `gol explain`
    ARGS_DOC,     // a package of std, a name in it, or a person's file
    ARGS_HELP     // a command or topic of `gol help`
} ArgKind;

// A command's function gets the words after its flags and returns the exit status.
typedef struct Command {
    const char *name;
    unsigned bit;        // CMD_*, for the table of options
    ArgKind takes;
    const char *args;    // for the usage line
    const char *summary; // one line
    const char *details; // paragraphs of `gol help NAME`; "" when the summary says it all
    int (*run)(const Settings *s, int argc, char **argv);
} Command;

enum { CMD_RUN = 1, CMD_CHECK = 2, CMD_DUMP = 4, CMD_EXPLAIN = 8, CMD_VERSION = 16, CMD_HELP = 32, CMD_TEST = 64, CMD_COMPLETION = 128, CMD_DOC = 256, CMD_FMT = 512, CMD_REPL = 1024 };

extern const Command commands[]; // ends with {NULL}; cli/commands.c
const Command *command_find(const char *name);
const char *command_of_go(const char *name); // what to do instead of a command that only go has, or NULL
const char *command_near(const char *name); // the command that may have been meant, or NULL

void settings_init(Settings *s);
// Reads the flags of a command from argv[0..argc); returns how many words they were, or -1 after one line on standard
// error (the caller ends with EXIT_USAGE).
int options_parse(Settings *s, const Command *c, int argc, char **argv);
// A command's flag by its name (len letters, without dashes), or NULL.
const Option *option_find(const char *name, size_t len, const Command *c);
// The flag as a usage line shows it: "-race=off|on|halt", "-runs N", "-v".
void option_usage(const Option *o, Buf *out);
bool option_joined(const Option *o); // whether its value is best written behind =
bool options_any(const Command *c); // whether it has flags besides -help
// Sets the flag's field. False: the value is not one of its kind, and `wanted` says what it should have been.
bool option_set(Settings *s, const Option *o, const char *value, Buf *wanted);
// Whether reports on standard error are coloured: -color, NO_COLOR, a terminal.
bool options_color(const Settings *s);
