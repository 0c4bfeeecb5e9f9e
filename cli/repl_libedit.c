#include "cli/repl_libedit.h"

#include <dlfcn.h>

#include "base/base.h"

static const char *const files[] = {"libedit.so.2", "libedit.so.0", "libedit.so"}; // Debian's name, the original one, a developer's

static bool load(Libedit *l) {
    void *handle = NULL;
    for (size_t i = 0; i < COUNT_OF(files) && !handle; i++) handle = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
    if (!handle) return false;
#define F(name) \
    if (!(*(void **)&l->name = dlsym(handle, #name))) return false;
    LIBEDIT_FUNCTIONS(F)
#undef F
    return true;
}

const Libedit *libedit(void) {
    static Libedit loaded;
    static enum { NOT_YET, THERE, MISSING } state;
    if (state == NOT_YET) state = load(&loaded) ? THERE : MISSING;
    return state == THERE ? &loaded : NULL;
}
