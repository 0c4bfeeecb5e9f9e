// import_sort.c — the order of imports, as go/ast.SortImports has it: in a group, entries on successive lines are sorted by path, and of two
// equal ones the first goes unless it has a comment. The entries change their text and keep the places, so that line breaks
// stay; comments on the line of an entry move with it.
#include <stdlib.h>
#include <string.h>

#include "grammar/print.h"
#include "parser.h"

// ---- finding them

static ImportSpec spec_of(PrintSource *s, const Decl *d) {
    Ident name = d->u.import.name;
    uint32_t path = print_token_at(s, d->u.import.path_pos);
    ImportSpec out = {.name = name, .start = name.name ? name.pos : d->u.import.path_pos, .path_pos = d->u.import.path_pos};
    out.end = s->tokens.items[path].end;
    out.path = arena_printf(s->arena, "\"%s\"", d->u.import.path);
    out.path_len = (uint32_t)strlen(out.path);
    out.beside = print_beside(s, path);
    return out;
}

static void find_groups(PrintSource *s) {
    const File *f = s->tree;
    const Token *t = s->tokens.items;
    uint32_t count = 0, decl = 0;
    for (uint32_t i = 0; i < s->tokens.len; i++) count += t[i].kind == TK_IMPORT;
    s->imports = arena_array(s->arena, ImportGroup, count + 1);
    ImportSpec *specs = arena_array(s->arena, ImportSpec, f->ndecls + 1);
    for (uint32_t i = 0; i < s->tokens.len; i++) {
        if (t[i].kind != TK_IMPORT) continue;
        ImportGroup *g = &s->imports[s->nimports++];
        bool group = t[i + 1].kind == TK_LPAREN;
        Pos end = group ? t[s->partner[i + 1]].pos : UINT32_MAX;
        if (group) g->lparen = t[i + 1].pos;
        for (g->items = specs; decl < f->ndecls && f->decls[decl]->kind == D_IMPORT && f->decls[decl]->u.import.path_pos < end; decl++) {
            *specs++ = spec_of(s, f->decls[decl]);
            g->len++;
            if (!group) {
                decl++;
                break;
            }
        }
    }
}

// ---- comparing

static int compare_text(const char *a, uint32_t na, const char *b, uint32_t nb) {
    int c = memcmp(a, b, na < nb ? na : nb);
    return c ? c : na < nb ? -1 : na > nb;
}

static int compare(const void *pa, const void *pb) {
    const ImportSpec *a = pa, *b = pb;
    int c = compare_text(a->path, a->path_len - 1, b->path, b->path_len - 1); // without the closing quote
    if (c) return c;
    const char *x = a->name.name ? a->name.name->text : "", *y = b->name.name ? b->name.name->text : "";
    c = strcmp(x, y);
    if (c) return c;
    if (!a->beside != !b->beside) return a->beside ? 1 : -1;
    if (a->beside) c = compare_text(a->beside->items[0].text, a->beside->items[0].len, b->beside->items[0].text, b->beside->items[0].len);
    return c ? c : a->start < b->start ? -1 : 1;
}

// Whether a may go because b says the same.
static bool collapses(const ImportSpec *a, const ImportSpec *b) {
    return a->name.name == b->name.name && a->path_len == b->path_len && !memcmp(a->path, b->path, a->path_len) && !a->beside;
}

static int by_place(const void *pa, const void *pb) {
    const CommentGroup *a = pa, *b = pb;
    if (a->items[0].pos != b->items[0].pos) return a->items[0].pos < b->items[0].pos ? -1 : 1;
    return a->items < b->items ? -1 : 1; // as they stood
}

// ---- sorting a run

// Lines are joined when all groups are sorted: `gone` has an entry for each line start. Until then lines are numbered as they were.
typedef struct Sorter {
    PrintSource *s;
    bool *gone;
} Sorter;

static void join_lines(Sorter *o) {
    PrintSource *s = o->s;
    uint32_t to = 0;
    for (uint32_t i = 0; i < s->nlines; i++)
        if (!o->gone[i]) s->lines[to++] = s->lines[i];
    s->nlines = to;
    s->seen_pos = 0;
}

typedef struct Span { Pos start, end; } Span;

typedef struct Belonging { // of a comment group to an import
    CommentGroup *group;
    Pos start; // of the import, before sorting
    bool left; // it stands in front of it
} Belonging;

// The comment groups within the lines of the run: the first, and their number.
static uint32_t groups_within(PrintSource *s, const Span *span, uint32_t n, uint32_t *first) {
    Spot a = print_spot(s, span[0].start), b = print_spot(s, span[n - 1].end);
    Pos from = s->file->base + (Pos)s->lines[a.line - 1], to = s->file->base + (Pos)((uint32_t)b.line < s->nlines ? s->lines[b.line] : b.offset);
    uint32_t lo = 0, hi = s->ngroups;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (s->groups[mid].items[0].pos < from) lo = mid + 1;
        else hi = mid;
    }
    *first = lo;
    for (; lo < s->ngroups; lo++) {
        const PrintComment *last = &s->groups[lo].items[s->groups[lo].len - 1];
        if (last->pos + last->len >= to) break;
    }
    return lo - *first;
}

// Gives each comment group the import on whose line it stands, or which it stands in front of.
static Belonging *assign_groups(PrintSource *s, const Span *span, uint32_t n, uint32_t first, uint32_t ngroups) {
    Belonging *of = arena_array(s->arena, Belonging, ngroups + 1);
    for (uint32_t i = 0, at = 0; i < ngroups; i++) {
        CommentGroup *g = &s->groups[first + i];
        while (at + 1 < n && span[at + 1].start <= g->items[0].pos) at++;
        bool left = at == 0 && span[0].start > g->items[0].pos;
        if (!left && at + 1 < n && print_line(s, span[at].start) + 1 == print_line(s, g->items[0].pos)) {
            at++;
            left = true;
        }
        of[i] = (Belonging){g, span[at].start, left};
    }
    return of;
}

// The comments of the import that stood at `origin` go where it goes.
static void move_comments(Belonging *of, uint32_t n, Pos origin, Span to) {
    uint32_t lo = 0, hi = n;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (of[mid].start < origin) lo = mid + 1;
        else hi = mid;
    }
    for (; lo < n && of[lo].start == origin; lo++)
        for (uint32_t j = 0; j < of[lo].group->len; j++) of[lo].group->items[j].pos = of[lo].left ? to.start - 1 : to.end;
}

static void sort_run(Sorter *o, ImportSpec *items, uint32_t *len) {
    PrintSource *s = o->s;
    uint32_t n = *len, first;
    if (n < 2) return;
    Span *span = arena_array(s->arena, Span, n);
    for (uint32_t i = 0; i < n; i++) span[i] = (Span){items[i].start, items[i].end};
    uint32_t ngroups = groups_within(s, span, n, &first);
    Belonging *of = assign_groups(s, span, n, first, ngroups);
    qsort(items, n, sizeof *items, compare);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i + 1 < n && collapses(&items[i], &items[i + 1])) { // the line behind it moves up
            uint32_t behind = (uint32_t)print_line(s, items[i].start);
            while (behind < s->nlines && o->gone[behind]) behind++;
            if (behind < s->nlines) o->gone[behind] = true;
            continue;
        }
        items[kept++] = items[i];
    }
    for (uint32_t i = 0; i < kept; i++) {
        move_comments(of, ngroups, items[i].start, span[i]);
        items[i].start = items[i].path_pos = span[i].start;
        items[i].end = span[i].end;
        items[i].moved = true;
    }
    if (ngroups) qsort(&s->groups[first], ngroups, sizeof *s->groups, by_place);
    *len = kept;
}

static void sort_group(Sorter *o, ImportGroup *g) {
    PrintSource *s = o->s;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < g->len;) {
        uint32_t n = 1;
        while (i + n < g->len && print_line(s, g->items[i + n].start) <= 1 + print_line(s, g->items[i + n - 1].end)) n++;
        uint32_t len = n;
        sort_run(o, g->items + i, &len);
        memmove(g->items + kept, g->items + i, len * sizeof *g->items);
        kept += len;
        i += n;
    }
    g->len = kept;
    if (!kept) return;
    // What is gone may leave empty lines at the end: all but the closing bracket's own line start.
    uint32_t first = (uint32_t)print_line(s, g->items[kept - 1].start), last = (uint32_t)print_line(s, print_closer(s, g->lparen));
    while (first < last && o->gone[first]) first++;
    for (uint32_t i = first + 1; i < last; i++) o->gone[i] = true;
}

void import_sort(PrintSource *s) {
    find_groups(s);
    Sorter o = {s, arena_array(s->arena, bool, s->nlines)};
    for (uint32_t i = 0; i < s->nimports; i++)
        if (s->imports[i].lparen) sort_group(&o, &s->imports[i]);
    join_lines(&o);
}
