#include "base/lock.h"

void lock_take_slow(uint32_t *state) {
    // Longer and longer pauses: who looks takes the line away from who has the lock.
    for (int i = 0, pauses = 1; i < 10; i++) {
        for (int k = 0; k < pauses; k++) cpu_relax();
        if (pauses < 16) pauses *= 2;
        if (__atomic_load_n(state, __ATOMIC_RELAXED) == 0 && lock_state_try(state)) return;
    }
    while (__atomic_exchange_n(state, 2, __ATOMIC_ACQUIRE) != 0) futex_wait(state, 2, -1);
}

#ifndef NDEBUG
static const char *const guards[] = {
#define X(name, words) words,
    LOCK_RANKS(X)
#undef X
};

// A select may hold one lock per case; what does not fit is not checked.
enum { HELD_MAX = 64 };
static _Thread_local const Lock *held[HELD_MAX];
static _Thread_local uint32_t nheld;

void lock_held_add(const Lock *l) {
    if (l->rank == RANK_NONE) return;
    for (uint32_t i = 0; i < nheld && i < HELD_MAX; i++) {
        if (held[i]->rank < l->rank || (held[i]->rank == RANK_CHAN && l->rank == RANK_CHAN && held[i] < l)) continue;
        gol_bug("locks out of order: %s is taken while %s is locked", guards[l->rank], guards[held[i]->rank]);
    }
    if (nheld < HELD_MAX) held[nheld] = l;
    nheld++;
}

void lock_held_drop(const Lock *l) {
    if (l->rank == RANK_NONE) return;
    uint32_t n = nheld < HELD_MAX ? nheld : HELD_MAX;
    for (uint32_t i = n; i-- > 0;) {
        if (held[i] != l) continue;
        for (uint32_t k = i + 1; k < n; k++) held[k - 1] = held[k];
        break;
    }
    nheld--;
}
#endif
