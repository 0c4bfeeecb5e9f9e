// Functions: what their FuncInfo says, their bodies, the worklist of bodies, and the script as one long body.
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"
#include "grammar/clone.h"

static Object *new_param(Checker *c, FuncInfo *f, Ident id, Pos pos, Type *t) {
    Object *o = new_object(c, O_VAR, id, t);
    if (!o->pos) o->pos = pos;
    o->func = f;
    o->used = true; // parameters may stay unused
    return o;
}

static uint32_t field_names(const FieldList *l) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) n += l->items[i].nnames ? l->items[i].nnames : 1;
    return n;
}

static Object **new_params(Checker *c, FuncInfo *f, const FieldList *l, Type **types, bool result) {
    Object **list = arena_array(c->a, Object *, field_names(l) + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->len; i++) {
        const Field *field = &l->items[i];
        for (uint32_t k = 0; k < (field->nnames ? field->nnames : 1); k++, n++) {
            list[n] = new_param(c, f, field->nnames ? field->names[k] : (Ident){0}, field->pos, types[n]);
            list[n]->is_param = !result;
            list[n]->is_result = result;
        }
    }
    return list;
}

FuncInfo *new_func_info(Checker *c, Type *sig, const Expr *functype, const char *name, Pos pos) {
    FuncInfo *f = arena_new(c->a, FuncInfo);
    f->name = name;
    f->sig = sig;
    f->pkg = c->env.pkg;
    f->pos = pos;
    if (sig->kind != T_FUNC) return f;
    f->nparams = sig->u.func.nparams;
    f->params = new_params(c, f, &functype->u.functype.params, sig->u.func.params, false);
    const FieldList *results = &functype->u.functype.results;
    if (results->len && results->items[0].nnames) {
        f->has_named_results = true;
        f->nresults = sig->u.func.nresults;
        f->results = new_params(c, f, results, sig->u.func.results, true);
    }
    return f;
}

void declare_local(Checker *c, Object *o) {
    declare(c, c->env.scope, o);
    if (c->trial && c->env.scope == c->script_scope) input_global(c, o);
    else if (c->env.body) {
        Local l = {o, c->env.scope};
        PUSH(c, c->env.body->locals, c->env.body->nlocals, c->env.body->locals_cap, l);
    }
}

static void report_unused(Checker *c, Body *b) {
    for (uint32_t i = 0; i < b->nlocals; i++) {
        Object *o = b->locals[i].obj;
        if (o->used || !o->name || o->name == c->blank || !o->type || is_invalid(o->type)) continue; // silent after an error
        DiagCode code = c->env.pkg->is_script ? DIAG_UNUSED_VAR_SCRIPT : DIAG_UNUSED_VAR;
        Diag *d = check_error(c, code, o->pos, o->pos + o->name->len, "declared and not used: %s", o->name->text);
        const Object *outer = b->locals[i].scope->parent ? scope_lookup(b->locals[i].scope->parent, o->name, NULL) : NULL;
        if (outer && outer->kind == O_VAR && outer->func == o->func && outer->func && outer->pos < o->pos) {
            label(c, d, outer->pos, "the %s outside of this block is another one", o->name->text);
            help(c, d, "to set that one, write = in place of := (and declare the other names before)");
        } else if (o->type && type_identical(o->type, c->u->error_type)) help(c, d, "an error is looked at: if %s != nil { ... }; _ in its place throws it away", o->name->text);
        else if (o->assigns) help(c, d, "it is given values, but nothing reads them; remove it, or use it");
        else help(c, d, "remove it, or write _ in its place");
    }
}

static void free_body(Body *b) {
    free(b->locals);
    free(b->labels);
    free(b->gotos);
}

void check_func_body(Checker *c, FuncInfo *f, Block *block, Scope *outer) {
    Env saved = c->env;
    Body body = {0};
    c->env.fn = f;
    c->env.iota = NULL;
    c->env.flow = NULL;
    c->env.range = NULL;
    c->env.body = &body;
    c->env.scope = scope_new(c->a, outer);
    c->env.scope->is_func = true;
    f->body = block;
    if (f->recv) declare(c, c->env.scope, f->recv);
    for (uint32_t i = 0; i < f->nparams; i++) declare(c, c->env.scope, f->params[i]);
    for (uint32_t i = 0; i < f->nresults; i++) declare(c, c->env.scope, f->results[i]);
    if (block) {
        collect_labels(c, block->stmts);
        check_stmts(c, block->stmts, false);
        if (f->sig->kind == T_FUNC && f->sig->u.func.nresults && !list_terminates(block->stmts)) {
            Diag *d = check_error(c, DIAG_MISSING_RETURN, block->rbrace, block->rbrace + 1, "missing return");
            help(c, d, "%s must return a value on every way to its end", f->outer ? "the function" : strncmp(f->name, "main.", 5) ? f->name : f->name + 5);
        }
        finish_labels(c, &body);
        report_unused(c, &body);
    }
    f->checked = true;
    free_body(&body);
    c->env = saved;
}

static const char *func_name(Checker *c, Object *o) {
    const char *pkg = o->pkg->path;
    if (o->is_init) {
        uint32_t n = 0;
        while (n < o->pkg->ninits && o->pkg->inits[n] != o) n++;
        return arena_printf(c->a, "%s.init.%u", pkg, n);
    }
    if (o->targs) return arena_printf(c->a, "%s.%s[...]", pkg, o->origin->name->text);
    if (!o->decl->u.func.recv) return arena_printf(c->a, "%s.%s", pkg, o->name->text);
    Type *base = o->recv && o->recv->kind == T_POINTER ? o->recv->u.pointer.elem : o->recv;
    const char *t = base && base->kind == T_NAMED ? base->u.named.obj->name->text : "?";
    if (o->info_decl->holder) t = arena_printf(c->a, "%s[...]", o->info_decl->holder->origin->name->text);
    return arena_printf(c->a, o->ptr_recv ? "%s.(*%s).%s" : "%s.%s.%s", pkg, t, o->name->text);
}

static void check_body_of(Checker *c, Object *o) {
    resolve_object(c, o);
    DeclInfo *di = o->info_decl;
    Decl *d = o->decl;
    if (is_invalid(o->type)) return;
    Env saved = c->env;
    c->env = (Env){.pkg = di->pkg, .scope = di->file_scope, .decl = di};
    FuncInfo *f = new_func_info(c, o->type, d->u.func.type, func_name(c, o), o->pos);
    if (d->u.func.recv) {
        Field *r = d->u.func.recv;
        f->recv = new_param(c, f, r->nnames ? r->names[0] : (Ident){0}, r->pos, o->recv);
        f->recv->is_receiver = true;
    }
    o->info = f;
    d->u.func.info = f;
    if (d->u.func.body) {
        Place at = source_place(&c->p->sources, d->u.func.body->lbrace);
        if (at.file && at.file->is_std) parse_body(at.file, d->u.func.body, c->a, &c->p->names, c->d);
    }
    if (di->from) {
        Cloner cl = {.arena = c->a};
        d->u.func.body = clone_block(&cl, d->u.func.body);
        if (c->script_scope && di->pkg == c->p->main && !c->trial) di->file_scope->parent = c->script_scope;
        check_func_body(c, f, d->u.func.body, di->file_scope);
        c->env = saved;
        return;
    }
    check_func_body(c, f, d->u.func.body, c->script_scope && di->pkg == c->p->main && !c->trial ? c->script_scope : di->file_scope);
    c->env = saved;
}

void check_bodies(Checker *c) {
    Package *pkg = c->p->main;
    while (c->funcs_at < pkg->nfuncs || c->bodies_at < c->nbodies) // a body of std may ask for one of main, an instance's
        check_body_of(c, c->funcs_at < pkg->nfuncs ? pkg->funcs[c->funcs_at++] : c->bodies[c->bodies_at++]);
}

// ---- scripts ----

void check_script(Checker *c, Package *pkg) {
    Type *sig = new_func(c, NULL, 0, NULL, 0, false);
    Expr functype = {0};
    c->env = (Env){.pkg = pkg, .scope = c->main_scope};
    FuncInfo *f = new_func_info(c, sig, &functype, pkg->main ? "main.script" : "main.main", 0);
    pkg->script_main = f;
    f->script = pkg->files[0]->script;
    Body *body = arena_new(c->a, Body);
    c->env.fn = f;
    c->env.body = body;
    if (!c->trial) c->script_scope = scope_new(c->a, c->main_scope); // an input's is there already: its declarations see its variables
    c->env.scope = c->script_scope;
    c->script_scope->is_func = true;
    collect_labels(c, f->script);
    check_stmts(c, f->script, false);
    finish_labels(c, body);
    f->checked = true;
    c->script_body = body;
    c->env = (Env){0};
}

void finish_script(Checker *c) { // when the functions were checked, which may use its variables
    if (!c->script_body) return;
    c->env = (Env){.pkg = c->p->main};
    report_unused(c, c->script_body);
    free_body(c->script_body);
    c->script_body = NULL;
}
