#include "grammar/literal.h"

#include <string.h>
#include <utf8proc.h>

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Reads the escape behind a backslash; *is_byte says whether it stands for a byte (\x, octal) or a code point.
static const char *escape(const char *s, const char *end, int32_t *value, bool *is_byte) {
    static const char simple[] = "abfnrtv\\'\"", stands[] = "\a\b\f\n\r\t\v\\'\"";
    *is_byte = false;
    *value = 0xFFFD;
    if (s == end) return s;
    const char *at = memchr(simple, *s, sizeof simple - 1);
    if (at) {
        *value = stands[at - simple];
        return s + 1;
    }
    int base = 16, count;
    if (*s == 'x') count = 2, s++;
    else if (*s == 'u') count = 4, s++;
    else if (*s == 'U') count = 8, s++;
    else if (*s >= '0' && *s <= '7') count = 3, base = 8;
    else return s + 1;
    uint32_t v = 0;
    *is_byte = count <= 3;
    for (; count && s < end && digit(*s) >= 0 && digit(*s) < base; count--, s++) v = v * (uint32_t)base + (uint32_t)digit(*s);
    *value = *is_byte ? (int32_t)(v & 0xFF) : v > 0x10FFFF ? 0xFFFD : (int32_t)v;
    return s;
}

const char *literal_string(Arena *arena, const char *text, uint32_t n, uint32_t *len) {
    char *out = arena_alloc(arena, n + 1), *o = out;
    const char *s = text + 1, *end = text + n;
    if (n >= 2 && end[-1] == *text) end--;
    if (n && *text == '`') {
        for (; s < end; s++)
            if (*s != '\r') *o++ = *s; // as Go: carriage returns are not part of a raw string
    } else {
        while (s < end) {
            if (*s != '\\') {
                *o++ = *s++;
                continue;
            }
            int32_t v;
            bool is_byte;
            s = escape(s + 1, end, &v, &is_byte);
            if (is_byte) *o++ = (char)v;
            else o += utf8proc_encode_char(v, (utf8proc_uint8_t *)o); // never longer than the escape
        }
    }
    *len = (uint32_t)(o - out);
    *o = 0;
    return out;
}

int32_t literal_rune(const char *text, uint32_t n) {
    int32_t v = 0xFFFD;
    bool is_byte;
    if (n < 2) return v;
    const char *end = text + n - (text[n - 1] == '\'' ? 1 : 0);
    if (text[1] == '\\') escape(text + 2, end, &v, &is_byte);
    else if (utf8proc_iterate((const utf8proc_uint8_t *)text + 1, end - text - 1, &v) <= 0) v = 0xFFFD;
    return v;
}
