// harness.h — the main function of `gol test`: one more file of the package, which gives the test functions to package testing.
#pragma once
#include "compiler/check.h"

// The function that the program begins with (the package may have a main of its own).
#define HARNESS_ENTRY "gol_test_main"

// CheckOptions.harness; context: TestSettings. Finds `func TestName(t *testing.T)` and `func TestMain(m *testing.M)` in the parsed files as
// go test does: a Test followed by nothing or by what is no small letter.
bool harness_write(const void *context, File *const *files, uint32_t n, Diags *d, Buf *text);
