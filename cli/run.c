// run.c — run and check: from a text to a running program, on one page.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/packages.h"
#include "cli/pipeline.h"
#include "cli/replay.h"
#include "cli/report.h"
#include "cli/research.h"
#include "cli/runs.h"
#include "cli/tries.h"
#include "vm/vm.h"

// Where -trace writes; 0: nowhere, negative: it cannot, which was told.
static int trace_open(const Settings *s) {
    if (!s->trace && !s->trace_file) return 0;
    if (!s->trace_file) return STDERR_FILENO;
    int fd = open(s->trace_file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) fprintf(stderr, "gol: -trace-file %s: %s\n", s->trace_file, strerror(errno));
    return fd;
}

typedef struct Ending { // what is to be done when the run is over
    Report *report;
    const Replay *replay;
    const Module *module;
    const RuntimeOptions *options;
    RunFigures figures;
    int64_t input; // where standard input began
    bool known;    // what repeats the run was known before it began
} Ending;

static void run_ended(void *ctx, Finding *first, int status) {
    const Ending *e = ctx;
    if (!e->known && status != EXIT_INTERRUPT && status != EXIT_PIPE) research(e->replay, e->module, e->options, &e->figures, e->input, first);
    report_add_findings(e->report, first);
    report_write(e->report, status);
}

static int run_or_search(const Settings *s, Module *m, RuntimeOptions *o, const Replay *replay, const Harness *tests, Ending *end) {
    end->known = s->runs || (s->seeded && s->workers <= 1 && !s->perturbed);
    if (s->runs) return runs_search(s, m, o, replay, tests);
    if (!end->known) return vm_run(m, o);
    // One worker and a seed: what repeats this run is known before it begins.
    Buf command;
    buf_init(&command);
    Schedule schedule = s->schedule;
    schedule.seed = s->seed;
    replay_command(replay, &schedule, &command);
    o->replay = buf_str(&command);
    int status = vm_run(m, o);
    buf_fini(&command);
    return status;
}

static int run_module(const Settings *s, const Input *in, Module *m, const Harness *tests, Report *report, int argc, char **argv, int used) {
    // os.Args: the program's path, then what stood after it.
    Arena words;
    arena_init(&words);
    int n = argc - used + 1;
    char **args = arena_array(&words, char *, (size_t)n + 1);
    args[0] = (char *)in->path;
    for (int i = 1; i < n; i++) args[i] = argv[used + i - 1];
    args[n] = NULL;
    if (tests && !s->runs) args = harness_args(&words, &s->test, NULL, args, &n); // of many runs each has its own
    Replay replay;
    replay_init(&replay, s, m, argc, argv);
    Ending end = {.report = report, .replay = &replay, .module = m, .input = tries_input()};
    RuntimeOptions o = {
        .workers = (int)s->workers, .seed = s->seed, .seeded = s->seeded, .clock = s->clock, .schedule = s->schedule, .race = s->race,
        .perturbed = s->perturbed, .perturb = s->perturb, .trace_fd = trace_open(s),
        .max_heap = s->max_heap, .timeout_ns = s->timeout_ns, .max_goroutines = s->max_goroutines, .max_output = s->max_output,
        .leaks = s->leaks, .stats = s->stats, .colour = options_color(s), .argc = n, .argv = args,
        .at_end = run_ended, .at_end_ctx = &end, .figures = &end.figures,
    };
    end.options = &o;
    int status = replay_fits(&replay) && o.trace_fd >= 0 ? run_or_search(s, m, &o, &replay, tests, &end) : EXIT_USAGE;
    if (o.trace_fd > STDERR_FILENO) close(o.trace_fd);
    arena_fini(&words);
    return status;
}

int command_run(const Settings *s, int argc, char **argv) {
    Input in;
    int used;
    if (!command_input(command_find(s->test.on ? "test" : "run"), s, argc, argv, &in, &used)) return EXIT_USAGE;
    Report report;
    if (!report_open(&report, s, in.path)) {
        input_fini(&in);
        return EXIT_USAGE;
    }
    Pipeline p;
    int status = pipeline_show(&p, s, pipeline_compile(&p, s, &in));
    report_add_diags(&report, &p.program.diags);
    if (status == EXIT_FINE && s->test.on && !p.tests.n && !p.tests.benchmarks && !p.tests.has_main && !input_any_test(&in)) {
        printf("?   \t%s\t[no test files]\n", argv[0]);
        report_write(&report, status);
    } else if (status == EXIT_FINE) status = run_module(s, &in, p.module, s->test.on ? &p.tests : NULL, &report, argc, argv, used);
    else report_write(&report, status);
    report_fini(&report);
    pipeline_fini(&p);
    input_fini(&in);
    return status;
}

int command_test(const Settings *s, int argc, char **argv) {
    static char here[] = ".";
    char *folder[] = {here, NULL};
    Settings tests = *s;
    tests.test.on = true;
    if (argc && !s->code && packages_pattern(argv[0])) return packages_each(&tests, argc, argv, command_run);
    return argc || s->code ? command_run(&tests, argc, argv) : command_run(&tests, 1, folder);
}

int command_check(const Settings *s, int argc, char **argv) {
    if (argc && !s->code && packages_pattern(argv[0])) return packages_each(s, argc, argv, command_check);
    const Command *c = command_find("check");
    Input in;
    int used;
    if (!command_input(c, s, argc, argv, &in, &used)) return EXIT_USAGE;
    if (argc > used) {
        fprintf(stderr, "gol: check takes the files of a program, and %s is none\n", argv[used]);
        input_fini(&in);
        return EXIT_USAGE;
    }
    Report report;
    if (!report_open(&report, s, in.path)) {
        input_fini(&in);
        return EXIT_USAGE;
    }
    Pipeline p;
    int status = pipeline_show(&p, s, pipeline_check(&p, s, &in));
    report_add_diags(&report, &p.program.diags);
    report_write(&report, status);
    report_fini(&report);
    pipeline_fini(&p);
    input_fini(&in);
    return status;
}
