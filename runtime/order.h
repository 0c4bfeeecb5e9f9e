// order.h — what a goroutine is ordered after, as far as the order of locks is concerned: vector clocks (Mattern, 1989) that count only the places
// where a goroutine took a second lock, and that locks themselves do not advance.
//
// The race detector's clocks cannot serve here: there a lock's release orders its next acquisition, so that two goroutines that take
// the same two locks in opposite orders are always ordered, by the luck of this run. What may exclude a deadlock is only what
// orders them in every run: go, channels, wait groups, conditions.
//
// An Order is immutable and counted; NULL is the empty one, and a program that never holds two locks has no other.
#pragma once
#include "base/base.h"

typedef struct Order Order;

Order *order_share(Order *o);                        // one more owner
void order_drop(Order *o);
// Takes a, returns the join. Goroutines below *floor are forgotten, and floor rises (atomic) when there are too many of them: who asks
// order_covers must take it that these may be ordered before everything.
Order *order_join(Order *a, const Order *b, uint64_t *floor);
Order *order_count(Order *o, uint64_t g, uint64_t *n, uint64_t *floor); // takes o; goroutine g's own count goes up to *n
bool order_covers(const Order *o, uint64_t g, uint64_t n); // is the n-th of g before?
