#!/usr/bin/env python3
"""The parser against Go's own test programs (and its library): what is accepted, what is refused, and at which lines.

usage: grammar_corpus.py [--gol PATH] [--root /usr/share/go-1.19] [--std] [-v]

Needs gofmt and the package golang-1.19-src. Two questions:
 1. Every file that `gofmt -e` reads without an error parses here, and every one that it refuses is refused. Where the two
    differ on purpose the file stands in DIFFER with the reason. --std adds Go's library (without its testdata).
 2. In the files with syntax errors (`// errorcheck` tests that gofmt refuses), how many of the lines that carry an ERROR
    comment get an error, and how many other lines do (cascades).
The last line is `N passed, N failed`: a file counts as failed only by the first question.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

SCRIPT = "no package clause: a script here"
TYPES = "Go's compiler refuses it while parsing or checking, gofmt does not; here the parser does"
CHECKER = "well formed; the checker refuses it, as Go's compiler does"
DIFFER = {
    # read here, refused by gofmt
    "fixedbugs/bug050.go": SCRIPT, "fixedbugs/issue4776.go": SCRIPT,
    "fixedbugs/bug340.go": CHECKER, "fixedbugs/issue11614.go": CHECKER, "fixedbugs/issue4452.go": CHECKER,
    "fixedbugs/issue16428.go": CHECKER, "ddd1.go": CHECKER,
    "fixedbugs/issue24801.go": "gofmt's -e cannot read its comments; Go's compiler accepts it",
    # refused here, read by gofmt
    "blank1.go": TYPES, "fixedbugs/issue28450.go": TYPES, "fixedbugs/bug299.go": TYPES, "fixedbugs/issue4470.go": TYPES,
    "fixedbugs/issue19610.go": TYPES, "fixedbugs/issue24470.go": TYPES, "fixedbugs/bug228a.go": TYPES,
    "fixedbugs/issue25958.go": TYPES, "fixedbugs/bug217.go": TYPES,
    "src/time/tzdata/zipdata.go": "a sum of 6,000 strings: nested deeper than 1,000",
}
PLACE = re.compile(r"^ *--> .*:(\d+):\d+$", re.M)


def gofmt_refuses(files):
    """The files in which gofmt finds a syntax error."""
    bad = set()
    for i in range(0, len(files), 200):
        part = files[i:i + 200]
        r = subprocess.run(["gofmt", "-e", "-l"] + part, capture_output=True, text=True, errors="replace")
        for line in r.stderr.splitlines():
            m = re.match(r"(.*?\.go):\d+:", line)
            if m:
                bad.add(m.group(1))
    return bad


def parse(gol, path):
    r = subprocess.run([gol, "dump", "ast", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)
    return r.returncode, r.stderr.decode(errors="replace")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--gol", default=os.path.join(ROOT, "build/release/gol"))
    ap.add_argument("--root", default="/usr/share/go-1.19")
    ap.add_argument("--std", action="store_true")
    ap.add_argument("-v", action="store_true")
    a = ap.parse_args()
    files = []
    for sub in ["test"] + (["src"] if a.std else []):
        for folder, dirs, names in os.walk(os.path.join(a.root, sub)):
            if sub == "src" and "testdata" in dirs:
                dirs.remove("testdata")
            files += [os.path.join(folder, n) for n in sorted(names) if n.endswith(".go")]
    if not files:
        print("no Go sources under %s (package golang-1.19-src)" % a.root)
        return 1
    # gofmt names a file by the path it was given; a program may not begin as a script does for it
    refused = gofmt_refuses(files)
    passed = failed = known = both = 0
    lines_wanted = lines_hit = lines_other = error_files = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, (status, err) in zip(files, pool.map(lambda f: parse(a.gol, f), files)):
            short = os.path.relpath(path, a.root)
            short = short[5:] if short.startswith("test/") else short
            with open(path, errors="replace") as f:
                text = f.read()
            if status not in (0, 1):
                print("FAIL %s: status %d" % (short, status))
                failed += 1
                continue
            script = not re.search(r"^package ", text, re.M)
            if (status == 1) == (path in refused):
                passed += 1
                both += status == 1
            elif short in DIFFER or (script and status == 0):
                passed += 1
                known += 1
            else:
                failed += 1
                print("FAIL %s: gofmt %s it, gol does not" % (short, "refuses" if path in refused else "reads"))
                if a.v:
                    print(err)
            if status == 1 and path in refused and re.match(r"// errorcheck", text):
                wanted = {i + 1 for i, l in enumerate(text.split("\n")) if re.search(r"//.*\b(GC_)?ERROR(NEXT)? [\"`]", l)}
                got = {int(m) for m in PLACE.findall(err)}
                error_files += 1
                lines_wanted += len(wanted)
                lines_hit += len(wanted & got)
                lines_other += len(got - wanted)
                if a.v and (wanted - got or got - wanted):
                    print("  %s: not reported %s, other lines %s" % (short, sorted(wanted - got), sorted(got - wanted)))
    print("%d files: read by both or refused by both (%d) %d, different for a reason %d" % (len(files), both, passed - known, known))
    print("%d files with syntax errors: %d of %d ERROR lines reported, %d other lines" % (error_files, lines_hit, lines_wanted, lines_other))
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
