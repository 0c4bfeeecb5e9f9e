#include "vm/mentions.h"

#include <stdlib.h>

#include "base/lock.h"
#include "vm/defer.h"
#include "vm/opcodes.h"

typedef struct Method {
    uint32_t id, func;
} Method;

struct Mentions {
    bool on;
    uint32_t search; // number of the running search: what equals it was looked at
    pthread_mutex_t lock;
    uint32_t *func_seen, *method_seen, *global_seen; // search numbers; the last by first word of the variable (atomic)
    const Func **queue;      // functions to be looked at
    uint32_t nqueue;
    uint32_t *vars, nvars;   // variables to be marked, by first word
    GcMarker *owner;         // who has the lock: marking a variable may lead to another one (atomic)
    uint32_t *loose, nloose; // functions used as values without captures
    Method *methods;         // by id
    uint32_t nmethods;
};

bool mentions_on(const Mentions *x) { return x->on; }

static int by_method(const void *a, const void *b) {
    uint32_t x = ((const Method *)a)->id, y = ((const Method *)b)->id;
    return x < y ? -1 : x > y;
}

// In a session the compiler may be giving a table to a type that had none, because no interface has held it yet: with or without is the same.
static void find_methods(const Vm *vm, Mentions *x) {
    uint32_t cap = 0;
    for (uint32_t t = 0; t < vm->m->ntypes; t++) {
        const RMethod *methods = __atomic_load_n(&vm->m->types[t].methods, __ATOMIC_ACQUIRE); // pairs with gen_method_table
        uint32_t n = methods ? vm->m->types[t].nmethods : 0;
        if (x->nmethods + n > cap) x->methods = xrealloc(x->methods, (cap = (x->nmethods + n) * 2) * sizeof *x->methods);
        for (uint32_t i = 0; i < n; i++) x->methods[x->nmethods++] = (Method){methods[i].id, methods[i].func};
    }
    if (x->nmethods) qsort(x->methods, x->nmethods, sizeof *x->methods, by_method);
}

static void find_loose(const Vm *vm, Mentions *x) {
    const Module *m = vm->m;
    x->loose = xcalloc(vm->m->nfuncs + 1, sizeof *x->loose);
    for (uint32_t i = 0; i < vm->m->nfuncs; i++) {
        const Func *f = m->funcs[i];
        for (uint32_t at = 0; f && at < f->ncode; at += op_length(&f->code[at])) {
            if (f->code[at].op != OP_LDFUNC) continue;
            uint32_t to = instr_bc(f->code[at]);
            if (x->func_seen[to]) continue;
            x->func_seen[to] = 1;
            x->loose[x->nloose++] = to;
        }
    }
}

static Mentions *mentions_new(Vm *vm) {
    Mentions *x = xcalloc(1, sizeof *x);
    pthread_mutex_init(&x->lock, NULL);
    if (!vm->searches) vm->searches = 1; // 0: never; 1: find_loose
    for (ReplacedFunc *r = vm->replaced; r; r = r->next) r->seen = 0;
    x->func_seen = xcalloc(vm->m->nfuncs + 1, sizeof(uint32_t));
    x->queue = xcalloc(vm->m->nfuncs + vm->nreplaced + 1, sizeof *x->queue);
    x->method_seen = xcalloc(vm->m->nmethod_ids + 1, sizeof(uint32_t));
    x->global_seen = xcalloc(vm->m->nglobals + 1, sizeof(uint32_t));
    x->vars = xcalloc(vm->m->nglobals + 1, sizeof(uint32_t));
    find_methods(vm, x);
    find_loose(vm, x);
    return x;
}

void mentions_free(Vm *vm) {
    Mentions *x = vm->mentions;
    if (!x) return;
    pthread_mutex_destroy(&x->lock);
    free(x->func_seen);
    free(x->queue);
    free(x->method_seen);
    free(x->global_seen);
    free(x->vars);
    free(x->loose);
    free(x->methods);
    free(x);
    vm->mentions = NULL;
}

static void enter(Mentions *x, GcMarker *m) {
    pthread_mutex_lock(&x->lock);
    __atomic_store_n(&x->owner, m, __ATOMIC_RELAXED);
}
static void leave(Mentions *x) {
    __atomic_store_n(&x->owner, NULL, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&x->lock);
}

// --- with the lock held

static void global_locked(const Vm *vm, uint32_t word) {
    Mentions *x = vm->mentions;
    uint32_t first = vm->m->global_first[word];
    if (__atomic_load_n(&x->global_seen[first], __ATOMIC_RELAXED) == x->search) return;
    __atomic_store_n(&x->global_seen[first], x->search, __ATOMIC_RELAXED);
    x->vars[x->nvars++] = first;
}

static void func_locked(const Vm *vm, uint32_t index) {
    Mentions *x = vm->mentions;
    if (index >= vm->m->nfuncs || x->func_seen[index] == x->search) return;
    __atomic_store_n(&x->func_seen[index], x->search, __ATOMIC_RELAXED); // pairs with code's look before it takes the lock: who sees it leaves f to us
    if (vm->m->funcs[index]) x->queue[x->nqueue++] = vm->m->funcs[index];
}

// f itself, which may have been replaced since (vm/host.h): what is left of it is live, and what it calls is the new one.
static void code_locked(const Vm *vm, const Func *f) {
    Mentions *x = vm->mentions;
    if (f->index >= vm->m->nfuncs || vm->m->funcs[f->index] == f) {
        func_locked(vm, f->index);
        return;
    }
    for (ReplacedFunc *r = vm->replaced; r; r = r->next) {
        if (r->func != f || r->seen == x->search) continue;
        r->seen = x->search;
        x->queue[x->nqueue++] = f;
    }
}

static void method_locked(const Vm *vm, uint32_t id) {
    Mentions *x = vm->mentions;
    if (x->method_seen[id] == x->search) return;
    x->method_seen[id] = x->search;
    uint32_t lo = 0, hi = x->nmethods;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (x->methods[mid].id < id) lo = mid + 1;
        else hi = mid;
    }
    for (; lo < x->nmethods && x->methods[lo].id == id; lo++) func_locked(vm, x->methods[lo].func);
}

// Through reflect any method of any value can be called.
static void methods_locked(const Vm *vm) {
    for (uint32_t i = 0; i < vm->mentions->nmethods; i++) method_locked(vm, vm->mentions->methods[i].id);
}

static void instr_locked(const Vm *vm, const Func *f, uint32_t at) {
    const Instr *i = &f->code[at];
    const OpInfo *info = &op_info[i->op];
    if (info->b == OPERAND_F32) func_locked(vm, instr_bc(*i));
    if (info->extra == OPERAND_F32) func_locked(vm, instr_bc(i[1]));
    if (i->op == OP_CALLI) method_locked(vm, f->sites[i->c].method_id);
    if (i->op == OP_CALLN && vm->m->funcs[instr_bc(*i)]->flags & FUNC_ANY_METHOD) methods_locked(vm);
    if (info->b != OPERAND_G32 || i->op == OP_STG || i->op == OP_STGP || i->op == OP_STGI) return;
    global_locked(vm, instr_bc(*i));
}

static void queue_locked(const Vm *vm, GcMarker *m) {
    Mentions *x = vm->mentions;
    const Module *mod = vm->m;
    while (x->nqueue || x->nvars) {
        if (x->nqueue) {
            const Func *f = x->queue[--x->nqueue];
            for (uint32_t at = 0; at < f->ncode; at += op_length(&f->code[at])) instr_locked(vm, f, at);
            continue;
        }
        uint32_t first = x->vars[--x->nvars], n = 1;
        while (first + n < vm->m->nglobals && mod->global_first[first + n] == first) n++;
        gc_mark_words(m, vm->globals + first, n, mod->global_slots + first); // may come back to scan_global
    }
}

// What can be executed from instruction `at` on.
static void rest_locked(const Vm *vm, const Func *f, uint32_t at) {
    uint8_t *seen = xcalloc(f->ncode + 1, 1);
    uint32_t *todo = xmalloc((f->ncode + 2) * sizeof *todo), n = 0, target;
    todo[n++] = at;
    if (f->flags & FUNC_HAS_DEFER) todo[n++] = f->recover_pc;
    while (n) {
        for (uint32_t i = todo[--n]; i < f->ncode && !seen[i];) {
            seen[i] = 1;
            instr_locked(vm, f, i);
            if (op_jump_target(f, i, &target) && !seen[target] && n <= f->ncode) todo[n++] = target;
            if (op_ends_block((Opcode)f->code[i].op)) break;
            i += op_length(&f->code[i]);
        }
    }
    free(todo);
    free(seen);
}

// --- by the markers

void mentions_of_frame(Vm *vm, const Frame *f, SlotMap *map, GcMarker *m) {
    Mentions *x = vm->mentions;
    const Func *func = f->func;
    bool whole = !func->nslots && !func->nparams; // its map is shared
    if (!whole && __atomic_load_n(&map->mentioned, __ATOMIC_RELAXED) == x->search) return;
    enter(x, m);
    if (whole && func->index < vm->m->nfuncs && vm->m->funcs[func->index] == func) func_locked(vm, func->index);
    else if (whole || map->mentioned != x->search) {
        if (!whole) __atomic_store_n(&map->mentioned, x->search, __ATOMIC_RELAXED);
        uint32_t at = f->at;
        if (f->state != FRAME_AT && at < func->ncode) at += op_length(&func->code[at]);
        rest_locked(vm, func, at);
    }
    queue_locked(vm, m);
    leave(x);
}

void mentions_of_defers(Vm *vm, const G *g, GcMarker *m) {
    Mentions *x = vm->mentions;
    const DeferRecord *d = defer_last(g);
    if (!d) return;
    enter(x, m);
    while (d) {
        if (d->func && !d->at.runner) code_locked(vm, d->func);
        d = d->prev == NO_RECORD ? NULL : (const DeferRecord *)(((DeferStack *)g->defers)->words + d->prev);
    }
    queue_locked(vm, m);
    leave(x);
}

static void code(void *rt, const Func *f, GcMarker *m) {
    Vm *vm = runtime_vm(rt);
    Mentions *x = vm->mentions;
    if (!x->on || (__atomic_load_n(&x->func_seen[f->index], __ATOMIC_RELAXED) == x->search && !vm->replaced)) return;
    enter(x, m);
    code_locked(vm, f);
    queue_locked(vm, m);
    leave(x);
}

static void scan_global(void *rt, Word p, GcMarker *m) {
    Vm *vm = runtime_vm(rt);
    Mentions *x = vm->mentions;
    if (!x->on) return;
    uint32_t word = (uint32_t)((p - (Word)vm->globals) / sizeof(Word));
    if (__atomic_load_n(&x->owner, __ATOMIC_RELAXED) == m) {
        global_locked(vm, word); // queue_locked is under way
        return;
    }
    enter(x, m);
    global_locked(vm, word);
    queue_locked(vm, m);
    leave(x);
}

// --- the search

void mentions_begin(Runtime *rt, GcSource *s) {
    Vm *vm = runtime_vm(rt);
    if (!vm->mentions) vm->mentions = mentions_new(vm);
    Mentions *x = vm->mentions;
    x->search = ++vm->searches;
    x->on = true;
    s->code = code;
    s->globals = (uintptr_t)vm->globals;
    s->globals_bytes = vm->m->nglobals * sizeof(Word);
    s->scan_global = scan_global;
    for (uint32_t i = 0; i < x->nloose; i++) func_locked(vm, x->loose[i]); // looked at with the first frame
}

void mentions_end(Runtime *rt) { ((Vm *)runtime_vm(rt))->mentions->on = false; }

bool mentions_global_reached(Runtime *rt, const void *p) {
    const Vm *vm = runtime_vm(rt);
    uint64_t off = (Word)p - (Word)vm->globals;
    if (off >= vm->m->nglobals * sizeof(Word)) return true;
    return __atomic_load_n(&vm->mentions->global_seen[vm->m->global_first[off / sizeof(Word)]], __ATOMIC_RELAXED) == vm->mentions->search;
}
