// ftoa.c — floats as decimal text. Correct rounding to a given number of digits is libc's (printf and strtod are exact in
// glibc); what is done here is the search for the shortest digits and Go's layouts.
//
// Shortest: a decimal of up to 15 digits survives the way into a normal double and back, so one try with 15 digits settles
// every number that has a short form (most are found without libc). Otherwise 16 and 17 digits are tried, and beside the nearest decimal also the next
// one above: at a power of two the gap above is twice the gap below, and the nearest may lie in the wrong one. Denormals
// have no such guarantee and try every length.
#include "std/strconv/ftoa.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t POW10[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
    100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000};
static const double EXACT[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22};

// The decimal digits of c into out; returns their number.
static int put_digits(uint64_t c, char *out) {
    char text[24], *p = text + sizeof text;
    do *--p = (char)('0' + c % 10);
    while (c /= 10);
    int n = (int)(text + sizeof text - p);
    memcpy(out, p, (size_t)n);
    return n;
}

// Does c * 10^e read back as v?
static bool reads_back(uint64_t c, int e, double v, int bits) {
    char text[40];
    int n = put_digits(c, text);
    text[n++] = 'e';
    if (e < 0) text[n++] = '-';
    n += put_digits((uint64_t)(e < 0 ? -e : e), text + n);
    text[n] = 0;
    return bits == 32 ? (double)strtof(text, NULL) == v : strtod(text, NULL) == v;
}

// The nearest decimal of n digits: c * 10^*e.
static uint64_t nearest(double v, int n, int *e) {
    char text[48];
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    uint64_t c = (uint64_t)(text[0] - '0');
    for (int i = 0; i < n - 1; i++) c = c * 10 + (uint64_t)(text[2 + i] - '0');
    *e = atoi(strchr(text, 'e') + 1) - (n - 1);
    return c;
}

// A decimal of few digits, found by dividing: c / 10^p is rounded correctly when c and 10^p are exact doubles (Clinger 1990), so
// equality means that c * 10^-p reads back as v; and 15 digits that do are the shortest there are. 0: none.
static uint64_t short_decimal(double v, int *p) {
    if (v < 1e-7 || v >= 1e15) return 0;
    for (int k = 1; k <= 22; k++) {
        double scaled = v * EXACT[k];
        if (scaled >= 1e15) return 0;
        double c = floor(scaled + 0.5);
        if (c / EXACT[k] == v) {
            *p = k;
            return (uint64_t)c;
        }
    }
    return 0;
}

int ftoa_shortest(double v, int bits, char out[24], int *point) {
    *point = 0;
    if (v == 0) return 0;
    int e = 0, p;
    uint64_t c = 0;
    if (v < (bits == 32 ? 16777216.0 : 9007199254740992.0) && v == floor(v)) {
        c = (uint64_t)v;
    } else if (bits == 64 && (c = short_decimal(v, &p)) != 0) {
        e = -p;
    } else if (v >= (bits == 32 ? 1.17549435e-38 : 2.2250738585072014e-308)) {
        int most = bits == 32 ? 9 : 17, all_e;
        uint64_t all = nearest(v, most, &all_e);
        for (int n = bits == 32 ? 6 : 15; n < most && !c; n++) {
            uint64_t unit = POW10[most - n], rest = all % unit, down = all / unit;
            e = all_e + most - n;
            if (rest * 2 == unit) down = nearest(v, n, &e); // rounding twice could go wrong
            else if (rest * 2 > unit) down++;
            if (reads_back(down, e, v, bits)) c = down;
            else if (reads_back(down + 1, e, v, bits)) c = down + 1;
        }
        if (!c) {
            c = all;
            e = all_e;
        }
    } else {
        for (int n = 1; !c; n++) {
            uint64_t down = nearest(v, n, &e);
            if (n >= 17 || reads_back(down, e, v, bits)) c = down;
            else if (reads_back(down + 1, e, v, bits)) c = down + 1;
        }
    }
    while (c % 10 == 0) {
        c /= 10;
        e++;
    }
    int n = put_digits(c, out);
    *point = n + e;
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
