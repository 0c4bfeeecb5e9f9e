// session_int.h — what the files of a session share; nobody else includes it.
//
// session.c        an input, from its text to what is to be run; taking back
// session_note.c   what is worth a line: shadowed, replaced, still of the old type
// session_ask.c    questions: types, names
// session_complete.c  what a word may become
#pragma once
#include "compiler/checker.h"
#include "compiler/growing.h"
#include "compiler/session.h"

typedef struct Step { // an input that is part of the session
    struct Step *before;
    uint32_t past;       // names declared before it
    Replaced *replaced;  // functions and methods that got another body
    uint32_t nreplaced;
    Attached *attached;  // methods of earlier types
    uint32_t nattached;
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
    Arena out; // what the last call gave away
    SessionNote **notes_tail;
};

// session.c
File *session_parse(Session *s, const char *name, const char *text, size_t len);
void session_begin(Session *s, SessionInput *out); // forgets what the last call gave away
// session_ask.c
SessionName session_name_of(Session *s, const Object *o);
// session_note.c
void session_note(Session *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
void session_note_changes(Session *s, const Step *step); // of the input that is being taken in, before its names are
