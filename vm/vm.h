// vm.h — running a module. Who embeds gol calls vm_run; std's natives and the loop see the rest.
#pragma once
#include "runtime/runtime.h"
#include "vm/module.h"

typedef struct Vm Vm;

// Creates a runtime for m, runs m->entry and everything it starts, and returns the exit status. m must outlive the call; it is
// changed only in words that are caches.
int vm_run(Module *m, const RuntimeOptions *o);
