// Directives and what they print, after the documentation of package fmt.
#include "compiler/lint_format.h"

#include <string.h>

#include "compiler/lookup.h"

static const Verb verbs[] = {
    {'%', "", 0, "a percent sign"},
    {'b', " -+.0#", FMT_INT | FMT_FLOAT | FMT_COMPLEX | FMT_POINTER, "a number in base 2"},
    {'c', "-", FMT_RUNE | FMT_INT, "a character"},
    {'d', " -+.0", FMT_INT | FMT_POINTER, "an integer"},
    {'e', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'E', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'f', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'F', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'g', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'G', " -+.0#", FMT_FLOAT | FMT_COMPLEX, "a floating-point number"},
    {'o', " -+.0#", FMT_INT | FMT_POINTER, "an integer in base 8"},
    {'O', " -+.0#", FMT_INT | FMT_POINTER, "an integer in base 8"},
    {'p', "-#", FMT_POINTER, "a pointer"},
    {'q', " -+.0#", FMT_RUNE | FMT_INT | FMT_STRING, "a quoted string or character"},
    {'s', " -+.0", FMT_STRING, "a string"},
    {'t', "-", FMT_BOOL, "a bool"},
    {'T', "-", FMT_ANY, "a type"},
    {'U', "-#", FMT_RUNE | FMT_INT, "a character as U+0041"},
    {'v', " -+.0#", FMT_ANY, "anything"},
    {'w', " -+.0#", FMT_ERROR, "an error"},
    {'x', " -+.0#", FMT_RUNE | FMT_INT | FMT_STRING | FMT_POINTER | FMT_FLOAT | FMT_COMPLEX, "a number or string in base 16"},
    {'X', " -+.0#", FMT_RUNE | FMT_INT | FMT_STRING | FMT_POINTER | FMT_FLOAT | FMT_COMPLEX, "a number or string in base 16"},
};

const Verb *format_verb(uint32_t c) {
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if ((uint32_t)(unsigned char)verbs[i].verb == c) return &verbs[i];
    return NULL;
}

// ---- a directive

typedef struct Scan {
    Directive *d;
    size_t at, len;
    uint32_t arg, nargs;
    bool pending; // an index was read and nothing has used it yet
} Scan;

static char peek(const Scan *s) { return s->at < s->len ? s->d->text[s->at] : 0; }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void index_of(Scan *s) { // [n]
    if (peek(s) != '[') return;
    uint64_t n = 0;
    size_t from = ++s->at;
    while (is_digit(peek(s)) && n < 1000000) n = n * 10 + (uint64_t)(s->d->text[s->at++] - '0');
    if (s->at == from || peek(s) != ']' || !n || n > s->nargs) {
        s->d->fault = DIRECTIVE_BAD_INDEX;
        while (s->at < s->len && s->d->text[s->at] != ']') s->at++;
        if (s->at < s->len) s->at++;
        return;
    }
    s->at++;
    s->arg = (uint32_t)n - 1;
    s->d->indexed = s->pending = true;
}

static void number(Scan *s) { // a width or precision
    if (peek(s) == '*') {
        s->at++;
        s->pending = false;
        s->d->args[s->d->nargs++] = s->arg++;
    } else {
        while (is_digit(peek(s))) s->at++;
    }
}

static uint32_t code_point(const char *p, size_t len, size_t *width) {
    unsigned char c = (unsigned char)*p;
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n > len) n = len;
    uint32_t v = n == 1 ? c : c & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) v = v << 6 | ((unsigned char)p[i] & 0x3F);
    *width = n;
    return v;
}

Directive format_directive(const char *text, size_t len, uint32_t arg, uint32_t nargs) {
    Directive d = {.text = text};
    Scan s = {.d = &d, .at = 1, .len = len, .arg = arg, .nargs = nargs};
    size_t n = 0;
    while (peek(&s) && strchr("#0+- ", peek(&s))) {
        if (n < sizeof d.flags - 2 && !strchr(d.flags, peek(&s))) d.flags[n++] = peek(&s);
        s.at++;
    }
    index_of(&s);
    if (!d.fault) number(&s);
    if (!d.fault && peek(&s) == '.') {
        s.at++;
        d.flags[n++] = '.';
        index_of(&s);
        if (!d.fault) number(&s);
    }
    if (!d.fault && !s.pending) index_of(&s);
    if (!d.fault && s.at >= s.len) d.fault = DIRECTIVE_UNFINISHED;
    if (!d.fault) {
        size_t width;
        d.verb = code_point(text + s.at, s.len - s.at, &width);
        s.at += width;
        if (d.verb != '%') d.args[d.nargs++] = s.arg++;
    }
    d.len = (uint32_t)s.at;
    d.next = s.arg;
    return d;
}

// ---- types

static bool text_method(Type *t, const char *name, Arena *a) {
    uint32_t n = 0;
    MethodSetItem *set = NULL;
    if (type_is_interface(t)) {
        const Type *u = type_under(t);
        for (uint32_t i = 0; i < u->u.iface.n; i++)
            if (!strcmp(u->u.iface.methods[i].name->text, name)) return true;
        return false;
    }
    n = type_method_set(t, a, &set);
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(set[i].name->text, name)) continue;
        const Type *sig = set[i].sel.method ? set[i].sel.method->type : set[i].sel.type;
        if (!sig || sig->kind != T_FUNC) return true; // of std, and never called: it is what it is called
        return !sig->u.func.nparams && sig->u.func.nresults == 1 && sig->u.func.results[0]->kind == T_STRING;
    }
    return false;
}

bool format_has_text(Type *t, Arena *a) { return text_method(t, "String", a) || text_method(t, "Error", a); }

bool format_is_own(Type *t, Arena *a) {
    if (type_is_interface(t)) return true; // perhaps
    MethodSetItem *set = NULL;
    uint32_t n = type_method_set(t, a, &set);
    for (uint32_t i = 0; i < n; i++)
        if (!strcmp(set[i].name->text, "Format")) return true;
    return false;
}

typedef struct Seen { Type *t; const struct Seen *outer; } Seen;

static bool accepts(unsigned kinds, Type *t, bool top, Arena *a, const Seen *outer);

static bool pointer_accepts(unsigned kinds, Type *p, bool top, Arena *a, const Seen *seen) {
    if (kinds == FMT_POINTER) return true;
    Type *to = type_under(p->u.pointer.elem);
    // Printed as &{...}, &[...] or &map[...], but only as the operand itself.
    if (to->kind != T_STRUCT && to->kind != T_ARRAY && to->kind != T_SLICE && to->kind != T_MAP) return kinds & FMT_POINTER;
    return top && accepts(kinds, to, false, a, seen);
}

static bool is_byte(Type *t) { return type_under(t)->kind == T_UINT8; }

static bool struct_accepts(unsigned kinds, Type *s, Arena *a, const Seen *seen) {
    for (uint32_t i = 0; i < s->u.strct.n; i++) {
        TField *f = &s->u.strct.fields[i];
        if (!accepts(kinds, f->type, false, a, seen)) return false;
        // fmt cannot call the methods of a field that it may not see.
        if ((kinds & FMT_STRING) && !f->name->exported && format_has_text(f->type, a)) return false;
    }
    return true;
}

static bool accepts(unsigned kinds, Type *t, bool top, Arena *a, const Seen *outer) {
    if (kinds == FMT_ANY || !t || type_is_interface(t) || t->kind == T_TYPEPARAM ||
        (t->kind == T_NAMED && t->u.named.obj->is_tparam)) return true; // what is in it, only the run can tell
    if (kinds == FMT_ERROR) return text_method(t, "Error", a);
    if (format_is_own(t, a) || ((kinds & FMT_STRING) && format_has_text(t, a))) return true;
    Type *u = type_under(t);
    for (const Seen *s = outer; s; s = s->outer)
        if (s->t == u) return true;
    Seen seen = {u, outer};
    switch ((TypeKind)u->kind) {
    case T_FUNC: return kinds == FMT_POINTER;
    case T_CHAN: return kinds & FMT_POINTER;
    case T_MAP: return kinds == FMT_POINTER || (accepts(kinds, u->u.map.key, false, a, &seen) && accepts(kinds, u->u.map.value, false, a, &seen));
    case T_ARRAY: return (is_byte(u->u.array.elem) && (kinds & FMT_STRING)) || accepts(kinds, u->u.array.elem, false, a, &seen);
    case T_SLICE:
        return kinds == FMT_POINTER || (is_byte(u->u.slice.elem) && (kinds & FMT_STRING)) || accepts(kinds, u->u.slice.elem, false, a, &seen);
    case T_POINTER: return pointer_accepts(kinds, u, top, a, &seen);
    case T_STRUCT: return struct_accepts(kinds, u, a, &seen);
    case T_BOOL: case T_UNTYPED_BOOL: return kinds & FMT_BOOL;
    case T_INT: case T_INT8: case T_INT16: case T_INT32: case T_INT64: case T_UINT: case T_UINT8: case T_UINT16: case T_UINT32: case T_UINT64:
    case T_UINTPTR: case T_UNTYPED_INT: return kinds & FMT_INT;
    case T_UNTYPED_RUNE: return kinds & (FMT_INT | FMT_RUNE);
    case T_FLOAT32: case T_FLOAT64: case T_UNTYPED_FLOAT: return kinds & FMT_FLOAT;
    case T_COMPLEX64: case T_COMPLEX128: case T_UNTYPED_COMPLEX: return kinds & FMT_COMPLEX;
    case T_STRING: case T_UNTYPED_STRING: return kinds & FMT_STRING;
    case T_UNSAFE_POINTER: return kinds & (FMT_POINTER | FMT_INT);
    case T_UNTYPED_NIL: return false; // %d of nil is %!d(<nil>)
    case T_INVALID: case T_INTERFACE: case T_TUPLE: case T_NAMED: case T_TYPEPARAM: break;
    }
    return true;
}

bool format_accepts(unsigned kinds, Type *t, Arena *a) { return accepts(kinds, t, true, a, NULL); }
