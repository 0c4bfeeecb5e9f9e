// gen_select.c — select: channels and values to send are evaluated in source order, then one instruction chooses; the
// received value is assigned in the chosen clause.
#include "compiler/gen_int.h"

// The receive expression of a clause and what stands left of it.
static Expr *receive_of(Stmt *s, ExprList *lhs) {
    *lhs = (ExprList){0};
    Expr *e;
    if (s->kind == S_EXPR) e = s->u.expr.x;
    else if (s->kind == S_DEFINE) {
        *lhs = s->u.define.lhs;
        e = s->u.define.rhs.items[0];
    } else {
        *lhs = s->u.assign.lhs;
        e = s->u.assign.rhs.items[0];
    }
    return gen_strip(e);
}

static void bind_received(Fn *fn, Stmt *comm, Type *elem, Reg value, Reg ok) {
    ExprList lhs;
    receive_of(comm, &lhs);
    Type *bt = fn->g->p->universe.basic[T_BOOL];
    Reg v = value;
    if (lhs.len && gen_rep(fn->g, elem) == REP_SLICE && !gen_is_blank(lhs.items[0])) {
        v = gen_alloc(fn, 3);
        gen_emit(fn, OP_UNPACK, v, value, 0);
    }
    for (uint32_t i = 0; i < lhs.len; i++) {
        if (gen_is_blank(lhs.items[i])) continue;
        if (comm->kind == S_DEFINE) gen_declare_init(fn, gen_strip(lhs.items[i])->u.name.obj, i ? ok : v);
        else gen_assign_value(fn, lhs.items[i], i ? bt : elem, i ? ok : v);
    }
}

void gen_select(Fn *fn, Stmt *s) {
    Gen *g = fn->g;
    Reg mark = fn->top;
    uint32_t n = s->u.select.ncases;
    SelectTable table = {.pos = s->pos};
    table.cases = arena_array(g->arena, SelectCase, n + 1);
    Target target = {.outer = fn->targets, .stmt = s};
    target.brk = gen_label(fn);
    Label *bodies = arena_array(&g->tmp, Label, n + 1), otherwise = target.brk;
    Type **elems = arena_array(&g->tmp, Type *, n + 1);
    Reg index = gen_alloc(fn, 1), received = fn->top;
    // Where received values go: cleared first, because only the chosen clause's are written.
    for (uint32_t i = 0; i < n; i++) {
        CommClause *c = &s->u.select.cases[i];
        if (!c->comm || c->comm->kind == S_SEND) continue;
        ExprList lhs;
        Expr *e = receive_of(c->comm, &lhs);
        elems[i] = under(e->u.unary.x->type)->u.chan.elem;
        gen_alloc(fn, gen_rep(g, elems[i]) == REP_MEM ? 2 : gen_words(g, elems[i]) + 1);
    }
    if (fn->top > received) gen_emit(fn, OP_LDNIL, received, fn->top - received, 0);
    for (uint32_t i = 0; i < n; i++) {
        CommClause *c = &s->u.select.cases[i];
        bodies[i] = gen_label(fn);
        if (!c->comm) {
            table.has_default = true;
            otherwise = bodies[i];
            continue;
        }
        SelectCase *sc = &table.cases[table.ncases];
        fn->at = c->pos;
        if (c->comm->kind == S_SEND) {
            Expr *ch = c->comm->u.send.chan;
            Type *elem = under(ch->type)->u.chan.elem;
            Reg r = gen_expr(fn, ch, NO_REG), v = gen_owned(fn, c->comm->u.send.value, elem, NO_REG);
            if (gen_rep(g, elem) == REP_SLICE) {
                Reg p = gen_alloc(fn, 1);
                gen_emit(fn, OP_PACK, p, v, 0);
                v = p;
            }
            *sc = (SelectCase){(uint16_t)r, (uint16_t)v, NO_REG, 1, gen_type(g, elem)};
        } else {
            ExprList lhs;
            Expr *e = receive_of(c->comm, &lhs);
            Reg r = gen_expr(fn, e->u.unary.x, NO_REG);
            uint32_t words = gen_rep(g, elems[i]) == REP_MEM ? 1 : gen_words(g, elems[i]);
            *sc = (SelectCase){(uint16_t)r, (uint16_t)received, (uint16_t)(received + words), 0, gen_type(g, elems[i])};
            received += words + 1;
        }
        gen_need(fn, fn->top + 2);
        table.ncases++;
    }
    if (fn->nselects == fn->selects_cap) fn->selects = gen_grow(fn->selects, &fn->selects_cap, fn->nselects + 1, sizeof(SelectTable));
    fn->selects[fn->nselects] = table;
    fn->at = s->pos;
    gen_emit(fn, OP_SELECT, index, fn->nselects++, 0);
    uint32_t k = 0;
    for (uint32_t i = 0; i < n; i++)
        if (s->u.select.cases[i].comm) gen_jcc(fn, OP_JEQI, index, k++, bodies[i]);
    if (table.has_default) gen_jmp(fn, otherwise);
    else { // one of them was chosen; with no clause at all control never comes here
        fn->dead = true;
    }
    fn->targets = &target;
    k = 0;
    for (uint32_t i = 0; i < n; i++) {
        CommClause *c = &s->u.select.cases[i];
        gen_bind(fn, bodies[i]);
        Reg above = fn->top;
        if (c->comm) {
            if (c->comm->kind != S_SEND) {
                const SelectCase *sc = &table.cases[k];
                fn->at = c->comm->pos;
                bind_received(fn, c->comm, elems[i], sc->value, sc->ok);
            }
            k++;
        }
        gen_stmts(fn, c->body);
        fn->top = above;
        if (!fn->dead) gen_jmp(fn, target.brk);
    }
    gen_bind(fn, target.brk);
    fn->targets = target.outer;
    fn->top = mark;
}
