// format.c — formatting a file: parse, sort the imports, print, put build constraints in their place, align. See print.h for how it is printed.
#include "grammar/format.h"

#include "base/columns.h"
#include "grammar/parse.h"
#include "grammar/print.h"

static void print_all(const SourceFile *src, File *tree, Arena *arena, Diags *diags, Buf *out) {
    PrintSource source;
    print_source_init(&source, src, tree, arena, diags);
    import_sort(&source);
    Printer p;
    print_init(&p, &source);
    print_next_group(&p);
    print_file(&p);
    p.implied_semi = false; // the end of the file is a line end
    bool wrote_newline, dropped_formfeed;
    print_flush(&p, (Spot){FAR, FAR, 0}, 0, &wrote_newline, &dropped_formfeed);
    build_lines_fix(&p, arena);
    columns_align(buf_str(&p.out), p.out.len, out);
    print_fini(&p);
    print_source_fini(&source);
}

FormatResult format_file(const SourceFile *src, Diags *diags, Buf *out) {
    Arena arena;
    Interner names;
    arena_init(&arena);
    intern_init(&names);
    uint32_t before = diags->errors;
    File *tree = parse_file(src, &arena, &names, diags);
    bool ok = diags->errors == before;
    if (ok) print_all(src, tree, &arena, diags, out);
    intern_fini(&names);
    arena_fini(&arena);
    return ok ? FORMAT_OK : FORMAT_SYNTAX;
}

FormatResult format_source(const char *path, const char *text, size_t len, Buf *out, Buf *errors, bool colour) {
    Sources sources;
    Diags diags;
    sources_init(&sources);
    diags_init(&diags, &sources);
    FormatResult result = FORMAT_SYNTAX;
    const SourceFile *src = sources_add(&sources, path, text, len, false);
    if (src) result = format_file(src, &diags, out);
    else buf_printf(errors, "%s: too large\n", path);
    if (src && result == FORMAT_SYNTAX) diags_render(&diags, errors, colour);
    diags_fini(&diags);
    sources_fini(&sources);
    return result;
}
