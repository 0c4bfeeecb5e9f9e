// names.h — the words a beginner knows a thing by: a variable, field or element for an address; a channel, lock or wait group; a goroutine.
// From the object's header (type, allocation site), the block table (which object holds the address) and the compiler's tables of names
// (Module.names: allocation site -> variable, word of the globals block -> variable). Callers are where the object cannot be freed meanwhile: the world is
// stopped, or the address is held by the goroutine that asks. Nothing here allocates on the guest heap, parks or collects.
#pragma once
#include "base/buf.h"
#include "base/source.h"
#include "runtime/runtime.h"

typedef enum NameOrigin { NAME_UNKNOWN, NAME_DECLARED, NAME_ALLOCATED, NAME_MADE } NameOrigin; // "declared at", "allocated at", "made at"

typedef struct Named {
    Buf text;          // `counter`, `a.balance`, `results[3]`, "a field `n` of the Account allocated at bank.gol:12"; without backquotes
    Pos pos;           // of the declaration or allocation; 0: unknown
    NameOrigin origin;
} Named;

// The variable, field or element at addr (inside an object, the globals block, or a channel's, map's or string's own memory).
void name_address(Runtime *rt, const void *addr, uint32_t bytes, Named *out);
// The same for an object as a whole: a channel, a map, a mutex at its first word.
void name_object(Runtime *rt, const void *object, Named *out);
void named_fini(Named *n);
// "main.worker" -> "worker", "main.run.func1" -> "func literal in run", "sync.(*Mutex).Lock" as it is.
void name_func(const char *func, Buf *out);
// "goroutine 7 (worker)", "goroutine 1 (main)": by id and the function it was started with (NULL: unknown).
void name_goroutine(Runtime *rt, uint64_t id, const struct Func *start, Buf *out);
