// session_note.c — what a person is told about an input besides its values: names that stood for something else before, and who keeps to the old.
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/session_int.h"

void session_note(Session *s, const char *fmt, ...) {
    SessionNote *n = *s->notes_tail = arena_new(&s->out, SessionNote);
    s->notes_tail = &n->next;
    va_list ap;
    va_start(ap, fmt);
    n->text = arena_vprintf(&s->out, fmt, ap);
    va_end(ap);
}

static bool mentions_type(const Type *t, const Object *named, int depth) {
    if (depth > 20) return false;
    switch ((TypeKind)t->kind) {
    case T_NAMED: return t->u.named.obj == named;
    case T_ARRAY: return mentions_type(t->u.array.elem, named, depth + 1);
    case T_SLICE: return mentions_type(t->u.slice.elem, named, depth + 1);
    case T_POINTER: return mentions_type(t->u.pointer.elem, named, depth + 1);
    case T_CHAN: return mentions_type(t->u.chan.elem, named, depth + 1);
    case T_MAP: return mentions_type(t->u.map.key, named, depth + 1) || mentions_type(t->u.map.value, named, depth + 1);
    case T_FUNC:
        for (uint32_t i = 0; i < t->u.func.nparams; i++)
            if (mentions_type(t->u.func.params[i], named, depth + 1)) return true;
        for (uint32_t i = 0; i < t->u.func.nresults; i++)
            if (mentions_type(t->u.func.results[i], named, depth + 1)) return true;
        return false;
    case T_STRUCT:
        for (uint32_t i = 0; i < t->u.strct.n; i++)
            if (mentions_type(t->u.strct.fields[i].type, named, depth + 1)) return true;
        return false;
    case T_INVALID: case T_BOOL: case T_INT: case T_INT8: case T_INT16: case T_INT32: case T_INT64: case T_UINT: case T_UINT8: case T_UINT16: case T_UINT32:
    case T_UINT64: case T_UINTPTR: case T_FLOAT32: case T_FLOAT64: case T_COMPLEX64: case T_COMPLEX128: case T_STRING: case T_UNSAFE_POINTER:
    case T_UNTYPED_BOOL: case T_UNTYPED_INT: case T_UNTYPED_RUNE: case T_UNTYPED_FLOAT: case T_UNTYPED_COMPLEX: case T_UNTYPED_STRING: case T_UNTYPED_NIL:
    case T_INTERFACE: case T_TUPLE: case T_TYPEPARAM:
        return false;
    }
    return false;
}

// A function that has got another body is the same one to who calls it.
static const Object *first_of(const Object *o) { return o->info_decl && o->info_decl->replaces ? o->info_decl->replaces : o; }

// Whether what `user` is, or what it does, keeps to `old`.
static bool uses(const Object *user, const Object *old) {
    if (old->kind == O_TYPE) return user->type && (user->kind == O_VAR || user->kind == O_FUNC) && mentions_type(user->type, old, 0);
    const DeclInfo *di = user->info_decl;
    for (uint32_t i = 0; di && i < di->ndeps; i++)
        if (first_of(di->deps[i]) == first_of(old)) return true;
    return false;
}

static int later_first(const void *a, const void *b) {
    const Object *x = *(const Object *const *)a, *y = *(const Object *const *)b;
    return x->pos > y->pos ? -1 : x->pos < y->pos;
}

// "a, b and c still use the old x": of what is visible and not of this input.
static void note_users(Session *s, const Object *old) {
    enum { MOST = 5 };
    const Object *users[MOST];
    uint32_t n = 0;
    for (uint32_t i = 0; i <= s->past.mask; i++) { // each name once, however often it was declared
        const struct PastName *p = &s->past.names[i];
        const Object *o = p->name && p->newest ? s->past.entries[p->newest - 1].obj : NULL;
        if (!o || o == old || !uses(o, old) || scope_lookup(s->trial.scope, o->name, NULL) != o) continue;
        if (n < MOST) users[n] = o;
        n++;
    }
    if (!n) return;
    qsort(users, n < MOST ? n : MOST, sizeof *users, later_first);
    Buf b;
    buf_init(&b);
    for (uint32_t i = n < MOST ? n : MOST; i--;) {
        buf_puts(&b, users[i]->name->text);
        if (i) buf_puts(&b, i > 1 || n > MOST ? ", " : " and ");
    }
    if (n > MOST) buf_printf(&b, " and %u more", n - MOST);
    bool is = old->kind == O_TYPE && n == 1 && users[0]->kind == O_VAR;
    if (is) session_note(s, "%s is still of the old type %s", buf_str(&b), old->name->text);
    else session_note(s, "%s still use%s the old %s", buf_str(&b), n == 1 ? "s" : "", old->name->text);
    buf_fini(&b);
}

static const char *what(Session *s, const Object *o) {
    switch ((ObjKind)o->kind) {
    case O_PACKAGE: return arena_printf(&s->out, "package %s", o->imported->path);
    case O_CONST: return arena_printf(&s->out, "a constant of type %s", type_str(&s->out, o->type, s->main));
    case O_TYPE: return "a type";
    case O_FUNC: return o->info_decl && o->info_decl->generic ? "a generic function" : type_str(&s->out, o->type, s->main);
    case O_VAR: return type_str(&s->out, o->type, s->main);
    case O_BAD: case O_BUILTIN: case O_NIL: case O_LABEL: return "something else";
    }
    return "";
}

static void note_name(Session *s, const Step *step, const Object *o) {
    const Object *old = past_find(&s->past, o->name, s->past.n);
    if (!old || (old->kind == O_PACKAGE && o->kind == O_PACKAGE && old->imported == o->imported)) return;
    for (uint32_t i = 0; i < step->nreplaced; i++)
        if (step->replaced[i].now == o) return; // callers of the old one call the new one: nothing to tell
    bool types = old->kind == O_TYPE && o->kind == O_TYPE;
    const char *before = what(s, old), *now = what(s, o);
    if (!types && (old->kind != o->kind || strcmp(before, now))) session_note(s, "%s was %s, and is %s now", o->name->text, before, now);
    note_users(s, old);
}

void session_note_changes(Session *s, const Step *step) {
    for (Scope *scope = s->trial.scope; scope && !scope->past; scope = scope->parent)
        for (uint32_t i = 0, left = scope->count; left; i++)
            if (scope->items[i]) {
                note_name(s, step, scope->items[i]);
                left--;
            }
}

void session_note_undo(Session *s, const Step *step) {
    for (uint32_t i = step->past; i < s->past.n; i++) {
        const Object *o = s->past.entries[i].obj, *old = past_find(&s->past, o->name, step->past);
        for (uint32_t k = 0; k < step->nreplaced && old; k++)
            if (step->replaced[k].now == o) session_note(s, "%s has its earlier body again", o->name->text), old = o;
        if (!old) session_note(s, "%s is gone", o->name->text);
        else if (old != o) session_note(s, "%s is %s again", o->name->text, old->kind == O_TYPE && o->kind == O_TYPE ? "the earlier type" : what(s, old));
    }
    for (uint32_t i = 0; i < step->nattached; i++) {
        const Attached *a = &step->attached[i];
        if (a->type->from) continue;
        session_note(s, a->old ? "method %s.%s has its earlier body again" : "method %s.%s is gone", a->type->obj->name->text, a->method->name->text);
    }
    for (const Waiting *w = s->waiting; w && w != step->waiting; w = w->next)
        if (w->missing[0].pos >= step->base) session_note(s, "%s is gone", w->name->text);
}
