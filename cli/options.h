// options.h — what a person may say after `gol`: one table of flags and one of commands, and a parser by Go's rules:
// -x, --x, -x=v, -x v; the first word that is no flag ends them; `--` does too. Everything after FILE is the program's.
#pragma once
#include "base/base.h"
#include "runtime/runtime.h"

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;

enum { LANG_DEFAULT = 22 };
typedef enum ReportFormat { REPORT_TEXT, REPORT_JSON, REPORT_SARIF, REPORT_JUNIT } ReportFormat; // as the flag's words

typedef struct TestSettings { // gol test's own
    bool on;
    bool verbose, small; // -v, -short
    int64_t count;       // -count; 0: not given
    const char *run;     // -run, or NULL
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
    bool trace;          // -trace=text
    const char *trace_file; // NULL: standard error
    int64_t budget_ns;   // of all runs together; 0: none
    const char *again[16]; // flags that a repeated run needs too, as they were given: "-max-heap=1M"
    size_t nagain;
    RaceMode race;       // -race
    bool warnings;       // look for likely mistakes before the run
    bool stats;
    bool help;
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
} Settings;

// A command's function gets the words after its flags and returns the exit status.
typedef struct Command {
    const char *name;
    unsigned bit;        // CMD_*, for the table of options
    const char *args;    // for the usage line
    const char *summary; // one line
    const char *details; // paragraphs of `gol help NAME`; "" when the summary says it all
    int (*run)(const Settings *s, int argc, char **argv);
} Command;

enum { CMD_RUN = 1, CMD_CHECK = 2, CMD_DUMP = 4, CMD_EXPLAIN = 8, CMD_VERSION = 16, CMD_HELP = 32, CMD_TEST = 64 };

extern const Command commands[]; // ends with {NULL}; cli/main.c
const Command *command_find(const char *name);
const char *command_near(const char *name); // the command that may have been meant, or NULL

void settings_init(Settings *s);
// Reads the flags of a command from argv[0..argc); returns how many words they were, or -1 after one line on standard
// error (the caller ends with EXIT_USAGE).
int options_parse(Settings *s, const Command *c, int argc, char **argv);
// The flags of a command, one line each, to standard output.
void options_print(const Command *c);
// Whether reports on standard error are coloured: -color, NO_COLOR, a terminal.
bool options_color(const Settings *s);
