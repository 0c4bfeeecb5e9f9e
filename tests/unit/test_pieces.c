// Runs in pieces: two programs by turns on one thread, waiting, ending in every way, and being given up.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/platform.h"
#include "vm/vm.h"
#include "tests/unit/compiled.h"

typedef struct Piecewise {
    Program program;
    Module *m;
    Vm *vm;
} Piecewise;

static void compile(Piecewise *x, const char *text) {
    *x = (Piecewise){0};
    x->m = compiled(&x->program, text);
}

static void start(Piecewise *x, const char *text, const RuntimeOptions *o) {
    compile(x, text);
    x->vm = vm_new(x->m, o);
}

static void stop(Piecewise *x) {
    vm_free(x->vm);
    module_free(x->m);
    program_fini(&x->program);
}

// What a program writes to standard output (1) or error (2) goes to a pipe, from catch on.
static int caught[2], saved, from;
static void catch(int fd) {
    fflush(NULL);
    from = fd;
    saved = dup(fd);
    assert_int_equal(pipe(caught), 0);
    dup2(caught[1], fd);
    close(caught[1]);
}
static const char *release(void) {
    static char text[16384];
    dup2(saved, from);
    close(saved);
    size_t n = 0;
    for (ssize_t k; n < sizeof text - 1 && (k = read(caught[0], text + n, sizeof text - 1 - n)) > 0;) n += (size_t)k;
    text[n] = 0;
    close(caught[0]);
    return text;
}

static const RuntimeOptions seeded = {.seeded = true, .seed = 1, .race = RACE_ON};

// `name` and a count, ten times, with work between that many pieces cover.
#define COUNTING(name)                                                                                                                    \
    "package main\nimport \"fmt\"\n"                                                                                                      \
    "func main() {\n\tc := make(chan int)\n\tgo func() {\n\t\tfor i := 0; i < 10; i++ {\n\t\t\tfor k := 0; k < 50000; k++ {\n\t\t\t}\n" \
    "\t\t\tc <- i\n\t\t}\n\t\tclose(c)\n\t}()\n\tfor i := range c {\n\t\tfmt.Println(\"" name "\", i)\n\t}\n}\n"

static void test_by_turns(void **state) {
    (void)state;
    Piecewise a, b;
    start(&a, COUNTING("a"), &seeded);
    start(&b, COUNTING("b"), &seeded);
    catch(1);
    int pieces = 0, both = 0;
    VmProgress pa = {.state = VM_RUNNING}, pb = pa;
    while (pa.state != VM_ENDED || pb.state != VM_ENDED) {
        pa = vm_run_for(a.vm, 10000);
        pb = vm_run_for(b.vm, 10000);
        pieces++;
        both += pa.state == VM_RUNNING && pb.state == VM_RUNNING;
        assert_true(pieces < 10000);
    }
    const char *text = release();
    assert_true(both > 20);
    assert_int_equal(pa.status, 0);
    assert_int_equal(pb.status, 0);
    int next[2] = {0}, in_a_row = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        int who = line[0] - 'a';
        in_a_row = line > text && line[-4] == line[0] ? in_a_row + 1 : 1;
        assert_true(in_a_row <= 4); // neither goes far ahead of the other
        assert_int_equal(line[2] - '0', next[who]++);
    }
    assert_true(next[0] == 10 && next[1] == 10);
    assert_int_equal(vm_run_for(a.vm, 1).state, VM_ENDED); // and stays so
    stop(&a);
    stop(&b);
}

// Whoever is interrupted goes on first: the pieces do not show.
static void test_as_in_one_piece(void **state) {
    (void)state;
    const char *text = "package main\nimport (\"fmt\"; \"time\"; \"sync\")\n"
                       "func main() {\n\tvar wg sync.WaitGroup\n\tvar mu sync.Mutex\n\tlog := []int{}\n"
                       "\tfor i := 0; i < 8; i++ {\n\t\twg.Add(1)\n\t\tgo func() {\n\t\t\tdefer wg.Done()\n\t\t\tfor n := 0; n < 20; n++ {\n"
                       "\t\t\t\tfor k := 0; k < 30000*i; k++ {\n\t\t\t\t}\n\t\t\t\tmu.Lock()\n\t\t\t\tlog = append(log, i)\n\t\t\t\tmu.Unlock()\n"
                       "\t\t\t\tif n%5 == 4 {\n\t\t\t\t\ttime.Sleep(time.Millisecond)\n\t\t\t\t}\n\t\t\t}\n\t\t}()\n\t}\n\twg.Wait()\n\tfmt.Println(log)\n}\n";
    char whole[16384];
    Piecewise x;
    compile(&x, text);
    RuntimeOptions o = seeded;
    catch(1);
    assert_int_equal(vm_run(x.m, &o), 0);
    snprintf(whole, sizeof whole, "%s", release());
    for (int64_t budget = 1; budget < 1000000; budget *= 37) {
        catch(1);
        x.vm = vm_new(x.m, &o);
        VmProgress p;
        while ((p = vm_run_for(x.vm, budget)).state == VM_RUNNING) {}
        assert_int_equal(p.state, VM_ENDED); // the virtual clock does not wait
        assert_int_equal(p.status, 0);
        assert_string_equal(release(), whole);
        vm_free(x.vm);
    }
    x.vm = vm_new(x.m, &o);
    stop(&x); // given up before it began
}

static void test_waits_until(void **state) {
    (void)state;
    Piecewise x;
    const RuntimeOptions o = {.race = RACE_ON};
    start(&x, "package main\nimport \"time\"\nfunc main() {\n\tgo func() {}()\n\ttime.Sleep(30*time.Millisecond)\n}\n", &o);
    int64_t begun = platform_now();
    int waits = 0;
    VmProgress p;
    while ((p = vm_run_for(x.vm, 100000)).state != VM_ENDED) {
        if (p.state != VM_WAITING) continue;
        waits++;
        assert_true(p.until > platform_now() - 1000000000 && p.until < begun + 1000000000);
        if (p.until > platform_now()) platform_sleep(p.until - platform_now());
    }
    assert_int_equal(p.status, 0);
    assert_true(waits > 0);
    assert_true(platform_now() - begun >= 30 * 1000000);
    stop(&x);
}

static void test_ends(void **state) {
    (void)state;
    static const struct { const char *body, *told; int status; } ends[] = {
        {"\tc := make(chan int)\n\tgo func() { c <- <-c }()\n\t<-c", "all goroutines are asleep - deadlock!", 2},
        {"\tvar m map[string]int\n\tm[\"a\"] = 1", "assignment to entry in nil map", 2},
        {"\tos.Exit(7)", "", 7},
        {"\tn, done := 0, make(chan int)\n\tgo func() { n++; close(done) }()\n\tn++\n\t<-done\n\t_ = n", "DATA RACE on `n`", 66},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[512];
        snprintf(text, sizeof text, "package main\nimport \"os\"\nfunc main() {\n\tif len(os.Args) > 9 { return }\n%s\n}\n", ends[i].body);
        Piecewise x;
        catch(2);
        start(&x, text, &seeded);
        VmProgress p;
        while ((p = vm_run_for(x.vm, 5000)).state == VM_RUNNING) {}
        const char *told = release();
        assert_int_equal(p.state, VM_ENDED);
        assert_int_equal(p.status, ends[i].status);
        assert_non_null(strstr(told, ends[i].told));
        stop(&x);
    }
}

// A loop without an end gives the thread back, whoever runs in it; two that only hand over to each other do so, too.
static void test_given_up(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "\tfor {\n\t}",
        "\tfor i := 0; i < 4; i++ {\n\t\tgo func() {\n\t\t\tfor {\n\t\t\t}\n\t\t}()\n\t}\n\tselect {}",
        "\tc := make(chan int)\n\tgo func() {\n\t\tfor {\n\t\t\tc <- 1\n\t\t}\n\t}()\n\tfor {\n\t\t<-c\n\t}",
        "\tfor {\n\t\tdefer func() {}()\n\t\truntime.Gosched()\n\t}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        char text[512];
        snprintf(text, sizeof text, "package main\nimport \"runtime\"\nfunc main() {\n\truntime.GC()\n%s\n}\n", bodies[i]);
        Piecewise x;
        start(&x, text, &seeded);
        for (int k = 0; k < 20; k++) assert_int_equal(vm_run_for(x.vm, 1000).state, VM_RUNNING);
        stop(&x);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_turns),    cmocka_unit_test(test_as_in_one_piece), cmocka_unit_test(test_waits_until),
        cmocka_unit_test(test_ends),        cmocka_unit_test(test_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
