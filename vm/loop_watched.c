// loop_watched.c — the interpreter loop a second time, with a check at every access to shared memory.
#define LOOP_RUN loop_run_watched
#define WATCH_ON 1
#include "vm/loop.c"
