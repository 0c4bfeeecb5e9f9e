// heap.h — allocation. Precise, stop-the-world, parallel mark, lazy sweep; 64 KB size-class blocks with thread-local free
// runs; a block table maps any interior address to its object. Allocation never collects and never blocks for long: it
// returns NULL when -max-heap is reached, and the caller (the VM, at a safepoint) collects and tries again.
#pragma once
#include "runtime/goroutine.h"

// One zeroed object of type t. `site` is a Pos (where in the source), for reports.
void *heap_alloc(Worker *w, TypeId t, uint32_t site);
// A zeroed row of n elements of type elem (packed as word.h says). n * size overflow or limit: NULL.
void *heap_alloc_row(Worker *w, TypeId elem, uint64_t n, uint32_t site);
// `bytes` zeroed bytes with header type t (for the RK_OBJ_* kinds).
void *heap_alloc_object(Worker *w, TypeId t, size_t bytes, uint32_t site);
// The same when this object holds no pointers, though others of type t may.
void *heap_alloc_leaf(Worker *w, TypeId t, size_t bytes, uint32_t site);
// The number of usable bytes of the object at p (its first word), at least what was asked for; 0 when p is not in the heap.
size_t heap_object_size(const Heap *h, const void *p);
