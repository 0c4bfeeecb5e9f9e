// checker.h — the checker's inside: shared by compiler/check_*.c, package.c and universe.c, and by nobody else.
//
// An expression is its own operand: check_* functions write mode, type and cv into the Expr. Untyped expressions keep an
// untyped type until their context is known; convert_untyped() then walks down and gives every part its final type.
// MODE_NONE (with type invalid) means "an error about this was reported": whoever meets it is silent.
//
// Package-level objects are resolved on demand (resolve_object), each once; a cycle shows as check_state 1. What must wait
// until no declaration is half done (interface method sets, map keys, recursive types, bodies of literals in package-level
// initialisers) goes to a queue that is run when the outermost resolution ends.
//
// Bodies: the main package's all, in source order; those of std as they are reached (a worklist), because checking them
// all would cost every start of gol milliseconds.
#pragma once
#include "compiler/check.h"
#include "compiler/lookup.h"
#include "compiler/scope.h"

// What the checker knows about a package-level object (and a method) besides the Object.
typedef struct DeclInfo {
    Object *obj;
    Package *pkg;
    Scope *file_scope;    // where its type and value look names up
    Decl *decl;
    uint32_t index;       // which name of the declaration
    Object **methods;     // of a type: declared methods, as collected
    uint32_t nmethods, methods_cap;
    Object **deps;        // package-level variables and functions that the initialiser or body mentions
    uint32_t ndeps, deps_cap;
    Object **shared;      // variables of the script's main that the function mentions
    uint32_t nshared, shared_cap;
    uint32_t mark;        // id of the last DeclInfo that listed this one
    uint32_t id;          // in order of collection, so in source order; from 1
    uint32_t visit;       // initialisation order: scratch
    struct DeclInfo *owner; // of `var a, b = f()`: a's, which has the step and the dependencies; else itself
    struct Generic *generic; // it has type parameters: never checked itself, only its instances are
    struct DeclInfo *from;   // of an instance and its methods: the generic declaration
    Object *replaces;        // of a function of a session that is another body for this one: the first of all that had its place
    Object *holder;          // of an instance's method: the instance of the receiver's type
    struct Verify *verify;   // of an instance: how its arguments are held against the constraints
    Pos asked;               // of an instance: who asked for it first
    uint32_t inst_depth;     // instances that led to it
    bool is_method;
    bool queued;          // its body is in the worklist or checked
    bool listed;          // initialisation order: a variable that has its value
    InitStep *step;
} DeclInfo;

typedef struct Env {
    Package *pkg;
    Scope *scope;
    FuncInfo *fn;     // NULL at package level
    DeclInfo *decl;   // whom dependencies belong to
    ConstVal *iota;   // in a constant declaration
    struct Flow *flow;
    struct Body *body; // labels, gotos and locals of the function being checked
    RangeFunc *range;  // the innermost loop over a function, in whose body we are
} Env;

typedef struct Checker Checker;
typedef void LaterFn(Checker *c, void *p);
typedef struct Later {
    LaterFn *fn;
    void *p;
    Env env;
} Later;

typedef struct ImportUse { // one import declaration of one file
    Object *obj;
    Package *pkg;
    Pos pos, end;
    bool is_dot, in_script;
    const char *path;
} ImportUse;

// ---- a session's input while it is checked (check_input.c); NULL in a program's checker ----
typedef struct Shown { // an expression statement at the top level of an input
    Expr *x;
    Object **vars;    // the hidden variables that hold its values, or the one that it names
    uint32_t nvars;
    bool is_variable; // the latter
    const char *note; // it is no value (a type, a package, a constant no type can hold): what is to be said of it
    struct Shown *next;
} Shown;

typedef struct Attached { // a method for a type of an earlier input
    DeclInfo *type;
    uint32_t index;   // in type->methods
    Object *method, *old; // old: the one it replaces, or NULL
} Attached;

typedef struct Missing { // an error that a later input can mend
    Pos pos;
    const Name *name; // what does not exist yet
    const Name *of;   // a field or method of that type; NULL: a name
} Missing;

typedef struct Waiting { // a declaration that is not usable yet, because of names it needs
    const struct Waiting *next;
    const Decl *decl;  // as it was parsed: each try checks a copy
    const Name *name, *of; // of: the receiver's type, for a method
    Missing *missing;
    uint32_t nmissing;
    const char *needs; // "odd and Point.Z"
    const char *note;  // to be said if it is left out, or NULL
} Waiting;

typedef struct Trial {
    const Past *past;
    uint32_t first_object, first_func, first_init, first_step, first_instance, first_id; // what was there before: see input_take_back
    Pos base;         // of the input's text
    const char *byte_name, *rune_name; // as messages spelled them
    Scope *scope;     // the innermost: the input's variables; around it its imports, then its other declarations, then the past
    Shown *shown, **shown_tail;
    Attached *attached;
    uint32_t nattached, attached_cap;
    Missing *missing;
    uint32_t nmissing, missing_cap;
    const Waiting *waiting; // declarations that are not usable yet
} Trial;

struct Checker {
    Program *p;
    Arena *a;
    Diags *d;
    Universe *u;
    Env env;
    uint32_t depth;      // nesting of resolve_object
    uint32_t expr_depth; // nesting of expressions
    uint32_t next_id;
    Later *later;
    uint32_t later_at, nlater, later_cap;
    Object **bodies;     // worklist of functions reached
    uint32_t bodies_at, nbodies, bodies_cap;
    uint32_t funcs_at;   // how many of main's functions have been checked
    ImportUse *imports;
    uint32_t nimports, imports_cap;
    Package **pkgs;      // all that were loaded
    uint32_t npkgs, pkgs_cap;
    Scope *main_scope;   // of the main package's file
    const Name *blank, *n_init, *n_main, *n_error;
    Scope *script_scope; // a script's top-level statements
    struct Body *script_body;
    bool final_case;     // the statements are those of a switch's last case
    uint32_t visit;
    const Name *undefined[16]; // names told to be undefined in the declaration undefined_in
    uint32_t nundefined;
    const Expr *as_channel;         // what is received from, sent on: an undefined name there is told how a channel is made
    const Expr *as_target;          // what is assigned to: an undefined name there is told how a variable is declared
    const Stmt *defining;           // the := whose values are being checked
    DeclInfo *undefined_in;
    const Name *lost[16]; // methods whose receiver names no type: nobody hears that they are missing
    uint32_t nlost;
    bool whole_std;
    bool constraint_ok;  // the type expression that comes next may be a constraint
    DeclInfo **instances;
    uint32_t ninstances, instances_cap;
    bool invalid_silently; // an error-free program must never see this set
    Trial *trial;
};

#define PUSH(c, list, n, cap, value) do { \
        (void)(c); \
        if ((n) == (cap)) { (cap) = (cap) ? (cap) * 2 : 8; (list) = xrealloc((list), sizeof *(list) * (cap)); } \
        (list)[(n)++] = (value); \
    } while (0)

// ---- check.c: reporting and small helpers ----
Diag *check_error(Checker *c, DiagCode code, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(5, 6);
Diag *check_error_at(Checker *c, DiagCode code, const Expr *e, const char *fmt, ...) PRINTF_LIKE(4, 5);
void help(Checker *c, Diag *d, const char *fmt, ...) PRINTF_LIKE(3, 4);
void label(Checker *c, Diag *d, Pos pos, const char *fmt, ...) PRINTF_LIKE(4, 5);
const char *type_name(Checker *c, const Type *t);       // as messages spell it
const char *expr_text(Checker *c, const Expr *e);       // the source of an expression, shortened
const char *describe(Checker *c, const Expr *e);        // "x (variable of type int)", as Go's compiler says it
const char *const_text(Checker *c, const ConstVal *v);
void later(Checker *c, LaterFn *fn, void *p);
void run_later(Checker *c);
void expr_bad(Checker *c, Expr *e);                     // mode NONE, type invalid
static inline bool bad(const Expr *e) { return e->mode == MODE_NONE; }
Object *new_object(Checker *c, ObjKind kind, Ident id, Type *t);
// Declares in the current scope; reports a redeclaration. "_" is not entered.
void declare(Checker *c, Scope *s, Object *o);
Scope *open_scope(Checker *c);
void close_scope(Checker *c);
const char *plural(uint32_t n); // "" or "s"

// ---- predicates.c ----
static inline Type *under(Type *t) { return type_under(t); }
bool is_typed(const Type *t);
bool is_untyped(const Type *t);
bool is_boolean(Type *t);
bool is_integer(Type *t);
bool is_unsigned(Type *t);
bool is_float(Type *t);
bool is_complex(Type *t);
bool is_numeric(Type *t);
bool is_string(Type *t);
bool is_const_type(Type *t);   // boolean, numeric or string
bool is_ordered(Type *t);
bool has_nil(Type *t);
bool is_invalid(const Type *t);
bool is_broken(const Type *t);  // something in it was refused, so a mismatch is no news
bool is_bytes_or_runes(Type *t);
bool is_named(const Type *t);  // defined or predeclared
Type *default_type(Checker *c, Type *t);
uint32_t int_bits(const Type *basic);
bool expr_is_nil(const Expr *e);
// Whether e may be assigned to T; *why (may be NULL) gets Go's reason or "".
bool assignable(Checker *c, Expr *e, Type *t, const char **why);
bool implements(Checker *c, Type *v, Type *iface, const char **why);
bool identical_ignore_tags(Checker *c, const Type *a, const Type *b);
const char *incomparable_reason(Checker *c, Type *t);

Type *new_type(Checker *c, TypeKind kind);
Type *new_pointer(Checker *c, Type *elem);
Type *new_slice(Checker *c, Type *elem);
Type *new_array(Checker *c, Type *elem, int64_t len);
Type *new_map(Checker *c, Type *key, Type *value);
Type *new_chan(Checker *c, Type *elem, ChanDir dir);
Type *new_tuple(Checker *c, Type **items, uint32_t n);
Type *new_func(Checker *c, Type **params, uint32_t nparams, Type **results, uint32_t nresults, bool variadic);

// ---- universe.c ----
void universe_init(Checker *c);

// ---- package.c ----
Package *package_load(Checker *c, const char *path, size_t len, Pos pos, Pos end); // std; NULL after an error
Package *package_of_name(Checker *c, const Name *name);  // a script's unimported package, or NULL
bool method_lost(const Checker *c, const Name *name);
void package_collect(Checker *c, Package *pkg);          // declarations to objects
void package_add_import(Checker *c, Package *pkg, Package *imported);
void package_list(Checker *c, Package *pkg);             // appends to Program.packages after what it imports
const char *package_for_hint(const Name *name); // the std path whose name that is, or NULL

// ---- check_decl.c ----
void resolve_object(Checker *c, Object *o);
void check_local_decl(Checker *c, Decl *d);
void declare_local(Checker *c, Object *o); // a variable, in the current scope; also remembered for "declared and not used"

// ---- check_func.c ----
FuncInfo *new_func_info(Checker *c, Type *sig, const Expr *functype, const char *name, Pos pos);
void check_func_body(Checker *c, FuncInfo *f, Block *body, Scope *outer);
void check_bodies(Checker *c);            // the worklist, from where it stood
void check_script(Checker *c, Package *pkg);
void finish_script(Checker *c);
void reach(Checker *c, Object *fn);                      // a function or method is mentioned
void reach_type(Checker *c, Type *t);                    // a value of the type goes into an interface
void depend(Checker *c, Object *o);

// ---- check_program.c ----
void checker_init(Checker *c, Program *p, int lang_minor);
void checker_fini(Checker *c); // its lists, not the program

// ---- check_input.c ----
void input_check(Checker *c, File *f);     // c->trial is empty but for past; afterwards it says what there is
void input_take_back(Checker *c);          // it was wrong, or was only asked about: all is as before
void input_keep(Checker *c);               // what only the trial needed is freed
bool input_show(Checker *c, Stmt *s);      // an expression statement: true when it is done
void input_global(Checker *c, Object *o);  // a variable at the top level
bool input_attach(Checker *c, DeclInfo *type, Object *method); // true when the type is an earlier input's
void input_detach(const Attached *a);      // the last of those that are attached
void input_missing(Checker *c, Pos pos, const Name *name, const Type *of);

// ---- check_init.c ----
void order_initialisation(Checker *c, Package *pkg);

// ---- generic.c: instances of generic declarations ----
typedef struct Generic {
    FieldList tparams;
    uint32_t n;
    Object **instances;
    uint32_t ninstances, cap;
    Type **params;      // T_TYPEPARAM, for inference and messages
    Type **constraints; // in terms of those
    Type *sig;          // of a function, in terms of those
    bool resolved;
} Generic;
void generic_new(Checker *c, DeclInfo *di, FieldList tparams);
void generic_mark_names(Checker *c, DeclInfo *di);        // imports that it mentions are used
void generic_resolve(Checker *c, Object *o);
Object *generic_of(Checker *c, Expr *e);                  // e is the name of a generic object, or NULL
void generic_unnamed(Checker *c, const Expr *e, Object *g); // reports its use without arguments
bool generic_receiver(const Decl *d);                     // of the form (r T[...])
Object *instantiate(Checker *c, Object *g, Type **targs, uint32_t n, const Expr *at); // NULL after an error
Type *instantiate_type(Checker *c, Expr *e, Object *g);
Object *instance_method(Checker *c, DeclInfo *inst, Object *m); // what method m of the generic type is for the instance
void prepare_method(Checker *c, Object *m);
TypeUnion type_union(Checker *c, Expr *e);
bool is_constraint(Checker *c, Type *t);                  // has a type set or comparable: no type for values
// ---- generic_check.c ----
bool type_is_stand_in(const Type *t);                      // a type argument that stands for all that its constraint allows
bool check_generics(Checker *c, uint32_t round);           // when all bodies were checked: round 0, 1, ..., until it is false; more wait after each
// ---- generic_infer.c ----
bool has_tparam(const Type *t);
Type *substitute(Checker *c, Type *t, Generic *g, Type **targs, const Expr *at);
void instantiate_operand(Checker *c, Expr *e, Object *g); // f[int] as a value
bool infer_call(Checker *c, Expr *call, Object *g);       // the call's function becomes an instance; arguments are checked

// ---- check_type.c ----
Type *check_type(Checker *c, Expr *e);
Type *check_type_or_invalid(Checker *c, Expr *e); // no queue run at the end
void check_not_constraint(Checker *c, Expr *e);   // e, a type, is used where there are values
int64_t check_array_len(Checker *c, Expr *e);
Type *check_signature(Checker *c, Expr *functype);
void check_recursive(Checker *c, void *named);

// ---- check_expr.c ----
void check_raw(Checker *c, Expr *e, Type *hint);         // anything
void check_value(Checker *c, Expr *e);                   // after check_raw: one value it must be
void check_expr(Checker *c, Expr *e);                    // one value
void check_expr_hint(Checker *c, Expr *e, Type *hint);
void check_multi(Checker *c, Expr *e);                   // a value, or the results of a call
void check_expr_or_type(Checker *c, Expr *e);
void single_value(Checker *c, Expr *e);
void check_name(Checker *c, Expr *e, bool as_type);
void mention_var(Checker *c, Object *o, const Expr *e);  // captured, used
Object *lookup_name(Checker *c, const Name *name);
void undefined_name(Checker *c, const Expr *e, const Name *name);

// ---- check_operator.c ----
void check_unary(Checker *c, Expr *e, Type *hint);
void check_binary(Checker *c, Expr *e);
// e becomes x op y of operands that were checked already (`x op= y` uses it too); at: where errors point.
void binary_op(Checker *c, Expr *e, Expr *x, Expr *y, Op op);
void comparison(Checker *c, Expr *e, Expr *x, Expr *y, Op op, bool in_switch);
void take_address(Expr *x); // the variable whose storage x is part of is marked addr_taken
bool match_operands(Checker *c, Expr *x, Expr *y);

// ---- check_const.c ----
void check_literal(Checker *c, Expr *e);
bool represent(Checker *c, Expr *e, Type *basic, const char **why); // e->cv rounded to the type
// Reports what convert_untyped cannot do in Go's words when `context` is NULL.
bool convert_untyped(Checker *c, Expr *e, Type *target);
const char *try_convert_untyped(Checker *c, Expr *e, Type *target); // NULL: done; else "", "truncated" or "overflows"
void final_type(Checker *c, Expr *e, Type *t, bool final);
void use_default_type(Checker *c, Expr *e);
void check_overflow(Checker *c, Expr *e, const char *operation);
bool const_fits_type(Checker *c, ConstVal *v, Type *t, ConstVal **rounded, const char **why);
bool unquote(Checker *c, const char *text, uint32_t len, char **out, size_t *n);

// ---- check_selector.c ----
void check_selector(Checker *c, Expr *e, bool as_type);
void check_type_assert(Checker *c, Expr *e);
bool check_assertion(Checker *c, Expr *x, Type *t, const Expr *at); // x.(T) possible; reports

// ---- check_index.c ----
void check_index(Checker *c, Expr *e);
void check_slice(Checker *c, Expr *e);
// An index or a length: an integer, not negative, below max when max >= 0. *value: -1 unless constant.
bool check_index_value(Checker *c, Expr *e, int64_t max, int64_t *value, const char *what);

// ---- check_composite.c ----
void check_composite(Checker *c, Expr *e, Type *hint);
void check_func_lit(Checker *c, Expr *e);
typedef struct ConstSet ConstSet; // constants seen in one literal or switch
ConstSet *const_set_new(void);
Pos const_set_add(ConstSet *s, ConstVal *v, Type *t, Pos pos); // where an equal one stands already, or 0
void const_set_free(ConstSet *s);

// ---- check_call.c ----
void check_call(Checker *c, Expr *e);
void check_conversion(Checker *c, Expr *e, Expr *x, Type *t);
void check_arguments(Checker *c, Expr *call, Type *sig);
void assign_arguments(Checker *c, Expr *call, Type *sig); // of arguments that are checked

// ---- check_builtin.c ----
void check_builtin(Checker *c, Expr *e, Builtin id);
// ---- check_spread.c ----
void check_spread_builtin(Checker *c, Expr *call); // its one argument is checked, and a call of several results
Builtin called_builtin(const Expr *call); // also of a call that was changed so

// ---- check_assign.c ----
// e as a T (NULL: whatever it is, defaulted); `context` completes "in ...": "assignment", "argument to f".
void assign_to(Checker *c, Expr *e, Type *t, const char *context);
Type *init_var(Checker *c, Object *v, Expr *e, Type *from, const char *context);
void init_vars(Checker *c, Object **vars, uint32_t n, ExprList values, Pos at, Pos end);
void check_assign(Checker *c, Stmt *s);
void check_define(Checker *c, Stmt *s);
Type *check_lhs(Checker *c, Expr *e);
void count_assign(Checker *c, Expr *lhs);
void return_values(Checker *c, Stmt *s);
void into_interface(Checker *c, const Type *from, Type *to); // from is converted to `to`: reaches methods
const char *have_text(Checker *c, ExprList values);      // "(int, number)"
// Types of `values` unpacked: a call of several results, comma-ok when two are wanted.
uint32_t unpack(Checker *c, ExprList values, uint32_t want, Type ***types);

// ---- check_range.c ----
void check_range(Checker *c, Stmt *s, const Name *label);
// The statement leaves the innermost loop over a function, and goes on further out.
void range_exit(Checker *c, Stmt *s);
void range_frame(Checker *c); // a body defers or recovers
FuncInfo *range_function(FuncInfo *f); // the declared function or literal whose statements f's are

// ---- check_stmt.c, check_switch.c, check_label.c, check_return.c ----
typedef struct Flow { // enclosing statements that break, continue and fallthrough may mean
    struct Flow *outer;
    Stmt *stmt;
    const Name *label;
    bool breaks, continues;
    RangeFunc *range; // it is a loop over this function
} Flow;

typedef struct Local { Object *obj; Scope *scope; } Local;
typedef struct LabelUse { Stmt *stmt; Scope *scope; const Name *name; Pos pos; bool used; } LabelUse;
typedef struct Body {
    Local *locals;      // variables, in order
    uint32_t nlocals, locals_cap;
    LabelUse *labels;
    uint32_t nlabels, labels_cap;
    LabelUse *gotos;
    uint32_t ngotos, gotos_cap;
    bool script_done;
} Body;

void check_stmts(Checker *c, StmtList list, bool may_fall);
void check_stmt(Checker *c, Stmt *s, const Name *label);
void check_block(Checker *c, Block *b);
void check_switch(Checker *c, Stmt *s, const Name *label);
void check_type_switch(Checker *c, Stmt *s, const Name *label);
void check_select(Checker *c, Stmt *s, const Name *label);
void collect_labels(Checker *c, StmtList list);
void check_branch(Checker *c, Stmt *s);
void enter_label(Checker *c, Stmt *s);
void finish_labels(Checker *c, Body *b);
bool terminates(const Stmt *s);
bool list_terminates(StmtList list);
