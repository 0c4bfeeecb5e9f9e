// zone.c — time zones from the system's database (RFC 8536, "TZif"): the list of changes is in the file. Behind its end
// (2037) and up to 2100 the changes of 28 years before are used, whose days fall on the same weekdays; the rule at the file's end is
// not read.
#include <stdio.h>
#include <stdlib.h>

#include "std/leaf.h"

enum { LARGEST = 1 << 20, HEADER = 44 };
#define YEAR_2100 4102444800LL
#define YEARS_28 (28LL * 36525 / 100 * 86400)

static bool good_name(const uint8_t *p, uint64_t n) {
    if (!n || n > 200 || p[0] == '/' || p[0] == '\\') return false;
    for (uint64_t i = 0; i < n; i++)
        if (!p[i] || (p[i] == '.' && i + 1 < n && p[i + 1] == '.')) return false;
    return true;
}

NATIVE(std_time_zoneFile) {
    static const char *const places[] = {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/usr/lib/locale/TZ/", "/etc/zoneinfo/"};
    const Str *name = leaf_str(call, 0);
    uint8_t *data = NULL;
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(places) && !n && good_name(str_data(name), str_len(name)); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s%.*s", places[i], (int)str_len(name), (const char *)str_data(name));
        FILE *f = fopen(path, "rb");
        if (!f) continue;
        if (!data) data = xmalloc(LARGEST);
        n = fread(data, 1, LARGEST, f);
        fclose(f);
        if (n < HEADER || memcmp(data, "TZif", 4)) n = 0;
    }
    bool fine = leaf_ret_bytes_as_str(call, 0, n ? (const char *)data : "", n);
    free(data);
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

static int64_t big_endian(const uint8_t *p, int bytes) {
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v = v << 8 | p[i];
    return bytes == 4 ? (int32_t)v : (int64_t)v;
}

typedef struct Zone {
    const uint8_t *times, *kinds, *infos, *names;
    int64_t ntimes, ninfos, nnames;
    int size; // bytes of a time
} Zone;

// The part of the file with the longest times. False: damaged.
static bool open_zone(const uint8_t *p, uint64_t n, Zone *z) {
    for (int round = 0; round < 2; round++) {
        if (n < HEADER || memcmp(p, "TZif", 4)) return false;
        bool longer = p[4] >= '2';
        z->size = round ? 8 : 4;
        int64_t nutc = big_endian(p + 20, 4), nstd = big_endian(p + 24, 4), nleap = big_endian(p + 28, 4);
        z->ntimes = big_endian(p + 32, 4);
        z->ninfos = big_endian(p + 36, 4);
        z->nnames = big_endian(p + 40, 4);
        if (nutc < 0 || nstd < 0 || nleap < 0 || z->ntimes < 0 || z->ninfos < 1 || z->nnames < 1) return false;
        uint64_t need = HEADER + (uint64_t)z->ntimes * (uint64_t)(z->size + 1) + (uint64_t)z->ninfos * 6 + (uint64_t)z->nnames
                      + (uint64_t)nleap * (uint64_t)(z->size + 4) + (uint64_t)nstd + (uint64_t)nutc;
        if (need > n) return false;
        z->times = p + HEADER;
        z->kinds = z->times + z->ntimes * z->size;
        z->infos = z->kinds + z->ntimes;
        z->names = z->infos + z->ninfos * 6;
        if (!longer || round) return true;
        p += need;
        n -= need;
    }
    return true;
}

NATIVE(std_time_zoneAt) {
    const Str *data = leaf_str(call, 0);
    int64_t when = (int64_t)call->args[1], offset = 0;
    const char *name = "UTC";
    size_t name_len = 3;
    Zone z;
    if (open_zone(str_data(data), str_len(data), &z)) {
        if (z.ntimes > 20 && when < YEAR_2100) { // behind the list the rules go on; 28 years later the weekdays are the same
            int64_t last = big_endian(z.times + (z.ntimes - 1) * z.size, z.size);
            if (when > last) when -= (when - last + YEARS_28 - 1) / YEARS_28 * YEARS_28;
        }
        int64_t lo = 0, hi = z.ntimes; // the first change after `when`
        while (lo < hi) {
            int64_t mid = (lo + hi) / 2;
            if (big_endian(z.times + mid * z.size, z.size) <= when) lo = mid + 1;
            else hi = mid;
        }
        int64_t kind = lo ? z.kinds[lo - 1] : 0;
        if (!lo) // before the first change: the first zone that is not summer time
            for (int64_t i = 0; i < z.ninfos; i++)
                if (!z.infos[i * 6 + 4]) {
                    kind = i;
                    break;
                }
        if (kind < z.ninfos) {
            const uint8_t *info = z.infos + kind * 6;
            offset = big_endian(info, 4);
            if (info[5] < z.nnames) {
                name = (const char *)z.names + info[5];
                name_len = strnlen(name, (size_t)(z.nnames - info[5]));
            }
        }
    }
    if (!leaf_ret_bytes_as_str(call, 0, name, name_len)) return NATIVE_NOMEM;
    call->args[1] = (Word)offset;
    return NATIVE_OK;
}
