// syntax_error.h — between the two halves of a message: what a token is called, and the mistakes that have names.
#pragma once
#include "grammar/build.h"

// A token as it is named in a message: "name x", "newline", "keyword for".
void syntax_describe(const Parser *P, Token t, char *out, size_t size);
const Token *syntax_previous(const Parser *P);  // of the token being fed, or NULL
const Token *syntax_statement(const Parser *P); // where its statement begins
// Reports one of the mistakes that people make; false: it is none of them.
bool mistake_report(Parser *P, Token t, const char *what);
