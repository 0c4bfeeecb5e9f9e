// str.h — strings: immutable Str objects; NULL is "". All functions that allocate return false / NULL on "no memory".
#pragma once
#include "runtime/heap.h"

static inline uint64_t str_len(const Str *s) { return s ? s->len : 0; }
static inline const uint8_t *str_data(const Str *s) { return s ? s->data : (const uint8_t *)""; }

// *out = new string with these bytes ("" gives NULL; one byte gives a cached object). False: no memory.
bool str_new(Worker *w, const void *bytes, uint64_t len, const Str **out);
bool str_repeat(Worker *w, const void *bytes, uint64_t len, uint64_t times, const Str **out); // len * times must not overflow
// Copies bytes of the program's memory (which others may be writing) into memory that nobody else sees yet.
void str_copy_bytes(uint8_t *to, const uint8_t *from, uint64_t n);
// *out = s[lo:hi], sharing s's bytes; bounds already checked.
bool str_slice(Worker *w, const Str *s, uint64_t lo, uint64_t hi, const Str **out);
bool str_concat(Worker *w, const Word *strs, uint32_t n, const Str **out); // n Str pointers
bool str_from_rune(Worker *w, int64_t rune, const Str **out);
bool str_from_runes(Worker *w, const int32_t *runes, uint64_t n, const Str **out);
int str_compare(const Str *a, const Str *b); // <0, 0, >0
bool str_equal(const Str *a, const Str *b);
uint64_t str_hash(const Str *s, uint64_t seed);
// Decodes one rune of valid or invalid UTF-8 at p (n bytes left, n > 0) as Go's range does: returns its width (1 for an
// invalid byte, with *rune = 0xFFFD).
uint32_t utf8_decode(const uint8_t *p, uint64_t n, int32_t *rune);
uint32_t utf8_encode(uint8_t out[4], int64_t rune); // invalid runes as U+FFFD
