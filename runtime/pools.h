// pools.h — the caches of sync.Pool, which a collection empties: what was put since the last one is set aside, and what was set aside then and not taken goes. So an
// object that nobody takes outlives one collection and not two, as in Go. Only collections that the program brought about count, not those of
// a search for stuck goroutines (partial.h), which come by the clock.
#pragma once
#include "base/lock.h"
#include "runtime/heap.h"

// The words of a sync.Pool (std/sync/pool.gol), of which the first ones are here: all are read and written with the lock held.
typedef struct Pool {
    Word lock, sema;
    Word private, shared, old_private, old_shared;
} Pool;

typedef struct Pools { // Runtime.pools
    Lock lock;
    Pool **all;          // they keep nothing alive
    uint32_t n, cap;
} Pools;

void pools_add(Runtime *rt, Pool *p); // once for each; it holds its lock
// World stopped. Before the marking; and after it, when dead ones are forgotten.
void pools_empty(Runtime *rt);
void pools_purge(Runtime *rt);
void pools_fini(Runtime *rt);
