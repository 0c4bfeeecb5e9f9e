// literal.h — what the text of a string or rune literal stands for. The lexer has checked the form and reported
// errors; on malformed text these give the best they can and never fail.
#pragma once
#include "base/arena.h"

// The bytes of an interpreted or raw string literal (quotes included in text); a NUL is added. *len gets their number.
const char *literal_string(Arena *arena, const char *text, uint32_t n, uint32_t *len);
// The value of a rune literal, 'x'.
int32_t literal_rune(const char *text, uint32_t n);
