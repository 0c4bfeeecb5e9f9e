// heap_state.h — the heap's own structures: for the scheduler (which owns one Heap per Runtime and one WorkerHeap per
// Worker and drives collections) and for the VM loop (which inlines allocation). Everybody else uses heap.h.
//
// One range of addresses is reserved and cut into 64 KB blocks. A block holds cells of one size class, or is part of a large
// object. blocks[(p - base) >> 16] describes the block of any address p, marks[] has one byte per cell: equal to `epoch`
// when the cell was reached by the last (or running) collection. An object of n words takes a cell of n + 1 words: the
// header word and its own. Objects without pointers live in blocks of their own (an odd class), which marking never reads.
//
// A worker owns at most one block per class and hands out its free runs in address order: [ptr, end) is zeroed and
// counted, the rest of the run up to run_end not yet. Cells below `ptr` (later: below the block's frontier) are allocated, cells
// above are allocated exactly when their mark says so. Nothing here is atomic but the counters: the block is the worker's.
#pragma once
#include <pthread.h>
#include "runtime/heap.h"

enum { HEAP_BLOCK_SHIFT = 16, HEAP_BLOCK_BYTES = 1 << HEAP_BLOCK_SHIFT, HEAP_MARKS_PER_BLOCK = HEAP_BLOCK_BYTES / 16 };
enum { HEAP_SIZE_CLASSES = 62, HEAP_CLASSES = 2 * HEAP_SIZE_CLASSES }; // class = 2 * size class + (no pointers); 0, 1: none

typedef struct HeapRun {
    char *ptr, *end;  // cells ready to be handed out; end - ptr is a multiple of size
    uint64_t size;    // bytes of a cell of this class
    char *run_end;    // the free run goes on to here, not yet zeroed
    uint32_t block;   // index of the block; 0: none (block 0 is never used)
    uint32_t cell;    // index of the first cell behind the run
} HeapRun;

struct WorkerHeap {
    HeapRun run[HEAP_CLASSES];
    struct Heap *heap;
    Worker *owner;       // NULL: nobody needs to be let past while something large is made
    const RType *types;
    struct WorkerHeap *next;
    uint32_t index;
    uint64_t hash_seed;  // stream of map hash seeds and of the hashes of NaN
    uint64_t map_choice; // stream of map iteration starts
    uint64_t grace;      // bytes of large objects that will not be refused for being early (heap.c)
    int32_t refusals, refused; // hostile builds: allocations since the last refusal, and how many were refused
};

// What a Worker (runtime/worker.h) begins with: all that allocation needs of it.
typedef struct WorkerHead {
    WorkerHeap *heap;
} WorkerHead;
static inline WorkerHeap *worker_heap(const Worker *w) { return ((const WorkerHead *)w)->heap; }

typedef struct HeapStats {
    uint64_t live_bytes, live_objects; // at the end of the last collection
    uint64_t used_bytes;               // live then + allocated since
    uint64_t total_bytes;              // allocated in all, since the start
    uint64_t peak_bytes;               // largest used_bytes
    uint64_t reserved_bytes;           // blocks in use or kept
    uint64_t collections;
    uint64_t pause_ns_total, pause_ns_max; // begin to end of a cycle (the scheduler's stop latency is not in it)
    uint64_t mark_ns_total;            // processor time of all mark workers
    uint64_t marked_objects_total;     // over all collections
} HeapStats;

typedef struct HeapTypeUse {
    TypeId type;
    bool row;
    uint64_t bytes, objects;
} HeapTypeUse;

// --- for the scheduler
// Reserves addresses, touches next to nothing. types is the module's table (kept). max_heap 0: nine tenths of the machine's
// memory. Never NULL.
void heap_types_grown(Heap *h, uint32_t ntypes); // the table is the same; world stopped
Heap *heap_state_new(const RType *types, uint32_t ntypes, uint64_t max_heap);
void heap_state_free(Heap *h); // with all its WorkerHeaps
// Large requests may be refused once to have a collection made first. (Not for a heap that nobody collects when asked to.)
void heap_may_refuse(Heap *h);
// Reserves another byte for every byte of the heap, for the race detector: of [*lo, *lo + *size) at the same offsets. What is handed out has zeroes there.
// Before the first allocation.
void *heap_watch(Heap *h, uintptr_t *lo, uint64_t *size);
WorkerHeap *heap_worker_new(Heap *h);
void heap_worker_seed(WorkerHeap *w, uint64_t seed); // of its choices; the worker's number goes in, too
// True when a collection should be made soon (cheap: one relaxed load).
bool heap_wants_gc(const Heap *h);
void heap_request_gc(Heap *h); // a collection shall be made soon, whatever the heap holds
// After a collection that a NULL caused: is there still no room for `need` bytes, or for what was refused?
bool heap_over_limit(Heap *h, uint64_t need);
uint64_t heap_limit(const Heap *h); // bytes
void heap_stats(Heap *h, HeapStats *out);
// The n types with the most live bytes, largest first; returns how many there are. World stopped, or nobody else allocates.
// The objects of this type that the last collection found live. World stopped; nothing is allocated meanwhile.
void heap_each(Heap *h, TypeId type, void (*fn)(void *ctx, void *object), void *ctx);
uint32_t heap_largest_types(Heap *h, HeapTypeUse *out, uint32_t n);
// The object that holds p, which is allocated and stays so: its first word, and its size. NULL: p is not in the heap.
void *heap_object_at(const Heap *h, const void *p, uint64_t *bytes);

// --- for the race detector, between the marking and the end of a cycle
bool heap_is_marked(const Heap *h, const void *p);
// Ranges of addresses that hold live objects and nothing else: what the watch says of dead memory may be older than the last sweep of the records.
void heap_each_live_range(const Heap *h, void (*f)(void *ctx, uintptr_t from, uintptr_t to), void *ctx);

// --- for the VM and for this directory
// The class of an object of `words` words (without the header) with or without pointers; 0 or 1: none, it is empty or large.
uint8_t heap_class_of(uint64_t words, bool noscan);
void *heap_alloc_slow(WorkerHeap *h, const RType *t, uint32_t site);

// One zeroed object of type t: a few instructions. NULL: no memory, collect and try again.
static inline void *heap_alloc_inline(WorkerHeap *h, const RType *t, uint32_t site) {
    HeapRun *r = &h->run[t->heap_class];
    char *p = r->ptr;
    if (UNLIKELY(p == r->end)) return heap_alloc_slow(h, t, site);
    r->ptr = p + r->size;
    GUEST_STORE(Word, p, (Word)t->id | (Word)site << 32);
    return p + sizeof(Word);
}
