// harness.h — the main function of `gol test`: one more file of the package, which gives the test functions to package testing.
#pragma once
#include "cli/input.h"
#include "cli/options.h"
#include "compiler/check.h"

// The function that the program begins with (the package may have a main of its own).
#define HARNESS_ENTRY "gol_test_main"

typedef struct Harness { // what was found
    char **names;        // TestName and ExampleName, in the order of the files; owned
    uint32_t n, cap;
    uint32_t benchmarks;
    bool has_main;       // func TestMain
} Harness;

// CheckOptions.harness; context: a Harness, zero before. Finds `func TestName(t *testing.T)`, `func BenchmarkName(b *testing.B)`, `func ExampleName()` with
// a closing `// Output:` and `func TestMain(m *testing.M)` in the parsed files as go test does: behind the word stands nothing or no small letter.
void harness_write(void *context, File *const *files, uint32_t n, Buf *text);
void harness_fini(Harness *h);
// The names of all such functions in files that need not be whole, benchmarks included: for completion.
void harness_each_name(const Input *in, void (*each)(const char *name, void *ctx), void *ctx);

// os.Args of a run of tests: args[0], then words that package testing takes away before the program sees them (-test.run=... and so on, -test.end), then
// args[1..n). `only`: the one test that is to run, or NULL. *n becomes their number; they end with NULL and live in the arena.
char **harness_args(Arena *a, const TestSettings *s, const char *only, char **args, int *n);
// The pattern of -run for one test alone: ^Name$, and behind it what `run` (-run, or NULL) says of its parts.
void harness_only(const char *run, const char *only, Buf *out);
