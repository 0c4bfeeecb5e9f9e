#!/usr/bin/env python3
"""make silence: no false alarm on any correct program, under many schedules.

usage: silence.py [--gol PATH] [--seeds N] [--shaken N] [--flags=FLAGS] [--jobs N] [-v] [FILTER...]

Every program of examples/, tests/lang, tests/std and tests/conc runs with N seeds on one worker (-seed 1..N, in Go's order, a random
one, and by changing priorities), and shaken (-perturb 1..M) with 2 and with 8 workers. Left out are the programs that are there to be reported: those with `race:`, with a `fatal:` (a
deadlock), with a report in `stderr:` and its status, with `finds:` of a bug or `silence: no`, and those that must not compile or that expect a warning.

An alarm is a finding of a kind that never belongs to a correct program: a race, a deadlock, a lock order, a misuse; a leak only counts where
leaks are an error. A run that ends otherwise than the file says (status, time limit, crash) is counted too. At the end:
`silence: P programs, R runs, A alarms, W wrong ends` and, in programs, `N passed, N failed`.
"""
import concurrent.futures
import os
import shlex
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import races
from common import ROOT, Expectation, arguments, find_files, is_bug, parse, read_text, run

FOLDERS = ["examples", "tests/lang", "tests/std", "tests/conc"]
ALARMS = ("race", "deadlock", "partial-deadlock", "lock-order", "misuse")


def programs(opt):
    found = []
    for path in find_files(FOLDERS, ".gol"):
        x = Expectation(read_text(os.path.join(ROOT, path)))
        reported = (x.races or x.diags or is_bug(path) or any(p.startswith("fatal error: ") for p in x.panic)
                    or x.status in (3, 66) or (x.stderr and not x.panic and x.status == 2)
                    or any(p.startswith("partial deadlock:") for p in x.stderr) or x.not_silent)
        wanted = not opt.filter or any(f in path for f in opt.filter)
        if wanted and not reported and not (x.builds and opt.mode not in x.builds) and opt.mode not in x.not_builds:
            found.append((path, x))
    return found


def one(opt, path, x, flags):
    """(alarms, why the end is wrong or None) of one run."""
    with tempfile.TemporaryDirectory(prefix="gol-silence-") as folder:
        report = os.path.join(folder, "report.json")
        argv = [opt.gol, "run", "-race=on", "-report=json", "-report-file=" + report] + opt.flags + flags + x.flags + [path] + x.program_args(opt.scale)
        r = run(argv, 3 * x.timeout * opt.slowness, x.input_bytes(), dict(x.env, GOL_TEST_SCALE=str(opt.scale)), ROOT)
        alarms = [f for f in races.findings(report) if f["kind"] in ALARMS]
    status = x.status if x.status is not None else 2 if x.panic else 0
    wrong = r.trouble() or ("status %d instead of %d" % (r.status, status) if r.status != status and not alarms else None)
    return ["%s: %s" % (f["kind"], f["message"]) for f in alarms], wrong


def all_runs(opt, path, x):
    orders = ("fifo", "random", "pct:3")
    plan = [["-seed", str(s), "-strategy", orders[s % 3]] for s in range(1, opt.seeds + 1)]
    for workers in () if "-clock=virtual" in x.flags else ("2", "8"): # the virtual clock has one worker
        plan += [["-perturb", str(s), "-workers", workers] for s in range(1, opt.shaken + 1)]
    said, alarms, wrongs = {}, 0, 0
    for flags in plan:
        found, wrong = one(opt, path, x, flags)
        alarms += len(found)
        wrongs += wrong is not None
        for text in found + ([wrong] if wrong else []):
            said.setdefault(text, []).append(" ".join(flags))
    return path, len(plan), alarms, wrongs, said


def main():
    p = arguments(__doc__)
    p.add_argument("--seeds", type=int, default=100)
    p.add_argument("--shaken", type=int, default=30)
    p.add_argument("--scale", type=float, default=0.1, help="size of the long tests")
    p.add_argument("--flags", default="", help="more flags of gol run")
    p.add_argument("-v", action="store_true", help="name every program")
    opt = parse(p)
    opt.flags = shlex.split(opt.flags)
    todo = programs(opt)
    total, alarms, wrongs, failed = 0, 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for path, runs, a, w, said in pool.map(lambda t: all_runs(opt, *t), todo):
            total, alarms, wrongs = total + runs, alarms + a, wrongs + w
            failed += bool(said)
            if opt.v and not said:
                print("silent " + path, flush=True)
            for text, where in said.items():
                print("%s: %s (%d runs: %s%s)" % (path, text, len(where), ", ".join(where[:3]), ", ..." if len(where) > 3 else ""), flush=True)
    print("silence: %d programs, %d runs, %d alarms, %d wrong ends" % (len(todo), total, alarms, wrongs))
    print("%d passed, %d failed" % (len(todo) - failed, failed))
    return 1 if alarms or wrongs or not todo else 0


if __name__ == "__main__":
    sys.exit(main())
