// address.c — the three ranges in which addresses are shown.
#include "runtime/address.h"

#include <stdlib.h>

#include "runtime/heap_block.h"
#include "runtime/worker.h"

// Where compiled Go has its data and its heap on most machines: a student's notes look the same.
#define SHOWN_OTHER UINT64_C(0x460000)
#define SHOWN_GLOBALS UINT64_C(0x560000)
#define SHOWN_HEAP UINT64_C(0xc000000000)
enum { OTHER_STEP = 32 };

struct AddressBook {
    Lock lock;
    Word globals, globals_end;
    Word *other; // in the order in which they were asked for
    size_t n, cap;
};

static AddressBook *book_of(Runtime *rt) {
    AddressBook *b = __atomic_load_n(&rt->addresses, __ATOMIC_ACQUIRE);
    if (b) return b;
    b = xcalloc(1, sizeof *b);
    AddressBook *none = NULL;
    if (__atomic_compare_exchange_n(&rt->addresses, &none, b, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) return b;
    free(b); // another worker was quicker
    return none;
}

void address_set_globals(Runtime *rt, const void *globals, size_t bytes) {
    AddressBook *b = book_of(rt);
    b->globals = (Word)globals;
    b->globals_end = (Word)globals + bytes;
}

bool address_in_globals(Runtime *rt, const void *address, size_t *offset) {
    const AddressBook *b = book_of(rt);
    *offset = (Word)address - b->globals;
    return (Word)address >= b->globals && (Word)address < b->globals_end;
}

Word address_shown(Runtime *rt, Word address) {
    if (!address) return 0;
    AddressBook *b = book_of(rt);
    if (address >= b->globals && address < b->globals_end) return SHOWN_GLOBALS + (address - b->globals); // they stand in the heap, too
    Word offset = address - (Word)rt->heap->base;
    // (An object that this goroutine knows lies below the end as it was when it learnt of it.)
    if (offset < (Word)__atomic_load_n(&rt->heap->top, __ATOMIC_RELAXED) << HEAP_BLOCK_SHIFT) return SHOWN_HEAP + offset;
    lock_take(&b->lock);
    size_t i = 0; // few programs print more than one of these
    while (i < b->n && b->other[i] != address) i++;
    if (i == b->n) {
        if (b->n == b->cap) b->other = xrealloc(b->other, (b->cap = b->cap ? b->cap * 2 : 16) * sizeof *b->other);
        b->other[b->n++] = address;
    }
    lock_drop(&b->lock);
    return SHOWN_OTHER + i * OTHER_STEP;
}

void address_fini(Runtime *rt) {
    if (!rt->addresses) return;
    free(rt->addresses->other);
    free(rt->addresses);
    rt->addresses = NULL;
}
