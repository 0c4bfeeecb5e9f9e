#include "base/platform.h"

#include <errno.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/random.h>
#include <sys/syscall.h>
#endif

int platform_cpus(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

static int64_t clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
int64_t platform_now(void) { return clock_ns(CLOCK_MONOTONIC); }
int64_t platform_wall(void) { return clock_ns(CLOCK_REALTIME); }

uint64_t platform_entropy(void) {
    uint64_t v = 0;
#ifdef __linux__
    if (getrandom(&v, sizeof v, GRND_NONBLOCK) == (ssize_t)sizeof v) return v;
#endif
    v = (uint64_t)platform_now() * 0x9E3779B97F4A7C15u ^ (uint64_t)platform_wall() ^ (uint64_t)getpid() << 40;
    return v;
}

void platform_sleep(int64_t ns) {
    struct timespec t = {ns / 1000000000, ns % 1000000000};
    nanosleep(&t, NULL);
}

bool platform_thread(pthread_t *out, void *(*run)(void *), void *arg) {
    pthread_attr_t attr;
    if (pthread_attr_init(&attr)) return false;
    pthread_attr_setstacksize(&attr, 1 << 20);
    int err = pthread_create(out, &attr, run, arg);
    pthread_attr_destroy(&attr);
    return err == 0;
}

int64_t platform_worked(pthread_t t) {
#ifdef __linux__
    clockid_t clock;
    struct timespec now;
    if (pthread_getcpuclockid(t, &clock) == 0 && clock_gettime(clock, &now) == 0) return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
#else
    (void)t;
#endif
    return 0;
}

#if defined(__linux__) && !defined(GOL_NO_FUTEX)
void futex_wait(uint32_t *addr, uint32_t expected, int64_t timeout) {
    struct timespec t, *limit = NULL;
#ifdef GOL_TSAN
    // The thread sanitizer keeps a signal back until the thread calls something that it knows, and a system call of ours is no such thing: a sleeper would
    // never hear of it. A wait that ends too early is one that every caller expects.
    enum { LISTEN_NS = 20 * 1000 * 1000 };
    if (timeout < 0 || timeout > LISTEN_NS) timeout = LISTEN_NS;
#endif
    if (timeout >= 0) {
        t = (struct timespec){timeout / 1000000000, timeout % 1000000000};
        limit = &t;
    }
    syscall(SYS_futex, addr, FUTEX_WAIT_PRIVATE, expected, limit, NULL, 0);
#ifdef GOL_TSAN
    usleep(0);
#endif
}
void futex_wake(uint32_t *addr, int n) {
    int saved = errno; // a signal handler calls this
    syscall(SYS_futex, addr, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
    errno = saved;
}
#else
// Elsewhere: a table of condition variables, by address. A wake-up wakes the whole bucket, which a waiter must expect anyway.
static struct {
    pthread_mutex_t m;
    pthread_cond_t c;
} buckets[64] = {[0 ... 63] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER}};
void futex_wait(uint32_t *addr, uint32_t expected, int64_t timeout) {
    size_t b = ((uintptr_t)addr >> 3) & 63;
    pthread_mutex_lock(&buckets[b].m);
    if (__atomic_load_n(addr, __ATOMIC_ACQUIRE) == expected) {
        if (timeout < 0) pthread_cond_wait(&buckets[b].c, &buckets[b].m);
        else {
            int64_t end = platform_wall() + timeout;
            struct timespec t = {end / 1000000000, end % 1000000000};
            pthread_cond_timedwait(&buckets[b].c, &buckets[b].m, &t);
        }
    }
    pthread_mutex_unlock(&buckets[b].m);
}
void futex_wake(uint32_t *addr, int n) {
    (void)n;
    size_t b = ((uintptr_t)addr >> 3) & 63;
    pthread_mutex_lock(&buckets[b].m);
    pthread_cond_broadcast(&buckets[b].c);
    pthread_mutex_unlock(&buckets[b].m);
}
#endif
