// utf8.c — reading UTF-8 out of strings and byte slices.
#include "std/leaf.h"

// So many bytes at a time: a few microseconds.
enum { SCAN_BYTES = 8192 };

// As utf8_decode, but *width is 0 for nothing. The bytes of a slice are copied before they are looked at: others may be writing.
static int32_t decode(const uint8_t *p, uint64_t n, Word *width) {
    uint8_t own[4];
    int32_t rune = 0xFFFD;
    if (n > sizeof own) n = sizeof own;
    leaf_read(own, p, n);
    *width = n ? utf8_decode(own, n, &rune) : 0;
    return rune;
}

static NativeStatus ret_rune(NativeCall *c, const uint8_t *p, uint64_t n) {
    Word width;
    c->args[0] = (Word)(int64_t)decode(p, n, &width);
    c->args[1] = width;
    return NATIVE_OK;
}

static NativeStatus ret_scan(NativeCall *c, const uint8_t *p, uint64_t n, uint64_t at) {
    uint64_t from = at, stop = n - at > SCAN_BYTES ? at + SCAN_BYTES : n, runes = 0;
    bool ok = true;
    for (; at < stop; runes++) {
        uint8_t b = GUEST_LOAD(uint8_t, p + at);
        Word width = 1;
        if (b >= 0x80) {
            int32_t rune = decode(p + at, n - at, &width);
            if (rune == 0xFFFD && width == 1) ok = false;
        }
        at += width;
    }
    breath_owe(c->worker, (at - from) * 16);
    c->args[0] = runes;
    c->args[1] = at;
    c->args[2] = ok;
    return NATIVE_OK;
}

NATIVE(std_unicode_utf8_decode) {
    leaf_reads(call, (const void *)call->args[0], call->args[1] < 4 ? call->args[1] : 4);
    return ret_rune(call, (const uint8_t *)call->args[0], call->args[1]);
}
NATIVE(std_unicode_utf8_decodeString) { return ret_rune(call, str_data(leaf_str(call, 0)), str_len(leaf_str(call, 0))); }
NATIVE(std_unicode_utf8_scan) {
    uint64_t left = call->args[1] - call->args[3];
    leaf_reads(call, (const uint8_t *)call->args[0] + call->args[3], left < SCAN_BYTES ? left : SCAN_BYTES);
    return ret_scan(call, (const uint8_t *)call->args[0], call->args[1], call->args[3]);
}
NATIVE(std_unicode_utf8_scanString) {
    const Str *s = leaf_str(call, 0);
    return ret_scan(call, str_data(s), str_len(s), call->args[1]);
}
