// Cases of a select that can never be taken, decided from the whole program: the channel is a variable without a value that nothing is ever
// assigned to (nil: it is never ready), or a channel made at its declaration that the program only receives from or only sends to, or
// a timer made for this very look at the cases, beside a default. One that only waits among others may be meant (a program that shows
// a time-out has nobody who answers), so that is a note. And the note on `go f(<-c)`.
#include "compiler/lint_facts.h"

typedef enum Fate { ALIVE, NIL, NO_SENDER, NO_RECEIVER, NEW_TIMER } Fate;

static bool steady(const Object *v) {
    return v && !v->assigns && !v->addr_taken && !v->is_param && !v->is_result && !v->is_receiver;
}

static bool is_made(const Expr *e, bool *buffered) {
    e = lint_bare(e);
    if (!e || e->kind != E_CALL || e->u.call.builtin != B_MAKE) return false;
    int64_t n = 0;
    *buffered = e->u.call.args.len > 1 && !(e->u.call.args.items[1]->cv && const_int64(e->u.call.args.items[1]->cv, &n) && n == 0);
    return true;
}

static const Expr *channel_of(const CommClause *c) {
    const Expr *from = lint_received_from(c->comm);
    return from ? from : c->comm && c->comm->kind == S_SEND ? c->comm->u.send.chan : NULL;
}

static bool is_new_timer(const Expr *chan) {
    const Expr *call = lint_call(chan);
    int64_t ns;
    if (!call || !lint_is_func(lint_callee(call), "time", "After") || call->u.call.args.len != 1) return false;
    return call->u.call.args.items[0]->cv && const_int64(call->u.call.args.items[0]->cv, &ns) && ns > 0;
}

static Fate fate(const Lint *l, const CommClause *c, bool has_default) {
    const Expr *chan = channel_of(c);
    if (!chan) return ALIVE;
    bool sends = c->comm->kind == S_SEND, buffered;
    if (!sends && has_default && is_new_timer(chan)) return NEW_TIMER;
    const Object *v = lint_var(chan);
    const Fact *f = facts_find(l, v);
    if (!f || !f->declared || !steady(v)) return ALIVE;
    if (!f->init) return NIL;
    if (!is_made(f->init, &buffered)) return ALIVE;
    if (!sends && f->uses == f->receives + f->lengths) return NO_SENDER;
    return sends && !buffered && f->uses == f->sends + f->lengths ? NO_RECEIVER : ALIVE;
}

static void tell(Lint *l, const CommClause *c, Fate why) {
    const Expr *chan = channel_of(c);
    const Object *v = lint_var(chan);
    const char *name = lint_text(l, chan);
    Diag *d;
    switch (why) {
    case ALIVE: return;
    case NEW_TIMER:
        d = lint_warn(l, c->pos, c->colon, "this case is never taken: its timer has only just begun, and default does not wait");
        lint_help(l, d, "make the channel once, before: timeout := %s", name);
        return;
    case NIL:
        d = lint_warn(l, c->pos, c->colon, "this case is never taken: %s is nil, for nothing is ever assigned to it", name);
        lint_label(l, d, v->pos, "declared here, without a value");
        lint_help(l, d, "make the channel: %s = make(%s)", name, lint_type(l, v->type));
        return;
    case NO_SENDER:
        d = lint_note(l, c->pos, c->colon, "this case is never taken: nothing sends to %s or closes it", name);
        lint_label(l, d, v->pos, "the program only receives from it");
        lint_help(l, d, "send to it or close it somewhere, or remove the case");
        return;
    case NO_RECEIVER:
        d = lint_note(l, c->pos, c->colon, "this case is never taken: nothing receives from %s", name);
        lint_label(l, d, v->pos, "it has no buffer, and the program only sends to it");
        lint_help(l, d, "receive from it somewhere, or remove the case");
        return;
    }
}

void lint_select_stmt(Lint *l, Stmt *s) {
    uint32_t n = s->kind == S_SELECT ? s->u.select.ncases : 0, dead = 0;
    bool has_default = false;
    for (uint32_t i = 0; i < n; i++) has_default |= !s->u.select.cases[i].comm;
    for (uint32_t i = 0; i < n; i++) dead += s->u.select.cases[i].comm && fate(l, &s->u.select.cases[i], has_default);
    if (n && dead == n) {
        Diag *d = lint_warn(l, s->pos, 0, "this select waits for ever: none of its cases can ever be taken");
        Fate why = fate(l, &s->u.select.cases[0], false);
        const char *name = lint_text(l, channel_of(&s->u.select.cases[0]));
        lint_label(l, d, s->u.select.cases[0].pos, why == NIL ? "%s is nil: nothing is ever assigned to it"
                   : why == NO_SENDER ? "nothing sends to %s or closes it" : "nothing receives from %s", name);
        lint_help(l, d, "to wait for ever on purpose, write select {}");
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        if (s->u.select.cases[i].comm) tell(l, &s->u.select.cases[i], fate(l, &s->u.select.cases[i], has_default));
}

// ---- go f(<-c)

static bool find_receive(Walk *w, Expr *e) {
    if (e->kind == E_UNARY && e->op == OPR_RECV && !*(Expr **)w->p) *(Expr **)w->p = e;
    return e->kind != E_FUNCLIT;
}

void lint_go_argument_stmt(Lint *l, Stmt *s) {
    if (s->kind != S_GO && s->kind != S_DEFER) return;
    const Expr *call = lint_bare(s->u.go.call);
    if (call->kind != E_CALL) return;
    Expr *receive = NULL;
    Walk w = {.expr = find_receive, .p = &receive};
    for (uint32_t i = 0; i < call->u.call.args.len; i++) walk_expr(&w, call->u.call.args.items[i]);
    if (!receive) return;
    bool go = s->kind == S_GO;
    Diag *d = lint_note(l, receive->start, receive->end, "%s is received here and now: %s", lint_text(l, receive->u.unary.x),
                        go ? "the goroutine that says go waits for it, not the new one" : "not when the deferred call is made");
    lint_help(l, d, "to receive later, do it in a function literal: %s func() { ... }()", go ? "go" : "defer");
}
