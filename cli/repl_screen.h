// repl_screen.h — draws what is being typed: prompts, lines, cursor. It knows nothing of keys or history.
//
// libedit could draw too, but its screen has no cells for letters without a width of their own (combining marks are lost), no prompt for a second line,
// and does not know that output appeared above. So the drawing is ours: everything in one write, from the text alone, each time something changed.
//
// Where the cursor stands is never worked out from widths: the row is written once more up to the cursor. So it is right in every terminal, whatever
// that terminal believes about the width of an emoji or the direction of a script; widths only decide where long lines are broken.
//
// The prompt's thread alone uses a Screen, but for screen_write.
#pragma once
#include <wchar.h>

#include "base/buf.h"

typedef struct Screen {
    int fd;
    int columns, rows; // of the terminal
    bool colour;
    bool gone;         // a write failed: nobody looks any more (atomic: screen_gone)
    // What stands there now, to be taken away again.
    int *widths;       // of each row drawn
    int drawn, cap;    // rows; 0: nothing stands there
    int cursor_row, cursor_column;
} Screen;

typedef struct ScreenText {
    const char *prompt, *more; // before the first line and before each further one; plain text
    const wchar_t *text;
    size_t len, cursor;
    const char *below; // a line under it all, or NULL
} ScreenText;

void screen_init(Screen *s, int fd, bool colour);
void screen_fini(Screen *s);
// Asks for the terminal's size; what stands there was rearranged by the terminal if that has changed.
void screen_resize(Screen *s);
// Draws t in the place of what stands there. `above`: n bytes of whole lines that are to stand above it for good.
void screen_draw(Screen *s, const ScreenText *t, const char *above, size_t n);
// Draws t once more, for good: the cursor is at the beginning of a new line then, and nothing of it will be taken away. `end` follows the text ("^C").
void screen_leave(Screen *s, const ScreenText *t, const char *end);
// Takes away what stands there; the cursor is where it began.
void screen_erase(Screen *s);
void screen_clear(Screen *s); // the whole terminal
void screen_write(Screen *s, const char *p, size_t n); // also by repl_output.c, on any thread
bool screen_gone(const Screen *s);

// How many columns a character takes (0 for marks that join the one before), as drawn: a control character is two wide, a tab goes to the next
// multiple of SCREEN_TAB from the line's first column.
enum { SCREEN_TAB = 4 };
int screen_width(wchar_t c, int column);
// The columns of a piece of UTF-8 text without line ends.
int screen_text_width(const char *s, size_t n);
// Appends a character as UTF-8; what is none becomes U+FFFD.
void screen_put(Buf *b, wchar_t c);
