// type.h — runtime types: what the collector, interfaces, maps and fmt need to know. One immutable table per runtime,
// made by the generator, never changed while the program runs (no lock).
#pragma once
#include "runtime/word.h"

// Numbered as Go's reflect.Kind.
typedef enum RKind {
    RK_INVALID, RK_BOOL, RK_INT, RK_INT8, RK_INT16, RK_INT32, RK_INT64, RK_UINT, RK_UINT8, RK_UINT16, RK_UINT32, RK_UINT64,
    RK_UINTPTR, RK_FLOAT32, RK_FLOAT64, RK_COMPLEX64, RK_COMPLEX128, RK_ARRAY, RK_CHAN, RK_FUNC, RK_INTERFACE, RK_MAP,
    RK_POINTER, RK_SLICE, RK_STRING, RK_STRUCT, RK_UNSAFE_POINTER,
    // objects of the runtime's own that guest values point to; the collector has a scan routine for each
    RK_OBJ_STR, RK_OBJ_SLICE, RK_OBJ_CLOSURE, RK_OBJ_CHAN, RK_OBJ_MAP, RK_OBJ_MAPTABLE, RK_OBJ_MAPITER, RK_OBJ_DEFER,
    RK_OBJ_BYTES,       // no pointers inside
    RK_OBJ_CONSERVATIVE // every word is looked at as if it could be a pointer or an interface
} RKind;

enum {
    RT_NOSCAN = 1,     // no pointers at rest
    RT_COMPARABLE = 2, // == does not panic by its type (an interface inside still may)
    RT_MEM = 4,        // in registers: a pointer to memory
    RT_PTRSHAPED = 8,  // fits an interface as a tagged pointer
    RT_NAMED = 16,
    RT_SIGNED = 32,
    RT_PLAIN_EQ = 64,  // == and hash may compare words (no floats, strings, interfaces, packed arrays, narrow scalars)
    RT_VARIADIC = 128  // func types
};

typedef struct RField {
    const char *name;
    const char *tag; // "" when none
    const char *pkg; // of an unexported name, else ""
    TypeId type;
    uint32_t offset; // words
    bool embedded, exported;
} RField;

typedef struct RMethod { // of a concrete type's method set, sorted by id
    uint32_t id;   // method name identity over the whole program (unexported names per package)
    uint32_t func; // function index; takes the receiver as ONE word: for RT_PTRSHAPED types the payload pointer,
                   // else the interface word itself (the generator's wrapper unboxes it)
    const char *name;
} RMethod;

typedef struct RType {
    uint8_t kind;       // RKind
    uint8_t flags;      // RT_*
    uint8_t slots_cap;
    uint32_t words;     // size at rest, in words (0 for struct{})
    uint32_t reg_words; // size in registers
    uint32_t elem_size; // bytes of one element when this type is an element: 1, 2, 4 or words * 8
    const uint8_t *slots; // SlotKind of each word at rest; for an array the pattern of ONE element (NULL when RT_NOSCAN)
    const char *name;   // as %T prints it: "main.T", "[]int", "map[string]interface {}"
    const char *pkg_path;
    TypeId id;
    TypeId elem;        // array, chan, map (value), pointer, slice
    TypeId key;         // map
    uint64_t len;       // array
    uint8_t dir;        // chan: ChanDir
    const RField *fields;
    uint32_t nfields;
    const RMethod *methods;      // concrete types
    uint32_t nmethods;
    const uint32_t *imethods;    // interface types: method ids, in the order of the sorted method list
    const char *const *inames;
    uint32_t nimethods;
    const TypeId *params, *results; // func types
    uint32_t nparams, nresults;
    uint32_t caller;    // func types: index + 1 of the function that calls one with arguments in interfaces, for reflect; 0: none
    // computed by type_layout
    uint8_t heap_class;           // of one object of this type (runtime/heap_state.h)
    uint8_t go_align;             // alignment and size in compiled Go: capacities after append depend on them
    uint64_t go_size;
    uint64_t ptr_mask, iface_mask; // slots as bits, when words <= 64 and the type is no array
} RType;

// Fixed ids: the table's first entries (runtime/type.c fills them for every runtime, the generator continues).
enum {
    TYPE_NONE, TYPE_STR_OBJ, TYPE_SLICE_OBJ, TYPE_CLOSURE_OBJ, TYPE_CHAN_OBJ, TYPE_MAP_OBJ, TYPE_MAPTABLE_OBJ,
    TYPE_MAPITER_OBJ, TYPE_DEFER_OBJ, TYPE_BYTES_OBJ, TYPE_CONSERVATIVE_OBJ,
    TYPE_BOOL, TYPE_INT, TYPE_INT8, TYPE_INT16, TYPE_INT32, TYPE_INT64, TYPE_UINT, TYPE_UINT8, TYPE_UINT16, TYPE_UINT32,
    TYPE_UINT64, TYPE_UINTPTR, TYPE_FLOAT32, TYPE_FLOAT64, TYPE_STRING,
    TYPE_RUNTIME_ERROR, // runtime.Error's concrete type for panics of the VM: named string-like, kind RK_STRING, prints "runtime error: ..."
    TYPE_ANY,           // interface {}
    TYPE_SLICE_STRING, TYPE_SLICE_BYTE, TYPE_SLICE_ANY, TYPE_SLICE_INT, TYPE_SLICE_RUNE,
    TYPE_FIRST_FREE
};

// Writes the fixed entries into table[0..TYPE_FIRST_FREE).
void types_init_fixed(RType *table);
// Fills flags, words, reg_words, elem_size and slots of a composite type whose elem/key/fields are already laid out.
// Memory for slots comes from malloc and lives as long as the process's runtime.
void type_layout(RType *table, RType *t);
