// stuck.h — goroutines that can never run again, told: what each waits for, who holds it or could have woken it and why that cannot happen any more, the
// cycle if there is one, and what to change. For the global deadlock, partial deadlocks and leaks. World stopped (or, for the global
// deadlock, everybody asleep and rt->lock held); nothing parks or collects.
#pragma once
#include "runtime/finding.h"
#include "runtime/ledger.h"

// What one goroutine waits for; of a select, one of its cases.
typedef struct Want {
    WaitReason reason;
    Chan *chan;         // or NULL: nil channel
    const Word *object; // lock, wait group, semaphore or condition: its first word
    const void *word;   // the address it is queued at
    bool send;
    bool for_readers;   // a writer that has the lock but for the readers that are still there
} Want;
enum { WANTS = 16 };    // of a select are looked at
uint32_t stuck_wants(const G *g, Want *out); // how many; 0: it waits for nothing that another goroutine does (or for an empty select)

// The goroutine that holds the lock that g waits for; 0: not known, or none. *at says where it took it, if that is wanted.
uint64_t stuck_holder(Runtime *rt, const G *g, Act *at);

typedef struct Stuck {
    Runtime *rt;
    G **g;        // the stuck ones, by id
    uint32_t n;
    G **all;      // all live goroutines, by id
    uint32_t nall;
} Stuck;

// all: linked by all_next; chosen: those for which mark is set (NULL: all that wait).
void stuck_init(Stuck *s, Runtime *rt, G *all, bool (*chosen)(const G *g));
void stuck_fini(Stuck *s);
G *stuck_live(const Stuck *s, uint64_t id); // any live goroutine; NULL: it has returned
bool stuck_is(const Stuck *s, uint64_t id); // one of the stuck

// The goroutines that wait for each other's locks, in order: how many (0: no cycle), at most max.
uint32_t stuck_cycle(const Stuck *s, G **out, uint32_t max);

// Adds to f a part per group, the cycle, the reason and the help.
void stuck_tell(const Stuck *s, Finding *f);
// For a table: "to receive from `jobs`". f keeps the names.
void stuck_put_wants(Runtime *rt, const G *g, Finding *f, Buf *out);
