// repl.c — gol repl: the command, and the loop at a terminal.
#include "cli/repl.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/repl_signal.h"

const char repl_prompt[] = "gol> ", repl_more[] = "...> ";

// In a signal's handler.
static void on_interrupt(void *ctx) {
    Repl *r = ctx;
    Host *h = __atomic_load_n(&r->host, __ATOMIC_SEQ_CST);
    if (h) host_interrupt(h);
}

// ---- the hooks of an edit

static bool goes_on(void *ctx, const char *text, size_t len) { return repl_goes_on(ctx, text, len); }

static void complete(void *ctx, const char *text, size_t len, size_t at, Completions *out) {
    Repl *r = ctx;
    completions_find(out, r->session, text, len, at);
}

static int above(void *ctx, Buf *out) {
    Repl *r = ctx;
    return output_take(r->output, out);
}

static void asked(void *ctx) { repl_command(ctx, ":goroutines"); }

// ---- the loop

// What is left behind is named.
static void say_goodbye(Repl *r) {
    uint32_t n = r->leaving ? 0 : host_alive(r->host);
    if (!n) return;
    Buf table;
    buf_init(&table);
    host_goroutines(r->host, &table);
    output_printf(r->output, "%u goroutine%s still running:\n%s", n, n == 1 ? " was" : "s were", buf_str(&table));
    buf_fini(&table);
}

static void terminal(Repl *r) {
    Buf text;
    buf_init(&text);
    EditEnd end = EDIT_INPUT;
    while (!r->leaving && end != EDIT_LEFT && end != EDIT_KILLED) {
        buf_clear(&text);
        output_hold(r->output, true);
        host_forget_interrupt(r->host);
        end = edit_read(r->edit, repl_prompt, repl_more, &text);
        output_hold(r->output, false);
        if (end != EDIT_INPUT) continue;
        repl_history_add(&r->history, buf_str(&text));
        repl_eval(r, NULL, buf_str(&text), text.len);
    }
    buf_fini(&text);
    if (end == EDIT_KILLED) signals_die(edit_signal(r->edit));
}

// libedit asks the locale what a letter is.
static void set_locale(void) {
    const char *set = setlocale(LC_CTYPE, "");
    if (!set || MB_CUR_MAX == 1) setlocale(LC_CTYPE, "C.UTF-8");
}

static void start(Repl *r, const Settings *s) {
    r->settings = *s;
    r->terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (!isatty(STDIN_FILENO) && !s->seeded && !s->workers && s->clock != CLOCK_REAL) {
        r->settings.seeded = true; // a transcript is there to be compared
        r->settings.seed = 1;
    }
    set_locale();
    const char *no = getenv("NO_COLOR");
    bool colour = s->color == COLOR_ALWAYS || (s->color == COLOR_AUTO && r->terminal);
    screen_init(&r->screen, STDOUT_FILENO, colour && !(no && *no));
    r->output = output_new(&r->screen, !r->terminal);
    signals_begin(on_interrupt, r);
    repl_begin(r);
    if (!r->terminal) return;
    repl_history_init(&r->history, true);
    const EditHooks hooks = {.goes_on = goes_on, .complete = complete, .above = above, .asked = asked, .ctx = r};
    r->edit = edit_new(&r->screen, &r->history, &hooks);
}

static int finish(Repl *r) {
    if (r->terminal) say_goodbye(r);
    repl_end(r);
    edit_free(r->edit);
    repl_history_fini(&r->history);
    repl_forget_inputs(r, 0);
    free(r->inputs);
    output_free(r->output);
    screen_fini(&r->screen);
    signals_finish();
    return r->status;
}

int command_repl(const Settings *s, int argc, char **argv) {
    Repl r = {0};
    start(&r, s);
    if (r.edit) output_printf(r.output, "gol %s: Go, one input at a time. :help lists the commands, Ctrl-D leaves.", gol_version);
    for (int i = 0; i < argc && !r.leaving; i++) command_repl_load(&r, argv[i]);
    if (r.edit) terminal(&r);
    else repl_transcript(&r);
    return finish(&r);
}
