// print_comment.c — comments and the white space around them. The rules are those of Go's package go/printer: a comment takes as much of
// the pending white space as puts it where its author would expect it, and leaves the rest for the token behind it.
#include <stdlib.h>
#include <string.h>

#include "grammar/print.h"
#include "parser.h"

// ---- which comment is next

static bool is_block(const PrintComment *c) { return c->len > 1 && c->text[1] == '*'; }

static bool group_breaks(PrintSource *s, const CommentGroup *g) {
    int32_t line = print_line(s, g->items[0].pos);
    for (uint32_t i = 0; i < g->len; i++) {
        const PrintComment *c = &g->items[i];
        if (print_line(s, c->pos) != line || !is_block(c) || memchr(c->text, '\n', c->len)) return true;
    }
    return false;
}

void print_next_group(Printer *p) {
    if (p->group >= p->src->ngroups) {
        p->group_offset = FAR;
        return;
    }
    const CommentGroup *g = &p->src->groups[p->group++];
    p->group_offset = (int32_t)(g->items[0].pos - p->src->file->base);
    p->group_breaks = group_breaks(p->src, g);
}

bool print_comment_before(const Printer *p, Spot next) {
    return p->group_offset < next.offset && (!p->implied_semi || !p->group_breaks);
}

int32_t print_comment_size(Printer *p, Spot next) {
    uint32_t group = p->group;
    int32_t offset = p->group_offset, size = 0;
    bool breaks = p->group_breaks;
    while (print_comment_before(p, next)) {
        const CommentGroup *g = &p->src->groups[p->group - 1];
        for (uint32_t i = 0; i < g->len && size < FAR / 2; i++) size += (int32_t)g->items[i].len;
        print_next_group(p);
    }
    p->group = group;
    p->group_offset = offset;
    p->group_breaks = breaks;
    return size;
}

// ---- before and behind a comment

// The same line as what was written last: one separator at least.
static void prefix_beside(Printer *p, Spot at, Spot next, const PrintComment *prev) {
    bool separated = false;
    if (!prev) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < p->nwishes; i++) {
            char w = p->wishes[i];
            if (w == WISH_BLANK) p->wishes[i] = WISH_NONE;
            else if (w == WISH_VTAB) separated = true; // the columns of a struct, say
            else if (w != WISH_INDENT) {
                n = i;
                break;
            }
        }
        print_wishes(p, n);
    }
    if (!separated) print_byte(p, at.line == next.line ? ' ' : '\t', 1);
}

// Another line: one line break at least.
static void prefix_below(Printer *p, Spot at, Spot next, const PrintComment *prev, unsigned token) {
    bool dropped = false;
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->nwishes; i++) {
        char w = p->wishes[i];
        if (w == WISH_BLANK || w == WISH_VTAB) {
            p->wishes[i] = WISH_NONE;
            continue;
        }
        if (w == WISH_INDENT) continue;
        if (w == WISH_UNINDENT) {
            // One of several belongs to what came last, the last one to a block that is closed: before `case` the comment may speak of
            // the next case, and its column tells.
            if (i + 1 < p->nwishes && p->wishes[i + 1] == WISH_UNINDENT) continue;
            if (token != TK_RBRACE && at.column == next.column) continue;
        } else if (w == WISH_NEWLINE || w == WISH_FORMFEED) {
            p->wishes[i] = WISH_NONE;
            dropped = !prev;
        }
        n = i;
        break;
    }
    print_wishes(p, n);
    int32_t breaks = at.line && p->last.line ? at.line - p->last.line : 0;
    if (breaks < 0) breaks = 0;
    // At the top of a file the blank line before a comment on a declaration is kept.
    if (p->indent + p->base_indent == 0 && (p->top || !p->base_indent) && dropped) breaks++;
    if (!breaks && prev && !is_block(prev)) breaks = 1;
    if (breaks > 0) print_byte(p, '\f', print_limit(breaks));
}

static void comment_prefix(Printer *p, Spot at, Spot next, const PrintComment *prev, unsigned token) {
    if (!p->begun) return;
    if (at.line == p->last.line && (!prev || is_block(prev))) prefix_beside(p, at, next, prev);
    else prefix_below(p, at, next, prev, token);
}

static void comment_suffix(Printer *p, bool need_break, bool *wrote_newline, bool *dropped_formfeed) {
    for (uint32_t i = 0; i < p->nwishes; i++) {
        char w = p->wishes[i];
        if (w == WISH_BLANK || w == WISH_VTAB) p->wishes[i] = WISH_NONE;
        if (w != WISH_NEWLINE && w != WISH_FORMFEED) continue;
        if (need_break) {
            need_break = false;
            *wrote_newline = true;
        } else {
            if (w == WISH_FORMFEED) *dropped_formfeed = true;
            p->wishes[i] = WISH_NONE;
        }
    }
    print_wishes(p, p->nwishes);
    if (need_break) {
        print_byte(p, '\n', 1);
        *wrote_newline = true;
    }
}

// ---- the text

typedef struct Text { // a line of a comment
    const char *s;
    uint32_t len;
} Text;

static bool is_blank(Text t) {
    for (uint32_t i = 0; i < t.len; i++)
        if ((unsigned char)t.s[i] > ' ') return false;
    return true;
}

// How much of the beginning two lines share: blanks and stars.
static uint32_t common_prefix(Text a, Text b) {
    uint32_t i = 0;
    while (i < a.len && i < b.len && a.s[i] == b.s[i] && ((unsigned char)a.s[i] <= ' ' || a.s[i] == '*')) i++;
    return i;
}

// Bytes of blanks at the end, Unicode's too.
static uint32_t trim_right(const char *s, uint32_t len) {
    for (;;) {
        if (len && (s[len - 1] == ' ' || (s[len - 1] >= '\t' && s[len - 1] <= '\r'))) len--;
        else if (len > 1 && (unsigned char)s[len - 2] == 0xC2 && ((unsigned char)s[len - 1] == 0x85 || (unsigned char)s[len - 1] == 0xA0)) len -= 2;
        else if (len > 2 && (unsigned char)s[len - 3] == 0xE2 && (unsigned char)s[len - 2] == 0x80 &&
                 ((unsigned char)s[len - 1] <= 0x8A || (unsigned char)s[len - 1] == 0xA8 || (unsigned char)s[len - 1] == 0xA9 || (unsigned char)s[len - 1] == 0xAF)) len -= 3;
        else if (len > 2 && (!memcmp(s + len - 3, "\xE1\x9A\x80", 3) || !memcmp(s + len - 3, "\xE2\x81\x9F", 3) || !memcmp(s + len - 3, "\xE3\x80\x80", 3))) len -= 3;
        else return len;
    }
}

// What of the common prefix is the comment's own layout, below a first line that is not a line of stars.
static uint32_t without_own_indent(Text first, Text prefix) {
    Text rest = {first.s + 2, first.len - 2};
    if (is_blank(rest)) { // up to three blanks or a tab
        uint32_t i = prefix.len;
        for (int n = 0; n < 3 && i > 0 && prefix.s[i - 1] == ' '; n++) i--;
        if (i == prefix.len && i > 0 && prefix.s[i - 1] == '\t') i--;
        return i;
    }
    // The blanks between the opening and the text, the opening counted as two blanks unless a tab stands for it
    uint32_t n = 2;
    while (n < first.len && (unsigned char)first.s[n] <= ' ') n++;
    bool tab = n > 2 && first.s[2] == '\t';
    uint32_t own = tab ? n - 2 : n;
    if (own > prefix.len) return prefix.len;
    const char *end = prefix.s + prefix.len - own;
    for (uint32_t i = 0; i < own; i++) {
        char want = tab ? first.s[2 + i] : i < 2 ? ' ' : first.s[i];
        if (end[i] != want) return prefix.len;
    }
    return prefix.len - own;
}

// Takes from the lines of a /* */ comment what they are indented by in common, so that they can be indented anew. The last line, where it
// only closes the comment, stands under the first.
static void strip_prefix(Text *lines, uint32_t n, Arena *arena) {
    if (n <= 1) return;
    Text prefix = {0}, last = lines[n - 1];
    bool set = false;
    for (uint32_t i = 1; i + 1 < n; i++) {
        if (is_blank(lines[i])) {
            lines[i].len = 0;
            continue;
        }
        if (!set) prefix = lines[i];
        set = true;
        prefix.len = common_prefix(prefix, lines[i]);
    }
    if (!set) {
        prefix = last;
        prefix.len = common_prefix(last, last);
    }
    const char *star = prefix.len ? memchr(prefix.s, '*', prefix.len) : NULL;
    if (star) {
        prefix.len = (uint32_t)(star - prefix.s);
        if (prefix.len && prefix.s[prefix.len - 1] == ' ') prefix.len--; // the stars stay under each other
    } else {
        prefix.len = without_own_indent(lines[0], prefix);
    }
    const char *close = memmem(last.s, last.len, "*/", 2);
    if (is_blank((Text){last.s, close ? (uint32_t)(close - last.s) : last.len})) {
        const char *text = arena_printf(arena, "%.*s%s", (int)prefix.len, prefix.s ? prefix.s : "", star ? " */" : "*/");
        lines[n - 1] = (Text){text, (uint32_t)strlen(text)};
    } else {
        prefix.len = common_prefix(prefix, last);
    }
    for (uint32_t i = 1; i < n; i++)
        if (lines[i].len) {
            lines[i].s += prefix.len;
            lines[i].len -= prefix.len;
        }
}

static void write_block(Printer *p, const PrintComment *c, Spot at) {
    Arena *arena = p->src->arena;
    uint32_t n = 1;
    for (uint32_t i = 0; i < c->len; i++) n += c->text[i] == '\n';
    Text *lines = arena_array(arena, Text, n);
    const char *s = c->text, *end = c->text + c->len;
    for (uint32_t i = 0; i < n; i++) {
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        if (!stop) stop = end;
        lines[i] = (Text){s, (uint32_t)(stop - s)};
        // It began in the first column and will be indented: as if its lines had been, or the next time would find another prefix.
        if (i && at.column == 1 && p->indent + p->base_indent > 0) {
            const char *moved = arena_printf(arena, "   %.*s", (int)lines[i].len, lines[i].s);
            lines[i] = (Text){moved, lines[i].len + 3};
        }
        s = stop + 1;
    }
    strip_prefix(lines, n, arena);
    for (uint32_t i = 0; i < n; i++) {
        if (i) {
            print_byte(p, '\f', 1);
            at = p->pos;
        }
        if (lines[i].len) print_string(p, at, lines[i].s, trim_right(lines[i].s, lines[i].len), true);
    }
}

static bool has_prefix(const PrintComment *c, const char *prefix) {
    size_t n = strlen(prefix);
    return c->len >= n && !memcmp(c->text, prefix, n);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// `//go:build` or `// +build`, alone or with a blank behind.
static bool is_build(const PrintComment *c, const char *word, bool blanks) {
    uint32_t i = 2, n = (uint32_t)strlen(word), len = trim_right(c->text, c->len);
    while (blanks && i < len && is_space(c->text[i])) i++;
    if (len < i + n || memcmp(c->text + i, word, n)) return false;
    return len == i + n || is_space(c->text[i + n]);
}

static void note_place(uint32_t **places, uint32_t *n, const Printer *p) {
    *places = xrealloc(*places, (*n + 1) * sizeof **places);
    (*places)[(*n)++] = (uint32_t)p->out.len;
}

static void write_comment(Printer *p, const PrintComment *c) {
    Spot at = print_spot(p->src, c->pos);
    int32_t indent = p->indent, base = p->base_indent;
    if (has_prefix(c, "//line ") && at.column == 1) p->indent = p->base_indent = 0; // a directive, in the first column only
    if (!is_block(c)) {
        if (is_build(c, "go:build", false)) note_place(&p->go_build, &p->ngo_build, p);
        else if (is_build(c, "+build", true)) note_place(&p->plus_build, &p->nplus_build, p);
        print_string(p, at, c->text, trim_right(c->text, c->len), true);
    } else {
        write_block(p, c, at);
    }
    p->indent = indent;
    p->base_indent = base;
}

// ---- all comments before a token

// Writes the next group. False: it was the documentation of what follows, and nothing of it remained.
static bool write_group(Printer *p, Spot next, const PrintComment **last, unsigned token) {
    const CommentGroup *g = &p->src->groups[p->group - 1];
    const PrintComment *items = g->items, *final = &g->items[g->len - 1];
    uint32_t n = g->len;
    bool doc = false;
    if (p->last_token != TK_IMPORT && print_spot(p->src, g->items[0].pos).column == 1) {
        Spot behind = print_spot(p->src, final->pos + final->len + 1);
        doc = behind.offset == next.offset && behind.line == next.line && behind.column == next.column;
    }
    if (doc) {
        const PrintComment *formatted = doc_comment_format(p->src->arena, g, &n);
        if (formatted) items = formatted;
        if (!n) {
            comment_prefix(p, print_spot(p->src, g->items[0].pos), next, *last, token);
            p->pos = p->last = next;
            print_next_group(p);
            return false;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        comment_prefix(p, print_spot(p->src, items[i].pos), next, *last, token);
        write_comment(p, &items[i]);
        *last = &items[i];
    }
    if (doc) {
        *last = final;
        p->pos = p->last = print_spot(p->src, final->pos + final->len);
    }
    print_next_group(p);
    return true;
}

void print_comments(Printer *p, Spot next, unsigned token, bool *wrote_newline, bool *dropped_formfeed) {
    const PrintComment *last = NULL;
    while (print_comment_before(p, next))
        if (!write_group(p, next, &last, token)) {
            comment_suffix(p, false, wrote_newline, dropped_formfeed);
            return;
        }
    bool need_break = false;
    if (!(p->mode & NO_EXTRA_BLANK) && is_block(last) && print_line(p->src, last->pos) == next.line && token != TK_COMMA &&
        (token != TK_RPAREN || p->prev_open == TK_LPAREN) && (token != TK_RBRACK || p->prev_open == TK_LBRACK)) {
        bool breaks = false;
        for (uint32_t i = 0; i < p->nwishes; i++) breaks |= p->wishes[i] == WISH_NEWLINE || p->wishes[i] == WISH_FORMFEED;
        if (breaks && !(p->mode & NO_EXTRA_LINEBREAK) && !p->level) need_break = true;
        else print_byte(p, ' ', 1);
    }
    if (!is_block(last) || !token || (token == TK_RBRACE && !(p->mode & NO_EXTRA_LINEBREAK))) need_break = true;
    comment_suffix(p, need_break, wrote_newline, dropped_formfeed);
}
