// growing.h — the generator of a session: a module that grows by one input after the other while its code runs. Only session*.c use it.
//
// Its tables are reserved in full when it is made, and memory is used only where something stands. What stands there is never changed, but for
// what is reported as a patch. After a failure (something gol cannot generate) what was begun is finished all the same: std's functions are generated once.
#pragma once
#include "compiler/check.h"
#include "compiler/gen.h"

typedef struct Growing Growing;

typedef struct Patch { // of the existing part
    uint32_t index;    // function or type
    Func *func;        // a function's new code; NULL: a method table
    const RMethod *methods;
    uint32_t nmethods;
} Patch;

typedef struct Grown { // what an input came to
    bool runs;         // there is something to run
    uint32_t entry;
    Patch *patches;    // until the next input
    uint32_t npatches, cap;
} Grown;

typedef struct Replaced { // a function or method with a new body
    Object *old, *now;
    Func *before; // the old one's code, NULL: it has none (generic_unused.c); growing_input sets it
} Replaced;

Growing *growing_new(Program *p, const GenOptions *o); // with what every module has; its entry does nothing
void growing_free(Growing *w);
Module *growing_module(Growing *w);
bool growing_full(const Growing *w); // half of some table is used: an input might not find room
// The input that was checked last: p->main->script_main and init functions from first_init on. methods: earlier types got some.
// False: refused, the reasons are in p->diags; the caller takes the input back and then calls growing_undo.
bool growing_input(Growing *w, uint32_t first_init, Replaced *r, uint32_t nreplaced, bool methods, Grown *out);
void growing_undo(Growing *w, bool methods);
// An input was taken back later: functions get back what stood there, types lose methods.
void growing_restore(Growing *w, const Replaced *r, uint32_t nreplaced, bool methods, Grown *out);
// Where a variable stands; its runtime type.
uint32_t growing_global(Growing *w, Object *o);
TypeId growing_type(Growing *w, Type *t);
