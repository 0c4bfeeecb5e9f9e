// dir.c — directories, the environment and what files are, for package os.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "std/leaf.h"

extern char **environ;

static char *c_string(const Str *s) {
    char *text = xmalloc(str_len(s) + 1);
    memcpy(text, str_data(s), str_len(s));
    text[str_len(s)] = 0;
    return text;
}

static NativeStatus ret_code(NativeCall *c, int failed) {
    c->args[0] = failed ? (Word)(int64_t)-errno : 0;
    return NATIVE_OK;
}

NATIVE(std_os_mkdir) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    ret_code(call, mkdir(name, (mode_t)call->args[1]));
    free(name);
    return NATIVE_OK;
}

NATIVE(std_os_chdir) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    ret_code(call, chdir(name));
    free(name);
    return NATIVE_OK;
}

NATIVE(std_os_rename) {
    runtime_note_outside(call->rt);
    char *from = c_string(leaf_str(call, 0)), *to = c_string(leaf_str(call, 1));
    ret_code(call, rename(from, to));
    free(from);
    free(to);
    return NATIVE_OK;
}

NATIVE(std_os_getwd) {
    char path[4096];
    bool fine = getcwd(path, sizeof path) != NULL;
    int error = errno;
    if (!leaf_ret_bytes_as_str(call, 0, path, fine ? strlen(path) : 0)) return NATIVE_NOMEM;
    call->args[1] = fine ? 0 : (Word)(int64_t)-error;
    return NATIVE_OK;
}

NATIVE(std_os_setenv) {
    runtime_note_outside(call->rt);
    char *key = c_string(leaf_str(call, 0)), *value = c_string(leaf_str(call, 1));
    ret_code(call, setenv(key, value, 1));
    free(key);
    free(value);
    return NATIVE_OK;
}

NATIVE(std_os_unsetenv) {
    runtime_note_outside(call->rt);
    char *key = c_string(leaf_str(call, 0));
    unsetenv(key);
    free(key);
    return NATIVE_OK;
}

static bool set_string(NativeCall *c, SliceReg list, uint64_t i, const char *text) {
    const Str *s;
    if (!str_new(c->worker, text, strlen(text), &s)) return false;
    PUBLISH((Word *)list.data + i, s);
    return true;
}

NATIVE(std_os_environ) {
    uint64_t n = 0;
    while (environ[n]) n++;
    SliceReg list;
    if (!slice_make(call->worker, TYPE_STRING, n, n, 0, &list)) return NATIVE_NOMEM;
    for (uint64_t i = 0; i < n && environ[i]; i++)
        if (!set_string(call, list, i, environ[i])) return NATIVE_NOMEM;
    leaf_ret_slice(call, 0, list);
    return NATIVE_OK;
}

NATIVE(std_os_hostname) {
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    return leaf_ret_bytes_as_str(call, 0, name, strlen(name)) ? NATIVE_OK : NATIVE_NOMEM;
}

static int not_dots(const struct dirent *e) { return strcmp(e->d_name, ".") && strcmp(e->d_name, ".."); }
static int by_bytes(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

NATIVE(std_os_list) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    struct dirent **entries;
    int n = scandir(name, &entries, not_dots, by_bytes), error = errno;
    free(name);
    SliceReg names, dirs;
    uint64_t count = n < 0 ? 0 : (uint64_t)n;
    bool fine = slice_make(call->worker, TYPE_STRING, count, count, 0, &names)
        && slice_make(call->worker, TYPE_BOOL, count, count, 0, &dirs);
    for (uint64_t i = 0; i < count; i++) {
        fine = fine && set_string(call, names, i, entries[i]->d_name);
        if (fine) GUEST_STORE(uint8_t, (uint8_t *)dirs.data + i, entries[i]->d_type == DT_DIR);
        free(entries[i]);
    }
    if (n >= 0) free(entries);
    if (!fine) return NATIVE_NOMEM;
    leaf_ret_slice(call, 0, names);
    leaf_ret_slice(call, 3, dirs);
    call->args[6] = n < 0 ? (Word)(int64_t)-error : 0;
    return NATIVE_OK;
}

// The bits of os.FileMode.
static Word file_mode(mode_t m) {
    Word mode = m & 0777;
    switch (m & S_IFMT) {
    case S_IFREG: break;
    case S_IFDIR: mode |= (Word)1 << 31; break;
    case S_IFLNK: mode |= 1 << 27; break;
    case S_IFBLK: mode |= 1 << 26; break;
    case S_IFIFO: mode |= 1 << 25; break;
    case S_IFSOCK: mode |= 1 << 24; break;
    case S_IFCHR: mode |= 1 << 26 | 1 << 21; break;
    default: mode |= 1 << 19; break;
    }
    if (m & S_ISUID) mode |= 1 << 23;
    if (m & S_ISGID) mode |= 1 << 22;
    if (m & S_ISVTX) mode |= 1 << 20;
    return mode;
}

static NativeStatus ret_stat(NativeCall *c, bool fine, const struct stat *s) {
    int error = errno;
    c->args[0] = fine ? (Word)s->st_size : 0;
    c->args[1] = fine ? file_mode(s->st_mode) : 0;
    c->args[2] = fine ? 0 : (Word)(int64_t)-error;
    return NATIVE_OK;
}

NATIVE(std_os_stat) {
    runtime_note_outside(call->rt);
    char *name = c_string(leaf_str(call, 0));
    struct stat s;
    bool fine = !(call->args[1] ? stat(name, &s) : lstat(name, &s));
    int error = errno;
    free(name);
    errno = error;
    return ret_stat(call, fine, &s);
}

NATIVE(std_os_fstat) {
    struct stat s;
    bool fine = !fstat((int)call->args[0], &s);
    return ret_stat(call, fine, &s);
}
