// gen_range_func.c — loops over functions (compiler/types.h: RangeFunc): the body as a function, and the ways out of it.
//
// Each body begins by looking at the loop's state: an iterator that calls it again after it returned false, after the loop is over or while a pass is
// still under way (it panicked, and the iterator went on) is stopped by a panic in Go's words. After the call of the iterator, what left the loop for
// somewhere further out is done here, or handed on when it concerns a function still further out.
#include "compiler/gen_int.h"

#include <string.h>

static Reg load_var(Fn *fn, Object *o) {
    LVal l = gen_obj_place(fn, o);
    return gen_load(fn, &l, NO_REG);
}

static void set_var(Fn *fn, Object *o, int64_t value) {
    Reg mark = fn->top, r = gen_alloc(fn, 1);
    gen_load_int(fn, r, value);
    LVal l = gen_obj_place(fn, o);
    gen_store(fn, &l, r);
    fn->top = mark;
}

static void panic_text(Fn *fn, const char *text) {
    Reg mark = fn->top, r = gen_alloc(fn, 1);
    gen_emit_bc(fn, OP_LDSTR, r, gen_string(fn->g, text, strlen(text)));
    gen_emit(fn, OP_MKIFACE, r, r, 0);
    gen_extra_bc(fn, TYPE_RUNTIME_ERROR);
    gen_emit(fn, OP_PANIC, r, 0, 0);
    fn->dead = true;
    fn->top = mark;
}

// The body returns: whether the iterator is to go on.
static void end_pass(Fn *fn, bool more) {
    set_var(fn, fn->info->range->state, more ? RANGE_READY : RANGE_DONE);
    Reg mark = fn->top, r = gen_alloc(fn, 1);
    gen_load_int(fn, r, more);
    gen_emit(fn, OP_RET1, r, 0, 0);
    fn->dead = true;
    fn->top = mark;
}

// --- ways out

static Stmt *branch_target(const Stmt *s) {
    Stmt *t = s->u.branch.target;
    return s->kind != S_GOTO && t && t->kind == S_LABELED ? t->u.labeled.stmt : t;
}

// Does what s says happen inside the function fn, which is the body of r?
static bool stays(const Fn *fn, const RangeFunc *r, const Stmt *s) {
    if (s->kind == S_RETURN) return false;
    const Stmt *target = branch_target(s);
    const Block *b = r->stmt->u.range.body;
    if (s->kind == S_GOTO) return target->pos >= b->lbrace && target->pos <= b->rbrace;
    for (const Target *t = fn->targets; t; t = t->outer)
        if (t->stmt == target) return true;
    return false;
}

static uint32_t exit_code(const RangeFunc *root, const Stmt *s) {
    const RangeExit *e = root->exits;
    while (e && e->stmt != s) e = e->next;
    if (!e) gol_bug("a way out of a loop that the checker has not seen");
    return e->code;
}

static void keep_results(Fn *fn, const RangeFunc *root, Stmt *s) {
    Type *sig = under(s->u.ret.func->sig);
    Reg mark = fn->top, from = gen_results(fn, s, sig);
    for (uint32_t i = 0; i < sig->u.func.nresults; i++) {
        LVal l = gen_obj_place(fn, root->results[i]);
        gen_store(fn, &l, from);
        from += gen_regs(fn->g, sig->u.func.results[i]);
    }
    fn->top = mark;
}

bool gen_range_leave(Fn *fn, Stmt *s) {
    RangeFunc *r = fn->info ? fn->info->range : NULL;
    if (!r || s->kind == S_FALLTHROUGH || stays(fn, r, s)) return false;
    if (s->kind != S_RETURN && branch_target(s) == r->stmt) { // of this very loop
        end_pass(fn, s->kind == S_CONTINUE);
        return true;
    }
    if (s->kind == S_RETURN && s->u.ret.results.len) keep_results(fn, r->root, s);
    fn->at = s->pos;
    set_var(fn, r->root->next, exit_code(r->root, s));
    end_pass(fn, false);
    return true;
}

void gen_range_defer(Fn *fn) {
    const RangeFunc *r = fn->info ? fn->info->range : NULL;
    if (r) gen_emit(fn, OP_DEFERTO, gen_loc(fn, r->root->frame).reg, 0, 0);
}

// e begins inside the loop r and leads out of it.
static bool leads_out(const RangeExit *e, const RangeFunc *r) {
    const FuncInfo *f = e->from;
    while (f && f != r->body) f = f->range ? f->outer : NULL;
    if (!f || e->stmt->kind == S_RETURN) return f != NULL;
    Pos target = branch_target(e->stmt)->pos;
    return target < r->stmt->pos || target > r->stmt->u.range.body->rbrace;
}

// After the loop r: what left it for s goes on here.
static void go_on(Fn *fn, const RangeFunc *r, Stmt *s) {
    const RangeFunc *around = fn->info->range;
    Reg mark = fn->top;
    fn->at = s->pos;
    if (around && !stays(fn, around, s) && !(s->kind != S_RETURN && branch_target(s) == around->stmt)) {
        end_pass(fn, false); // it leaves this loop too
        return;
    }
    set_var(fn, r->root->next, 0);
    if (s->kind != S_RETURN) gen_branch(fn, s);
    else if (!s->u.ret.results.len) gen_leave(fn);
    else {
        Type *sig = under(fn->info->sig);
        Reg from = gen_alloc(fn, fn->f->nresults), to = from;
        for (uint32_t i = 0; i < sig->u.func.nresults; i++) {
            LVal l = gen_obj_place(fn, r->root->results[i]);
            gen_load(fn, &l, to);
            to += gen_regs(fn->g, sig->u.func.results[i]);
        }
        gen_return_regs(fn, sig, from);
    }
    fn->top = mark;
}

static void ways_out(Fn *fn, const RangeFunc *r) {
    Reg mark = fn->top, next = NO_REG;
    for (const RangeExit *e = r->root->exits; e; e = e->next) {
        if (!leads_out(e, r)) continue;
        if (next == NO_REG) next = load_var(fn, r->root->next);
        Label other = gen_label(fn);
        Reg code = gen_alloc(fn, 1);
        gen_load_int(fn, code, e->code);
        gen_jcc(fn, OP_JNE, next, code, other);
        go_on(fn, r, e->stmt);
        gen_bind(fn, other);
        fn->top = code;
    }
    fn->top = mark;
}

// --- the loop and its body

void gen_range_func(Fn *fn, Stmt *s) {
    RangeFunc *r = s->u.range.func;
    Type *sig = under(s->u.range.x->type);
    Reg f = gen_expr(fn, s->u.range.x, gen_alloc(fn, 1));
    gen_declare(fn, r->state);
    if (r == r->root) {
        gen_declare(fn, r->next);
        if (r->frame) gen_emit(fn, OP_FRAMEID, gen_declare(fn, r->frame).reg, 0, 0);
        for (uint32_t i = 0; r->results && i < under(fn->info->sig)->u.func.nresults; i++) gen_declare(fn, r->results[i]);
    }
    Reg mark = fn->top, window = fn->top + FRAME_HEADER;
    fn->top = window;
    gen_need(fn, window);
    gen_closure(fn, r->body, s->pos, gen_alloc(fn, 1));
    fn->at = s->u.range.range_pos ? s->u.range.range_pos : s->pos;
    gen_emit_callc(fn, sig, window, f, 1);
    fn->top = mark;
    Label fine = gen_label(fn);
    gen_jcc(fn, OP_JNEI, load_var(fn, r->state), RANGE_RUNNING, fine);
    panic_text(fn, "runtime error: range function recovered a loop body panic and did not resume panicking");
    gen_bind(fn, fine);
    fn->top = mark;
    set_var(fn, r->state, RANGE_EXHAUSTED);
    ways_out(fn, r);
}

static void begin_pass(Fn *fn, const RangeFunc *r) {
    Reg mark = fn->top, state = load_var(fn, r->state);
    Label fine = gen_label(fn), running = gen_label(fn), done = gen_label(fn);
    gen_jcc(fn, OP_JEQI, state, RANGE_READY, fine);
    gen_jcc(fn, OP_JEQI, state, RANGE_RUNNING, running);
    gen_jcc(fn, OP_JEQI, state, RANGE_DONE, done);
    panic_text(fn, "runtime error: range function continued iteration after whole loop exit");
    gen_bind(fn, running);
    panic_text(fn, "runtime error: range function continued iteration after loop body panic");
    gen_bind(fn, done);
    panic_text(fn, "runtime error: range function continued iteration after function for loop body returned false");
    gen_bind(fn, fine);
    fn->top = mark;
    set_var(fn, r->state, RANGE_RUNNING);
}

// `for x, y = range f`: the pass begins by assigning.
static void assign_targets(Fn *fn, const Stmt *s, Type *yield) {
    Expr *e[2] = {s->u.range.key, s->u.range.value};
    Reg at[2] = {0, 0};
    for (uint32_t i = 0; i < 2; i++)
        if (e[i] && gen_is_blank(e[i])) e[i] = NULL;
    if (yield->u.func.nparams > 1) at[1] = gen_regs(fn->g, yield->u.func.params[0]);
    Type **t = yield->u.func.params;
    if (e[0] && e[1]) gen_assign_two(fn, e[0], t[0], at[0], e[1], t[1], at[1]);
    else if (e[0]) gen_assign_value(fn, e[0], t[0], at[0]);
    else if (e[1]) gen_assign_value(fn, e[1], t[1], at[1]);
}

void gen_range_body(Fn *fn) {
    const RangeFunc *r = fn->info->range;
    fn->at = r->stmt->pos;
    begin_pass(fn, r);
    if (!r->stmt->u.range.define) assign_targets(fn, r->stmt, under(fn->info->sig));
    gen_stmts(fn, fn->info->body->stmts);
    fn->at = fn->info->body->rbrace;
    if (!fn->dead) end_pass(fn, true);
}
