// slice.c — slices: making, growing as Go 1.19 does, moving elements.
#include "runtime/slice.h"

#include <string.h>

#include "runtime/breath.h"
#include "runtime/heap_state.h"
#include "runtime/str.h"

// ---- capacities

// Go's allocation sizes up to 32 KB; larger ones are whole pages of 8 KB. A fact about Go 1.19 that cap() shows.
static const uint16_t go_sizes[] = {
    8,    16,   24,   32,   48,   64,   80,   96,   112,  128,  144,  160,  176,  192,  208,   224,   240,
    256,  288,  320,  352,  384,  416,  448,  480,  512,  576,  640,  704,  768,  896,  1024,  1152,  1280,
    1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528,  6784,  6912,
    8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};

uint64_t slice_go_round(uint64_t bytes) {
    if (bytes > 32768) return bytes > UINT64_MAX - 8191 ? bytes : (bytes + 8191) & ~UINT64_C(8191);
    uint32_t lo = 0, hi = COUNT_OF(go_sizes) - 1;
    if (bytes == 0) return 0;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (go_sizes[mid] < bytes) lo = mid + 1;
        else hi = mid;
    }
    return go_sizes[lo];
}

static uint64_t grown_cap(const RType *elem, uint64_t old, uint64_t need) {
    uint64_t cap = old, bytes;
    if (need / 2 >= old && need > 2 * old) {
        cap = need;
    } else if (old < 256) {
        cap = 2 * old;
    } else { // from doubling to a quarter more, gradually
        while (cap < need) cap += (cap + 3 * 256) / 4;
    }
    if (elem->go_size == 0 || __builtin_mul_overflow(cap, elem->go_size, &bytes)) return need;
    return slice_go_round(bytes) / elem->go_size;
}

// ---- making

bool slice_make(Worker *w, TypeId elem, uint64_t len, uint64_t cap, uint32_t site, SliceReg *out) {
    void *data = heap_alloc_row(w, elem, cap, site);
    if (!data) return false;
    *out = (SliceReg){(Word)data, len, cap};
    return true;
}

bool slice_pack(Worker *w, const SliceReg *s, uint32_t site, const SliceHeader **out) {
    *out = NULL;
    if (!s->data) return true;
    SliceHeader *h = heap_alloc_object(w, TYPE_SLICE_OBJ, sizeof *h, site);
    if (!h) return false;
    h->data = (void *)s->data;
    h->len = s->len;
    h->cap = s->cap;
    *out = h;
    return true;
}

bool slice_grow(Worker *w, TypeId elem, const SliceReg *s, uint64_t more, uint32_t site, SliceReg *out) {
    uint64_t need;
    *out = *s;
    if (more <= s->cap - s->len) return true;
    const RType *e = &worker_heap(w)->types[elem];
    if (__builtin_add_overflow(s->len, more, &need) || need > INT64_MAX) need = INT64_MAX; // which will be refused
    uint64_t cap = e->elem_size ? grown_cap(e, s->cap, need) : need;
    void *data = heap_alloc_row(w, elem, cap, site);
    if (!data) return false;
    slice_move_long(w, e, data, (const void *)s->data, s->len, data);
    out->data = (Word)data;
    out->cap = cap;
    return true;
}

bool slice_append_slice(Worker *w, TypeId elem, const SliceReg *s, const SliceReg *more, uint32_t site, SliceReg *out) {
    const RType *e = &worker_heap(w)->types[elem];
    if (more->len == 0) {
        *out = *s;
        return true;
    }
    if (!slice_grow(w, elem, s, more->len, site, out)) return false;
    slice_move_long(w, e, (char *)out->data + s->len * e->elem_size, (const void *)more->data, more->len, (const void *)out->data);
    out->len = s->len + more->len;
    return true;
}

bool slice_append_str(Worker *w, const SliceReg *s, const Str *more, uint32_t site, SliceReg *out) {
    uint64_t n = str_len(more);
    *out = *s;
    if (n == 0) return true;
    if (!slice_grow(w, TYPE_UINT8, s, n, site, out)) return false;
    slice_move(&worker_heap(w)->types[TYPE_UINT8], (char *)out->data + s->len, more->data, n);
    out->len = s->len + n;
    return true;
}

bool slice_from_str(Worker *w, const Str *s, uint32_t site, SliceReg *out) {
    uint64_t n = str_len(s);
    if (!slice_make(w, TYPE_UINT8, n, slice_go_round(n), site, out)) return false;
    slice_move(&worker_heap(w)->types[TYPE_UINT8], (void *)out->data, str_data(s), n);
    return true;
}

bool slice_runes(Worker *w, const Str *s, uint32_t site, SliceReg *out) {
    const uint8_t *p = str_data(s), *end = p + str_len(s);
    uint64_t n = 0;
    int32_t rune;
    for (const uint8_t *q = p; q < end; n++) q += utf8_decode(q, (uint64_t)(end - q), &rune);
    if (!slice_make(w, TYPE_INT32, n, slice_go_round(n * 4) / 4, site, out)) return false;
    int32_t *to = (int32_t *)out->data;
    while (p < end) {
        p += utf8_decode(p, (uint64_t)(end - p), &rune);
        GUEST_STORE(int32_t, to++, rune);
    }
    return true;
}

// ---- moving
//
// Words that may be pointers are moved one by one, so that another goroutine sees whole ones. Scalars may go in any pieces:
// whoever watches them meanwhile has a data race and no promise but memory safety.

static void move_words(Word *to, const Word *from, uint64_t n) {
    if ((uintptr_t)to - (uintptr_t)from >= n * sizeof(Word)) { // not overlapping, or to is below
        for (uint64_t i = 0; i < n; i++) PUBLISH(to + i, LOAD_PTR(from + i));
    } else {
        for (uint64_t i = n; i-- > 0;) PUBLISH(to + i, LOAD_PTR(from + i));
    }
}

#ifdef GOL_TSAN
#define MOVE_NARROW(T)                                                                      \
    static void move_##T(T *to, const T *from, uint64_t n) {                                \
        if ((uintptr_t)to - (uintptr_t)from >= n * sizeof(T))                               \
            for (uint64_t i = 0; i < n; i++) GUEST_STORE(T, to + i, GUEST_LOAD(T, from + i)); \
        else                                                                                \
            for (uint64_t i = n; i-- > 0;) GUEST_STORE(T, to + i, GUEST_LOAD(T, from + i));   \
    }
MOVE_NARROW(uint8_t)
MOVE_NARROW(uint16_t)
MOVE_NARROW(uint32_t)
#endif

void slice_move(const RType *elem, void *dst, const void *src, uint64_t n) {
    uint64_t bytes = n * elem->elem_size;
    if (bytes == 0 || dst == src) return;
#ifdef GOL_TSAN
    switch (elem->elem_size) {
    case 1: move_uint8_t(dst, src, n); return;
    case 2: move_uint16_t(dst, src, n); return;
    case 4: move_uint32_t(dst, src, n); return;
    default: move_words(dst, src, bytes / sizeof(Word)); return;
    }
#else
    if (elem->flags & RT_NOSCAN) memmove(dst, src, bytes);
    else move_words(dst, src, bytes / sizeof(Word));
#endif
}

void slice_move_long(Worker *w, const RType *elem, void *dst, const void *src, uint64_t n, const void *fresh) {
    enum { PIECE = 1 << 15 };
    uint64_t size = elem->elem_size;
    if (LIKELY(n * size < BREATH_BYTES || (elem->flags & RT_NOSCAN))) {
        Breath b = breath_begin(w, fresh, n * size);
        slice_move(elem, dst, src, n);
        breath_end(w, b);
        return;
    }
    char *to = dst;
    const char *from = src;
    bool backward = to > from && to < from + n * size;
    uint64_t piece = PIECE / size + 1;
    for (uint64_t done = 0; done < n;) { // at each end of a piece every pointer stands in the one place or the other
        uint64_t k = n - done < piece ? n - done : piece, at = backward ? n - done - k : done;
        slice_move(elem, to + at * size, from + at * size, k);
        done += k;
        breath_pause(w, fresh);
    }
}
