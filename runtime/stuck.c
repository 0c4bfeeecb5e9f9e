// stuck.c — the waits-for graph: from a waiting goroutine to what it waits for, and from there to who could have woken it.
// (stuck_text.c says it in words.)
#include "runtime/stuck.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/readers.h"

static Want of_waiter(const Waiter *x, WaitReason reason) {
    return (Want){.reason = reason, .chan = x->on, .send = x->is_send, .word = x->on};
}

uint32_t stuck_wants(const G *g, Want *out) {
    WaitReason reason = (WaitReason)g->wait_reason;
    const Word *at = g->waiter.on;
    switch (reason) {
    case WAIT_CHAN_SEND: case WAIT_CHAN_RECV:
        out[0] = of_waiter(&g->waiter, reason);
        return 1;
    case WAIT_CHAN_SEND_NIL: case WAIT_CHAN_RECV_NIL:
        out[0] = (Want){.reason = reason, .send = reason == WAIT_CHAN_SEND_NIL};
        return 1;
    case WAIT_SELECT: {
        uint32_t n = 0;
        if (!(g->flags & GF_SELECT)) { // only nil channels
            out[0] = (Want){.reason = reason};
            return 1;
        }
        for (; n < g->select_count && n < WANTS; n++) out[n] = of_waiter(&g->select_waiters[n], reason);
        return n;
    }
    case WAIT_RWMUTEX_R: // waits at word 1, the count of readers
        out[0] = (Want){.reason = reason, .word = at, .object = at - 1};
        return 1;
    case WAIT_RWMUTEX_W: { // at the writers' mutex, or in the upper half of word 1 for the readers to go
        bool inside = (uintptr_t)at & 4;
        const Word *first = inside ? (const Word *)((uintptr_t)at - 12) : at;
        out[0] = (Want){.reason = reason, .word = at, .object = first, .for_readers = inside};
        return 1;
    }
    case WAIT_MUTEX: case WAIT_WAITGROUP: case WAIT_COND: case WAIT_ONCE: case WAIT_SEMA:
        out[0] = (Want){.reason = reason, .word = at, .object = at};
        return 1;
    case WAIT_NONE: case WAIT_SELECT_EMPTY: case WAIT_SLEEP: case WAIT_IO: case WAIT_COUNT:
        break;
    }
    return 0;
}

uint64_t stuck_holder(Runtime *rt, const G *g, Act *at) {
    Want w[WANTS];
    if (!stuck_wants(g, w)) return 0;
    WaitReason r = w[0].reason;
    if (r != WAIT_MUTEX && r != WAIT_RWMUTEX_R && r != WAIT_RWMUTEX_W) return 0;
    const LedgerRec *rec = ledger_find(rt, w[0].object);
    if (!rec || rec->kind != LEDGER_LOCK) return 0;
    Act who = rec->holder;
    // A writer waits for any of the readers, g itself first (an upgrade); a reader waits for the writer who does.
    if (!who.g && !readers_one(rec, g->id, &who)) return 0;
    if (at) *at = who;
    return who.g;
}

// --- sets of goroutines ---------------------------------------------------------------------------------------

static int by_id(const void *a, const void *b) {
    uint64_t x = (*(G *const *)a)->id, y = (*(G *const *)b)->id;
    return x < y ? -1 : x > y;
}

static G *find_id(G *const *g, uint32_t n, uint64_t id) {
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (g[mid]->id == id) return g[mid];
        if (g[mid]->id < id) lo = mid + 1;
        else hi = mid;
    }
    return NULL;
}

// Its goroutine is still there while the rest is looked at.
static bool main_has_returned(const G *g) { return (g->flags & GF_MAIN) && !g->pc && g_status(g) == G_RUNNING; }

// Main of a run of tests, which waits for a test to end: none of it is the program's, and nothing about it is to be changed.
static bool is_harness(Runtime *rt, const G *g) { return (g->flags & GF_MAIN) && rt->hooks->is_own && !rt->hooks->is_own(rt, g); }

void stuck_init(Stuck *s, Runtime *rt, G *all, bool (*chosen)(const G *g)) {
    *s = (Stuck){.rt = rt};
    uint32_t n = 0;
    for (G *g = all; g; g = g->all_next) n++;
    s->all = xcalloc(n + 1, sizeof(G *));
    s->g = xcalloc(n + 1, sizeof(G *));
    for (G *g = all; g; g = g->all_next) {
        if (!main_has_returned(g)) s->all[s->nall++] = g;
        if (!(g->flags & GF_SYSTEM) && (chosen ? chosen(g) : g_status(g) == G_WAITING)) s->g[s->n++] = g;
    }
    if (s->nall) qsort(s->all, s->nall, sizeof(G *), by_id);
    if (s->n) qsort(s->g, s->n, sizeof(G *), by_id);
    if (s->n > 1 && is_harness(rt, s->g[0])) memmove(s->g, s->g + 1, --s->n * sizeof(G *)); // main has the lowest id
}

void stuck_fini(Stuck *s) {
    free(s->g);
    free(s->all);
}

G *stuck_live(const Stuck *s, uint64_t id) { return find_id(s->all, s->nall, id); }
bool stuck_is(const Stuck *s, uint64_t id) { return find_id(s->g, s->n, id) != NULL; }

// Each goroutine waits for one lock at most, so from any of them there is one way; it ends, or meets itself.
uint32_t stuck_cycle(const Stuck *s, G **out, uint32_t max) {
    for (uint32_t i = 0; i < s->n; i++) {
        G *g = s->g[i];
        uint32_t n = 0;
        for (uint64_t id; n < max && (id = stuck_holder(s->rt, g, NULL)); n++) {
            out[n] = g;
            if (id == s->g[i]->id) return n + 1;
            g = find_id(s->g, s->n, id);
            if (!g) break;
        }
    }
    return 0;
}
