// signal.c — Ctrl-C, Ctrl-\ (SIGQUIT), closed pipes, and what a program asks to be told of (os/signal). A signal belongs to the process, not to a
// runtime: this list is the one place where a runtime is reachable from a variable of the process.
//
// What a program wants goes from the handler (a bit in signals_pending, a bit in every worker's poll word) to the one goroutine of os/signal that waits
// for it, which counts as waiting for input: a program that can still be told of a signal is not deadlocked.
#include "runtime/signal.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/worker.h"

static pthread_mutex_t attach_lock = PTHREAD_MUTEX_INITIALIZER;
static Runtime *attached; // linked by next_signal; read by the handler (atomic)
static struct sigaction old_int, old_quit, old_pipe;
static struct sigaction before[65]; // of the signals in `installed`: what was there
static uint64_t installed;          // on_wanted is their handler; under attach_lock

static void ask_all(Runtime *rt, uint32_t what) {
    for (int i = 0; i < rt->nworkers; i++) __atomic_fetch_or(&rt->workers[i].poll, what, __ATOMIC_SEQ_CST);
    sched_wake_all(rt);
}

static uint64_t bit(int sig) { return UINT64_C(1) << (sig - 1); }

// True: the program has asked for it.
static bool taken(Runtime *rt, int sig) {
    if (__atomic_load_n(&rt->signals_ignored, __ATOMIC_RELAXED) & bit(sig)) return true;
    if (!(__atomic_load_n(&rt->signals_wanted, __ATOMIC_RELAXED) & bit(sig))) return false;
    __atomic_fetch_or(&rt->signals_pending, bit(sig), __ATOMIC_SEQ_CST);
    ask_all(rt, POLL_SIGNAL);
    return true;
}

static void on_wanted(int sig) {
    for (Runtime *rt = __atomic_load_n(&attached, __ATOMIC_ACQUIRE); rt; rt = rt->next_signal) taken(rt, sig);
}

// The first Ctrl-C asks the workers to stop and report; a second one does not wait for them.
static void on_interrupt(int sig) {
    for (Runtime *rt = __atomic_load_n(&attached, __ATOMIC_ACQUIRE); rt; rt = rt->next_signal) {
        if (taken(rt, sig)) continue;
        if (__atomic_exchange_n(&rt->interrupted, 1, __ATOMIC_SEQ_CST)) _exit(EXIT_INTERRUPT);
        ask_all(rt, POLL_INTERRUPT);
    }
}

// Ctrl-\ asks for the table of goroutines; the run goes on.
static void on_quit(int sig) {
    for (Runtime *rt = __atomic_load_n(&attached, __ATOMIC_ACQUIRE); rt; rt = rt->next_signal) {
        if (taken(rt, sig)) continue;
        __atomic_store_n(&rt->quit_asked, 1, __ATOMIC_SEQ_CST);
        ask_all(rt, POLL_QUIT);
    }
}

void signal_attach(Runtime *rt) {
    pthread_mutex_lock(&attach_lock);
    if (!attached) {
        struct sigaction a;
        memset(&a, 0, sizeof a);
        sigemptyset(&a.sa_mask);
        a.sa_handler = SIG_IGN; // a write to a closed pipe fails with EPIPE (stdout.c)
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
        for (int sig = 1; sig <= 64; sig++)
            if (installed & bit(sig)) sigaction(sig, &before[sig], NULL);
        installed = 0;
        sigaction(SIGINT, &old_int, NULL);
        sigaction(SIGQUIT, &old_quit, NULL);
        sigaction(SIGPIPE, &old_pipe, NULL);
    }
    pthread_mutex_unlock(&attach_lock);
}

// --- what a program asks for

static bool can_be_caught(int sig) { return sig > 0 && sig <= 64 && sig != SIGKILL && sig != SIGSTOP; }

// Never taken over: a handler for them would hide gol's own faults, or goroutines rely on them.
static bool is_ours(int sig) { return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL || sig == SIGPIPE || sig == 32 || sig == 33; }

void signal_choose(Runtime *rt, int sig, SignalChoice choice) {
    if (!can_be_caught(sig) || is_ours(sig)) return;
    pthread_mutex_lock(&attach_lock);
    uint64_t b = bit(sig);
    if (choice == SIGNAL_WANTED) __atomic_fetch_or(&rt->signals_wanted, b, __ATOMIC_SEQ_CST);
    else __atomic_fetch_and(&rt->signals_wanted, ~b, __ATOMIC_SEQ_CST);
    if (choice == SIGNAL_IGNORED) __atomic_fetch_or(&rt->signals_ignored, b, __ATOMIC_SEQ_CST);
    else __atomic_fetch_and(&rt->signals_ignored, ~b, __ATOMIC_SEQ_CST);
    struct sigaction a;
    memset(&a, 0, sizeof a);
    sigemptyset(&a.sa_mask);
    a.sa_flags = SA_RESTART;
    bool standing = sig == SIGINT || sig == SIGQUIT; // signal_attach has handlers for these, unless they were ignored
    if (standing && (sig == SIGINT ? old_int : old_quit).sa_handler != SIG_IGN) {
        pthread_mutex_unlock(&attach_lock);
        return;
    }
    if (choice != SIGNAL_DEFAULT && !(installed & b)) {
        a.sa_handler = on_wanted;
        if (sigaction(sig, &a, &before[sig]) == 0) installed |= b;
    } else if (choice == SIGNAL_DEFAULT && (installed & b)) {
        sigaction(sig, &before[sig], NULL);
        installed &= ~b;
    }
    pthread_mutex_unlock(&attach_lock);
}

bool signal_is_ignored(Runtime *rt, int sig) {
    if (!can_be_caught(sig)) return false;
    if (__atomic_load_n(&rt->signals_ignored, __ATOMIC_RELAXED) & bit(sig)) return true;
    struct sigaction a;
    return sigaction(sig, NULL, &a) == 0 && a.sa_handler == SIG_IGN && sig != SIGPIPE;
}

static void deliver_locked(Runtime *rt) {
    if (!rt->signal_g || !__atomic_load_n(&rt->signals_pending, __ATOMIC_SEQ_CST)) return;
    G *g = rt->signal_g;
    rt->signal_g = NULL;
    rt->npending_io--;
    sched_inject_locked(rt, g);
}

void signal_deliver(Runtime *rt) {
    lock_take(&rt->lock);
    deliver_locked(rt);
    lock_drop(&rt->lock);
}

int signal_take(Runtime *rt) {
    uint64_t pending = __atomic_load_n(&rt->signals_pending, __ATOMIC_SEQ_CST);
    if (!pending) return 0;
    int sig = __builtin_ctzll(pending) + 1;
    __atomic_fetch_and(&rt->signals_pending, ~bit(sig), __ATOMIC_SEQ_CST);
    return sig;
}

void signal_park(Worker *w, G *g) {
    Runtime *rt = w->rt;
    g->flags |= GF_SYSTEM;
    runtime_note_outside(rt);
    sched_park(w, g, WAIT_IO);
    lock_take(&rt->lock);
    rt->npending_io++;
    rt->signal_g = g;
    deliver_locked(rt); // one that came just now
    lock_drop(&rt->lock);
}
