// gc.c — the mark phase, shared by several threads, and the books kept at its end.
//
// A marker keeps objects whose words it has still to look at in chunks. Its own chunk is private; full ones go to a shared
// pool, and when somebody waits for work, half of a private chunk goes there, too. Marking is over when every marker that
// has come waits and the pool and the roots are empty. A marker that comes later sees `done`.
//
// The mark byte is tested and set without a read-modify-write: two markers may both see it unset and both scan
// the object, which costs time but no correctness. Objects without pointers are marked through the block table alone: their
// memory is not touched.
//
// With the address sanitizer, this file runs uninstrumented where it reads objects: rows are looked at up to the end of their
// cell, whose tail is poisoned.
#include "runtime/gc.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/gc_mark.h"
#include "runtime/map_table.h"

static uint64_t now_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// ---- chunks

static MarkChunk *chunk_take_locked(Heap *h) {
    MarkChunk *c = h->spare_chunks;
    if (!c) return NULL;
    h->spare_chunks = c->next;
    return c;
}

static MarkChunk *chunk_new(GcCycle *c) {
    pthread_mutex_lock(&c->lock);
    MarkChunk *k = chunk_take_locked(c->heap);
    pthread_mutex_unlock(&c->lock);
    if (!k) k = xmalloc(sizeof *k);
    k->n = 0;
    return k;
}

static void publish(GcCycle *c, MarkChunk *k) {
    pthread_mutex_lock(&c->lock);
    k->next = c->pool;
    c->pool = k;
    if (c->waiting) pthread_cond_signal(&c->more);
    pthread_mutex_unlock(&c->lock);
}

void gc_push_full(GcMarker *m) {
    publish(m->cycle, m->chunk);
    m->chunk = chunk_new(m->cycle);
}

// Somebody waits: gives away the older half of the private chunk.
static void share(GcMarker *m) {
    MarkChunk *mine = m->chunk;
    uint32_t half = mine->n / 2;
    if (half < 8) return;
    MarkChunk *k = chunk_new(m->cycle);
    // A row in two entries must not be cut in two.
    if (mine->items[half] & 1) half++;
    memcpy(k->items, mine->items, half * sizeof(Word));
    memmove(mine->items, mine->items + half, (mine->n - half) * sizeof(Word));
    k->n = half;
    mine->n -= half;
    publish(m->cycle, k);
}

// ---- roots: one claim for everything the scheduler scans at once, then goroutines in batches

enum { ROOT_BATCH = 32 };

static bool scan_some_roots(GcMarker *m) {
    GcCycle *c = m->cycle;
    G *batch[ROOT_BATCH];
    uint32_t n = 0;
    pthread_mutex_lock(&c->lock);
    bool rest = !c->roots_taken;
    c->roots_taken = true;
    if (!rest)
        for (; n < ROOT_BATCH && c->next_g; c->next_g = c->next_g->all_next) batch[n++] = c->next_g;
    pthread_mutex_unlock(&c->lock);
    if (rest && c->source.scan_roots) c->source.scan_roots(c->source.ctx, m);
    for (uint32_t i = 0; i < n; i++) c->source.scan_g(c->source.ctx, batch[i], m);
    return rest || n;
}

void gc_wake(GcMarker *m, G *g) {
    const GcSource *s = &m->cycle->source;
    if (s->wake) s->wake(s->ctx, g, m);
}

void gc_mark_outside(GcMarker *m, Word p) { m->cycle->source.scan_global(m->cycle->source.ctx, p, m); }

// ---- scanning

// One value of a type of at most 64 words that is no array.
NO_ASAN static inline void scan_masked(GcMarker *m, const RType *t, const Word *p) {
    for (uint64_t b = t->ptr_mask; b; b &= b - 1) gc_mark(m, gc_load(p + __builtin_ctzll(b)));
    for (uint64_t b = t->iface_mask; UNLIKELY(b); b &= b - 1) gc_mark_tagged(m, gc_load(p + __builtin_ctzll(b)));
}

// n values of a type that is no array, one behind the other.
NO_ASAN static void scan_values(GcMarker *m, const RType *t, const Word *p, uint64_t n) {
    uint32_t words = t->words;
    if (words > 64) {
        for (uint64_t i = 0; i < n; i++, p += words)
            for (uint32_t j = 0; j < words; j++) {
                if (t->slots[j] == SLOT_POINTER) gc_mark(m, gc_load(p + j));
                else if (t->slots[j] == SLOT_IFACE) gc_mark_tagged(m, gc_load(p + j));
            }
        return;
    }
    for (uint64_t i = 0; i < n; i++, p += words) scan_masked(m, t, p);
}

// The type of the values that a row of t is made of: arrays lie flat.
static const RType *flat_type(const RType *types, const RType *t) {
    while (t->kind == RK_ARRAY) t = &types[t->elem];
    return t;
}

enum { PIECE_WORDS = 2048 }; // of a long row, scanned at a time; the rest can be taken by another marker

NO_ASAN static void scan_row(GcMarker *m, const RType *flat, const Word *p, uint64_t words, uint64_t from) {
    if (flat->words == 0) return;
    uint64_t per_piece = PIECE_WORDS / flat->words, n = words / flat->words;
    if (per_piece == 0) per_piece = 1;
    if (n - from > per_piece) {
        gc_push2(m, (Word)p | 1, (from + per_piece) << 1);
        n = from + per_piece;
    }
    scan_values(m, flat, p + from * flat->words, n - from);
}

NO_ASAN static void scan_conservatively(GcMarker *m, const Word *p, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) gc_mark_words(m, p + i, 1, NULL);
}

NO_ASAN static inline void scan_object(GcMarker *m, const Word *p, uint64_t from) {
    Word header = gc_load(p - 1);
    TypeId id = (TypeId)header & ~HEADER_ROW;
    if (UNLIKELY(id >= m->ntypes)) gol_bug("collector: no type %u at %p", id, (const void *)p);
    const RType *t = &m->types[id];
    if (header & HEADER_ROW) {
        const RType *flat = flat_type(m->types, t);
        if (!(flat->flags & RT_NOSCAN)) scan_row(m, flat, p, gc_object_words(m, p), from);
        return;
    }
    if (LIKELY(t->ptr_mask | t->iface_mask)) {
        scan_masked(m, t, p);
        return;
    }
    switch ((RKind)t->kind) {
    case RK_STRUCT: case RK_POINTER: case RK_MAP: case RK_CHAN: case RK_FUNC: case RK_STRING: case RK_SLICE: case RK_INTERFACE:
    case RK_UNSAFE_POINTER:
        scan_values(m, t, p, 1);
        return;
    case RK_ARRAY: scan_row(m, flat_type(m->types, t), p, t->words, from); return;
    case RK_OBJ_STR: gc_mark(m, gc_load(p)); return;   // data, inside the parent (or itself)
    case RK_OBJ_SLICE: gc_mark(m, gc_load(p)); return; // data
    case RK_OBJ_CLOSURE:
        if (m->cycle->source.code) m->cycle->source.code(m->cycle->source.ctx, ((const Closure *)p)->func, m);
        m->cycle->source.scan_object((void *)(uintptr_t)p, t->kind, m);
        return;
    case RK_OBJ_DEFER: m->cycle->source.scan_object((void *)(uintptr_t)p, t->kind, m); return;
    case RK_OBJ_CHAN: chan_scan((Chan *)(uintptr_t)p, m->types, m); return;
    case RK_OBJ_MAP: gc_mark(m, gc_load(p)); gc_mark(m, gc_load(p + 1)); return; // tables
    case RK_OBJ_MAPTABLE: map_table_scan((const MapTable *)p, from, m); return;
    case RK_OBJ_MAPITER: for (int i = 0; i < 3; i++) gc_mark(m, gc_load(p + i)); return;
    case RK_OBJ_CONSERVATIVE: scan_conservatively(m, p, gc_object_words(m, p)); return;
    case RK_INVALID: case RK_BOOL: case RK_INT: case RK_INT8: case RK_INT16: case RK_INT32: case RK_INT64: case RK_UINT:
    case RK_UINT8: case RK_UINT16: case RK_UINT32: case RK_UINT64: case RK_UINTPTR: case RK_FLOAT32: case RK_FLOAT64:
    case RK_COMPLEX64: case RK_COMPLEX128: case RK_OBJ_BYTES:
        return;
    }
}

// Objects wait in a short queue between the stack and their scan, while the memory system fetches them.
enum { AHEAD = 8 };

static void drain(GcMarker *m) {
    GcCycle *c = m->cycle;
    Word ring[AHEAD], from[AHEAD];
    uint32_t in = 0, out = 0, count = 0;
    for (;;) {
        while (in - out < AHEAD && m->chunk->n) {
            Word p = m->chunk->items[--m->chunk->n];
            from[in % AHEAD] = p & 1 ? m->chunk->items[--m->chunk->n] >> 1 : 0;
            p &= ~(Word)1;
            __builtin_prefetch((const Word *)p - 1);
            ring[in++ % AHEAD] = p;
        }
        if (in == out) return;
        uint32_t i = out++ % AHEAD;
        scan_object(m, (const Word *)ring[i], from[i]);
        if (UNLIKELY(++count % 64 == 0) && __atomic_load_n(&c->waiting, __ATOMIC_RELAXED)) share(m);
    }
}

// ---- the functions of gc.h for scanning code

void gc_mark_pointer(GcMarker *m, Word p) { gc_mark(m, p); }
void gc_mark_iface(GcMarker *m, Word v) { gc_mark_tagged(m, v); }

NO_ASAN void gc_mark_words(GcMarker *m, const Word *words, uint32_t n, const uint8_t *kinds) {
    for (uint32_t i = 0; i < n; i++) {
        Word v = gc_load(words + i);
        if (kinds) {
            if (kinds[i] == SLOT_POINTER) gc_mark(m, v);
            else if (kinds[i] == SLOT_IFACE) gc_mark_tagged(m, v);
        } else if (gc_is_allocated(m, v)) {
            gc_mark(m, v);
        } else if (!(v >> 63) && gc_is_allocated(m, v & IFACE_PAYLOAD_MASK)) {
            gc_mark(m, v & IFACE_PAYLOAD_MASK);
        }
    }
}

NO_ASAN void gc_mark_kept(GcMarker *m, Word v, const uint8_t *keeps) {
    if (!gc_is_allocated(m, v)) {
        v = v >> 63 ? 0 : v & IFACE_PAYLOAD_MASK;
        if (!gc_is_allocated(m, v)) return;
    }
    uint64_t off = v - m->base, at = off >> HEAP_BLOCK_SHIFT, cell = 0;
    const HeapBlock *b = &m->blocks[at];
    if (b->state == BLOCK_CONT) at = b->count, b = &m->blocks[at];
    if (b->state == BLOCK_SMALL) cell = (off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32;
    const Word *p = (const Word *)(m->base + (at << HEAP_BLOCK_SHIFT) + cell * b->cell_bytes) + 1;
    TypeId id = (TypeId)gc_load(p - 1) & ~HEADER_ROW;
    if (id >= m->ntypes) return;
    if (m->types[id].kind == RK_OBJ_SLICE) gc_mark_kept(m, gc_load(p), keeps); // by what its elements are
    else if (keeps[id]) gc_mark(m, v);
}

void gc_mark_row(GcMarker *m, const RType *elem, const void *row, uint64_t n) {
    if (elem->flags & RT_NOSCAN || !elem->words) return;
    const RType *flat = flat_type(m->types, elem);
    scan_values(m, flat, row, n * (elem->words / flat->words));
}

// ---- the cycle

GcCycle *gc_cycle_begin(Heap *h, const GcSource *source) {
    GcCycle *c = xcalloc(1, sizeof *c);
    c->heap = h;
    c->source = *source;
    c->next_g = source->all;
    c->began = now_ns(CLOCK_MONOTONIC);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->more, NULL);
    pthread_mutex_lock(&h->lock);
    h->cycle = c;
    heap_flush_workers(h);
    // A mark is valid while it equals the epoch. Before the number comes round again, all bytes start afresh.
    c->old_epoch = h->epoch;
    if (h->epoch == UINT8_MAX) {
        for (uint32_t b = 1; b < h->top; b++) {
            uint8_t *marks = heap_block_marks(h, b);
            uint32_t n = h->blocks[b].state == BLOCK_SMALL ? h->blocks[b].ncells : 1;
            for (uint32_t i = 0; i < HEAP_MARKS_PER_BLOCK; i++) marks[i] = i < n && marks[i] == UINT8_MAX;
            h->blocks[b].live_epoch = 0;
        }
        c->old_epoch = 1;
        h->epoch = 1;
    }
    h->epoch++;
    uint64_t used = __atomic_load_n(&h->used, __ATOMIC_RELAXED);
    if (used > h->stats.peak_bytes) h->stats.peak_bytes = used;
    pthread_mutex_unlock(&h->lock);
    return c;
}

void gc_cycle_mark(GcCycle *c, int index) {
    (void)index;
    Heap *h = c->heap;
    uint64_t began = now_ns(CLOCK_THREAD_CPUTIME_ID); // waiting for work is not marking
    GcMarker m = {.cycle = c, .base = (uintptr_t)h->base, .size = (uint64_t)h->top << HEAP_BLOCK_SHIFT, .blocks = h->blocks,
                  .marks = h->marks, .epoch = h->epoch, .types = h->types, .ntypes = h->ntypes,
                  .globals = c->source.globals, .globals_bytes = c->source.globals_bytes};
    m.chunk = chunk_new(c);
    pthread_mutex_lock(&c->lock);
    c->present++;
    pthread_mutex_unlock(&c->lock);
    for (;;) {
        drain(&m);
        if (scan_some_roots(&m)) continue;
        pthread_mutex_lock(&c->lock);
        __atomic_store_n(&c->waiting, c->waiting + 1, __ATOMIC_RELAXED);
        bool stage = false;
        while (!c->pool && !c->done && !c->next_g && !stage) {
            // All who came wait, nothing is left. (Roots are taken one claim at a time before anybody waits.)
            if (c->waiting == c->present && c->source.more && !c->no_more) {
                __atomic_store_n(&c->waiting, c->waiting - 1, __ATOMIC_RELAXED); // so that nobody else comes here meanwhile
                pthread_mutex_unlock(&c->lock);
                G *all = NULL;
                stage = c->source.more(c->source.ctx, &m, &all);
                pthread_mutex_lock(&c->lock);
                __atomic_store_n(&c->waiting, c->waiting + 1, __ATOMIC_RELAXED);
                c->no_more = !stage;
                c->next_g = all;
                if (all) pthread_cond_broadcast(&c->more);
            } else if (c->waiting == c->present) {
                c->done = true;
                pthread_cond_broadcast(&c->more);
            } else {
                pthread_cond_wait(&c->more, &c->lock);
            }
        }
        if (c->done) break;
        __atomic_store_n(&c->waiting, c->waiting - 1, __ATOMIC_RELAXED);
        if (stage || !c->pool) { // roots, or what they brought into the own chunk
            pthread_mutex_unlock(&c->lock);
            continue;
        }
        MarkChunk *k = c->pool;
        c->pool = k->next;
        m.chunk->next = h->spare_chunks;
        h->spare_chunks = m.chunk;
        m.chunk = k;
        pthread_mutex_unlock(&c->lock);
    }
    m.chunk->next = h->spare_chunks;
    h->spare_chunks = m.chunk;
    c->live_bytes += m.live_bytes;
    c->live_objects += m.live_objects;
    c->mark_ns += now_ns(CLOCK_THREAD_CPUTIME_ID) - began;
    pthread_mutex_unlock(&c->lock);
}

// The block and cell that hold p; false: p is in no object of the heap.
static bool cell_of(const Heap *h, const void *p, uint32_t *block, uint32_t *cell) {
    uint64_t off = (uintptr_t)p - (uintptr_t)h->base, at = off >> HEAP_BLOCK_SHIFT;
    if (at >= h->top) return false;
    const HeapBlock *b = &h->blocks[at];
    if (b->state == BLOCK_CONT) at = b->count, b = &h->blocks[at];
    *block = (uint32_t)at;
    *cell = b->state == BLOCK_SMALL ? (uint32_t)((off & (HEAP_BLOCK_BYTES - 1)) * b->recip >> 32) : 0;
    return b->state == BLOCK_LARGE || (b->state == BLOCK_SMALL && *cell < b->ncells);
}

bool gc_survives(const Heap *h, const void *p) {
    uint32_t at, cell;
    return !cell_of(h, p, &at, &cell) || heap_block_marks(h, at)[cell] == h->epoch;
}

GcCycle *gc_cycle_of(const GcMarker *m) { return m->cycle; }

void gc_scan_inside(GcMarker *m, const void *p) {
    uint32_t at, cell;
    if (!cell_of(m->cycle->heap, p, &at, &cell) || m->blocks[at].cls & 1) return;
    gc_push(m, m->base + ((uint64_t)at << HEAP_BLOCK_SHIFT) + (uint64_t)cell * m->blocks[at].cell_bytes + sizeof(Word));
}

void gc_scan_unmarked(GcMarker *m, const void *p) {
    Heap *h = m->cycle->heap;
    uint32_t at, cell;
    if (!cell_of(h, p, &at, &cell) || m->blocks[at].cls & 1) return;
    uint8_t *mark = heap_block_marks(h, at) + cell, before = *mark;
    *mark = h->epoch; // for a moment, in which nobody else marks
    scan_object(m, (const Word *)(heap_block_start(h, at) + (uint64_t)cell * m->blocks[at].cell_bytes) + 1, 0);
    *mark = before;
}

void gc_revive(GcCycle *c, const void *p) {
    Heap *h = c->heap;
    uint32_t at, cell;
    if (!cell_of(h, p, &at, &cell)) return;
    HeapBlock *b = &h->blocks[at];
    heap_block_marks(h, at)[cell] = h->epoch;
    b->live_epoch = h->epoch;
    pthread_mutex_lock(&c->lock);
    c->live_bytes += b->state == BLOCK_SMALL ? b->cell_bytes : b->bytes;
    c->live_objects++;
    pthread_mutex_unlock(&c->lock);
}

uint8_t *gc_marks_copy(const Heap *h) {
    size_t n = (size_t)h->top * HEAP_MARKS_PER_BLOCK;
    uint8_t *copy = xmalloc(n);
    memcpy(copy, h->marks, n);
    return copy;
}

void gc_each_marked_since(const Heap *h, const uint8_t *copy, void (*f)(void *ctx, void *object, uint64_t bytes), void *ctx) {
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        const uint8_t *now = heap_block_marks(h, b), *then = copy + (size_t)b * HEAP_MARKS_PER_BLOCK;
        bool small = k->state == BLOCK_SMALL;
        if (k->live_epoch != h->epoch || (!small && k->state != BLOCK_LARGE)) continue;
        uint64_t bytes = small ? k->cell_bytes : k->bytes;
        for (uint32_t i = 0; i < (small ? k->ncells : 1); i++)
            if (now[i] == h->epoch && then[i] != h->epoch) f(ctx, heap_block_start(h, b) + i * bytes + sizeof(Word), bytes - sizeof(Word));
    }
}

// Blocks without a mark go back whole; the others wait to be swept, lowest first.
static void sort_blocks_locked(Heap *h) {
    memset(h->unswept, 0, sizeof h->unswept);
    for (uint32_t b = h->top - 1; b > 0; b--) {
        HeapBlock *k = &h->blocks[b];
        if (k->state == BLOCK_SMALL) {
            if (k->live_epoch != h->epoch) {
                heap_blocks_release_locked(h, b, 1);
                continue;
            }
            k->frontier = 0;
            k->dirty = true;
            k->next = h->unswept[k->cls];
            h->unswept[k->cls] = b;
        } else if (k->state == BLOCK_LARGE && k->live_epoch != h->epoch) {
            heap_blocks_release_locked(h, b, k->count);
        }
    }
}

#ifdef GOL_ASAN
// Sweeping is lazy; poison comes at once, so that a use of a dead object is seen wherever it happens.
static void poison_dead_locked(Heap *h) {
    for (uint32_t b = 1; b < h->top; b++) {
        const HeapBlock *k = &h->blocks[b];
        const uint8_t *marks = heap_block_marks(h, b);
        if (k->state != BLOCK_SMALL) continue;
        for (uint32_t i = 0; i < k->ncells; i++)
            if (marks[i] != h->epoch) HEAP_POISON(heap_block_start(h, b) + (uint64_t)i * k->cell_bytes, k->cell_bytes);
    }
}
#endif

void gc_cycle_end(GcCycle *c) {
    Heap *h = c->heap;
    if (c->next_g || c->pool || !c->roots_taken) gol_bug("collector: marking has not ended");
    pthread_mutex_lock(&h->lock);
    sort_blocks_locked(h);
#ifdef GOL_ASAN
    poison_dead_locked(h);
#endif
    uint64_t live = c->live_bytes, next = live * 2;
    if (next < HEAP_MIN_TRIGGER) next = HEAP_MIN_TRIGGER;
    // Near the limit, collect before it is reached rather than at it.
    if (next > h->max_heap) next = live + (h->max_heap > live ? (h->max_heap - live) / 2 : 0);
    __atomic_store_n(&h->used, live, __ATOMIC_RELAXED);
    __atomic_store_n(&h->next_gc, next, __ATOMIC_RELAXED);
    __atomic_store_n(&h->wants_gc, 0, __ATOMIC_RELAXED);
    heap_scavenge_locked(h);
    HeapStats *s = &h->stats;
    uint64_t pause = now_ns(CLOCK_MONOTONIC) - c->began;
    s->live_bytes = live;
    s->live_objects = c->live_objects;
    s->collections++;
    s->pause_ns_total += pause;
    if (pause > s->pause_ns_max) s->pause_ns_max = pause;
    s->mark_ns_total += c->mark_ns;
    s->marked_objects_total += c->live_objects;
    h->cycle = NULL;
    pthread_mutex_unlock(&h->lock);
    pthread_cond_destroy(&c->more);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void gc_cycle_run(Heap *h, const GcSource *source) {
    GcCycle *c = gc_cycle_begin(h, source);
    gc_cycle_mark(c, 0);
    gc_cycle_end(c);
}
