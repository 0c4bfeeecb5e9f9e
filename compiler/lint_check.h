// lint_check.h — the inside of lint.h: what a check is, how it reports, and the questions that many of them ask. Included by
// compiler/lint*.c and by nobody else.
//
// A check is a row of the table in lint.c: a code and functions that the one walk over the program calls. A check reads
// the tree and reports; it changes nothing and keeps nothing between calls. What it must know of the whole program
// stands in the facts (lint_facts.h), which are gathered before the first check.
#pragma once
#include "compiler/lint.h"
#include "compiler/lint_walk.h"

typedef struct Lint Lint;
typedef struct LintFunc LintFunc;

struct LintFunc { // a function body: declared, literal, or the script's
    LintFunc *outer;      // of a literal: the function it stands in; NULL also in a package-level initialiser
    LintFunc *next;       // all of the program, in source order
    FuncInfo *info;
    Object *decl;         // of a declared one
    Expr *lit;            // of a literal
    StmtList body;
    Pos start, end;       // of the body
    Stmt *started_by;     // the go or defer statement that calls this literal, or NULL
    bool is_main;         // returning from it ends the program
};

typedef struct LintCheck {
    DiagCode code;
    void (*func)(Lint *l, LintFunc *f);
    void (*list)(Lint *l, StmtList list);
    void (*stmt)(Lint *l, Stmt *s);
    void (*expr)(Lint *l, Expr *e);
    void (*program)(Lint *l); // once, after the walk
} LintCheck;

struct Lint {
    Program *p;
    Diags *d;
    Arena arena;            // scratch, for the time of the walk
    bool notes;
    const LintCheck *check; // whose function is being called
    LintFunc *fn;           // where the walk is; NULL in a package-level initialiser
    LintFunc *funcs, *last_func;
    Stmt *started;          // facts: the last go or defer statement met
    struct Facts *facts;
};

// ---- lint.c: reporting, under the code of the check that is being called ----
// NULL when this has been said already (an instance of a generic function is checked once for each list of type arguments).
Diag *lint_warn(Lint *l, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(4, 5);
Diag *lint_warn_at(Lint *l, const Expr *e, const char *fmt, ...) PRINTF_LIKE(3, 4);
// Only worth a word: NULL as well when no notes are wanted.
Diag *lint_note(Lint *l, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(4, 5);
void lint_help(Lint *l, Diag *d, const char *fmt, ...) PRINTF_LIKE(3, 4);       // d may be NULL
void lint_label(Lint *l, Diag *d, Pos pos, const char *fmt, ...) PRINTF_LIKE(4, 5);

// ---- lint_ask.c: questions about a tree ----
Expr *lint_bare(const Expr *e);               // without parentheses
const char *lint_text(Lint *l, const Expr *e); // as the source spells it; a long one is cut
const char *lint_type(Lint *l, const Type *t);
Object *lint_var(const Expr *e);              // the variable that the name e stands for, or NULL
Expr *lint_call(const Expr *e);               // e is a call of something (no conversion, no builtin): itself; else NULL
Object *lint_callee(const Expr *call);        // the function or concrete method that is called; NULL when only the run can tell
bool lint_is_func(const Object *f, const char *package, const char *name);
// A method of a named type: ("sync", "Mutex", "Lock").
bool lint_is_method(const Object *f, const char *package, const char *type, const char *name);
bool lint_is_named(const Type *t, const char *package, const char *name);
// A call x.name() of a method of sync.Mutex, sync.RWMutex, sync.Locker or of what embeds one; the text of x is what tells locks apart.
bool lint_locks(const Expr *call, const char **name, Expr **x);
bool lint_same(const Expr *a, const Expr *b); // the same text in tree form, and reading it twice gives the same: no calls, no receives
Pos lint_start(const Stmt *s);                 // its first byte (Stmt.pos may be an operator)
bool lint_mentions(Expr *e, const Object *v);
bool lint_stmt_mentions(Stmt *s, const Object *v);
bool lint_ends_program(const Expr *call);     // panic, os.Exit, log.Fatal, runtime.Goexit: what follows does not run
Expr *lint_received_from(const Stmt *comm);   // of `case v := <-c`: the expression c; NULL when it is no receive

// ---- the checks; each file says at its top what it finds and why it is never wrong ----
void lint_copy_func(Lint *l, LintFunc *f);
void lint_copy_stmt(Lint *l, Stmt *s);
void lint_copy_expr(Lint *l, Expr *e);
void lint_cancel_func(Lint *l, LintFunc *f);
void lint_waitgroup_program(Lint *l);
void lint_empty_section_list(Lint *l, StmtList list);
void lint_defer_lock_list(Lint *l, StmtList list);
void lint_loop_stmt(Lint *l, Stmt *s);
void lint_dead_func(Lint *l, LintFunc *f);
void lint_select_stmt(Lint *l, Stmt *s);
void lint_go_argument_stmt(Lint *l, Stmt *s);
void lint_unused_stmt(Lint *l, Stmt *s);
void lint_self_stmt(Lint *l, Stmt *s);
void lint_atomic_stmt(Lint *l, Stmt *s);
void lint_printf_expr(Lint *l, Expr *e);
void lint_after_stmt(Lint *l, Stmt *s);
void lint_pointer_expr(Lint *l, Expr *e);
void lint_character_expr(Lint *l, Expr *e);
void lint_fatal_expr(Lint *l, Expr *e);
