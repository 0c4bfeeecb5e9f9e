// gen_closure.c — functions as values, and the small functions that only the generator knows (FUNC_THUNK): method values,
// method expressions, wrappers for interface tables, and what go and defer call when the callee is no plain function.
#include "compiler/gen_int.h"

#include <string.h>

Reg gen_funclit(Fn *fn, Expr *e, Reg want) { return gen_closure(fn, e->u.func.info, e->pos, want); }

Reg gen_closure(Fn *fn, FuncInfo *info, Pos pos, Reg want) {
    Func *f = info->gen ? info->gen : gen_func_lit(fn->g, info);
    gen_set_captures(fn->g, f, info);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    fn->at = pos;
    if (!(f->flags & FUNC_CLOSURE)) {
        gen_emit_bc(fn, OP_LDFUNC, want, f->index);
        return want;
    }
    Reg mark = fn->top, first = NO_REG, r = NO_REG;
    for (uint32_t i = 0; i < info->ncaptures; i++) {
        Object *o = info->captures[i];
        if (o->script_shared) continue;
        Loc l = gen_loc(fn, o);
        bool value = gen_by_value(fn, o);
        uint32_t n = value ? gen_regs(fn->g, o->type) : 1;
        if (n == f->ncaptures) { // the only one: it is taken where it stands
            first = l.reg;
            break;
        }
        if (first == NO_REG) first = r = gen_alloc(fn, f->ncaptures);
        if (value) gen_mov(fn, o->type, r, l.reg);
        else gen_emit(fn, OP_MOVP, r, l.reg, 0);
        r += n;
    }
    gen_emit(fn, OP_CLOSURE, want, first, 0);
    gen_extra_bc(fn, f->index);
    fn->top = mark;
    return want;
}

// --- thunks

static void thunk_begin(Fn *fn, Gen *g, Func *f) {
    gen_fn_init(fn, g, f);
    fn->top = f->nparams + 1;
    gen_need(fn, fn->top + 1);
}
static uint8_t *copy_slots(Gen *g, const uint8_t *s, uint32_t n) {
    uint8_t *d = arena_alloc(g->arena, n + 1);
    if (n) memcpy(d, s, n);
    return d;
}
// Prepends words of these kinds to f's parameters.
static void prepend(Gen *g, Func *f, const uint8_t *slots, uint32_t n) {
    uint8_t *d = arena_alloc(g->arena, n + f->nparams + 1);
    memcpy(d, slots, n);
    memcpy(d + n, f->param_slots, f->nparams);
    f->param_slots = d;
    f->nparams += n;
}
static Reg window(Fn *fn) {
    fn->top += FRAME_HEADER;
    Reg w = gen_alloc(fn, 1);
    gen_need(fn, w + fn->f->nparams + 8);
    return w;
}
// Arguments from `from` behind the nrecv words of receiver; then the call and its results.
static void thunk_call(Fn *fn, Reg w, uint32_t nrecv, Reg from, uint32_t nargs, const uint8_t *slots, Func *callee) {
    gen_mov_slots(fn, slots, nargs, w + nrecv, from);
    gen_need(fn, w + nrecv + nargs + 2);
    gen_need(fn, w + fn->f->nresults + 2);
    if (callee) gen_emit_bc(fn, callee->flags & FUNC_NATIVE ? OP_CALLN : OP_CALL, w, callee->index);
}
static void thunk_end(Fn *fn, Reg w) {
    uint32_t n = fn->f->nresults;
    if (n == 0) gen_emit(fn, OP_RET0, 0, 0, 0);
    else if (n == 1) gen_emit(fn, OP_RET1, w, 0, 0);
    else gen_emit(fn, OP_RET, w, n, 0);
    fn->dead = true;
    gen_finish(fn);
}

Func *gen_call_thunk(Gen *g, Func *callee) {
    Func *f = gen_func_new(g, callee->name, callee->decl_pos, FUNC_THUNK);
    f->nparams = callee->nparams;
    f->nresults = callee->nresults;
    f->param_slots = callee->param_slots;
    f->result_slots = callee->result_slots;
    Fn fn;
    thunk_begin(&fn, g, f);
    Reg w = window(&fn);
    thunk_call(&fn, w, 0, 0, f->nparams, f->param_slots, callee);
    thunk_end(&fn, w);
    return f;
}

Func *gen_iface_thunk(Gen *g, Type *sig, uint32_t method_id) {
    static const uint8_t iface[] = {SLOT_IFACE};
    Func *f = gen_func_new(g, g->method_names[method_id], 0, FUNC_THUNK);
    gen_signature(g, f, NULL, sig);
    prepend(g, f, iface, 1);
    Fn fn;
    thunk_begin(&fn, g, f);
    Reg w = window(&fn);
    thunk_call(&fn, w, 1, 1, f->nparams - 1, f->param_slots + 1, NULL);
    gen_emit_calli(&fn, under(sig), w, 0, method_id);
    thunk_end(&fn, w);
    return f;
}

// The method that s selects on x, called in a thunk whose parameters (without the receiver) begin at `from`.
static void call_selected(Fn *fn, LVal x, Selection *s, Reg from, uint32_t nargs, const uint8_t *slots, Type *sig) {
    if (s->kind == SEL_IFACE_METHOD || !s->method) {
        x = gen_path(fn, x, s->path, s->npath);
        Reg iface = gen_load(fn, &x, NO_REG), w = window(fn);
        const TMethod *m = &under(x.type)->u.iface.methods[s->iface_index];
        thunk_call(fn, w, 1, from, nargs, slots, NULL);
        gen_emit_calli(fn, under(sig), w, iface, gen_method_id(fn->g, m->name, m->pkg, m->type));
        thunk_end(fn, w);
        return;
    }
    Func *callee = gen_func_of(fn->g, s->method);
    Reg w = window(fn);
    uint32_t nrecv = gen_regs(fn->g, s->method->recv);
    fn->top = w + nrecv + nargs;
    gen_need(fn, fn->top + 1);
    gen_put_receiver(fn, x, s, w, 0);
    thunk_call(fn, w, nrecv, from, nargs, slots, callee);
    thunk_end(fn, w);
}

// --- functions and methods as values

Reg gen_func_value(Fn *fn, Object *o, Reg want) {
    Func *f = gen_func_of(fn->g, o);
    if (f->flags & FUNC_NATIVE) {
        if (!o->gen) o->gen = gen_call_thunk(fn->g, f);
        f = o->gen;
    }
    if (want == NO_REG) want = gen_alloc(fn, 1);
    gen_emit_bc(fn, OP_LDFUNC, want, f->index);
    return want;
}

static const char *method_name(Gen *g, Selection *s, const Name *sel) {
    const char *base = s->method && s->method->info && s->method->info->name ? s->method->info->name : sel->text;
    return arena_printf(g->arena, "%s-fm", base);
}

Reg gen_method_value(Fn *fn, Expr *e, Reg want) {
    Gen *g = fn->g;
    Selection *s = e->u.sel.selection;
    Func *f = gen_func_new(g, method_name(g, s, e->u.sel.sel.name), e->pos, FUNC_THUNK | FUNC_CLOSURE);
    Type *sig = under(e->type);
    gen_signature(g, f, NULL, sig);
    if (want == NO_REG) want = gen_alloc(fn, 1);
    Reg mark = fn->top, bound;
    LVal x = gen_place(fn, e->u.sel.x);
    bool iface = s->kind == SEL_IFACE_METHOD || !s->method;
    if (iface) {
        x = gen_path(fn, x, s->path, s->npath);
        bound = gen_load(fn, &x, NO_REG);
        fn->at = e->pos;
        gen_emit(fn, OP_NILCHK, bound, 0, 0);
    } else {
        bound = gen_alloc(fn, gen_regs(g, s->method->recv));
        fn->at = e->pos;
        gen_put_receiver(fn, x, s, bound, e->pos);
    }
    Type *recv = iface ? x.type : s->method->recv;
    f->ncaptures = gen_regs(g, recv);
    f->capture_slots = copy_slots(g, gen_reg_slots(g, recv), f->ncaptures);

    Fn thunk;
    thunk_begin(&thunk, g, f);
    uint32_t at = f->ncaptures;
    if (iface) {
        Reg r = gen_alloc(&thunk, 1), w;
        gen_emit(&thunk, OP_LDIF, r, f->nparams, 1);
        w = window(&thunk);
        const TMethod *m = &under(x.type)->u.iface.methods[s->iface_index];
        thunk_call(&thunk, w, 1, 0, f->nparams, f->param_slots, NULL);
        gen_emit_calli(&thunk, sig, w, r, gen_method_id(g, m->name, m->pkg, m->type));
        thunk_end(&thunk, w);
    } else {
        Reg w = window(&thunk);
        gen_need(&thunk, w + at + f->nparams + 2);
        if (at) gen_emit(&thunk, OP_LDCAP, w, f->nparams, gen_memref(&thunk, 1, at, f->capture_slots));
        if (gen_rep(g, recv) == REP_MEM) { // each call gets a copy of its own
            gen_emit(&thunk, OP_CLONE, w, w, 0);
            gen_extra_bc(&thunk, gen_type(g, recv));
        }
        thunk_call(&thunk, w, at, 0, f->nparams, f->param_slots, gen_func_of(g, s->method));
        thunk_end(&thunk, w);
    }
    if (!f->ncaptures) {
        f->flags &= ~(uint32_t)FUNC_CLOSURE;
        gen_emit_bc(fn, OP_LDFUNC, want, f->index);
    } else {
        gen_emit(fn, OP_CLOSURE, want, bound, 0);
        gen_extra_bc(fn, f->index);
    }
    fn->top = mark;
    return want;
}

Reg gen_method_expr(Fn *fn, Expr *e, Reg want) {
    Gen *g = fn->g;
    Selection *s = e->u.sel.selection;
    Type *full = under(e->type), *recv = full->u.func.params[0];
    Func *f;
    bool iface = s->iface || !s->method;
    if (!iface && s->npath == 0 && s->method->ptr_recv == (under(recv)->kind == T_POINTER) && !s->method->is_native) {
        f = gen_func_of(g, s->method);
    } else {
        f = gen_func_new(g, method_name(g, s, e->u.sel.sel.name), e->pos, FUNC_THUNK);
        gen_signature(g, f, NULL, full);
        Type rest = *full; // the signature without the receiver
        rest.u.func.params++;
        rest.u.func.nparams--;
        Fn thunk;
        thunk_begin(&thunk, g, f);
        uint32_t n = gen_regs(g, recv);
        Selection sel = *s;
        if (iface) sel.kind = SEL_IFACE_METHOD;
        call_selected(&thunk, gen_reg_place(recv, 0, g), &sel, n, f->nparams - n, f->param_slots + n, &rest);
    }
    if (want == NO_REG) want = gen_alloc(fn, 1);
    gen_emit_bc(fn, OP_LDFUNC, want, f->index);
    return want;
}

// --- what interface tables point to

static bool one_pointer(Type *t) { // the payload of an interface is the value's one register
    uint8_t k = under(t)->kind;
    return k == T_POINTER || k == T_MAP || k == T_CHAN || k == T_FUNC || k == T_STRING;
}

// A method of T called through an interface that holds a nil *T.
static void refuse_nil(Fn *fn, Type *t, const Name *method) {
    Gen *g = fn->g;
    const Object *o = t->u.named.obj;
    const char *text = arena_printf(&g->tmp, "value method %s.%s.%s called using nil *%s pointer", o->pkg ? o->pkg->path : "", o->name->text,
                                    method->text, o->name->text);
    Label fine = gen_label(fn);
    gen_jcc(fn, OP_JNEI, 0, 0, fine);
    Reg r = gen_alloc(fn, 1);
    gen_emit_bc(fn, OP_LDSTR, r, gen_string(g, text, strlen(text)));
    gen_emit(fn, OP_MKIFACE, r, r, 0);
    gen_extra_bc(fn, TYPE_RUNTIME_ERROR);
    gen_emit(fn, OP_PANIC, r, 0, 0);
    fn->dead = true;
    gen_bind(fn, fine);
}

Func *gen_method_wrapper(Gen *g, Type *t, MethodSetItem *item) {
    Selection *s = &item->sel;
    bool concrete = s->kind != SEL_IFACE_METHOD && s->method;
    if (concrete && one_pointer(t) && s->npath == 0 && s->method->ptr_recv == (under(t)->kind == T_POINTER)) {
        Func *f = gen_func_of(g, s->method);
        return f->flags & FUNC_NATIVE ? gen_call_thunk(g, f) : f;
    }
    static const uint8_t pointer[] = {SLOT_POINTER}, iface[] = {SLOT_IFACE};
    const char *name = concrete && s->method->info && s->method->info->name ? s->method->info->name : item->name->text;
    Func *f = gen_func_new(g, name, concrete ? s->method->pos : 0, FUNC_THUNK);
    Type *sig = concrete ? s->method->type : s->type;
    gen_signature(g, f, NULL, sig);
    bool shaped = one_pointer(t) || gen_rep(g, t) == REP_SLICE;
    prepend(g, f, shaped ? pointer : iface, 1);
    Fn fn;
    thunk_begin(&fn, g, f);
    Reg recv = 0;
    if (!one_pointer(t)) {
        recv = gen_alloc(&fn, gen_regs(g, t));
        if (shaped) gen_emit(&fn, OP_UNPACK, recv, 0, 0);
        else {
            gen_emit(&fn, OP_IVAL, recv, 0, 0);
            gen_extra_bc(&fn, gen_type(g, t));
        }
    }
    if (concrete && under(t)->kind == T_POINTER && s->npath == 0) refuse_nil(&fn, under(t)->u.pointer.elem, item->name);
    call_selected(&fn, gen_reg_place(t, recv, g), s, 1, f->nparams - 1, f->param_slots + 1, sig);
    return f;
}
