// finding.h — what a detector found, as data: one model from which the text, the JSON line, the SARIF result and the JUnit case are made.
// A detector builds a Finding (finding_new, then the finding_... calls below), and gives it away with finding_report_take, which drops what was
// reported before (same kind and key: the count goes up), flushes the program's output, writes the text at once to standard error, and keeps the
// finding for the machine formats and the summing-up line. The exit status follows from the kinds that were seen (findings_status).
//
// All calls may be made on any thread; none parks, collects or touches guest memory. Strings given are copied into the finding. The findings' own lock
// is the innermost but for the output's: it may be taken with any lock of the runtime held, except inside stdout.c. (finding_frames_of walks a stack: its
// goroutine must stand still, or be the caller's own with pc and base saved.)
//
// How the text looks; everything but the head may be missing:
//
//   HEAD
//     PART
//         file.gol:12: the source line
//         called from run, file.gol:30: the source line of the call   ("called at the end of run": by its defer statement there)
//         DETAIL, file.gol:4: the source line
//     WHY
//     help: HELP
//     replay: REPLAY
//
// Write parts as whole phrases without a place ("goroutine 7 (worker) writes `counter`"): the place follows by itself.
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/source.h"
#include "runtime/runtime.h"

// One table: X(NAME, "name in machine formats", "in words", "of several", code of base/diag_codes.def, exit status)
#define FINDING_KINDS(X)                                                                                                \
    X(RACE, "race", "data race", "data races", DIAG_RACE, EXIT_RACE)                                                    \
    X(DEADLOCK, "deadlock", "deadlock", "deadlocks", DIAG_DEADLOCK, EXIT_PANIC)                                         \
    X(PARTIAL_DEADLOCK, "partial-deadlock", "partial deadlock", "partial deadlocks", DIAG_PARTIAL_DEADLOCK, EXIT_PANIC) \
    X(LEAK, "leak", "leak", "leaks", DIAG_LEAK, EXIT_LEAK)                                                              \
    X(LOCK_ORDER, "lock-order", "lock order inversion", "lock order inversions", DIAG_LOCK_ORDER, EXIT_RACE)            \
    X(MISUSE, "misuse", "misuse", "misuses", DIAG_MISUSE, EXIT_RACE)                                                    \
    X(PANIC, "panic", "panic", "panics", DIAG_PANIC, EXIT_PANIC)                                                        \
    X(FATAL, "fatal", "fatal error", "fatal errors", DIAG_FATAL, EXIT_PANIC)                                            \
    X(LIMIT, "limit", "limit", "limits", DIAG_LIMIT, EXIT_LIMIT)                                                        \
    X(TEST, "test", "failed test", "failed tests", DIAG_TEST, EXIT_COMPILE)                                             \
    X(INTERRUPT, "interrupt", "interruption", "interruptions", DIAG_INTERRUPT, EXIT_INTERRUPT)

typedef enum FindingKind {
#define X(name, word, one, many, code, status) FINDING_##name,
    FINDING_KINDS(X)
#undef X
        FINDING_KIND_COUNT
} FindingKind;

typedef struct FindingFrame { // a line of a call path, innermost first
    const char *func;         // "main.worker"
    Pos pos;
    bool at_end;              // a defer statement: its call was made when func returned or panicked
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
    const char *replay;  // the command that shows it again; NULL: none
    const char *raw;     // what standard error gets instead of the text made from the fields above (Go's own panic trace); NULL: none
    const char *key;     // equal for findings that are the same to a reader (kind and places, never goroutine ids)
    uint64_t count;      // how many times it was seen
    bool elsewhere;      // the program says it itself: it is kept for the machine formats, and not written
    struct Finding *next;
} Finding;

Finding *finding_new(FindingKind kind, const char *fmt, ...) PRINTF_LIKE(2, 3);   // fmt: the head
FindingPart *finding_part(Finding *f, Pos pos, uint64_t goroutine, const char *fmt, ...) PRINTF_LIKE(4, 5);
FindingPart *finding_detail(Finding *f, Pos pos, const char *fmt, ...) PRINTF_LIKE(3, 4);
// Call paths are added innermost first.
void finding_frame(Finding *f, FindingPart *p, FindingFrame frame);
void finding_why(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);   // appends a sentence
void finding_help(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);
void finding_replay(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);
void finding_raw(Finding *f, const char *text, size_t n);
void finding_key(Finding *f, const char *fmt, ...) PRINTF_LIKE(2, 3);   // appends; without it the kind and the parts' places are the key
void finding_free(Finding *f);                                          // one that is not reported

// Call paths from the VM. The part's place becomes the innermost frame's, if it has none yet. `p` must be the last part added, or one whose frames are
// not yet set.
void finding_frames_of(Finding *f, FindingPart *p, Runtime *rt, const G *g);
void finding_frames_at(Finding *f, FindingPart *p, Runtime *rt, const void *const *pcs, uint32_t n); // instructions, innermost first
// The place of an instruction; false: it is none of the program's.
bool finding_place(Runtime *rt, const void *pc, FindingFrame *out);

const char *finding_kind_word(FindingKind k); // "partial-deadlock"
int finding_kind_code(FindingKind k);         // 703

// Takes f. True: it was new, and has been told.
bool finding_report_take(Runtime *rt, Finding *f);
// The same. Returns the one that stands for it, f or an earlier one, good until findings_fini; NULL: too many are kept already.
Finding *finding_keep_take(Runtime *rt, Finding *f, bool *told);
void finding_seen(Runtime *rt, Finding *f, uint64_t times); // it was seen so often besides
// The text as standard error gets it.
void finding_render(const Finding *f, const Sources *sources, bool colour, Buf *out);
// How many different ones were reported so far, of one kind or (FINDING_KIND_COUNT) of all.
uint64_t findings_count(const Runtime *rt, FindingKind kind);
// The exit status after the findings: `own` is what the program itself came to (0, os.Exit's, 2 after a panic). What
// ended the run (limit, interrupt, panic, deadlock, the program's own status) goes before what was found on the way: partial deadlock, 66, leak.
int findings_status(const Runtime *rt, int own);
// At the end of the run, once: the line that sums up, and the list to RuntimeOptions.at_end (machine formats). No worker runs any more.
void findings_finish(Runtime *rt, int status);
void findings_init(Runtime *rt);
void findings_fini(Runtime *rt);
