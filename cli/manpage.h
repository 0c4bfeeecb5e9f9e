// manpage.h — gol.1, made from the tables of commands and flags and from the topics of `gol help`.
#pragma once
#include "base/buf.h"

// The page as roff (the man macros), for `gol help -man`.
void manpage(Buf *out);
