// repl_history.h — what was entered, also in earlier sessions. An entry is a whole input, of one line or many.
//
// The file has one entry a line, in which a newline is \n and a backslash \\. Each entry is appended at once and under the file's lock, so that two
// sessions at the same time lose nothing and a session that is killed loses nothing. When the file has grown too long, the session that begins next
// keeps the newest half of what is allowed.
//
// The prompt's thread alone uses a ReplHistory.
#pragma once
#include "base/base.h"

typedef struct ReplHistory {
    char **items; // UTF-8, oldest first
    size_t n, cap;
    char *path;   // NULL: nothing is kept
} ReplHistory;

enum { HISTORY_MAX_ENTRIES = 4000, HISTORY_MAX_BYTES = 1 << 20 };

// $XDG_STATE_HOME/gol/history, or ~/.local/state/gol/history. A file that cannot be read or made is no error: the session goes without.
void repl_history_init(ReplHistory *h, bool keep);
void repl_history_fini(ReplHistory *h);
// Blank ones and the same as the one before are left out.
void repl_history_add(ReplHistory *h, const char *text);
// The next entry before `at` that begins with (or contains) n bytes of `part`; h->n is behind the newest. SIZE_MAX: none.
size_t repl_history_older(const ReplHistory *h, size_t at, const char *part, size_t n, bool anywhere);
size_t repl_history_newer(const ReplHistory *h, size_t at, const char *part, size_t n);
