// heap_report.c — what the heap is full of, and what an address belongs to: for reports.
#include <stdlib.h>
#include <string.h>

#include "runtime/heap_block.h"

static int by_bytes(const void *a, const void *b) {
    const HeapTypeUse *x = a, *y = b;
    return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

// The objects that the last collection found: those are surely live.
static void each_marked(const Heap *h, void (*fn)(void *ctx, Word *object, uint64_t bytes), void *ctx) {
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        if (k->state != BLOCK_SMALL && k->state != BLOCK_LARGE) continue;
        const uint8_t *marks = heap_block_marks(h, b);
        uint32_t cells = k->state == BLOCK_SMALL ? k->ncells : 1;
        uint64_t bytes = k->state == BLOCK_SMALL ? k->cell_bytes : k->bytes;
        for (uint32_t i = 0; i < cells; i++) {
            if (marks[i] == h->epoch) fn(ctx, (Word *)(heap_block_start(h, b) + i * bytes) + 1, bytes);
        }
    }
}

typedef struct Uses {
    const Heap *heap;
    HeapTypeUse *all; // two for each type: alone, and in rows
} Uses;

static void count_use(void *ctx, Word *object, uint64_t bytes) {
    const Uses *x = ctx;
    TypeId id = header_type(object) & ~HEADER_ROW;
    bool row = (header_type(object) & HEADER_ROW) != 0;
    if (id >= x->heap->ntypes) return;
    HeapTypeUse *u = &x->all[2 * id + row];
    u->type = id;
    u->row = row;
    u->bytes += bytes;
    u->objects++;
}

uint32_t heap_largest_types(Heap *h, HeapTypeUse *out, uint32_t n) {
    HeapTypeUse *all = xcalloc(2 * (size_t)h->ntypes, sizeof *all);
    pthread_mutex_lock(&h->lock);
    each_marked(h, count_use, &(Uses){h, all});
    pthread_mutex_unlock(&h->lock);
    qsort(all, 2 * (size_t)h->ntypes, sizeof *all, by_bytes);
    uint32_t found = 0;
    while (found < n && found < 2 * h->ntypes && all[found].bytes) found++;
    memcpy(out, all, found * sizeof *out);
    free(all);
    return found;
}

typedef struct OfType {
    TypeId type;
    void (*fn)(void *ctx, void *object);
    void *ctx;
} OfType;

static void visit(void *ctx, Word *object, uint64_t bytes) {
    const OfType *x = ctx;
    (void)bytes;
    if (header_type(object) == x->type) x->fn(x->ctx, object);
}

void heap_each(Heap *h, TypeId type, void (*fn)(void *ctx, void *object), void *ctx) { each_marked(h, visit, &(OfType){type, fn, ctx}); }

void *heap_object_at(const Heap *h, const void *p, uint64_t *bytes) {
    uint64_t off = (uintptr_t)p - (uintptr_t)h->base, at = off >> HEAP_BLOCK_SHIFT;
    if (at == 0 || at >= h->limit) return NULL;
    const HeapBlock *b = &h->blocks[at];
    uint64_t cell = 0, size;
    if (b->state == BLOCK_SMALL) {
        cell = (off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32;
        size = b->cell_bytes;
        if (cell >= b->ncells) return NULL;
    } else {
        if (b->state == BLOCK_CONT) at = b->count, b = &h->blocks[at];
        if (b->state != BLOCK_LARGE) return NULL;
        size = b->bytes;
    }
    *bytes = size - sizeof(Word);
    return h->base + (at << HEAP_BLOCK_SHIFT) + cell * size + sizeof(Word);
}
