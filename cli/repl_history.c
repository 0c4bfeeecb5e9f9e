#include "cli/repl_history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

// $XDG_STATE_HOME/gol/history with its folders, which are made.
static char *find_path(void) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    Buf b;
    buf_init(&b);
    if (state && *state == '/') buf_puts(&b, state);
    else if (home && *home == '/') buf_printf(&b, "%s/.local/state", home);
    else return NULL;
    buf_puts(&b, "/gol/history");
    for (char *p = b.data + 1; (p = strchr(p, '/')); p++) {
        *p = 0;
        bool made = mkdir(b.data, 0700) == 0 || errno == EEXIST;
        *p = '/';
        if (!made) {
            buf_fini(&b);
            return NULL;
        }
    }
    return b.data; // the buffer's memory becomes the caller's
}

static void put_escaped(Buf *b, const char *text) {
    for (; *text; text++) {
        if (*text == '\\') buf_puts(b, "\\\\");
        else if (*text == '\n') buf_puts(b, "\\n");
        else buf_putc(b, *text);
    }
    buf_putc(b, '\n');
}

static char *unescape(const char *p, size_t n) {
    char *text = xmalloc(n + 1), *to = text;
    for (const char *end = p + n; p < end; p++) {
        if (*p != '\\' || p + 1 == end) *to++ = *p;
        else *to++ = *++p == 'n' ? '\n' : *p;
    }
    *to = 0;
    return text;
}

static void remember_take(ReplHistory *h, char *text) {
    if (h->n == h->cap) {
        h->cap = h->cap ? 2 * h->cap : 256;
        h->items = xrealloc(h->items, h->cap * sizeof *h->items);
    }
    h->items[h->n++] = text;
}

// The file, locked: another session may have put a new one in its place while this one waited.
static int open_locked(const char *path) {
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
        struct stat here, there;
        if (fd < 0 || flock(fd, LOCK_EX) < 0 || fstat(fd, &here) < 0 || !S_ISREG(here.st_mode)) {
            if (fd >= 0) close(fd);
            return -1;
        }
        if (stat(path, &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev) return fd;
        close(fd);
    }
}

static bool write_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool read_all(int fd, Buf *out) {
    char piece[1 << 16];
    for (off_t at = 0;;) {
        ssize_t k = pread(fd, piece, sizeof piece, at);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return k == 0;
        buf_put(out, piece, (size_t)k);
        at += k;
    }
}

// Keeps the newest entries: a new file takes the old one's place, so that nothing is lost when it cannot be written.
static void shorten(ReplHistory *h) {
    size_t from = h->n > HISTORY_MAX_ENTRIES / 2 ? h->n - HISTORY_MAX_ENTRIES / 2 : 0, bytes = 0, i = h->n;
    while (i > from && bytes + strlen(h->items[i - 1]) < HISTORY_MAX_BYTES / 2) bytes += strlen(h->items[--i]) + 1;
    Buf text, path;
    buf_init(&text);
    buf_init(&path);
    for (size_t k = 0; k < i; k++) free(h->items[k]);
    memmove(h->items, h->items + i, (h->n - i) * sizeof *h->items);
    h->n -= i;
    for (size_t k = 0; k < h->n; k++) put_escaped(&text, h->items[k]);
    buf_printf(&path, "%s.%ld", h->path, (long)getpid());
    int fd = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        bool whole = write_all(fd, buf_str(&text), text.len);
        close(fd);
        if (!whole || rename(path.data, h->path) != 0) unlink(path.data);
    }
    buf_fini(&text);
    buf_fini(&path);
}

void repl_history_init(ReplHistory *h, bool keep) {
    *h = (ReplHistory){.path = keep ? find_path() : NULL};
    int fd = h->path ? open_locked(h->path) : -1;
    if (fd < 0) return;
    Buf text;
    buf_init(&text);
    if (read_all(fd, &text)) {
        const char *p = buf_str(&text), *end = p + text.len;
        while (p < end) {
            const char *nl = memchr(p, '\n', (size_t)(end - p));
            if (!nl) nl = end;
            if (nl > p && !memchr(p, 0, (size_t)(nl - p))) remember_take(h, unescape(p, (size_t)(nl - p)));
            p = nl + 1;
        }
        if (h->n > HISTORY_MAX_ENTRIES || text.len > HISTORY_MAX_BYTES) shorten(h);
    }
    buf_fini(&text);
    close(fd);
}

void repl_history_fini(ReplHistory *h) {
    for (size_t i = 0; i < h->n; i++) free(h->items[i]);
    free(h->items);
    free(h->path);
    *h = (ReplHistory){0};
}

void repl_history_add(ReplHistory *h, const char *text) {
    if (!text[strspn(text, " \t\r\n")] || (h->n && !strcmp(h->items[h->n - 1], text))) return;
    remember_take(h, xstrdup(text));
    int fd = h->path ? open_locked(h->path) : -1;
    if (fd < 0) return;
    Buf line;
    buf_init(&line);
    put_escaped(&line, text);
    write_all(fd, line.data, line.len);
    close(fd);
    buf_fini(&line);
}

static bool fits(const char *item, const char *part, size_t n, bool anywhere) {
    return anywhere ? memmem(item, strlen(item), part, n) != NULL : !strncmp(item, part, n);
}

size_t repl_history_older(const ReplHistory *h, size_t at, const char *part, size_t n, bool anywhere) {
    while (at-- > 0)
        if (fits(h->items[at], part, n, anywhere)) return at;
    return SIZE_MAX;
}

size_t repl_history_newer(const ReplHistory *h, size_t at, const char *part, size_t n) {
    while (++at < h->n)
        if (fits(h->items[at], part, n, false)) return at;
    return SIZE_MAX;
}
