// attest.h — what the runtime's ledger wants to know of frames and code (RuntimeHooks): where a goroutine stands in the program's own code, what it was
// started with, where it returned.
#pragma once
#include "vm/state.h"

Pos attest_pos(Runtime *rt, const G *g, bool *fixed);
bool attest_is_own(Runtime *rt, const G *g); // some function of the program itself is under way
bool attest_started_with(Runtime *rt, const G *g, const Word *addr);
Pos attest_ended_at(Runtime *rt, const G *g);
