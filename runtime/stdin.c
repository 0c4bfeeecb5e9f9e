// stdin.c — standard input of the program.
//
// It is read by a thread of its own, so that a goroutine that waits for a line holds up nobody. The thread takes one
// request after the other; when input is there already, the worker reads itself.
#include "runtime/stdin.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/stdout.h"
#include "runtime/worker.h"

enum { READ_MAX = 64 * 1024 };

typedef struct Request {
    struct Request *next;
    G *g;              // NULL: it has left (under rt->lock)
    size_t max;
    int64_t n; // result: bytes, 0 end, -1 error
    int err;
    uint8_t data[];
} Request;

struct Stdin {
    pthread_mutex_t lock;
    pthread_cond_t more;
    Request *first, *last;
    bool thread_runs, stopping;
    bool waits; // the thread waits for input
    bool held; // what is typed now is not for the program (atomic)
    pthread_t thread;
    int cancel[2]; // a pipe that ends the reader's poll
};

void stdin_init(Runtime *rt) {
    Stdin *in = rt->in = xcalloc(1, sizeof *in);
    in->cancel[0] = in->cancel[1] = -1;
    pthread_mutex_init(&in->lock, NULL);
    pthread_cond_init(&in->more, NULL);
}

static void read_now(Request *r) {
    do r->n = read(0, r->data, r->max);
    while (r->n < 0 && errno == EINTR);
    r->err = r->n < 0 ? errno : 0;
}

enum { CANCEL_ALL = 'a', CANCEL_ONE = 'o' }; // what is written to the pipe

static void put_back(Stdin *in, Request *r) {
    pthread_mutex_lock(&in->lock);
    r->next = in->first;
    in->first = r;
    if (!in->last) in->last = r;
    pthread_mutex_unlock(&in->lock);
}

static void *reader_main(void *arg) {
    Runtime *rt = arg;
    Stdin *in = rt->in;
    for (;;) {
        pthread_mutex_lock(&in->lock);
        in->waits = false;
        while ((!in->first || in->held) && !in->stopping) pthread_cond_wait(&in->more, &in->lock);
        Request *r = in->first;
        bool stop = in->stopping;
        if (!stop) {
            in->first = r->next;
            if (!in->first) in->last = NULL;
            in->waits = true;
        }
        pthread_mutex_unlock(&in->lock);
        if (stop) return NULL;
        struct pollfd f[2] = {{.fd = 0, .events = POLLIN}, {.fd = in->cancel[0], .events = POLLIN}};
        while (poll(f, 2, -1) < 0 && errno == EINTR) {}
        char word = 0;
        if (f[1].revents && read(in->cancel[0], &word, 1) == 1 && word == CANCEL_ALL) {
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
        else if (f[1].revents) put_back(in, r); // somebody else's word
    }
}

void stdin_hold(Runtime *rt, bool held) {
    Stdin *in = rt->in;
    pthread_mutex_lock(&in->lock);
    __atomic_store_n(&in->held, held, __ATOMIC_RELAXED);
    if (!held) pthread_cond_signal(&in->more);
    else if (in->waits && write(in->cancel[1], (const char[]){CANCEL_ONE}, 1) < 0) gol_bug("cannot reach the reader of standard input");
    pthread_mutex_unlock(&in->lock);
}

bool stdin_leave(Runtime *rt, G *g) {
    Stdin *in = rt->in;
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
    pthread_mutex_lock(&in->lock);
    Request **link = &in->first, *before = NULL;
    while (*link && *link != r) before = *link, link = &before->next;
    bool queued = *link != NULL;
    if (queued) {
        *link = r->next;
        if (in->last == r) in->last = before;
    }
    pthread_mutex_unlock(&in->lock);
    if (queued) free(r);
    else if (write(in->cancel[1], (const char[]){CANCEL_ONE}, 1) < 0) gol_bug("cannot reach the reader of standard input");
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

bool stdin_try(Worker *w, G *g, size_t max) {
    if (!input_is_file()) runtime_note_outside(w->rt);
    Stdin *in = w->rt->in;
    pthread_mutex_lock(&in->lock);
    bool queue = in->first != NULL;
    pthread_mutex_unlock(&in->lock);
    struct pollfd f = {.fd = 0, .events = POLLIN};
    if (queue || __atomic_load_n(&in->held, __ATOMIC_RELAXED) || __atomic_load_n(&w->rt->npending_io, __ATOMIC_RELAXED) || poll(&f, 1, 0) != 1) return false;
    Request *r = new_request(w->rt, g, max);
    read_now(r);
    g->flags |= GF_IO;
    return true;
}

void stdin_park(Worker *w, G *g, size_t max) {
    Runtime *rt = w->rt;
    Stdin *in = rt->in;
    stdout_flush(rt, w); // a prompt
    Request *r = new_request(rt, g, max);
    if (input_is_file() && !__atomic_load_n(&in->held, __ATOMIC_RELAXED)) { // no thread: when it would be done is not known beforehand, and a run that repeats must not depend on it
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
    pthread_mutex_lock(&in->lock);
    if (in->last) in->last->next = r;
    else in->first = r;
    in->last = r;
    if (!in->thread_runs) {
        if (pipe(in->cancel) || !platform_thread(&in->thread, reader_main, rt)) gol_bug("no thread for standard input");
        in->thread_runs = true;
    }
    pthread_cond_signal(&in->more);
    pthread_mutex_unlock(&in->lock);
}

bool stdin_done(const G *g) { return g->flags & GF_IO; }

int64_t stdin_result(G *g, const uint8_t **data) {
    Request *r = g->io;
    *data = r->n < 0 ? (const uint8_t *)(intptr_t)r->err : r->data;
    return r->n;
}

void stdin_free(G *g) {
    free(g->io);
    g->io = NULL;
    g->flags &= (uint8_t)~GF_IO;
}

void stdin_stop(Runtime *rt) {
    Stdin *in = rt->in;
    if (!in->thread_runs) return;
    pthread_mutex_lock(&in->lock);
    in->stopping = true;
    pthread_cond_signal(&in->more);
    pthread_mutex_unlock(&in->lock);
    if (write(in->cancel[1], (const char[]){CANCEL_ALL}, 1) < 0) gol_bug("cannot stop the reader of standard input");
    pthread_join(in->thread, NULL);
    in->thread_runs = false;
    close(in->cancel[0]);
    close(in->cancel[1]);
}

void stdin_fini(Runtime *rt) {
    Stdin *in = rt->in;
    for (Request *r = in->first, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    pthread_mutex_destroy(&in->lock);
    pthread_cond_destroy(&in->more);
    free(in);
    rt->in = NULL;
}
