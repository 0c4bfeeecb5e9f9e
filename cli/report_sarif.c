// report_sarif.c — SARIF 2.1.0 (OASIS standard), for editors and code hosts. A finding is a result; each goroutine in it is a threadFlow of
// one codeFlow: where it was started, the calls that led there, and what it did. Places that belong to no goroutine are related locations.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "cli/commands.h"
#include "cli/report.h"

static json_t *text(const char *s) {
    Buf b = {0};
    report_put_utf8(&b, s, strlen(s));
    json_t *j = json_stringn(buf_str(&b), b.len);
    buf_fini(&b);
    return j;
}
static json_t *message(const char *s) { return json_pack("{s:o}", "text", text(s)); }

// A path as a URI reference: what is not unreserved or a slash is escaped.
static json_t *uri(const char *path) {
    Buf b = {0};
    if (*path == '/') buf_puts(&b, "file://");
    for (const char *p = path; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
        if (plain) buf_putc(&b, c);
        else buf_printf(&b, "%%%02X", c);
    }
    json_t *j = json_string(buf_str(&b));
    buf_fini(&b);
    return j;
}

// NULL when the place is not known and there is nothing to say about it.
static json_t *location(const Report *r, Pos pos, Pos end, const char *say, const char *func) {
    ReportPlace p;
    report_place(r, pos, end, &p);
    if (!p.file && !say) return NULL;
    json_t *o = json_object();
    if (p.file) {
        json_t *region = json_pack("{s:i,s:i}", "startLine", (int)p.line, "startColumn", (int)p.column);
        if (p.end_column > p.column) json_object_set_new(region, "endColumn", json_integer(p.end_column));
        if (!p.is_std && p.source.len) json_object_set_new(region, "snippet", message(buf_str(&p.source)));
        json_object_set_new(o, "physicalLocation", json_pack("{s:{s:o},s:o}", "artifactLocation", "uri", uri(p.file), "region", region));
        report_place_fini(&p);
    }
    if (func) json_object_set_new(o, "logicalLocations", json_pack("[{s:o,s:s}]", "fullyQualifiedName", text(func), "kind", "function"));
    if (say) json_object_set_new(o, "message", message(say));
    return o;
}

static void add_step(json_t *steps, json_t *at) {
    if (at) json_array_append_new(steps, json_pack("{s:o}", "location", at));
}

// In the order of time: started, called, did.
static void add_steps(const Report *r, const FindingPart *p, json_t *steps) {
    for (const FindingPart *d = p->next; d && d->detail; d = d->next)
        if (d->pos) add_step(steps, location(r, d->pos, 0, d->text, NULL));
    for (uint32_t i = p->nframes; i-- > 1;) add_step(steps, location(r, p->frames[i].pos, 0, "calls", p->frames[i].func));
    add_step(steps, location(r, p->pos, 0, p->text, p->nframes ? p->frames[0].func : NULL));
}

static bool in_flow(const ReportItem *item, const FindingPart *p) { return !item->is_diag && (p->goroutine || p->count > 1); }

// What was told of p's goroutine, here and further down; NULL: a part before p has brought it.
static json_t *thread_flow(const Report *r, const ReportItem *item, const FindingPart *p) {
    for (const FindingPart *q = item->f->parts; p->goroutine && q != p; q = q->next)
        if (q->goroutine == p->goroutine && !q->detail) return NULL;
    json_t *steps = json_array();
    for (const FindingPart *q = p; q; q = q->next)
        if (q == p || (p->goroutine && q->goroutine == p->goroutine && !q->detail)) add_steps(r, q, steps);
    json_t *flow = json_pack("{s:o,s:o}", "message", message(p->text), "locations", steps);
    if (p->goroutine) {
        char id[48];
        snprintf(id, sizeof id, "goroutine %llu", (unsigned long long)p->goroutine);
        json_object_set_new(flow, "id", json_string(id));
    }
    return flow;
}

static void set_places(const Report *r, const ReportItem *item, json_t *result) {
    const Finding *f = item->f;
    const FindingPart *main = f->parts;
    while (main && !main->pos) main = main->next;
    json_t *at = main ? location(r, main->pos, main == f->parts ? item->end : 0, NULL, main->nframes ? main->frames[0].func : NULL) : NULL;
    json_object_set_new(result, "locations", at ? json_pack("[o]", at) : json_array());
    json_t *flows = json_array(), *related = json_array();
    bool flows_now = false;
    for (const FindingPart *p = f->parts; p; p = p->next) {
        if (!p->detail) {
            flows_now = in_flow(item, p);
            json_t *flow = flows_now ? thread_flow(r, item, p) : NULL;
            if (flow) json_array_append_new(flows, flow);
        }
        if (flows_now || p == main) continue;
        json_t *o = location(r, p->pos, 0, p->text, NULL);
        if (o && json_object_get(o, "physicalLocation")) json_array_append(related, o);
        json_decref(o);
    }
    if (json_array_size(flows)) json_object_set_new(result, "codeFlows", json_pack("[{s:O}]", "threadFlows", flows));
    if (json_array_size(related)) json_object_set(result, "relatedLocations", related);
    json_decref(flows);
    json_decref(related);
}

static json_t *result_of(const Report *r, const ReportItem *item, int rule) {
    const Finding *f = item->f;
    char code[16], print[32];
    snprintf(code, sizeof code, "GOL%04d", item->code);
    Buf say = {0};
    buf_puts(&say, f->head);
    if (f->why) buf_printf(&say, "\n%s", f->why);
    if (f->help) buf_printf(&say, "\nhelp: %s", f->help);
    json_t *o = json_pack("{s:s,s:i,s:s,s:o}", "ruleId", code, "ruleIndex", rule, "level", report_level_word(item->level), "message",
                          message(buf_str(&say)));
    buf_fini(&say);
    set_places(r, item, o);
    if (f->key) { // the same for the same finding of another run
        snprintf(print, sizeof print, "%016llx", (unsigned long long)XXH3_64bits(f->key, strlen(f->key)));
        json_object_set_new(o, "partialFingerprints", json_pack("{s:s}", "golFinding/v1", print));
    }
    if (!item->is_diag) json_object_set_new(o, "occurrenceCount", json_integer((json_int_t)f->count));
    if (f->replay) json_object_set_new(o, "properties", json_pack("{s:o}", "replay", text(f->replay)));
    return o;
}

// The rule of a code, added when it is new.
static int rule_of(json_t *rules, int number) {
    char code[16];
    snprintf(code, sizeof code, "GOL%04d", number);
    size_t i;
    json_t *rule;
    json_array_foreach(rules, i, rule) {
        if (!strcmp(json_string_value(json_object_get(rule, "id")), code)) return (int)i;
    }
    char help[64];
    snprintf(help, sizeof help, "gol explain %s", code);
    json_array_append_new(rules, json_pack("{s:s,s:{s:s},s:{s:s}}", "id", code, "shortDescription", "text", report_title(number), "help",
                                           "text", help));
    return (int)i;
}

void report_sarif(Report *r) {
    json_t *rules = json_array(), *results = json_array();
    for (uint32_t i = 0; i < r->n; i++) {
        int rule = rule_of(rules, r->items[i].code);
        json_array_append_new(results, result_of(r, &r->items[i], rule));
    }
    json_t *driver = json_pack("{s:s,s:s,s:o}", "name", "gol", "version", gol_version, "rules", rules);
    json_t *invocation = json_pack("{s:b,s:i}", "executionSuccessful", r->status == 0, "exitCode", r->status);
    json_t *run = json_pack("{s:{s:o},s:[o],s:o,s:s}", "tool", "driver", driver, "invocations", invocation, "results", results, "columnKind",
                            "unicodeCodePoints");
    json_t *log = json_pack("{s:s,s:s,s:[o]}", "$schema", "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0", "runs", run);
    json_dumpf(log, r->out, JSON_INDENT(1));
    fputc('\n', r->out);
    json_decref(log);
}
