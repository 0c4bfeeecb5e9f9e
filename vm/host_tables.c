// host_tables.c — what a person asks for between two statements: the goroutines, channels and locks there are.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/names.h"
#include "runtime/stuck.h"
#include "vm/host_int.h"
#include "vm/show.h"

typedef struct Row {
    Pos pos;
    char *text;
} Row;

typedef struct Table {
    Host *h;
    Row *rows;
    uint32_t n, cap;
} Table;

static void add_row(Table *t, Pos pos, Buf *text) {
    if (t->n == t->cap) t->rows = xrealloc(t->rows, (t->cap = t->cap ? t->cap * 2 : 16) * sizeof *t->rows);
    char *copy = xmalloc(text->len + 1);
    memcpy(copy, buf_str(text), text->len + 1);
    t->rows[t->n++] = (Row){pos, copy};
    buf_fini(text);
}

static int by_place(const void *a, const void *b) {
    const Row *x = a, *y = b;
    return x->pos != y->pos ? (x->pos < y->pos ? -1 : 1) : strcmp(x->text, y->text);
}

static void put_table(Table *t, const char *one, const char *many, Buf *out) {
    if (t->n) {
        qsort(t->rows, t->n, sizeof *t->rows, by_place);
        buf_printf(out, "%u %s:\n", t->n, t->n == 1 ? one : many);
    }
    for (uint32_t i = 0; i < t->n; i++) {
        buf_printf(out, "  %s\n", t->rows[i].text);
        free(t->rows[i].text);
    }
    free(t->rows);
}

// ": goroutine 3 (worker), goroutine 4 (worker)": who waits for it; the first few.
static void put_waiters(Runtime *rt, const void *object, Buf *out) {
    enum { MOST = 4 };
    uint64_t n = 0;
    for (G *g = gstack_all(rt); g; g = g->all_next) {
        Want wants[WANTS];
        if (g_status(g) != G_WAITING) continue;
        uint32_t k = stuck_wants(g, wants), i = 0;
        while (i < k && wants[i].object != object && wants[i].chan != object) i++;
        if (i == k || n++ >= MOST) continue;
        buf_puts(out, n == 1 ? ": " : ", ");
        name_live_goroutine(rt, g, out);
    }
    if (n > MOST) buf_printf(out, " and %" PRIu64 " more", n - MOST);
}

// The variable of the session that holds this pointer or channel.
static const char *variable_of(const Vm *vm, const void *object) {
    const NameTable *t = &vm->m->names;
    for (uint32_t i = t->nglobals; i-- > 0;) {
        const RType *type = &vm->m->types[t->globals[i].type];
        if ((type->kind == RK_POINTER || type->kind == RK_CHAN) && LOAD_PTR(vm->globals + t->globals[i].word) == (Word)object) return t->globals[i].text;
    }
    return NULL;
}

// " jobs": by the place where it was made, or (a condition is made inside std) by who holds it; nothing when the type is all that is known.
static void put_name(const Vm *vm, const Named *n, const void *object, const char *type, Buf *out) {
    const char *name = buf_str(&n->text);
    if (!strcmp(name, type)) name = variable_of(vm, object);
    if (name) buf_printf(out, " %s", name);
}

static void add_chan(void *ctx, void *object) {
    Table *t = ctx;
    Vm *vm = &t->h->vm;
    const Chan *c = object;
    Named n;
    name_object(vm->rt, c, &n);
    if (!n.std) {
        Buf line = {0};
        buf_puts(&line, "chan ");
        name_type(&vm->m->types[c->elem], &line);
        put_name(vm, &n, c, "chan", &line);
        buf_puts(&line, ": ");
        show_chan(c, &line);
        put_waiters(vm->rt, c, &line);
        add_row(t, n.pos, &line);
    }
    named_fini(&n);
}

// Locks inside std's own structs are std's.
static void add_lock_at(Table *t, const Word *addr) {
    Vm *vm = &t->h->vm;
    Named n;
    name_address(vm->rt, addr, sizeof(Word), &n);
    const RType *type = &vm->m->types[n.type];
    const Word *begin = (const Word *)((uintptr_t)addr - n.within);
    Buf state = {0};
    if (n.type && !strncmp(type->name, "sync.", 5) && show_sync(vm, type, begin, &state)) {
        Buf line = {0};
        name_type(type, &line);
        put_name(vm, &n, begin, type->name, &line);
        buf_printf(&line, ": %s", buf_str(&state));
        put_waiters(vm->rt, addr, &line);
        add_row(t, n.pos, &line);
    }
    buf_fini(&state);
    named_fini(&n);
}

static void add_lock(void *ctx, const LedgerRec *r) { add_lock_at(ctx, r->addr); }

// What somebody waits at and nobody has used otherwise yet: a condition before its first Signal.
static void add_awaited(Table *t) {
    Runtime *rt = t->h->vm.rt;
    const Word **seen = NULL;
    uint32_t n = 0;
    for (G *g = gstack_all(rt); g; g = g->all_next) {
        Want wants[WANTS];
        if (g_status(g) != G_WAITING || !stuck_wants(g, wants) || !wants[0].object || ledger_find(rt, wants[0].object)) continue;
        uint32_t i = 0;
        while (i < n && seen[i] != wants[0].object) i++;
        if (i < n) continue;
        seen = xrealloc(seen, (n + 1) * sizeof *seen);
        add_lock_at(t, seen[n++] = wants[0].object);
    }
    free(seen);
}

void host_goroutines(Host *h, Buf *out) {
    host_hold(h);
    uint32_t n = 0;
    for (const G *g = gstack_all(h->vm.rt); g; g = g->all_next) n += !(g->flags & GF_SYSTEM);
    if (n) buf_printf(out, "%u goroutine%s:\n", n, n == 1 ? "" : "s");
    if (n) goroutines_put(h->vm.rt, out);
    host_let_go(h);
}

void host_channels(Host *h, Buf *out) {
    Table t = {.h = h};
    gc_collect_stopped(host_hold(h)); // what nobody can reach any more is not shown
    heap_each(h->vm.rt->heap, TYPE_CHAN_OBJ, add_chan, &t);
    put_table(&t, "channel", "channels", out);
    host_let_go(h);
}

void host_locks(Host *h, Buf *out) {
    Table t = {.h = h};
    gc_collect_stopped(host_hold(h));
    ledger_each(h->vm.rt, add_lock, &t);
    add_awaited(&t);
    put_table(&t, "lock", "locks and the like", out);
    host_let_go(h);
}
