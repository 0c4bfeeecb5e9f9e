// One input of a session (session.h): a script that is checked in the scope of all inputs before it, by the same Checker, as one more file of the
// one package. Whatever is wrong with it, the session must be as before afterwards. The checker writes into what it checks, so the rule is:
//
//     what the input declares     nobody else knows of it: it is forgotten with the scopes, and cut off the package's lists
//     what std has                is checked as it is reached, whoever reached it: it stays, and is always finished
//     instances                   of std's generics with types that were there before stay, all others go: an instance may be wrong
//     methods of earlier types    are in Trial.attached, and are taken off again
//
// An instance of the session's own generics is checked as a whole when it is made (instantiate), so one that stays has no part left unchecked.
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"

// ---- the check ----

static void begin(Checker *c, Package *pkg) {
    Trial *t = c->trial;
    t->first_object = pkg->nobjects;
    t->first_func = pkg->first_func = pkg->nfuncs;
    t->first_step = pkg->ninit;
    t->first_init = pkg->ninits;
    t->first_instance = c->ninstances;
    t->first_id = c->next_id;
    t->shown_tail = &t->shown;
    t->byte_name = c->u->byte_type->u.basic.name;
    t->rune_name = c->u->rune_type->u.basic.name;
    pkg->main = NULL;
    pkg->script_main = NULL;
    c->nundefined = 0;
    c->undefined_in = NULL;
    c->nlost = 0;
    c->invalid_silently = false;
    c->nimports = 0;
}

// A method that replaces another must look the same from outside: values in interfaces have the old one.
static void check_attached(Checker *c) {
    Trial *t = c->trial;
    for (uint32_t i = 0; i < t->nattached; i++) {
        Object *m = t->attached[i].method, *old = t->attached[i].old;
        if (t->attached[i].type->generic) continue; // its instances stand in the list too
        Type *base = t->attached[i].type->obj->type, *u = under(base);
        for (uint32_t k = 0; u->kind == T_STRUCT && k < u->u.strct.n; k++) {
            if (u->u.strct.fields[k].name != m->name) continue;
            Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, m->pos, m->pos + m->name->len, "field and method with the same name %s", m->name->text);
            label(c, d, u->u.strct.fields[k].pos, "the field");
        }
        if (!old) continue;
        resolve_object(c, m);
        if (is_invalid(m->type)) continue;
        if (type_identical(m->type, old->type) && m->ptr_recv == old->ptr_recv) continue;
        Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, m->pos, m->pos + m->name->len, "method %s.%s already declared, as %s", base->u.named.obj->name->text,
                              m->name->text, type_name(c, old->type));
        label(c, d, old->pos, "the first declaration");
        help(c, d, "a method can get another body, but not another signature: declare the type %s again, then its methods", base->u.named.obj->name->text);
    }
}

void input_check(Checker *c, File *f) {
    Package *pkg = c->p->main;
    begin(c, pkg);
    pkg->files = arena_new(c->a, File *);
    pkg->files[0] = f;
    pkg->nfiles = 1;
    package_collect(c, pkg);
    c->trial->scope = c->script_scope;
    for (int pass = 0; pass < 3; pass++)
        for (uint32_t i = c->trial->first_object; i < pkg->nobjects; i++) {
            Object *o = pkg->objects[i];
            int when = o->kind != O_TYPE ? 2 : o->decl->u.type.alias;
            if (when == pass) resolve_object(c, o);
        }
    run_later(c);
    check_attached(c);
    check_script(c, pkg);
    check_bodies(c);
    for (uint32_t round = 0; check_generics(c, round); round++) check_bodies(c);
    finish_script(c);
    if (!f->package.name) pkg->main = NULL; // a script's main is called by who likes to; a whole program begins there
    order_initialisation(c, pkg);
    for (uint32_t i = 0; i < c->npkgs; i++)
        if (c->pkgs[i] != pkg) order_initialisation(c, c->pkgs[i]);
}

// ---- what the checker asks ----

void input_global(Checker *c, Object *o) {
    DeclInfo *di = arena_new(c->a, DeclInfo);
    *di = (DeclInfo){.obj = o, .pkg = c->p->main, .file_scope = c->script_scope, .id = ++c->next_id};
    di->owner = di;
    o->info_decl = di;
    o->pkg = c->p->main;
    o->func = NULL;
    o->is_global = o->used = true;
}

// An instance's list is in the arena (instance_methods), others are malloc's.
static void add_method(Checker *c, DeclInfo *type, Object *m) {
    if (!type->from) {
        PUSH(c, type->methods, type->nmethods, type->methods_cap, m);
        return;
    }
    Object **grown = arena_array(c->a, Object *, type->nmethods + 1);
    if (type->nmethods) memcpy(grown, type->methods, sizeof *grown * type->nmethods);
    grown[type->nmethods++] = m;
    type->methods = grown;
}

// The type's own list has changed.
static void list_methods(DeclInfo *type) {
    Type *named = type->obj->type;
    if (type->generic || !named || named->kind != T_NAMED) return;
    named->u.named.methods = type->methods;
    named->u.named.nmethods = type->nmethods;
}

bool input_attach(Checker *c, DeclInfo *type, Object *m) {
    Trial *t = c->trial;
    if (!t || type->pkg != c->p->main || type->id > t->first_id || !m->name || m->name == c->blank) return false;
    Attached a = {.type = type, .method = m, .index = type->nmethods};
    for (uint32_t i = 0; i < type->nmethods; i++)
        if (type->methods[i]->name == m->name) {
            a.index = i;
            a.old = type->methods[i];
        }
    if (a.old && a.old->info_decl->id > t->first_id) return false; // twice in this input: an error
    PUSH(c, t->attached, t->nattached, t->attached_cap, a);
    if (a.old) type->methods[a.index] = m;
    else add_method(c, type, m);
    list_methods(type);
    if (type->generic && generic_receiver(m->decl))
        for (uint32_t i = 0; i < type->generic->ninstances; i++) {
            DeclInfo *inst = type->generic->instances[i]->info_decl;
            Object *im = instance_method(c, inst, m);
            input_attach(c, inst, im);
            reach(c, im);
        }
    return true;
}

void input_missing(Checker *c, Pos pos, const Name *name, const Type *of) {
    Trial *t = c->trial;
    if (!t) return;
    if (of && of->kind == T_POINTER) of = of->u.pointer.elem;
    if (of && (of->kind != T_NAMED || of->u.named.obj->pkg != c->p->main)) return; // nothing that is entered later gives it that member
    Missing m = {pos, name, of ? of->u.named.obj->name : NULL};
    PUSH(c, t->missing, t->nmissing, t->missing_cap, m);
}

// ---- expressions whose value is shown ----

static Expr *bare(Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e;
}

// Printing is what it is called for; its results are nobody's interest.
static bool only_prints(const Expr *call) {
    const Expr *f = call->u.call.fun;
    const Object *o = f->kind == E_SELECTOR ? f->u.sel.obj : f->kind == E_NAME ? f->u.name.obj : NULL;
    if (call->u.call.builtin == B_RECOVER) return true;
    return o && o->kind == O_FUNC && o->pkg && !strcmp(o->pkg->path, "fmt") && (!strncmp(o->name->text, "Print", 5) || !strncmp(o->name->text, "Fprint", 6));
}

static Shown *new_shown(Checker *c, Expr *x) {
    Shown *s = arena_new(c->a, Shown);
    s->x = x;
    *c->trial->shown_tail = s;
    c->trial->shown_tail = &s->next;
    return s;
}

static void show_note(Checker *c, Stmt *s, Expr *x, const char *text) {
    new_shown(c, x)->note = text;
    s->kind = S_EMPTY;
}

static const char *too_large(Checker *c, Expr *x) {
    if (x->mode != MODE_CONST || x->type->kind != T_UNTYPED_INT) return NULL;
    const char *why;
    ConstVal *rounded;
    if (const_fits_type(c, x->cv, c->u->basic[T_INT], &rounded, &why)) return NULL;
    return arena_printf(c->a, "%s (an untyped constant that is too large for an int)", const_text(c, x->cv));
}

// x; becomes _1, _2 := x with variables that no program can name.
static void show_values(Checker *c, Stmt *s, Expr *x) {
    Shown *sh = new_shown(c, x);
    bool many = x->type->kind == T_TUPLE;
    sh->nvars = many ? x->type->u.tuple.n : 1;
    sh->vars = arena_array(c->a, Object *, sh->nvars);
    ExprList lhs = {arena_array(c->a, Expr *, sh->nvars), sh->nvars}, rhs = {arena_new(c->a, Expr *), 1};
    Ident id = {intern_cstr(&c->p->names, ""), x->start};
    for (uint32_t i = 0; i < sh->nvars; i++) {
        Object *o = sh->vars[i] = new_object(c, O_VAR, id, many ? x->type->u.tuple.items[i] : x->type);
        input_global(c, o);
        Expr *e = lhs.items[i] = arena_new(c->a, Expr);
        *e = (Expr){.kind = E_NAME, .mode = MODE_VAR, .pos = id.pos, .start = id.pos, .end = x->end, .type = o->type};
        e->u.name.name = id.name;
        e->u.name.obj = o;
    }
    rhs.items[0] = x;
    s->kind = S_DEFINE;
    s->u.define.lhs = lhs;
    s->u.define.rhs = rhs;
}

bool input_show(Checker *c, Stmt *s) {
    if (!c->trial || c->env.scope != c->script_scope) return false;
    Expr *x = s->u.expr.x, *inner = bare(x);
    Object *g = generic_of(c, inner);
    if (g) {
        generic_resolve(c, g);
        const char *sig = g->kind == O_FUNC && c->d->errors == 0 ? type_name(c, g->info_decl->generic->sig) + 4 : "";
        show_note(c, s, x, arena_printf(c->a, "%s %s%s, generic", g->kind == O_FUNC ? "func" : "type", expr_text(c, x), sig));
        return true;
    }
    check_raw(c, x, NULL);
    switch ((Mode)x->mode) {
    case MODE_NONE: case MODE_NOVALUE: return true;
    case MODE_BUILTIN: show_note(c, s, x, arena_printf(c->a, "%s is a built-in function: call it", expr_text(c, x))); return true;
    case MODE_TYPE: show_note(c, s, x, arena_printf(c->a, "type %s", type_name(c, x->type))); return true;
    case MODE_PACKAGE: show_note(c, s, x, arena_printf(c->a, "package %s", expr_text(c, x))); return true;
    case MODE_NIL: show_note(c, s, x, "nil, without a type"); return true;
    case MODE_CONST: {
        const char *text = too_large(c, x);
        if (!text) break;
        show_note(c, s, x, text);
        return true;
    }
    case MODE_VAR:
        if (inner->kind == E_NAME && inner->u.name.obj->is_global) {
            Shown *sh = new_shown(c, x);
            sh->is_variable = true;
            sh->vars = arena_new(c->a, Object *);
            sh->vars[0] = inner->u.name.obj;
            sh->nvars = 1;
            s->kind = S_EMPTY;
            return true;
        }
        break;
    case MODE_MAPINDEX: case MODE_COMMAOK: case MODE_VALUE: break;
    }
    if (inner->kind == E_CALL && only_prints(inner)) return true;
    if (x->type->kind != T_TUPLE) assign_to(c, x, NULL, "this place");
    if (!bad(x)) show_values(c, s, x);
    return true;
}

// ---- the end ----

static bool is_new(Checker *c, const Type *t);

static bool any_new(Checker *c, Type *const *list, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (is_new(c, list[i])) return true;
    return false;
}

// Whether a type mentions what goes with the input: what it declares, and instances of the session's generics that it asked for.
static bool is_new(Checker *c, const Type *t) {
    switch ((TypeKind)t->kind) {
    case T_NAMED: {
        const Object *o = t->u.named.obj;
        if (o->targs && any_new(c, o->targs, o->ntargs)) return true;
        if (o->pkg != c->p->main) return false;
        return o->info_decl ? o->info_decl->id > c->trial->first_id : o->pos >= c->trial->base;
    }
    case T_ARRAY: return is_new(c, t->u.array.elem);
    case T_SLICE: return is_new(c, t->u.slice.elem);
    case T_POINTER: return is_new(c, t->u.pointer.elem);
    case T_CHAN: return is_new(c, t->u.chan.elem);
    case T_MAP: return is_new(c, t->u.map.key) || is_new(c, t->u.map.value);
    case T_FUNC: return any_new(c, t->u.func.params, t->u.func.nparams) || any_new(c, t->u.func.results, t->u.func.nresults);
    case T_TUPLE: return any_new(c, t->u.tuple.items, t->u.tuple.n);
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            if (is_new(c, t->u.strct.fields[i].type)) return true;
        return false;
    case T_INTERFACE:
        for (uint32_t i = 0; i < t->u.iface.n; i++)
            if (is_new(c, t->u.iface.methods[i].type)) return true;
        return false;
    case T_INVALID: case T_BOOL: case T_INT: case T_INT8: case T_INT16: case T_INT32: case T_INT64: case T_UINT: case T_UINT8: case T_UINT16: case T_UINT32:
    case T_UINT64: case T_UINTPTR: case T_FLOAT32: case T_FLOAT64: case T_COMPLEX64: case T_COMPLEX128: case T_STRING: case T_UNSAFE_POINTER:
    case T_UNTYPED_BOOL: case T_UNTYPED_INT: case T_UNTYPED_RUNE: case T_UNTYPED_FLOAT: case T_UNTYPED_COMPLEX: case T_UNTYPED_STRING: case T_UNTYPED_NIL:
    case T_TYPEPARAM:
        return false;
    }
    return false;
}

static bool instance_goes(Checker *c, const DeclInfo *di) {
    const Object *o = di->holder ? di->holder : di->obj;
    return di->pkg == c->p->main || any_new(c, o->targs, o->ntargs);
}

static void forget_instance(Generic *g, const Object *inst) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->ninstances; i++)
        if (g->instances[i] != inst) g->instances[n++] = g->instances[i];
    g->ninstances = n;
}

static void free_lists(DeclInfo *di) {
    free(di->deps);
    free(di->shared);
    if (!di->from) free(di->methods);
    di->deps = di->shared = di->methods = NULL;
    di->ndeps = di->nshared = di->nmethods = 0;
    if (di->obj->kind == O_TYPE && di->obj->type && di->obj->type->kind == T_NAMED && di->obj->type->u.named.obj == di->obj)
        list_methods(di); // the generator may know the type
}

static void forget_instances(Checker *c) {
    uint32_t n = c->trial->first_instance;
    for (uint32_t i = n; i < c->ninstances; i++) {
        DeclInfo *di = c->instances[i];
        if (!instance_goes(c, di)) {
            c->instances[n++] = di;
            continue;
        }
        if (!di->holder) forget_instance(di->from->generic, di->obj);
        free_lists(di);
    }
    c->ninstances = n;
}

void input_detach(const Attached *a) {
    if (a->old) a->type->methods[a->index] = a->old;
    else a->type->nmethods = a->index;
    list_methods(a->type);
}

void input_take_back(Checker *c) {
    Trial *t = c->trial;
    Package *pkg = c->p->main;
    while (t->nattached) input_detach(&t->attached[--t->nattached]);
    forget_instances(c);
    for (uint32_t i = t->first_object; i < pkg->nobjects; i++) free_lists(pkg->objects[i]->info_decl);
    pkg->nobjects = t->first_object;
    pkg->nfuncs = c->funcs_at = t->first_func;
    pkg->ninits = t->first_init;
    pkg->ninit = t->first_step;
    pkg->script_main = NULL;
    c->u->byte_type->u.basic.name = t->byte_name;
    c->u->rune_type->u.basic.name = t->rune_name;
    input_keep(c);
}

void input_keep(Checker *c) {
    Trial *t = c->trial;
    free(t->attached);
    free(t->missing);
    *t = (Trial){.past = t->past, .waiting = t->waiting, .base = t->base};
    c->script_scope = NULL;
    c->p->main->main = NULL;
}
