// lexer_check.h — what is wrong with a literal that the lexer matched loosely. Each reports with one code and an exact
// place and says whether the token was well formed.
#pragma once
#include "base/diag.h"

// Reports invalid UTF-8, and byte-order marks that are not at the beginning.
void lexer_check_utf8(const SourceFile *src, Diags *diags);
// The kind of a number (TK_INT, TK_FLOAT, TK_IMAG); *ok false: reported.
unsigned lexer_check_number(Diags *diags, Pos pos, const char *s, size_t n, bool *ok);
bool lexer_check_string(const SourceFile *src, Diags *diags, Pos pos, const char *s, size_t n);
bool lexer_check_rune(const SourceFile *src, Diags *diags, Pos pos, const char *s, size_t n);
// Reports the character at s and returns what follows it.
const char *lexer_bad_char(Diags *diags, Pos pos, const char *s);
void lexer_unclosed(Diags *diags, DiagCode code, Pos pos, const char *what, const char *help);
