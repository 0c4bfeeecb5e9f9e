// breath.h — long work on bytes that others need not wait for. Copying, comparing or searching some hundred kilobytes and more takes longer than the world may take to
// stop; so meanwhile the worker counts as stopped, as in a native that waits in the system, and gives away what waits for it.
//
// What makes that sound: nothing in the heap moves; what is read is kept alive by the goroutine's registers, which stand as before the instruction (pc is set back
// to it for the time); what is written has no pointers, and is either new and held (Worker.held is a root) or the program's own memory, where a reader sees old
// or new bytes as in any race. Rows of pointers are moved in pieces instead, between which the world may stop (breath_pause).
//
// Only who has no other new object in a C variable may allow it: Worker.breathes, set by the loop and by natives around one call.
#pragma once
#include "runtime/worker.h"

enum { BREATH_BYTES = 1 << 18, OWE_BYTES = 1 << 12 }; // some 30 us; less than the call itself costs

typedef struct Breath {
    bool on;
    const void *pc; // of the goroutine, to be put back
} Breath;

Breath breath_slow(Worker *w, const void *fresh);
void breath_over(Worker *w, Breath b);

// fresh: the new object that is written, or NULL.
static inline Breath breath_begin(Worker *w, const void *fresh, uint64_t bytes) {
    if (LIKELY(bytes < BREATH_BYTES) || w->single || !w->breathes) return (Breath){0};
    return breath_slow(w, fresh);
}
static inline void breath_end(Worker *w, Breath b) {
    if (UNLIKELY(b.on)) breath_over(w, b);
}
// Long work pays like the steps of a program: without that, a loop over it would keep timers, other goroutines and Ctrl-C waiting for thousands of rounds. By bytes,
// not by time: the same program pays the same.
static inline void breath_owe(Worker *w, uint64_t bytes) {
    if (UNLIKELY(bytes >= OWE_BYTES)) w->owed += (int64_t)(bytes >> 6);
}
// Between two pieces: the world may stop and go on here.
static inline void breath_pause(Worker *w, const void *fresh) {
    if (LIKELY(!(__atomic_load_n(&w->poll, __ATOMIC_RELAXED) & POLL_STOP)) || !w->breathes) return;
    breath_end(w, breath_slow(w, fresh));
}
