// repl_keys.h — what keys do beyond libedit's own editing: more lines, history, search, pasting, completion. The state of an edit, for the files that
// share it: repl_edit.c (reading), repl_keys.c, repl_search.c.
#pragma once
#include "cli/repl_edit.h"
#include "cli/repl_libedit.h"

struct Edit {
    EditLine *el;
    FILE *nowhere; // where libedit draws
    Screen *screen;
    ReplHistory *history;
    EditHooks hooks;
    const char *prompt, *more;
    Buf below;       // shown under the text while it is not empty
    Buf above;       // waits to be shown above it
    bool quiet;      // no drawing: a paste is being read
    bool dead;       // the terminal is gone
    int ahead;       // bytes that were typed before the prompt was there, and not read yet
    int held;        // a byte that was read too far; -1: none
    EditEnd end;
    int end_signal;
    wchar_t *text;   // the input, when Enter was accepted
    size_t len;
    wchar_t *prefill;
    // Going through the history.
    bool browsing;
    size_t at;        // in history->items; n: the draft
    wchar_t *draft;   // what was typed before
    size_t prefix;    // of the draft: characters that an entry must begin with
};

// What the keys are bound to; repl_edit.c gives them to libedit.
typedef struct EditKey {
    const wchar_t *name, *help;
    unsigned char (*run)(EditLine *el, int ch);
    const char *keys; // in libedit's notation, separated by blanks
} EditKey;
extern const EditKey edit_keys[]; // ends with {NULL}

Edit *edit_of(EditLine *el);
void edit_set_text(Edit *e, const wchar_t *text, size_t len); // cursor at its end
void edit_move_to(Edit *e, size_t at);
// Reads a character; false: the edit is to end.
bool edit_next(Edit *e, wchar_t *c);

wchar_t *wide_new(const char *text, size_t *len); // UTF-8 to wide, 0-terminated; the caller frees it
void wide_put(Buf *out, const wchar_t *text, size_t len);

unsigned char edit_search(EditLine *el, int ch); // Ctrl-R
