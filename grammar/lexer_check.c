#include "grammar/lexer_check.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "grammar/token.h"
#include "parser.h"

void lexer_unclosed(Diags *diags, DiagCode code, Pos pos, const char *what, const char *help) {
    Diag *d = diag_add(diags, code, pos, pos + 1, "%s", what);
    diag_help(diags, d, "%s", help);
}

void lexer_check_utf8(const SourceFile *src, Diags *diags) {
    const char *s = src->text, *end = s + src->len;
    uint32_t reported = 0;
    while (s < end && reported < DIAG_MAX_ERRORS) {
        uint64_t eight;
        if (end - s >= 8 && (memcpy(&eight, s, 8), !(eight & 0x8080808080808080u))) {
            s += 8;
            continue;
        }
        if (!(*s & 0x80)) {
            s++;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, end - s, &c);
        Pos pos = src->base + (Pos)(s - src->text);
        if (n <= 0) {
            diag_add(diags, DIAG_BAD_UTF8, pos, pos + 1, "invalid UTF-8 encoding (byte 0x%02X)", (unsigned char)*s);
            reported++;
            n = 1;
            while (s + n < end && (s[n] & 0xC0) == 0x80) n++; // the rest of the same broken character
        } else if (c == 0xFEFF) {
            diag_add(diags, DIAG_BAD_UTF8, pos, pos + 3, "invalid BOM in the middle of the file");
            reported++;
        }
        s += n;
    }
}

const char *lexer_bad_char(Diags *diags, Pos pos, const char *s) {
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
    if (n <= 0) return s + 1; // invalid UTF-8: already reported
    if (*s == 0) {
        diag_add(diags, DIAG_BAD_CHAR, pos, pos + 1, "invalid NUL character");
        return s + 1;
    }
    static const struct { int32_t c; const char *help; } helps[] = {
        {'?', "Go has no ?: operator; write an if statement"},
        {'#', "a comment begins with //"},
        {'@', "Go has no decorators or annotations"},
        {'$', "Go names have no $; values are put into text with fmt.Printf"},
        {'\\', "a line may simply go on after an operator or a comma; no \\ is needed"},
        {0x201C, "strings are written with straight quotes: \"text\""},
        {0x201D, "strings are written with straight quotes: \"text\""},
        {0x2018, "write straight quotes: ' for a rune, \" for a string"},
        {0x2019, "write straight quotes: ' for a rune, \" for a string"},
        {0x2026, "write three dots: ..."},
        {0x2260, "write !="}, {0x2264, "write <="}, {0x2265, "write >="},
        {0x2190, "write <-"}, {0x2013, "write -"}, {0x2212, "write -"}, {0xD7, "write *"},
        {0xA0, "this is a no-break space, often pasted from a page; write an ordinary space"},
        {0x200B, "this is a zero-width space, often pasted from a page; delete it"},
        {0x037E, "this is the Greek question mark; write ;"},
        {0xFF08, "this is a full-width bracket; write ("}, {0xFF09, "this is a full-width bracket; write )"},
        {0xFF1B, "this is a full-width semicolon; write ;"}, {0xFF0C, "this is a full-width comma; write ,"},
    };
    bool mark = utf8proc_category(c) == UTF8PROC_CATEGORY_MN || utf8proc_category(c) == UTF8PROC_CATEGORY_MC;
    bool visible = utf8proc_charwidth(c) > 0 && c > ' ';
    Diag *d = visible && !mark ? diag_add(diags, DIAG_BAD_CHAR, pos, pos + (Pos)n, "invalid character U+%04X '%.*s'", (unsigned)c, (int)n, s)
                               : diag_add(diags, DIAG_BAD_CHAR, pos, pos + (Pos)n, "invalid character U+%04X", (unsigned)c);
    for (size_t i = 0; i < COUNT_OF(helps); i++)
        if (helps[i].c == c) diag_help(diags, d, "%s", helps[i].help);
    if (!strncmp(s, "#include", 8) || !strncmp(s, "#import", 7)) diag_help(diags, d, "a package is imported with import \"fmt\"");
    if (!strncmp(s, "?.", 2)) diag_help(diags, d, "Go has no ?. operator: compare with nil first, if p != nil { ... }");
    if (!strncmp(s, "??", 2)) diag_help(diags, d, "Go has no ?? operator: compare with nil first, if p != nil { ... }");
    // Quotes from a word processor: what stands between them was meant as one literal.
    static const char *const closing[] = {"\xE2\x80\x9D", "\xE2\x80\x9C", "\xE2\x80\x99", "\xE2\x80\x98"};
    for (size_t i = 0; c >= 0x2018 && c <= 0x201D && i < COUNT_OF(closing); i++) {
        const char *end = strstr(s + n, closing[i]);
        if (!end || memchr(s, '\n', (size_t)(end - s))) continue;
        int len = (int)(end - s - n > 60 ? 60 : end - s - n);
        diag_help(diags, d, "text is written between straight quotes: \"%.*s\"", len, s + n);
        return end + 3;
    }
    if (mark) diag_help(diags, d, "a name is made of letters, digits and _; this character is a mark");
    if (*s == '#') n = (utf8proc_ssize_t)strcspn(s, "\n"); // another language's comment
    return s + n;
}

// ---- numbers

typedef struct Number {
    Diags *diags;
    Pos pos;
    const char *s;
    size_t n;
    bool ok;
} Number;

static void number_error(Number *m, size_t from, size_t to, const char *fmt, ...) PRINTF_LIKE(4, 5);
static void number_error(Number *m, size_t from, size_t to, const char *fmt, ...) {
    if (!m->ok) return;
    m->ok = false;
    char text[128];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    Diag *d = diag_add(m->diags, DIAG_BAD_NUMBER, m->pos + (Pos)from, m->pos + (Pos)to, "%s", text);
    if (!strncmp(text, "unexpected", 10)) diag_help(m->diags, d, "a name cannot begin with a digit");
    else if (m->s[0] == '0' && m->n > 1 && m->s[1] >= '0' && m->s[1] <= '9') diag_help(m->diags, d, "a number that begins with 0 is octal: leave the 0 out");
}

static bool digit_of(char c, int base) { return base == 16 ? isxdigit((unsigned char)c) : c >= '0' && c <= '9'; }

// Skips digits and underscores from i, and reports a digit that the base has not.
static size_t digits(Number *m, size_t i, int base, const char *name, size_t *count, size_t *too_big) {
    for (*count = 0; i < m->n && (m->s[i] == '_' || digit_of(m->s[i], base)); i++) {
        if (m->s[i] == '_') continue;
        ++*count;
        if (base < 10 && m->s[i] >= '0' + base && *too_big == SIZE_MAX) *too_big = i;
    }
    (void)name;
    return i;
}

// An underscore stands between digits, or between a base prefix and a digit.
static void check_underscores(Number *m, size_t n, bool prefix) {
    for (size_t i = 0; i < n; i++) {
        if (m->s[i] != '_') continue;
        bool left = i && (digit_of(m->s[i - 1], 16) || (prefix && i == 2));
        bool right = i + 1 < n && digit_of(m->s[i + 1], 16);
        // e and p of an exponent look like hexadecimal digits in a decimal literal
        if (left && !prefix && strchr("eE", m->s[i - 1])) left = false;
        if (right && !prefix && strchr("eE", m->s[i + 1])) right = false;
        if (!left || !right) number_error(m, i, i + 1, "'_' must separate successive digits");
    }
}

unsigned lexer_check_number(Diags *diags, Pos pos, const char *s, size_t n, bool *ok) {
    Number m = {diags, pos, s, n, true};
    int base = 10;
    const char *name = "decimal";
    size_t i = 0, whole = 0, part = 0, too_big = SIZE_MAX;
    bool prefix = false, is_float = false, dot = false;
    if (s[0] == '0' && n > 1) {
        char c = (char)tolower((unsigned char)s[1]);
        if (c == 'x') base = 16, name = "hexadecimal", prefix = true;
        else if (c == 'o') base = 8, name = "octal", prefix = true;
        else if (c == 'b') base = 2, name = "binary", prefix = true;
        else if (s[1] != '.') base = 8, name = "octal"; // decided when a float or 'i' follows
    }
    if (prefix) i = 2;
    i = digits(&m, i, base, name, &whole, &too_big);
    if (i < n && s[i] == '.') {
        dot = is_float = true;
        if (prefix && base != 16) number_error(&m, i, i + 1, "invalid radix point in %s literal", name);
        i = digits(&m, i + 1, base == 16 ? 16 : 10, name, &part, &too_big);
    }
    if (prefix && !whole && !part) number_error(&m, 0, n, "%s literal has no digits", name);
    size_t mantissa_end = i;
    if (i < n && (tolower((unsigned char)s[i]) == 'e' || tolower((unsigned char)s[i]) == 'p')) {
        bool p = tolower((unsigned char)s[i]) == 'p';
        if (!p && prefix) number_error(&m, i, i + 1, "'%c' exponent requires decimal mantissa", s[i]);
        if (p && base != 16) number_error(&m, i, i + 1, "'%c' exponent requires hexadecimal mantissa", s[i]);
        is_float = true;
        size_t at = i++, count, unused = 0;
        if (i < n && (s[i] == '+' || s[i] == '-')) i++;
        i = digits(&m, i, 10, name, &count, &unused);
        if (!count) number_error(&m, at, i, "exponent has no digits");
    } else if (base == 16 && dot) {
        number_error(&m, 0, i, "hexadecimal mantissa requires a 'p' exponent");
    }
    (void)mantissa_end;
    bool imag = i < n && s[i] == 'i';
    check_underscores(&m, i, prefix);
    if (imag) i++;
    if (too_big != SIZE_MAX && !is_float && !(imag && !prefix)) number_error(&m, too_big, too_big + 1, "invalid digit '%c' in %s literal", s[too_big], name);
    if (i < n && s[i] == '.') number_error(&m, i, n, "a number may have one decimal point only");
    else if (i < n) number_error(&m, i, n, "unexpected '%.*s' right behind a number", (int)(n - i > 40 ? 40 : n - i), s + i);
    *ok = m.ok;
    return imag ? TK_IMAG : is_float ? TK_FLOAT : TK_INT;
}

// ---- strings and runes

// Checks the escape behind the backslash at s[i]; returns the index behind it.
static size_t check_escape(Diags *diags, Pos pos, const char *s, size_t n, size_t i, char quote, bool *ok) {
    size_t at = i++;
    if (i >= n) return i;
    char c = s[i];
    if (strchr("abfnrtv\\", c) || c == quote) return i + 1;
    int base = 16, count = 0;
    if (c == 'x') count = 2, i++;
    else if (c == 'u') count = 4, i++;
    else if (c == 'U') count = 8, i++;
    else if (c >= '0' && c <= '7') count = 3, base = 8;
    if (!count) {
        size_t len = 2;
        while (at + len < n && (s[at + len] & 0xC0) == 0x80) len++;
        Diag *d = diag_add(diags, DIAG_BAD_STRING, pos + (Pos)at, pos + (Pos)(at + len), "unknown escape \\%.*s", (int)len - 1, s + i);
        if (c == '"' || c == '\'') diag_help(diags, d, "this quote needs no backslash here");
        else diag_help(diags, d, "a backslash itself is written \\\\; in a raw string, between ` and `, it needs nothing");
        *ok = false;
        return at + len;
    }
    uint32_t value = 0;
    for (int k = 0; k < count; k++, i++) {
        char d = i < n ? s[i] : 0;
        if (!digit_of(d, base) || (base == 8 && d > '7')) {
            Diag *bad = diag_add(diags, DIAG_BAD_STRING, pos + (Pos)at, pos + (Pos)(i < n ? i + 1 : n),
                     i >= n || d == quote ? "escape is too short: %s digits are wanted" : "invalid character in %s escape",
                     i >= n || d == quote ? (count == 2 ? "2 hexadecimal" : count == 3 ? "3 octal" : count == 4 ? "4 hexadecimal" : "8 hexadecimal")
                                          : (base == 8 ? "octal" : "hexadecimal"));
            diag_help(diags, bad, "a backslash itself is written \\\\; in a raw string, between ` and `, it needs nothing");
            *ok = false;
            return i;
        }
        value = value * (uint32_t)base + (uint32_t)(d <= '9' ? d - '0' : (d | 32) - 'a' + 10);
    }
    if (base == 8 && value > 255) {
        diag_add(diags, DIAG_BAD_STRING, pos + (Pos)at, pos + (Pos)i, "octal escape value %u > 255", value);
        *ok = false;
    } else if (count >= 4 && (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))) {
        diag_add(diags, DIAG_BAD_STRING, pos + (Pos)at, pos + (Pos)i, "escape is invalid Unicode code point U+%04X", value);
        *ok = false;
    }
    return i;
}

bool lexer_check_string(const SourceFile *src, Diags *diags, Pos pos, const char *s, size_t n) {
    (void)src;
    bool ok = true, closed = false;
    for (size_t i = 1; i < n;) {
        if (s[i] == '"') {
            closed = true;
            break;
        }
        if (s[i] == '\\') i = check_escape(diags, pos, s, n, i, '"', &ok);
        else i++;
    }
    if (!closed) {
        bool eof = s[n] == 0;
        Diag *d = diag_add(diags, DIAG_BAD_STRING, pos, pos + (Pos)n, eof ? "string not terminated" : "newline in string");
        diag_help(diags, d, "close the string with \" on the same line, or write it between ` and `");
    }
    return ok && closed;
}

bool lexer_check_rune(const SourceFile *src, Diags *diags, Pos pos, const char *s, size_t n) {
    (void)src;
    bool ok = true, closed = false;
    size_t count = 0, i = 1;
    while (i < n) {
        if (s[i] == '\'') {
            closed = true;
            break;
        }
        if (s[i] == '\\') i = check_escape(diags, pos, s, n, i, '\'', &ok);
        else for (i++; i < n && (s[i] & 0xC0) == 0x80;) i++;
        count++;
    }
    if (!closed) {
        Diag *d = diag_add(diags, DIAG_BAD_STRING, pos, pos + (Pos)n, s[n] == 0 ? "rune literal not terminated" : "newline in rune literal");
        diag_help(diags, d, "a rune is one character between two '; text is written between \" and \"");
    } else if (!count) {
        Diag *d = diag_add(diags, DIAG_BAD_STRING, pos, pos + (Pos)n, "empty rune literal or unescaped ' in rune literal");
        diag_help(diags, d, "the quote itself is written '\\''; an empty string is \"\"");
    } else if (count > 1 && ok) {
        Diag *d = diag_add(diags, DIAG_BAD_STRING, pos, pos + (Pos)n, "more than one character in rune literal");
        diag_help(diags, d, "text is written between double quotes: \"%.*s\"", (int)(n - 2 > 60 ? 60 : n - 2), s + 1);
    }
    return ok && closed && count == 1;
}
