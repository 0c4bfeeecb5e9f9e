// rand_state.h — the table behind the seeds of math/rand.
#pragma once
#include <stdint.h>

enum { RAND_LEN = 607, RAND_TAP = 273 };
extern const uint64_t rand_state[RAND_LEN];
