// Declarations: package-level objects resolved on demand, local ones where they stand, functions and their bodies.
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"

enum { MAX_CHAIN = 1500 }; // declarations that wait for one another; a bound for the C stack

void depend(Checker *c, Object *o) {
    DeclInfo *from = c->env.decl, *to = o->info_decl;
    if (!from || !to || to->owner->mark == from->id) return;
    to->owner->mark = from->id;
    PUSH(c, from->deps, from->ndeps, from->deps_cap, o);
}

void reach(Checker *c, Object *fn) {
    DeclInfo *di = fn->info_decl;
    if (!di || di->queued || di->generic) return;
    di->queued = true;
    PUSH(c, di->pkg->funcs, di->pkg->nfuncs, di->pkg->funcs_cap, fn);
    if (di->pkg != c->p->main) PUSH(c, c->bodies, c->nbodies, c->bodies_cap, fn);
}

void reach_type(Checker *c, Type *t) {
    if (t->rt_used) return;
    t->rt_used = true;
    switch (t->kind) {
    case T_NAMED:
        for (uint32_t i = 0; i < t->u.named.nmethods; i++) reach(c, t->u.named.methods[i]);
        if (t->complete) reach_type(c, t->u.named.underlying);
        else t->rt_used = false;
        break;
    case T_POINTER: reach_type(c, t->u.pointer.elem); break;
    case T_SLICE: reach_type(c, t->u.slice.elem); break;
    case T_ARRAY: reach_type(c, t->u.array.elem); break;
    case T_MAP:
        reach_type(c, t->u.map.key);
        reach_type(c, t->u.map.value);
        break;
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++) reach_type(c, t->u.strct.fields[i].type);
        break;
    default: break;
    }
}

// ---- resolution on demand ----

// The values on the right of a declaration against its names; reports once, at the first name that has no partner.
static bool count_matches(Checker *c, Decl *d, uint32_t index, const char *what) {
    uint32_t names = d->u.value.nnames, values = d->u.value.values.len;
    if (values == names || (values == 1 && names > 1) || !values) return true;
    if (values < names) {
        if (index >= values) {
            Ident id = d->u.value.names[index];
            if (index == values) check_error(c, DIAG_ASSIGN_COUNT, id.pos, id.pos + id.name->len, "missing init expr for %s %s", what, id.name->text);
            return false;
        }
    } else if (index == names - 1) {
        check_error_at(c, DIAG_ASSIGN_COUNT, d->u.value.values.items[names], "extra init expr: %u name%s but %u values", names, plural(names), values);
    }
    return true;
}

static void resolve_const(Checker *c, Object *o, Decl *d, uint32_t index) {
    o->type = c->u->basic[T_INVALID];
    o->cv = const_new_int(c->a, 0);
    Env saved = c->env;
    c->env.iota = const_new_int(c->a, d->u.value.iota);
    Type *t = NULL;
    if (d->u.value.type) {
        t = check_type(c, d->u.value.type);
        if (!is_invalid(t) && !is_const_type(t) && !is_invalid(under(t))) {
            check_error_at(c, DIAG_NOT_CONSTANT, d->u.value.type, "invalid constant type %s", type_name(c, t));
            t = c->u->basic[T_INVALID];
        }
    }
    ExprList v = d->u.value.values;
    if (!v.len) {
        check_error(c, DIAG_ASSIGN_COUNT, o->pos, o->pos + o->name->len, "missing init expr for const declaration");
    } else if (index >= v.len) {
        check_error(c, DIAG_ASSIGN_COUNT, o->pos, o->pos + o->name->len, "missing init expr for const declaration");
    } else {
        if (v.len > d->u.value.nnames && index + 1 == d->u.value.nnames && !d->u.value.implicit)
            check_error_at(c, DIAG_ASSIGN_COUNT, v.items[d->u.value.nnames], "extra init expr");
        Expr *e = v.items[index];
        uint32_t before = c->d->errors;
        check_expr(c, e);
        if (!bad(e) && !(t && is_invalid(t))) {
            if (e->mode != MODE_CONST) {
                Diag *diag = check_error_at(c, DIAG_NOT_CONSTANT, e, "%s is not constant", describe(c, e));
                help(c, diag, "a constant is computed before the program runs; use var %s = ... for a value that is found while it runs", o->name->text);
            } else {
                if (t) assign_to(c, e, t, "constant declaration");
                if (!bad(e)) {
                    o->type = t ? t : e->type;
                    o->cv = e->cv;
                }
            }
        }
        // An implicit repetition fails where no text stands: point at the name.
        if (d->u.value.implicit && c->d->errors > before && c->d->count) {
            Diag *last = &c->d->items[c->d->count - 1];
            if (last->pos >= e->start && last->pos < e->end) {
                last->pos = o->pos;
                last->end = o->pos + o->name->len;
            }
        }
    }
    c->env = saved;
}

static void resolve_var(Checker *c, Object *o, Decl *d, uint32_t index) {
    Type *t = NULL;
    uint32_t n = d->u.value.nnames;
    if (d->u.value.type) {
        t = d->u.value.type->mode == MODE_TYPE ? d->u.value.type->type : check_type(c, d->u.value.type);
        o->type = t;
    }
    ExprList v = d->u.value.values;
    if (!v.len) {
        if (!t) o->type = c->u->basic[T_INVALID];
        return;
    }
    DeclInfo *di = o->info_decl;
    if (!count_matches(c, d, index, "variable declaration:")) {
        if (!t) o->type = c->u->basic[T_INVALID];
        return;
    }
    InitStep *step = arena_new(c->a, InitStep);
    if (v.len == 1 && n > 1) {
        DeclInfo *first = d->u.value.objs[0]->info_decl;
        c->env.decl = first;
        for (uint32_t i = 0; i < n; i++) {
            Object *other = d->u.value.objs[i];
            other->check_state = 1;
            other->info_decl->owner = first;
            if (t) other->type = t;
        }
        init_vars(c, d->u.value.objs, n, v, d->pos, d->end);
        for (uint32_t i = 0; i < n; i++) d->u.value.objs[i]->check_state = 2;
        *step = (InitStep){.objs = d->u.value.objs, .nobjs = n, .value = v.items[0]};
        di = first;
    } else {
        Expr *e = v.items[index < v.len ? index : 0];
        check_expr_hint(c, e, t);
        init_var(c, o, e, NULL, "variable declaration");
        Object **objs = arena_new(c->a, Object *);
        objs[0] = o;
        *step = (InitStep){.objs = objs, .nobjs = 1, .value = e};
    }
    di->step = step;
}

static void finish_named(Type *named, Type *rhs) {
    named->u.named.underlying = type_under(rhs);
    named->complete = rhs->kind != T_NAMED || rhs->complete;
}

// `type A B` where B was itself half done: follow the chain now.
static void complete_chain(Checker *c, void *p) {
    Type *named = p;
    if (named->complete) return;
    Object *o = named->u.named.obj;
    Expr *e = o->decl ? o->decl->u.type.type : NULL;
    Type *from = e && e->type ? e->type : NULL;
    for (int steps = 0; from && from->kind == T_NAMED && steps < 1000; steps++) {
        if (from == named) {
            from = NULL;
            break;
        }
        if (from->complete) break;
        Decl *d = from->u.named.obj->decl;
        from = d && d->u.type.type ? d->u.type.type->type : NULL;
    }
    if (!from || (from->kind == T_NAMED && !from->complete)) { // told at the first type of the ring
        Object *first = o;
        Type *at = e && e->type ? e->type : named;
        for (int steps = 0; at->kind == T_NAMED && at != named && steps < 1000; steps++) {
            if (at->u.named.obj->pos < first->pos) first = at->u.named.obj;
            Decl *d = at->u.named.obj->decl;
            if (!d || !d->u.type.type->type) break;
            at->u.named.underlying = c->u->basic[T_INVALID];
            at->complete = true;
            at = d->u.type.type->type;
        }
        Diag *d = check_error(c, DIAG_RECURSIVE_TYPE, first->pos, first->pos + first->name->len, "invalid recursive type %s", first->name->text);
        help(c, d, "%s is only said to be itself: some type must stand at the end", first->name->text);
        named->u.named.underlying = c->u->basic[T_INVALID];
    } else {
        named->u.named.underlying = type_under(from);
    }
    named->complete = true;
}

static void check_members(Checker *c, void *p) { // a field and a method of one name
    Type *named = p, *u = under(named);
    if (u->kind == T_STRUCT && named->u.named.nmethods)
        for (uint32_t i = 0; i < u->u.strct.n; i++)
            for (uint32_t k = 0; k < named->u.named.nmethods; k++) {
                Object *m = named->u.named.methods[k];
                if (m->name != u->u.strct.fields[i].name || m->name == c->blank) continue;
                Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, m->pos, m->pos + m->name->len, "field and method with the same name %s", m->name->text);
                label(c, d, u->u.strct.fields[i].pos, "the field");
            }
}

static void resolve_type(Checker *c, Object *o, Decl *d) {
    if (d->u.type.tparams.len) { // in a function; at package level generic_resolve has it
        Diag *diag = check_error(c, DIAG_GENERICS, o->pos, o->pos + o->name->len, "generic type cannot be declared inside a function: %s", o->name->text);
        help(c, diag, "declare it outside of functions");
        o->type = c->u->basic[T_INVALID];
        return;
    }
    if (d->u.type.alias) {
        o->type = NULL; // a mention before it is known is a cycle
        o->type = check_type_or_invalid(c, d->u.type.type);
        return;
    }
    Type *t = new_type(c, T_NAMED);
    t->u.named.obj = o;
    t->u.named.underlying = c->u->basic[T_INVALID];
    if (o->info_decl) {
        t->u.named.methods = o->info_decl->methods;
        t->u.named.nmethods = o->info_decl->nmethods;
    }
    o->type = t;
    c->constraint_ok = true;
    Type *rhs = check_type_or_invalid(c, d->u.type.type);
    c->constraint_ok = false;
    finish_named(t, rhs);
    if (!t->complete) later(c, complete_chain, t);
    if (!o->pkg || !o->pkg->is_std) {
        later(c, check_recursive, t);
        later(c, check_members, t);
    }
}

// The receiver's type, if it may have methods.
static Type *resolve_receiver(Checker *c, Object *o, Decl *d) {
    Expr *e = d->u.func.recv->type;
    Expr *inner = e;
    while (inner->kind == E_STAR || inner->kind == E_PAREN) inner = inner->kind == E_STAR ? inner->u.star.x : inner->u.paren.x;
    Object *g = inner->kind == E_NAME ? generic_of(c, inner) : NULL;
    if (g) {
        const FieldList *l = &g->info_decl->generic->tparams;
        const char *names = "";
        for (uint32_t i = 0; i < l->len; i++)
            for (uint32_t k = 0; k < l->items[i].nnames; k++) names = arena_printf(c->a, "%s%s%s", names, *names ? ", " : "", l->items[i].names[k].name->text);
        Diag *told = check_error_at(c, DIAG_GENERICS, inner, "cannot use generic type %s without instantiation", g->name->text);
        help(c, told, "the receiver names the type parameters: %s[%s]", expr_text(c, e), names);
        return c->u->basic[T_INVALID];
    }
    Type *t = check_type(c, e), *base = t;
    if (is_invalid(t)) return t;
    if (base->kind == T_POINTER) base = base->u.pointer.elem;
    o->ptr_recv = t->kind == T_POINTER;
    if (is_invalid(base)) return base;
    if (base->kind != T_NAMED || !base->u.named.obj->pkg || base->u.named.obj->pkg != c->env.pkg || !base->u.named.obj->info_decl) {
        if (base->kind == T_NAMED && base->u.named.obj->pkg == c->env.pkg && base->u.named.obj->pkg)
            check_error_at(c, DIAG_RECEIVER, inner, "cannot define new methods on type %s here", type_name(c, base));
        else if (base->kind <= T_UNTYPED_NIL || base->kind == T_NAMED) {
            Diag *diag = check_error_at(c, DIAG_RECEIVER, inner, "cannot define new methods on non-local type %s", type_name(c, base));
            help(c, diag, "declare a type of your own: type My %s; then methods may have the receiver My", type_name(c, base));
        } else
            check_error_at(c, DIAG_RECEIVER, inner, "invalid receiver type %s", type_name(c, t));
        return c->u->basic[T_INVALID];
    }
    Type *u = under(base);
    if (u->kind == T_POINTER || u->kind == T_INTERFACE) {
        help(c, check_error_at(c, DIAG_RECEIVER, inner, "invalid receiver type %s (pointer or interface type)", type_name(c, base)), "methods belong to a defined type that is no pointer: func (t T) or func (t *T)");
        return c->u->basic[T_INVALID];
    }
    return t;
}

static void resolve_func(Checker *c, Object *o, Decl *d) {
    Expr *ft = d->u.func.type;
    o->type = c->u->basic[T_INVALID];
    if (o->info_decl->holder) {
        prepare_method(c, o);
        c->env.scope = o->info_decl->file_scope;
        d = o->decl;
        ft = d->u.func.type;
    } else if (d->u.func.recv) o->recv = resolve_receiver(c, o, d);
    o->type = check_signature(c, ft);
    bool is_main = o == c->env.pkg->main;
    if ((o->is_init || is_main) && (o->type->u.func.nparams || o->type->u.func.nresults)) {
        Diag *diag = check_error(c, DIAG_BAD_MAIN, o->pos, o->pos + o->name->len, "func %s must have no arguments and no return values", o->name->text);
        if (is_main) help(c, diag, "os.Args has the arguments of the program, os.Exit(n) gives it a status");
    }
    if (!d->u.func.body) {
        if (o->pkg->is_std) o->is_native = true;
        else {
            Diag *diag = check_error(c, DIAG_MISSING_BODY, o->pos, o->pos + o->name->len, "%s", o->is_init ? "func init must have a body" : "missing function body");
            help(c, diag, "the { must stand on the line of func");
        }
    }
}

static void report_cycle(Checker *c, Object *o) {
    const char *what = o->kind == O_TYPE ? "invalid recursive type" : "initialization cycle or loop:";
    if (o->kind == O_TYPE) check_error(c, DIAG_RECURSIVE_TYPE, o->pos, o->pos + o->name->len, "%s %s", what, o->name->text);
    else {
        Diag *d = check_error(c, DIAG_INIT_CYCLE, o->pos, o->pos + o->name->len, "initialization cycle: %s refers to itself", o->name->text);
        help(c, d, "its value is needed to compute its value");
    }
    o->type = c->u->basic[T_INVALID];
}

void resolve_object(Checker *c, Object *o) {
    if (o->check_state == 2) return;
    if (!o->info_decl && o->pkg) return; // a local type in the middle of its declaration
    if (!o->info_decl) { // a keyword type: sync's
        const char *names[] = {"mutex", "Mutex", "rwmutex", "RWMutex", "waitgroup", "WaitGroup", "once", "Once"};
        Package *sync = package_load(c, "sync", 4, 0, 0);
        o->check_state = 2;
        o->type = c->u->basic[T_INVALID];
        for (int i = 0; sync && i < 8; i += 2) {
            if (strcmp(names[i], o->name->text)) continue;
            Object *real = scope_find(sync->scope, intern_cstr(&c->p->names, names[i + 1]));
            if (!real) break;
            resolve_object(c, real);
            o->type = real->type;
        }
        if (sync) package_add_import(c, c->env.pkg, sync);
        else c->invalid_silently = true;
        return;
    }
    if (o->check_state == 1) {
        if (o->kind == O_TYPE && o->type) return; // a defined type may mention itself
        if (o->kind == O_FUNC) {
            if (!o->type || is_invalid(o->type)) report_cycle(c, o);
            return;
        }
        if (o->kind == O_VAR && o->type) return;
        report_cycle(c, o);
        return;
    }
    if (c->depth > MAX_CHAIN) {
        check_error(c, DIAG_TOO_DEEP, o->pos, o->pos + o->name->len, "too many declarations that depend on one another");
        o->check_state = 2;
        o->type = c->u->basic[T_INVALID];
        return;
    }
    DeclInfo *di = o->info_decl;
    if (di->generic) {
        o->check_state = 2;
        o->type = c->u->basic[T_INVALID];
        generic_resolve(c, o);
        return;
    }
    o->check_state = 1;
    Env saved = c->env;
    c->env = (Env){.pkg = di->pkg, .scope = di->file_scope, .decl = di};
    c->depth++;
    switch ((ObjKind)o->kind) {
    case O_CONST: resolve_const(c, o, di->decl, di->index); break;
    case O_VAR: resolve_var(c, o, di->decl, di->index); break;
    case O_TYPE: resolve_type(c, o, di->decl); break;
    case O_FUNC: resolve_func(c, o, di->decl); break;
    case O_BAD: case O_PACKAGE: case O_BUILTIN: case O_NIL: case O_LABEL: break;
    }
    o->check_state = 2;
    if (!o->type) o->type = c->u->basic[T_INVALID];
    c->depth--;
    if (!c->depth) run_later(c);
    c->env = saved;
}

// ---- local declarations ----

static void local_vars(Checker *c, Decl *d) {
    uint32_t n = d->u.value.nnames;
    Object **objs = arena_array(c->a, Object *, n);
    d->u.value.objs = objs;
    Type *t = d->u.value.type ? check_type(c, d->u.value.type) : NULL;
    for (uint32_t i = 0; i < n; i++) objs[i] = new_object(c, O_VAR, d->u.value.names[i], t);
    ExprList v = d->u.value.values;
    if (v.len) {
        if (v.len != n && !(v.len == 1 && n > 1)) {
            for (uint32_t i = 0; i < v.len; i++) check_expr(c, v.items[i]);
            for (uint32_t i = 0; i < n; i++) {
                if (!t) objs[i]->type = c->u->basic[T_INVALID];
                objs[i]->used = true;
            }
            if (v.len < n) {
                Ident id = d->u.value.names[v.len];
                Diag *diag = check_error(c, DIAG_ASSIGN_COUNT, id.pos, id.pos + id.name->len, "assignment mismatch: %u variable%s but %u value%s", n, plural(n), v.len, plural(v.len));
                help(c, diag, "missing init expr for %s", id.name->text);
            } else {
                Diag *diag = check_error_at(c, DIAG_ASSIGN_COUNT, v.items[n], "assignment mismatch: %u variable%s but %u value%s", n, plural(n), v.len, plural(v.len));
                help(c, diag, "extra init expr %s", expr_text(c, v.items[n]));
            }
        } else {
            init_vars(c, objs, n, v, d->pos, d->end);
        }
    } else if (!t) {
        for (uint32_t i = 0; i < n; i++) objs[i]->type = c->u->basic[T_INVALID];
    }
    for (uint32_t i = 0; i < n; i++) declare_local(c, objs[i]);
}

static void local_type(Checker *c, Decl *d) {
    Object *o = new_object(c, O_TYPE, d->u.type.name, NULL);
    o->pkg = c->env.pkg;
    o->decl = d;
    d->u.type.obj = o;
    if (!d->u.type.alias) declare(c, c->env.scope, o); // its scope begins at the name; an alias has no use for itself
    o->check_state = 1;
    c->depth++;
    resolve_type(c, o, d);
    c->depth--;
    o->check_state = 2;
    if (d->u.type.alias) declare(c, c->env.scope, o);
    if (!c->depth) run_later(c);
}

void check_local_decl(Checker *c, Decl *d) {
    bool script_top = c->env.body && c->env.scope == c->script_scope;
    switch ((DeclKind)d->kind) {
    case D_VAR: local_vars(c, d); break;
    case D_CONST:
        if (script_top) {
            for (uint32_t i = 0; i < d->u.value.nnames; i++) resolve_object(c, d->u.value.objs[i]);
            break;
        }
        d->u.value.objs = arena_array(c->a, Object *, d->u.value.nnames);
        for (uint32_t i = 0; i < d->u.value.nnames; i++) {
            Object *o = d->u.value.objs[i] = new_object(c, O_CONST, d->u.value.names[i], NULL);
            resolve_const(c, o, d, i);
        }
        for (uint32_t i = 0; i < d->u.value.nnames; i++) declare(c, c->env.scope, d->u.value.objs[i]);
        break;
    case D_TYPE:
        if (script_top) resolve_object(c, d->u.type.obj);
        else local_type(c, d);
        break;
    case D_FUNC: case D_IMPORT: case D_BAD: break;
    }
}
