// race_report.h — from two accesses that nothing orders to the words that a beginner reads (a Finding of kind RACE).
//
// The detector (runtime/race.c) fills a RaceFound and calls race_report on the worker that makes the second access, with none of its own locks
// held. Nothing here parks, collects or writes guest memory. The frames come from the VM: by a code position that the record kept
// (RuntimeHooks.place), and for the goroutine that runs now from its own stack (RuntimeHooks.frames).
#pragma once
#include "runtime/runtime.h"

// What the instruction of an access is (RuntimeHooks.access_kind): what there is to explain depends on it.
typedef enum AccessKind {
    ACCESS_PLAIN,
    ACCESS_UPDATE, // one instruction reads, computes and writes
    ACCESS_APPEND,
    ACCESS_MAP,
    ACCESS_SEND, ACCESS_CLOSE, // of the channel itself
    ACCESS_ADD, ACCESS_WAIT    // of a WaitGroup
} AccessKind;

typedef struct RaceSide {
    uint64_t goroutine;       // id
    const struct Func *start; // what it was started with; NULL: unknown
    uint64_t parent;          // who started it, 0: nobody (main)
    uint32_t go_pos;          // where
    const void *pc;           // of the access, in the form of G.pc; NULL: unknown
    // Where the function of pc and each of its callers were called from, innermost first, in the form of G.pc. For the earlier access
    // as far as its calling context was kept; not needed for the later one.
    const void *const *callers;
    uint32_t ncallers;
    bool write, atomic;
} RaceSide;

typedef struct RaceFound {
    const void *at;   // the bytes that both touched
    uint32_t bytes;
    RaceSide before;  // in the order in which this run made them
    RaceSide now;     // by g, which is in the middle of it
} RaceFound;

// Tells of the race, once for each pair of lines (is_new). Returns the finding that it is counted with; NULL: none (it is in code of std that nobody
// called, or too many have been told).
struct Finding *race_report(Worker *w, G *g, const RaceFound *f, bool *is_new);
