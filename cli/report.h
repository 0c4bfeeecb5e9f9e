// report.h — what a check or a run found, written to a file for machines: JSON Lines, SARIF 2.1.0 or JUnit's XML (docs/reports.md). Diagnostics
// of the compiler and findings of the run are brought into one form first, so that a format is one function.
#pragma once
#include <stdio.h>

#include "base/diag.h"
#include "cli/options.h"
#include "runtime/finding.h"

typedef enum ReportLevel { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTE } ReportLevel;

typedef struct ReportItem {
    bool is_diag;      // found before the run
    const char *kind;  // "race", ...; "compile", "lint"
    int code;          // 701: GOL0701
    ReportLevel level;
    Pos end;           // of the first part's span; 0: not known
    const Finding *f;
    bool owned;        // f was made for this report
} ReportItem;

typedef struct Report {
    ReportFormat format;
    FILE *out;           // NULL: nothing is to be written
    const char *path;    // of out
    const char *program; // the path given
    const Sources *sources;
    ReportItem *items;
    uint32_t n, cap;
    uint32_t errors, warnings, findings;
    int status;
} Report;

// Opens the file, so that one that cannot be written is known before the program runs. False after one line on standard error.
bool report_open(Report *r, const Settings *s, const char *program);
void report_add_diags(Report *r, const Diags *d);
void report_add_findings(Report *r, const Finding *first);
void report_write(Report *r, int status); // once; closes the file
void report_fini(Report *r);

// --- for the formats
typedef struct ReportPlace {
    const char *file; // NULL: nowhere
    uint32_t line, column, end_column; // columns count characters from 1; end_column: one behind, 0: not known
    Buf source;       // the line's text without indentation
    bool is_std;
} ReportPlace;
void report_place(const Report *r, Pos pos, Pos end, ReportPlace *out);
void report_place_fini(ReportPlace *p);
// Bytes that are no UTF-8 become U+FFFD.
void report_put_utf8(Buf *out, const char *s, size_t n);
const char *report_level_word(ReportLevel l); // "error", "warning", "note"
const char *report_title(int code);           // the catalogue's
void report_text(const Report *r, const ReportItem *item, Buf *out); // as a person reads it
void report_json(Report *r);
void report_sarif(Report *r);
void report_junit(Report *r);
