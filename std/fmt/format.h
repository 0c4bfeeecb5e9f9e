// format.h — the leaves of package fmt: numbers, strings, bytes and pointers under a verb with flags. What may call a
// method (String, Error, Format) is written in gol (std/fmt/print.gol); this knows basic kinds only.
#pragma once
#include "base/buf.h"
#include "runtime/type.h"

enum { // as std/fmt/print.gol has them
    FORMAT_PLUS = 1, FORMAT_MINUS = 2, FORMAT_SHARP = 4, FORMAT_SPACE = 8, FORMAT_ZERO = 16, FORMAT_WID = 32, FORMAT_PREC = 64,
    FORMAT_PLUS_V = 128, FORMAT_SHARP_V = 256
};

typedef struct FormatSpec {
    uint32_t flags;
    int64_t wid, prec;
} FormatSpec;

void format_pad(Buf *b, const FormatSpec *s, const void *text, size_t n);
void format_string(Buf *b, const FormatSpec *s, const void *text, size_t n, int32_t verb); // verbs v s x X q
// p as it is shown (runtime/address.h).
void format_pointer(Buf *b, const FormatSpec *s, Word p, const char *type, int32_t verb);
// The value of basic type t (or a slice or array of bytes) at rest at p, an interface's content when `loaded`.
// False: not a basic kind, nothing was written.
bool format_basic(Buf *b, const FormatSpec *s, const RType *types, const RType *t, const Word *p, int32_t verb);
