// elementary_angle.c — trigonometric functions and their inverses, after Moshier's Cephes (elementary.h says why not glibc's).
// The order of the operations is part of the result: do not simplify.
#include "std/math/elementary.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

// Above this, the reduction below loses digits; glibc's functions take over.
static const double LARGE_ANGLE = 0x1p29;

// Takes multiples of pi/4, an even number of them, away from x >= 0. The result lies in [-pi/4, pi/4].
static double reduce(double x, uint64_t *eighths) {
    uint64_t j = (uint64_t)(x * 1.27323954473516268615107010698140931);
    j += j & 1;
    double y = (double)j;
    *eighths = j;
    return ((x - y * 7.85398125648498535156e-1) - y * 3.77489470793079817668e-8) - y * 2.69515142907905952645e-15;
}

static double sine(double z) {
    static const double c[] = {1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6,
                               -1.98412698295895385996e-4, 8.33333333332211858878e-3, -1.66666666666666307295e-1};
    double square = z * z;
    return z + z * square * elementary_polynomial(c, 6, square);
}
static double cosine(double z) {
    static const double c[] = {-1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7,
                               2.48015872888517045348e-5, -1.38888888888730564116e-3, 4.16666666666665929218e-2};
    double square = z * z;
    return 1.0 - 0.5 * square + square * square * elementary_polynomial(c, 6, square);
}

double elementary_sin(double x) {
    if (x == 0 || isnan(x)) return x;
    if (fabs(x) >= LARGE_ANGLE) return sin(x);
    uint64_t j;
    double z = reduce(fabs(x), &j);
    double r = j & 2 ? cosine(z) : sine(z);
    return (x < 0) != ((j & 4) != 0) ? -r : r;
}

double elementary_cos(double x) {
    if (isnan(x) || fabs(x) >= LARGE_ANGLE) return cos(x);
    uint64_t j;
    double z = reduce(fabs(x), &j);
    double r = j & 2 ? sine(z) : cosine(z);
    return ((j & 4) != 0) != ((j & 2) != 0) ? -r : r;
}

double elementary_tan(double x) {
    static const double num[] = {-1.30936939181383777646e4, 1.15351664838587416140e6, -1.79565251976484877988e7};
    static const double den[] = {1, 1.36812963470692954678e4, -1.32089234440210967447e6, 2.50083801823357915839e7, -5.38695755929454629881e7};
    if (x == 0 || isnan(x)) return x;
    if (fabs(x) >= LARGE_ANGLE) return tan(x);
    uint64_t j;
    double z = reduce(fabs(x), &j), square = z * z, r = z;
    if (square > 1e-14) r = z + z * (square * elementary_polynomial(num, 3, square) / elementary_polynomial(den, 5, square));
    if (j & 2) r = -1 / r;
    return x < 0 ? -r : r;
}

// ---- inverses

static double atan_small(double x) { // x in [0, 0.66]
    static const double num[] = {-8.750608600031904122785e-01, -1.615753718733365076637e+01, -7.500855792314704667340e+01,
                                 -1.228866684490136173410e+02, -6.485021904942025371773e+01};
    static const double den[] = {1, 2.485846490142306297962e+01, 1.650270098316988542046e+02, 4.328810604912902668951e+02,
                                 4.853903996359136964868e+02, 1.945506571482613964425e+02};
    double square = x * x;
    return x * (square * elementary_polynomial(num, 5, square) / elementary_polynomial(den, 6, square)) + x;
}
static double atan_positive(double x) {
    const double rest = 6.123233995736765886130e-17; // of pi/2
    if (x <= 0.66) return atan_small(x);
    if (x > 2.41421356237309504880) return M_PI_2 - atan_small(1 / x) + rest; // tan(3 pi / 8)
    return M_PI_4 + atan_small((x - 1) / (x + 1)) + 0.5 * rest;
}

double elementary_atan(double x) {
    if (x == 0 || isnan(x)) return x;
    return x > 0 ? atan_positive(x) : -atan_positive(-x);
}

double elementary_asin(double x) {
    if (x == 0) return x;
    double size = fabs(x);
    if (!(size <= 1)) return NAN;
    double other = sqrt(1 - size * size);
    double r = size > 0.7 ? M_PI_2 - atan_positive(other / size) : atan_positive(size / other);
    return x < 0 ? -r : r;
}

double elementary_acos(double x) { return M_PI_2 - elementary_asin(x); }

double elementary_atan2(double y, double x) {
    if (isnan(x) || isnan(y)) return NAN;
    if (x == 0 || y == 0 || isinf(x) || isinf(y)) return atan2(y, x); // one of few values
    double q = elementary_atan(y / x);
    if (x > 0) return q;
    return q <= 0 ? q + M_PI : q - M_PI;
}
