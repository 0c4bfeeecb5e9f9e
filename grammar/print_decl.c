// print_decl.c — declarations and whole files. What stands at the top of a file is found by its tokens: the tree keeps imports,
// declarations and a script's statements in lists of their own, and nothing of an empty `var ()`. See print.h.
#include "grammar/print.h"

#include "parser.h"

// ---- the entries of a group

static uint32_t decl_end(Printer *p, const Decl *d) { return print_token_at(p->src, d->end) - 1; }

// Where an entry begins: a lone declaration's own place is its keyword.
static Pos spec_start(const Decl *d) { return d->kind == D_TYPE ? d->u.type.name.pos : d->u.value.names[0].pos; }

static bool has_type(const Decl *d) { return d->u.value.type && !d->u.value.implicit; }
static bool has_values(const Decl *d) { return d->u.value.values.len && !d->u.value.implicit; }

// Which entries need a column for types: in a run of entries with values, all when one has a type. `keep` has n zeroed entries.
static void keep_types(Decl **items, uint32_t n, bool *keep) {
    uint32_t from = 0;
    bool in_run = false, typed = false;
    for (uint32_t i = 0; i <= n; i++) {
        bool values = i < n && has_values(items[i]);
        if (values && !in_run) {
            from = i;
            typed = false;
        } else if (!values && in_run && typed) {
            for (uint32_t k = from; k < i; k++) keep[k] = true;
        }
        in_run = values;
        if (i < n && has_type(items[i])) typed = true;
    }
}

static void values(Printer *p, const Decl *d) { print_exprs(p, 0, d->u.value.values.items, d->u.value.values.len, 1, 0, 0); }

// One of several: in columns.
static void value_row(Printer *p, const Decl *d, bool keep_type) {
    print_names(p, d->u.value.names, d->u.value.nnames, false);
    int tabs = 3; // to the column of comments
    if (has_type(d) || keep_type) {
        print_wish(p, WISH_VTAB);
        tabs--;
    }
    if (has_type(d)) print_expr(p, d->u.value.type);
    if (has_values(d)) {
        print_wish(p, WISH_VTAB);
        print_token(p, TK_ASSIGN);
        print_wish(p, WISH_BLANK);
        values(p, d);
        tabs--;
    }
    if (print_beside(p->src, decl_end(p, d)))
        while (tabs-- > 0) print_wish(p, WISH_VTAB);
}

static void spec(Printer *p, const Decl *d, bool alone, bool indent) {
    if (d->kind != D_TYPE) {
        print_names(p, d->u.value.names, d->u.value.nnames, indent);
        if (has_type(d)) {
            print_wish(p, WISH_BLANK);
            print_expr(p, d->u.value.type);
        }
        if (has_values(d)) {
            print_wish(p, WISH_BLANK);
            print_token(p, TK_ASSIGN);
            print_wish(p, WISH_BLANK);
            values(p, d);
        }
        return;
    }
    Ident name = d->u.type.name;
    print_at(p, name.pos);
    print_name(p, name.name);
    if (d->u.type.tparams.len) print_params(p, d->u.type.tparams, p->src->tokens.items[print_token_at(p->src, name.pos) + 1].pos, PARAM_TYPE_TYPES);
    print_wish(p, alone ? WISH_BLANK : WISH_VTAB);
    if (d->u.type.alias) {
        print_token(p, TK_ASSIGN);
        print_wish(p, WISH_BLANK);
    }
    print_expr(p, d->u.type.type);
}

void print_decls(Printer *p, Pos keyword, Decl **items, uint32_t n) {
    PrintSource *s = p->src;
    uint32_t at = print_token_at(s, keyword);
    const Token *t = s->tokens.items;
    print_at(p, keyword);
    print_token(p, t[at].kind);
    print_wish(p, WISH_BLANK);
    if (t[at + 1].kind != TK_LPAREN) {
        if (n) spec(p, items[0], true, true);
        return;
    }
    print_at(p, t[at + 1].pos);
    print_token(p, TK_LPAREN);
    if (n) {
        print_wish(p, WISH_INDENT);
        print_wish(p, WISH_FORMFEED);
        bool columns = n > 1 && items[0]->kind != D_TYPE, *keep = columns ? arena_array(s->arena, bool, n) : NULL;
        if (columns) keep_types(items, n, keep);
        int32_t line = 0; // of the output: where the entry above began
        for (uint32_t i = 0; i < n && !p->full; i++) {
            if (i) print_linebreak(p, print_line(s, spec_start(items[i])), 1, WISH_NONE, p->out_line - line > 0);
            p->line_wanted = &line;
            if (columns) value_row(p, items[i], keep[i]);
            else spec(p, items[i], n == 1, false);
            p->line_wanted = NULL;
        }
        print_wish(p, WISH_UNINDENT);
        print_wish(p, WISH_FORMFEED);
    }
    print_at(p, print_closer(s, t[at + 1].pos));
    print_token(p, TK_RPAREN);
}

// ---- imports

static void import_spec(Printer *p, const ImportSpec *i) {
    if (i->name.name) {
        print_at(p, i->start);
        if (i->name.name->text[0] == '.') print_token(p, TK_DOT);
        else print_name(p, i->name.name);
        print_wish(p, WISH_BLANK);
    }
    print_at(p, i->path_pos);
    print_literal(p, i->path, i->path_len, TK_STRING);
    if (i->moved) print_at(p, i->end);
}

static void imports(Printer *p, Pos keyword, const ImportGroup *g) {
    PrintSource *s = p->src;
    print_at(p, keyword);
    print_token(p, TK_IMPORT);
    print_wish(p, WISH_BLANK);
    if (!g->lparen) {
        import_spec(p, &g->items[0]);
        return;
    }
    print_at(p, g->lparen);
    print_token(p, TK_LPAREN);
    if (g->len) {
        print_wish(p, WISH_INDENT);
        print_wish(p, WISH_FORMFEED);
        int32_t line = 0;
        for (uint32_t i = 0; i < g->len; i++) {
            if (i) print_linebreak(p, print_line(s, g->items[i].start), 1, WISH_NONE, p->out_line - line > 0);
            p->line_wanted = &line;
            import_spec(p, &g->items[i]);
            p->line_wanted = NULL;
        }
        print_wish(p, WISH_UNINDENT);
        print_wish(p, WISH_FORMFEED);
    }
    print_at(p, print_closer(s, g->lparen));
    print_token(p, TK_RPAREN);
}

// ---- functions

static void function(Printer *p, Decl *d) {
    print_at(p, d->pos);
    print_token(p, TK_FUNC);
    print_wish(p, WISH_BLANK);
    int32_t column = p->out_column - 5; // of `func `
    if (d->u.func.recv) {
        print_params(p, (FieldList){d->u.func.recv, 1}, p->src->tokens.items[print_token_at(p->src, d->pos) + 1].pos, PARAM_FUNC);
        print_wish(p, WISH_BLANK);
    }
    print_at(p, d->u.func.name.pos);
    print_name(p, d->u.func.name.name);
    print_signature(p, d->u.func.type);
    print_body(p, print_distance(p, d->pos, column), WISH_VTAB, d->u.func.body);
}

// ---- what stands at the top

typedef struct Top {
    unsigned kind; // TK_IMPORT, TK_CONST, TK_VAR, TK_TYPE, TK_FUNC; 0: a statement
    Pos pos;
    Decl **items;
    uint32_t nitems;
    const ImportGroup *imports;
    Stmt *stmt;
} Top;

typedef struct Cursor { // through the lists of the tree
    uint32_t decl, stmt, import;
} Cursor;

// Collects the declarations from *at on that stand before `end`.
static void take_decls(const File *f, Cursor *c, Pos end, Top *top) {
    top->items = &f->decls[c->decl];
    while (c->decl < f->ndecls && f->decls[c->decl]->pos < end) {
        c->decl++;
        top->nitems++;
    }
}

// The index behind a declaration that begins at the token `at`: its semicolon, or the end.
static uint32_t decls_end(const PrintSource *s, uint32_t at) {
    const Token *t = s->tokens.items;
    for (; t[at].kind && t[at].kind != TK_SEMI; at++)
        if (s->partner[at] > at) at = s->partner[at];
    return at;
}

// What begins at the token *at, which is moved behind it.
static Top top_at(const PrintSource *s, Cursor *c, uint32_t *at) {
    const File *f = s->tree;
    const Token *t = s->tokens.items;
    Top top = {.kind = t[*at].kind, .pos = t[*at].pos};
    uint32_t end = decls_end(s, *at);
    if (top.kind == TK_IMPORT) {
        top.imports = &s->imports[c->import++];
    } else if (top.kind == TK_FUNC && c->decl < f->ndecls && f->decls[c->decl]->pos == top.pos) {
        take_decls(f, c, top.pos + 1, &top);
    } else if (f->package.name) {
        take_decls(f, c, t[end].pos, &top);
    } else {
        top.kind = top.kind == TK_CONST || top.kind == TK_VAR || top.kind == TK_TYPE ? top.kind : 0;
        top.stmt = f->script.items[c->stmt++];
        end = print_token_at(s, top.stmt->end); // not the semicolons in the header of a for
        while (t[end].kind == TK_COLON) end++;  // a label's, with nothing behind it
    }
    *at = end;
    return top;
}

// Between two items at the top as in a package: an empty line where the kind changes and above documentation.
static void package_break(Printer *p, const Top *top, unsigned before) {
    if (!p->begun) return;
    PrintSource *s = p->src;
    int min = before != top->kind || print_has_lead(s, top->pos) ? 2 : 1;
    bool multiline = top->kind == TK_FUNC && print_line(s, top->items[0]->end) > print_line(s, top->pos);
    print_linebreak(p, print_line(s, top->pos), min, WISH_NONE, multiline);
}

// Between the statements of a script, as in a block.
static void script_break(Printer *p, const Top *top, bool first, int32_t line) {
    if (p->begun) print_linebreak(p, print_line(p->src, top->pos), 1, WISH_NONE, first || p->out_line - line > 0);
}

static void print_top(Printer *p, const Top *top, bool last) {
    if (top->kind == TK_IMPORT) imports(p, top->pos, top->imports);
    else if (top->kind == TK_FUNC) function(p, top->items[0]);
    else if (top->stmt) print_stmt(p, top->stmt, last);
    else print_decls(p, top->pos, top->items, top->nitems);
}

// A script of nothing but declarations is laid out as a package.
static bool has_statements(const File *f) {
    for (uint32_t i = 0; i < f->script.len; i++)
        if (f->script.items[i]->kind != S_DECL) return true;
    return false;
}

void print_file(Printer *p) {
    PrintSource *s = p->src;
    const File *f = s->tree;
    const Token *t = s->tokens.items;
    uint32_t at = 0;
    Cursor c = {0};
    while (c.decl < f->ndecls && f->decls[c.decl]->kind == D_IMPORT) c.decl++;
    bool statements = !f->package.name && has_statements(f), first = true;
    if (f->package.name) {
        print_at(p, t[0].pos);
        print_token(p, TK_PACKAGE);
        print_wish(p, WISH_BLANK);
        print_at(p, f->package.pos);
        print_name(p, f->package.name);
        at = decls_end(s, 0);
    }
    if (statements) { // labels stand one level further out
        p->indent = 1;
        p->base_indent = -1;
    }
    unsigned before = 0;
    int32_t line = 0;
    while (t[at].kind) {
        if (t[at].kind == TK_SEMI) {
            at++;
            continue;
        }
        Top top = top_at(s, &c, &at);
        bool apart = top.kind == TK_FUNC || top.kind == TK_IMPORT || before == TK_FUNC || before == TK_IMPORT;
        p->top = apart;
        if (!statements || apart) package_break(p, &top, before);
        else script_break(p, &top, first, line);
        p->line_wanted = &line;
        print_top(p, &top, !t[at].kind);
        p->line_wanted = NULL;
        for (const Stmt *inner = top.stmt; inner && inner->kind == S_LABELED; inner = inner->u.labeled.stmt) line++;
        before = top.kind;
        first = false;
    }
    p->top = before == TK_FUNC || before == TK_IMPORT;
    if (p->begun) print_wish(p, WISH_NEWLINE);
}
