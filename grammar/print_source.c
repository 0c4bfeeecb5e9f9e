// print_source.c — what the printer asks of a source: lines and columns, the tokens that the tree left out, and its comments in
// groups.
//
// Comments are grouped as Go's parser does it, because the layout depends on it: a group goes on over line ends, but neither over
// an empty line nor over a token; and what begins on the line of the token before it ends with that line. The semicolon that a
// line end stands for is such a token, and stands before the comment.
#include <stdlib.h>
#include <string.h>

#include "grammar/print.h"
#include "parser.h"

// ---- lines

static bool on_line(const PrintSource *s, uint32_t line, int32_t at) {
    return line && line <= s->nlines && s->lines[line - 1] <= at && (line == s->nlines || at < s->lines[line]);
}

// Most questions are about the line of the one before, or the next.
static Spot spot_of(PrintSource *s, Pos pos) {
    int32_t at = (int32_t)(pos - s->file->base);
    uint32_t lo = s->near_line, hi = s->nlines;
    if (!on_line(s, lo, at) && !on_line(s, ++lo, at)) lo = 0;
    else hi = lo;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (s->lines[mid] <= at) lo = mid + 1;
        else hi = mid;
    }
    s->near_line = lo;
    return (Spot){at, (int32_t)lo, at - s->lines[lo - 1] + 1};
}

Spot print_spot(PrintSource *s, Pos pos) { return pos ? spot_of(s, pos) : (Spot){0}; }

int32_t print_line(PrintSource *s, Pos pos) {
    if (!pos) return 0;
    if (pos != s->seen_pos) {
        s->seen_pos = pos;
        s->seen_line = spot_of(s, pos).line;
    }
    return s->seen_line;
}

// ---- tokens

uint32_t print_token_at(const PrintSource *s, Pos pos) {
    uint32_t lo = 0, hi = s->tokens.len;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (s->tokens.items[mid].pos < pos) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

Pos print_closer(const PrintSource *s, Pos opener) {
    uint32_t at = print_token_at(s, opener);
    const Token *t = &s->tokens.items[at];
    if (t->kind == TK_BRACKETS) return t->end - 1;
    return s->tokens.items[s->partner[at]].pos;
}

static void match_brackets(PrintSource *s) {
    const Tokens *t = &s->tokens;
    uint32_t *open = xmalloc((t->len + 1) * sizeof *open), n = 0;
    s->partner = arena_array(s->arena, uint32_t, t->len + 1);
    for (uint32_t i = 0; i < t->len; i++) {
        unsigned kind = t->items[i].kind;
        s->partner[i] = i;
        if (kind == TK_LPAREN || kind == TK_LBRACK || kind == TK_LBRACE) {
            open[n++] = i;
        } else if ((kind == TK_RPAREN || kind == TK_RBRACK || kind == TK_RBRACE) && n) {
            s->partner[i] = open[--n];
            s->partner[open[n]] = i;
        }
    }
    free(open);
}

// ---- comments

// The comment's text without carriage returns, but for one between the '*' and the '/' of a text like `*\r/`, which would end it.
static PrintComment comment_text(PrintSource *s, Comment c) {
    const char *text = s->file->text + (c.pos - s->file->base);
    PrintComment out = {.pos = c.pos, .text = text, .len = c.end - c.pos};
    if (!memchr(text, '\r', out.len)) return out;
    char *copy = arena_alloc(s->arena, out.len + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < out.len; i++)
        if (text[i] != '\r' || (text[1] == '*' && n > 2 && copy[n - 1] == '*' && i + 1 < out.len && text[i + 1] == '/')) copy[n++] = text[i];
    out.text = copy;
    out.len = n;
    return out;
}

static void group_comments(PrintSource *s) {
    const File *f = s->tree;
    const Tokens *t = &s->tokens;
    s->groups = arena_array(s->arena, CommentGroup, f->ncomments + 1);
    PrintComment *items = arena_array(s->arena, PrintComment, f->ncomments + 1);
    uint32_t next = 0; // the first token behind the comment
    for (uint32_t i = 0; i < f->ncomments;) {
        while (next < t->len && t->items[next].kind && t->items[next].pos <= f->comments[i].pos) next++;
        CommentGroup *g = &s->groups[s->ngroups++];
        g->items = items + i;
        g->after = next ? next - 1 : UINT32_MAX;
        int32_t line = print_line(s, f->comments[i].pos);
        g->beside = next && print_line(s, t->items[next - 1].pos) == line && (s->ngroups == 1 || g[-1].after != g->after);
        g->last_line = line;
        Pos limit = t->items[next].kind ? t->items[next].pos : UINT32_MAX;
        for (; i < f->ncomments && f->comments[i].pos < limit; i++) {
            if (print_line(s, f->comments[i].pos) > g->last_line + (g->beside ? 0 : 1)) break;
            items[i] = comment_text(s, f->comments[i]);
            g->last_line = print_line(s, f->comments[i].end - 1);
            g->len++;
        }
        Pos behind = i < f->ncomments && f->comments[i].pos < limit ? f->comments[i].pos : t->items[next].pos;
        unsigned kind = t->items[next].kind;
        g->ends_line = !kind || kind == TK_SEMI || print_line(s, behind) != g->last_line;
    }
}

bool print_has_lead(PrintSource *s, Pos pos) {
    uint32_t token = print_token_at(s, pos), lo = 0, hi = s->ngroups;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (s->groups[mid].items[0].pos < pos) lo = mid + 1;
        else hi = mid;
    }
    if (!lo) return false;
    const CommentGroup *g = &s->groups[lo - 1];
    return g->after == token - 1 && !g->beside && g->last_line + 1 == print_line(s, pos);
}

const CommentGroup *print_beside(const PrintSource *s, uint32_t token) {
    uint32_t semi = token + 1, lo = 0, hi = s->ngroups;
    if (semi >= s->tokens.len || s->tokens.items[semi].kind != TK_SEMI) return NULL;
    while (lo < hi) { // the first group behind the semicolon
        uint32_t mid = (lo + hi) / 2;
        if (s->groups[mid].after == UINT32_MAX || s->groups[mid].after < semi) lo = mid + 1;
        else hi = mid;
    }
    if (lo == s->ngroups) return NULL;
    const CommentGroup *g = &s->groups[lo];
    return g->after == semi && g->beside && g->ends_line ? g : NULL;
}

// ---- all of it

void print_source_init(PrintSource *s, const SourceFile *file, File *tree, Arena *arena, Diags *diags) {
    *s = (PrintSource){.file = file, .tree = tree, .arena = arena, .nlines = file->nlines};
    lexer_run(file, diags, &s->tokens);
    s->lines = arena_array(arena, int32_t, file->nlines);
    for (uint32_t i = 0; i < file->nlines; i++) s->lines[i] = (int32_t)file->lines[i];
    match_brackets(s);
    group_comments(s);
}

void print_source_fini(PrintSource *s) {
    tokens_fini(&s->tokens);
    free(s->sizes.slots);
}
