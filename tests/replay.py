#!/usr/bin/env python3
"""make replays: every finding that a search shows, again and again from its replay line.

usage: replay.py [--gol PATH] [--runs N] [--times K] [--jobs N] [-v] [FILTER...]

For each program of tests/conc/bugs that has its bug: `gol run -runs N -clock=virtual`, then each finding's replay line K times. A replay counts when it
tells the finding's first line again. The last line is `replays: P programs, F findings, R of T replays`; programs without a finding are listed (what a
search must find is another tool's question).
"""
import concurrent.futures
import os
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ROOT, Expectation, arguments, find_files, is_bug, parse, read_text, run


def findings(err):
    """[(first line, the command behind gol)] of what `gol run -runs` told."""
    found, head = [], None
    for line in err.decode("utf-8", "replace").split("\n"):
        if line.strip().startswith("replay: gol "):
            if head and not head.startswith("gol: "):
                found.append((head, shlex.split(line.strip()[len("replay: gol "):])))
            continue
        if line.startswith("  seen in ") or line == "":
            if line:
                head = None
            continue
        head = head or line
    return found


def check(opt, path):
    """(findings, replays that showed it, replays, complaints)"""
    x = Expectation(read_text(os.path.join(ROOT, path)))
    limit = 60 * opt.slowness
    r = run([opt.gol, "run", "-runs", str(opt.runs), "-clock=virtual"] + x.flags + [path] + x.program_args(1), limit, x.input_bytes(), x.env, ROOT)
    if r.trouble():
        return 0, 0, 0, ["%s: %s" % (path, r.trouble())]
    found, good, complaints = findings(r.err), 0, []
    for head, command in found:
        missed = 0
        for _ in range(opt.times):
            again = run([opt.gol] + command, limit, x.input_bytes(), x.env, ROOT)
            if head.encode() in again.err and not again.trouble():
                good += 1
            else:
                missed += 1
        if missed:
            complaints.append("%s: %d of %d replays do not show: %s\n  %s" % (path, missed, opt.times, head, shlex.join(command)))
    if not found:
        complaints.append("%s: nothing was found" % path)
    return len(found), good, len(found) * opt.times, complaints


def main():
    p = arguments(__doc__)
    p.add_argument("--runs", type=int, default=200)
    p.add_argument("--times", type=int, default=100)
    p.add_argument("-v", action="store_true")
    opt = parse(p)
    files = [f for f in find_files(["tests/conc/bugs"], ".gol") if is_bug(f) and (not opt.filter or any(w in f for w in opt.filter))]
    total = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for f, (n, good, all_replays, complaints) in zip(files, pool.map(lambda f: check(opt, f), files)):
            total[0] += n
            total[1] += good
            total[2] += all_replays
            for c in complaints:
                print(c, flush=True)
            if opt.v and not complaints:
                print("%s: %d findings" % (f, n), flush=True)
    print("replays: %d programs, %d findings, %d of %d replays" % (len(files), total[0], total[1], total[2]))
    sys.exit(1 if total[1] != total[2] or not total[1] else 0)


if __name__ == "__main__":
    main()
