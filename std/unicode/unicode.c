// unicode.c — categories and cases of runes, from libutf8proc. Its simple case mappings are Go's but for one letter.
#include <utf8proc.h>

#include "std/leaf.h"

static int32_t rune_at(const NativeCall *c, int i) { return (int32_t)c->args[i]; }
static NativeStatus ret_rune(NativeCall *c, int32_t rune) {
    c->args[0] = (Word)(int64_t)rune;
    return NATIVE_OK;
}
static bool in_range(int32_t r) { return r >= 0 && r <= 0x10FFFF; }

// The capital sharp s is what U+00DF becomes in libutf8proc, but not in the Unicode data.
enum { SHARP_S = 0xDF };

static int32_t upper(int32_t r) { return in_range(r) && r != SHARP_S ? utf8proc_toupper(r) : r; }
static int32_t lower(int32_t r) { return in_range(r) ? utf8proc_tolower(r) : r; }
static int32_t title(int32_t r) { return in_range(r) && r != SHARP_S ? utf8proc_totitle(r) : r; }

NATIVE(std_unicode_in) {
    int32_t r = rune_at(call, 0);
    int category = in_range(r) ? utf8proc_category(r) : UTF8PROC_CATEGORY_CN;
    call->args[0] = category != UTF8PROC_CATEGORY_CN && (call->args[1] >> category & 1);
    return NATIVE_OK;
}
NATIVE(std_unicode_upper) { return ret_rune(call, upper(rune_at(call, 0))); }
NATIVE(std_unicode_lower) { return ret_rune(call, lower(rune_at(call, 0))); }
NATIVE(std_unicode_title) { return ret_rune(call, title(rune_at(call, 0))); }

// Where the next rune of equal folding is neither the lower nor the upper case one (Unicode, CaseFolding.txt, C and S).
static const int32_t orbits[][2] = {
    {0x006B, 0x212A}, {0x0073, 0x017F}, {0x00DF, 0x1E9E}, {0x00E5, 0x212B}, {0x0130, 0x0130}, {0x0131, 0x0131}, {0x01C4, 0x01C5},
    {0x01C7, 0x01C8}, {0x01CA, 0x01CB}, {0x01F1, 0x01F2}, {0x03A3, 0x03C2}, {0x03B2, 0x03D0}, {0x03B5, 0x03F5}, {0x03B8, 0x03D1},
    {0x03B9, 0x1FBE}, {0x03BA, 0x03F0}, {0x03BC, 0x00B5}, {0x03C0, 0x03D6}, {0x03C1, 0x03F1}, {0x03C2, 0x03C3}, {0x03C6, 0x03D5},
    {0x03C9, 0x2126}, {0x03D1, 0x03F4}, {0x03F4, 0x0398}, {0x0432, 0x1C80}, {0x0434, 0x1C81}, {0x043E, 0x1C82}, {0x0441, 0x1C83},
    {0x0442, 0x1C84}, {0x044A, 0x1C86}, {0x0463, 0x1C87}, {0x1C84, 0x1C85}, {0x1E61, 0x1E9B}, {0x1FBE, 0x0345}, {0x2126, 0x03A9},
    {0x212A, 0x004B}, {0x212B, 0x00C5}, {0xA64B, 0x1C88},
};

NATIVE(std_unicode_SimpleFold) {
    int32_t r = rune_at(call, 0);
    for (size_t i = 0; i < sizeof orbits / sizeof *orbits && orbits[i][0] <= r; i++)
        if (orbits[i][0] == r) return ret_rune(call, orbits[i][1]);
    int32_t small = lower(r);
    return ret_rune(call, small != r ? small : upper(r));
}
