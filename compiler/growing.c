// growing.c — see growing.h. One Gen over all inputs; each input is a function of its own, and what of std it is the first to mention is
// initialised in front of it.
#include "compiler/growing.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "compiler/gen_int.h"

enum { // entries reserved. Method names have their own bound (gen_method_id), and types (gen_types.c)
    ROOM_FUNCS = 1 << 21, ROOM_CONSTS = 1 << 22, ROOM_STRINGS = 1 << 22, ROOM_GLOBALS = MODULE_GLOBALS, ROOM_METHODS = 1 << 14, ROOM_TYPES = 1 << 16,
    ROOM_SITES = 1 << 22, ROOM_NAMES = 1 << 22
};

typedef struct Started { // a package of std: which of its variables and init functions have been taken into an entry
    Func **steps;   // code of each InitStep; NULL: nothing mentions it yet
    bool *emitted;
    uint32_t n;
    bool inits;
} Started;

// What an input was the first to need of std, as a function. It may be that the input is never run, or interrupted before it has begun: so the next ones
// run the function too, unless its flag says that it has been run.
enum { OFFERED = 16 };
typedef struct Start {
    Func *f;
    uint32_t flag; // word in the globals block
    uint32_t left; // inputs that are still to offer it
} Start;

struct Growing {
    Gen g;
    ModuleMem *mem;
    Started *started; // as p->packages
    uint32_t nstarted, started_cap;
    Started own;      // variables of whole programs that were entered
    Start starts[OFFERED];
    uint32_t nstarts;
    uint32_t tables;  // method tables made before this input
    GenOptions o;
    Grown *out;
};

static void *reserve(ModuleMem *mem, size_t n, size_t size) {
    size_t bytes = n * size;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) (void)xmalloc(SIZE_MAX / 2); // ends the process: out of memory
    mem->rooms[mem->nrooms].at = p;
    mem->rooms[mem->nrooms++].bytes = bytes;
    return p;
}

static void reserve_tables(Growing *w) {
    Gen *g = &w->g;
    ModuleMem *mem = w->mem;
    Module *m = g->m;
    g->grows = true;
    m->funcs = reserve(mem, g->funcs_cap = ROOM_FUNCS, sizeof *m->funcs);
    m->consts = g->consts = reserve(mem, g->consts_cap = ROOM_CONSTS, sizeof *g->consts);
    m->strings = reserve(mem, g->strings_cap = ROOM_STRINGS, sizeof *m->strings);
    m->global_slots = g->global_slots = reserve(mem, g->globals_cap = ROOM_GLOBALS, 1);
    m->global_first = g->global_first = reserve(mem, g->global_first_cap = ROOM_GLOBALS, sizeof *g->global_first);
    m->method_names = g->method_names = reserve(mem, g->methods_cap = ROOM_METHODS, sizeof *g->method_names);
    g->method_pkgs = xcalloc(ROOM_METHODS, sizeof *g->method_pkgs);
    g->method_sigs = xcalloc(ROOM_METHODS, sizeof *g->method_sigs);
    gen_tables_new(g, ROOM_TYPES);
    m->names.sites = g->sites = reserve(mem, (g->sites_cap = ROOM_SITES) + GEN_LATE, sizeof *g->sites);
    m->names.late = g->late = g->sites + ROOM_SITES;
    m->names.globals = g->global_names = reserve(mem, g->global_names_cap = ROOM_NAMES, sizeof *g->global_names);
}

bool growing_full(const Growing *w) {
    const Module *m = w->g.m;
    return w->g.std_refused || m->nglobals > ROOM_GLOBALS - 1024 || m->nfuncs > ROOM_FUNCS / 2 || m->nconsts > ROOM_CONSTS / 2 || m->nstrings > ROOM_STRINGS / 2 ||
           m->names.nsites > ROOM_SITES / 2 || m->names.nglobals > ROOM_NAMES / 2;
}

static Func *new_entry(Gen *g, Fn *fn) {
    static const uint8_t no_slots[1];
    static FuncInfo info; // no variables of its own
    Func *f = gen_func_new(g, "main.main", 0, FUNC_THUNK | FUNC_STD); // as the input's own function is called: reports name its goroutine so
    f->param_slots = f->result_slots = no_slots;
    gen_fn_init(fn, g, f);
    fn->info = &info;
    fn->top = FRAME_HEADER + 1;
    gen_need(fn, fn->top + 2);
    return f;
}

static void end_entry(Fn *fn) {
    gen_emit(fn, OP_RET0, 0, 0, 0);
    gen_finish(fn);
}

Growing *growing_new(Program *p, const GenOptions *o) {
    Growing *w = xcalloc(1, sizeof *w);
    w->mem = xcalloc(1, sizeof *w->mem);
    w->o = *o;
    gen_open(&w->g, w->mem, p, &w->o);
    reserve_tables(w);
    Fn fn;
    w->g.m->entry = new_entry(&w->g, &fn)->index;
    end_entry(&fn);
    gen_begin(&w->g);
    return w;
}

void growing_free(Growing *w) {
    for (uint32_t i = 0; i < w->nstarted; i++) {
        free(w->started[i].steps);
        free(w->started[i].emitted);
    }
    free(w->started);
    free(w->own.steps);
    free(w->own.emitted);
    free(w->g.site_names);
    Module *m = w->g.m;
    gen_close(&w->g);
    module_free(m);
    free(w);
}

Module *growing_module(Growing *w) { return w->g.m; }

// ---- what of std is new ----

static Started *widen(Started *s, const Package *pkg) {
    if (s->n == pkg->ninit) return s;
    s->steps = xrealloc(s->steps, (pkg->ninit + 1) * sizeof *s->steps);
    s->emitted = xrealloc(s->emitted, (pkg->ninit + 1) * sizeof *s->emitted);
    for (; s->n < pkg->ninit; s->n++) {
        s->steps[s->n] = NULL;
        s->emitted[s->n] = false;
    }
    s->n = pkg->ninit;
    return s;
}

static Started *started(Growing *w, uint32_t i) {
    while (w->nstarted <= i) {
        if (w->nstarted == w->started_cap) w->started = gen_grow(w->started, &w->started_cap, i + 1, sizeof *w->started);
        w->started[w->nstarted++] = (Started){0};
    }
    return widen(&w->started[i], w->g.p->packages[i]);
}

static bool generate_steps(Growing *w) {
    bool added = gen_init_package(&w->g, w->g.p->main, widen(&w->own, w->g.p->main)->steps);
    gen_part(&w->g);
    for (uint32_t i = 0; i < w->g.p->npackages; i++) added |= gen_init_package(&w->g, w->g.p->packages[i], started(w, i)->steps);
    w->g.std_refused |= w->g.failed;
    gen_part(&w->g);
    return added;
}

static void generate_all(Growing *w) {
    do gen_drain(&w->g);
    while (generate_steps(w));
}

static bool waits(const Started *s) {
    for (uint32_t k = 0; k < s->n; k++)
        if (s->steps[k] && !s->emitted[k]) return true;
    return false;
}

static bool anything_to_start(Growing *w) {
    for (uint32_t i = 0; i < w->g.p->npackages; i++) {
        Started *s = started(w, i);
        if ((!s->inits && w->g.p->packages[i]->ninits) || waits(s)) return true;
    }
    return false;
}

static void emit_call(Fn *fn, const Func *f) { gen_emit_bc(fn, OP_CALL, FRAME_HEADER + 1, f->index); }

static void emit_steps(Fn *fn, Started *s) {
    for (uint32_t k = 0; k < s->n; k++) {
        if (!s->steps[k] || s->emitted[k]) continue;
        emit_call(fn, s->steps[k]);
        s->emitted[k] = true;
    }
}

static void emit_std(Growing *w, Fn *fn) {
    for (uint32_t i = 0; i < w->g.p->npackages; i++) {
        const Package *pkg = w->g.p->packages[i];
        Started *s = started(w, i);
        emit_steps(fn, s);
        for (uint32_t k = 0; k < pkg->ninits && !s->inits; k++) emit_call(fn, gen_func_of(&w->g, pkg->inits[k]));
        s->inits = true;
    }
}

static void new_start(Growing *w) {
    Fn fn;
    Start s = {.f = new_entry(&w->g, &fn), .flag = gen_flag(&w->g), .left = OFFERED};
    emit_std(w, &fn);
    gen_load_int(&fn, 0, 1);
    gen_emit_bc(&fn, OP_STG, 0, s.flag);
    end_entry(&fn);
    w->starts[w->nstarts++] = s; // there is room: each input adds one, and none is offered more than OFFERED times
}

static void offer_starts(Growing *w, Fn *fn) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->nstarts; i++) {
        Start s = w->starts[i];
        Label done = gen_label(fn);
        gen_emit_bc(fn, OP_LDG, 0, s.flag);
        gen_jcc(fn, OP_JNEI, 0, 0, done);
        emit_call(fn, s.f);
        gen_bind(fn, done);
        if (--s.left) w->starts[n++] = s;
    }
    w->nstarts = n;
}

// ---- an input ----

static void add_patch(Grown *out, Patch p) {
    if (out->npatches == out->cap) out->patches = gen_grow(out->patches, &out->cap, out->npatches + 1, sizeof *out->patches);
    out->patches[out->npatches++] = p;
}

// Tables of types that were in interfaces before, as they should be now: a method was added, perhaps to a type that others embed.
static void patch_methods(Growing *w, Grown *out) {
    Gen *g = &w->g;
    for (uint32_t i = 0; i < w->tables; i++) {
        RMethod *methods;
        uint32_t n;
        TypeId id = g->method_queue[i];
        if (gen_method_table_changed(g, id, &methods, &n)) add_patch(out, (Patch){.index = id, .methods = methods, .nmethods = n});
    }
}

// An instance that was made only so that a generic declaration is checked (generic_unused.c).
static bool is_stand_in(const Object *o) {
    const Type *recv = o->recv && o->recv->kind == T_POINTER ? o->recv->u.pointer.elem : o->recv;
    const Object *inst = recv && recv->kind == T_NAMED ? recv->u.named.obj : o;
    for (uint32_t i = 0; i < inst->ntargs; i++)
        if (inst->targs[i]->kind == T_NAMED && inst->targs[i]->u.named.obj->is_tparam) return true;
    return false;
}

static bool has_statements(const FuncInfo *script) {
    for (uint32_t i = 0; i < script->script.len; i++) {
        const Stmt *s = script->script.items[i];
        if (s->kind == S_EMPTY) continue;
        if (s->kind != S_DECL) return true;
        for (uint32_t k = 0; k < s->u.decl.len; k++)
            if (s->u.decl.items[k]->kind == D_VAR) return true;
    }
    return false;
}

static void forget_tmp(Gen *g) {
    arena_fini(&g->tmp);
    arena_init(&g->tmp);
}

bool growing_input(Growing *w, uint32_t first_init, Replaced *r, uint32_t nreplaced, bool methods, Grown *out) {
    Gen *g = &w->g;
    Package *main = g->p->main;
    g->failed = g->refused = false;
    g->at = 0;
    w->tables = g->method_queue_len;
    out->npatches = 0;
    out->runs = false;
    gen_spares_free(g);
    for (uint32_t i = 0; i < nreplaced; i++) {
        Func *f = gen_func_anew(g, r[i].old, r[i].now);
        r[i].before = f ? r[i].old->gen : NULL;
        if (f) add_patch(out, (Patch){.index = f->index, .func = f});
    }
    // All of it at once, also what nobody calls yet: what cannot be generated is refused where it is declared, and no later input can be refused
    // for the sake of an earlier one.
    for (uint32_t i = main->first_func; i < main->nfuncs; i++)
        if (!is_stand_in(main->funcs[i])) gen_func_of(g, main->funcs[i]);
    bool called = main->main != NULL;
    Func *script = has_statements(main->script_main) || called ? gen_func_lit(g, main->script_main) : NULL;
    for (uint32_t i = 0; i < g->p->npackages; i++)
        for (uint32_t k = 0; k < g->p->packages[i]->ninits; k++) gen_func_of(g, g->p->packages[i]->inits[k]);
    for (uint32_t i = first_init; i < main->ninits; i++) gen_func_of(g, main->inits[i]);
    generate_all(w);
    if (methods) {
        patch_methods(w, out);
        generate_all(w);
    }
    gen_names_append(g);
    gen_part(g);
    if (g->refused) return false; // main's steps, if there are any, go with the input: growing_undo
    bool start = anything_to_start(w), own = waits(&w->own) || first_init < main->ninits;
    if (start) new_start(w);
    out->runs = start || own || script;
    if (out->runs && (own || w->nstarts)) {
        Fn fn;
        out->entry = new_entry(g, &fn)->index;
        offer_starts(w, &fn);
        emit_steps(&fn, &w->own);
        for (uint32_t i = first_init; i < main->ninits; i++) emit_call(&fn, gen_func_of(g, main->inits[i]));
        if (script) emit_call(&fn, script);
        end_entry(&fn);
    } else if (script) out->entry = script->index;
    forget_tmp(g);
    return true;
}

void growing_undo(Growing *w, bool methods) {
    Gen *g = &w->g;
    for (uint32_t i = 0; methods && i < g->method_queue_len; i++) {
        RMethod *unseen;
        uint32_t n;
        if (i < w->tables) gen_method_table_changed(g, g->method_queue[i], &unseen, &n); // the module has not got the table yet
        else gen_method_table(g, g->method_queue[i]); // it has, but nobody has seen it
    }
    if (w->own.n > g->p->main->ninit) w->own.n = g->p->main->ninit;
    generate_all(w);
    forget_tmp(g);
}

void growing_restore(Growing *w, const Replaced *r, uint32_t nreplaced, bool methods, Grown *out) {
    Gen *g = &w->g;
    w->tables = g->method_queue_len;
    out->npatches = 0;
    out->runs = false;
    for (uint32_t i = 0; i < nreplaced; i++)
        if (r[i].before) add_patch(out, (Patch){.index = r[i].before->index, .func = r[i].before});
    if (methods) patch_methods(w, out);
    generate_all(w);
    gen_names_append(g);
    forget_tmp(g);
}

uint32_t growing_global(Growing *w, Object *o) {
    Fn fn = {.g = &w->g};
    return gen_loc(&fn, o).reg;
}

TypeId growing_type(Growing *w, Type *t) { return gen_type(&w->g, t); }
