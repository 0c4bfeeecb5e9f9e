// session_int.h — what the files of a session share; nobody else includes it.
//
// session.c        an input, from its text to what is to be run; taking back
// session_wait.c   declarations that come before what they need
// session_note.c   what is worth a line: shadowed, replaced, still of the old type
// session_ask.c    questions: types, names
// session_complete.c  what a word may become
#pragma once
#include "compiler/checker.h"
#include "compiler/growing.h"
#include "compiler/session.h"

// One input with what waits: checked in rounds (session_wait.c).
typedef struct Attempt {
    const Waiting **tried; // of before, tried with it
    uint32_t ntried, tried_cap;
    Waiting **out;         // left out so far, of either
    uint32_t nout, out_cap;
} Attempt;

typedef struct Step { // an input that is part of the session
    struct Step *before;
    uint32_t past;       // names declared before it
    Replaced *replaced;  // functions and methods that got another body
    uint32_t nreplaced;
    Attached *attached;  // methods of earlier types
    uint32_t nattached;
    const Waiting *waiting; // before it
    Pos base;            // of its text
} Step;

struct Session {
    SessionOptions o;
    Program p;
    Checker c;
    Trial trial;
    Past past;
    Package *main;
    Growing *growing;
    Grown grown;
    Step *last;
    const Waiting *waiting; // declarations that need what does not exist yet; a list is never changed, only replaced
    Arena out; // what the last call gave away
    SessionNote **notes_tail;
};

// session.c
File *session_parse(Session *s, const char *name, const char *text, size_t len);
void session_check(Session *s, File *f); // one round; to be taken back or kept
void session_begin(Session *s, SessionInput *out); // forgets what the last call gave away
// session_ask.c
SessionName session_name_of(Session *s, const Object *o);
// session_wait.c
void wait_choose(Session *s, const File *f, Attempt *a);
void wait_prepare(Session *s, File *f, const Attempt *a);     // f, freshly parsed, becomes what this round checks
bool wait_leave_out(Session *s, const File *f, Attempt *a);   // after a round with errors: true when another is worth while
void wait_settle(Session *s, const File *f, Attempt *a);      // the input is in
// session_note.c
void session_note(Session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
void session_note_undo(Session *s, const Step *step); // it is being taken back, its names are still there
void session_note_changes(Session *s, const Step *step); // of the input that is being taken in, before its names are
