// Constants and untyped values: literals, which types can hold a value, and the walk that gives untyped expressions the
// type their context asks for (Go spec, "Constants", "Representability").
#include <string.h>

#include "compiler/checker.h"
#include "grammar/literal.h"

void check_literal(Checker *c, Expr *e) {
    const char *text = e->u.lit.text;
    uint32_t n = e->u.lit.len;
    TypeKind kind = T_UNTYPED_INT;
    ConstVal *v = NULL;
    switch ((LitKind)e->u.lit.kind) {
    case LIT_INT: v = const_parse_int(c->a, text, n); break;
    case LIT_FLOAT:
        kind = T_UNTYPED_FLOAT;
        v = const_parse_float(c->a, text, n);
        break;
    case LIT_IMAG:
        kind = T_UNTYPED_COMPLEX;
        v = const_parse_imag(c->a, text, n);
        break;
    case LIT_CHAR:
        kind = T_UNTYPED_RUNE;
        v = const_new_int(c->a, literal_rune(text, n));
        break;
    case LIT_STRING: {
        uint32_t len;
        const char *s = literal_string(c->a, text, n, &len);
        kind = T_UNTYPED_STRING;
        v = const_new_string(c->a, s, len);
        break;
    }
    }
    if (!v) {
        Diag *d = check_error_at(c, DIAG_OVERFLOW, e, "excessively large constant: %s", expr_text(c, e));
        help(c, d, "constants end at 10^10000; a float64 ends at about 1.8e308");
        expr_bad(c, e);
        return;
    }
    e->mode = MODE_CONST;
    e->type = c->u->basic[kind];
    e->cv = v;
    if (kind == T_UNTYPED_INT) check_overflow(c, e, "");
}

// ---- representability ----

bool const_fits_type(Checker *c, ConstVal *v, Type *t, ConstVal **rounded, const char **why) {
    Type *b = under(t);
    ConstVal *r = NULL;
    const char *reason = "";
    if (b->kind >= T_INT && b->kind <= T_UINTPTR) {
        r = const_to_kind(c->a, v, CV_INT);
        if (!r) reason = const_kind(v) >= CV_INT ? "truncated" : "";
        else if (!const_fits(r, int_bits(b), b->kind >= T_UINT)) {
            r = NULL;
            reason = "overflows";
        }
    } else if (b->kind == T_FLOAT32 || b->kind == T_FLOAT64) {
        r = const_to_kind(c->a, v, CV_FLOAT);
        if (!r) reason = const_kind(v) >= CV_INT ? "truncated" : "";
        else if (!(r = const_round(c->a, r, b->kind == T_FLOAT32))) reason = "overflows";
    } else if (b->kind == T_COMPLEX64 || b->kind == T_COMPLEX128) {
        ConstVal *z = const_to_kind(c->a, v, CV_COMPLEX);
        if (z) {
            ConstVal *re = const_round(c->a, const_real(c->a, z), b->kind == T_COMPLEX64);
            ConstVal *im = const_round(c->a, const_imag(c->a, z), b->kind == T_COMPLEX64);
            if (re && im) r = const_make_complex(c->a, re, im);
            else reason = "overflows";
        }
    } else if (b->kind == T_STRING || b->kind == T_UNTYPED_STRING) {
        if (const_kind(v) == CV_STRING) r = v;
    } else if (b->kind == T_BOOL || b->kind == T_UNTYPED_BOOL) {
        if (const_kind(v) == CV_BOOL) r = v;
    } else if (b->kind == T_UNTYPED_INT || b->kind == T_UNTYPED_RUNE) {
        r = const_to_kind(c->a, v, CV_INT);
        if (!r) reason = "truncated";
    } else if (b->kind == T_UNTYPED_FLOAT) {
        r = const_to_kind(c->a, v, CV_FLOAT);
        if (!r) reason = "truncated";
    } else if (b->kind == T_UNTYPED_COMPLEX) {
        r = const_to_kind(c->a, v, CV_COMPLEX);
    }
    if (rounded) *rounded = r;
    if (why) *why = reason;
    return r != NULL;
}

bool represent(Checker *c, Expr *e, Type *t, const char **why) {
    ConstVal *r;
    if (!e->cv || !const_fits_type(c, e->cv, t, &r, why)) return false;
    e->cv = r;
    return true;
}

// After an operation on constants: a typed result must fit its type, an untyped integer 512 bits.
void check_overflow(Checker *c, Expr *e, const char *operation) {
    if (!e->cv) {
        check_error_at(c, DIAG_OVERFLOW, e, "constant %s%soverflow", operation, *operation ? " " : "");
        expr_bad(c, e);
        return;
    }
    if (is_typed(e->type)) {
        const char *why = "", *before = describe(c, e);
        if (represent(c, e, e->type, &why)) return;
        Type *t = e->type;
        if (!strcmp(why, "truncated")) {
            check_error_at(c, DIAG_TRUNCATED, e, "%s truncated to %s", before, type_name(c, t));
        } else {
            Diag *d = check_error_at(c, DIAG_OVERFLOW, e, "%s overflows %s", before, type_name(c, t));
            if (is_integer(t) && int_bits(under(t)) < 64) help(c, d, "a larger type, as int or int64, would hold it");
        }
        expr_bad(c, e);
        return;
    }
    if (const_kind(e->cv) == CV_INT && const_bits(e->cv) > 512) {
        check_error_at(c, DIAG_OVERFLOW, e, "constant %s%soverflow", operation, *operation ? " " : "");
        expr_bad(c, e);
    }
}

// ---- untyped expressions get their type ----

static bool is_comparison(Op op) { return op >= OPR_EQ && op <= OPR_GE; }
static bool is_shift(Op op) { return op == OPR_SHL || op == OPR_SHR; }

void final_type(Checker *c, Expr *e, Type *t, bool final) {
    if (!e->type || is_typed(e->type) || e->mode == MODE_NONE) return;
    switch (e->kind) {
    case E_PAREN: final_type(c, e->u.paren.x, t, final); break;
    case E_UNARY:
        if (!e->cv) final_type(c, e->u.unary.x, t, final);
        break;
    case E_BINARY:
        if (e->cv || is_comparison((Op)e->op)) break;
        final_type(c, e->u.binary.x, t, final);
        if (!is_shift((Op)e->op)) final_type(c, e->u.binary.y, t, final);
        break;
    default: break;
    }
    if (is_untyped(t) && !final) {
        e->type = t;
        return;
    }
    if ((e->flags & EXPR_SHIFT_LHS) && !is_integer(t)) {
        Diag *d = check_error_at(c, DIAG_SHIFT, e, "invalid operation: shifted operand %s (type %s) must be integer", expr_text(c, e), type_name(c, t));
        help(c, d, "an untyped constant that is shifted takes the type its place asks for; say int(%s)", expr_text(c, e));
        expr_bad(c, e);
        return;
    }
    e->type = t;
    if (e->cv && !is_untyped(t) && is_const_type(t)) {
        const char *why;
        represent(c, e, t, &why);
    }
}

static const char *implicit(Checker *c, Expr *e, Type *target, Type **out) {
    *out = e->type;
    if (is_untyped(target)) { // both are
        if (e->type->kind == target->kind) return NULL;
        if (is_numeric(e->type) && is_numeric(target)) {
            if (e->type->kind < target->kind) *out = target;
            return NULL;
        }
        return "";
    }
    *out = target;
    if (expr_is_nil(e)) return has_nil(target) ? NULL : "";
    Type *u = under(target);
    if (u->kind <= T_STRING && u->kind != T_INVALID) {
        if (e->mode == MODE_CONST) {
            const char *why = "";
            return const_fits_type(c, e->cv, u, NULL, &why) ? NULL : why;
        }
        switch (e->type->kind) {
        case T_UNTYPED_BOOL: return is_boolean(u) ? NULL : "";
        case T_UNTYPED_STRING: return is_string(u) ? NULL : "";
        default: return is_numeric(u) ? NULL : "";
        }
    }
    if (u->kind == T_INTERFACE) { // the value needs a type of its own
        if (u->u.iface.n) return "";
        *out = default_type(c, e->type);
        return NULL;
    }
    return u->kind == T_INVALID ? NULL : "";
}

const char *try_convert_untyped(Checker *c, Expr *e, Type *target) {
    if (bad(e) || is_typed(e->type) || is_invalid(target)) return NULL;
    Type *t;
    const char *why = implicit(c, e, target, &t);
    if (why) return why;
    if (t == e->type) return NULL;
    if (e->mode == MODE_CONST && is_typed(t)) { // a default type may be too small: interface of 1<<70
        ConstVal *v;
        const char *reason = "";
        if (!const_fits_type(c, e->cv, t, &v, &reason)) return reason;
        final_type(c, e, t, false);
        if (!bad(e)) e->cv = v;
        return NULL;
    }
    if (expr_is_nil(e)) {
        for (Expr *x = e; ; x = x->u.paren.x) {
            x->type = t;
            if (x->kind != E_PAREN) return NULL;
        }
    }
    final_type(c, e, t, false);
    return NULL;
}

bool convert_untyped(Checker *c, Expr *e, Type *target) {
    const char *why = try_convert_untyped(c, e, target);
    if (!why) return !bad(e);
    if (!strcmp(why, "truncated")) {
        Diag *d = check_error_at(c, DIAG_TRUNCATED, e, "%s truncated to %s", describe(c, e), type_name(c, target));
        help(c, d, "%s has a fraction, which %s cannot hold", expr_text(c, e), type_name(c, target));
    } else if (!strcmp(why, "overflows")) {
        check_error_at(c, DIAG_OVERFLOW, e, "%s overflows %s", describe(c, e), type_name(c, target));
    } else {
        check_error_at(c, DIAG_CANNOT_USE, e, "cannot use %s as %s value", describe(c, e), type_name(c, target));
    }
    expr_bad(c, e);
    return false;
}

void use_default_type(Checker *c, Expr *e) {
    if (!bad(e) && is_untyped(e->type) && !expr_is_nil(e)) convert_untyped(c, e, default_type(c, e->type));
}
