// stdin.h — standard input of the program.
#pragma once
#include "runtime/sched.h"

// Reads from standard input without holding up a worker. A native that reads:
//     if (!stdin_done(g)) {
//         if (!stdin_try(w, g, max)) { native_again(c); stdin_park(w, g, max); return NATIVE_AGAIN; }
//     }
//     int64_t n = stdin_result(g, &data); ... copy ...; stdin_free(g);
// (At most 64 KB per read. A waiting reader counts as a pending source for deadlock detection.)
bool stdin_done(const G *g);                            // a result is there
bool stdin_try(Worker *w, G *g, size_t max);            // reads if input is there already; true: a result is there
void stdin_park(Worker *w, G *g, size_t max);           // parks; a result is there when g runs again
int64_t stdin_result(G *g, const uint8_t **data);       // bytes, 0 at the end, -1 error (errno in data as int)
void stdin_free(G *g);                                  // the result is used up
