// gc.h — what scanning code may call while the world is stopped.
#pragma once
#include "runtime/goroutine.h"

typedef struct GcMarker GcMarker;
// p may be NULL, interior, or not in the heap at all (ignored).
void gc_mark_pointer(GcMarker *m, Word p);
void gc_mark_iface(GcMarker *m, Word v);
// Looks at n words; kinds says what each may be (NULL: conservative).
void gc_mark_words(GcMarker *m, const Word *words, uint32_t n, const uint8_t *kinds);
