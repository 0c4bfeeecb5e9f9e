// report_json.c — JSON Lines: one object for each diagnostic and finding, in the order in which they were told, and a last one that sums up.
// docs/report.schema.json says what stands in them.
#include <jansson.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/report.h"

static json_t *text(const char *s, size_t n) {
    Buf b = {0};
    report_put_utf8(&b, s, n);
    json_t *j = json_stringn(buf_str(&b), b.len);
    buf_fini(&b);
    return j;
}
static void set_text(json_t *o, const char *key, const char *s) {
    if (s) json_object_set_new(o, key, text(s, strlen(s)));
}

static json_t *place(const Report *r, Pos pos, Pos end) {
    ReportPlace p;
    report_place(r, pos, end, &p);
    if (!p.file) return NULL;
    json_t *o = json_object();
    set_text(o, "file", p.file);
    json_object_set_new(o, "line", json_integer(p.line));
    json_object_set_new(o, "column", json_integer(p.column));
    if (p.end_column) json_object_set_new(o, "end_column", json_integer(p.end_column));
    if (!p.is_std) json_object_set_new(o, "source", text(buf_str(&p.source), p.source.len));
    report_place_fini(&p);
    return o;
}
static void set_place(json_t *o, const Report *r, Pos pos, Pos end) {
    json_t *p = place(r, pos, end);
    if (p) json_object_set_new(o, "place", p);
}

static json_t *part(const Report *r, const FindingPart *p, Pos end) {
    json_t *o = json_object();
    set_text(o, "text", p->text);
    set_place(o, r, p->pos, end);
    if (p->goroutine) json_object_set_new(o, "goroutine", json_integer((json_int_t)p->goroutine));
    if (p->count > 1) json_object_set_new(o, "goroutines", json_integer((json_int_t)p->count));
    if (!p->nframes) return o;
    json_t *calls = json_array();
    for (uint32_t i = 0; i < p->nframes; i++) {
        json_t *call = json_object();
        set_text(call, "function", p->frames[i].func);
        set_place(call, r, p->frames[i].pos, 0);
        json_array_append_new(calls, call);
    }
    json_object_set_new(o, "calls", calls);
    return o;
}

static json_t *parts(const Report *r, const ReportItem *item) {
    json_t *all = json_array(), *last = NULL;
    for (const FindingPart *p = item->f->parts; p; p = p->next) {
        json_t *o = part(r, p, p == item->f->parts ? item->end : 0);
        if (!p->detail || !last) {
            json_array_append_new(all, o);
            last = o;
            continue;
        }
        json_t *details = json_object_get(last, "details");
        if (!details) json_object_set_new(last, "details", details = json_array());
        json_array_append_new(details, o);
    }
    return all;
}

static void write_line(Report *r, json_t *o) {
    char *s = json_dumps(o, JSON_COMPACT);
    if (s) fprintf(r->out, "%s\n", s);
    json_decref(o);
    free(s);
}

static void write_item(Report *r, const ReportItem *item) {
    const Finding *f = item->f;
    char code[16];
    snprintf(code, sizeof code, "GOL%04d", item->code);
    json_t *o = json_object();
    set_text(o, "type", item->is_diag ? "diagnostic" : "finding");
    set_text(o, "kind", item->kind);
    set_text(o, "code", code);
    set_text(o, "level", report_level_word(item->level));
    set_text(o, "message", f->head);
    json_object_set_new(o, "parts", parts(r, item));
    set_text(o, "why", f->why);
    set_text(o, "help", f->help);
    set_text(o, "replay", f->replay);
    if (!item->is_diag) json_object_set_new(o, "count", json_integer((json_int_t)f->count));
    Buf b = {0};
    report_text(r, item, &b);
    json_object_set_new(o, "text", text(buf_str(&b), b.len));
    buf_fini(&b);
    write_line(r, o);
}

void report_json(Report *r) {
    for (uint32_t i = 0; i < r->n; i++) write_item(r, &r->items[i]);
    json_t *o = json_object();
    set_text(o, "type", "summary");
    set_text(o, "gol", gol_version);
    set_text(o, "program", r->program);
    json_object_set_new(o, "errors", json_integer(r->errors));
    json_object_set_new(o, "warnings", json_integer(r->warnings));
    json_object_set_new(o, "findings", json_integer(r->findings));
    json_object_set_new(o, "status", json_integer(r->status));
    write_line(r, o);
}
