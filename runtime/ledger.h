// ledger.h — what is remembered of locks, wait groups, conditions and channels while the program runs: who holds, who waited, who sent, received,
// closed or called Done last, and where. It is kept per object and per site, never per operation, and is what reports about stuck goroutines, misuse and the
// order of locks are made from. Off (worker->ledger false) no hook does anything.
//
// Who writes: the fields of a lock's record belong to who holds the lock, a channel's to who holds the channel's lock, the rest is written with
// the record's own lock held. Reports read it with the world stopped, or are made by the goroutine concerned. Words that two goroutines of a racy program may
// write at once (an unlock of a lock that somebody else holds) are relaxed atomics: a report may then name the wrong one of the two.
//
// Records are malloc'ed and found by address; with the object they go: ledger_purge is called at the end of marking, with the world stopped.
#pragma once
#include "base/source.h"
#include "runtime/worker.h"

typedef struct Order Order; // runtime/order.h
typedef struct LockEdge LockEdge; // runtime/lockorder.c
typedef struct Note Note; // runtime/misuse.c
typedef struct Readers Readers; // runtime/readers.c

typedef struct Act { // who did something, and where; g 0: nobody yet
    uint64_t g;
    const struct Func *start; // the function that goroutine was started with
    Pos pos;
    uint32_t times;
} Act;

typedef enum LedgerKind { LEDGER_LOCK, LEDGER_WAITGROUP, LEDGER_COND } LedgerKind;

// A Mutex, RWMutex, WaitGroup or Cond, by its first word. Memory of records is never given back while the runtime lives: a pointer with a
// serial number tells whether it is still the same record.
struct LedgerRec {
    const Word *addr;       // 0: the object has died (atomic)
    struct LedgerRec *next; // in its bucket, or among the free
    uint64_t serial;        // unique over the whole run
    LedgerKind kind;
    Lock lock;
    union {
        struct {
            Act holder, released;    // who has it for writing, and who gave it up last
            Readers *readers;        // who has it for reading (readers.h; atomic); NULL: nobody ever had
            uint32_t taken;          // how often it was taken (a place in a held list is good for one of these)
            uint32_t nedges;
            LockEdge *edges;         // locks that were taken while this one was held
            // A goroutine that held it for reading and took it for reading again; one that took it for writing; and what these were ordered after.
            Act again, writer;
            uint64_t again_n, writer_n; // which of their counted acts it was
            Order *again_order, *writer_order;
        };
        struct {
            int64_t added, done;     // since the counter was last zero
            Act add, finish;         // the last of each
            Act without;             // handed to these goroutines, which returned without Done (times: how many)
            uint32_t waited;         // Waits that are under way
            Act wait;
            Act woken;               // the last whose Wait was over, and how it stood then
            const G *woken_g;
            const void *woken_pc;
        };
        struct {
            Act signal;              // the last Signal or Broadcast
            uint32_t in_vain;        // of them, since somebody last waited: those that met nobody
        };
    };
    Order *order;           // of the operations that others are ordered after (wait group, condition)
};

enum { PARTIES = 6 };
typedef struct ChanSide { // senders or receivers
    Act last;             // times: operations of all
    const void *pc;       // of the last one
    uint32_t nparties;    // goroutines that took part, at most PARTIES are kept; more: PARTIES + 1
    Act *parties;
} ChanSide;
struct ChanRec {
    Chan *chan;
    ChanRec *next;
    ChanSide side[2];     // 0 receivers, 1 senders
    Act closer;
    Order *sent, *received; // what receivers, and what senders, are ordered after
    G *handing;             // an unbuffered send is being completed: its sender (only while the channel is locked)
    uint64_t serial, cap;   // as a LedgerRec's; the channel's room
    uint64_t unmatched[2];  // receives and sends that gave back no token of the goroutine's own (relaxed atomics: read without the channel's lock)
};

// What a goroutine has put into a channel with room and not taken out again (n > 0), or the other way round: so channels are used as counting
// semaphores (runtime/lockorder.h).
enum { TOKENS = 4 }; // channels of which that is remembered, the latest
typedef struct Token {
    const ChanRec *rec; // what it counted for as long as rec->serial is the same
    uint64_t serial;
    int64_t n;
} Token;

// A lock that a goroutine holds.
typedef struct Held {
    LedgerRec *rec;
    uint64_t serial;
    uint32_t taken;
    bool reading, tried;
    Pos pos;
    Order *order; // what the goroutine was ordered after when it took the lock
} Held;

// What is kept for a goroutine that ever took a lock (G.watch).
struct GWatch {
    union {
        struct {
            Order *order;  // NULL: ordered after nothing that matters
            Note *note;    // what to say if it panics
        };
        FreeNode free;     // of a worker's list; held and tokens stay
    };
    Held *held;
    uint32_t nheld, cap;
    Token *tokens; // NULL: none yet
};

typedef struct Ended { // a goroutine that has returned
    uint64_t g;
    Pos pos;
} Ended;

// --- by hooks.h, when w->ledger
void ledger_go(Worker *w, G *child);
void ledger_end(Worker *w, G *g); // g->pc and g->base say where it returned, if that is known
void ledger_send(Worker *w, G *g, Chan *c); // g may be NULL: a timer
void ledger_recv(Worker *w, G *g, Chan *c);
void ledger_recv_closed(Worker *w, G *g, Chan *c);
void ledger_close(Worker *w, G *g, Chan *c);
void ledger_lock(Worker *w, G *g, const Word *m, bool reading); // w->tried: by TryLock
void ledger_unlock(Worker *w, G *g, const Word *m, bool reading);
void ledger_wait_add(Worker *w, G *g, const Word *wg, int64_t d);
void ledger_wait_begin(Worker *w, G *g, const Word *wg); // it is about to wait
void ledger_wait_done(Worker *w, G *g, const Word *wg);
void ledger_notify(Worker *w, G *g, const Word *list, bool met_nobody);
void ledger_notified(Worker *w, G *g, const Word *list); // g was woken

void ledger_drop_watch(Worker *w, G *g); // it has ended

// --- by reports: NULL when nothing is known
LedgerRec *ledger_find(Runtime *rt, const Word *addr);
ChanRec *ledger_chan_rec(const Chan *c);
bool ledger_ended(Runtime *rt, uint64_t g, Pos *pos); // pos 0: it is not remembered where
Act ledger_copied_done(Runtime *rt); // the last Done of a copied wait group; g 0: there was none
// Locks that goroutine g has for writing or gave up last, but for `but`; at most max. Any goroutine may ask; what others do meanwhile may be missed.
uint32_t ledger_locked_by(Runtime *rt, uint64_t g, const Word *but, const Word **out, uint32_t max);
bool ledger_holds(const G *g, const LedgerRec *rec, Held *out);
bool held_valid(const G *g, const Held *h);
GWatch *ledger_watch(Worker *w, G *g);   // made if there is none
Pos ledger_pos(Runtime *rt, const G *g); // where g stands, in the program's own code

void ledger_each(Runtime *rt, void (*fn)(void *ctx, const LedgerRec *r), void *ctx); // world stopped

void ledger_init(Runtime *rt);
void ledger_fini(Runtime *rt);
// World stopped, marking over.
void ledger_purge(Runtime *rt);
