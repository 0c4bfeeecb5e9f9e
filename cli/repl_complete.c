#include "cli/repl_complete.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "cli/doc.h"
#include "cli/repl.h"

void completions_init(Completions *c) { *c = (Completions){0}; }

void completions_fini(Completions *c) {
    for (size_t i = 0; i < c->n; i++) {
        free(c->items[i].name);
        free(c->items[i].what);
    }
    free(c->items);
}

void completions_add(Completions *c, const char *name, const char *what) {
    if (c->n == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 32;
        c->items = xrealloc(c->items, c->cap * sizeof *c->items);
    }
    c->items[c->n++] = (Completion){xstrdup(name), xstrdup(what)};
}

size_t completions_common(const Completions *c) {
    size_t common = c->n ? strlen(c->items[0].name) : 0;
    for (size_t i = 1; i < c->n; i++) {
        size_t n = 0;
        while (n < common && c->items[i].name[n] == c->items[0].name[n]) n++;
        common = n;
    }
    while (common && c->n && (c->items[0].name[common] & 0xC0) == 0x80) common--; // whole characters
    return common;
}

// ---- showing

enum { FEW = 12, MOST = 200 };

static void put_cut(Buf *out, const char *s, int columns) {
    size_t n = strlen(s);
    if (screen_text_width(s, n) <= columns) {
        buf_put(out, s, n);
        return;
    }
    while (n && (screen_text_width(s, n) > columns - 3 || (s[n] & 0xC0) == 0x80)) n--;
    buf_put(out, s, n);
    buf_puts(out, "...");
}

void completions_list(const Completions *c, int columns, const char *newline, Buf *out) {
    int widest = 0;
    for (size_t i = 0; i < c->n; i++) {
        int w = screen_text_width(c->items[i].name, strlen(c->items[i].name));
        if (w > widest) widest = w;
    }
    size_t shown = c->n < MOST ? c->n : MOST, across = (size_t)((columns - 1) / (widest + 2));
    if (!across) across = 1;
    if (c->n <= FEW) {
        for (size_t i = 0; i < c->n; i++) {
            const Completion *x = &c->items[i];
            buf_puts(out, x->name);
            if (*x->what && columns - widest > 12) {
                buf_printf(out, "%*s", widest - screen_text_width(x->name, strlen(x->name)) + 2, "");
                put_cut(out, x->what, columns - widest - 3);
            }
            buf_puts(out, newline);
        }
        return;
    }
    size_t down = (shown + across - 1) / across;
    for (size_t row = 0; row < down; row++) {
        for (size_t i = row; i < shown; i += down) {
            const char *name = c->items[i].name;
            buf_puts(out, name);
            if (i + down < shown) buf_printf(out, "%*s", widest - screen_text_width(name, strlen(name)) + 2, "");
        }
        buf_puts(out, newline);
    }
    if (shown < c->n) buf_printf(out, "... and %zu more%s", c->n - shown, newline);
}

// ---- :commands and their arguments

static void add_commands(Completions *c, const char *begun, size_t n, const char *prefix) {
    for (const ReplCommand *x = repl_commands; x->name; x++) {
        if (strncmp(x->name, begun, n)) continue;
        char name[32];
        snprintf(name, sizeof name, "%s%s", prefix, x->name);
        completions_add(c, name, x->summary);
    }
}

static void add_pages(Completions *c, const char *begun, size_t n) {
    char name[64];
    for (uint32_t i = 0; i < explain_count; i++) {
        page_name(&explain_pages[i], name);
        int len;
        const char *title = page_title(&explain_pages[i], &len);
        char what[96];
        snprintf(what, sizeof what, "%.*s", len, title);
        if (!strncasecmp(name, begun, n)) completions_add(c, name, what);
    }
}

static int by_name(const void *a, const void *b) { return strcmp(((const Completion *)a)->name, ((const Completion *)b)->name); }

// Files of the folder that is begun; a folder ends with a slash.
static void add_files(Completions *c, const char *begun, size_t n) {
    size_t folder = n;
    while (folder && begun[folder - 1] != '/') folder--;
    Buf path;
    buf_init(&path);
    buf_put(&path, begun, folder);
    DIR *d = opendir(folder ? path.data : ".");
    for (struct dirent *e; d && (e = readdir(d));) {
        if (strncmp(e->d_name, begun + folder, n - folder) || (e->d_name[0] == '.' && n == folder)) continue;
        path.len = folder;
        buf_puts(&path, e->d_name);
        struct stat st;
        if (stat(path.data, &st) == 0 && S_ISDIR(st.st_mode)) buf_putc(&path, '/');
        completions_add(c, path.data, "");
    }
    if (d) closedir(d);
    buf_fini(&path);
    if (c->n) qsort(c->items, c->n, sizeof *c->items, by_name);
}

// ---- names of the session

static void add_name(void *ctx, const SessionName *n) {
    Buf what;
    buf_init(&what);
    if (strncmp(n->type, "func(", 5)) buf_printf(&what, "%s%s", n->kind, *n->type ? " " : ""); // else the type says it
    buf_puts(&what, n->type);
    completions_add(ctx, n->name, buf_str(&what));
    buf_fini(&what);
}

static void add_doc(void *ctx, const char *name, const char *what) { completions_add(ctx, name, what); }

static const ReplCommand *command_at(const char *p, size_t n) {
    const ReplCommand *found = NULL;
    for (const ReplCommand *x = repl_commands; x->name; x++) {
        if (strncmp(x->name, p, n)) continue;
        if (!x->name[n]) return x;
        if (found) return NULL;
        found = x;
    }
    return found;
}

void completions_find(Completions *c, Session *s, const char *text, size_t len, size_t at) {
    size_t begin = strspn(text, " \t\n");
    if (begin >= at || text[begin] != ':') {
        session_complete(s, text, len, at, &c->from, add_name, c);
        return;
    }
    size_t word = begin + 1;
    while (word < at && !strchr(" \t\n", text[word])) word++;
    if (word == at) {
        c->from = begin;
        add_commands(c, text + begin + 1, at - begin - 1, ":");
        return;
    }
    const ReplCommand *x = command_at(text + begin + 1, word - begin - 1);
    size_t arg = word + strspn(text + word, " \t");
    if (!x || arg > at) return;
    c->from = arg;
    switch (x->takes) {
    case REPL_NOTHING:
    case REPL_NUMBER: break;
    case REPL_EXPR:
    case REPL_NAME:
        session_complete(s, text + arg, len - arg, at - arg, &c->from, add_name, c);
        c->from += arg;
        break;
    case REPL_DOC: {
        char *typed = strndup(text + arg, at - arg);
        doc_each_name(typed, add_doc, c);
        free(typed);
        break;
    }
    case REPL_FILE: add_files(c, text + arg, at - arg); break;
    case REPL_PAGE: add_pages(c, text + arg, at - arg); break;
    case REPL_COMMAND: add_commands(c, text + arg, at - arg, ""); break;
    }
}
