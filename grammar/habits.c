// habits.c — looks a syntax error up in grammar/habits.def. Only asked when a message has no help of its own, so a line there can never
// refuse anything; a pattern is a few words, and is matched against the tokens around the error as it stands.
#include "grammar/habits.h"

#include <string.h>

#include "grammar/syntax_error.h"
#include "parser.h"

typedef struct Habit { const char *where, *pattern, *help; } Habit;
static const Habit habits[] = {
#define HABIT(where, pattern, help) {where, pattern, help},
#include "grammar/habits.def"
#undef HABIT
};

static bool text_is(const Parser *P, const Token *t, const char *word, size_t n) {
    uint32_t len;
    const char *text = parser_slice(P, t->pos, t->end, &len);
    return len == n && !memcmp(text, word, n);
}

static bool is_class(const char *word, size_t n, const char *name) { return strlen(name) == n && !memcmp(word, name, n); }

static bool fits(const Parser *P, const Token *t, const char *word, size_t n) {
    bool name = t->kind == TK_IDENT || t->kind == TK_MUTEX || t->kind == TK_RWMUTEX || t->kind == TK_WAITGROUP || t->kind == TK_ONCE;
    bool newline = !t->kind || (t->kind == TK_SEMI && t->flags & TOKEN_AUTO);
    if (is_class(word, n, "NAME")) return name;
    if (is_class(word, n, "STR")) return t->kind == TK_STRING;
    if (is_class(word, n, "NUM")) return t->kind == TK_INT || t->kind == TK_FLOAT;
    if (is_class(word, n, "CHR")) return t->kind == TK_CHAR;
    if (is_class(word, n, "KEYWORD")) return token_is_keyword(t->kind);
    if (is_class(word, n, "NL")) return newline;
    if (is_class(word, n, "ANY")) return !newline;
    return !newline && text_is(P, t, word, n);
}

static bool matches(const Parser *P, const char *pattern) {
    const char *found = strchr(pattern, '@');
    int at = 0;
    for (const char *s = pattern; s < found; s++) at += *s == ' ';
    const Token *all = P->tokens.items;
    int i = 0;
    for (const char *s = pattern; *s; i++) {
        size_t n = strcspn(s, " ");
        if (*s == '^') {
            if (!fits(P, syntax_statement(P), s + 1, n - 1)) return false;
            at--, i--;
        } else {
            int64_t index = (int64_t)P->at + i - at;
            if (index < 0 || index >= (int64_t)P->tokens.len) return false;
            size_t mark = *s == '@';
            if (!fits(P, &all[index], s + mark, n - mark)) return false;
        }
        s += n;
        s += *s == ' ';
    }
    return true;
}

static bool stands_in(const Parser *P, const char *where, const char *in) {
    if (!*where) return true;
    const uint32_t open = P->nbrackets ? P->brackets[P->nbrackets - 1] : 0;
    const unsigned before = open ? P->tokens.items[open - 1].kind : 0;
    if (!strcmp(where, "top")) return !P->nbrackets;
    if (!strcmp(where, "header")) return P->head && P->nbrackets == P->head_depth && !parser_accepts(P, TK_SEMI) ? true : P->head == TK_FOR && P->nbrackets == P->head_depth;
    if (!P->nbrackets) return false;
    if (!strcmp(where, "fields")) return before == TK_STRUCT;
    if (!strcmp(where, "methods")) return before == TK_INTERFACE;
    if (!strcmp(where, "group")) return before == TK_IMPORT || before == TK_VAR || before == TK_CONST || before == TK_TYPE;
    if (!in) return false;
    if (!strcmp(where, "literal")) return !strcmp(in, "composite literal");
    if (!strcmp(where, "args")) return !strcmp(in, "argument list");
    if (!strcmp(where, "params")) return !strcmp(in, "parameter list");
    if (!strcmp(where, "paren")) return !strcmp(in, "parenthesized expression");
    if (!strcmp(where, "array")) return !strcmp(in, "array length");
    return !strcmp(where, "list") && strcmp(in, "parenthesized expression") != 0;
}

const char *habit_help(const Parser *P, const char *in) {
    for (size_t i = 0; i < COUNT_OF(habits); i++)
        if (stands_in(P, habits[i].where, in) && matches(P, habits[i].pattern)) return habits[i].help;
    return NULL;
}
