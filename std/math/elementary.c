// elementary.c — exponentials, logarithms, powers, hyperbolic functions, Gamma (elementary.h says why not glibc's). The sources of the
// approximations: Tang's and Sun's fdlibm (log, cbrt, exp2, inverse hyperbolics), Hart and Cheney (sinh), Moshier's Cephes (tanh,
// gamma); exp is a Taylor series of a sixteenth of the reduced argument. The order of the operations is part of the result: do
// not simplify.
#include "std/math/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double LN2_HI = 6.93147180369123816490e-01, LN2_LO = 1.90821492927058770002e-10;

static uint64_t bits_of(double d) {
    uint64_t b;
    memcpy(&b, &d, 8);
    return b;
}
static double of_bits(uint64_t b) {
    double d;
    memcpy(&d, &b, 8);
    return d;
}

// ---- exp

double elementary_exp(double x) {
    static const double series[] = {2.4801587301587301587e-5, 1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3,
                                    4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1.0};
    if (isnan(x)) return x;
    if (x > 7.09782712893384e+02) return INFINITY;
    if (x < -1e5) return 0;
    double k = nearbyint(x * M_LOG2E);
    x = fma(-0.69314718055966295651160180568695068359375, k, x); // ln 2 in two parts
    x = fma(-0.28235290563031577122588448175013436025525412068e-12, k, x);
    x *= 0.0625;
    double sum = series[0];
    for (int i = 1; i < 8; i++) sum = fma(sum, x, series[i]);
    x *= sum; // e^(x/16) - 1; now four squarings: (1 + x)^2 - 1 = x (x + 2)
    for (int i = 0; i < 3; i++) x *= x + 2;
    x = fma(x + 2, x, 1.0);
    int e = (int)k + 1023;
    if (e >= 0x7FF) return INFINITY;
    if (e > 0) return x * of_bits((uint64_t)e << 52);
    if (e < -52) return 0;
    return x * of_bits((uint64_t)(e + 1022) << 52) * 0x1p-1022;
}

// 2^k e^(hi - lo), for a small hi - lo.
static double exp_reduced(double hi, double lo, int k) {
    double r = hi - lo, t = r * r;
    double c = r
               - t * (1.66666666666666657415e-01
                      + t * (-2.77777777770155933842e-03
                             + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
    return ldexp(1 - ((lo - (r * c) / (2 - c)) - hi), k);
}

double elementary_exp2(double x) {
    if (isnan(x)) return x;
    if (x > 1.0239999999999999e+03) return INFINITY;
    if (x < -1.0740e+03) return 0;
    int k = (int)(x > 0 ? x + 0.5 : x < 0 ? x - 0.5 : 0);
    double t = x - k;
    return exp_reduced(t * LN2_HI, -t * LN2_LO, k);
}

// ---- log

double elementary_log(double x) {
    if (isnan(x) || (isinf(x) && x > 0)) return x;
    if (x < 0) return NAN;
    if (x == 0) return -INFINITY;
    int exp;
    double f = frexp(x, &exp), k = exp;
    if (f <= M_SQRT1_2) {
        k -= 1;
        f *= 2;
    }
    f -= 1;
    double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
    double odd = s2
                 * (6.666666666666735130e-01
                    + s4 * (2.857142874366239149e-01 + s4 * (1.818357216161805012e-01 + s4 * 1.479819860511658591e-01)));
    double even = s4 * (3.999999999940941908e-01 + s4 * (2.222219843214978396e-01 + s4 * 1.531383769920937332e-01));
    double half = 0.5 * f * f;
    return k * LN2_HI - ((half - (s * (half + (odd + even)) + k * LN2_LO)) - f);
}

double elementary_log2(double x) {
    if (!isfinite(x) || x <= 0) return elementary_log(x);
    int exp;
    double f = frexp(x, &exp);
    if (f == 0.5) return exp - 1; // a power of two: exact
    return elementary_log(f) * M_LOG2E + exp;
}

double elementary_log10(double x) { return elementary_log(x) * M_LOG10E; }

// ---- powers

static int is_odd(double y) { return fabs(y) < 0x1p53 && fmod(y, 2) != 0 && y == trunc(y); }

double elementary_pow(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (y == 1) return x;
    if (isnan(x) || isnan(y)) return NAN;
    if (x == 0) {
        double r = y < 0 ? INFINITY : 0;
        return is_odd(y) ? copysign(r, x) : r;
    }
    if (isinf(y)) return x == -1 ? 1 : (fabs(x) < 1) == (y > 0) ? 0 : INFINITY;
    if (isinf(x)) {
        double r = y < 0 ? 0 : INFINITY;
        return x < 0 && is_odd(y) ? -r : r;
    }
    if (y == 0.5) return sqrt(x);
    if (y == -0.5) return 1 / sqrt(x);
    double whole = trunc(fabs(y)), part = fabs(y) - whole;
    if (part != 0 && x < 0) return NAN;
    if (whole >= 0x1p63) return x == -1 ? 1 : (fabs(x) < 1) == (y > 0) ? 0 : INFINITY;
    double r = 1; // the result is r 2^e
    int64_t e = 0;
    if (part != 0) {
        if (part > 0.5) {
            part--;
            whole++;
        }
        r = elementary_exp(part * elementary_log(x));
    }
    int exp;
    double f = frexp(x, &exp);
    int64_t fe = exp; // x^(2^i) = f 2^fe, for the bits of the whole exponent
    for (uint64_t i = (uint64_t)whole; i; i >>= 1) {
        if (fe < -(1 << 12) || fe > 1 << 12) { // out of range whatever follows
            e += fe;
            break;
        }
        if (i & 1) {
            r *= f;
            e += fe;
        }
        f *= f;
        fe *= 2;
        if (f < .5) {
            f += f;
            fe--;
        }
    }
    if (y < 0) {
        r = 1 / r;
        e = -e;
    }
    return ldexp(r, (int)(e > 100000 ? 100000 : e < -100000 ? -100000 : e));
}

double elementary_cbrt(double x) {
    if (x == 0 || !isfinite(x)) return x;
    double size = fabs(x);
    double t = of_bits(bits_of(size) / 3 + ((uint64_t)715094163 << 32)); // 5 bits
    if (size < 0x1p-1022) t = of_bits(bits_of(0x1p54 * size) / 3 + ((uint64_t)696219795 << 32));
    double r = t * t / size, s = 5.42857142857142815906e-01 + r * t;
    t *= 3.57142857142857150787e-01 + 1.60714285714285720630e+00 / (s + 1.41428571428571436819e+00 + -7.05306122448979611050e-01 / s); // 23 bits
    t = of_bits((bits_of(t) & (uint64_t)0xFFFFFFFFC << 28) + ((uint64_t)1 << 30)); // cut off, so that its square is exact
    r = size / (t * t);
    t = t + t * ((r - t) / (t + t + r)); // a step of Newton's
    return copysign(t, x);
}

double elementary_hypot(double p, double q) {
    if (isinf(p) || isinf(q)) return INFINITY;
    if (isnan(p) || isnan(q)) return NAN;
    p = fabs(p);
    q = fabs(q);
    double large = p > q ? p : q, small = p > q ? q : p;
    if (large == 0) return 0;
    small /= large;
    return large * sqrt(small * small + 1);
}

// ---- hyperbolic

double elementary_sinh(double x) {
    static const double num[] = {-0.2630563213397497062819489e+2, -0.2894211355989563807284660366e+4, -0.8991272022039509355398013511e+5,
                                 -0.6307673640497716991184787251e+6};
    static const double den[] = {1, -0.173678953558233699533450911e+3, 0.1521517378790019070696485176e+5, -0.6307673640497716991212077277e+6};
    double size = x < 0 ? -x : x, r; // a zero keeps its sign
    if (size > 21) {
        r = elementary_exp(size) * 0.5;
    } else if (size > 0.5) {
        double e = elementary_exp(size);
        r = (e - 1 / e) * 0.5;
    } else {
        double square = size * size;
        r = elementary_polynomial(num, 4, square) * size / elementary_polynomial(den, 4, square);
    }
    return x < 0 ? -r : r;
}

double elementary_cosh(double x) {
    x = fabs(x);
    double e = elementary_exp(x);
    return x > 21 ? e * 0.5 : (e + 1 / e) * 0.5;
}

double elementary_tanh(double x) {
    static const double num[] = {-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3};
    static const double den[] = {1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3};
    double size = fabs(x);
    if (size > 0.5 * 8.8029691931113054295988e+01) return x < 0 ? -1 : 1;
    if (size >= 0.625) {
        double r = 1 - 2 / (elementary_exp(2 * size) + 1);
        return x < 0 ? -r : r;
    }
    if (x == 0) return x;
    double square = x * x;
    return x + x * square * elementary_polynomial(num, 3, square) / elementary_polynomial(den, 4, square);
}

double elementary_asinh(double x) {
    if (!isfinite(x)) return x;
    double size = x < 0 ? -x : x, r;
    if (size > 0x1p28) r = elementary_log(size) + 6.93147180559945286227e-01;
    else if (size > 2) r = elementary_log(2 * size + 1 / (sqrt(size * size + 1) + size));
    else if (size < 0x1p-28) r = size;
    else r = log1p(size + size * size / (1 + sqrt(1 + size * size)));
    return x < 0 ? -r : r;
}

double elementary_acosh(double x) {
    if (x < 1 || isnan(x)) return NAN;
    if (x == 1) return 0;
    if (x >= 0x1p28) return elementary_log(x) + M_LN2;
    if (x > 2) return elementary_log(2 * x - 1 / (x + sqrt(x * x - 1)));
    double t = x - 1;
    return log1p(t + sqrt(2 * t + t * t));
}

double elementary_atanh(double x) {
    if (x < -1 || x > 1 || isnan(x)) return NAN;
    double size = fabs(x), r;
    if (size == 1) r = INFINITY;
    else if (size < 0x1p-28) return x;
    else if (size < 0.5) r = 0.5 * log1p(size + size + (size + size) * size / (1 - size));
    else r = 0.5 * log1p((size + size) / (1 - size));
    return x < 0 ? -r : r;
}

// ---- Gamma

// Stirling's formula as a product of two numbers, each of which fits.
static double stirling(double x, double *second) {
    static const double series[] = {7.87311395793093628397e-04, -2.29549961613378126380e-04, -2.68132617805781232825e-03,
                                    3.47222221605458667310e-03, 8.33333333333482257126e-02};
    *second = 1;
    if (x > 200) return INFINITY;
    double w = 1 / x;
    w = 1 + w * elementary_polynomial(series, 5, w);
    double first = elementary_exp(x), part = 1;
    if (x > 143.01608) {
        double v = elementary_pow(x, 0.5 * x - 0.25);
        part = v / first;
        first = v;
    } else {
        first = elementary_pow(x, x - 0.5) / first;
    }
    *second = 2.506628274631000502417 * w * part;
    return first;
}

static double gamma_large_negative(double x) { // by reflection
    double q = -x, p = floor(q), z = q - p, second;
    double sign = fmod(p, 2) == 0 ? -1 : 1;
    if (z > 0.5) z = q - (p + 1);
    z = fabs(q * elementary_sin(M_PI * z));
    if (z == 0) return sign * INFINITY;
    double first = stirling(q, &second), d = z * first * second;
    return sign * (isinf(d) ? M_PI / z / first / second : M_PI / d);
}

double elementary_gamma(double x) {
    static const double num[] = {1.60119522476751861407e-04, 1.19135147006586384913e-03, 1.04213797561761569935e-02, 4.76367800457137231464e-02,
                                 2.07448227648435975150e-01, 4.94214826801497100753e-01, 9.99999999999999996796e-01};
    static const double den[] = {-2.31581873324120129819e-05, 5.39605580493303397842e-04, -4.45641913851797240494e-03, 1.18139785222060435552e-02,
                                 3.58236398605498653373e-02, -2.34591795718243348568e-01, 7.14304917030273074085e-02, 1.00000000000000000320e+00};
    if (isnan(x) || (x < 0 && x == trunc(x))) return NAN;
    if (isinf(x)) return x;
    if (x == 0) return copysign(INFINITY, x);
    if (x > 33) {
        double second, first = stirling(x, &second);
        return first * second;
    }
    if (x < -33) return gamma_large_negative(x);
    double z = 1; // Gamma(x) = (x-1) Gamma(x-1), until x is in [2, 3)
    for (; x >= 3; z *= x) x -= 1;
    for (; x < 2 && (x < 0 ? x <= -1e-09 : x >= 1e-09); x += 1) z /= x;
    if (x < 2) return x == 0 ? INFINITY : z / ((1 + 0.57721566490153286060651209008240243104215933593992 * x) * x);
    if (x == 2) return z;
    x -= 2;
    return z * elementary_polynomial(num, 7, x) / elementary_polynomial(den, 8, x);
}
