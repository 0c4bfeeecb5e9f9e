// liveness.h — which slots of a frame hold live pointers and interfaces at an instruction, and scanning by that.
//
// Nothing in the code says so: it is computed from the opcode table, per function when a collection first meets it, and
// remembered in Func.maps. A register is scanned when it is live (backward dataflow: some path reads it before it is
// written) and what defines it on the way here (forward dataflow) is a pointer or an interface word. So frames need not be
// zeroed, and a dead variable keeps nothing alive. In a function with deferred calls the recover epilogue is a successor of every
// instruction: a panic can come anywhere.
#pragma once
#include "vm/frame.h"
#include "vm/state.h"

typedef struct SlotMap {
    uint32_t n;
    uint32_t mentioned; // vm/mentions.c: the search that has looked at what follows here (atomic)
    uint32_t entries[]; // slot << 2 | SlotKind
} SlotMap;

// Any thread may ask. The map stays as long as the function's other maps.
const SlotMap *liveness_map(Vm *vm, const Func *f, uint32_t at, FrameState state);
void liveness_free_func(Func *f);
void liveness_free(Module *m);

// Calls fn for each register that is live before instruction `at`, with its RegKind (effects.h): for the verifier.
void liveness_each(Vm *vm, const Func *f, uint32_t at, void (*fn)(void *ctx, uint32_t reg, uint8_t kind), void *ctx);

// RuntimeHooks
void liveness_scan(Runtime *rt, G *g, struct GcMarker *m);
void liveness_scan_roots(Runtime *rt, struct GcMarker *m);
void liveness_scan_object(void *obj, uint8_t kind, struct GcMarker *m);
void liveness_scan_kept(Runtime *rt, G *main_g, const uint8_t *keeps, struct GcMarker *m);

// f's function has returned and nothing was written over its frame: the instruction it returned from; false: not known.
bool liveness_returned_at(const Frame *f, uint32_t *at);
