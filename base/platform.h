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
int64_t platform_worked(pthread_t t); // processor time of a thread that lives, ns; 0 where the system does not tell

// Sleeps while *addr == expected, until woken, `timeout` ns (negative: no limit) or for no reason at all.
void futex_wait(uint32_t *addr, uint32_t expected, int64_t timeout);
void futex_wake(uint32_t *addr, int n); // may be called from a signal handler on Linux

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}
