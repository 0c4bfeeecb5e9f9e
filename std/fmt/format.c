// format.c — see format.h. Where Go's result looks odd (zeros pad strings; a precision of 0 prints nothing for 0) it is kept.
#include "std/fmt/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/iface.h"
#include "runtime/slice.h"
#include "runtime/str.h"
#include "std/leaf.h"
#include "std/strconv/ftoa.h"
#include "std/strconv/quote.h"

static size_t count_runes(const uint8_t *p, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; count++) {
        int32_t r;
        i += p[i] < 0x80 ? 1 : utf8_decode(p + i, n - i, &r);
    }
    return count;
}

static void put_padding(Buf *b, bool zero, int64_t n) {
    char chunk[64];
    memset(chunk, zero ? '0' : ' ', sizeof chunk);
    for (; n > 0; n -= 64) buf_put(b, chunk, n < 64 ? (size_t)n : 64);
}

void format_pad(Buf *b, const FormatSpec *s, const void *text, size_t n) {
    int64_t width = 0;
    if (s->flags & FORMAT_WID && s->wid) width = s->wid - (int64_t)count_runes(text, n);
    if (!(s->flags & FORMAT_MINUS)) put_padding(b, s->flags & FORMAT_ZERO, width);
    if (n) buf_put(b, text, n);
    if (s->flags & FORMAT_MINUS) put_padding(b, s->flags & FORMAT_ZERO, width);
}

static void pad_with_spaces(Buf *b, const FormatSpec *s, const void *text, size_t n) {
    FormatSpec plain = *s;
    plain.flags &= ~(uint32_t)FORMAT_ZERO;
    format_pad(b, &plain, text, n);
}

static void put_integer(Buf *b, const FormatSpec *s, uint64_t u, bool is_signed, unsigned base, int32_t verb, bool upper) {
    bool negative = is_signed && (int64_t)u < 0;
    if (negative) u = -u;
    if (!(s->flags & ~(uint32_t)(FORMAT_PLUS_V | FORMAT_SHARP_V)) && verb != 'O') { // no flags: the digits alone
        char text[72], *p = text + sizeof text;
        do *--p = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[u % base];
        while (u /= base);
        if (negative) *--p = '-';
        buf_put(b, p, (size_t)(text + sizeof text - p));
        return;
    }
    int64_t prec = 0;
    if (s->flags & FORMAT_PREC) {
        prec = s->prec;
        if (!prec && !u) {
            put_padding(b, false, s->flags & FORMAT_WID ? s->wid : 0);
            return;
        }
    } else if (s->flags & FORMAT_ZERO && s->flags & FORMAT_WID) {
        prec = s->wid;
        if (negative || s->flags & (FORMAT_PLUS | FORMAT_SPACE)) prec--;
    }
    Buf out;
    buf_init(&out);
    char small[72], *p = small + sizeof small;
    do *--p = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[u % base];
    while (u /= base);
    int64_t digits = small + sizeof small - p;
    if (negative) buf_putc(&out, '-');
    else if (s->flags & FORMAT_PLUS) buf_putc(&out, '+');
    else if (s->flags & FORMAT_SPACE) buf_putc(&out, ' ');
    if (verb == 'O') buf_puts(&out, "0o");
    if (s->flags & FORMAT_SHARP) {
        if (base == 2) buf_puts(&out, "0b");
        if (base == 8 && !(digits < prec) && *p != '0') buf_putc(&out, '0');
        if (base == 16) buf_puts(&out, upper ? "0X" : "0x");
    }
    put_padding(&out, true, prec - digits);
    buf_put(&out, p, (size_t)digits);
    pad_with_spaces(b, s, out.data, out.len);
    buf_fini(&out);
}

static void put_0x(Buf *b, const FormatSpec *s, uint64_t v, bool with_0x) {
    FormatSpec hex = *s;
    if (with_0x) hex.flags |= FORMAT_SHARP;
    else hex.flags &= ~(uint32_t)FORMAT_SHARP;
    put_integer(b, &hex, v, false, 16, 'v', false);
}

static void put_unicode(Buf *b, const FormatSpec *s, uint64_t u) {
    Buf out;
    buf_init(&out);
    int prec = s->flags & FORMAT_PREC && s->prec > 4 ? (int)s->prec : 4;
    char digits[24];
    int n = 0;
    for (uint64_t v = u; v || !n; v >>= 4) digits[n++] = "0123456789ABCDEF"[v & 15];
    buf_puts(&out, "U+");
    put_padding(&out, true, prec - n);
    while (n) buf_putc(&out, digits[--n]);
    if (s->flags & FORMAT_SHARP && u <= 0x10FFFF && quote_is_print((int32_t)u)) {
        uint8_t utf8[4];
        buf_puts(&out, " '");
        buf_put(&out, utf8, utf8_encode(utf8, (int64_t)u));
        buf_putc(&out, '\'');
    }
    pad_with_spaces(b, s, out.data, out.len);
    buf_fini(&out);
}

static bool put_int_verb(Buf *b, const FormatSpec *s, uint64_t v, bool is_signed, int32_t verb) {
    switch (verb) {
    case 'v':
        if (s->flags & FORMAT_SHARP_V && !is_signed) put_0x(b, s, v, true);
        else put_integer(b, s, v, is_signed, 10, verb, false);
        return true;
    case 'd': put_integer(b, s, v, is_signed, 10, verb, false); return true;
    case 'b': put_integer(b, s, v, is_signed, 2, verb, false); return true;
    case 'o': case 'O': put_integer(b, s, v, is_signed, 8, verb, false); return true;
    case 'x': put_integer(b, s, v, is_signed, 16, verb, false); return true;
    case 'X': put_integer(b, s, v, is_signed, 16, verb, true); return true;
    case 'c': {
        uint8_t utf8[4];
        format_pad(b, s, utf8, utf8_encode(utf8, v > 0x10FFFF ? 0xFFFD : (int64_t)v));
        return true;
    }
    case 'q': {
        Buf out;
        buf_init(&out);
        quote_rune(&out, v > 0x10FFFF ? 0xFFFD : (int64_t)v, s->flags & FORMAT_PLUS, false);
        format_pad(b, s, out.data, out.len);
        buf_fini(&out);
        return true;
    }
    case 'U': put_unicode(b, s, v); return true;
    default: return false;
    }
}

// '#' of a float: the point is always there, and %g keeps its trailing zeros.
static void keep_zeros(Buf *num, int32_t verb, int64_t prec) {
    int64_t digits = 0;
    if (verb == 'g' || verb == 'G' || verb == 'x') digits = prec < 0 ? 6 : prec;
    size_t tail = num->len;
    bool point = false, nonzero = false;
    bool hex = verb == 'x' || verb == 'X';
    for (size_t i = 1; i < num->len; i++) {
        char ch = num->data[i];
        if (ch == '.') {
            point = true;
        } else if (ch == 'p' || ch == 'P' || (!hex && (ch == 'e' || ch == 'E'))) {
            tail = i;
            break;
        } else {
            if (ch != '0') nonzero = true;
            if (nonzero) digits--;
        }
    }
    Buf out;
    buf_init(&out);
    buf_put(&out, num->data, tail);
    if (!point) {
        if (tail == 2 && num->data[1] == '0') digits--;
        buf_putc(&out, '.');
    }
    put_padding(&out, true, digits);
    buf_put(&out, num->data + tail, num->len - tail);
    buf_fini(num);
    *num = out;
}

static void put_float(Buf *b, const FormatSpec *s, double v, int bits, int32_t verb, int64_t prec) {
    if (s->flags & FORMAT_PREC) prec = s->prec;
    if (!(s->flags & ~(uint32_t)(FORMAT_PLUS_V | FORMAT_PREC)) && !isinf(v)) {
        ftoa_append(b, v, (char)verb, (int)prec, bits);
        return;
    }
    Buf num; // with its sign
    buf_init(&num);
    ftoa_append(&num, v, (char)verb, (int)prec, bits);
    if (num.data[0] != '-' && num.data[0] != '+') {
        buf_putc(&num, ' ');
        memmove(num.data + 1, num.data, num.len - 1);
        num.data[0] = '+';
    }
    if (s->flags & FORMAT_SPACE && num.data[0] == '+' && !(s->flags & FORMAT_PLUS)) num.data[0] = ' ';
    if (num.data[1] == 'I' || num.data[1] == 'N') {
        bool bare = num.data[1] == 'N' && !(s->flags & (FORMAT_SPACE | FORMAT_PLUS));
        pad_with_spaces(b, s, num.data + bare, num.len - bare);
        buf_fini(&num);
        return;
    }
    if (s->flags & FORMAT_SHARP && verb != 'b') keep_zeros(&num, verb, prec);
    if (s->flags & FORMAT_PLUS || num.data[0] != '+') {
        if (s->flags & FORMAT_ZERO && s->flags & FORMAT_WID && s->wid > (int64_t)num.len) {
            buf_putc(b, num.data[0]);
            put_padding(b, true, s->wid - (int64_t)num.len);
            buf_put(b, num.data + 1, num.len - 1);
        } else {
            format_pad(b, s, num.data, num.len);
        }
    } else {
        format_pad(b, s, num.data + 1, num.len - 1);
    }
    buf_fini(&num);
}

static bool put_float_verb(Buf *b, const FormatSpec *s, double v, int bits, int32_t verb) {
    switch (verb) {
    case 'v': put_float(b, s, v, bits, 'g', -1); return true;
    case 'b': case 'g': case 'G': case 'x': case 'X': put_float(b, s, v, bits, verb, -1); return true;
    case 'f': case 'e': case 'E': put_float(b, s, v, bits, verb, 6); return true;
    case 'F': put_float(b, s, v, bits, 'f', 6); return true;
    default: return false;
    }
}

static bool put_complex_verb(Buf *b, const FormatSpec *s, double re, double im, int bits, int32_t verb) {
    if (!verb || !strchr("vbgGxXfFeE", verb) || verb > 127) return false;
    FormatSpec signed_spec = *s;
    signed_spec.flags |= FORMAT_PLUS;
    buf_putc(b, '(');
    put_float_verb(b, s, re, bits, verb);
    put_float_verb(b, &signed_spec, im, bits, verb);
    buf_puts(b, "i)");
    return true;
}

static void put_hex_string(Buf *b, const FormatSpec *s, const uint8_t *p, size_t n, bool upper) {
    const char *hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    bool sharp = s->flags & FORMAT_SHARP, space = s->flags & FORMAT_SPACE;
    if (s->flags & FORMAT_PREC && s->prec < (int64_t)n) n = (size_t)s->prec;
    int64_t wid = s->flags & FORMAT_WID ? s->wid : 0;
    if (!n) {
        put_padding(b, s->flags & FORMAT_ZERO, wid);
        return;
    }
    int64_t width = 2 * (int64_t)n;
    if (space) width = (sharp ? width * 2 : width) + (int64_t)n - 1;
    else if (sharp) width += 2;
    if (!(s->flags & FORMAT_MINUS)) put_padding(b, s->flags & FORMAT_ZERO, wid - width);
    for (size_t i = 0; i < n; i++) {
        if (space && i) buf_putc(b, ' ');
        if (sharp && (space || !i)) buf_puts(b, upper ? "0X" : "0x");
        buf_putc(b, hex[p[i] >> 4]);
        buf_putc(b, hex[p[i] & 15]);
    }
    if (s->flags & FORMAT_MINUS) put_padding(b, s->flags & FORMAT_ZERO, wid - width);
}

void format_string(Buf *b, const FormatSpec *s, const void *text, size_t n, int32_t verb) {
    bool quoted = verb == 'q' || (verb == 'v' && s->flags & FORMAT_SHARP_V);
    if (verb == 'x' || verb == 'X') {
        put_hex_string(b, s, text, n, verb == 'X');
        return;
    }
    if (s->flags & FORMAT_PREC) { // so many runes
        size_t i = 0;
        int32_t r;
        for (int64_t k = s->prec; k > 0 && i < n; k--) i += utf8_decode((const uint8_t *)text + i, n - i, &r);
        n = i;
    }
    if (!quoted) {
        if (s->flags & FORMAT_WID) format_pad(b, s, text, n);
        else if (n) buf_put(b, text, n);
        return;
    }
    Buf out;
    buf_init(&out);
    if (s->flags & FORMAT_SHARP && quote_can_backquote(text, n)) {
        buf_putc(&out, '`');
        if (n) buf_put(&out, text, n);
        buf_putc(&out, '`');
    } else {
        quote_string(&out, text, n, '"', s->flags & FORMAT_PLUS, false);
    }
    format_pad(b, s, out.data, out.len);
    buf_fini(&out);
}

void format_pointer(Buf *b, const FormatSpec *s, Word p, const char *type, int32_t verb) {
    if (verb == 'v' && s->flags & FORMAT_SHARP_V) {
        buf_printf(b, "(%s)(", type);
        if (p) put_0x(b, s, p, true);
        else buf_puts(b, "nil");
        buf_putc(b, ')');
    } else if (verb == 'v' && !p) {
        format_pad(b, s, "<nil>", 5);
    } else if (verb == 'v' || verb == 'p') {
        put_0x(b, s, p, !(s->flags & FORMAT_SHARP));
    } else {
        put_int_verb(b, s, p, false, verb);
    }
}

static double double_at(const Word *p) {
    Word bits = GUEST_LOAD(Word, p);
    double d;
    memcpy(&d, &bits, 8);
    return d;
}
static float float_at(const Word *p) {
    uint32_t bits = GUEST_LOAD(uint32_t, p);
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

// False: that was all of it, a nil slice in Go's syntax.
static bool open_list(Buf *b, const RType *t, bool sharp, bool is_nil) {
    if (sharp) buf_puts(b, t->name);
    if (sharp && is_nil) buf_puts(b, "(nil)");
    else buf_putc(b, sharp ? '{' : '[');
    return !(sharp && is_nil);
}

static bool put_bytes(Buf *b, const FormatSpec *s, const RType *t, const uint8_t *p, size_t n, bool is_nil, int32_t verb) {
    if (verb == 'v' || verb == 'd') {
        const bool sharp = s->flags & FORMAT_SHARP_V;
        if (!open_list(b, t, sharp, is_nil)) return true;
        for (size_t i = 0; i < n; i++) {
            if (i) buf_puts(b, sharp ? ", " : " ");
            uint8_t byte = GUEST_LOAD(uint8_t, p + i);
            if (sharp) put_0x(b, s, byte, true);
            else put_integer(b, s, byte, false, 10, verb, false);
        }
        buf_putc(b, sharp ? '}' : ']');
        return true;
    }
    if (verb != 's' && verb != 'x' && verb != 'X' && verb != 'q') return false;
    uint8_t *copy = xmalloc(n + 1);
    leaf_read(copy, p, n);
    if (verb == 'q') format_string(b, s, copy, n, 'q');
    else format_string(b, s, copy, n, verb);
    free(copy);
    return true;
}

static void put_bad_verb(Buf *b, const FormatSpec *s, const RType *types, const RType *t, const Word *p, int32_t verb) {
    uint8_t utf8[4];
    buf_puts(b, "%!");
    buf_put(b, utf8, utf8_encode(utf8, verb));
    buf_printf(b, "(%s=", t->name);
    format_basic(b, s, types, t, p, 'v');
    buf_putc(b, ')');
}

// Is this a value that needs no gol: of a basic kind, or made of such, without methods anywhere?
static bool is_plain(const RType *types, const RType *t, int32_t verb) {
    if (t->nmethods) return false;
    if ((t->kind >= RK_BOOL && t->kind <= RK_COMPLEX128) || t->kind == RK_STRING) return true;
    if (t->kind == RK_ARRAY) return t->len <= 100 && types[t->elem].kind != RK_STRUCT && types[t->elem].kind <= RK_STRING
                                 && types[t->elem].kind != RK_ARRAY && is_plain(types, &types[t->elem], 's');
    if (t->kind != RK_STRUCT) return false;
    for (uint32_t i = 0; i < t->nfields; i++)
        if (!is_plain(types, &types[t->fields[i].type], verb)) return false;
    return true;
}

static void put_struct(Buf *b, const FormatSpec *s, const RType *types, const RType *t, const Word *p, int32_t verb) {
    bool sharp = s->flags & FORMAT_SHARP_V;
    if (sharp) buf_puts(b, t->name);
    buf_putc(b, '{');
    for (uint32_t i = 0; i < t->nfields; i++) {
        const RField *f = &t->fields[i];
        const RType *ft = &types[f->type];
        if (i) buf_puts(b, sharp ? ", " : " ");
        if (s->flags & (FORMAT_PLUS_V | FORMAT_SHARP_V)) {
            buf_puts(b, f->name);
            buf_putc(b, ':');
        }
        format_basic(b, s, types, ft, p + f->offset, verb);
    }
    buf_putc(b, '}');
}

// A slice or array of a basic kind without methods, or of plain structs, element by element. Long ones are left to gol, which can
// be stopped.
static bool put_row(Buf *b, const FormatSpec *s, const RType *types, const RType *t, const Word *p, int32_t verb) {
    const RType *e = &types[t->elem];
    bool as_text = verb == 's' || verb == 'q' || verb == 'x' || verb == 'X';
    bool bytes = as_text && e->kind == RK_UINT8; // whatever methods these have
    if ((e->nmethods && !bytes) || (e->kind >= RK_ARRAY && e->kind < RK_STRING) || e->kind > RK_STRUCT) return false;
    if (e->kind == RK_STRUCT && !is_plain(types, e, verb)) return false;
    const uint8_t *at = (const uint8_t *)p;
    uint64_t n = t->len;
    bool is_nil = false;
    if (t->kind == RK_SLICE) {
        SliceReg r;
        slice_unpack((const SliceHeader *)LOAD_PTR(p), &r);
        at = (const uint8_t *)r.data;
        n = r.len;
        is_nil = !at;
    }
    if (n > 1000 && !bytes) return false;
    if ((bytes || e->id == TYPE_UINT8) && put_bytes(b, s, t, at, n, is_nil, verb)) return true;
    if (e->nmethods) return false;
    const bool sharp = s->flags & FORMAT_SHARP_V;
    if (!open_list(b, t, sharp, is_nil)) return true;
    for (uint64_t i = 0; i < n; i++) {
        if (i) buf_puts(b, sharp ? ", " : " ");
        format_basic(b, s, types, e, (const Word *)(at + i * e->elem_size), verb);
    }
    buf_putc(b, sharp ? '}' : ']');
    return true;
}

bool format_basic(Buf *b, const FormatSpec *s, const RType *types, const RType *t, const Word *p, int32_t verb) {
    bool fine;
    if (t->kind == RK_BOOL) {
        bool v = GUEST_LOAD(uint8_t, p);
        fine = verb == 't' || verb == 'v';
        if (fine) format_pad(b, s, v ? "true" : "false", v ? 4 : 5);
    } else if (t->kind >= RK_INT && t->kind <= RK_UINTPTR) {
        fine = put_int_verb(b, s, leaf_load(t, p), t->flags & RT_SIGNED, verb);
    } else if (t->kind == RK_FLOAT64) {
        fine = put_float_verb(b, s, double_at(p), 64, verb);
    } else if (t->kind == RK_FLOAT32) {
        fine = put_float_verb(b, s, (double)float_at(p), 32, verb);
    } else if (t->kind == RK_COMPLEX128) {
        fine = put_complex_verb(b, s, double_at(p), double_at(p + 1), 64, verb);
    } else if (t->kind == RK_COMPLEX64) {
        fine = put_complex_verb(b, s, (double)float_at(p), (double)float_at(p + 1), 32, verb);
    } else if (t->kind == RK_STRING) {
        const Str *str = (const Str *)LOAD_PTR(p);
        fine = verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
        if (fine) format_string(b, s, str_data(str), str_len(str), verb);
    } else if (t->kind == RK_SLICE || t->kind == RK_ARRAY) {
        return put_row(b, s, types, t, p, verb);
    } else if (t->kind == RK_STRUCT) {
        if (!is_plain(types, t, verb)) return false;
        put_struct(b, s, types, t, p, verb);
        return true;
    } else {
        return false;
    }
    if (!fine) put_bad_verb(b, s, types, t, p, verb);
    return true;
}
