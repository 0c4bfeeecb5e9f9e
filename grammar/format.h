// format.h — source text to canonical source text: gofmt's layout, for Go files and for scripts.
#pragma once
#include "base/buf.h"
#include "base/source.h"

typedef enum FormatResult {
    FORMAT_OK,
    FORMAT_SYNTAX, // the text does not parse
    FORMAT_UNSAFE  // the result would be another program: a comment stands where the layout cannot keep it
} FormatResult;

// Appends to `out` the formatted text of a file (or of a piece of a script). Comments and the user's line breaks are kept, and formatting the
// result gives the same again. A package file is laid out as gofmt does it; a script as gofmt lays out the body of a function, one level
// less indented, and its functions as at the top of a file. Unless the result is FORMAT_OK nothing is written to `out`, and
// `errors` gets what is to be shown; `path` is what it is shown with. May be called by anybody; allocates only what it frees.
FormatResult format_source(const char *path, const char *text, size_t len, Buf *out, Buf *errors, bool colour);

// Whether two texts are the same program but for what formatting may change: white space, comments, semicolons, commas and parentheses that are not
// needed, the form of numbers, the order of imports. (format_check.c)
bool format_same_program(const SourceFile *a, const SourceFile *b);
