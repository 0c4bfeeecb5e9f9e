#include "cli/repl_screen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "cli/repl_colour.h"

void screen_init(Screen *s, int fd, bool colour) {
    *s = (Screen){.fd = fd, .columns = 80, .rows = 24, .colour = colour};
    screen_resize(s);
}

void screen_fini(Screen *s) {
    free(s->widths);
    s->widths = NULL;
    s->cap = s->drawn = 0;
}

bool screen_gone(const Screen *s) { return __atomic_load_n(&s->gone, __ATOMIC_RELAXED); }

void screen_write(Screen *s, const char *p, size_t n) {
    while (n && !screen_gone(s)) {
        ssize_t k = write(s->fd, p, n);
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        } else if (k < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = s->fd, .events = POLLOUT}, 1, 1000);
        } else if (k < 0 && errno != EINTR) {
            __atomic_store_n(&s->gone, true, __ATOMIC_RELAXED);
        }
    }
}

void screen_put(Buf *b, wchar_t c) {
    utf8proc_uint8_t bytes[4];
    int n = (int)utf8proc_encode_char(utf8proc_codepoint_valid((utf8proc_int32_t)c) ? (utf8proc_int32_t)c : 0xFFFD, bytes);
    buf_put(b, bytes, (size_t)n);
}

int screen_width(wchar_t c, int column) {
    if (c == '\t') return SCREEN_TAB - column % SCREEN_TAB;
    if (c < 32 || c == 127) return 2;
    if (c < 127) return 1;
    return utf8proc_codepoint_valid((utf8proc_int32_t)c) ? utf8proc_charwidth((utf8proc_int32_t)c) : 1;
}

int screen_text_width(const char *s, size_t n) {
    int width = 0;
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)s + i, (utf8proc_ssize_t)(n - i), &c);
        if (k <= 0) k = 1, c = 0xFFFD;
        width += screen_width((wchar_t)c, width);
        i += (size_t)k;
    }
    return width;
}

// ---- laying out

typedef struct Row {
    size_t from, to; // in Layout.bytes
    int width;
} Row;

typedef struct Layout {
    Buf bytes; // all rows, with colours
    Row *rows;
    int n, cap;
    int columns;
    int cursor_row;
    size_t cursor_at; // in bytes
    int cursor_column;
    uint8_t style; // of the character before
    bool colour;
} Layout;

static void row_begin(Layout *l) {
    if (l->n) {
        if (l->style) buf_puts(&l->bytes, colour_code(0));
        l->style = 0;
        l->rows[l->n - 1].to = l->bytes.len;
    }
    if (l->n == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 16;
        l->rows = xrealloc(l->rows, (size_t)l->cap * sizeof *l->rows);
    }
    l->rows[l->n++] = (Row){.from = l->bytes.len};
}

// Room for w columns in the row, else a new one.
static Row *room(Layout *l, int w) {
    if (l->rows[l->n - 1].width + w > l->columns) row_begin(l);
    return &l->rows[l->n - 1];
}

static void put_prompt(Layout *l, const char *prompt) {
    if (l->colour) buf_puts(&l->bytes, colour_code(STYLE_PROMPT));
    buf_puts(&l->bytes, prompt);
    if (l->colour) buf_puts(&l->bytes, colour_code(0));
    l->rows[l->n - 1].width = screen_text_width(prompt, strlen(prompt));
}

static void put_char(Layout *l, wchar_t c, uint8_t style, int *column) {
    int w = screen_width(c, *column);
    Row *r = room(l, w);
    if (l->colour && style != l->style) {
        buf_puts(&l->bytes, colour_code(0));
        if (style) buf_puts(&l->bytes, colour_code(style));
        l->style = style;
    }
    if (c == '\t') buf_printf(&l->bytes, "%*s", w, "");
    else if (c < 32 || c == 127) buf_printf(&l->bytes, "^%c", c ^ 64);
    else screen_put(&l->bytes, c);
    r->width += w;
    *column += w;
}

static void mark_cursor(Layout *l) {
    Row *r = room(l, 1); // at the end of a full row the cursor stands in the next one
    l->cursor_row = l->n - 1;
    l->cursor_at = l->bytes.len;
    l->cursor_column = r->width;
}

static void lay_out(Layout *l, const Screen *s, const ScreenText *t) {
    *l = (Layout){.columns = s->columns, .colour = s->colour};
    buf_init(&l->bytes);
    uint8_t *styles = s->colour ? colour_text(t->text, t->len) : NULL;
    int column = 0;
    row_begin(l);
    put_prompt(l, t->prompt);
    for (size_t i = 0; i <= t->len; i++) {
        if (i == t->cursor) mark_cursor(l);
        if (i == t->len) break;
        bool joins = i == t->cursor && i && t->text[i] != '\n' && screen_width(t->text[i], column) == 0; // the cursor stands behind marks
        if (t->text[i] == '\n') {
            row_begin(l);
            put_prompt(l, t->more);
            column = 0;
        } else {
            put_char(l, t->text[i], styles ? styles[i] : 0, &column);
        }
        if (joins) l->cursor_at = l->bytes.len;
    }
    if (t->below) {
        row_begin(l);
        size_t n = strlen(t->below);
        while (n && (screen_text_width(t->below, n) > l->columns || (t->below[n] & 0xC0) == 0x80)) n--; // one row, whole characters
        buf_put(&l->bytes, t->below, n);
        l->rows[l->n - 1].width = screen_text_width(t->below, n);
    }
    if (l->style) buf_puts(&l->bytes, colour_code(0));
    l->rows[l->n - 1].to = l->bytes.len;
    free(styles);
}

static void layout_fini(Layout *l) {
    buf_fini(&l->bytes);
    free(l->rows);
}

// ---- drawing

static void move_up(Buf *out, int n) {
    if (n > 0) buf_printf(out, "\033[%dA", n);
}

// To the first column of the first row of what stands there.
static void to_top(Screen *s, Buf *out) {
    if (s->drawn) move_up(out, s->cursor_row);
    buf_putc(out, '\r');
}

static void put_rows(Screen *s, const Layout *l, Buf *out) {
    int n = l->n < s->rows ? l->n : s->rows;
    // A text that is higher than the terminal is seen through a window around the cursor.
    int first = l->n <= n ? 0 : l->cursor_row - n / 2;
    if (first > l->n - n) first = l->n - n;
    if (first < 0) first = 0;
    for (int i = first; i < first + n; i++) {
        // Erased before it is written: at the end of a full row some terminals would erase its last letter.
        buf_puts(out, i > first ? "\r\n\033[K" : "\r\033[K");
        buf_put(out, l->bytes.data + l->rows[i].from, l->rows[i].to - l->rows[i].from);
        if (i == first + n - 1 && l->rows[i].width < s->columns) buf_puts(out, "\033[J");
    }
    if (n > s->cap) {
        s->cap = n;
        s->widths = xrealloc(s->widths, (size_t)n * sizeof *s->widths);
    }
    for (int i = 0; i < n; i++) s->widths[i] = l->rows[first + i].width;
    s->drawn = n;
    s->cursor_row = l->cursor_row - first;
    s->cursor_column = l->cursor_column;
    move_up(out, n - 1 - s->cursor_row);
    const Row *r = &l->rows[l->cursor_row];
    buf_putc(out, '\r');
    buf_put(out, l->bytes.data + r->from, l->cursor_at - r->from);
    if (s->colour) buf_puts(out, colour_code(0));
}

void screen_draw(Screen *s, const ScreenText *t, const char *above, size_t n) {
    Layout l;
    Buf out;
    buf_init(&out);
    lay_out(&l, s, t);
    to_top(s, &out);
    if (n) {
        buf_puts(&out, "\033[J");
        buf_put(&out, above, n);
    }
    // Rows that are left over from a longer text are below; the last row erases them, unless it is full.
    if (s->drawn > l.n || n) buf_puts(&out, "\033[J");
    put_rows(s, &l, &out);
    screen_write(s, out.data, out.len);
    buf_fini(&out);
    layout_fini(&l);
}

void screen_leave(Screen *s, const ScreenText *t, const char *end) {
    Layout l;
    Buf out;
    ScreenText whole = *t;
    whole.cursor = t->len;
    whole.below = NULL;
    buf_init(&out);
    lay_out(&l, s, &whole);
    to_top(s, &out);
    buf_puts(&out, "\033[J");
    put_rows(s, &l, &out);
    buf_puts(&out, end);
    // A row that is exactly full was followed by an empty one for the cursor, which is the new line.
    if (s->cursor_column || *end || l.n == 1) buf_puts(&out, "\r\n");
    screen_write(s, out.data, out.len);
    s->drawn = 0;
    buf_fini(&out);
    layout_fini(&l);
}

void screen_erase(Screen *s) {
    if (!s->drawn) return;
    Buf out;
    buf_init(&out);
    to_top(s, &out);
    buf_puts(&out, "\033[J");
    screen_write(s, out.data, out.len);
    s->drawn = 0;
    buf_fini(&out);
}

void screen_clear(Screen *s) {
    static const char all[] = "\033[H\033[2J";
    screen_write(s, all, sizeof all - 1);
    s->drawn = 0;
}

void screen_resize(Screen *s) {
    struct winsize w;
    int columns = s->columns;
    if (ioctl(s->fd, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0) {
        columns = w.ws_col;
        s->rows = w.ws_row;
    }
    if (columns < 8) columns = 8; // a prompt and a letter
    if (columns < s->columns && s->drawn) {
        // Terminals break the rows that no longer fit.
        int row = 0;
        for (int i = 0; i < s->cursor_row; i++) row += s->widths[i] > columns ? (s->widths[i] + columns - 1) / columns : 1;
        s->cursor_row = row + s->cursor_column / columns;
    }
    if (s->cursor_row >= s->rows) s->cursor_row = s->rows - 1;
    s->columns = columns;
}
