// signal.c — the natives of package os/signal.
#include "runtime/signal.h"

#include "std/leaf.h"

NATIVE(std_os_signal_next) {
    int sig = signal_take(call->rt);
    if (sig) {
        call->args[0] = (Word)sig;
        return NATIVE_OK;
    }
    native_again(call);
    signal_park(call->worker, call->g);
    return NATIVE_AGAIN;
}

NATIVE(std_os_signal_choose) {
    signal_choose(call->rt, (int)call->args[0], (SignalChoice)call->args[1]);
    return NATIVE_OK;
}

NATIVE(std_os_signal_isIgnored) {
    call->args[0] = signal_is_ignored(call->rt, (int)call->args[0]);
    return NATIVE_OK;
}
