#include "cli/repl_edit.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/platform.h"
#include "cli/repl_keys.h"
#include "cli/repl_signal.h"

Edit *edit_of(EditLine *el) {
    Edit *e = NULL;
    libedit()->el_wget(el, EL_CLIENTDATA, &e);
    return e;
}

// ---- wide text

wchar_t *wide_new(const char *text, size_t *len) {
    size_t n = strlen(text), w = 0;
    wchar_t *wide = xmalloc((n + 1) * sizeof *wide);
    for (size_t i = 0; i < n;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t k = utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(n - i), &c);
        if (k <= 0) k = 1, c = 0xFFFD;
        wide[w++] = (wchar_t)c;
        i += (size_t)k;
    }
    wide[w] = 0;
    *len = w;
    return wide;
}

void wide_put(Buf *out, const wchar_t *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (text[i]) screen_put(out, text[i]); // a NUL cannot be part of a program, and would end it here
}

// ---- the text in libedit

void edit_move_to(Edit *e, size_t at) {
    const LineInfoW *l = libedit()->el_wline(e->el);
    libedit()->el_cursor(e->el, (int)((ptrdiff_t)at - (l->cursor - l->buffer)));
}

void edit_set_text(Edit *e, const wchar_t *text, size_t len) {
    const LineInfoW *l = libedit()->el_wline(e->el);
    int n = (int)(l->lastchar - l->buffer);
    edit_move_to(e, (size_t)n);
    if (n) libedit()->el_deletestr(e->el, n);
    if (len) libedit()->el_winsertstr(e->el, text);
}

static ScreenText screen_text(const Edit *e) {
    const LineInfoW *l = libedit()->el_wline(e->el);
    return (ScreenText){.prompt = e->prompt, .more = e->more, .text = l->buffer, .len = (size_t)(l->lastchar - l->buffer),
                        .cursor = (size_t)(l->cursor - l->buffer), .below = e->below.len ? e->below.data : NULL};
}

static void draw(Edit *e) {
    screen_resize(e->screen); // its signal may be on the way
    ScreenText t = screen_text(e);
    screen_draw(e->screen, &t, buf_str(&e->above), e->above.len);
    buf_clear(&e->above);
}

// ---- reading keys

static bool input_waits(int ms) {
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&p, 1, ms) > 0;
}

static bool input_ended(void) {
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

// A read that finds nothing returns at once. What waited may be gone when it is read: with Ctrl-C the terminal throws away what was typed before it.
static void never_wait_in_read(void) {
    struct termios t;
    if (tcgetattr(STDIN_FILENO, &t) < 0) return;
    t.c_cc[VMIN] = t.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

// The terminal's mode, and whether it marks what is pasted.
static void own_terminal(Edit *e, bool own) {
    libedit()->el_wset(e->el, EL_PREP_TERM, own ? 1 : 0);
    if (own) never_wait_in_read();
    const char *paste = own ? "\033[?2004h" : "\033[?2004l";
    screen_write(e->screen, paste, strlen(paste));
}

static bool end_edit(Edit *e, EditEnd end) {
    e->end = end;
    return false;
}

// What signals said; false: the edit is to end.
static bool heed_signals(Edit *e, bool *stale) {
    unsigned told = signals_take(&e->end_signal);
    *stale = *stale || told;
    if (told & TOLD_END) return end_edit(e, EDIT_KILLED);
    if (told & TOLD_INTERRUPT) return end_edit(e, EDIT_CLEARED);
    if (told & TOLD_QUIT) e->hooks.asked(e->hooks.ctx);
    if (told & TOLD_STOP) {
        screen_erase(e->screen);
        own_terminal(e, false);
        signals_stop();
    }
    if (told & (TOLD_STOP | TOLD_CONTINUE)) {
        // Who stopped the process may have changed the terminal, and what stood there is anywhere now.
        own_terminal(e, false);
        own_terminal(e, true);
        e->screen->drawn = 0;
    }
    if (told & (TOLD_RESIZE | TOLD_CONTINUE)) screen_resize(e->screen);
    return true;
}

// Waits until a byte can be read; false: the edit is to end.
static bool wait_for_input(Edit *e) {
    bool stale = true; // something changed since it was drawn
    for (;;) {
        if (screen_gone(e->screen)) return end_edit(e, EDIT_LEFT);
        int look = e->quiet ? -1 : e->hooks.above(e->hooks.ctx, &e->above);
        // Keys that are there already are looked at first: they change it again.
        if (!e->quiet && (stale || e->above.len) && !input_waits(0)) {
            draw(e);
            stale = false;
        }
        struct pollfd p[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals_fd(), .events = POLLIN}};
        int n = poll(p, 2, look);
        if (n < 0 && errno != EINTR) return end_edit(e, EDIT_LEFT);
        if (n > 0 && p[1].revents && !heed_signals(e, &stale)) return false;
        if (n > 0 && p[0].revents) return true;
    }
}

static bool read_byte(Edit *e, unsigned char *c) {
    if (e->held >= 0) {
        *c = (unsigned char)e->held;
        e->held = -1;
        return true;
    }
    while (wait_for_input(e)) {
        ssize_t n = read(STDIN_FILENO, c, 1);
        if (n == 1) {
            if (e->ahead && e->ahead-- && !*c) *c = 'D' & 31;
            return true;
        }
        if (n < 0 ? errno == EINTR || errno == EAGAIN : !input_ended()) continue;
        e->dead = true;
        return end_edit(e, EDIT_LEFT);
    }
    return false;
}

// One byte at a time: what is typed ahead belongs to the program that is started by this input.
bool edit_next(Edit *e, wchar_t *c) {
    unsigned char bytes[4];
    if (!read_byte(e, &bytes[0])) return false;
    int want = bytes[0] < 0xC0 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4, n = 1;
    while (n < want && input_waits(100) && read(STDIN_FILENO, &bytes[n], 1) == 1) {
        if (e->ahead) e->ahead--;
        if ((bytes[n] & 0xC0) != 0x80) {
            e->held = bytes[n];
            break;
        }
        n++;
    }
    utf8proc_int32_t point;
    *c = utf8proc_iterate(bytes, n, &point) == n ? (wchar_t)point : 0xFFFD;
    return true;
}

// What libedit reads its keys with.
static int get_char(EditLine *el, wchar_t *c) {
    Edit *e = edit_of(el);
    if (!e->prefill) return edit_next(e, c) ? 1 : 0;
    *c = 'G' & 31; // puts it in (repl_keys.c): before the first key there is no text to put it into
    return 1;
}

// ---- the edit

static void bind_keys(EditLine *el) {
    const Libedit *l = libedit();
    for (const EditKey *k = edit_keys; k->name; k++) {
        l->el_wset(el, EL_ADDFN, k->name, k->help, k->run);
        char *keys = xstrdup(k->keys), *rest = NULL;
        for (char *key = strtok_r(keys, " ", &rest); key; key = strtok_r(NULL, " ", &rest)) {
            size_t n;
            wchar_t *wide = wide_new(key, &n);
            l->el_wset(el, EL_BIND, wide, k->name, NULL);
            free(wide);
        }
        free(keys);
    }
    static const wchar_t *const more[][2] = {
        {L"\\e[1;5D", L"ed-prev-word"}, {L"\\e[1;5C", L"em-next-word"}, {L"\\e[1;3D", L"ed-prev-word"}, {L"\\e[1;3C", L"em-next-word"},
        {L"^W", L"ed-delete-prev-word"}, {L"\\e^?", L"ed-delete-prev-word"},
    };
    for (size_t i = 0; i < COUNT_OF(more); i++) l->el_wset(el, EL_BIND, more[i][0], more[i][1], NULL);
}

// libedit's command line (M-x, in vi's keys `:`) reads what is not there when an empty command is entered: no key leads to it.
static void unbind_command(EditLine *el) {
    const Libedit *l = libedit();
    l->el_wset(el, EL_BIND, L"\\ex", L"ed-unassigned", NULL);
    l->el_wset(el, EL_BIND, L"\\eX", L"ed-unassigned", NULL);
    l->el_wset(el, EL_BIND, L"-a", L":", L"ed-unassigned", NULL);
}

Edit *edit_new(Screen *screen, ReplHistory *history, const EditHooks *hooks) {
    const char *terminal = getenv("TERM");
    if (!terminal || !*terminal || !strcmp(terminal, "dumb") || !libedit()) return NULL;
    Edit *e = xcalloc(1, sizeof *e);
    *e = (Edit){.nowhere = fopen("/dev/null", "w"), .screen = screen, .history = history, .hooks = *hooks, .held = -1};
    if (e->nowhere) e->el = libedit()->el_init_fd("gol", stdin, e->nowhere, e->nowhere, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
    if (!e->el) {
        edit_free(e);
        return NULL;
    }
    libedit()->el_wset(e->el, EL_CLIENTDATA, e);
    libedit()->el_wset(e->el, EL_SIGNAL, 0);
    libedit()->el_wset(e->el, EL_EDITOR, L"emacs");
    libedit()->el_wset(e->el, EL_GETCFN, get_char);
    bind_keys(e->el);
    libedit()->el_source(e->el, NULL); // ~/.editrc
    unbind_command(e->el);
    return e;
}

void edit_free(Edit *e) {
    if (!e) return;
    if (e->el) libedit()->el_end(e->el);
    if (e->nowhere) fclose(e->nowhere);
    buf_fini(&e->below);
    buf_fini(&e->above);
    free(e->text);
    free(e->prefill);
    free(e->draft);
    free(e);
}

int edit_signal(const Edit *e) { return e->end_signal; }

void edit_prefill(Edit *e, const char *text) {
    size_t n;
    free(e->prefill);
    e->prefill = wide_new(text, &n);
}

EditEnd edit_read(Edit *e, const char *prompt, const char *more, Buf *text) {
    e->prompt = prompt;
    e->more = more;
    e->end = EDIT_LEFT;
    e->browsing = false;
    e->quiet = false;
    e->at = e->history->n;
    buf_clear(&e->below);
    signals_interrupted(); // it spoke of what ran before
    signals_prompt(true);
    screen_resize(e->screen);
    own_terminal(e, true);
    // What was typed while the terminal still took lines: Ctrl-D, which it took for the end of one, is a NUL there.
    int n;
    e->ahead = ioctl(STDIN_FILENO, FIONREAD, &n) == 0 && n > 0 ? n : 0;
    libedit()->el_wgets(e->el, &n);
    own_terminal(e, false);
    signals_prompt(false);
    ScreenText t = {.prompt = prompt, .more = more, .text = e->text, .len = e->len};
    if (e->end != EDIT_INPUT) {
        const LineInfoW *l = libedit()->el_wline(e->el);
        t.text = l->buffer;
        t.len = (size_t)(l->lastchar - l->buffer);
    }
    if (e->above.len) {
        screen_draw(e->screen, &t, e->above.data, e->above.len);
        buf_clear(&e->above);
    }
    screen_leave(e->screen, &t, e->end == EDIT_CLEARED ? "^C" : "");
    if (e->end == EDIT_INPUT) wide_put(text, e->text, e->len);
    free(e->text);
    e->text = NULL;
    return e->dead || screen_gone(e->screen) ? EDIT_LEFT : e->end;
}
