// Deep copies of trees that no checker has seen. What the checker writes is left as the parser leaves it: empty.
#include "grammar/clone.h"

static Stmt *clone_stmt(const Cloner *c, const Stmt *s);

static ExprList clone_exprs(const Cloner *c, ExprList l) {
    ExprList out = {.items = l.len ? arena_array(c->arena, Expr *, l.len) : NULL, .len = l.len};
    for (uint32_t i = 0; i < l.len; i++) out.items[i] = clone_expr(c, l.items[i]);
    return out;
}

static StmtList clone_stmts(const Cloner *c, StmtList l) {
    StmtList out = {.items = l.len ? arena_array(c->arena, Stmt *, l.len) : NULL, .len = l.len};
    for (uint32_t i = 0; i < l.len; i++) out.items[i] = clone_stmt(c, l.items[i]);
    return out;
}

FieldList clone_fields(const Cloner *c, FieldList l) {
    FieldList out = {.items = l.len ? arena_array(c->arena, Field, l.len) : NULL, .len = l.len};
    for (uint32_t i = 0; i < l.len; i++) {
        out.items[i] = l.items[i]; // the names are never written
        out.items[i].type = clone_expr(c, l.items[i].type);
    }
    return out;
}

Expr *clone_expr(const Cloner *c, const Expr *e) {
    if (!e) return NULL;
    Expr *n = arena_new(c->arena, Expr);
    *n = *e;
    n->mode = MODE_NONE;
    n->flags &= EXPR_PARENTHESIZED;
    n->type = NULL;
    n->cv = NULL;
    switch ((ExprKind)e->kind) {
    case E_BAD: case E_BASICLIT: break;
    case E_NAME:
        n->u.name.obj = NULL;
        if (c->on_name) c->on_name(c->p, e->u.name.name);
        break;
    case E_FUNCLIT:
        n->u.func.type = clone_expr(c, e->u.func.type);
        n->u.func.body = clone_block(c, e->u.func.body);
        n->u.func.info = NULL;
        break;
    case E_COMPOSITE:
        n->u.comp.type = clone_expr(c, e->u.comp.type);
        n->u.comp.elems = clone_exprs(c, e->u.comp.elems);
        break;
    case E_KEYVALUE:
        n->u.kv.key = clone_expr(c, e->u.kv.key);
        n->u.kv.value = clone_expr(c, e->u.kv.value);
        break;
    case E_PAREN: n->u.paren.x = clone_expr(c, e->u.paren.x); break;
    case E_SELECTOR:
        n->u.sel.x = clone_expr(c, e->u.sel.x);
        n->u.sel.selection = NULL;
        n->u.sel.obj = NULL;
        break;
    case E_INDEX:
        n->u.index.x = clone_expr(c, e->u.index.x);
        n->u.index.indices = clone_exprs(c, e->u.index.indices);
        break;
    case E_SLICE:
        n->u.slice.x = clone_expr(c, e->u.slice.x);
        n->u.slice.lo = clone_expr(c, e->u.slice.lo);
        n->u.slice.hi = clone_expr(c, e->u.slice.hi);
        n->u.slice.max = clone_expr(c, e->u.slice.max);
        break;
    case E_TYPEASSERT:
        n->u.assert.x = clone_expr(c, e->u.assert.x);
        n->u.assert.type = clone_expr(c, e->u.assert.type);
        break;
    case E_CALL:
        n->u.call.fun = clone_expr(c, e->u.call.fun);
        n->u.call.args = clone_exprs(c, e->u.call.args);
        n->u.call.builtin = 0;
        n->u.call.is_conversion = false;
        break;
    case E_STAR: n->u.star.x = clone_expr(c, e->u.star.x); break;
    case E_UNARY: n->u.unary.x = clone_expr(c, e->u.unary.x); break;
    case E_BINARY:
        n->u.binary.x = clone_expr(c, e->u.binary.x);
        n->u.binary.y = clone_expr(c, e->u.binary.y);
        break;
    case E_ARRAYTYPE:
        n->u.array.len = clone_expr(c, e->u.array.len);
        n->u.array.elem = clone_expr(c, e->u.array.elem);
        break;
    case E_STRUCTTYPE: n->u.structt.fields = clone_fields(c, e->u.structt.fields); break;
    case E_FUNCTYPE:
        n->u.functype.tparams = clone_fields(c, e->u.functype.tparams);
        n->u.functype.params = clone_fields(c, e->u.functype.params);
        n->u.functype.results = clone_fields(c, e->u.functype.results);
        break;
    case E_INTERFACETYPE: n->u.iface.elems = clone_fields(c, e->u.iface.elems); break;
    case E_MAPTYPE:
        n->u.map.key = clone_expr(c, e->u.map.key);
        n->u.map.value = clone_expr(c, e->u.map.value);
        break;
    case E_CHANTYPE: n->u.chan.elem = clone_expr(c, e->u.chan.elem); break;
    case E_ELLIPSIS: n->u.ellipsis.elem = clone_expr(c, e->u.ellipsis.elem); break;
    }
    return n;
}

Block *clone_block(const Cloner *c, const Block *b) {
    if (!b) return NULL;
    Block *n = arena_new(c->arena, Block);
    *n = *b;
    n->stmts = clone_stmts(c, b->stmts);
    return n;
}

static CaseClause *clone_cases(const Cloner *c, const CaseClause *list, uint32_t n) {
    CaseClause *out = arena_array(c->arena, CaseClause, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        out[i] = list[i];
        out[i].exprs = clone_exprs(c, list[i].exprs);
        out[i].body = clone_stmts(c, list[i].body);
        out[i].var = NULL;
    }
    return out;
}

static Decl **clone_decls(const Cloner *c, Decl *const *list, uint32_t n) {
    Decl **out = arena_array(c->arena, Decl *, n + 1);
    for (uint32_t i = 0; i < n; i++) out[i] = clone_decl(c, list[i], true);
    return out;
}

static Stmt *clone_stmt(const Cloner *c, const Stmt *s) {
    if (!s) return NULL;
    Stmt *n = arena_new(c->arena, Stmt);
    *n = *s;
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: case S_FALLTHROUGH: break;
    case S_DECL: n->u.decl.items = clone_decls(c, s->u.decl.items, s->u.decl.len); break;
    case S_LABELED:
        n->u.labeled.stmt = clone_stmt(c, s->u.labeled.stmt);
        n->u.labeled.target = NULL;
        break;
    case S_EXPR: n->u.expr.x = clone_expr(c, s->u.expr.x); break;
    case S_SEND:
        n->u.send.chan = clone_expr(c, s->u.send.chan);
        n->u.send.value = clone_expr(c, s->u.send.value);
        break;
    case S_INCDEC: n->u.incdec.x = clone_expr(c, s->u.incdec.x); break;
    case S_ASSIGN:
        n->u.assign.lhs = clone_exprs(c, s->u.assign.lhs);
        n->u.assign.rhs = clone_exprs(c, s->u.assign.rhs);
        break;
    case S_DEFINE:
        n->u.define.lhs = clone_exprs(c, s->u.define.lhs);
        n->u.define.rhs = clone_exprs(c, s->u.define.rhs);
        break;
    case S_GO: case S_DEFER: n->u.go.call = clone_expr(c, s->u.go.call); break;
    case S_RETURN:
        n->u.ret.results = clone_exprs(c, s->u.ret.results);
        n->u.ret.func = NULL;
        break;
    case S_BREAK: case S_CONTINUE: case S_GOTO: n->u.branch.target = NULL; break;
    case S_BLOCK: n->u.block = clone_block(c, s->u.block); break;
    case S_IF:
        n->u.ifs.init = clone_stmt(c, s->u.ifs.init);
        n->u.ifs.cond = clone_expr(c, s->u.ifs.cond);
        n->u.ifs.then = clone_block(c, s->u.ifs.then);
        n->u.ifs.els = clone_stmt(c, s->u.ifs.els);
        break;
    case S_SWITCH:
        n->u.sw.init = clone_stmt(c, s->u.sw.init);
        n->u.sw.tag = clone_expr(c, s->u.sw.tag);
        n->u.sw.cases = clone_cases(c, s->u.sw.cases, s->u.sw.ncases);
        break;
    case S_TYPESWITCH:
        n->u.tsw.init = clone_stmt(c, s->u.tsw.init);
        n->u.tsw.x = clone_expr(c, s->u.tsw.x);
        n->u.tsw.cases = clone_cases(c, s->u.tsw.cases, s->u.tsw.ncases);
        break;
    case S_SELECT:
        n->u.select.cases = arena_array(c->arena, CommClause, s->u.select.ncases + 1);
        for (uint32_t i = 0; i < s->u.select.ncases; i++) {
            n->u.select.cases[i] = s->u.select.cases[i];
            n->u.select.cases[i].comm = clone_stmt(c, s->u.select.cases[i].comm);
            n->u.select.cases[i].body = clone_stmts(c, s->u.select.cases[i].body);
        }
        break;
    case S_FOR:
        n->u.fors.init = clone_stmt(c, s->u.fors.init);
        n->u.fors.cond = clone_expr(c, s->u.fors.cond);
        n->u.fors.post = clone_stmt(c, s->u.fors.post);
        n->u.fors.body = clone_block(c, s->u.fors.body);
        n->u.fors.vars = NULL;
        n->u.fors.nvars = 0;
        break;
    case S_RANGE:
        n->u.range.key = clone_expr(c, s->u.range.key);
        n->u.range.value = clone_expr(c, s->u.range.value);
        n->u.range.x = clone_expr(c, s->u.range.x);
        n->u.range.body = clone_block(c, s->u.range.body);
        break;
    }
    return n;
}

Decl *clone_decl(const Cloner *c, const Decl *d, bool bodies) {
    Decl *n = arena_new(c->arena, Decl);
    *n = *d;
    switch ((DeclKind)d->kind) {
    case D_BAD: case D_IMPORT: break;
    case D_CONST: case D_VAR:
        n->u.value.type = clone_expr(c, d->u.value.type);
        n->u.value.values = clone_exprs(c, d->u.value.values);
        n->u.value.objs = NULL;
        break;
    case D_TYPE:
        n->u.type.tparams = clone_fields(c, d->u.type.tparams);
        n->u.type.type = clone_expr(c, d->u.type.type);
        n->u.type.obj = NULL;
        break;
    case D_FUNC:
        if (d->u.func.recv) {
            FieldList one = clone_fields(c, (FieldList){d->u.func.recv, 1});
            n->u.func.recv = one.items;
        }
        n->u.func.type = clone_expr(c, d->u.func.type);
        if (bodies) n->u.func.body = clone_block(c, d->u.func.body);
        n->u.func.obj = NULL;
        n->u.func.info = NULL;
        break;
    }
    return n;
}
