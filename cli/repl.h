// repl.h — gol repl: what its files share. A session (compiler/session.h) that grows by one input after the other, a host (vm/host.h) in which its
// goroutines live on, and a person at a terminal or a file that is read.
//
//   repl.c             the command: at a terminal, or with a transcript; the loop
//   repl_eval.c        an input from text to answer; the state of the session
//   repl_transcript.c  without a terminal: what is read is echoed
//   repl_commands.c    the :commands, one table; repl_inspect.c and repl_files.c have the longer ones
//   repl_save.c        the inputs as one script
//   repl_edit.c        at a terminal: libedit; keys, search, screen, colour, history and completion stand in files of their own
//   repl_output.c      what is printed beside what is typed
//   repl_signal.c      Ctrl-C, Ctrl-Z, the end
//
// All of it runs on one thread, the prompt's, but for what repl_output.h says.
#pragma once
#include "cli/options.h"
#include "cli/repl_complete.h"
#include "cli/repl_edit.h"
#include "cli/repl_history.h"
#include "cli/repl_output.h"
#include "cli/repl_screen.h"
#include "compiler/session.h"
#include "vm/host.h"

typedef struct ReplInput { // one that is part of the session
    char *text;
    char *single; // its expressions that have one value, which was shown: each followed by a NUL, then one more
    HostEnd end;  // how it came out
} ReplInput;

typedef struct Repl {
    Settings settings;
    bool terminal;   // a person sits there
    Screen screen;
    ReplOutput *output;
    ReplHistory history;
    Edit *edit;      // NULL: plain lines
    Session *session;
    Host *host;
    ReplInput *inputs;
    size_t ninputs, cap;
    bool ready;      // `input` is what session_input said of the text that is being read
    SessionInput input;
    bool still;      // in a session with a seed: goroutines stand still between two statements (:step)
    bool leaving;
    int status;      // of the process, when leaving
} Repl;

extern const char repl_prompt[], repl_more[]; // "gol> ", "...> "

// A new session and host by the settings; what was there is freed. Inputs stay in the list.
void repl_begin(Repl *r);
void repl_end(Repl *r); // frees both

// Does the text go on in another line? Then nothing has happened. Else the session has taken it, and repl_eval of the same text runs it.
bool repl_goes_on(Repl *r, const char *text, size_t len);
// Runs an input, or a :command, and shows what came of it. name: of the input, for positions; NULL: its number, "[3]". True: it was accepted.
bool repl_eval(Repl *r, const char *name, const char *text, size_t len);
bool repl_is_command(const char *text);
void repl_apply(Repl *r, const SessionInput *in); // the patches
void repl_show_diags(Repl *r, const SessionInput *in);
void repl_forget_inputs(Repl *r, size_t from); // of the list
void repl_free_inputs(ReplInput *inputs, size_t n);
// The text as it looks when it is entered, for what is entered by gol itself.
void repl_echo(Repl *r, const char *text, size_t len);
void repl_run_inputs(Repl *r, ReplInput *inputs, size_t n); // shows and runs them anew
void repl_put_input(Buf *out, size_t number, const char *text); // as in a list: "[3] x := 1"

// The rest of the process's life without a terminal; with one.
void repl_transcript(Repl *r);

// ---- :commands

typedef enum ReplArg { REPL_NOTHING, REPL_EXPR, REPL_NAME, REPL_DOC, REPL_FILE, REPL_NUMBER, REPL_PAGE, REPL_COMMAND } ReplArg; // also for completion

typedef struct ReplCommand {
    const char *name;
    ReplArg takes;
    bool may_miss;       // the argument
    const char *arg;     // in a usage line, or NULL
    const char *summary; // one line
    const char *details; // for :help NAME, or ""
    void (*run)(Repl *r, const char *arg); // "" when it is missing
} ReplCommand;

extern const ReplCommand repl_commands[]; // ends with {NULL}
void repl_command(Repl *r, const char *text); // ":name argument"

void command_repl_help(Repl *r, const char *arg);
void command_repl_type(Repl *r, const char *arg);
void command_repl_doc(Repl *r, const char *arg);
void command_repl_bytecode(Repl *r, const char *arg);
void command_repl_explain(Repl *r, const char *arg);
void command_repl_time(Repl *r, const char *arg);
void command_repl_step(Repl *r, const char *arg);
void command_repl_load(Repl *r, const char *arg);
void command_repl_save(Repl *r, const char *arg);
void command_repl_edit(Repl *r, const char *arg);

// The inputs as one script. False: why not is in `why`.
bool repl_script(Repl *r, Buf *out, Buf *why);
// Does the text, an input, declare the name ("f", "T", "T.Method")?
bool repl_declares(const char *text, const char *name);
