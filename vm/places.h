// places.h — code positions for reports: RuntimeHooks.frames, place and func_name.
#pragma once
#include "runtime/finding.h"
#include "vm/state.h"

// A frame as reports tell it. One that has a deferred call under way is told at its defer statement, as what was called there stands in no other line.
typedef struct Told {
    const Func *func;
    Pos pos;
    bool at_end; // the defer statement of a call that was made when the function returned or panicked
} Told;
// False: it is hidden (places_is_shown).
bool places_told(const Frame *f, Told *out);
// No thunks, and of what std does inside only the function that was called. g is not running, or has saved pc and base.
uint32_t places_frames(Runtime *rt, const G *g, FindingFrame *out, uint32_t max);
// pc is an instruction (not the one behind a call). Slow: looks through all functions. False for what is hidden in traces, too.
bool places_at(Runtime *rt, const void *pc, FindingFrame *out);
// The instruction at pc, which may have G.pc's tags: of a parked goroutine it is the one before. NULL: none of the program's.
const Instr *places_instr(const Vm *vm, const void *pc, const Func **f);
int places_access_kind(Runtime *rt, const void *pc);
const char *places_func_name(const Func *f);
// Is f shown to the user? No thunks, no frames of the panic machinery.
bool places_is_shown(const Func *f);
