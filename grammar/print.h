// print.h — the printer: from the tree, the tokens and the comments of a file to text in canonical layout. Inside the room; what others
// call is format.h.
//
// The layout is gofmt's, and the algorithm is that of Go's package go/printer (version 1.19), on gol's tree:
//  * The print_* functions of the nodes say tokens and wishes for white space (a blank, a line break, more indentation). Wishes
//    are held back in `wishes` until the next token comes; then the comments that stand before it in the source are placed
//    among them (print_comment.c), and only then all of it is written.
//  * `pos` runs along in the source: where the next token stands there, or is guessed to stand. Line breaks of the source are
//    kept by comparing its line with that of the next token.
//  * What is written are cells, as in base/columns.h, which aligns them afterwards: '\v' where a column may begin, '\f' where
//    columns must end.
//  * Whether something is short enough for one line is found by printing it into a printer that only counts (print_size).
//
// The tree is that of the compiler and has no more than it needs; positions it lacks (brackets, commas) are looked up in the row
// of tokens, where brackets know their partners. A printer is used by one thread.
#pragma once
#include "grammar/ast.h"
#include "grammar/token.h"

typedef struct Spot { // a place in the source, or an estimate of one; line 0: nowhere
    int32_t offset, line, column;
} Spot;

typedef struct PrintComment { // as Go's scanner delivers it: without carriage returns
    Pos pos;
    const char *text;
    uint32_t len;
} PrintComment;

typedef struct CommentGroup { // comments with nothing but line ends between them
    PrintComment *items;
    uint32_t len;
    uint32_t after;   // index of the token it follows; UINT32_MAX: none
    bool beside;      // begins on the line of that token
    bool ends_line;   // and nothing follows on its line
    int32_t last_line;
} CommentGroup;

typedef struct ImportSpec {
    Ident name; // name.name NULL: none
    const char *path; // the literal, in double quotes
    uint32_t path_len;
    Pos start, path_pos, end;
    bool moved;       // by sorting: it has the place of another one
    const CommentGroup *beside; // the comment at its end, or NULL
} ImportSpec;

typedef struct ImportGroup { // import ( ... )
    Pos lparen;
    ImportSpec *items;
    uint32_t len;
} ImportGroup;

typedef struct SizeTable { // of nodes that were measured
    struct { const void *node; int32_t size; } *slots;
    uint32_t mask, used;
} SizeTable;

// What is known of the file, shared by the printer and those that only count.
typedef struct PrintSource {
    const SourceFile *file;
    File *tree;
    Arena *arena;
    Tokens tokens;
    uint32_t *partner; // of a bracket's token: the other one's index
    int32_t *lines;    // offsets of line starts; merging two imports removes one
    uint32_t nlines;
    CommentGroup *groups;
    uint32_t ngroups;
    ImportGroup *imports;
    uint32_t nimports;
    SizeTable sizes;
    Pos seen_pos; // the last answer of print_line
    int32_t seen_line;
    uint32_t near_line; // where the last place was
} PrintSource;

typedef enum Wish { WISH_NONE = 0, WISH_BLANK = ' ', WISH_VTAB = '\v', WISH_NEWLINE = '\n', WISH_FORMFEED = '\f', WISH_INDENT = '>', WISH_UNINDENT = '<' } Wish;

enum { // Printer.mode
    NO_EXTRA_BLANK = 1,    // none after a /* */ comment
    NO_EXTRA_LINEBREAK = 2 // none after a /* */ comment
};

enum { MAX_NEWLINES = 2, MAX_WISHES = 16, FAR = 1 << 30 };

typedef struct Printer {
    PrintSource *src;
    Buf out;      // cells (base/columns.h)
    bool counting; // nothing is written: size is counted
    bool full;     // it is more than limit, or more than a line
    int32_t limit, size, blanks; // blanks: behind the last character so far
    bool begun;    // something was written
    int32_t indent, base_indent; // base_indent: -1 while a script's statements are printed, which are indented by one
    int32_t level; // of composite literals
    unsigned mode;
    bool end_alignment; // a literal broke the line: no cells up to the end of this one
    bool implied_semi;  // a line break here would be a semicolon
    bool top;           // comments are placed as at the top of a file
    uint8_t last_token; // TK_*; 0: white space
    uint8_t prev_open;  // TK_LPAREN or TK_LBRACK just before, else 0
    char wishes[MAX_WISHES];
    uint32_t nwishes;
    Spot pos;  // in the source
    Spot last; // where the last text ended there
    int32_t out_line, out_column;
    int32_t *line_wanted; // gets the output line of the next token
    uint32_t group;       // the next comment group
    int32_t group_offset; // where it begins; FAR: there is none
    bool group_breaks;    // it contains a line break
    uint32_t *go_build, *plus_build; // places of build constraints in out
    uint32_t ngo_build, nplus_build;
} Printer;

// print_source.c: what stands where
void print_source_init(PrintSource *s, const SourceFile *file, File *tree, Arena *arena, Diags *diags);
void print_source_fini(PrintSource *s);
Spot print_spot(PrintSource *s, Pos pos);
int32_t print_line(PrintSource *s, Pos pos); // 0 for nowhere
uint32_t print_token_at(const PrintSource *s, Pos pos); // index of the first token that begins at pos or behind it
Pos print_closer(const PrintSource *s, Pos opener); // of the bracket that begins there
bool print_has_lead(PrintSource *s, Pos pos); // a comment ends on the line above the token there
const CommentGroup *print_beside(const PrintSource *s, uint32_t token); // the comment that ends the line of a declaration whose last token this is

// import_sort.c: the import groups in s->imports, sorted, their comments moved with them
void import_sort(PrintSource *s);

// print.c: tokens and white space
void print_init(Printer *p, PrintSource *src);
void print_fini(Printer *p);
void print_wish(Printer *p, Wish w);
void print_at(Printer *p, Pos pos); // where the next token stands in the source; 0: unknown
void print_toggle(Printer *p, unsigned mode);
void print_token(Printer *p, unsigned kind);
void print_name(Printer *p, const Name *name);
void print_literal(Printer *p, const char *text, size_t len, unsigned kind);
void print_flush(Printer *p, Spot next, unsigned token, bool *wrote_newline, bool *dropped_formfeed);
// As many line breaks as the source has up to `line`, at least min; the wish stands before the first one, which ends all columns
// if new_section. 0: none, 1: one, else more or a new section.
int print_linebreak(Printer *p, int32_t line, int min, Wish w, bool new_section);
void print_byte(Printer *p, char c, int n);
void print_string(Printer *p, Spot at, const char *s, size_t len, bool literal);
void print_wishes(Printer *p, uint32_t n); // writes the first n
static inline int32_t print_limit(int32_t lines) { return lines > MAX_NEWLINES ? MAX_NEWLINES : lines; }

// print_comment.c
void print_next_group(Printer *p);
bool print_comment_before(const Printer *p, Spot next);
int32_t print_comment_size(Printer *p, Spot next); // bytes of the comments before it
void print_comments(Printer *p, Spot next, unsigned token, bool *wrote_newline, bool *dropped_formfeed);
// doc_comment.c: the comments of a group that documents a declaration, in canonical form; *n: how many. NULL items: as they were.
PrintComment *doc_comment_format(Arena *arena, const CommentGroup *g, uint32_t *n);
// build_lines.c: moves build constraints where they belong
void build_lines_fix(Printer *p, Arena *arena);

// print_expr.c
void print_expr(Printer *p, Expr *x);                     // at depth 1
void print_expr0(Printer *p, Expr *x, int depth);
void print_expr1(Printer *p, Expr *x, int prec, int depth);
Expr *print_strip_parens(Expr *x, bool always);
// print_list.c: what has commas between
enum { LIST_COMMA = 1, LIST_NO_INDENT = 2 }; // a comma may end it; no indentation of further lines
void print_exprs(Printer *p, Pos prev, Expr *const *list, uint32_t n, int depth, unsigned mode, Pos next);
void print_names(Printer *p, const Ident *names, uint32_t n, bool indent);
typedef enum ParamMode { PARAM_FUNC, PARAM_FUNC_TYPES, PARAM_TYPE_TYPES } ParamMode;
void print_params(Printer *p, FieldList fields, Pos opener, ParamMode mode);
void print_signature(Printer *p, Expr *type);
void print_fields(Printer *p, FieldList fields, Pos lbrace, bool is_struct);
// The size of a node on one line, or more than max when it does not fit there.
int32_t print_size(Printer *p, Expr *x, int32_t max);
int32_t print_stmt_size(Printer *p, Stmt *s, int32_t max);
// print_stmt.c
void print_stmt(Printer *p, Stmt *s, bool before_brace);
void print_stmts(Printer *p, StmtList list, int indent, bool before_brace);
Pos print_stmt_start(const Stmt *s);
void print_body(Printer *p, int32_t header, Wish sep, Block *b);
int32_t print_distance(Printer *p, Pos start, int32_t column); // of the output from a column, when the line is still the same
// print_decl.c
void print_decls(Printer *p, Pos keyword, Decl **items, uint32_t n); // one keyword's: alone or in parentheses
void print_file(Printer *p);
