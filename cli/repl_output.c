#include "cli/repl_output.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/platform.h"
#include "cli/repl_colour.h"
#include "cli/repl_signal.h"

enum {
    MAX_PARTIALS = 32,       // goroutines whose unfinished lines are kept
    MAX_PARTIAL = 8192,      // bytes of one
    MAX_CUT = 8,             // goroutines whose left-out lines are counted one by one
    MAX_HELD = 1 << 20,      // bytes that wait to be shown
    BURST = 200, PER_SECOND = 10, STEADY_BURST = 1000, // lines of the background
    ROW = 80,                // bytes that count as one
    REDRAW_MS = 25,          // between two looks of the prompt
    PARTIAL_MS = 200,        // so long an unfinished line waits for its end
    NOTICE_MS = 1000         // between two words on what was left out
};

typedef struct Partial {
    uint64_t goroutine;
    Buf text;
    int64_t since; // ms
} Partial;

typedef struct Cut {
    uint64_t goroutine, lines;
} Cut;

struct ReplOutput {
    pthread_mutex_t lock;
    Screen *to;
    const Sources *sources;
    bool steady;
    bool hold;
    bool line_start; // nothing stands in the line that is written
    Buf held;
    bool woken;      // the prompt knows that something is there
    int64_t looked;  // ms: when the prompt last took what there was
    Partial partials[MAX_PARTIALS];
    int npartials;
    Cut cuts[MAX_CUT];
    int ncuts;
    uint64_t cut_others;
    int64_t noticed; // ms: when something left out was last told, or began
    int64_t budget;  // thousandths of a line that may still be shown
    int64_t refilled; // ms
};

static int64_t now_ms(void) { return platform_now() / 1000000; }

ReplOutput *output_new(Screen *to, bool steady) {
    ReplOutput *o = xcalloc(1, sizeof *o);
    *o = (ReplOutput){.to = to, .steady = steady, .line_start = true, .budget = (steady ? STEADY_BURST : BURST) * 1000, .refilled = now_ms()};
    pthread_mutex_init(&o->lock, NULL);
    return o;
}

void output_free(ReplOutput *o) {
    for (int i = 0; i < o->npartials; i++) buf_fini(&o->partials[i].text);
    buf_fini(&o->held);
    pthread_mutex_destroy(&o->lock);
    free(o);
}

void output_sources(ReplOutput *o, const Sources *s) { o->sources = s; }

// ---- writing, with the lock

// Something is there for the prompt to look at, now or in a while.
static void wake(ReplOutput *o) {
    if (!o->hold || o->woken) return;
    o->woken = true;
    signals_wake();
}

static void emit(ReplOutput *o, const char *p, size_t n) {
    if (!n) return;
    o->line_start = p[n - 1] == '\n';
    if (!o->hold) {
        screen_write(o->to, p, n);
        return;
    }
    buf_put(&o->held, p, n);
    wake(o);
}

static void new_line(ReplOutput *o) {
    if (!o->line_start) emit(o, "\n", 1);
}

static void put_tag(ReplOutput *o, uint64_t goroutine, Buf *line) {
    if (o->to->colour) buf_puts(line, colour_code(STYLE_TAG));
    buf_printf(line, "[g%llu]", (unsigned long long)goroutine);
    if (o->to->colour) buf_puts(line, colour_code(STYLE_PLAIN));
    buf_putc(line, ' ');
}

// ---- what is left out

static void put_count(Buf *b, uint64_t n) { // 12,345
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) buf_putc(b, ',');
        buf_putc(b, digits[i]);
    }
}

static void put_cut(ReplOutput *o, uint64_t lines, const char *of, uint64_t goroutine, Buf *b) {
    if (o->to->colour) buf_puts(b, colour_code(STYLE_DIM));
    buf_puts(b, "... ");
    put_count(b, lines);
    buf_printf(b, " more line%s of %s", lines == 1 ? "" : "s", of);
    if (goroutine) buf_printf(b, "%llu", (unsigned long long)goroutine);
    buf_puts(b, " not shown");
    if (o->to->colour) buf_puts(b, colour_code(STYLE_PLAIN));
    buf_putc(b, '\n');
}

static void tell_cuts(ReplOutput *o, int64_t now) {
    if (!o->ncuts) return;
    Buf b;
    buf_init(&b);
    for (int i = 0; i < o->ncuts; i++) put_cut(o, o->cuts[i].lines, "g", o->cuts[i].goroutine, &b);
    if (o->cut_others) put_cut(o, o->cut_others, "other goroutines", 0, &b);
    o->ncuts = 0;
    o->cut_others = 0;
    o->noticed = now;
    new_line(o);
    emit(o, b.data, b.len);
    buf_fini(&b);
}

static void cut(ReplOutput *o, uint64_t goroutine) {
    for (int i = 0; i < o->ncuts; i++)
        if (o->cuts[i].goroutine == goroutine) {
            o->cuts[i].lines++;
            return;
        }
    if (o->ncuts == MAX_CUT) {
        o->cut_others++;
        return;
    }
    if (!o->ncuts) o->noticed = now_ms();
    o->cuts[o->ncuts++] = (Cut){goroutine, 1};
    wake(o);
}

// May a line of the background be shown? A long one counts as the rows it takes.
static bool admit(ReplOutput *o, size_t len) {
    if (!o->steady) {
        int64_t now = now_ms();
        o->budget += (now - o->refilled) * PER_SECOND; // thousandths a millisecond
        if (o->budget > BURST * 1000) o->budget = BURST * 1000;
        o->refilled = now;
    }
    if (o->budget < 1000 || o->held.len > MAX_HELD) return false;
    o->budget -= 1000 * (int64_t)(1 + len / ROW);
    return true;
}

// ---- lines of the background

static void show_line(ReplOutput *o, uint64_t goroutine, const char *p, size_t n) {
    if (!admit(o, n)) {
        cut(o, goroutine);
        return;
    }
    Buf line;
    buf_init(&line);
    put_tag(o, goroutine, &line);
    for (size_t i = 0; i < n; i++) // what would move the cursor is left out; colours are not
        if ((unsigned char)p[i] >= 32 || p[i] == '\t' || p[i] == 27) buf_putc(&line, p[i]);
    buf_putc(&line, '\n');
    new_line(o);
    emit(o, line.data, line.len);
    buf_fini(&line);
}

static void end_partial(ReplOutput *o, int i) {
    Partial *p = &o->partials[i];
    show_line(o, p->goroutine, buf_str(&p->text), p->text.len);
    buf_fini(&p->text);
    memmove(p, p + 1, (size_t)(o->npartials - i - 1) * sizeof *p); // the oldest is first
    o->npartials--;
}

static Partial *partial_of(ReplOutput *o, uint64_t goroutine) {
    for (int i = 0; i < o->npartials; i++)
        if (o->partials[i].goroutine == goroutine) return &o->partials[i];
    if (o->npartials == MAX_PARTIALS) end_partial(o, 0);
    Partial *p = &o->partials[o->npartials++];
    *p = (Partial){.goroutine = goroutine, .since = now_ms()};
    buf_init(&p->text);
    return p;
}

static void background(ReplOutput *o, uint64_t goroutine, const char *data, size_t n) {
    while (n) {
        const char *nl = memchr(data, '\n', n);
        size_t len = nl ? (size_t)(nl - data) : n;
        bool begun = false; // is there a beginning of this line?
        for (int i = 0; i < o->npartials && !begun; i++) begun = o->partials[i].goroutine == goroutine;
        if (nl && !begun) {
            show_line(o, goroutine, data, len);
        } else {
            Partial *p = partial_of(o, goroutine);
            if (p->text.len < MAX_PARTIAL) buf_put(&p->text, data, len);
            if (nl || p->text.len >= MAX_PARTIAL) end_partial(o, (int)(p - o->partials));
        }
        data += len + (nl != NULL);
        n -= len + (nl != NULL);
    }
    if (o->npartials) wake(o);
}

void output_program(void *ctx, uint64_t goroutine, bool foreground, int fd, const char *data, size_t n) {
    (void)fd; // a session is one stream: what was printed stands beside what was typed
    ReplOutput *o = ctx;
    pthread_mutex_lock(&o->lock);
    if (foreground || !goroutine) emit(o, data, n);
    else background(o, goroutine, data, n);
    pthread_mutex_unlock(&o->lock);
}

void output_report(void *ctx, const Finding *f, bool foreground) {
    (void)foreground;
    ReplOutput *o = ctx;
    Buf text;
    buf_init(&text);
    finding_render(f, o->sources, o->to->colour, &text);
    pthread_mutex_lock(&o->lock);
    for (int i = o->npartials; i-- > 0;) end_partial(o, i); // what was printed before it stands before it
    new_line(o);
    if (o->held.len <= MAX_HELD) emit(o, buf_str(&text), text.len);
    new_line(o);
    pthread_mutex_unlock(&o->lock);
    buf_fini(&text);
}

void output_say(ReplOutput *o, const char *text, size_t n) {
    pthread_mutex_lock(&o->lock);
    new_line(o);
    emit(o, text, n);
    new_line(o);
    pthread_mutex_unlock(&o->lock);
}

void output_printf(ReplOutput *o, const char *fmt, ...) {
    Buf b;
    va_list ap;
    buf_init(&b);
    va_start(ap, fmt);
    buf_vprintf(&b, fmt, ap);
    va_end(ap);
    output_say(o, buf_str(&b), b.len);
    buf_fini(&b);
}

void output_elsewhere(ReplOutput *o) {
    pthread_mutex_lock(&o->lock);
    o->line_start = false;
    pthread_mutex_unlock(&o->lock);
}

// ---- the prompt's side

static void settle(ReplOutput *o) {
    while (o->npartials) end_partial(o, 0);
    tell_cuts(o, now_ms());
    new_line(o);
    if (o->steady) o->budget = STEADY_BURST * 1000;
}

void output_settle(ReplOutput *o) {
    pthread_mutex_lock(&o->lock);
    settle(o);
    pthread_mutex_unlock(&o->lock);
}

void output_hold(ReplOutput *o, bool hold) {
    pthread_mutex_lock(&o->lock);
    if (hold) {
        settle(o);
    } else if (o->held.len) {
        screen_write(o->to, o->held.data, o->held.len);
        buf_clear(&o->held);
    }
    o->hold = hold;
    o->woken = false;
    o->looked = 0;
    pthread_mutex_unlock(&o->lock);
}

int output_take(ReplOutput *o, Buf *out) {
    pthread_mutex_lock(&o->lock);
    int64_t now = now_ms();
    int wait = -1;
    if (now - o->looked < REDRAW_MS) {
        // So soon again: everything waits a little, however much comes.
        wait = (int)(REDRAW_MS - (now - o->looked));
        o->woken = true; // it looks again by itself
    } else {
        o->looked = now;
        o->woken = false;
        while (o->npartials && now - o->partials[0].since >= PARTIAL_MS) end_partial(o, 0);
        if (o->ncuts && now - o->noticed >= NOTICE_MS) tell_cuts(o, now);
        for (size_t i = 0; i < o->held.len; i++) {
            if (o->held.data[i] == '\n') buf_putc(out, '\r');
            buf_putc(out, o->held.data[i]);
        }
        if (o->held.len && !o->line_start) buf_puts(out, "\r\n");
        o->line_start = true;
        buf_clear(&o->held);
        if (o->npartials) wait = (int)(PARTIAL_MS - (now - o->partials[0].since));
        if (o->ncuts && (wait < 0 || NOTICE_MS - (now - o->noticed) < wait)) wait = (int)(NOTICE_MS - (now - o->noticed));
    }
    pthread_mutex_unlock(&o->lock);
    return wait;
}
