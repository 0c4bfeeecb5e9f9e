// help.c — help on gol, its commands and topics, and what a command says when its arguments are wrong.
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "cli/commands.h"
#include "cli/manpage.h"
#include "runtime/runtime.h"

// --- pages that are built in ----------------------------------------------------------------------------------

void page_name(const EmbeddedFile *page, char name[64]) {
    const char *slash = strrchr(page->path, '/');
    snprintf(name, 64, "%s", slash ? slash + 1 : page->path);
    char *dot = strrchr(name, '.');
    if (dot) *dot = 0;
}

const char *page_title(const EmbeddedFile *page, int *len) {
    const char *text = page->text + strspn(page->text, "# ");
    *len = (int)strcspn(text, "\n");
    return text;
}

static const EmbeddedFile *topic(const char *name) {
    char known[64];
    for (const EmbeddedFile *p = help_pages; p->path; p++) {
        page_name(p, known);
        if (!strcmp(known, name)) return p;
    }
    return explain_page(name);
}

// --- help -----------------------------------------------------------------------------------------------------

static void put_flags(const Command *c) {
    for (const Option *o = flag_options; o->name; o++) {
        if (!(o->commands & c->bit)) continue;
        Buf left = {0};
        option_usage(o, &left);
        printf(left.len < 18 ? "  %-18s%s\n" : "  %s\n                    %s\n", buf_str(&left), o->help);
        buf_fini(&left);
    }
}

int help_on(const Command *c) {
    printf("usage: gol %s%s%s%s\n\n%s\n", c->name, options_any(c) ? " [flags]" : "", *c->args ? " " : "", c->args, c->summary);
    if (*c->details) printf("\n%s\n", c->details);
    puts("\nflags (-x, --x, -x=v and -x v all do):");
    put_flags(c);
    return EXIT_FINE;
}

static int unknown(const char *word) {
    char names[512][64];
    const char *known[512];
    size_t n = 0;
    for (const Command *c = commands; c->name; c++) known[n++] = c->name;
    const EmbeddedFile *const tables[] = {help_pages, explain_pages};
    for (size_t t = 0; t < COUNT_OF(tables); t++)
        for (const EmbeddedFile *p = tables[t]; p->path && n < COUNT_OF(known); p++, n++) {
            page_name(p, names[n]);
            known[n] = names[n];
        }
    for (const Option *o = flag_options; o->name && n < COUNT_OF(known); o++) known[n++] = o->name;
    n += explain_finding_words(known + n, COUNT_OF(known) - n);
    const char *meant = near_word(word, known, n);
    fprintf(stderr, "gol: no help on %s", word);
    if (meant) fprintf(stderr, "; did you mean gol help %s?\n", meant);
    else fputs(" (see: gol help)\n", stderr);
    return EXIT_USAGE;
}

static int overview(void) {
    puts("gol runs Go programs and scripts, and watches their goroutines.\n\n"
         "  gol FILE [arguments]   run a program: one with `package main`, or a script without\n"
         "  gol -e 'CODE'          run a line of code: gol -e 'fmt.Println(6 * 7)'\n"
         "  gol -                  run what comes from standard input\n\ncommands:");
    for (const Command *c = commands; c->name; c++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", c->name, c->args);
        printf(strlen(left) < 30 ? "  %-30s%s\n" : "  %s\n                                %s\n", left, c->summary);
    }
    puts("\ntopics:");
    char name[64];
    for (const EmbeddedFile *p = help_pages; p->path; p++) {
        int len;
        const char *title = page_title(p, &len);
        page_name(p, name);
        printf("  %-30s%.*s\n", name, len, title);
    }
    puts("\n`gol help run` lists the flags of a run, `gol help TOPIC` shows a topic, `gol explain CODE` explains a report;\n`gol explain` lists the codes, and topics of concurrent programming.");
    return EXIT_FINE;
}

// A flag by its name: what it is for, and in which commands. False: there is none.
static bool help_on_flag(const char *name) {
    bool found = false;
    for (const Option *o = flag_options; o->name; o++) {
        if (strcmp(o->name, name)) continue;
        Buf text = {0};
        option_usage(o, &text);
        buf_puts(&text, " of");
        for (const Command *c = commands, *first = NULL; c->name; c++)
            if (o->commands & c->bit) buf_printf(&text, "%s gol %s", first ? "," : "", c->name), first = c;
        printf("%s%s\n    %s\n", found ? "\n" : "", buf_str(&text), o->help);
        buf_fini(&text);
        found = true;
    }
    return found;
}

int command_help(const Settings *s, int argc, char **argv) {
    if (s && s->man) {
        Buf page = {0};
        manpage(&page);
        fwrite(buf_str(&page), 1, page.len, stdout);
        buf_fini(&page);
        return EXIT_FINE;
    }
    if (argc == 0) return overview();
    const Command *c = command_find(argv[0]);
    if (c) return help_on(c);
    const EmbeddedFile *page = topic(argv[0]);
    if (!page && help_on_flag(argv[0])) return EXIT_FINE;
    if (!page) page = explain_finding(argv[0]);
    const char *instead = page ? NULL : command_of_go(argv[0]);
    if (instead) {
        printf("gol has no %s: %s\n", argv[0], instead);
        return EXIT_FINE;
    }
    if (!page) return unknown(argv[0]);
    fputs(page->text, stdout);
    return EXIT_FINE;
}

bool command_input(const Command *c, const Settings *s, int argc, char **argv, Input *in, int *used) {
    if (s->code) {
        in->path = "-e";
        buf_init(&in->text);
        buf_puts(&in->text, s->code);
        in->more = NULL;
        in->owned = NULL;
        *used = 0;
        return true;
    }
    if (argc < 1) {
        fprintf(stderr, "gol: %s what? usage: gol %s %s\n", c->name, c->name, c->args);
        return false;
    }
    return input_read_package(in, argc, argv, s->test.on, used);
}
