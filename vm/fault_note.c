// fault_note.c — see fault_note.h.
//
// The position of an instruction leads to the source text: a selector's is at the name behind the dot, a dereference's at its star, that of an
// index, an assignment to an element and a call where the expression begins. So what was nil is read from the line, as the program calls it, and
// no names of local variables need to be kept for it. Where the text leaves it open (a pointer embedded in the value that is named) the note says so.
#include "vm/fault_note.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef struct Text { const char *s; uint32_t n, at; } Text; // a source line and the column, from 0

static bool is_name_char(char c) { return isalnum((unsigned char)c) || c == '_' || c & 0x80; }

// From `i` back over one bracket pair; the index of its opener, or UINT32_MAX.
static uint32_t bracket_back(const Text *t, uint32_t i) {
    uint32_t depth = 0;
    while (i-- > 0) {
        if (strchr(")]", t->s[i])) depth++;
        else if (strchr("([", t->s[i]) && --depth == 0) return i;
        else if (strchr("\"'`{}", t->s[i]) && t->s[i] != '"') return UINT32_MAX;
    }
    return UINT32_MAX;
}

// Where the operand that ends before `end` begins: names, dots, calls and indices. `end` when there is none.
static uint32_t operand_back(const Text *t, uint32_t end) {
    uint32_t i = end;
    while (i > 0) {
        char c = t->s[i - 1];
        if (is_name_char(c) || c == '.') i--;
        else if (c == ')' || c == ']') {
            uint32_t open = bracket_back(t, i);
            if (open == UINT32_MAX || open == 0 || (!is_name_char(t->s[open - 1]) && !strchr(")]", t->s[open - 1]))) return end;
            i = open;
        } else break;
    }
    return i;
}

// Behind the bracket that opens at i, or UINT32_MAX.
static uint32_t bracket_on(const Text *t, uint32_t i) {
    uint32_t depth = 0;
    for (; i < t->n; i++) {
        if (strchr("([", t->s[i])) depth++;
        else if (strchr(")]", t->s[i]) && --depth == 0) return i + 1;
        else if (t->s[i] == '"')
            for (i++; i < t->n && t->s[i] != '"'; i++) i += t->s[i] == '\\';
        else if (strchr("'`{}", t->s[i])) return UINT32_MAX;
    }
    return UINT32_MAX;
}

// The end of the operand that begins at `from`; *last: where its last part (".x", "[i]", "(...)") begins.
static uint32_t operand_on(const Text *t, uint32_t from, uint32_t *last) {
    uint32_t i = from;
    while (i < t->n && is_name_char(t->s[i])) i++;
    *last = from;
    if (i == from) return from;
    for (;;) {
        uint32_t next;
        if (i + 1 < t->n && t->s[i] == '.' && is_name_char(t->s[i + 1])) {
            for (next = i + 1; next < t->n && is_name_char(t->s[next]); next++) {}
        } else if (i < t->n && (t->s[i] == '(' || t->s[i] == '[')) {
            next = bracket_on(t, i);
            if (next == UINT32_MAX) return i;
        } else return i;
        *last = i;
        i = next;
    }
}

static bool put(Buf *note, const Text *t, uint32_t from, uint32_t to) {
    while (from < to && t->s[from] == ' ') from++;
    if (from >= to || to - from > 60) return false;
    buf_printf(note, "`%.*s`", (int)(to - from), t->s + from);
    return true;
}

// Whether a struct of the program, or one that it may look into, embeds a pointer or an interface: then "x.f" may have stopped at that one.
static bool embeds(const Vm *vm) {
    for (TypeId i = 1; i < vm->m->ntypes; i++) {
        const RType *r = &vm->m->types[i];
        if (r->kind != RK_STRUCT) continue;
        for (uint32_t k = 0; k < r->nfields; k++) {
            const RField *f = &r->fields[k];
            uint8_t kind = f->embedded ? vm->m->types[f->type].kind : RK_STRUCT;
            if ((kind == RK_POINTER || kind == RK_INTERFACE) && (f->exported || !strcmp(f->pkg, "main"))) return true;
        }
    }
    return false;
}

static void nil_pointer(const Vm *vm, const Text *t, const Instr *at, Buf *note) {
    uint32_t from = t->at, to = t->at, last;
    const char *what = "is nil: there is nothing behind it";
    bool may_embed = true;
    char c = t->at < t->n ? t->s[t->at] : 0;
    if (c == '*') { // *p
        from = t->at + 1;
        to = operand_on(t, from, &last);
        may_embed = false;
    } else if (t->at && t->s[t->at - 1] == '.' && is_name_char(c)) { // p.x
        to = t->at - 1;
        from = operand_back(t, to);
    } else if (c && strchr("+-*/%&|^<>", c)) { // p.x++, p.x += 1
        to = t->at;
        while (to && t->s[to - 1] == ' ') to--;
        from = operand_back(t, to);
        if (from && t->s[from - 1] == '*') may_embed = false; // *p += 1
        else {
            while (to > from && is_name_char(t->s[to - 1])) to--;
            if (to <= from || t->s[--to] != '.' || memchr(t->s + from, '.', to - from) || memchr(t->s + from, '[', to - from)) return; // p.x alone is certain
        }
    } else if (is_name_char(c) && at && (at->op == OP_CALLI || at->op == OP_CALLC)) {
        to = operand_on(t, from, &last);
        if (to <= from || t->s[to - 1] != ')') return;
        to = last; // before the arguments
        if (memchr(t->s + from, '(', to - from)) return; // f().g(): which of the calls it was, the position does not say
        if (at->op == OP_CALLC) {
            what = "is a nil func: no function was assigned to it";
            may_embed = false;
        } else {
            while (to > from && t->s[to - 1] != '.') to--;
            if (to <= from) return;
            to--;
            what = "is a nil interface: there is no value in it whose method could be called";
        }
    } else return;
    if (!put(note, t, from, to)) return;
    if (may_embed && embeds(vm)) buf_puts(note, ", or what is embedded in it, is nil: there is nothing behind it");
    else buf_printf(note, " %s", what);
}

// a[i], a[i:j], m[k] = v: what stands before the last brackets.
static bool indexed(const Text *t, bool deep, Buf *note) {
    uint32_t last, to = operand_on(t, t->at, &last);
    if (to <= t->at || t->s[to - 1] != ']' || t->s[last] != '[') return false;
    if (!deep && memchr(t->s + t->at, '[', last - t->at)) return false; // a[i][j]: the position does not say which
    return put(note, t, t->at, last);
}

static void index_range(const Text *t, const char *head, Buf *note, const char **help) {
    long long index, len;
    const char *at = strchr(head, '[');
    if (!at) return;
    if (sscanf(at, "[%lld] with length %lld", &index, &len) == 2) {
        if (!indexed(t, false, note)) buf_puts(note, "what is indexed here");
        if (len == 0) buf_puts(note, " has no elements");
        else if (len == 1) buf_puts(note, " has 1 element, at index 0");
        else buf_printf(note, " has %lld elements, at the indices 0 to %lld", len, len - 1);
        if (strstr(buf_str(note), "os.Args")) *help = "os.Args[0] is the program; look at len(os.Args) before you use an argument";
        else if (len == 0) *help = "append adds an element; make([]T, n) makes a slice that has n of them";
        else if (index == len) *help = "elements are counted from 0: a loop over all of them runs while i < len(a), or with range";
        else *help = "compare the index with len(a) first";
    } else if (sscanf(at, "[%lld]", &index) == 1 && index < 0) {
        buf_puts(note, "an index is never negative: the first element has the index 0");
        *help = "the last element of a is a[len(a)-1]";
    }
}

static void divide(const Text *t, Buf *note) {
    uint32_t from = t->at, last;
    if (from >= t->n || !strchr("/%", t->s[from])) return;
    from++;
    if (from < t->n && t->s[from] == '=') from++;
    while (from < t->n && t->s[from] == ' ') from++;
    uint32_t to = operand_on(t, from, &last);
    if (to < t->n && strchr("{[(.", t->s[to])) return; // more than an operand's text
    if (put(note, t, from, to)) buf_puts(note, " is 0");
}

static const struct { const char *head, *help; } sentences[] = {
    {"panic: assignment to entry in nil map", "make the map before its first assignment: m = make(map[K]V)"},
    {"panic: runtime error: invalid memory address or nil pointer dereference", "give it a value before it is used, or ask first: if p != nil { ... }"},
    {"panic: runtime error: integer divide by zero", "compare the divisor with 0 before you divide"},
    {"panic: runtime error: slice bounds out of range", "of a[i:j], 0 <= i and i <= j and j <= len(a) must hold"},
    {"panic: runtime error: makeslice", "a length is 0 or more, and no larger than memory allows"},
    {"panic: makechan", "the size of a channel's buffer is 0 or more"},
    {"panic: runtime error: negative shift amount", "shift by 0 or more: a << n moves the bits of a by n places"},
    {"panic: close of nil channel", "make the channel first: ch = make(chan T)"},
    {"panic: interface conversion", "ask whether it is so: v, ok := x.(T), or with a type switch"},
    {"panic: runtime error: hash of unhashable type", "a key is found by ==, which slices, maps and funcs do not have"},
    {"panic: runtime error: comparing uncomparable type", "slices, maps and funcs cannot be compared by ==: reflect.DeepEqual can"},
    {"runtime: goroutine stack exceeds", "a function that calls itself needs a case in which it does not"},
};

void fault_note(const Vm *vm, const char *head, const Frame *top, Buf *note, const char **help) {
    *help = NULL;
    for (size_t i = 0; i < COUNT_OF(sentences); i++)
        if (!strncmp(head, sentences[i].head, strlen(sentences[i].head))) *help = sentences[i].help;
    Place p = source_place(vm->m->sources, frame_pos(top));
    if (!p.file || p.file->is_std || !p.column) return;
    Text t = {.at = p.column - 1};
    t.s = source_line(p.file, p.line, &t.n);
    if (strstr(head, "nil pointer dereference")) nil_pointer(vm, &t, top->at < top->func->ncode ? &top->func->code[top->at] : NULL, note);
    else if (strstr(head, "entry in nil map")) {
        if (indexed(&t, true, note)) buf_puts(note, " is a nil map: it can be read, and nothing can be put into it");
    } else if (strstr(head, "index out of range")) index_range(&t, head, note, help);
    else if (strstr(head, "integer divide by zero")) divide(&t, note);
}
