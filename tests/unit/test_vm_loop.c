// The loop on hand-assembled modules: what instructions do at their edges, calls, native calls, the end of a program. Each module
// runs in a process of its own, whose standard error and exit status are looked at.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/iface.h"
#include "runtime/sched.h"
#include "runtime/str.h"
#include "tests/unit/vm_asm.h"
#include "vm/native.h"

static Asm a;
static int status;

static int setup(void **state) {
    (void)state;
    asm_init(&a);
    return 0;
}

// Runs function `entry`; the text is what went to standard error.
static const char *run(uint32_t entry) {
    static char text[4096];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (!child) {
        dup2(ends[1], 2);
        close(ends[0]);
        a.m.entry = entry;
        RuntimeOptions o = {.workers = 2};
        _exit(vm_run(&a.m, &o));
    }
    close(ends[1]);
    size_t n = 0;
    for (ssize_t k; n < sizeof text - 1 && (k = read(ends[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)k;
    text[n] = 0;
    close(ends[0]);
    int how;
    waitpid(child, &how, 0);
    status = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return text;
}

// R[2] = R[0] op R[1], with 64-bit operands.
static int64_t binary(Opcode op, int64_t x, int64_t y) {
    static Word consts[2];
    consts[0] = (Word)x, consts[1] = (Word)y;
    asm_init(&a);
    a.m.consts = consts;
    a.m.nconsts = 2;
    Instr code[] = {ABX(LDK, 0, 0), ABX(LDK, 1, 1), {(uint16_t)op, 2, 0, 1}, ABC(PRINT, 2, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 3, 0, 0);
    return strtoll(run(0), NULL, 10);
}

static void integers_at_their_edges(void **state) {
    (void)state;
    assert_int_equal(binary(OP_DIV, INT64_MIN, -1), INT64_MIN);
    assert_int_equal(binary(OP_REM, INT64_MIN, -1), 0);
    assert_int_equal(binary(OP_DIV, -7, 2), -3);
    assert_int_equal(binary(OP_REM, -7, 2), -1);
    assert_int_equal(binary(OP_DIV, INT64_C(1) << 40, 3), (INT64_C(1) << 40) / 3);
    assert_int_equal(binary(OP_SHL, 1, 64), 0);
    assert_int_equal(binary(OP_SHL, 1, 63), INT64_MIN);
    assert_int_equal(binary(OP_SHR, -8, 200), -1);
    assert_int_equal(binary(OP_SHRU, -8, 200), 0);
    assert_int_equal(binary(OP_SHRU, -8, 60), 15);
    assert_int_equal(binary(OP_LTU, -1, 1), 0);
    assert_int_equal(binary(OP_ANDN, 15, 5), 10);
}

static Word f64(double d) {
    Word w;
    memcpy(&w, &d, sizeof w);
    return w;
}

static void floats_to_integers(void **state) {
    (void)state;
    assert_int_equal(binary(OP_LTF, (int64_t)f64(1), (int64_t)f64(0.0 / 0.0)), 0);
    static const double in[] = {1e300, -1e300, 0.0 / 0.0, -1.9, 9.3e18};
    static const int64_t out[] = {INT64_MIN, INT64_MIN, INT64_MIN, -1, INT64_MIN};
    for (int i = 0; i < 5; i++) {
        asm_init(&a);
        Word consts[1] = {f64(in[i])};
        a.m.consts = consts;
        a.m.nconsts = 1;
        Instr code[] = {ABX(LDK, 0, 0), ABC(F2I, 1, 0, 0), ABC(PRINT, 1, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
        ASM_FUNC(&a, "main.main", code, 2, 0, 0);
        assert_int_equal(strtoll(run(0), NULL, 10), out[i]);
    }
}

static void division_by_zero_panics(void **state) {
    (void)state;
    static const Instr code[] = {ABX(LDI, 0, 1), ABX(LDI, 1, 0), ABC(DIV, 2, 0, 1), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 3, 0, 0);
    const char *text = run(0);
    assert_int_equal(status, 2);
    assert_ptr_equal(strstr(text, "panic: runtime error: integer divide by zero\n"), text);
}

static void calls_go_deep(void **state) {
    (void)state;
    static const Instr down[] = {ABC(JEQI, 0, 0, 3), ABC(ADDI, 4, 0, -1), ABX(CALL, 4, 0), ABC(ADDI, 0, 4, 1), ABC(RET1, 0, 0, 0)};
    ASM_FUNC(&a, "main.down", down, 5, 1, 1);
    static const Instr code[] = {ABX(LDI, 3, 1000000), ABX(CALL, 3, 0), ABC(PRINT, 3, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 4, 0, 0);
    assert_string_equal(run(1), "1000000\n");
    assert_int_equal(status, 0);
}

static void endless_recursion_is_told(void **state) {
    (void)state;
    static const Instr code[] = {ABX(CALL, 3, 0), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.f", code, 3, 0, 0);
    const char *text = run(0);
    assert_int_equal(status, 2);
    assert_non_null(strstr(text, "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n"));
}

// --- natives

static int calls;
static NativeStatus native_twice(NativeCall *c) {
    if (!calls++) return NATIVE_NOMEM;
    c->args[0] = (Word)calls + c->args[0];
    return NATIVE_OK;
}
static NativeStatus native_panic(NativeCall *c) {
    const Str *s;
    str_new(c->worker, "native words", 12, &s);
    Word reg = (Word)s;
    iface_make(c->worker, TYPE_STRING, &reg, 0, &c->panic);
    return NATIVE_PANIC;
}
static NativeStatus native_exit(NativeCall *c) {
    c->status = 7;
    return NATIVE_EXIT;
}
static NativeStatus native_sleep_again(NativeCall *c) {
    if (calls++) return NATIVE_OK;
    native_again(c);
    g_sleep_park(c->worker, c->g, 1000000);
    return NATIVE_AGAIN;
}

static uint32_t native(const char *name, NativeStatus (*fn)(NativeCall *), uint32_t nparams, uint32_t nresults) {
    Func *f = asm_func(&a, name, NULL, 0, 0, nparams, nresults);
    f->flags = FUNC_NATIVE;
    f->native = fn;
    calls = 0;
    return f->index;
}

static void a_native_without_memory_is_called_again(void **state) {
    (void)state;
    uint32_t f = native("twice", native_twice, 1, 1);
    Instr code[] = {ABX(LDI, 0, 40), ABX(CALLN, 0, f), ABC(PRINT, 0, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 1, 0, 0);
    assert_string_equal(run(1), "42\n");
}
static void a_native_is_a_function_too(void **state) {
    (void)state;
    uint32_t f = native("twice", native_twice, 1, 1);
    Instr code[] = {ABX(LDI, 3, 40), ABX(CALL, 3, f), ABC(PRINT, 3, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 4, 0, 0);
    assert_string_equal(run(1), "42\n");
}
static void a_native_panics(void **state) {
    (void)state;
    uint32_t f = native("panics", native_panic, 0, 0);
    Instr code[] = {ABX(CALLN, 0, f), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 1, 0, 0);
    const char *text = run(1);
    assert_int_equal(status, 2);
    assert_ptr_equal(strstr(text, "panic: native words\n"), text);
}
static void a_native_exits(void **state) {
    (void)state;
    uint32_t f = native("exits", native_exit, 0, 0);
    Instr code[] = {ABX(CALLN, 0, f), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 1, 0, 0);
    run(1);
    assert_int_equal(status, 7);
}
static void a_native_waits_and_is_called_again(void **state) {
    (void)state;
    uint32_t f = native("sleeps", native_sleep_again, 0, 0);
    Instr code[] = {ABX(CALLN, 0, f), ABX(LDI, 0, 5), ABC(PRINT, 0, 2, 0), EXTX(TYPE_INT), ABC(RET0, 0, 0, 0)};
    ASM_FUNC(&a, "main.main", code, 1, 0, 0);
    assert_string_equal(run(1), "5\n");
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(integers_at_their_edges, setup),
        cmocka_unit_test_setup(floats_to_integers, setup),
        cmocka_unit_test_setup(division_by_zero_panics, setup),
        cmocka_unit_test_setup(calls_go_deep, setup),
        cmocka_unit_test_setup(endless_recursion_is_told, setup),
        cmocka_unit_test_setup(a_native_without_memory_is_called_again, setup),
        cmocka_unit_test_setup(a_native_is_a_function_too, setup),
        cmocka_unit_test_setup(a_native_panics, setup),
        cmocka_unit_test_setup(a_native_exits, setup),
        cmocka_unit_test_setup(a_native_waits_and_is_called_again, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
