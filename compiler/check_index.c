// x[i] and x[lo:hi:max].
#include <string.h>

#include "compiler/checker.h"

bool check_index_value(Checker *c, Expr *e, int64_t max, int64_t *value, const char *what) {
    *value = -1;
    if (bad(e)) return false;
    if (expr_is_nil(e)) {
        check_error_at(c, DIAG_INDEX, e, "invalid argument: %s %s must be integer", what, describe(c, e));
        return false;
    }
    const char *why = is_untyped(e->type) ? try_convert_untyped(c, e, c->u->basic[T_INT]) : NULL;
    if (bad(e)) return false;
    if (why) {
        if (!strcmp(why, "truncated")) check_error_at(c, DIAG_TRUNCATED, e, "invalid argument: %s %s truncated to int", what, describe(c, e));
        else if (!strcmp(why, "overflows") && const_sign(e->cv) < 0) check_error_at(c, DIAG_INDEX, e, "invalid argument: %s %s must not be negative", what, describe(c, e));
        else if (!strcmp(why, "overflows")) check_error_at(c, DIAG_OVERFLOW, e, "invalid argument: %s %s overflows int", what, describe(c, e));
        else help(c, check_error_at(c, DIAG_INDEX, e, "invalid argument: %s %s must be integer", what, describe(c, e)), "elements are counted by integers, from 0; a map is indexed by keys of any kind");
        return false;
    }
    if (!is_integer(e->type)) {
        if (!is_invalid(under(e->type))) {
            Diag *d = check_error_at(c, DIAG_INDEX, e, "invalid argument: %s %s must be integer", what, describe(c, e));
            if (is_numeric(e->type)) help(c, d, "write int(%s)", expr_text(c, e));
            else help(c, d, "elements are counted by integers, from 0; a map is indexed by keys of any kind");
        }
        return false;
    }
    if (e->mode != MODE_CONST) return true;
    if (const_sign(e->cv) < 0) {
        Diag *d = check_error_at(c, DIAG_INDEX, e, "invalid argument: %s %s must not be negative", what, describe(c, e));
        if (!strcmp(what, "index")) help(c, d, "elements are counted from 0; the last one of x is x[len(x)-1]");
        return false;
    }
    int64_t v;
    if (!const_int64(e->cv, &v)) {
        check_error_at(c, DIAG_OVERFLOW, e, "invalid argument: %s %s overflows int", what, describe(c, e));
        return false;
    }
    if (max >= 0 && v >= max) {
        Diag *d = check_error_at(c, DIAG_INDEX_RANGE, e, "invalid argument: %s %s out of bounds [0:%lld]", what, expr_text(c, e), (long long)max);
        if (!strcmp(what, "index")) help(c, d, max ? "there are %lld elements, so the last index is %lld" : "there are no elements", (long long)max, (long long)max - 1);
        return false;
    }
    *value = v;
    return true;
}

static bool one_index(Checker *c, Expr *e) {
    if (e->u.index.indices.len == 1) return true;
    help(c, check_error_at(c, DIAG_NOT_INDEXABLE, e, "unexpected comma; expecting ]"), "each index has brackets of its own: a[i][j]");
    for (uint32_t i = 0; i < e->u.index.indices.len; i++) check_raw(c, e->u.index.indices.items[i], NULL);
    return false;
}

void check_index(Checker *c, Expr *e) {
    Expr *x = e->u.index.x;
    Object *g = generic_of(c, x);
    if (g) {
        if (g->kind == O_TYPE) {
            instantiate_type(c, e, g);
            if (!c->depth && c->nlater) run_later(c);
        } else {
            instantiate_operand(c, e, g);
        }
        return;
    }
    check_expr_or_type(c, x);
    expr_bad(c, e);
    if (bad(x)) {
        for (uint32_t i = 0; i < e->u.index.indices.len; i++) check_raw(c, e->u.index.indices.items[i], NULL);
        return;
    }
    if (x->mode == MODE_TYPE || (under(x->type)->kind == T_FUNC && x->mode == MODE_VALUE)) {
        Diag *d = check_error_at(c, DIAG_GENERICS, e, "%s is not a generic %s", expr_text(c, x), x->mode == MODE_TYPE ? "type" : "function");
        if (x->mode == MODE_TYPE) help(c, d, "an array type is written [n]%s, a literal %s{...}", expr_text(c, x), expr_text(c, x));
        return;
    }
    if (!one_index(c, e)) return;
    Expr *i = e->u.index.indices.items[0];
    Type *u = under(x->type);
    int64_t max = -1, value;
    bool valid = true;
    if (u->kind == T_MAP) {
        check_expr_hint(c, i, u->u.map.key);
        assign_to(c, i, u->u.map.key, "map index");
        e->mode = MODE_MAPINDEX;
        e->type = u->u.map.value;
        return;
    }
    if (is_string(x->type)) {
        if (x->mode == MODE_CONST) {
            size_t n;
            const_string(x->cv, &n);
            max = (int64_t)n;
        }
        e->mode = MODE_VALUE;
        e->type = c->u->byte_type;
        use_default_type(c, x);
    } else if (u->kind == T_SLICE) {
        e->mode = MODE_VAR;
        e->type = u->u.slice.elem;
    } else if (u->kind == T_ARRAY) {
        max = u->u.array.len;
        e->mode = x->mode == MODE_VAR ? MODE_VAR : MODE_VALUE;
        e->type = u->u.array.elem;
    } else if (u->kind == T_POINTER && under(u->u.pointer.elem)->kind == T_ARRAY) {
        max = under(u->u.pointer.elem)->u.array.len;
        e->mode = MODE_VAR;
        e->type = under(u->u.pointer.elem)->u.array.elem;
    } else {
        valid = false;
        if (!is_invalid(u)) {
            Diag *d = check_error_at(c, DIAG_NOT_INDEXABLE, e, "invalid operation: cannot index %s", describe(c, x));
            if (u->kind == T_POINTER && (under(u->u.pointer.elem)->kind == T_SLICE || under(u->u.pointer.elem)->kind == T_MAP))
                help(c, d, "it is a pointer: (*%s)[%s]", expr_text(c, x), expr_text(c, i));
        }
    }
    check_expr(c, i);
    if (valid) check_index_value(c, i, max, &value, "index");
    if (!valid || is_invalid(e->type)) expr_bad(c, e);
    else if (x->mode == MODE_CONST && i->mode == MODE_CONST && value >= 0) { // a byte of a constant string is a value, not a constant
        e->mode = MODE_VALUE;
    }
}

void check_slice(Checker *c, Expr *e) {
    Expr *x = e->u.slice.x, *parts[3] = {e->u.slice.lo, e->u.slice.hi, e->u.slice.max};
    check_expr(c, x);
    expr_bad(c, e);
    int64_t max = -1;
    Type *u = bad(x) ? c->u->basic[T_INVALID] : under(x->type);
    bool ok = !bad(x);
    if (!ok) {
    } else if (is_string(x->type)) {
        if (e->u.slice.three) {
            help(c, check_error_at(c, DIAG_SLICE, e, "invalid operation: 3-index slice of string"), "a string has no capacity: s[i:j]");
            ok = false;
        } else {
            if (x->mode == MODE_CONST) {
                size_t n;
                const_string(x->cv, &n);
                max = (int64_t)n + 1;
            }
            use_default_type(c, x);
            e->type = x->type;
        }
    } else if (u->kind == T_SLICE) {
        e->type = x->type;
    } else if (u->kind == T_ARRAY) {
        max = u->u.array.len + 1;
        if (x->mode != MODE_VAR) {
            Diag *d = check_error_at(c, DIAG_SLICE, e, "invalid operation: %s (slice of unaddressable value)", describe(c, x));
            help(c, d, "a slice points into its array, so the array must be a variable");
            ok = false;
        } else {
            take_address(x);
            e->type = new_slice(c, u->u.array.elem);
        }
    } else if (u->kind == T_POINTER && under(u->u.pointer.elem)->kind == T_ARRAY) {
        max = under(u->u.pointer.elem)->u.array.len + 1;
        e->type = new_slice(c, under(u->u.pointer.elem)->u.array.elem);
    } else {
        ok = false;
        if (!is_invalid(u)) check_error_at(c, DIAG_SLICE, e, "cannot slice %s", describe(c, x));
    }
    if (e->u.slice.three && (!parts[1] || !parts[2])) {
        check_error_at(c, DIAG_SLICE, e, !parts[1] ? "middle index required in 3-index slice" : "final index required in 3-index slice");
        ok = false;
    }
    int64_t values[3] = {-1, -1, -1};
    for (int i = 0; i < 3; i++) {
        if (!parts[i]) continue;
        check_expr(c, parts[i]);
        if (ok) check_index_value(c, parts[i], max, &values[i], "index");
    }
    for (int i = 0; ok && i < 3; i++)
        for (int k = i + 1; k < 3; k++)
            if (values[i] > values[k] && values[k] >= 0) {
                check_error_at(c, DIAG_SLICE, parts[k], "invalid slice indices: %lld < %lld", (long long)values[k], (long long)values[i]);
                k = i = 3;
            }
    if (ok) e->mode = MODE_VALUE;
    else expr_bad(c, e);
}
