// sema.h — Mutex, RWMutex, WaitGroup, Cond and Once as the std package sync needs them: operations on words in guest memory,
// with queues keyed by address (heap objects do not move). Each returns SEMA_DONE, SEMA_PARKED (the goroutine was parked and owns
// what it asked for when it runs again, the instruction behind the call is next), or a failure with Go's words. An unlock may
// return SEMA_PARKED as well: a starving goroutine got the lock and runs at once, the unlocker goes to the back of the queue. So
// every native over these returns NATIVE_PARK for SEMA_PARKED. Zeroed words are the zero values. Words that a racy program has
// damaged or copied give a wrong answer at worst, never a crash.
#pragma once
#include "runtime/goroutine.h"

typedef enum SemaStatus { SEMA_DONE, SEMA_PARKED, SEMA_FATAL, SEMA_PANIC } SemaStatus;

SemaStatus mutex_lock(Worker *w, G *g, Word *m);                    // m[0]: {waiters : 61, starving, woken, locked}
bool mutex_try_lock(Worker *w, G *g, Word *m);
SemaStatus mutex_unlock(Worker *w, G *g, Word *m, const char **why); // fatal: sync: unlock of unlocked mutex
SemaStatus rwmutex_rlock(Worker *w, G *g, Word *m);                 // m[0]: writers' Mutex, m[1]: readers; prefers waiting writers
bool rwmutex_try_rlock(Worker *w, G *g, Word *m);
SemaStatus rwmutex_runlock(Worker *w, G *g, Word *m, const char **why);
SemaStatus rwmutex_lock(Worker *w, G *g, Word *m);
bool rwmutex_try_lock(Worker *w, G *g, Word *m);
SemaStatus rwmutex_unlock(Worker *w, G *g, Word *m, const char **why);
// wg[0]: {counter : 32, waiters : 32}
SemaStatus waitgroup_add(Worker *w, G *g, Word *wg, int64_t delta, const char **why); // panic: sync: negative WaitGroup counter
SemaStatus waitgroup_wait(Worker *w, G *g, Word *wg, const char **why);
// A plain counting semaphore and a notification list (Cond), for std written in gol.
SemaStatus sema_acquire(Worker *w, G *g, Word *s, WaitReason reason);
void sema_release(Worker *w, G *g, Word *s);
// Cond.Wait: ticket = notify_add before the lock is released, then notify_wait: what is notified between the two is not lost.
uint32_t notify_add(Worker *w, Word *list);
SemaStatus notify_wait_for(Worker *w, G *g, Word *list, uint32_t ticket);
SemaStatus notify_wait(Worker *w, G *g, Word *list); // both at once
void notify_one(Worker *w, Word *list);
void notify_all(Worker *w, Word *list);
// How many goroutines wait at this address. World stopped.
uint32_t sema_waiters(Runtime *rt, const void *addr);
