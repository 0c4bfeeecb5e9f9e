// gen_int.h — what the generator's files share. Nobody else includes it.
//
// Reading order: gen.c (the module and the worklist), gen_types.c (layouts), gen_code.c (instructions, labels, registers),
// gen_func.c (frames, variables), gen_place.c (what can be loaded and stored), gen_expr.c and the others by subject.
//
// Registers are a stack: a local variable takes the next ones where it is declared and gives them back at the end of its
// block, temporaries do so at the end of the statement. An expression is generated into `want`, or, when want is NO_REG,
// wherever it is cheapest: a variable's own register, or a temporary at the top.
//
// Invariant: whoever passes `want` may pass a variable that the expression reads only when gen_single_write(e) holds:
// then every operand has been read when want is written.
#pragma once
#include "compiler/gen.h"

typedef uint32_t Reg; // fits 16 bits, or the function is refused as too large
typedef uint32_t Label;

// How a value stands in registers.
typedef enum Rep {
    REP_NONE, // no words at all (struct{}, [0]T)
    REP_U8, REP_S8, REP_U16, REP_S16, REP_U32, REP_S32, // narrow scalars, kept extended
    REP_W64,  // int, uint, float64, ...
    REP_PTR,  // pointer, map, chan, func, string
    REP_IFACE,
    REP_SLICE, // three registers; one word at rest
    REP_WORDS, // a small struct: its words at rest, side by side
    REP_MEM    // a pointer to memory
} Rep;

typedef enum LocKind {
    LOC_NONE,
    LOC_REG,    // registers from reg on
    LOC_CELL,   // reg holds the address of the variable (an array's length stands in reg + 1)
    LOC_GLOBAL, // globals[reg]
    LOC_SHARED  // globals[reg] holds the address of the variable (a script's variable that a declared function uses)
} LocKind;
typedef struct Loc {
    LocKind kind;
    Reg reg;
} Loc;

// Something that can be loaded or stored: operands are evaluated, the access is not made yet.
typedef enum PlaceKind { LV_BLANK, LV_REG, LV_MEM, LV_GLOBAL, LV_ELEM, LV_MAP, LV_STRIX } PlaceKind;
typedef struct LVal {
    PlaceKind kind;
    bool raw;     // LV_REG: a word of a struct at rest (slices packed, upper bits of narrow scalars unknown)
    bool nonnil;  // LV_MEM: base is known not to be nil
    bool pair;    // LV_MEM of an array: base + 1 holds its length
    Type *type;   // of the value there
    bool once;    // LV_ELEM: loaded once, and base is a temporary
    Reg base;     // LV_REG: the register; LV_MEM: holds the address; LV_ELEM: data, len; LV_MAP: the map; LV_STRIX: string
    uint32_t off; // LV_MEM: words; LV_GLOBAL: the global word
    Reg index;    // LV_ELEM, LV_STRIX: the index; LV_MAP: the key's registers
    Type *map;    // LV_MAP: the map's type
    Pos pos;
} LVal;

typedef struct LabelInfo {
    int64_t at; // -1: not bound yet
    uint32_t refs;
} LabelInfo;
typedef enum JumpKind { JUMP_C16, JUMP_BC, JUMP_EXTRA } JumpKind;
typedef struct Jump {
    uint32_t at;   // index of the word that holds the offset
    Label label;
    uint8_t kind;
    uint8_t span;  // the offset counts from at + span
} Jump;

typedef struct Target { // what break and continue leave
    struct Target *outer;
    Stmt *stmt;
    Label brk, cont;
    bool has_cont;
} Target;

typedef struct Hoist { // a call that has been made already (gen_order.c)
    Expr *e;
    Reg r;
} Hoist;

typedef struct GotoLabel {
    Stmt *stmt; // S_LABELED
    Label label;
} GotoLabel;

enum { GEN_LATE = 4096 };

typedef struct ModuleMem { // a module and what it owns
    Module m;
    Arena arena;
    struct { void *at; size_t bytes; } rooms[8]; // of one that grows: its tables
    uint32_t nrooms;
} ModuleMem;

typedef struct Gen {
    Program *p;
    const GenOptions *o;
    Arena *arena; // the module's own memory
    Arena tmp;    // while generating
    Module *m;
    uint32_t funcs_cap, strings_cap, consts_cap, globals_cap, methods_cap;
    Word *consts;
    uint8_t *global_slots;
    uint32_t *global_first, global_first_cap;
    const char **method_names;
    const Package **method_pkgs;
    Type **method_sigs; // methods of one name with other signatures are other methods: an assertion must not mix them
    struct Job *jobs, **jobs_tail;
    // hash tables: index + 1
    uint32_t *const_table, const_mask, *string_table, string_mask, *method_table, method_mask;
    uint32_t *type_table, type_mask;
    Type **type_of; // by TypeId: the compiler's type behind it (NULL for the fixed ones)
    uint8_t *type_state; // TS_*
    TypeId *type_queue;  // ids whose elem, key, params are still to be filled
    uint32_t type_queue_len, type_queue_cap, type_depth;
    bool reflects;       // the program calls by reflect
    uint32_t callers_done, method_types_done; // types and method ids that gen_callers has been through
    TypeId *method_queue; // types whose method tables are to be made
    uint32_t method_queue_len, method_queue_cap, method_queue_done, pointers_done;
    Object **shared;     // a script's variables that live in boxes known to all
    uint32_t nshared, shared_cap;
    struct NotedName *site_names; // gen_names.c
    NameOfGlobal *global_names;
    uint32_t nsite_names, site_names_cap, nglobal_names, global_names_cap;
    // Of a module that grows while it runs (growing.c): its tables are reserved and never move.
    bool grows;
    bool refused;      // some part of the input: what else is to be generated is finished all the same
    bool std_refused;  // for want of room: something of std has no code, and the session is at its end
    NameOfSite *sites, *late;
    uint32_t sites_cap, nlate;
    struct MethodTable *tables; // by TypeId: its method table as it should be, which the module gets by a patch
    struct Spare *spares; // words for values that are only shown, used anew by each input
    uint32_t nspares, spares_cap;
    Pos at; // the statement being generated, for refusals that know no better place
    bool failed;
} Gen;

typedef struct Job { // a function whose body is still to be generated
    struct Job *next;
    Func *f;
    FuncInfo *info;
} Job;

typedef struct Fn {
    Gen *g;
    Func *f;
    FuncInfo *info; // NULL in thunks
    Instr *code;
    Pos *pos;
    uint32_t n, cap;
    uint32_t top, max; // next free register; high-water mark
    Pos at;            // position of what is emitted
    bool dead;         // control cannot come here: nothing is emitted
    bool too_large;
    LabelInfo *labels;
    uint32_t nlabels, labels_cap, last_bound;
    Jump *jumps;
    uint32_t njumps, jumps_cap;
    Target *targets;
    GotoLabel *gotos;
    uint32_t ngotos, gotos_cap;
    SelectTable *selects;
    uint32_t nselects, selects_cap;
    CallSite *sites;
    uint32_t nsites, sites_cap;
    MemRef *memrefs;
    uint32_t nmemrefs, memrefs_cap;
    Loc *capture_locs; // of info->captures
    Loc *result_locs;  // FUNC_HAS_DEFER or named results: where each result variable is
    bool results_plain; // they are all registers, side by side from result_locs[0] on
    Label recover;
    Label fallthrough; // of the case clause being generated
    Hoist *hoists;     // of the statement being generated
    uint32_t nhoists, hoists_cap;
    Expr *hoisted;     // a constant limit that the loop has in hoisted_reg
    Reg hoisted_reg;
} Fn;

// --- gen.c
Func *gen_func_new(Gen *g, const char *name, Pos pos, uint32_t flags);
Func *gen_func_of(Gen *g, Object *fn);       // a declared function or method; queues its body
Func *gen_func_lit(Gen *g, FuncInfo *info);  // a literal
void gen_signature(Gen *g, Func *f, Type *recv, Type *sig);
uint32_t gen_const(Gen *g, Word w);
uint32_t gen_string(Gen *g, const char *s, size_t n);
uint32_t gen_global(Gen *g, Object *o);      // words for a package-level variable
uint32_t gen_flag(Gen *g);                   // a word that is zero at first
uint32_t gen_method_id(Gen *g, const Name *name, const Package *pkg, Type *sig); // sig: without the receiver
void gen_not_done(Gen *g, Pos pos, const char *what); // refuses, once per position
void *gen_grow(void *p, uint32_t *cap, uint32_t need, size_t size); // a growing array in malloc memory
// The same of a table that the module has: of one that grows it never moves, so its room must do.
void *gen_table(Gen *g, void *p, uint32_t *cap, uint32_t need, size_t size);
void gen_open(Gen *g, struct ModuleMem *mem, Program *p, const GenOptions *o);
void gen_close(Gen *g);     // all but the module
Func *gen_func_anew(Gen *g, Object *old, Object *o); // o's code for the place that old has in the module; not put there. NULL: old has none
void gen_spares_free(Gen *g); // shown values' words may be used again
void gen_part(Gen *g); // of a module that grows: what comes next is generated whether or not what went before could be
void gen_drain(Gen *g); // generates what is queued, until nothing is

// --- gen_names.c: what the runtime calls things in reports (runtime/names.h)
void gen_names_of_body(Gen *g, FuncInfo *info);           // of what info's statements allocate
void gen_names_of_value(Gen *g, Object *o, Expr *value);  // o = value
void gen_name_cell(Gen *g, Object *o);                    // o lives in a cell that is allocated with o->pos as site
void gen_name_global(Gen *g, Object *o, uint32_t word);
void gen_names_finish(Gen *g);                            // sorts them into the module
void gen_names_append(Gen *g);                            // the same of what an input added

// --- gen_reflect.c: calls whose signature is known only when the program runs
bool gen_callers(Gen *g); // what reflect needs to call functions of each type there is; false: nothing was missing

// --- gen_types.c
TypeId gen_type(Gen *g, Type *t);
const RType *gen_rtype(Gen *g, Type *t);
TypeId gen_iface_type(Gen *g, Type *t); // the same, of a type whose values get into interfaces: its methods are needed
Rep gen_rep(Gen *g, Type *t);
uint32_t gen_words(Gen *g, Type *t); // at rest
uint32_t gen_regs(Gen *g, Type *t);  // in registers; of a tuple the sum
const uint8_t *gen_reg_slots(Gen *g, Type *t); // SlotKind of each of gen_regs()
const uint8_t *gen_rest_slots(Gen *g, Type *t); // SlotKind of each of gen_words()
void gen_method_tables(Gen *g);
void gen_tables_new(Gen *g, uint32_t n);
void gen_method_table(Gen *g, TypeId id); // makes it anew
bool gen_method_table_changed(Gen *g, TypeId id, RMethod **out, uint32_t *n); // what it should be by now, when it is not
Type *gen_default_type(Gen *g, Type *t); // of untyped constants
bool gen_type_unsigned(Type *t);
bool gen_type_integer(Type *t);
bool gen_type_float(Type *t);
bool gen_type_complex(Type *t);
bool gen_type_string(Type *t);
uint32_t gen_type_bits(Type *t);

// --- gen_code.c
Reg gen_alloc(Fn *fn, uint32_t n);
void gen_need(Fn *fn, Reg end); // registers up to `end` exist
uint32_t gen_emit(Fn *fn, Opcode op, Reg a, Reg b, uint32_t c);
uint32_t gen_emit_bc(Fn *fn, Opcode op, Reg a, uint32_t bc);
void gen_extra(Fn *fn, Reg a, Reg b, Reg c);
void gen_extra_bc(Fn *fn, uint32_t bc);
Label gen_label(Fn *fn);
void gen_bind(Fn *fn, Label l);
void gen_bind_live(Fn *fn, Label l, bool live); // of a label that is jumped to from below
void gen_jmp(Fn *fn, Label l);
void gen_jcc(Fn *fn, Opcode op, Reg a, uint32_t b, Label l);
void gen_jbool(Fn *fn, Reg r, bool sense, Label l);
void gen_jump_extra(Fn *fn, Label l, uint32_t more); // the EXTRA word with a J32; `more` words of the instruction follow
void gen_mov(Fn *fn, Type *t, Reg dst, Reg src);     // register form; MEM: the pointer
void gen_mov_slots(Fn *fn, const uint8_t *slots, uint32_t n, Reg dst, Reg src);
uint32_t gen_memref(Fn *fn, uint32_t off, uint32_t n, const uint8_t *slots);
void gen_load_int(Fn *fn, Reg dst, int64_t v);
void gen_zero(Fn *fn, Type *t, Reg dst); // zero value (MEM: new memory)
void gen_finish(Fn *fn); // resolves jumps, copies code into the module
void gen_fn_init(Fn *fn, Gen *g, Func *f);

// --- gen_func.c
void gen_body(Gen *g, Func *f, FuncInfo *info);
Loc gen_loc(Fn *fn, Object *o);
static inline bool gen_fixed(const Object *o) { return o->script_shared || o->is_global; } // its place is no register of the function
bool gen_boxed(Object *o);  // lives in a cell
bool gen_by_value(Fn *fn, Object *o); // captured by value
Loc gen_declare(Fn *fn, Object *o); // registers (and a cell) for a new variable; not initialised unless a cell (zero)
void gen_declare_init(Fn *fn, Object *o, Reg src); // a new variable with the (owned) value at src
void gen_declare_expr(Fn *fn, Object *o, Expr *e); // o := e
void gen_set_captures(Gen *g, Func *f, FuncInfo *info);
void gen_var_cell(Fn *fn, Object *o, Reg r); // r = memory for the variable
void gen_new_cell(Fn *fn, Object *o); // a fresh cell for the next iteration
void gen_return(Fn *fn, Stmt *s);
Reg gen_results(Fn *fn, Stmt *s, Type *sig);        // the values of a return, side by side
void gen_return_regs(Fn *fn, Type *sig, Reg from);  // returns those
void gen_leave(Fn *fn); // RUNDEFERS and RET of the result variables

// --- gen_place.c
LVal gen_place(Fn *fn, Expr *e);
LVal gen_reg_place(Type *t, Reg r, Gen *g);
LVal gen_obj_place(Fn *fn, Object *o);
LVal gen_field(Fn *fn, LVal x, Type *st, uint32_t index);
LVal gen_path(Fn *fn, LVal x, const uint32_t *path, uint32_t n); // through fields and embedded pointers
LVal gen_deref(Fn *fn, LVal x);
Reg gen_load(Fn *fn, LVal *l, Reg want); // MEM: borrowed pointer
void gen_store(Fn *fn, LVal *l, Reg src);
void gen_store_expr(Fn *fn, LVal *l, Expr *e); // l = e with conversion to l's type
Reg gen_addr(Fn *fn, LVal *l, Reg want);
void gen_load_mem(Fn *fn, Type *t, Reg dst, Reg base, uint32_t off);
void gen_store_mem(Fn *fn, Type *t, Reg base, uint32_t off, Reg src);
Opcode gen_load_op(Rep r);
bool gen_update(Fn *fn, LVal *l, Op op, Expr *y); // *l op= y in one instruction, if there is one
void gen_settle(Fn *fn, LVal *l); // an element of several words becomes memory

// --- gen_expr.c
Reg gen_expr(Fn *fn, Expr *e, Reg want);
Reg gen_as(Fn *fn, Expr *e, Type *t, Reg want);    // converted to t as in an assignment
Reg gen_owned(Fn *fn, Expr *e, Type *t, Reg want); // the same; MEM: memory of its own
void gen_effects(Fn *fn, Expr *e); // for its effects only
bool gen_fresh(Expr *e);           // a MEM value that nobody else holds
bool gen_single_write(Gen *g, Expr *e);
Reg gen_const_value(Fn *fn, const struct ConstVal *cv, Type *t, Reg want);
Reg gen_to_iface(Fn *fn, Type *t, Reg src, Reg want);
Expr *gen_strip(Expr *e); // without parentheses
bool gen_is_blank(Expr *e);
Reg gen_convert(Fn *fn, Expr *e, Reg want); // T(x)
Reg gen_convert_reg(Fn *fn, Type *from, Type *to, Reg src, Reg want);
Reg gen_comma_ok(Fn *fn, Expr *e, Reg want); // v, ok := e: the value's registers, ok behind them

// --- gen_order.c: before operands are generated one after the other
void gen_hoist(Fn *fn, ExprList places, ExprList values, Expr *more);
void gen_hoist2(Fn *fn, Expr *x, Expr *y);
void gen_hoist_call(Fn *fn, Expr *fun, ExprList args);

// --- gen_arith.c
Reg gen_binary(Fn *fn, Expr *e, Reg want);
Reg gen_unary(Fn *fn, Expr *e, Reg want);
void gen_arith_assign(Fn *fn, Op op, Type *t, Reg dst, Reg x, Expr *y); // dst = x op y
void gen_ext(Fn *fn, Type *t, Reg r);
bool gen_small_const(Expr *e, int64_t *out);

// --- gen_complex.c: two registers, real part first
Reg gen_complex_binary(Fn *fn, Expr *e, Reg want);
Reg gen_complex_negate(Fn *fn, Expr *e, Reg want);
void gen_complex_op(Fn *fn, Op op, Type *t, Reg dst, Reg x, Reg y);
Reg gen_complex_convert(Fn *fn, Type *from, Type *to, Reg src, Reg want);
Reg gen_complex_const(Fn *fn, const struct ConstVal *cv, Type *t, Reg want);
Reg gen_complex_make(Fn *fn, Expr *e, Reg want); // complex(x, y)
Reg gen_complex_part(Fn *fn, Expr *e, bool imaginary, Reg want);

// --- gen_cond.c
void gen_cond(Fn *fn, Expr *e, bool sense, Label l); // jump to l when e is sense
Reg gen_compare(Fn *fn, Expr *e, Reg want);
void gen_equal_jump(Fn *fn, Type *t, Reg x, Reg y, bool sense, Label l);

// --- gen_lit.c
Reg gen_composite(Fn *fn, Expr *e, Reg want);
Reg gen_composite_new(Fn *fn, Expr *e, Reg want); // &T{...}: a pointer
Reg gen_slice_of(Fn *fn, Type *slice, Expr **items, uint32_t n, Reg want); // []T{items}

// --- gen_call.c
Reg gen_call(Fn *fn, Expr *e, Reg want);
Reg gen_call_results(Fn *fn, Expr *e); // where the results stand
void gen_go_defer(Fn *fn, Stmt *s);
void gen_put_receiver(Fn *fn, LVal x, Selection *s, Reg at, Pos method); // method: where its name stands, or 0
void gen_emit_calli(Fn *fn, Type *sig, Reg window, Reg iface, uint32_t method_id);
void gen_emit_callm(Fn *fn, Type *sig, Reg window, Reg iface, Reg method); // method: holds its id
void gen_emit_callc(Fn *fn, Type *sig, Reg window, Reg closure, uint32_t nargs);

// --- gen_builtin.c
Reg gen_builtin(Fn *fn, Expr *e, Reg want);
Func *gen_builtin_thunk(Fn *fn, Expr *e); // for go and defer: the arguments stand from fn->top (before) on

// --- gen_closure.c
Reg gen_funclit(Fn *fn, Expr *e, Reg want);
Reg gen_closure(Fn *fn, FuncInfo *info, Pos pos, Reg want); // the value of a literal, or of a loop's body
Reg gen_func_value(Fn *fn, Object *o, Reg want); // a declared function as a value
Reg gen_method_value(Fn *fn, Expr *e, Reg want);
Reg gen_method_expr(Fn *fn, Expr *e, Reg want);
Func *gen_method_wrapper(Gen *g, Type *t, MethodSetItem *item); // receiver as one word
Func *gen_call_thunk(Gen *g, Func *callee);                     // the same parameters, calls a native
Func *gen_iface_thunk(Gen *g, Type *sig, uint32_t method_id);    // interface, then the parameters

// --- gen_stmt.c, gen_assign.c, gen_switch.c, gen_range.c, gen_select.c
void gen_stmt(Fn *fn, Stmt *s);
void gen_stmts(Fn *fn, StmtList l);
void gen_block(Fn *fn, Block *b);
void gen_loop_stmt(Fn *fn, Stmt *s, Stmt *label);
Target *gen_find_target(Fn *fn, Stmt *s);
void gen_assign(Fn *fn, Stmt *s);
void gen_define(Fn *fn, ExprList lhs, ExprList rhs);
void gen_incdec(Fn *fn, Stmt *s);
void gen_decl(Fn *fn, Decl *d);
void gen_var_init(Fn *fn, Object **objs, uint32_t n, Expr **values, uint32_t nvalues);
void gen_assign_value(Fn *fn, Expr *lhs, Type *t, Reg src); // lhs = registers at src of type t (blank: nothing)
void gen_assign_two(Fn *fn, Expr *a, Type *at, Reg asrc, Expr *b, Type *bt, Reg bsrc); // in parallel
void gen_switch(Fn *fn, Stmt *s);
void gen_typeswitch(Fn *fn, Stmt *s);
void gen_range(Fn *fn, Stmt *s);
void gen_for(Fn *fn, Stmt *s);
void gen_select(Fn *fn, Stmt *s);
Reg gen_recv(Fn *fn, Expr *e, bool ok, Reg want);
void gen_branch(Fn *fn, Stmt *s); // break, continue, goto, also out of the body of a loop over a function
// --- gen_range_func.c
void gen_range_func(Fn *fn, Stmt *s);
void gen_range_body(Fn *fn);                // the statements of fn, which is the body of such a loop
bool gen_range_leave(Fn *fn, Stmt *s);      // the branch or return s, inside such a body and leading out of it; false: it does not
void gen_range_defer(Fn *fn);               // what was deferred just now, if fn is such a body, is the function's around the loop
bool gen_per_iteration(Fn *fn, Object *o); // a fresh variable for each pass that somebody else may hold

// --- gen_init.c
void gen_entry(Gen *g);
void gen_begin(Gen *g); // what every module has
bool gen_init_package(Gen *g, Package *p, Func **funcs); // functions of its steps, NULL where not needed (yet); true: one was added
uint32_t gen_shared_slot(Gen *g, Object *o);

static inline Type *under(Type *t) { return type_under(t); }
static inline bool is_iface(Type *t) { return under(t)->kind == T_INTERFACE; }
