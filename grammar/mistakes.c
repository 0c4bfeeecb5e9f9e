// mistakes.c — the mistakes that people make, each with its own sentence and the change to make: another language's word,
// := with var, parentheses around a header. Only looked at when a token does not fit, so nothing here can refuse a right program.
#include <stdio.h>
#include <string.h>

#include "grammar/syntax_error.h"
#include "parser.h"

static bool token_is(const Parser *P, const Token *t, const char *word) {
    uint32_t len;
    const char *text = parser_slice(P, t->pos, t->end, &len);
    return len == strlen(word) && !memcmp(text, word, len);
}

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
    {"using", "a package is imported with import \"fmt\""},
    {"include", "a package is imported with import \"fmt\""},
    {"from", "a package is imported with import \"fmt\", and its names are written fmt.Println"},
    {"require", "a package is imported with import \"fmt\""},
    {"abstract", "an interface says which methods a type must have: type Shape interface { Area() float64 }"},
    {"void", "a function without a result has nothing behind its parameters: func f() {"},
    {"yield", "send the value on a channel: ch <- v"},
};

static bool say(Parser *P, DiagCode code, Token t, const char *message, const char *help) {
    Diag *d = parser_error(P, code, t.pos, t.end, "syntax error: %s", message);
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

// A word of another language at the beginning of the statement, or the found token itself.
static bool other_language(Parser *P, Token t, const Token *start, const char *what) {
    const Token *found = &P->tokens.items[P->at], *words[2] = {start, found};
    for (int w = 0; w < 2; w++) {
        if (words[w]->kind != TK_IDENT) continue;
        if (start == found && !(P->at && found[-1].kind == TK_RBRACE)) continue; // an ordinary name so far
        for (size_t i = 0; i < COUNT_OF(foreign); i++) {
            if (!token_is(P, words[w], foreign[i].word)) continue;
            char text[256];
            snprintf(text, sizeof text, "unexpected %s at end of statement: Go has no %s", what, foreign[i].word);
            return say(P, DIAG_OTHER_LANGUAGE, t, text, foreign[i].help);
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
        return say(P, DIAG_OTHER_LANGUAGE, all[open - 1], text, foreign[i].help);
    }
    return false;
}

// `:=` with var or const, or within parentheses around a header.
static bool define_mistake(Parser *P, Token t, const Token *start, bool in_parens) {
    char text[160];
    if (start->kind == TK_VAR || start->kind == TK_CONST) {
        snprintf(text, sizeof text, "unexpected :=, expected = (with %s)", token_text(start->kind));
        return say(P, DIAG_DEFINE, t, text, start->kind == TK_VAR ? "write var x int = 3, or x := 3 without var" : "write const x = 3");
    }
    if (!in_parens || (start->kind != TK_FOR && start->kind != TK_IF && start->kind != TK_SWITCH)) return false;
    snprintf(text, sizeof text, "unexpected := in parentheses: the header of %s has none around it", token_text(start->kind));
    return say(P, DIAG_OTHER_LANGUAGE, t, text, start->kind == TK_FOR ? "write for i := 0; i < n; i++ {" : "write if v := f(); v > 0 {");
}

// `int x` and `x int`: a declaration without var.
static bool lost_var(Parser *P, Token t, const Token *prev, const char *what) {
    const Token *next = &P->tokens.items[P->at + 1];
    bool type_first = basic_type(P, prev);
    if (!type_first && !basic_type(P, &t) && next->kind != TK_ASSIGN) return false;
    uint32_t n, m;
    const char *a = parser_slice(P, prev->pos, prev->end, &n), *b = parser_slice(P, t.pos, t.end, &m);
    if (n > 60) n = 60;
    if (m > 60) m = 60;
    Diag *d = parser_error(P, DIAG_OTHER_LANGUAGE, t.pos, t.end, "syntax error: unexpected %s at end of statement", what);
    if (type_first) diag_help(P->diags, d, "the name comes first and the type behind it: var %.*s %.*s", (int)m, b, (int)n, a);
    else diag_help(P->diags, d, "a variable with a type is declared with var: var %.*s %.*s", (int)n, a, (int)m, b);
    return true;
}

static bool function_mistake(Parser *P, Token t, const Token *start, bool ends) {
    const Token *all = P->tokens.items;
    if (start[1].kind == TK_LPAREN && P->nbrackets == 1 && all[P->brackets[0]].kind == TK_LBRACK)
        return say(P, DIAG_PARAMS, t, "method must have no type parameters", "give them to the type: func (t T[P]) m()");
    if (t.kind == TK_COMMA && (ends || parser_accepts(P, TK_LBRACE)))
        return say(P, DIAG_PARAMS, t, "unexpected comma after the result", "several results stand in parentheses: (int, error)");
    if (t.kind == TK_MINUS && all[P->at + 1].kind == TK_GT)
        return say(P, DIAG_OTHER_LANGUAGE, t, "unexpected -> before the result",
                   "the result's type stands right behind the parameters: func f(x int) int {");
    return false;
}

static bool literal_mistake(Parser *P, Token t, const Token *prev, const Token *start, bool ends) {
    if (start->kind == TK_VAR && ends)
        return say(P, DIAG_SYNTAX, t, "unexpected { behind a type", "a value stands behind =: var a = [3]int{1, 2, 3}");
    if (ends || !prev || !parser_accepts(P, TK_INT)) return false;
    switch (prev->kind) {
    case TK_ASSIGN: case TK_DEFINE: case TK_LPAREN: case TK_COMMA: case TK_RETURN:
        return say(P, DIAG_SYNTAX, t, "unexpected {, expected expression",
                   P->tokens.items[P->at + 2].kind == TK_COLON ? "a literal begins with its type: map[string]int{\"a\": 1}" : "a literal begins with its type: []int{1, 2, 3}");
    default: return false;
    }
}

// `(T){...}` and `main() {`: a brace behind a closing parenthesis.
static bool brace_after_paren(Parser *P, Token t) {
    const Token *all = P->tokens.items;
    uint32_t i = P->at, nest = 0;
    for (uint32_t steps = 0; i > 0 && steps < 200; steps++) { // the bracket that it closes
        unsigned k = all[--i].kind;
        nest += k == TK_RPAREN;
        if (k == TK_LPAREN && --nest == 0) break;
    }
    if (!i || all[i].kind != TK_LPAREN) return false;
    unsigned before = all[i - 1].kind;
    if (before == TK_DEFINE || before == TK_ASSIGN || before == TK_RETURN || before == TK_COMMA || before == TK_LPAREN)
        return say(P, DIAG_SYNTAX, all[i], "cannot parenthesize type in composite literal", "write T{...} without the parentheses");
    if (before != TK_IDENT || !(all[i - 1].flags & TOKEN_NEWLINE)) return false;
    for (size_t k = 0; k < COUNT_OF(foreign); k++) { // while (x < 3) {
        if (!token_is(P, &all[i - 1], foreign[k].word)) continue;
        char text[160];
        snprintf(text, sizeof text, "unexpected { at end of statement: Go has no %s", foreign[k].word);
        return say(P, DIAG_OTHER_LANGUAGE, t, text, foreign[k].help);
    }
    return say(P, DIAG_OTHER_LANGUAGE, t, "unexpected { at end of statement", "a function is declared with func: func name(x int) int {");
}

// Words between a condition and its brace: `if x then`, `if a and b`, `if not x`.
static bool header_word(Parser *P, Token t, const char *what, const Token *prev) {
    const Token *words[2] = {&P->tokens.items[P->at], prev};
    for (int w = 0; w < 2; w++) {
        if (!words[w] || words[w]->kind != TK_IDENT) continue;
        for (size_t i = 0; i < COUNT_OF(foreign); i++) {
            if (!token_is(P, words[w], foreign[i].word)) continue;
            char text[256];
            snprintf(text, sizeof text, "unexpected %s in a header: Go has no %s", what, foreign[i].word);
            return say(P, DIAG_OTHER_LANGUAGE, t, text, foreign[i].help);
        }
    }
    return false;
}

static bool incdec_mistake(Parser *P, Token t, const Token *start) {
    bool inc = t.kind == TK_INC;
    char text[160];
    if (start->pos == t.pos || parser_accepts(P, TK_INT)) {
        snprintf(text, sizeof text, "unexpected %s, expected statement", token_text(t.kind));
        return say(P, DIAG_INCDEC, t, text, inc ? "write x++, behind the variable" : "write x--, behind the variable");
    }
    bool list = !parser_accepts(P, TK_SEMI);
    if (P->head && P->nbrackets == P->head_depth && !parser_accepts(P, TK_SEMI)) return false;
    if (list && !parser_accepts(P, TK_COMMA) && !parser_accepts(P, TK_RPAREN) && !parser_accepts(P, TK_RBRACK)) return false;
    snprintf(text, sizeof text, "unexpected %s %s", token_text(t.kind), list ? "in an expression" : "at end of statement");
    return say(P, DIAG_INCDEC, t, text, "x++ and x-- are statements of their own, not expressions");
}

bool mistake_report(Parser *P, Token t, const char *what) {
    const Token *all = P->tokens.items, *prev = syntax_previous(P), *start = syntax_statement(P);
    bool ends = parser_accepts(P, TK_SEMI);
    bool in_parens = P->nbrackets && all[P->brackets[P->nbrackets - 1]].kind == TK_LPAREN;
    char text[256];
    switch (t.kind) {
    case TK_ELSE:
        if (!prev || prev->kind != TK_SEMI) break;
        if (parser_accepts(P, TK_DEFAULT)) return say(P, DIAG_SYNTAX, t, "unexpected keyword else, expected case or default or }", "what is done in every other case stands behind default:");
        return say(P, DIAG_NEXT_LINE, t, "unexpected keyword else: it must stand on the same line as the closing } of the if", "write } else {");
    case TK_DEFINE:
        if (define_mistake(P, t, start, in_parens)) return true;
        break;
    case TK_SEMI:
        if (t.flags & TOKEN_AUTO || !in_parens || start->kind != TK_FOR) break;
        return say(P, DIAG_OTHER_LANGUAGE, t, "unexpected semicolon in parentheses: the header of for has none around it", "write for i := 0; i < n; i++ {");
    case TK_INC: case TK_DEC:
        if (incdec_mistake(P, t, start)) return true;
        break;
    case TK_BRACKETS:
        if (!prev || (prev->kind != TK_IDENT && prev->kind != TK_RPAREN && prev->kind != TK_RBRACK)) break;
        if (basic_type(P, prev))
            return say(P, DIAG_OTHER_LANGUAGE, t, "unexpected [] behind a type", "in Go the brackets stand before the element's type: []int");
        return say(P, DIAG_SYNTAX, t, "unexpected [], expected an index between [ and ]", NULL);
    case TK_LBRACE:
        if (literal_mistake(P, t, prev, start, ends)) return true;
        if (ends && prev && prev->kind == TK_RPAREN && brace_after_paren(P, t)) return true;
        break;
    case TK_PACKAGE:
        return say(P, DIAG_SYNTAX, t, "unexpected keyword package: the package clause stands before everything else", NULL);
    case TK_CASE: case TK_DEFAULT:
        snprintf(text, sizeof text, "unexpected %s, expected }", what);
        return say(P, DIAG_SYNTAX, t, text, "a case stands directly in the braces of switch or select");
    case TK_RANGE:
        return say(P, DIAG_SYNTAX, t, "unexpected keyword range: it may stand in the header of a for statement only", "write for i, v := range values {");
    case TK_IDENT:
        if (token_is(P, &t, "in") && start->kind == TK_FOR)
            return say(P, DIAG_OTHER_LANGUAGE, t, "unexpected name in, expected := range", "write for i, v := range values {");
        if (prev && prev->kind == TK_FUNC && P->nbrackets) {
            uint32_t open = P->brackets[P->nbrackets - 1];
            if (open && all[open - 1].kind == TK_INTERFACE) {
                snprintf(text, sizeof text, "unexpected %s, expected (", what);
                return say(P, DIAG_SYNTAX, t, text, NULL);
            }
            if (all[open].kind != TK_LBRACE) break; // a parameter of that name
            snprintf(text, sizeof text, "unexpected %s, expected (: a function inside a function has no name", what);
            return say(P, DIAG_SYNTAX, t, text, "write name := func(...) { ... }, or move the function out");
        }
        break;
    default: break;
    }
    if (prev && parser_accepts(P, TK_STRING) && !parser_accepts(P, TK_INT) && !ends)
        return say(P, DIAG_IMPORT, prev->kind == TK_IDENT ? *prev : t, "missing import path; require quoted string",
                   t.kind == TK_LBRACE ? "several imports stand in parentheses: import ( ... )" : "write import \"fmt\"");
    if (start->kind == TK_FUNC && function_mistake(P, t, start, ends)) return true;
    if (foreign_block(P)) return true;
    if (P->head && P->nbrackets == P->head_depth && !parser_accepts(P, TK_INT) && header_word(P, t, what, prev)) return true;
    if (!ends) return false;
    if (other_language(P, t, start, what)) return true;
    return t.kind == TK_IDENT && prev && prev == start && prev->kind == TK_IDENT && lost_var(P, t, prev, what);
}
