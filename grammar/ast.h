// ast.h — the syntax tree. The parser builds it in an arena and never looks at meaning; the checker writes its findings
// (type, constant value, object, selection) into the fields marked "checker:"; the generator only reads.
// Above each variant stands its concrete syntax. A list is a pointer and a count; absent parts are NULL or 0.
#pragma once
#include "base/arena.h"
#include "base/intern.h"
#include "base/source.h"

typedef struct Expr Expr;
typedef struct Stmt Stmt;
typedef struct Decl Decl;
typedef struct Block Block;
struct Type;      // compiler/types.h
struct Object;    // compiler/types.h: what a name stands for
struct ConstVal;  // compiler/constant.h
struct Selection; // compiler/types.h: how x.f was resolved
struct FuncInfo;  // compiler/types.h: a function's own facts (captures, defers, results)

typedef struct ExprList { Expr **items; uint32_t len; } ExprList;
typedef struct StmtList { Stmt **items; uint32_t len; } StmtList;

// A name where it is declared or used as a bare word (labels, fields, methods): the text and where it stood.
typedef struct Ident {
    const Name *name; // NULL: absent
    Pos pos;
} Ident;

// Operators, in the order of Go's specification. OP_ASSIGN.. serve assignments: `+=` is OP_ADD in the statement.
typedef enum Op {
    OPR_NONE,
    OPR_ADD, OPR_SUB, OPR_MUL, OPR_QUO, OPR_REM,             // + - * / %
    OPR_AND, OPR_OR, OPR_XOR, OPR_SHL, OPR_SHR, OPR_ANDNOT,  // & | ^ << >> &^
    OPR_LAND, OPR_LOR,                                       // && ||
    OPR_EQ, OPR_NE, OPR_LT, OPR_LE, OPR_GT, OPR_GE,          // == != < <= > >=
    OPR_NOT, OPR_RECV, OPR_ADDR, OPR_TILDE                   // unary: ! <- & ~ (also + - ^ above)
} Op;
const char *op_text(Op op); // "+", "&&", ...

typedef enum ExprKind {
    E_BAD, // what recovery left behind: the checker is silent about it
    // operands
    E_NAME, E_BASICLIT, E_FUNCLIT, E_COMPOSITE, E_KEYVALUE, E_PAREN,
    // operators on operands
    E_SELECTOR, E_INDEX, E_SLICE, E_TYPEASSERT, E_CALL, E_STAR, E_UNARY, E_BINARY,
    // types
    E_ARRAYTYPE, E_STRUCTTYPE, E_FUNCTYPE, E_INTERFACETYPE, E_MAPTYPE, E_CHANTYPE, E_ELLIPSIS
} ExprKind;

typedef enum LitKind { LIT_INT, LIT_FLOAT, LIT_IMAG, LIT_CHAR, LIT_STRING } LitKind;
typedef enum ChanDir { CHAN_BOTH, CHAN_SEND, CHAN_RECV } ChanDir; // chan T, chan<- T, <-chan T

// One group of parameters, results, struct fields, type parameters or interface elements: `a, b T`, `T`, `...T`.
typedef struct Field {
    Ident *names; // NULL with nnames 0: anonymous parameter, embedded field, embedded interface or type-set element
    uint32_t nnames;
    Expr *type;      // for an interface method: an E_FUNCTYPE with one name; a variadic parameter: E_ELLIPSIS
    const char *tag; // struct tag, unquoted; NULL: none
    uint32_t tag_len;
    Pos pos;
} Field;
typedef struct FieldList { Field *items; uint32_t len; } FieldList;

// What an expression turned out to be (checker).
typedef enum Mode {
    MODE_NONE,     // not checked, or an error was reported about it
    MODE_NOVALUE,  // a call without results
    MODE_BUILTIN,  // len, make, ...
    MODE_TYPE,     // denotes a type
    MODE_PACKAGE,  // denotes an imported package
    MODE_CONST,    // constant: cv is set
    MODE_NIL,      // the predeclared nil; type is the type it was converted to
    MODE_VAR,      // addressable
    MODE_MAPINDEX, // m[k]: assignable, not addressable; may take comma-ok
    MODE_COMMAOK,  // x.(T) or <-c: may take comma-ok
    MODE_VALUE     // any other value
} Mode;

struct Expr {
    uint8_t kind; // ExprKind
    uint8_t op;   // Op, for E_UNARY and E_BINARY
    uint8_t mode; // checker: Mode
    uint8_t flags; // EXPR_*
    Pos pos;      // where errors about it point: a binary's operator, a selector's name, a key-value's colon; else its start
    Pos start, end; // the span: first byte, one past the last byte
    uint32_t depth; // of the tree below; the parser keeps it under 1000, so that passes may recurse
    struct Type *type;   // checker: its type after conversion of untyped values; for a multi-value call a tuple
    struct ConstVal *cv; // checker: its value when MODE_CONST
    union {
        // IDENT
        struct { const Name *name; struct Object *obj; /* checker: what it means */ } name;
        // 42  0x1p-3  2i  'x'  "s"  `raw`   : the text as written
        struct { const char *text; uint32_t len; uint8_t kind; } lit;
        // func(params) results { ... }
        struct { Expr *type; Block *body; struct FuncInfo *info; /* checker */ } func;
        // T{elems}  {elems} (type NULL inside another literal: checker fills Expr.type)
        struct { Expr *type; ExprList elems; Pos lbrace, rbrace; } comp;
        // key: value
        struct { Expr *key, *value; } kv;
        // (x)
        struct { Expr *x; } paren;
        // x.sel
        struct { Expr *x; Ident sel; struct Selection *selection; /* checker; NULL for package-qualified: see obj */
                 struct Object *obj; /* checker: for pkg.Name */ } sel;
        // x[i]  f[T1, T2]
        struct { Expr *x; ExprList indices; Pos lbrack; } index;
        // x[lo:hi]  x[lo:hi:max]
        struct { Expr *x, *lo, *hi, *max; bool three; Pos lbrack; } slice;
        // x.(T)   x.(type): type NULL
        struct { Expr *x, *type; } assert;
        // fun(args)  fun(args...)   T(x)   make([]T, n)
        struct { Expr *fun; ExprList args; bool ellipsis; Pos lparen, rparen; uint8_t builtin; /* checker: Builtin */
                 bool is_conversion; /* checker */ } call;
        // *x  (dereference or pointer type)
        struct { Expr *x; } star;
        // op x
        struct { Expr *x; } unary;
        // x op y
        struct { Expr *x, *y; } binary;
        // [len]T   []T (len NULL)   [...]T (len is E_ELLIPSIS with elem NULL)
        struct { Expr *len, *elem; } array;
        // struct { fields }
        struct { FieldList fields; } structt;
        // func[tparams](params) results
        struct { FieldList tparams, params, results; } functype;
        // interface { methods; embedded; A | ~B }   (a union is E_BINARY with OPR_OR, ~T is E_UNARY with OPR_TILDE)
        struct { FieldList elems; } iface;
        // map[key]value
        struct { Expr *key, *value; } map;
        // chan T
        struct { Expr *elem; uint8_t dir; } chan;
        // ...T
        struct { Expr *elem; } ellipsis;
    } u;
};
enum {
    EXPR_PARENTHESIZED = 1, // set on what an E_PAREN directly contains
    EXPR_SHIFT_LHS = 2,     // checker: an untyped constant shifted by a variable, so it must turn out an integer
    EXPR_COMMA_OK = 4     // checker: v, ok is asked of it (x.(T), <-c, m[k]); its type stays that of v
};

struct Block {
    StmtList stmts;
    Pos lbrace, rbrace;
    uint32_t depth; // as Expr.depth
};

typedef enum StmtKind {
    S_BAD, S_EMPTY, S_DECL, S_LABELED, S_EXPR, S_SEND, S_INCDEC, S_ASSIGN, S_DEFINE, S_GO, S_DEFER, S_RETURN,
    S_BREAK, S_CONTINUE, S_GOTO, S_FALLTHROUGH, S_BLOCK, S_IF, S_SWITCH, S_TYPESWITCH, S_SELECT, S_FOR, S_RANGE
} StmtKind;

// case a, b: stmts   default: stmts   (exprs may be types in a type switch)
typedef struct CaseClause {
    ExprList exprs;
    bool is_default;
    StmtList body;
    Pos pos, colon;
    struct Object *var; // checker: the variable of `switch v := x.(type)` in this clause
} CaseClause;

// case v := <-c:   case c <- v:   default:
typedef struct CommClause {
    Stmt *comm; // S_SEND, S_EXPR (receive), S_ASSIGN or S_DEFINE with one receive on the right; NULL: default
    StmtList body;
    Pos pos, colon;
} CommClause;

struct Stmt {
    uint8_t kind; // StmtKind
    Pos pos, end;
    uint32_t depth; // as Expr.depth
    union {
        struct { Decl **items; uint32_t len; } decl;                        // var/const/type ...
        struct { Ident label; Stmt *stmt; struct Label *target; } labeled;  // L: stmt
        struct { Expr *x; } expr;                                           // f()
        struct { Expr *chan, *value; } send;                                // c <- v   (pos at the arrow)
        struct { Expr *x; bool dec; } incdec;                               // x++
        struct { ExprList lhs, rhs; uint8_t op; } assign;                   // a, b = c, d   a += b (op set); pos at the operator
        struct { ExprList lhs, rhs; } define;                               // a, b := c, d ; lhs names: name.obj is new or old (checker)
        struct { Expr *call; } go;                                          // go f(x), defer f(x)
        struct { ExprList results; struct FuncInfo *func; } ret;            // return a, b
        struct { Ident label; Stmt *target; } branch;                       // break L; checker: the statement it leaves/continues; goto: the S_LABELED
        Block *block;                                                       // { }
        struct { Stmt *init; Expr *cond; Block *then; Stmt *els; } ifs;     // els: NULL, S_IF or S_BLOCK
        struct { Stmt *init; Expr *tag; CaseClause *cases; uint32_t ncases; Pos rbrace; } sw;      // tag NULL: true
        struct { Stmt *init; Ident bind; Expr *x; CaseClause *cases; uint32_t ncases; Pos rbrace; } tsw; // switch bind := x.(type)
        struct { CommClause *cases; uint32_t ncases; Pos rbrace; } select;
        struct { Stmt *init; Expr *cond; Stmt *post; Block *body; struct Object **vars; uint32_t nvars; } fors; // checker: vars of init (per iteration since 1.22)
        struct { Expr *key, *value; bool define; Expr *x; Block *body; Pos range_pos; struct RangeFunc *func; } range; // for k, v := range x; checker: x is a function
    } u;
};

typedef enum DeclKind { D_BAD, D_IMPORT, D_CONST, D_VAR, D_TYPE, D_FUNC } DeclKind;

struct Decl {
    uint8_t kind; // DeclKind
    Pos pos, end;
    union {
        // import name "path"   import . "path"   import _ "path"
        struct { Ident name; const char *path; uint32_t path_len; Pos path_pos; struct Object *obj; } import;
        // const a, b T = x, y   (in a group: iota, and what an empty right side repeats: parser copies type/values pointers, implicit = true)
        // var a, b T = x, y
        struct { Ident *names; uint32_t nnames; Expr *type; ExprList values; uint32_t iota; bool implicit;
                 struct Object **objs; /* checker: one per name */ } value;
        // type T[tparams] U    type T = U
        struct { Ident name; FieldList tparams; Expr *type; bool alias; struct Object *obj; } type;
        // func (recv) name[tparams](params) results { body }   (body NULL: native)
        struct { Field *recv; Ident name; Expr *type; Block *body; struct Object *obj; struct FuncInfo *info; } func;
    } u;
};

typedef struct Comment {
    Pos pos, end;
} Comment;

// One file. A script (no package clause) has its top-level statements in `script`, in order; its declarations
// stand there too, as S_DECL, except functions, which are in decls only.
typedef struct File {
    const SourceFile *source;
    Ident package; // name NULL: a script
    Decl **decls;  // imports first, then const/var/type/func in source order (a script: imports and functions)
    uint32_t ndecls;
    StmtList script;
    Comment *comments; // every comment, for later tools
    uint32_t ncomments;
    bool unfinished; // nothing is wrong with it but that it ends too early: inside brackets, a raw string, a comment or an expression
    const char *go_version; // from a //go:build line, e.g. "go1.21"; NULL: none
} File;
