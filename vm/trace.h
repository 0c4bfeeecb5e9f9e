// trace.h — the end of a program that panicked, and goroutine traces in source terms. Go's own first lines, word for word, then
//
//   goroutine 1 [running]:
//   main.f(...)
//       /home/me/x.gol:12: return xs[i]
//   main.main()
//       /home/me/x.gol:20: f(nil, 3)
//
// Frames of the generator's thunks are left out, runs of std's frames folded into their outermost, long stacks cut in the middle.
#pragma once
#include "vm/state.h"

struct Panic;

// These flush what the program wrote, print, and end the runtime with status 2. When somebody else is doing so already they
// print nothing.
void trace_panic(Worker *w, G *g); // g->panics, nobody recovers
void trace_panic_while_printing(Worker *w, G *g, struct Panic *p);
void trace_fatal(Worker *w, G *g, const char *what); // "fatal error: what"
void trace_stack_overflow(Worker *w, G *g);

// The frames of g (not running, or saved), innermost first; user frames only unless std is the outermost.
void trace_goroutine(const Vm *vm, const G *g, Buf *out);
// Hook: where g stands, for one line of a report.
bool trace_where(Runtime *rt, const G *g, Buf *func, Buf *place);
// The frame `skip` levels above the function that called the native (0: that one), thunks not counted. False: no such frame.
bool trace_caller(const G *g, int64_t skip, const Func **f, Pos *pos);
