// time.c — the natives of package time: the clock, sleeping, and timers as the scheduler has them (runtime/sched.h).
#include <stdio.h>
#include <time.h>

#include "runtime/hooks.h"
#include "runtime/sched.h"
#include "std/leaf.h"
#include "std/strconv/quote.h"
#include "vm/call.h"
#include "vm/fault.h"

NATIVE(std_time_Sleep) {
    int64_t ns = (int64_t)call->args[0];
    if (ns <= 0) return NATIVE_OK;
    g_sleep_park(call->worker, call->g, ns);
    return NATIVE_PARK;
}

static Word program_mono(NativeCall *c) {
    // Never 0, which means "no monotonic clock".
    int64_t ns = runtime_now(c->rt);
    return (Word)(ns > 0 ? ns : 1);
}

NATIVE(std_time_now) {
    Word mono = program_mono(call);
    int64_t wall = runtime_wall(call->rt);
    call->args[0] = (Word)(wall / 1000000000);
    call->args[1] = (Word)(wall % 1000000000);
    call->args[2] = mono;
    return NATIVE_OK;
}

NATIVE(std_time_localZone) {
    time_t unix_time = (time_t)(int64_t)call->args[0];
    struct tm parts;
    const char *name = "UTC";
    long offset = 0;
    if (localtime_r(&unix_time, &parts)) {
        name = parts.tm_zone;
        offset = parts.tm_gmtoff;
    }
    if (!leaf_ret_bytes_as_str(call, 0, name, strlen(name))) return NATIVE_NOMEM;
    call->args[1] = (Word)offset;
    return NATIVE_OK;
}

// ---- timers: type engine of std/time/sleep.gol

typedef struct Engine {
    Timer timer; // arg is the engine's own address: a copy of it is no timer
    Word chan, func, loc;
} Engine;
_Static_assert(sizeof(Timer) == 6 * sizeof(Word), "engine in sleep.gol has six words for it");

static void fire(Worker *w, Timer *t, int64_t now) {
    Engine *e = (Engine *)t;
    const Closure *f = (const Closure *)LOAD_PTR(&e->func);
    if (f) {
        G *child = call_new_g(w, f->func, f, NULL, 0, f->func->decl_pos);
        hook_timer_go(w, child, e);
        sched_go(w, child);
        return;
    }
    Chan *c = (Chan *)LOAD_PTR(&e->chan);
    int64_t wall = runtime_wall(worker_runtime(w));
    Word value[4] = {(Word)(wall / 1000000000) + 62135596800u, (Word)(wall % 1000000000), (Word)(now > 0 ? now : 1), LOAD_PTR(&e->loc)};
    if (c) chan_offer(w, c, value);
}

static NativeStatus nil_pointer(NativeCall *c) {
    c->panic = fault_value(c->worker, c->g, FAULT_NIL_POINTER);
    return NATIVE_PANIC;
}

NATIVE(std_time_engine_start) {
    Engine *e = (Engine *)call->args[0];
    if (!e) return nil_pointer(call);
    int64_t d = (int64_t)call->args[1], now = runtime_now(call->rt), when;
    if (d < 0) d = 0;
    if (__builtin_add_overflow(now, d, &when)) when = INT64_MAX - 1;
    timer_stop(call->worker, &e->timer);
    GUEST_STORE(int64_t, &e->timer.when, when);
    GUEST_STORE(int64_t, &e->timer.period, call->args[2]);
    GUEST_STORE(Word, &e->timer.fire, (uintptr_t)fire);
    GUEST_STORE(Word, &e->timer.arg, (uintptr_t)e);
    hook_timer_start(call->worker, call->g, e, (Chan *)LOAD_PTR(&e->chan));
    timer_start(call->worker, &e->timer);
    return NATIVE_OK;
}

NATIVE(std_time_engine_stop) {
    Engine *e = (Engine *)call->args[0];
    if (!e) return nil_pointer(call);
    call->args[0] = timer_stop(call->worker, &e->timer);
    return NATIVE_OK;
}

NATIVE(std_time_engine_ready) {
    Engine *e = (Engine *)call->args[0];
    if (!e) return nil_pointer(call);
    call->args[0] = GUEST_LOAD(Word, &e->timer.arg) == (uintptr_t)e;
    return NATIVE_OK;
}

// ---- durations

static int fraction(char *out, uint64_t v, int digits) { // ".5" from 500 of 1000
    char text[24];
    if (!v) return 0;
    int n = snprintf(text, sizeof text, ".%0*llu", digits, (unsigned long long)v);
    while (text[n - 1] == '0') n--;
    memcpy(out, text, (size_t)n);
    return n;
}

NATIVE(std_time_durationString) {
    int64_t d = (int64_t)call->args[0];
    uint64_t u = d < 0 ? -(uint64_t)d : (uint64_t)d;
    char text[64];
    int n = 0;
    if (d < 0) text[n++] = '-';
    if (!u) {
        n = snprintf(text, sizeof text, "0s");
    } else if (u < 1000000000) {
        int digits = u < 1000 ? 0 : u < 1000000 ? 3 : 6;
        uint64_t unit = digits == 0 ? 1 : digits == 3 ? 1000 : 1000000;
        n += snprintf(text + n, sizeof text - (size_t)n, "%llu", (unsigned long long)(u / unit));
        n += fraction(text + n, u % unit, digits);
        n += snprintf(text + n, sizeof text - (size_t)n, "%s", digits == 0 ? "ns" : digits == 3 ? "µs" : "ms");
    } else {
        uint64_t s = u / 1000000000;
        if (s >= 3600) n += snprintf(text + n, sizeof text - (size_t)n, "%lluh", (unsigned long long)(s / 3600));
        if (s >= 60) n += snprintf(text + n, sizeof text - (size_t)n, "%llum", (unsigned long long)(s / 60 % 60));
        n += snprintf(text + n, sizeof text - (size_t)n, "%llu", (unsigned long long)(s % 60));
        n += fraction(text + n, u % 1000000000, 9);
        text[n++] = 's';
    }
    return leaf_ret_bytes_as_str(call, 0, text, (size_t)n) ? NATIVE_OK : NATIVE_NOMEM;
}

static uint64_t unit_of(const uint8_t *p, uint64_t n) {
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"ns", 1}, {"us", 1000}, {"µs", 1000}, {"μs", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000},
                 {"h", 3600000000000}};
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strlen(units[i].name) == n && !memcmp(units[i].name, p, n)) return units[i].ns;
    return 0;
}

static int parse_duration(const uint8_t *p, uint64_t n, int64_t *out, uint64_t *unit_at, uint64_t *unit_n) {
    uint64_t i = 0, total = 0;
    bool negative = false;
    if (n && (p[0] == '-' || p[0] == '+')) {
        negative = p[0] == '-';
        i++;
    }
    *out = 0;
    if (n - i == 1 && p[i] == '0') return 0;
    if (i == n) return 1;
    while (i < n) {
        uint64_t v = 0, f = 0, digits = 0;
        double scale = 1;
        bool full = false;
        for (; i < n && p[i] >= '0' && p[i] <= '9'; i++, digits++) {
            if (v > ((uint64_t)1 << 63) / 10) return 1;
            v = v * 10 + (p[i] - '0');
            if (v > (uint64_t)1 << 63) return 1;
        }
        if (i < n && p[i] == '.') {
            for (i++; i < n && p[i] >= '0' && p[i] <= '9'; i++, digits++) {
                if (full || f > ((uint64_t)1 << 63) / 10 - 1) {
                    full = true;
                    continue;
                }
                f = f * 10 + (p[i] - '0');
                scale *= 10;
            }
        }
        if (!digits) return 1;
        *unit_at = i;
        while (i < n && p[i] != '.' && !(p[i] >= '0' && p[i] <= '9')) i++;
        *unit_n = i - *unit_at;
        if (!*unit_n) return 2;
        uint64_t unit = unit_of(p + *unit_at, *unit_n);
        if (!unit) return 3;
        if (v > ((uint64_t)1 << 63) / unit) return 1;
        v *= unit;
        if (f) v += (uint64_t)((double)f * ((double)unit / scale));
        total += v;
        if (v > (uint64_t)1 << 63 || total > (uint64_t)1 << 63) return 1;
    }
    if (!negative && total > INT64_MAX) return 1;
    *out = negative ? (int64_t)-total : (int64_t)total;
    return 0;
}

NATIVE(std_time_parseDuration) {
    const Str *s = leaf_str(call, 0), *unit = NULL;
    int64_t d;
    uint64_t at = 0, n = 0;
    int code = parse_duration(str_data(s), str_len(s), &d, &at, &n);
    if (code == 3 && !str_slice(call->worker, s, at, at + n, &unit)) return NATIVE_NOMEM;
    call->args[0] = (Word)d;
    call->args[1] = (Word)code;
    call->args[2] = (Word)unit;
    return NATIVE_OK;
}

NATIVE(std_time_quote) {
    const Str *s = leaf_str(call, 0);
    Buf b;
    buf_init(&b);
    quote_string(&b, str_data(s), str_len(s), '"', true, false);
    bool fine = leaf_ret_bytes_as_str(call, 0, b.data, b.len);
    buf_fini(&b);
    return fine ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_time_itoa) {
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)call->args[0]);
    return leaf_ret_bytes_as_str(call, 0, text, (size_t)n) ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_time_mulMod) {
    call->args[0] = (Word)((unsigned __int128)call->args[0] * call->args[1] % call->args[2]);
    return NATIVE_OK;
}
