// strconv.c — numbers from text and back. The text of a float is checked by Go's grammar here and handed to strtod, which
// rounds correctly.
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <utf8proc.h>

#include "std/leaf.h"
#include "std/strconv/ftoa.h"
#include "std/strconv/quote.h"

enum { FINE, SYNTAX, RANGE, BASE, SIZE };

static int digit_of(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

// Underscores stand between digits, or between a base prefix and a digit, only.
static bool underscores_fine(const uint8_t *p, uint64_t n) {
    char before = '^';
    uint64_t i = 0;
    if (n && (p[0] == '-' || p[0] == '+')) p++, n--;
    bool hex = false;
    if (n >= 2 && p[0] == '0' && strchr("bBoOxX", p[1])) {
        i = 2;
        before = '0';
        hex = (p[1] | 0x20) == 'x';
    }
    for (; i < n; i++) {
        if ((p[i] >= '0' && p[i] <= '9') || (hex && digit_of(p[i]) < 16)) {
            before = '0';
        } else if (p[i] == '_') {
            if (before != '0') return false;
            before = '_';
        } else {
            if (before == '_') return false;
            before = '!';
        }
    }
    return before != '_';
}

static int parse_unsigned(const uint8_t *p, uint64_t n, int64_t base, int64_t bits, uint64_t *out) {
    const uint8_t *all = p;
    uint64_t all_n = n, v = 0;
    *out = 0;
    if (!n) return SYNTAX;
    bool by_prefix = base == 0, underscores = false, over = false;
    if (base == 0) {
        base = 10;
        if (p[0] == '0') {
            int prefix = n >= 3 ? p[1] | 0x20 : 0;
            if (prefix == 'b') base = 2, p += 2, n -= 2;
            else if (prefix == 'o') base = 8, p += 2, n -= 2;
            else if (prefix == 'x') base = 16, p += 2, n -= 2;
            else base = 8, p++, n--;
        }
    } else if (base < 2 || base > 36) {
        return BASE;
    }
    if (bits == 0) bits = 64;
    if (bits < 0 || bits > 64) return SIZE;
    uint64_t max = bits == 64 ? UINT64_MAX : (1ull << bits) - 1;
    for (uint64_t i = 0; i < n; i++) {
        if (p[i] == '_' && by_prefix) {
            underscores = true;
            continue;
        }
        uint64_t d = (uint64_t)digit_of(p[i]);
        if (d >= (uint64_t)base) return SYNTAX;
        if (over) continue;
        uint64_t next;
        if (__builtin_mul_overflow(v, (uint64_t)base, &next) || __builtin_add_overflow(next, d, &next) || next > max) {
            *out = max;
            return RANGE; // what follows is not looked at, as in Go
        }
        v = next;
    }
    if (underscores && !underscores_fine(all, all_n)) return SYNTAX;
    *out = v;
    return FINE;
}

NATIVE(std_strconv_parseUint) {
    const Str *s = leaf_str(call, 0);
    uint64_t v;
    Breath b = leaf_breath(call, str_len(s));
    int code = parse_unsigned(str_data(s), str_len(s), (int64_t)call->args[1], (int64_t)call->args[2], &v);
    leaf_breath_end(call, b);
    call->args[0] = v;
    call->args[1] = (Word)code;
    return NATIVE_OK;
}

NATIVE(std_strconv_parseInt) {
    const Str *s = leaf_str(call, 0);
    const uint8_t *p = str_data(s);
    uint64_t n = str_len(s), v;
    int64_t bits = (int64_t)call->args[2];
    bool negative = n && p[0] == '-';
    if (n && (negative || p[0] == '+')) p++, n--;
    Breath b = leaf_breath(call, n);
    int code = n ? parse_unsigned(p, n, (int64_t)call->args[1], bits, &v) : (v = 0, SYNTAX);
    leaf_breath_end(call, b);
    if (code == FINE || code == RANGE) {
        uint64_t limit = 1ull << ((bits == 0 ? 64 : bits) - 1);
        if (!negative && v >= limit) v = limit - 1, code = RANGE;
        else if (negative && v > limit) v = limit, code = RANGE;
        if (negative) v = -v;
    }
    call->args[0] = v;
    call->args[1] = (Word)code;
    return NATIVE_OK;
}

static bool is_word(const char *p, const char *word) { return !strcasecmp(p, word); }

// text: NUL-terminated copy without the underscores.
static bool float_syntax(const char *p) {
    if (*p == '+' || *p == '-') p++;
    if (is_word(p, "inf") || is_word(p, "infinity")) return true;
    bool hex = p[0] == '0' && (p[1] | 0x20) == 'x';
    if (hex) p += 2;
    bool digits = false;
    for (int dots = 0;; p++) {
        if (*p == '.' && !dots) dots = 1;
        else if (*p && (hex ? digit_of((uint8_t)*p) < 16 : *p >= '0' && *p <= '9')) digits = true;
        else break;
    }
    if (!digits) return false;
    if ((*p | 0x20) == (hex ? 'p' : 'e')) {
        p++;
        if (*p == '+' || *p == '-') p++;
        if (*p < '0' || *p > '9') return false;
        while (*p >= '0' && *p <= '9') p++;
    } else if (hex) {
        return false;
    }
    return !*p;
}

NATIVE(std_strconv_parseFloat) {
    const Str *s = leaf_str(call, 0);
    const uint8_t *p = str_data(s);
    uint64_t n = str_len(s), k = 0;
    bool underscores = false, narrow = call->args[1] == 32;
    char small[64], *text = n < sizeof small ? small : xmalloc(n + 1);
    Breath b = leaf_breath(call, n * 4);
    for (uint64_t i = 0; i < n; i++) {
        if (p[i] == '_') underscores = true;
        else text[k++] = p[i] ? (char)p[i] : '?';
    }
    text[k] = 0;
    double v = 0;
    int code = FINE;
    if (is_word(text, "nan") && !underscores) {
        v = NAN;
    } else {
        if (!float_syntax(text) || (underscores && !underscores_fine(p, n))) {
            code = SYNTAX;
        } else {
            v = narrow ? (double)strtof(text, NULL) : strtod(text, NULL);
            if (isinf(v) && !strpbrk(text, "iI")) code = RANGE;
        }
    }
    leaf_breath_end(call, b);
    if (text != small) free(text);
    leaf_ret_double(call, 0, v);
    call->args[1] = (Word)code;
    return NATIVE_OK;
}

static NativeStatus ret_number(NativeCall *c, uint64_t u, bool negative, uint64_t base) {
    char text[72], *p = text + sizeof text;
    if (negative) u = -u;
    do *--p = "0123456789abcdefghijklmnopqrstuvwxyz"[u % base];
    while (u /= base);
    if (negative) *--p = '-';
    return leaf_ret_bytes_as_str(c, 0, p, (size_t)(text + sizeof text - p)) ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_strconv_Itoa) { return ret_number(call, call->args[0], (int64_t)call->args[0] < 0, 10); }
NATIVE(std_strconv_formatInt) { return ret_number(call, call->args[0], (int64_t)call->args[0] < 0, call->args[1]); }
NATIVE(std_strconv_formatUint) { return ret_number(call, call->args[0], false, call->args[1]); }

static NativeStatus ret_buf(NativeCall *c, Buf *b) {
    c->worker->breathes = true;
    bool fine = leaf_ret_bytes_as_str(c, 0, buf_str(b), b->len);
    c->worker->breathes = false;
    buf_fini(b);
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_strconv_formatFloat) {
    Buf b;
    buf_init(&b);
    int64_t prec = (int64_t)call->args[2];
    ftoa_append(&b, leaf_double(call, 0), (char)call->args[1], prec < 0 ? -1 : prec > 100000 ? 100000 : (int)prec, (int)call->args[3]);
    return ret_buf(call, &b);
}

NATIVE(std_strconv_quote) {
    Buf b;
    buf_init(&b);
    const Str *s = leaf_str(call, 0);
    Breath breath = leaf_breath(call, str_len(s) * 4);
    quote_string(&b, str_data(s), str_len(s), '"', call->args[1], call->args[2]);
    leaf_breath_end(call, breath);
    return ret_buf(call, &b);
}

NATIVE(std_strconv_quoteRune) {
    Buf b;
    buf_init(&b);
    quote_rune(&b, (int32_t)call->args[0], call->args[1], call->args[2]);
    return ret_buf(call, &b);
}

NATIVE(std_strconv_CanBackquote) {
    const Str *s = leaf_str(call, 0);
    Breath b = leaf_breath(call, str_len(s));
    bool can = quote_can_backquote(str_data(s), str_len(s));
    leaf_breath_end(call, b);
    call->args[0] = can;
    return NATIVE_OK;
}

NATIVE(std_strconv_IsPrint) {
    call->args[0] = quote_is_print((int32_t)call->args[0]);
    return NATIVE_OK;
}

NATIVE(std_strconv_IsGraphic) {
    int32_t r = (int32_t)call->args[0];
    call->args[0] = quote_is_print(r) || (r > 0x7F && r <= 0x10FFFF && utf8proc_category(r) == UTF8PROC_CATEGORY_ZS);
    return NATIVE_OK;
}
