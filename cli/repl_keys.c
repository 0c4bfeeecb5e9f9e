#include "cli/repl_keys.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>


static bool is_blank(wchar_t c) { return c == ' ' || c == '\t'; }

// Where the line of text[at] begins, and where it ends.
static size_t line_begin(const LineInfoW *l, size_t at) {
    while (at > 0 && l->buffer[at - 1] != '\n') at--;
    return at;
}
static size_t line_end(const LineInfoW *l, size_t at) {
    while (l->buffer + at < l->lastchar && l->buffer[at] != '\n') at++;
    return at;
}

static size_t cursor_at(const LineInfoW *l) { return (size_t)(l->cursor - l->buffer); }
static size_t length(const LineInfoW *l) { return (size_t)(l->lastchar - l->buffer); }

static wchar_t *copy(const wchar_t *text, size_t n) {
    wchar_t *c = xmalloc((n + 1) * sizeof *c);
    memcpy(c, text, n * sizeof *c);
    c[n] = 0;
    return c;
}

// ---- lines

// A new line, indented as the one before, and deeper when that opens a bracket.
static unsigned char new_line(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l), begin = line_begin(l, at), n = 0;
    while (begin + n < at && is_blank(l->buffer[begin + n])) n++;
    size_t last = at;
    while (last > begin && is_blank(l->buffer[last - 1])) last--;
    bool opens = last > begin && wcschr(L"{([", l->buffer[last - 1]);
    wchar_t *text = xmalloc((n + 3) * sizeof *text);
    text[0] = '\n';
    memcpy(text + 1, l->buffer + begin, n * sizeof *text);
    if (opens) text[++n] = '\t';
    text[n + 1] = 0;
    libedit()->el_winsertstr(el, text);
    free(text);
    return CC_REFRESH;
}

static unsigned char enter(EditLine *el, int ch) {
    Edit *e = edit_of(el);
    const LineInfoW *l = libedit()->el_wline(el);
    Buf text;
    buf_init(&text);
    wide_put(&text, l->buffer, length(l));
    bool more = e->hooks.goes_on(e->hooks.ctx, buf_str(&text), text.len);
    buf_fini(&text);
    if (more) return new_line(el, ch);
    e->len = length(l);
    e->text = copy(l->buffer, e->len);
    e->end = EDIT_INPUT;
    return CC_EOF; // CC_NEWLINE would read the length of what libedit believes to be one line
}

// A bracket that is first in its line closes a block: one step out.
static unsigned char close_block(EditLine *el, int ch) {
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l), begin = line_begin(l, at), i = begin;
    while (i < at && is_blank(l->buffer[i])) i++;
    if (begin > 0 && i == at && at > begin && l->buffer[at - 1] == '\t') libedit()->el_deletestr(el, 1);
    libedit()->el_winsertstr(el, (wchar_t[]){(wchar_t)(unsigned char)ch, 0});
    return CC_REFRESH;
}

// To the same column in the line that begins at `begin`.
static void move_into(Edit *e, const LineInfoW *l, size_t begin, size_t column) {
    size_t end = line_end(l, begin);
    edit_move_to(e, begin + column < end ? begin + column : end);
}

// ---- letters, which may be several characters: with marks, or joined

static bool joined(const LineInfoW *l, size_t at) {
    utf8proc_int32_t state = 0;
    size_t from = line_begin(l, at);
    bool joins = false;
    for (size_t i = from; i < at; i++) joins = !utf8proc_grapheme_break_stateful((utf8proc_int32_t)l->buffer[i], (utf8proc_int32_t)l->buffer[i + 1], &state);
    return joins;
}

static size_t letter_before(const LineInfoW *l, size_t at) {
    do at--;
    while (at > 0 && joined(l, at));
    return at;
}

static size_t letter_after(const LineInfoW *l, size_t at) {
    do at++;
    while (at < length(l) && joined(l, at));
    return at;
}

static unsigned char left(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    if (!cursor_at(l)) return CC_REFRESH_BEEP;
    edit_move_to(edit_of(el), letter_before(l, cursor_at(l)));
    return CC_REFRESH;
}

static unsigned char right(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    if (l->cursor == l->lastchar) return CC_REFRESH_BEEP;
    edit_move_to(edit_of(el), letter_after(l, cursor_at(l)));
    return CC_REFRESH;
}

static unsigned char rub_out(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l);
    if (!at) return CC_REFRESH_BEEP;
    libedit()->el_deletestr(el, (int)(at - letter_before(l, at)));
    return CC_REFRESH;
}

static unsigned char delete(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    if (l->cursor == l->lastchar) return CC_REFRESH_BEEP;
    size_t at = cursor_at(l), n = letter_after(l, at) - at;
    edit_move_to(edit_of(el), at + n);
    libedit()->el_deletestr(el, (int)n);
    return CC_REFRESH;
}

// ---- history

static void show_entry(Edit *e, size_t at) {
    size_t n;
    wchar_t *text = at == e->history->n ? NULL : wide_new(e->history->items[at], &n);
    if (!text) edit_set_text(e, e->draft, wcslen(e->draft));
    else edit_set_text(e, text, n);
    free(text);
    e->at = at;
}

// Is the text still the entry that was shown?
static bool unchanged(const Edit *e, const LineInfoW *l) {
    size_t n;
    wchar_t *text = e->at == e->history->n ? copy(e->draft, wcslen(e->draft)) : wide_new(e->history->items[e->at], &n);
    bool same = wcslen(text) == length(l) && !wmemcmp(text, l->buffer, length(l));
    free(text);
    return same;
}

static void begin_browsing(Edit *e) {
    const LineInfoW *l = libedit()->el_wline(e->el);
    if (e->browsing && unchanged(e, l)) return;
    free(e->draft);
    e->draft = copy(l->buffer, length(l));
    e->prefix = cursor_at(l);
    e->browsing = true;
    e->at = e->history->n;
}

// The next entry in a direction that begins as the draft did; false: there is none.
static bool browse(Edit *e, bool older) {
    begin_browsing(e);
    const LineInfoW *l = libedit()->el_wline(e->el);
    Buf prefix, now;
    buf_init(&prefix);
    buf_init(&now);
    wide_put(&prefix, e->draft, e->prefix);
    wide_put(&now, l->buffer, length(l));
    size_t at = e->at;
    do at = older ? repl_history_older(e->history, at, buf_str(&prefix), prefix.len, false) : repl_history_newer(e->history, at, buf_str(&prefix), prefix.len);
    while (at != SIZE_MAX && !strcmp(e->history->items[at], buf_str(&now))); // the same once more is no step
    buf_fini(&prefix);
    buf_fini(&now);
    if (at == SIZE_MAX && (older || e->at == e->history->n)) return false;
    show_entry(e, at == SIZE_MAX ? e->history->n : at);
    return true;
}

static unsigned char older(EditLine *el, int ch) {
    (void)ch;
    Edit *e = edit_of(el);
    if (!browse(e, true)) return CC_REFRESH_BEEP;
    const LineInfoW *l = libedit()->el_wline(el);
    edit_move_to(e, line_end(l, 0)); // at the end of the first line, the next Up goes on through the history
    return CC_REFRESH;
}

static unsigned char newer(EditLine *el, int ch) {
    (void)ch;
    return browse(edit_of(el), false) ? CC_REFRESH : CC_REFRESH_BEEP;
}

static unsigned char up(EditLine *el, int ch) {
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l), begin = line_begin(l, at);
    if (!begin) return older(el, ch);
    move_into(edit_of(el), l, line_begin(l, begin - 1), at - begin);
    return CC_REFRESH;
}

static unsigned char down(EditLine *el, int ch) {
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l), end = line_end(l, at);
    if (end == length(l)) return newer(el, ch);
    move_into(edit_of(el), l, end + 1, at - line_begin(l, at));
    return CC_REFRESH;
}

// In a text of several lines, Home and End are those of the line.
static unsigned char home(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    edit_move_to(edit_of(el), line_begin(l, cursor_at(l)));
    return CC_REFRESH;
}

static unsigned char end(EditLine *el, int ch) {
    (void)ch;
    const LineInfoW *l = libedit()->el_wline(el);
    edit_move_to(edit_of(el), line_end(l, cursor_at(l)));
    return CC_REFRESH;
}

// ---- the rest

static unsigned char leave(EditLine *el, int ch) {
    const LineInfoW *l = libedit()->el_wline(el);
    if (!length(l)) return CC_EOF; // end is EDIT_LEFT
    return delete(el, ch);
}

static unsigned char clear(EditLine *el, int ch) {
    (void)ch;
    screen_clear(edit_of(el)->screen);
    return CC_REFRESH;
}

static unsigned char prefill(EditLine *el, int ch) {
    (void)ch;
    Edit *e = edit_of(el);
    if (!e->prefill) return CC_REFRESH_BEEP;
    edit_set_text(e, e->prefill, wcslen(e->prefill));
    free(e->prefill);
    e->prefill = NULL;
    return CC_REFRESH;
}

static unsigned char nothing(EditLine *el, int ch) {
    (void)el;
    (void)ch;
    return CC_REFRESH;
}

// ESC[200~ has been read: everything up to ESC[201~ is text, whatever it looks like.
static unsigned char paste(EditLine *el, int ch) {
    (void)ch;
    static const wchar_t stop[] = L"\033[201~";
    const size_t nstop = COUNT_OF(stop) - 1;
    Edit *e = edit_of(el);
    size_t n = 0, cap = 256;
    wchar_t *text = xmalloc(cap * sizeof *text), c;
    bool whole = false, cr = false; // cr: the character before was one
    e->quiet = true;
    while (!whole && edit_next(e, &c)) {
        bool second = cr && c == '\n'; // CR LF is one line end
        cr = c == '\r';
        if (second) continue;
        if (n + 2 > cap) text = xrealloc(text, (cap *= 2) * sizeof *text);
        text[n++] = cr ? '\n' : c ? c : 0xFFFD;
        whole = n >= nstop && !wmemcmp(text + n - nstop, stop, nstop);
    }
    e->quiet = false;
    if (whole) n -= nstop;
    if (n && text[n - 1] == '\n') n--; // the line end of its last line: Enter is the person's
    text[n] = 0;
    if (n) libedit()->el_winsertstr(el, text);
    free(text);
    return whole ? CC_REFRESH : CC_EOF;
}

static void insert_utf8(EditLine *el, const char *text, size_t n) {
    Buf b;
    buf_init(&b);
    buf_put(&b, text, n);
    size_t len;
    wchar_t *wide = wide_new(buf_str(&b), &len);
    if (len) libedit()->el_winsertstr(el, wide);
    free(wide);
    buf_fini(&b);
}

// Puts in what all completions have in common; where that is nothing more, lists them above.
static void put_completions(Edit *e, const Completions *c, size_t typed) {
    size_t common = completions_common(c);
    if (common > typed) {
        insert_utf8(e->el, c->items[0].name + typed, common - typed);
        if (c->n == 1 && c->items[0].name[0] == ':' && *c->items[0].what) insert_utf8(e->el, " ", 1);
    } else if (c->n > 1) {
        completions_list(c, e->screen->columns, "\r\n", &e->above);
    }
}

static unsigned char tab(EditLine *el, int ch) {
    (void)ch;
    Edit *e = edit_of(el);
    const LineInfoW *l = libedit()->el_wline(el);
    size_t at = cursor_at(l), i = line_begin(l, at);
    while (i < at && is_blank(l->buffer[i])) i++;
    if (i == at) { // nothing to go on from: indentation
        libedit()->el_winsertstr(el, L"\t");
        return CC_REFRESH;
    }
    Buf text;
    Completions c;
    buf_init(&text);
    wide_put(&text, l->buffer, at);
    size_t before = text.len;
    wide_put(&text, l->cursor, length(l) - at);
    completions_init(&c);
    e->hooks.complete(e->hooks.ctx, buf_str(&text), text.len, before, &c);
    bool any = c.n > 0 && c.from <= before;
    if (any) put_completions(e, &c, before - c.from);
    completions_fini(&c);
    buf_fini(&text);
    return any ? CC_REFRESH : CC_REFRESH_BEEP;
}

const EditKey edit_keys[] = {
    {L"gol-enter", L"Accept the input, or begin its next line", enter, "\\r \\n"},
    {L"gol-new-line", L"Begin a new line", new_line, "\\e\\r \\e\\n"},
    {L"gol-close-block", L"Insert a bracket, one step out", close_block, "}"},
    {L"gol-up", L"Line above, or older entry", up, "^P \\e[A \\eOA"},
    {L"gol-down", L"Line below, or newer entry", down, "^N \\e[B \\eOB"},
    {L"gol-older", L"Older entry of the history", older, "\\ep \\e[5~"},
    {L"gol-newer", L"Newer entry of the history", newer, "\\en \\e[6~"},
    {L"gol-left", L"Letter before", left, "^B \\e[D \\eOD"},
    {L"gol-right", L"Letter after", right, "^F \\e[C \\eOC"},
    {L"gol-rub-out", L"Delete the letter before", rub_out, "^? ^H"},
    {L"gol-delete", L"Delete the letter", delete, "\\e[3~"},
    {L"gol-home", L"Beginning of the line", home, "^A \\e[H \\eOH \\e[1~ \\e[7~"},
    {L"gol-end", L"End of the line", end, "^E \\e[F \\eOF \\e[4~ \\e[8~"},
    {L"gol-search", L"Search the history", edit_search, "^R"},
    {L"gol-leave", L"Leave, or delete the character", leave, "^D"},
    {L"gol-clear", L"Clear the terminal", clear, "^L"},
    {L"gol-paste", L"Insert what is pasted", paste, "\\e[200~"},
    {L"gol-complete", L"Complete the word", tab, "\\t"},
    {L"gol-prefill", L"Insert the text that was edited", prefill, "^G"},
    // Keys that have no meaning here would else leave the end of their sequence in the text.
    {L"gol-nothing", L"Do nothing", nothing,
     "\\eOP \\eOQ \\eOR \\eOS \\e[11~ \\e[12~ \\e[13~ \\e[14~ \\e[15~ \\e[17~ \\e[18~ \\e[19~ \\e[20~ \\e[21~ \\e[23~ \\e[24~ \\e[2~ \\e[1;5A \\e[1;5B "
     "\\e[1;2A \\e[1;2B \\e[1;2C \\e[1;2D \\e[I \\e[O \\e[Z"},
    {NULL, NULL, NULL, NULL},
};
