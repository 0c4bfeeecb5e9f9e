// signal.h — what package os/signal needs of the runtime. Signals are numbers as the system's, 1 to 64.
#pragma once
#include "runtime/runtime.h"

typedef enum SignalChoice { SIGNAL_DEFAULT, SIGNAL_WANTED, SIGNAL_IGNORED } SignalChoice;

// What is to happen to a signal. SIGKILL and SIGSTOP cannot be chosen; of faults (SIGSEGV and the like) and SIGPIPE nothing changes. Any thread.
void signal_choose(Runtime *rt, int sig, SignalChoice choice);
bool signal_is_ignored(Runtime *rt, int sig);

// The next wanted signal that came; 0: none is there.
int signal_take(Runtime *rt);
// Parks g until there is one (then it asks again with signal_take). One goroutine at most waits so, and it counts as waiting for input.
void signal_park(Worker *w, G *g);
