// finding_text.c — a finding as a person reads it (finding.h shows the shape).
#include <string.h>

#include "runtime/finding.h"
#include "runtime/names.h"

enum { CALLS_SHOWN = 3, PARTS_SHOWN = 8, LINE_WIDEST = 100 };

typedef struct Style {
    const char *head, *place, *help, *off;
} Style;
static const Style plain = {"", "", "", ""};
static const Style coloured = {"\033[1;31m", "\033[1;34m", "\033[1;36m", "\033[0m"};

// The line without its indentation; a very long one is cut.
static void put_source(const Place *at, Buf *out) {
    uint32_t n;
    const char *text = source_line(at->file, at->line, &n);
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    while (n && (text[n - 1] == ' ' || text[n - 1] == '\t')) n--;
    if (!n) return;
    bool cut = n > LINE_WIDEST;
    if (cut) n = LINE_WIDEST;
    while (cut && n && ((unsigned char)text[n] & 0xC0) == 0x80) n--;
    buf_puts(out, ": ");
    for (uint32_t i = 0; i < n; i++) buf_putc(out, (unsigned char)text[i] < ' ' ? ' ' : text[i]);
    if (cut) buf_puts(out, " ...");
}

// "before, file.gol:12: text"; false: nowhere.
static bool put_place(const char *indent, const char *before, Pos pos, const Sources *sources, const Style *st, Buf *out) {
    Place at = sources ? source_shown(sources, pos) : (Place){0};
    if (!at.file) {
        if (*before) buf_printf(out, "%s%s\n", indent, before);
        return false;
    }
    buf_printf(out, "%s%s%s%s%s:%u%s", indent, before, *before ? ", " : "", st->place, at.file->path, at.line, st->off);
    if (!at.file->is_std) put_source(&at, out);
    buf_putc(out, '\n');
    return true;
}

static void put_part(const FindingPart *p, const Sources *sources, const Style *st, Buf *out) {
    static const char inner[] = "      ";
    uint32_t first = p->nframes && p->frames[0].pos == p->pos ? 1 : 0, shown = 0, i = first;
    if (p->detail) put_place(inner, p->text, p->pos, sources, st, out);
    else {
        Buf when;
        buf_init(&when);
        if (first && p->frames[0].at_end) {
            buf_puts(&when, "at the end of ");
            name_func(p->frames[0].func, &when);
        }
        buf_printf(out, "  %s\n", p->text);
        put_place(inner, buf_str(&when), p->pos, sources, st, out);
        buf_fini(&when);
    }
    for (; i < p->nframes && shown < CALLS_SHOWN; i++, shown++) {
        Buf call;
        buf_init(&call);
        buf_puts(&call, p->frames[i].at_end ? "called at the end of " : "called from ");
        name_func(p->frames[i].func, &call);
        put_place(inner, buf_str(&call), p->frames[i].pos, sources, st, out);
        buf_fini(&call);
    }
    if (i < p->nframes) buf_printf(out, "%s... and %u more calls\n", inner, p->nframes - i);
}

void finding_render(const Finding *f, const Sources *sources, bool colour, Buf *out) {
    const Style *st = colour ? &coloured : &plain;
    if (f->raw) {
        buf_puts(out, f->raw);
        if (f->why) buf_printf(out, "%s\n", f->why);
        if (f->replay) buf_printf(out, "\n%sreplay:%s %s\n", st->help, st->off, f->replay);
        return;
    }
    buf_printf(out, "%s%s%s\n", st->head, f->head, st->off);
    uint32_t parts = 0, hidden = 0;
    for (const FindingPart *p = f->parts; p; p = p->next) {
        if (!p->detail) parts++;
        if (parts <= PARTS_SHOWN) put_part(p, sources, st, out);
        else if (!p->detail) hidden++;
    }
    if (hidden) buf_printf(out, "  ... and %u more\n", hidden);
    if (f->why) buf_printf(out, "  %s\n", f->why);
    if (f->help) buf_printf(out, "  %shelp:%s %s\n", st->help, st->off, f->help);
    if (f->replay) buf_printf(out, "  %sreplay:%s %s\n", st->help, st->off, f->replay);
}
