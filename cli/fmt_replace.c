// fmt_replace.c — see fmt.h. Whatever happens in between, the name leads to the whole old text or to the whole new one: rename is the only step
// that the user's file sees. A hard link keeps the old text. Signals that end gol wait until nothing half done is left in the folder.
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/fmt.h"

static bool write_all(int fd, const char *s, size_t n) {
    while (n) {
        ssize_t k = write(fd, s, n);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return false;
        s += k;
        n -= (size_t)k;
    }
    return true;
}

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

// The new file with all its text on the disk; false: errno says why.
static bool fill(int fd, const struct stat *was, const char *text, size_t len) {
    if (fchown(fd, was->st_uid, was->st_gid) != 0 && errno != EPERM) return false; // who may not give it away owns it now
    return fchmod(fd, was->st_mode & 07777) == 0 && write_all(fd, text, len) && fsync(fd) == 0;
}

const char *fmt_replace(const char *path, const struct stat *was, const char *text, size_t len) {
    struct stat now;
    if (access(path, W_OK) != 0) return strerror(errno); // a rename would not ask
    char *target = realpath(path, NULL);
    if (!target) return strerror(errno);
    Buf temp = {0};
    char *copy = xstrdup(target);
    buf_printf(&temp, "%s/.gol-fmt-XXXXXX", dirname(copy));
    const char *why = NULL;
    sigset_t ending, before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, &before);
    int fd = mkostemp(temp.data, O_CLOEXEC);
    if (fd < 0) {
        why = strerror(errno);
    } else {
        bool ok = fill(fd, was, text, len);
        int error = errno;
        if (close(fd) != 0 && ok) ok = false, error = errno;
        if (!ok) why = strerror(error);
        else if (stat(target, &now) != 0 || !same_file(was, &now)) why = "changed while it was being formatted";
        else if (rename(buf_str(&temp), target) != 0) why = strerror(errno);
        if (why) unlink(buf_str(&temp));
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    int folder = why ? -1 : open(copy, O_RDONLY | O_DIRECTORY | O_CLOEXEC); // dirname cut it down to the folder
    if (folder >= 0) {
        fsync(folder); // the new name, too: a failure loses nothing
        close(folder);
    }
    buf_fini(&temp);
    free(copy);
    free(target);
    return why;
}
