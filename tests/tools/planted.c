// planted.c — stands for gol where the tests of the tests need one with a bug in its own C code (tests/planted.py). With a first argument it has
// the bug that the sanitizer of its build looks for, and says nothing of it by itself; without one it has none. It ends with the status that the second argument says.
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

static int shared;

static void *write_it(void *arg) {
    shared++;
    return arg;
}

static void race(void) {
    pthread_t t;
    if (pthread_create(&t, NULL, write_it, NULL)) exit(99);
    shared++;
    pthread_join(t, NULL);
}

static void past_the_end(void) {
    char *volatile few = malloc(4);
    volatile int at = 4;
    few[at] = 1;
    free(few);
}

static int overflow(volatile int n) {
    return n + 1;
}

int main(int argc, char **argv) {
    switch (argc > 1 ? argv[1][0] : '-') {
    case 'r': race(); break;
    case 'p': past_the_end(); break;
    case 'o': shared = overflow(INT_MAX); break;
    }
    return argc > 2 ? atoi(argv[2]) : 0;
}
