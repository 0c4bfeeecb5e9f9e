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
