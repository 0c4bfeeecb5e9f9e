#include "vm/fault.h"

#include <inttypes.h>

#include "runtime/iface.h"
#include "runtime/str.h"

static const char *const texts[] = {
    [FAULT_NIL_POINTER] = "runtime error: invalid memory address or nil pointer dereference",
    [FAULT_DIVIDE] = "runtime error: integer divide by zero",
    [FAULT_SHIFT] = "runtime error: negative shift amount",
    [FAULT_MAKESLICE_LEN] = "runtime error: makeslice: len out of range",
    [FAULT_MAKESLICE_CAP] = "runtime error: makeslice: cap out of range",
    [FAULT_MAKECHAN] = "makechan: size out of range",
    [FAULT_NIL_MAP] = "assignment to entry in nil map",
    [FAULT_SEND_CLOSED] = "send on closed channel",
    [FAULT_CLOSE_CLOSED] = "close of closed channel",
    [FAULT_CLOSE_NIL] = "close of nil channel",
    [FAULT_NIL_PANIC] = "panic called with nil argument (use GODEBUG=panicnil=1 to disable)",
    [FAULT_GROWSLICE] = "runtime error: growslice: cap out of range",
};

static Word from_buf(Worker *w, G *g, Buf *b) {
    (void)g;
    const Str *s = NULL;
    Word value = 0;
    for (int tries = 0; tries < 2; tries++) {
        Word reg;
        if (str_new(w, buf_str(b), b->len, &s) && (reg = (Word)s, iface_make(w, TYPE_RUNTIME_ERROR, &reg, 0, &value))) break;
        // Without memory for the words the panic is a nil panic; there the program ends anyhow.
        gc_collect(w, b->len + 64);
    }
    buf_fini(b);
    return value;
}

Word fault_text(Worker *w, G *g, const char *fmt, ...) {
    Buf b;
    buf_init(&b);
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    return from_buf(w, g, &b);
}

Word fault_value(Worker *w, G *g, Fault f) { return fault_text(w, g, "%s", texts[f]); }

Word fault_index(Worker *w, G *g, Word index, Word len) {
    if ((int64_t)index < 0) return fault_text(w, g, "runtime error: index out of range [%" PRId64 "]", (int64_t)index);
    return fault_text(w, g, "runtime error: index out of range [%" PRId64 "] with length %" PRIu64, (int64_t)index, len);
}

// Go checks the largest bound first, and names the first that is wrong.
Word fault_slice(Worker *w, G *g, const SliceFault *s) {
    const char *limit = s->kind == 'c' ? "capacity" : "length";
    Word most = s->kind == 's' ? s->len : s->cap;
    int64_t lo = (int64_t)s->lo, hi = (int64_t)s->hi, max = (int64_t)s->max;
    const char *head = "runtime error: slice bounds out of range";
    if (s->has_max) {
        if (max < 0) return fault_text(w, g, "%s [::%" PRId64 "]", head, max);
        if (s->max > most) return fault_text(w, g, "%s [::%" PRId64 "] with %s %" PRIu64, head, max, limit, most);
        if (hi < 0) return fault_text(w, g, "%s [:%" PRId64 ":]", head, hi);
        if (s->hi > s->max) return fault_text(w, g, "%s [:%" PRId64 ":%" PRId64 "]", head, hi, max);
        if (lo < 0) return fault_text(w, g, "%s [%" PRId64 "::]", head, lo);
        return fault_text(w, g, "%s [%" PRId64 ":%" PRId64 ":]", head, lo, hi);
    }
    if (s->has_hi) {
        if (hi < 0) return fault_text(w, g, "%s [:%" PRId64 "]", head, hi);
        if (s->hi > most) return fault_text(w, g, "%s [:%" PRId64 "] with %s %" PRIu64, head, hi, limit, most);
    }
    if (lo < 0) return fault_text(w, g, "%s [%" PRId64 ":]", head, lo);
    return fault_text(w, g, "%s [%" PRId64 ":%" PRId64 "]", head, lo, s->has_hi ? hi : (int64_t)s->len);
}

Word fault_type(Worker *w, G *g, const char *what, TypeId t) {
    return fault_text(w, g, "runtime error: %s%s", what, vm_of(w)->m->types[t].name);
}

Word fault_assert(Worker *w, G *g, Word v, TypeId target, TypeId iface) {
    const RType *types = vm_of(w)->m->types, *t = &types[target];
    const char *from = iface ? types[iface].name : "interface {}";
    TypeId have = iface_type(v);
    if (t->kind == RK_INTERFACE) {
        if (!have) return fault_text(w, g, "interface conversion: interface is nil, not %s", t->name);
        const char *missing = "?";
        type_implements(&types[have], t, &missing);
        return fault_text(w, g, "interface conversion: %s is not %s: missing method %s", types[have].name, t->name, missing);
    }
    const char *is = have ? types[have].name : "nil";
    const char *why = "";
    for (const char *p = is, *q = t->name; have && *p == *q; p++, q++)
        if (!*p) { // the same words for two types
            why = types[have].pkg_path != t->pkg_path ? " (types from different packages)" : " (types from different scopes)";
            break;
        }
    return fault_text(w, g, "interface conversion: %s is %s, not %s%s", from, is, t->name, why);
}

const Func *fault_text_method(const Vm *vm, Word v) {
    TypeId t = iface_type(v);
    if (!t || t == TYPE_RUNTIME_ERROR) return NULL;
    const RType *rt = &vm->m->types[t];
    for (int i = 0; i < 2; i++) {
        uint32_t id = vm->m->text_methods[i];
        int64_t f = id ? type_method(rt, id - 1) : -1;
        if (f >= 0) return vm->m->funcs[f];
    }
    return NULL;
}
