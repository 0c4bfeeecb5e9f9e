// gen_order.c — calls before variables. Go's specification orders calls, receives and && || among themselves, but leaves open
// when a variable is read beside them: in `x + f()`, where f changes x, both values are Go. gol answers as Go's own compiler
// does, so that a program prints the same here: in an expression all calls are made first, in order, and what is in memory is
// read then; len, append, make, s[i:j] and []byte(s) are made in order with the calls, though they are none. (A variable in registers cannot change meanwhile; it costs nothing to read it where it stands.)
//
// gen_hoist looks at expressions that are evaluated one after the other. When something in memory would be read before a later
// call, the calls up to that one are generated now; gen_expr finds their results in fn->hoists when it comes to them.
#include "compiler/gen_int.h"

enum { MAX_EVENTS = 64 };

typedef struct Walk {
    Fn *fn;
    Expr *calls[MAX_EVENTS]; // and what is made in order with them
    uint32_t ncalls;
    bool any;        // one of them is a call
    uint32_t needed; // calls that have a read before them, or stand before one that has
    bool read;       // memory has been read
} Walk;

static bool hoisted(const Fn *fn, const Expr *e) {
    for (uint32_t i = 0; i < fn->nhoists; i++)
        if (fn->hoists[i].e == e) return true;
    return false;
}

static void event(Walk *w, Expr *e) {
    w->any = true;
    if (w->ncalls == MAX_EVENTS || hoisted(w->fn, e)) return;
    w->calls[w->ncalls++] = e;
    if (w->read) w->needed = w->ncalls;
}

static void walk(Walk *w, Expr *e);

static bool shared_var(const Object *o) {
    return o && o->kind == O_VAR && (o->is_global || o->script_shared || o->addr_taken || (o->captured && (o->assigns || o->is_result)));
}

// Does evaluating e make a call?
static bool makes_call(Fn *fn, Expr *e) {
    Walk w = {.fn = fn};
    walk(&w, e);
    return w.any;
}

static void walk_list(Walk *w, ExprList l) {
    for (uint32_t i = 0; i < l.len; i++) {
        Expr *e = l.items[i];
        if (e->kind == E_KEYVALUE) {
            if (e->u.kv.key->mode != MODE_NONE && e->u.kv.key->type) walk(w, e->u.kv.key);
            e = e->u.kv.value;
        }
        walk(w, e);
    }
}

// Made where it stands, or before a later call that is made early: what it reads of memory is read then. By itself it makes no call early. `read`: had memory
// been read before its operands?
static void in_order(Walk *w, Expr *e, bool read) {
    w->read = read;
    if (w->ncalls < MAX_EVENTS && !hoisted(w->fn, e)) w->calls[w->ncalls++] = e;
}

static void walk_in_order(Walk *w, Expr *call, uint32_t first) {
    bool read = w->read;
    for (uint32_t i = first; i < call->u.call.args.len; i++) walk(w, call->u.call.args.items[i]);
    in_order(w, call, read);
}

static void walk_call(Walk *w, Expr *e) {
    if (e->u.call.is_conversion) {
        bool copies = under(e->type)->kind == T_SLICE && under(e->u.call.args.items[0]->type)->kind != T_SLICE; // []byte(s)
        if (copies) walk_in_order(w, e, 0);
        else walk(w, e->u.call.args.items[0]);
    } else switch (e->u.call.builtin) {
        case B_NONE: event(w, e); break;
        case B_MAKE: case B_NEW: walk_in_order(w, e, 1); break;
        case B_COMPLEX: case B_REAL: case B_IMAG:
            walk_list(w, e->u.call.args);
            event(w, e); // as Go's compiler has it: in order with calls
            break;
        case B_RECOVER: case B_COPY: case B_DELETE: case B_CLOSE: case B_CLEAR: event(w, e); break;
        default: walk_in_order(w, e, 0); break; // len, append
        }
}

static void walk(Walk *w, Expr *e) {
    e = gen_strip(e);
    if (e->cv || e->mode == MODE_TYPE || e->mode == MODE_NIL) return;
    switch (e->kind) {
    case E_NAME: w->read |= shared_var(e->u.name.obj); break;
    case E_SELECTOR: {
        const Selection *s = e->u.sel.selection;
        if (!s) {
            w->read |= shared_var(e->u.sel.obj);
            break;
        }
        if (s->kind == SEL_METHOD_EXPR) break;
        walk(w, e->u.sel.x);
        if (under(e->u.sel.x->type)->kind == T_POINTER || s->npath > 1) w->read = true;
        break;
    }
    case E_INDEX:
        if (e->u.index.indices.len != 1) break;
        if (under(e->u.index.x->type)->kind == T_MAP && e->type->kind != T_TUPLE) {
            event(w, e);
            break;
        }
        walk(w, e->u.index.x);
        walk(w, e->u.index.indices.items[0]);
        if (under(e->u.index.x->type)->kind == T_SLICE || under(e->u.index.x->type)->kind == T_POINTER) w->read = true;
        break;
    case E_SLICE: {
        bool read = w->read;
        walk(w, e->u.slice.x);
        if (e->u.slice.lo) walk(w, e->u.slice.lo);
        if (e->u.slice.hi) walk(w, e->u.slice.hi);
        if (e->u.slice.max) walk(w, e->u.slice.max);
        in_order(w, e, read);
        break;
    }
    case E_STAR:
        walk(w, e->u.star.x);
        w->read = true;
        break;
    case E_UNARY:
        if (e->op == OPR_RECV) event(w, e);
        else walk(w, e->u.unary.x);
        break;
    case E_BINARY:
        if (e->op == OPR_LAND || e->op == OPR_LOR) {
            if (makes_call(w->fn, e->u.binary.y)) event(w, e); // as a whole: its right side is conditional
            else {
                walk(w, e->u.binary.x);
                walk(w, e->u.binary.y);
            }
            break;
        }
        walk(w, e->u.binary.x);
        walk(w, e->u.binary.y);
        break;
    case E_TYPEASSERT: walk(w, e->u.assert.x); break;
    case E_COMPOSITE: walk_list(w, e->u.comp.elems); break;
    case E_CALL: walk_call(w, e); break;
    default: break;
    }
}

// The operands of what is assigned to; the variable itself is not read.
static void walk_place(Walk *w, Expr *e) {
    e = gen_strip(e);
    switch (e->kind) {
    case E_SELECTOR:
        if (!e->u.sel.selection) break;
        if (under(e->u.sel.x->type)->kind == T_POINTER) walk(w, e->u.sel.x);
        else walk_place(w, e->u.sel.x);
        break;
    case E_INDEX:
        if (under(e->u.index.x->type)->kind == T_ARRAY) walk_place(w, e->u.index.x);
        else walk(w, e->u.index.x);
        walk(w, e->u.index.indices.items[0]);
        break;
    case E_STAR: walk(w, e->u.star.x); break;
    default: break;
    }
}

static void hoist(Walk *w) {
    Fn *fn = w->fn;
    for (uint32_t i = 0; i < w->needed; i++) {
        Expr *e = w->calls[i];
        if (e->type->kind == T_TUPLE) continue;
        Reg mark = fn->top, r = gen_expr(fn, e, NO_REG);
        if (r < mark && gen_regs(fn->g, e->type)) { // where it stands it may change
            Reg copy = gen_alloc(fn, gen_regs(fn->g, e->type));
            gen_mov(fn, e->type, copy, r);
            r = copy;
        }
        if (fn->nhoists == fn->hoists_cap) fn->hoists = gen_grow(fn->hoists, &fn->hoists_cap, fn->nhoists + 1, sizeof(Hoist));
        fn->hoists[fn->nhoists++] = (Hoist){e, r};
    }
}

void gen_hoist(Fn *fn, ExprList places, ExprList values, Expr *more) {
    Walk w = {.fn = fn};
    for (uint32_t i = 0; i < places.len; i++) walk_place(&w, places.items[i]);
    walk_list(&w, values);
    if (more) walk(&w, more);
    if (w.needed) hoist(&w);
}
void gen_hoist2(Fn *fn, Expr *x, Expr *y) {
    Walk w = {.fn = fn};
    walk(&w, x);
    if (!w.read) return;
    walk(&w, y);
    if (w.needed) hoist(&w);
}
void gen_hoist_call(Fn *fn, Expr *fun, ExprList args) {
    Walk w = {.fn = fn};
    fun = gen_strip(fun);
    if (fun->kind == E_SELECTOR && fun->u.sel.selection) {
        // A method's receiver: its operands; the value is copied where it stands.
        if (fun->u.sel.selection->kind != SEL_METHOD_EXPR) walk(&w, fun->u.sel.x);
    } else if (fun->kind != E_FUNCLIT) walk(&w, fun);
    walk_list(&w, args);
    if (w.needed) hoist(&w);
}
