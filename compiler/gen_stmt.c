// gen_stmt.c — statements: dispatch, blocks, branches, labels, if, go, send.
#include "compiler/gen_int.h"

#include <stdlib.h>

static Label goto_label(Fn *fn, Stmt *labeled) {
    for (uint32_t i = 0; i < fn->ngotos; i++)
        if (fn->gotos[i].stmt == labeled) return fn->gotos[i].label;
    if (fn->ngotos == fn->gotos_cap) fn->gotos = gen_grow(fn->gotos, &fn->gotos_cap, fn->ngotos + 1, sizeof(GotoLabel));
    Label l = gen_label(fn);
    fn->gotos[fn->ngotos++] = (GotoLabel){labeled, l};
    return l;
}

// The target a break or continue names: the statement itself or its label. NULL: it is not in this function, but around the loop whose body it is.
static Target *find_target(Fn *fn, Stmt *s) {
    Stmt *want = s->u.branch.target;
    if (want && want->kind == S_LABELED) want = want->u.labeled.stmt;
    for (Target *t = fn->targets; t; t = t->outer)
        if (t->stmt == want) return t;
    if (!fn->info || !fn->info->range) gol_bug("a branch that leads nowhere");
    return NULL;
}

void gen_branch(Fn *fn, Stmt *s) {
    fn->at = s->pos;
    if (gen_range_leave(fn, s)) return;
    switch (s->kind) {
    case S_BREAK: gen_jmp(fn, find_target(fn, s)->brk); break;
    case S_CONTINUE: gen_jmp(fn, find_target(fn, s)->cont); break;
    case S_GOTO: gen_jmp(fn, goto_label(fn, s->u.branch.target)); break;
    default: gen_jmp(fn, fn->fallthrough); break;
    }
}

static void if_stmt(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    if (s->u.ifs.init) gen_stmt(fn, s->u.ifs.init);
    Label no = gen_label(fn);
    gen_cond(fn, s->u.ifs.cond, false, no);
    gen_block(fn, s->u.ifs.then);
    if (s->u.ifs.els) {
        Label end = gen_label(fn);
        if (!fn->dead) gen_jmp(fn, end);
        gen_bind(fn, no);
        gen_stmt(fn, s->u.ifs.els);
        gen_bind(fn, end);
    } else gen_bind(fn, no);
    fn->top = mark;
}

static void send_stmt(Fn *fn, Stmt *s) {
    Reg mark = fn->top;
    gen_hoist2(fn, s->u.send.chan, s->u.send.value);
    Reg c = gen_expr(fn, s->u.send.chan, NO_REG);
    Type *elem = under(s->u.send.chan->type)->u.chan.elem;
    Reg v = gen_owned(fn, s->u.send.value, elem, NO_REG);
    fn->at = s->pos;
    if (gen_rep(fn->g, elem) == REP_SLICE) {
        Reg p = gen_alloc(fn, 1);
        gen_emit(fn, OP_PACK, p, v, 0);
        v = p;
    }
    gen_emit(fn, OP_SEND, c, v, 0);
    gen_extra_bc(fn, gen_type(fn->g, elem));
    fn->top = mark;
}

Reg gen_recv(Fn *fn, Expr *e, bool ok, Reg want) {
    Expr *ch = e->u.unary.x;
    Type *elem = under(ch->type)->u.chan.elem;
    bool slice = gen_rep(fn->g, elem) == REP_SLICE;
    uint32_t n = gen_regs(fn->g, elem);
    if (want == NO_REG) want = gen_alloc(fn, n + ok);
    Reg mark = fn->top, c = gen_expr(fn, ch, NO_REG);
    Reg at = slice ? gen_alloc(fn, 2) : want;
    fn->at = e->pos;
    gen_emit(fn, OP_RECV, at, c, ok);
    gen_extra_bc(fn, gen_type(fn->g, elem));
    if (slice) {
        gen_emit(fn, OP_UNPACK, want, at, 0);
        if (ok) gen_emit(fn, OP_MOV, want + 3, at + 1, 0);
    }
    fn->top = mark;
    return want;
}

void gen_stmts(Fn *fn, StmtList l) {
    for (uint32_t i = 0; i < l.len; i++) gen_stmt(fn, l.items[i]);
}
void gen_block(Fn *fn, Block *b) {
    Reg mark = fn->top;
    gen_stmts(fn, b->stmts);
    fn->top = mark;
}

void gen_stmt(Fn *fn, Stmt *s) {
    if (!s || fn->g->failed) return;
    fn->at = fn->g->at = s->pos;
    fn->nhoists = 0;
    switch (s->kind) {
    case S_BAD: case S_EMPTY: return;
    case S_DECL:
        for (uint32_t i = 0; i < s->u.decl.len; i++) gen_decl(fn, s->u.decl.items[i]);
        return;
    case S_LABELED: {
        Label l = goto_label(fn, s);
        gen_bind_live(fn, l, true);
        gen_stmt(fn, s->u.labeled.stmt);
        return;
    }
    case S_EXPR: gen_effects(fn, s->u.expr.x); return;
    case S_SEND: send_stmt(fn, s); return;
    case S_INCDEC: gen_incdec(fn, s); return;
    case S_ASSIGN: gen_assign(fn, s); return;
    case S_DEFINE: gen_define(fn, s->u.define.lhs, s->u.define.rhs); return;
    case S_GO: case S_DEFER: gen_go_defer(fn, s); return;
    case S_RETURN: gen_return(fn, s); return;
    case S_BREAK: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: gen_branch(fn, s); return;
    case S_BLOCK: gen_block(fn, s->u.block); return;
    case S_IF: if_stmt(fn, s); return;
    case S_SWITCH: gen_switch(fn, s); return;
    case S_TYPESWITCH: gen_typeswitch(fn, s); return;
    case S_SELECT: gen_select(fn, s); return;
    case S_FOR: gen_for(fn, s); return;
    case S_RANGE: gen_range(fn, s); return;
    default: gol_bug("a statement of kind %d", s->kind);
    }
}
