// hooks.h — the one place through which every synchronisation passes, for the race detector, the lock-order graph and the
// recording of schedules. Empty until they exist. Each is called by the goroutine that acts, or for the parked one by its
// waker, while the object's lock is held (so that the order of calls is the order of events).
#pragma once
#include "runtime/goroutine.h"

#define HOOK static inline __attribute__((always_inline)) void
HOOK hook_go(Worker *w, G *child) { (void)w, (void)child; }
HOOK hook_end(Worker *w, G *g) { (void)w, (void)g; }
// The k-th send on c (counted from 0) and the k-th receive; `direct`: handed over without the buffer.
HOOK hook_chan_send(Worker *w, G *g, Chan *c) { (void)w, (void)g, (void)c; }
HOOK hook_chan_recv(Worker *w, G *g, Chan *c) { (void)w, (void)g, (void)c; }
HOOK hook_chan_recv_closed(Worker *w, G *g, Chan *c) { (void)w, (void)g, (void)c; }
HOOK hook_chan_close(Worker *w, G *g, Chan *c) { (void)w, (void)g, (void)c; }
HOOK hook_lock(Worker *w, G *g, const Word *m) { (void)w, (void)g, (void)m; }
HOOK hook_unlock(Worker *w, G *g, const Word *m) { (void)w, (void)g, (void)m; }
HOOK hook_rlock(Worker *w, G *g, const Word *m) { (void)w, (void)g, (void)m; }
HOOK hook_runlock(Worker *w, G *g, const Word *m) { (void)w, (void)g, (void)m; }
HOOK hook_wait_done(Worker *w, G *g, const Word *wg) { (void)w, (void)g, (void)wg; }    // WaitGroup.Wait returns
HOOK hook_wait_add(Worker *w, G *g, const Word *wg, int64_t d) { (void)w, (void)g, (void)wg, (void)d; }
HOOK hook_sema_acquire(Worker *w, G *g, const Word *s) { (void)w, (void)g, (void)s; }
HOOK hook_sema_release(Worker *w, G *g, const Word *s) { (void)w, (void)g, (void)s; }
HOOK hook_notify(Worker *w, const Word *list) { (void)w, (void)list; }
#undef HOOK
