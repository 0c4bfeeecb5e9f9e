// build_stmt.c — statements. What only a constructor can refuse: names on the left of :=, a receive in a select case,
// the guard of a type switch, a call behind go and defer, conditions that are assignments.
#include <string.h>

#include "grammar/build.h"
#include "parser.h"

static Stmt *new_stmt(Parser *P, StmtKind kind, Pos pos, Pos end) {
    Stmt *s = arena_new(P->arena, Stmt);
    s->kind = (uint8_t)kind;
    s->pos = pos;
    s->end = end;
    s->depth = 1;
    return s;
}

static Stmt *under(Parser *P, Stmt *s, uint32_t child_depth) {
    if (child_depth >= MAX_DEPTH) {
        parser_too_deep(P, s->pos);
        s->kind = S_BAD;
        s->depth = 1;
    } else if (child_depth >= s->depth) {
        s->depth = child_depth + 1;
    }
    return s;
}

static void under_list(Parser *P, Stmt *s, ExprList list) {
    for (uint32_t i = 0; i < list.len; i++) under(P, s, list.items[i]->depth);
}

static void under_stmts(Parser *P, Stmt *s, StmtList list) {
    for (uint32_t i = 0; i < list.len; i++) under(P, s, list.items[i]->depth);
}

static StmtList stmt_list(const List *list) {
    return list ? (StmtList){(Stmt **)(void *)list->items, list->len} : (StmtList){0};
}

List *build_stmts(Parser *P, List *list, Stmt *s) {
    list = build_list(P, list, s, s ? s->pos : 0, s ? s->end : 0);
    list->open_label = s && s->kind == S_LABELED && s->u.labeled.stmt->kind == S_EMPTY;
    return list;
}

Stmt *build_bad_stmt(Parser *P) {
    Token t = P->tokens.items[P->at];
    return new_stmt(P, S_BAD, t.pos, t.end);
}

Block *build_block(Parser *P, Token lbrace, List *stmts, Token rbrace) {
    build_close(P);
    Block *b = arena_new(P->arena, Block);
    b->stmts = stmt_list(stmts);
    b->lbrace = lbrace.pos;
    b->rbrace = rbrace.pos;
    for (uint32_t i = 0; i < b->stmts.len; i++)
        if (b->stmts.items[i]->depth > b->depth) b->depth = b->stmts.items[i]->depth;
    return b;
}

Stmt *build_block_stmt(Parser *P, Block *b) {
    Stmt *s = new_stmt(P, S_BLOCK, b->lbrace, b->rbrace + 1);
    s->u.block = b;
    return under(P, s, b->depth);
}

static uint32_t decl_depth(const Decl *d) {
    uint32_t deepest = 0;
    const Expr *type = d->kind == D_TYPE ? d->u.type.type : d->u.value.type;
    if (type) deepest = type->depth;
    if (d->kind != D_TYPE)
        for (uint32_t i = 0; i < d->u.value.values.len; i++)
            if (d->u.value.values.items[i]->depth > deepest) deepest = d->u.value.values.items[i]->depth;
    return deepest;
}

Stmt *build_decl_stmt(Parser *P, List *decls) {
    Stmt *s = new_stmt(P, S_DECL, decls->pos, decls->end);
    s->u.decl.items = (Decl **)(void *)decls->items;
    s->u.decl.len = decls->len;
    for (uint32_t i = 0; i < decls->len; i++) under(P, s, decl_depth(decls->items[i]));
    return s;
}

Stmt *build_labeled(Parser *P, Ident label, Stmt *inner) {
    Stmt *s = new_stmt(P, S_LABELED, label.pos, inner ? inner->end : label.pos + label.name->len);
    s->u.labeled.label = label;
    s->u.labeled.stmt = inner ? inner : new_stmt(P, S_EMPTY, s->end, s->end);
    return under(P, s, s->u.labeled.stmt->depth);
}

// ---- simple statements

Stmt *build_expr_stmt(Parser *P, Expr *x) {
    Stmt *s = new_stmt(P, S_EXPR, x->start, x->end);
    s->u.expr.x = x;
    return under(P, s, x->depth);
}

static Stmt *assignment(Parser *P, ExprList lhs, Token op, ExprList rhs, unsigned oper) {
    Stmt *s = new_stmt(P, S_ASSIGN, op.pos, rhs.items[rhs.len - 1]->end);
    s->u.assign.lhs = lhs;
    s->u.assign.rhs = rhs;
    s->u.assign.op = (uint8_t)oper;
    under_list(P, s, lhs);
    under_list(P, s, rhs);
    return s;
}

Stmt *build_op_assign(Parser *P, Expr *x, Token op, Expr *y) {
    static const uint8_t ops[256] = {
        [TK_ADD_ASSIGN] = OPR_ADD, [TK_SUB_ASSIGN] = OPR_SUB, [TK_MUL_ASSIGN] = OPR_MUL, [TK_QUO_ASSIGN] = OPR_QUO,
        [TK_REM_ASSIGN] = OPR_REM, [TK_AND_ASSIGN] = OPR_AND, [TK_OR_ASSIGN] = OPR_OR, [TK_XOR_ASSIGN] = OPR_XOR,
        [TK_SHL_ASSIGN] = OPR_SHL, [TK_SHR_ASSIGN] = OPR_SHR, [TK_ANDNOT_ASSIGN] = OPR_ANDNOT};
    return assignment(P, build_expr_list(build_exprs(P, NULL, x)), op, build_expr_list(build_exprs(P, NULL, y)), ops[op.kind]);
}

Stmt *build_assign(Parser *P, List *lhs, Token op, List *rhs) {
    return assignment(P, build_expr_list(lhs), op, build_expr_list(rhs), OPR_NONE);
}

// Every entry on the left of := is a name; what is not is reported, once.
static bool names_only(Parser *P, ExprList lhs) {
    for (uint32_t i = 0; i < lhs.len; i++) {
        const Expr *x = lhs.items[i];
        if (x->kind == E_NAME || x->kind == E_BAD) continue;
        uint32_t len;
        const char *text = parser_slice(P, x->start, x->end, &len);
        Diag *d = parser_error(P, DIAG_DEFINE, x->start, x->end, "non-name %.*s on left side of :=", (int)(len > 60 ? 60 : len), text);
        diag_help(P->diags, d, ":= declares new variables; to change what is there write =");
        return false;
    }
    return true;
}

Stmt *build_define(Parser *P, List *lhs, Token op, List *rhs) {
    Stmt *s = assignment(P, build_expr_list(lhs), op, build_expr_list(rhs), OPR_NONE);
    bool ok = names_only(P, s->u.assign.lhs) && s->kind != S_BAD;
    ExprList l = s->u.assign.lhs, r = s->u.assign.rhs;
    s->kind = ok ? S_DEFINE : S_BAD;
    s->u.define.lhs = l;
    s->u.define.rhs = r;
    return s;
}

Stmt *build_incdec(Parser *P, Expr *x, Token op) {
    Stmt *s = new_stmt(P, S_INCDEC, op.pos, op.end);
    s->u.incdec.x = x;
    s->u.incdec.dec = op.kind == TK_DEC;
    return under(P, s, x->depth);
}

Stmt *build_send(Parser *P, Expr *chan, Token arrow, Expr *value) {
    Stmt *s = new_stmt(P, S_SEND, arrow.pos, value->end);
    s->u.send.chan = chan;
    s->u.send.value = value;
    under(P, s, chan->depth);
    return under(P, s, value->depth);
}

Stmt *build_go(Parser *P, Token keyword, Expr *x) {
    const char *what = keyword.kind == TK_GO ? "go" : "defer";
    if (x->kind != E_CALL && x->kind != E_BAD) {
        bool paren = build_unparen(x)->kind == E_CALL;
        Diag *d = parser_error(P, DIAG_NOT_CALL, x->start, x->end, paren ? "syntax error: expression in %s must not be parenthesized"
                                                          : "syntax error: expression in %s must be function call", what);
        if (x->kind == E_FUNCLIT) diag_help(P->diags, d, "call the function: %s func() { ... }()", what);
        else if (!paren && (x->kind == E_NAME || x->kind == E_SELECTOR)) {
            uint32_t len;
            const char *text = parser_slice(P, x->start, x->end, &len);
            diag_help(P->diags, d, "add the arguments: %s %.*s()", what, (int)(len > 60 ? 60 : len), text);
        }
        else if (paren) diag_help(P->diags, d, "leave out the outer parentheses");
        else diag_help(P->diags, d, "call a function: %s f()", what);
        Stmt *bad = new_stmt(P, S_BAD, keyword.pos, x->end);
        return bad;
    }
    Stmt *s = new_stmt(P, keyword.kind == TK_GO ? S_GO : S_DEFER, keyword.pos, x->end);
    s->u.go.call = x;
    return under(P, s, x->depth);
}

Stmt *build_return(Parser *P, Token keyword, List *results) {
    Stmt *s = new_stmt(P, S_RETURN, keyword.pos, results ? results->end : keyword.end);
    s->u.ret.results = build_expr_list(results);
    under_list(P, s, s->u.ret.results);
    return s;
}

Stmt *build_branch(Parser *P, Token keyword, Ident label) {
    StmtKind kind = keyword.kind == TK_BREAK ? S_BREAK : keyword.kind == TK_CONTINUE ? S_CONTINUE
                  : keyword.kind == TK_GOTO ? S_GOTO : S_FALLTHROUGH;
    Stmt *s = new_stmt(P, kind, keyword.pos, label.name ? label.pos + label.name->len : keyword.end);
    s->u.branch.label = label;
    return s;
}

// ---- headers

Header *build_header(Parser *P, Stmt *init, Token semi, Stmt *cond) {
    Header *h = arena_new(P->arena, Header);
    h->init = init;
    h->cond = cond;
    h->semis = semi.kind != 0;
    h->pos = semi.pos;
    return h;
}

Header *build_for_header(Parser *P, Stmt *init, Token semi, Stmt *cond, Token semi2, Stmt *post) {
    Header *h = build_header(P, init, semi, cond);
    h->post = post;
    h->semis += semi2.kind != 0;
    if (h->semis == 1) {
        Diag *d = parser_error(P, DIAG_CONDITION, semi.pos, semi.end, "syntax error: expected for loop condition");
        diag_help(P->diags, d, "a for loop has one condition, or three parts: for init; condition; post { }");
    } else if (h->semis == 2 && post && post->kind == S_DEFINE) {
        parser_error(P, DIAG_DEFINE, post->pos, post->end, "syntax error: cannot declare in post statement of for loop");
    }
    return h;
}

Header *build_range(Parser *P, List *lhs, Token op, Token range, Expr *x) {
    Header *h = arena_new(P->arena, Header);
    h->lhs = lhs;
    h->define = op.kind == TK_DEFINE;
    h->range = x;
    h->range_pos = range.pos;
    h->is_range = true;
    if (lhs && lhs->len > 2) {
        const Expr *third = lhs->items[2];
        diag_help(P->diags, parser_error(P, DIAG_SYNTAX, third->start, third->end, "range clause permits at most two iteration variables"), "%s", "range gives an index and a value: for i, v := range values");
    }
    if (h->define && lhs) names_only(P, build_expr_list(lhs));
    return h;
}

// The condition in a header: an expression, not a statement.
static Expr *condition(Parser *P, Stmt *s, const char *what) {
    if (!s) return NULL;
    if (s->kind == S_EXPR) return s->u.expr.x;
    if (s->kind == S_BAD) return build_bad_expr(P, s->pos, s->end);
    if (s->kind == S_ASSIGN && !s->u.assign.op && s->u.assign.lhs.len == 1 && s->u.assign.rhs.len == 1) {
        uint32_t n;
        Pos from = s->u.assign.lhs.items[0]->start, to = s->u.assign.rhs.items[0]->end;
        const char *text = parser_slice(P, from, to, &n);
        Diag *d = parser_error(P, DIAG_CONDITION, from, to, "syntax error: cannot use assignment %.*s as value", (int)(n > 60 ? 60 : n), text);
        diag_help(P->diags, d, "comparing is written with ==; = assigns");
    } else if (s->kind == S_DEFINE) {
        Diag *d = parser_error(P, DIAG_CONDITION, s->pos, s->pos + 2, "syntax error: cannot use := as value in the header of %s", what);
        diag_help(P->diags, d, "put a semicolon and a condition behind it: %s v := f(); v > 0 {", what);
    } else {
        parser_error(P, DIAG_CONDITION, s->pos, 0, "syntax error: a statement cannot be the condition of %s", what);
    }
    return build_bad_expr(P, s->pos, s->end);
}

Stmt *build_if(Parser *P, Token keyword, Header *h, Block *then, Stmt *els) {
    Stmt *s = new_stmt(P, S_IF, keyword.pos, els ? els->end : then->rbrace + 1);
    s->u.ifs.init = h->init;
    s->u.ifs.cond = condition(P, h->cond, "if");
    if (!s->u.ifs.cond) {
        Pos at = h->semis ? h->pos : then->lbrace;
        parser_error(P, DIAG_CONDITION, at, at + 1, "syntax error: missing condition in if statement");
        s->u.ifs.cond = build_bad_expr(P, at, at + 1);
    }
    s->u.ifs.then = then;
    s->u.ifs.els = els;
    if (h->init) under(P, s, h->init->depth);
    under(P, s, s->u.ifs.cond->depth);
    under(P, s, then->depth);
    return els ? under(P, s, els->depth) : s;
}

Stmt *build_for(Parser *P, Token keyword, Header *h, Block *body) {
    Stmt *s = new_stmt(P, h->is_range ? S_RANGE : S_FOR, keyword.pos, body->rbrace + 1);
    if (h->is_range) {
        ExprList lhs = build_expr_list(h->lhs);
        s->u.range.key = lhs.len > 0 ? lhs.items[0] : NULL;
        s->u.range.value = lhs.len > 1 ? lhs.items[1] : NULL;
        s->u.range.define = h->define;
        s->u.range.x = h->range;
        s->u.range.body = body;
        s->u.range.range_pos = h->range_pos;
        under_list(P, s, lhs);
        under(P, s, h->range->depth);
    } else {
        s->u.fors.init = h->init;
        s->u.fors.cond = condition(P, h->cond, "for");
        s->u.fors.post = h->post;
        s->u.fors.body = body;
        if (h->init) under(P, s, h->init->depth);
        if (s->u.fors.cond) under(P, s, s->u.fors.cond->depth);
        if (h->post) under(P, s, h->post->depth);
    }
    return under(P, s, body->depth);
}

// ---- switch and select

Clause *build_clause(Parser *P, Token keyword, List *items, Stmt *comm, Token colon, List *stmts) {
    Clause *c = arena_new(P->arena, Clause);
    c->items = items;
    c->comm = comm;
    c->body = stmt_list(stmts);
    c->pos = keyword.pos;
    c->colon = colon.pos;
    c->end = stmts && stmts->len ? stmts->end : colon.end;
    c->is_default = keyword.kind == TK_DEFAULT;
    c->open_label = stmts && stmts->open_label;
    return c;
}

// `L: case 1:` — a label may stand before a closing brace, but not before another case.
List *build_clauses(Parser *P, List *list, Clause *c) {
    if (list && list->len) {
        const Clause *before = list->items[list->len - 1];
        if (before->open_label) {
            Ident label = before->body.items[before->body.len - 1]->u.labeled.label;
            parser_error(P, DIAG_SYNTAX, label.pos, label.pos + label.name->len, "syntax error: missing statement after label");
        }
    }
    return build_list(P, list, c, c->pos, c->end);
}

static CaseClause *case_clauses(Parser *P, Stmt *s, List *clauses, uint32_t *n) {
    *n = clauses ? clauses->len : 0;
    CaseClause *out = arena_array(P->arena, CaseClause, *n + 1);
    for (uint32_t i = 0; i < *n; i++) {
        Clause *c = clauses->items[i];
        if (c->comm && c->comm->kind != S_BAD)
            parser_error(P, DIAG_SYNTAX, c->comm->pos, c->comm->end, "syntax error: a case of switch has expressions, not a statement");
        out[i] = (CaseClause){.exprs = build_expr_list(c->items), .is_default = c->is_default, .body = c->body, .pos = c->pos, .colon = c->colon};
        under_list(P, s, out[i].exprs);
        under_stmts(P, s, out[i].body);
    }
    return out;
}

// x.(type) belongs to a switch: it is no stray one any more.
static void claim_guard(Parser *P, const Expr *guard) {
    for (uint32_t i = P->nguards; i-- > 0;)
        if (P->guards[i] == guard) {
            P->guards[i] = P->guards[--P->nguards];
            return;
        }
}

static bool is_guard(const Expr *x) { return x->kind == E_TYPEASSERT && !x->u.assert.type; }

Stmt *build_switch(Parser *P, Token keyword, Header *h, Token lbrace, List *clauses, Token rbrace) {
    (void)lbrace;
    build_close(P);
    Stmt *s = new_stmt(P, S_SWITCH, keyword.pos, rbrace.end), *tag = h->cond;
    Expr *guard = NULL;
    Ident bind = {0};
    if (tag && tag->kind == S_EXPR && is_guard(tag->u.expr.x)) {
        guard = tag->u.expr.x;
    } else if (tag && tag->kind == S_DEFINE && tag->u.define.rhs.len == 1 && is_guard(tag->u.define.rhs.items[0])) {
        guard = tag->u.define.rhs.items[0];
        const Expr *name = tag->u.define.lhs.items[0];
        if (tag->u.define.lhs.len > 1)
            parser_error(P, DIAG_TYPE_GUARD, name->start, tag->u.define.lhs.items[1]->end, "syntax error: one name only may stand before := x.(type)");
        bind = (Ident){.name = name->u.name.name, .pos = name->pos};
    }
    if (h->init) under(P, s, h->init->depth);
    if (guard) {
        claim_guard(P, guard);
        s->kind = S_TYPESWITCH;
        s->u.tsw.init = h->init;
        s->u.tsw.bind = bind;
        s->u.tsw.x = guard->u.assert.x;
        s->u.tsw.rbrace = rbrace.pos;
        under(P, s, guard->depth);
        uint32_t n;
        CaseClause *cases = case_clauses(P, s, clauses, &n);
        if (s->kind == S_BAD) return s;
        s->u.tsw.cases = cases;
        s->u.tsw.ncases = n;
        return s;
    }
    s->u.sw.init = h->init;
    s->u.sw.tag = condition(P, tag, "switch");
    s->u.sw.rbrace = rbrace.pos;
    if (s->u.sw.tag) under(P, s, s->u.sw.tag->depth);
    s->u.sw.cases = case_clauses(P, s, clauses, &s->u.sw.ncases);
    return s;
}

static bool is_receive(const Expr *x) {
    x = build_unparen((Expr *)x);
    return x->kind == E_UNARY && x->op == OPR_RECV;
}

// The communication of a select's case, or NULL: reported.
static Stmt *communication(Parser *P, Clause *c) {
    Stmt *comm = c->comm;
    if (!comm) {
        Expr *x = c->items && c->items->len ? c->items->items[0] : NULL;
        if (x && c->items->len == 1 && is_receive(x)) return build_expr_stmt(P, x);
    } else if (comm->kind == S_SEND || comm->kind == S_BAD) {
        return comm;
    } else {
        ExprList lhs = comm->kind == S_DEFINE ? comm->u.define.lhs : comm->u.assign.lhs;
        ExprList rhs = comm->kind == S_DEFINE ? comm->u.define.rhs : comm->u.assign.rhs;
        if (lhs.len <= 2 && rhs.len == 1 && is_receive(rhs.items[0])) return comm;
    }
    Pos from = comm ? comm->pos : c->items->pos, to = comm ? comm->end : c->items->end;
    Diag *d = parser_error(P, DIAG_SELECT_CASE, from, to, "syntax error: select case must be receive, send or assign recv");
    diag_help(P->diags, d, "write case v := <-ch: or case ch <- v:");
    return build_bad_stmt(P);
}

Stmt *build_select(Parser *P, Token keyword, List *clauses, Token rbrace) {
    Stmt *s = new_stmt(P, S_SELECT, keyword.pos, rbrace.end);
    uint32_t n = clauses ? clauses->len : 0;
    s->u.select.cases = arena_array(P->arena, CommClause, n + 1);
    s->u.select.ncases = n;
    s->u.select.rbrace = rbrace.pos;
    for (uint32_t i = 0; i < n; i++) {
        Clause *c = clauses->items[i];
        Stmt *comm = c->is_default ? NULL : communication(P, c);
        s->u.select.cases[i] = (CommClause){.comm = comm, .body = c->body, .pos = c->pos, .colon = c->colon};
        if (comm) under(P, s, comm->depth);
        under_stmts(P, s, c->body);
        if (s->kind == S_BAD) break;
    }
    return s;
}
