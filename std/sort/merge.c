// merge.c — the pieces of sort.Ints, Float64s and Strings (merge.gol). An element is one word. Others may be writing the elements
// meanwhile, which spoils the order, but nothing else.
#include "std/leaf.h"

enum { RUN = 64, STEP = 4096, STEP_STRINGS = 512, MUCH = 4000 /* fuel */ };

typedef bool (*Less)(const NativeCall *c, Word a, Word b);

static inline bool less_int(const NativeCall *c, Word a, Word b) { return (void)c, (int64_t)a < (int64_t)b; }
static inline bool less_double(const NativeCall *c, Word a, Word b) {
    (void)c;
    double x, y;
    memcpy(&x, &a, 8);
    memcpy(&y, &b, 8);
    return x < y || (x != x && y == y); // NaN first
}
enum { LONG_STR = 1 << 14 };
static inline bool is_long(Word s) { return str_len((const Str *)s) >= LONG_STR; }
static bool less_long(const NativeCall *c, const Str *a, const Str *b) {
    uint64_t n = str_len(a) < str_len(b) ? str_len(a) : str_len(b);
    breath_owe(c->worker, n);
    c->worker->breathes = true;
    c->worker->held_too = b;
    Breath breath = breath_begin(c->worker, a, n);
    int order = str_compare(a, b);
    breath_end(c->worker, breath);
    c->worker->held_too = NULL;
    c->worker->breathes = false;
    return order < 0;
}
static inline bool less_str(const NativeCall *c, Word a, Word b) {
    if (UNLIKELY(is_long(a) && is_long(b))) return less_long(c, (const Str *)a, (const Str *)b);
    return str_compare((const Str *)a, (const Str *)b) < 0;
}

// In place: while two are compared a collection may come, and what is in nobody's memory then is lost.
static NativeStatus sort_long(NativeCall *c, Word *p, uint32_t n) {
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0; j--) {
            Word a = LOAD_PTR(p + j - 1), b = LOAD_PTR(p + j);
            if (!less_str(c, b, a)) break;
            PUBLISH(p + j - 1, b);
            PUBLISH(p + j, a);
        }
    return NATIVE_OK;
}

static inline __attribute__((always_inline)) NativeStatus sort_run(NativeCall *c, Less less, bool strings) {
    SliceReg x = leaf_slice(c, 0);
    uint64_t lo = c->args[3], hi = x.len - lo > RUN ? lo + RUN : x.len;
    Word *p = (Word *)x.data, own[RUN];
    uint32_t n = (uint32_t)(hi - lo);
    leaf_reads(c, p + lo, n * sizeof(Word));
    leaf_writes(c, p + lo, n * sizeof(Word));
    for (uint32_t i = 0; strings && i < n; i++)
        if (UNLIKELY(is_long(LOAD_PTR(p + lo + i)))) return sort_long(c, p + lo, n);
    for (uint32_t i = 0; i < n; i++) {
        Word v = LOAD_PTR(p + lo + i);
        uint32_t j = i;
        for (; j > 0 && less(c, v, own[j - 1]); j--) own[j] = own[j - 1];
        own[j] = v;
    }
    for (uint32_t i = 0; i < n; i++) PUBLISH(p + lo + i, own[i]);
    breath_owe(c->worker, n * RUN * sizeof(Word)); // up to so many words are compared
    return NATIVE_OK;
}

// func(from, to []T, mid, hi, i, j int) (nextI, nextJ int)
static inline __attribute__((always_inline)) NativeStatus merge_step(NativeCall *c, Less less, uint64_t step) {
    const Word *from = (const Word *)c->args[0];
    Word *to = (Word *)c->args[3];
    uint64_t mid = c->args[6], hi = c->args[7], i = c->args[8], j = c->args[9];
    uint64_t at = i + j - mid, end = hi - at > step ? at + step : hi;
    uint64_t first = at, from_i = i, from_j = j;
    while (at < end && i < mid && j < hi) {
        Word a = LOAD_PTR(from + i), b = LOAD_PTR(from + j);
        bool right = less(c, b, a);
        PUBLISH(to + at, right ? b : a);
        at++;
        j += right;
        i += !right;
        if (UNLIKELY(c->worker->owed > MUCH)) end = at;
    }
    for (; at < end && i < mid; i++) PUBLISH(to + at++, LOAD_PTR(from + i));
    for (; at < end && j < hi; j++) PUBLISH(to + at++, LOAD_PTR(from + j));
    leaf_reads(c, from + from_i, (i - from_i) * sizeof(Word));
    leaf_reads(c, from + from_j, (j - from_j) * sizeof(Word));
    leaf_writes(c, to + first, (at - first) * sizeof(Word));
    breath_owe(c->worker, (at - first) * 4 * sizeof(Word));
    c->args[0] = i;
    c->args[1] = j;
    return NATIVE_OK;
}

NATIVE(std_sort_runInts) { return sort_run(call, less_int, false); }
NATIVE(std_sort_runFloat64s) { return sort_run(call, less_double, false); }
NATIVE(std_sort_runStrings) { return sort_run(call, less_str, true); }
NATIVE(std_sort_mergeInts) { return merge_step(call, less_int, STEP); }
NATIVE(std_sort_mergeFloat64s) { return merge_step(call, less_double, STEP); }
NATIVE(std_sort_mergeStrings) { return merge_step(call, less_str, STEP_STRINGS); }
