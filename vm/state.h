// state.h — what the files of vm/ share: the Vm, one per Runtime.
#pragma once
#include "base/buf.h"
#include "runtime/gc.h"
#include "runtime/sched.h"
#include "vm/frame.h"
#include "vm/vm.h"

enum { VM_IMPLEMENTS_MEMO = 256 };

struct Vm {
    Module *m;
    Runtime *rt;
    Word *globals;
    bool virtual_time; // -seed: how long things take is counted, not measured
    uint64_t implements[VM_IMPLEMENTS_MEMO]; // memo, relaxed: {type : 32, interface type : 31, yes : 1}
    struct Mentions *mentions;            // vm/mentions.c
    uint32_t dying;                       // atomic: somebody is printing the panic that ends the program
};

static inline Vm *vm_of(Worker *w) { return worker_vm(w); }
