// names.c — words for functions and goroutines. (Those for addresses: name_address.c.)
#include "runtime/names.h"

#include <stdio.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/worker.h"

// Where ".funcN" begins, which stands for a function literal (and ".N" behind it for one inside); NULL: none.
static const char *literal_in(const char *func) {
    for (const char *p = strstr(func, ".func"); p; p = strstr(p + 1, ".func")) {
        size_t digits = strspn(p + 5, "0123456789");
        if (digits && (p[5 + digits] == 0 || p[5 + digits] == '.')) return p;
    }
    return NULL;
}

void name_func(const char *func, Buf *out) {
    if (!strncmp(func, "main.", 5)) func += 5;
    const char *literal = literal_in(func), *body = strstr(func, "-range");
    if (body && !body[6 + strspn(body + 6, "0123456789")]) buf_printf(out, "%.*s", (int)(body - func), func); // of a loop over a function
    else if (literal) buf_printf(out, "func literal in %.*s", (int)(literal - func), func);
    else buf_puts(out, func);
}

static void put_goroutine(uint64_t id, const char *func, Buf *out) {
    buf_printf(out, "goroutine %llu", (unsigned long long)id);
    // What is generated to begin with: once in a program, in a session in front of each statement.
    if (id == 1 || (func && !strcmp(func, "runtime.main"))) buf_puts(out, " (main)");
    else if (func) {
        buf_puts(out, " (");
        name_func(func, out);
        buf_putc(out, ')');
    }
}

void name_goroutine(Runtime *rt, uint64_t id, const struct Func *start, Buf *out) {
    put_goroutine(id, start && rt->hooks->func_name ? rt->hooks->func_name(start) : NULL, out);
}

const char *name_start(Runtime *rt, const G *g) {
    enum { FRAMES = 32 };
    const char *start = g->start && rt->hooks->func_name ? rt->hooks->func_name(g->start) : NULL;
    if (!start || !strncmp(start, "main.", 5) || !rt->hooks->frames) return start;
    FindingFrame f[FRAMES];
    uint32_t n = rt->hooks->frames(rt, g, f, FRAMES);
    for (uint32_t i = n < FRAMES ? n : FRAMES; i-- > 0;)
        if (!strncmp(f[i].func, "main.", 5)) return f[i].func;
    return start;
}

void name_live_goroutine(Runtime *rt, const G *g, Buf *out) { put_goroutine(g->id, name_start(rt, g), out); }
