// gen_reflect.c — calls whose signature is known only when the program runs (reflect.Value.Call). For each func type of the program there is
// one small function, its caller:
//
//     func(f any, method int, args []any) []any
//
// With method < 0 it calls the func of that type in f; else the method with that id of the value in f, whose signature that type is. It
// unpacks the arguments, which std/reflect has converted to the parameters' types before, and packs the results. So a call by reflect is
// ordinary code: the machine knows which registers hold what, and a collection or a panic can come at any point. (Rejected: an
// instruction that calls by a type, because the results' kinds could not be known before.)
#include "compiler/gen_int.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t param_slots[] = {SLOT_IFACE, SLOT_SCALAR, SLOT_POINTER, SLOT_SCALAR, SLOT_SCALAR};
static const uint8_t caller_results[] = {SLOT_POINTER, SLOT_SCALAR, SLOT_SCALAR};
enum { P_FUNC, P_METHOD, P_ARGS, NPARAMS = 5 };

// args[i] to the registers at `to`.
static void unpack(Fn *fn, Type *t, uint32_t i, Reg to) {
    Reg mark = fn->top, index = gen_alloc(fn, 1), x = is_iface(t) ? to : gen_alloc(fn, 1);
    gen_load_int(fn, index, i);
    gen_emit(fn, OP_IXI, x, P_ARGS, index);
    if (!is_iface(t)) {
        gen_emit(fn, OP_ASSERT, to, x, 0);
        gen_extra_bc(fn, gen_type(fn->g, t));
        if (gen_rep(fn->g, t) == REP_MEM) { // the callee may write to it
            gen_emit(fn, OP_CLONE, to, to, 0);
            gen_extra_bc(fn, gen_type(fn->g, t));
        }
    }
    fn->top = mark;
}

static void pack_results(Fn *fn, Type *sig, Reg from) {
    Gen *g = fn->g;
    uint32_t n = sig->u.func.nresults, words = 0;
    for (uint32_t i = 0; i < n; i++) words += gen_regs(g, sig->u.func.results[i]);
    fn->top = from + words;
    Reg out = gen_alloc(fn, 3), k = gen_alloc(fn, 1), x = gen_alloc(fn, 1);
    gen_load_int(fn, k, n);
    gen_emit(fn, OP_MKSLICE, out, k, k);
    gen_extra_bc(fn, TYPE_ANY);
    for (uint32_t i = 0; i < n; i++) {
        Type *t = sig->u.func.results[i];
        Reg v = is_iface(t) ? from : gen_to_iface(fn, t, from, x);
        gen_load_int(fn, k, i);
        gen_emit(fn, OP_SXI, out, k, v);
        from += gen_regs(g, t);
    }
    gen_emit(fn, OP_RET, out, 3, 0);
}

// The arguments into a fresh window, the call, the results.
static void make_call(Fn *fn, Type *sig, TypeId type, bool method) {
    Gen *g = fn->g;
    Reg mark = fn->top, callee = P_FUNC;
    if (!method) {
        callee = gen_alloc(fn, 1);
        gen_emit(fn, OP_ASSERT, callee, P_FUNC, 0);
        gen_extra_bc(fn, type);
    }
    fn->top += FRAME_HEADER;
    Reg w = fn->top, at = w + method;
    uint32_t nargs = 0;
    for (uint32_t i = 0; i < sig->u.func.nparams; i++) nargs += gen_regs(g, sig->u.func.params[i]);
    fn->top = at + nargs;
    gen_need(fn, fn->top + 3);
    for (uint32_t i = 0; i < sig->u.func.nparams; i++) {
        unpack(fn, sig->u.func.params[i], i, at);
        at += gen_regs(g, sig->u.func.params[i]);
    }
    if (method) gen_emit_callm(fn, sig, w, P_FUNC, P_METHOD);
    else gen_emit_callc(fn, sig, w, callee, nargs);
    pack_results(fn, sig, w);
    fn->top = mark;
}

static void make_caller(Gen *g, TypeId id) {
    Type *sig = under(g->type_of[id]);
    Func *f = gen_func_new(g, "reflect.Value.Call", 0, FUNC_THUNK | FUNC_STD);
    f->param_slots = param_slots;
    f->nparams = NPARAMS;
    f->result_slots = caller_results;
    f->nresults = 3;
    Fn fn;
    gen_fn_init(&fn, g, f);
    fn.top = NPARAMS + 1;
    gen_need(&fn, fn.top + 1);
    Label method = gen_label(&fn);
    gen_jcc(&fn, OP_JGEI, P_METHOD, 0, method);
    make_call(&fn, sig, id, false);
    gen_bind_live(&fn, method, true);
    make_call(&fn, sig, id, true);
    fn.dead = true;
    gen_finish(&fn);
    __atomic_store_n(&g->m->types[id].caller, f->index + 1, __ATOMIC_RELEASE); // a session's program may run
}

bool gen_callers(Gen *g) {
    Module *m = g->m;
    if (!g->reflects || g->failed) return false;
    if (!m->method_types) __atomic_store_n(&m->method_types, xcalloc(g->method_mask / 2 + 1, sizeof(TypeId)), __ATOMIC_RELEASE);
    bool any = false;
    for (; g->method_types_done < m->nmethod_ids; g->method_types_done++)
        m->method_types[g->method_types_done] = gen_type(g, g->method_sigs[g->method_types_done]);
    for (; g->callers_done < m->ntypes; g->callers_done++) {
        TypeId id = g->callers_done;
        if (m->types[id].kind != RK_FUNC || !g->type_of[id]) continue;
        make_caller(g, id);
        any = true;
    }
    return any;
}
