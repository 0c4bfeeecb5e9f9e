// vm.h — running a module. Who embeds gol calls vm_run; std's natives and the loop see the rest.
#pragma once
#include "runtime/runtime.h"
#include "vm/module.h"

typedef struct Vm Vm;

// Creates a runtime for m, runs m->entry and everything it starts, and returns the exit status. m must outlive the call; it is
// changed only in words that are caches.
int vm_run(Module *m, const RuntimeOptions *o);

// The same in pieces, on the caller's thread and by no other, for a host that has something else to do as well (runtime/pace.h). Always one worker. Several
// may be under way, each with a module of its own; one thread at a time calls for each.
Vm *vm_new(Module *m, const RuntimeOptions *o);
typedef enum VmState {
    VM_RUNNING, // there is more to do now
    VM_WAITING, // nothing can run before `until`, or before input comes
    VM_ENDED    // with `status`
} VmState;
typedef struct VmProgress {
    VmState state;
    int64_t until; // VM_WAITING: on platform_now's clock, ns; INT64_MAX: until input comes
    int status;    // VM_ENDED: as vm_run returns it
} VmProgress;
// Goes on for about `budget` backward jumps and calls (some thousand at least; 10,000 take well under a millisecond). Never sleeps.
VmProgress vm_run_for(Vm *vm, int64_t budget);
void vm_free(Vm *vm); // at any time: a run that has not ended is given up, and no deferred call is made
