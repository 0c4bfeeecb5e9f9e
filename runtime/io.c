// io.c — standard output and input.
//
// Output is collected in one buffer, except on a terminal, and written when the buffer is full, before anything else that a person
// sees or waits for (standard error, a worker falling asleep, a read), every few milliseconds and at the end. When the reader of a pipe has
// gone, the program ends silently.
//
// Standard input is read by a thread of its own, so that a goroutine that waits for a line holds up nobody. It takes one
// request after the other; when input is there already, the worker reads itself.
#include "runtime/io.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/host.h"
#include "runtime/worker.h"

enum { OUT_BYTES = 64 * 1024, FLUSH_NS = 5 * 1000 * 1000, FLUSH_IDLE_NS = 500 * 1000, READ_MAX = 64 * 1024 };

typedef struct Request {
    struct Request *next;
    G *g;              // NULL: it has left (under rt->lock)
    size_t max;
    int64_t n; // result: bytes, 0 end, -1 error
    int err;
    uint8_t data[];
} Request;

struct IoState {
    Lock out_lock;
    uint32_t dirty; // bytes in out, atomic
    uint64_t printed; // so far, for -max-output
    bool is_terminal, broken;
    Buf *captured; // io_capture: where standard output goes; NULL: on its way
    uint64_t hash, bytes; // of all that was written to standard output
    char out[OUT_BYTES];
    // input
    pthread_mutex_t in_lock;
    pthread_cond_t in_more;
    Request *first, *last;
    bool thread_runs, stopping;
    bool waits; // the thread waits for input
    bool held; // what is typed now is not for the program (atomic)
    pthread_t thread;
    int cancel[2]; // a pipe that ends the reader's poll
};

void io_init(Runtime *rt) {
    IoState *io = rt->io = xcalloc(1, sizeof *io);
    lock_init(&io->out_lock, RANK_OUTPUT);
    io->is_terminal = isatty(1) && !rt->options.quiet;
    io->hash = 0xCBF29CE484222325u;
    io->cancel[0] = io->cancel[1] = -1;
    pthread_mutex_init(&io->in_lock, NULL);
    pthread_cond_init(&io->in_more, NULL);
}

// --- output ---------------------------------------------------------------------------------------------------

// FNV-1a, which does not depend on the pieces.
static void note_output(IoState *io, const char *p, size_t n) {
    io->bytes += n;
    for (size_t i = 0; i < n; i++) io->hash = (io->hash ^ (uint8_t)p[i]) * 0x100000001B3u;
}

void io_figures(Runtime *rt, uint64_t *hash, uint64_t *bytes) {
    *hash = rt->io->hash;
    *bytes = rt->io->bytes;
}

// Nobody reads, and the run is to end: Ctrl-C, or -timeout is over. At an ordinary end the rest waits for its reader.
static bool gives_up(Runtime *rt) {
    if (__atomic_load_n(&rt->interrupted, __ATOMIC_RELAXED)) return true;
    int status = __atomic_load_n(&rt->exit_status, __ATOMIC_RELAXED);
    return rt->deadline != INT64_MAX && (status < 0 || status == EXIT_TIMEOUT) && platform_now() >= rt->deadline;
}

// Waits until PIPE_BUF bytes can be written without waiting; false: it gives up.
static bool await_room(Runtime *rt, int fd) {
    enum { LOOK_MS = 50 };
    struct pollfd f = {.fd = fd, .events = POLLOUT};
    for (int wait = 0;; wait = LOOK_MS) {
        int n = poll(&f, 1, wait);
        if (n > 0 || (n < 0 && errno != EINTR)) return true; // also when the system cannot tell: the write will
        if (gives_up(rt)) return false;
    }
}

// False: the other end is closed.
static bool write_all(Runtime *rt, int fd, const char *p, size_t n) {
    if (fd == 1 && rt->io->captured) {
        buf_put(rt->io->captured, p, n);
        return true;
    }
    if (rt->options.quiet) {
        if (fd == 1) note_output(rt->io, p, n);
        return true;
    }
    while (n > 0) {
        if (!await_room(rt, fd)) return true;
        ssize_t k = write(fd, p, n < PIPE_BUF ? n : PIPE_BUF);
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        } else if (k < 0 && errno == EAGAIN) {
            platform_sleep(1000 * 1000); // another process has made it so, and was faster
        } else if (k < 0 && errno == EINTR) {
            if (gives_up(rt)) return true;
        } else {
            if (k < 0 && errno == EPIPE) {
                runtime_exit(rt, EXIT_PIPE);
                return false;
            }
            return true; // a full disk, a closed descriptor: as Go's fmt.Println, which nobody checks
        }
    }
    return true;
}

static void flush_locked(Runtime *rt) {
    IoState *io = rt->io;
    uint32_t n = io->dirty;
    if (!n) return;
    __atomic_store_n(&io->dirty, 0, __ATOMIC_RELAXED);
    if (!io->broken && !write_all(rt, 1, io->out, n)) io->broken = true;
}

void io_flush(Runtime *rt) {
    lock_take(&rt->io->out_lock);
    flush_locked(rt);
    lock_drop(&rt->io->out_lock);
}

void io_capture(Runtime *rt) {
    IoState *io = rt->io;
    lock_take(&io->out_lock);
    flush_locked(rt);
    if (!io->captured) io->captured = xcalloc(1, sizeof *io->captured);
    lock_drop(&io->out_lock);
}

void io_captured(Runtime *rt, Buf *out) {
    IoState *io = rt->io;
    lock_take(&io->out_lock);
    flush_locked(rt);
    if (io->captured) buf_put(out, buf_str(io->captured), io->captured->len);
    lock_drop(&io->out_lock);
}

static void drop_captured(IoState *io) {
    if (io->captured) buf_fini(io->captured);
    free(io->captured);
    io->captured = NULL;
}

void io_capture_end(Runtime *rt) {
    lock_take(&rt->io->out_lock);
    flush_locked(rt);
    drop_captured(rt->io);
    lock_drop(&rt->io->out_lock);
}

void io_flush_old(Runtime *rt, int64_t now) {
    if (!__atomic_load_n(&rt->io->dirty, __ATOMIC_RELAXED)) return;
    if (now - __atomic_load_n(&rt->last_flush, __ATOMIC_RELAXED) < FLUSH_NS) return;
    __atomic_store_n(&rt->last_flush, now, __ATOMIC_RELAXED);
    io_flush(rt);
}

// Not at every little sleep: another worker may be in the middle of printing a lot.
void io_flush_idle(Runtime *rt) {
    if (!__atomic_load_n(&rt->io->dirty, __ATOMIC_RELAXED)) return;
    bool last = __atomic_load_n(&rt->nidle, __ATOMIC_RELAXED) + 1 == (uint32_t)rt->nworkers;
    int64_t now = clock_now(rt);
    if (!last && now - __atomic_load_n(&rt->last_flush, __ATOMIC_RELAXED) < FLUSH_IDLE_NS) return;
    __atomic_store_n(&rt->last_flush, now, __ATOMIC_RELAXED);
    io_flush(rt);
}

// What gol itself says: not the program's output, so -max-output does not count it.
void io_report(Runtime *rt, const void *data, size_t n) {
    lock_take(&rt->io->out_lock);
    flush_locked(rt);
    if (rt->host) rt->host->output(rt->host->ctx, NULL, 2, data, n);
    else write_all(rt, 2, data, n);
    lock_drop(&rt->io->out_lock);
}

// How much of n bytes -max-output still lets through; the lock is held.
static size_t within_limit(Runtime *rt, size_t n) {
    IoState *io = rt->io;
    uint64_t max = rt->options.max_output;
    if (!max) return n;
    uint64_t room = max - io->printed;
    if (n > room) {
        n = (size_t)room;
        limit_pass(rt, LIMIT_OUTPUT);
    }
    io->printed += n;
    return n;
}

void io_write(Worker *w, int fd, const void *data, size_t n) {
    if (n == 0) return; // data may be NULL
    Runtime *rt = w->rt;
    IoState *io = rt->io;
    lock_take(&io->out_lock);
    if (fd <= 2) n = within_limit(rt, n);
    if (rt->host && fd <= 2) rt->host->output(rt->host->ctx, w->current, fd, data, n);
    else if (fd != 1 || io->is_terminal || n >= OUT_BYTES) {
        flush_locked(rt);
        if (fd != 1 || !io->broken) {
            if (!write_all(rt, fd, data, n) && fd == 1) io->broken = true;
        }
    } else {
        if (io->dirty + n > OUT_BYTES) flush_locked(rt);
        memcpy(io->out + io->dirty, data, n);
        __atomic_store_n(&io->dirty, io->dirty + (uint32_t)n, __ATOMIC_RELAXED);
    }
    lock_drop(&io->out_lock);
}

// --- input ----------------------------------------------------------------------------------------------------

static void read_now(Request *r) {
    do r->n = read(0, r->data, r->max);
    while (r->n < 0 && errno == EINTR);
    r->err = r->n < 0 ? errno : 0;
}

enum { CANCEL_ALL = 'a', CANCEL_ONE = 'o' }; // what is written to the pipe

static void put_back(IoState *io, Request *r) {
    pthread_mutex_lock(&io->in_lock);
    r->next = io->first;
    io->first = r;
    if (!io->last) io->last = r;
    pthread_mutex_unlock(&io->in_lock);
}

static void *reader_main(void *arg) {
    Runtime *rt = arg;
    IoState *io = rt->io;
    for (;;) {
        pthread_mutex_lock(&io->in_lock);
        io->waits = false;
        while ((!io->first || io->held) && !io->stopping) pthread_cond_wait(&io->in_more, &io->in_lock);
        Request *r = io->first;
        bool stop = io->stopping;
        if (!stop) {
            io->first = r->next;
            if (!io->first) io->last = NULL;
            io->waits = true;
        }
        pthread_mutex_unlock(&io->in_lock);
        if (stop) return NULL;
        struct pollfd f[2] = {{.fd = 0, .events = POLLIN}, {.fd = io->cancel[0], .events = POLLIN}};
        while (poll(f, 2, -1) < 0 && errno == EINTR) {}
        char word = 0;
        if (f[1].revents && read(io->cancel[0], &word, 1) == 1 && word == CANCEL_ALL) {
            free(r); // its goroutine never runs again
            return NULL;
        }
        if (!f[1].revents) read_now(r);
        lock_take(&rt->lock);
        bool left = !r->g;
        if (!left && !f[1].revents) {
            rt->npending_io--;
            r->g->flags |= GF_IO;
            sched_inject_locked(rt, r->g);
        }
        lock_drop(&rt->lock);
        if (left) free(r);
        else if (f[1].revents) put_back(io, r); // somebody else's word
    }
}

void io_hold(Runtime *rt, bool held) {
    IoState *io = rt->io;
    pthread_mutex_lock(&io->in_lock);
    __atomic_store_n(&io->held, held, __ATOMIC_RELAXED);
    if (!held) pthread_cond_signal(&io->in_more);
    else if (io->waits && write(io->cancel[1], (const char[]){CANCEL_ONE}, 1) < 0) gol_bug("cannot reach the reader of standard input");
    pthread_mutex_unlock(&io->in_lock);
}

bool io_leave(Runtime *rt, G *g) {
    IoState *io = rt->io;
    if (g->flags & GF_SYSTEM) return false; // waits for a signal (signal.c): none of ours to end
    Request *r = g->io;
    lock_take(&rt->lock);
    bool waits = g_status(g) == G_WAITING;
    if (waits) {
        rt->npending_io--;
        r->g = NULL;
        g->io = NULL;
    }
    lock_drop(&rt->lock);
    if (!waits) return false;
    pthread_mutex_lock(&io->in_lock);
    Request **link = &io->first, *before = NULL;
    while (*link && *link != r) before = *link, link = &before->next;
    bool queued = *link != NULL;
    if (queued) {
        *link = r->next;
        if (io->last == r) io->last = before;
    }
    pthread_mutex_unlock(&io->in_lock);
    if (queued) free(r);
    else if (write(io->cancel[1], (const char[]){CANCEL_ONE}, 1) < 0) gol_bug("cannot reach the reader of standard input");
    return true;
}

// A file, or /dev/null: reading does not wait, and can be done again.
static bool input_is_file(void) {
    struct stat st;
    return fstat(0, &st) == 0 && (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(0)));
}

static Request *new_request(const Runtime *rt, G *g, size_t max) {
    if (max > READ_MAX) max = READ_MAX;
    if (rt->host && max) max = 1; // what the statement does not ask for is the next input of the session
    Request *r = xmalloc(sizeof *r + max);
    r->next = NULL;
    r->g = g;
    r->max = max;
    g->io = r;
    return r;
}

bool io_try_read_stdin(Worker *w, G *g, size_t max) {
    if (!input_is_file()) runtime_note_outside(w->rt);
    IoState *io = w->rt->io;
    pthread_mutex_lock(&io->in_lock);
    bool queue = io->first != NULL;
    pthread_mutex_unlock(&io->in_lock);
    struct pollfd f = {.fd = 0, .events = POLLIN};
    if (queue || __atomic_load_n(&io->held, __ATOMIC_RELAXED) || __atomic_load_n(&w->rt->npending_io, __ATOMIC_RELAXED) || poll(&f, 1, 0) != 1) return false;
    Request *r = new_request(w->rt, g, max);
    read_now(r);
    g->flags |= GF_IO;
    return true;
}

void io_read_stdin_park(Worker *w, G *g, size_t max) {
    Runtime *rt = w->rt;
    IoState *io = rt->io;
    io_flush(rt); // a prompt
    Request *r = new_request(rt, g, max);
    if (input_is_file() && !__atomic_load_n(&io->held, __ATOMIC_RELAXED)) { // no thread: when it would be done is not known beforehand, and a run that repeats must not depend on it
        read_now(r);
        g->flags |= GF_IO;
        sched_park(w, g, WAIT_IO);
        lock_take(&rt->lock);
        sched_inject_locked(rt, g);
        lock_drop(&rt->lock);
        return;
    }
    runtime_note_outside(rt);
    lock_take(&rt->lock);
    rt->npending_io++;
    lock_drop(&rt->lock);
    sched_park(w, g, WAIT_IO);
    pthread_mutex_lock(&io->in_lock);
    if (io->last) io->last->next = r;
    else io->first = r;
    io->last = r;
    if (!io->thread_runs) {
        if (pipe(io->cancel) || !platform_thread(&io->thread, reader_main, rt)) gol_bug("no thread for standard input");
        io->thread_runs = true;
    }
    pthread_cond_signal(&io->in_more);
    pthread_mutex_unlock(&io->in_lock);
}

bool io_read_done(const G *g) { return g->flags & GF_IO; }

int64_t io_read_result(G *g, const uint8_t **data) {
    Request *r = g->io;
    *data = r->n < 0 ? (const uint8_t *)(intptr_t)r->err : r->data;
    return r->n;
}

void io_read_free(G *g) {
    free(g->io);
    g->io = NULL;
    g->flags &= (uint8_t)~GF_IO;
}

void io_stop(Runtime *rt) {
    IoState *io = rt->io;
    if (!io->thread_runs) return;
    pthread_mutex_lock(&io->in_lock);
    io->stopping = true;
    pthread_cond_signal(&io->in_more);
    pthread_mutex_unlock(&io->in_lock);
    if (write(io->cancel[1], (const char[]){CANCEL_ALL}, 1) < 0) gol_bug("cannot stop the reader of standard input");
    pthread_join(io->thread, NULL);
    io->thread_runs = false;
    close(io->cancel[0]);
    close(io->cancel[1]);
}

void io_fini(Runtime *rt) {
    IoState *io = rt->io;
    for (Request *r = io->first, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    drop_captured(io);
    pthread_mutex_destroy(&io->in_lock);
    pthread_cond_destroy(&io->in_more);
    free(io);
    rt->io = NULL;
}
