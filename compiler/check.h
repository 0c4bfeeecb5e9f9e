// check.h — from syntax trees to a checked program: types, constants, objects, selections, initialisation order.
#pragma once
#include "compiler/constant.h"
#include "compiler/types.h"
#include "grammar/parse.h"

typedef struct Program {
    Arena arena;
    Interner names;
    Sources sources;
    Diags diags;
    Universe universe;
    Package **packages; // in dependency order, main last
    uint32_t npackages;
    Package *main;
    int lang_minor;     // 22: per-iteration loop variables; 21 and below: shared (a //go:build line of the file may lower it)
} Program;

typedef struct CheckFile {
    const char *path; // shown to the user
    const char *text;
    size_t len;
} CheckFile;

typedef struct CheckOptions {
    const CheckFile *files; // of the main package: at least one. A script is one file
    uint32_t nfiles;
    // NULL, or writes the text of one more file of the package, which declares the function that the program begins with: `entry`
    // instead of main; the package may have any name then.
    void (*harness)(void *context, File *const *files, uint32_t n, Buf *text);
    void *context;
    const char *entry;
    int lang_minor;        // 22 unless -lang=go1.N
    bool whole_std;        // check every body of the std packages loaded, not only what the program reaches: for tests
    bool library;          // a package other than main is fine: it is checked, not run
} CheckOptions;

// Parses and checks main and every package it needs (std sources come from std/embed.h). False when there were errors:
// they are in p->diags, and nothing else of p may be used. `p` is initialised here; program_fini frees it.
bool program_check(Program *p, const CheckOptions *o);
void program_fini(Program *p);
// A function's call or a receive stands in the checked expression: the length of such an array is no constant.
bool expr_has_call(const Expr *e);
