// doc_package.c — the declarations of a package with the places of their texts and comments.
//
// The tree says where a name and its declaration stand; which declarations share a pair of brackets, and which comment is whose, is read from the text
// around them: a comment belongs to what begins on the next line.
#include "cli/doc_package.h"

#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "std/embed.h"

const char *doc_slice(const DocPackage *p, Pos from, Pos to, size_t *len) {
    Place at = source_place(&p->sources, from);
    *len = to > from ? to - from : 0;
    return at.file->text + (from - at.file->base);
}

// --- comments -------------------------------------------------------------------------------------------------

static uint32_t line_of(const DocPackage *p, Pos pos) { return source_place(&p->sources, pos).line; }

static bool alone_on_line(const File *f, Pos pos) {
    const char *text = f->source->text;
    for (uint32_t at = pos - f->source->base; at > 0 && text[at - 1] != '\n'; at--)
        if (text[at - 1] != ' ' && text[at - 1] != '\t') return false;
    return true;
}

bool doc_comment(const DocPackage *p, const File *file, Pos pos, Pos *from, Pos *to) {
    uint32_t i = file->ncomments;
    while (i > 0 && file->comments[i - 1].pos >= pos) i--;
    uint32_t below = line_of(p, pos);
    bool found = false;
    while (i > 0) {
        const Comment *c = &file->comments[i - 1];
        if (line_of(p, c->end - 1) + 1 != below || !alone_on_line(file, c->pos)) break;
        if (!found) *to = c->end;
        *from = c->pos;
        found = true;
        below = line_of(p, c->pos);
        i--;
    }
    return found;
}

// --- groups ---------------------------------------------------------------------------------------------------

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The end of what stands before `pos`, blanks and comments left out.
static Pos back(const File *f, Pos pos) {
    const char *text = f->source->text;
    Pos base = f->source->base;
    for (uint32_t i = f->ncomments;;) {
        while (pos > base && blank(text[pos - base - 1])) pos--;
        while (i > 0 && f->comments[i - 1].end > pos) i--;
        if (i == 0 || f->comments[i - 1].end != pos) return pos;
        pos = f->comments[i - 1].pos;
    }
}

// The place of what follows `pos`, blanks, comments and semicolons left out.
static Pos forth(const File *f, Pos pos) {
    const char *text = f->source->text;
    Pos base = f->source->base, end = base + f->source->len;
    for (uint32_t i = 0;;) {
        while (pos < end && (blank(text[pos - base]) || text[pos - base] == ';')) pos++;
        while (i < f->ncomments && f->comments[i].pos < pos) i++;
        if (i == f->ncomments || f->comments[i].pos != pos) return pos;
        pos = f->comments[i].end;
    }
}

static const char *keyword(const Decl *d) { return d->kind == D_CONST ? "const" : d->kind == D_VAR ? "var" : "type"; }
static Pos name_pos(const Decl *d) { return d->kind == D_TYPE ? d->u.type.name.pos : d->u.value.names[0].pos; }

typedef struct Group { Pos from, to; uint32_t number; } Group;

// In brackets or alone? `last` is the group of the declaration before.
static Group group_of(const File *f, const Decl *d, Group last, uint32_t *count) {
    if (d->kind == D_FUNC || d->pos != name_pos(d)) return (Group){d->pos, d->end, 0}; // its place is the keyword's
    Pos before = back(f, d->pos);
    if (before == f->source->base || f->source->text[before - 1 - f->source->base] != '(') return last;
    return (Group){back(f, before - 1) - (Pos)strlen(keyword(d)), d->end, ++*count};
}

// --- entries --------------------------------------------------------------------------------------------------

const char *doc_base_name(const Expr *t) {
    if (t && t->kind == E_STAR) t = t->u.star.x;
    if (t && t->kind == E_INDEX) t = t->u.index.x;
    return t && t->kind == E_NAME ? t->u.name.name->text : NULL;
}

bool doc_shown(const DocPackage *p, const char *name, DocStyle style) {
    if (p->own || style.unexported || !strcmp(p->path, "builtin")) return strcmp(name, "_") != 0;
    return *name >= 'A' && *name <= 'Z';
}

static DocEntry *add(DocPackage *p, DocKind kind, const Name *name, const File *f, const Decl *d, Pos pos, Pos end) {
    if (p->nentries == p->cap) p->entries = xrealloc(p->entries, (p->cap = p->cap ? p->cap * 2 : 64) * sizeof *p->entries);
    DocEntry *e = &p->entries[p->nentries++];
    *e = (DocEntry){.kind = kind, .name = name->text, .decl = d, .file = f, .pos = pos, .end = end, .from = pos, .to = end};
    return e;
}

// What a function's results are made of: *T, []T and T are T; NULL unless there is exactly one.
static const char *makes(const Expr *type) {
    const char *one = NULL;
    for (uint32_t i = 0; i < type->u.functype.results.len; i++) {
        const Expr *t = type->u.functype.results.items[i].type;
        if (t->kind == E_ARRAYTYPE) t = t->u.array.elem;
        const char *name = doc_base_name(t);
        if (!name || !strcmp(name, "error") || !strcmp(name, "bool")) continue;
        if (one && strcmp(one, name)) return NULL;
        one = name;
    }
    return one;
}

static void add_decl(DocPackage *p, const File *f, const Decl *d, Group *g, uint32_t *count) {
    if (d->kind == D_IMPORT || d->kind == D_BAD) return;
    uint32_t first = p->nentries;
    *g = group_of(f, d, *g, count);
    if (d->kind == D_FUNC) {
        const Field *recv = d->u.func.recv;
        DocEntry *e = add(p, recv ? DOC_METHOD : DOC_FUNC, d->u.func.name.name, f, d, d->pos, d->end);
        e->owner = recv ? doc_base_name(recv->type) : makes(d->u.func.type);
        return;
    }
    if (d->kind == D_TYPE) {
        add(p, DOC_TYPE, d->u.type.name.name, f, d, name_pos(d), d->end);
    } else {
        for (uint32_t i = 0; i < d->u.value.nnames; i++)
            add(p, d->kind == D_CONST ? DOC_CONST : DOC_VAR, d->u.value.names[i].name, f, d, name_pos(d), d->end)->owner = doc_base_name(d->u.value.type);
    }
    Pos close = forth(f, d->end);
    if (g->number) g->to = close < f->source->base + f->source->len && f->source->text[close - f->source->base] == ')' ? close + 1 : d->end;
    for (uint32_t i = 0; i < p->nentries; i++) {
        DocEntry *e = &p->entries[i];
        if (i >= first) e->group = g->number, e->from = g->from;
        if (i >= first || (g->number && e->group == g->number)) e->to = g->number ? g->to : d->end;
    }
}

static void add_statement(DocPackage *p, const File *f, const Stmt *s, Group *g, uint32_t *count) {
    if (s->kind == S_DECL)
        for (uint32_t i = 0; i < s->u.decl.len; i++) add_decl(p, f, s->u.decl.items[i], g, count);
    if (s->kind != S_DEFINE) return;
    for (uint32_t i = 0; i < s->u.define.lhs.len; i++) {
        const Expr *x = s->u.define.lhs.items[i];
        if (x->kind == E_NAME) add(p, DOC_VAR, x->u.name.name, f, NULL, s->u.define.lhs.items[0]->start, s->end);
    }
}

const DocEntry *doc_type(const DocPackage *p, const char *name) {
    for (uint32_t i = 0; i < p->nentries; i++)
        if (p->entries[i].kind == DOC_TYPE && !strcmp(p->entries[i].name, name)) return &p->entries[i];
    return NULL;
}

static int in_order(const void *a, const void *b) {
    const DocEntry *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    int c = x->kind >= DOC_FUNC ? strcmp(x->name, y->name) : 0;
    return c ? c : x->pos < y->pos ? -1 : x->pos > y->pos;
}

static void collect(DocPackage *p) {
    uint32_t groups = 0;
    bool builtin = !strcmp(p->path, "builtin"); // what returns an int there is no constructor of it
    for (uint32_t i = 0; i < p->nfiles; i++) {
        const File *f = p->files[i];
        Group g = {0};
        for (uint32_t k = 0; k < f->ndecls; k++) add_decl(p, f, f->decls[k], &g, &groups);
        for (uint32_t k = 0; k < f->script.len; k++) add_statement(p, f, f->script.items[k], &g, &groups);
    }
    for (uint32_t i = 0; i < p->nentries; i++)
        if (p->entries[i].owner && p->entries[i].kind != DOC_METHOD && (builtin || !doc_type(p, p->entries[i].owner))) p->entries[i].owner = NULL;
    if (p->nentries) qsort(p->entries, p->nentries, sizeof *p->entries, in_order);
}

// --- from text to package -------------------------------------------------------------------------------------

static void begin(DocPackage *p, const char *path, bool own, uint32_t nfiles) {
    *p = (DocPackage){.path = path, .own = own};
    arena_init(&p->arena);
    sources_init(&p->sources);
    intern_init(&p->names);
    diags_init(&p->diags, &p->sources);
    p->files = xmalloc(nfiles * sizeof *p->files);
}

static void add_file(DocPackage *p, const char *path, const char *text, size_t len) {
    const SourceFile *src = sources_add(&p->sources, path, text, len, !p->own);
    p->files[p->nfiles++] = parse_file(src, &p->arena, &p->names, &p->diags);
}

bool doc_package_std(DocPackage *p, const char *path) {
    uint32_t n = 1;
    const EmbeddedFile *file = strcmp(path, "builtin") ? embed_package(path, &n) : doc_builtin;
    if (!file || !file->path) return false;
    begin(p, path, false, n);
    for (uint32_t i = 0; i < n; i++) add_file(p, file[i].path, file[i].text, file[i].len);
    collect(p);
    return true;
}

void doc_package_input(DocPackage *p, const Input *in) {
    uint32_t n = 0;
    for (const Input *i = in; i; i = i->more) n++;
    begin(p, in->path, true, n);
    for (const Input *i = in; i; i = i->more) add_file(p, i->path, buf_str(&i->text), i->text.len);
    collect(p);
}

void doc_package_fini(DocPackage *p) {
    free(p->files);
    free(p->entries);
    diags_fini(&p->diags);
    intern_fini(&p->names);
    sources_fini(&p->sources);
    arena_fini(&p->arena);
}
