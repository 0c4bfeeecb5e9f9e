// finalizer.c — runtime.SetFinalizer: what may be given to it, and how a finalizer begins. When they run: runtime/finalizer.h.
#include "runtime/finalizer.h"

#include "std/leaf.h"
#include "vm/call.h"

enum { TINY = 16 }; // bytes: smaller objects without pointers share a block in Go, so that their addresses may stand inside one

static NativeStatus refuse(NativeCall *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static NativeStatus refuse(NativeCall *c, const char *fmt, ...) {
    Buf b;
    buf_init(&b);
    buf_puts(&b, "runtime.SetFinalizer: ");
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    c->fatal = finalizer_words(c->rt, buf_str(&b));
    buf_fini(&b);
    return NATIVE_FATAL;
}

static G *make(Worker *w, const Finalizer *f, const void *run) {
    const Closure *c = run;
    Word args[2] = {(Word)f->func, (Word)f->object};
    if (f->type && !iface_make(w, f->type, (Word[]){args[1]}, f->pos, &args[1])) return NULL;
    G *g = call_new_g(w, c->func, c, args, COUNT_OF(args), f->pos);
    if (f->func) g->start = ((const Closure *)f->func)->func; // by which reports call it
    return g;
}

// A pointer of type `from` can be given to a function that wants a `to`.
static bool is_assignable(const RType *from, const RType *to) {
    const char *missing;
    if (from == to) return true;
    if (to->kind == RK_INTERFACE) return type_implements(from, to, &missing);
    return to->kind == RK_POINTER && to->elem == from->elem && !(from->flags & to->flags & RT_NAMED);
}

NATIVE(std_runtime_setFinalizer) {
    const RType *types = leaf_types(call);
    Runtime *rt = call->rt;
    if (!call->args[0]) return refuse(call, "first argument is nil");
    const RType *t = &types[iface_type(call->args[0])], *elem = &types[t->elem];
    if (t->kind != RK_POINTER) return refuse(call, "first argument is %s, not pointer", t->name);
    Word at;
    iface_value(t, call->args[0], &at);
    void *object = (void *)at;
    uint64_t bytes;
    const char *base = heap_object_at(rt->heap, object, &bytes);
    if (object == zero_base || (base && base == (const char *)vm_of(call->worker)->globals)) return NATIVE_OK; // never ends
    if (!base) return refuse(call, "pointer not in allocated block");
    if (base != (const char *)object && (!(elem->flags & RT_NOSCAN) || elem->go_size >= TINY))
        return refuse(call, "pointer not at beginning of allocated block");
    if (!call->args[1]) {
        finalizer_clear(call->worker, object);
        return NATIVE_OK;
    }
    const RType *ft = &types[iface_type(call->args[1])];
    if (ft->kind != RK_FUNC) return refuse(call, "second argument is %s, not a function", ft->name);
    bool variadic = ft->flags & RT_VARIADIC;
    if (variadic || ft->nparams != 1 || !is_assignable(t, &types[ft->params[0]]))
        return refuse(call, "cannot pass %s to finalizer %s%s", t->name, ft->name, variadic ? " because dotdotdot" : "");
    bool fixed;
    Word func;
    iface_value(ft, call->args[1], &func);
    Finalizer f = {.object = object, .func = (const void *)func, .type = types[ft->params[0]].kind == RK_INTERFACE ? t->id : 0,
                   .pos = rt->hooks->pos(rt, call->g, &fixed)};
    if (finalizer_set(call->worker, call->g, &f, make, (const void *)call->args[2]) == FINALIZER_SET_ALREADY)
        return refuse(call, "finalizer already set");
    return NATIVE_OK;
}

NATIVE(std_runtime_finalizerBegins) {
    call->g->flags &= (uint8_t)~GF_SYSTEM; // from here on it is the program's
    return NATIVE_OK;
}
