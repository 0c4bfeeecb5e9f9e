// fmt.c — gol fmt: files and folders, or standard input, in canonical form (grammar/format.h).
#include "cli/fmt.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/packages.h"
#include "grammar/format.h"
#include "runtime/runtime.h"

typedef struct Fmt {
    const Settings *settings;
    FmtSettings o;
    int status; // of the first thing that went wrong
} Fmt;

static void fail(Fmt *f, int status) {
    if (!f->status) f->status = status;
}

// What is to be done with a formatted text; `was` NULL: it came from standard input.
static void deliver(Fmt *f, const Input *in, const Buf *text, const struct stat *was) {
    bool changed = text->len != in->text.len || memcmp(buf_str(text), buf_str(&in->text), text->len) != 0;
    if (f->o.print) fwrite(buf_str(text), 1, text->len, stdout);
    if (!changed) return;
    if (f->o.check) fail(f, EXIT_COMPILE);
    if (f->o.write && was) {
        const char *why = fmt_replace(in->path, was, buf_str(text), text->len);
        if (why) {
            fprintf(stderr, "gol: %s: %s; it is left as it was\n", in->path, why);
            fail(f, EXIT_COMPILE);
            return;
        }
    }
    if (f->o.list) printf("%s\n", in->path);
    if (f->o.diff) {
        Buf out = {0}, name = {0};
        buf_printf(&name, "%s.orig", in->path);
        fmt_diff(&out, buf_str(&name), buf_str(&in->text), in->text.len, in->path, buf_str(text), text->len);
        fwrite(buf_str(&out), 1, out.len, stdout);
        buf_fini(&out);
        buf_fini(&name);
    }
}

static void format_one(Fmt *f, const char *path) {
    struct stat was;
    bool is_file = strcmp(path, "-") != 0;
    if (is_file && stat(path, &was) == 0 && !S_ISREG(was.st_mode)) {
        fprintf(stderr, "gol: %s: not a regular file\n", path);
        fail(f, EXIT_USAGE);
        return;
    }
    Input in;
    if (!input_read(&in, path)) {
        fail(f, EXIT_USAGE);
        return;
    }
    Buf text = {0}, errors = {0};
    if (format_source(in.path, buf_str(&in.text), in.text.len, &text, &errors, options_color(f->settings)) == FORMAT_OK) {
        deliver(f, &in, &text, is_file ? &was : NULL);
    } else {
        fflush(stdout);
        fwrite(buf_str(&errors), 1, errors.len, stderr);
        fail(f, EXIT_COMPILE);
    }
    buf_fini(&text);
    buf_fini(&errors);
    input_fini(&in);
}

// ---- folders

static int visible(const struct dirent *e) { return e->d_name[0] != '.'; }

// All source files below a folder, in the order of their names; links to folders are not followed, so there is an end.
static void format_folder(Fmt *f, const char *folder) {
    struct dirent **names;
    int n = scandir(folder, &names, visible, alphasort);
    if (n < 0) {
        fprintf(stderr, "gol: %s: %s\n", folder, strerror(errno));
        fail(f, EXIT_USAGE);
        return;
    }
    for (int i = 0; i < n; i++) {
        Buf path = {0};
        struct stat st;
        size_t len = strlen(folder);
        if (strcmp(folder, ".")) buf_printf(&path, "%s%s", folder, len && folder[len - 1] == '/' ? "" : "/");
        buf_puts(&path, names[i]->d_name);
        if (lstat(buf_str(&path), &st) == 0 && S_ISDIR(st.st_mode)) format_folder(f, buf_str(&path));
        else if (input_is_source(names[i]->d_name) && stat(buf_str(&path), &st) == 0 && S_ISREG(st.st_mode)) format_one(f, buf_str(&path));
        buf_fini(&path);
        free(names[i]);
    }
    free(names);
}

int command_fmt(const Settings *s, int argc, char **argv) {
    Fmt f = {.settings = s, .o = s->fmt};
    char dash[] = "-", *standard_input[] = {dash};
    if (!argc) {
        argc = 1;
        argv = standard_input;
    }
    bool asked = f.o.list || f.o.diff || f.o.check || f.o.print;
    for (int i = 0; i < argc; i++) {
        struct stat st;
        bool is_stdin = !strcmp(argv[i], "-");
        if (packages_pattern(argv[i])) packages_folder(argv[i]); // which stands for all below
        f.o = s->fmt;
        if (!asked && is_stdin) f.o.print = true;
        if (!asked && !is_stdin) f.o.write = f.o.list = true;
        if (f.o.check && !f.o.diff && !f.o.print) f.o.list = true;
        if (!is_stdin && stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) format_folder(&f, argv[i]);
        else format_one(&f, argv[i]);
    }
    if (fflush(stdout) != 0 && errno != EPIPE) {
        fprintf(stderr, "gol: standard output: %s\n", strerror(errno));
        fail(&f, EXIT_USAGE);
    }
    return f.status;
}
