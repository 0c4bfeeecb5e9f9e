// repl_commands.c — the :commands: their table, and how a line is taken apart. Help and completion come from the same table.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cli/repl.h"
#include "cli/repl_colour.h"

// ---- the short ones

static void goroutines(Repl *r, const char *arg) {
    (void)arg;
    Buf table;
    buf_init(&table);
    host_goroutines(r->host, &table);
    if (table.len) output_say(r->output, table.data, table.len);
    else output_printf(r->output, "no goroutines besides yours");
    buf_fini(&table);
}

static void chans(Repl *r, const char *arg) {
    (void)arg;
    Buf table;
    buf_init(&table);
    host_channels(r->host, &table);
    if (table.len) output_say(r->output, table.data, table.len);
    else output_printf(r->output, "no channels");
    buf_fini(&table);
}

static void locks(Repl *r, const char *arg) {
    (void)arg;
    Buf table;
    buf_init(&table);
    host_locks(r->host, &table);
    if (table.len) output_say(r->output, table.data, table.len);
    else output_printf(r->output, "no locks in use");
    buf_fini(&table);
}

static void reset(Repl *r, const char *arg) {
    (void)arg;
    repl_forget_inputs(r, 0);
    repl_begin(r);
    output_printf(r->output, "a fresh session");
}

static void undo(Repl *r, const char *arg) {
    (void)arg;
    SessionInput out;
    if (!r->ninputs || !session_undo(r->session, &out)) {
        output_printf(r->output, "gol: there is no input to take back");
        return;
    }
    repl_apply(r, &out);
    repl_show_diags(r, &out);
    output_printf(r->output, "taken back: [%zu] %.*s", r->ninputs, (int)strcspn(r->inputs[r->ninputs - 1].text, "\n"), r->inputs[r->ninputs - 1].text);
    repl_forget_inputs(r, r->ninputs - 1);
}

static void list(Repl *r, const char *arg) {
    (void)arg;
    Buf out;
    buf_init(&out);
    for (size_t i = 0; i < r->ninputs; i++) repl_put_input(&out, i + 1, r->inputs[i].text);
    if (out.len) output_say(r->output, out.data, out.len);
    else output_printf(r->output, "nothing was entered yet");
    buf_fini(&out);
}

// The inputs so far, in a session where all choices follow from N.
static void seed(Repl *r, const char *arg) {
    char *end;
    unsigned long long n = strtoull(arg, &end, 10);
    if (*arg < '0' || *arg > '9' || *end) {
        output_printf(r->output, "gol: :seed %s: it must be a whole number, not negative", arg);
        return;
    }
    r->settings.seeded = true;
    r->settings.seed = n;
    r->settings.workers = 1;
    r->settings.clock = CLOCK_BY_SEED;
    ReplInput *inputs = r->inputs;
    size_t ninputs = r->ninputs;
    r->inputs = NULL;
    r->ninputs = r->cap = 0;
    repl_begin(r);
    output_printf(r->output, "a session with seed %llu: one worker, and a clock that jumps when all sleep", n);
    repl_run_inputs(r, inputs, ninputs);
    repl_free_inputs(inputs, ninputs);
    free(inputs);
}

static void quit(Repl *r, const char *arg) {
    (void)arg;
    r->leaving = true;
}

const ReplCommand repl_commands[] = {
    {"help", REPL_COMMAND, true, "[COMMAND]", "this list, or more on one command", "", command_repl_help},
    {"type", REPL_EXPR, false, "EXPR", "the type of an expression, or what a name stands for", "Nothing is run: `:type f()` does not call f.", command_repl_type},
    {"doc", REPL_DOC, false, "NAME", "the documentation of a name", "A package, a name of a package (`:doc sync.Mutex.Lock`), a built-in one, or one of this session.",
     command_repl_doc},
    {"load", REPL_FILE, false, "FILE", "enter a file as one input",
     "All of it or, when it has an error, nothing. As in a run, func main is called at the end, if the file declares it.",
     command_repl_load},
    {"save", REPL_FILE, false, "FILE", "write the inputs so far as a script",
     "The script runs with `gol run FILE`. Inputs that ended in a panic or were stopped are left out as comments.", command_repl_save},
    {"edit", REPL_NAME, true, "[NAME]", "edit the last input, or the one that declares NAME, and enter it again",
     "The editor is $VISUAL, else $EDITOR, else vi. An empty file enters nothing.", command_repl_edit},
    {"list", REPL_NOTHING, true, NULL, "the inputs so far", "Only those that were accepted.", list},
    {"undo", REPL_NOTHING, true, NULL, "take the last input's declarations back",
     "What it did besides (printing, sending, changing a variable) stays done, and the goroutines it started go on.", undo},
    {"reset", REPL_NOTHING, true, NULL, "begin afresh", "All goroutines end, all names are forgotten. The history stays.", reset},
    {"time", REPL_EXPR, false, "EXPR", "run an input and say how long it took", "", command_repl_time},
    {"bytecode", REPL_EXPR, false, "EXPR", "the bytecode of an input, or of a function by its name", "Nothing is run.", command_repl_bytecode},
    {"explain", REPL_PAGE, false, "CODE", "the long form of a diagnostic", "As `gol explain`: a code such as GOL0301 or 301, or a topic.", command_repl_explain},
    {"goroutines", REPL_NOTHING, true, NULL, "the goroutines that live on, and what they wait for", "", goroutines},
    {"chans", REPL_NOTHING, true, NULL, "the channels: how full, and who waits", "", chans},
    {"locks", REPL_NOTHING, true, NULL, "the locks and wait groups: who holds them, who waits", "", locks},
    {"seed", REPL_NUMBER, false, "N", "begin afresh under seed N, and enter the inputs so far again",
     "All choices follow from N then: one worker, a clock that jumps when all sleep. The same inputs give the same bytes. Goroutines in the background run\n"
     "while a statement runs and, after it, until they wait.", seed},
    {"step", REPL_NUMBER, true, "[N|off]", "let the next goroutine run up to its next switch, N times",
     "In a session with a seed (see :seed). Says who ran, from where to where, and why it stopped. The first :step makes goroutines stand still after\n"
     "each statement, :step off lets them run on again.", command_repl_step},
    {"quit", REPL_NOTHING, true, NULL, "leave (also Ctrl-D)", "", quit},
    {NULL, REPL_NOTHING, true, NULL, NULL, NULL, NULL},
};

// ---- finding one

// By its name, or by a beginning of it that no other has; *several: more than one begin so.
static const ReplCommand *find(const char *name, size_t n, bool *several) {
    const ReplCommand *found = NULL;
    *several = false;
    for (const ReplCommand *c = repl_commands; c->name; c++) {
        if (strncmp(c->name, name, n)) continue;
        if (!c->name[n]) return *several = false, c;
        *several = found;
        if (!*several || !found) found = c;
    }
    return *several ? NULL : found;
}

static void unknown(Repl *r, const char *name, bool several) {
    Buf out;
    buf_init(&out);
    if (several) {
        buf_printf(&out, "gol: :%s may be", name);
        for (const ReplCommand *c = repl_commands; c->name; c++)
            if (!strncmp(c->name, name, strlen(name))) buf_printf(&out, " :%s", c->name);
    } else {
        const char *names[32];
        size_t n = 0;
        for (const ReplCommand *c = repl_commands; c->name; c++) names[n++] = c->name;
        const char *meant = near_word(name, names, n);
        buf_printf(&out, "gol: there is no :%s", name);
        if (meant) buf_printf(&out, "; did you mean :%s?", meant);
        else buf_puts(&out, " (:help lists the commands)");
    }
    output_say(r->output, out.data, out.len);
    buf_fini(&out);
}

static char *copy_range(const char *p, size_t n) {
    char *c = xmalloc(n + 1);
    memcpy(c, p, n);
    c[n] = 0;
    return c;
}

void repl_command(Repl *r, const char *text) {
    text += strspn(text, " \t\r\n") + 1;
    size_t n = strcspn(text, " \t\r\n");
    const char *from = text + n + strspn(text + n, " \t\r\n"), *to = from + strlen(from);
    while (to > from && strchr(" \t\r\n", to[-1])) to--;
    char *name = copy_range(text, n), *arg = copy_range(from, (size_t)(to - from));
    bool several;
    const ReplCommand *c = n ? find(name, n, &several) : find("help", 4, &several);
    if (!c) unknown(r, name, several);
    else if (!*arg && !c->may_miss) output_printf(r->output, "gol: :%s what? :%s %s", c->name, c->name, c->arg);
    else if (*arg && c->takes == REPL_NOTHING) output_printf(r->output, "gol: :%s takes nothing, and was given %s", c->name, arg);
    else c->run(r, arg);
    output_settle(r->output);
    free(name);
    free(arg);
}

static void put_usage(const ReplCommand *c, Buf *out) { buf_printf(out, ":%s%s%s", c->name, c->arg ? " " : "", c->arg ? c->arg : ""); }

static void put_keys(Buf *out) {
    buf_puts(out, "\nA name may be cut short (:g). Anything else is Go: declarations, statements, or an expression, whose value is shown.\n"
                  "Enter goes on in a new line while brackets are open; Alt-Enter always does. Up and Down go through lines and history, Ctrl-R\n"
                  "searches it, Tab completes, Ctrl-C clears the line or ends the statement that runs, Ctrl-D leaves.\n");
}

void command_repl_help(Repl *r, const char *arg) {
    Buf out;
    buf_init(&out);
    if (*arg == ':') arg++;
    bool several = false;
    const ReplCommand *one = *arg ? find(arg, strlen(arg), &several) : NULL;
    if (*arg && !one) {
        unknown(r, arg, several);
        return;
    }
    if (one) {
        put_usage(one, &out);
        buf_printf(&out, "  %s\n", one->summary);
        if (*one->details) buf_printf(&out, "%s\n", one->details);
    } else {
        for (const ReplCommand *c = repl_commands; c->name; c++) {
            Buf usage;
            buf_init(&usage);
            put_usage(c, &usage);
            buf_printf(&out, "  %-16s %s\n", buf_str(&usage), c->summary);
            buf_fini(&usage);
        }
        put_keys(&out);
    }
    output_say(r->output, out.data, out.len);
    buf_fini(&out);
}
