// ftoa.c — floats as decimal text. Correct rounding to a given number of digits is libc's (printf and strtod are exact in
// glibc); what is done here is the search for the shortest digits and Go's layouts.
//
// Shortest: a decimal of up to 15 digits survives the way into a normal double and back, so one try with 15 digits settles
// every number that has a short form. Otherwise 16 and 17 digits are tried, and beside the nearest decimal also the next
// one above: at a power of two the gap above is twice the gap below, and the nearest may lie in the wrong one. Denormals
// have no such guarantee and try every length.
#include "std/strconv/ftoa.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reads_back(const char *digits, int n, int exp10, double v, int bits) {
    char text[40];
    int k = 0;
    text[k++] = digits[0];
    text[k++] = '.';
    memcpy(text + k, digits + 1, (size_t)(n - 1));
    k += n - 1;
    snprintf(text + k, sizeof text - (size_t)k, "e%d", exp10);
    return bits == 32 ? (double)strtof(text, NULL) == v : strtod(text, NULL) == v;
}

// The nearest decimal of n digits, and its exponent.
static int digits_of(double v, int n, char *out) {
    char text[48];
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    out[0] = text[0];
    if (n > 1) memcpy(out + 1, text + 2, (size_t)(n - 1));
    return atoi(strchr(text, 'e') + 1);
}

static void increment(char *digits, int n, int *exp10) {
    int i = n - 1;
    while (i >= 0 && digits[i] == '9') digits[i--] = '0';
    if (i >= 0) {
        digits[i]++;
        return;
    }
    digits[0] = '1';
    ++*exp10;
}

static int try_digits(double v, int bits, int n, char *out, int *exp10) {
    *exp10 = digits_of(v, n, out);
    if (reads_back(out, n, *exp10, v, bits)) return n;
    int e = *exp10;
    char up[24];
    memcpy(up, out, (size_t)n);
    increment(up, n, &e);
    if (!reads_back(up, n, e, v, bits)) return 0;
    memcpy(out, up, (size_t)n);
    *exp10 = e;
    return n;
}

int ftoa_shortest(double v, int bits, char out[24], int *point) {
    *point = 0;
    if (v == 0) return 0;
    int n = 0, exp10 = 0;
    if (v < (bits == 32 ? 16777216.0 : 9007199254740992.0) && v == floor(v)) {
        n = snprintf(out, 24, "%llu", (unsigned long long)v);
        exp10 = n - 1;
    } else {
        int sure = bits == 32 ? 6 : 15, most = bits == 32 ? 9 : 17;
        bool normal = v >= (bits == 32 ? 1.17549435e-38 : 2.2250738585072014e-308);
        for (int k = normal ? sure : 1; k <= most && !n; k++) n = try_digits(v, bits, k, out, &exp10);
    }
    while (n > 1 && out[n - 1] == '0') n--;
    *point = exp10 + 1;
    return n;
}

static void put_zeros(Buf *b, int n) {
    static const char zeros[] = "0000000000000000000000000000000000000000";
    for (; n > 0; n -= (int)sizeof zeros - 1) buf_put(b, zeros, (size_t)(n < (int)sizeof zeros - 1 ? n : (int)sizeof zeros - 1));
}

static void put_exponent(Buf *b, int e, char letter) {
    char text[8];
    int n = snprintf(text, sizeof text, "%c%c%02d", letter, e < 0 ? '-' : '+', e < 0 ? -e : e);
    buf_put(b, text, (size_t)n);
}

// %e with `prec` digits behind the point out of n digits.
static void put_e(Buf *b, const char *digits, int n, int point, int prec, char letter) {
    buf_putc(b, n ? digits[0] : '0');
    if (prec > 0) {
        buf_putc(b, '.');
        int have = n - 1 < prec ? n - 1 : prec;
        if (have > 0) buf_put(b, digits + 1, (size_t)have);
        else have = 0;
        put_zeros(b, prec - have);
    }
    put_exponent(b, n ? point - 1 : 0, letter);
}

static void put_f(Buf *b, const char *digits, int n, int point, int prec) {
    if (point > 0) {
        int whole = n < point ? n : point;
        buf_put(b, digits, (size_t)whole);
        put_zeros(b, point - whole);
    } else {
        buf_putc(b, '0');
    }
    if (prec <= 0) return;
    buf_putc(b, '.');
    int lead = point < 0 ? (-point < prec ? -point : prec) : 0;
    put_zeros(b, lead);
    int from = point > 0 ? point : 0;
    int have = n - from < prec - lead ? n - from : prec - lead;
    if (have > 0) buf_put(b, digits + from, (size_t)have);
    else have = 0;
    put_zeros(b, prec - lead - have);
}

static void put_hex(Buf *b, double v, int prec, char format) {
    const char *hex = format == 'x' ? "0123456789abcdef" : "0123456789ABCDEF";
    int e = 0;
    uint64_t m = 0; // 1 bit before the point, 60 behind it
    if (v != 0) {
        double f = frexp(v, &e) * 2;
        e--;
        m = (uint64_t)ldexp(f, 52) << 8;
    }
    if (prec >= 0 && prec < 15) {
        int drop = 60 - prec * 4;
        uint64_t rest = m & ((1ull << drop) - 1), half = 1ull << (drop - 1);
        m >>= drop;
        if (rest > half || (rest == half && (m & 1))) m++;
        m <<= drop;
        if (m >> 61) {
            m >>= 1;
            e++;
        }
    }
    buf_putc(b, '0');
    buf_putc(b, format);
    buf_putc(b, '0' + (int)(m >> 60));
    m = m << 4;
    if (prec < 0 ? m != 0 : prec > 0) {
        buf_putc(b, '.');
        for (int i = 0; prec < 0 ? m != 0 : i < prec; i++, m <<= 4) buf_putc(b, hex[m >> 60]);
    }
    put_exponent(b, e, format == 'x' ? 'p' : 'P');
}

static void put_binary(Buf *b, double v, int bits) {
    int e;
    uint64_t m;
    if (bits == 32) {
        float f = (float)v;
        uint32_t w;
        memcpy(&w, &f, 4);
        m = w & 0x7FFFFF;
        e = (int)(w >> 23 & 0xFF);
        if (e) m |= 0x800000;
        else e = 1;
        e -= 127 + 23;
    } else {
        uint64_t w;
        memcpy(&w, &v, 8);
        m = w & 0xFFFFFFFFFFFFF;
        e = (int)(w >> 52 & 0x7FF);
        if (e) m |= 1ull << 52;
        else e = 1;
        e -= 1023 + 52;
    }
    buf_printf(b, "%llup%+d", (unsigned long long)m, e);
}

void ftoa_append(Buf *b, double v, char format, int prec, int bits) {
    if (bits == 32) v = (double)(float)v; // what a float32 would hold of it
    if (isnan(v)) {
        buf_puts(b, "NaN");
        return;
    }
    bool negative = signbit(v) != 0;
    if (isinf(v)) {
        buf_puts(b, negative ? "-Inf" : "+Inf");
        return;
    }
    if (negative) {
        buf_putc(b, '-');
        v = -v;
    }
    char small[24], *digits = small, *large = NULL;
    int n, point;
    switch (format) {
    case 'b': put_binary(b, v, bits); return;
    case 'x': case 'X': put_hex(b, v, prec, format); return;
    case 'e': case 'E':
        if (prec < 0) {
            n = ftoa_shortest(v, bits, small, &point);
            put_e(b, digits, n, point, n - 1, format);
            return;
        }
        large = xmalloc((size_t)prec + 32);
        n = snprintf(large, (size_t)prec + 32, "%.*e", prec, v);
        if (format == 'E') *strchr(large, 'e') = 'E';
        buf_put(b, large, (size_t)n);
        free(large);
        return;
    case 'f':
        if (prec < 0) {
            n = ftoa_shortest(v, bits, small, &point);
            put_f(b, digits, n, point, n > point ? n - point : 0);
            return;
        }
        large = xmalloc((size_t)prec + 340);
        n = snprintf(large, (size_t)prec + 340, "%.*f", prec, v);
        buf_put(b, large, (size_t)n);
        free(large);
        return;
    case 'g': case 'G': {
        bool shortest = prec < 0;
        if (shortest) {
            n = ftoa_shortest(v, bits, small, &point);
            prec = 6;
        } else {
            if (prec == 0) prec = 1;
            n = prec > 800 ? 800 : prec; // no double has more digits than 767
            digits = large = xmalloc((size_t)n + 40);
            char *text = xmalloc((size_t)n + 40);
            snprintf(text, (size_t)n + 40, "%.*e", n - 1, v);
            large[0] = text[0];
            if (n > 1) memcpy(large + 1, text + 2, (size_t)(n - 1));
            point = atoi(strchr(text, 'e') + 1) + 1;
            free(text);
            while (n > 0 && digits[n - 1] == '0') n--;
            if (!n) point = 0;
        }
        int limit = prec;
        if (limit > n && n >= point) limit = n;
        if (shortest) limit = 6;
        if (point - 1 < -4 || point - 1 >= limit) put_e(b, digits, n, point, (shortest || prec > n ? n : prec) - 1, format == 'g' ? 'e' : 'E');
        else put_f(b, digits, n, point, n > point ? n - point : 0);
        free(large);
        return;
    }
    default:
        buf_putc(b, '%');
        buf_putc(b, format);
    }
}
