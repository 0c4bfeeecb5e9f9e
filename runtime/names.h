// names.h — the words a beginner knows a thing by: a variable, field or element for an address; a channel, lock or wait group; a goroutine.
// From the object's header (type, allocation site), the block table (which object holds the address) and the compiler's tables of names
// (Module.names: allocation site -> variable, word of the globals block -> variable). Callers are where the object cannot be freed meanwhile: the world is
// stopped, or the address is held by the goroutine that asks. Nothing here allocates on the guest heap, parks or collects.
#pragma once
#include "base/buf.h"
#include "base/source.h"
#include "runtime/runtime.h"

// "declared at", "allocated at", "made at". The last two are of no object: NAME_DONE, there `<-ctx.Done()` stands, ctx being a context.Context;
// NAME_CHANNEL, there a channel is used that may be nil, or in a select several.
typedef enum NameOrigin { NAME_UNKNOWN, NAME_DECLARED, NAME_ALLOCATED, NAME_MADE, NAME_DONE, NAME_CHANNEL } NameOrigin;

// What the compiler knows, in the module: sorted by site and by word.
typedef struct NameOfSite {
    Pos site;         // as in the header of what is allocated there
    const char *text; // "counter", "s.jobs", "forks[i]"
    uint8_t origin;   // NameOrigin; NAME_DECLARED: the object is that variable, else what it holds or points to
    bool alone;       // a channel of which the program says that one function receives from it, and nothing else
    bool changes;     // NAME_CHANNEL: the program assigns to it
    bool param;       // NAME_CHANNEL: a parameter
    Pos declared;     // NAME_CHANNEL: of a variable to which nothing is ever assigned; else 0
} NameOfSite;
typedef struct NameOfGlobal {
    uint32_t word;    // in the globals block
    TypeId type;
    const char *text;
    Pos pos;
} NameOfGlobal;
typedef struct NameTable {
    const NameOfSite *sites;
    const NameOfGlobal *globals;
    uint32_t nsites, nglobals;
    const NameOfSite *late; // of a module that grows: sites that came when later ones stood in `sites` already, unsorted and few
    uint32_t nlate;
} NameTable;

typedef struct Named {
    // To be set in backquotes: counter, a.balance, results[3]; where the variable is not known, from the type: Account.balance, []int[3],
    // chan string. Never empty.
    Buf text;
    Pos pos;           // of the declaration or allocation; 0: unknown, or inside std
    const char *std;   // made inside std: the source file there ("time/sleep.gol"); else NULL
    NameOrigin origin;
    bool alone;        // as in NameOfSite
    TypeId type;       // of what text names (0: not known), which begins so many bytes before
    uint64_t within;
} Named;

// The variable, field or element at addr (inside an object, the globals block, or a channel's, map's or string's own memory).
void name_address(Runtime *rt, const void *addr, uint32_t bytes, Named *out);
// The same for an object as a whole: a channel, a map, a mutex at its first word.
void name_object(Runtime *rt, const void *object, Named *out);
bool name_is_channel(Runtime *rt, const void *addr); // addr lies in the object of a channel
void named_fini(Named *n);
const char *name_context_at(Runtime *rt, Pos pos); // of NAME_DONE: the context as the source calls it; NULL: nothing such stands there
const NameOfSite *name_channel_at(Runtime *rt, Pos pos); // of NAME_CHANNEL; NULL: none, or nothing that has a name
const char *name_origin_words(NameOrigin o); // "declared", "allocated", "made"
// "main.Account" -> "Account", "[]main.Account" -> "[]Account", "interface {}" -> "any".
void name_type(const RType *t, Buf *out);
// "main.worker" -> "worker", "main.run.func1" -> "func literal in run", "sync.(*Mutex).Lock" as it is.
void name_func(const char *func, Buf *out);
// "goroutine 7 (worker)", "goroutine 1 (main)": by id and the function it was started with (NULL: unknown).
void name_goroutine(Runtime *rt, uint64_t id, const struct Func *start, Buf *out);
// The function that a goroutine is known by: what it was started with; of one that a package started for the program (errgroup) the program's
// function that it runs. g stands still. NULL: unknown.
const char *name_start(Runtime *rt, const G *g);
void name_live_goroutine(Runtime *rt, const G *g, Buf *out);
