#include "runtime/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// A number at *p, which is moved behind it.
static bool number(const char **p, uint64_t max, uint64_t *out) {
    if (**p < '0' || **p > '9') return false;
    char *end;
    errno = 0;
    *out = strtoull(*p, &end, 10);
    *p = end;
    return !errno && *out <= max;
}

// After "pct": the depth and the number of points, each behind its sign; either may be missing.
static bool pct(const char **p, char before_depth, char before_steps, Schedule *out) {
    uint64_t n;
    *out = (Schedule){.strategy = STRATEGY_PCT, .depth = 3, .seed = out->seed};
    if (before_depth && **p != before_depth) return true;
    if (before_depth) ++*p;
    if (!number(p, SCHEDULE_MAX_DEPTH, &n) || n == 0) return false;
    out->depth = (uint32_t)n;
    if (**p != before_steps) return true;
    ++*p;
    return number(p, UINT32_MAX, &out->steps);
}

static bool word(const char **p, const char *w) {
    if (strncmp(*p, w, strlen(w))) return false;
    *p += strlen(w);
    return true;
}

static bool strategy(const char **p, char before_depth, char before_steps, Schedule *out) {
    if (word(p, "fifo")) return *out = (Schedule){.strategy = STRATEGY_FIFO, .seed = out->seed}, true;
    if (word(p, "random")) return *out = (Schedule){.strategy = STRATEGY_RANDOM, .seed = out->seed}, true;
    return word(p, "pct") && pct(p, before_depth, before_steps, out);
}

bool schedule_read_strategy(const char *text, Schedule *out) { return strategy(&text, ':', ':', out) && !*text; }

void schedule_write(const ScheduleName *n, Buf *out) {
    const Schedule *s = &n->schedule;
    buf_printf(out, "%08x-", n->program);
    switch (s->strategy) {
    case STRATEGY_FIFO: buf_puts(out, "fifo"); break;
    case STRATEGY_RANDOM: buf_puts(out, "random"); break;
    case STRATEGY_PCT: buf_printf(out, "pct%u.%llu", s->depth, (unsigned long long)s->steps); break;
    }
    buf_printf(out, "-%llu", (unsigned long long)s->seed);
    if (n->lang_minor) buf_printf(out, "-1.%d", n->lang_minor);
    if (n->real_clock) buf_puts(out, "-r");
}

bool schedule_read(const char *p, ScheduleName *out) {
    *out = (ScheduleName){0};
    uint64_t n;
    if (strspn(p, "0123456789abcdef") != 8) return false;
    out->program = (uint32_t)strtoul(p, NULL, 16);
    p += 8;
    if (!word(&p, "-")) return false;
    if (!strategy(&p, 0, '.', &out->schedule) || !word(&p, "-")) return false;
    if (!number(&p, UINT64_MAX, &out->schedule.seed)) return false;
    if (word(&p, "-1.")) {
        if (!number(&p, 99, &n)) return false;
        out->lang_minor = (int)n;
    }
    out->real_clock = word(&p, "-r");
    return !*p;
}
