// repl_transcript.c — a session without a terminal: inputs are read from standard input, echoed behind the prompt and answered, so that the whole can be
// compared with what it was before. Also plain lines at a terminal that cannot edit; it echoes by itself.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/repl.h"
#include "cli/repl_signal.h"

enum { LONGEST = 1 << 20 }; // bytes of an input: what is longer is no input

// Waits until something can be read; false: a signal ends the process.
static bool wait_for_input(Repl *r) {
    for (;;) {
        struct pollfd p[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals_fd(), .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR) return true; // read says why
        int sig;
        if (p[1].revents) {
            unsigned told = signals_take(&sig);
            if (told & TOLD_END) {
                signals_die(sig);
                return false;
            }
            if (told & TOLD_STOP) signals_stop();
            if (told & TOLD_QUIT) repl_command(r, ":goroutines");
            if (told & TOLD_INTERRUPT) {
                r->status = EXIT_INTERRUPT;
                return false;
            }
        }
        if (p[0].revents) return true;
    }
}

// A line with its end; false: there is none. Nothing behind it is read: that is the program's, should it read standard input.
static bool read_line(Repl *r, Buf *line) {
    char piece[4096];
    bool seekable = lseek(STDIN_FILENO, 0, SEEK_CUR) >= 0, ended = false;
    size_t before = line->len;
    while (!ended) {
        if (!seekable && !wait_for_input(r)) return false;
        ssize_t n = read(STDIN_FILENO, piece, seekable ? sizeof piece : 1);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) break;
        const char *nl = memchr(piece, '\n', (size_t)n);
        size_t used = nl ? (size_t)(nl - piece) + 1 : (size_t)n;
        if (used < (size_t)n) lseek(STDIN_FILENO, (off_t)used - n, SEEK_CUR);
        buf_put(line, piece, used);
        ended = nl || line->len > LONGEST;
    }
    return line->len > before;
}

static void drop_line_end(Buf *b) {
    if (b->len && b->data[b->len - 1] == '\n') b->len--;
    if (b->len && b->data[b->len - 1] == '\r') b->len--;
    if (b->data) b->data[b->len] = 0;
}

static void prompt(Repl *r, const char *text) {
    output_settle(r->output);
    if (isatty(STDIN_FILENO)) screen_write(&r->screen, text, strlen(text));
}

void repl_transcript(Repl *r) {
    bool echo = !isatty(STDIN_FILENO), there = true;
    Buf text, line;
    buf_init(&text);
    buf_init(&line);
    while (there && !r->leaving && !screen_gone(&r->screen)) {
        const char *p = text.len ? repl_more : repl_prompt;
        prompt(r, p);
        buf_clear(&line);
        signals_prompt(true);
        there = read_line(r, &line);
        signals_prompt(false);
        if (there) {
            drop_line_end(&line);
            for (size_t i = 0; i < line.len; i++)
                if (!line.data[i]) line.data[i] = '?'; // a NUL would end the text here
            if (echo) output_printf(r->output, "%s%s\n", p, buf_str(&line));
            buf_put(&text, buf_str(&line), line.len);
            if (text.len < LONGEST && repl_goes_on(r, buf_str(&text), text.len)) {
                buf_putc(&text, '\n');
                continue;
            }
        }
        if (text.len) repl_eval(r, NULL, buf_str(&text), text.len); // at the end also what is not whole
        buf_clear(&text);
    }
    buf_fini(&text);
    buf_fini(&line);
}
