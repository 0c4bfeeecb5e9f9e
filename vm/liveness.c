#include "vm/liveness.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "vm/defer.h"
#include "vm/effects.h"
#include "vm/mentions.h"

typedef struct Block {
    uint32_t begin, end;     // instruction indices
    uint32_t next[2];        // blocks that follow; NO_BLOCK
    bool reached;            // from the entry
    uint64_t *live_in;       // bits
    uint8_t *kinds_in;       // RegKind per register
} Block;
#define NO_BLOCK UINT32_MAX

// Hangs on Func.maps. What dataflow found per block, and the maps that were asked for: three per instruction, one for each
// FrameState, written once.
typedef struct FuncMaps {
    const Module *m;
    const Func *f;
    uint32_t nregs, words; // words of a bit set
    Block *blocks;
    uint32_t nblocks;
    uint32_t *block_of;    // per instruction
    uint64_t *always;      // live at every instruction: what the recover epilogue reads
    uint8_t *recover_kinds;
    SlotMap **maps;
    void *memory[4];
} FuncMaps;

// One lock for building: it happens once per function and place, and never while gol code runs.
static pthread_mutex_t build_lock = PTHREAD_MUTEX_INITIALIZER;

static bool bit(const uint64_t *set, uint32_t i) { return set[i / 64] >> (i % 64) & 1; }

// --- one step backward over an instruction: live-out becomes live-in

typedef struct Walk {
    FuncMaps *fm;
    uint64_t *live;
    uint8_t *kinds;
    bool defs; // the backward walk's first pass: definitions, before uses
} Walk;

static void back_use(void *ctx, uint32_t reg, uint32_t n) {
    Walk *w = ctx;
    if (w->defs) return;
    for (uint32_t i = reg; i < reg + n && i < w->fm->nregs; i++) w->live[i / 64] |= UINT64_C(1) << (i % 64);
}
static void back_def(void *ctx, uint32_t reg, uint32_t n, const uint8_t *kinds, uint32_t from) {
    Walk *w = ctx;
    (void)kinds, (void)from;
    if (!w->defs) return;
    for (uint32_t i = reg; i < reg + n && i < w->fm->nregs; i++) w->live[i / 64] &= ~(UINT64_C(1) << (i % 64));
}
static void back_clobber(void *ctx, uint32_t reg) {
    Walk *w = ctx;
    if (!w->defs) return;
    for (uint32_t i = reg; i < w->fm->nregs; i++) w->live[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

static void step_back(FuncMaps *fm, uint32_t at, uint64_t *live) {
    Walk w = {.fm = fm, .live = live};
    EffectSink sink = {&w, back_use, back_def, back_clobber};
    w.defs = true;
    effects_of(fm->m, fm->f, at, &sink);
    w.defs = false;
    effects_of(fm->m, fm->f, at, &sink);
    for (uint32_t i = 0; i < fm->words; i++) live[i] |= fm->always[i];
}

// --- one step forward: kinds

static uint8_t merge_kind(uint8_t x, uint8_t y) {
    if (x == y || y == REG_UNDEF) return x;
    if (x == REG_UNDEF) return y;
    if (x == REG_NIL) return y;
    if (y == REG_NIL) return x;
    return REG_CONFLICT;
}
static void forward_use(void *ctx, uint32_t reg, uint32_t n) { (void)ctx, (void)reg, (void)n; }
static void forward_def(void *ctx, uint32_t reg, uint32_t n, const uint8_t *kinds, uint32_t from) {
    Walk *w = ctx;
    uint8_t copy[64];
    if (!kinds && n <= sizeof copy && from + n <= w->fm->nregs) memcpy(copy, w->kinds + from, n), kinds = copy;
    for (uint32_t i = 0; i < n && reg + i < w->fm->nregs; i++) {
        uint8_t k = kinds ? kinds[i] : REG_CONFLICT;
        w->kinds[reg + i] = k;
        if (w->fm->recover_kinds) w->fm->recover_kinds[reg + i] = merge_kind(w->fm->recover_kinds[reg + i], k);
    }
}
static void forward_clobber(void *ctx, uint32_t reg) {
    Walk *w = ctx;
    if (reg < w->fm->nregs) memset(w->kinds + reg, REG_UNDEF, w->fm->nregs - reg);
}
static void step_forward(FuncMaps *fm, uint32_t at, uint8_t *kinds) {
    Walk w = {.fm = fm, .kinds = kinds};
    EffectSink sink = {&w, forward_use, forward_def, forward_clobber};
    effects_of(fm->m, fm->f, at, &sink);
}

// --- blocks

static uint32_t instr_end(const Func *f, uint32_t at) { return at + op_length(&f->code[at]); }

static void find_blocks(FuncMaps *fm) {
    const Func *f = fm->f;
    uint8_t *leader = xcalloc(f->ncode + 1, 1);
    leader[0] = 1;
    bool recovers = (f->flags & FUNC_HAS_DEFER) != 0;
    if (recovers) leader[f->recover_pc] = 1;
    for (uint32_t at = 0, next; at < f->ncode; at = next) {
        uint32_t target;
        next = instr_end(f, at);
        bool jumps = op_jump_target(f, at, &target);
        if (jumps) leader[target] = 1;
        if ((jumps || op_ends_block((Opcode)f->code[at].op)) && next <= f->ncode) leader[next] = 1;
    }
    for (uint32_t i = 0; i < f->ncode; i++) fm->nblocks += leader[i];
    fm->blocks = xcalloc(fm->nblocks, sizeof(Block));
    fm->block_of = xcalloc(f->ncode + 1, sizeof(uint32_t));
    uint32_t b = 0;
    for (uint32_t i = 0; i < f->ncode; i++) {
        if (leader[i]) fm->blocks[b++].begin = i;
        fm->block_of[i] = b - 1;
        fm->blocks[b - 1].end = i + 1;
    }
    free(leader);
    fm->memory[0] = xcalloc(fm->nblocks, fm->words * sizeof(uint64_t) + fm->nregs);
    uint64_t *bits = fm->memory[0];
    uint8_t *kinds = (uint8_t *)(bits + (size_t)fm->nblocks * fm->words);
    for (b = 0; b < fm->nblocks; b++) {
        Block *k = &fm->blocks[b];
        k->live_in = bits + (size_t)b * fm->words;
        k->kinds_in = kinds + (size_t)b * fm->nregs;
        k->next[0] = k->next[1] = NO_BLOCK;
        uint32_t last = k->begin, target;
        while (instr_end(f, last) < k->end) last = instr_end(f, last);
        if (op_jump_target(f, last, &target)) k->next[0] = fm->block_of[target];
        if (!op_ends_block((Opcode)f->code[last].op) && k->end < f->ncode) k->next[1] = b + 1;
    }
}

static void live_out(const FuncMaps *fm, const Block *b, uint64_t *out) {
    memset(out, 0, fm->words * sizeof *out);
    for (int i = 0; i < 2; i++)
        if (b->next[i] != NO_BLOCK)
            for (uint32_t k = 0; k < fm->words; k++) out[k] |= fm->blocks[b->next[i]].live_in[k];
    for (uint32_t k = 0; k < fm->words; k++) out[k] |= fm->always[k];
}

// Live registers before instruction `stop` of the block (its end: live-out).
static void walk_back(FuncMaps *fm, const Block *b, uint32_t stop, uint64_t *live) {
    live_out(fm, b, live);
    uint32_t starts[256], n = 0, at = stop;
    // Instructions have one to three words, so they are found forward, in pieces, and undone backward.
    uint32_t end = b->end;
    while (end > stop) {
        uint32_t from = stop;
        n = 0;
        for (at = from; at < end; at = instr_end(fm->f, at)) starts[n++ % 256] = at;
        uint32_t keep = n < 256 ? n : 256;
        for (uint32_t i = 0; i < keep; i++) {
            end = starts[(n - 1 - i) % 256];
            step_back(fm, end, live);
        }
    }
}

static void solve(FuncMaps *fm) {
    const Func *f = fm->f;
    uint64_t *live = xcalloc(fm->words + 1, sizeof *live);
    bool recovers = (f->flags & FUNC_HAS_DEFER) != 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = fm->nblocks; b-- > 0;) {
            Block *k = &fm->blocks[b];
            walk_back(fm, k, k->begin, live);
            if (!memcmp(live, k->live_in, fm->words * sizeof *live)) continue;
            memcpy(k->live_in, live, fm->words * sizeof *live);
            changed = true;
        }
        if (recovers) {
            const uint64_t *in = fm->blocks[fm->block_of[f->recover_pc]].live_in;
            for (uint32_t i = 0; i < fm->words; i++) {
                if ((fm->always[i] | in[i]) != fm->always[i]) changed = true;
                fm->always[i] |= in[i];
            }
        }
    }
    free(live);

    uint8_t *kinds = xcalloc(fm->nregs + 1, 1), *entry = fm->blocks[0].kinds_in;
    for (uint32_t i = 0; i < f->nparams && i < fm->nregs; i++) {
        uint8_t s = f->param_slots ? f->param_slots[i] : SLOT_SCALAR;
        entry[i] = s == SLOT_POINTER ? REG_POINTER : s == SLOT_IFACE ? REG_IFACE : REG_SCALAR;
    }
    if ((f->flags & FUNC_CLOSURE) && f->nparams < fm->nregs) entry[f->nparams] = REG_POINTER;
    if (recovers) {
        fm->recover_kinds = fm->blocks[fm->block_of[f->recover_pc]].kinds_in;
        for (uint32_t i = 0; i < fm->nregs; i++) fm->recover_kinds[i] = merge_kind(fm->recover_kinds[i], entry[i]);
    }
    fm->blocks[0].reached = true;
    if (recovers) fm->blocks[fm->block_of[f->recover_pc]].reached = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t b = 0; b < fm->nblocks; b++) {
            const Block *k = &fm->blocks[b];
            if (!k->reached) continue;
            memcpy(kinds, k->kinds_in, fm->nregs);
            for (uint32_t at = k->begin; at < k->end; at = instr_end(f, at)) step_forward(fm, at, kinds);
            for (int n = 0; n < 2; n++) {
                if (k->next[n] == NO_BLOCK) continue;
                Block *to = &fm->blocks[k->next[n]];
                uint8_t *in = to->kinds_in;
                if (!to->reached) to->reached = changed = true;
                for (uint32_t i = 0; i < fm->nregs; i++) {
                    uint8_t merged = merge_kind(in[i], kinds[i]);
                    if (merged != in[i]) in[i] = merged, changed = true;
                }
            }
        }
    }
    free(kinds);
}

static FuncMaps *func_maps_locked(Vm *vm, const Func *f) {
    FuncMaps *fm = f->maps;
    if (fm) return fm;
    fm = xcalloc(1, sizeof *fm);
    fm->m = vm->m;
    fm->f = f;
    fm->nregs = f->nslots > f->nparams + 1 ? f->nslots : f->nparams + 1;
    fm->words = (fm->nregs + 63) / 64;
    fm->always = xcalloc(fm->words, sizeof(uint64_t));
    fm->maps = xcalloc((size_t)f->ncode * 3 + 3, sizeof *fm->maps);
    find_blocks(fm);
    solve(fm);
    __atomic_store_n(&((Func *)(uintptr_t)f)->maps, fm, __ATOMIC_RELEASE);
    return fm;
}

static void kinds_at(FuncMaps *fm, uint32_t at, uint8_t *kinds) {
    const Block *b = &fm->blocks[fm->block_of[at]];
    memcpy(kinds, b->kinds_in, fm->nregs);
    for (uint32_t i = b->begin; i < at; i = instr_end(fm->f, i)) step_forward(fm, i, kinds);
}
static void live_at(FuncMaps *fm, uint32_t at, uint64_t *live) {
    walk_back(fm, &fm->blocks[fm->block_of[at]], at, live);
}

static void mark_def(void *ctx, uint32_t reg, uint32_t n, const uint8_t *kinds, uint32_t from) {
    back_def(ctx, reg, n, kinds, from); // clears the bits of what is defined
}
static void no_use(void *ctx, uint32_t reg, uint32_t n) { (void)ctx, (void)reg, (void)n; }
static void no_clobber(void *ctx, uint32_t reg) { (void)ctx, (void)reg; }

static SlotMap *make_map(FuncMaps *fm, uint32_t at, FrameState state) {
    uint64_t *live = xcalloc(fm->words * 2, sizeof *live), *after = live + fm->words;
    uint8_t *kinds = xcalloc(fm->nregs * 2, 1), *kinds_after = kinds + fm->nregs;
    kinds_at(fm, at, kinds);
    if (state == FRAME_AT) {
        live_at(fm, at, live);
    } else {
        uint32_t next = instr_end(fm->f, at);
        if (next >= fm->block_of[at] && next < fm->f->ncode) {
            // Behind a call comes its next instruction, or (block end) whatever follows.
            const Block *b = &fm->blocks[fm->block_of[at]];
            if (next < b->end) walk_back(fm, b, next, after);
            else live_out(fm, b, after);
        }
        if (state == FRAME_CALLING) {
            uint32_t window = effects_window(fm->f, at);
            for (uint32_t i = 0; i < window && i < fm->nregs; i++)
                if (bit(after, i)) live[i / 64] |= UINT64_C(1) << (i % 64);
        } else {
            live_at(fm, at, live);
            Walk w = {.fm = fm, .live = live, .defs = true};
            EffectSink sink = {&w, no_use, mark_def, no_clobber};
            effects_of(fm->m, fm->f, at, &sink);
            memcpy(kinds_after, kinds, fm->nregs);
            step_forward(fm, at, kinds_after);
        }
    }
    SlotMap *map = xmalloc(sizeof *map + fm->nregs * sizeof map->entries[0]);
    map->n = 0;
    map->mentioned = 0;
    for (uint32_t i = 0; i < fm->nregs; i++) {
        uint8_t k = bit(live, i) ? kinds[i] : REG_UNDEF;
        if (state == FRAME_PARKED && bit(after, i)) k = kinds_after[i];
        if (k == REG_POINTER) map->entries[map->n++] = i << 2 | SLOT_POINTER;
        if (k == REG_IFACE) map->entries[map->n++] = i << 2 | SLOT_IFACE;
    }
    free(live);
    free(kinds);
    return xrealloc(map, sizeof *map + map->n * sizeof map->entries[0]);
}

const SlotMap *liveness_map(Vm *vm, const Func *f, uint32_t at, FrameState state) {
    static const SlotMap nothing;
    if (!f->nslots && !f->nparams) return &nothing;
    FuncMaps *fm = __atomic_load_n((FuncMaps *const *)&f->maps, __ATOMIC_ACQUIRE);
    uint32_t key = at * 3 + (uint32_t)state;
    if (fm) {
        SlotMap *seen = __atomic_load_n(&fm->maps[key], __ATOMIC_ACQUIRE);
        if (seen) return seen;
    }
    pthread_mutex_lock(&build_lock);
    fm = func_maps_locked(vm, f);
    SlotMap *map = fm->maps[key];
    if (!map) {
        map = make_map(fm, at, state);
        __atomic_store_n(&fm->maps[key], map, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&build_lock);
    return map;
}

void liveness_each(Vm *vm, const Func *f, uint32_t at, void (*fn)(void *ctx, uint32_t reg, uint8_t kind), void *ctx) {
    pthread_mutex_lock(&build_lock);
    FuncMaps *fm = func_maps_locked(vm, f);
    uint64_t *live = xcalloc(fm->words, sizeof *live);
    uint8_t *kinds = xcalloc(fm->nregs, 1);
    kinds_at(fm, at, kinds);
    live_at(fm, at, live);
    pthread_mutex_unlock(&build_lock);
    for (uint32_t i = 0; i < fm->nregs; i++)
        if (bit(live, i) && fm->blocks[fm->block_of[at]].reached) fn(ctx, i, kinds[i]);
    free(live);
    free(kinds);
}

void liveness_free_func(Func *f) {
    FuncMaps *fm = f->maps;
    if (!fm) return;
    f->maps = NULL;
    for (size_t k = 0; k < (size_t)fm->f->ncode * 3 + 3; k++) free(fm->maps[k]);
    free(fm->maps);
    free(fm->memory[0]);
    free(fm->blocks);
    free(fm->block_of);
    free(fm->always);
    free(fm);
}

void liveness_free(Module *m) {
    for (uint32_t i = 0; i < m->nfuncs; i++)
        if (m->funcs[i]) liveness_free_func(m->funcs[i]);
}

// --- scanning

static void scan_frame(Vm *vm, const Frame *f, GcMarker *m) {
    const SlotMap *map = liveness_map(vm, f->func, f->at, f->state);
    for (uint32_t i = 0; i < map->n; i++) {
        Word v = f->base[map->entries[i] >> 2];
        if ((map->entries[i] & 3) == SLOT_POINTER) gc_mark_pointer(m, v);
        else gc_mark_iface(m, v);
    }
    if (vm->mentions && mentions_on(vm->mentions)) mentions_of_frame(vm, f, (SlotMap *)(uintptr_t)map, m);
}

void liveness_scan(Runtime *rt, G *g, GcMarker *m) {
    Vm *vm = runtime_vm(rt);
    if (!g->pc || !g->stack) return;
    Frame f;
    frame_top(g, &f);
    do scan_frame(vm, &f, m);
    while (frame_below(&f));
    defer_scan(g, m);
    if (vm->mentions && mentions_on(vm->mentions)) mentions_of_defers(vm, g, m);
}

// --- what variables hold that are not used again

// Where a function that has returned did so: the loop that checks leaves the place in the frame (vm/ops_call.inc).
bool liveness_returned_at(const Frame *f, uint32_t *at) {
    uint64_t next = ((uintptr_t)f->base[FRAME_PC] - (uintptr_t)f->func->code) / sizeof(Instr);
    if (!next || next > f->func->ncode || f->base[FRAME_PC] < (Word)f->func->code) return false;
    *at = (uint32_t)next - 1;
    return true;
}

typedef struct Keep {
    Vm *vm;
    const uint8_t *keeps;
    GcMarker *m;
} Keep;

// Registers that were set on some way here. What another way set may have died: the words are looked at as if they could be anything.
static void keep_frame(const Keep *k, const Frame *f, uint32_t at) {
    pthread_mutex_lock(&build_lock);
    FuncMaps *fm = func_maps_locked(k->vm, f->func);
    pthread_mutex_unlock(&build_lock);
    uint8_t *kinds = xcalloc(fm->nregs + 1, 1);
    kinds_at(fm, at, kinds);
    uint32_t n = fm->nregs;
    if (f->state == FRAME_CALLING && effects_window(f->func, at) < n) n = effects_window(f->func, at);
    for (uint32_t i = 0; i < n; i++)
        if (kinds[i] == REG_POINTER || kinds[i] == REG_IFACE || kinds[i] == REG_CONFLICT) gc_mark_kept(k->m, f->base[i], k->keeps);
    free(kinds);
}

// The frame of main.main or of the script stands behind the entry's last call.
static bool main_frame(const Vm *vm, const G *g, Frame *f) {
    const Func *entry = vm->m->funcs[vm->m->entry];
    f->func = NULL;
    for (uint32_t at = 0; at < entry->ncode; at += op_length(&entry->code[at])) {
        if (entry->code[at].op != OP_CALL) continue;
        f->base = g->stack + FRAME_HEADER + entry->code[at].a;
        f->func = vm->m->funcs[instr_bc(entry->code[at])];
    }
    f->state = FRAME_AT;
    return f->func && f->base[FRAME_FUNC] == (Word)f->func;
}

static void keep_returned(const Keep *k, const Frame *f) {
    uint32_t at;
    if (liveness_returned_at(f, &at)) {
        keep_frame(k, f, at);
        return;
    }
    for (at = 0; at < f->func->ncode; at += op_length(&f->func->code[at])) { // any of its ways out
        uint16_t op = f->func->code[at].op;
        if (op == OP_RET || op == OP_RET0 || op == OP_RET1) keep_frame(k, f, at);
    }
}

void liveness_scan_kept(Runtime *rt, G *main_g, const uint8_t *keeps, GcMarker *m) {
    const Keep k = {runtime_vm(rt), keeps, m};
    Frame main, f;
    if (!main_g->stack || !main_frame(k.vm, main_g, &main)) return;
    if (!main_g->pc) {
        keep_returned(&k, &main);
        return;
    }
    frame_top(main_g, &f);
    do {
        if (f.base != main.base) continue;
        keep_frame(&k, &f, f.at);
        return;
    } while (frame_below(&f));
}

void liveness_scan_roots(Runtime *rt, GcMarker *m) {
    const Vm *vm = runtime_vm(rt);
    gc_mark_pointer(m, (Word)vm->globals);
    if (vm->globals) gc_mark_words(m, vm->globals, vm->m->nglobals, vm->m->global_slots);
}

void liveness_scan_object(void *obj, uint8_t kind, GcMarker *m) {
    if (kind != RK_OBJ_CLOSURE) return;
    const Closure *c = obj;
    if (c->func->ncaptures) gc_mark_words(m, c->words, c->func->ncaptures, c->func->capture_slots);
}
