// show.c — see the header. Composite values are written as literals whose elements leave out a type that the literal around them says; a nil says its
// type where nothing else does. Cut with "...": what is deeper than DEPTH, what was met on the way already (a cycle), and all that comes after the
// characters that are wanted.
#include "vm/show.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/chan_int.h"
#include "runtime/iface.h"
#include "runtime/map.h"
#include "runtime/names.h"
#include "runtime/str.h"

enum { DEPTH = 6, TEXT_LEAST = 16 };

typedef enum Context {
    ALONE,  // the type is shown beside the value
    TYPED,  // as an interface's value: what a literal does not say is said
    INSIDE  // an element of a literal that names its type
} Context;

typedef struct Show {
    Vm *vm;
    Worker *w;
    Buf *out;
    size_t end; // of out: no more
    const void *path[DEPTH];
    uint32_t depth;
} Show;

static void show(Show *s, const RType *t, const Word *p, Context where);

static const RType *type_of(const Show *s, TypeId id) { return &s->vm->m->types[id]; }
static bool is_full(const Show *s) { return s->out->len >= s->end; }

// Steps into what stands at `at`; false: that is shown already, or too deep.
static bool enter(Show *s, const void *at) {
    if (s->depth == DEPTH) return false;
    for (uint32_t i = 0; at && i < s->depth; i++)
        if (s->path[i] == at) return false;
    s->path[s->depth++] = at;
    return true;
}
static void leave(Show *s) { s->depth--; }

// --- scalars --------------------------------------------------------------------------------------------------

// The shortest digits that give v back.
static void put_float(Buf *out, double v, bool narrow, bool typed) {
    char text[40];
    if (isnan(v) || isinf(v)) {
        buf_puts(out, isnan(v) ? "NaN" : v > 0 ? "+Inf" : "-Inf");
        return;
    }
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, v);
        if (narrow ? (double)strtof(text, NULL) == v : strtod(text, NULL) == v) break;
    }
    int exponent = atoi(strchr(text, 'e') + 1), point = 0;
    if (exponent < -4 || exponent >= 21) {
        buf_puts(out, text);
        return;
    }
    point = (int)(strchr(text, 'e') - text) - (v < 0) - 2; // digits behind the point, in the long form
    if (point < 0) point = 0;
    snprintf(text, sizeof text, "%.*f", point > exponent ? point - exponent : 0, v);
    buf_puts(out, text);
    if (typed && !strpbrk(text, ".e")) buf_puts(out, ".0");
}

static double float_at(const Word *p, bool narrow) {
    Word w = GUEST_LOAD(Word, p);
    if (!narrow) {
        double d;
        memcpy(&d, &w, sizeof d);
        return d;
    }
    float f;
    uint32_t bits = (uint32_t)w;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static void put_text(Show *s, const uint8_t *p, uint64_t n) {
    size_t room = is_full(s) ? 0 : s->end - s->out->len;
    if (room < TEXT_LEAST) room = TEXT_LEAST;
    buf_putc(s->out, '"');
    uint64_t at = 0;
    for (size_t from = s->out->len; at < n && s->out->len - from < room;) {
        int32_t rune;
        uint32_t width = utf8_decode(p + at, n - at, &rune);
        if (rune == 0xFFFD && width == 1) buf_printf(s->out, "\\x%02x", p[at]);
        else if (rune == '"' || rune == '\\') buf_printf(s->out, "\\%c", rune);
        else if (rune == '\n') buf_puts(s->out, "\\n");
        else if (rune == '\t') buf_puts(s->out, "\\t");
        else if (rune == '\r') buf_puts(s->out, "\\r");
        else if (rune < 32 || rune == 127) buf_printf(s->out, "\\x%02x", rune);
        else buf_put(s->out, p + at, width);
        at += width;
    }
    buf_putc(s->out, '"');
    if (at < n) buf_printf(s->out, "... (%" PRIu64 " bytes)", n);
}

static int64_t int_at(const RType *t, const Word *p) {
    switch (t->kind) {
    case RK_INT8: return GUEST_LOAD(int8_t, p);
    case RK_INT16: return GUEST_LOAD(int16_t, p);
    case RK_INT32: return GUEST_LOAD(int32_t, p);
    case RK_UINT8: return GUEST_LOAD(uint8_t, p);
    case RK_UINT16: return GUEST_LOAD(uint16_t, p);
    case RK_UINT32: return GUEST_LOAD(uint32_t, p);
    default: return GUEST_LOAD(int64_t, p);
    }
}

// As time.Duration's String: 1.5s, 2h0m3s, 300ms.
static void put_duration(int64_t d, Buf *out) {
    uint64_t u = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
    if (!u) {
        buf_puts(out, "0s");
        return;
    }
    if (d < 0) buf_putc(out, '-');
    static const struct { uint64_t ns; const char *unit; } small[] = {{1000000, "ms"}, {1000, "µs"}, {1, "ns"}};
    for (size_t i = 0; u < 1000000000 && i < COUNT_OF(small); i++) {
        if (u < small[i].ns) continue;
        put_float(out, (double)u / (double)small[i].ns, false, false);
        buf_puts(out, small[i].unit);
        return;
    }
    if (u >= 3600000000000u) buf_printf(out, "%" PRIu64 "h", u / 3600000000000u);
    if (u >= 60000000000u) buf_printf(out, "%" PRIu64 "m", u / 60000000000u % 60);
    put_float(out, (double)(u % 60000000000u) / 1e9, false, false);
    buf_putc(out, 's');
}

// A time in UTC: 2009-11-10 23:00:00.5 UTC. The days of the calendar are counted in eras of 400 years that begin in March (Hinnant, "chrono-compatible low-level
// date algorithms").
static void put_time(const Word *p, Buf *out) {
    int64_t sec = GUEST_LOAD(int64_t, p), nsec = GUEST_LOAD(int64_t, p + 1), day = sec / 86400, in_day = sec % 86400;
    if (in_day < 0) in_day += 86400, day--;
    day += 306; // from March 1 of year 0
    int64_t era = (day >= 0 ? day : day - 146096) / 146097, of_era = day - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365, of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153, of_month = of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    buf_printf(out, "%04" PRId64 "-%02" PRId64 "-%02" PRId64 " %02" PRId64 ":%02" PRId64 ":%02" PRId64, year + era * 400 + (month <= 2), month, of_month,
               in_day / 3600, in_day / 60 % 60, in_day % 60);
    if (nsec) {
        char digits[12];
        snprintf(digits, sizeof digits, "%09" PRId64, nsec < 0 || nsec > 999999999 ? 0 : nsec);
        for (size_t n = 9; n > 1 && digits[n - 1] == '0'; n--) digits[n - 1] = 0;
        buf_printf(out, ".%s", digits);
    }
    buf_puts(out, " UTC");
}

static bool is_named(const RType *t, const char *name) { return (t->flags & RT_NAMED) && !strcmp(t->name, name); }

static void put_scalar(Show *s, const RType *t, const Word *p, Context where) {
    bool says = t->id == TYPE_INT || t->id == TYPE_BOOL || t->id == TYPE_FLOAT64 || t->id == TYPE_STRING || t->kind == RK_COMPLEX128;
    bool wrap = where == TYPED && !says;
    if (wrap) {
        name_type(t, s->out);
        buf_putc(s->out, '(');
    }
    if (t->kind == RK_BOOL) buf_puts(s->out, GUEST_LOAD(uint8_t, p) ? "true" : "false");
    else if (t->kind == RK_STRING) {
        const Str *text = (const Str *)LOAD_PTR(p);
        put_text(s, str_data(text), str_len(text));
    } else if (t->kind == RK_FLOAT32 || t->kind == RK_FLOAT64) put_float(s->out, float_at(p, t->kind == RK_FLOAT32), t->kind == RK_FLOAT32, where == TYPED && !wrap);
    else if (t->kind == RK_COMPLEX64 || t->kind == RK_COMPLEX128) {
        bool narrow = t->kind == RK_COMPLEX64;
        double im = float_at(p + 1, narrow);
        buf_putc(s->out, '(');
        put_float(s->out, float_at(p, narrow), narrow, false);
        if (!(im < 0) && !isinf(im)) buf_putc(s->out, '+');
        put_float(s->out, im, narrow, false);
        buf_puts(s->out, "i)");
    } else if (is_named(t, "time.Duration")) {
        int64_t d = int_at(t, p);
        put_duration(d, s->out);
        if (where == ALONE) buf_printf(s->out, " (%" PRId64 ")", d);
    } else if (t->kind == RK_UINT || t->kind == RK_UINT64 || t->kind == RK_UINTPTR) buf_printf(s->out, "%" PRIu64, (uint64_t)int_at(t, p));
    else buf_printf(s->out, "%" PRId64, int_at(t, p));
    if (wrap) buf_putc(s->out, ')');
}

// --- composites -----------------------------------------------------------------------------------------------

static void put_type_of(Show *s, const RType *t, Context where) {
    if (where == INSIDE) return;
    if (t->id == TYPE_SLICE_BYTE) buf_puts(s->out, "[]byte");
    else name_type(t, s->out);
}

// Before element i: false: no more are wanted.
static bool next_element(Show *s, uint64_t i) {
    if (i) buf_puts(s->out, ", ");
    if (!is_full(s)) return true;
    buf_puts(s->out, "...");
    return false;
}

static void put_row(Show *s, const RType *elem, const char *row, uint64_t n) {
    buf_putc(s->out, '{');
    for (uint64_t i = 0; i < n && next_element(s, i); i++) show(s, elem, (const Word *)(row + i * elem->elem_size), INSIDE);
    buf_putc(s->out, '}');
}

static bool is_text(const uint8_t *p, uint64_t n) {
    int32_t rune;
    for (uint64_t i = 0; i < n && i < 256;) {
        uint32_t width = utf8_decode(p + i, n - i, &rune);
        if ((rune == 0xFFFD && width == 1) || (rune < 32 && rune != '\n' && rune != '\t') || rune == 127) return false;
        i += width;
    }
    return n > 0;
}

static void put_nil(Show *s, const RType *t, Context where) {
    if (where == INSIDE) {
        buf_puts(s->out, "nil");
        return;
    }
    bool brackets = t->name[0] == '*' || !strncmp(t->name, "func", 4) || !strncmp(t->name, "chan", 4) || t->name[0] == '<';
    if (brackets) buf_putc(s->out, '(');
    name_type(t, s->out);
    buf_puts(s->out, brackets ? ")(nil)" : "(nil)");
}

static void put_slice(Show *s, const RType *t, const Word *p, Context where) {
    const SliceHeader *h = (const SliceHeader *)LOAD_PTR(p);
    const RType *elem = type_of(s, t->elem);
    if (!h) {
        put_nil(s, t, where);
        return;
    }
    if (elem->kind == RK_UINT8 && is_text(h->data, h->len)) {
        put_type_of(s, t, ALONE);
        buf_putc(s->out, '(');
        put_text(s, h->data, h->len);
        buf_putc(s->out, ')');
        return;
    }
    put_type_of(s, t, where);
    if (!enter(s, h->len ? h->data : NULL)) {
        buf_puts(s->out, "{...}");
        return;
    }
    put_row(s, elem, h->data, h->len);
    leave(s);
}

static void put_array(Show *s, const RType *t, const Word *p, Context where) {
    put_type_of(s, t, where);
    if (!enter(s, NULL)) {
        buf_puts(s->out, "{...}");
        return;
    }
    put_row(s, type_of(s, t->elem), (const char *)p, t->len);
    leave(s);
}

// What std keeps for itself in its types is nobody's business, but where it is one or two plain values (the text of an error, an atomic's number).
static bool is_opaque(Show *s, const RType *t) {
    if (!t->pkg_path || !*t->pkg_path || !strcmp(t->pkg_path, "main")) return false;
    if (t->nfields > 2) return true;
    for (uint32_t i = 0; i < t->nfields; i++) {
        const RType *f = type_of(s, t->fields[i].type);
        if (!t->fields[i].exported && f->kind == RK_STRUCT && f->nfields) return true;
    }
    return false;
}

static void put_struct(Show *s, const RType *t, const Word *p, Context where) {
    if (is_named(t, "time.Time")) {
        if (where != ALONE || s->depth) buf_puts(s->out, "time.Time(");
        put_time(p, s->out);
        if (where != ALONE || s->depth) buf_putc(s->out, ')');
        return;
    }
    put_type_of(s, t, where);
    if (!enter(s, NULL)) {
        buf_puts(s->out, "{...}");
        return;
    }
    buf_putc(s->out, '{');
    uint64_t n = 0;
    bool opaque = is_opaque(s, t), hidden = false;
    for (uint32_t i = 0; i < t->nfields; i++) {
        if (!strcmp(t->fields[i].name, "_")) continue;
        if (opaque && !t->fields[i].exported) {
            hidden = true;
            continue;
        }
        if (!next_element(s, n++)) break;
        buf_printf(s->out, "%s: ", t->fields[i].name);
        const RType *f = type_of(s, t->fields[i].type);
        bool literal = f->kind == RK_STRUCT || f->kind == RK_SLICE || f->kind == RK_ARRAY || f->kind == RK_MAP;
        const Word *at = p + t->fields[i].offset;
        bool nil = (f->kind == RK_SLICE || f->kind == RK_MAP) && !LOAD_PTR(at);
        show(s, f, at, literal && !nil ? ALONE : INSIDE); // a field's literal needs its type
    }
    if (hidden) buf_puts(s->out, n ? ", ..." : "...");
    buf_putc(s->out, '}');
    leave(s);
}

typedef struct Entry {
    const Word *key, *value;
} Entry;
typedef struct Entries {
    const RType *key;
    Entry *e;
    uint64_t n;
} Entries;

static void add_entry(void *ctx, const Word *key, const Word *value) {
    Entries *all = ctx;
    all->e[all->n++] = (Entry){key, value};
}

static int compare_keys(const RType *t, const Word *x, const Word *y) {
    if (t->kind == RK_STRING) return str_compare((const Str *)LOAD_PTR(x), (const Str *)LOAD_PTR(y));
    if (t->kind == RK_FLOAT32 || t->kind == RK_FLOAT64) {
        double a = float_at(x, t->kind == RK_FLOAT32), b = float_at(y, t->kind == RK_FLOAT32);
        return a < b ? -1 : a > b;
    }
    if (t->kind == RK_UINT || t->kind == RK_UINT64 || t->kind == RK_UINTPTR) return GUEST_LOAD(Word, x) < GUEST_LOAD(Word, y) ? -1 : GUEST_LOAD(Word, x) > GUEST_LOAD(Word, y);
    if (t->kind == RK_BOOL) return (int)GUEST_LOAD(uint8_t, x) - (int)GUEST_LOAD(uint8_t, y);
    int64_t a = int_at(t, x), b = int_at(t, y);
    return a < b ? -1 : a > b;
}

static int by_key(const void *x, const void *y, void *key) { return compare_keys(key, ((const Entry *)x)->key, ((const Entry *)y)->key); }

static void put_map(Show *s, const RType *t, const Word *p, Context where) {
    const Map *m = (const Map *)LOAD_PTR(p);
    if (!m) {
        put_nil(s, t, where);
        return;
    }
    put_type_of(s, t, where);
    if (!enter(s, m)) {
        buf_puts(s->out, "{...}");
        return;
    }
    const RType *key = type_of(s, t->key), *value = type_of(s, t->elem);
    Entries all = {.key = key, .e = xcalloc(map_len(m) + 1, sizeof(Entry))};
    map_each(s->w, m, add_entry, &all);
    bool ordered = key->kind <= RK_FLOAT64 || key->kind == RK_STRING;
    if (ordered) qsort_r(all.e, all.n, sizeof *all.e, by_key, (void *)(uintptr_t)key);
    buf_putc(s->out, '{');
    for (uint64_t i = 0; i < all.n && next_element(s, i); i++) {
        show(s, key, all.e[i].key, INSIDE);
        buf_puts(s->out, ": ");
        show(s, value, all.e[i].value, INSIDE);
    }
    buf_putc(s->out, '}');
    free(all.e);
    leave(s);
}

// --- what points ----------------------------------------------------------------------------------------------

static void put_pointer(Show *s, const RType *t, const Word *p, Context where) {
    const Word *to = (const Word *)LOAD_PTR(p);
    const RType *elem = type_of(s, t->elem);
    if (!to) {
        put_nil(s, t, where);
        return;
    }
    Buf words = {0};
    if (show_sync(s->vm, elem, to, &words)) {
        buf_putc(s->out, '&');
        name_type(elem, s->out);
        buf_printf(s->out, "(%s)", buf_str(&words));
        buf_fini(&words);
        return;
    }
    buf_putc(s->out, '&');
    if (!enter(s, to)) {
        name_type(elem, s->out);
        buf_puts(s->out, "{...}");
        return;
    }
    bool literal = elem->kind == RK_STRUCT || elem->kind == RK_ARRAY || elem->kind == RK_SLICE || elem->kind == RK_MAP;
    show(s, elem, to, literal ? ALONE : TYPED);
    leave(s);
}

// False: it is nil, and that was said. Else its type stands in front, except inside a value that has it already.
static bool begin_reference(Show *s, const RType *t, const void *value, Context where) {
    if (!value) {
        put_nil(s, t, where);
        return false;
    }
    if (where != INSIDE) {
        name_type(t, s->out);
        buf_putc(s->out, ' ');
    }
    return true;
}

static void put_chan(Show *s, const RType *t, const Word *p, Context where) {
    const Chan *c = (const Chan *)LOAD_PTR(p);
    if (!begin_reference(s, t, c, where)) return;
    buf_putc(s->out, '(');
    show_chan(c, s->out);
    buf_putc(s->out, ')');
}

static void put_func(Show *s, const RType *t, const Word *p, Context where) {
    const Closure *c = (const Closure *)LOAD_PTR(p);
    if (!begin_reference(s, t, c, where)) return;
    name_func(c->func->name ? c->func->name : "?", s->out);
    if (where != ALONE || !c->func->decl_pos) return;
    buf_puts(s->out, ", ");
    show_place(s->vm, c->func->decl_pos, s->out);
}

static void put_iface(Show *s, const RType *t, const Word *p, Context where) {
    Word v = LOAD_PTR(p), scratch;
    if (!v) {
        put_nil(s, t, where);
        return;
    }
    show(s, type_of(s, iface_type(v)), iface_words(s->vm->m->types, v, &scratch), TYPED);
}

static void show(Show *s, const RType *t, const Word *p, Context where) {
    Buf words = {0};
    if (show_sync(s->vm, t, p, &words)) {
        name_type(t, s->out);
        buf_printf(s->out, "(%s)", buf_str(&words));
        buf_fini(&words);
        return;
    }
    switch ((RKind)t->kind) {
    case RK_BOOL: case RK_INT: case RK_INT8: case RK_INT16: case RK_INT32: case RK_INT64: case RK_UINT: case RK_UINT8: case RK_UINT16: case RK_UINT32:
    case RK_UINT64: case RK_UINTPTR: case RK_FLOAT32: case RK_FLOAT64: case RK_COMPLEX64: case RK_COMPLEX128: case RK_STRING:
        put_scalar(s, t, p, where);
        return;
    case RK_ARRAY: put_array(s, t, p, where); return;
    case RK_SLICE: put_slice(s, t, p, where); return;
    case RK_STRUCT: put_struct(s, t, p, where); return;
    case RK_MAP: put_map(s, t, p, where); return;
    case RK_POINTER: put_pointer(s, t, p, where); return;
    case RK_CHAN: put_chan(s, t, p, where); return;
    case RK_FUNC: put_func(s, t, p, where); return;
    case RK_INTERFACE: put_iface(s, t, p, where); return;
    case RK_INVALID: case RK_UNSAFE_POINTER: case RK_OBJ_STR: case RK_OBJ_SLICE: case RK_OBJ_CLOSURE: case RK_OBJ_CHAN: case RK_OBJ_MAP:
    case RK_OBJ_MAPTABLE: case RK_OBJ_MAPITER: case RK_OBJ_DEFER: case RK_OBJ_BYTES: case RK_OBJ_CONSERVATIVE:
        name_type(t, s->out);
        return;
    }
}

// What is told in words begins with its type and name: "chan int jobs: 2 of 4 full".
static bool show_by_name(Show *s, const RType *t, const Word *p, const char *variable) {
    Buf words = {0};
    const Word *to = t->kind == RK_POINTER || t->kind == RK_CHAN ? (const Word *)LOAD_PTR(p) : p;
    if (t->kind == RK_CHAN) {
        if (to) show_chan((const Chan *)to, &words);
        else buf_puts(&words, "nil: who sends or receives waits for ever");
    } else if (!to || !show_sync(s->vm, t->kind == RK_POINTER ? type_of(s, t->elem) : t, to, &words)) return false;
    name_type(t, s->out);
    if (variable) buf_printf(s->out, " %s", variable);
    buf_printf(s->out, ": %s", buf_str(&words));
    buf_fini(&words);
    return true;
}

void show_value(Vm *vm, Worker *w, TypeId type, const Word *p, const char *variable, size_t max, Buf *out) {
    Show s = {.vm = vm, .w = w, .out = out, .end = out->len + max};
    const RType *t = &vm->m->types[type];
    if (!show_by_name(&s, t, p, variable)) show(&s, t, p, ALONE);
}
