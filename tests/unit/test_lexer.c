// test_lexer.c — tokens, automatic semicolons, positions, and what is said about malformed ones.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/literal.h"
#include "grammar/parse.h"
#include "grammar/token.h"

// The tokens of a text as one line: names for classes, texts for the others; \n for an automatic semicolon.
static void tokens_are(const char *text, size_t n, const char *expected) {
    Sources s;
    Diags d;
    Tokens t;
    Buf out;
    sources_init(&s);
    diags_init(&d, &s);
    buf_init(&out);
    const SourceFile *f = sources_add(&s, "a.gol", text, n, false);
    lexer_run(f, &d, &t);
    for (uint32_t i = 0; t.items[i].kind; i++) {
        const Token *k = &t.items[i];
        assert_true(k->pos >= f->base && k->end <= f->base + f->len && k->pos <= k->end);
        if (i) assert_true(k->pos >= t.items[i - 1].end);
        if (out.len) buf_putc(&out, ' ');
        if (k->flags & TOKEN_AUTO) buf_puts(&out, "\\n");
        else if (*token_text(k->kind)) buf_puts(&out, token_text(k->kind));
        else buf_printf(&out, "%s:%.*s", token_name(k->kind), (int)(k->end - k->pos), f->text + (k->pos - f->base));
    }
    for (uint32_t i = 0; i < d.count; i++) buf_printf(&out, " {%d %s}", (int)d.items[i].code, d.items[i].message);
    assert_string_equal(buf_str(&out), expected);
    buf_fini(&out);
    tokens_fini(&t);
    diags_fini(&d);
    sources_fini(&s);
}
#define TOKENS(text, expected) tokens_are(text, sizeof(text) - 1, expected)

static void operators_take_the_longest(void **state) {
    (void)state;
    TOKENS("+ += ++ - -= -- * *= / /= % %= ", "+ += ++ - -= -- * *= / /= % %=");
    TOKENS("& &= && &^ &^= | |= || ^ ^= ", "& &= && &^ &^= | |= || ^ ^=");
    TOKENS("< <= << <<= <- > >= >> >>= = == ! != ~ ", "< <= << <<= <- > >= >> >>= = == ! != ~");
    TOKENS(": := ; , . ... ( [ { ", ": := ; , . ... ( [ {");
    TOKENS("a<-b&&^c", "IDENT:a <- IDENT:b && ^ IDENT:c \\n");
    TOKENS("a[]b[ /* c */ ]c[0]", "IDENT:a [] IDENT:b [] IDENT:c [ INT:0 ] \\n");
}

static void words(void **state) {
    (void)state;
    TOKENS("break case chan const continue default defer else fallthrough for func go goto if import ",
           "break case chan const continue default defer else fallthrough for func go goto if import");
    TOKENS("interface map package range return select struct switch type var ", "interface map package range return select struct switch type var");
    TOKENS("mutex rwmutex waitgroup once mutexes _ x1 Go", "mutex rwmutex waitgroup once IDENT:mutexes IDENT:_ IDENT:x1 IDENT:Go \\n");
    TOKENS("\xC3\xA9t\xC3\xA9 \xE4\xB8\x96\xE7\x95\x8C x\xD9\xA3", "IDENT:\xC3\xA9t\xC3\xA9 IDENT:\xE4\xB8\x96\xE7\x95\x8C IDENT:x\xD9\xA3 \\n");
}

static void numbers(void **state) {
    (void)state;
    TOKENS("0 42 4_2 0600 0_600 0o600 0O600 0xBadFace 0X_Bad_Face 0b1011 0B_1",
           "INT:0 INT:42 INT:4_2 INT:0600 INT:0_600 INT:0o600 INT:0O600 INT:0xBadFace INT:0X_Bad_Face INT:0b1011 INT:0B_1 \\n");
    TOKENS("0. 72.40 072.40 2.71828 1.e+0 6.67428e-11 1E6 .25 .12345E+5 1_5. 0.15e+0_2 08.5 09e1",
           "FLOAT:0. FLOAT:72.40 FLOAT:072.40 FLOAT:2.71828 FLOAT:1.e+0 FLOAT:6.67428e-11 FLOAT:1E6 FLOAT:.25 FLOAT:.12345E+5 FLOAT:1_5. "
           "FLOAT:0.15e+0_2 FLOAT:08.5 FLOAT:09e1 \\n");
    TOKENS("0x1p-2 0x2.p10 0x1.Fp+0 0X.8p-0 0X_1FFFP-16 0x15e-2",
           "FLOAT:0x1p-2 FLOAT:0x2.p10 FLOAT:0x1.Fp+0 FLOAT:0X.8p-0 FLOAT:0X_1FFFP-16 INT:0x15e - INT:2 \\n");
    TOKENS("0i 0123i 0o123i 0xabci 0.i 2.71828i 1.e+0i 1E6i .25i 0x1p-2i 089i",
           "IMAG:0i IMAG:0123i IMAG:0o123i IMAG:0xabci IMAG:0.i IMAG:2.71828i IMAG:1.e+0i IMAG:1E6i IMAG:.25i IMAG:0x1p-2i IMAG:089i \\n");
    TOKENS("1+2-x.0", "INT:1 + INT:2 - IDENT:x FLOAT:.0 \\n");
}

static void malformed_numbers(void **state) {
    (void)state;
    TOKENS("0b12", "INT:0b12 \\n {103 invalid digit '2' in binary literal}");
    TOKENS("0o8", "INT:0o8 \\n {103 invalid digit '8' in octal literal}");
    TOKENS("089", "INT:089 \\n {103 invalid digit '8' in octal literal}");
    TOKENS("0x", "INT:0x \\n {103 hexadecimal literal has no digits}");
    TOKENS("0b", "INT:0b \\n {103 binary literal has no digits}");
    TOKENS("1__2", "INT:1__2 \\n {103 '_' must separate successive digits}");
    TOKENS("1_", "INT:1_ \\n {103 '_' must separate successive digits}");
    TOKENS("0_.5", "FLOAT:0_.5 \\n {103 '_' must separate successive digits}");
    TOKENS("1_e5", "FLOAT:1_e5 \\n {103 '_' must separate successive digits}");
    TOKENS("0x_1", "INT:0x_1 \\n");
    TOKENS("1e", "FLOAT:1e \\n {103 exponent has no digits}");
    TOKENS("1e+", "FLOAT:1e+ \\n {103 exponent has no digits}");
    TOKENS("0x1.5", "FLOAT:0x1.5 \\n {103 hexadecimal mantissa requires a 'p' exponent}");
    TOKENS("1p5", "FLOAT:1p5 \\n {103 'p' exponent requires hexadecimal mantissa}");
    TOKENS("0b1.0", "FLOAT:0b1.0 \\n {103 invalid radix point in binary literal}");
    TOKENS("1.2.3", "FLOAT:1.2.3 \\n {103 a number may have one decimal point only}");
    TOKENS("12abc", "INT:12abc \\n {103 unexpected 'abc' right behind a number}");
}

static void semicolons(void **state) {
    (void)state;
    TOKENS("a\nb", "IDENT:a \\n IDENT:b \\n");
    TOKENS("a // c\nb /* c\n */ c", "IDENT:a \\n IDENT:b \\n IDENT:c \\n");
    TOKENS("a /* c */ b", "IDENT:a IDENT:b \\n");
    TOKENS("return\nbreak\ncontinue\nfallthrough\ngoto\n", "return \\n break \\n continue \\n fallthrough \\n goto");
    TOKENS("f()\na[0]\n{}\nx++\nx--\n'c'\n\"s\"\n1\n1.\n1i\n`r`\n",
           "IDENT:f ( ) \\n IDENT:a [ INT:0 ] \\n { } \\n IDENT:x ++ \\n IDENT:x -- \\n CHAR:'c' \\n STRING:\"s\" \\n INT:1 \\n FLOAT:1. \\n IMAG:1i \\n "
           "STRING:`r` \\n");
    TOKENS("mutex\nonce", "mutex \\n once \\n");
    TOKENS("a +\nb,\nc(\n)", "IDENT:a + IDENT:b , IDENT:c ( ) \\n");
    TOKENS("a\r\nb\r\n", "IDENT:a \\n IDENT:b \\n");
    TOKENS("\n\n;\n", ";");
    TOKENS("a //", "IDENT:a \\n");
    TOKENS("", "");
}

static void strings_and_runes(void **state) {
    (void)state;
    TOKENS("\"a\\n\\x41\\101\\u00e9\\U0001F600\\\"\" 'x' '\\'' '\\n' '\\377' '\xE4\xB8\x96'",
           "STRING:\"a\\n\\x41\\101\\u00e9\\U0001F600\\\"\" CHAR:'x' CHAR:'\\'' CHAR:'\\n' CHAR:'\\377' CHAR:'\xE4\xB8\x96' \\n");
    TOKENS("`a\n\\n`", "STRING:`a\n\\n` \\n");
    TOKENS("\"abc\nx", "STRING:\"abc \\n IDENT:x \\n {102 newline in string}");
    TOKENS("\"abc", "STRING:\"abc \\n {102 string not terminated}");
    TOKENS("`abc", "STRING:`abc \\n {102 string not terminated}");
    TOKENS("\"\\q\"", "STRING:\"\\q\" \\n {102 unknown escape \\q}");
    TOKENS("\"\\'\"", "STRING:\"\\'\" \\n {102 unknown escape \\'}");
    TOKENS("\"\\x4\"", "STRING:\"\\x4\" \\n {102 escape is too short: 2 hexadecimal digits are wanted}");
    TOKENS("\"\\x4g\"", "STRING:\"\\x4g\" \\n {102 invalid character in hexadecimal escape}");
    TOKENS("'\\400'", "CHAR:'\\400' \\n {102 octal escape value 256 > 255}");
    TOKENS("\"\\uD800\"", "STRING:\"\\uD800\" \\n {102 escape is invalid Unicode code point U+D800}");
    TOKENS("''", "CHAR:'' \\n {102 empty rune literal or unescaped ' in rune literal}");
    TOKENS("'ab'", "CHAR:'ab' \\n {102 more than one character in rune literal}");
    TOKENS("'a\n", "CHAR:'a \\n {102 newline in rune literal}");
}

static void other_errors(void **state) {
    (void)state;
    TOKENS("a ? b", "IDENT:a IDENT:b \\n {101 invalid character U+003F '?'}");
    TOKENS("a\0b", "IDENT:a IDENT:b \\n {101 invalid NUL character}");
    TOKENS("/* a", " {104 comment not terminated}");
    TOKENS("a // \xff\nb", "IDENT:a \\n IDENT:b \\n {105 invalid UTF-8 encoding (byte 0xFF)}");
    TOKENS("\xEF\xBB\xBF" "a", "IDENT:a \\n");
    TOKENS("a \xEF\xBB\xBF b", "IDENT:a IDENT:b \\n {105 invalid BOM in the middle of the file}");
    TOKENS("#!/usr/bin/gol\na", "IDENT:a \\n");
}

static void literal_is(const char *text, const char *bytes, uint32_t n) {
    Arena a;
    arena_init(&a);
    uint32_t len;
    const char *s = literal_string(&a, text, (uint32_t)strlen(text), &len);
    assert_int_equal(len, n);
    assert_memory_equal(s, bytes, n);
    arena_fini(&a);
}

static void literals(void **state) {
    (void)state;
    literal_is("\"a\\tb\"", "a\tb", 3);
    literal_is("\"\\x00\\377\\u00e9\"", "\0\xff\xc3\xa9", 4);
    literal_is("\"\\U0001F600\"", "\xF0\x9F\x98\x80", 4);
    literal_is("`a\r\n\\n`", "a\n\\n", 4);
    literal_is("\"\"", "", 0);
    assert_int_equal(literal_rune("'a'", 3), 'a');
    assert_int_equal(literal_rune("'\\''", 4), '\'');
    assert_int_equal(literal_rune("'\\xff'", 6), 0xFF);
    assert_int_equal(literal_rune("'\xE4\xB8\x96'", 5), 0x4E16);
    assert_int_equal(literal_rune("'\\U0010FFFF'", 12), 0x10FFFF);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_take_the_longest),
        cmocka_unit_test(words),
        cmocka_unit_test(numbers),
        cmocka_unit_test(malformed_numbers),
        cmocka_unit_test(semicolons),
        cmocka_unit_test(strings_and_runes),
        cmocka_unit_test(other_errors),
        cmocka_unit_test(literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
