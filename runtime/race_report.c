// race_report.c — what a race is told as. The facts come from the detector (two accesses and who made them), the VM (where), names.h (what)
// and the source text: a line that says `counter++`, or a loop that waits for a variable, is better explained as what it is than as
// a read and a write. Everything said must be true of any program that has such a line; where nothing special is known, only the facts are told.
#include "runtime/race_report.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "runtime/finding.h"
#include "runtime/ledger.h"
#include "runtime/names.h"
#include "runtime/worker.h"

enum { PATH = 12, TEXT_PATH = 2 };

typedef struct Side {
    const RaceSide *s;
    AccessKind kind;
    FindingFrame path[PATH]; // the program's own, innermost first; path[0] is where it says that it was
    uint32_t npath;
    const char *through;     // the function of std that it called there; NULL: none
    Place at;
    const char *line;        // its text, without indentation and comment
    uint32_t nline;
    Buf who;
} Side;

typedef struct Words {
    Runtime *rt;
    const RaceFound *found;
    const G *g;              // makes b
    Side a, b;               // in the order in which they were made
    Named what;
    char name[96];           // quoted, or a phrase
    char update[2];          // of a and b: the operator with which the line updates the variable ('1': ++); 0: it does not
    bool simple;             // name is a variable in quotes
    bool own_locks;          // each side locked a lock of the same name, and they are two
    char write_lock[64];     // b writes, and holds this lock for reading only; "": it does not
} Words;

// --- the source -----------------------------------------------------------------------------------------------

// The code of a line: no indentation, no comment behind it (one that seems to begin inside a string only hides the rest).
static const char *code_of(const Place *at, uint32_t *n) {
    *n = 0;
    if (!at->file) return "";
    const char *text = source_line(at->file, at->line, n), *comment = memmem(text, *n, "//", 2);
    if (comment) *n = (uint32_t)(comment - text);
    while (*n && (*text == ' ' || *text == '\t')) text++, --*n;
    return text;
}
static bool has(const char *text, uint32_t n, const char *part) { return memmem(text, n, part, strlen(part)) != NULL; }
static bool begins(const char *text, uint32_t n, const char *with) { return n >= strlen(with) && !memcmp(text, with, strlen(with)); }

// The last name in text[0, n): of `a.balance` the field, of `xs[i]` nothing but the bracket.
static const char *last_name(const char *text, uint32_t n, uint32_t *len) {
    uint32_t from = n;
    while (from && (isalnum((unsigned char)text[from - 1]) || text[from - 1] == '_' || (unsigned char)text[from - 1] >= 0x80)) from--;
    if (from == n && n && text[n - 1] == ']') from--;
    *len = n - from;
    return text + from;
}

// What stands before a mark is what the report speaks of, as far as names tell: the same field, an element, or a pointer to who knows what.
static bool is_named(const char *left, uint32_t n, const char *name) {
    while (n && (left[n - 1] == ' ' || left[n - 1] == '\t')) n--;
    uint32_t a, b;
    const char *here = last_name(left, n, &a), *there = last_name(name, (uint32_t)strlen(name), &b);
    if (a && a == b && !memcmp(here, there, a)) return true;
    return a && here > left && here[-1] == '*';
}

// `x = x + y`: the mark is the operator. p stands at the `=`.
static const char *self_update(const char *text, uint32_t n, const char *p) {
    const char *left = p, *end = p, *right = p + 1;
    if (p == text || strchr("=!<>:+-*/|&^%", p[-1]) || right == text + n || *right == '=') return NULL;
    while (end > text && end[-1] == ' ') end--;
    for (left = end; left > text && !strchr(" \t;{", left[-1]);) left--;
    while (right < text + n && *right == ' ') right++;
    size_t len = (size_t)(end - left);
    if (!len || (size_t)(text + n - right) <= len || memcmp(left, right, len)) return NULL;
    for (right += len; right < text + n && *right == ' ';) right++;
    return right + 1 < text + n && strchr("+-*/|&^%", *right) && right[1] != *right ? right : NULL;
}

// `x++`, `x += y`, `x = x + y` and the like, of the variable called `name`: its operator. 0: the line has none.
static char update_of(const Side *s, const char *name) {
    const char *text = s->line;
    for (uint32_t i = 0; i < s->nline; i++) {
        const char *p = text + i, *mark = NULL;
        if (i + 1 < s->nline && (*p == '+' || *p == '-') && p[1] == *p) mark = p;
        else if (i + 1 < s->nline && strchr("+-*/|&^%", *p) && p[1] == '=') mark = p;
        else if (*p == '=') mark = self_update(text, s->nline, p);
        if (mark && is_named(text, i, name)) return p == mark && p[1] == *p && *p == '+' ? '1' : *mark;
    }
    return 0;
}
static bool is_append(const Side *s) { return s->kind == ACCESS_APPEND || has(s->line, s->nline, "append("); }
static bool is_loop_condition(const Side *s) { return begins(s->line, s->nline, "for ") && !has(s->line, s->nline, ";") && !has(s->line, s->nline, "range "); }
static bool same_line(const Side *a, const Side *b) { return a->at.file && a->at.file == b->at.file && a->at.line == b->at.line; }

// --- facts ----------------------------------------------------------------------------------------------------

static bool is_std(const Words *x, Pos pos) {
    Place at = source_place(x->rt->options.sources, pos);
    return at.file && at.file->is_std;
}

static void add_frame(const Words *x, Side *s, FindingFrame at) {
    if (!at.pos) return;
    if (is_std(x, at.pos)) {
        if (!s->npath) s->through = at.func;
    } else if (s->npath < PATH) {
        s->path[s->npath++] = at;
    }
}

// g: it is the access that is under way.
static void look_at(Words *x, Side *s, const RaceSide *side, const G *g) {
    const RuntimeHooks *h = x->rt->hooks;
    s->s = side;
    FindingFrame frames[PATH];
    if (g && h->frames) {
        uint32_t n = h->frames(x->rt, g, frames, PATH);
        for (uint32_t i = 0; i < n && i < PATH; i++) add_frame(x, s, frames[i]);
    } else if (h->place) {
        if (side->pc && h->place(x->rt, side->pc, frames)) add_frame(x, s, *frames);
        for (uint32_t i = 0; i < side->ncallers; i++)
            if (h->place(x->rt, side->callers[i], frames)) add_frame(x, s, *frames);
    }
    if (side->pc && h->access_kind) s->kind = (AccessKind)h->access_kind(x->rt, side->pc);
    s->at = source_place(x->rt->options.sources, s->npath ? s->path[0].pos : 0);
    s->line = code_of(&s->at, &s->nline);
    buf_init(&s->who);
    // A goroutine that a package started for the program (errgroup) is known by the program's func that it runs.
    const char *start = side->start && h->func_name ? h->func_name(side->start) : NULL;
    bool by_std = start && strncmp(start, "main.", 5) != 0 && side->goroutine != 1 && s->npath;
    name_goroutine(x->rt, side->goroutine, by_std ? NULL : side->start, &s->who);
    if (by_std) {
        buf_puts(&s->who, " (");
        name_func(s->path[s->npath - 1].func, &s->who);
        buf_putc(&s->who, ')');
    }
}

static void name_it(Words *x, const RaceFound *f) {
    if (name_is_channel(x->rt, f->at)) { // also where the instruction does not tell: a close that was deferred
        x->a.kind = x->a.s->write ? ACCESS_CLOSE : ACCESS_SEND;
        x->b.kind = x->b.s->write ? ACCESS_CLOSE : ACCESS_SEND;
    }
    bool object = x->b.kind == ACCESS_MAP || x->b.kind == ACCESS_SEND || x->b.kind == ACCESS_CLOSE;
    if (object) name_object(x->rt, f->at, &x->what);
    else name_address(x->rt, f->at, f->bytes, &x->what);
    const char *text = buf_str(&x->what.text);
    size_t n = strlen(text);
    x->simple = n && n < sizeof x->name - 2 && !strpbrk(text, " `");
    if (x->simple) snprintf(x->name, sizeof x->name, "`%s`", text);
    else snprintf(x->name, sizeof x->name, "%.*s", 90, n ? text : "a variable");
    const Side *const sides[] = {&x->a, &x->b};
    for (int i = 0; i < 2; i++) x->update[i] = update_of(sides[i], sides[i]->kind == ACCESS_MAP ? "]" : text); // of a map an element
}

// "line 12", or with the file where the two are not in the same.
static const char *line_of(const Words *x, const Side *s, char *out, size_t n) {
    if (!s->at.file) snprintf(out, n, "an unknown line");
    else if (x->a.at.file == x->b.at.file) snprintf(out, n, "line %u", s->at.line);
    else snprintf(out, n, "%s:%u", s->at.file->path, s->at.line);
    return out;
}

static const char *did(const Side *s) {
    if (s->kind == ACCESS_ADD) return "called Add on";
    if (s->kind == ACCESS_WAIT) return "called Wait on";
    if (s->kind == ACCESS_SEND) return "sent to";
    if (s->kind == ACCESS_CLOSE) return "closed";
    if (s->kind == ACCESS_MAP) return s->s->write ? "wrote to the map" : "read the map";
    if (s->s->atomic) return s->s->write ? "wrote, atomically," : "read, atomically,";
    return s->s->write ? "wrote" : "read";
}
static const char *noun(const Side *s) {
    if (s->kind == ACCESS_ADD) return "Add";
    if (s->kind == ACCESS_WAIT) return "Wait";
    if (s->kind == ACCESS_SEND) return "send";
    if (s->kind == ACCESS_CLOSE) return "close";
    return s->s->write ? "write" : "read";
}

// --- sentences ------------------------------------------------------------------------------------------------

static bool is_update(const Side *s, char mark) { return mark || s->kind == ACCESS_UPDATE; }
static bool is_lost_update(const Words *x) { return is_update(&x->a, x->update[0]) && is_update(&x->b, x->update[1]); }

// The lock that x->g took last and holds: a Mutex or RWMutex of the program.
static bool held_lock(const Words *x, Named *name, bool *reading, const Word **lock) {
    const GWatch *watch = x->rt->ledger ? x->g->watch : NULL;
    for (uint32_t i = watch ? watch->nheld : 0; i-- > 0;) {
        const Held *h = &watch->held[i];
        if (!held_valid(x->g, h)) continue;
        name_object(x->rt, (const void *)h->rec->addr, name);
        const char *type = name->type ? x->rt->types[name->type].name : NULL;
        *reading = h->reading;
        *lock = h->rec->addr;
        if (!name->within && !name->std && type && (!strcmp(type, "sync.Mutex") || !strcmp(type, "sync.RWMutex"))) return true;
        named_fini(name);
    }
    return false;
}

// The other side used a lock that is called the same: a copy, or one of its own.
static bool locked_another(const Words *x, const Word *lock, const char *name) {
    enum { LOCKS = 16 };
    const Word *locks[LOCKS];
    bool found = false;
    for (uint32_t n = ledger_locked_by(x->rt, x->a.s->goroutine, lock, locks, LOCKS); n-- > 0 && !found;) {
        Named other;
        name_object(x->rt, locks[n], &other);
        found = !strcmp(buf_str(&other.text), name);
        named_fini(&other);
    }
    return found;
}

// A lock was held, and did not help. Had the earlier access been made under it, its Unlock would have come before this Lock, and
// that is an order; only two readers hold a lock in none.
static void useless_lock(Words *x, Finding *f) {
    Named lock;
    bool reading;
    const Word *at;
    if (x->b.kind > ACCESS_MAP || !held_lock(x, &lock, &reading, &at)) return;
    const char *name = buf_str(&lock.text);
    unsigned long long g = x->b.s->goroutine;
    x->own_locks = !reading && locked_another(x, at, name);
    if (x->own_locks)
        finding_why(f, "Goroutine %llu holds `%s`, and goroutine %llu has locked another lock of that name: each side has its own, a copy or made anew, and two locks order nothing.",
                    g, name, (unsigned long long)x->a.s->goroutine);
    else if (!reading) finding_why(f, "Goroutine %llu holds `%s`, but the other access is made without it: a lock orders only what is done under it on both sides.", g, name);
    else if (x->b.s->write || x->update[1]) {
        if (strlen(name) < sizeof x->write_lock) strcpy(x->write_lock, name);
        finding_why(f, "Goroutine %llu holds `%s` for reading only, which others may do at the same time: who writes needs Lock.", g, name);
    }
    else finding_why(f, "Goroutine %llu holds `%s` for reading, but the write is made without its Lock.", g, name);
    named_fini(&lock);
}

static void missing(Words *x, Finding *f) {
    char a[160], b[160];
    bool updates = same_line(&x->a, &x->b) && is_lost_update(x);
    const char *na = updates ? "update" : noun(&x->a), *nb = updates ? "update" : noun(&x->b);
    if (same_line(&x->a, &x->b) && !strcmp(na, nb)) {
        finding_why(f, "Nothing orders the two %ss at %s: no channel operation, lock or Wait stands between them.", na, line_of(x, &x->a, a, sizeof a));
    } else if (same_line(&x->a, &x->b)) {
        finding_why(f, "Nothing orders the %s and the %s at %s: no channel operation, lock or Wait stands between them.", na, nb, line_of(x, &x->a, a, sizeof a));
    } else {
        finding_why(f, "Nothing orders the %s%s at %s and the %s%s at %s: no channel operation, lock or Wait stands between them.",
                    x->a.path->at_end ? "deferred " : "", na, line_of(x, &x->a, a, sizeof a),
                    x->b.path->at_end ? "deferred " : "", nb, line_of(x, &x->b, b, sizeof b));
    }
    useless_lock(x, f);
    if (timer_has_slept(x->rt, x->a.s->goroutine) || timer_has_slept(x->rt, x->b.s->goroutine)) finding_why(f, "time.Sleep orders nothing.");
}

typedef struct Special {
    bool (*is)(const Words *x);
    const char *why, *help; // with %s: the name, once each
} Special;

static bool is_map(const Words *x) { return x->a.kind == ACCESS_MAP || x->b.kind == ACCESS_MAP; }
static bool is_wait_group(const Words *x) { return x->a.kind == ACCESS_ADD || x->b.kind == ACCESS_ADD; }
static bool is_two_closes(const Words *x) { return x->a.kind == ACCESS_CLOSE && x->b.kind == ACCESS_CLOSE; }
static bool is_channel(const Words *x) { return x->a.kind == ACCESS_CLOSE || x->b.kind == ACCESS_CLOSE; }
static bool is_half_atomic(const Words *x) { return x->a.s->atomic != x->b.s->atomic; }
static bool is_loop_variable(const Words *x) {
    Place at = source_place(x->rt->options.sources, x->what.pos);
    uint32_t n;
    const char *text = code_of(&at, &n);
    return x->what.origin == NAME_DECLARED && begins(text, n, "for ") && (same_line(&x->a, &(Side){.at = at}) || same_line(&x->b, &(Side){.at = at}));
}
// `for _, v = range xs`, with a v of outside the loop.
static bool is_outer_loop_variable(const Words *x) {
    for (int i = 0; i < 2; i++) {
        const Side *s = i ? &x->b : &x->a;
        if (s->s->write && begins(s->line, s->nline, "for ") && has(s->line, s->nline, " = range ") && x->what.origin == NAME_DECLARED) return true;
    }
    return false;
}
// A loop around the Wait of a sync.Cond, which stands in the next line.
static bool is_cond_loop(const Words *x) {
    for (int i = 0; i < 2; i++) {
        const Side *s = i ? &x->b : &x->a;
        Place next = {.file = s->at.file, .line = s->at.line + 1};
        uint32_t n;
        if (s->s->write || !is_loop_condition(s) || next.line > s->at.file->nlines) continue;
        const char *text = code_of(&next, &n);
        if (has(text, n, ".Wait()")) return true;
    }
    return false;
}
static bool is_spin(const Words *x) {
    return (!x->a.s->write && is_loop_condition(&x->a)) || (!x->b.s->write && is_loop_condition(&x->b));
}
static bool is_shared_append(const Words *x) { return is_append(&x->a) && is_append(&x->b); }
static bool child_is_not_awaited(const Words *x) { return x->a.s->parent == x->b.s->goroutine; }

// The first that fits.
static const Special specials[] = {
    {is_map, "A map must not be used by two goroutines at once when one of them writes it: Go ends such a program with `fatal error: concurrent map writes`.",
     "lock the same sync.Mutex around every use of %s (for reads alone, RLock of a sync.RWMutex), or let one goroutine own the map"},
    {is_wait_group, "Wait may find the counter at zero and go on before Add has been called.",
     "call Add on %s before the go statement, in the goroutine that calls Wait, not inside the new goroutine"},
    {is_two_closes, "The second one panics: close of closed channel.", "let one goroutine close %s, once: the one that knows that nothing more is sent"},
    {is_channel, "If the close comes first, the send panics: send on closed channel.",
     "close %s in one place, when it is certain that all sends are over (after wg.Wait(), or in the only goroutine that sends)"},
    {is_half_atomic, "Only one of the two is atomic: sync/atomic protects a variable only if every access to it goes through sync/atomic.",
     "use sync/atomic for every access to %s, or a type such as atomic.Int64, which allows no other"},
    {is_loop_variable, "The goroutine uses the loop's own variable, which the loop changes meanwhile (before Go 1.22 all rounds share one).",
     "give each goroutine a copy of %s: pass it as an argument of the function, or declare a new variable inside the loop"},
    {is_outer_loop_variable, "The variable is declared outside the loop: all rounds share it, and the loop changes it while the goroutine uses it.",
     "give each goroutine a copy of %s: pass it as an argument of the function, or declare it in the loop (:= instead of =)"},
    {is_cond_loop, "Wait of a sync.Cond unlocks and locks; what its loop asks for must change under the same lock.",
     "change %s between Lock and Unlock of the condition's lock, and Signal after that"},
    {is_spin, "A loop that waits until a variable changes orders nothing: it may never see the change, nor what was written before it.",
     "wait for a channel that the other goroutine closes, or make %s an atomic.Bool"},
    {is_shared_append, "append reads the slice, writes behind its end and stores a new slice: of two at once, one is lost.",
     "lock a sync.Mutex around every append to %s, or send the values on a channel to one goroutine that appends"},
    {is_lost_update, "An update is a read, a computation and a write: two goroutines can both read the same value, and then one of the updates is lost.",
     "lock the same sync.Mutex around every use of %s"},
    {child_is_not_awaited, NULL, "wait before the later access for the goroutine that uses %s: with a sync.WaitGroup, or by receiving from a channel that it sends on at its end"},
    {NULL, NULL, "lock the same sync.Mutex around both, or let one goroutine own %s and hand the value over on a channel"},
};

// `x++` on both sides, and x a number that is easy to read: what it is now, for an example (what the two read is not known). -1: no.
static int64_t counted(const Words *x) {
    uint64_t v = 0;
    if (x->update[0] != '1' || x->update[1] != '1') return -1;
    switch (x->found->bytes) {
    case 1: v = GUEST_LOAD(uint8_t, x->found->at); break;
    case 2: v = GUEST_LOAD(uint16_t, x->found->at); break;
    case 4: v = GUEST_LOAD(uint32_t, x->found->at); break;
    case 8: v = GUEST_LOAD(uint64_t, x->found->at); break;
    default: return -1;
    }
    return v < 1000000000 ? (int64_t)v : -1;
}

// The type of sync/atomic whose Add could do what both sides do; NULL: there is none.
static const char *atomic_type(const Words *x) {
    for (int i = 0; i < 2; i++)
        if (!x->update[i] || !strchr("1+-", x->update[i])) return NULL;
    if (!x->what.type || x->what.within) return NULL;
    switch ((int)x->rt->types[x->what.type].kind) {
    case RK_INT: case RK_INT64: return "Int64";
    case RK_INT32: return "Int32";
    case RK_UINT: case RK_UINT64: case RK_UINTPTR: return "Uint64";
    case RK_UINT32: return "Uint32";
    default: return NULL;
    }
}

static void explain(Words *x, Finding *f) {
    missing(x, f);
    const Special *s = specials;
    while (s->is && !s->is(x)) s++;
    bool update = s->is == is_lost_update;
    int64_t now = update ? counted(x) : -1;
    if (now >= 0) {
        finding_why(f, "Each is a read, an addition and a write: when two goroutines both read %lld, both write %lld, and one of the additions is lost.",
                    (long long)now, (long long)now + 1);
    } else if (s->why) {
        finding_why(f, "%s", s->why);
    }
    if (x->own_locks) {
        finding_help(f, "let all use one lock: make it once, outside the goroutines, and pass it, or the struct it is in, by pointer (no value receiver, no copy by range)");
        return;
    }
    if (*x->write_lock) {
        finding_help(f, "write %s between Lock and Unlock of `%s`, not RLock and RUnlock: those let other goroutines in", x->simple ? x->name : "it", x->write_lock);
        return;
    }
    const char *hole = strstr(s->help, "%s"), *name = x->simple ? x->name : "it", *atomic = update ? atomic_type(x) : NULL;
    if (atomic) finding_help(f, "%.*s%s%s, or make it an atomic.%s and use its Add", (int)(hole - s->help), s->help, name, hole + 2, atomic);
    else finding_help(f, "%.*s%s%s", (int)(hole - s->help), s->help, name, hole + 2);
}

static void tell_side(Words *x, Finding *f, const Side *s) {
    FindingPart *p;
    if (s->through) {
        Buf b;
        buf_init(&b);
        name_func(s->through, &b);
        p = finding_part(f, 0, s->s->goroutine, "%s %s %s inside %s", buf_str(&s->who), did(s), x->name, buf_str(&b));
        buf_fini(&b);
    } else {
        p = finding_part(f, 0, s->s->goroutine, "%s %s %s", buf_str(&s->who), did(s), x->name);
    }
    for (uint32_t i = 0; i < s->npath && i <= TEXT_PATH; i++) finding_frame(f, p, s->path[i]);
    if (!s->s->go_pos || s->s->goroutine == 1) return;
    Buf b;
    buf_init(&b);
    name_goroutine(x->rt, s->s->parent, NULL, &b);
    if (s->s->parent) finding_detail(f, is_std(x, s->s->go_pos) ? 0 : s->s->go_pos, "started by %s", buf_str(&b));
    else finding_detail(f, s->s->go_pos, "started by a timer");
    buf_fini(&b);
}

Finding *race_report(Worker *w, G *g, const RaceFound *found, bool *is_new) {
    *is_new = false;
    Words x = {.rt = w->rt, .g = g, .found = found};
    bool halt = x.rt->options.race == RACE_HALT;
    if (halt && __atomic_load_n(&x.rt->exit_status, __ATOMIC_SEQ_CST) >= 0) return NULL; // the first one has ended the run
    look_at(&x, &x.a, &found->before, NULL);
    look_at(&x, &x.b, &found->now, g);
    Finding *kept = NULL;
    if (x.a.npath && x.b.npath) {
        name_it(&x, found);
        Finding *f = x.simple ? finding_new(FINDING_RACE, "WARNING: DATA RACE on %s", x.name) : finding_new(FINDING_RACE, "WARNING: DATA RACE");
        tell_side(&x, f, &x.a);
        tell_side(&x, f, &x.b);
        if (x.what.pos && x.simple)
            finding_part(f, x.what.pos, 0, "%s is %s here", x.name,
                         x.what.origin == NAME_DECLARED ? "declared" : x.what.origin == NAME_MADE ? "made" : "allocated");
        explain(&x, f);
        bool swap = x.a.at.file == x.b.at.file ? x.a.at.line > x.b.at.line : x.a.at.file > x.b.at.file;
        const Side *first = swap ? &x.b : &x.a, *second = swap ? &x.a : &x.b;
        finding_key(f, "%s:%u %s:%u", first->at.file->path, first->at.line, second->at.file->path, second->at.line);
        kept = finding_keep_take(w->rt, f, is_new);
        named_fini(&x.what);
        if (halt) runtime_exit(x.rt, EXIT_RACE);
    }
    buf_fini(&x.a.who);
    buf_fini(&x.b.who);
    return kept;
}
