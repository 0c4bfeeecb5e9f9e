#include "cli/harness.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/parse.h"

// --- which functions are tests --------------------------------------------------------------------------------

// Whether the declaration is a function without results that takes `*pkg.type` alone, or (type NULL) nothing.
static bool takes(const Decl *d, const char *type) {
    if (d->kind != D_FUNC || d->u.func.recv || !d->u.func.body) return false;
    const Expr *sig = d->u.func.type;
    const FieldList *in = &sig->u.functype.params;
    if (sig->u.functype.results.len || sig->u.functype.tparams.len) return false;
    if (!type) return !in->len;
    if (in->len != 1 || in->items[0].nnames > 1) return false;
    const Expr *p = in->items[0].type;
    if (p->kind != E_STAR) return false;
    p = p->u.star.x;
    if (p->kind == E_SELECTOR) return !strcmp(p->u.sel.sel.name->text, type);
    return p->kind == E_NAME && !strcmp(p->u.name.name->text, type); // import . "testing"
}

// A function for go test: its name is the word, and then nothing or no small letter.
static bool is_named(const Decl *d, const char *word, const char *type) {
    if (!takes(d, type)) return false;
    const char *name = d->u.func.name.name->text;
    size_t n = strlen(word);
    return !strncmp(name, word, n) && !(name[n] >= 'a' && name[n] <= 'z');
}

static bool is_main(const Decl *d) { return takes(d, "M") && !strcmp(d->u.func.name.name->text, "TestMain"); }

// --- what an example prints -----------------------------------------------------------------------------------

typedef struct Expected { Buf text; bool unordered; } Expected;

static uint32_t line_of(const File *f, Pos pos) {
    uint32_t line = 0;
    while (line + 1 < f->source->nlines && f->source->lines[line + 1] <= pos - f->source->base) line++;
    return line;
}

static bool begins_line(const File *f, Pos pos) {
    const char *text = f->source->text;
    uint32_t at = pos - f->source->base;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) at--;
    return at == 0 || text[at - 1] == '\n';
}

// A comment without its signs; of several lines each ends with a newline.
static void put_comment(const File *f, const Comment *c, Buf *out) {
    const char *s = f->source->text + (c->pos - f->source->base) + 2;
    size_t n = c->end - c->pos - 2;
    if (s[-1] == '*') n -= 2;
    else if (n && *s == ' ') s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t' || s[n - 1] == '\r' || s[n - 1] == '\n')) n--;
    buf_put(out, s, n);
    buf_putc(out, '\n');
}

static bool skip_word(const char **s, const char *word) {
    size_t n = strlen(word);
    if (strncasecmp(*s, word, n)) return false;
    *s += n;
    return true;
}

// What follows `Output:` or `Unordered output:` in the last comment of the body, lines that follow each other being one. False: there is none, so
// the example is not run.
static bool expected(const File *f, const Decl *d, Expected *e) {
    const Block *body = d->u.func.body;
    uint32_t end = f->ncomments;
    while (end > 0 && f->comments[end - 1].pos > body->rbrace) end--;
    if (end == 0 || f->comments[end - 1].pos < body->lbrace) return false;
    uint32_t first = end - 1;
    while (first > 0 && begins_line(f, f->comments[first].pos) && begins_line(f, f->comments[first - 1].pos) &&
           f->comments[first - 1].pos > body->lbrace && line_of(f, f->comments[first - 1].end - 1) + 1 == line_of(f, f->comments[first].pos))
        first--;
    Buf text = {0};
    for (uint32_t i = first; i < end; i++) put_comment(f, &f->comments[i], &text);
    const char *s = buf_str(&text);
    while (isspace((unsigned char)*s)) s++;
    e->unordered = skip_word(&s, "unordered ");
    bool found = skip_word(&s, "output:");
    if (found) buf_puts(&e->text, s + strspn(s, " "));
    buf_fini(&text);
    return found;
}

// --- the file -------------------------------------------------------------------------------------------------

static void quoted(Buf *out, const char *s) {
    buf_putc(out, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < ' ' || c == '"' || c == '\\' || c >= 0x7F) buf_printf(out, "\\x%02x", c);
        else buf_putc(out, (char)c);
    }
    buf_putc(out, '"');
}

static void note(Harness *h, const char *name) {
    if (h->n == h->cap) h->names = xrealloc(h->names, (h->cap = h->cap ? h->cap * 2 : 16) * sizeof *h->names);
    h->names[h->n++] = xstrdup(name);
}

static void put_example(Harness *h, const File *f, const Decl *d, Buf *out) {
    Expected e = {0};
    const char *name = d->u.func.name.name->text;
    if (expected(f, d, &e)) {
        buf_printf(out, "\t\t{\"%s\", %s, ", name, name);
        quoted(out, buf_str(&e.text));
        buf_printf(out, ", %s},\n", e.unordered ? "true" : "false");
        note(h, name);
    }
    buf_fini(&e.text);
}

void harness_write(void *context, File *const *files, uint32_t n, Buf *text) {
    Harness *h = context;
    Buf tests = {0}, examples = {0}, benchmarks = {0};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < files[i]->ndecls; k++) {
            const Decl *f = files[i]->decls[k];
            const char *name = f->kind == D_FUNC ? f->u.func.name.name->text : "";
            if (is_main(f)) h->has_main = true;
            else if (is_named(f, "Test", "T")) buf_printf(&tests, "\t\t{\"%s\", %s},\n", name, name), note(h, name);
            else if (is_named(f, "Benchmark", "B")) buf_printf(&benchmarks, "\t\t{\"%s\", %s},\n", name, name), h->benchmarks++;
            else if (is_named(f, "Example", NULL)) put_example(h, files[i], f, &examples);
        }
    buf_printf(text, "package %s\nimport (\n\tgol_testing \"testing\"\n\tgol_os \"os\"\n)\n", files[0]->package.name->text);
    buf_puts(text, "func " HARNESS_ENTRY "() {\n\tm := gol_testing.MainStart(");
    quoted(text, files[0]->source->path);
    buf_printf(text, ", []gol_testing.InternalTest{\n%s\t}, []gol_testing.InternalBenchmark{\n%s\t}, []gol_testing.InternalExample{\n%s\t})\n", buf_str(&tests),
               buf_str(&benchmarks), buf_str(&examples));
    buf_printf(text, "\t%s\n\tm.Exit()\n\tgol_os.Exit(0)\n}\n", h->has_main ? "TestMain(m)" : "m.Run()");
    buf_fini(&tests);
    buf_fini(&examples);
    buf_fini(&benchmarks);
}

void harness_each_name(const Input *in, void (*each)(const char *name, void *ctx), void *ctx) {
    Arena arena;
    Sources sources;
    Interner names;
    Diags diags;
    arena_init(&arena);
    sources_init(&sources);
    intern_init(&names);
    diags_init(&diags, &sources);
    for (; in; in = in->more) {
        const SourceFile *src = sources_add(&sources, in->path, buf_str(&in->text), in->text.len, false);
        const File *f = src ? parse_file(src, &arena, &names, &diags) : NULL;
        for (uint32_t k = 0; f && k < f->ndecls; k++)
            if (is_named(f->decls[k], "Test", "T") || is_named(f->decls[k], "Benchmark", "B") || is_named(f->decls[k], "Example", NULL))
                each(f->decls[k]->u.func.name.name->text, ctx);
    }
    diags_fini(&diags);
    intern_fini(&names);
    sources_fini(&sources);
    arena_fini(&arena);
}

void harness_fini(Harness *h) {
    for (uint32_t i = 0; i < h->n; i++) free(h->names[i]);
    free(h->names);
}

// --- what package testing is told -----------------------------------------------------------------------------

void harness_only(const char *run, const char *only, Buf *out) {
    const char *parts = run ? strchr(run, '/') : NULL;
    buf_printf(out, "^%s$%s", only, parts ? parts : "");
}

char **harness_args(Arena *a, const TestSettings *s, const char *only, char **args, int *n) {
    enum { WORDS = 12 };
    char **all = arena_array(a, char *, (size_t)*n + WORDS + 1);
    int k = 0;
    Buf run = {0};
    if (only) harness_only(s->run, only, &run);
    else if (s->run) buf_puts(&run, s->run);
    all[k++] = args[0];
    if (run.len) all[k++] = arena_printf(a, "-test.run=%s", buf_str(&run));
    if (s->bench && !only) all[k++] = arena_printf(a, "-test.bench=%s", s->bench);
    if (s->bench_ns) all[k++] = arena_printf(a, "-test.benchtime=%lldns", (long long)s->bench_ns);
    if (s->list) all[k++] = arena_printf(a, "-test.list=%s", s->list);
    if (s->verbose && !only) all[k++] = arena_printf(a, "-test.v");
    if (s->small) all[k++] = arena_printf(a, "-test.short");
    if (s->fail_fast) all[k++] = arena_printf(a, "-test.failfast");
    if (s->count) all[k++] = arena_printf(a, "-test.count=%lld", (long long)s->count);
    all[k++] = arena_printf(a, "-test.end");
    for (int i = 1; i < *n; i++) all[k++] = args[i];
    all[k] = NULL;
    *n = k;
    buf_fini(&run);
    return all;
}
