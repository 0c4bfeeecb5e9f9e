// doc_comment.c — comments that document a declaration, in the canonical form of Go 1.19: paragraphs, `# headings`, lists (" - item",
// " 1. item"), code blocks (indented by a tab), definitions of links at the end, directives last. The reading follows go/doc/comment,
// which guesses what older comments meant: an indented or marked line, a short line between empty ones that reads like a title.
//
// What go/doc finds in a text besides (names of packages in brackets, web addresses) matters here in one way only: in an address ``
// and '' are not made into quotation marks.
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "grammar/print.h"

typedef struct Line { // of the comment; never the newline
    const char *s;
    uint32_t len;
} Line;

typedef struct Link { // [text]: url
    Line text, url;
    bool used;
} Link;

typedef enum SpanKind { SPAN_CODE, SPAN_HEADING, SPAN_OLD_HEADING, SPAN_LIST, SPAN_PARAGRAPH } SpanKind;

typedef struct Span { // lines from..to
    uint32_t from, to;
    SpanKind kind;
} Span;

typedef struct Doc {
    Line *lines;
    uint32_t nlines;
    Span *spans;
    uint32_t nspans;
    Link *links, **by_text;
    uint32_t nlinks;
    Arena *arena;
} Doc;

// ---- lines

// Bytes of the white space that s begins with.
static uint32_t space_at(const char *s, uint32_t len) {
    if (!len) return 0;
    if (*s == ' ' || (*s >= '\t' && *s <= '\r')) return 1;
    if ((unsigned char)*s < 0x80) return 0;
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &c);
    bool space = n > 0 && (c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
                           c == 0x202F || c == 0x205F || c == 0x3000);
    return space ? (uint32_t)n : 0;
}

static Line trim(Line l) {
    for (uint32_t n; (n = space_at(l.s, l.len)); l.s += n) l.len -= n;
    for (;;) {
        uint32_t back = 1;
        while (back < l.len && back < 4 && (l.s[l.len - back] & 0xC0) == 0x80) back++;
        if (back > l.len || space_at(l.s + l.len - back, back) != back) return l;
        l.len -= back;
    }
}

static bool indented(Line l) { return l.len && (l.s[0] == ' ' || l.s[0] == '\t'); }

static uint32_t leading_space(Line l) {
    uint32_t i = 0;
    while (i < l.len && (l.s[i] == ' ' || l.s[i] == '\t')) i++;
    return i;
}

static bool ends_in(Line l, char c) { return l.len && l.s[l.len - 1] == c; }

// Takes from the lines what all are indented by, and the empty ones at both ends; blank lines become empty. *lines is moved.
static void unindent(Line **lines, uint32_t *n) {
    while (*n && !(*lines)[0].len) ++*lines, --*n;
    while (*n && !(*lines)[*n - 1].len) --*n;
    if (!*n) return;
    Line first = (*lines)[0];
    uint32_t prefix = leading_space(first);
    for (uint32_t i = 1; i < *n; i++) {
        Line l = (*lines)[i];
        if (!l.len) continue;
        uint32_t k = 0, space = leading_space(l);
        while (k < prefix && k < space && l.s[k] == first.s[k]) k++;
        prefix = k;
    }
    for (uint32_t i = 0; i < *n; i++) {
        Line *l = &(*lines)[i];
        if (l->len >= prefix && !memcmp(l->s, first.s, prefix)) {
            l->s += prefix;
            l->len -= prefix;
        }
        if (!trim(*l).len) l->len = 0;
    }
    while (*n && !(*lines)[0].len) ++*lines, --*n;
    while (*n && !(*lines)[*n - 1].len) --*n;
}

// ---- lists

// Whether a line begins like an entry of a list: its number (empty for a bullet) and what stands behind.
static bool list_marker(Line l, Line *number, Line *rest) {
    static const char *const bullets[] = {"\xE2\x80\xA2", "*", "+", "-"};
    l = trim(l);
    if (!l.len) return false;
    uint32_t n = 0, skip = 0;
    for (size_t i = 0; i < COUNT_OF(bullets); i++) {
        uint32_t k = (uint32_t)strlen(bullets[i]);
        if (l.len >= k && !memcmp(l.s, bullets[i], k)) skip = k;
    }
    if (!skip) {
        while (n < l.len && l.s[n] >= '0' && l.s[n] <= '9') n++;
        if (!n || n >= l.len || (l.s[n] != '.' && l.s[n] != ')')) return false;
        skip = n + 1;
    }
    *number = (Line){l.s, n};
    *rest = (Line){l.s + skip, l.len - skip};
    return indented(*rest) && trim(*rest).len;
}

static bool is_list(Line l) {
    Line number, rest;
    return list_marker(l, &number, &rest);
}

// ---- headings

static bool is_heading(Line l) {
    if (l.len < 2 || l.s[0] != '#' || (l.s[1] != ' ' && l.s[1] != '\t')) return false;
    return trim(l).len > 1;
}

static utf8proc_category_t category(utf8proc_int32_t c) { return c < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(c); }

static bool is_letter(utf8proc_category_t c) {
    return c == UTF8PROC_CATEGORY_LU || c == UTF8PROC_CATEGORY_LL || c == UTF8PROC_CATEGORY_LT || c == UTF8PROC_CATEGORY_LM || c == UTF8PROC_CATEGORY_LO;
}

static utf8proc_int32_t rune_at(const char *s, uint32_t len) {
    utf8proc_int32_t c = -1;
    utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &c);
    return c;
}

// A line of its own that reads like a title: an upper-case letter first, a letter or digit last, no punctuation but "(),", a dot
// within a word, and 's.
static bool is_old_heading(const Doc *d, uint32_t at) {
    if (!at || d->lines[at - 1].len || at + 2 >= d->nlines || d->lines[at + 1].len || indented(d->lines[at + 2])) return false;
    Line l = trim(d->lines[at]);
    if (category(rune_at(l.s, l.len)) != UTF8PROC_CATEGORY_LU) return false;
    uint32_t back = 1;
    while (back < l.len && back < 4 && (l.s[l.len - back] & 0xC0) == 0x80) back++;
    utf8proc_category_t last = category(rune_at(l.s + l.len - back, back));
    if (!is_letter(last) && last != UTF8PROC_CATEGORY_ND) return false;
    for (uint32_t i = 0; i < l.len; i++) {
        const char *s = l.s + i;
        uint32_t left = l.len - i - 1;
        if (strchr(";:!?+*/=[]{}_^&~%#@<\">\\", *s)) return false;
        if (left && (!memcmp(s, "\xC2\xB0", 2) || !memcmp(s, "\xC2\xA7", 2))) return false; // degree and section signs
        if (*s == '\'' && !(left && s[1] == 's' && (left == 1 || s[2] == ' '))) return false;
        if (*s == '.' && (!left || s[1] == ' ')) return false;
    }
    return true;
}

// ---- spans

// Indented lines from `at`: code or a list, up to the next line that is not. `forced`: lines before it count as indented.
static Span indented_span(const Doc *d, uint32_t at, uint32_t forced) {
    uint32_t i = at;
    bool list_goes_on = is_list(d->lines[at]) && at < forced;
    for (i++; i < d->nlines; i++) {
        Line l = d->lines[i];
        if (l.len && i >= forced && !indented(l) && !(list_goes_on && is_list(l))) break;
        if (!l.len) list_goes_on = false;
    }
    while (i > at && !d->lines[i - 1].len) i--;
    if (i < d->nlines && d->lines[i].len && d->lines[i].s[0] == '}') i++; // pasted code whose last line was not indented
    return (Span){at, i, is_list(d->lines[at]) ? SPAN_LIST : SPAN_CODE};
}

// Lines that are not indented from `at`. What looks like the beginning of the indented part behind it is left to that: *forced is set.
static Span plain_span(const Doc *d, uint32_t at, uint32_t *forced) {
    uint32_t i = at + 1;
    while (i < d->nlines && d->lines[i].len && !indented(d->lines[i])) i++;
    uint32_t end = i;
    if (i < d->nlines && d->lines[i].len && !is_list(d->lines[i])) {
        Line last = d->lines[i - 1];
        if (is_list(last)) {
            *forced = end--;
            while (end > at && is_list(d->lines[end - 1])) end--;
        } else if (ends_in(last, '{') || ends_in(last, '\\')) {
            *forced = end--;
        }
    }
    SpanKind kind = SPAN_PARAGRAPH;
    if (end - at == 1 && is_heading(d->lines[at])) kind = SPAN_HEADING;
    else if (end - at == 1 && is_old_heading(d, at)) kind = SPAN_OLD_HEADING;
    return (Span){at, end, kind};
}

static void find_spans(Doc *d) {
    d->spans = arena_array(d->arena, Span, d->nlines + 1);
    uint32_t forced = 0;
    for (uint32_t i = 0;;) {
        while (i < d->nlines && !d->lines[i].len) i++;
        if (i >= d->nlines) return;
        Span s = i < forced || indented(d->lines[i]) ? indented_span(d, i, forced) : plain_span(d, i, &forced);
        if (s.from == s.to) continue; // the line is read again, as indented
        d->spans[d->nspans++] = s;
        i = s.to;
    }
}

// ---- links

static bool is_scheme(const char *s, uint32_t len) {
    static const char *const schemes[] = {"file", "ftp", "gopher", "http", "https", "mailto", "nntp"};
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (strlen(schemes[i]) == len && !memcmp(schemes[i], s, len)) return true;
    return false;
}

static bool link_definition(Line l, Link *out) {
    if (!l.len || l.s[0] != '[') return false;
    const char *close = memmem(l.s, l.len, "]:", 2);
    if (!close) return false;
    uint32_t i = (uint32_t)(close - l.s);
    if (i + 3 >= l.len || (l.s[i + 2] != ' ' && l.s[i + 2] != '\t')) return false;
    Line url = trim((Line){l.s + i + 3, l.len - i - 3});
    const char *scheme = memmem(url.s, url.len, "://", 3);
    if (!scheme || !is_scheme(url.s, (uint32_t)(scheme - url.s))) return false;
    *out = (Link){.text = {l.s + 1, i - 1}, .url = url};
    return true;
}

// Takes a paragraph of nothing but definitions into the list of links.
static bool take_links(Doc *d, const Line *lines, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (!link_definition(lines[i], &d->links[d->nlinks + i])) return false;
    d->nlinks += n;
    return true;
}

static int compare_text(Line a, Line b) {
    int c = memcmp(a.s, b.s, a.len < b.len ? a.len : b.len);
    return c ? c : a.len < b.len ? -1 : a.len > b.len;
}

static int by_text(const void *pa, const void *pb) {
    const Link *a = *(Link *const *)pa, *b = *(Link *const *)pb;
    int c = compare_text(a->text, b->text);
    return c ? c : a < b ? -1 : a > b; // of several the first counts
}

static void sort_links(Doc *d) {
    d->by_text = arena_array(d->arena, Link *, d->nlinks + 1);
    for (uint32_t i = 0; i < d->nlinks; i++) d->by_text[i] = &d->links[i];
    qsort(d->by_text, d->nlinks, sizeof *d->by_text, by_text);
}

// The definition of a text, in which line breaks and tabs are blanks; or NULL.
static Link *find_link(Doc *d, const char *s, uint32_t len) {
    if (!d->nlinks) return NULL;
    char *copy = xmalloc(len + 1);
    for (uint32_t i = 0; i < len; i++) copy[i] = s[i] == '\n' || s[i] == '\t' ? ' ' : s[i];
    Line text = {copy, len};
    uint32_t lo = 0, hi = d->nlinks;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (compare_text(d->by_text[mid]->text, text) < 0) lo = mid + 1;
        else hi = mid;
    }
    Link *found = lo < d->nlinks && !compare_text(d->by_text[lo]->text, text) ? d->by_text[lo] : NULL;
    free(copy);
    return found;
}

static bool is_host(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_@-.[]:", c)); }
static bool is_punct(char c) { return c && strchr(".,:;?!", c); }
static bool is_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("$'()*+&#=@~_/-[]{}%", c));
}

// The length of the web address that s begins with, or 0. Brackets in it match, and it does not end in punctuation.
static uint32_t address(const char *s, uint32_t len) {
    uint32_t i = 3;
    if (len < 7) return 0;
    while (i < 7 && s[i] != ':') i++;
    if (i == 7 || i + 3 > len || memcmp(s + i, "://", 3) || !is_scheme(s, i)) return 0;
    i += 3;
    if (i >= len || !is_host(s[i]) || is_punct(s[i])) return 0;
    uint32_t end = ++i;
    for (; i < len && is_host(s[i]); i++)
        if (!is_punct(s[i])) end = i + 1;
    char stack[64];
    uint32_t open = 0;
    for (i = end; i < len; i++) {
        char c = s[i];
        if (is_punct(c)) continue;
        if (!is_path(c)) break;
        if (c == '(' || c == '{' || c == '[') {
            if (open == sizeof stack) break;
            stack[open++] = c == '(' ? ')' : c == '{' ? '}' : ']';
        } else if (c == ')' || c == '}' || c == ']') {
            if (!open || stack[open - 1] != c) break;
            open--;
        }
        if (!open) end = i + 1;
    }
    return end;
}

// ---- writing

static void put(Buf *out, const char *indent, const char *s, uint32_t len) {
    for (uint32_t i = 0; i < len; i++) {
        buf_putc(out, s[i]);
        if (s[i] == '\n') buf_puts(out, indent);
    }
}

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c & 0x80; }

// Text with `` and '' as quotation marks, but for those in addresses (where these are looked for) and in ```.
static void put_text(Buf *out, const char *indent, const char *s, uint32_t len, bool addresses) {
    for (uint32_t i = 0; i < len;) {
        uint32_t n = addresses ? address(s + i, len - i) : 0;
        if (!n && addresses && !(s[i] >= '0' && s[i] <= '9'))
            while (i + n < len && is_word(s[i + n])) n++; // no address begins within a word
        if (!n && len - i >= 3 && !memcmp(s + i, "```", 3)) n = 3;
        if (n) {
            put(out, indent, s + i, n);
            i += n;
        } else if (len - i >= 2 && (!memcmp(s + i, "``", 2) || !memcmp(s + i, "''", 2))) {
            buf_puts(out, s[i] == '`' ? "\xE2\x80\x9C" : "\xE2\x80\x9D");
            i += 2;
        } else {
            put(out, indent, s + i++, 1);
        }
    }
}

// Text that may contain [links].
static void put_linked(Doc *d, Buf *out, const char *indent, const char *s, uint32_t len) {
    uint32_t done = 0, open = UINT32_MAX;
    for (uint32_t i = 0; i < len; i++) {
        if (s[i] == '[') {
            open = i;
        } else if (s[i] == ']') {
            Link *l = open == UINT32_MAX ? NULL : find_link(d, s + open + 1, i - open - 1);
            if (l) {
                l->used = true;
                put_text(out, indent, s + done, open - done, true);
                buf_putc(out, '[');
                put_text(out, indent, s + open + 1, i - open - 1, false);
                buf_putc(out, ']');
                done = i + 1;
            }
            open = UINT32_MAX;
        }
    }
    put_text(out, indent, s + done, len - done, true);
}

// Lines joined by newlines, trimmed where `trimmed`.
static void put_paragraph(Doc *d, Buf *out, const char *indent, const Line *lines, uint32_t n) {
    Buf text = {0};
    for (uint32_t i = 0; i < n; i++) {
        if (i) buf_putc(&text, '\n');
        buf_put(&text, lines[i].s, lines[i].len);
    }
    put_linked(d, out, indent, buf_str(&text), (uint32_t)text.len);
    buf_putc(out, '\n');
    buf_fini(&text);
}

typedef struct Item { // of a list
    Line number;
    uint32_t nparagraphs;
    Line *lines; // trimmed; an empty one between paragraphs
    uint32_t n;
} Item;

typedef struct List {
    Item *items;
    uint32_t n;
    bool blank_between;
} List;

// One paragraph of an item is complete: definitions of links go to their list.
static void end_paragraph(Doc *d, Item *item, uint32_t from) {
    uint32_t n = item->n - from;
    if (!n) return;
    if (take_links(d, item->lines + from, n)) {
        item->n = from;
        return;
    }
    item->nparagraphs++;
    item->lines[item->n++] = (Line){0};
}

static List read_list(Doc *d, const Line *lines, uint32_t n) {
    List out = {.items = arena_array(d->arena, Item, n)};
    Line number, rest, first;
    list_marker(lines[0], &first, &rest);
    uint32_t from = 0;
    for (uint32_t i = 0; i < n; i++) {
        Line l = lines[i];
        if (list_marker(l, &number, &rest) && !number.len == !first.len) {
            if (out.n) end_paragraph(d, &out.items[out.n - 1], from);
            out.items[out.n++] = (Item){.number = number, .lines = arena_array(d->arena, Line, 2 * (n - i) + 2)};
            from = 0;
            l = rest;
        }
        l = trim(l);
        Item *item = &out.items[out.n - 1];
        if (l.len) {
            item->lines[item->n++] = l;
        } else {
            out.blank_between = true;
            end_paragraph(d, item, from);
            from = item->n;
        }
    }
    end_paragraph(d, &out.items[out.n - 1], from);
    for (uint32_t i = 0; i < out.n; i++) out.blank_between |= out.items[i].nparagraphs != 1;
    return out;
}

static void put_list(Doc *d, Buf *out, const List *list) {
    for (uint32_t i = 0; i < list->n; i++) {
        const Item *item = &list->items[i];
        if (i && list->blank_between) buf_putc(out, '\n');
        if (item->number.len) buf_printf(out, " %.*s. ", (int)item->number.len, item->number.s);
        else buf_puts(out, "  - ");
        uint32_t from = 0;
        for (uint32_t k = 0; k < item->n; k++) {
            if (item->lines[k].len) continue;
            if (from) buf_puts(out, "\n    ");
            put_paragraph(d, out, "    ", item->lines + from, k - from);
            from = k + 1;
        }
    }
}

static void put_code(Buf *out, Line *lines, uint32_t n) {
    unindent(&lines, &n);
    for (uint32_t i = 0; i < n; i++) {
        if (lines[i].len) buf_putc(out, '\t');
        buf_put(out, lines[i].s, lines[i].len);
        buf_putc(out, '\n');
    }
}

static void put_links(const Doc *d, Buf *out, bool used) {
    bool first = true;
    for (uint32_t i = 0; i < d->nlinks; i++) {
        const Link *l = &d->links[i];
        if (l->used != used) continue;
        if (first) buf_putc(out, '\n');
        first = false;
        buf_printf(out, "[%.*s]: %.*s\n", (int)l->text.len, l->text.s, (int)l->url.len, l->url.s);
    }
}

// The text of a comment, without its marks, in canonical form. Definitions may stand behind what uses them: two passes.
static void format_text(Arena *arena, const char *text, size_t len, Buf *out) {
    Doc d = {.arena = arena};
    for (size_t i = 0; i <= len; i++) d.nlines += i == len || text[i] == '\n';
    Line *lines = arena_array(arena, Line, d.nlines);
    const char *s = text, *end = text + len;
    for (uint32_t i = 0; i < d.nlines; i++) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        if (!stop) stop = end;
        lines[i] = (Line){s, (uint32_t)(stop - s)};
        s = stop + 1;
    }
    unindent(&lines, &d.nlines);
    d.lines = lines;
    d.links = arena_array(arena, Link, d.nlines + 1);
    find_spans(&d);
    List *lists = arena_array(arena, List, d.nspans + 1);
    bool *gone = arena_array(arena, bool, d.nspans + 1);
    for (uint32_t i = 0; i < d.nspans; i++) {
        Span sp = d.spans[i];
        if (sp.kind == SPAN_LIST) lists[i] = read_list(&d, d.lines + sp.from, sp.to - sp.from);
        else if (sp.kind == SPAN_PARAGRAPH) gone[i] = take_links(&d, d.lines + sp.from, sp.to - sp.from);
    }
    sort_links(&d);
    bool first = true;
    for (uint32_t i = 0; i < d.nspans; i++) {
        Span sp = d.spans[i];
        if (gone[i]) continue;
        bool blank = sp.kind != SPAN_LIST || lists[i].blank_between || (i ? d.spans[i - 1].to : 0) < sp.from;
        if (!first && blank) buf_putc(out, '\n');
        first = false;
        Line head = d.lines[sp.from];
        switch (sp.kind) {
        case SPAN_CODE: put_code(out, d.lines + sp.from, sp.to - sp.from); break;
        case SPAN_HEADING: head = (Line){head.s + 1, head.len - 1}; // fallthrough
        case SPAN_OLD_HEADING:
            head = trim(head);
            buf_printf(out, "# %.*s\n", (int)head.len, head.s);
            break;
        case SPAN_LIST: put_list(&d, out, &lists[i]); break;
        case SPAN_PARAGRAPH: put_paragraph(&d, out, "", d.lines + sp.from, sp.to - sp.from); break;
        }
    }
    put_links(&d, out, true);
    put_links(&d, out, false);
}

// ---- comments

static bool has_prefix(const PrintComment *c, const char *prefix) {
    size_t n = strlen(prefix);
    return c->len >= n && !memcmp(c->text, prefix, n);
}

// `//name:word`, `//line `, `//extern `, `//export `: for tools.
static bool is_directive(const PrintComment *c) {
    if (has_prefix(c, "//line ") || has_prefix(c, "//extern ") || has_prefix(c, "//export ")) return true;
    const char *s = c->text + 2;
    uint32_t len = c->len - 2, colon = 0;
    while (colon < len && ((s[colon] >= 'a' && s[colon] <= 'z') || (s[colon] >= '0' && s[colon] <= '9'))) colon++;
    if (!colon || colon + 1 >= len || s[colon] != ':') return false;
    return (s[colon + 1] >= 'a' && s[colon + 1] <= 'z') || (s[colon + 1] >= '0' && s[colon + 1] <= '9');
}

// Whether every line of a /* */ comment begins with a star.
static bool all_stars(const PrintComment *c) {
    for (uint32_t i = 0; i < c->len; i++) {
        if (c->text[i] != '\n') continue;
        uint32_t k = i + 1;
        while (k < c->len && (c->text[k] == ' ' || c->text[k] == '\t')) k++;
        if (k < c->len && c->text[k] != '*') return false;
    }
    return true;
}

static PrintComment *format_block(Arena *arena, const PrintComment *c, uint32_t *n) {
    if (!memchr(c->text, '\n', c->len) || all_stars(c)) return NULL;
    Buf text = {0};
    buf_puts(&text, "/*\n");
    format_text(arena, c->text + 2, c->len - 4, &text);
    buf_puts(&text, "*/");
    PrintComment *out = arena_new(arena, PrintComment);
    *out = (PrintComment){.pos = c->pos, .text = arena_strndup(arena, buf_str(&text), text.len), .len = (uint32_t)text.len};
    buf_fini(&text);
    *n = 1;
    return out;
}

PrintComment *doc_comment_format(Arena *arena, const CommentGroup *g, uint32_t *n) {
    if (g->len == 1 && has_prefix(&g->items[0], "/*")) return format_block(arena, &g->items[0], n);
    Buf text = {0}, formatted = {0};
    uint32_t directives = 0;
    for (uint32_t i = 0; i < g->len; i++) {
        const PrintComment *c = &g->items[i];
        if (!has_prefix(c, "//")) {
            buf_fini(&text);
            return NULL;
        }
        if (is_directive(c)) {
            directives++;
            continue;
        }
        uint32_t skip = c->len > 2 && c->text[2] == ' ' ? 3 : 2;
        buf_put(&text, c->text + skip, c->len - skip);
        buf_putc(&text, '\n');
    }
    if (!text.len) return NULL;
    format_text(arena, buf_str(&text), text.len, &formatted);
    uint32_t lines = 0, count = 0;
    for (size_t i = 0; i < formatted.len; i++) lines += formatted.data[i] == '\n';
    PrintComment *out = arena_array(arena, PrintComment, lines + directives + 1);
    const char *s = buf_str(&formatted), *end = s + formatted.len;
    Pos pos = g->items[0].pos;
    while (s < end) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        const char *line = arena_printf(arena, "//%s%.*s", s < stop && *s != '\t' ? " " : "", (int)(stop - s), s);
        out[count++] = (PrintComment){.pos = pos, .text = line, .len = (uint32_t)strlen(line)};
        s = stop + 1;
    }
    if (directives) out[count++] = (PrintComment){.pos = pos, .text = "//", .len = 2};
    for (uint32_t i = 0; i < g->len && directives; i++)
        if (is_directive(&g->items[i])) out[count++] = (PrintComment){.pos = pos, .text = g->items[i].text, .len = g->items[i].len};
    buf_fini(&text);
    buf_fini(&formatted);
    *n = count;
    return out;
}
