// partial.c — the search (see the header), when it is made, and what is told when.
//
// What is stuck stays stuck, so the search may be made at any time; made at each collection that is not too close to the last one, when a worker falls idle
// and something has run since, now and then at a poll of a program that is never idle, and at the end.
//
// Told as what: a goroutine that nothing can wake is a partial deadlock, at once. The exception are those whose channel or lock main still has, in a variable that it does
// not use again (MARK_KEPT): when main returns first, they are what it left behind, a leak. So they are told only after a moment (GRACE) in which main went on. All others
// are told as the same thing whenever a collection happens to come: also when main has ended meanwhile. Locks that wait for each other are a deadlock in any case.
#include "runtime/partial.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/address.h"
#include "runtime/names.h"
#include "runtime/stuck.h"

#define MS INT64_C(1000000)
#define GRACE (60 * MS)
#if defined(GOL_HOSTILE) || defined(GOL_ASAN) || defined(GOL_TSAN)
enum { SLOWER = 20 }; // than a release build, by the clock
#else
enum { SLOWER = 1 };
#endif
#define LEAST (20 * MS)   // between two searches
#define BUSY (250 * MS)   // between two at polls
#define IDLE_MOST (100 * MS) // at most, between two when all are idle: they cost nobody anything
enum { COST = 40, IDLE_COST = 4, ROUNDS = 200, CHAIN = 256 };

enum { MARK_LIVE = 0, MARK_UNDECIDED = 1, MARK_STUCK = 2, MARK_KEPT = 3 }; // G.mark
enum { TOLD = -1 };                                        // G.stuck_since

static int64_t grace(const Runtime *rt) { return rt->virtual_clock ? GRACE : GRACE * SLOWER; }

static bool told(const G *g) { return g->stuck_since == TOLD; }

// --- what main keeps ------------------------------------------------------------------------------------------

// Can a value of the type lead to a channel or a lock?
static bool keeps_type(const RType *t, const uint8_t *keeps) {
    switch ((RKind)t->kind) {
    case RK_CHAN: case RK_FUNC: case RK_INTERFACE: case RK_OBJ_CHAN: case RK_OBJ_CLOSURE: return true;
    case RK_ARRAY: case RK_SLICE: case RK_POINTER: return keeps[t->elem];
    case RK_MAP: return keeps[t->elem] || keeps[t->key];
    case RK_STRUCT:
        for (uint32_t i = 0; i < t->nfields; i++)
            if (keeps[t->fields[i].type]) return true;
        return t->pkg_path && !strcmp(t->pkg_path, "sync");
    case RK_INVALID: case RK_BOOL: case RK_INT: case RK_INT8: case RK_INT16: case RK_INT32: case RK_INT64: case RK_UINT: case RK_UINT8: case RK_UINT16:
    case RK_UINT32: case RK_UINT64: case RK_UINTPTR: case RK_FLOAT32: case RK_FLOAT64: case RK_COMPLEX64: case RK_COMPLEX128: case RK_STRING:
    case RK_UNSAFE_POINTER: case RK_OBJ_STR: case RK_OBJ_SLICE: case RK_OBJ_MAP: case RK_OBJ_MAPTABLE: case RK_OBJ_MAPITER: case RK_OBJ_DEFER:
    case RK_OBJ_BYTES: case RK_OBJ_CONSERVATIVE:
        return false;
    }
    return false;
}

static const uint8_t *keeps_of(Runtime *rt) {
    Partial *p = &rt->partial;
    if (p->nkeeps == rt->ntypes) return p->keeps;
    free(p->keeps);
    p->keeps = xcalloc(rt->ntypes + 1, 1);
    p->nkeeps = rt->ntypes;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < rt->ntypes; i++)
            if (!p->keeps[i] && keeps_type(&rt->types[i], p->keeps)) p->keeps[i] = changed = true;
    }
    return p->keeps;
}

void partial_keep(Runtime *rt, GcMarker *m) {
    G *g = rt->partial.main;
    if (!rt->hooks->scan_kept || !rt->hooks->watch_code || !g || !(g->flags & GF_MAIN) || g_status(g) == G_DEAD || g_status(g) == G_IDLE) return;
    rt->hooks->scan_kept(rt, g, keeps_of(rt), m);
}

void partial_fini(Runtime *rt) { free(rt->partial.keeps); }

// --- the search -----------------------------------------------------------------------------------------------

// It can run, or something outside the program will wake it.
static bool is_root(const G *g) {
    if (g_status(g) != G_WAITING || (g->flags & GF_SYSTEM)) return true;
    switch ((WaitReason)g->wait_reason) {
    case WAIT_NONE: case WAIT_SLEEP: case WAIT_IO: case WAIT_COUNT:
        return true;
    case WAIT_CHAN_SEND: case WAIT_CHAN_RECV: case WAIT_CHAN_SEND_NIL: case WAIT_CHAN_RECV_NIL: case WAIT_SELECT: case WAIT_SELECT_EMPTY: case WAIT_MUTEX:
    case WAIT_RWMUTEX_R: case WAIT_RWMUTEX_W: case WAIT_WAITGROUP: case WAIT_COND: case WAIT_ONCE: case WAIT_SEMA:
        return false;
    }
    return true;
}

// Package-level variables are one object of the heap, which is marked when the first of them is reached by a pointer, or by the roots: each is asked for by itself.
static bool reached(Runtime *rt, const void *p) {
    size_t offset;
    if (rt->partial.stage == PARTIAL_SEARCH && address_in_globals(rt, p, &offset)) return rt->hooks->global_reached(rt, p);
    return gc_survives(rt->heap, p);
}

// What g waits for has been reached. (Channels mostly say so themselves: wake.)
static bool can_be_woken(Runtime *rt, const G *g) {
    Want w[WANTS];
    uint32_t n = stuck_wants(g, w);
    if (g->wait_reason == WAIT_SELECT && g->select_count > WANTS && (g->flags & GF_SELECT)) { // more cases than are looked at
        for (uint32_t i = 0; i < g->select_count; i++)
            if (reached(rt, g->select_waiters[i].on)) return true;
        return false;
    }
    for (uint32_t i = 0; i < n; i++)
        if (w[i].word && reached(rt, w[i].word)) return true;
    return false;
}

bool partial_is_live(const G *g) { return g->mark == MARK_LIVE; }

static uint8_t found_mark(const Partial *p) { return p->stage == PARTIAL_SEARCH ? MARK_LIVE : MARK_KEPT; }

static void wake(void *ctx, G *g, GcMarker *m) {
    Runtime *rt = ctx;
    uint8_t undecided = MARK_UNDECIDED;
    if (__atomic_load_n(&g->mark, __ATOMIC_RELAXED) != undecided) return;
    if (__atomic_compare_exchange_n(&g->mark, &undecided, found_mark(&rt->partial), false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) gc_scan_g(rt, g, m);
}

// A host's foreground that cannot go on: who waits for what it alone leads to is not lost before it has ended.
static void add_foreground(Partial *p, G **all) {
    G **link = &p->waiting;
    while (*link && *link != p->main) link = &(*link)->all_next;
    if (!p->main || !*link) return;
    *link = p->main->all_next;
    p->main->all_next = NULL;
    p->main->mark = MARK_KEPT;
    p->foreground = true;
    *all = p->main;
}

// Nothing was added any more: on to the next stage.
static void next_stage(Runtime *rt, GcMarker *m, G **all) {
    Partial *p = &rt->partial;
    if (++p->stage == PARTIAL_KEPT) { // what main could still have used
        rt->hooks->watch_code_end(rt);
        rt->hooks->scan_roots(rt, m);
        p->main_holds = p->main && p->main->mark == MARK_LIVE;
        if (p->main_holds && rt->hooks->scan_kept) rt->hooks->scan_kept(rt, p->main, keeps_of(rt), m);
        if (rt->host) add_foreground(p, all);
        return;
    }
    if (p->main && !p->main_holds && rt->hooks->scan_kept) rt->hooks->scan_kept(rt, p->main, keeps_of(rt), m);
    for (G *g = p->waiting; g; g = g->all_next) g->mark = MARK_STUCK;
    finalizer_search_more(rt, m, true);
    *all = p->waiting;
}

static bool more(void *ctx, GcMarker *m, G **all) {
    Runtime *rt = ctx;
    Partial *p = &rt->partial;
    if (p->stage == PARTIAL_FINAL) return false;
    if (p->stage == PARTIAL_SEARCH && finalizer_search_more(rt, m, false)) return true;
    G *live = NULL, *waiting = NULL;
    bool give_up = ++p->rounds > ROUNDS; // a chain of locks that long is taken as live
    for (G *g = p->waiting, *next; g; g = next) {
        next = g->all_next;
        if (g->mark != MARK_UNDECIDED) continue;
        bool runs = give_up || can_be_woken(rt, g);
        G **to = runs ? &live : &waiting;
        if (runs) g->mark = found_mark(p);
        g->all_next = *to;
        *to = g;
    }
    p->waiting = waiting;
    *all = live;
    if (!live) next_stage(rt, m, all);
    return true;
}

// Timers or input may still wake somebody.
static bool is_awaited(const Runtime *rt) {
    return __atomic_load_n(&rt->timer_next, __ATOMIC_RELAXED) != INT64_MAX || __atomic_load_n(&rt->npending_io, __ATOMIC_RELAXED);
}

bool partial_prepare(Runtime *rt, G *all, GcSource *s) {
    Partial *p = &rt->partial;
    p->searching = false;
    if (!rt->hooks->watch_code || !rt->hooks->scan_roots) return false;
    // A search finds nothing for finalizers.
    if (!__atomic_load_n(&p->force, __ATOMIC_RELAXED) && (clock_now(rt) < p->next || rt->finalizers.n)) return false;
    G *live = NULL, *waiting = NULL;
    p->main = NULL; // it may have ended by Goexit
    for (G *g = all, *next; g; g = next) {
        next = g->all_next;
        if (g->flags & GF_MAIN) p->main = g;
        bool root = is_root(g);
        G **to = root ? &live : &waiting;
        g->mark = root ? MARK_LIVE : MARK_UNDECIDED;
        g->all_next = *to;
        *to = g;
    }
    p->idle = !live && !is_awaited(rt);
    p->foreground = false;
    p->began = platform_now();
    p->switches = partial_switches(rt);
    p->searching = true;
    p->ending = __atomic_load_n(&p->at_end, __ATOMIC_ACQUIRE); // asked for before the world was stopped
    __atomic_store_n(&p->force, false, __ATOMIC_RELAXED);
    p->stage = PARTIAL_SEARCH;
    p->rounds = 0;
    p->waiting = waiting;
    s->all = live;
    s->more = more;
    s->wake = wake;
    rt->hooks->watch_code(rt, s);
    return true;
}

// --- when -----------------------------------------------------------------------------------------------------

uint64_t partial_switches(const Runtime *rt) {
    uint64_t n = 0;
    for (int i = 0; i < rt->nworkers; i++) n += __atomic_load_n(&rt->workers[i].switches, __ATOMIC_RELAXED);
    return n;
}

// With fewer goroutines nobody can be stuck but for everybody. In a host the one that is left may be.
static bool are_few(const Runtime *rt) { return gstack_live(rt) < (rt->host ? 1 : 2); }

bool partial_wanted(Runtime *rt, int64_t now, bool idle) {
    const Partial *p = &rt->partial;
    int64_t next = idle ? p->next_idle : p->next;
    if (now < (p->recheck < next ? p->recheck : next)) return false;
    if (!rt->hooks->watch_code || are_few(rt)) return false;
    if (!idle && now < p->last + BUSY) return false;
    // With all others idle and nothing awaited it is a deadlock of everybody, if it is one: sched.c tells.
    if (idle && (__atomic_load_n(&rt->nidle, __ATOMIC_RELAXED) + 1 < (uint32_t)rt->nworkers || !(rt->host || is_awaited(rt)))) return false;
    return now >= p->recheck || partial_switches(rt) != p->switches;
}

void partial_start(Runtime *rt) {
    Partial *p = &rt->partial;
    p->last = clock_now(rt);
    p->next = p->next_idle = p->last + LEAST;
    p->recheck = INT64_MAX;
}

int64_t partial_due(const Runtime *rt) {
    const Partial *p = &rt->partial;
    if (rt->nidle < (uint32_t)rt->nworkers || !(rt->host || is_awaited(rt))) return INT64_MAX;
    if (p->recheck != INT64_MAX) return p->recheck > p->next_idle ? p->recheck : p->next_idle;
    return rt->hooks->watch_code && !are_few(rt) && partial_switches(rt) != p->switches ? p->next_idle : INT64_MAX;
}

static int64_t at_least(int64_t ns) { return ns > LEAST ? ns : LEAST; }

static void plan(Runtime *rt, int64_t now) {
    Partial *p = &rt->partial;
    int64_t took = platform_now() - p->began, idle = took * IDLE_COST < IDLE_MOST ? took * IDLE_COST : IDLE_MOST;
    p->last = now;
    p->next = now + at_least(rt->virtual_clock ? (int64_t)gstack_live(rt) * 1000 : took * COST);
    p->next_idle = rt->virtual_clock ? p->next : now + at_least(idle);
    if (p->recheck < p->next_idle && p->recheck != INT64_MAX) p->recheck = p->next_idle;
}

// --- telling --------------------------------------------------------------------------------------------------

static bool is_stuck(const G *g) {
    return (g->mark == MARK_STUCK || g->mark == MARK_KEPT) && g_status(g) == G_WAITING && g->wait_reason != WAIT_SELECT_EMPTY;
}
static bool is_untold(const G *g) { return is_stuck(g) && !told(g) && g->stuck_since; }
enum { CHOSEN = 1 << 7 };
static bool is_chosen(const G *g) { return g->mark & CHOSEN; }
static bool is_asleep(const G *g) { return (is_stuck(g) && !told(g)) || ((g->flags & GF_MAIN) && g->mark != MARK_LIVE); }

// Following the holders of locks from g, one comes back to where one was.
static bool by_locks(const Stuck *s, const G *g) {
    const G *slow = g;
    for (uint32_t i = 0; i < CHAIN; i++) {
        uint64_t id = stuck_holder(s->rt, g, NULL);
        if (!id || !stuck_is(s, id)) return false;
        g = stuck_live(s, id);
        if (g == slow) return true;
        if (i % 2) slow = stuck_live(s, stuck_holder(s->rt, slow, NULL));
    }
    return true;
}

static void tell(Runtime *rt, FindingKind kind, const char *head) {
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), is_chosen);
    Finding *f = s.n == 1 ? finding_new(kind, "%s: a goroutine can never run again", head)
                          : finding_new(kind, "%s: %u goroutines can never run again", head, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        s.g[i]->mark = MARK_STUCK;
        s.g[i]->stuck_since = TOLD;
    }
    stuck_tell(&s, f);
    stuck_fini(&s);
    finding_report_take(rt, f);
}

// Main waits for ever on purpose, as with `select {}`: for what it has made itself and has shown to nobody.
static bool waits_on_purpose(Runtime *rt, const G *g) {
    Want w[WANTS];
    if (!g || g->wait_reason != WAIT_CHAN_RECV || stuck_wants(g, w) != 1) return false;
    Named n;
    name_object(rt, w->chan, &n);
    bool alone = n.alone;
    named_fini(&n);
    return alone;
}

void partial_judge(Runtime *rt) {
    Partial *p = &rt->partial;
    if (!p->searching) return;
    p->searching = false;
    int64_t now = clock_now(rt), recheck = INT64_MAX;
    uint64_t untold = 0, chosen = 0;
    if (p->main && p->main->mark != MARK_LIVE && !rt->host && waits_on_purpose(rt, p->main)) p->main->mark = MARK_LIVE;
    G *all = gstack_all(rt);
    for (G *g = all; g; g = g->all_next) {
        if (!is_stuck(g) || told(g) || (rt->host && g->mark == MARK_KEPT) || (rt->hooks->is_own && !rt->hooks->is_own(rt, g))) continue;
        if (!g->stuck_since) g->stuck_since = now;
        untold++;
    }
    if (untold) {
        Stuck s;
        stuck_init(&s, rt, all, is_stuck);
        for (G *g = all; g; g = g->all_next) {
            if (!is_untold(g)) continue;
            if (g->mark == MARK_STUCK || by_locks(&s, g) || now - g->stuck_since >= grace(rt)) {
                g->mark |= CHOSEN;
                chosen++;
            } else if (g->stuck_since + grace(rt) < recheck) recheck = g->stuck_since + grace(rt);
        }
        stuck_fini(&s);
    }
    if (chosen) tell(rt, FINDING_PARTIAL_DEADLOCK, "partial deadlock");
    p->recheck = recheck;
    plan(rt, now);
    if (!p->ending) return;
    p->ending = false;
    __atomic_store_n(&p->at_end, false, __ATOMIC_RELAXED);
    if (p->leaks) leak_report(rt, is_untold);
}

bool partial_foreground(Worker *w) {
    Runtime *rt = w->rt;
    Partial *p = &rt->partial;
    partial_force(rt);
    gc_collect_stopped(w);
    if (!p->foreground) return false;
    p->foreground = false;
    Finding *f = finding_new(FINDING_DEADLOCK, p->idle ? "fatal error: all goroutines are asleep - deadlock!" : "deadlock: this statement can never finish");
    Stuck s;
    stuck_init(&s, rt, gstack_all(rt), is_asleep);
    stuck_tell(&s, f);
    stuck_fini(&s);
    finding_report_take(rt, f);
    return true;
}

void partial_before_cut(Worker *w) {
    Runtime *rt = w->rt;
    if (rt->host || !rt->hooks->watch_code || gstack_live(rt) < 2) return;
    rt->partial.force = true;
    gc_collect(w, 0);
}

void partial_at_end(Worker *w, bool leaks) {
    Runtime *rt = w->rt;
    Partial *p = &rt->partial;
    if (rt->host || !rt->hooks->watch_code || gstack_live(rt) < 2) return;
    p->leaks = leaks && rt->options.leaks != LEAKS_OFF;
    __atomic_store_n(&p->at_end, true, __ATOMIC_RELEASE);
    while (__atomic_load_n(&p->at_end, __ATOMIC_ACQUIRE) && __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED) < 0) {
        partial_force(rt);
        if (!gc_collect(w, 0)) return;
    }
}
