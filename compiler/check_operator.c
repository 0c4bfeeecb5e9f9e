// Operators: unary, binary, shifts, comparisons (Go spec, "Operators", "Constant expressions").
#include <string.h>

#include "compiler/advice.h"

static bool is_comparison(Op op) { return op >= OPR_EQ && op <= OPR_GE; }
static bool is_shift(Op op) { return op == OPR_SHL || op == OPR_SHR; }

// ---- unary ----

static Expr *unparen(Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e;
}

static void check_address(Checker *c, Expr *e, Type *hint) {
    Expr *x = e->u.unary.x, *inner = unparen(x);
    Type *elem = hint && under(hint)->kind == T_POINTER ? under(hint)->u.pointer.elem : NULL;
    check_expr_hint(c, x, inner->kind == E_COMPOSITE ? elem : NULL);
    if (bad(x)) {
        expr_bad(c, e);
        return;
    }
    if (inner->kind != E_COMPOSITE && x->mode != MODE_VAR) {
        Diag *d = check_error_at(c, DIAG_NOT_ADDRESSABLE, e, "invalid operation: cannot take address of %s", describe(c, x));
        if (x->mode == MODE_MAPINDEX) help(c, d, "an element of a map moves when the map grows; copy it to a variable, or keep pointers in the map");
        else help(c, d, "put it into a variable first: v := %s, then &v", expr_text(c, x));
        expr_bad(c, e);
        return;
    }
    take_address(x);
    e->mode = MODE_VALUE;
    e->type = new_pointer(c, x->type);
}

// The variable whose storage is meant: x, x.f, x[i] of an array (through no pointer).
void take_address(Expr *x) {
    for (;;) {
        x = unparen(x);
        if (x->kind == E_NAME) {
            Object *o = x->u.name.obj;
            if (o && o->kind == O_VAR) o->addr_taken = true;
            return;
        }
        if (x->kind == E_SELECTOR && x->u.sel.selection && x->u.sel.selection->kind == SEL_FIELD) {
            Selection *s = x->u.sel.selection; // a pointer on the way means that another object is meant
            Type *t = s->recv;
            for (uint32_t i = 0; i < s->npath; i++) {
                Type *u = under(t);
                if (u->kind == T_POINTER || u->kind != T_STRUCT) return;
                t = u->u.strct.fields[s->path[i]].type;
            }
            x = x->u.sel.x;
        } else if (x->kind == E_SELECTOR && x->u.sel.obj && x->u.sel.obj->kind == O_VAR) {
            x->u.sel.obj->addr_taken = true;
            return;
        } else if (x->kind == E_INDEX && x->u.index.x->type && under(x->u.index.x->type)->kind == T_ARRAY) {
            x = x->u.index.x;
        } else {
            return;
        }
    }
}

static void check_receive(Checker *c, Expr *e) {
    Expr *x = e->u.unary.x;
    c->as_channel = x;
    check_expr(c, x);
    expr_bad(c, e);
    if (bad(x)) return;
    Type *u = under(x->type);
    if (u->kind != T_CHAN) {
        Diag *d = check_error_at(c, DIAG_CHANNEL, e, "invalid operation: cannot receive from non-channel %s", describe(c, x));
        if (under(x->type)->kind == T_FUNC && under(x->type)->u.func.nresults == 1 && !under(x->type)->u.func.nparams) help(c, d, "call it: <-%s()", expr_text(c, x));
        else if (!strcmp(type_name(c, x->type), "*time.Ticker") || !strcmp(type_name(c, x->type), "*time.Timer")) help(c, d, "its channel is its field C: <-%s.C", expr_text(c, x));
        else help(c, d, "<-x takes a value out of a channel; %s is not one", expr_text(c, x));
        return;
    }
    if (u->u.chan.dir == CHAN_SEND) {
        Diag *d = check_error_at(c, DIAG_CHANNEL, e, "invalid operation: cannot receive from send-only channel %s", describe(c, x));
        help(c, d, "its type, %s, gives only the sending end; take a chan or a <-chan here", type_name(c, x->type));
        return;
    }
    e->mode = MODE_COMMAOK;
    e->type = u->u.chan.elem;
}

void check_unary(Checker *c, Expr *e, Type *hint) {
    Op op = (Op)e->op;
    Expr *x = e->u.unary.x;
    if (op == OPR_ADDR) {
        check_address(c, e, hint);
        return;
    }
    if (op == OPR_RECV) {
        check_receive(c, e);
        return;
    }
    if (op == OPR_TILDE) {
        check_error_at(c, DIAG_OPERATOR, e, "cannot use ~ outside of interface or type constraint");
        expr_bad(c, e);
        return;
    }
    check_expr(c, x);
    expr_bad(c, e);
    if (bad(x)) return;
    bool ok = op == OPR_NOT ? is_boolean(x->type) : op == OPR_XOR ? is_integer(x->type) : is_numeric(x->type);
    if (!ok) {
        Diag *d = check_error_at(c, DIAG_OPERATOR, e, "invalid operation: operator %s not defined on %s", op_text(op), describe(c, x));
        if (op == OPR_NOT) help(c, d, "! turns a bool around; a number is compared: %s == 0", expr_text(c, x));
        return;
    }
    e->type = x->type;
    if (x->mode == MODE_CONST) {
        uint32_t bits = op == OPR_XOR && is_unsigned(x->type) ? int_bits(under(x->type)) : 0;
        e->mode = MODE_CONST;
        e->cv = const_unary(c->a, op, x->cv, bits);
        check_overflow(c, e, op == OPR_SUB ? "negation" : op == OPR_XOR ? "bitwise complement" : "");
        return;
    }
    e->mode = MODE_VALUE;
}

// ---- shifts ----

static void shift(Checker *c, Expr *e, Expr *x, Expr *y, Op op) {
    expr_bad(c, e);
    ConstVal *xv = x->mode == MODE_CONST ? const_to_kind(c->a, x->cv, CV_INT) : NULL;
    if (!is_integer(x->type) && !(is_untyped(x->type) && xv)) {
        check_error_at(c, DIAG_SHIFT, x, "invalid operation: shifted operand %s must be integer", describe(c, x));
        return;
    }
    if (expr_is_nil(y)) {
        check_error_at(c, DIAG_SHIFT, y, "invalid operation: shift count %s must be integer", describe(c, y));
        return;
    }
    ConstVal *yv = NULL;
    if (y->mode == MODE_CONST) {
        yv = const_to_kind(c->a, y->cv, CV_INT);
        if (yv && const_sign(yv) < 0) {
            check_error_at(c, DIAG_SHIFT, y, "invalid operation: negative shift count %s", describe(c, y));
            return;
        }
        if (is_untyped(y->type)) {
            if (!yv) {
                check_error_at(c, DIAG_SHIFT, y, "invalid operation: shift count %s must be integer", describe(c, y));
                return;
            }
            if (!const_fits(yv, 64, true)) {
                check_error_at(c, DIAG_SHIFT, y, "invalid operation: invalid shift count %s", describe(c, y));
                return;
            }
            if (!convert_untyped(c, y, c->u->basic[T_UINT])) return;
        } else if (!is_integer(y->type)) {
            check_error_at(c, DIAG_SHIFT, y, "invalid operation: shift count %s must be integer", describe(c, y));
            return;
        }
    } else if (is_untyped(y->type)) {
        if (!is_integer(y->type) && !is_numeric(y->type)) {
            check_error_at(c, DIAG_SHIFT, y, "invalid operation: shift count %s must be integer", describe(c, y));
            return;
        }
        if (!convert_untyped(c, y, c->u->basic[T_UINT])) return;
    } else if (!is_integer(y->type)) {
        check_error_at(c, DIAG_SHIFT, y, "invalid operation: shift count %s must be integer", describe(c, y));
        return;
    }
    e->type = x->type;
    if (x->mode == MODE_CONST) {
        if (y->mode == MODE_CONST) {
            uint64_t n;
            if (!const_uint64(yv, &n) || n > 1023 - 1 + 52) {
                check_error_at(c, DIAG_SHIFT, y, "invalid shift count %s", describe(c, y));
                expr_bad(c, e);
                return;
            }
            if (!is_integer(x->type)) e->type = c->u->basic[T_UNTYPED_INT];
            e->mode = MODE_CONST;
            e->cv = const_shift(c->a, xv, op, (uint32_t)n);
            check_overflow(c, e, "shift");
            return;
        }
        if (is_untyped(x->type)) { // its type is what the place of the whole asks for
            x->flags |= EXPR_SHIFT_LHS;
            if (x->kind == E_PAREN) unparen(x)->flags |= EXPR_SHIFT_LHS;
            e->mode = MODE_VALUE;
            return;
        }
    }
    if (!is_integer(x->type)) {
        check_error_at(c, DIAG_SHIFT, x, "invalid operation: shifted operand %s must be integer", describe(c, x));
        expr_bad(c, e);
        return;
    }
    e->mode = MODE_VALUE;
}

// ---- comparisons ----

static const char *nil_help(Checker *c, const Expr *x) {
    switch (under(x->type)->kind) {
    case T_STRING: return arena_printf(c->a, "a string is never nil; the empty string is \"\"");
    case T_STRUCT: return arena_printf(c->a, "a struct is never nil; compare it with %s{}", type_name(c, x->type));
    case T_BOOL: return "a bool is never nil; it is true or false";
    default: return is_numeric(x->type) ? "a number is never nil; its zero value is 0" : NULL;
    }
}

void comparison(Checker *c, Expr *e, Expr *x, Expr *y, Op op, bool in_switch) {
    expr_bad(c, e);
    const char *why = "";
    Expr *blame = x;
    bool ok = assignable(c, x, y->type, NULL) || assignable(c, y, x->type, NULL);
    DiagCode code = DIAG_MISMATCHED;
    if (ok) {
        code = DIAG_COMPARE;
        bool x_nil = expr_is_nil(x), y_nil = expr_is_nil(y);
        if (op == OPR_EQ || op == OPR_NE) {
            if (x_nil || y_nil) {
                Expr *other = x_nil ? y : x;
                if (x_nil && y_nil && is_untyped(x->type) && is_untyped(y->type)) {
                    ok = false;
                    why = "operator == not defined on nil";
                    if (op == OPR_NE) why = "operator != not defined on nil";
                } else {
                    ok = has_nil(other->type) || is_invalid(under(other->type));
                    blame = other;
                }
            } else if (!type_comparable(x->type)) {
                ok = false;
                why = incomparable_reason(c, x->type);
            } else if (!type_comparable(y->type)) {
                ok = false;
                blame = y;
                why = incomparable_reason(c, y->type);
            }
        } else if (!is_ordered(x->type) || !is_ordered(y->type)) {
            ok = false;
            if (is_ordered(x->type)) blame = y;
            uint8_t k = under(blame->type)->kind;
            const char *what = k == T_STRUCT ? "struct" : k == T_SLICE ? "slice" : k == T_MAP ? "map" : k == T_POINTER ? "pointer"
                : k == T_FUNC ? "func" : k == T_CHAN ? "chan" : k == T_INTERFACE ? "interface" : NULL;
            if (type_is_stand_in(blame->type)) what = NULL;
            why = what ? arena_printf(c->a, "operator %s not defined on %s", op_text(op), what)
                       : arena_printf(c->a, "operator %s not defined on %s", op_text(op), describe(c, blame));
        }
    } else {
        why = arena_printf(c->a, "mismatched types %s and %s", type_name(c, x->type), type_name(c, y->type));
    }
    if (!ok && (is_broken(x->type) || is_broken(y->type))) return;
    if (!ok) {
        Diag *d;
        if (in_switch) d = check_error_at(c, code, x, "invalid case %s in switch on %s (%s)", expr_text(c, x), expr_text(c, y), why);
        else d = check_error_at(c, code, e, "invalid operation: %s %s %s (%s)", expr_text(c, x), op_text(op), expr_text(c, y), why);
        if (expr_is_nil(x) != expr_is_nil(y)) {
            const char *h = nil_help(c, expr_is_nil(x) ? y : x);
            if (h) help(c, d, "%s", h);
        } else if (code == DIAG_COMPARE) {
            advice_compare(c, d, blame, x, y, op);
        } else {
            advice_operands(c, d, x, y, op);
        }
        return;
    }
    e->type = c->u->basic[T_UNTYPED_BOOL];
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        e->mode = MODE_CONST;
        e->cv = const_new_bool(c->a, const_compare(x->cv, op, y->cv));
        return; // the operands are never computed, so they need no type, and may be too large for one
    }
    if (!expr_is_nil(x)) use_default_type(c, x);
    if (!expr_is_nil(y)) use_default_type(c, y);
    if (bad(x) || bad(y)) {
        expr_bad(c, e);
        return;
    }
    e->mode = MODE_VALUE;
}

// ---- binary ----

static bool may_convert(Expr *x, Expr *y) {
    if (is_typed(x->type) && is_typed(y->type)) return false;
    if (type_is_interface(x->type) || type_is_interface(y->type)) return true;
    if (is_boolean(x->type) != is_boolean(y->type)) return false;
    if (is_string(x->type) != is_string(y->type)) return false;
    if (expr_is_nil(x)) return has_nil(y->type);
    if (expr_is_nil(y)) return has_nil(x->type);
    if (under(x->type)->kind == T_POINTER || under(y->type)->kind == T_POINTER) return false;
    return true;
}

// Gives untyped operands the type of the other. False when it cannot be: nothing is reported then unless the value
// itself does not fit.
bool match_operands(Checker *c, Expr *x, Expr *y) {
    if (!may_convert(x, y)) return true;
    Expr *pair[2] = {x, y};
    for (int i = 0; i < 2; i++) {
        Expr *a = pair[i], *b = pair[1 - i];
        const char *why = try_convert_untyped(c, a, b->type);
        if (!why) continue;
        if (!*why) return false;
        Diag *d = check_error_at(c, !strcmp(why, "truncated") ? DIAG_TRUNCATED : DIAG_OVERFLOW, a, "%s (%s constant%s%s) %s %s",
                                 expr_text(c, a), type_name(c, a->type), a->kind == E_BASICLIT ? "" : " ",
                                 a->kind == E_BASICLIT ? "" : const_text(c, a->cv), why, type_name(c, b->type));
        if (!strcmp(why, "overflows")) advice_range(c, d, b->type);
        else if (b->type->kind == T_NAMED && !strcmp(type_name(c, b->type), "time.Duration")) help(c, d, "a duration is a whole number of nanoseconds: take a smaller unit, as in 500 * time.Millisecond");
        else if (!strcmp(why, "truncated")) help(c, d, "both sides must have one type: convert the other, float64(%s)", expr_text(c, b));
        expr_bad(c, a);
        return true;
    }
    return true;
}

static void mismatched(Checker *c, Expr *e, Expr *x, Expr *y, Op op) {
    if (is_broken(x->type) || is_broken(y->type)) return;
    Diag *d = check_error_at(c, DIAG_MISMATCHED, e, "invalid operation: %s %s%s %s (mismatched types %s and %s)", expr_text(c, x), op_text(op),
                             e->kind == E_BINARY ? "" : "=", expr_text(c, y), type_name(c, x->type), type_name(c, y->type));
    if (expr_is_nil(x) || expr_is_nil(y)) {
        const char *h = nil_help(c, expr_is_nil(x) ? y : x);
        if (h) help(c, d, "%s", h);
    } else {
        advice_operands(c, d, x, y, op);
    }
}

static bool operator_defined(Type *t, Op op) {
    switch ((int)op) {
    case OPR_ADD: return is_numeric(t) || is_string(t);
    case OPR_SUB: case OPR_MUL: case OPR_QUO: return is_numeric(t);
    case OPR_REM: case OPR_AND: case OPR_OR: case OPR_XOR: case OPR_ANDNOT: return is_integer(t);
    default: return is_boolean(t); // && ||
    }
}

static const char *operation_name(Op op) {
    switch ((int)op) {
    case OPR_ADD: return "addition";
    case OPR_SUB: return "subtraction";
    case OPR_MUL: return "multiplication";
    case OPR_XOR: return "bitwise XOR";
    default: return "";
    }
}

void binary_op(Checker *c, Expr *e, Expr *x, Expr *y, Op op) {
    expr_bad(c, e);
    if (bad(x) || bad(y)) return;
    if (is_shift(op)) {
        shift(c, e, x, y, op);
        return;
    }
    bool matched = match_operands(c, x, y);
    if (bad(x) || bad(y)) return;
    if (!matched) {
        mismatched(c, e, x, y, op);
        return;
    }
    if (is_invalid(under(x->type)) || is_invalid(under(y->type))) return;
    if (is_comparison(op)) {
        comparison(c, e, x, y, op, false);
        return;
    }
    if (!type_identical(x->type, y->type)) {
        mismatched(c, e, x, y, op);
        return;
    }
    if (!operator_defined(x->type, op)) {
        Diag *d = check_error_at(c, DIAG_OPERATOR, e, "invalid operation: operator %s not defined on %s", op_text(op), describe(c, x));
        advice_operands(c, d, x, y, op);
        return;
    }
    if ((op == OPR_QUO || op == OPR_REM) && y->mode == MODE_CONST && (x->mode == MODE_CONST || is_integer(x->type)) && const_sign(y->cv) == 0) {
        check_error_at(c, DIAG_DIVISION, y, "invalid operation: division by zero");
        return;
    }
    e->type = x->type;
    if (x->mode == MODE_CONST && y->mode == MODE_CONST) {
        e->mode = MODE_CONST;
        e->cv = const_binary(c->a, op, x->cv, y->cv, is_integer(x->type));
        check_overflow(c, e, operation_name(op));
        return;
    }
    e->mode = MODE_VALUE;
}

// A long chain a + b + c ... leans to the left: it is walked, not recursed into.
void check_binary(Checker *c, Expr *e) {
    Expr *spine[64];
    uint32_t n = 0;
    Expr *x = e;
    while (n < COUNT_OF(spine) && x->kind == E_BINARY) {
        if (n) {
            x->mode = MODE_NONE;
            x->cv = NULL;
            x->flags &= (uint8_t)~EXPR_SHIFT_LHS;
        }
        spine[n++] = x;
        x = x->u.binary.x;
    }
    check_expr(c, x);
    while (n) {
        Expr *b = spine[--n];
        check_expr(c, b->u.binary.y);
        binary_op(c, b, b->u.binary.x, b->u.binary.y, (Op)b->op);
    }
}
