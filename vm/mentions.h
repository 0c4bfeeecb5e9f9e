// mentions.h — which package-level variables the code of live goroutines mentions: the search for goroutines that nothing can wake (runtime/partial.h)
// starts from those and from no others.
//
// What is live: of a frame, the instructions that can follow; functions called, deferred or started from there, whole; func values that are
// reached or made; and of a call through an interface, every method of that name. Functions whose func value needs no object (no captures) may lie
// anywhere unseen: all that are used so anywhere are taken as live. A store alone is no mention: it does not lead to what was there before.
#pragma once
#include "vm/frame.h"
#include "vm/liveness.h"
#include "vm/state.h"

typedef struct Mentions Mentions;
bool mentions_on(const Mentions *x);
// By the markers, while it is on.
void mentions_of_frame(Vm *vm, const Frame *f, SlotMap *map, struct GcMarker *m);
void mentions_of_defers(Vm *vm, const G *g, struct GcMarker *m);
void mentions_free(Vm *vm);

// RuntimeHooks. World stopped; begin and end on one thread, before and behind marking.
void mentions_begin(Runtime *rt, struct GcSource *s);
void mentions_end(Runtime *rt);
bool mentions_global_reached(Runtime *rt, const void *p);
