#include "vm/trace.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "runtime/finding.h"
#include "runtime/iface.h"
#include "runtime/misuse.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/defer.h"
#include "vm/fault_note.h"
#include "vm/places.h"
#include "vm/print.h"

enum { TRACE_HEAD = 10, TRACE_TAIL = 5 };

static void put_place(const Vm *vm, Pos pos, Buf *out) {
    Place p = source_place(vm->m->sources, pos);
    if (!p.file) {
        buf_puts(out, "?");
        return;
    }
    buf_printf(out, "%s:%u", p.file->path, p.line);
}

static void put_source(const Vm *vm, Pos pos, Buf *out) {
    Place p = source_place(vm->m->sources, pos);
    if (!p.file || p.file->is_std) return;
    uint32_t n;
    const char *text = source_line(p.file, p.line, &n);
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    while (n && (text[n - 1] == '\r' || text[n - 1] == ' ')) n--;
    buf_printf(out, ": %.*s", (int)n, text);
}

static void put_frame(const Vm *vm, const Told *at, Buf *out) {
    buf_printf(out, "%s(...)%s\n    ", places_func_name(at->func), at->at_end ? ", at its end" : "");
    put_place(vm, at->pos, out);
    put_source(vm, at->pos, out);
    buf_putc(out, '\n');
}

// What std does inside is not the program's: only the function that was called stands in the trace. And a recursion
// is one line with a count.
typedef struct Shown {
    Frame f;
    Told told;
    uint32_t times;
    bool more;
} Shown;

// The next line of the trace, innermost first; s->more tells whether s->f stands at a frame that was not looked at.
static bool same_line(const Vm *vm, Pos x, Pos y) {
    return x == y || source_place(vm->m->sources, x).line == source_place(vm->m->sources, y).line;
}
static bool next_shown(const Vm *vm, Shown *s) {
    s->times = 0;
    while (s->more) {
        Told at;
        bool shown = places_told(&s->f, &at);
        if (s->times && shown && (at.func != s->told.func || at.at_end != s->told.at_end || !same_line(vm, at.pos, s->told.pos))) return true;
        s->more = frame_below(&s->f);
        bool inside = (at.func->flags & FUNC_STD) && s->more && (s->f.func->flags & FUNC_STD) && places_is_shown(s->f.func);
        if (!shown || inside) continue;
        s->told = at;
        s->times++;
    }
    return s->times > 0;
}

void trace_goroutine(const Vm *vm, const G *g, Buf *out) {
    if (!g->pc || !g->stack) return;
    Shown s = {.more = true};
    uint32_t lines = 0, total = 0, skipped = 0;
    frame_top(g, &s.f);
    while (next_shown(vm, &s)) total++;
    s.more = true;
    frame_top(g, &s.f);
    while (next_shown(vm, &s)) {
        uint32_t i = lines++;
        if (total > TRACE_HEAD + TRACE_TAIL && i >= TRACE_HEAD && i < total - TRACE_TAIL) {
            skipped += s.times;
            continue;
        }
        if (skipped) buf_printf(out, "... %u more frames ...\n", skipped);
        skipped = 0;
        put_frame(vm, &s.told, out);
        if (s.times > 1) buf_printf(out, "    (%u calls deep, all from this line)\n", s.times);
    }
    if (g->go_pos && !(g->flags & GF_MAIN) && source_shown(vm->m->sources, g->go_pos).file) {
        buf_puts(out, "started at\n    ");
        put_place(vm, g->go_pos, out);
        Place p = source_place(vm->m->sources, g->go_pos);
        if (p.file) {
            uint32_t n;
            const char *text = source_line(p.file, p.line, &n);
            while (n && (*text == ' ' || *text == '\t')) text++, n--;
            buf_printf(out, ": %.*s", (int)n, text);
        }
        buf_putc(out, '\n');
    }
}

// In a host everybody's end is told: nobody else dies of it. Elsewhere the run ends here, with its status, before the words are written: another goroutine that
// dies meanwhile, or main's return, must not end it as if all were well. The other workers wait for this one to leave.
static bool first_to_die(Vm *vm) {
    if (runtime_options(vm->rt)->host) return true;
    bool first = !__atomic_exchange_n(&vm->dying, 1, __ATOMIC_ACQ_REL);
    runtime_exit(vm->rt, EXIT_PANIC);
    return first;
}

// What a panic of the machine means. Not of a chain of panics, whose first line is not the last that happened.
static void put_fault_note(const Vm *vm, const G *g, Finding *f, Buf *b) {
    if (!g->pc || !g->stack || (g->panics && ((const Panic *)g->panics)->link)) return;
    Frame top;
    frame_top(g, &top);
    if (top.func == &vm_panic_func && !frame_below(&top)) return;
    if (!places_is_shown(top.func) || top.func->flags & FUNC_STD) return; // a wrapper: its caller's line does not tell
    if (top.at < top.func->ncode && top.func->code[top.at].op == OP_PANIC) return; // the program's own word for it
    Buf note;
    const char *help;
    buf_init(&note);
    fault_note(vm, f->head, &top, &note, &help);
    if (note.len) {
        finding_detail(f, 0, "%s", buf_str(&note));
        buf_printf(b, "  %s\n", buf_str(&note));
    }
    buf_fini(&note);
    if (!help) return;
    finding_help(f, "%s", help);
    buf_printf(b, "  help: %s\n", help);
}

// What went before, where the runtime remembers it: who closed, who unlocked.
static void put_note(const Vm *vm, const G *g, Finding *f, Buf *b) {
    const char *text, *help;
    Pos pos;
    if (!misuse_note(g, f->head, &text, &pos, &help)) {
        put_fault_note(vm, g, f, b);
        return;
    }
    finding_detail(f, pos, "%s", text);
    buf_printf(b, "  %s", text);
    if (pos) {
        buf_puts(b, ", ");
        put_place(vm, pos, b);
        put_source(vm, pos, b);
    }
    buf_putc(b, '\n');
    if (!help) return;
    finding_help(f, "%s", help);
    buf_printf(b, "  help: %s\n", help);
}

// The head is the first line of what has been written so far; standard error gets all of it, as Go prints it.
static void die(Worker *w, G *g, FindingKind kind, Buf *b) {
    Vm *vm = vm_of(w);
    const char *head = buf_str(b);
    Finding *f = finding_new(kind, "%.*s", (int)strcspn(head, "\n"), head);
    Buf who;
    buf_init(&who);
    name_goroutine(vm->rt, g->id, g->start, &who);
    finding_frames_of(f, finding_part(f, 0, g->id, "%s", buf_str(&who)), vm->rt, g);
    buf_fini(&who);
    bool host = runtime_options(vm->rt)->host != NULL;
    if (g->go_pos && !(g->flags & GF_MAIN)) finding_detail(f, g->go_pos, "started here");
    put_note(vm, g, f, b);
    buf_printf(b, "\ngoroutine %" PRIu64 " [running]:\n", g->id);
    trace_goroutine(vm, g, b);
    if (host && !(g->flags & GF_MAIN))
        buf_printf(b, "\nIn a program this would have ended everything: here goroutine %" PRIu64 " alone has ended.\n", g->id);
    finding_raw(f, buf_str(b), b->len);
    buf_fini(b);
    if (kind == FINDING_PANIC && !(g->flags & GF_MAIN))
        finding_why(f, "A panic in any goroutine ends the whole program: recover works only in a deferred call of the goroutine that panics.");
    finding_report_take(vm->rt, f);
}

static void put_text(Buf *b, const Str *s) { buf_put(b, str_data(s), str_len(s)); }

static void put_panics(const Vm *vm, const Panic *p, Buf *b) {
    if (p->link) {
        put_panics(vm, p->link, b);
        if (!p->link->goexit) buf_putc(b, '\t');
    }
    if (p->goexit) return;
    buf_puts(b, "panic: ");
    if (p->has_text) put_text(b, p->text);
    else print_panic_value(vm->rt, b, vm->m->types, p->value);
    if (p->recovered) buf_puts(b, " [recovered]");
    buf_putc(b, '\n');
}

void trace_panic(Worker *w, G *g) {
    Vm *vm = vm_of(w);
    if (!first_to_die(vm)) return;
    Buf b;
    buf_init(&b);
    put_panics(vm, g->panics, &b);
    die(w, g, FINDING_PANIC, &b);
}

void trace_panic_while_printing(Worker *w, G *g, Panic *p) {
    Vm *vm = vm_of(w);
    if (!first_to_die(vm)) return;
    Buf b;
    buf_init(&b);
    buf_puts(&b, "fatal error: panic while printing panic value");
    TypeId t = iface_type(p->value);
    if (t && vm->m->types[t].kind == RK_STRING && !(vm->m->types[t].flags & RT_NAMED)) {
        buf_puts(&b, ": ");
        print_panic_value(vm->rt, &b, vm->m->types, p->value);
    } else if (t) {
        buf_printf(&b, ": type %s", vm->m->types[t].name);
    }
    buf_putc(&b, '\n');
    die(w, g, FINDING_FATAL, &b);
}

void trace_fatal(Worker *w, G *g, const char *what) {
    Vm *vm = vm_of(w);
    if (!first_to_die(vm)) return;
    Buf b;
    buf_init(&b);
    buf_printf(&b, "fatal error: %s\n", what);
    die(w, g, FINDING_FATAL, &b);
}

void trace_stack_overflow(Worker *w, G *g) {
    Vm *vm = vm_of(w);
    if (!first_to_die(vm)) return;
    Buf b;
    buf_init(&b);
    buf_puts(&b, "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n");
    die(w, g, FINDING_FATAL, &b);
}

bool trace_where(Runtime *rt, const G *g, Buf *func, Buf *place) {
    const Vm *vm = runtime_vm(rt);
    if (!g->pc || !g->stack) return false;
    // The innermost frame of the program itself, or the innermost of all.
    Frame f;
    Told at, best;
    frame_top(g, &f);
    bool shown = places_told(&f, &best), found = shown && !(best.func->flags & FUNC_STD);
    while (!found && frame_below(&f)) {
        if (!places_told(&f, &at)) continue;
        found = !(at.func->flags & FUNC_STD);
        if (!shown || found) best = at;
        shown = true;
    }
    buf_puts(func, places_func_name(best.func));
    if (source_shown(vm->m->sources, best.pos).file) put_place(vm, best.pos, place);
    return true;
}

bool trace_caller(const G *g, int64_t skip, const Func **func, Pos *pos) {
    Frame f;
    frame_top(g, &f);
    for (;;) {
        if (places_is_shown(f.func) && skip-- <= 0) {
            *func = f.func;
            *pos = frame_pos(&f);
            return true;
        }
        if (!frame_below(&f)) return false;
    }
}
