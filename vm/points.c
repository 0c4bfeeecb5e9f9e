#include "vm/points.h"

#include <string.h>

// How an instruction says which memory it touches.
typedef enum Touches {
    TOUCH_NONE,     // not a point
    TOUCH_SYNC,     // of a channel, or a new goroutine
    TOUCH_NATIVE,   // a native function: a point when it synchronises
    TOUCH_LOAD,     // R[b] + 8c
    TOUCH_STORE,    // R[a] + 8c
    TOUCH_B,        // what R[b] points to
    TOUCH_A,        // what R[a] points to
    TOUCH_ANY,      // package-level variables
    TOUCH_ELEMENT_B, // of the slice at b, index R[c]; the size follows below
    TOUCH_ELEMENT_A  // of the slice at a, index R[b]
} Touches;

const uint8_t points_touch[OP_COUNT] = {
    [OP_SEND] = TOUCH_SYNC, [OP_RECV] = TOUCH_SYNC, [OP_CLOSECH] = TOUCH_SYNC, [OP_SELECT] = TOUCH_SYNC, [OP_CHLEN] = TOUCH_SYNC,
    [OP_GO] = TOUCH_SYNC, [OP_GOC] = TOUCH_SYNC, [OP_CALLN] = TOUCH_NATIVE,
    [OP_LD8U] = TOUCH_LOAD, [OP_LD8S] = TOUCH_LOAD, [OP_LD16U] = TOUCH_LOAD, [OP_LD16S] = TOUCH_LOAD, [OP_LD32U] = TOUCH_LOAD,
    [OP_LD32S] = TOUCH_LOAD, [OP_LD64] = TOUCH_LOAD, [OP_LDP] = TOUCH_LOAD, [OP_LDIF] = TOUCH_LOAD, [OP_LDSL] = TOUCH_LOAD,
    [OP_LDN] = TOUCH_B,
    [OP_ST8] = TOUCH_STORE, [OP_ST16] = TOUCH_STORE, [OP_ST32] = TOUCH_STORE, [OP_ST64] = TOUCH_STORE, [OP_STP] = TOUCH_STORE,
    [OP_STIF] = TOUCH_STORE, [OP_STSL] = TOUCH_STORE, [OP_STN] = TOUCH_A,
    [OP_ADDM] = TOUCH_STORE, [OP_ADDMF] = TOUCH_STORE, [OP_SUBMF] = TOUCH_STORE,
    [OP_CLONE] = TOUCH_B, [OP_COPYMEM] = TOUCH_A, [OP_ZEROMEM] = TOUCH_A,
    [OP_LDG] = TOUCH_ANY, [OP_LDGP] = TOUCH_ANY, [OP_LDGI] = TOUCH_ANY, [OP_LDGSL] = TOUCH_ANY,
    [OP_STG] = TOUCH_ANY, [OP_STGP] = TOUCH_ANY, [OP_STGI] = TOUCH_ANY,
    [OP_IX8U] = TOUCH_ELEMENT_B, [OP_IX8S] = TOUCH_ELEMENT_B, [OP_IX16U] = TOUCH_ELEMENT_B, [OP_IX16S] = TOUCH_ELEMENT_B,
    [OP_IX32U] = TOUCH_ELEMENT_B, [OP_IX32S] = TOUCH_ELEMENT_B, [OP_IX64] = TOUCH_ELEMENT_B, [OP_IXP] = TOUCH_ELEMENT_B,
    [OP_IXI] = TOUCH_ELEMENT_B, [OP_IXSL] = TOUCH_ELEMENT_B,
    [OP_SX8] = TOUCH_ELEMENT_A, [OP_SX16] = TOUCH_ELEMENT_A, [OP_SX32] = TOUCH_ELEMENT_A, [OP_SX64] = TOUCH_ELEMENT_A,
    [OP_SXP] = TOUCH_ELEMENT_A, [OP_SXI] = TOUCH_ELEMENT_A, [OP_SXSL] = TOUCH_ELEMENT_A,
    [OP_ADDX] = TOUCH_ELEMENT_A, [OP_ADDXF] = TOUCH_ELEMENT_A,
    [OP_IXX64] = TOUCH_ELEMENT_B, [OP_IXX8U] = TOUCH_ELEMENT_B, [OP_IXXP] = TOUCH_ELEMENT_B,
    [OP_COPY] = TOUCH_A, [OP_COPYT] = TOUCH_A, [OP_CLEARSL] = TOUCH_A,
    [OP_MAPGET] = TOUCH_B, [OP_MAPGET2] = TOUCH_B, [OP_MAPSET] = TOUCH_A, [OP_MAPDEL] = TOUCH_A, [OP_MAPLEN] = TOUCH_B,
    [OP_MAPCLEAR] = TOUCH_A, [OP_MAPITER] = TOUCH_B, [OP_MAPNEXT] = TOUCH_A,
};

static uint64_t element_size(Opcode op) {
    if (op == OP_IX8U || op == OP_IX8S || op == OP_SX8) return 1;
    if (op == OP_IX16U || op == OP_IX16S || op == OP_SX16) return 2;
    if (op == OP_IX32U || op == OP_IX32S || op == OP_SX32) return 4;
    return 8;
}

// An address that will turn out to be nil or out of range is as good as any: the instruction looks again.
bool points_leave(Worker *w, G *g, const uint64_t *pc, const Word *base) {
    Instr i;
    memcpy(&i, pc, sizeof i);
    const Func *f = (const Func *)base[FRAME_FUNC];
    Word at = 0;
    switch ((Touches)points_touch[i.op]) {
    case TOUCH_NONE: return false;
    case TOUCH_SYNC: return explore_point(w, g, POINT_SYNC, NULL);
    case TOUCH_NATIVE: return (vm_of(w)->m->funcs[instr_bc(i)]->flags & FUNC_POINT) && explore_point(w, g, POINT_SYNC, NULL);
    case TOUCH_LOAD: at = base[i.b] + i.c * sizeof(Word); break;
    case TOUCH_STORE: at = base[i.a] + i.c * sizeof(Word); break;
    case TOUCH_B: at = base[i.b]; break;
    case TOUCH_A: at = base[i.a]; break;
    case TOUCH_ANY: break;
    case TOUCH_ELEMENT_B: at = base[i.b] + base[i.c] * element_size((Opcode)i.op); break;
    case TOUCH_ELEMENT_A: at = base[i.a] + base[i.b] * element_size((Opcode)i.op); break;
    }
    // What std does between its own synchronisations is not the program's bug.
    return !(f->flags & FUNC_STD) && explore_point(w, g, POINT_ACCESS, (const void *)at);
}

// Also what prints or reads: the order of lines is a choice that a student sees.
void points_mark_natives(Module *m) {
    static const char *const packages[] = {"sync.", "sync/atomic.", "time.", "runtime.", "os."};
    for (uint32_t k = 0; k < m->nfuncs; k++) {
        Func *f = m->funcs[k];
        if (!f || !(f->flags & FUNC_NATIVE) || !f->name) continue;
        for (size_t i = 0; i < COUNT_OF(packages); i++)
            if (!strncmp(f->name, packages[i], strlen(packages[i]))) f->flags |= FUNC_POINT;
    }
}
