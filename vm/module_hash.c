#include "vm/module_hash.h"

#include <string.h>
#include <xxhash.h>

#include "runtime/str.h"

static uint64_t mix_bytes(uint64_t h, const void *p, size_t n) { return XXH64(p, n, h); }
static uint64_t mix_word(uint64_t h, uint64_t v) { return mix_bytes(h, &v, sizeof v); }

uint32_t module_hash(const Module *m) {
    uint64_t h = mix_word(0, m->nglobals);
    h = mix_word(h, m->entry);
    for (uint32_t i = 0; i < m->nfuncs; i++) {
        const Func *f = m->funcs[i];
        if (!f || (f->flags & FUNC_NATIVE)) continue; // a native's body is made when it runs
        h = mix_word(h, (uint64_t)f->nslots << 32 | f->ncaptures);
        if (f->ncode) h = mix_bytes(h, f->code, f->ncode * sizeof *f->code);
    }
    if (m->nconsts) h = mix_bytes(h, m->consts, m->nconsts * sizeof *m->consts);
    for (uint32_t i = 0; i < m->nstrings; i++) h = mix_bytes(h, str_data(m->strings[i]), str_len(m->strings[i]));
    return (uint32_t)(h ^ h >> 32);
}
