// loop_explore.c — the loop of a run in which the order of goroutines is a choice (runtime/explore.h): before each instruction that others
// can see it asks whether somebody else shall go first, and an update in memory has such a place between its read and its write. Races
// are looked for if they are asked for.
#define LOOP_RUN loop_run_explore
#define LOOP_EXPLORE
#define WATCH_ON 1
#define WATCH_ACTIVE (w->race != NULL)
#include "vm/loop.c"
