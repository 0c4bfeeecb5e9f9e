// report_junit.c — JUnit's XML, for continuous integration: one failed case for each diagnostic and finding, or one that passed when there is none.
// A warning, and a leak that does not change the status, is a case that passed with its text as output.
#include <string.h>

#include "cli/report.h"

// Escaped, and without the control characters that XML cannot hold.
static void put(FILE *out, const char *s, size_t n, bool quoted) {
    Buf b = {0};
    report_put_utf8(&b, s, n);
    for (size_t i = 0; i < b.len; i++) {
        unsigned char c = (unsigned char)b.data[i];
        switch (c) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\t': case '\r': fprintf(out, "&#%d;", c); break;
        case '\n': fputs(quoted ? "&#10;" : "\n", out); break;
        default:
            // U+FFFE and U+FFFF are no XML characters either
            if (c == 0xEF && i + 2 < b.len && (unsigned char)b.data[i + 1] == 0xBF && (unsigned char)b.data[i + 2] >= 0xBE) fputc('?', out), i += 2;
            else fputc(c < 0x20 ? '?' : c, out);
        }
    }
    buf_fini(&b);
}
static void attribute(FILE *out, const char *name, const char *value) {
    fprintf(out, " %s=\"", name);
    put(out, value, strlen(value), true);
    fputc('"', out);
}

static bool fails(const Report *r, const ReportItem *item) {
    return item->level == LEVEL_ERROR || item->level == LEVEL_NOTE || (!item->is_diag && r->status != 0);
}

static void write_case(Report *r, const ReportItem *item) {
    char class[64], line[16];
    snprintf(class, sizeof class, "gol.%s", item->kind);
    fputs("  <testcase", r->out);
    attribute(r->out, "name", item->f->head);
    attribute(r->out, "classname", class);
    const FindingPart *p = item->f->parts;
    while (p && !p->pos) p = p->next;
    ReportPlace at;
    report_place(r, p ? p->pos : 0, 0, &at);
    if (at.file) {
        attribute(r->out, "file", at.file);
        snprintf(line, sizeof line, "%u", at.line);
        attribute(r->out, "line", line);
        report_place_fini(&at);
    }
    bool failed = fails(r, item);
    char code[16];
    snprintf(code, sizeof code, "GOL%04d", item->code);
    fputs(failed ? ">\n    <failure" : ">\n    <system-out", r->out);
    if (failed) {
        attribute(r->out, "message", item->f->head);
        attribute(r->out, "type", code);
    }
    fputc('>', r->out);
    Buf b = {0};
    report_text(r, item, &b);
    put(r->out, buf_str(&b), b.len, false);
    buf_fini(&b);
    fputs(failed ? "</failure>\n  </testcase>\n" : "</system-out>\n  </testcase>\n", r->out);
}

void report_junit(Report *r) {
    uint32_t failed = 0;
    for (uint32_t i = 0; i < r->n; i++) failed += fails(r, &r->items[i]);
    bool own = !r->n && r->status; // the program's own status says that something is wrong
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite", r->out);
    attribute(r->out, "name", r->program);
    fprintf(r->out, " tests=\"%u\" failures=\"%u\" errors=\"0\">\n", r->n ? r->n : 1, failed + own);
    for (uint32_t i = 0; i < r->n; i++) write_case(r, &r->items[i]);
    if (!r->n) {
        fputs("  <testcase name=\"runs\" classname=\"gol\"", r->out);
        if (own) fprintf(r->out, ">\n    <failure message=\"exit status %d\" type=\"status\"></failure>\n  </testcase>\n", r->status);
        else fputs("/>\n", r->out);
    }
    fputs("</testsuite>\n</testsuites>\n", r->out);
}
