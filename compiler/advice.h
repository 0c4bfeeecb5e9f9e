// advice.h — the help line of an error about names, types and operators: what change makes it right. Called by the checks right after they
// have reported; each gives at most one line, and only where it is sure to be meaningful.
#pragma once
#include "compiler/checker.h"

// The help of a name that stands for nothing, in the words of advice.def; NULL: none.
const char *advice_name(Checker *c, const Name *name);
// x.name where t, the type of x, has no such member.
void advice_member(Checker *c, Diag *d, const Expr *x, Type *t, const Name *name);
// e cannot be used as a t, in `context` ("argument to f", "assignment").
void advice_value(Checker *c, Diag *d, Expr *e, Type *t, const char *context);
// e cannot be used as the interface t: `why` is what implements() said.
void advice_methods(Checker *c, Diag *d, Expr *e, Type *t, const char *why);
// x op y: the types differ, or have no such operator.
void advice_operands(Checker *c, Diag *d, Expr *x, Expr *y, Op op);
// x op y: values of this type cannot be compared so.
void advice_compare(Checker *c, Diag *d, Expr *blame, Expr *x, Expr *y, Op op);
// The constant does not fit the integer type: what does.
void advice_range(Checker *c, Diag *d, const Type *t);
