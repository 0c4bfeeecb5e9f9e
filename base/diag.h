// diag.h — what gol says about a source text: codes from one catalogue (docs/errors/catalogue.def), collected in a
// list so that checking goes on, rendered with the line, an underline, a second label and one help line.
#pragma once
#include "base/buf.h"
#include "base/source.h"

// SEV_NOTE: a warning's code, said of what correct programs have too. SEV_FINDING: of a run, never in a Diags.
typedef enum Severity { SEV_ERROR, SEV_WARNING, SEV_NOTE, SEV_FINDING } Severity;

// The catalogue is base/diag_codes.def: X(code, NAME, severity, "title"). DIAG_NAME is the enum, 310 prints as GOL0310.
typedef enum DiagCode {
#define X(code, name, severity, title) DIAG_##name = code,
#include "base/diag_codes.def"
#undef X
} DiagCode;

typedef struct Diag {
    DiagCode code;
    Severity severity;
    Pos pos, end; // the span underlined; end may be 0 (one token or byte)
    const char *message;
    Pos second_pos; // 0: none
    const char *second; // label at second_pos
    const char *help;   // NULL: none
} Diag;

typedef struct Diags {
    Arena arena;
    const Sources *sources;
    Diag *items;
    uint32_t count, cap;
    uint32_t errors, warnings;
    uint32_t max_warnings; // of warnings and notes: how many are printed
} Diags;

enum { DIAG_MAX_ERRORS = 20 }; // what is printed; counting goes on. For warnings it is what diags_init sets

void diags_init(Diags *d, const Sources *sources);
void diags_fini(Diags *d);
// Adds one, formatted; returns it so that a label or help can be attached. Severity is the catalogue's. A second error
// at the same position is dropped (a cascade); a scratch Diag is returned then, so the caller need not care. The
// pointer is good until the next diag_add.
Diag *diag_add(Diags *d, DiagCode code, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(5, 6);
Diag *diag_note(Diags *d, DiagCode code, Pos pos, Pos end, const char *fmt, ...) PRINTF_LIKE(5, 6); // as a note
void diag_label(Diags *d, Diag *at, Pos pos, const char *fmt, ...) PRINTF_LIKE(4, 5);
// Says how to mend it, in place of what base/diag_help.def says of its code. diag_common_help is that, or NULL.
void diag_help(Diags *d, Diag *at, const char *fmt, ...) PRINTF_LIKE(3, 4);
const char *diag_common_help(DiagCode code);
// Sorted by position, at most DIAG_MAX_ERRORS errors, then a line that says how many more there are.
void diags_render(const Diags *d, Buf *out, bool colour);
