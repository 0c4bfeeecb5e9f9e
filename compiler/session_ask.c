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

static SessionName name_of(Session *s, const Object *o) {
    const Type *t = o->type;
    if (o->kind == O_TYPE && t && t->kind == T_NAMED && t->u.named.obj == o) t = t->u.named.underlying;
    bool shown = t && !is_invalid(t) && o->kind != O_PACKAGE;
    return (SessionName){o->name->text, kind_of(o), shown ? type_str(&s->out, t, s->main) : o->kind == O_PACKAGE ? o->imported->path : ""};
}

void session_names(Session *s, void (*each)(void *ctx, const SessionName *n), void *ctx) {
    for (uint32_t i = 0; i < s->past.n; i++) {
        const Object *o = s->past.entries[i].obj;
        if (past_find(&s->past, o->name, s->past.n) != o) continue;
        const SessionName n = name_of(s, o);
        each(ctx, &n);
    }
}
