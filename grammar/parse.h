// parse.h — source text to syntax tree.
#pragma once
#include "base/diag.h"
#include "grammar/ast.h"

// Parses one file. Errors go to diags (several independent ones; parts that could not be read become E_BAD, S_BAD,
// D_BAD). Never NULL. The tree lives in arena; names in names. Does not block and keeps no state.
File *parse_file(const SourceFile *src, Arena *arena, Interner *names, Diags *diags);

// The bodies of declared functions in a std file (is_std) are left empty by parse_file: most are never reached. This reads
// the statements of one; it does nothing for other files and when it was done before.
void parse_body(const SourceFile *src, Block *body, Arena *arena, Interner *names, Diags *diags);

// Writes one line per token: LINE:COL NAME text. For `gol dump tokens`.
void dump_tokens(const SourceFile *src, Diags *diags, Buf *out);
// Writes the tree, indented, one node per line. For `gol dump ast`.
void dump_ast(const File *file, const Sources *sources, Buf *out);
