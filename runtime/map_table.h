// map_table.h — the layout of maps: private to map*.c and the collector.
//
//   Map ──table──> MapTable { fixed fields | rows[cap] | meta[cap] | index[slots] }
//
// rows: key words and value words of each entry, in the order of insertion; meta: 32 bits of its hash, 0 for a removed entry;
// index: open addressing, linear probes, slot = 0 (never used) or (hash bits & ~entry_mask) | (entry number + 1). A removed entry
// leaves SLOT_REMOVED, whose entry number is beyond every row. A table of up to MAP_SMALL rows has no index.
//
// A table's fixed fields never change, and rows are never moved: a full table is replaced by a new one, published in Map.table
// with one store. So a reader that loads the table once stays inside it, whatever writers do, and every word it reads is
// some valid word of that kind. Writers exclude each other by Map.writer.
//
// A large table is not copied at once: while Map.old is set, each writer moves a few rows from there. A key is looked up in
// table first, then in old. What is stored goes to table, even when the key still stands in old (the row there is then not
// moved later); what is removed is removed from both.
#pragma once
#include "runtime/gc_mark.h"
#include "runtime/map.h"

enum { MAP_SMALL = 8 };

typedef enum KeyKind { KEY_8, KEY_U4, KEY_U2, KEY_U1, KEY_S4, KEY_S2, KEY_S1, KEY_STRING, KEY_GENERAL } KeyKind;

typedef struct MapTable {
    uint32_t mask;       // slots - 1; 0: no index
    uint32_t cap;        // rows
    uint32_t entry_mask; // low bits of a slot that are the entry number; all ones: removed
    uint32_t key_words, stride; // words of a key, of a row
    TypeId type;         // the map's
    uint32_t used;       // rows filled so far, removed ones included (atomic)
    uint32_t pad;
    Word rows[];
} MapTable;

struct Map {
    Word table;      // MapTable, NULL while nothing was stored
    Word old;        // MapTable that is being moved to `table` step by step, or NULL
    uint64_t count;  // atomic
    uint32_t writer; // atomic: 1 while a writer is inside
    TypeId type;
    uint64_t seed;
    uint8_t key_kind; // KeyKind
    uint32_t clears;  // how often it was cleared (atomic)
    uint64_t hint;    // rows wanted from the start
    uint32_t moved;   // rows of old below this are in table, or gone (atomic)
    uint32_t ahead;   // rows of table whose keys may stand in old as well, not yet moved
};

static inline uint32_t *map_table_meta(const MapTable *t) { return (uint32_t *)((Word *)t->rows + (uint64_t)t->cap * t->stride); }
static inline uint32_t *map_table_index(const MapTable *t) { return map_table_meta(t) + t->cap; }

// Marks the rows from `from` on.
void map_table_scan(const MapTable *t, uint64_t from, GcMarker *m);
