// tries.h — the same program many times, each time under another schedule, in processes of their own: forked after the program was compiled, so
// that a try costs what the run costs, and one that hangs or dies takes nothing with it. What tries print is thrown away (a hash of
// it is kept); they read the same arguments, and the same standard input if that is a file.
#pragma once
#include "runtime/finding.h"
#include "vm/module.h"

typedef struct TryResult {
    uint32_t index;
    bool ended;         // the process handed over a result; else it was killed, or died of `signal`
    bool outside;       // it would have touched files, the environment or a terminal, and was not allowed to
    int signal;
    int status;         // as of `gol run`
    RunFigures figures;
    Finding *findings;  // a list, owned; take it by setting this to NULL
} TryResult;

typedef struct TryJob {
    const Module *module;
    const RuntimeOptions *options; // schedule, seed and what concerns output are replaced
    Schedule (*plan)(void *ctx, uint32_t i);
    // Results in the order of their ends. False: no more are wanted; what still runs is killed.
    bool (*take)(void *ctx, TryResult *r);
    void *ctx;
    uint32_t first, end;  // tries first .. end - 1
    int parallel;
    int64_t deadline;     // platform_now() when what still runs is killed; INT64_MAX: never
    int64_t each_ns;      // real time that one may take
    int64_t input;          // where standard input begins, of a file; -1: it is none
    const volatile int *stop; // set by a signal: as the deadline. NULL: none
} TryJob;

// False: stopped before all were tried.
bool tries_run(const TryJob *job);
// Where standard input stands, if it is a file that can be read again; -1: it is not.
int64_t tries_input(void);
// What every search does with try i of a row that begins at `seed`: mostly random walks and PCT of depths 1 .. depth, now and then Go's order. `steps` is
// what PCT is told; `only`: one strategy for all, NULL: the mixture.
Schedule tries_mixture(uint32_t i, uint64_t seed, uint32_t depth, uint64_t steps, const Schedule *only);
