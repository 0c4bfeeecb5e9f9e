// fmt.c — the natives of package fmt: the fast ways (everything of basic kinds, done here) and the leaves that the printer in
// gol calls. A fast way answers "not mine" before it has written anything.
#include <stdlib.h>

#include "std/fmt/format.h"
#include "runtime/address.h"
#include "runtime/stdout.h"
#include "std/leaf.h"

static const FormatSpec no_flags = {0, 0, 0};

// May C alone be able to print this? put_value says for certain.
static bool is_mine(const RType *types, Word v) {
    const RType *t = &types[iface_type(v)];
    if (t->nmethods) return false;
    return (t->kind >= RK_BOOL && t->kind <= RK_ARRAY) || t->kind == RK_STRING || t->kind == RK_SLICE || t->kind == RK_STRUCT;
}

// How many bytes of text a value is, as far as that may be many.
static uint64_t text_bytes(const RType *types, const RType *t, const Word *p) {
    SliceReg r;
    if (t->kind == RK_STRING) return str_len((const Str *)LOAD_PTR(p));
    if (t->kind != RK_SLICE || types[t->elem].kind != RK_UINT8) return 0;
    slice_unpack((const SliceHeader *)LOAD_PTR(p), &r);
    return r.len * 4;
}

static bool put_value(const NativeCall *c, Buf *b, const FormatSpec *s, Word v, int32_t verb) {
    Word scratch;
    const RType *types = leaf_types(c), *t = &types[iface_type(v)];
    const Word *p = iface_words(types, v, &scratch);
    uint64_t bytes = text_bytes(types, t, p);
    bool wide = s->flags & (FORMAT_WID | FORMAT_PREC);
    uint64_t room = wide ? (uint64_t)(s->wid > s->prec ? s->wid : s->prec) : 0;
    if (room > bytes) bytes = room;
    if (LIKELY(bytes < BREATH_BYTES / 4)) {
        if (!format_basic(b, s, types, t, p, verb)) return false;
    } else { // the value is kept alive by its word: the list of arguments may change meanwhile
        breath_owe(c->worker, bytes * 4);
        c->worker->breathes = true;
        Breath breath = breath_begin(c->worker, (const void *)(v & IFACE_PAYLOAD_MASK), bytes * 4);
        bool mine = format_basic(b, s, types, t, p, verb);
        breath_end(c->worker, breath);
        c->worker->breathes = false;
        if (!mine) return false;
    }
    if (t->kind == RK_SLICE || t->kind == RK_STRUCT) leaf_reads_value(c, t, p);
    return true;
}

// Print or Println into b; false: something among the arguments is not a basic value.
static bool put_line(const NativeCall *c, Buf *b, SliceReg a, bool line) {
    const RType *types = leaf_types(c);
    bool was_string = true;
    leaf_reads(c, (const void *)a.data, a.len * sizeof(Word));
    for (uint64_t i = 0; i < a.len; i++) {
        Word v = LOAD_PTR((const Word *)a.data + i);
        bool is_string = v && types[iface_type(v)].kind == RK_STRING;
        if (i && (line || (!is_string && !was_string))) buf_putc(b, ' ');
        was_string = is_string;
        if (!v) {
            buf_puts(b, "<nil>");
            continue;
        }
        if (!is_mine(types, v)) return false;
        if (!put_value(c, b, &no_flags, v, 'v')) return false;
    }
    if (line) buf_putc(b, '\n');
    return true;
}

// What was put into b goes to the file args[0]; the first result is its length, or -1 where gol code has to do it (`mine` is false).
static NativeStatus give_to_file(NativeCall *call, Buf *b, bool mine) {
    if (mine && b->len) stdout_write(call->worker, (int)call->args[0], b->data, b->len);
    breath_owe(call->worker, b->len);
    call->args[0] = mine ? b->len : (Word)-1;
    buf_fini(b);
    return NATIVE_OK;
}
// The same as a string, and whether it is all.
static NativeStatus give_string(NativeCall *call, Buf *b, bool mine) {
    const Str *s = NULL;
    breath_owe(call->worker, b->len);
    call->worker->breathes = true; // the one object that it makes
    bool fine = !mine || str_new(call->worker, b->data, b->len, &s);
    call->worker->breathes = false;
    buf_fini(b);
    if (!fine) return NATIVE_NOMEM;
    call->args[0] = (Word)s;
    call->args[1] = mine;
    return NATIVE_OK;
}

// func lineTo(fd int, a []any, line bool) int: bytes written to the file, -1 when gol must do it
NATIVE(std_fmt_lineTo) {
    Buf b;
    buf_init(&b);
    bool mine = put_line(call, &b, leaf_slice(call, 1), call->args[4]);
    return give_to_file(call, &b, mine);
}

// func lineString(a []any, line bool) (string, bool)
NATIVE(std_fmt_lineString) {
    Buf b;
    buf_init(&b);
    bool mine = put_line(call, &b, leaf_slice(call, 0), call->args[3]);
    return give_string(call, &b, mine);
}

static bool number_at(const uint8_t *p, uint64_t n, uint64_t *i, int64_t *out) {
    uint64_t from = *i;
    int64_t v = 0;
    while (*i < n && p[*i] >= '0' && p[*i] <= '9') {
        v = v * 10 + (p[*i] - '0');
        if (v > 1000000) return false;
        ++*i;
    }
    *out = v;
    return *i > from;
}

// Flags, width and precision at p[*i]; false: numbers too large.
static bool verb_at(const uint8_t *p, uint64_t n, uint64_t *at, FormatSpec *s) {
    uint64_t i = *at;
    for (; i < n; i++) {
        if (p[i] == '+') s->flags |= FORMAT_PLUS;
        else if (p[i] == '-') s->flags = (s->flags | FORMAT_MINUS) & ~(uint32_t)FORMAT_ZERO;
        else if (p[i] == '#') s->flags |= FORMAT_SHARP;
        else if (p[i] == ' ') s->flags |= FORMAT_SPACE;
        else if (p[i] == '0') s->flags |= s->flags & FORMAT_MINUS ? 0 : FORMAT_ZERO;
        else break;
    }
    if (i < n && p[i] >= '1' && p[i] <= '9') {
        if (!number_at(p, n, &i, &s->wid)) return false;
        s->flags |= FORMAT_WID;
    }
    if (i < n && p[i] == '.') {
        i++;
        s->flags |= FORMAT_PREC;
        if (i < n && p[i] >= '0' && p[i] <= '9' && !number_at(p, n, &i, &s->prec)) return false;
    }
    *at = i;
    return true;
}

// A whole format whose arguments are all basic and fit their number; anything rarer (argument indexes, '*', %w, %T, %p, missing or
// extra arguments) is left to gol.
static bool put_format(const NativeCall *c, Buf *b, const Str *format, SliceReg a) {
    const RType *types = leaf_types(c);
    const uint8_t *p = str_data(format);
    uint64_t n = str_len(format), i = 0, arg = 0;
    leaf_reads(c, (const void *)a.data, a.len * sizeof(Word));
    while (i < n) {
        const uint8_t *percent = memchr(p + i, '%', n - i);
        uint64_t stop = percent ? (uint64_t)(percent - p) : n;
        if (stop > i) buf_put(b, p + i, stop - i);
        if (stop == n) break;
        i = stop + 1;
        FormatSpec s = {0, 0, 0};
        if (!verb_at(p, n, &i, &s)) return false;
        if (i == n) return false;
        uint8_t verb = p[i++];
        if (verb == '%') {
            buf_putc(b, '%');
            continue;
        }
        if (arg == a.len || verb >= 0x80 || !strchr("vdsqxXtfFgGeEbcoOU", verb)) return false;
        Word v = LOAD_PTR((const Word *)a.data + arg++);
        if (!v || !is_mine(types, v)) return false;
        if (verb == 'v' && s.flags & FORMAT_PLUS) s.flags = (s.flags & ~(uint32_t)FORMAT_PLUS) | FORMAT_PLUS_V;
        if (verb == 'v' && s.flags & FORMAT_SHARP) s.flags = (s.flags & ~(uint32_t)FORMAT_SHARP) | FORMAT_SHARP_V;
        if (s.flags & FORMAT_SHARP_V && types[iface_type(v)].kind == RK_SLICE) return false; // []byte is written in its own way
        if (!put_value(c, b, &s, v, verb)) return false;
    }
    return arg == a.len;
}

static NativeStatus ret_mine(NativeCall *c, Buf *b, bool mine) {
    SliceReg out = {0, 0, 0};
    bool fine = !mine || leaf_append(c, &out, b->data, b->len);
    buf_fini(b);
    if (!fine) return NATIVE_NOMEM;
    leaf_ret_slice(c, 0, out);
    c->args[3] = mine;
    return NATIVE_OK;
}

// func lineBytes(a []any, line bool) (b []byte, ok bool)
NATIVE(std_fmt_lineBytes) {
    Buf b;
    buf_init(&b);
    bool mine = put_line(call, &b, leaf_slice(call, 0), call->args[3]);
    return ret_mine(call, &b, mine);
}

// func formatBytes(format string, a []any) (b []byte, ok bool)
NATIVE(std_fmt_formatBytes) {
    Buf b;
    buf_init(&b);
    bool mine = put_format(call, &b, leaf_str(call, 0), leaf_slice(call, 1));
    return ret_mine(call, &b, mine);
}

// func formatTo(fd int, format string, a []any) int
NATIVE(std_fmt_formatTo) {
    Buf b;
    buf_init(&b);
    bool mine = put_format(call, &b, leaf_str(call, 1), leaf_slice(call, 2));
    return give_to_file(call, &b, mine);
}

// func formatString(format string, a []any) (string, bool)
NATIVE(std_fmt_formatString) {
    Buf b;
    buf_init(&b);
    bool mine = put_format(call, &b, leaf_str(call, 0), leaf_slice(call, 1));
    return give_string(call, &b, mine);
}

static NativeStatus append_out(NativeCall *call, Buf *b, bool with_how, int how) {
    SliceReg buf = leaf_slice(call, 0);
    breath_owe(call->worker, b->len);
    bool fine = leaf_append(call, &buf, b->data, b->len);
    buf_fini(b);
    if (!fine) return NATIVE_NOMEM;
    leaf_ret_slice(call, 0, buf);
    if (with_how) call->args[3] = (Word)(int64_t)how;
    return NATIVE_OK;
}

// func appendBasic(buf []byte, v any, verb rune, flags, wid, prec int, methods bool) (out []byte, how int)
// how 0: done; -1: v's type has methods (only when asked for), nothing is written; else the kind, not a basic one, nothing is written
NATIVE(std_fmt_appendBasic) {
    FormatSpec s = {(uint32_t)call->args[5], (int64_t)call->args[6], (int64_t)call->args[7]};
    const RType *types = leaf_types(call);
    Word v = call->args[3];
    int how = types[iface_type(v)].kind;
    if (call->args[8] && types[iface_type(v)].nmethods) {
        call->args[3] = (Word)-1;
        return NATIVE_OK;
    }
    Buf b;
    buf_init(&b);
    if (put_value(call, &b, &s, v, (int32_t)call->args[4])) how = 0;
    return append_out(call, &b, true, how);
}

// func parseVerb(format string, i int) (lit, next int, verb rune, flags, wid, prec int): the text up to lit is literal; next: behind
// the verb. next -1: no verb follows; -2: one with '*' or an argument index, or a broken one.
NATIVE(std_fmt_parseVerb) {
    const Str *format = leaf_str(call, 0);
    const uint8_t *p = str_data(format);
    uint64_t n = str_len(format), i = call->args[1];
    const uint8_t *percent = i < n ? memchr(p + i, '%', n - i) : NULL;
    FormatSpec s = {0, 0, 0};
    int64_t next = -1;
    int32_t verb = 0;
    uint64_t lit = percent ? (uint64_t)(percent - p) : n;
    if (percent) {
        i = lit + 1;
        next = -2;
        if (verb_at(p, n, &i, &s) && i < n && p[i] < 0x80 && p[i] != '*' && p[i] != '[') {
            verb = p[i];
            next = (int64_t)i + 1;
            if (verb == 'v' || verb == 'w') {
                if (s.flags & FORMAT_PLUS) s.flags = (s.flags & ~(uint32_t)FORMAT_PLUS) | FORMAT_PLUS_V;
                if (s.flags & FORMAT_SHARP) s.flags = (s.flags & ~(uint32_t)FORMAT_SHARP) | FORMAT_SHARP_V;
            }
        }
    }
    call->args[0] = lit;
    call->args[1] = (Word)next;
    call->args[2] = (Word)(int64_t)verb;
    call->args[3] = s.flags;
    call->args[4] = (Word)s.wid;
    call->args[5] = (Word)s.prec;
    return NATIVE_OK;
}

// func appendText(buf []byte, s string, verb rune, flags, wid, prec int) []byte
NATIVE(std_fmt_appendText) {
    FormatSpec s = {(uint32_t)call->args[5], (int64_t)call->args[6], (int64_t)call->args[7]};
    const Str *text = leaf_str(call, 3);
    Buf b;
    buf_init(&b);
    Breath breath = leaf_breath(call, str_len(text) * 4);
    format_string(&b, &s, str_data(text), str_len(text), (int32_t)call->args[4]);
    leaf_breath_end(call, breath);
    return append_out(call, &b, false, 0);
}

// func appendPointer(buf []byte, p uintptr, typ string, verb rune, flags, wid, prec int) []byte
NATIVE(std_fmt_appendPointer) {
    FormatSpec s = {(uint32_t)call->args[6], (int64_t)call->args[7], (int64_t)call->args[8]};
    const Str *type = leaf_str(call, 4);
    char *name = xmalloc(str_len(type) + 1);
    memcpy(name, str_data(type), str_len(type));
    name[str_len(type)] = 0;
    Buf b;
    buf_init(&b);
    format_pointer(&b, &s, address_shown(call->rt, call->args[3]), name, (int32_t)call->args[5]);
    free(name);
    return append_out(call, &b, false, 0);
}
