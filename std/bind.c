#include "std/bind.h"

#include <string.h>

const Binding *bind_find(const char *name) {
    uint32_t lo = 0, hi = bind_count;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        int c = strcmp(bind_table[mid].name, name);
        if (!c) return &bind_table[mid];
        if (c < 0) lo = mid + 1;
        else hi = mid;
    }
    return NULL;
}
