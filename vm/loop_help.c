#include "vm/loop_help.h"

#include "runtime/breath.h"
#include "runtime/str.h"
#include "vm/attest.h"
#include "vm/print.h"

enum { SITE_MISSES = 64 };

uint32_t loop_find_method(Vm *vm, CallSite *site, TypeId t) {
    int64_t f = type_method(&vm->m->types[t], site->method_id);
    if (f < 0) gol_bug("%s has no method %s", vm->m->types[t].name, vm->m->method_names[site->method_id]);
    uint32_t misses = __atomic_load_n(&site->misses, __ATOMIC_RELAXED);
    if (misses < SITE_MISSES) {
        __atomic_store_n(&site->misses, misses + 1, __ATOMIC_RELAXED);
        __atomic_store_n(&site->cache, (uint64_t)t << 32 | (uint64_t)(f + 1), __ATOMIC_RELAXED);
    }
    return (uint32_t)f;
}

void loop_print(Worker *w, Buf *line, const RType *t, const Word *regs, uint32_t flags, bool more) {
    if (flags & 1) buf_putc(line, ' ');
    if (t) print_value(worker_runtime(w), line, t, regs);
    if (flags & 2) buf_putc(line, '\n');
    if (more) return;
    if (line->len) io_write(w, 2, line->data, line->len);
    buf_fini(line);
}

// Quotients of complex numbers: Smith's way (CACM 5, 1962), which divides by the larger part so that squares cannot overflow; then, where
// that came to NaN, the infinities and zeros that C99's Annex G asks for.
static double to_unit(double x) { return copysign(isinf(x) ? 1 : 0, x); }

void loop_divide_complex(Word *to, const Word *x, const Word *y) {
    double a = loop_f64(x[0]), b = loop_f64(x[1]), c = loop_f64(y[0]), d = loop_f64(y[1]), re, im;
    if (fabs(c) >= fabs(d)) {
        double ratio = d / c, below = c + ratio * d;
        re = (a + b * ratio) / below;
        im = (b - a * ratio) / below;
    } else {
        double ratio = c / d, below = d + ratio * c;
        re = (a * ratio + b) / below;
        im = (b * ratio - a) / below;
    }
    if (isnan(re) || isnan(im)) {
        double scale = INFINITY;
        if (c == 0 && d == 0 && (!isnan(a) || !isnan(b))) {
            re = copysign(scale, c) * a;
            im = copysign(scale, c) * b;
        } else {
            bool far = (isinf(a) || isinf(b)) && isfinite(c) && isfinite(d);
            bool near = (isinf(c) || isinf(d)) && isfinite(a) && isfinite(b);
            if (far) a = to_unit(a), b = to_unit(b);
            if (near) c = to_unit(c), d = to_unit(d), scale = 0;
            if (far || near) {
                re = scale * (a * c + b * d);
                im = scale * (b * c - a * d);
            }
        }
    }
    to[0] = loop_bits(re);
    to[1] = loop_bits(im);
}

bool loop_runes(Worker *w, const Str *s, Pos site, SliceReg *out) {
    uint64_t len = str_len(s), n = 0;
    const uint8_t *p = str_data(s);
    int32_t rune;
    Breath b = breath_begin(w, NULL, len * 4);
    for (uint64_t i = 0; i < len; n++) i += utf8_decode(p + i, len - i, &rune);
    breath_end(w, b);
    if (!slice_make(w, TYPE_INT32, n, n, site, out)) return false;
    int32_t *to = (int32_t *)out->data;
    b = breath_begin(w, to, len * 4);
    for (uint64_t i = 0; i < len;) i += utf8_decode(p + i, len - i, to++);
    breath_end(w, b);
    return true;
}

// Up to 32 bytes Go uses a buffer of that size when the result does not escape, else its allocation sizes; programs
// see the capacity rarely, and then of short strings.
uint64_t loop_byte_cap(uint64_t n) { return n <= 32 ? (n ? 32 : 0) : n; }

void loop_zero(Worker *w, void *p, uint64_t bytes) {
    uint8_t *at = p;
    for (; bytes && ((uintptr_t)at & 7); at++, bytes--) GUEST_STORE(uint8_t, at, 0);
    for (; bytes >= 8; at += 8, bytes -= 8) {
        GUEST_STORE(Word, at, 0);
        if (UNLIKELY(bytes % LOOP_PIECE < 8)) loop_pause(w);
    }
    for (; bytes; at++, bytes--) GUEST_STORE(uint8_t, at, 0);
}

Pos loop_own_site(Worker *w, const G *g) {
    bool fixed;
    return attest_pos(worker_runtime(w), g, &fixed);
}

int loop_compare(Worker *w, const Str *a, const Str *b, bool equal) {
    w->breathes = true;
    Breath x = breath_begin(w, NULL, str_len(a));
    int r = equal ? !str_equal(a, b) : str_compare(a, b);
    breath_end(w, x);
    w->breathes = false;
    return r;
}

void loop_copy_long(Worker *w, Word *to, const Word *from, uint64_t n, const void *fresh) {
    enum { WORDS = LOOP_PIECE / sizeof(Word) };
    for (uint64_t done = 0; done < n;) {
        uint64_t k = n - done < WORDS ? n - done : WORDS, at = to <= from ? done : n - done - k;
        loop_copy_words(to + at, from + at, k);
        done += k;
        w->breathes = true;
        breath_pause(w, fresh);
        w->breathes = false;
    }
}

void loop_pause(Worker *w) {
    w->breathes = true;
    breath_pause(w, NULL);
    w->breathes = false;
}
