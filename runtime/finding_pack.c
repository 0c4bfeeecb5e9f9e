#include "runtime/finding_pack.h"

#include <string.h>

static void put(Buf *out, uint64_t v) { buf_put(out, &v, sizeof v); }
static void put_text(Buf *out, const char *s) {
    put(out, s ? strlen(s) + 1 : 0);
    if (s) buf_put(out, s, strlen(s));
}

void finding_pack(const Finding *first, Buf *out) {
    for (const Finding *f = first; f; f = f->next) {
        put(out, (uint64_t)f->kind + 1);
        put(out, f->count);
        put_text(out, f->head);
        put_text(out, f->why);
        put_text(out, f->help);
        put_text(out, f->raw);
        put_text(out, f->key);
        for (const FindingPart *p = f->parts; p; p = p->next) {
            put(out, 1);
            put_text(out, p->text);
            put(out, p->pos);
            put(out, p->goroutine);
            put(out, p->count);
            put(out, p->detail);
            put(out, p->nframes);
            for (uint32_t i = 0; i < p->nframes; i++) {
                put_text(out, p->frames[i].func);
                put(out, p->frames[i].pos);
                put(out, p->frames[i].at_end);
            }
        }
        put(out, 0);
    }
    put(out, 0);
}

typedef struct Reader { const char *p, *end; bool bad; } Reader;

static uint64_t get(Reader *r) {
    uint64_t v = 0;
    if ((size_t)(r->end - r->p) < sizeof v) r->bad = true;
    if (r->bad) return 0;
    memcpy(&v, r->p, sizeof v);
    r->p += sizeof v;
    return v;
}

// Borrowed from the bytes; *n bytes without a closing zero.
static const char *get_text(Reader *r, size_t *n) {
    uint64_t len = get(r);
    *n = 0;
    if (len == 0) return NULL;
    if (len - 1 > (uint64_t)(r->end - r->p)) r->bad = true;
    if (r->bad) return NULL;
    const char *s = r->p;
    *n = (size_t)len - 1;
    r->p += len - 1;
    return s;
}
#define TEXT(s, n) (int)(n), (s) ? (s) : ""

static void get_part(Reader *r, Finding *f) {
    size_t n;
    const char *text = get_text(r, &n);
    Pos pos = (Pos)get(r);
    uint64_t goroutine = get(r);
    FindingPart *p = finding_part(f, pos, goroutine, "%.*s", TEXT(text, n));
    p->count = get(r);
    p->detail = get(r) != 0;
    for (uint64_t frames = get(r); frames > 0 && !r->bad; frames--) {
        const char *func = get_text(r, &n);
        char name[256];
        size_t kept = n < sizeof name ? n : sizeof name - 1;
        if (func) memcpy(name, func, kept);
        name[kept] = 0;
        Pos at = (Pos)get(r);
        finding_frame(f, p, (FindingFrame){name, at, get(r) != 0});
    }
}

Finding *finding_unpack(const void *bytes, size_t size) {
    Reader r = {bytes, (const char *)bytes + size, false};
    Finding *first = NULL, **last = &first;
    for (uint64_t kind; (kind = get(&r)) != 0 && kind <= FINDING_KIND_COUNT;) {
        uint64_t count = get(&r);
        size_t n;
        const char *s = get_text(&r, &n);
        Finding *f = finding_new((FindingKind)(kind - 1), "%.*s", TEXT(s, n));
        f->count = count;
        *last = f;
        last = &f->next;
        if ((s = get_text(&r, &n))) finding_why(f, "%.*s", TEXT(s, n));
        if ((s = get_text(&r, &n))) finding_help(f, "%.*s", TEXT(s, n));
        if ((s = get_text(&r, &n))) finding_raw(f, s, n);
        if ((s = get_text(&r, &n))) finding_key(f, "%.*s", TEXT(s, n));
        while (!r.bad && get(&r) == 1) get_part(&r, f);
    }
    if (!r.bad) return first;
    for (Finding *f = first, *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
    return NULL;
}
