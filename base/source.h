// source.h — source files and positions. A Pos is one 32-bit number over all files (as in go/token), so that an
// AST node or an instruction carries four bytes; 0 is "nowhere".
#pragma once
#include "base/arena.h"

typedef uint32_t Pos;

typedef struct SourceFile {
    const char *path; // as shown to the user: the path given, "<stdin>", "-e", or "std/fmt/fmt.gol"
    const char *text; // NUL-terminated copy, owned by the set; a byte-order mark has been removed
    uint32_t len;
    Pos base;         // position of the first byte; the file covers base .. base+len (the end included)
    uint32_t *lines;  // offset of each line's first byte
    uint32_t nlines;
    bool is_std;      // ships inside gol: not shown in a user's traces
} SourceFile;

typedef struct Sources {
    Arena arena;
    SourceFile **files;
    uint32_t nfiles, cap;
    Pos next;
} Sources;

typedef struct Place { // a Pos, resolved
    const SourceFile *file; // NULL for nowhere
    uint32_t line, column;  // 1-based; column counts bytes, as Go does
} Place;

void sources_init(Sources *s);
// Room for so many files: until then source_place may be called by other threads while files are added.
void sources_reserve(Sources *s, uint32_t files);
void sources_fini(Sources *s);
// Adds a copy of text (of std: the text itself, which is part of the program and ends with NUL). NULL when 4 GiB of positions are used up.
const SourceFile *sources_add(Sources *s, const char *path, const char *text, size_t len, bool is_std);
Place source_place(const Sources *s, Pos pos);
// The same for people: nowhere too in a text that gol wrote for this run, which stands in no file ("<test main>").
Place source_shown(const Sources *s, Pos pos);
// The text of a line without its newline; the pointer is into the file's text.
const char *source_line(const SourceFile *f, uint32_t line, uint32_t *len);
