#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"

enum {
    AGAIN = 1 << 30, // among the commands: a run that is repeated needs the flag, too (the replay line of a finding)
    ALL_COMMANDS = AGAIN - 1
};

#define FIELD(f) offsetof(Settings, f)
const Option flag_options[] = {
    {"e", VALUE_TEXT, FIELD(code), CMD_RUN | CMD_CHECK | CMD_DUMP | AGAIN, "CODE", .help = "the program is CODE, a script, instead of a file"},
    {"workers", VALUE_NUMBER, FIELD(workers), CMD_RUN | CMD_REPL, "N", .help = "threads that run goroutines (default: as many as processors)", .min = 1, .max = 1024},
    {"seed", VALUE_NUMBER, FIELD(seed), CMD_RUN | CMD_REPL, "N", .help = "a run that repeats exactly: all choices follow from N, one worker, a clock that jumps when all sleep", .max = UINT64_MAX, .given = FIELD(seeded)},
    {"clock", VALUE_WORDS, FIELD(clock), CMD_RUN | CMD_REPL, "real|virtual", .help = "what sleeps and timers go by (default: virtual with -seed: sleeping takes no time; one worker)", .first = CLOCK_REAL},
    {"strategy", VALUE_STRATEGY, FIELD(schedule), CMD_RUN | CMD_REPL, "fifo|random|pct:D", .help = "with one worker: who runs next. fifo: Go's order; random: anybody; pct: priorities that change D-1 times", .given = FIELD(chosen)},
    {"schedule", VALUE_SCHEDULE, FIELD(schedule_name), CMD_RUN, "S", .help = "repeat the run that S names, as the replay line of a finding does"},
    {"runs", VALUE_NUMBER, FIELD(runs), CMD_RUN, "N", .help = "N runs under different schedules, in parallel: each finding once, and in how many runs it showed", .min = 1, .max = 10 * 1000 * 1000},
    {"budget", VALUE_DURATION, FIELD(budget_ns), CMD_RUN, "D", .help = "with -runs: stop after D and sum up what was seen"},
    {"perturb", VALUE_NUMBER, FIELD(perturb), CMD_RUN, "N", .help = "shake a run with many workers: delays, switches and steals at random (no promise that it repeats)", .max = UINT64_MAX, .given = FIELD(perturbed)},
    {"trace", VALUE_WORDS, FIELD(trace), CMD_RUN, "text", .help = "write what the scheduler does, a line for each event, to standard error", .first = TRACE_TEXT},
    {"trace-file", VALUE_FILE, FIELD(trace_file), CMD_RUN, "PATH", .help = "with -trace: write the events there"},
    {"race", VALUE_WORDS, FIELD(race), CMD_RUN | CMD_REPL | AGAIN, "off|on|halt", .help = "look for data races while the program runs (the default); halt ends it at the first", .implied = "on", .first = RACE_OFF},
    {"lang", VALUE_LANG, FIELD(lang_minor), CMD_RUN | CMD_REPL | CMD_CHECK | CMD_DUMP, "go1.N", .help = "the language version; below go1.22 a loop has one variable for all passes"},
    {"warnings", VALUE_SWITCH, FIELD(warnings), CMD_RUN | CMD_REPL | CMD_CHECK | AGAIN, "on|off", .help = "look for likely mistakes before the run: copied locks, lost cancels, wrong formats (on)", .implied = "on"},
    {"timeout", VALUE_DURATION, FIELD(timeout_ns), CMD_RUN | CMD_REPL | AGAIN, "D", .help = "end the program after D (10s, 1m30s) with status 124; at a prompt each statement"},
    {"max-heap", VALUE_SIZE, FIELD(max_heap), CMD_RUN | CMD_REPL | AGAIN, "N", .help = "end the program when its live data passes N bytes (suffixes K, M, G) with status 125"},
    {"max-goroutines", VALUE_NUMBER, FIELD(max_goroutines), CMD_RUN | CMD_REPL | AGAIN, "N", .help = "end the program when more than N goroutines exist at once, with status 125", .min = 1, .max = INT64_MAX},
    {"max-output", VALUE_SIZE, FIELD(max_output), CMD_RUN | AGAIN, "N", .help = "end the program when it has printed N bytes (suffixes K, M, G), with status 125"},
    {"leaks", VALUE_WORDS, FIELD(leaks), CMD_RUN | AGAIN, "report|error|off", .help = "goroutines left when main returns. By default those blocked for ever are told; report: also those merely stopped; error: a leak ends with status 3; off: nothing", .first = LEAKS_REPORT},
    {"report", VALUE_WORDS, FIELD(report), CMD_RUN | CMD_CHECK, "text|json|sarif|junit", .help = "write the reports to a file for machines, too: gol-report.json (one line each), .sarif or .xml", .first = REPORT_TEXT},
    {"report-file", VALUE_FILE, FIELD(report_file), CMD_RUN | CMD_CHECK, "PATH", .help = "the file for -report; `-` is standard output"},
    {"stats", VALUE_NONE, FIELD(stats), CMD_RUN, NULL, .help = "at the end say what the run cost: collections, pauses, switches, heap, goroutines"},
    {"color", VALUE_WORDS, FIELD(color), CMD_RUN | CMD_REPL | CMD_CHECK | CMD_DUMP | CMD_FMT, "auto|always|never", .help = "colours in reports (NO_COLOR in the environment wins)", .first = COLOR_AUTO},
    {"run", VALUE_TEST, FIELD(test.run), CMD_TEST | AGAIN, "REGEXP", .help = "only tests whose name matches; PART/PART for parts of tests"},
    {"list", VALUE_TEST, FIELD(test.list), CMD_TEST, "REGEXP", .help = "the names of tests, benchmarks and examples that match, instead of running them"},
    {"failfast", VALUE_NONE, FIELD(test.fail_fast), CMD_TEST | AGAIN, NULL, .help = "no further test after the first that fails"},
    {"bench", VALUE_TEST, FIELD(test.bench), CMD_TEST | AGAIN, "REGEXP", .help = "benchmarks whose name matches, too; `-bench .` is all of them"},
    {"benchtime", VALUE_DURATION, FIELD(test.bench_ns), CMD_TEST | AGAIN, "D", .help = "how long each benchmark runs (1s)"},
    {"v", VALUE_NONE, FIELD(test.verbose), CMD_TEST | AGAIN, NULL, .help = "say what runs, and show the log of tests that pass too"},
    {"short", VALUE_NONE, FIELD(test.small), CMD_TEST | AGAIN, NULL, .help = "testing.Short() is true"},
    {"count", VALUE_NUMBER, FIELD(test.count), CMD_TEST | AGAIN, "N", .help = "run each test N times", .min = 1, .max = 1024},
    {"src", VALUE_NONE, FIELD(doc.source), CMD_DOC, NULL, .help = "the source, with the bodies of functions"},
    {"all", VALUE_NONE, FIELD(doc.all), CMD_DOC, NULL, .help = "of a package: every declaration with its text, not a list; of a type: its methods with theirs"},
    {"u", VALUE_NONE, FIELD(doc.unexported), CMD_DOC, NULL, .help = "what begins with a small letter, too"},
    {"v", VALUE_NONE, FIELD(more), CMD_VERSION, NULL, .help = "also what it was built with, and what it runs on"},
    {"l", VALUE_NONE, FIELD(fmt.list), CMD_FMT, NULL, .help = "only list the files whose form differs"},
    {"d", VALUE_NONE, FIELD(fmt.diff), CMD_FMT, NULL, .help = "only show the differences"},
    {"check", VALUE_NONE, FIELD(fmt.check), CMD_FMT, NULL, .help = "change nothing; status 1 when a file's form differs"},
    {"stdout", VALUE_NONE, FIELD(fmt.print), CMD_FMT, NULL, .help = "print the result instead of changing the file"},
    {"w", VALUE_NONE, FIELD(fmt.write), CMD_FMT, NULL, .help = "change the files also with -l, -d, -check or -stdout"},
    {"man", VALUE_NONE, FIELD(man), CMD_HELP, NULL, .help = "the man page gol.1, as roff"},
    {"help", VALUE_NONE, FIELD(help), ALL_COMMANDS, NULL, .help = "this help"},
    {.name = NULL},
};

void settings_init(Settings *s) {
    *s = (Settings){.lang_minor = LANG_DEFAULT, .warnings = true, .race = RACE_ON};
}

const Option *option_find(const char *name, size_t len, const Command *c) {
    if (len == 1 && name[0] == 'h') name = "help", len = 4;
    for (const Option *o = flag_options; o->name; o++)
        if ((o->commands & c->bit) && strlen(o->name) == len && !memcmp(o->name, name, len)) return o;
    return NULL;
}

bool option_joined(const Option *o) { return o->arg && (o->kind == VALUE_WORDS || strchr(o->arg, '|')); }

void option_usage(const Option *o, Buf *out) {
    buf_printf(out, "-%s", o->name);
    if (o->arg) buf_printf(out, "%s%s", option_joined(o) ? "=" : " ", o->arg);
}

bool options_any(const Command *c) {
    for (const Option *o = flag_options; o->name; o++)
        if ((o->commands & c->bit) && o->commands != ALL_COMMANDS) return true;
    return false;
}

static void unknown(const Command *c, const char *name, size_t len) {
    const char *names[COUNT_OF(flag_options)];
    size_t n = 0;
    for (const Option *o = flag_options; o->name; o++)
        if (o->commands & c->bit) names[n++] = o->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(len < 63 ? len : 63), name);
    const char *meant = near_word(word, names, n);
    fprintf(stderr, "gol: unknown flag -%s of gol %s", word, c->name);
    if (meant) fprintf(stderr, "; did you mean -%s?\n", meant);
    else fprintf(stderr, " (see: gol help %s)\n", c->name);
}

int options_parse(Settings *s, const Command *c, int argc, char **argv) {
    int i = 0;
    while (i < argc) {
        const char *word = argv[i];
        if (word[0] != '-' || !word[1]) break; // a plain "-" is standard input
        const char *name = word + (word[1] == '-' ? 2 : 1);
        i++;
        if (!*name) break; // "--"
        size_t len = strcspn(name, "=");
        const Option *o = option_find(name, len, c);
        if (!o) return unknown(c, name, len), -1;
        const char *value = name[len] ? name + len + 1 : NULL;
        if (!value) value = o->kind == VALUE_NONE ? "true" : o->implied;
        if (!value) {
            if (i == argc) {
                fprintf(stderr, "gol: flag -%s needs a value: -%s %s\n", o->name, o->name, o->arg);
                return -1;
            }
            value = argv[i++];
        }
        if ((o->commands & AGAIN) && s->nagain + 2 <= COUNT_OF(s->again)) {
            s->again[s->nagain++] = word;
            if (word != argv[i - 1]) s->again[s->nagain++] = argv[i - 1];
        }
        Buf wanted = {0};
        bool fine = option_set(s, o, value, &wanted);
        if (!fine) fprintf(stderr, "gol: -%s %s: it must be %s\n", o->name, value, buf_str(&wanted));
        buf_fini(&wanted);
        if (!fine) return -1;
    }
    if (s->runs && s->workers > 1) {
        fputs("gol: -runs: each run has one worker; leave -workers out\n", stderr);
        return -1;
    }
    if (s->chosen && !s->seeded && !s->runs) s->seeded = true; // seed 0
    if (s->chosen && s->workers > 1) {
        fputs("gol: -strategy: choosing who runs next needs -workers 1\n", stderr);
        return -1;
    }
    if (s->clock == CLOCK_VIRTUAL && s->workers > 1) {
        fputs("gol: -clock=virtual: a virtual clock needs -workers 1\n", stderr);
        return -1;
    }
    return i;
}

bool options_color(const Settings *s) {
    const char *no = getenv("NO_COLOR");
    if ((no && *no) || s->color == COLOR_NEVER) return false;
    return s->color == COLOR_ALWAYS || isatty(STDERR_FILENO);
}
