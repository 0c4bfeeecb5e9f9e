// repl_files.c — :load, :save and :edit.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/repl.h"

void command_repl_load(Repl *r, const char *arg) {
    Input in;
    Buf why;
    buf_init(&why);
    r->ready = false;
    if (input_read_told(&in, arg, &why)) {
        repl_eval(r, arg, buf_str(&in.text), in.text.len);
        input_fini(&in);
    } else {
        output_say(r->output, buf_str(&why), why.len);
    }
    buf_fini(&why);
    output_settle(r->output);
}

void command_repl_save(Repl *r, const char *arg) {
    Buf script, why;
    buf_init(&script);
    buf_init(&why);
    if (!repl_script(r, &script, &why)) {
        output_say(r->output, buf_str(&why), why.len);
    } else {
        FILE *f = fopen(arg, "we");
        bool whole = f && fwrite(buf_str(&script), 1, script.len, f) == script.len;
        if (f && fclose(f) != 0) whole = false;
        if (whole) output_printf(r->output, "%zu input%s saved: gol run %s", r->ninputs, r->ninputs == 1 ? "" : "s", arg);
        else output_printf(r->output, "gol: %s: %s", arg, strerror(errno));
    }
    buf_fini(&script);
    buf_fini(&why);
}

// Runs the person's editor on a file; false: it could not be, or said that nothing is to be done.
static bool run_editor(Repl *r, const char *path) {
    const char *editor = getenv("VISUAL");
    if (!editor || !*editor) editor = getenv("EDITOR");
    if (!editor || !*editor) editor = "vi";
    Buf command;
    buf_init(&command);
    buf_printf(&command, "%s '%s'", editor, path); // an editor may be given with flags
    int status = system(command.data);
    buf_fini(&command);
    if (status == 0) return true;
    output_printf(r->output, "gol: %s: nothing was edited", editor);
    return false;
}

// What the editor begins with: the input that declares the name, else the last one.
static const char *text_for(Repl *r, const char *name) {
    if (!*name) return r->ninputs ? r->inputs[r->ninputs - 1].text : "";
    for (size_t i = r->ninputs; i-- > 0;)
        if (repl_declares(r->inputs[i].text, name)) return r->inputs[i].text;
    return NULL;
}

void command_repl_edit(Repl *r, const char *arg) {
    const char *text = text_for(r, arg);
    if (!text) {
        output_printf(r->output, "gol: no input declares %s", arg);
        return;
    }
    char path[] = "/tmp/gol-input-XXXXXX.gol";
    int fd = mkstemps(path, 4);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool written = f && fputs(text, f) >= 0 && fputc('\n', f) >= 0;
    if (f && fclose(f) != 0) written = false;
    if (!written) {
        output_printf(r->output, "gol: %s: %s", path, strerror(errno));
    } else if (run_editor(r, path)) {
        Input in;
        Buf why;
        buf_init(&why);
        if (!input_read_told(&in, path, &why)) {
            output_say(r->output, buf_str(&why), why.len);
        } else {
            while (in.text.len && strchr(" \t\r\n", in.text.data[in.text.len - 1])) in.text.data[--in.text.len] = 0;
            repl_echo(r, buf_str(&in.text), in.text.len);
            repl_history_add(&r->history, buf_str(&in.text));
            r->ready = false;
            repl_eval(r, NULL, buf_str(&in.text), in.text.len);
            input_fini(&in);
        }
        buf_fini(&why);
    }
    if (fd >= 0) unlink(path);
}
