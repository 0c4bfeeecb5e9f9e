// repl_inspect.c — the :commands that look at an input without changing the session, or measure it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform.h"
#include "cli/commands.h"
#include "cli/doc.h"
#include "cli/repl.h"
#include "vm/disasm.h"

void command_repl_type(Repl *r, const char *arg) {
    Buf type;
    SessionInput in;
    buf_init(&type);
    if (session_type(r->session, arg, strlen(arg), &type, &in)) output_say(r->output, buf_str(&type), type.len);
    else repl_show_diags(r, &in);
    buf_fini(&type);
}

// What the session declares goes before packages and built-in names, as in a program.
void command_repl_doc(Repl *r, const char *arg) {
    Buf out;
    buf_init(&out);
    bool found = false;
    for (size_t i = r->ninputs; i-- > 0 && !found;) {
        if (!repl_declares(r->inputs[i].text, arg)) continue;
        Input in = {.path = "gol repl"};
        buf_init(&in.text);
        buf_puts(&in.text, r->inputs[i].text);
        found = doc_of_input(&in, arg, (DocStyle){0}, &out);
        buf_fini(&in.text);
        if (!found) buf_clear(&out);
    }
    if (!found) found = doc_lookup(1, &arg, (DocStyle){0}, &out);
    if (found) output_say(r->output, buf_str(&out), out.len);
    else output_printf(r->output, "gol: %s", buf_str(&out));
    buf_fini(&out);
}

// "main.f" is f, and "main.(*T).M" or "main.T.M" are T.M.
static bool is_named(const Func *f, const char *name) {
    const char *p = f->name;
    if (!p || strncmp(p, "main.", 5)) return false;
    for (p += 5; *p; p++) {
        if (strchr("(*)", *p)) continue;
        if (*p != *name++) return false;
    }
    return !*name;
}

// The function that has the name now: the last one of several.
static const Func *func_named(const Module *m, const char *name) {
    const Func *found = NULL;
    for (uint32_t i = 0; i < m->nfuncs; i++)
        if (is_named(m->funcs[i], name)) found = m->funcs[i];
    return found;
}

void command_repl_bytecode(Repl *r, const char *arg) {
    Module *m = session_module(r->session);
    const Func *f = func_named(m, arg);
    Buf out;
    buf_init(&out);
    if (f) {
        disasm_func(m, f, &out);
    } else {
        uint32_t before = m->nfuncs;
        SessionInput in;
        session_input(r->session, "-", arg, strlen(arg), false, &in);
        repl_show_diags(r, &in);
        if (in.status == SESSION_RUN || in.status == SESSION_NOTHING) {
            for (uint32_t i = before; i < m->nfuncs; i++)
                if (!(m->funcs[i]->flags & FUNC_STD)) disasm_func(m, m->funcs[i], &out);
            session_undo(r->session, &in); // it was never run, so its patches were never applied
        }
    }
    output_say(r->output, buf_str(&out), out.len);
    buf_fini(&out);
}

void command_repl_explain(Repl *r, const char *arg) {
    char *words = xstrdup(arg), *argv[8], *rest = NULL;
    int argc = 0;
    for (char *w = strtok_r(words, " \t\n", &rest); w && argc < (int)COUNT_OF(argv); w = strtok_r(NULL, " \t\n", &rest)) argv[argc++] = w;
    Buf out;
    buf_init(&out);
    explain_put(argc, argv, &out);
    output_say(r->output, buf_str(&out), out.len);
    buf_fini(&out);
    free(words);
}

static void put_duration(Buf *b, int64_t ns) {
    if (ns < 10000) buf_printf(b, "%lld ns", (long long)ns);
    else if (ns < 10000000) buf_printf(b, "%.1f us", (double)ns / 1e3);
    else if (ns < 10000000000) buf_printf(b, "%.1f ms", (double)ns / 1e6);
    else buf_printf(b, "%.1f s", (double)ns / 1e9);
}

void command_repl_time(Repl *r, const char *arg) {
    int64_t before = platform_now();
    r->ready = false;
    if (repl_is_command(arg) || !repl_eval(r, NULL, arg, strlen(arg))) return;
    Buf out;
    buf_init(&out);
    buf_puts(&out, "took ");
    put_duration(&out, platform_now() - before);
    output_say(r->output, out.data, out.len);
    buf_fini(&out);
}

// The first :step of a session makes it stand still between statements; else there would be nothing left to step through.
void command_repl_step(Repl *r, const char *arg) {
    char *end;
    bool off = !strcmp(arg, "off");
    long n = *arg ? strtol(arg, &end, 10) : 1;
    if (*arg && !off && (*end || n < 1 || n > 100000)) {
        output_printf(r->output, "gol: :step %s: it must be a number from 1 to 100000, or off", arg);
        return;
    }
    if (!r->settings.seeded) {
        output_printf(r->output, "gol: goroutines can be followed step by step in a session with a seed: :seed 1");
        return;
    }
    if (off || !r->still) {
        r->still = !off;
        output_printf(r->output, off ? "goroutines run on after each statement" : "goroutines stand still after each statement from now on; :step lets the next one run, :step off all of them");
        if (off || !*arg) return;
    }
    Buf line;
    buf_init(&line);
    bool ran = true;
    for (; n > 0 && ran; n--) {
        buf_clear(&line);
        ran = host_step(r->host, &line);
        if (ran) output_say(r->output, buf_str(&line), line.len);
        else output_printf(r->output, "nothing can run now");
    }
    buf_fini(&line);
}
