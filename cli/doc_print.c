// doc_print.c — how `gol doc` shows a package, a name, a field: the declaration as it is written, then what is said about it, set in by four columns.
#include <stdlib.h>
#include <string.h>

#include "cli/doc_package.h"

enum { WIDTH = 80, INDENT = 4 };

// --- comments -------------------------------------------------------------------------------------------------

typedef struct Fill {
    Buf *out;
    size_t indent, column; // column 0: a new line
    bool any, gap;         // something is there; an empty line is due before the next
} Fill;

static void fill_end(Fill *f) {
    if (f->column) buf_putc(f->out, '\n');
    f->column = 0;
}

static void fill_gap(Fill *f) {
    if (f->any && f->gap) buf_putc(f->out, '\n');
    f->any = true;
    f->gap = false;
}

static size_t columns(const char *s, size_t n) { // of letters; wide ones are rare in comments
    size_t c = 0;
    for (size_t i = 0; i < n; i++) c += ((unsigned char)s[i] & 0xC0) != 0x80;
    return c;
}

static void fill_words(Fill *f, const char *s, size_t n) {
    for (size_t i = 0; i < n;) {
        while (i < n && s[i] == ' ') i++;
        size_t from = i;
        while (i < n && s[i] != ' ') i++;
        if (i == from) break;
        size_t wide = columns(s + from, i - from);
        if (f->column && f->column + 1 + wide > WIDTH) fill_end(f);
        if (!f->column) buf_printf(f->out, "%*s", (int)f->indent, "");
        else buf_putc(f->out, ' ');
        f->column = f->column ? f->column + 1 + wide : f->indent + wide;
        buf_put(f->out, s + from, i - from);
    }
}

// One line of a comment without its signs. Lines that are set in keep their form; an empty line ends a paragraph.
static void fill_line(Fill *f, const char *s, size_t n) {
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\r')) n--;
    bool kept = n && (s[0] == '\t' || s[0] == ' ' || s[0] == '#');
    if (n && !kept) {
        fill_gap(f);
        fill_words(f, s, n);
        return;
    }
    fill_end(f);
    if (!kept) f->gap = true;
    if (kept) fill_gap(f), buf_printf(f->out, "%*s%.*s\n", (int)f->indent, "", (int)n, s);
}

// The next line of s..end without its newline; *s goes on behind it.
static const char *next_line(const char **s, const char *end, size_t *n) {
    const char *line = *s, *stop = memchr(line, '\n', (size_t)(end - line));
    *n = (size_t)((stop ? stop : end) - line);
    *s = stop ? stop + 1 : end;
    return line;
}

static void put_comment(const DocPackage *p, const File *file, Pos pos, size_t indent, Buf *out) {
    Pos from, to;
    if (!doc_comment(p, file, pos, &from, &to)) return;
    size_t len, n;
    const char *s = doc_slice(p, from, to, &len), *end = s + len;
    Fill f = {.out = out, .indent = indent};
    bool block = false; // between /* and */
    while (s < end) {
        const char *line = next_line(&s, end, &n);
        if (!block) {
            size_t blanks = strspn(line, " \t");
            block = line[blanks + 1] == '*';
            line += blanks + 2;
            n -= blanks + 2;
        }
        if (block && n >= 2 && line[n - 2] == '*' && line[n - 1] == '/') block = false, n -= 2;
        if (n >= 3 && !strncmp(line, "go:", 3)) continue; // a word to the compiler
        if (n && line[0] == ' ') line++, n--;
        fill_line(&f, line, n);
    }
    fill_end(&f);
}

void doc_print_summary(const DocPackage *p, const DocEntry *e, Buf *out) {
    Buf text = {0};
    put_comment(p, e->file, e->pos, 0, &text);
    if (!text.len) put_comment(p, e->file, e->from, 0, &text);
    for (const char *s = buf_str(&text); *s; s++) {
        if (*s == '\n' && (s[1] == '\n' || !s[1])) break;
        buf_putc(out, *s == '\n' ? ' ' : *s);
        if (*s == '.' && (s[1] == ' ' || s[1] == '\n')) break;
    }
    buf_fini(&text);
}

// --- declarations ---------------------------------------------------------------------------------------------

typedef struct Cuts { bool *line; uint32_t first, n; } Cuts; // lines of a declaration that are left out

// The lines from `from` to `to`, with the comment above them, unless they belong to the declaration's first line.
static void cut(const DocPackage *p, const File *f, Pos from, Pos to, Cuts *c) {
    Pos start = from, ignored;
    doc_comment(p, f, from, &start, &ignored);
    uint32_t a = source_place(&p->sources, start).line, b = source_place(&p->sources, to - 1).line;
    for (uint32_t k = a; k <= b; k++)
        if (k > c->first && k < c->first + c->n) c->line[k - c->first] = true;
}

static bool empty_line(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r') return false;
    return true;
}

// What stands below each other in brackets is set in columns: alone it needs none.
static void put_single_blanks(const char *s, size_t n, Buf *out) {
    for (size_t i = 0; i < n; i++)
        if (s[i] != ' ' || (i && s[i - 1] != ' ')) buf_putc(out, s[i]);
}

// The text line by line, without those that are cut; empty lines stand only between others. In brackets (`dedent`) lines stand one tab further
// right than alone. `note`, if any, goes before the last line.
static void put_lines(const DocPackage *p, Pos from, Pos to, const Cuts *c, bool dedent, const char *note, Buf *out) {
    size_t len, n;
    const char *s = doc_slice(p, from, to, &len), *end = s + len;
    bool gap = false, opened = true;
    for (uint32_t k = 0; s < end; k++) {
        const char *line = next_line(&s, end, &n);
        if (c && c->line[k]) continue;
        if (empty_line(line, n)) {
            gap = true;
            continue;
        }
        bool last = s == end;
        if (gap && !opened && (!last || note)) buf_putc(out, '\n');
        if (last && note) buf_printf(out, "\t%s\n", note);
        gap = false;
        opened = k == 0;
        if (dedent && *line == '\t') line++, n--;
        if (dedent && k == 0) put_single_blanks(line, n, out);
        else buf_put(out, line, n);
        buf_putc(out, '\n');
    }
}

static const FieldList *members(const Expr *t) {
    if (t->kind == E_STRUCTTYPE) return &t->u.structt.fields;
    return t->kind == E_INTERFACETYPE ? &t->u.iface.elems : NULL;
}

static bool member_shown(const DocPackage *p, const Field *f, DocStyle style) {
    for (uint32_t i = 0; i < f->nnames; i++)
        if (doc_shown(p, f->names[i].name->text, style)) return true;
    if (f->nnames) return false;
    const Expr *t = f->type->kind == E_STAR ? f->type->u.star.x : f->type;
    if (t->kind == E_INDEX) t = t->u.index.x;
    if (t->kind == E_SELECTOR) return doc_shown(p, t->u.sel.sel.name->text, style);
    return t->kind != E_NAME || p->own || doc_shown(p, t->u.name.name->text, style) || !strcmp(t->u.name.name->text, "error");
}

static Pos member_end(const Field *f) { return f->tag ? f->type->end + 1 : f->type->end; }

// A type's declaration, without what is not exported.
static void put_type(const DocPackage *p, const DocEntry *e, DocStyle style, Buf *out) {
    const Expr *t = e->decl->u.type.type;
    const FieldList *list = members(t);
    uint32_t first = source_place(&p->sources, e->pos).line, n = source_place(&p->sources, e->end - 1).line - first + 1, hidden = 0;
    Cuts cuts = {xcalloc(n, sizeof(bool)), first, n};
    for (uint32_t i = 0; list && i < list->len; i++)
        if (!member_shown(p, &list->items[i], style)) hidden++, cut(p, e->file, list->items[i].pos, member_end(&list->items[i]), &cuts);
    const char *note = !hidden ? NULL : t->kind == E_STRUCTTYPE ? "// Has unexported fields." : "// Has unexported methods.";
    buf_puts(out, "type ");
    if (!hidden || n > 1) {
        put_lines(p, e->pos, e->end, &cuts, e->group, note, out);
    } else { // type T struct{ x int }
        size_t len;
        const char *s = doc_slice(p, e->pos, t->start, &len);
        buf_printf(out, "%.*s%s {\n", (int)len, s, t->kind == E_STRUCTTYPE ? "struct" : "interface");
        for (uint32_t i = 0; i < list->len; i++) {
            if (!member_shown(p, &list->items[i], style)) continue;
            s = doc_slice(p, list->items[i].pos, member_end(&list->items[i]), &len);
            buf_printf(out, "\t%.*s\n", (int)len, s);
        }
        buf_printf(out, "\t%s\n}\n", note);
    }
    free(cuts.line);
}

// Text on one line: what a newline and the blanks behind it were is one blank.
static void put_flat(const DocPackage *p, Pos from, Pos to, Buf *out) {
    size_t len;
    const char *s = doc_slice(p, from, to, &len);
    for (size_t i = 0; i < len; i++) {
        if (s[i] != '\n') {
            buf_putc(out, s[i]);
            continue;
        }
        bool tight = i && s[i - 1] == '(';
        while (i + 1 < len && (s[i + 1] == '\t' || s[i + 1] == ' ')) i++;
        if (i + 1 < len && s[i + 1] == ')' && out->len && out->data[out->len - 1] == ',') out->len--;
        else if (!tight) buf_putc(out, ' ');
    }
}

// func (recv) name(params) results. `as`: the type that the method is promoted to.
static void put_head(const DocPackage *p, const Decl *d, const char *as, Buf *out) {
    if (!as) {
        put_flat(p, d->pos, d->u.func.type->end, out);
        return;
    }
    const Field *recv = d->u.func.recv;
    buf_printf(out, "func (%s%s%s%s) ", recv->nnames ? recv->names[0].name->text : "", recv->nnames ? " " : "", recv->type->kind == E_STAR ? "*" : "", as);
    put_flat(p, d->u.func.name.pos, d->u.func.type->end, out);
}

static bool any_shown(const DocPackage *p, const Decl *d, DocStyle style) {
    for (uint32_t i = 0; i < d->u.value.nnames; i++)
        if (doc_shown(p, d->u.value.names[i].name->text, style)) return true;
    return false;
}

// const and var: the whole group, without what is not exported.
static void put_values(const DocPackage *p, const DocEntry *e, DocStyle style, Buf *out) {
    if (!e->decl) { // x := value
        put_lines(p, e->from, e->to, NULL, false, NULL, out);
        return;
    }
    uint32_t first = source_place(&p->sources, e->from).line, n = source_place(&p->sources, e->to - 1).line - first + 1;
    Cuts cuts = {xcalloc(n, sizeof(bool)), first, n};
    for (uint32_t i = 0; e->group && i < p->nentries; i++) {
        const DocEntry *x = &p->entries[i];
        if (x->group == e->group && !any_shown(p, x->decl, style)) cut(p, x->file, x->pos, x->end, &cuts);
    }
    put_lines(p, e->from, e->to, &cuts, false, NULL, out);
    free(cuts.line);
}

static void put_source(const DocPackage *p, const DocEntry *e, Buf *out) {
    Pos from, to;
    bool inside = e->group && e->kind == DOC_TYPE; // a type alone, without the brackets
    if (doc_comment(p, e->file, inside ? e->pos : e->from, &from, &to)) put_lines(p, from, to, NULL, inside, NULL, out);
    if (inside) buf_puts(out, "type ");
    put_lines(p, inside ? e->pos : e->from, inside ? e->end : e->to, NULL, inside, NULL, out);
    if (e->decl && e->decl->kind == D_FUNC && !e->decl->u.func.body) buf_puts(out, "// The body is part of the machine, written in C.\n");
}

// The declaration and, set in, what is said about it.
static void put_entry(const DocPackage *p, const DocEntry *e, const char *as, DocStyle style, Buf *out) {
    if (style.source) {
        put_source(p, e, out);
        return;
    }
    switch (e->kind) {
    case DOC_CONST: case DOC_VAR: put_values(p, e, style, out); break;
    case DOC_TYPE: put_type(p, e, style, out); break;
    case DOC_FUNC: case DOC_METHOD:
        put_head(p, e->decl, as, out);
        buf_putc(out, '\n');
        break;
    }
    Pos from, to; // in brackets a type may have its own words
    bool own = e->kind == DOC_TYPE && e->group && doc_comment(p, e->file, e->pos, &from, &to);
    put_comment(p, e->file, own ? e->pos : e->from, INDENT, out);
}

// --- one line each --------------------------------------------------------------------------------------------

static bool others_shown(const DocPackage *p, const DocEntry *e, DocStyle style) {
    for (uint32_t i = 0; e->group && i < p->nentries; i++)
        if (p->entries[i].group == e->group && p->entries[i].pos != e->pos && doc_shown(p, p->entries[i].name, style)) return true;
    return false;
}

static void put_summary_line(const DocPackage *p, const DocEntry *e, const char *as, DocStyle style, Buf *out) {
    if (e->kind == DOC_FUNC || e->kind == DOC_METHOD) {
        put_head(p, e->decl, as, out);
    } else if (e->kind == DOC_TYPE) {
        const Expr *t = e->decl->u.type.type;
        const FieldList *list = members(t);
        buf_puts(out, "type ");
        size_t len;
        const char *s = doc_slice(p, e->pos, list ? t->start : e->end, &len);
        put_single_blanks(s, strcspn(s, "\n") < len ? strcspn(s, "\n") : len, out);
        if (list) buf_printf(out, "%s{%s}", t->kind == E_STRUCTTYPE ? "struct" : "interface", list->len ? " ... " : "");
    } else {
        size_t len, n;
        const char *s = doc_slice(p, e->pos, e->end, &len), *end = s + len;
        const char *line = next_line(&s, end, &n);
        if (e->decl) buf_puts(out, e->kind == DOC_CONST ? "const " : "var ");
        put_single_blanks(line, n, out);
        if (s < end || others_shown(p, e, style)) buf_puts(out, " ...");
    }
    buf_putc(out, '\n');
}

// Of a group, and of `a, b = 1, 2`, only the first name that is shown has a line.
static bool first_shown(const DocPackage *p, const DocEntry *e, DocStyle style) {
    if (e->kind > DOC_VAR) return true;
    for (const DocEntry *x = p->entries; x < e; x++)
        if (x->from == e->from && x->kind == e->kind && doc_shown(p, x->name, style)) return false;
    return true;
}

// Whether an entry stands under a type instead of among the package's own.
static bool belongs(const DocPackage *p, const DocEntry *e, DocStyle style) {
    return e->owner && e->kind != DOC_VAR && doc_shown(p, e->owner, style);
}

// --- what a type has ------------------------------------------------------------------------------------------

enum { DEPTH = 4 }; // of embedded types

// The methods of `type`, and those of what it embeds, in the order of names; each is shown as one of `as`.
static void put_methods(const DocPackage *p, const char *type, const char *as, DocStyle style, bool whole, int depth, Buf *out) {
    for (uint32_t i = 0; i < p->nentries; i++) {
        const DocEntry *m = &p->entries[i];
        if (m->kind != DOC_METHOD || !m->owner || strcmp(m->owner, type) || !doc_shown(p, m->name, style)) continue;
        if (whole) buf_putc(out, '\n'), put_entry(p, m, as, style, out);
        else put_summary_line(p, m, as, style, out);
    }
    const DocEntry *t = doc_type(p, type);
    const FieldList *list = t && depth < DEPTH ? members(t->decl->u.type.type) : NULL;
    if (!list || t->decl->u.type.type->kind != E_STRUCTTYPE) return;
    for (uint32_t i = 0; i < list->len; i++) {
        const char *base = list->items[i].nnames ? NULL : doc_base_name(list->items[i].type);
        if (base && !doc_shown(p, base, style)) put_methods(p, base, as ? as : type, style, whole, depth + 1, out);
    }
}

static void put_belongings(const DocPackage *p, const DocEntry *type, DocStyle style, bool whole, Buf *out) {
    for (uint32_t i = 0; i < p->nentries; i++) {
        const DocEntry *e = &p->entries[i];
        if (e->kind == DOC_METHOD || e->kind == DOC_TYPE || !belongs(p, e, style) || strcmp(e->owner, type->name)) continue;
        if (!doc_shown(p, e->name, style) || !first_shown(p, e, style)) continue;
        if (whole) buf_putc(out, '\n'), put_entry(p, e, NULL, style, out);
        else put_summary_line(p, e, NULL, style, out);
    }
    put_methods(p, type->name, NULL, style, whole, 0, out);
}

// --- whole pages ----------------------------------------------------------------------------------------------

static void put_clause(const DocPackage *p, Buf *out) {
    const Name *name = p->files[0]->package.name;
    if (!name) buf_printf(out, "script %s\n\n", p->path);
    else if (p->own || !strcmp(p->path, "builtin")) buf_printf(out, "package %s\n\n", name->text);
    else buf_printf(out, "package %s // import \"%s\"\n\n", name->text, p->path);
}

// What stands above the package clause of each file, or at the top of a script.
static void put_overview(const DocPackage *p, Buf *out) {
    for (uint32_t i = 0; i < p->nfiles; i++) {
        const File *f = p->files[i];
        size_t before = out->len;
        if (f->package.name) put_comment(p, f, f->package.pos, 0, out);
        else if (f->ncomments && f->comments[0].pos == f->source->base) {
            uint32_t k = 0; // the comment that begins the file, as far as it has no gap
            while (k + 1 < f->ncomments && source_place(&p->sources, f->comments[k + 1].pos).line == source_place(&p->sources, f->comments[k].end - 1).line + 1) k++;
            const char *text = f->source->text + (f->comments[k].end - f->source->base);
            const char *next = strchr(text, '\n');
            if (next) put_comment(p, f, f->comments[k].end + (Pos)(next + 1 - text), 0, out);
        }
        if (out->len > before) buf_putc(out, '\n');
    }
}

static void put_section(const DocPackage *p, DocKind kind, const char *title, DocStyle style, Buf *out) {
    bool first = true;
    for (uint32_t i = 0; i < p->nentries; i++) {
        const DocEntry *e = &p->entries[i];
        if (e->kind != kind || !doc_shown(p, e->name, style) || !first_shown(p, e, style)) continue;
        if (kind != DOC_TYPE && belongs(p, e, style)) continue;
        if (style.all && first) buf_printf(out, "%s\n\n", title);
        first = false;
        if (style.all) {
            put_entry(p, e, NULL, style, out);
            if (kind == DOC_TYPE) put_belongings(p, e, style, true, out);
            buf_putc(out, '\n');
            continue;
        }
        put_summary_line(p, e, NULL, style, out);
        if (kind != DOC_TYPE) continue;
        for (uint32_t k = 0; k < p->nentries; k++) {
            const DocEntry *x = &p->entries[k];
            if (x->kind > DOC_FUNC || !belongs(p, x, style) || strcmp(x->owner, e->name) || !doc_shown(p, x->name, style) || !first_shown(p, x, style)) continue;
            buf_puts(out, "    ");
            put_summary_line(p, x, NULL, style, out);
        }
    }
}

void doc_print_package(const DocPackage *p, DocStyle style, Buf *out) {
    put_clause(p, out);
    put_overview(p, out);
    put_section(p, DOC_CONST, "CONSTANTS", style, out);
    put_section(p, DOC_VAR, "VARIABLES", style, out);
    put_section(p, DOC_FUNC, "FUNCTIONS", style, out);
    put_section(p, DOC_TYPE, "TYPES", style, out);
}

void doc_print_entry(const DocPackage *p, const DocEntry *e, const char *as, DocStyle style, Buf *out) {
    put_clause(p, out);
    put_entry(p, e, as, style, out);
    if (e->kind != DOC_TYPE) return;
    Buf more = {0};
    put_belongings(p, e, style, style.all, &more);
    if (more.len && !style.all) buf_putc(out, '\n');
    buf_put(out, buf_str(&more), more.len);
    buf_fini(&more);
}

void doc_print_field(const DocPackage *p, const DocEntry *type, const Field *f, Buf *out) {
    Pos from = f->pos, ignored;
    doc_comment(p, type->file, f->pos, &from, &ignored);
    put_clause(p, out);
    buf_printf(out, "type %s %s {\n", type->name, type->decl->u.type.type->kind == E_STRUCTTYPE ? "struct" : "interface");
    const char *line = type->file->source->text + (from - type->file->source->base); // with the blanks before it
    buf_puts(out, from > type->file->source->base && line[-1] == '\t' ? "\t" : "    ");
    const char *text = type->file->source->text + (f->type->end - type->file->source->base); // a tag and a comment may follow
    put_lines(p, from, f->type->end + (Pos)strcspn(text, text[strspn(text, " ")] == '}' ? " }" : "\n"), NULL, false, NULL, out);
    buf_puts(out, "}\n");
}
