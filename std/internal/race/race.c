// race.c — what packages of std tell the race detector (runtime/race.h).
#include "std/leaf.h"

NATIVE(std_internal_race_Disable) {
    if (call->worker->race) race_ignore_begin(call->worker, call->g);
    return NATIVE_OK;
}

NATIVE(std_internal_race_Enable) {
    if (call->worker->race) race_ignore_end(call->worker, call->g);
    return NATIVE_OK;
}

// The second byte of what p points to: the first may be a lock of the program's, with a clock of its own. NULL: nothing that two
// goroutines could share.
static const void *key_of(const NativeCall *c) {
    const RType *types = leaf_types(c);
    Word scratch, v = c->args[0];
    if (!v || !(types[iface_type(v)].flags & RT_PTRSHAPED)) return NULL;
    const char *p = (const char *)LOAD_PTR(iface_words(types, v, &scratch));
    return p ? p + 1 : NULL;
}

#define TELL(name, call_it)                                      \
    NATIVE(name) {                                               \
        if (!call->worker->race) return NATIVE_OK;               \
        const void *key = key_of(call);                          \
        if (key) call_it(call->worker, call->g, key);            \
        return NATIVE_OK;                                        \
    }
TELL(std_internal_race_Release, race_release)
TELL(std_internal_race_ReleaseMerge, race_release_merge)
TELL(std_internal_race_Acquire, race_acquire)
