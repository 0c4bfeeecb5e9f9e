// columns.c — see columns.h. The algorithm is Nick Gravgaard's elastic tab stops in the form of Go's package text/tabwriter: cells are
// collected until something ends all columns; then the block is laid out by recursion, one column at a time. A column reaches
// over the longest row of lines that have a cell there, and the columns right of it are laid out within that row. So the cost
// is proportional to the number of cells.
#include "base/columns.h"

#include <stdlib.h>
#include <string.h>

typedef struct Cell {
    const char *text;
    uint32_t size;  // bytes
    uint32_t width; // characters, without escape bytes
    bool hard;      // ended by '\t'
} Cell;

typedef struct Line { uint32_t first, count; } Line; // cells

typedef struct Layout {
    Cell *cells;
    Line *lines;
    uint32_t *widths; // of the columns fixed so far
    uint32_t ncells, cell_cap, nlines, line_cap, nwidths, width_cap;
    Buf *out;
    Buf space; // blanks not yet written: they may be at the end of a line
} Layout;

enum { TAB = 8 };

// ---- output, without blanks at line ends

static void put_space(Layout *l, int c, uint32_t n) {
    while (n--) buf_putc(&l->space, c);
}

static void put_newline(Layout *l) {
    buf_clear(&l->space);
    buf_putc(l->out, '\n');
}

static void flush_space(Layout *l) {
    buf_put(l->out, buf_str(&l->space), l->space.len);
    buf_clear(&l->space);
}

static void put_text(Layout *l, const char *s, uint32_t n) {
    const char *end = s + n;
    while (s < end) {
        if ((unsigned char)*s == COLUMNS_ESCAPE) {
            flush_space(l);
            const char *stop = memchr(s + 1, COLUMNS_ESCAPE, (size_t)(end - s - 1));
            if (!stop) stop = end;
            buf_put(l->out, s + 1, (size_t)(stop - s - 1));
            s = stop + 1;
        } else if (*s == ' ') {
            buf_putc(&l->space, *s++);
        } else {
            const char *from = s;
            while (s < end && *s != ' ' && (unsigned char)*s != COLUMNS_ESCAPE) s++;
            flush_space(l);
            buf_put(l->out, from, (size_t)(s - from));
        }
    }
}

// ---- a block of lines

static void put_padding(Layout *l, uint32_t text, uint32_t cell, bool tabs) {
    if (!tabs) put_space(l, ' ', cell - text);
    else put_space(l, '\t', ((cell + TAB - 1) / TAB * TAB - text + TAB - 1) / TAB);
}

static void put_lines(Layout *l, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to; i++) {
        const Line *line = &l->lines[i];
        bool tabs = true; // until the first cell that is not empty
        for (uint32_t j = 0; j < line->count; j++) {
            const Cell *c = &l->cells[line->first + j];
            if (c->size) {
                tabs = false;
                put_text(l, c->text, c->size);
            }
            if (j < l->nwidths) put_padding(l, c->width, l->widths[j], tabs);
        }
        if (i + 1 < l->nlines) put_newline(l);
    }
}

// Lays out the lines from..to, whose first nwidths columns are fixed.
static void layout(Layout *l, uint32_t from, uint32_t to) {
    uint32_t column = l->nwidths;
    for (uint32_t i = from; i < to; i++) {
        if (column + 1 >= l->lines[i].count) continue;
        put_lines(l, from, i);
        from = i;
        uint32_t width = 0;
        bool discard = true;
        for (; i < to && column + 1 < l->lines[i].count; i++) {
            const Cell *c = &l->cells[l->lines[i].first + column];
            if (c->width + 1 > width) width = c->width + 1;
            if (c->width || c->hard) discard = false;
        }
        if (l->nwidths == l->width_cap) {
            l->width_cap = l->width_cap ? l->width_cap * 2 : 16;
            l->widths = xrealloc(l->widths, l->width_cap * sizeof *l->widths);
        }
        l->widths[l->nwidths++] = discard ? 0 : width;
        layout(l, from, i);
        l->nwidths--;
        from = i--;
    }
    put_lines(l, from, to);
}

static void begin_line(Layout *l) {
    if (l->nlines == l->line_cap) {
        l->line_cap = l->line_cap ? l->line_cap * 2 : 64;
        l->lines = xrealloc(l->lines, l->line_cap * sizeof *l->lines);
    }
    l->lines[l->nlines++] = (Line){.first = l->ncells};
}

static void end_cell(Layout *l, const char *text, const char *end, uint32_t width, bool hard) {
    if (l->ncells == l->cell_cap) {
        l->cell_cap = l->cell_cap ? l->cell_cap * 2 : 256;
        l->cells = xrealloc(l->cells, l->cell_cap * sizeof *l->cells);
    }
    l->cells[l->ncells++] = (Cell){.text = text, .size = (uint32_t)(end - text), .width = width, .hard = hard};
    l->lines[l->nlines - 1].count++;
}

// Lays out what was collected; the last line stays open.
static void flush(Layout *l) {
    layout(l, 0, l->nlines);
    l->nlines = l->ncells = 0;
    begin_line(l);
}

void columns_align(const char *text, size_t len, Buf *out) {
    Layout l = {.out = out};
    begin_line(&l);
    const char *cell = text, *end = text + len;
    uint32_t width = 0;
    for (const char *s = text; s < end; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == COLUMNS_ESCAPE) {
            for (s++; s < end && (unsigned char)*s != COLUMNS_ESCAPE; s++) width += (*s & 0xC0) != 0x80;
            continue;
        }
        if (c != '\t' && c != '\v' && c != '\n' && c != '\f') {
            width += (c & 0xC0) != 0x80;
            continue;
        }
        end_cell(&l, cell, s, width, c == '\t');
        cell = s + 1;
        width = 0;
        if (c != '\n' && c != '\f') continue;
        bool single = l.lines[l.nlines - 1].count == 1;
        begin_line(&l);
        if (c == '\f' || single) flush(&l);
    }
    if (cell < end) end_cell(&l, cell, end, width, false);
    flush(&l);
    buf_fini(&l.space);
    free(l.cells);
    free(l.lines);
    free(l.widths);
}
