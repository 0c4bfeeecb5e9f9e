// testing.h — the patterns of `gol test -run`, for those who choose tests outside of a run.
#pragma once
#include <stdbool.h>

// Whether the extended regular expression is somewhere in the text; *bad: it is none.
bool testing_matches(const char *pattern, const char *text, bool *bad);
