// fmt.h — gol fmt's parts: its settings, the difference of two texts, and replacing a file.
#pragma once
#include "base/buf.h"

typedef struct FmtSettings {
    bool list;   // -l
    bool diff;   // -d
    bool check;  // -check
    bool print;  // -stdout
    bool write;  // -w: also with one of the others
} FmtSettings;

// Appends the difference of two texts as a unified diff with three lines of context; nothing when they are equal.
void fmt_diff(Buf *out, const char *old_name, const char *old_text, size_t old_len, const char *new_name, const char *new_text, size_t new_len);

struct stat;
// Replaces what a regular file contains: through a symbolic link its target. `was` is what stat said before it was read; a file that has changed
// since is left alone. The new text is complete on the disk before it takes the old one's name and permissions. NULL, or why not
// (then the file is as it was).
const char *fmt_replace(const char *path, const struct stat *was, const char *text, size_t len);
