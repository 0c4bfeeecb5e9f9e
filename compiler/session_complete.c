// session_complete.c — what the word before the cursor may become.
//
// After a dot the text up to the dot is checked as if it were an input, its open brackets closed: the expression that ends there has its type then,
// also when it stands in a function that is being typed.
#include <stdlib.h>
#include <string.h>

#include "compiler/lint_walk.h"
#include "compiler/session_int.h"
#include "grammar/token.h"
#include "std/embed.h"

typedef struct Found {
    SessionName *items;
    uint32_t n, cap;
    const char *word;
    size_t len;
} Found;

static bool in_word(char ch) { return ch == '_' || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch & 0x80); }

static void offer(Session *s, Found *f, SessionName n) {
    if (!strncmp(n.name, f->word, f->len) && *n.name && strcmp(n.name, "_")) PUSH(&s->c, f->items, f->n, f->cap, n);
}

static void offer_object(Session *s, Found *f, const Object *o) {
    if (!strncmp(o->name->text, f->word, f->len)) offer(s, f, session_name_of(s, o));
}

// ---- after a dot ----

typedef struct Members {
    Session *s;
    Found *f;
    Type *of;
    const Type *seen[64];
    uint32_t nseen;
} Members;

// The field or method as it is found from the outside: perhaps hidden by another, perhaps through several pointers.
static void offer_member(Members *m, const Name *name) {
    Session *s = m->s;
    Selection sel;
    if (!name || strncmp(name->text, m->f->word, m->f->len)) return;
    LookupResult r = lookup_member(m->of, true, s->main, name, &s->out, &sel);
    if (r != LOOKUP_OK) return;
    if (sel.method) resolve_object(&s->c, sel.method);
    const Type *t = sel.method ? sel.method->type : sel.type;
    offer(s, m->f, (SessionName){name->text, sel.kind == SEL_FIELD ? "field" : "method", t ? type_str(&s->out, t, s->main) : ""});
}

static void members_of(Members *m, Type *t) {
    if (t->kind == T_POINTER) t = t->u.pointer.elem;
    if (t->kind == T_NAMED) {
        for (uint32_t i = 0; i < m->nseen; i++)
            if (m->seen[i] == t) return;
        if (m->nseen == COUNT_OF(m->seen)) return;
        m->seen[m->nseen++] = t;
        for (uint32_t i = 0; i < t->u.named.nmethods; i++) offer_member(m, t->u.named.methods[i]->name);
        t = t->u.named.underlying;
        if (t->kind == T_POINTER) t = type_under(t->u.pointer.elem);
    }
    if (t->kind == T_STRUCT) {
        for (uint32_t i = 0; i < t->u.strct.n; i++) {
            offer_member(m, t->u.strct.fields[i].name);
            if (t->u.strct.fields[i].embedded) members_of(m, t->u.strct.fields[i].type);
        }
    } else if (t->kind == T_INTERFACE) {
        for (uint32_t i = 0; i < t->u.iface.n; i++) offer_member(m, t->u.iface.methods[i].name);
    }
}

static void exports_of(Session *s, Found *f, Package *pkg) {
    for (uint32_t i = 0; i < pkg->nobjects; i++) {
        Object *o = pkg->objects[i];
        if (!o->name->exported || o->info_decl->is_method || strncmp(o->name->text, f->word, f->len)) continue;
        resolve_object(&s->c, o);
        offer_object(s, f, o);
    }
}

typedef struct Ending { // the largest expression that ends at a place
    Pos at;
    Expr *x;
} Ending;

static bool on_expr(Walk *w, Expr *e) {
    Ending *p = w->p;
    if (e->end == p->at && (!p->x || e->start <= p->x->start) && (e->mode != MODE_NONE || e->kind == E_NAME)) p->x = e;
    return true;
}

static void walk_input(Session *s, Walk *w) {
    const File *f = s->main->files[0];
    walk_stmts(w, f->script);
    for (uint32_t i = 0; i < f->ndecls; i++)
        if (f->decls[i]->kind != D_FUNC) walk_decl(w, f->decls[i]);
        else if (f->decls[i]->u.func.body) walk_stmts(w, f->decls[i]->u.func.body->stmts);
    for (const Shown *sh = s->trial.shown; sh; sh = sh->next) walk_expr(w, sh->x); // their statements may be gone
}

// A selector or call binds closer than what stands before it: of `a + b` before a dot only b is meant.
static Expr *operand(Expr *x) {
    while (x) {
        if (x->kind == E_BINARY) x = x->u.binary.y;
        else if (x->kind == E_UNARY) x = x->u.unary.x;
        else if (x->kind == E_STAR) x = x->u.star.x;
        else break;
    }
    return x;
}

static void offer_after(Session *s, Found *f, Expr *x) {
    if (x->mode == MODE_PACKAGE && x->kind == E_NAME && x->u.name.obj) {
        exports_of(s, f, x->u.name.obj->imported);
    } else if (x->type && !is_invalid(x->type) && x->type->kind != T_TUPLE) {
        Members m = {.s = s, .f = f, .of = x->type};
        members_of(&m, x->type);
    }
}

// The text before the cursor, every bracket that is open closed again; checked. Its errors are nobody's interest. False: not even that.
static bool check_cut(Session *s, const char *text, size_t len, const char *then) {
    const SourceFile part = {.text = arena_strndup(&s->out, text, len), .len = (uint32_t)len, .base = 1};
    Diags unheard;
    Tokens t;
    Buf b;
    diags_init(&unheard, &s->p.sources);
    lexer_run(&part, &unheard, &t);
    buf_init(&b);
    buf_put(&b, text, len);
    buf_puts(&b, then);
    char *open = xmalloc(t.len + 1);
    size_t n = 0;
    for (uint32_t i = 0; i < t.len; i++) {
        const Token *k = &t.items[i];
        char ch = k->kind && k->end == k->pos + 1 && !(k->flags & TOKEN_AUTO) ? part.text[k->pos - part.base] : 0;
        if (ch == '(' || ch == '[' || ch == '{') open[n++] = ch;
        else if (n && (ch == ')' || ch == ']' || ch == '}')) n--;
    }
    while (n--) buf_putc(&b, open[n] == '(' ? ')' : open[n] == '[' ? ']' : '}');
    free(open);
    tokens_fini(&t);
    diags_fini(&unheard);
    File *f = session_parse(s, "<completion>", buf_str(&b), b.len);
    buf_fini(&b);
    if (f) session_check(s, f);
    return f != NULL;
}

static void complete_member(Session *s, Found *f, const char *text, size_t dot) {
    while (dot && strchr(" \t\n", text[dot - 1])) dot--;
    if (!check_cut(s, text, dot, "")) return;
    Ending end = {.at = s->trial.base + (Pos)dot};
    Walk w = {.expr = on_expr, .p = &end};
    walk_input(s, &w);
    Expr *x = operand(end.x);
    if (x) offer_after(s, f, x);
    input_take_back(&s->c);
}

// ---- a bare word ----

typedef struct Locals {
    Session *s;
    Found *f;
} Locals;

static bool on_name(Walk *w, Expr *e) {
    Locals *l = w->p;
    const Object *o = e->kind == E_NAME ? e->u.name.obj : NULL;
    if (o && o->kind == O_VAR && o->pos >= l->s->trial.base && o->type && !is_invalid(o->type)) offer_object(l->s, l->f, o);
    return true;
}

// What the unfinished text itself declares: its variables, and the parameters of its functions.
static void complete_locals(Session *s, Found *f, const char *text, size_t from) {
    if (!check_cut(s, text, from, "_")) return;
    Locals l = {s, f};
    Walk w = {.expr = on_name, .p = &l};
    walk_input(s, &w);
    for (uint32_t i = s->trial.first_func; i < s->main->nfuncs; i++) {
        const FuncInfo *info = s->main->funcs[i]->info;
        if (!info) continue;
        if (info->recv && info->recv->name) offer_object(s, f, info->recv);
        for (uint32_t k = 0; k < info->nparams; k++)
            if (info->params[k]->name) offer_object(s, f, info->params[k]);
    }
    input_take_back(&s->c);
}

static void complete_packages(Session *s, Found *f) {
    for (uint32_t i = 0; i < embedded_count; i++) {
        const char *path = embedded_files[i].package, *slash = strrchr(path, '/');
        if (strncmp(path, "internal/", 9) && !strstr(path, "/internal/")) offer(s, f, (SessionName){slash ? slash + 1 : path, "package", path});
    }
}

static void complete_name(Session *s, Found *f, const char *text, size_t from) {
    if (from) complete_locals(s, f, text, from);
    for (uint32_t i = s->past.n; i--;) {
        const Object *o = s->past.entries[i].obj;
        if (past_find(&s->past, o->name, s->past.n) == o) offer_object(s, f, o);
    }
    const Scope *u = s->p.universe.scope;
    for (uint32_t i = 0, left = u->count; left; i++)
        if (u->items[i]) {
            if (u->items[i]->kind != O_PACKAGE) offer_object(s, f, u->items[i]);
            left--;
        }
    complete_packages(s, f);
    for (unsigned k = 1; k < 256; k++)
        if (token_is_keyword(k)) offer(s, f, (SessionName){token_text(k), "keyword", ""});
}

// ---- the whole ----

typedef struct Ranked { SessionName name; uint32_t order; } Ranked;

static int by_name(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    int c = strcmp(x->name.name, y->name.name);
    return c ? c : x->order < y->order ? -1 : x->order > y->order;
}

void session_complete(Session *s, const char *text, size_t len, size_t at, size_t *from, void (*each)(void *ctx, const SessionName *n), void *ctx) {
    SessionInput unused;
    session_begin(s, &unused);
    if (at > len) at = len;
    *from = at;
    while (*from && in_word(text[*from - 1])) --*from;
    Found f = {.word = text + *from, .len = at - *from};
    size_t dot = *from;
    while (dot && (text[dot - 1] == ' ' || text[dot - 1] == '\t')) dot--;
    if (dot && text[dot - 1] == '.') complete_member(s, &f, text, dot - 1);
    else complete_name(s, &f, text, *from);
    Ranked *all = xcalloc(f.n + 1, sizeof *all); // of one name the first that was found is what it means
    for (uint32_t i = 0; i < f.n; i++) all[i] = (Ranked){f.items[i], i};
    qsort(all, f.n, sizeof *all, by_name);
    for (uint32_t i = 0; i < f.n; i++)
        if (!i || strcmp(all[i].name.name, all[i - 1].name.name)) each(ctx, &all[i].name);
    free(all);
    free(f.items);
}
