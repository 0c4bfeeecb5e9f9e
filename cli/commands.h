// commands.h — the commands' functions, for the table in commands.c. Each gets the words after its flags and returns the exit status.
#pragma once
#include "cli/input.h"
#include "cli/options.h"
#include "std/embed.h"

int command_run(const Settings *s, int argc, char **argv);
int command_test(const Settings *s, int argc, char **argv);
int command_check(const Settings *s, int argc, char **argv);
int command_fmt(const Settings *s, int argc, char **argv);
int command_dump(const Settings *s, int argc, char **argv);
int command_explain(const Settings *s, int argc, char **argv);
// The page that these words name; false: there is none, and out says so.
bool explain_put(int argc, char **argv, Buf *out);
int command_repl(const Settings *s, int argc, char **argv);
int command_completion(const Settings *s, int argc, char **argv);
int command_doc(const Settings *s, int argc, char **argv);
int command_version(const Settings *s, int argc, char **argv);
int command_help(const Settings *s, int argc, char **argv);
extern const char gol_version[]; // "0.1"

int help_on(const Command *c); // what `gol help NAME` says
const EmbeddedFile *explain_page(const char *name); // the page that `gol explain NAME` shows, or NULL
const EmbeddedFile *explain_finding(const char *name); // the page of a kind of finding ("deadlock", "data race"), or NULL
size_t explain_finding_words(const char **words, size_t max); // their names; how many
void page_name(const EmbeddedFile *page, char name[64]); // "docs/errors/GOL0310.md" is GOL0310
const char *page_title(const EmbeddedFile *page, int *len); // its heading

// Pages built into the program by std/embed.awk; both tables end with {NULL}.
extern const EmbeddedFile explain_pages[]; // docs/errors/*.md and docs/topics/*.md: `gol explain`
extern const uint32_t explain_count;
extern const EmbeddedFile help_pages[];    // docs/help/*.md: `gol help`
extern const uint32_t help_count;
extern const EmbeddedFile doc_builtin[];   // docs/builtin.gol: `gol doc len`
extern const uint32_t doc_builtin_count;

// The program's text from -e or from the files that the first words of argv name (input_read_package); on success *used is how many
// words that took.
// False after one line on standard error: end with EXIT_USAGE.
bool command_input(const Command *c, const Settings *s, int argc, char **argv, Input *in, int *used);
