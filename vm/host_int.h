// host_int.h — the host itself, for host.c, host_tables.c and host_step.c.
#pragma once
#include <pthread.h>

#include "runtime/host.h"
#include "vm/host.h"
#include "vm/mentions.h"
#include "vm/state.h"

typedef struct HostPatch { // to be made before the next statement
    struct HostPatch *next;
    uint32_t index;
    Func *func; // NULL: the methods of a type
    const RMethod *methods;
    uint32_t nmethods;
} HostPatch;

typedef struct Stepped { // the goroutine that a step runs
    const G *g;
    uint64_t id;
    Buf name, from;
} Stepped;

struct Host {
    const Module *grown; // the session's, which may change at any time; the Vm has a copy that is taken with the world stopped
    Module module;
    Vm vm;
    HostEvents events;
    HostHooks hooks;
    pthread_mutex_t telling; // the events come one by one; innermost
    HostPatch *patches;
    uint32_t news;           // futex: HostNews and INTERRUPT (atomic)
    uint64_t foreground;     // its number, 0: none (atomic)
    bool interrupted;        // host_interrupt, while there was no foreground (atomic)
    bool ending;             // the foreground was told to end, and why
    HostEnd why;
    Stepped stepped;
    bool frozen;             // between two calls the world is kept stopped
};

// The world is stopped in between.
Worker *host_hold(Host *h);
void host_let_go(Host *h);
