// lint_facts.h — what the whole program does with a channel, a wait group or a function, gathered in one walk before the checks. It is known of
// variables and of struct fields (all structs of a type together). `uses` counts every mention; what is not one of the
// uses told apart here (passed on, address taken, copied, returned) makes it unknown what else happens to it.
#pragma once
#include "compiler/lint_check.h"

typedef struct GroupUse { // one wg.Add, wg.Done or wg.Wait, or one `go f(&wg)`
    struct GroupUse *next;
    Expr *at;       // the call
    LintFunc *fn;   // where it stands
    Object *param;  // of `go f(&wg)`: what f calls it
    Stmt *go;       // of `go f(&wg)`
    bool deferred;  // the call is a defer's
} GroupUse;

typedef struct Fact {
    const void *key;    // an Object or a TField; of a literal its Expr, and then only func is set; of methods that interfaces have their name, with uses
    LintFunc *func;
    Expr *init;         // what a variable is declared with; NULL: nothing, or not known
    bool declared;      // its declaration was met: no init means zero
    bool is_field;
    uint32_t uses;
    uint32_t receives, sends, closes, lengths;  // of a channel
    GroupUse *adds, *dones, *waits, *passes;    // of a wait group
    uint32_t ngroup;    // how many those are
    GroupUse *starts;   // of a declared function: `go f(...)` (at and go)
    uint32_t nstarts;   // how many; uses counts every mention of it
} Fact;

typedef struct Facts {
    Fact **slots;
    uint32_t cap, n;
} Facts;

void facts_gather(Lint *l); // also makes Lint.funcs
void facts_free(Lint *l);
Fact *facts_find(const Lint *l, const void *key); // NULL: never mentioned
LintFunc *facts_func(const Lint *l, const Expr *lit);
// What a variable or field x, p.x, (*p).x or &x stands for: an Object or a TField; NULL when it is none of these.
const void *facts_key(const Expr *e);
