// goroutine.h — a goroutine: its stack, what it waits for, and its links. The VM owns pc, base, defers and panics (the
// runtime never looks at bytecode); the scheduler owns the rest.
#pragma once
#include "runtime/object.h"

typedef struct Runtime Runtime;
typedef struct Worker Worker;
typedef struct G G;
typedef struct Chan Chan;
typedef struct ChanRec ChanRec; // runtime/ledger.h
typedef struct GWatch GWatch;
typedef struct Heap Heap;
typedef struct WorkerHeap WorkerHeap;

typedef enum GStatus { G_IDLE, G_RUNNABLE, G_RUNNING, G_WAITING, G_DEAD } GStatus;

// One table of wait reasons: scheduler, deadlock report, trace. X(NAME, "Go's words", "ours")
#define WAIT_REASONS(X)                                                        \
    X(NONE, "", "")                                                            \
    X(CHAN_SEND, "chan send", "send on channel")                               \
    X(CHAN_RECV, "chan receive", "receive from channel")                       \
    X(CHAN_SEND_NIL, "chan send (nil chan)", "send on a nil channel, which can never happen") \
    X(CHAN_RECV_NIL, "chan receive (nil chan)", "receive from a nil channel, which can never happen") \
    X(SELECT, "select", "select")                                              \
    X(SELECT_EMPTY, "select (no cases)", "select with no cases, which waits forever") \
    X(MUTEX, "sync.Mutex.Lock", "Mutex.Lock")                                  \
    X(RWMUTEX_R, "sync.RWMutex.RLock", "RWMutex.RLock")                        \
    X(RWMUTEX_W, "sync.RWMutex.Lock", "RWMutex.Lock")                          \
    X(WAITGROUP, "semacquire", "WaitGroup.Wait")                               \
    X(COND, "sync.Cond.Wait", "Cond.Wait")                                     \
    X(ONCE, "semacquire", "Once.Do")                                           \
    X(SEMA, "semacquire", "a semaphore")                                       \
    X(SLEEP, "sleep", "time.Sleep")                                            \
    X(IO, "IO wait", "input")

typedef enum WaitReason {
#define X(name, go, ours) WAIT_##name,
    WAIT_REASONS(X)
#undef X
        WAIT_COUNT
} WaitReason;

// A place in a channel's or semaphore's queue. One is embedded in each G; select uses an array of them.
typedef struct Waiter {
    G *g;
    struct Waiter *next, *prev;
    void *on;          // Chan, or the address waited for; NULL: in no queue
    union {
        struct {
            uint32_t slot;    // stack slot (offset from g->stack) of the value to send, or where a received value goes
            uint32_t ok_slot; // where comma-ok goes; NO_SLOT: nowhere
        };
        struct Waiter *tail;  // locks: of the first waiter for an address, the last one
    };
    uint16_t case_index;
    bool is_send, is_select;
    bool ok;           // how it was woken: by a value (true) or a close (false)
    bool queued;       // in a channel's queue (under the channel's lock)
} Waiter;
#define NO_SLOT UINT32_MAX

// By cache lines: what a start, a switch and an end touch stands in the first and with the stack; the second is for waiting.
struct G {
    // VM: valid while not running
    const void *pc;     // instruction to go on with
    uint32_t base;      // frame base, in slots from stack
    uint32_t stack_cap; // in slots
    Word *stack;        // begins inside this block; moves (only by its own goroutine) when it grows
    void *defers, *panics; // vm/defer.h
    const struct Func *start; // the function of the go statement
    // scheduler
    union {
        G *next;               // run queue, free list
        int64_t waiting_since; // while it waits: clock at about the time it began to
    };
    uint32_t go_pos;    // Pos of the go statement
    uint8_t status;     // GStatus, atomic
    uint8_t wait_reason;
    uint8_t flags;      // GF_*
    uint8_t mark;       // collector, partial deadlock
    // waiting; when it waits for nothing, waiter.on is NULL
    Waiter waiter;
    union {
        Waiter *select_waiters; // GF_SELECT: malloc'ed, select_count of them
        int64_t wait_since;     // waiting for a Mutex: since when, ns
        void *io;               // input: the request
    };
    union {
        uint32_t select_state;  // 0 armed, 1 + i: case i won; the CAS that decides
        uint32_t ticket;        // in a notification list
    };
    uint32_t select_count;
    G *all_next;        // all live goroutines, linked afresh for each collection and report (world stopped)
    uint64_t id;
    uint64_t parent_id;
    Word race;          // the race detector's: slot and epoch
    void *race_state;   // and the rest (runtime/race_state.h)
    GWatch *watch;      // for reports: what it holds (runtime/ledger.h); NULL: nothing
    struct LedgerRec *handed; // the wait group that was just added to when this goroutine was started with it, until it calls Done
    int64_t stuck_since; // clock of the check that found that it can never run again; 0: none did
    Word initial[];     // the initial stack (runtime/gstack.c)
};
// GF_AT_POINT: it was left in front of the instruction that it is about to execute (runtime/explore.h).
// GF_SELECT, GF_RETRY, GF_KILL: before it runs again, the scheduler has something to do for it (sched_resume in runtime/sched.c); GF_KILL: it is to end
// (runtime/host.h).
enum { GF_SYSTEM = 1, GF_MAIN = 2, GF_KILL = 4, GF_SELECT = 8, GF_RETRY = 16, GF_SEND_CLOSED = 32, GF_IO = 64, GF_AT_POINT = 128 };
