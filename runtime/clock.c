#include "runtime/clock.h"

#include <stdlib.h>
#include <string.h>

enum { LEAF_BYTES = offsetof(Clock, epoch) + CLOCK_FAN * sizeof(uint32_t) };

// ---- nodes

static Clock *node_new(ClockPool *p, uint32_t level) {
    Clock *c = freelist_take(level ? &p->inner : &p->leaves);
    if (UNLIKELY(!c)) c = xmalloc(level ? sizeof *c : LEAF_BYTES);
    p->nodes++;
    c->refs = 1;
    c->level = level;
    return c;
}

static Clock *node_empty(ClockPool *p, uint32_t level) {
    Clock *c = node_new(p, level);
    if (level) memset(c->kid, 0, sizeof c->kid);
    else memset(c->epoch, 0, sizeof c->epoch);
    return c;
}

static void node_free(ClockPool *p, Clock *c) {
    p->nodes--;
    freelist_give(c->level ? &p->inner : &p->leaves, c);
}

void clock_drop(ClockPool *p, Clock *c) {
    if (!c) return;
    if (p->single) {
        if (--c->refs) return;
    } else if (__atomic_fetch_sub(&c->refs, 1, __ATOMIC_ACQ_REL) != 1) {
        return;
    }
    if (c->level)
        for (uint32_t i = 0; i < CLOCK_FAN; i++) clock_drop(p, c->kid[i]); // as deep as the tree: at most 8
    node_free(p, c);
}

void clock_pool_fini(ClockPool *p) {
    for (void *c; (c = freelist_take(&p->leaves));) free(c);
    for (void *c; (c = freelist_take(&p->inner));) free(c);
}

// Only the caller's reference is left: pairs with the release in clock_drop of whoever held another.
static bool is_mine(const Clock *c) { return __atomic_load_n(&c->refs, __ATOMIC_ACQUIRE) == 1; }

// c, or a copy of it that nobody else holds.
static Clock *mine_take(ClockPool *p, Clock *c) {
    if (is_mine(c)) return c;
    Clock *n = node_new(p, c->level);
    if (c->level) {
        for (uint32_t i = 0; i < CLOCK_FAN; i++) n->kid[i] = clock_keep(p, c->kid[i]);
    } else {
        memcpy(n->epoch, c->epoch, sizeof n->epoch);
    }
    clock_drop(p, c);
    return n;
}

// ---- reading

static uint32_t index_at(uint32_t slot, uint32_t level) { return slot >> CLOCK_BITS * level & (CLOCK_FAN - 1); }
static bool covers(uint32_t level, uint32_t slot) { return (uint64_t)slot >> CLOCK_BITS * (level + 1) == 0; }

uint32_t clock_get(const Clock *c, uint32_t slot) {
    if (!c || !covers(c->level, slot)) return 0;
    while (c->level) {
        c = c->kid[index_at(slot, c->level)];
        if (!c) return 0;
    }
    return c->epoch[index_at(slot, 0)];
}

static void each_from(const Clock *c, uint32_t first, void (*f)(void *ctx, uint32_t slot, uint32_t epoch), void *ctx) {
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        if (!c->level) {
            if (c->epoch[i]) f(ctx, first + i, c->epoch[i]);
        } else if (c->kid[i]) {
            each_from(c->kid[i], first + (i << CLOCK_BITS * c->level), f, ctx);
        }
    }
}
void clock_each(const Clock *c, void (*f)(void *ctx, uint32_t slot, uint32_t epoch), void *ctx) {
    if (c) each_from(c, 0, f, ctx);
}

// ---- changing

static Clock *lift_take(ClockPool *p, Clock *c, uint32_t level) {
    while (c->level < level) {
        Clock *up = node_empty(p, c->level + 1);
        up->kid[0] = c;
        c = up;
    }
    return c;
}

static Clock *raise_node(ClockPool *p, Clock *c, uint32_t slot, uint32_t e) {
    c = mine_take(p, c);
    uint32_t i = index_at(slot, c->level);
    if (!c->level) {
        c->epoch[i] = e;
        return c;
    }
    Clock *kid = c->kid[i];
    if (!kid) kid = node_empty(p, c->level - 1);
    c->kid[i] = raise_node(p, kid, slot, e);
    return c;
}

Clock *clock_raise_take(ClockPool *p, Clock *c, uint32_t slot, uint32_t e) {
    if (clock_get(c, slot) >= e) return c;
    if (!c) c = node_empty(p, 0);
    uint32_t level = c->level;
    while (!covers(level, slot)) level++;
    return raise_node(p, lift_take(p, c, level), slot, e);
}

static Clock *join_leaf(ClockPool *p, Clock *a, Clock *b) {
    uint32_t both[CLOCK_FAN], more = 0, less = 0; // without branches, so that the compiler takes several at a time
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        uint32_t x = a->epoch[i], y = b->epoch[i], most = x > y ? x : y;
        both[i] = most;
        more |= most ^ y;
        less |= most ^ x;
    }
    if (!less) return a;
    if (!more) { // share b rather than keep a second one
        clock_drop(p, a);
        return clock_keep(p, b);
    }
    if (!is_mine(a)) {
        clock_drop(p, a);
        a = node_new(p, 0);
    }
    memcpy(a->epoch, both, sizeof both);
    return a;
}

// Of the same level.
static Clock *join_node(ClockPool *p, Clock *a, Clock *b) {
    if (a == b) return a;
    if (!a->level) return join_leaf(p, a, b);
    // Where a is shared, it is copied at the first change only.
    for (uint32_t i = 0; i < CLOCK_FAN; i++) {
        Clock *ka = a->kid[i], *kb = b->kid[i];
        if (ka == kb || !kb) continue;
        if (!ka) {
            a = mine_take(p, a);
            a->kid[i] = clock_keep(p, kb);
            continue;
        }
        if (is_mine(a)) {
            a->kid[i] = join_node(p, ka, kb);
            continue;
        }
        Clock *k = join_node(p, clock_keep(p, ka), kb);
        if (k == ka) {
            clock_drop(p, k);
            continue;
        }
        a = mine_take(p, a);
        clock_drop(p, a->kid[i]);
        a->kid[i] = k;
    }
    return a;
}

static Clock *join_low(ClockPool *p, Clock *a, Clock *b) { // b may be lower than a
    if (a->level == b->level) return join_node(p, a, b);
    a = mine_take(p, a);
    a->kid[0] = a->kid[0] ? join_low(p, a->kid[0], b) : lift_take(p, clock_keep(p, b), a->level - 1);
    return a;
}

Clock *clock_join_take(ClockPool *p, Clock *a, Clock *b) {
    if (!b || a == b) return a;
    if (!a) return clock_keep(p, b);
    return join_low(p, a->level < b->level ? lift_take(p, a, b->level) : a, b);
}
