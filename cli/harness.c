#include "cli/harness.h"

#include <string.h>

#include "cli/options.h"

// Whether the declaration is a function of one parameter, `*pkg.type`, and no results.
static bool takes(const Decl *d, const char *type) {
    if (d->kind != D_FUNC || d->u.func.recv || !d->u.func.body) return false;
    const Expr *sig = d->u.func.type;
    const FieldList *in = &sig->u.functype.params;
    if (in->len != 1 || in->items[0].nnames > 1 || sig->u.functype.results.len || sig->u.functype.tparams.len) return false;
    const Expr *p = in->items[0].type;
    if (p->kind != E_STAR) return false;
    p = p->u.star.x;
    if (p->kind == E_SELECTOR) return !strcmp(p->u.sel.sel.name->text, type);
    return p->kind == E_NAME && !strcmp(p->u.name.name->text, type); // import . "testing"
}

static bool is_test(const Decl *d) {
    if (!takes(d, "T")) return false;
    const char *name = d->u.func.name.name->text;
    return !strncmp(name, "Test", 4) && !(name[4] >= 'a' && name[4] <= 'z');
}

static void quoted(Buf *out, const char *s) {
    buf_putc(out, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < ' ' || c == '"' || c == '\\' || c >= 0x7F) buf_printf(out, "\\x%02x", c);
        else buf_putc(out, (char)c);
    }
    buf_putc(out, '"');
}

bool harness_write(const void *context, File *const *files, uint32_t n, Diags *d, Buf *text) {
    const TestSettings *s = context;
    const Decl *test_main = NULL;
    (void)d;
    buf_printf(text, "package %s\nimport (\n\tgol_testing \"testing\"\n\tgol_os \"os\"\n)\n", files[0]->package.name->text);
    buf_puts(text, "func " HARNESS_ENTRY "() {\n\tm := gol_testing.MainStart(gol_testing.Config{Title: ");
    quoted(text, files[0]->source->path);
    buf_puts(text, ", Run: ");
    quoted(text, s->run ? s->run : "");
    buf_printf(text, ", Verbose: %s, Short: %s, Count: %lld}, []gol_testing.InternalTest{\n", s->verbose ? "true" : "false",
               s->small ? "true" : "false", (long long)(s->count ? s->count : 1));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < files[i]->ndecls; k++) {
            const Decl *f = files[i]->decls[k];
            if (takes(f, "M") && !strcmp(f->u.func.name.name->text, "TestMain")) test_main = f;
            else if (is_test(f)) buf_printf(text, "\t\t{\"%s\", %s},\n", f->u.func.name.name->text, f->u.func.name.name->text);
        }
    buf_printf(text, "\t})\n\t%s\n\tm.Exit()\n\tgol_os.Exit(0)\n}\n", test_main ? "TestMain(m)" : "m.Run()");
    return true;
}
