// race_sync.c — happens-before edges: goroutines' clocks, and the clocks of addresses that synchronise.
//
// What a goroutine knows is {clock, extra, its own who}: `extra` is the latest thing it learned, kept beside the shared tree because most goroutines
// learn from one other at a time (a child from its parent, two that talk to each other), and need then no tree of their own at all.
//
// The invariant that makes acquiring cheap: an epoch ends with each release. So who knows epoch e of a slot knows all that its goroutine knew when it
// published e, and an acquire of what it published is over with one look. (A goroutine that takes over a slot has to know every epoch that was published under
// it: see take_slot.) Merged clocks have no such owner and are joined in full.
//
// A goroutine has no slot until it needs one: for its first record, or to publish what it has learned from several others. Until then it stands in nobody's
// clock. As late as that it mostly knows a slot whose owner has ended: of a million goroutines that take one lock after the other, each
// goes on with the slot of the one before it.
#include "runtime/race_state.h"

#include <stdlib.h>

enum { OUTSIDE_BUCKETS = 1024, SLOT_BATCH = 16, DEAD_NEWEST = 2, DEAD_OLDEST = 2 };

static uint32_t known(const RaceG *rg, uint32_t slot) {
    uint32_t e = clock_get(rg->clock, slot);
    return who_slot(rg->extra) == slot && who_epoch(rg->extra) > e ? who_epoch(rg->extra) : e;
}
bool race_knows(const RaceG *rg, RaceWho who) {
    if (rg->extra >> 32 == who >> 32 && who_epoch(rg->extra) >= who_epoch(who)) return true;
    return clock_get(rg->clock, who_slot(who)) >= who_epoch(who);
}

static RaceWho *who_place(G *g, RaceG *rg) { return rg->ignores ? &rg->held : &g->race; }

// ---- learning

static void learn(RaceWorker *rw, RaceG *rg, RaceWho what) {
    if (!what || race_knows(rg, what)) return;
    if (rg->extra && who_slot(rg->extra) != who_slot(what))
        rg->clock = clock_raise_take(&rw->clocks, rg->clock, who_slot(rg->extra), who_epoch(rg->extra));
    rg->extra = what;
}

static void learn_clock(RaceWorker *rw, RaceG *rg, Clock *c) { rg->clock = clock_join_take(&rw->clocks, rg->clock, c); }

// ---- slots

// A slot of a goroutine that has ended may be taken by one that knows from its start all that was published under it and where it accessed anything last:
// then knowing the new owner's epochs implies knowing the old one's, and clocks stay as small as the number of goroutines that live at the same time.
static RaceWho take_slot(RaceWorker *rw, const RaceG *rg) {
    RaceState *rs = rw->rs;
    const uint32_t ring = rw->dead_cap - 1;
    // The newest are those whose owners it has probably just heard of; the oldest are known to most.
    for (uint32_t i = 0; i < DEAD_NEWEST && i < rw->ndead; i++) {
        RaceDead *d = &rw->dead[(rw->dead_first + rw->ndead - 1 - i) & ring], found = *d;
        if (known(rg, found.slot) < found.epoch) continue;
        *d = rw->dead[(rw->dead_first + --rw->ndead) & ring];
        return (RaceWho)found.slot << 32 | (found.epoch + 2);
    }
    for (uint32_t i = 0; i < DEAD_OLDEST && i < rw->ndead; i++) {
        RaceDead d = rw->dead[rw->dead_first];
        rw->dead_first = (rw->dead_first + 1) & ring;
        if (known(rg, d.slot) >= d.epoch) {
            rw->ndead--;
            return (RaceWho)d.slot << 32 | (d.epoch + 2);
        }
        rw->dead[(rw->dead_first + rw->ndead - 1) & ring] = d; // to the end
    }
    if (__atomic_load_n(&rs->ndead, __ATOMIC_RELAXED)) {
        race_lock(rs, &rs->lock);
        RaceWho who = 0;
        if (rs->ndead) {
            RaceDead d = rs->dead[rs->ndead - 1];
            __atomic_store_n(&rs->ndead, rs->ndead - 1, __ATOMIC_RELAXED);
            who = (RaceWho)d.slot << 32 | (d.epoch + 2);
        }
        race_unlock(rs, &rs->lock);
        if (who) return who;
    }
    if (rw->next_slot == rw->end_slot) {
        rw->next_slot = __atomic_fetch_add(&rs->next_slot, SLOT_BATCH, __ATOMIC_RELAXED);
        rw->end_slot = rw->next_slot + SLOT_BATCH;
    }
    return (RaceWho)rw->next_slot++ << 32 | 1;
}

static void leave_slot(RaceWorker *rw, RaceDead d) {
    if (d.epoch > UINT32_MAX - 8) return; // worn out
    if (rw->ndead == rw->dead_cap) {
        uint32_t cap = rw->dead_cap ? rw->dead_cap * 2 : 64;
        RaceDead *ring = xmalloc(cap * sizeof *ring);
        for (uint32_t i = 0; i < rw->ndead; i++) ring[i] = rw->dead[(rw->dead_first + i) & (rw->dead_cap - 1)];
        free(rw->dead);
        rw->dead = ring;
        rw->dead_first = 0;
        rw->dead_cap = cap;
    }
    rw->dead[(rw->dead_first + rw->ndead++) & (rw->dead_cap - 1)] = d;
}

RaceWho race_take_slot(RaceWorker *rw, G *g, RaceG *rg) {
    RaceWho who = *who_place(g, rg) = take_slot(rw, rg);
    rg->changed = who_epoch(who);
    rg->last_access = 0;
    return who;
}

// Ends the epoch: what comes now is not known to whoever learned of the past. An epoch that would not fit moves the goroutine to another slot, as if
// it had started itself anew.
static inline void next_epoch(RaceWorker *rw, RaceG *rg, RaceWho *who) {
    if (*who == WHO_NOBODY) return;
    if (LIKELY(who_epoch(*who) < UINT32_MAX - 8)) {
        ++*who;
        return;
    }
    learn(rw, rg, *who);
    *who = take_slot(rw, rg);
    rg->last_access = 0;
    rg->from = 0;
    rg->changed = who_epoch(*who);
}

// Since its epoch began it has made a record or learned something.
static bool is_news(const RaceG *rg, RaceWho who) { return rg->last_access == who_epoch(who) || rg->changed == who_epoch(who); }

// The name of what a goroutine publishes now. It is the epoch before where nothing has happened since: that was published already. 0: it has no slot, and
// needs none: it knows what somebody else has published (rg->from), or nothing.
static inline RaceWho name_to_publish(RaceWorker *rw, G *g, RaceG *rg) {
    RaceWho who = *who_place(g, rg);
    if (who == WHO_NOBODY) {
        if (rg->from || !(rg->clock || rg->extra)) return 0;
        who = race_take_slot(rw, g, rg);
    }
    return is_news(rg, who) ? who : who - 1;
}
// And after it was published.
static inline void published(RaceWorker *rw, G *g, RaceG *rg) {
    RaceWho *who = who_place(g, rg);
    if (is_news(rg, *who)) next_epoch(rw, rg, who);
}

// ---- goroutines

RaceG *race_g_make(Worker *w, G *g, G *parent) {
    RaceWorker *rw = w->race;
    RaceG *rg = freelist_take(&rw->free_g);
    if (UNLIKELY(!rg)) rg = race_more_g(rw);
    *rg = (RaceG){0};
    g->race_state = rg;
    if (parent) {
        RaceG *from = race_g(w, parent);
        RaceWho name = name_to_publish(rw, parent, from);
        if (name && from->extra) {
            if (who_slot(from->extra) != who_slot(name))
                from->clock = clock_raise_take(&rw->clocks, from->clock, who_slot(from->extra), who_epoch(from->extra));
            from->extra = 0;
        }
        rg->clock = clock_keep(&rw->clocks, from->clock);
        rg->extra = name ? name : from->extra;
        rg->from = name ? name : from->from;
        published(rw, parent, from);
    }
    g->race = WHO_NOBODY;
    return rg;
}

void race_go(Worker *w, G *parent, G *child) {
    if (w->race && !child->race_state) race_g_make(w, child, parent);
}

void race_end(Worker *w, G *g) {
    RaceG *rg = g->race_state;
    if (!rg) return;
    RaceWorker *rw = w->race;
    RaceWho who = *who_place(g, rg);
    if (who != WHO_NOBODY) {
        // Published were the epochs before the current one; an access in the current one nobody will ever know of, until a sweep finds no trace of it.
        uint32_t last = rg->last_access == who_epoch(who) ? who_epoch(who) : who_epoch(who) - 1;
        leave_slot(rw, (RaceDead){who_slot(who), last});
    }
    clock_drop(&rw->clocks, rg->clock);
    freelist_give(&rw->free_g, rg);
    g->race_state = NULL;
    g->race = 0;
}

void race_ignore_begin(Worker *w, G *g) {
    if (!w->race) return;
    RaceG *rg = race_g(w, g);
    if (rg->ignores == 0) {
        rg->held = g->race;
        g->race = WHO_IGNORES;
    }
    rg->ignores++;
}

void race_ignore_end(Worker *w, G *g) {
    if (!w->race) return;
    RaceG *rg = race_g(w, g);
    if (rg->ignores && --rg->ignores == 0) g->race = rg->held;
}

// ---- addresses

// One that nobody else can see yet.
static uint32_t sync_new(RaceWorker *rw, const void *key) {
    uint32_t i = race_id(rw->rs, &rw->rs->sync_ids, &rw->syncs);
    if (i) rw->rs->syncs[i] = (RaceSync){.key = key};
    return i;
}

static RaceSync *outside(RaceWorker *rw, const void *key) {
    RaceState *rs = rw->rs;
    uint32_t *bucket = &rs->outside[((uintptr_t)key >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 54], made = 0;
    for (;;) {
        race_lock(rs, &rs->lock);
        uint32_t i = *bucket;
        while (i && rs->syncs[i].key != key) i = rs->syncs[i].next;
        if (!i && made) {
            rs->syncs[made].next = *bucket;
            i = *bucket = made;
            made = 0;
        }
        race_unlock(rs, &rs->lock);
        if (i) {
            if (made) rs->syncs[made].next = 0; // somebody was faster: this one stays unused until the next collection
            return &rs->syncs[i];
        }
        made = sync_new(rw, key);
        if (!made) return NULL;
    }
}

RaceSync *race_sync(Worker *w, const void *key) {
    RaceWorker *rw = w->race;
    RaceState *rs = rw->rs;
    uintptr_t off = (uintptr_t)key - rw->lo;
    if (UNLIKELY(off >= rw->size)) return outside(rw, key);
    uint64_t *cell = race_cell(rw, off), c = __atomic_load_n(cell, __ATOMIC_ACQUIRE);
    while (UNLIKELY(!race_is_sync(c))) {
        uint32_t i = sync_new(rw, key);
        if (!i) return NULL;
        rs->syncs[i].cell = c;
        if (__atomic_compare_exchange_n(cell, &c, CELL_SYNC | (uint64_t)i << 40, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return &rs->syncs[i];
        rs->syncs[i].key = NULL;
    }
    RaceSync *s = race_sync_in(rs, c);
    if (LIKELY(s->key == key)) return s;
    // Several addresses in a word: the chain is guarded by its head.
    RaceSync *head = s;
    race_lock(rs, &head->lock);
    for (uint32_t i = head->next; i; i = s->next) {
        s = &rs->syncs[i];
        if (s->key == key) break;
    }
    if (s->key != key) {
        uint32_t i = sync_new(rw, key);
        s = i ? &rs->syncs[i] : NULL;
        if (s) {
            s->next = head->next;
            head->next = i;
        }
    }
    race_unlock(rs, &head->lock);
    return s;
}

// The usual case of race_sync.
static inline RaceSync *sync_at(Worker *w, const void *key) {
    const RaceWorker *rw = w->race;
    const uintptr_t off = (uintptr_t)key - rw->lo;
    if (LIKELY(off < rw->size)) {
        const uint64_t c = __atomic_load_n(race_cell(rw, off), __ATOMIC_ACQUIRE);
        if (LIKELY(race_is_sync(c))) {
            RaceSync *s = race_sync_in(rw->rs, c);
            if (LIKELY(s->key == key)) return s;
        }
    }
    return race_sync(w, key);
}

// ---- edges

// The place of key and what g knows of the others, for an edge between the two; NULL when nothing is to be said: nobody looks, g takes no part, or there is no memory.
static inline RaceSync *edge_at(Worker *w, G *g, const void *key, RaceG **rg) {
    if (!w->race) return NULL;
    *rg = race_g(w, g);
    return (*rg)->ignores ? NULL : sync_at(w, key);
}

static RaceNews news_of(RaceWorker *rw, const RaceG *rg, RaceWho self) {
    return (RaceNews){.clock = clock_keep(&rw->clocks, rg->clock), .extra = rg->extra, .who = self, .from = rg->from, .changed = rg->changed};
}

static bool clock_knows(const Clock *c, RaceWho who) { return clock_get(c, who_slot(who)) >= who_epoch(who); }
static bool news_say(const RaceNews *n, RaceWho what) {
    return (what >> 32 == n->who >> 32 && who_epoch(what) <= who_epoch(n->who)) ||
           (what >> 32 == n->extra >> 32 && who_epoch(what) <= who_epoch(n->extra)) || clock_knows(n->clock, what);
}

// (self: the goroutine of rg in its present epoch, or WHO_NOBODY, whose slot 0 is nobody's.)
static bool is_past(const RaceG *rg, RaceWho self, RaceWho who) { return who >> 32 == self >> 32 || race_knows(rg, who); }
// rg knows all that the news say but who it is from.
static bool knows_all_but_who(const RaceG *rg, RaceWho self, const RaceNews *n) {
    return (n->from && is_past(rg, self, n->from)) || (n->who && known(rg, who_slot(n->who)) >= n->changed);
}
// rg knows all that the news say; may be false where that is not found at a glance.
static bool knows_news(const RaceG *rg, RaceWho self, const RaceNews *n) {
    return n->who ? is_past(rg, self, n->who) : n->from && is_past(rg, self, n->from);
}
// The news say all that rg knows; may be false, too.
static bool says_all(const RaceNews *n, const RaceG *rg, RaceWho self) {
    if (rg->from && news_say(n, rg->from)) return true;
    return self == WHO_NOBODY ? !rg->clock && !rg->extra : news_say(n, (self >> 32 << 32) | rg->changed);
}

// rg learns the news, at the least price: nothing new; only who; all, which then stands for what rg knew before; or a join of two clocks.
static void hear(RaceWorker *rw, RaceG *rg, RaceWho self, const RaceNews *n) {
    if (knows_news(rg, self, n)) return;
    bool all_known = knows_all_but_who(rg, self, n);
    if (says_all(n, rg, self)) {
        if (rg->clock != n->clock) {
            clock_drop(&rw->clocks, rg->clock);
            rg->clock = clock_keep(&rw->clocks, n->clock);
        }
        // (Of itself it need not be told: two that learn from each other by turns so hold one clock all the time.)
        rg->extra = n->extra >> 32 == self >> 32 ? 0 : n->extra;
        learn(rw, rg, n->who);
        rg->from = n->who ? n->who : n->from;
    } else {
        if (!all_known) {
            learn_clock(rw, rg, n->clock);
            if (n->extra >> 32 != self >> 32) learn(rw, rg, n->extra);
        }
        learn(rw, rg, n->who);
        rg->from = 0;
    }
    rg->changed = who_epoch(self);
}

static Clock *with_news_take(ClockPool *p, Clock *c, const RaceNews *n) {
    c = clock_join_take(p, c, n->clock);
    if (n->extra) c = clock_raise_take(p, c, who_slot(n->extra), who_epoch(n->extra));
    return clock_raise_take(p, c, who_slot(n->who), who_epoch(n->who));
}

// What was merged becomes one clock. The latest first: it was mostly made from the earlier ones, with which it shares most of its tree.
static void fold_locked(RaceWorker *rw, RaceSync *s) {
    Clock *all = NULL;
    while (s->nmerged) {
        RaceNews *n = &s->merged[--s->nmerged];
        all = with_news_take(&rw->clocks, all, n);
        clock_drop(&rw->clocks, n->clock);
    }
    s->news.clock = clock_join_take(&rw->clocks, s->news.clock, all);
    clock_drop(&rw->clocks, all);
}

void race_sync_drop(ClockPool *p, RaceSync *s) {
    clock_drop(p, s->news.clock);
    while (s->nmerged) clock_drop(p, s->merged[--s->nmerged].clock);
    free(s->merged);
    free(s->more);
    s->merged = NULL;
    s->more = NULL;
    s->nuses = 0;
    s->all = 0;
    s->news = (RaceNews){0};
}

// May be asked without the lock. Whoever published something that the caller's operation is ordered after did so before that operation (the object's own word or lock orders
// the two): it is seen here, or something later, which says as much. What comes at the same time is ordered neither way.
static bool nothing_new(const RaceSync *s, const RaceG *rg, RaceWho self) {
    const RaceWho who = __atomic_load_n(&s->all, __ATOMIC_RELAXED);
    return who && is_past(rg, self, who);
}

// All callers hold s->lock.
static inline void acquire_locked(RaceWorker *rw, RaceG *rg, RaceWho self, RaceSync *s) {
    if (LIKELY(nothing_new(s, rg, self))) return;
    if (UNLIKELY(s->nmerged)) fold_locked(rw, s);
    if (s->news.who || s->news.clock || s->news.extra) hear(rw, rg, self, &s->news);
}

// who: name_to_publish.
static inline void publish_locked(RaceWorker *rw, const RaceG *rg, RaceWho who, RaceSync *s) {
    while (UNLIKELY(s->nmerged)) clock_drop(&rw->clocks, s->merged[--s->nmerged].clock);
    if (s->news.clock != rg->clock) {
        Clock *old = s->news.clock;
        s->news.clock = clock_keep(&rw->clocks, rg->clock);
        clock_drop(&rw->clocks, old);
    }
    s->news.who = who;
    s->news.extra = rg->extra;
    s->news.from = rg->from;
    s->news.changed = rg->changed;
    __atomic_store_n(&s->all, who ? who : rg->from, __ATOMIC_RELAXED);
}

static void merge_locked(RaceWorker *rw, const RaceG *rg, RaceWho who, RaceSync *s) {
    const bool one = s->nmerged == 0, empty = !s->news.who && !s->news.extra && !s->news.clock;
    const RaceWho all = who ? who : rg->from; // who knows this knows what rg says
    if (!all || news_say(one ? &s->news : &s->merged[s->nmerged - 1], all)) return;
    // What is known already is replaced.
    if (one && (empty || knows_news(rg, who, &s->news))) {
        publish_locked(rw, rg, who, s);
        return;
    }
    if (!s->merged) s->merged = xmalloc((s->merged_cap = RACE_MERGED) * sizeof *s->merged);
    if (s->news.who || s->news.extra || s->news.from) {
        s->merged[s->nmerged++] = s->news;
        s->news = (RaceNews){0};
    }
    __atomic_store_n(&s->all, 0, __ATOMIC_RELAXED);
    // An entry that rg knows all of (its own earlier one, above all) is in what rg says: its place is taken. Goroutines that give something up by turns, without
    // knowing of each other, so need an entry each, and not one for each time.
    uint32_t n = s->nmerged > RACE_LOOK ? s->nmerged - RACE_LOOK : 0;
    Clock *clock = NULL; // a reference that is there already
    for (uint32_t i = n; i < s->nmerged; i++) {
        const RaceNews m = s->merged[i];
        if (!knows_news(rg, who, &m)) s->merged[n++] = m;
        else if (m.clock == rg->clock && !clock) clock = m.clock;
        else clock_drop(&rw->clocks, m.clock);
    }
    s->nmerged = n + 1;
    s->merged[n] = (RaceNews){.clock = clock ? clock : clock_keep(&rw->clocks, rg->clock), .extra = rg->extra, .who = who, .from = rg->from, .changed = rg->changed};
    if (s->nmerged < s->merged_cap) return;
    fold_locked(rw, s);
    if (s->merged_cap == RACE_MERGED_MOST) return;
    free(s->merged); // the more have come, the larger are the clocks
    s->merged = xmalloc((s->merged_cap *= 2) * sizeof *s->merged);
}

void race_acquire(Worker *w, G *g, const void *key) {
    RaceG *rg;
    RaceSync *s = edge_at(w, g, key, &rg);
    if (!s || nothing_new(s, rg, g->race)) return;
    race_lock(w->race->rs, &s->lock);
    acquire_locked(w->race, rg, g->race, s);
    race_unlock(w->race->rs, &s->lock);
}

// The same goroutine has used the word in the same way before, and nobody has done anything to it since: what is kept of that gets the present epoch. (Only the
// first RaceSync of a word has uses.)
static inline bool used_again(Worker *w, G *g, RaceG *rg, RaceSync *s, uint32_t mask, uint32_t kind) {
    RaceUse *u = &s->use;
    if (s->nuses != 1 || s->cell || u->who >> 32 != g->race >> 32 || u->pc != g->pc || u->info != (rg->info << 3 | kind) || u->bytes != mask) return false;
    u->who = g->race;
    u->context = race_context_here(w, g);
    rg->last_access = who_epoch(g->race);
    return true;
}

void race_acquire_used(Worker *w, G *g, const void *key) {
    RaceG *rg;
    RaceSync *s = edge_at(w, g, key, &rg);
    if (!s) return;
    race_lock(w->race->rs, &s->lock);
    acquire_locked(w->race, rg, g->race, s);
    bool done = used_again(w, g, rg, s, 0xFF, RACE_READS) || (race_heads(s, w->race->rs) && race_use_quietly(w, g, s, 0xFF, RACE_READS, race_context_here(w, g)));
    race_unlock(w->race->rs, &s->lock);
    if (!done) race_read(w, g, key, sizeof(Word));
}

void race_pass(Worker *w, G *g, const void *key) {
    RaceG *rg;
    RaceSync *s = edge_at(w, g, key, &rg);
    if (!s) return;
    RaceWorker *rw = w->race;
    race_lock(rw->rs, &s->lock);
    acquire_locked(rw, rg, g->race, s);
    publish_locked(rw, rg, name_to_publish(rw, g, rg), s);
    race_unlock(rw->rs, &s->lock);
    published(rw, g, rg);
}

static void release(Worker *w, G *g, const void *key, bool merge) {
    RaceG *rg;
    RaceSync *s = edge_at(w, g, key, &rg);
    if (!s) return;
    RaceWorker *rw = w->race;
    RaceWho who = name_to_publish(rw, g, rg);
    race_lock(rw->rs, &s->lock);
    if (merge) merge_locked(rw, rg, who, s);
    else publish_locked(rw, rg, who, s);
    race_unlock(rw->rs, &s->lock);
    published(rw, g, rg);
}
void race_release(Worker *w, G *g, const void *key) { release(w, g, key, false); }
void race_release_merge(Worker *w, G *g, const void *key) { release(w, g, key, true); }

void race_handoff(Worker *w, G *from, G *to) {
    if (!w->race) return;
    RaceWorker *rw = w->race;
    RaceG *a = race_g(w, from), *b = race_g(w, to);
    if (a->ignores || b->ignores) return;
    const RaceNews x = news_of(rw, a, name_to_publish(rw, from, a)), y = news_of(rw, b, name_to_publish(rw, to, b));
    const bool next_a = x.who && x.who == from->race, next_b = y.who && y.who == to->race; // else what they say was said already
    if (knows_all_but_who(a, from->race, &y) || knows_all_but_who(b, to->race, &x)) {
        hear(rw, a, from->race, &y);
        hear(rw, b, to->race, &x);
        clock_drop(&rw->clocks, x.clock);
        clock_drop(&rw->clocks, y.clock);
    } else { // they know the same afterwards, and hold it together
        clock_drop(&rw->clocks, a->clock);
        clock_drop(&rw->clocks, b->clock);
        Clock *all = with_news_take(&rw->clocks, x.clock, &y);
        clock_drop(&rw->clocks, y.clock);
        if (x.extra) all = clock_raise_take(&rw->clocks, all, who_slot(x.extra), who_epoch(x.extra));
        all = clock_raise_take(&rw->clocks, all, who_slot(x.who), who_epoch(x.who));
        a->clock = all;
        b->clock = clock_keep(&rw->clocks, all);
        a->extra = b->extra = 0;
        a->from = next_b ? y.who : 0; // nobody has learned of that epoch before
        b->from = next_a ? x.who : 0;
        a->changed = who_epoch(from->race);
        b->changed = who_epoch(to->race);
    }
    if (next_a) next_epoch(rw, a, &from->race);
    if (next_b) next_epoch(rw, b, &to->race);
}

// ---- atomics: the operation stands between the two, under the lock of its address

void race_atomic_begin(Worker *w, G *g, const void *at) {
    if (!w->race) return;
    race_g(w, g);
    RaceSync *s = w->race->atomic = sync_at(w, at);
    if (s) race_lock(w->race->rs, &s->lock);
}

void race_atomic_end(Worker *w, G *g, const void *at, uint32_t bytes, RaceAtomic what) {
    if (!w->race) return;
    RaceWorker *rw = w->race;
    RaceG *rg = race_g(w, g);
    RaceSync *s = rw->atomic;
    if (!s) return;
    if (s->key != at) gol_bug("an atomic operation begins at %p and ends at %p", s->key, at);
    bool wrote = what == RACE_ATOMIC_STORE || what == RACE_ATOMIC_UPDATE;
    if (!rg->ignores) {
        // What it observes is ordered before it, so it learns before it is judged; a store observes nothing.
        if (what != RACE_ATOMIC_STORE) acquire_locked(rw, rg, g->race, s);
        const uint32_t kind = RACE_ATOMIC | (wrote ? RACE_WRITES : 0) | (what == RACE_ATOMIC_STORE ? 0 : RACE_READS);
        if (!used_again(w, g, rg, s, ((1u << bytes) - 1) << ((uintptr_t)at & 7), kind)) race_access_atomic(w, g, s, bytes, kind);
        if (wrote) publish_locked(rw, rg, name_to_publish(rw, g, rg), s);
    }
    race_unlock(rw->rs, &s->lock);
    if (wrote && !rg->ignores) published(rw, g, rg);
}
