// build_lines.c — build constraints. `//go:build` and the older `// +build` lines go behind the last empty line before the package
// clause, together, with an empty line behind them; the expression is written in canonical form, and where there are +build
// lines too they are made to say the same. As go/printer does it with the rules of go/build/constraint. It works on the
// printer's cells, in which every comment stands between escape bytes.
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "grammar/print.h"

typedef enum BuildOp { BUILD_TAG, BUILD_NOT, BUILD_AND, BUILD_OR } BuildOp;

typedef struct BuildExpr BuildExpr;
struct BuildExpr {
    BuildOp op;
    BuildExpr *x, *y;
    const char *tag;
    uint32_t len;
};

enum { MAX_NESTING = 1000 };

// ---- making and writing

static BuildExpr *make(Arena *a, BuildOp op, BuildExpr *x, BuildExpr *y) {
    BuildExpr *e = arena_new(a, BuildExpr);
    *e = (BuildExpr){.op = op, .x = x, .y = y};
    return e;
}

static BuildExpr *make_tag(Arena *a, const char *tag, uint32_t len) {
    BuildExpr *e = make(a, BUILD_TAG, NULL, NULL);
    e->tag = tag;
    e->len = len;
    return e;
}

static void write_expr(Buf *out, const BuildExpr *e);

static void write_part(Buf *out, const BuildExpr *e, bool parens) {
    if (parens) buf_putc(out, '(');
    write_expr(out, e);
    if (parens) buf_putc(out, ')');
}

static void write_expr(Buf *out, const BuildExpr *e) {
    switch (e->op) {
    case BUILD_TAG: buf_put(out, e->tag, e->len); return;
    case BUILD_NOT:
        buf_putc(out, '!');
        write_part(out, e->x, e->x->op == BUILD_AND || e->x->op == BUILD_OR);
        return;
    case BUILD_AND:
    case BUILD_OR: {
        BuildOp other = e->op == BUILD_AND ? BUILD_OR : BUILD_AND;
        write_part(out, e->x, e->x->op == other);
        buf_puts(out, e->op == BUILD_AND ? " && " : " || ");
        write_part(out, e->y, e->y->op == other);
        return;
    }
    }
}

// ---- reading //go:build

typedef struct Reader {
    Arena *arena;
    const char *s, *end;
    int nesting;
    bool failed;
} Reader;

static bool is_tag_char(unsigned char c) {
    return c >= 0x80 || c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(Reader *r, const char *text) {
    size_t n = strlen(text);
    while (r->s < r->end && (*r->s == ' ' || *r->s == '\t')) r->s++;
    if ((size_t)(r->end - r->s) < n || memcmp(r->s, text, n)) return false;
    r->s += n;
    return true;
}

static BuildExpr *read_or(Reader *r);

static BuildExpr *read_one(Reader *r, bool may_negate) {
    if (take(r, "!")) {
        if (!may_negate) r->failed = true;
        BuildExpr *x = r->failed ? NULL : read_one(r, false);
        return r->failed ? NULL : make(r->arena, BUILD_NOT, x, NULL);
    }
    if (take(r, "(")) {
        if (++r->nesting > MAX_NESTING) r->failed = true;
        BuildExpr *x = r->failed ? NULL : read_or(r);
        r->nesting--;
        if (!r->failed && !take(r, ")")) r->failed = true;
        return x;
    }
    const char *from = r->s;
    while (r->s < r->end && is_tag_char((unsigned char)*r->s)) r->s++;
    if (r->s == from) r->failed = true;
    return make_tag(r->arena, from, (uint32_t)(r->s - from));
}

static BuildExpr *read_and(Reader *r) {
    BuildExpr *x = read_one(r, true);
    while (!r->failed && take(r, "&&")) {
        BuildExpr *y = read_one(r, true);
        x = make(r->arena, BUILD_AND, x, y);
    }
    return x;
}

static BuildExpr *read_or(Reader *r) {
    BuildExpr *x = read_and(r);
    while (!r->failed && take(r, "||")) {
        BuildExpr *y = read_and(r);
        x = make(r->arena, BUILD_OR, x, y);
    }
    return x;
}

// The expression behind //go:build, or NULL: malformed.
static BuildExpr *read_go_build(Arena *arena, const char *s, uint32_t len) {
    Reader r = {.arena = arena, .s = s + strlen("//go:build"), .end = s + len};
    BuildExpr *x = read_or(&r);
    take(&r, "");
    return r.failed || r.s < r.end ? NULL : x;
}

// ---- reading // +build: alternatives between blanks, of terms between commas, of which each may be negated

static BuildExpr *read_term(Arena *arena, const char *s, uint32_t len) {
    bool negated = len && *s == '!';
    if (negated && (len == 1 || s[1] == '!')) return make_tag(arena, "ignore", 6);
    s += negated;
    len -= negated;
    bool valid = len > 0;
    for (uint32_t i = 0; i < len; i++) valid &= is_tag_char((unsigned char)s[i]);
    BuildExpr *x = valid ? make_tag(arena, s, len) : make_tag(arena, "ignore", 6);
    return negated ? make(arena, BUILD_NOT, x, NULL) : x;
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static BuildExpr *read_plus_build(Arena *arena, const char *s, uint32_t len) {
    const char *end = s + len;
    s = (const char *)memmem(s, len, "+build", 6) + 6;
    BuildExpr *any = NULL;
    while (s < end) {
        while (s < end && is_space(*s)) s++;
        const char *stop = s;
        while (stop < end && !is_space(*stop)) stop++;
        if (stop == s) break;
        BuildExpr *all = NULL;
        for (;;) {
            const char *comma = memchr(s, ',', (size_t)(stop - s)), *to = comma ? comma : stop;
            BuildExpr *term = read_term(arena, s, (uint32_t)(to - s));
            all = all ? make(arena, BUILD_AND, all, term) : term;
            if (!comma) break;
            s = comma + 1;
        }
        any = any ? make(arena, BUILD_OR, any, all) : all;
        s = stop;
    }
    return any ? any : make_tag(arena, "ignore", 6);
}

// ---- writing // +build

// Negations at tags only, by De Morgan.
static BuildExpr *push_not(Arena *a, BuildExpr *e, bool negate) {
    switch (e->op) {
    case BUILD_TAG: return negate ? make(a, BUILD_NOT, e, NULL) : e;
    case BUILD_NOT: return push_not(a, e->x, !negate);
    case BUILD_AND: case BUILD_OR: break;
    }
    BuildOp op = negate ? (e->op == BUILD_AND ? BUILD_OR : BUILD_AND) : e->op;
    BuildExpr *x = push_not(a, e->x, negate);
    return make(a, op, x, push_not(a, e->y, negate));
}

typedef struct Parts { BuildExpr **items; uint32_t len, cap; } Parts;

// The operands of a row of `op`.
static void split(Parts *out, BuildExpr *e, BuildOp op) {
    if (e->op == op) {
        split(out, e->x, op);
        split(out, e->y, op);
        return;
    }
    if (out->len == out->cap) out->items = xrealloc(out->items, (out->cap = out->cap ? out->cap * 2 : 8) * sizeof *out->items);
    out->items[out->len++] = e;
}

static void put_line(Buf *out, const char *s, size_t len) {
    buf_putc(out, COLUMNS_ESCAPE);
    buf_put(out, s, len);
    buf_putc(out, COLUMNS_ESCAPE);
    buf_putc(out, '\n');
}

// `a,b` for a && b; false: not of that form.
static bool write_terms(Buf *line, BuildExpr *e) {
    Parts terms = {0};
    bool ok = true;
    split(&terms, e, BUILD_AND);
    for (uint32_t i = 0; i < terms.len; i++) {
        ok &= terms.items[i]->op == BUILD_TAG || terms.items[i]->op == BUILD_NOT;
        buf_putc(line, i ? ',' : ' ');
        write_expr(line, terms.items[i]);
    }
    free(terms.items);
    return ok;
}

// The lines that say the same as e: one for each part of an &&, or a single one where none has alternatives.
static void write_plus_build(Buf *out, Arena *arena, BuildExpr *e) {
    static const char failed[] = "// +build error: expression too complex for // +build lines";
    Parts lines = {0};
    Buf block = {0}, line = {0};
    bool ok = true, alternatives = false;
    e = push_not(arena, e, false);
    split(&lines, e, BUILD_AND);
    for (uint32_t i = 0; i < lines.len; i++) alternatives |= lines.items[i]->op == BUILD_OR;
    if (!alternatives) {
        lines.items[0] = e;
        lines.len = 1;
    }
    for (uint32_t i = 0; i < lines.len; i++) {
        Parts any = {0};
        split(&any, lines.items[i], BUILD_OR);
        buf_clear(&line);
        buf_puts(&line, "// +build");
        for (uint32_t k = 0; k < any.len; k++) ok &= write_terms(&line, any.items[k]);
        put_line(&block, buf_str(&line), line.len);
        free(any.items);
    }
    if (ok) buf_put(out, buf_str(&block), block.len);
    else put_line(out, failed, sizeof failed - 1);
    buf_fini(&block);
    buf_fini(&line);
    free(lines.items);
}

// ---- moving the lines

static bool is_newline(char c) { return c == '\n' || c == '\f'; }

// Bytes of the line at `from`, its end included.
static uint32_t line_length(const Buf *b, uint32_t from) {
    uint32_t at = from;
    while (at < b->len && !is_newline(b->data[at])) at++;
    return at + (at < b->len) - from;
}

// The comment that begins at `at`, without its escape bytes.
static const char *comment_at(const Buf *b, uint32_t at, uint32_t *len) {
    if ((unsigned char)b->data[at] == COLUMNS_ESCAPE) at++;
    uint32_t end = at;
    while (end < b->len && (unsigned char)b->data[end] != COLUMNS_ESCAPE && !is_newline(b->data[end])) end++;
    *len = end - at;
    return b->data + at;
}

// Behind the last empty line with nothing but // comments above.
static uint32_t insertion_point(const Buf *b) {
    uint32_t insert = 0;
    for (uint32_t at = 0;;) {
        bool blank = true;
        while (at < b->len && (b->data[at] == ' ' || b->data[at] == '\t')) at++;
        if (at + 3 < b->len && (unsigned char)b->data[at] == COLUMNS_ESCAPE && b->data[at + 1] == '/' && b->data[at + 2] == '/') {
            blank = false;
            while (at < b->len && !is_newline(b->data[at])) at++;
        }
        if (at >= b->len || !is_newline(b->data[at])) return insert;
        at++;
        if (blank) insert = at;
    }
}

// What all lines say together, or NULL where it cannot be told: then they stay as they are.
static BuildExpr *constraint(const Printer *p, Arena *arena) {
    uint32_t len;
    if (p->ngo_build > 1) return NULL;
    if (p->ngo_build == 1) {
        const char *s = comment_at(&p->out, p->go_build[0], &len);
        return read_go_build(arena, arena_strndup(arena, s, len), len);
    }
    BuildExpr *all = NULL;
    for (uint32_t i = 0; i < p->nplus_build; i++) {
        const char *s = comment_at(&p->out, p->plus_build[i], &len);
        BuildExpr *one = read_plus_build(arena, arena_strndup(arena, s, len), len);
        all = all ? make(arena, BUILD_AND, all, one) : one;
    }
    return all;
}

static void put_lines(Buf *block, const Buf *from, const uint32_t *places, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) buf_put(block, from->data + places[i], line_length(from, places[i]));
}

// Appends whole lines, but no second empty line in a row.
static void append_lines(Buf *out, const char *s, size_t len) {
    if (len && is_newline(s[0]) && (!out->len || (out->len >= 2 && is_newline(out->data[out->len - 1]) && is_newline(out->data[out->len - 2])))) {
        s++;
        len--;
    }
    buf_put(out, s, len);
}

static int by_place(const void *a, const void *b) {
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

void build_lines_fix(Printer *p, Arena *arena) {
    uint32_t n = p->ngo_build + p->nplus_build;
    if (!n) return;
    Buf *out = &p->out, block = {0}, after = {0};
    uint32_t insert = insertion_point(out);
    if (p->ngo_build && p->go_build[0] < insert) insert = p->go_build[0];
    else if (p->nplus_build && p->plus_build[0] < insert) insert = p->plus_build[0];
    BuildExpr *x = constraint(p, arena);
    if (!x) {
        put_lines(&block, out, p->go_build, p->ngo_build);
        put_lines(&block, out, p->plus_build, p->nplus_build);
    } else {
        Buf line = {0};
        buf_puts(&line, "//go:build ");
        write_expr(&line, x);
        put_line(&block, buf_str(&line), line.len);
        buf_fini(&line);
        if (p->nplus_build) write_plus_build(&block, arena, x);
    }
    buf_putc(&block, '\n');
    uint32_t *places = arena_array(arena, uint32_t, n), start = insert;
    for (uint32_t i = 0; i < n; i++) places[i] = i < p->ngo_build ? p->go_build[i] : p->plus_build[i - p->ngo_build];
    qsort(places, n, sizeof *places, by_place);
    for (uint32_t i = 0; i < n; i++) {
        if (places[i] < start) continue;
        append_lines(&after, out->data + start, places[i] - start);
        start = places[i] + line_length(out, places[i]);
    }
    append_lines(&after, out->data + start, out->len - start);
    if (after.len >= 2 && is_newline(after.data[after.len - 1]) && is_newline(after.data[after.len - 2])) after.len--;
    out->len = insert;
    buf_put(out, buf_str(&block), block.len);
    buf_put(out, buf_str(&after), after.len);
    buf_fini(&block);
    buf_fini(&after);
}
