// stuck_text.c — stuck goroutines in words. Goroutines that stand at the same place for the same reason are one group; the first of it is looked at
// closely. The help is that of the most telling cause that was met (Cause, in the order of the enum).
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/names.h"
#include "runtime/stuck.h"

typedef enum Cause { // most telling first
    CAUSE_NONE,
    CAUSE_LOCK_CYCLE, CAUSE_ONCE_AGAIN, CAUSE_DOUBLE_LOCK, CAUSE_UPGRADE, CAUSE_READ_AGAIN, CAUSE_HOLDS_WHILE_WAITING, CAUSE_COPY, CAUSE_NIL, CAUSE_NEVER_UNLOCKED,
    CAUSE_COPY_DONE, CAUSE_DONE_MISSING, CAUSE_ADD_TOO_MUCH, CAUSE_LOST_SIGNAL, CAUSE_TIMER, CAUSE_CONTEXT, CAUSE_NEVER_CANCELLED, CAUSE_NO_ROOM, CAUSE_RECEIVER_GONE,
    CAUSE_NO_RECEIVER, CAUSE_NOT_CLOSED, CAUSE_NO_SENDER, CAUSE_NO_SIGNAL, CAUSE_EMPTY_SELECT
} Cause;

enum { GROUPS = 8, SELECT_SHOWN = 3, CYCLE_MAX = 64, CYCLE_SHOWN = 8 };

typedef struct Tell {
    const Stuck *s;
    Finding *f;
    Cause cause;
    const char *thing;  // the name in the help
    const char *thing2;
} Tell;

static void found(Tell *t, Cause c, const char *thing) {
    if (t->cause != CAUSE_NONE && t->cause <= c) return;
    t->cause = c;
    t->thing = thing;
}

// --- names (copies that live as long as the finding)

static const char *keep(Tell *t, Buf *b) {
    const char *s = arena_strndup(&t->f->arena, buf_str(b), b->len);
    buf_fini(b);
    return s;
}

static const char *name_of(Tell *t, const void *object, Pos *made) {
    Named n;
    name_object(t->s->rt, object, &n);
    if (made) *made = n.pos;
    const char *s = arena_strndup(&t->f->arena, buf_str(&n.text), n.text.len);
    named_fini(&n);
    return s;
}

static bool is_nameless(const char *name) { return !*name || !strcmp(name, "chan") || !strncmp(name, "sync.", 5); } // its type is all that is known
// In a sentence: in quotes what has a name, else in words.
static const char *quoted(Tell *t, const char *name, const char *otherwise) {
    if (is_nameless(name)) return otherwise;
    if (strchr(name, ' ')) return name;
    Buf b;
    buf_init(&b);
    buf_printf(&b, "`%s`", name);
    return keep(t, &b);
}
// Channels that std makes and that people wait for: what they are called, and why nothing comes.
static const struct StdChannel {
    const char *folder, *words, *why;
    Cause cause;
} std_channels[] = {
    {"time/", "the channel of a timer", "the timer does not run: it has fired, or was stopped, and Stop does not close the channel", CAUSE_TIMER},
    {"context/", "the Done of a context", "nobody has called cancel, and the context has no deadline", CAUSE_CONTEXT},
};
static const struct StdChannel *std_channel(Tell *t, const Chan *c) {
    Named n;
    name_object(t->s->rt, c, &n);
    const struct StdChannel *found = NULL;
    for (size_t i = 0; n.std && i < COUNT_OF(std_channels); i++)
        if (strstr(n.std, std_channels[i].folder)) found = &std_channels[i];
    named_fini(&n);
    return found;
}
// In code: a name, or one made up.
static const char *in_code(const char *name, const char *otherwise) {
    return is_nameless(name) || strchr(name, ' ') ? otherwise : name;
}

static const char *goroutine(Tell *t, uint64_t id, const struct Func *start) {
    Buf b;
    buf_init(&b);
    const G *g = t->s->nall ? stuck_live(t->s, id) : NULL;
    if (g) name_live_goroutine(t->s->rt, g, &b);
    else name_goroutine(t->s->rt, id, start, &b);
    return keep(t, &b);
}

static const char *start_name(Tell *t, const G *g) {
    Buf b;
    buf_init(&b);
    const char *start = name_start(t->s->rt, g);
    if (start) name_func(start, &b);
    return keep(t, &b);
}

static bool is_std(const Runtime *rt, Pos pos) {
    Place at = rt->options.sources ? source_place(rt->options.sources, pos) : (Place){0};
    return at.file && at.file->is_std;
}

// It waits inside sync.Once: for the goroutine that runs the function to return from it.
static bool is_in_once(const Tell *t, const G *g) {
    FindingFrame f;
    return g->wait_reason == WAIT_MUTEX && t->s->rt->hooks->frames && t->s->rt->hooks->frames(t->s->rt, g, &f, 1) && !strncmp(f.func, "sync.(*Once).", 13);
}

// What the source says before `.Wait()` where g stands: the name of a condition that was made by NewCond. "": not to be seen.
static const char *waits_by_source(Tell *t, const G *g) {
    const Sources *sources = t->s->rt->options.sources;
    if (!sources) return "";
    Place at = source_place(sources, ledger_pos(t->s->rt, g));
    uint32_t n;
    const char *line = at.file && !at.file->is_std ? source_line(at.file, at.line, &n) : NULL;
    const char *dot = line ? memmem(line, n, ".Wait()", 7) : NULL;
    if (!dot || memmem(dot + 1, n - (uint32_t)(dot + 1 - line), ".Wait()", 7)) return "";
    const char *from = dot;
    while (from > line && (isalnum((unsigned char)from[-1]) || from[-1] == '_' || from[-1] == '.')) from--;
    return arena_strndup(&t->f->arena, from, (size_t)(dot - from));
}

// --- what it waits for

// The context whose Done g receives from, as the source calls it; NULL: something else stands there.
static const char *done_of(const Tell *t, const G *g) { return name_context_at(t->s->rt, ledger_pos(t->s->rt, g)); }

static const char *name_of_want(Tell *t, const G *g, const Want *w) {
    const char *name = w->chan ? name_of(t, w->chan, NULL) : w->object ? name_of(t, w->object, NULL) : "";
    return w->reason == WAIT_COND && is_nameless(name) ? waits_by_source(t, g) : name;
}

static void put_want(Tell *t, const G *g, const Want *w, bool first_name, Buf *b) {
    const char *name = name_of_want(t, g, w);
    const struct StdChannel *std = w->chan ? std_channel(t, w->chan) : NULL;
    if (std) {
        buf_printf(b, "%s %s%s", w->send ? "to send on" : w->reason == WAIT_SELECT ? "receive from" : "to receive from", std->words, first_name ? "" : " each");
        return;
    }
#define THING(one, some) (first_name ? quoted(t, name, one) : some)
    switch (w->reason) {
    case WAIT_CHAN_SEND: buf_printf(b, "to send on %s", THING("a channel", "a channel each")); return;
    case WAIT_CHAN_RECV: buf_printf(b, "to receive from %s", THING("a channel", "a channel each")); return;
    case WAIT_CHAN_SEND_NIL: buf_puts(b, "to send on a nil channel, which nobody can receive from"); return;
    case WAIT_CHAN_RECV_NIL:
        if (done_of(t, g)) buf_printf(b, "for the Done of the context `%s`, which is never cancelled", done_of(t, g));
        else buf_puts(b, "to receive from a nil channel, which nobody can send on");
        return;
    case WAIT_MUTEX:
        if (is_in_once(t, g)) buf_printf(b, "in Do of %s", THING("a sync.Once", "a sync.Once each"));
        else buf_printf(b, "to lock %s", THING("a mutex", "a mutex each"));
        return;
    case WAIT_RWMUTEX_R: buf_printf(b, "to lock %s for reading", THING("a lock", "a lock each")); return;
    case WAIT_RWMUTEX_W: buf_printf(b, "to lock %s for writing", THING("a lock", "a lock each")); return;
    case WAIT_WAITGROUP: buf_printf(b, "in Wait of %s", THING("a wait group", "a wait group each")); return;
    case WAIT_COND: buf_printf(b, "in Wait of %s%s", first_name && !is_nameless(name) ? "the sync.Cond " : "", THING("a sync.Cond", "a sync.Cond each")); return;
    case WAIT_ONCE: case WAIT_SEMA: buf_puts(b, "for a semaphore"); return;
    case WAIT_SELECT: buf_printf(b, "%s %s", w->send ? "send on" : "receive from", w->chan ? quoted(t, name, "a channel") : "nil"); return;
    case WAIT_SELECT_EMPTY: case WAIT_NONE: case WAIT_SLEEP: case WAIT_IO: case WAIT_COUNT: return;
    }
}

static void put_wants(Tell *t, const G *g, bool same, Buf *b) {
    Want w[WANTS];
    uint32_t n = stuck_wants(g, w);
    if (!n) {
        buf_puts(b, "in a select without cases, for ever");
        return;
    }
    if (w[0].reason != WAIT_SELECT) {
        put_want(t, g, &w[0], same, b);
        return;
    }
    if (!w[0].chan) {
        buf_puts(b, "in a select all of whose channels are nil");
        return;
    }
    buf_puts(b, "in select to ");
    for (uint32_t i = 0; i < n && i < SELECT_SHOWN; i++) {
        if (i) buf_puts(b, " or ");
        put_want(t, g, &w[i], true, b);
    }
    if (n > SELECT_SHOWN) buf_puts(b, " or others");
}

void stuck_put_wants(Runtime *rt, const G *g, Finding *f, Buf *out) {
    Stuck s = {.rt = rt};
    Tell t = {.s = &s, .f = f};
    put_wants(&t, g, true, out);
}

// --- who could have woken it

// The goroutines that were at the other end of c, and what has become of them.
static void tell_partners(Tell *t, const G *g, const Want *w) {
    const Stuck *s = t->s;
    const ChanRec *r = ledger_chan_rec(w->chan);
    const ChanSide *side = r ? &r->side[w->send ? 0 : 1] : NULL;
    const char *did = w->send ? side && side->last.times == 1 ? "received from it once" : "received from it" : "sent on it", *close = w->send ? "" : ", and nobody has closed it";
    uint32_t n = !side ? 0 : side->nparties < PARTIES ? side->nparties : PARTIES;
    if (!n && s->nall == 1) {
        finding_detail(t->f, 0, "the only goroutine that could %s is this one, and it waits here", w->send ? "receive" : "send");
        return;
    }
    if (!s->rt->ledger) return;
    if (!n) {
        finding_detail(t->f, 0, "nobody has ever %s%s", did, close);
        return;
    }
    const Act *gone = NULL, *alive = NULL;
    uint32_t ngone = 0;
    bool self = false;
    for (uint32_t i = 0; i < n; i++) {
        const Act *p = &side->parties[i];
        if (p->g == g->id) self = true;
        else if (stuck_live(s, p->g)) alive = alive ? alive : p;
        else ngone++, gone = p;
    }
    if (alive) {
        finding_detail(t->f, alive->g == side->last.g ? side->last.pos : alive->pos, "%s, which %s, %s%s", goroutine(t, alive->g, alive->start), did,
                       stuck_is(s, alive->g) ? "waits itself" : "cannot reach it any more", close);
    } else if (ngone) {
        Pos pos = 0;
        ledger_ended(s->rt, gone->g, &pos);
        if (!pos || is_std(s->rt, pos)) pos = gone->g == side->last.g ? side->last.pos : gone->pos;
        if (ngone == 1 && n == 1) finding_detail(t->f, pos, "%s, which %s, has returned%s", goroutine(t, gone->g, gone->start), did, close);
        else if (side->nparties > PARTIES) finding_detail(t->f, pos, "the goroutines that %s have returned%s", did, close);
        else finding_detail(t->f, pos, "the %u %sgoroutines that %s have returned%s", ngone, self ? "other " : "", did, close);
    } else if (self) finding_detail(t->f, 0, "only this goroutine itself has %s", did);
}

static void tell_chan(Tell *t, const G *g, const Want *w, bool alone) {
    Pos made;
    const Chan *c = w->chan;
    const struct StdChannel *std = std_channel(t, c);
    if (std && !w->send) {
        finding_detail(t->f, 0, "%s", std->why);
        found(t, std->cause, "");
        return;
    }
    const char *name = name_of(t, c, &made);
    if (made && alone) {
        if (w->send && c->cap) finding_detail(t->f, made, "%s was made with room for %llu, and is full: until then a send waits for nobody", quoted(t, name, "it"), (unsigned long long)c->cap);
        else if (w->send) finding_detail(t->f, made, "%s was made without a buffer: a send waits until somebody receives", quoted(t, name, "it"));
        else finding_detail(t->f, made, "%s was made here", quoted(t, name, "it"));
    }
    tell_partners(t, g, w);
    const ChanRec *r = ledger_chan_rec(c);
    if (w->send && !c->cap && r && r->side[0].nparties) found(t, CAUSE_RECEIVER_GONE, name);
    else if (!w->send) found(t, r && r->side[1].nparties && !(r->side[1].nparties == 1 && r->side[1].last.g == g->id) ? CAUSE_NOT_CLOSED : CAUSE_NO_SENDER, name);
    else found(t, c->cap ? CAUSE_NO_ROOM : CAUSE_NO_RECEIVER, name);
}

static void tell_holder(Tell *t, const G *g, const Want *w, const char *name, const Act *who, bool reading, bool in_cycle) {
    const char *how = reading ? " for reading" : "";
    if (who->g == g->id) {
        finding_detail(t->f, who->pos, "it has locked %s%s itself", quoted(t, name, "it"), how);
        if (w->reason == WAIT_RWMUTEX_W && reading) found(t, CAUSE_UPGRADE, name);
        else found(t, CAUSE_DOUBLE_LOCK, name);
        return;
    }
    const G *holder = stuck_live(t->s, who->g);
    const char *h = goroutine(t, who->g, who->start);
    if (!holder) {
        finding_detail(t->f, who->pos, "%s locked it%s and has returned without unlocking it", h, how);
        found(t, CAUSE_NEVER_UNLOCKED, name);
        return;
    }
    finding_detail(t->f, who->pos, "%s has locked it%s%s", h, how, stuck_is(t->s, who->g) ? ", and waits itself" : "");
    if (!in_cycle && stuck_is(t->s, who->g)) found(t, CAUSE_HOLDS_WHILE_WAITING, name);
}

// Do of a Once, whose function another goroutine runs, or this one itself.
static void tell_once(Tell *t, const G *g, const Act *who, const char *name) {
    if (who->g == g->id) {
        finding_detail(t->f, who->pos, "it runs the function of %s already: this Do is called from inside it, and waits for it to return", quoted(t, name, "that Once"));
        found(t, CAUSE_ONCE_AGAIN, name);
        return;
    }
    finding_detail(t->f, who->pos, "%s runs its function%s", goroutine(t, who->g, who->start), stuck_is(t->s, who->g) ? ", and waits itself" : "");
}

static void tell_lock(Tell *t, const G *g, const Want *w, bool in_cycle) {
    const char *name = name_of(t, w->object, NULL);
    const LedgerRec *r = ledger_find(t->s->rt, w->object);
    if (!t->s->rt->ledger) return;
    if (r && r->kind == LEDGER_LOCK && r->holder.g && is_in_once(t, g)) {
        tell_once(t, g, &r->holder, name);
        return;
    }
    if (!r || r->kind != LEDGER_LOCK) { // locked, and nobody did it
        finding_detail(t->f, 0, "nobody has locked %s: it is a copy of a lock that was locked when it was copied", quoted(t, name, "it"));
        found(t, CAUSE_COPY, name);
        return;
    }
    if (r->holder.g) {
        tell_holder(t, g, w, name, &r->holder, false, in_cycle);
        return;
    }
    bool self = false;
    Act who = {0};
    if (stuck_holder(t->s->rt, g, &who)) {
        self = who.g == g->id;
        if (w->reason == WAIT_RWMUTEX_R) {
            finding_detail(t->f, 0, "a writer waits for %s: new readers wait until it has had its turn", quoted(t, name, "the lock"));
            if (self) {
                finding_detail(t->f, who.pos, "and the writer waits for this goroutine, which has locked it for reading already");
                found(t, CAUSE_READ_AGAIN, name);
                return;
            }
        }
        tell_holder(t, g, w, name, &who, true, in_cycle);
    }
}

// Nobody is left who should call Done: it was called on a copy, or Add was too much.
static void tell_not_owed(Tell *t, const char *name) {
    Act a = ledger_copied_done(t->s->rt);
    if (!a.g) {
        found(t, CAUSE_ADD_TOO_MUCH, name);
        return;
    }
    finding_detail(t->f, a.pos, "%s called Done on a copy of a wait group, which nobody waits for", goroutine(t, a.g, a.start));
    found(t, CAUSE_COPY_DONE, name);
}

static void tell_wait_group(Tell *t, const Want *w) {
    const char *name = name_of(t, w->object, NULL);
    int64_t counter = (int32_t)(GUEST_LOAD(Word, w->object) >> 32);
    const LedgerRec *r = ledger_find(t->s->rt, w->object);
    if (!r || r->kind != LEDGER_WAITGROUP) {
        finding_detail(t->f, 0, "%s still counts %lld", quoted(t, name, "it"), (long long)counter);
        return;
    }
    finding_detail(t->f, r->add.pos, "%s still counts %lld: Add came to %lld, Done was called %lld time%s", quoted(t, name, "it"), (long long)counter,
                   (long long)r->added, (long long)r->done, r->done == 1 ? "" : "s");
    if (r->without.times) {
        const char *who = goroutine(t, r->without.g, r->without.start);
        if (r->without.times == 1) finding_detail(t->f, r->without.pos, "%s returned without Done", who);
        else finding_detail(t->f, r->without.pos, "%u goroutines returned without Done, %s was the first", r->without.times, who);
        found(t, CAUSE_DONE_MISSING, name);
    } else {
        // Those who have yet to call it are stuck, or there are none.
        uint32_t owe = 0;
        const G *first = NULL;
        for (uint32_t i = 0; i < t->s->nall; i++) {
            if (t->s->all[i]->handed == r && !owe++) first = t->s->all[i];
        }
        if (owe == 1) finding_detail(t->f, 0, "%s has not called Done yet, and waits itself", goroutine(t, first->id, first->start));
        else if (owe) finding_detail(t->f, 0, "%u goroutines have not called Done yet, and wait themselves", owe);
        else tell_not_owed(t, name);
    }
}

static void tell_cond(Tell *t, const G *g, const Want *w) {
    const char *name = name_of_want(t, g, w);
    const LedgerRec *r = ledger_find(t->s->rt, w->object);
    if (!t->s->rt->ledger) return;
    if (r && r->kind == LEDGER_COND && r->signal.g && r->in_vain) {
        finding_detail(t->f, r->signal.pos, "%s signalled when nobody waited: a signal is not kept", goroutine(t, r->signal.g, r->signal.start));
        found(t, CAUSE_LOST_SIGNAL, name);
    } else {
        if (!r || !r->signal.g) finding_detail(t->f, 0, "nobody has called Signal or Broadcast");
        found(t, CAUSE_NO_SIGNAL, name);
    }
}

static void tell_wants(Tell *t, const G *g, bool alone, bool in_cycle) {
    Want w[WANTS];
    uint32_t n = stuck_wants(g, w);
    if (!n) found(t, CAUSE_EMPTY_SELECT, "");
    for (uint32_t i = 0; i < n && i < SELECT_SHOWN; i++) {
        switch (w[i].reason) {
        case WAIT_CHAN_SEND: case WAIT_CHAN_RECV: tell_chan(t, g, &w[i], alone); break;
        case WAIT_SELECT:
            if (!w[i].chan) found(t, CAUSE_NIL, "");
            else if (n == 1) tell_chan(t, g, &w[i], alone);
            else if (std_channel(t, w[i].chan)) found(t, std_channel(t, w[i].chan)->cause, "");
            else found(t, w[i].send ? CAUSE_NO_RECEIVER : CAUSE_NO_SENDER, name_of(t, w[i].chan, NULL));
            break;
        case WAIT_CHAN_RECV_NIL:
            if (done_of(t, g)) {
                finding_detail(t->f, 0, "context.Background() and context.TODO(), and what WithValue makes of them, are never cancelled: their Done is nil");
                found(t, CAUSE_NEVER_CANCELLED, done_of(t, g));
            } else found(t, CAUSE_NIL, "");
            break;
        case WAIT_CHAN_SEND_NIL: found(t, CAUSE_NIL, ""); break;
        case WAIT_MUTEX: case WAIT_RWMUTEX_R: case WAIT_RWMUTEX_W: tell_lock(t, g, &w[i], in_cycle); break;
        case WAIT_WAITGROUP: tell_wait_group(t, &w[i]); break;
        case WAIT_COND: tell_cond(t, g, &w[i]); break;
        case WAIT_NONE: case WAIT_SELECT_EMPTY: case WAIT_ONCE: case WAIT_SEMA: case WAIT_SLEEP: case WAIT_IO: case WAIT_COUNT: break;
        }
    }
}

// --- groups

typedef struct Group {
    G *first;
    Pos pos;
    uint64_t n;
    bool same; // all wait for the same object
} Group;

static const void *object_of(const G *g) {
    Want w[WANTS];
    return stuck_wants(g, w) ? w[0].word : NULL;
}

static uint32_t find_groups(const Stuck *s, Group *out, uint64_t *left_out) {
    uint32_t n = 0;
    *left_out = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        G *g = s->g[i];
        Pos pos = ledger_pos(s->rt, g);
        if (g->go_pos && is_std(s->rt, pos)) pos = g->go_pos; // `go once.Do(f)`: nothing of the program's own is under way
        Group *at = NULL;
        for (uint32_t k = 0; k < n && !at; k++)
            if (out[k].pos == pos && out[k].first->wait_reason == g->wait_reason && out[k].first->start == g->start) at = &out[k];
        if (at) {
            at->n++;
            if (object_of(g) != object_of(at->first)) at->same = false;
        } else if (n == GROUPS) (*left_out)++;
        else out[n++] = (Group){g, pos, 1, true};
    }
    return n;
}

// A wait in the line of a go statement, by a goroutine that this line has not started: it stands in the arguments.
static void tell_go_argument(Tell *t, const G *g, Pos pos) {
    const Sources *sources = t->s->rt->options.sources;
    if (!sources || g->wait_reason != WAIT_CHAN_RECV) return;
    Place at = source_place(sources, pos), start = source_place(sources, g->go_pos);
    if (!at.file || at.file->is_std || (start.file == at.file && start.line == at.line)) return;
    uint32_t n;
    const char *line = source_line(at.file, at.line, &n);
    while (n && (*line == ' ' || *line == '\t')) line++, n--;
    if (n > 3 && !memcmp(line, "go ", 3)) finding_detail(t->f, 0, "the arguments of go are worked out here and now, before the new goroutine starts");
}

static void tell_group(Tell *t, const Group *x, bool alone, bool in_cycle) {
    Buf b;
    buf_init(&b);
    if (x->n == 1) buf_printf(&b, "%s waits ", goroutine(t, x->first->id, x->first->start));
    else {
        const char *name = start_name(t, x->first);
        buf_printf(&b, "%llu goroutines%s%s%s wait ", (unsigned long long)x->n, *name ? " (" : "", name, *name ? ")" : "");
    }
    put_wants(t, x->first, x->same, &b);
    FindingPart *p = finding_part(t->f, x->pos, x->first->id, "%s", buf_str(&b));
    p->count = x->n;
    buf_fini(&b);
    tell_go_argument(t, x->first, x->pos);
    tell_wants(t, x->first, alone, in_cycle);
}

// --- the cycle, and what to do

static bool tell_cycle(Tell *t) {
    G *c[CYCLE_MAX];
    uint32_t n = stuck_cycle(t->s, c, CYCLE_MAX);
    if (n < 2) return false;
    Buf b;
    buf_init(&b);
    for (uint32_t i = 0; i < n && i < CYCLE_SHOWN; i++)
        buf_printf(&b, "%s%llu", i ? ", which waits for " : "goroutine ", (unsigned long long)c[i]->id);
    if (n > CYCLE_SHOWN) buf_printf(&b, ", and so on through %u goroutines", n);
    if (n == 2) finding_why(t->f, "A cycle: goroutine %llu waits for goroutine %llu, and %llu for %llu.", (unsigned long long)c[0]->id, (unsigned long long)c[1]->id,
                            (unsigned long long)c[1]->id, (unsigned long long)c[0]->id);
    else finding_why(t->f, "A cycle: %s, which waits for goroutine %llu.", buf_str(&b), (unsigned long long)c[0]->id);
    buf_fini(&b);
    Want w[WANTS];
    stuck_wants(c[0], w);
    t->cause = CAUSE_NONE;
    found(t, CAUSE_LOCK_CYCLE, name_of(t, w[0].object, NULL));
    stuck_wants(c[1], w);
    t->thing2 = n == 2 ? name_of(t, w[0].object, NULL) : NULL;
    return true;
}

static void tell_help(Tell *t) {
    Finding *f = t->f;
    const char *x = t->thing;
    switch (t->cause) {
    case CAUSE_NONE: return;
    case CAUSE_LOCK_CYCLE:
        if (t->thing2 && strcmp(x, t->thing2)) finding_help(f, "take %s and %s in the same order everywhere", quoted(t, t->thing2, "the one lock"), quoted(t, x, "the other"));
        else finding_help(f, "give the locks an order and take them in that order everywhere");
        return;
    case CAUSE_ONCE_AGAIN: finding_help(f, "call %s.Do from outside its function only; what the function needs, call by its own name", in_code(x, "once")); return;
    case CAUSE_DOUBLE_LOCK:
        finding_help(f, "a goroutine cannot lock %s twice: unlock it first, or call a function that expects it to be locked", quoted(t, x, "the lock"));
        return;
    case CAUSE_UPGRADE: finding_help(f, "a read lock cannot become a write lock: RUnlock %s first and look again after Lock, or Lock at once", quoted(t, x, "the lock")); return;
    case CAUSE_READ_AGAIN: finding_help(f, "do not RLock %s again while this goroutine holds it", quoted(t, x, "the lock")); return;
    case CAUSE_HOLDS_WHILE_WAITING: finding_help(f, "unlock %s before waiting for another goroutine", quoted(t, x, "the lock")); return;
    case CAUSE_COPY: finding_help(f, "pass and keep locks, and structs with locks inside, by pointer"); return;
    case CAUSE_NIL: finding_help(f, "make the channel before it is used: `ch = make(chan T)`"); return;
    case CAUSE_NEVER_UNLOCKED: finding_help(f, "write `defer %s.Unlock()` right behind the Lock, so that every way out unlocks it", in_code(x, "mu")); return;
    case CAUSE_COPY_DONE: finding_help(f, "pass %s by pointer: a parameter of type *sync.WaitGroup, and &%s for it", quoted(t, x, "the wait group"), in_code(x, "wg")); return;
    case CAUSE_DONE_MISSING: finding_help(f, "begin the goroutine with `defer %s.Done()`, so that every way out calls it", in_code(x, "wg")); return;
    case CAUSE_ADD_TOO_MUCH: finding_help(f, "Add to %s exactly as many as there are goroutines that call Done", quoted(t, x, "the wait group")); return;
    case CAUSE_LOST_SIGNAL: finding_help(f, "set a variable before Signal, and Wait only while it is not set: `for !happened { %s.Wait() }`", in_code(x, "cond")); return;
    case CAUSE_TIMER: finding_help(f, "wait in a select that also receives from a channel which somebody closes when it is over"); return;
    case CAUSE_CONTEXT: finding_help(f, "call the context's cancel on every way: `defer cancel()` right behind WithCancel"); return;
    case CAUSE_NEVER_CANCELLED: finding_help(f, "make a context that can end: `ctx, cancel := context.WithCancel(%s)`, or WithTimeout", x); return;
    case CAUSE_NO_ROOM: finding_help(f, "receive from %s in another goroutine, or give it room for all that is sent", quoted(t, x, "the channel")); return;
    case CAUSE_RECEIVER_GONE:
        finding_help(f, "receive from %s as often as it is sent on, or give it room for all that is sent, or let the sender give up (a select with a done channel)", quoted(t, x, "the channel"));
        return;
    case CAUSE_NO_RECEIVER: finding_help(f, "receive from %s in another goroutine as long as somebody sends, or give it a buffer", quoted(t, x, "the channel")); return;
    case CAUSE_NOT_CLOSED: finding_help(f, "close(%s) when everything has been sent, or receive only as often as somebody sends", in_code(x, "ch")); return;
    case CAUSE_NO_SENDER: finding_help(f, "let another goroutine send on %s or close it, and start it (`go`) before waiting", quoted(t, x, "the channel")); return;
    case CAUSE_NO_SIGNAL: finding_help(f, "call Signal or Broadcast of %s after each change of what is waited for", quoted(t, x, "the condition")); return;
    case CAUSE_EMPTY_SELECT: finding_help(f, "`select {}` waits for ever; wait for something that ends, as a WaitGroup or a channel"); return;
    }
}

// Nobody has locked anything, and still nobody can go on.
static void tell_everyone_waits(Tell *t, uint32_t ngroups) {
    for (uint32_t i = 0; i < t->s->n; i++) {
        uint8_t r = t->s->g[i]->wait_reason;
        if (r != WAIT_CHAN_SEND && r != WAIT_CHAN_RECV && r != WAIT_SELECT) return;
    }
    if (ngroups > 1) finding_why(t->f, "No lock is needed for a deadlock: everyone waits for a channel that somebody else would have to use first.");
}

void stuck_tell(const Stuck *s, Finding *f) {
    Tell t = {.s = s, .f = f};
    Group groups[GROUPS];
    uint64_t left_out;
    G *cycle[CYCLE_MAX];
    bool in_cycle = stuck_cycle(s, cycle, CYCLE_MAX) > 1;
    uint32_t n = find_groups(s, groups, &left_out);
    for (uint32_t i = 0; i < n; i++) tell_group(&t, &groups[i], n <= 3, in_cycle);
    if (left_out) finding_part(f, 0, 0, "and %llu more goroutines elsewhere", (unsigned long long)left_out);
    if (!tell_cycle(&t) && f->kind == FINDING_DEADLOCK && (t.cause == CAUSE_NO_SENDER || t.cause == CAUSE_NO_RECEIVER)) tell_everyone_waits(&t, n);
    tell_help(&t);
}
