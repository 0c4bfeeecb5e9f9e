// lint_walk.h — one walker over the tree, for every check and for the questions that checks ask about a part of it.
#pragma once
#include "grammar/ast.h"

typedef struct Walk Walk;
struct Walk {
    // Each may be NULL. Called before the parts, in source order; false leaves the parts out.
    bool (*stmt)(Walk *w, Stmt *s);
    bool (*expr)(Walk *w, Expr *e);  // values only: the walker does not go into types
    void (*list)(Walk *w, StmtList l); // the statements of one block or clause, before each of them
    void (*left)(Walk *w, Expr *e);  // after the parts of an expression, whatever expr said
    void *p;
};

void walk_stmts(Walk *w, StmtList l);
void walk_stmt(Walk *w, Stmt *s); // NULL is nothing
void walk_expr(Walk *w, Expr *e); // NULL is nothing
void walk_decl(Walk *w, Decl *d);
