// elementary.h — exp, log, powers, angles and Gamma with the approximations that Go uses on this machine, so that the last digit
// that a program prints is the same. (glibc's are a little more exact: every fourth sine differs in its last bit.)
#pragma once

double elementary_exp(double x);
double elementary_exp2(double x);
double elementary_log(double x);
double elementary_log2(double x);
double elementary_log10(double x);
double elementary_pow(double x, double y);
double elementary_cbrt(double x);
double elementary_hypot(double p, double q);
double elementary_sinh(double x);
double elementary_cosh(double x);
double elementary_tanh(double x);
double elementary_asinh(double x);
double elementary_acosh(double x);
double elementary_atanh(double x);
double elementary_gamma(double x);

double elementary_sin(double x);
double elementary_cos(double x);
double elementary_tan(double x);
double elementary_asin(double x);
double elementary_acos(double x);
double elementary_atan(double x);
double elementary_atan2(double y, double x);

// c[0] x^(n-1) + ... + c[n-1], from the left (Horner).
static inline double elementary_polynomial(const double *c, int n, double x) {
    double r = c[0];
    for (int i = 1; i < n; i++) r = r * x + c[i];
    return r;
}
