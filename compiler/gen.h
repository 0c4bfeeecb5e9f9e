// gen.h — from a checked program to a bytecode module. Only what the program can reach is generated: functions from the
// entry on, methods of types that get into an interface, std variables that somebody mentions.
#pragma once
#include "compiler/check.h"
#include "vm/module.h"

typedef NativeStatus (*NativeFn)(struct NativeCall *);

typedef struct GenOptions {
    // The C function behind a std func without a body, by its key ("sync.Mutex.Lock"); NULL when there is none. (A
    // callback, because the compiler does not see std's natives.)
    NativeFn (*bind)(const char *key);
} GenOptions;

// NULL when something cannot be generated: the reasons are in p->diags. The module points into p's names and sources, which
// must outlive it.
Module *generate(Program *p, const GenOptions *o);
void module_free(Module *m);
