// signal.c — Ctrl-C, Ctrl-\ (SIGQUIT) and closed pipes. A signal belongs to the process, not to a runtime: this list is the one place where a
// runtime is reachable from a variable of the process.
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/worker.h"

static pthread_mutex_t attach_lock = PTHREAD_MUTEX_INITIALIZER;
static Runtime *attached; // linked by next_signal; read by the handler (atomic)
static struct sigaction old_int, old_quit, old_pipe;

// The first Ctrl-C asks the workers to stop and report; a second one does not wait for them.
static void on_interrupt(int sig) {
    (void)sig;
    for (Runtime *rt = __atomic_load_n(&attached, __ATOMIC_ACQUIRE); rt; rt = rt->next_signal) {
        if (__atomic_exchange_n(&rt->interrupted, 1, __ATOMIC_SEQ_CST)) _exit(EXIT_INTERRUPT);
        for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_INTERRUPT, __ATOMIC_SEQ_CST);
        sched_wake_all(rt);
    }
}

// Ctrl-\ asks for the table of goroutines; the run goes on.
static void on_quit(int sig) {
    (void)sig;
    for (Runtime *rt = __atomic_load_n(&attached, __ATOMIC_ACQUIRE); rt; rt = rt->next_signal) {
        __atomic_store_n(&rt->quit_asked, 1, __ATOMIC_SEQ_CST);
        for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, POLL_QUIT, __ATOMIC_SEQ_CST);
        sched_wake_all(rt);
    }
}

void signal_attach(Runtime *rt) {
    pthread_mutex_lock(&attach_lock);
    if (!attached) {
        struct sigaction a;
        memset(&a, 0, sizeof a);
        sigemptyset(&a.sa_mask);
        a.sa_handler = SIG_IGN; // a write to a closed pipe fails with EPIPE (io.c)
        sigaction(SIGPIPE, &a, &old_pipe);
        sigaction(SIGINT, NULL, &old_int);
        if (old_int.sa_handler != SIG_IGN) { // nohup and background jobs of a shell
            a.sa_handler = on_interrupt;
            sigaction(SIGINT, &a, NULL);
        }
        sigaction(SIGQUIT, NULL, &old_quit);
        if (old_quit.sa_handler != SIG_IGN) {
            a.sa_handler = on_quit;
            a.sa_flags = SA_RESTART; // a native that reads goes on reading
            sigaction(SIGQUIT, &a, NULL);
        }
    }
    rt->next_signal = attached;
    __atomic_store_n(&attached, rt, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&attach_lock);
}

void signal_detach(Runtime *rt) {
    pthread_mutex_lock(&attach_lock);
    if (attached == rt) __atomic_store_n(&attached, rt->next_signal, __ATOMIC_RELEASE);
    else
        for (Runtime *x = attached; x; x = x->next_signal)
            if (x->next_signal == rt) x->next_signal = rt->next_signal;
    if (!attached) {
        sigaction(SIGINT, &old_int, NULL);
        sigaction(SIGQUIT, &old_quit, NULL);
        sigaction(SIGPIPE, &old_pipe, NULL);
    }
    pthread_mutex_unlock(&attach_lock);
}
