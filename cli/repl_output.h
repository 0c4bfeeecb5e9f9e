// repl_output.h — all that is printed beside what is being typed: what goroutines print, reports, answers.
//
// What the foreground statement prints goes through as it is. What goroutines in the background print is shown in whole lines, each with the goroutine's
// number: `[g7] tick`. While a prompt waits, everything is kept until the prompt's thread takes it to show it above the line being typed; else it is
// written at once. A goroutine that prints without end is cut: a burst is shown, then a few lines a second, and how many were left out is said; so
// memory is bounded and the prompt stays usable.
//
// output_program and output_report are called on any thread (HostEvents), the rest on the prompt's. One lock of its own, innermost.
#pragma once
#include "base/buf.h"
#include "base/source.h"
#include "cli/repl_screen.h"
#include "runtime/finding.h"

typedef struct ReplOutput ReplOutput;

// steady: what is shown must not depend on time: so many lines of the background between two prompts, and no more.
ReplOutput *output_new(Screen *to, bool steady);
void output_free(ReplOutput *o);
void output_sources(ReplOutput *o, const Sources *s); // for reports; before any comes

void output_program(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n);
void output_report(void *ctx, const Finding *f, bool foreground);

// gol's own words: whole lines, which begin on a new line.
void output_say(ReplOutput *o, const char *text, size_t n);
void output_printf(ReplOutput *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
// Somebody else wrote to the terminal (the echo of ^C): the cursor may stand anywhere.
void output_elsewhere(ReplOutput *o);

// Begins and ends the keeping of what comes. At the beginning unfinished lines are ended, so that the prompt stands on a line of its own.
void output_hold(ReplOutput *o, bool hold);
// What is to be shown above the line; in how many ms something more may be due, negative: when signals_wake is called.
int output_take(ReplOutput *o, Buf *out);
// Unfinished lines are ended and what was left out is said: before a prompt.
void output_settle(ReplOutput *o);
