// bytes.c — searching in and comparing byte slices.
#include "std/leaf.h"
#include "vm/watch.h"

// Nothing here is written, and the functions of the C library may read bytes that others are writing: they see some value of
// each. The thread sanitizer is asked to look away by reading byte by byte.
#ifdef GOL_TSAN
static const uint8_t *find_byte(const uint8_t *p, int c, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (GUEST_LOAD(uint8_t, p + i) == c) return p + i;
    return NULL;
}
static int order_of(const uint8_t *a, const uint8_t *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int x = GUEST_LOAD(uint8_t, a + i), y = GUEST_LOAD(uint8_t, b + i);
        if (x != y) return x - y;
    }
    return 0;
}
#else
static const uint8_t *find_byte(const uint8_t *p, int c, size_t n) { return n ? memchr(p, c, n) : NULL; }
static int order_of(const uint8_t *a, const uint8_t *b, size_t n) { return n ? memcmp(a, b, n) : 0; }
#endif

static const uint8_t *data(SliceReg s) { return (const uint8_t *)s.data; }
static NativeStatus ret(NativeCall *c, int64_t at) {
    c->args[0] = (Word)at;
    return NATIVE_OK;
}

enum { COMPARE_BYTES = 65536 }; // at a time

NATIVE(std_bytes_compare) {
    SliceReg a = leaf_slice(call, 0), b = leaf_slice(call, 3);
    uint64_t at = call->args[6], both = a.len < b.len ? a.len : b.len;
    uint64_t n = both - at > COMPARE_BYTES ? COMPARE_BYTES : both - at;
    const uint8_t *x = (const uint8_t *)(a.data + at), *y = (const uint8_t *)(b.data + at); // added as words: a nil slice is at no address
    leaf_reads(call, x, n);
    leaf_reads(call, y, n);
    breath_owe(call->worker, n);
    int order = order_of(x, y, n);
    if (order == 0 && n == 0) order = (a.len > b.len) - (a.len < b.len);
    call->args[0] = (Word)(int64_t)((order > 0) - (order < 0));
    call->args[1] = at + n;
    return NATIVE_OK;
}

// What a search through s comes to: for the bytes of sep, or for one byte. The detector is told first, in pieces.
static NativeStatus search(NativeCall *c, int64_t (*look)(SliceReg s, SliceReg sep), bool one_byte) {
    SliceReg s = leaf_slice(c, 0), sep = one_byte ? (SliceReg){.len = 1, .data = (Word)&c->args[3]} : leaf_slice(c, 3);
    if (c->worker->race) {
        if (s.len) watch_range(c->worker, c->g, data(s), s.len, false);
        if (!one_byte && sep.len) watch_range(c->worker, c->g, data(sep), sep.len, false);
    }
    if (sep.len > s.len) return ret(c, -1);
    Breath b = leaf_breath(c, s.len);
    int64_t found = look(s, sep);
    leaf_breath_end(c, b);
    return ret(c, found);
}

static int64_t first_of(SliceReg s, SliceReg sep) {
    if (sep.len == 0) return 0;
#ifdef GOL_TSAN
    for (uint64_t i = 0; i + sep.len <= s.len; i++)
        if (order_of(data(s) + i, data(sep), sep.len) == 0) return (int64_t)i;
    return -1;
#else
    const uint8_t *at = memmem(data(s), s.len, data(sep), sep.len);
    return at ? at - data(s) : -1;
#endif
}

static int64_t last_of(SliceReg s, SliceReg sep) {
    if (sep.len == 0) return (int64_t)s.len;
    uint8_t first = GUEST_LOAD(uint8_t, data(sep));
    for (uint64_t i = s.len - sep.len + 1; i-- > 0;)
        if (GUEST_LOAD(uint8_t, data(s) + i) == first && order_of(data(s) + i, data(sep), sep.len) == 0) return (int64_t)i;
    return -1;
}

static int64_t first_byte(SliceReg s, SliceReg sep) {
    const uint8_t *at = find_byte(data(s), *data(sep), s.len);
    return at ? at - data(s) : -1;
}

NATIVE(std_bytes_Index) { return search(call, first_of, false); }
NATIVE(std_bytes_LastIndex) { return search(call, last_of, false); }
NATIVE(std_bytes_IndexByte) { return search(call, first_byte, true); }
NATIVE(std_bytes_LastIndexByte) { return search(call, last_of, true); }
