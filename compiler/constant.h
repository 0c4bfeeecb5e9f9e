// constant.h — untyped and typed constants of arbitrary precision (libtommath; rationals for floats), as the Go
// specification's "Constants" demands. Values are immutable and live in the program's arena.
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "grammar/ast.h"

typedef enum ConstKind { CV_UNKNOWN, CV_BOOL, CV_STRING, CV_INT, CV_FLOAT, CV_COMPLEX } ConstKind;
typedef struct ConstVal ConstVal;

ConstKind const_kind(const ConstVal *v);
bool const_bool(const ConstVal *v);
const char *const_string(const ConstVal *v, size_t *len);
// CV_INT (or a float with an integer value): false when it does not fit.
bool const_int64(const ConstVal *v, int64_t *out);
bool const_uint64(const ConstVal *v, uint64_t *out);
double const_float64(const ConstVal *v); // rounded to nearest even; +-Inf when out of range
float const_float32(const ConstVal *v);
void const_complex(const ConstVal *v, double *re, double *im);
void const_write(Buf *out, const ConstVal *v); // as Go's compiler prints it in messages

// What follows builds values: the checker's business only. The kind of a value always says what it is at present
// (2.0 is CV_FLOAT until it is converted); NULL means "too large to be a constant" unless a comment says otherwise.
ConstVal *const_new_bool(Arena *a, bool b);
ConstVal *const_new_string(Arena *a, const char *s, size_t n); // the bytes are borrowed
ConstVal *const_new_int(Arena *a, int64_t i);
ConstVal *const_new_uint(Arena *a, uint64_t u);
// A literal as the lexer accepted it: underscores, 0x 0o 0b prefixes and hexadecimal floats included.
ConstVal *const_parse_int(Arena *a, const char *text, size_t n);
ConstVal *const_parse_float(Arena *a, const char *text, size_t n);
ConstVal *const_parse_imag(Arena *a, const char *text, size_t n);

// To another kind of number without loss; NULL when the value is not one (1.5 to CV_INT) or is no number.
ConstVal *const_to_kind(Arena *a, ConstVal *v, ConstKind kind);
ConstVal *const_real(Arena *a, ConstVal *v);
ConstVal *const_imag(Arena *a, ConstVal *v);
ConstVal *const_make_complex(Arena *a, ConstVal *re, ConstVal *im); // NULL when a part is not real
int const_sign(const ConstVal *v); // of an int or float; of a complex: 0 only when both parts are 0
uint32_t const_bits(const ConstVal *v); // of a CV_INT: length of its magnitude in bits

// x op y of two values of one kind (numbers of different kinds are raised to the larger). The divisor is not zero.
// CV_INT / CV_INT truncates when int_division, else it gives a CV_FLOAT.
ConstVal *const_binary(Arena *a, Op op, ConstVal *x, ConstVal *y, bool int_division);
ConstVal *const_shift(Arena *a, ConstVal *x, Op op, uint32_t n);
// -x +x ^x !x; for ^ of an unsigned type `bits` is its width (0: signed or untyped).
ConstVal *const_unary(Arena *a, Op op, ConstVal *x, uint32_t bits);
bool const_compare(ConstVal *x, Op op, ConstVal *y);

// As an IEEE number: rounded; NULL when it would be infinite. `single`: float32.
ConstVal *const_round(Arena *a, ConstVal *v, bool single);
// -(2^(bits-1)) <= v < 2^(bits-1), or 0 <= v < 2^bits.
bool const_fits(const ConstVal *v, uint32_t bits, bool is_unsigned);
