// Constants from and to text: the literals of the source, and what messages print.
#include <stdlib.h>
#include <string.h>

#include "compiler/constant_value.h"

// ---- literals ----

static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

// Digits of a base appended to z (z*base + digit, in groups); stops at the first that is none. *count gets their number.
static const char *read_digits(mp_int *z, const char *s, const char *end, int base, int *count) {
    uint64_t group = 0, scale = 1;
    mp_int t;
    const_must(mp_init(&t));
    for (; s < end; s++) {
        if (*s == '_') continue;
        int d = digit(*s);
        if (d >= base) break;
        ++*count;
        group = group * (uint64_t)base + (uint64_t)d;
        scale *= (uint64_t)base;
        if (scale > (uint64_t)1 << 54 || s + 1 == end) {
            mp_set_u64(&t, scale);
            const_must(mp_mul(z, &t, z));
            mp_set_u64(&t, group);
            const_must(mp_add(z, &t, z));
            group = 0;
            scale = 1;
        }
    }
    mp_set_u64(&t, scale);
    const_must(mp_mul(z, &t, z));
    mp_set_u64(&t, group);
    const_must(mp_add(z, &t, z));
    mp_clear(&t);
    return s;
}

ConstVal *const_parse_int(Arena *a, const char *text, size_t n) {
    const char *s = text, *end = text + n;
    int base = 10, count = 0;
    if (n > 1 && *s == '0') {
        char c = (char)(s[1] | 32);
        base = c == 'x' ? 16 : c == 'b' ? 2 : 8;
        s += c == 'x' || c == 'b' || c == 'o' ? 2 : 1;
    }
    if (n < 16) { // the common case
        int64_t v = 0;
        for (; s < end; s++)
            if (*s != '_') v = v * base + digit(*s);
        return const_new_int(a, v);
    }
    if (n > 20000) return NULL;
    mp_int z;
    const_must(mp_init(&z));
    read_digits(&z, s, end, base, &count);
    return const_finish_int(a, &z);
}

ConstVal *const_parse_float(Arena *a, const char *text, size_t n) {
    const char *s = text, *end = text + n;
    if (n > 20000) return NULL;
    bool hex = n > 1 && *s == '0' && (s[1] | 32) == 'x';
    if (hex) s += 2;
    int base = hex ? 16 : 10, whole = 0, frac = 0;
    mp_int num, den, t;
    const_must(mp_init_multi(&num, &den, &t, NULL));
    mp_set(&den, 1);
    s = read_digits(&num, s, end, base, &whole);
    if (s < end && *s == '.') s = read_digits(&num, s + 1, end, base, &frac);
    int64_t exp = 0;
    if (s < end && ((*s | 32) == 'e' || (*s | 32) == 'p')) {
        bool neg = ++s < end && *s == '-';
        if (s < end && (*s == '-' || *s == '+')) s++;
        for (; s < end; s++)
            if (*s != '_' && exp < 1000000000) exp = exp * 10 + digit(*s);
        if (neg) exp = -exp;
    }
    exp -= hex ? (int64_t)4 * frac : frac;
    // Far from the limits the answer is known without computing a power that would take for ever.
    int64_t limit = hex ? 200000 : 60000;
    if (mp_iszero(&num) || exp < -limit || exp > limit) {
        bool zero = mp_iszero(&num) || exp < 0;
        mp_zero(&num);
        mp_clear(&t);
        if (zero) return const_finish_float(a, &num, &den);
        mp_clear_multi(&num, &den, NULL);
        return NULL;
    }
    if (hex) {
        const_must(exp > 0 ? mp_mul_2d(&num, (int)exp, &num) : mp_mul_2d(&den, (int)-exp, &den));
    } else {
        mp_set(&t, 10);
        const_must(mp_expt_u32(&t, (uint32_t)(exp < 0 ? -exp : exp), &t));
        const_must(exp > 0 ? mp_mul(&num, &t, &num) : mp_mul(&den, &t, &den));
    }
    mp_clear(&t);
    return const_finish_float(a, &num, &den);
}

ConstVal *const_parse_imag(Arena *a, const char *text, size_t n) {
    n--; // the i
    bool prefixed = n > 1 && text[0] == '0' && text[1] && strchr("xXbBoO", text[1]);
    bool is_float = !prefixed; // 0123i is decimal, for history's sake
    if (prefixed && (text[1] | 32) == 'x')
        for (size_t i = 0; i < n; i++) is_float |= text[i] == '.' || (text[i] | 32) == 'p';
    ConstVal *im = is_float ? const_parse_float(a, text, n) : const_parse_int(a, text, n);
    return im ? const_make_complex(a, const_new_int(a, 0), im) : NULL;
}

// ---- printing ----

static void write_big(Buf *out, const Big *b) {
    mp_int z = const_view(b);
    size_t written;
    int need = 0;
    const_must(mp_radix_size(&z, 10, &need));
    size_t size = (size_t)need;
    char *s = xmalloc(size);
    const_must(mp_to_radix(&z, s, size, &written, 10));
    if (strlen(s) > 60) buf_printf(out, "%.30s...%s", s, s + strlen(s) - 10);
    else buf_puts(out, s);
    free(s);
}

void const_write(Buf *out, const ConstVal *v) {
    switch (const_kind(v)) {
    case CV_UNKNOWN: buf_puts(out, "unknown"); break;
    case CV_BOOL: buf_puts(out, v->u.b ? "true" : "false"); break;
    case CV_STRING: {
        buf_putc(out, '"');
        for (size_t i = 0; i < v->u.str.n; i++) {
            unsigned char c = (unsigned char)v->u.str.s[i];
            if (i > 60 && (c & 0xC0) != 0x80) {
                buf_puts(out, "...");
                break;
            }
            if (c == '"' || c == '\\') buf_printf(out, "\\%c", c);
            else if (c == '\n') buf_puts(out, "\\n");
            else if (c == '\t') buf_puts(out, "\\t");
            else if (c < 32 || c == 127) buf_printf(out, "\\x%02x", c);
            else buf_putc(out, c);
        }
        buf_putc(out, '"');
        break;
    }
    case CV_INT:
        if (v->is_big) write_big(out, &v->u.big);
        else buf_printf(out, "%lld", (long long)v->u.i);
        break;
    case CV_FLOAT:
        if (const_is_whole(v) && v->u.q.num.used <= 1) write_big(out, &v->u.q.num);
        else buf_printf(out, "%.6g", const_float64(v));
        break;
    case CV_COMPLEX:
        buf_putc(out, '(');
        const_write(out, v->u.c.re);
        buf_puts(out, " + ");
        const_write(out, v->u.c.im);
        buf_puts(out, "i)");
        break;
    }
}
