// dump.c — gol dump: a program as each stage sees it.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/pipeline.h"
#include "grammar/parse.h"
#include "runtime/runtime.h"
#include "vm/disasm.h"

// Prints what was made, then what was wrong; the status says whether anything was.
static int show(const Settings *s, const Diags *diags, const Buf *out) {
    Buf text;
    buf_init(&text);
    diags_render(diags, &text, options_color(s));
    fwrite(buf_str(out), 1, out->len, stdout);
    fflush(stdout);
    fwrite(buf_str(&text), 1, text.len, stderr);
    buf_fini(&text);
    return diags->errors ? EXIT_COMPILE : EXIT_FINE;
}

static int dump_source(const Settings *s, const Input *in, bool tree) {
    Arena arena;
    Sources sources;
    Interner names;
    Diags diags;
    Buf out;
    arena_init(&arena);
    sources_init(&sources);
    intern_init(&names);
    diags_init(&diags, &sources);
    buf_init(&out);
    const SourceFile *src = sources_add(&sources, in->path, buf_str(&in->text), in->text.len, false);
    if (tree) dump_ast(parse_file(src, &arena, &names, &diags), &sources, &out);
    else dump_tokens(src, &diags, &out);
    int status = show(s, &diags, &out);
    buf_fini(&out);
    diags_fini(&diags);
    intern_fini(&names);
    sources_fini(&sources);
    arena_fini(&arena);
    return status;
}

static int dump_bytecode(const Settings *s, const Input *in) {
    Pipeline p;
    int status = pipeline_show(&p, s, pipeline_compile(&p, s, in));
    if (status == EXIT_FINE) {
        Buf out;
        buf_init(&out);
        disasm_module(p.module, false, &out);
        fwrite(buf_str(&out), 1, out.len, stdout);
        buf_fini(&out);
    }
    pipeline_fini(&p);
    return status;
}

int command_dump(const Settings *before, int argc, char **argv) {
    static const char *const kinds[] = {"tokens", "ast", "bytecode"};
    size_t kind = COUNT_OF(kinds);
    if (argc > 0)
        for (kind = 0; kind < COUNT_OF(kinds) && strcmp(kinds[kind], argv[0]); kind++) {}
    if (kind == COUNT_OF(kinds)) {
        const char *meant = argc > 0 ? near_word(argv[0], kinds, COUNT_OF(kinds)) : NULL;
        fprintf(stderr, "gol: dump what? tokens, ast or bytecode%s%s%s\n", meant ? "; did you mean gol dump " : "",
                meant ? meant : "", meant ? "?" : "");
        return EXIT_USAGE;
    }
    // Flags may stand on both sides of the word that says what to dump.
    Settings both = *before, *s = &both;
    const Command *c = command_find("dump");
    int flags = options_parse(s, c, argc - 1, argv + 1), used;
    if (flags < 0) return EXIT_USAGE;
    if (s->help) return help_on(c);
    Input in;
    if (!command_input(c, s, argc - 1 - flags, argv + 1 + flags, &in, &used)) return EXIT_USAGE;
    int status = kind < 2 ? dump_source(s, &in, kind == 1) : dump_bytecode(s, &in);
    input_fini(&in);
    return status;
}
