// constant_value.h — how a constant is kept: for constant.c and constant_text.c alone.
#pragma once
#include <tommath.h>

#include "compiler/constant.h"

typedef struct Big {
    mp_digit *digits; // in the arena
    int used;
    bool negative;
} Big;

struct ConstVal {
    uint8_t kind;
    bool is_big; // CV_INT: `big` rather than `i`
    union {
        bool b;
        struct { const char *s; size_t n; } str;
        int64_t i;
        Big big;
        struct { Big num, den; } q; // den > 0, no common factor
        struct { ConstVal *re, *im; } c; // CV_FLOAT both
    } u;
};

void const_must(mp_err e); // libtommath fails for want of memory only: then gol ends
mp_int const_view(const Big *b); // to be read; the digits are the arena's, so it is never cleared
ConstVal *const_finish_int(Arena *a, mp_int *z); // takes z; NULL when it is too large
ConstVal *const_finish_float(Arena *a, mp_int *num, mp_int *den); // num/den with den > 0, reduced; takes both
bool const_is_whole(const ConstVal *v); // a CV_FLOAT without a fraction
