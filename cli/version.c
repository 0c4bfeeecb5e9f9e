// version.c — which gol this is. The number stands here alone: reports, the man page and the Debian package read it.
#include <stdio.h>

#include "cli/commands.h"
#include "runtime/runtime.h"

#define GOL_VERSION "0.1"
const char gol_version[] = GOL_VERSION;

#if defined GOL_ASAN
#define BUILD "address sanitizer"
#elif defined GOL_TSAN
#define BUILD "thread sanitizer"
#elif defined GOL_HOSTILE
#define BUILD "hostile"
#elif defined NDEBUG
#define BUILD "release"
#else
#define BUILD "debug"
#endif

int command_version(const Settings *s, int argc, char **argv) {
    (void)s;
    if (argc > 0) {
        fprintf(stderr, "gol: version takes no argument, and was given %s\n", argv[0]);
        return EXIT_USAGE;
    }
#ifdef __clang__
    const char *compiler = "clang";
#else
    const char *compiler = "gcc";
#endif
    printf("gol " GOL_VERSION " (Go 1.22, " BUILD " build by %s " __VERSION__ ")\n", compiler);
    return EXIT_FINE;
}
