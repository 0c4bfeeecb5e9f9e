// vm_asm.h — hand-assembled modules for the tests of the VM.
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/opcodes.h"
#include "vm/vm.h"

#define ABC(o, a_, b_, c_) {OP_##o, (uint16_t)(a_), (uint16_t)(b_), (uint16_t)(c_)}
#define ABX(o, a_, bc_) {OP_##o, (uint16_t)(a_), (uint16_t)(bc_), (uint16_t)((uint32_t)(bc_) >> 16)}
#define EXT(a_, b_, c_) ABC(EXTRA, a_, b_, c_)
#define EXTX(bc_) ABX(EXTRA, 0, bc_)

enum { ASM_TYPES = TYPE_FIRST_FREE + 16 };

typedef struct Asm {
    Module m;
    Func *funcs[32];
    Func store[32];
    RType types[ASM_TYPES];
    const Str *strings[16];
    Sources sources;
} Asm;

static inline void asm_init(Asm *a) {
    memset(a, 0, sizeof *a);
    sources_init(&a->sources);
    types_init_fixed(a->types);
    a->m.funcs = a->funcs;
    a->m.types = a->types;
    a->m.ntypes = TYPE_FIRST_FREE;
    a->m.strings = a->strings;
    a->m.sources = &a->sources;
}

static inline Func *asm_func(Asm *a, const char *name, const Instr *code, uint32_t n, uint32_t nslots, uint32_t nparams,
                             uint32_t nresults) {
    Func *f = &a->store[a->m.nfuncs];
    f->code = code;
    f->ncode = n;
    f->nslots = nslots;
    f->nparams = nparams;
    f->nresults = nresults;
    f->name = name;
    f->index = a->m.nfuncs;
    a->funcs[a->m.nfuncs++] = f;
    return f;
}
#define ASM_FUNC(a, name, code, nslots, nparams, nresults)                                                             \
    asm_func((a), (name), (code), (uint32_t)(sizeof(code) / sizeof(code[0])), (nslots), (nparams), (nresults))

static inline uint32_t asm_string(Asm *a, const char *text) {
    Word *o = calloc(1, sizeof(Word) + sizeof(Str));
    o[0] = TYPE_STR_OBJ;
    Str *s = (Str *)(o + 1);
    s->data = (const uint8_t *)text;
    s->len = strlen(text);
    a->strings[a->m.nstrings] = s;
    return a->m.nstrings++;
}
