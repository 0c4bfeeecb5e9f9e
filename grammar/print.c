// print.c — the printer's core: wishes for white space, tokens, and where both source and output are. See print.h.
#include "grammar/print.h"

#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "parser.h"

void print_init(Printer *p, PrintSource *src) {
    *p = (Printer){.src = src, .pos = {0, 1, 1}, .out_line = 1, .out_column = 1, .group_offset = FAR};
}

void print_fini(Printer *p) {
    buf_fini(&p->out);
    free(p->go_build);
    free(p->plus_build);
}

// ---- writing

static void write_indent(Printer *p) {
    int n = p->base_indent + p->indent;
    if (n < 0) n = 0;
    for (int i = 0; i < n; i++) {
        if (p->counting) p->blanks++;
        else buf_putc(&p->out, '\t');
    }
    p->pos.offset += n;
    p->pos.column += n;
    p->out_column += n;
}

void print_byte(Printer *p, char c, int n) {
    if (p->end_alignment) { // cells end, too: with the line
        if (c == '\t' || c == '\v') c = ' ';
        if (c == '\n' || c == '\f') {
            c = '\f';
            p->end_alignment = false;
        }
    }
    if (p->out_column == 1) write_indent(p);
    bool breaks = c == '\n' || c == '\f';
    for (int i = 0; i < n; i++) {
        if (!p->counting) buf_putc(&p->out, c);
        else if (breaks) p->full = true;
        else p->blanks++;
    }
    p->begun = true;
    p->pos.offset += n;
    if (breaks) {
        p->pos.line += n;
        p->out_line += n;
        p->pos.column = p->out_column = 1;
    } else {
        p->pos.column += n;
        p->out_column += n;
    }
}

// Writes a text; a literal one (a comment, a string) is kept from being cut into cells.
void print_string(Printer *p, Spot at, const char *s, size_t len, bool literal) {
    if (p->out_column == 1) write_indent(p);
    if (at.line) p->pos = at;
    int32_t n = (int32_t)len;
    if (p->counting) {
        p->size += p->blanks + n;
        p->blanks = 0;
        if (p->size > p->limit) p->full = true;
    } else {
        if (literal) buf_putc(&p->out, COLUMNS_ESCAPE);
        buf_put(&p->out, s, len);
        if (literal) buf_putc(&p->out, COLUMNS_ESCAPE);
    }
    p->begun = true;
    p->pos.offset += n;
    int32_t breaks = 0, behind = n;
    if (literal)
        for (int32_t i = 0; i < n; i++)
            if (s[i] == '\n' || s[i] == '\f') {
                breaks++;
                behind = n - i;
            }
    if (breaks) { // what follows on this line is not aligned with anything
        p->end_alignment = true;
        if (p->counting) p->full = true;
        p->pos.line += breaks;
        p->out_line += breaks;
        p->pos.column = p->out_column = behind;
    } else {
        p->pos.column += n;
        p->out_column += n;
    }
    p->last = p->pos;
}

void print_wishes(Printer *p, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        char w = p->wishes[i];
        if (w == WISH_NONE) continue;
        if (w == WISH_INDENT) p->indent++;
        else if (w == WISH_UNINDENT) p->indent--;
        else if ((w == WISH_NEWLINE || w == WISH_FORMFEED) && i + 1 < n && p->wishes[i + 1] == WISH_UNINDENT) {
            // The indentation taken back at once belongs to the next line: a label's. Columns end there, or a long label would push the
            // lines above it.
            p->wishes[i] = WISH_UNINDENT;
            p->wishes[i + 1] = WISH_FORMFEED;
            i--;
        } else {
            print_byte(p, w, 1);
        }
    }
    memmove(p->wishes, p->wishes + n, p->nwishes - n);
    p->nwishes -= n;
}

// ---- what the nodes say

static void note_open(Printer *p) {
    if (p->last_token == TK_LPAREN || p->last_token == TK_LBRACK) p->prev_open = p->last_token;
    else if (p->last_token) p->prev_open = 0;
}

void print_wish(Printer *p, Wish w) {
    note_open(p);
    if (w == WISH_NONE) return;
    if (p->nwishes == MAX_WISHES) print_wishes(p, MAX_WISHES);
    p->wishes[p->nwishes++] = (char)w;
    if (w == WISH_NEWLINE || w == WISH_FORMFEED) p->implied_semi = false;
    p->last_token = 0;
}

void print_at(Printer *p, Pos pos) {
    if (pos) p->pos = print_spot(p->src, pos);
}

void print_toggle(Printer *p, unsigned mode) { p->mode ^= mode; }

void print_flush(Printer *p, Spot next, unsigned token, bool *wrote_newline, bool *dropped_formfeed) {
    *wrote_newline = *dropped_formfeed = false;
    if (print_comment_before(p, next)) print_comments(p, next, token, wrote_newline, dropped_formfeed);
    else print_wishes(p, p->nwishes);
}

static void put(Printer *p, unsigned kind, const char *text, size_t len, bool literal, bool implied_semi) {
    if (p->full) return;
    p->last_token = (uint8_t)kind;
    Spot next = p->pos;
    bool wrote_newline, dropped_formfeed;
    print_flush(p, next, kind, &wrote_newline, &dropped_formfeed);
    if (!p->implied_semi) { // the source's line breaks, where they are no semicolons
        int32_t n = print_limit(next.line - p->pos.line);
        if (wrote_newline && n == MAX_NEWLINES) n = MAX_NEWLINES - 1;
        if (n > 0) {
            print_byte(p, dropped_formfeed ? '\f' : '\n', n);
            implied_semi = false;
        }
    }
    if (p->line_wanted) {
        *p->line_wanted = p->out_line;
        p->line_wanted = NULL;
    }
    print_string(p, next, text, len, literal);
    p->implied_semi = implied_semi;
}

// Whether two tokens would be read as another one when nothing stood between.
static bool may_combine(unsigned before, char next) {
    switch (before) {
    case TK_INT: return next == '.';
    case TK_PLUS: return next == '+';
    case TK_MINUS: return next == '-';
    case TK_SLASH: return next == '*';
    case TK_LT: return next == '-' || next == '<';
    case TK_AND: return next == '&' || next == '^';
    default: return false;
    }
}

void print_token(Printer *p, unsigned kind) {
    const char *text = token_text(kind);
    note_open(p);
    if (may_combine(p->last_token, text[0])) {
        p->wishes[0] = WISH_BLANK;
        p->nwishes = 1;
    }
    bool implied = kind == TK_BREAK || kind == TK_CONTINUE || kind == TK_FALLTHROUGH || kind == TK_RETURN || kind == TK_INC ||
                   kind == TK_DEC || kind == TK_RPAREN || kind == TK_RBRACK || kind == TK_RBRACE;
    put(p, kind, text, strlen(text), false, implied);
}

void print_name(Printer *p, const Name *name) {
    note_open(p);
    put(p, TK_IDENT, name->text, name->len, false, true);
}

void print_literal(Printer *p, const char *text, size_t len, unsigned kind) {
    note_open(p);
    put(p, kind, text, len, true, true);
}

int print_linebreak(Printer *p, int32_t line, int min, Wish w, bool new_section) {
    int32_t n = print_limit(line - p->pos.line);
    if (n < min) n = min;
    if (n <= 0) return 0;
    int breaks = 0;
    print_wish(p, w);
    if (new_section) {
        print_wish(p, WISH_FORMFEED);
        n--;
        breaks = 2;
    }
    breaks += n;
    for (; n > 0; n--) print_wish(p, WISH_NEWLINE);
    return breaks;
}
