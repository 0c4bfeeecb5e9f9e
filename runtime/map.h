// map.h — Go maps. Mask and slots in one table object reached by one pointer, in insertion order with a recorded start;
// bounded probes; no safepoint inside an operation. Readers take no lock; writers take a per-map bit. Concurrent use is
// always safe for gol itself and reported as Go's "concurrent map writes" (and read/write) where it is seen.
#pragma once
#include "runtime/heap.h"

typedef struct Map Map;

typedef enum MapStatus {
    MAP_OK,
    MAP_NOMEM,      // collect and try again; nothing was changed
    MAP_UNHASHABLE, // *bad is the type: panic "runtime error: hash of unhashable type T"
    MAP_NIL,        // assignment to entry in nil map
    MAP_CONCURRENT_WRITE, // fatal error: concurrent map writes
    MAP_CONCURRENT_READ,  // fatal error: concurrent map read and map write
    MAP_CONCURRENT_ITERATION, // fatal error: concurrent map iteration and map write
    MAP_ROOM,  // of map_set_asking: nothing was changed; call map_room, then again
    MAP_AGAIN, // nothing yet after some microseconds: call again
    MAP_END    // of an iteration
} MapStatus;

Map *map_new(Worker *w, TypeId map_type, uint64_t hint, uint32_t site); // NULL: no memory
uint64_t map_len(const Map *m); // NULL: 0
// key points to the key's words at rest. *value points to the value's words inside the table, or NULL when absent;
// it stays readable until the next safepoint even when others write.
MapStatus map_get(Worker *w, const Map *m, const Word *key, const Word **value, TypeId *bad);
// May the key be hashed at all? For operations on a nil map, which panic for unhashable keys as on any other.
bool map_key_ok(Worker *w, TypeId map_type, const Word *key, TypeId *bad);
MapStatus map_set(Worker *w, Map *m, const Word *key, const Word *value, TypeId *bad);
// For who can let the world stop (breath.h): makes room in a large map beforehand. map_room: MAP_OK, MAP_NOMEM, MAP_CONCURRENT_WRITE.
MapStatus map_set_asking(Worker *w, Map *m, const Word *key, const Word *value, TypeId *bad);
MapStatus map_room(Worker *w, Map *m);
MapStatus map_delete(Worker *w, Map *m, const Word *key, TypeId *bad);
MapStatus map_clear(Worker *w, Map *m);

// Each entry once, in the order of insertion as far as that is kept. World stopped; m may be NULL.
void map_each(Worker *w, const Map *m, void (*fn)(void *ctx, const Word *key, const Word *value), void *ctx);

// Iteration as Go defines it: entries removed before being reached are not produced, entries added may be; random start.
typedef struct MapIter MapIter; // a heap object
MapIter *mapiter_new(Worker *w, Map *m); // m may be NULL (nil map); NULL: no memory
// MAP_OK, MAP_END, MAP_AGAIN (only removed entries were met), or MAP_CONCURRENT_ITERATION (the iterator has not moved). Entries that were there at the start are produced (with their current value) unless removed before; later ones
// are not. key and value stay readable until the next safepoint.
MapStatus mapiter_next(Worker *w, MapIter *it, const Word **key, const Word **value);
const Map *mapiter_map(const MapIter *it); // what is iterated over; NULL: a nil map or an empty one
