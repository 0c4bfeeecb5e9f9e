// Packages: from import paths to parsed files to objects that wait to be resolved. Package main comes from the caller,
// all others from the sources that are inside gol (std/embed.h); each is loaded at its first mention.
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"
#include "std/embed.h"

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static Package *find_package(Checker *c, const char *path) {
    for (uint32_t i = 0; i < c->npkgs; i++)
        if (!strcmp(c->pkgs[i]->path, path)) return c->pkgs[i];
    return NULL;
}

// The path of std whose last part is `name`. math/rand before others that end so.
static const char *path_of_name(const char *name) {
    const char *found = NULL;
    for (uint32_t i = 0; i < embedded_count; i++) {
        const char *path = embedded_files[i].package;
        if (strcmp(base_name(path), name) || !strncmp(path, "internal/", 9) || strstr(path, "/internal/")) continue;
        if (!found || !strncmp(path, "math/", 5)) found = path;
    }
    return found;
}

static const char *nearest_path(const char *path) {
    const char *best = path_of_name(base_name(path));
    uint32_t limit = 2;
    for (uint32_t i = 0; !best && i < embedded_count; i++) {
        const char *p = embedded_files[i].package;
        uint32_t d = name_distance(path, strlen(path), p, strlen(p), limit);
        if (d <= limit && strlen(path) > 2) best = p;
    }
    return best;
}

const char *package_for_hint(const Name *name) {
    return path_of_name(name->text);
}

// Packages that learners' programs import and gol has not got: what to do instead. A path with '/' at its end stands for all under it.
static const char *absent_why(const char *path) {
    static const struct { const char *path, *why; } absent[] = {
        {"net", "gol has no network: a program's concurrency can be tried with io.Pipe or channels in the place of connections"},
        {"net/http", "gol has no network: let a function of your own answer in the place of a server, with time.Sleep for its delay"},
        {"net/", "gol has no network; \"net/url\" is there"},
        {"os/exec", "gol starts no other programs: what a script runs stays inside gol"},
        {"plugin", "gol loads no compiled code"},
        {"database/sql", "gol has no drivers for databases: a map with a sync.RWMutex can stand in for one"},
        {"html/template", "there is \"text/template\", whose functions html and js escape what they are given"},
    };
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        size_t n = strlen(absent[i].path);
        bool all = absent[i].path[n - 1] == '/';
        if (all ? !strncmp(path, absent[i].path, n) : !strcmp(path, absent[i].path)) return absent[i].why;
    }
    return NULL;
}

Package *package_of_name(Checker *c, const Name *name) {
    const char *path = path_of_name(name->text);
    return path ? package_load(c, path, strlen(path), 0, 0) : NULL;
}

Package *package_load(Checker *c, const char *path, size_t len, Pos pos, Pos end) {
    char *p = arena_strndup(c->a, path, len);
    Package *pkg = find_package(c, p);
    if (pkg) {
        if (pkg->state != 1) return pkg;
        check_error(c, DIAG_IMPORT_CYCLE, pos, end, "import cycle not allowed: \"%s\" imports itself, through what it imports", p);
        return NULL;
    }
    uint32_t n = 0;
    const EmbeddedFile *files = embed_package(p, &n);
    if (!strcmp(p, "unsafe") || !strcmp(p, "C") || !strcmp(p, "embed")) {
        Diag *d = check_error(c, DIAG_UNSAFE, pos, end, "package \"%s\" is not in gol's library, and will not be", p);
        help(c, d, "gol keeps every program inside memory that is its own; unsafe, cgo and embed would step outside");
        return NULL;
    }
    if (!files) {
        Diag *d = check_error(c, DIAG_NO_PACKAGE, pos, end, "package \"%s\" is not in gol's library", p);
        const char *near = nearest_path(p), *why = absent_why(p);
        if (why) help(c, d, "%s", why);
        else if (near) help(c, d, "there is a package \"%s\"", near);
        else if (strchr(p, '.')) help(c, d, "gol runs programs of one package with the standard library; it does not download modules");
        return NULL;
    }
    pkg = arena_new(c->a, Package);
    pkg->path = p;
    pkg->is_std = true;
    pkg->state = 1;
    pkg->files = arena_array(c->a, File *, n);
    PUSH(c, c->pkgs, c->npkgs, c->pkgs_cap, pkg);
    for (uint32_t i = 0; i < n; i++) {
        const SourceFile *src = sources_add(&c->p->sources, files[i].path, files[i].text, files[i].len, true);
        if (!src) return NULL;
        File *f = parse_file(src, c->a, &c->p->names, c->d);
        pkg->files[pkg->nfiles++] = f;
        if (f->package.name) pkg->name = f->package.name;
    }
    if (!pkg->name) pkg->name = intern_cstr(&c->p->names, base_name(p));
    package_collect(c, pkg);
    pkg->state = 2;
    return pkg;
}

void package_list(Checker *c, Package *pkg) {
    if (pkg->state == 3) return;
    pkg->state = 3;
    for (uint32_t i = 0; i < pkg->nimports; i++) package_list(c, pkg->imports[i]);
    c->p->packages[c->p->npackages++] = pkg;
}

// ---- declarations to objects ----

static void add_import(Checker *c, Package *pkg, Package *imported) {
    for (uint32_t i = 0; i < pkg->nimports; i++)
        if (pkg->imports[i] == imported) return;
    PUSH(c, pkg->imports, pkg->nimports, pkg->imports_cap, imported);
}

void package_add_import(Checker *c, Package *pkg, Package *imported) { add_import(c, pkg, imported); }

static void collect_import(Checker *c, Package *pkg, Scope *file, Decl *d) {
    const char *path = d->u.import.path;
    size_t len = d->u.import.path_len;
    Pos pos = d->u.import.path_pos ? d->u.import.path_pos : d->pos;
    if (!len) {
        check_error(c, DIAG_NO_PACKAGE, pos, d->end, "invalid import path (empty string)");
        return;
    }
    Env saved = c->env;
    Package *imported = package_load(c, path, len, pos, d->end);
    c->env = saved;
    Ident id = d->u.import.name;
    if (!imported) { // its name is known, so that what uses it is silent
        const char *text = arena_strndup(c->a, path, len);
        if (!id.name) id = (Ident){intern_cstr(&c->p->names, base_name(text)), pos};
        Object *o = new_object(c, O_BAD, id, c->u->basic[T_INVALID]);
        if (id.name != c->blank && id.name->text[0] != '.') scope_insert(c->a, file, o);
        return;
    }
    add_import(c, pkg, imported);
    bool dot = id.name && !strcmp(id.name->text, ".");
    if (id.name == c->blank) return;
    if (id.name && id.name == c->n_init) {
        check_error(c, DIAG_BAD_MAIN, id.pos, 0, "cannot import package as init - init must be a func");
        return;
    }
    Object *o = new_object(c, O_PACKAGE, id.name && !dot ? id : (Ident){imported->name, pos}, c->u->basic[T_INVALID]);
    o->imported = imported;
    d->u.import.obj = o;
    if (!pkg->is_std) {
        ImportUse use = {.obj = o, .pkg = imported, .pos = pos, .end = d->end, .is_dot = dot, .in_script = pkg->is_script,
                         .path = imported->path};
        PUSH(c, c->imports, c->nimports, c->imports_cap, use);
    }
    if (dot) {
        for (uint32_t i = 0; i < imported->nobjects; i++) {
            Object *m = imported->objects[i];
            if (!m->name->exported || m->info_decl->is_method) continue;
            Object *old = scope_insert(c->a, file, m);
            if (old && old != m) check_error(c, DIAG_REDECLARED, pos, d->end, "%s redeclared in this block", m->name->text);
        }
        return;
    }
    Object *old = scope_insert(c->a, file, o);
    if (old) {
        Diag *diag = check_error(c, DIAG_REDECLARED, pos, d->end, "%s redeclared in this block", o->name->text);
        label(c, diag, old->pos, "other declaration of %s", o->name->text);
        if (old->kind == O_PACKAGE) help(c, diag, "it is imported already: remove one of the two");
    }
}

static DeclInfo *collect_object(Checker *c, Package *pkg, Scope *file, Object *o, Decl *d, uint32_t index) {
    DeclInfo *di = arena_new(c->a, DeclInfo);
    *di = (DeclInfo){.obj = o, .pkg = pkg, .file_scope = file, .decl = d, .index = index, .id = ++c->next_id};
    di->owner = di;
    o->info_decl = di;
    o->pkg = pkg;
    o->decl = d;
    o->func = NULL;
    o->type = NULL;
    o->check_state = 0;
    PUSH(c, pkg->objects, pkg->nobjects, pkg->objects_cap, o);
    return di;
}

static void enter(Checker *c, Package *pkg, Object *o) {
    if (o->name == c->n_init && o->kind != O_FUNC) {
        check_error(c, DIAG_BAD_MAIN, o->pos, o->pos + 4, "cannot declare init - must be func");
        return;
    }
    if (o->name == c->n_main && pkg == c->p->main && o->kind != O_FUNC && !pkg->is_script) {
        check_error(c, DIAG_BAD_MAIN, o->pos, o->pos + 4, "cannot declare main - must be func");
        return;
    }
    declare(c, pkg->scope, o);
}

static Object **collect_names(Checker *c, Package *pkg, Scope *file, Decl *d, ObjKind kind) {
    Object **objs = arena_array(c->a, Object *, d->u.value.nnames);
    for (uint32_t i = 0; i < d->u.value.nnames; i++) {
        Object *o = objs[i] = new_object(c, kind, d->u.value.names[i], NULL);
        o->is_global = kind == O_VAR;
        collect_object(c, pkg, file, o, d, i);
        enter(c, pkg, o);
    }
    d->u.value.objs = objs;
    return objs;
}

static void collect_type(Checker *c, Package *pkg, Scope *file, Decl *d) {
    Object *o = new_object(c, O_TYPE, d->u.type.name, NULL);
    collect_object(c, pkg, file, o, d, 0);
    d->u.type.obj = o;
    if (d->u.type.tparams.len) {
        generic_new(c, o->info_decl, d->u.type.tparams);
        if (!pkg->is_std) generic_mark_names(c, o->info_decl);
    }
    enter(c, pkg, o);
}

static void collect_func(Checker *c, Package *pkg, Scope *file, Decl *d) {
    Object *o = new_object(c, O_FUNC, d->u.func.name, NULL);
    DeclInfo *di = collect_object(c, pkg, file, o, d, 0);
    d->u.func.obj = o;
    FieldList tparams = d->u.func.type->u.functype.tparams;
    bool generic = tparams.len || generic_receiver(d);
    if (tparams.len) generic_new(c, di, tparams);
    if (generic && !pkg->is_std) generic_mark_names(c, di);
    if (!pkg->is_std && !generic) {
        PUSH(c, pkg->funcs, pkg->nfuncs, pkg->funcs_cap, o);
        di->queued = true;
    }
    if (d->u.func.recv) {
        di->is_method = true;
        return;
    }
    if (o->name == c->n_init) {
        o->is_init = true;
        return;
    }
    if (o->name == c->n_main && pkg == c->p->main) pkg->main = pkg->main ? pkg->main : o;
    enter(c, pkg, o);
}

static void collect_decl(Checker *c, Package *pkg, Scope *file, Decl *d) {
    switch ((DeclKind)d->kind) {
    case D_CONST: collect_names(c, pkg, file, d, O_CONST); break;
    case D_VAR: collect_names(c, pkg, file, d, O_VAR); break;
    case D_TYPE: collect_type(c, pkg, file, d); break;
    case D_FUNC: collect_func(c, pkg, file, d); break;
    case D_IMPORT: case D_BAD: break;
    }
}

bool method_lost(const Checker *c, const Name *name) {
    for (uint32_t i = 0; i < c->nlost; i++)
        if (c->lost[i] == name) return true;
    return false;
}

static Object *find_base(const Checker *c, const Package *pkg, const Name *name) {
    Object *o = scope_find(pkg->scope, name);
    return o || !c->trial ? o : scope_find(pkg->scope->parent, name); // a type of an earlier input
}

// A method goes to the list of its base type, whatever the receiver turns out to be when it is resolved.
static void attach_method(Checker *c, Package *pkg, Object *m) {
    Expr *e = m->decl->u.func.recv->type;
    while (e && (e->kind == E_STAR || e->kind == E_PAREN)) {
        if (e->kind == E_STAR) m->ptr_recv = true;
        e = e->kind == E_STAR ? e->u.star.x : e->u.paren.x;
    }
    if (e && e->kind == E_INDEX) e = e->u.index.x;
    if (!e || e->kind != E_NAME) return;
    Object *base = find_base(c, pkg, e->u.name.name);
    for (int steps = 0; steps < 100 && base && base->kind == O_TYPE && base->decl && base->decl->u.type.alias; steps++) {
        Expr *of = base->decl->u.type.type; // an alias: the type behind it has the method
        if (of->kind == E_STAR) m->ptr_recv = true;
        if (of->kind == E_STAR) of = of->u.star.x;
        if (of->kind != E_NAME) return;
        base = find_base(c, pkg, of->u.name.name);
    }
    bool bare = base && base->kind == O_TYPE && base->info_decl && base->info_decl->generic && !generic_receiver(m->decl);
    if ((!base || bare) && c->nlost < COUNT_OF(c->lost)) c->lost[c->nlost++] = m->name;
    if (!base || base->kind != O_TYPE || !base->info_decl) return;
    DeclInfo *di = base->info_decl;
    if (di->generic && generic_receiver(m->decl)) { // its instances have methods of their own
        m->check_state = 2;
        m->type = c->u->basic[T_INVALID];
    }
    if (input_attach(c, di, m)) return;
    if (m->name != c->blank && m->name)
        for (uint32_t i = 0; i < di->nmethods; i++)
            if (di->methods[i]->name == m->name) {
                Diag *d = check_error(c, DIAG_DUPLICATE_MEMBER, m->pos, m->pos + m->name->len, "method %s.%s already declared",
                                      base->name->text, m->name->text);
                label(c, d, di->methods[i]->pos, "the first declaration");
                return;
            }
    PUSH(c, di->methods, di->nmethods, di->methods_cap, m);
}

void package_collect(Checker *c, Package *pkg) {
    Env saved = c->env;
    c->env = (Env){.pkg = pkg};
    bool input = c->trial && pkg == c->p->main; // a session's package grows by one file after the other
    uint32_t first = pkg->nobjects;
    pkg->scope = scope_new(c->a, input ? past_scope(c->a, c->trial->past, c->u->scope) : c->u->scope);
    for (uint32_t i = 0; i < pkg->nfiles; i++) {
        File *f = pkg->files[i];
        Scope *file = scope_new(c->a, pkg->scope), *inner = input ? c->script_scope = scope_new(c->a, file) : file;
        for (uint32_t k = 0; k < f->ndecls; k++)
            if (f->decls[k]->kind == D_IMPORT) collect_import(c, pkg, file, f->decls[k]);
        for (uint32_t k = 0; k < f->ndecls; k++) collect_decl(c, pkg, inner, f->decls[k]);
        for (uint32_t k = 0; k < f->script.len; k++) { // variables are declared where they stand
            Stmt *s = f->script.items[k];
            while (s->kind == S_LABELED && s->u.labeled.stmt) s = s->u.labeled.stmt;
            for (uint32_t j = 0; s->kind == S_DECL && j < s->u.decl.len; j++)
                if (s->u.decl.items[j]->kind != D_VAR) collect_decl(c, pkg, inner, s->u.decl.items[j]);
        }
        for (uint32_t k = first; k < pkg->nobjects; k++) { // a name is the package's or a file's, not both
            Object *o = pkg->objects[k], *import = o->info_decl->is_method || o->is_init ? NULL : scope_find(file, o->name);
            if (!import || (import->kind != O_PACKAGE && import->pkg == pkg)) continue;
            Diag *d = check_error(c, DIAG_REDECLARED, o->pos, o->pos + o->name->len, "%s already declared through import of package \"%s\"",
                                  o->name->text, import->kind == O_PACKAGE ? import->imported->path : import->pkg ? import->pkg->path : "");
            label(c, d, import->pos, "the import");
        }
        if (pkg == c->p->main) c->main_scope = file;
    }
    for (uint32_t i = first; i < pkg->nobjects; i++)
        if (pkg->objects[i]->info_decl->is_method) attach_method(c, pkg, pkg->objects[i]);
    for (uint32_t i = first; i < pkg->nobjects; i++) {
        Object *o = pkg->objects[i];
        if (!o->is_init) continue;
        PUSH(c, pkg->inits, pkg->ninits, pkg->inits_cap, o);
        reach(c, o);
    }
    c->env = saved;
}
