// goroutines.c — the table of all goroutines: who, where, what it waits for and how long already. For Ctrl-C, -timeout, -max-output and SIGQUIT. With many
// goroutines those that do the same at the same place are told together.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/names.h"
#include "runtime/stdout.h"
#include "runtime/stuck.h"

enum { GROUPS_MAX = 64, SINGLES_MAX = 20, ASKED_OFTEN = 1000 };

typedef struct Group {
    const char *what, *place; // in the finding's arena; place "": unknown
    const G *g;               // the first of them
    uint64_t count;
    int64_t since;            // the longest wait began then; 0: none
} Group;

typedef struct Table {
    Runtime *rt;
    Finding *f; // gets the parts, and keeps the texts
    bool together;
    bool starts; // also where each was started
    Group *g;
    uint32_t n, cap;
    uint64_t left_out; // goroutines of further groups
} Table;

static const char *keep(Table *t, Buf *b) {
    const char *s = arena_strndup(&t->f->arena, buf_str(b), b->len);
    buf_fini(b);
    return s;
}

// It runs in a loop whose select has a default: how often that was taken in a row.
static uint64_t asked(const Runtime *rt, const G *g) {
    for (int i = 0; i < rt->nworkers; i++) {
        const Worker *w = &rt->workers[i];
        if (w->asked_g == g->id && w->asked_n >= ASKED_OFTEN) return w->asked_n;
    }
    return 0;
}

static const char *what_of(Table *t, const G *g) {
    Buf b;
    buf_init(&b);
    switch (g_status(g)) {
    case G_RUNNING: buf_puts(&b, "running"); break;
    case G_RUNNABLE: buf_puts(&b, "ready to run"); break;
    case G_WAITING:
        if (g->wait_reason == WAIT_SLEEP) buf_puts(&b, "asleep (time.Sleep)");
        else {
            buf_puts(&b, "waiting ");
            if (g->wait_reason == WAIT_IO) buf_puts(&b, "for input");
            else stuck_put_wants(t->rt, g, t->f, &b);
        }
        break;
    case G_IDLE:
    case G_DEAD: buf_puts(&b, "at its end"); break;
    }
    uint64_t n = g_status(g) == G_WAITING ? 0 : asked(t->rt, g);
    if (n) buf_printf(&b, " in a loop with a select that has a default: it has looked %llu times in a row and found nothing. Without the default it would wait, and cost nothing",
                      (unsigned long long)n);
    return keep(t, &b);
}

static void add(Table *t, const G *g) {
    Buf func = {0}, place = {0};
    if (!t->rt->hooks->where || !t->rt->hooks->where(t->rt, g, &func, &place)) buf_clear(&place);
    buf_fini(&func);
    Group x = {.what = what_of(t, g), .place = keep(t, &place), .g = g, .count = 1};
    if (g_status(g) == G_WAITING) x.since = g->waiting_since;
    for (uint32_t i = 0; t->together && i < t->n; i++) {
        Group *y = &t->g[i];
        if (y->g->start != g->start || strcmp(x.what, y->what) || strcmp(x.place, y->place)) continue;
        y->count++;
        if (g->id < y->g->id) y->g = g;
        if (x.since && x.since < y->since) y->since = x.since;
        return;
    }
    if (t->together && t->n == GROUPS_MAX) {
        t->left_out++;
        return;
    }
    if (t->n == t->cap) t->g = xrealloc(t->g, (t->cap = t->cap ? t->cap * 2 : 16) * sizeof *t->g);
    t->g[t->n++] = x;
}

static int by_id(const void *a, const void *b) {
    const Group *x = a, *y = b;
    return x->g->id < y->g->id ? -1 : x->g->id > y->g->id;
}

static void put_duration(int64_t ns, Buf *out) {
    double s = (double)ns / 1e9;
    if (s >= 120) buf_printf(out, "%.0f min", s / 60);
    else if (s >= 1) buf_printf(out, "%.1f s", s);
    else buf_printf(out, "%.0f ms", s * 1000);
}

static void put_line(Table *t, const Group *x, Buf *out) {
    Buf who = {0};
    if (x->count == 1) name_live_goroutine(t->rt, x->g, &who);
    else {
        buf_printf(&who, "%llu goroutines", (unsigned long long)x->count);
        const char *func = name_start(t->rt, x->g);
        if (func) {
            buf_puts(&who, " (");
            name_func(func, &who);
            buf_putc(&who, ')');
        }
    }
    buf_printf(out, "  %s", buf_str(&who));
    if (x->place[0]) buf_printf(out, " at %s", x->place);
    buf_printf(out, ": %s", x->what);
    int64_t waits = x->since ? clock_now(t->rt) - x->since : 0;
    if (waits >= 1000 * 1000) {
        buf_puts(out, ", for ");
        put_duration(waits, out);
    }
    if (t->starts && x->g->go_pos) {
        Place from = source_shown(t->rt->options.sources, x->g->go_pos);
        if (from.file) buf_printf(out, "; started at %s:%u", from.file->path, from.line);
    }
    buf_putc(out, '\n');
    FindingPart *p = finding_part(t->f, 0, x->count == 1 ? x->g->id : 0, "%s: %s", buf_str(&who), x->what);
    p->count = x->count;
    finding_frames_of(t->f, p, t->rt, x->g);
    if (x->g->go_pos && !(x->g->flags & GF_MAIN)) finding_detail(t->f, x->g->go_pos, "started here");
    buf_fini(&who);
}

// The lines to out, and the same as parts of f. World stopped.
static void write_table(Runtime *rt, Finding *f, bool starts, Buf *out) {
    Table t = {.rt = rt, .f = f, .starts = starts, .together = gstack_live(rt) > SINGLES_MAX};
    for (G *g = gstack_all(rt); g; g = g->all_next)
        if (!(g->flags & GF_SYSTEM)) add(&t, g);
    if (t.n) qsort(t.g, t.n, sizeof *t.g, by_id);
    for (uint32_t i = 0; i < t.n; i++) put_line(&t, &t.g[i], out);
    if (t.left_out) buf_printf(out, "  and %llu more goroutines elsewhere\n", (unsigned long long)t.left_out);
    free(t.g);
}

void goroutine_put_state(Runtime *rt, const G *g, Buf *out) {
    Table t = {.rt = rt, .f = finding_new(FINDING_INTERRUPT, "a goroutine")};
    buf_puts(out, what_of(&t, g));
    finding_free(t.f);
}

void goroutines_put(Runtime *rt, Buf *out) {
    Finding *f = finding_new(FINDING_INTERRUPT, "goroutines"); // keeps the texts
    write_table(rt, f, true, out);
    finding_free(f);
}

void goroutines_report(Runtime *rt, FindingKind kind, const char *head) {
    Finding *f = finding_new(kind, "gol: %s", head);
    Buf b = {0};
    buf_printf(&b, "%s\n", f->head);
    write_table(rt, f, false, &b);
    finding_raw(f, buf_str(&b), b.len);
    buf_fini(&b);
    finding_report_take(rt, f);
}

void goroutines_table(Runtime *rt) {
    Finding *f = finding_new(FINDING_INTERRUPT, "gol: the goroutines now (SIGQUIT); the program goes on"); // only written, not kept
    Buf b = {0};
    buf_printf(&b, "%s\n", f->head);
    write_table(rt, f, false, &b);
    stdout_report(rt, buf_str(&b), b.len);
    buf_fini(&b);
    finding_free(f);
}

void used_up_words(const Runtime *rt, char *out, size_t n) {
    double s = (double)rt->options.max_used_ns / 1e9;
    snprintf(out, n, "the run does not end: it used its %gs of virtual time; where the goroutines stood:", s);
}

void timeout_words(const Runtime *rt, char *out, size_t n) {
    double s = (double)rt->options.timeout_ns / 1e9;
    snprintf(out, n, "the time limit of %gs (-timeout) is over; where the goroutines stood:", s);
}
