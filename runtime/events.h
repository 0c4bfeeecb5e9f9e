// events.h — what the scheduler does, line by line (-trace=text): when, on which thread (M) and processor (P), which goroutine (G), what and where. In
// gol a worker is a thread with its processor, so M and P have one number, except while the thread waits in the system: then it has given up
// its processor's queue (`M1/-`).
//
// Each is called where it happens, behind a test of w->traced, and may be called with the lock of a channel, a semaphore or the runtime held; it
// formats a line and writes it at once, so that lines stand in order with what the program prints. Nothing parks or collects.
#pragma once
#include "runtime/sched.h"

void event_created(Worker *w, G *g);                     // by the running goroutine, or a timer
void event_ready(Worker *w, G *g);                       // somebody woke g
void event_runs(Worker *w, G *g, bool inherits);
void event_parks(Worker *w, G *g, WaitReason reason);
void event_preempted(Worker *w, G *g);                   // its time is over, or somebody else is to run first
void event_yields(Worker *w, G *g);                      // runtime.Gosched
void event_ends(Worker *w, G *g);
void event_steals(Worker *w, const Worker *from, uint32_t n);
void event_system(Worker *w, bool enters);               // a call of the system that may wait
void event_worker(Worker *w, const char *what);          // of the thread itself: "sleeps: no work"
