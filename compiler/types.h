// types.h — Go's types, objects and scopes as the checker builds them and the generator reads them.
// Types are compared with type_identical(); pointer equality holds only for basic and named types.
#pragma once
#include "base/diag.h"
#include "base/intern.h"
#include "grammar/ast.h"

typedef struct Type Type;
typedef struct Object Object;
typedef struct Scope Scope;
typedef struct Package Package;
typedef struct FuncInfo FuncInfo;
typedef struct RangeFunc RangeFunc;

typedef enum TypeKind {
    T_INVALID, // after an error: silent everywhere
    // basic, in this order: integers are T_INT..T_UINTPTR
    T_BOOL, T_INT, T_INT8, T_INT16, T_INT32, T_INT64, T_UINT, T_UINT8, T_UINT16, T_UINT32, T_UINT64, T_UINTPTR,
    T_FLOAT32, T_FLOAT64, T_COMPLEX64, T_COMPLEX128, T_STRING, T_UNSAFE_POINTER,
    T_UNTYPED_BOOL, T_UNTYPED_INT, T_UNTYPED_RUNE, T_UNTYPED_FLOAT, T_UNTYPED_COMPLEX, T_UNTYPED_STRING, T_UNTYPED_NIL,
    // composite
    T_ARRAY, T_SLICE, T_STRUCT, T_POINTER, T_FUNC, T_INTERFACE, T_MAP, T_CHAN,
    T_TUPLE,    // what a call of several (or no) results has
    T_NAMED,    // a defined type: underlying() gives the rest
    T_TYPEPARAM // only in the signature of a generic function, never in what is generated; its name is basic.name
} TypeKind;

typedef struct TField { // of a struct
    const Name *name;
    Type *type;
    bool embedded;
    const char *tag;
    uint32_t tag_len;
    Package *pkg; // unexported names of different packages differ
    Pos pos;
} TField;

typedef struct TMethod { // of an interface, explicit or from an embedded one; sorted by name
    const Name *name;
    Type *type; // T_FUNC without receiver
    Package *pkg;
    Pos pos;
} TMethod;

// One union of a constraint interface: `~int | string`.
typedef struct TypeTerm { Type *type; bool tilde; } TypeTerm;
typedef struct TypeUnion { TypeTerm *terms; uint32_t n; } TypeUnion;

struct Type {
    uint8_t kind;
    bool comparable_known, comparable; // cache
    bool complete;  // a named type whose underlying is set; an interface whose method set is computed
    bool rt_used;   // checker: a value of it is (or may be) kept in an interface, so its methods can be called from there
    bool broken;    // checker: something embedded in it was refused, so nobody can say what it has
    uint32_t rtype; // generator: runtime type id + 1, 0 = not assigned
    void *gen;      // generator: its layout cache
    union {
        struct { const char *name; } basic;
        struct { Type *elem; int64_t len; } array; // len -1: unknown after an error
        struct { Type *elem; } slice, pointer;
        struct { TField *fields; uint32_t n; } strct;
        struct { Type **params; uint32_t nparams; Type **results; uint32_t nresults; bool variadic; // last param is []T
                 const Name **param_names; const Name **result_names; } func;  // names may be NULL
        struct { TMethod *methods; uint32_t n; Type **embeds; uint32_t nembeds;
                 TypeUnion *unions; uint32_t nunions; } iface; // methods: the full set; unions make it a constraint
        struct { Type *key, *value; } map;
        struct { Type *elem; uint8_t dir; } chan; // ChanDir
        struct { Type **items; uint32_t n; } tuple;
        struct { Object *obj; Type *underlying; Object **methods; uint32_t nmethods, cap; } named; // declared methods
    } u;
};

typedef enum ObjKind { O_BAD, O_PACKAGE, O_CONST, O_TYPE, O_VAR, O_FUNC, O_BUILTIN, O_NIL, O_LABEL } ObjKind;

typedef enum Builtin {
    B_NONE, B_APPEND, B_CAP, B_CLEAR, B_CLOSE, B_COMPLEX, B_COPY, B_DELETE, B_IMAG, B_LEN, B_MAKE, B_MAX, B_MIN,
    B_NEW, B_PANIC, B_PRINT, B_PRINTLN, B_REAL, B_RECOVER
} Builtin;

struct Object {
    uint8_t kind; // ObjKind
    uint8_t builtin;
    const Name *name;
    Type *type;
    Pos pos;
    Package *pkg;   // of package-level objects, fields and methods; NULL in the universe
    Decl *decl;     // for package-level objects and functions
    struct ConstVal *cv;
    uint8_t check_state; // checker: 0 new, 1 in progress (cycle detection), 2 done
    bool used;
    // O_VAR: facts for escape analysis, complete when checking ends
    bool is_global;   // package level: lives in the globals block (gen: slot)
    bool is_param, is_result, is_receiver;
    bool captured;    // used in a function literal nested in `func`
    bool addr_taken;  // &x, x.ptrMethod(), x[:] of an array
    uint32_t assigns; // assignments after its declaration (also op=, ++, range with =, receive into it); captured && !addr_taken &&
                      // assigns == 0 can be captured by value
    bool script_shared; // a script's top-level variable that a declared function uses: see FuncInfo
    FuncInfo *func;   // the function that declares it; NULL for globals
    // O_FUNC
    FuncInfo *info;   // its body's facts; for a method too
    Type *recv;       // receiver type (T or *T) of a method
    bool ptr_recv;
    bool is_native;   // std function without a body
    bool is_init;     // func init()
    Package *imported; // O_PACKAGE
    Object *origin;    // of an instance (O_TYPE, O_FUNC): the generic object and its arguments; name has them too: "Pair[int,string]"
    Type **targs;
    uint32_t ntargs;
    bool is_tparam;    // O_TYPE: a type parameter's name inside an instance, an alias of the argument
    struct DeclInfo *info_decl; // checker's own
    // generator's
    int64_t slot;     // global offset, function index or register
    void *gen;
};

struct Scope {
    Scope *parent;
    Object **items; // small linear or hash table: scope.c
    uint32_t count, cap;
    bool is_func;
    const struct Past *past; // of a session (scope.h): this scope is what it had declared before `time`, and has no items
    uint32_t time;
};

// A function, literal or declared (also a script's or package's initialiser): what the generator needs besides the tree.
//
// Of a script: its top-level variables are Objects with is_global false and func == script_main, as if all were locals
// of one function. A literal in the script captures them as any literal does. A declared function or method has no
// closure, so a variable that one uses (also through a literal inside it) is flagged script_shared (and captured): the
// generator keeps the box of such a variable in a hidden global, made when script_main starts (so that a function called
// before the declaration sees zero), and everybody reaches it there, whatever `captures` says. It is in no declared
// function's captures, but may be in those of a literal that was checked before the first declared function.
//
// Of a std package only what the program reaches is checked: an unreached function is not in Package.funcs, and an unreached
// method has info NULL or !info->checked: it can never be called, so method tables leave it out.
struct FuncInfo {
    FuncInfo *outer;    // for a literal: the function it stands in
    const char *name;   // "main.worker", "main.(*T).Method", "main.main.func1" as Go prints them
    Type *sig;          // T_FUNC (without receiver)
    Object *recv;       // receiver variable or NULL
    Object **params;    // one per parameter, in order; a nameless one is an Object with name NULL or "_"
    Object **results;   // one per result when named; else nresults 0
    uint32_t nparams, nresults;
    Object **captures;  // variables of outer functions used here or in a literal inside, each once, in order of first use
    uint32_t ncaptures, captures_cap;
    Block *body;        // NULL: native
    StmtList script;    // a script's main: statements instead of a body
    bool has_defer, has_recover, has_named_results;
    bool checked;       // the body was reached and checked; only such functions are generated
    Package *pkg;
    Pos pos;
    uint32_t nlits;     // counts func literals for names, and loops over functions
    uint32_t nranges;
    RangeFunc *range;   // it is the body of this loop; else NULL
    void *gen;
};

// A loop over a function (Go 1.23, "For statements with range clause"): its body is a function of its own, func(K, V) bool, which the
// function ranged over calls for each pass. The body's variables and the labels it knows are still those of the function the loop stands in; what
// leaves the loop (return, a branch to an outer statement) stores a code, returns false, and is done after the call by the function it concerns.
typedef struct RangeExit {
    Stmt *stmt;      // S_RETURN, S_BREAK, S_CONTINUE or S_GOTO
    FuncInfo *from;  // the body it stands in
    uint32_t code;   // from 1
    struct RangeExit *next;
} RangeExit;
struct RangeFunc {
    Stmt *stmt;        // the S_RANGE
    FuncInfo *body;    // params: key and value when they are declared by the loop, else nameless; sig: yield's type
    RangeFunc *outer;  // the loop over a function in whose body this one stands
    RangeFunc *root;   // the outermost of these: it has the following four
    Object *next;      // the code of the exit that is under way; 0: none
    Object **results;  // what a return inside returns; NULL: no such return, or no results
    RangeExit *exits;  // of this loop and those in it
    Object *frame;     // which frame the function around the loops has, for what a body defers and recovers; NULL: none does
    Object *state;     // RANGE_*
};
typedef enum RangeState { RANGE_READY, RANGE_RUNNING, RANGE_DONE, RANGE_EXHAUSTED } RangeState;

// How x.f was resolved.
typedef enum SelKind { SEL_FIELD, SEL_METHOD, SEL_METHOD_EXPR, SEL_IFACE_METHOD } SelKind;
typedef struct Selection {
    uint8_t kind;     // SEL_METHOD: concrete method value or call; SEL_IFACE_METHOD: through an interface;
                      // SEL_METHOD_EXPR: T.m (its x is a type; iface tells an interface type)
    Type *recv;       // type of x
    uint32_t *path;   // indices of embedded fields to go through before the field or the method's receiver (a pointer among
    uint32_t npath;   // them is dereferenced on the way); for SEL_FIELD the last index is the field itself
    Object *method;   // concrete method
    Type *type;       // field's type, or the method's signature (a method expression's: with the receiver first)
    bool indirect;    // the method's receiver must be dereferenced or addressed: method->ptr_recv tells which
    bool iface;
    uint32_t iface_index; // index in the interface type's sorted method list
} Selection;

typedef struct InitStep { // package-level variables in initialisation order: objs = value
    Object **objs; // several: one multi-value call
    uint32_t nobjs;
    Expr *value;   // NULL: zero (not listed)
} InitStep;

struct Package {
    const char *path; // "main", "fmt", "sync/atomic"
    const Name *name;
    bool is_std, is_script;
    File **files;
    uint32_t nfiles;
    Scope *scope;
    Package **imports; // direct, each once
    uint32_t nimports;
    InitStep *init;    // in order (Go spec, "Package initialization")
    uint32_t ninit;
    Object **inits;    // func init() { }, in source order
    uint32_t ninits;
    Object **funcs;    // every function and method declared, in source order (of std: every one reached, as reached)
    uint32_t nfuncs;
    uint32_t first_func; // of a session: where the functions of the input begin that is being looked at
    FuncInfo *script_main; // a script's top-level statements
    Object *main;      // func main, or NULL
    FuncInfo **lits;   // unused by the checker; generator's worklist may go here
    uint8_t state;     // loading (import cycles)
    // checker's own
    Object **objects;  // everything declared at package level, methods and blank names too, in source order
    uint32_t nobjects, objects_cap, funcs_cap, imports_cap, inits_cap, nlits;
};

// The universe's basic types, by kind (T_BOOL..T_UNTYPED_NIL), plus the named ones.
typedef struct Universe {
    Type *basic[T_UNTYPED_NIL + 1];
    Type *byte_type, *rune_type; // aliases: the same pointers as uint8, int32
    Type *error_type, *any_type, *comparable_type;
    Scope *scope;
} Universe;

static inline Type *type_under(Type *t) { return t->kind == T_NAMED ? t->u.named.underlying : t; }
bool type_identical(const Type *a, const Type *b);
bool type_comparable(Type *t);
bool type_is_interface(const Type *t);
// Go's notation: "map[string]int", "main.T" written "T" inside package `from`. from NULL: as package reflect (and so %T)
// writes it: always qualified, no parameter names, "interface {}", "struct { A int }".
void type_write(Buf *out, const Type *t, const Package *from);
const char *type_str(Arena *a, const Type *t, const Package *from);
// The method set lookup of LookupFieldOrMethod (spec, "Selectors"); returns false when absent or ambiguous.
bool type_lookup(Type *t, bool addressable, const Package *pkg, const Name *name, Arena *a, Selection *out);
// The complete method set of a concrete type (T or *T), promoted ones included, sorted by name; for itabs.
typedef struct MethodSetItem { const Name *name; Package *pkg; Selection sel; } MethodSetItem;
uint32_t type_method_set(Type *t, Arena *a, MethodSetItem **out);
