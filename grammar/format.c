// format.c — formatting a file: parse, sort the imports, print, put build constraints in their place, align. See print.h for how it is printed.
//
// gofmt's layout is not stable where comments stand at odd places: formatting its result changes it again, and some results do not even parse.
// Here the text is formatted until nothing changes, and what would be another program is refused. Of what people write
// (Go's library and tests, and the programs here) every file is stable the first time.
#include "grammar/format.h"

#include <string.h>

#include "base/columns.h"
#include "grammar/parse.h"
#include "grammar/print.h"

enum { MAX_ROUNDS = 8 };

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

static bool format_once(const SourceFile *src, Diags *diags, Buf *out) {
    Arena arena;
    Interner names;
    arena_init(&arena);
    intern_init(&names);
    File *tree = parse_file(src, &arena, &names, diags);
    bool ok = !diags->errors;
    if (ok) print_all(src, tree, &arena, diags, out);
    intern_fini(&names);
    arena_fini(&arena);
    return ok;
}

static FormatResult format_rounds(Sources *sources, Diags *diags, const SourceFile *first, Buf *result) {
    if (!format_once(first, diags, result)) return FORMAT_SYNTAX;
    for (int round = 0; round < MAX_ROUNDS; round++) {
        const SourceFile *src = sources_add(sources, first->path, buf_str(result), result->len, false);
        if (!src) return FORMAT_UNSAFE;
        if (!round && !format_same_program(first, src)) return FORMAT_UNSAFE;
        Buf next = {0};
        bool ok = format_once(src, diags, &next), same = next.len == result->len && !memcmp(buf_str(&next), buf_str(result), next.len);
        buf_fini(result);
        *result = next;
        if (!ok || same) return ok ? FORMAT_OK : FORMAT_UNSAFE;
    }
    return FORMAT_OK;
}

FormatResult format_source(const char *path, const char *text, size_t len, Buf *out, Buf *errors, bool colour) {
    Sources sources;
    Diags diags;
    Buf result = {0};
    sources_init(&sources);
    diags_init(&diags, &sources);
    const SourceFile *src = sources_add(&sources, path, text, len, false);
    FormatResult r = src ? format_rounds(&sources, &diags, src, &result) : FORMAT_UNSAFE;
    if (r == FORMAT_OK) buf_put(out, buf_str(&result), result.len);
    else if (r == FORMAT_SYNTAX) diags_render(&diags, errors, colour);
    else buf_printf(errors, "gol: %s: a comment stands where the layout has no place for it; move it out of the statement\n", path);
    buf_fini(&result);
    diags_fini(&diags);
    sources_fini(&sources);
    return r;
}
