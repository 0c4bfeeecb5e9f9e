// gen.c — the module while it grows: functions found on the way from the entry (a worklist of bodies), interned constants,
// strings, method names and globals.
#include "compiler/gen_int.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *gen_grow(void *p, uint32_t *cap, uint32_t need, size_t size) {
    uint32_t n = *cap ? *cap * 2 : 16;
    while (n < need) n *= 2;
    *cap = n;
    return xrealloc(p, n * size);
}

void *gen_table(Gen *g, void *p, uint32_t *cap, uint32_t need, size_t size) {
    if (need <= *cap) return p;
    if (g->grows) gol_bug("a table of the session is full");
    return gen_grow(p, cap, need, size);
}

void gen_not_done(Gen *g, Pos pos, const char *what) {
    g->failed = true;
    if (!pos) pos = g->at;
    diag_add(&g->p->diags, DIAG_NOT_GENERATED, pos, 0, "%s: gol does not run this yet", what);
}

// --- interning. Tables hold index + 1 and are never more than half full.

static uint32_t hash_bytes(const void *p, size_t n) {
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) h = (h ^ ((const uint8_t *)p)[i]) * 16777619u;
    return h ^ h >> 15;
}
static uint32_t hash_word(Word w) {
    w *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(w >> 32);
}

static void const_place(Gen *g, uint32_t i) {
    uint32_t at = hash_word(g->consts[i]) & g->const_mask;
    while (g->const_table[at]) at = (at + 1) & g->const_mask;
    g->const_table[at] = i + 1;
}
uint32_t gen_const(Gen *g, Word w) {
    Module *m = g->m;
    for (uint32_t i = hash_word(w) & g->const_mask; g->const_table[i]; i = (i + 1) & g->const_mask)
        if (g->consts[g->const_table[i] - 1] == w) return g->const_table[i] - 1;
    g->consts = gen_table(g, g->consts, &g->consts_cap, m->nconsts + 1, sizeof(Word));
    g->consts[m->nconsts++] = w;
    if (m->nconsts * 2 > g->const_mask) {
        free(g->const_table);
        g->const_mask = g->const_mask * 2 + 1;
        g->const_table = xcalloc(g->const_mask + 1, sizeof(uint32_t));
        for (uint32_t i = 0; i < m->nconsts; i++) const_place(g, i);
    } else const_place(g, m->nconsts - 1);
    return m->nconsts - 1;
}

static void string_place(Gen *g, uint32_t i) {
    const Str *s = g->m->strings[i];
    uint32_t at = hash_bytes(s->data, s->len) & g->string_mask;
    while (g->string_table[at]) at = (at + 1) & g->string_mask;
    g->string_table[at] = i + 1;
}
uint32_t gen_string(Gen *g, const char *text, size_t n) {
    Module *m = g->m;
    for (uint32_t i = hash_bytes(text, n) & g->string_mask; g->string_table[i]; i = (i + 1) & g->string_mask) {
        const Str *s = m->strings[g->string_table[i] - 1];
        if (s->len == n && !memcmp(s->data, text, n)) return g->string_table[i] - 1;
    }
    Word *obj = arena_alloc(g->arena, sizeof(Word) + sizeof(Str) + n + 1);
    obj[0] = TYPE_STR_OBJ;
    Str *s = (Str *)(obj + 1);
    s->data = (uint8_t *)(s + 1);
    s->len = n;
    memcpy(s + 1, text, n);
    m->strings = gen_table(g, (void *)m->strings, &g->strings_cap, m->nstrings + 1, sizeof(Str *));
    m->strings[m->nstrings++] = s;
    if (m->nstrings * 2 > g->string_mask) {
        free(g->string_table);
        g->string_mask = g->string_mask * 2 + 1;
        g->string_table = xcalloc(g->string_mask + 1, sizeof(uint32_t));
        for (uint32_t i = 0; i < m->nstrings; i++) string_place(g, i);
    } else string_place(g, m->nstrings - 1);
    return m->nstrings - 1;
}

uint32_t gen_method_id(Gen *g, const Name *name, const Package *pkg, Type *sig) {
    Module *m = g->m;
    if (name->exported) pkg = NULL;
    uint32_t h = name->hash ^ (uint32_t)((uintptr_t)pkg >> 4);
    for (uint32_t i = h & g->method_mask; g->method_table[i]; i = (i + 1) & g->method_mask) {
        uint32_t id = g->method_table[i] - 1;
        if (g->method_names[id] == name->text && g->method_pkgs[id] == pkg && type_identical(g->method_sigs[id], sig)) return id;
    }
    if (m->nmethod_ids * 2 + 2 > g->method_mask) {
        gen_not_done(g, 0, "programs with more than 16,000 method names");
        return 0;
    }
    if (m->nmethod_ids == g->methods_cap) {
        g->method_names = gen_table(g, g->method_names, &g->methods_cap, m->nmethod_ids + 1, sizeof(char *));
        g->method_pkgs = xrealloc(g->method_pkgs, g->methods_cap * sizeof(Package *));
        g->method_sigs = xrealloc(g->method_sigs, g->methods_cap * sizeof(Type *));
    }
    g->method_names[m->nmethod_ids] = name->text;
    g->method_pkgs[m->nmethod_ids] = pkg;
    g->method_sigs[m->nmethod_ids] = sig;
    uint32_t at = h & g->method_mask;
    while (g->method_table[at]) at = (at + 1) & g->method_mask;
    g->method_table[at] = m->nmethod_ids + 1;
    return m->nmethod_ids++;
}

static uint32_t global_words(Gen *g, const uint8_t *slots, uint32_t n) {
    Module *m = g->m;
    if (g->grows && n > g->globals_cap - m->nglobals) {
        gen_not_done(g, 0, "variables of more than 8 MB in one session");
        return 0;
    }
    g->global_slots = gen_table(g, g->global_slots, &g->globals_cap, m->nglobals + n, 1);
    g->global_first = gen_table(g, g->global_first, &g->global_first_cap, m->nglobals + n, sizeof(uint32_t));
    for (uint32_t i = 0; i < n; i++) g->global_first[m->nglobals + i] = m->nglobals;
    memcpy(g->global_slots + m->nglobals, slots, n);
    m->nglobals += n;
    return m->nglobals - n;
}
typedef struct Spare { // words for a value that is only shown (an object without a name)
    uint32_t word, n;
    bool used;
} Spare;

static uint32_t spare_words(Gen *g, const uint8_t *slots, uint32_t n) {
    for (uint32_t i = 0; i < g->nspares; i++) {
        Spare *s = &g->spares[i];
        if (s->used || s->n != n || memcmp(g->global_slots + s->word, slots, n)) continue;
        s->used = true;
        return s->word;
    }
    if (g->nspares == g->spares_cap) g->spares = gen_grow(g->spares, &g->spares_cap, g->nspares + 1, sizeof *g->spares);
    uint32_t word = global_words(g, slots, n);
    g->spares[g->nspares++] = (Spare){word, n, true};
    return word;
}
void gen_spares_free(Gen *g) {
    for (uint32_t i = 0; i < g->nspares; i++) g->spares[i].used = false;
}

uint32_t gen_global(Gen *g, Object *o) {
    static const uint8_t none[1];
    uint32_t n = gen_words(g, o->type);
    const uint8_t *slots = n ? gen_rest_slots(g, o->type) : none;
    if (!*o->name->text) return spare_words(g, slots, n ? n : 1);
    uint32_t word = global_words(g, slots, n ? n : 1);
    gen_name_global(g, o, word);
    return word;
}
uint32_t gen_flag(Gen *g) {
    static const uint8_t scalar[] = {SLOT_SCALAR};
    return global_words(g, scalar, 1);
}
uint32_t gen_shared_slot(Gen *g, Object *o) {
    if (o->gen) return (uint32_t)((uintptr_t)o->gen - 1);
    static const uint8_t pointer[] = {SLOT_POINTER};
    uint32_t slot = global_words(g, pointer, 1);
    o->gen = (void *)((uintptr_t)slot + 1);
    if (g->nshared == g->shared_cap) g->shared = gen_grow(g->shared, &g->shared_cap, g->nshared + 1, sizeof(Object *));
    g->shared[g->nshared++] = o;
    return slot;
}

// --- functions

static Func *func_new(Gen *g, const char *name, Pos pos, uint32_t flags, uint32_t index) {
    Func *f = arena_new(g->arena, Func);
    f->name = name;
    f->decl_pos = pos;
    f->flags = flags;
    f->index = index;
    Word *obj = arena_alloc(g->arena, sizeof(Word) + sizeof(Closure));
    obj[0] = TYPE_CLOSURE_OBJ;
    f->static_closure = (Closure *)(obj + 1);
    f->static_closure->func = f;
    return f;
}

Func *gen_func_new(Gen *g, const char *name, Pos pos, uint32_t flags) {
    Module *m = g->m;
    Func *f = func_new(g, name, pos, flags, m->nfuncs);
    m->funcs = gen_table(g, m->funcs, &g->funcs_cap, m->nfuncs + 1, sizeof(Func *));
    m->funcs[m->nfuncs++] = f;
    return f;
}

void gen_signature(Gen *g, Func *f, Type *recv, Type *sig) {
    Type *s = under(sig);
    uint32_t np = recv ? gen_regs(g, recv) : 0, nr = 0;
    for (uint32_t i = 0; i < s->u.func.nparams; i++) np += gen_regs(g, s->u.func.params[i]);
    for (uint32_t i = 0; i < s->u.func.nresults; i++) nr += gen_regs(g, s->u.func.results[i]);
    uint8_t *ps = arena_alloc(g->arena, np + 1), *rs = arena_alloc(g->arena, nr + 1);
    f->param_slots = ps;
    f->result_slots = rs;
    f->nparams = np;
    f->nresults = nr;
    if (recv) {
        memcpy(ps, gen_reg_slots(g, recv), gen_regs(g, recv));
        ps += gen_regs(g, recv);
    }
    for (uint32_t i = 0; i < s->u.func.nparams; i++) {
        uint32_t n = gen_regs(g, s->u.func.params[i]);
        memcpy(ps, gen_reg_slots(g, s->u.func.params[i]), n);
        ps += n;
    }
    for (uint32_t i = 0; i < s->u.func.nresults; i++) {
        uint32_t n = gen_regs(g, s->u.func.results[i]);
        memcpy(rs, gen_reg_slots(g, s->u.func.results[i]), n);
        rs += n;
    }
}

static void queue_body(Gen *g, Func *f, FuncInfo *info) {
    Job *j = arena_new(&g->tmp, Job);
    j->f = f;
    j->info = info;
    *g->jobs_tail = j;
    g->jobs_tail = &j->next;
}

static void bind_native(Gen *g, Func *f, Object *o) {
    const Type *r = o->recv;
    if (r && r->kind == T_POINTER) r = r->u.pointer.elem;
    const char *key = r ? arena_printf(g->arena, "%s.%s.%s", o->pkg->path, r->u.named.obj->name->text, o->name->text)
                        : arena_printf(g->arena, "%s.%s", o->pkg->path, o->name->text);
    f->name = key;
    f->flags |= FUNC_NATIVE;
    f->native = g->o->bind ? g->o->bind(key) : NULL;
    if (!strcmp(key, "reflect.typeMethod") || !strcmp(key, "reflect.callerOf")) {
        f->flags |= FUNC_ANY_METHOD;
        g->reflects = true;
    }
    f->nslots = (f->nparams > f->nresults ? f->nparams : f->nresults) + 1;
    if (!f->native) {
        g->failed = true;
        diag_add(&g->p->diags, DIAG_NOT_GENERATED, o->pos, 0, "%s has no body and no native stands behind it", key);
    }
}

// Stands in a file that gol has added to the program's own package (CheckOptions.harness).
static bool is_added(const Gen *g, const Object *o) {
    const SourceFile *file = o->pos ? source_place(g->m->sources, o->pos).file : NULL;
    return file && file->is_std;
}

Func *gen_func_of(Gen *g, Object *o) {
    if (o->slot) return g->m->funcs[o->slot - 1];
    bool std = o->pkg && (o->pkg->is_std || is_added(g, o));
    uint32_t flags = std ? FUNC_STD : 0;
    Func *f = gen_func_new(g, o->info && o->info->name ? o->info->name : o->name->text, o->pos, flags);
    o->slot = f->index + 1;
    Pos at = g->at;
    g->at = o->pos;
    gen_signature(g, f, o->recv, o->type);
    g->at = at;
    if (o->is_native || !o->info || !o->info->body) bind_native(g, f, o);
    else {
        queue_body(g, f, o->info);
        if (g->grows) o->gen = f; // what it is, whatever stands in its place later
    }
    return f;
}

Func *gen_func_anew(Gen *g, Object *old, Object *o) {
    if (!old->slot) return NULL;
    Func *f = func_new(g, o->info->name, o->pos, 0, (uint32_t)(old->slot - 1));
    o->slot = old->slot;
    gen_signature(g, f, o->recv, o->type);
    queue_body(g, f, o->info);
    o->gen = f;
    return f;
}

Func *gen_func_lit(Gen *g, FuncInfo *info) {
    Func *f = gen_func_new(g, info->name, info->pos, info->pkg && info->pkg->is_std ? FUNC_STD : 0);
    gen_signature(g, f, NULL, info->sig);
    info->gen = f;
    queue_body(g, f, info);
    return f;
}

// --- the whole

void gen_part(Gen *g) {
    if (!g->grows) return;
    g->refused |= g->failed;
    g->failed = false;
}

static void drain(Gen *g) {
    for (;;) {
        while (g->jobs) {
            Job *j = g->jobs;
            g->jobs = j->next;
            if (!g->jobs) g->jobs_tail = &g->jobs;
            gen_part(g);
            gen_body(g, j->f, j->info);
            if (g->failed && g->grows && j->f->flags & FUNC_STD) g->std_refused = true;
        }
        gen_part(g);
        if (g->method_queue_done != g->method_queue_len) gen_method_tables(g);
        else if (!gen_callers(g)) return;
    }
}
void gen_drain(Gen *g) { drain(g); }

enum { TYPE_ROOM = 1 << 16 };

void gen_open(Gen *g, ModuleMem *mem, Program *p, const GenOptions *o) {
    arena_init(&mem->arena);
    *g = (Gen){.p = p, .o = o, .arena = &mem->arena, .m = &mem->m};
    arena_init(&g->tmp);
    g->jobs_tail = &g->jobs;
    g->const_mask = g->string_mask = 1023;
    g->method_mask = 32767;
    g->const_table = xcalloc(g->const_mask + 1, sizeof(uint32_t));
    g->string_table = xcalloc(g->string_mask + 1, sizeof(uint32_t));
    g->method_table = xcalloc(g->method_mask + 1, sizeof(uint32_t));
    // Types never move: their memory is reserved at once and touched only where it is used.
    g->type_mask = 2 * TYPE_ROOM - 1;
    g->type_table = xcalloc(g->type_mask + 1, sizeof(uint32_t));
    g->type_of = xcalloc(TYPE_ROOM, sizeof(Type *));
    g->type_state = xcalloc(TYPE_ROOM, 1);
    g->m->types = xcalloc(TYPE_ROOM, sizeof(RType));
    types_init_fixed(g->m->types);
    g->m->ntypes = TYPE_FIRST_FREE;
    g->m->sources = &p->sources;
}

void gen_close(Gen *g) {
    arena_fini(&g->tmp);
    free(g->const_table);
    free(g->string_table);
    free(g->method_table);
    free(g->type_table);
    free(g->type_of);
    free(g->type_state);
    free(g->type_queue);
    free(g->method_queue);
    free(g->method_pkgs);
    free(g->method_sigs);
    free(g->shared);
    free(g->spares);
    free(g->tables);
}

Module *generate(Program *p, const GenOptions *o) {
    ModuleMem *mem = xcalloc(1, sizeof *mem);
    Gen gen, *g = &gen;
    gen_open(g, mem, p, o);
    gen_entry(g);
    gen_names_finish(g);
    g->m->consts = g->consts;
    g->m->method_names = g->method_names;
    g->m->global_slots = g->global_slots;
    g->m->global_first = g->global_first;
    gen_close(g);
    if (g->failed) {
        module_free(g->m);
        return NULL;
    }
    return g->m;
}

void module_free(Module *m) {
    if (!m) return;
    ModuleMem *mem = (ModuleMem *)m; // m is its first member
    for (uint32_t i = 0; i < mem->nrooms; i++) munmap(mem->rooms[i].at, mem->rooms[i].bytes);
    if (!mem->nrooms) {
        free((void *)m->consts);
        free((void *)m->method_names);
        free((void *)m->global_slots);
        free((void *)m->global_first);
        free((void *)m->strings);
        free(m->funcs);
    }
    for (uint32_t i = TYPE_FIRST_FREE; m->types && i < m->ntypes; i++) // type_layout's
        if (m->types[i].kind == RK_STRUCT || m->types[i].kind == RK_ARRAY) free((void *)m->types[i].slots);
    free(m->types);
    free(m->method_types);
    arena_fini(&mem->arena);
    free(mem);
}
