// str.c — strings. Short pieces of a string are copied (they cost no more than sharing, and do not keep a long parent alive);
// longer ones share the parent's bytes, so that s = s[1:] costs three words.
#include "runtime/str.h"

#include <string.h>

#include "runtime/breath.h"
#include "runtime/heap_state.h"

enum { SHARE_FROM = 24 }; // bytes: a piece as long as this is shared

// ---- the 256 strings of one byte: they lie in the program itself, with headers as every object

#define B4(i) (i), (i) + 1, (i) + 2, (i) + 3
#define B16(i) B4(i), B4((i) + 4), B4((i) + 8), B4((i) + 12)
#define B64(i) B16(i), B16((i) + 16), B16((i) + 32), B16((i) + 48)
static const uint8_t one_bytes[256] = {B64(0), B64(64), B64(128), B64(192)};

typedef struct OneByte {
    Word header;
    Str str;
} OneByte;
#define S1(i) {TYPE_STR_OBJ, {one_bytes + (i), 1}}
#define S4(i) S1(i), S1((i) + 1), S1((i) + 2), S1((i) + 3)
#define S16(i) S4(i), S4((i) + 4), S4((i) + 8), S4((i) + 12)
#define S64(i) S16(i), S16((i) + 16), S16((i) + 32), S16((i) + 48)
static const OneByte one_byte_strs[256] = {S64(0), S64(64), S64(128), S64(192)};

// A string of len bytes still to be written, len > 1.
static Str *str_alloc(Worker *w, uint64_t len, uint8_t **bytes) {
    Str *s = heap_alloc_leaf(w, TYPE_STR_OBJ, sizeof(Str) + len, 0);
    if (!s) return NULL;
    s->data = *bytes = (uint8_t *)(s + 1);
    s->len = len;
    return s;
}

bool str_new(Worker *w, const void *bytes, uint64_t len, const Str **out) {
    uint8_t *to;
    if (len == 0) {
        *out = NULL;
        return true;
    }
    if (len == 1) {
        *out = &one_byte_strs[GUEST_LOAD(uint8_t, bytes)].str;
        return true;
    }
    Str *s = str_alloc(w, len, &to);
    if (!s) return false;
    Breath b = breath_begin(w, s, len);
    str_copy_bytes(to, bytes, len);
    breath_end(w, b);
    *out = s;
    return true;
}

bool str_repeat(Worker *w, const void *bytes, uint64_t len, uint64_t times, const Str **out) {
    uint8_t *to;
    if (len * times <= 1) return str_new(w, bytes, len * times, out);
    Str *s = str_alloc(w, len * times, &to);
    if (!s) return false;
    Breath b = breath_begin(w, s, len * times);
    if (len == 1) memset(to, *(const uint8_t *)bytes, times);
    else for (uint64_t i = 0; i < times; i++) memcpy(to + i * len, bytes, len);
    breath_end(w, b);
    *out = s;
    return true;
}

void str_copy_bytes(uint8_t *to, const uint8_t *from, uint64_t n) {
#ifdef GOL_TSAN
    for (uint64_t i = 0; i < n; i++) to[i] = GUEST_LOAD(uint8_t, from + i); // from may be a []byte that others write
#else
    memcpy(to, from, n);
#endif
}

bool str_slice(Worker *w, const Str *s, uint64_t lo, uint64_t hi, const Str **out) {
    uint64_t len = hi - lo;
    if (len == str_len(s)) {
        *out = s;
        return true;
    }
    if (len < SHARE_FROM) return str_new(w, str_data(s) + lo, len, out);
    Str *piece = heap_alloc_object(w, TYPE_STR_OBJ, sizeof(Str), 0);
    if (!piece) return false;
    piece->data = s->data + lo;
    piece->len = len;
    *out = piece;
    return true;
}

bool str_concat(Worker *w, const Word *strs, uint32_t n, const Str **out) {
    uint64_t len = 0;
    const Str *only = NULL;
    uint32_t parts = 0;
    for (uint32_t i = 0; i < n; i++) {
        const Str *s = (const Str *)strs[i];
        if (!s) continue;
        len += s->len;
        only = s;
        parts++;
    }
    if (parts <= 1) {
        *out = only;
        return true;
    }
    uint8_t *to;
    Str *s = str_alloc(w, len, &to);
    if (!s) return false;
    Breath b = breath_begin(w, s, len);
    for (uint32_t i = 0; i < n; i++) {
        const Str *part = (const Str *)strs[i];
        if (!part) continue;
        memcpy(to, part->data, part->len);
        to += part->len;
    }
    breath_end(w, b);
    *out = s;
    return true;
}

bool str_from_rune(Worker *w, int64_t rune, const Str **out) {
    uint8_t bytes[4];
    return str_new(w, bytes, utf8_encode(bytes, rune), out);
}

bool str_from_runes(Worker *w, const int32_t *runes, uint64_t n, const Str **out) {
    uint8_t bytes[4], *to;
    uint64_t len = 0;
    // The runes are memory of the program: another goroutine may change them between the two passes, so the second one
    // stops where the first one said, and fills up with what a changed rune leaves over.
    Breath b = breath_begin(w, NULL, n * 8);
    for (uint64_t i = 0; i < n; i++) len += utf8_encode(bytes, GUEST_LOAD(int32_t, runes + i));
    breath_end(w, b);
    if (len <= 1) return n == 0 ? str_new(w, NULL, 0, out) : str_from_rune(w, GUEST_LOAD(int32_t, runes), out);
    Str *s = str_alloc(w, len, &to);
    if (!s) return false;
    uint64_t at = 0;
    b = breath_begin(w, s, n * 8);
    for (uint64_t i = 0; i < n; i++) {
        uint32_t k = utf8_encode(bytes, GUEST_LOAD(int32_t, runes + i));
        if (at + k > len) break;
        memcpy(to + at, bytes, k);
        at += k;
    }
    memset(to + at, '?', len - at);
    breath_end(w, b);
    *out = s;
    return true;
}

int str_compare(const Str *a, const Str *b) {
    uint64_t la = str_len(a), lb = str_len(b), n = la < lb ? la : lb;
    int r = n ? memcmp(a->data, b->data, n) : 0;
    return r ? r : la < lb ? -1 : la > lb;
}

bool str_equal(const Str *a, const Str *b) {
    if (a == b) return true;
    if (!a || !b || a->len != b->len) return false; // "" is always NULL
    return a->data == b->data || memcmp(a->data, b->data, a->len) == 0;
}

// ---- UTF-8

uint32_t utf8_decode(const uint8_t *p, uint64_t n, int32_t *rune) {
    uint32_t c = p[0];
    if (c < 0x80) {
        *rune = (int32_t)c;
        return 1;
    }
    *rune = 0xFFFD;
    // The second byte's range keeps out over-long forms, surrogates and what lies above U+10FFFF.
    uint32_t lo = 0x80, hi = 0xBF, need;
    if (c >= 0xC2 && c <= 0xDF) need = 1;
    else if (c >= 0xE0 && c <= 0xEF) need = 2, lo = c == 0xE0 ? 0xA0 : lo, hi = c == 0xED ? 0x9F : hi;
    else if (c >= 0xF0 && c <= 0xF4) need = 3, lo = c == 0xF0 ? 0x90 : lo, hi = c == 0xF4 ? 0x8F : hi;
    else return 1;
    if (n <= need || p[1] < lo || p[1] > hi) return 1;
    uint32_t r = c & (0x3Fu >> need);
    r = r << 6 | (p[1] & 0x3F);
    for (uint32_t i = 2; i <= need; i++) {
        if ((p[i] & 0xC0) != 0x80) return 1;
        r = r << 6 | (p[i] & 0x3F);
    }
    *rune = (int32_t)r;
    return need + 1;
}

uint32_t utf8_encode(uint8_t out[4], int64_t rune) {
    if (rune < 0 || rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) rune = 0xFFFD;
    uint32_t r = (uint32_t)rune;
    if (r < 0x80) {
        out[0] = (uint8_t)r;
        return 1;
    }
    if (r < 0x800) {
        out[0] = (uint8_t)(0xC0 | r >> 6), out[1] = (uint8_t)(0x80 | (r & 0x3F));
        return 2;
    }
    if (r < 0x10000) {
        out[0] = (uint8_t)(0xE0 | r >> 12), out[1] = (uint8_t)(0x80 | (r >> 6 & 0x3F)), out[2] = (uint8_t)(0x80 | (r & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | r >> 18), out[1] = (uint8_t)(0x80 | (r >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (r >> 6 & 0x3F)), out[3] = (uint8_t)(0x80 | (r & 0x3F));
    return 4;
}
