// lexer.re — source text to tokens, by re2c.
//
// The whole file is read at once into an array: the parser's driver looks at neighbours for its messages, and `gol dump
// tokens` prints what the parser saw. The text ends with a NUL, which is re2c's sentinel: no bounds check per byte; a
// NUL before the end is reported. Invalid UTF-8 is found by one pass over the text first, so that the rules for
// comments and strings need not care.
//
// Semicolons: at the end of a line after a name, a literal, `)`, `]`, `}`, `++`, `--`, break, continue, fallthrough or
// return (Go's rule). Its place is right behind that token, where a learner would look for it.
//
// A literal is matched loosely first and judged after: so that 0b12, 1_000_ and '\q' give one exact message and
// one token, not a stream of leftovers.
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "grammar/lexer_check.h"
#include "grammar/token.h"
#include "parser.h"

static void push(Tokens *t, unsigned kind, Pos pos, Pos end, unsigned flags) {
    if (t->len == t->cap) {
        t->cap = t->cap ? t->cap * 2 : 256;
        t->items = xrealloc(t->items, t->cap * sizeof *t->items);
    }
    t->items[t->len++] = (Token){.pos = pos, .end = end, .kind = (uint8_t)kind, .flags = (uint8_t)flags};
}

static void push_comment(Tokens *t, Pos pos, Pos end) {
    if (t->ncomments == t->comment_cap) {
        t->comment_cap = t->comment_cap ? t->comment_cap * 2 : 32;
        t->comments = xrealloc(t->comments, t->comment_cap * sizeof *t->comments);
    }
    t->comments[t->ncomments++] = (Comment){.pos = pos, .end = end};
}

void tokens_fini(Tokens *t) {
    free(t->items);
    free(t->comments);
    *t = (Tokens){0};
}

// Whether a newline behind this token ends a statement.
static bool ends_statement(unsigned kind) {
    switch (kind) {
    case TK_IDENT: case TK_MUTEX: case TK_RWMUTEX: case TK_WAITGROUP: case TK_ONCE:
    case TK_INT: case TK_FLOAT: case TK_IMAG: case TK_CHAR: case TK_STRING:
    case TK_BREAK: case TK_CONTINUE: case TK_FALLTHROUGH: case TK_RETURN:
    case TK_INC: case TK_DEC: case TK_RPAREN: case TK_RBRACK: case TK_BRACKETS: case TK_RBRACE: return true;
    default: return false;
    }
}

void lexer_run(const SourceFile *src, Diags *diags, Tokens *out) {
    *out = (Tokens){.cap = src->len / 4 + 64};
    out->items = xmalloc(out->cap * sizeof *out->items);
    lexer_check_utf8(src, diags);
    const char *cur = src->text, *limit = cur + src->len, *start, *mark;
    unsigned flags = TOKEN_NEWLINE;
    if (cur[0] == '#' && cur[1] == '!') { // the line that names the interpreter
        while (*cur && *cur != '\n') cur++;
        push_comment(out, src->base, src->base + (Pos)(cur - src->text));
    }
    const Pos base = src->base;
#define POS(p) (base + (Pos)((p) - src->text))
#define LAST (out->len ? out->items[out->len - 1].kind : 0)
#define NEWLINE() do { \
        if (ends_statement(LAST)) { \
            Pos at_ = out->items[out->len - 1].end; \
            push(out, TK_SEMI, at_, at_, TOKEN_AUTO | (flags & TOKEN_AFTER_BAD)); \
        } \
        flags = TOKEN_NEWLINE; \
    } while (0)
#define EMIT(k) { push(out, k, POS(start), POS(cur), flags); flags = 0; continue; }
#define CHECKED(k, check) { \
        bool ok_ = check(src, diags, POS(start), start, (size_t)(cur - start)); \
        push(out, k, POS(start), POS(cur), flags | (ok_ ? 0u : TOKEN_BAD)); flags = 0; continue; \
    }
    for (;;) {
        start = cur;
/*!include:re2c "unicode_categories.re" */
/*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:define:YYCURSOR = cur;
        re2c:define:YYMARKER = mark;
        re2c:yyfill:enable = 0;
        re2c:flags:utf-8 = 1;

        letter = [a-zA-Z_] | L;
        digit = [0-9] | Nd;
        rest = letter | digit;
        // loosely: what a number may look like; lexer_check_number says what is wrong with it
        numchar = [0-9a-zA-Z_.];
        tail = numchar | [eEpP] [+-];
        number = ([1-9] | "." [0-9]) tail* | "0" (([0-9a-wyzA-WYZ_.] | [eEpP] [+-]) tail*)? | "0" [xX] (numchar | [pP] [+-])*;
        decnum = [0-9] | [1-9] [0-9]+;

        [ \t\r\ufeff]+ { continue; }
        "\n" { NEWLINE(); continue; }
        "//" [^\n\x00]* {
            const char *stop = cur;
            if (stop > start && stop[-1] == '\r') stop--;
            push_comment(out, POS(start), POS(stop));
            continue;
        }
        "/*" {
            const char *stop = strstr(cur, "*/");
            if (!stop) {
                lexer_unclosed(diags, DIAG_BAD_COMMENT, POS(start), "comment not terminated", "close it with */");
                out->cut = POS(start);
                cur = limit;
                continue;
            }
            cur = stop + 2;
            push_comment(out, POS(start), POS(cur));
            if (memchr(start, '\n', (size_t)(cur - start))) NEWLINE();
            continue;
        }
        "\x00" {
            if (start < limit) {
                lexer_bad_char(diags, POS(start), start);
                flags |= TOKEN_AFTER_BAD;
                continue;
            }
            NEWLINE();
            push(out, 0, POS(limit), POS(limit), TOKEN_NEWLINE);
            return;
        }

        "break" { EMIT(TK_BREAK) }
        "case" { EMIT(TK_CASE) }
        "chan" { EMIT(TK_CHAN) }
        "const" { EMIT(TK_CONST) }
        "continue" { EMIT(TK_CONTINUE) }
        "default" { EMIT(TK_DEFAULT) }
        "defer" { EMIT(TK_DEFER) }
        "else" { EMIT(TK_ELSE) }
        "fallthrough" { EMIT(TK_FALLTHROUGH) }
        "for" { EMIT(TK_FOR) }
        "func" { EMIT(TK_FUNC) }
        "go" { EMIT(TK_GO) }
        "goto" { EMIT(TK_GOTO) }
        "if" { EMIT(TK_IF) }
        "import" { EMIT(TK_IMPORT) }
        "interface" { EMIT(TK_INTERFACE) }
        "map" { EMIT(TK_MAP) }
        "package" { EMIT(TK_PACKAGE) }
        "range" { EMIT(TK_RANGE) }
        "return" { EMIT(TK_RETURN) }
        "select" { EMIT(TK_SELECT) }
        "struct" { EMIT(TK_STRUCT) }
        "switch" { EMIT(TK_SWITCH) }
        "type" { EMIT(TK_TYPE) }
        "var" { EMIT(TK_VAR) }
        "mutex" { EMIT(TK_MUTEX) }
        "rwmutex" { EMIT(TK_RWMUTEX) }
        "waitgroup" { EMIT(TK_WAITGROUP) }
        "once" { EMIT(TK_ONCE) }

        letter rest* { EMIT(TK_IDENT) }

        decnum { EMIT(TK_INT) }
        number {
            bool ok;
            unsigned kind = lexer_check_number(diags, POS(start), start, (size_t)(cur - start), &ok);
            push(out, kind, POS(start), POS(cur), flags | (ok ? 0u : TOKEN_BAD));
            flags = 0;
            continue;
        }
        ["] [^"\\\n\x00]* ["] { EMIT(TK_STRING) }
        ["] ([^"\\\n\x00] | "\\" [^\n\x00])* ["]? { CHECKED(TK_STRING, lexer_check_string) }
        "'" [a-zA-Z0-9 .,:;+*/_-] "'" { EMIT(TK_CHAR) }
        "'" ([^'\\\n\x00] | "\\" [^\n\x00])* "'"? { CHECKED(TK_CHAR, lexer_check_rune) }
        "`" {
            const char *stop = memchr(cur, '`', (size_t)(limit - cur));
            if (!stop) lexer_unclosed(diags, DIAG_BAD_STRING, POS(start), "string not terminated", "a raw string ends at the next `");
            cur = stop ? stop + 1 : limit;
            if (!stop) flags |= TOKEN_BAD;
            if (!stop) out->cut = POS(start);
            EMIT(TK_STRING)
        }

        "+" { EMIT(TK_PLUS) }
        "-" { EMIT(TK_MINUS) }
        "*" { EMIT(TK_STAR) }
        "/" { EMIT(TK_SLASH) }
        "%" { EMIT(TK_REM) }
        "&" { EMIT(TK_AND) }
        "|" { EMIT(TK_OR) }
        "^" { EMIT(TK_XOR) }
        "<<" { EMIT(TK_SHL) }
        ">>" { EMIT(TK_SHR) }
        "&^" { EMIT(TK_ANDNOT) }
        "+=" { EMIT(TK_ADD_ASSIGN) }
        "-=" { EMIT(TK_SUB_ASSIGN) }
        "*=" { EMIT(TK_MUL_ASSIGN) }
        "/=" { EMIT(TK_QUO_ASSIGN) }
        "%=" { EMIT(TK_REM_ASSIGN) }
        "&=" { EMIT(TK_AND_ASSIGN) }
        "|=" { EMIT(TK_OR_ASSIGN) }
        "^=" { EMIT(TK_XOR_ASSIGN) }
        "<<=" { EMIT(TK_SHL_ASSIGN) }
        ">>=" { EMIT(TK_SHR_ASSIGN) }
        "&^=" { EMIT(TK_ANDNOT_ASSIGN) }
        "&&" { EMIT(TK_LAND) }
        "||" { EMIT(TK_LOR) }
        "<-" { EMIT(TK_ARROW) }
        "++" { EMIT(TK_INC) }
        "--" { EMIT(TK_DEC) }
        "==" { EMIT(TK_EQ) }
        "<" { EMIT(TK_LT) }
        ">" { EMIT(TK_GT) }
        "=" { EMIT(TK_ASSIGN) }
        "!" { EMIT(TK_NOT) }
        "~" { EMIT(TK_TILDE) }
        "!=" { EMIT(TK_NE) }
        "<=" { EMIT(TK_LE) }
        ">=" { EMIT(TK_GE) }
        ":=" { EMIT(TK_DEFINE) }
        "..." { EMIT(TK_ELLIPSIS) }
        "(" { EMIT(TK_LPAREN) }
        "[" { EMIT(TK_LBRACK) }
        "{" { EMIT(TK_LBRACE) }
        "," { EMIT(TK_COMMA) }
        "." { EMIT(TK_DOT) }
        ")" { EMIT(TK_RPAREN) }
        "}" { EMIT(TK_RBRACE) }
        ":" { EMIT(TK_COLON) }
        ";" { EMIT(TK_SEMI) }
        // `[]` is one token wherever nothing but comments stands between: see parser.y
        "]" {
            if (LAST == TK_LBRACK) {
                Token *open = &out->items[out->len - 1];
                open->kind = TK_BRACKETS;
                open->end = POS(cur);
                flags = 0;
                continue;
            }
            EMIT(TK_RBRACK)
        }
        * {
            cur = lexer_bad_char(diags, POS(start), start);
            flags |= TOKEN_AFTER_BAD;
            continue;
        }
*/
    }
}
