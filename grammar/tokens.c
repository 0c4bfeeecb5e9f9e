// tokens.c — the token table (tokens.def) as names and texts, the operators' texts, and `gol dump tokens`.
#include "grammar/parse.h"
#include "grammar/token.h"
#include "parser.h"

typedef enum TokenClass { CLASS, OPER, KEYWORD, MARK } TokenClass;
static const struct { const char *name, *text, *words; uint8_t class; } table[256] = {
    [0] = {"EOF", "", "end of file", MARK},
#define T(name, class, text, words) [TK_##name] = {#name, text, words, class},
#include "grammar/tokens.def"
#undef T
};

const char *token_name(unsigned kind) { return table[kind].name ? table[kind].name : "?"; }
const char *token_text(unsigned kind) { return table[kind].text ? table[kind].text : ""; }
const char *token_words(unsigned kind) { return table[kind].words ? table[kind].words : "?"; }
bool token_is_keyword(unsigned kind) { return table[kind].class == KEYWORD && table[kind].words[0] == 'k'; }

const char *op_text(Op op) {
    static const char *const texts[] = {
        [OPR_NONE] = "", [OPR_ADD] = "+", [OPR_SUB] = "-", [OPR_MUL] = "*", [OPR_QUO] = "/", [OPR_REM] = "%",
        [OPR_AND] = "&", [OPR_OR] = "|", [OPR_XOR] = "^", [OPR_SHL] = "<<", [OPR_SHR] = ">>", [OPR_ANDNOT] = "&^",
        [OPR_LAND] = "&&", [OPR_LOR] = "||", [OPR_EQ] = "==", [OPR_NE] = "!=", [OPR_LT] = "<", [OPR_LE] = "<=",
        [OPR_GT] = ">", [OPR_GE] = ">=", [OPR_NOT] = "!", [OPR_RECV] = "<-", [OPR_ADDR] = "&", [OPR_TILDE] = "~"};
    return texts[op];
}

void dump_tokens(const SourceFile *src, Diags *diags, Buf *out) {
    Tokens tokens;
    lexer_run(src, diags, &tokens);
    uint32_t line = 1;
    for (uint32_t i = 0; i < tokens.len; i++) {
        Token t = tokens.items[i];
        uint32_t at = t.pos - src->base;
        while (line < src->nlines && src->lines[line] <= at) line++;
        buf_printf(out, "%u:%u %s", line, at - src->lines[line - 1] + 1, token_name(t.kind));
        if (t.flags & TOKEN_AUTO) buf_puts(out, tokens.items[i + 1].kind ? " newline" : " EOF");
        else if (t.end > t.pos) {
            buf_putc(out, ' ');
            for (uint32_t k = at; k < t.end - src->base; k++) { // a raw string may hold newlines: one line per token
                if (src->text[k] == '\n') buf_puts(out, "\\n");
                else if (src->text[k] == '\r') buf_puts(out, "\\r");
                else buf_putc(out, src->text[k]);
            }
        }
        buf_putc(out, '\n');
    }
    tokens_fini(&tokens);
}
