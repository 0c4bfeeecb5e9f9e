// finalizer.h — runtime.SetFinalizer: objects whose end the program wants to be told of.
//
// As in Go. What a finalizer's function and what an object with a finalizer lead to is alive; the object itself is not kept. One that a collection does not
// reach is brought back for its finalizer, which is forgotten then: the collection after it may free the object. So of two objects, A pointing to B, A's
// finalizer runs first and B's after A is gone; and what lies on a cycle through itself is never finalised.
//
// Finalizers run one after the other, each as a goroutine of its own, started when the one before has ended (Go has one goroutine for all of them, whose id
// nobody sees; so each has a name and a place in reports). Found by one collection they run in the order in which Go's usually do: what was set last first.
//
// Only collections that the program brought about (runtime.GC, a heap that has grown) look for them: those that are made to find stuck goroutines
// (partial.h) depend on the clock, and a program that never filled its heap would see finalizers that it does not see in Go. Nobody collects
// when all goroutines wait: then it is a deadlock, as in Go, whatever a finalizer might have done. A finalizer that was found is a goroutine that can run.
//
// For the race detector SetFinalizer is ordered before the finalizer, and each finalizer before the next. Besides, the collector has proved that nobody has
// the object any more: what was done with it, and with what it alone leads to, is ordered before its finalizer. Nothing else is: what the function reaches by
// other ways (captured and package-level variables) needs its own ordering.
#pragma once
#include "base/lock.h"
#include "runtime/gc.h"
#include "runtime/type.h"

typedef struct Finalizer {
    void *object;        // as SetFinalizer got it: perhaps inside a small object
    const void *func;    // Closure; NULL: a nil func, whose call will panic
    TypeId type;         // the object's pointer type when the function wants an interface; 0: it takes the pointer
    uint32_t pos;        // of SetFinalizer
    uint64_t by;         // the goroutine that called it
    uint64_t seq;
} Finalizer;

// Makes the goroutine that calls f, with the program's function `run` (not yet ready). NULL: there is no memory for that now.
typedef G *(*FinalizerMake)(Worker *w, const Finalizer *f, const void *run);

typedef struct Finalizers { // Runtime.finalizers; under lock, or with the world stopped
    Lock lock;
    Finalizer *table;    // open addressing by object, cap a power of two or 0
    uint32_t cap, n;     // n is also read without the lock (atomic)
    uint64_t seq;
    Finalizer *queue;    // [first, last): found, not yet started
    uint32_t first, last, queue_cap;
    FinalizerMake make;
    const void *run;     // for make
    G *running;          // the goroutine of the one that was started last; NULL: it has ended (atomic)
    uint32_t active;     // 1: running is set, or just being (atomic)
    uint32_t mercy;      // how often in a row want of memory has waited for finalizers
    uint64_t ends;       // so many have run (atomic)
    bool key;            // its address is the race detector's key for one finalizer after the other
    struct FinalizerWords *words;
    // during a collection
    uint8_t stage;
    bool blocked;        // a search: the running one waits, and the others wait for it
    uint8_t *marks;      // before what the objects lead to was marked
} Finalizers;

typedef enum FinalizerStatus { FINALIZER_OK, FINALIZER_SET_ALREADY } FinalizerStatus;
// f without by and seq; make and run are always the same. Orders what g did so far before the finalizer.
FinalizerStatus finalizer_set(Worker *w, G *g, const Finalizer *f, FinalizerMake make, const void *run);
const char *finalizer_words(Runtime *rt, const char *text); // a copy that lives as long as the runtime, for a fatal error
void finalizer_clear(Worker *w, void *object);

bool finalizer_any(const Runtime *rt); // some may still start a goroutine
uint32_t finalizer_goroutines(const Runtime *rt); // 1: one of the live goroutines is a finalizer's
uint64_t finalizer_ends(const Runtime *rt); // how many have run
// g_free: g ends; if it was a finalizer's, the next one starts.
void finalizer_ended(Worker *w, G *g);
// Is there no memory, after a collection? Then finalizers that were found may give some back, if the running goroutine lets them run (Worker.gives_way: before
// it tries again). False: they may not, or had their chance.
bool finalizer_may_help(Worker *w, bool over);

// --- by stop.c, with the world stopped
// Before the cycle. search: of stuck goroutines (partial.h): nothing is found then. Sets up what *s lacks.
void finalizer_prepare(Runtime *rt, GcSource *s, bool search);
void finalizer_scan_roots(Runtime *rt, GcMarker *m);
// A search has got no further. True: something was marked. all: the last chance, nothing of the rest will run.
bool finalizer_search_more(Runtime *rt, GcMarker *m, bool all);
void finalizer_keep(Runtime *rt, GcCycle *c); // all is marked
void finalizer_start(Worker *w);              // after the cycle
void finalizer_fini(Runtime *rt);
