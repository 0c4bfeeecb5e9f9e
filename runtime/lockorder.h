// lockorder.h — locks that are taken in opposite orders could deadlock, also in a run in which they do not: the graph "b was taken while a was held",
// over instances of locks (their serial numbers), kept for the whole run. A cycle is told (FINDING_LOCK_ORDER) unless it is impossible: all of one
// goroutine; a lock that two of its steps both held (a gate; Havelund's GoodLock, SPIN 2000); both only readers; more steps with a permit of one
// channel, used as a counting semaphore, than it gives out; or ordered by go, channels, wait groups or conditions (runtime/order.h).
#pragma once
#include "runtime/ledger.h"

// By ledger.c: g has just taken `inner` and holds others (g->watch->held, inner not yet among them).
void lockorder_taken(Worker *w, G *g, const Held *inner);
// The record's lock has died.
void lockorder_forget(Runtime *rt, LedgerRec *r);
