#include "std/strconv/quote.h"

#include <utf8proc.h>

#include "runtime/str.h"

bool quote_is_print(int32_t r) {
    if (r < 0x7F) return r >= 0x20;
    if (r < 0 || r > 0x10FFFF) return false;
    switch ((int)utf8proc_category(r)) {
    case UTF8PROC_CATEGORY_CN: case UTF8PROC_CATEGORY_CC: case UTF8PROC_CATEGORY_CF: case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO: case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

static void put_rune(Buf *b, int32_t r, char quote, bool ascii, bool graphic) {
    static const char hex[] = "0123456789abcdef";
    if (r == quote || r == '\\') {
        buf_putc(b, '\\');
        buf_putc(b, (char)r);
        return;
    }
    if (ascii ? r < 0x7F && r >= 0x20
              : quote_is_print(r) || (graphic && r > 0x7F && utf8proc_category(r) == UTF8PROC_CATEGORY_ZS)) {
        uint8_t utf8[4];
        buf_put(b, utf8, utf8_encode(utf8, r));
        return;
    }
    buf_putc(b, '\\');
    switch (r) {
    case '\a': buf_putc(b, 'a'); return;
    case '\b': buf_putc(b, 'b'); return;
    case '\f': buf_putc(b, 'f'); return;
    case '\n': buf_putc(b, 'n'); return;
    case '\r': buf_putc(b, 'r'); return;
    case '\t': buf_putc(b, 't'); return;
    case '\v': buf_putc(b, 'v'); return;
    default: break;
    }
    int digits = r < 0x20 || r == 0x7F ? 2 : r < 0x10000 ? 4 : 8;
    buf_putc(b, digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
    for (int s = digits * 4 - 4; s >= 0; s -= 4) buf_putc(b, hex[(r >> s) & 15]);
}

void quote_string(Buf *b, const void *s, size_t n, char quote, bool ascii, bool graphic) {
    static const char hex[] = "0123456789abcdef";
    const uint8_t *p = s, *end = p + n;
    buf_putc(b, quote);
    while (p < end) {
        const uint8_t *plain = p;
        while (p < end && *p >= 0x20 && *p < 0x7F && *p != '\\' && *p != (uint8_t)quote) p++;
        if (p > plain) buf_put(b, plain, (size_t)(p - plain));
        if (p == end) break;
        int32_t r;
        uint32_t width = utf8_decode(p, (uint64_t)(end - p), &r);
        if (width == 1 && r == 0xFFFD) {
            buf_puts(b, "\\x");
            buf_putc(b, hex[*p >> 4]);
            buf_putc(b, hex[*p & 15]);
        } else {
            put_rune(b, r, quote, ascii, graphic);
        }
        p += width;
    }
    buf_putc(b, quote);
}

void quote_rune(Buf *b, int64_t r, bool ascii, bool graphic) {
    if (r < 0 || r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) r = 0xFFFD;
    buf_putc(b, '\'');
    put_rune(b, (int32_t)r, '\'', ascii, graphic);
    buf_putc(b, '\'');
}

bool quote_can_backquote(const void *s, size_t n) {
    const uint8_t *p = s, *end = p + n;
    while (p < end) {
        int32_t r;
        uint32_t width = utf8_decode(p, (uint64_t)(end - p), &r);
        if (width > 1 ? r == 0xFEFF : r == 0xFFFD || (r < 0x20 && r != '\t') || r == '`' || r == 0x7F) return false;
        p += width;
    }
    return true;
}
