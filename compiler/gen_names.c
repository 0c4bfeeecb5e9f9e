// gen_names.c — the tables by which reports know a variable from an address (runtime/names.h).
//
// An object in the heap carries the place where it was allocated. The cell of a variable is allocated "at" the variable's declaration. What is
// made by an expression is allocated at that expression: so wherever a statement stores such an expression somewhere that has a name (a variable, a field,
// an element), the name is noted for the expression's position. The first name wins. Only the functions that are generated are looked through, literals
// when their turn comes, and nothing of std.
#include <stdlib.h>
#include <string.h>

#include "compiler/gen_int.h"
#include "compiler/lint_walk.h"

enum { NAME_LONGEST = 40 };

struct NotedName {
    NameOfSite name;
    uint32_t order;
};

static NameOfSite *note(Gen *g, Pos site, NameOrigin origin, const char *text) {
    if (!site || !*text) return NULL;
    if (g->nsite_names == g->site_names_cap)
        g->site_names = gen_grow(g->site_names, &g->site_names_cap, g->nsite_names + 1, sizeof *g->site_names);
    g->site_names[g->nsite_names] = (struct NotedName){{.site = site, .text = text, .origin = (uint8_t)origin}, g->nsite_names};
    return &g->site_names[g->nsite_names++].name;
}

static bool is_named(const Object *o) { return o && o->name && *o->name->text && strcmp(o->name->text, "_") != 0; }

void gen_name_cell(Gen *g, Object *o) {
    if (is_named(o)) note(g, o->pos, NAME_DECLARED, o->name->text);
}

void gen_name_global(Gen *g, Object *o, uint32_t word) {
    if (!is_named(o)) return;
    g->global_names = gen_table(g, g->global_names, &g->global_names_cap, g->nglobal_names + 1, sizeof *g->global_names);
    const char *text = o->pkg && o->pkg->is_std ? arena_printf(g->arena, "%s.%s", o->pkg->path, o->name->text) : o->name->text;
    g->global_names[g->nglobal_names++] = (NameOfGlobal){word, gen_type(g, o->type), text, o->pkg && o->pkg->is_std ? 0 : o->pos};
}

// --- the name of a place

// The source text of a simple expression; false: too long, or no place one would recognise.
static bool put_place(Buf *out, Expr *e) {
    e = gen_strip(e);
    switch (e->kind) {
    case E_NAME: buf_puts(out, e->u.name.name->text); break;
    case E_BASICLIT: buf_put(out, e->u.lit.text, e->u.lit.len); break;
    case E_SELECTOR:
        if (!put_place(out, e->u.sel.x)) return false;
        buf_printf(out, ".%s", e->u.sel.sel.name->text);
        break;
    case E_STAR:
        if (!put_place(out, e->u.star.x)) return false;
        break;
    case E_INDEX:
        if (!put_place(out, e->u.index.x)) return false;
        buf_putc(out, '[');
        if (e->u.index.indices.len != 1 || !put_place(out, e->u.index.indices.items[0])) buf_puts(out, "...");
        buf_putc(out, ']');
        break;
    default: return false;
    }
    return out->len <= NAME_LONGEST;
}

static const char *place_text(Gen *g, Expr *e) {
    if (gen_is_blank(e)) return "";
    Buf b;
    buf_init(&b);
    const char *s = put_place(&b, e) ? arena_strndup(g->arena, buf_str(&b), b.len) : "";
    buf_fini(&b);
    return s;
}

// --- what an expression allocates

static void name_value(Gen *g, Expr *e, const char *text);

static const char *type_text(Type *t) {
    if (t->kind == T_POINTER) t = t->u.pointer.elem;
    return t->kind == T_NAMED && t->u.named.obj ? t->u.named.obj->name->text : "";
}

static void name_items(Gen *g, Expr *e, const char *text) {
    Type *u = under(e->type->kind == T_POINTER ? e->type->u.pointer.elem : e->type);
    ExprList l = e->u.comp.elems;
    int64_t index = -1;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *item = l.items[i], *key = NULL;
        if (item->kind == E_KEYVALUE) key = item->u.kv.key, item = item->u.kv.value;
        const char *name = "";
        if (u->kind == T_STRUCT) {
            const Name *field = key && key->kind == E_NAME ? key->u.name.name : !key && i < u->u.strct.n ? u->u.strct.fields[i].name : NULL;
            if (field) name = arena_printf(g->arena, "%s.%s", *text ? text : type_text(e->type), field->text);
        } else {
            if (!key || u->kind == T_MAP || !key->cv || !const_int64(key->cv, &index)) index++;
            if (*text && u->kind == T_MAP) name = arena_printf(g->arena, "%s[%s]", text, key ? place_text(g, key) : "...");
            else if (*text) name = arena_printf(g->arena, "%s[%lld]", text, (long long)index);
        }
        name_value(g, item, name);
    }
}

// What e allocates is called text ("": it has no name of its own, but parts of it may).
static void name_value(Gen *g, Expr *e, const char *text) {
    e = gen_strip(e);
    if (strlen(text) > NAME_LONGEST) text = "";
    switch (e->kind) {
    case E_COMPOSITE:
        note(g, e->pos, NAME_ALLOCATED, text);
        if (e->type) name_items(g, e, text);
        break;
    case E_UNARY:
        if (e->op == OPR_ADDR && gen_strip(e->u.unary.x)->kind == E_COMPOSITE) name_value(g, e->u.unary.x, text);
        break;
    case E_CALL:
        if (e->u.call.builtin == B_MAKE) note(g, e->pos, NAME_MADE, text);
        else if (e->u.call.builtin == B_NEW || e->u.call.builtin == B_APPEND) note(g, e->pos, NAME_ALLOCATED, text);
        if (e->u.call.builtin == B_APPEND)
            for (uint32_t i = 1; *text && i < e->u.call.args.len && !e->u.call.ellipsis; i++)
                name_value(g, e->u.call.args.items[i], arena_printf(g->arena, "%s[...]", text));
        break;
    case E_NAME: case E_SELECTOR: case E_INDEX: case E_STAR: // an array or large struct is copied here
        if (e->type && e->mode != MODE_TYPE && gen_rep(g, e->type) == REP_MEM) note(g, e->pos, NAME_DECLARED, text);
        break;
    default: break;
    }
}

// A variable that is an array or a large struct *is* what the expression allocates.
void gen_names_of_value(Gen *g, Object *o, Expr *value) {
    if (!is_named(o)) return;
    Expr *e = gen_strip(value);
    if (o->type && !o->is_global && gen_rep(g, o->type) == REP_MEM && e->kind == E_COMPOSITE) {
        note(g, e->pos, NAME_DECLARED, o->name->text);
        name_items(g, e, o->name->text);
    } else name_value(g, value, o->name->text);
}

// --- the statements

static bool on_stmt(Walk *w, Stmt *s) {
    Gen *g = w->p;
    switch (s->kind) {
    case S_DEFINE: case S_ASSIGN: {
        ExprList lhs = s->kind == S_DEFINE ? s->u.define.lhs : s->u.assign.lhs;
        ExprList rhs = s->kind == S_DEFINE ? s->u.define.rhs : s->u.assign.rhs;
        for (uint32_t i = 0; lhs.len == rhs.len && i < lhs.len; i++) {
            Expr *x = gen_strip(lhs.items[i]);
            if (s->kind == S_DEFINE && x->kind == E_NAME && x->u.name.obj) gen_names_of_value(g, x->u.name.obj, rhs.items[i]);
            else name_value(g, rhs.items[i], place_text(g, x));
        }
        break;
    }
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++) {
            Decl *d = s->u.decl.items[i];
            if (d->kind != D_VAR || d->u.value.values.len != d->u.value.nnames || !d->u.value.objs) continue;
            for (uint32_t k = 0; k < d->u.value.nnames; k++) gen_names_of_value(g, d->u.value.objs[k], d->u.value.values.items[k]);
        }
        break;
    default: break;
    }
    return true;
}

// Composite literals that are stored nowhere by name: their fields are known by the type.
static bool on_expr(Walk *w, Expr *e) {
    if (e->kind == E_FUNCLIT) return false; // a function of its own
    if (e->kind == E_COMPOSITE && e->type) name_items(w->p, e, "");
    return true;
}

// --- waiting for ever, on purpose: `forever := make(chan bool)` and `<-forever` in main, and not another word of it

typedef struct Mentions {
    const Object *o;
    uint32_t n, received;
} Mentions;

static bool is_context(const Type *t) {
    return t && t->kind == T_NAMED && t->u.named.obj && t->u.named.obj->pkg && !strcmp(t->u.named.obj->pkg->path, "context") &&
           !strcmp(t->u.named.obj->name->text, "Context");
}

static const Expr *received(const Expr *e) { return e->kind == E_UNARY && e->op == OPR_RECV ? gen_strip(e->u.unary.x) : NULL; }

static bool count_mentions(Walk *w, Expr *e) {
    Mentions *m = w->p;
    const Expr *from = received(e);
    if (e->kind == E_NAME && e->u.name.obj == m->o) m->n++;
    if (from && from->kind == E_NAME && from->u.name.obj == m->o) m->received++;
    return true;
}

static void note_alone(Gen *g, Expr *value) {
    const Expr *e = gen_strip(value);
    if (e->kind != E_CALL || e->u.call.builtin != B_MAKE) return;
    note(g, e->pos, NAME_MADE, "chan");
    for (uint32_t i = 0; i < g->nsite_names; i++)
        if (g->site_names[i].name.site == e->pos) g->site_names[i].name.alone = true;
}

// `<-ctx.Done()`: the channel may be nil, and then it is not make that is missing.
static void note_done(Gen *g, const Expr *recv, const Expr *from) {
    if (from->kind != E_CALL || from->u.call.args.len) return;
    const Expr *f = gen_strip(from->u.call.fun);
    if (f->kind != E_SELECTOR || strcmp(f->u.sel.sel.name->text, "Done") != 0 || !is_context(f->u.sel.x->type)) return;
    const char *text = place_text(g, f->u.sel.x);
    note(g, recv->pos, NAME_DONE, *text ? text : "context");
}

// --- channels that may be nil: what a report calls them

static const Object *variable(const Expr *chan) {
    const Expr *x = gen_strip((Expr *)chan);
    const Object *o = x->kind == E_NAME ? x->u.name.obj : NULL;
    return o && o->kind == O_VAR ? o : NULL;
}

static void note_channel(Gen *g, Pos at, Expr *chan) {
    NameOfSite *n = note(g, at, NAME_CHANNEL, place_text(g, chan));
    const Object *o = n ? variable(chan) : NULL;
    if (!o) return;
    n->changes = o->assigns > 0 || o->addr_taken;
    n->param = o->is_param;
    if (!n->changes && !o->is_param && !o->is_result && !o->is_receiver && !(o->pkg && o->pkg->is_std)) n->declared = o->pos;
}

static Expr *channel_of(const CommClause *c) {
    Stmt *s = c->comm;
    if (!s) return NULL;
    if (s->kind == S_SEND) return s->u.send.chan;
    const Expr *e = s->kind == S_EXPR ? s->u.expr.x
        : s->kind == S_DEFINE && s->u.define.rhs.len == 1 ? s->u.define.rhs.items[0]
        : s->kind == S_ASSIGN && s->u.assign.rhs.len == 1 ? s->u.assign.rhs.items[0] : NULL;
    e = e ? gen_strip((Expr *)e) : NULL;
    return e && received(e) ? e->u.unary.x : NULL;
}

// "`a` and `b`": all of them, if there are few and each has a name.
static void note_select(Gen *g, const Stmt *s) {
    enum { NAMED = 4 };
    Buf b;
    buf_init(&b);
    bool changes = false, whole = s->u.select.ncases <= NAMED;
    for (uint32_t i = 0; whole && i < s->u.select.ncases; i++) {
        Expr *chan = channel_of(&s->u.select.cases[i]);
        const char *text = chan ? place_text(g, chan) : "";
        const Object *o = chan ? variable(chan) : NULL;
        whole = *text != 0;
        changes |= o && o->assigns > 0;
        buf_printf(&b, "%s`%s`", i == 0 ? "" : i + 1 == s->u.select.ncases ? " and " : ", ", text);
    }
    NameOfSite *n = whole ? note(g, s->pos, NAME_CHANNEL, arena_strndup(g->arena, buf_str(&b), b.len)) : NULL;
    if (n) n->changes = changes;
    buf_fini(&b);
}

static void note_channels(Gen *g, const Stmt *s) {
    if (s->kind == S_SEND) note_channel(g, s->pos, s->u.send.chan);
    if (s->kind == S_SELECT) note_select(g, s);
    if (s->kind == S_RANGE && under(s->u.range.x->type)->kind == T_CHAN) note_channel(g, s->u.range.range_pos ? s->u.range.range_pos : s->pos, s->u.range.x);
}

typedef struct Alone {
    Gen *g;
    StmtList body;
} Alone;

// o = value; o is named `by_itself` times in that.
static void look_alone(Alone *a, const Object *o, Expr *value, uint32_t by_itself) {
    Mentions m = {.o = o};
    Walk count = {.expr = count_mentions, .p = &m};
    const Expr *made = gen_strip(value);
    if (!o || made->kind != E_CALL || made->u.call.builtin != B_MAKE) return;
    walk_stmts(&count, a->body);
    if (m.received == 1 && m.n == 1 + by_itself) note_alone(a->g, value);
}

static bool alone_stmt(Walk *w, Stmt *s) {
    Alone *a = w->p;
    note_channels(a->g, s);
    if (s->kind == S_DEFINE && s->u.define.lhs.len == s->u.define.rhs.len) {
        for (uint32_t i = 0; i < s->u.define.lhs.len; i++) {
            const Expr *x = gen_strip(s->u.define.lhs.items[i]);
            if (x->kind == E_NAME) look_alone(a, x->u.name.obj, s->u.define.rhs.items[i], 1);
        }
    }
    for (uint32_t i = 0; s->kind == S_DECL && i < s->u.decl.len; i++) {
        const Decl *d = s->u.decl.items[i];
        if (d->kind != D_VAR || d->u.value.values.len != d->u.value.nnames || !d->u.value.objs) continue;
        for (uint32_t k = 0; k < d->u.value.nnames; k++) look_alone(a, d->u.value.objs[k], d->u.value.values.items[k], 0);
    }
    return true;
}

static bool alone_expr(Walk *w, Expr *e) {
    Alone *a = w->p;
    const Expr *from = received(e);
    if (from) {
        note_alone(a->g, e->u.unary.x);
        note_done(a->g, e, from);
        note_channel(a->g, e->pos, e->u.unary.x);
    }
    return e->kind != E_FUNCLIT;
}

void gen_names_of_body(Gen *g, FuncInfo *info) {
    if (!info->pkg || info->pkg->is_std) return;
    StmtList body = info->body ? info->body->stmts : info->script;
    Walk w = {.stmt = on_stmt, .expr = on_expr, .p = g};
    walk_stmts(&w, body);
    Alone a = {g, body};
    Walk alone = {.stmt = alone_stmt, .expr = alone_expr, .p = &a};
    walk_stmts(&alone, body);
}

// --- the tables

static int by_site(const void *a, const void *b) {
    const struct NotedName *x = a, *y = b;
    if (x->name.site != y->name.site) return x->name.site < y->name.site ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int by_place(const void *a, const void *b) {
    const NameOfSite *x = a, *y = b;
    return x->site < y->site ? -1 : x->site > y->site;
}

// Of a module that grows: the text of an input stands behind all that was there before, so its sites follow theirs. An instance of an
// older generic function has older ones.
void gen_names_append(Gen *g) {
    NameTable *t = &g->m->names;
    if (g->nsite_names) qsort(g->site_names, g->nsite_names, sizeof *g->site_names, by_site);
    Pos last = t->nsites ? t->sites[t->nsites - 1].site : 0;
    for (uint32_t i = 0; i < g->nsite_names; i++) {
        const NameOfSite *n = &g->site_names[i].name;
        if (n->site > last) {
            g->sites = gen_table(g, g->sites, &g->sites_cap, t->nsites + 1, sizeof *g->sites);
            g->sites[t->nsites++] = *n;
            last = n->site;
        } else if (n->site != last && !bsearch(n, t->sites, t->nsites, sizeof *n, by_place) && g->nlate < GEN_LATE) {
            g->late[g->nlate++] = *n;
        }
    }
    t->globals = g->global_names;
    t->nglobals = g->nglobal_names;
    t->nlate = g->nlate;
    g->nsite_names = 0;
}

void gen_names_finish(Gen *g) {
    NameTable *t = &g->m->names;
    if (g->nsite_names) qsort(g->site_names, g->nsite_names, sizeof *g->site_names, by_site);
    NameOfSite *sites = arena_array(g->arena, NameOfSite, g->nsite_names + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->nsite_names; i++)
        if (!n || sites[n - 1].site != g->site_names[i].name.site) sites[n++] = g->site_names[i].name;
    NameOfGlobal *globals = arena_array(g->arena, NameOfGlobal, g->nglobal_names + 1);
    if (g->nglobal_names) memcpy(globals, g->global_names, g->nglobal_names * sizeof *globals);
    *t = (NameTable){.sites = sites, .globals = globals, .nsites = n, .nglobals = g->nglobal_names}; // globals were given their words in this order
    free(g->site_names);
    free(g->global_names);
    g->site_names = NULL;
    g->global_names = NULL;
}
