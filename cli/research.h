// research.h — a schedule for what a run with many workers showed: nobody recorded that run, so the program is tried again, unseen, with one worker and
// different schedules, until one shows the same.
#pragma once
#include "cli/replay.h"
#include "runtime/finding.h"

// After the run, from RuntimeOptions.at_end: looks for a schedule for each finding that has no replay line yet, sets the line and says
// it on standard error; where none was found, says so. At most RESEARCH_NS of real time. `figures` are those of the run.
void research(const Replay *replay, const Module *m, const RuntimeOptions *options, const RunFigures *figures, int64_t input, Finding *first);
