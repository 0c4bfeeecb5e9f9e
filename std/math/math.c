// math.c — the functions of package math, over the C library and elementary.c. Special values (NaN, infinities, negative zero) are Go's; where the
// C library does otherwise, a line says what.
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "std/leaf.h"
#include "std/math/elementary.h"

#define MATH_1(Name, f)                                                                                                           \
    NATIVE(std_math_##Name) {                                                                                                      \
        leaf_ret_double(call, 0, f(leaf_double(call, 0)));                                                                         \
        return NATIVE_OK;                                                                                                          \
    }
#define MATH_2(Name, f)                                                                                                           \
    NATIVE(std_math_##Name) {                                                                                                      \
        leaf_ret_double(call, 0, f(leaf_double(call, 0), leaf_double(call, 1)));                                                   \
        return NATIVE_OK;                                                                                                          \
    }

// ---- bits: a float in a register is its bits

#define MATH_SAME(Name)                                                                                                           \
    NATIVE(std_math_##Name) {                                                                                                      \
        (void)call;                                                                                                                \
        return NATIVE_OK;                                                                                                          \
    }
MATH_SAME(Float64bits)
MATH_SAME(Float64frombits)
MATH_SAME(Float32bits)
MATH_SAME(Float32frombits)

NATIVE(std_math_NaN) {
    call->args[0] = 0x7FF8000000000001; // Go's; visible through Float64bits
    return NATIVE_OK;
}
NATIVE(std_math_Inf) {
    call->args[0] = (int64_t)call->args[0] >= 0 ? 0x7FF0000000000000 : 0xFFF0000000000000;
    return NATIVE_OK;
}
NATIVE(std_math_Signbit) {
    call->args[0] >>= 63;
    return NATIVE_OK;
}
NATIVE(std_math_Abs) {
    call->args[0] &= INT64_MAX;
    return NATIVE_OK;
}
MATH_2(Copysign, copysign)

// ---- choosing

static double larger(double x, double y) {
    if (isinf(x) && x > 0) return x;
    if (isinf(y) && y > 0) return y;
    if (isnan(x) || isnan(y)) return NAN;
    if (x == 0 && y == 0) return signbit(x) ? y : x;
    return x > y ? x : y;
}
static double smaller(double x, double y) { return -larger(-x, -y); }
static double difference(double x, double y) {
    double d = x - y; // Inf - Inf is NaN, and so is Dim
    return d <= 0 ? 0 : d;
}
MATH_2(Max, larger)
MATH_2(Min, smaller)
MATH_2(Dim, difference)

// ---- parts and rounding

MATH_1(Floor, floor)
MATH_1(Ceil, ceil)
MATH_1(Trunc, trunc)
MATH_1(Round, round)
MATH_1(RoundToEven, nearbyint)
MATH_2(Mod, fmod)
MATH_2(Remainder, remainder)
static double next_after(double x, double y) { return x == y ? x : nextafter(x, y); } // C: y, which matters for zeros
MATH_2(Nextafter, next_after)
MATH_1(Logb, logb)
MATH_1(Sqrt, sqrt)

NATIVE(std_math_Modf) {
    double f = leaf_double(call, 0), whole = trunc(f);
    leaf_ret_double(call, 0, whole);
    leaf_ret_double(call, 1, copysign(f - whole, f)); // for an infinity NaN, not C's 0
    return NATIVE_OK;
}
NATIVE(std_math_Frexp) {
    double f = leaf_double(call, 0);
    int exp = 0;
    if (isfinite(f)) f = frexp(f, &exp);
    leaf_ret_double(call, 0, f);
    call->args[1] = (Word)(int64_t)exp;
    return NATIVE_OK;
}
NATIVE(std_math_Ldexp) {
    int64_t exp = (int64_t)call->args[1];
    leaf_ret_double(call, 0, ldexp(leaf_double(call, 0), exp > 10000 ? 10000 : exp < -10000 ? -10000 : (int)exp));
    return NATIVE_OK;
}
NATIVE(std_math_FMA) {
    leaf_ret_double(call, 0, fma(leaf_double(call, 0), leaf_double(call, 1), leaf_double(call, 2)));
    return NATIVE_OK;
}
NATIVE(std_math_Nextafter32) {
    float x, y;
    uint32_t bits;
    memcpy(&x, &call->args[0], 4);
    memcpy(&y, &call->args[1], 4);
    if (x != y) x = nextafterf(x, y);
    memcpy(&bits, &x, 4);
    call->args[0] = bits;
    return NATIVE_OK;
}
NATIVE(std_math_Ilogb) {
    double x = leaf_double(call, 0);
    call->args[0] = (Word)(int64_t)(x == 0 ? INT32_MIN : isfinite(x) ? ilogb(x) : INT32_MAX);
    return NATIVE_OK;
}

// ---- powers and logarithms

MATH_1(Cbrt, elementary_cbrt)
MATH_2(Hypot, elementary_hypot)
MATH_2(Pow, elementary_pow)
MATH_1(Exp, elementary_exp)
MATH_1(Exp2, elementary_exp2)
MATH_1(Expm1, expm1)
MATH_1(Log, elementary_log)
MATH_1(Log1p, log1p)
MATH_1(Log2, elementary_log2)
MATH_1(Log10, elementary_log10)

// Products and quotients of exact or correctly rounded powers, so the same everywhere.
NATIVE(std_math_Pow10) {
    static const double ones[32] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31};
    static const double up[] = {1e0, 1e32, 1e64, 1e96, 1e128, 1e160, 1e192, 1e224, 1e256, 1e288};
    static const double down[] = {1e-0, 1e-32, 1e-64, 1e-96, 1e-128, 1e-160, 1e-192, 1e-224, 1e-256, 1e-288, 1e-320};
    int64_t n = (int64_t)call->args[0];
    double r = n < -323 ? 0 : n > 308 ? INFINITY : n < 0 ? down[-n / 32] / ones[-n % 32] : up[n / 32] * ones[n % 32];
    leaf_ret_double(call, 0, r);
    return NATIVE_OK;
}

// ---- angles

MATH_1(Sin, elementary_sin)
MATH_1(Cos, elementary_cos)
MATH_1(Tan, elementary_tan)
MATH_1(Asin, elementary_asin)
MATH_1(Acos, elementary_acos)
MATH_1(Atan, elementary_atan)
MATH_2(Atan2, elementary_atan2)
MATH_1(Sinh, elementary_sinh)
MATH_1(Cosh, elementary_cosh)
MATH_1(Tanh, elementary_tanh)
MATH_1(Asinh, elementary_asinh)
MATH_1(Acosh, elementary_acosh)
MATH_1(Atanh, elementary_atanh)

NATIVE(std_math_Sincos) {
    double x = leaf_double(call, 0);
    leaf_ret_double(call, 0, elementary_sin(x));
    leaf_ret_double(call, 1, elementary_cos(x));
    return NATIVE_OK;
}

// ---- the rest

MATH_1(Gamma, elementary_gamma)
MATH_1(Erf, erf)
MATH_1(Erfc, erfc)
MATH_1(J0, j0)
MATH_1(J1, j1)

static double above_zero(double x, double (*f)(double)) { return x < 0 ? NAN : x == 0 ? -INFINITY : f(x); }
static double second_0(double x) { return above_zero(x, y0); }
static double second_1(double x) { return above_zero(x, y1); }
MATH_1(Y0, second_0)
MATH_1(Y1, second_1)

static int order(const NativeCall *c) {
    int64_t n = (int64_t)c->args[0];
    return n > INT_MAX ? INT_MAX : n < -INT_MAX ? -INT_MAX : (int)n;
}
// The recurrence takes as many steps as the order says; this is where it is hopeless, and long.
enum { MAX_ORDER = 100000 };

NATIVE(std_math_Jn) {
    int n = order(call);
    double x = leaf_double(call, 1);
    leaf_ret_double(call, 0, isnan(x) ? x : isinf(x) || abs(n) > MAX_ORDER ? 0 : jn(n, x));
    return NATIVE_OK;
}
NATIVE(std_math_Yn) {
    int n = order(call);
    double x = leaf_double(call, 1), r;
    if (isnan(x) || x < 0) r = NAN;
    else if (x == 0 || abs(n) > MAX_ORDER) r = n < 0 && (n & 1) ? INFINITY : -INFINITY;
    else r = isinf(x) ? 0 : yn(n, x);
    leaf_ret_double(call, 0, r);
    return NATIVE_OK;
}
NATIVE(std_math_Lgamma) {
    double x = leaf_double(call, 0), r;
    int sign = 1;
    if (isinf(x)) r = x; // C: +Inf also for -Inf
    else r = lgamma_r(x, &sign);
    if (isnan(x) || (x < 0 && x == floor(x))) sign = 1;
    leaf_ret_double(call, 0, r);
    call->args[1] = (Word)(int64_t)sign;
    return NATIVE_OK;
}

// Algorithm AS 241 (Wichura 1988, PPND16) gives the normal quantile; erfinv(x) is that of (x + 1) / 2 over the root of 2.
static double ratio(double factor, const double *num, const double *den, double r) {
    double a = num[7], b = den[7];
    for (int i = 6; i >= 0; i--) {
        a = a * r + num[i];
        b = b * r + den[i];
    }
    return factor * a / b;
}
static double erf_inverse(double x) {
    static const double a[] = {1.1975323115670912564578e0, 4.7072688112383978012285e1, 6.9706266534389598238465e2, 4.8548868893843886794648e3,
                               1.6235862515167575384252e4, 2.3782041382114385731252e4, 1.1819493347062294404278e4, 8.8709406962545514830200e2};
    static const double b[] = {1.0000000000000000000e0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
                               2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3};
    static const double c[] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                               1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[] = {1.4142135623730950488016887e0, 2.9036514445419946173133295e0, 2.3707661626024532365971225e0,
                               9.7547832001787427186894837e-1, 2.0945065210512749128288442e-1, 2.1494160384252876777097297e-2,
                               7.7441459065157709165577218e-4, 1.4859850019840355905497876e-9};
    static const double e[] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[] = {1.414213562373095048801689e0, 8.482908416595164588112026e-1, 1.936480946950659106176712e-1,
                               2.103693768272068968719679e-2, 1.112800997078859844711555e-3, 2.611088405080593625138020e-5,
                               2.010321207683943062279931e-7, 2.891024605872965461538222e-15};
    double size = fabs(x);
    if (isnan(x) || size > 1) return NAN;
    if (size == 1) return copysign(INFINITY, x);
    if (size <= 0.85) return ratio(x, a, b, 0.180625 - 0.25 * x * x);
    double r = sqrt(M_LN2 - elementary_log(1.0 - size));
    return copysign(r <= 5 ? ratio(1, c, d, r - 1.6) : ratio(1, e, f, r - 5), x);
}
MATH_1(Erfinv, erf_inverse)
