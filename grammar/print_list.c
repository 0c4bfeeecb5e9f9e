// print_list.c — what has commas between, and fields: lists of expressions, parameters, structs and interfaces. Line breaks are those of the
// source; what is aligned with its neighbours depends on how long they are. See print.h.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/print.h"
#include "parser.h"

// ---- sizes

static void table_grow(SizeTable *t) {
    SizeTable old = *t;
    t->mask = old.mask ? old.mask * 2 + 1 : 255;
    t->used = 0;
    t->slots = xcalloc(t->mask + 1, sizeof *t->slots);
    for (uint32_t i = 0; old.slots && i <= old.mask; i++) {
        if (!old.slots[i].node) continue;
        uint32_t at = (uint32_t)((uintptr_t)old.slots[i].node >> 4) * 2654435761u & t->mask;
        while (t->slots[at].node) at = (at + 1) & t->mask;
        t->slots[at] = old.slots[i];
        t->used++;
    }
    free(old.slots);
}

// The slot of a node, made when there is none; *found: its size is known. Good until the next call.
static int32_t *table_slot(SizeTable *t, const void *node, bool *found) {
    if (t->used * 2 >= t->mask) table_grow(t);
    uint32_t at = (uint32_t)((uintptr_t)node >> 4) * 2654435761u & t->mask;
    while (t->slots[at].node && t->slots[at].node != node) at = (at + 1) & t->mask;
    *found = t->slots[at].node != NULL;
    if (!*found) {
        t->slots[at].node = node;
        t->used++;
    }
    return &t->slots[at].size;
}

// A node is printed into a printer that counts and gives up at the first line break. Its size is kept: lists in lists would
// be measured once for every list around them.
static int32_t size_of(Printer *p, Expr *x, Stmt *s, int32_t max) {
    const void *node = x ? (const void *)x : (const void *)s;
    bool found;
    int32_t *slot = table_slot(&p->src->sizes, node, &found);
    if (found) return *slot;
    *slot = max + 1;
    Printer sub;
    print_init(&sub, p->src);
    sub.counting = true;
    sub.limit = max;
    if (s && s->kind == S_LABELED) sub.indent = 1;
    if (x) print_expr(&sub, x);
    else print_stmt(&sub, s, false);
    for (uint32_t i = 0; i < sub.nwishes; i++)
        if (sub.wishes[i] == WISH_NEWLINE || sub.wishes[i] == WISH_FORMFEED) sub.full = true;
    if (sub.full) return max + 1;
    slot = table_slot(&p->src->sizes, node, &found); // it may have moved
    return *slot = sub.size;
}

int32_t print_size(Printer *p, Expr *x, int32_t max) { return size_of(p, x, NULL, max); }
int32_t print_stmt_size(Printer *p, Stmt *s, int32_t max) { return size_of(p, NULL, s, max); }

// ---- lists of expressions

enum {
    LINE_LIMIT = 1000000, // longer than any line
    SMALL = 40            // keys up to this size are aligned whatever their ratio
};

typedef struct Keys { // of the entries aligned so far: for the geometric mean of their sizes
    double logs;
    int count;
} Keys;

// Whether an entry is too different in size from those above to be aligned with them.
static bool breaks_section(const Keys *k, int32_t before, int32_t size) {
    if (before <= 0 || size <= 0) return true;
    if (!k->count || (before <= SMALL && size <= SMALL)) return false;
    const double threshold = 2.5, ratio = size / exp(k->logs / k->count);
    return threshold * ratio <= 1 || threshold <= ratio;
}

static void print_entry(Printer *p, Expr *x, int depth, bool column) {
    if (!column) {
        print_expr0(p, x, depth);
        return;
    }
    print_expr(p, x->u.kv.key);
    print_at(p, x->pos);
    print_token(p, TK_COLON);
    print_wish(p, WISH_VTAB);
    print_expr(p, x->u.kv.value);
}

// prev, next: what stands around the list, or 0.
void print_exprs(Printer *p, Pos prev, Expr *const *list, uint32_t n, int depth, unsigned mode, Pos next) {
    if (!n) return;
    PrintSource *s = p->src;
    int32_t prev_line = print_line(s, prev), next_line = print_line(s, next), line = print_line(s, list[0]->start);
    if (prev_line && prev_line == line && line == print_line(s, list[n - 1]->end)) { // all on one line
        for (uint32_t i = 0; i < n; i++) {
            if (i) {
                print_at(p, list[i]->start); // for comments
                print_token(p, TK_COMMA);
                print_wish(p, WISH_BLANK);
            }
            print_expr0(p, list[i], depth);
        }
        return;
    }
    Wish indent = mode & LIST_NO_INDENT ? WISH_NONE : WISH_INDENT; // WISH_NONE: done
    uint32_t broken = UINT32_MAX; // the last entry that a line break stands before
    if (prev_line && prev_line < line && print_linebreak(p, line, 0, indent, true) > 0) {
        indent = WISH_NONE;
        broken = 0;
    }
    int32_t size = 0, above = prev_line; // size 0: more than a line
    Keys keys = {0};
    for (uint32_t i = 0; i < n && !p->full; i++) {
        Expr *x = list[i];
        line = print_line(s, x->start);
        int32_t before = size;
        size = print_size(p, x, LINE_LIMIT);
        if (size > LINE_LIMIT || !prev_line || !next_line) size = 0;
        else if (x->kind == E_KEYVALUE) size = print_size(p, x->u.kv.key, LINE_LIMIT);
        bool new_section = breaks_section(&keys, before, size), needs_break = above && above < line;
        if (i) {
            if (!needs_break) print_at(p, x->start); // for comments
            print_token(p, TK_COMMA);
            bool blank = true;
            if (needs_break) {
                int breaks = print_linebreak(p, line, 0, indent, new_section || broken + 1 < i);
                if (breaks > 0) {
                    indent = WISH_NONE;
                    broken = i;
                    blank = false;
                }
                if (breaks > 1) keys = (Keys){0};
            }
            if (blank) print_wish(p, WISH_BLANK);
        }
        print_entry(p, x, depth, n > 1 && x->kind == E_KEYVALUE && size > 0 && needs_break);
        if (size > 0) {
            keys.logs += log(size);
            keys.count++;
        }
        above = line;
    }
    bool unindent = indent == WISH_NONE && !(mode & LIST_NO_INDENT);
    bool comma = mode & LIST_COMMA && next_line && p->pos.line < next_line;
    if (comma) print_token(p, TK_COMMA);
    if (unindent) print_wish(p, WISH_UNINDENT);
    if (comma) print_wish(p, WISH_FORMFEED);
}

static Expr *name_expr(Printer *p, Ident name) {
    Expr *x = arena_new(p->src->arena, Expr);
    x->kind = E_NAME;
    x->pos = x->start = name.pos;
    x->end = name.pos + name.name->len;
    x->u.name.name = name.name;
    return x;
}

void print_names(Printer *p, const Ident *names, uint32_t n, bool indent) {
    Expr *few[8], **list = n <= COUNT_OF(few) ? few : arena_array(p->src->arena, Expr *, n);
    for (uint32_t i = 0; i < n; i++) list[i] = name_expr(p, names[i]);
    print_exprs(p, 0, list, n, 1, indent ? 0 : LIST_NO_INDENT, 0);
}

// ---- parameters

static bool is_type_elem(const Expr *x) {
    switch ((ExprKind)x->kind) {
    case E_ARRAYTYPE: case E_STRUCTTYPE: case E_FUNCTYPE: case E_INTERFACETYPE: case E_MAPTYPE: case E_CHANTYPE: return true;
    case E_UNARY: return x->op == OPR_TILDE;
    case E_BINARY: return is_type_elem(x->u.binary.x) || is_type_elem(x->u.binary.y);
    case E_PAREN: return is_type_elem(x->u.paren.x);
    case E_BAD: case E_NAME: case E_BASICLIT: case E_FUNCLIT: case E_COMPOSITE: case E_KEYVALUE: case E_SELECTOR: case E_INDEX:
    case E_SLICE: case E_TYPEASSERT: case E_CALL: case E_STAR: case E_ELLIPSIS: return false;
    }
    return false;
}

// Whether `name x` is an expression too: [P *T] would be an array's length.
static bool combines_with_name(const Expr *x) {
    if (x->kind == E_STAR) return !is_type_elem(x->u.star.x);
    return x->kind == E_BINARY && combines_with_name(x->u.binary.x) && !is_type_elem(x->u.binary.y);
}

static Pos field_start(const Field *f) { return f->nnames ? f->names[0].pos : f->type->start; }

void print_params(Printer *p, FieldList fields, Pos opener, ParamMode mode) {
    PrintSource *s = p->src;
    Pos closer = print_closer(s, opener);
    print_at(p, opener);
    print_token(p, mode == PARAM_FUNC ? TK_LPAREN : TK_LBRACK);
    int32_t above = print_line(s, opener);
    Wish indent = WISH_INDENT; // WISH_NONE: done
    for (uint32_t i = 0; i < fields.len && !p->full; i++) {
        const Field *f = &fields.items[i];
        int32_t line = print_line(s, field_start(f));
        bool needs_break = above < line;
        if (i) {
            if (!needs_break) print_at(p, field_start(f)); // for comments
            print_token(p, TK_COMMA);
        }
        if (needs_break && print_linebreak(p, line, 0, indent, true) > 0) indent = WISH_NONE;
        else if (i) print_wish(p, WISH_BLANK);
        if (f->nnames) {
            print_names(p, f->names, f->nnames, indent == WISH_INDENT);
            print_wish(p, WISH_BLANK);
        }
        print_expr(p, print_strip_parens(f->type, true));
        above = print_line(s, f->type->end);
    }
    if (fields.len) {
        int32_t line = print_line(s, closer);
        if (above < line) {
            print_token(p, TK_COMMA);
            print_linebreak(p, line, 0, WISH_NONE, true);
        } else if (mode == PARAM_TYPE_TYPES && fields.len == 1 && fields.items[0].nnames == 1 &&
                   combines_with_name(print_strip_parens(fields.items[0].type, true))) {
            print_token(p, TK_COMMA);
        }
        if (indent == WISH_NONE) print_wish(p, WISH_UNINDENT);
    }
    print_at(p, closer);
    print_token(p, mode == PARAM_FUNC ? TK_RPAREN : TK_RBRACK);
}

// Of a function type: what stands behind `func` or behind the name.
void print_signature(Printer *p, Expr *type) {
    const Token *t = p->src->tokens.items;
    uint32_t at = print_token_at(p->src, type->start);
    if (t[at].kind == TK_FUNC) at++;
    if (type->u.functype.tparams.len) { // the tree begins at the parameters
        uint32_t rbrack = at - 1;
        print_params(p, type->u.functype.tparams, t[p->src->partner[rbrack]].pos, PARAM_FUNC_TYPES);
    }
    print_params(p, type->u.functype.params, t[at].pos, PARAM_FUNC);
    FieldList results = type->u.functype.results;
    if (!results.len) return;
    print_wish(p, WISH_BLANK);
    if (results.len == 1 && !results.items[0].nnames) print_expr(p, print_strip_parens(results.items[0].type, true));
    else print_params(p, results, t[p->src->partner[at] + 1].pos, PARAM_FUNC);
}

// ---- structs and interfaces

static uint32_t characters(const Name *name) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < name->len; i++) n += (name->text[i] & 0xC0) != 0x80;
    return n;
}

// The last token of a field.
static uint32_t field_end(Printer *p, const Field *f) {
    uint32_t at = print_token_at(p->src, f->type->end);
    return f->tag ? at : at - 1;
}

// Whether a struct or interface may stand on one line: one field, short, and neither tag nor comment.
static bool one_line(Printer *p, FieldList fields) {
    enum { MAX = 30 };
    const Field *f = &fields.items[0];
    if (fields.len != 1 || f->tag || print_beside(p->src, field_end(p, f))) return false;
    uint32_t size = 0;
    for (uint32_t i = 0; i < f->nnames && size < MAX; i++) size += characters(f->names[i].name);
    return (size > 0) + print_size(p, f->type, MAX) <= MAX;
}

static void one_line_field(Printer *p, const Field *f, bool is_struct) {
    for (uint32_t i = 0; i < f->nnames; i++) {
        if (i) {
            print_token(p, TK_COMMA);
            print_wish(p, WISH_BLANK);
        }
        print_at(p, f->names[i].pos);
        print_name(p, f->names[i].name);
    }
    if (f->nnames && !is_struct) {
        print_signature(p, f->type);
        return;
    }
    if (f->nnames) print_wish(p, WISH_BLANK);
    print_expr(p, f->type);
}

static void struct_field(Printer *p, const Field *f, Wish sep) {
    int tabs; // that stand for what the field lacks, before a comment
    if (f->nnames) {
        print_names(p, f->names, f->nnames, false);
        print_wish(p, sep);
        print_expr(p, f->type);
        tabs = 1;
    } else {
        print_expr(p, f->type);
        tabs = 2;
    }
    uint32_t end = field_end(p, f);
    if (f->tag) {
        if (f->nnames && sep == WISH_VTAB) print_wish(p, sep);
        print_wish(p, sep);
        const Token *t = &p->src->tokens.items[end];
        Expr tag = {.kind = E_BASICLIT, .start = t->pos, .end = t->end};
        tag.u.lit.text = p->src->file->text + (t->pos - p->src->file->base);
        tag.u.lit.len = t->end - t->pos;
        tag.u.lit.kind = LIT_STRING;
        print_expr(p, &tag);
        tabs = 0;
    }
    if (print_beside(p->src, end))
        while (tabs-- > 0) print_wish(p, sep);
}

static void method_or_embedded(Printer *p, const Field *f) {
    if (!f->nnames) {
        print_expr(p, f->type);
        return;
    }
    print_at(p, f->names[0].pos);
    print_name(p, f->names[0].name);
    print_signature(p, f->type);
}

void print_fields(Printer *p, FieldList fields, Pos lbrace, bool is_struct) {
    PrintSource *s = p->src;
    Pos rbrace = print_closer(s, lbrace);
    bool comments = print_comment_before(p, print_spot(s, rbrace));
    if (!comments && print_line(s, lbrace) == print_line(s, rbrace) && (!fields.len || one_line(p, fields))) {
        print_at(p, lbrace);
        print_token(p, TK_LBRACE);
        if (fields.len) {
            print_wish(p, WISH_BLANK);
            one_line_field(p, &fields.items[0], is_struct);
            print_wish(p, WISH_BLANK);
        }
        print_at(p, rbrace);
        print_token(p, TK_RBRACE);
        return;
    }
    print_wish(p, WISH_BLANK);
    print_at(p, lbrace);
    print_token(p, TK_LBRACE);
    print_wish(p, WISH_INDENT);
    if (comments || fields.len) print_wish(p, WISH_FORMFEED);
    int32_t line = 0; // of the output: where the field above began
    for (uint32_t i = 0; i < fields.len && !p->full; i++) {
        const Field *f = &fields.items[i];
        if (i) print_linebreak(p, print_line(s, field_start(f)), 1, WISH_NONE, p->out_line - line > 0);
        p->line_wanted = &line;
        if (is_struct) struct_field(p, f, fields.len == 1 ? WISH_BLANK : WISH_VTAB);
        else method_or_embedded(p, f);
        p->line_wanted = NULL;
    }
    print_wish(p, WISH_UNINDENT);
    print_wish(p, WISH_FORMFEED);
    print_at(p, rbrace);
    print_token(p, TK_RBRACE);
}
