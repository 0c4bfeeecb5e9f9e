// build_type.c — types, signatures, fields. A parameter list is read as a list of "maybe a name, then a type" and sorted
// out here: either every entry has a name (`a, b int` groups) or none has.
#include <string.h>

#include "grammar/build.h"
#include "grammar/literal.h"
#include "parser.h"

List *build_fields(Parser *P, List *list, Field *f) { return build_list(P, list, f, f ? f->pos : 0, f && f->type ? f->type->end : 0); }

static Field *new_field(Parser *P, Pos pos, Expr *type) {
    Field *f = arena_new(P->arena, Field);
    f->pos = pos;
    f->type = type;
    return f;
}

static void field_name(Parser *P, Field *f, Ident name) {
    f->names = arena_new(P->arena, Ident);
    f->names[0] = name;
    f->nnames = 1;
}

static FieldList flatten(Parser *P, const List *list) {
    FieldList out = {0};
    if (!list || !list->len) return out;
    out.items = arena_array(P->arena, Field, list->len);
    for (uint32_t i = 0; i < list->len; i++) out.items[out.len++] = *(Field *)list->items[i];
    return out;
}

static uint32_t fields_depth(FieldList l) {
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < l.len; i++)
        if (l.items[i].type && l.items[i].type->depth > deepest) deepest = l.items[i].type->depth;
    return deepest;
}

// ---- parameters

Field *build_param(Parser *P, Ident name, Expr *type) {
    Field *f = new_field(P, name.name ? name.pos : type->start, type);
    if (name.name) field_name(P, f, name);
    return f;
}

// Entries with a name and a type, and lone names that belong to the group behind them: `a, b int`. what: for messages.
static FieldList group_names(Parser *P, List *list, const char *what) {
    FieldList out = {0};
    out.items = arena_array(P->arena, Field, list->len);
    for (uint32_t i = 0; i < list->len;) {
        uint32_t last = i;
        while (last < list->len && !((Field *)list->items[last])->nnames) last++;
        Field *group = &out.items[out.len++];
        uint32_t count = last - i + (last < list->len);
        if (last == list->len) { // names at the end without a type
            Field *f = list->items[i];
            parser_error(P, DIAG_PARAMS, f->pos, f->type->end, "syntax error: mixed named and unnamed %s", what);
            out.len--;
            break;
        }
        *group = *(Field *)list->items[last];
        group->names = arena_array(P->arena, Ident, count);
        group->nnames = 0;
        for (; i < last; i++) {
            Field *f = list->items[i];
            if (f->type->kind == E_NAME) {
                group->names[group->nnames++] = (Ident){.name = f->type->u.name.name, .pos = f->type->pos};
                group->pos = group->names[0].pos;
            } else if (f->type->kind != E_BAD) {
                parser_error(P, DIAG_PARAMS, f->pos, f->type->end, "syntax error: mixed named and unnamed %s", what);
            }
        }
        group->names[group->nnames++] = ((Field *)list->items[last])->names[0];
        i = last + 1;
    }
    return out;
}

static void misplaced_dots(Parser *P, const Expr *type) {
    Diag *d = parser_error(P, DIAG_PARAMS, type->start, type->end, "can only use ... with final parameter in list");
    diag_help(P->diags, d, "the ... parameter takes all that is left: move it to the end");
}

static FieldList parameters(Parser *P, List *list, bool results) {
    if (!list || !list->len) return (FieldList){0};
    bool named = false;
    for (uint32_t i = 0; i < list->len; i++) named |= ((Field *)list->items[i])->nnames > 0;
    FieldList out = named ? group_names(P, list, "parameters") : flatten(P, list);
    for (uint32_t i = 0; i < out.len; i++) {
        Expr *type = out.items[i].type;
        if (type->kind != E_ELLIPSIS) continue;
        if (results) misplaced_dots(P, type);
        else if (i + 1 < out.len || out.items[i].nnames > 1) misplaced_dots(P, type);
        else continue;
        out.items[i].type = type->u.ellipsis.elem;
    }
    return out;
}

Expr *build_signature(Parser *P, Token lparen, List *params, Token rparen, Expr *result, List *results) {
    Expr *e = build_expr(P, E_FUNCTYPE, lparen.pos, lparen.pos, result ? result->end : rparen.end);
    e->u.functype.params = parameters(P, params, false);
    if (result) {
        Field *f = new_field(P, result->start, result);
        e->u.functype.results = (FieldList){f, 1};
    } else {
        e->u.functype.results = parameters(P, results, true);
    }
    build_under(P, e, fields_depth(e->u.functype.params));
    return build_under(P, e, fields_depth(e->u.functype.results));
}

Expr *build_signature_results(Parser *P, Token lparen, List *params, Token lparen2, List *results, Token rparen) {
    (void)lparen2;
    return build_signature(P, lparen, params, rparen, NULL, results);
}

Expr *build_func_type(Parser *P, Token func, Expr *signature) {
    (void)P;
    signature->start = signature->pos = func.pos;
    return signature;
}

// ---- type literals

Expr *build_array(Parser *P, Token lbrack, Expr *len, Expr *elem) {
    Expr *e = build_expr(P, E_ARRAYTYPE, lbrack.pos, lbrack.pos, elem->end);
    e->u.array.len = len;
    e->u.array.elem = elem;
    if (len) build_under(P, e, len->depth);
    return build_under(P, e, elem->depth);
}

Expr *build_array_list(Parser *P, Token lbrack, List *len, Expr *elem) {
    Expr *n = len->items[0];
    if (len->len > 1) {
        parser_error(P, DIAG_SYNTAX, ((Expr *)len->items[1])->start, len->end, "syntax error: unexpected comma; expecting ]");
        n = build_bad_expr(P, len->pos, len->end);
    }
    return build_array(P, lbrack, n, elem);
}

Expr *build_dots(Parser *P, Token dots, Expr *elem) {
    Expr *e = build_expr(P, E_ELLIPSIS, dots.pos, dots.pos, elem ? elem->end : dots.end);
    e->u.ellipsis.elem = elem;
    return elem ? build_under(P, e, elem->depth) : e;
}

Expr *build_map(Parser *P, Token map, Expr *key, Expr *value) {
    Expr *e = build_expr(P, E_MAPTYPE, map.pos, map.pos, value->end);
    e->u.map.key = key;
    e->u.map.value = value;
    return build_under(P, e, key->depth > value->depth ? key->depth : value->depth);
}

Expr *build_chan(Parser *P, Token first, ChanDir dir, Expr *elem) {
    Expr *e = build_expr(P, E_CHANTYPE, first.pos, first.pos, elem->end);
    e->u.chan.dir = (uint8_t)dir;
    e->u.chan.elem = elem;
    return build_under(P, e, elem->depth);
}

Expr *build_struct(Parser *P, Token keyword, List *fields, Token rbrace) {
    Expr *e = build_expr(P, E_STRUCTTYPE, keyword.pos, keyword.pos, rbrace.end);
    e->u.structt.fields = flatten(P, fields);
    return build_under(P, e, fields_depth(e->u.structt.fields));
}

Expr *build_interface(Parser *P, Token keyword, List *elems, Token rbrace) {
    Expr *e = build_expr(P, E_INTERFACETYPE, keyword.pos, keyword.pos, rbrace.end);
    e->u.iface.elems = flatten(P, elems);
    return build_under(P, e, fields_depth(e->u.iface.elems));
}

// ---- fields and interface elements

Field *build_field(Parser *P, List *names, Expr *type) {
    Field *f = new_field(P, names->pos, type);
    f->names = arena_array(P->arena, Ident, names->len);
    for (uint32_t i = 0; i < names->len; i++) f->names[f->nnames++] = *(Ident *)names->items[i];
    return f;
}

Field *build_embedded(Parser *P, Expr *type) {
    Expr *bare = type->kind == E_STAR ? type->u.star.x : type;
    if (bare->kind == E_PAREN) parser_error(P, DIAG_SYNTAX, bare->start, bare->end, "syntax error: cannot parenthesize embedded type");
    return new_field(P, type->start, type);
}

Field *build_tag(Parser *P, Field *f, Token tag) {
    uint32_t len;
    const char *text = parser_slice(P, tag.pos, tag.end, &len);
    f->tag = literal_string(P->arena, text, len, &f->tag_len);
    return f;
}

Field *build_method_spec(Parser *P, Ident name, Expr *signature) {
    Field *f = new_field(P, name.pos, signature);
    field_name(P, f, name);
    return f;
}

Field *build_type_elem(Parser *P, Expr *type) { return new_field(P, type->start, type); }

// ---- type parameters

Field *build_tparam(Parser *P, Ident name, Expr *constraint) {
    if (constraint) return build_param(P, name, constraint);
    return new_field(P, name.pos, build_name(P, name));
}

Decl *build_generic_func(Parser *P, Token func, Ident name, List *tparams, Expr *type, Block *body) {
    bool named = false;
    for (uint32_t i = 0; i < tparams->len; i++) named |= ((Field *)tparams->items[i])->nnames > 0;
    if (!named) {
        Field *f = tparams->items[tparams->len - 1];
        Diag *d = parser_error(P, DIAG_PARAMS, f->type->start, f->type->end, "syntax error: missing type constraint");
        diag_help(P->diags, d, "every type parameter has a constraint: [%s any]", f->type->kind == E_NAME ? f->type->u.name.name->text : "T");
    } else {
        type->u.functype.tparams = group_names(P, tparams, "type parameters");
        build_under(P, type, fields_depth(type->u.functype.tparams));
    }
    return build_func(P, func, NULL, name, type, body);
}

// In `type T[ITEM...] U` an item is a lone expression, or an expression (which must prove to be a name, or a name with
// the beginning of a constraint: `P [5]int` was read as the index P[5]) and a constraint.
Field *build_titem(Parser *P, Expr *x, Expr *constraint) {
    if (!constraint) return new_field(P, x->start, x);
    if (x->kind == E_INDEX && x->u.index.x->kind == E_NAME && x->u.index.indices.len == 1) {
        Expr *name = x->u.index.x;
        Token lbrack = {.pos = x->u.index.lbrack};
        constraint = build_array(P, lbrack, x->u.index.indices.items[0], constraint);
        x = name;
    }
    Field *f = new_field(P, x->start, constraint);
    if (x->kind == E_NAME) {
        field_name(P, f, (Ident){.name = x->u.name.name, .pos = x->pos});
    } else {
        parser_error(P, DIAG_PARAMS, x->start, x->end, "syntax error: a type parameter must be a name");
        f->type = x;
    }
    return f;
}

// `P *C` and `P (C)` were read as a product and a call: the name in front and the constraint behind, or false.
static bool split_constraint(Parser *P, Field *f) {
    Expr *x = f->type, *left = x, *above = NULL;
    while (left->kind == E_BINARY && left->op == OPR_OR) above = left, left = left->u.binary.x; // P *A | B
    Expr *name, *rest;
    if (left->kind == E_BINARY && left->op == OPR_MUL && left->u.binary.x->kind == E_NAME) {
        name = left->u.binary.x;
        Token star = {.pos = left->pos, .kind = TK_STAR};
        rest = build_star(P, star, left->u.binary.y);
    } else if (left->kind == E_CALL && left->u.call.fun->kind == E_NAME && left->u.call.args.len == 1) {
        name = left->u.call.fun;
        Token open = {.pos = left->u.call.lparen}, close = {.pos = left->u.call.rparen, .end = left->end};
        rest = build_paren(P, open, left->u.call.args.items[0], close);
    } else {
        return false;
    }
    if (above) above->u.binary.x = rest;
    field_name(P, f, (Ident){.name = name->u.name.name, .pos = name->pos});
    f->type = above ? x : rest;
    return true;
}

// Whether an expression can only be a constraint: it has a ~ or a type literal at a place where a value has none.
static bool is_type_elem(const Expr *x) {
    switch (x->kind) {
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: return true;
    case E_BINARY: return is_type_elem(x->u.binary.x) || is_type_elem(x->u.binary.y);
    case E_UNARY: return x->op == OPR_TILDE || is_type_elem(x->u.unary.x);
    case E_STAR: return is_type_elem(x->u.star.x);
    case E_PAREN: return is_type_elem(x->u.paren.x);
    case E_CALL: return x->u.call.args.len == 1 && is_type_elem(x->u.call.args.items[0]);
    default: return false;
    }
}

Decl *build_type_params(Parser *P, Ident name, Token lbrack, List *items, Token comma, Expr *type, bool alias) {
    Field *first = items->items[0];
    if (items->len == 1 && !first->nnames && !comma.kind && !is_type_elem(first->type)) // an array, as Go reads it
        return build_type(P, name, build_array(P, lbrack, first->type, type), alias);
    bool named = false;
    for (uint32_t i = 0; i < items->len; i++) {
        Field *f = items->items[i];
        named |= f->nnames > 0 || (f->type->kind != E_NAME && split_constraint(P, f));
    }
    Decl *d = build_type(P, name, type, alias);
    if (!named) {
        parser_error(P, DIAG_PARAMS, items->pos, items->end, "syntax error: missing type constraint");
        return d;
    }
    d->u.type.tparams = group_names(P, items, "type parameters");
    if (fields_depth(d->u.type.tparams) >= MAX_DEPTH) parser_too_deep(P, name.pos);
    if (alias) {
        Diag *g = parser_error(P, DIAG_PARAMS, name.pos, type->end, "generic type cannot be alias");
        diag_help(P->diags, g, "leave out the =: type %s[...] ...", name.name->text);
    }
    return d;
}
