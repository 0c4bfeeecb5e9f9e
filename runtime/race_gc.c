// race_gc.c — what the race detector gives back when the world is stopped for a collection.
//
// Always: the clocks of addresses whose object has died. When enough records were made since the last time: a sweep. It walks the cells of all live
// memory, clears what is covered (an access that happened before everything that can still run cannot race any more), and frees the records and sets that
// no cell refers to. The slots of goroutines that have ended and of which nothing is left, or everybody knows all, may then be taken by any goroutine.
#include "runtime/race_state.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_SWEEP = 1024, CLOCK_WORK = 1 << 22 };

typedef struct Sweep {
    RaceState *rs;
    uint64_t *records, *sets, *covered_sets, *infos; // bits: still in use; sets that are covered
    uint32_t *least, *knowers;  // by slot: the lowest epoch known, by how many
    uint32_t nslots, nknowers;  // nknowers 0: nothing is covered
    uint64_t work;
    RaceWho self, extra;        // of the goroutine that is being asked
} Sweep;

static bool bit(const uint64_t *bits, uint32_t i) { return bits[i / 64] >> (i % 64) & 1; }
static void set_bit(uint64_t *bits, uint32_t i) { bits[i / 64] |= UINT64_C(1) << i % 64; }

// ---- synchronising addresses

static void forget_dead_syncs(Runtime *rt) {
    RaceState *rs = rt->race;
    ClockPool *pool = &rs->workers[0]->clocks;
    uint32_t n = rs->sync_ids.top * 64;
    memset(rs->sync_ids.used, 0, (size_t)rs->sync_ids.top * 8);
    set_bit(rs->sync_ids.used, 0);
    for (uint32_t i = 1; i < n; i++) {
        RaceSync *s = &rs->syncs[i];
        uintptr_t off = (uintptr_t)s->key - rs->lo;
        if (!s->key) continue;
        if (off < rs->size && !heap_is_marked(rt->heap, s->key)) {
            *(uint64_t *)(rs->cells + (off & ~(uintptr_t)7)) = 0; // dead memory's cell, with all that hangs there
            rs->nhot -= s->hot;
            race_sync_drop(pool, s);
            *s = (RaceSync){0};
            continue;
        }
        set_bit(rs->sync_ids.used, i);
    }
    rs->sync_ids.cursor = 0;
    while (rs->sync_ids.top && !rs->sync_ids.used[rs->sync_ids.top - 1]) rs->sync_ids.top--;
    for (int i = 0; i < rt->nworkers; i++) rs->workers[i]->syncs.free = 0;
}

// ---- what everybody knows

static void note(Sweep *s, uint32_t slot, uint32_t epoch) {
    s->knowers[slot]++;
    if (epoch < s->least[slot]) s->least[slot] = epoch;
}
static void note_known(void *ctx, uint32_t slot, uint32_t epoch) {
    Sweep *s = ctx;
    s->work++;
    if (slot != who_slot(s->self) && slot != who_slot(s->extra)) note(s, slot, epoch);
}

static bool timers_may_start_goroutines(const Runtime *rt) {
    for (uint32_t i = 0; i < rt->ntimers; i++)
        if (!(rt->timers[i].what & 1)) return true; // not a sleeper
    return false;
}

static void ask_everybody(Sweep *s) {
    RaceState *rs = s->rs;
    s->nslots = __atomic_load_n(&rs->next_slot, __ATOMIC_RELAXED);
    s->least = xmalloc(s->nslots * sizeof *s->least);
    s->knowers = xcalloc(s->nslots, sizeof *s->knowers);
    memset(s->least, 0xFF, s->nslots * sizeof *s->least);
    // A timer or a finalizer may start a goroutine that knows less than all who live now; between two statements of a session the next one is such a goroutine.
    bool all = !timers_may_start_goroutines(rs->rt) && !finalizer_any(rs->rt) && !(rs->rt->host && !rs->rt->foreground);
    uint32_t n = 0;
    for (G *g = gstack_all(rs->rt); g && all; g = g->all_next) {
        const RaceG *rg = g->race_state;
        if (!rg || s->work > CLOCK_WORK) {
            all = false;
            break;
        }
        s->self = rg->ignores ? rg->held : g->race;
        s->extra = rg->extra;
        clock_each(rg->clock, note_known, s);
        note(s, who_slot(s->self), who_epoch(s->self));
        if (s->extra && who_slot(s->extra) != who_slot(s->self)) {
            uint32_t e = clock_get(rg->clock, who_slot(s->extra));
            note(s, who_slot(s->extra), e > who_epoch(s->extra) ? e : who_epoch(s->extra));
        }
        n++;
    }
    s->nknowers = all ? n : 0;
}

static bool covered(const Sweep *s, RaceWho who) {
    return s->nknowers && s->knowers[who_slot(who)] == s->nknowers && s->least[who_slot(who)] >= who_epoch(who);
}

// ---- cells

static void keep_record(Sweep *s, uint32_t id) {
    if (bit(s->records, id)) return;
    set_bit(s->records, id);
    set_bit(s->infos, s->rs->records[id].info >> 3);
}

static uint32_t swept_half(Sweep *s, uint32_t half) {
    uint32_t id = half >> 8;
    if (!id) return 0;
    const bool one = id < RACE_SETS;
    const uint32_t top = one ? s->rs->record_ids.top : s->rs->set_ids.top;
    if (UNLIKELY((one ? id : id - RACE_SETS) / 64 >= top)) gol_bug("a cell of live memory refers to %s %u, which was given back", one ? "record" : "set", id);
    if (one) {
        if (bit(s->records, id)) return half;
        if (covered(s, s->rs->who_of[id])) return 0;
        keep_record(s, id);
        return half;
    }
    id -= RACE_SETS;
    if (bit(s->sets, id)) return half;
    if (bit(s->covered_sets, id)) return 0;
    const RaceSet *sets = s->rs->sets;
    uint32_t i = id;
    while (covered(s, s->rs->who_of[sets[i].record])) {
        if (!sets[i].parent) {
            set_bit(s->covered_sets, id);
            return 0;
        }
        i = sets[i].parent - RACE_SETS;
    }
    for (i = id; !bit(s->sets, i); i = sets[i].parent - RACE_SETS) {
        set_bit(s->sets, i);
        keep_record(s, sets[i].record);
        if (!sets[i].parent) break;
    }
    return half;
}

static uint64_t swept(Sweep *s, uint64_t cell) {
    return swept_half(s, (uint32_t)cell) | (uint64_t)swept_half(s, (uint32_t)(cell >> 32)) << 32;
}

static void sweep_range(void *ctx, uintptr_t from, uintptr_t to) {
    Sweep *s = ctx;
    uint64_t *cell = (uint64_t *)(s->rs->cells + (from - s->rs->lo)), *end = cell + (to - from) / 8;
    uint64_t last = 0, result = 0;
    for (; cell < end; cell++) {
        uint64_t c = *cell;
        if (!c || race_is_sync(c)) continue;
        if (c != last) {
            last = c;
            result = swept(s, c);
        }
        if (result != c) *cell = result;
    }
}

static void sweep_sync(Sweep *s, RaceSync *sync) {
    sync->cell = swept(s, sync->cell);
    for (uint32_t i = sync->nuses; i-- > 0;) {
        RaceUse *u = race_use_at(sync, i);
        if (covered(s, u->who)) *u = *race_use_at(sync, --sync->nuses);
        else set_bit(s->infos, u->info >> 3);
    }
}

// A word that was read by many, of which all is known to everybody or in its cell, and that orders nothing, is a word like others again.
static bool cools(RaceState *rs, RaceSync *s) {
    const RaceNews *n = &s->news;
    if (!s->hot || s->nuses || s->next || s->nmerged || n->clock || n->who || n->extra || n->from || !race_heads(s, rs)) return false;
    *(uint64_t *)(rs->cells + (((uintptr_t)s->key - rs->lo) & ~(uintptr_t)7)) = s->cell;
    race_sync_drop(&rs->workers[0]->clocks, s);
    *s = (RaceSync){0};
    rs->nhot--;
    return true;
}

// ---- ids

static uint32_t take_bits(RaceIds *ids, uint64_t *bits) {
    uint32_t top = 0, n = 0;
    set_bit(bits, 0);
    for (uint32_t i = 0; i < ids->top; i++) {
        ids->used[i] = bits[i];
        if (bits[i]) top = i + 1, n += (uint32_t)__builtin_popcountll(bits[i]);
    }
    ids->top = top;
    ids->cursor = 0;
    free(bits);
    return n;
}

static void rebuild_sets(RaceState *rs) {
    memset(rs->set_buckets, 0, rs->nset_buckets * sizeof *rs->set_buckets);
    rs->nsets = 0;
    for (uint32_t i = 1; i < rs->set_ids.top * 64; i++)
        if (bit(rs->set_ids.used, i)) race_set_insert(rs, i);
}

// ---- slots

static void trace(uint64_t *traces, const RaceNews *n) {
    set_bit(traces, who_slot(n->who));
    set_bit(traces, who_slot(n->from));
}

static void free_slots(Sweep *s) {
    RaceState *rs = s->rs;
    uint64_t *traces = xcalloc(s->nslots / 64 + 1, sizeof *traces);
    for (uint32_t i = 1; i < rs->record_ids.top * 64; i++)
        if (bit(rs->record_ids.used, i)) set_bit(traces, who_slot(rs->who_of[i]));
    for (uint32_t i = 1; i < rs->sync_ids.top * 64; i++)
        if (bit(rs->sync_ids.used, i)) {
            RaceSync *sync = &rs->syncs[i];
            trace(traces, &sync->news);
            for (uint32_t k = 0; k < sync->nuses; k++) set_bit(traces, who_slot(race_use_at(sync, k)->who));
            for (uint32_t k = 0; k < sync->nmerged; k++) trace(traces, &sync->merged[k]);
        }
    for (G *g = gstack_all(rs->rt); g; g = g->all_next)
        if (g->race_state) set_bit(traces, who_slot(((const RaceG *)g->race_state)->from));
    for (int k = 0; k < rs->rt->nworkers; k++) {
        RaceWorker *rw = rs->workers[k];
        for (uint32_t n = rw->ndead; n > 0; n--) {
            RaceDead d = rw->dead[rw->dead_first];
            rw->dead_first = (rw->dead_first + 1) & (rw->dead_cap - 1);
            rw->ndead--;
            if (bit(traces, d.slot) && !covered(s, (RaceWho)d.slot << 32 | d.epoch)) {
                rw->dead[(rw->dead_first + rw->ndead++) & (rw->dead_cap - 1)] = d;
                continue;
            }
            if (rs->ndead == rs->dead_cap) {
                rs->dead_cap = rs->dead_cap ? rs->dead_cap * 2 : 64;
                rs->dead = xrealloc(rs->dead, rs->dead_cap * sizeof *rs->dead);
            }
            rs->dead[rs->ndead++] = d;
        }
    }
    free(traces);
}

static void sweep(Runtime *rt) {
    RaceState *rs = rt->race;
    Sweep s = {.rs = rs};
    s.records = xcalloc(rs->record_ids.top + 1, 8);
    s.sets = xcalloc(rs->set_ids.top + 1, 8);
    s.covered_sets = xcalloc(rs->set_ids.top + 1, 8);
    s.infos = xcalloc(rs->info_ids.top + 1, 8);
    ask_everybody(&s);
    heap_each_live_range(rt->heap, sweep_range, &s);
    for (uint32_t i = 1; i < rs->sync_ids.top * 64; i++)
        if (bit(rs->sync_ids.used, i)) {
            sweep_sync(&s, &rs->syncs[i]);
            if (cools(rs, &rs->syncs[i])) rs->sync_ids.used[i / 64] &= ~(UINT64_C(1) << i % 64);
        }
    for (G *g = gstack_all(rt); g; g = g->all_next)
        if (g->race_state) set_bit(s.infos, ((RaceG *)g->race_state)->info);
    uint32_t left = take_bits(&rs->record_ids, s.records), left_sets = take_bits(&rs->set_ids, s.sets);
    take_bits(&rs->info_ids, s.infos);
    free(s.covered_sets);
    rebuild_sets(rs);
    free_slots(&s);
    free(s.least);
    free(s.knowers);
    for (int i = 0; i < rt->nworkers; i++) {
        RaceWorker *rw = rs->workers[i];
        rw->records.free = rw->sets.free = rw->infos.free = 0;
        memset(rw->memo, 0, sizeof rw->memo);
        memset(rw->steps, 0, sizeof rw->steps);
        rw->near = (RaceNear){0};
    }
    // The next one when as much has been added as is there now, or as walking the cells is worth.
    HeapStats h;
    heap_stats(rt->heap, &h);
    rs->records_taken = 0;
    rs->sweep_at = LEAST_SWEEP + left / 64 + (uint32_t)(h.used_bytes >> 16);
    // But before the ids are used up; where few are left, not all the time for that.
    uint32_t room = (uint32_t)rs->record_ids.limit - left / 64, room_sets = rs->set_ids.limit - left_sets / 64;
    if (room_sets < room) room = room_sets;
    if (room < rs->sweep_at / 8) room = rs->sweep_at / 8;
    if (room < rs->sweep_at) rs->sweep_at = room;
    rs->sweeps++;
}

void race_collect(Runtime *rt) {
    RaceState *rs = rt->race;
    if (!rs) return;
    forget_dead_syncs(rt);
#ifdef GOL_HOSTILE
    if (rs->records_taken) sweep(rt);
#else
    if (rs->records_taken >= rs->sweep_at) sweep(rt);
#endif
}
