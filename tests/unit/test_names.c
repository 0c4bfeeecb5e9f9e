// Names for addresses, through the whole compiler: each program prints pointers, channels and maps with fmt.Println, whose native is replaced by one
// that says what the reports would call them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/gen.h"
#include "runtime/heap.h"
#include "runtime/names.h"
#include "std/bind.h"
#include "vm/native.h"
#include "vm/vm.h"

static Buf said; // one runtime at a time, with one worker
static const Sources *sources;

static void say_name(Runtime *rt, Word v) {
    TypeId t = (TypeId)(v >> IFACE_SHIFT & IFACE_MAX_TAG);
    Named n;
    if (!t) return;
    name_address(rt, (const void *)(v & IFACE_PAYLOAD_MASK), 1, &n);
    if (said.len) buf_puts(&said, " ");
    buf_printf(&said, "%s", buf_str(&n.text));
    if (n.pos) buf_printf(&said, "/%s:%u", name_origin_words(n.origin), source_place(sources, n.pos).line);
    named_fini(&n);
}

// func lineTo(fd int, a []any, line bool) int
static NativeStatus say_names(NativeCall *c) {
    const Word *a = (const Word *)c->args[1];
    for (Word i = 0; i < c->args[2]; i++) say_name(c->rt, a[i]);
    c->args[0] = 0;
    return NATIVE_OK;
}

static NativeFn bind(const char *key) {
    if (!strcmp(key, "fmt.lineTo")) return say_names;
    const Binding *b = bind_find(key);
    return b ? b->fn : NULL;
}

static const char *names_in(const char *text) {
    const CheckFile file = {"x.gol", text, strlen(text)};
    CheckOptions o = {.files = &file, .nfiles = 1, .lang_minor = 22};
    Program p;
    buf_clear(&said);
    bool fine = program_check(&p, &o);
    Module *m = fine ? generate(&p, &(GenOptions){.bind = bind}) : NULL;
    if (!m) {
        Buf out = {0};
        diags_render(&p.diags, &out, false);
        fail_msg("%s", buf_str(&out));
    }
    sources = &p.sources;
    assert_int_equal(vm_run(m, &(RuntimeOptions){.workers = 1}), 0);
    module_free(m);
    program_fini(&p);
    return buf_str(&said);
}
#define CHECK(text, want) assert_string_equal(names_in(text), want)

static void test_variables(void **state) {
    (void)state;
    CHECK("x := 1\nfmt.Println(&x)", "x/declared:1");
    CHECK("var a, b int\nfmt.Println(&b, &a)", "b/declared:1 a/declared:1");
    CHECK("package main\nimport \"fmt\"\nvar g, h int\nfunc main() { fmt.Println(&g, &h) }", "g/declared:3 h/declared:3");
    CHECK("package main\nimport \"fmt\"\nfunc f(p int) (r int) { fmt.Println(&p, &r); return }\nfunc main() { f(1) }", "p/declared:3 r/declared:3");
    CHECK("for i := 0; i < 2; i++ { fmt.Println(&i) }", "i/declared:1 i/declared:1");
    CHECK("for i, v := range []int{7} { fmt.Println(&i, &v) }", "i/declared:1 v/declared:1");
    CHECK("n := 0\nfunc() { n++ }()\nfunc() { fmt.Println(&n) }()", "n/declared:1");
    CHECK("n := 0\nfunc inc() { n++; fmt.Println(&n) }\ninc()", "n/declared:1"); // shared with a declared function
    CHECK("var m int\nfunc inc() { fmt.Println(&m) }\ninc()", "m/declared:1");
    CHECK("p := new(int)\nfmt.Println(p)", "p/allocated:1");
    CHECK("switch v := any(3).(type) { case int: fmt.Println(&v) }", "v/declared:1");
    CHECK("var e any = 1\nfmt.Println(&e)", "e/declared:1");
}

static void test_fields(void **state) {
    (void)state;
#define TYPES "type In struct { u, v int }\ntype T struct { n int; in In; arr [3]int }\n"
    CHECK(TYPES "t := T{}\nfmt.Println(&t.n, &t.in.v, &t.arr[2])", "t.n/declared:3 t.in.v/declared:3 t.arr[2]/declared:3");
    CHECK(TYPES "t := &T{n: 1}\nfmt.Println(&t.in.u)", "t.in.u/allocated:3");
    CHECK(TYPES "var t T\nfmt.Println(&t.in.v)", "t.in.v/declared:3");
    CHECK(TYPES "t := new(T)\nfmt.Println(&t.arr[1])", "t.arr[1]/allocated:3");
    CHECK(TYPES "func make_() *T { return &T{} }\nt := make_()\nfmt.Println(&t.in.v)", "T.in.v/allocated:3");
    CHECK(TYPES "func (t *T) get() *int { return &t.n }\nacc := &T{}\nfmt.Println(acc.get())", "acc.n/allocated:4");
    CHECK("package main\nimport \"fmt\"\n" TYPES "var g T\nfunc main() { fmt.Println(&g.in.v, &g.arr[1]) }", "g.in.v/declared:5 g.arr[1]/declared:5");
    CHECK(TYPES "a := T{n: 1}\nb := a\nfmt.Println(&b.n, &a.n)", "b.n/declared:4 a.n/declared:3");
    CHECK("type N struct { next *N; v int }\nhead := &N{}\nhead.next = &N{}\nfmt.Println(&head.next.v, &head.v)",
          "head.next.v/allocated:3 head.v/allocated:2");
    // A type of std is not looked into.
    CHECK("type C struct { n int; mu sync.Mutex }\nc := &C{}\nvar wg sync.WaitGroup\nfmt.Println(&c.mu, &wg)", "c.mu/allocated:2 wg/declared:3");
    CHECK("type C struct { sync.Mutex; n int }\nvar c C\nfmt.Println(&c.Mutex, &c.n)", "c.Mutex/declared:2 c.n/declared:2");
}

static void test_elements(void **state) {
    (void)state;
    CHECK("xs := make([]int, 5)\nfmt.Println(&xs[3])", "xs[3]/made:1");
    CHECK("xs := []byte{1, 2, 3}\nfmt.Println(&xs[2])", "xs[2]/allocated:1");
    CHECK("var xs []int\nfor i := range 3 { xs = append(xs, i) }\nfmt.Println(&xs[1])", "xs[1]/allocated:2");
    CHECK("var a [4]int16\nfmt.Println(&a[3])", "a[3]/declared:1");
    CHECK("a := [2][3]int{}\nfmt.Println(&a[1][2])", "a[1][2]/declared:1");
    CHECK("grid := make([][]int, 2)\nfor i := range grid { grid[i] = make([]int, 2) }\nfmt.Println(&grid[1][1])", "grid[i][1]/made:2");
    CHECK("type A struct { name string; n int }\nas := make([]A, 3)\nfmt.Println(&as[2].n)", "as[2].n/made:2");
    CHECK("locks := []*sync.Mutex{new(sync.Mutex), {}}\nfmt.Println(locks[0], locks[1])", "locks[0]/allocated:1 locks[1]/allocated:1");
    CHECK("fmt.Println(&([]int{1, 2}[1]))", "[]int[1]/allocated:1");
    CHECK("xs := make([]int, 5)\nys := xs[2:]\nfmt.Println(&ys[1])", "xs[3]/made:1"); // by where it was made
}

static void test_made(void **state) {
    (void)state;
    CHECK("ch := make(chan int)\nm := map[string]int{}\nfmt.Println(ch, m)", "ch/made:1 m/allocated:2");
    CHECK("type S struct { jobs chan int; quit chan bool }\ns := S{jobs: make(chan int)}\ns.quit = make(chan bool, 1)\nfmt.Println(s.jobs, s.quit)",
          "s.jobs/made:2 s.quit/made:3");
    CHECK("type S struct { jobs chan int }\nfunc newS() *S { return &S{make(chan int)} }\nfmt.Println(newS().jobs)", "S.jobs/made:2");
    CHECK("chans := []chan int{make(chan int), make(chan int)}\nfmt.Println(chans[1])", "chans[1]/made:1");
    CHECK("var chans []chan int\nchans = append(chans, make(chan int))\nfmt.Println(chans[0])", "chans[...]/made:2");
    CHECK("by := map[string]chan int{\"a\": make(chan int)}\nfmt.Println(by[\"a\"])", "by[\"a\"]/made:1");
    CHECK("fmt.Println(make(chan int))", "chan/made:1");
    CHECK("func gen[T any](v T) chan T { out := make(chan T, 1); out <- v; return out }\nfmt.Println(gen(1), gen(\"x\"))", "out/made:1 out/made:1");
    CHECK("package main\nimport \"fmt\"\nvar done = make(chan bool)\nfunc main() { fmt.Println(done, &done) }", "done/made:3 done/declared:3");
    CHECK("ch := make(chan int)\nfunc(c chan int) { fmt.Println(c) }(ch)", "ch/made:1");
    CHECK("fmt.Println(time.After(time.Hour))", "chan");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variables), cmocka_unit_test(test_fields), cmocka_unit_test(test_elements), cmocka_unit_test(test_made),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_fini(&said);
    return failed;
}
