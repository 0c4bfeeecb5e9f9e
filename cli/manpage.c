// manpage.c — the man page, from the same tables as help. What stands in `backquotes` there is bold here, blocks that are indented keep their lines.
#include "cli/manpage.h"

#include <ctype.h>
#include <string.h>

#include "cli/commands.h"

// One run of text inside a line: nothing in it is an instruction to roff.
static void put_text(const char *s, size_t n, Buf *out) {
    bool bold = false;
    for (size_t i = 0; i < n; i++) {
        switch (s[i]) {
        case '\\': buf_puts(out, "\\e"); break;
        case '-': buf_puts(out, "\\-"); break;
        case '~': buf_puts(out, "\\(ti"); break;
        case '^': buf_puts(out, "\\(ha"); break;
        case '\'': buf_puts(out, "\\(aq"); break;
        case '`': buf_puts(out, (bold = !bold) ? "\\fB" : "\\fR"); break;
        default: buf_putc(out, s[i]);
        }
    }
    if (bold) buf_puts(out, "\\fR");
}

static void put_line(const char *s, size_t n, Buf *out) {
    if (n && s[0] == '.') buf_puts(out, "\\&");
    put_text(s, n, out);
    buf_putc(out, '\n');
}

// Paragraphs with empty lines between, and blocks indented by four blanks.
static void put_paragraphs(const char *text, Buf *out) {
    bool block = false, empty = true;
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        bool indented = n > 4 && !strncmp(line, "    ", 4);
        if (block && !indented) buf_puts(out, ".fi\n.RE\n");
        if (indented && !block) buf_puts(out, ".PP\n.RS 4\n.nf\n");
        else if (n && !indented && empty) buf_puts(out, ".PP\n");
        block = indented;
        empty = !n || indented;
        if (indented) put_line(line + 4, n - 4, out);
        else if (n) put_line(line, n, out);
        line += n + (line[n] != 0);
    }
    if (block) buf_puts(out, ".fi\n.RE\n");
}

static void put_usage(const Command *c, Buf *out) {
    buf_printf(out, "\\fBgol %s\\fR", c->name);
    if (options_any(c)) buf_puts(out, " [\\fIflags\\fR]");
    if (*c->args) {
        buf_putc(out, ' ');
        put_text(c->args, strlen(c->args), out);
    }
    buf_putc(out, '\n');
}

static void put_option(const Option *o, Buf *out) {
    Buf usage = {0};
    option_usage(o, &usage);
    size_t flag = strlen(o->name) + 1;
    buf_puts(out, ".TP\n\\fB");
    put_text(buf_str(&usage), flag, out);
    buf_puts(out, "\\fR");
    put_text(buf_str(&usage) + flag, usage.len - flag, out);
    buf_putc(out, '\n');
    put_line(o->help, strlen(o->help), out);
    buf_fini(&usage);
}

static void put_command(const Command *c, Buf *out) {
    buf_puts(out, ".SS ");
    put_usage(c, out);
    buf_putc(out, (char)toupper((unsigned char)c->summary[0]));
    put_text(c->summary + 1, strlen(c->summary + 1), out);
    buf_puts(out, ".\n");
    put_paragraphs(c->details, out);
    for (const Option *o = flag_options; o->name; o++) { // the flags of a run stand with it, not again with tests
        if (!(o->commands & c->bit) || !strcmp(o->name, "help")) continue;
        if (c->bit != CMD_RUN && (c->bit & CMD_RUN & o->commands)) continue;
        put_option(o, out);
    }
}

static void put_topic(const EmbeddedFile *page, Buf *out) {
    int len;
    const char *title = page_title(page, &len);
    buf_puts(out, ".SS ");
    put_text(title, (size_t)len, out);
    buf_putc(out, '\n');
    put_paragraphs(title + len, out);
}

void manpage(Buf *out) {
    buf_printf(out, ".TH GOL 1 \"\" \"gol %s\" \"User Commands\"\n.nh\n.ad l\n", gol_version);
    buf_puts(out, ".SH NAME\ngol \\- run Go programs and watch their goroutines\n.SH SYNOPSIS\n"
                  "\\fBgol\\fR [\\fIflags\\fR] \\fIFILE\\fR [\\fIarguments\\fR]\n.br\n\\fBgol\\fR \\fICOMMAND\\fR [\\fIflags\\fR] [\\fIarguments\\fR]\n");
    buf_puts(out, ".SH DESCRIPTION\ngol runs programs and scripts in the Go language. Every run is watched: data races, deadlocks, goroutines that are\n"
                  "left behind and misuse of locks are told in words, with the lines that matter and a command that shows them again.\n"
                  ".PP\nFlags stand before \\fIFILE\\fR; \\fB\\-x\\fR, \\fB\\-\\-x\\fR, \\fB\\-x=v\\fR and \\fB\\-x v\\fR all do.\n.SH COMMANDS\n");
    for (const Command *c = commands; c->name; c++) put_command(c, out);
    buf_puts(out, ".SH TOPICS\n");
    for (const EmbeddedFile *p = help_pages; p->path; p++) put_topic(p, out);
    buf_puts(out, ".SH SEE ALSO\n\\fBgol\\-language\\fR(7)\n");
}
