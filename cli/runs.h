// runs.h — gol run -runs N: the same program under N schedules, each finding told once.
#pragma once
#include "cli/harness.h"
#include "cli/replay.h"
#include "runtime/finding.h"

// tests: of `gol test`, each searched by itself; else NULL. options: as for one ordinary run. The result is the exit status: the worst of all runs, by the precedence of DIAGNOSTICS (a limit or an
// interrupt; a panic, a deadlock or the program's own status; a race, lock or misuse finding; a leak under -leaks=error).
int runs_search(const Settings *s, const Module *m, const RuntimeOptions *options, const Replay *replay, const Harness *tests);
