// columns.h — elastic tab stops: text whose cells end in tabs becomes text whose columns stand under each other. For the
// formatter, which writes its lines without knowing how wide their neighbours are.
#pragma once
#include "base/buf.h"

// In the text '\t' and '\v' end a cell, and so do the line breaks '\n' and '\f'. Consecutive lines that have a cell at the same
// place share a column, as wide as the widest of them and one blank. A column whose cells are empty and end in '\v' is left
// out. A line without a cell, and '\f', end all columns. What stands between two COLUMNS_ESCAPE bytes is copied as it is
// (line breaks too) and is part of its cell. Leading empty cells stay tabs: the indentation. Blanks at line ends are dropped,
// and so are the escape bytes.
enum { COLUMNS_ESCAPE = 0xFF }; // a byte that no UTF-8 text has
void columns_align(const char *text, size_t len, Buf *out);
