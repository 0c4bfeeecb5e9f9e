// runtime.c — package runtime's window on scheduler, heap and frames.
#include "base/platform.h"
#include "runtime/heap_state.h"
#include "runtime/sched.h"
#include "runtime/worker.h"
#include "std/leaf.h"
#include "vm/trace.h"

NATIVE(std_runtime_GOMAXPROCS) {
    int64_t n = (int64_t)call->args[0];
    call->args[0] = (Word)runtime_set_workers(call->worker, n > 256 ? 256 : n < 1 ? 0 : (int)n);
    return NATIVE_OK;
}
NATIVE(std_runtime_NumCPU) {
    call->args[0] = (Word)platform_cpus();
    return NATIVE_OK;
}
NATIVE(std_runtime_NumGoroutine) {
    call->args[0] = (Word)runtime_num_goroutine(call->rt);
    return NATIVE_OK;
}
NATIVE(std_runtime_Gosched) {
    (void)call;
    return NATIVE_YIELD;
}
NATIVE(std_runtime_Goexit) {
    (void)call;
    return NATIVE_GOEXIT;
}
NATIVE(std_runtime_GC) {
    (void)call;
    return NATIVE_COLLECT;
}

// A program counter is {function index : 32, position : 32}, so that both can be found again.
static bool ret_place(NativeCall *call, int at, Pos pos) {
    Place p = source_place(vm_of(call->worker)->m->sources, pos);
    const char *path = p.file ? p.file->path : "";
    if (!leaf_ret_bytes_as_str(call, at, path, strlen(path))) return false;
    call->args[at + 1] = p.line;
    return true;
}

NATIVE(std_runtime_caller) {
    const Func *f;
    Pos pos;
    if (!trace_caller(call->g, (int64_t)call->args[0], &f, &pos)) {
        call->args[0] = call->args[1] = call->args[2] = 0;
        return NATIVE_OK;
    }
    if (!ret_place(call, 1, pos)) return NATIVE_NOMEM;
    call->args[0] = (Word)f->index << 32 | pos;
    return NATIVE_OK;
}

NATIVE(std_runtime_funcOf) {
    const Module *m = vm_of(call->worker)->m;
    Word index = call->args[0] >> 32;
    const char *name = call->args[0] && index < m->nfuncs && m->funcs[index]->name ? m->funcs[index]->name : "";
    Pos pos = (Pos)call->args[0];
    Word saved = call->args[0];
    if (!ret_place(call, 1, pos)) return NATIVE_NOMEM;
    if (leaf_ret_bytes_as_str(call, 0, name, strlen(name))) return NATIVE_OK;
    call->args[0] = saved;
    return NATIVE_NOMEM;
}

NATIVE(std_runtime_stack) {
    Buf out;
    buf_init(&out);
    trace_goroutine(vm_of(call->worker), call->g, &out);
    bool ok = leaf_ret_bytes_as_str(call, 0, buf_str(&out), out.len);
    buf_fini(&out);
    return ok ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_runtime_heapStats) {
    HeapStats s;
    heap_stats(call->rt->heap, &s);
    // Allocations are counted in bytes only; an object has some 32 of them.
    const Word out[] = {s.used_bytes, s.live_objects, s.total_bytes, s.live_objects + (s.total_bytes - s.live_bytes) / 32,
                        s.reserved_bytes, s.live_bytes * 2, s.pause_ns_total, s.collections};
    memcpy(call->args, out, sizeof out);
    return NATIVE_OK;
}
