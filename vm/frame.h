// frame.h — how frames lie in a goroutine's stack, and how to walk them. Slots are counted from g->stack, which moves when it
// grows: nothing outside the running loop keeps a pointer into it.
//
//   ... caller's slots ... | pc | Func | link | base[0] base[1] ... | (callee's header and slots, inside or behind)
//
// base[-3] is where the caller goes on, base[-1] the distance to the caller's base (0: the goroutine's first frame), with
// FRAME_EXACT above. Return does not look at the flag; only who walks the stack does.
//
// Where a goroutine that is not running stands is in g->pc, whose low bits say how it got there:
//   0            it goes on by executing the instruction at pc
//   PC_PARKED    it parked inside the instruction before pc, whose results its waker writes; it goes on at pc
//   PC_SENDING   with PC_PARKED: the instruction sends, so a close may have woken it, and it must panic
#pragma once
#include "runtime/goroutine.h"
#include "vm/module.h"

typedef struct Vm Vm;

enum { FRAME_PC = -3, FRAME_FUNC = -2, FRAME_LINK = -1 };
// In the callee's link: the caller's saved pc is an instruction to execute (again), not the one behind a call.
#define FRAME_EXACT (UINT64_C(1) << 32)
//   PC_DEFERRED  (of callers that the race detector keeps) it is the defer statement of a call that was made at the end of its function
enum { PC_PARKED = 1, PC_SENDING = 2, PC_DEFERRED = 4, PC_TAGS = 7 };

// Slots that calls may write behind a frame without a check (the closure of a function whose last slot is its last
// parameter); every stack check leaves them free.
enum { STACK_SLACK = 2 };

typedef enum FrameState {
    FRAME_AT,      // at: the instruction to execute next
    FRAME_CALLING, // at: the call that is under way; slots from its window on are the callee's
    FRAME_PARKED   // at: the instruction it is parked in
} FrameState;

typedef struct Frame {
    Word *base;
    const Func *func;
    uint32_t at;
    FrameState state;
    bool called_exact; // the frame above, if any, has FRAME_EXACT: it may be a deferred call
    const G *g;
} Frame;

// The innermost frame of a goroutine that is not running (or has saved pc and base).
void frame_top(const G *g, Frame *f);
// The caller's frame; false when there is none.
bool frame_below(Frame *f);
// Where the frame stands in the source (0: nowhere).
Pos frame_pos(const Frame *f);
// The index of the instruction that ends before index `next` (over its EXTRA words).
uint32_t frame_instr_before(const Func *f, uint32_t next);
