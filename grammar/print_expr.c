// print_expr.c — expressions and types. The blanks in binary expressions show which operator binds tighter, by the rule of package
// go/printer (Russ Cox's): a whole expression of operators gets a cutoff, and operators that bind at least so tight are
// written without blanks. The deeper an expression stands (as an argument among others, as an index), the tighter it is.
#include <string.h>

#include "grammar/build.h"
#include "grammar/print.h"
#include "parser.h"

enum { LOWEST = 0, UNARY = 6, HIGHEST = 7 }; // precedences; binary operators have 1 to 5

static int precedence(Op op) {
    switch (op) {
    case OPR_LOR: return 1;
    case OPR_LAND: return 2;
    case OPR_EQ: case OPR_NE: case OPR_LT: case OPR_LE: case OPR_GT: case OPR_GE: return 3;
    case OPR_ADD: case OPR_SUB: case OPR_OR: case OPR_XOR: return 4;
    case OPR_MUL: case OPR_QUO: case OPR_REM: case OPR_AND: case OPR_SHL: case OPR_SHR: case OPR_ANDNOT: return 5;
    case OPR_NONE: case OPR_NOT: case OPR_RECV: case OPR_ADDR: case OPR_TILDE: break;
    }
    return LOWEST;
}

static unsigned token_of(Op op) {
    static const uint8_t tokens[] = {
        [OPR_ADD] = TK_PLUS, [OPR_SUB] = TK_MINUS, [OPR_MUL] = TK_STAR, [OPR_QUO] = TK_SLASH, [OPR_REM] = TK_REM, [OPR_AND] = TK_AND,
        [OPR_OR] = TK_OR, [OPR_XOR] = TK_XOR, [OPR_SHL] = TK_SHL, [OPR_SHR] = TK_SHR, [OPR_ANDNOT] = TK_ANDNOT, [OPR_LAND] = TK_LAND,
        [OPR_LOR] = TK_LOR, [OPR_EQ] = TK_EQ, [OPR_NE] = TK_NE, [OPR_LT] = TK_LT, [OPR_LE] = TK_LE, [OPR_GT] = TK_GT, [OPR_GE] = TK_GE,
        [OPR_NOT] = TK_NOT, [OPR_RECV] = TK_ARROW, [OPR_ADDR] = TK_AND, [OPR_TILDE] = TK_TILDE};
    return tokens[op];
}

// ---- binary expressions

typedef struct Operators { // of an expression, without what stands in brackets
    bool sums, products; // + and the like; * and the like
    int problem;         // the precedence at which blanks are needed, or two operators would be read as another
} Operators;

static Operators operators(const Expr *e) {
    Operators o = {.sums = precedence(e->op) == 4, .products = precedence(e->op) == 5};
    const Expr *side[] = {e->u.binary.x, e->u.binary.y};
    for (int i = 0; i < 2; i++) {
        if (side[i]->kind != E_BINARY || precedence(side[i]->op) < precedence(e->op) + i) continue;
        Operators inner = operators(side[i]);
        o.sums |= inner.sums;
        o.products |= inner.products;
        if (inner.problem > o.problem) o.problem = inner.problem;
    }
    const Expr *y = side[1];
    if (y->kind == E_STAR && e->op == OPR_QUO) o.problem = 5; // x / *p
    if (y->kind == E_UNARY) {
        if ((e->op == OPR_AND || e->op == OPR_LAND) && y->op == (e->op == OPR_AND ? OPR_ADDR : OPR_NONE)) o.problem = 5; // x & &y
        if (e->op == OPR_AND && y->op == OPR_XOR) o.problem = 5;                                                       // x & ^y
        if ((e->op == OPR_ADD || e->op == OPR_SUB) && y->op == e->op && o.problem < 4) o.problem = 4;                  // x + +y
    }
    return o;
}

// Operators that bind at least so tight get no blanks.
static int cutoff(const Expr *e, int depth) {
    Operators o = operators(e);
    if (o.problem) return o.problem + 1;
    if (o.sums && o.products) return depth == 1 ? 5 : 4;
    return depth == 1 ? 6 : 4;
}

static int reduce(int depth) { return depth > 2 ? depth - 1 : 1; }

static void binary(Printer *p, Expr *e, int prec, int depth) {
    int own = precedence(e->op);
    if (own < prec) {
        print_token(p, TK_LPAREN);
        print_expr0(p, e, reduce(depth));
        print_token(p, TK_RPAREN);
        return;
    }
    bool blank = own < cutoff(e, depth), indented = false;
    Expr *x = e->u.binary.x, *y = e->u.binary.y;
    print_expr1(p, x, own, depth + !(x->kind == E_BINARY && precedence(x->op) == own));
    if (blank) print_wish(p, WISH_BLANK);
    int32_t line = p->pos.line, next = print_line(p->src, y->start); // the operator may stand on either
    print_at(p, e->pos);
    print_token(p, token_of(e->op));
    if (line != next && line > 0 && print_linebreak(p, next, 1, WISH_INDENT, true) > 0) {
        indented = true;
        blank = false;
    }
    if (blank) print_wish(p, WISH_BLANK);
    print_expr1(p, y, own + 1, depth + 1);
    if (indented) print_wish(p, WISH_UNINDENT);
}

// ---- literals

static bool contains(const char *s, uint32_t n, const char *any) {
    for (uint32_t i = 0; i < n; i++)
        if (strchr(any, s[i])) return true;
    return false;
}

static char *last_of(char *s, uint32_t n, char c) {
    while (n--)
        if (s[n] == c) return s + n;
    return NULL;
}

// Prefixes and exponents in lower case, no zeros in front of an imaginary integer.
static void number(Printer *p, const char *text, uint32_t n, unsigned kind) {
    char *s = arena_strndup(p->src->arena, text, n), *e;
    char second = n > 1 && s[0] == '0' ? s[1] : 0;
    if (second == 'X' || second == 'O' || second == 'B') s[1] = (char)(second - 'A' + 'a');
    if (n < 2) {
    } else if (second == 'X' || second == 'x') {
        if ((e = last_of(s, n, 'P'))) *e = 'p';
    } else if (second != 'O' && second != 'o' && second != 'B' && second != 'b') {
        if ((e = last_of(s, n, 'E'))) {
            *e = 'e';
        } else if (s[n - 1] == 'i' && !contains(s, n, ".e")) {
            while (n > 2 && (*s == '0' || *s == '_')) s++, n--;
        }
    }
    print_literal(p, s, n, kind);
}

static void literal(Printer *p, const Expr *e) {
    const char *text = e->u.lit.text;
    uint32_t n = e->u.lit.len;
    switch ((LitKind)e->u.lit.kind) {
    case LIT_INT: number(p, text, n, TK_INT); return;
    case LIT_FLOAT: number(p, text, n, TK_FLOAT); return;
    case LIT_IMAG: number(p, text, n, TK_IMAG); return;
    case LIT_CHAR: print_literal(p, text, n, TK_CHAR); return;
    case LIT_STRING: break;
    }
    if (text[0] == '`' && memchr(text, '\r', n)) { // which a raw string does not contain, whatever the file says
        char *copy = arena_alloc(p->src->arena, n + 1);
        uint32_t k = 0;
        for (uint32_t i = 0; i < n; i++)
            if (text[i] != '\r') copy[k++] = text[i];
        text = copy;
        n = k;
    }
    print_literal(p, text, n, TK_STRING);
}

// ---- parentheses that are not needed

static bool is_type_name(const Expr *x) {
    return x && (x->kind == E_NAME || (x->kind == E_SELECTOR && is_type_name(x->u.sel.x)));
}

static bool has_bare_literal(const Expr *x);
static bool any_bare_literal(ExprList list) {
    for (uint32_t i = 0; i < list.len; i++)
        if (has_bare_literal(list.items[i])) return true;
    return false;
}

// Whether a composite literal in x begins with the name of a type: its brace would end the header of an if.
static bool has_bare_literal(const Expr *x) {
    if (!x) return false;
    switch ((ExprKind)x->kind) {
    case E_COMPOSITE: return is_type_name(x->u.comp.type);
    case E_SELECTOR: return has_bare_literal(x->u.sel.x);
    case E_INDEX: return has_bare_literal(x->u.index.x) || any_bare_literal(x->u.index.indices);
    case E_SLICE:
        return has_bare_literal(x->u.slice.x) || has_bare_literal(x->u.slice.lo) || has_bare_literal(x->u.slice.hi) || has_bare_literal(x->u.slice.max);
    case E_TYPEASSERT: return has_bare_literal(x->u.assert.x);
    case E_CALL: return has_bare_literal(x->u.call.fun) || any_bare_literal(x->u.call.args);
    case E_STAR: return has_bare_literal(x->u.star.x);
    case E_UNARY: return has_bare_literal(x->u.unary.x);
    case E_BINARY: return has_bare_literal(x->u.binary.x) || has_bare_literal(x->u.binary.y);
    case E_KEYVALUE: return has_bare_literal(x->u.kv.key) || has_bare_literal(x->u.kv.value);
    case E_BAD: case E_NAME: case E_BASICLIT: case E_FUNCLIT: case E_PAREN: case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE:
    case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: case E_ELLIPSIS: return false;
    }
    return false;
}

Expr *print_strip_parens(Expr *x, bool always) {
    while (x->kind == E_PAREN && (always || !has_bare_literal(x->u.paren.x))) x = x->u.paren.x;
    return x;
}

// ---- the kinds

static bool selector(Printer *p, Expr *x, int depth, bool is_call) {
    print_expr1(p, x->u.sel.x, HIGHEST, depth);
    print_token(p, TK_DOT);
    Ident sel = x->u.sel.sel;
    bool breaks = p->pos.line < print_line(p->src, sel.pos);
    if (breaks) {
        print_wish(p, WISH_INDENT);
        print_wish(p, WISH_NEWLINE);
    }
    print_at(p, sel.pos);
    print_name(p, sel.name);
    if (breaks && !is_call) print_wish(p, WISH_UNINDENT);
    return breaks;
}

static void slice(Printer *p, Expr *x, int depth) {
    Expr *indices[] = {x->u.slice.lo, x->u.slice.hi, x->u.slice.max};
    int n = x->u.slice.max ? 3 : 2, given = 0;
    bool binaries = false;
    print_expr1(p, x->u.slice.x, HIGHEST, 1);
    print_at(p, x->u.slice.lbrack);
    print_token(p, TK_LBRACK);
    for (int i = 0; i < n; i++) {
        given += indices[i] != NULL;
        binaries |= indices[i] && indices[i]->kind == E_BINARY;
    }
    bool blanks = depth <= 1 && given > 1 && binaries;
    for (int i = 0; i < n; i++) {
        if (i > 0) {
            if (indices[i - 1] && blanks) print_wish(p, WISH_BLANK);
            print_token(p, TK_COLON);
            if (indices[i] && blanks) print_wish(p, WISH_BLANK);
        }
        if (indices[i]) print_expr0(p, indices[i], depth + 1);
    }
    print_at(p, x->end - 1);
    print_token(p, TK_RBRACK);
}

static void call(Printer *p, Expr *x, int depth) {
    if (x->u.call.args.len > 1) depth++;
    Expr *fun = x->u.call.fun;
    bool indented = false, paren = fun->kind == E_FUNCTYPE;
    if (paren) print_token(p, TK_LPAREN);
    if (fun->kind == E_SELECTOR) {
        print_at(p, fun->start);
        indented = selector(p, fun, depth, true);
    } else {
        print_expr1(p, fun, HIGHEST, depth);
    }
    if (paren) print_token(p, TK_RPAREN);
    Pos lparen = x->u.call.lparen, rparen = x->u.call.rparen;
    ExprList args = x->u.call.args;
    print_at(p, lparen);
    print_token(p, TK_LPAREN);
    if (x->u.call.ellipsis) {
        uint32_t at = print_token_at(p->src, rparen) - 1;
        if (p->src->tokens.items[at].kind == TK_COMMA) at--;
        Pos dots = p->src->tokens.items[at].pos;
        print_exprs(p, lparen, args.items, args.len, depth, 0, dots);
        print_at(p, dots);
        print_token(p, TK_ELLIPSIS);
        if (print_line(p->src, dots) < print_line(p->src, rparen)) {
            print_token(p, TK_COMMA);
            print_wish(p, WISH_FORMFEED);
        }
    } else {
        print_exprs(p, lparen, args.items, args.len, depth, LIST_COMMA, rparen);
    }
    print_at(p, rparen);
    print_token(p, TK_RPAREN);
    if (indented) print_wish(p, WISH_UNINDENT);
}

static void composite(Printer *p, Expr *x, int depth) {
    if (x->u.comp.type) print_expr1(p, x->u.comp.type, HIGHEST, depth);
    ExprList elems = x->u.comp.elems;
    p->level++;
    print_at(p, x->u.comp.lbrace);
    print_token(p, TK_LBRACE);
    print_exprs(p, x->u.comp.lbrace, elems.items, elems.len, 1, LIST_COMMA, x->u.comp.rbrace);
    // A comment before the closing brace must not bring a line break, which would need a comma before it.
    unsigned mode = NO_EXTRA_LINEBREAK | (elems.len ? NO_EXTRA_BLANK : 0);
    print_wish(p, WISH_INDENT); // for comments that stand alone
    print_wish(p, WISH_UNINDENT);
    print_toggle(p, mode);
    print_at(p, x->u.comp.rbrace);
    print_token(p, TK_RBRACE);
    print_toggle(p, mode);
    p->level--;
}

static void function(Printer *p, Expr *x) {
    print_at(p, x->start);
    print_token(p, TK_FUNC);
    int32_t column = p->out_column - (int32_t)strlen("func");
    print_signature(p, x->u.func.type);
    print_body(p, print_distance(p, x->start, column), WISH_BLANK, x->u.func.body);
}

static void index_or_instance(Printer *p, Expr *x, int depth) {
    ExprList indices = x->u.index.indices;
    print_expr1(p, x->u.index.x, HIGHEST, 1);
    print_at(p, x->u.index.lbrack);
    print_token(p, TK_LBRACK);
    if (indices.len == 1) print_expr0(p, indices.items[0], depth + 1);
    else print_exprs(p, x->u.index.lbrack, indices.items, indices.len, depth + 1, LIST_COMMA, x->end - 1);
    print_at(p, x->end - 1);
    print_token(p, TK_RBRACK);
}

static void assertion(Printer *p, Expr *x, int depth) {
    print_expr1(p, x->u.assert.x, HIGHEST, depth);
    print_token(p, TK_DOT);
    uint32_t closer = print_token_at(p->src, x->end - 1);
    print_at(p, p->src->tokens.items[p->src->partner[closer]].pos);
    print_token(p, TK_LPAREN);
    if (x->u.assert.type) print_expr(p, x->u.assert.type);
    else print_token(p, TK_TYPE);
    print_at(p, x->end - 1);
    print_token(p, TK_RPAREN);
}

static void channel(Printer *p, Expr *x) {
    if (x->u.chan.dir == CHAN_RECV) print_token(p, TK_ARROW);
    print_token(p, TK_CHAN);
    if (x->u.chan.dir == CHAN_SEND) {
        print_at(p, p->src->tokens.items[print_token_at(p->src, x->start) + 1].pos);
        print_token(p, TK_ARROW);
    }
    print_wish(p, WISH_BLANK);
    print_expr(p, x->u.chan.elem);
}

static void braces(Printer *p, Expr *x, unsigned keyword, FieldList fields) {
    print_token(p, keyword);
    print_fields(p, fields, p->src->tokens.items[print_token_at(p->src, x->start) + 1].pos, keyword == TK_STRUCT);
}

void print_expr1(Printer *p, Expr *x, int prec, int depth) {
    if (p->full) return;
    print_at(p, x->start);
    switch ((ExprKind)x->kind) {
    case E_BAD: gol_bug("a broken tree is not printed");
    case E_NAME: print_name(p, x->u.name.name); return;
    case E_BASICLIT: literal(p, x); return;
    case E_FUNCLIT: function(p, x); return;
    case E_COMPOSITE: composite(p, x, depth); return;
    case E_KEYVALUE:
        print_expr(p, x->u.kv.key);
        print_at(p, x->pos);
        print_token(p, TK_COLON);
        print_wish(p, WISH_BLANK);
        print_expr(p, x->u.kv.value);
        return;
    case E_PAREN:
        if (x->u.paren.x->kind == E_PAREN) { // one pair is enough
            print_expr0(p, x->u.paren.x, depth);
            return;
        }
        print_token(p, TK_LPAREN);
        print_expr0(p, x->u.paren.x, reduce(depth));
        print_at(p, x->end - 1);
        print_token(p, TK_RPAREN);
        return;
    case E_SELECTOR: selector(p, x, depth, false); return;
    case E_INDEX: index_or_instance(p, x, depth); return;
    case E_SLICE: slice(p, x, depth); return;
    case E_TYPEASSERT: assertion(p, x, depth); return;
    case E_CALL: call(p, x, depth); return;
    case E_STAR:
    case E_UNARY:
        if (UNARY < prec) {
            print_token(p, TK_LPAREN);
            print_expr(p, x);
            print_token(p, TK_RPAREN);
            return;
        }
        print_token(p, x->kind == E_STAR ? TK_STAR : token_of(x->op));
        if (x->kind == E_STAR) print_expr(p, x->u.star.x);
        else print_expr1(p, x->u.unary.x, UNARY, depth);
        return;
    case E_BINARY: binary(p, x, prec, depth); return;
    case E_ARRAYTYPE:
        print_token(p, TK_LBRACK);
        if (x->u.array.len) print_expr(p, x->u.array.len);
        print_token(p, TK_RBRACK);
        print_expr(p, x->u.array.elem);
        return;
    case E_STRUCTTYPE: braces(p, x, TK_STRUCT, x->u.structt.fields); return;
    case E_FUNCTYPE:
        print_token(p, TK_FUNC);
        print_signature(p, x);
        return;
    case E_INTERFACETYPE: braces(p, x, TK_INTERFACE, x->u.iface.elems); return;
    case E_MAPTYPE:
        print_token(p, TK_MAP);
        print_token(p, TK_LBRACK);
        print_expr(p, x->u.map.key);
        print_token(p, TK_RBRACK);
        print_expr(p, x->u.map.value);
        return;
    case E_CHANTYPE: channel(p, x); return;
    case E_ELLIPSIS:
        print_token(p, TK_ELLIPSIS);
        if (x->u.ellipsis.elem) print_expr(p, x->u.ellipsis.elem);
        return;
    }
}

void print_expr0(Printer *p, Expr *x, int depth) { print_expr1(p, x, LOWEST, depth); }

void print_expr(Printer *p, Expr *x) { print_expr1(p, x, LOWEST, 1); }
