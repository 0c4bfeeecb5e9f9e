// stdout.c — standard output and error of the program, and what gol says there.
//
// Output is collected in one buffer, except on a terminal, and written when the buffer is full, before anything else that a person
// sees or waits for (standard error, a worker falling asleep, a read), every few milliseconds and at the end. When the reader of a pipe has
// gone, the program ends silently.
//
// A pipe may be full, and its reader slow. Who finds no room keeps the turn, lets go of the lock and waits for the reader as a native that waits in the
// system does, so that the other workers go on and may stop the world; who wants to write behind it waits for its turn in the same way. A worker that
// would merely like to flush writes what there is room for. With one worker everything waits: a run that repeats must not depend on its reader.
#include "runtime/stdout.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/host.h"
#include "runtime/worker.h"

enum { OUT_BYTES = 64 * 1024, FLUSH_NS = 5 * 1000 * 1000, FLUSH_IDLE_NS = 500 * 1000 };

struct Stdout {
    Lock lock;
    uint32_t kept;  // 1: somebody who waits for room has the turn, and the lock is free meanwhile; written under the lock, a futex
    uint32_t dirty; // bytes in buffer, atomic
    uint64_t printed; // so far, for -max-output
    bool is_terminal, broken;
    Buf *captured; // stdout_capture: where standard output goes; NULL: on its way
    uint64_t hash, bytes; // of all that was written to standard output
    char buffer[OUT_BYTES];
};

void stdout_init(Runtime *rt) {
    Stdout *o = rt->out = xcalloc(1, sizeof *o);
    lock_init(&o->lock, RANK_OUTPUT);
    o->is_terminal = isatty(1) && !rt->options.quiet;
    o->hash = 0xCBF29CE484222325u;
}

void stdout_fini(Runtime *rt) {
    if (rt->out->captured) buf_fini(rt->out->captured);
    free(rt->out->captured);
    free(rt->out);
    rt->out = NULL;
}

// FNV-1a, which does not depend on the pieces.
static void note_output(Stdout *o, const char *p, size_t n) {
    o->bytes += n;
    for (size_t i = 0; i < n; i++) o->hash = (o->hash ^ (uint8_t)p[i]) * 0x100000001B3u;
}

void stdout_figures(Runtime *rt, uint64_t *hash, uint64_t *bytes) {
    *hash = rt->out->hash;
    *bytes = rt->out->bytes;
}

// --- whose turn it is -----------------------------------------------------------------------------------------

typedef enum Patience {
    PATIENCE_NATIVE, // waits for the reader as a native that waits in the system
    PATIENCE_ALL,    // waits with whatever it holds
    PATIENCE_NONE,
} Patience;

// The lock is held from turn_begin to turn_end, except while somebody waits for room.
typedef struct Turn {
    Runtime *rt;
    Worker *w; // PATIENCE_NATIVE: who is blocked then
    Patience patience;
    bool blocked; // native_block_enter was called
    bool keeps;   // it is this one that waits, or has waited, for room
} Turn;

static void step_aside(Turn *t) {
    if (t->patience != PATIENCE_NATIVE || t->blocked) return;
    native_block_enter(t->w);
    t->blocked = true;
}

static Turn turn_begin(Runtime *rt, Worker *w) {
    Turn t = {.rt = rt, .w = w, .patience = w ? PATIENCE_NATIVE : PATIENCE_ALL};
    Stdout *o = rt->out;
    lock_take(&o->lock);
    while (o->kept) {
        lock_drop(&o->lock);
        step_aside(&t);
        futex_wait(&o->kept, 1, -1);
        lock_take(&o->lock);
    }
    return t;
}

static void turn_end(Turn *t) {
    Stdout *o = t->rt->out;
    if (t->keeps) __atomic_store_n(&o->kept, 0, __ATOMIC_RELAXED);
    lock_drop(&o->lock);
    if (t->keeps) futex_wake(&o->kept, INT_MAX);
    if (t->blocked) native_block_leave(t->w); // last: whoever stops the world may have something to say
}

// --- writing --------------------------------------------------------------------------------------------------

// Nobody reads, and the run is to end: Ctrl-C, or -timeout is over. At an ordinary end the rest waits for its reader.
static bool gives_up(Runtime *rt) {
    if (__atomic_load_n(&rt->interrupted, __ATOMIC_RELAXED)) return true;
    int status = __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED);
    return rt->deadline != INT64_MAX && (status < 0 || status == EXIT_TIMEOUT) && platform_now() >= rt->deadline;
}

// Whether PIPE_BUF bytes can be written without waiting, looking for so long; also when the system cannot tell: the write will.
static bool has_room(int fd, int milliseconds) {
    struct pollfd f = {.fd = fd, .events = POLLOUT};
    int n = poll(&f, 1, milliseconds);
    return n > 0 || (n < 0 && errno != EINTR);
}

// False: it gives up, or has no patience.
static bool await_room(Turn *t, int fd) {
    enum { LOOK_MS = 50 };
    if (has_room(fd, 0)) return true;
    if (t->patience == PATIENCE_NONE) return false;
    Stdout *o = t->rt->out;
    t->keeps = true;
    __atomic_store_n(&o->kept, 1, __ATOMIC_RELAXED);
    lock_drop(&o->lock);
    step_aside(t);
    bool room = false;
    while (!room && !gives_up(t->rt)) room = has_room(fd, LOOK_MS);
    lock_take(&o->lock);
    return room;
}

// The bytes that need not be written any more: n, or fewer for who has no patience. The other end may have been closed meanwhile (EPIPE), which ends the run.
static size_t write_all(Turn *t, int fd, const char *p, size_t n) {
    Stdout *o = t->rt->out;
    if (fd == 1 && o->captured) {
        buf_put(o->captured, p, n);
        return n;
    }
    if (t->rt->options.quiet) {
        if (fd == 1) note_output(o, p, n);
        return n;
    }
    size_t done = 0;
    while (done < n && !(fd == 1 && o->broken)) {
        if (!await_room(t, fd)) return t->patience == PATIENCE_NONE ? done : n;
        ssize_t k = write(fd, p + done, n - done < PIPE_BUF ? n - done : PIPE_BUF);
        if (k > 0) {
            done += (size_t)k;
        } else if (k < 0 && errno == EAGAIN) {
            if (t->patience == PATIENCE_NONE) return done;
            platform_sleep(1000 * 1000); // another process has made it so, and was faster
        } else if (k < 0 && errno == EINTR) {
            if (gives_up(t->rt)) return n;
        } else {
            if (k < 0 && errno == EPIPE) {
                if (fd == 1) o->broken = true;
                runtime_exit(t->rt, EXIT_PIPE);
            }
            return n; // a full disk, a closed descriptor: as Go's fmt.Println, which nobody checks
        }
    }
    return n;
}

static void flush_locked(Turn *t) {
    Stdout *o = t->rt->out;
    uint32_t n = o->dirty;
    if (!n) return;
    __atomic_store_n(&o->dirty, 0, __ATOMIC_RELAXED);
    uint32_t left = n - (uint32_t)write_all(t, 1, o->buffer, n);
    if (!left) return;
    memmove(o->buffer, o->buffer + n - left, left);
    __atomic_store_n(&o->dirty, left, __ATOMIC_RELAXED);
}

void stdout_flush(Runtime *rt, Worker *w) {
    Turn t = turn_begin(rt, w);
    flush_locked(&t);
    turn_end(&t);
}

// By a worker that has other things to do.
static void flush_what_fits(Runtime *rt, int64_t now) {
    Stdout *o = rt->out;
    __atomic_store_n(&rt->last_flush, now, __ATOMIC_RELAXED);
    Turn t = {.rt = rt, .patience = PATIENCE_NONE};
    if (!lock_try(&o->lock)) return; // somebody is writing
    if (!o->kept) flush_locked(&t);
    lock_drop(&o->lock);
}

static bool is_dirty(Runtime *rt) { return __atomic_load_n(&rt->out->dirty, __ATOMIC_RELAXED) > 0; }

void stdout_flush_old(Runtime *rt, int64_t now) {
    if (is_dirty(rt) && now - __atomic_load_n(&rt->last_flush, __ATOMIC_RELAXED) >= FLUSH_NS) flush_what_fits(rt, now);
}

// Not at every little sleep: another worker may be in the middle of printing a lot.
void stdout_flush_idle(Runtime *rt) {
    if (!is_dirty(rt)) return;
    bool last = __atomic_load_n(&rt->nidle, __ATOMIC_RELAXED) + 1 == (uint32_t)rt->nworkers;
    int64_t now = clock_now(rt);
    if (last || now - __atomic_load_n(&rt->last_flush, __ATOMIC_RELAXED) >= FLUSH_IDLE_NS) flush_what_fits(rt, now);
}

int64_t stdout_due(Runtime *rt) { return is_dirty(rt) ? platform_now() + FLUSH_NS : INT64_MAX; }

void stdout_report(Runtime *rt, const void *data, size_t n) {
    Turn t = turn_begin(rt, NULL);
    flush_locked(&t);
    if (rt->host) rt->host->output(rt->host->ctx, NULL, 2, data, n);
    else write_all(&t, 2, data, n);
    turn_end(&t);
}

// How much of n bytes -max-output still lets through; the lock is held.
static size_t within_limit(Runtime *rt, size_t n) {
    Stdout *o = rt->out;
    uint64_t max = rt->options.max_output;
    if (!max) return n;
    uint64_t room = max - o->printed;
    if (n > room) {
        n = (size_t)room;
        limit_pass(rt, LIMIT_OUTPUT);
    }
    o->printed += n;
    return n;
}

void stdout_write(Worker *w, int fd, const void *data, size_t n) {
    if (n == 0) return; // data may be NULL
    Runtime *rt = w->rt;
    Stdout *o = rt->out;
    Turn t = turn_begin(rt, w);
    if (fd <= 2) n = within_limit(rt, n);
    if (rt->host && fd <= 2) rt->host->output(rt->host->ctx, w->current, fd, data, n);
    else if (fd != 1 || o->is_terminal || n >= OUT_BYTES) {
        flush_locked(&t);
        write_all(&t, fd, data, n);
    } else {
        if (o->dirty + n > OUT_BYTES) flush_locked(&t);
        memcpy(o->buffer + o->dirty, data, n);
        __atomic_store_n(&o->dirty, o->dirty + (uint32_t)n, __ATOMIC_RELAXED);
    }
    turn_end(&t);
}

// --- kept instead ---------------------------------------------------------------------------------------------

void stdout_capture(Runtime *rt) {
    Stdout *o = rt->out;
    Turn t = turn_begin(rt, NULL);
    flush_locked(&t);
    if (!o->captured) o->captured = xcalloc(1, sizeof *o->captured);
    turn_end(&t);
}

void stdout_captured(Runtime *rt, Buf *out) {
    Stdout *o = rt->out;
    Turn t = turn_begin(rt, NULL);
    flush_locked(&t);
    if (o->captured) buf_put(out, buf_str(o->captured), o->captured->len);
    turn_end(&t);
}

void stdout_capture_end(Runtime *rt) {
    Stdout *o = rt->out;
    Turn t = turn_begin(rt, NULL);
    flush_locked(&t);
    if (o->captured) buf_fini(o->captured);
    free(o->captured);
    o->captured = NULL;
    turn_end(&t);
}
