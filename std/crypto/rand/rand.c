// rand.c — bytes from the system's generator; in a run that repeats (-seed), from the run's own.
#include <sys/random.h>

#include "base/platform.h"
#include "std/leaf.h"

enum { AT_ONCE = 256 };

NATIVE(std_crypto_rand_fill) {
    SliceReg b = leaf_slice(call, 0);
    uint8_t bytes[AT_ONCE];
    size_t n = b.len < AT_ONCE ? b.len : AT_ONCE;
    if (runtime_options(call->rt)->seeded || getrandom(bytes, n, 0) != (ssize_t)n)
        for (size_t i = 0; i < n; i++) bytes[i] = (uint8_t)(runtime_random(call->worker) >> 56);
    if (n) {
        leaf_writes(call, (void *)b.data, n);
        leaf_write((void *)b.data, bytes, n);
    }
    return NATIVE_OK;
}
