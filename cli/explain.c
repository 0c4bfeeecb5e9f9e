// explain.c — gol explain: the pages of docs/errors, which are built into the program.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/near.h"
#include "cli/commands.h"
#include "runtime/finding.h"
#include "runtime/runtime.h"

static const struct { int code; const char *title; } titles[] = {
#define X(code, name, severity, title) {code, title},
#include "base/diag_codes.def"
#undef X
};

const EmbeddedFile *explain_page(const char *word) {
    char name[64];
    for (uint32_t i = 0; i < explain_count; i++) {
        page_name(&explain_pages[i], name);
        if (!strcasecmp(name, word)) return &explain_pages[i];
    }
    return NULL;
}

static const struct { const char *word, *one, *many; int code; } kinds[] = {
#define X(name, word, one, many, code, status) {word, one, many, code},
    FINDING_KINDS(X)
#undef X
};

// Two names are the same when they differ in blanks and dashes alone.
static bool same_name(const char *word, const char *name) {
    for (; *word && *name; word++, name++)
        if (tolower((unsigned char)*word) != *name && !(strchr(" -", *word) && strchr(" -", *name))) return false;
    return !*word && !*name;
}

const EmbeddedFile *explain_finding(const char *word) {
    char code[16];
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (same_name(word, kinds[i].word) || same_name(word, kinds[i].one) || same_name(word, kinds[i].many)) {
            snprintf(code, sizeof code, "GOL%04d", kinds[i].code);
            return explain_page(code);
        }
    return NULL;
}

size_t explain_finding_words(const char **words, size_t max) {
    size_t n = 0;
    for (; n < COUNT_OF(kinds) && n < max; n++) words[n] = kinds[n].word;
    return n;
}

// "GOL0310", "gol310", "0310" and "310" are all 310; 0 when it is no code.
static int code_of(const char *word) {
    if (!strncasecmp(word, "gol", 3)) word += 3;
    size_t n = strspn(word, "0123456789");
    return n && n <= 4 && !word[n] ? atoi(word) : 0;
}

static int list(void) {
    puts("gol explain CODE, with one of:\n");
    for (size_t i = 0; i < COUNT_OF(titles); i++) printf("  GOL%04d  %s\n", titles[i].code, titles[i].title);
    bool first = true;
    char name[64];
    for (uint32_t i = 0; i < explain_count; i++) {
        page_name(&explain_pages[i], name);
        if (code_of(name)) continue;
        if (first) puts("\nor one of these topics:\n");
        first = false;
        int len;
        const char *title = page_title(&explain_pages[i], &len);
        printf("  %-19s %.*s\n", name, len, title);
    }
    return EXIT_FINE;
}

// Several words are one topic: `gol explain loop variable` is the page loop-variable.
bool explain_put(int argc, char **argv, Buf *out) {
    char word[64] = "";
    for (int i = 0; i < argc; i++) {
        size_t n = strlen(word);
        snprintf(word + n, sizeof word - n, "%s%s", i ? "-" : "", argv[i]);
    }
    int code = code_of(word);
    if (code) snprintf(word, sizeof word, "GOL%04d", code);
    const EmbeddedFile *page = explain_page(word);
    if (!page) page = explain_finding(word);
    if (page) {
        buf_puts(out, page->text);
        return true;
    }
    for (size_t i = 0; code && i < COUNT_OF(titles); i++)
        if (titles[i].code == code) {
            buf_printf(out, "GOL%04d: %s\n", code, titles[i].title);
            return true;
        }
    static char names[256][64];
    const char *known[256];
    size_t n = explain_finding_words(known, COUNT_OF(known));
    for (uint32_t i = 0; i < explain_count && n < COUNT_OF(known); i++, n++) {
        page_name(&explain_pages[i], names[n]);
        known[n] = names[n];
    }
    const char *meant = code ? NULL : near_word(word, known, n);
    buf_printf(out, "gol: no page on %s", word);
    if (meant) buf_printf(out, "; did you mean gol explain %s?\n", meant);
    else buf_puts(out, " (gol explain lists them all)\n");
    return false;
}

int command_explain(const Settings *s, int argc, char **argv) {
    (void)s;
    if (argc == 0) return list();
    Buf out;
    buf_init(&out);
    bool found = explain_put(argc, argv, &out);
    fputs(buf_str(&out), found ? stdout : stderr);
    buf_fini(&out);
    return found ? EXIT_FINE : EXIT_USAGE;
}
