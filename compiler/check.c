// The door of the checker, and what all its parts share: reporting, the queue of things that wait, small helpers.
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"

// ---- reporting ----

static Diag *vreport(Checker *c, DiagCode code, Pos pos, Pos end, const char *fmt, va_list ap) {
    Diag *d = diag_add(c->d, code, pos, end, "%s", arena_vprintf(&c->d->arena, fmt, ap));
    if (c->env.decl && c->env.decl->from && c->env.decl->asked) {
        Object *o = c->env.decl->holder ? c->env.decl->holder : c->env.decl->obj;
        bool any = o->ntargs && type_is_stand_in(o->targs[0]);
        for (uint32_t i = 1; i < o->ntargs; i++) any = any || type_is_stand_in(o->targs[i]);
        if (any) diag_label(c->d, d, c->env.decl->asked, "it must be right for every type that its constraints allow");
        else diag_label(c->d, d, c->env.decl->asked, "in the instance %s, which is asked for here", o->name->text);
    }
    return d;
}

Diag *check_error(Checker *c, DiagCode code, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = vreport(c, code, pos, end, fmt, ap);
    va_end(ap);
    return d;
}

Diag *check_error_at(Checker *c, DiagCode code, const Expr *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    Diag *d = vreport(c, code, e->start, e->end, fmt, ap);
    va_end(ap);
    return d;
}

void help(Checker *c, Diag *d, const char *fmt, ...) {
    if (d->help && d->help != diag_common_help(d->code)) return;
    va_list ap;
    va_start(ap, fmt);
    diag_help(c->d, d, "%s", arena_vprintf(&c->d->arena, fmt, ap));
    va_end(ap);
}

void label(Checker *c, Diag *d, Pos pos, const char *fmt, ...) {
    if (!pos) return;
    va_list ap;
    va_start(ap, fmt);
    diag_label(c->d, d, pos, "%s", arena_vprintf(&c->d->arena, fmt, ap));
    va_end(ap);
}

const char *type_name(Checker *c, const Type *t) { return type_str(c->a, t, c->env.pkg); }

const char *expr_text(Checker *c, const Expr *e) {
    enum { MAX = 60 };
    Place p = source_place(&c->p->sources, e->start);
    if (!p.file || e->end <= e->start) return "expression";
    uint32_t from = e->start - p.file->base, to = e->end - p.file->base;
    if (to > p.file->len) to = p.file->len;
    if (e->kind == E_FUNCLIT) return arena_printf(c->a, "func literal");
    char *s = arena_alloc(c->a, MAX + 8), *o = s;
    for (uint32_t i = from; i < to; i++) {
        char ch = p.file->text[i];
        if (isspace((unsigned char)ch)) {
            if (o > s && o[-1] != ' ') *o++ = ' ';
        } else {
            *o++ = ch;
        }
        if (o - s >= MAX) {
            while (o > s && (o[-1] & 0xC0) == 0x80) o--;
            memcpy(o, "...", 4);
            return s;
        }
    }
    return s;
}

const char *const_text(Checker *c, const ConstVal *v) {
    Buf b;
    buf_init(&b);
    const_write(&b, v);
    const char *s = arena_strndup(c->a, buf_str(&b), b.len);
    buf_fini(&b);
    return s;
}

const char *describe(Checker *c, const Expr *e) {
    const char *text = expr_text(c, e), *t = e->type ? type_name(c, e->type) : "?";
    bool untyped = e->type && is_untyped(e->type);
    const char *kind = "value";
    switch ((Mode)e->mode) {
    case MODE_NONE: return text;
    case MODE_NOVALUE: return arena_printf(c->a, "%s (no value)", text);
    case MODE_BUILTIN: return arena_printf(c->a, "%s (built-in)", text);
    case MODE_TYPE: return arena_printf(c->a, "%s (type)", text);
    case MODE_PACKAGE: return arena_printf(c->a, "%s (package)", text);
    case MODE_NIL: return untyped ? "untyped nil" : "nil";
    case MODE_CONST: {
        const char *v = e->cv ? const_text(c, e->cv) : "";
        bool same = !strcmp(v, text) || e->kind == E_BASICLIT;
        if (untyped) return arena_printf(c->a, "%s (%s constant%s%s)", text, t, same ? "" : " ", same ? "" : v);
        return arena_printf(c->a, "%s (constant%s%s of type %s)", text, same ? "" : " ", same ? "" : v, t);
    }
    case MODE_VAR: kind = "variable"; break;
    case MODE_MAPINDEX: kind = "map index expression"; break;
    case MODE_COMMAOK: kind = "comma, ok expression"; break;
    case MODE_VALUE: break;
    }
    return untyped ? arena_printf(c->a, "%s (%s %s)", text, t, kind) : arena_printf(c->a, "%s (%s of type %s)", text, kind, t);
}

const char *plural(uint32_t n) { return n == 1 ? "" : "s"; }

// ---- the queue ----

void later(Checker *c, LaterFn *fn, void *p) {
    Later l = {.fn = fn, .p = p, .env = c->env};
    PUSH(c, c->later, c->nlater, c->later_cap, l);
}

void run_later(Checker *c) {
    Env saved = c->env;
    while (c->later_at < c->nlater) {
        Later l = c->later[c->later_at++];
        if (c->later_at == c->nlater) c->later_at = c->nlater = 0;
        c->env = l.env;
        l.fn(c, l.p);
    }
    c->env = saved;
}

// ---- helpers ----

void expr_bad(Checker *c, Expr *e) {
    e->mode = MODE_NONE;
    e->type = c->u->basic[T_INVALID];
    e->cv = NULL;
}

Object *new_object(Checker *c, ObjKind kind, Ident id, Type *t) {
    Object *o = arena_new(c->a, Object);
    o->kind = (uint8_t)kind;
    o->name = id.name;
    o->pos = id.pos;
    o->type = t;
    o->func = c->env.fn;
    o->check_state = 2;
    return o;
}

void declare(Checker *c, Scope *s, Object *o) {
    if (!o->name || o->name == c->blank) return;
    Object *old = scope_insert(c->a, s, o);
    if (!old && s == c->script_scope) { // a script's functions, types and constants live one scope further out
        old = scope_find(s->parent, o->name);
        if (!old && s->parent) old = scope_find(s->parent->parent, o->name);
    }
    if (!old) return;
    o->used = old->used = true; // one mistake, one message
    Diag *d = check_error(c, DIAG_REDECLARED, o->pos, o->pos + o->name->len, "%s redeclared in this block", o->name->text);
    label(c, d, old->pos, "other declaration of %s", o->name->text);
    if (o->kind == O_VAR && old->kind == O_VAR) help(c, d, "to give %s a new value, write %s = ... (without var or :)", o->name->text, o->name->text);
}

Scope *open_scope(Checker *c) {
    Scope *outer = c->env.scope;
    c->env.scope = scope_new(c->a, outer);
    return outer;
}

void close_scope(Checker *c) { c->env.scope = c->env.scope->parent; }
