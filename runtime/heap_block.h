// heap_block.h — blocks, the pool of free ones, and their poisoning: private to heap*.c and gc.c.
#pragma once
#include "runtime/heap_state.h"

#if defined(GOL_ASAN)
#include <sanitizer/asan_interface.h>
#define HEAP_POISON(p, n) __asan_poison_memory_region((p), (n))
#define HEAP_UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
enum { HEAP_REDZONE_WORDS = 1 }; // so that an overrun of even one byte meets poison
#else
#define HEAP_POISON(p, n) ((void)(p), (void)(n))
#define HEAP_UNPOISON(p, n) ((void)(p), (void)(n))
enum { HEAP_REDZONE_WORDS = 0 };
#endif
// Address and hostile builds hand out cell by cell, so that each allocation passes through the slow path.
#if defined(GOL_ASAN) || defined(GOL_HOSTILE)
enum { HEAP_CHUNK_BYTES = 1 };
#else
enum { HEAP_CHUNK_BYTES = 4096 }; // zeroed and counted at a time
#endif

enum { HEAP_MIN_TRIGGER = 4 << 20 };

typedef enum BlockState { BLOCK_UNUSED, BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_CONT } BlockState;

typedef struct HeapBlock {
    uint8_t state;
    uint8_t cls;
    uint8_t dirty;      // FREE, or SMALL before its first run ends: may hold anything but zeroes
    uint8_t live_epoch; // the last collection that marked something in it
    uint32_t recip;     // SMALL: 2^32 / cell_bytes, rounded up: cell index = offset * recip >> 32, exact for 16-bit offsets
    uint32_t cell_bytes, ncells;
    uint32_t next;      // in a list of blocks to sweep
    uint32_t frontier;  // SMALL, not owned: cells that begin below this offset are allocated, whatever their mark
    uint32_t count;     // LARGE: blocks of the object; CONT: index of its first block; FREE: collections it has been free for
    uint32_t pad;
    uint64_t bytes;     // LARGE: header and payload, without rounding
} HeapBlock;

struct Heap {
    char *base;
    HeapBlock *blocks;
    uint8_t *marks;
    uint64_t *free_bits; // one per block: BLOCK_FREE
    const RType *types;
    uint32_t ntypes;
    uint8_t epoch;       // of the last (or running) collection: what a mark byte is when set
    uint32_t limit;      // blocks reserved
    uint32_t top;        // blocks [1, top) have been used
    uint32_t committed;  // blocks [0, committed) are readable and writable
    uint32_t free_hint;  // no free block below
    uint32_t nfree;
    uint64_t max_heap;
    bool may_refuse;
    // atomic, relaxed: counters
    uint64_t used;       // live at the last collection + handed out since
    uint64_t next_gc;
    uint64_t total;
    uint64_t refused;    // the largest request that found no memory since it was last asked
    uint8_t wants_gc;
    // under lock
    pthread_mutex_t lock;
    uint32_t unswept[HEAP_CLASSES];
    WorkerHeap *workers;
    uint32_t nworkers;
    HeapStats stats;
    struct GcCycle *cycle; // running
    char *watch;         // race detector: a byte for each byte of the heap, or NULL; zeroed when the heap is
    void *reserved;
    size_t reserved_bytes;
    struct MarkChunk *spare_chunks; // gc.c: kept from one collection to the next
};

static inline char *heap_block_start(const Heap *h, uint32_t b) { return h->base + ((uint64_t)b << HEAP_BLOCK_SHIFT); }
static inline uint8_t *heap_block_marks(const Heap *h, uint32_t b) { return h->marks + (uint64_t)b * HEAP_MARKS_PER_BLOCK; }

// Back to the pool; the blocks hold garbage.
void heap_blocks_release_locked(Heap *h, uint32_t first, uint32_t n);
// World stopped: takes all runs from the workers, so that block frontiers say what is allocated.
void heap_flush_workers(Heap *h);
// Between collections: gives blocks that stayed free for a while back to the system.
void heap_scavenge_locked(Heap *h);
