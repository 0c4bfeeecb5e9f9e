// repl_colour.h — the colours of a line that is being typed.
#pragma once
#include <wchar.h>

#include "base/base.h"

typedef enum Style { STYLE_PLAIN, STYLE_KEYWORD, STYLE_STRING, STYLE_NUMBER, STYLE_COMMENT, STYLE_COMMAND, STYLE_PROMPT, STYLE_TAG, STYLE_DIM } Style;

const char *colour_code(int style); // the terminal's escape sequence; STYLE_PLAIN ends every other
// A style for each character; the caller frees it. The text may be unfinished or wrong anywhere.
uint8_t *colour_text(const wchar_t *text, size_t len);
