// directive.h — what a comment before the package clause says to the compiler.
#pragma once
#include "grammar/token.h"

// The lowest Go version that the `//go:build` line implies ("go1.21"), or NULL.
const char *directive_go_version(const SourceFile *src, Arena *arena, const Tokens *tokens);
