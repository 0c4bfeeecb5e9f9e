// syntax_error.c — what is said about a token that cannot stand where it stands.
//
// Three questions in this order: is it one of the mistakes that people make (another language's word, `:=` with var, a
// forgotten brace)? Then it gets its own sentence and the change to make. Otherwise: what would the parser accept here,
// and in which bracket are we? From that the core in Go's own words, which is what a learner will search for:
// "syntax error: unexpected X, expected Y". lemon has already reduced what could only be reduced, so the set of
// acceptable tokens is the right one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/build.h"
#include "grammar/habits.h"
#include "grammar/syntax_error.h"
#include "parser.h"

// ---- the found token in words

static bool at_end(const Parser *P) {
    const Token *t = &P->tokens.items[P->at];
    return !t[0].kind || (t[0].kind == TK_SEMI && !t[1].kind);
}

void syntax_describe(const Parser *P, Token t, char *out, size_t size) {
    uint32_t len;
    const char *text = parser_slice(P, t.pos, t.end, &len);
    int shown = (int)(len > 40 ? 40 : len);
    if (t.kind == 0 || (t.kind == TK_SEMI && t.flags & TOKEN_AUTO)) {
        snprintf(out, size, "%s", at_end(P) ? "end of file" : "newline");
        return;
    }
    switch (t.kind) {
    case TK_SEMI: snprintf(out, size, "semicolon"); return;
    case TK_COMMA: snprintf(out, size, "comma"); return;
    case TK_IDENT: case TK_MUTEX: case TK_RWMUTEX: case TK_WAITGROUP: case TK_ONCE:
        snprintf(out, size, "name %.*s", shown, text);
        return;
    case TK_INT: case TK_FLOAT: case TK_IMAG: case TK_CHAR: case TK_STRING: {
        const char *nl = memchr(text, '\n', len);
        if (nl && nl - text < shown) shown = (int)(nl - text);
        while (shown && shown < (int)len && (text[shown] & 0xC0) == 0x80) shown--; // whole characters
        snprintf(out, size, "literal %.*s%s", shown, text, shown < (int)len ? "..." : "");
        return;
    }
    default: snprintf(out, size, "%s%s", token_is_keyword(t.kind) ? "keyword " : "", token_text(t.kind)); return;
    }
}

const Token *syntax_previous(const Parser *P) { return P->at ? &P->tokens.items[P->at - 1] : NULL; }

// The first token of the statement that the parser is in: behind the last ; { } or the beginning.
const Token *syntax_statement(const Parser *P) {
    const Token *all = P->tokens.items;
    uint32_t i = P->at;
    for (uint32_t steps = 0; i > 0 && steps < 200; steps++, i--) {
        unsigned k = all[i - 1].kind;
        if (k == TK_SEMI || k == TK_LBRACE || k == TK_RBRACE || k == TK_COLON) break;
    }
    return &all[i];
}

static const char LITERAL_HELP[] = "a literal T{...} in the header of if, for or switch needs parentheses: (T{...})";

// ---- what was expected

static const char *bracket_context(const Parser *P, unsigned *closer) {
    *closer = 0;
    if (!P->nbrackets) return NULL;
    const Token *all = P->tokens.items;
    uint32_t open = P->brackets[P->nbrackets - 1];
    unsigned before = open ? all[open - 1].kind : 0, kind = all[open].kind;
    switch (kind) {
    case TK_LPAREN:
        *closer = TK_RPAREN;
        if (before == TK_FUNC) return "parameter list";
        if (open >= 2 && (all[open - 2].kind == TK_FUNC) && before == TK_IDENT) return "parameter list";
        if (before == TK_IDENT || before == TK_RPAREN || before == TK_RBRACK || before == TK_RBRACE) {
            // func (r T) name(   and func f(a int) (
            for (uint32_t i = open, steps = 0; i > 0 && steps < 60; i--, steps++) {
                unsigned k = all[i - 1].kind;
                if (k == TK_SEMI || k == TK_LBRACE || k == TK_RBRACE || k == TK_COMMA || k == TK_ASSIGN || k == TK_DEFINE) break;
                if (k == TK_FUNC) return "parameter list";
            }
            return "argument list";
        }
        return "parenthesized expression";
    case TK_LBRACK:
        *closer = TK_RBRACK;
        return before == TK_IDENT || before == TK_RPAREN || before == TK_RBRACK ? "index or type argument list" : "array length";
    default:
        *closer = TK_RBRACE;
        return "composite literal";
    }
}

static bool is_type_start_only(const Parser *P) {
    return parser_accepts(P, TK_CHAN) && parser_accepts(P, TK_IDENT) && !parser_accepts(P, TK_INT);
}

// "X", or with alternatives; NULL: many things could come.
static const char *expected(const Parser *P) {
    if (parser_accepts(P, TK_INT)) return parser_accepts(P, TK_RBRACE) && parser_accepts(P, TK_SEMI) ? "statement" : "expression";
    if (is_type_start_only(P)) return "type";
    if (parser_accepts(P, TK_CASE)) return "case or default or }";
    if (parser_accepts(P, TK_IDENT)) {
        if (parser_accepts(P, TK_STRING)) return "import path";
        if (parser_accepts(P, TK_SEMI) && parser_accepts(P, TK_STAR)) return "field name or embedded type";
        if (parser_accepts(P, TK_LPAREN)) return "name or (";
        return "name";
    }
    static const uint8_t single[] = {TK_LBRACE, TK_LPAREN, TK_RPAREN, TK_RBRACK, TK_RBRACE, TK_LBRACK, TK_COLON, TK_DOT, TK_CHAN, TK_IF, TK_ASSIGN, TK_SEMI, TK_STRING};
    static char const *const words[] = {"{", "(", ")", "]", "}", "[", ":", ".", "chan", "if", "=", "newline or semicolon", "string"};
    for (size_t i = 0; i < COUNT_OF(single); i++)
        if (parser_accepts(P, single[i])) return words[i];
    return NULL;
}

static const char *header_words(const Parser *P) {
    switch (P->head) {
    case TK_IF: return "if clause";
    case TK_FOR: return "for clause";
    case TK_SWITCH: return "switch clause";
    case TK_SELECT: return "select clause";
    case TK_ELSE: return "else";
    default: return NULL;
    }
}

// `if x` without its brace: the next line was read as the rest of the header. The newline behind the keyword's line is meant.
static Token header_end(const Parser *P, Token t) {
    const Token *all = P->tokens.items;
    uint32_t i = P->at;
    for (uint32_t steps = 0; i > 0 && steps < 100 && all[i].kind != P->head; steps++) i--;
    for (; i < P->at; i++)
        if (all[i].kind == TK_SEMI && all[i].flags & TOKEN_AUTO) return all[i];
    return t;
}

// Whether the line of the found token begins with if, for or switch.
static bool in_header_line(const Parser *P) {
    const Token *t = P->tokens.items;
    uint32_t i = P->at;
    for (uint32_t steps = 0; i > 0 && steps < 100 && !(t[i].flags & TOKEN_NEWLINE); steps++) i--;
    if (t[i].kind == TK_RBRACE && t[i + 1].kind == TK_ELSE) return true;
    return t[i].kind == TK_IF || t[i].kind == TK_FOR || t[i].kind == TK_SWITCH;
}

static bool in_fields(const Parser *P) {
    if (!P->nbrackets) return false;
    uint32_t open = P->brackets[P->nbrackets - 1];
    unsigned before = open ? P->tokens.items[open - 1].kind : 0;
    return before == TK_STRUCT || before == TK_INTERFACE;
}

// Whether the found token could begin the next entry of a list, or the line ended: then it is a comma that is missing.
static bool list_needs_comma(const Parser *P, Token t) {
    if (t.kind == TK_SEMI && t.flags & TOKEN_AUTO && at_end(P)) return false;
    return t.kind != TK_RBRACE && t.kind != TK_RPAREN && t.kind != TK_RBRACK;
}

void parser_syntax_error(Parser *P) {
    P->in_error = true;
    if (P->quiet || P->failed) return;
    Token t = P->found;
    const Token *prev = syntax_previous(P), *start = syntax_statement(P);
    for (const Token *k = start; k <= &P->tokens.items[P->at]; k++)
        if (k->flags & (TOKEN_BAD | TOKEN_AFTER_BAD)) return; // the lexer spoke about this statement
    // What was said during the reductions that led here spoke of a part that is not whole.
    P->diags->count = P->mark.count;
    P->diags->errors = P->mark.errors;
    P->diags->warnings = P->mark.warnings;
    char what[128], text[400];
    syntax_describe(P, t, what, sizeof what);
    const uint32_t said = P->diags->count;
    if (mistake_report(P, t, what)) {
        if (P->diags->count > said && !P->diags->items[said].help) {
            unsigned unused;
            const char *habit = habit_help(P, bracket_context(P, &unused));
            if (habit) diag_help(P->diags, &P->diags->items[said], "%s", habit);
        }
        return;
    }
    unsigned closer;
    const char *in = bracket_context(P, &closer), *head = header_words(P);
    const char *help = habit_help(P, in);
    DiagCode code = DIAG_SYNTAX;
    bool in_list = false, statement_ends = parser_accepts(P, TK_SEMI), operand = parser_accepts(P, TK_INT);
    if (!P->nbrackets && t.kind == TK_RBRACE) {
        snprintf(text, sizeof text, "unexpected } that closes nothing");
        code = DIAG_UNCLOSED;
        help = "there is a { missing before it, or a } too many";
    } else if (parser_accepts(P, TK_CASE) && !statement_ends) {
        snprintf(text, sizeof text, "unexpected %s, expected case or default or }", what);
        help = "a statement of a switch or select stands behind its case or default";
    } else if (!operand && !statement_ends && parser_accepts(P, TK_LBRACE) && parser_accepts(P, TK_LPAREN) && !head) {
        snprintf(text, sizeof text, "unexpected %s, expected { or ( after a type: it is not an expression", what);
        help = "a value is written T{...} or T(x); make(T, n) makes a slice, map or channel";
    } else if (in && !operand && !statement_ends && parser_accepts(P, closer)) {
        in_list = true;
        code = list_needs_comma(P, t) ? DIAG_COMMA : DIAG_UNCLOSED;
        if (closer == TK_RBRACE) P->literal = P->nbrackets;
        bool list = strcmp(in, "parenthesized expression") != 0 && strcmp(in, "array length") != 0;
        if (list) snprintf(text, sizeof text, "unexpected %s in %s; possibly missing comma or %s", what, in, token_text(closer));
        else snprintf(text, sizeof text, "unexpected %s, expected %s to close the %s", what, token_text(closer), in);
        if (list && t.kind == TK_SEMI && t.flags & TOKEN_AUTO && !at_end(P))
            help = "a line that ends inside brackets ends with a comma, the last one too";
    } else if (head && !operand && (parser_accepts(P, TK_LBRACE) || parser_accepts(P, TK_ASSIGN)) && P->nbrackets == P->head_depth) {
        t = header_end(P, t);
        if (t.kind == TK_SEMI) code = DIAG_NEXT_LINE;
        if (t.kind == TK_SEMI && !help) help = "what is done stands between braces, also if it is one statement: { ... }";
        syntax_describe(P, t, what, sizeof what);
        snprintf(text, sizeof text, "unexpected %s, expected { after %s", what, head);
    } else if (statement_ends && !operand && in_fields(P)) {
        snprintf(text, sizeof text, "unexpected %s, expected semicolon, newline, or }", what);
        if (t.kind == TK_COMMA) help = "each field or method stands on a line of its own, without a comma";
    } else if (statement_ends && start->pos == t.pos && !(prev && prev->kind == TK_RBRACE)) {
        snprintf(text, sizeof text, "unexpected %s, expected %s", what, P->nbrackets ? "}" : "statement");
    } else if (statement_ends && !operand && P->nbrackets == 0 && !P->file->package.name) {
        snprintf(text, sizeof text, "unexpected %s at end of statement", what);
        if (t.kind == TK_LBRACE && !help && in_header_line(P)) help = LITERAL_HELP;
    } else if (statement_ends && !operand) {
        bool top = P->nbrackets == 0 && (start->kind == TK_FUNC || start->kind == TK_TYPE || start->kind == TK_VAR || start->kind == TK_CONST || start->kind == TK_IMPORT);
        snprintf(text, sizeof text, top ? "unexpected %s after top level declaration" : "unexpected %s at end of statement", what);
        if (t.kind == TK_LBRACE && !help && in_header_line(P)) help = LITERAL_HELP;
    } else {
        const char *want = expected(P);
        if (want) {
            snprintf(text, sizeof text, "unexpected %s, expected %s", what, want);
        } else {
            snprintf(text, sizeof text, "unexpected %s", what);
        }
    }
    if (!help && (!in || closer == TK_RBRACE) && t.kind == TK_ELLIPSIS) help = "`...` in a book stands for lines that were left out: write them here, or take it away";
    Diag *d = parser_error(P, code, t.pos, t.end, "syntax error: %s", text);
    if (help) diag_help(P->diags, d, "%s", help);
    if (in_list) {
        Token open = P->tokens.items[P->brackets[P->nbrackets - 1]];
        Place a = source_place(P->diags->sources, open.pos), b = source_place(P->diags->sources, t.pos);
        if (a.line != b.line) diag_label(P->diags, d, open.pos, "the %s opened here", in);
    }
}

// ---- errors that the driver finds

// The bracket that was most likely forgotten: the first one whose closing brace is indented otherwise than its own line.
// Without such a sign it is the innermost that is open.
static Token unclosed(Parser *P) {
    const Token *all = P->tokens.items;
    Token innermost = all[P->brackets[P->nbrackets - 1]];
    uint32_t first = P->brackets[0], *stack = xmalloc((P->at - first + 1) * sizeof *stack), n = 0;
    for (uint32_t i = first; i < P->at; i++) {
        unsigned k = all[i].kind;
        if (k == TK_LBRACE) stack[n++] = i;
        if (k != TK_RBRACE || !n) continue;
        Token open = all[stack[--n]];
        if (all[i].flags & TOKEN_NEWLINE && parser_indent(P, all[i]) < parser_indent(P, open)) {
            innermost = open;
            break;
        }
    }
    free(stack);
    return innermost;
}

void parser_missing_closer(Parser *P) {
    if (P->tokens.cut) return; // in a string or comment that is not closed, which was told
    Token open = unclosed(P), t = P->found;
    char what[128];
    syntax_describe(P, t, what, sizeof what);
    const char *closer = open.kind == TK_LPAREN ? ")" : open.kind == TK_LBRACK ? "]" : "}";
    Diag *d = parser_error(P, DIAG_UNCLOSED, t.pos, t.end, "syntax error: unexpected %s, expected %s", what, closer);
    diag_label(P->diags, d, open.pos, "this %s is not closed", token_text(open.kind));
    if (open.kind == TK_LBRACE && t.kind == TK_FUNC) diag_help(P->diags, d, "close the function before the next one begins");
    else diag_help(P->diags, d, "write its %s", closer);
}

void parser_brace_on_next_line(Parser *P) {
    Token t = P->found, brace = P->tokens.items[P->at + 1];
    Diag *d;
    if (P->head == TK_FUNC) d = parser_error(P, DIAG_NEXT_LINE, t.pos, t.end, "syntax error: unexpected semicolon or newline before {");
    else d = parser_error(P, DIAG_NEXT_LINE, t.pos, t.end, "syntax error: unexpected newline, expected { after %s", header_words(P) ? header_words(P) : "clause");
    diag_label(P->diags, d, brace.pos, "move this { to the end of the line before");
    diag_help(P->diags, d, "Go ends a statement at the end of a line, so the opening brace stands on the same line");
}

void parser_case_in_line(Parser *P) {
    parser_error(P, DIAG_SYNTAX, P->found.pos, P->found.end, "syntax error: unexpected keyword %s at end of statement", token_text(P->found.kind));
}

void parser_else_in_block(Parser *P) {
    Token open = P->tokens.items[P->brackets[P->nbrackets - 1]], t = P->found;
    Diag *d = parser_error(P, DIAG_UNCLOSED, t.pos, t.end, "syntax error: unexpected keyword else, expected }");
    diag_label(P->diags, d, open.pos, "this { is not closed");
    diag_help(P->diags, d, "close the block before else: } else {");
}

void parser_else_on_next_line(Parser *P) {
    Token otherwise = P->tokens.items[P->at + 1];
    Diag *d = parser_error(P, DIAG_NEXT_LINE, otherwise.pos, otherwise.end, "syntax error: unexpected keyword else: it must stand on the same line as the closing } of the if");
    diag_help(P->diags, d, P->tokens.items[P->at + 2].kind == TK_IF ? "write } else if condition {" : "write } else {");
}
