// option_value.c — the value of a flag: read by its kind, or what it should have been.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cli/options.h"

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
static bool read_choice(const char *of, const char *v, unsigned *out) {
    size_t len = strlen(v);
    for (*out = 0; *of; ++*out) {
        size_t n = strcspn(of, "|");
        if (n == len && !memcmp(of, v, n)) return true;
        of += n + (of[n] != 0);
    }
    return false;
}

static bool read_switch(const char *v, bool *out) {
    static const char *const words[] = {"off", "false", "0", "on", "true", "1"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (!strcmp(v, words[i])) return *out = i >= 3, true;
    return false;
}

// A schedule's name says all that decides a run.
static bool read_schedule(Settings *s, const char *v) {
    ScheduleName name;
    if (!schedule_read(v, &name)) return false;
    s->schedule_name = v;
    s->program = name.program;
    s->schedule = name.schedule;
    s->seed = name.schedule.seed;
    s->seeded = true;
    s->lang_minor = name.lang_minor ? name.lang_minor : LANG_DEFAULT;
    s->clock = name.real_clock ? CLOCK_REAL : CLOCK_VIRTUAL;
    s->workers = 1;
    return true;
}

static bool read_value(Settings *s, const Option *o, const char *v) {
    void *field = (char *)s + o->field;
    unsigned choice;
    switch (o->kind) {
    case VALUE_TEXT: case VALUE_FILE: case VALUE_TEST: return *(const char **)field = v, true;
    case VALUE_NONE: case VALUE_SWITCH: return read_switch(v, field);
    case VALUE_WORDS:
        if (!read_choice(o->arg, v, &choice)) return false;
        return *(unsigned *)field = o->first + choice, true;
    case VALUE_NUMBER: return read_count(v, o->max, field) && *(uint64_t *)field >= o->min;
    case VALUE_LANG: return read_lang(v, field);
    case VALUE_DURATION: return read_duration(v, field);
    case VALUE_SIZE: return read_size(v, field);
    case VALUE_STRATEGY: return schedule_read_strategy(v, field);
    case VALUE_SCHEDULE: return read_schedule(s, v);
    }
    return false;
}

// "off, on or halt", and which of them may have been meant.
static void put_words(const char *of, const char *v, Buf *out) {
    char words[16][32];
    const char *known[16];
    size_t n = 0;
    for (; *of && n < COUNT_OF(words); n++) {
        size_t len = strcspn(of, "|");
        snprintf(words[n], sizeof words[n], "%.*s", (int)len, of);
        known[n] = words[n];
        of += len + (of[len] != 0);
    }
    for (size_t i = 0; i < n; i++) buf_printf(out, "%s%s", !i ? "" : i + 1 < n ? ", " : " or ", words[i]);
    const char *meant = near_word(v, known, n);
    if (meant) buf_printf(out, "; did you mean %s?", meant);
}

static void put_wanted(const Option *o, const char *v, Buf *out) {
    switch (o->kind) {
    case VALUE_TEXT: case VALUE_FILE: case VALUE_TEST: return;
    case VALUE_NONE: buf_puts(out, "true or false"); return;
    case VALUE_SWITCH: case VALUE_WORDS: put_words(o->arg, v, out); return;
    case VALUE_NUMBER:
        if (o->max < INT64_MAX) buf_printf(out, "a number from %llu to %llu", (unsigned long long)o->min, (unsigned long long)o->max);
        else buf_puts(out, o->min ? "a whole number, at least 1" : "a whole number, not negative");
        return;
    case VALUE_DURATION: buf_puts(out, "a duration with a unit, such as 10s, 300ms or 1m30s"); return;
    case VALUE_SIZE: buf_puts(out, "a size such as 500K, 100M or 2G"); return;
    case VALUE_LANG: buf_puts(out, "a version such as go1.21"); return;
    case VALUE_STRATEGY: buf_puts(out, "fifo, random, pct or pct:D with D from 1 to 20"); return;
    case VALUE_SCHEDULE: buf_puts(out, "what a finding's replay line says, such as 5f3a09c1-random-17"); return;
    }
}

bool option_set(Settings *s, const Option *o, const char *value, Buf *wanted) {
    if (!read_value(s, o, value)) {
        put_wanted(o, value, wanted);
        return false;
    }
    if (o->given) *(bool *)((char *)s + o->given) = true;
    return true;
}
