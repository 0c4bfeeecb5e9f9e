// heap_report.c — what the heap is full of: for the out-of-memory report.
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
