// packages.h — patterns for folders, as the go command has them: `./...` and `DIR/...` are a folder and all below it that have program files.
#pragma once
#include "cli/options.h"

bool packages_pattern(const char *word); // does it end in "..."?
void packages_folder(char *pattern); // cuts it down to its folder
// Calls `each` with argv[0] replaced by every folder that the pattern argv[0] matches, in the order of their names; argc and argv are otherwise handed on. Folders whose names
// begin with a dot or an underscore, and those called testdata and vendor, are left out. The exit status: that of the first that was not 0 (1 when any was 1); an
// interrupted one is the last.
int packages_each(const Settings *s, int argc, char **argv, int (*each)(const Settings *s, int argc, char **argv));
