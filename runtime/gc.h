// gc.h — one collection, with the world stopped, and what scanning code may call meanwhile.
//
// The scheduler stops the world and then: c = gc_cycle_begin(...) on one thread; gc_cycle_mark(c, i) on any number of
// threads at the same time, the calling one included (they share the work; one that comes late finds it done);
// when all have returned, gc_cycle_end(c) on one thread; then the world goes on. Sweeping happens later, by
// whoever needs a block.
#pragma once
#include "runtime/goroutine.h"

typedef struct GcMarker GcMarker;
typedef struct GcCycle GcCycle;
typedef struct GcSource GcSource;

struct GcSource {
    G *all; // live goroutines, linked by all_next
    void (*scan_g)(void *ctx, G *g, GcMarker *m);  // hooks->scan, and what the scheduler itself keeps for g
    void (*scan_roots)(void *ctx, GcMarker *m);    // globals, timers, everything else; called once, by one thread
    void (*scan_object)(void *obj, uint8_t kind, GcMarker *m); // hooks->scan_object: RK_OBJ_CLOSURE, RK_OBJ_DEFER
    void *ctx;
    // For finding goroutines that nothing can wake (runtime/partial.h); all zero: no such search.
    // Everything that was given has been looked at, by all markers: what else is to be scanned? *all: more goroutines (may stay NULL). False:
    // that was all. Called by one thread while the others wait; may mark.
    bool (*more)(void *ctx, GcMarker *m, G **all);
    void (*wake)(void *ctx, G *g, GcMarker *m); // g waits for a channel that was reached
    void (*code)(void *ctx, const struct Func *f, GcMarker *m); // a func value of f was reached
    uintptr_t globals;      // addresses that are no roots by themselves,
    uint64_t globals_bytes;
    void (*scan_global)(void *ctx, Word p, GcMarker *m); // but may be pointed to
};

GcCycle *gc_cycle_begin(Heap *h, const GcSource *source); // source is copied
void gc_cycle_mark(GcCycle *c, int index);
void gc_cycle_end(GcCycle *c);
// The whole cycle on this thread.
void gc_cycle_run(Heap *h, const GcSource *source);

// --- for what is decided when all else has been marked: in `more`, or between gc_cycle_mark and gc_cycle_end
GcCycle *gc_cycle_of(const GcMarker *m);
// What the object that holds p leads to is looked at, though the object itself may stay unmarked. gc_scan_unmarked: in `more`, of an object
// that has no mark; pointers into itself give it none.
void gc_scan_inside(GcMarker *m, const void *p);
void gc_scan_unmarked(GcMarker *m, const void *p);
// The object that holds p, which had no mark, lives. What it leads to is marked already.
void gc_revive(GcCycle *c, const void *p);
// The marks as they are now (malloc'ed), and the objects that have got theirs since.
uint8_t *gc_marks_copy(const Heap *h);
void gc_each_marked_since(const Heap *h, const uint8_t *copy, void (*f)(void *ctx, void *object, uint64_t bytes), void *ctx);
// Between gc_cycle_mark and gc_cycle_end: is the object that holds p reached (or p in no object of the heap)?
bool gc_survives(const Heap *h, const void *p);

// --- for scanning code
// p may be NULL, interior, or not in the heap at all (ignored).
void gc_mark_pointer(GcMarker *m, Word p);
void gc_mark_iface(GcMarker *m, Word v);
// Looks at n words; kinds says what each may be (NULL: conservative: a word that is no pointer to an allocated object is
// ignored, whatever it holds).
void gc_mark_words(GcMarker *m, const Word *words, uint32_t n, const uint8_t *kinds);
// v, a pointer, an interface or anything else: marked if it leads to an allocated object of a type for which keeps[type] is set.
void gc_mark_kept(GcMarker *m, Word v, const uint8_t *keeps);
// n values of type elem, packed as in a row (channel buffers).
void gc_mark_row(GcMarker *m, const RType *elem, const void *row, uint64_t n);
// A channel that g waits for is live.
void gc_wake(GcMarker *m, G *g);
// chan.c: called for each live channel object.
void chan_scan(Chan *c, const RType *types, GcMarker *m);
