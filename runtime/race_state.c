// race_state.c — the race detector's tables: ranges of addresses of which only the touched pages cost memory, and ids into them.
#include "runtime/race_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SYNCS = 1 << 24, CONTEXTS = 1 << 22, OUTSIDE_BUCKETS = 1024, FIRST_BUCKETS = 1024, FIRST_SWEEP = 1024 };

typedef struct RaceSlab {
    struct RaceSlab *next;
    RaceG g[128];
} RaceSlab;

void *race_region(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    return p;
}

static void ids_init(RaceIds *ids, uint32_t n) {
    ids->limit = n / 64;
    ids->used = race_region(n / 8);
    ids->used[0] = 1; // id 0 is none
}
static void ids_fini(RaceIds *ids) { munmap(ids->used, (size_t)ids->limit * 8); }

// One more chunk of what a sweep gives back is in use, or is wanted in vain.
static void count_chunk(RaceState *rs) {
    if (__atomic_add_fetch(&rs->records_taken, 1, __ATOMIC_RELAXED) == rs->sweep_at) heap_request_gc(rs->rt->heap);
}

uint32_t race_id(RaceState *rs, RaceIds *ids, RaceIdChunk *chunk) {
    if (UNLIKELY(!chunk->free)) {
        race_lock(rs, &rs->lock);
        while (ids->cursor < ids->limit && !~ids->used[ids->cursor]) ids->cursor++;
        if (ids->cursor == ids->limit) {
            race_unlock(rs, &rs->lock);
            __atomic_fetch_or(&rs->missed, ids == &rs->sync_ids ? RACE_MISSED_ORDER : RACE_MISSED_ACCESSES, __ATOMIC_RELAXED);
            if (ids != &rs->sync_ids && chunk->wanted++ % 64 == 63) count_chunk(rs);
            return 0;
        }
        chunk->first = ids->cursor * 64;
        chunk->free = ~ids->used[ids->cursor];
        ids->used[ids->cursor++] = ~UINT64_C(0);
        if (ids->cursor > ids->top) ids->top = ids->cursor;
        race_unlock(rs, &rs->lock);
        if (ids != &rs->sync_ids) count_chunk(rs);
    }
    uint32_t bit = (uint32_t)__builtin_ctzll(chunk->free);
    chunk->free &= chunk->free - 1;
    return chunk->first + bit;
}

RaceG *race_more_g(RaceWorker *rw) {
    RaceSlab *s = xmalloc(sizeof *s);
    for (uint32_t i = COUNT_OF(s->g); i-- > 1;) freelist_give(&rw->free_g, &s->g[i]);
    race_lock(rw->rs, &rw->rs->lock);
    s->next = rw->rs->slabs;
    rw->rs->slabs = s;
    race_unlock(rw->rs, &rw->rs->lock);
    return &s->g[0];
}

RaceState *race_new(Runtime *rt) {
    RaceState *rs = xcalloc(1, sizeof *rs);
    rs->rt = rt;
    lock_init(&rs->lock, RANK_RACE);
    lock_init(&rs->tell_lock, RANK_TELL);
    lock_init(&rs->free_g.lock, RANK_POOL);
    lock_init(&rs->free_leaves.lock, RANK_POOL);
    lock_init(&rs->free_inner.lock, RANK_POOL);
    rs->single = rt->single;
    rs->report = race_report;
    rs->cells = heap_watch(rt->heap, &rs->lo, &rs->size);
    rs->who_of = race_region(RACE_IDS * sizeof *rs->who_of);
    rs->records = race_region(RACE_SETS * sizeof *rs->records);
    rs->sets = race_region((RACE_IDS - RACE_SETS) * sizeof *rs->sets);
    rs->infos = race_region(RACE_IDS * sizeof *rs->infos);
    rs->syncs = race_region(SYNCS * sizeof *rs->syncs);
    rs->contexts = race_region(CONTEXTS * sizeof *rs->contexts);
    ids_init(&rs->record_ids, RACE_SETS);
    ids_init(&rs->set_ids, RACE_IDS - RACE_SETS);
    ids_init(&rs->info_ids, RACE_IDS);
    ids_init(&rs->sync_ids, SYNCS);
    rs->nset_buckets = FIRST_BUCKETS;
    rs->set_buckets = xcalloc(FIRST_BUCKETS, sizeof(uint32_t));
    rs->context_buckets = race_region(CONTEXTS * sizeof(uint32_t));
    rs->outside = xcalloc(OUTSIDE_BUCKETS, sizeof(uint32_t));
    rs->next_slot = 1;
    rs->sweep_at = FIRST_SWEEP;
    rs->workers = xcalloc((size_t)rt->nworkers, sizeof *rs->workers);
    for (int i = 0; i < rt->nworkers; i++) {
        RaceWorker *rw = xcalloc(1, sizeof *rw);
        rw->lo = rs->lo;
        rw->size = rs->size;
        rw->cells = rs->cells;
        rw->who_of = rs->who_of;
        rw->records_of = rs->records;
        rw->rs = rs;
        rw->single = rw->clocks.single = rs->single;
        if (!rs->single) {
            rw->free_g.shared = &rs->free_g;
            rw->clocks.leaves.shared = &rs->free_leaves;
            rw->clocks.inner.shared = &rs->free_inner;
        }
        rs->workers[i] = rw;
    }
    return rs;
}

void race_start(Runtime *rt) {
    if (rt->race)
        for (int i = 0; i < rt->nworkers; i++) rt->workers[i].race = rt->race->workers[i];
}

static void drop_all_clocks(RaceState *rs, ClockPool *pool) {
    for (uint32_t i = 0; i < rs->sync_ids.top * 64; i++)
        if (rs->syncs[i].key) race_sync_drop(pool, &rs->syncs[i]);
    for (G *g = gstack_all(rs->rt); g; g = g->all_next)
        if (g->race_state) clock_drop(pool, ((RaceG *)g->race_state)->clock);
}

void race_free(Runtime *rt) {
    RaceState *rs = rt->race;
    if (!rs) return;
    drop_all_clocks(rs, &rs->workers[0]->clocks);
    for (int i = 0; i < rt->nworkers; i++) {
        RaceWorker *rw = rs->workers[i];
        clock_pool_fini(&rw->clocks);
        free(rw->dead);
        free(rw->scratch);
        free(rw);
    }
    munmap(rs->who_of, RACE_IDS * sizeof *rs->who_of);
    munmap(rs->records, RACE_SETS * sizeof *rs->records);
    munmap(rs->sets, (RACE_IDS - RACE_SETS) * sizeof *rs->sets);
    munmap(rs->infos, RACE_IDS * sizeof *rs->infos);
    munmap(rs->syncs, SYNCS * sizeof *rs->syncs);
    munmap(rs->contexts, CONTEXTS * sizeof *rs->contexts);
    munmap(rs->context_buckets, CONTEXTS * sizeof(uint32_t));
    ids_fini(&rs->record_ids);
    ids_fini(&rs->set_ids);
    ids_fini(&rs->info_ids);
    ids_fini(&rs->sync_ids);
    for (RaceSlab *s = rs->slabs, *next; s; s = next) {
        next = s->next;
        free(s);
    }
    free(rs->workers);
    free(rs->set_buckets);
    free(rs->outside);
    free(rs->pairs);
    free(rs->dead);
    free(rs);
    rt->race = NULL;
}
