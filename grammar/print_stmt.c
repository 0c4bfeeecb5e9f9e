// print_stmt.c — statements, blocks and the bodies of functions. See print.h.
#include "grammar/print.h"

#include "parser.h"

Pos print_stmt_start(const Stmt *s) {
    switch ((StmtKind)s->kind) {
    case S_SEND: return s->u.send.chan->start;
    case S_INCDEC: return s->u.incdec.x->start;
    case S_ASSIGN: return s->u.assign.lhs.items[0]->start;
    case S_DEFINE: return s->u.define.lhs.items[0]->start;
    case S_BAD: case S_EMPTY: case S_DECL: case S_LABELED: case S_EXPR: case S_GO: case S_DEFER: case S_RETURN: case S_BREAK: case S_CONTINUE:
    case S_GOTO: case S_FALLTHROUGH: case S_BLOCK: case S_IF: case S_SWITCH: case S_TYPESWITCH: case S_SELECT: case S_FOR: case S_RANGE: break;
    }
    return s->pos;
}

// ---- lists and blocks

void print_stmts(Printer *p, StmtList list, int indent, bool before_brace) {
    if (indent) print_wish(p, WISH_INDENT);
    int32_t line = 0; // of the output: where the statement above began
    bool first = true;
    for (uint32_t i = 0; i < list.len && !p->full; i++) {
        Stmt *s = list.items[i];
        if (s->kind == S_EMPTY) continue;
        if (p->begun) print_linebreak(p, print_line(p->src, print_stmt_start(s)), 1, WISH_NONE, first || p->out_line - line > 0);
        p->line_wanted = &line;
        print_stmt(p, s, before_brace && i + 1 == list.len);
        p->line_wanted = NULL;
        for (; s->kind == S_LABELED; s = s->u.labeled.stmt) line++; // where the statement itself began
        first = false;
    }
    if (indent) print_wish(p, WISH_UNINDENT);
}

static void close_block(Printer *p, Pos rbrace) {
    print_linebreak(p, print_line(p->src, rbrace), 1, WISH_NONE, true);
    print_at(p, rbrace);
    print_token(p, TK_RBRACE);
}

static void block(Printer *p, const Block *b) {
    print_at(p, b->lbrace);
    print_token(p, TK_LBRACE);
    print_stmts(p, b->stmts, 1, true);
    close_block(p, b->rbrace);
}

// The bodies of functions: on the line of the header when both are short and the source has it so.
enum { ONE_LINE = 100, ONE_LINE_STMTS = 5 };

static int32_t body_size(Printer *p, Block *b) {
    PrintSource *s = p->src;
    if (print_line(s, b->lbrace) != print_line(s, b->rbrace) || b->stmts.len > ONE_LINE_STMTS) return ONE_LINE + 1;
    int32_t size = print_comment_size(p, print_spot(s, b->rbrace));
    for (uint32_t i = 0; i < b->stmts.len && size <= ONE_LINE; i++) size += (i ? 2 : 0) + print_stmt_size(p, b->stmts.items[i], ONE_LINE);
    return size;
}

int32_t print_distance(Printer *p, Pos start, int32_t column) {
    return print_line(p->src, start) == p->pos.line ? p->out_column - column : FAR;
}

void print_body(Printer *p, int32_t header, Wish sep, Block *b) {
    if (!b || p->full) return;
    int32_t level = p->level;
    p->level = 0;
    if (header <= ONE_LINE && header + body_size(p, b) <= ONE_LINE) {
        print_wish(p, sep);
        print_at(p, b->lbrace);
        print_token(p, TK_LBRACE);
        if (b->stmts.len) print_wish(p, WISH_BLANK);
        for (uint32_t i = 0; i < b->stmts.len; i++) {
            if (i) {
                print_token(p, TK_SEMI);
                print_wish(p, WISH_BLANK);
            }
            print_stmt(p, b->stmts.items[i], i + 1 == b->stmts.len);
        }
        if (b->stmts.len) print_wish(p, WISH_BLANK);
        print_toggle(p, NO_EXTRA_LINEBREAK);
        print_at(p, b->rbrace);
        print_token(p, TK_RBRACE);
        print_toggle(p, NO_EXTRA_LINEBREAK);
    } else {
        if (sep != WISH_NONE) print_wish(p, WISH_BLANK);
        block(p, b);
    }
    p->level = level;
}

// ---- headers

static void header(Printer *p, bool is_for, Stmt *init, Expr *cond, Stmt *post) {
    print_wish(p, WISH_BLANK);
    bool blank = cond != NULL;
    if (!init && !post) {
        if (cond) print_expr(p, print_strip_parens(cond, false));
    } else {
        if (init) print_stmt(p, init, false);
        print_token(p, TK_SEMI);
        print_wish(p, WISH_BLANK);
        if (cond) print_expr(p, print_strip_parens(cond, false));
        if (is_for) {
            print_token(p, TK_SEMI);
            print_wish(p, WISH_BLANK);
            if (post) print_stmt(p, post, false);
            blank = post != NULL;
        }
    }
    if (blank) print_wish(p, WISH_BLANK);
}

// A list looks better indented as a whole when more than one of its entries has several lines, or one begins on a new line.
static bool indent_results(Printer *p, ExprList list) {
    if (list.len < 2) return false;
    PrintSource *s = p->src;
    int32_t line = print_line(s, list.items[0]->start);
    if (line >= print_line(s, list.items[list.len - 1]->end)) return false;
    int multiline = 0;
    for (uint32_t i = 0; i < list.len; i++) {
        int32_t from = print_line(s, list.items[i]->start), to = print_line(s, list.items[i]->end);
        if (line < from) return true;
        multiline += from < to;
        line = to;
    }
    return multiline > 1;
}

static void results(Printer *p, ExprList list) {
    print_wish(p, WISH_BLANK);
    bool indent = indent_results(p, list);
    if (indent) print_wish(p, WISH_INDENT);
    print_exprs(p, 0, list.items, list.len, 1, indent ? LIST_NO_INDENT : 0, 0);
    if (indent) print_wish(p, WISH_UNINDENT);
}

// ---- switch and select

// Before every clause: they are sections of their own.
static void clause_break(Printer *p, Pos pos) {
    print_linebreak(p, print_line(p->src, pos), 1, WISH_NONE, true);
    print_at(p, pos);
}

static void clause_body(Printer *p, Pos colon, StmtList body, bool last) {
    print_at(p, colon);
    print_token(p, TK_COLON);
    print_stmts(p, body, 1, last);
}

static void open_clauses(Printer *p, Pos rbrace) {
    const PrintSource *s = p->src;
    print_at(p, s->tokens.items[s->partner[print_token_at(s, rbrace)]].pos);
    print_token(p, TK_LBRACE);
}

static void case_clauses(Printer *p, const CaseClause *cases, uint32_t n, Pos rbrace) {
    open_clauses(p, rbrace);
    for (uint32_t i = 0; i < n && !p->full; i++) {
        const CaseClause *c = &cases[i];
        clause_break(p, c->pos);
        print_token(p, c->is_default ? TK_DEFAULT : TK_CASE);
        if (!c->is_default) {
            print_wish(p, WISH_BLANK);
            print_exprs(p, c->pos, c->exprs.items, c->exprs.len, 1, 0, c->colon);
        }
        clause_body(p, c->colon, c->body, i + 1 == n);
    }
    close_block(p, rbrace);
}

static void select_stmt(Printer *p, const Stmt *s) {
    Pos rbrace = s->u.select.rbrace;
    print_token(p, TK_SELECT);
    print_wish(p, WISH_BLANK);
    if (!s->u.select.ncases && !print_comment_before(p, print_spot(p->src, rbrace))) {
        open_clauses(p, rbrace);
        print_at(p, rbrace);
        print_token(p, TK_RBRACE);
        return;
    }
    open_clauses(p, rbrace);
    for (uint32_t i = 0; i < s->u.select.ncases && !p->full; i++) {
        const CommClause *c = &s->u.select.cases[i];
        clause_break(p, c->pos);
        print_token(p, c->comm ? TK_CASE : TK_DEFAULT);
        if (c->comm) {
            print_wish(p, WISH_BLANK);
            print_stmt(p, c->comm, false);
        }
        clause_body(p, c->colon, c->body, i + 1 == s->u.select.ncases);
    }
    close_block(p, rbrace);
}

// The guard, `v := x.(type)` or `x.(type)`, which the tree has in parts.
static void guard(Printer *p, const Stmt *s, uint32_t lbrace) {
    const PrintSource *src = p->src;
    Expr *x = s->u.tsw.x, *whole = arena_new(src->arena, Expr);
    *whole = (Expr){.kind = E_TYPEASSERT, .pos = x->start, .start = x->start};
    const Token *t = &src->tokens.items[lbrace - 1];
    whole->end = (t->kind == TK_RPAREN ? t : t - 1)->end;
    whole->u.assert.x = x;
    if (!s->u.tsw.bind.name) {
        print_at(p, x->start);
        print_expr(p, whole);
        return;
    }
    Ident bind = s->u.tsw.bind;
    Pos op = src->tokens.items[print_token_at(src, bind.pos) + 1].pos;
    Expr *name = arena_new(src->arena, Expr);
    *name = (Expr){.kind = E_NAME, .pos = bind.pos, .start = bind.pos, .end = bind.pos + bind.name->len};
    name->u.name.name = bind.name;
    print_at(p, bind.pos);
    print_exprs(p, bind.pos, &name, 1, 1, 0, op);
    print_wish(p, WISH_BLANK);
    print_at(p, op);
    print_token(p, TK_DEFINE);
    print_wish(p, WISH_BLANK);
    print_exprs(p, op, &whole, 1, 1, 0, 0);
}

static void type_switch(Printer *p, const Stmt *s) {
    const PrintSource *src = p->src;
    print_token(p, TK_SWITCH);
    if (s->u.tsw.init) {
        print_wish(p, WISH_BLANK);
        print_stmt(p, s->u.tsw.init, false);
        print_token(p, TK_SEMI);
    }
    print_wish(p, WISH_BLANK);
    guard(p, s, src->partner[print_token_at(src, s->u.tsw.rbrace)]);
    print_wish(p, WISH_BLANK);
    case_clauses(p, s->u.tsw.cases, s->u.tsw.ncases, s->u.tsw.rbrace);
}

// ---- the kinds

static void labeled(Printer *p, Stmt *s, bool before_brace) {
    const Token *t = p->src->tokens.items;
    Ident label = s->u.labeled.label;
    uint32_t colon = print_token_at(p->src, label.pos) + 1;
    print_wish(p, WISH_UNINDENT); // taken before the line break: see print_wishes
    print_at(p, label.pos);
    print_name(p, label.name);
    print_at(p, t[colon].pos);
    print_token(p, TK_COLON);
    print_wish(p, WISH_INDENT);
    Stmt *inner = s->u.labeled.stmt;
    if (inner->kind != S_EMPTY) {
        print_linebreak(p, print_line(p->src, print_stmt_start(inner)), 1, WISH_NONE, true);
        print_stmt(p, inner, before_brace);
    } else if (!before_brace) {
        print_wish(p, WISH_NEWLINE);
        print_at(p, t[colon + 1].pos);
        print_token(p, TK_SEMI);
    } else {
        print_at(p, t[colon + 1].pos);
    }
}

// a, b = c, d   a += b   a, b := c, d
static void assignment(Printer *p, const Stmt *s, ExprList lhs, ExprList rhs, unsigned op) {
    int depth = lhs.len > 1 && rhs.len > 1 ? 2 : 1;
    print_exprs(p, lhs.items[0]->start, lhs.items, lhs.len, depth, 0, s->pos);
    print_wish(p, WISH_BLANK);
    print_at(p, s->pos);
    print_token(p, op);
    print_wish(p, WISH_BLANK);
    print_exprs(p, s->pos, rhs.items, rhs.len, depth, 0, 0);
}

static unsigned assign_token(Op op) {
    static const uint8_t tokens[] = {
        [OPR_NONE] = TK_ASSIGN, [OPR_ADD] = TK_ADD_ASSIGN, [OPR_SUB] = TK_SUB_ASSIGN, [OPR_MUL] = TK_MUL_ASSIGN, [OPR_QUO] = TK_QUO_ASSIGN,
        [OPR_REM] = TK_REM_ASSIGN, [OPR_AND] = TK_AND_ASSIGN, [OPR_OR] = TK_OR_ASSIGN, [OPR_XOR] = TK_XOR_ASSIGN, [OPR_SHL] = TK_SHL_ASSIGN,
        [OPR_SHR] = TK_SHR_ASSIGN, [OPR_ANDNOT] = TK_ANDNOT_ASSIGN};
    return tokens[op];
}

static void range(Printer *p, const Stmt *s) {
    print_token(p, TK_FOR);
    print_wish(p, WISH_BLANK);
    if (s->u.range.key) {
        print_expr(p, s->u.range.key);
        if (s->u.range.value) {
            print_at(p, s->u.range.value->start); // for comments
            print_token(p, TK_COMMA);
            print_wish(p, WISH_BLANK);
            print_expr(p, s->u.range.value);
        }
        print_wish(p, WISH_BLANK);
        print_at(p, p->src->tokens.items[print_token_at(p->src, s->u.range.range_pos) - 1].pos);
        print_token(p, s->u.range.define ? TK_DEFINE : TK_ASSIGN);
        print_wish(p, WISH_BLANK);
    }
    print_token(p, TK_RANGE);
    print_wish(p, WISH_BLANK);
    print_expr(p, print_strip_parens(s->u.range.x, false));
    print_wish(p, WISH_BLANK);
    block(p, s->u.range.body);
}

static void branch(Printer *p, const Stmt *s, unsigned keyword) {
    print_token(p, keyword);
    if (!s->u.branch.label.name) return;
    print_wish(p, WISH_BLANK);
    print_at(p, s->u.branch.label.pos);
    print_name(p, s->u.branch.label.name);
}

void print_stmt(Printer *p, Stmt *s, bool before_brace) {
    if (p->full) return;
    print_at(p, print_stmt_start(s));
    switch ((StmtKind)s->kind) {
    case S_BAD: gol_bug("a broken tree is not printed");
    case S_EMPTY: return;
    case S_DECL: print_decls(p, s->pos, s->u.decl.items, s->u.decl.len); return;
    case S_LABELED: labeled(p, s, before_brace); return;
    case S_EXPR: print_expr(p, s->u.expr.x); return;
    case S_SEND:
        print_expr(p, s->u.send.chan);
        print_wish(p, WISH_BLANK);
        print_at(p, s->pos);
        print_token(p, TK_ARROW);
        print_wish(p, WISH_BLANK);
        print_expr(p, s->u.send.value);
        return;
    case S_INCDEC:
        print_expr0(p, s->u.incdec.x, 2);
        print_at(p, s->pos);
        print_token(p, s->u.incdec.dec ? TK_DEC : TK_INC);
        return;
    case S_ASSIGN: assignment(p, s, s->u.assign.lhs, s->u.assign.rhs, assign_token(s->u.assign.op)); return;
    case S_DEFINE: assignment(p, s, s->u.define.lhs, s->u.define.rhs, TK_DEFINE); return;
    case S_GO:
    case S_DEFER:
        print_token(p, s->kind == S_GO ? TK_GO : TK_DEFER);
        print_wish(p, WISH_BLANK);
        print_expr(p, s->u.go.call);
        return;
    case S_RETURN:
        print_token(p, TK_RETURN);
        if (s->u.ret.results.len) results(p, s->u.ret.results);
        return;
    case S_BREAK: branch(p, s, TK_BREAK); return;
    case S_CONTINUE: branch(p, s, TK_CONTINUE); return;
    case S_GOTO: branch(p, s, TK_GOTO); return;
    case S_FALLTHROUGH: branch(p, s, TK_FALLTHROUGH); return;
    case S_BLOCK: block(p, s->u.block); return;
    case S_IF:
        print_token(p, TK_IF);
        header(p, false, s->u.ifs.init, s->u.ifs.cond, NULL);
        block(p, s->u.ifs.then);
        if (!s->u.ifs.els) return;
        print_wish(p, WISH_BLANK);
        print_token(p, TK_ELSE);
        print_wish(p, WISH_BLANK);
        print_stmt(p, s->u.ifs.els, before_brace);
        return;
    case S_SWITCH:
        print_token(p, TK_SWITCH);
        header(p, false, s->u.sw.init, s->u.sw.tag, NULL);
        case_clauses(p, s->u.sw.cases, s->u.sw.ncases, s->u.sw.rbrace);
        return;
    case S_TYPESWITCH: type_switch(p, s); return;
    case S_SELECT: select_stmt(p, s); return;
    case S_FOR:
        print_token(p, TK_FOR);
        header(p, true, s->u.fors.init, s->u.fors.cond, s->u.fors.post);
        block(p, s->u.fors.body);
        return;
    case S_RANGE: range(p, s); return;
    }
}
