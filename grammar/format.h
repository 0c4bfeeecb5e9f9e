// format.h — source text to canonical source text: gofmt's layout, for Go files and for scripts.
#pragma once
#include "base/buf.h"
#include "base/diag.h"

typedef enum FormatResult {
    FORMAT_OK,
    FORMAT_SYNTAX // the text does not parse: the errors stand in the list of diagnostics, nothing was written
} FormatResult;

// Appends the formatted text of a file that was added to the sources. Comments and the user's line breaks are kept; the result of
// formatting a result is the same again. A package file is laid out as gofmt does it; a script, as gofmt lays out the body of a
// function, one level less indented, its functions as at the top of a file. Allocates only what it frees; called by anybody.
FormatResult format_file(const SourceFile *src, Diags *diags, Buf *out);

// The same for a piece of text that has no file: one line of the REPL, or what :save wrote. `path` is what errors are shown with.
FormatResult format_source(const char *path, const char *text, size_t len, Buf *out, Buf *errors, bool colour);
