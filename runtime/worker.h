// worker.h — the structs behind sched.h: Worker (one per thread that runs goroutines) and Runtime. For runtime/ and for the
// VM loop, which inlines what is hot. Everybody else uses sched.h.
//
// Who may touch what: fields "owner" belong to the worker's thread; "atomic" ones say who writes; the rest of Runtime is
// guarded by rt->lock. The order of locks is a table, base/lock.h. A lock
// is never held across a safepoint.
#pragma once
#include "base/freelist.h"
#include "runtime/finalizer.h"
#include "runtime/finding.h"
#include "runtime/gc.h"
#include "runtime/heap_state.h"
#include "runtime/pools.h"
#include "runtime/sched.h"

// Go's figures, so that one worker runs goroutines in Go's order; the first look at the global queue comes a little earlier, since
// Go has run goroutines of its own before main.
#ifdef GOL_HOSTILE
enum { RING_SIZE = 4 }; // full again and again
#else
enum { RING_SIZE = 256 };
#endif
enum { CROWD = 1024 }; // goroutines in the global queue, from which on who adds to them is sent to its end
enum { GLOBAL_EVERY = 61, GLOBAL_FIRST = 57, FUEL = 4000, SLICE_NS = 10 * 1000 * 1000 };

// Choices: one seeded stream of random numbers per kind and worker, so that one kind does not shift another.
typedef enum ChoiceKind { CHOICE_SELECT, CHOICE_STEAL, CHOICE_MAP, CHOICE_RAND, CHOICE_PREEMPT, CHOICE_NEXT, CHOICE_TIME, CHOICE_PERTURB, CHOICE_KINDS } ChoiceKind;

enum { POLL_STOP = 1, POLL_EXIT = 2, POLL_INTERRUPT = 4, POLL_BENCH = 8, POLL_QUIT = 16, POLL_LIMIT = 32, POLL_SIGNAL = 64, POLL_KILL = 128, POLL_PAUSE = 256, POLL_STEP = 512 };

typedef struct GQueue { // FIFO, linked by G.next
    G *first, *last;
    uint32_t n;
} GQueue;

// Stacks that grew: free ones by size class (64 << class slots), so that a spawn does not go to malloc.
enum { STACK_CLASSES = 8, STACK_FIRST = 64 };

// What is remembered of locks, channels and the rest for reports: runtime/ledger.h.
typedef struct Ledger Ledger;
typedef struct LedgerRec LedgerRec;
typedef struct LedgerCached {
    const Word *addr;
    LedgerRec *rec;
} LedgerCached;
typedef struct PlaceCached {
    const void *pc;
    uint32_t pos;
} PlaceCached;
enum { LEDGER_CACHE = 64 };

struct Worker {
    // --- owner
    WorkerHeap *heap;
    Runtime *rt;
    struct RaceWorker *race; // NULL: races are not looked for, or not yet
    void *vm;           // what runtime_new was given
    bool traced;        // the events of the scheduler are written (events.h)
    bool perturbed;     // perturb.h
    bool firing;        // timers: what is made ready now is their work
    bool single;        // the only worker: no atomics needed between goroutines
    bool spinning;
    int index;
    G *run_next;        // runs next, inherits the rest of the budget; nobody steals it
    G *current;
    uint32_t until_global; // switches until the global queue has its turn
    uint32_t global_every; // what it is set to then; 0: every switch goes the slow way (an explored run)
    uint32_t handoffs;     // taken from run_next since the clock was looked at
    int64_t slice_start;   // 0: not looked at the clock since the switch
    int64_t last_look;     // at the clock
    int64_t seen;          // the clock then, or after the last sleep: good for some microseconds
    int64_t slice_ns;      // how long this time slice may last
    int64_t granted;       // fuel that the loop was given last: what is missing of it was used
    G *free_g;
    uint32_t nfree_g;
    uint64_t next_id, end_id; // goroutine ids of its own
    void *free_stacks[STACK_CLASSES];
    uint8_t nfree_stacks[STACK_CLASSES];
    uint64_t choice[CHOICE_KINDS];
    bool breathes;      // what it does now may count as stopped (breath.h)
    bool collects_all;  // runtime.GC
    bool gives_way;     // finalizers are to run before it asks for memory again (finalizer.h)
    const void *held;   // a new object that only C knows yet: a root while the world stands still
    const void *held_too; // another one (breath_hold)
    int64_t owed;       // fuel for long work: the loop takes it off when the instruction is done (breath_owe)
    int64_t fuel;       // of a goroutine that goes from one loop to the other (vm/loop.c)
    const void *asked_pc; // the select whose default was taken last, by which goroutine, and how often in a row: for reports
    uint64_t asked_g, asked_n;
    // statistics (read by others without order)
    uint64_t switches, created, ended, preemptions;
    pthread_t thread;
    int64_t worked;     // processor time when it was asked to stop (the stopper's, for -stats)
    bool crowds;        // the running goroutine makes others ready faster than they run
    // the ledger's
    bool ledger;        // it is kept
    bool tried;         // the lock that is just being taken was taken by TryLock
    FreeList free_watch; // GWatch
    LedgerRec *last_wait_group; // the one that somebody added to last
    uint64_t last_wait_serial;
    LedgerCached ledger_cache[LEDGER_CACHE]; // by hash
    PlaceCached place_cache[LEDGER_CACHE];
    // --- ring: the owner writes tail, everybody advances head by CAS
    _Alignas(64) uint32_t head;
    _Alignas(64) uint32_t tail;
    G *ring[RING_SIZE];
    // --- others write
    _Alignas(64) uint32_t poll; // POLL_*, atomic; the loop looks when its fuel is used up
    uint32_t wake;              // futex of the idle worker: 1 = go on
    bool idle, native_blocked;  // under rt->lock
    bool started;               // its thread exists; under rt->lock
    bool left;                  // and runs nothing any more; under rt->lock
};

typedef struct TimerEntry { // the key stands in the heap, so that sifting does not touch the timers
    int64_t when;
    uint64_t seq;
    uintptr_t what; // Timer *, or G * | 1: a sleeper
} TimerEntry;

typedef struct SemaBucket { // first waiters of different addresses are linked by prev, waiters of one address by next
    Lock lock;
    Waiter *first;
} SemaBucket;
enum { SEMA_BUCKETS = 256 };

typedef struct Stdin Stdin;
typedef struct Stdout Stdout;
typedef struct AddressBook AddressBook;
typedef struct GSlab GSlab;

// What is marked: what live goroutines reach; what main and the package-level variables reach besides; the rest.
typedef enum PartialStage { PARTIAL_SEARCH, PARTIAL_KEPT, PARTIAL_FINAL } PartialStage;
typedef struct Partial { // the search for goroutines that nothing can wake (partial.c); world stopped, or racy hints
    G *waiting;        // not yet decided
    G *main;           // NULL: it is not there
    bool idle;         // nobody can run, nor is anything awaited from outside
    bool foreground;   // host: nothing can wake it
    bool main_holds;   // can go on, or has returned: it is not stuck itself
    uint8_t *keeps;    // by type (nkeeps of them): a value may lead to a channel or lock
    uint32_t nkeeps;
    PartialStage stage;
    bool searching, force, ending, leaks;
    bool at_end;       // main has returned (atomic)
    uint32_t rounds;
    uint64_t switches; // made when the last search began
    int64_t began, last, next, next_idle, recheck; // next: none before (when all are idle: next_idle); recheck: something found may be told then
} Partial;

typedef struct OldZeros {
    struct OldZeros *next;
    const void *mem;
    uint64_t bytes;
} OldZeros;
enum { SLEEPERS = 1024, SLEEPER_TRIES = 4 }; // who finds no place is not remembered

struct Runtime {
    RuntimeOptions options;
    const RuntimeHooks *hooks;
    const RType *types;
    uint32_t ntypes;
    void *vm;
    Heap *heap;
    Worker *workers; // nworkers of them
    int nworkers;
    int max_procs;   // what GOMAXPROCS says; may be more than nworkers (atomic)
    const void *zero_mem; // zeroed, read-only: at least as large as the largest MEM type
    uint64_t zero_bytes;

    _Alignas(64) Lock lock;
    GQueue global;        // n is read without the lock (atomic)
    uint32_t nidle;       // written under the lock, read by everybody (atomic)
    uint32_t nspinning;   // atomic
    uint32_t npending_io; // goroutines that a thread of the runtime's own will ready
    uint32_t nblocked;    // workers inside native_block_enter/leave, or gone
    uint32_t nrefused;    // of these: the system gave no thread
    Worker *keeper;       // the idle worker that sleeps only until keeper_due, for timers and -timeout
    int64_t keeper_due;
    // stop-the-world (stop.c)
    Worker *stopper;      // has stopped or is stopping the world
    uint32_t nstopped;    // workers that wait for it to end
    uint32_t stop_phase;  // futex: changes when the stopped workers have something to do
    uint32_t stopper_wake; // futex of the stopper
    GcCycle *cycle;
    uint32_t nmarking;
    int64_t stop_ns_max, stop_ns_total; // how long a stopper waited
    int64_t stop_work_max;              // processor time of a worker meanwhile: what it had to finish before it could stop (-stats)
    uint64_t nstops;

    _Alignas(64) Lock timer_lock;
    TimerEntry *timers;
    uint32_t ntimers, timers_cap;
    uint64_t timer_seq;
    int64_t timer_next;   // when the first is due, INT64_MAX: none (atomic, written under timer_lock)

    int64_t max_used_ns;  // INT64_MAX: none
    int64_t deadline;     // -timeout, real time; INT64_MAX: none
    struct Pace *pace;    // the run is made in pieces (pace.h); NULL: in one
    struct Explorer *explorer; // who runs next is a choice (explore.h); NULL: Go's order
    bool virtual_clock;   // -seed and one worker: time is what the program does, and jumps when nobody can run
    int64_t virtual_now;
    int64_t used_ns;      // of it, what the program used
    uint64_t jump_switches; // all switches at the last jump of the clock
    uint32_t vain_jumps;  // jumps since somebody ran
    bool outside;         // see RunFigures (atomic)
    AddressBook *addresses; // numbers for what lies outside the heap (address.c)
    int64_t last_flush;   // atomic
    int64_t started;
    int exit_status;      // -1: running (atomic)
    uint32_t interrupted; // by a signal (atomic)
    uint32_t quit_asked;  // SIGQUIT: the table is to be printed (atomic)
    uint64_t signals_wanted, signals_ignored, signals_pending; // by number: what the program asked to be told of (signal.c; atomic)
    G *signal_g;          // waits for one of them
    uint32_t limit;       // Limit that the program has gone beyond (atomic); limit_told: the report is out
    bool limit_told;
    bool abandoned;       // somebody ends the process although a worker hangs in the system (atomic)

    Lock slab_lock;
    GSlab *slabs;
    GQueue free_g;        // surplus of the workers, under slab_lock
    uint64_t next_id;     // atomic
    uint64_t peak_g;
    bool files_key;       // its address is the race detector's key for all files (std/os)
    uint64_t slept[SLEEPERS + SLEEPER_TRIES]; // ids of goroutines that have called time.Sleep, by hash; 0: free (atomic, for reports)
    bool single;

    SemaBucket sema[SEMA_BUCKETS];
    Partial partial;
    Finalizers finalizers;
    Pools pools;
    Ledger *ledger;       // NULL: off
    uint64_t order_floor; // order.h (atomic)
    Lock order_lock;      // lockorder.c
    uint32_t nedges;
    Stdin *in;
    Stdout *out;
    struct RaceState *race; // NULL: off
    struct Findings *findings; // finding.c
    const struct HostHooks *host; // host.h; NULL: an ordinary run
    Worker *visitor;      // host: the worker that its thread acts as
    G *foreground;        // host: its statement (written with the world stopped, or by the foreground's end under rt->lock)
    struct LeftTicket *left_tickets; // host: leave.c (under rt->lock; whether there are any is read without)
    uint8_t foreground_how; // host: HostHow of the last one
    bool session_key;     // host: its address is the race detector's key for what orders one statement after the other
    struct OldZeros *old_zeros; // host: earlier zero_mem
    bool frozen;          // host: nothing runs between two statements
    uint8_t stepping;     // host: 1: one goroutine may run, 2: it does
    uint32_t patience;    // host: how often who is to end may still look up inside std
    bool kill_hard;       // host: the foreground's deferred calls are not to be run
    struct Runtime *next_signal; // signal.c
};

// What sleeping, timers and time slices go by.
static inline int64_t clock_now(const Runtime *rt) { return UNLIKELY(rt->virtual_clock) ? rt->virtual_now : platform_now(); }
static inline int64_t clock_advance(Runtime *rt, int64_t ns) {
    if (LIKELY(!rt->virtual_clock)) return platform_now();
    rt->used_ns += ns;
    return rt->virtual_now += ns;
}
#define VIRTUAL_START INT64_C(1000000000) // what the virtual clock begins at
enum { FUEL_NS = 2, SWITCH_NS = 20, LOOK_NS = 50, JUMP_NS = 1000 }; // what fuel, a switch and a look at the clock cost in virtual time; a jump costs of max_used_ns alone

static inline uint64_t choice_next(Worker *w, ChoiceKind kind) { // splitmix64
    uint64_t z = w->choice[kind] += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
// The one place through which every choice of the runtime goes: 0 <= result < n.
static inline uint32_t choice_pick(Worker *w, ChoiceKind kind, uint32_t n) {
    return n < 2 ? 0 : (uint32_t)(((choice_next(w, kind) >> 32) * n) >> 32);
}

// A statistic of the owner's that others may read.
static inline void count_up(uint64_t *n) { __atomic_store_n(n, *n + 1, __ATOMIC_RELAXED); }

static inline void g_set_status(G *g, GStatus s) { __atomic_store_n(&g->status, (uint8_t)s, __ATOMIC_RELAXED); }
static inline GStatus g_status(const G *g) { return (GStatus)__atomic_load_n(&g->status, __ATOMIC_RELAXED); }
static inline void gqueue_push(GQueue *q, G *g) {
    g->next = NULL;
    if (q->last) q->last->next = g;
    else q->first = g;
    q->last = g;
    __atomic_store_n(&q->n, q->n + 1, __ATOMIC_RELAXED);
}
static inline G *gqueue_pop(GQueue *q) {
    G *g = q->first;
    if (!g) return NULL;
    q->first = g->next;
    if (!q->first) q->last = NULL;
    __atomic_store_n(&q->n, q->n - 1, __ATOMIC_RELAXED);
    return g;
}

// g is needed soon: its first line, and the first of its stack.
static inline void g_prefetch(const G *g) {
    __builtin_prefetch(g, 1);
    __builtin_prefetch((const char *)g + 128, 1);
    __builtin_prefetch((const char *)g + 192, 1);
}

// --- runtime.c
void runtime_begin(Runtime *rt); // the clocks start
int runtime_end(Runtime *rt);    // nobody runs any more: the other workers leave, the last words; returns the exit status

// --- sched.c
void sched_push(Worker *w, G *g);               // to the tail of w's ring (owner)
void sched_inject_locked(Runtime *rt, G *g);    // from a thread that is no worker, rt->lock held: global queue, wakes a worker
void sched_wake_one(Runtime *rt);               // a worker got work that another could take
void sched_wake_all(Runtime *rt);
void sched_wake_idle_locked(Runtime *rt);
void *sched_worker_main(void *worker);          // runtime.c: what a worker's thread runs
bool sched_resume(Worker *w, G *g);             // GF_SELECT, GF_RETRY; false: g waits again
uint32_t sched_ring_len(const Worker *w);

// --- sched_poll.c
bool sched_tick(Worker *w, int64_t now);        // timers, flush, -timeout; false: the runtime ends
bool sched_asked(Worker *w);                    // w->poll is not 0; false: the runtime ends

// --- stop.c
void gc_scan_g(Runtime *rt, G *g, GcMarker *m);
void stop_here(Worker *w);         // poll said so: waits until the world goes on
void stop_wait_locked(Worker *w);  // the same with rt->lock held (and dropped meanwhile)
void stop_poke_locked(Runtime *rt);
void stop_by_visitor(Runtime *rt); // stops the world for a thread that is no worker (host.h)
void gc_report_no_memory(Runtime *rt, uint64_t need); // bytes
void gc_collect_stopped(Worker *w); // the world is stopped already

// --- gstack.c
void gstack_fini(Runtime *rt);
G *gstack_all(Runtime *rt);        // links all live goroutines by all_next; world stopped
uint64_t gstack_live(const Runtime *rt);
void gstack_note_peak(Runtime *rt); // exact with one worker, else looked at now and then

// --- chan.c, select.c, sema.c: what GF_SELECT and GF_RETRY stand for
void select_finish(Worker *w, G *g);
bool sema_retry(Worker *w, G *g);
void chan_scan_waiting(G *g, const RType *types, GcMarker *m); // what the places in queues of a waiting goroutine keep alive

// --- leave.c
void leave_purge(Runtime *rt); // world stopped, marking over
void leave_fini(Runtime *rt);

// --- timer.c
void timer_wake_none(Runtime *rt, G *g); // g no longer sleeps; world stopped
void timer_run_due(Worker *w, int64_t now);
bool timer_has_slept(Runtime *rt, uint64_t g); // goroutine g has called time.Sleep
void timer_scan(Runtime *rt, GcMarker *m);
void timer_fini(Runtime *rt);

// --- address.c
void address_fini(Runtime *rt);

// --- stdin.c
void stdin_init(Runtime *rt);
void stdin_stop(Runtime *rt); // ends the reader thread
void stdin_fini(Runtime *rt);
void stdin_hold(Runtime *rt, bool held); // host: who waits for input goes on waiting, for the prompt has it now
bool stdin_leave(Runtime *rt, G *g); // g, which waits for input, waits no longer; world stopped. False: its input is there, and g is ready

// --- stdout.c
void stdout_init(Runtime *rt);
void stdout_fini(Runtime *rt);
// None of these two waits for a reader: they write what there is room for.
void stdout_flush_old(Runtime *rt, int64_t now); // when the last flush is some milliseconds ago
void stdout_flush_idle(Runtime *rt);             // a worker is about to fall asleep
int64_t stdout_due(Runtime *rt); // when a worker that sleeps has to look again, since something is left; INT64_MAX: never
void stdout_figures(Runtime *rt, uint64_t *hash, uint64_t *bytes); // of standard output so far

// --- limit.c: -max-goroutines and -max-output
typedef enum Limit { LIMIT_NONE, LIMIT_GOROUTINES, LIMIT_OUTPUT } Limit;
void limit_pass(Runtime *rt, Limit what); // any thread, any lock held: the run ends at the next poll
void limit_report(Runtime *rt);           // world stopped, or the run is over: tells it, once
int limit_status(Runtime *rt, int own);   // at the end of the run: tells what no poll has seen

// --- goroutines.c, deadlock.c, signal.c, stats.c
void deadlock_report(Runtime *rt);  // nobody runs
void goroutines_report(Runtime *rt, FindingKind kind, const char *head); // LIMIT or INTERRUPT: one line per group of goroutines; world stopped
void used_up_words(const Runtime *rt, char *out, size_t n);
void goroutine_put_state(Runtime *rt, const G *g, Buf *out); // "waiting to receive from `jobs`"; g stands still
void goroutines_put(Runtime *rt, Buf *out); // the lines alone, with where each was started; world stopped
void goroutines_table(Runtime *rt); // SIGQUIT; world stopped
void timeout_words(const Runtime *rt, char *out, size_t n);
void signal_attach(Runtime *rt);
void signal_detach(Runtime *rt);
void signal_deliver(Runtime *rt);   // POLL_SIGNAL: who waits for a signal goes on
void stats_report(Runtime *rt);
