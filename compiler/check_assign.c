// Assignments, in the spec's wide sense: whatever gives a value to a variable, a parameter, an element or a result.
#include <string.h>

#include "compiler/advice.h"

void into_interface(Checker *c, const Type *from, Type *to) {
    if (type_is_interface(to) && !type_is_interface(from) && is_typed(from)) reach_type(c, (Type *)from);
}

void assign_to(Checker *c, Expr *e, Type *t, const char *context) {
    single_value(c, e);
    if (bad(e)) return;
    if (t && (is_invalid(t) || is_invalid(under(t)))) {
        use_default_type(c, e);
        expr_bad(c, e);
        return;
    }
    if (is_untyped(e->type)) {
        if (expr_is_nil(e) && !t) {
            Diag *d = check_error_at(c, DIAG_NIL, e, "use of untyped nil in %s", context);
            help(c, d, "nil alone has no type: write var v T = nil with the type you mean");
            expr_bad(c, e);
            return;
        }
        if (expr_is_nil(e) && !has_nil(t)) {
            Diag *d = check_error_at(c, DIAG_CANNOT_USE, e, "cannot use nil as %s value in %s", type_name(c, t), context);
            if (is_string(t)) help(c, d, "a string is never nil; the empty string is \"\"");
            else if (is_numeric(t)) help(c, d, "a number is never nil; its zero value is 0");
            else if (under(t)->kind == T_STRUCT) help(c, d, "a struct is never nil; its zero value is %s{}", type_name(c, t));
            expr_bad(c, e);
            return;
        }
        Type *target = !t || (type_is_interface(t) && !expr_is_nil(e)) ? default_type(c, e->type) : t;
        const char *why = try_convert_untyped(c, e, target);
        if (bad(e)) return;
        if (why) {
            bool truncated = !strcmp(why, "truncated"), overflows = !strcmp(why, "overflows");
            DiagCode code = truncated ? DIAG_TRUNCATED : overflows ? DIAG_OVERFLOW : DIAG_CANNOT_USE;
            Diag *d = check_error_at(c, code, e, "cannot use %s as %s value in %s%s", describe(c, e), type_name(c, target), context,
                                     truncated ? " (truncated)" : overflows ? " (overflows)" : "");
            if (truncated) help(c, d, "an integer type has no fraction; float64 has");
            else if (overflows) advice_range(c, d, target);
            else advice_value(c, d, e, target, context);
            expr_bad(c, e);
            return;
        }
    }
    if (!t) return;
    const char *why = "";
    if (!assignable(c, e, t, &why)) {
        if (is_broken(e->type) || is_broken(t)) {
            expr_bad(c, e);
            return;
        }
        DiagCode code = type_is_interface(t) ? DIAG_MISSING_METHOD : DIAG_CANNOT_USE;
        Diag *d = check_error_at(c, code, e, "cannot use %s as %s value in %s%s%s", describe(c, e), type_name(c, t), context, *why ? ": " : "", why);
        if (code == DIAG_MISSING_METHOD) advice_methods(c, d, e, t, why);
        else advice_value(c, d, e, t, context);
        expr_bad(c, e);
        return;
    }
    into_interface(c, e->type, t);
}

// ---- several values ----

// The inner expression of (x.(T)) takes the second value too.
static void mark_comma_ok(Expr *e) {
    for (; ; e = e->u.paren.x) {
        e->flags |= EXPR_COMMA_OK;
        if (e->kind != E_PAREN) return;
    }
}

uint32_t unpack(Checker *c, ExprList values, uint32_t want, Type ***types) {
    if (values.len == 1) {
        Expr *e = values.items[0];
        if (e->type->kind == T_TUPLE && e->mode == MODE_VALUE) {
            *types = e->type->u.tuple.items;
            return e->type->u.tuple.n;
        }
        if (want == 2 && (e->mode == MODE_COMMAOK || e->mode == MODE_MAPINDEX)) {
            *types = arena_array(c->a, Type *, 2);
            (*types)[0] = e->type;
            (*types)[1] = c->u->basic[T_UNTYPED_BOOL];
            mark_comma_ok(e);
            return 2;
        }
    }
    *types = NULL;
    return values.len;
}

// One of several values, known by its type only, into a variable of type t.
static bool assign_type(Checker *c, const Expr *from, Type *v, Type *t, const char *context) {
    if (is_invalid(v) || is_invalid(t)) return false;
    Expr x = {.kind = E_BAD, .mode = MODE_VALUE, .type = v, .start = from->start, .end = from->end, .pos = from->pos};
    assign_to(c, &x, t, context);
    return !bad(&x);
}

static void set_var_type(Checker *c, Object *v, Type *t) {
    if (v->type) return;
    if (is_untyped(t)) t = default_type(c, t);
    v->type = t;
}

// `from` is set when the value is one of several. Gives the variable a type if it has none.
Type *init_var(Checker *c, Object *v, Expr *e, Type *from, const char *context) {
    Type *invalid = c->u->basic[T_INVALID];
    if (bad(e) || (from && is_invalid(from))) {
        if (!v->type) v->type = invalid;
        return v->type;
    }
    if (from) {
        set_var_type(c, v, from);
        assign_type(c, e, from, v->type, context);
        return v->type;
    }
    if (v->type) {
        assign_to(c, e, v->type, context);
        return v->type;
    }
    assign_to(c, e, NULL, context);
    v->type = bad(e) ? invalid : e->type;
    return v->type;
}

static const char *value_source(Checker *c, ExprList values) {
    Expr *e = values.items[0];
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return values.len == 1 && e->kind == E_CALL ? expr_text(c, e->u.call.fun) : NULL;
}

static void count_mismatch(Checker *c, uint32_t vars, ExprList values, uint32_t have, Pos at, Pos end) {
    const char *f = value_source(c, values);
    Diag *d;
    if (f) {
        d = check_error(c, DIAG_ASSIGN_COUNT, at, end, "assignment mismatch: %u variable%s but %s() returns %u value%s", vars, plural(vars), f, have, plural(have));
        if (have > vars) help(c, d, "give every value a place; _ throws one away");
        else help(c, d, "it gives %u value%s: write %u variable%s on the left", have, plural(have), have, plural(have));
    } else {
        d = check_error(c, DIAG_ASSIGN_COUNT, at, end, "assignment mismatch: %u variable%s but %u value%s", vars, plural(vars), have, plural(have));
        uint8_t mode = values.len == 1 ? values.items[0]->mode : MODE_NONE;
        if (mode == MODE_COMMAOK || mode == MODE_MAPINDEX) help(c, d, "it gives one value, or two: the second tells whether there was one");
        else help(c, d, "each variable on the left gets one value on the right");
    }
}

void init_vars(Checker *c, Object **vars, uint32_t n, ExprList values, Pos at, Pos end) {
    bool broken = false;
    if (values.len == n && n) {
        for (uint32_t i = 0; i < n; i++) {
            Expr *e = values.items[i];
            check_raw(c, e, vars[i]->type);
            if (n > 1 || e->type->kind != T_TUPLE) check_value(c, e);
            else if (e->mode != MODE_NOVALUE) { // one variable, several values
                count_mismatch(c, n, values, e->type->u.tuple.n, at, end);
                expr_bad(c, e);
            } else check_value(c, e);
            init_var(c, vars[i], e, NULL, "variable declaration");
        }
        return;
    }
    for (uint32_t i = 0; i < values.len; i++) {
        if (values.len == 1) check_multi(c, values.items[i]);
        else check_expr(c, values.items[i]);
        broken |= bad(values.items[i]);
    }
    Type **types;
    uint32_t have = broken ? 0 : unpack(c, values, n, &types);
    if (broken || have != n) {
        if (!broken) count_mismatch(c, n, values, have, at, end);
        for (uint32_t i = 0; i < n; i++) {
            if (!vars[i]->type) vars[i]->type = c->u->basic[T_INVALID];
            vars[i]->used = true;
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++) init_var(c, vars[i], values.items[0], types[i], "assignment");
}

// ---- left sides ----

void count_assign(Checker *c, Expr *lhs) {
    (void)c;
    while (lhs->kind == E_PAREN) lhs = lhs->u.paren.x;
    // A field or an element of a variable is part of it.
    for (;;) {
        if (lhs->kind == E_NAME) {
            if (lhs->u.name.obj && lhs->u.name.obj->kind == O_VAR) lhs->u.name.obj->assigns++;
            return;
        }
        if (lhs->kind == E_PAREN) lhs = lhs->u.paren.x;
        else if (lhs->kind == E_SELECTOR && lhs->u.sel.selection && under(lhs->u.sel.x->type)->kind == T_STRUCT) lhs = lhs->u.sel.x;
        else if (lhs->kind == E_INDEX && lhs->u.index.x->type && under(lhs->u.index.x->type)->kind == T_ARRAY) lhs = lhs->u.index.x;
        else return;
    }
}

// The type of what is assigned to; NULL for _ ; invalid after an error. A plain name is not "used" by this.
Type *check_lhs(Checker *c, Expr *e) {
    Expr *x = e;
    while (x->kind == E_PAREN) x = x->u.paren.x;
    if (x->kind == E_NAME && x->u.name.name == c->blank) {
        x->u.name.obj = NULL;
        for (Expr *p = e; ; p = p->u.paren.x) {
            p->mode = MODE_VAR;
            p->type = c->u->basic[T_INVALID];
            if (p->kind != E_PAREN) break;
        }
        return NULL;
    }
    Object *o = x->kind == E_NAME ? scope_lookup(c->env.scope, x->u.name.name, NULL) : NULL;
    bool local = o && o->kind == O_VAR && !o->is_global, used = local && o->used;
    c->as_target = e;
    check_expr(c, e);
    if (local) o->used = used;
    if (bad(e)) return c->u->basic[T_INVALID];
    if (e->mode == MODE_VAR || e->mode == MODE_MAPINDEX) {
        count_assign(c, e);
        return e->type;
    }
    Diag *d;
    if (x->kind == E_SELECTOR && x->u.sel.x->mode == MODE_MAPINDEX) {
        d = check_error_at(c, DIAG_NOT_ASSIGNABLE, e, "cannot assign to struct field %s in map", expr_text(c, x));
        help(c, d, "take the value out, change it, put it back; or keep pointers in the map");
    } else {
        d = check_error_at(c, DIAG_NOT_ASSIGNABLE, e, "cannot assign to %s (neither addressable nor a map index expression)", describe(c, e));
        if (x->kind == E_INDEX && is_string(x->u.index.x->type)) help(c, d, "a string cannot be changed; make a []byte or []rune of it");
        else if (e->mode == MODE_CONST) help(c, d, "a constant keeps its value");
    }
    return c->u->basic[T_INVALID];
}

// `_ = x`: the generator may want to know of what type.
static void set_blank_type(Expr *lhs, Type *t) {
    for (; ; lhs = lhs->u.paren.x) {
        lhs->type = t;
        if (lhs->kind != E_PAREN) return;
    }
}

// After an error in an assignment nobody shall hear that the variable is not used.
static void mark_used(Expr *lhs) {
    while (lhs->kind == E_PAREN) lhs = lhs->u.paren.x;
    if (lhs->kind == E_NAME && lhs->u.name.obj) lhs->u.name.obj->used = true;
}

static void assign_value(Checker *c, Expr *lhs, Expr *rhs) {
    Type *t = check_lhs(c, lhs);
    check_expr(c, rhs);
    if (t && is_invalid(t)) {
        use_default_type(c, rhs);
        return;
    }
    assign_to(c, rhs, t, "assignment");
    if (bad(rhs)) mark_used(lhs);
    if (!t && !bad(rhs)) set_blank_type(lhs, rhs->type);
}

// a = f() where f may return several values: say so in those words.
static void assign_one(Checker *c, ExprList l, ExprList r) {
    Type *t = check_lhs(c, l.items[0]);
    Expr *e = r.items[0];
    check_raw(c, e, t);
    if (e->mode == MODE_VALUE && e->type->kind == T_TUPLE) {
        count_mismatch(c, 1, r, e->type->u.tuple.n, l.items[0]->start, l.items[0]->end);
        mark_used(l.items[0]);
        expr_bad(c, e);
        return;
    }
    check_value(c, e);
    if (t && is_invalid(t)) {
        use_default_type(c, e);
        return;
    }
    assign_to(c, e, t, "assignment");
    if (bad(e)) mark_used(l.items[0]);
    if (!t && !bad(e)) set_blank_type(l.items[0], e->type);
}

void check_assign(Checker *c, Stmt *s) {
    ExprList l = s->u.assign.lhs, r = s->u.assign.rhs;
    if (s->u.assign.op != OPR_NONE) {
        Expr *x = l.items[0], *y = r.items[0];
        if (l.len != 1 || r.len != 1) {
            help(c, check_error(c, DIAG_ASSIGN_COUNT, s->pos, 0, "assignment operation %s= requires single-valued expressions", op_text((Op)s->u.assign.op)), "write one such assignment for each variable");
            return;
        }
        check_expr(c, x);
        check_expr(c, y);
        if (bad(x) || bad(y)) return;
        Type *t = x->type;
        if (x->mode != MODE_VAR && x->mode != MODE_MAPINDEX) {
            check_lhs(c, x);
            return;
        }
        Expr e = {.kind = E_BAD, .op = s->u.assign.op, .pos = s->pos, .start = x->start, .end = y->end};
        binary_op(c, &e, x, y, (Op)s->u.assign.op);
        if (bad(&e)) return;
        count_assign(c, x);
        assign_to(c, &e, t, "assignment operation");
        return;
    }
    if (l.len == r.len) {
        if (l.len == 1) assign_one(c, l, r);
        else for (uint32_t i = 0; i < l.len; i++) assign_value(c, l.items[i], r.items[i]);
        return;
    }
    Type **want = arena_array(c->a, Type *, l.len), **types;
    for (uint32_t i = 0; i < l.len; i++) want[i] = check_lhs(c, l.items[i]);
    bool broken = false;
    for (uint32_t i = 0; i < r.len; i++) {
        if (r.len == 1) check_multi(c, r.items[i]);
        else check_expr(c, r.items[i]);
        broken |= bad(r.items[i]);
    }
    uint32_t have = broken ? 0 : unpack(c, r, l.len, &types);
    if (have != l.len)
        for (uint32_t i = 0; i < l.len; i++) mark_used(l.items[i]);
    if (broken) return;
    if (have != l.len) {
        count_mismatch(c, l.len, r, have, l.items[0]->start, l.items[l.len - 1]->end);
        return;
    }
    for (uint32_t i = 0; i < l.len; i++) {
        if (want[i]) assign_type(c, r.items[0], types[i], want[i], "assignment");
        else set_blank_type(l.items[i], is_untyped(types[i]) ? default_type(c, types[i]) : types[i]);
    }
}

// ---- := ----

void check_define(Checker *c, Stmt *s) {
    ExprList l = s->u.define.lhs, r = s->u.define.rhs;
    Object **vars = arena_array(c->a, Object *, l.len);
    bool *fresh = arena_array(c->a, bool, l.len);
    uint32_t nfresh = 0;
    bool broken = false;
    const Stmt *defining = c->defining;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *e = l.items[i];
        if (e->kind != E_NAME) {
            if (e->kind != E_BAD) {
                Diag *d = check_error_at(c, DIAG_DEFINE, e, "non-name %s on left side of :=", expr_text(c, e));
                help(c, d, "declare the variables first, then assign with =");
            }
            check_expr(c, e);
            broken = true;
            vars[i] = new_object(c, O_VAR, (Ident){c->blank, e->start}, NULL);
            continue;
        }
        const Name *name = e->u.name.name;
        for (uint32_t k = 0; k < i; k++)
            if (name != c->blank && l.items[k]->kind == E_NAME && l.items[k]->u.name.name == name) {
                help(c, check_error_at(c, DIAG_REDECLARED, e, "%s repeated on left side of :=", name->text), "each name stands once on the left; _ throws a value away");
                broken = true;
            }
        Object *old = name == c->blank ? NULL : scope_find(c->env.scope, name);
        if (old && old->kind != O_VAR) {
            check_error_at(c, DIAG_NOT_ASSIGNABLE, e, "cannot assign to %s", name->text);
            old = NULL;
            broken = true;
        }
        if (old) {
            vars[i] = old;
            if (old->func != c->env.fn) mention_var(c, old, e);
            old->assigns++;
        } else {
            vars[i] = new_object(c, O_VAR, (Ident){name, e->start}, NULL);
            fresh[i] = true;
            nfresh += name != c->blank;
        }
        e->u.name.obj = name == c->blank ? NULL : vars[i];
    }
    if (!nfresh && !broken) {
        Diag *d = check_error(c, DIAG_NO_NEW_VARS, s->pos, s->pos + 2, "no new variables on left side of :=");
        help(c, d, "every name on the left exists already: write = instead of :=");
    }
    c->defining = s;
    if (l.len != r.len && r.len > 1) {
        for (uint32_t i = 0; i < r.len; i++) {
            check_expr(c, r.items[i]);
            broken |= bad(r.items[i]);
        }
        if (!broken) count_mismatch(c, l.len, r, r.len, l.items[0]->start, l.items[l.len - 1]->end);
        for (uint32_t i = 0; i < l.len; i++) {
            if (!vars[i]->type) vars[i]->type = c->u->basic[T_INVALID];
            vars[i]->used = true;
        }
    } else {
        init_vars(c, vars, l.len, r, l.items[0]->start, l.items[l.len - 1]->end);
    }
    c->defining = defining;
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *e = l.items[i];
        if (e->kind == E_NAME) {
            e->mode = MODE_VAR;
            e->type = vars[i]->type;
        }
        if (fresh[i]) {
            if (is_invalid(vars[i]->type)) vars[i]->used = true;
            declare_local(c, vars[i]);
        }
    }
}

// ---- return ----

// "(int, number, nil)": what was given, as Go's compiler lists it.
const char *have_text(Checker *c, ExprList r) {
    if (r.len == 1 && r.items[0]->type && r.items[0]->type->kind == T_TUPLE) return type_name(c, r.items[0]->type);
    Buf b;
    buf_init(&b);
    buf_putc(&b, '(');
    for (uint32_t i = 0; i < r.len; i++) {
        Expr *e = r.items[i];
        if (i) buf_puts(&b, ", ");
        if (!e->type || bad(e)) buf_puts(&b, "?");
        else if (expr_is_nil(e)) buf_puts(&b, "nil");
        else if (is_untyped(e->type) && is_numeric(e->type)) buf_puts(&b, "number");
        else if (is_untyped(e->type)) buf_puts(&b, type_name(c, default_type(c, e->type)));
        else buf_puts(&b, type_name(c, e->type));
    }
    buf_putc(&b, ')');
    const char *s = arena_strndup(c->a, buf_str(&b), b.len);
    buf_fini(&b);
    return s;
}

// The value that stands for "nothing" of a type, as it is written.
static const char *zero_text(Checker *c, Type *t) {
    if (is_string(t)) return "\"\"";
    if (is_boolean(t)) return "false";
    if (is_numeric(t)) return "0";
    if (has_nil(t)) return "nil";
    return arena_printf(c->a, "%s{}", type_name(c, t));
}

// Zeros for all but the last of n results, and the last.
static const char *zeros_before(Checker *c, Type **results, uint32_t n, const char *last) {
    const char *s = "";
    for (uint32_t i = 0; i + 1 < n; i++) s = arena_printf(c->a, "%s%s, ", s, zero_text(c, results[i]));
    return arena_printf(c->a, "%s%s", s, last);
}

static const char *zero_list(Checker *c, Type **results, uint32_t n) { return zeros_before(c, results, n, zero_text(c, results[n - 1])); }

// The types of what is returned, as a function's results are written.
static const char *have_types(Checker *c, ExprList r) {
    if (r.len == 1 && r.items[0]->type->kind == T_TUPLE) return type_name(c, r.items[0]->type);
    const char *s = r.len > 1 ? "(" : "";
    for (uint32_t i = 0; i < r.len; i++)
        s = arena_printf(c->a, "%s%s%s", s, i ? ", " : "", expr_is_nil(r.items[i]) ? "any" : type_name(c, default_type(c, r.items[i]->type)));
    return r.len > 1 ? arena_printf(c->a, "%s)", s) : s;
}

static const FuncInfo *main_function(Checker *c) {
    const Object *o = scope_find(c->p->main->scope, c->n_main);
    return o && o->kind == O_FUNC && o->info_decl && o->info_decl == c->env.decl && !c->env.fn->outer ? c->env.fn : NULL;
}

void return_values(Checker *c, Stmt *s) {
    FuncInfo *f = range_function(c->env.fn);
    ExprList r = s->u.ret.results;
    uint32_t want = f->sig->kind == T_FUNC ? f->sig->u.func.nresults : 0;
    Type **results = want ? f->sig->u.func.results : NULL;
    s->u.ret.func = f;
    if (c->env.range) range_exit(c, s);
    if (!r.len) {
        if (!want) return;
        if (!f->has_named_results) {
            Diag *d = check_error(c, DIAG_RETURN_COUNT, s->pos, s->end, "not enough return values: have (), want %s", type_name(c, new_tuple(c, results, want)));
            help(c, d, "return a value for each of them, such as %s", zero_list(c, results, want));
            return;
        }
        for (uint32_t i = 0; i < f->nresults; i++) {
            const Name *name = f->results[i]->name;
            if (!name || name == c->blank) continue;
            Object *now = scope_lookup(c->env.scope, name, NULL);
            if (!now || now == f->results[i]) continue;
            Diag *d = check_error(c, DIAG_RESULT_SHADOWED, s->pos, s->end, "result parameter %s not in scope at return", name->text);
            label(c, d, now->pos, "inner declaration of %s", name->text);
            help(c, d, "name the value: return %s", name->text);
        }
        return;
    }
    if (!want) {
        for (uint32_t i = 0; i < r.len; i++) check_multi(c, r.items[i]);
        if (bad(r.items[0])) return;
        Diag *d = check_error_at(c, DIAG_RETURN_COUNT, r.items[0], "too many return values: have %s, want ()", have_text(c, r));
        if (f == c->p->main->script_main) help(c, d, "return ends the script; os.Exit(n) gives it a status");
        else if (f == main_function(c)) help(c, d, "main returns nothing; os.Exit(n) ends the program with a status");
        else help(c, d, "the function is declared without results: say what it returns behind its parameters, %s", have_types(c, r));
        return;
    }
    if (r.len == want) {
        for (uint32_t i = 0; i < want; i++) {
            Expr *e = r.items[i];
            if (want == 1) {
                check_raw(c, e, results[i]);
                if (e->mode == MODE_VALUE && e->type->kind == T_TUPLE) goto count;
                check_value(c, e);
            } else {
                check_expr_hint(c, e, results[i]);
            }
            assign_to(c, e, results[i], "return statement");
        }
        return;
    }
    for (uint32_t i = 0; i < r.len; i++) {
        if (r.len == 1) check_multi(c, r.items[i]);
        else check_expr(c, r.items[i]);
        if (bad(r.items[i])) return;
    }
    if (r.len == 1 && r.items[0]->type->kind == T_TUPLE && r.items[0]->type->u.tuple.n == want) {
        for (uint32_t i = 0; i < want; i++) assign_type(c, r.items[0], r.items[0]->type->u.tuple.items[i], results[i], "return statement");
        return;
    }
count:;
    uint32_t have = r.len == 1 && r.items[0]->type->kind == T_TUPLE ? r.items[0]->type->u.tuple.n : r.len;
    const Expr *at = r.len > want ? r.items[want] : r.items[0];
    Diag *d = check_error_at(c, DIAG_RETURN_COUNT, at, "%s return values: have %s, want %s", have < want ? "not enough" : "too many",
                             have_text(c, r), type_name(c, new_tuple(c, results, want)));
    if (have > want) help(c, d, "leave out what is too much, or declare more results: %s", have_types(c, r));
    else if (have == 1 && want > 1 && type_identical(r.items[0]->type, c->u->error_type)) help(c, d, "the other results need a value too: return %s", zeros_before(c, results, want, expr_text(c, r.items[0])));
    else help(c, d, "each result needs a value; %s is missing", type_name(c, results[have]));
}

