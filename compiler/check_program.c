// From a file to a checked program.
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"

static void check_imports(Checker *c) {
    for (uint32_t i = 0; i < c->nimports; i++) {
        ImportUse *u = &c->imports[i];
        bool used = u->obj->used;
        if (u->is_dot)
            for (uint32_t k = 0; k < u->pkg->nobjects && !used; k++) used = u->pkg->objects[k]->used;
        if (used) continue;
        const char *last = strrchr(u->path, '/');
        last = last ? last + 1 : u->path;
        DiagCode code = u->in_script ? DIAG_UNUSED_IMPORT_SCRIPT : DIAG_UNUSED_IMPORT;
        Diag *d = u->is_dot || !strcmp(last, u->obj->name->text)
            ? check_error(c, code, u->pos, u->end, "\"%s\" imported and not used", u->path)
            : check_error(c, code, u->pos, u->end, "\"%s\" imported as %s and not used", u->path, u->obj->name->text);
        help(c, d, "remove the import");
    }
}

static void check_main(Checker *c, Package *pkg, bool library) {
    if (pkg->is_script || (library && pkg->main)) return;
    File *f = pkg->files[0];
    if (strcmp(pkg->name->text, "main")) {
        if (library) return;
        Diag *d = check_error(c, DIAG_NO_MAIN, f->package.pos, f->package.pos + f->package.name->len, "package %s is not a main package", pkg->name->text);
        help(c, d, "a program to be run begins with package main; a file without a package clause is a script");
    } else if (!pkg->main) {
        Diag *d = check_error(c, DIAG_NO_MAIN, f->package.pos, f->package.pos + f->package.name->len, "function main is undeclared in the main package");
        help(c, d, "a program starts in func main() { ... }");
    }
}

static int lang_of(const char *version) { // "go1.21"
    if (!version || strncmp(version, "go1.", 4)) return 99;
    return atoi(version + 4);
}

static void warn_early_calls(Checker *c);

static void reach_everything(Checker *c) {
    for (uint32_t i = 0; i < c->npkgs; i++)
        for (uint32_t k = 0; k < c->pkgs[i]->nobjects; k++) {
            Object *o = c->pkgs[i]->objects[k];
            resolve_object(c, o);
            if (o->kind == O_FUNC) reach(c, o);
        }
}

static void check_all(Checker *c, Package *pkg, bool library) {
    package_collect(c, pkg);
    // Defined types first, then aliases: a cycle through both is fine when it is entered at the defined type.
    for (int pass = 0; pass < 3; pass++)
        for (uint32_t i = 0; i < pkg->nobjects; i++) {
            Object *o = pkg->objects[i];
            int when = o->kind != O_TYPE ? 2 : o->decl->u.type.alias;
            if (when == pass) resolve_object(c, o);
        }
    run_later(c);
    if (pkg->is_script) check_script(c, pkg);
    if (c->whole_std) reach_everything(c);
    check_bodies(c);
    for (uint32_t round = 0; check_generics(c, round); round++) check_bodies(c);
    finish_script(c);
    if (pkg->is_script) warn_early_calls(c);
    check_main(c, pkg, library);
    check_imports(c);
}

// A function of a script that is called above the declaration of a variable it uses: it sees zero.
static void warn_early_calls(Checker *c) {
    StmtList l = c->p->main->script_main->script;
    for (uint32_t i = 0; i < l.len; i++) {
        Stmt *s = l.items[i];
        Expr *call = s->kind == S_EXPR ? s->u.expr.x : s->kind == S_DEFINE && s->u.define.rhs.len ? s->u.define.rhs.items[0] : s->kind == S_GO || s->kind == S_DEFER ? s->u.go.call : NULL;
        if (!call || call->kind != E_CALL || call->u.call.fun->kind != E_NAME) continue;
        Object *f = call->u.call.fun->u.name.obj;
        if (!f || f->kind != O_FUNC || !f->info_decl || s->kind == S_DEFER) continue;
        for (uint32_t k = 0; k < f->info_decl->nshared; k++) {
            Object *v = f->info_decl->shared[k];
            if (v->pos < call->start) continue;
            Diag *d = check_error_at(c, DIAG_CALLED_BEFORE, call, "%s uses %s, which is not set yet: it is zero here", f->name->text, v->name->text);
            label(c, d, v->pos, "%s gets its value here", v->name->text);
            help(c, d, "call %s after this line", f->name->text);
            break;
        }
    }
}

void checker_fini(Checker *c) {
    for (uint32_t i = 0; i < c->npkgs; i++)
        for (uint32_t k = 0; k < c->pkgs[i]->nobjects; k++) {
            DeclInfo *di = c->pkgs[i]->objects[k]->info_decl;
            free(di->deps);
            di->deps = NULL;
            di->ndeps = 0;
            free(di->shared);
            di->shared = NULL;
            di->nshared = 0;
        }
    for (uint32_t i = 0; i < c->ninstances; i++) {
        free(c->instances[i]->deps);
        free(c->instances[i]->shared);
        c->instances[i]->deps = c->instances[i]->shared = NULL;
        c->instances[i]->ndeps = c->instances[i]->nshared = 0;
    }
    free(c->instances);
    free(c->later);
    free(c->bodies);
    free(c->imports);
    free(c->pkgs);
}

static File *parse_text(Checker *c, const char *path, const char *text, size_t len, bool is_std) {
    const SourceFile *src = sources_add(&c->p->sources, path, text, len, is_std);
    if (!src) gol_bug("no room for a source text");
    return parse_file(src, c->a, &c->p->names, c->d);
}

// The files of the main package, parsed; false when there were errors.
static bool parse_main(Checker *c, Package *pkg, const CheckOptions *o) {
    pkg->files = arena_array(c->a, File *, o->nfiles + 1);
    for (uint32_t i = 0; i < o->nfiles; i++)
        pkg->files[pkg->nfiles++] = parse_text(c, o->files[i].path, o->files[i].text, o->files[i].len, false);
    if (c->d->errors) return false;
    Ident first = pkg->files[0]->package;
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        if (!f->package.name && (o->nfiles > 1 || o->harness)) {
            Diag *d = check_error(c, DIAG_NO_MAIN, f->source->base, 0, "%s is a script: it has no package clause", f->source->path);
            help(c, d, o->harness ? "begin with `package main`: tests are functions of a package" : "files that make up one program begin with the same package clause");
        } else if (f->package.name != first.name) {
            Diag *d = check_error(c, DIAG_NO_MAIN, f->package.pos, f->package.pos + f->package.name->len, "found packages %s and %s in one program", first.name->text, f->package.name->text);
            label(c, d, first.pos, "package %s", first.name->text);
        }
    }
    if (c->d->errors || !o->harness) return !c->d->errors;
    Buf text = {0};
    o->harness(o->context, pkg->files, pkg->nfiles, &text);
    pkg->files[pkg->nfiles++] = parse_text(c, "<test main>", arena_strndup(c->a, buf_str(&text), text.len), text.len, true);
    buf_fini(&text);
    return !c->d->errors;
}

void checker_init(Checker *c, Program *p, int lang_minor) {
    *p = (Program){.lang_minor = lang_minor};
    arena_init(&p->arena);
    intern_init(&p->names);
    sources_init(&p->sources);
    diags_init(&p->diags, &p->sources);
    *c = (Checker){.p = p, .a = &p->arena, .d = &p->diags, .u = &p->universe};
    c->blank = intern_cstr(&p->names, "_");
    c->n_init = intern_cstr(&p->names, "init");
    c->n_main = intern_cstr(&p->names, "main");
    c->n_error = intern_cstr(&p->names, "Error");
    universe_init(c);
}

bool program_check(Program *p, const CheckOptions *o) {
    Checker c;
    checker_init(&c, p, o->lang_minor);
    c.whole_std = o->whole_std;
    if (o->harness) c.n_main = intern_cstr(&p->names, o->entry);

    Package *pkg = arena_new(&p->arena, Package);
    if (!parse_main(&c, pkg, o)) return false;
    const File *f = pkg->files[0];
    pkg->is_script = !f->package.name;
    pkg->path = "main";
    pkg->name = pkg->is_script ? c.n_main : f->package.name;
    p->main = pkg;
    if (lang_of(f->go_version) < p->lang_minor) p->lang_minor = lang_of(f->go_version);
    PUSH(&c, c.pkgs, c.npkgs, c.pkgs_cap, pkg);

    check_all(&c, pkg, o->library || o->harness);
    p->packages = arena_array(&p->arena, Package *, c.npkgs + 1);
    package_list(&c, pkg);
    order_initialisation(&c, pkg);
    if (!p->diags.errors) {
        if (c.invalid_silently) check_error(&c, DIAG_NO_PACKAGE, 0, 0, "a part of the program has no type");
        for (uint32_t i = 0; i + 1 < p->npackages; i++) order_initialisation(&c, p->packages[i]);
    }
    checker_fini(&c);
    return p->diags.errors == 0;
}

void program_fini(Program *p) {
    for (uint32_t i = 0; i < p->npackages; i++) {
        Package *pkg = p->packages[i];
        for (uint32_t k = 0; k < pkg->nobjects; k++) free(pkg->objects[k]->info_decl->methods);
        free(pkg->imports);
        free(pkg->funcs);
        free(pkg->inits);
        free(pkg->objects);
    }
    diags_fini(&p->diags);
    sources_fini(&p->sources);
    intern_fini(&p->names);
    arena_fini(&p->arena);
}
