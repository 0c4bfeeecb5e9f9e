// word.h — guest values. Everything in the guest heap is a row of 8-byte words, each valid alone, so that no race can
// make a bad value (docs/design/engine.md, "Values").
//
// At rest (fields, elements, captured cells, globals, map and channel slots):
//   bool, intN, uintN, floatN  one word; only the declared width is read or written (little-endian: the low bytes)
//   string                     pointer to an immutable Str; NULL is ""
//   slice                      pointer to an immutable SliceHeader; NULL is nil
//   pointer, map, chan, func   pointer to the target's first word (it may be interior), Map, Chan, Closure; NULL is nil
//   interface                  one tagged word, see below
//   struct                     its fields' words one after the other (a zero-size last field is padded to one word)
//   array                      its elements; elements of 1, 2 or 4 bytes are packed, the row rounded up to words (at least one, unless it has no elements)
// In registers the same, except: integers are kept sign- or zero-extended to 64 bits, float32 as its 32 bits zero-extended,
// a *slice* takes three registers (data, len, cap; as a field of a struct it stays one word, its header), and a struct with more than MAX_REG_STRUCT words or with an array inside
// and every array with more than 0 elements is "MEM": one register that points to memory of its own (RT_MEM).
#pragma once
#include "base/base.h"

typedef uint64_t Word;
typedef uint32_t TypeId; // index into the runtime's type table; 0 is "no type"

enum { MAX_REG_STRUCT = 8 };

// What a word may be, for the collector.
typedef enum SlotKind { SLOT_SCALAR, SLOT_POINTER, SLOT_IFACE } SlotKind;

// --- interfaces ------------------------------------------------------------------------------------------------
// 0                        nil
// tag 0, pointer           box: an object whose header has the dynamic type; its words are the value (immutable)
// tag 1..0x7FFF, pointer   dynamic type id = tag; the payload is the value's one word, a pointer (RT_PTRSHAPED types:
//                          pointers, maps, chans, funcs, strings, slices)
// tag 0x8000|id, payload   dynamic type id; a scalar whose 48 low bits, sign-extended, give it back (bool, ints, float32 as its
//                          32 bits, and float64 whose low 16 bits are zero: payload = bits >> 16)
// Scalars that do not fit, structs, arrays, and types with ids above IFACE_MAX_TAG are boxed.
enum { IFACE_SHIFT = 48, IFACE_SCALAR = 0x8000, IFACE_MAX_TAG = 0x7FFF };
#define IFACE_PAYLOAD_MASK ((Word)0xFFFFFFFFFFFF)

// --- guest memory: relaxed atomics of the declared width; on x86-64 plain moves --------------------------------
#define GUEST_LOAD(T, p) __atomic_load_n((const T *)(p), __ATOMIC_RELAXED)
#define GUEST_STORE(T, p, v) __atomic_store_n((T *)(p), (T)(v), __ATOMIC_RELAXED)
// A pointer is published with release, so that the object behind it is seen whole, and loaded with dependency order
// (relaxed on the machines we run on; acquire under the thread sanitizer, which does not know dependencies).
#ifdef GOL_TSAN
#define LOAD_PTR(p) __atomic_load_n((const Word *)(p), __ATOMIC_ACQUIRE)
#else
#define LOAD_PTR(p) __atomic_load_n((const Word *)(p), __ATOMIC_RELAXED)
#endif
#define PUBLISH(p, v) __atomic_store_n((Word *)(p), (Word)(v), __ATOMIC_RELEASE)
