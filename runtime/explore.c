// explore.c — which goroutine runs next when that is a choice. See explore.h for the strategies.
//
// The scheduler's queues stay what they are: everything is made runnable through run_next, the ring and the global queue as always, and
// explore_next empties them into its own set before it picks. So nothing else in the runtime knows of it. A worker that explores never takes
// the fast way of sched_next (until_global stays 0).
//
// Which memory is shared is learned as the run goes: a table remembers for each word who touched it last, and a second goroutine makes the word
// shared for good. It is indexed by the offset in the heap, never by the address, so that two runs learn the same. It forgets when two words fall
// together; a wrong answer costs or adds a point and nothing else.
#include "runtime/explore.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/heap_block.h"
#include "runtime/worker.h"

enum { OWNERS = 1 << 14, CHANCE = 256, SPIN_POLLS = 128 };
#define SHARED_BY_ALL UINT64_MAX
// Priorities: HIGH and more at first; BELOW + 1.. after a change point; below BELOW who gave way or spun.
#define HIGH (UINT64_C(1) << 63)
#define BELOW (UINT64_C(1) << 62)
// PCT lets goroutines that keep waking each other run for ever while others wait. Go's scheduler is fair: a run that has had many more points than were expected
// goes on as a random walk, in which everybody has a turn ("fair PCT", as in Coyote).
enum { FAIR_TIMES = 16, FAIR_LEAST = 2000, FAIR_UNKNOWN = 50 * 1000 };
// Time may pass while somebody could run, as on a busy machine; but only so much that generous time-outs still hold.
enum { JUMP_ONCE = 20 * 1000 * 1000, JUMP_ALL = 100 * 1000 * 1000 };

typedef struct Owner { Word word; uint64_t by; } Owner;    // word: offset in the heap / 8; by: goroutine's id
typedef struct Ready { G *g; uint64_t priority; } Ready;   // PCT: a heap, largest priority first; else in no order
typedef struct Fallen { uint64_t id, priority; } Fallen;   // an open hash table: goroutines whose priority is not the first one
typedef struct Change { uint64_t point, priority; } Change;
typedef struct Half { G *g; Word x; } Half;                // an update between its read and its write

struct Explorer {
    Runtime *rt;
    Schedule s;
    Ready *ready;
    uint32_t nready, cap;
    uint64_t steps;
    // random: chances out of CHANCE
    uint32_t at_sync, at_shared, at_private, jump;
    int64_t jumped;
    // PCT
    Change changes[SCHEDULE_MAX_DEPTH]; // by point, ascending
    uint32_t nchanges, next_change;
    uint64_t fair_after;   // so many points; then it goes on as a random walk
    uint64_t lowest;       // the next to fall without a change point gets this, and it goes down
    Fallen *fallen;
    uint32_t nfallen, fallen_cap;
    bool fresh;            // the running goroutine was just chosen, or synchronised: its next access counts as shared, whoever saw the word so far
    uint32_t polls;        // of the running goroutine since it was chosen
    Half *halves;
    uint32_t nhalves, halves_cap;
    Owner owners[OWNERS];
};

static uint64_t mix(uint64_t z) { // splitmix64's
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int by_point(const void *a, const void *b) {
    const Change *x = a, *y = b;
    return x->point != y->point ? (x->point < y->point ? -1 : 1) : x->priority < y->priority ? -1 : 1;
}

// When nobody has counted the points, each power of two is as likely as the next.
static uint64_t change_point(uint64_t *r, uint64_t steps) {
    *r = mix(*r + 0x9E3779B97F4A7C15u);
    if (steps) return 1 + *r % steps;
    uint64_t power = UINT64_C(1) << (*r >> 32) % 14;
    return power + (*r & (power - 1));
}

Explorer *explore_new(Runtime *rt, const Schedule *s) {
    if (s->strategy == STRATEGY_FIFO) return NULL;
    static const uint32_t syncs[] = {CHANCE, CHANCE / 2}, shareds[] = {CHANCE / 2, CHANCE / 4, CHANCE / 8, CHANCE / 32};
    Explorer *e = xcalloc(1, sizeof *e);
    e->rt = rt;
    e->s = *s;
    uint64_t r = mix(s->seed + 0x9E3779B97F4A7C15u);
    e->at_sync = syncs[(r & 0xFF) % COUNT_OF(syncs)];
    e->at_shared = shareds[(r >> 8 & 0xFF) % COUNT_OF(shareds)];
    e->at_private = e->at_shared / 16;
    e->jump = r >> 16 & 1 ? CHANCE / 8 : 0;
    e->lowest = BELOW;
    if (s->strategy == STRATEGY_PCT) {
        e->fair_after = s->steps == 0 ? FAIR_UNKNOWN : s->steps < UINT64_MAX / FAIR_TIMES - FAIR_LEAST ? s->steps * FAIR_TIMES + FAIR_LEAST : UINT64_MAX;
        e->nchanges = s->depth - 1;
        // Who falls later may stay above who fell before: the priorities do not follow the order of the points.
        for (uint32_t i = 0; i < e->nchanges; i++) e->changes[i] = (Change){change_point(&r, s->steps), BELOW + 1 + i};
        qsort(e->changes, e->nchanges, sizeof *e->changes, by_point);
    }
    return e;
}

void explore_free(Explorer *e) {
    if (!e) return;
    free(e->ready);
    free(e->fallen);
    free(e->halves);
    free(e);
}

uint64_t explore_steps(const Explorer *e) { return e->steps; }

// --- priorities -----------------------------------------------------------------------------------------------

static bool by_priority(const Explorer *e) { return e->s.strategy == STRATEGY_PCT && e->steps < e->fair_after; }

static Fallen *fallen_slot(const Explorer *e, uint64_t id) {
    uint32_t i = (uint32_t)mix(id) & (e->fallen_cap - 1);
    while (e->fallen[i].id && e->fallen[i].id != id) i = (i + 1) & (e->fallen_cap - 1);
    return &e->fallen[i];
}

// Of one that never fell it is computed, and needs no room in the goroutine.
static uint64_t priority_of(const Explorer *e, const G *g) {
    if (e->s.strategy != STRATEGY_PCT) return 0;
    if (e->nfallen) {
        const Fallen *f = fallen_slot(e, g->id);
        if (f->id) return f->priority;
    }
    return HIGH | mix(e->s.seed * 0xD1342543DE82EF95u + g->id);
}

static void fall(Explorer *e, const G *g, uint64_t to) {
    if ((e->nfallen + 1) * 2 > e->fallen_cap) {
        Fallen *old = e->fallen;
        uint32_t n = e->fallen_cap;
        e->fallen_cap = n ? n * 2 : 16;
        e->fallen = xcalloc(e->fallen_cap, sizeof *e->fallen);
        for (uint32_t i = 0; i < n; i++)
            if (old[i].id) *fallen_slot(e, old[i].id) = old[i];
        free(old);
    }
    Fallen *f = fallen_slot(e, g->id);
    if (!f->id) e->nfallen++;
    *f = (Fallen){g->id, to};
}

// --- the set of those who can run -----------------------------------------------------------------------------

static void add(Explorer *e, G *g) {
    if (e->nready == e->cap) e->ready = xrealloc(e->ready, (e->cap = e->cap ? e->cap * 2 : 64) * sizeof *e->ready);
    Ready r = {g, priority_of(e, g)};
    uint32_t i = e->nready++;
    while (i > 0 && e->ready[(i - 1) / 2].priority < r.priority) {
        e->ready[i] = e->ready[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    e->ready[i] = r;
}

static G *take(Explorer *e, uint32_t i) {
    G *g = e->ready[i].g;
    Ready last = e->ready[--e->nready];
    for (uint32_t child; (child = i * 2 + 1) < e->nready; i = child) {
        if (child + 1 < e->nready && e->ready[child + 1].priority > e->ready[child].priority) child++;
        if (e->ready[child].priority <= last.priority) break;
        e->ready[i] = e->ready[child];
    }
    if (e->nready) e->ready[i] = last;
    return g;
}

// Takes over what the scheduler has. Of one worker nobody else touches the ring; the global queue is filled by the reader of standard input, too.
static void gather(Explorer *e, Worker *w) {
    Runtime *rt = e->rt;
    for (uint32_t head = w->head; head != w->tail; head++) add(e, w->ring[head % RING_SIZE]);
    __atomic_store_n(&w->head, w->tail, __ATOMIC_RELAXED);
    if (w->run_next) add(e, w->run_next);
    w->run_next = NULL;
    if (__atomic_load_n(&rt->global.n, __ATOMIC_RELAXED) == 0) return;
    lock_take(&rt->lock);
    for (G *g; (g = gqueue_pop(&rt->global));) {
        if (e->s.strategy == STRATEGY_PCT) fall(e, g, --e->lowest); // it gave way (Gosched)
        add(e, g);
    }
    lock_drop(&rt->lock);
}

static bool others(const Explorer *e, const Worker *w) {
    return e->nready || w->run_next || w->head != w->tail || __atomic_load_n(&e->rt->global.n, __ATOMIC_RELAXED);
}

static bool chance(Worker *w, uint32_t of) { return of && choice_pick(w, CHOICE_PREEMPT, CHANCE) < of; }

// The next timer is due a little before its time, though somebody can run (or does).
static void maybe_jump(Explorer *e, Worker *w) {
    Runtime *rt = e->rt;
    if (!e->jump || !rt->virtual_clock || rt->timer_next == INT64_MAX) return;
    int64_t ahead = rt->timer_next - rt->virtual_now;
    if (ahead <= 0 || ahead > JUMP_ONCE || e->jumped + ahead > JUMP_ALL) return;
    if (choice_pick(w, CHOICE_TIME, CHANCE) >= e->jump) return;
    e->jumped += ahead;
    rt->virtual_now = rt->timer_next;
    timer_run_due(w, rt->virtual_now);
    gather(e, w);
}

G *explore_next(Worker *w) {
    Explorer *e = w->rt->explorer;
    if (w->rt->timer_next != INT64_MAX) timer_run_due(w, clock_now(w->rt));
    gather(e, w);
    if (e->nready == 0) return NULL;
    maybe_jump(e, w);
    e->polls = 0;
    e->fresh = true;
    return take(e, by_priority(e) ? 0 : choice_pick(w, CHOICE_NEXT, e->nready));
}

// --- points ---------------------------------------------------------------------------------------------------

// Has a second goroutine touched this word?
static bool is_shared(Explorer *e, const G *g, const void *at) {
    if (!at) return true;
    Word offset = (Word)at - (Word)e->rt->heap->base;
    if (offset >= (Word)e->rt->heap->top << HEAP_BLOCK_SHIFT) return true; // a package-level variable
    Word word = offset >> 3;
    Owner *o = &e->owners[mix(word) % OWNERS];
    if (o->word != word || o->by == 0) *o = (Owner){word, g->id};
    if (o->by != g->id) o->by = SHARED_BY_ALL;
    return o->by == SHARED_BY_ALL;
}

// Is this point a place to let somebody else run before g?
static bool leave(Explorer *e, Worker *w, G *g, PointKind kind, bool shared) {
    if (kind == POINT_SYNC || shared) e->steps++;
    if (kind == POINT_SYNC) maybe_jump(e, w);
    if (!by_priority(e))
        return others(e, w) && chance(w, kind == POINT_SYNC ? e->at_sync : shared ? e->at_shared : e->at_private);
    if (kind != POINT_SYNC && !shared) return false;
    if (e->next_change < e->nchanges && e->steps >= e->changes[e->next_change].point) {
        fall(e, g, e->changes[e->next_change++].priority);
        return others(e, w);
    }
    if (w->run_next || w->head != w->tail || e->rt->global.n) gather(e, w);
    return e->nready && e->ready[0].priority > priority_of(e, g);
}

bool explore_point(Worker *w, G *g, PointKind kind, const void *at) {
    Explorer *e = w->rt->explorer;
    if (g->flags & GF_AT_POINT) { // it was left here before
        g->flags &= (uint8_t)~GF_AT_POINT;
        return false;
    }
    bool shared = kind == POINT_ACCESS && (is_shared(e, g, at) || e->fresh);
    e->fresh = kind == POINT_SYNC;
    if (!leave(e, w, g, kind, shared)) return false;
    g->flags |= GF_AT_POINT;
    w->preemptions++;
    return true;
}

bool explore_half(Worker *w, G *g, const void *at, Word *x) {
    Explorer *e = w->rt->explorer;
    for (uint32_t i = 0; i < e->nhalves; i++) {
        if (e->halves[i].g != g) continue;
        *x = e->halves[i].x;
        e->halves[i] = e->halves[--e->nhalves];
        return false;
    }
    if (!leave(e, w, g, POINT_ACCESS, is_shared(e, g, at))) return false;
    if (e->nhalves == e->halves_cap)
        e->halves = xrealloc(e->halves, (e->halves_cap = e->halves_cap ? e->halves_cap * 2 : 8) * sizeof *e->halves);
    e->halves[e->nhalves++] = (Half){g, *x};
    g->flags |= GF_AT_POINT;
    w->preemptions++;
    return true;
}

bool explore_slice(Worker *w, G *g) {
    Explorer *e = w->rt->explorer;
    if (!by_priority(e)) return chance(w, CHANCE / 2);
    if (++e->polls < SPIN_POLLS) return false;
    fall(e, g, --e->lowest);
    return true;
}
