// watch.h — the one place through which every shared access of the loop passes. In the first instantiation of loop.c it is nothing; in the
// second (loop_watched.c, which defines WATCH_ON as 1) and third (loop_explore.c) it is the race detector's check: what changes nothing is decided here, inline, the rest
// out of line, with pc and base saved. (What channels, locks and the scheduler order is hooked where it happens, in runtime/.)
#pragma once
#include "runtime/race.h"
#include "runtime/worker.h"
#include "vm/state.h"

#ifndef WATCH_ON
#define WATCH_ON 0
#endif

// An access that the inline check did not settle; g stands in it.
void watch_read(Worker *w, G *g, const void *at, uint32_t bytes);
void watch_write(Worker *w, G *g, const void *at, uint32_t bytes);
void watch_update(Worker *w, G *g, const void *at, uint32_t bytes); // reads, computes, writes
// Any number of bytes; the world may stop meanwhile (g stands before the instruction, which has made no object yet).
void watch_range(Worker *w, G *g, const void *at, uint64_t bytes, bool write);
// RuntimeHooks.context.
uint32_t watch_context(Worker *w, G *g);
enum { WATCH_CONTEXT_SHIFT = 33 }; // of a frame's link word: its context (watch.c)

#if WATCH_ON
#include "runtime/race_state.h"
#ifndef WATCH_ACTIVE
#define WATCH_ACTIVE true
#endif
#define WATCH_ONE(address, bytes, fast, slow) WATCH_BY(w->race, g->race, address, bytes, fast, slow)
#define WATCH_BY(rw, who, address, bytes, fast, slow)                                                                  \
    do {                                                                                                               \
        if (WATCH_ACTIVE && UNLIKELY(!fast(rw, who, (address), (bytes)))) {                                                \
            SAVE_HERE();                                                                                               \
            slow(w, g, (address), (bytes));                                                                            \
            if (UNLIKELY(__atomic_load_n(&w->poll, __ATOMIC_RELAXED) & POLL_EXIT)) fuel = 0; /* -race=halt: at once */  \
        }                                                                                                              \
    } while (0)
// `bytes` a constant up to 8: one cell.
#define WATCH_READ(address, bytes) WATCH_ONE(address, bytes, race_fast_read, watch_read)
#define WATCH_WRITE(address, bytes) WATCH_ONE(address, bytes, watch_fast_write, watch_write)
#define watch_fast_write(rw, who, at, bytes)                                                                           \
    (race_fast_write(rw, who, at, bytes) ||                                                                            \
     ((bytes) < sizeof(Word) && race_near(rw, who, pc - 1, base[FRAME_LINK] >> WATCH_CONTEXT_SHIFT, at, bytes)))
// Two reads by one instruction: who reads is looked up once. (If the first gives the goroutine its slot, the second is looked at in full.)
#define WATCH_WHO const RaceWorker *const watch_worker = w->race; const RaceWho watch_who = g->race
#define WATCH_READ_BY(address, bytes) WATCH_BY(watch_worker, watch_who, address, bytes, race_fast_read, watch_read)
// A word that an instruction reads, computes and writes. Where others may come between, in two steps.
#ifdef LOOP_EXPLORE
#define WATCH_UPDATE_READ(address) WATCH_READ(address, sizeof(Word))
#define WATCH_UPDATE_WRITE(address) WATCH_WRITE(address, sizeof(Word))
#else
#define WATCH_UPDATE_READ(address) WATCH_ONE(address, sizeof(Word), race_fast_write, watch_update)
#define WATCH_UPDATE_WRITE(address) ((void)0)
#endif
#define WATCH_READ_RANGE(address, bytes) (SAVE_HERE(), watch_range(w, g, (const void *)(address), (bytes), false))
#define WATCH_WRITE_RANGE(address, bytes) (SAVE_HERE(), watch_range(w, g, (const void *)(address), (bytes), true))
#define WATCH_GO(child) race_go(w, g, child)
#define WATCH_FIRST_GO() ((void)0)
enum { WATCH_MAY_START = false };
#else
#define WATCH_READ(address, bytes) ((void)0)
#define WATCH_WHO ((void)0)
#define WATCH_READ_BY(address, bytes) ((void)0)
#define WATCH_WRITE(address, bytes) ((void)0)
#define WATCH_UPDATE_READ(address) ((void)0)
#define WATCH_UPDATE_WRITE(address) ((void)0)
#define WATCH_READ_RANGE(address, bytes) ((void)0)
#define WATCH_WRITE_RANGE(address, bytes) ((void)0)
#define WATCH_GO(child) ((void)0) // before the child is made ready
// The program's first go statement is executed by the loop that checks.
#define WATCH_FIRST_GO()                                                                                               \
    do {                                                                                                               \
        if (UNLIKELY(w->rt->race != NULL)) {                                                                           \
            race_start(w->rt);                                                                                         \
            SAVE_HERE();                                                                                               \
            goto resume;                                                                                               \
        }                                                                                                              \
    } while (0)
enum { WATCH_MAY_START = true };
#endif
