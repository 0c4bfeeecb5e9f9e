// test_parser.c — what the parser makes of the places where Go's grammar is not simple, and how it recovers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grammar/parse.h"

typedef struct Parsed {
    Arena arena;
    Sources sources;
    Interner names;
    Diags diags;
    File *file;
} Parsed;

static void parse(Parsed *p, const char *text, size_t n) {
    arena_init(&p->arena);
    sources_init(&p->sources);
    intern_init(&p->names);
    diags_init(&p->diags, &p->sources);
    p->file = parse_file(sources_add(&p->sources, "a.gol", text, n, false), &p->arena, &p->names, &p->diags);
}

static void parsed_fini(Parsed *p) {
    diags_fini(&p->diags);
    intern_fini(&p->names);
    sources_fini(&p->sources);
    arena_fini(&p->arena);
}

// The dumped tree on one line: (Kind facts (child) (child)), without the places.
static void fold(const char *dump, Buf *out) {
    int open = 0;
    for (const char *s = dump; *s;) {
        int depth = 0;
        while (s[0] == ' ' && s[1] == ' ') s += 2, depth++;
        for (; open > depth; open--) buf_putc(out, ')');
        if (out->len) buf_putc(out, ' ');
        buf_putc(out, '(');
        open = depth + 1;
        const char *end = strchr(s, '\n'), *kind = strchr(s, ' ');
        if (!kind || kind > end) kind = end;
        buf_put(out, s, (size_t)(kind - s));
        unsigned line, column;
        int used = 0;
        if (sscanf(kind, " %u:%u%n", &line, &column, &used) == 2) kind += used;
        if (kind < end) buf_put(out, kind, (size_t)(end - kind));
        s = end + 1;
    }
    for (; open > 0; open--) buf_putc(out, ')');
}

// The tree of a script, without its root; errors behind it as {line:column code}.
static void becomes(const char *text, const char *expected) {
    Parsed p;
    Buf dump, out;
    buf_init(&dump);
    buf_init(&out);
    parse(&p, text, strlen(text));
    dump_ast(p.file, &p.sources, &dump);
    const char *tree = strchr(buf_str(&dump), '\n') + 1;
    Buf plain;
    buf_init(&plain);
    for (const char *s = tree; *s;) { // one level less: the root is left out
        const char *end = strchr(s, '\n') + 1;
        buf_put(&plain, s + 2, (size_t)(end - s - 2));
        s = end;
    }
    fold(buf_str(&plain), &out);
    for (uint32_t i = 0; i < p.diags.count; i++) {
        Place at = source_place(&p.sources, p.diags.items[i].pos);
        buf_printf(&out, " {%u:%u %d}", at.line, at.column, (int)p.diags.items[i].code);
    }
    assert_string_equal(buf_str(&out), expected);
    buf_fini(&plain);
    buf_fini(&dump);
    buf_fini(&out);
    parsed_fini(&p);
}

static void headers_and_literals(void **state) {
    (void)state;
    becomes("if x == T {\n}", "(IfStmt (cond (Binary == (Name x) (Name T))) (Block))");
    becomes("if x == (T{}) {\n}", "(IfStmt (cond (Binary == (Name x) (Paren (Composite (type (Name T)))))) (Block))");
    becomes("for range []int{1} {}", "(RangeStmt (over (Composite (type (ArrayType (Name int))) (Literal int 1))) (Block))");
    becomes("if f := func() T { return T{} }; ok {}",
            "(IfStmt (init (DefineStmt (left (Name f)) (right (FuncLit (FuncType (results (Field (Name T)))) (Block (ReturnStmt (Composite "
            "(type (Name T))))))))) (cond (Name ok)) (Block))");
    becomes("switch f(T{}) {}", "(SwitchStmt (tag (Call (Name f) (args (Composite (type (Name T)))))))");
    becomes("for ; ; {}", "(ForStmt (Block))");
    becomes("for i := range 3 {}", "(RangeStmt := (key (Name i)) (over (Literal int 3)) (Block))");
    becomes("x := p.T[int]{1: {2}}",
            "(DefineStmt (left (Name x)) (right (Composite (type (Index (Selector T (Name p)) (index (Name int)))) (KeyValue (Literal int 1) "
            "(Composite (Literal int 2))))))");
}

static void channel_types(void **state) {
    (void)state;
    becomes("f(<-chan int)", "(ExprStmt (Call (Name f) (args (ChanType receive (Name int)))))");
    becomes("<-chan int(c)", "(ExprStmt (Unary <- (Call (ChanType both (Name int)) (args (Name c)))))");
    becomes("f(<-chan<- chan int)", "(ExprStmt (Call (Name f) (args (ChanType receive (ChanType receive (Name int))))))");
    becomes("f(chan<- (<-chan int))", "(ExprStmt (Call (Name f) (args (ChanType send (Paren (ChanType receive (Name int)))))))");
    becomes("f(chan<- chan int)", "(ExprStmt (Call (Name f) (args (ChanType send (ChanType both (Name int))))))");
    becomes("var x chan (<-chan int)", "(DeclStmt (Var x (type (ChanType both (Paren (ChanType receive (Name int)))))))");
    becomes("c <- <-d", "(SendStmt (Name c) (Unary <- (Name d)))");
}

static void generics(void **state) {
    (void)state;
    becomes("type T[P any] []P", "(DeclStmt (Type T (tparams (Field P (Name any))) (ArrayType (Name P))))");
    becomes("type T[P []int] P", "(DeclStmt (Type T (tparams (Field P (ArrayType (Name int)))) (Name P)))");
    becomes("type T[P *C,] P", "(DeclStmt (Type T (tparams (Field P (Star (Name C)))) (Name P)))");
    becomes("type T[P *C] P", "(DeclStmt (Type T (ArrayType (len (Binary * (Name P) (Name C))) (Name P))))");
    becomes("type T[P *C|~int] P", "(DeclStmt (Type T (tparams (Field P (Binary | (Star (Name C)) (Unary ~ (Name int))))) (Name P)))");
    becomes("type T[N]int", "(DeclStmt (Type T (ArrayType (len (Name N)) (Name int))))");
    becomes("type T[P, Q interface{ ~int; m() }] struct{}",
            "(DeclStmt (Type T (tparams (Field P Q (InterfaceType (elems (Field (Unary ~ (Name int))) (Field m (FuncType)))))) (StructType)))");
    becomes("func f[K comparable, V int|string](m map[K]V) {}",
            "(Func f (FuncType (tparams (Field K (Name comparable)) (Field V (Binary | (Name int) (Name string)))) (params (Field m (MapType "
            "(Name K) (Name V))))) (Block))");
    becomes("f[int, []string](x)", "(ExprStmt (Call (Index (Name f) (index (Name int) (ArrayType (Name string)))) (args (Name x))))");
    becomes("type S struct { a [5]int; T[int]; b T[int]; *p.Q }",
            "(DeclStmt (Type S (StructType (fields (Field a (ArrayType (len (Literal int 5)) (Name int))) (Field (Index (Name T) (index "
            "(Name int)))) (Field b (Index (Name T) (index (Name int)))) (Field (Star (Selector Q (Name p))))))))");
    becomes("func f(a [5]int, b T[int]) {}", "(Func f (FuncType (params (Field a (ArrayType (len (Literal int 5)) (Name int))) (Field b "
                                             "(Index (Name T) (index (Name int)))))) (Block))");
    becomes("func f(T[int], []p.Q) {}",
            "(Func f (FuncType (params (Field (Index (Name T) (index (Name int)))) (Field (ArrayType (Selector Q (Name p)))))) (Block))");
}

static void functions(void **state) {
    (void)state;
    becomes("func (r T) m() int { return 0 }", "(Func m (receiver (Field r (Name T))) (FuncType (results (Field (Name int)))) (Block (ReturnStmt "
                                               "(Literal int 0))))");
    becomes("func(x int) T { return T{} }(3)",
            "(ExprStmt (Call (FuncLit (FuncType (params (Field x (Name int))) (results (Field (Name T)))) (Block (ReturnStmt (Composite (type "
            "(Name T)))))) (args (Literal int 3))))");
    becomes("func f(a, b int, c ...string) (x, y int) {}",
            "(Func f (FuncType (params (Field a b (Name int)) (Field c (Ellipsis (Name string)))) (results (Field x y (Name int)))) (Block))");
    becomes("func f(int, string)", "(Func f (FuncType (params (Field (Name int)) (Field (Name string)))))");
    becomes("var f func() func() (int, error)",
            "(DeclStmt (Var f (type (FuncType (results (Field (FuncType (results (Field (Name int)) (Field (Name error))))))))))");
    becomes("interface{ M() }.M(x)", "(ExprStmt (Call (Selector M (InterfaceType (elems (Field M (FuncType))))) (args (Name x))))");
    becomes("(*T).m(p)", "(ExprStmt (Call (Selector m (Paren (Star (Name T)))) (args (Name p))))");
}

static void keyword_types_are_names(void **state) {
    (void)state;
    becomes("var mu mutex", "(DeclStmt (Var mu (type (Name mutex))))");
    becomes("mutex := 3", "(DefineStmt (left (Name mutex)) (right (Literal int 3)))");
    becomes("once.Do(f)", "(ExprStmt (Call (Selector Do (Name once)) (args (Name f))))");
    becomes("type mutex struct { rwmutex; wg waitgroup }", "(DeclStmt (Type mutex (StructType (fields (Field (Name rwmutex)) (Field wg (Name waitgroup))))))");
    becomes("once: for { break once }", "(LabeledStmt once (ForStmt (Block (BreakStmt once))))");
    becomes("func mutex(once int) {}", "(Func mutex (FuncType (params (Field once (Name int)))) (Block))");
}

static void statements(void **state) {
    (void)state;
    becomes("switch x := y.(type) { case int, []T: }", "(TypeSwitchStmt x (Name y) (case (of (Name int) (ArrayType (Name T)))))");
    becomes("select { case v, ok := <-c: case c <- 1: default: f() }",
            "(SelectStmt (case (comm (DefineStmt (left (Name v) (Name ok)) (right (Unary <- (Name c)))))) (case (comm (SendStmt (Name c) (Literal "
            "int 1)))) (default (ExprStmt (Call (Name f)))))");
    becomes("const ( A = iota; B; C = 5 )",
            "(DeclStmt (Const A iota=0 (Name iota)) (Const B iota=1 implicit) (Const C iota=2 (Literal int 5)))");
    becomes("a[1:2:3], b[:] = c, d",
            "(AssignStmt = (left (Slice (Name a) (low (Literal int 1)) (high (Literal int 2)) (max (Literal int 3))) (Slice (Name b))) (right "
            "(Name c) (Name d)))");
    becomes("x := [...]int{}", "(DefineStmt (left (Name x)) (right (Composite (type (ArrayType (len (Ellipsis)) (Name int))))))");
    becomes("x &^= a &^ b << 1 | c", "(AssignStmt &^= (left (Name x)) (right (Binary | (Binary << (Binary &^ (Name a) (Name b)) (Literal int 1)) (Name c))))");
    becomes("L: goto L", "(LabeledStmt L (GotoStmt L))");
    becomes("type S struct { x int `k:\"v\"` }", "(DeclStmt (Type S (StructType (fields (Field x tag: k:\"v\" (Name int))))))");
    becomes("import ( . \"a\"; _ \"b\"; c \"d\" )", "(Import . \"a\") (Import _ \"b\") (Import c \"d\")");
    becomes("var (); const (); type (); import ()", "(DeclStmt) (DeclStmt) (DeclStmt)");
    becomes("type A = B", "(DeclStmt (Type A = (Name B)))");
    becomes("-x * y.z", "(ExprStmt (Binary * (Unary - (Name x)) (Selector z (Name y))))");
}

static void recovery(void **state) {
    (void)state;
    becomes("a b\nf()\nc d\ng()", "(ExprStmt (Name a)) (ExprStmt (Call (Name f))) (ExprStmt (Name c)) (ExprStmt (Call (Name g))) {1:3 201} {3:3 201}");
    becomes("f(a b, func() { x y })\ng()", "(ExprStmt (Call (Name g))) {1:5 206}");
    becomes("{ f(1, 2\n}\ng()", "(BlockStmt (BadStmt)) (ExprStmt (Call (Name g))) {1:9 206}");
    becomes("switch x { case 1 2: f()\ncase 3: g() }", "(SwitchStmt (tag (Name x)) (case (ExprStmt (Call (Name f)))) (case (of (Literal int 3)) "
                                                       "(ExprStmt (Call (Name g))))) {1:19 201}");
    becomes("func f()\n{\n}\nif x {\n}\nelse {\n}", "(Func f (FuncType) (Block)) (IfStmt (cond (Name x)) (Block) (else (BlockStmt))) {1:9 204} {6:1 204}");
    becomes("func f() {\nif x {\n\nfunc g() {}", "(Func f (FuncType) (Block (IfStmt (cond (Name x)) (Block)))) (Func g (FuncType) (Block)) {4:1 205}");
    becomes("type S struct { a, b; c int }", "(DeclStmt (Type S (StructType (fields (Field c (Name int)))))) {1:21 201}");
    becomes("x := 'ab'\ny := \"\\q\"", "(DefineStmt (left (Name x)) (right (Bad))) (DefineStmt (left (Name y)) (right (Bad))) {1:6 102} {2:7 102}");
    becomes("if x = 1 {}", "(IfStmt (cond (Bad)) (Block)) {1:4 207}");
}

// Nesting that no pass may follow on the C stack is refused with one error.
static void too_deep(void **state) {
    (void)state;
    static const char *const parts[] = {"(", "[", "{", "!", "a+", "a.", "f()(", "func(){", "if x {} else ", "*", "T{", "struct{a "};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        Buf text;
        buf_init(&text);
        buf_puts(&text, "x = ");
        for (int k = 0; k < 20000; k++) buf_puts(&text, parts[i]);
        Parsed p;
        parse(&p, buf_str(&text), text.len);
        uint32_t deep = 0;
        for (uint32_t k = 0; k < p.diags.count; k++) deep += p.diags.items[k].code == DIAG_TOO_DEEP;
        assert_true(p.diags.errors > 0);
        assert_true(deep <= 1);
        Buf dump;
        buf_init(&dump);
        dump_ast(p.file, &p.sources, &dump);
        buf_fini(&dump);
        buf_fini(&text);
        parsed_fini(&p);
    }
}

// Damaged text: a tree and diagnostics, never a crash; and every bracket that is lost is found again.
static void damaged_text(void **state) {
    (void)state;
    static const char text[] =
        "package p\nimport \"fmt\"\ntype T[P any] struct { a, b P `k`; *E }\nfunc (t *T[P]) m(a int, b ...string) (c chan<- int) {\n"
        "\tfor i := 0; i < 10; i++ { if x := f(T{1, {2}}); x { continue } else { return } }\nL:\n\tswitch v := t.(type) {\n\tcase nil, *int:\n"
        "\t\tgo func() { defer f(x[1:2:3], y[i]...) }()\n\tcase []T: goto L\n\t}\n\tselect {\n\tcase v, ok := <-c:\n\tdefault:\n\t}\n}\nconst (\n"
        "\tA = iota\n\tB\n)\nvar m = map[string]func(int) int{\n\t\"a\": func(n int) int { return n },\n}\n";
    static const char *const bits[] = {"(", ")", "{", "}", "[", "]", "\n", ";", ",", "func ", "case ", "else ", "if ", ":=", "\"", "'", "`", "/*", "\xff", "?"};
    const size_t n = sizeof text - 1;
    char copy[sizeof text + 16];
    uint32_t seed = 1;
    for (size_t round = 0; round < 6000; round++) {
        seed = seed * 1664525 + 1013904223;
        size_t at = (seed >> 8) % n, len;
        const char *bit = bits[round % COUNT_OF(bits)];
        size_t drop = round % 3 == 0 ? 1 + (seed >> 28) : 0, put = round % 3 == 0 ? 0 : strlen(bit);
        if (drop > n - at) drop = n - at;
        memcpy(copy, text, at);
        memcpy(copy + at, bit, put);
        memcpy(copy + at + put, text + at + drop, n - at - drop);
        len = round % 7 == 0 ? at : n - drop + put; // sometimes the rest is missing
        Parsed p;
        parse(&p, copy, len);
        Buf out;
        buf_init(&out);
        dump_ast(p.file, &p.sources, &out);
        diags_render(&p.diags, &out, false);
        assert_true(p.diags.errors < 8); // one bit of damage does not make a flood
        buf_fini(&out);
        parsed_fini(&p);
    }
}

static void version_is(const char *text, const char *version) {
    Parsed p;
    parse(&p, text, strlen(text));
    if (version) assert_string_equal(p.file->go_version, version);
    else assert_null(p.file->go_version);
    parsed_fini(&p);
}

static void go_versions(void **state) {
    (void)state;
    version_is("//go:build go1.21\n\npackage main\n", "go1.21");
    version_is("//go:build linux && (go1.20 || go1.18)\npackage main\n", "go1.18");
    version_is("//go:build go1.20 && go1.22\npackage main\n", "go1.22");
    version_is("//go:build !go1.20\npackage main\n", NULL);
    version_is("package main\n//go:build go1.21\n", NULL);
    version_is("// a comment\n//go:build go1.21\n\nx := 1\n", "go1.21");
}

static void positions(void **state) {
    (void)state;
    Parsed p;
    const char *text = "x := a.b + f(1)\n";
    parse(&p, text, strlen(text));
    const Stmt *s = p.file->script.items[0];
    Pos base = p.file->source->base;
    assert_int_equal(s->pos - base, 2);
    const Expr *sum = s->u.define.rhs.items[0];
    assert_int_equal(sum->pos - base, 9);
    assert_int_equal(sum->start - base, 5);
    assert_int_equal(sum->end - base, 15);
    assert_int_equal(sum->u.binary.x->pos - base, 7);
    assert_int_equal(sum->u.binary.y->u.call.lparen - base, 12);
    assert_int_equal(sum->u.binary.y->u.call.rparen - base, 14);
    parsed_fini(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_and_literals),
        cmocka_unit_test(channel_types),
        cmocka_unit_test(generics),
        cmocka_unit_test(functions),
        cmocka_unit_test(keyword_types_are_names),
        cmocka_unit_test(statements),
        cmocka_unit_test(recovery),
        cmocka_unit_test(too_deep),
        cmocka_unit_test(damaged_text),
        cmocka_unit_test(go_versions),
        cmocka_unit_test(positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
