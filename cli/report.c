#include "cli/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

bool report_open(Report *r, const Settings *s, const char *program) {
    static const char *const names[] = {NULL, "gol-report.json", "gol-report.sarif", "gol-report.xml"};
    *r = (Report){.format = s->report, .program = program, .path = s->report_file ? s->report_file : names[s->report]};
    if (!r->path) return true;
    if (!strcmp(r->path, "-")) r->out = stdout;
    else if (!(r->out = fopen(r->path, "we"))) {
        fprintf(stderr, "gol: -report-file %s: %s\n", r->path, strerror(errno));
        return false;
    }
    return true;
}

void report_fini(Report *r) {
    for (uint32_t i = 0; i < r->n; i++)
        if (r->items[i].owned) finding_free((Finding *)r->items[i].f);
    free(r->items);
    if (r->out && r->out != stdout) fclose(r->out);
    *r = (Report){0};
}

static ReportItem *add(Report *r, ReportItem item) {
    if (r->n == r->cap) r->items = xrealloc(r->items, (r->cap = r->cap ? r->cap * 2 : 16) * sizeof *r->items);
    if (!item.is_diag) r->findings++;
    else if (item.level == LEVEL_ERROR) r->errors++;
    else if (item.level == LEVEL_WARNING) r->warnings++;
    r->items[r->n] = item;
    return &r->items[r->n++];
}

static int by_position(const void *a, const void *b) {
    const Diag *const *x = a, *const *y = b;
    if ((*x)->pos != (*y)->pos) return (*x)->pos < (*y)->pos ? -1 : 1;
    return *x < *y ? -1 : *x > *y; // as they came
}

void report_add_diags(Report *r, const Diags *d) {
    r->sources = d->sources;
    if (!r->out || !d->count) return;
    const Diag **sorted = xmalloc(d->count * sizeof *sorted);
    for (uint32_t i = 0; i < d->count; i++) sorted[i] = &d->items[i];
    qsort(sorted, d->count, sizeof *sorted, by_position);
    for (uint32_t i = 0; i < d->count; i++) {
        const Diag *g = sorted[i];
        Finding *f = finding_new(FINDING_FATAL, "%s", g->message); // only a carrier: the item says what it is
        finding_part(f, g->pos, 0, "%s", g->message);
        if (g->second) finding_detail(f, g->second_pos, "%s", g->second);
        if (g->help) finding_help(f, "%s", g->help);
        bool error = g->severity == SEV_ERROR;
        add(r, (ReportItem){.is_diag = true, .kind = error ? "compile" : "warning", .code = (int)g->code,
                            .level = error ? LEVEL_ERROR : g->severity == SEV_NOTE ? LEVEL_NOTE : LEVEL_WARNING, .end = g->end, .f = f, .owned = true});
    }
    free(sorted);
}

static ReportLevel level_of(FindingKind k) {
    switch (k) {
    case FINDING_LEAK: case FINDING_LOCK_ORDER: return LEVEL_WARNING;
    case FINDING_LIMIT: case FINDING_INTERRUPT: return LEVEL_NOTE;
    case FINDING_RACE: case FINDING_DEADLOCK: case FINDING_PARTIAL_DEADLOCK: case FINDING_MISUSE: case FINDING_TEST: case FINDING_PANIC: case FINDING_FATAL:
    case FINDING_KIND_COUNT: break;
    }
    return LEVEL_ERROR;
}

void report_add_findings(Report *r, const Finding *first) {
    for (const Finding *f = r->out ? first : NULL; f; f = f->next)
        add(r, (ReportItem){.kind = finding_kind_word(f->kind), .code = finding_kind_code(f->kind), .level = level_of(f->kind), .f = f});
}

static void plain_text(Report *r) {
    for (uint32_t i = 0; i < r->n; i++) {
        Buf b = {0};
        report_text(r, &r->items[i], &b);
        fwrite(buf_str(&b), 1, b.len, r->out);
        buf_fini(&b);
    }
}

void report_write(Report *r, int status) {
    if (!r->out) return;
    r->status = status;
    switch (r->format) {
    case REPORT_TEXT: plain_text(r); break;
    case REPORT_JSON: report_json(r); break;
    case REPORT_SARIF: report_sarif(r); break;
    case REPORT_JUNIT: report_junit(r); break;
    }
    bool failed = ferror(r->out) != 0;
    if (r->out == stdout) failed |= fflush(r->out) != 0;
    else failed |= fclose(r->out) != 0;
    if (failed && errno != EPIPE) fprintf(stderr, "gol: -report-file %s: %s\n", r->path, strerror(errno));
    r->out = NULL;
}

// --- for the formats

const char *report_level_word(ReportLevel l) {
    static const char *const words[] = {"error", "warning", "note"};
    return words[l];
}

const char *report_title(int code) {
    switch (code) {
#define X(number, name, severity, title) case number: return title;
#include "base/diag_codes.def"
#undef X
    }
    return "?";
}

void report_put_utf8(Buf *out, const char *s, size_t n) {
    while (n) {
        utf8proc_int32_t c;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)(n > INT32_MAX ? INT32_MAX : n), &c);
        if (k > 0) buf_put(out, s, (size_t)k);
        else buf_puts(out, "\xEF\xBF\xBD");
        s += k > 0 ? k : 1;
        n -= k > 0 ? (size_t)k : 1;
    }
}

static uint32_t characters(const char *s, uint32_t bytes) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < bytes; i++) n += ((unsigned char)s[i] & 0xC0) != 0x80;
    return n;
}

void report_place(const Report *r, Pos pos, Pos end, ReportPlace *out) {
    *out = (ReportPlace){0};
    Place at = r->sources ? source_shown(r->sources, pos) : (Place){0};
    if (!at.file) return;
    uint32_t n;
    const char *line = source_line(at.file, at.line, &n);
    uint32_t before = at.column - 1 < n ? at.column - 1 : n, behind = end > pos && end - pos < n - before ? before + (end - pos) : n;
    out->file = at.file->path;
    out->line = at.line;
    out->column = characters(line, before) + 1;
    if (end > pos) out->end_column = characters(line, behind) + 1;
    out->is_std = at.file->is_std;
    while (n && (*line == ' ' || *line == '\t')) line++, n--;
    while (n && (line[n - 1] == ' ' || line[n - 1] == '\t')) n--;
    report_put_utf8(&out->source, line, n);
}
void report_place_fini(ReportPlace *p) { buf_fini(&p->source); }

// A diagnostic in one line, as compilers print it, and its label and help.
static void diag_text(const Report *r, const ReportItem *item, Buf *out) {
    const Finding *f = item->f;
    for (const FindingPart *p = f->parts; p; p = p->next) {
        ReportPlace at;
        report_place(r, p->pos, 0, &at);
        if (at.file) buf_printf(out, "%s:%u:%u: ", at.file, at.line, at.column);
        if (p == f->parts) buf_printf(out, "%s[GOL%04d]: ", report_level_word(item->level), item->code);
        buf_printf(out, "%s\n", p->text);
        report_place_fini(&at);
    }
    if (f->help) buf_printf(out, "help: %s\n", f->help);
}

void report_text(const Report *r, const ReportItem *item, Buf *out) {
    Buf raw = {0};
    if (item->is_diag) diag_text(r, item, &raw);
    else finding_render(item->f, r->sources, false, &raw);
    report_put_utf8(out, buf_str(&raw), raw.len);
    buf_fini(&raw);
}
