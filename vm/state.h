// state.h — what the files of vm/ share: the Vm, one per Runtime.
#pragma once
#include "base/buf.h"
#include "runtime/gc.h"
#include "runtime/sched.h"
#include "vm/frame.h"
#include "vm/vm.h"

struct Vm {
    Module *m;
    Runtime *rt;
    Word *globals;
    uint32_t error_method, string_method; // method ids of error.Error and fmt.Stringer's String; UINT32_MAX: not in the program
    uint32_t dying;                       // atomic: somebody is printing the panic that ends the program
};

static inline Vm *vm_of(Worker *w) { return worker_vm(w); }
