// commands.h — the commands' functions, for the table in main.c. Each gets the words after its flags and returns the exit status.
#pragma once
#include "cli/input.h"
#include "cli/options.h"

int command_run(const Settings *s, int argc, char **argv);
int command_test(const Settings *s, int argc, char **argv);
int command_check(const Settings *s, int argc, char **argv);
int command_dump(const Settings *s, int argc, char **argv);
int command_explain(const Settings *s, int argc, char **argv);
int command_version(const Settings *s, int argc, char **argv);
int command_help(const Settings *s, int argc, char **argv);
extern const char gol_version[]; // "0.1"
int help_on(const Command *c);

// The program's text from -e or from the files that the first words of argv name (input_read_package); on success *used is how many
// words that took.
// False after one line on standard error: end with EXIT_USAGE.
bool command_input(const Command *c, const Settings *s, int argc, char **argv, Input *in, int *used);
