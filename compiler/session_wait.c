// session_wait.c — declarations that come before what they need. A function, method or type whose only fault is that it uses names which do not
// exist yet is left out of its input and kept as it was parsed; a later input that declares one of the names is checked together with it.
//
// An input is therefore checked again and again, each time without the declarations that cannot be had yet, until what is left is right, or is wrong in a
// way that waiting does not mend. Each round leaves out at least one more, so there is an end; an input without such faults needs one round.
#include <stdlib.h>
#include <string.h>

#include "compiler/session_int.h"
#include "grammar/clone.h"

// ---- names ----

static const Expr *receiver(const Decl *d) { // T or T[P] of a method
    const Expr *e = d->kind == D_FUNC && d->u.func.recv ? d->u.func.recv->type : NULL;
    while (e && (e->kind == E_STAR || e->kind == E_PAREN)) e = e->kind == E_STAR ? e->u.star.x : e->u.paren.x;
    return e;
}

static const Name *base_name(const Decl *d) {
    const Expr *e = receiver(d);
    if (e && e->kind == E_INDEX) e = e->u.index.x;
    return e && e->kind == E_NAME ? e->u.name.name : NULL;
}

static bool is_type_parameter(const Decl *d, const Name *name) { // of a receiver
    const Expr *e = receiver(d);
    for (uint32_t i = 0; e && e->kind == E_INDEX && i < e->u.index.indices.len; i++)
        if (e->u.index.indices.items[i]->kind == E_NAME && e->u.index.indices.items[i]->u.name.name == name) return true;
    return false;
}

static const char *full_name(Session *s, const Waiting *w) {
    return w->of ? arena_printf(&s->out, "%s.%s", w->of->text, w->name->text) : w->name->text;
}

static const Name *decl_name(const Decl *d) { return d->kind == D_FUNC ? d->u.func.name.name : d->u.type.name.name; }

static bool same_thing(const Waiting *w, const Decl *d) {
    if (d->kind != D_FUNC && d->kind != D_TYPE) return false;
    return decl_name(d) == w->name && base_name(d) == w->of;
}

typedef struct Names {
    const Name **items;
    uint32_t n, cap;
} Names;

static void add_name(Session *s, Names *l, const Name *name) {
    if (name) PUSH(&s->c, l->items, l->n, l->cap, name);
}

static bool has_name(const Names *l, const Name *name) {
    for (uint32_t i = 0; i < l->n; i++)
        if (l->items[i] == name) return true;
    return false;
}

static void names_of_decl(Session *s, Names *l, const Decl *d) {
    switch ((DeclKind)d->kind) {
    case D_FUNC: add_name(s, l, d->u.func.name.name); break;
    case D_TYPE: add_name(s, l, d->u.type.name.name); break;
    case D_CONST: case D_VAR:
        for (uint32_t i = 0; i < d->u.value.nnames; i++) add_name(s, l, d->u.value.names[i].name);
        break;
    case D_IMPORT: add_name(s, l, d->u.import.name.name); break;
    case D_BAD: break;
    }
}

static void names_of_input(Session *s, Names *l, const File *f) {
    for (uint32_t i = 0; i < f->ndecls; i++) names_of_decl(s, l, f->decls[i]);
    for (uint32_t i = 0; i < f->script.len; i++) {
        const Stmt *st = f->script.items[i];
        for (uint32_t k = 0; st->kind == S_DECL && k < st->u.decl.len; k++) names_of_decl(s, l, st->u.decl.items[k]);
        for (uint32_t k = 0; st->kind == S_DEFINE && k < st->u.define.lhs.len; k++)
            if (st->u.define.lhs.items[k]->kind == E_NAME) add_name(s, l, st->u.define.lhs.items[k]->u.name.name);
    }
}

// ---- who is tried again ----

static bool may_be_ready(const Waiting *w, const Names *declared) {
    for (uint32_t i = 0; i < w->nmissing; i++)
        if (has_name(declared, w->missing[i].name) || (w->missing[i].of && has_name(declared, w->missing[i].of))) return true;
    return false;
}

void wait_choose(Session *s, const File *f, Attempt *a) {
    *a = (Attempt){0};
    if (!s->waiting) return;
    Names declared = {0};
    names_of_input(s, &declared, f);
    bool more = declared.n > 0;
    while (more) { // one that is tried may be what another waits for
        more = false;
        for (const Waiting *w = s->waiting; w; w = w->next) {
            bool chosen = false;
            for (uint32_t i = 0; i < a->ntried && !chosen; i++) chosen = a->tried[i] == w;
            for (uint32_t i = 0; i < f->ndecls && !chosen; i++) chosen = same_thing(w, f->decls[i]); // it is replaced
            if (chosen || !may_be_ready(w, &declared)) continue;
            PUSH(&s->c, a->tried, a->ntried, a->tried_cap, w);
            add_name(s, &declared, w->name);
            more = true;
        }
    }
    free(declared.items);
}

// ---- a round ----

static bool left_out(const Attempt *a, const Decl *d) {
    for (uint32_t i = 0; i < a->nout; i++)
        if (a->out[i]->decl->pos == d->pos) return true;
    return false;
}

static uint32_t keep_decls(const Attempt *a, Decl **items, uint32_t n) {
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!left_out(a, items[i])) items[k++] = items[i];
    return k;
}

void wait_prepare(Session *s, File *f, const Attempt *a) {
    f->ndecls = keep_decls(a, f->decls, f->ndecls);
    for (uint32_t i = 0; i < f->script.len; i++) {
        Stmt *st = f->script.items[i];
        if (st->kind != S_DECL) continue;
        st->u.decl.len = keep_decls(a, st->u.decl.items, st->u.decl.len);
    }
    if (!a->ntried) return;
    Decl **all = arena_array(&s->p.arena, Decl *, f->ndecls + a->ntried);
    uint32_t n = 0;
    const Cloner cl = {.arena = &s->p.arena};
    for (uint32_t i = 0; i < a->ntried; i++)
        if (!left_out(a, a->tried[i]->decl)) all[n++] = clone_decl(&cl, a->tried[i]->decl, true);
    if (f->ndecls) memcpy(all + n, f->decls, f->ndecls * sizeof *all);
    f->decls = all;
    f->ndecls += n;
}

// ---- what was wrong ----

static const Decl *decl_at(const File *f, Pos pos) {
    for (uint32_t i = 0; i < f->ndecls; i++)
        if (f->decls[i]->kind == D_FUNC || f->decls[i]->kind == D_TYPE)
            if (pos >= f->decls[i]->pos && pos < f->decls[i]->end) return f->decls[i];
    for (uint32_t i = 0; i < f->script.len; i++) {
        const Stmt *st = f->script.items[i];
        for (uint32_t k = 0; st->kind == S_DECL && k < st->u.decl.len; k++)
            if (st->u.decl.items[k]->kind == D_TYPE && pos >= st->u.decl.items[k]->pos && pos < st->u.decl.items[k]->end) return st->u.decl.items[k];
    }
    return NULL;
}

static const Waiting *tried_at(const Attempt *a, Pos pos) {
    for (uint32_t i = 0; i < a->ntried; i++)
        if (pos >= a->tried[i]->decl->pos && pos < a->tried[i]->decl->end) return a->tried[i];
    return NULL;
}

static const Missing *missing_at(const Session *s, Pos pos) {
    for (uint32_t i = 0; i < s->trial.nmissing; i++)
        if (s->trial.missing[i].pos == pos) return &s->trial.missing[i];
    return NULL;
}

// "odd", "odd and Point.Z": each once.
static const char *needs_text(Session *s, const Waiting *w) {
    Buf b;
    buf_init(&b);
    for (uint32_t i = 0; i < w->nmissing; i++) {
        if (i) buf_puts(&b, i + 1 == w->nmissing ? " and " : ", ");
        if (w->missing[i].of) buf_printf(&b, "%s.", w->missing[i].of->text);
        buf_puts(&b, w->missing[i].name->text);
    }
    const char *text = arena_strndup(&s->p.arena, buf_str(&b), b.len);
    buf_fini(&b);
    return text;
}

static bool knows(const Waiting *w, const Missing *m) {
    for (uint32_t i = 0; i < w->nmissing; i++)
        if (w->missing[i].name == m->name && w->missing[i].of == m->of) return true;
    return false;
}

// A declaration that waits, with all that it is missing.
static Waiting *new_waiting(Session *s, const Decl *d, const Diag **hint) {
    Arena *a = &s->p.arena;
    Waiting *w = arena_new(a, Waiting);
    w->name = decl_name(d);
    w->of = base_name(d);
    w->missing = arena_array(a, Missing, s->trial.nmissing);
    for (uint32_t i = 0; i < s->p.diags.count; i++) {
        const Diag *e = &s->p.diags.items[i];
        const Missing *m = e->pos >= d->pos && e->pos < d->end ? missing_at(s, e->pos) : NULL;
        if (!m || knows(w, m) || is_type_parameter(d, m->name)) continue;
        w->missing[w->nmissing++] = *m;
        if (e->help && !strncmp(e->help, "did you mean", 12)) *hint = e;
    }
    w->needs = needs_text(s, w);
    return w;
}

static void leave_out(Session *s, Attempt *a, Waiting *w, const char *note) {
    w->note = note;
    PUSH(&s->c, a->out, a->nout, a->out_cap, w);
    w->next = s->trial.waiting; // for the next round's messages
    s->trial.waiting = w;
}

static void leave_out_own(Session *s, Attempt *a, const Decl *d) {
    if (left_out(a, d)) return;
    const Diag *hint = NULL;
    Waiting *w = new_waiting(s, d, &hint);
    w->decl = d;
    bool many = w->nmissing > 1;
    leave_out(s, a, w, arena_printf(&s->out, "%s is kept: it needs %s, which %s not declared yet%s%s%s", full_name(s, w), w->needs, many ? "are" : "is",
                                    hint ? " (" : "", hint ? hint->help : "", hint ? ")" : ""));
}

static void leave_out_tried(Session *s, Attempt *a, const Waiting *old, const Diag *e) {
    if (left_out(a, old->decl)) return;
    const Diag *hint = NULL;
    Waiting *w = new_waiting(s, old->decl, &hint);
    w->decl = old->decl;
    const char *note = NULL;
    if (!w->nmissing) { // what it waited for is there, and does not fit
        w->missing = old->missing;
        w->nmissing = old->nmissing;
        w->needs = old->needs;
        note = arena_printf(&s->out, "%s still cannot be used: %s", full_name(s, old), e->message);
    }
    leave_out(s, a, w, note);
}

static bool only_missing(const Session *s, const Decl *d) {
    for (uint32_t i = 0; i < s->p.diags.count; i++) {
        const Diag *e = &s->p.diags.items[i];
        if (e->severity == SEV_ERROR && e->pos >= d->pos && e->pos < d->end && !missing_at(s, e->pos)) return false;
    }
    return true;
}

bool wait_leave_out(Session *s, const File *f, Attempt *a) {
    uint32_t before = a->nout;
    for (uint32_t i = 0; i < s->p.diags.count; i++) {
        const Diag *e = &s->p.diags.items[i];
        if (e->severity != SEV_ERROR) continue;
        const Waiting *old = tried_at(a, e->pos);
        const Decl *own = old || !missing_at(s, e->pos) ? NULL : decl_at(f, e->pos);
        if (old) leave_out_tried(s, a, old, e);
        else if (own && only_missing(s, own)) leave_out_own(s, a, own);
    }
    return a->nout > before;
}

// ---- the end ----

// Checking writes into a tree; what is checked again later begins with one that was only parsed.
static const Decl *parsed_anew(Session *s, const File *f, const Decl *d) {
    if (d->pos < f->source->base || d->pos > f->source->base + f->source->len) return d; // of an earlier input, and only copies of it were checked
    return decl_at(parse_file(f->source, &s->p.arena, &s->p.names, &s->p.diags), d->pos);
}

// What waits when the input is in: those of before, but for what is ready or was declared anew; and what had to be left out.
void wait_settle(Session *s, const File *f, Attempt *a) {
    const Waiting *list = NULL;
    for (const Waiting *w = s->waiting; w; w = w->next) {
        bool gone = false;
        for (uint32_t i = 0; i < a->ntried && !gone; i++) gone = a->tried[i] == w;
        for (uint32_t i = 0; i < f->ndecls && !gone; i++) gone = same_thing(w, f->decls[i]);
        for (uint32_t i = 0; i < a->nout && !gone; i++) gone = a->out[i]->name == w->name && a->out[i]->of == w->of;
        if (gone) continue;
        Waiting *copy = arena_new(&s->p.arena, Waiting);
        *copy = *w;
        copy->next = list;
        list = copy;
    }
    for (uint32_t i = 0; i < a->nout; i++) {
        Waiting *w = arena_new(&s->p.arena, Waiting);
        *w = *a->out[i];
        w->decl = parsed_anew(s, f, w->decl);
        w->note = NULL;
        w->next = list;
        list = w;
        if (a->out[i]->note) session_note(s, "%s", a->out[i]->note);
    }
    for (uint32_t i = 0; i < a->ntried; i++)
        if (!left_out(a, a->tried[i]->decl)) session_note(s, "%s can be used now", full_name(s, a->tried[i]));
    s->waiting = list;
}
