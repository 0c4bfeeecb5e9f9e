// Goes through a tree in source order. The depth of trees is bounded by the parser, so recursion is.
#include "compiler/lint_walk.h"

#include <stddef.h>

static void exprs(Walk *w, ExprList l) {
    for (uint32_t i = 0; i < l.len; i++) walk_expr(w, l.items[i]);
}

static void parts(Walk *w, Expr *e) {
    switch ((ExprKind)e->kind) {
    case E_BAD: case E_NAME: case E_BASICLIT: break;
    case E_FUNCLIT: if (e->u.func.body) walk_stmts(w, e->u.func.body->stmts); break;
    case E_COMPOSITE: exprs(w, e->u.comp.elems); break;
    case E_KEYVALUE:
        walk_expr(w, e->u.kv.key);
        walk_expr(w, e->u.kv.value);
        break;
    case E_PAREN: walk_expr(w, e->u.paren.x); break;
    case E_SELECTOR: walk_expr(w, e->u.sel.x); break;
    case E_INDEX:
        walk_expr(w, e->u.index.x);
        exprs(w, e->u.index.indices);
        break;
    case E_SLICE:
        walk_expr(w, e->u.slice.x);
        walk_expr(w, e->u.slice.lo);
        walk_expr(w, e->u.slice.hi);
        walk_expr(w, e->u.slice.max);
        break;
    case E_TYPEASSERT: walk_expr(w, e->u.assert.x); break;
    case E_CALL:
        walk_expr(w, e->u.call.fun);
        exprs(w, e->u.call.args);
        break;
    case E_STAR: walk_expr(w, e->u.star.x); break;
    case E_UNARY: walk_expr(w, e->u.unary.x); break;
    case E_BINARY:
        walk_expr(w, e->u.binary.x);
        walk_expr(w, e->u.binary.y);
        break;
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: case E_ELLIPSIS: break;
    }
}

void walk_expr(Walk *w, Expr *e) {
    if (!e || e->mode == MODE_TYPE) return;
    if (!w->expr || w->expr(w, e)) parts(w, e);
    if (w->left) w->left(w, e);
}

void walk_decl(Walk *w, Decl *d) {
    if (d->kind == D_VAR) exprs(w, d->u.value.values);
}

static void cases(Walk *w, CaseClause *list, uint32_t n, bool types) {
    for (uint32_t i = 0; i < n; i++) {
        if (!types) exprs(w, list[i].exprs);
        walk_stmts(w, list[i].body);
    }
}

void walk_stmt(Walk *w, Stmt *s) {
    if (!s || (w->stmt && !w->stmt(w, s))) return;
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: case S_BREAK: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: break;
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++) walk_decl(w, s->u.decl.items[i]);
        break;
    case S_LABELED: walk_stmt(w, s->u.labeled.stmt); break;
    case S_EXPR: walk_expr(w, s->u.expr.x); break;
    case S_SEND:
        walk_expr(w, s->u.send.chan);
        walk_expr(w, s->u.send.value);
        break;
    case S_INCDEC: walk_expr(w, s->u.incdec.x); break;
    case S_ASSIGN:
        exprs(w, s->u.assign.lhs);
        exprs(w, s->u.assign.rhs);
        break;
    case S_DEFINE:
        exprs(w, s->u.define.lhs);
        exprs(w, s->u.define.rhs);
        break;
    case S_GO: case S_DEFER: walk_expr(w, s->u.go.call); break;
    case S_RETURN: exprs(w, s->u.ret.results); break;
    case S_BLOCK: walk_stmts(w, s->u.block->stmts); break;
    case S_IF:
        walk_stmt(w, s->u.ifs.init);
        walk_expr(w, s->u.ifs.cond);
        walk_stmts(w, s->u.ifs.then->stmts);
        walk_stmt(w, s->u.ifs.els);
        break;
    case S_SWITCH:
        walk_stmt(w, s->u.sw.init);
        walk_expr(w, s->u.sw.tag);
        cases(w, s->u.sw.cases, s->u.sw.ncases, false);
        break;
    case S_TYPESWITCH:
        walk_stmt(w, s->u.tsw.init);
        walk_expr(w, s->u.tsw.x);
        cases(w, s->u.tsw.cases, s->u.tsw.ncases, true);
        break;
    case S_SELECT:
        for (uint32_t i = 0; i < s->u.select.ncases; i++) {
            walk_stmt(w, s->u.select.cases[i].comm);
            walk_stmts(w, s->u.select.cases[i].body);
        }
        break;
    case S_FOR:
        walk_stmt(w, s->u.fors.init);
        walk_expr(w, s->u.fors.cond);
        walk_stmt(w, s->u.fors.post);
        if (s->u.fors.body) walk_stmts(w, s->u.fors.body->stmts);
        break;
    case S_RANGE:
        walk_expr(w, s->u.range.key);
        walk_expr(w, s->u.range.value);
        walk_expr(w, s->u.range.x);
        if (s->u.range.body) walk_stmts(w, s->u.range.body->stmts);
        break;
    }
}

void walk_stmts(Walk *w, StmtList l) {
    if (w->list) w->list(w, l);
    for (uint32_t i = 0; i < l.len; i++) walk_stmt(w, l.items[i]);
}
