// lockorder.c — see the header. An edge is kept per pair of locks and pair of places, for a few goroutines that could have been there at the same time
// ("representatives"): one that is ordered before the newcomer gives its place to it, so that a round of goroutines that comes later is
// looked at too. Memory is bounded: EDGES in all, after which nothing new is learned.
//
// Cycles are looked for when an edge is new, from its end back to its beginning, over at most DEPTH locks.
#include "runtime/lockorder.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/names.h"
#include "runtime/order.h"

enum { EDGES = 20000, REPRESENTATIVES = 3, GATES = 6, DEPTH = 5, STEPS = 2000 };

// A channel used as a counting semaphore, of which the goroutine had a permit: it had sent on it and not yet received, or the other way round.
typedef struct Permit {
    uint64_t channel; // serial * 2 + 1 when permits are got by sending
    uint64_t most;    // so many goroutines can have one at the same time, as far as was seen
} Permit;

struct LockEdge {
    LockEdge *next; // of the same first lock
    LedgerRec *from, *to;
    uint64_t from_serial, to_serial;
    bool from_reading, to_reading;
    Pos from_pos, to_pos;
    uint64_t g, n; // the goroutine, and which of its edges
    const struct Func *start;
    Order *order; // what it was ordered after when it took the first lock
    uint32_t ngates;
    uint64_t gates[GATES]; // locks that it held besides: serial * 2 + reading
    uint32_t npermits;
    Permit permits[TOKENS];
};

static bool current(const LockEdge *e) {
    return e->to->serial == e->to_serial && e->from->serial == e->from_serial;
}

static bool before(const Worker *w, const LockEdge *e, const Order *o) {
    return e->g < __atomic_load_n(&w->rt->order_floor, __ATOMIC_RELAXED) || order_covers(o, e->g, e->n);
}

static void free_edge(Runtime *rt, LockEdge *e) {
    order_drop(e->order);
    free(e);
    rt->nedges--;
}

void lockorder_forget(Runtime *rt, LedgerRec *r) {
    for (LockEdge *e = r->edges, *next; e; e = next) {
        next = e->next;
        free_edge(rt, e);
    }
    r->edges = NULL;
}

// --- can these two steps wait at the same time?

static bool gate_in_common(const LockEdge *a, const LockEdge *b) {
    for (uint32_t i = 0; i < a->ngates; i++)
        for (uint32_t k = 0; k < b->ngates; k++)
            if (a->gates[i] >> 1 == b->gates[k] >> 1 && !(a->gates[i] & b->gates[k] & 1)) return true;
    return false;
}

static bool together(const Worker *w, const LockEdge *a, const LockEdge *b) {
    return a->g != b->g && !gate_in_common(a, b) && !before(w, a, b->order) && !before(w, b, a->order);
}

typedef struct Search {
    const Worker *w;
    const LockEdge *path[DEPTH];
    uint32_t n, steps;
} Search;

static bool fits(const Search *s, const LockEdge *e) {
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->path[i]->from == e->from || !together(s->w, s->path[i], e)) return false;
    }
    return true;
}

// Two readers do not wait for each other.
static bool blocks(const LockEdge *wants, const LockEdge *holds) { return !(wants->to_reading && holds->from_reading); }

// More steps need a permit of one channel than there are: the philosophers of whom a waiter lets only four sit down.
static bool too_many(const Search *s) {
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t p = 0; p < s->path[i]->npermits; p++) {
            uint64_t channel = s->path[i]->permits[p].channel, most = 0, n = 0;
            for (uint32_t k = 0; k < s->n; k++)
                for (uint32_t q = 0; q < s->path[k]->npermits; q++) {
                    const Permit *x = &s->path[k]->permits[q];
                    if (x->channel != channel) continue;
                    n++;
                    if (x->most > most) most = x->most;
                }
            if (n > most) return true;
        }
    return false;
}

static bool search(Search *s) {
    const LockEdge *last = s->path[s->n - 1];
    if (last->to == s->path[0]->from) return s->n > 1 && blocks(last, s->path[0]) && !too_many(s);
    if (s->n == DEPTH) return false;
    for (const LockEdge *e = last->to->edges; e; e = e->next) {
        if (++s->steps > STEPS) return false;
        if (!current(e) || !blocks(last, e) || !fits(s, e)) continue;
        s->path[s->n++] = e;
        if (search(s)) return true;
        s->n--;
    }
    return false;
}

// --- telling

static int by_value(const void *a, const void *b) {
    Pos x = *(const Pos *)a, y = *(const Pos *)b;
    return x < y ? -1 : x > y;
}

static void tell(Runtime *rt, const Search *s) {
    Named name[DEPTH + 1];
    for (uint32_t i = 0; i < s->n; i++) name_object(rt, (const void *)s->path[i]->from->addr, &name[i]);
    Finding *f = finding_new(FINDING_LOCK_ORDER, "could deadlock: %u goroutines take the same locks in different orders", s->n);
    Pos places[DEPTH];
    for (uint32_t i = 0; i < s->n; i++) {
        const LockEdge *e = s->path[i];
        const Named *to = &name[(i + 1) % s->n];
        Buf who;
        buf_init(&who);
        name_goroutine(rt, e->g, e->start, &who);
        finding_part(f, e->to_pos, e->g, "%s %s `%s` while it holds `%s`", buf_str(&who),
                     e->to_reading ? "takes for reading" : "takes", buf_str((Buf *)(uintptr_t)&to->text), buf_str(&name[i].text));
        finding_detail(f, e->from_pos, "it took `%s`%s", buf_str(&name[i].text), e->from_reading ? " for reading" : "");
        buf_fini(&who);
        places[i] = e->to_pos;
    }
    finding_why(f, "This time one of them was quicker. When each has taken its first lock, each waits for %s, for ever.",
                s->n == 2 ? "the other's" : "the next one's");
    if (s->n == 2) {
        const char *a = buf_str(&name[0].text), *b = buf_str(&name[1].text);
        bool swap = strcmp(a, b) > 0;
        finding_help(f, places[0] == places[1] ? "give the locks an order (by name, by number), and take `%s` and `%s` in that order everywhere"
                                               : "take `%s` and `%s` in the same order everywhere", swap ? b : a, swap ? a : b);
    } else finding_help(f, "give the locks an order (by name, by number) and take them in that order everywhere");
    qsort(places, s->n, sizeof places[0], by_value);
    finding_key(f, "lock order");
    for (uint32_t i = 0; i < s->n; i++) finding_key(f, " %u", places[i]);
    for (uint32_t i = 0; i < s->n; i++) named_fini(&name[i]);
    finding_report_take(rt, f);
}

// --- learning

static void add_gates(LockEdge *e, const G *g, const Held *outer) {
    const GWatch *x = g->watch;
    for (uint32_t i = 0; i < x->nheld && e->ngates < GATES; i++) {
        const Held *h = &x->held[i];
        if (h != outer && h->serial != e->to_serial) e->gates[e->ngates++] = h->serial * 2 + h->reading;
    }
}

// A permit got by sending takes a place in the channel until its owner receives, unless others receive, too. One got by receiving was put there
// by somebody who had none.
static void add_permits(LockEdge *e, const G *g) {
    const GWatch *x = g->watch;
    for (const Token *t = x->tokens; t && t < x->tokens + TOKENS; t++) {
        if (!t->n || __atomic_load_n(&t->rec->serial, __ATOMIC_RELAXED) != t->serial) continue;
        bool sent = t->n > 0;
        uint64_t unmatched = __atomic_load_n(&t->rec->unmatched[!sent], __ATOMIC_RELAXED);
        e->permits[e->npermits++] = (Permit){t->serial * 2 + sent, sent ? t->rec->cap + unmatched : unmatched};
    }
}

// An edge of the same locks and places that stands for this one, too (then NULL in *old), or that may be replaced.
static bool represented(const Worker *w, const LedgerRec *from, const Held *outer, const Held *inner, uint64_t g, LockEdge **old) {
    uint32_t n = 0;
    *old = NULL;
    for (LockEdge *e = from->edges; e; e = e->next) {
        if (e->to != inner->rec || e->to_pos != inner->pos || e->from_pos != outer->pos || !current(e)) continue;
        if (e->g == g) return true;
        if (before(w, e, inner->order)) *old = e;
        else if (++n == REPRESENTATIVES) return true;
    }
    return false;
}

static void learn_locked(Worker *w, G *g, const Held *outer, const Held *inner) {
    Runtime *rt = w->rt;
    LedgerRec *from = outer->rec;
    LockEdge *e;
    if (represented(w, from, outer, inner, g->id, &e)) return;
    if (e) order_drop(e->order);
    else {
        if (rt->nedges == EDGES) return;
        rt->nedges++;
        e = xcalloc(1, sizeof *e);
        e->next = from->edges;
        from->edges = e;
    }
    LockEdge *next = e->next;
    *e = (LockEdge){.next = next, .from = from, .to = inner->rec, .from_serial = outer->serial, .to_serial = inner->serial,
                    .from_reading = outer->reading, .to_reading = inner->reading, .from_pos = outer->pos, .to_pos = inner->pos,
                    .g = g->id, .start = g->start, .order = order_share(outer->order)};
    add_gates(e, g, outer);
    add_permits(e, g);
    g->watch->order = order_count(g->watch->order, g->id, &e->n, &rt->order_floor);
    Search s = {.w = w, .path = {e}, .n = 1};
    if (inner->rec->edges && search(&s)) tell(rt, &s);
}

void lockorder_taken(Worker *w, G *g, const Held *inner) {
    Runtime *rt = w->rt;
    const GWatch *x = g->watch;
    lock_take(&rt->order_lock);
    for (uint32_t i = 0; i < x->nheld; i++)
        if (x->held[i].rec != inner->rec) learn_locked(w, g, &x->held[i], inner);
    lock_drop(&rt->order_lock);
}
