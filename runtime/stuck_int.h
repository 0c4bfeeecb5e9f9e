// stuck_int.h — what stuck_text.c (the words about stuck goroutines) and stuck_help.c (what to change) share. Included by these two.
#pragma once
#include "runtime/names.h"
#include "runtime/stuck.h"

typedef enum Cause { // most telling first
    CAUSE_NONE,
    CAUSE_LOCK_CYCLE, CAUSE_ONCE_AGAIN, CAUSE_UNLOCK_LATE, CAUSE_DOUBLE_LOCK, CAUSE_UPGRADE, CAUSE_READ_AGAIN, CAUSE_HOLDS_WHILE_WAITING, CAUSE_COPY, CAUSE_NIL, CAUSE_ALL_NIL, CAUSE_NEVER_UNLOCKED,
    CAUSE_COPY_DONE, CAUSE_DONE_MISSING, CAUSE_ADD_TOO_MUCH, CAUSE_LOST_SIGNAL, CAUSE_NO_SIGNAL, CAUSE_TIMER, CAUSE_CONTEXT, CAUSE_NEVER_CANCELLED, CAUSE_NO_ROOM, CAUSE_RECEIVER_GONE,
    CAUSE_NO_RECEIVER, CAUSE_NOT_CLOSED, CAUSE_NO_SENDER, CAUSE_EMPTY_SELECT
} Cause;


typedef struct Tell {
    const Stuck *s;
    Finding *f;
    Cause cause;
    const char *thing;  // the name in the help
    const char *thing2;
    const char *once;   // the Once in a cycle of locks
    bool later;         // the cause is one whose partner waits itself: the same with one that does not is nearer to the mistake
    struct { const char *name; Pos made; } channel[4]; // that have been told of
    uint32_t nchannels;
} Tell;

// Names in sentences. The strings live as long as the finding.
const char *stuck_keep(Tell *t, Buf *b);       // takes b's text
bool stuck_is_nameless(const char *name);      // its type is all that is known
const char *stuck_quoted(Tell *t, const char *name, const char *otherwise); // in quotes what has a name, else in words
const char *stuck_in_code(const char *name, const char *otherwise);         // a name as code, or one made up

// The help for the cause that was found.
void stuck_help(Tell *t);
