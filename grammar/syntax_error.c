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
#include "parser.h"

// ---- the found token in words

static void describe(const Parser *P, Token t, char *out, size_t size) {
    const Token *all = P->tokens.items;
    uint32_t len;
    const char *text = parser_slice(P, t.pos, t.end, &len);
    int shown = (int)(len > 40 ? 40 : len);
    if (t.kind == 0 || (t.kind == TK_SEMI && t.flags & TOKEN_AUTO)) {
        bool eof = t.kind == 0 || all[P->at].kind == 0 || all[P->at + 1].kind == 0;
        snprintf(out, size, "%s", eof ? "end of file" : "newline");
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

static const Token *previous(const Parser *P) { return P->at ? &P->tokens.items[P->at - 1] : NULL; }

static bool token_is(const Parser *P, const Token *t, const char *word) {
    uint32_t len;
    const char *text = parser_slice(P, t->pos, t->end, &len);
    return len == strlen(word) && !memcmp(text, word, len);
}

// The first token of the statement that t is in: behind the last ; { } or the beginning.
static const Token *statement_start(const Parser *P) {
    const Token *all = P->tokens.items;
    uint32_t i = P->at;
    for (uint32_t steps = 0; i > 0 && steps < 200; steps++, i--) {
        unsigned k = all[i - 1].kind;
        if (k == TK_SEMI || k == TK_LBRACE || k == TK_RBRACE || k == TK_COLON) break;
    }
    return &all[i];
}

// ---- mistakes that have a name

typedef struct Foreign { const char *word, *help; } Foreign;
static const Foreign foreign[] = {
    {"while", "Go's only loop is for: for condition { }"},
    {"until", "Go's only loop is for: for !condition { }"},
    {"loop", "an endless loop is for { }"},
    {"do", "Go's only loop is for: for { ...; if done { break } }"},
    {"foreach", "write for i, v := range values { }"},
    {"elif", "write } else if condition {"},
    {"elsif", "write } else if condition {"},
    {"elseif", "write } else if condition {"},
    {"unless", "write if !condition { }"},
    {"def", "a function begins with func"},
    {"fn", "a function begins with func"},
    {"function", "a function begins with func"},
    {"fun", "a function begins with func"},
    {"let", "declare a variable with x := value, or var x type"},
    {"val", "declare a variable with x := value, or var x type"},
    {"auto", "declare a variable with x := value"},
    {"class", "Go has no classes: declare type T struct { ... } and give it methods"},
    {"try", "Go has no exceptions: functions return an error, and panics are caught by recover in a deferred function"},
    {"catch", "Go has no exceptions: functions return an error, and panics are caught by recover in a deferred function"},
    {"finally", "write defer in front of what must happen at the end of the function"},
    {"repeat", "Go's only loop is for: for { ...; if done { break } }"},
    {"then", "the { behind the condition is enough: if condition {"},
    {"and", "write &&"},
    {"or", "write ||"},
    {"throw", "Go has no exceptions: return an error, or call panic(value)"},
    {"raise", "Go has no exceptions: return an error, or call panic(value)"},
    {"async", "a function runs at the same time as its caller when it is started with go"},
    {"await", "wait by receiving from a channel: v := <-ch"},
    {"echo", "write fmt.Println(...)"},
    {"enum", "write const ( A = iota; B; C )"},
    {"struct", "write type Name struct { ... }"},
    {"public", "a name that begins with an upper-case letter is exported"},
    {"private", "a name that begins with a lower-case letter is private to its package"},
    {"static", "Go has no static: declare the variable outside of functions"},
    {"final", "write const for constants"},
    {"not", "write !condition"},
};

static bool say(Parser *P, Token t, const char *message, const char *help) {
    Diag *d = parser_error(P, t.pos, t.end, "syntax error: %s", message);
    if (help) diag_help(P->diags, d, "%s", help);
    return true;
}

static bool basic_type(const Parser *P, const Token *t) {
    static const char *const names[] = {"int", "string", "bool", "float64", "byte", "rune", "error", "float32", "int64", "int32",
                                        "uint", "uint8", "uint64", "uint32", "int8", "int16", "uint16", "any"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (token_is(P, t, names[i])) return true;
    return false;
}

static bool other_language(Parser *P, Token t, const Token *start, const char *what) {
    const Token *words[2] = {start, &P->tokens.items[P->at]};
    for (int w = 0; w < 2; w++) {
        if (words[w]->kind != TK_IDENT) continue;
        for (size_t i = 0; i < COUNT_OF(foreign); i++) {
            if (!token_is(P, words[w], foreign[i].word)) continue;
            if (w == 1 && start == words[1] && !(P->at && P->tokens.items[P->at - 1].kind == TK_RBRACE)) continue; // an ordinary name
            char text[256];
            snprintf(text, sizeof text, "unexpected %s at end of statement: Go has no %s", what, foreign[i].word);
            return say(P, t, text, foreign[i].help);
        }
    }
    return false;
}

// `do {`, `try {`: a word of another language whose block was read as a literal.
static bool foreign_block(Parser *P) {
    if (!P->nbrackets) return false;
    const Token *all = P->tokens.items;
    uint32_t open = P->brackets[P->nbrackets - 1];
    if (all[open].kind != TK_LBRACE || !open || all[open - 1].kind != TK_IDENT) return false;
    unsigned before = open > 1 ? all[open - 2].kind : TK_SEMI;
    if (before != TK_SEMI && before != TK_LBRACE && before != TK_RBRACE) return false;
    for (size_t i = 0; i < COUNT_OF(foreign); i++) {
        if (!token_is(P, &all[open - 1], foreign[i].word)) continue;
        char text[160];
        snprintf(text, sizeof text, "unexpected name %s at the beginning of a block: Go has no %s", foreign[i].word, foreign[i].word);
        return say(P, all[open - 1], text, foreign[i].help);
    }
    return false;
}

static bool common_mistake(Parser *P, Token t, const char *what) {
    const Token *all = P->tokens.items, *prev = previous(P), *start = statement_start(P);
    bool ends = parser_accepts(P, TK_SEMI);
    char text[256];
    if (t.kind == TK_ELSE && prev && prev->kind == TK_SEMI)
        return say(P, t, "unexpected keyword else: it must stand on the same line as the closing } of the if", "write } else {");
    if (t.kind == TK_DEFINE && (start->kind == TK_VAR || start->kind == TK_CONST)) {
        snprintf(text, sizeof text, "unexpected :=, expected = (with %s)", token_text(start->kind));
        return say(P, t, text, start->kind == TK_VAR ? "write var x int = 3, or x := 3 without var" : "write const x = 3");
    }
    if (t.kind == TK_DEFINE && prev && P->nbrackets && all[P->brackets[P->nbrackets - 1]].kind == TK_LPAREN &&
        (start->kind == TK_FOR || start->kind == TK_IF || start->kind == TK_SWITCH)) {
        snprintf(text, sizeof text, "unexpected := in parentheses: the header of %s has none around it", token_text(start->kind));
        return say(P, t, text, start->kind == TK_FOR ? "write for i := 0; i < n; i++ {" : "write if v := f(); v > 0 {");
    }
    if (t.kind == TK_SEMI && !(t.flags & TOKEN_AUTO) && P->nbrackets && all[P->brackets[P->nbrackets - 1]].kind == TK_LPAREN && start->kind == TK_FOR)
        return say(P, t, "unexpected semicolon in parentheses: the header of for has none around it", "write for i := 0; i < n; i++ {");
    if (t.kind == TK_IDENT && token_is(P, &t, "in") && start->kind == TK_FOR)
        return say(P, t, "unexpected name in, expected := range", "write for i, v := range values {");
    if ((t.kind == TK_INC || t.kind == TK_DEC) && ends && !parser_accepts(P, TK_INT)) {
        snprintf(text, sizeof text, "unexpected %s at end of statement", token_text(t.kind));
        return say(P, t, text, "x++ and x-- are statements of their own, not expressions");
    }
    if ((t.kind == TK_INC || t.kind == TK_DEC) && parser_accepts(P, TK_IDENT)) {
        snprintf(text, sizeof text, "unexpected %s, expected statement", token_text(t.kind));
        return say(P, t, text, t.kind == TK_INC ? "write x++, behind the variable" : "write x--, behind the variable");
    }
    if (t.kind == TK_BRACKETS && !ends && prev && prev->kind == TK_IDENT)
        return false;
    if (t.kind == TK_BRACKETS && prev && (prev->kind == TK_IDENT || prev->kind == TK_RPAREN || prev->kind == TK_RBRACK)) {
        if (basic_type(P, prev)) return say(P, t, "unexpected [] behind a type", "in Go the brackets stand before the element's type: []int");
        return say(P, t, "unexpected [], expected an index between [ and ]", NULL);
    }
    if (ends && t.kind == TK_ASSIGN && prev && prev->kind == TK_ASSIGN) return say(P, t, "unexpected =", NULL);
    if (ends && other_language(P, t, start, what)) return true;
    if (ends && prev && t.kind == TK_IDENT && prev == start && basic_type(P, prev)) {
        uint32_t len;
        const char *name = parser_slice(P, t.pos, t.end, &len);
        Diag *d = parser_error(P, t.pos, t.end, "syntax error: unexpected %s at end of statement", what);
        diag_help(P->diags, d, "the name comes first and the type behind it: var %.*s %s", (int)(len > 60 ? 60 : len), name,
                  arena_strndup(P->arena, P->src->text + (prev->pos - P->src->base), prev->end - prev->pos));
        return true;
    }
    if (ends && t.kind == TK_IDENT && prev && prev == start && (basic_type(P, &t) || all[P->at + 1].kind == TK_ASSIGN)) {
        Diag *d = parser_error(P, t.pos, t.end, "syntax error: unexpected %s at end of statement", what);
        diag_help(P->diags, d, "a variable with a type is declared with var: var %s %s",
                  arena_strndup(P->arena, P->src->text + (prev->pos - P->src->base), prev->end - prev->pos),
                  arena_strndup(P->arena, P->src->text + (t.pos - P->src->base), t.end - t.pos));
        return true;
    }
    if (prev && prev->kind == TK_FUNC && t.kind == TK_IDENT && P->nbrackets) {
        snprintf(text, sizeof text, "unexpected %s, expected (: a function inside a function has no name", what);
        return say(P, t, text, "write name := func(...) { ... }, or move the function out");
    }
    if (prev && parser_accepts(P, TK_STRING) && !parser_accepts(P, TK_INT) && !parser_accepts(P, TK_SEMI))
        return say(P, prev->kind == TK_IDENT ? *prev : t, "missing import path; require quoted string", "write import \"fmt\"");
    if (start->kind == TK_FUNC && start[1].kind == TK_LPAREN && P->nbrackets == 1 && all[P->brackets[0]].kind == TK_LBRACK)
        return say(P, t, "method must have no type parameters", "give them to the type: func (t T[P]) m()");
    if (t.kind == TK_COMMA && start->kind == TK_FUNC && (ends || parser_accepts(P, TK_LBRACE)))
        return say(P, t, "unexpected comma after the result", "several results stand in parentheses: (int, error)");
    if (t.kind == TK_MINUS && all[P->at + 1].kind == TK_GT && start->kind == TK_FUNC)
        return say(P, t, "unexpected -> before the result", "the result's type stands right behind the parameters: func f(x int) int {");
    if (t.kind == TK_LBRACE && start->kind == TK_VAR && ends)
        return say(P, t, "unexpected { behind a type", "a value stands behind =: var a = [3]int{1, 2, 3}");
    if (t.kind == TK_LBRACE && parser_accepts(P, TK_INT) && !ends && prev &&
        (prev->kind == TK_ASSIGN || prev->kind == TK_DEFINE || prev->kind == TK_LPAREN || prev->kind == TK_COMMA || prev->kind == TK_RETURN))
        return say(P, t, "unexpected {, expected expression", "a literal begins with its type: []int{1, 2, 3}");
    if (t.kind == TK_CASE || t.kind == TK_DEFAULT) {
        snprintf(text, sizeof text, "unexpected %s, expected }", what);
        return say(P, t, text, "a case stands directly in the braces of switch or select");
    }
    if (foreign_block(P)) return true;
    if (t.kind == TK_RANGE)
        return say(P, t, "unexpected keyword range: it may stand in the header of a for statement only", "write for i, v := range values {");
    if (t.kind == TK_RETURN && parser_accepts(P, TK_IDENT)) {
        snprintf(text, sizeof text, "unexpected %s, expected expression", what);
        return say(P, t, text, NULL);
    }
    return false;
}

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

static bool in_fields(const Parser *P) {
    if (!P->nbrackets) return false;
    uint32_t open = P->brackets[P->nbrackets - 1];
    unsigned before = open ? P->tokens.items[open - 1].kind : 0;
    return before == TK_STRUCT || before == TK_INTERFACE;
}

void parser_syntax_error(Parser *P) {
    P->in_error = true;
    if (P->quiet || P->failed) return;
    Token t = P->found;
    const Token *prev = previous(P);
    if (t.flags & (TOKEN_BAD | TOKEN_AFTER_BAD) || (prev && prev->flags & TOKEN_BAD)) return; // the lexer spoke about it
    // What was said during the reductions that led here spoke of a part that is not whole.
    P->diags->count = P->mark.count;
    P->diags->errors = P->mark.errors;
    P->diags->warnings = P->mark.warnings;
    char what[128], text[400];
    describe(P, t, what, sizeof what);
    if (common_mistake(P, t, what)) return;
    unsigned closer;
    const char *in = bracket_context(P, &closer), *head = header_words(P);
    const char *help = NULL;
    bool in_list = false, statement_ends = parser_accepts(P, TK_SEMI), operand = parser_accepts(P, TK_INT);
    if (!P->nbrackets && t.kind == TK_RBRACE) {
        snprintf(text, sizeof text, "unexpected } that closes nothing");
        help = "there is a { missing before it, or a } too many";
    } else if (parser_accepts(P, TK_CASE) && !statement_ends) {
        snprintf(text, sizeof text, "unexpected %s, expected case or default or }", what);
    } else if (!operand && !statement_ends && parser_accepts(P, TK_LBRACE) && parser_accepts(P, TK_LPAREN) && !head) {
        snprintf(text, sizeof text, "unexpected %s, expected { or ( after a type: it is not an expression", what);
        help = "a value is written T{...} or T(x); make(T, n) makes a slice, map or channel";
    } else if (in && !operand && !statement_ends && parser_accepts(P, closer)) {
        in_list = true;
        if (closer == TK_RBRACE) P->literal = P->nbrackets;
        bool list = strcmp(in, "parenthesized expression") != 0 && strcmp(in, "array length") != 0;
        if (list) snprintf(text, sizeof text, "unexpected %s in %s; possibly missing comma or %s", what, in, token_text(closer));
        else snprintf(text, sizeof text, "unexpected %s, expected %s to close the %s", what, token_text(closer), in);
        if (list && t.kind == TK_SEMI && t.flags & TOKEN_AUTO)
            help = "a line that ends inside brackets ends with a comma, the last one too";
    } else if (head && !operand && (parser_accepts(P, TK_LBRACE) || parser_accepts(P, TK_ASSIGN)) && P->nbrackets == P->head_depth) {
        t = header_end(P, t);
        describe(P, t, what, sizeof what);
        snprintf(text, sizeof text, "unexpected %s, expected { after %s", what, head);
    } else if (statement_ends && !operand && in_fields(P)) {
        snprintf(text, sizeof text, "unexpected %s, expected semicolon, newline, or }", what);
        if (t.kind == TK_COMMA) help = "each field or method stands on a line of its own, without a comma";
    } else if (statement_ends && !operand && P->nbrackets == 0 && !P->file->package.name) {
        snprintf(text, sizeof text, "unexpected %s at end of statement", what);
    } else if (statement_ends && !operand) {
        const Token *start = statement_start(P);
        bool top = P->nbrackets == 0 && (start->kind == TK_FUNC || start->kind == TK_TYPE || start->kind == TK_VAR || start->kind == TK_CONST || start->kind == TK_IMPORT);
        snprintf(text, sizeof text, top ? "unexpected %s after top level declaration" : "unexpected %s at end of statement", what);
        if (t.kind == TK_LBRACE && !top) help = "a literal T{...} in the header of if, for or switch needs parentheses: (T{...})";
    } else {
        const char *want = expected(P);
        if (want) {
            snprintf(text, sizeof text, "unexpected %s, expected %s", what, want);
        } else {
            snprintf(text, sizeof text, "unexpected %s", what);
        }
    }
    Diag *d = parser_error(P, t.pos, t.end, "syntax error: %s", text);
    if (help) diag_help(P->diags, d, "%s", help);
    if (in_list) {
        Token open = P->tokens.items[P->brackets[P->nbrackets - 1]];
        Place a = source_place(P->diags->sources, open.pos), b = source_place(P->diags->sources, t.pos);
        if (a.line != b.line) diag_label(P->diags, d, open.pos, "the %s opened here", in);
    }
}

// ---- errors that the driver finds

static uint32_t indent_of(const Parser *P, Token t) {
    uint32_t at = t.pos - P->src->base, from = at;
    const char *text = P->src->text;
    while (from && text[from - 1] != '\n') from--;
    uint32_t n = 0;
    while (from + n < at && (text[from + n] == ' ' || text[from + n] == '\t')) n++;
    return n;
}

// The bracket that was most likely forgotten: the first one whose closing brace is indented otherwise than its own line.
// Without such a sign it is the innermost that is open.
static Token unclosed(Parser *P) {
    const Token *all = P->tokens.items;
    Token innermost = all[P->brackets[P->nbrackets - 1]];
    uint32_t *stack = xmalloc((P->at + 1) * sizeof *stack), n = 0;
    for (uint32_t i = 0; i < P->at; i++) {
        unsigned k = all[i].kind;
        if (k == TK_LBRACE) stack[n++] = i;
        if (k != TK_RBRACE || !n) continue;
        Token open = all[stack[--n]];
        if (all[i].flags & TOKEN_NEWLINE && indent_of(P, all[i]) < indent_of(P, open)) {
            innermost = open;
            break;
        }
    }
    free(stack);
    return innermost;
}

void parser_missing_closer(Parser *P) {
    Token open = unclosed(P), t = P->found;
    char what[128];
    describe(P, t, what, sizeof what);
    const char *closer = open.kind == TK_LPAREN ? ")" : open.kind == TK_LBRACK ? "]" : "}";
    Diag *d = parser_error(P, t.pos, t.end, "syntax error: unexpected %s, expected %s", what, closer);
    diag_label(P->diags, d, open.pos, "this %s is not closed", token_text(open.kind));
    if (open.kind == TK_LBRACE && t.kind == TK_FUNC) diag_help(P->diags, d, "close the function before the next one begins");
}

void parser_brace_on_next_line(Parser *P) {
    Token t = P->found, brace = P->tokens.items[P->at + 1];
    Diag *d;
    if (P->head == TK_FUNC) d = parser_error(P, t.pos, t.end, "syntax error: unexpected semicolon or newline before {");
    else d = parser_error(P, t.pos, t.end, "syntax error: unexpected newline, expected { after %s", header_words(P) ? header_words(P) : "clause");
    diag_label(P->diags, d, brace.pos, "move this { to the end of the line before");
    diag_help(P->diags, d, "Go ends a statement at the end of a line, so the opening brace stands on the same line");
}

void parser_else_on_next_line(Parser *P) {
    Token otherwise = P->tokens.items[P->at + 1];
    Diag *d = parser_error(P, otherwise.pos, otherwise.end, "syntax error: unexpected keyword else: it must stand on the same line as the closing } of the if");
    diag_help(P->diags, d, "write } else {");
}
