// sync.c — sync's locks: each native hands the receiver's words to runtime/sema.h.
#include "runtime/pools.h"
#include "runtime/sema.h"

#include "std/leaf.h"
#include "vm/fault.h"

static NativeStatus nil_receiver(NativeCall *call) {
    call->panic = fault_value(call->worker, call->g, FAULT_NIL_POINTER);
    return NATIVE_PANIC;
}

static NativeStatus panic_text(NativeCall *call, const char *text) {
    const Str *s;
    Word reg;
    if (!str_new(call->worker, text, strlen(text), &s)) return NATIVE_NOMEM;
    reg = (Word)s;
    return iface_make(call->worker, TYPE_STRING, &reg, 0, &call->panic) ? NATIVE_PANIC : NATIVE_NOMEM;
}

static NativeStatus not_done(NativeCall *call, SemaStatus s, const char *why) {
    switch (s) {
    case SEMA_DONE:
        return NATIVE_OK;
    case SEMA_PARKED:
        return NATIVE_PARK;
    case SEMA_FATAL:
        call->fatal = why;
        return NATIVE_FATAL;
    case SEMA_PANIC:
        return panic_text(call, why ? why : "");
    }
    return NATIVE_OK;
}
static inline NativeStatus finish(NativeCall *call, SemaStatus s, const char *why) {
    return LIKELY(s == SEMA_DONE) ? NATIVE_OK : not_done(call, s, why);
}

// The words behind the receiver.
#define RECEIVER(words)                                \
    Word *words = (Word *)call->args[0];               \
    if (UNLIKELY(!words)) return nil_receiver(call)

NATIVE(std_sync_Mutex_Lock) {
    RECEIVER(m);
    return finish(call, mutex_lock(call->worker, call->g, m), NULL);
}
NATIVE(std_sync_Mutex_TryLock) {
    RECEIVER(m);
    call->args[0] = mutex_try_lock(call->worker, call->g, m);
    return NATIVE_OK;
}
NATIVE(std_sync_Mutex_Unlock) {
    RECEIVER(m);
    const char *why = NULL;
    SemaStatus s = mutex_unlock(call->worker, call->g, m, &why);
    return finish(call, s, why);
}
NATIVE(std_sync_RWMutex_RLock) {
    RECEIVER(m);
    return finish(call, rwmutex_rlock(call->worker, call->g, m), NULL);
}
NATIVE(std_sync_RWMutex_TryRLock) {
    RECEIVER(m);
    call->args[0] = rwmutex_try_rlock(call->worker, call->g, m);
    return NATIVE_OK;
}
NATIVE(std_sync_RWMutex_RUnlock) {
    RECEIVER(m);
    const char *why = NULL;
    SemaStatus s = rwmutex_runlock(call->worker, call->g, m, &why);
    return finish(call, s, why);
}
NATIVE(std_sync_RWMutex_Lock) {
    RECEIVER(m);
    return finish(call, rwmutex_lock(call->worker, call->g, m), NULL);
}
NATIVE(std_sync_RWMutex_TryLock) {
    RECEIVER(m);
    call->args[0] = rwmutex_try_lock(call->worker, call->g, m);
    return NATIVE_OK;
}
NATIVE(std_sync_RWMutex_Unlock) {
    RECEIVER(m);
    const char *why = NULL;
    SemaStatus s = rwmutex_unlock(call->worker, call->g, m, &why);
    return finish(call, s, why);
}

static NativeStatus add(NativeCall *call, int64_t delta) {
    RECEIVER(wg);
    const char *why = NULL;
    SemaStatus s = waitgroup_add(call->worker, call->g, wg, delta, &why);
    return finish(call, s, why);
}
NATIVE(std_sync_WaitGroup_Add) { return add(call, (int64_t)call->args[1]); }
NATIVE(std_sync_WaitGroup_Done) { return add(call, -1); }
NATIVE(std_sync_WaitGroup_Wait) {
    RECEIVER(wg);
    const char *why = NULL;
    SemaStatus s = waitgroup_wait(call->worker, call->g, wg, &why);
    return finish(call, s, why);
}

NATIVE(std_sync_notifyAdd) {
    call->args[0] = notify_add(call->worker, (Word *)call->args[0]);
    return NATIVE_OK;
}
NATIVE(std_sync_notifyWait) {
    return finish(call, notify_wait_for(call->worker, call->g, (Word *)call->args[0], (uint32_t)call->args[1]), NULL);
}
NATIVE(std_sync_notifyOne) {
    notify_one(call->worker, (Word *)call->args[0]);
    return NATIVE_OK;
}
NATIVE(std_sync_notifyAll) {
    notify_all(call->worker, (Word *)call->args[0]);
    return NATIVE_OK;
}

NATIVE(std_sync_Pool_list) {
    RECEIVER(p);
    pools_add(call->rt, (Pool *)p);
    return NATIVE_OK;
}
