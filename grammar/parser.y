// parser.y — the grammar of Go 1.22 with generics, script mode and the keyword types, for lemon.
//
// Rules only say what stands where; every action is one call of a constructor in build_*.c, and what no LALR(1) rule can
// say is parsed as a superset there and refused by the constructor with a message of its own. Zero conflicts.
//
// The places where Go needs more than a first try:
//  * `if x == T{}`: two families of expressions. `expr_h`, for the headers of if, for and switch, has no literal that
//    begins with a name; inside any bracket `expr` is back. The lexer is told nothing.
//  * Types as operands (`make([]int, 3)`, `F[chan int]`, `case []int:`): `item` is an expression or a type that cannot be
//    mistaken for one. `*T`, `T[int]` and `p.T` parse as expressions wherever an expression may stand.
//  * `<-chan int(c)` is a receive from a conversion and `<-chan int` a type: both parse as a receive, and the
//    constructor turns it around when its operand proves to be a channel type.
//  * `a [5]int` against the embedded `T[int]` (fields, parameters, type parameters): `name [list]` is read once and
//    whether a type follows decides. `[]` is one token, BRACKETS, or that could not be decided in time.
//  * `type T[P *C] U`: read as a list of items; build_type_params sorts out which are constraints.
//  * `func (r T) m()` at the top of a script is a method, not a function type with result m: m is not reduced to a type
//    when '(' follows.
//  * Statements may stand at the top of any file; build_top refuses them in a package.
//
// Recovery: `error` may stand for a statement, a declaration in a group, a field, a method or a case. lemon pops to
// the nearest of these; parse.c then skips to its end with brackets matched. `open` counts the constructs that can be
// returned to, so that the driver knows which bracket it is in: its destructor closes it, which lemon runs when recovery
// pops it and also when a rule that leaves it unnamed is reduced; where it is named the constructor closes it.
%name GolParse
%token_prefix TK_
%token_type {Token}
%extra_context {Parser *P}
%default_type {Expr *}
%start_symbol file
%stack_size 0

%include {
#include <assert.h>
#include <stdlib.h>

#include "grammar/build.h"
#define YYMALLOCARGTYPE size_t
}
%syntax_error {
    parser_syntax_error(P);
    parser_pop_to_error(P);
}
%parse_failure { P->failed = true; }
%stack_overflow { P->failed = true; }

%nonassoc NOT_PAREN.
%left LPAREN.
%left LOR.
%left LAND.
%left EQ NE LT LE GT GE.
%left PLUS MINUS OR XOR.
%left STAR SLASH REM AND SHL SHR ANDNOT.

// ---- the file

%type file {int}
%type package {int}
%type top_list {int}
%type top {int}
file ::= START package top_list.
file ::= START top_list.
package ::= PACKAGE name(N) SEMI. { build_package(P, N); }
package ::= PACKAGE error SEMI.
top_list ::= top.
top_list ::= top_list SEMI top.
top ::= . { build_no_top(P); }
top ::= statement(S). { build_top_stmt(P, S); }
top ::= func_decl(D). { build_top_decl(P, D); }
top ::= import_decl.
top ::= error.

%type open {Token}
%type open_paren {Token}
%destructor open { build_close(P); (void)$$; }
%destructor open_paren { build_close(P); (void)$$; }
open(A) ::= LBRACE(T). { A = build_open(P, T); }
open_paren(A) ::= LPAREN(T). { A = build_open(P, T); }

%type import_decl {int}
%type import_list {int}
%type import_item {int}
import_decl ::= IMPORT(K) import_spec(D). { build_top_import(P, K, D); }
import_decl ::= IMPORT open_paren(O) import_list RPAREN. { build_import_group(P, O); }
import_list ::= import_item.
import_list ::= import_list SEMI import_item.
import_item ::= .
import_item ::= import_spec(D). { build_top_import(P, NO_TOKEN, D); }
import_item ::= error.
%type import_spec {Decl *}
import_spec(A) ::= STRING(S). { A = build_import(P, NO_IDENT, S); }
import_spec(A) ::= name(N) STRING(S). { A = build_import(P, N, S); }
import_spec(A) ::= DOT(T) STRING(S). { A = build_import(P, build_dot(P, T), S); }

// ---- names: the keyword types may stand wherever a name may

%type name {Ident}
%type label_opt {Ident}
name(A) ::= IDENT|MUTEX|RWMUTEX|WAITGROUP|ONCE(T). { A = build_ident(P, T); }
%type names {List *}
names(A) ::= name(N). { A = build_names(P, NULL, N); }
names(A) ::= names(L) COMMA name(N). { A = build_names(P, L, N); }

// ---- declarations

%type decl {List *}
decl(A) ::= VAR(K) var_spec(D). { A = build_decls(P, NULL, D, K); }
decl(A) ::= VAR(K) open_paren var_list(L) RPAREN(C). { A = build_group(L, K, C); }
decl(A) ::= CONST(K) const_spec(D). { A = build_const_group(P, build_decls(P, NULL, D, K)); }
decl(A) ::= CONST(K) open_paren const_list(L) RPAREN(C). { A = build_group(build_const_group(P, L), K, C); }
decl(A) ::= TYPE(K) type_spec(D). { A = build_decls(P, NULL, D, K); }
decl(A) ::= TYPE(K) open_paren type_list(L) RPAREN(C). { A = build_group(L, K, C); }

%type var_list {List *}
%type const_list {List *}
%type type_list {List *}
%type var_item {Decl *}
%type const_item {Decl *}
%type type_item {Decl *}
var_list(A) ::= var_item(D). { A = build_decls(P, NULL, D, NO_TOKEN); }
var_list(A) ::= var_list(L) SEMI var_item(D). { A = build_decls(P, L, D, NO_TOKEN); }
var_item(A) ::= . { A = NULL; }
var_item(A) ::= var_spec(D). { A = D; }
var_item(A) ::= error. { A = NULL; }
const_list(A) ::= const_item(D). { A = build_decls(P, NULL, D, NO_TOKEN); }
const_list(A) ::= const_list(L) SEMI const_item(D). { A = build_decls(P, L, D, NO_TOKEN); }
const_item(A) ::= . { A = NULL; }
const_item(A) ::= const_spec(D). { A = D; }
const_item(A) ::= error. { A = NULL; }
type_list(A) ::= type_item(D). { A = build_decls(P, NULL, D, NO_TOKEN); }
type_list(A) ::= type_list(L) SEMI type_item(D). { A = build_decls(P, L, D, NO_TOKEN); }
type_item(A) ::= . { A = NULL; }
type_item(A) ::= type_spec(D). { A = D; }
type_item(A) ::= error. { A = NULL; }

%type var_spec {Decl *}
%type const_spec {Decl *}
%type type_spec {Decl *}
var_spec(A) ::= names(N) type(T). { A = build_value(P, D_VAR, N, T, NULL); }
var_spec(A) ::= names(N) type(T) ASSIGN exprs(V). { A = build_value(P, D_VAR, N, T, V); }
var_spec(A) ::= names(N) ASSIGN exprs(V). { A = build_value(P, D_VAR, N, NULL, V); }
const_spec(A) ::= names(N). { A = build_value(P, D_CONST, N, NULL, NULL); }
const_spec(A) ::= names(N) type(T). { A = build_value(P, D_CONST, N, T, NULL); }
const_spec(A) ::= names(N) ASSIGN exprs(V). { A = build_value(P, D_CONST, N, NULL, V); }
const_spec(A) ::= names(N) type(T) ASSIGN exprs(V). { A = build_value(P, D_CONST, N, T, V); }

type_spec(A) ::= name(N) type_nb(T). { A = build_type(P, N, T, false); }
type_spec(A) ::= name(N) ASSIGN type(T). { A = build_type(P, N, T, true); }
type_spec(A) ::= name(N) LBRACK(B) titems(L) comma_opt(C) RBRACK type(T). { A = build_type_params(P, N, B, L, C, T, false); }
type_spec(A) ::= name(N) LBRACK(B) titems(L) comma_opt(C) RBRACK ASSIGN type(T). { A = build_type_params(P, N, B, L, C, T, true); }
type_spec(A) ::= name(N) LBRACK(B) ELLIPSIS(E) RBRACK type(T). { A = build_type(P, N, build_array(P, B, build_dots(P, E, NULL), T), false); }
// One entry between the brackets of a type declaration: an array's length, or a type parameter with its constraint
%type titems {List *}
%type titem {Field *}
titems(A) ::= titem(F). { A = build_fields(P, NULL, F); }
titems(A) ::= titems(L) COMMA titem(F). { A = build_fields(P, L, F); }
titem(A) ::= item(X). { A = build_titem(P, X, NULL); }
titem(A) ::= expr(X) union_x(T). { A = build_titem(P, X, T); }

%type func_decl {Decl *}
func_decl(A) ::= FUNC(F) name(N) signature(S) body_opt(B). { A = build_func(P, F, NULL, N, S, B); }
func_decl(A) ::= FUNC(F) name(N) LBRACK tparams(L) comma_opt RBRACK signature(S) body_opt(B). { A = build_generic_func(P, F, N, L, S, B); }
func_decl(A) ::= FUNC(F) LPAREN(O) params(R) RPAREN name(N) signature(S) body_opt(B). { A = build_method(P, F, O, R, N, S, B); }
%type body_opt {Block *}
body_opt(A) ::= . { A = NULL; }
body_opt(A) ::= block(B). { A = B; }
%type tparams {List *}
%type tparam {Field *}
tparams(A) ::= tparam(F). { A = build_fields(P, NULL, F); }
tparams(A) ::= tparams(L) COMMA tparam(F). { A = build_fields(P, L, F); }
tparam(A) ::= name(N). { A = build_tparam(P, N, NULL); }
tparam(A) ::= name(N) union(T). { A = build_tparam(P, N, T); }

// ---- function signatures: the constructor decides whether a lone name is a parameter or a type

signature(A) ::= LPAREN(O) params(L) RPAREN(C). [NOT_PAREN] { A = build_signature(P, O, L, C, NULL, NULL); }
signature(A) ::= LPAREN(O) params(L) RPAREN(C) result_type(R). { A = build_signature(P, O, L, C, R, NULL); }
signature(A) ::= LPAREN(O) params(L) RPAREN LPAREN(O2) params(R) RPAREN(C). { A = build_signature_results(P, O, L, O2, R, C); }
%type params {List *}
%type param_list {List *}
%type param {Field *}
params(A) ::= . { A = NULL; }
params(A) ::= param_list(L) comma_opt. { A = L; }
param_list(A) ::= param(F). { A = build_fields(P, NULL, F); }
param_list(A) ::= param_list(L) COMMA param(F). { A = build_fields(P, L, F); }
param(A) ::= type(T). { A = build_param(P, NO_IDENT, T); }
param(A) ::= ELLIPSIS(E) type(T). { A = build_param(P, NO_IDENT, build_dots(P, E, T)); }
param(A) ::= name(N) type_nb(T). { A = build_param(P, N, T); }
param(A) ::= name(N) LBRACK(B) items(L) comma_opt RBRACK type(T). { A = build_param(P, N, build_array_list(P, B, L, T)); }
param(A) ::= name(N) ELLIPSIS(E) type(T). { A = build_param(P, N, build_dots(P, E, T)); }

// ---- types

type(A) ::= type_nb(T). { A = T; }
type(A) ::= array_type(T). { A = T; }
// type_nb: every type that does not begin with '['; type_x: nor with '*' or '('
type_nb(A) ::= type_x(T). { A = T; }
type_nb(A) ::= STAR(O) type(T). { A = build_star(P, O, T); }
type_nb(A) ::= LPAREN(O) type(T) RPAREN(C). { A = build_paren(P, O, T, C); }
type_x(A) ::= named_type(T). { A = T; }
type_x(A) ::= func_type(T). { A = T; }
type_x(A) ::= ARROW(O) CHAN type(T). { A = build_chan(P, O, CHAN_RECV, T); }
type_x(A) ::= lit_type_nb(T). { A = T; }
result_type(A) ::= type_x(T). { A = T; }
result_type(A) ::= STAR(O) type(T). { A = build_star(P, O, T); }
result_type(A) ::= array_type(T). { A = T; }
named_type(A) ::= name(N). [NOT_PAREN] { A = build_name(P, N); }
named_type(A) ::= name(X) DOT name(N). { A = build_selector(P, build_name(P, X), N); }
named_type(A) ::= name(N) LBRACK(B) items(L) comma_opt RBRACK(C). { A = build_index(P, build_name(P, N), B, L, C); }
named_type(A) ::= name(X) DOT name(N) LBRACK(B) items(L) comma_opt RBRACK(C). { A = build_index(P, build_selector(P, build_name(P, X), N), B, L, C); }
func_type(A) ::= FUNC(F) signature(S). { A = build_func_type(P, F, S); }
// lit_type: type literals that are also operands
lit_type(A) ::= lit_type_nb(T). { A = T; }
lit_type(A) ::= array_type(T). { A = T; }
array_type(A) ::= LBRACK(B) expr(N) RBRACK type(T). { A = build_array(P, B, N, T); }
array_type(A) ::= LBRACK(B) ELLIPSIS(E) RBRACK type(T). { A = build_array(P, B, build_dots(P, E, NULL), T); }
lit_type_nb(A) ::= BRACKETS(B) type(T). { A = build_array(P, B, NULL, T); }
lit_type_nb(A) ::= MAP(K) LBRACK type(X) RBRACK type(T). { A = build_map(P, K, X, T); }
lit_type_nb(A) ::= CHAN(K) elem_type(T). { A = build_chan(P, K, CHAN_BOTH, T); }
lit_type_nb(A) ::= CHAN(K) ARROW type(T). { A = build_chan(P, K, CHAN_SEND, T); }
lit_type_nb(A) ::= brace_type(T). { A = T; }
brace_type(A) ::= STRUCT(K) open fields(L) RBRACE(C). { A = build_struct(P, K, L, C); }
brace_type(A) ::= INTERFACE(K) open elems_i(L) RBRACE(C). { A = build_interface(P, K, L, C); }
// what may follow a bare `chan`: anything but `<-`
elem_type(A) ::= named_type(T). { A = T; }
elem_type(A) ::= STAR(O) type(T). { A = build_star(P, O, T); }
elem_type(A) ::= lit_type(T). { A = T; }
elem_type(A) ::= func_type(T). { A = T; }
elem_type(A) ::= LPAREN(O) type(T) RPAREN(C). { A = build_paren(P, O, T, C); }

%type fields {List *}
%type field {Field *}
%type field_spec {Field *}
fields(A) ::= field(F). { A = build_fields(P, NULL, F); }
fields(A) ::= fields(L) SEMI field(F). { A = build_fields(P, L, F); }
field(A) ::= . { A = NULL; }
field(A) ::= field_spec(F). { A = F; }
field(A) ::= field_spec(F) STRING(S). { A = build_tag(P, F, S); }
field(A) ::= error. { A = NULL; }
field_spec(A) ::= name(N) type_nb(T). { A = build_field(P, build_names(P, NULL, N), T); }
field_spec(A) ::= name(N) LBRACK(B) items(L) comma_opt RBRACK type(T). { A = build_field(P, build_names(P, NULL, N), build_array_list(P, B, L, T)); }
field_spec(A) ::= name(N) LBRACK(B) ELLIPSIS(E) RBRACK type(T). { A = build_field(P, build_names(P, NULL, N), build_array(P, B, build_dots(P, E, NULL), T)); }
field_spec(A) ::= name(N) COMMA names(L) type(T). { A = build_field(P, build_names_first(P, N, L), T); }
field_spec(A) ::= named_type(T). { A = build_embedded(P, T); }
field_spec(A) ::= STAR(O) named_type(T). { A = build_embedded(P, build_star(P, O, T)); }
field_spec(A) ::= LPAREN(O) type(T) RPAREN(C). { A = build_embedded(P, build_paren(P, O, T, C)); }
field_spec(A) ::= STAR(O) LPAREN(B) type(T) RPAREN(C). { A = build_embedded(P, build_star(P, O, build_paren(P, B, T, C))); }

%type elems_i {List *}
%type elem_i {Field *}
elems_i(A) ::= elem_i(F). { A = build_fields(P, NULL, F); }
elems_i(A) ::= elems_i(L) SEMI elem_i(F). { A = build_fields(P, L, F); }
elem_i(A) ::= . { A = NULL; }
elem_i(A) ::= name(N) signature(S). { A = build_method_spec(P, N, S); }
elem_i(A) ::= union(T). { A = build_type_elem(P, T); }
elem_i(A) ::= error. { A = NULL; }
union(A) ::= union_term(T). { A = T; }
union(A) ::= union(X) OR(O) union_term(T). { A = build_binary(P, X, O, T); }
union_term(A) ::= type(T). { A = T; }
union_term(A) ::= TILDE(O) type(T). { A = build_unary(P, O, T); }
union_x(A) ::= type_x(T). { A = T; }
union_x(A) ::= TILDE(O) type(T). { A = build_unary(P, O, T); }
union_x(A) ::= union_x(X) OR(O) union_term(T). { A = build_binary(P, X, O, T); }

// ---- statements

%type block {Block *}
%type stmts {List *}
%type stmt {Stmt *}
%type statement {Stmt *}
%type if_stmt {Stmt *}
%type simple {Stmt *}
block(A) ::= open(O) stmts(L) RBRACE(C). { A = build_block(P, O, L, C); }
stmts(A) ::= stmt(S). { A = build_stmts(P, NULL, S); }
stmts(A) ::= stmts(L) SEMI stmt(S). { A = build_stmts(P, L, S); }
stmt(A) ::= . { A = NULL; }
stmt(A) ::= statement(S). { A = S; }
stmt(A) ::= error. { A = build_bad_stmt(P); }
statement(A) ::= decl(L). { A = build_decl_stmt(P, L); }
statement(A) ::= simple(S). { A = S; }
statement(A) ::= name(N) COLON stmt(S). { A = build_labeled(P, N, S); }
statement(A) ::= block(B). { A = build_block_stmt(P, B); }
statement(A) ::= if_stmt(S). { A = S; }
statement(A) ::= FOR(K) for_header(H) block(B). { A = build_for(P, K, H, B); }
statement(A) ::= SWITCH(K) header(H) open(O) clauses(L) RBRACE(C). { A = build_switch(P, K, H, O, L, C); }
statement(A) ::= SELECT(K) open clauses(L) RBRACE(C). { A = build_select(P, K, L, C); }
statement(A) ::= GO(K) expr(X). { A = build_go(P, K, X); }
statement(A) ::= DEFER(K) expr(X). { A = build_go(P, K, X); }
statement(A) ::= RETURN(K). { A = build_return(P, K, NULL); }
statement(A) ::= RETURN(K) exprs(L). { A = build_return(P, K, L); }
statement(A) ::= BREAK(K) label_opt(N). { A = build_branch(P, K, N); }
statement(A) ::= CONTINUE(K) label_opt(N). { A = build_branch(P, K, N); }
statement(A) ::= GOTO(K) name(N). { A = build_branch(P, K, N); }
statement(A) ::= FALLTHROUGH(K). { A = build_branch(P, K, NO_IDENT); }
label_opt(A) ::= . { A = NO_IDENT; }
label_opt(A) ::= name(N). { A = N; }
if_stmt(A) ::= IF(K) header(H) block(B). { A = build_if(P, K, H, B, NULL); }
if_stmt(A) ::= IF(K) header(H) block(B) ELSE if_stmt(E). { A = build_if(P, K, H, B, E); }
if_stmt(A) ::= IF(K) header(H) block(B) ELSE block(E). { A = build_if(P, K, H, B, build_block_stmt(P, E)); }

simple(A) ::= expr(X). { A = build_expr_stmt(P, X); }
simple(A) ::= expr(X) assign_op(O) expr(Y). { A = build_op_assign(P, X, O, Y); }
simple(A) ::= exprs(X) ASSIGN(O) exprs(Y). { A = build_assign(P, X, O, Y); }
simple(A) ::= exprs(X) DEFINE(O) exprs(Y). { A = build_define(P, X, O, Y); }
simple(A) ::= expr(X) INC|DEC(O). { A = build_incdec(P, X, O); }
simple(A) ::= expr(X) ARROW(O) expr(Y). { A = build_send(P, X, O, Y); }
%type assign_op {Token}
assign_op(A) ::= ADD_ASSIGN|SUB_ASSIGN|MUL_ASSIGN|QUO_ASSIGN|REM_ASSIGN|AND_ASSIGN|OR_ASSIGN|XOR_ASSIGN|SHL_ASSIGN|SHR_ASSIGN|ANDNOT_ASSIGN(T). { A = T; }

%type clauses {List *}
%type clause {Clause *}
clauses(A) ::= . { A = NULL; }
clauses(A) ::= clauses(L) clause(C). { A = build_clauses(P, L, C); }
clause(A) ::= CASE(K) items(L) COLON(C) stmts(S). { A = build_clause(P, K, L, NULL, C, S); }
clause(A) ::= CASE(K) items(L) ASSIGN(O) expr(Y) COLON(C) stmts(S). { A = build_clause(P, K, NULL, build_assign(P, L, O, build_exprs(P, NULL, Y)), C, S); }
clause(A) ::= CASE(K) items(L) DEFINE(O) expr(Y) COLON(C) stmts(S). { A = build_clause(P, K, NULL, build_define(P, L, O, build_exprs(P, NULL, Y)), C, S); }
clause(A) ::= CASE(K) expr(X) ARROW(O) expr(Y) COLON(C) stmts(S). { A = build_clause(P, K, NULL, build_send(P, X, O, Y), C, S); }
clause(A) ::= CASE(K) error COLON(C) stmts(S). { A = build_clause(P, K, NULL, build_bad_stmt(P), C, S); }
clause(A) ::= DEFAULT(K) COLON(C) stmts(S). { A = build_clause(P, K, NULL, NULL, C, S); }

// ---- headers of if, for and switch

%type header {Header *}
%type for_header {Header *}
%type simple_h_opt {Stmt *}
%type simple_h {Stmt *}
header(A) ::= simple_h_opt(C). { A = build_header(P, NULL, NO_TOKEN, C); }
header(A) ::= simple_h_opt(S) SEMI(T) simple_h_opt(C). { A = build_header(P, S, T, C); }
for_header(A) ::= simple_h_opt(C). { A = build_for_header(P, NULL, NO_TOKEN, C, NO_TOKEN, NULL); }
for_header(A) ::= simple_h_opt(S) SEMI(T) simple_h_opt(C). { A = build_for_header(P, S, T, C, NO_TOKEN, NULL); }
for_header(A) ::= simple_h_opt(S) SEMI(T) simple_h_opt(C) SEMI(T2) simple_h_opt(E). { A = build_for_header(P, S, T, C, T2, E); }
for_header(A) ::= exprs_h(L) ASSIGN(O) RANGE(K) expr_h(X). { A = build_range(P, L, O, K, X); }
for_header(A) ::= exprs_h(L) DEFINE(O) RANGE(K) expr_h(X). { A = build_range(P, L, O, K, X); }
for_header(A) ::= RANGE(K) expr_h(X). { A = build_range(P, NULL, NO_TOKEN, K, X); }
simple_h_opt(A) ::= . { A = NULL; }
simple_h_opt(A) ::= simple_h(S). { A = S; }
simple_h(A) ::= expr_h(X). { A = build_expr_stmt(P, X); }
simple_h(A) ::= expr_h(X) assign_op(O) expr_h(Y). { A = build_op_assign(P, X, O, Y); }
simple_h(A) ::= exprs_h(X) ASSIGN(O) exprs_h(Y). { A = build_assign(P, X, O, Y); }
simple_h(A) ::= exprs_h(X) DEFINE(O) exprs_h(Y). { A = build_define(P, X, O, Y); }
simple_h(A) ::= expr_h(X) INC|DEC(O). { A = build_incdec(P, X, O); }
simple_h(A) ::= expr_h(X) ARROW(O) expr_h(Y). { A = build_send(P, X, O, Y); }

// ---- expressions

%type exprs {List *}
%type items {List *}
exprs(A) ::= expr(X). { A = build_exprs(P, NULL, X); }
exprs(A) ::= exprs(L) COMMA expr(X). { A = build_exprs(P, L, X); }
// item: an expression, or a type that does not look like one
item(A) ::= expr(X). { A = X; }
item(A) ::= bare_type(T). { A = T; }
items(A) ::= item(X). { A = build_exprs(P, NULL, X); }
items(A) ::= items(L) COMMA item(X). { A = build_exprs(P, L, X); }
bare_type(A) ::= lit_type(T). { A = T; }
bare_type(A) ::= func_type(T). { A = T; }
bare_type(A) ::= STAR(O) bare_type(T). { A = build_star(P, O, T); }
bare_type(A) ::= ARROW(O) bare_type(T). { A = build_unary(P, O, T); }
bare_type(A) ::= TILDE(O) bare_type(T). { A = build_unary(P, O, T); }

expr(A) ::= unary(X). { A = X; }
expr(A) ::= expr(X) LOR(O) expr(Y). { A = build_binary(P, X, O, Y); }
expr(A) ::= expr(X) LAND(O) expr(Y). { A = build_binary(P, X, O, Y); }
expr(A) ::= expr(X) EQ|NE|LT|LE|GT|GE(O) expr(Y). { A = build_binary(P, X, O, Y); }
expr(A) ::= expr(X) PLUS|MINUS|OR|XOR(O) expr(Y). { A = build_binary(P, X, O, Y); }
expr(A) ::= expr(X) STAR|SLASH|REM|AND|SHL|SHR|ANDNOT(O) expr(Y). { A = build_binary(P, X, O, Y); }
unary(A) ::= primary(X). { A = X; }
unary(A) ::= STAR(O) unary(X). { A = build_star(P, O, X); }
unary(A) ::= PLUS|MINUS|XOR|AND|NOT(O) unary(X). { A = build_unary(P, O, X); }
unary(A) ::= ARROW(O) unary(X). { A = build_unary(P, O, X); }
unary(A) ::= TILDE(O) unary(X). { A = build_unary(P, O, X); }

// type_primary: what may stand before a literal's '{'
type_primary(A) ::= name(N). { A = build_name(P, N); }
type_primary(A) ::= primary(X) DOT name(N). { A = build_selector(P, X, N); }
type_primary(A) ::= primary(X) LBRACK(B) items(L) comma_opt RBRACK(C). { A = build_index(P, X, B, L, C); }
primary(A) ::= type_primary(X). { A = X; }
primary(A) ::= type_primary(T) LBRACE(O) elems(L) RBRACE(C). { A = build_composite(P, T, O, L, C); }
primary(A) ::= operand(X). { A = X; }
primary(A) ::= primary(X) DOT LPAREN type(T) RPAREN(C). { A = build_assert(P, X, T, C); }
primary(A) ::= primary(X) DOT LPAREN TYPE RPAREN(C). { A = build_assert(P, X, NULL, C); }
primary(A) ::= primary(X) LBRACK(B) expr_opt(L) COLON expr_opt(H) RBRACK(C). { A = build_slice(P, X, B, L, H, C); }
primary(A) ::= primary(X) LBRACK(B) expr_opt(L) COLON expr_opt(H) COLON expr_opt(M) RBRACK(C). { A = build_slice3(P, X, B, L, H, M, C); }
primary(A) ::= primary(F) LPAREN(O) args(L) RPAREN(C). { A = build_call(P, F, O, L, C); }
// operand: what begins a primary in both families
operand(A) ::= INT|FLOAT|IMAG|CHAR|STRING(T). { A = build_literal(P, T); }
operand(A) ::= LPAREN(O) item(X) RPAREN(C). { A = build_paren(P, O, X, C); }
operand(A) ::= lit_type(T) LBRACE(O) elems(L) RBRACE(C). { A = build_composite(P, T, O, L, C); }
operand(A) ::= lit_type(T) LPAREN(O) args(L) RPAREN(C). { A = build_call(P, T, O, L, C); }
operand(A) ::= brace_type(T) DOT name(N). { A = build_selector(P, T, N); }
operand(A) ::= func_type(T) LPAREN(O) args(L) RPAREN(C). { A = build_call(P, T, O, L, C); }
operand(A) ::= func_type(T) block(B). { A = build_func_lit(P, T, B); }
expr_opt(A) ::= . { A = NULL; }
expr_opt(A) ::= expr(X). { A = X; }
%type args {Args}
args(A) ::= . { A = build_args(P, NULL, NO_TOKEN); }
args(A) ::= items(L) comma_opt. { A = build_args(P, L, NO_TOKEN); }
args(A) ::= items(L) ELLIPSIS(E) comma_opt. { A = build_args(P, L, E); }
%type elems {List *}
%type elem_list {List *}
elems(A) ::= . { A = NULL; }
elems(A) ::= elem_list(L) comma_opt. { A = L; }
elem_list(A) ::= elem(X). { A = build_exprs(P, NULL, X); }
elem_list(A) ::= elem_list(L) COMMA elem(X). { A = build_exprs(P, L, X); }
elem(A) ::= value(X). { A = X; }
elem(A) ::= value(K) COLON(O) value(X). { A = build_key_value(P, K, O, X); }
value(A) ::= expr(X). { A = X; }
value(A) ::= LBRACE(O) elems(L) RBRACE(C). { A = build_composite(P, NULL, O, L, C); }
%type comma_opt {Token}
comma_opt(A) ::= . { A = NO_TOKEN; }
comma_opt(A) ::= COMMA(T). { A = T; }

// ---- the same without literals that begin with a name

%type exprs_h {List *}
exprs_h(A) ::= expr_h(X). { A = build_exprs(P, NULL, X); }
exprs_h(A) ::= exprs_h(L) COMMA expr_h(X). { A = build_exprs(P, L, X); }
expr_h(A) ::= unary_h(X). { A = X; }
expr_h(A) ::= expr_h(X) LOR(O) expr_h(Y). { A = build_binary(P, X, O, Y); }
expr_h(A) ::= expr_h(X) LAND(O) expr_h(Y). { A = build_binary(P, X, O, Y); }
expr_h(A) ::= expr_h(X) EQ|NE|LT|LE|GT|GE(O) expr_h(Y). { A = build_binary(P, X, O, Y); }
expr_h(A) ::= expr_h(X) PLUS|MINUS|OR|XOR(O) expr_h(Y). { A = build_binary(P, X, O, Y); }
expr_h(A) ::= expr_h(X) STAR|SLASH|REM|AND|SHL|SHR|ANDNOT(O) expr_h(Y). { A = build_binary(P, X, O, Y); }
unary_h(A) ::= primary_h(X). { A = X; }
unary_h(A) ::= STAR(O) unary_h(X). { A = build_star(P, O, X); }
unary_h(A) ::= PLUS|MINUS|XOR|AND|NOT(O) unary_h(X). { A = build_unary(P, O, X); }
unary_h(A) ::= ARROW(O) unary_h(X). { A = build_unary(P, O, X); }
unary_h(A) ::= TILDE(O) unary_h(X). { A = build_unary(P, O, X); }
primary_h(A) ::= name(N). { A = build_name(P, N); }
primary_h(A) ::= operand(X). { A = X; }
primary_h(A) ::= primary_h(X) DOT name(N). { A = build_selector(P, X, N); }
primary_h(A) ::= primary_h(X) LBRACK(B) items(L) comma_opt RBRACK(C). { A = build_index(P, X, B, L, C); }
primary_h(A) ::= primary_h(X) DOT LPAREN type(T) RPAREN(C). { A = build_assert(P, X, T, C); }
primary_h(A) ::= primary_h(X) DOT LPAREN TYPE RPAREN(C). { A = build_assert(P, X, NULL, C); }
primary_h(A) ::= primary_h(X) LBRACK(B) expr_opt(L) COLON expr_opt(H) RBRACK(C). { A = build_slice(P, X, B, L, H, C); }
primary_h(A) ::= primary_h(X) LBRACK(B) expr_opt(L) COLON expr_opt(H) COLON expr_opt(M) RBRACK(C). { A = build_slice3(P, X, B, L, H, M, C); }
primary_h(A) ::= primary_h(F) LPAREN(O) args(L) RPAREN(C). { A = build_call(P, F, O, L, C); }

%code {
// What the driver and the messages need to know of the parser's state.

uint32_t parser_stack_depth(const Parser *P) {
    const yyParser *p = P->lemon;
    return (uint32_t)(p->yytos - p->yystack);
}

// The synchronised statement's end has been reached: the next error is a new one, not a cascade.
void parser_end_of_error(Parser *P) { ((yyParser *)P->lemon)->yyerrcnt = -1; }

// Pops to the nearest place where `error` may stand and puts it there. lemon would do so itself, but would then reduce further
// with the token that does not fit, out of the list (of statements, of cases) that was reached; finding `error` on top it
// discards the token and does nothing else.
void parser_pop_to_error(Parser *P) {
    yyParser *p = P->lemon;
    YYACTIONTYPE action = YY_ERROR_ACTION;
    while (p->yytos > p->yystack) {
        action = yy_find_reduce_action(p->yytos->stateno, YYERRORSYMBOL);
        if (action <= YY_MAX_SHIFTREDUCE) break;
        yy_pop_parser_stack(p);
    }
    if (p->yytos > p->yystack) yy_shift(p, action, YYERRORSYMBOL, NO_TOKEN);
    else P->failed = true;
}

// Whether the token could come next: the reductions it would cause are played through on a copy of the states.
bool parser_accepts(const Parser *P, unsigned kind) {
    const yyParser *p = P->lemon;
    enum { PENDING = 64 };
    YYACTIONTYPE pushed[PENDING];
    int npushed = 0;
    const yyStackEntry *top = p->yytos;
    YYACTIONTYPE state = top->stateno;
    for (int steps = 0; steps < 1000; steps++) {
        unsigned action = state;
        if (action <= YY_MAX_SHIFT) action = yy_find_shift_action((YYCODETYPE)kind, state);
        if (action == YY_ERROR_ACTION || action == YY_NO_ACTION) return false;
        if (action < YY_MIN_REDUCE || action == YY_ACCEPT_ACTION) return true;
        unsigned rule = action - YY_MIN_REDUCE;
        int pop = -yyRuleInfoNRhs[rule];
        int from_pushed = pop < npushed ? pop : npushed;
        npushed -= from_pushed;
        top -= pop - from_pushed;
        if (top < p->yystack) return false;
        YYACTIONTYPE below = npushed ? pushed[npushed - 1] : top->stateno;
        unsigned go = yy_find_reduce_action(below, yyRuleInfoLhs[rule]);
        if (go == YY_ACCEPT_ACTION) return true;
        if (npushed == PENDING) return true;
        if (go > YY_MAX_SHIFT && go <= YY_MAX_SHIFTREDUCE) go += YY_MIN_REDUCE - YY_MIN_SHIFTREDUCE;
        pushed[npushed++] = (YYACTIONTYPE)go;
        state = (YYACTIONTYPE)go;
    }
    return false;
}
}
