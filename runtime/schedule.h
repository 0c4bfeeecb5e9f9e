// schedule.h — a schedule: what a run with one worker needs, besides the program and its input, to happen again. As a short string, with
// the hash of the compiled program that it belongs to:
//
//     5f3a09c1-fifo-17            Go's order, choices from seed 17
//     5f3a09c1-random-17          at each point anybody may go on
//     5f3a09c1-pct3.120-17        priorities, changed at 2 of 120 points (0: how many is not known)
//     5f3a09c1-pct3.120-17-1.21   the program was compiled as -lang=go1.21
//     5f3a09c1-fifo-17-r          the real clock, which may show something else
#pragma once
#include "base/buf.h"

typedef enum Strategy { STRATEGY_FIFO, STRATEGY_RANDOM, STRATEGY_PCT } Strategy;

typedef struct Schedule {
    Strategy strategy;
    uint32_t depth; // PCT: a bug of this depth is found with a known probability (1: priorities alone)
    uint64_t steps; // PCT: how many points the run is expected to have; 0: unknown
    uint64_t seed;
} Schedule;

enum { SCHEDULE_MAX_DEPTH = 20 };

// "fifo", "random", "pct" (depth 3), "pct:D", "pct:D:STEPS"; the seed is left alone. False: it is none of these.
bool schedule_read_strategy(const char *text, Schedule *out);

typedef struct ScheduleName { // what the string says
    Schedule schedule;
    uint32_t program;  // module_hash
    int lang_minor;    // as in -lang=go1.N; 0: the ordinary one
    bool real_clock;
} ScheduleName;
void schedule_write(const ScheduleName *n, Buf *out);
bool schedule_read(const char *text, ScheduleName *out);
