// repl_save.c — the inputs of a session as one script.
//
// A session allows what a script does not: an expression stands alone, and a name is declared again. So expressions are assigned to _, and of a name that
// is declared several times the earlier ones get a number: x becomes x_1 in the inputs that saw it. A function that was declared again with the same
// signature was replaced, so inside functions its name stays; statements called the one there was. The result is compiled before it is given
// away: what cannot be put that way is told instead of written. Of a method that was replaced, the earlier one is left out.
#include <stdlib.h>
#include <string.h>

#include "cli/repl.h"
#include "compiler/check.h"
#include "grammar/token.h"
#include "parser.h"

typedef struct Piece { // an input with its tree
    const char *text;
    size_t len;
    const SourceFile *src;
    File *file;
    Tokens tokens;
    bool left_out;
} Piece;

typedef struct Script {
    Arena arena;
    Sources sources;
    Interner names;
    Diags diags;
    Piece *pieces;
    size_t n;
} Script;

// ---- reading inputs

static void read_piece(Script *s, Piece *p, const char *text) {
    p->text = text;
    p->len = strlen(text);
    p->src = sources_add(&s->sources, "", text, p->len, false);
    p->file = parse_file(p->src, &s->arena, &s->names, &s->diags);
    lexer_run(p->src, &s->diags, &p->tokens);
}

static void script_init(Script *s, size_t n) {
    arena_init(&s->arena);
    sources_init(&s->sources);
    intern_init(&s->names);
    diags_init(&s->diags, &s->sources);
    s->pieces = xcalloc(n ? n : 1, sizeof *s->pieces);
    s->n = n;
}

static void script_fini(Script *s) {
    for (size_t i = 0; i < s->n; i++) tokens_fini(&s->pieces[i].tokens);
    free(s->pieces);
    diags_fini(&s->diags);
    intern_fini(&s->names);
    sources_fini(&s->sources);
    arena_fini(&s->arena);
}

// ---- what an input declares

typedef void (*EachDecl)(void *ctx, const Decl *d, const Name *name);

static void each_of(const Decl *d, EachDecl each, void *ctx) {
    switch ((DeclKind)d->kind) {
    case D_BAD:
    case D_IMPORT: break;
    case D_CONST:
    case D_VAR:
        for (uint32_t i = 0; i < d->u.value.nnames; i++) each(ctx, d, d->u.value.names[i].name);
        break;
    case D_TYPE: each(ctx, d, d->u.type.name.name); break;
    case D_FUNC: each(ctx, d, d->u.func.name.name); break;
    }
}

static void each_decl(const File *f, EachDecl each, void *ctx) {
    for (uint32_t i = 0; i < f->ndecls; i++) each_of(f->decls[i], each, ctx);
    for (uint32_t i = 0; i < f->script.len; i++) {
        const Stmt *s = f->script.items[i];
        if (s->kind == S_DECL)
            for (uint32_t k = 0; k < s->u.decl.len; k++) each_of(s->u.decl.items[k], each, ctx);
        if (s->kind == S_DEFINE)
            for (uint32_t k = 0; k < s->u.define.lhs.len; k++)
                if (s->u.define.lhs.items[k]->kind == E_NAME) each(ctx, NULL, s->u.define.lhs.items[k]->u.name.name);
    }
}

// The type that a method belongs to, or NULL.
static const Name *receiver(const Decl *d) {
    if (!d || d->kind != D_FUNC || !d->u.func.recv) return NULL;
    const Expr *x = d->u.func.recv->type;
    while (x && x->kind != E_NAME) {
        if (x->kind == E_STAR) x = x->u.star.x;
        else if (x->kind == E_PAREN) x = x->u.paren.x;
        else if (x->kind == E_INDEX) x = x->u.index.x;
        else return NULL;
    }
    return x ? x->u.name.name : NULL;
}

typedef struct Wanted {
    const char *name, *method; // method: of the type `name`, or NULL
    size_t len;                // of name
    const Decl *decl;
    bool found;
} Wanted;

static void look(void *ctx, const Decl *d, const Name *name) {
    Wanted *w = ctx;
    const Name *of = receiver(d);
    bool same = w->method ? of && of->len == w->len && !memcmp(of->text, w->name, w->len) && !strcmp(name->text, w->method)
                          : !of && name->len == w->len && !memcmp(name->text, w->name, w->len);
    if (!same) return;
    w->found = true;
    w->decl = d;
}

static Wanted find_decl(const File *f, const char *name) {
    const char *dot = strchr(name, '.');
    Wanted w = {.name = name, .method = dot ? dot + 1 : NULL, .len = dot ? (size_t)(dot - name) : strlen(name)};
    each_decl(f, look, &w);
    return w;
}

bool repl_declares(const char *text, const char *name) {
    Script s;
    script_init(&s, 1);
    read_piece(&s, &s.pieces[0], text);
    bool found = find_decl(s.pieces[0].file, name).found;
    script_fini(&s);
    return found;
}

// ---- names that are declared again

// Up to the body, without blanks: is it the same signature?
static bool same_signature(const Piece *a, const Decl *x, const Piece *b, const Decl *y) {
    if (!x || !y || x->kind != D_FUNC || y->kind != D_FUNC || !x->u.func.body || !y->u.func.body) return false;
    const char *p = a->text + (x->pos - a->src->base), *pe = a->text + (x->u.func.body->lbrace - a->src->base);
    const char *q = b->text + (y->pos - b->src->base), *qe = b->text + (y->u.func.body->lbrace - b->src->base);
    for (;;) {
        while (p < pe && strchr(" \t\r\n", *p)) p++;
        while (q < qe && strchr(" \t\r\n", *q)) q++;
        if (p == pe || q == qe) return p == pe && q == qe;
        if (*p++ != *q++) return false;
    }
}

// Is text[at] inside a declared function?
static bool in_function(const Piece *p, Pos at, const Decl *but) {
    for (uint32_t i = 0; i < p->file->ndecls; i++) {
        const Decl *d = p->file->decls[i];
        if (d != but && d->kind == D_FUNC && at >= d->pos && at < d->end) return true;
    }
    return false;
}

typedef struct Rename { // from one input up to another, not included
    const char *name;
    size_t from, to;
    unsigned number;
    const Decl *function; // that was replaced: elsewhere in functions the name stays
} Rename;

typedef struct Renames {
    Script *script;
    Rename *items;
    size_t n, cap;
    size_t piece; // that is looked at
} Renames;

static void note_again(void *ctx, const Decl *d, const Name *name) {
    Renames *r = ctx;
    if (receiver(d) || !strcmp(name->text, "_")) return;
    Script *s = r->script;
    for (size_t later = r->piece + 1; later < s->n; later++) {
        if (s->pieces[later].left_out) continue;
        Wanted w = find_decl(s->pieces[later].file, name->text);
        if (!w.found) continue;
        unsigned number = 1;
        for (size_t i = 0; i < r->n; i++)
            if (!strcmp(r->items[i].name, name->text)) number = r->items[i].number + 1;
        if (r->n == r->cap) {
            r->cap = r->cap ? 2 * r->cap : 16;
            r->items = xrealloc(r->items, r->cap * sizeof *r->items);
        }
        bool replaced = same_signature(&s->pieces[r->piece], d, &s->pieces[later], w.decl);
        r->items[r->n++] = (Rename){name->text, r->piece, later, number, replaced ? d : NULL};
        return;
    }
}

// ---- writing

static const Rename *rename_of(const Renames *r, size_t piece, const Token *t, const char *text, size_t len) {
    for (size_t i = 0; i < r->n; i++) {
        const Rename *x = &r->items[i];
        if (piece < x->from || piece >= x->to || strlen(x->name) != len || memcmp(x->name, text, len)) continue;
        const Piece *p = &r->script->pieces[piece];
        // In the function itself the name is the new one's, too, but for where it is declared.
        if (x->function && in_function(p, t->pos, NULL) && !(piece == x->from && t->pos == x->function->u.func.name.pos)) continue;
        return x;
    }
    return NULL;
}

static bool in_list(const char *list, const char *text, size_t len) {
    for (; *list; list += strlen(list) + 1)
        if (strlen(list) == len && !memcmp(list, text, len)) return true;
    return false;
}

// Does an expression begin here that stands alone and has one value?
static bool stands_alone(const Piece *p, const char *single, Pos at) {
    for (uint32_t i = 0; i < p->file->script.len; i++) {
        const Stmt *s = p->file->script.items[i];
        if (s->kind != S_EXPR) continue;
        const Expr *x = s->u.expr.x;
        if (x->start == at && in_list(single, p->text + (x->start - p->src->base), x->end - x->start)) return true;
    }
    return false;
}

// The method that begins here and was replaced later, or NULL.
static const Decl *replaced_method(const Renames *r, size_t piece, Pos at) {
    const Script *s = r->script;
    const File *f = s->pieces[piece].file;
    for (uint32_t i = 0; i < f->ndecls; i++) {
        const Decl *d = f->decls[i];
        const Name *of = d->pos == at ? receiver(d) : NULL;
        if (!of) continue;
        Buf name;
        buf_init(&name);
        buf_printf(&name, "%s.%s", of->text, d->u.func.name.name->text);
        bool later = false;
        for (size_t k = piece + 1; k < s->n && !later; k++) later = !s->pieces[k].left_out && find_decl(s->pieces[k].file, name.data).found;
        buf_fini(&name);
        return later ? d : NULL;
    }
    return NULL;
}

static void put_piece(const Renames *r, size_t i, const char *single, Buf *out) {
    const Piece *p = &r->script->pieces[i];
    size_t at = 0;
    for (uint32_t k = 0; k < p->tokens.len; k++) {
        const Token *t = &p->tokens.items[k];
        size_t begin = t->pos - p->src->base, end = t->end - p->src->base;
        if (!t->kind || begin < at) continue;
        buf_put(out, p->text + at, begin - at);
        at = begin;
        const Decl *method = replaced_method(r, i, t->pos);
        if (method) {
            at = method->end - p->src->base;
            continue;
        }
        if (stands_alone(p, single, t->pos)) buf_puts(out, "_ = ");
        bool field = k && p->tokens.items[k - 1].kind == TK_DOT;
        const Rename *x = t->kind == TK_IDENT && !field ? rename_of(r, i, t, p->text + begin, end - begin) : NULL;
        if (x) {
            buf_printf(out, "%s_%u", x->name, x->number);
            at = end;
        }
    }
    buf_put(out, p->text + at, p->len - at);
    buf_putc(out, '\n');
}

static const char *reason(HostEnd end) {
    switch (end) {
    case HOST_DONE: break;
    case HOST_PANICKED: return "a panic or fatal error";
    case HOST_STUCK: return "a deadlock";
    case HOST_INTERRUPTED: return "an interruption";
    case HOST_EXITED: return "the program's end";
    }
    return NULL;
}

static void put_comment(const Piece *p, const char *why, Buf *out) {
    buf_printf(out, "// left out, as it ended in %s:\n//     ", why);
    for (const char *c = p->text; *c; c++) {
        buf_putc(out, *c);
        if (*c == '\n') buf_puts(out, "//     ");
    }
    buf_putc(out, '\n');
}

static bool compiles(const Buf *script, int lang_minor, Buf *why) {
    Program program;
    bool ok = program_check(&program, &(CheckOptions){.files = &(CheckFile){"saved script", buf_str(script), script->len}, .nfiles = 1, .lang_minor = lang_minor});
    if (!ok) {
        buf_puts(why, "gol: not saved: as one script these inputs do not compile\n");
        program.diags.warnings = program.diags.max_warnings = 0;
        diags_render(&program.diags, why, false);
    }
    program_fini(&program);
    return ok;
}

bool repl_script(Repl *r, Buf *out, Buf *why) {
    Script s;
    script_init(&s, r->ninputs);
    Renames renames = {.script = &s};
    for (size_t i = 0; i < s.n; i++) {
        s.pieces[i].left_out = reason(r->inputs[i].end);
        read_piece(&s, &s.pieces[i], r->inputs[i].text);
    }
    for (renames.piece = 0; renames.piece < s.n; renames.piece++)
        if (!s.pieces[renames.piece].left_out) each_decl(s.pieces[renames.piece].file, note_again, &renames);
    for (size_t i = 0; i < s.n; i++) {
        if (s.pieces[i].left_out) put_comment(&s.pieces[i], reason(r->inputs[i].end), out);
        else put_piece(&renames, i, r->inputs[i].single, out);
    }
    free(renames.items);
    bool ok = compiles(out, r->settings.lang_minor, why);
    script_fini(&s);
    return ok;
}
