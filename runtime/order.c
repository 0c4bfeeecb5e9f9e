#include "runtime/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/platform.h"

typedef struct Count {
    uint64_t g, n;
} Count;

enum { MOST = 1024 }; // goroutines in one order

struct Order {
    uint32_t owners; // atomic
    uint32_t n;
    Count c[]; // by ascending g
};

static Order *make(uint32_t n) {
    Order *o = xmalloc(sizeof *o + n * sizeof(Count));
    o->owners = 1;
    o->n = n;
    return o;
}

Order *order_share(Order *o) {
    if (o) __atomic_fetch_add(&o->owners, 1, __ATOMIC_RELAXED);
    return o;
}

void order_drop(Order *o) {
    // acquire-release: whoever frees has seen all that the other owners did with it
    if (o && __atomic_sub_fetch(&o->owners, 1, __ATOMIC_ACQ_REL) == 0) free(o);
}

static const Count *find(const Order *o, uint64_t g) {
    uint32_t lo = 0, hi = o ? o->n : 0;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (o->c[mid].g == g) return &o->c[mid];
        if (o->c[mid].g < g) lo = mid + 1;
        else hi = mid;
    }
    return NULL;
}

bool order_covers(const Order *o, uint64_t g, uint64_t n) {
    const Count *c = find(o, g);
    return c && c->n >= n;
}

static bool dominates(const Order *a, const Order *b) {
    uint32_t i = 0;
    for (uint32_t k = 0; k < b->n; k++) {
        while (i < a->n && a->c[i].g < b->c[k].g) i++;
        if (i == a->n || a->c[i].g != b->c[k].g || a->c[i].n < b->c[k].n) return false;
    }
    return true;
}

Order *order_join(Order *a, const Order *b, uint64_t *floor) {
    if (!b || a == b) return a;
    if (a && dominates(a, b)) return a;
    if (!a || dominates(b, a)) {
        order_drop(a);
        return order_share((Order *)(uintptr_t)b);
    }
    Order *o = make(a->n + b->n);
    uint32_t i = 0, k = 0;
    uint64_t from = __atomic_load_n(floor, __ATOMIC_RELAXED);
    o->n = 0;
    while (i < a->n || k < b->n) {
        Count *to = &o->c[o->n++];
        if (k == b->n || (i < a->n && a->c[i].g < b->c[k].g)) *to = a->c[i++];
        else if (i == a->n || b->c[k].g < a->c[i].g) *to = b->c[k++];
        else {
            *to = a->c[i];
            if (b->c[k].n > to->n) to->n = b->c[k].n;
            i++, k++;
        }
        if (to->g < from) o->n--;
    }
    if (o->n > MOST && o->c[MOST / 2].g > from) __atomic_store_n(floor, o->c[MOST / 2].g, __ATOMIC_RELAXED);
    order_drop(a);
    return o;
}

Order *order_count(Order *o, uint64_t g, uint64_t *n, uint64_t *floor) {
    const Count *have = find(o, g);
    *n = have ? have->n + 1 : 1;
    Order *one = make(1);
    one->c[0] = (Count){g, *n};
    o = order_join(o, one, floor);
    order_drop(one);
    return o;
}
