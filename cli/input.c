#include "cli/input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/near.h"

enum { LARGEST = 64 << 20 }; // bytes: no program is larger, and a device may have no end

static bool refuse(Input *in, int fd, const char *why) {
    if (in->why) buf_printf(in->why, "gol: %s: %s\n", in->path, why);
    else fprintf(stderr, "gol: %s: %s\n", in->path, why);
    if (fd > STDIN_FILENO) close(fd);
    buf_fini(&in->text);
    return false;
}

// The offset of the first byte that is not part of well-formed UTF-8, or len.
static size_t valid_utf8(const unsigned char *s, size_t len) {
    size_t i = 0;
    while (i < len) {
        unsigned char c = s[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        size_t more = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
        if (!more || len - i <= more) return i;
        unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        if (s[i + 1] < low || s[i + 1] > high) return i;
        for (size_t k = 2; k <= more; k++)
            if ((s[i + k] & 0xC0) != 0x80) return i;
        i += more + 1;
    }
    return len;
}

static bool examine(Input *in, int fd) {
    const unsigned char *s = (const unsigned char *)buf_str(&in->text);
    size_t len = in->text.len;
    if (len >= 2 && ((s[0] == 0xFF && s[1] == 0xFE) || (s[0] == 0xFE && s[1] == 0xFF)))
        return refuse(in, fd, "UTF-16 text: save it as UTF-8");
    if (len && memchr(s, 0, len)) return refuse(in, fd, "a binary file, not a program text");
    size_t bad = valid_utf8(s, len);
    if (bad == len) return true;
    size_t line = 1, start = 0;
    for (size_t i = 0; i < bad; i++)
        if (s[i] == '\n') {
            line++;
            start = i + 1;
        }
    char why[96];
    snprintf(why, sizeof why, "not UTF-8 text: byte 0x%02X at line %zu, column %zu", s[bad], line, bad - start + 1);
    return refuse(in, fd, why);
}

static bool has_suffix(const char *name, const char *suffix) {
    size_t n = strlen(name), k = strlen(suffix);
    return n > k && !strcmp(name + n - k, suffix);
}
bool input_is_source(const char *name) { return has_suffix(name, ".go") || has_suffix(name, ".gol"); }
static bool is_test(const char *name) { return has_suffix(name, "_test.go") || has_suffix(name, "_test.gol"); }

static int any_source(const struct dirent *e) { return e->d_name[0] != '.' && input_is_source(e->d_name); }

// Which of the names a mistyped one may have meant: another one is near, or it lacks its ending.
static const char *near_file(const char *name, struct dirent **names, int n) {
    const char *known[256];
    size_t k = 0, len = strlen(name);
    for (int i = 0; i < n && k < COUNT_OF(known); i++) {
        known[k++] = names[i]->d_name;
        if (!strncmp(names[i]->d_name, name, len) && names[i]->d_name[len] == '.') return names[i]->d_name;
    }
    return near_word(name, known, k);
}

// The program of that folder whose name is nearest to one that is not there, or "".
static void put_near_file(const char *path, Buf *why) {
    const char *slash = strrchr(path, '/');
    Buf folder = {0};
    if (slash) buf_put(&folder, path, (size_t)(slash + 1 - path));
    struct dirent **names = NULL;
    int n = scandir(slash ? buf_str(&folder) : ".", &names, any_source, alphasort);
    const char *meant = n > 0 ? near_file(slash ? slash + 1 : path, names, n) : NULL;
    if (meant) buf_printf(why, "; did you mean %s%s?", buf_str(&folder), meant);
    for (int i = 0; i < n; i++) free(names[i]);
    if (n >= 0) free(names);
    buf_fini(&folder);
}

bool input_read(Input *in, const char *path) { return input_read_told(in, path, NULL); }

bool input_read_told(Input *in, const char *path, Buf *told) {
    in->why = told;
    bool is_stdin = !strcmp(path, "-");
    in->more = NULL;
    in->owned = NULL;
    in->path = is_stdin ? "<stdin>" : path;
    buf_init(&in->text);
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        Buf why = {0};
        buf_puts(&why, errno == ENOENT ? "no such file" : strerror(errno));
        if (errno == ENOENT) put_near_file(path, &why);
        refuse(in, fd, buf_str(&why));
        buf_fini(&why);
        return false;
    }
    struct stat st;
    if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) return refuse(in, fd, "a directory, not a program");
    char block[65536];
    for (;;) {
        ssize_t n = read(fd, block, sizeof block);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return refuse(in, fd, strerror(errno));
        if (!n) break;
        buf_put(&in->text, block, (size_t)n);
        if (memchr(block, 0, (size_t)n)) break; // binary: examine says so, and /dev/zero has no end
        if (in->text.len > LARGEST) return refuse(in, fd, "larger than 64 MB: not a program text");
    }
    if (!examine(in, fd)) return false;
    if (!is_stdin) close(fd);
    return true;
}

bool input_any_test(const Input *in) {
    for (; in; in = in->more)
        if (is_test(in->path)) return true;
    return false;
}

// One more file behind `in`; false: told, and nothing is left to free.
static bool add_file(Input *in, const char *path) {
    Input **end = &in->more;
    while (*end) end = &(*end)->more;
    Input *next = xcalloc(1, sizeof *next);
    next->owned = xstrdup(path);
    if (!input_read(next, next->owned)) {
        free(next->owned);
        free(next);
        input_fini(in);
        return false;
    }
    *end = next;
    return true;
}

bool input_any_source(const char *folder) {
    struct dirent **names;
    int n = scandir(folder, &names, any_source, NULL);
    bool any = false;
    for (int i = 0; i < n; i++) {
        any |= !is_test(names[i]->d_name);
        free(names[i]);
    }
    if (n >= 0) free(names);
    return any;
}

// A folder's files in the order of their names, as go run takes them.
static bool read_folder(Input *in, const char *folder, bool tests) {
    struct dirent **names;
    int n = scandir(folder, &names, any_source, alphasort), taken = 0;
    bool ok = n >= 0;
    for (int i = 0; i < n; i++) {
        Buf path = {0};
        if (strcmp(folder, ".")) buf_printf(&path, "%s%s", folder, has_suffix(folder, "/") ? "" : "/");
        buf_puts(&path, names[i]->d_name);
        if (ok && (tests || !is_test(names[i]->d_name))) {
            if (taken++) ok = add_file(in, buf_str(&path));
            else {
                char *owned = xstrdup(buf_str(&path));
                ok = input_read(in, owned);
                if (ok) in->owned = owned;
                else free(owned);
            }
        }
        buf_fini(&path);
        free(names[i]);
    }
    if (n >= 0) free(names);
    if (ok && !taken) {
        fprintf(stderr, "gol: %s: a folder without .gol or .go files\n", folder);
        ok = false;
    }
    return ok;
}

bool input_read_package(Input *in, int argc, char **argv, bool tests, int *used) {
    struct stat st;
    *used = 1;
    if (!stat(argv[0], &st) && S_ISDIR(st.st_mode)) return read_folder(in, argv[0], tests);
    if (!input_read(in, argv[0])) return false;
    if (!input_is_source(argv[0])) return true;
    for (; *used < argc && input_is_source(argv[*used]) && !stat(argv[*used], &st) && S_ISREG(st.st_mode); ++*used)
        if (!add_file(in, argv[*used])) return false;
    return true;
}

void input_fini(Input *in) {
    while (in->more) {
        Input *next = in->more;
        in->more = next->more;
        buf_fini(&next->text);
        free(next->owned);
        free(next);
    }
    buf_fini(&in->text);
    free(in->owned);
    in->owned = NULL;
}
