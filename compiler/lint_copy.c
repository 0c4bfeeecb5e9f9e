// A lock that is copied: the copy has a state of its own, so the two no longer exclude each other, and a Done on a copied wait
// group is never seen by the Wait. Found where a value that has a lock in it is assigned, passed, returned, ranged over, sent or
// put into a literal. What a call or a literal makes is fresh and may be moved; so is the zero value of a declaration.
// The rules are those of vet's copylocks, and sends.
#include <string.h>

#include "compiler/lint_check.h"
#include "compiler/lookup.h"

static const char *const in_sync[] = {"Mutex", "RWMutex", "WaitGroup", "Once", "Cond", "Pool", "Map"};

static bool std_lock(const Type *t) {
    const Object *o = t->u.named.obj;
    if (!o->pkg || !o->pkg->is_std) return false;
    if (!strcmp(o->pkg->path, "sync/atomic")) return type_under((Type *)t)->kind == T_STRUCT && strcmp(o->name->text, "Value");
    for (size_t i = 0; i < COUNT_OF(in_sync); i++)
        if (lint_is_named(t, "sync", in_sync[i])) return true;
    return false;
}

// A func() method of *T that T itself has not.
static bool pointer_method(Lint *l, Type *t, const char *name, bool *by_pointer) {
    Selection sel;
    const Name *n = intern_cstr(&l->p->names, name);
    LookupResult r = lookup_member(t, false, NULL, n, &l->arena, &sel);
    if (r != LOOKUP_OK && r != LOOKUP_NEEDS_POINTER) return false;
    if (sel.kind == SEL_FIELD) return false;
    const Type *sig = sel.method ? sel.method->type : sel.type;
    if (sig && sig->kind == T_FUNC && (sig->u.func.nparams || sig->u.func.nresults)) return false;
    *by_pointer |= r == LOOKUP_NEEDS_POINTER;
    return true;
}

// The lock inside a value of type t, or NULL.
static const Type *lock_in(Lint *l, Type *t) {
    if (!t) return NULL;
    while (type_under(t) && type_under(t)->kind == T_ARRAY) t = type_under(t)->u.array.elem;
    if (t->kind == T_NAMED && std_lock(t)) return t;
    Type *s = type_under(t);
    if (!s || s->kind != T_STRUCT) return NULL;
    for (uint32_t i = 0; i < s->u.strct.n; i++) {
        const Type *inner = lock_in(l, s->u.strct.fields[i].type);
        if (inner) return inner;
    }
    bool by_pointer = false;
    return t->kind == T_NAMED && pointer_method(l, t, "Lock", &by_pointer) && pointer_method(l, t, "Unlock", &by_pointer) && by_pointer ? t : NULL;
}

static const char *what_lock(Lint *l, const Type *t, const Type *lock) {
    if (t == lock) return arena_printf(&l->arena, "a %s", lint_type(l, t));
    return arena_printf(&l->arena, "%s, which has a %s in it", lint_type(l, t), lint_type(l, lock));
}

// The lock that using the value of e copies.
static const Type *copied(Lint *l, const Expr *e) {
    const Expr *x = lint_bare(e);
    if (!x || !x->type || x->mode == MODE_TYPE || x->mode == MODE_NONE || x->mode == MODE_CONST || x->mode == MODE_NIL) return NULL;
    if (x->kind == E_COMPOSITE || x->kind == E_CALL) return NULL;
    if (x->kind == E_UNARY && x->op == OPR_RECV) return NULL;
    if (x->kind == E_STAR && lint_bare(x->u.star.x)->kind == E_CALL) return NULL;
    if (x->type->kind == T_TUPLE) return NULL;
    return lock_in(l, x->type);
}

static void value(Lint *l, const Expr *e, const char *how) {
    const Type *lock = copied(l, e);
    if (!lock) return;
    Diag *d = lint_warn_at(l, e, "%s copies %s: %s", how, lint_text(l, e), what_lock(l, e->type, lock));
    lint_help(l, d, "use a pointer: a copy is a lock of its own, which keeps nobody out of the first");
}

static bool blank(const Expr *e) {
    e = lint_bare(e);
    return e->kind == E_NAME && !strcmp(e->u.name.name->text, "_");
}

static void range_var(Lint *l, const Expr *e) {
    if (!e || blank(e)) return;
    Type *t = lint_var(e) ? lint_var(e)->type : e->type;
    const Type *lock = lock_in(l, t);
    if (!lock) return;
    Diag *d = lint_warn_at(l, e, "each pass copies an element into %s: %s", lint_text(l, e), what_lock(l, t, lock));
    lint_help(l, d, "range over the index alone and use &list[i]");
}

static void values(Lint *l, ExprList lhs, ExprList rhs, const char *how) {
    for (uint32_t i = 0; i < rhs.len; i++)
        if (lhs.len != rhs.len || !blank(lhs.items[i])) value(l, rhs.items[i], how);
}

void lint_copy_stmt(Lint *l, Stmt *s) {
    switch ((StmtKind)s->kind) {
    case S_ASSIGN: values(l, s->u.assign.lhs, s->u.assign.rhs, "the assignment"); break;
    case S_DEFINE: values(l, s->u.define.lhs, s->u.define.rhs, "the assignment"); break;
    case S_RETURN: values(l, (ExprList){0}, s->u.ret.results, "return"); break;
    case S_SEND: value(l, s->u.send.value, "the send"); break;
    case S_RANGE:
        range_var(l, s->u.range.key);
        range_var(l, s->u.range.value);
        break;
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++)
            if (s->u.decl.items[i]->kind == D_VAR) values(l, (ExprList){0}, s->u.decl.items[i]->u.value.values, "the declaration");
        break;
    case S_BAD: case S_EMPTY: case S_LABELED: case S_EXPR: case S_INCDEC: case S_GO: case S_DEFER: case S_BREAK: case S_CONTINUE:
    case S_GOTO: case S_FALLTHROUGH: case S_BLOCK: case S_IF: case S_SWITCH: case S_TYPESWITCH: case S_SELECT: case S_FOR: break;
    }
}

void lint_copy_expr(Lint *l, Expr *e) {
    if (e->kind == E_COMPOSITE) {
        for (uint32_t i = 0; i < e->u.comp.elems.len; i++) {
            const Expr *x = e->u.comp.elems.items[i];
            value(l, x->kind == E_KEYVALUE ? x->u.kv.value : x, "the literal");
        }
        return;
    }
    if (e->kind != E_CALL) return;
    int b = e->u.call.builtin;
    if (b == B_NEW || b == B_MAKE || b == B_LEN || b == B_CAP) return;
    // Of a function that takes a lock by value the declaration is told about, once.
    const Object *f = lint_call(e) ? lint_callee(e) : NULL;
    const Type *sig = f && f->pkg == l->p->main && f->info ? f->info->sig : NULL;
    for (uint32_t i = 0; i < e->u.call.args.len; i++) {
        if (sig && i < sig->u.func.nparams && lock_in(l, sig->u.func.params[i])) continue;
        value(l, e->u.call.args.items[i], e->u.call.is_conversion ? "the conversion" : "the call");
    }
}

void lint_copy_func(Lint *l, LintFunc *f) {
    const Object *o = f->decl && f->decl->origin ? f->decl->origin : f->decl;
    const char *name = o ? o->name->text : "the function";
    const Type *lock;
    Object *r = f->info->recv;
    if (r && r->type && (lock = lock_in(l, r->type))) {
        Diag *d = lint_warn(l, r->pos, 0, "%s gets a copy of its receiver: %s", name, what_lock(l, r->type, lock));
        lint_help(l, d, "make the receiver a pointer: (%s *%s)", r->name ? r->name->text : "x", lint_type(l, r->type));
    }
    for (uint32_t i = 0; i < f->info->nparams; i++) {
        const Object *p = f->info->params[i];
        if (!p->type || !(lock = lock_in(l, p->type))) continue;
        Diag *d = lint_warn(l, p->pos, 0, "%s gets a copy of %s", name, what_lock(l, p->type, lock));
        lint_help(l, d, "take a pointer, %s *%s, and pass the address", p->name ? p->name->text : "x", lint_type(l, p->type));
    }
}
