// The order in which package-level variables get their values (Go spec, "Package initialization"): again and again the
// first variable in the source that has no initialiser, or one that depends, also through functions, on no variable that
// is still waiting. (A variable without an initialiser has its turn too: until then others wait for it.)
#include <stdlib.h>
#include <string.h>

#include "compiler/checker.h"

typedef struct Need { // of one variable: the variables that must come first
    DeclInfo *var;
    DeclInfo **needs;
    uint32_t n, cap;
} Need;

// Variables reachable from `di` through functions, not beyond variables.
static void gather(Checker *c, Need *need, DeclInfo *di, uint32_t visit) {
    for (uint32_t i = 0; i < di->ndeps; i++) {
        Object *o = di->deps[i];
        DeclInfo *to = o->info_decl->owner;
        if (to->visit == visit) continue;
        to->visit = visit;
        if (o->kind == O_FUNC) gather(c, need, to, visit);
        else if (to->pkg == need->var->pkg) PUSH(c, need->needs, need->n, need->cap, to);
    }
}

// The way from `from` back to `goal`, for the message.
static bool trace(Checker *c, DeclInfo *from, DeclInfo *goal, uint32_t visit, Buf *out) {
    for (uint32_t i = 0; i < from->ndeps; i++) {
        DeclInfo *to = from->deps[i]->info_decl->owner;
        if (to == goal) {
            buf_printf(out, "%s refers to %s", from->obj->name->text, goal->obj->name->text);
            return true;
        }
    }
    for (uint32_t i = 0; i < from->ndeps; i++) {
        DeclInfo *to = from->deps[i]->info_decl->owner;
        if (to->visit == visit) continue;
        to->visit = visit;
        size_t at = out->len;
        buf_printf(out, "%s refers to %s, ", from->obj->name->text, to->obj->name->text);
        if (trace(c, to, goal, visit, out)) return true;
        out->len = at;
        out->data[at] = 0;
    }
    return false;
}

void order_initialisation(Checker *c, Package *pkg) {
    Need *list = NULL;
    uint32_t n = 0, cap = 0, done = 0, steps = 0, low = 0;
    for (uint32_t i = 0; i < pkg->nobjects; i++) { // those of std that nobody mentions were never resolved
        DeclInfo *di = pkg->objects[i]->info_decl;
        if (di->obj->kind != O_VAR || di->obj->check_state != 2 || di->owner != di || di->listed) continue;
        Need need = {.var = di};
        PUSH(c, list, n, cap, need);
    }
    if (!n) return;
    for (uint32_t i = 0; i < n; i++) gather(c, &list[i], list[i].var, ++c->visit);
    InitStep *all = arena_array(c->a, InitStep, pkg->ninit + n); // in a session more may follow those of earlier inputs
    if (pkg->ninit) memcpy(all, pkg->init, pkg->ninit * sizeof *all);
    pkg->init = all;
    steps = pkg->ninit;
    bool *ready = xcalloc(n, sizeof *ready);
    while (done < n) {
        uint32_t pick = n;
        while (ready[low]) low++;
        for (uint32_t i = low; i < n && pick == n; i++) {
            if (ready[i]) continue;
            bool ok = true;
            for (uint32_t k = 0; k < list[i].n && ok; k++) ok = list[i].needs[k]->listed;
            if (ok) pick = i;
        }
        if (pick == n) { // a cycle
            for (uint32_t i = 0; i < n && pick == n; i++) {
                if (ready[i]) continue;
                Buf way;
                buf_init(&way);
                DeclInfo *v = list[i].var;
                if (trace(c, v, v, ++c->visit, &way)) {
                    Diag *d = check_error(c, DIAG_INIT_CYCLE, v->obj->pos, v->obj->pos + v->obj->name->len, "initialization cycle or refers to itself: initialization cycle for %s", v->obj->name->text);
                    help(c, d, "%s", buf_str(&way));
                    pick = i;
                }
                buf_fini(&way);
            }
            break;
        }
        ready[pick] = true;
        list[pick].var->listed = true;
        done++;
        if (list[pick].var->step) pkg->init[steps++] = *list[pick].var->step;
    }
    pkg->ninit = steps;
    for (uint32_t i = 0; i < n; i++) free(list[i].needs);
    free(list);
    free(ready);
}
