// A session and its host together: what inputs do when they are run one after the other, goroutines going on between them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "compiler/session.h"
#include "runtime/finding.h"
#include "std/bind.h"
#include "vm/host.h"

static NativeFn bind(const char *key) {
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

typedef struct Bench {
    Session *s;
    Host *h;
    Buf said; // output of the program and first lines of reports, since the last input
    uint32_t inputs;
} Bench;

static void output(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n) {
    (void)goroutine, (void)foreground, (void)fd;
    buf_put(&((Bench *)ctx)->said, data, n);
}

static void report(void *ctx, const struct Finding *f, bool foreground) {
    Bench *b = ctx;
    Buf text;
    (void)foreground;
    buf_init(&text);
    finding_render(f, NULL, false, &text);
    buf_printf(&b->said, "<%.*s>\n", (int)strcspn(buf_str(&text), "\n"), buf_str(&text));
    buf_fini(&text);
}

static void bench_open(Bench *b) {
    *b = (Bench){0};
    const SessionOptions o = {.bind = bind, .lang_minor = 22, .warnings = true};
    b->s = session_new(&o);
    Module *m = session_module(b->s);
    const HostEvents e = {output, report, b};
    const RuntimeOptions r = {.workers = 2, .sources = m->sources};
    b->h = host_new(m, &r, &e);
    assert_int_equal(host_run(b->h, m->entry), HOST_DONE);
}

static void bench_close(Bench *b) {
    host_free(b->h);
    session_free(b->s);
    buf_fini(&b->said);
}

static void patch(Bench *b, const SessionInput *in) {
    for (const SessionPatch *p = in->patches; p; p = p->next) {
        if (p->kind == PATCH_FUNC) host_patch_func(b->h, p->index, p->func);
        else host_patch_methods(b->h, p->index, p->methods, p->nmethods);
    }
}

static HostEnd enter(Bench *b, const char *text) {
    SessionInput in;
    char name[16];
    snprintf(name, sizeof name, "[%u]", ++b->inputs);
    buf_fini(&b->said);
    b->said = (Buf){0};
    session_input(b->s, name, text, strlen(text), false, &in);
    if (in.status == SESSION_WRONG) fail_msg("%s: %s", text, in.diags->items[0].message);
    patch(b, &in);
    return in.status == SESSION_RUN ? host_run(b->h, in.entry) : HOST_DONE;
}

static void undo(Bench *b) {
    SessionInput in;
    assert_true(session_undo(b->s, &in));
    patch(b, &in);
}

// The input says this, and it ends as it should.
#define SAYS(text, expected) do { assert_int_equal(enter(&b, text), HOST_DONE); assert_string_equal(buf_str(&b.said), expected); } while (0)

static void bodies_are_replaced(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("func f() int { return 1 }; func caller() int { return f() }", "");
    SAYS("value := f; fmt.Println(caller(), value())", "1 1\n");
    SAYS("func f() int { return 2 }", "");
    SAYS("fmt.Println(caller(), f(), value())", "2 2 1\n");
    SAYS("func f() string { return \"three\" }", "");
    SAYS("fmt.Println(caller(), f())", "2 three\n");
    undo(&b);
    undo(&b);
    SAYS("fmt.Println(caller(), f())", "2 2\n");
    undo(&b);
    undo(&b);
    undo(&b);
    SAYS("fmt.Println(caller(), f())", "1 1\n");
    SAYS("func late() int { return inner() }; func inner() int { return 1 }", "");
    SAYS("func inner() int { return 2 }", ""); // before any code calls it
    SAYS("fmt.Println(late(), inner())", "2 2\n");
    undo(&b);
    undo(&b);
    SAYS("fmt.Println(late(), inner())", "1 1\n");
    bench_close(&b);
}

static void methods_come_later(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("type T struct { n int }; type E struct { T }; var a any = T{1}; fmt.Println(a, E{T{2}})", "{1} {{2}}\n");
    SAYS("func show() { s, ok := a.(fmt.Stringer); fmt.Println(s, ok) }; show()", "<nil> false\n");
    SAYS("func (t T) String() string { return fmt.Sprint(\"T\", t.n) }", "");
    SAYS("fmt.Println(a, E{T{2}}, []any{T{3}}); show()", "T1 T2 [T3]\nT1 true\n");
    SAYS("func (t T) String() string { return \"other\" }", "");
    SAYS("fmt.Println(a); show()", "other\nother true\n");
    undo(&b);
    undo(&b);
    SAYS("fmt.Println(a)", "T1\n");
    undo(&b);
    undo(&b);
    undo(&b);
    SAYS("fmt.Println(a); show()", "{1}\n<nil> false\n");
    SAYS("type Stack[E any] struct { items []E }; func (s *Stack[E]) Push(e E) { s.items = append(s.items, e) }", "");
    SAYS("st := &Stack[string]{}; st.Push(\"x\"); var k any = st", "");
    SAYS("func (s *Stack[E]) String() string { return fmt.Sprint(\"stack of \", len(s.items)) }", "");
    SAYS("fmt.Println(k)", "stack of 1\n");
    bench_close(&b);
}

static void goroutines_go_on(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("jobs := make(chan int); results := make(chan int)", "");
    SAYS("func work(n int) int { return n * 10 }", "");
    SAYS("go func() { for j := range jobs { results <- work(j) } }()", "");
    SAYS("jobs <- 1; fmt.Println(<-results)", "10\n");
    SAYS("func work(n int) int { return n * 100 }", "");
    SAYS("jobs <- 1; fmt.Println(<-results)", "100\n");
    SAYS("jobs := 5; fmt.Println(jobs)", "5\n"); // another variable: the goroutine keeps its channel
    assert_int_equal(enter(&b, "<-results"), HOST_STUCK);
    assert_int_equal(enter(&b, "panic(\"gone\")"), HOST_PANICKED);
    assert_string_equal(buf_str(&b.said), "<panic: gone>\n");
    SAYS("fmt.Println(\"on\")", "on\n");
    bench_close(&b);
}

static void std_starts_when_mentioned(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("x := 1", "");
    SAYS("fmt.Println(errors.Is(io.EOF, io.EOF), strings.ToUpper(\"a\"))", "true A\n");
    SAYS("fmt.Println(unicode.IsUpper('A'), utf8.RuneLen('\u00e9'), time.Duration(1500) * time.Millisecond)", "true 2 1.5s\n");
    SAYS("func lazily() bool { return os.IsNotExist(os.ErrNotExist) }", "");
    SAYS("fmt.Println(lazily())", "true\n");
    SAYS("var r = bufio.NewReader(strings.NewReader(\"line\\n\")); l, err := r.ReadString('\\n'); fmt.Print(l, err, \"\\n\")", "line\n<nil>\n");
    SAYS("package main\nimport \"fmt\"\nvar a = b + 1\nvar b = two()\nfunc two() int { return 2 }\nfunc init() { fmt.Println(\"init\", a) }\nfunc main() { fmt.Println(\"main\") }",
         "init 3\nmain\n");
    SAYS("fmt.Println(a + b)", "5\n");
    SAYS("main()", "main\n");
    bench_close(&b);
}

// An input that is the first to need something of std, and is never run: what comes after it has it all the same.
static void inputs_that_never_run(void **state) {
    (void)state;
    Bench b;
    SessionInput in;
    bench_open(&b);
    for (int i = 0; i < 3; i++) {
        session_input(b.s, "-", "fmt.Println(io.EOF)", 19, false, &in);
        assert_int_equal(in.status, SESSION_RUN);
        assert_true(session_undo(b.s, &in));
    }
    SAYS("fmt.Println(io.EOF)", "EOF\n");
    SAYS("fmt.Println(os.ErrNotExist)", "file does not exist\n");
    bench_close(&b);
}

static void order_is_free(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("func even(n int) bool { return n == 0 || odd(n - 1) }", "");
    SAYS("func odd(n int) bool { return n != 0 && even(n - 1) }", "");
    SAYS("fmt.Println(even(10), odd(7), even(3))", "true true false\n");
    SAYS("type Tree struct { kids []*Leaf }", "");
    SAYS("func (t *Tree) Count() int { n := 0; for _, k := range t.kids { n += k.weight() }; return n }", "");
    SAYS("type Leaf struct { up *Tree; n int }", "");
    SAYS("func (l *Leaf) weight() int { return l.n }", "");
    SAYS("t := &Tree{}; t.kids = append(t.kids, &Leaf{t, 3}, &Leaf{t, 4}); fmt.Println(t.Count())", "7\n");
    bench_close(&b);
}

// What the generator refuses is taken back as a whole, when half of it is generated already.
static void refused_inputs(void **state) {
    (void)state;
    Bench b;
    SessionInput in;
    bench_open(&b);
    SAYS("type T int; func (t T) Old() int { return 1 }; var a any = T(3); type E struct { T }; func f() int { return 1 }; func late() int { return f() }", "");
    static const char *const wrong[] = {
        "func f() int { return 2 }; var big [2000000]int; late(); f()",
        "func (t T) String() string { return \"wrong\" }; func (t T) Old() int { return 2 }; var big [2000000]int; fmt.Println(a, E{1}, struct{ T }{2})",
        "type U struct { x int }; func (u U) Error() string { return \"U\" }; var big [2000000]int; fmt.Println(U{1}, strings.NewReplacer(\"a\", \"b\"))",
        "var big [2000000]int; big[1] = 3; fmt.Println(big[1], errors.Is(io.EOF, os.ErrNotExist), math.Sqrt(2))",
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        session_input(b.s, "[w]", wrong[i], strlen(wrong[i]), false, &in);
        assert_int_equal(in.status, SESSION_WRONG);
        assert_int_equal(in.diags->items[0].code, DIAG_NOT_GENERATED);
        assert_null(in.patches);
    }
    SAYS("fmt.Println(late(), f(), a, E{1}, struct{ T }{2}, T(1).Old())", "1 1 3 {1} {2} 1\n");
    SAYS("_, ok := a.(fmt.Stringer); fmt.Println(ok, strings.NewReplacer(\"a\", \"b\").Replace(\"aa\"))", "false bb\n");
    SAYS("fmt.Println(errors.Is(io.EOF, os.ErrNotExist), math.Sqrt(4))", "false 2\n");
    SAYS("func f() int { return 5 }; func (t T) String() string { return \"T\" }", "");
    SAYS("fmt.Println(late(), f(), a, E{1}, struct{ T }{2})", "5 5 T T T\n");
    bench_close(&b);
}

static void many_inputs(void **state) {
    (void)state;
    Bench b;
    bench_open(&b);
    SAYS("total := 0", "");
    for (int i = 0; i < 3000; i++) {
        if (i % 3 == 0) assert_int_equal(enter(&b, "step := func() int { return 1 }"), HOST_DONE);
        else if (i % 3 == 1) assert_int_equal(enter(&b, "total += step()"), HOST_DONE);
        else assert_int_equal(enter(&b, "[]int{total, total + 1}"), HOST_DONE);
    }
    SAYS("fmt.Println(total)", "1000\n");
    bench_close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_replaced), cmocka_unit_test(methods_come_later), cmocka_unit_test(goroutines_go_on),
        cmocka_unit_test(std_starts_when_mentioned), cmocka_unit_test(order_is_free), cmocka_unit_test(inputs_that_never_run), cmocka_unit_test(refused_inputs), cmocka_unit_test(many_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
