// lock.h — a lock of 4 bytes for short sections: 0 free, 1 held, 2 held and somebody may sleep (Drepper, "Futexes are tricky").
// Zeroed memory is a free lock. A thread may hold several, taken in the order of their ranks; builds with assertions keep
// each thread's held locks and stop where one is taken out of order (as Go's lockrank.go does).
#pragma once
#include "base/platform.h"

// The order of locks, as data: while a lock is held, only locks further down may be taken. Two channels: by address.
// X(NAME, "what it guards")
#define LOCK_RANKS(X)                                      \
    X(NONE, "not checked")                                 \
    X(CHAN, "a channel")                                   \
    X(SEMA, "a bucket of waiters for locks")               \
    X(TIMER, "the timers")                                 \
    X(RUNTIME, "the scheduler: Runtime.lock")              \
    X(FINALIZER, "the finalizers")                         \
    X(POOLS, "the list of pools (sync.Pool)")              \
    X(SLAB, "memory for goroutines")                       \
    X(TELL, "races are told one after the other")          \
    X(ORDER, "the order in which locks were taken")          \
    X(LEDGER, "a shard of the ledger")                     \
    X(RECORD, "a record of the ledger")                    \
    X(READERS, "who has a lock for reading, as one worker saw it") \
    X(FINDINGS, "what was found")                          \
    X(RACE, "the race detector's tables")                    \
    X(POOL, "free memory that one worker has too much of")   \
    X(OUTPUT, "standard output and error")

typedef enum LockRank {
#define X(name, guards) RANK_##name,
    LOCK_RANKS(X)
#undef X
} LockRank;

#ifdef NDEBUG
typedef uint32_t Lock;
#define LOCK_STATE(l) (l)
#define lock_held_add(l) ((void)(l))
#define lock_held_drop(l) ((void)(l))
static inline void lock_init(Lock *l, LockRank rank) { (void)rank, *l = 0; }
#else
typedef struct Lock {
    uint32_t state;
    uint32_t rank; // LockRank; zeroed memory: RANK_NONE
} Lock;
#define LOCK_STATE(l) (&(l)->state)
void lock_held_add(const Lock *l);  // gol_bug when a lock of the same or a later rank is held
void lock_held_drop(const Lock *l);
static inline void lock_init(Lock *l, LockRank rank) { *l = (Lock){0, (uint32_t)rank}; }
#endif

void lock_take_slow(uint32_t *state);
static inline bool lock_state_try(uint32_t *state) {
    uint32_t free_value = 0;
    return __atomic_compare_exchange_n(state, &free_value, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
static inline void lock_take(Lock *l) {
    lock_held_add(l); // before it waits: an order that could deadlock is told even where it did not
    if (UNLIKELY(!lock_state_try(LOCK_STATE(l)))) lock_take_slow(LOCK_STATE(l));
}
// False: somebody holds it.
static inline bool lock_try(Lock *l) {
    if (!lock_state_try(LOCK_STATE(l))) return false;
    lock_held_add(l);
    return true;
}
static inline void lock_drop(Lock *l) {
    lock_held_drop(l);
    if (UNLIKELY(__atomic_exchange_n(LOCK_STATE(l), 0, __ATOMIC_RELEASE) == 2)) futex_wake(LOCK_STATE(l), 1);
}
