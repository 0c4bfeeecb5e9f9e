// platform.h — the machine below: threads, a futex (Linux's, or one made of pthreads), a lock, clocks.
#pragma once
#include <pthread.h>

#include "base/base.h"

int platform_cpus(void);         // processors this process may run on, at least 1
int64_t platform_now(void);      // monotonic, ns
int64_t platform_wall(void);     // since 1970, ns
uint64_t platform_entropy(void); // 64 bits from the system
void platform_sleep(int64_t ns);
// Starts a joinable thread with a small C stack (our threads never recurse deeply).
bool platform_thread(pthread_t *out, void *(*run)(void *), void *arg);

// Sleeps while *addr == expected, until woken, `timeout` ns (negative: no limit) or for no reason at all.
void futex_wait(uint32_t *addr, uint32_t expected, int64_t timeout);
void futex_wake(uint32_t *addr, int n); // may be called from a signal handler on Linux

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

// A lock of 4 bytes for short sections: 0 free, 1 held, 2 held and somebody may sleep (Drepper, "Futexes are tricky").
// Zeroed memory is a free lock.
typedef uint32_t Lock;
void lock_take_slow(Lock *l);
static inline bool lock_try(Lock *l) {
    uint32_t free_value = 0;
    return __atomic_compare_exchange_n(l, &free_value, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
static inline void lock_take(Lock *l) {
    if (UNLIKELY(!lock_try(l))) lock_take_slow(l);
}
static inline void lock_drop(Lock *l) {
    if (UNLIKELY(__atomic_exchange_n(l, 0, __ATOMIC_RELEASE) == 2)) futex_wake(l, 1);
}
