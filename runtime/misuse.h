// misuse.h — locks, wait groups and channels used against their rules. What Go makes a panic or a fatal error of stays one, in Go's words; a note
// says what went before (who closed, who unlocked). What Go lets pass is a finding of its own (FINDING_MISUSE), told when it is certain.
// Called by the goroutine that acts, or for a parked one by its waker.
#pragma once
#include "runtime/ledger.h"

// --- g is about to panic, or to end the program
void misuse_of_closed(Worker *w, G *g, const Chan *c, bool closes);              // send on, or close of, a closed channel
void misuse_unlock(Worker *w, G *g, const Word *m, bool reading, const char *why); // of what is not locked; why: Go's words
void misuse_negative(Worker *w, G *g, const Word *wg);                           // more Done than Add
// The note for a panic or fatal error that begins with these words; false: there is none. *help may be NULL.
bool misuse_note(const G *g, const char *head, const char **text, Pos *pos, const char **help);
void misuse_forget(GWatch *x);

// --- findings, by ledger.c
void misuse_copied_lock(Worker *w, G *g, LedgerRec *r); // unlocked was what nobody locked, though it says so
void misuse_copied_wait_group(Worker *w, G *g, LedgerRec *r);
void misuse_reused_wait_group(Worker *w, G *g, LedgerRec *r);
void misuse_read_again(Worker *w, LedgerRec *r);        // r->again and r->writer
