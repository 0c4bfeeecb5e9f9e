#include "runtime/events.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/names.h"
#include "runtime/stdout.h"
#include "runtime/worker.h"

enum { NAME_WIDTH = 24 };

static void put_name(Runtime *rt, const G *g, Buf *b) {
    Buf name;
    buf_init(&name);
    buf_printf(&name, "G%llu ", (unsigned long long)g->id);
    if (g->flags & GF_MAIN) buf_puts(&name, "main");
    else if (g->start && rt->hooks->func_name) name_func(rt->hooks->func_name(g->start), &name);
    buf_printf(b, "%-*s ", NAME_WIDTH, buf_str(&name));
    buf_fini(&name);
}

// " at x.gol:12", where g stands.
static void put_where(Runtime *rt, const G *g, const char *before, Buf *b) {
    Buf func, place;
    buf_init(&func);
    buf_init(&place);
    if (rt->hooks->where && rt->hooks->where(rt, g, &func, &place)) buf_printf(b, "%s%s", before, buf_str(&place));
    buf_fini(&func);
    buf_fini(&place);
}

static void put_pos(const Runtime *rt, Pos pos, const char *before, Buf *b) {
    if (!pos || !rt->options.sources) return;
    Place at = source_shown(rt->options.sources, pos);
    if (at.file) buf_printf(b, "%s%s:%u", before, at.file->path, at.line);
}

static void begin(Worker *w, const G *g, Buf *b) {
    Runtime *rt = w->rt;
    buf_init(b);
    int64_t now = rt->virtual_clock ? rt->virtual_now - VIRTUAL_START : platform_now() - rt->started;
    char p[16];
    if (w->native_blocked) snprintf(p, sizeof p, "-");
    else snprintf(p, sizeof p, "P%d", w->index);
    buf_printf(b, "%10.3fms M%d/%-3s ", (double)now / 1e6, w->index, p);
    if (g) put_name(rt, g, b);
    else buf_printf(b, "%-*s ", NAME_WIDTH, "-");
}

static void end(Worker *w, Buf *b) {
    buf_putc(b, '\n');
    int fd = w->rt->options.trace_fd;
    if (fd == STDERR_FILENO) stdout_report(w->rt, buf_str(b), b->len);
    else while (write(fd, buf_str(b), b->len) < 0 && errno == EINTR) {} // one piece: opened for appending
    buf_fini(b);
}

static void put_cause(Worker *w, Buf *b) {
    if (w->firing) buf_puts(b, " by a timer");
    else if (w->current) {
        buf_printf(b, " by G%llu", (unsigned long long)w->current->id);
    }
}

void event_created(Worker *w, G *g) {
    Buf b;
    begin(w, g, &b);
    buf_puts(&b, "created");
    put_cause(w, &b);
    put_pos(w->rt, g->go_pos, " at ", &b);
    end(w, &b);
}

void event_ready(Worker *w, G *g) {
    Buf b;
    begin(w, g, &b);
    buf_puts(&b, "made ready");
    put_cause(w, &b);
    if (!w->firing && w->current) put_where(w->rt, w->current, " at ", &b);
    end(w, &b);
}

void event_runs(Worker *w, G *g, bool inherits) {
    Buf b;
    begin(w, g, &b);
    buf_puts(&b, inherits ? "runs, for the rest of the time slice" : "runs");
    uint32_t behind = sched_ring_len(w) + (w->run_next != NULL);
    uint32_t global = __atomic_load_n(&w->rt->global.n, __ATOMIC_RELAXED);
    if (behind) buf_printf(&b, "; %u in the queue of P%d", behind, w->index);
    if (global) buf_printf(&b, "; %u in the global queue", global);
    end(w, &b);
}

static void at_place(Worker *w, G *g, const char *what) {
    Buf b;
    begin(w, g, &b);
    buf_puts(&b, what);
    put_where(w->rt, g, " at ", &b);
    end(w, &b);
}

void event_parks(Worker *w, G *g, WaitReason reason) {
    static const char *const reasons[] = {
#define X(name, go, ours) ours,
        WAIT_REASONS(X)
#undef X
    };
    char what[96];
    snprintf(what, sizeof what, "parks: %s", reasons[reason]);
    at_place(w, g, what);
}

void event_preempted(Worker *w, G *g) { at_place(w, g, "preempted"); }
void event_yields(Worker *w, G *g) { at_place(w, g, "gives way"); }

void event_ends(Worker *w, G *g) {
    Buf b;
    begin(w, g, &b);
    buf_puts(&b, "ends");
    end(w, &b);
}

void event_steals(Worker *w, const Worker *from, uint32_t n) {
    Buf b;
    begin(w, NULL, &b);
    buf_printf(&b, "steals %u from P%d", n, from->index);
    end(w, &b);
}

void event_system(Worker *w, bool enters) {
    Buf b;
    begin(w, w->current, &b);
    buf_puts(&b, enters ? "waits in the system; its processor's queue is free for others" : "comes back from the system");
    end(w, &b);
}

void event_worker(Worker *w, const char *what) {
    Buf b;
    begin(w, NULL, &b);
    buf_puts(&b, what);
    end(w, &b);
}
