// quote.h — Go's quoting of strings and runes, for strconv and fmt.
#pragma once
#include "base/buf.h"

bool quote_is_print(int32_t rune); // unicode.IsPrint
// s in quotes. ascii: everything above 0x7E escaped; graphic: spaces that unicode.IsGraphic knows are kept.
void quote_string(Buf *b, const void *s, size_t n, char quote, bool ascii, bool graphic);
void quote_rune(Buf *b, int64_t rune, bool ascii, bool graphic);
bool quote_can_backquote(const void *s, size_t n);
