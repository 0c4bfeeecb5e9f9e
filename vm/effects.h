// effects.h — which registers an instruction reads and which it defines, as what: the opcode table, and what it leaves to
// "see algebra". For liveness and the verifier.
#pragma once
#include "vm/opcodes.h"

// Kinds of a register, for the collector. NIL: zero, and good as any kind.
typedef enum RegKind { REG_UNDEF, REG_NIL, REG_SCALAR, REG_POINTER, REG_IFACE, REG_CONFLICT } RegKind;

typedef struct EffectSink {
    void *ctx;
    void (*use)(void *ctx, uint32_t reg, uint32_t n);
    // kinds: RegKind of each; NULL: as the registers from `copied_from` on.
    void (*def)(void *ctx, uint32_t reg, uint32_t n, const uint8_t *kinds, uint32_t copied_from);
    // From reg on everything belongs to the callee.
    void (*clobber)(void *ctx, uint32_t reg);
} EffectSink;

// Reports uses first, then a clobber, then definitions.
void effects_of(const Module *m, const Func *f, uint32_t at, const EffectSink *sink);
// The first slot that belongs to the callee while the call at `at` is under way.
uint32_t effects_window(const Func *f, uint32_t at);
