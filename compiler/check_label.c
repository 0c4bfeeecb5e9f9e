// Labels, break, continue, goto; and which statements end a function (Go spec, "Terminating statements").
#include <string.h>

#include "compiler/checker.h"

// All labels of a function are known before its statements are checked: a goto may jump forward. Their scopes are
// filled in when the statement is met; func literals have labels of their own.
static void collect(Checker *c, Stmt *s);

static void collect_list(Checker *c, StmtList l) {
    for (uint32_t i = 0; i < l.len; i++) collect(c, l.items[i]);
}

static void collect(Checker *c, Stmt *s) {
    while (s) switch ((StmtKind)s->kind) {
    case S_LABELED: {
        Ident id = s->u.labeled.label;
        Body *b = c->env.body;
        if (id.name && id.name != c->blank) {
            for (uint32_t i = 0; i < b->nlabels; i++)
                if (b->labels[i].name == id.name) {
                    Diag *d = check_error(c, DIAG_DUPLICATE_LABEL, id.pos, id.pos + id.name->len, "label %s already defined", id.name->text);
                    label(c, d, b->labels[i].pos, "the first");
                }
            LabelUse u = {.stmt = s, .name = id.name, .pos = id.pos};
            PUSH(c, b->labels, b->nlabels, b->labels_cap, u);
        }
        s = s->u.labeled.stmt;
        break;
    }
    case S_BLOCK: collect_list(c, s->u.block->stmts); return;
    case S_IF:
        collect_list(c, s->u.ifs.then->stmts);
        s = s->u.ifs.els;
        break;
    case S_FOR: if (s->u.fors.body) collect_list(c, s->u.fors.body->stmts); return;
    case S_RANGE: if (s->u.range.body) collect_list(c, s->u.range.body->stmts); return;
    case S_SWITCH: for (uint32_t i = 0; i < s->u.sw.ncases; i++) collect_list(c, s->u.sw.cases[i].body); return;
    case S_TYPESWITCH: for (uint32_t i = 0; i < s->u.tsw.ncases; i++) collect_list(c, s->u.tsw.cases[i].body); return;
    case S_SELECT: for (uint32_t i = 0; i < s->u.select.ncases; i++) collect_list(c, s->u.select.cases[i].body); return;
    case S_BAD: case S_EMPTY: case S_DECL: case S_EXPR: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO:
    case S_DEFER: case S_RETURN: case S_BREAK: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: return;
    }
}

void collect_labels(Checker *c, StmtList list) { collect_list(c, list); }

static LabelUse *find_label(Body *b, const Name *name) {
    for (uint32_t i = 0; i < b->nlabels; i++)
        if (b->labels[i].name == name) return &b->labels[i];
    return NULL;
}

void enter_label(Checker *c, Stmt *s) {
    LabelUse *u = find_label(c->env.body, s->u.labeled.label.name);
    if (u && u->stmt == s) u->scope = c->env.scope;
}

void check_branch(Checker *c, Stmt *s) {
    Ident id = s->u.branch.label;
    const char *what = s->kind == S_BREAK ? "break" : "continue";
    if (s->kind == S_GOTO) {
        const LabelUse *to = id.name && c->env.range ? find_label(c->env.body, id.name) : NULL;
        const Block *inside = c->env.range ? c->env.range->stmt->u.range.body : NULL;
        if (to && (to->pos < inside->lbrace || to->pos > inside->rbrace)) range_exit(c, s);
        LabelUse use = {.stmt = s, .scope = c->env.scope, .name = id.name, .pos = s->pos};
        if (id.name) PUSH(c, c->env.body->gotos, c->env.body->ngotos, c->env.body->gotos_cap, use);
        return;
    }
    bool outside = false; // of the innermost loop over a function
    for (Flow *f = c->env.flow; f; outside |= f->range != NULL, f = f->outer) {
        if (id.name ? f->label == id.name : s->kind == S_BREAK ? f->breaks : f->continues) {
            if (id.name) find_label(c->env.body, id.name)->used = true;
            if (s->kind == S_CONTINUE && !f->continues) {
                Diag *d = check_error(c, DIAG_NO_LABEL, id.pos, id.pos + id.name->len, "invalid continue label %s", id.name->text);
                help(c, d, "continue goes to the next turn of a for loop: put the label before one");
                return;
            }
            s->u.branch.target = f->stmt;
            if (outside) range_exit(c, s);
            return;
        }
    }
    if (!id.name) {
        Diag *d = check_error(c, DIAG_MISPLACED_BRANCH, s->pos, s->end, "%s", s->kind == S_BREAK ? "break is not in a loop, switch, or select" : "continue is not in a loop");
        if (c->env.fn && range_function(c->env.fn)->outer) help(c, d, "a func literal is a function of its own: return leaves it");
        return;
    }
    LabelUse *u = find_label(c->env.body, id.name);
    if (u) {
        u->used = true;
        Diag *d = check_error(c, DIAG_NO_LABEL, id.pos, id.pos + id.name->len, "invalid %s label %s", what, id.name->text);
        label(c, d, u->pos, "not a statement around this one");
    } else {
        help(c, check_error(c, DIAG_NO_LABEL, id.pos, id.pos + id.name->len, "%s label not defined: %s", what, id.name->text), "write %s: right before the loop", id.name->text);
    }
}

static bool encloses(const Scope *outer, const Scope *inner) {
    for (; inner; inner = inner->parent)
        if (inner == outer) return true;
    return false;
}

void finish_labels(Checker *c, Body *b) {
    for (uint32_t i = 0; i < b->ngotos; i++) {
        LabelUse *g = &b->gotos[i], *l = find_label(b, g->name);
        Ident id = g->stmt->u.branch.label;
        if (!l) {
            help(c, check_error(c, DIAG_NO_LABEL, id.pos, id.pos + id.name->len, "label %s not defined", id.name->text), "write %s: where it shall go on", id.name->text);
            continue;
        }
        l->used = true;
        g->stmt->u.branch.target = l->stmt;
        if (!l->scope) continue;
        if (!encloses(l->scope, g->scope)) {
            Diag *d = check_error(c, DIAG_BAD_GOTO, g->pos, g->stmt->end, "goto %s jumps into block", id.name->text);
            label(c, d, l->pos, "the label is inside this block");
            continue;
        }
        for (uint32_t k = 0; l->pos > g->pos && k < b->nlocals; k++) {
            Object *v = b->locals[k].obj;
            if (b->locals[k].scope != l->scope || v->pos <= g->pos || v->pos >= l->pos) continue;
            Diag *d = check_error(c, DIAG_BAD_GOTO, g->pos, g->stmt->end, "goto %s jumps over variable declaration", id.name->text);
            label(c, d, v->pos, "%s would never get its value", v->name->text);
            break;
        }
    }
    for (uint32_t i = 0; i < b->nlabels; i++) {
        LabelUse *l = &b->labels[i];
        if (l->used) continue;
        Diag *d = check_error(c, DIAG_UNUSED_LABEL, l->pos, l->pos + l->name->len, "label %s defined and not used", l->name->text);
        help(c, d, "remove it; break, continue and goto find labels by name");
    }
}

// ---- the end of a function ----

static bool has_break(const Stmt *s, const Stmt *target);

static bool list_has_break(StmtList l, const Stmt *target) {
    for (uint32_t i = 0; i < l.len; i++)
        if (has_break(l.items[i], target)) return true;
    return false;
}

// Whether a break inside s leaves `target` (check_branch has resolved them).
static bool has_break(const Stmt *s, const Stmt *target) {
    while (s) switch ((StmtKind)s->kind) {
    case S_BREAK: return s->u.branch.target == target;
    case S_LABELED: s = s->u.labeled.stmt; break;
    case S_BLOCK: return list_has_break(s->u.block->stmts, target);
    case S_IF:
        if (list_has_break(s->u.ifs.then->stmts, target)) return true;
        s = s->u.ifs.els;
        break;
    case S_FOR: return s->u.fors.body && list_has_break(s->u.fors.body->stmts, target);
    case S_RANGE: return s->u.range.body && list_has_break(s->u.range.body->stmts, target);
    case S_SWITCH:
        for (uint32_t i = 0; i < s->u.sw.ncases; i++)
            if (list_has_break(s->u.sw.cases[i].body, target)) return true;
        return false;
    case S_TYPESWITCH:
        for (uint32_t i = 0; i < s->u.tsw.ncases; i++)
            if (list_has_break(s->u.tsw.cases[i].body, target)) return true;
        return false;
    case S_SELECT:
        for (uint32_t i = 0; i < s->u.select.ncases; i++)
            if (list_has_break(s->u.select.cases[i].body, target)) return true;
        return false;
    case S_BAD: case S_EMPTY: case S_DECL: case S_EXPR: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO:
    case S_DEFER: case S_RETURN: case S_CONTINUE: case S_GOTO: case S_FALLTHROUGH: return false;
    }
    return false;
}

static bool is_panic(const Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e->kind == E_CALL && e->u.call.builtin == B_PANIC;
}

static bool case_terminates(StmtList body, const Stmt *sw) {
    if (list_has_break(body, sw)) return false;
    if (body.len && body.items[body.len - 1]->kind == S_FALLTHROUGH) return true;
    return list_terminates(body);
}

bool terminates(const Stmt *s) {
    bool has_default = false;
    switch ((StmtKind)s->kind) {
    case S_RETURN: case S_GOTO: case S_BAD: return true;
    case S_EXPR: return is_panic(s->u.expr.x);
    case S_BLOCK: return list_terminates(s->u.block->stmts);
    case S_IF: return s->u.ifs.els && list_terminates(s->u.ifs.then->stmts) && terminates(s->u.ifs.els);
    case S_FOR: return !s->u.fors.cond && !(s->u.fors.body && list_has_break(s->u.fors.body->stmts, s));
    case S_LABELED: return s->u.labeled.stmt && terminates(s->u.labeled.stmt);
    case S_SWITCH:
        for (uint32_t i = 0; i < s->u.sw.ncases; i++) {
            has_default |= s->u.sw.cases[i].is_default;
            if (!case_terminates(s->u.sw.cases[i].body, s)) return false;
        }
        return has_default;
    case S_TYPESWITCH:
        for (uint32_t i = 0; i < s->u.tsw.ncases; i++) {
            has_default |= s->u.tsw.cases[i].is_default;
            if (!case_terminates(s->u.tsw.cases[i].body, s)) return false;
        }
        return has_default;
    case S_SELECT:
        for (uint32_t i = 0; i < s->u.select.ncases; i++)
            if (!case_terminates(s->u.select.cases[i].body, s)) return false;
        return true;
    case S_EMPTY: case S_DECL: case S_SEND: case S_INCDEC: case S_ASSIGN: case S_DEFINE: case S_GO: case S_DEFER: case S_BREAK:
    case S_CONTINUE: case S_FALLTHROUGH: case S_RANGE: return false;
    }
    return false;
}

bool list_terminates(StmtList list) {
    uint32_t n = list.len;
    while (n && list.items[n - 1]->kind == S_EMPTY) n--;
    return n && terminates(list.items[n - 1]);
}
