// run.c — run and check: from a text to a running program, on one page.
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/pipeline.h"
#include "cli/replay.h"
#include "cli/runs.h"
#include "vm/vm.h"

static int run_or_search(const Settings *s, Module *m, RuntimeOptions *o, const Replay *replay) {
    if (s->runs) return runs_search(s, m, o, replay);
    if (!s->seeded || s->workers > 1) return vm_run(m, o);
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

int command_run(const Settings *s, int argc, char **argv) {
    Input in;
    int used;
    if (!command_input(command_find(s->test.on ? "test" : "run"), s, argc, argv, &in, &used)) return EXIT_USAGE;
    Pipeline p;
    int status = pipeline_show(&p, s, pipeline_compile(&p, s, &in));
    if (status == EXIT_FINE) {
        // os.Args: the program's path, then what stood after it.
        int n = argc - used;
        char **args = xmalloc((size_t)(n + 2) * sizeof *args);
        args[0] = (char *)in.path;
        for (int i = 0; i < n; i++) args[i + 1] = argv[used + i];
        args[n + 1] = NULL;
        Replay replay;
        replay_init(&replay, s, p.module, argc, argv);
        RuntimeOptions o = {
            .workers = (int)s->workers, .seed = s->seed, .seeded = s->seeded, .clock = s->clock, .schedule = s->schedule, .race = s->race, .max_heap = s->max_heap,
            .timeout_ns = s->timeout_ns, .stats = s->stats, .argc = n + 1, .argv = args,
        };
        status = replay_fits(&replay) ? run_or_search(s, p.module, &o, &replay) : EXIT_USAGE;
        free(args);
    }
    pipeline_fini(&p);
    input_fini(&in);
    return status;
}

int command_test(const Settings *s, int argc, char **argv) {
    static char here[] = ".";
    char *folder[] = {here, NULL};
    Settings tests = *s;
    tests.test.on = true;
    return argc || s->code ? command_run(&tests, argc, argv) : command_run(&tests, 1, folder);
}

int command_check(const Settings *s, int argc, char **argv) {
    const Command *c = command_find("check");
    Input in;
    int used;
    if (!command_input(c, s, argc, argv, &in, &used)) return EXIT_USAGE;
    if (argc > used) {
        fprintf(stderr, "gol: check takes the files of a program, and %s is none\n", argv[used]);
        input_fini(&in);
        return EXIT_USAGE;
    }
    Pipeline p;
    int status = pipeline_show(&p, s, pipeline_check(&p, s, &in));
    pipeline_fini(&p);
    input_fini(&in);
    return status;
}
