// state.h — what the files of vm/ share: the Vm, one per Runtime.
#pragma once
#include "base/buf.h"
#include "runtime/gc.h"
#include "runtime/sched.h"
#include "vm/frame.h"
#include "vm/vm.h"

enum { VM_IMPLEMENTS_MEMO = 256 };

typedef struct ReplacedFunc { // what stood in Module.funcs before: goroutines may still be in it, and func values mean it
    struct ReplacedFunc *next;
    Func *func;
    uint32_t seen; // vm/mentions.c
} ReplacedFunc;

struct Vm {
    Module *m;
    Runtime *rt;
    Word *globals;
    uint32_t nfuncs, nglobals; // of the module, when vm_grow last looked
    ReplacedFunc *replaced;
    uint32_t nreplaced;
    RuntimeHooks hooks;
    bool virtual_time; // -seed: how long things take is counted, not measured
    uint64_t implements[VM_IMPLEMENTS_MEMO]; // memo, relaxed: {type : 32, interface type : 31, yes : 1}
    bool ended;                           // a run in pieces: status says how
    int status;
    struct Mentions *mentions;            // vm/mentions.c
    uint32_t searches;                    // its searches so far (SlotMap.mentioned)
    uint32_t dying;                       // atomic: somebody is printing the panic that ends the program
};

// A Vm of zeros gets its runtime, with room for so many words of package-level variables; vm_fini frees what it has.
void vm_init(Vm *vm, Module *m, const RuntimeOptions *o, uint32_t globals);
void vm_grow(Vm *vm); // takes in what the module has got since; world stopped
void vm_fini(Vm *vm);

static inline Vm *vm_of(Worker *w) { return worker_vm(w); }
