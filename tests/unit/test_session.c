// The compiler's half of the REPL: what each input of a session is answered. A session is a table of inputs and answers:
//
//     run | nothing | more | wrong: the first error    then, each behind "; ":
//     TEXT TYPE of each value (a variable: `var TEXT TYPE`), notes, `patch func` and `patch methods`
//
// Code is run by test_session_run.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compiler/session.h"
#include "std/bind.h"

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

static Session *new_session(void) {
    const SessionOptions o = {.bind = bind, .lang_minor = 22, .warnings = true};
    return session_new(&o);
}

static void apply(Session *s, const SessionInput *in) { // as the host does
    Module *m = session_module(s);
    for (const SessionPatch *p = in->patches; p; p = p->next) {
        if (p->kind == PATCH_FUNC) {
            m->funcs[p->index] = p->func;
        } else {
            m->types[p->index].methods = p->methods;
            m->types[p->index].nmethods = p->nmethods;
        }
    }
}

static void write_answer(const SessionInput *in, Buf *out) {
    static const char *const words[] = {[SESSION_RUN] = "run", [SESSION_NOTHING] = "nothing", [SESSION_INCOMPLETE] = "more", [SESSION_WRONG] = "wrong"};
    buf_puts(out, words[in->status]);
    const Diag *first = NULL;
    for (uint32_t i = 0; i < in->diags->count; i++)
        if (in->diags->items[i].severity == SEV_ERROR && (!first || in->diags->items[i].pos < first->pos)) first = &in->diags->items[i];
    if (in->status == SESSION_WRONG) buf_printf(out, ": %s", first ? first->message : "no reason");
    for (const SessionValue *v = in->values; v; v = v->next) buf_printf(out, "; %s%s %s", v->variable ? "var " : "", v->text, v->type);
    for (const SessionNote *n = in->notes; n; n = n->next) buf_printf(out, "; %s", n->text);
    bool func = false, methods = false;
    for (const SessionPatch *p = in->patches; p; p = p->next) *(p->kind == PATCH_FUNC ? &func : &methods) = true;
    if (func) buf_puts(out, "; patch func");
    if (methods) buf_puts(out, "; patch methods");
}

typedef struct Line {
    const char *input, *answer; // ":undo" takes back; ":type X" asks
} Line;

static void answer_line(Session *s, const char *text, uint32_t number, Buf *out) {
    SessionInput in;
    char name[16];
    snprintf(name, sizeof name, "[%u]", number);
    if (!strcmp(text, ":undo")) {
        if (!session_undo(s, &in)) {
            buf_puts(out, "nothing to undo");
            return;
        }
    } else if (!strncmp(text, ":type ", 6)) {
        if (session_type(s, text + 6, strlen(text + 6), out, &in)) return;
    } else {
        session_input(s, name, text, strlen(text), true, &in);
    }
    write_answer(&in, out);
    apply(s, &in);
}

static void play(const Line *lines, size_t n) {
    Session *s = new_session();
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        Buf b;
        buf_init(&b);
        answer_line(s, lines[i].input, (uint32_t)i + 1, &b);
        if (strcmp(buf_str(&b), lines[i].answer) != 0) {
            print_error("input:  %s\nanswer: %s\nwanted: %s\n", lines[i].input, buf_str(&b), lines[i].answer);
            wrong++;
        }
        buf_fini(&b);
    }
    session_free(s);
    assert_int_equal(wrong, 0);
}
#define PLAY(lines) play(lines, COUNT_OF(lines))

static void values(void **state) {
    (void)state;
    static const Line lines[] = {
        {"x := 1", "run"},
        {"x", "run; var x int"},
        {"x + 2", "run; x + 2 int"},
        {"x == 1", "run; x == 1 bool"},
        {"(x)", "run; var (x) int"},
        {"1", "run; 1 int"},
        {"'a'", "run; 'a' int32"},
        {"2.5", "run; 2.5 float64"},
        {"x; x * 2", "run; var x int; x * 2 int"},
        {"strconv.Atoi(\"1\")", "run; strconv.Atoi(\"1\") int; strconv.Atoi(\"1\") error"},
        {"fmt.Println(x)", "run"},
        {"fmt.Fprintln(os.Stderr, x)", "run"},
        {"fmt.Sprint(x)", "run; fmt.Sprint(x) string"},
        {"ch := make(chan int, 1)", "run"},
        {"ch <- 1", "run"},
        {"<-ch", "run; <-ch int"},
        {"len(ch)", "run; len(ch) int"},
        {"func() {}()", "run"},
        {"func() int { return 1 }", "run; func() int { return 1 } func() int"},
        {"if x > 0 { x = 2 }", "run"},
        {"{ x }", "wrong: x (variable of type int) is not used"},
        {"for i := 0; i < 2; i++ { i + 1 }", "wrong: i + 1 (value of type int) is not used"},
        {"1 << 70", "nothing; 1180591620717411303424 (an untyped constant that is too large for an int)"},
        {"y := 1 << 70", "wrong: cannot use 1 << 70 (untyped int constant 1180591620717411303424) as int value in variable declaration (overflows)"},
        {"nil", "nothing; nil, without a type"},
        {"int", "nothing; type int"},
        {"fmt", "nothing; package fmt"},
        {"len", "nothing; len is a built-in function: call it"},
        {"", "nothing"},
        {"// only a comment", "nothing"},
        {"var a, b = 1, \"s\"", "run"},
        {"a, b = 2, \"t\"; b", "run; var b string"},
        {"v, ok := map[string]int{}[\"k\"]", "run"},
        {"ok", "run; var ok bool"},
        {"const K = 3", "nothing"},
        {"K", "run; K int"},
        {"var arr [K]int; arr[1]", "run; arr[1] int"},
        {"unused := 4", "run"},
    };
    PLAY(lines);
}

static void declarations(void **state) {
    (void)state;
    static const Line lines[] = {
        {"func add(a, b int) int { return a + b }", "nothing"},
        {"func twice(a int) int { return add(a, a) }", "nothing"},
        {"twice(2)", "run; twice(2) int"},
        {"func add(a, b int) int { return a * b }", "nothing; patch func"},
        {"func add(a, b int) int { return a - b }", "nothing; patch func"},
        {"func add(s string) string { return s }", "nothing; add was func(a int, b int) int, and is func(s string) string now; twice still uses the old add"},
        {"add(\"a\")", "run; add(\"a\") string"},
        {"twice(3)", "run; twice(3) int"},
        {"x := 1", "run"},
        {"func getx() int { return x }", "nothing"},
        {"x := \"s\"", "run; x was int, and is string now; getx still uses the old x"},
        {"x", "run; var x string"},
        {"x := \"t\"", "run"},
        {"type Point struct { X, Y int }", "nothing"},
        {"p := Point{1, 2}", "run"},
        {"func norm(p Point) int { return p.X + p.Y }", "nothing"},
        {"type Point struct { X, Y, Z int }", "nothing; p and norm still use the old Point"},
        {"p = Point{1, 2, 3}", "wrong: cannot use Point{1, 2, 3} (value of type Point) as Point value in assignment"},
        {"q := Point{1, 2, 3}", "run"},
        {"norm(p)", "run; norm(p) int"},
        {":type p", "Point"},
        {":type Point", "type Point struct { X, Y, Z int }"},
        {":type norm", "func(p Point) int"},
        {":type fmt", "package fmt"},
        {":type 1 + 2.5", "float64"},
        {"import \"strings\"", "nothing"},
        {"strings.ToUpper(\"a\")", "run; strings.ToUpper(\"a\") string"},
        {"import str \"strings\"", "nothing"},
        {"str.ToLower(\"A\")", "run; str.ToLower(\"A\") string"},
        {"import \"nowhere\"", "wrong: package \"nowhere\" is not in gol's library"},
        {"var i, j = j2, 1", "wrong: undefined: j2"},
        {"func main() { fmt.Println(1) }", "run"},
        {"main()", "run"},
        {"func init() { fmt.Println(2) }", "run"},
    };
    PLAY(lines);
}

static void types_with_methods(void **state) {
    (void)state;
    static const Line lines[] = {
        {"type T struct { n int }", "nothing"},
        {"t := T{3}", "run"},
        {"fmt.Println(t)", "run"},
        {"func (t T) String() string { return \"T!\" }", "nothing; patch methods"},
        {"t.String()", "run; t.String() string"},
        {"func (t T) String() string { return \"again\" }", "nothing; patch func"},
        {"func (t T) String() int { return 1 }", "wrong: method T.String already declared, as func() string"},
        {"func (t T) n() {}", "wrong: field and method with the same name n"},
        {"var s fmt.Stringer = t", "run"},
        {"type E struct { T }", "nothing"},
        {"fmt.Println(E{t})", "run"},
        {"func (t *T) Inc() { t.n++ }", "nothing"},
        {"fmt.Println(&t, &E{})", "run"},
        {"func (t T) Twice() int { return 2 * t.n }", "nothing; patch methods"},
        {"E{t}.Twice()", "run; E{t}.Twice() int"},
        {"type Stack[E any] struct { items []E }", "nothing"},
        {"func (s *Stack[E]) Push(e E) { s.items = append(s.items, e) }", "nothing"},
        {"st := &Stack[int]{}; st.Push(1)", "run"},
        {"func (s *Stack[E]) Len() int { return len(s.items) }", "nothing"},
        {"st.Len()", "run; st.Len() int"},
        {"func (s *Stack[E]) Len() int { return -len(s.items) }", "nothing; patch func"},
        {"func (i int) Bad() {}", "wrong: cannot define new methods on non-local type int"},
    };
    PLAY(lines);
}

static void waiting(void **state) {
    (void)state;
    static const Line lines[] = {
        {"func even(n int) bool { return n == 0 || odd(n - 1) }", "nothing; even is kept: it needs odd, which is not declared yet"},
        {"even(2)", "wrong: even cannot be used yet: it needs odd, which is not declared"},
        {"func odd(n int) bool { return n != 0 && even(n - 1) }", "nothing; even can be used now"},
        {"even(2)", "run; even(2) bool"},
        {"type A struct { b *B }", "nothing; A is kept: it needs B, which is not declared yet"},
        {"func (a A) Get() *B { return a.b }", "nothing; A.Get is kept: it needs A and B, which are not declared yet"},
        {"type B struct { a *A }", "nothing; A.Get can be used now; A can be used now"},
        {"A{}.Get()", "run; A{}.Get() *B"},
        {"func f() int { return A{}.Size() }", "nothing; f is kept: it needs A.Size, which is not declared yet"},
        {"func (a A) Size() int { return 1 }", "nothing; f can be used now"},
        {"f()", "run; f() int"},
        {"func g() int { return limit + 1 }", "nothing; g is kept: it needs limit, which is not declared yet"},
        {"limit := \"s\"", "run; g still cannot be used: invalid operation: limit + 1 (mismatched types string and untyped int)"},
        {"limit := 3", "run; limit was string, and is int now; g can be used now"},
        {"g()", "run; g() int"},
        {"func h() { fmt.Prinln(1) }", "wrong: undefined: fmt.Prinln"},
        {"func h() { total := 1; totl++; _ = total }", "nothing; h is kept: it needs totl, which is not declared yet (did you mean total?)"},
        {"func h() { total := 1; total++ }", "nothing"},
        {"h()", "run"},
        {"func k() int { return \"s\" + nowhere }", "nothing; k is kept: it needs nowhere, which is not declared yet"},
        {"func k2() int { nowhere2(); return \"s\" }", "wrong: undefined: nowhere2"},
        {"func u() { v() }; func v() { w() }; 1", "run; 1 int; v is kept: it needs w, which is not declared yet; u is kept: it needs v, which is not declared yet"},
        {"u()", "wrong: u cannot be used yet: it needs v, which is not declared"},
        {"func w() {}", "nothing; v can be used now; u can be used now"},
        {"u()", "run"},
        {":undo", "nothing"},
        {":undo", "nothing; u is gone; v is gone; w is gone"},
        {"u()", "wrong: u cannot be used yet: it needs v, which is not declared"},
    };
    PLAY(lines);
}

static void unfinished(void **state) {
    (void)state;
    static const Line lines[] = {
        {"f(", "more"}, {"func f() {", "more"}, {"func f() {\n  g(1,\n", "more"}, {"x := `raw", "more"}, {"/* comment", "more"}, {"1 +", "more"},
        {"fmt.", "more"}, {"x := []int{", "more"}, {"x := []int{1,", "more"}, {"if true {", "more"}, {"if true {\n} else", "more"}, {"type T struct {", "more"},
        {"var (", "more"}, {"import (\n\"fmt\"", "more"}, {"switch 1 {\ncase 1:", "more"}, {"go func() {", "more"}, {"x := map[string]int{\"a\":", "more"},
        {"x := []int{1", "more"}, {"f(1", "more"}, {"f(1\n", "more"}, {"f(1\n)", "wrong: syntax error: unexpected newline in argument list; possibly missing comma or )"},
        {"if true", "wrong: syntax error: unexpected end of file, expected { after if clause"}, {"func", "more"}, {"x :=", "more"}, {"fmt.Println(`a", "more"},
        {"f(}", "wrong: syntax error: unexpected } in argument list; possibly missing comma or )"},
        {"x := = `raw", "wrong: syntax error: unexpected =, expected expression"},
        {"\"open", "wrong: string not terminated"},
        {"if true {\n}", "run"},
        {"else {", "wrong: syntax error: unexpected keyword else, expected statement"},
        {"}", "wrong: syntax error: unexpected } that closes nothing"},
    };
    PLAY(lines);
}

static void taking_back(void **state) {
    (void)state;
    static const Line lines[] = {
        {":undo", "nothing to undo"},
        {"x := 1", "run"},
        {"x := \"s\"", "run; x was int, and is string now"},
        {"wrong +* wrong", "wrong: undefined: wrong"},
        {":undo", "nothing; x is int again"},
        {"x + 1", "run; x + 1 int"},
        {":undo", "nothing"},
        {":undo", "nothing; x is gone"},
        {"x", "wrong: undefined: x"},
        {"func f() int { return 1 }", "nothing"},
        {"func g() int { return f() }", "nothing"},
        {"func f() int { return 2 }", "nothing; patch func"},
        {"g()", "run; g() int"},
        {":undo", "nothing"},
        {":undo", "nothing; f has its earlier body again; patch func"},
        {"func f() int { return 3 }", "nothing; patch func"},
        {":undo", "nothing; f has its earlier body again; patch func"},
        {"type T int", "nothing"},
        {"fmt.Println(T(1))", "run"},
        {"func (t T) String() string { return \"T\" }", "nothing; patch methods"},
        {":undo", "nothing; method T.String is gone; patch methods"},
        {"T(1).String()", "wrong: T(1).String undefined (type T has no field or method String)"},
        {"func (t T) String() string { return \"T2\" }", "nothing; patch methods"},
        {"T(1).String()", "run; T(1).String() string"},
    };
    PLAY(lines);
}

static void whole_programs(void **state) {
    (void)state;
    static const Line lines[] = {
        {"package main\nimport \"fmt\"\nvar a = b + 1\nvar b = 2\nfunc main() { fmt.Println(a) }", "run"},
        {"a", "run; var a int"},
        {"main()", "run"},
        {"package other\n", "wrong: package other is not a main package"},
        {"package main\nvar c = d\nvar d = c\n", "wrong: initialization cycle: c refers to itself"},
        {"a + b", "run; a + b int"},
    };
    PLAY(lines);
}

// ---- completion ----

static void add_completion(void *ctx, const SessionName *n) { buf_printf(ctx, "%s%s", buf_str(ctx)[0] ? " " : "", n->name); }

static void complete(Session *s, const char *text, const char *expected) {
    Buf b;
    size_t from;
    buf_init(&b);
    session_complete(s, text, strlen(text), strlen(text), &from, add_completion, &b);
    assert_string_equal(buf_str(&b), expected);
    buf_fini(&b);
}

static void completions(void **state) {
    (void)state;
    Session *s = new_session();
    Buf b;
    buf_init(&b);
    answer_line(s, "type Base struct { Id int; hidden string }; func (b *Base) Move(n int) {}; type Named struct { Base; Name string }; named := &Named{}", 1, &b);
    assert_string_equal(buf_str(&b), "run");
    complete(s, "named.", "Base Id Move Name hidden");
    complete(s, "named.N", "Name");
    complete(s, "x := 1 + named.I", "Id");
    complete(s, "fmt.Println(named.Base.", "Id Move hidden");
    complete(s, "strings.Repl", "Replace ReplaceAll Replacer");
    complete(s, "time.Now().Sub(time.Now()).Min", "Minutes");
    complete(s, "[]Named{{}}[0].N", "Name");
    complete(s, "for i, each := range []Named{} {\n\tfmt.Println(each.N", "Name");
    complete(s, "func f(given *Named) { giv", "given");
    complete(s, "func f(given *Named) {\n\tgiven.Na", "Name");
    complete(s, "nam", "named");
    complete(s, "Nam", "Named");
    complete(s, "fallt", "fallthrough");
    complete(s, "waitg", "waitgroup");
    complete(s, "unico", "unicode");
    complete(s, "nowhere.", "");
    complete(s, "\"text\".", "");
    complete(s, "sync.Mutex{}.", "Lock TryLock Unlock");
    buf_fini(&b);
    session_free(s);
}

// ---- what is wrong changes nothing ----

static const char *const pieces[] = {
    "x := 1", "y := \"s\"", "x + 2", "z := []int{1, 2}", "fmt.Println(x, y)", "func add(a, b int) int { return a + b }", "add(x, 2)",
    "type P struct { X, Y int }", "p := P{1, 2}", "p", "func (p P) Sum() int { return p.X + p.Y }", "p.Sum()", "func (p *P) Inc() { p.X++ }",
    "func add(a, b int) int { return a * b }", "func add(a string) string { return a + a }", "type P struct { Z string; next *P }",
    "func (p P) String() string { return \"P\" }", "var i fmt.Stringer = p", "ch := make(chan int, 3)", "ch <- 1", "<-ch",
    "func Map[T, U any](l []T, f func(T) U) []U { var r []U; for _, v := range l { r = append(r, f(v)) }; return r }",
    "Map([]int{1}, func(i int) string { return fmt.Sprint(i) })", "type Stack[T any] struct { l []T }",
    "func (s *Stack[T]) Push(v T) { s.l = append(s.l, v) }", "s := Stack[int]{}\ns.Push(3)", "func (s *Stack[T]) Len() int { return len(s.l) }", "s.Len()",
    "func even(n int) bool { return n == 0 || odd(n - 1) }", "func odd(n int) bool { return n != 0 && even(n - 1) }", "even(4)",
    "type Q struct { r *R }", "type R struct { q *Q }", "q := Q{&R{}}", "const K = 4", "var arr [K]int", "arr[2] = 7; arr", "m := map[string]int{\"a\": 1}",
    "v, ok := m[\"b\"]", "for i := 0; i < 3; i++ { x := i; _ = x }", "go func() { ch <- 2 }()", "import \"strings\"", "sync.Mutex{}", "var mu sync.Mutex",
    "slices.Max(z)", "type E struct { P; n int }", "e := E{}\ne.n", "func init() { fmt.Println(1) }", "1 << 70", "P", "var ap atomic.Pointer[P]", "ap.Load()",
    "type I interface { Sum() int }", "var ii I = p", "type T2 = P", "func (t T2) Neg() int { return -1 }", "L: for { break L }",
    "package main\nvar g = h()\nfunc h() int { return 3 }\nfunc main() { fmt.Println(g) }",
};
static const char *const junk[] = {"(", ")", "{", "}", "undefinedName", "x", "+", ":=", "func", "type ", "var ", "1", "\"", "`", "/*", "\n", ";", "[", "]", "int",
                                   "P", "nil", "...", "<-", "go ", "return", "\xff", "\\", "chan ", "struct{", "*", "&", ".", ",", "even", "Stack[", "T any", "R"};

static uint64_t dice;
static uint32_t roll(uint32_t n) {
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (uint32_t)((dice >> 20) % n);
}

static void damage(Buf *b) {
    for (uint32_t k = 1 + roll(3); k--;) {
        Buf next;
        buf_init(&next);
        size_t at = roll((uint32_t)b->len + 1), skip = roll(3) ? 0 : roll(6);
        buf_put(&next, buf_str(b), at);
        if (!skip) buf_puts(&next, roll(4) ? junk[roll(COUNT_OF(junk))] : pieces[roll(COUNT_OF(pieces))]);
        if (at + skip < b->len) buf_put(&next, buf_str(b) + at + skip, b->len - at - skip);
        buf_fini(b);
        *b = next;
    }
}

static void add_name(void *ctx, const SessionName *n) { buf_printf(ctx, "%s %s %s\n", n->kind, n->name, n->type); }

static void both(Session *a, Session *b, const char *text, bool again) {
    Buf x, y;
    buf_init(&x);
    buf_init(&y);
    if (again) answer_line(a, text, 1, &x);
    answer_line(b, text, 1, &y);
    if (again && strcmp(buf_str(&x), buf_str(&y)) != 0) fail_msg("input: %s\nwithout: %s\nwith what was wrong between: %s", text, buf_str(&x), buf_str(&y));
    buf_fini(&x);
    buf_fini(&y);
}

// Two sessions are given the same inputs, one of them damaged ones, questions and completions besides: it answers all the same.
static void nothing_left_behind(void **state) {
    (void)state;
    const char *scale = getenv("GOL_TEST_SCALE");
    uint32_t rounds = scale && atof(scale) < 1 ? 20 : 60;
    for (uint32_t round = 1; round <= rounds; round++) {
        dice = round * UINT64_C(0x9E3779B97F4A7C15) + 77;
        Session *a = new_session(), *b = new_session();
        for (uint32_t i = 4 + roll(14); i--;) {
            for (uint32_t k = roll(3); k--;) {
                Buf text, unused;
                SessionInput in;
                size_t from;
                buf_init(&text);
                buf_init(&unused);
                buf_puts(&text, pieces[roll(COUNT_OF(pieces))]);
                damage(&text);
                switch (roll(3)) {
                case 0: session_type(b, buf_str(&text), text.len, &unused, &in); break;
                case 1: session_complete(b, buf_str(&text), text.len, roll((uint32_t)text.len + 1), &from, add_name, &unused); break;
                default:
                    session_input(b, "[1]", buf_str(&text), text.len, true, &in);
                    apply(b, &in);
                    if (in.status == SESSION_RUN || in.status == SESSION_NOTHING) both(b, a, buf_str(&text), false); // it was right
                }
                buf_fini(&text);
                buf_fini(&unused);
            }
            both(a, b, roll(12) ? pieces[roll(COUNT_OF(pieces))] : ":undo", true);
        }
        Buf x, y;
        buf_init(&x);
        buf_init(&y);
        session_names(a, add_name, &x);
        session_names(b, add_name, &y);
        assert_string_equal(buf_str(&x), buf_str(&y));
        buf_fini(&x);
        buf_fini(&y);
        session_free(a);
        session_free(b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),      cmocka_unit_test(declarations), cmocka_unit_test(types_with_methods),        cmocka_unit_test(waiting),
        cmocka_unit_test(unfinished),  cmocka_unit_test(taking_back),  cmocka_unit_test(whole_programs), cmocka_unit_test(completions),
        cmocka_unit_test(nothing_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
