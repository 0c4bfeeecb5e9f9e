// switch, type switch and select.
#include <stdlib.h>
#include <string.h>

#include "compiler/advice.h"

static void check_defaults(Checker *c, CaseClause *cases, uint32_t n) {
    CaseClause *first = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (!cases[i].is_default) continue;
        if (first) {
            Diag *d = check_error(c, DIAG_DUPLICATE_DEFAULT, cases[i].pos, cases[i].colon, "multiple defaults in switch");
            label(c, d, first->pos, "the first default");
        } else {
            first = &cases[i];
        }
    }
}

static void case_body(Checker *c, StmtList body, bool may_fall, bool final) {
    bool saved = c->final_case;
    c->final_case = final;
    check_stmts(c, body, may_fall);
    c->final_case = saved;
}

void check_switch(Checker *c, Stmt *s, const Name *name) {
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true};
    open_scope(c);
    if (s->u.sw.init) check_stmt(c, s->u.sw.init, NULL);
    Expr *tag = s->u.sw.tag;
    Expr yes = {.kind = E_BAD, .mode = MODE_CONST, .type = c->u->basic[T_BOOL], .cv = const_new_bool(c->a, true)};
    bool no_tag = !tag, broken = false;
    if (tag) {
        check_expr(c, tag);
        assign_to(c, tag, NULL, "switch expression");
        broken = bad(tag);
        if (!broken && !type_comparable(tag->type) && !has_nil(tag->type)) {
            help(c, check_error_at(c, DIAG_COMPARE, tag, "cannot switch on %s", describe(c, tag)), "compare with if, as == does not work on it");
            broken = true;
        }
    }
    check_defaults(c, s->u.sw.cases, s->u.sw.ncases);
    ConstSet *seen = const_set_new();
    c->env.flow = &flow;
    for (uint32_t i = 0; i < s->u.sw.ncases; i++) {
        CaseClause *cl = &s->u.sw.cases[i];
        for (uint32_t k = 0; k < cl->exprs.len; k++) {
            Expr *e = cl->exprs.items[k];
            check_expr(c, e);
            if (broken || bad(e)) continue;
            if (no_tag) {
                yes.start = e->start;
                yes.end = e->end;
                if (!is_boolean(e->type) && !type_is_interface(e->type)) {
                    if (is_invalid(under(e->type))) continue;
                    Diag *d = check_error_at(c, DIAG_MISMATCHED, e, "invalid case %s in switch (mismatched types %s and bool)", expr_text(c, e), type_name(c, e->type));
                    help(c, d, "a switch without a value compares each case with true: write switch x { to compare with x");
                    continue;
                }
            }
            Expr copy = no_tag ? yes : *tag;
            copy.kind = E_BAD; // its parts keep the type they have
            if (!match_operands(c, e, &copy)) {
                Diag *d = check_error_at(c, DIAG_MISMATCHED, e, "invalid case %s in switch on %s (mismatched types %s and %s)", expr_text(c, e), expr_text(c, tag ? tag : e),
                                         type_name(c, e->type), type_name(c, copy.type));
                advice_operands(c, d, &copy, e, OPR_EQ);
                continue;
            }
            if (bad(e) || bad(&copy)) continue;
            Expr result = {.kind = E_BAD, .start = e->start, .end = e->end};
            comparison(c, &result, e, &copy, OPR_EQ, true);
            if (bad(&result) || e->mode != MODE_CONST || const_kind(e->cv) == CV_BOOL) continue;
            Pos first = const_set_add(seen, e->cv, e->type, e->start);
            if (first) {
                Diag *d = check_error_at(c, DIAG_DUPLICATE_CASE, e, "duplicate case %s in expression switch", expr_text(c, e));
                label(c, d, first, "previous case");
            }
        }
        open_scope(c);
        bool final = i + 1 == s->u.sw.ncases;
        case_body(c, cl->body, !final, final);
        close_scope(c);
    }
    const_set_free(seen);
    c->env.flow = flow.outer;
    close_scope(c);
}

// ---- type switch ----

typedef struct SeenType { Type *type; Pos pos; } SeenType;

void check_type_switch(Checker *c, Stmt *s, const Name *name) {
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true};
    open_scope(c);
    if (s->u.tsw.init) check_stmt(c, s->u.tsw.init, NULL);
    Ident bind = s->u.tsw.bind;
    if (bind.name == c->blank) {
        help(c, check_error(c, DIAG_NO_NEW_VARS, bind.pos, bind.pos + 1, "no new variable on left side of :="), "leave it out: switch x.(type) {");
        bind.name = NULL;
    }
    Expr *x = s->u.tsw.x;
    if (x->kind == E_TYPEASSERT && !x->u.assert.type) x = x->u.assert.x;
    check_expr(c, x);
    bool ok = !bad(x);
    if (ok && !type_is_interface(x->type)) {
        if (!is_invalid(under(x->type))) help(c, check_error_at(c, DIAG_NOT_INTERFACE, x, "%s is not an interface", describe(c, x)), "a type switch asks an interface what is in it; the type of %s is known to be %s", expr_text(c, x), type_name(c, x->type));
        ok = false;
    }
    check_defaults(c, s->u.tsw.cases, s->u.tsw.ncases);
    SeenType *seen = NULL;
    uint32_t nseen = 0, cap = 0, nvars = 0;
    bool used = false;
    Object **vars = arena_array(c->a, Object *, s->u.tsw.ncases + 1);
    c->env.flow = &flow;
    for (uint32_t i = 0; i < s->u.tsw.ncases; i++) {
        CaseClause *cl = &s->u.tsw.cases[i];
        Type *t = NULL;
        for (uint32_t k = 0; k < cl->exprs.len; k++) {
            Expr *e = cl->exprs.items[k];
            Expr *plain = e;
            while (plain->kind == E_PAREN) plain = plain->u.paren.x;
            Object *o = plain->kind == E_NAME ? lookup_name(c, plain->u.name.name) : NULL;
            if (o && o->kind == O_NIL) {
                check_expr(c, e);
                t = NULL;
            } else {
                t = check_type(c, e);
                if (is_invalid(t)) continue;
            }
            Type *key = t ? t : c->u->basic[T_UNTYPED_NIL];
            bool twice = false;
            for (uint32_t j = 0; j < nseen && !twice && !(c->env.decl && c->env.decl->from); j++) // an instance: T may be int
                if (type_identical(seen[j].type, key)) {
                    Diag *d = check_error_at(c, DIAG_DUPLICATE_CASE, e, t ? "duplicate case %s in type switch" : "multiple nil cases in type switch (first at %s)", t ? type_name(c, t) : "an earlier case");
                    label(c, d, seen[j].pos, "previous case");
                    twice = true;
                }
            if (twice) continue;
            SeenType st = {key, e->start};
            PUSH(c, seen, nseen, cap, st);
            if (ok && t) {
                const char *why = "";
                bool fits = type_is_interface(t) || (c->env.decl && c->env.decl->from) || implements(c, t, x->type, &why);
                if (!fits)
                    check_error_at(c, DIAG_IMPOSSIBLE_ASSERT, e, "impossible type switch case: %s cannot have dynamic type %s %s", describe(c, x), type_name(c, t),
                                   *why ? arena_printf(c->a, "(%s)", strchr(why, '(') && strstr(why, "method") ? strchr(why, '(') + 1 : why) : "");
            }
        }
        open_scope(c);
        if (bind.name) {
            Type *vt = cl->exprs.len == 1 && t ? t : x->type;
            Object *v = new_object(c, O_VAR, bind, ok || (cl->exprs.len == 1 && t) ? vt : c->u->basic[T_INVALID]);
            cl->var = v;
            declare(c, c->env.scope, v);
            vars[nvars++] = v;
        }
        case_body(c, cl->body, false, false);
        close_scope(c);
        if (cl->var) used |= cl->var->used;
    }
    free(seen);
    if (bind.name && !used && ok) {
        // A use in a func literal marks it as well, so the verdict stands here.
        bool script = c->env.pkg->is_script;
        Diag *d = check_error(c, script ? DIAG_UNUSED_VAR_SCRIPT : DIAG_UNUSED_VAR, bind.pos, bind.pos + bind.name->len, "declared and not used: %s", bind.name->text);
        help(c, d, "write switch %s.(type) when no case needs the value", expr_text(c, x));
    }
    c->env.flow = flow.outer;
    close_scope(c);
}

// ---- select ----

static bool is_receive(const Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e->kind == E_UNARY && e->op == OPR_RECV;
}

void check_select(Checker *c, Stmt *s, const Name *name) {
    Flow flow = {.outer = c->env.flow, .stmt = s, .label = name, .breaks = true};
    c->env.flow = &flow;
    CommClause *first = NULL;
    for (uint32_t i = 0; i < s->u.select.ncases; i++) {
        CommClause *cl = &s->u.select.cases[i];
        Stmt *m = cl->comm;
        if (!m) {
            if (first) {
                Diag *d = check_error(c, DIAG_DUPLICATE_DEFAULT, cl->pos, cl->colon, "multiple defaults in select");
                label(c, d, first->pos, "the first default");
            } else {
                first = cl;
            }
        }
        open_scope(c);
        if (m) {
            bool ok = m->kind == S_SEND || m->kind == S_BAD || (m->kind == S_EXPR && is_receive(m->u.expr.x)) ||
                      (m->kind == S_ASSIGN && m->u.assign.op == OPR_NONE && m->u.assign.rhs.len == 1 && is_receive(m->u.assign.rhs.items[0])) ||
                      (m->kind == S_DEFINE && m->u.define.rhs.len == 1 && is_receive(m->u.define.rhs.items[0]));
            if (!ok) {
                Diag *d = check_error(c, DIAG_SELECT_CASE, m->pos, m->end, "select case must be receive, send or assign recv");
                help(c, d, "as in case v := <-ch: or case ch <- v:");
            } else {
                check_stmt(c, m, NULL);
            }
        }
        case_body(c, cl->body, false, false);
        close_scope(c);
    }
    c->env.flow = flow.outer;
}
