// session_ask.c — questions that a session answers without being changed.
#include <string.h>

#include "compiler/session_int.h"

static const char *kind_of(const Object *o) {
    switch ((ObjKind)o->kind) {
    case O_PACKAGE: return "package";
    case O_CONST: case O_NIL: return "const";
    case O_TYPE: return "type";
    case O_VAR: return "var";
    case O_FUNC: return "func";
    case O_BUILTIN: return "builtin";
    case O_BAD: case O_LABEL: break;
    }
    return "";
}

SessionName session_name_of(Session *s, const Object *o) {
    const Type *t = o->type;
    if (o->kind == O_TYPE && t && t->kind == T_NAMED && t->u.named.obj == o) t = t->u.named.underlying;
    bool shown = t && !is_invalid(t) && o->kind != O_PACKAGE;
    return (SessionName){o->name->text, kind_of(o), shown ? type_str(&s->out, t, s->main) : o->kind == O_PACKAGE ? o->imported->path : ""};
}

void session_names(Session *s, void (*each)(void *ctx, const SessionName *n), void *ctx) {
    for (uint32_t i = 0; i < s->past.n; i++) {
        const Object *o = s->past.entries[i].obj;
        if (past_find(&s->past, o->name, s->past.n) != o) continue;
        const SessionName n = session_name_of(s, o);
        each(ctx, &n);
    }
}

// ---- types ----

// The one expression that the text is, checked; NULL: it is none. The input is to be taken back in either case.
static Expr *check_alone(Session *s, const char *text, size_t len) {
    File *f = session_parse(s, "<question>", text, len);
    if (!f || s->p.diags.errors) return NULL;
    Stmt *only = f->script.len == 1 && !f->ndecls ? f->script.items[0] : NULL;
    if (!only || only->kind != S_EXPR) {
        diag_add(&s->p.diags, DIAG_NOT_EXPR, f->source->base, f->source->base + (Pos)len, "an expression or a name is wanted here");
        return NULL;
    }
    Expr *x = only->u.expr.x;
    session_check(s, f);
    return s->p.diags.errors ? NULL : x;
}

static void write_named(Session *s, const Object *o, Buf *out) {
    buf_printf(out, "type %s ", o->name->text);
    Type *u = type_under(o->type);
    if (u->kind != T_STRUCT || !u->u.strct.n) {
        type_write(out, u, s->main);
        return;
    }
    buf_puts(out, "struct { ");
    for (uint32_t i = 0; i < u->u.strct.n; i++) {
        const TField *f = &u->u.strct.fields[i];
        bool same = i + 1 < u->u.strct.n && !f->embedded && !u->u.strct.fields[i + 1].embedded && type_identical(f->type, u->u.strct.fields[i + 1].type);
        if (!f->embedded) buf_puts(out, f->name->text);
        if (same) {
            buf_puts(out, ", ");
            continue;
        }
        if (!f->embedded) buf_putc(out, ' ');
        type_write(out, f->type, s->main);
        buf_puts(out, i + 1 < u->u.strct.n ? "; " : " }");
    }
}

static void write_type_of(Session *s, const Expr *x, Buf *type) {
    const Shown *sh = s->trial.shown;
    if (x->mode == MODE_TYPE && x->type->kind == T_NAMED) write_named(s, x->type->u.named.obj, type);
    else if (sh && sh->note && x->mode != MODE_CONST) buf_puts(type, sh->note);
    else if (sh && sh->nvars > 1) type_write(type, x->type, s->main);
    else if (sh && sh->nvars) type_write(type, sh->vars[0]->type, s->main);
    else if (x->mode == MODE_NOVALUE) buf_puts(type, "no value");
    else type_write(type, x->type, s->main);
}

bool session_type(Session *s, const char *text, size_t len, Buf *type, SessionInput *out) {
    session_begin(s, out);
    Expr *x = check_alone(s, text, len);
    if (x) write_type_of(s, x, type);
    else out->status = SESSION_WRONG;
    if (s->trial.scope) input_take_back(&s->c);
    return x != NULL;
}
