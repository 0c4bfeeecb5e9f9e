// Slot maps of hand-assembled functions: what a collection looks at in a frame.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/vm_asm.h"
#include "vm/liveness.h"

static Asm a;
static Vm vm;

static int setup(void **state) {
    (void)state;
    asm_init(&a);
    memset(&vm, 0, sizeof vm);
    vm.m = &a.m;
    return 0;
}
static int teardown(void **state) {
    (void)state;
    liveness_free(&a.m);
    sources_fini(&a.sources);
    return 0;
}

// "p3 i5": the slots that are scanned, with their kinds.
static const char *map_text(const Func *f, uint32_t at, FrameState state) {
    static char text[256];
    const SlotMap *m = liveness_map(&vm, f, at, state);
    char *p = text;
    *p = 0;
    for (uint32_t i = 0; i < m->n; i++)
        p += sprintf(p, "%s%c%u", i ? " " : "", (m->entries[i] & 3) == SLOT_POINTER ? 'p' : 'i', m->entries[i] >> 2);
    return text;
}

static const uint8_t one_pointer[] = {SLOT_POINTER};

static void dead_after_last_use(void **state) {
    (void)state;
    static const Instr code[] = {
        ABX(NEW, 1, TYPE_INT), // 0
        ABX(NEW, 2, TYPE_INT), // 1
        ABC(ST64, 1, 0, 0),    // 2: last use of 1
        ABX(NEW, 3, TYPE_INT), // 3
        ABC(MOVP, 0, 2, 0),    // 4
        ABC(RET1, 0, 0, 0),    // 5
    };
    Func *f = ASM_FUNC(&a, "f", code, 4, 1, 1);
    assert_string_equal(map_text(f, 0, FRAME_AT), "");
    assert_string_equal(map_text(f, 1, FRAME_AT), "p1");
    assert_string_equal(map_text(f, 2, FRAME_AT), "p1 p2");
    assert_string_equal(map_text(f, 3, FRAME_AT), "p2");
    assert_string_equal(map_text(f, 5, FRAME_AT), "p0");
}

static void the_window_is_the_callees(void **state) {
    (void)state;
    static const Instr callee_code[] = {ABC(RET1, 0, 0, 0)};
    Func *callee = ASM_FUNC(&a, "callee", callee_code, 1, 1, 1);
    callee->param_slots = callee->result_slots = one_pointer;
    static const Instr code[] = {
        ABX(NEW, 0, TYPE_INT), // 0
        ABX(NEW, 4, TYPE_INT), // 1
        ABX(CALL, 4, 0),       // 2
        ABC(STP, 0, 4, 0),     // 3
        ABC(RET0, 0, 0, 0),    // 4
    };
    Func *f = ASM_FUNC(&a, "f", code, 5, 0, 0);
    assert_string_equal(map_text(f, 2, FRAME_AT), "p0 p4");
    assert_string_equal(map_text(f, 2, FRAME_CALLING), "p0"); // neither the argument nor the result
    assert_string_equal(map_text(f, 3, FRAME_AT), "p0 p4");
}

static void loops_reach_their_fixpoint(void **state) {
    (void)state;
    static const Instr code[] = {
        ABX(LDI, 0, 0),        // 0
        ABX(NEW, 1, TYPE_INT), // 1
        ABC(NOP, 0, 0, 0),     // 2: loop
        ABC(ADDI, 0, 0, 1),    // 3
        ABC(JLTIB, 0, 10, -3), // 4
        ABC(LD64, 2, 1, 0),    // 5: used behind the loop
        ABC(RET1, 2, 0, 0),    // 6
    };
    Func *f = ASM_FUNC(&a, "f", code, 3, 0, 1);
    for (uint32_t at = 2; at <= 5; at++) assert_string_equal(map_text(f, at, FRAME_AT), "p1");
    assert_string_equal(map_text(f, 6, FRAME_AT), "");
}

static void what_recover_reads_is_live_everywhere(void **state) {
    (void)state;
    static const Instr code[] = {
        ABC(LDNIL, 0, 1, 0),   // 0
        ABX(NEW, 0, TYPE_INT), // 1: a cell that the epilogue reads
        ABX(LDI, 1, 0),        // 2
        ABC(NOP, 0, 0, 0),     // 3
        ABC(RUNDEFERS, 0, 0, 0), // 4
        ABC(RET0, 0, 0, 0),    // 5
        ABC(LD64, 1, 0, 0),    // 6: recover_pc
        ABC(RET1, 1, 0, 0),    // 7
    };
    Func *f = ASM_FUNC(&a, "f", code, 2, 0, 1);
    f->flags = FUNC_HAS_DEFER;
    f->recover_pc = 6;
    for (uint32_t at = 2; at <= 6; at++) assert_string_equal(map_text(f, at, FRAME_AT), "p0");
}

static void parked_operands_and_results(void **state) {
    (void)state;
    RType *t = &a.types[a.m.ntypes++];
    *t = (RType){.kind = RK_CHAN, .elem = TYPE_STRING, .id = a.m.ntypes - 1, .name = "chan string"};
    type_layout(a.types, t);
    static const Instr code[] = {
        ABC(SEND, 0, 1, 0), EXTX(TYPE_STRING), // 0
        ABC(RECV, 2, 0, 1), EXTX(TYPE_STRING), // 2
        ABC(RET1, 2, 0, 0),                    // 4
    };
    Func *f = ASM_FUNC(&a, "f", code, 4, 2, 1);
    static const uint8_t params[] = {SLOT_POINTER, SLOT_POINTER};
    f->param_slots = params;
    assert_string_equal(map_text(f, 0, FRAME_PARKED), "p0 p1"); // the value is read by who receives
    assert_string_equal(map_text(f, 2, FRAME_PARKED), "p0 p2"); // the result may be there already
    assert_string_equal(map_text(f, 4, FRAME_AT), "p2");
}

static void kinds_follow_moves(void **state) {
    (void)state;
    static const Instr code[] = {
        ABX(LDSTR, 0, 0),      // 0
        ABX(LDI, 1, 5),        // 1
        ABC(MOVN, 1, 0, 2),    // 2: 1 and 2, overlapping
        ABX(NEW, 3, TYPE_INT), // 3
        ABC(STN, 3, 1, 0),     // 4
        ABC(RET0, 0, 0, 0),    // 5
    };
    static MemRef refs[] = {{0, 2, NULL}};
    Func *f = ASM_FUNC(&a, "f", code, 4, 0, 0);
    f->memrefs = refs;
    f->nmemrefs = 1;
    asm_string(&a, "text");
    assert_string_equal(map_text(f, 3, FRAME_AT), "p1");
    assert_string_equal(map_text(f, 4, FRAME_AT), "p1 p3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dead_after_last_use, setup, teardown),
        cmocka_unit_test_setup_teardown(the_window_is_the_callees, setup, teardown),
        cmocka_unit_test_setup_teardown(loops_reach_their_fixpoint, setup, teardown),
        cmocka_unit_test_setup_teardown(what_recover_reads_is_live_everywhere, setup, teardown),
        cmocka_unit_test_setup_teardown(parked_operands_and_results, setup, teardown),
        cmocka_unit_test_setup_teardown(kinds_follow_moves, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
