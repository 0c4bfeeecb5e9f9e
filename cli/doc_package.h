// doc_package.h — a package as `gol doc` sees it: its files, parsed and not checked, and a list of what they declare. Used by cli/doc*.c alone.
#pragma once
#include "cli/doc.h"
#include "grammar/parse.h"

typedef enum DocKind { DOC_CONST, DOC_VAR, DOC_FUNC, DOC_TYPE, DOC_METHOD } DocKind;

typedef struct DocEntry {
    DocKind kind;
    const char *name;
    const char *owner;  // a method's type; the type that a constructor makes or a constant has, when it is of this package; else NULL
    const Decl *decl;   // NULL: x := value, of a script
    const File *file;
    Pos pos, end;       // the declaration; in a group, its line of it
    Pos from, to;       // the whole declaration with its keyword: of a group, all of it
    uint32_t group;     // the same number for all names of one declaration with brackets; 0: none
} DocEntry;

typedef struct DocPackage {
    Arena arena;
    Sources sources;
    Interner names;
    Diags diags;
    const char *path;   // import path, or what the person called it
    bool own;           // a person's files: small letters are shown too
    File **files;
    uint32_t nfiles;
    DocEntry *entries;  // constants, variables, functions, types, methods; within each kind functions and types by name, the others as written
    uint32_t nentries, cap;
} DocPackage;

// A package of std by its import path ("builtin": Go's own names); false: there is none, and nothing is left to free.
bool doc_package_std(DocPackage *p, const char *path);
// A person's files. What cannot be parsed is in p->diags; free it in any case.
void doc_package_input(DocPackage *p, const Input *in);
void doc_package_fini(DocPackage *p);

// The text between two places of one file.
const char *doc_slice(const DocPackage *p, Pos from, Pos to, size_t *len);
// The comment right above `pos`: where it begins and ends; false: there is none.
bool doc_comment(const DocPackage *p, const File *file, Pos pos, Pos *from, Pos *to);
bool doc_shown(const DocPackage *p, const char *name, DocStyle style); // exported, or all are shown
// The type that an embedded field stands for, when it is written as a name of this package; else NULL.
const char *doc_base_name(const Expr *type);
const DocEntry *doc_type(const DocPackage *p, const char *name); // or NULL

// --- doc_print.c ----------------------------------------------------------------------------------------------

void doc_print_package(const DocPackage *p, DocStyle style, Buf *out);
// One name with its text; of a type also what belongs to it. `as`: for a method that is promoted, the type that has it; else NULL.
void doc_print_entry(const DocPackage *p, const DocEntry *e, const char *as, DocStyle style, Buf *out);
// A field or an interface's method, inside its type.
void doc_print_field(const DocPackage *p, const DocEntry *type, const Field *f, Buf *out);
// The first sentence of what is said about the entry, for lists: "" when there is none.
void doc_print_summary(const DocPackage *p, const DocEntry *e, Buf *out);
