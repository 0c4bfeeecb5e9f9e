// repl_eval.c — an input, from its text to its answer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/repl.h"
#include "cli/repl_colour.h"
#include "cli/repl_signal.h"
#include "std/bind.h"

enum { SHOWN = 500, STEPS = 2000, TURNS = 4 }; // characters of a value; of the background after a statement

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

// ---- the session

void repl_end(Repl *r) {
    Host *h = r->host;
    __atomic_store_n(&r->host, NULL, __ATOMIC_SEQ_CST); // before it is freed: a signal's handler looks here
    if (h) host_free(h);
    if (r->session) session_free(r->session);
    r->session = NULL;
}

void repl_begin(Repl *r) {
    repl_end(r);
    r->still = false;
    const Settings *s = &r->settings;
    r->session = session_new(&(SessionOptions){.bind = bind, .lang_minor = s->lang_minor, .warnings = s->warnings});
    Module *m = session_module(r->session);
    output_sources(r->output, m->sources);
    static char name[] = "repl";
    static char *args[] = {name, NULL};
    const RuntimeOptions o = {
        .workers = (int)s->workers, .seed = s->seed, .seeded = s->seeded, .clock = s->clock, .schedule = s->schedule, .race = s->race,
        .max_heap = s->max_heap, .max_goroutines = s->max_goroutines, .colour = r->screen.colour, .argc = 1, .argv = args,
    };
    const HostEvents events = {.output = output_program, .report = output_report, .ctx = r->output};
    Host *h = host_new(m, &o, &events);
    __atomic_store_n(&r->host, h, __ATOMIC_SEQ_CST);
}

void repl_apply(Repl *r, const SessionInput *in) {
    for (const SessionPatch *p = in->patches; p; p = p->next) {
        if (p->kind == PATCH_FUNC) host_patch_func(r->host, p->index, p->func);
        else host_patch_methods(r->host, p->index, p->methods, p->nmethods);
    }
}

void repl_free_inputs(ReplInput *inputs, size_t n) {
    for (size_t i = 0; i < n; i++) {
        free(inputs[i].text);
        free(inputs[i].single);
    }
}

void repl_forget_inputs(Repl *r, size_t from) {
    if (from == r->ninputs) return; // perhaps there never was one
    repl_free_inputs(r->inputs + from, r->ninputs - from);
    r->ninputs = from;
}

// The texts of expressions with one value.
static char *single_values(const SessionInput *in) {
    Buf b;
    buf_init(&b);
    for (const SessionValue *v = in->values, *before = NULL; v; before = v, v = v->next) {
        bool one = !(before && before->text == v->text) && !(v->next && v->next->text == v->text);
        if (one) buf_put(&b, v->text, strlen(v->text) + 1);
    }
    buf_putc(&b, 0);
    return b.data; // the buffer's memory becomes the caller's
}

static void remember(Repl *r, const char *text, size_t len, const SessionInput *in) {
    if (r->ninputs == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 64;
        r->inputs = xrealloc(r->inputs, r->cap * sizeof *r->inputs);
    }
    char *copy = xmalloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = 0;
    r->inputs[r->ninputs++] = (ReplInput){copy, single_values(in), HOST_DONE};
}

// ---- what is said

void repl_show_diags(Repl *r, const SessionInput *in) {
    if (in->diags && in->diags->count) {
        Buf text;
        buf_init(&text);
        diags_render(in->diags, &text, r->screen.colour);
        while (text.len > 1 && text.data[text.len - 1] == '\n' && text.data[text.len - 2] == '\n') text.len--;
        output_say(r->output, buf_str(&text), text.len);
        buf_fini(&text);
    }
    for (const SessionNote *n = in->notes; n; n = n->next)
        output_printf(r->output, "%s// %s%s", r->screen.colour ? colour_code(STYLE_DIM) : "", n->text, r->screen.colour ? colour_code(STYLE_PLAIN) : "");
}

// What stands behind `type` at the beginning of `value`, whatever the blanks; NULL: something else stands there.
static const char *behind(const char *value, const char *type) {
    for (;; value++, type++) {
        while (*value == ' ') value++;
        while (*type == ' ') type++;
        if (!*type) return value;
        if (*value != *type) return NULL;
    }
}

// Does the value itself say its type? `[]int{1}` and `chan int jobs: ...` do, `3` and `"a"` do not.
static bool says_type(const char *value, const char *type) {
    if (!strncmp(type, "func(", 5)) return !strncmp(value, "func(", 5); // parameters need not have names
    const char *rest = *value == '&' && *type == '*' ? behind(value + 1, type + 1) : behind(value, type);
    return rest && (rest == value + strlen(value) || strchr("{(:", *rest) || rest[-1] == ' ');
}

// `error(nil)` and `(*T)(nil)` are nil with its type behind it.
static bool is_nil(const char *value, const char *type) {
    const char *rest = behind(value, type);
    if (!rest && *value == '(' && (rest = behind(value + 1, type))) rest += *rest == ')';
    return rest && !strcmp(rest, "(nil)");
}

// The values that one expression gave, `a, b // int, string`, or one a line when that would be too long.
static void show_results(Repl *r, const SessionValue *first, const SessionValue *end) {
    Buf values, types, line;
    buf_init(&values);
    buf_init(&types);
    buf_init(&line);
    bool silent = true; // about types
    int columns = r->terminal ? r->screen.columns : 120;
    for (const SessionValue *v = first; v != end; v = v->next) {
        Buf value;
        buf_init(&value);
        host_show(r->host, v->rtype, v->global, v->variable, SHOWN, &value);
        if (is_nil(buf_str(&value), v->type)) {
            buf_clear(&value);
            buf_puts(&value, "nil");
        }
        bool says = says_type(buf_str(&value), v->type);
        silent = silent && says;
        buf_printf(&values, "%s%s", v == first ? "" : ", ", buf_str(&value));
        buf_printf(&types, "%s%s", v == first ? "" : ", ", v->type);
        buf_printf(&line, says ? "%s%s\n" : "%s // %s\n", buf_str(&value), v->type);
        buf_fini(&value);
    }
    if (first->next == end || screen_text_width(buf_str(&values), values.len) + (int)types.len + 4 <= columns) {
        buf_clear(&line);
        buf_puts(&line, buf_str(&values));
        if (!silent) {
            if (r->screen.colour) buf_puts(&line, colour_code(STYLE_DIM));
            buf_printf(&line, " // %s", buf_str(&types));
            if (r->screen.colour) buf_puts(&line, colour_code(STYLE_PLAIN));
        }
        buf_putc(&line, '\n');
    }
    output_say(r->output, buf_str(&line), line.len);
    buf_fini(&values);
    buf_fini(&types);
    buf_fini(&line);
}

static void show_values(Repl *r, const SessionInput *in) {
    for (const SessionValue *v = in->values, *end; v; v = end) {
        for (end = v->next; end && end->text == v->text; end = end->next) {} // one call, several results
        show_results(r, v, end);
    }
}

// ---- running

bool repl_is_command(const char *text) { return text[strspn(text, " \t\r\n")] == ':'; }

static bool is_blank(const char *text) { return !text[strspn(text, " \t\r\n")]; }

static void take(Repl *r, const char *name, const char *text, size_t len, bool more) {
    char number[32];
    snprintf(number, sizeof number, "[%zu]", r->ninputs + 1);
    session_input(r->session, name ? name : number, text, len, more, &r->input);
}

bool repl_goes_on(Repl *r, const char *text, size_t len) {
    r->ready = false;
    if (repl_is_command(text) || is_blank(text)) return false;
    take(r, NULL, text, len, true);
    r->ready = r->input.status != SESSION_INCOMPLETE;
    return !r->ready;
}

static HostEnd run(Repl *r, uint32_t entry) {
    signals_alarm(r->settings.timeout_ns);
    // Ctrl-C right behind Enter finds nothing that runs yet, and means this statement.
    HostEnd end = signals_interrupted() ? HOST_INTERRUPTED : host_run(r->host, entry);
    bool late = r->settings.timeout_ns && signals_alarmed();
    signals_alarm(0);
    switch (end) {
    case HOST_DONE:
    case HOST_PANICKED:
    case HOST_STUCK: break;
    case HOST_INTERRUPTED:
        if (r->terminal && !late) output_elsewhere(r->output); // the terminal has echoed ^C
        output_printf(r->output, late ? "stopped: -timeout is over" : "interrupted");
        if (!r->terminal && !late) {
            r->leaving = true; // who interrupts a transcript means all of it
            r->status = EXIT_INTERRUPT;
        }
        break;
    case HOST_EXITED:
        r->leaving = true;
        r->status = host_status(r->host);
        break;
    }
    return end;
}

// In a session with a seed nothing runs by itself between two statements: the background goes on here until all of it waits, or for so many steps, of which
// so many are whole turns (a loop that waits for nothing).
static void run_background(Repl *r) {
    if (!r->settings.seeded || r->still || r->leaving) return;
    Buf line;
    buf_init(&line);
    for (int steps = 0, turns = 0; steps < STEPS && turns < TURNS; steps++) {
        HostStep how = host_step(r->host, &line);
        if (how == STEP_NONE) break;
        turns += how == STEP_GOES_ON;
        buf_clear(&line);
    }
    buf_fini(&line);
}

bool repl_eval(Repl *r, const char *name, const char *text, size_t len) {
    if (is_blank(text)) return true; // also what is left of an input at the end of the file
    if (repl_is_command(text)) {
        repl_command(r, text);
        return true;
    }
    if (!r->ready) take(r, name, text, len, false);
    r->ready = false;
    SessionInput *in = &r->input;
    repl_show_diags(r, in);
    if (in->status != SESSION_RUN && in->status != SESSION_NOTHING) return false;
    repl_apply(r, in);
    if (in->kept) remember(r, text, len, in);
    if (in->status == SESSION_RUN) {
        HostEnd end = run(r, in->entry);
        if (in->kept) r->inputs[r->ninputs - 1].end = end;
        if (end == HOST_DONE) show_values(r, in);
        run_background(r);
    }
    output_settle(r->output);
    return true;
}

void repl_echo(Repl *r, const char *text, size_t len) {
    Buf out;
    buf_init(&out);
    while (len && text[len - 1] == '\n') len--;
    for (size_t i = 0; i <= len;) {
        const char *nl = memchr(text + i, '\n', len - i);
        size_t n = nl ? (size_t)(nl - text) - i : len - i;
        buf_puts(&out, i ? repl_more : repl_prompt);
        buf_put(&out, text + i, n);
        buf_putc(&out, '\n');
        i += n + 1;
    }
    output_say(r->output, buf_str(&out), out.len);
    buf_fini(&out);
}

void repl_put_input(Buf *out, size_t number, const char *text) {
    char head[32];
    int width = snprintf(head, sizeof head, "[%zu] ", number);
    buf_puts(out, head);
    for (; *text; text++) {
        buf_putc(out, *text);
        if (*text == '\n') buf_printf(out, "%*s", width, "");
    }
    buf_putc(out, '\n');
}

void repl_run_inputs(Repl *r, ReplInput *inputs, size_t n) {
    for (size_t i = 0; i < n && !r->leaving; i++) {
        Buf out;
        buf_init(&out);
        repl_put_input(&out, r->ninputs + 1, inputs[i].text);
        output_say(r->output, out.data, out.len);
        buf_fini(&out);
        r->ready = false;
        repl_eval(r, NULL, inputs[i].text, strlen(inputs[i].text));
    }
}
