#!/usr/bin/env python3
"""Every program test twice with the same seed: standard output, standard error and exit status must be the same, byte for byte. A third
run with -race=off must print the same to standard output and, where nothing was found, end the same: what is watched must not shift time.

usage: determinism.py [--gol PATH] [--jobs N] [--scale F] [--seed N] [--strategy S] [FILTER...]

A test may say `// replay: no REASON` when it speaks of the real world (process ids, folders it makes, the time of day).
"""
import concurrent.futures
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, SCALES, Expectation, arguments, find_files, parse, read_text, run

PROGRAMS = ["examples", "tests/lang", "tests/conc", "tests/std"]
REAL_WORLD = re.compile(r"^// replay: no (\S.*)$", re.M)
OURS = re.compile(r"^-+(seed|workers|stats|clock|strategy|schedule|runs|perturb|race)\b")


def own_flags(flags):
    """The file's flags without those that choose how it is run."""
    kept, skip = [], False
    for f in flags:
        if skip:
            skip = False
        elif OURS.match(f):
            skip = "=" not in f and not f.lstrip("-").startswith(("stats", "race"))
        else:
            kept.append(f)
    return kept


def different(a, b, what):
    la, lb = a.split(b"\n"), b.split(b"\n")
    for i, (x, y) in enumerate(zip(la, lb)):
        if x != y:
            return "%s, line %d:\n  %s\n  %s" % (what, i + 1, x.decode("utf-8", "replace")[:200], y.decode("utf-8", "replace")[:200])
    return "%s: %d lines and %d lines" % (what, len(la), len(lb))


def check(opt, path):
    """None, why it failed, or ("skip", why)."""
    text = read_text(os.path.join(ROOT, path))
    x = Expectation(text)
    real = REAL_WORLD.search(text)
    if real:
        return ("skip", real.group(1))
    if x.wants_check():
        return ("skip", "is not run")
    if opt.mode in x.not_builds or (x.builds and opt.mode not in x.builds):
        return ("skip", "not in this build")
    env = dict(x.env, GOL_TEST_SCALE=str(opt.scale))
    chosen = ["-seed", str(opt.seed)] + (["-strategy", opt.strategy] if opt.strategy else [])

    def once(*more):
        argv = [opt.gol, "run"] + chosen + list(more) + own_flags(x.flags) + [path] + x.program_args(opt.scale)
        return run(argv, x.timeout * opt.slowness * 2, x.input_bytes(), env, ROOT)

    one, two = once(), once()
    for r in (one, two):
        if r.trouble():
            return r.trouble() + "\n" + r.err.decode("utf-8", "replace")[:2000]
    if one.out != two.out:
        return different(one.out, two.out, "standard output")
    if one.err != two.err:
        return different(one.err, two.err, "standard error")
    if one.status != two.status:
        return "status %d and %d" % (one.status, two.status)
    off = once("-race=off")
    if off.trouble():
        return "with -race=off: " + off.trouble()
    if one.out != off.out and one.status != 66:
        return different(one.out, off.out, "standard output with -race=off")
    return None


def main():
    p = arguments(__doc__)
    p.add_argument("--scale", type=float)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--strategy")
    opt = parse(p)
    if opt.scale is None:
        opt.scale = SCALES[opt.mode]
    files = [f for f in find_files(PROGRAMS, ".gol") if not opt.filter or any(w in f for w in opt.filter)]
    count = {"same": 0, "different": 0, "left out": 0}
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for f, why in zip(files, pool.map(lambda f: check(opt, f), files)):
            if why is None:
                count["same"] += 1
            elif isinstance(why, tuple):
                count["left out"] += 1
                if why[1] not in ("is not run", "not in this build"):
                    print("left out: %s: %s" % (f, why[1]))
            else:
                count["different"] += 1
                print("FAIL %s\n%s\n" % (f, why), flush=True)
    print("%d the same, %d different, %d left out" % (count["same"], count["different"], count["left out"]))
    sys.exit(1 if count["different"] or not count["same"] else 0)


if __name__ == "__main__":
    main()
