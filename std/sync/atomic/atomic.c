// atomic.c — sequentially consistent operations of the declared width on guest words.
#include "std/leaf.h"
#include "vm/fault.h"

static NativeStatus nil_pointer(NativeCall *call) {
    call->panic = fault_value(call->worker, call->g, FAULT_NIL_POINTER);
    return NATIVE_PANIC;
}

// For the race detector: the operation stands between the two.
static inline void begin(const NativeCall *c, const void *p) {
    if (UNLIKELY(c->worker->race != NULL)) race_atomic_begin(c->worker, c->g, p);
}
static inline void end(const NativeCall *c, const void *p, uint32_t bytes, RaceAtomic what) {
    if (UNLIKELY(c->worker->race != NULL)) race_atomic_end(c->worker, c->g, p, bytes, what);
}

// One set of natives for a Go integer type: C is the unsigned type of its width, S the signed or unsigned one that extends it.
// Functions are named AddInt32, methods Int32_Add.
#define ATOMICS(LOAD, STORE, ADD, SWAP, CAS, AND, OR, C, S)                                                                  \
    NATIVE(LOAD) {                                                                                                           \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        call->args[0] = (Word)(int64_t)(S)__atomic_load_n(p, __ATOMIC_SEQ_CST);                                              \
        end(call, p, sizeof(C), RACE_ATOMIC_LOAD);                                                                           \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(STORE) {                                                                                                          \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        __atomic_store_n(p, (C)call->args[1], __ATOMIC_SEQ_CST);                                                             \
        end(call, p, sizeof(C), RACE_ATOMIC_STORE);                                                                          \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(ADD) {                                                                                                            \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        call->args[0] = (Word)(int64_t)(S)__atomic_add_fetch(p, (C)call->args[1], __ATOMIC_SEQ_CST);                         \
        end(call, p, sizeof(C), RACE_ATOMIC_UPDATE);                                                                         \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(SWAP) {                                                                                                           \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        call->args[0] = (Word)(int64_t)(S)__atomic_exchange_n(p, (C)call->args[1], __ATOMIC_SEQ_CST);                        \
        end(call, p, sizeof(C), RACE_ATOMIC_UPDATE);                                                                         \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(CAS) {                                                                                                            \
        C *p = (C *)call->args[0], old = (C)call->args[1];                                                                   \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        bool done = __atomic_compare_exchange_n(p, &old, (C)call->args[2], false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);       \
        end(call, p, sizeof(C), done ? RACE_ATOMIC_UPDATE : RACE_ATOMIC_FAILED);                                             \
        call->args[0] = done;                                                                                                \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(AND) {                                                                                                            \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        call->args[0] = (Word)(int64_t)(S)__atomic_fetch_and(p, (C)call->args[1], __ATOMIC_SEQ_CST);                         \
        end(call, p, sizeof(C), RACE_ATOMIC_UPDATE);                                                                         \
        return NATIVE_OK;                                                                                                    \
    }                                                                                                                        \
    NATIVE(OR) {                                                                                                             \
        C *p = (C *)call->args[0];                                                                                           \
        if (UNLIKELY(!p)) return nil_pointer(call);                                                                          \
        begin(call, p);                                                                                                      \
        call->args[0] = (Word)(int64_t)(S)__atomic_fetch_or(p, (C)call->args[1], __ATOMIC_SEQ_CST);                          \
        end(call, p, sizeof(C), RACE_ATOMIC_UPDATE);                                                                         \
        return NATIVE_OK;                                                                                                    \
    }
#define FUNCTIONS(T, C, S)                                                                                                  \
    ATOMICS(std_sync_atomic_Load##T, std_sync_atomic_Store##T, std_sync_atomic_Add##T, std_sync_atomic_Swap##T,              \
            std_sync_atomic_CompareAndSwap##T, std_sync_atomic_And##T, std_sync_atomic_Or##T, C, S)
#define METHODS(T, C, S)                                                                                                    \
    ATOMICS(std_sync_atomic_##T##_Load, std_sync_atomic_##T##_Store, std_sync_atomic_##T##_Add, std_sync_atomic_##T##_Swap,  \
            std_sync_atomic_##T##_CompareAndSwap, std_sync_atomic_##T##_And, std_sync_atomic_##T##_Or, C, S)

FUNCTIONS(Int32, uint32_t, int32_t)
METHODS(Int32, uint32_t, int32_t)
FUNCTIONS(Int64, uint64_t, int64_t)
METHODS(Int64, uint64_t, int64_t)
FUNCTIONS(Uint32, uint32_t, uint32_t)
METHODS(Uint32, uint32_t, uint32_t)
FUNCTIONS(Uint64, uint64_t, uint64_t)
METHODS(Uint64, uint64_t, uint64_t)
FUNCTIONS(Uintptr, uint64_t, uint64_t)
METHODS(Uintptr, uint64_t, uint64_t)

// An interface is one word, so Value needs no lock.
NATIVE(std_sync_atomic_loadAny) {
    const Word *p = (const Word *)call->args[0];
    if (UNLIKELY(!p)) return nil_pointer(call);
    begin(call, p);
    call->args[0] = __atomic_load_n(p, __ATOMIC_SEQ_CST);
    end(call, p, sizeof *p, RACE_ATOMIC_LOAD);
    return NATIVE_OK;
}
NATIVE(std_sync_atomic_casAny) {
    Word *p = (Word *)call->args[0], old = call->args[1];
    if (UNLIKELY(!p)) return nil_pointer(call);
    begin(call, p);
    bool done = __atomic_compare_exchange_n(p, &old, call->args[2], false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    end(call, p, sizeof *p, done ? RACE_ATOMIC_UPDATE : RACE_ATOMIC_FAILED);
    call->args[0] = done;
    return NATIVE_OK;
}
NATIVE(std_sync_atomic_sameType) {
    call->args[0] = iface_type(call->args[0]) == iface_type(call->args[1]);
    return NATIVE_OK;
}
