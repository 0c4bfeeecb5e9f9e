// os.c — the natives of package os. Standard output and error go through the runtime's buffer (stdout_write), standard input
// through its reader thread; other files are used directly, bracketed as calls that may wait.
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "runtime/stdin.h"
#include "runtime/stdout.h"
#include "std/leaf.h"

static char *c_string(const Str *s) {
    char *text = xmalloc(str_len(s) + 1);
    memcpy(text, str_data(s), str_len(s));
    text[str_len(s)] = 0;
    return text;
}

NATIVE(std_os_args) {
    const RuntimeOptions *o = runtime_options(call->rt);
    SliceReg s;
    uint64_t n = o->argc > 0 ? (uint64_t)o->argc : 0;
    if (!slice_make(call->worker, TYPE_STRING, n, n, 0, &s)) return NATIVE_NOMEM;
    for (uint64_t i = 0; i < n; i++) {
        const Str *arg;
        if (!str_new(call->worker, o->argv[i], strlen(o->argv[i]), &arg)) return NATIVE_NOMEM;
        PUBLISH((Word *)s.data + i, arg);
    }
    leaf_ret_slice(call, 0, s);
    return NATIVE_OK;
}

NATIVE(std_os_Exit) {
    call->status = (int)call->args[0];
    return NATIVE_EXIT;
}

NATIVE(std_os_LookupEnv) {
    char *key = c_string(leaf_str(call, 0));
    const char *v = *key ? getenv(key) : NULL;
    free(key);
    if (!leaf_ret_bytes_as_str(call, 0, v ? v : "", v ? strlen(v) : 0)) return NATIVE_NOMEM;
    call->args[1] = v != NULL;
    return NATIVE_OK;
}

NATIVE(std_os_Getpid) {
    call->args[0] = (Word)getpid();
    return NATIVE_OK;
}

NATIVE(std_os_errorText) {
    char text[128];
    snprintf(text, sizeof text, "%s", strerror((int)call->args[0]));
    if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1])) text[0] = (char)tolower((unsigned char)text[0]);
    return leaf_ret_bytes_as_str(call, 0, text, strlen(text)) ? NATIVE_OK : NATIVE_NOMEM;
}

NATIVE(std_os_openFile) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    int flag = (int)call->args[1], perm = (int)call->args[2];
    native_block_enter(call->worker);
    int fd = open(name, flag | O_CLOEXEC, perm);
    int error = errno;
    native_block_leave(call->worker);
    free(name);
    call->args[0] = fd < 0 ? (Word)(int64_t)-error : (Word)fd;
    return NATIVE_OK;
}

NATIVE(std_os_removeFile) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    call->args[0] = remove(name) ? (Word)(int64_t)-errno : 0;
    free(name);
    return NATIVE_OK;
}

NATIVE(std_os_closeFile) {
    int fd = (int)call->args[0];
    call->args[0] = fd > 2 && close(fd) ? (Word)(int64_t)-errno : 0;
    return NATIVE_OK;
}

// What a program writes to a file comes before what it does after reading it, as in Go: all files have one clock. (Standard output orders
// nothing.)
#define FILES_KEY(c) ((const void *)&(c)->rt->files_key)

// Guest memory may not be touched while the worker counts as stopped: everything goes through a copy. `offset` < 0: from
// the file's own position.
static int64_t read_in(NativeCall *c, int fd, SliceReg b, int64_t offset) {
    size_t want = b.len < 65536 ? b.len : 65536;
    char *copy = xmalloc(want + 1);
    native_block_enter(c->worker);
    ssize_t n;
    do n = offset < 0 ? read(fd, copy, want) : pread(fd, copy, want, offset);
    while (n < 0 && errno == EINTR);
    int error = errno;
    native_block_leave(c->worker);
    if (c->worker->race && fd > 2) race_acquire(c->worker, c->g, FILES_KEY(c));
    if (n > 0) {
        leaf_writes(c, (void *)b.data, (size_t)n);
        leaf_write((void *)b.data, copy, (size_t)n);
    }
    free(copy);
    return n < 0 ? -error : (int64_t)n;
}

NATIVE(std_os_readFile) {
    call->args[0] = (Word)read_in(call, (int)call->args[0], leaf_slice(call, 1), -1);
    return NATIVE_OK;
}

NATIVE(std_os_readFileAt) {
    call->args[0] = (Word)read_in(call, (int)call->args[0], leaf_slice(call, 1), (int64_t)call->args[4]);
    return NATIVE_OK;
}

NATIVE(std_os_seekFile) {
    off_t at = lseek((int)call->args[0], (off_t)call->args[1], (int)call->args[2]);
    call->args[0] = at < 0 ? (Word)(int64_t)-errno : (Word)at;
    return NATIVE_OK;
}

static int64_t write_out(NativeCall *c, int fd, const void *bytes, size_t n, int64_t offset) {
    if ((fd == 1 || fd == 2) && offset < 0) {
        stdout_write(c->worker, fd, bytes, n);
        return (int64_t)n;
    }
    size_t done = 0;
    int error = 0;
    if (c->worker->race) race_release_merge(c->worker, c->g, FILES_KEY(c));
    native_block_enter(c->worker);
    while (done < n && !error) {
        const char *rest = (const char *)bytes + done;
        ssize_t k = offset < 0 ? write(fd, rest, n - done) : pwrite(fd, rest, n - done, offset + (int64_t)done);
        if (k >= 0) done += (size_t)k;
        else if (errno != EINTR) error = errno;
    }
    native_block_leave(c->worker);
    return error ? -error : (int64_t)n;
}

static NativeStatus write_slice(NativeCall *c, int64_t offset) {
    SliceReg b = leaf_slice_read(c, 1, 1);
    void *copy = xmalloc(b.len + 1);
    leaf_read(copy, (const void *)b.data, b.len);
    c->args[0] = (Word)write_out(c, (int)c->args[0], copy, b.len, offset);
    free(copy);
    return NATIVE_OK;
}

NATIVE(std_os_writeFile) { return write_slice(call, -1); }
NATIVE(std_os_writeFileAt) { return write_slice(call, (int64_t)call->args[4]); }

NATIVE(std_os_writeText) {
    const Str *s = leaf_str(call, 1);
    int fd = (int)call->args[0];
    if (fd == 1 || fd == 2) {
        call->worker->held = s; // the call's registers are its results' now
        stdout_write(call->worker, fd, str_data(s), str_len(s));
        call->worker->held = NULL;
        call->args[0] = str_len(s);
        return NATIVE_OK;
    }
    void *copy = xmalloc(str_len(s) + 1);
    memcpy(copy, str_data(s), str_len(s));
    call->args[0] = (Word)write_out(call, fd, copy, str_len(s), -1);
    free(copy);
    return NATIVE_OK;
}

NATIVE(std_os_waitInput) {
    uint64_t max = call->args[0];
    stdin_park(call->worker, call->g, max < 65536 ? max : 65536);
    return NATIVE_PARK;
}

NATIVE(std_os_takeInput) {
    SliceReg b = leaf_slice(call, 0);
    const uint8_t *data;
    int64_t n = stdin_result(call->g, &data);
    if (n < 0) n = -(int64_t)(uintptr_t)data;
    else if ((uint64_t)n > b.len) n = (int64_t)b.len;
    if (n > 0) {
        leaf_writes(call, (void *)b.data, (size_t)n);
        leaf_write((void *)b.data, data, (size_t)n);
    }
    stdin_free(call->g);
    call->args[0] = (Word)n;
    return NATIVE_OK;
}
