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
        help(c, check_error_at(c, DIAG_NOT_EXPR, x, "%s must be called", describe(c, x)), "call it, with ( )");
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
    else if (inner->kind == E_UNARY && (inner->op == OPR_ADD || inner->op == OPR_SUB)) help(c, d, "a line that goes on ends with its operator: write it at the end of the line before");
    else if (x->mode != MODE_TYPE) help(c, d, "use the value, or throw it away with _ = %s", expr_text(c, x));
}

static void check_go_defer(Checker *c, Stmt *s) {
    const char *what = s->kind == S_GO ? "go" : "defer";
    Expr *x = s->u.go.call, *inner = unparen(x);
    if (s->kind == S_DEFER && c->env.range) range_frame(c);
    if (s->kind == S_DEFER && c->env.fn) range_function(c->env.fn)->has_defer = true;
    check_raw(c, x, NULL);
    if (inner->kind != E_CALL) {
        if (bad(x)) return;
        Diag *d = check_error_at(c, DIAG_NEEDS_CALL, x, "expression in %s must be function call", what);
        if (under(x->type)->kind == T_FUNC) help(c, d, "call it: %s %s()", what, expr_text(c, x));
        return;
    }
    if (x->kind == E_PAREN) {
        help(c, check_error_at(c, DIAG_NEEDS_CALL, x, "expression in %s must not be parenthesized", what), "leave out the outer parentheses");
        return;
    }
    if (bad(x)) return;
    if (inner->u.call.is_conversion) {
        help(c, check_error_at(c, DIAG_NEEDS_CALL, x, "%s requires function call, not conversion", what), "a conversion does nothing by itself: call a function");
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
    c->as_channel = ch;
    check_expr(c, ch);
    Type *u = bad(ch) ? c->u->basic[T_INVALID] : under(ch->type);
    check_expr_hint(c, v, u->kind == T_CHAN ? u->u.chan.elem : NULL);
    if (bad(ch) || bad(v)) return;
    if (u->kind != T_CHAN) {
        if (!is_invalid(u)) help(c, check_error_at(c, DIAG_CHANNEL, ch, "invalid operation: cannot send to non-channel %s", describe(c, ch)), "ch <- v sends into a channel, and %s is none: it is declared as %s", expr_text(c, ch), type_name(c, ch->type));
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
        {
            Diag *d = check_error_at(c, DIAG_INC_DEC, x, "invalid operation: %s%s (non-numeric type %s)", expr_text(c, x), s->u.incdec.dec ? "--" : "++", type_name(c, x->type));
            if (under(x->type)->kind == T_POINTER) help(c, d, "%s is a pointer: (*%s)%s changes what it points to", expr_text(c, x), expr_text(c, x), s->u.incdec.dec ? "--" : "++");
            else help(c, d, "only a number is counted up or down");
        }
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
        if (is_numeric(e->type)) help(c, d, "%s is a number, of type %s: compare it, as in %s != 0", expr_text(c, e), type_name(c, default_type(c, e->type)), expr_text(c, e));
        else if (has_nil(e->type)) help(c, d, "compare it: %s != nil", expr_text(c, e));
        else if (is_string(e->type)) help(c, d, "compare it: %s != \"\"", expr_text(c, e));
        else help(c, d, "a condition is a comparison, or a value of type bool");
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
            help(c, check_error(c, DIAG_NO_NEW_VARS, s->u.fors.post->pos, 0, "cannot declare in post statement of for loop"), "assign with = there");
        else check_stmt(c, s->u.fors.post, NULL);
    }
    c->env.flow = &flow;
    check_block(c, s->u.fors.body);
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
            else if (c->final_case && k == list.len) help(c, d, "no case follows that it could go on with: remove it");
            else help(c, d, "fallthrough is the last statement of a case of a switch on values, and of no block inside it");
            continue;
        }
        check_stmt(c, s, NULL);
    }
}

void check_stmt(Checker *c, Stmt *s, const Name *name) {
    bool final_case = c->final_case;
    if (s->kind != S_LABELED) c->final_case = false;
    if (++c->expr_depth > 3000) {
        help(c, check_error(c, DIAG_TOO_DEEP, s->pos, s->end, "the statement is nested too deeply"), "fallthrough is the last statement of a case, and of no block inside it");
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
    case S_EXPR:
        if (!input_show(c, s)) check_expr_stmt(c, s->u.expr.x);
        break;
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
