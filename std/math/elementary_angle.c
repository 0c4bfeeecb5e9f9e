// elementary_angle.c — trigonometric functions and their inverses, after Moshier's Cephes (elementary.h says why not glibc's).
// The order of the operations is part of the result: do not simplify.
#include "std/math/elementary.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

// 4/pi: one word before the point, 19 after it.
static const uint64_t four_over_pi[20] = {
    0x0000000000000001, 0x45F306DC9C882A53, 0xF84EAFA3EA69BB81, 0xB6C52B3278872083, 0xFCA2C757BD778AC3,
    0x6E48DC74849BA5C0, 0x0C925DD413A32439, 0xFC3BD63962534E7D, 0xD1046BEA5D768909, 0xD338E04D68BEFC82,
    0x7323AC7306A673E9, 0x3908BF177BF25076, 0x3FF12FFFBC0B301F, 0xDE5E2316B414DA3E, 0xDA6CFD9E4F96136E,
    0x9E8C7ECD3CBFD45A, 0xEA4F758FD7CBE2F6, 0x7A0E73EF14A525D4, 0xD7F6BF623F1ABA10, 0xAC06608DF8F6D757,
};

// As reduce, for a large x: x is multiplied with just those bits of 4/pi that matter (Payne and Hanek 1983).
static double reduce_large(double x, uint64_t *eighths) {
    __extension__ typedef unsigned __int128 Wide;
    int exp;
    uint64_t mantissa = (uint64_t)ldexp(frexp(x, &exp), 53), part[3];
    int first = exp - 53 + 61, word = first / 64, shift = first % 64;
    for (int i = 0; i < 3; i++)
        part[i] = shift ? four_over_pi[word + i] << shift | four_over_pi[word + i + 1] >> (64 - shift) : four_over_pi[word + i];
    Wide product = ((Wide)(part[0] * mantissa) << 64) + (Wide)part[1] * mantissa + ((Wide)part[2] * mantissa >> 64);
    uint64_t j = (uint64_t)(product >> 125);
    product <<= 3; // what is left are fractions of an eighth
    uint64_t high = (uint64_t)(product >> 64);
    double z = 0;
    if (high) {
        int zeros = __builtin_clzll(high);
        z = ldexp((double)(uint64_t)(product << zeros >> 75), -53 - zeros);
    }
    if (j & 1) {
        j++;
        z--;
    }
    *eighths = j;
    return z * M_PI_4;
}

// Takes multiples of pi/4, an even number of them, away from x >= 0. The result lies in [-pi/4, pi/4].
static double reduce(double x, uint64_t *eighths) {
    if (x >= 0x1p29) return reduce_large(x, eighths);
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
    if (isinf(x)) return NAN;
    uint64_t j;
    double z = reduce(fabs(x), &j);
    double r = j & 2 ? cosine(z) : sine(z);
    return (x < 0) != ((j & 4) != 0) ? -r : r;
}

double elementary_cos(double x) {
    if (!isfinite(x)) return NAN;
    uint64_t j;
    double z = reduce(fabs(x), &j);
    double r = j & 2 ? sine(z) : cosine(z);
    return ((j & 4) != 0) != ((j & 2) != 0) ? -r : r;
}

double elementary_tan(double x) {
    static const double num[] = {-1.30936939181383777646e4, 1.15351664838587416140e6, -1.79565251976484877988e7};
    static const double den[] = {1, 1.36812963470692954678e4, -1.32089234440210967447e6, 2.50083801823357915839e7, -5.38695755929454629881e7};
    if (x == 0 || isnan(x)) return x;
    if (isinf(x)) return NAN;
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
