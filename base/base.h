// base.h — what every layer may use: fixed-width integers, small macros, and gol_bug().
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define NORETURN __attribute__((noreturn))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

// Stops the process with status 70 and a message that says where gol itself is wrong. For our own broken
// invariants only: a user's mistake is a diagnostic, a program's fault is a gol panic.
NORETURN void gol_bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
#define gol_bug(...) gol_bug_at(__FILE__, __LINE__, __VA_ARGS__)
#ifdef NDEBUG
#define gol_assert(c) ((void)0)
#else
#define gol_assert(c) ((c) ? (void)0 : gol_bug("assertion failed: %s", #c))
#endif

// malloc and friends that never return NULL: out of memory ends the process with one line and status 125.
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
