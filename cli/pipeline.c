#include "cli/pipeline.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/harness.h"
#include "compiler/gen.h"
#include "compiler/lint.h"
#include "runtime/runtime.h"
#include "std/bind.h"

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

static bool check(Pipeline *p, const Settings *s, const Input *in, const CheckOptions *what) {
    CheckOptions o = *what;
    for (const Input *i = in; i; i = i->more) o.nfiles++;
    CheckFile *files = xmalloc(o.nfiles * sizeof *files), *next = files;
    for (const Input *i = in; i; i = i->more) *next++ = (CheckFile){i->path, buf_str(&i->text), i->text.len};
    o.files = files;
    o.lang_minor = s->lang_minor;
    p->module = NULL;
    bool ok = program_check(&p->program, &o);
    free(files);
    return ok;
}

static bool generate_module(Pipeline *p) {
    const GenOptions o = {.bind = bind};
    p->module = generate(&p->program, &o);
    return p->module != NULL;
}

bool pipeline_compile(Pipeline *p, const Settings *s, const Input *in) {
    CheckOptions o = {0};
    p->tests = (Harness){0};
    if (s->test.on) o = (CheckOptions){.harness = harness_write, .context = &p->tests, .entry = HARNESS_ENTRY};
    if (!check(p, s, in, &o)) return false;
    if (s->warnings) lint_program(&p->program, false);
    return generate_module(p);
}

// What only the generator refuses is an error of the program too, so a program that could be run goes through it.
bool pipeline_check(Pipeline *p, const Settings *s, const Input *in) {
    p->tests = (Harness){0};
    if (!check(p, s, in, &(CheckOptions){.library = true})) return false;
    if (s->warnings) lint_program(&p->program, true);
    p->program.diags.max_warnings = UINT32_MAX; // who asks wants all of them
    const Package *main = p->program.main;
    return (main->is_script || main->main) ? generate_module(p) : true;
}

int pipeline_show(const Pipeline *p, const Settings *s, bool ok) {
    const Diags *d = &p->program.diags;
    if (!ok && !d->errors) gol_bug("the compiler refused a program without a reason");
    Buf out;
    buf_init(&out);
    diags_render(d, &out, options_color(s));
    fwrite(buf_str(&out), 1, out.len, stderr);
    buf_fini(&out);
    return ok ? EXIT_FINE : EXIT_COMPILE;
}

void pipeline_fini(Pipeline *p) {
    if (p->module) module_free(p->module);
    harness_fini(&p->tests);
    program_fini(&p->program);
}
