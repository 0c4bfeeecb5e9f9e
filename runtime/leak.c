// leak.c — what main's end left behind: goroutines that nothing can wake any more (leaked: a finding), and such that could still run and were
// stopped (killed: told only when asked for). World stopped.
#include <stdlib.h>

#include "runtime/names.h"
#include "runtime/stdout.h"
#include "runtime/partial.h"
#include "runtime/stuck.h"

static bool was_told(const G *g) { return g->stuck_since != 0; }

// One line per function that the goroutines were started with.
static void tell_killed(Runtime *rt) {
    enum { KINDS = 8 };
    struct {
        const struct Func *start;
        uint64_t n, id;
    } kind[KINDS];
    uint32_t nkinds = 0;
    uint64_t n = 0, others = 0;
    for (G *g = gstack_all(rt); g; g = g->all_next) {
        if ((g->flags & (GF_SYSTEM | GF_MAIN)) || was_told(g) || (rt->hooks->is_own && !rt->hooks->is_own(rt, g))) continue;
        uint32_t i = 0;
        while (i < nkinds && kind[i].start != g->start) i++;
        n++;
        if (i == KINDS) {
            others++;
            continue;
        }
        if (i == nkinds) {
            nkinds++;
            kind[i].start = g->start;
            kind[i].n = 0;
            kind[i].id = g->id;
        }
        kind[i].n++;
        if (g->id < kind[i].id) kind[i].id = g->id;
    }
    if (!n) return;
    Buf b;
    buf_init(&b);
    buf_printf(&b, "gol: %llu goroutine%s could still run when main returned, and %s stopped:", (unsigned long long)n, n == 1 ? "" : "s",
               n == 1 ? "was" : "were");
    for (uint32_t i = 0; i < nkinds; i++) {
        buf_puts(&b, i ? ", " : " ");
        if (kind[i].n == 1) name_goroutine(rt, kind[i].id, kind[i].start, &b);
        else {
            buf_printf(&b, "%llu goroutines (", (unsigned long long)kind[i].n);
            if (rt->hooks->func_name && kind[i].start) name_func(rt->hooks->func_name(kind[i].start), &b);
            buf_putc(&b, ')');
        }
    }
    if (others) buf_printf(&b, " and %llu more", (unsigned long long)others);
    buf_putc(&b, '\n');
    stdout_report(rt, buf_str(&b), b.len);
    buf_fini(&b);
}

void leak_report(Runtime *rt, bool (*is_leaked)(const G *g)) {
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), is_leaked);
    if (s.n) {
        Finding *f = s.n == 1 ? finding_new(FINDING_LEAK, "leak: a goroutine was left blocked for ever when main returned")
                              : finding_new(FINDING_LEAK, "leak: %u goroutines were left blocked for ever when main returned", s.n);
        stuck_tell(&s, f);
        finding_report_take(rt, f);
    }
    stuck_fini(&s);
    if (rt->options.leaks == LEAKS_REPORT || rt->options.leaks == LEAKS_ERROR) tell_killed(rt);
}
