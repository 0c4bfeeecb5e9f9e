// address.h — how an address is shown to a program (%p, println of a pointer, a panic's value): not as it is, which differs from run to
// run, but so that a run that repeats prints the same. What lies in the heap is shown by its offset, package-level variables by theirs; what lies
// elsewhere (functions, the runtime's constants) is numbered in the order in which it is asked for. Different addresses stay different, and
// neighbours in the heap stay neighbours.
#pragma once
#include "runtime/goroutine.h"

// Any worker, any thread; takes a lock of its own for what is numbered. 0 stays 0.
Word address_shown(Runtime *rt, Word address);
// Where the package-level variables stand; before the run.
void address_set_globals(Runtime *rt, const void *globals, size_t bytes);
// Is it inside the package-level variables? Its offset then.
bool address_in_globals(Runtime *rt, const void *address, size_t *offset);
