// lookup.h — how x.name resolves, with the reason when it does not.
#pragma once
#include "compiler/types.h"

typedef enum LookupResult {
    LOOKUP_NONE,
    LOOKUP_OK,
    LOOKUP_AMBIGUOUS,
    LOOKUP_NEEDS_POINTER // a method with pointer receiver that is not in the method set; out tells which
} LookupResult;

// pkg: where it is asked (unexported names of another package are invisible); NULL sees all. Interfaces must be complete.
LookupResult lookup_member(Type *t, bool addressable, const Package *pkg, const Name *name, Arena *a, Selection *out);

// The order of an interface's methods: by name, unexported ones of one name by package path. 0: the same method.
int method_order(const Name *a, const Package *pa, const Name *b, const Package *pb);
