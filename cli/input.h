// input.h — the program's text, from a file, standard input or the command line.
#pragma once
#include "base/buf.h"

typedef struct Input {
    const char *path; // as shown in reports: the path given, "<stdin>", "-e"; borrowed
    Buf text;
} Input;

// Reads it all. What is missing, a directory, binary or not UTF-8 is told in one line on standard error; false then,
// and nothing is left to free.
bool input_read(Input *in, const char *path);
void input_fini(Input *in);
