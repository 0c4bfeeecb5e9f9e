// build_decl.c — declarations, the file, and the list of constructs that recovery can return to.
#include <string.h>
#include <utf8proc.h>

#include "grammar/build.h"
#include "grammar/literal.h"
#include "parser.h"

// ---- where recovery may return to

Token build_open(Parser *P, Token t) {
    if (P->nopens == P->open_cap) {
        P->open_cap = P->open_cap ? P->open_cap * 2 : 64;
        P->opens = xrealloc(P->opens, P->open_cap * sizeof *P->opens);
    }
    // The driver pushes a bracket after feeding it, and this runs while the next token is fed: the count is the bracket's own.
    P->opens[P->nopens++] = P->nbrackets;
    return t;
}

void build_close(Parser *P) {
    gol_assert(P->nopens);
    P->nopens--;
}

// ---- the file

void build_package(Parser *P, Ident name) {
    P->file->package = name;
    if (name.name->len == 1 && name.name->text[0] == '_') parser_error(P, DIAG_SYNTAX, name.pos, name.pos + 1, "invalid package name _");
}

static void top_decl(Parser *P, Decl *d) {
    if (d->kind == D_IMPORT) {
        build_list(P, &P->imports, d, d->pos, d->end);
        return;
    }
    P->imports_over = true;
    build_list(P, &P->decls, d, d->pos, d->end);
}

void build_top_decl(Parser *P, Decl *d) { top_decl(P, d); }

void build_top_import(Parser *P, Token keyword, Decl *d) {
    if (keyword.kind) d->pos = keyword.pos;
    if (P->imports_over && P->file->package.name)
        diag_help(P->diags, parser_error(P, DIAG_IMPORT, d->pos, d->end, "syntax error: imports must appear before other declarations"), "%s", "move it up, right below the package clause");
    top_decl(P, d);
}

void build_top_stmt(Parser *P, Stmt *s) {
    if (!s) return;
    P->imports_over = true;
    if (!P->file->package.name) {
        build_list(P, &P->script, s, s->pos, s->end);
        return;
    }
    if (s->kind == S_DECL) {
        for (uint32_t i = 0; i < s->u.decl.len; i++) top_decl(P, s->u.decl.items[i]);
        return;
    }
    // After another error one is enough: a lost brace brings many.
    if (s->kind == S_BAD || (P->outside && P->diags->errors > P->outside)) return;
    P->outside = P->diags->errors + 1;
    for (uint32_t i = P->at; i-- > 0 && P->tokens.items[i].pos >= s->pos;)
        if (P->tokens.items[i].flags & (TOKEN_BAD | TOKEN_AFTER_BAD)) return; // the lexer spoke of it
    Diag *d = parser_error(P, DIAG_OUTSIDE_FUNC, s->pos, 0, "syntax error: non-declaration statement outside function body");
    if (s->kind == S_DEFINE && s->u.define.lhs.items[0]->kind == E_NAME)
        diag_help(P->diags, d, "outside functions a variable is declared with var: var %s = ...", s->u.define.lhs.items[0]->u.name.name->text);
    else
        diag_help(P->diags, d, "statements belong into a function; a file without a package clause is a script and may have them anywhere");
}

// A semicolon that ends nothing: none is inserted there, so it was written. Go takes it only inside functions.
void build_no_top(Parser *P) {
    Token t = P->tokens.items[P->at];
    if (t.kind != TK_SEMI || t.flags & TOKEN_AUTO || P->quiet || !P->file->package.name || P->diags->errors) return;
    P->outside = P->diags->errors + 1;
    Diag *d = parser_error(P, DIAG_OUTSIDE_FUNC, t.pos, t.end, "syntax error: non-declaration statement outside function body");
    diag_help(P->diags, d, "%s", "this semicolon ends nothing: remove it");
}

// ---- imports

static Decl *new_decl(Parser *P, DeclKind kind, Pos pos, Pos end) {
    Decl *d = arena_new(P->arena, Decl);
    d->kind = (uint8_t)kind;
    d->pos = pos;
    d->end = end;
    return d;
}

Decl *build_import(Parser *P, Ident name, Token path) {
    Decl *d = new_decl(P, D_IMPORT, name.name ? name.pos : path.pos, path.end);
    uint32_t len;
    const char *text = parser_slice(P, path.pos, path.end, &len);
    d->u.import.name = name;
    d->u.import.path = literal_string(P->arena, text, len, &d->u.import.path_len);
    d->u.import.path_pos = path.pos;
    if (!d->u.import.path_len) parser_error(P, DIAG_IMPORT, path.pos, path.end, "import path is empty");
    for (uint32_t i = 0; i < d->u.import.path_len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)d->u.import.path + i, (utf8proc_ssize_t)(d->u.import.path_len - i), &c);
        if (n > 0 && c > ' ' && c != 0x7F && c != 0xFFFD && !(c < 0x80 && strchr("!\"#$%&'()*,:;<=>?[\\]^`{|}", c))) {
            i += (uint32_t)n;
            continue;
        }
        parser_error(P, DIAG_IMPORT, path.pos, path.end, "invalid import path: it contains a character that no path may have");
        break;
    }
    return d;
}

void build_import_group(Parser *P, Token lparen) {
    (void)lparen;
    build_close(P); // lemon runs no destructor in a rule without an action
}

// ---- groups

List *build_decls(Parser *P, List *list, Decl *d, Token keyword) {
    if (d && keyword.kind) d->pos = keyword.pos;
    return build_list(P, list, d, d ? d->pos : keyword.pos, d ? d->end : keyword.end);
}

// keyword ( ... ): its span, which an empty group has too.
List *build_group(List *decls, Token keyword, Token rparen) {
    decls->pos = keyword.pos;
    decls->end = rparen.end;
    return decls;
}

// iota, and what an entry without values repeats.
List *build_const_group(Parser *P, List *decls) {
    Decl *last = NULL;
    for (uint32_t i = 0; i < decls->len; i++) {
        Decl *d = decls->items[i];
        d->u.value.iota = i;
        if (d->u.value.values.len) {
            last = d;
        } else if (d->u.value.type) {
            diag_help(P->diags, parser_error(P, DIAG_CONST_VALUE, d->u.value.names[0].pos, d->end, "const declaration cannot have type without expression"), "%s", "a constant has a value: const Name int = 3");
        } else if (!last) {
            Ident n = d->u.value.names[0];
            diag_help(P->diags, parser_error(P, DIAG_CONST_VALUE, n.pos, n.pos + n.name->len, "missing init expr for const declaration"), "%s", "a constant has a value: const Name = 3");
        } else {
            d->u.value.type = last->u.value.type;
            d->u.value.values = last->u.value.values;
            d->u.value.implicit = true;
        }
    }
    return decls;
}

Decl *build_value(Parser *P, DeclKind kind, List *names, Expr *type, List *values) {
    Decl *d = new_decl(P, kind, names->pos, values ? values->end : type ? type->end : names->end);
    d->u.value.names = arena_array(P->arena, Ident, names->len);
    for (uint32_t i = 0; i < names->len; i++) d->u.value.names[i] = *(Ident *)names->items[i];
    d->u.value.nnames = names->len;
    d->u.value.type = type;
    d->u.value.values = build_expr_list(values);
    return d;
}

Decl *build_type(Parser *P, Ident name, Expr *type, bool alias) {
    Decl *d = new_decl(P, D_TYPE, name.pos, type->end);
    d->u.type.name = name;
    d->u.type.type = type;
    d->u.type.alias = alias;
    return d;
}

// ---- functions

// `func main()` with its brace on the next line: the driver joined them, so a missing body is a native's.
Decl *build_func(Parser *P, Token func, Field *recv, Ident name, Expr *type, Block *body) {
    Decl *d = new_decl(P, D_FUNC, func.pos, body ? body->rbrace + 1 : type->end);
    d->u.func.recv = recv;
    d->u.func.name = name;
    d->u.func.type = type;
    d->u.func.body = body;
    return d;
}

Decl *build_method(Parser *P, Token func, Token lparen, List *recv, Ident name, Expr *type, Block *body) {
    Field *f = recv && recv->len ? recv->items[0] : NULL;
    if (!f) {
        parser_error(P, DIAG_PARAMS, lparen.pos, lparen.end, "method has no receiver");
    } else if (recv->len > 1) {
        parser_error(P, DIAG_PARAMS, lparen.pos, lparen.end, "method has multiple receivers");
    } else if (f->type->kind == E_ELLIPSIS) {
        parser_error(P, DIAG_SYNTAX, f->type->start, f->type->end, "syntax error: unexpected ..., expected type");
        f->type = f->type->u.ellipsis.elem;
    }
    return build_func(P, func, f, name, type, body);
}
