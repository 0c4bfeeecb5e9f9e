// race.h — exact happens-before race detection in FastTrack's manner (Flanagan and Freund, PLDI 2009): accesses, and the edges between them.
// The VM loop with checks (vm/watch.h), natives and the runtime's own objects report accesses; runtime/hooks.h reports edges.
//
// Everything here is called by the worker that runs g (or on behalf of the parked g, with the lock of the object that wakes it held). Nothing parks or
// collects. `race_on` false: no call does anything.
#pragma once
#include "runtime/goroutine.h"

// --- accesses. g->pc (or the watch's own record of it) says where. `bytes` any number: ranges are cut into cells.
void race_read(Worker *w, G *g, const void *at, uint64_t bytes);
void race_write(Worker *w, G *g, const void *at, uint64_t bytes);
// By sync/atomic: ordered against each other, racing with plain accesses.
void race_atomic_load(Worker *w, G *g, const void *at, uint32_t bytes);
void race_atomic_store(Worker *w, G *g, const void *at, uint32_t bytes);              // replaces the location's clock
void race_atomic_update(Worker *w, G *g, const void *at, uint32_t bytes, bool wrote); // joins it; a failed CAS only acquires
// Fresh memory has no past: [at, at + bytes) was just allocated.
void race_fresh(Worker *w, void *at, uint64_t bytes);

// --- edges. `key` is an address that belongs to the synchronising object (the mutex word, the k-th slot of a channel's buffer, ...): one clock each,
// forgotten when the object is collected.
void race_acquire(Worker *w, G *g, const void *key);       // g's clock joins key's
void race_release(Worker *w, G *g, const void *key);       // key's clock becomes g's (a lock's release; g moves to a new epoch)
void race_release_merge(Worker *w, G *g, const void *key); // key's clock joins g's (WaitGroup.Done, RUnlock, close)
void race_handoff(Worker *w, G *from, G *to);              // an unbuffered communication: each is ordered after the other
void race_go(Worker *w, G *parent, G *child);              // before the child is made ready
void race_end(Worker *w, G *g);
// Accesses and edges of std's own code in between are not the user's: nested.
void race_ignore_begin(G *g);
void race_ignore_end(G *g);
