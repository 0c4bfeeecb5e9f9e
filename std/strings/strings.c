// strings.c — the natives of package strings. Parts of a string share its bytes (str_slice). Strings are immutable, so their
// bytes may be read plainly.
#include <stdlib.h>
#include <utf8proc.h>

#include "runtime/slice.h"
#include "std/leaf.h"

typedef struct View {
    const uint8_t *p;
    uint64_t n;
} View;

static View view(const NativeCall *c, int i) { return (View){str_data(leaf_str(c, i)), str_len(leaf_str(c, i))}; }

static int64_t find(View s, View sub) {
    if (!sub.n) return 0;
    const uint8_t *at = s.n >= sub.n ? memmem(s.p, s.n, sub.p, sub.n) : NULL;
    return at ? at - s.p : -1;
}

static NativeStatus ret_int(NativeCall *c, int64_t v) {
    c->args[0] = (Word)v;
    return NATIVE_OK;
}

static NativeStatus ret_part(NativeCall *c, const Str *s, uint64_t lo, uint64_t hi) {
    const Str *out;
    if (!str_slice(c->worker, s, lo, hi, &out)) return NATIVE_NOMEM;
    c->args[0] = (Word)out;
    return NATIVE_OK;
}

static NativeStatus ret_buf(NativeCall *c, Buf *b) {
    c->worker->breathes = true; // the one object that it makes
    bool fine = leaf_ret_bytes_as_str(c, 0, b->data ? b->data : "", b->len);
    Breath breath = breath_begin(c->worker, fine ? (const void *)c->args[0] : NULL, b->cap); // giving much back takes long, too
    buf_fini(b);
    breath_end(c->worker, breath);
    c->worker->breathes = false;
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

// What a search through a string comes to; x is what is looked for.
static NativeStatus search(NativeCall *c, int64_t (*look)(View s, View sub, int32_t x), View sub, int32_t x) {
    View s = view(c, 0);
    Breath b = leaf_breath(c, s.n);
    int64_t found = look(s, sub, x);
    leaf_breath_end(c, b);
    return ret_int(c, found);
}

static int64_t first_of(View s, View sub, int32_t x) { return (void)x, find(s, sub); }
static int64_t last_of(View s, View sub, int32_t x) {
    (void)x;
    if (!sub.n) return (int64_t)s.n;
    for (int64_t i = (int64_t)(s.n - sub.n); s.n >= sub.n && i >= 0; i--)
        if (s.p[i] == sub.p[0] && !memcmp(s.p + i, sub.p, sub.n)) return i;
    return -1;
}
static int64_t first_byte(View s, View sub, int32_t x) {
    (void)sub;
    const uint8_t *at = s.n ? memchr(s.p, x, s.n) : NULL;
    return at ? at - s.p : -1;
}
static int64_t last_byte(View s, View sub, int32_t x) {
    (void)sub;
    const uint8_t *at = s.n ? memrchr(s.p, (uint8_t)x, s.n) : NULL;
    return at ? at - s.p : -1;
}

NATIVE(std_strings_Index) { return search(call, first_of, view(call, 1), 0); }
NATIVE(std_strings_LastIndex) { return search(call, last_of, view(call, 1), 0); }
NATIVE(std_strings_IndexByte) { return search(call, first_byte, (View){0}, (int32_t)call->args[1]); }
NATIVE(std_strings_LastIndexByte) { return search(call, last_byte, (View){0}, (int32_t)call->args[1]); }

static int64_t find_rune(View s, int32_t r) {
    uint8_t utf8[4];
    if (r == 0xFFFD) {
        for (uint64_t i = 0; i < s.n;) {
            int32_t x;
            uint32_t w = utf8_decode(s.p + i, s.n - i, &x);
            if (x == 0xFFFD) return (int64_t)i;
            i += w;
        }
        return -1;
    }
    if (r < 0 || r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) return -1;
    return find(s, (View){utf8, utf8_encode(utf8, r)});
}

static int64_t first_rune(View s, View sub, int32_t x) { return (void)sub, find_rune(s, x); }
NATIVE(std_strings_IndexRune) { return search(call, first_rune, (View){0}, (int32_t)call->args[1]); }

static int64_t first_of_any(View s, View chars, int32_t x) {
    (void)x;
    for (uint64_t i = 0; i < s.n;) {
        int32_t r;
        uint32_t w = utf8_decode(s.p + i, s.n - i, &r);
        if (find_rune(chars, r) >= 0) return (int64_t)i;
        i += w;
    }
    return -1;
}
NATIVE(std_strings_IndexAny) { return search(call, first_of_any, view(call, 1), 0); }

// The last rune of s and where it begins.
static uint64_t last_rune(View s, int32_t *r) {
    uint64_t end = s.n, start = end - 1, stop = end > 4 ? end - 4 : 0;
    if (s.p[start] < 0x80) {
        *r = s.p[start];
        return start;
    }
    while (start > stop && (s.p[start] & 0xC0) == 0x80) start--;
    if (start + utf8_decode(s.p + start, end - start, r) == end) return start;
    *r = 0xFFFD;
    return end - 1;
}

NATIVE(std_strings_lastRune) {
    int32_t r;
    uint64_t at = last_rune(view(call, 0), &r);
    call->args[0] = (Word)(int64_t)r;
    call->args[1] = at;
    return NATIVE_OK;
}

NATIVE(std_strings_firstRune) {
    View s = view(call, 0);
    int32_t r;
    uint32_t w = utf8_decode(s.p, s.n, &r);
    call->args[0] = (Word)(int64_t)r;
    call->args[1] = w;
    return NATIVE_OK;
}

static int64_t last_of_any(View s, View chars, int32_t x) {
    (void)x;
    while (s.n) {
        int32_t r;
        s.n = last_rune(s, &r);
        if (find_rune(chars, r) >= 0) return (int64_t)s.n;
    }
    return -1;
}
NATIVE(std_strings_LastIndexAny) { return search(call, last_of_any, view(call, 1), 0); }

static uint64_t count_runes(View s) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < s.n; n++) {
        int32_t r;
        i += s.p[i] < 0x80 ? 1 : utf8_decode(s.p + i, s.n - i, &r);
    }
    return n;
}

static uint64_t count(View s, View sub) {
    if (!sub.n) return count_runes(s) + 1;
    uint64_t n = 0;
    for (int64_t at; (at = find(s, sub)) >= 0; n++) {
        s.p += (uint64_t)at + sub.n;
        s.n -= (uint64_t)at + sub.n;
    }
    return n;
}

static int64_t number_of(View s, View sub, int32_t x) { return (void)x, (int64_t)count(s, sub); }
NATIVE(std_strings_Count) { return search(call, number_of, view(call, 1), 0); }

static int32_t fold(int32_t r) {
    if (r < 0x80) return r >= 'A' && r <= 'Z' ? r + 32 : r;
    if (r == 0x212A) return 'k'; // Kelvin
    if (r == 0x17F) return 's';  // long s
    return utf8proc_tolower(utf8proc_toupper(r));
}

static int64_t equal_fold(View s, View t, int32_t x) {
    (void)x;
    while (s.n && t.n) {
        int32_t a, b;
        uint32_t wa = utf8_decode(s.p, s.n, &a), wb = utf8_decode(t.p, t.n, &b);
        if (a != b && fold(a) != fold(b)) break;
        s.p += wa, s.n -= wa;
        t.p += wb, t.n -= wb;
    }
    return !s.n && !t.n;
}
NATIVE(std_strings_EqualFold) { return search(call, equal_fold, view(call, 1), 0); }

NATIVE(std_strings_Clone) {
    View s = view(call, 0);
    breath_owe(call->worker, s.n);
    call->worker->breathes = true;
    bool fine = leaf_ret_bytes_as_str(call, 0, s.p, s.n);
    call->worker->breathes = false;
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

static bool set_part(NativeCall *c, SliceReg *list, uint64_t i, const Str *s, uint64_t lo, uint64_t hi) {
    const Str *part;
    if (!str_slice(c->worker, s, lo, hi, &part)) return false;
    PUBLISH((Word *)list->data + i, part);
    return true;
}

// Where the parts of a string begin and end: found in one go, while others need not wait, then made a few at a time.
typedef struct Cuts {
    uint64_t *at; // two for each part
    size_t n, cap;
} Cuts;

static void cut(Cuts *c, uint64_t lo, uint64_t hi) {
    if (c->n + 2 > c->cap) c->at = xrealloc(c->at, (c->cap = c->cap ? c->cap * 2 : 32) * sizeof *c->at);
    c->at[c->n++] = lo;
    c->at[c->n++] = hi;
}

static NativeStatus ret_cuts(NativeCall *call, Cuts *c) {
    enum { AT_ONCE = 256 };
    uint64_t n = c->n / 2;
    SliceReg list;
    call->worker->breathes = true;
    bool fine = slice_make(call->worker, TYPE_STRING, n, n, 0, &list);
    call->worker->breathes = false;
    for (uint64_t i = 0; fine && i < n; i++) {
        fine = set_part(call, &list, i, leaf_str(call, 0), c->at[2 * i], c->at[2 * i + 1]);
        if (i % AT_ONCE == AT_ONCE - 1) leaf_pause(call, (const void *)list.data, NULL);
    }
    call->worker->breathes = true;
    Breath b = breath_begin(call->worker, fine ? (const void *)list.data : NULL, c->cap * sizeof *c->at);
    free(c->at);
    breath_end(call->worker, b);
    call->worker->breathes = false;
    if (!fine) return NATIVE_NOMEM;
    breath_owe(call->worker, n * 64);
    leaf_ret_slice(call, 0, list);
    return NATIVE_OK;
}

NATIVE(std_strings_split) {
    View s = view(call, 0), sep = view(call, 1);
    uint64_t keep = call->args[2], at = 0;
    int64_t n = (int64_t)call->args[3], r = 1;
    Cuts cuts = {0};
    if (n == 0) {
        leaf_ret_slice(call, 0, (SliceReg){0, 0, 0});
        return NATIVE_OK;
    }
    Breath b = leaf_breath(call, s.n);
    if (sep.n) {
        for (; r != n; r++) {
            int64_t found = find((View){s.p + at, s.n - at}, sep);
            if (found < 0) break;
            cut(&cuts, at, at + (uint64_t)found + keep);
            at += (uint64_t)found + sep.n;
        }
        cut(&cuts, at, s.n);
    } else {
        for (int32_t rune; at < s.n; r++) {
            uint64_t end = r == n ? s.n : at + utf8_decode(s.p + at, s.n - at, &rune);
            cut(&cuts, at, end);
            at = end;
        }
    }
    leaf_breath_end(call, b);
    return ret_cuts(call, &cuts);
}

static bool is_space(int32_t r) {
    if (r < 0x100) return r == ' ' || (r >= '\t' && r <= '\r') || r == 0x85 || r == 0xA0;
    return r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x2028 || r == 0x2029 || r == 0x202F || r == 0x205F || r == 0x3000;
}

// The next word from *at on; false at the end.
static bool next_field(View s, uint64_t *at, uint64_t *lo, uint64_t *hi) {
    bool in = false;
    while (*at < s.n) {
        int32_t r;
        uint64_t here = *at;
        *at += utf8_decode(s.p + here, s.n - here, &r);
        if (is_space(r)) {
            if (in) {
                *hi = here;
                return true;
            }
        } else if (!in) {
            in = true;
            *lo = here;
        }
    }
    *hi = s.n;
    return in;
}

NATIVE(std_strings_Fields) {
    View s = view(call, 0);
    uint64_t at = 0, lo, hi;
    Cuts cuts = {0};
    Breath b = leaf_breath(call, s.n);
    while (next_field(s, &at, &lo, &hi)) cut(&cuts, lo, hi);
    leaf_breath_end(call, b);
    return ret_cuts(call, &cuts);
}

NATIVE(std_strings_Join) {
    enum { AT_ONCE = 256 };
    SliceReg list = leaf_slice_read(call, 0, sizeof(Word));
    const Str *sep = leaf_str(call, 3);
    Buf b;
    buf_init(&b);
    for (uint64_t i = 0; i < list.len; i++) {
        const Str *s = (const Str *)LOAD_PTR((const Word *)list.data + i);
        if (i && sep) buf_put(&b, str_data(sep), str_len(sep));
        if (s) {
            call->worker->breathes = true;
            Breath breath = breath_begin(call->worker, s, str_len(s)); // the element may be replaced meanwhile
            buf_put(&b, str_data(s), str_len(s));
            breath_end(call->worker, breath);
            call->worker->breathes = false;
        }
        if (i % AT_ONCE == AT_ONCE - 1) leaf_pause(call, NULL, NULL);
    }
    breath_owe(call->worker, b.len + list.len * 32);
    return ret_buf(call, &b);
}

NATIVE(std_strings_repeat) {
    View s = view(call, 0);
    uint64_t n = call->args[1], total;
    if (__builtin_mul_overflow(s.n, n, &total) || total > INT64_MAX) {
        call->args[0] = 0;
        call->args[1] = false;
        return NATIVE_OK;
    }
    const Str *out;
    call->worker->breathes = true;
    bool fine = str_repeat(call->worker, s.p, s.n, n, &out);
    call->worker->breathes = false;
    if (!fine) return NATIVE_NOMEM;
    breath_owe(call->worker, total);
    call->args[0] = (Word)out;
    call->args[1] = true;
    return NATIVE_OK;
}

NATIVE(std_strings_Replace) {
    View s = view(call, 0), old = view(call, 1), new = view(call, 2);
    int64_t n = (int64_t)call->args[3];
    if (n == 0 || (old.n == new.n && !memcmp(old.p, new.p, old.n))) return NATIVE_OK;
    Breath breath = leaf_breath(call, s.n);
    if (old.n && find(s, old) < 0) {
        leaf_breath_end(call, breath);
        return NATIVE_OK;
    }
    Buf b;
    buf_init(&b);
    uint64_t at = 0;
    for (int64_t k = 0; n < 0 || k < n; k++) {
        uint64_t from = at, end;
        if (old.n) {
            int64_t found = find((View){s.p + at, s.n - at}, old);
            if (found < 0) break;
            end = at + (uint64_t)found;
        } else if (k == 0) {
            end = 0;
        } else {
            if (at == s.n) break;
            int32_t r;
            end = at + utf8_decode(s.p + at, s.n - at, &r);
        }
        if (end > from) buf_put(&b, s.p + from, end - from);
        if (new.n) buf_put(&b, new.p, new.n);
        at = end + old.n;
    }
    if (s.n > at) buf_put(&b, s.p + at, s.n - at);
    leaf_breath_end(call, breath);
    return ret_buf(call, &b);
}

// ß has no upper case of one character (Unicode's table of simple mappings; utf8proc gives the newer ẞ).
static int32_t to_upper(int32_t r) { return r == 0xDF ? r : utf8proc_toupper(r); }
static int32_t to_title(int32_t r) { return r == 0xDF ? r : utf8proc_totitle(r); }

static bool is_letter_like(int32_t r) {
    if (r < 0x80) return (r >= '0' && r <= '9') || ((r | 32) >= 'a' && (r | 32) <= 'z') || r == '_';
    int cat = utf8proc_category(r);
    if (cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_LO) return true;
    if (cat == UTF8PROC_CATEGORY_ND) return true;
    return !is_space(r);
}

NATIVE(std_strings_mapCase) {
    View s = view(call, 0);
    uint64_t how = call->args[1];
    bool same = true, in_word = false;
    Breath breath = leaf_breath(call, s.n);
    Buf b;
    buf_init(&b);
    for (uint64_t i = 0; i < s.n;) {
        int32_t r, out;
        uint32_t w = utf8_decode(s.p + i, s.n - i, &r);
        if (how == 0) out = r < 0x80 ? (r >= 'a' && r <= 'z' ? r - 32 : r) : to_upper(r);
        else if (how == 1) out = r < 0x80 ? (r >= 'A' && r <= 'Z' ? r + 32 : r) : utf8proc_tolower(r);
        else if (how == 2 || !in_word) out = to_title(r);
        else out = r;
        in_word = is_letter_like(r);
        same = same && out == r && !(w == 1 && r == 0xFFFD);
        uint8_t utf8[4];
        buf_put(&b, utf8, utf8_encode(utf8, out));
        i += w;
    }
    leaf_breath_end(call, breath);
    if (same) {
        buf_fini(&b);
        return NATIVE_OK;
    }
    return ret_buf(call, &b);
}

NATIVE(std_strings_ToValidUTF8) {
    View s = view(call, 0), rep = view(call, 1);
    bool bad = false, any = false;
    Breath breath = leaf_breath(call, s.n);
    Buf b;
    buf_init(&b);
    for (uint64_t i = 0; i < s.n;) {
        int32_t r;
        uint32_t w = utf8_decode(s.p + i, s.n - i, &r);
        if (w == 1 && r == 0xFFFD) {
            if (!bad && rep.n) buf_put(&b, rep.p, rep.n);
            bad = any = true;
        } else {
            buf_put(&b, s.p + i, w);
            bad = false;
        }
        i += w;
    }
    leaf_breath_end(call, breath);
    if (any) return ret_buf(call, &b);
    buf_fini(&b);
    return NATIVE_OK;
}

NATIVE(std_strings_trimSet) {
    View s = view(call, 0), set = view(call, 1);
    uint64_t sides = call->args[2], lo = 0;
    Breath b = leaf_breath(call, s.n);
    while (sides & 1 && lo < s.n) {
        int32_t r;
        uint32_t w = utf8_decode(s.p + lo, s.n - lo, &r);
        if (find_rune(set, r) < 0) break;
        lo += w;
    }
    while (sides & 2 && s.n > lo) {
        int32_t r;
        uint64_t at = lo + last_rune((View){s.p + lo, s.n - lo}, &r);
        if (find_rune(set, r) < 0) break;
        s.n = at;
    }
    leaf_breath_end(call, b);
    return ret_part(call, leaf_str(call, 0), lo, s.n);
}

NATIVE(std_strings_trimSpace) {
    View s = view(call, 0);
    uint64_t lo = 0;
    Breath b = leaf_breath(call, s.n);
    while (lo < s.n) {
        int32_t r;
        uint32_t w = utf8_decode(s.p + lo, s.n - lo, &r);
        if (!is_space(r)) break;
        lo += w;
    }
    while (s.n > lo) {
        int32_t r;
        uint64_t at = lo + last_rune((View){s.p + lo, s.n - lo}, &r);
        if (!is_space(r)) break;
        s.n = at;
    }
    leaf_breath_end(call, b);
    return ret_part(call, leaf_str(call, 0), lo, s.n);
}

// At each place the pair that was given first wins; an empty old string fits at every place, once.
NATIVE(std_strings_replaceMany) {
    View s = view(call, 0);
    SliceReg pairs = leaf_slice_read(call, 1, sizeof(Word));
    const Word *words = (const Word *)pairs.data;
    Buf b;
    buf_init(&b);
    Breath breath = leaf_breath(call, s.n * 8); // the pairs are the Replacer's own, and stay as they are
    bool was_empty = false; // the last look ended in an empty match
    for (uint64_t i = 0; i <= s.n;) {
        bool matched = false;
        for (uint64_t k = 0; k + 1 < pairs.len; k += 2) {
            const Str *old = (const Str *)LOAD_PTR(words + k), *new = (const Str *)LOAD_PTR(words + k + 1);
            uint64_t n = str_len(old);
            if (n > s.n - i || (n && memcmp(s.p + i, str_data(old), n))) continue;
            if (!n && was_empty) continue;
            if (new) buf_put(&b, str_data(new), str_len(new));
            i += n;
            was_empty = n == 0;
            matched = true;
            break;
        }
        if (matched) continue;
        was_empty = false;
        if (i < s.n) buf_putc(&b, s.p[i]);
        i++;
    }
    leaf_breath_end(call, breath);
    return ret_buf(call, &b);
}

// func share(buf []byte, n int) string: a string over bytes that nobody writes any more (Builder)
NATIVE(std_strings_share) {
    SliceReg buf = leaf_slice_read(call, 0, 1);
    uint64_t n = call->args[3] < buf.len ? call->args[3] : buf.len;
    if (n < 64) return leaf_ret_bytes_as_str(call, 0, (const void *)buf.data, n) ? NATIVE_OK : NATIVE_NOMEM;
    Str *s = heap_alloc_object(call->worker, TYPE_STR_OBJ, sizeof *s, 0);
    if (!s) return NATIVE_NOMEM;
    s->data = (const uint8_t *)buf.data;
    s->len = n;
    call->args[0] = (Word)s;
    return NATIVE_OK;
}
