// sema.h — Mutex, RWMutex, WaitGroup, Cond and Once as the std package sync needs them: operations on words in guest memory,
// with queues keyed by address (heap objects do not move). Each returns SEMA_DONE, SEMA_PARKED (the goroutine was parked and owns
// what it asked for when it runs again, the instruction behind the call is next), or a failure with Go's words.
#pragma once
#include "runtime/goroutine.h"

typedef enum SemaStatus { SEMA_DONE, SEMA_PARKED, SEMA_FATAL, SEMA_PANIC } SemaStatus;

SemaStatus mutex_lock(Worker *w, G *g, Word *m);                    // m[0]: state
bool mutex_try_lock(Worker *w, G *g, Word *m);
SemaStatus mutex_unlock(Worker *w, G *g, Word *m, const char **why); // fatal: sync: unlock of unlocked mutex
SemaStatus rwmutex_rlock(Worker *w, G *g, Word *m);                 // m[0..1]; prefers waiting writers
bool rwmutex_try_rlock(Worker *w, G *g, Word *m);
SemaStatus rwmutex_runlock(Worker *w, G *g, Word *m, const char **why);
SemaStatus rwmutex_lock(Worker *w, G *g, Word *m);
bool rwmutex_try_lock(Worker *w, G *g, Word *m);
SemaStatus rwmutex_unlock(Worker *w, G *g, Word *m, const char **why);
SemaStatus waitgroup_add(Worker *w, G *g, Word *wg, int64_t delta, const char **why); // panic: sync: negative WaitGroup counter
SemaStatus waitgroup_wait(Worker *w, G *g, Word *wg, const char **why);
// A plain counting semaphore and a notification list (Cond), for std written in gol.
SemaStatus sema_acquire(Worker *w, G *g, Word *s, WaitReason reason);
void sema_release(Worker *w, G *g, Word *s);
SemaStatus notify_wait(Worker *w, G *g, Word *list);  // parks until notified
void notify_one(Worker *w, Word *list);
void notify_all(Worker *w, Word *list);
