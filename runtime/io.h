// io.h — standard output and input of the program.
#pragma once
#include "runtime/sched.h"

// Reads from standard input without holding up a worker. A native that reads:
//     if (!io_read_done(g)) {
//         if (!io_try_read_stdin(w, g, max)) { native_again(c); io_read_stdin_park(w, g, max); return NATIVE_AGAIN; }
//     }
//     int64_t n = io_read_result(g, &data); ... copy ...; io_read_free(g);
// (At most 64 KB per read. A waiting reader counts as a pending source for deadlock detection.)
bool io_read_done(const G *g);                            // a result is there
bool io_try_read_stdin(Worker *w, G *g, size_t max);      // reads if input is there already; true: a result is there
void io_read_stdin_park(Worker *w, G *g, size_t max);     // parks; a result is there when g runs again
int64_t io_read_result(G *g, const uint8_t **data);       // bytes, 0 at the end, -1 error (errno in data as int)
void io_read_free(G *g);                                  // the result is used up

// Standard output is buffered (unless a terminal) and flushed at exit, before anything goes to standard error, when a worker goes
// idle, before input, and every few milliseconds.
void io_write(Worker *w, int fd, const void *data, size_t n);
void io_flush(Runtime *rt);
// From io_capture on what goes to standard output is kept instead; io_captured appends what there is so far, io_capture_end throws it away and goes on
// as before. For the examples of `gol test`, one at a time.
void io_capture(Runtime *rt);
void io_captured(Runtime *rt, Buf *out);
void io_capture_end(Runtime *rt);
void io_report(Runtime *rt, const void *data, size_t n); // what gol itself says: flushes, then standard error
