// rand.c — the additive lagged Fibonacci generator of math/rand: x[n] = x[n-607] + x[n-273] modulo 2^64. A program gets the
// same numbers from a seed as in Go.
//
// A source is a struct of the program's (rand.gol: lagged). One that a program has made itself is not to be shared between
// goroutines: there is no lock, and the gol code around counts its draws, which a race detector sees. But whatever two workers do
// here at once, indexes stay in range. The one behind the functions of the package is locked, for the length of a draw.
#include <sched.h>

#include "runtime/sched.h"
#include "std/leaf.h"
#include "std/math/rand/rand_state.h"

typedef struct Source { // the words of struct lagged
    Word draws;
    Word tap;
    Word shared; // PRIVATE, or the package's
    Word lock;
    Word pending, left; // of Read: bytes drawn and not given out
    Word vec[RAND_LEN];
} Source;

enum { PRIVATE, SHARED, SHARED_SEEDED };

static void lock(Source *s) {
    if (GUEST_LOAD(Word, &s->shared) == PRIVATE) return;
    while (__atomic_exchange_n(&s->lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
}
static void unlock(Source *s) {
    if (GUEST_LOAD(Word, &s->shared) != PRIVATE) __atomic_store_n(&s->lock, 0, __ATOMIC_RELEASE);
}

static uint64_t next(const NativeCall *c, Source *s) {
    if (GUEST_LOAD(Word, &s->shared) == SHARED) return runtime_random(c->worker);
    uint64_t tap = GUEST_LOAD(Word, &s->tap);
    tap = tap == 0 || tap > RAND_LEN ? RAND_LEN - 1 : tap - 1;
    uint64_t feed = tap + RAND_LEN - RAND_TAP;
    if (feed >= RAND_LEN) feed -= RAND_LEN;
    uint64_t x = GUEST_LOAD(Word, &s->vec[feed]) + GUEST_LOAD(Word, &s->vec[tap]);
    GUEST_STORE(Word, &s->tap, tap);
    GUEST_STORE(Word, &s->vec[feed], x);
    return x;
}
static uint64_t next63(const NativeCall *c, Source *s) { return next(c, s) & INT64_MAX; }

// Lehmer's generator, multiplier 48271 modulo 2^31 - 1, without overflow (Schrage).
static int32_t lehmer(int32_t x) {
    x = 48271 * (x % 44488) - 3399 * (x / 44488);
    return x < 0 ? x + INT32_MAX : x;
}

// func (s *lagged) seed(seed int64)
NATIVE(std_math_rand_lagged_seed) {
    Source *s = (Source *)call->args[0];
    int64_t seed = (int64_t)call->args[1] % INT32_MAX;
    if (seed < 0) seed += INT32_MAX;
    int32_t x = seed ? (int32_t)seed : 89482311;
    for (int i = 0; i < 20; i++) x = lehmer(x);
    lock(s);
    for (int i = 0; i < RAND_LEN; i++) {
        uint64_t u = 0;
        for (int part = 0; part < 3; part++) {
            x = lehmer(x);
            u ^= (uint64_t)x << (40 - 20 * part);
        }
        GUEST_STORE(Word, &s->vec[i], u ^ rand_state[i]);
    }
    GUEST_STORE(Word, &s->tap, 0);
    GUEST_STORE(Word, &s->left, 0);
    if (GUEST_LOAD(Word, &s->shared) == SHARED) {
        __atomic_store_n(&s->lock, 0, __ATOMIC_RELEASE);
        __atomic_store_n(&s->shared, SHARED_SEEDED, __ATOMIC_RELEASE);
    } else {
        unlock(s);
    }
    return NATIVE_OK;
}

// func (s *lagged) word() uint64
NATIVE(std_math_rand_lagged_word) {
    Source *s = (Source *)call->args[0];
    lock(s);
    call->args[0] = next(call, s);
    unlock(s);
    return NATIVE_OK;
}

// func (s *lagged) below(n int64, bits int) int64: in [0, n) from the upper `bits` bits of 63, repeated while the last, short row of
// n is hit
NATIVE(std_math_rand_lagged_below) {
    Source *s = (Source *)call->args[0];
    uint64_t n = call->args[1], shift = 63 - call->args[2], all = (uint64_t)1 << call->args[2], v;
    lock(s);
    if (n & (n - 1)) {
        uint64_t max = all - 1 - all % n;
        do v = next63(call, s) >> shift;
        while (v > max);
        v %= n;
    } else {
        v = next63(call, s) >> shift & (n - 1);
    }
    unlock(s);
    call->args[0] = v;
    return NATIVE_OK;
}

// func (s *lagged) unit() float64: in [0, 1)
NATIVE(std_math_rand_lagged_unit) {
    Source *s = (Source *)call->args[0];
    double f;
    lock(s);
    do f = (double)next63(call, s) / 0x1p63;
    while (f == 1); // rounded up
    unlock(s);
    leaf_ret_double(call, 0, f);
    return NATIVE_OK;
}

// func (s *lagged) fill(p []byte, from int) (next int): some kilobytes from index `from` on
NATIVE(std_math_rand_lagged_fill) {
    Source *s = (Source *)call->args[0];
    SliceReg p = leaf_slice(call, 1);
    uint64_t at = call->args[4], end = p.len - at > 4096 ? at + 4096 : p.len;
    lock(s);
    uint64_t pending = GUEST_LOAD(Word, &s->pending), left = GUEST_LOAD(Word, &s->left);
    leaf_writes(call, (uint8_t *)p.data + at, end - at);
    for (; at < end; at++) {
        if (left == 0) {
            pending = next63(call, s);
            left = 7;
        }
        GUEST_STORE(uint8_t, (uint8_t *)p.data + at, (uint8_t)pending);
        pending >>= 8;
        left--;
    }
    GUEST_STORE(Word, &s->pending, pending);
    GUEST_STORE(Word, &s->left, left);
    unlock(s);
    call->args[0] = at;
    return NATIVE_OK;
}
