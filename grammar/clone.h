// clone.h — copies of unchecked trees: every instance of a generic declaration is checked on a tree of its own.
#pragma once
#include "grammar/ast.h"

// on_name (may be NULL) is told of every name that stands as an expression.
typedef struct Cloner {
    Arena *arena;
    void (*on_name)(void *p, const Name *name);
    void *p;
} Cloner;

Expr *clone_expr(const Cloner *c, const Expr *e);
Block *clone_block(const Cloner *c, const Block *b);
FieldList clone_fields(const Cloner *c, FieldList l);
Decl *clone_decl(const Cloner *c, const Decl *d, bool bodies); // bodies false: a function's body is shared, not copied
