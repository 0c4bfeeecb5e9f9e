// ftoa.h — floats as decimal text, by Go's rules. Used by strconv, fmt and the printing of panics.
#pragma once
#include "base/buf.h"

// The shortest digits that read back as v (finite, not negative) when parsed at `bits` (32 or 64) wide: digits without trailing
// zeros into out, *point is the place of the decimal point (0.digits * 10^point). Returns their number; 0 for zero.
int ftoa_shortest(double v, int bits, char out[24], int *point);
// strconv.AppendFloat: format one of e E f g G b x X; prec -1 is the shortest.
void ftoa_append(Buf *b, double v, char format, int prec, int bits);
