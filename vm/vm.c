// vm.c — from a module to an exit status.
#include "vm/vm.h"

#include <stdlib.h>

#include "runtime/address.h"
#include "runtime/pace.h"
#include "vm/attest.h"
#include "vm/call.h"
#include "vm/defer.h"
#include "vm/liveness.h"
#include "vm/loop.h"
#include "vm/mentions.h"
#include "vm/places.h"
#include "vm/points.h"
#include "vm/trace.h"
#include "vm/verify.h"
#include "vm/watch.h"

// A native function that is called like any other (through a func value) runs this body: the call of itself, and a return.
static void give_body(Func *f) {
    Instr *code = xcalloc(2, sizeof *code);
    code[0] = (Instr){OP_CALLN, 0, (uint16_t)f->index, (uint16_t)(f->index >> 16)};
    code[1] = (Instr){OP_RET, 0, (uint16_t)f->nresults, 0};
    f->code = code;
    f->ncode = 2;
    f->nslots = f->nparams > f->nresults ? f->nparams : f->nresults;
}

static void take_bodies(Module *m) {
    for (uint32_t i = 0; i < m->nfuncs; i++) {
        Func *f = m->funcs[i];
        if (!f || !(f->flags & FUNC_NATIVE) || !f->code) continue;
        free((Instr *)f->code);
        f->code = NULL;
    }
}

static void ended(G *g) {
    if (g->defers || g->panics) defer_free(g);
}

// Package-level variables stand in the heap, for good (liveness_scan_roots), so that they are watched as everything else is.
static Word *globals_new(Vm *vm, uint32_t words) {
    size_t bytes = ((size_t)words + 1) * sizeof(Word);
    Word *p = heap_alloc_leaf(runtime_first_worker(vm->rt), TYPE_BYTES_OBJ, bytes, 0);
    if (!p) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    return p;
}

void vm_init(Vm *vm, Module *m, const RuntimeOptions *o, uint32_t globals) {
    vm->m = m;
    vm->hooks = (RuntimeHooks){
        .run = o->schedule.strategy != STRATEGY_FIFO ? loop_run_explore : loop_run,
        .scan = liveness_scan,
        .scan_roots = liveness_scan_roots,
        .scan_object = liveness_scan_object,
        .where = trace_where,
        .frames = places_frames,
        .place = places_at,
        .access_kind = places_access_kind,
        .func_name = places_func_name,
        .context = watch_context,
        .watch_code = mentions_begin,
        .watch_code_end = mentions_end,
        .global_reached = mentions_global_reached,
        .scan_kept = liveness_scan_kept,
        .is_own = attest_is_own,
        .pos = attest_pos,
        .started_with = attest_started_with,
        .ended_at = attest_ended_at,
        .unwind = defer_unwind,
        .ended = ended,
    };
    RuntimeOptions with_sources = *o;
    with_sources.sources = m->sources;
    with_sources.names = &m->names;
    vm->rt = runtime_new(&with_sources, &vm->hooks, m->types, m->ntypes, vm);
    vm->virtual_time = runtime_is_virtual(vm->rt);
    vm->globals = globals_new(vm, globals);
    vm_grow(vm);
    if (o->schedule.strategy != STRATEGY_FIFO) points_mark_natives(m);
}

void vm_grow(Vm *vm) {
    const Module *m = vm->m;
    uint32_t from = vm->nfuncs;
    for (uint32_t i = from; i < m->nfuncs; i++)
        if (m->funcs[i] && (m->funcs[i]->flags & FUNC_NATIVE) && !m->funcs[i]->code) give_body(m->funcs[i]);
    if (vm->nfuncs != m->nfuncs || vm->nglobals != m->nglobals) mentions_free(vm);
    vm->nfuncs = m->nfuncs;
    vm->nglobals = m->nglobals;
    address_set_globals(vm->rt, vm->globals, m->nglobals * sizeof(Word));
#ifndef NDEBUG
    verify_funcs(vm, from);
#endif
}

void vm_fini(Vm *vm) {
    runtime_free(vm->rt);
    mentions_free(vm);
    liveness_free(vm->m);
    for (ReplacedFunc *r = vm->replaced, *next; r; r = next) {
        next = r->next;
        liveness_free_func(r->func);
        free(r);
    }
    take_bodies(vm->m);
}

int vm_run(Module *m, const RuntimeOptions *o) {
    Vm vm = {0};
    vm_init(&vm, m, o, m->nglobals);
    G *g = call_new_g(runtime_first_worker(vm.rt), m->funcs[m->entry], NULL, NULL, 0, 0);
    if (o->schedule.strategy != STRATEGY_FIFO) race_start(vm.rt); // there is one loop only
    int status = runtime_run(vm.rt, g);
    vm_fini(&vm);
    return status;
}

// --- in pieces ------------------------------------------------------------------------------------------------

Vm *vm_new(Module *m, const RuntimeOptions *o) {
    Vm *vm = xcalloc(1, sizeof *vm);
    RuntimeOptions one = *o;
    one.workers = 1;
    one.host = NULL;
    vm_init(vm, m, &one, m->nglobals);
    G *g = call_new_g(runtime_first_worker(vm->rt), m->funcs[m->entry], NULL, NULL, 0, 0);
    if (one.schedule.strategy != STRATEGY_FIFO) race_start(vm->rt);
    pace_begin(vm->rt, g);
    return vm;
}

VmProgress vm_run_for(Vm *vm, int64_t budget) {
    if (!vm->ended) {
        PaceState s = pace_run(vm->rt, budget);
        if (s == PACE_MORE) return (VmProgress){.state = VM_RUNNING};
        if (s == PACE_WAITS) return (VmProgress){.state = VM_WAITING, .until = vm->rt->pace->until};
        vm->status = pace_end(vm->rt);
        vm->ended = true;
    }
    return (VmProgress){.state = VM_ENDED, .status = vm->status};
}

void vm_free(Vm *vm) {
    if (!vm->ended) pace_end(vm->rt);
    vm_fini(vm);
    free(vm);
}
