// gen_init.c — the entry: packages in dependency order, each its variables in initialisation order, then its init functions;
// then main. A variable of std that nothing mentions is left out, with its initial value: start-up must not pay for tables
// that the program does not use. Which ones are mentioned is known only when everything else has been generated.
#include "compiler/gen_int.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t no_slots[1];

static void init_step(Fn *fn, InitStep *st) {
    Gen *g = fn->g;
    Expr *v = st->value;
    if (st->nobjs == 1) {
        Object *o = st->objs[0];
        if (!o || !o->name || !strcmp(o->name->text, "_")) {
            if (o && o->type && is_iface(o->type) && !is_iface(v->type)) gen_as(fn, v, o->type, NO_REG);
            else gen_effects(fn, v);
            return;
        }
        if (!fn->g->p->main || o->pkg == fn->g->p->main) gen_names_of_value(fn->g, o, v);
        LVal l = gen_obj_place(fn, o);
        gen_store_expr(fn, &l, v);
        return;
    }
    Type *types[2] = {NULL, g->p->universe.basic[T_BOOL]};
    Type *const *from = types;
    Reg r;
    if (gen_strip(v)->kind == E_CALL) {
        r = gen_call_results(fn, gen_strip(v));
        from = v->type->u.tuple.items;
    } else {
        r = gen_comma_ok(fn, v, NO_REG);
        types[0] = v->type->kind == T_TUPLE ? v->type->u.tuple.items[0] : v->type;
    }
    for (uint32_t i = 0; i < st->nobjs; i++) {
        Object *o = st->objs[i];
        if (o && o->name && strcmp(o->name->text, "_")) {
            Reg mark = fn->top;
            LVal l = gen_obj_place(fn, o);
            gen_store(fn, &l, gen_convert_reg(fn, from[i], o->type, r, NO_REG));
            fn->top = mark;
        }
        r += gen_regs(g, from[i]);
    }
}

static Func *init_func(Gen *g, Package *p, InitStep *st) {
    g->at = st->value->start;
    Func *f = gen_func_new(g, arena_printf(g->arena, "%s.init", p->path), st->value->start, p->is_std ? FUNC_STD : 0);
    f->param_slots = f->result_slots = no_slots;
    static FuncInfo info; // no variables of its own
    Fn fn;
    gen_fn_init(&fn, g, f);
    fn.info = &info;
    gen_need(&fn, 2);
    init_step(&fn, st);
    gen_emit(&fn, OP_RET0, 0, 0, 0);
    gen_finish(&fn);
    return f;
}

static bool mentioned(const InitStep *st) {
    for (uint32_t i = 0; i < st->nobjs; i++)
        if (st->objs[i] && st->objs[i]->slot) return true;
    return false;
}

bool gen_init_package(Gen *g, Package *p, Func **funcs) {
    bool added = false;
    for (uint32_t i = 0; i < p->ninit; i++) {
        InitStep *st = &p->init[i];
        if (funcs[i] || !st->value || (p->is_std && !mentioned(st))) continue;
        funcs[i] = init_func(g, p, st);
        added = true;
    }
    return added;
}

// The methods of the VM's own error type: its string is the text.
static void runtime_error_methods(Gen *g) {
    static const uint8_t pointer[] = {SLOT_POINTER};
    RMethod *m = arena_array(g->arena, RMethod, 2);
    const char *names[] = {"Error", "RuntimeError"};
    for (uint32_t i = 0; i < 2; i++) {
        Func *f = gen_func_new(g, names[i], 0, FUNC_THUNK | FUNC_STD);
        f->param_slots = pointer;
        f->nparams = 1;
        f->result_slots = i ? no_slots : pointer;
        f->nresults = i ? 0 : 1;
        Fn fn;
        gen_fn_init(&fn, g, f);
        gen_need(&fn, 3);
        gen_emit(&fn, i ? OP_RET0 : OP_RET1, 0, 0, 0);
        gen_finish(&fn);
        Type *sig = arena_new(g->arena, Type); // func()
        sig->kind = T_FUNC;
        if (!i) sig = under(g->p->universe.error_type)->u.iface.methods[0].type;
        if (!i) {
            g->m->text_methods[0] = gen_method_id(g, intern_cstr(&g->p->names, "Error"), NULL, sig) + 1;
            g->m->text_methods[1] = gen_method_id(g, intern_cstr(&g->p->names, "String"), NULL, sig) + 1;
        }
        m[i] = (RMethod){gen_method_id(g, intern_cstr(&g->p->names, names[i]), NULL, sig), f->index, names[i]};
    }
    if (m[0].id > m[1].id) {
        RMethod swap = m[0];
        m[0] = m[1];
        m[1] = swap;
    }
    g->m->types[TYPE_RUNTIME_ERROR].methods = m;
    g->m->types[TYPE_RUNTIME_ERROR].nmethods = 2;
}

void gen_begin(Gen *g) {
    g->m->nil_panic_is_error = g->p->lang_minor >= 22; // -lang=go1.21 is for comparing with older Go
    runtime_error_methods(g);
}

void gen_entry(Gen *g) {
    Program *p = g->p;
    Func *f = gen_func_new(g, "runtime.main", 0, FUNC_THUNK | FUNC_STD);
    f->param_slots = f->result_slots = no_slots;
    g->m->entry = f->index;
    gen_begin(g);
    Func ***steps = arena_array(&g->tmp, Func **, p->npackages);
    for (uint32_t i = 0; i < p->npackages; i++) {
        Package *pkg = p->packages[i];
        steps[i] = arena_array(&g->tmp, Func *, pkg->ninit + 1);
        for (uint32_t k = 0; k < pkg->ninits; k++) gen_func_of(g, pkg->inits[k]);
    }
    Func *script = p->main->is_script && p->main->script_main ? gen_func_lit(g, p->main->script_main) : NULL;
    Func *main_func = p->main->main ? gen_func_of(g, p->main->main) : NULL;
    bool again = true;
    while (again && !g->failed) {
        gen_drain(g);
        again = false;
        for (uint32_t i = 0; i < p->npackages; i++) again |= gen_init_package(g, p->packages[i], steps[i]);
    }
    if (g->failed) return;

    Fn fn;
    gen_fn_init(&fn, g, f);
    static FuncInfo info;
    fn.info = &info;
    Reg w = FRAME_HEADER + 1;
    fn.top = w;
    gen_need(&fn, w + 2);
    for (uint32_t i = 0; i < g->nshared; i++) {
        fn.at = g->shared[i]->pos; // the site of its cell
        gen_name_cell(g, g->shared[i]);
        gen_emit_bc(&fn, OP_NEW, 0, gen_type(g, g->shared[i]->type));
        gen_emit_bc(&fn, OP_STGP, 0, gen_shared_slot(g, g->shared[i]));
    }
    for (uint32_t i = 0; i < p->npackages; i++) {
        Package *pkg = p->packages[i];
        for (uint32_t k = 0; k < pkg->ninit; k++)
            if (steps[i][k]) gen_emit_bc(&fn, OP_CALL, w, steps[i][k]->index);
        for (uint32_t k = 0; k < pkg->ninits; k++) gen_emit_bc(&fn, OP_CALL, w, gen_func_of(g, pkg->inits[k])->index);
    }
    if (script) gen_emit_bc(&fn, OP_CALL, w, script->index);
    else if (main_func) gen_emit_bc(&fn, OP_CALL, w, main_func->index);
    gen_emit(&fn, OP_RET0, 0, 0, 0);
    gen_finish(&fn);
}
