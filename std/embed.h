// embed.h — the gol sources of std that ship inside the binary. std/embed.awk makes the table at build time
// (build/MODE/gen/embed_data.c) from every .gol file below std/. Immutable; any thread may read it.
//
// A package is a folder: `import "sync/atomic"` is all of std/sync/atomic/*.gol. The one header of std that
// the compiler may see: it sees text, not code.
#pragma once
#include "base/base.h"

typedef struct EmbeddedFile {
    const char *package; // import path: "sync/atomic"
    const char *path;    // as shown to the user: "std/sync/atomic/atomic.gol"
    const char *text;    // NUL-terminated
    size_t len;
} EmbeddedFile;

extern const EmbeddedFile embedded_files[]; // sorted by package, then path; ends with {NULL}
extern const uint32_t embedded_count;

// The files of a package: a pointer to the first, *n of them in a row. NULL (and *n = 0) when there is no such package.
const EmbeddedFile *embed_package(const char *import_path, uint32_t *n);
