// show_sync.c — channels, locks and the like, in words.
#include <inttypes.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/ledger.h"
#include "runtime/map.h"
#include "runtime/names.h"
#include "runtime/sema.h"
#include "vm/show.h"

void show_place(const Vm *vm, Pos pos, Buf *out) {
    Place at = source_place(vm->m->sources, pos);
    if (!at.file) buf_putc(out, '?');
    else buf_printf(out, "%s:%u", at.file->path, at.line);
}

static void put_since(const Vm *vm, Pos pos, Buf *out) {
    Place at = source_place(vm->m->sources, pos);
    if (at.file) buf_printf(out, " since line %u of %s", at.line, at.file->path);
}

static void put_count(uint64_t n, const char *one, const char *many, Buf *out) { buf_printf(out, "%" PRIu64 " %s", n, n == 1 ? one : many); }

static uint64_t length(const WaitQueue *q) {
    uint64_t n = 0;
    for (const Waiter *x = q->first; x; x = x->next) n++;
    return n;
}

void show_chan(const Chan *c, Buf *out) {
    if (c->closed) buf_puts(out, c->count ? "closed, " : "closed");
    if (!c->cap && !c->closed) buf_puts(out, "unbuffered");
    else if (!c->closed) buf_printf(out, "%" PRIu64 " of %" PRIu64 " full", c->count, c->cap);
    else if (c->count) {
        put_count(c->count, "value", "values", out);
        buf_puts(out, " left");
    }
    uint64_t receivers = length(&c->recvq), senders = length(&c->sendq);
    if (receivers || senders) buf_puts(out, ", ");
    if (receivers) put_count(receivers, "receiver", "receivers", out);
    if (receivers && senders) buf_puts(out, " and ");
    if (senders) put_count(senders, "sender", "senders", out);
    if (receivers || senders) buf_puts(out, " waiting");
}

static void put_waiting(uint64_t n, Buf *out) {
    if (n) buf_printf(out, ", %" PRIu64 " waiting", n);
}

static void put_holder(const Vm *vm, const Word *p, Buf *out) {
    const LedgerRec *rec = ledger_find(vm->rt, p);
    if (!rec || rec->kind != LEDGER_LOCK || !rec->holder.g) return;
    buf_printf(out, " by goroutine %" PRIu64, rec->holder.g);
    put_since(vm, rec->holder.pos, out);
}

static void put_mutex(Vm *vm, const Word *p, Buf *out) {
    bool locked = GUEST_LOAD(Word, p) & 1;
    buf_puts(out, locked ? "locked" : "unlocked");
    if (locked) put_holder(vm, p, out);
    put_waiting(sema_waiters(vm->rt, p), out);
}

static void put_rwmutex(Vm *vm, const Word *p, Buf *out) {
    int32_t readers = GUEST_LOAD(int32_t, p + 1), left = GUEST_LOAD(int32_t, (const int32_t *)(p + 1) + 1);
    uint64_t waiting = sema_waiters(vm->rt, p) + sema_waiters(vm->rt, p + 1) + sema_waiters(vm->rt, (const int32_t *)(p + 1) + 1);
    if (readers > 0 || left > 0) {
        buf_puts(out, "locked for reading by ");
        put_count((uint64_t)(readers > 0 ? readers : left), "goroutine", "goroutines", out);
    } else if (readers < 0) {
        buf_puts(out, "locked");
        put_holder(vm, p, out);
    } else buf_puts(out, "unlocked");
    put_waiting(waiting, out);
}

static void put_waitgroup(Vm *vm, const Word *p, Buf *out) {
    buf_printf(out, "counter %" PRId32, (int32_t)(GUEST_LOAD(Word, p) >> 32));
    put_waiting(sema_waiters(vm->rt, p), out);
}

static const Word *field(const RType *t, const Word *p, const char *name) {
    for (uint32_t i = 0; i < t->nfields; i++)
        if (!strcmp(t->fields[i].name, name)) return p + t->fields[i].offset;
    return NULL;
}

static bool put_atomic(const RType *t, const Word *p, Buf *out) {
    const Word *v = field(t, p, "v");
    if (!v) return false;
    const char *kind = strrchr(t->name, '.') + 1;
    if (!strcmp(kind, "Int32")) buf_printf(out, "%" PRId32, GUEST_LOAD(int32_t, v));
    else if (!strcmp(kind, "Int64")) buf_printf(out, "%" PRId64, GUEST_LOAD(int64_t, v));
    else if (!strcmp(kind, "Uint32")) buf_printf(out, "%" PRIu32, GUEST_LOAD(uint32_t, v));
    else if (!strcmp(kind, "Uint64") || !strcmp(kind, "Uintptr")) buf_printf(out, "%" PRIu64, GUEST_LOAD(uint64_t, v));
    else if (!strcmp(kind, "Bool")) buf_puts(out, GUEST_LOAD(uint32_t, v) ? "true" : "false");
    else return false;
    return true;
}

bool show_sync(Vm *vm, const RType *t, const Word *p, Buf *out) {
    if (t->kind != RK_STRUCT || !(t->flags & RT_NAMED)) return false;
    if (!strncmp(t->name, "atomic.", 7)) return put_atomic(t, p, out);
    if (strncmp(t->name, "sync.", 5)) return false;
    const char *name = t->name + 5;
    if (!strcmp(name, "Mutex")) put_mutex(vm, p, out);
    else if (!strcmp(name, "RWMutex")) put_rwmutex(vm, p, out);
    else if (!strcmp(name, "WaitGroup")) put_waitgroup(vm, p, out);
    else if (!strcmp(name, "Once")) buf_puts(out, GUEST_LOAD(uint32_t, field(t, p, "done")) ? "done" : "not done");
    else if (!strcmp(name, "Cond")) put_count(sema_waiters(vm->rt, field(t, p, "notify")), "goroutine waiting", "goroutines waiting", out);
    else if (!strcmp(name, "Map")) {
        uint64_t n = map_len((const Map *)LOAD_PTR(field(t, p, "m")));
        put_count(n, "key", "keys", out);
    } else if (!strcmp(name, "Pool")) buf_puts(out, "objects to use again");
    else return false;
    return true;
}
