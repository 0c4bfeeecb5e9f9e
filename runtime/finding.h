// finding.h — what a detector found, as data: one model from which the text, the JSON line, the SARIF result and the JUnit case are made.
// A detector builds a Finding (finding_new, then the finding_... calls below), and gives it away with finding_report_take, which drops what was
// reported before (same kind and key: the count goes up), flushes the program's output, writes the text at once to standard error, and keeps the
// finding for the machine formats and the summing-up line. The exit status follows from the kinds that were seen (findings_status).
//
// All calls may be made on any thread; none parks, collects or touches guest memory. Strings given are copied into the finding. The findings' own lock
// is the innermost but for the output's: it may be taken with any lock of the runtime held, except inside io.c.
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/source.h"
#include "runtime/runtime.h"

// One table: X(NAME, "name in machine formats", diagnostic code, exit status)
#define FINDING_KINDS(X)                                  \
    X(RACE, "race", 701, EXIT_RACE)                       \
    X(DEADLOCK, "deadlock", 702, EXIT_PANIC)              \
    X(PARTIAL_DEADLOCK, "partial-deadlock", 703, EXIT_PANIC) \
    X(LEAK, "leak", 704, EXIT_LEAK)                       \
    X(LOCK_ORDER, "lock-order", 705, EXIT_RACE)           \
    X(MISUSE, "misuse", 706, EXIT_RACE)                   \
    X(PANIC, "panic", 707, EXIT_PANIC)                    \
    X(FATAL, "fatal", 708, EXIT_PANIC)                    \
    X(LIMIT, "limit", 709, EXIT_LIMIT)                    \
    X(INTERRUPT, "interrupt", 710, EXIT_INTERRUPT)

typedef enum FindingKind {
#define X(name, word, code, status) FINDING_##name,
    FINDING_KINDS(X)
#undef X
        FINDING_KIND_COUNT
} FindingKind;

typedef struct FindingFrame { // a line of a call path, innermost first
    const char *func;         // "main.worker"
    Pos pos;
} FindingFrame;

// One party or place of a finding: an access, a group of waiting goroutines, a lock taken, where a goroutine was started, where a variable
// was declared.
typedef struct FindingPart {
    const char *text;    // what happened there, without the place: "goroutine 7 (worker) writes `counter`"
    Pos pos;             // 0: nowhere
    uint64_t goroutine;  // 0: of no one goroutine
    uint64_t count;      // goroutines told together (1)
    bool detail;         // belongs to the part before it (a start site under an access)
    FindingFrame *frames;
    uint32_t nframes;
    struct FindingPart *next;
} FindingPart;

typedef struct Finding {
    Arena arena;
    FindingKind kind;
    const char *head;    // first line; Go's own where Go has one ("fatal error: all goroutines are asleep - deadlock!")
    FindingPart *parts, *last;
    const char *why;     // what is missing, in one or two sentences; NULL: none
    const char *help;    // the concrete change; NULL: none
    const char *key;     // equal for findings that are the same to a reader (kind and places, never goroutine ids)
    uint64_t count;      // how many times it was seen
    struct Finding *next;
} Finding;

Finding *finding_new(FindingKind kind, const char *fmt, ...) PRINTF_LIKE(2, 3);   // fmt: the head
FindingPart *finding_part(Finding *f, Pos pos, uint64_t goroutine, const char *fmt, ...) PRINTF_LIKE(4, 5);
FindingPart *finding_detail(Finding *f, Pos pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
// Call paths are added innermost first.
void finding_frame(Finding *f, FindingPart *p, const char *func, Pos pos);
void finding_why(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);   // appends a sentence
void finding_help(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);
void finding_key(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);   // appends; without it the kind and the parts' places are the key
void finding_free(Finding *f);                                          // one that is not reported

// Takes f. True: it was new, and has been told.
bool finding_report_take(Runtime *rt, Finding *f);
// How many different ones were reported so far, of one kind or (FINDING_KIND_COUNT) of all.
uint64_t findings_count(const Runtime *rt, FindingKind kind);
// The exit status after the findings: `own` is what the program itself came to (0, os.Exit's, 2 after a panic). Precedence as in DIAGNOSTICS.md.
int findings_status(const Runtime *rt, int own);
// At the end of the run, once: the line that sums up and the machine formats' file.
void findings_finish(Runtime *rt, int status);
