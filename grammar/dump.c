// dump.c — `gol dump ast`: the tree, indented, one node per line: KIND line:column what. The place is where the node
// begins. Parts that have a role of their own (a condition, a key, a receiver) stand under a line that names it.
#include <string.h>

#include "grammar/parse.h"

typedef struct Dump {
    const Sources *sources;
    Buf *out;
    int depth;
} Dump;

static void put_expr(Dump *d, const Expr *e);
static void put_stmt(Dump *d, const Stmt *s);
static void put_block(Dump *d, const Block *b);

static void head(Dump *d, const char *kind, Pos pos) {
    for (int i = 0; i < d->depth; i++) buf_puts(d->out, "  ");
    buf_puts(d->out, kind);
    if (!pos) return;
    Place p = source_place(d->sources, pos);
    buf_printf(d->out, " %u:%u", p.line, p.column);
}

static void text(Dump *d, const char *s, size_t n) { // newlines of raw strings made visible
    buf_putc(d->out, ' ');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n') buf_puts(d->out, "\\n");
        else buf_putc(d->out, s[i]);
    }
}

static void ident(Dump *d, Ident id) {
    if (id.name) text(d, id.name->text, id.name->len);
}

static void line(Dump *d) { buf_putc(d->out, '\n'); }

// A part with a name: `cond` and below it the expression.
static void part(Dump *d, const char *role, const Expr *e) {
    if (!e) return;
    head(d, role, 0);
    line(d);
    d->depth++;
    put_expr(d, e);
    d->depth--;
}

static void part_stmt(Dump *d, const char *role, const Stmt *s) {
    if (!s) return;
    head(d, role, 0);
    line(d);
    d->depth++;
    put_stmt(d, s);
    d->depth--;
}

static void exprs(Dump *d, ExprList list) {
    for (uint32_t i = 0; i < list.len; i++) put_expr(d, list.items[i]);
}

static void part_exprs(Dump *d, const char *role, ExprList list) {
    if (!list.len) return;
    head(d, role, 0);
    line(d);
    d->depth++;
    exprs(d, list);
    d->depth--;
}

static void stmts(Dump *d, StmtList list) {
    for (uint32_t i = 0; i < list.len; i++) put_stmt(d, list.items[i]);
}

static void part_fields(Dump *d, const char *role, FieldList list) {
    if (!list.len) return;
    head(d, role, 0);
    line(d);
    d->depth++;
    for (uint32_t i = 0; i < list.len; i++) {
        const Field *f = &list.items[i];
        head(d, "Field", f->pos);
        for (uint32_t k = 0; k < f->nnames; k++) ident(d, f->names[k]);
        if (f->tag) {
            buf_puts(d->out, " tag:");
            text(d, f->tag, f->tag_len);
        }
        line(d);
        d->depth++;
        put_expr(d, f->type);
        d->depth--;
    }
    d->depth--;
}

static const char *const expr_names[] = {
    [E_BAD] = "Bad", [E_NAME] = "Name", [E_BASICLIT] = "Literal", [E_FUNCLIT] = "FuncLit", [E_COMPOSITE] = "Composite",
    [E_KEYVALUE] = "KeyValue", [E_PAREN] = "Paren", [E_SELECTOR] = "Selector", [E_INDEX] = "Index", [E_SLICE] = "Slice",
    [E_TYPEASSERT] = "TypeAssert", [E_CALL] = "Call", [E_STAR] = "Star", [E_UNARY] = "Unary", [E_BINARY] = "Binary",
    [E_ARRAYTYPE] = "ArrayType", [E_STRUCTTYPE] = "StructType", [E_FUNCTYPE] = "FuncType",
    [E_INTERFACETYPE] = "InterfaceType", [E_MAPTYPE] = "MapType", [E_CHANTYPE] = "ChanType", [E_ELLIPSIS] = "Ellipsis"};

// What stands on the node's own line behind its place.
static void expr_facts(Dump *d, const Expr *e) {
    static const char *const dirs[] = {[CHAN_BOTH] = " both", [CHAN_SEND] = " send", [CHAN_RECV] = " receive"};
    static const char *const kinds[] = {" int", " float", " imag", " char", " string"};
    switch ((ExprKind)e->kind) {
    case E_NAME: text(d, e->u.name.name->text, e->u.name.name->len); break;
    case E_BASICLIT:
        buf_puts(d->out, kinds[e->u.lit.kind]);
        text(d, e->u.lit.text, e->u.lit.len);
        break;
    case E_SELECTOR: ident(d, e->u.sel.sel); break;
    case E_CALL: buf_puts(d->out, e->u.call.ellipsis ? " ..." : ""); break;
    case E_UNARY: case E_BINARY: buf_printf(d->out, " %s", op_text((Op)e->op)); break;
    case E_CHANTYPE: buf_puts(d->out, dirs[e->u.chan.dir]); break;
    case E_TYPEASSERT: buf_puts(d->out, e->u.assert.type ? "" : " type"); break;
    case E_BAD: case E_FUNCLIT: case E_COMPOSITE: case E_KEYVALUE: case E_PAREN: case E_INDEX: case E_SLICE: case E_STAR:
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_ELLIPSIS: break;
    }
}

static void put_expr(Dump *d, const Expr *e) {
    if (!e) return;
    head(d, expr_names[e->kind], e->start);
    expr_facts(d, e);
    line(d);
    d->depth++;
    switch ((ExprKind)e->kind) {
    case E_BAD: case E_NAME: case E_BASICLIT: break;
    case E_FUNCLIT:
        put_expr(d, e->u.func.type);
        put_block(d, e->u.func.body);
        break;
    case E_COMPOSITE:
        part(d, "type", e->u.comp.type);
        exprs(d, e->u.comp.elems);
        break;
    case E_KEYVALUE:
        put_expr(d, e->u.kv.key);
        put_expr(d, e->u.kv.value);
        break;
    case E_PAREN: put_expr(d, e->u.paren.x); break;
    case E_SELECTOR: put_expr(d, e->u.sel.x); break;
    case E_INDEX:
        put_expr(d, e->u.index.x);
        part_exprs(d, "index", e->u.index.indices);
        break;
    case E_SLICE:
        put_expr(d, e->u.slice.x);
        part(d, "low", e->u.slice.lo);
        part(d, "high", e->u.slice.hi);
        part(d, "max", e->u.slice.max);
        break;
    case E_TYPEASSERT:
        put_expr(d, e->u.assert.x);
        part(d, "type", e->u.assert.type);
        break;
    case E_CALL:
        put_expr(d, e->u.call.fun);
        part_exprs(d, "args", e->u.call.args);
        break;
    case E_STAR: put_expr(d, e->u.star.x); break;
    case E_UNARY: put_expr(d, e->u.unary.x); break;
    case E_BINARY:
        put_expr(d, e->u.binary.x);
        put_expr(d, e->u.binary.y);
        break;
    case E_ARRAYTYPE:
        part(d, "len", e->u.array.len);
        put_expr(d, e->u.array.elem);
        break;
    case E_STRUCTTYPE: part_fields(d, "fields", e->u.structt.fields); break;
    case E_FUNCTYPE:
        part_fields(d, "tparams", e->u.functype.tparams);
        part_fields(d, "params", e->u.functype.params);
        part_fields(d, "results", e->u.functype.results);
        break;
    case E_INTERFACETYPE: part_fields(d, "elems", e->u.iface.elems); break;
    case E_MAPTYPE:
        put_expr(d, e->u.map.key);
        put_expr(d, e->u.map.value);
        break;
    case E_CHANTYPE: put_expr(d, e->u.chan.elem); break;
    case E_ELLIPSIS: put_expr(d, e->u.ellipsis.elem); break;
    }
    d->depth--;
}

// ---- declarations

static void put_decl(Dump *d, const Decl *decl) {
    static const char *const names[] = {[D_BAD] = "BadDecl", [D_IMPORT] = "Import", [D_CONST] = "Const",
                                        [D_VAR] = "Var", [D_TYPE] = "Type", [D_FUNC] = "Func"};
    head(d, names[decl->kind], decl->pos);
    switch ((DeclKind)decl->kind) {
    case D_BAD: line(d); break;
    case D_IMPORT:
        ident(d, decl->u.import.name);
        buf_printf(d->out, " \"%s\"\n", decl->u.import.path);
        break;
    case D_CONST: case D_VAR:
        for (uint32_t i = 0; i < decl->u.value.nnames; i++) ident(d, decl->u.value.names[i]);
        if (decl->kind == D_CONST) buf_printf(d->out, " iota=%u%s", decl->u.value.iota, decl->u.value.implicit ? " implicit" : "");
        line(d);
        d->depth++;
        if (!decl->u.value.implicit) {
            part(d, "type", decl->u.value.type);
            exprs(d, decl->u.value.values);
        }
        d->depth--;
        break;
    case D_TYPE:
        ident(d, decl->u.type.name);
        buf_puts(d->out, decl->u.type.alias ? " =\n" : "\n");
        d->depth++;
        part_fields(d, "tparams", decl->u.type.tparams);
        put_expr(d, decl->u.type.type);
        d->depth--;
        break;
    case D_FUNC:
        ident(d, decl->u.func.name);
        line(d);
        d->depth++;
        if (decl->u.func.recv) part_fields(d, "receiver", (FieldList){decl->u.func.recv, 1});
        put_expr(d, decl->u.func.type);
        if (decl->u.func.body) put_block(d, decl->u.func.body);
        d->depth--;
        break;
    }
}

// ---- statements

static void put_block(Dump *d, const Block *b) {
    head(d, "Block", b->lbrace);
    line(d);
    d->depth++;
    stmts(d, b->stmts);
    d->depth--;
}

static void put_cases(Dump *d, const CaseClause *cases, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        head(d, cases[i].is_default ? "default" : "case", cases[i].pos);
        line(d);
        d->depth++;
        part_exprs(d, "of", cases[i].exprs);
        stmts(d, cases[i].body);
        d->depth--;
    }
}

static const char *const stmt_names[] = {
    [S_BAD] = "BadStmt", [S_EMPTY] = "EmptyStmt", [S_DECL] = "DeclStmt", [S_LABELED] = "LabeledStmt", [S_EXPR] = "ExprStmt",
    [S_SEND] = "SendStmt", [S_INCDEC] = "IncDecStmt", [S_ASSIGN] = "AssignStmt", [S_DEFINE] = "DefineStmt", [S_GO] = "GoStmt",
    [S_DEFER] = "DeferStmt", [S_RETURN] = "ReturnStmt", [S_BREAK] = "BreakStmt", [S_CONTINUE] = "ContinueStmt",
    [S_GOTO] = "GotoStmt", [S_FALLTHROUGH] = "FallthroughStmt", [S_BLOCK] = "BlockStmt", [S_IF] = "IfStmt",
    [S_SWITCH] = "SwitchStmt", [S_TYPESWITCH] = "TypeSwitchStmt", [S_SELECT] = "SelectStmt", [S_FOR] = "ForStmt",
    [S_RANGE] = "RangeStmt"};

static void stmt_facts(Dump *d, const Stmt *s) {
    switch ((StmtKind)s->kind) {
    case S_LABELED: ident(d, s->u.labeled.label); break;
    case S_INCDEC: buf_puts(d->out, s->u.incdec.dec ? " --" : " ++"); break;
    case S_ASSIGN: buf_printf(d->out, " %s=", op_text((Op)s->u.assign.op)); break;
    case S_BREAK: case S_CONTINUE: case S_GOTO: ident(d, s->u.branch.label); break;
    case S_TYPESWITCH: ident(d, s->u.tsw.bind); break;
    case S_RANGE: buf_puts(d->out, s->u.range.define ? " :=" : ""); break;
    case S_BAD: case S_EMPTY: case S_DECL: case S_EXPR: case S_SEND: case S_DEFINE: case S_GO: case S_DEFER: case S_RETURN:
    case S_FALLTHROUGH: case S_BLOCK: case S_IF: case S_SWITCH: case S_SELECT: case S_FOR: break;
    }
}

static void put_stmt(Dump *d, const Stmt *s) {
    head(d, stmt_names[s->kind], s->pos);
    stmt_facts(d, s);
    line(d);
    d->depth++;
    switch ((StmtKind)s->kind) {
    case S_BAD: case S_EMPTY: case S_BREAK: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: break;
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++) put_decl(d, s->u.decl.items[i]);
        break;
    case S_LABELED: put_stmt(d, s->u.labeled.stmt); break;
    case S_EXPR: put_expr(d, s->u.expr.x); break;
    case S_SEND:
        put_expr(d, s->u.send.chan);
        put_expr(d, s->u.send.value);
        break;
    case S_INCDEC: put_expr(d, s->u.incdec.x); break;
    case S_ASSIGN:
        part_exprs(d, "left", s->u.assign.lhs);
        part_exprs(d, "right", s->u.assign.rhs);
        break;
    case S_DEFINE:
        part_exprs(d, "left", s->u.define.lhs);
        part_exprs(d, "right", s->u.define.rhs);
        break;
    case S_GO: case S_DEFER: put_expr(d, s->u.go.call); break;
    case S_RETURN: exprs(d, s->u.ret.results); break;
    case S_BLOCK: stmts(d, s->u.block->stmts); break;
    case S_IF:
        part_stmt(d, "init", s->u.ifs.init);
        part(d, "cond", s->u.ifs.cond);
        put_block(d, s->u.ifs.then);
        part_stmt(d, "else", s->u.ifs.els);
        break;
    case S_SWITCH:
        part_stmt(d, "init", s->u.sw.init);
        part(d, "tag", s->u.sw.tag);
        put_cases(d, s->u.sw.cases, s->u.sw.ncases);
        break;
    case S_TYPESWITCH:
        part_stmt(d, "init", s->u.tsw.init);
        put_expr(d, s->u.tsw.x);
        put_cases(d, s->u.tsw.cases, s->u.tsw.ncases);
        break;
    case S_SELECT:
        for (uint32_t i = 0; i < s->u.select.ncases; i++) {
            const CommClause *c = &s->u.select.cases[i];
            head(d, c->comm ? "case" : "default", c->pos);
            line(d);
            d->depth++;
            part_stmt(d, "comm", c->comm);
            stmts(d, c->body);
            d->depth--;
        }
        break;
    case S_FOR:
        part_stmt(d, "init", s->u.fors.init);
        part(d, "cond", s->u.fors.cond);
        part_stmt(d, "post", s->u.fors.post);
        put_block(d, s->u.fors.body);
        break;
    case S_RANGE:
        part(d, "key", s->u.range.key);
        part(d, "value", s->u.range.value);
        part(d, "over", s->u.range.x);
        put_block(d, s->u.range.body);
        break;
    }
    d->depth--;
}

void dump_ast(const File *file, const Sources *sources, Buf *out) {
    Dump d = {.sources = sources, .out = out};
    head(&d, file->package.name ? "Package" : "Script", 0);
    ident(&d, file->package);
    if (file->go_version) buf_printf(out, " %s", file->go_version);
    line(&d);
    d.depth = 1;
    for (uint32_t i = 0; i < file->ndecls; i++) put_decl(&d, file->decls[i]);
    stmts(&d, file->script);
}
