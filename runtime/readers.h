// readers.h — who has a lock for reading, as the ledger remembers it. A lock for readers is taken by many at the same time: each worker notes those who take it
// on that worker, under a lock and in memory of its own, so that readers on different workers do not wait for each other here. (One that was noted by one worker
// and goes on with another is looked for in all of them.)
#pragma once
#include "runtime/ledger.h"

void readers_add(Worker *w, LedgerRec *r, const G *g, Pos pos);
void readers_drop(Worker *w, LedgerRec *r, uint64_t g); // one of g's; or, as the unlocker need not be the locker, of anybody
bool readers_has(const LedgerRec *r, uint64_t g);
bool readers_one(const LedgerRec *r, uint64_t g, Act *out); // g, if it is one of them; false: nobody has it for reading
void readers_free(LedgerRec *r);
