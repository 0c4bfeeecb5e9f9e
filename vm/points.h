// points.h — which instructions are visible to other goroutines, and which memory they touch: where an explored run (runtime/explore.h) may let
// somebody else go first. For vm/loop_explore.c alone.
#pragma once
#include "runtime/explore.h"
#include "vm/state.h"

extern const uint8_t points_touch[OP_COUNT]; // not 0: the opcode is a point
// The instruction at pc of g, whose opcode is a point, is about to be executed. True: g is to be left in front of it.
bool points_leave(Worker *w, G *g, const uint64_t *pc, const Word *base);
// Marks the native functions that synchronise (FUNC_POINT); once for each module, before it runs.
void points_mark_natives(Module *m);
