// near.h — which known word a mistyped one may have meant.
#pragma once
#include "base/base.h"

// The number of letters changed, left out, added or swapped with a neighbour between a and b, not minding case (words that
// differ in case alone are 1 apart); more than `limit` is returned as limit + 1.
unsigned near_distance(const char *a, const char *b, unsigned limit);
// The nearest of n words, or NULL when none is near enough (a third of its letters, at most 3).
const char *near_word(const char *word, const char *const *known, size_t n);
