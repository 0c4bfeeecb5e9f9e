// buf.h — a growing byte buffer, always NUL-terminated. Owned memory is malloc's; not thread-safe.
#pragma once
#include <stdarg.h>

#include "base/base.h"

typedef struct Buf {
    char *data; // NULL until the first byte
    size_t len, cap;
} Buf;

void buf_init(Buf *b);
void buf_fini(Buf *b);
void buf_clear(Buf *b); // len = 0, memory kept
void buf_put(Buf *b, const void *p, size_t n);
void buf_putc(Buf *b, int c);
void buf_puts(Buf *b, const char *s);
void buf_printf(Buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(Buf *b, const char *fmt, va_list ap);
const char *buf_str(const Buf *b); // "" when empty
