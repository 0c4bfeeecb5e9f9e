// race_record.c — what cells refer to: records of accesses, interned sets of them, and interned calling contexts.
//
// A set is a chain, each link one entry more than its parent, so that one more reader of a variable that everybody reads costs one link, however many read it
// before. Equal chains are one: a row of cells that the same goroutines read holds one set.
#include "runtime/race_state.h"

#include <stdlib.h>
#include <string.h>

enum { CONTEXTS = 1 << 22 };

static uint64_t mix(uint64_t x) {
    x *= UINT64_C(0x9E3779B97F4A7C15);
    return x ^ x >> 29;
}

// ---- contexts

uint32_t race_context(RaceState *rs, const void *const *pc, uint32_t n, bool more) {
    uint64_t h = n * 2 + more + 1;
    for (uint32_t i = 0; i < n; i++) h = mix(h ^ (uintptr_t)pc[i]);
    race_lock(rs, &rs->lock);
    uint32_t *bucket = &rs->context_buckets[h % CONTEXTS], i = *bucket;
    for (; i; i = rs->contexts[i].next) {
        const RaceContext *c = &rs->contexts[i];
        if (c->hash == h && c->n == n && c->more == more && memcmp(c->pc, pc, n * sizeof *pc) == 0) break;
    }
    if (!i && rs->ncontexts + 1 < CONTEXTS) {
        i = ++rs->ncontexts;
        RaceContext *c = &rs->contexts[i];
        c->hash = h;
        c->n = (uint16_t)n;
        c->more = more;
        memcpy(c->pc, pc, n * sizeof *pc);
        c->next = *bucket;
        *bucket = i;
    }
    race_unlock(rs, &rs->lock);
    return i;
}

// ---- sets

static uint32_t set_hash(uint32_t parent, uint32_t record, uint32_t bytes) {
    return (uint32_t)(mix(((uint64_t)parent << 32 | record) ^ (uint64_t)bytes << 55) >> 11);
}

static void grow_buckets_locked(RaceState *rs) {
    uint32_t n = rs->nset_buckets * 2, *buckets = xcalloc(n, sizeof *buckets);
    for (uint32_t b = 0; b < rs->nset_buckets; b++)
        for (uint32_t i = rs->set_buckets[b], next; i; i = next) {
            RaceSet *s = &rs->sets[i - 1];
            next = s->next;
            uint32_t to = set_hash(s->parent, s->record, s->bytes) & (n - 1);
            s->next = buckets[to];
            buckets[to] = i;
        }
    free(rs->set_buckets);
    rs->set_buckets = buckets;
    rs->nset_buckets = n;
}

// The id of the set that has one entry more than parent; 0: no id left.
static uint32_t intern(RaceWorker *rw, uint32_t parent, uint32_t record, uint32_t bytes, uint32_t pruned) {
    RaceState *rs = rw->rs;
    uint32_t hash = set_hash(parent, record, bytes);
    race_lock(rs, &rs->lock);
    uint32_t i = rs->set_buckets[hash & (rs->nset_buckets - 1)];
    for (; i; i = rs->sets[i - 1].next) {
        const RaceSet *s = &rs->sets[i - 1];
        if (s->parent == parent && s->record == record && s->bytes == bytes) break;
    }
    race_unlock(rs, &rs->lock);
    if (i) return RACE_SETS + i - 1;
    uint32_t id = race_id(rs, &rs->set_ids, &rw->sets);
    if (!id) return 0;
    RaceSet *s = &rs->sets[id];
    const RaceSet *up = parent ? &rs->sets[parent - RACE_SETS] : NULL;
    *s = (RaceSet){.parent = parent, .record = record, .bytes = (uint8_t)bytes, .all = (uint8_t)(bytes | (up ? up->all : 0)),
                   .n = up ? up->n + 1 : 1, .pruned = pruned ? pruned : up ? up->pruned : 1};
    race_lock(rs, &rs->lock);
    // Another worker may have made the same meanwhile: then there are two, which costs a little room and nothing else.
    if (rs->nsets > rs->nset_buckets) grow_buckets_locked(rs);
    race_set_insert(rs, id);
    race_unlock(rs, &rs->lock);
    return RACE_SETS + id;
}

void race_set_insert(RaceState *rs, uint32_t id) {
    const RaceSet *s = &rs->sets[id];
    uint32_t *bucket = &rs->set_buckets[set_hash(s->parent, s->record, s->bytes) & (rs->nset_buckets - 1)];
    rs->sets[id].next = *bucket;
    *bucket = id + 1;
    rs->nsets++;
}

static uint32_t as_half(const RaceState *rs, uint32_t set) { return set << 8 | rs->sets[set - RACE_SETS].all; }

uint32_t race_half_push(RaceWorker *rw, uint32_t half, uint32_t record, uint32_t bytes) {
    if (!half) return record << 8 | bytes;
    uint32_t id = half >> 8;
    if (id == record) return half | bytes;
    if (id < RACE_SETS && !(id = intern(rw, 0, id, half & 0xFF, 1))) return record << 8 | bytes;
    if (rw->rs->sets[id - RACE_SETS].record == record) { // the newest entry is widened
        const RaceSet *s = &rw->rs->sets[id - RACE_SETS];
        if ((s->bytes | bytes) == s->bytes) return half;
        id = intern(rw, s->parent, record, s->bytes | bytes, 0);
    } else {
        id = intern(rw, id, record, bytes, 0);
    }
    return id ? as_half(rw->rs, id) : record << 8 | bytes;
}

uint32_t race_half(RaceWorker *rw, const uint64_t *entries, uint32_t n) {
    if (n == 0) return 0;
    if (n == 1) return (uint32_t)entries[0];
    uint32_t id = 0;
    for (uint32_t i = n; i-- > 0;) {
        id = intern(rw, id, (uint32_t)entries[i] >> 8, (uint32_t)entries[i] & 0xFF, n);
        if (!id) return (uint32_t)entries[0]; // no room: the newest is kept
    }
    return as_half(rw->rs, id);
}

// ---- records

uint32_t race_info(RaceWorker *rw, G *g, RaceG *rg) {
    if (LIKELY(rg->info)) return rg->info;
    uint32_t i = race_id(rw->rs, &rw->rs->info_ids, &rw->infos);
    if (!i) return 0;
    rw->rs->infos[i] = (RaceInfo){.id = g->id, .parent = g->parent_id, .start = g->start, .go_pos = g->go_pos};
    rg->info = i;
    return i;
}

uint32_t race_record_of(RaceWorker *rw, RaceWho who, const void *pc, uint32_t context, uint32_t info) {
    uint32_t id = race_id(rw->rs, &rw->rs->record_ids, &rw->records);
    if (UNLIKELY(!id)) return 0;
    rw->rs->records[id] = (RaceRecord){.pc = pc, .context = context, .info = info};
    __atomic_store_n(&rw->rs->who_of[id], who, __ATOMIC_RELAXED);
    return id;
}

uint32_t race_record(Worker *w, G *g, const void *pc, uint32_t context, uint32_t kind) {
    RaceWorker *rw = w->race;
    RaceG *rg = g->race_state;
    if (UNLIKELY(g->race == WHO_NOBODY)) race_take_slot(rw, g, rg);
    rg->last_access = who_epoch(g->race);
    return race_record_of(rw, g->race, pc, context, race_info(rw, g, rg) << 3 | kind);
}
