#include "cli/tries.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/platform.h"
#include "runtime/finding_pack.h"
#include "vm/vm.h"

typedef struct Try {
    pid_t pid;
    int fd;      // its result; -1: the place is free
    uint32_t index;
    int64_t until;
    Buf got;
} Try;

Schedule tries_mixture(uint32_t i, uint64_t seed, uint32_t depth, uint64_t steps, const Schedule *only) {
    Schedule s = {.seed = seed + i};
    if (only) {
        s.strategy = only->strategy;
        s.depth = only->depth;
        s.steps = only->steps ? only->steps : steps;
    } else if (i % 8 == 0) {
        s.strategy = STRATEGY_FIFO;
    } else if (i % 2) {
        s.strategy = STRATEGY_RANDOM;
    } else {
        s.strategy = STRATEGY_PCT;
        s.depth = 1 + i / 2 % depth;
        s.steps = steps;
    }
    if (s.strategy != STRATEGY_PCT) s.depth = 0, s.steps = 0;
    return s;
}

int64_t tries_input(void) {
    struct stat st;
    return fstat(0, &st) == 0 && S_ISREG(st.st_mode) ? lseek(0, 0, SEEK_CUR) : -1;
}

// --- the process that tries -----------------------------------------------------------------------------------

typedef struct Handed { int status; RunFigures figures; } Handed;

static void write_all(int fd, const void *p, size_t n) {
    for (const char *at = p; n > 0;) {
        ssize_t k = write(fd, at, n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return;
        at += k;
        n -= (size_t)k;
    }
}

static void pack(void *ctx, Finding *first, int status) {
    (void)status;
    finding_pack(first, ctx);
}

// Standard input from a place in its file on, in which nobody else reads: the file opened again, else (/proc is not there, or the file's rights are gone) a copy.
static void own_input(int64_t from) {
    int again = open("/proc/self/fd/0", O_RDONLY | O_CLOEXEC);
    if (again >= 0) {
        lseek(again, from, SEEK_SET);
    } else if ((again = memfd_create("input", MFD_CLOEXEC)) >= 0) {
        char part[1 << 14];
        ssize_t n;
        for (int64_t at = from; (n = pread(0, part, sizeof part, at)) > 0; at += n) write_all(again, part, (size_t)n);
        lseek(again, 0, SEEK_SET);
    }
    if (again < 0) return;
    dup2(again, 0);
    close(again);
}

static _Noreturn void try_here(const TryJob *job, uint32_t i, int fd) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0); // Ctrl-C is for the one who asked
    if (job->input >= 0) own_input(job->input);
    RunFigures figures = {0};
    Buf findings;
    buf_init(&findings);
    RuntimeOptions o = *job->options;
    o.workers = 1;
    o.schedule = job->plan(job->ctx, i);
    o.seed = o.schedule.seed;
    o.seeded = o.quiet = true;
    o.stats = o.colour = o.perturbed = false;
    o.trace_fd = 0;
    o.timeout_ns = 0;
    o.figures = &figures;
    o.replay = NULL;
    o.at_end = pack;
    o.at_end_ctx = &findings;
    Handed h = {.status = vm_run((Module *)job->module, &o)};
    h.figures = figures;
    write_all(fd, &h, sizeof h);
    write_all(fd, buf_str(&findings), findings.len);
    _exit(0);
}

static bool begin(const TryJob *job, uint32_t i, Try *t) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        try_here(job, i, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    int64_t now = platform_now();
    *t = (Try){.pid = pid, .fd = ends[0], .index = i, .until = job->each_ns < INT64_MAX - now ? now + job->each_ns : INT64_MAX};
    buf_init(&t->got);
    return true;
}

// --- the one who asked ----------------------------------------------------------------------------------------

// `told`: the result counts; `over`: it has not ended by itself.
static void end(const TryJob *job, Try *t, bool over, bool told, bool *go_on) {
    int status = 0;
    if (over) kill(t->pid, SIGKILL);
    while (waitpid(t->pid, &status, 0) < 0 && errno == EINTR) {}
    close(t->fd);
    t->fd = -1;
    TryResult r = {.index = t->index};
    Handed h;
    if (told) {
        r.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        r.outside = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_OUTSIDE;
        r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
        if (t->got.len >= sizeof h) {
            memcpy(&h, t->got.data, sizeof h);
            r.ended = true;
            r.status = h.status;
            r.figures = h.figures;
            r.findings = finding_unpack((const char *)t->got.data + sizeof h, t->got.len - sizeof h);
        }
    }
    buf_fini(&t->got);
    if (told && !job->take(job->ctx, &r)) *go_on = false;
    for (Finding *f = r.findings, *next; f; f = next) {
        next = f->next;
        finding_free(f);
    }
}

// Reads what has come; true: it was all.
static bool read_more(Try *t) {
    char piece[16384];
    ssize_t n = read(t->fd, piece, sizeof piece);
    if (n > 0) buf_put(&t->got, piece, (size_t)n);
    return n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
}

enum { PARALLEL_MAX = 64, LOOK_MS = 50 };

bool tries_run(const TryJob *job) {
    Try tries[PARALLEL_MAX];
    int n = job->parallel < 1 ? 1 : job->parallel > PARALLEL_MAX ? PARALLEL_MAX : job->parallel;
    for (int i = 0; i < n; i++) tries[i].fd = -1;
    uint32_t next = job->first, running = 0;
    bool go_on = true;
    for (;;) {
        for (int i = 0; i < n && go_on && next < job->end; i++) {
            if (tries[i].fd >= 0) continue;
            if (!begin(job, next, &tries[i])) break;
            next++;
            running++;
        }
        if (running == 0) break;
        struct pollfd fds[PARALLEL_MAX];
        for (int i = 0; i < n; i++) fds[i] = (struct pollfd){.fd = tries[i].fd, .events = POLLIN};
        int ready = poll(fds, (nfds_t)n, LOOK_MS);
        int64_t now = platform_now();
        bool stop = now >= job->deadline || (job->stop && *job->stop);
        if (stop) go_on = false;
        for (int i = 0; i < n; i++) {
            if (tries[i].fd < 0) continue;
            bool whole = ready > 0 && fds[i].revents && read_more(&tries[i]);
            if (!whole && go_on && now < tries[i].until) continue;
            bool late = !whole && go_on;
            end(job, &tries[i], !whole, whole || late, &go_on);
            running--;
        }
    }
    return go_on && next == job->end;
}
