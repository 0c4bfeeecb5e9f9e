// name_address.c — from an address to words. The object is found by the block table, its variable by its allocation site; then the type leads
// through fields and elements to the address. Types of std are not looked into: a mutex is a mutex.
#include <stdlib.h>
#include <string.h>

#include "runtime/address.h"
#include "runtime/names.h"
#include "runtime/worker.h"

const char *name_origin_words(NameOrigin o) {
    static const char *const words[] = {"known", "declared", "allocated", "made", "known"};
    return words[o];
}

static int by_site(const void *key, const void *item) {
    Pos site = *(const Pos *)key, x = ((const NameOfSite *)item)->site;
    return site < x ? -1 : site > x;
}

static const NameOfSite *site_find(const NameTable *t, Pos site) {
    if (!t || !site || !t->nsites) return NULL;
    const NameOfSite *found = bsearch(&site, t->sites, t->nsites, sizeof *t->sites, by_site);
    for (uint32_t i = 0; !found && i < t->nlate; i++)
        if (t->late[i].site == site) found = &t->late[i];
    return found;
}

// The variable whose words hold `word`: the last that begins at or before it.
static const NameOfGlobal *global_find(const Runtime *rt, const NameTable *t, uint32_t word) {
    uint32_t lo = 0, hi = t ? t->nglobals : 0;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (t->globals[mid].word <= word) lo = mid + 1;
        else hi = mid;
    }
    if (!lo) return NULL;
    const NameOfGlobal *g = &t->globals[lo - 1];
    uint32_t words = rt->types[g->type].words;
    return word < g->word + (words ? words : 1) ? g : NULL;
}

void name_type(const RType *t, Buf *out) {
    for (const char *p = t->name ? t->name : "?"; *p;) {
        bool begins = p == t->name || !(((p[-1] | 32) >= 'a' && (p[-1] | 32) <= 'z') || p[-1] == '_' || (p[-1] >= '0' && p[-1] <= '9'));
        if (begins && !strncmp(p, "main.", 5)) p += 5;
        else if (begins && !strncmp(p, "interface {}", 12)) p += 12, buf_puts(out, "any");
        else buf_putc(out, *p++);
    }
}

static bool is_std(const RType *t) { return t->pkg_path && *t->pkg_path && strcmp(t->pkg_path, "main") != 0; }

// Through fields and elements to the smallest one that holds [off, off + bytes).
static void put_path(const Runtime *rt, TypeId id, uint64_t off, uint64_t bytes, Named *to) {
    Buf *out = &to->text;
    for (;;) {
        to->type = id;
        to->within = off;
        const RType *t = &rt->types[id];
        if (t->kind == RK_ARRAY && t->len) {
            uint64_t size = rt->types[t->elem].elem_size, at = size ? off / size : 0;
            if (!size || at >= t->len || off % size + bytes > size) return;
            buf_printf(out, "[%llu]", (unsigned long long)at);
            off %= size;
            id = t->elem;
            continue;
        }
        if (t->kind != RK_STRUCT || is_std(t)) return;
        const RField *found = NULL;
        for (uint32_t i = 0; i < t->nfields && !found; i++) {
            const RField *f = &t->fields[i];
            uint64_t begin = (uint64_t)f->offset * sizeof(Word), size = (uint64_t)rt->types[f->type].words * sizeof(Word);
            if (off >= begin && off + bytes <= begin + size) found = f;
        }
        if (!found) return;
        buf_printf(out, ".%s", found->name);
        off -= (uint64_t)found->offset * sizeof(Word);
        id = found->type;
    }
}

static NameOrigin origin_of(const RType *t) {
    return t->kind == RK_OBJ_CHAN || t->kind == RK_OBJ_MAP || t->kind == RK_OBJ_MAPTABLE ? NAME_MADE : NAME_ALLOCATED;
}

static void put_nameless(const RType *t, bool row, Buf *out) {
    if (row) buf_puts(out, "[]");
    switch ((int)t->kind) {
    case RK_OBJ_CHAN: buf_puts(out, "chan"); break;
    case RK_OBJ_MAP: case RK_OBJ_MAPTABLE: case RK_OBJ_MAPITER: buf_puts(out, "map"); break;
    case RK_OBJ_CLOSURE: buf_puts(out, "func"); break;
    case RK_OBJ_STR: buf_puts(out, "string"); break;
    case RK_OBJ_SLICE: buf_puts(out, "slice"); break;
    default: name_type(t, out); break;
    }
}

static void name(Runtime *rt, const void *at, uint64_t bytes, Named *out) {
    *out = (Named){0};
    const NameTable *table = rt->options.names;
    size_t offset;
    if (address_in_globals(rt, at, &offset)) {
        const NameOfGlobal *g = global_find(rt, table, (uint32_t)(offset / sizeof(Word)));
        if (g) {
            buf_puts(&out->text, g->text);
            out->pos = g->pos;
            out->origin = NAME_DECLARED;
            uint64_t off = offset - (uint64_t)g->word * sizeof(Word);
            put_path(rt, g->type, off, bytes, out);
            return;
        }
    }
    uint64_t size;
    const void *object = heap_object_at(rt->heap, at, &size);
    if (!object) {
        buf_puts(&out->text, "?");
        return;
    }
    uint32_t id = header_type(object) & ~HEADER_ROW;
    bool row = header_type(object) & HEADER_ROW;
    const RType *t = &rt->types[id < rt->ntypes ? id : 0];
    const NameOfSite *known = site_find(table, header_site(object));
    if (known && known->origin >= NAME_DONE) known = NULL;
    out->pos = header_site(object);
    out->alone = known && known->alone;
    out->origin = known ? (NameOrigin)known->origin : origin_of(t);
    Place place = rt->options.sources ? source_place(rt->options.sources, out->pos) : (Place){0};
    if (place.file && place.file->is_std) out->std = place.file->path;
    if (!place.file || place.file->is_std) out->pos = 0;
    if (known) buf_puts(&out->text, known->text);
    else put_nameless(t, row, &out->text);
    uint64_t off = (uint64_t)((const char *)at - (const char *)object);
    if (row && t->elem_size) {
        buf_printf(&out->text, "[%llu]", (unsigned long long)(off / t->elem_size));
        off %= t->elem_size;
    }
    if (t->kind < RK_OBJ_STR) put_path(rt, t->id, off, bytes, out);
}

void name_address(Runtime *rt, const void *addr, uint32_t bytes, Named *out) { name(rt, addr, bytes ? bytes : 1, out); }
void name_object(Runtime *rt, const void *object, Named *out) { name(rt, object, 1, out); }
bool name_is_channel(Runtime *rt, const void *addr) {
    uint64_t size;
    size_t offset;
    const void *object = address_in_globals(rt, addr, &offset) ? NULL : heap_object_at(rt->heap, addr, &size);
    if (!object) return false;
    uint32_t id = header_type(object) & ~HEADER_ROW;
    return id < rt->ntypes && rt->types[id].kind == RK_OBJ_CHAN;
}
void named_fini(Named *n) { buf_fini(&n->text); }

const char *name_context_at(Runtime *rt, Pos pos) {
    const NameOfSite *s = site_find(rt->options.names, pos);
    return s && s->origin == NAME_DONE ? s->text : NULL;
}

const NameOfSite *name_channel_at(Runtime *rt, Pos pos) {
    const NameOfSite *s = site_find(rt->options.names, pos);
    return s && s->origin == NAME_CHANNEL ? s : NULL;
}
