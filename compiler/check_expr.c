// Expressions: the dispatcher, names, and what has no file of its own. See checker.h for how an Expr is its own operand.
#include <string.h>

#include "compiler/advice.h"

enum { MAX_EXPR_DEPTH = 3000 };

// ---- names ----

Object *lookup_name(Checker *c, const Name *name) {
    Object *o = scope_lookup(c->env.scope, name, NULL);
    if (o || !c->env.pkg->is_script) return o;
    Package *pkg = package_of_name(c, name); // a script knows every std package without import
    if (!pkg) return NULL;
    package_add_import(c, c->env.pkg, pkg);
    Env saved = c->env;
    c->env.fn = NULL;
    o = new_object(c, O_PACKAGE, (Ident){name, 0}, c->u->basic[T_INVALID]);
    o->imported = pkg;
    o->used = true;
    scope_insert(c->a, c->u->scope, o);
    c->env = saved;
    return o;
}

// A variable of an outer function: every function between gets it among its captures.
static void capture(Checker *c, Object *o) {
    FuncInfo *f = c->env.fn;
    while (f && f != o->func) f = f->outer;
    o->captured = true;
    if (!f) { // a declared function of a script: see FuncInfo in types.h
        DeclInfo *di = c->env.decl;
        uint32_t i = 0;
        while (di && i < di->nshared && di->shared[i] != o) i++;
        if (di && i == di->nshared) PUSH(c, di->shared, di->nshared, di->shared_cap, o);
        o->script_shared = true;
        return;
    }
    for (f = c->env.fn; f != o->func; f = f->outer) {
        uint32_t i = 0;
        while (i < f->ncaptures && f->captures[i] != o) i++;
        if (i < f->ncaptures) return; // then the outer ones have it too
        if (f->ncaptures == f->captures_cap) {
            uint32_t cap = f->captures_cap ? f->captures_cap * 2 : 4;
            Object **grown = arena_array(c->a, Object *, cap);
            if (f->ncaptures) memcpy(grown, f->captures, sizeof *grown * f->ncaptures);
            f->captures = grown;
            f->captures_cap = cap;
        }
        f->captures[f->ncaptures++] = o;
    }
}

void mention_var(Checker *c, Object *o, const Expr *e) {
    (void)e;
    if (o->func && o->func != c->env.fn) capture(c, o);
    if (o->is_global) depend(c, o);
}

// One mistake, one message: a name is told to be undefined once in each declared function.
static bool told_before(Checker *c, const Name *name) {
    if (c->undefined_in != c->env.decl) c->nundefined = 0;
    c->undefined_in = c->env.decl;
    for (uint32_t i = 0; i < c->nundefined; i++)
        if (c->undefined[i] == name) return true;
    if (c->nundefined < COUNT_OF(c->undefined)) c->undefined[c->nundefined++] = name;
    return false;
}

// A variable of an inner block that has ended.
static bool scope_left(Checker *c, Diag *d, const Name *name) {
    const struct Body *b = c->env.body;
    for (uint32_t i = b ? b->nlocals : 0; i--;) {
        if (b->locals[i].obj->name != name) continue;
        label(c, d, b->locals[i].obj->pos, "this %s ends with its block", name->text);
        help(c, d, "declare it before the block, with var %s, and assign to it inside with =", name->text);
        b->locals[i].obj->used = true;
        return true;
    }
    for (const Stmt *s = c->defining; s; s = NULL)
        for (uint32_t i = 0; i < s->u.define.lhs.len; i++) {
            const Expr *l = s->u.define.lhs.items[i];
            if (l->kind != E_NAME || l->u.name.name != name) continue;
            label(c, d, l->start, "%s is known behind this statement", name->text);
            help(c, d, "a func that calls itself is declared first: var %s func(...), then %s = func(...) { ... }", name->text, name->text);
            return true;
        }
    return false;
}

// T in the method `func (s *Stack) Push(x T)` of a generic type, whose receiver was told to need it.
static bool of_bare_receiver(Checker *c, const Name *name) {
    const Decl *decl = c->env.decl ? c->env.decl->decl : NULL;
    if (!decl || decl->kind != D_FUNC || !decl->u.func.recv) return false;
    Expr *e = decl->u.func.recv->type;
    while (e && (e->kind == E_STAR || e->kind == E_PAREN)) e = e->kind == E_STAR ? e->u.star.x : e->u.paren.x;
    Object *g = e && e->kind == E_NAME ? generic_of(c, e) : NULL;
    if (!g) return false;
    const FieldList *l = &g->info_decl->generic->tparams;
    for (uint32_t i = 0; i < l->len; i++)
        for (uint32_t k = 0; k < l->items[i].nnames; k++)
            if (l->items[i].names[k].name == name) return true;
    return false;
}

void undefined_name(Checker *c, const Expr *e, const Name *name) {
    if (of_bare_receiver(c, name)) return;
    if (c->env.fn && told_before(c, name)) return;
    const Waiting *w = c->trial ? c->trial->waiting : NULL;
    while (w && (w->of || w->name != name)) w = w->next;
    if (w) {
        input_missing(c, e->start, name, NULL);
        Diag *d = check_error_at(c, DIAG_UNDEFINED, e, "%s cannot be used yet: it needs %s, which %s not declared", name->text, w->needs, w->nmissing > 1 ? "are" : "is");
        label(c, d, w->missing[0].pos, "%s is needed here", w->missing[0].name->text);
        return;
    }
    Diag *d = check_error_at(c, DIAG_UNDEFINED, e, "undefined: %s", name->text);
    const char *path = package_for_hint(name);
    if (!path) input_missing(c, e->start, name, NULL);
    if (path) {
        help(c, d, "import \"%s\" at the top of the file", path);
        return;
    }
    if (c->script_scope && c->env.fn == c->p->main->script_main && c->env.body && !c->env.body->script_done) {
        for (uint32_t i = 0; i < c->p->main->script_main->script.len; i++) {
            Stmt *s = c->p->main->script_main->script.items[i];
            if (s->pos < e->pos || s->kind != S_DEFINE) continue;
            for (uint32_t k = 0; k < s->u.define.lhs.len; k++) {
                Expr *l = s->u.define.lhs.items[k];
                if (l->kind != E_NAME || l->u.name.name != name) continue;
                label(c, d, l->start, "it is declared here, after its use");
                return;
            }
        }
    }
    const Name *near = scope_nearest(c->env.scope, name);
    const char *advice = advice_name(c, name);
    const Object *like = near ? scope_lookup(c->env.scope, near, NULL) : NULL;
    if (advice && (!like || !like->pkg) && !(like && like->func)) {
        help(c, d, "%s", advice);
        return;
    }
    if (scope_left(c, d, name)) return;
    if (!near && e == c->as_target) help(c, d, "a variable is declared first: %s := value, or var %s and its type", name->text, name->text);
    if (!near && e == c->as_channel) help(c, d, "a channel is made before it is used: %s := make(chan int), or of what else it carries", name->text);
    if (!near) return;
    help(c, d, "did you mean %s?", near->text);
    scope_lookup(c->env.scope, near, NULL)->used = true; // it would be, but for this mistake
}

static void name_of_var(Checker *c, Expr *e, Object *o) {
    mention_var(c, o, e);
    o->used = true;
    if (is_invalid(o->type)) {
        expr_bad(c, e);
        return;
    }
    e->mode = MODE_VAR;
    e->type = o->type;
}

void check_name(Checker *c, Expr *e, bool as_type) {
    const Name *name = e->u.name.name;
    if (name == c->blank) {
        Diag *d = check_error_at(c, DIAG_BLANK, e, as_type ? "cannot use _ as type" : "cannot use _ as value");
        help(c, d, "_ only throws values away: nothing can be read from it");
        expr_bad(c, e);
        return;
    }
    Object *o = e->u.name.obj && e->u.name.obj->kind == O_FUNC && e->u.name.obj->targs ? e->u.name.obj : lookup_name(c, name); // an instance stays
    if (!o) {
        undefined_name(c, e, name);
        expr_bad(c, e);
        return;
    }
    e->u.name.obj = o;
    if (o->check_state != 2) {
        resolve_object(c, o);
        if (o->kind == O_TYPE && o->check_state == 1 && !as_type) o->used = true;
    }
    if (o->info_decl && o->info_decl->generic) {
        o->used = true;
        generic_unnamed(c, e, o);
        expr_bad(c, e);
        return;
    }
    switch ((ObjKind)o->kind) {
    case O_PACKAGE:
        o->used = true;
        e->mode = MODE_PACKAGE;
        e->type = c->u->basic[T_INVALID];
        return;
    case O_CONST:
        if (o->cv == NULL && o->type->kind == T_UNTYPED_INT) { // iota
            if (!c->env.iota) {
                check_error_at(c, DIAG_IOTA, e, "cannot use iota outside constant declaration");
                break;
            }
            e->cv = c->env.iota;
        } else {
            e->cv = o->cv;
        }
        o->used = true;
        if (is_invalid(o->type)) break;
        e->mode = MODE_CONST;
        e->type = o->type;
        return;
    case O_TYPE:
        o->used = true;
        if (!o->type || is_invalid(o->type)) break;
        if (!o->pkg && !o->is_tparam && !c->env.pkg->is_std && (o->type == c->u->byte_type || o->type == c->u->rune_type))
            o->type->u.basic.name = name->text; // messages use the name that the program uses
        e->mode = MODE_TYPE;
        e->type = o->type;
        return;
    case O_VAR: name_of_var(c, e, o); return;
    case O_FUNC:
        o->used = true;
        depend(c, o);
        reach(c, o);
        if (is_invalid(o->type)) break;
        e->mode = MODE_VALUE;
        e->type = o->type;
        return;
    case O_BUILTIN:
        e->mode = MODE_BUILTIN;
        e->type = c->u->basic[T_INVALID];
        return;
    case O_NIL:
        e->mode = MODE_NIL;
        e->type = c->u->basic[T_UNTYPED_NIL];
        return;
    case O_BAD: case O_LABEL: break;
    }
    expr_bad(c, e);
}

// ---- the rest ----

static void check_star(Checker *c, Expr *e) {
    Expr *x = e->u.star.x;
    check_expr_or_type(c, x);
    if (bad(x)) {
        expr_bad(c, e);
    } else if (x->mode == MODE_TYPE) {
        e->mode = MODE_TYPE;
        e->type = new_pointer(c, x->type);
    } else if (expr_is_nil(x)) {
        check_error_at(c, DIAG_DEREF, e, "invalid operation: cannot indirect nil");
        expr_bad(c, e);
    } else if (under(x->type)->kind != T_POINTER) {
        Diag *d = check_error_at(c, DIAG_DEREF, e, "invalid operation: cannot indirect %s", describe(c, x));
        const SourceFile *file = source_place(&c->p->sources, e->start).file;
        bool power = file && e->start > file->base && file->text[e->start - file->base - 1] == '*'; // 2 ** 3
        if (power) help(c, d, "a power is math.Pow(x, y), of float64");
        else help(c, d, "only a pointer has something behind it: %s is of type %s", expr_text(c, x), type_name(c, x->type));
        expr_bad(c, e);
    } else {
        e->mode = MODE_VAR;
        e->type = under(x->type)->u.pointer.elem;
    }
}

static void copy_operand(Expr *to, const Expr *from) {
    to->mode = from->mode;
    to->type = from->type;
    to->cv = from->cv;
}

static void raw(Checker *c, Expr *e, Type *hint) {
    switch ((ExprKind)e->kind) {
    case E_BAD: expr_bad(c, e); break;
    case E_NAME: check_name(c, e, false); break;
    case E_BASICLIT: check_literal(c, e); break;
    case E_FUNCLIT: check_func_lit(c, e); break;
    case E_COMPOSITE: check_composite(c, e, hint); break;
    case E_KEYVALUE:
        check_error_at(c, DIAG_LITERAL, e, "unexpected key:value expression");
        expr_bad(c, e);
        break;
    case E_PAREN:
        check_raw(c, e->u.paren.x, hint);
        copy_operand(e, e->u.paren.x);
        break;
    case E_SELECTOR: check_selector(c, e, false); break;
    case E_INDEX: check_index(c, e); break;
    case E_SLICE: check_slice(c, e); break;
    case E_TYPEASSERT: check_type_assert(c, e); break;
    case E_CALL: check_call(c, e); break;
    case E_STAR: check_star(c, e); break;
    case E_UNARY: check_unary(c, e, hint); break;
    case E_BINARY: check_binary(c, e); break;
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: check_type(c, e); break;
    case E_ELLIPSIS:
        check_error_at(c, DIAG_VARIADIC, e, "invalid use of ...");
        expr_bad(c, e);
        break;
    }
}

void check_raw(Checker *c, Expr *e, Type *hint) {
    if (c->expr_depth > MAX_EXPR_DEPTH) {
        check_error_at(c, DIAG_TOO_DEEP, e, "the expression is nested too deeply");
        expr_bad(c, e);
        return;
    }
    c->expr_depth++;
    e->mode = MODE_NONE;
    e->cv = NULL;
    e->flags &= (uint8_t)~EXPR_SHIFT_LHS;
    raw(c, e, hint);
    if (!e->type) e->type = c->u->basic[T_INVALID];
    c->expr_depth--;
}

static void exclude(Checker *c, Expr *e, bool allow_type) {
    switch ((Mode)e->mode) {
    case MODE_NOVALUE: {
        Diag *d = check_error_at(c, DIAG_MULTI_VALUE, e, "%s used as value", describe(c, e));
        if (e->kind == E_CALL) help(c, d, "%s returns nothing: call it as a statement, or say what it returns behind its parameters", expr_text(c, e->u.call.fun));
        else help(c, d, "the function returns nothing");
        break;
    }
    case MODE_BUILTIN: {
        Diag *d = check_error_at(c, DIAG_NOT_EXPR, e, "%s must be called", describe(c, e));
        help(c, d, "write %s(...)", expr_text(c, e));
        break;
    }
    case MODE_TYPE: {
        if (allow_type) return;
        Diag *d = check_error_at(c, DIAG_NOT_EXPR, e, "%s is not an expression", describe(c, e));
        help(c, d, "a value of the type is %s", under(e->type)->kind == T_STRUCT || under(e->type)->kind == T_SLICE || under(e->type)->kind == T_MAP
            ? arena_printf(c->a, "%s{}", expr_text(c, e)) : arena_printf(c->a, "%s(x), or declare one: var v %s", expr_text(c, e), expr_text(c, e)));
        break;
    }
    case MODE_PACKAGE: {
        Diag *d = check_error_at(c, DIAG_NOT_EXPR, e, "use of package %s without selector", expr_text(c, e));
        help(c, d, "write what you want of it: %s.Name", expr_text(c, e));
        break;
    }
    case MODE_NONE: case MODE_CONST: case MODE_NIL: case MODE_VAR: case MODE_MAPINDEX: case MODE_COMMAOK: case MODE_VALUE: return;
    }
    expr_bad(c, e);
}

void single_value(Checker *c, Expr *e) {
    if (e->mode != MODE_VALUE || e->type->kind != T_TUPLE) return;
    Diag *d = check_error_at(c, DIAG_MULTI_VALUE, e, "multiple-value %s (value of type %s) in single-value context", expr_text(c, e), type_name(c, e->type));
    help(c, d, "give each of the %u values a place first: a, b := %s", e->type->u.tuple.n, expr_text(c, e));
    expr_bad(c, e);
}

void check_value(Checker *c, Expr *e) {
    exclude(c, e, false);
    single_value(c, e);
}

void check_expr_hint(Checker *c, Expr *e, Type *hint) {
    check_raw(c, e, hint);
    check_value(c, e);
}

void check_expr(Checker *c, Expr *e) { check_expr_hint(c, e, NULL); }

void check_multi(Checker *c, Expr *e) {
    check_raw(c, e, NULL);
    exclude(c, e, false);
}

void check_expr_or_type(Checker *c, Expr *e) {
    check_raw(c, e, NULL);
    exclude(c, e, true);
    single_value(c, e);
}
