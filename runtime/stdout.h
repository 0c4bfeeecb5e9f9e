// stdout.h — what the program writes to standard output and error, and what gol says there.
//
// Standard output is buffered (unless a terminal) and flushed at exit, before anything goes to standard error, when a worker goes idle, before a
// read, and every few milliseconds. All of it keeps one order.
#pragma once
#include "runtime/sched.h"

// Writes all of it, as w's goroutine: data is not in the guest's heap, or is kept alive by w->held. May wait for the reader of a pipe: meanwhile the worker
// counts as stopped (native_block_enter), so no lock may be held. Errors but a closed pipe are passed over, as by fmt.Println.
void stdout_write(Worker *w, int fd, const void *data, size_t n);
// Returns when all is written. w: as stdout_write, or NULL: the thread waits with all that it holds, as at the end.
void stdout_flush(Runtime *rt, Worker *w);
// What gol itself says, to standard error, behind what was printed; -max-output does not count it. Any lock of a lower rank may be held. May wait.
void stdout_report(Runtime *rt, const void *data, size_t n);
// From stdout_capture on what goes to standard output is kept instead; stdout_captured appends what there is so far, stdout_capture_end throws it away and
// goes on as before. For the examples of `gol test`, one at a time.
void stdout_capture(Runtime *rt);
void stdout_captured(Runtime *rt, Buf *out);
void stdout_capture_end(Runtime *rt);
