// race.h — exact happens-before race detection in FastTrack's manner (Flanagan and Freund, PLDI 2009): accesses, and the edges between them.
// The VM loop with checks (vm/watch.h), natives and the runtime's own objects report accesses; runtime/hooks.h reports edges. How it works:
// docs/design/race.md.
//
// Everything here is called by the worker that runs g (or on behalf of the parked g, with the lock of the object that wakes it held). Nothing parks or
// collects. Where the detector is off, or has not started (w->race NULL), no call does anything; memory outside the guest heap and the globals block is not watched.
// Inside a native or the runtime g->pc, as the loop saved it, says where the access is made.
#pragma once
#include "runtime/goroutine.h"

// Until a program has more than one goroutine there is nothing to find: whatever its first goroutine did before it starts another one, or a timer that may
// start one, happened before everything that others will ever do. So nothing is recorded until then, and a program without goroutines pays nothing. Called
// at that moment, by the only goroutine; later calls do nothing. (Where races are not looked for at all, neither does this.)
void race_start(Runtime *rt);

// --- accesses. `bytes` any number: ranges are cut into cells of 8 bytes.
void race_read(Worker *w, G *g, const void *at, uint64_t bytes);
void race_write(Worker *w, G *g, const void *at, uint64_t bytes);
// By sync/atomic: ordered against each other, racing with plain accesses. The operation itself stands between begin and end, which keep other atomic
// operations on the same word away (so that the order of clocks is the order of values); end is told what has happened. `at` is aligned to its width.
typedef enum RaceAtomic {
    RACE_ATOMIC_LOAD,   // acquires
    RACE_ATOMIC_STORE,  // replaces the location's clock
    RACE_ATOMIC_UPDATE, // acquires, and its own clock becomes the location's
    RACE_ATOMIC_FAILED  // a compare-and-swap that did not swap: only acquires
} RaceAtomic;
void race_atomic_begin(Worker *w, G *g, const void *at);
void race_atomic_end(Worker *w, G *g, const void *at, uint32_t bytes, RaceAtomic what);
// [at, at + bytes) is as good as newly allocated: what was accessed there before is forgotten. (What the heap hands out is so already.)
void race_fresh(Worker *w, const void *at, uint64_t bytes);

// --- edges. `key` is an address that belongs to the synchronising object (the mutex word, a slot of a channel's buffer, ...): one clock for
// each address, byte by byte, forgotten when the object is collected. Outside the heap: kept to the end. Calls for one key need no common lock.
void race_acquire(Worker *w, G *g, const void *key);       // g's clock joins key's
void race_acquire_used(Worker *w, G *g, const void *key);  // and g reads the word at key, so that overwriting a lock that is in use is a race
void race_pass(Worker *w, G *g, const void *key);          // acquires and releases
void race_release(Worker *w, G *g, const void *key);       // key's clock becomes g's (a lock's release; g moves to a new epoch)
void race_release_merge(Worker *w, G *g, const void *key); // key's clock joins g's (WaitGroup.Done, RUnlock, close)
void race_handoff(Worker *w, G *from, G *to);              // an unbuffered communication: each is ordered after the other
// Before the child is made ready; what parent did so far is ordered before it. Called by the loop's GO (not by hook_go, which runs for timers'
// goroutines, too). Without it a goroutine begins ordered after nothing, and a race_acquire gives it what starts it (a timer's key).
void race_go(Worker *w, G *parent, G *child);
void race_end(Worker *w, G *g); // called by g_free
// Accesses and edges of std's own code in between are not the user's: nested.
void race_ignore_begin(Worker *w, G *g);
void race_ignore_end(Worker *w, G *g);
