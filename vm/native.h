// native.h — the window through which a std function written in C sees its call. A func without a body in std/pkg/x.gol is
// native and bound by name to `std_<pkg>_<Name>` (a method: `std_<pkg>_<Type>_<Name>`; '/' in a path becomes '_').
//
// args points to the parameters' registers, laid out as word.h says (a slice takes three words, a string one, a
// struct its fields, an error or any one word); results are written over args from index 0 on, also as registers.
// Natives run inside one VM instruction: the stack does not move and nothing is collected meanwhile, so raw pointers taken
// from args stay good until the return. An allocation that returns NULL: return NATIVE_NOMEM at once, having changed
// nothing: the VM collects and calls again (then ends the program). Natives never call gol code and never run longer than a few
// microseconds; guest memory is read and written through the accessors only.
#pragma once
#include "runtime/goroutine.h"
#include "vm/module.h"

enum NativeStatus {
    NATIVE_OK,
    NATIVE_PANIC,  // c->panic is the value
    NATIVE_NOMEM,  // collect and call again
    NATIVE_PARK,   // the goroutine has been parked (results may be written to its slots by who wakes it; until then they must
                   // hold valid words of their kinds: write zeros before parking); goes on after the call
    NATIVE_AGAIN,  // the goroutine has been parked; the call is made again when it runs (arguments untouched). Call native_again(c)
                   // BEFORE parking: once parked, another worker may run it
    NATIVE_YIELD,  // done; go to the back of the queue (Gosched)
    NATIVE_GOEXIT, // runtime.Goexit
    NATIVE_EXIT,   // os.Exit: c->status
    NATIVE_COLLECT,// done; collect garbage before going on (runtime.GC)
    NATIVE_FATAL   // fatal error: c->fatal (Go's words after "fatal error: "), not recoverable
};

typedef struct NativeCall {
    Word *args;
    Worker *worker;
    G *g;
    Runtime *rt;
    const Func *func;
    Word panic;
    const char *fatal;
    int status;
} NativeCall;

// See NATIVE_AGAIN. The loop has saved the pc behind the call, tagged as parked; a call of a native is one instruction word.
static inline void native_again(NativeCall *c) { c->g->pc = (const Instr *)((uintptr_t)c->g->pc & ~(uintptr_t)7) - 1; }
