#include "cli/packages.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "cli/input.h"
#include "runtime/runtime.h"

typedef struct Folders {
    char **at;
    size_t n, cap;
} Folders;

bool packages_pattern(const char *word) {
    size_t n = strlen(word);
    return !strcmp(word, "...") || (n >= 4 && !strcmp(word + n - 4, "/..."));
}

void packages_folder(char *pattern) {
    size_t n = strlen(pattern);
    if (n == 3) pattern[0] = '.', n = 5;
    else if (n == 4) n++; // the root
    pattern[n - 4] = 0;
}

static int may_have_packages(const struct dirent *e) {
    return e->d_name[0] != '.' && e->d_name[0] != '_' && strcmp(e->d_name, "testdata") && strcmp(e->d_name, "vendor");
}

// Links to folders are not followed, so there is an end.
static void collect(Folders *found, const char *folder) {
    struct dirent **names;
    int n = scandir(folder, &names, may_have_packages, alphasort);
    bool any = false;
    for (int i = 0; i < n; i++) any |= input_is_source(names[i]->d_name);
    if (n > 0 && any) {
        if (found->n == found->cap) found->at = xrealloc(found->at, (found->cap = found->cap ? 2 * found->cap : 16) * sizeof *found->at);
        found->at[found->n++] = xstrdup(folder);
    }
    for (int i = 0; i < n; i++) {
        struct stat st;
        Buf path = {0};
        if (strcmp(folder, ".")) buf_printf(&path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
        buf_puts(&path, names[i]->d_name);
        if (lstat(buf_str(&path), &st) == 0 && S_ISDIR(st.st_mode)) collect(found, buf_str(&path));
        buf_fini(&path);
        free(names[i]);
    }
    if (n >= 0) free(names);
}

int packages_each(const Settings *s, int argc, char **argv, int (*each)(const Settings *s, int argc, char **argv)) {
    struct stat st;
    const char *pattern = argv[0];
    char *root = xstrdup(pattern);
    packages_folder(root);
    if (stat(root, &st) || !S_ISDIR(st.st_mode)) {
        fprintf(stderr, "gol: %s: there is no folder %s\n", pattern, root);
        free(root);
        return EXIT_USAGE;
    }
    Folders found = {0};
    collect(&found, root);
    int status = EXIT_FINE;
    if (!found.n) {
        fprintf(stderr, "gol: %s: no folder with .gol or .go files\n", pattern);
        status = EXIT_USAGE;
    } else if (found.n > 1 && s->report) {
        fprintf(stderr, "gol: %s: a report is about one package; name its folder\n", pattern);
        status = EXIT_USAGE;
    } else {
        for (size_t i = 0; i < found.n && status != EXIT_INTERRUPT; i++) {
            argv[0] = found.at[i];
            int one = each(s, argc, argv);
            fflush(stdout);
            if (one == EXIT_INTERRUPT || status == EXIT_FINE || one == EXIT_COMPILE) status = one ? one : status;
        }
    }
    for (size_t i = 0; i < found.n; i++) free(found.at[i]);
    free(found.at);
    free(root);
    return status;
}
