// module.h — compiled code: what the generator makes and the loop runs. Immutable once loaded, except the words named
// "cache", which are written with single relaxed stores.
#pragma once
#include "base/source.h"
#include "runtime/names.h"
#include "runtime/object.h"

struct NativeCall;
typedef enum NativeStatus NativeStatus;

// One instruction: 64 bits.  | op:16 | a:16 | b:16 | c:16 |   bc = b | c << 16 as one 32-bit operand.
// An opcode marked EXTRA is followed by one more such word (op = OP_EXTRA) whose a, b, c (or bc) are more operands.
typedef struct Instr {
    uint16_t op, a, b, c;
} Instr;
static inline uint32_t instr_bc(Instr i) { return (uint32_t)i.b | (uint32_t)i.c << 16; }
static inline int32_t instr_sbc(Instr i) { return (int32_t)instr_bc(i); }

typedef enum Opcode {
#define X(name, a, b, c, extra, algebra) OP_##name,
#include "vm/opcodes.def"
#undef X
    OP_COUNT
} Opcode;

// Frame: slots base[0..nslots). base[0..nparams) are the parameters (receiver first) at entry; base[nparams] is the
// Closure when called through one (FUNC_CLOSURE functions read it). Results are left at base[0..nresults) by RET.
// Below base stand FRAME_HEADER words: base[-3] the caller's next instruction, base[-2] this frame's Func *,
// base[-1] distance in slots to the caller's base (0: the goroutine's first frame) | flags << 32 (vm/frame.h).
enum { FRAME_HEADER = 3 };

enum {
    FUNC_CLOSURE = 1,   // has captures
    FUNC_HAS_DEFER = 2, // recover_pc is valid; RUNDEFERS stands before each RET
    FUNC_THUNK = 4,     // made by the generator (go/defer thunks, method wrappers, bound methods): hidden in traces, and
                        // recover() in what a deferred thunk calls counts as called directly
    FUNC_STD = 8,       // from std: folded in traces
    FUNC_NATIVE = 16,
    FUNC_NOSPLIT = 32,
    FUNC_ANY_METHOD = 128, // a native that gives the program what calls any method by its id (reflect)
    FUNC_POINT = 64     // a native that others can see: an explored run may switch before it (vm/points.h)
};

typedef struct SelectCase {
    uint16_t chan;  // register of the channel
    uint16_t value; // send: first register of the value; receive: where it goes (NO_REG: nowhere)
    uint16_t ok;    // receive: register for ok, or NO_REG
    uint16_t dir;   // 1 send, 0 receive
    TypeId type;    // the channel's element type: which words, of what kinds, stand at value (as in SEND and RECV)
} SelectCase;
#define NO_REG 0xFFFF

typedef struct SelectTable {
    SelectCase *cases;
    uint16_t ncases;
    bool has_default; // the index is -1 then
    uint32_t pos;
} SelectTable;

typedef struct CallSite { // of CALLI, and of ASSERT to an interface
    uint32_t method_id;
    uint32_t misses;
    uint64_t cache; // {type id : 32, function index + 1 : 32}; 0 = empty
} CallSite;

typedef struct MemRef { // operand of LDN, LDCAP, STN: n words at word offset off, kinds from slots; of calls: n result words
    uint32_t off, n;
    const uint8_t *slots; // SlotKind of each
} MemRef;

typedef struct Func {
    const Instr *code;
    uint32_t ncode;
    uint32_t nslots;    // frame size with outgoing windows
    uint32_t nparams, nresults, ncaptures; // words
    uint32_t flags;     // FUNC_*
    uint32_t index;     // in the module
    uint32_t recover_pc;  // FUNC_HAS_DEFER: index of an epilogue that returns the result variables as they are now (from
                          // registers or from their cells). When a deferred call has recovered and the frame's other
                          // deferred calls have run, the loop goes on there. What it reads is zeroed (LDNIL) by the
                          // function's first instructions, before any safepoint, and is live at every instruction
                          // behind those: for liveness recover_pc is a successor of every instruction.
    const uint8_t *param_slots, *result_slots, *capture_slots; // SlotKind per word
    const Pos *pos;     // one per instruction
    const char *name;   // "main.worker", "main.main.func1"
    Pos decl_pos;
    NativeStatus (*native)(struct NativeCall *); // FUNC_NATIVE
    SelectTable *selects;
    uint32_t nselects;
    CallSite *sites;
    uint32_t nsites;
    MemRef *memrefs;
    uint32_t nmemrefs;
    Closure *static_closure; // the func value of this function without captures (immortal, made by the generator)
    void *maps;         // vm/liveness.c: slot maps, computed when first needed (atomic)
} Func;

enum { MODULE_GLOBALS = 1 << 20 }; // words that the variables of a module may take that grows while it runs

typedef struct Module {
    Func **funcs;
    uint32_t nfuncs;
    const Word *consts;  // 64-bit scalars
    uint32_t nconsts;
    const Str **strings; // immortal string objects (with a header word before each)
    uint32_t nstrings;
    RType *types;
    uint32_t ntypes;
    uint32_t nglobals;   // words in the globals block
    const uint8_t *global_slots; // SlotKind of each
    const uint32_t *global_first; // for each: the first word of its variable
    uint32_t entry;      // function that initialises packages in order, runs the script or main.main, and returns
    const char *const *method_names; // by method id
    uint32_t nmethod_ids;
    TypeId *method_types; // by method id: the func type, without receiver; NULL where nothing calls by reflect
    bool nil_panic_is_error; // panic(nil) panics with a runtime error (Go 1.21 on), not with nil
    uint32_t text_methods[2]; // ids + 1 of `Error() string` and `String() string`: how a panic's value says its text; 0: none
    const Sources *sources; // for positions in traces
    NameTable names;        // of variables, for reports
} Module;
