// token.h — tokens and the lexer's interface. The table is grammar/tokens.def; the numbers are the parser's (parser.h).
#pragma once
#include "base/diag.h"
#include "grammar/ast.h"

typedef struct Token {
    Pos pos, end;  // first byte, one past the last
    uint8_t kind;  // TK_*; 0: the end of the file
    uint8_t flags; // TOKEN_*
} Token;
enum {
    TOKEN_AUTO = 1,    // a semicolon that the end of a line (or of the file) stands for
    TOKEN_NEWLINE = 2, // first token of its line
    TOKEN_BAD = 4,     // the lexer reported an error about it
    TOKEN_AFTER_BAD = 8 // characters before it were left out and reported
};

// A whole file's tokens; the last has kind 0. malloc-owned.
typedef struct Tokens {
    Token *items;
    uint32_t len, cap;
    Comment *comments;
    uint32_t ncomments, comment_cap;
    Pos cut; // the raw string or comment that the file ends in; 0: none
} Tokens;

// Splits a file; every malformed token is reported and a token of the kind that was meant takes its place.
void lexer_run(const SourceFile *src, Diags *diags, Tokens *out);
void tokens_fini(Tokens *t);

const char *token_name(unsigned kind); // "IDENT", "PLUS", ...
const char *token_text(unsigned kind); // "+", "func"; "" for classes
const char *token_words(unsigned kind); // "name", "integer literal"; for messages
bool token_is_keyword(unsigned kind);  // Go's own keywords; not the keyword types
