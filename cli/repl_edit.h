// repl_edit.h — reads an input at a terminal, with libedit for keys and editing and repl_screen.h for the drawing. An input may have many lines.
//
// The prompt's thread alone uses an Edit. Its hooks are called on that thread, from inside edit_read.
#pragma once
#include "base/buf.h"
#include "cli/repl_complete.h"
#include "cli/repl_history.h"
#include "cli/repl_screen.h"

typedef struct Edit Edit;

typedef struct EditHooks {
    // Enter was pressed: does the text go on? False: it is the input.
    bool (*goes_on)(void *ctx, const char *text, size_t len);
    void (*complete)(void *ctx, const char *text, size_t len, size_t at, Completions *out);
    // Whole lines that are to appear above the text; returns in how many ms it wants to be asked again, negative: when signals_wake was called.
    int (*above)(void *ctx, Buf *out);
    void (*asked)(void *ctx); // Ctrl-\ was pressed
    void *ctx;
} EditHooks;

typedef enum EditEnd {
    EDIT_INPUT,   // here it is
    EDIT_CLEARED, // Ctrl-C
    EDIT_LEFT,    // Ctrl-D on an empty line, or the terminal is gone
    EDIT_KILLED   // a signal ends the process: edit_signal
} EditEnd;

// NULL: this terminal cannot, or libedit is not there.
Edit *edit_new(Screen *screen, ReplHistory *history, const EditHooks *hooks);
void edit_free(Edit *e);
// Blocks. The terminal is in its own mode before and afterwards; the cursor is on a new line.
EditEnd edit_read(Edit *e, const char *prompt, const char *more, Buf *text);
int edit_signal(const Edit *e);
// The next edit_read begins with this text.
void edit_prefill(Edit *e, const char *text);
