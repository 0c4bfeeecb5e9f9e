// finalizer.c — see the header. A collection that looks for objects to finalise marks in three stages, one when nothing is left of the one before: everything
// but what objects with finalizers alone lead to; that; and what main's variables keep (partial.h), which must not put an end off. What has no mark after the
// second stage is found.
#include "runtime/finalizer.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/partial.h"
#include "runtime/race.h"

enum { FIRST_CAP = 16, MERCY = 100 };
enum { STAGE_ROOTS, STAGE_INSIDE, STAGE_KEPT }; // what was marked last

// --- the table ------------------------------------------------------------------------------------------------

static uint32_t slot_of(const Finalizers *x, const void *object) {
    uint32_t i = (uint32_t)((uintptr_t)object * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (x->cap - 1);
    while (x->table[i].object && x->table[i].object != object) i = (i + 1) & (x->cap - 1);
    return i;
}

static void set_count(Finalizers *x, uint32_t n) { __atomic_store_n(&x->n, n, __ATOMIC_RELAXED); }

static void make_room(Finalizers *x) {
    if (x->cap && x->n < x->cap / 4 * 3) return;
    Finalizer *old = x->table;
    uint32_t cap = x->cap;
    x->cap = cap ? cap * 2 : FIRST_CAP;
    x->table = xcalloc(x->cap, sizeof *x->table);
    for (uint32_t i = 0; i < cap; i++)
        if (old[i].object) x->table[slot_of(x, old[i].object)] = old[i];
    free(old);
}

// What was put behind i only because i was taken moves up.
static void remove_at(Finalizers *x, uint32_t i) {
    set_count(x, x->n - 1);
    for (uint32_t k = i;;) {
        x->table[i] = (Finalizer){0};
        Finalizer f;
        do {
            k = (k + 1) & (x->cap - 1);
            f = x->table[k];
            if (!f.object) return;
        } while (slot_of(x, f.object) == k);
        x->table[slot_of(x, f.object)] = f;
        i = k;
    }
}

// --- SetFinalizer ---------------------------------------------------------------------------------------------

// In the object's header, which nothing else is kept for; so it lives and dies with the object.
static const void *key_of(const Runtime *rt, const void *object) {
    uint64_t bytes;
    const char *base = heap_object_at(rt->heap, object, &bytes);
    return base - sizeof(Word) + ((const char *)object - base) / (int)sizeof(Word) % (int)sizeof(Word);
}

FinalizerStatus finalizer_set(Worker *w, G *g, const Finalizer *f, FinalizerMake make, const void *run) {
    Runtime *rt = w->rt;
    Finalizers *x = &rt->finalizers;
    if (rt->race && !w->race) race_start(rt); // it may start a goroutine
    lock_take(&x->lock);
    make_room(x);
    uint32_t i = slot_of(x, f->object);
    bool taken = x->table[i].object;
    if (!taken) {
        x->table[i] = *f;
        x->table[i].by = g->id;
        x->table[i].seq = ++x->seq;
        x->make = make;
        x->run = run;
        set_count(x, x->n + 1);
    }
    lock_drop(&x->lock);
    if (taken) return FINALIZER_SET_ALREADY;
    race_release(w, g, key_of(rt, f->object));
    return FINALIZER_OK;
}

void finalizer_clear(Worker *w, void *object) {
    Finalizers *x = &w->rt->finalizers;
    lock_take(&x->lock);
    if (x->n) {
        uint32_t i = slot_of(x, object);
        if (x->table[i].object) remove_at(x, i);
    }
    lock_drop(&x->lock);
}

typedef struct FinalizerWords {
    struct FinalizerWords *next;
    char text[];
} FinalizerWords;

const char *finalizer_words(Runtime *rt, const char *text) {
    Finalizers *x = &rt->finalizers;
    size_t n = strlen(text) + 1;
    FinalizerWords *words = xmalloc(sizeof *words + n);
    memcpy(words->text, text, n);
    lock_take(&x->lock);
    words->next = x->words;
    x->words = words;
    lock_drop(&x->lock);
    return words->text;
}

bool finalizer_any(const Runtime *rt) {
    const Finalizers *x = &rt->finalizers;
    return __atomic_load_n(&x->n, __ATOMIC_RELAXED) || x->first != x->last;
}

uint32_t finalizer_goroutines(const Runtime *rt) { return __atomic_load_n(&rt->finalizers.active, __ATOMIC_RELAXED); }

uint64_t finalizer_ends(const Runtime *rt) { return __atomic_load_n(&rt->finalizers.ends, __ATOMIC_RELAXED); }

// --- running them ---------------------------------------------------------------------------------------------

void finalizer_start(Worker *w) {
    Runtime *rt = w->rt;
    Finalizers *x = &rt->finalizers;
    lock_take(&x->lock);
    bool any = !x->active && x->first != x->last;
    if (any) __atomic_store_n(&x->active, 1, __ATOMIC_RELAXED);
    Finalizer f = any ? x->queue[x->first] : (Finalizer){0};
    const FinalizerMake make = x->make;
    const void *run = x->run;
    lock_drop(&x->lock);
    if (!any) return;
    G *current = w->current; // has nothing to do with it: no child of his
    w->current = NULL;
    G *g = make(w, &f, run);
    if (g) {
        g->parent_id = f.by;
        g->flags |= GF_SYSTEM; // until it begins
        race_acquire(w, g, key_of(rt, f.object));
        race_acquire(w, g, &x->key);
    }
    lock_take(&x->lock);
    __atomic_store_n(&x->running, g, __ATOMIC_RELAXED);
    if (g) x->first++;
    else __atomic_store_n(&x->active, 0, __ATOMIC_RELAXED); // the end of the next collection tries again
    lock_drop(&x->lock);
    if (g) sched_go(w, g);
    w->current = current;
}

void finalizer_ended(Worker *w, G *g) {
    Finalizers *x = &w->rt->finalizers;
    if (LIKELY(__atomic_load_n(&x->running, __ATOMIC_RELAXED) != g)) return; // only g itself can find its own address there
    race_release(w, g, &x->key);
    lock_take(&x->lock);
    __atomic_store_n(&x->running, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&x->ends, x->ends + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&x->active, 0, __ATOMIC_RELAXED);
    lock_drop(&x->lock);
    finalizer_start(w);
}

bool finalizer_may_help(Worker *w, bool over) {
    Finalizers *x = &w->rt->finalizers;
    lock_take(&x->lock);
    w->gives_way = over && x->running && x->running != w->current && x->mercy < MERCY;
    x->mercy = w->gives_way ? x->mercy + 1 : 0;
    lock_drop(&x->lock);
    return w->gives_way;
}

// --- collections ----------------------------------------------------------------------------------------------

static bool alive(const Runtime *rt, const Finalizer *f) { return gc_survives(rt->heap, f->object); }

static int newest_first(const void *a, const void *b) {
    uint64_t x = ((const Finalizer *)a)->seq, y = ((const Finalizer *)b)->seq;
    return x > y ? -1 : x < y;
}

static void forget_accesses(void *ctx, void *object, uint64_t bytes) {
    Runtime *rt = ctx;
    race_fresh(&rt->workers[0], object, bytes);
}

// What was not reached goes into the queue.
static void find(Runtime *rt, GcCycle *c) {
    Finalizers *x = &rt->finalizers;
    if (x->first) memmove(x->queue, x->queue + x->first, (x->last - x->first) * sizeof *x->queue);
    x->last -= x->first;
    x->first = 0;
    uint32_t before = x->last;
    for (uint32_t i = 0; i < x->cap; i++) {
        if (!x->table[i].object || alive(rt, &x->table[i])) continue;
        if (x->last == x->queue_cap) x->queue = xrealloc(x->queue, (x->queue_cap = x->queue_cap ? x->queue_cap * 2 : FIRST_CAP) * sizeof *x->queue);
        x->queue[x->last++] = x->table[i];
    }
    if (x->last == before) return;
    qsort(x->queue + before, x->last - before, sizeof *x->queue, newest_first);
    for (uint32_t i = before; i < x->last; i++) {
        gc_revive(c, x->queue[i].object);
        remove_at(x, slot_of(x, x->queue[i].object));
    }
    if (x->marks) gc_each_marked_since(rt->heap, x->marks, forget_accesses, rt);
}

static bool more(void *ctx, GcMarker *m, G **all) {
    Runtime *rt = ctx;
    Finalizers *x = &rt->finalizers;
    bool inside = false;
    (void)all;
    switch (x->stage++) {
    case STAGE_ROOTS:
        for (uint32_t i = 0; i < x->cap; i++) {
            if (!x->table[i].object || alive(rt, &x->table[i])) continue;
            if (!inside && rt->workers[0].race) x->marks = gc_marks_copy(rt->heap);
            inside = true;
            gc_scan_unmarked(m, x->table[i].object);
        }
        return true;
    case STAGE_INSIDE:
        find(rt, gc_cycle_of(m));
        free(x->marks);
        x->marks = NULL;
        partial_keep(rt, m);
        return true;
    default: return false;
    }
}

void finalizer_prepare(Runtime *rt, GcSource *s, bool search) {
    Finalizers *x = &rt->finalizers;
    x->stage = STAGE_ROOTS;
    x->blocked = false;
    if (!search && x->n) s->more = more;
    if (search && x->running && g_status(x->running) == G_WAITING) x->blocked = true;
}

static void scan_queue(Runtime *rt, GcMarker *m) {
    Finalizers *x = &rt->finalizers;
    for (uint32_t i = x->first; i < x->last; i++) {
        gc_mark_pointer(m, (Word)x->queue[i].object);
        gc_mark_pointer(m, (Word)x->queue[i].func);
    }
}

static void scan_table(Runtime *rt, GcMarker *m, bool inside) {
    Finalizers *x = &rt->finalizers;
    for (uint32_t i = 0; i < x->cap; i++) {
        if (!x->table[i].object) continue;
        gc_mark_pointer(m, (Word)x->table[i].func);
        if (inside) gc_scan_inside(m, x->table[i].object);
    }
}

// A search begins with what can still run: whatever has a finalizer may lose its last reader one day, and be given to it. But not while a finalizer waits for
// ever, since the rest waits for that one.
void finalizer_scan_roots(Runtime *rt, GcMarker *m) {
    if (rt->finalizers.blocked) return;
    gc_mark_pointer(m, (Word)rt->finalizers.run);
    scan_queue(rt, m);
    scan_table(rt, m, rt->partial.searching);
}

bool finalizer_search_more(Runtime *rt, GcMarker *m, bool all) {
    Finalizers *x = &rt->finalizers;
    if (!x->blocked || !(all || partial_is_live(x->running))) return false;
    x->blocked = false;
    scan_queue(rt, m);
    scan_table(rt, m, true);
    return true;
}

void finalizer_keep(Runtime *rt, GcCycle *c) {
    Finalizers *x = &rt->finalizers;
    for (uint32_t i = 0; i < x->cap; i++)
        if (x->table[i].object && !alive(rt, &x->table[i])) gc_revive(c, x->table[i].object);
}

void finalizer_fini(Runtime *rt) {
    free(rt->finalizers.table);
    free(rt->finalizers.queue);
    for (FinalizerWords *x = rt->finalizers.words, *next; x; x = next) {
        next = x->next;
        free(x);
    }
}
