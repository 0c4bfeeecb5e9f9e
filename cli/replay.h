// replay.h — the command that shows a finding again: `gol run -schedule=… [flags] FILE [arguments]`, ready to be pasted into a shell.
#pragma once
#include "cli/options.h"
#include "vm/module.h"

typedef struct Replay {
    const Settings *s;
    uint32_t program;   // module_hash
    int argc;           // the words behind gol's own flags: FILE and arguments, or arguments alone after -e
    char **argv;
    const char *test;   // the one test that the run is of, or NULL
} Replay;

void replay_init(Replay *r, const Settings *s, const Module *m, int argc, char **argv);
void replay_command(const Replay *r, const Schedule *schedule, Buf *out);
// -schedule was given: does it belong to this program? False after one line on standard error.
bool replay_fits(const Replay *r);
