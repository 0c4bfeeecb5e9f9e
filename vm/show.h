// show.h — values for people, in Go's syntax, from their types alone: no code of the program runs. The world is stopped meanwhile. (vm/print.h prints what
// println and a panic print.)
#pragma once
#include "vm/state.h"

// The value of this type whose words at rest stand at p. variable: the name it is known by, or NULL. About max characters are written.
void show_value(Vm *vm, Worker *w, TypeId type, const Word *p, const char *variable, size_t max, Buf *out);

// --- show_sync.c: in words, without the type: "2 of 4 full, 1 receiver waiting"
struct Chan;
void show_chan(const struct Chan *c, Buf *out);
// A struct of package sync or sync/atomic that is told in words: writes them, or (false) it is none.
bool show_sync(Vm *vm, const RType *t, const Word *p, Buf *out);
// "3 of [2]", "x.gol:3"
void show_place(const Vm *vm, Pos pos, Buf *out);
