#include "cli/replay.h"

#include <stdio.h>
#include <string.h>

#include "cli/harness.h"
#include "vm/module_hash.h"

void replay_init(Replay *r, const Settings *s, const Module *m, int argc, char **argv) {
    *r = (Replay){.s = s, .program = module_hash(m), .argc = argc, .argv = argv};
}

// As one word of a shell's line.
static void put_word(const char *w, Buf *out) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    buf_putc(out, ' ');
    if (*w && w[strspn(w, plain)] == 0) {
        buf_puts(out, w);
        return;
    }
    buf_putc(out, '\'');
    for (; *w; w++) {
        if (*w == '\'') buf_puts(out, "'\\''");
        else buf_putc(out, *w);
    }
    buf_putc(out, '\'');
}

// Flags that one test alone does not get: -run chooses it, it is quiet, and no benchmark.
static const Option *not_for_one(const char *word) {
    static const char *const names[] = {"run", "v", "bench"};
    const char *name = word + strspn(word, "-");
    size_t len = strcspn(name, "=");
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strlen(names[i]) == len && !memcmp(names[i], name, len)) return option_find(name, len, command_find("test"));
    return NULL;
}

// The flags that the run was given.
static void put_flags(const Replay *r, Buf *out) {
    const Settings *s = r->s;
    for (size_t i = 0; i < s->nagain; i++) {
        const Option *o = r->test && s->again[i][0] == '-' ? not_for_one(s->again[i]) : NULL;
        if (o) i += o->kind != VALUE_NONE && !strchr(s->again[i], '=');
        else put_word(s->again[i], out);
    }
    if (!r->test) return;
    Buf pattern = {0};
    harness_only(s->test.run, r->test, &pattern);
    buf_puts(out, " -run");
    put_word(buf_str(&pattern), out);
    buf_fini(&pattern);
}

void replay_command(const Replay *r, const Schedule *schedule, Buf *out) {
    const Settings *s = r->s;
    const ScheduleName name = {.schedule = *schedule, .program = r->program, .lang_minor = s->lang_minor == LANG_DEFAULT ? 0 : s->lang_minor,
                               .real_clock = s->clock == CLOCK_REAL};
    buf_printf(out, "gol %s -schedule=", s->test.on ? "test" : "run");
    schedule_write(&name, out);
    put_flags(r, out);
    for (int i = 0; i < r->argc; i++) put_word(r->argv[i], out);
}

bool replay_fits(const Replay *r) {
    if (!r->s->schedule_name || r->s->program == r->program) return true;
    fprintf(stderr, "gol: -schedule: the program has changed since this schedule was recorded; search again with gol %s -runs 200\n", r->s->test.on ? "test" : "run");
    return false;
}
