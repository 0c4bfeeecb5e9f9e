// clock.h — vector clocks: for each slot (a goroutine's number in clocks) the last epoch of it that is known to have happened before. Persistent:
// a clock that somebody else holds too is never changed; who changes one he shares gets copies of the nodes on the path to the change, and the rest stays
// shared. So publishing a clock is one counted reference, and a million goroutines that know the same hold one clock together.
//
// A clock is the root of a radix tree: a leaf has the epochs of CLOCK_FAN slots, an inner node CLOCK_FAN trees; NULL is the clock that knows
// nothing. Nodes are counted; plainly where only one worker runs, atomically otherwise. A node that nobody else holds (nor any node above it) is changed in
// place.
#pragma once
#include "base/freelist.h"

enum { CLOCK_BITS = 4, CLOCK_FAN = 1 << CLOCK_BITS };

typedef struct Clock Clock;

// Free nodes, one pool per worker. `single`: references are counted without atomics.
typedef struct ClockPool {
    FreeList leaves, inner;
    uint64_t nodes; // made minus freed through this pool, for statistics: summed over all pools it is what lives
    bool single;
} ClockPool;

void clock_pool_fini(ClockPool *p); // the free ones; live nodes have to be dropped before

uint32_t clock_get(const Clock *c, uint32_t slot); // 0: nothing of it
static inline Clock *clock_keep(ClockPool *p, Clock *c);
void clock_drop(ClockPool *p, Clock *c); // NULL: nothing
// The clock c with slot's epoch at least e. Takes the caller's reference to c, gives one to the result.
Clock *clock_raise_take(ClockPool *p, Clock *c, uint32_t slot, uint32_t e);
// What a or b know. Takes the reference to a; b is borrowed.
Clock *clock_join_take(ClockPool *p, Clock *a, Clock *b);
// Calls f for every slot with an epoch, in order.
void clock_each(const Clock *c, void (*f)(void *ctx, uint32_t slot, uint32_t epoch), void *ctx);

struct Clock {
    uint32_t refs;
    uint32_t level; // 0: a leaf
    union {
        uint32_t epoch[CLOCK_FAN];
        Clock *kid[CLOCK_FAN];
    };
};

static inline Clock *clock_keep(ClockPool *p, Clock *c) {
    if (!c) return c;
    if (p->single) c->refs++;
    else __atomic_fetch_add(&c->refs, 1, __ATOMIC_RELAXED);
    return c;
}
