// Printf and its relatives: verbs against arguments; verbs given to what does not format; functions printed instead of called. A
// function of the program that hands its format and arguments on to one of them counts as one. Only constant formats are looked
// at, and a value kept in an interface may be anything. The rules are those of vet's printf.
#include <string.h>

#include "compiler/lint_check.h"
#include "compiler/lint_format.h"

typedef enum PrintKind { NO_PRINT, PRINT, PRINTLN, PRINTF, ERRORF } PrintKind;

static const struct { const char *package, *name; PrintKind kind; } printers[] = {
    {"fmt", "Print", PRINT}, {"fmt", "Println", PRINTLN}, {"fmt", "Printf", PRINTF},
    {"fmt", "Sprint", PRINT}, {"fmt", "Sprintln", PRINTLN}, {"fmt", "Sprintf", PRINTF},
    {"fmt", "Fprint", PRINT}, {"fmt", "Fprintln", PRINTLN}, {"fmt", "Fprintf", PRINTF}, {"fmt", "Errorf", ERRORF},
    {"log", "Print", PRINT}, {"log", "Println", PRINTLN}, {"log", "Printf", PRINTF},
    {"log", "Fatal", PRINT}, {"log", "Fatalln", PRINTLN}, {"log", "Fatalf", PRINTF},
    {"log", "Panic", PRINT}, {"log", "Panicln", PRINTLN}, {"log", "Panicf", PRINTF},
};
static const char *const test_methods[] = {"Log", "Logf", "Error", "Errorf", "Fatal", "Fatalf", "Skip", "Skipf"}; // of testing's T and B

static bool takes_any(const Type *sig) {
    if (!sig || sig->kind != T_FUNC || !sig->u.func.variadic) return false;
    const Type *last = sig->u.func.params[sig->u.func.nparams - 1];
    const Type *elem = last->kind == T_SLICE ? type_under(last->u.slice.elem) : NULL;
    return elem && elem->kind == T_INTERFACE && !elem->u.iface.n && !elem->u.iface.nunions;
}

static PrintKind kind_of(Lint *l, const Object *f, int depth);

// A function that hands its last parameters on: func logf(format string, args ...any) { fmt.Printf(format, args...) }
typedef struct Wrapper { Lint *l; const FuncInfo *f; PrintKind kind; int depth; } Wrapper;

static bool is_param(const Expr *e, const FuncInfo *f, uint32_t i) {
    const Object *v = lint_var(e);
    return v && v == f->params[i] && !v->assigns && !v->addr_taken;
}

static bool forwards(Walk *w, Expr *e) {
    Wrapper *p = w->p;
    const Expr *call = lint_call(e);
    if (!call || !call->u.call.ellipsis || p->kind) return true;
    uint32_t n = call->u.call.args.len, np = p->f->nparams;
    if (!is_param(call->u.call.args.items[n - 1], p->f, np - 1)) return true;
    PrintKind k = kind_of(p->l, lint_callee(call), p->depth);
    if (k >= PRINTF && (n < 2 || np < 2 || !is_param(call->u.call.args.items[n - 2], p->f, np - 2))) return true;
    if (k < PRINTF) {
        const Object *f = lint_callee(call);
        const FuncInfo *inner = f ? f->info : NULL;
        if (!inner || n != inner->sig->u.func.nparams) return true;
    }
    p->kind = k;
    return true;
}

static PrintKind wrapper_kind(Lint *l, const Object *f, int depth) {
    if (!depth || !f->info || !f->info->body || !f->info->checked || f->pkg != l->p->main || !takes_any(f->info->sig)) return NO_PRINT;
    Wrapper p = {.l = l, .f = f->info, .depth = depth - 1};
    Walk w = {.expr = forwards, .p = &p};
    walk_stmts(&w, f->info->body->stmts);
    return p.kind;
}

static PrintKind kind_of(Lint *l, const Object *f, int depth) {
    if (!f || !f->pkg) return NO_PRINT;
    for (size_t i = 0; i < COUNT_OF(printers); i++) {
        if (lint_is_func(f, printers[i].package, printers[i].name)) return printers[i].kind;
        if (!strcmp(printers[i].package, "log") && lint_is_method(f, "log", "Logger", printers[i].name)) return printers[i].kind;
    }
    for (size_t i = 0; i < COUNT_OF(test_methods); i++)
        if (lint_is_method(f, "testing", "common", test_methods[i])) return i % 2 ? PRINTF : PRINTLN;
    return wrapper_kind(l, f, depth);
}

static const char *constant_text(const Expr *e, size_t *len) {
    return e->mode == MODE_CONST && e->cv && const_kind(e->cv) == CV_STRING ? const_string(e->cv, len) : NULL;
}

// x.String() that prints x with what calls x.String().
static bool prints_itself(Lint *l, const Expr *a) {
    const LintFunc *f = l->fn;
    while (f && f->outer) f = f->outer;
    a = lint_bare(a);
    const Object *m = f ? f->decl : NULL;
    if (m && !m->ptr_recv && a->kind == E_UNARY && a->op == OPR_ADDR) a = lint_bare(a->u.unary.x);
    if (!m || !m->recv || !f->info->recv || lint_var(a) != f->info->recv || f->info->recv->assigns) return false;
    if (strcmp(m->name->text, "String") && strcmp(m->name->text, "Error")) return false;
    const Type *sig = f->info->sig;
    if (sig->u.func.nparams || sig->u.func.nresults != 1 || sig->u.func.results[0]->kind != T_STRING || format_is_own(m->recv, &l->arena)) return false;
    Diag *d = lint_warn_at(l, a, "printing %s here calls %s again, without end", lint_text(l, a), m->name->text);
    lint_help(l, d, "print its parts, or convert it first to a type without the method");
    return true;
}

// ---- formats

typedef struct Format {
    Lint *l;
    const Expr *call;
    const char *name; // "fmt.Printf", as the program says it
    uint32_t first;   // the argument after the format
    uint32_t given;   // how many there are
    bool spread;      // the last is args...
} Format;

// As it would be written in a string.
static const char *directive_text(Lint *l, const Directive *d) {
    Buf b;
    buf_init(&b);
    for (uint32_t i = 0; i < d->len; i++) {
        if (d->text[i] == '\n') buf_puts(&b, "\\n");
        else if (d->text[i] == '\t') buf_puts(&b, "\\t");
        else if ((unsigned char)d->text[i] < ' ') buf_printf(&b, "\\x%02x", (unsigned char)d->text[i]);
        else buf_putc(&b, d->text[i]);
    }
    const char *text = arena_strndup(&l->arena, buf_str(&b), b.len);
    buf_fini(&b);
    return text;
}

static bool wrong_args(Format *f, const Directive *d) {
    Lint *l = f->l;
    for (uint32_t i = 0; i < d->nargs; i++) {
        uint32_t n = d->args[i];
        if (f->spread && n + 1 >= f->given) return true; // nobody knows how many those are
        if (n >= f->given) {
            Diag *g = lint_warn_at(l, f->call, "%s reads argument %u for %s, but has only %u", f->name, n + 1, directive_text(l, d), f->given);
            lint_help(l, g, "give it one more, or remove the verb");
            return true;
        }
        const Expr *a = f->call->u.call.args.items[f->first + n];
        bool operand = i + 1 == d->nargs && d->verb != '%';
        Type *t = lint_bare(a)->type;
        if (!operand && t && !type_is_interface(t) && (type_under(t)->kind < T_INT || type_under(t)->kind > T_UINTPTR) && type_under(t)->kind != T_UNTYPED_INT) {
            lint_warn_at(l, a, "the * in %s reads a width: it must be an int, and %s is a %s", directive_text(l, d), lint_text(l, a), lint_type(l, t));
            return true;
        }
        if (!operand) continue;
        const Verb *v = format_verb(d->verb);
        if (t && type_under(t)->kind == T_FUNC && d->verb != 'p' && d->verb != 'T') {
            Diag *g = lint_warn_at(l, a, "%s is a function: %s prints where it stands, not what it returns", lint_text(l, a), directive_text(l, d));
            lint_help(l, g, "call it: %s()", lint_text(l, a));
            return true;
        }
        if (lint_bare(a)->mode == MODE_NIL && type_is_interface(t) && v->kinds != FMT_ANY) {
            Diag *g = lint_warn_at(l, a, "%s prints %s, and this is nil", directive_text(l, d), v->prints);
            lint_help(l, g, "%%v prints a value of any type");
            return true;
        }
        if (!format_accepts(v->kinds, t, &l->arena)) {
            Diag *g = lint_warn_at(l, a, "%s prints %s, and %s is of type %s", directive_text(l, d), v->prints, lint_text(l, a), lint_type(l, t));
            lint_help(l, g, "%%v prints a value of any type");
            return true;
        }
        if ((v->kinds & FMT_STRING) && v->verb != 'T' && !strchr(d->flags, '#') && prints_itself(l, a)) return true;
    }
    return false;
}

static void check_format(Format *f, const char *text, size_t len, PrintKind kind) {
    Lint *l = f->l;
    uint32_t next = 0, most = 0, verbs = 0;
    bool indexed = false;
    for (size_t i = 0; i < len;) {
        if (text[i] != '%') {
            i++;
            continue;
        }
        Directive d = format_directive(text + i, len - i, next, f->given);
        verbs++;
        i += d.len;
        if (d.fault == DIRECTIVE_UNFINISHED) {
            Diag *g = lint_warn_at(l, f->call, "the format of %s ends in the middle of %s", f->name, directive_text(l, &d));
            lint_help(l, g, "a percent sign itself is written %%%%");
            return;
        }
        if (d.fault == DIRECTIVE_BAD_INDEX) {
            if (!f->spread) lint_warn_at(l, f->call, "%s in the format of %s names an argument that is not there", directive_text(l, &d), f->name);
            return;
        }
        const Expr *operand = d.nargs && d.args[d.nargs - 1] < f->given ? f->call->u.call.args.items[f->first + d.args[d.nargs - 1]] : NULL;
        bool own = operand && operand->type && format_is_own(operand->type, &l->arena);
        const Verb *v = format_verb(d.verb);
        if (!v) {
            if (own) return;
            Diag *g = lint_warn_at(l, f->call, "%s in the format of %s: there is no such verb", directive_text(l, &d), f->name);
            lint_help(l, g, "a percent sign itself is written %%%%; %%v prints anything");
            return;
        }
        for (const char *c = d.flags; *c && v->verb != '%' && !own; c++)
            if (!strchr(v->flags, *c) && *c != '0') {
                lint_warn_at(l, f->call, "the flag %c of %s means nothing to %%%c", *c, directive_text(l, &d), v->verb);
                return;
            }
        if (v->verb == 'w' && kind != ERRORF) {
            Diag *g = lint_warn_at(l, f->call, "%s does not know %%w: only fmt.Errorf wraps errors", f->name);
            lint_help(l, g, "%%v prints the error");
            return;
        }
        if (wrong_args(f, &d)) return;
        indexed |= d.indexed;
        for (uint32_t k = 0; k < d.nargs; k++)
            if (d.args[k] >= most) most = d.args[k] + 1;
        next = d.next;
    }
    if (indexed || most >= f->given || (f->spread && most + 1 >= f->given)) return;
    Diag *g = verbs
        ? lint_warn_at(l, f->call, "%s has %u argument%s, and the format reads only %u", f->name, f->given, f->given == 1 ? "" : "s", most)
        : lint_warn_at(l, f->call, "%s has %u argument%s and a format without verbs", f->name, f->given, f->given == 1 ? "" : "s");
    lint_help(l, g, "add a verb, such as %%v, for each");
}

// ---- Print and Println

static bool looks_like_directive(const char *s, size_t n, const char **at, int *len) {
    if (n && s[n - 1] == '%') n--; // "100%"
    for (size_t i = 0; i + 1 < n; i++) {
        if (s[i] != '%') continue;
        size_t k = i + 1;
        while (k < n && strchr("+-#", s[k])) k++;
        while (k < n && ((s[k] >= '0' && s[k] <= '9') || s[k] == '*')) k++;
        if (k < n && s[k] == '.') k++;
        while (k < n && ((s[k] >= '0' && s[k] <= '9') || s[k] == '*')) k++;
        if (k >= n || !strchr("bcdefgopqstvxEFGTUX", s[k])) continue;
        // "100%sure" is a text; "%s" stands alone.
        *at = s + i;
        *len = (int)(k - i + 1);
        return true;
    }
    return false;
}

static bool is_stream(const Expr *e) {
    e = lint_bare(e);
    const Object *o = e->kind == E_SELECTOR && !e->u.sel.selection ? e->u.sel.obj : NULL;
    return o && o->kind == O_VAR && o->pkg && !strcmp(o->pkg->path, "os") && !strncmp(o->name->text, "Std", 3);
}

static void check_print(Lint *l, const Expr *call, const char *name, uint32_t first, PrintKind kind) {
    const ExprList args = call->u.call.args;
    if (args.len <= first) return;
    size_t n;
    const char *text = constant_text(args.items[first], &n), *at;
    int len;
    if (text && looks_like_directive(text, n, &at, &len)) {
        Diag *d = lint_warn_at(l, call, "%s does not format: %.*s is printed as it stands", name, len, at);
        lint_help(l, d, "use %.*sf", (int)(strlen(name) - (kind == PRINTLN && !strcmp(name + strlen(name) - 2, "ln") ? 2 : 0)), name);
        return;
    }
    text = constant_text(args.items[args.len - 1], &n);
    if (kind == PRINTLN && text && n && text[n - 1] == '\n' && !strcmp(name + strlen(name) - 2, "ln"))
        lint_note(l, args.items[args.len - 1]->start, args.items[args.len - 1]->end, "%s ends the line itself: this newline makes an empty one", name);
    if (!first && is_stream(args.items[0])) {
        Diag *d = lint_warn_at(l, args.items[0], "%s prints %s as a value, not to it", name, lint_text(l, args.items[0]));
        lint_help(l, d, "Fprint, Fprintf and Fprintln of fmt write to a file");
    }
    for (uint32_t i = first; i < args.len; i++) {
        const Expr *a = lint_bare(args.items[i]);
        if (prints_itself(l, a)) continue;
        if (!a->type || a->mode == MODE_TYPE || a->mode == MODE_NIL || type_under(a->type)->kind != T_FUNC) continue;
        Diag *d = lint_warn_at(l, a, "%s is a function: %s prints where it stands, not what it returns", lint_text(l, a), name);
        lint_help(l, d, "call it: %s()", lint_text(l, a));
    }
}

void lint_printf_expr(Lint *l, Expr *e) {
    enum { WRAPPERS_DEEP = 4 };
    const Expr *call = lint_call(e);
    const Object *f = call ? lint_callee(call) : NULL;
    if (!f) return;
    const Type *fun = lint_bare(call->u.call.fun)->type;
    PrintKind kind = kind_of(l, f, WRAPPERS_DEEP);
    if (!kind || !takes_any(fun)) return;
    uint32_t fixed = fun->u.func.nparams - 1;
    const char *name = lint_text(l, call->u.call.fun);
    if (kind < PRINTF) {
        if (!call->u.call.ellipsis) check_print(l, call, name, fixed, kind);
        return;
    }
    if (!fixed || call->u.call.args.len < fixed) return;
    size_t len;
    const char *text = constant_text(call->u.call.args.items[fixed - 1], &len);
    if (!text) return;
    Format format = {.l = l, .call = call, .name = name, .first = fixed, .given = call->u.call.args.len - fixed, .spread = call->u.call.ellipsis};
    check_format(&format, text, len, kind);
}
