#include "std/embed.h"

#include <string.h>

const EmbeddedFile *embed_package(const char *import_path, uint32_t *n) {
    uint32_t lo = 0, hi = embedded_count;
    while (lo < hi) { // the first file whose package is not below
        uint32_t mid = (lo + hi) / 2;
        if (strcmp(embedded_files[mid].package, import_path) < 0) lo = mid + 1;
        else hi = mid;
    }
    *n = 0;
    while (lo + *n < embedded_count && !strcmp(embedded_files[lo + *n].package, import_path)) ++*n;
    return *n ? &embedded_files[lo] : NULL;
}
