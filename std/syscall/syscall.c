// syscall.c — the natives of package syscall.
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "std/leaf.h"

// Go's words, which are the C library's with a small letter.
static NativeStatus ret_words(NativeCall *call, const char *words, bool known, const char *unknown) {
    char text[128];
    if (known) snprintf(text, sizeof text, "%s", words);
    else snprintf(text, sizeof text, "%s %lld", unknown, (long long)call->args[0]);
    if (isupper((unsigned char)text[0]) && islower((unsigned char)text[1])) text[0] = (char)tolower((unsigned char)text[0]);
    return leaf_ret_bytes_as_str(call, 0, text, strlen(text)) ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_syscall_text) {
    int64_t n = (int64_t)call->args[0];
    bool known = n > 0 && n < 32;
    return ret_words(call, known ? strsignal((int)n) : NULL, known, "signal");
}

NATIVE(std_syscall_errorText) {
    int64_t n = (int64_t)call->args[0];
    bool known = n > 0 && n < 134;
    return ret_words(call, known ? strerror((int)n) : NULL, known, "errno");
}

NATIVE(std_syscall_kill) {
    runtime_note_outside(call->rt);
    call->args[0] = kill((pid_t)call->args[0], (int)call->args[1]) == 0 ? 0 : (Word)errno;
    return NATIVE_OK;
}

NATIVE(std_syscall_Getpid) {
    call->args[0] = (Word)getpid();
    return NATIVE_OK;
}

NATIVE(std_syscall_Getppid) {
    call->args[0] = (Word)getppid();
    return NATIVE_OK;
}
