// advice.c — see advice.h. What is said of other languages' names stands in advice.def.
#include "compiler/advice.h"

#include <ctype.h>
#include <string.h>

typedef struct NameHabit { const char *names, *help; } NameHabit;
static const NameHabit name_habits[] = {
#define NAME_HABIT(names, help) {names, help},
#define MEMBER_HABIT(of, names, help)
#include "compiler/advice.def"
#undef NAME_HABIT
#undef MEMBER_HABIT
};
typedef struct MemberHabit { const char *of, *names, *help; } MemberHabit;
static const MemberHabit member_habits[] = {
#define NAME_HABIT(names, help)
#define MEMBER_HABIT(of, names, help) {of, names, help},
#include "compiler/advice.def"
#undef NAME_HABIT
#undef MEMBER_HABIT
};

static bool listed(const char *names, const char *name, size_t n, bool any_case) {
    for (const char *s = names; *s;) {
        size_t len = strcspn(s, " ");
        if (len == n) {
            size_t i = 0;
            while (i < n && (any_case ? tolower((unsigned char)name[i]) : name[i]) == s[i]) i++;
            if (i == n) return true;
        }
        s += len;
        s += *s == ' ';
    }
    return false;
}

// ---- names ----

const char *advice_name(Checker *c, const Name *name) {
    if (listed("this self Self me", name->text, name->len, false)) {
        const FuncInfo *f = c->env.fn;
        while (f && f->outer) f = f->outer;
        if (f && f->recv && f->recv->name && f->recv->name != c->blank)
            return arena_printf(c->a, "the receiver has the name that the method gives it: here %s", f->recv->name->text);
        return "a method names its receiver itself: func (t T) name() { ... t.field ... }";
    }
    for (size_t i = 0; i < COUNT_OF(name_habits); i++)
        if (listed(name_habits[i].names, name->text, name->len, false)) return name_habits[i].help;
    return NULL;
}

static char letter_of(Checker *c, Type *t) {
    Type *u = under(t);
    if (type_identical(t, c->u->error_type)) return 'E';
    if (is_string(t)) return 'S';
    if (is_numeric(t)) return 'N';
    switch (u->kind) {
    case T_SLICE: case T_ARRAY: return 'L';
    case T_MAP: return 'M';
    case T_CHAN: return 'C';
    default: return '*';
    }
}

// The members of a struct or the methods of an interface, when they are few enough to be told.
static const char *members(Checker *c, Type *t) {
    enum { MOST = 6 };
    Type *base = t->kind == T_POINTER ? t->u.pointer.elem : t, *u = under(base);
    const Name *names[MOST];
    uint32_t n = 0, all = 0;
    bool foreign = base->kind == T_NAMED && base->u.named.obj->pkg != c->env.pkg;
    if (u->kind == T_STRUCT)
        for (uint32_t i = 0; i < u->u.strct.n; i++) {
            const Name *f = u->u.strct.fields[i].name;
            if (f == c->blank || (foreign && !f->exported)) continue;
            if (all++ < MOST) names[n++] = f;
        }
    else if (u->kind == T_INTERFACE)
        for (uint32_t i = 0; i < u->u.iface.n; i++)
            if (all++ < MOST) names[n++] = u->u.iface.methods[i].name;
    for (uint32_t i = 0; base->kind == T_NAMED && i < base->u.named.nmethods; i++) {
        const Name *m = base->u.named.methods[i]->name;
        if (foreign && !m->exported) continue;
        if (all++ < MOST) names[n++] = m;
    }
    if (!n || all > MOST) return NULL;
    const char *list = names[0]->text;
    for (uint32_t i = 1; i < n; i++) list = arena_printf(c->a, "%s%s%s", list, i + 1 == n ? " and " : ", ", names[i]->text);
    return list;
}

void advice_member(Checker *c, Diag *d, const Expr *x, Type *t, const Name *name) {
    const char *text = expr_text(c, x), letter = letter_of(c, t);
    for (size_t i = 0; x->mode != MODE_TYPE && i < COUNT_OF(member_habits); i++) {
        const MemberHabit *m = &member_habits[i];
        if ((!strchr(m->of, letter) && *m->of != '*') || !listed(m->names, name->text, name->len, true)) continue;
        const char *h = "";
        for (const char *s = m->help; *s; s++) h = *s == '%' ? arena_printf(c->a, "%s%s", h, text) : arena_printf(c->a, "%s%c", h, *s);
        help(c, d, "%s", h);
        return;
    }
    if (letter == 'M' && is_string(under(t)->u.map.key)) {
        help(c, d, "an element of a map is %s[\"%s\"]", text, name->text);
        return;
    }
    const char *has = members(c, t);
    if (type_is_interface(t) && x->mode != MODE_TYPE) {
        if (has) help(c, d, "through the interface only its methods are there: %s; %s.(T) asks for the value of type T behind it", has, text);
        else help(c, d, "an any shows nothing of its value: %s.(T) asks for the value of type T behind it", text);
    } else if (has) {
        help(c, d, "%s has %s", type_name(c, t), has);
    }
}

// ---- values ----

static bool is_named_in(const Type *t, const char *pkg, const char *name) {
    if (t->kind != T_NAMED || !t->u.named.obj || !t->u.named.obj->pkg) return false;
    return !strcmp(t->u.named.obj->pkg->path, pkg) && !strcmp(t->u.named.obj->name->text, name);
}

static bool is_duration(const Type *t) { return is_named_in(t, "time", "Duration"); }
static bool is_character(Type *t) { uint8_t k = under(t)->kind; return k == T_INT32 || k == T_UINT8 || k == T_UNTYPED_RUNE; }

// The text between the quotes of a literal, when it is one character; else NULL.
static const char *one_character(Checker *c, const Expr *e) {
    const char *text = expr_text(c, e);
    size_t n = strlen(text), k = 0;
    if (e->kind != E_BASICLIT || n < 3 || (text[0] != '"' && text[0] != '\'')) return NULL;
    for (size_t i = 1; i + 1 < n; i++) k += (text[i] & 0xC0) != 0x80;
    if (k != 1 && !(k == 2 && text[1] == '\\')) return NULL;
    return arena_printf(c->a, "%.*s", (int)(n - 2), text + 1);
}

static void advice_text_of(Checker *c, Diag *d, Expr *e) {
    const char *x = expr_text(c, e);
    if (is_character(e->type)) help(c, d, "string(%s) makes a string of a character; fmt.Sprint(%s) of its number", x, x);
    else if (under(e->type)->kind == T_INT) help(c, d, "strconv.Itoa(%s), or fmt.Sprint(%s), makes a string of a number", x, x);
    else help(c, d, "fmt.Sprint(%s) makes a string of a number", x);
}

static void advice_constant(Checker *c, Diag *d, Expr *e, Type *t, const char *context) {
    const char *x = expr_text(c, e), *one = one_character(c, e);
    Type *u = under(t), *v = e->type;
    if (is_string(v) && is_duration(t)) help(c, d, "a duration is a number times a unit: 2 * time.Second");
    else if (is_string(v) && is_character(t) && one) help(c, d, "one character stands between single quotes: '%s'", one);
    else if (is_string(v) && is_integer(t)) help(c, d, "strconv.Atoi turns a string into an int while the program runs");
    else if (is_string(v) && is_numeric(t)) help(c, d, "strconv.ParseFloat turns a string into a float64 while the program runs");
    else if (v->kind == T_UNTYPED_RUNE && is_string(t) && one) help(c, d, "text stands between double quotes: \"%s\"", one);
    else if (is_numeric(v) && is_string(t)) help(c, d, "write it as a string, \"%s\", or use fmt.Sprint(%s)", x, x);
    else if (u->kind == T_POINTER && !strcmp(context, "assignment")) help(c, d, "what a pointer points to is changed with a * in front of it: *p = %s", x);
    else if (u->kind == T_POINTER) help(c, d, "a pointer is wanted: put the value into a variable and give its address, &v");
    else if (u->kind == T_SLICE && assignable(c, e, u->u.slice.elem, NULL)) help(c, d, "a slice is wanted: %s{%s}", type_name(c, t), x);
    else if (is_boolean(t)) help(c, d, "a bool is true or false, never a number or a text");
    else if (is_boolean(v) && is_numeric(t)) help(c, d, "a bool is not a number in Go; use an if");
}

// The field through which an embedded t is reached.
static const Name *embedded(Type *v, const Type *t) {
    Type *u = under(v->kind == T_POINTER ? v->u.pointer.elem : v);
    for (uint32_t i = 0; u->kind == T_STRUCT && i < u->u.strct.n; i++)
        if (u->u.strct.fields[i].embedded && type_identical(u->u.strct.fields[i].type, t)) return u->u.strct.fields[i].name;
    return NULL;
}

static bool returns(const Type *f, const Type *t) {
    return f->kind == T_FUNC && f->u.func.nparams == 0 && f->u.func.nresults == 1 && type_identical(f->u.func.results[0], t);
}

void advice_value(Checker *c, Diag *d, Expr *e, Type *t, const char *context) {
    Type *v = e->type, *vu = under(v), *tu = under(t);
    const char *x = expr_text(c, e);
    const Object *vo = v->kind == T_NAMED ? v->u.named.obj : NULL, *to = t->kind == T_NAMED ? t->u.named.obj : NULL;
    if (vo && to && vo->name == to->name && vo->pkg == to->pkg) { // a type of a session that was declared anew, or one of another block
        help(c, d, "there are two types %s: %s is of the one declared %s", vo->name->text, x, vo->pos < to->pos ? "first" : "last");
        label(c, d, vo->pos, "the %s of %s", vo->name->text, x);
    } else if (e->mode == MODE_CONST && is_untyped(v)) {
        advice_constant(c, d, e, t, context);
    } else if (is_duration(t) && is_numeric(v)) {
        help(c, d, "a duration is a number times a unit: time.Duration(%s) * time.Second", x);
    } else if (is_numeric(v) && is_numeric(t)) {
        help(c, d, "Go never converts by itself: write %s(%s)", type_name(c, t), x);
    } else if (is_string(t) && is_numeric(v)) {
        advice_text_of(c, d, e);
    } else if (is_string(v) && is_integer(t) && !is_duration(t)) {
        help(c, d, "n, err := strconv.Atoi(%s) reads a number from a string", x);
    } else if (is_string(v) && is_float(t)) {
        help(c, d, "f, err := strconv.ParseFloat(%s, 64) reads a number from a string", x);
    } else if ((is_string(v) && is_bytes_or_runes(t)) || (is_string(t) && is_bytes_or_runes(v))) {
        help(c, d, "write %s(%s)", type_name(c, t), x);
    } else if (is_boolean(v) != is_boolean(t) && is_const_type(v) && is_const_type(t)) {
        if (is_boolean(t)) help(c, d, "a bool is no number and no text in Go: compare it, as in %s != %s", x, is_string(v) ? "\"\"" : "0");
        else help(c, d, "a bool is no number and no text in Go: use an if");
    } else if (vu->kind == T_POINTER && type_identical(vu->u.pointer.elem, t)) {
        if (e->kind == E_UNARY && e->op == OPR_ADDR) help(c, d, "the value itself is wanted: leave out the &");
        else help(c, d, "%s is a pointer: *%s is what it points to", x, x);
    } else if (tu->kind == T_POINTER && type_identical(tu->u.pointer.elem, v)) {
        help(c, d, "a pointer is wanted: &%s", x);
    } else if (tu->kind == T_POINTER && vu->kind == T_POINTER && is_numeric(tu->u.pointer.elem) && is_numeric(vu->u.pointer.elem)) {
        help(c, d, "pointers cannot be converted: declare the variable as %s", type_name(c, tu->u.pointer.elem));
    } else if (tu->kind == T_SLICE && type_identical(tu->u.slice.elem, v)) {
        help(c, d, "a slice is wanted: %s{%s}", type_name(c, t), x);
    } else if (vu->kind == T_SLICE && type_identical(vu->u.slice.elem, t)) {
        help(c, d, !strncmp(context, "argument", 8) ? "it is a slice: %s... passes all its elements to a ... parameter, %s[i] is one of them" : "it is a slice: one of its elements is %s[i]", x, x);
    } else if (vu->kind == T_ARRAY && tu->kind == T_SLICE && type_identical(vu->u.array.elem, tu->u.slice.elem)) {
        help(c, d, "a slice of the whole array is %s[:]", x);
    } else if (vu->kind == T_ARRAY && tu->kind == T_ARRAY && type_identical(vu->u.array.elem, tu->u.array.elem)) {
        help(c, d, "the length is part of an array's type; slices, []%s, have any length", type_name(c, tu->u.array.elem));
    } else if (vu->kind == T_SLICE && tu->kind == T_SLICE && type_is_interface(tu->u.slice.elem)) {
        help(c, d, "a %s is not a %s, though its elements fit: copy them in a loop", type_name(c, v), type_name(c, t));
    } else if (vu->kind == T_SLICE && tu->kind == T_SLICE && is_string(tu->u.slice.elem) && is_numeric(vu->u.slice.elem)) {
        help(c, d, "make a []string of it in a loop: append(list, strconv.Itoa(v))");
    } else if (vu->kind == T_INTERFACE && tu->kind != T_INTERFACE) {
        help(c, d, "ask the interface for it: %s.(%s)", x, type_name(c, t));
    } else if (vu->kind == T_CHAN && tu->kind == T_CHAN && type_identical(vu->u.chan.elem, tu->u.chan.elem)) {
        help(c, d, "the direction of a channel can be narrowed, never widened again");
    } else if (vu->kind == T_CHAN && type_identical(vu->u.chan.elem, t)) {
        help(c, d, "it is a channel: <-%s receives a value from it", x);
    } else if (returns(vu, t)) {
        help(c, d, "%s is the function itself: call it, %s()", x, x);
    } else if (tu->kind == T_FUNC && returns(tu, v) && e->kind == E_CALL) {
        help(c, d, "a function is wanted: leave out the call's parentheses");
    } else if (embedded(v, t)) {
        help(c, d, "embedding is no inheritance: the %s in it is %s.%s; to mix types, use an interface", type_name(c, t), x, embedded(v, t)->text);
    } else if (type_identical(vu, tu)) {
        help(c, d, "two defined types are different even if they look alike: write %s(%s)", type_name(c, t), x);
    }
}

void advice_methods(Checker *c, Diag *d, Expr *e, Type *t, const char *why) {
    const char *x = expr_text(c, e), *named = strstr(why, "missing method "), *have = strstr(why, ": have "), *wrong = strstr(why, "wrong type for method ");
    if (strstr(why, "has pointer receiver")) {
        help(c, d, "only a pointer has that method: use &%s", x);
    } else if (type_identical(t, c->u->error_type) && is_string(e->type)) {
        help(c, d, "an error is made of a text: errors.New(%s), or fmt.Errorf", x);
    } else if (wrong && have) {
        const char *want = strstr(why, "want ");
        if (want) help(c, d, "give the method exactly this signature: %s", want + 5);
    } else if (named && have) {
        named += strlen("missing method ");
        help(c, d, "upper and lower case are different letters: call the method %.*s", (int)strcspn(named, ":)"), named);
    } else if (named && e->type->kind == T_NAMED && e->type->u.named.obj->pkg == c->env.pkg) {
        named += strlen("missing method ");
        size_t n = strcspn(named, ":)");
        for (uint32_t i = 0; i < under(t)->u.iface.n; i++) {
            const Name *m = under(t)->u.iface.methods[i].name;
            if (m->len != n || memcmp(m->text, named, n)) continue;
            help(c, d, "declare it: func (%c %s) %s%s { ... }", tolower((unsigned char)type_name(c, e->type)[0]), type_name(c, e->type), m->text,
                 type_name(c, under(t)->u.iface.methods[i].type) + 4);
        }
    } else {
        advice_value(c, d, e, t, "");
    }
}

void advice_range(Checker *c, Diag *d, const Type *t) {
    const Type *u = type_under((Type *)t);
    if (u->kind < T_INT || u->kind > T_UINTPTR) return;
    uint32_t bits = int_bits(u);
    bool is_un = u->kind >= T_UINT;
    if (is_un) help(c, d, "a %s holds 0 to %llu%s", type_name(c, t), (unsigned long long)(UINT64_MAX >> (64 - bits)), bits < 64 ? "; int holds more" : "");
    else help(c, d, "%s %s holds %lld to %lld%s", type_name(c, t)[0] == 'i' ? "an" : "a", type_name(c, t), (long long)(INT64_MIN >> (64 - bits)), (long long)(INT64_MAX >> (64 - bits)),
              bits < 64 ? "; int holds more" : "; float64 holds larger numbers, without their last digits");
}

// ---- operators ----

static bool is_comparison_of(const Expr *e) {
    while (e->kind == E_PAREN) e = e->u.paren.x;
    return e->kind == E_BINARY && (e->op == OPR_LT || e->op == OPR_LE || e->op == OPR_GT || e->op == OPR_GE || e->op == OPR_EQ || e->op == OPR_NE);
}

static void advice_string_and(Checker *c, Diag *d, Expr *text, Expr *other, Op op) {
    const char *one = one_character(c, text);
    if (op == OPR_MUL && is_integer(other->type)) help(c, d, "strings.Repeat(%s, %s) repeats a text", expr_text(c, text), expr_text(c, other));
    else if (op == OPR_REM) help(c, d, "fmt.Printf and fmt.Sprintf take the values as arguments: fmt.Printf(format, value)");
    else if (op != OPR_ADD && one && is_character(other->type)) help(c, d, "one character stands between single quotes: '%s'", one);
    else if (op != OPR_ADD && is_integer(other->type)) help(c, d, "n, err := strconv.Atoi(%s) reads a number from a string", expr_text(c, text));
    else if (is_numeric(other->type)) advice_text_of(c, d, other);
    else if (is_boolean(other->type) && op == OPR_ADD) help(c, d, "fmt.Sprint(%s) makes a string of it", expr_text(c, other));
}

void advice_operands(Checker *c, Diag *d, Expr *x, Expr *y, Op op) {
    Type *xt = x->type, *yt = y->type;
    const char *a = expr_text(c, x), *b = expr_text(c, y);
    if (type_is_stand_in(xt) || type_is_stand_in(yt)) return;
    if (is_comparison_of(x) && (is_numeric(yt) || is_string(yt))) {
        const Expr *left = x;
        while (left->kind == E_PAREN) left = left->u.paren.x;
        help(c, d, "each comparison stands alone: %s && %s %s %s", a, expr_text(c, left->u.binary.y), op_text(op), b);
    } else if (is_duration(xt) != is_duration(yt) && is_numeric(xt) && is_numeric(yt)) {
        help(c, d, "convert the number: time.Duration(%s)", is_duration(xt) ? b : a);
    } else if (is_numeric(xt) && is_numeric(yt) && !type_identical(xt, yt)) {
        bool second = !is_float(xt) && is_float(yt); // the way that loses nothing comes first
        if (second) help(c, d, "Go never converts by itself: write %s(%s) or %s(%s)", type_name(c, yt), a, type_name(c, xt), b);
        else help(c, d, "Go never converts by itself: write %s(%s) or %s(%s)", type_name(c, xt), b, type_name(c, yt), a);
    } else if (type_identical(xt, c->u->error_type) && is_string(yt)) {
        help(c, d, "an error is no text: %s.Error() is its text; compare errors with errors.Is", a);
    } else if (is_string(xt) && !is_string(yt)) {
        advice_string_and(c, d, x, y, op);
    } else if (is_string(yt) && !is_string(xt)) {
        advice_string_and(c, d, y, x, op);
    } else if (under(xt)->kind == T_CHAN && op == OPR_LT) {
        help(c, d, "sending is written %s <- v, with no blank inside the arrow", a);
    } else if (is_boolean(xt) != is_boolean(yt) && (is_numeric(xt) || is_numeric(yt))) {
        help(c, d, "a bool is true or false and no number: %s", is_boolean(xt) ? "use it as it stands, or with ! before it" : "compare the number first");
    } else if (under(xt)->kind == T_FUNC || under(yt)->kind == T_FUNC) {
        const char *f = under(xt)->kind == T_FUNC ? a : b;
        help(c, d, "%s is the function itself: call it, %s()", f, f);
    } else if (under(xt)->kind == T_POINTER && is_const_type(yt)) {
        help(c, d, "%s is a pointer: *%s is what it points to", a, a);
    } else if (under(yt)->kind == T_POINTER && is_const_type(xt)) {
        help(c, d, "%s is a pointer: *%s is what it points to", b, b);
    } else if (type_is_interface(xt) != type_is_interface(yt)) {
        Expr *i = type_is_interface(xt) ? x : y, *other = i == x ? y : x;
        help(c, d, "ask the interface for its value: %s.(%s)", expr_text(c, i), type_name(c, default_type(c, other->type)));
    } else if (op == OPR_REM && is_float(xt)) {
        help(c, d, "%% is for integers: math.Mod(%s, %s)", a, b);
    } else if (op == OPR_XOR && is_float(xt)) {
        help(c, d, "a power is math.Pow(%s, %s); ^ is an operation on the bits of integers", a, b);
    } else if (op == OPR_SUB && is_string(xt)) {
        help(c, d, "strings.TrimSuffix or strings.ReplaceAll takes a part out of a text");
    } else if (op == OPR_SUB && is_named_in(xt, "time", "Time")) {
        help(c, d, "write %s.Sub(%s)", a, b);
    } else if (op == OPR_ADD && is_named_in(xt, "time", "Time")) {
        help(c, d, "write %s.Add(...) with a duration", a);
    } else if (op == OPR_ADD && under(xt)->kind == T_SLICE) {
        help(c, d, "write append(%s, %s...)", a, b);
    } else if ((op == OPR_LAND || op == OPR_LOR)) {
        help(c, d, "%s joins two conditions; bits are joined by %s", op_text(op), op == OPR_LAND ? "&" : "|");
    } else if (type_is_interface(xt)) {
        help(c, d, "ask the interface for its value first: %s.(int), or of whatever type it is", a);
    }
}

void advice_compare(Checker *c, Diag *d, Expr *blame, Expr *x, Expr *y, Op op) {
    const char *a = expr_text(c, x), *b = expr_text(c, y);
    if (type_is_stand_in(blame->type)) {
        help(c, d, op == OPR_EQ || op == OPR_NE ? "say that the values can be compared: [T comparable]" : "say that the values have an order: [T cmp.Ordered]");
        return;
    }
    switch (under(blame->type)->kind) {
    case T_SLICE: help(c, d, "compare the elements in a loop, or use slices.Equal(%s, %s)", a, b); break;
    case T_MAP: help(c, d, "compare the elements in a loop, or use maps.Equal(%s, %s)", a, b); break;
    case T_FUNC: help(c, d, "two functions are never compared; to compare what they give, call them"); break;
    case T_STRUCT:
        if (is_named_in(blame->type, "time", "Time")) help(c, d, "write %s.%s(%s)", a, op == OPR_LT || op == OPR_LE ? "Before" : "After", b);
        else if (op == OPR_EQ || op == OPR_NE) help(c, d, "compare the fields that matter one by one, or use reflect.DeepEqual(%s, %s)", a, b);
        else help(c, d, "structs have no order: compare a field of them");
        break;
    case T_ARRAY: help(c, d, "compare the elements in a loop"); break;
    case T_BOOL: case T_UNTYPED_BOOL: help(c, d, "a bool is only equal or not; join two with && or ||"); break;
    case T_INTERFACE: help(c, d, "ask the interface for its value first: %s.(int), or of whatever type it is", expr_text(c, blame)); break;
    case T_POINTER: help(c, d, "*%s is what it points to", expr_text(c, blame)); break;
    default: break;
    }
}
