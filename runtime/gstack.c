// gstack.c — goroutine blocks and their stacks.
//
// A G and its first stack are one block of G_BLOCK bytes, cut from slabs that are never given back: so a blocked goroutine costs
// G_BLOCK bytes, and all goroutines can be found by walking the slabs, without a list that every spawn would have to lock.
// Free blocks are kept per worker; what one worker has too many of goes to the runtime in batches (a worker that only starts
// goroutines and one that only ends them would else grow without end).
//
// A stack that grows moves to memory of its own: powers of two, the small ones kept per worker, the large ones mapped (and grown
// by remapping, without a copy). The block's own stack lies idle then.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/ledger.h"
#include "runtime/race.h"
#include "runtime/events.h"
#include "runtime/worker.h"

#ifdef GOL_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { G_BLOCK = 384, G_SLOTS = (G_BLOCK - sizeof(G)) / sizeof(Word), SLAB_BYTES = 1 << 18, BATCH = 32 };
#define STACK_LIMIT ((uint64_t)1000000000 / sizeof(Word)) // Go's limit, in slots
enum { STACK_MAPPED = STACK_FIRST << STACK_CLASSES };       // slots from which a stack is mapped

_Static_assert(offsetof(G, waiter) == 64 && offsetof(G, all_next) == 128, "a goroutine's cache lines");

struct GSlab {
    struct GSlab *next;
    uint32_t used, cap; // blocks
    _Alignas(64) char blocks[];
};

static G *slab_g(GSlab *s, uint32_t i) { return (G *)(s->blocks + (size_t)i * G_BLOCK); }

static void *map_memory(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

// --- stacks ---------------------------------------------------------------------------------------------------

static int stack_class(uint32_t slots) { // of a power of two below STACK_MAPPED
    return __builtin_ctz(slots) - __builtin_ctz(STACK_FIRST);
}

static uint32_t stack_round(uint64_t need) {
#ifdef GOL_HOSTILE
    if (need < 2048) return (uint32_t)((need + 3) / 4 * 4); // as small as it can be: grow (and move) again soon
#endif
    uint64_t cap = STACK_FIRST;
    while (cap < need) cap *= 2;
    return (uint32_t)cap;
}
static bool stack_is_kept(uint32_t cap) { return cap >= STACK_FIRST && cap < STACK_MAPPED && (cap & (cap - 1)) == 0; }

static Word *stack_take(Worker *w, uint32_t cap) {
    if (stack_is_kept(cap)) {
        int c = stack_class(cap);
        void *p = w->free_stacks[c];
        if (p) {
            UNPOISON(p, (size_t)cap * sizeof(Word));
            w->free_stacks[c] = *(void **)p;
            w->nfree_stacks[c]--;
            return p;
        }
    }
    if (cap < STACK_MAPPED) return xmalloc((size_t)cap * sizeof(Word));
    return map_memory((size_t)cap * sizeof(Word));
}

static void stack_give(Worker *w, Word *stack, uint32_t cap) {
    if (cap >= STACK_MAPPED) {
        munmap(stack, (size_t)cap * sizeof(Word));
        return;
    }
    if (stack_is_kept(cap)) {
        int c = stack_class(cap);
        if (w->nfree_stacks[c] < 4 + (64 >> c)) {
            *(void **)stack = w->free_stacks[c];
            w->free_stacks[c] = stack;
            w->nfree_stacks[c]++;
            POISON(stack, (size_t)cap * sizeof(Word));
            return;
        }
    }
    free(stack);
}

bool g_grow_stack(Worker *w, G *g, uint32_t need) {
#ifdef GOL_HOSTILE
    uint64_t want = g->stack_cap; // moves at every call of this function, and grows by as little as it can
#else
    uint64_t want = (uint64_t)g->stack_cap * 2;
    if (need <= g->stack_cap) return true;
#endif
    if (want < need) want = need;
    uint32_t cap = want > STACK_LIMIT * 2 ? UINT32_MAX : stack_round(want);
    if (cap > STACK_LIMIT) return false;
    Word *old = g->stack, *stack = NULL;
    bool was_inside = old == g->initial;
#if defined(__linux__) && !defined(GOL_ASAN) && !defined(GOL_HOSTILE)
    if (g->stack_cap >= STACK_MAPPED) {
        void *p = mremap(old, (size_t)g->stack_cap * sizeof(Word), (size_t)cap * sizeof(Word), MREMAP_MAYMOVE);
        if (p == MAP_FAILED) return false;
        g->stack = p;
        g->stack_cap = cap;
        return true;
    }
#endif
    stack = stack_take(w, cap);
    if (!stack) return false;
    memcpy(stack, old, (size_t)g->stack_cap * sizeof(Word));
    g->stack = stack;
    uint32_t old_cap = g->stack_cap;
    g->stack_cap = cap;
    if (was_inside) POISON(g->initial, G_SLOTS * sizeof(Word));
    else stack_give(w, old, old_cap);
    return true;
}

// --- blocks ---------------------------------------------------------------------------------------------------

static uint64_t live(const Runtime *rt) {
    uint64_t n = 0;
    for (int i = 0; i < rt->nworkers; i++)
        n += __atomic_load_n(&rt->workers[i].created, __ATOMIC_RELAXED) - __atomic_load_n(&rt->workers[i].ended, __ATOMIC_RELAXED);
    return n;
}
uint64_t gstack_live(const Runtime *rt) { return live(rt); }
void gstack_note_peak(Runtime *rt) {
    uint64_t n = live(rt);
    if (n > __atomic_load_n(&rt->peak_g, __ATOMIC_RELAXED)) __atomic_store_n(&rt->peak_g, n, __ATOMIC_RELAXED);
}
// As in Go, where the finalizers' goroutine is the system's, whatever it runs.
static uint64_t users(const Runtime *rt) {
    uint64_t all = live(rt), finalizers = finalizer_goroutines(rt);
    return all > finalizers ? all - finalizers : 0;
}
int runtime_num_goroutine(Runtime *rt) { return (int)users(rt); }

// Gives the worker some free blocks: other workers' surplus, or new ones.
static void refill(Worker *w) {
    Runtime *rt = w->rt;
    lock_take(&rt->slab_lock);
    for (int i = 0; i < BATCH && rt->free_g.first; i++) {
        G *g = gqueue_pop(&rt->free_g);
        g->next = w->free_g;
        w->free_g = g;
        w->nfree_g++;
    }
    if (!w->free_g) {
        GSlab *s = rt->slabs;
        if (!s || s->used == s->cap) {
            s = map_memory(SLAB_BYTES);
            if (!s) {
                lock_drop(&rt->slab_lock);
                (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
            }
            s->cap = (SLAB_BYTES - sizeof(GSlab)) / G_BLOCK;
            s->next = rt->slabs;
            rt->slabs = s;
        }
        uint32_t n = s->cap - s->used < BATCH ? s->cap - s->used : BATCH;
        for (uint32_t i = n; i-- > 0;) { // in address order
            G *g = slab_g(s, s->used + i);
            g->waiter.g = g;
            g->next = w->free_g;
            w->free_g = g;
            POISON(g->initial, G_SLOTS * sizeof(Word));
        }
        w->nfree_g += n;
        s->used += n;
    }
    lock_drop(&rt->slab_lock);
}

static void surplus(Worker *w) {
    Runtime *rt = w->rt;
    lock_take(&rt->slab_lock);
    while (w->nfree_g > BATCH) {
        G *g = w->free_g;
        w->free_g = g->next;
        w->nfree_g--;
        gqueue_push(&rt->free_g, g);
    }
    lock_drop(&rt->slab_lock);
}

static uint64_t new_id(Worker *w) {
    if (w->next_id == w->end_id) {
        uint64_t n = w->single ? 1 << 20 : w->rt->host ? 1 : 16; // a person counts them
        w->next_id = __atomic_fetch_add(&w->rt->next_id, n, __ATOMIC_RELAXED);
        w->end_id = w->next_id + n;
    }
    return w->next_id++;
}

G *g_new(Worker *w, uint32_t slots, const struct Func *start, uint32_t go_pos) {
    if (UNLIKELY(!w->free_g)) {
        refill(w);
        gstack_note_peak(w->rt);
    }
    G *g = w->free_g;
    w->free_g = g->next;
    w->nfree_g--;
    if (w->free_g) g_prefetch(w->free_g);
    count_up(&w->created);
    if (w->single && w->created - w->ended > w->rt->peak_g) w->rt->peak_g = w->created - w->ended;
    if (UNLIKELY(w->rt->options.max_goroutines && users(w->rt) > w->rt->options.max_goroutines)) limit_pass(w->rt, LIMIT_GOROUTINES);
    if (LIKELY(slots <= G_SLOTS)) {
        UNPOISON(g->initial, G_SLOTS * sizeof(Word));
        g->stack = g->initial;
        g->stack_cap = G_SLOTS;
    } else {
        g->stack_cap = stack_round(slots);
        g->stack = stack_take(w, g->stack_cap);
        if (!g->stack) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    }
    g->pc = NULL;
    g->base = 0;
    g->defers = g->panics = NULL;
    g->start = start;
    g->id = new_id(w);
    g->parent_id = w->current ? w->current->id : 0;
    g->go_pos = go_pos;
    g->wait_reason = WAIT_NONE;
    g->flags = 0;
    g->mark = 0;
    g->race = 1; // of nobody, until the first access (race_state.h)
    g->race_state = NULL;
    g->watch = NULL;
    g->handed = NULL;
    g->stuck_since = 0;
    g_set_status(g, G_RUNNABLE);
    return g;
}

void g_free(Worker *w, G *g) {
    finalizer_ended(w, g);
    if (w->ledger) ledger_end(w, g);
    if (UNLIKELY(w->traced)) event_ends(w, g);
    if ((g->defers || g->panics) && w->rt->hooks->ended) w->rt->hooks->ended(g);
    if (g->race_state) race_end(w, g);
    g_set_status(g, G_IDLE);
    if (w->current == g) w->current = NULL;
    count_up(&w->ended);
    if (g->stack != g->initial) stack_give(w, g->stack, g->stack_cap);
    else POISON(g->initial, G_SLOTS * sizeof(Word));
    g->stack = NULL;
    g->next = w->free_g;
    w->free_g = g;
    if (++w->nfree_g > 4 * BATCH && !w->single) surplus(w);
}

// --- all of them ----------------------------------------------------------------------------------------------

G *gstack_all(Runtime *rt) {
    G *all = NULL;
    for (GSlab *s = rt->slabs; s; s = s->next) {
        for (uint32_t i = s->used; i-- > 0;) {
            G *g = slab_g(s, i);
            if (g_status(g) == G_IDLE) continue;
            g->all_next = all;
            all = g;
        }
    }
    return all;
}

void gstack_fini(Runtime *rt) {
    for (G *g = gstack_all(rt), *next; g; g = next) {
        next = g->all_next;
        if (rt->hooks->ended) rt->hooks->ended(g);
        if (g->flags & GF_SELECT) free(g->select_waiters);
        if (g->flags & GF_IO) free(g->io);
        if (g->stack == g->initial) continue;
        if (g->stack_cap >= STACK_MAPPED) munmap(g->stack, (size_t)g->stack_cap * sizeof(Word));
        else free(g->stack);
    }
    for (int i = 0; i < rt->nworkers; i++) {
        for (int c = 0; c < STACK_CLASSES; c++) {
            for (void *p = rt->workers[i].free_stacks[c], *next; p; p = next) {
                UNPOISON(p, sizeof(void *));
                next = *(void **)p;
                free(p);
            }
        }
    }
    for (GSlab *s = rt->slabs, *next; s; s = next) {
        next = s->next;
        UNPOISON(s, SLAB_BYTES);
        munmap(s, SLAB_BYTES);
    }
    rt->slabs = NULL;
}
