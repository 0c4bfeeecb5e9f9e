// habits.h — the change to make, for syntax errors whose message is Go's own: a table of what stands around the place.
#pragma once
#include "grammar/build.h"

// The help for the token that does not fit (P->at), or NULL. `in` is what the innermost bracket holds, as messages name it
// ("argument list"), or NULL.
const char *habit_help(const Parser *P, const char *in);
