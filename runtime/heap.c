// heap.c — blocks, free runs, allocation. See heap_state.h for the picture.
//
// Free cells are found while allocating: a worker takes a block, walks its mark bytes, and each stretch of cells that the last
// collection did not reach is a free run. This is the lazy sweep: nothing else is done with a dead object, so its cost
// is a byte compare and the zeroing that allocation needs anyway. Blocks in which nothing was marked never get
// that far: gc_cycle_end returns them to the pool whole.
//
// Why no free lists threaded through the cells: a run is contiguous, so allocation is a compare and an add, and objects that
// are made together lie together.
#include "runtime/heap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runtime/breath.h"
#include "runtime/heap_block.h"

// What `&struct{}{}` and make([]T, 0) point to; the word before it is a header of type 0.
Word zero_base[2];

// ---- size classes: objects of up to 32 words exactly, then steps of at most a quarter, the large ones chosen so that k cells
// fill a block (byte sizes in words, with the header)

static const uint16_t divisor_of[] = {56, 49, 42, 36, 31, 28, 24, 21, 18, 15, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2};
enum { CLASS_STEP8 = 33, CLASS_STEP16 = 37, CLASS_DIVISOR = 41, BLOCK_WORDS = HEAP_BLOCK_BYTES / 8, MAX_CELL_WORDS = BLOCK_WORDS / 2 };

static uint32_t cell_words(uint32_t size_class) {
    if (size_class < CLASS_STEP8) return size_class + 1;
    if (size_class < CLASS_STEP16) return 33 + 8 * (size_class - CLASS_STEP8 + 1);
    if (size_class < CLASS_DIVISOR) return 65 + 16 * (size_class - CLASS_STEP16 + 1);
    return BLOCK_WORDS / divisor_of[size_class - CLASS_DIVISOR];
}

// n: words of the cell, header included, 2..MAX_CELL_WORDS.
static uint32_t size_class_of(uint32_t n) {
    if (n <= 33) return n - 1;
    if (n <= 65) return CLASS_STEP8 + (n - 34) / 8;
    if (n <= 129) return CLASS_STEP16 + (n - 66) / 16;
    uint32_t k = BLOCK_WORDS / n, lo = 0, hi = COUNT_OF(divisor_of) - 1;
    while (lo < hi) { // the first divisor <= k
        uint32_t mid = (lo + hi) / 2;
        if (divisor_of[mid] <= k) hi = mid;
        else lo = mid + 1;
    }
    return CLASS_DIVISOR + lo;
}

_Static_assert(CLASS_DIVISOR + COUNT_OF(divisor_of) == HEAP_SIZE_CLASSES, "one entry per size class");

uint8_t heap_class_of(uint64_t words, bool noscan) {
    if (words == 0 || words + 1 + HEAP_REDZONE_WORDS > MAX_CELL_WORDS) return noscan;
    return (uint8_t)(2 * size_class_of((uint32_t)words + 1 + HEAP_REDZONE_WORDS) + noscan);
}

// ---- reservation

static bool reserve(Heap *h, uint64_t blocks) {
    uint64_t heap = blocks << HEAP_BLOCK_SHIFT, marks = blocks * HEAP_MARKS_PER_BLOCK;
    uint64_t table = blocks * sizeof(HeapBlock), bits = (blocks + 63) / 64 * 8, align = HEAP_BLOCK_BYTES;
    table = (table + align - 1) / align * align, bits = (bits + align - 1) / align * align;
    size_t total = heap + marks + table + bits + (2u << 20);
    char *p = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return false;
    h->reserved = p;
    h->reserved_bytes = total;
    h->base = (char *)(((uintptr_t)p + (2u << 20) - 1) & ~(uintptr_t)((2u << 20) - 1)); // huge pages need 2 MB alignment
    h->marks = (uint8_t *)h->base + heap;
    h->blocks = (HeapBlock *)(h->marks + marks);
    h->free_bits = (uint64_t *)((char *)h->blocks + table);
    h->limit = (uint32_t)blocks;
    // The bitmap is small; only touched pages cost memory.
    return mprotect(h->free_bits, bits, PROT_READ | PROT_WRITE) == 0;
}

static bool commit_range(void *from, void *to) {
    uintptr_t a = (uintptr_t)from & ~(uintptr_t)4095, b = ((uintptr_t)to + 4095) & ~(uintptr_t)4095;
    return mprotect((void *)a, b - a, PROT_READ | PROT_WRITE) == 0;
}

enum { HUGE_FROM_BLOCKS = 512 };

// Makes blocks [0, n) usable. Grows in steps, so that system calls are rare.
static bool commit_locked(Heap *h, uint32_t n) {
    if (n <= h->committed) return true;
    uint64_t step = h->committed / 4, want;
    if (step < 64) step = 64;
    if (step > 4096) step = 4096;
    want = (uint64_t)n + step < h->limit ? n + step : h->limit;
    if (n > h->limit) return false;
    uint32_t old = h->committed, now = (uint32_t)want;
    if (!commit_range(heap_block_start(h, old), heap_block_start(h, now)) ||
        !commit_range(heap_block_marks(h, old), heap_block_marks(h, now)) || !commit_range(&h->blocks[old], &h->blocks[now]))
        return false;
    if (h->watch && !commit_range(h->watch + ((uint64_t)old << HEAP_BLOCK_SHIFT), h->watch + ((uint64_t)now << HEAP_BLOCK_SHIFT))) return false;
    // Large heaps are marked faster with huge pages; small ones should stay small.
    if (old >= HUGE_FROM_BLOCKS) madvise(heap_block_start(h, old), (uint64_t)(now - old) << HEAP_BLOCK_SHIFT, MADV_HUGEPAGE);
    HEAP_POISON(heap_block_start(h, old), (uint64_t)(now - old) << HEAP_BLOCK_SHIFT);
    h->committed = now;
    return true;
}

// Without -max-heap, a program that eats memory without end is stopped with a report, and not by the system.
static uint64_t memory_of_machine(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    uint64_t bytes = pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : UINT64_C(1) << 40, limit;
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "r"); // a container's share; "max" when there is no limit
    if (f) {
        if (fscanf(f, "%" SCNu64, &limit) == 1 && limit < bytes) bytes = limit;
        fclose(f);
    }
    return bytes / 10 * 9;
}

void heap_types_grown(Heap *h, uint32_t ntypes) { h->ntypes = ntypes; }

Heap *heap_state_new(const RType *types, uint32_t ntypes, uint64_t max_heap) {
    Heap *h = xcalloc(1, sizeof *h);
    h->types = types;
    h->ntypes = ntypes;
    h->max_heap = max_heap ? max_heap : memory_of_machine();
    h->epoch = 1;
    h->top = 1; // block 0 stays empty: 0 is "no block"
    h->free_hint = 1;
    h->next_gc = HEAP_MIN_TRIGGER;
    pthread_mutex_init(&h->lock, NULL);
#if defined(GOL_ASAN) || defined(GOL_TSAN)
    uint64_t blocks = UINT64_C(1) << (36 - HEAP_BLOCK_SHIFT); // shadow memory multiplies it
#else
    uint64_t blocks = UINT64_C(1) << (38 - HEAP_BLOCK_SHIFT);
#endif
    while (!reserve(h, blocks)) {
        blocks /= 2;
        if (blocks < 256) gol_bug("the system refuses to reserve address space for the heap");
    }
    return h;
}

void *heap_watch(Heap *h, uintptr_t *lo, uint64_t *size) {
    *lo = (uintptr_t)h->base;
    *size = (uint64_t)h->limit << HEAP_BLOCK_SHIFT;
    if (h->committed) gol_bug("the heap is in use before it is watched");
    void *p = mmap(NULL, *size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    return h->watch = p;
}

// The heap's bytes from p on are zeroed, and so are the race detector's.
static void watch_zero(Heap *h, char *p, uint64_t n) {
    if (UNLIKELY(h->watch != NULL)) memset(h->watch + (p - h->base), 0, n);
}
static bool watch_discard(Heap *h, char *p, uint64_t n) {
    return !h->watch || madvise(h->watch + (p - h->base), n, MADV_DONTNEED) == 0;
}

void heap_state_free(Heap *h) {
    if (h->watch) munmap(h->watch, (uint64_t)h->limit << HEAP_BLOCK_SHIFT);
    while (h->workers) {
        WorkerHeap *w = h->workers;
        h->workers = w->next;
        free(w);
    }
    HEAP_UNPOISON(h->base, (uint64_t)h->committed << HEAP_BLOCK_SHIFT);
    munmap(h->reserved, h->reserved_bytes);
    while (h->spare_chunks) {
        void *c = h->spare_chunks;
        memcpy(&h->spare_chunks, c, sizeof(void *)); // its first word links them
        free(c);
    }
    pthread_mutex_destroy(&h->lock);
    free(h);
}

WorkerHeap *heap_worker_new(Heap *h) {
    WorkerHeap *w = xcalloc(1, sizeof *w);
    w->heap = h;
    w->types = h->types;
    for (uint32_t c = 2; c < HEAP_CLASSES; c++) w->run[c].size = (uint64_t)cell_words(c / 2) * sizeof(Word);
    pthread_mutex_lock(&h->lock);
    w->next = h->workers;
    h->workers = w;
    w->index = h->nworkers++;
    pthread_mutex_unlock(&h->lock);
    heap_worker_seed(w, 0);
    return w;
}

void heap_worker_seed(WorkerHeap *w, uint64_t seed) {
    w->hash_seed = (seed + w->index + 1) * UINT64_C(0x9E3779B97F4A7C15);
    w->map_choice = w->hash_seed ^ UINT64_C(0xD1B54A32D192ED03);
}

// ---- the pool of free blocks (lock held)

static void set_free(Heap *h, uint32_t b) { h->free_bits[b / 64] |= UINT64_C(1) << b % 64; }
static void clear_free(Heap *h, uint32_t b) { h->free_bits[b / 64] &= ~(UINT64_C(1) << b % 64); }

void heap_blocks_release_locked(Heap *h, uint32_t first, uint32_t n) {
    for (uint32_t b = first; b < first + n; b++) {
        h->blocks[b].state = BLOCK_FREE;
        h->blocks[b].dirty = true;
        h->blocks[b].count = 0;
        set_free(h, b);
    }
    h->nfree += n;
    if (first < h->free_hint) h->free_hint = first;
    HEAP_POISON(heap_block_start(h, first), (uint64_t)n << HEAP_BLOCK_SHIFT);
}

// The lowest n free blocks in a row, or 0. Address order keeps the top of the heap empty.
static uint32_t find_free(Heap *h, uint32_t n) {
    if (h->nfree < n) return 0;
    uint32_t run = 0, words = (h->top + 63) / 64;
    bool first = true;
    for (uint32_t w = h->free_hint / 64; w < words; w++) {
        uint64_t bits = h->free_bits[w];
        if (!bits) {
            run = 0;
            continue;
        }
        for (uint32_t i = 0; i < 64; i++) {
            if (!(bits >> i & 1)) {
                run = 0;
                continue;
            }
            if (first) h->free_hint = w * 64 + i, first = false;
            if (++run == n) return w * 64 + i + 1 - n;
        }
    }
    return 0;
}

static uint32_t take_blocks_locked(Heap *h, uint32_t n) {
    uint32_t b = find_free(h, n);
    if (b) {
        for (uint32_t i = b; i < b + n; i++) clear_free(h, i);
        h->nfree -= n;
        return b;
    }
    if (n > h->limit - h->top || !commit_locked(h, h->top + n)) return 0;
    b = h->top;
    __atomic_store_n(&h->top, b + n, __ATOMIC_RELAXED); // heap_object_size looks without the lock, at blocks that are old
    return b;
}

enum { SCAVENGE_BLOCKS = 64 }; // in one collection: it lengthens the pause

void heap_scavenge_locked(Heap *h) {
    uint32_t left = SCAVENGE_BLOCKS;
    for (uint32_t b = h->free_hint; b < h->top && left; b++) {
        if (h->blocks[b].state != BLOCK_FREE || !h->blocks[b].dirty || h->blocks[b].count++ < 2) continue;
        uint32_t end = b + 1;
        while (end < h->top && end - b < left && h->blocks[end].state == BLOCK_FREE && h->blocks[end].dirty && h->blocks[end].count >= 2) end++;
        left -= end - b;
        size_t bytes = (size_t)(end - b) << HEAP_BLOCK_SHIFT;
        if (madvise(heap_block_start(h, b), bytes, MADV_DONTNEED) == 0 && watch_discard(h, heap_block_start(h, b), bytes))
            for (uint32_t i = b; i < end; i++) h->blocks[i].dirty = false;
        b = end - 1;
    }
}

// ---- counting

static void refused(Heap *h, uint64_t n) {
    uint64_t old = __atomic_load_n(&h->refused, __ATOMIC_RELAXED);
    if (n > old) __atomic_store_n(&h->refused, n, __ATOMIC_RELAXED); // two at once: either will do
}

// Counts n bytes about to be handed out; false: -max-heap would be passed.
static bool charge(Heap *h, uint64_t n) {
    uint64_t used = __atomic_add_fetch(&h->used, n, __ATOMIC_RELAXED);
    if (used > h->max_heap) {
        __atomic_sub_fetch(&h->used, n, __ATOMIC_RELAXED);
        refused(h, n);
        return false;
    }
    __atomic_add_fetch(&h->total, n, __ATOMIC_RELAXED);
#ifdef GOL_HOSTILE
    __atomic_store_n(&h->wants_gc, 1, __ATOMIC_RELAXED);
#else
    if (UNLIKELY(used > __atomic_load_n(&h->next_gc, __ATOMIC_RELAXED)) && !__atomic_load_n(&h->wants_gc, __ATOMIC_RELAXED))
        __atomic_store_n(&h->wants_gc, 1, __ATOMIC_RELAXED);
#endif
    return true;
}

bool heap_wants_gc(const Heap *h) { return __atomic_load_n(&h->wants_gc, __ATOMIC_RELAXED) != 0; }

void heap_request_gc(Heap *h) { __atomic_store_n(&h->wants_gc, 1, __ATOMIC_RELAXED); }

bool heap_is_marked(const Heap *h, const void *p) {
    uint64_t off = (uint64_t)((const char *)p - h->base), at = off >> HEAP_BLOCK_SHIFT, cell = 0;
    if ((const char *)p < h->base || at >= h->top) return false;
    const HeapBlock *b = &h->blocks[at];
    if (b->state == BLOCK_CONT) at = b->count, b = &h->blocks[at];
    if (b->state == BLOCK_SMALL) cell = (off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32;
    else if (b->state != BLOCK_LARGE) return false;
    return h->marks[at * HEAP_MARKS_PER_BLOCK + cell] == h->epoch;
}

void heap_each_live_range(const Heap *h, void (*f)(void *ctx, uintptr_t from, uintptr_t to), void *ctx) {
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        if ((k->state != BLOCK_SMALL && k->state != BLOCK_LARGE) || k->live_epoch != h->epoch) continue;
        uintptr_t start = (uintptr_t)heap_block_start(h, b);
        if (k->state == BLOCK_LARGE) {
            f(ctx, start, start + (k->bytes + 7) / 8 * 8);
            continue;
        }
        const uint8_t *marks = heap_block_marks(h, b);
        for (uint32_t i = 0, j; i < k->ncells; i = j) {
            for (j = i; j < k->ncells && marks[j] == h->epoch; j++) {}
            if (i < j) f(ctx, start + i * (uintptr_t)k->cell_bytes, start + j * (uintptr_t)k->cell_bytes);
            else j++;
        }
    }
}

bool heap_over_limit(Heap *h, uint64_t need) {
    // The caller may know only roughly what was refused.
    uint64_t was = __atomic_exchange_n(&h->refused, 0, __ATOMIC_RELAXED);
    if (was > need) need = was;
    if (need == 0) return false;
    // A heap that is full but for a sixty-fourth would be collected again and again for nothing.
    uint64_t slack = h->max_heap / 64, room = h->max_heap - slack;
    if (need > room || __atomic_load_n(&h->used, __ATOMIC_RELAXED) > room - need) return true;
    pthread_mutex_lock(&h->lock);
    uint64_t blocks = h->limit - h->top + (uint64_t)h->nfree;
    pthread_mutex_unlock(&h->lock);
    return need >> HEAP_BLOCK_SHIFT >= blocks;
}

uint64_t heap_limit(const Heap *h) { return h->max_heap; }

void heap_stats(Heap *h, HeapStats *out) {
    pthread_mutex_lock(&h->lock);
    *out = h->stats;
    out->used_bytes = __atomic_load_n(&h->used, __ATOMIC_RELAXED);
    out->total_bytes = __atomic_load_n(&h->total, __ATOMIC_RELAXED);
    if (out->used_bytes > out->peak_bytes) out->peak_bytes = out->used_bytes;
    out->reserved_bytes = (uint64_t)(h->top - 1) << HEAP_BLOCK_SHIFT;
    pthread_mutex_unlock(&h->lock);
}

void heap_may_refuse(Heap *h) { h->may_refuse = true; }

// Collections happen at safepoints, which may be thousands of allocations apart: harmless for small objects, not for large ones. When
// the heap is well past its trigger, a large request is refused once, as if there were no memory: the caller collects and comes
// back. Grace then lets him through, whatever others have allocated meanwhile.
static bool collect_first(WorkerHeap *w, uint64_t n) {
    const Heap *h = w->heap;
    if (!h->may_refuse) return false;
#ifdef GOL_HOSTILE
    // Every path that meets a NULL is walked. Each fourth time there is room for many more, since a call that makes tens of thousands
    // of objects begins anew after each refusal.
    if (++w->refusals == 61) {
        w->refusals = ++w->refused % 4 ? -20000 : -2000000;
        return true;
    }
#endif
    if (n <= w->grace) {
        w->grace -= n;
        return false;
    }
    uint64_t next = __atomic_load_n(&h->next_gc, __ATOMIC_RELAXED);
    if (__atomic_load_n(&h->used, __ATOMIC_RELAXED) <= next + next / 4) return false;
    w->grace = 2 * n + (1 << 20);
    return true;
}

// ---- runs

static void give_up_block(Heap *h, HeapRun *r, uint32_t frontier) {
    HeapBlock *b = &h->blocks[r->block];
    b->frontier = frontier;
    b->dirty = true;
    r->block = 0;
    r->ptr = r->end = r->run_end = NULL;
}

void heap_flush_workers(Heap *h) {
    for (WorkerHeap *w = h->workers; w; w = w->next)
        for (uint32_t c = 2; c < HEAP_CLASSES; c++) {
            HeapRun *r = &w->run[c];
            if (!r->block) continue;
            uint64_t unused = (uint64_t)(r->end - r->ptr);
            __atomic_sub_fetch(&h->used, unused, __ATOMIC_RELAXED);
            __atomic_sub_fetch(&h->total, unused, __ATOMIC_RELAXED);
            give_up_block(h, r, (uint32_t)(r->ptr - heap_block_start(h, r->block)));
        }
}

static uint32_t next_free_cell(const uint8_t *marks, uint32_t i, uint32_t n, uint8_t epoch) {
    const uint64_t all = epoch * UINT64_C(0x0101010101010101);
    uint64_t eight;
    while (i < n && i % 8) {
        if (marks[i] != epoch) return i;
        i++;
    }
    while (i + 8 <= n && (memcpy(&eight, marks + i, 8), eight == all)) i += 8;
    while (i < n && marks[i] == epoch) i++;
    return i;
}

// Finds the next free run of class cls, in the owned block or another. The run is not yet zeroed. False: no memory.
static bool next_run(WorkerHeap *w, HeapRun *r, uint32_t cls) {
    Heap *h = w->heap;
    for (;;) {
        if (r->block) {
            HeapBlock *b = &h->blocks[r->block];
            const uint8_t *marks = heap_block_marks(h, r->block);
            uint32_t i = next_free_cell(marks, r->cell, b->ncells, h->epoch), j = i;
            while (j < b->ncells && marks[j] != h->epoch) j++;
            if (i < j) {
                char *start = heap_block_start(h, r->block);
                r->ptr = r->end = start + i * r->size;
                r->run_end = start + j * r->size;
                r->cell = j;
                return true;
            }
            give_up_block(h, r, HEAP_BLOCK_BYTES);
        }
        pthread_mutex_lock(&h->lock);
        uint32_t block = h->unswept[cls];
        if (block) {
            h->unswept[cls] = h->blocks[block].next;
        } else if ((block = take_blocks_locked(h, 1))) {
            HeapBlock *b = &h->blocks[block];
            bool dirty = b->state == BLOCK_FREE && b->dirty;
            uint32_t bytes = (uint32_t)r->size;
            *b = (HeapBlock){.state = BLOCK_SMALL, .cls = (uint8_t)cls, .dirty = dirty, .cell_bytes = bytes,
                             .recip = (uint32_t)(((UINT64_C(1) << 32) + bytes - 1) / bytes), .ncells = HEAP_BLOCK_BYTES / bytes};
        }
        pthread_mutex_unlock(&h->lock);
        if (!block) {
            refused(h, UINT64_MAX / 2);
            return false;
        }
        r->block = block;
        r->cell = 0;
    }
}

// Makes r->ptr < r->end. False: no memory.
static bool refill(WorkerHeap *w, uint32_t cls) {
    HeapRun *r = &w->run[cls];
    if (r->end == r->run_end && !next_run(w, r, cls)) return false;
    uint64_t n = (uint64_t)(r->run_end - r->end), chunk = HEAP_CHUNK_BYTES / r->size * r->size;
    if (chunk == 0) chunk = r->size;
    if (n > chunk) n = chunk;
#ifdef GOL_HOSTILE
    if (collect_first(w, 0)) return false;
#endif
    if (!charge(w->heap, n)) return false;
    HEAP_UNPOISON(r->end, n);
    if (w->heap->blocks[r->block].dirty) {
        memset(r->end, 0, n);
        watch_zero(w->heap, r->end, n);
    }
    HEAP_POISON(r->end, n);
    r->end += n;
    return true;
}

// `bytes`: what was asked for, without the header.
static void *alloc_small(WorkerHeap *w, uint32_t cls, Word header, uint64_t bytes) {
    HeapRun *r = &w->run[cls];
    if (r->ptr == r->end && !refill(w, cls)) return NULL;
    char *p = r->ptr;
    r->ptr += r->size;
    HEAP_UNPOISON(p, bytes + sizeof(Word));
    GUEST_STORE(Word, p, header);
    return p + sizeof(Word);
}

static void *alloc_large(WorkerHeap *w, Word header, uint64_t bytes, bool noscan) {
    Heap *h = w->heap;
    uint64_t total = (bytes + 7) / 8 * 8 + sizeof(Word) * (1 + HEAP_REDZONE_WORDS);
    uint64_t nblocks = (total + HEAP_BLOCK_BYTES - 1) >> HEAP_BLOCK_SHIFT;
    if (nblocks >= h->limit) {
        refused(h, total);
        return NULL;
    }
    if (collect_first(w, total) || !charge(h, total)) return NULL;
    pthread_mutex_lock(&h->lock);
    uint32_t n = (uint32_t)nblocks, first = take_blocks_locked(h, n);
    if (!first) {
        pthread_mutex_unlock(&h->lock);
        __atomic_sub_fetch(&h->used, total, __ATOMIC_RELAXED);
        __atomic_sub_fetch(&h->total, total, __ATOMIC_RELAXED);
        refused(h, UINT64_MAX / 2); // the system has no more
        return NULL;
    }
    bool any_dirty = false;
    for (uint32_t b = first; b < first + n; b++) {
        bool dirty = h->blocks[b].state == BLOCK_FREE && h->blocks[b].dirty;
        any_dirty |= dirty;
        h->blocks[b] = (HeapBlock){.state = BLOCK_CONT, .count = first, .dirty = dirty};
    }
    pthread_mutex_unlock(&h->lock);
    char *p = heap_block_start(h, first);
    HEAP_UNPOISON(p, total);
    // A collection may come here (breath.h), but not behind it. For it these are blocks of an object that does not begin yet: neither live nor to be given back.
    const uint64_t collected = h->stats.collections;
    Breath breath = any_dirty && w->owner ? breath_begin(w->owner, NULL, total) : (Breath){0};
    // Zeroing is the one step here that is as long as the object; the system gives back zeroed pages one by one.
    if (any_dirty && (n < 32 || madvise(p, (size_t)n << HEAP_BLOCK_SHIFT, MADV_DONTNEED) != 0 ||
                      !watch_discard(h, p, (size_t)n << HEAP_BLOCK_SHIFT))) {
        for (uint32_t b = first; b < first + n; b++) {
            uint64_t at = (uint64_t)(b - first) << HEAP_BLOCK_SHIFT, len = total - at;
            if (!h->blocks[b].dirty) continue;
            memset(p + at, 0, len < HEAP_BLOCK_BYTES ? len : HEAP_BLOCK_BYTES);
            watch_zero(h, p + at, HEAP_BLOCK_BYTES);
        }
    }
    if (w->owner) breath_end(w->owner, breath);
    pthread_mutex_lock(&h->lock);
    HeapBlock *head = &h->blocks[first];
    head->state = BLOCK_LARGE, head->cls = noscan, head->count = n, head->bytes = total;
    if (h->stats.collections != collected) __atomic_add_fetch(&h->used, total, __ATOMIC_RELAXED); // it has counted what lives
    pthread_mutex_unlock(&h->lock);
    HEAP_POISON(p + sizeof(Word) + bytes, total - sizeof(Word) - bytes);
    GUEST_STORE(Word, p, header);
    return p + sizeof(Word);
}

static void *alloc_bytes(WorkerHeap *w, Word header, uint64_t bytes, bool noscan) {
    uint32_t cls = heap_class_of(bytes / 8 + (bytes % 8 != 0), noscan);
    if (cls >= 2) return alloc_small(w, cls, header, bytes);
    return alloc_large(w, header, bytes, noscan);
}

void *heap_alloc_slow(WorkerHeap *w, const RType *t, uint32_t site) {
    Word header = (Word)t->id | (Word)site << 32;
    if (t->words == 0) return zero_base;
    if (t->heap_class >= 2) return alloc_small(w, t->heap_class, header, (uint64_t)t->words * sizeof(Word));
    return alloc_large(w, header, (uint64_t)t->words * sizeof(Word), (t->flags & RT_NOSCAN) != 0);
}

static bool too_much(Heap *h, uint64_t bytes) {
    if (bytes <= UINT64_C(1) << 46) return false;
    refused(h, UINT64_MAX / 2);
    return true;
}

void *heap_alloc(Worker *w, TypeId t, uint32_t site) { return heap_alloc_inline(worker_heap(w), &worker_heap(w)->types[t], site); }

void *heap_alloc_row(Worker *w, TypeId elem, uint64_t n, uint32_t site) {
    const RType *e = &worker_heap(w)->types[elem];
    uint64_t bytes;
    if (n == 0 || e->elem_size == 0) return zero_base;
    if (__builtin_mul_overflow(n, (uint64_t)e->elem_size, &bytes)) bytes = UINT64_MAX;
    if (too_much(worker_heap(w)->heap, bytes)) return NULL;
    return alloc_bytes(worker_heap(w), (Word)(elem | HEADER_ROW) | (Word)site << 32, bytes, (e->flags & RT_NOSCAN) != 0);
}

void *heap_alloc_object(Worker *w, TypeId t, size_t bytes, uint32_t site) {
    if (too_much(worker_heap(w)->heap, bytes)) return NULL;
    return alloc_bytes(worker_heap(w), (Word)t | (Word)site << 32, bytes ? bytes : 1, (worker_heap(w)->types[t].flags & RT_NOSCAN) != 0);
}

void *heap_alloc_leaf(Worker *w, TypeId t, size_t bytes, uint32_t site) {
    if (too_much(worker_heap(w)->heap, bytes)) return NULL;
    return alloc_bytes(worker_heap(w), (Word)t | (Word)site << 32, bytes ? bytes : 1, true);
}

size_t heap_object_size(const Heap *h, const void *p) {
    uint64_t off = (uint64_t)((const char *)p - h->base), b = off >> HEAP_BLOCK_SHIFT;
    if ((const char *)p < h->base || b >= __atomic_load_n(&h->top, __ATOMIC_RELAXED)) return 0;
    const HeapBlock *block = &h->blocks[b];
    if (block->state == BLOCK_SMALL) return block->cell_bytes - (1 + HEAP_REDZONE_WORDS) * sizeof(Word);
    if (block->state == BLOCK_LARGE) return block->bytes - (1 + HEAP_REDZONE_WORDS) * sizeof(Word);
    return 0;
}
