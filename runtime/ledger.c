// ledger.c — the records behind ledger.h: two tables (what is found by its address; channels, which know their record), and what each hook writes.
//
// The usual case touches no shared memory but the object's own: a worker remembers the records it met last by address (Worker.ledger_cache), and
// who holds a lock may write the lock's record without another lock. The table behind is cut into shards.
#include "runtime/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/gc_mark.h"
#include "runtime/lockorder.h"
#include "runtime/misuse.h"
#include "runtime/order.h"
#include "runtime/readers.h"

enum { SHARDS = 64, ENDED = 1024, FIRST_BUCKETS = 64 };

typedef struct Shard {
    _Alignas(64) Lock lock;
    uint32_t n, cap; // cap: a power of two
    LedgerRec **buckets;
    LedgerRec *free;
} Shard;

struct Ledger {
    Shard shard[SHARDS];
    Lock chan_lock;
    ChanRec *chans, *free_chans; // memory of records is kept: tokens point to it
    uint64_t serial; // atomic
    FreeShared free_watches;
    Ended *ended;    // per worker a ring of ENDED
    uint64_t *nended;
    Act copied_done; // words written by anybody (atomic)
};

// --- small things ---------------------------------------------------------------------------------------------

Pos ledger_pos(Runtime *rt, const G *g) {
    bool fixed;
    return rt->hooks->pos ? rt->hooks->pos(rt, g, &fixed) : 0;
}

// The same, remembered by instruction.
static Pos pos_of(Worker *w, const G *g) {
    PlaceCached *c = &w->place_cache[(uintptr_t)g->pc / sizeof(Word) % LEDGER_CACHE];
    if (LIKELY(c->pc == g->pc)) return c->pos;
    bool fixed = false;
    Pos pos = w->rt->hooks->pos ? w->rt->hooks->pos(w->rt, g, &fixed) : 0;
    if (fixed) *c = (PlaceCached){g->pc, pos};
    return pos;
}

static inline void act_at(Act *a, const G *g, Pos pos) {
    __atomic_store_n(&a->start, g ? g->start : NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&a->pos, pos, __ATOMIC_RELAXED);
    __atomic_store_n(&a->g, g ? g->id : 0, __ATOMIC_RELAXED);
}
static inline void act_set(Worker *w, Act *a, const G *g) { act_at(a, g, g ? pos_of(w, g) : 0); }
static void act_clear(Act *a) { __atomic_store_n(&a->g, 0, __ATOMIC_RELAXED); }
static uint64_t act_g(const Act *a) { return __atomic_load_n(&a->g, __ATOMIC_RELAXED); }

static GWatch *watch_of(Worker *w, G *g) {
    if (LIKELY(g->watch)) return g->watch;
    GWatch *x = freelist_take(&w->free_watch);
    if (UNLIKELY(!x)) x = xcalloc(1, sizeof *x);
    x->order = NULL;
    x->note = NULL;
    return g->watch = x;
}

static uint64_t *order_floor(Worker *w) { return &w->rt->order_floor; }

GWatch *ledger_watch(Worker *w, G *g) { return watch_of(w, g); }

// --- orders ---------------------------------------------------------------------------------------------------

static void acquire(Worker *w, G *g, const Order *from) {
    if (LIKELY(!from) || !g) return;
    GWatch *x = watch_of(w, g);
    x->order = order_join(x->order, from, order_floor(w));
}
static void release(Worker *w, const G *g, Order **to) {
    if (LIKELY(!g || !g->watch || !g->watch->order)) return;
    *to = order_join(*to, g->watch->order, order_floor(w));
}

// --- records by address ---------------------------------------------------------------------------------------

static uint64_t hash(const Word *addr) { return ((uintptr_t)addr >> 3) * 0x9E3779B97F4A7C15u; }
static Shard *shard_of(Ledger *l, const Word *addr) { return &l->shard[hash(addr) >> 58]; }
_Static_assert(SHARDS == 64, "shard_of takes 6 bits");

static void grow_locked(Shard *s) {
    uint32_t cap = s->cap ? s->cap * 2 : FIRST_BUCKETS;
    LedgerRec **b = xcalloc(cap, sizeof(LedgerRec *));
    for (uint32_t i = 0; i < s->cap; i++)
        for (LedgerRec *r = s->buckets[i], *next; r; r = next) {
            next = r->next;
            LedgerRec **to = &b[hash(r->addr) & (cap - 1)];
            r->next = *to;
            *to = r;
        }
    free(s->buckets);
    s->buckets = b;
    s->cap = cap;
}

static LedgerRec *find_locked(const Shard *s, const Word *addr) {
    for (LedgerRec *r = s->cap ? s->buckets[hash(addr) & (s->cap - 1)] : NULL; r; r = r->next)
        if (r->addr == addr) return r;
    return NULL;
}

static LedgerRec *rec_slow(Worker *w, const Word *addr, LedgerKind kind) {
    Ledger *l = w->rt->ledger;
    Shard *s = shard_of(l, addr);
    lock_take(&s->lock);
    LedgerRec *r = find_locked(s, addr);
    if (!r) {
        if (s->n >= s->cap) grow_locked(s);
        r = s->free;
        if (r) s->free = r->next;
        else r = xmalloc(sizeof *r);
        *r = (LedgerRec){.addr = addr, .kind = kind, .serial = __atomic_add_fetch(&l->serial, 1, __ATOMIC_RELAXED)};
        lock_init(&r->lock, RANK_RECORD);
        LedgerRec **to = &s->buckets[hash(addr) & (s->cap - 1)];
        r->next = *to;
        *to = r;
        s->n++;
    }
    lock_drop(&s->lock);
    return r;
}

// NULL: the address is known as something else (a damaged program).
static inline LedgerRec *rec_of(Worker *w, const Word *addr, LedgerKind kind) {
    LedgerCached *c = &w->ledger_cache[hash(addr) >> 58];
    LedgerRec *r = c->rec;
    if (UNLIKELY(c->addr != addr)) {
        r = rec_slow(w, addr, kind);
        *c = (LedgerCached){addr, r};
    }
    return LIKELY(r->kind == kind) ? r : NULL;
}

LedgerRec *ledger_find(Runtime *rt, const Word *addr) {
    if (!rt->ledger) return NULL;
    Shard *s = shard_of(rt->ledger, addr);
    lock_take(&s->lock);
    LedgerRec *r = find_locked(s, addr);
    lock_drop(&s->lock);
    return r;
}

uint32_t ledger_locked_by(Runtime *rt, uint64_t g, const Word *but, const Word **out, uint32_t max) {
    uint32_t n = 0;
    for (uint32_t k = 0; rt->ledger && k < SHARDS; k++) {
        Shard *s = &rt->ledger->shard[k];
        lock_take(&s->lock);
        for (uint32_t i = 0; i < s->cap; i++)
            for (const LedgerRec *r = s->buckets[i]; r && n < max; r = r->next)
                if (r->kind == LEDGER_LOCK && r->addr && r->addr != but && (act_g(&r->holder) == g || act_g(&r->released) == g)) out[n++] = r->addr;
        lock_drop(&s->lock);
    }
    return n;
}

// --- locks ----------------------------------------------------------------------------------------------------

bool held_valid(const G *g, const Held *h) {
    const LedgerRec *r = h->rec;
    if (r->serial != h->serial || !__atomic_load_n(&r->addr, __ATOMIC_RELAXED)) return false;
    if (h->reading) return readers_has(r, g->id);
    return act_g(&r->holder) == g->id && __atomic_load_n(&r->taken, __ATOMIC_RELAXED) == h->taken;
}

bool ledger_holds(const G *g, const LedgerRec *rec, Held *out) {
    const GWatch *x = g->watch;
    for (uint32_t i = x ? x->nheld : 0; i-- > 0;) {
        if (x->held[i].rec != rec || !held_valid(g, &x->held[i])) continue;
        if (out) *out = x->held[i];
        return true;
    }
    return false;
}

static void drop_held(GWatch *x, uint32_t i) {
    order_drop(x->held[i].order);
    x->nheld--;
    for (; i < x->nheld; i++) x->held[i] = x->held[i + 1];
}

static void push_held(GWatch *x, Held h) {
    if (UNLIKELY(x->nheld == x->cap)) x->held = xrealloc(x->held, (x->cap = x->cap ? x->cap * 2 : 4) * sizeof(Held));
    x->held[x->nheld++] = h;
}

// Reading twice and writing, by different goroutines in no order: told with whichever comes last. Of each kind one is kept; a later
// one takes its place when it is ordered behind it.
static bool ordered(Worker *w, const Act *a, uint64_t n, const Order *o) {
    return a->g < __atomic_load_n(order_floor(w), __ATOMIC_RELAXED) || order_covers(o, a->g, n);
}

static bool keep_act(Worker *w, G *g, Pos pos, Act *a, uint64_t *n, Order **order) {
    GWatch *x = watch_of(w, g);
    if (a->g && (a->g == g->id || !ordered(w, a, *n, x->order))) return false;
    act_at(a, g, pos);
    order_drop(*order);
    *order = order_share(x->order);
    x->order = order_count(x->order, g->id, n, order_floor(w));
    return true;
}

static void tell_again(Worker *w, LedgerRec *r) {
    if (!r->again.g || !r->writer.g || r->again.g == r->writer.g) return;
    if (ordered(w, &r->again, r->again_n, r->writer_order) || ordered(w, &r->writer, r->writer_n, r->again_order)) return;
    misuse_read_again(w, r);
}

static void note_again(Worker *w, G *g, LedgerRec *r, Pos pos) {
    Held first;
    if (!ledger_holds(g, r, &first) || !first.reading) return;
    lock_take(&r->lock);
    if (keep_act(w, g, pos, &r->again, &r->again_n, &r->again_order)) tell_again(w, r);
    lock_drop(&r->lock);
}

static void note_writer(Worker *w, G *g, LedgerRec *r, Pos pos) {
    lock_take(&r->lock);
    if (keep_act(w, g, pos, &r->writer, &r->writer_n, &r->writer_order)) tell_again(w, r);
    lock_drop(&r->lock);
}

void ledger_lock(Worker *w, G *g, const Word *m, bool reading) {
    bool tried = w->tried;
    w->tried = false;
    LedgerRec *r = rec_of(w, m, LEDGER_LOCK);
    if (UNLIKELY(!r)) return;
    Pos pos = pos_of(w, g);
    uint32_t taken = 0;
    if (reading) {
        if (UNLIKELY(g->watch && g->watch->nheld && !tried)) note_again(w, g, r, pos);
        readers_add(w, r, g, pos);
    } else {
        taken = r->taken + 1;
        __atomic_store_n(&r->taken, taken, __ATOMIC_RELAXED);
        act_at(&r->holder, g, pos);
    }
    GWatch *x = watch_of(w, g);
    for (uint32_t i = x->nheld; i-- > 0;)
        if (!held_valid(g, &x->held[i])) drop_held(x, i);
    Held h = {.rec = r, .serial = r->serial, .taken = taken, .reading = reading, .tried = tried, .pos = pos, .order = order_share(x->order)};
    if (!reading && UNLIKELY(__atomic_load_n(&r->readers, __ATOMIC_RELAXED) != NULL)) note_writer(w, g, r, pos);
    if (x->nheld && !tried) lockorder_taken(w, g, &h);
    push_held(x, h);
}

void ledger_unlock(Worker *w, G *g, const Word *m, bool reading) {
    LedgerRec *r = rec_of(w, m, LEDGER_LOCK);
    if (UNLIKELY(!r)) return;
    if (reading) readers_drop(w, r, g->id);
    else {
        if (!act_g(&r->holder)) { // an error, or a copy: let the last unlock stand
            if (GUEST_LOAD(Word, m) & 1) misuse_copied_lock(w, g, r);
            return;
        }
        act_set(w, &r->released, g);
        act_clear(&r->holder);
    }
    GWatch *x = g->watch;
    for (uint32_t i = x ? x->nheld : 0; i-- > 0;)
        if (x->held[i].rec == r && x->held[i].reading == reading) {
            drop_held(x, i);
            return;
        }
}

// --- wait groups ----------------------------------------------------------------------------------------------

// The goroutine that was woken last from its Wait has not run since.
static bool still_waking(const LedgerRec *r) {
    const G *g = r->woken_g;
    return g->id == r->woken.g && g_status(g) == G_RUNNABLE && g->pc == r->woken_pc;
}

void ledger_wait_add(Worker *w, G *g, const Word *wg, int64_t d) {
    LedgerRec *r = rec_of(w, wg, LEDGER_WAITGROUP);
    if (UNLIKELY(!r)) return;
    lock_take(&r->lock);
    if (d > 0 && r->added == r->done && !r->waited) {
        r->added = r->done = 0;
        r->without.times = 0;
    }
    if (d > 0) {
        if (UNLIKELY(r->woken_g && r->added == r->done) && still_waking(r)) misuse_reused_wait_group(w, g, r);
        r->woken_g = NULL;
        r->added += d;
        act_set(w, &r->add, g);
        w->last_wait_group = r;
        w->last_wait_serial = r->serial;
    } else {
        if (UNLIKELY(r->added - r->done + d < 0) && (int32_t)(GUEST_LOAD(Word, wg) >> 32) + d >= 0) {
            act_set(w, &w->rt->ledger->copied_done, g);
            misuse_copied_wait_group(w, g, r);
        }
        r->done -= d;
        act_set(w, &r->finish, g);
        release(w, g, &r->order);
        if (g->handed == r) g->handed = NULL;
    }
    lock_drop(&r->lock);
}

void ledger_wait_begin(Worker *w, G *g, const Word *wg) {
    LedgerRec *r = rec_of(w, wg, LEDGER_WAITGROUP);
    if (UNLIKELY(!r)) return;
    lock_take(&r->lock);
    r->waited++;
    act_set(w, &r->wait, g);
    lock_drop(&r->lock);
}

void ledger_wait_done(Worker *w, G *g, const Word *wg) {
    LedgerRec *r = rec_of(w, wg, LEDGER_WAITGROUP);
    if (UNLIKELY(!r)) return;
    lock_take(&r->lock);
    if (g != w->current) { // it was parked, and has yet to run
        r->woken_g = g;
        r->woken_pc = g->pc;
        act_set(w, &r->woken, g);
    }
    if (r->waited) r->waited--;
    acquire(w, g, r->order);
    lock_drop(&r->lock);
}

Act ledger_copied_done(Runtime *rt) {
    return rt->ledger ? rt->ledger->copied_done : (Act){0};
}

// --- conditions -----------------------------------------------------------------------------------------------

void ledger_notify(Worker *w, G *g, const Word *list, bool met_nobody) {
    LedgerRec *r = rec_of(w, list, LEDGER_COND);
    if (UNLIKELY(!r) || !g) return;
    lock_take(&r->lock);
    act_set(w, &r->signal, g);
    r->in_vain = met_nobody ? r->in_vain + 1 : 0;
    release(w, g, &r->order);
    lock_drop(&r->lock);
}

void ledger_notified(Worker *w, G *g, const Word *list) {
    LedgerRec *r = rec_of(w, list, LEDGER_COND);
    if (UNLIKELY(!r)) return;
    lock_take(&r->lock);
    acquire(w, g, r->order);
    lock_drop(&r->lock);
}

// --- channels -------------------------------------------------------------------------------------------------

ChanRec *ledger_chan_rec(const Chan *c) { return c ? c->rec : NULL; }

static ChanRec *chan_rec(Worker *w, Chan *c) {
    if (LIKELY(c->rec)) return c->rec;
    Ledger *l = w->rt->ledger;
    lock_take(&l->chan_lock);
    ChanRec *r = l->free_chans;
    if (r) l->free_chans = r->next;
    lock_drop(&l->chan_lock);
    if (!r) r = xcalloc(1, sizeof *r);
    r->chan = c;
    r->cap = c->cap;
    __atomic_store_n(&r->serial, __atomic_add_fetch(&l->serial, 1, __ATOMIC_RELAXED), __ATOMIC_RELAXED); // a token of another goroutine may look
    c->rec = r;
    lock_take(&l->chan_lock);
    r->next = l->chans;
    l->chans = r;
    lock_drop(&l->chan_lock);
    return r;
}

static void note_party(Worker *w, ChanSide *s, const G *g) {
    s->last.times++;
    if (LIKELY(s->last.g == g->id)) {
        if (LIKELY(s->pc == g->pc)) return;
        s->pc = g->pc;
        s->last.pos = pos_of(w, g);
        return;
    }
    s->pc = g->pc;
    if (!s->parties) s->parties = xcalloc(PARTIES, sizeof(Act));
    for (uint32_t i = 0; i < s->nparties && i < PARTIES; i++)
        if (s->parties[i].g == s->last.g) s->parties[i].pos = s->last.pos;
    act_set(w, &s->last, g);
    for (uint32_t i = 0; i < s->nparties && i < PARTIES; i++)
        if (s->parties[i].g == g->id) return;
    if (s->nparties < PARTIES) s->parties[s->nparties] = (Act){g->id, g->start, s->last.pos, 1};
    if (s->nparties <= PARTIES) s->nparties++;
}

// g has sent (d 1) or received (d -1) on a channel with room for more than one. (With room for one the order says it all.)
static void count_token(Worker *w, G *g, ChanRec *r, int d) {
    GWatch *x = watch_of(w, g);
    if (UNLIKELY(!x->tokens)) x->tokens = xcalloc(TOKENS, sizeof(Token));
    Token *t = x->tokens, *end = t + TOKENS;
    while (t < end && (t->rec != r || t->serial != r->serial)) t++;
    if (UNLIKELY(t == end)) { // the oldest makes room
        memmove(x->tokens, x->tokens + 1, (TOKENS - 1) * sizeof(Token));
        *--t = (Token){r, r->serial, 0};
    }
    if (d > 0 ? t->n >= 0 : t->n <= 0) {
        uint64_t *n = &r->unmatched[d > 0];
        __atomic_store_n(n, *n + 1, __ATOMIC_RELAXED);
    }
    t->n += d;
}

void ledger_send(Worker *w, G *g, Chan *c) {
    ChanRec *r = chan_rec(w, c);
    r->handing = g;
    if (!g) return;
    if (c->cap > 1) count_token(w, g, r, 1);
    note_party(w, &r->side[1], g);
    release(w, g, &r->sent);
    if (c->cap == 1) acquire(w, g, r->received); // the k-th receive is before the send that follows it: a lock made of a channel
}

void ledger_recv(Worker *w, G *g, Chan *c) {
    ChanRec *r = chan_rec(w, c);
    note_party(w, &r->side[0], g);
    if (c->cap > 1) count_token(w, g, r, -1);
    if (c->cap == 0) { // each is ordered after the other
        G *from = r->handing;
        const Order *before = g->watch ? g->watch->order : NULL;
        if (before && from) acquire(w, from, before);
    } else release(w, g, &r->received);
    acquire(w, g, r->sent);
    r->handing = NULL;
}

void ledger_recv_closed(Worker *w, G *g, Chan *c) { acquire(w, g, chan_rec(w, c)->sent); }

void ledger_close(Worker *w, G *g, Chan *c) {
    ChanRec *r = chan_rec(w, c);
    act_set(w, &r->closer, g);
    release(w, g, &r->sent);
}

// --- goroutines -----------------------------------------------------------------------------------------------

void ledger_go(Worker *w, G *child) {
    const G *parent = w->current;
    if (parent && parent->watch && parent->watch->order) acquire(w, child, parent->watch->order);
    LedgerRec *r = w->last_wait_group;
    if (!r || w->last_wait_serial != r->serial || act_g(&r->add) != (parent ? parent->id : 0)) return;
    const Word *wg = r->addr;
    if (!wg || !w->rt->hooks->started_with || !w->rt->hooks->started_with(w->rt, child, wg)) return;
    child->handed = r;
}

void ledger_end(Worker *w, G *g) {
    Ledger *l = w->rt->ledger;
    Pos pos = w->rt->hooks->ended_at ? w->rt->hooks->ended_at(w->rt, g) : 0;
    uint64_t i = l->nended[w->index]++ % ENDED;
    l->ended[(uint64_t)w->index * ENDED + i] = (Ended){g->id, pos};
    LedgerRec *r = g->handed;
    if (r) {
        lock_take(&r->lock);
        uint32_t n = r->without.times;
        if (n == 0) act_at(&r->without, g, pos);
        r->without.times = n + 1;
        lock_drop(&r->lock);
        g->handed = NULL;
    }
    ledger_drop_watch(w, g);
}

void ledger_drop_watch(Worker *w, G *g) {
    GWatch *x = g->watch;
    if (!x) return;
    misuse_forget(x);
    while (x->nheld) drop_held(x, x->nheld - 1);
    if (x->tokens) memset(x->tokens, 0, TOKENS * sizeof(Token));
    order_drop(x->order);
    g->watch = NULL;
    freelist_give(&w->free_watch, x);
}

bool ledger_ended(Runtime *rt, uint64_t g, Pos *pos) {
    const Ledger *l = rt->ledger;
    *pos = 0;
    for (uint64_t i = 0; l && i < (uint64_t)rt->nworkers * ENDED; i++)
        if (l->ended[i].g == g) {
            *pos = l->ended[i].pos;
            return true;
        }
    return false;
}

// --- life -----------------------------------------------------------------------------------------------------

void ledger_init(Runtime *rt) {
    Ledger *l = rt->ledger = aligned_alloc(64, (sizeof *l + 63) / 64 * 64);
    if (!l) (void)xmalloc(SIZE_MAX / 2);
    memset(l, 0, sizeof *l);
    lock_init(&l->chan_lock, RANK_LEDGER);
    for (uint32_t i = 0; i < SHARDS; i++) lock_init(&l->shard[i].lock, RANK_LEDGER);
    lock_init(&rt->order_lock, RANK_ORDER);
    l->ended = xcalloc((size_t)rt->nworkers * ENDED, sizeof(Ended));
    l->nended = xcalloc((size_t)rt->nworkers, sizeof *l->nended);
    lock_init(&l->free_watches.lock, RANK_POOL);
    for (int i = 0; i < rt->nworkers; i++) {
        rt->workers[i].ledger = true;
        if (!rt->single) rt->workers[i].free_watch.shared = &l->free_watches;
    }
}

static void clear_rec(Runtime *rt, LedgerRec *r) {
    if (r->kind == LEDGER_LOCK) {
        readers_free(r);
        lockorder_forget(rt, r);
        order_drop(r->again_order);
        order_drop(r->writer_order);
    }
    order_drop(r->order);
    r->order = NULL;
}

static void clear_chan_rec(ChanRec *r) {
    for (int i = 0; i < 2; i++) free(r->side[i].parties);
    order_drop(r->sent);
    order_drop(r->received);
    memset(r, 0, sizeof *r);
}

void ledger_purge(Runtime *rt) {
    Ledger *l = rt->ledger;
    if (!l) return;
    bool gone = false; // a wait group
    for (ChanRec **at = &l->chans; *at;) {
        ChanRec *r = *at;
        if (gc_survives(rt->heap, r->chan)) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        clear_chan_rec(r);
        r->next = l->free_chans;
        l->free_chans = r;
    }
    for (uint32_t k = 0; k < SHARDS; k++) {
        Shard *s = &l->shard[k];
        for (uint32_t i = 0; i < s->cap; i++)
            for (LedgerRec **at = &s->buckets[i]; *at;) {
                LedgerRec *r = *at;
                if (gc_survives(rt->heap, r->addr)) {
                    at = &r->next;
                    continue;
                }
                *at = r->next;
                gone |= r->kind == LEDGER_WAITGROUP;
                clear_rec(rt, r);
                r->addr = NULL;
                r->serial = 0;
                r->next = s->free;
                s->free = r;
                s->n--;
            }
    }
    for (G *g = gone ? gstack_all(rt) : NULL; g; g = g->all_next)
        if (g->handed && !g->handed->addr) g->handed = NULL;
    for (int i = 0; i < rt->nworkers; i++) memset(rt->workers[i].ledger_cache, 0, sizeof rt->workers[i].ledger_cache);
}

void ledger_each(Runtime *rt, void (*fn)(void *ctx, const LedgerRec *r), void *ctx) {
    for (uint32_t k = 0; rt->ledger && k < SHARDS; k++) {
        const Shard *s = &rt->ledger->shard[k];
        for (uint32_t i = 0; i < s->cap; i++)
            for (const LedgerRec *r = s->buckets[i]; r; r = r->next) fn(ctx, r);
    }
}

void ledger_fini(Runtime *rt) {
    Ledger *l = rt->ledger;
    if (!l) return;
    for (G *g = gstack_all(rt); g; g = g->all_next)
        ledger_drop_watch(&rt->workers[0], g);
    for (ChanRec *r = l->chans, *next; r; r = next) {
        next = r->next;
        clear_chan_rec(r);
        free(r);
    }
    for (ChanRec *r = l->free_chans, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    for (uint32_t k = 0; k < SHARDS; k++) {
        Shard *s = &l->shard[k];
        for (uint32_t i = 0; i < s->cap; i++)
            for (LedgerRec *r = s->buckets[i], *next; r; r = next) {
                next = r->next;
                clear_rec(rt, r);
                free(r);
            }
        for (LedgerRec *r = s->free, *next; r; r = next) {
            next = r->next;
            free(r);
        }
        free(s->buckets);
    }
    for (int i = 0; i < rt->nworkers; i++)
        for (GWatch *x; (x = freelist_take(&rt->workers[i].free_watch));) {
            free(x->held);
            free(x->tokens);
            free(x);
        }
    free(l->ended);
    free(l->nended);
    free(l);
}
