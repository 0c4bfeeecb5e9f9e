// race.c — the check of one access: who accessed these bytes before, is that ordered before it, and what the cell says afterwards.
//
// A plain write may follow only what happened before it; then it replaces all of that, for whatever is ordered after the write is ordered after what the write
// is ordered after. A read may follow only writes that happened before it, and stands beside the reads that did not. Atomic accesses do not race with each other:
// where two are not ordered, both are kept. After a race the cell goes on as if it had been none, so one mistake is not told as ten.
//
// The cell is changed by one compare-and-swap from what was judged, or judged again. So two accesses at the same time on two workers are judged in the order in
// which the cell took them, which is all that exactness needs: if nothing orders them, the later finds the earlier.
#include "runtime/race_state.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FOUND = 4, A_FEW = 6, LOOK_BACK = 8 };

typedef struct Found {
    uint32_t record;
    uint32_t bytes; // of the cell, both accessed
} Found;

typedef struct Judge {
    RaceWorker *rw;
    const RaceG *rg;
    RaceWho who;
    uint32_t record, kind, bytes;
    Found found[MAX_FOUND];
    uint32_t nfound;
    bool again; // the reads have an entry of the same goroutine in an earlier epoch, and others since
} Judge;

static uint32_t kind_of(const RaceState *rs, uint32_t record) { return rs->records[record].info & (RACE_KINDS - 1); }
static RaceWho who_of(const RaceState *rs, uint32_t record) { return __atomic_load_n(&rs->who_of[record], __ATOMIC_RELAXED); }

// One goroutine's accesses are in order, and a slot's former owners are known to the present one.
static inline bool is_before(const RaceG *rg, RaceWho who, RaceWho before) { return before >> 32 == who >> 32 || race_knows(rg, before); }
static bool ordered(const Judge *j, uint32_t record) { return is_before(j->rg, j->who, who_of(j->rw->rs, record)); }

static void found(Judge *j, uint32_t record, uint32_t bytes) {
    if (j->nfound < MAX_FOUND) j->found[j->nfound++] = (Found){record, bytes};
}

// The entries of a half, newest first.
typedef struct Entries {
    const RaceState *rs;
    uint32_t id;
    uint32_t record, bytes;
} Entries;
static Entries entries_of(const RaceState *rs, uint32_t half) { return (Entries){.rs = rs, .id = half >> 8, .bytes = half & 0xFF}; }
static bool next_entry(Entries *e) {
    if (!e->id) return false;
    if (e->id < RACE_SETS) {
        e->record = e->id;
        e->id = 0;
        return true;
    }
    const RaceSet *s = &e->rs->sets[e->id - RACE_SETS];
    e->record = s->record;
    e->bytes = s->bytes;
    e->id = s->parent;
    return true;
}

static void put_scratch(RaceWorker *rw, uint32_t *n, uint64_t entry) {
    if (*n == rw->scratch_cap) {
        rw->scratch_cap = rw->scratch_cap ? rw->scratch_cap * 2 : 64;
        rw->scratch = xrealloc(rw->scratch, rw->scratch_cap * sizeof *rw->scratch);
    }
    rw->scratch[(*n)++] = entry;
}

// The half without what the access replaces; before it, unless record is 0, {record, bytes}. `against`: entries that are not ordered before the access race
// with it (two atomic ones do not, and stay).
static uint32_t replaced(Judge *j, uint32_t half, bool against, uint32_t record) {
    RaceWorker *rw = j->rw;
    if (!half) return record ? record << 8 | j->bytes : 0;
    uint32_t n = 0;
    if (record) put_scratch(rw, &n, (uint64_t)record << 8 | j->bytes);
    Entries e = entries_of(rw->rs, half);
    while (next_entry(&e)) {
        uint32_t both = e.bytes & j->bytes, rest = e.bytes & ~j->bytes;
        if (both) {
            uint32_t kind = kind_of(rw->rs, e.record);
            if (ordered(j, e.record)) rest |= j->kind & ~kind & RACE_ATOMIC ? both : 0; // an atomic access does not stand for a plain one
            else if (against && !(j->kind & kind & RACE_ATOMIC)) found(j, e.record, both);
            else rest |= both;
        }
        if (!rest) continue;
        if (e.record == record) rw->scratch[0] |= rest;
        else put_scratch(rw, &n, (uint64_t)e.record << 8 | rest);
    }
    return race_half(rw, rw->scratch, n);
}

// Only looks.
static void compare(Judge *j, uint32_t half) {
    Entries e = entries_of(j->rw->rs, half);
    while (next_entry(&e)) {
        uint32_t both = e.bytes & j->bytes;
        if (both && !ordered(j, e.record) && !(j->kind & kind_of(j->rw->rs, e.record) & RACE_ATOMIC)) found(j, e.record, both);
    }
}

// Whether one of the newest entries of the half is by the same goroutine in the same epoch, and no less (plain where the access is plain).
static bool has_same(Judge *j, uint32_t half) {
    Entries e = entries_of(j->rw->rs, half);
    for (int i = 0; i < LOOK_BACK && next_entry(&e); i++) {
        const RaceWho who = who_of(j->rw->rs, e.record);
        if ((e.bytes & j->bytes) == j->bytes && who == j->who && !(~j->kind & kind_of(j->rw->rs, e.record) & RACE_ATOMIC)) return true;
        j->again |= i && who >> 32 == j->who >> 32;
    }
    return false;
}

static uint32_t with_reader(Judge *j, uint32_t half) {
    const RaceState *rs = j->rw->rs;
    uint32_t id = half >> 8;
    if (id >= RACE_SETS) {
        // Several read it: who is ordered before whom is looked at when they have become twice as many.
        const RaceSet *s = &rs->sets[id - RACE_SETS];
        if (s->n < 2 * s->pruned + A_FEW) return race_half_push(j->rw, half, j->record, j->bytes);
    }
    return replaced(j, half, false, j->record);
}

static uint64_t judge(Judge *j, uint64_t old) {
    uint32_t write = (uint32_t)old, reads = (uint32_t)(old >> 32);
    j->nfound = 0;
    if (j->kind & RACE_WRITES) {
        if (has_same(j, write)) return old;
        uint32_t left = replaced(j, reads, true, 0);
        return (uint64_t)left << 32 | replaced(j, write, true, j->record);
    }
    if (has_same(j, write)) return old;
    j->again = false;
    if (has_same(j, reads)) return old;
    compare(j, write);
    return (uint64_t)with_reader(j, reads) << 32 | write;
}

// ---- telling

static void fill(const RaceState *rs, uint32_t record, RaceSide *out) {
    const RaceRecord *r = &rs->records[record];
    const RaceInfo *i = &rs->infos[r->info >> 3];
    const RaceContext *c = &rs->contexts[r->context];
    uint32_t kind = r->info & (RACE_KINDS - 1);
    *out = (RaceSide){.goroutine = i->id, .start = i->start, .parent = i->parent, .go_pos = i->go_pos, .pc = r->pc, .callers = c->pc,
                      .ncallers = c->n, .write = kind & RACE_WRITES, .atomic = kind & RACE_ATOMIC};
}

// Code of std stands at few places that many lines of the program call: the callers tell them apart. (Not without end: recursion has many.)
enum { PAIRS_BY_CALLERS = 4096 };

static uint64_t pair_of(const RaceState *rs, uint32_t a, uint32_t b) {
    uint64_t x = (uintptr_t)rs->records[a].pc * 8 + kind_of(rs, a), y = (uintptr_t)rs->records[b].pc * 8 + kind_of(rs, b);
    if (__atomic_load_n(&rs->npairs, __ATOMIC_RELAXED) < PAIRS_BY_CALLERS) {
        x ^= (uint64_t)rs->records[a].context << 48 ^ (uint64_t)rs->records[a].context >> 16;
        y ^= (uint64_t)rs->records[b].context << 48 ^ (uint64_t)rs->records[b].context >> 16;
    }
    uint64_t h = (x < y ? x * 31 + y : y * 31 + x) * UINT64_C(0x9E3779B97F4A7C15);
    return h ? h : 1;
}

static RacePair *find_pair(RacePair *pairs, uint32_t cap, uint64_t hash) {
    uint32_t k = (uint32_t)(hash >> 32) & (cap - 1);
    while (pairs[k].hash && pairs[k].hash != hash) k = (k + 1) & (cap - 1);
    return &pairs[k];
}

// The first race of these two places; else it is counted.
static bool is_new_locked(RaceState *rs, uint64_t hash) {
    if (rs->npairs * 2 >= rs->pairs_cap) {
        uint32_t cap = rs->pairs_cap ? rs->pairs_cap * 2 : 64;
        RacePair *pairs = xcalloc(cap, sizeof *pairs);
        for (uint32_t i = 0; i < rs->pairs_cap; i++)
            if (rs->pairs[i].hash) *find_pair(pairs, cap, rs->pairs[i].hash) = rs->pairs[i];
        free(rs->pairs);
        rs->pairs = pairs;
        rs->pairs_cap = cap;
    }
    RacePair *pair = find_pair(rs->pairs, rs->pairs_cap, hash);
    bool is = !pair->hash;
    pair->hash = hash;
    pair->seen++;
    __atomic_store_n(&rs->npairs, rs->npairs + is, __ATOMIC_RELAXED);
    return is;
}

// Under one lock with the words: of an update the read is told before the write, also where another goroutine is just telling the same.
static void tell(Worker *w, G *g, const Judge *j, uintptr_t word) {
    RaceState *rs = j->rw->rs;
    if (UNLIKELY(__atomic_load_n(&rs->missed, __ATOMIC_RELAXED) & RACE_MISSED_ORDER)) return;
    race_lock(rs, &rs->tell_lock);
    for (uint32_t i = 0; i < j->nfound; i++) {
        const Found *f = &j->found[i];
        uint64_t hash = pair_of(rs, f->record, j->record);
        if (!is_new_locked(rs, hash)) continue;
        RaceFound r = {.at = (const void *)(word + (uint32_t)__builtin_ctz(f->bytes)), .bytes = (uint32_t)__builtin_popcount(f->bytes)};
        fill(rs, f->record, &r.before);
        fill(rs, j->record, &r.now);
        bool told;
        struct Finding *kept = rs->report(w, g, &r, &told);
        if (told) __atomic_add_fetch(&rs->nraces, 1, __ATOMIC_RELAXED);
        find_pair(rs->pairs, rs->pairs_cap, hash)->finding = kept;
    }
    race_unlock(rs, &rs->tell_lock);
}

void race_count_up(RaceState *rs) {
    for (uint32_t i = 0; i < rs->pairs_cap; i++)
        if (rs->pairs[i].finding) finding_seen(rs->rt, rs->pairs[i].finding, rs->pairs[i].seen - 1);
}

void race_say_missed(const RaceState *rs, Buf *out) {
    const uint32_t missed = __atomic_load_n(&rs->missed, __ATOMIC_RELAXED);
    if (missed & RACE_MISSED_ORDER)
        buf_printf(out, "gol: more than %u locks, atomic variables and places in channels were in use at once; from then on no data race was looked for\n", rs->sync_ids.limit * 64 - 1);
    else if (missed)
        buf_printf(out, "gol: more than %u accesses had to be remembered at once; from then on some were not, and a data race with one of these was not found\n", rs->record_ids.limit * 64 - 1);
}

// ---- the access

__attribute__((noinline)) static RaceMemo *memo_new(Worker *w, G *g, RaceMemo *m, const void *pc, uint32_t context, uint32_t kind) {
    uint32_t record = race_record(w, g, pc, context, kind);
    *m = (RaceMemo){.pc = pc, .who = record ? g->race : 0, .context = context, .kind = kind, .record = record};
    return m;
}
static inline RaceMemo *memo_of(Worker *w, G *g, const void *pc, uint32_t context, uint32_t kind) {
    RaceMemo *m = race_memo(w->race, pc, context, kind);
    if (LIKELY(m->pc == pc && m->context == context && m->kind == kind) && (m->who == g->race || race_renew(w->race, g, m))) return m;
    return memo_new(w, g, m, pc, context, kind);
}

static bool change(const RaceState *rs, uint64_t *cell, uint64_t *old, uint64_t new) {
    if (rs->single) {
        *cell = new;
        return true;
    }
    return __atomic_compare_exchange_n(cell, old, new, false, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE);
}

// ---- words that have a RaceSync

bool race_heads(const RaceSync *s, RaceState *rs) {
    uintptr_t off = (uintptr_t)s->key - rs->lo;
    return off < rs->size && race_sync_in(rs, __atomic_load_n((uint64_t *)(rs->cells + (off & ~(uintptr_t)7)), __ATOMIC_ACQUIRE)) == s;
}

static bool races(uint32_t kind, uint32_t before) { return (kind | before) & RACE_WRITES && !(kind & before & RACE_ATOMIC); }
// Whatever races with the earlier access races with the later one, too, if they meet in the same bytes and the earlier is ordered before the later.
static bool stands_for(uint32_t kind, uint32_t before) { return !(before & RACE_WRITES & ~kind) && !(kind & ~before & RACE_ATOMIC); }

// Of a cell's half: nothing in it races with the access, as far as one look shows. What the access stands for is taken out.
static bool is_quiet(Worker *w, const G *g, uint32_t *half, uint32_t mask, uint32_t kind) {
    const RaceState *rs = w->race->rs;
    Entries e = entries_of(rs, *half);
    bool all = true;
    for (int i = 0; next_entry(&e); i++) {
        if (i == A_FEW) return false;
        const uint32_t before = kind_of(rs, e.record);
        const bool past = is_before(g->race_state, g->race, who_of(rs, e.record));
        if (!past && e.bytes & mask && races(kind, before)) return false;
        all &= past && !(e.bytes & ~mask) && stands_for(kind, before);
    }
    if (all) *half = 0;
    return true;
}

static inline void put_use(Worker *w, G *g, RaceUse *to, uint32_t mask, uint32_t kind, uint32_t context) {
    RaceG *rg = g->race_state;
    if (UNLIKELY(g->race == WHO_NOBODY)) race_take_slot(w->race, g, rg);
    const uint32_t info = LIKELY(rg->info) ? rg->info : race_info(w->race, g, rg);
    *to = (RaceUse){.who = g->race, .pc = g->pc, .bytes = mask, .context = context, .info = info << 3 | kind};
    rg->last_access = who_epoch(g->race);
}

static bool among_uses(Worker *w, G *g, RaceSync *s, uint32_t mask, uint32_t kind, uint32_t context) {
    const RaceG *rg = g->race_state;
    uint32_t gone = 0; // uses for which this one stands: a bit each
    for (uint32_t i = 0; i < s->nuses; i++) {
        const RaceUse *u = race_use_at(s, i);
        const uint32_t before = u->info & (RACE_KINDS - 1);
        if (!is_before(rg, g->race, u->who)) {
            if (u->bytes & mask && races(kind, before)) return false;
        } else if (!(u->bytes & ~mask) && stands_for(kind, before)) gone |= 1u << i;
    }
    if (!gone && s->nuses == RACE_USES) return false;
    if (UNLIKELY(s->cell != 0)) {
        uint32_t write = (uint32_t)s->cell, reads = (uint32_t)(s->cell >> 32);
        if (write && !is_quiet(w, g, &write, mask, kind)) return false;
        // Reads do not race with reads; looking at one of them is worth it.
        if (reads && (kind & RACE_WRITES || reads >> 8 < RACE_SETS) && !is_quiet(w, g, &reads, mask, kind)) return false;
        s->cell = (uint64_t)reads << 32 | write;
    }
    uint32_t to = gone ? (uint32_t)__builtin_ctz(gone) : s->nuses++;
    if (to && !s->more) s->more = xmalloc((RACE_USES - 1) * sizeof *s->more);
    put_use(w, g, race_use_at(s, to), mask, kind, context);
    for (gone &= gone - 1; gone; gone &= ~(1u << to)) { // (from the end: what comes into its place stays)
        to = 31 - (uint32_t)__builtin_clz(gone);
        if (to != --s->nuses) *race_use_at(s, to) = *race_use_at(s, s->nuses);
    }
    return true;
}

bool race_use_quietly(Worker *w, G *g, RaceSync *s, uint32_t mask, uint32_t kind, uint32_t context) {
    RaceUse *u = &s->use;
    if (LIKELY(s->nuses == 1 && !s->cell)) { // a use that follows the last one
        if (is_before(g->race_state, g->race, u->who) && !(u->bytes & ~mask) && stands_for(kind, u->info & (RACE_KINDS - 1))) {
            put_use(w, g, u, mask, kind, context);
            return true;
        }
    }
    return among_uses(w, g, s, mask, kind, context);
}

// The uses become accesses like others; s->lock held.
static void settle(RaceWorker *rw, RaceSync *s) {
    for (uint32_t i = 0; i < s->nuses; i++) {
        const RaceUse *u = race_use_at(s, i);
        uint32_t record = race_record_of(rw, u->who, u->pc, u->context, u->info);
        if (!record) continue;
        uint32_t write = (uint32_t)s->cell, reads = (uint32_t)(s->cell >> 32);
        if (u->info & RACE_WRITES) write = race_half_push(rw, write, record, u->bytes);
        else reads = race_half_push(rw, reads, record, u->bytes);
        s->cell = (uint64_t)reads << 32 | write;
    }
    s->nuses = 0;
}

void race_access_atomic(Worker *w, G *g, RaceSync *s, uint32_t bytes, uint32_t kind) {
    RaceWorker *rw = w->race;
    RaceState *rs = rw->rs;
    uintptr_t off = (uintptr_t)s->key - rw->lo;
    if (off >= rw->size) return;
    const uint32_t mask = ((1u << bytes) - 1) << (off & 7), context = race_context_here(w, g);
    RaceSync *head = LIKELY(race_heads(s, rs)) ? s : race_sync_in(rs, __atomic_load_n(race_cell(rw, off), __ATOMIC_ACQUIRE));
    if (head != s) race_lock(rs, &head->lock);
    Judge j = {.nfound = 0};
    if (UNLIKELY(!race_use_quietly(w, g, head, mask, kind, context))) {
        RaceMemo *m = memo_of(w, g, g->pc, context, kind);
        if (LIKELY(m->record)) {
            j = (Judge){.rw = rw, .rg = g->race_state, .who = g->race, .record = m->record, .kind = kind, .bytes = mask};
            settle(rw, head);
            head->cell = judge(&j, head->cell);
        }
    }
    if (head != s) race_unlock(rs, &head->lock);
    if (UNLIKELY(j.nfound)) tell(w, g, &j, (uintptr_t)s->key & ~(uintptr_t)7);
}

// Two goroutines that read a word by turns, each time in a new epoch, would add a link to its set each time. It gets a RaceSync instead, in which each has a
// place of its own. Few words are such (a map, a channel that several send on, what a lock for readers guards), but these are met all the time.
enum { HEAT = 4 };
static bool is_many(const RaceState *rs, uint32_t half) { return half >> 8 >= RACE_SETS && rs->sets[(half >> 8) - RACE_SETS].n >= HEAT; }
static bool heat(Worker *w, const void *word) {
    RaceState *rs = w->race->rs;
    if (__atomic_load_n(&rs->nhot, __ATOMIC_RELAXED) >= RACE_HOT) return false;
    RaceSync *s = race_sync(w, word);
    if (!s) return false;
    race_lock(rs, &s->lock);
    bool was = s->hot;
    s->hot = true;
    race_unlock(rs, &s->lock);
    if (!was) __atomic_add_fetch(&rs->nhot, 1, __ATOMIC_RELAXED);
    return true;
}

// ---- plain accesses

// One record for no other bytes that is ordered before: the access takes its place.
static bool was_before(const Judge *j, uint32_t half) {
    return !half || (half >> 8 < RACE_SETS && !(half & 0xFF & ~j->bytes) && ordered(j, half >> 8));
}
// What judge says of a cell that has only such; 0: it has others, or the access changes nothing.
static uint64_t after_all(const Judge *j, uint64_t old) {
    uint32_t write = (uint32_t)old, reads = (uint32_t)(old >> 32);
    if (j->kind & RACE_WRITES) {
        if (reads & j->bytes && !was_before(j, reads)) return 0;
        if (!was_before(j, write)) return 0;
        return (uint64_t)(reads & j->bytes ? 0 : reads) << 32 | j->record << 8 | j->bytes;
    }
    if (!write || write >> 8 >= RACE_SETS || who_of(j->rw->rs, write >> 8) == j->who || !ordered(j, write >> 8) || !was_before(j, reads)) return 0;
    return write | (uint64_t)(j->record << 8 | j->bytes) << 32;
}

// False: it races, and was to change and tell nothing then.
static bool access_to(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t kind, uint32_t context, bool quietly) {
    RaceWorker *rw = w->race;
    RaceState *rs = rw->rs;
    uintptr_t off = (uintptr_t)at - rw->lo;
    if (off >= rw->size) return true;
    RaceG *rg = race_g(w, g);
    if (rg->ignores) return true;
    uint64_t *cell = race_cell(rw, off), old = __atomic_load_n(cell, __ATOMIC_ACQUIRE), new;
    const uint32_t mask = ((1u << bytes) - 1) << (off & 7);
    if (UNLIKELY(race_is_sync(old))) {
        RaceSync *head = race_sync_in(rs, old);
        race_lock(rs, &head->lock);
        bool done = race_use_quietly(w, g, head, mask, kind, context);
        race_unlock(rs, &head->lock);
        if (LIKELY(done)) return true;
    }
    RaceMemo *m = memo_of(w, g, g->pc, context, kind);
    if (UNLIKELY(!m->record)) return true;
    if (m->old == old && m->bytes == mask && m->new) {
        if (change(rs, cell, &old, m->new)) return true;
    }
    Judge j = {.rw = rw, .rg = rg, .who = g->race, .record = m->record, .kind = kind, .bytes = mask};
    new = race_alone(rw, g->race, old, m->record, mask, kind & RACE_WRITES);
    if (new || (new = after_all(&j, old))) {
        m->old = old, m->new = new, m->bytes = mask;
        if (bytes < sizeof(Word) && kind == RACE_WRITES) rw->near = (RaceNear){g->pc, g->race, (uint64_t)m->record << 8, context};
        if (change(rs, cell, &old, new)) return true;
    }
    RaceStep *step = &rw->steps[((old ^ old >> 32) * 31 + m->record * 7 + mask) * 0x9E3779B1u >> 8 & (RACE_STEPS - 1)];
    if (step->record == m->record && step->old == old && step->bytes == mask) {
        if (change(rs, cell, &old, step->new)) return true;
    }
    for (;;) {
        if (UNLIKELY(race_is_sync(old))) {
            RaceSync *head = race_sync_in(rs, old);
            race_lock(rs, &head->lock);
            settle(rw, head);
            new = judge(&j, head->cell);
            if (!j.nfound || !quietly) head->cell = new;
            race_unlock(rs, &head->lock);
            break;
        }
        new = judge(&j, old);
        if (new == old || (j.nfound && quietly)) break;
        if (UNLIKELY(j.again) && kind == RACE_READS && is_many(rs, (uint32_t)(old >> 32)) && heat(w, (const void *)((uintptr_t)at & ~(uintptr_t)7))) {
            old = __atomic_load_n(cell, __ATOMIC_ACQUIRE);
            continue;
        }
        if (!change(rs, cell, &old, new)) continue;
        if (j.nfound) break;
        m->old = old, m->new = new, m->bytes = mask;
        *step = (RaceStep){old, new, m->record, mask};
        break;
    }
    if (LIKELY(!j.nfound)) return true;
    if (!quietly) tell(w, g, &j, (uintptr_t)at & ~(uintptr_t)7);
    return false;
}

void race_access(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t kind, uint32_t context) {
    access_to(w, g, at, bytes, kind, context, false);
}

// Where the write races with nobody, neither does the read, and the cell says the same with and without it.
void race_update(Worker *w, G *g, const void *at, uint32_t bytes, uint32_t context) {
    if (LIKELY(access_to(w, g, at, bytes, RACE_WRITES, context, true))) return;
    access_to(w, g, at, bytes, RACE_READS, context, false);
    access_to(w, g, at, bytes, RACE_WRITES, context, false);
}

void race_access_range(Worker *w, G *g, const void *at, uint64_t bytes, uint32_t kind) {
    const RaceWorker *rw = w->race;
    uintptr_t p = (uintptr_t)at;
    if (!bytes || p - rw->lo >= rw->size) return;
    race_g(w, g);
    uint32_t context = UINT32_MAX;
    while (bytes) {
        uint32_t n = 8 - (uint32_t)(p & 7);
        if (n > bytes) n = (uint32_t)bytes;
        bool fast = kind & RACE_WRITES ? race_fast_write(rw, g->race, (const void *)p, n) : race_fast_read(rw, g->race, (const void *)p, n);
        if (!fast) {
            if (context == UINT32_MAX) context = race_context_here(w, g);
            race_access(w, g, (const void *)p, n, kind, context);
        }
        p += n;
        bytes -= n;
    }
}

void race_read(Worker *w, G *g, const void *at, uint64_t bytes) {
    if (w->race) race_access_range(w, g, at, bytes, RACE_READS);
}
void race_write(Worker *w, G *g, const void *at, uint64_t bytes) {
    if (w->race) race_access_range(w, g, at, bytes, RACE_WRITES);
}

void race_fresh(Worker *w, const void *at, uint64_t bytes) {
    RaceWorker *rw = w->race;
    if (!rw || (uintptr_t)at - rw->lo >= rw->size) return;
    for (uintptr_t p = (uintptr_t)at & ~(uintptr_t)7; p < (uintptr_t)at + bytes; p += 8) {
        uint64_t *cell = race_cell(rw, p - rw->lo), c = __atomic_load_n(cell, __ATOMIC_RELAXED);
        if (race_is_sync(c)) race_sync_in(rw->rs, c)->cell = 0, race_sync_in(rw->rs, c)->nuses = 0;
        else if (c) __atomic_store_n(cell, 0, __ATOMIC_RELAXED);
    }
}
