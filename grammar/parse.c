// parse.c — the driver: feeds the tokens to lemon's parser and brings it back to its feet after an error.
//
// Recovery in two halves. The grammar says where a broken part may stand (`error` as a statement, a field, an entry of a
// group...) and lemon pops to the nearest such place. The driver then skips to where that part ends: it knows every
// bracket that is open, and how many were open when each returnable construct began (Parser.opens), so that a
// broken call is skipped to its own `)` and a lost `}` does not swallow the rest of the file. After that the next error is
// a new one: one message per broken statement, none about the consequences.
//
// Two mistakes are mended in the token stream, because what follows is then read as it was meant: the brace and the `else`
// on a new line.
#include "grammar/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/build.h"
#include "grammar/directive.h"
#include "parser.h"

void *GolParseAlloc(void *(*alloc)(size_t), Parser *P);
void GolParseFree(void *p, void (*release)(void *));
void GolParse(void *p, int kind, Token t);

const char *parser_slice(const Parser *P, Pos pos, Pos end, uint32_t *len) {
    *len = end > pos ? end - pos : 0;
    return P->src->text + (pos - P->src->base);
}

Diag *parser_error(Parser *P, DiagCode code, Pos pos, Pos end, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char text[512];
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return diag_add(P->diags, code, pos, end, "%s", text);
}

void parser_too_deep(Parser *P, Pos pos) {
    if (!P->too_deep) {
        Diag *d = diag_add(P->diags, DIAG_TOO_DEEP, pos, 0, "this is nested too deeply: more than %d levels", MAX_DEPTH);
        diag_help(P->diags, d, "put inner parts into variables or functions of their own");
    }
    P->too_deep = true;
}

// ---- brackets

static bool is_opener(unsigned kind) { return kind == TK_LPAREN || kind == TK_LBRACK || kind == TK_LBRACE; }
static bool is_closer(unsigned kind) { return kind == TK_RPAREN || kind == TK_RBRACK || kind == TK_RBRACE; }

static unsigned closer_of(unsigned kind) {
    return kind == TK_LPAREN ? TK_RPAREN : kind == TK_LBRACK ? TK_RBRACK : TK_RBRACE;
}

static void push_bracket(Parser *P, uint32_t token) {
    if (P->nbrackets == P->bracket_cap) {
        P->bracket_cap = P->bracket_cap ? P->bracket_cap * 2 : 64;
        P->brackets = xrealloc(P->brackets, P->bracket_cap * sizeof *P->brackets);
    }
    P->brackets[P->nbrackets++] = token;
}

// Brackets that are open at the beginning of the innermost construct that recovery can return to.
static uint32_t level(const Parser *P) { return P->nopens ? P->opens[P->nopens - 1] : 0; }

static unsigned bracket_kind(const Parser *P, uint32_t index) { return P->tokens.items[P->brackets[index]].kind; }

// ---- feeding

static void note_head(Parser *P, unsigned kind) {
    switch (kind) {
    case TK_IF: case TK_FOR: case TK_SWITCH: case TK_SELECT: case TK_ELSE: break;
    case TK_FUNC:
        if (P->nbrackets) return;
        break;
    case TK_LBRACE:
        if (P->head_depth == P->nbrackets) P->head = 0;
        return;
    case TK_SEMI:
        if (P->head == TK_FUNC && P->head_depth == P->nbrackets) P->head = 0;
        return;
    default: return;
    }
    P->head = (uint8_t)kind;
    P->head_depth = P->nbrackets;
}

// Feeds one token; P->in_error says whether it was an error. The token's index is P->at.
static void feed(Parser *P, Token t) {
    P->in_error = false;
    P->found = t;
    P->literal = 0;
    P->mark.count = P->diags->count;
    P->mark.errors = P->diags->errors;
    P->mark.warnings = P->diags->warnings;
    unsigned kind = t.kind;
    GolParse(P->lemon, (int)kind, t);
    if (P->in_error) return;
    if (is_opener(kind)) {
        note_head(P, kind);
        push_bracket(P, P->at);
    } else if (is_closer(kind)) {
        if (P->nbrackets) P->nbrackets--;
    } else {
        note_head(P, kind);
    }
}

// ---- recovery

static bool begins_statement(const Token *t) {
    switch (t[0].kind) {
    case TK_IF: case TK_FOR: case TK_SWITCH: case TK_SELECT: case TK_GO: case TK_DEFER: case TK_RETURN: case TK_BREAK:
    case TK_CONTINUE: case TK_GOTO: case TK_VAR: case TK_CONST: case TK_TYPE: case TK_CASE: case TK_DEFAULT: return true;
    case TK_IDENT: return t[1].kind == TK_DEFINE || t[1].kind == TK_ASSIGN || t[1].kind == TK_INC || t[1].kind == TK_DEC;
    default: return false;
    }
}

static bool at_line_start(const Parser *P, Token t) {
    return t.pos == P->src->base || P->src->text[t.pos - P->src->base - 1] == '\n';
}

uint32_t parser_indent(const Parser *P, Token t) {
    const char *at = P->src->text + (t.pos - P->src->base), *from = at;
    while (from > P->src->text && from[-1] != '\n' && at - from < 1000) from--;
    uint32_t n = 0;
    while (from + n < at && (from[n] == ' ' || from[n] == '\t')) n++;
    return n;
}

// Whether the line that begins at `next` goes on with what stands in an open bracket: it is indented more than the line of
// the bracket, and no statement.
static bool continues(const Parser *P, const Token *next, uint32_t bracket) {
    if (begins_statement(next)) return false;
    return is_closer(next->kind) || parser_indent(P, *next) > parser_indent(P, P->tokens.items[bracket]);
}

static bool is_name(unsigned kind) {
    return kind == TK_IDENT || kind == TK_MUTEX || kind == TK_RWMUTEX || kind == TK_WAITGROUP || kind == TK_ONCE;
}

// A declaration that can stand at the top of a file only, by its form and its place.
static bool begins_top_decl(const Parser *P, const Token *t) {
    if (!(t->flags & TOKEN_NEWLINE) || !at_line_start(P, *t)) return false;
    if (t->kind == TK_FUNC) return is_name(t[1].kind) || t[1].kind == TK_LPAREN;
    return t->kind == TK_TYPE || t->kind == TK_IMPORT || t->kind == TK_VAR || t->kind == TK_CONST;
}

// From the token that was discarded to where its statement (or field, or entry) ends; that token is not consumed.
static void skip_to_end(Parser *P) {
    const Token *t = P->tokens.items;
    uint32_t base = level(P);
    unsigned own = base ? closer_of(bracket_kind(P, base - 1)) : 0;
    uint32_t first = P->at, literal = P->literal;
    if (P->retried == first) P->at++; // it stopped here before and did not fit: never twice
    P->retried = UINT32_MAX;
    if (P->nbrackets < base) P->nbrackets = base;
    for (;; P->at++) {
        unsigned kind = t[P->at].kind;
        if (!kind) break;
        if (P->at > first && begins_top_decl(P, &t[P->at])) break;
        if (P->at == first + 1 && t[first].kind == TK_COMMA && t[P->at].flags & TOKEN_NEWLINE && P->nbrackets == base) break; // `x int,` in a struct
        if (is_opener(kind)) {
            push_bracket(P, P->at);
        } else if (is_closer(kind)) {
            uint32_t i = P->nbrackets;
            while (i > base && closer_of(bracket_kind(P, i - 1)) != kind) i--;
            if (i > base) P->nbrackets = i - 1;
            else if (kind == own && (kind == TK_RBRACE || P->nbrackets == base)) break;
        } else if (P->nbrackets == base) {
            if (kind == TK_SEMI && !(P->head == TK_FOR && P->head_depth == P->nbrackets && !(t[P->at].flags & TOKEN_AUTO))) break; // for a; b; c
            if ((kind == TK_CASE || kind == TK_DEFAULT || kind == TK_COLON) && parser_accepts(P, kind)) break;
        } else if (kind == TK_SEMI && (bracket_kind(P, P->nbrackets - 1) != TK_LBRACE || P->nbrackets == literal) &&
                   (t[P->at].flags & TOKEN_AUTO) && !continues(P, &t[P->at + 1], P->brackets[P->nbrackets - 1])) {
            break; // the bracket was forgotten
        }
    }
    P->nbrackets = base;
    P->head = 0;
    if (P->at == first) P->retried = first;
    parser_end_of_error(P);
    if (t[P->at].kind && !parser_accepts(P, t[P->at].kind) && parser_accepts(P, TK_COLON)) { // `case` without its colon
        P->quiet = true;
        feed(P, (Token){.pos = t[P->at].pos, .end = t[P->at].pos, .kind = TK_COLON});
        P->quiet = false;
    }
}

// Closes everything that is open, so that what was read so far becomes a tree; errors on the way are consequences.
static void close_all(Parser *P, Token here) {
    P->quiet = true;
    uint32_t stuck = 0;
    while (P->nbrackets && stuck < 3) {
        uint32_t before = P->nbrackets;
        Token closer = {.pos = here.pos, .end = here.pos, .kind = (uint8_t)closer_of(bracket_kind(P, P->nbrackets - 1))};
        feed(P, closer);
        if (P->in_error) {
            if (P->nbrackets > level(P)) P->nbrackets = level(P);
            parser_end_of_error(P);
        }
        stuck = P->nbrackets < before ? 0 : stuck + 1;
    }
    P->nbrackets = 0;
    feed(P, (Token){.pos = here.pos, .end = here.pos, .kind = TK_SEMI, .flags = TOKEN_AUTO});
    parser_end_of_error(P);
    P->quiet = false;
}

// Whether the innermost open brace is that of an if: its line begins with `if` or `} else if`.
static bool in_if_block(const Parser *P) {
    if (!P->nbrackets || P->nbrackets != level(P) || bracket_kind(P, P->nbrackets - 1) != TK_LBRACE) return false;
    const Token *t = P->tokens.items;
    uint32_t i = P->brackets[P->nbrackets - 1];
    for (uint32_t steps = 0; i > 0 && steps < 100 && !(t[i].flags & TOKEN_NEWLINE); steps++) i--;
    return t[i].kind == TK_IF || (t[i].kind == TK_RBRACE && t[i + 1].kind == TK_ELSE);
}

// The index of the brace that closes the one at `open`, or `open` when there is none.
static uint32_t matching_brace(const Token *t, uint32_t open) {
    uint32_t depth = 0;
    for (uint32_t i = open; t[i].kind; i++) {
        if (t[i].kind == TK_LBRACE) depth++;
        if (t[i].kind == TK_RBRACE && !--depth) return i;
    }
    return open;
}

static void run(Parser *P) {
    const Token *t = P->tokens.items;
    bool func_head = false; // between the `func` of a declaration and its body
    feed(P, (Token){.kind = TK_START});
    for (P->at = 0; !P->failed; P->at++) {
        const Token *now = &t[P->at];
        if (!now->kind) break;
        if (P->src->is_std && !P->nbrackets) { // bodies in std are read when they are reached: parse_body
            if (now->kind == TK_FUNC && begins_top_decl(P, now)) func_head = true;
            if (now->kind == TK_SEMI) func_head = false;
            if (func_head && now->kind == TK_LBRACE && now[-1].kind != TK_STRUCT && now[-1].kind != TK_INTERFACE) {
                uint32_t close = matching_brace(t, P->at);
                func_head = false;
                if (close > P->at) {
                    feed(P, *now);
                    P->at = close;
                    now = &t[close];
                }
            }
        }
        if (P->nbrackets && now->kind == TK_FUNC && now->flags & TOKEN_NEWLINE && begins_top_decl(P, now) && is_name(now[1].kind)) {
            P->found = *now;
            parser_missing_closer(P);
            close_all(P, *now);
        }
        if (now->kind == TK_SEMI && now->flags & TOKEN_AUTO) {
            if (now[1].kind == TK_LBRACE && P->head && P->nbrackets == P->head_depth && parser_accepts(P, TK_LBRACE)) {
                P->found = *now;
                parser_brace_on_next_line(P);
                continue;
            }
            if (now[1].kind == TK_ELSE && parser_accepts(P, TK_ELSE)) {
                P->found = *now;
                parser_else_on_next_line(P);
                continue;
            }
        }
        if (now->kind == TK_ELSE && !parser_accepts(P, TK_ELSE) && in_if_block(P)) {
            P->found = *now;
            parser_else_in_block(P);
            P->quiet = true;
            feed(P, (Token){.pos = now->pos, .end = now->pos, .kind = TK_RBRACE});
            P->quiet = false;
        }
        // `case 0: f() case 1:` — the grammar alone would not miss the semicolon
        if ((now->kind == TK_CASE || now->kind == TK_DEFAULT) && P->at && now[-1].kind != TK_SEMI && now[-1].kind != TK_COLON &&
            now[-1].kind != TK_LBRACE && parser_accepts(P, now->kind)) {
            P->found = *now;
            parser_case_in_line(P);
        }
        // The text ends inside brackets, behind something that could end a line: more is wanted all the same.
        bool cut = now->kind == TK_SEMI && now->flags & TOKEN_AUTO && !now[1].kind && P->nbrackets && P->diags->errors == P->errors_before;
        feed(P, *now);
        if (P->in_error) {
            P->file->unfinished = cut;
            skip_to_end(P);
            const Token *stop = &t[P->at--]; // the next to be fed
            if (stop->kind && stop->flags & TOKEN_NEWLINE && !is_closer(stop->kind) && !parser_accepts(P, stop->kind)) {
                P->quiet = true;
                feed(P, (Token){.pos = stop->pos, .end = stop->pos, .kind = TK_SEMI, .flags = TOKEN_AUTO});
                P->quiet = false;
            }
        }
        if ((P->at & 31) == 0 && parser_stack_depth(P) > MAX_PARSER_STACK) {
            parser_too_deep(P, now->pos);
            P->failed = true;
        }
    }
    if (P->failed) return;
    Token end = t[P->at];
    if (P->at) end.pos = end.end = t[P->at - 1].end; // behind the last token, not on an empty line
    bool fine = P->diags->errors == P->errors_before && !(P->head && P->at && t[P->at - 1].flags & TOKEN_AUTO); // `if x` must not end its line
    if (P->nbrackets) {
        P->file->unfinished |= P->diags->errors == P->errors_before && !P->too_deep;
        P->found = end;
        if (!P->too_deep) parser_missing_closer(P);
        close_all(P, end);
    } else {
        feed(P, (Token){.pos = end.pos, .end = end.pos, .kind = TK_SEMI, .flags = TOKEN_AUTO});
        P->file->unfinished |= fine && P->in_error;
        parser_end_of_error(P);
    }
    P->quiet = true;
    feed(P, end);
}

static void finish(Parser *P) {
    File *f = P->file;
    f->ndecls = P->imports.len + P->decls.len;
    f->decls = arena_array(P->arena, Decl *, f->ndecls + 1);
    if (P->imports.len) memcpy(f->decls, P->imports.items, P->imports.len * sizeof *f->decls);
    if (P->decls.len) memcpy(f->decls + P->imports.len, P->decls.items, P->decls.len * sizeof *f->decls);
    f->script = (StmtList){(Stmt **)(void *)P->script.items, P->script.len};
    for (uint32_t i = 0; i < P->nguards; i++) {
        const Expr *g = P->guards[i];
        parser_error(P, DIAG_TYPE_GUARD, g->start, g->end, "syntax error: use of .(type) outside type switch");
    }
}

static bool wrong_before(const Diags *d, uint32_t first, Pos pos) {
    for (uint32_t i = first; i < d->count; i++)
        if (d->items[i].severity == SEV_ERROR && d->items[i].pos < pos) return true;
    return false;
}

File *parse_file(const SourceFile *src, Arena *arena, Interner *names, Diags *diags) {
    Parser P = {.src = src, .arena = arena, .names = names, .diags = diags, .retried = UINT32_MAX};
    P.file = arena_new(arena, File);
    P.file->source = src;
    P.errors_before = diags->errors;
    const uint32_t first = diags->count;
    lexer_run(src, diags, &P.tokens);
    P.file->ncomments = P.tokens.ncomments;
    P.file->comments = arena_array(arena, Comment, P.tokens.ncomments + 1);
    if (P.tokens.ncomments) memcpy(P.file->comments, P.tokens.comments, P.tokens.ncomments * sizeof(Comment));
    P.file->go_version = directive_go_version(src, arena, &P.tokens);
    P.lemon = GolParseAlloc(xmalloc, &P);
    run(&P);
    GolParseFree(P.lemon, free);
    finish(&P);
    if (P.tokens.cut) P.file->unfinished = !wrong_before(diags, first, P.tokens.cut);
    tokens_fini(&P.tokens);
    free(P.opens);
    free(P.brackets);
    free(P.guards);
    return P.file;
}

void parse_body(const SourceFile *src, Block *body, Arena *arena, Interner *names, Diags *diags) {
    static const char head[] = "func _()";
    const uint32_t n = sizeof head - 1, from = body->lbrace - src->base, len = body->rbrace + 1 - body->lbrace;
    if (!src->is_std || body->stmts.len || from < n) return;
    // A text of its own, whose positions are those of the file: literals keep pointing into it.
    char *text = arena_alloc(arena, n + len + 1);
    memcpy(text, head, n);
    memcpy(text + n, src->text + from, len);
    SourceFile part = {.path = src->path, .text = text, .len = n + len, .base = body->lbrace - n};
    File *f = parse_file(&part, arena, names, diags);
    if (f->ndecls == 1 && f->decls[0]->kind == D_FUNC && f->decls[0]->u.func.body) body->stmts = f->decls[0]->u.func.body->stmts;
}
