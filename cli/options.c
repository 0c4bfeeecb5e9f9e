#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"

typedef enum OptionKind { OPT_BOOL, OPT_SWITCH, OPT_COUNT, OPT_SEED, OPT_LANG, OPT_DURATION, OPT_SIZE, OPT_COLOR, OPT_CLOCK, OPT_STRATEGY, OPT_SCHEDULE, OPT_RUNS, OPT_PERTURB, OPT_TRACE, OPT_RACE, OPT_REPORT, OPT_LEAKS, OPT_NUMBER, OPT_TEXT } OptionKind;

typedef struct Option {
    const char *name;
    OptionKind kind;
    size_t field; // in Settings
    unsigned commands;
    const char *arg; // NULL: none
    const char *help;
} Option;

enum { AGAIN = 1 << 30 }; // among the commands: a run that is repeated needs the flag, too (the replay line of a finding)

#define FIELD(f) offsetof(Settings, f)
static const Option options[] = {
    {"e", OPT_TEXT, FIELD(code), CMD_RUN | CMD_CHECK | CMD_DUMP | AGAIN, "CODE", "the program is CODE, a script, instead of a file"},
    {"workers", OPT_COUNT, FIELD(workers), CMD_RUN, "N", "threads that run goroutines (default: as many as processors)"},
    {"seed", OPT_SEED, FIELD(seed), CMD_RUN, "N", "a run that repeats exactly: all choices follow from N, one worker, a clock that jumps when all sleep"},
    {"clock", OPT_CLOCK, FIELD(clock), CMD_RUN, "real|virtual", "what sleeps and timers go by (default: virtual with -seed: sleeping takes no time; one worker)"},
    {"strategy", OPT_STRATEGY, FIELD(schedule), CMD_RUN, "fifo|random|pct:D", "with one worker: who runs next. fifo: Go's order; random: anybody; pct: priorities that change D-1 times"},
    {"schedule", OPT_SCHEDULE, FIELD(schedule_name), CMD_RUN, "S", "repeat the run that S names, as the replay line of a finding does"},
    {"runs", OPT_RUNS, FIELD(runs), CMD_RUN, "N", "N runs under different schedules, in parallel: each finding once, and in how many runs it showed"},
    {"budget", OPT_DURATION, FIELD(budget_ns), CMD_RUN, "D", "with -runs: stop after D and sum up what was seen"},
    {"perturb", OPT_PERTURB, FIELD(perturb), CMD_RUN, "N", "shake a run with many workers: delays, switches and steals at random (no promise that it repeats)"},
    {"trace", OPT_TRACE, FIELD(trace), CMD_RUN, "text", "write what the scheduler does, a line for each event, to standard error"},
    {"trace-file", OPT_TEXT, FIELD(trace_file), CMD_RUN, "PATH", "with -trace: write the events there"},
    {"race", OPT_RACE, FIELD(race), CMD_RUN | AGAIN, "off|on|halt", "look for data races while the program runs (the default); halt ends it at the first"},
    {"lang", OPT_LANG, FIELD(lang_minor), CMD_RUN | CMD_CHECK | CMD_DUMP, "go1.N", "the language version; below go1.22 a loop has one variable for all passes"},
    {"warnings", OPT_SWITCH, FIELD(warnings), CMD_RUN | CMD_CHECK | AGAIN, "on|off", "look for likely mistakes before the run: copied locks, lost cancels, wrong formats (on)"},
    {"timeout", OPT_DURATION, FIELD(timeout_ns), CMD_RUN | AGAIN, "D", "end the program after D (10s, 1m30s) with status 124"},
    {"max-heap", OPT_SIZE, FIELD(max_heap), CMD_RUN | AGAIN, "N", "end the program when its live data passes N bytes (suffixes K, M, G) with status 125"},
    {"max-goroutines", OPT_NUMBER, FIELD(max_goroutines), CMD_RUN | AGAIN, "N", "end the program when more than N goroutines exist at once, with status 125"},
    {"max-output", OPT_SIZE, FIELD(max_output), CMD_RUN | AGAIN, "N", "end the program when it has printed N bytes (suffixes K, M, G), with status 125"},
    {"leaks", OPT_LEAKS, FIELD(leaks), CMD_RUN | AGAIN, "report|error|off", "goroutines left when main returns. By default those blocked for ever are told; report: also those merely stopped; error: a leak ends with status 3; off: nothing"},
    {"report", OPT_REPORT, FIELD(report), CMD_RUN | CMD_CHECK, "text|json|sarif|junit", "write the reports to a file for machines, too: gol-report.json (one line each), .sarif or .xml"},
    {"report-file", OPT_TEXT, FIELD(report_file), CMD_RUN | CMD_CHECK, "PATH", "the file for -report; `-` is standard output"},
    {"stats", OPT_BOOL, FIELD(stats), CMD_RUN, NULL, "at the end say what the run cost: collections, pauses, switches, heap, goroutines"},
    {"color", OPT_COLOR, FIELD(color), CMD_RUN | CMD_CHECK | CMD_DUMP, "auto|always|never", "colours in reports (NO_COLOR in the environment wins)"},
    {"run", OPT_TEXT, FIELD(test.run), CMD_TEST | AGAIN, "REGEXP", "only tests whose name matches; PART/PART for parts of tests"},
    {"v", OPT_BOOL, FIELD(test.verbose), CMD_TEST, NULL, "say what runs, and show the log of tests that pass too"},
    {"short", OPT_BOOL, FIELD(test.small), CMD_TEST | AGAIN, NULL, "testing.Short() is true"},
    {"count", OPT_COUNT, FIELD(test.count), CMD_TEST | AGAIN, "N", "run each test N times"},
    {"help", OPT_BOOL, FIELD(help), ~0u, NULL, "this help"},
};

void settings_init(Settings *s) {
    *s = (Settings){.lang_minor = LANG_DEFAULT, .warnings = true, .race = RACE_ON};
}

static const Option *find(const char *name, size_t len, unsigned command) {
    if (len == 1 && name[0] == 'h') return find("help", 4, command);
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if ((options[i].commands & command) && strlen(options[i].name) == len && !memcmp(options[i].name, name, len))
            return &options[i];
    return NULL;
}

static bool digits(const char *s) {
    if (!*s) return false;
    for (; *s; s++)
        if (*s < '0' || *s > '9') return false;
    return true;
}

static bool read_count(const char *v, uint64_t max, uint64_t *out) {
    if (!digits(v)) return false;
    errno = 0;
    unsigned long long n = strtoull(v, NULL, 10);
    *out = n;
    return !errno && n <= max;
}

// Go's time.ParseDuration without a sign: a row of numbers with units.
static bool read_duration(const char *v, int64_t *out) {
    static const struct { const char *unit; double ns; } units[] = {
        {"ns", 1}, {"us", 1e3}, {"\xC2\xB5s", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}};
    double total = 0;
    if (!*v) return false;
    while (*v) {
        if ((*v < '0' || *v > '9') && *v != '.') return false;
        char *end;
        double n = strtod(v, &end);
        size_t unit = strcspn(end, "0123456789.");
        bool known = false;
        for (size_t i = 0; i < COUNT_OF(units); i++)
            if (strlen(units[i].unit) == unit && !memcmp(units[i].unit, end, unit)) {
                total += n * units[i].ns;
                known = true;
            }
        if (!known) return false;
        v = end + unit;
    }
    if (!(total >= 1 && total < 9e18)) return false;
    *out = (int64_t)total;
    return true;
}

static bool read_size(const char *v, uint64_t *out) {
    static const char suffixes[] = "KMGT";
    size_t n = strspn(v, "0123456789");
    if (!n || n > 18) return false;
    uint64_t value = strtoull(v, NULL, 10);
    const char *rest = v + n;
    if (*rest) {
        const char *s = strchr(suffixes, *rest >= 'a' ? *rest - 'a' + 'A' : *rest);
        if (!s || (rest[1] && strcmp(rest + 1, "B") && strcmp(rest + 1, "iB"))) return false;
        unsigned shift = 10 * (unsigned)(s - suffixes + 1);
        if (value > UINT64_MAX >> shift) return false;
        value <<= shift;
    }
    *out = value;
    return value > 0;
}

static bool read_lang(const char *v, int *minor) {
    if (!strncmp(v, "go", 2)) v += 2;
    uint64_t n;
    char word[8];
    if (strncmp(v, "1.", 2) || strlen(v + 2) >= sizeof word) return false;
    strcpy(word, v + 2);
    word[strcspn(word, ".")] = 0; // go1.21.3 is go1.21
    if (!read_count(word, 99, &n)) return false;
    *minor = (int)n;
    return true;
}

// Which of "a|b|c" v is.
static bool read_choice(const char *of, const char *v, uint64_t *out) {
    size_t len = strlen(v);
    for (*out = 0; *of; ++*out) {
        size_t n = strcspn(of, "|");
        if (n == len && !memcmp(of, v, n)) return true;
        of += n + (of[n] != 0);
    }
    return false;
}

static const char *const switches[] = {"off", "false", "0", "on", "true", "1"};

// Sets the field; NULL, or what the value should have been.
static const char *set(Settings *s, const Option *o, const char *v) {
    void *field = (char *)s + o->field;
    uint64_t n;
    switch (o->kind) {
    case OPT_TEXT: *(const char **)field = v; return NULL;
    case OPT_BOOL:
    case OPT_SWITCH:
        for (size_t i = 0; i < COUNT_OF(switches); i++)
            if (!strcmp(v, switches[i])) return *(bool *)field = i >= 3, NULL;
        return o->kind == OPT_BOOL ? "true or false" : "on or off";
    case OPT_COUNT:
        if (!read_count(v, 1024, &n) || !n) return "a number from 1 to 1024";
        *(int64_t *)field = (int64_t)n;
        return NULL;
    case OPT_SEED:
        if (!read_count(v, UINT64_MAX, &n)) return "a whole number, not negative";
        *(uint64_t *)field = n;
        s->seeded = true;
        return NULL;
    case OPT_LANG: return read_lang(v, field) ? NULL : "a version such as go1.21";
    case OPT_DURATION: return read_duration(v, field) ? NULL : "a duration with a unit, such as 10s, 300ms or 1m30s";
    case OPT_SIZE: return read_size(v, field) ? NULL : "a size such as 500K, 100M or 2G";
    case OPT_CLOCK:
        if (!strcmp(v, "real")) return *(ClockChoice *)field = CLOCK_REAL, NULL;
        if (!strcmp(v, "virtual")) return *(ClockChoice *)field = CLOCK_VIRTUAL, NULL;
        return "real or virtual";
    case OPT_PERTURB:
        if (!read_count(v, UINT64_MAX, &n)) return "a whole number, not negative";
        *(uint64_t *)field = n;
        s->perturbed = true;
        return NULL;
    case OPT_TRACE:
        if (strcmp(v, "text")) return "text, one line for each event";
        *(bool *)field = true;
        return NULL;
    case OPT_RUNS:
        if (!read_count(v, 10 * 1000 * 1000, &n) || !n) return "a number from 1 to 10000000";
        *(int64_t *)field = (int64_t)n;
        return NULL;
    case OPT_SCHEDULE: {
        ScheduleName name;
        if (!schedule_read(v, &name)) return "what a finding's replay line says, such as 5f3a09c1-random-17";
        s->schedule_name = v;
        s->program = name.program;
        s->schedule = name.schedule;
        s->seed = name.schedule.seed;
        s->seeded = true;
        s->lang_minor = name.lang_minor ? name.lang_minor : LANG_DEFAULT;
        s->clock = name.real_clock ? CLOCK_REAL : CLOCK_VIRTUAL;
        s->workers = 1;
        return NULL;
    }
    case OPT_STRATEGY:
        if (!schedule_read_strategy(v, field)) return "fifo, random, pct or pct:D with D from 1 to 20";
        s->chosen = true;
        return NULL;
    case OPT_REPORT:
        if (!read_choice(o->arg, v, &n)) return "text, json, sarif or junit";
        *(ReportFormat *)field = (ReportFormat)n;
        return NULL;
    case OPT_LEAKS:
        if (!read_choice(o->arg, v, &n)) return "report, error or off";
        *(LeakMode *)field = (LeakMode)(n + LEAKS_REPORT);
        return NULL;
    case OPT_NUMBER:
        if (!read_count(v, INT64_MAX, &n) || !n) return "a whole number, at least 1";
        *(uint64_t *)field = n;
        return NULL;
    case OPT_RACE: {
        static const char *const modes[] = {"off", "on", "halt"};
        for (size_t i = 0; i < COUNT_OF(modes); i++)
            if (!strcmp(v, modes[i])) return *(RaceMode *)field = (RaceMode)i, NULL;
        return "off, on or halt";
    }
    case OPT_COLOR: {
        static const char *const modes[] = {"auto", "always", "never"};
        for (size_t i = 0; i < COUNT_OF(modes); i++)
            if (!strcmp(v, modes[i])) return *(ColorMode *)field = (ColorMode)i, NULL;
        return "auto, always or never";
    }
    }
    return "?";
}

static void unknown(const Command *c, const char *name, size_t len) {
    const char *names[COUNT_OF(options)];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (options[i].commands & c->bit) names[n++] = options[i].name;
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
        const Option *o = find(name, len, c->bit);
        if (!o) return unknown(c, name, len), -1;
        const char *value = name[len] ? name + len + 1 : NULL;
        if (!value && (o->kind == OPT_BOOL || o->kind == OPT_SWITCH)) value = "true";
        if (!value && o->kind == OPT_RACE) value = "on";
        if (!value) {
            if (i == argc) {
                fprintf(stderr, "gol: flag -%s needs a value: -%s %s\n", o->name, o->name, o->arg);
                return -1;
            }
            value = argv[i++];
        }
        if ((o->commands & AGAIN) && o != find("help", 4, c->bit) && s->nagain + 2 <= COUNT_OF(s->again)) {
            s->again[s->nagain++] = word;
            if (word != argv[i - 1]) s->again[s->nagain++] = argv[i - 1];
        }
        const char *wanted = set(s, o, value);
        if (wanted) {
            fprintf(stderr, "gol: -%s %s: it must be %s\n", o->name, value, wanted);
            return -1;
        }
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

void options_print(const Command *c) {
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        const Option *o = &options[i];
        if (!(o->commands & c->bit)) continue;
        char left[64];
        const char *between = !o->arg ? "" : o->kind == OPT_SWITCH || o->kind == OPT_REPORT || o->kind == OPT_LEAKS || o->kind == OPT_COLOR || o->kind == OPT_CLOCK || o->kind == OPT_RACE || o->kind == OPT_LANG ? "=" : " ";
        snprintf(left, sizeof left, "-%s%s%s", o->name, between, o->arg ? o->arg : "");
        printf(strlen(left) < 18 ? "  %-18s%s\n" : "  %s\n                    %s\n", left, o->help);
    }
}

bool options_color(const Settings *s) {
    const char *no = getenv("NO_COLOR");
    if ((no && *no) || s->color == COLOR_NEVER) return false;
    return s->color == COLOR_ALWAYS || isatty(STDERR_FILENO);
}
