// repl_signal.h — what the process is told while a prompt waits or a statement runs: Ctrl-C, Ctrl-Z, Ctrl-\, another size, the end.
//
// While a statement runs, Ctrl-C ends it and Ctrl-Z stops the process at once. While a prompt waits, signals are only noted and wake it, because the
// terminal must be put in order first; so is Ctrl-\ always, which asks for the table of goroutines. Signals belong to the process: one prompt at a time has them.
#pragma once
#include "base/base.h"

enum { TOLD_INTERRUPT = 1, TOLD_STOP = 2, TOLD_CONTINUE = 4, TOLD_RESIZE = 8, TOLD_END = 16, TOLD_QUIT = 32 };

// interrupt: called in the handler of SIGINT, and of SIGALRM, while a statement runs.
void signals_begin(void (*interrupt)(void *ctx), void *ctx);
void signals_finish(void);
// prompt: a prompt waits. Else a statement may run.
void signals_prompt(bool prompt);
// What was told since the last call; *end: the signal that ends the process.
unsigned signals_take(int *end);
// Was Ctrl-C pressed since the last call? It does not count any more.
bool signals_interrupted(void);
// Readable when something was told, or wake was rung.
int signals_fd(void);
void signals_wake(void); // on any thread
// The process stops, as after Ctrl-Z, and goes on when it is continued.
void signals_stop(void);
// It ends by this signal.
void signals_die(int sig);
// SIGALRM after so many ns; 0: no more.
void signals_alarm(int64_t ns);
bool signals_alarmed(void); // since the last signals_alarm
