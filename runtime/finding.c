// finding.c — building findings, telling them once, keeping them, and what the run comes to.
//
// The text is written under the findings' lock, so that two detectors never mix their lines; the program's own output goes first (stdout_write to
// standard error flushes it). A finding that was told before only counts up: detectors report the same place again and again.
#include "runtime/finding.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/host.h"
#include "runtime/stdout.h"
#include "runtime/worker.h"

enum { KEPT = 200, FRAMES_MAX = 32 };

typedef struct Findings {
    Lock lock;
    Finding *first, *last;
    uint64_t of_kind[FINDING_KIND_COUNT]; // different ones; atomic for readers
    uint64_t left_out;                    // after KEPT
    bool finished;
} Findings;

static const struct {
    const char *word, *one, *many;
    int code, status;
} kinds[] = {
#define X(name, word, one, many, code, status) {word, one, many, code, status},
    FINDING_KINDS(X)
#undef X
};

const char *finding_kind_word(FindingKind k) { return kinds[k].word; }
int finding_kind_code(FindingKind k) { return kinds[k].code; }

// --- building -------------------------------------------------------------------------------------------------

static const char *vformat(Finding *f, const char *before, const char *between, const char *fmt, va_list ap) {
    Buf b;
    buf_init(&b);
    if (before) buf_printf(&b, "%s%s", before, between);
    buf_vprintf(&b, fmt, ap);
    const char *s = arena_strndup(&f->arena, buf_str(&b), b.len);
    buf_fini(&b);
    return s;
}

#define FORMAT(f, into, before, between)          \
    do {                                          \
        va_list ap;                               \
        va_start(ap, fmt);                        \
        into = vformat(f, before, between, fmt, ap); \
        va_end(ap);                               \
    } while (0)

Finding *finding_new(FindingKind kind, const char *fmt, ...) {
    Finding *f = xcalloc(1, sizeof *f);
    arena_init(&f->arena);
    f->kind = kind;
    f->count = 1;
    FORMAT(f, f->head, NULL, "");
    return f;
}

static FindingPart *add_part(Finding *f, Pos pos) {
    FindingPart *p = arena_new(&f->arena, FindingPart);
    p->pos = pos;
    p->count = 1;
    if (f->last) f->last->next = p;
    else f->parts = p;
    return f->last = p;
}

FindingPart *finding_part(Finding *f, Pos pos, uint64_t goroutine, const char *fmt, ...) {
    FindingPart *p = add_part(f, pos);
    p->goroutine = goroutine;
    FORMAT(f, p->text, NULL, "");
    return p;
}

FindingPart *finding_detail(Finding *f, Pos pos, const char *fmt, ...) {
    FindingPart *p = add_part(f, pos);
    p->detail = true;
    FORMAT(f, p->text, NULL, "");
    return p;
}

void finding_frame(Finding *f, FindingPart *p, FindingFrame frame) {
    if (p->nframes == FRAMES_MAX) return;
    if (!p->frames) p->frames = arena_array(&f->arena, FindingFrame, FRAMES_MAX);
    frame.func = arena_strndup(&f->arena, frame.func, strlen(frame.func));
    p->frames[p->nframes++] = frame;
    if (!p->pos) p->pos = p->frames[0].pos;
}

void finding_why(Finding *f, const char *fmt, ...) { FORMAT(f, f->why, f->why, " "); }
void finding_help(Finding *f, const char *fmt, ...) { FORMAT(f, f->help, NULL, ""); }
void finding_replay(Finding *f, const char *fmt, ...) { FORMAT(f, f->replay, NULL, ""); }
void finding_key(Finding *f, const char *fmt, ...) { FORMAT(f, f->key, f->key, ""); }
void finding_raw(Finding *f, const char *text, size_t n) { f->raw = arena_strndup(&f->arena, text, n); }

void finding_free(Finding *f) {
    arena_fini(&f->arena);
    free(f);
}

void finding_frames_of(Finding *f, FindingPart *p, Runtime *rt, const G *g) {
    if (!rt->hooks->frames) return;
    FindingFrame frames[FRAMES_MAX];
    uint32_t n = rt->hooks->frames(rt, g, frames, FRAMES_MAX);
    for (uint32_t i = 0; i < n && i < FRAMES_MAX; i++) finding_frame(f, p, frames[i]);
}

bool finding_place(Runtime *rt, const void *pc, FindingFrame *out) { return rt->hooks->place && rt->hooks->place(rt, pc, out); }

void finding_frames_at(Finding *f, FindingPart *p, Runtime *rt, const void *const *pcs, uint32_t n) {
    FindingFrame at;
    for (uint32_t i = 0; i < n; i++)
        if (finding_place(rt, pcs[i], &at)) finding_frame(f, p, at);
}

// --- telling --------------------------------------------------------------------------------------------------

typedef struct KeyPlace { const char *file; uint32_t line; } KeyPlace;

static int by_place(const void *a, const void *b) {
    const KeyPlace *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

// The same place is one line of source, whatever the column. Parts stand in the order of their goroutines, which is the schedule's: to a reader it is the same finding
// in another order, and with more goroutines at the same place.
static void default_key(Finding *f, const Sources *sources) {
    finding_key(f, "%s", f->raw || !f->parts ? f->head : "");
    uint32_t n = 0;
    for (const FindingPart *p = f->parts; p; p = p->next) n += !p->detail;
    KeyPlace *places = xcalloc(n + 1, sizeof *places);
    n = 0;
    for (const FindingPart *p = f->parts; p; p = p->next) {
        if (p->detail) continue;
        Place at = sources ? source_place(sources, p->pos) : (Place){0};
        places[n++] = (KeyPlace){at.file ? at.file->path : p->text, at.line};
    }
    qsort(places, n, sizeof *places, by_place);
    for (uint32_t i = 0; i < n; i++)
        if (!i || by_place(&places[i - 1], &places[i])) finding_key(f, "|%s:%u", places[i].file, places[i].line);
    free(places);
}

static Finding *find_locked(Findings *all, const Finding *f) {
    for (Finding *x = all->first; x; x = x->next)
        if (x->kind == f->kind && !strcmp(x->key, f->key)) return x;
    return NULL;
}

static Finding *keep_locked(Findings *all, Finding *f, bool *is_new) {
    Finding *before = find_locked(all, f);
    *is_new = false;
    if (before) before->count += f->count;
    else {
        __atomic_store_n(&all->of_kind[f->kind], all->of_kind[f->kind] + 1, __ATOMIC_RELAXED);
        uint64_t n = 0;
        for (int k = 0; k < FINDING_KIND_COUNT; k++) n += all->of_kind[k];
        if (n <= KEPT) {
            if (all->last) all->last->next = f;
            else all->first = f;
            all->last = f;
            *is_new = true;
            return f;
        }
        all->left_out++;
    }
    finding_free(f);
    return before;
}

// What ends a program with one goroutine needs no help to happen again; an interrupt was the person's.
static bool worth_repeating(const Runtime *rt, const Finding *f) {
    uint64_t created = 0;
    for (int i = 0; i < rt->nworkers; i++) created += rt->workers[i].created;
    return f->kind != FINDING_INTERRUPT && (created > 1 || (f->kind != FINDING_PANIC && f->kind != FINDING_FATAL && f->kind != FINDING_DEADLOCK));
}

// What ends a program, and in a host a goroutine.
static bool is_end(const Finding *f) {
    return f->kind == FINDING_PANIC || f->kind == FINDING_FATAL || f->kind == FINDING_DEADLOCK || f->kind == FINDING_LIMIT || f->kind == FINDING_INTERRUPT;
}

Finding *finding_keep_take(Runtime *rt, Finding *f, bool *told) {
    Findings *all = rt->findings;
    const Sources *sources = rt->options.sources;
    if (!f->key) default_key(f, sources);
    if (rt->options.replay && !f->replay && worth_repeating(rt, f)) finding_replay(f, "%s", rt->options.replay);
    if (rt->host && is_end(f)) { // the next statement may end the same way: that is told again
        lock_take(&all->lock);
        rt->host->report(rt->host->ctx, f);
        lock_drop(&all->lock);
        finding_free(f);
        *told = true;
        return NULL;
    }
    lock_take(&all->lock);
    *told = false;
    Finding *kept = all->finished ? NULL : keep_locked(all, f, told);
    if (*told && rt->host) rt->host->report(rt->host->ctx, kept);
    else if (*told && !kept->elsewhere) {
        Buf text;
        buf_init(&text);
        finding_render(kept, sources, rt->options.colour, &text);
        stdout_report(rt, buf_str(&text), text.len);
        buf_fini(&text);
    }
    lock_drop(&all->lock);
    return kept;
}

bool finding_report_take(Runtime *rt, Finding *f) {
    bool told;
    finding_keep_take(rt, f, &told);
    return told;
}

void finding_seen(Runtime *rt, Finding *f, uint64_t times) {
    lock_take(&rt->findings->lock);
    f->count += times;
    lock_drop(&rt->findings->lock);
}

// --- what it comes to -----------------------------------------------------------------------------------------

uint64_t findings_count(const Runtime *rt, FindingKind kind) {
    uint64_t n = 0;
    for (int k = 0; k < FINDING_KIND_COUNT; k++)
        if (kind == FINDING_KIND_COUNT || (int)kind == k) n += __atomic_load_n(&rt->findings->of_kind[k], __ATOMIC_RELAXED);
    return n;
}

int findings_status(const Runtime *rt, int own) {
    if (own != EXIT_FINE) return own;
    static const FindingKind order[] = {FINDING_PARTIAL_DEADLOCK, FINDING_RACE, FINDING_LOCK_ORDER, FINDING_MISUSE, FINDING_LEAK};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (order[i] == FINDING_LEAK && rt->options.leaks != LEAKS_ERROR) continue;
        if (findings_count(rt, order[i])) return kinds[order[i]].status;
    }
    return EXIT_FINE;
}

// A panic's or a limit's own words say all there is; the line is for what gol found.
static bool worth_summing(const Runtime *rt) {
    for (FindingKind k = FINDING_RACE; k <= FINDING_MISUSE; k++)
        if (findings_count(rt, k)) return true;
    return false;
}

static void sum_up(const Runtime *rt, Buf *b) {
    uint64_t total = findings_count(rt, FINDING_KIND_COUNT), types = 0;
    for (FindingKind k = 0; k < FINDING_KIND_COUNT; k++) types += findings_count(rt, k) > 0;
    buf_printf(b, "gol: %llu finding%s: ", (unsigned long long)total, total == 1 ? "" : "s");
    int code = 0;
    for (FindingKind k = 0; k < FINDING_KIND_COUNT; k++) {
        uint64_t n = findings_count(rt, k);
        if (!n) continue;
        buf_printf(b, "%s%llu %s", code ? ", " : "", (unsigned long long)n, n == 1 ? kinds[k].one : kinds[k].many);
        if (types > 1) buf_printf(b, " (GOL%04d)", kinds[k].code);
        code = kinds[k].code;
    }
    if (types == 1) buf_printf(b, "; see: gol explain GOL%04d\n", code);
    else buf_puts(b, "; see: gol explain CODE\n");
    if (rt->findings->left_out) buf_printf(b, "gol: %llu of them were not told\n", (unsigned long long)rt->findings->left_out);
}

void findings_finish(Runtime *rt, int status) {
    Findings *all = rt->findings;
    lock_take(&all->lock);
    bool first = !all->finished;
    all->finished = true;
    lock_drop(&all->lock);
    if (!first) return;
    if (worth_summing(rt)) {
        Buf b;
        buf_init(&b);
        sum_up(rt, &b);
        stdout_report(rt, buf_str(&b), b.len);
        buf_fini(&b);
    }
    if (rt->options.at_end) rt->options.at_end(rt->options.at_end_ctx, all->first, status);
}

void findings_init(Runtime *rt) {
    rt->findings = xcalloc(1, sizeof *rt->findings);
    lock_init(&rt->findings->lock, RANK_FINDINGS);
}

void findings_fini(Runtime *rt) {
    for (Finding *f = rt->findings->first, *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
    free(rt->findings);
}
