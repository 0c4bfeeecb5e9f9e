// session.c — see session.h. One Program, one Checker and one generator live as long as the session; an input goes through all of them once.
//
// What an input declares is checked in scopes of its own around which everything declared before stands (Past, scope.h). It is a part of the session
// only when nothing was wrong with it: until then check_input.c can take all of it back.
#include "compiler/session.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/lint.h"
#include "compiler/session_int.h"
#include "std/embed.h"

enum { MANY_FILES = 1 << 22 }; // texts of one session

Session *session_new(const SessionOptions *o) {
    Session *s = xcalloc(1, sizeof *s);
    s->o = *o;
    checker_init(&s->c, &s->p, o->lang_minor);
    sources_reserve(&s->p.sources, MANY_FILES);
    past_init(&s->past);
    arena_init(&s->out);
    s->trial.past = &s->past;
    s->c.trial = &s->trial;
    Package *main = s->main = s->p.main = arena_new(&s->p.arena, Package);
    main->path = "main";
    main->name = s->c.n_main;
    main->is_script = true;
    PUSH(&s->c, s->c.pkgs, s->c.npkgs, s->c.pkgs_cap, main);
    s->p.packages = arena_array(&s->p.arena, Package *, embedded_count + 2);
    const GenOptions g = {.bind = o->bind};
    s->growing = growing_new(&s->p, &g);
    return s;
}

void session_free(Session *s) {
    if (!s) return;
    while (s->last) {
        Step *step = s->last;
        s->last = step->before;
        free(step->replaced);
        free(step->attached);
        free(step);
    }
    free(s->grown.patches);
    growing_free(s->growing);
    input_keep(&s->c);
    checker_fini(&s->c);
    s->p.packages[s->p.npackages++] = s->main;
    program_fini(&s->p);
    past_fini(&s->past);
    arena_fini(&s->out);
    free(s);
}

Module *session_module(Session *s) { return growing_module(s->growing); }

// ---- the parts of an input ----

static void forget_diags(Session *s) {
    diags_fini(&s->p.diags);
    diags_init(&s->p.diags, &s->p.sources);
}

void session_begin(Session *s, SessionInput *out) {
    arena_fini(&s->out);
    arena_init(&s->out);
    forget_diags(s);
    *out = (SessionInput){.status = SESSION_NOTHING, .diags = &s->p.diags};
    s->notes_tail = &out->notes;
}

File *session_parse(Session *s, const char *name, const char *text, size_t len) {
    const SourceFile *src = s->p.sources.nfiles < MANY_FILES ? sources_add(&s->p.sources, name, text, len, false) : NULL;
    if (!src || growing_full(s->growing)) {
        diag_add(&s->p.diags, DIAG_NOT_GENERATED, 0, 0, "this session has become too long: begin a new one");
        return NULL;
    }
    s->trial.base = src->base;
    File *f = parse_file(src, &s->p.arena, &s->p.names, &s->p.diags);
    if (f->package.name && f->package.name != s->c.n_main)
        check_error(&s->c, DIAG_NO_MAIN, f->package.pos, f->package.pos + f->package.name->len, "package %s is not a main package", f->package.name->text);
    return f;
}

void session_check(Session *s, File *f) {
    input_check(&s->c, f);
    for (uint32_t i = 0; i < s->c.npkgs; i++) // what it loaded, right or wrong, is there for good
        if (s->c.pkgs[i] != s->main) package_list(&s->c, s->c.pkgs[i]);
}

static bool is_empty(const File *f) { return !f->ndecls && !f->script.len && !f->package.name; }

// Functions and methods that have only got another body.
static void find_replaced(Session *s, Step *step) {
    Replaced *r = NULL;
    uint32_t n = 0, cap = 0;
    for (uint32_t i = s->trial.first_object; i < s->main->nobjects; i++) {
        Object *o = s->main->objects[i];
        if (o->kind != O_FUNC || o->info_decl->is_method || o->is_init || o->info_decl->generic || o->name == s->c.blank) continue;
        Object *old = past_find(&s->past, o->name, s->past.n);
        if (!old || old->kind != O_FUNC || old->info_decl->generic || old->pkg != s->main || !type_identical(old->type, o->type)) continue;
        PUSH(&s->c, r, n, cap, ((Replaced){.old = old, .now = o}));
    }
    for (uint32_t i = 0; i < s->trial.nattached; i++) {
        const Attached *a = &s->trial.attached[i];
        if (a->old && !a->type->generic) PUSH(&s->c, r, n, cap, ((Replaced){.old = a->old, .now = a->method}));
    }
    step->replaced = r;
    step->nreplaced = n;
}

static int by_pos(const void *a, const void *b) {
    const Object *x = *(Object *const *)a, *y = *(Object *const *)b;
    return x->pos < y->pos ? -1 : x->pos > y->pos;
}

// The input's names become the session's, in source order.
static void take_names(Session *s) {
    Object **all = NULL;
    uint32_t n = 0, cap = 0;
    for (Scope *scope = s->trial.scope; scope && !scope->past; scope = scope->parent)
        for (uint32_t i = 0, left = scope->count; left; i++)
            if (scope->items[i]) {
                PUSH(&s->c, all, n, cap, scope->items[i]);
                left--;
            }
    if (n) qsort(all, n, sizeof *all, by_pos);
    for (uint32_t i = 0; i < n; i++) past_add(&s->past, all[i]);
    free(all);
}

static const char *source_of(Session *s, const Expr *x) {
    Place p = source_place(&s->p.sources, x->start);
    return p.file ? arena_strndup(&s->out, p.file->text + (x->start - p.file->base), x->end - x->start) : "";
}

static SessionValue *list_values(Session *s) {
    SessionValue *first = NULL, **tail = &first;
    for (const Shown *sh = s->trial.shown; sh; sh = sh->next) {
        if (sh->note) session_note(s, "%s", sh->note);
        const char *text = source_of(s, sh->x);
        for (uint32_t i = 0; i < sh->nvars; i++) {
            Object *o = sh->vars[i];
            SessionValue *v = *tail = arena_new(&s->out, SessionValue);
            v->text = text;
            v->variable = sh->is_variable ? o->name->text : NULL;
            v->type = type_str(&s->out, o->type, s->main);
            v->rtype = growing_type(s->growing, o->type);
            v->global = growing_global(s->growing, o);
            tail = &v->next;
        }
    }
    return first;
}

static SessionPatch *list_patches(Session *s) {
    SessionPatch *first = NULL, **tail = &first;
    for (uint32_t i = 0; i < s->grown.npatches; i++) {
        const Patch *from = &s->grown.patches[i];
        SessionPatch *p = *tail = arena_new(&s->out, SessionPatch);
        p->kind = from->func ? PATCH_FUNC : PATCH_METHODS;
        p->index = from->index;
        p->func = from->func;
        p->methods = from->methods;
        p->nmethods = from->nmethods;
        tail = &p->next;
    }
    return first;
}

static void free_step(Step *step) {
    free(step->replaced);
    free(step);
}

// The input checked without errors, but for what has to wait; *f: what was checked at last. False: it is wrong, and taken back.
static bool check_in_rounds(Session *s, File **f, Attempt *a) {
    s->trial.waiting = s->waiting;
    wait_choose(s, *f, a);
    for (;;) {
        wait_prepare(s, *f, a);
        session_check(s, *f);
        if (!s->p.diags.errors) return true;
        bool again = wait_leave_out(s, *f, a);
        input_take_back(&s->c);
        if (!again) return false;
        forget_diags(s);
        *f = parse_file((*f)->source, &s->p.arena, &s->p.names, &s->p.diags);
    }
}

// The input as it was parsed, into the session. False: it was wrong.
static bool take_in(Session *s, File *f, Attempt *a, SessionInput *out) {
    if (!check_in_rounds(s, &f, a)) return false;
    if (s->o.warnings) lint_program(&s->p, false);
    Step *step = xcalloc(1, sizeof *step);
    find_replaced(s, step);
    bool methods = s->trial.nattached > 0;
    if (!growing_input(s->growing, s->trial.first_init, step->replaced, step->nreplaced, methods, &s->grown)) {
        input_take_back(&s->c);
        growing_undo(s->growing, methods);
        free_step(step);
        return false;
    }
    for (uint32_t i = 0; i < step->nreplaced; i++) {
        Object *old = step->replaced[i].old;
        step->replaced[i].now->info_decl->replaces = old->info_decl->replaces ? old->info_decl->replaces : old;
    }
    step->before = s->last;
    step->waiting = s->waiting;
    step->base = f->source->base;
    step->past = s->past.n;
    step->attached = s->trial.attached;
    step->nattached = s->trial.nattached;
    s->trial.attached = NULL;
    s->last = step;
    out->kept = true;
    out->values = list_values(s);
    out->patches = list_patches(s);
    out->entry = s->grown.runs ? s->grown.entry : growing_module(s->growing)->entry;
    out->status = s->grown.runs || out->values ? SESSION_RUN : SESSION_NOTHING;
    session_note_changes(s, step);
    wait_settle(s, f, a);
    take_names(s);
    input_keep(&s->c);
    return true;
}

void session_input(Session *s, const char *name, const char *text, size_t len, bool more, SessionInput *out) {
    session_begin(s, out);
    File *f = session_parse(s, name, text, len);
    if (f && f->unfinished && more) out->status = SESSION_INCOMPLETE;
    else if (s->p.diags.errors) out->status = SESSION_WRONG;
    else if (!is_empty(f)) {
        Attempt a;
        if (!take_in(s, f, &a, out)) out->status = SESSION_WRONG;
        free(a.tried);
        free(a.out);
    }
}

bool session_undo(Session *s, SessionInput *out) {
    session_begin(s, out);
    Step *step = s->last;
    if (!step) return false;
    s->last = step->before;
    for (uint32_t i = step->nattached; i--;) input_detach(&step->attached[i]);
    growing_restore(s->growing, step->replaced, step->nreplaced, step->nattached > 0, &s->grown);
    out->patches = list_patches(s);
    session_note_undo(s, step);
    past_shrink(&s->past, step->past);
    s->waiting = step->waiting;
    free(step->attached);
    free_step(step);
    return true;
}
