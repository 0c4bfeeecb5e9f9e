// chan.h — channels and select, after Hoare (1978) and the Go memory model. Blocking operations park the goroutine and return
// CHAN_PARKED: the VM has saved pc (behind the instruction) and base before the call, and must not touch the goroutine after it.
// Values are words at rest in the goroutine's own stack slots: whoever completes the operation copies straight from or to the
// parked goroutine's slots (its stack does not move while it is parked).
#pragma once
#include "runtime/heap.h"

typedef enum ChanStatus {
    CHAN_DONE,
    CHAN_PARKED,
    CHAN_CLOSED_SEND, // panic: send on closed channel
    CHAN_CLOSED_CLOSE, // panic: close of closed channel
    CHAN_NIL_CLOSE    // panic: close of nil channel
} ChanStatus;

Chan *chan_new(Worker *w, TypeId chan_type, uint64_t cap, uint32_t site); // NULL: no memory; cap already checked
uint64_t chan_len(const Chan *c);
uint64_t chan_cap(const Chan *c);
// slot: offset of the value in g->stack. c may be NULL (nil channel: parks forever).
ChanStatus chan_send(Worker *w, G *g, Chan *c, uint32_t slot);
ChanStatus chan_recv(Worker *w, G *g, Chan *c, uint32_t slot, uint32_t ok_slot); // ok_slot may be NO_SLOT; slot may be NO_SLOT
ChanStatus chan_close(Worker *w, G *g, Chan *c);

typedef struct SelectArm {
    Chan *chan;
    uint32_t slot, ok_slot;
    bool is_send;
} SelectArm;
// Picks uniformly among the ready arms (choice stream of the runtime); none ready: -1 into index_slot when has_default, else parks. The
// chosen index is written to index_slot. arms is the caller's and not kept.
ChanStatus chan_select(Worker *w, G *g, const SelectArm *arms, uint32_t n, bool has_default, uint32_t index_slot);
// After a parked send or select was woken: true when a send was woken because the channel was closed (the VM panics then).
bool chan_woken_by_close_of_send(G *g);
// A send that never blocks, from no goroutine (a timer): false when nobody waits and there is no room, or c is closed.
bool chan_offer(Worker *w, Chan *c, const Word *value);
