// format_check.c — whether formatting kept the program: its tokens are compared, but for those that the layout may add or leave out.
#include <string.h>

#include "grammar/format.h"
#include "grammar/token.h"
#include "parser.h"

typedef struct Reader {
    const SourceFile *src;
    Tokens tokens;
    Sources none;
    Diags diags;
    uint32_t at;
} Reader;

static void init(Reader *r, const SourceFile *src) {
    *r = (Reader){.src = src};
    sources_init(&r->none);
    diags_init(&r->diags, &r->none);
    lexer_run(src, &r->diags, &r->tokens);
}

static void fini(Reader *r) {
    tokens_fini(&r->tokens);
    diags_fini(&r->diags);
    sources_fini(&r->none);
}

// The next token that counts. Imports are passed over: they are sorted.
static const Token *next(Reader *r) {
    const Token *t = r->tokens.items;
    for (;; r->at++) {
        switch (t[r->at].kind) {
        case TK_SEMI: case TK_COMMA: case TK_LPAREN: case TK_RPAREN: continue;
        case TK_IMPORT: {
            bool group = t[r->at + 1].kind == TK_LPAREN;
            while (t[r->at].kind && t[r->at].kind != (group ? TK_RPAREN : TK_SEMI)) r->at++;
            if (!t[r->at].kind) r->at--;
            continue;
        }
        default: return &t[r->at];
        }
    }
}

// Numbers are compared by their digits, strings without carriage returns.
static bool same_text(const Reader *ra, const Token *a, const Reader *rb, const Token *b) {
    const char *x = ra->src->text + (a->pos - ra->src->base), *y = rb->src->text + (b->pos - rb->src->base);
    uint32_t n = a->end - a->pos, m = b->end - b->pos;
    if (a->kind == TK_INT || a->kind == TK_FLOAT || a->kind == TK_IMAG) {
        while (a->kind == TK_IMAG && n > m && (*x == '0' || *x == '_')) x++, n--;
        return n == m && !strncasecmp(x, y, n);
    }
    if (a->kind == TK_BRACKETS) return true; // with blanks between, or not
    if (a->kind != TK_STRING) return n == m && !memcmp(x, y, n);
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (x[i] == '\r' && x[0] == '`') continue;
        if (k == m || x[i] != y[k++]) return false;
    }
    return k == m;
}

bool format_same_program(const SourceFile *a, const SourceFile *b) {
    Reader x, y;
    init(&x, a);
    init(&y, b);
    bool same = true, more = true;
    while (same && more) {
        const Token *s = next(&x), *t = next(&y);
        same = s->kind == t->kind && same_text(&x, s, &y, t);
        more = s->kind != 0;
        x.at++;
        y.at++;
    }
    fini(&x);
    fini(&y);
    return same;
}
