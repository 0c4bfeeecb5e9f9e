// gc_mark.h — marking one word: private to gc.c and to the scan routines that want it inline.
#pragma once
#include "runtime/gc.h"
#include "runtime/heap_block.h"

// The marker reads cells to their ends, which are poisoned.
#ifdef GOL_ASAN
#define NO_ASAN __attribute__((no_sanitize("address")))
#else
#define NO_ASAN
#endif

enum { MARK_CHUNK_ITEMS = 1022 };

typedef struct MarkChunk {
    struct MarkChunk *next;
    uint64_t n;
    Word items[MARK_CHUNK_ITEMS]; // objects; or {first element to look at << 1, object | 1}: the rest of a long row
} MarkChunk;

struct GcCycle {
    Heap *heap;
    GcSource source;
    uint8_t old_epoch; // marks of the collection before: what was allocated in blocks that nobody swept since
    uint64_t began;
    pthread_mutex_t lock;
    pthread_cond_t more;
    // under lock
    MarkChunk *pool;
    G *next_g;
    bool roots_taken, done, no_more;
    uint32_t present;
    uint32_t waiting; // also read without the lock, as a hint
    uint64_t live_bytes, live_objects, mark_ns;
};

struct GcMarker {
    GcCycle *cycle;
    uintptr_t base;
    uint64_t size; // bytes of heap in use behind base
    HeapBlock *blocks;
    uint8_t *marks;
    MarkChunk *chunk;
    const RType *types;
    uint32_t ntypes;
    uint8_t epoch;
    uint64_t live_bytes, live_objects;
    uintptr_t globals; // GcSource
    uint64_t globals_bytes;
};

void gc_push_full(GcMarker *m);
void gc_mark_outside(GcMarker *m, Word p); // p points into the globals

NO_ASAN static inline Word gc_load(const Word *p) { return __atomic_load_n(p, __ATOMIC_RELAXED); }

static inline void gc_push(GcMarker *m, Word p) {
    if (UNLIKELY(m->chunk->n == MARK_CHUNK_ITEMS)) gc_push_full(m);
    m->chunk->items[m->chunk->n++] = p;
}

// Two entries of one chunk, read from the top; only object entries have the lowest bit.
static inline void gc_push2(GcMarker *m, Word p, Word from) {
    if (UNLIKELY(m->chunk->n + 2 > MARK_CHUNK_ITEMS)) gc_push_full(m);
    m->chunk->items[m->chunk->n++] = from;
    m->chunk->items[m->chunk->n++] = p;
}

// False when the mark was set already.
static inline bool gc_set_mark(GcMarker *m, uint8_t *mark) {
    if (__atomic_load_n(mark, __ATOMIC_RELAXED) == m->epoch) return false;
    __atomic_store_n(mark, m->epoch, __ATOMIC_RELAXED);
    return true;
}

__attribute__((always_inline)) static inline void gc_mark(GcMarker *m, Word p) {
    uint64_t off = p - m->base;
    if (UNLIKELY(p - m->globals < m->globals_bytes)) gc_mark_outside(m, p); // and they are an object of the heap as a whole
    if (off >= m->size) return;
    uint64_t at = off >> HEAP_BLOCK_SHIFT;
    HeapBlock *b = &m->blocks[at];
    uint64_t cell = 0, bytes;
    if (LIKELY(b->state == BLOCK_SMALL)) {
        cell = (off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32;
        bytes = b->cell_bytes;
        if (UNLIKELY(cell >= b->ncells)) return;
    } else {
        if (b->state == BLOCK_CONT) at = b->count, b = &m->blocks[at];
        if (b->state != BLOCK_LARGE) return;
        bytes = b->bytes;
    }
    if (!gc_set_mark(m, m->marks + at * HEAP_MARKS_PER_BLOCK + cell)) return;
    if (__atomic_load_n(&b->live_epoch, __ATOMIC_RELAXED) != m->epoch) __atomic_store_n(&b->live_epoch, m->epoch, __ATOMIC_RELAXED);
    m->live_bytes += bytes;
    m->live_objects++;
    if (b->cls & 1) return; // no pointers inside
    gc_push(m, m->base + (at << HEAP_BLOCK_SHIFT) + cell * bytes + sizeof(Word));
}

static inline void gc_mark_tagged(GcMarker *m, Word v) {
    if (v >> 63) return; // a scalar
    gc_mark_pointer(m, v & IFACE_PAYLOAD_MASK);
}

// For words that may be anything: does p point into an object that was allocated?
static inline bool gc_is_allocated(const GcMarker *m, Word p) {
    uint64_t off = p - m->base;
    if (off >= m->size) return false;
    uint64_t at = off >> HEAP_BLOCK_SHIFT;
    const HeapBlock *b = &m->blocks[at];
    if (b->state == BLOCK_CONT) b = &m->blocks[b->count];
    if (b->state == BLOCK_LARGE) return true;
    if (b->state != BLOCK_SMALL) return false;
    uint64_t cell = (off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32;
    if (cell >= b->ncells) return false;
    uint8_t mark = __atomic_load_n(m->marks + at * HEAP_MARKS_PER_BLOCK + cell, __ATOMIC_RELAXED);
    return cell * b->cell_bytes < b->frontier || mark == m->epoch || mark == m->cycle->old_epoch;
}

// How many words the object at p (its first word) may use.
static inline uint64_t gc_object_words(const GcMarker *m, const Word *p) {
    uint64_t off = (uintptr_t)p - m->base;
    const HeapBlock *b = &m->blocks[off >> HEAP_BLOCK_SHIFT];
    return (b->state == BLOCK_SMALL ? b->cell_bytes : b->bytes) / sizeof(Word) - 1 - HEAP_REDZONE_WORDS;
}
