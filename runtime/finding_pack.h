// finding_pack.h — findings as bytes, so that a process that tried a schedule can hand them to the one that asked (cli/tries.c). Positions keep
// their meaning between processes that were forked after the program was compiled.
#pragma once
#include "runtime/finding.h"

void finding_pack(const Finding *first, Buf *out); // first and all behind it
// The list again, each finding with its key; NULL: none, or the bytes are not whole.
Finding *finding_unpack(const void *bytes, size_t n);
