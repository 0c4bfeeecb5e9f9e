// type.c — sizes, slot kinds and flags of runtime types, and the fixed entries of every type table.
//
// Two layouts are computed side by side: ours (words, word.h) and compiled Go's (bytes, for amd64), because the capacity
// that append chooses is rounded to Go's allocation sizes and can be seen with cap().
#include "runtime/type.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/heap_state.h"

static const uint8_t slots_pointer[1] = {SLOT_POINTER};
static const uint8_t slots_iface[1] = {SLOT_IFACE};

static void set_go(RType *t, uint64_t size, uint8_t align) {
    t->go_size = size;
    t->go_align = align;
}

static void layout_scalar(RType *t, uint8_t words, uint8_t width, uint8_t flags) {
    t->flags |= RT_NOSCAN | RT_COMPARABLE | flags;
    t->words = t->reg_words = words;
    t->elem_size = width;
    set_go(t, width, width);
}

static void layout_one_word(RType *t, const uint8_t *slots, uint8_t flags) {
    t->flags |= flags;
    t->words = t->reg_words = 1;
    t->elem_size = sizeof(Word);
    t->slots = slots;
    set_go(t, 8, 8);
}

// A pointer-shaped value fits an interface only when its type's id fits the tag.
static uint8_t pointer_shaped(const RType *t) { return t->id <= IFACE_MAX_TAG ? RT_PTRSHAPED : 0; }

// Writes the slot kinds of one value of type e, all its words.
static void put_slots(const RType *table, const RType *e, uint8_t *out) {
    if (e->flags & RT_NOSCAN) {
        memset(out, SLOT_SCALAR, e->words);
    } else if (e->kind == RK_ARRAY) {
        uint32_t n = table[e->elem].words;
        for (uint64_t i = 0; i < e->len; i++) memcpy(out + i * n, e->slots, n);
    } else {
        memcpy(out, e->slots, e->words);
    }
}

static void layout_array(const RType *table, RType *t) {
    const RType *e = &table[t->elem];
    t->flags |= e->flags & (RT_COMPARABLE | RT_NOSCAN);
    if ((e->flags & RT_PLAIN_EQ) && e->elem_size == e->words * sizeof(Word)) t->flags |= RT_PLAIN_EQ;
    // The checker has refused arrays that do not fit an address space; a row's last word may be shared.
    uint64_t bytes = t->len * e->elem_size;
    t->words = (uint32_t)((bytes + sizeof(Word) - 1) / sizeof(Word));
    // Elements without size: one word for all, so that every array that is MEM has words, and a struct around it is MEM, too.
    if (t->len > 0 && !bytes) t->words = 1, t->flags &= (uint8_t)~RT_PLAIN_EQ;
    t->elem_size = t->words * (uint32_t)sizeof(Word);
    if (t->len == 0) t->flags |= RT_NOSCAN;
    if (t->len > 0) {
        t->flags |= RT_MEM;
        t->reg_words = 1;
    } else {
        t->reg_words = 0;
    }
    if (!(t->flags & RT_NOSCAN)) {
        uint8_t *slots = malloc(e->words);
        if (!slots) gol_bug("no memory for the layout of %s", t->name);
        put_slots(table, e, slots);
        t->slots = slots;
    }
    set_go(t, t->len * e->go_size, e->go_align);
}

static void layout_struct(const RType *table, RType *t) {
    uint64_t words = 0, go = 0;
    uint8_t go_align = 1, flags = RT_NOSCAN | RT_COMPARABLE | RT_PLAIN_EQ;
    bool mem = false;
    for (uint32_t i = 0; i < t->nfields; i++) {
        const RType *f = &table[t->fields[i].type];
        ((RField *)&t->fields[i])->offset = (uint32_t)words;
        words += f->words;
        flags &= f->flags | (f->words ? 0 : RT_PLAIN_EQ);
        if (f->flags & RT_MEM) mem = true;
        go = (go + f->go_align - 1) / f->go_align * f->go_align + f->go_size;
        if (f->go_align > go_align) go_align = f->go_align;
        if (t->fields[i].name && strcmp(t->fields[i].name, "_") == 0) flags &= (uint8_t)~RT_PLAIN_EQ; // not compared
    }
    if (t->nfields && words) {
        const RType *last = &table[t->fields[t->nfields - 1].type];
        // The address of a last field without size must lie inside the object.
        if (!last->words) words++, flags &= (uint8_t)~RT_PLAIN_EQ;
        if (!last->go_size) go++;
    }
    t->flags |= flags;
    t->words = (uint32_t)words;
    t->elem_size = t->words * (uint32_t)sizeof(Word);
    if (words > MAX_REG_STRUCT) mem = true;
    if (mem) t->flags |= RT_MEM;
    t->reg_words = mem ? 1 : t->words;
    set_go(t, (go + go_align - 1) / go_align * go_align, go_align);
    if (t->flags & RT_NOSCAN) return;
    uint8_t *slots = malloc(words);
    if (!slots) gol_bug("no memory for the layout of %s", t->name);
    memset(slots, SLOT_SCALAR, words);
    for (uint32_t i = 0; i < t->nfields; i++) put_slots(table, &table[t->fields[i].type], slots + t->fields[i].offset);
    t->slots = slots;
}

static void layout_by_kind(const RType *table, RType *t) {
    switch ((RKind)t->kind) {
    case RK_BOOL: layout_scalar(t, 1, 1, 0); break;
    case RK_INT8: layout_scalar(t, 1, 1, RT_SIGNED); break;
    case RK_INT16: layout_scalar(t, 1, 2, RT_SIGNED); break;
    case RK_INT32: layout_scalar(t, 1, 4, RT_SIGNED); break;
    case RK_INT: case RK_INT64: layout_scalar(t, 1, 8, RT_SIGNED | RT_PLAIN_EQ); break;
    case RK_UINT8: layout_scalar(t, 1, 1, 0); break;
    case RK_UINT16: layout_scalar(t, 1, 2, 0); break;
    case RK_UINT32: layout_scalar(t, 1, 4, 0); break;
    case RK_UINT: case RK_UINT64: case RK_UINTPTR: layout_scalar(t, 1, 8, RT_PLAIN_EQ); break;
    case RK_FLOAT32: layout_scalar(t, 1, 4, 0); break;
    case RK_FLOAT64: layout_scalar(t, 1, 8, 0); break;
    case RK_COMPLEX64: layout_scalar(t, 2, 16, 0); set_go(t, 8, 4); break; // two words: real, imaginary
    case RK_COMPLEX128: layout_scalar(t, 2, 16, 0); set_go(t, 16, 8); break;
    case RK_STRING: layout_one_word(t, slots_pointer, RT_COMPARABLE | pointer_shaped(t)); set_go(t, 16, 8); break;
    case RK_SLICE: layout_one_word(t, slots_pointer, pointer_shaped(t)); t->reg_words = 3; set_go(t, 24, 8); break;
    case RK_MAP: case RK_FUNC: layout_one_word(t, slots_pointer, pointer_shaped(t)); break;
    case RK_CHAN: case RK_POINTER: case RK_UNSAFE_POINTER:
        layout_one_word(t, slots_pointer, RT_COMPARABLE | RT_PLAIN_EQ | pointer_shaped(t));
        break;
    case RK_INTERFACE: layout_one_word(t, slots_iface, RT_COMPARABLE); set_go(t, 16, 8); break;
    case RK_ARRAY: layout_array(table, t); break;
    case RK_STRUCT: layout_struct(table, t); break;
    case RK_INVALID: case RK_OBJ_STR: case RK_OBJ_SLICE: case RK_OBJ_CLOSURE: case RK_OBJ_CHAN: case RK_OBJ_MAP:
    case RK_OBJ_MAPTABLE: case RK_OBJ_MAPITER: case RK_OBJ_DEFER: case RK_OBJ_CONSERVATIVE: break;
    case RK_OBJ_BYTES: t->flags |= RT_NOSCAN; break;
    }
}

void type_layout(RType *table, RType *t) {
    layout_by_kind(table, t);
    if (t->kind >= RK_OBJ_STR || t->kind == RK_INVALID) return; // made by heap_alloc_object only
    t->heap_class = heap_class_of(t->words, (t->flags & RT_NOSCAN) != 0);
    if (t->kind == RK_ARRAY || t->words > 64 || !t->slots) return;
    for (uint32_t i = 0; i < t->words; i++) {
        if (t->slots[i] == SLOT_POINTER) t->ptr_mask |= UINT64_C(1) << i;
        if (t->slots[i] == SLOT_IFACE) t->iface_mask |= UINT64_C(1) << i;
    }
}

static const struct {
    RKind kind;
    TypeId elem;
    const char *name;
} fixed[TYPE_FIRST_FREE] = {
    [TYPE_NONE] = {RK_INVALID, 0, "none"},
    [TYPE_STR_OBJ] = {RK_OBJ_STR, 0, "string data"},
    [TYPE_SLICE_OBJ] = {RK_OBJ_SLICE, 0, "slice header"},
    [TYPE_CLOSURE_OBJ] = {RK_OBJ_CLOSURE, 0, "closure"},
    [TYPE_CHAN_OBJ] = {RK_OBJ_CHAN, 0, "channel"},
    [TYPE_MAP_OBJ] = {RK_OBJ_MAP, 0, "map"},
    [TYPE_MAPTABLE_OBJ] = {RK_OBJ_MAPTABLE, 0, "map entries"},
    [TYPE_MAPITER_OBJ] = {RK_OBJ_MAPITER, 0, "map iterator"},
    [TYPE_DEFER_OBJ] = {RK_OBJ_DEFER, 0, "deferred call"},
    [TYPE_BYTES_OBJ] = {RK_OBJ_BYTES, 0, "bytes"},
    [TYPE_CONSERVATIVE_OBJ] = {RK_OBJ_CONSERVATIVE, 0, "internal data"},
    [TYPE_BOOL] = {RK_BOOL, 0, "bool"},
    [TYPE_INT] = {RK_INT, 0, "int"},
    [TYPE_INT8] = {RK_INT8, 0, "int8"},
    [TYPE_INT16] = {RK_INT16, 0, "int16"},
    [TYPE_INT32] = {RK_INT32, 0, "int32"},
    [TYPE_INT64] = {RK_INT64, 0, "int64"},
    [TYPE_UINT] = {RK_UINT, 0, "uint"},
    [TYPE_UINT8] = {RK_UINT8, 0, "uint8"},
    [TYPE_UINT16] = {RK_UINT16, 0, "uint16"},
    [TYPE_UINT32] = {RK_UINT32, 0, "uint32"},
    [TYPE_UINT64] = {RK_UINT64, 0, "uint64"},
    [TYPE_UINTPTR] = {RK_UINTPTR, 0, "uintptr"},
    [TYPE_FLOAT32] = {RK_FLOAT32, 0, "float32"},
    [TYPE_FLOAT64] = {RK_FLOAT64, 0, "float64"},
    [TYPE_STRING] = {RK_STRING, 0, "string"},
    [TYPE_RUNTIME_ERROR] = {RK_STRING, 0, "runtime.errorString"},
    [TYPE_ANY] = {RK_INTERFACE, 0, "interface {}"},
    [TYPE_SLICE_STRING] = {RK_SLICE, TYPE_STRING, "[]string"},
    [TYPE_SLICE_BYTE] = {RK_SLICE, TYPE_UINT8, "[]uint8"},
    [TYPE_SLICE_ANY] = {RK_SLICE, TYPE_ANY, "[]interface {}"},
    [TYPE_SLICE_INT] = {RK_SLICE, TYPE_INT, "[]int"},
    [TYPE_SLICE_RUNE] = {RK_SLICE, TYPE_INT32, "[]int32"},
};

void types_init_fixed(RType *table) {
    for (TypeId i = 0; i < TYPE_FIRST_FREE; i++) {
        table[i] = (RType){.kind = (uint8_t)fixed[i].kind, .id = i, .elem = fixed[i].elem, .name = fixed[i].name, .pkg_path = ""};
        if (i == TYPE_RUNTIME_ERROR) table[i].flags = RT_NAMED, table[i].pkg_path = "runtime";
        type_layout(table, &table[i]);
    }
}
