// build_expr.c — lists, names and expressions.
#include <string.h>

#include "grammar/build.h"
#include "parser.h"

// ---- lists

List *build_list(Parser *P, List *list, void *item, Pos pos, Pos end) {
    if (!list) {
        list = arena_new(P->arena, List);
        list->pos = pos;
    }
    if (!item) return list;
    if (list->len == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 2;
        void **items = arena_array(P->arena, void *, cap);
        if (list->len) memcpy(items, list->items, list->len * sizeof *items);
        list->items = items;
        list->cap = cap;
    }
    list->items[list->len++] = item;
    if (!list->pos) list->pos = pos;
    list->end = end;
    return list;
}

List *build_names(Parser *P, List *list, Ident name) {
    Ident *copy = arena_new(P->arena, Ident);
    *copy = name;
    return build_list(P, list, copy, name.pos, name.pos + (name.name ? name.name->len : 0));
}

List *build_names_first(Parser *P, Ident first, List *rest) {
    List *list = build_names(P, NULL, first);
    for (uint32_t i = 0; i < rest->len; i++) build_names(P, list, *(Ident *)rest->items[i]);
    return list;
}

List *build_exprs(Parser *P, List *list, Expr *x) { return build_list(P, list, x, x->start, x->end); }

ExprList build_expr_list(const List *list) {
    return list ? (ExprList){(Expr **)(void *)list->items, list->len} : (ExprList){0};
}

static uint32_t list_depth(ExprList list) {
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < list.len; i++)
        if (list.items[i]->depth > deepest) deepest = list.items[i]->depth;
    return deepest;
}

// ---- nodes

Expr *build_expr(Parser *P, ExprKind kind, Pos pos, Pos start, Pos end) {
    Expr *e = arena_new(P->arena, Expr);
    e->kind = (uint8_t)kind;
    e->pos = pos;
    e->start = start;
    e->end = end;
    e->depth = 1;
    return e;
}

Expr *build_bad_expr(Parser *P, Pos start, Pos end) { return build_expr(P, E_BAD, start, start, end); }

Expr *build_under(Parser *P, Expr *e, uint32_t child_depth) {
    if (child_depth >= MAX_DEPTH) {
        parser_too_deep(P, e->pos);
        e->kind = E_BAD;
        e->depth = 1;
    } else if (child_depth >= e->depth) {
        e->depth = child_depth + 1;
    }
    return e;
}

Expr *build_unparen(Expr *x) {
    while (x && x->kind == E_PAREN) x = x->u.paren.x;
    return x;
}

Ident build_ident(Parser *P, Token t) {
    uint32_t len;
    const char *text = parser_slice(P, t.pos, t.end, &len);
    return (Ident){.name = intern(P->names, text, len), .pos = t.pos};
}

Ident build_dot(Parser *P, Token t) { return (Ident){.name = intern(P->names, ".", 1), .pos = t.pos}; }

Expr *build_name(Parser *P, Ident name) {
    Expr *e = build_expr(P, E_NAME, name.pos, name.pos, name.pos + name.name->len);
    e->u.name.name = name.name;
    return e;
}

Expr *build_literal(Parser *P, Token t) {
    if (t.flags & TOKEN_BAD) return build_bad_expr(P, t.pos, t.end);
    Expr *e = build_expr(P, E_BASICLIT, t.pos, t.pos, t.end);
    uint32_t len;
    e->u.lit.text = parser_slice(P, t.pos, t.end, &len);
    e->u.lit.len = len;
    e->u.lit.kind = t.kind == TK_INT ? LIT_INT : t.kind == TK_FLOAT ? LIT_FLOAT : t.kind == TK_IMAG ? LIT_IMAG
                  : t.kind == TK_CHAR ? LIT_CHAR : LIT_STRING;
    return e;
}

Expr *build_paren(Parser *P, Token lparen, Expr *x, Token rparen) {
    Expr *e = build_expr(P, E_PAREN, lparen.pos, lparen.pos, rparen.end);
    e->u.paren.x = x;
    x->flags |= EXPR_PARENTHESIZED;
    return build_under(P, e, x->depth);
}

static Op op_of(unsigned kind) {
    static const uint8_t ops[256] = {
        [TK_PLUS] = OPR_ADD, [TK_MINUS] = OPR_SUB, [TK_STAR] = OPR_MUL, [TK_SLASH] = OPR_QUO, [TK_REM] = OPR_REM,
        [TK_AND] = OPR_AND, [TK_OR] = OPR_OR, [TK_XOR] = OPR_XOR, [TK_SHL] = OPR_SHL, [TK_SHR] = OPR_SHR,
        [TK_ANDNOT] = OPR_ANDNOT, [TK_LAND] = OPR_LAND, [TK_LOR] = OPR_LOR, [TK_EQ] = OPR_EQ, [TK_NE] = OPR_NE,
        [TK_LT] = OPR_LT, [TK_LE] = OPR_LE, [TK_GT] = OPR_GT, [TK_GE] = OPR_GE, [TK_NOT] = OPR_NOT,
        [TK_ARROW] = OPR_RECV, [TK_TILDE] = OPR_TILDE};
    return (Op)ops[kind];
}

Expr *build_star(Parser *P, Token op, Expr *x) {
    Expr *e = build_expr(P, E_STAR, op.pos, op.pos, x->end);
    e->u.star.x = x;
    return build_under(P, e, x->depth);
}

// `<-chan T`, read as a receive from `chan T`: the arrow belongs to the leftmost chan, and pushes its neighbours right:
// `<-chan<- chan T` was read as <- (chan<- (chan T)) and is <-chan (<-chan T).
static Expr *receive_type(Token arrow, Expr *x) {
    Expr *outer = x;
    for (;;) {
        uint8_t dir = x->u.chan.dir;
        if (dir == CHAN_RECV) return NULL; // <-(<-chan T): an arrow too many
        x->u.chan.dir = CHAN_RECV;
        if (x == outer) x->start = x->pos = arrow.pos;
        if (dir == CHAN_BOTH) return outer;
        x = x->u.chan.elem;
        if (x->kind != E_CHANTYPE) return NULL;
    }
}

Expr *build_unary(Parser *P, Token op, Expr *x) {
    if (op.kind == TK_ARROW && x->kind == E_CHANTYPE) {
        Expr *type = receive_type(op, x);
        if (type) return type;
        parser_error(P, DIAG_SYNTAX, op.pos, op.end, "syntax error: unexpected <-, expected chan");
        return build_bad_expr(P, op.pos, x->end);
    }
    Expr *e = build_expr(P, E_UNARY, op.pos, op.pos, x->end);
    e->op = (uint8_t)(op.kind == TK_AND ? OPR_ADDR : op_of(op.kind));
    e->u.unary.x = x;
    return build_under(P, e, x->depth);
}

Expr *build_binary(Parser *P, Expr *x, Token op, Expr *y) {
    Expr *e = build_expr(P, E_BINARY, op.pos, x->start, y->end);
    e->op = (uint8_t)op_of(op.kind);
    e->u.binary.x = x;
    e->u.binary.y = y;
    return build_under(P, e, x->depth > y->depth ? x->depth : y->depth);
}

Expr *build_selector(Parser *P, Expr *x, Ident sel) {
    Expr *e = build_expr(P, E_SELECTOR, sel.pos, x->start, sel.pos + sel.name->len);
    e->u.sel.x = x;
    e->u.sel.sel = sel;
    return build_under(P, e, x->depth);
}

Expr *build_index(Parser *P, Expr *x, Token lbrack, List *indices, Token rbrack) {
    Expr *e = build_expr(P, E_INDEX, x->start, x->start, rbrack.end);
    e->u.index.x = x;
    e->u.index.indices = build_expr_list(indices);
    e->u.index.lbrack = lbrack.pos;
    build_under(P, e, x->depth);
    return build_under(P, e, list_depth(e->u.index.indices));
}

static Expr *new_slice(Parser *P, Expr *x, Token lbrack, Expr *lo, Expr *hi, Expr *max, bool three, Token rbrack) {
    Expr *e = build_expr(P, E_SLICE, x->start, x->start, rbrack.end);
    e->u.slice.x = x;
    e->u.slice.lo = lo;
    e->u.slice.hi = hi;
    e->u.slice.max = max;
    e->u.slice.three = three;
    e->u.slice.lbrack = lbrack.pos;
    build_under(P, e, x->depth);
    if (lo) build_under(P, e, lo->depth);
    if (hi) build_under(P, e, hi->depth);
    if (max) build_under(P, e, max->depth);
    return e;
}

Expr *build_slice(Parser *P, Expr *x, Token lbrack, Expr *lo, Expr *hi, Token rbrack) {
    return new_slice(P, x, lbrack, lo, hi, NULL, false, rbrack);
}

Expr *build_slice3(Parser *P, Expr *x, Token lbrack, Expr *lo, Expr *hi, Expr *max, Token rbrack) {
    if (!hi || !max) {
        parser_error(P, DIAG_SYNTAX, lbrack.pos, rbrack.end, "syntax error: %s index required in 3-index slice", hi ? "final" : "middle");
        return build_bad_expr(P, x->start, rbrack.end);
    }
    return new_slice(P, x, lbrack, lo, hi, max, true, rbrack);
}

Expr *build_assert(Parser *P, Expr *x, Expr *type, Token rparen) {
    Expr *e = build_expr(P, E_TYPEASSERT, x->start, x->start, rparen.end);
    e->u.assert.x = x;
    e->u.assert.type = type;
    if (!type) { // x.(type): an error unless a switch claims it
        if (P->nguards == P->guard_cap) {
            P->guard_cap = P->guard_cap ? P->guard_cap * 2 : 8;
            P->guards = xrealloc(P->guards, P->guard_cap * sizeof *P->guards);
        }
        P->guards[P->nguards++] = e;
    } else {
        build_under(P, e, type->depth);
    }
    return build_under(P, e, x->depth);
}

Args build_args(Parser *P, List *list, Token dots) {
    (void)P;
    Args a = {.list = build_expr_list(list), .ellipsis = dots.kind != 0};
    a.depth = list_depth(a.list);
    return a;
}

Expr *build_call(Parser *P, Expr *fun, Token lparen, Args args, Token rparen) {
    Expr *e = build_expr(P, E_CALL, fun->start, fun->start, rparen.end);
    e->u.call.fun = fun;
    e->u.call.args = args.list;
    e->u.call.ellipsis = args.ellipsis;
    e->u.call.lparen = lparen.pos;
    e->u.call.rparen = rparen.pos;
    build_under(P, e, fun->depth);
    return build_under(P, e, args.depth);
}

Expr *build_composite(Parser *P, Expr *type, Token lbrace, List *elems, Token rbrace) {
    Expr *e = build_expr(P, E_COMPOSITE, type ? type->start : lbrace.pos, type ? type->start : lbrace.pos, rbrace.end);
    e->u.comp.type = type;
    e->u.comp.elems = build_expr_list(elems);
    e->u.comp.lbrace = lbrace.pos;
    e->u.comp.rbrace = rbrace.pos;
    if (type) build_under(P, e, type->depth);
    return build_under(P, e, list_depth(e->u.comp.elems));
}

Expr *build_key_value(Parser *P, Expr *key, Token colon, Expr *value) {
    Expr *e = build_expr(P, E_KEYVALUE, colon.pos, key->start, value->end);
    e->u.kv.key = key;
    e->u.kv.value = value;
    return build_under(P, e, key->depth > value->depth ? key->depth : value->depth);
}

Expr *build_func_lit(Parser *P, Expr *type, Block *body) {
    Expr *e = build_expr(P, E_FUNCLIT, type->start, type->start, body->rbrace + 1);
    e->u.func.type = type;
    e->u.func.body = body;
    build_under(P, e, type->depth);
    return build_under(P, e, body->depth);
}
