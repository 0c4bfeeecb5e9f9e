// heap_report.c — what the heap is full of, and what an address belongs to: for reports.
#include <stdlib.h>
#include <string.h>

#include "runtime/heap_block.h"

static int by_bytes(const void *a, const void *b) {
    const HeapTypeUse *x = a, *y = b;
    return x->bytes < y->bytes ? 1 : x->bytes > y->bytes ? -1 : 0;
}

uint32_t heap_largest_types(Heap *h, HeapTypeUse *out, uint32_t n) {
    HeapTypeUse *all = xcalloc(2 * (size_t)h->ntypes, sizeof *all);
    pthread_mutex_lock(&h->lock);
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        if (k->state != BLOCK_SMALL && k->state != BLOCK_LARGE) continue;
        const uint8_t *marks = heap_block_marks(h, b);
        uint32_t cells = k->state == BLOCK_SMALL ? k->ncells : 1;
        uint64_t bytes = k->state == BLOCK_SMALL ? k->cell_bytes : k->bytes;
        for (uint32_t i = 0; i < cells; i++) {
            if (marks[i] != h->epoch) continue; // found by the last collection: those are surely live
            Word *object = (Word *)(heap_block_start(h, b) + i * bytes) + 1;
            TypeId id = header_type(object) & ~HEADER_ROW;
            bool row = (header_type(object) & HEADER_ROW) != 0;
            if (id >= h->ntypes) continue;
            HeapTypeUse *u = &all[2 * id + row];
            u->type = id;
            u->row = row;
            u->bytes += bytes;
            u->objects++;
        }
    }
    pthread_mutex_unlock(&h->lock);
    qsort(all, 2 * (size_t)h->ntypes, sizeof *all, by_bytes);
    uint32_t found = 0;
    while (found < n && found < 2 * h->ntypes && all[found].bytes) found++;
    memcpy(out, all, found * sizeof *out);
    free(all);
    return found;
}

void heap_each(Heap *h, TypeId type, void (*fn)(void *ctx, void *object), void *ctx) {
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        if (k->state != BLOCK_SMALL && k->state != BLOCK_LARGE) continue;
        const uint8_t *marks = heap_block_marks(h, b);
        uint32_t cells = k->state == BLOCK_SMALL ? k->ncells : 1;
        uint64_t bytes = k->state == BLOCK_SMALL ? k->cell_bytes : k->bytes;
        for (uint32_t i = 0; i < cells; i++) {
            Word *object = (Word *)(heap_block_start(h, b) + i * bytes) + 1;
            if (marks[i] == h->epoch && header_type(object) == type) fn(ctx, object);
        }
    }
}

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
