// The builtin functions (Go spec, "Built-in functions").
#include <string.h>

#include "compiler/checker.h"

typedef struct Shape { const char *name; uint8_t min, max; bool evaluated; } Shape; // evaluated: all args are values
enum { VARIADIC = 255 }; // of Shape.max: as many as there are
static const Shape shapes[] = {
    [B_APPEND] = {"append", 1, VARIADIC, true}, [B_CAP] = {"cap", 1, 1, true}, [B_CLEAR] = {"clear", 1, 1, true},
    [B_CLOSE] = {"close", 1, 1, true}, [B_COMPLEX] = {"complex", 2, 2, true}, [B_COPY] = {"copy", 2, 2, true},
    [B_DELETE] = {"delete", 2, 2, true}, [B_IMAG] = {"imag", 1, 1, true}, [B_LEN] = {"len", 1, 1, true},
    [B_MAKE] = {"make", 1, 3, false}, [B_MAX] = {"max", 1, VARIADIC, true}, [B_MIN] = {"min", 1, VARIADIC, true},
    [B_NEW] = {"new", 1, 1, false}, [B_PANIC] = {"panic", 1, 1, true}, [B_PRINT] = {"print", 0, VARIADIC, true},
    [B_PRINTLN] = {"println", 0, VARIADIC, true}, [B_REAL] = {"real", 1, 1, true}, [B_RECOVER] = {"recover", 0, 0, true},
};

static void value(Expr *e, Type *t) {
    e->mode = MODE_VALUE;
    e->type = t;
}
static void no_value(Checker *c, Expr *e) {
    e->mode = MODE_NOVALUE;
    e->type = new_tuple(c, NULL, 0);
}

// len(a) of an array is constant unless a receive or a call stands in it.
bool expr_has_call(const Expr *e) {
    switch (e->kind) {
    case E_CALL: return !e->u.call.is_conversion && !(e->u.call.builtin && e->mode == MODE_CONST) ? true : e->u.call.args.len && expr_has_call(e->u.call.args.items[0]);
    case E_UNARY: return e->op == OPR_RECV || expr_has_call(e->u.unary.x);
    case E_PAREN: return expr_has_call(e->u.paren.x);
    case E_STAR: return expr_has_call(e->u.star.x);
    case E_SELECTOR: return e->u.sel.x->mode != MODE_PACKAGE && expr_has_call(e->u.sel.x);
    case E_INDEX: return expr_has_call(e->u.index.x) || (e->u.index.indices.len && expr_has_call(e->u.index.indices.items[0]));
    case E_SLICE: return true;
    case E_TYPEASSERT: return expr_has_call(e->u.assert.x);
    case E_BINARY: return expr_has_call(e->u.binary.x) || expr_has_call(e->u.binary.y);
    case E_COMPOSITE:
        for (uint32_t i = 0; i < e->u.comp.elems.len; i++)
            if (expr_has_call(e->u.comp.elems.items[i])) return true;
        return false;
    case E_KEYVALUE: return expr_has_call(e->u.kv.value);
    default: return false;
    }
}

static void length(Checker *c, Expr *e, Expr *x, Builtin id) {
    Type *u = under(x->type), *array = u;
    if (u->kind == T_POINTER && under(u->u.pointer.elem)->kind == T_ARRAY) array = under(u->u.pointer.elem);
    Type *t = c->u->basic[T_INT];
    if (is_string(x->type) && id == B_LEN) {
        if (x->mode == MODE_CONST) {
            size_t n;
            const_string(x->cv, &n);
            e->mode = MODE_CONST;
            e->type = t;
            e->cv = const_new_int(c->a, (int64_t)n);
            use_default_type(c, x);
            return;
        }
        value(e, t);
        return;
    }
    if (array->kind == T_ARRAY) {
        if (!expr_has_call(x)) {
            e->mode = MODE_CONST;
            e->cv = const_new_int(c->a, array->u.array.len < 0 ? 0 : array->u.array.len);
            e->type = t;
        } else {
            value(e, t);
        }
        return;
    }
    if (u->kind == T_SLICE || u->kind == T_CHAN || (u->kind == T_MAP && id == B_LEN)) {
        value(e, t);
        return;
    }
    if (is_invalid(u)) return;
    Diag *d = check_error_at(c, DIAG_BUILTIN, x, "invalid argument: %s for built-in %s", describe(c, x), shapes[id].name);
    if (id == B_CAP && u->kind == T_MAP) help(c, d, "a map has no capacity; len tells how many keys it holds");
    if (u->kind == T_POINTER && (under(u->u.pointer.elem)->kind == T_SLICE || under(u->u.pointer.elem)->kind == T_MAP || under(u->u.pointer.elem)->kind == T_STRING))
        help(c, d, "it is a pointer: %s(*%s)", shapes[id].name, expr_text(c, x));
    if (is_numeric(x->type)) help(c, d, "strings, slices, arrays, maps and channels have a length; len(strconv.Itoa(n)) counts the digits of n");
}

static void append(Checker *c, Expr *e) {
    ExprList args = e->u.call.args;
    Expr *s = args.items[0];
    Type *t = s->type, *u = under(t);
    if (expr_is_nil(s)) {
        help(c, check_error_at(c, DIAG_BUILTIN, s, "first argument to append must be a typed slice; have untyped nil"), "declare it first: var list []int");
        return;
    }
    if (u->kind != T_SLICE) {
        if (is_invalid(u)) return;
        Diag *d = check_error_at(c, DIAG_BUILTIN, s, "invalid argument: %s is not a slice", describe(c, s));
        if (u->kind == T_ARRAY) help(c, d, "an array keeps its length; make it a slice: []%s", type_name(c, u->u.array.elem));
        else if (u->kind == T_POINTER && under(u->u.pointer.elem)->kind == T_SLICE) help(c, d, "it is a pointer to a slice: append(*%s, ...)", expr_text(c, s));
        else help(c, d, "the slice comes first, then what is added: list = append(list, %s)", expr_text(c, s));
        return;
    }
    Type *elem = u->u.slice.elem;
    if (e->u.call.ellipsis) {
        if (args.len != 2) {
            help(c, check_error_at(c, DIAG_VARIADIC, args.items[args.len - 1], "can only use ... with final argument in list: append(s, t...)"), "append the single values first, then the slice");
            return;
        }
        Expr *x = args.items[1];
        if (under(elem)->kind == T_UINT8 && is_string(x->type)) use_default_type(c, x);
        else assign_to(c, x, new_slice(c, elem), "argument to append");
    } else {
        for (uint32_t i = 1; i < args.len; i++) {
            Expr *x = args.items[i];
            if (!bad(x) && under(x->type)->kind == T_SLICE && type_identical(under(x->type)->u.slice.elem, elem) && !assignable(c, x, elem, NULL)) {
                Diag *d = check_error_at(c, DIAG_CANNOT_USE, x, "cannot use %s as %s value in argument to append", describe(c, x), type_name(c, elem));
                help(c, d, "to append all its elements, write append(%s, %s...)", expr_text(c, s), expr_text(c, x));
                continue;
            }
            assign_to(c, x, elem, "argument to append");
        }
    }
    value(e, t);
}

static void make(Checker *c, Expr *e) {
    ExprList args = e->u.call.args;
    Type *t = check_type(c, args.items[0]);
    uint32_t min;
    for (uint32_t i = 1; i < args.len; i++) check_expr(c, args.items[i]);
    if (is_invalid(t) || is_invalid(under(t))) return;
    switch (under(t)->kind) {
    case T_SLICE: min = 2; break;
    case T_MAP: case T_CHAN: min = 1; break;
    default: {
        Diag *d = check_error_at(c, DIAG_BUILTIN, args.items[0], "invalid argument: cannot make %s; type must be slice, map, or channel", expr_text(c, args.items[0]));
        if (under(t)->kind == T_STRUCT) help(c, d, "a struct is ready as it stands: %s{}", type_name(c, t));
        else if (under(t)->kind == T_ARRAY) help(c, d, "an array is ready as it stands: var a %s; a slice is made with make([]%s, n)", type_name(c, t), type_name(c, under(t)->u.array.elem));
        else help(c, d, "declare it: var v %s", type_name(c, t));
        return;
    }
    }
    if (args.len < min || args.len > min + 1) {
        Diag *d = check_error_at(c, DIAG_BUILTIN, e, "invalid operation: %s expects %u or %u arguments; found %u", expr_text(c, e), min, min + 1, args.len);
        if (min == 2) help(c, d, "say how long it shall be: make(%s, 0)", type_name(c, t));
        return;
    }
    int64_t sizes[2] = {-1, -1};
    for (uint32_t i = 1; i < args.len; i++) {
        Expr *x = args.items[i];
        if (!bad(x) && x->mode == MODE_CONST && is_untyped(x->type) && is_numeric(x->type)) { // 1e3 is fine
            ConstVal *v = const_to_kind(c->a, x->cv, CV_INT);
            if (v) x->cv = v;
        }
        if (!bad(x) && is_float(x->type) && is_typed(x->type) && x->mode == MODE_CONST && const_to_kind(c->a, x->cv, CV_INT)) {
            check_error_at(c, DIAG_INDEX, x, "invalid argument: index %s must be integer", describe(c, x));
            continue;
        }
        check_index_value(c, x, -1, &sizes[i - 1], "index");
    }
    if (sizes[0] >= 0 && sizes[1] >= 0 && sizes[0] > sizes[1])
        help(c, check_error_at(c, DIAG_BUILTIN, args.items[1], "invalid argument: length and capacity swapped"), "the length comes first: make([]T, length, capacity)");
    value(e, t);
}

static void copy(Checker *c, Expr *e, Expr *dst, Expr *src) {
    Type *d = under(dst->type), *s = under(src->type);
    if (d->kind == T_SLICE && under(d->u.slice.elem)->kind == T_UINT8 && is_string(src->type)) {
        use_default_type(c, src);
    } else if (d->kind != T_SLICE || s->kind != T_SLICE) {
        if (is_invalid(d) || is_invalid(s)) return;
        Expr *blame = d->kind != T_SLICE ? dst : src;
        Diag *diag = check_error_at(c, DIAG_BUILTIN, e, "invalid argument: copy expects slice arguments; found %s and %s", describe(c, dst), describe(c, src));
        if (under(blame->type)->kind == T_ARRAY) help(c, diag, "a slice of the array is %s[:]", expr_text(c, blame));
        return;
    } else if (!type_identical(d->u.slice.elem, s->u.slice.elem)) {
        Diag *diag = check_error_at(c, DIAG_BUILTIN, e, "invalid argument: arguments to copy %s and %s have different element types %s and %s", describe(c, dst), describe(c, src),
                       type_name(c, d->u.slice.elem), type_name(c, s->u.slice.elem));
        help(c, diag, "copy converts nothing: convert each element in a loop");
        return;
    }
    value(e, c->u->basic[T_INT]);
}

static void complex_of(Checker *c, Expr *e, Expr *x, Expr *y) {
    if (is_untyped(x->type) != is_untyped(y->type)) {
        if (is_untyped(x->type)) convert_untyped(c, x, y->type);
        else convert_untyped(c, y, x->type);
        if (bad(x) || bad(y)) return;
    } else if (is_untyped(x->type)) {
        if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
            Expr *pair[] = {x, y};
            for (int i = 0; i < 2; i++) {
                ConstVal *v = is_numeric(pair[i]->type) ? const_to_kind(c->a, pair[i]->cv, CV_FLOAT) : NULL;
                if (v) {
                    pair[i]->cv = v;
                    pair[i]->type = c->u->basic[T_UNTYPED_FLOAT];
                }
            }
        } else {
            convert_untyped(c, x, c->u->basic[T_FLOAT64]);
            convert_untyped(c, y, c->u->basic[T_FLOAT64]);
            if (bad(x) || bad(y)) return;
        }
    }
    if (!type_identical(x->type, y->type)) {
        check_error_at(c, DIAG_BUILTIN, e, "invalid operation: %s (mismatched types %s and %s)", expr_text(c, e), type_name(c, x->type), type_name(c, y->type));
        return;
    }
    Type *t;
    switch (under(x->type)->kind) {
    case T_FLOAT32: t = c->u->basic[T_COMPLEX64]; break;
    case T_FLOAT64: t = c->u->basic[T_COMPLEX128]; break;
    case T_UNTYPED_FLOAT: t = c->u->basic[T_UNTYPED_COMPLEX]; break;
    default:
        check_error_at(c, DIAG_BUILTIN, x, "invalid argument: arguments have type %s, expected floating-point", type_name(c, x->type));
        return;
    }
    value(e, t);
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        e->mode = MODE_CONST;
        e->cv = const_make_complex(c->a, x->cv, y->cv);
    }
}

static void part_of(Checker *c, Expr *e, Expr *x, Builtin id) {
    if (is_untyped(x->type)) {
        if (x->mode == MODE_CONST && is_numeric(x->type)) {
            ConstVal *v = const_to_kind(c->a, x->cv, CV_COMPLEX);
            if (v) {
                x->cv = v;
                x->type = c->u->basic[T_UNTYPED_COMPLEX];
            }
        } else {
            convert_untyped(c, x, c->u->basic[T_COMPLEX128]);
            if (bad(x)) return;
        }
    }
    Type *t;
    switch (under(x->type)->kind) {
    case T_COMPLEX64: t = c->u->basic[T_FLOAT32]; break;
    case T_COMPLEX128: t = c->u->basic[T_FLOAT64]; break;
    case T_UNTYPED_COMPLEX: t = c->u->basic[T_UNTYPED_FLOAT]; break;
    default:
        check_error_at(c, DIAG_BUILTIN, x, "invalid argument: %s not of complex type: argument has type %s, expected complex type", expr_text(c, x), type_name(c, x->type));
        return;
    }
    value(e, t);
    if (x->mode == MODE_CONST) {
        e->mode = MODE_CONST;
        e->cv = id == B_REAL ? const_real(c->a, x->cv) : const_imag(c->a, x->cv);
    }
}

static void min_max(Checker *c, Expr *e, Builtin id) {
    ExprList args = e->u.call.args;
    for (uint32_t i = 0; i < args.len; i++)
        if (!is_ordered(args.items[i]->type)) {
            if (!is_invalid(under(args.items[i]->type)))
                check_error_at(c, DIAG_BUILTIN, args.items[i], "invalid argument: %s cannot be ordered", describe(c, args.items[i]));
            return;
        }
    Expr *r = args.items[0];
    ConstVal *v = r->mode == MODE_CONST ? r->cv : NULL;
    Type *t = r->type;
    for (uint32_t i = 1; i < args.len; i++) { // the type that all can have
        Expr *x = args.items[i];
        Expr probe = {.kind = E_BAD, .mode = v ? MODE_CONST : MODE_VALUE, .type = t, .cv = v, .start = args.items[i - 1]->start, .end = args.items[i - 1]->end};
        if (!match_operands(c, &probe, x) || (!bad(x) && !bad(&probe) && !type_identical(probe.type, x->type))) {
            check_error_at(c, DIAG_MISMATCHED, x, "invalid argument: mismatched types %s (previous argument) and %s (type of %s)", type_name(c, t), type_name(c, x->type), expr_text(c, x));
            return;
        }
        if (bad(x) || bad(&probe)) return;
        t = x->type;
        if (v && x->mode == MODE_CONST) {
            if (const_compare(x->cv, id == B_MIN ? OPR_LT : OPR_GT, probe.cv)) v = x->cv;
            else v = probe.cv;
        } else {
            v = NULL;
        }
    }
    bool constant = v != NULL;
    if (!constant && is_untyped(t)) t = default_type(c, t);
    for (uint32_t i = 0; i < args.len; i++)
        if (is_typed(t) && is_untyped(args.items[i]->type)) convert_untyped(c, args.items[i], t);
    value(e, t);
    if (constant) {
        e->mode = MODE_CONST;
        e->cv = v;
    }
}

static void channel_close(Checker *c, Expr *e, Expr *x) {
    Type *u = under(x->type);
    if (u->kind != T_CHAN) {
        if (!is_invalid(u)) help(c, check_error_at(c, DIAG_CHANNEL, x, "invalid operation: cannot close non-channel %s", describe(c, x)), "close is for channels; a file has a method: f.Close()");
        return;
    }
    if (u->u.chan.dir == CHAN_RECV) {
        Diag *d = check_error_at(c, DIAG_CHANNEL, x, "invalid operation: cannot close receive-only channel %s", describe(c, x));
        help(c, d, "only the sending side closes a channel");
        return;
    }
    no_value(c, e);
}

static bool count_arguments(Checker *c, Expr *e, Builtin id) {
    uint32_t n = e->u.call.args.len;
    const Shape *s = &shapes[id];
    bool few = n < s->min;
    if (!few && (n <= s->max || s->max == VARIADIC)) return true;
    Diag *d = check_error(c, DIAG_ARG_COUNT, few ? e->u.call.rparen : e->u.call.args.items[s->max]->start, few ? e->u.call.rparen + 1 : e->end,
                "%s arguments for %s (expected %u, found %u)", few ? "not enough" : "too many", expr_text(c, e), few ? s->min : s->max, n);
    static const char *const forms[] = {[B_PANIC] = "panic(\"what went wrong\")", [B_RECOVER] = "r := recover()", [B_DELETE] = "delete(m, key)", [B_COPY] = "n := copy(to, from)",
                                        [B_LEN] = "len(x)", [B_CAP] = "cap(x)", [B_CLOSE] = "close(ch)", [B_NEW] = "new(T)", [B_MAKE] = "make([]T, n)", [B_APPEND] = "list = append(list, v)"};
    if (id < COUNT_OF(forms) && forms[id]) help(c, d, "it is written %s", forms[id]);
    return false;
}

void check_builtin(Checker *c, Expr *e, Builtin id) {
    ExprList args = e->u.call.args;
    if (e->u.call.ellipsis && id != B_APPEND) {
        help(c, check_error_at(c, DIAG_VARIADIC, args.items[args.len - 1], "invalid operation: invalid use of ... with built-in %s", shapes[id].name), "leave out the dots");
        for (uint32_t i = 0; i < args.len; i++) check_raw(c, args.items[i], NULL);
        return;
    }
    if (shapes[id].evaluated) {
        bool broken = false;
        for (uint32_t i = 0; i < args.len; i++) {
            check_raw(c, args.items[i], NULL);
            if (args.len == 1 && shapes[id].max > 1 && args.items[0]->mode == MODE_VALUE && args.items[0]->type->kind == T_TUPLE) {
                check_spread_builtin(c, e);
                return;
            }
            check_value(c, args.items[i]);
            broken |= bad(args.items[i]);
        }
        if (broken) return;
    }
    if (!count_arguments(c, e, id)) return;
    Expr *x = args.len ? args.items[0] : NULL, *y = args.len > 1 ? args.items[1] : NULL;
    Type *u = x && shapes[id].evaluated ? under(x->type) : NULL;
    switch (id) {
    case B_NONE: break;
    case B_APPEND: append(c, e); break;
    case B_LEN: case B_CAP: length(c, e, x, id); break;
    case B_CLEAR:
        if (u->kind != T_MAP && u->kind != T_SLICE) {
            check_error_at(c, DIAG_BUILTIN, x, "invalid argument: clear %s: argument must be (or constrained by) map or slice", describe(c, x));
            return;
        }
        no_value(c, e);
        break;
    case B_CLOSE: channel_close(c, e, x); break;
    case B_COMPLEX: complex_of(c, e, x, y); break;
    case B_COPY: copy(c, e, x, y); break;
    case B_DELETE:
        if (u->kind != T_MAP) {
            if (!is_invalid(u)) help(c, check_error_at(c, DIAG_BUILTIN, x, "invalid argument: %s is not a map", describe(c, x)), u->kind == T_SLICE ? "to take element i out of a slice: %s = append(%s[:i], %s[i+1:]...)" : "delete takes a key out of a map", expr_text(c, x), expr_text(c, x), expr_text(c, x));
            return;
        }
        assign_to(c, y, u->u.map.key, "argument to delete");
        if (!bad(y)) no_value(c, e);
        break;
    case B_REAL: case B_IMAG: part_of(c, e, x, id); break;
    case B_MAKE: make(c, e); break;
    case B_MIN: case B_MAX: min_max(c, e, id); break;
    case B_NEW: {
        Type *t = check_type(c, x);
        if (!is_invalid(t)) value(e, new_pointer(c, t));
        break;
    }
    case B_PANIC:
        assign_to(c, x, c->u->any_type, "argument to panic");
        if (!bad(x)) no_value(c, e);
        break;
    case B_PRINT: case B_PRINTLN:
        for (uint32_t i = 0; i < args.len; i++) {
            assign_to(c, args.items[i], NULL, arena_printf(c->a, "argument to %s", shapes[id].name));
            if (bad(args.items[i])) return;
        }
        no_value(c, e);
        break;
    case B_RECOVER:
        if (c->env.range) range_frame(c);
        if (c->env.fn) range_function(c->env.fn)->has_recover = true;
        value(e, c->u->any_type);
        break;
    }
}
