// merge.c — the pieces of sort.Ints, Float64s and Strings (merge.gol). An element is one word. Others may be writing the elements
// meanwhile, which spoils the order, but nothing else.
#include "std/leaf.h"

enum { RUN = 64, STEP = 4096, STEP_STRINGS = 512 };

typedef bool (*Less)(Word a, Word b);

static inline bool less_int(Word a, Word b) { return (int64_t)a < (int64_t)b; }
static inline bool less_double(Word a, Word b) {
    double x, y;
    memcpy(&x, &a, 8);
    memcpy(&y, &b, 8);
    return x < y || (x != x && y == y); // NaN first
}
static inline bool less_str(Word a, Word b) { return str_compare((const Str *)a, (const Str *)b) < 0; }

static inline __attribute__((always_inline)) NativeStatus sort_run(NativeCall *c, Less less) {
    SliceReg x = leaf_slice(c, 0);
    uint64_t lo = c->args[3], hi = x.len - lo > RUN ? lo + RUN : x.len;
    Word *p = (Word *)x.data, own[RUN];
    uint32_t n = (uint32_t)(hi - lo);
    leaf_reads(c, p + lo, n * sizeof(Word));
    leaf_writes(c, p + lo, n * sizeof(Word));
    for (uint32_t i = 0; i < n; i++) {
        Word v = LOAD_PTR(p + lo + i);
        uint32_t j = i;
        for (; j > 0 && less(v, own[j - 1]); j--) own[j] = own[j - 1];
        own[j] = v;
    }
    for (uint32_t i = 0; i < n; i++) PUBLISH(p + lo + i, own[i]);
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
        bool right = less(b, a);
        PUBLISH(to + at, right ? b : a);
        at++;
        j += right;
        i += !right;
    }
    for (; at < end && i < mid; i++) PUBLISH(to + at++, LOAD_PTR(from + i));
    for (; at < end && j < hi; j++) PUBLISH(to + at++, LOAD_PTR(from + j));
    leaf_reads(c, from + from_i, (i - from_i) * sizeof(Word));
    leaf_reads(c, from + from_j, (j - from_j) * sizeof(Word));
    leaf_writes(c, to + first, (at - first) * sizeof(Word));
    c->args[0] = i;
    c->args[1] = j;
    return NATIVE_OK;
}

NATIVE(std_sort_runInts) { return sort_run(call, less_int); }
NATIVE(std_sort_runFloat64s) { return sort_run(call, less_double); }
NATIVE(std_sort_runStrings) { return sort_run(call, less_str); }
NATIVE(std_sort_mergeInts) { return merge_step(call, less_int, STEP); }
NATIVE(std_sort_mergeFloat64s) { return merge_step(call, less_double, STEP); }
NATIVE(std_sort_mergeStrings) { return merge_step(call, less_str, STEP_STRINGS); }
