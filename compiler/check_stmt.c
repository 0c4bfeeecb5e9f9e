// Statements, except the kinds of switch (check_switch.c) and what labels need (check_label.c).
#include <string.h>

#include "compiler/checker.h"

static Expr *unparen(Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e;
}

// A call, a receive, or an error: a value nobody takes.
static void check_expr_stmt(Checker *c, Expr *x) {
    check_raw(c, x, NULL);
    if (bad(x)) return;
    Expr *inner = unparen(x);
    if (x->mode == MODE_BUILTIN) {
        check_error_at(c, DIAG_NOT_EXPR, x, "%s must be called", describe(c, x));
        return;
    }
    if (inner->kind == E_CALL && !inner->u.call.is_conversion) {
        switch (called_builtin(inner)) {
        case B_APPEND: case B_CAP: case B_COMPLEX: case B_IMAG: case B_LEN: case B_MAKE: case B_MAX: case B_MIN: case B_NEW: case B_REAL: {
            Diag *d = check_error_at(c, DIAG_UNUSED_VALUE, x, "%s is not used", describe(c, x));
            if (inner->u.call.builtin == B_APPEND) {
                const char *s = expr_text(c, inner->u.call.args.items[0]);
                help(c, d, "append returns the longer slice: %s = %s", s, expr_text(c, x));
            }
            return;
        }
        case B_NONE: case B_CLEAR: case B_CLOSE: case B_COPY: case B_DELETE: case B_PANIC: case B_PRINT: case B_PRINTLN: case B_RECOVER:
            return;
        }
        return;
    }
    if (inner->kind == E_UNARY && inner->op == OPR_RECV) return;
    Diag *d = check_error_at(c, DIAG_UNUSED_VALUE, x, x->mode == MODE_TYPE ? "%s is not an expression" : "%s is not used", describe(c, x));
    if (inner->kind == E_BINARY && inner->op == OPR_EQ) help(c, d, "to assign, write = instead of ==");
    else if (under(x->type)->kind == T_FUNC) help(c, d, "call it: %s()", expr_text(c, x));
    else if (x->mode != MODE_TYPE) help(c, d, "use the value, or throw it away with _ = %s", expr_text(c, x));
}

static void check_go_defer(Checker *c, Stmt *s) {
    const char *what = s->kind == S_GO ? "go" : "defer";
    Expr *x = s->u.go.call, *inner = unparen(x);
    if (s->kind == S_DEFER && c->env.fn) c->env.fn->has_defer = true;
    check_raw(c, x, NULL);
    if (inner->kind != E_CALL) {
        if (bad(x)) return;
        Diag *d = check_error_at(c, DIAG_NEEDS_CALL, x, "expression in %s must be function call", what);
        if (under(x->type)->kind == T_FUNC) help(c, d, "call it: %s %s()", what, expr_text(c, x));
        return;
    }
    if (x->kind == E_PAREN) {
        check_error_at(c, DIAG_NEEDS_CALL, x, "expression in %s must not be parenthesized", what);
        return;
    }
    if (bad(x)) return;
    if (inner->u.call.is_conversion) {
        check_error_at(c, DIAG_NEEDS_CALL, x, "%s requires function call, not conversion", what);
        return;
    }
    switch (called_builtin(inner)) {
    case B_APPEND: case B_CAP: case B_COMPLEX: case B_IMAG: case B_LEN: case B_MAKE: case B_MAX: case B_MIN: case B_NEW: case B_REAL:
        check_error_at(c, DIAG_NEEDS_CALL, x, "%s discards result of %s", what, describe(c, x));
        break;
    case B_NONE: case B_CLEAR: case B_CLOSE: case B_COPY: case B_DELETE: case B_PANIC: case B_PRINT: case B_PRINTLN: case B_RECOVER:
        break;
    }
}

// Where the channel got its direction: the variable, or the function that gave it.
static void wrong_end(Checker *c, Diag *d, const Expr *ch) {
    const Expr *e = ch->kind == E_CALL ? ch->u.call.fun : ch;
    const Object *o = e->kind == E_NAME ? e->u.name.obj : NULL;
    const char *t = type_name(c, ch->type);
    if (o && o->kind == O_FUNC) {
        label(c, d, o->pos, "%s gives a %s", o->name->text, t);
        help(c, d, "%s hands out only the receiving end, so that nobody else sends: send inside %s, or let it return a chan", o->name->text, o->name->text);
        return;
    }
    if (o && o->kind == O_VAR && o->pos) label(c, d, o->pos, "declared here, as %s", t);
    help(c, d, "its type, %s, gives only the receiving end; take a chan or a chan<- here", t);
}

static void check_send(Checker *c, Stmt *s) {
    Expr *ch = s->u.send.chan, *v = s->u.send.value;
    check_expr(c, ch);
    Type *u = bad(ch) ? c->u->basic[T_INVALID] : under(ch->type);
    check_expr_hint(c, v, u->kind == T_CHAN ? u->u.chan.elem : NULL);
    if (bad(ch) || bad(v)) return;
    if (u->kind != T_CHAN) {
        if (!is_invalid(u)) check_error_at(c, DIAG_CHANNEL, ch, "invalid operation: cannot send to non-channel %s", describe(c, ch));
        return;
    }
    if (u->u.chan.dir == CHAN_RECV) {
        Diag *d = check_error_at(c, DIAG_CHANNEL, ch, "invalid operation: cannot send to receive-only channel %s", describe(c, ch));
        wrong_end(c, d, ch);
        return;
    }
    assign_to(c, v, u->u.chan.elem, "send");
}

static void check_inc_dec(Checker *c, Stmt *s) {
    Expr *x = s->u.incdec.x;
    check_expr(c, x);
    if (bad(x)) return;
    if (!is_numeric(x->type)) {
        if (!is_invalid(under(x->type)))
            check_error_at(c, DIAG_INC_DEC, x, "invalid operation: %s%s (non-numeric type %s)", expr_text(c, x), s->u.incdec.dec ? "--" : "++", type_name(c, x->type));
        return;
    }
    check_lhs(c, x);
    Expr *inner = unparen(x);
    if (inner->kind == E_NAME && inner->u.name.obj) inner->u.name.obj->used = true;
}

static void check_condition(Checker *c, Expr *e, const char *where) {
    check_expr(c, e);
    if (bad(e)) return;
    if (!is_boolean(e->type)) {
        if (is_invalid(under(e->type))) return;
        Diag *d = check_error_at(c, DIAG_NOT_BOOL, e, "non-boolean condition in %s statement", where);
        if (is_numeric(e->type)) help(c, d, "%s is a %s: compare it, as in %s != 0", expr_text(c, e), type_name(c, default_type(c, e->type)), expr_text(c, e));
        else if (has_nil(e->type)) help(c, d, "compare it: %s != nil", expr_text(c, e));
        return;
    }
    use_default_type(c, e);
}

static void check_if(Checker *c, Stmt *s) {
    uint32_t opened = 0;
    for (;;) { // a chain of else if is walked, not recursed into
        open_scope(c);
        opened++;
        if (s->u.ifs.init) check_stmt(c, s->u.ifs.init, NULL);
        if (s->u.ifs.cond) check_condition(c, s->u.ifs.cond, "if");
        check_block(c, s->u.ifs.then);
        Stmt *e = s->u.ifs.els;
        if (!e) break;
        if (e->kind != S_IF) {
            check_stmt(c, e, NULL);
            break;
        }
        s = e;
    }
    while (opened--) close_scope(c);
}

static void check_for(Checker *c, Stmt *s, const Name *name) {
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true, .continues = true};
    open_scope(c);
    Stmt *init = s->u.fors.init;
    if (init) check_stmt(c, init, NULL);
    if (init && init->kind == S_DEFINE) {
        ExprList l = init->u.define.lhs;
        s->u.fors.vars = arena_array(c->a, Object *, l.len);
        for (uint32_t i = 0; i < l.len; i++)
            if (l.items[i]->kind == E_NAME && l.items[i]->u.name.obj) s->u.fors.vars[s->u.fors.nvars++] = l.items[i]->u.name.obj;
    }
    if (s->u.fors.cond) check_condition(c, s->u.fors.cond, "for");
    if (s->u.fors.post) {
        if (s->u.fors.post->kind == S_DEFINE)
            check_error(c, DIAG_NO_NEW_VARS, s->u.fors.post->pos, 0, "cannot declare in post statement of for loop");
        else check_stmt(c, s->u.fors.post, NULL);
    }
    c->env.flow = &flow;
    check_block(c, s->u.fors.body);
    c->env.flow = flow.outer;
    close_scope(c);
}

// ---- range ----

// Key and value types of a range over t; false when it has none.
static bool range_types(Checker *c, Expr *x, Type **key, Type **value, const char **why) {
    Type *u = under(x->type), *integer = c->u->basic[T_INT];
    *key = *value = NULL;
    *why = "";
    switch (u->kind) {
    case T_STRING: case T_UNTYPED_STRING:
        *key = integer;
        *value = c->u->rune_type;
        return true;
    case T_ARRAY: *key = integer; *value = u->u.array.elem; return true;
    case T_SLICE: *key = integer; *value = u->u.slice.elem; return true;
    case T_MAP: *key = u->u.map.key; *value = u->u.map.value; return true;
    case T_CHAN:
        *key = u->u.chan.elem;
        if (u->u.chan.dir == CHAN_SEND) {
            *why = ": receive from send-only channel";
            return false;
        }
        return true;
    case T_POINTER:
        if (under(u->u.pointer.elem)->kind != T_ARRAY) return false;
        *key = integer;
        *value = under(u->u.pointer.elem)->u.array.elem;
        return true;
    default:
        if (is_integer(x->type)) {
            *key = x->type;
            return true;
        }
        return false;
    }
}

static void range_target(Checker *c, Stmt *s, Expr *e, Type *t, Object **var) {
    *var = NULL;
    if (!s->u.range.define) {
        Type *want = check_lhs(c, e);
        if (!t) return;
        if (!want) {
            e->type = t;
            return;
        }
        Expr x = {.kind = E_BAD, .mode = MODE_VALUE, .type = t, .start = e->start, .end = e->end};
        assign_to(c, &x, want, "range clause");
        return;
    }
    if (e->kind != E_NAME) {
        check_error_at(c, DIAG_DEFINE, e, "non-name %s on left side of :=", expr_text(c, e));
        check_expr(c, e);
        return;
    }
    Object *o = new_object(c, O_VAR, (Ident){e->u.name.name, e->start}, t ? t : c->u->basic[T_INVALID]);
    o->used = !t;
    e->u.name.obj = e->u.name.name == c->blank ? NULL : o;
    e->mode = MODE_VAR;
    e->type = o->type;
    *var = o;
}

void check_range(Checker *c, Stmt *s, const Name *name) {
    Expr *x = s->u.range.x, *k = s->u.range.key, *v = s->u.range.value;
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true, .continues = true};
    open_scope(c);
    check_expr(c, x);
    Type *key = NULL, *value = NULL;
    const char *why = "";
    if (!bad(x)) {
        bool is_const_int = x->mode == MODE_CONST && is_untyped(x->type) && is_numeric(x->type);
        if (is_const_int) { // for i := range 10; a typed i gives its type to the constant
            Type *t = c->u->basic[T_INT];
            if (k && !s->u.range.define && k->kind != E_BAD && !(k->kind == E_NAME && k->u.name.name == c->blank)) {
                check_expr(c, k);
                if (!bad(k) && is_integer(k->type)) t = k->type;
            }
            if (!is_integer(x->type) && !const_to_kind(c->a, x->cv, CV_INT)) {
                check_error_at(c, DIAG_RANGE, x, "cannot range over %s", describe(c, x));
                expr_bad(c, x);
            } else {
                convert_untyped(c, x, t);
            }
        } else {
            use_default_type(c, x);
        }
    }
    if (!bad(x) && !is_invalid(under(x->type))) {
        Type *u = under(x->type);
        if (expr_is_nil(x)) {
            check_error_at(c, DIAG_RANGE, x, "cannot range over nil");
        } else if (u->kind == T_FUNC) {
            Diag *d = check_error_at(c, DIAG_RANGE_FUNC, x, "cannot range over %s: range over a function is not done yet", describe(c, x));
            help(c, d, "call the function with a func literal that is the body of the loop");
        } else if (!range_types(c, x, &key, &value, &why)) {
            Diag *d = check_error_at(c, DIAG_RANGE, x, "cannot range over %s%s", describe(c, x), why);
            if (u->kind == T_POINTER) help(c, d, "it is a pointer: range over *%s", expr_text(c, x));
            else if (u->kind == T_STRUCT) help(c, d, "a struct has fields, no elements: name them one by one");
            key = value = NULL;
        } else if (v && !value) {
            check_error_at(c, DIAG_RANGE, v, "range over %s permits only one iteration variable", describe(c, x));
        }
    }
    Object *vars[2] = {NULL, NULL};
    if (k) range_target(c, s, k, key, &vars[0]);
    if (v) range_target(c, s, v, value, &vars[1]);
    if (vars[0]) declare_local(c, vars[0]);
    if (vars[1]) declare_local(c, vars[1]);
    c->env.flow = &flow;
    check_block(c, s->u.range.body);
    c->env.flow = flow.outer;
    close_scope(c);
}

// ---- the dispatcher ----

void check_block(Checker *c, Block *b) {
    if (!b) return;
    open_scope(c);
    check_stmts(c, b->stmts, false);
    close_scope(c);
}

// Also the body of a case: then its last statement may be a fallthrough, when `may_fall`.
void check_stmts(Checker *c, StmtList list, bool may_fall) {
    for (uint32_t i = 0; i < list.len; i++) {
        Stmt *s = list.items[i], *inner = s;
        while (inner->kind == S_LABELED && inner->u.labeled.stmt) inner = inner->u.labeled.stmt;
        if (inner->kind == S_FALLTHROUGH) {
            uint32_t k = i + 1;
            while (k < list.len && list.items[k]->kind == S_EMPTY) k++;
            if (may_fall && k == list.len) continue;
            bool last = may_fall && k < list.len;
            Diag *d = check_error(c, DIAG_MISPLACED_BRANCH, inner->pos, inner->end, "%s", c->final_case && k == list.len ? "cannot fallthrough final case in switch" : "fallthrough statement out of place");
            if (last) help(c, d, "it must be the last statement of its case");
            continue;
        }
        check_stmt(c, s, NULL);
    }
}

void check_stmt(Checker *c, Stmt *s, const Name *name) {
    bool final_case = c->final_case;
    if (s->kind != S_LABELED) c->final_case = false;
    if (++c->expr_depth > 3000) {
        check_error(c, DIAG_TOO_DEEP, s->pos, s->end, "the statement is nested too deeply");
        c->expr_depth--;
        return;
    }
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: break;
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++) check_local_decl(c, s->u.decl.items[i]);
        break;
    case S_LABELED:
        enter_label(c, s);
        if (s->u.labeled.stmt) check_stmt(c, s->u.labeled.stmt, s->u.labeled.label.name);
        break;
    case S_EXPR: check_expr_stmt(c, s->u.expr.x); break;
    case S_SEND: check_send(c, s); break;
    case S_INCDEC: check_inc_dec(c, s); break;
    case S_ASSIGN: check_assign(c, s); break;
    case S_DEFINE: check_define(c, s); break;
    case S_GO: case S_DEFER: check_go_defer(c, s); break;
    case S_RETURN: return_values(c, s); break;
    case S_BREAK: case S_CONTINUE: case S_GOTO: check_branch(c, s); break;
    case S_FALLTHROUGH: check_error(c, DIAG_MISPLACED_BRANCH, s->pos, s->end, "fallthrough statement out of place"); break;
    case S_BLOCK: check_block(c, s->u.block); break;
    case S_IF: check_if(c, s); break;
    case S_SWITCH: check_switch(c, s, name); break;
    case S_TYPESWITCH: check_type_switch(c, s, name); break;
    case S_SELECT: check_select(c, s, name); break;
    case S_FOR: check_for(c, s, name); break;
    case S_RANGE: check_range(c, s, name); break;
    }
    c->expr_depth--;
    c->final_case = final_case;
}
