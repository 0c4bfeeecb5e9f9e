// main.c — the gol command.
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc > 1 && !strcmp(argv[1], "version")) {
        puts("gol 0.1");
        return 0;
    }
    fputs("usage: gol version\n", stderr);
    return 64;
}
