// The outermost scope: Go's predeclared names, and the four keyword types of gol, which stand for types of package sync
// and make it load only when they are used.
#include <string.h>

#include "compiler/checker.h"

static const char *const basic_names[T_UNTYPED_NIL + 1] = {
    [T_INVALID] = "invalid type", [T_BOOL] = "bool", [T_INT] = "int", [T_INT8] = "int8", [T_INT16] = "int16", [T_INT32] = "int32",
    [T_INT64] = "int64", [T_UINT] = "uint", [T_UINT8] = "uint8", [T_UINT16] = "uint16", [T_UINT32] = "uint32",
    [T_UINT64] = "uint64", [T_UINTPTR] = "uintptr", [T_FLOAT32] = "float32", [T_FLOAT64] = "float64",
    [T_COMPLEX64] = "complex64", [T_COMPLEX128] = "complex128", [T_STRING] = "string", [T_UNSAFE_POINTER] = "unsafe.Pointer",
    [T_UNTYPED_BOOL] = "untyped bool", [T_UNTYPED_INT] = "untyped int", [T_UNTYPED_RUNE] = "untyped rune",
    [T_UNTYPED_FLOAT] = "untyped float", [T_UNTYPED_COMPLEX] = "untyped complex", [T_UNTYPED_STRING] = "untyped string",
    [T_UNTYPED_NIL] = "untyped nil",
};
static const struct { const char *name; Builtin id; } builtins[] = {
    {"append", B_APPEND}, {"cap", B_CAP}, {"clear", B_CLEAR}, {"close", B_CLOSE}, {"complex", B_COMPLEX}, {"copy", B_COPY},
    {"delete", B_DELETE}, {"imag", B_IMAG}, {"len", B_LEN}, {"make", B_MAKE}, {"max", B_MAX}, {"min", B_MIN}, {"new", B_NEW},
    {"panic", B_PANIC}, {"print", B_PRINT}, {"println", B_PRINTLN}, {"real", B_REAL}, {"recover", B_RECOVER},
};
static const char *const keyword_types[] = {"mutex", "rwmutex", "waitgroup", "once"};

static Object *define(Checker *c, ObjKind kind, const char *name, Type *t) {
    Object *o = arena_new(c->a, Object);
    o->kind = (uint8_t)kind;
    o->name = intern_cstr(&c->p->names, name);
    o->type = t;
    o->check_state = 2;
    scope_insert(c->a, c->u->scope, o);
    return o;
}

static Type *define_named(Checker *c, const char *name, Type *underlying) {
    Type *t = new_type(c, T_NAMED);
    t->u.named.underlying = underlying;
    t->u.named.obj = define(c, O_TYPE, name, t);
    t->complete = true;
    return t;
}

void universe_init(Checker *c) {
    Universe *u = c->u;
    u->scope = scope_new(c->a, NULL);
    for (int k = T_INVALID; k <= T_UNTYPED_NIL; k++) {
        u->basic[k] = new_type(c, (TypeKind)k);
        u->basic[k]->u.basic.name = basic_names[k];
        u->basic[k]->complete = true;
        if (k >= T_BOOL && k <= T_STRING) define(c, O_TYPE, basic_names[k], u->basic[k]);
    }
    u->byte_type = u->basic[T_UINT8];
    u->rune_type = u->basic[T_INT32];
    define(c, O_TYPE, "byte", u->byte_type);
    define(c, O_TYPE, "rune", u->rune_type);

    Type *empty = new_type(c, T_INTERFACE);
    empty->complete = true;
    u->any_type = empty;
    define(c, O_TYPE, "any", empty);

    Type **string_result = arena_array(c->a, Type *, 1);
    string_result[0] = u->basic[T_STRING];
    Type *error = new_type(c, T_INTERFACE);
    error->u.iface.methods = arena_new(c->a, TMethod);
    error->u.iface.n = 1;
    error->u.iface.methods[0] = (TMethod){.name = c->n_error, .type = new_func(c, NULL, 0, string_result, 1, false)};
    error->complete = true;
    u->error_type = define_named(c, "error", error);
    Type *comparable = new_type(c, T_INTERFACE);
    comparable->complete = true;
    u->comparable_type = define_named(c, "comparable", comparable);

    for (int i = 0; i < 2; i++) {
        Object *o = define(c, O_CONST, i ? "true" : "false", u->basic[T_UNTYPED_BOOL]);
        o->cv = const_new_bool(c->a, i);
    }
    define(c, O_CONST, "iota", u->basic[T_UNTYPED_INT]);
    define(c, O_NIL, "nil", u->basic[T_UNTYPED_NIL]);
    for (size_t i = 0; i < COUNT_OF(builtins); i++)
        define(c, O_BUILTIN, builtins[i].name, u->basic[T_INVALID])->builtin = (uint8_t)builtins[i].id;
    for (size_t i = 0; i < COUNT_OF(keyword_types); i++) define(c, O_TYPE, keyword_types[i], NULL)->check_state = 0;
}
