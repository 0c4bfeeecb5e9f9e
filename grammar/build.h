// build.h — the constructors that the grammar's actions call. Each makes one node in the arena, sets its span and its
// depth, and refuses what the grammar had to let through. A NULL part means "absent"; lists grow by doubling.
#pragma once
#include "grammar/parse.h"
#include "grammar/token.h"

typedef struct List { // of pointers (Expr, Stmt, Decl, Field, Clause) or of Ident
    void **items;
    uint32_t len, cap;
    Pos pos, end;
    bool open_label; // of statements: the last is a label with nothing behind it
} List;

typedef struct Clause { // of a switch or a select: which one is known only when the whole statement is read
    List *items; // case a, b:
    Stmt *comm;  // case c <- v:   case v := <-c:
    StmtList body;
    Pos pos, colon, end;
    bool is_default, open_label;
} Clause;

typedef struct Header { // what stands between if, for or switch and its '{'
    Stmt *init, *cond, *post;
    uint32_t semis;
    List *lhs; // for lhs = range x
    Expr *range;
    bool is_range, define;
    Pos range_pos, pos;
} Header;

typedef struct Args { // of a call
    ExprList list;
    bool ellipsis;
    uint32_t depth;
} Args;

enum {
    MAX_DEPTH = 1000,        // of the tree: later passes recurse on the C stack
    MAX_PARSER_STACK = 12000 // of lemon's stack: deeper nesting stops the parse
};

typedef struct Parser {
    const SourceFile *src;
    Arena *arena;
    Interner *names;
    Diags *diags;
    File *file;
    Tokens tokens;
    uint32_t at;   // the token being fed
    void *lemon;
    bool failed;   // the parser gave up
    bool in_error; // the last token fed was an error: it was discarded
    bool quiet;    // errors are consequences of one that was reported
    Token found;   // the token being fed, also where lemon is given a stand-in for it
    uint32_t retried; // the token that recovery stopped at without leaving it, or UINT32_MAX
    uint32_t literal; // the error was in a composite literal: the number of brackets open then, else 0
    struct { uint32_t count, errors, warnings; } mark; // what diags held before the token was fed
    uint32_t errors_before; // what diags had when the file was begun
    bool too_deep; // reported once
    bool imports_over;
    uint32_t outside; // errors so far when a statement outside of functions was reported
    // Constructs that recovery can return to, innermost last: the number of open brackets inside each.
    uint32_t *opens, nopens, open_cap;
    // Every bracket open at the token being fed: index of its token.
    uint32_t *brackets, nbrackets, bracket_cap;
    uint8_t head;        // the keyword whose '{' is awaited (if, for, switch, select, func), or 0
    uint32_t head_depth; // the number of brackets open at it
    Expr **guards; // every x.(type) that no switch has claimed
    uint32_t nguards, guard_cap;
    List decls; // of the file: imports first is made at the end
    List imports, script;
} Parser;

#define NO_TOKEN ((Token){0})
#define NO_IDENT ((Ident){0})

// parse.c and syntax_error.c
void parser_syntax_error(Parser *P);
void parser_missing_closer(Parser *P); // a function or the end of the file, with brackets still open
void parser_brace_on_next_line(Parser *P);
void parser_else_on_next_line(Parser *P);
void parser_else_in_block(Parser *P);
void parser_case_in_line(Parser *P);
Diag *parser_error(Parser *P, DiagCode code, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(5, 6);
void parser_too_deep(Parser *P, Pos pos);
// The blanks in front of the line that a token stands in.
uint32_t parser_indent(const Parser *P, Token t);
const char *parser_slice(const Parser *P, Pos pos, Pos end, uint32_t *len);
// In parser.y: the parser's state, for messages and recovery.
bool parser_accepts(const Parser *P, unsigned kind);
uint32_t parser_stack_depth(const Parser *P);
void parser_end_of_error(Parser *P);
void parser_pop_to_error(Parser *P);

// The file
void build_package(Parser *P, Ident name);
void build_top_stmt(Parser *P, Stmt *s);
void build_no_top(Parser *P); // nothing stands between two semicolons, or before the end
void build_top_decl(Parser *P, Decl *d);
void build_top_import(Parser *P, Token keyword, Decl *d);
void build_import_group(Parser *P, Token lparen);
Token build_open(Parser *P, Token t);
void build_close(Parser *P);

// Lists: list NULL begins one; a NULL item is left out
List *build_list(Parser *P, List *list, void *item, Pos pos, Pos end);
List *build_names(Parser *P, List *list, Ident name);
List *build_names_first(Parser *P, Ident first, List *rest);
List *build_exprs(Parser *P, List *list, Expr *x);
List *build_stmts(Parser *P, List *list, Stmt *s);
List *build_fields(Parser *P, List *list, Field *f);
List *build_decls(Parser *P, List *list, Decl *d, Token keyword);
List *build_clauses(Parser *P, List *list, Clause *c);
ExprList build_expr_list(const List *list);

// Names and declarations
Ident build_ident(Parser *P, Token t);
Ident build_dot(Parser *P, Token t);
Decl *build_import(Parser *P, Ident name, Token path);
List *build_const_group(Parser *P, List *decls);
List *build_group(List *decls, Token keyword, Token rparen);
Decl *build_value(Parser *P, DeclKind kind, List *names, Expr *type, List *values);
Decl *build_type(Parser *P, Ident name, Expr *type, bool alias);
Decl *build_type_params(Parser *P, Ident name, Token lbrack, List *items, Token comma, Expr *type, bool alias);
Field *build_titem(Parser *P, Expr *x, Expr *constraint);
Field *build_tparam(Parser *P, Ident name, Expr *constraint);
Decl *build_func(Parser *P, Token func, Field *recv, Ident name, Expr *type, Block *body);
Decl *build_generic_func(Parser *P, Token func, Ident name, List *tparams, Expr *type, Block *body);
Decl *build_method(Parser *P, Token func, Token lparen, List *recv, Ident name, Expr *type, Block *body);

// Types
Expr *build_signature(Parser *P, Token lparen, List *params, Token rparen, Expr *result, List *results);
Expr *build_signature_results(Parser *P, Token lparen, List *params, Token lparen2, List *results, Token rparen);
Field *build_param(Parser *P, Ident name, Expr *type);
Expr *build_func_type(Parser *P, Token func, Expr *signature);
Expr *build_array(Parser *P, Token lbrack, Expr *len, Expr *elem);
Expr *build_array_list(Parser *P, Token lbrack, List *len, Expr *elem);
Expr *build_dots(Parser *P, Token dots, Expr *elem);
Expr *build_map(Parser *P, Token map, Expr *key, Expr *value);
Expr *build_chan(Parser *P, Token first, ChanDir dir, Expr *elem);
Expr *build_struct(Parser *P, Token keyword, List *fields, Token rbrace);
Expr *build_interface(Parser *P, Token keyword, List *elems, Token rbrace);
Field *build_field(Parser *P, List *names, Expr *type);
Field *build_embedded(Parser *P, Expr *type);
Field *build_tag(Parser *P, Field *f, Token tag);
Field *build_method_spec(Parser *P, Ident name, Expr *signature);
Field *build_type_elem(Parser *P, Expr *type);

// Expressions
Expr *build_name(Parser *P, Ident name);
Expr *build_literal(Parser *P, Token t);
Expr *build_paren(Parser *P, Token lparen, Expr *x, Token rparen);
Expr *build_star(Parser *P, Token op, Expr *x);
Expr *build_unary(Parser *P, Token op, Expr *x);
Expr *build_binary(Parser *P, Expr *x, Token op, Expr *y);
Expr *build_selector(Parser *P, Expr *x, Ident sel);
Expr *build_index(Parser *P, Expr *x, Token lbrack, List *indices, Token rbrack);
Expr *build_slice(Parser *P, Expr *x, Token lbrack, Expr *lo, Expr *hi, Token rbrack);
Expr *build_slice3(Parser *P, Expr *x, Token lbrack, Expr *lo, Expr *hi, Expr *max, Token rbrack);
Expr *build_assert(Parser *P, Expr *x, Expr *type, Token rparen);
Args build_args(Parser *P, List *list, Token dots);
Expr *build_call(Parser *P, Expr *fun, Token lparen, Args args, Token rparen);
Expr *build_composite(Parser *P, Expr *type, Token lbrace, List *elems, Token rbrace);
Expr *build_key_value(Parser *P, Expr *key, Token colon, Expr *value);
Expr *build_func_lit(Parser *P, Expr *type, Block *body);
Expr *build_bad_expr(Parser *P, Pos start, Pos end);
Expr *build_unparen(Expr *x);
// A node whose span is start..end; its depth is one more than that of the deepest child given to build_under.
Expr *build_expr(Parser *P, ExprKind kind, Pos pos, Pos start, Pos end);
Expr *build_under(Parser *P, Expr *e, uint32_t child_depth);

// Statements
Block *build_block(Parser *P, Token lbrace, List *stmts, Token rbrace);
Stmt *build_bad_stmt(Parser *P);
Stmt *build_decl_stmt(Parser *P, List *decls);
Stmt *build_labeled(Parser *P, Ident label, Stmt *s);
Stmt *build_block_stmt(Parser *P, Block *b);
Stmt *build_if(Parser *P, Token keyword, Header *h, Block *then, Stmt *els);
Stmt *build_for(Parser *P, Token keyword, Header *h, Block *body);
Stmt *build_switch(Parser *P, Token keyword, Header *h, Token lbrace, List *clauses, Token rbrace);
Stmt *build_select(Parser *P, Token keyword, List *clauses, Token rbrace);
Stmt *build_go(Parser *P, Token keyword, Expr *x);
Stmt *build_return(Parser *P, Token keyword, List *results);
Stmt *build_branch(Parser *P, Token keyword, Ident label);
Stmt *build_expr_stmt(Parser *P, Expr *x);
Stmt *build_op_assign(Parser *P, Expr *x, Token op, Expr *y);
Stmt *build_assign(Parser *P, List *lhs, Token op, List *rhs);
Stmt *build_define(Parser *P, List *lhs, Token op, List *rhs);
Stmt *build_incdec(Parser *P, Expr *x, Token op);
Stmt *build_send(Parser *P, Expr *chan, Token arrow, Expr *value);
Clause *build_clause(Parser *P, Token keyword, List *items, Stmt *comm, Token colon, List *stmts);
Header *build_header(Parser *P, Stmt *init, Token semi, Stmt *cond);
Header *build_for_header(Parser *P, Stmt *init, Token semi, Stmt *cond, Token semi2, Stmt *post);
Header *build_range(Parser *P, List *lhs, Token op, Token range, Expr *x);
