#include "vm/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "runtime/address.h"
#include "runtime/iface.h"
#include "runtime/str.h"

static void put_float(Buf *out, double v) {
    if (isnan(v)) {
        buf_puts(out, "NaN");
        return;
    }
    if (isinf(v)) {
        buf_puts(out, v > 0 ? "+Inf" : "-Inf");
        return;
    }
    char digits[40];
    snprintf(digits, sizeof digits, "%+.6e", v);
    char *e = strchr(digits, 'e');
    buf_put(out, digits, (size_t)(e - digits) + 2);
    int exponent = 0;
    for (const char *p = e + 2; *p; p++) exponent = exponent * 10 + (*p - '0');
    buf_printf(out, "%03d", exponent);
}

static double float_of(const RType *t, Word w, bool narrow) {
    (void)t;
    if (narrow) {
        float f;
        uint32_t bits = (uint32_t)w;
        memcpy(&f, &bits, sizeof f);
        return f;
    }
    double d;
    memcpy(&d, &w, sizeof d);
    return d;
}

void print_value(Runtime *rt, Buf *out, const RType *t, const Word *regs) {
    Word v = regs[0];
    switch ((RKind)t->kind) {
    case RK_BOOL: buf_puts(out, v & 0xFF ? "true" : "false"); break;
    case RK_INT8: buf_printf(out, "%d", (int8_t)v); break;
    case RK_INT16: buf_printf(out, "%d", (int16_t)v); break;
    case RK_INT32: buf_printf(out, "%d", (int32_t)v); break;
    case RK_INT: case RK_INT64: buf_printf(out, "%" PRId64, (int64_t)v); break;
    case RK_UINT8: buf_printf(out, "%u", (uint8_t)v); break;
    case RK_UINT16: buf_printf(out, "%u", (uint16_t)v); break;
    case RK_UINT32: buf_printf(out, "%u", (uint32_t)v); break;
    case RK_UINT: case RK_UINT64: case RK_UINTPTR: buf_printf(out, "%" PRIu64, v); break;
    case RK_FLOAT32: put_float(out, float_of(t, v, true)); break;
    case RK_FLOAT64: put_float(out, float_of(t, v, false)); break;
    case RK_COMPLEX64: case RK_COMPLEX128:
        buf_putc(out, '(');
        put_float(out, float_of(t, v, t->kind == RK_COMPLEX64));
        put_float(out, float_of(t, regs[1], t->kind == RK_COMPLEX64));
        buf_puts(out, "i)");
        break;
    case RK_STRING: buf_put(out, str_data((const Str *)v), str_len((const Str *)v)); break;
    case RK_SLICE: buf_printf(out, "[%" PRIu64 "/%" PRIu64 "]0x%" PRIx64, regs[1], regs[2], address_shown(rt, v)); break;
    case RK_INTERFACE: buf_printf(out, "(0x%x,0x%" PRIx64 ")", iface_type(v), address_shown(rt, v & IFACE_PAYLOAD_MASK)); break;
    case RK_INVALID: case RK_ARRAY: case RK_CHAN: case RK_FUNC: case RK_MAP: case RK_POINTER: case RK_STRUCT:
    case RK_UNSAFE_POINTER: case RK_OBJ_STR: case RK_OBJ_SLICE: case RK_OBJ_CLOSURE: case RK_OBJ_CHAN: case RK_OBJ_MAP:
    case RK_OBJ_MAPTABLE: case RK_OBJ_MAPITER: case RK_OBJ_DEFER: case RK_OBJ_BYTES: case RK_OBJ_CONSERVATIVE:
        buf_printf(out, "0x%" PRIx64, address_shown(rt, v));
        break;
    }
}

void print_panic_value(Runtime *rt, Buf *out, const RType *types, Word v) {
    TypeId id = iface_type(v);
    if (!id) {
        buf_puts(out, "nil");
        return;
    }
    const RType *t = &types[id];
    bool basic = (t->kind >= RK_BOOL && t->kind <= RK_COMPLEX128) || t->kind == RK_STRING;
    if (!basic) {
        buf_printf(out, "(%s) 0x%" PRIx64, t->name, address_shown(rt, v & IFACE_PAYLOAD_MASK));
        return;
    }
    Word regs[3] = {0};
    iface_value(t, v, regs);
    bool custom = (t->flags & RT_NAMED) && id != TYPE_RUNTIME_ERROR;
    const char *quote = custom && t->kind == RK_STRING ? "\"" : "";
    if (custom) buf_printf(out, "%s(%s", t->name, quote);
    print_value(rt, out, t, regs);
    if (custom) buf_printf(out, "%s)", quote);
}
