// input.h — the program's text, from a file, standard input or the command line.
#pragma once
#include "base/buf.h"

typedef struct Input {
    const char *path; // as shown in reports: the path given, "<stdin>", "-e"; borrowed
    Buf text;
    char *owned;        // the path, where it is not borrowed; or NULL
    struct Input *more; // further files of the same package; NULL: none
    Buf *why;           // gets the line that says why it cannot be read; NULL: standard error
} Input;

// Reads it all. What is missing, a directory, binary or not UTF-8 is told in one line on standard error; false then,
// and nothing is left to free.
bool input_read(Input *in, const char *path);
// The same, but the line is put into `told`.
bool input_read_told(Input *in, const char *path, Buf *told);
// The files of one package: argv[0], and the words behind it for as long as they end in .go or .gol and are files too (what follows is the
// program's); or all such files of the folder argv[0], those that end in _test only if `tests`. *used: how many words that took.
bool input_read_package(Input *in, int argc, char **argv, bool tests, int *used);
bool input_any_test(const Input *in); // whether one of the files is called ..._test.go or ..._test.gol
bool input_any_source(const char *folder); // whether it has files of a package, tests aside; silent
void input_fini(Input *in);
bool input_is_source(const char *name); // it ends in .go or .gol
