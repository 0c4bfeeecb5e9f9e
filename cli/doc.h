// doc.h — documentation by name: of the standard library, of Go's built-in names, and of a person's own files. `gol doc` and the prompt's `:doc`
// ask here. Everything is read anew from the sources with each call; nothing blocks, nothing is kept.
#pragma once
#include "cli/input.h"

typedef struct DocStyle {
    bool source;   // declarations as they are written, bodies included
    bool all;      // of a package: every declaration with its text
    bool unexported; // of std too, what begins with a small letter (of own files it is always shown)
} DocStyle;

// What the words name: "fmt"; "sync.Mutex.Lock"; "strings Builder"; "len"; FILE or FOLDER, alone or with a name of it; a name of the package in
// the current folder; no word: that package, or the list of packages. False: `out` is one line, without a newline, that says why not.
bool doc_lookup(int n, const char *const *words, DocStyle style, Buf *out);
// The same for a program's text: `name` of it ("T", "T.Method"), or NULL for all of it.
bool doc_of_input(const Input *in, const char *name, DocStyle style, Buf *out);
// Every word that `gol doc` may be given that begins with `typed`: packages, and behind a package and a dot its names. For completion.
void doc_each_name(const char *typed, void (*each)(void *ctx, const char *name, const char *what), void *ctx);
