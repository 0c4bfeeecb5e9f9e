// fmt_diff.c — see fmt.h. The lines that are unique in both texts are the anchors: the longest row of them that stands in the same order in
// both is found (patience sorting), grown in both directions, and what lies between is the difference. Not always the shortest
// one, but readable, and n log n.
#include <stdlib.h>
#include <string.h>

#include "cli/fmt.h"

enum { CONTEXT = 3 };

typedef struct Line {
    const char *s;
    uint32_t len; // with its newline
} Line;

typedef struct Lines {
    Line *items;
    uint32_t len;
} Lines;

typedef struct Pair { uint32_t x, y; } Pair; // of line numbers

static Lines split(const char *s, size_t len) {
    Lines out = {0};
    uint32_t n = 1;
    for (size_t i = 0; i < len; i++) n += s[i] == '\n';
    out.items = xmalloc(n * sizeof *out.items);
    for (const char *end = s + len; s < end;) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        stop = stop ? stop + 1 : end;
        out.items[out.len++] = (Line){s, (uint32_t)(stop - s)};
        s = stop;
    }
    return out;
}

static int compare_lines(Line a, Line b) {
    int c = memcmp(a.s, b.s, a.len < b.len ? a.len : b.len);
    return c ? c : a.len < b.len ? -1 : a.len > b.len;
}
static bool same(Line a, Line b) { return a.len == b.len && !memcmp(a.s, b.s, a.len); }

// ---- anchors

typedef struct Entry { // a line of one of the texts
    Line line;
    uint32_t at;
    bool is_new;
} Entry;

static int by_text(const void *pa, const void *pb) {
    const Entry *a = pa, *b = pb;
    int c = compare_lines(a->line, b->line);
    if (c) return c;
    if (a->is_new != b->is_new) return a->is_new ? 1 : -1;
    return a->at < b->at ? -1 : a->at > b->at;
}

static int by_x(const void *pa, const void *pb) {
    const Pair *a = pa, *b = pb;
    return a->x < b->x ? -1 : a->x > b->x;
}

// The lines that occur once in each text, in the order of the old one.
static uint32_t unique_pairs(const Lines *x, const Lines *y, Pair *out) {
    uint32_t n = 0, total = x->len + y->len;
    Entry *all = xmalloc((total + 1) * sizeof *all);
    for (uint32_t i = 0; i < x->len; i++) all[i] = (Entry){x->items[i], i, false};
    for (uint32_t i = 0; i < y->len; i++) all[x->len + i] = (Entry){y->items[i], i, true};
    qsort(all, total, sizeof *all, by_text);
    for (uint32_t i = 0; i < total;) {
        uint32_t k = i + 1;
        while (k < total && same(all[k].line, all[i].line)) k++;
        if (k - i == 2 && !all[i].is_new && all[i + 1].is_new) out[n++] = (Pair){all[i].at, all[i + 1].at};
        i = k;
    }
    free(all);
    qsort(out, n, sizeof *out, by_x);
    return n;
}

// Keeps of the pairs the longest row whose y grow, too.
static uint32_t longest_row(Pair *pairs, uint32_t n) {
    uint32_t *tails = xmalloc((n + 1) * sizeof *tails), *before = xmalloc((n + 1) * sizeof *before), len = 0;
    for (uint32_t i = 0; i < n; i++) { // tails[k]: the end of the best row of k + 1 pairs
        uint32_t lo = 0, hi = len;
        while (lo < hi) {
            uint32_t mid = (lo + hi) / 2;
            if (pairs[tails[mid]].y < pairs[i].y) lo = mid + 1;
            else hi = mid;
        }
        before[i] = lo ? tails[lo - 1] : UINT32_MAX;
        tails[lo] = i;
        if (lo == len) len++;
    }
    Pair *row = xmalloc((len + 1) * sizeof *row);
    for (uint32_t k = len, at = len ? tails[len - 1] : 0; k-- > 0; at = before[at]) row[k] = pairs[at];
    memcpy(pairs, row, len * sizeof *row);
    free(row);
    free(tails);
    free(before);
    return len;
}

// ---- the text

typedef struct Hunk { // lines that go out together
    Buf text;
    Pair from;
    uint32_t old_count, new_count;
} Hunk;

static void put_line(Hunk *h, char sign, Line l) {
    buf_putc(&h->text, sign);
    buf_put(&h->text, l.s, l.len);
    if (!l.len || l.s[l.len - 1] != '\n') buf_puts(&h->text, "\n\\ No newline at end of file\n");
    h->old_count += sign != '+';
    h->new_count += sign != '-';
}

static void put_hunk(Buf *out, Hunk *h) {
    if (h->text.len) {
        buf_printf(out, "@@ -%u,%u +%u,%u @@\n", h->from.x + (h->old_count > 0), h->old_count, h->from.y + (h->new_count > 0), h->new_count);
        buf_put(out, buf_str(&h->text), h->text.len);
    }
    buf_clear(&h->text);
    h->old_count = h->new_count = 0;
}

void fmt_diff(Buf *out, const char *old_name, const char *old_text, size_t old_len, const char *new_name, const char *new_text, size_t new_len) {
    if (old_len == new_len && !memcmp(old_text, new_text, old_len)) return;
    Lines x = split(old_text, old_len), y = split(new_text, new_len);
    Pair *anchors = xmalloc((x.len + 2) * sizeof *anchors);
    uint32_t n = longest_row(anchors, unique_pairs(&x, &y, anchors));
    anchors[n++] = (Pair){x.len, y.len}; // the end
    buf_printf(out, "diff %s %s\n--- %s\n+++ %s\n", old_name, new_name, old_name, new_name);
    Hunk hunk = {0};
    Pair done = {0}; // lines that were written or left out
    for (uint32_t i = 0; i < n; i++) {
        Pair start = anchors[i];
        if (start.x < done.x) continue; // inside a run that grew over it
        while (start.x > done.x && start.y > done.y && same(x.items[start.x - 1], y.items[start.y - 1])) start.x--, start.y--;
        Pair end = anchors[i]; // of the equal lines
        while (end.x < x.len && end.y < y.len && same(x.items[end.x], y.items[end.y])) end.x++, end.y++;
        bool changed = done.x < start.x || done.y < start.y;
        if (changed && !hunk.text.len) hunk.from = done;
        for (; done.x < start.x; done.x++) put_line(&hunk, '-', x.items[done.x]);
        for (; done.y < start.y; done.y++) put_line(&hunk, '+', y.items[done.y]);
        bool last = end.x == x.len && end.y == y.len;
        uint32_t equal = end.x - start.x, context = last ? CONTEXT : 2 * CONTEXT;
        if (hunk.text.len && equal <= context && !last) { // the next change is near: one hunk
            for (; done.x < end.x; done.x++, done.y++) put_line(&hunk, ' ', x.items[done.x]);
            continue;
        }
        if (hunk.text.len) {
            for (uint32_t k = 0; k < equal && k < CONTEXT; k++) put_line(&hunk, ' ', x.items[start.x + k]);
            put_hunk(out, &hunk);
        }
        uint32_t lead = equal < CONTEXT ? equal : CONTEXT; // before the next change
        done = end;
        if (last) break;
        hunk.from = (Pair){end.x - lead, end.y - lead};
        for (uint32_t k = end.x - lead; k < end.x; k++) put_line(&hunk, ' ', x.items[k]);
    }
    put_hunk(out, &hunk);
    buf_fini(&hunk.text);
    free(anchors);
    free(x.items);
    free(y.items);
}
