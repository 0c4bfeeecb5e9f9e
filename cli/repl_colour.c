#include "cli/repl_colour.h"

#include <stdlib.h>
#include <string.h>

static const char *const codes[] = {
    [STYLE_PLAIN] = "\033[0m",   [STYLE_KEYWORD] = "\033[1;34m", [STYLE_STRING] = "\033[32m", [STYLE_NUMBER] = "\033[36m", [STYLE_COMMENT] = "\033[2m",
    [STYLE_COMMAND] = "\033[35m", [STYLE_PROMPT] = "\033[1;32m", [STYLE_TAG] = "\033[33m",    [STYLE_DIM] = "\033[2m",
};

const char *colour_code(int style) { return codes[style]; }

// The keywords of grammar/tokens.def.
#define T_CLASS(text)
#define T_OPER(text)
#define T_MARK(text)
#define T_KEYWORD(text) text,
static const char *const keywords[] = {
#define T(name, kind, text, words) T_##kind(text)
#include "grammar/tokens.def"
#undef T
};

static bool is_digit(wchar_t c) { return c >= '0' && c <= '9'; }
static bool in_name(wchar_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c > 127; }

static bool is_keyword(const wchar_t *p, size_t n) {
    char word[16];
    if (n >= sizeof word) return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] > 127) return false;
        word[i] = (char)p[i];
    }
    word[n] = 0;
    for (size_t i = 0; i < COUNT_OF(keywords); i++)
        if (!strcmp(keywords[i], word)) return true;
    return false;
}

// The end of a literal that begins with the quote at `i`.
static size_t quoted(const wchar_t *text, size_t len, size_t i) {
    wchar_t quote = text[i++];
    for (; i < len; i++) {
        if (text[i] == quote) return i + 1;
        if (text[i] == '\n' && quote != '`') return i;
        if (text[i] == '\\' && quote != '`' && i + 1 < len && text[i + 1] != '\n') i++;
    }
    return len;
}

static size_t comment(const wchar_t *text, size_t len, size_t i) {
    if (text[i + 1] == '/') {
        while (i < len && text[i] != '\n') i++;
        return i;
    }
    for (i += 3; i < len; i++)
        if (text[i - 1] == '*' && text[i] == '/') return i + 1;
    return len;
}

uint8_t *colour_text(const wchar_t *text, size_t len) {
    uint8_t *styles = xcalloc(len + 1, 1);
    size_t i = 0, end;
    while (i < len && (text[i] == ' ' || text[i] == '\t')) i++;
    if (i < len && text[i] == ':') { // a command's name
        for (end = i; end < len && text[end] != ' ' && text[end] != '\n'; end++) {}
        memset(styles + i, STYLE_COMMAND, end - i);
        i = end;
    }
    for (; i < len; i = end) {
        Style style = STYLE_PLAIN;
        end = i + 1;
        if (text[i] == '"' || text[i] == '`' || text[i] == '\'') {
            end = quoted(text, len, i);
            style = STYLE_STRING;
        } else if (text[i] == '/' && end < len && (text[end] == '/' || text[end] == '*')) {
            end = comment(text, len, i);
            style = STYLE_COMMENT;
        } else if (in_name(text[i])) {
            while (end < len && (in_name(text[end]) || (is_digit(text[i]) && text[end] == '.'))) end++;
            if (is_digit(text[i])) style = STYLE_NUMBER;
            else if (is_keyword(text + i, end - i)) style = STYLE_KEYWORD;
        }
        memset(styles + i, (int)style, end - i);
    }
    return styles;
}
