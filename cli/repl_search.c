// repl_search.c — Ctrl-R: an entry of the history by any part of it, letter by letter. The entry found stands in the line, the part below it.
#include <stdlib.h>
#include <string.h>

#include "cli/repl_keys.h"

typedef struct Search {
    Edit *e;
    Buf part;
    size_t at; // the entry shown; history->n: none yet
    bool failed;
} Search;

static void show(Search *s) {
    Edit *e = s->e;
    buf_clear(&e->below);
    buf_printf(&e->below, "(%s: %s)", s->failed ? "nothing older with" : "search", buf_str(&s->part));
    if (s->at == e->history->n) return;
    size_t n;
    wchar_t *text = wide_new(e->history->items[s->at], &n);
    edit_set_text(e, text, n);
    free(text);
    // The cursor stands where the part was found.
    const char *item = e->history->items[s->at], *found = strstr(item, buf_str(&s->part));
    if (!found) return;
    size_t chars = 0;
    for (; item < found; item++) chars += (*item & 0xC0) != 0x80;
    edit_move_to(e, chars);
}

static void find(Search *s, size_t before) {
    size_t at = repl_history_older(s->e->history, before, buf_str(&s->part), s->part.len, true);
    s->failed = s->part.len && at == SIZE_MAX;
    if (s->part.len && at != SIZE_MAX) s->at = at;
    show(s);
}

static void shorten(Buf *part) {
    while (part->len && (part->data[part->len - 1] & 0xC0) == 0x80) part->len--;
    if (part->len) part->len--;
    if (part->data) part->data[part->len] = 0;
}

unsigned char edit_search(EditLine *el, int ch) {
    (void)ch;
    Edit *e = edit_of(el);
    Search s = {.e = e, .at = e->history->n};
    const LineInfoW *l = libedit()->el_wline(el);
    size_t len = (size_t)(l->lastchar - l->buffer), cursor = (size_t)(l->cursor - l->buffer);
    wchar_t *before = xcalloc(len + 1, sizeof *before), c;
    wmemcpy(before, l->buffer, len);
    buf_init(&s.part);
    show(&s);
    unsigned char result = CC_EOF; // the edit is to end
    while (edit_next(e, &c)) {
        if (c == ('R' & 31)) {
            find(&s, s.at);
        } else if (c == 127 || c == ('H' & 31)) {
            shorten(&s.part);
            find(&s, e->history->n);
        } else if (c >= 32 && c != 127) {
            screen_put(&s.part, c);
            find(&s, s.at == e->history->n ? s.at : s.at + 1);
        } else {
            result = CC_REFRESH;
            if (c == ('G' & 31)) { // given up
                edit_set_text(e, before, len);
                edit_move_to(e, cursor);
            } else {
                libedit()->el_wpush(el, (wchar_t[]){c, 0}); // any other key means what it means, with the entry
            }
            break;
        }
    }
    buf_clear(&e->below);
    buf_fini(&s.part);
    free(before);
    return result;
}
