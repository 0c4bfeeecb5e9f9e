#include "cli/repl_signal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

static const int handled[] = {SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGTERM, SIGHUP, SIGALRM, SIGPIPE};
static struct sigaction before[COUNT_OF(handled)];
static void (*on_interrupt)(void *ctx);
static void *on_interrupt_ctx;
static int wake_fd = -1;
static volatile sig_atomic_t prompting, alarmed, end_signal;
static unsigned told; // atomic

void signals_wake(void) {
    int saved = errno;
    uint64_t one = 1;
    if (write(wake_fd, &one, sizeof one) < 0) {} // it is full: whoever waits wakes up anyway
    errno = saved;
}

static void note(unsigned what) {
    __atomic_fetch_or(&told, what, __ATOMIC_RELAXED); // read after the wake-up, which orders them
    signals_wake();
}

static void handle(int sig) {
    int saved = errno;
    switch (sig) {
    case SIGALRM:
        alarmed = 1;
        if (!prompting) on_interrupt(on_interrupt_ctx);
        break;
    case SIGINT:
        note(TOLD_INTERRUPT); // also while a statement runs, or is about to
        if (!prompting) on_interrupt(on_interrupt_ctx);
        break;
    case SIGQUIT: note(TOLD_QUIT); break;
    case SIGTSTP:
        if (prompting) note(TOLD_STOP);
        else signals_stop(); // and not SIGSTOP: where no shell could continue it, the system does not stop it
        break;
    case SIGCONT: note(TOLD_CONTINUE); break;
    case SIGWINCH: note(TOLD_RESIZE); break;
    default: // SIGTERM, SIGHUP
        end_signal = sig;
        if (prompting) note(TOLD_END);
        else signals_die(sig);
    }
    errno = saved;
}

void signals_begin(void (*interrupt)(void *ctx), void *ctx) {
    on_interrupt = interrupt;
    on_interrupt_ctx = ctx;
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct sigaction a;
    memset(&a, 0, sizeof a);
    sigemptyset(&a.sa_mask);
    a.sa_flags = SA_RESTART; // natives that read go on reading
    for (size_t i = 0; i < COUNT_OF(handled); i++) {
        sigaction(handled[i], NULL, &before[i]);
        a.sa_handler = handled[i] == SIGPIPE ? SIG_IGN : handle;
        if (before[i].sa_handler != SIG_IGN || handled[i] == SIGPIPE) sigaction(handled[i], &a, NULL); // nohup stays in force
    }
}

void signals_finish(void) {
    signals_alarm(0);
    for (size_t i = 0; i < COUNT_OF(handled); i++) sigaction(handled[i], &before[i], NULL);
    close(wake_fd);
    wake_fd = -1;
}

void signals_prompt(bool prompt) { prompting = prompt; }
int signals_fd(void) { return wake_fd; }

unsigned signals_take(int *end) {
    uint64_t count;
    if (read(wake_fd, &count, sizeof count) < 0) {} // nothing rang
    *end = end_signal;
    return __atomic_exchange_n(&told, 0, __ATOMIC_RELAXED);
}

bool signals_interrupted(void) { return __atomic_fetch_and(&told, ~(unsigned)TOLD_INTERRUPT, __ATOMIC_RELAXED) & TOLD_INTERRUPT; }

static void as_by_default(int sig) {
    struct sigaction a, mine;
    memset(&a, 0, sizeof a);
    a.sa_handler = SIG_DFL;
    sigaction(sig, &a, &mine);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, sig);
    raise(sig);
    pthread_sigmask(SIG_UNBLOCK, &set, &old); // in a handler of its own it is blocked
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sigaction(sig, &mine, NULL);
}

void signals_stop(void) { as_by_default(SIGTSTP); }
void signals_die(int sig) { as_by_default(sig); }

void signals_alarm(int64_t ns) {
    alarmed = 0;
    int64_t us = ns / 1000 + (ns % 1000 != 0);
    struct itimerval t = {.it_value = {.tv_sec = us / 1000000, .tv_usec = us % 1000000}};
    setitimer(ITIMER_REAL, &t, NULL);
}

bool signals_alarmed(void) { return alarmed; }
