// version.c — which gol this is. The number stands here alone: reports, the man page and the Debian package read it.
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <utf8proc.h>
#include <xxhash.h>

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

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

// For a report of a mistake in gol: what it runs on, and with what.
static void say_more(void) {
    struct utsname u;
    unsigned xxh = XXH_versionNumber(), packages = 0;
    for (const EmbeddedFile *f = embedded_files; f->path; f++) packages += f == embedded_files || strcmp(f->package, f[-1].package) != 0;
    if (uname(&u) == 0) printf("  system     %s %s, %s\n", u.sysname, u.release, u.machine);
    printf("  build      %s, %s, C%ld\n", BUILD, COMPILER, __STDC_VERSION__ / 100 % 100);
    printf("  libraries  jansson %s, utf8proc %s (Unicode %s), xxhash %u.%u.%u\n", jansson_version_str(), utf8proc_version(), utf8proc_unicode_version(), xxh / 10000,
           xxh / 100 % 100, xxh % 100);
    printf("  std        %u packages\n", packages);
}

int command_version(const Settings *s, int argc, char **argv) {
    if (argc > 0) {
        fprintf(stderr, "gol: version takes no argument, and was given %s\n", argv[0]);
        return EXIT_USAGE;
    }
    puts("gol " GOL_VERSION " (Go 1.22, " BUILD " build by " COMPILER ")");
    if (s && s->more) say_more();
    return EXIT_FINE;
}
