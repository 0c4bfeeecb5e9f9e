#include "vm/loop_help.h"

#include "runtime/breath.h"
#include "runtime/stdout.h"
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
    if (line->len) stdout_write(w, 2, line->data, line->len);
    buf_fini(line);
}

// Quotients of complex numbers: Smith's way (CACM 5, 1962), which divides by the larger part so that squares cannot overflow; then, where both parts
// came to NaN, the infinities and zeros that C99's Annex G asks for.
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
    if (isnan(re) && isnan(im)) {
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

// What is as large as an array is compared part by part; parts without pointers while others go on. A string that was read from memory may be replaced there.
static int equal_long(Worker *w, const RType *types, TypeId id, const Word *a, const Word *b, TypeId *bad) {
    const RType *t = &types[id];
    uint64_t bytes = t->words * sizeof(Word);
    int r = 1;
    if (t->kind == RK_STRING) {
        const Str *x = (const Str *)LOAD_PTR(a), *y = (const Str *)LOAD_PTR(b);
        if (str_len(x) != str_len(y)) return 0;
        breath_owe(w, str_len(x));
        w->held_too = y;
        Breath breath = breath_begin(w, x, str_len(x));
        r = str_equal(x, y);
        breath_end(w, breath);
        w->held_too = NULL;
        return r;
    }
    if ((t->flags & RT_NOSCAN) || !(t->flags & RT_COMPARABLE)) {
        breath_owe(w, bytes * 2);
        Breath breath = breath_begin(w, NULL, bytes);
        r = value_equal(types, id, a, b, bad);
        breath_end(w, breath);
    } else if (t->kind == RK_STRUCT) {
        for (uint32_t i = 0; i < t->nfields && r == 1; i++) {
            const RField *f = &t->fields[i];
            if (f->name && !strcmp(f->name, "_")) continue;
            r = equal_long(w, types, f->type, a + f->offset, b + f->offset, bad);
        }
    } else if (t->kind == RK_ARRAY && bytes >= LOOP_PIECE) {
        const RType *e = &types[t->elem];
        uint64_t size = e->elem_size, every = LOOP_PIECE / (size + 1) / 8 + 1;
        for (uint64_t i = 0; i < t->len && r == 1; i++) {
            r = equal_long(w, types, t->elem, a + i * size / sizeof(Word), b + i * size / sizeof(Word), bad);
            if (i % every == every - 1) breath_pause(w, NULL);
        }
        breath_owe(w, bytes * 8);
    } else {
        r = value_equal(types, id, a, b, bad);
    }
    return r;
}

static bool is_long(const RType *t, const Word *a) {
    if (t->kind == RK_STRING) return str_len((const Str *)LOAD_PTR(a)) >= OWE_BYTES;
    return t->kind == RK_STRUCT || t->words >= OWE_BYTES / sizeof(Word); // it may have long strings
}

int loop_equal(Worker *w, const RType *types, TypeId t, const Word *a, const Word *b, TypeId *bad) {
    if (LIKELY(!is_long(&types[t], a))) return value_equal(types, t, a, b, bad);
    w->breathes = true;
    int r = equal_long(w, types, t, a, b, bad);
    w->breathes = false;
    return r;
}

int loop_equal_iface(Worker *w, const RType *types, Word a, Word b, TypeId *bad) {
    TypeId t = iface_type(a);
    Word sa, sb;
    if (!t || t != iface_type(b)) return iface_equal(types, a, b, bad);
    return loop_equal(w, types, t, iface_words(types, a, &sa), iface_words(types, b, &sb), bad);
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
