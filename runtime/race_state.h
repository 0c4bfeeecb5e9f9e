// race_state.h — the race detector's own structures, and the part of a check that the VM loop has inline. For runtime/race*.c, the collector's end of a
// cycle (race_collect) and vm/watch.h; everybody else uses race.h. The algorithm and its invariants: docs/design/race.md.
//
// A cell: 8 bytes of shadow for 8 bytes of guest memory, at the same offset of a range of its own.
//   bits  0..31  the last write      {id : 24, bytes : 8}      0: none
//   bits 32..63  the reads since it  {id : 24, bytes : 8}
// An id below RACE_SETS is a record; above, an interned set of {record, bytes}. CELL_SYNC in the write half: the word is a synchronising object's, the
// other half is {its RaceSync : 24, 0 : 8}, and what the cell would hold stands there. Both byte masks are 0 then: no fast path takes it.
//
// A record is an access as it will be told: {goroutine's slot and epoch, code position, calling context, kind}. Immutable while a cell may hold its id;
// ids are given back with the world stopped only (race_gc.c).
#pragma once
#include "base/source.h"
#include "runtime/clock.h"
#include "runtime/race.h"
#include "runtime/race_report.h"
#include "runtime/worker.h"

enum { RACE_SETS = 1 << 23, RACE_IDS = 1 << 24 };
enum { RACE_CONTEXT_FRAMES = 5 };  // callers that a record remembers
#define CELL_SYNC UINT64_C(0xFFFFFF00)
enum { RACE_READS = 1, RACE_WRITES = 2, RACE_ATOMIC = 4, RACE_KINDS = 8 }; // of an access

// A goroutine at a moment: slot << 32 | epoch. A slot is a goroutine's number in clocks; it is used again when what its last owner did is known to the
// new one from the start. An epoch ends with each release.
typedef uint64_t RaceWho;
static inline uint32_t who_slot(RaceWho w) { return (uint32_t)(w >> 32); }
static inline uint32_t who_epoch(RaceWho w) { return (uint32_t)w; }
// g->race of a goroutine that has no slot yet, and of one between race_ignore_begin and _end: equals no record's who. Nobody's slot is 0.
enum { WHO_NOBODY = 1, WHO_IGNORES = WHO_NOBODY };

typedef struct RaceRecord {
    const void *pc;         // as G.pc
    uint32_t context;       // 0: unknown
    uint32_t info;          // RaceInfo << 3 | kind
} RaceRecord;

typedef struct RaceInfo {   // a goroutine that has made a record, for reports: it may have ended
    uint64_t id, parent;
    const struct Func *start;
    uint32_t go_pos;
} RaceInfo;

typedef struct RaceSet {    // one more {record, bytes} than its parent
    uint32_t parent;        // id of a set; 0: none
    uint32_t record;
    uint32_t n;             // entries
    uint32_t pruned;        // entries when it was last freed of what is ordered before its newest
    uint32_t next;          // in its bucket, index + 1
    uint8_t bytes, all;     // of this entry; of all entries
} RaceSet;

typedef struct RaceContext { // the callers of a function, innermost first: where they go on, in the form of G.pc
    uint64_t hash;
    uint32_t next;
    uint16_t n;
    bool more;
    const void *pc[RACE_CONTEXT_FRAMES];
} RaceContext;

// What a goroutine published: all that it knew, in `clock` and `extra`, and itself (who 0: it had no slot). Who knows `from` (if it is not 0), or epoch `changed`
// of who's slot, or a later one, knows all of it but `who` itself.
typedef struct RaceNews {
    Clock *clock;
    RaceWho who, extra, from;
    uint32_t changed;
} RaceNews;

// An access to a word that has a RaceSync, kept without a record: the latest atomic operations, that a lock was taken, what is read by everybody all the time.
// Of all accesses to the word those in its cell and these uses stand for the others: a later one takes the place of what it is ordered after.
typedef struct RaceUse {
    RaceWho who;
    const void *pc;
    uint32_t bytes : 8, context : 24;
    uint32_t info;          // as RaceRecord
} RaceUse;

// The clock of a synchronising address: as one goroutine published it (news.who != 0), or news.clock and what was merged into it since.
typedef struct RaceSync {
    _Alignas(64) Lock lock; // one line of the cache for accesses, one for clocks
    uint32_t next;          // of another address in the same cell; or in its bucket
    const void *key;
    uint64_t cell;          // accesses to the word (of the first in the cell only, as are uses)
    RaceUse use;            // the first of nuses
    uint32_t nuses;
    bool hot;               // made for a word that is read by many all the time
    RaceWho all;            // who knows this knows all that news and merged say; 0: nobody in particular (atomic)
    RaceNews news;
    RaceNews *merged;
    uint32_t nmerged, merged_cap;
    RaceUse *more;          // the other uses
} RaceSync;
// More are put into the cell. So many words at most are hot at a time.
enum { RACE_USES = 16, RACE_HOT = 4096 };
static inline RaceUse *race_use_at(RaceSync *s, uint32_t i) { return i ? &s->more[i - 1] : &s->use; }
// So many are joined at once, at first and at most: joining is cheap between clocks that were made one from the other, and dear otherwise.
enum { RACE_MERGED = 32, RACE_MERGED_MOST = 8192, RACE_LOOK = 8 };

typedef struct RaceG {      // G.race_state
    Clock *clock;           // what it knows of others
    RaceWho extra;          // and the latest piece of it, not yet put into clock: most learn from one other at a time
    RaceWho from;           // who knows this, knows all that clock and extra say; 0: nobody in particular
    RaceWho held;           // while it ignores: its who
    uint32_t changed;       // the epoch in which it learned last
    uint32_t info;          // RaceInfo; 0: has made no record yet
    uint32_t last_access;   // epoch of its last record
    uint32_t ignores;
} RaceG;

// Ids are taken 64 at a time.
typedef struct RaceIds {
    uint64_t *used;         // a bit each
    uint32_t cursor, top, limit; // in words of 64: where to look next; words ever used; end
} RaceIds;
typedef struct RaceIdChunk {
    uint64_t free;
    uint32_t first;
    uint32_t wanted;        // how many there were none for
} RaceIdChunk;

// Per code position the record made last, and the last change of a cell by it: most cells that one instruction meets change in the same way.
typedef struct RaceMemo {
    const void *pc;
    RaceWho who;
    uint32_t context, record;
    uint64_t old, new;      // new == 0: none
    uint32_t bytes, kind;
} RaceMemo;
enum { RACE_MEMOS = 512 };

// Changes of cells that had to be judged: bytes that several places write by turns go through the same few again and again.
typedef struct RaceStep {
    uint64_t old, new;
    uint32_t record, bytes; // record 0: none
} RaceStep;
enum { RACE_STEPS = 256 };

// And per return address and context of the caller, the context of the called.
typedef struct RaceCall {
    const void *pc;
    uint32_t caller, context;
} RaceCall;
enum { RACE_CALLS = 256 };

typedef struct RaceDead {   // a slot whose goroutine has ended
    uint32_t slot, epoch;   // whoever knows this epoch knows all of it
} RaceDead;

// Writes to parts of words whose cells have nothing but bytes that were written at the same place in the same epoch: bytes are added to the record, inline.
typedef struct RaceNear {
    const void *pc;
    RaceWho who;
    uint64_t half;          // the record, no bytes
    uint32_t context;
} RaceNear;

typedef struct RaceState RaceState;
typedef struct RaceWorker {
    // what the inline check needs
    uintptr_t lo;           // first watched address
    uint64_t size;
    char *cells;            // of lo
    RaceWho *who_of;        // by id; 0 for sets
    bool single;            // as clocks.single
    RaceNear near;
    RaceRecord *records_of;
    RaceState *rs;
    ClockPool clocks;
    RaceIdChunk records, sets, infos, syncs;
    RaceSync *atomic;       // locked, between race_atomic_begin and _end
    FreeList free_g;
    uint32_t next_slot, end_slot;
    RaceDead *dead;         // a ring
    uint32_t dead_first, ndead, dead_cap;
    uint64_t *scratch;      // entries of a set being built: record << 8 | bytes
    uint32_t scratch_cap;
    RaceMemo memo[RACE_MEMOS];
    RaceStep steps[RACE_STEPS];
    RaceCall calls[RACE_CALLS]; // vm/watch.c
} RaceWorker;

typedef struct RacePair {   // two places that raced
    uint64_t hash;          // 0: no entry
    uint64_t seen;
    struct Finding *finding; // that it is counted with, or NULL
} RacePair;

struct RaceState {
    Runtime *rt;
    RaceWorker **workers;
    bool single;
    struct Finding *(*report)(Worker *w, G *g, const RaceFound *f, bool *is_new); // race_report; tests put their own here
    uintptr_t lo;
    uint64_t size;
    char *cells;
    RaceWho *who_of;        // RACE_IDS
    RaceRecord *records;    // RACE_SETS
    RaceSet *sets;          // RACE_IDS - RACE_SETS
    RaceInfo *infos;
    RaceSync *syncs;
    RaceContext *contexts;
    Lock lock;              // innermost: all of the following
    RaceIds record_ids, set_ids, info_ids, sync_ids;
    uint32_t *set_buckets, nset_buckets, nsets;
    uint32_t *context_buckets, ncontexts; // contexts[1 .. ncontexts]
    uint32_t *outside;      // buckets of RaceSync whose address is not watched
    Lock tell_lock;         // guards pairs; held while a race is put into words
    RacePair *pairs;        // what was reported, open addressing
    uint32_t npairs, pairs_cap;
    uint64_t nraces;        // pairs that were reported
    uint32_t next_slot;     // atomic
    uint32_t nhot;          // atomic
    RaceDead *dead;         // slots that anybody may use
    uint32_t ndead, dead_cap;
    struct RaceSlab *slabs; // of RaceG
    FreeShared free_g, free_leaves, free_inner; // what one worker has too much of
    uint32_t records_taken; // chunks of records, sets and infos since the last sweep (atomic)
    uint32_t sweep_at;      // and when the next is due
    uint64_t sweeps;
    uint32_t missed;        // RACE_MISSED_... (atomic)
};
// What has been lost because the ids were used up, from some moment on: accesses (a race with one of them is not found), or the order that locks and channels
// make. Without the latter a race might be invented, so none is told any more.
enum { RACE_MISSED_ACCESSES = 1, RACE_MISSED_ORDER = 2 };

// --- race_state.c
RaceState *race_new(Runtime *rt);  // and a RaceWorker for each worker; nothing is looked at before race_start
void race_free(Runtime *rt);
void *race_region(size_t bytes);   // zeroed, costs nothing until touched
// A new id, never 0; 0: none left, which is noted in rs->missed.
uint32_t race_id(RaceState *rs, RaceIds *ids, RaceIdChunk *chunk);
RaceG *race_more_g(RaceWorker *rw); // one; when free_g is empty

// --- race_record.c. Contexts are interned; who calls is in front of the lock.
uint32_t race_context(RaceState *rs, const void *const *pc, uint32_t n, bool more);
// {record, bytes} of them, as a half; the first given is the newest.
uint32_t race_half(RaceWorker *rw, const uint64_t *entries, uint32_t n);
uint32_t race_half_push(RaceWorker *rw, uint32_t half, uint32_t record, uint32_t bytes); // half with one more
void race_set_insert(RaceState *rs, uint32_t id); // into the buckets, lock held
uint32_t race_info(RaceWorker *rw, G *g, RaceG *rg); // what records say of g: its RaceInfo
// Takes an id for the record. 0: none left (a collection is under way; the access is not recorded).
uint32_t race_record(Worker *w, G *g, const void *pc, uint32_t context, uint32_t kind);
uint32_t race_record_of(RaceWorker *rw, RaceWho who, const void *pc, uint32_t context, uint32_t info); // who: any that has made one

// --- race_sync.c
RaceG *race_g_make(Worker *w, G *g, G *parent); // a goroutine's state, which begins ordered after the parent's past (NULL: after nothing)
static inline RaceG *race_g(Worker *w, G *g) { return LIKELY(g->race_state != NULL) ? g->race_state : race_g_make(w, g, NULL); }
RaceWho race_take_slot(RaceWorker *rw, G *g, RaceG *rg); // for one whose who is WHO_NOBODY
bool race_knows(const RaceG *rg, RaceWho who);
RaceSync *race_sync(Worker *w, const void *key); // found or made; NULL: no room (nothing is ordered then)
void race_sync_drop(ClockPool *p, RaceSync *s); // its clocks
static inline RaceSync *race_sync_in(RaceState *rs, uint64_t cell) { return &rs->syncs[cell >> 40]; }
static inline bool race_is_sync(uint64_t cell) { return (uint32_t)cell == CELL_SYNC; }
static inline void race_lock(const RaceState *rs, Lock *l) { if (!rs->single) lock_take(l); }
static inline void race_unlock(const RaceState *rs, Lock *l) { if (!rs->single) lock_drop(l); }

static inline uint32_t race_context_here(Worker *w, G *g) { return w->rt->hooks->context ? w->rt->hooks->context(w, g) : 0; }

// --- race.c: an access of at most a cell, by the rules; kind of RACE_READS ...
void race_access(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t kind, uint32_t context);
void race_update(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t context); // a read and a write with nothing between them
void race_access_atomic(Worker *w, G *g, RaceSync *s, uint32_t bytes, uint32_t kind); // at s->key, s->lock held
// The same if it races with nothing and can be kept in s->uses; s: its word's first (race_heads), locked.
bool race_use_quietly(Worker *w, G *g, RaceSync *s, uint32_t mask, uint32_t kind, uint32_t context);
bool race_heads(const RaceSync *s, RaceState *rs); // the first of its word, which keeps the accesses
void race_access_range(Worker *w, G *g, const void *at, uint64_t bytes, uint32_t kind);

void race_count_up(RaceState *rs); // at the end: the findings learn how often they were seen
// At the end, too: a line about what was missed, or nothing.
void race_say_missed(const RaceState *rs, Buf *out);

// --- race_gc.c: world stopped, everything marked, nothing swept
void race_collect(Runtime *rt);

static inline RaceMemo *race_memo(RaceWorker *rw, const void *pc, uint32_t context, uint32_t kind) {
    return &rw->memo[((uintptr_t)pc >> 3 ^ kind << 5 ^ context * 21) & (RACE_MEMOS - 1)];
}
// One record of the same slot for no other bytes: the access takes its place.
static inline bool race_gives_way(const RaceWorker *rw, RaceWho who, uint32_t half, uint32_t mask) {
    return !(half & 0xFF & ~mask) && who_slot(rw->who_of[half >> 8]) == who_slot(who);
}
// The cell after a plain access to bytes in which only this goroutine has been; 0: that is not so.
static inline uint64_t race_alone(const RaceWorker *rw, RaceWho who, uint64_t old, uint32_t record, uint32_t mask, bool writes) {
    uint32_t write = (uint32_t)old, reads = (uint32_t)(old >> 32);
    if (writes) {
        if (reads & mask) {
            if (!race_gives_way(rw, who, reads, mask)) return 0;
            reads = 0;
        }
        if (write >> 8 == record) write |= mask;
        else if (!write || race_gives_way(rw, who, write, mask)) write = record << 8 | mask;
        else return 0;
        return (uint64_t)reads << 32 | write;
    }
    if (write && who_slot(rw->who_of[write >> 8]) != who_slot(who)) return 0;
    if (reads >> 8 == record) return old | (uint64_t)mask << 32;
    return !reads || race_gives_way(rw, who, reads, mask) ? write | (uint64_t)(record << 8 | mask) << 32 : 0;
}
// A place's record was made by the same goroutine in an earlier epoch: the next one differs from it in nothing else. (What the memo says of the change of a cell
// speaks of the old record.) False: that is not so, or the free ids at hand are used up.
static inline bool race_renew(RaceWorker *rw, G *g, RaceMemo *m) {
    RaceG *rg = g->race_state;
    if (who_slot(m->who) != who_slot(g->race) || !who_slot(g->race) || !rw->records.free) return false;
    const RaceRecord *before = &rw->records_of[m->record];
    if (before->info != (rg->info << 3 | m->kind)) return false; // the slot has changed hands
    const uint32_t id = rw->records.first + (uint32_t)__builtin_ctzll(rw->records.free);
    rw->records.free &= rw->records.free - 1;
    rw->records_of[id] = *before;
    __atomic_store_n(&rw->who_of[id], g->race, __ATOMIC_RELAXED);
    rg->last_access = who_epoch(g->race);
    m->record = id;
    m->who = g->race;
    m->new = 0;
    return true;
}
static inline uint64_t race_cell_load(const uint64_t *cell) {
#ifdef GOL_TSAN
    return __atomic_load_n(cell, __ATOMIC_ACQUIRE);
#else
    return __atomic_load_n(cell, __ATOMIC_RELAXED); // who_of and records are reached through it: dependency order
#endif
}
// An access at a place that has made its record changes its cell as the last one there did, or where only this goroutine has been; false: that
// is not so, or somebody else changed it meanwhile. pc and base are saved.
static inline bool race_as_before(RaceWorker *rw, G *g, const void *at, uint32_t mask, uint32_t kind, uint32_t context) {
    RaceMemo *m = race_memo(rw, g->pc, context, kind);
    if (m->pc != g->pc || m->context != context || m->kind != kind) return false;
    if (m->who != g->race && !race_renew(rw, g, m)) return false;
    uint64_t *cell = (uint64_t *)(rw->cells + (((uintptr_t)at - rw->lo) & ~(uintptr_t)7));
    uint64_t old = race_cell_load(cell), new;
    if (old == m->old && m->bytes == mask && m->new) new = m->new;
    else if (!(new = race_alone(rw, g->race, old, m->record, mask, kind & RACE_WRITES))) return false;
    if (!rw->clocks.single) return __atomic_compare_exchange_n(cell, &old, new, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    *cell = new;
    return true;
}

// Of a write of less than a word, which the check below did not settle.
static inline bool race_near(const RaceWorker *rw, RaceWho who, const void *pc, uint64_t context, const void *at, uint32_t bytes) {
    const RaceNear *n = &rw->near;
    uint64_t *cell = (uint64_t *)(rw->cells + (((uintptr_t)at - rw->lo) & ~(uintptr_t)7)), old = __atomic_load_n(cell, __ATOMIC_RELAXED);
    if (n->pc != pc || n->who != who || n->context != context || (old & ~UINT64_C(0xFF)) != n->half) return false;
    uint64_t new = old | ((UINT64_C(1) << bytes) - 1) << ((uintptr_t)at & 7);
    if (!rw->single) return __atomic_compare_exchange_n(cell, &old, new, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    *cell = new;
    return true;
}

// --- inline: true when the access changes nothing and cannot race. bytes a constant: 1, 2, 4 or 8, aligned.
static inline uint64_t *race_cell(const RaceWorker *rw, uintptr_t off) { return (uint64_t *)(rw->cells + (off & ~(uintptr_t)7)); }
static inline bool race_has_bytes(uint64_t half, uintptr_t off, uint32_t bytes) {
    if (bytes == 1) return half >> (off & 7) & 1;
    uint64_t need = ((UINT64_C(1) << bytes) - 1) << (off & 7);
    return (half & need) == need;
}
static inline bool race_fast_write(const RaceWorker *rw, RaceWho who, const void *at, uint32_t bytes) {
    uintptr_t off = (uintptr_t)at - rw->lo;
    if (UNLIKELY(off >= rw->size)) return true;
    if (bytes == 8) { // the whole cell: at is aligned
        uint64_t c = race_cell_load((const uint64_t *)(rw->cells + off));
        return LIKELY((uint8_t)c == 0xFF) && LIKELY(rw->who_of[(uint32_t)c >> 8] == who);
    }
    uint64_t c = race_cell_load(race_cell(rw, off));
    return LIKELY(race_has_bytes(c, off, bytes)) && LIKELY(rw->who_of[(uint32_t)c >> 8] == who);
}
static inline bool race_fast_read(const RaceWorker *rw, RaceWho who, const void *at, uint32_t bytes) {
    uintptr_t off = (uintptr_t)at - rw->lo;
    if (UNLIKELY(off >= rw->size)) return true;
    if (bytes == 8) {
        uint64_t c = race_cell_load((const uint64_t *)(rw->cells + off));
        if (LIKELY((uint8_t)c == 0xFF) && LIKELY(rw->who_of[(uint32_t)c >> 8] == who)) return true;
        return (uint8_t)(c >> 32) == 0xFF && rw->who_of[c >> 40] == who;
    }
    uint64_t c = race_cell_load(race_cell(rw, off));
    if (LIKELY(race_has_bytes(c, off, bytes)) && LIKELY(rw->who_of[(uint32_t)c >> 8] == who)) return true;
    return race_has_bytes(c >> 32, off, bytes) && rw->who_of[c >> 40] == who;
}
