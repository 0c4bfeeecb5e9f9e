// limit.c — the end of a run that has too many goroutines or prints too much. Whoever goes beyond the limit only leaves a note (limit_pass), since
// he may hold any lock; the next poll of any worker stops the world and tells it, or else the end of the run does.
#include <stdio.h>
#include <stdlib.h>

#include "runtime/finding.h"
#include "runtime/names.h"
#include "runtime/worker.h"

void limit_pass(Runtime *rt, Limit what) {
    uint32_t none = LIMIT_NONE;
    if (!__atomic_compare_exchange_n(&rt->limit, &none, what, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return;
    for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_LIMIT, __ATOMIC_SEQ_CST);
}

typedef struct Source { // goroutines that the same statement started
    uint32_t go_pos;
    const struct Func *start;
    uint64_t first_id, count;
} Source;

static int most_first(const void *a, const void *b) {
    const Source *x = a, *y = b;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return x->first_id < y->first_id ? -1 : x->first_id > y->first_id;
}

// One part for each go statement.
static void tell_sources(Runtime *rt, Finding *f) {
    Source *s = NULL;
    uint32_t n = 0, cap = 0;
    for (G *g = gstack_all(rt); g; g = g->all_next) {
        if ((g->flags & GF_SYSTEM) || !g->go_pos) continue;
        uint32_t i = 0;
        while (i < n && s[i].go_pos != g->go_pos) i++;
        if (i == n) {
            if (n == cap) s = xrealloc(s, (cap = cap ? cap * 2 : 16) * sizeof *s);
            s[n++] = (Source){g->go_pos, g->start, g->id, 0};
        }
        s[i].count++;
        if (g->id < s[i].first_id) s[i].first_id = g->id;
    }
    if (n) qsort(s, n, sizeof *s, most_first);
    for (uint32_t i = 0; i < n; i++) {
        Buf who = {0};
        if (s[i].count == 1) name_goroutine(rt, s[i].first_id, s[i].start, &who);
        else {
            buf_printf(&who, "%llu goroutines", (unsigned long long)s[i].count);
            const char *func = s[i].start && rt->hooks->func_name ? rt->hooks->func_name(s[i].start) : NULL;
            if (func) {
                buf_puts(&who, " (");
                name_func(func, &who);
                buf_putc(&who, ')');
            }
            buf_puts(&who, ", all started here");
        }
        FindingPart *p = finding_part(f, s[i].go_pos, s[i].count == 1 ? s[i].first_id : 0, "%s", buf_str(&who));
        p->count = s[i].count;
        buf_fini(&who);
    }
    free(s);
}

void limit_report(Runtime *rt) {
    Limit what = (Limit)__atomic_load_n(&rt->limit, __ATOMIC_SEQ_CST);
    if (what == LIMIT_NONE || rt->limit_told) return;
    rt->limit_told = true;
    if (what == LIMIT_OUTPUT) {
        char head[112];
        snprintf(head, sizeof head, "the program has printed %llu bytes (-max-output); where the goroutines stood:",
                 (unsigned long long)rt->options.max_output);
        goroutines_report(rt, FINDING_LIMIT, head);
        return;
    }
    Finding *f = finding_new(FINDING_LIMIT, "gol: more than %llu goroutines exist at once (-max-goroutines)",
                             (unsigned long long)rt->options.max_goroutines);
    tell_sources(rt, f);
    finding_help(f, "start a fixed number of workers that take their work from one channel");
    finding_report_take(rt, f);
}

int limit_status(Runtime *rt, int own) {
    if (__atomic_load_n(&rt->limit, __ATOMIC_SEQ_CST) == LIMIT_NONE) return own;
    limit_report(rt);
    return EXIT_LIMIT;
}
