// loop.c — the interpreter: one function, one goroutine after the other. The instructions stand in ops_*.inc by subject.
//
// What is in registers: base (the frame), pc, fuel. Everything else is reloaded or spilled. While an instruction is
// executed pc points behind its first word; EXTRA words are read through EXTRA(n) and stepped over by DONE(n). An
// instruction that cannot finish (no memory, a fault) has changed nothing: it is saved with SAVE_HERE() and executed again,
// or it panics there.
//
// Safepoints: instructions that may collect, park or switch save pc and base first. After a safepoint no guest pointer that a
// C variable holds is good, and base has to be reloaded (goto resume).
//
// Computed goto: the table has one label per opcode, and each instruction ends with a jump of its own, which predicts better
// than one shared jump. VM_SWITCH selects a plain switch for compilers without it.
//
// The file is compiled a second time by loop_watched.c, for race detection (watch.h).
#include "vm/loop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/breath.h"
#include "runtime/chan.h"
#include "runtime/heap_state.h"
#include "runtime/host.h"
#include "runtime/iface.h"
#include "runtime/map.h"
#include "runtime/partial.h"
#include "runtime/slice.h"
#include "runtime/str.h"
#include "vm/call.h"
#include "vm/defer.h"
#include "vm/fault.h"
#include "vm/loop_help.h"
#include "vm/native.h"
#include "vm/points.h"
#include "vm/trace.h"
#include "vm/watch.h"

#ifndef LOOP_RUN
#define LOOP_RUN loop_run
#endif
// A value in registers that is copied somewhere: what stands in memory of its own is read.
#define WATCH_VALUE(t, regs)                                                              \
    do {                                                                                  \
        if ((t)->flags & RT_MEM) WATCH_READ_RANGE((regs)[0], (t)->words * sizeof(Word));  \
    } while (0)

#if defined(__clang__)
#pragma clang diagnostic ignored "-Wgnu-label-as-value"
#endif

void LOOP_RUN(Worker *w, G *g) {
    // --- the macros of the loop
#define A ((uint32_t)(ins >> 16) & 0xFFFF)
#define B ((uint32_t)(ins >> 32) & 0xFFFF)
#define C ((uint32_t)(ins >> 48))
#define SB ((int64_t)(int16_t)(ins >> 32))
#define SC ((int64_t)ins >> 48)
#define BC ((uint32_t)(ins >> 32))
#define SBC ((int64_t)ins >> 32)
#define R(x) base[x]
#define RS(x) ((int64_t)base[x])
#define EXTRA(n) (pc[n])
#define EXTRA_BC(n) ((uint32_t)(pc[n] >> 32))
#define EXTRA_SBC(n) ((int64_t)pc[n] >> 32)
#define EXTRA_A(n) ((uint32_t)(pc[n] >> 16) & 0xFFFF)
#define EXTRA_B(n) ((uint32_t)(pc[n] >> 32) & 0xFFFF)
#define EXTRA_C(n) ((uint32_t)(pc[n] >> 48))
#define FUNC ((const Func *)base[FRAME_FUNC])
#define SITE() loop_site(FUNC, pc)
#define SAVE(p) (g->pc = (const void *)(p), g->base = (uint32_t)(base - g->stack))
#define SAVE_HERE() SAVE(pc - 1)
#define RELOAD_BASE() (base = g->stack + g->base, stack_end = g->stack + g->stack_cap - STACK_SLACK)
#define THROW(expr)                                                                                                    \
    do {                                                                                                               \
        SAVE_HERE();                                                                                                   \
        thrown = (expr);                                                                                               \
        goto throw_value;                                                                                              \
    } while (0)
#define NO_MEMORY(bytes)                                                                                               \
    do {                                                                                                               \
        need = (bytes);                                                                                                \
        goto no_memory;                                                                                                \
    } while (0)
#define NIL_CHECK(p)                                                                                                   \
    do {                                                                                                               \
        if (UNLIKELY(!(p))) goto nil_pointer;                                                                          \
    } while (0)
#define PAY()                                                                                                          \
    do {                                                                                                               \
        if (UNLIKELY(--fuel < 0)) goto out_of_fuel;                                                                    \
    } while (0)
// Long instructions pay by what they move, so that the next call or back-edge polls in time.
#define CHARGE(bytes) (fuel -= (int64_t)((uint64_t)(bytes) >> 6))
// Around a call that may be long, and makes one object at most (runtime/breath.h).
#define LONG_BEGIN() (SAVE_HERE(), w->breathes = true)
#define LONG_END() (w->breathes = false)
#define SETTLE()                                                                                                       \
    do {                                                                                                               \
        if (UNLIKELY(w->owed)) fuel -= w->owed, w->owed = 0;                                                           \
    } while (0)
#ifdef GOL_HOSTILE
    // Every allocation collects before it is made, with the state of the instruction's beginning.
#define MAY_COLLECT()                                                                                                  \
    do {                                                                                                               \
        SAVE_HERE();                                                                                                   \
        gc_collect(w, 0);                                                                                              \
        RELOAD_BASE();                                                                                                 \
    } while (0)
#define REFILL(x) ((x) < 1 ? (x) : 1)
#else
#define MAY_COLLECT() ((void)0)
#define REFILL(x) (x)
#endif
// Between the read and the write of an update of the word at `at`, of which x was read.
#ifdef LOOP_EXPLORE
#define BETWEEN(at, x)                                                                                                 \
    do {                                                                                                               \
        if (explore_half(w, g, at, &x)) {                                                                              \
            SAVE_HERE();                                                                                               \
            sched_preempt(w, g);                                                                                       \
            goto next_goroutine;                                                                                       \
        }                                                                                                              \
    } while (0)
#else
#define BETWEEN(at, x) ((void)0)
#endif
#ifdef VM_SWITCH
#define OP(name) case OP_##name:
#define HEAVY(name) case OP_##name:
#define NEXT goto next_instruction
#elif defined(LOOP_EXPLORE)
#define OP(name) L_##name:
#define HEAVY(name) L_##name:
#define NEXT goto look_around
#else
#define OP(name) L_##name:
    // An instruction that calls into the runtime anyway: the compiler shall not keep registers for its sake.
#ifdef __clang__ // knows no cold labels
#define HEAVY(name) L_##name:
#else
#define HEAVY(name) L_##name: __attribute__((cold, unused));
#endif
#define NEXT                                                                                                           \
    do {                                                                                                               \
        ins = *pc++;                                                                                                   \
        goto *labels[(uint16_t)ins];                                                                                   \
    } while (0)
#endif
#ifndef VM_SWITCH
    static const void *const labels[] = {
#define X(name, a, b, c, extra, algebra) &&L_##name,
#include "vm/opcodes.def"
#undef X
    };
#endif
#define DONE(n)                                                                                                        \
    do {                                                                                                               \
        pc += (n);                                                                                                     \
        NEXT;                                                                                                          \
    } while (0)

    // Race detection begins with the program's second goroutine (race_start): then this loop hands over to the one that checks.
#if WATCH_ON
#define LEAVE_IF_WATCHED() ((void)0)
#else
#define LEAVE_IF_WATCHED()                                                                                             \
    do {                                                                                                               \
        if (UNLIKELY(w->race != NULL)) {                                                                               \
            w->fuel = fuel;                                                                                            \
            loop_run_watched(w, g);                                                                                    \
            return;                                                                                                    \
        }                                                                                                              \
    } while (0)
#endif

    Vm *const vm = vm_of(w);
    const RType *const types = vm->m->types;
    Func *const *const funcs = vm->m->funcs;
    Word *const globals = vm->globals;
    const uint64_t *pc;
    Word *base;
    int64_t fuel = w->fuel;
    w->fuel = 0;
    Word *stack_end;
    uint64_t ins;
    Word thrown, bad_index, bad_len;
    MapStatus map_status;
    TypeId bad_type;
    uint64_t need = 0;
    const uint64_t *starved_at = NULL; // where memory last ran out, and with how much fuel
    int64_t starved_fuel = 0;
    uint64_t starved_finals = 0; // finalizers that had ended by then
    Buf line = {0}; // what print has not written yet
    NativeCall call = {.worker = w, .rt = vm->rt};

resume:
    LEAVE_IF_WATCHED();
    RELOAD_BASE();
    pc = (const uint64_t *)((uintptr_t)g->pc & ~(uintptr_t)PC_TAGS);
    if (UNLIKELY((uintptr_t)g->pc & PC_SENDING) && chan_woken_by_close_of_send(g)) {
        pc = (const uint64_t *)FUNC->code + frame_instr_before(FUNC, (uint32_t)(pc - (const uint64_t *)FUNC->code)) + 1;
        THROW(fault_value(w, g, FAULT_SEND_CLOSED));
    }
    NEXT;

#ifdef VM_SWITCH
next_instruction:
    ins = *pc++;
    switch ((Opcode)(uint16_t)ins) {
    case OP_COUNT:
#endif
#ifdef LOOP_EXPLORE
look_around:
    if (points_touch[(uint16_t)*pc] && points_leave(w, g, pc, base)) {
        SAVE(pc);
        sched_preempt(w, g);
        goto next_goroutine;
    }
    ins = *pc++;
    goto *labels[(uint16_t)ins];
#endif
#include "vm/ops_arith.inc"
#include "vm/ops_jump.inc"
#include "vm/ops_memory.inc"
#include "vm/ops_slice.inc"
#include "vm/ops_string.inc"
#include "vm/ops_iface.inc"
#include "vm/ops_call.inc"
#include "vm/ops_chan.inc"
#include "vm/ops_map.inc"
    HEAVY(EXTRA)
    HEAVY(UNREACHABLE)
    gol_bug("an instruction that cannot be executed: opcode %u in %s", (unsigned)(uint16_t)ins, FUNC->name);
#ifdef VM_SWITCH
    }
#endif

    // --- out of the way
out_of_fuel: {
    // pc is where the goroutine goes on: a jump's target, or a function's first instruction.
    SAVE(pc);
    starved_at = NULL; // it went on since
    int64_t more = fuel;
    if (!sched_poll(w, g, &more)) {
        sched_preempt(w, g);
        fuel = REFILL(more);
        goto next_goroutine;
    }
    fuel = REFILL(more);
    RELOAD_BASE();
    NEXT;
}
no_memory:
    SAVE_HERE();
    // The same instruction again without a step between: what it wants has not become free.
    if (starved_at == pc && starved_fuel == fuel && starved_finals == finalizer_ends(w->rt) && need < UINT64_MAX / 4) need = UINT64_MAX / 4;
    if (!gc_collect(w, need)) {
        if (!w->rt->host || host_no_memory(w, need)) goto dead;
        starved_at = NULL; // somebody else gives some back
        goto resume;
    }
    starved_finals = finalizer_ends(w->rt);
    if (UNLIKELY(w->gives_way)) {
        w->gives_way = false;
        sched_preempt(w, g);
        goto next_goroutine;
    }
    if (!vm->virtual_time) fuel = 0; // a poll is due; but what a collection costs must not shift a run that repeats
    starved_at = pc;
    starved_fuel = fuel;
    goto resume;
nil_pointer:
    THROW(fault_value(w, g, FAULT_NIL_POINTER));
divide_by_zero:
    THROW(fault_value(w, g, FAULT_DIVIDE));
index_out_of_range:
    THROW(fault_index(w, g, bad_index, bad_len));
too_many_defers:
    SAVE_HERE();
    trace_fatal(w, g, "out of memory: the goroutine holds 1 GB of deferred calls");
    goto dead;
throw_value:
    switch (panic_start(w, g, thrown, false)) {
    case PANIC_RUN: goto resume;
    case PANIC_ENDED: goto unwound;
    case PANIC_DEAD: goto dead;
    }
grow_stack: {
    // pc, base and the new frame's header are set: only room is missing. ins is the call's callee in disguise: its Func is
    // in the header.
    SAVE(pc);
    if (!call_room(w, g, g->base + FUNC->nslots)) goto dead;
    RELOAD_BASE();
    PAY();
    NEXT;
}
map_failed:
    switch (map_status) {
    case MAP_NOMEM: NO_MEMORY(0);
    case MAP_UNHASHABLE: THROW(fault_type(w, g, "hash of unhashable type ", bad_type));
    case MAP_NIL: THROW(fault_value(w, g, FAULT_NIL_MAP));
    case MAP_CONCURRENT_WRITE: case MAP_CONCURRENT_READ: case MAP_CONCURRENT_ITERATION:
        SAVE_HERE();
        trace_fatal(w, g, map_status == MAP_CONCURRENT_WRITE ? "concurrent map writes"
                          : map_status == MAP_CONCURRENT_READ ? "concurrent map read and map write"
                                                              : "concurrent map iteration and map write");
        goto dead;
    case MAP_ROOM:
        LONG_BEGIN();
        map_status = map_room(w, (Map *)R(A));
        LONG_END();
        if (map_status != MAP_OK) goto map_failed;
        pc--;
        if ((fuel -= MAP_ROWS_COST) < 0) goto out_of_fuel;
        NEXT;
    case MAP_AGAIN: // only the iterator has moved: the instruction is done anew
        SAVE_HERE();
        loop_pause(w);
        pc--;
        if ((fuel -= MAP_ROWS_COST) < 0) goto out_of_fuel;
        NEXT;
    case MAP_OK: case MAP_END: NEXT;
    }
dead: // what has been told ends the program; of a host only this goroutine
    if (!w->rt->host || __atomic_load_n(&w->rt->exit_status, __ATOMIC_RELAXED) >= 0) return;
    if (g->flags & GF_MAIN) w->rt->foreground_how = HOW_DIED;
    defer_unwind(w, g, false);
    goto resume;
unwound:
    if (UNLIKELY(w->rt->host != NULL) && (g->flags & GF_MAIN)) host_foreground_ended(w, g, HOW_GOEXIT);
goroutine_ended:
    if (g->defers || g->panics) defer_free(g);
    g_free(w, g);
next_goroutine:
    starved_at = NULL;
    g = sched_next(w);
    if (UNLIKELY(!g)) {
        if (vm->rt->pace) w->fuel = fuel; // for the next piece of a run in pieces
        return;
    }
    goto resume;
}
