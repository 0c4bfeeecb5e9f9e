// Constants. An integer that fits int64 stays one; others are digits of libtommath copied into the arena, read through a
// borrowed mp_int. A float is a reduced fraction, exact until one side needs more than 4096 bits: then it is rounded to
// a mantissa of 512 bits, as Go's own compiler does, so that no chain of operations can explode. Magnitudes beyond
// 10^10000 are refused (NULL), and what is closer to zero than 10^-10000 is zero.
#include "compiler/constant_value.h"

#include <math.h>
#include <string.h>

enum { MAX_FLOAT_BITS = 33220, EXACT_BITS = 4096, MANTISSA_BITS = 512 };

void const_must(mp_err e) {
    if (e != MP_OKAY) gol_bug("libtommath: %s", mp_error_to_string(e));
}

static ConstVal *new_val(Arena *a, ConstKind kind) {
    ConstVal *v = arena_new(a, ConstVal);
    v->kind = (uint8_t)kind;
    return v;
}

mp_int const_view(const Big *b) {
    return (mp_int){.used = b->used, .alloc = b->used, .sign = b->negative ? MP_NEG : MP_ZPOS, .dp = b->digits};
}

static Big keep(Arena *a, mp_int *z) { // takes z
    Big b = {.used = z->used, .negative = z->sign == MP_NEG};
    b.digits = arena_array(a, mp_digit, z->used + 1);
    memcpy(b.digits, z->dp, sizeof(mp_digit) * (size_t)z->used);
    mp_clear(z);
    return b;
}

// A fresh mp_int with the value of an integer.
static void load_int(mp_int *z, const ConstVal *v) {
    const_must(mp_init(z));
    if (v->is_big) {
        mp_int from = const_view(&v->u.big);
        const_must(mp_copy(&from, z));
    } else {
        mp_set_i64(z, v->u.i);
    }
}

ConstVal *const_finish_int(Arena *a, mp_int *z) {
    ConstVal *v = new_val(a, CV_INT);
    int bits = mp_count_bits(z);
    if (bits <= 63) {
        v->u.i = mp_get_i64(z);
        mp_clear(z);
    } else if (bits > MAX_FLOAT_BITS) {
        mp_clear(z);
        return NULL;
    } else {
        v->is_big = true;
        v->u.big = keep(a, z);
    }
    return v;
}

ConstVal *const_finish_float(Arena *a, mp_int *num, mp_int *den) {
    int nb = mp_count_bits(num), db = mp_count_bits(den);
    if (nb && nb - db > MAX_FLOAT_BITS) {
        mp_clear_multi(num, den, NULL);
        return NULL;
    }
    if (!nb || db - nb > MAX_FLOAT_BITS) {
        mp_zero(num);
        mp_set(den, 1);
    } else {
        mp_int g;
        const_must(mp_init(&g));
        if (nb > EXACT_BITS || db > EXACT_BITS) { // round: num/den = q * 2^-s with q of MANTISSA_BITS bits
            int s = MANTISSA_BITS - (nb - db);
            if (s > 0) const_must(mp_mul_2d(num, s, num));
            else const_must(mp_mul_2d(den, -s, den));
            const_must(mp_div(num, den, &g, NULL));
            mp_exch(num, &g);
            mp_set(den, 1);
            if (s > 0) const_must(mp_mul_2d(den, s, den));
            else const_must(mp_mul_2d(num, -s, num));
            int two = mp_cnt_lsb(num), dtwo = mp_cnt_lsb(den);
            int k = two < dtwo ? two : dtwo;
            const_must(mp_div_2d(num, k, num, NULL));
            const_must(mp_div_2d(den, k, den, NULL));
        } else if (db > 1) {
            const_must(mp_gcd(num, den, &g));
            if (mp_cmp_d(&g, 1) != MP_EQ) {
                const_must(mp_div(num, &g, num, NULL));
                const_must(mp_div(den, &g, den, NULL));
            }
        }
        mp_clear(&g);
    }
    ConstVal *v = new_val(a, CV_FLOAT);
    v->u.q.num = keep(a, num);
    v->u.q.den = keep(a, den);
    return v;
}

ConstKind const_kind(const ConstVal *v) { return v ? (ConstKind)v->kind : CV_UNKNOWN; }
bool const_bool(const ConstVal *v) { return v->u.b; }
const char *const_string(const ConstVal *v, size_t *len) {
    *len = v->u.str.n;
    return v->u.str.s;
}

ConstVal *const_new_bool(Arena *a, bool b) {
    ConstVal *v = new_val(a, CV_BOOL);
    v->u.b = b;
    return v;
}

ConstVal *const_new_string(Arena *a, const char *s, size_t n) {
    ConstVal *v = new_val(a, CV_STRING);
    v->u.str.s = s;
    v->u.str.n = n;
    return v;
}

ConstVal *const_new_int(Arena *a, int64_t i) {
    ConstVal *v = new_val(a, CV_INT);
    v->u.i = i;
    return v;
}

ConstVal *const_new_uint(Arena *a, uint64_t u) {
    if (u <= INT64_MAX) return const_new_int(a, (int64_t)u);
    mp_int z;
    const_must(mp_init(&z));
    mp_set_u64(&z, u);
    return const_finish_int(a, &z);
}

bool const_is_whole(const ConstVal *v) { return v->u.q.den.used == 1 && v->u.q.den.digits[0] == 1; }

// int -> float.
static ConstVal *float_of_int(Arena *a, const ConstVal *v) {
    mp_int num, den;
    load_int(&num, v);
    const_must(mp_init_set(&den, 1));
    return const_finish_float(a, &num, &den);
}

ConstVal *const_to_kind(Arena *a, ConstVal *v, ConstKind kind) {
    if (!v || v->kind == kind) return v;
    if (v->kind < CV_INT || kind < CV_INT) return NULL;
    if (v->kind == CV_COMPLEX) return const_sign(v->u.c.im) ? NULL : const_to_kind(a, v->u.c.re, kind);
    if (kind == CV_COMPLEX) {
        ConstVal *c = new_val(a, CV_COMPLEX);
        c->u.c.re = const_to_kind(a, v, CV_FLOAT);
        c->u.c.im = const_to_kind(a, const_new_int(a, 0), CV_FLOAT);
        return c->u.c.re ? c : NULL;
    }
    if (kind == CV_FLOAT) return float_of_int(a, v);
    if (!const_is_whole(v)) return NULL;
    mp_int z, from = const_view(&v->u.q.num);
    const_must(mp_init_copy(&z, &from));
    return const_finish_int(a, &z);
}

ConstVal *const_real(Arena *a, ConstVal *v) { return v->kind == CV_COMPLEX ? v->u.c.re : const_to_kind(a, v, CV_FLOAT); }
ConstVal *const_imag(Arena *a, ConstVal *v) {
    return v->kind == CV_COMPLEX ? v->u.c.im : const_to_kind(a, const_new_int(a, 0), CV_FLOAT);
}
ConstVal *const_make_complex(Arena *a, ConstVal *re, ConstVal *im) {
    ConstVal *v = new_val(a, CV_COMPLEX);
    v->u.c.re = const_to_kind(a, re, CV_FLOAT);
    v->u.c.im = const_to_kind(a, im, CV_FLOAT);
    return v->u.c.re && v->u.c.im ? v : NULL;
}

int const_sign(const ConstVal *v) {
    switch (v->kind) {
    case CV_INT:
        if (v->is_big) return v->u.big.negative ? -1 : 1;
        return v->u.i < 0 ? -1 : v->u.i > 0;
    case CV_FLOAT:
        return !v->u.q.num.used ? 0 : v->u.q.num.negative ? -1 : 1;
    case CV_COMPLEX:
        return const_sign(v->u.c.re) || const_sign(v->u.c.im);
    default: return 1;
    }
}

uint32_t const_bits(const ConstVal *v) {
    if (v->is_big) {
        mp_int z = const_view(&v->u.big);
        return (uint32_t)mp_count_bits(&z);
    }
    uint64_t m = v->u.i < 0 ? -(uint64_t)v->u.i : (uint64_t)v->u.i;
    return m ? 64 - (uint32_t)__builtin_clzll(m) : 0;
}

bool const_uint64(const ConstVal *v, uint64_t *out) {
    const Big *b;
    if (v->kind == CV_FLOAT) {
        if (!const_is_whole(v)) return false;
        b = &v->u.q.num;
    } else if (v->kind != CV_INT) {
        return false;
    } else if (!v->is_big) {
        *out = (uint64_t)v->u.i;
        return v->u.i >= 0;
    } else {
        b = &v->u.big;
    }
    mp_int z = const_view(b);
    if ((b->negative && b->used) || mp_count_bits(&z) > 64) return false;
    *out = mp_get_mag_u64(&z);
    return true;
}

bool const_int64(const ConstVal *v, int64_t *out) {
    if (v->kind == CV_INT && !v->is_big) {
        *out = v->u.i;
        return true;
    }
    if (v->kind == CV_FLOAT ? !const_is_whole(v) : v->kind != CV_INT) return false;
    const Big *b = v->kind == CV_FLOAT ? &v->u.q.num : &v->u.big;
    mp_int z = const_view(b);
    int bits = mp_count_bits(&z);
    uint64_t m = mp_get_mag_u64(&z);
    if (bits > 63 && !(bits == 64 && b->negative && m == (uint64_t)1 << 63)) return false;
    *out = (int64_t)(b->negative ? -m : m);
    return true;
}

bool const_fits(const ConstVal *v, uint32_t bits, bool is_unsigned) {
    uint32_t have = const_bits(v);
    if (is_unsigned) return const_sign(v) >= 0 && have <= bits;
    if (have < bits) return true;
    int64_t i; // -(2^(bits-1)) has one bit more than the rest
    return have == bits && const_sign(v) < 0 && const_int64(v, &i) && i == (int64_t)((uint64_t)-1 << (bits - 1));
}

// num/den rounded to nearest even with `mant` bits of mantissa and no bit below 2^min_exp.
static double ratio(const Big *num, const Big *den, int mant, int min_exp) {
    mp_int n, d, q, r, nv = const_view(num), dv = const_view(den);
    if (!num->used) return 0;
    const_must(mp_init_multi(&n, &d, &q, &r, NULL));
    const_must(mp_abs(&nv, &n));
    const_must(mp_copy(&dv, &d));
    int s = mant + 2 - (mp_count_bits(&n) - mp_count_bits(&d)); // the quotient gets mant+2 or mant+3 bits
    if (s > 0) const_must(mp_mul_2d(&n, s, &n));
    else const_must(mp_mul_2d(&d, -s, &d));
    const_must(mp_div(&n, &d, &q, &r));
    uint64_t m = mp_get_mag_u64(&q);
    bool sticky = !mp_iszero(&r);
    int exp = mp_count_bits(&q) - s - mant; // exponent of the last kept bit
    if (exp < min_exp) exp = min_exp;
    int drop = exp + s;
    mp_clear_multi(&n, &d, &q, &r, NULL);
    if (drop > 62) {
        m = 0;
    } else if (drop > 0) {
        uint64_t low = m & (((uint64_t)1 << drop) - 1), half = (uint64_t)1 << (drop - 1);
        m >>= drop;
        if (low > half || (low == half && (sticky || (m & 1)))) m++;
    }
    double v = ldexp((double)m, exp);
    return num->negative ? -v : v;
}

static double to_ieee(const ConstVal *v, int mant, int min_exp, double limit) {
    Big one = {.digits = (mp_digit[]){1}, .used = 1};
    double d;
    if (v->kind == CV_FLOAT) {
        d = ratio(&v->u.q.num, &v->u.q.den, mant, min_exp);
    } else if (v->kind == CV_COMPLEX) {
        return to_ieee(v->u.c.re, mant, min_exp, limit);
    } else if (v->is_big) {
        d = ratio(&v->u.big, &one, mant, min_exp);
    } else {
        d = mant == 24 ? (double)(float)v->u.i : (double)v->u.i;
    }
    return d > limit ? HUGE_VAL : d < -limit ? -HUGE_VAL : d;
}

double const_float64(const ConstVal *v) { return to_ieee(v, 53, -1074, 1.7976931348623157e308); }
float const_float32(const ConstVal *v) { return (float)to_ieee(v, 24, -149, 3.4028234663852886e38); }
void const_complex(const ConstVal *v, double *re, double *im) {
    *re = const_float64(v);
    *im = v->kind == CV_COMPLEX ? const_float64(v->u.c.im) : 0;
}

ConstVal *const_round(Arena *a, ConstVal *v, bool single) {
    double d = single ? (double)const_float32(v) : const_float64(v);
    if (isinf(d)) return NULL;
    int exp;
    int64_t m = (int64_t)ldexp(frexp(d, &exp), 53);
    exp -= 53;
    mp_int num, den;
    const_must(mp_init_multi(&num, &den, NULL));
    mp_set_i64(&num, m);
    mp_set(&den, 1);
    const_must(exp > 0 ? mp_mul_2d(&num, exp, &num) : mp_mul_2d(&den, -exp, &den));
    return const_finish_float(a, &num, &den);
}

// ---- operations ----

static ConstVal *int_binary(Arena *a, Op op, const ConstVal *x, const ConstVal *y, bool int_division) {
    int64_t r;
    if (!x->is_big && !y->is_big) {
        int64_t i = x->u.i, j = y->u.i;
        switch ((int)op) {
        case OPR_ADD: if (!__builtin_add_overflow(i, j, &r)) return const_new_int(a, r); break;
        case OPR_SUB: if (!__builtin_sub_overflow(i, j, &r)) return const_new_int(a, r); break;
        case OPR_MUL: if (!__builtin_mul_overflow(i, j, &r)) return const_new_int(a, r); break;
        case OPR_AND: return const_new_int(a, i & j);
        case OPR_OR: return const_new_int(a, i | j);
        case OPR_XOR: return const_new_int(a, i ^ j);
        case OPR_ANDNOT: return const_new_int(a, i & ~j);
        case OPR_QUO: if (int_division && j != -1) return const_new_int(a, i / j); break;
        case OPR_REM: return const_new_int(a, j == -1 ? 0 : i % j);
        default: break;
        }
    }
    mp_int p, q, z;
    load_int(&p, x);
    load_int(&q, y);
    if (op == OPR_QUO && !int_division) {
        if (q.sign == MP_NEG) {
            const_must(mp_neg(&p, &p));
            const_must(mp_neg(&q, &q));
        }
        return const_finish_float(a, &p, &q);
    }
    const_must(mp_init(&z));
    switch ((int)op) {
    case OPR_ADD: const_must(mp_add(&p, &q, &z)); break;
    case OPR_SUB: const_must(mp_sub(&p, &q, &z)); break;
    case OPR_MUL: const_must(mp_mul(&p, &q, &z)); break;
    case OPR_QUO: const_must(mp_div(&p, &q, &z, NULL)); break;
    case OPR_REM: const_must(mp_div(&p, &q, NULL, &z)); break;
    case OPR_AND: const_must(mp_and(&p, &q, &z)); break;
    case OPR_OR: const_must(mp_or(&p, &q, &z)); break;
    case OPR_XOR: const_must(mp_xor(&p, &q, &z)); break;
    case OPR_ANDNOT: const_must(mp_complement(&q, &q)); const_must(mp_and(&p, &q, &z)); break;
    default: gol_bug("constant operator %d on integers", (int)op);
    }
    mp_clear_multi(&p, &q, NULL);
    return const_finish_int(a, &z);
}

static ConstVal *float_binary(Arena *a, Op op, const ConstVal *x, const ConstVal *y) {
    mp_int xn = const_view(&x->u.q.num), xd = const_view(&x->u.q.den), yn = const_view(&y->u.q.num), yd = const_view(&y->u.q.den);
    mp_int num, den, t;
    const_must(mp_init_multi(&num, &den, &t, NULL));
    switch ((int)op) {
    case OPR_ADD:
    case OPR_SUB:
        const_must(mp_mul(&xn, &yd, &num));
        const_must(mp_mul(&yn, &xd, &t));
        const_must(op == OPR_ADD ? mp_add(&num, &t, &num) : mp_sub(&num, &t, &num));
        const_must(mp_mul(&xd, &yd, &den));
        break;
    case OPR_MUL:
        const_must(mp_mul(&xn, &yn, &num));
        const_must(mp_mul(&xd, &yd, &den));
        break;
    case OPR_QUO:
        const_must(mp_mul(&xn, &yd, &num));
        const_must(mp_mul(&xd, &yn, &den));
        if (den.sign == MP_NEG) {
            const_must(mp_neg(&num, &num));
            const_must(mp_neg(&den, &den));
        }
        break;
    default: gol_bug("constant operator %d on floats", (int)op);
    }
    mp_clear(&t);
    return const_finish_float(a, &num, &den);
}

// float_binary that passes "too large" on.
static ConstVal *fop(Arena *a, Op op, const ConstVal *x, const ConstVal *y) { return x && y ? float_binary(a, op, x, y) : NULL; }

static ConstVal *complex_binary(Arena *a, Op op, ConstVal *x, ConstVal *y) {
    ConstVal *p = x->u.c.re, *q = x->u.c.im, *r = y->u.c.re, *s = y->u.c.im, *re, *im;
    if (op == OPR_ADD || op == OPR_SUB) {
        re = fop(a, op, p, r);
        im = fop(a, op, q, s);
    } else if (op == OPR_MUL) {
        re = fop(a, OPR_SUB, fop(a, OPR_MUL, p, r), fop(a, OPR_MUL, q, s));
        im = fop(a, OPR_ADD, fop(a, OPR_MUL, q, r), fop(a, OPR_MUL, p, s));
    } else {
        ConstVal *d = fop(a, OPR_ADD, fop(a, OPR_MUL, r, r), fop(a, OPR_MUL, s, s));
        if (!d || !const_sign(d)) return NULL;
        re = fop(a, OPR_QUO, fop(a, OPR_ADD, fop(a, OPR_MUL, p, r), fop(a, OPR_MUL, q, s)), d);
        im = fop(a, OPR_QUO, fop(a, OPR_SUB, fop(a, OPR_MUL, q, r), fop(a, OPR_MUL, p, s)), d);
    }
    return re && im ? const_make_complex(a, re, im) : NULL;
}

ConstVal *const_binary(Arena *a, Op op, ConstVal *x, ConstVal *y, bool int_division) {
    if (!x || !y) return NULL;
    if (x->kind == CV_BOOL) return const_new_bool(a, op == OPR_LAND ? x->u.b && y->u.b : x->u.b || y->u.b);
    if (x->kind == CV_STRING) {
        size_t n = x->u.str.n + y->u.str.n;
        char *s = arena_alloc(a, n + 1);
        if (x->u.str.n) memcpy(s, x->u.str.s, x->u.str.n);
        if (y->u.str.n) memcpy(s + x->u.str.n, y->u.str.s, y->u.str.n);
        return const_new_string(a, s, n);
    }
    ConstKind kind = x->kind > y->kind ? x->kind : y->kind;
    if (!(x = const_to_kind(a, x, kind)) || !(y = const_to_kind(a, y, kind))) return NULL;
    if (kind == CV_INT) return int_binary(a, op, x, y, int_division);
    return kind == CV_FLOAT ? float_binary(a, op, x, y) : complex_binary(a, op, x, y);
}

ConstVal *const_shift(Arena *a, ConstVal *x, Op op, uint32_t n) {
    mp_int z;
    load_int(&z, x);
    const_must(op == OPR_SHL ? mp_mul_2d(&z, (int)n, &z) : mp_signed_rsh(&z, (int)n, &z));
    return const_finish_int(a, &z);
}

ConstVal *const_unary(Arena *a, Op op, ConstVal *x, uint32_t bits) {
    if (op == OPR_NOT) return const_new_bool(a, !x->u.b);
    if (op == OPR_ADD) return x;
    if (op == OPR_SUB) return const_binary(a, OPR_SUB, const_new_int(a, 0), x, true);
    mp_int z;
    load_int(&z, x);
    const_must(mp_complement(&z, &z));
    if (bits) { // of the value's own width: -x-1 modulo 2^bits
        mp_int mod;
        const_must(mp_init(&mod));
        const_must(mp_2expt(&mod, (int)bits));
        const_must(mp_mod(&z, &mod, &z));
        mp_clear(&mod);
    }
    return const_finish_int(a, &z);
}

static int compare_numbers(const ConstVal *x, const ConstVal *y) {
    if (x->kind == CV_INT && y->kind == CV_INT && !x->is_big && !y->is_big) return x->u.i < y->u.i ? -1 : x->u.i > y->u.i;
    mp_int p, q, t;
    if (x->kind == CV_INT) {
        load_int(&p, x);
        load_int(&q, y);
    } else {
        mp_int xn = const_view(&x->u.q.num), xd = const_view(&x->u.q.den), yn = const_view(&y->u.q.num), yd = const_view(&y->u.q.den);
        const_must(mp_init_multi(&p, &q, NULL));
        const_must(mp_mul(&xn, &yd, &p));
        const_must(mp_mul(&yn, &xd, &q));
    }
    const_must(mp_init(&t));
    const_must(mp_sub(&p, &q, &t));
    int c = mp_iszero(&t) ? 0 : t.sign == MP_NEG ? -1 : 1;
    mp_clear_multi(&p, &q, &t, NULL);
    return c;
}

bool const_compare(ConstVal *x, Op op, ConstVal *y) {
    int c;
    Arena scratch;
    arena_init(&scratch);
    if (x->kind >= CV_INT && x->kind != y->kind) {
        ConstKind kind = x->kind > y->kind ? x->kind : y->kind;
        x = const_to_kind(&scratch, x, kind);
        y = const_to_kind(&scratch, y, kind);
    }
    if (x->kind == CV_BOOL) {
        c = x->u.b != y->u.b;
    } else if (x->kind == CV_STRING) {
        size_t n = x->u.str.n < y->u.str.n ? x->u.str.n : y->u.str.n;
        c = n ? memcmp(x->u.str.s, y->u.str.s, n) : 0;
        if (!c) c = x->u.str.n < y->u.str.n ? -1 : x->u.str.n > y->u.str.n;
    } else if (x->kind == CV_COMPLEX) {
        c = compare_numbers(x->u.c.re, y->u.c.re) || compare_numbers(x->u.c.im, y->u.c.im);
    } else {
        c = compare_numbers(x, y);
    }
    arena_fini(&scratch);
    switch ((int)op) {
    case OPR_EQ: return c == 0;
    case OPR_NE: return c != 0;
    case OPR_LT: return c < 0;
    case OPR_LE: return c <= 0;
    case OPR_GT: return c > 0;
    default: return c >= 0;
    }
}
