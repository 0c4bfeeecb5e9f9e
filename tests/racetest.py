#!/usr/bin/env python3
"""make racetest: the programs of Go's own race detector (Debian's golang-1.19-src, runtime/race/testdata).

usage: racetest.py [--gol PATH] [--tests DIR] [--flags "-workers 2"] [--jobs N] [--limit SECONDS] [--record] [-v] [FILTER...]

Each test function becomes a program of its own (tests/racesplit.py), written under build/racetest and run with -lang=go1.21.
TestRace... must report a race and TestNoRace... nothing. A program counts if it ran to its end: not refused by the compiler, no panic or
time limit. The places of each race are compared with those that Go's race build prints for the same program
(tests/racetest/lines.txt; --record writes them anew with Go, which takes some minutes).

tests/racetest/known.txt lists the tests that gol does not run or does not judge as Go does, with the reason. A test that
fails and is not on the list is run twice more; if it fails again the exit status is 1. One that is on the list and passes is named, so that the
list can be made shorter. The last line is `N passed, N failed`; what is known counts as neither. FILTER is a part of a test's name or of its file's.
"""
import concurrent.futures
import glob
import os
import re
import shlex
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import racerecord
import races
import racesplit
from common import ROOT, SLOWNESS, arguments, diagnostics, mode_of, parse, run

OUT = os.path.join(ROOT, "build", "racetest")
LINES = os.path.join(ROOT, "tests", "racetest", "lines.txt")
KNOWN = os.path.join(ROOT, "tests", "racetest", "known.txt")
ENDS = (0, 66)  # the exit statuses of a program that ran to its end


class Outcome:
    """One run: `end` says why it did not count (None: it did), `pairs` are the lines of its races, `other` the kinds of other findings."""

    def __init__(self, end, pairs, other):
        self.end, self.pairs, self.other = end, pairs, other

    def passes(self, racy):
        return self.end is None and (bool(self.pairs) if racy else not self.pairs and not self.other)


def run_one(opt, test):
    source = os.path.join(OUT, test + ".go")
    report = os.path.join(OUT, test + ".json")
    if os.path.exists(report):
        os.remove(report)
    r = run([opt.gol, "run", "-race=on", "-lang=go1.21", "-report=json", "-report-file=" + report] + opt.flags + [source], opt.limit, cwd=opt.tests)
    told = races.findings(report)
    pairs = races.of_gol(report, test + ".go")
    other = sorted(set(f["kind"] for f in told if f["kind"] in ("misuse", "lock-order", "deadlock", "partial-deadlock")))
    end = r.trouble()
    if end is None and r.status not in ENDS:
        refused = [d for d in diagnostics(r.err) if d[0] == "error"]
        said = re.search(rb"^(panic: |fatal error: |gol: ).*", r.err, re.M)
        end = refused[0][2] + " " + refused[0][3] if refused else "status %d: %s" % (
            r.status, said.group().decode("utf-8", "replace") if said else "")
    if end is None and (r.status == 66) != bool(pairs or other):
        end = "status %d after %d races" % (r.status, len(pairs))
    return Outcome(end, pairs, other)


def read_known():
    known = {}
    try:
        with open(KNOWN, encoding="utf-8") as f:
            for line in f:
                if line.strip() and not line.startswith("#"):
                    test, _, why = line.strip().partition(" ")
                    known[test] = why.strip()
    except FileNotFoundError:
        pass
    return known


def generate(opt):
    """Writes the programs; [(test, file, text)]."""
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    tests = []
    for path in sorted(glob.glob(os.path.join(opt.tests, "*_test.go"))):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for test, program, _ in racesplit.programs(text):
            if not opt.filter or any(w in test or w in os.path.basename(path) for w in opt.filter):
                tests.append((test, os.path.basename(path), program))
                with open(os.path.join(OUT, test + ".go"), "w", encoding="utf-8") as f:
                    f.write(program)
    return tests


def record(opt, tests):
    known = racerecord.read(LINES) if os.path.exists(LINES) else {}
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for (test, name, _), pairs in zip(tests, pool.map(lambda t: racerecord.record(t[0], t[2], opt.tests, 60), tests)):
            if pairs is None:
                known.pop(test, None)
            else:
                known[test] = (name, pairs)
    racerecord.write(LINES, known)


def agreeing(recorded, test, found):
    """How many of the races have both lines among those of Go, of how many for which Go has lines."""
    pairs = recorded[test][1] if test in recorded else set()
    lines = set(sum(pairs, ())) - {"?"}
    if not lines:
        return 0, 0
    need = 1 if any("?" in p for p in pairs) else 2  # Go names no line of the program for an atomic operation
    return sum(1 for r in found if len(r) == 2 and sum(line in lines for line in r) >= need), len(found)


def percent(part, whole):
    return "%.1f %%" % (100 * part / whole) if whole else "no figure"


def main():
    p = arguments(__doc__)
    p.add_argument("--tests", default="/usr/share/go-1.19/src/runtime/race/testdata")
    p.add_argument("--flags", default="", help="more flags of gol run")
    p.add_argument("--limit", type=float, default=20, help="seconds for one program, in the release build")
    p.add_argument("--every", type=int, default=1, help="only every so manieth program (slow builds)")
    p.add_argument("--record", action="store_true", help="write lines.txt anew with Go")
    p.add_argument("-v", action="store_true", help="name every test")
    opt = parse(p)
    opt.flags = shlex.split(opt.flags)
    if not os.path.isdir(opt.tests):
        print("racetest: needs the tests of Go's race detector (Debian: golang-1.19-src); nothing is compared\n0 passed, 0 failed")
        return 0
    opt.limit *= SLOWNESS[mode_of(opt.gol)]
    tests = generate(opt)[::opt.every]
    if opt.record:
        record(opt, tests)
        return 0
    recorded, known = racerecord.read(LINES), read_known()
    outcomes, new, healed = {}, [], []
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for (test, _, _), outcome in zip(tests, pool.map(lambda t: run_one(opt, t[0]), tests)):
            outcomes[test] = outcome
    count = {True: [0, 0], False: [0, 0]}  # racy: [ran to its end, judged as Go does]
    total, reports, agree, compared = {True: 0, False: 0}, 0, 0, 0
    for test, name, _ in tests:
        racy, o = test.startswith("TestRace"), outcomes[test]
        good = o.passes(racy)
        total[racy] += 1
        count[racy][0] += o.end is None
        count[racy][1] += good
        reports += 0 if racy else len(o.pairs) + len(o.other)
        a, b = agreeing(recorded, test, o.pairs) if racy else (0, 0)
        agree, compared = agree + a, compared + b
        said = o.end or ("race found" if o.pairs else "silent") + "".join(", " + k for k in o.other)
        if o.end is None and racy and a < b:
            said += "; lines " + " ".join("-".join(r) for r in o.pairs) + ", Go's " + " ".join("-".join(p) for p in sorted(recorded[test][1]))
        if not good and test not in known:
            if not any(run_one(opt, test).passes(racy) for _ in range(2)):
                new.append(test)
            else:
                said += "; but right when run again"
        if good and test in known:
            healed.append(test)
        if opt.v or not good or a < b:
            print("%-6s %s %s: %s%s" % ("ok" if good else "FAIL" if test in new else "miss" if o.end is None else "ran not",
                                        name, test, said, "" if good or test not in known else " (known: %s)" % known[test]))
    if healed:
        print("in tests/racetest/known.txt, but right in this run: " + " ".join(healed))
    print("racy: found %d of %d in one run, %d ran to their end (target 225 of 232)" % (count[True][1], total[True], count[True][0]))
    print("clean: silent %d of %d, %d ran to their end, %d reports (target 117 of 121, 0 reports)" % (
        count[False][1], total[False], count[False][0], reports))
    print("lines: both among Go's in %d of %d races, %s (target 95 %%)" % (agree, compared, percent(agree, compared)))
    if new:
        print("racetest: new failures: " + " ".join(new))
    print("%d passed, %d failed" % (count[True][1] + count[False][1], len(new)))
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
