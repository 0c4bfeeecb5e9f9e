#include "grammar/directive.h"

#include <string.h>

// An expression of tags with ||, &&, ! and brackets. Its implied minor version: an `and` implies the larger, an `or` the
// smaller of its parts, a negation nothing.
typedef struct Reader {
    const char *s, *end;
    int depth;
} Reader;

enum { NO_VERSION = -1, MAX_NESTING = 100 };

static void blanks(Reader *r) {
    while (r->s < r->end && (*r->s == ' ' || *r->s == '\t')) r->s++;
}

static bool take(Reader *r, const char *text) {
    size_t n = strlen(text);
    blanks(r);
    if ((size_t)(r->end - r->s) < n || memcmp(r->s, text, n) != 0) return false;
    r->s += n;
    return true;
}

static int either(Reader *r);

static int one(Reader *r) {
    if (take(r, "!")) {
        if (++r->depth < MAX_NESTING) one(r);
        return NO_VERSION;
    }
    if (take(r, "(")) {
        int v = ++r->depth < MAX_NESTING ? either(r) : NO_VERSION;
        take(r, ")");
        return v;
    }
    blanks(r);
    const char *from = r->s;
    while (r->s < r->end && !strchr(" \t()!&|", *r->s)) r->s++;
    if (r->s - from < 5 || memcmp(from, "go1.", 4) != 0) return NO_VERSION;
    int v = 0;
    for (const char *p = from + 4; p < r->s; p++) {
        if (*p < '0' || *p > '9' || v > 1000) return NO_VERSION;
        v = v * 10 + (*p - '0');
    }
    return v;
}

static int both(Reader *r) {
    int v = one(r);
    while (take(r, "&&")) {
        int w = one(r);
        if (w > v) v = w;
    }
    return v;
}

static int either(Reader *r) {
    int v = both(r);
    while (take(r, "||")) {
        int w = both(r);
        if (w < v) v = w;
    }
    return v;
}

const char *directive_go_version(const SourceFile *src, Arena *arena, const Tokens *tokens) {
    static const char mark[] = "//go:build ";
    const size_t n = sizeof mark - 1;
    for (uint32_t i = 0; i < tokens->ncomments; i++) {
        Comment c = tokens->comments[i];
        if (tokens->len && c.pos > tokens->items[0].pos) break; // behind the first token it is an ordinary comment
        const char *text = src->text + (c.pos - src->base);
        if (c.end - c.pos <= n || memcmp(text, mark, n) != 0) continue;
        Reader r = {text + n, text + (c.end - c.pos), 0};
        int v = either(&r);
        return v == NO_VERSION ? NULL : arena_printf(arena, "go1.%d", v);
    }
    return NULL;
}
