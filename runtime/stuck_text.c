// stuck_text.c — stuck goroutines in words. Goroutines that stand at the same place for the same reason are one group; the first of it is looked at
// closely. The help is that of the most telling cause that was met (stuck_help.c).
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/stuck_int.h"

enum { GROUPS = 8, SELECT_SHOWN = 3, CYCLE_MAX = 64, CYCLE_SHOWN = 8 };

static void found_of(Tell *t, Cause c, const char *thing, bool later) {
    if (t->cause != CAUSE_NONE && (t->cause < c || (t->cause == c && (later || !t->later)))) return;
    t->cause = c;
    t->thing = thing;
    t->later = later;
}
static void found(Tell *t, Cause c, const char *thing) { found_of(t, c, thing, false); }

// --- names (copies that live as long as the finding)

static const char *text(Tell *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static const char *text(Tell *t, const char *fmt, ...) {
    Buf b;
    buf_init(&b);
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    return stuck_keep(t, &b);
}

static const char *name_of(Tell *t, const void *object, Pos *made) {
    Named n;
    name_object(t->s->rt, object, &n);
    if (made) *made = n.pos;
    const char *s = arena_strndup(&t->f->arena, buf_str(&n.text), n.text.len);
    named_fini(&n);
    return s;
}

// Channels that std makes and that people wait for: what they are called, and why nothing comes.
static const struct StdChannel {
    const char *folder, *words, *why;
    Cause cause;
} std_channels[] = {
    {"time/", "the channel of a timer", "the timer does not run: it has fired, or was stopped, and Stop does not close the channel", CAUSE_TIMER},
    {"testing/", "other tests", NULL, CAUSE_NONE}, // it waits for them to end, or for its turn
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
static const char *goroutine(Tell *t, uint64_t id, const struct Func *start) {
    Buf b;
    buf_init(&b);
    const G *g = t->s->nall ? stuck_live(t->s, id) : NULL;
    if (g) name_live_goroutine(t->s->rt, g, &b);
    else name_goroutine(t->s->rt, id, start, &b);
    return stuck_keep(t, &b);
}

static const char *start_name(Tell *t, const G *g) {
    Buf b;
    buf_init(&b);
    const char *start = name_start(t->s->rt, g);
    if (start) name_func(start, &b);
    return stuck_keep(t, &b);
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

// Whether the Wait where g stands is the body of a loop: it looks at what it waits for before it waits.
static bool waits_in_loop(Tell *t, const G *g) {
    Place at = t->s->rt->options.sources ? source_place(t->s->rt->options.sources, ledger_pos(t->s->rt, g)) : (Place){0};
    enum { ABOVE = 4 };
    for (uint32_t line = at.line; at.file && line && line + ABOVE > at.line; line--) {
        uint32_t n;
        const char *p = source_line(at.file, line, &n);
        while (n && (*p == ' ' || *p == '\t')) p++, n--;
        if (n > 4 && !memcmp(p, "for ", 4)) return true;
        if (n && line < at.line && *p == '}') return false;
    }
    return false;
}

// --- what it waits for

// The nil channel that g waits for, as the source calls it.
static const NameOfSite *nil_channel(const Tell *t, const G *g) { return name_channel_at(t->s->rt, ledger_pos(t->s->rt, g)); }

static const char *nil_quoted(Tell *t, const G *g) {
    const NameOfSite *n = nil_channel(t, g);
    return n ? text(t, "the nil channel `%s`", n->text) : "a nil channel";
}

// The context whose Done g receives from, as the source calls it; NULL: something else stands there.
static const char *done_of(const Tell *t, const G *g) { return name_context_at(t->s->rt, ledger_pos(t->s->rt, g)); }

static const char *name_of_want(Tell *t, const G *g, const Want *w) {
    const char *name = w->chan ? name_of(t, w->chan, NULL) : w->object ? name_of(t, w->object, NULL) : "";
    return w->reason == WAIT_COND && stuck_is_nameless(name) ? waits_by_source(t, g) : name;
}

static void put_want(Tell *t, const G *g, const Want *w, bool first_name, Buf *b) {
    const char *name = name_of_want(t, g, w);
    const struct StdChannel *std = w->chan ? std_channel(t, w->chan) : NULL;
    if (std && !std->why) {
        buf_printf(b, "for %s", std->words);
        return;
    }
    if (std) {
        buf_printf(b, "%s %s%s", w->send ? "to send on" : w->reason == WAIT_SELECT ? "receive from" : "to receive from", std->words, first_name ? "" : " each");
        return;
    }
#define THING(one, some) (first_name ? stuck_quoted(t, name, one) : some)
    switch (w->reason) {
    case WAIT_CHAN_SEND: buf_printf(b, "to send on %s", THING("a channel", "a channel each")); return;
    case WAIT_CHAN_RECV: buf_printf(b, "to receive from %s", THING("a channel", "a channel each")); return;
    case WAIT_CHAN_SEND_NIL: buf_printf(b, "to send on %s, which nobody can receive from", nil_quoted(t, g)); return;
    case WAIT_CHAN_RECV_NIL:
        if (done_of(t, g)) buf_printf(b, "for the Done of the context `%s`, which is never cancelled", done_of(t, g));
        else buf_printf(b, "to receive from %s, which nobody can send on", nil_quoted(t, g));
        return;
    case WAIT_MUTEX:
        if (is_in_once(t, g)) buf_printf(b, "in Do of %s", THING("a sync.Once", "a sync.Once each"));
        else buf_printf(b, "to lock %s", THING("a mutex", "a mutex each"));
        return;
    case WAIT_RWMUTEX_R: buf_printf(b, "to lock %s for reading", THING("a lock", "a lock each")); return;
    case WAIT_RWMUTEX_W: buf_printf(b, "to lock %s for writing", THING("a lock", "a lock each")); return;
    case WAIT_WAITGROUP: buf_printf(b, "in Wait of %s", THING("a wait group", "a wait group each")); return;
    case WAIT_COND: buf_printf(b, "in Wait of %s%s", first_name && !stuck_is_nameless(name) ? "the sync.Cond " : "", THING("a sync.Cond", "a sync.Cond each")); return;
    case WAIT_ONCE: case WAIT_SEMA: buf_puts(b, "for a semaphore"); return;
    case WAIT_SELECT: buf_printf(b, "%s %s", w->send ? "send on" : "receive from", w->chan ? stuck_quoted(t, name, "a channel") : "nil"); return;
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
        const NameOfSite *nil = nil_channel(t, g);
        buf_printf(b, "in a select all of whose channels are nil%s%s", nil ? ": " : "", nil ? nil->text : "");
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

// The goroutines that were at the other end of c (called `it`), and what has become of them. True: one of them is there, and waits itself.
static bool tell_partners(Tell *t, const G *g, const Want *w, const char *it) {
    const Stuck *s = t->s;
    const ChanRec *r = ledger_chan_rec(w->chan);
    const ChanSide *side = r ? &r->side[w->send ? 0 : 1] : NULL;
    const char *did = text(t, "%s %s%s", w->send ? "received from" : "sent on", it, w->send && side && side->last.times == 1 ? " once" : "");
    const char *close = w->send ? "" : ", and nobody has closed it";
    uint32_t n = !side ? 0 : side->nparties < PARTIES ? side->nparties : PARTIES;
    if (!n && s->nall == 1 && t->f->kind == FINDING_DEADLOCK) {
        finding_detail(t->f, 0, "the only goroutine that could %s%s%s is this one, and it waits here", w->send ? "receive" : "send",
                       strcmp(it, "it") ? w->send ? " from " : " on " : "", strcmp(it, "it") ? it : "");
        return false;
    }
    if (!s->rt->ledger) return false;
    if (!n) {
        finding_detail(t->f, 0, "nobody has ever %s%s", did, close);
        return false;
    }
    const Act *gone = NULL, *alive = NULL, *last = &side->last;
    uint32_t ngone = 0;
    bool self = false, more = side->nparties > PARTIES;
    for (uint32_t i = 0; i < n; i++) {
        const Act *p = &side->parties[i];
        if (p->g == g->id) self = true;
        else if (stuck_live(s, p->g)) alive = alive ? alive : p;
        else ngone++, gone = p;
    }
    // Of many only the first are known, and the last.
    if (more && last->g == g->id) self = true;
    else if (more && !alive && stuck_live(s, last->g)) alive = last;
    if (alive) {
        bool waits = stuck_is(s, alive->g);
        finding_detail(t->f, alive->g == side->last.g ? side->last.pos : alive->pos, "%s, which %s, %s%s", goroutine(t, alive->g, alive->start), did,
                       waits ? "waits itself" : "cannot reach it any more", close);
        return waits;
    }
    if (ngone) {
        Pos pos = 0;
        ledger_ended(s->rt, gone->g, &pos);
        if (!pos || is_std(s->rt, pos)) pos = gone->g == side->last.g ? side->last.pos : gone->pos;
        if (more) finding_detail(t->f, pos, "the first %u goroutines that %s have returned%s", ngone, did, close);
        else if (ngone == 1) finding_detail(t->f, pos, "%s, which%s %s, has returned%s", goroutine(t, gone->g, gone->start), self ? " besides this one" : "", did, close);
        else finding_detail(t->f, pos, "the %u %sgoroutines that %s have returned%s", ngone, self ? "other " : "", did, close);
    } else if (self) finding_detail(t->f, 0, "only this goroutine itself has %s", did);
    return false;
}

// several: it is one case of a select with more.
static void tell_chan(Tell *t, const G *g, const Want *w, bool alone, bool several) {
    Pos made;
    const Chan *c = w->chan;
    const struct StdChannel *std = std_channel(t, c);
    if (std && !std->why) return;
    if (std && !w->send) {
        finding_detail(t->f, 0, "%s", std->why);
        found(t, std->cause, "");
        return;
    }
    const char *name = name_of(t, c, &made);
    if (made && t->nchannels < COUNT_OF(t->channel)) {
        t->channel[t->nchannels].name = name;
        t->channel[t->nchannels++].made = made;
    }
    if (made && alone && !several) {
        if (w->send && c->cap) finding_detail(t->f, made, "%s was made with room for %llu, and is full: until then a send waits for nobody", stuck_quoted(t, name, "it"), (unsigned long long)c->cap);
        else if (w->send) finding_detail(t->f, made, "%s was made without a buffer: a send waits until somebody receives", stuck_quoted(t, name, "it"));
        else finding_detail(t->f, made, "%s was made here", stuck_quoted(t, name, "it"));
    }
    bool later = tell_partners(t, g, w, several ? stuck_quoted(t, name, "the channel") : "it");
    const ChanRec *r = ledger_chan_rec(c);
    Cause cause;
    if (w->send && !c->cap && r && r->side[0].nparties) cause = CAUSE_RECEIVER_GONE;
    else if (!w->send) cause = r && r->side[1].nparties && !(r->side[1].nparties == 1 && r->side[1].last.g == g->id) ? CAUSE_NOT_CLOSED : CAUSE_NO_SENDER;
    else cause = c->cap ? CAUSE_NO_ROOM : CAUSE_NO_RECEIVER;
    found_of(t, cause, name, later);
}

// The lock was taken by the very Lock where g waits now, in a function that is not called within itself: an earlier call, or an earlier turn of a loop, has
// not given it back.
static bool came_here_before(const Tell *t, const G *g, const Act *who) {
    enum { FRAMES = 64 };
    FindingFrame f[FRAMES];
    const RuntimeHooks *h = t->s->rt->hooks;
    uint32_t n = h->frames && who->pos == ledger_pos(t->s->rt, g) ? h->frames(t->s->rt, g, f, FRAMES) : 0, at = 0, times = 0;
    while (at < n && at < FRAMES && f[at].pos != who->pos) at++;
    for (uint32_t i = 0; at < n && i < n && i < FRAMES; i++) times += !strcmp(f[i].func, f[at].func);
    return n <= FRAMES && times == 1;
}

// In the line behind the Lock at pos: `defer mu.Unlock()`. 0: something else.
static Pos deferred_unlock(const Tell *t, Pos pos) {
    Place at = t->s->rt->options.sources ? source_place(t->s->rt->options.sources, pos) : (Place){0};
    if (!at.file || at.line >= at.file->nlines) return 0;
    uint32_t n;
    const char *s = source_line(at.file, at.line + 1, &n), *defer = memmem(s, n, "defer ", 6);
    return defer && memmem(s, n, "Unlock()", 8) ? at.file->base + at.file->lines[at.line] + (Pos)(defer - s) : 0;
}

static void tell_holder(Tell *t, const G *g, const Want *w, const char *name, const Act *who, bool reading, bool in_cycle) {
    const char *how = reading ? " for reading" : "";
    if (who->g == g->id && came_here_before(t, g, who)) {
        finding_detail(t->f, who->pos, "it has locked %s%s here before, and has not unlocked it since", stuck_quoted(t, name, "it"), how);
        Pos late = deferred_unlock(t, who->pos);
        if (late) finding_detail(t->f, late, "this Unlock is made when the function returns, not at the end of the loop's turn");
        found(t, late ? CAUSE_UNLOCK_LATE : CAUSE_NEVER_UNLOCKED, name);
        return;
    }
    if (who->g == g->id) {
        finding_detail(t->f, who->pos, "it has locked %s%s itself", stuck_quoted(t, name, "it"), how);
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
        finding_detail(t->f, who->pos, "it runs the function of %s already: this Do is called from inside it, and waits for it to return", stuck_quoted(t, name, "that Once"));
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
        finding_detail(t->f, 0, "nobody has locked %s: it is a copy of a lock that was locked when it was copied", stuck_quoted(t, name, "it"));
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
            finding_detail(t->f, 0, "a writer waits for %s: new readers wait until it has had its turn", stuck_quoted(t, name, "the lock"));
            if (self) {
                finding_detail(t->f, who.pos, "and the writer waits for this goroutine, which has locked it for reading already");
                found(t, CAUSE_READ_AGAIN, name);
                return;
            }
        }
        tell_holder(t, g, w, name, &who, true, in_cycle);
    }
}

static void count_open(void *ctx, const LedgerRec *r) { *(uint32_t *)ctx += r->kind == LEDGER_WAITGROUP && r->added > r->done; }

// Nobody is left who should call Done: it was called on a copy, or Add was too much. Of which group the copy was made is known when no other one is open.
static void tell_not_owed(Tell *t, const char *name) {
    Act a = ledger_copied_done(t->s->rt);
    if (!a.g) {
        found(t, CAUSE_ADD_TOO_MUCH, name);
        return;
    }
    finding_detail(t->f, a.pos, "%s called Done on a copy of a wait group, which nobody waits for", goroutine(t, a.g, a.start));
    uint32_t open = 0;
    ledger_each(t->s->rt, count_open, &open);
    found(t, CAUSE_COPY_DONE, open == 1 ? name : "");
}

static void tell_wait_group(Tell *t, const Want *w) {
    const char *name = name_of(t, w->object, NULL);
    int64_t counter = (int32_t)(GUEST_LOAD(Word, w->object) >> 32);
    const LedgerRec *r = ledger_find(t->s->rt, w->object);
    if (!r || r->kind != LEDGER_WAITGROUP) {
        finding_detail(t->f, 0, "%s still counts %lld", stuck_quoted(t, name, "it"), (long long)counter);
        return;
    }
    finding_detail(t->f, r->add.pos, "%s still counts %lld: Add came to %lld, Done was called %lld time%s", stuck_quoted(t, name, "it"), (long long)counter,
                   (long long)r->added, (long long)r->done, r->done == 1 ? "" : "s");
    // Those who have yet to call it are stuck. Who was started beside them and has returned without need not have owed one.
    uint32_t owe = 0;
    const G *first = NULL;
    for (uint32_t i = 0; i < t->s->nall; i++) {
        if (t->s->all[i]->handed == r && !owe++) first = t->s->all[i];
    }
    if (owe == 1) finding_detail(t->f, 0, "%s has not called Done yet, and waits itself", goroutine(t, first->id, first->start));
    else if (owe) finding_detail(t->f, 0, "%u goroutines have not called Done yet, and wait themselves", owe);
    if (owe >= counter) return;
    if (!r->without.times) {
        if (!owe) tell_not_owed(t, name);
        return;
    }
    const char *who = goroutine(t, r->without.g, r->without.start);
    if (r->without.times == 1) finding_detail(t->f, r->without.pos, "%s returned without Done", who);
    else finding_detail(t->f, r->without.pos, "%u goroutines returned without Done, %s was the first", r->without.times, who);
    found(t, CAUSE_DONE_MISSING, name);
}

static void tell_cond(Tell *t, const G *g, const Want *w) {
    const char *name = name_of_want(t, g, w);
    const LedgerRec *r = ledger_find(t->s->rt, w->object);
    if (!t->s->rt->ledger) return;
    if (!r || r->kind != LEDGER_COND || !r->signal.g) {
        finding_detail(t->f, 0, "nobody has called Signal or Broadcast");
        found(t, CAUSE_NO_SIGNAL, name);
        return;
    }
    const char *who = goroutine(t, r->signal.g, r->signal.start);
    if (r->in_vain) finding_detail(t->f, r->signal.pos, "%s signalled when nobody waited: a signal is not kept", who);
    else finding_detail(t->f, r->signal.pos, "%s signalled last: before this Wait, or it woke another goroutine; nobody has signalled since", who);
    found(t, r->in_vain && !waits_in_loop(t, g) ? CAUSE_LOST_SIGNAL : CAUSE_NO_SIGNAL, name);
}

static void tell_nil(Tell *t, const G *g) {
    const NameOfSite *n = nil_channel(t, g);
    bool told = !n || !n->declared;
    for (const FindingPart *p = t->f->parts; p && !told; p = p->next) told = p->detail && p->pos == n->declared;
    if (!told) finding_detail(t->f, n->declared, "`%s` has been nil since it was declared: nothing has made it", n->text);
    if (n && n->param && !n->changes) finding_detail(t->f, 0, "`%s` is a parameter: the caller gave a nil channel", n->text);
    found(t, CAUSE_NIL, n && !n->param ? n->text : "");
    if (n && !n->param && t->cause == CAUSE_NIL && !*t->thing) t->thing = n->text;
}

// A `break` in a case of the select where g waits, as the source lays it out: it is taken for one that leaves the loop.
static void tell_break(Tell *t, const G *g) {
    Place at = t->s->rt->options.sources ? source_place(t->s->rt->options.sources, ledger_pos(t->s->rt, g)) : (Place){0};
    const SourceFile *file = at.file;
    uint32_t n, indent = 0;
    const char *text = file && !file->is_std ? source_line(file, at.line, &n) : "";
    while (text[indent] == '\t' || text[indent] == ' ') indent++;
    if (strncmp(text + indent, "select {", 8) != 0) return;
    bool nested = false;
    for (uint32_t line = at.line + 1; line <= file->nlines; line++) {
        const char *s = source_line(file, line, &n);
        uint32_t in = 0;
        while (in < n && (s[in] == '\t' || s[in] == ' ')) in++;
        if (in == n) continue;
        if (in <= indent && s[in] == '}') return;
        if (in == indent) nested = false; // case, default
        nested |= !strncmp(s + in, "for ", 4) || !strncmp(s + in, "switch ", 7) || !strncmp(s + in, "select ", 7);
        while (n > in && (s[n - 1] == ' ' || s[n - 1] == '\r')) n--;
        if (nested || n - in != 5 || memcmp(s + in, "break", 5) != 0) continue;
        finding_detail(t->f, file->base + file->lines[line - 1] + in, "`break` in a case leaves the select, not a loop around it: for that the loop needs a label, or return");
        return;
    }
}

static void tell_wants(Tell *t, const G *g, bool alone, bool in_cycle) {
    Want w[WANTS];
    uint32_t n = stuck_wants(g, w);
    if (!n) found(t, CAUSE_EMPTY_SELECT, "");
    if (n && w[0].reason == WAIT_SELECT) tell_break(t, g);
    for (uint32_t i = 0; i < n && i < SELECT_SHOWN; i++) {
        switch (w[i].reason) {
        case WAIT_CHAN_SEND: case WAIT_CHAN_RECV: tell_chan(t, g, &w[i], alone, false); break;
        case WAIT_SELECT:
            if (!w[i].chan && nil_channel(t, g) && nil_channel(t, g)->changes) found(t, CAUSE_ALL_NIL, "");
            else if (!w[i].chan) found(t, CAUSE_NIL, "");
            else if (n == 1 || alone) tell_chan(t, g, &w[i], alone, n > 1);
            else if (std_channel(t, w[i].chan)) found(t, std_channel(t, w[i].chan)->cause, "");
            else found(t, w[i].send ? CAUSE_NO_RECEIVER : CAUSE_NO_SENDER, name_of(t, w[i].chan, NULL));
            break;
        case WAIT_CHAN_RECV_NIL:
            if (done_of(t, g)) {
                finding_detail(t->f, 0, "context.Background() and context.TODO(), and what WithValue makes of them, are never cancelled: their Done is nil");
                found(t, CAUSE_NEVER_CANCELLED, done_of(t, g));
            } else tell_nil(t, g);
            break;
        case WAIT_CHAN_SEND_NIL: tell_nil(t, g); break;
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
    for (uint32_t i = 0; i < n; i++)
        if (is_in_once(t, c[i]) && stuck_wants(c[i], w)) t->once = name_of(t, w[0].object, NULL);
    stuck_wants(c[0], w);
    t->cause = CAUSE_NONE;
    found(t, CAUSE_LOCK_CYCLE, name_of(t, w[0].object, NULL));
    stuck_wants(c[1], w);
    t->thing2 = n == 2 ? name_of(t, w[0].object, NULL) : NULL;
    return true;
}

// Nobody has locked anything, and still nobody can go on.
static void tell_everyone_waits(Tell *t, uint32_t ngroups) {
    for (uint32_t i = 0; i < t->s->n; i++) {
        uint8_t r = t->s->g[i]->wait_reason;
        if (r != WAIT_CHAN_SEND && r != WAIT_CHAN_RECV && r != WAIT_SELECT) return;
        Want w[WANTS];
        if (stuck_wants(t->s->g[i], w) && w[0].chan && std_channel(t, w[0].chan)) return;
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
    stuck_help(&t);
}
