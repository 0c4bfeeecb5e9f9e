#include "base/source.h"

#include <stdlib.h>
#include <string.h>

void sources_init(Sources *s) {
    *s = (Sources){.next = 1};
    arena_init(&s->arena);
}

void sources_fini(Sources *s) {
    for (uint32_t i = 0; i < s->nfiles; i++) free(s->files[i]->lines);
    free(s->files);
    arena_fini(&s->arena);
    *s = (Sources){0};
}

void sources_reserve(Sources *s, uint32_t files) {
    s->cap = files;
    s->files = xrealloc(s->files, s->cap * sizeof *s->files);
}

static void index_lines(SourceFile *f) {
    uint32_t cap = f->len / 24 + 8; // a guess at the number of lines
    f->lines = xmalloc(cap * sizeof *f->lines);
    f->lines[f->nlines++] = 0;
    const char *at = f->text, *end = f->text + f->len;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        if (f->nlines == cap) f->lines = xrealloc(f->lines, (cap *= 2) * sizeof *f->lines);
        f->lines[f->nlines++] = (uint32_t)(++at - f->text);
    }
}

const SourceFile *sources_add(Sources *s, const char *path, const char *text, size_t len, bool is_std) {
    if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) {
        text += 3;
        len -= 3;
    }
    if (len > UINT32_MAX - 2 - (uint64_t)s->next) return NULL;
    SourceFile *f = arena_new(&s->arena, SourceFile);
    f->path = arena_strndup(&s->arena, path, strlen(path));
    f->text = is_std ? text : arena_strndup(&s->arena, text, len);
    f->len = (uint32_t)len;
    f->base = s->next;
    f->is_std = is_std;
    s->next += (Pos)len + 1;
    index_lines(f);
    if (s->nfiles == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 16;
        s->files = xrealloc(s->files, s->cap * sizeof *s->files);
    }
    s->files[s->nfiles] = f;
    __atomic_store_n(&s->nfiles, s->nfiles + 1, __ATOMIC_RELEASE); // pairs with source_place's load: a file that is counted is whole
    return f;
}

Place source_place(const Sources *s, Pos pos) {
    uint32_t lo = 0, hi = __atomic_load_n(&s->nfiles, __ATOMIC_ACQUIRE);
    while (lo < hi) { // the last file whose base is <= pos
        uint32_t mid = (lo + hi) / 2;
        if (s->files[mid]->base <= pos) lo = mid + 1;
        else hi = mid;
    }
    if (!pos || !lo || pos - s->files[lo - 1]->base > s->files[lo - 1]->len) return (Place){0};
    const SourceFile *f = s->files[lo - 1];
    uint32_t at = pos - f->base, a = 0, b = f->nlines;
    while (a < b) {
        uint32_t mid = (a + b) / 2;
        if (f->lines[mid] <= at) a = mid + 1;
        else b = mid;
    }
    return (Place){.file = f, .line = a, .column = at - f->lines[a - 1] + 1};
}

Place source_shown(const Sources *s, Pos pos) {
    Place at = source_place(s, pos);
    return at.file && at.file->is_std && at.file->path[0] == '<' ? (Place){0} : at;
}

const char *source_line(const SourceFile *f, uint32_t line, uint32_t *len) {
    *len = 0;
    if (!line || line > f->nlines) return "";
    uint32_t from = f->lines[line - 1], to = line < f->nlines ? f->lines[line] - 1 : f->len;
    if (to > from && f->text[to - 1] == '\r') to--;
    *len = to - from;
    return f->text + from;
}
