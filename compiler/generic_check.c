// The generic declarations of the program are checked for every type argument that their constraints allow, and not only for those that they
// are used with: only instances are checked, so each gets one more, of stand-ins for its type arguments, that nobody calls. (One that is used
// is left out when there are errors already: they would be said twice.) A stand-in can do what its constraint promises and as little else as can be:
//
//     any             a defined type of struct { _ func() }: it can be passed around, not compared
//     comparable      a defined type of struct { _ int }
//     ~int | ~string  a defined type of the first term's type (of `int | string`: that type itself)
//     with methods    a defined type of that interface
//
// So what is wrong for every type argument is said. A constraint of several terms takes further rounds, while there is no error: each has one more kind
// of term for its stand-in (the narrowest integers, floats, strings ...), so that `x % 2` of `~int | ~float64` is refused. Two terms of one kind are taken for
// one. A constraint that is more than one of these (methods and terms) leaves its declaration unchecked.
#include "compiler/checker.h"

typedef enum Kind { UNKNOWN, ANY, COMPARABLE, TERM, METHODS } Kind;

typedef struct StandIn { Kind kind; TypeTerm term; Type *iface; } StandIn;

bool type_is_stand_in(const Type *t) { return t && t->kind == T_NAMED && t->u.named.obj->is_tparam; }

static StandIn what_for(Checker *c, Type *k, int depth) {
    StandIn none = {UNKNOWN, {0}, NULL};
    if (depth > 20) return none;
    if (k == c->u->comparable_type || (under(k) && under(k) == under(c->u->comparable_type))) return (StandIn){COMPARABLE, {0}, NULL};
    Type *u = under(k);
    if (!u || u->kind != T_INTERFACE) return none;
    uint32_t n = u->u.iface.n, unions = u->u.iface.nunions, embeds = u->u.iface.nembeds;
    if (n && !unions && !is_constraint(c, k)) return (StandIn){METHODS, {0}, k};
    if (n || unions > 1) return none;
    if (unions == 1 && !embeds && u->u.iface.unions[0].n) {
        TypeTerm t = u->u.iface.unions[0].terms[0];
        return type_is_interface(t.type) ? what_for(c, t.type, depth + 1) : (StandIn){TERM, t, NULL};
    }
    if (unions) return none;
    if (embeds == 1) {
        Type *e = u->u.iface.embeds[0];
        return type_is_interface(e) ? what_for(c, e, depth + 1) : (StandIn){TERM, {e, false}, NULL};
    }
    return embeds ? none : (StandIn){ANY, {0}, NULL};
}

enum { MAX_TERMS = 8 }; // as many kinds of terms are tried

// Terms of one class may do the same things.
static uint32_t class_of(Type *u) {
    if (!is_numeric(u)) return u->kind;
    return !is_integer(u) ? u->kind == T_FLOAT32 || u->kind == T_FLOAT64 ? T_FLOAT64 : T_COMPLEX128 : is_unsigned(u) ? T_UINT : T_INT;
}
static uint32_t width_of(Type *u) {
    switch (u->kind) {
    case T_INT8: case T_UINT8: return 1;
    case T_INT16: case T_UINT16: return 2;
    case T_INT32: case T_UINT32: case T_FLOAT32: return 4;
    default: return 8;
    }
}
// One term of each class, the first of all in front: `out` has n already.
static uint32_t terms_of(Checker *c, Type *k, TypeTerm *out, uint32_t n, int depth) {
    Type *u = under(k);
    if (depth > 20 || u->kind != T_INTERFACE || u->u.iface.nunions + u->u.iface.nembeds != 1) return n;
    if (u->u.iface.nembeds) return terms_of(c, u->u.iface.embeds[0], out, n, depth + 1);
    for (uint32_t i = 0; i < u->u.iface.unions[0].n; i++) {
        TypeTerm t = u->u.iface.unions[0].terms[i];
        if (type_is_interface(t.type)) {
            n = terms_of(c, t.type, out, n, depth + 1);
            continue;
        }
        if (is_invalid(under(t.type)) || has_tparam(t.type)) continue;
        uint32_t at = 0;
        while (at < n && class_of(under(out[at].type)) != class_of(under(t.type))) at++;
        if (at == 0 && n) { // the first term stays; a narrower one is one more
            if (width_of(under(t.type)) >= width_of(under(out[0].type))) continue;
            at = 1;
            while (at < n && class_of(under(out[at].type)) != class_of(under(t.type))) at++;
        }
        if (at < n ? width_of(under(t.type)) < width_of(under(out[at].type)) : n < MAX_TERMS) out[at] = t;
        if (at == n && n < MAX_TERMS) n++;
    }
    return n;
}

static Type *struct_of(Checker *c, Type *field) {
    Type *s = new_type(c, T_STRUCT);
    s->complete = true;
    s->u.strct.fields = arena_new(c->a, TField);
    s->u.strct.fields[0] = (TField){.name = c->blank, .type = field, .pkg = c->p->main};
    s->u.strct.n = 1;
    return s;
}

static Type *new_stand_in(Checker *c, Ident id) {
    Object *o = new_object(c, O_TYPE, id, NULL);
    o->func = NULL;
    o->used = o->is_tparam = true;
    o->check_state = 2;
    o->pkg = c->p->main;
    Type *t = o->type = new_type(c, T_NAMED);
    t->u.named.obj = o;
    t->u.named.underlying = c->u->basic[T_INVALID];
    return t;
}

static bool stand_ins(Checker *c, Generic *g, Type **targs, const Expr *at, uint32_t round) {
    uint32_t n = 0;
    bool more = round == 0;
    StandIn *how = arena_array(c->a, StandIn, g->n + 1);
    for (uint32_t i = 0; i < g->tparams.len; i++)
        for (uint32_t k = 0; k < g->tparams.items[i].nnames; k++, n++) {
            how[n] = what_for(c, g->constraints[n], 0);
            if (how[n].kind == UNKNOWN) return false;
            TypeTerm terms[MAX_TERMS];
            if (how[n].kind == TERM && round > 0 && round < terms_of(c, g->constraints[n], terms, 0, 0)) {
                how[n].term = terms[round];
                more = true;
            }
            bool exact = how[n].kind == TERM && !how[n].term.tilde;
            if (exact && has_tparam(how[n].term.type)) return false;
            if (how[n].kind == TERM && how[n].term.type->kind == T_POINTER) return false; // a defined pointer type converts to less
            targs[n] = exact ? how[n].term.type : new_stand_in(c, g->tparams.items[i].names[k]);
        }
    if (!more) return false;
    for (uint32_t i = 0; i < g->n; i++) {
        Type *u = NULL;
        switch (how[i].kind) {
        case UNKNOWN: return false;
        case ANY: u = struct_of(c, new_func(c, NULL, 0, NULL, 0, false)); break;
        case COMPARABLE: u = struct_of(c, c->u->basic[T_INT]); break;
        case METHODS: u = substitute(c, how[i].iface, g, targs, at); break;
        case TERM:
            if (!how[i].term.tilde) continue;
            u = substitute(c, how[i].term.type, g, targs, at);
            break;
        }
        if (!u || is_invalid(under(u))) return false;
        targs[i]->u.named.underlying = under(u);
        targs[i]->complete = true;
    }
    return true;
}

bool check_generics(Checker *c, uint32_t round) {
    Package *pkg = c->p->main;
    bool errors = c->p->diags.errors > 0, any = false;
    if (round > 0 && errors) return false;
    for (uint32_t i = c->trial ? c->trial->first_object : 0; i < pkg->nobjects; i++) {
        Object *o = pkg->objects[i];
        Generic *g = o->info_decl->generic;
        if (!g || (o->kind != O_FUNC && o->kind != O_TYPE) || !g->n) continue;
        generic_resolve(c, o);
        if (g->ninstances && errors) continue;
        Expr at = {.kind = E_BAD, .pos = o->pos, .start = o->pos, .end = o->pos + o->name->len};
        Type **targs = arena_array(c->a, Type *, g->n + 1);
        c->env = (Env){.pkg = pkg, .scope = o->info_decl->file_scope};
        c->depth++;
        bool known = stand_ins(c, g, targs, &at, round);
        c->depth--;
        if (!known) continue;
        run_later(c);
        Object *inst = instantiate(c, o, targs, g->n, &at);
        c->env = (Env){0};
        if (!inst) continue;
        any = true;
        if (inst->kind == O_FUNC) reach(c, inst);
        for (uint32_t k = 0; inst->kind == O_TYPE && k < inst->info_decl->nmethods; k++) reach(c, inst->info_decl->methods[k]);
    }
    return any;
}
