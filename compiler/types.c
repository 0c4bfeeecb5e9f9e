// Identity, comparability and spelling of types. Nearly every cycle of types passes a named type, and named types are
// compared by pointer, so plain recursion ends. The exception is an interface literal that embeds the interface it
// stands in: pairs of interfaces that are being compared already count as equal.
#include "compiler/types.h"

#include <string.h>

typedef struct Pair { // of interfaces under comparison
    const struct Pair *outer;
    const Type *a, *b;
} Pair;

static bool identical(const Type *a, const Type *b, const Pair *outer);

static bool identical_list(Type *const *a, Type *const *b, uint32_t n, const Pair *outer) {
    for (uint32_t i = 0; i < n; i++)
        if (!identical(a[i], b[i], outer)) return false;
    return true;
}

static bool same_member(const Name *a, const Package *pa, const Name *b, const Package *pb) {
    return a == b && (!a || a->exported || pa == pb);
}

static bool identical(const Type *a, const Type *b, const Pair *outer) {
    if (a == b) return true;
    if (a->kind != b->kind) return false;
    switch ((TypeKind)a->kind) {
    case T_ARRAY: return a->u.array.len == b->u.array.len && identical(a->u.array.elem, b->u.array.elem, outer);
    case T_SLICE: return identical(a->u.slice.elem, b->u.slice.elem, outer);
    case T_POINTER: return identical(a->u.pointer.elem, b->u.pointer.elem, outer);
    case T_MAP: return identical(a->u.map.key, b->u.map.key, outer) && identical(a->u.map.value, b->u.map.value, outer);
    case T_CHAN: return a->u.chan.dir == b->u.chan.dir && identical(a->u.chan.elem, b->u.chan.elem, outer);
    case T_TUPLE: return a->u.tuple.n == b->u.tuple.n && identical_list(a->u.tuple.items, b->u.tuple.items, a->u.tuple.n, outer);
    case T_FUNC:
        return a->u.func.nparams == b->u.func.nparams && a->u.func.nresults == b->u.func.nresults &&
               a->u.func.variadic == b->u.func.variadic && identical_list(a->u.func.params, b->u.func.params, a->u.func.nparams, outer) &&
               identical_list(a->u.func.results, b->u.func.results, a->u.func.nresults, outer);
    case T_STRUCT:
        if (a->u.strct.n != b->u.strct.n) return false;
        for (uint32_t i = 0; i < a->u.strct.n; i++) {
            const TField *f = &a->u.strct.fields[i], *g = &b->u.strct.fields[i];
            if (f->embedded != g->embedded || !same_member(f->name, f->pkg, g->name, g->pkg) || f->tag_len != g->tag_len ||
                (f->tag_len && memcmp(f->tag, g->tag, f->tag_len)) || !identical(f->type, g->type, outer))
                return false;
        }
        return true;
    case T_INTERFACE: {
        if (a->u.iface.n != b->u.iface.n) return false;
        for (const Pair *p = outer; p; p = p->outer)
            if ((p->a == a && p->b == b) || (p->a == b && p->b == a)) return true;
        Pair pair = {outer, a, b};
        for (uint32_t i = 0; i < a->u.iface.n; i++) {
            const TMethod *m = &a->u.iface.methods[i], *n = &b->u.iface.methods[i];
            if (!same_member(m->name, m->pkg, n->name, n->pkg) || !identical(m->type, n->type, &pair)) return false;
        }
        return true;
    }
    case T_INVALID: case T_BOOL: case T_INT: case T_INT8: case T_INT16: case T_INT32: case T_INT64: case T_UINT: case T_UINT8:
    case T_UINT16: case T_UINT32: case T_UINT64: case T_UINTPTR: case T_FLOAT32: case T_FLOAT64: case T_COMPLEX64:
    case T_COMPLEX128: case T_STRING: case T_UNSAFE_POINTER: case T_UNTYPED_BOOL: case T_UNTYPED_INT: case T_UNTYPED_RUNE:
    case T_UNTYPED_FLOAT: case T_UNTYPED_COMPLEX: case T_UNTYPED_STRING: case T_UNTYPED_NIL: case T_NAMED: case T_TYPEPARAM:
        return false;
    }
    return false;
}

bool type_identical(const Type *a, const Type *b) { return identical(a, b, NULL); }

bool type_is_interface(const Type *t) {
    return (t->kind == T_NAMED ? t->u.named.underlying->kind : t->kind) == T_INTERFACE;
}

bool type_comparable(Type *t) {
    if (t->comparable_known) return t->comparable;
    bool r = true, known = true;
    switch ((TypeKind)t->kind) {
    case T_SLICE: case T_MAP: case T_FUNC: r = false; break;
    case T_ARRAY: r = type_comparable(t->u.array.elem); break;
    case T_STRUCT:
        for (uint32_t i = 0; r && i < t->u.strct.n; i++) r = type_comparable(t->u.strct.fields[i].type);
        break;
    case T_NAMED:
        if (!t->complete) known = false; // asked too early: do not remember
        else {
            t->comparable_known = t->comparable = true; // for a recursive type that is refused elsewhere
            r = type_comparable(t->u.named.underlying);
        }
        break;
    case T_UNTYPED_NIL: case T_TUPLE: r = false; break;
    case T_INVALID: case T_BOOL: case T_INT: case T_INT8: case T_INT16: case T_INT32: case T_INT64: case T_UINT: case T_UINT8:
    case T_UINT16: case T_UINT32: case T_UINT64: case T_UINTPTR: case T_FLOAT32: case T_FLOAT64: case T_COMPLEX64:
    case T_COMPLEX128: case T_STRING: case T_UNSAFE_POINTER: case T_UNTYPED_BOOL: case T_UNTYPED_INT: case T_UNTYPED_RUNE:
    case T_UNTYPED_FLOAT: case T_UNTYPED_COMPLEX: case T_UNTYPED_STRING: case T_POINTER: case T_INTERFACE: case T_CHAN:
    case T_TYPEPARAM:
        break;
    }
    t->comparable_known = known && t->kind == T_NAMED; // composites are cheap, and may hold an unfinished named type
    t->comparable = r;
    return r;
}

// ---- spelling ----

typedef struct Writer {
    Buf *out;
    const Package *from;
    uint32_t depth;
} Writer;

static void write_type(Writer *w, const Type *t);

static void write_params(Writer *w, Type *const *types, const Name *const *names, uint32_t n, bool variadic) {
    for (uint32_t i = 0; i < n; i++) {
        if (i) buf_puts(w->out, ", ");
        if (w->from && names && names[i]) buf_printf(w->out, "%s ", names[i]->text);
        if (variadic && i == n - 1) {
            buf_puts(w->out, "...");
            write_type(w, types[i]->u.slice.elem);
        } else {
            write_type(w, types[i]);
        }
    }
}

static void write_signature(Writer *w, const Type *t) {
    buf_putc(w->out, '(');
    write_params(w, t->u.func.params, t->u.func.param_names, t->u.func.nparams, t->u.func.variadic);
    buf_putc(w->out, ')');
    uint32_t n = t->u.func.nresults;
    if (!n) return;
    buf_putc(w->out, ' ');
    bool named = w->from && t->u.func.result_names && t->u.func.result_names[0];
    if (n > 1 || named) buf_putc(w->out, '(');
    write_params(w, t->u.func.results, t->u.func.result_names, n, false);
    if (n > 1 || named) buf_putc(w->out, ')');
}

static void write_tag(Buf *out, const char *tag, uint32_t n) {
    buf_puts(out, " \"");
    for (uint32_t i = 0; i < n; i++) {
        if (tag[i] == '"' || tag[i] == '\\') buf_putc(out, '\\');
        if (tag[i] == '\n') buf_puts(out, "\\n");
        else buf_putc(out, tag[i]);
    }
    buf_putc(out, '"');
}

static void write_struct(Writer *w, const Type *t) {
    bool spaced = !w->from && t->u.strct.n; // reflect: struct { A int; B string }
    buf_puts(w->out, w->from ? "struct{" : "struct {");
    for (uint32_t i = 0; i < t->u.strct.n; i++) {
        const TField *f = &t->u.strct.fields[i];
        buf_puts(w->out, i ? "; " : spaced ? " " : "");
        if (!f->embedded && f->name) buf_printf(w->out, "%s ", f->name->text);
        write_type(w, f->type);
        if (f->tag_len) write_tag(w->out, f->tag, f->tag_len);
    }
    buf_puts(w->out, spaced ? " }" : "}");
}

static void write_interface(Writer *w, const Type *t) {
    if (!t->u.iface.n && t->complete) {
        buf_puts(w->out, w->from ? "any" : "interface {}");
        return;
    }
    buf_puts(w->out, w->from ? "interface{" : "interface { ");
    for (uint32_t i = 0; i < t->u.iface.n; i++) {
        if (i) buf_puts(w->out, "; ");
        const TMethod *m = &t->u.iface.methods[i];
        if (!w->from && !m->name->exported && m->pkg) buf_printf(w->out, "%s.", m->pkg->name->text);
        buf_puts(w->out, m->name->text);
        write_signature(w, m->type);
    }
    buf_puts(w->out, w->from ? "}" : " }");
}

static void write_type(Writer *w, const Type *t) {
    static const char *const reflect_names[] = {[T_UINT8] = "uint8", [T_INT32] = "int32"};
    if (++w->depth > 60 || w->out->len > 4000) { // a message is no place for more
        buf_puts(w->out, "...");
        w->depth--;
        return;
    }
    switch ((TypeKind)t->kind) {
    case T_ARRAY:
        if (t->u.array.len < 0) buf_puts(w->out, "[?]");
        else buf_printf(w->out, "[%lld]", (long long)t->u.array.len);
        write_type(w, t->u.array.elem);
        break;
    case T_SLICE:
        buf_puts(w->out, "[]");
        write_type(w, t->u.slice.elem);
        break;
    case T_POINTER:
        buf_putc(w->out, '*');
        write_type(w, t->u.pointer.elem);
        break;
    case T_STRUCT: write_struct(w, t); break;
    case T_INTERFACE: write_interface(w, t); break;
    case T_FUNC:
        buf_puts(w->out, "func");
        write_signature(w, t);
        break;
    case T_MAP:
        buf_puts(w->out, "map[");
        write_type(w, t->u.map.key);
        buf_putc(w->out, ']');
        write_type(w, t->u.map.value);
        break;
    case T_CHAN: {
        const Type *e = t->u.chan.elem;
        bool paren = t->u.chan.dir != CHAN_SEND && e->kind == T_CHAN && e->u.chan.dir == CHAN_RECV;
        buf_puts(w->out, t->u.chan.dir == CHAN_BOTH ? "chan " : t->u.chan.dir == CHAN_SEND ? "chan<- " : "<-chan ");
        if (paren) buf_putc(w->out, '(');
        write_type(w, e);
        if (paren) buf_putc(w->out, ')');
        break;
    }
    case T_TUPLE:
        buf_putc(w->out, '(');
        write_params(w, t->u.tuple.items, NULL, t->u.tuple.n, false);
        buf_putc(w->out, ')');
        break;
    case T_NAMED: {
        const Object *o = t->u.named.obj;
        if (o->pkg && o->pkg != w->from) buf_printf(w->out, "%s.", o->pkg->name->text);
        if (w->from && o->targs) { // the name has the arguments in full; a message has them as seen from here
            buf_printf(w->out, "%s[", o->origin->name->text);
            for (uint32_t i = 0; i < o->ntargs; i++) {
                if (i) buf_putc(w->out, ',');
                write_type(w, o->targs[i]);
            }
            buf_putc(w->out, ']');
            break;
        }
        buf_puts(w->out, o->name->text);
        break;
    }
    case T_UINT8: case T_INT32:
        buf_puts(w->out, w->from ? t->u.basic.name : reflect_names[t->kind]);
        break;
    case T_INVALID: case T_BOOL: case T_INT: case T_INT8: case T_INT16: case T_INT64: case T_UINT: case T_UINT16: case T_UINT32:
    case T_UINT64: case T_UINTPTR: case T_FLOAT32: case T_FLOAT64: case T_COMPLEX64: case T_COMPLEX128: case T_STRING:
    case T_UNSAFE_POINTER: case T_UNTYPED_BOOL: case T_UNTYPED_INT: case T_UNTYPED_RUNE: case T_UNTYPED_FLOAT:
    case T_UNTYPED_COMPLEX: case T_UNTYPED_STRING: case T_UNTYPED_NIL: case T_TYPEPARAM:
        buf_puts(w->out, t->u.basic.name);
        break;
    }
    w->depth--;
}

void type_write(Buf *out, const Type *t, const Package *from) {
    Writer w = {.out = out, .from = from};
    write_type(&w, t);
}

const char *type_str(Arena *a, const Type *t, const Package *from) {
    Buf b;
    buf_init(&b);
    type_write(&b, t, from);
    const char *s = arena_strndup(a, buf_str(&b), b.len);
    buf_fini(&b);
    return s;
}
