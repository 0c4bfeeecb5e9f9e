// Calls and conversions.
#include <string.h>

#include "compiler/advice.h"

// ---- conversions ----

static bool convertible(Checker *c, Expr *x, Type *t, const char **why) {
    *why = "";
    if (assignable(c, x, t, why)) return true;
    Type *v = x->type, *vu = under(v), *tu = under(t);
    if (identical_ignore_tags(c, vu, tu)) return true;
    if (v->kind == T_POINTER && t->kind == T_POINTER && identical_ignore_tags(c, under(v->u.pointer.elem), under(t->u.pointer.elem))) return true;
    if ((is_integer(v) || is_float(v)) && (is_integer(t) || is_float(t))) return true;
    if (is_complex(v) && is_complex(t)) return true;
    if (is_string(t) && (is_integer(v) || is_bytes_or_runes(v))) return true;
    if (is_string(v) && is_bytes_or_runes(t)) return true;
    if (vu->kind == T_SLICE) { // to an array (1.20) or a pointer to one (1.17)
        Type *a = tu->kind == T_POINTER ? under(tu->u.pointer.elem) : tu;
        if (a->kind == T_ARRAY && type_identical(vu->u.slice.elem, a->u.array.elem)) return true;
    }
    return false;
}

static bool const_conversion(Checker *c, Expr *e, Expr *x, Type *t) {
    if (const_fits_type(c, x->cv, t, &e->cv, NULL)) return true;
    if (is_integer(x->type) && is_string(t)) { // string(65)
        int64_t r;
        uint32_t code = const_int64(x->cv, &r) && r >= 0 && r <= 0x10FFFF && !(r >= 0xD800 && r <= 0xDFFF) ? (uint32_t)r : 0xFFFD;
        char *s = arena_alloc(c->a, 5);
        size_t n = 0;
        if (code < 0x80) s[n++] = (char)code;
        else if (code < 0x800) s[n++] = (char)(0xC0 | code >> 6);
        else if (code < 0x10000) s[n++] = (char)(0xE0 | code >> 12);
        else s[n++] = (char)(0xF0 | code >> 18);
        if (code >= 0x10000) s[n++] = (char)(0x80 | (code >> 12 & 63));
        if (code >= 0x800) s[n++] = (char)(0x80 | (code >> 6 & 63));
        if (code >= 0x80) s[n++] = (char)(0x80 | (code & 63));
        e->cv = const_new_string(c->a, s, n);
        return true;
    }
    return false;
}

void check_conversion(Checker *c, Expr *e, Expr *x, Type *t) {
    expr_bad(c, e);
    if (bad(x) || is_invalid(t) || is_invalid(under(t))) return;
    bool constant = x->mode == MODE_CONST && is_const_type(t);
    const char *why = "";
    bool ok;
    if (constant) {
        ok = const_conversion(c, e, x, t);
        if (!ok && is_integer(x->type) && is_integer(t)) {
            Diag *d = check_error_at(c, DIAG_OVERFLOW, x, "cannot convert %s to type %s (constant %s overflows %s)", describe(c, x), type_name(c, t), const_text(c, x->cv), type_name(c, t));
            advice_range(c, d, t);
            return;
        }
    } else {
        ok = convertible(c, x, t, &why);
    }
    if (!ok && (is_broken(x->type) || is_broken(t))) return;
    if (!ok) {
        bool truncated = constant && is_numeric(x->type) && is_numeric(t);
        Diag *d = check_error_at(c, truncated ? DIAG_TRUNCATED : DIAG_CONVERT, x, "cannot convert %s to type %s%s%s%s", describe(c, x), type_name(c, t),
                                 truncated ? " (truncated)" : "", *why ? ": " : "", why);
        if (is_numeric(t) && is_string(x->type)) help(c, d, "strconv.Atoi and strconv.ParseFloat read numbers from strings");
        else if (is_string(t) && is_numeric(x->type)) help(c, d, "fmt.Sprint(%s) makes a string of a number", expr_text(c, x));
        else if (is_string(t) && is_boolean(x->type)) help(c, d, "strconv.FormatBool(%s), or fmt.Sprint(%s)", expr_text(c, x), expr_text(c, x));
        else if (is_boolean(x->type) || is_boolean(t)) help(c, d, "a bool is not a number in Go; use an if");
        return;
    }
    // What was untyped gets the type of the result, except where that is no place for the value itself.
    if (is_untyped(x->type)) {
        Type *final = t;
        if (type_is_interface(t) || (constant && !is_const_type(t))) final = expr_is_nil(x) ? t : default_type(c, x->type);
        else if (x->mode == MODE_CONST && is_integer(x->type) && is_string(t)) final = default_type(c, x->type);
        else if (!is_const_type(t) && x->mode == MODE_CONST) final = default_type(c, x->type); // []byte("x")
        if (expr_is_nil(x)) try_convert_untyped(c, x, t);
        else final_type(c, x, final, true);
        if (bad(x)) return;
    }
    into_interface(c, x->type, t);
    e->type = t;
    e->mode = constant ? MODE_CONST : MODE_VALUE;
    if (!constant) e->cv = NULL;
}

// ---- calls ----

static void wrong_count(Checker *c, Expr *call, Type *sig, uint32_t have, ExprList args) {
    uint32_t want = sig->u.func.nparams;
    bool few = have < want;
    Type *tuple = new_tuple(c, sig->u.func.params, want);
    const char *want_text = sig->u.func.variadic ? type_name(c, sig) + 4 : type_name(c, tuple);
    Pos at = few ? call->u.call.rparen : 0, end = at + 1;
    if (!few) {
        uint32_t first = args.len > want ? want : 0;
        at = args.items[first]->start;
        end = args.items[args.len - 1]->end;
    }
    if (!at) {
        at = call->start;
        end = call->end;
    }
    Diag *d = check_error(c, DIAG_ARG_COUNT, at, end, "%s arguments in call to %s: have %s, want %s", few ? "not enough" : "too many",
                          expr_text(c, call->u.call.fun), have_text(c, args), want_text);
    if (few && sig->u.func.param_names && have < want && sig->u.func.param_names[have] && !(sig->u.func.variadic && have == want - 1))
        help(c, d, "%s %s is missing", sig->u.func.param_names[have]->text, type_name(c, sig->u.func.params[have]));
    else if (few && have < want) help(c, d, "a value of type %s is missing", type_name(c, sig->u.func.params[have]));
    else if (call->u.call.ellipsis) help(c, d, "x... stands for all values of the ... parameter: put the others into the slice first, with append");
    else if (!few && want == 1 && under(sig->u.func.params[0])->kind == T_SLICE) help(c, d, "it takes one slice: %s{...}", type_name(c, sig->u.func.params[0]));
    else if (!few && !want) help(c, d, "it takes no arguments");
    else if (!few) help(c, d, "it takes %u argument%s: leave out what is too much", want, plural(want));
}

void check_arguments(Checker *c, Expr *call, Type *sig) {
    ExprList args = call->u.call.args;
    uint32_t want = sig->u.func.nparams;
    if (args.len == 1) {
        check_raw(c, args.items[0], want ? sig->u.func.params[0] : NULL);
        Expr *e = args.items[0];
        if (!(e->mode == MODE_VALUE && e->type->kind == T_TUPLE)) check_value(c, e);
    } else {
        for (uint32_t i = 0; i < args.len; i++) check_expr_hint(c, args.items[i], i < want ? sig->u.func.params[i] : NULL);
    }
    assign_arguments(c, call, sig);
}

void assign_arguments(Checker *c, Expr *call, Type *sig) {
    ExprList args = call->u.call.args;
    uint32_t want = sig->u.func.nparams;
    bool variadic = sig->u.func.variadic, spread = call->u.call.ellipsis, broken = false;
    const char *context = arena_printf(c->a, "argument to %s", expr_text(c, call->u.call.fun));
    for (uint32_t i = 0; i < args.len; i++) broken |= bad(args.items[i]);
    Type **tuple = NULL;
    uint32_t have = args.len;
    if (have == 1 && !broken && args.items[0]->mode == MODE_VALUE && args.items[0]->type->kind == T_TUPLE) {
        tuple = args.items[0]->type->u.tuple.items;
        have = args.items[0]->type->u.tuple.n;
    }
    if (spread) {
        if (!variadic) {
            Diag *d = check_error_at(c, DIAG_VARIADIC, args.len ? args.items[args.len - 1] : call, "have (...) but function is not variadic: cannot use ... in call to non-variadic %s", expr_text(c, call->u.call.fun));
            help(c, d, "pass the elements one by one");
            return;
        }
        if (tuple) {
            check_error_at(c, DIAG_VARIADIC, args.items[0], "cannot use ... with multi-valued expression %s", expr_text(c, args.items[0]));
            return;
        }
    }
    if (variadic && !spread ? have + 1 < want : have != want) {
        if (!broken) wrong_count(c, call, sig, have, args);
        return;
    }
    for (uint32_t i = 0; i < have; i++) {
        Type *t = i < want ? sig->u.func.params[i] : NULL;
        if (variadic && !spread && i + 1 >= want) t = sig->u.func.params[want - 1]->u.slice.elem;
        if (tuple) {
            Expr x = {.kind = E_BAD, .mode = MODE_VALUE, .type = tuple[i], .start = args.items[0]->start, .end = args.items[0]->end};
            assign_to(c, &x, t, context);
        } else if (!bad(args.items[i])) {
            assign_to(c, args.items[i], t, context);
        }
    }
}

static void convert_call(Checker *c, Expr *e) {
    ExprList args = e->u.call.args;
    Type *t = e->u.call.fun->type;
    e->u.call.is_conversion = true;
    if (e->u.call.fun->kind == E_NAME) check_not_constraint(c, e->u.call.fun); // others have been asked
    if (args.len != 1) {
        for (uint32_t i = 0; i < args.len; i++) check_expr(c, args.items[i]);
        expr_bad(c, e);
        if (args.len) check_error_at(c, DIAG_ARG_COUNT, args.items[args.len - 1], "too many arguments in conversion to %s", type_name(c, t));
        else {
            Diag *d = check_error(c, DIAG_ARG_COUNT, e->u.call.rparen, e->u.call.rparen + 1, "missing argument in conversion to %s", type_name(c, t));
            uint8_t k = under(t)->kind;
            if (k == T_STRUCT || k == T_ARRAY || k == T_SLICE || k == T_MAP) help(c, d, "Go has no constructors: a %s is made by %s{}, with its values between the braces", type_name(c, t), type_name(c, t));
            else help(c, d, "%s(x) converts x; var v %s is a new variable", type_name(c, t), type_name(c, t));
        }
        return;
    }
    if (e->u.call.ellipsis) {
        check_expr(c, args.items[0]);
        check_error_at(c, DIAG_VARIADIC, args.items[0], "invalid use of ... in conversion to %s", type_name(c, t));
        expr_bad(c, e);
        return;
    }
    check_expr_hint(c, args.items[0], t);
    check_conversion(c, e, args.items[0], t);
    const Expr *f = e->u.call.fun;
    while (f->kind == E_PAREN) f = f->u.paren.x;
    if (e->mode == MODE_CONST && f->kind == E_NAME && f->u.name.obj && f->u.name.obj->is_tparam) { // Go: not a constant
        e->mode = MODE_VALUE;
        e->cv = NULL;
    }
}

void check_call(Checker *c, Expr *e) {
    Expr *f = e->u.call.fun;
    e->u.call.is_conversion = false;
    e->u.call.builtin = B_NONE;
    Expr *bare = f;
    while (bare->kind == E_PAREN) bare = bare->u.paren.x;
    Object *g = generic_of(c, bare->kind == E_INDEX ? bare->u.index.x : bare);
    bool inferred = g && g->kind == O_FUNC;
    if (inferred) {
        expr_bad(c, e);
        if (!infer_call(c, e, g)) return;
    } else {
        check_raw(c, f, NULL);
    }
    expr_bad(c, e);
    if (f->mode == MODE_TYPE) {
        convert_call(c, e);
        return;
    }
    if (f->mode == MODE_BUILTIN) {
        Expr *n = f;
        while (n->kind == E_PAREN) n = n->u.paren.x;
        e->u.call.builtin = n->u.name.obj->builtin;
        check_builtin(c, e, (Builtin)n->u.name.obj->builtin);
        return;
    }
    check_value(c, f);
    if (bad(f)) {
        for (uint32_t i = 0; i < e->u.call.args.len; i++) check_raw(c, e->u.call.args.items[i], NULL);
        return;
    }
    Type *sig = under(f->type);
    if (sig->kind != T_FUNC) {
        for (uint32_t i = 0; i < e->u.call.args.len; i++) check_raw(c, e->u.call.args.items[i], NULL);
        if (is_invalid(sig)) return;
        check_error_at(c, DIAG_NOT_FUNC, f, "invalid operation: cannot call non-function %s", describe(c, f));
        return;
    }
    if (inferred) assign_arguments(c, e, sig);
    else check_arguments(c, e, sig);
    switch (sig->u.func.nresults) {
    case 0:
        e->mode = MODE_NOVALUE;
        e->type = new_tuple(c, NULL, 0);
        return;
    case 1:
        e->mode = MODE_VALUE;
        e->type = sig->u.func.results[0];
        if (is_invalid(e->type)) expr_bad(c, e);
        return;
    default:
        e->mode = MODE_VALUE;
        e->type = new_tuple(c, sig->u.func.results, sig->u.func.nresults);
    }
}
