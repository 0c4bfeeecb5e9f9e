// deadlock.c — what is said about goroutines when nobody can run any more, when the time is up, and at Ctrl-C. (Whether nobody can run is
// found out in sched.c, where a worker falls asleep.) Goroutines that stand at the same place for the same reason are told together.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/names.h"
#include "runtime/stuck.h"

static const char *const reasons[] = {
#define X(name, go, ours) ours,
    WAIT_REASONS(X)
#undef X
};

typedef struct Group {
    char *func, *place; // place "": unknown
    const char *what;
    uint64_t first_id, count;
    const G *g; // one of them
} Group;
enum { GROUPS_MAX = 64, SINGLES_MAX = 100 };

typedef struct Groups {
    Group *g;
    uint32_t n, cap;
    uint64_t left_out; // goroutines of further groups
} Groups;

static const char *what_of(const G *g) {
    switch (g_status(g)) {
    case G_RUNNING: return "running";
    case G_RUNNABLE: return "ready to run";
    case G_WAITING: return reasons[g->wait_reason];
    case G_IDLE:
    case G_DEAD: break;
    }
    return "ended";
}

static void add(Groups *gs, Runtime *rt, const G *g, bool together) {
    Buf func = {0}, place = {0};
    if (!rt->hooks->where || !rt->hooks->where(rt, g, &func, &place)) buf_clear(&place);
    const char *what = what_of(g);
    Group *found = NULL;
    for (uint32_t i = 0; together && i < gs->n && !found; i++) {
        Group *x = &gs->g[i];
        if (x->what == what && !strcmp(x->place, buf_str(&place)) && !strcmp(x->func, buf_str(&func))) found = x;
    }
    if (found) {
        found->count++;
        if (g->id < found->first_id) found->first_id = g->id;
    } else if (together && gs->n == GROUPS_MAX) gs->left_out++;
    else {
        if (gs->n == gs->cap) gs->g = xrealloc(gs->g, (gs->cap = gs->cap ? gs->cap * 2 : 16) * sizeof *gs->g);
        gs->g[gs->n++] = (Group){xstrdup(buf_str(&func)), xstrdup(buf_str(&place)), what, g->id, 1, g};
    }
    buf_fini(&func);
    buf_fini(&place);
}

static int by_id(const void *a, const void *b) {
    uint64_t x = ((const Group *)a)->first_id, y = ((const Group *)b)->first_id;
    return x < y ? -1 : x > y;
}

static void put_group(const Group *x, Buf *out) {
    bool waits = strcmp(x->what, "running") && strcmp(x->what, "ready to run");
    if (x->count == 1) buf_printf(out, "goroutine %llu", (unsigned long long)x->first_id);
    else buf_printf(out, "%llu goroutines", (unsigned long long)x->count);
    if (x->func[0]) buf_printf(out, " (%s)", x->func);
    if (waits) buf_puts(out, x->count == 1 ? " waits" : " wait");
    if (x->place[0]) buf_printf(out, " at %s", x->place);
    buf_printf(out, ": %s\n", x->what);
}

static void part_of_group(Runtime *rt, Finding *f, const Group *x) {
    Buf who = {0};
    if (x->count == 1) name_goroutine(rt, x->first_id, x->g->start, &who);
    else buf_printf(&who, "%llu goroutines", (unsigned long long)x->count);
    FindingPart *p = finding_part(f, 0, x->count == 1 ? x->first_id : 0, "%s: %s", buf_str(&who), x->what);
    p->count = x->count;
    finding_frames_of(f, p, rt, x->g);
    if (x->g->go_pos && !(x->g->flags & GF_MAIN)) finding_detail(f, x->g->go_pos, "started here");
    buf_fini(&who);
}

// Lines to `out`, and the same as parts of f unless that is NULL.
static void write_groups(Runtime *rt, Buf *out, Finding *f, bool together) {
    Groups gs = {0};
    for (G *g = gstack_all(rt); g; g = g->all_next)
        if (!(g->flags & GF_SYSTEM)) add(&gs, rt, g, together);
    if (gs.n) qsort(gs.g, gs.n, sizeof *gs.g, by_id);
    for (uint32_t i = 0; i < gs.n; i++) {
        put_group(&gs.g[i], out);
        if (f) part_of_group(rt, f, &gs.g[i]);
        free(gs.g[i].func);
        free(gs.g[i].place);
    }
    if (gs.left_out) buf_printf(out, "and %llu more goroutines elsewhere\n", (unsigned long long)gs.left_out);
    free(gs.g);
}

void goroutines_write(Runtime *rt, Buf *out) { write_groups(rt, out, NULL, gstack_live(rt) > SINGLES_MAX); }

static void say(Runtime *rt, Finding *f, Buf *text) {
    finding_raw(f, buf_str(text), text->len);
    buf_fini(text);
    finding_report_take(rt, f);
}

void deadlock_report(Runtime *rt) {
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), NULL);
    // Main ended by Goexit and all others have returned: nobody waits, and nobody can end the program.
    Finding *f = finding_new(FINDING_DEADLOCK, s.n ? "fatal error: all goroutines are asleep - deadlock!"
                                                   : "fatal error: no goroutines (main called runtime.Goexit) - deadlock!");
    if (s.n) stuck_tell(&s, f);
    stuck_fini(&s);
    finding_report_take(rt, f);
}

void goroutines_report(Runtime *rt, FindingKind kind, const char *head) {
    Finding *f = finding_new(kind, "gol: %s", head);
    Buf b = {0};
    buf_printf(&b, "%s\n", f->head);
    write_groups(rt, &b, f, gstack_live(rt) > SINGLES_MAX);
    say(rt, f, &b);
}

void used_up_words(const Runtime *rt, char *out, size_t n) {
    double s = (double)rt->options.max_used_ns / 1e9;
    snprintf(out, n, "the run does not end: it used its %gs of virtual time; where the goroutines stood:", s);
}

void timeout_words(const Runtime *rt, char *out, size_t n) {
    double s = (double)rt->options.timeout_ns / 1e9;
    snprintf(out, n, "the time limit of %gs (-timeout) is over; where the goroutines stood:", s);
}
