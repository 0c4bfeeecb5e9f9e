// pipeline.h — text -> tree -> checked program -> module, and what was wrong on the way.
#pragma once
#include "cli/harness.h"
#include "cli/input.h"
#include "cli/options.h"
#include "compiler/check.h"
#include "vm/module.h"

typedef struct Pipeline {
    Program program;
    Harness tests;  // with s->test.on: what was found
    Module *module; // points into program; NULL when there were errors
} Pipeline;

// Text to bytecode (with s->test.on: of the package's test functions); false: the reasons are in p->program.diags. `in` and `s` are borrowed and must outlive the pipeline, which
// pipeline_fini frees in any case.
bool pipeline_compile(Pipeline *p, const Settings *s, const Input *in);
// The same for `gol check`: a package without func main is fine too, and gives no module.
bool pipeline_check(Pipeline *p, const Settings *s, const Input *in);
// Shows the diagnostics on standard error; the exit status of what was compiled.
int pipeline_show(const Pipeline *p, const Settings *s, bool ok);
void pipeline_fini(Pipeline *p);
