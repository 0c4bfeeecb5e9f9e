// heap_fixture.h — a heap, some workers and a table of types, without scheduler and VM: for the unit tests of runtime/.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/gc.h"
#include "runtime/heap_state.h"
#include "runtime/iface.h"
#include "runtime/map.h"
#include "runtime/slice.h"
#include "runtime/str.h"
#include "runtime/worker.h"

enum {
    T_PTR = TYPE_FIRST_FREE, // *Node, of no matter what
    T_NODE,                  // struct { left, right *Node }
    T_PAIR,                  // struct { a int8; b string }
    T_POINTS,                // struct { v interface{}; f float64; s []int }: not comparable
    T_KEYED,                 // struct { v interface{}; f float64 }
    T_ARRAY,                 // [5]int8
    T_MATRIX,                // [3][4]*Node
    T_BIG,                   // [5000]*Node: a large object
    T_EMPTY,                 // struct {}
    T_MAP_INT,               // map[int]int
    T_MAP_STR,               // map[string]int
    T_MAP_ANY,               // map[interface{}]*Node
    T_MAP_FLOAT,             // map[float64]string
    T_MAP_SET,               // map[int8]struct{}
    T_MAP_KEYED,             // map[struct]string
    T_ROW4,                  // [4]*Node
    T_WIDE,                  // struct { x int; m [100]*Node }: more than 64 words
    T_PADDED,                // struct { a int32; b struct{} }
    T_COUNT
};

typedef struct Fixture {
    RType types[T_COUNT];
    Heap *heap;
    Worker workers[16]; // whole ones: maps ask more of theirs than its heap
    Word roots[64]; // pointers
    Word ifaces[8];
} Fixture;

static Fixture fx;

static inline Worker *fx_worker(int i) { return &fx.workers[i]; }

static inline void fx_type(TypeId id, RKind kind, const char *name, TypeId elem, TypeId key, uint64_t len, const RField *fields, uint32_t n) {
    fx.types[id] = (RType){.kind = (uint8_t)kind, .id = id, .name = name, .pkg_path = "", .elem = elem, .key = key, .len = len,
                           .fields = fields, .nfields = n};
    type_layout(fx.types, &fx.types[id]);
}

static inline void fx_init(uint64_t max_heap, int workers) {
    static RField node[] = {{.name = "left", .type = T_PTR}, {.name = "right", .type = T_PTR}};
    static RField pair[] = {{.name = "a", .type = TYPE_INT8}, {.name = "b", .type = TYPE_STRING}};
    static RField points[] = {{.name = "v", .type = TYPE_ANY}, {.name = "f", .type = TYPE_FLOAT64}, {.name = "s", .type = TYPE_SLICE_INT}};
    static RField keyed[] = {{.name = "v", .type = TYPE_ANY}, {.name = "f", .type = TYPE_FLOAT64}};
    static RField wide[] = {{.name = "x", .type = TYPE_INT}, {.name = "m", .type = T_ROW4}};
    static RField padded[] = {{.name = "a", .type = TYPE_INT32}, {.name = "b", .type = T_EMPTY}};
    memset(&fx, 0, sizeof fx);
    types_init_fixed(fx.types);
    fx_type(T_PTR, RK_POINTER, "*main.Node", T_NODE, 0, 0, NULL, 0);
    fx_type(T_NODE, RK_STRUCT, "main.Node", 0, 0, 0, node, 2);
    fx_type(T_PAIR, RK_STRUCT, "main.Pair", 0, 0, 0, pair, 2);
    fx_type(T_POINTS, RK_STRUCT, "main.Points", 0, 0, 0, points, 3);
    fx_type(T_KEYED, RK_STRUCT, "main.Keyed", 0, 0, 0, keyed, 2);
    fx_type(T_ARRAY, RK_ARRAY, "[5]int8", TYPE_INT8, 0, 5, NULL, 0);
    fx_type(T_ROW4, RK_ARRAY, "[4]*main.Node", T_PTR, 0, 100, NULL, 0);
    fx_type(T_MATRIX, RK_ARRAY, "[3][4]*main.Node", T_ROW4, 0, 3, NULL, 0);
    fx_type(T_BIG, RK_ARRAY, "[5000]*main.Node", T_PTR, 0, 5000, NULL, 0);
    fx_type(T_EMPTY, RK_STRUCT, "struct {}", 0, 0, 0, NULL, 0);
    fx_type(T_MAP_INT, RK_MAP, "map[int]int", TYPE_INT, TYPE_INT, 0, NULL, 0);
    fx_type(T_MAP_STR, RK_MAP, "map[string]int", TYPE_INT, TYPE_STRING, 0, NULL, 0);
    fx_type(T_MAP_ANY, RK_MAP, "map[interface {}]*main.Node", T_PTR, TYPE_ANY, 0, NULL, 0);
    fx_type(T_MAP_FLOAT, RK_MAP, "map[float64]string", TYPE_STRING, TYPE_FLOAT64, 0, NULL, 0);
    fx_type(T_MAP_SET, RK_MAP, "map[int8]struct {}", T_EMPTY, TYPE_INT8, 0, NULL, 0);
    fx_type(T_MAP_KEYED, RK_MAP, "map[main.Keyed]string", TYPE_STRING, T_KEYED, 0, NULL, 0);
    fx_type(T_WIDE, RK_STRUCT, "main.Wide", 0, 0, 0, wide, 2);
    fx_type(T_PADDED, RK_STRUCT, "main.Padded", 0, 0, 0, padded, 2);
    fx.heap = heap_state_new(fx.types, T_COUNT, max_heap);
    for (int i = 0; i < workers; i++) fx.workers[i].heap = heap_worker_new(fx.heap);
}

static inline void fx_fini(void) {
    heap_state_free(fx.heap);
    for (TypeId t = T_PTR; t < T_COUNT; t++)
        if ((fx.types[t].kind == RK_STRUCT || fx.types[t].kind == RK_ARRAY) && fx.types[t].slots) free((void *)(uintptr_t)fx.types[t].slots);
}

static inline void fx_scan_roots(void *ctx, GcMarker *m) {
    (void)ctx;
    for (size_t i = 0; i < COUNT_OF(fx.roots); i++) gc_mark_pointer(m, fx.roots[i]);
    for (size_t i = 0; i < COUNT_OF(fx.ifaces); i++) gc_mark_iface(m, fx.ifaces[i]);
}

static inline void fx_scan_object(void *obj, uint8_t kind, GcMarker *m) {
    (void)kind;
    gc_mark_pointer(m, ((Word *)obj)[1]); // the tests' closures capture one pointer
}

static inline GcSource fx_source(void) {
    return (GcSource){.scan_roots = fx_scan_roots, .scan_object = fx_scan_object};
}

static inline uint64_t fx_collect(void) {
    GcSource s = fx_source();
    gc_cycle_run(fx.heap, &s);
    HeapStats st;
    heap_stats(fx.heap, &st);
    return st.live_objects;
}

// The tests have no channels of their own.
__attribute__((weak)) void chan_scan(Chan *c, const RType *types, GcMarker *m) { (void)c, (void)types, (void)m; }
