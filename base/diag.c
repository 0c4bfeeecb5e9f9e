// diag.c — collecting and showing diagnostics. The shape:
//
//   error[GOL0310]: cannot use "a" (untyped string constant) as int value in assignment
//     --> payroll.gol:12:6
//      |
//   12 |     x = "a"
//      |         ^^^
//      |
//    8 |     var x int
//      |         - x is declared here
//      = help: ...
//
// Columns in the --> line count bytes, as Go does; the underline counts what a terminal shows.
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { KEPT = 1000, TAB = 4, WIDEST = 160 };

void diags_init(Diags *d, const Sources *sources) {
    *d = (Diags){.sources = sources, .max_warnings = DIAG_MAX_ERRORS};
    arena_init(&d->arena);
}

void diags_fini(Diags *d) {
    free(d->items);
    arena_fini(&d->arena);
    *d = (Diags){0};
}

static Severity severity_of(DiagCode code) {
    switch (code) {
#define X(c, name, severity, title) case DIAG_##name: return severity;
#include "base/diag_codes.def"
#undef X
    }
    return SEV_ERROR;
}

const char *diag_common_help(DiagCode code) {
    switch ((int)code) {
#define HELP(name, text) case DIAG_##name: return text;
#include "base/diag_help.def"
#undef HELP
    default: return NULL;
    }
}

// An error where one has been reported is a consequence of it.
static bool is_cascade(const Diags *d, Severity severity, Pos pos) {
    if (severity != SEV_ERROR || !pos) return false;
    for (uint32_t i = d->count; i-- > 0;)
        if (d->items[i].severity == SEV_ERROR && d->items[i].pos == pos) return true;
    return false;
}

static Diag *add(Diags *d, Severity severity, DiagCode code, Pos pos, Pos end, const char *fmt, va_list ap) {
    if (d->count < KEPT && is_cascade(d, severity, pos)) return arena_new(&d->arena, Diag);
    if (severity == SEV_ERROR) d->errors++;
    else d->warnings++;
    if (d->count == KEPT) return arena_new(&d->arena, Diag); // counted, not kept
    if (d->count == d->cap) {
        d->cap = d->cap ? d->cap * 2 : 16;
        d->items = xrealloc(d->items, d->cap * sizeof *d->items);
    }
    Diag *diag = &d->items[d->count++];
    *diag = (Diag){.code = code, .severity = severity, .pos = pos, .end = end, .message = arena_vprintf(&d->arena, fmt, ap), .help = diag_common_help(code)};
    return diag;
}

Diag *diag_add(Diags *d, DiagCode code, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *diag = add(d, severity_of(code), code, pos, end, fmt, ap);
    va_end(ap);
    return diag;
}

Diag *diag_note(Diags *d, DiagCode code, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *diag = add(d, SEV_NOTE, code, pos, end, fmt, ap);
    va_end(ap);
    return diag;
}

void diag_label(Diags *d, Diag *at, Pos pos, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    at->second_pos = pos;
    at->second = arena_vprintf(&d->arena, fmt, ap);
    va_end(ap);
}

void diag_help(Diags *d, Diag *at, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    at->help = arena_vprintf(&d->arena, fmt, ap);
    va_end(ap);
}

// ---- showing

typedef struct Style {
    const char *error, *warning, *bold, *line, *help, *off;
} Style;

static const Style plain = {"", "", "", "", "", ""};
static const Style coloured = {"\033[1;31m", "\033[1;33m", "\033[1m", "\033[1;34m", "\033[1;36m", "\033[0m"};

// Appends a stretch of source as a terminal shows it (tabs as blanks, control characters as '?') and returns its width.
// With out == NULL it only measures.
static unsigned put_text(Buf *out, const char *s, uint32_t len, unsigned column) {
    unsigned start = column;
    for (uint32_t i = 0; i < len;) {
        if (s[i] == '\t') {
            do {
                if (out) buf_putc(out, ' ');
                column++;
            } while (column % TAB);
            i++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(len - i), &c);
        if (n <= 0 || c < ' ' || c == 0x7F) {
            if (out) buf_putc(out, '?');
            column++;
            i += n > 0 ? (uint32_t)n : 1;
            continue;
        }
        if (out) buf_put(out, s + i, (size_t)n);
        column += (unsigned)utf8proc_charwidth(c);
        i += (uint32_t)n;
    }
    return column - start;
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

// The length in bytes of the token or character at a place, when no end is known.
static uint32_t word_length(const char *s, uint32_t left) {
    uint32_t n = 0;
    while (n < left && is_word(s[n])) n++;
    if (!n && left) n = 1;
    return n;
}

static void put_gutter(Buf *out, const Style *st, unsigned width, uint32_t line) {
    if (line) buf_printf(out, "%s%*u |%s", st->line, (int)width, line, st->off);
    else buf_printf(out, "%s%*s |%s", st->line, (int)width, "", st->off);
}

// A row of marks under bytes [from, to) of a line, with a label.
static void put_marks(Buf *out, const Style *st, unsigned width, const char *colour, const char *text, uint32_t from, uint32_t to,
                      char mark, const char *label) {
    unsigned blank = put_text(NULL, text, from, 0), marks = put_text(NULL, text + from, to - from, blank);
    put_gutter(out, st, width, 0);
    buf_printf(out, " %*s%s", (int)blank, "", colour);
    for (unsigned i = 0; i < (marks ? marks : 1); i++) buf_putc(out, mark);
    if (label) buf_printf(out, " %s", label);
    buf_printf(out, "%s\n", st->off);
}

// A very long line is cut to a window around the place.
static const char *window(const char *text, uint32_t *len, uint32_t *at) {
    if (*len <= WIDEST) return text;
    uint32_t skip = *at > WIDEST / 2 ? *at - WIDEST / 2 : 0;
    while (skip && (text[skip] & 0xC0) == 0x80) skip--;
    *at -= skip;
    *len = *len - skip < WIDEST ? *len - skip : WIDEST;
    return text + skip;
}

static void put_line(Buf *out, const Style *st, unsigned width, Place p, uint32_t span, const char *colour, char mark, const char *label,
                     uint32_t second_column, const char *second) {
    uint32_t len, at = p.column - 1;
    const char *whole = source_line(p.file, p.line, &len);
    if (at > len) at = len;
    uint32_t skipped = at;
    const char *text = window(whole, &len, &at);
    skipped -= at;
    put_gutter(out, st, width, p.line);
    if (len) buf_putc(out, ' ');
    put_text(out, text, len, 0);
    buf_putc(out, '\n');
    uint32_t end = at + (span ? span : word_length(text + at, len - at));
    put_marks(out, st, width, colour, text, at, end < len ? end : len, mark, label);
    if (second && second_column > skipped && second_column - 1 - skipped <= len) {
        uint32_t b = second_column - 1 - skipped;
        put_marks(out, st, width, st->line, text, b, b + word_length(text + b, len - b), '-', second);
    }
}

static unsigned digits(uint32_t n) {
    unsigned d = 1;
    for (; n >= 10; n /= 10) d++;
    return d;
}

static void put_diag(const Diags *d, const Diag *g, Buf *out, const Style *st) {
    static const char *const words[] = {[SEV_ERROR] = "error", [SEV_WARNING] = "warning", [SEV_NOTE] = "note"};
    const char *colour = g->severity == SEV_ERROR ? st->error : g->severity == SEV_WARNING ? st->warning : st->help;
    buf_printf(out, "%s%s[GOL%04d]%s%s: %s%s\n", colour, words[g->severity], (int)g->code, st->off, st->bold,
               g->message, st->off);
    Place p = source_place(d->sources, g->pos), q = source_place(d->sources, g->second ? g->second_pos : 0);
    unsigned width = digits(p.line > q.line ? p.line : q.line);
    if (p.file) {
        buf_printf(out, "%*s%s-->%s %s:%u:%u\n", (int)width, "", st->line, st->off, p.file->path, p.line, p.column);
        put_gutter(out, st, width, 0);
        buf_putc(out, '\n');
        bool same_line = q.file == p.file && q.line == p.line && q.column != p.column;
        put_line(out, st, width, p, g->end > g->pos ? g->end - g->pos : 0, colour, '^', NULL, same_line ? q.column : 0,
                 same_line ? g->second : NULL);
        if (q.file && !same_line) {
            put_gutter(out, st, width, 0);
            buf_putc(out, '\n');
            if (q.file != p.file) buf_printf(out, "%*s%s:::%s %s:%u:%u\n", (int)width, "", st->line, st->off, q.file->path, q.line, q.column);
            put_line(out, st, width, q, 0, st->line, '-', g->second, 0, NULL);
        }
    }
    if (g->help) buf_printf(out, "%*s %s= help:%s %s\n", (int)width, "", st->help, st->off, g->help);
    buf_putc(out, '\n');
}

static int by_position(const void *a, const void *b) {
    const Diag *const *x = a, *const *y = b;
    if ((*x)->pos != (*y)->pos) return (*x)->pos < (*y)->pos ? -1 : 1;
    return *x < *y ? -1 : *x > *y; // as they came
}

void diags_render(const Diags *d, Buf *out, bool colour) {
    const Style *st = colour ? &coloured : &plain;
    const Diag **sorted = xmalloc((d->count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < d->count; i++) sorted[i] = &d->items[i];
    qsort(sorted, d->count, sizeof *sorted, by_position);
    uint32_t errors = 0, warnings = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t *shown = sorted[i]->severity == SEV_ERROR ? &errors : &warnings;
        if (*shown == (sorted[i]->severity == SEV_ERROR ? DIAG_MAX_ERRORS : d->max_warnings)) continue;
        ++*shown;
        put_diag(d, sorted[i], out, st);
    }
    free(sorted);
    uint32_t hidden = d->errors - errors, quiet = d->warnings - warnings;
    if (hidden) buf_printf(out, "and %u more error%s\n", hidden, hidden == 1 ? "" : "s");
    if (quiet) buf_printf(out, "and %u more warning%s\n", quiet, quiet == 1 ? "" : "s");
}
