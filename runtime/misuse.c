#include "runtime/misuse.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/finding.h"
#include "runtime/names.h"
#include "runtime/readers.h"

struct Note {
    const char *head; // Go's words
    char *text;
    Pos pos;
    const char *help;
};

// --- names

static void put_name(Runtime *rt, const void *object, const char *otherwise, Buf *b) {
    Named n;
    name_object(rt, object, &n);
    const char *text = buf_str(&n.text);
    if (!*text || !strcmp(text, "chan") || !strncmp(text, "sync.", 5)) buf_puts(b, otherwise);
    else if (strchr(text, ' ')) buf_puts(b, text);
    else buf_printf(b, "`%s`", text);
    named_fini(&n);
}

static void put_act(Runtime *rt, const Act *a, Buf *b) { name_goroutine(rt, a->g, a->start, b); }

// --- notes

static void set_note(Worker *w, G *g, const char *head, Pos pos, const char *help, Buf *text) {
    GWatch *x = ledger_watch(w, g);
    misuse_forget(x);
    Note *n = x->note = xmalloc(sizeof *n);
    *n = (Note){head, xstrdup(buf_str(text)), pos, help};
    buf_fini(text);
}

void misuse_forget(GWatch *x) {
    if (!x->note) return;
    free(x->note->text);
    free(x->note);
    x->note = NULL;
}

bool misuse_note(const G *g, const char *head, const char **text, Pos *pos, const char **help) {
    const Note *n = g->watch ? g->watch->note : NULL;
    if (!n || !strstr(head, n->head)) return false;
    *text = n->text;
    *pos = n->pos;
    *help = n->help;
    return true;
}

void misuse_of_closed(Worker *w, G *g, const Chan *c, bool closes) {
    const ChanRec *r = ledger_chan_rec(c);
    if (!w->ledger || !r || !r->closer.g) return;
    Buf b;
    buf_init(&b);
    put_name(w->rt, c, "the channel", &b);
    buf_puts(&b, r->closer.g == g->id ? " was closed by this goroutine itself" : " was closed by ");
    if (r->closer.g != g->id) put_act(w->rt, &r->closer, &b);
    if (closes) set_note(w, g, "close of closed channel", r->closer.pos, "let one goroutine close it, once: the one that knows that nothing more is sent", &b);
    else set_note(w, g, "send on closed channel", r->closer.pos, "close only when all senders have finished; the sending side closes, once", &b);
}

void misuse_unlock(Worker *w, G *g, const Word *m, bool reading, const char *why) {
    if (!w->ledger) return;
    const LedgerRec *r = ledger_find(w->rt, m);
    Buf b;
    buf_init(&b);
    Pos pos = 0;
    Act reader;
    const char *help = "pair each Lock with one Unlock on every way; `defer mu.Unlock()` right behind the Lock does it";
    FindingFrame f;
    if (w->rt->hooks->frames && w->rt->hooks->frames(w->rt, g, &f, 1) && !strcmp(f.func, "sync.(*Cond).Wait")) {
        put_name(w->rt, m, "the lock of the condition", &b);
        buf_puts(&b, " is not locked: Wait of a sync.Cond unlocks it while it waits, and locks it again");
        help = "Lock before Wait, and Unlock behind it";
    } else if (!r || r->kind != LEDGER_LOCK) {
        buf_puts(&b, "nobody has ever locked ");
        put_name(w->rt, m, "it", &b);
        help = "Lock comes before Unlock; if it was locked, then under another name: a copy of a lock is another lock";
    } else if (!reading && readers_one(r, g->id, &reader)) {
        put_name(w->rt, m, "it", &b);
        buf_puts(&b, " is locked for reading, by ");
        put_act(w->rt, &reader, &b);
        pos = reader.pos;
        help = "RLock is undone by RUnlock, Lock by Unlock";
    } else if (reading && r->holder.g) {
        put_name(w->rt, m, "it", &b);
        buf_puts(&b, " is locked for writing, by ");
        put_act(w->rt, &r->holder, &b);
        pos = r->holder.pos;
        help = "RLock is undone by RUnlock, Lock by Unlock";
    } else {
        put_name(w->rt, m, "it", &b);
        if (r->released.g) {
            buf_puts(&b, " was unlocked before, by ");
            put_act(w->rt, &r->released, &b);
            pos = r->released.pos;
        } else buf_puts(&b, " is not locked");
    }
    set_note(w, g, why, pos, help, &b);
}

void misuse_negative(Worker *w, G *g, const Word *wg) {
    const LedgerRec *r = w->ledger ? ledger_find(w->rt, wg) : NULL;
    if (!r || r->kind != LEDGER_WAITGROUP) return;
    Buf b;
    buf_init(&b);
    put_name(w->rt, wg, "the wait group", &b);
    if (!r->add.g) {
        Named n;
        name_object(w->rt, wg, &n);
        Pos pos = n.pos;
        named_fini(&n);
        buf_puts(&b, ": nothing has been added to it");
        set_note(w, g, "sync: negative WaitGroup counter", pos, "call Add before the goroutine starts; if that was done, then on another wait group: a second variable of that name, or a copy", &b);
        return;
    }
    buf_printf(&b, ": Add came to %lld, and this is Done number %lld", (long long)r->added, (long long)r->done);
    set_note(w, g, "sync: negative WaitGroup counter", r->add.pos, "call Add before the goroutine starts and Done once in each, best by `defer wg.Done()`", &b);
}

// --- findings

static Finding *begin(Runtime *rt, const LedgerRec *r, const char *what, const char *otherwise) {
    Buf b;
    buf_init(&b);
    put_name(rt, (const void *)r->addr, otherwise, &b);
    Finding *f = finding_new(FINDING_MISUSE, "misuse: %s %s", buf_str(&b), what);
    buf_fini(&b);
    return f;
}

static void part(Runtime *rt, Finding *f, const Act *a, const char *did) {
    Buf b;
    buf_init(&b);
    put_act(rt, a, &b);
    finding_part(f, a->pos, a->g, "%s %s", buf_str(&b), did);
    buf_fini(&b);
}

static Act act_of(Worker *w, const G *g) { return (Act){.g = g->id, .start = g->start, .pos = ledger_pos(w->rt, g)}; }

// A copy is known by what g does with it, which only the original allows.
static void copied(Worker *w, const G *g, const LedgerRec *r, const char *what, const char *otherwise, const char *did, const char *why, const char *help) {
    Act a = act_of(w, g);
    Finding *f = begin(w->rt, r, what, otherwise);
    part(w->rt, f, &a, did);
    finding_why(f, "%s", why);
    finding_help(f, "%s", help);
    finding_report_take(w->rt, f);
}

void misuse_copied_lock(Worker *w, G *g, LedgerRec *r) {
    copied(w, g, r, "is a copy of a locked lock", "a lock", "unlocks it, but nobody has locked it",
           "The copy was locked because the original was, when it was copied; they are two locks from then on.",
           "pass and keep locks, and structs with locks inside, by pointer");
}

void misuse_copied_wait_group(Worker *w, G *g, LedgerRec *r) {
    copied(w, g, r, "is a copy of a wait group", "a wait group", "calls Done on the copy", "The one that the others wait for never hears of it.",
           "pass the wait group by pointer: *sync.WaitGroup");
}

void misuse_reused_wait_group(Worker *w, G *g, LedgerRec *r) {
    Act a = act_of(w, g);
    Finding *f = begin(w->rt, r, "is used again before every Wait has returned", "a wait group");
    part(w->rt, f, &a, "calls Add for the next round");
    part(w->rt, f, &r->woken, "is still on its way out of the Wait of the round before");
    finding_help(f, "begin the next round when all Waits have returned, or use a new WaitGroup for it");
    finding_report_take(w->rt, f);
}

void misuse_read_again(Worker *w, LedgerRec *r) {
    Finding *f = begin(w->rt, r, "could deadlock: a goroutine locks it for reading twice", "a lock");
    part(w->rt, f, &r->again, "locks it for reading while it does so already");
    part(w->rt, f, &r->writer, "locks it for writing, and could come between the two");
    finding_why(f, "A writer that waits keeps out new readers: it waits for the first read lock to be given up, and the second one waits for the writer.");
    finding_help(f, "lock it for reading once; let the function that is called expect that it is locked");
    finding_report_take(w->rt, f);
}
