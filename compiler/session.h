// session.h — the compiler's half of a REPL: a program that grows by one input after the other.
//
// An input is a piece of a script: declarations and statements. What it declares joins the session's scope; a name that was there is shadowed,
// and who used the old one goes on using it. A function or method that is declared again with the same signature is replaced: who called the old
// one calls the new one. A failing input leaves the session as it was, and so does one that only asks (session_type, session_complete).
//
// A declared function whose only fault is that it uses names which do not exist yet is kept as pending, and tried again with each later input:
// so functions, methods and types may be entered in any order, also ones that need each other.
//
// Variables at the top level of an input are package-level variables (each input's own cells), not locals of a script's main: a prompt can name them
// at any time.
//
// One thread at a time uses a session; nothing here blocks or touches guest memory. Running code is never disturbed: the module's tables are reserved
// at once and never move, what stands in them stays, and what must change nevertheless is listed in SessionInput.patches, for the host to apply with
// the world stopped. The Module struct itself (its counts) does change during any call of the session: so the host runs with a copy of the struct, which
// it takes anew, the world stopped, before each host_run. (Sources, which traces use at any time, may be read while they grow.)
#pragma once
#include "compiler/gen.h"

typedef struct Session Session;

typedef struct SessionOptions {
    NativeFn (*bind)(const char *key); // as GenOptions
    int lang_minor;
    bool warnings; // look for likely mistakes (compiler/lint.h) in each input
} SessionOptions;

typedef enum SessionStatus {
    SESSION_RUN,        // compiled: entry is to be run
    SESSION_NOTHING,    // blank, or comments only; also only declarations that need nothing to be run; a type, package or constant that is no value
    SESSION_INCOMPLETE, // it ends inside brackets, a literal, a block or an expression: more lines are needed (only when `more` was allowed)
    SESSION_WRONG       // there were errors
} SessionStatus;

typedef struct SessionValue { // what an expression at the top level came to: it was stored here when the statement ran
    const char *text;     // the expression's source: one pointer for the results of one call
    const char *variable; // it is a variable of that name; else NULL
    const char *type;     // Go's notation, from inside package main
    TypeId rtype;
    uint32_t global;      // first word in the globals block; a value that is no variable is kept there until the next input that has one
    struct SessionValue *next;
} SessionValue;

typedef struct SessionPatch { // what is to change in the part of the module that running code reads
    enum { PATCH_FUNC, PATCH_METHODS } kind;
    uint32_t index;         // of the function in Module.funcs, or of the type in Module.types
    Func *func;             // PATCH_FUNC: what stands there from now on
    const RMethod *methods; // PATCH_METHODS: the type's method table from now on
    uint32_t nmethods;
    struct SessionPatch *next;
} SessionPatch;

typedef struct SessionNote { // worth a line: what was shadowed, replaced, is pending, is no longer pending
    const char *text; // "x was int, and is string now"
    struct SessionNote *next;
} SessionNote;

typedef struct SessionInput { // good until the next call on the session
    SessionStatus status;
    bool kept;            // it is part of the session, and can be taken back: it was neither wrong nor empty
    uint32_t entry;       // SESSION_RUN: function without parameters and results; initialises what of std is new, then runs the input
    SessionValue *values; // in source order; none for calls of fmt's printing functions and calls without results
    SessionPatch *patches;
    SessionNote *notes;
    const Diags *diags;   // errors and warnings of this input alone
} SessionInput;

Session *session_new(const SessionOptions *o); // also generates what every program needs; its entry is Module.entry
void session_free(Session *s);
Module *session_module(Session *s); // lives as long as the session

// name: what positions are shown with ("[3]", a file's path). The text is copied. more: SESSION_INCOMPLETE may be answered; else an unfinished input is an error.
// An input is part of the session at once when the status is SESSION_RUN or SESSION_NOTHING.
void session_input(Session *s, const char *name, const char *text, size_t len, bool more, SessionInput *out);

// Takes back the declarations of the last input that is still there (values of variables stay what they are): inputs that were blank or wrong do
// not count, all others do. out: patches (a function gets its earlier body back, a type loses methods) and notes. False: there is none.
bool session_undo(Session *s, SessionInput *out);

// The type of an expression ("chan int"), or of what a name stands for ("func(int) string", "package fmt", "type Point struct { X, Y int }"). The input is
// checked and forgotten. False: out->diags says why not.
bool session_type(Session *s, const char *text, size_t len, Buf *type, SessionInput *out);

// Completions of the word that ends at text[at]: names in scope, fields and methods after a dot (through pointers and embedding), exported names of a
// package after its dot, packages, keywords. Calls `each` in alphabetical order, each name once; `from` is where the word begins.
typedef struct SessionName {
    const char *name;
    const char *kind; // "func", "var", "const", "type", "package", "keyword", "field", "method", "builtin"
    const char *type; // Go's notation, or ""
} SessionName;
void session_complete(Session *s, const char *text, size_t len, size_t at, size_t *from, void (*each)(void *ctx, const SessionName *n), void *ctx);

// What was declared in the session and is visible now, one by one in order of declaration: for :list without inputs, completion and tests.
void session_names(Session *s, void (*each)(void *ctx, const SessionName *n), void *ctx);
