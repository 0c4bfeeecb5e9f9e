// doc.c — gol doc: from words to a package and a name in it.
//
// A word is, in this order: a file or folder that looks like one (it has a slash or ends in .go or .gol), a package of std by its path or the end of
// it, a package with a name behind a dot, a name of the package in the current folder, one of Go's own names. Small letters stand for both
// cases, as in go doc: `gol doc strings.builder` is strings.Builder.
#include "cli/doc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/doc_package.h"
#include "runtime/runtime.h"

// --- names ----------------------------------------------------------------------------------------------------

// Whether `asked` is `name`; 2: letter by letter, 1: with small letters for capital ones.
static int same_name(const char *asked, const char *name) {
    if (!strcmp(asked, name)) return 2;
    for (; *asked && *name; asked++, name++)
        if (*asked != *name && *asked != tolower((unsigned char)*name)) return 0;
    return !*asked && !*name;
}

static const DocEntry *find_entry(const DocPackage *p, const char *owner, const char *name, DocStyle style) {
    const DocEntry *best = NULL;
    int quality = 0;
    for (uint32_t i = 0; i < p->nentries; i++) {
        const DocEntry *e = &p->entries[i];
        bool method = e->kind == DOC_METHOD;
        if (method != (owner != NULL) || (method && (!e->owner || strcmp(e->owner, owner)))) continue;
        int q = same_name(name, e->name);
        if (q > quality && (q == 2 || doc_shown(p, e->name, style))) best = e, quality = q;
    }
    return best;
}

static const FieldList *members(const DocEntry *type) {
    const Expr *t = type->decl->u.type.type;
    return t->kind == E_STRUCTTYPE ? &t->u.structt.fields : t->kind == E_INTERFACETYPE ? &t->u.iface.elems : NULL;
}

static const Field *find_field(const DocEntry *type, const char *name) {
    const FieldList *list = members(type);
    for (uint32_t i = 0; list && i < list->len; i++)
        for (uint32_t k = 0; k < list->items[i].nnames; k++)
            if (same_name(name, list->items[i].names[k].name->text)) return &list->items[i];
    return NULL;
}

// A method of the type or of what it embeds.
static const DocEntry *find_method(const DocPackage *p, const DocEntry *type, const char *name, DocStyle style, int depth) {
    const DocEntry *m = find_entry(p, type->name, name, style);
    const FieldList *list = members(type);
    for (uint32_t i = 0; !m && list && depth < 4 && i < list->len; i++) {
        const char *base = list->items[i].nnames ? NULL : doc_base_name(list->items[i].type);
        const DocEntry *inner = base ? doc_type(p, base) : NULL;
        if (inner) m = find_method(p, inner, name, style, depth + 1);
    }
    return m;
}

// Of two short words most are near each other: half of the letters must stay.
static const char *near(const char *word, const char *const *known, size_t n) {
    const char *meant = near_word(word, known, n);
    return meant && near_distance(word, meant, 3) * 2 <= strlen(word) ? meant : NULL;
}

// The methods and fields of a type and of what it embeds.
static size_t member_names(const DocPackage *p, const DocEntry *type, DocStyle style, int depth, const char **known, size_t n, size_t most) {
    for (uint32_t i = 0; i < p->nentries && n < most; i++) {
        const DocEntry *e = &p->entries[i];
        if (e->kind == DOC_METHOD && e->owner && !strcmp(e->owner, type->name) && doc_shown(p, e->name, style)) known[n++] = e->name;
    }
    const FieldList *list = members(type);
    for (uint32_t i = 0; list && i < list->len; i++) {
        const Field *f = &list->items[i];
        for (uint32_t k = 0; k < f->nnames && n < most; k++)
            if (doc_shown(p, f->names[k].name->text, style)) known[n++] = f->names[k].name->text;
        const char *base = f->nnames ? NULL : doc_base_name(f->type);
        const DocEntry *inner = base && depth < 4 ? doc_type(p, base) : NULL;
        if (inner) n = member_names(p, inner, style, depth + 1, known, n, most);
    }
    return n;
}

// The name of the package's that may have been meant.
static const char *near_entry(const DocPackage *p, const char *name, DocStyle style) {
    const char *known[1024];
    size_t n = 0;
    for (uint32_t i = 0; i < p->nentries && n < COUNT_OF(known); i++) {
        const DocEntry *e = &p->entries[i];
        if (e->kind != DOC_METHOD && doc_shown(p, e->name, style)) known[n++] = e->name;
    }
    return near(name, known, n);
}

// --- in a package ---------------------------------------------------------------------------------------------

static bool show_member(const DocPackage *p, const DocEntry *type, const char *name, DocStyle style, Buf *out) {
    const DocEntry *m = find_method(p, type, name, style, 0);
    if (m) {
        doc_print_entry(p, m, m->owner && strcmp(m->owner, type->name) ? type->name : NULL, style, out);
        return true;
    }
    const Field *f = find_field(type, name);
    if (f) {
        doc_print_field(p, type, f, out);
        return true;
    }
    const char *known[512], *meant = near(name, known, member_names(p, type, style, 0, known, 0, COUNT_OF(known)));
    buf_printf(out, "%s has no method or field %s", type->name, name);
    if (meant) buf_printf(out, "; did you mean %s.%s?", type->name, meant);
    return false;
}

typedef enum Found { FOUND_NOTHING, FOUND_WRONG, FOUND } Found; // wrong: the first name is there, and the rest is not

// `name` is "Name" or "Type.Member"; NULL: the package itself.
static Found show(const DocPackage *p, const char *name, DocStyle style, Buf *out) {
    if (!name || !*name) {
        doc_print_package(p, style, out);
        return FOUND;
    }
    char first[128];
    size_t n = strcspn(name, ".");
    snprintf(first, sizeof first, "%.*s", (int)n, name);
    const DocEntry *e = find_entry(p, NULL, first, style);
    if (e && name[n] && e->kind == DOC_TYPE) return show_member(p, e, name + n + 1, style, out) ? FOUND : FOUND_WRONG;
    if (e && !name[n]) {
        doc_print_entry(p, e, NULL, style, out);
        return FOUND;
    }
    if (e) {
        buf_printf(out, "%s is no type: it has no %s", first, name + n + 1);
        return FOUND_WRONG;
    }
    const char *meant = near_entry(p, first, style);
    buf_printf(out, "%s has no %s", p->path, first);
    if (meant) buf_printf(out, "; did you mean %s%s%s?", p->own ? "" : p->path, p->own ? "" : ".", meant);
    return meant ? FOUND_WRONG : FOUND_NOTHING;
}

static Found show_std(const char *path, const char *name, DocStyle style, Buf *out) {
    DocPackage p;
    if (!doc_package_std(&p, path)) return FOUND_NOTHING;
    Found ok = show(&p, name, style, out);
    doc_package_fini(&p);
    return ok;
}

static Found show_input(const Input *in, const char *name, DocStyle style, Buf *out) {
    DocPackage p;
    doc_package_input(&p, in);
    Found ok = show(&p, name, style, out);
    if (ok != FOUND && p.diags.errors) { // what was not understood may be why
        buf_puts(out, "\n");
        diags_render(&p.diags, out, false);
        while (out->len && out->data[out->len - 1] == '\n') out->data[--out->len] = 0;
    }
    doc_package_fini(&p);
    return ok;
}

bool doc_of_input(const Input *in, const char *name, DocStyle style, Buf *out) { return show_input(in, name, style, out) == FOUND; }

// --- packages of std ------------------------------------------------------------------------------------------

static bool is_internal(const char *path) { return !strncmp(path, "internal/", 9) || strstr(path, "/internal/"); }

// The packages, each once; the next one after `file`, or the first. NULL: no more.
static const EmbeddedFile *next_package(const EmbeddedFile *file) {
    const char *before = file ? file->package : "";
    for (file = file ? file : embedded_files; file->path; file++)
        if (strcmp(file->package, before) && !is_internal(file->package)) return file;
    return NULL;
}

// "sync/atomic", or the end of it: "atomic". NULL: no package, or (*many) more than one.
static const char *find_package(const char *word, size_t len) {
    const char *found = NULL;
    if (len == 7 && !memcmp(word, "builtin", 7)) return "builtin";
    for (const EmbeddedFile *f = next_package(NULL); f; f = next_package(f)) {
        size_t n = strlen(f->package);
        if (n == len && !memcmp(f->package, word, len)) return f->package;
        if (n > len && f->package[n - len - 1] == '/' && !memcmp(f->package + n - len, word, len) && (!found || n < strlen(found))) found = f->package;
    }
    return found;
}

static bool list_packages(Buf *out) {
    buf_puts(out, "gol doc PACKAGE, PACKAGE.NAME, FILE or FOLDER, with one of these packages:\n\n");
    for (const EmbeddedFile *f = next_package(NULL); f; f = next_package(f)) buf_printf(out, "  %s\n", f->package);
    buf_puts(out, "  builtin      (Go's own names: len, make, error ...)\n");
    return true;
}

typedef struct Places { Buf text; unsigned distance, n; } Places; // up to three names of std that are as near as any

static void add_place(Places *p, const char *word, const char *package, const char *name) {
    unsigned d = same_name(word, name) ? 0 : near_distance(word, name, 2);
    if (d > 2 || d * 3 > strlen(word) || d > p->distance) return;
    if (d < p->distance) buf_clear(&p->text), p->n = 0;
    p->distance = d;
    if (p->n++ < 3) buf_printf(&p->text, "%s%s%s%s", p->n > 1 ? " or " : "", package, *package ? "." : "", name);
}

// A word that is no package and nothing of this folder: what it may have meant.
static void nowhere(const char *word, bool own, Buf *out) {
    Places places = {.distance = 3};
    bool alone = !strpbrk(word, "./");
    size_t first = strcspn(word, ".");
    for (const EmbeddedFile *f = next_package(NULL); f; f = next_package(f)) {
        char front[64];
        DocPackage p;
        snprintf(front, sizeof front, "%.*s", (int)first, word);
        Buf name = {0};
        buf_printf(&name, "%s%s", f->package, word + first);
        if (near_distance(front, f->package, 2) <= 2) add_place(&places, word, "", buf_str(&name));
        buf_fini(&name);
        if (!alone || !doc_package_std(&p, f->package)) continue;
        for (uint32_t i = 0; i < p.nentries; i++)
            if (p.entries[i].kind != DOC_METHOD && doc_shown(&p, p.entries[i].name, (DocStyle){0})) add_place(&places, word, f->package, p.entries[i].name);
        doc_package_fini(&p);
    }
    DocPackage builtin;
    doc_package_std(&builtin, "builtin");
    for (uint32_t i = 0; alone && i < builtin.nentries; i++) add_place(&places, word, "", builtin.entries[i].name);
    doc_package_fini(&builtin);
    buf_printf(out, "no package%s is called %s", own ? ", and nothing in this folder," : "", word);
    if (places.n) buf_printf(out, "; did you mean %s?", buf_str(&places.text));
    else buf_puts(out, " (gol doc std lists the packages)");
    buf_fini(&places.text);
}

// --- words ----------------------------------------------------------------------------------------------------

static bool is_path(const char *word) {
    struct stat st;
    size_t n = strlen(word);
    if ((n > 3 && !strcmp(word + n - 3, ".go")) || (n > 4 && !strcmp(word + n - 4, ".gol")) || !strcmp(word, "-")) return true;
    if (find_package(word, strcspn(word, ".")) || stat(word, &st)) return false;
    return strchr(word, '/') || word[0] == '.' || (S_ISDIR(st.st_mode) && input_any_source(word));
}

static Found show_path(const char *path, const char *name, DocStyle style, Buf *out) {
    char *words[] = {(char *)path, NULL};
    Input in;
    int used;
    if (!input_read_package(&in, 1, words, false, &used)) return FOUND_WRONG; // told
    Found ok = show_input(&in, name, style, out);
    input_fini(&in);
    return ok;
}

// A name without a package: of this folder, then Go's own.
static Found show_name(const char *name, bool own, DocStyle style, Buf *out) {
    Buf builtin = {0};
    Found ok = own ? show_path(".", name, style, out) : FOUND_NOTHING;
    if (ok != FOUND && show_std("builtin", name, style, &builtin) == FOUND) {
        ok = FOUND;
        buf_clear(out);
        buf_puts(out, buf_str(&builtin));
    }
    buf_fini(&builtin);
    if (ok != FOUND_NOTHING) return ok;
    buf_clear(out);
    nowhere(name, own, out);
    return FOUND_NOTHING;
}

bool doc_lookup(int n, const char *const *words, DocStyle style, Buf *out) {
    bool own = input_any_source(".");
    if (n == 0) return own ? show_path(".", NULL, style, out) == FOUND : list_packages(out);
    if (n == 1 && !strcmp(words[0], "std")) return list_packages(out);
    Buf name = {0}; // what the words behind the package say: "T", "T.M"
    for (int i = 1; i < n; i++) buf_printf(&name, "%s%s", i > 1 ? "." : "", words[i]);
    const char *word = words[0], *slash = strrchr(word, '/'), *dot = strchr(slash ? slash : word, '.');
    const char *package = find_package(word, strlen(word)), *front = dot ? find_package(word, (size_t)(dot - word)) : NULL;
    const char *rest = name.len ? buf_str(&name) : NULL;
    Found ok;
    if (is_path(word)) ok = show_path(word, rest, style, out);
    else if (package) ok = show_std(package, rest, style, out);
    else {
        Buf whole = {0};
        buf_printf(&whole, "%s%s%s", front ? dot + 1 : word, rest ? "." : "", buf_str(&name));
        ok = front ? show_std(front, buf_str(&whole), style, out) : show_name(buf_str(&whole), own, style, out);
        buf_fini(&whole);
    }
    buf_fini(&name);
    return ok == FOUND;
}

void doc_each_name(const char *typed, void (*each)(void *ctx, const char *name, const char *what), void *ctx) {
    const char *slash = strrchr(typed, '/'), *dot = strchr(slash ? slash : typed, '.');
    const char *path = dot ? find_package(typed, (size_t)(dot - typed)) : NULL;
    DocPackage p;
    if (!dot) {
        for (const EmbeddedFile *f = next_package(NULL); f; f = next_package(f))
            if (!strncmp(f->package, typed, strlen(typed))) each(ctx, f->package, "package");
        return;
    }
    if (!path || !doc_package_std(&p, path)) return;
    for (uint32_t i = 0; i < p.nentries; i++) {
        const DocEntry *e = &p.entries[i];
        if (!doc_shown(&p, e->name, (DocStyle){0})) continue;
        if (e->kind == DOC_METHOD && (!e->owner || !doc_shown(&p, e->owner, (DocStyle){0}))) continue;
        Buf name = {0}, what = {0};
        buf_printf(&name, "%.*s.%s%s%s", (int)(dot - typed), typed, e->kind == DOC_METHOD ? e->owner : "", e->kind == DOC_METHOD ? "." : "", e->name);
        if (!strncmp(buf_str(&name), typed, strlen(typed)) && (e->kind != DOC_METHOD || strchr(dot + 1, '.'))) {
            doc_print_summary(&p, e, &what);
            each(ctx, buf_str(&name), buf_str(&what));
        }
        buf_fini(&name);
        buf_fini(&what);
    }
    doc_package_fini(&p);
}

int command_doc(const Settings *s, int argc, char **argv) {
    Settings both = *s; // flags may stand behind the words, too
    const char *words[8];
    int n = 0;
    for (int i = 0; i < argc;) {
        if (argv[i][0] == '-' && argv[i][1]) {
            int used = options_parse(&both, command_find("doc"), argc - i, argv + i);
            if (used < 0) return EXIT_USAGE;
            i += used;
            continue;
        }
        if (n == 3) {
            fprintf(stderr, "gol: doc takes a package or file, a name of it and a method, and was given %s too\n", argv[i]);
            return EXIT_USAGE;
        }
        words[n++] = argv[i++];
    }
    if (both.help) return help_on(command_find("doc"));
    Buf out = {0};
    bool ok = doc_lookup(n, words, both.doc, &out);
    if (ok) fwrite(buf_str(&out), 1, out.len, stdout);
    else if (out.len) fprintf(stderr, "gol: %s\n", buf_str(&out));
    buf_fini(&out);
    return ok ? EXIT_FINE : EXIT_COMPILE;
}
