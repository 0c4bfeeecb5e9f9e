// stuck_help.c — what to change, by the most telling cause that a report met (Cause, in the order of the enum).
#include <string.h>

#include "runtime/stuck_int.h"

bool stuck_is_nameless(const char *name) { return !*name || !strcmp(name, "chan") || !strncmp(name, "sync.", 5); }

const char *stuck_quoted(Tell *t, const char *name, const char *otherwise) {
    if (stuck_is_nameless(name)) return otherwise;
    if (strchr(name, ' ')) return name;
    Buf b;
    buf_init(&b);
    buf_printf(&b, "`%s`", name);
    return stuck_keep(t, &b);
}

const char *stuck_in_code(const char *name, const char *otherwise) {
    return stuck_is_nameless(name) || strchr(name, ' ') ? otherwise : name;
}

const char *stuck_keep(Tell *t, Buf *b) {
    const char *s = arena_strndup(&t->f->arena, buf_str(b), b->len);
    buf_fini(b);
    return s;
}

// Where several channels have one name: which of them is meant. Else "".
static const char *which(Tell *t) {
    for (uint32_t i = 0; i < t->nchannels; i++) {
        if (t->channel[i].name != t->thing || !t->s->rt->options.sources) continue;
        for (uint32_t k = 0; k < t->nchannels; k++) {
            if (t->channel[k].made == t->channel[i].made || strcmp(t->channel[k].name, t->thing)) continue;
            Buf b;
            buf_init(&b);
            buf_printf(&b, " (the one made at line %u)", source_place(t->s->rt->options.sources, t->channel[i].made).line);
            return stuck_keep(t, &b);
        }
    }
    return "";
}

void stuck_help(Tell *t) {
    Finding *f = t->f;
    const char *x = t->thing, *one = which(t);
    switch (t->cause) {
    case CAUSE_NONE: return;
    case CAUSE_LOCK_CYCLE:
        if (t->once) {
            finding_help(f, "lock nothing in the function of %s that is held where Do is called", stuck_quoted(t, t->once, "the Once"));
            return;
        }
        if (t->thing2 && strcmp(x, t->thing2)) finding_help(f, "take %s and %s in the same order everywhere", stuck_quoted(t, t->thing2, "the one lock"), stuck_quoted(t, x, "the other"));
        else finding_help(f, "give the locks an order and take them in that order everywhere");
        return;
    case CAUSE_ONCE_AGAIN: finding_help(f, "call %s.Do from outside its function only; what the function needs, call by its own name", stuck_in_code(x, "once")); return;
    case CAUSE_DOUBLE_LOCK:
        finding_help(f, "a goroutine cannot lock %s twice: unlock it first, or call a function that expects it to be locked", stuck_quoted(t, x, "the lock"));
        return;
    case CAUSE_UNLOCK_LATE: finding_help(f, "unlock %s at the end of each turn, or make the body of the loop a function of its own, at whose end a deferred Unlock runs", stuck_quoted(t, x, "the lock")); return;
    case CAUSE_UPGRADE: finding_help(f, "a read lock cannot become a write lock: RUnlock %s first and look again after Lock, or Lock at once", stuck_quoted(t, x, "the lock")); return;
    case CAUSE_READ_AGAIN: finding_help(f, "do not RLock %s again while this goroutine holds it", stuck_quoted(t, x, "the lock")); return;
    case CAUSE_HOLDS_WHILE_WAITING: finding_help(f, "unlock %s before waiting for another goroutine", stuck_quoted(t, x, "the lock")); return;
    case CAUSE_COPY: finding_help(f, "pass and keep locks, and structs with locks inside, by pointer"); return;
    case CAUSE_NIL: finding_help(f, "make the channel before it is used: `%s = make(chan T)`", *x && !strstr(x, "...") ? x : "ch"); return;
    case CAUSE_ALL_NIL: finding_help(f, "make the channels before they are used; where they are set to nil on purpose, leave the loop when all of them are"); return;
    case CAUSE_NEVER_UNLOCKED: finding_help(f, "write `defer %s.Unlock()` right behind the Lock, so that every way out unlocks it", stuck_in_code(x, "mu")); return;
    case CAUSE_COPY_DONE:
        if (stuck_is_nameless(x)) finding_help(f, "pass wait groups by pointer: a parameter of type *sync.WaitGroup, and & before what is given for it");
        else finding_help(f, "pass %s by pointer: a parameter of type *sync.WaitGroup, and &%s for it", stuck_quoted(t, x, "the wait group"), stuck_in_code(x, "wg"));
        return;
    case CAUSE_DONE_MISSING: finding_help(f, "begin the goroutine with `defer %s.Done()`, so that every way out calls it", stuck_in_code(x, "wg")); return;
    case CAUSE_ADD_TOO_MUCH: finding_help(f, "Add to %s exactly as many as there are goroutines that call Done", stuck_quoted(t, x, "the wait group")); return;
    case CAUSE_LOST_SIGNAL: finding_help(f, "set a variable before Signal, and Wait only while it is not set: `for !happened { %s.Wait() }`", stuck_in_code(x, "cond")); return;
    case CAUSE_TIMER: finding_help(f, "wait in a select that also receives from a channel which somebody closes when it is over"); return;
    case CAUSE_CONTEXT:
        if (f->kind != FINDING_DEADLOCK) finding_help(f, "call the context's cancel on every way: `defer cancel()` right behind WithCancel");
        else finding_help(f, "call the context's cancel as soon as the work is over, and before waiting for who receives from its Done: a deferred cancel comes too late");
        return;
    case CAUSE_NEVER_CANCELLED: finding_help(f, "make a context that can end: `ctx, cancel := context.WithCancel(%s)`, or WithTimeout", x); return;
    case CAUSE_NO_ROOM: finding_help(f, "receive from %s%s in another goroutine, or give it room for all that is sent", stuck_quoted(t, x, "the channel"), one); return;
    case CAUSE_RECEIVER_GONE:
        finding_help(f, "receive from %s%s as often as it is sent on, or give it room for all that is sent, or let the sender give up (a select with a done channel)", stuck_quoted(t, x, "the channel"), one); return;
    case CAUSE_NO_RECEIVER: finding_help(f, "receive from %s%s in another goroutine as long as somebody sends, or give it a buffer", stuck_quoted(t, x, "the channel"), one); return;
    case CAUSE_NOT_CLOSED: finding_help(f, "close(%s)%s when everything has been sent, or receive only as often as somebody sends", stuck_in_code(x, "ch"), one); return;
    case CAUSE_NO_SENDER: finding_help(f, "let another goroutine send on %s%s or close it, and start it (`go`) before waiting", stuck_quoted(t, x, "the channel"), one); return;
    case CAUSE_NO_SIGNAL: finding_help(f, "call Signal or Broadcast of %s after each change of what is waited for", stuck_quoted(t, x, "the condition")); return;
    case CAUSE_EMPTY_SELECT: finding_help(f, "`select {}` waits for ever; wait for something that ends, as a WaitGroup or a channel"); return;
    }
}
