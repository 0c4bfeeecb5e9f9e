// bind.h — which C function stands behind which std function. A `func` without a body in a .gol file of std is
// native; std/bind.awk binds it at build time (build/MODE/gen/bind_table.c). Immutable.
//
//   package math/rand, func Int63() int64         key "math/rand.Int63"        C  std_math_rand_Int63
//   package sync, func (m *Mutex) Lock()          key "sync.Mutex.Lock"        C  std_sync_Mutex_Lock
//
// The key begins with the whole import path; in the C name every '/' and '.' of it becomes '_'.
#pragma once
#include "vm/native.h"

typedef struct Binding {
    const char *name;
    NativeStatus (*fn)(NativeCall *call);
} Binding;

extern const Binding bind_table[]; // sorted by name; ends with {NULL}
extern const uint32_t bind_count;

// NULL when std declares no such native.
const Binding *bind_find(const char *name);
